//! The faults F1 to F58 of docs/reliability.md that the real binary is put through, each under its number.
//!
//! | module | what fails |
//! |---|---|
//! | `arrivals` | what Event Grid delivers |
//! | `commands` | what Call Automation answers |
//! | `deaths` | the process |
//! | `ledgers` | the disk and what stands on it |
//! | `neighbours` | Graph, keys, clocks, files, flows |
//! | `shared` | the shared database |
//! | `table` | nothing: it compares the document with the tests |

use emulator::control::FaultRule;
use serde_json::Value;
use tokio::time::{Duration, Instant};

use crate::rig::{PATIENCE, Rig};

mod arrivals;
mod commands;
mod deaths;
mod ledgers;
mod neighbours;
mod shared;
mod table;

/// How often a condition is looked at that the world does not tell of.
const LOOK: Duration = Duration::from_millis(50);

/// Waits for something that is no condition of the world.
async fn eventually(rig: &Rig, what: &str, is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !rig.control().wait_for(LOOK, |_| is_so()).await {
        assert!(Instant::now() < deadline, "{what} did not come true\n{}", rig.log());
    }
}

/// Every time, from now on.
fn always(on: &str, action: emulator::control::FaultAction) -> FaultRule {
    FaultRule::new(on, action)
}

/// Refused without effect.
fn refuse(status: u16) -> emulator::control::FaultAction {
    emulator::control::FaultAction::Refuse { status, sub_code: None, retry_after: None }
}

/// The statuses of an operation's requests, in the order of their answers.
fn asked(rig: &Rig, operation: &str) -> Vec<u16> {
    let requests = rig.control().requests(0);
    requests.iter().filter(|one| one.operation == operation).map(|one| one.status).collect()
}

/// When an operation's requests were answered.
fn times(rig: &Rig, operation: &str) -> Vec<i64> {
    let requests = rig.control().requests(0);
    requests.iter().filter(|one| one.operation == operation).map(|one| one.at).collect()
}

/// The calls that people can list, newest first.
fn listed(rig: &Rig) -> Vec<Value> {
    let calls: Value = serde_json::from_str(&rig.command(&["trace", "--json"])).unwrap();
    calls.as_array().unwrap().clone()
}

/// A number that the ledger's file holds.
fn counted(rig: &Rig, sql: &str) -> i64 {
    let reader = rusqlite::Connection::open(rig.path("ledger.db")).unwrap();
    reader.query_row(sql, [], |row| row.get(0)).unwrap()
}

/// An `IncomingCall` of the first of January, as Event Grid writes it.
fn old_ring(id: &str, context: &str) -> Value {
    serde_json::json!({
        "id": id,
        "topic": "/subscriptions/x",
        "subject": "/caller/4:+15550100",
        "eventType": "Microsoft.Communication.IncomingCall",
        "eventTime": "2026-01-01T00:00:00Z",
        "dataVersion": "1.0",
        "data": { "incomingCallContext": context },
    })
}

/// A delivery of Event Grid; the status of the answer. Like Event Grid it tries again where there is none.
async fn deliver(rig: &Rig, events: &[Value]) -> u16 {
    let body = serde_json::to_string(events).unwrap();
    let deadline = Instant::now() + PATIENCE;
    loop {
        let request = rig.client().post(rig.url("/webhooks/events"));
        let request = request.header("authorization", rig.grid_authorization());
        let request = request.header("content-type", "application/json");
        match request.body(body.clone()).send().await {
            Ok(answer) => return answer.status().as_u16(),
            Err(error) => assert!(Instant::now() < deadline, "{error}"),
        }
    }
}
