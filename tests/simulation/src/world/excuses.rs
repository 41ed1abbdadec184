//! Why a caller may hear nothing for longer than 4 s, and until when: no general indulgence, but for each
//! fault what it costs at most, and only for the call that it strikes where it strikes one.
//!
//! | what went wrong | what it may cost | why no less |
//! |---|---|---|
//! | the end of a prompt or question is lost | until the operation is overdue: twice its speech, its silences, 6 s | nothing else tells of it; asked sooner, slow voices would be cut off |
//! | `CallConnected` is lost | 3 s, then Call Automation is asked | it comes within a second or two |
//! | a roster or `CallDisconnected` is lost | 60 s | a live call is asked about once a minute (ARCHITECTURE.md): more would exceed the published limits |
//! | an event is delayed | its delay | |
//! | a delivery fails and is repeated | 8 s | Call Automation's own pauses |
//! | a request has no answer or a late one | 3 s for the try, 2 s until it is made again | RELIABILITY.md F14, F38 |
//! | 429 | what was asked for, and a quarter | it is honoured, for all calls |
//! | the ledger is slow or down, a crash, a stop | as long as it lasts, and 6 s | nothing can be decided |
//! | the company's endpoint hangs | the flow's limit | |
//!
//! To each 4 s are added: then the next thing must be heard.

use std::collections::BTreeMap;

use emulator::{HttpRequest, stepped::Answered};
use engine::Millis;
use serde_json::Value;

use super::State;

/// Nobody hears nothing for longer than this (I4), in ms.
pub(super) const SILENCE: Millis = 4_000;
/// What the emulator takes for one character (its own figure), in ms.
const MS_PER_CHARACTER: Millis = 60;
/// Beyond twice the speech, in ms.
const OPERATION: Millis = 6_000;
/// To choose by voice, in ms.
const CHOOSING: Millis = 6_000;
/// `CallConnected` is missed after this, in ms.
const CONNECTING: Millis = 3_000;
/// A live call of which nothing is heard is asked about after this, in ms.
const UNHEARD: Millis = 61_000;
/// Call Automation posts again within this, in ms.
const POSTED_AGAIN: Millis = 8_000;
/// One try, and what follows if its fate is unknown, in ms.
const TRY: Millis = 3_000;
const UNKNOWN: Millis = 2_000;
/// A refused request leads on at once.
const REFUSED: Millis = 1_000;
/// After the ledger or the process is back, in ms.
const BACK: Millis = 6_000;

/// From when, until when, in ms since 1970.
#[derive(Debug, Clone, Copy)]
struct Excuse {
    at: Millis,
    until: Millis,
}

/// What was seen to go wrong.
#[derive(Default)]
pub(super) struct Excuses {
    /// By our leg.
    own: BTreeMap<String, Vec<Excuse>>,
    /// For all calls.
    all: Vec<Excuse>,
    /// By our leg: when its last prompt or question is overdue.
    overdue: BTreeMap<String, Millis>,
    /// The last delivery that was looked at.
    read: u64,
}

impl Excuses {
    fn for_one(&mut self, leg: &str, at: Millis, until: Millis) {
        self.own.entry(leg.to_owned()).or_default().push(Excuse { at, until });
    }

    /// Something touches all calls.
    pub(super) fn for_all(&mut self, at: Millis, lasts: Millis) {
        self.all.push(Excuse { at, until: at + lasts });
    }

    /// How long a silence of this leg from `since` may have lasted by `now`, in ms.
    fn allowed(&self, leg: &str, since: Millis, now: Millis) -> Millis {
        let own = self.own.get(leg).map(Vec::as_slice).unwrap_or_default();
        let touching =
            own.iter().chain(&self.all).filter(|one| one.at <= now && one.until >= since);
        let until = touching.map(|one| one.until).max().unwrap_or(since).max(since);
        until - since + SILENCE
    }
}

impl State {
    /// How long this leg's silence from `since` may have lasted by now, in ms.
    pub(super) fn allowed_silence(&self, leg: &str, since: Millis, now: Millis) -> Millis {
        self.excuses.allowed(leg, since, now)
    }

    /// Nothing can be decided for so long.
    pub(super) fn excuse_absence(&mut self, at: Millis, away: Millis) {
        self.excuses.for_all(at, away + BACK);
    }

    /// The company's endpoint keeps a caller waiting.
    pub(super) fn excuse_endpoint(&mut self, at: Millis, waits: Millis) {
        self.excuses.for_all(at, waits);
    }

    /// An event is on its way for so long.
    pub(super) fn excuse_delay(&mut self, at: Millis, late: Millis) {
        self.excuses.for_all(at, late + UNKNOWN);
    }

    /// Reads what became of deliveries since the last look.
    pub(super) fn excuse_deliveries(&mut self) {
        let now = self.now();
        for entry in self.stepped.deliveries(self.excuses.read) {
            self.excuses.read = entry.n;
            let taken = entry.status == Some(200);
            if taken || entry.kind != "callback" {
                continue;
            }
            let until = if entry.lost {
                now + self.lost(&entry.event, &entry.subject, now)
            } else {
                now + POSTED_AGAIN
            };
            self.excuses.for_one(&entry.subject, now, until);
        }
    }

