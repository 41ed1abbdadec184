//! What ACS and Event Grid send: whole requests, in the shape and about the size of the official samples
//! (`webhooks/tests/samples`).

use super::{
    Caller,
    tokens::{Tokens, wall},
};

/// An `incomingCallContext` is a token of well over 1 kB.
const CONTEXT_LENGTH: usize = 1_200;
/// Server call ids are an address in base64.
const SERVER_CALL: &str = "aHR0cHM6Ly9hcGkuZmxpZ2h0cHJveHkuc2t5cGUuY29tL2FwaS92Mi9jcC9jb252LXVzZWEtMDItc2RmLWFrcy5jb252LnNreXBlLmNvbS9jb252L0hQbVBHMl8tb0VlYTRYUm5lVFk5NFE";

/// An event of a call.
#[derive(Debug, Clone)]
pub(crate) enum Event {
    /// The call is up.
    CallConnected,
    /// The list of those in the call, sent again with a higher number.
    ParticipantsUpdated {
        /// Higher than the one before.
        sequence: u64,
    },
    /// The caller pressed 1.
    RecognizeCompleted {
        /// The operation's context.
        context: String,
    },
    /// A prompt is over.
    PlayCompleted {
        /// The operation's context.
        context: String,
    },
    /// The call is over.
    CallDisconnected,
}

/// The delivery of a new call.
pub(super) fn incoming(tokens: &Tokens, call: u64, caller: Caller) -> Vec<u8> {
    let word = match caller {
        Caller::Stays => "stays",
        Caller::Leaves => "leaves",
    };
    let context = format!("{word}.{call}.");
    let time = wall();
    let body = format!(
        r#"[{{"id":"{}","topic":"/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/load/providers/Microsoft.Communication/CommunicationServices/load","subject":"/caller/4:+442079460123/recipient/4:+18005550100","data":{{"to":{{"kind":"phoneNumber","rawId":"4:+18005550100","phoneNumber":{{"value":"+18005550100"}}}},"from":{{"kind":"phoneNumber","rawId":"4:+442079460123","phoneNumber":{{"value":"+442079460123"}}}},"serverCallId":"{}","callerDisplayName":"","incomingCallContext":"{context:A<CONTEXT_LENGTH$}","correlationId":"{}"}},"eventType":"Microsoft.Communication.IncomingCall","dataVersion":"1.0","metadataVersion":"1","eventTime":"{time}"}}]"#,
        guid(0xE, call),
        server_call(call),
        guid(0xC, call),
    );
    post("/webhooks/events", &tokens.grid(), "aeg-event-type: Notification\r\n", &body)
}

/// The callback with an event of a call.
pub(super) fn callback(tokens: &Tokens, path: &str, call: u64, id: u64, event: &Event) -> Vec<u8> {
    let (name, data) = data(event);
    let connection = connection(call);
    let time = wall();
    let body = format!(
        r#"[{{"id":"{}","source":"calling/callConnections/{connection}","type":"Microsoft.Communication.{name}","data":{{{data}"version":"2026-03-12","callConnectionId":"{connection}","serverCallId":"{}","correlationId":"{}","publicEventType":"Microsoft.Communication.{name}"}},"time":"{time}","specversion":"1.0","datacontenttype":"application/json","subject":"calling/callConnections/{connection}"}}]"#,
        guid(0xD, id),
        server_call(call),
        guid(0xC, call),
    );
    post(path, &tokens.callback(), "", &body)
}

/// The name of an event and the members that it alone has.
fn data(event: &Event) -> (&'static str, String) {
    const GOOD: &str = r#""resultInformation":{"code":200,"subCode":0,"message":""},"#;
    match event {
        Event::CallConnected => ("CallConnected", GOOD.to_owned()),
        Event::ParticipantsUpdated { sequence } => (
            "ParticipantsUpdated",
            format!(
                r#""participants":[{{"identifier":{{"rawId":"4:+442079460123","kind":"phoneNumber","phoneNumber":{{"value":"+442079460123"}}}},"isMuted":false,"isOnHold":false}}],"sequenceNumber":{sequence},{GOOD}"#
            ),
        ),
        Event::RecognizeCompleted { context } => (
            "RecognizeCompleted",
            format!(
                r#""operationContext":"{context}","resultInformation":{{"code":200,"subCode":8533,"message":"Action completed, DTMF option matched."}},"recognitionType":"dtmf","dtmfResult":{{"tones":["one"]}},"#
            ),
        ),
        Event::PlayCompleted { context } => {
            ("PlayCompleted", format!(r#""operationContext":"{context}",{GOOD}"#))
        }
        Event::CallDisconnected => ("CallDisconnected", GOOD.to_owned()),
    }
}

/// The id of our leg of a call.
pub(super) fn connection(call: u64) -> String {
    guid(0xA, call)
}

/// The call of a leg's id.
pub(super) fn call_of(connection: &str) -> Option<u64> {
    connection.rsplit('-').next().and_then(|digits| digits.parse().ok())
}

/// The id of a conversation.
pub(super) fn server_call(call: u64) -> String {
    format!("{SERVER_CALL}{call:012}")
}

/// The conversation's other id.
pub(super) fn correlation(call: u64) -> String {
    guid(0xC, call)
}

fn guid(family: u8, number: u64) -> String {
    format!("0000000{family:x}-0000-4000-8000-{number:012}")
}

fn post(path: &str, authorization: &str, more: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: {authorization}\r\n{more}Content-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use webhooks::parse_call_events;

    use super::*;

    #[test]
    fn the_service_can_read_every_event() {
        let tokens = Tokens::new().unwrap();
        let events = [
            Event::CallConnected,
            Event::ParticipantsUpdated { sequence: 7 },
            Event::RecognizeCompleted { context: "1".to_owned() },
            Event::PlayCompleted { context: "2".to_owned() },
            Event::CallDisconnected,
        ];
        for event in events {
            let request = callback(&tokens, "/", 5, 9, &event);
            let request = String::from_utf8(request).unwrap();
            let body = request.split_once("\r\n\r\n").unwrap().1;
            let read = parse_call_events(body.as_bytes()).unwrap();
            let read = read.into_iter().next().unwrap().unwrap();
            assert_eq!(read.kind.name(), data(&event).0);
            assert_eq!(call_of(read.call_connection_id.unwrap().as_str()), Some(5));
        }
    }
}
