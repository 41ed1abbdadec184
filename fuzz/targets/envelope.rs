//! Bodies of mid-call callbacks: what is read is written and reads back equal.
#![no_main]

use libfuzzer_sys::fuzz_target;
use webhooks::parse_call_events;

fuzz_target!(|body: &[u8]| {
    let Ok(events) = parse_call_events(body) else { return };
    for event in events.into_iter().flatten() {
        let shown = format!("{event:?}");
        assert!(!shown.is_empty());
        let _ = event.result.as_ref().map(webhooks::ResultInformation::explain);
        let written = serde_json::to_vec(&event).expect("an event can be written");
        let again = parse_call_events(&written).expect("what we write is a body").remove(0);
        assert_eq!(again.expect("what we write is an event"), event);
    }
});
