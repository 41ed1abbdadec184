//! Deliveries of Event Grid, in both schemas. The first byte chooses the content type.
#![no_main]

use libfuzzer_sys::fuzz_target;
use webhooks::{GridEventKind, Schema, classify, parse_event_grid};

fuzz_target!(|input: &[u8]| {
    let Some((first, body)) = input.split_first() else { return };
    let content_type = match first % 3 {
        0 => None,
        1 => Some("application/json"),
        _ => Some("application/cloudevents+json"),
    };
    let Ok(events) = parse_event_grid(body, content_type) else { return };
    for event in events.iter().flatten() {
        // What could not be read of an incoming call is not written, so it may differ then.
        let partly = matches!(&event.kind, GridEventKind::IncomingCall(call) if !call.unreadable.is_empty());
        for schema in [Schema::EventGrid, Schema::CloudEvents] {
            let written = event.to_json(schema).to_string();
            let again = parse_event_grid(written.as_bytes(), None).expect("a body").remove(0);
            let again = again.expect("what we write is an event");
            assert!(partly || again.kind == event.kind, "{schema:?}: {again:?} {event:?}");
        }
    }
    let _ = classify(None, events);
});
