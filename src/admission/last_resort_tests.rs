//! Callers without a ledger, against a world that does as it is told.

use std::{
    collections::VecDeque,
    sync::{Mutex, atomic::AtomicBool},
};

use async_trait::async_trait;
use engine::call::SettlementFacts;
use tempfile::TempDir;
use webhooks::RawId;

use super::*;
use crate::sealing::KeyRing;

const FALLBACK: &str = "+442079460100";
const LINE: &str = "+18005550100";
const CALLER: &str = "+442079460123";

/// Answers as scripted, and remembers what it was asked: name, id's number and bytes.
#[derive(Default)]
struct World {
    answers: Mutex<VecDeque<Try>>,
    asked: Mutex<Vec<(String, Number, Millis, String)>>,
    hangs: AtomicBool,
}

#[async_trait]
impl Transmit for World {
    async fn attempt(&self, command: &Outgoing, payload: &Payload) -> Answer {
        let body = serde_json::to_string(payload).unwrap();
        let asked = (command.name.clone(), command.number, command.first_sent, body);
        self.asked.lock().unwrap().push(asked);
        if self.hangs.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
        let answer = self.answers.lock().unwrap().pop_front();
        Answer::Settled(answer.unwrap_or(Try::Done(SettlementFacts::default())))
    }
}

struct Bench {
    world: Arc<World>,
    resort: LastResort,
    spool: Spool,
    folder: TempDir,
}

fn bench(redirect: Option<&str>, reject: bool, answers: impl IntoIterator<Item = Try>) -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep").join("turned-away");
    let clock = Clock::start();
    let spool = Spool::new(&path, Arc::new(KeyRing::ephemeral().unwrap()), clock);
    let settings = settings::LastResort {
        redirect: redirect.map(str::to_owned),
        own_numbers: vec![LINE.to_owned()],
        reject,
        spool: path,
    };
    let world = Arc::new(World::default());
    world.answers.lock().unwrap().extend(answers);
    let resort = LastResort::new(world.clone(), clock, settings, spool.clone());
    Bench { world, resort, spool, folder }
}

fn stranded(dialled: &str) -> Stranded {
    let incoming = Incoming {
        rang_at: 1_700_000_000_000,
        context: IncomingCallContext::new("capability"),
        from: Some(RawId::new(format!("4:{CALLER}"))),
        to: Some(RawId::new(format!("4:{dialled}"))),
        caller_name: None,
        server_call_id: None,
        correlation_id: None,
    };
    Stranded { incoming, event: [7; 16] }
}

fn call() -> CallId {
    CallId("01HF0000000000000000000000".to_owned())
}

fn refused(status: u16) -> Try {
    Try::Answered { status, sub_code: None, retry_after: None }
}

fn reset() -> Try {
    Try::Uncertain { cause: "reset".to_owned() }
}

impl Bench {
    fn asked(&self) -> Vec<String> {
        self.world.asked.lock().unwrap().iter().map(|(name, ..)| name.clone()).collect()
    }
}

/// Fallback number, whether to reject, the way, how long it has rung, what the world answers, what is done,
/// and what is asked for.
type Case = (Option<&'static str>, bool, Door, Millis, Vec<Try>, Option<Resort>, &'static str);

fn cases() -> Vec<Case> {
    use Door::{Busy, Elsewhere, In, Nowhere};
    use Resort::{Dropped, Redirected, Rejected};
    let (to, way) = (Some(FALLBACK), Elsewhere);
    let twice = "RedirectCall RedirectCall";
    let both = "RedirectCall RejectCall";
    vec![
        // The fallback number takes it.
        (to, true, way, 0, vec![], Some(Redirected), "RedirectCall"),
        // Nobody knows what became of it: once more, the same.
        (to, true, way, 0, vec![reset()], Some(Redirected), twice),
        // ACS is down, too: Event Grid will try again; if not, the caller hears busy.
        (to, true, way, 0, vec![refused(500), refused(503)], None, twice),
        (to, true, way, 20_000, vec![refused(403)], Some(Rejected), both),
        // Both are refused: the caller is gone, or somebody else has the call.
        (to, true, way, 20_000, vec![refused(400), refused(400)], Some(Dropped), both),
        // No fallback: wait for the next try of Event Grid while there may be one.
        (None, true, way, 0, vec![], None, ""),
        (None, true, way, 20_000, vec![], Some(Rejected), "RejectCall"),
        (None, false, way, 20_000, vec![], None, ""),
        // The number that was dialled is no way out.
        (Some(LINE), true, way, 20_000, vec![], Some(Rejected), "RejectCall"),
        (to, true, Busy, 0, vec![], Some(Rejected), "RejectCall"),
        (to, false, Busy, 0, vec![], None, ""),
        (to, true, Nowhere, 26_000, vec![], Some(Dropped), ""),
        (to, true, In, 0, vec![], None, ""),
    ]
}

