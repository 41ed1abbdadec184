//! All 34 operations filled with things that must not be printed: the operation, its request, and
//! every error it can make stay clean.

use std::{collections::BTreeSet, fmt::Debug};

use callautomation::{
    AddParticipant, AnswerCall, CallIntelligenceOptions, CallLocator, CancelAddParticipant,
    CancelAllMediaOperations, Choice, Connect, CreateCall, CustomCallingContext, ExternalStorage,
    GetCall, GetParticipant, GetParticipants, GetRecording, HangUp, Hold, MoveParticipants, Mute,
    Operation, PauseRecording, Play, PlaySource, Recognize, RecognizeInput, RecordingScope,
    RedirectCall, RejectCall, RejectReason, RemoveParticipant, ResumeRecording, SendDtmfTones,
    StartContinuousDtmf, StartMediaStreaming, StartRecording, StartTranscription,
    StopContinuousDtmf, StopMediaStreaming, StopRecording, StopTranscription, Terminate,
    TranscriptionOptions, TransferToParticipant, TypedRequest, Unhold, UpdateTranscription,
};
use webhooks::{DisplayName, Identifier, PhoneNumber, Tone};

const NUMBER: &str = "4255550123";
const CALLBACK: &str = "https://app.example/cb?code=CANARY";

fn phone() -> Identifier {
    Identifier::phone(format!("+1{NUMBER}"))
}

fn caller_id() -> PhoneNumber {
    let value = format!("+1{NUMBER}").as_str().into();
    PhoneNumber { value, is_anonymous: None, asserted_id: None }
}

fn name() -> DisplayName {
    DisplayName::new("CANARY")
}

fn callback() -> String {
    CALLBACK.to_owned()
}

fn told() -> CustomCallingContext {
    CustomCallingContext {
        voip_headers: [("CANARY".to_owned(), "CANARY".to_owned())].into(),
        sip_headers: [("X-CANARY".to_owned(), "CANARY".to_owned())].into(),
        ..CustomCallingContext::default()
    }
}

/// Checks the printed operation and its request; notes which operation it was.
fn clean<R: TypedRequest + Debug>(seen: &mut BTreeSet<Operation>, operation: &R) {
    let request = operation.to_request().unwrap();
    for text in [
        format!("{operation:?}"),
        format!("{operation:#?}"),
        format!("{request:?}"),
        request.loggable_path().to_owned(),
    ] {
        assert!(!text.contains("CANARY") && !text.contains(NUMBER), "{text}");
    }
    assert!(seen.insert(request.operation()), "{request:?} twice");
}

#[test]
fn nothing_personal_is_printed() {
    let seen = &mut BTreeSet::new();
    set_up(seen);
    whole_calls(seen);
    participants(seen);
    media(seen);
    streams(seen);
    recordings(seen);
    assert_eq!(*seen, Operation::ALL.into_iter().collect());
}

fn set_up(seen: &mut BTreeSet<Operation>) {
    clean(
        seen,
        &CreateCall {
            source_caller_id_number: Some(caller_id()),
            source_display_name: Some(name()),
            ..CreateCall::new([phone()], CALLBACK)
        },
    );
    clean(
        seen,
        &AnswerCall {
            call_intelligence_options: Some(CallIntelligenceOptions::new("https://ai.example/")),
            transcription_options: Some(TranscriptionOptions::new(
                "en-US",
                "wss://app.example/?key=CANARY",
            )),
            ..AnswerCall::new("CANARY", CALLBACK)
        },
    );
    clean(seen, &RedirectCall::new("CANARY", phone()));
    clean(seen, &RejectCall::new("CANARY", RejectReason::Busy));
    let room = CallLocator::RoomCall { room_id: "room".to_owned() };
    clean(seen, &Connect::new(room, CALLBACK));
}

