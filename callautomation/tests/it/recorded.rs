//! Our requests against what the official Python client really sent.

use std::collections::{BTreeMap, BTreeSet};

use callautomation::{
    AddParticipant, AnswerCall, AudioChannelType, AudioFormat, CallIntelligenceOptions,
    CallLocator, CancelAddParticipant, CancelAllMediaOperations, Choice, Connect, CreateCall,
    CustomCallingContext, DtmfOptions, ExternalStorage, GetCall, GetParticipant, GetParticipants,
    GetRecording, HangUp, Hold, InvalidRequest, MediaStreamingOptions, MoveParticipants, Mute,
    Operation, PauseRecording, Play, PlaySource, Recognize, RecognizeInput, RecordingChannel,
    RecordingScope, RedirectCall, RejectCall, RejectReason, RemoveParticipant, Request,
    ResumeRecording, SendDtmfTones, SpeechOptions, StartContinuousDtmf, StartMediaStreaming,
    StartRecording, StartTranscription, StopContinuousDtmf, StopMediaStreaming, StopRecording,
    StopTranscription, Terminate, TextPrompt, TranscriptionOptions, TransferToParticipant, Unhold,
    UpdateTranscription, VoiceKind,
};
use serde_json::Value;
use webhooks::{CallConnectionId, DisplayName, Identifier, PhoneNumber, Tone};

const RECORDING: &str = include_str!("../fixtures/python-sdk-1.6.0.jsonl");
const CALLBACK: &str = "https://bot.example.com/api/callbacks/abc?x=1";
const OPERATION_CALLBACK: &str = "https://bot.example.com/op";
const CALL: &str = "411f0b00-c3b5-4d4d-9a40-3b7e9b8f0001";
const TEAMS: &str = "00000000-0000-0000-0000-0000000000aa";

/// Where we differ on purpose: (request, member, why). The member is taken out of both bodies.
const DIFFERENCES: [(&str, &str, &str); 8] = [
    ("recognize_speech", "interruptPrompt", "we send true by default"),
    ("start_recording_server", "channelAffinity", "we leave an empty list out"),
    ("start_recording_conn_blob", "channelAffinity", "we leave an empty list out"),
    ("start_recording_conn_blob", "recordingContentType", "its default is not published"),
    ("start_recording_conn_blob", "recordingChannelType", "its default is not published"),
    ("start_recording_conn_blob", "recordingFormatType", "its default is not published"),
    ("start_recording_conn_blob", "pauseOnStart", "always sent"),
    ("recognize_speech_or_dtmf", "interruptPrompt", "we send true by default"),
];

#[test]
fn each_request_is_the_one_the_official_client_sends() {
    let ours = ours();
    let mut seen = BTreeSet::new();
    let mut operations = BTreeSet::new();
    for line in RECORDING.lines() {
        let theirs: Value = serde_json::from_str(line).unwrap();
        let label = theirs["label"].as_str().unwrap();
        let request = ours.get(label).unwrap_or_else(|| panic!("{label} is not built"));
        let request = request.as_ref().unwrap();
        assert_eq!(request.method().as_str(), theirs["method"], "{label}");
        assert_eq!(request.path(), theirs["path"], "{label}");
        assert_eq!(theirs["query"], "api-version=2026-03-12", "{label}");
        let repeatable = theirs["headers"]
            .as_array()
            .unwrap()
            .iter()
            .any(|header| header[0] == "Repeatability-Request-ID");
        assert_eq!(request.operation().repeatable(), repeatable, "{label}");
        let body = if request.has_body() { parse(request.body()) } else { Value::Null };
        let expected = match theirs["body"].as_str().unwrap() {
            "" => Value::Null,
            text => parse(text.as_bytes()),
        };
        assert_eq!(comparable(label, body), comparable(label, expected), "{label}");
        assert!(seen.insert(label.to_owned()), "{label} is recorded twice");
        operations.insert(request.operation());
    }
    let built: BTreeSet<String> = ours.keys().map(|label| (*label).to_owned()).collect();
    assert_eq!(seen, built);
    assert_eq!(operations, Operation::ALL.into_iter().collect(), "an operation is not recorded");
}

