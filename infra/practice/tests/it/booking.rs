//! Booking: one after the other, and a little at once.

use crate::world::{client, code, me, moment, new_id, scope, wednesday, wish, wish_for, world};
use jiff::ToSpan;
use nova_practice::booking::{Recurrence, Repeat, Status};
use nova_practice::{AppointmentId, SeriesId, WaitlistId};
use nova_practice_store::booking::{self, Booking, Cursor, Overbooking, Search, SeriesRequest, Waiting};
use nova_practice_store::{Error, Store, configuration, idempotency};

#[tokio::test]
async fn a_time_is_free_only_while_one_chair_is_free_throughout() {
    use nova_practice_store::cabinets;
    let (store, demo) = world().await.demo().await;
    let cabinet = &demo.cabinets[0];
    let at = wednesday(5, 10, 0);
    let free_at = async || {
        let search = Search {
            service: cabinet.services[0],
            practitioner: Some(cabinet.practitioners[0]),
            from: at,
            until: at + 1.hours(),
            limit: 50,
        };
        let found = store
            .with_cabinet(&scope(cabinet), async |tx| booking::availability(tx, &search).await)
            .await
            .unwrap();
        found.iter().any(|free| free.slot.start == at)
    };
    assert!(free_at().await);
    // One chair is left, and the other practitioner takes it.
    store
        .with_cabinet(&scope(cabinet), async |tx| {
            let mut chairs = cabinets::resources(tx).await?;
            chairs.retain(|resource| resource.kind == "chair");
            for chair in &mut chairs[1..] {
                chair.active = false;
                cabinets::put_resource(tx, chair).await?;
            }
            let other = wish_for(cabinet, cabinet.patients[1], cabinet.practitioners[1], at);
            booking::book(tx, &me(), &other).await
        })
        .await
        .unwrap();
    assert!(!free_at().await);
    // What is said to be free is what can be booked.
    let refused = store
        .with_cabinet(&scope(cabinet), async |tx| {
            booking::book(tx, &me(), &wish(cabinet, at)).await
        })
        .await;
    assert!(matches!(refused, Err(Error::Taken(_))), "{refused:?}");
}

