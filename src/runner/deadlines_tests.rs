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

#[tokio::test]
async fn f48_deadlines_that_fell_due_together_are_paced_earliest_first() {
    let folder = tempfile::tempdir().unwrap();
    let alarms = Arc::new(Alarms::default());
    let keys = Arc::new(KeyRing::ephemeral().unwrap());
    let options = OpenOptions { inline: true, ..OpenOptions::default() };
    let file = folder.path().join("ledger.db");
    let ledger = SqliteLedger::open(&file, keys, alarms.clone(), options).unwrap();
    // Three batches, the last ones recorded first.
    let names: Vec<_> = (0..130).map(|n| (1_000 + n).to_string()).collect();
    for name in names.iter().rev() {
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
    let (consequences, _stream) = Consequences::new();
    handle_due(&ledger, Clock::anchored(5_000), &consequences).await.unwrap();
    let came = alarms.came.lock().unwrap();
    let order: Vec<_> = came.iter().map(|(name, _)| name.clone()).collect();
    assert_eq!(order, names, "the earliest first, each once");
    let after = |n: usize| came[n].1.duration_since(came[0].1).as_millis();
    assert!(after(50) >= 240 && after(100) >= 490, "{} and {} ms", after(50), after(100));
}
