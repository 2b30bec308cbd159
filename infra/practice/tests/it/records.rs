//! Patients' records, configuration, health.

use crate::world::{code, me, new_id, scope, world};
use jiff::civil::date;
use nova_practice::cabinet::{Condition, Configuration};
use nova_practice::patient::{PatientDetails, Sex, Tooth, ToothEvent, ToothState};
use nova_practice::{EntryId, MergeId, PatientId};
use nova_practice_store::patients::{self, Search, ToothEntry};
use nova_practice_store::{audit, configuration, health};
use serde_json::json;

fn somebody(last_name: &str, first_name: &str) -> PatientDetails {
    serde_json::from_value(json!({
        "last_name": last_name, "first_name": first_name, "birth_date": "1971-03-14", "phone": "06 98 76 54 32",
    }))
    .unwrap()
}

#[tokio::test]
async fn a_record_is_made_found_changed_put_away_and_brought_back() {
    let (store, demo) = world().await.demo().await;
    let (cabinet, foreign) = (&demo.cabinets[0], &demo.cabinets[1]);
    let within = scope(cabinet);
    let id = PatientId(new_id());
    let details = somebody("Kérouédan-Zyx", "Maël");
    let made = store
        .with_cabinet(&within, async |tx| patients::create(tx, id, &details).await)
        .await
        .unwrap();
    assert_eq!((made.version, made.details.sex), (1, Sex::Unknown));
    let find = async |scope: &nova_practice_store::Scope, typed: &str| {
        let wanted = Search {
            typed: typed.to_owned(),
            limit: 10,
            ..Search::default()
        };
        store
            .with_cabinet(scope, async |tx| patients::search(tx, &wanted).await)
            .await
            .unwrap()
    };
    for typed in ["kerouedan", "ZYX mael", "kerou 14/03/1971", "0698765432", "mael 1971"] {
        assert_eq!(
            find(&within, typed).await.first().map(|one| one.0.id),
            Some(id),
            "{typed}"
        );
        assert!(
            find(&scope(foreign), typed).await.iter().all(|one| one.0.id != id),
            "{typed}"
        );
    }
    let renamed = somebody("Kérouédan-Wvu", "Maël");
    let changed = store
        .with_cabinet(&within, async |tx| patients::update(tx, id, 1, &renamed).await)
        .await
        .unwrap();
    assert_eq!(changed.version, 2);
    assert!(find(&within, "zyx").await.is_empty() && find(&within, "wvu").await.len() == 1);
    let stale = store
        .with_cabinet(&within, async |tx| patients::update(tx, id, 1, &renamed).await)
        .await;
    assert_eq!(code(stale.unwrap_err()), 3007);
    let unknown = store
        .with_cabinet(&scope(foreign), async |tx| patients::get(tx, id).await)
        .await
        .unwrap_err();
    let nowhere = store
        .with_cabinet(&within, async |tx| patients::get(tx, PatientId(new_id())).await)
        .await
        .unwrap_err();
    assert_eq!(
        unknown.to_string(),
        nowhere.to_string(),
        "a foreign record looks like one that does not exist"
    );
    store
        .with_cabinet(&within, async |tx| patients::delete(tx, id, Some(2), "asked").await)
        .await
        .unwrap();
    assert!(find(&within, "wvu").await.is_empty());
    store
        .with_cabinet(&within, async |tx| patients::restore(tx, id).await)
        .await
        .unwrap();
    assert_eq!(find(&within, "wvu").await.len(), 1);
    let mut wrong = renamed.clone();
    (wrong.birth_date, wrong.nir, wrong.first_name) = (date(2199, 1, 1), Some("1".to_owned()), String::new());
    let refused = store
        .with_cabinet(&within, async |tx| {
            patients::create(tx, PatientId(new_id()), &wrong).await
        })
        .await;
    let failure = nova_errors::Failure::from(refused.unwrap_err());
    assert_eq!(
        (failure.code.number, failure.details.len()),
        (3006, 3),
        "all faults at once"
    );
    // Every access is in the audit of this patient.
    let filter = audit::Filter {
        patient: Some(id),
        limit: 100,
        ..audit::Filter::default()
    };
    let actions: Vec<String> = store
        .with_cabinet(&within, async |tx| audit::list(tx, &filter).await)
        .await
        .unwrap()
        .into_iter()
        .rev()
        .map(|kept| kept.action)
        .collect();
    let (seen, done): (Vec<String>, Vec<String>) = actions.into_iter().partition(|action| action == "patient.search");
    assert_eq!(
        done,
        ["patient.create", "patient.update", "patient.delete", "patient.restore"]
    );
    // Whoever found it in a list saw it, too; while it was put away, nobody did.
    assert_eq!(seen.len(), 7);
}

