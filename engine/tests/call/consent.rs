//! Whether the caller knows of a recording, and agrees.

use engine::call::{Agreement, Phase};

use crate::line::{ADELE, Line, spoken};

fn flow(before: &str, queue: &str) -> String {
    format!(
        "flow: t\nvars: {{ notice: text }}\nstart: a\nnodes:\n{before}\n  people: {{ queue: {{ name: support, announce: \"Please hold.\", music: hold.wav, overflow: {{ after: 60s, next: bye }}, record: {queue} }} }}\n  bye: {{ hangup: {{}} }}\n"
    )
}

const ASKED: &str = "  a: { consent: { prompt: \"May we record?\", yes: { tone: \"1\", next: people }, no: { tone: \"2\", next: people }, otherwise: people } }";

#[test]
fn who_said_no_hears_no_sentence_and_is_not_recorded() {
    let record = "{ consent: \"This call is recorded.\" }";
    for (key, expected) in [("two", 0), ("one", 1)] {
        let mut line = Line::with_flow(&flow(ASKED, record));
        line.connect();
        line.keys(&[key]);
        let refused = line.call.consent == Agreement::Refused;
        assert_eq!(refused, key == "two");
        assert_eq!(spoken(line.last()), "Please hold.");
        line.played();
        line.offer(ADELE);
        line.added();
        assert!(matches!(line.call.phase, Phase::Talking { .. }));
        assert_eq!(line.count("StartRecording"), expected, "{record}, {key}");
    }
}

/// He said no while the announcement was still spoken to him and the agent was quick.
#[test]
fn who_said_no_is_not_recorded_by_an_announcement_that_ends_while_they_talk() {
    let mut line = Line::with_flow(&flow(ASKED, "{ consent: \"This call is recorded.\" }"));
    line.connect();
    line.keys(&["two"]);
    line.offer(ADELE);
    let announcement = line.media();
    line.added();
    line.event("PlayCompleted", serde_json::json!({}), Some(announcement));
    assert_eq!(line.count("StartRecording"), 0);
}

/// The sentence is a variable that turned out to be empty: the announcement alone is no consent.
#[test]
fn a_sentence_that_was_not_spoken_was_not_heard() {
    let record = "{ consent: \"${vars.notice}\" }";
    let before = "  a: { say: { text: \"Hello.\", next: people } }";
    for agent_is_quick in [false, true] {
        let mut line = Line::with_flow(&flow(before, record));
        line.connect();
        line.played();
        assert_eq!(spoken(line.last()), "Please hold.");
        let announcement = line.media();
        if !agent_is_quick {
            line.played();
        }
        line.offer(ADELE);
        line.added();
        if agent_is_quick {
            line.event("PlayCompleted", serde_json::json!({}), Some(announcement));
        }
        assert_eq!(line.count("StartRecording"), 0, "quick: {agent_is_quick}");
    }
    // Spoken and heard, it counts, in the queue and in the conversation.
    for agent_is_quick in [false, true] {
        let mut line = Line::with_flow(&flow(before, "{ consent: \"This call is recorded.\" }"));
        line.connect();
        line.played();
        assert_eq!(spoken(line.last()), "Please hold. This call is recorded.");
        let announcement = line.media();
        if !agent_is_quick {
            line.played();
        }
        line.offer(ADELE);
        line.added();
        if agent_is_quick {
            assert_eq!(line.count("StartRecording"), 0);
            line.event("PlayCompleted", serde_json::json!({}), Some(announcement));
        }
        assert_eq!(line.count("StartRecording"), 1, "quick: {agent_is_quick}");
    }
}
