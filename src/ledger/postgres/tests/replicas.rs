//! Several replicas on one database.

use std::{sync::Arc, time::Duration};

use engine::{
    Millis,
    call::{Call, Command, Input, Step},
};
use tokio_postgres::Client;

use super::{Bench, PostgresBench, address};
use crate::{
    clock::Clock,
    ledger::{
        Decider, Fate, Holding, Ledger, LedgerError, PostgresLedger,
        conformance::{Scripted, arrival, due, id, marks_of, queues, record, seen},
    },
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
    pub(super) async fn another(&self) -> PostgresLedger {
        self.replica(Arc::new(Scripted::default())).await
    }

    /// Makes a replica look as if nobody had heard of it for long.
    async fn silence(&self, replica: &PostgresLedger) {
        replica.inner.stand_still();
        let sql = "UPDATE replica SET seen = seen - interval '1 minute' WHERE owner = $1";
        let owner = replica.inner.members.owner();
        assert_eq!(self.client().await.execute(sql, &[&owner]).await.unwrap(), 1);
    }
}

pub(super) async fn until<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let clock = Clock::start();
    let end = clock.now() + 20_000;
    while !holds().await {
        assert!(clock.now() < end, "waited in vain: {what}");
        clock.sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until a replica has been heard for long enough to judge others.
async fn judges(replica: &PostgresLedger) {
    until("a replica may judge", async || replica.inner.members.may_judge()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_of_one_call_on_two_replicas_are_decided_upon_one_after_the_other() {
    let bench = bench!();
    let replicas = [bench.another().await, bench.another().await];
    let jobs = (0..60_u8).map(|number| {
        let mut arrival = arrival("a", i64::from(number), &["play"]);
        // Each event comes twice, to either replica.
        arrival.event = Some([number / 2; 16]);
        replicas[usize::from(number) % 2].record(arrival)
    });
    let recorded = futures_util::future::join_all(jobs).await;
    let fates: Vec<_> = recorded.into_iter().map(|one| one.unwrap().fate).collect();
    assert!(!fates.contains(&Fate::UnknownCall));
    until("what was parked is applied", async || {
        replicas[0].apply_backlog(&id("a"), 99).await.unwrap();
        seen(&replicas[0], "a").await.len() == 30
    })
    .await;
    let journal = replicas[1].journal(&id("a"), 0).await.unwrap();
    assert_eq!(journal.iter().map(|row| row.seq).collect::<Vec<_>>(), (1..=30).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_locked_call_keeps_its_inputs_and_nothing_else_waits() {
    let bench = bench!();
    let replica = bench.another().await;
    record(&replica, "a", 1, &["one"]).await;
    let mut holder = bench.client().await;
    let lock = holder.transaction().await.unwrap();
    lock.execute("SELECT 1 FROM call WHERE id = 'a' FOR UPDATE", &[]).await.unwrap();

    let mut two = arrival("a", 2, &["two; play"]);
    two.event = Some([2; 16]);
    let (locked, other) =
        tokio::join!(replica.record(two.clone()), replica.record(arrival("b", 2, &["play"])));
    assert_eq!((locked.unwrap().fate, other.unwrap().fate), (Fate::Unapplied, Fate::Applied));
    assert_eq!(replica.record(two.clone()).await.unwrap().fate, Fate::Duplicate);
    assert_eq!(seen(&replica, "a").await, ["one"]);
    lock.rollback().await.unwrap();

    let backlog = replica.due(0, 9).await.unwrap();
    assert!(backlog.iter().any(|one| one.backlog && one.call == id("a")), "{backlog:?}");
    // What comes later does not overtake it; the commands of both leave.
    let recorded = record(&replica, "a", 3, &["three; play"]).await;
    assert_eq!(recorded.fate, Fate::Applied);
    assert_eq!(seen(&replica, "a").await, ["one", "two; play", "three; play"]);
    assert_eq!(recorded.outgoing.len(), 2);
    assert_eq!(replica.record(two).await.unwrap().fate, Fate::Duplicate);
    assert!(replica.due(0, 9).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_of_a_dead_replica_are_taken_over_and_its_word_no_longer_counts() {
    let bench = bench!();
    let (one, other) = (bench.another().await, bench.another().await);
    let sent = record(&one, "a", 10, &["play; play"]).await.outgoing;
    judges(&other).await;
    assert!(other.adopt_orphans().await.unwrap().is_empty(), "its owner lives");
    assert_eq!(one.holding(sent[0].claim()), Holding::Sure);

    bench.silence(&one).await;
    let adopted = other.adopt_orphans().await.unwrap();
    let left = [("a".to_owned(), 1, true), ("a".to_owned(), 2, false)];
    assert_eq!(marks_of(&adopted), left);
    assert_eq!(adopted[0].payload, sent[0].payload);

    // It wakes up and tells what has become of its first command.
    let mut stale = arrival("a", 20, &["stale"]);
    stale.settles = Some(sent[0].claim());
    assert_eq!(one.record(stale.clone()).await.unwrap().fate, Fate::Fenced);
    assert!(!one.postpone(&id("a"), sent[1].claim(), 1).await.unwrap());
    assert_eq!(one.holding(sent[0].claim()), Holding::Lost, "it goes on under a new name");
    let mut settled = arrival("a", 30, &["settled"]);
    settled.settles = Some(adopted[0].claim());
    assert_eq!(other.record(settled).await.unwrap().fate, Fate::Applied);
    assert_eq!(one.record(stale).await.unwrap().fate, Fate::Fenced, "also when the row is gone");
    assert_eq!(seen(&one, "a").await, ["play; play", "settled"]);

    let again = record(&one, "b", 40, &["play"]).await.outgoing;
    assert_eq!(one.holding(again[0].claim()), Holding::Sure);
    assert!(other.adopt_orphans().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_stops_leaves_its_commands_to_the_others_at_once() {
    let bench = bench!();
    let (one, other) = (bench.another().await, bench.another().await);
    record(&one, "a", 10, &["play"]).await;
    assert!(one.is_eldest().await.unwrap());
    assert!(!other.is_eldest().await.unwrap());
    one.stop().await;
    assert!(other.is_eldest().await.unwrap());
    assert_eq!(other.adopt_orphans().await.unwrap().len(), 1);
    let refused = one.record(arrival("a", 11, &["late"])).await;
    assert!(matches!(refused, Err(LedgerError::Closed)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadline_is_told_to_one_replica_at_a_time() {
    let bench = bench!();
    let (one, other) = (bench.another().await, bench.another().await);
    record(&one, "a", 1, &["due 10"]).await;
    let (here, there) = tokio::join!(one.due(99, 9), other.due(99, 9));
    assert_eq!(here.unwrap().len() + there.unwrap().len(), 1);
    // Whoever was told of it dies: its turn is over soon.
    until("the other is told", async || due(&other, 99).await == ["a"]).await;
    record(&other, "a", 100, &["due 200"]).await;
    assert!(due(&one, 199).await.is_empty());
    assert_eq!(due(&one, 200).await, ["a"], "the next deadline is anybody's");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_replicas_promise_an_agent_once() {
    let bench = bench!();
    let (one, other) = (bench.another().await, bench.another().await);
    for number in 0..6 {
        let queue = if number % 2 == 0 { "support" } else { "sales" };
        record(&one, &format!("call {number}"), 1, &[&format!("seek {queue} {number}")]).await;
    }
    let agents = queues::free(&["adele", "diego"]);
    let assigned = tokio::join!(
        one.assign("support", agents.clone(), 10),
        other.assign("support", agents.clone(), 10),
        one.assign("sales", agents.clone(), 10),
        other.assign("sales", agents.clone(), 10),
    );
    let all = [assigned.0, assigned.1, assigned.2, assigned.3];
    let offers: usize = all.into_iter().map(|one| one.unwrap().len()).sum();
    assert_eq!(offers, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lease_has_one_holder_until_it_ends() {
    let bench = bench!();
    let (one, other) = (bench.another().await, bench.another().await);
    assert!(one.lease("presence", 60_000).await.unwrap());
    assert!(one.lease("presence", 60_000).await.unwrap(), "kept");
    assert!(!other.lease("presence", 60_000).await.unwrap());
    assert!(other.lease("another", 60_000).await.unwrap());
    one.stop().await;
    assert!(other.lease("presence", 50).await.unwrap(), "given back");
    let third = bench.another().await;
    until("the lease ends", async || third.lease("presence", 60_000).await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_lost_in_a_commit_leaves_no_doubt() {
    let bench = bench!();
    let replica = bench.another().await;
    record(&replica, "a", 1, &["one"]).await;
    // Connections are cut all the while; what is told to be kept is kept, once.
    let clock = Clock::start();
    let end = clock.now() + 2_000;
    let cutting = async {
        let client = bench.client().await;
        while clock.now() < end {
            cut(&client, &bench.schema).await;
            clock.sleep(Duration::from_millis(7)).await;
        }
    };
    let telling = async {
        let (mut kept, mut commands, mut number) = (0_usize, 0_usize, 1_u64);
        while clock.now() < end {
            number += 1;
            let mut arrival = arrival("a", 2, &["play"]);
            let mut event = [0; 16];
            event[..8].copy_from_slice(&number.to_be_bytes());
            arrival.event = (number % 2 == 0).then_some(event);
            if let Ok(recorded) = replica.record(arrival).await {
                kept += 1;
                commands += recorded.outgoing.len();
            }
        }
        (kept, commands)
    };
    let ((), (kept, commands)) = tokio::join!(cutting, telling);
    until("connections are there again", async || replica.next_due().await.is_ok()).await;
    let unsent = replica.adopt_orphans().await.unwrap().len();
    let seen = seen(&replica, "a").await.len() - 1;
    // An error may stand for a commit that was not heard of in time, never the other way round.
    assert!(seen >= kept, "{kept} told, {seen} kept");
    assert_eq!(commands + unsent, seen, "every command has a sender: {kept} told");
    assert!(kept > 0, "something was kept all the same");
}

async fn cut(client: &Client, application: &str) {
    let sql = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE application_name = $1 AND backend_start < now() - interval '30 ms' AND random() < 0.4";
    client.execute(sql, &[&application]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_of_a_later_release_is_refused_and_one_of_the_next_is_not() {
    let bench = bench!();
    drop(bench.another().await);
    let client = bench.client().await;
    let known = i64::try_from(super::super::schema::MIGRATIONS.len()).unwrap();
    let sql = "INSERT INTO migration (number, hash, oldest_release) VALUES ($1, 'x', $2)";
    client.execute(sql, &[&(known + 1), &known]).await.unwrap();
    drop(bench.another().await);
    client.execute(sql, &[&(known + 2), &(known + 1)]).await.unwrap();
    let keys = bench.keys.clone();
    let refused = PostgresLedger::open(bench.options(), keys, Arc::new(Scripted::default())).await;
    assert!(matches!(refused, Err(LedgerError::Newer { .. })));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_change_nothing() {
    let bench = bench!();
    let none = PostgresLedger::open_read_only(bench.options(), bench.keys.clone()).await;
    assert!(none.is_err(), "there is none");
    let replica = bench.another().await;
    record(&replica, "a", 1, &["one"]).await;
    let reader = PostgresLedger::open_read_only(bench.options(), bench.keys.clone()).await.unwrap();
    assert_eq!(seen(&reader, "a").await, ["one"]);
    let refused = reader.record(arrival("a", 2, &["two"])).await;
    assert!(matches!(refused, Err(LedgerError::ReadOnly)));
    reader.stop().await;
    assert!(replica.is_eldest().await.unwrap());
}

/// Decides as the engine of a later release would.
struct Later(Scripted);

impl Decider for Later {
    fn decide(&self, call: Call, input: &Input, now: Millis) -> Step {
        let mut step = self.0.decide(call, input, now);
        step.call.version = engine::ENGINE_VERSION + 1;
        step
    }

    fn render(&self, call: &Call, command: &Command) -> Vec<u8> {
        self.0.render(call, command)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_of_a_later_engine_are_left_to_it() {
    let bench = bench!();
    let later = bench.replica(Arc::new(Later(Scripted::default()))).await;
    record(&later, "a", 1, &["due 10"]).await;
    let replica = bench.another().await;
    assert!(replica.call(&id("a")).await.unwrap_err().is_unreadable());
    assert!(due(&replica, 99).await.is_empty());
    assert_eq!(replica.next_due().await.unwrap(), None, "nor is it waited for");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_clock_of_the_database_is_known() {
    let bench = bench!();
    let replica = bench.another().await;
    // Database and test run on one machine.
    assert!(replica.clock_offset().unwrap().abs() < 1_000);
}
