//! Properties: nothing panics, and what is written reads back equal.

use jiff::Timestamp;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::json;
use webhooks::token::{ACS_ISSUER, CallbackValidator, KeySet};
use webhooks::{
    CallConnectionId, CallEvent, CallEventKind as Kind, CorrelationId, EventId, Identifier,
    InvitationId, Participant, Recognition, RecordingId, RecordingKind, RecordingState,
    ResultInformation, ServerCallId, SipDiagnostics, Tone, parse_call_events, parse_event_grid,
};

fn identifier() -> impl Strategy<Value = Identifier> {
    let prefix = prop_oneof![
        Just("4:"),
        Just("8:acs:"),
        Just("8:gcch-acs:"),
        Just("8:orgid:"),
        Just("8:dod:"),
        Just("8:teamsvisitor:"),
        Just("28:orgid:"),
        Just("8:spool:"),
        Just("")
    ];
    (prefix, "[a-z0-9_:+-]{0,40}")
        .prop_map(|(prefix, rest)| Identifier::from_raw_id(&format!("{prefix}{rest}")))
}

fn time() -> impl Strategy<Value = Timestamp> {
    (0..4_000_000_000_i64, 0..1_000_000_000_i32)
        .prop_map(|(second, nano)| Timestamp::new(second, nano).unwrap())
}

fn result() -> impl Strategy<Value = ResultInformation> {
    let details = || {
        option::of(
            (any::<i64>(), ".*").prop_map(|(code, message)| SipDiagnostics { code, message }),
        )
    };
    (any::<i64>(), any::<i64>(), ".*", details(), details()).prop_map(
        |(code, sub_code, message, sip_details, q850_details)| ResultInformation {
            code,
            sub_code,
            message,
            sip_details,
            q850_details,
        },
    )
}

fn recognition() -> impl Strategy<Value = Recognition> {
    let confidence = || option::of((0..=1_000_000_u32).prop_map(|n| f64::from(n) / 1e6));
    prop_oneof![
        vec("[0-9A-D#*]", 0..20).prop_map(|keys| Recognition::Dtmf {
            tones: keys.iter().filter_map(|k| Tone::from_char(k.chars().next()?)).collect(),
        }),
        (".*", option::of(".*"), confidence()).prop_map(|(label, phrase, confidence)| {
            Recognition::Choice { label, phrase: phrase.map(Into::into), confidence }
        }),
        (".*", confidence())
            .prop_map(|(text, confidence)| Recognition::Speech { text: text.into(), confidence }),
        (any::<u8>(), any::<bool>())
            .prop_map(|(digits, luhn)| Recognition::Withheld { digits, luhn }),
    ]
}

fn participant() -> impl Strategy<Value = Participant> {
    (identifier(), any::<bool>(), any::<bool>()).prop_map(|(identifier, is_muted, is_on_hold)| {
        Participant { identifier, is_muted, is_on_hold }
    })
}

fn kind() -> impl Strategy<Value = Kind> {
    let party = || option::of(identifier());
    prop_oneof![
        Just(Kind::CallConnected),
        Just(Kind::CallDisconnected),
        Just(Kind::PlayCompleted),
        recognition().prop_map(Kind::RecognizeCompleted),
        option::of(any::<i64>()).prop_map(|i| Kind::PlayFailed { failed_play_source_index: i }),
        (party(), party()).prop_map(|(transfer_target, transferee)| Kind::CallTransferAccepted {
            transfer_target,
            transferee,
        }),
        (vec(participant(), 0..4), any::<i64>()).prop_map(|(participants, sequence_number)| {
            Kind::ParticipantsUpdated { participants, sequence_number }
        }),
        party().prop_map(|participant| Kind::AddParticipantFailed { participant }),
        (party(), option::of("[a-z0-9-]{1,9}")).prop_map(|(participant, call)| {
            Kind::MoveParticipantSucceeded { participant, from_call: call.map(Into::into) }
        }),
        option::of(".*").prop_map(|id| Kind::CancelAddParticipantSucceeded {
            invitation_id: id.map(InvitationId::from),
        }),
        ("[a-z]*", option::of(time()), option::of("[a-z]*"), option::of(".*")).prop_map(
            |(state, start_date_time, kind, id)| Kind::RecordingStateChanged {
                recording_id: id.map(RecordingId::from),
                state: RecordingState::from_wire(&state),
                start_date_time,
                recording_kind: kind.map(|kind| RecordingKind::from_wire(&kind)),
            },
        ),
        ("[a-z.]{0,20}", ".*", any::<i64>()).prop_map(|(name, text, number)| Kind::Unknown {
            event_type: format!("x{name}"),
            data: json!({"text": text, "number": number, "list": [null, {"a": []}]}).into(),
        }),
    ]
}

