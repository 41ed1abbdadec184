//! The corpora of the fuzz targets, as ordinary tests. They are not in the published crate, so
//! there nothing is replayed.

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use webhooks::frames::{parse_frame, parse_outgoing};
use webhooks::token::{ACS_ISSUER, CallbackValidator, EventGridValidator, KeySet};
use webhooks::{GridEventKind, Schema, parse_call_events, parse_event_grid};

/// Gives each file of a corpus to `check`; returns how many there are, or `None` without corpora.
fn replay(target: &str, check: impl Fn(&str, &[u8])) -> Option<usize> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target);
    let mut count = 0;
    for file in fs::read_dir(folder).ok()? {
        let path = file.unwrap().path();
        check(&path.display().to_string(), &fs::read(&path).unwrap());
        count += 1;
    }
    Some(count)
}

fn enough(count: Option<usize>, least: usize) {
    assert!(count.is_none_or(|count| count >= least), "{count:?}");
}

#[test]
fn envelope() {
    let count = replay("envelope", |path, body| {
        let Ok(events) = parse_call_events(body) else { return };
        for event in events.into_iter().flatten() {
            let written = serde_json::to_vec(&event).unwrap();
            assert_eq!(parse_call_events(&written).unwrap(), [Ok(event)], "{path}");
        }
    });
    enough(count, 40);
}

#[test]
fn event_grid() {
    let count = replay("event_grid", |path, input| {
        let Some((_, body)) = input.split_first() else { return };
        let Ok(events) = parse_event_grid(body, None) else { return };
        for event in events.into_iter().flatten() {
            for schema in [Schema::EventGrid, Schema::CloudEvents] {
                let written = event.to_json(schema).to_string();
                let again = parse_event_grid(written.as_bytes(), None).unwrap().remove(0);
                let again = again.unwrap();
                let partly = matches!(&event.kind, GridEventKind::IncomingCall(call) if !call.unreadable.is_empty());
                assert!(partly || again.kind == event.kind, "{path}: {again:?}");
            }
        }
    });
    enough(count, 10);
}

#[test]
fn frame() {
    let count = replay("frame", |path, text| {
        let Ok(text) = std::str::from_utf8(text) else { return };
        let _ = parse_outgoing(text);
        let Ok(frame) = parse_frame(text) else { return };
        let written = serde_json::to_string(&frame).unwrap();
        assert!(parse_frame(&written).is_ok(), "{path}");
    });
    enough(count, 8);
}

#[test]
fn token() {
    let document = crate::signing::jwks(&[crate::signing::jwk(0, "k0")]);
    let keys = KeySet::from_jwks(&document).unwrap();
    let now = Timestamp::from_second(1_795_000_000).unwrap();
    let audiences = vec!["11111111-2222-3333-4444-555555555555".to_owned()];
    let callback = CallbackValidator::new(ACS_ISSUER, audiences.clone());
    let grid = EventGridValidator::new("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", audiences);
    let count = replay("token", |path, header| {
        let header = String::from_utf8_lossy(header);
        assert!(callback.check(header.lines(), &keys, now).is_err(), "{path}");
        assert!(grid.check(header.lines(), &keys, now).is_err(), "{path}");
    });
    enough(count, 10);
}

#[test]
fn jwks() {
    let count = replay("jwks", |path, document| {
        let Ok(keys) = KeySet::from_jwks(document) else { return };
        assert!(keys.key_ids().all(|kid| keys.has(kid)), "{path}");
    });
    enough(count, 5);
}