#[tokio::test]
async fn lists_are_paged_in_the_order_of_names_without_gap_or_repetition() {
    let (store, demo) = world().await.demo().await;
    let within = scope(&demo.cabinets[0]);
    for number in 0..7 {
        let details = somebody(&format!("Page{}", number % 3), "Ada");
        store
            .with_cabinet(&within, async |tx| {
                patients::create(tx, PatientId(new_id()), &details).await
            })
            .await
            .unwrap();
    }
    let (mut after, mut names) = (None, Vec::new());
    loop {
        let wanted = Search {
            typed: "page ada".to_owned(),
            after: after.take(),
            limit: 2,
            ..Search::default()
        };
        let page = store
            .with_cabinet(&within, async |tx| patients::search(tx, &wanted).await)
            .await
            .unwrap();
        let Some((last, name)) = page.last() else { break };
        after = Some((name.clone(), last.id));
        names.extend(page.iter().map(|(one, _)| one.details.last_name.clone()));
    }
    assert_eq!(names, ["Page0", "Page0", "Page0", "Page1", "Page1", "Page2", "Page2"]);
}

#[tokio::test]
async fn teeth_are_charted_and_a_wrong_entry_is_struck_out() {
    let (store, demo) = world().await.demo().await;
    let cabinet = &demo.cabinets[0];
    let (within, patient) = (scope(cabinet), cabinet.patients[0]);
    let tooth = Tooth::try_from(36).unwrap();
    let entry = |state, day| ToothEntry {
        event: ToothEvent {
            tooth,
            surfaces: String::new(),
            state,
            done_on: date(2026, 2, day),
        },
        note: None,
    };
    let wrong = EntryId(new_id());
    store
        .with_cabinet(&within, async |tx| {
            patients::add_tooth_event(tx, &me(), patient, EntryId(new_id()), &entry(ToothState::Crown, 1)).await?;
            patients::add_tooth_event(tx, &me(), patient, wrong, &entry(ToothState::Extracted, 2)).await
        })
        .await
        .unwrap();
    let (_, chart) = store
        .with_cabinet(&within, async |tx| patients::teeth(tx, patient).await)
        .await
        .unwrap();
    assert_eq!(chart[&tooth].0, ToothState::Extracted);
    let (history, chart) = store
        .with_cabinet(&within, async |tx| {
            patients::strike(tx, &me(), patient, "tooth", wrong).await?;
            patients::teeth(tx, patient).await
        })
        .await
        .unwrap();
    assert_eq!(chart[&tooth].0, ToothState::Crown);
    assert_eq!(
        history.iter().filter(|one| one.ended_at.is_some()).count(),
        1,
        "it stays readable"
    );
}

#[tokio::test]
async fn two_records_of_one_person_are_merged_and_parted() {
    let (store, demo) = world().await.demo().await;
    let within = scope(&demo.cabinets[0]);
    let (one, other, merge) = (PatientId(new_id()), PatientId(new_id()), MergeId(new_id()));
    let condition = |label: &str| patients::Condition {
        kind: "allergy".to_owned(),
        label: label.to_owned(),
        code: None,
        severity: None,
        since: None,
        until: None,
        note: None,
    };
    store
        .with_cabinet(&within, async |tx| {
            for (id, first_name) in [(one, "Jean-Paul"), (other, "Jean Paul")] {
                patients::create(tx, id, &somebody("Doublon", first_name)).await?;
                patients::add_condition(tx, &me(), id, EntryId(new_id()), &condition(first_name)).await?;
            }
            Ok(())
        })
        .await
        .unwrap();
    let suspects = store
        .with_cabinet(&within, async |tx| patients::duplicates(tx, one).await)
        .await
        .unwrap();
    assert_eq!(suspects.iter().map(|suspect| suspect.id).collect::<Vec<_>>(), [other]);
    let merged = store
        .with_cabinet(&within, async |tx| patients::merge(tx, merge, one, other).await)
        .await
        .unwrap();
    assert_eq!(merged.rows["conditions"], 1);
    let labels = async |id| {
        let all = store
            .with_cabinet(&within, async |tx| patients::conditions(tx, id).await)
            .await
            .unwrap();
        all.into_iter().map(|one| one.entry.label).collect::<Vec<_>>()
    };
    assert_eq!(labels(one).await, ["Jean-Paul", "Jean Paul"]);
    let gone = store
        .with_cabinet(&within, async |tx| patients::get(tx, other).await)
        .await
        .unwrap();
    assert_eq!(gone.merged_into, Some(one));
    let again = store
        .with_cabinet(&within, async |tx| {
            patients::merge(tx, MergeId(new_id()), one, other).await
        })
        .await;
    assert_eq!(code(again.unwrap_err()), 3012);
    store
        .with_cabinet(&within, async |tx| patients::part(tx, merge).await)
        .await
        .unwrap();
    assert_eq!(
        (labels(one).await, labels(other).await),
        (vec!["Jean-Paul".to_owned()], vec!["Jean Paul".to_owned()])
    );
    let twice = store
        .with_cabinet(&within, async |tx| patients::part(tx, merge).await)
        .await;
    assert_eq!(code(twice.unwrap_err()), 3005);
}