#[tokio::test]
async fn a_time_is_booked_once_freed_by_cancelling_and_answered_with_alternatives() {
    let (store, demo) = world().await.demo().await;
    let cabinet = &demo.cabinets[0];
    let at = wednesday(2, 10, 0);
    let book = async |wanted: Booking| {
        store
            .with_cabinet(&scope(cabinet), async |tx| booking::book(tx, &me(), &wanted).await)
            .await
    };
    let first = book(wish(cabinet, at)).await.unwrap();
    assert_eq!((first.status, first.version), (Status::Booked, 1));
    assert!(first.chair.is_some(), "a chair was chosen");
    match book(wish(cabinet, at + 15.minutes())).await {
        Err(Error::Taken(free)) => {
            assert_eq!(free.len(), 5);
            assert!(free.iter().all(|slot| !slot.overlaps(&first.slot)));
            let nearest = book(wish(cabinet, free[0].start)).await.unwrap();
            assert_eq!(nearest.slot, free[0], "an alternative can be booked");
        }
        other => panic!("{other:?}"),
    }
    // The other practitioner, on another chair, at the same time.
    let second = book(wish_for(cabinet, cabinet.patients[1], cabinet.practitioners[1], at))
        .await
        .unwrap();
    assert_ne!(second.chair, first.chair);
    let cancelled = store
        .with_cabinet(&scope(cabinet), async |tx| {
            booking::cancel(tx, first.id, Some(1), "the patient called").await
        })
        .await
        .unwrap();
    assert_eq!(cancelled.status, Status::Cancelled);
    book(wish(cabinet, at)).await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_booked_is_refused_with_its_reason() {
    let (store, demo) = world().await.demo().await;
    let (cabinet, foreign) = (&demo.cabinets[0], &demo.cabinets[1]);
    let book = async |wanted: Booking| {
        let result = store
            .with_cabinet(&scope(cabinet), async |tx| booking::book(tx, &me(), &wanted).await)
            .await;
        result.map_or_else(code, |_| 0)
    };
    let at = wednesday(3, 10, 0);
    assert_eq!(book(wish(cabinet, wednesday(3, 13, 0))).await, 3102, "at noon");
    assert_eq!(book(wish(cabinet, wednesday(-2, 10, 0))).await, 3102, "in the past");
    assert_eq!(book(wish(cabinet, wednesday(80, 10, 0))).await, 3102, "too far ahead");
    let overbooked = |reason: &str| Booking {
        overbooking: Some(Overbooking {
            reason: reason.to_owned(),
        }),
        ..wish(cabinet, at)
    };
    assert_eq!(book(overbooked(" ")).await, 3106);
    assert_eq!(book(wish(cabinet, at)).await, 0);
    assert_eq!(book(wish(cabinet, at)).await, 3101);
    assert_eq!(book(overbooked("an abscess")).await, 0, "with a reason it overlaps");
    // Another cabinet's things look like things that do not exist.
    for foreign_wish in [
        Booking {
            patient: foreign.patients[0],
            ..wish(cabinet, at + 1.hour())
        },
        Booking {
            practitioner: foreign.practitioners[0],
            ..wish(cabinet, at + 1.hour())
        },
        Booking {
            service: foreign.services[0],
            ..wish(cabinet, at + 1.hour())
        },
        Booking {
            chair: Some(foreign.chairs[0]),
            ..wish(cabinet, at + 1.hour())
        },
    ] {
        assert_eq!(book(foreign_wish).await, 3005);
    }
}

#[tokio::test]
async fn a_hold_occupies_until_its_deadline_and_is_confirmed_once() {
    let world = world().await;
    let (store, demo) = world.demo().await;
    let cabinet = &demo.cabinets[0];
    let at = wednesday(4, 10, 0);
    let hold = Booking {
        hold: true,
        ..wish(cabinet, at)
    };
    let within = scope(cabinet);
    let held = store
        .with_cabinet(&within, async |tx| booking::book(tx, &me(), &hold).await)
        .await
        .unwrap();
    assert_eq!(held.status, Status::Held);
    let other = wish(cabinet, at);
    let taken = store
        .with_cabinet(&within, async |tx| booking::book(tx, &me(), &other).await)
        .await;
    assert_eq!(code(taken.unwrap_err()), 3101);
    let confirmed = store
        .with_cabinet(&within, async |tx| booking::confirm_hold(tx, held.id).await)
        .await
        .unwrap();
    assert_eq!((confirmed.status, confirmed.hold_until), (Status::Booked, None));
    let again = store
        .with_cabinet(&within, async |tx| booking::confirm_hold(tx, held.id).await)
        .await;
    assert_eq!(code(again.unwrap_err()), 3104);
    // One whose deadline passes: its time is booked by somebody else, and it cannot be confirmed any more.
    let late = Booking {
        hold: true,
        ..wish(cabinet, at + 1.hour())
    };
    store
        .with_cabinet(&within, async |tx| booking::book(tx, &me(), &late).await)
        .await
        .unwrap();
    let owner = client(&world.owner("shared")).await;
    owner
        .batch_execute(&format!(
            "UPDATE practice.occupations SET hold_until = now() - interval '1 s' WHERE appointment_id = '{0}'; \
             UPDATE practice.appointments SET hold_until = now() - interval '1 s' WHERE id = '{0}'",
            late.id
        ))
        .await
        .unwrap();
    let refused = store
        .with_cabinet(&within, async |tx| booking::confirm_hold(tx, late.id).await)
        .await;
    assert_eq!(code(refused.unwrap_err()), 3103);
    let next = wish(cabinet, at + 1.hour());
    store
        .with_cabinet(&within, async |tx| booking::book(tx, &me(), &next).await)
        .await
        .unwrap();
    let expired = store
        .with_cabinet(&within, async |tx| booking::get(tx, late.id).await)
        .await
        .unwrap();
    assert_eq!(expired.status, Status::Expired);
}

#[tokio::test]
async fn moving_never_loses_the_old_time_without_the_new_one() {
    let (store, demo) = world().await.demo().await;
    let cabinet = &demo.cabinets[0];
    let within = scope(cabinet);
    let at = wednesday(5, 10, 0);
    let one = wish(cabinet, at);
    let two = wish(cabinet, at + 1.hour());
    for wanted in [&one, &two] {
        store
            .with_cabinet(&within, async |tx| booking::book(tx, &me(), wanted).await)
            .await
            .unwrap();
    }
    let relocate = async |id: AppointmentId, version: Option<i64>, start| {
        store
            .with_cabinet(&within, async |tx| {
                booking::relocate(tx, id, version, start, None, None).await
            })
            .await
    };
    assert_eq!(code(relocate(one.id, None, at + 1.hour()).await.unwrap_err()), 3101);
    let still = store
        .with_cabinet(&within, async |tx| booking::get(tx, one.id).await)
        .await
        .unwrap();
    assert_eq!((still.slot.start, still.version), (at, 1));
    let moved = relocate(one.id, Some(1), at + 15.minutes()).await.unwrap();
    assert_eq!(
        (moved.slot.start, moved.version),
        (at + 15.minutes(), 2),
        "onto its own old time"
    );
    assert_eq!(
        code(relocate(one.id, Some(1), at).await.unwrap_err()),
        3007,
        "the version is old"
    );
    assert_eq!(
        code(relocate(one.id, None, wednesday(5, 13, 0)).await.unwrap_err()),
        3102
    );
    for status in [
        Status::Confirmed,
        Status::Arrived,
        Status::InTreatment,
        Status::Completed,
    ] {
        store
            .with_cabinet(&within, async |tx| booking::set_status(tx, one.id, None, status).await)
            .await
            .unwrap();
    }
    assert_eq!(code(relocate(one.id, None, at).await.unwrap_err()), 3104, "it is over");
    let missed = store.with_cabinet(&within, async |tx| {
        booking::set_status(tx, two.id, None, Status::NoShow).await
    });
    assert_eq!(missed.await.unwrap().status, Status::NoShow);
    let back = store
        .with_cabinet(&within, async |tx| {
            booking::set_status(tx, two.id, None, Status::Booked).await
        })
        .await;
    assert_eq!(code(back.unwrap_err()), 3104);
}

#[tokio::test]
async fn a_series_is_booked_whole_or_says_which_dates_fail() {
    let (store, demo) = world().await.demo().await;
    let cabinet = &demo.cabinets[0];
    let within = scope(cabinet);
    let at = wednesday(6, 9, 0);
    let request = || SeriesRequest {
        id: SeriesId(new_id()),
        first: wish(cabinet, at),
        rule: Recurrence {
            every: Repeat::Weeks(1),
            count: 4,
        },
        ids: (0..4).map(|_| AppointmentId(new_id())).collect(),
    };
    let in_the_way = wish(cabinet, wednesday(8, 9, 15));
    store
        .with_cabinet(&within, async |tx| booking::book(tx, &me(), &in_the_way).await)
        .await
        .unwrap();
    let wanted = request();
    let result = store
        .with_cabinet(&within, async |tx| booking::book_series(tx, &me(), &wanted).await)
        .await;
    match result {
        Err(Error::Series(failed)) => assert_eq!(failed.len(), 1),
        other => panic!("{other:?}"),
    }
    let nothing = store
        .with_cabinet(&within, async |tx| booking::get(tx, wanted.ids[0]).await)
        .await;
    assert_eq!(code(nothing.unwrap_err()), 3005, "nothing of it was booked");
    store
        .with_cabinet(&within, async |tx| {
            booking::cancel(tx, in_the_way.id, None, "freed").await
        })
        .await
        .unwrap();
    let wanted = request();
    let booked = store
        .with_cabinet(&within, async |tx| booking::book_series(tx, &me(), &wanted).await)
        .await
        .unwrap();
    assert_eq!(booked.len(), 4);
}

#[tokio::test]
async fn the_waitlist_offers_a_time_to_one_after_the_other() {
    let (store, demo) = world().await.demo().await;
    let cabinet = &demo.cabinets[1];
    let within = scope(cabinet);
    let at = wednesday(4, 11, 0);
    for (place, patient) in cabinet.patients.iter().take(2).enumerate() {
        let entry = Waiting {
            id: WaitlistId(new_id()),
            patient: *patient,
            service: cabinet.services[0],
            practitioner: None,
            earliest: wednesday(4, 8, 0),
            latest: wednesday(4, 20, 0),
            priority: if place == 0 { 5 } else { 7 },
            status: String::new(),
            offer: None,
            offers: 0,
        };
        store
            .with_cabinet(&within, async |tx| booking::join(tx, &entry).await)
            .await
            .unwrap();
    }
    let offer = async || {
        let id = AppointmentId(new_id());
        store
            .with_cabinet(&within, async |tx| {
                booking::next_offer(tx, &me(), id, cabinet.practitioners[0], at).await
            })
            .await
    };
    let (first, held) = offer().await.unwrap().unwrap();
    assert_eq!(
        (first.patient, held.status),
        (cabinet.patients[1], Status::Held),
        "the more urgent one"
    );
    assert!(held.hold_until.unwrap() > jiff::Timestamp::now() + 100.minutes());
    assert_eq!(code(offer().await.unwrap_err()), 3101, "one at a time");
    store
        .with_cabinet(&within, async |tx| booking::decline_offer(tx, first.id).await)
        .await
        .unwrap();
    let (second, _) = offer().await.unwrap().unwrap();
    assert_eq!(second.patient, cabinet.patients[0], "not the same one again");
    let booked = store
        .with_cabinet(&within, async |tx| booking::accept_offer(tx, second.id).await)
        .await
        .unwrap();
    assert_eq!((booked.status, booked.patient), (Status::Booked, cabinet.patients[0]));
    let again = store
        .with_cabinet(&within, async |tx| booking::accept_offer(tx, second.id).await)
        .await;
    assert_eq!(code(again.unwrap_err()), 3107);
}

#[tokio::test]
async fn a_request_with_a_key_is_carried_out_once() {
    let (store, demo) = world().await.demo().await;
    let cabinet = &demo.cabinets[0];
    let within = scope(cabinet);
    let at = wednesday(9, 10, 0);
    let send = async |fingerprint: &[u8]| {
        let wanted = wish(cabinet, at);
        store
            .with_cabinet(&within, async |tx| {
                match idempotency::claim(tx, "key-1", fingerprint).await? {
                    idempotency::Keyed::Done(answer) => Ok(answer),
                    idempotency::Keyed::New => {
                        let made = booking::book(tx, &me(), &wanted).await?;
                        let answer = serde_json::json!({ "id": made.id });
                        idempotency::keep(tx, "key-1", &answer).await?;
                        Ok(answer)
                    }
                }
            })
            .await
    };
    let (one, other) = tokio::join!(send(b"body"), send(b"body"));
    assert_eq!(one.unwrap(), other.unwrap(), "two at once, one booking");
    assert_eq!(code(send(b"another body").await.unwrap_err()), 2108);
}

#[tokio::test]
async fn calendars_hear_every_change_once_and_in_order() {
    let (store, demo) = world().await.demo().await;
    let cabinet = &demo.cabinets[2];
    let within = scope(cabinet);
    let follow = async |after: Cursor| {
        store
            .with_cabinet(&within, async |tx| booking::changes(tx, after, 1000).await)
            .await
            .unwrap()
    };
    let wanted = wish(cabinet, wednesday(3, 10, 0) - 2.hours());
    store
        .with_cabinet(&within, async |tx| booking::book(tx, &me(), &wanted).await)
        .await
        .unwrap();
    store
        .with_cabinet(&within, async |tx| booking::cancel(tx, wanted.id, None, "test").await)
        .await
        .unwrap();
    let (mut seen, mut cursor) = (Vec::new(), Cursor::default());
    // Transactions of other tests may hold the horizon back for a moment.
    for _ in 0..200 {
        let page = follow(cursor).await;
        cursor = page.last().map_or(cursor, |last| last.cursor);
        seen.extend(
            page.into_iter()
                .filter(|one| one.appointment == wanted.id)
                .map(|one| one.status),
        );
        if seen.len() == 2 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(seen, [Status::Booked, Status::Cancelled]);
    assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
}

#[tokio::test]
async fn both_days_when_the_clocks_change_are_the_same_on_servers_in_every_zone() {
    let world = world().await;
    let mut answers = Vec::new();
    for zone in ["UTC", "Pacific/Auckland", "America/New_York"] {
        let url = format!("{}&options=-c%20TimeZone%3D{zone}", world.app("shared"));
        let store = Store::connect(&url).await.unwrap();
        let demo = crate::world::furnished(&store, 1).await;
        let cabinet = &demo.cabinets[0];
        let within = scope(cabinet);
        // Open on Sunday nights, across both changes of the clocks.
        let night = [(
            nova_practice::ItemId(new_id()),
            nova_practice_store::cabinets::OpeningHours {
                weekday: 7,
                opens: jiff::civil::time(1, 0, 0, 0),
                closes: jiff::civil::time(5, 0, 0, 0),
            },
        )];
        let own = nova_practice_store::booking::WorkingHours {
            hours: nova_practice::booking::Hours {
                weekday: 7,
                opens: jiff::civil::time(1, 0, 0, 0),
                closes: jiff::civil::time(5, 0, 0, 0),
                valid_from: None,
                valid_until: None,
            },
        };
        let days = [
            ("2027-03-28T00:00:00Z", "2027-03-28T04:00:00Z"),
            ("2027-10-30T23:00:00Z", "2027-10-31T05:00:00Z"),
        ];
        let found = store
            .with_cabinet(&within, async |tx| {
                nova_practice_store::cabinets::set_opening_hours(tx, &night).await?;
                let id = nova_practice::ItemId(new_id());
                booking::set_working_hours(tx, cabinet.practitioners[0], &[(id, own.clone())]).await?;
                let far =
                    std::collections::BTreeMap::from([("booking.horizon_days".to_owned(), serde_json::json!(730))]);
                let wide = nova_practice::cabinet::Configuration::default().with(&far)?;
                let version = configuration::propose(tx, &me(), &wide, "far ahead").await?;
                configuration::activate(tx, version.number).await?;
                let mut found = Vec::new();
                for (from, until) in days {
                    let search = Search {
                        service: cabinet.services[0],
                        practitioner: Some(cabinet.practitioners[0]),
                        from: moment(from),
                        until: moment(until),
                        limit: 100,
                    };
                    let free = booking::availability(tx, &search).await?;
                    let first = free.first().ok_or(Error::Unknown("free time"))?.slot;
                    booking::book(tx, &me(), &wish(cabinet, first.start)).await?;
                    found.push(free.into_iter().map(|one| one.slot).collect::<Vec<_>>());
                }
                Ok(found)
            })
            .await
            .unwrap();
        // Three hours in spring and five in autumn, half hours a quarter of an hour apart.
        assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [11, 19], "{zone}");
        answers.push(found);
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
}
