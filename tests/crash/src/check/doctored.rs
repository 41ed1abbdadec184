//! Evidence of one sound call, for tests to break.

use serde_json::{Value, json};

use crate::{
    clock::Millis,
    evidence::{Asked, Backlog, Delivered, Dialled, Evidence, Fault, Kept, Row, Sighting},
};

use super::{book::identity, check};

/// When the call was dialled.
pub(crate) const START: Millis = 1_800_000_000_000;
const ID: &str = "01";
const AGENT: &str = "8:orgid:a";

/// The rules that are broken, each once.
pub(crate) fn rules(evidence: &Evidence) -> Vec<&'static str> {
    let mut rules: Vec<_> = check(evidence).into_iter().map(|found| found.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}

/// Evidence to break.
pub(crate) struct Doctored {
    pub(crate) evidence: Evidence,
}

impl Doctored {
    /// A call that was answered, spoken to, connected and recorded, without a fault.
    pub(crate) fn sound() -> Self {
        let mut case = Self { evidence: Evidence::default() };
        case.evidence.kept.push(Kept {
            id: ID.to_owned(),
            correlation: Some("corr".to_owned()),
            phase: "ended".to_owned(),
            outcome: Some("connected".to_owned()),
            rows: Vec::new(),
        });
        case.happens(100, "IncomingCall", "", json!({}));
        case.asks(
            120,
            "answer",
            Some("id-1"),
            json!({"operationContext": "1",
            "callbackUri": "https://localhost:1/webhooks/calls/01/k.s"}),
        );
        case.happens(300, "CallConnected", "1", json!({}));
        case.asks(310, "play", None, json!({"operationContext": "2"}));
        case.happens(3_000, "PlayCompleted", "2", json!({}));
        case.asks(3_010, "addParticipant", Some("id-3"), json!({"operationContext": "3"}));
        case.happens(5_000, "AddParticipantSucceeded", "3", json!({}));
        case.asks(
            5_010,
            "startRecording",
            Some("id-4"),
            json!({"callConnectionId": "conn",
            "operationContext": "4"}),
        );
        case.happens(20_000, "CallDisconnected", "", json!({}));
        case.sees(50, |one| one.state = "ringing".to_owned());
        case.sees(400, |one| one.hears = true);
        case.sees(3_050, |one| one.hears = true);
        case.sees(5_050, |one| one.agents = vec![AGENT.to_owned()]);
        case.sees(20_050, |one| one.state = "ended".to_owned());
        let (call, correlation) = ("call-1".to_owned(), "corr".to_owned());
        let reason = "caller hung up".to_owned();
        let ended = Some(START + 20_000);
        case.evidence.dialled.push(Dialled { call, correlation, at: START, ended, reason });
        case.evidence.backlog.push(Backlog { at: START + 25_000, ..Backlog::default() });
        case
    }

    fn happens(&mut self, ms: Millis, event: &str, context: &str, extra: Value) {
        let at = START + ms;
        let time = jiff::Timestamp::from_millisecond(at).expect("a time").to_string();
        let mut data = json!({"callConnectionId": "conn", "correlationId": "corr"});
        data["operationContext"] = json!(context);
        data["extra"] = extra;
        let body = json!({"id": event, "source": "world", "time": time, "data": data});
        let n = u64::try_from(self.evidence.deliveries.len()).expect("few") + 1;
        let grid = event == "IncomingCall";
        let target = if grid { "/webhooks/events" } else { "/webhooks/calls/01/k.s" };
        let seq = i64::try_from(n).expect("few");
        let (key, kind) = (identity(&body), event.to_owned());
        let row = Row { seq, at, kind, applied: true, event: key, commands: Vec::new() };
        self.call().rows.push(row);
        self.evidence.deliveries.push(Delivered {
            n,
            at,
            kind: if grid { "event_grid" } else { "callback" }.to_owned(),
            event: event.to_owned(),
            attempt: 1,
            status: Some(200),
            target: target.to_owned(),
            body,
            ..Delivered::default()
        });
    }

    fn asks(&mut self, ms: Millis, operation: &str, id: Option<&str>, body: Value) {
        let n = u64::try_from(self.evidence.requests.len()).expect("few") + 1;
        self.evidence.requests.push(Asked {
            n,
            at: START + ms,
            operation: operation.to_owned(),
            status: 202,
            target: format!("/calling/callConnections/conn:{operation}"),
            repeatability: id.map(str::to_owned),
            body,
            ..Asked::default()
        });
    }

    fn sees(&mut self, ms: Millis, change: impl FnOnce(&mut Sighting)) {
        let (call, state) = ("call-1".to_owned(), "connected".to_owned());
        let mut sighting =
            Sighting { call, at: START + ms, state, caller: true, ..Sighting::default() };
        change(&mut sighting);
        self.evidence.sightings.push(sighting);
    }

    pub(crate) fn call(&mut self) -> &mut Kept {
        &mut self.evidence.kept[0]
    }

    pub(crate) fn row(&mut self, kind: &str) -> &mut Row {
        self.call().rows.iter_mut().find(|row| row.kind == kind).expect("a row")
    }

    pub(crate) fn delivery(&mut self, event: &str) -> &mut Delivered {
        self.evidence.deliveries.iter_mut().find(|one| one.event == event).expect("a delivery")
    }

    pub(crate) fn request(&mut self, operation: &str) -> &mut Asked {
        self.evidence.requests.iter_mut().find(|one| one.operation == operation).expect("a request")
    }

    pub(crate) fn fault(&mut self, from: Millis, until: Millis) {
        let (kind, target) = ("kill replica".to_owned(), "replica 0".to_owned());
        self.evidence.faults.push(Fault { from, until, kind, target, restarted: None });
    }
}