#[tokio::test]
async fn a_configuration_is_compared_activated_and_taken_back() {
    let (store, demo) = world().await.demo().await;
    let within = scope(&demo.cabinets[0]);
    let wanted = Configuration::default()
        .with(&std::collections::BTreeMap::from([(
            "booking.step_minutes".to_owned(),
            json!(20),
        )]))
        .unwrap();
    let (changes, live) = store
        .with_cabinet(&within, async |tx| {
            let proposed = configuration::propose(tx, &me(), &wanted, "wider steps").await?;
            let changes = configuration::changes(tx, proposed.number).await?;
            configuration::activate(tx, proposed.number).await?;
            Ok((changes, configuration::live(tx).await?.map(|version| version.number)))
        })
        .await
        .unwrap();
    assert_eq!(
        (changes.len(), changes[0].path.as_str(), live),
        (1, "booking.step_minutes", Some(2))
    );
    let back = store
        .with_cabinet(&within, async |tx| {
            configuration::activate(tx, 1).await?;
            configuration::live(tx).await
        })
        .await
        .unwrap();
    assert_eq!(back.unwrap().configuration, Configuration::default());
}

#[tokio::test]
async fn a_cabinet_is_looked_at_and_remembers_how_it_was() {
    let (store, demo) = world().await.demo().await;
    let cabinet = &demo.cabinets[0];
    let within = scope(cabinet);
    let worst = async || {
        let findings = store.with_cabinet(&within, health::check).await.unwrap();
        findings.into_iter().map(|finding| finding.condition).max().unwrap()
    };
    assert_eq!(worst().await, Condition::Healthy);
    store
        .with_cabinet(&within, async |tx| {
            nova_practice_store::cabinets::set_opening_hours(tx, &[]).await
        })
        .await
        .unwrap();
    assert_eq!(worst().await, Condition::Failing);
    let history = store
        .with_cabinet(&within, async |tx| {
            health::history(
                tx,
                &health::Filter {
                    limit: 100,
                    ..health::Filter::default()
                },
            )
            .await
        })
        .await
        .unwrap();
    let hours: Vec<_> = history
        .iter()
        .filter(|one| one.check == "hours")
        .map(|one| one.condition)
        .collect();
    assert_eq!(hours, [Condition::Failing, Condition::Healthy]);
}

#[tokio::test]
async fn a_roll_out_stops_at_an_ill_cabinet_and_is_taken_back() {
    use nova_practice::cabinet::Stage;
    use nova_practice_store::rollout::{self, NewRollout};
    let (store, demo) = world().await.demo().await;
    let [pilot, second, third] = [0, 1, 2].map(|place: usize| demo.cabinets[place].clone());
    let new = NewRollout {
        changes: std::collections::BTreeMap::from([("booking.hold_minutes".to_owned(), json!(7))]),
        note: "shorter holds".to_owned(),
        stages: vec![
            Stage {
                name: "pilot".to_owned(),
                cabinets: vec![pilot.id],
            },
            Stage {
                name: "all".to_owned(),
                cabinets: vec![second.id, third.id],
            },
        ],
    };
    let rollout = store
        .with_group(&me(), async |tx| rollout::begin(tx, new_id(), &new).await)
        .await
        .unwrap();
    let holds = async |cabinet: &nova_practice_store::demo::DemoCabinet| {
        let live = store.with_cabinet(&scope(cabinet), configuration::live).await.unwrap();
        live.unwrap().configuration.booking.hold_minutes
    };
    assert_eq!(rollout::advance(&store, &me(), rollout.id).await.unwrap().stage, 1);
    assert_eq!((holds(&pilot).await, holds(&second).await), (7, 10));
    // The pilot falls ill: nobody else gets it.
    store
        .with_cabinet(&scope(&pilot), async |tx| {
            nova_practice_store::cabinets::set_opening_hours(tx, &[]).await
        })
        .await
        .unwrap();
    assert_eq!(
        rollout::advance(&store, &me(), rollout.id).await.unwrap().status,
        "paused"
    );
    assert_eq!(holds(&second).await, 10);
    // Somebody changes another setting meanwhile: that stays.
    store
        .with_cabinet(&scope(&pilot), async |tx| {
            let mut wanted = configuration::live(tx).await?.unwrap().configuration;
            wanted.booking.step_minutes = 20;
            let made = configuration::propose(tx, &me(), &wanted, "longer steps").await?;
            configuration::activate(tx, made.number).await
        })
        .await
        .unwrap();
    assert_eq!(
        rollout::roll_back(&store, &me(), rollout.id).await.unwrap().status,
        "rolled_back"
    );
    assert_eq!(holds(&pilot).await, 10);
    let live = store.with_cabinet(&scope(&pilot), configuration::live).await.unwrap();
    assert_eq!(live.unwrap().configuration.booking.step_minutes, 20);
    assert!(rollout::roll_back(&store, &me(), rollout.id).await.is_err());
}
