use std::sync::Mutex;

use engine::call::{Call, Command, Step};
use tokio::time::Instant;

use super::*;
use crate::{
    ledger::{Decider, OpenOptions, SqliteLedger},
    sealing::KeyRing,
};

/// Calls, each with a deadline at the time that its name says; remembers whose came.
#[derive(Default)]
struct Alarms {
    came: Mutex<Vec<(String, Instant)>>,
}

impl Decider for Alarms {
    fn decide(&self, mut call: Call, input: &Input, _now: Millis) -> Step {
        if *input == Input::DeadlineReached {
            call.ends_by = None;
            self.came.lock().unwrap().push((call.id.to_string(), Instant::now()));
        } else {
            call.ends_by = Some(call.id.as_str().parse().unwrap());
        }
        Step { call, commands: Vec::new(), notes: Vec::new() }
    }

    fn render(&self, _call: &Call, _command: &Command) -> Vec<u8> {
        Vec::new()
    }
}

/// A ledger with these calls, and the folder that it lies in.
async fn with_calls(names: &[String]) -> (tempfile::TempDir, Arc<Alarms>, SqliteLedger) {
    let folder = tempfile::tempdir().unwrap();
    let alarms = Arc::new(Alarms::default());
    let keys = Arc::new(KeyRing::ephemeral().unwrap());
    let options = OpenOptions { inline: true, ..OpenOptions::default() };
    let file = folder.path().join("ledger.db");
    let ledger = SqliteLedger::open(&file, keys, alarms.clone(), options).unwrap();
    for name in names {
        let arrival = Arrival {
            call: CallId(name.clone()),
            opens: true,
            event: None,
            inputs: vec![Input::Resumed],
            settles: None,
            now: 1,
        };
        ledger.record(arrival).await.unwrap();
    }
    (folder, alarms, ledger)
}

/// A webhook of one call is in a slow commit: the deadlines of all others come.
#[tokio::test]
async fn a_busy_call_holds_up_no_deadline_of_another() {
    let names: Vec<_> = ["1001", "1002", "1003"].map(str::to_owned).into();
    let (_folder, alarms, ledger) = with_calls(&names).await;
    let (consequences, _stream) = Consequences::new();
    let busy = consequences.alone_with(&CallId("1001".to_owned())).await;
    let clock = Clock::anchored(5_000);
    let came = || -> Vec<String> {
        alarms.came.lock().unwrap().iter().map(|(name, _)| name.clone()).collect()
    };
    assert!(handle_due(&ledger, clock, &consequences).await.unwrap(), "to be come back to");
    assert_eq!(came(), ["1002", "1003"]);
    drop(busy);
    assert!(!handle_due(&ledger, clock, &consequences).await.unwrap());
    assert_eq!(came(), ["1002", "1003", "1001"]);
}

#[tokio::test]
async fn f48_deadlines_that_fell_due_together_are_paced_earliest_first() {
    // Three batches, the last ones recorded first.
    let names: Vec<_> = (0..130).map(|n| (1_000 + n).to_string()).collect();
    let last_first: Vec<_> = names.iter().rev().cloned().collect();
    let (_folder, alarms, ledger) = with_calls(&last_first).await;
    let (consequences, _stream) = Consequences::new();
    handle_due(&ledger, Clock::anchored(5_000), &consequences).await.unwrap();
    let came = alarms.came.lock().unwrap();
    let order: Vec<_> = came.iter().map(|(name, _)| name.clone()).collect();
    assert_eq!(order, names, "the earliest first, each once");
    let after = |n: usize| came[n].1.duration_since(came[0].1).as_millis();
    assert!(after(50) >= 240 && after(100) >= 490, "{} and {} ms", after(50), after(100));
}
