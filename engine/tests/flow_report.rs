//! What the checker says of a flow that it accepts.

#![expect(clippy::expect_used, reason = "a test that cannot go on says where and why")]

use std::{fs, path::Path};

use engine::flow::{
    Parts, compile, compile_with,
    report::{Report, report, spoken_time},
};

fn of(source: &str) -> Report {
    report(&compile(source).flow.expect("it is sound"))
}

fn words(report: &Report) -> Vec<String> {
    let line = |(outcome, path): (&&str, &engine::flow::report::Path)| {
        format!("{outcome}: {path} [{}]", path.inputs)
    };
    report.outcomes.iter().map(line).collect()
}

#[test]
fn the_shipped_flow_says_how_it_ends() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../flows/airline/flow.yaml");
    let report = of(&fs::read_to_string(path).expect("it is there"));
    assert_eq!(
        words(&report),
        [
            "completed: greeting → menu (2 baggage) → baggage (no answer) → bye → end [1]",
            "connected: greeting → menu (no answer) → people [0]",
            "voicemail: greeting → menu (no answer) → people (after 1m) → voicemail [0]",
        ]
    );
    let longest = report.longest_wait.expect("no circle in silence");
    // It begins after the caller has typed his flight number.
    let longest_path = longest.to_string();
    assert!(longest_path.starts_with("look_up → is_known (otherwise) → flight_status → menu"));
    assert!(longest_path.ends_with("people (after 1m) → voicemail → bye → end"), "{longest_path}");
    // A minute in the queue, three times the question of 108 letters and 5 s of silence.
    assert!((60_000 + 3 * 12_000..140_000).contains(&longest.takes), "{}", longest.takes);
}

#[test]
fn a_circle_in_silence_has_no_longest_wait() {
    let report = of(
        "flow: t\nstart: a\nnodes:\n  a: { menu: { prompt: \"?\", choices: { x: { tone: \"1\", next: end } }, otherwise: a } }\n  end: { hangup: {} }\n",
    );
    assert_eq!(report.longest_wait, None);
    assert_eq!(words(&report), ["completed: a (1 x) → end [1]"]);
}

#[test]
fn a_call_that_is_never_answered_is_refused() {
    let report = of(
        "flow: t\nstart: a\nnodes:\n  a: { branch: { when: [{ if: \"caller.number == ''\", next: end }], otherwise: away } }\n  away: { redirect: { to: { phone: \"+18005550100\" }, failed: end } }\n  end: { hangup: {} }\n",
    );
    assert_eq!(
        words(&report),
        ["redirected: a (otherwise) → away [0]", "rejected: a (caller.number == '') → end [0]"]
    );
}

#[test]
fn a_sub_flow_is_gone_through() {
    let sub = "subflow: s\nstart: ask\nnodes:\n  ask: { collect: { prompt: \"?\", into: pin, max: 4, next: yes, otherwise: no } }\n  yes: { return: { as: known } }\n  no: { return: {} }\n";
    let flow = "flow: t\nstart: who\nnodes:\n  who: { flow: { file: s.yaml, exits: { known: people }, next: wish, failed: end } }\n  people: { queue: { name: q, overflow: { after: 2m, next: end } } }\n  wish: { callback: { prompt: \"?\", next: end, otherwise: end } }\n  end: { hangup: {} }\n";
    let parts = Parts::from([("s.yaml".to_owned(), sub.to_owned())]);
    let report = report(&compile_with(flow, &parts).flow.expect("it is sound"));
    assert_eq!(
        words(&report),
        [
            "callback: who → who/ask (no answer) → who/no → wish [0]",
            "completed: who → who/ask (no answer) → who/no → wish (no answer) → end [0]",
            "connected: who → who/ask → who/yes → people [1]",
            "rejected: who (failed) → end [0]",
        ]
    );
}

#[test]
fn times_are_written_for_people() {
    for (millis, words) in
        [(0, "0s"), (900, "1s"), (60_000, "1m"), (61_000, "1m 1s"), (3_600_000, "60m")]
    {
        assert_eq!(spoken_time(millis), words);
    }
}