fn parse(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

/// Takes out what may differ: the identifiers' `kind`, which the Python client never sends, its
/// spelling of the cloud and its `isAnonymous: false`, and the members of [`DIFFERENCES`].
fn comparable(label: &str, mut body: Value) -> Value {
    strip(label, &mut body);
    body
}

fn strip(label: &str, value: &mut Value) {
    if let Value::Object(members) = value {
        if members.contains_key("rawId") {
            members.remove("kind");
        }
        if let Some(Value::String(cloud)) = members.get_mut("cloud") {
            *cloud = cloud.to_lowercase();
        }
        if members.get("isAnonymous") == Some(&Value::Bool(false)) {
            members.remove("isAnonymous");
        }
        for (request, member, _why) in DIFFERENCES {
            if request == label {
                members.remove(member);
            }
        }
        for member in members.values_mut() {
            strip(label, member);
        }
    } else if let Value::Array(entries) = value {
        for entry in entries {
            strip(label, entry);
        }
    }
}

fn phone() -> Identifier {
    Identifier::phone("+15550123")
}

fn acs_user() -> Identifier {
    let id = "8:acs:00000000-0000-0000-0000-000000000001_u1".to_owned();
    Identifier::CommunicationUser { id }
}

fn caller_id() -> PhoneNumber {
    let value = "+15550100".into();
    PhoneNumber { value, is_anonymous: None, asserted_id: None }
}

fn map(entries: &[(&str, &str)]) -> BTreeMap<String, String> {
    entries.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

type Built = BTreeMap<&'static str, Result<Request, InvalidRequest>>;

fn ours() -> Built {
    let mut all = setup();
    all.extend(participants());
    all.extend(play());
    all.extend(recognize());
    all.extend(keys_and_hold());
    all.extend(streams());
    all.extend(recording());
    all
}

fn setup() -> Built {
    let intelligence =
        || Some(CallIntelligenceOptions::new("https://cog.cognitiveservices.azure.com/"));
    Built::from([
        (
            "answer_call",
            AnswerCall {
                operation_context: Some("op-answer".to_owned()),
                call_intelligence_options: intelligence(),
                ..AnswerCall::new("incoming-ctx", CALLBACK)
            }
            .request(),
        ),
        (
            "answer_call_media",
            AnswerCall {
                media_streaming_options: Some(streaming()),
                transcription_options: Some(TranscriptionOptions {
                    start_transcription: Some(false),
                    ..TranscriptionOptions::new("en-US", "wss://bot.example.com/tr")
                }),
                ..AnswerCall::new("incoming-ctx", CALLBACK)
            }
            .request(),
        ),
        (
            "create_call_pstn",
            CreateCall {
                source_caller_id_number: Some(caller_id()),
                source_display_name: Some(DisplayName::new("Bot")),
                operation_context: Some("op-create".to_owned()),
                call_intelligence_options: intelligence(),
                ..CreateCall::new([phone()], CALLBACK)
            }
            .request(),
        ),
        ("create_call_user", CreateCall::new([acs_user()], CALLBACK).request()),
        (
            "create_group_call",
            CreateCall {
                source_caller_id_number: Some(caller_id()),
                ..CreateCall::new([phone(), acs_user()], CALLBACK)
            }
            .request(),
        ),
        (
            "connect_call",
            Connect::new(CallLocator::RoomCall { room_id: "9911".to_owned() }, CALLBACK).request(),
        ),
        ("redirect_call", RedirectCall::new("incoming-ctx", phone()).request()),
        (
            "redirect_call_teams",
            RedirectCall::new("incoming-ctx", Identifier::teams_user(TEAMS)).request(),
        ),
        ("reject_call", RejectCall::new("incoming-ctx", RejectReason::Busy).request()),
        ("get_call_properties", GetCall::new(CALL).request()),
        ("hang_up_self", HangUp::new(CALL).request()),
        ("hang_up_everyone", Terminate::new(CALL).request()),
    ])
}

fn streaming() -> MediaStreamingOptions {
    let mut options =
        MediaStreamingOptions::new("wss://bot.example.com/media", AudioChannelType::Mixed);
    options.start_media_streaming = Some(true);
    options.enable_bidirectional = Some(true);
    options.audio_format = Some(AudioFormat::Pcm16KMono);
    options
}

fn participants() -> Built {
    Built::from([
        ("list_participants", GetParticipants::new(CALL).request()),
        ("get_participant", GetParticipant::new(CALL, "4:+15550123").request()),
        (
            "add_participant",
            AddParticipant {
                source_caller_id_number: Some(caller_id()),
                source_display_name: Some(DisplayName::new("Bot")),
                operation_context: Some("op-add".to_owned()),
                operation_callback_uri: Some(OPERATION_CALLBACK.to_owned()),
                custom_calling_context: Some(CustomCallingContext {
                    voip_headers: map(&[("k", "v")]),
                    sip_headers: map(&[("User-To-User", "abc"), ("X-MS-Custom-k", "v")]),
                    ..CustomCallingContext::default()
                }),
                ..AddParticipant::new(CALL, phone(), 30)
            }
            .request(),
        ),
        (
            "cancel_add_participant",
            CancelAddParticipant {
                operation_context: Some("c".to_owned()),
                ..CancelAddParticipant::new(CALL, "inv-1")
            }
            .request(),
        ),
        (
            "remove_participant",
            RemoveParticipant {
                operation_context: Some("op-rm".to_owned()),
                ..RemoveParticipant::new(CALL, phone())
            }
            .request(),
        ),
        (
            "mute_participant",
            Mute { operation_context: Some("op-mute".to_owned()), ..Mute::new(CALL, [acs_user()]) }
                .request(),
        ),
        (
            "move_participants",
            MoveParticipants {
                operation_context: Some("mv".to_owned()),
                ..MoveParticipants::new(CALL, "other-call-id", [phone()])
            }
            .request(),
        ),
        (
            "transfer_pstn",
            TransferToParticipant {
                transferee: Some(acs_user()),
                source_caller_id_number: Some(caller_id()),
                operation_context: Some("op-tr".to_owned()),
                operation_callback_uri: Some(OPERATION_CALLBACK.to_owned()),
                custom_calling_context: Some(CustomCallingContext {
                    sip_headers: map(&[("X-MS-Custom-a", "b")]),
                    ..CustomCallingContext::default()
                }),
                ..TransferToParticipant::new(CALL, phone())
            }
            .request(),
        ),
        (
            "transfer_teams",
            TransferToParticipant {
                custom_calling_context: Some(CustomCallingContext {
                    voip_headers: map(&[("k", "v")]),
                    ..CustomCallingContext::default()
                }),
                ..TransferToParticipant::new(CALL, Identifier::teams_user(TEAMS))
            }
            .request(),
        ),
    ])
}

fn play() -> Built {
    let hello = TextPrompt {
        voice_name: Some("en-US-NancyNeural".to_owned()),
        text: "Hello".to_owned(),
        ..TextPrompt::default()
    };
    let ssml = r#"<speak version="1.0" xml:lang="en-US">hi</speak>"#;
    let file = PlaySource::file("https://x.example.com/a.wav").cached_as("f1");
    Built::from([
        (
            "play_media_text_all",
            Play {
                interrupt_call_media_operation: true,
                operation_context: Some("op-play".to_owned()),
                ..Play::new(CALL, [PlaySource::from(hello).cached_as("c1")])
            }
            .request(),
        ),
        (
            "play_media_file_to",
            Play { play_to: vec![phone()], repeat: true, ..Play::new(CALL, [file]) }.request(),
        ),
        ("play_media_ssml", Play::new(CALL, [PlaySource::ssml(ssml)]).request()),
        ("cancel_all_media", CancelAllMediaOperations::new(CALL).request()),
    ])
}

fn recognize() -> Built {
    let press_one = TextPrompt {
        text: "Press 1".to_owned(),
        source_locale: Some("en-US".to_owned()),
        voice_kind: Some(VoiceKind::Female),
        ..TextPrompt::default()
    };
    let one_key = DtmfOptions {
        inter_tone_timeout_in_seconds: Some(3),
        stop_tones: vec![Tone::Pound],
        ..DtmfOptions::up_to(1)
    };
    let choices = vec![
        Choice::new("Yes", ["yes", "yeah"], Some(Tone::One)),
        Choice::new("No", ["no"], Some(Tone::Two)),
    ];
    let silence = |ms| SpeechOptions { end_silence_timeout_in_ms: Some(ms) };
    let call = || CallConnectionId::new(CALL);
    Built::from([
        (
            "recognize_dtmf",
            Recognize {
                prompts: vec![press_one.into()],
                initial_silence_timeout_in_seconds: Some(5),
                operation_context: Some("op-rec".to_owned()),
                ..Recognize::new(call(), phone(), RecognizeInput::Dtmf(one_key))
            }
            .request(),
        ),
        (
            "recognize_choices",
            Recognize {
                prompts: vec![PlaySource::text("yes or no")],
                interrupt_prompt: false,
                speech_language: Some("en-US".to_owned()),
                ..Recognize::new(call(), phone(), RecognizeInput::Choices(choices))
            }
            .request(),
        ),
        (
            "recognize_speech",
            Recognize {
                speech_language: Some("en-US".to_owned()),
                ..Recognize::new(call(), acs_user(), RecognizeInput::Speech(silence(2000)))
            }
            .request(),
        ),
        (
            "recognize_speech_or_dtmf",
            Recognize::new(
                call(),
                acs_user(),
                RecognizeInput::SpeechOrDtmf(silence(1000), DtmfOptions::up_to(4)),
            )
            .request(),
        ),
    ])
}

fn keys_and_hold() -> Built {
    Built::from([
        (
            "start_continuous_dtmf",
            StartContinuousDtmf {
                operation_context: Some("cd".to_owned()),
                ..StartContinuousDtmf::new(CALL, phone())
            }
            .request(),
        ),
        (
            "stop_continuous_dtmf",
            StopContinuousDtmf {
                operation_context: Some("cd".to_owned()),
                ..StopContinuousDtmf::new(CALL, phone())
            }
            .request(),
        ),
        (
            "send_dtmf",
            SendDtmfTones {
                operation_context: Some("sd".to_owned()),
                ..SendDtmfTones::new(CALL, phone(), [Tone::One, Tone::Pound])
            }
            .request(),
        ),
        (
            "hold",
            Hold {
                music: Some(PlaySource::text("hold")),
                operation_context: Some("h".to_owned()),
                ..Hold::new(CALL, phone())
            }
            .request(),
        ),
        (
            "unhold",
            Unhold { operation_context: Some("uh".to_owned()), ..Unhold::new(CALL, phone()) }
                .request(),
        ),
    ])
}

fn streams() -> Built {
    Built::from([
        (
            "start_transcription",
            StartTranscription {
                operation_context: Some("t".to_owned()),
                ..StartTranscription::new(CALL, "en-US")
            }
            .request(),
        ),
        ("update_transcription", UpdateTranscription::new(CALL, "fr-FR").request()),
        ("stop_transcription", StopTranscription::new(CALL).request()),
        (
            "start_media_streaming",
            StartMediaStreaming {
                operation_callback_uri: Some(OPERATION_CALLBACK.to_owned()),
                ..StartMediaStreaming::new(CALL)
            }
            .request(),
        ),
        ("stop_media_streaming", StopMediaStreaming::new(CALL).request()),
    ])
}

fn recording() -> Built {
    let server_call =
        RecordingScope::Locator(CallLocator::ServerCall { server_call_id: "srv-call-1".into() });
    let container = "https://st.blob.core.windows.net/rec".to_owned();
    Built::from([
        (
            "start_recording_server",
            StartRecording {
                recording_state_callback_uri: Some("https://bot.example.com/rec".to_owned()),
                recording_channel_type: RecordingChannel::Unmixed,
                audio_channel_participant_ordering: vec![phone()],
                ..StartRecording::new(server_call)
            }
            .request(),
        ),
        (
            "start_recording_conn_blob",
            StartRecording {
                external_storage: Some(ExternalStorage::AzureBlobStorage {
                    recording_destination_container_url: container,
                }),
                ..StartRecording::new(RecordingScope::Connection("conn-1".into()))
            }
            .request(),
        ),
        ("pause_recording", PauseRecording::new("rec-1").request()),
        ("resume_recording", ResumeRecording::new("rec-1").request()),
        ("get_recording", GetRecording::new("rec-1").request()),
        ("stop_recording", StopRecording::new("rec-1").request()),
    ])
}
