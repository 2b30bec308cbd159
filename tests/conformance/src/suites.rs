//! The laws of each port, by name.

/// Runs every law of a port over one adapter, each as a test of its own. `make` builds a future of a fresh
/// [`Fixture`](crate::Fixture); the queue's laws also take a [`Time`](crate::Time).
#[macro_export]
macro_rules! suite {
    (event_log, $make:expr) => {
        $crate::laws!(
            event_log,
            $make,
            [
                a_stream_without_commits_is_empty,
                commits_come_back_whole_and_in_order_and_prove,
                doing_the_same_thing_twice_is_replayed,
                a_stale_head_conflicts_with_what_stands_there,
                a_head_beyond_the_end_conflicts,
                a_head_that_names_another_hash_conflicts,
                an_id_that_stands_elsewhere_in_the_stream_is_not_used_again,
                a_commit_without_events_is_refused,
                of_many_writers_exactly_one_wins_each_number,
                of_many_who_do_the_same_thing_one_does_it,
                a_stream_of_many_megabytes_is_read_whole,
                a_commit_just_under_the_limit_fits_and_one_over_it_is_refused,
                streams_are_listed_by_prefix_page_by_page,
            ]
        );
    };
    (outbox, $make:expr) => {
        $crate::laws!(
            outbox,
            $make,
            [
                a_commit_is_pending_until_it_is_marked_as_sent,
                what_was_not_stored_is_not_pending,
                every_winner_of_a_race_is_pending_once,
            ]
        );
    };
    (queue, $make:expr, $time:expr) => {
        $crate::laws!(
            queue,
            $make,
            [
                a_message_is_delivered_to_its_function_until_it_is_deleted,
                a_delivery_that_runs_out_is_delivered_again_and_its_receipt_is_void,
                an_extended_delivery_stays_invisible_longer,
                a_delivery_can_be_given_back_at_once,
                a_message_can_be_sent_again_once_it_is_done,
                a_buried_message_is_a_dead_letter_and_never_delivered,
                no_two_receivers_hold_the_same_message,
            ],
            $time
        );
    };
    (deduplicating_queue, $make:expr, $time:expr) => {
        $crate::laws!(
            queue,
            $make,
            [an_id_that_is_waiting_or_in_flight_is_not_sent_twice,],
            $time
        );
    };
    (gates, $make:expr) => {
        $crate::laws!(
            gates,
            $make,
            [
                a_gate_that_nobody_arrived_at_is_empty,
                a_gate_of_any_size_opens_when_everybody_is_there_however_often_they_come,
                whoever_comes_last_in_a_crowd_sees_it_full,
                a_member_that_does_not_exist_is_refused,
                a_gate_waits_for_as_many_as_it_was_first_told,
            ]
        );
    };
    (counters, $make:expr) => {
        $crate::laws!(
            counters,
            $make,
            [
                of_many_who_add_at_once_each_is_told_another_count,
                keys_and_windows_count_apart,
            ]
        );
    };
    (leases, $make:expr) => {
        $crate::laws!(
            leases,
            $make,
            [
                a_lease_keeps_others_out_until_it_runs_out,
                its_holder_prolongs_it_under_the_same_fence,
                a_lease_that_was_given_back_is_free_and_its_fence_still_rises,
                only_its_holder_gives_it_back,
                of_many_who_want_it_one_gets_it,
            ]
        );
    };
    (views, $make:expr) => {
        $crate::laws!(
            views,
            $make,
            [
                the_last_writer_of_an_item_wins,
                items_are_listed_by_prefix_in_the_order_of_their_keys,
                many_large_items_are_listed_whole,
                removing_what_is_not_there_is_fine,
            ]
        );
    };
    (blobs, $make:expr) => {
        $crate::laws!(
            blobs,
            $make,
            [
                a_blob_of_any_size_comes_back,
                a_blob_can_be_read_twice_and_by_many,
                a_later_blob_of_the_same_name_replaces_it_however_durable_they_are,
                a_blob_does_not_exist_until_it_is_finished,
                what_does_not_exist_is_missing,
                blobs_are_removed_by_prefix_within_their_operation,
                names_with_slashes_do_not_get_in_each_others_way,
                a_name_that_leads_elsewhere_is_refused,
            ]
        );
    };
    (data_keys, $make:expr) => {
        $crate::laws!(
            data_keys,
            $make,
            [
                a_key_stays_the_same_and_is_its_operations_own,
                however_many_ask_first_there_is_one_key,
                a_destroyed_key_is_gone_for_good,
            ]
        );
    };
}

/// One test per law; used by [`suite!`].
#[macro_export]
macro_rules! laws {
    ($port:ident, $make:expr, [$($law:ident),* $(,)?]) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $law() {
                $crate::$port::$law(&|| Box::pin($make())).await;
            }
        )*
    };
    ($port:ident, $make:expr, [$($law:ident),* $(,)?], $time:expr) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $law() {
                $crate::$port::$law(&|| Box::pin($make()), &$time).await;
            }
        )*
    };
}