fn event() -> impl Strategy<Value = CallEvent> {
    let common = (option::of("[A-Za-z0-9_-]{1,40}"), option::of(".*"), option::of(".*"));
    let rest = (option::of(".*"), option::of(result()), option::of(".*"));
    (".{1,40}", ".*", option::of(time()), common, rest, kind()).prop_map(
        |(
            id,
            source,
            time,
            (connection, server, correlation),
            (context, result, version),
            kind,
        )| {
            CallEvent {
                id: EventId::new(id),
                source,
                time,
                call_connection_id: connection.map(CallConnectionId::from),
                server_call_id: server.map(ServerCallId::from),
                correlation_id: correlation.map(CorrelationId::from),
                operation_context: context,
                result,
                version,
                kind,
                subject: None,
                public_event_type: None,
                unknown: webhooks::UnknownMembers::default(),
            }
        },
    )
}

proptest! {
    #[test]
    fn a_written_event_reads_back_equal(event in event()) {
        let written = serde_json::to_string(&event).unwrap();
        prop_assert_eq!(&serde_json::from_str::<CallEvent>(&written).unwrap(), &event);
        prop_assert_eq!(parse_call_events(written.as_bytes()).unwrap(), vec![Ok(event)]);
    }

    #[test]
    fn a_written_identifier_reads_back_equal(identifier in identifier()) {
        let written = serde_json::to_string(&identifier).unwrap();
        prop_assert_eq!(serde_json::from_str::<Identifier>(&written).unwrap(), identifier);
    }

    #[test]
    fn a_raw_id_comes_back_as_it_was(raw_id in "(4:|8:|28:)?[a-z:_+0-9]{0,30}") {
        let read = Identifier::from_raw_id(&raw_id).raw_id();
        prop_assert_eq!(read.expose(), raw_id);
    }

    #[test]
    fn bytes_never_panic(body in vec(any::<u8>(), 0..300)) {
        let _ = parse_call_events(&body);
        let _ = parse_event_grid(&body, None);
        let _ = KeySet::from_jwks(&body);
    }

    #[test]
    fn damaged_samples_never_panic(
        position in 0..2000_usize,
        byte in any::<u8>(),
        name in prop_oneof![Just("events/ParticipantsUpdated.json"), Just("events/RecognizeCompleted.choices.json")],
    ) {
        let mut body = crate::samples::sample(name);
        let position = position % body.len();
        body[position] = byte;
        let _ = parse_call_events(&body);
        let _ = parse_event_grid(&body, None);
    }

    #[test]
    fn tokens_never_panic(header in "(Bearer )?[A-Za-z0-9_.=-]{0,200}") {
        let keys = KeySet::from_jwks(&crate::signing::jwks(&[crate::signing::jwk(0, "k0")])).unwrap();
        let validator = CallbackValidator::new(ACS_ISSUER, vec!["a".to_owned()]);
        prop_assert!(validator.check([header.as_str()], &keys, Timestamp::UNIX_EPOCH).is_err());
    }
}
