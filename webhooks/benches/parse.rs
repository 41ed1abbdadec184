//! How many events one core reads, and how many callbacks it verifies, in a second. Run by
//! `benches/compare.py` beside the official parsers, or alone:
//! `cargo bench -p switchboard-webhooks --features testing`.

use std::fs;
use std::hint::black_box;
use std::io::Write as _;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use webhooks::frames::parse_frame;
use webhooks::testing::TestIssuer;
use webhooks::token::{ACS_ISSUER, CallbackValidator, KeySet};
use webhooks::{parse_call_events, parse_event_grid};

/// How long each thing is measured, after a tenth of it to warm up.
const MEASURE: Duration = Duration::from_secs(2);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let connected = sample("events/CallConnected.json")?;
    for (name, path) in [
        ("CallConnected", "events/CallConnected.json"),
        ("ParticipantsUpdated", "events/ParticipantsUpdated.json"),
        ("RecognizeCompleted", "events/RecognizeCompleted.choices.json"),
    ] {
        let body = sample(path)?;
        report(name, || parse_call_events(black_box(&body)).is_ok_and(|e| e[0].is_ok()))?;
    }
    let body = sample("eventgrid/incoming-call.voip.event.json")?;
    let incoming = || parse_event_grid(black_box(&body), None).is_ok_and(|e| e[0].is_ok());
    report("IncomingCall", incoming)?;

    let frame = format!(
        r#"{{"kind":"AudioData","audioData":{{"timestamp":"2026-11-21T10:00:00Z","participantRawID":"8:acs:r_u","data":"{}","silent":false}}}}"#,
        "5ADw".repeat(213),
    );
    report("AudioData frame", || parse_frame(black_box(&frame)).is_ok())?;

    let now = Timestamp::from_second(1_795_000_000)?;
    let issuer = TestIssuer::generate("k")?;
    let keys = KeySet::from_jwks(&issuer.jwks())?;
    let validator = CallbackValidator::new(ACS_ISSUER, vec!["resource".to_owned()]);
    let header = issuer.callback_token("resource", now).authorization()?;
    report("verify and parse CallConnected", || {
        validator.check([black_box(header.as_str())], &keys, now).is_ok()
            && parse_call_events(black_box(&connected)).is_ok()
    })
}

fn sample(path: &str) -> std::io::Result<Vec<u8>> {
    fs::read(format!("{}/tests/samples/{path}", env!("CARGO_MANIFEST_DIR")))
}

fn report(name: &str, mut once: impl FnMut() -> bool) -> Result<(), Box<dyn std::error::Error>> {
    timed(MEASURE / 10, &mut once);
    let (count, took) = timed(MEASURE, &mut once);
    let rate = f64::from(count) / took.as_secs_f64();
    writeln!(std::io::stdout(), r#"{{"name":"{name}","per_second":{rate:.0}}}"#)?;
    Ok(())
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