#[tokio::test]
async fn what_is_done_for_whom() {
    for (n, (target, reject, way, age, answers, expected, asked)) in cases().into_iter().enumerate()
    {
        let bench = bench(target, reject, answers);
        let how = bench.resort.help(&call(), &stranded(LINE), way, age).await;
        assert_eq!((how, bench.asked().join(" ").as_str()), (expected, asked), "case {n}");
        let lines = bench.spool.take().unwrap();
        assert_eq!(lines.len(), usize::from(how.is_some()), "case {n}: one line for each");
    }
}

#[tokio::test]
async fn a_world_that_hangs_is_given_up_and_the_sender_is_told_to_try_again() {
    let bench = bench(Some(FALLBACK), true, []);
    bench.world.hangs.store(true, Ordering::Relaxed);
    let (call, stranded) = (call(), stranded(LINE));
    let help = bench.resort.help(&call, &stranded, Door::Elsewhere, 20_000);
    let how = tokio::time::timeout(Duration::from_secs(20), help).await;
    assert_eq!(how.expect("it ends by itself"), None);
    assert!(bench.spool.take().unwrap().is_empty(), "nothing was done");
}

#[tokio::test]
async fn two_tries_and_two_replicas_ask_for_the_same_thing() {
    let benches = [bench(Some(FALLBACK), true, [reset()]), bench(Some(FALLBACK), true, [])];
    for bench in &benches {
        bench.resort.help(&call(), &stranded(LINE), Door::Elsewhere, 0).await;
    }
    let asked: Vec<_> =
        benches.iter().flat_map(|bench| bench.world.asked.lock().unwrap().clone()).collect();
    assert_eq!(asked.len(), 3);
    assert!(asked.iter().all(|one| *one == asked[0]), "{asked:?}");
}

#[tokio::test]
async fn the_file_holds_nobodys_number_and_gives_back_what_was_noted() {
    let bench = bench(Some(FALLBACK), true, []);
    bench.resort.help(&call(), &stranded(LINE), Door::Elsewhere, 0).await;
    let text = std::fs::read_to_string(bench.folder.path().join("deep/turned-away")).unwrap();
    for secret in [CALLER, "2079460123", "capability"] {
        assert!(!text.contains(secret), "{text}");
    }
    let lines = bench.spool.take().unwrap();
    let spooled = bench.spool.read_line(&lines[0]).unwrap();
    assert_eq!((spooled.call, spooled.event), (call(), [7; 16]));
    assert_eq!(spooled.away.how, Resort::Redirected);
    assert_eq!(spooled.away.incoming.from, stranded(LINE).incoming.from);
    // Another note goes into a file of its own; what was taken stays until it is in the ledger.
    bench.resort.help(&call(), &stranded(LINE), Door::Elsewhere, 0).await;
    assert_eq!(bench.spool.take().unwrap(), lines, "an import that was cut off comes again");
    bench.spool.imported().unwrap();
    assert_eq!(bench.spool.take().unwrap().len(), 1);
    bench.spool.imported().unwrap();
    assert_eq!(bench.spool.take().unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_line_that_was_cut_off_or_changed_is_told_from_a_good_one() {
    let bench = bench(Some(FALLBACK), true, []);
    bench.resort.help(&call(), &stranded(LINE), Door::Elsewhere, 0).await;
    let line = bench.spool.take().unwrap().remove(0);
    assert!(bench.spool.read_line(&line[..line.len() - 9]).is_err());
    assert!(bench.spool.read_line(&line.replace("01HF", "01HE")).is_err(), "of another call");
}
