//! The frames that are ours. All others pass unread (docs/voice-agents.md).

use std::collections::BTreeMap;

use engine::call::{CallId, Kept, Talk};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A longer frame is sound, and not looked at, in bytes.
const LONGEST_WORD: usize = 16 * 1024;

/// The first frame to an agent: which call it is, and what the flow says of it.
pub(super) fn of_call(call: &CallId, talk: &Talk) -> String {
    #[derive(Serialize)]
    struct Frame<'a> {
        kind: &'static str,
        call: Body<'a>,
    }
    #[derive(Serialize)]
    struct Body<'a> {
        id: &'a str,
        agent: &'a str,
        send: BTreeMap<&'a str, &'a Value>,
    }
    let send = talk.sent.iter().map(|(name, kept)| (name.as_str(), &kept.0)).collect();
    let call = Body { id: call.as_str(), agent: &talk.agent, send };
    // Maps with text keys and plain values can always be written.
    serde_json::to_string(&Frame { kind: "Call", call }).unwrap_or_default()
}

/// What an agent hands over.
#[derive(Debug, PartialEq)]
pub(super) struct HandOver {
    /// The word for where to.
    pub(super) to: String,
    /// What it gives with the caller.
    pub(super) set: Kept,
}

/// What a frame of an agent is.
#[derive(Debug, PartialEq)]
pub(super) enum Said {
    /// For Call Automation: it passes.
    Pass,
    /// For us.
    HandOver(HandOver),
    /// Meant for us, and not to be read.
    Unreadable,
}

/// Looks at a frame of an agent. The case of names does not matter, as Call Automation's own does not.
pub(super) fn read(text: &str) -> Said {
    #[derive(Deserialize)]
    struct Frame {
        #[serde(alias = "Kind")]
        kind: String,
    }
    if text.len() > LONGEST_WORD {
        return Said::Pass;
    }
    let is_ours = serde_json::from_str::<Frame>(text)
        .is_ok_and(|frame| frame.kind.eq_ignore_ascii_case("HandOver"));
    if !is_ours {
        return Said::Pass;
    }
    handed(text).map_or(Said::Unreadable, Said::HandOver)
}

fn handed(text: &str) -> Option<HandOver> {
    let frame: Value = serde_json::from_str(text).ok()?;
    let body = member(&frame, "handOver")?;
    let to = member(body, "to")?.as_str()?.to_owned();
    let set = match member(body, "set") {
        Some(Value::Object(set)) => set.clone(),
        Some(Value::Null) | None => Map::new(),
        Some(Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) => {
            return None;
        }
    };
    Some(HandOver { to, set: Kept(set.into()) })
}

fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let found = value.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn sound_passes_and_a_hand_over_is_read_in_any_case() {
        for text in [
            r#"{"Kind":"AudioData","AudioData":{"Data":"AAA="},"StopAudio":null}"#,
            r#"{"kind":"stopAudio","stopAudio":{}}"#,
            r#"{"kind":"audioData","audioData":{"data":"HandOver"}}"#,
            "",
            "HandOver",
            r#"{"kind":7}"#,
        ] {
            assert_eq!(read(text), Said::Pass, "{text}");
        }
        let handed =
            Said::HandOver(HandOver { to: "person".to_owned(), set: Kept(json!({"a": 1})) });
        for text in [
            r#"{"kind":"HandOver","handOver":{"to":"person","set":{"a":1}}}"#,
            r#"{"Kind":"handover","HandOver":{"To":"person","Set":{"a":1}}}"#,
        ] {
            assert_eq!(read(text), handed, "{text}");
        }
        let bare = HandOver { to: "x".to_owned(), set: Kept(json!({})) };
        assert_eq!(read(r#"{"kind":"HandOver","handOver":{"to":"x"}}"#), Said::HandOver(bare));
    }

    #[test]
    fn a_hand_over_that_says_nothing_is_not_taken_for_sound() {
        for text in [
            r#"{"kind":"HandOver"}"#,
            r#"{"kind":"HandOver","handOver":{}}"#,
            r#"{"kind":"HandOver","handOver":{"to":5}}"#,
            r#"{"kind":"HandOver","handOver":{"to":"x","set":[1]}}"#,
        ] {
            assert_eq!(read(text), Said::Unreadable, "{text}");
        }
        let long = format!(r#"{{"kind":"HandOver","x":"{}"}}"#, "y".repeat(LONGEST_WORD));
        assert_eq!(read(&long), Said::Pass, "what is long is sound");
    }

    #[test]
    fn an_agent_is_told_which_call_it_is() {
        let talk = Talk {
            number: 7,
            agent: "helper".to_owned(),
            sent: vec![("who".to_owned(), Kept(json!("Ada")))],
            until: None,
        };
        let frame: Value = serde_json::from_str(&of_call(&CallId("A".to_owned()), &talk)).unwrap();
        let call = json!({"id": "A", "agent": "helper", "send": {"who": "Ada"}});
        assert_eq!(frame, json!({"kind": "Call", "call": call}));
    }
}
