//! How many events one core reads in a second. Run by `benches/compare.py`, or alone:
//! `cargo bench -p switchboard-webhooks --features testing`.

use std::fs;
use std::hint::black_box;
use std::io::Write as _;
use std::time::{Duration, Instant};

use webhooks::{parse_call_events, parse_event_grid};

/// How long each thing is measured, after a tenth of it to warm up.
const MEASURE: Duration = Duration::from_secs(2);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let connected = sample("events/CallConnected.json")?;
    let participants = sample("events/ParticipantsUpdated.json")?;
    let choices = sample("events/RecognizeCompleted.choices.json")?;
    let incoming = sample("eventgrid/incoming-call.voip.event.json")?;
    let report = |name: &str, rate: f64| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{{\"name\":\"{name}\",\"per_second\":{rate:.0}}}")
    };
    for (name, body) in [
        ("parse CallConnected", &connected),
        ("parse ParticipantsUpdated", &participants),
        ("parse RecognizeCompleted", &choices),
    ] {
        report(name, rate(|| parse_call_events(black_box(body)).is_ok()))?;
    }
    let incoming = || parse_event_grid(black_box(&incoming), Some("application/json")).is_ok();
    report("parse IncomingCall", rate(incoming))?;
    Ok(())
}

fn sample(path: &str) -> std::io::Result<Vec<u8>> {
    fs::read(format!("{}/tests/samples/{path}", env!("CARGO_MANIFEST_DIR")))
}

/// Repetitions in a second.
fn rate(mut once: impl FnMut() -> bool) -> f64 {
    timed(MEASURE / 10, &mut once);
    let (count, took) = timed(MEASURE, &mut once);
    f64::from(count) / took.as_secs_f64()
}

#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn timed(span: Duration, once: &mut impl FnMut() -> bool) -> (u32, Duration) {
    let (begin, mut count) = (Instant::now(), 0);
    while begin.elapsed() < span {
        for _ in 0..64 {
            assert!(black_box(once()), "what is measured has to succeed");
        }
        count += 64;
    }
    (count, begin.elapsed())
}