fn whole_calls(seen: &mut BTreeSet<Operation>) {
    clean(seen, &GetCall::new("c"));
    clean(seen, &HangUp::new("c"));
    clean(seen, &Terminate::new("c"));
    clean(
        seen,
        &TransferToParticipant {
            transferee: Some(phone()),
            source_caller_id_number: Some(caller_id()),
            custom_calling_context: Some(told()),
            operation_callback_uri: Some(callback()),
            ..TransferToParticipant::new("c", phone())
        },
    );
}

fn participants(seen: &mut BTreeSet<Operation>) {
    clean(seen, &GetParticipants::new("c"));
    clean(seen, &GetParticipant::new("c", format!("4:+1{NUMBER}")));
    clean(
        seen,
        &AddParticipant {
            source_caller_id_number: Some(caller_id()),
            source_display_name: Some(name()),
            custom_calling_context: Some(told()),
            operation_callback_uri: Some(callback()),
            ..AddParticipant::new("c", phone(), 20)
        },
    );
    clean(
        seen,
        &CancelAddParticipant {
            operation_callback_uri: Some(callback()),
            ..CancelAddParticipant::new("c", "i")
        },
    );
    clean(seen, &RemoveParticipant::new("c", phone()));
    let user = Identifier::CommunicationUser { id: "8:acs:r_u".to_owned() };
    clean(seen, &Mute::new("c", [user]));
    clean(
        seen,
        &MoveParticipants {
            operation_callback_uri: Some(callback()),
            ..MoveParticipants::new("c", "from", [phone()])
        },
    );
}

fn media(seen: &mut BTreeSet<Operation>) {
    let prompts = vec![
        PlaySource::text("CANARY"),
        PlaySource::ssml("CANARY"),
        PlaySource::file("https://app.example/CANARY.wav"),
    ];
    clean(
        seen,
        &Play {
            play_to: vec![phone()],
            operation_callback_uri: Some(callback()),
            ..Play::new("c", prompts.clone())
        },
    );
    let choices = RecognizeInput::Choices(vec![Choice::new("Label", ["CANARY"], None)]);
    clean(seen, &Recognize { prompts, ..Recognize::new("c", phone(), choices) });
    clean(seen, &CancelAllMediaOperations::new("c"));
    clean(seen, &StartContinuousDtmf::new("c", phone()));
    clean(seen, &StopContinuousDtmf::new("c", phone()));
    let pin = SendDtmfTones::new("c", phone(), [Tone::Four, Tone::Two, Tone::Asterisk]);
    let printed = format!("{pin:?}");
    assert!(!printed.contains("Asterisk") && !printed.contains("asterisk"), "{printed}");
    clean(seen, &pin);
    let music = Some(PlaySource::text("CANARY"));
    clean(
        seen,
        &Hold { music, operation_callback_uri: Some(callback()), ..Hold::new("c", phone()) },
    );
    clean(seen, &Unhold { operation_callback_uri: Some(callback()), ..Unhold::new("c", phone()) });
}

fn streams(seen: &mut BTreeSet<Operation>) {
    clean(
        seen,
        &StartMediaStreaming {
            operation_callback_uri: Some(callback()),
            ..StartMediaStreaming::new("c")
        },
    );
    clean(seen, &StopMediaStreaming::new("c"));
    clean(
        seen,
        &StartTranscription {
            operation_callback_uri: Some(callback()),
            ..StartTranscription::new("c", "en-US")
        },
    );
    clean(seen, &StopTranscription::new("c"));
    clean(seen, &UpdateTranscription::new("c", "de-DE"));
}

fn recordings(seen: &mut BTreeSet<Operation>) {
    clean(
        seen,
        &StartRecording {
            recording_state_callback_uri: Some(callback()),
            external_storage: Some(ExternalStorage::AzureBlobStorage {
                recording_destination_container_url: "https://st.example/c?sig=CANARY".to_owned(),
            }),
            ..StartRecording::new(RecordingScope::Connection("c".into()))
        },
    );
    clean(seen, &GetRecording::new("r"));
    clean(seen, &StopRecording::new("r"));
    clean(seen, &PauseRecording::new("r"));
    clean(seen, &ResumeRecording::new("r"));
}
