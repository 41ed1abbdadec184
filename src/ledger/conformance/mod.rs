//! What every store must do, whatever it is built on. Generic over [`Bench`]; a store's own tests call
//! [`suite`].
//!
//! | module | what it holds |
//! |---|---|
//! | `scripted` | a decider that does what the input's text says |
//! | `inputs` | arrivals: duplicates, order, panics, backlog, quarantine |
//! | `commands` | the outbox: settling, orphans, the end of a call |
//! | `lanes` | of the commands of a dead process, which can have been sent |
//! | `queues` | tickets, reservations, assignment |
//! | `records` | deadlines, look-ups, erasure, replay with the real engine |
//! | `keeping` | how long data is kept, whose it is, which keys it needs |
//! | `unreadable` | calls that cannot be read, and the others beside them |
//! | `chance` | arbitrary arrivals against a model |

use std::sync::Arc;

use engine::call::CallId;

use super::{Arrival, Decider, Ledger, Outgoing, Recorded};

pub(super) mod chance;
pub(super) mod commands;
pub(super) mod inputs;
pub(super) mod keeping;
pub(super) mod lanes;
pub(super) mod queues;
pub(super) mod records;
pub(super) mod scripted;
pub(super) mod unreadable;

pub(super) use scripted::{Scripted, script};

/// A store under test.
pub(super) trait Bench {
    /// Whether this machine has what the store needs.
    fn is_there() -> bool {
        true
    }
    /// An empty one.
    fn new() -> Self;
    /// Opens it, or opens it again after the one before was dropped without a proper stop.
    fn open(&self, decider: Arc<dyn Decider>) -> Arc<dyn Ledger>;
    /// Makes a call unreadable that is not held in memory; the second time, readable again.
    fn scramble(&self, call: &CallId);
}

/// Opens the store with a scripted decider.
pub(super) fn open<B: Bench>(bench: &B) -> Arc<dyn Ledger> {
    bench.open(Arc::new(Scripted::default()))
}

/// Call, number and orphan mark of what is adopted.
pub(super) async fn adopted(ledger: &dyn Ledger) -> Vec<(String, u32, bool)> {
    marks_of(&ledger.adopt_orphans().await.unwrap())
}

/// Call, number and orphan mark of commands.
pub(super) fn marks_of(commands: &[Outgoing]) -> Vec<(String, u32, bool)> {
    commands.iter().map(|one| (one.call.to_string(), one.number, one.orphan)).collect()
}

/// A name as the tests write it.
pub(super) fn id(name: &str) -> CallId {
    CallId(name.to_owned())
}

/// An arrival for call `name` whose inputs do what `scripts` say.
pub(super) fn arrival(name: &str, now: i64, scripts: &[&str]) -> Arrival {
    Arrival {
        call: id(name),
        opens: true,
        event: None,
        inputs: scripts.iter().map(|text| script(text)).collect(),
        settles: None,
        now,
    }
}

/// Records an arrival for call `name`.
pub(super) async fn record(
    ledger: &dyn Ledger,
    name: &str,
    now: i64,
    scripts: &[&str],
) -> Recorded {
    ledger.record(arrival(name, now, scripts)).await.unwrap()
}

/// What the call has seen, in the order of decisions.
pub(super) async fn seen(ledger: &dyn Ledger, name: &str) -> Vec<String> {
    ledger.call(&id(name)).await.unwrap().unwrap().tried
}

/// The calls that are due at `now`.
pub(super) async fn due(ledger: &dyn Ledger, now: i64) -> Vec<String> {
    let due = ledger.due(now, 9).await.unwrap();
    due.into_iter().map(|one| one.call.to_string()).collect()
}

/// One test for each member, against the store of `$bench`.
macro_rules! suite {
    ($bench:ty) => {
        $crate::ledger::conformance::suite!($bench;
            inputs::duplicates_change_nothing,
            inputs::inputs_are_decided_upon_in_order,
            inputs::unknown_calls_are_told,
            inputs::a_panic_keeps_the_input_and_what_follows_waits,
            inputs::a_second_panic_quarantines_and_the_call_is_told,
            inputs::calls_do_not_wait_for_each_other,
            keeping::f08_the_quarantine_is_bounded_and_drops_the_oldest,
            commands::commands_are_settled_by_number,
            commands::commands_of_a_dead_process_are_adopted_once,
            commands::commands_nobody_heard_of_are_found_unsent,
            commands::the_end_of_a_call_leaves_only_clean_up,
            lanes::only_the_first_of_a_lane_can_have_been_sent,
            lanes::the_order_of_claims_is_the_order_of_sending,
            lanes::what_a_dead_process_sent_stays_an_orphan,
            queues::an_agent_is_never_promised_twice,
            queues::release_gives_rest_and_idle_time,
            queues::only_the_holder_releases,
            queues::nobody_available_is_told_once,
            queues::the_end_of_a_call_frees_queue_and_agent,
            records::what_is_due_comes_earliest_first,
            records::calls_are_listed_and_found,
            records::a_call_is_found_by_what_its_last_input_says,
            records::the_end_of_a_call_stays_in_its_row,
            records::bundles_are_kept_once,
            records::erasure_leaves_the_decisions,
            records::a_live_call_is_erased_when_it_ends,
            records::replay_gives_the_snapshot,
            keeping::old_calls_are_deleted_in_small_steps,
            keeping::nothing_of_a_deleted_call_is_sent,
            keeping::old_bodies_are_deleted_apart_from_calls,
            keeping::a_caller_is_found_until_erased,
            keeping::keys_in_use_are_counted,
            unreadable::its_commands_do_not_stop_the_others,
            unreadable::it_is_set_aside_until_it_can_be_read,
            unreadable::a_decision_brings_it_back,
            unreadable::a_backlog_set_aside_waits_for_the_next_start,
            unreadable::its_turn_in_the_queue_goes_to_the_next,
            chance::any_arrivals_agree_with_the_model,
        );
    };
    ($bench:ty; $($module:ident::$name:ident),+ $(,)?) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                if !<$bench as $crate::ledger::conformance::Bench>::is_there() {
                    return eprintln!("left out: this machine lacks what the store needs");
                }
                $crate::ledger::conformance::$module::$name::<$bench>().await;
            }
        )+
    };
}
pub(super) use suite;