    /// What the loss of an event costs, in ms.
    fn lost(&self, event: &str, leg: &str, now: Millis) -> Millis {
        match event {
            "PlayCompleted" | "PlayFailed" | "PlayCanceled" | "RecognizeCompleted"
            | "RecognizeFailed" | "RecognizeCanceled" => {
                let overdue = self.excuses.overdue.get(leg).copied();
                overdue.unwrap_or(now).saturating_sub(now).max(0)
            }
            "CallConnected" => CONNECTING,
            "ParticipantsUpdated" | "CallDisconnected" => UNHEARD,
            // Music plays meanwhile, or the conversation goes on.
            _ => 0,
        }
    }

    /// A request and what became of it.
    pub(super) fn excuse_request(&mut self, request: &HttpRequest, answered: &Answered) {
        let now = self.now();
        let path = request.path().to_owned();
        let leg = leg_of(&path).to_owned();
        let cost = match answered {
            Answered::Reset { after_ms } => TRY.min(*after_ms) + UNKNOWN,
            Answered::Response { response, after_ms } => {
                let late = if *after_ms > 0 { TRY.min(*after_ms) + UNKNOWN } else { 0 };
                late + match response.status {
                    429 => {
                        let asked = response.header("retry-after").and_then(|s| s.parse().ok());
                        let pause = asked.unwrap_or(1) * 1_250;
                        self.excuses.for_all(now, pause);
                        pause
                    }
                    400..=499 => REFUSED,
                    500..=599 => UNKNOWN,
                    _ => 0,
                }
            }
        };
        if cost > 0 && leg.is_empty() {
            // An answer: whose it is does not stand in the path.
            self.excuses.for_all(now, cost);
        } else if cost > 0 {
            self.excuses.for_one(&leg, now, now + cost);
        }
        if path.ends_with(":play") || path.ends_with(":recognize") {
            let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
            self.excuses.overdue.insert(leg, now + takes(&body));
        }
    }
}

/// Our leg, if the path names one.
pub(super) fn leg_of(path: &str) -> &str {
    let mut parts = path.split('/').skip_while(|part| *part != "callConnections").skip(1);
    parts.next().and_then(|part| part.split(':').next()).unwrap_or_default()
}

/// The longest that a prompt or question may take, in ms. A loop has no end.
fn takes(body: &Value) -> Millis {
    if body["playOptions"]["loop"] == Value::Bool(true) {
        return 0;
    }
    let speech = spoken(body);
    let options = &body["recognizeOptions"];
    if options.is_null() {
        return 2 * speech + OPERATION;
    }
    let seconds = |value: &Value| value.as_i64().unwrap_or(0) * 1_000;
    let silence = seconds(&options["initialSilenceTimeoutInSeconds"]);
    let keys = &options["dtmfOptions"];
    let typing = seconds(&keys["interToneTimeoutInSeconds"])
        .saturating_mul(keys["maxTonesToCollect"].as_i64().unwrap_or(1));
    2 * speech + OPERATION + silence + typing.max(CHOOSING)
}

fn spoken(body: &Value) -> Millis {
    let sources = ["playSources", "playPrompts"]
        .into_iter()
        .flat_map(|name| body[name].as_array().map(Vec::as_slice).unwrap_or_default().iter());
    let one = body["playPrompt"]["text"]["text"].as_str();
    let texts = sources.filter_map(|source| source["text"]["text"].as_str()).chain(one);
    let characters: usize = texts.map(|text| text.chars().count()).sum();
    Millis::try_from(characters).unwrap_or(0) * MS_PER_CHARACTER
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_excuse_is_for_its_leg_and_its_time() {
        let mut excuses = Excuses::default();
        assert_eq!(excuses.allowed("a", 1_000, 9_000), SILENCE);
        excuses.for_one("a", 2_000, 5_000);
        assert_eq!(excuses.allowed("a", 1_000, 9_000), 4_000 + SILENCE);
        assert_eq!(excuses.allowed("a", 5_001, 9_000), SILENCE, "it was over");
        assert_eq!(excuses.allowed("a", 1_000, 1_999), SILENCE, "it was yet to come");
        assert_eq!(excuses.allowed("b", 1_000, 9_000), SILENCE);
        excuses.for_all(3_000, 7_000);
        assert_eq!(excuses.allowed("b", 1_000, 9_000), 9_000 + SILENCE);
    }

    #[test]
    fn an_operation_takes_what_its_request_says() {
        let text = |words: &str| json!([{ "kind": "text", "text": { "text": words } }]);
        let play = json!({ "playSources": text("0123456789") });
        assert_eq!(takes(&play), 2 * 600 + OPERATION);
        let question = json!({ "playPrompts": text("0123456789"), "recognizeOptions": {
            "initialSilenceTimeoutInSeconds": 5,
            "dtmfOptions": { "interToneTimeoutInSeconds": 3, "maxTonesToCollect": 4 } } });
        assert_eq!(takes(&question), 2 * 600 + OPERATION + 5_000 + 12_000);
        assert_eq!(takes(&json!({ "playOptions": { "loop": true } })), 0);
        assert_eq!(leg_of("/calling/callConnections/abc:play"), "abc");
        assert_eq!(leg_of("/calling/callConnections/abc/participants:add"), "abc");
        assert_eq!(leg_of("/calling/callConnections:answer"), "");
    }
}
