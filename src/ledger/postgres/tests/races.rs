//! Replicas that meet at the worst moment. The moment is made: somebody holds a lock until the other stands
//! before it.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use engine::call::{Number, SettlementFacts};
use tokio_postgres::{Client, Transaction};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{Bench, PostgresBench, address, replicas::until};
use crate::{
    clock::Clock,
    dispatch::{Answer, Dispatch, Payload, Transmit, Try},
    ledger::{
        Claim, Fate, Ledger, Outgoing, PostgresLedger,
        conformance::{arrival, due, id, queues, record, seen},
    },
    runner::Consequences,
};

/// Left out where there is no database.
macro_rules! bench {
    () => {
        match address() {
            Some(_) => PostgresBench::new(),
            None => return eprintln!("left out: SWITCHBOARD_TEST_POSTGRES is not set"),
        }
    };
}

impl PostgresBench {
    /// Waits until a replica's session stands before somebody else's lock.
    async fn stands_in_line(&self) {
        until("a session waits for a lock", async || self.in_line().await > 0).await;
    }

    async fn in_line(&self) -> i64 {
        let sql = "SELECT count(*) FROM pg_stat_activity
            WHERE application_name = $1 AND wait_event_type = 'Lock'";
        self.client().await.query_one(sql, &[&self.schema]).await.unwrap().get(0)
    }

    async fn ask(&self, sql: &str) -> i64 {
        self.client().await.query_one(sql, &[]).await.unwrap().get(0)
    }

    async fn order(&self, sql: &str) {
        self.client().await.batch_execute(sql).await.unwrap();
    }
}

async fn holding<'a>(client: &'a mut Client, sql: &str) -> Transaction<'a> {
    let held = client.transaction().await.unwrap();
    held.batch_execute(sql).await.unwrap();
    held
}

