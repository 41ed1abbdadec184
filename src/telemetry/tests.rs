use std::{
    io,
    sync::{Arc, Mutex},
};

use super::*;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn told(format: LogFormat, filter: &str, tell: impl FnOnce()) -> String {
    let lines = Lines::default();
    let sink = lines.clone();
    let log = Log { format, filter: filter.to_owned() };
    let subscriber = subscriber(&log, move || sink.clone()).unwrap();
    tracing::subscriber::with_default(subscriber, tell);
    let bytes = lines.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn json_lines_have_the_fields_at_the_top() {
    let text = told(LogFormat::Json, "info", || {
        let span = tracing::info_span!("call", call.id = "01ABC");
        let _inside = span.enter();
        tracing::info!(command.number = 7, "sent");
        tracing::debug!("not told");
    });
    let line: serde_json::Value = serde_json::from_str(text.trim()).unwrap();
    assert_eq!(line["message"], "sent");
    assert_eq!(line["command.number"], 7);
    assert_eq!(line["span"]["call.id"], "01ABC");
    assert_eq!(line["level"], "INFO");
}

#[test]
fn text_is_for_people() {
    let text = told(LogFormat::Text, "switchboard=debug,info", || {
        tracing::warn!(queue.name = "people", "nobody is free");
    });
    assert!(text.contains("WARN"), "{text}");
    assert!(text.contains("nobody is free queue.name=\"people\""), "{text}");
}

#[test]
fn libraries_that_tell_addresses_stay_quiet_whatever_the_filter_says() {
    let filter = "trace,typespec_client_core::http=trace";
    let of_a_request = told(LogFormat::Json, filter, || {
        tracing::debug!(target: "typespec_client_core::http::clients", "GET /participants/canary");
        tracing::info!(target: "hyper_util::client", "canary");
    });
    assert_eq!(of_a_request, "");
    let of_others = told(LogFormat::Json, filter, || {
        tracing::warn!(target: "hyper_util::client", "trouble");
        tracing::trace!(target: "hyperbole", "no library of ours");
    });
    assert_eq!(of_others.lines().count(), 2, "{of_others}");
}

#[test]
fn a_wrong_filter_is_an_error() {
    let log = Log { filter: "a=b=c".to_owned(), ..Log::default() };
    assert!(matches!(subscriber(&log, io::stderr), Err(TelemetryError::Filter { .. })));
}