const ANOTHER_MAKES_IT: &str =
    "INSERT INTO call (id, created_at, phase, engine) VALUES ('a', 1, 'New', 1)";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_call_that_another_replica_fails_to_make_is_made_here() {
    let bench = bench!();
    let replica = bench.another().await;
    let mut client = bench.client().await;
    let held = holding(&mut client, ANOTHER_MAKES_IT).await;
    let mut new = arrival("a", 1, &["one"]);
    new.event = Some([1; 16]);
    let fails = async {
        bench.stands_in_line().await;
        // Longer than a call's lock is waited for.
        until("its patience is over", async || bench.in_line().await == 0).await;
        held.rollback().await.unwrap();
    };
    let (recorded, ()) = tokio::join!(replica.record(new), fails);
    assert_eq!(recorded.unwrap().fate, Fate::Applied);
    assert_eq!(seen(&replica, "a").await, ["one"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_call_that_nobody_has_kept_is_not_told_to_be_known() {
    let bench = bench!();
    let replica = bench.another().await;
    let mut client = bench.client().await;
    let held = holding(&mut client, ANOTHER_MAKES_IT).await;
    assert!(replica.record(arrival("a", 1, &["one"])).await.is_err());
    held.rollback().await.unwrap();
    let mut client = bench.client().await;
    let held = holding(&mut client, "SELECT 1 FROM replica FOR UPDATE").await;
    assert!(replica.record(arrival("a", 1, &["one"])).await.is_err(), "while it is struck");
    held.rollback().await.unwrap();
    assert_eq!(record(&replica, "a", 1, &["one"]).await.fate, Fate::Applied);
}

/// Whoever commits a journal row loses the connection instead, after a while.
const COMMITS_BREAK: &str = "
    CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_sleep(0.5); PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
    CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON journal DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION cut()";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_may_have_been_committed_is_not_decided_upon_a_second_time() {
    let bench = bench!();
    let replica = bench.another().await;
    record(&replica, "a", 1, &["one"]).await;
    bench.order(COMMITS_BREAK).await;
    let mut client = bench.client().await;
    let (told, held) = tokio::join!(replica.record(arrival("a", 2, &["two"])), async {
        until("it commits", async || {
            let sql = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
            bench.ask(sql).await > 0
        })
        .await;
        // Has the lock as soon as the connection is gone: nobody can tell what became of the commit.
        let held = holding(&mut client, "SELECT 1 FROM call FOR UPDATE").await;
        until("nobody sleeps any more", async || {
            let sql = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
            bench.ask(sql).await == 0
        })
        .await;
        held
    });
    assert!(told.is_err(), "kept a second time: {told:?}");
    bench.order("DROP TRIGGER cut ON journal").await;
    held.rollback().await.unwrap();
    assert_eq!(bench.ask("SELECT count(*) FROM parked").await, 0);
    assert_eq!(seen(&replica, "a").await, ["one"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_taken_over_while_its_result_is_told_is_not_settled() {
    let bench = bench!();
    let replica = bench.another().await;
    let sent = record(&replica, "a", 1, &["play"]).await.outgoing;
    let mut settled = arrival("a", 2, &["settled"]);
    settled.settles = Some(sent[0].claim());
    let mut client = bench.client().await;
    let held = holding(&mut client, "UPDATE outbox SET owner = 999").await;
    let (told, ()) = tokio::join!(replica.record(settled), async {
        bench.stands_in_line().await;
        held.commit().await.unwrap();
    });
    assert_eq!(told.unwrap().fate, Fate::Fenced);
    assert_eq!(bench.ask("SELECT count(*) FROM outbox").await, 1);
    assert_eq!(seen(&replica, "a").await, ["play"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_result_told_twice_settles_once() {
    let bench = bench!();
    let replica = bench.another().await;
    let sent = record(&replica, "a", 1, &["play; play"]).await.outgoing;
    let claim = |number: Number| Claim { number, owner: sent[0].owner };
    let told = |number, text: &'static str| {
        let mut arrival = arrival("a", 2, &[text]);
        arrival.settles = Some(claim(number));
        arrival
    };
    let both = tokio::join!(
        replica.record(told(1, "settled")),
        replica.record(told(1, "settled")),
        replica.record(told(2, "also settled")),
    );
    assert!(both.0.is_ok() && both.1.is_ok() && both.2.is_ok(), "{both:?}");
    assert_eq!(bench.ask("SELECT count(*) FROM outbox").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unsent_commands_are_not_lost_when_the_dead_cannot_be_buried() {
    let bench = bench!();
    let replica = bench.another().await;
    let unsent = record(&replica, "a", 1, &["play"]).await.outgoing;
    replica.inner.unheard(unsent);
    bench.order("ALTER TABLE lease RENAME TO away").await;
    assert_eq!(replica.adopt_orphans().await.unwrap().len(), 1);
    assert!(replica.adopt_orphans().await.is_err(), "nothing to lose");
    bench.order("ALTER TABLE away RENAME TO lease").await;
}

/// Does what it is asked, and remembers the numbers.
#[derive(Default)]
struct World {
    asked: Mutex<Vec<Number>>,
}

#[async_trait]
impl Transmit for World {
    async fn attempt(&self, command: &Outgoing, _: &Payload) -> Answer {
        self.asked.lock().unwrap().push(command.number);
        Answer::Settled(Try::Done(SettlementFacts::default()))
    }
}

/// Changes with each note of a try.
const TOUCHED: &str = "SELECT xmin::text::bigint FROM outbox WHERE number = 1";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lane_waits_until_a_parked_result_has_freed_the_row_before_it() {
    let bench = bench!();
    let replica = Arc::new(bench.another().await);
    let now = Clock::start().now();
    let commands = record(&*replica, "a", now, &["play; play"]).await.outgoing;
    let untouched = bench.ask(TOUCHED).await;
    let mut client = bench.client().await;
    let held = holding(&mut client, "SELECT 1 FROM call FOR UPDATE").await;
    let (world, tracker) = (Arc::new(World::default()), TaskTracker::new());
    let (consequences, _commands) = Consequences::new();
    let stopping = CancellationToken::new();
    let dispatch = Dispatch::new(
        replica.clone(),
        world.clone(),
        Clock::start(),
        consequences,
        tracker.clone(),
        stopping.clone(),
    );
    dispatch.send(commands);
    until("the first result is parked", async || {
        bench.ask("SELECT count(*) FROM parked").await == 1
    })
    .await;
    // Killed now, its heir takes only the first for one that can have been sent. The lane looks for its row.
    until("the lane asks for the row", async || {
        bench.ask(TOUCHED).await != untouched || world.asked.lock().unwrap().len() > 1
    })
    .await;
    assert_eq!(*world.asked.lock().unwrap(), [1]);
    held.rollback().await.unwrap();
    until("what was parked is applied", async || {
        replica.apply_backlog(&id("a"), 9).await.unwrap();
        bench.ask("SELECT count(*) FROM outbox").await == 0
    })
    .await;
    assert_eq!(*world.asked.lock().unwrap(), [1, 2]);
    stopping.cancel();
    tracker.close();
    tracker.wait().await;
}

async fn struck(bench: &PostgresBench, replica: &PostgresLedger) {
    replica.inner.stand_still();
    bench.order("DELETE FROM replica").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_was_struck_assigns_and_catches_up_under_a_new_name() {
    let bench = bench!();
    let replica = bench.another().await;
    record(&replica, "a", 1, &["seek support 1"]).await;
    struck(&bench, &replica).await;
    let records = replica.assign("support", queues::free(&["adele"]), 2).await.unwrap();
    assert_eq!(records.len(), 1);
    assert_eq!(bench.ask("SELECT count(*) FROM replica").await, 1);
    struck(&bench, &replica).await;
    replica.apply_backlog(&id("a"), 3).await.unwrap();
    assert_eq!(bench.ask("SELECT count(*) FROM replica").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_parked_comes_before_an_offer() {
    let bench = bench!();
    let replica = bench.another().await;
    record(&replica, "a", 1, &["seek support 1"]).await;
    let mut client = bench.client().await;
    let held = holding(&mut client, "SELECT 1 FROM call FOR UPDATE").await;
    assert_eq!(record(&replica, "a", 2, &["leave; end"]).await.fate, Fate::Unapplied);
    held.rollback().await.unwrap();
    let agents = queues::free(&["adele"]);
    assert!(replica.assign("support", agents.clone(), 3).await.unwrap().is_empty());
    replica.apply_backlog(&id("a"), 4).await.unwrap();
    assert!(replica.assign("support", agents, 5).await.unwrap().is_empty());
    assert_eq!(seen(&replica, "a").await, ["seek support 1", "leave; end"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_parked_while_a_call_was_erased_goes_too() {
    let bench = bench!();
    let replica = bench.another().await;
    record(&replica, "a", 1, &["end"]).await;
    assert!(replica.erase(&id("a")).await.unwrap());
    bench.order("INSERT INTO parked (call, at, sealed) SELECT row, 2, 'x' FROM call").await;
    assert_eq!(due(&replica, 2).await, ["a"]);
    replica.apply_backlog(&id("a"), 3).await.unwrap();
    assert!(due(&replica, 4).await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn agents_that_two_queues_share_are_reserved_in_one_order() {
    let bench = bench!();
    let replica = bench.another().await;
    record(&replica, "a", 1, &["seek support 1"]).await;
    record(&replica, "b", 1, &["seek support 2"]).await;
    // The one with the later id has been idle for longer: he is the first to be offered.
    bench
        .order(
            "INSERT INTO agent (id, idle_since, not_before, wrap_up, missed_pause)
             VALUES ('adele', 9, 0, 0, 0), ('diego', 1, 0, 0, 0)",
        )
        .await;
    let mut client = bench.client().await;
    let reserve = |agent: &str| {
        format!("INSERT INTO reservation (agent, slot, call, since) VALUES ('{agent}', 0, 999, 1)")
    };
    let held = holding(&mut client, &reserve("adele")).await;
    let (assigned, ()) =
        tokio::join!(replica.assign("support", queues::free(&["adele", "diego"]), 10), async {
            bench.stands_in_line().await;
            held.batch_execute(&reserve("diego")).await.unwrap();
            held.commit().await.unwrap();
        });
    assert!(assigned.unwrap().is_empty(), "another queue has both");
}
