//! Each published limit is kept, on both sides of it, and paths cannot be led astray.

use callautomation::{
    AddParticipant, AnswerCall, CallIntelligenceOptions, CallLocator, ChannelAffinity, Choice,
    CreateCall, CustomCallingContext, DtmfOptions, GetCall, GetParticipant, InvalidRequest, Play,
    PlaySource, Recognize, RecognizeInput, RecordingChannel, RecordingContent, RecordingFormat,
    RecordingScope, Request, SpeechOptions, StartRecording, StopRecording, TeamsPhoneCallDetails,
    TeamsPhoneCallerDetails,
};
use percent_encoding::percent_decode_str;
use proptest::prelude::*;
use webhooks::{Identifier, Tone};

type Built = Result<Request, InvalidRequest>;

#[track_caller]
fn refused(built: &Built, field: &str) {
    match built {
        Ok(request) => panic!("{request:?} should be refused for {field}"),
        Err(error) => assert_eq!(error.field, field, "{error}"),
    }
}

fn user() -> Identifier {
    Identifier::CommunicationUser { id: "8:acs:r_u".to_owned() }
}

fn answer(change: impl FnOnce(&mut AnswerCall)) -> Built {
    let mut answer = AnswerCall::new("context", "https://app.example/callback");
    change(&mut answer);
    answer.request()
}

#[test]
fn answering() {
    answer(|_| ()).unwrap();
    refused(&answer(|it| it.incoming_call_context = "".into()), "incomingCallContext");
    for wrong in [
        "",
        "/callback",
        "http://app.example/",
        "https://",
        "https://u:p@app.example/",
        "wss://a.b/",
    ] {
        refused(&answer(|it| it.callback_uri = wrong.to_owned()), "callbackUri");
    }
    let long = |length: usize| format!("https://a.example/{}", "x".repeat(length - 18));
    answer(|it| it.callback_uri = long(2_048)).unwrap();
    refused(&answer(|it| it.callback_uri = long(2_049)), "callbackUri");
    answer(|it| it.operation_context = Some("é".repeat(256))).unwrap();
    refused(&answer(|it| it.operation_context = Some("é".repeat(257))), "operationContext");
    let plain = CallIntelligenceOptions::new("http://ai.example/");
    refused(
        &answer(|it| it.call_intelligence_options = Some(plain)),
        "callIntelligenceOptions.cognitiveServicesEndpoint",
    );
}

#[test]
fn calling() {
    let call = |targets: Vec<Identifier>| CreateCall::new(targets, "https://a.example/").request();
    refused(&call(vec![]), "targets");
    refused(&call(vec![user(), Identifier::phone("+15550123")]), "sourceCallerIdNumber");
    call(vec![user()]).unwrap();
}

fn play(sources: Vec<PlaySource>) -> Built {
    Play::new("c", sources).request()
}

#[test]
fn playing() {
    refused(&play(vec![]), "playSources");
    let text = |length| PlaySource::text("é".repeat(length));
    play(vec![text(4_000); 10]).unwrap();
    refused(&play(vec![text(1); 11]), "playSources");
    refused(&play(vec![text(4_001)]), "text.text");
    refused(&play(vec![PlaySource::text(" ")]), "text.text");
    refused(&play(vec![PlaySource::ssml("")]), "ssml.ssmlText");
    refused(&play(vec![PlaySource::file("a.wav")]), "file.uri");
    refused(&play(vec![PlaySource::file("file:///etc/passwd")]), "file.uri");
}

fn listen(input: RecognizeInput, change: impl FnOnce(&mut Recognize)) -> Built {
    let mut recognize = Recognize::new("c", user(), input);
    change(&mut recognize);
    recognize.request()
}

#[test]
fn listening_for_keys() {
    let keys = |change: fn(&mut DtmfOptions)| {
        let mut options = DtmfOptions::up_to(4);
        change(&mut options);
        listen(RecognizeInput::Dtmf(options), |_| ())
    };
    keys(|_| ()).unwrap();
    refused(&keys(|it| it.max_tones_to_collect = 0), "maxTonesToCollect");
    for (seconds, good) in [(0, false), (1, true), (60, true), (61, false)] {
        let mut options = DtmfOptions::up_to(4);
        options.inter_tone_timeout_in_seconds = Some(seconds);
        let built = listen(RecognizeInput::Dtmf(options), |_| ());
        assert_eq!(built.is_ok(), good, "{seconds}");
    }
    refused(&keys(|it| it.stop_tones = vec![Tone::Pound, Tone::Pound]), "stopTones");
    let silent = |seconds| {
        listen(RecognizeInput::Dtmf(DtmfOptions::up_to(1)), |it| {
            it.initial_silence_timeout_in_seconds = Some(seconds);
        })
    };
    silent(300).unwrap();
    refused(&silent(301), "initialSilenceTimeoutInSeconds");
    let teams = |it: &mut Recognize| it.target_participant = Identifier::teams_user("oid");
    refused(&listen(RecognizeInput::Dtmf(DtmfOptions::up_to(1)), teams), "targetParticipant");
}

#[test]
fn listening_for_speech() {
    let speech = RecognizeInput::Speech(SpeechOptions::default());
    listen(speech.clone(), |it| it.initial_silence_timeout_in_seconds = Some(20)).unwrap();
    let late = listen(speech, |it| it.initial_silence_timeout_in_seconds = Some(21));
    refused(&late, "initialSilenceTimeoutInSeconds");
    let hasty = SpeechOptions { end_silence_timeout_in_ms: Some(0) };
    refused(&listen(RecognizeInput::Speech(hasty), |_| ()), "endSilenceTimeoutInMs");
    let none = Vec::<String>::new;
    for (choices, field) in [
        (vec![], Some("choices")),
        (vec![Choice::new("", ["a"], None)], Some("choices.label")),
        (vec![Choice::new("a", none(), None)], Some("choices.phrases")),
        (vec![Choice::new("a", [" "], None)], Some("choices.phrases")),
        (vec![Choice::new("a", ["a"], None); 2], Some("choices.label")),
        (
            vec![Choice::new("a", ["a"], Some(Tone::One)), Choice::new("b", ["b"], None)],
            Some("choices.tone"),
        ),
        (vec![Choice::new("a", none(), Some(Tone::One))], None),
        (
            vec![
                Choice::new("a", ["a"], Some(Tone::One)),
                Choice::new("b", ["b"], Some(Tone::One)),
            ],
            Some("choices.tone"),
        ),
    ] {
        let built = listen(RecognizeInput::Choices(choices), |_| ());
        assert_eq!(built.as_ref().err().map(|error| error.field), field);
    }
}

fn invite(change: impl FnOnce(&mut AddParticipant)) -> Built {
    let mut add = AddParticipant::new("c", Identifier::teams_user("oid"), 20);
    change(&mut add);
    add.request()
}

#[test]
fn inviting() {
    invite(|it| it.invitation_timeout_in_seconds = 180).unwrap();
    refused(&invite(|it| it.invitation_timeout_in_seconds = 181), "invitationTimeoutInSeconds");
    let phone = |it: &mut AddParticipant| it.participant_to_add = Identifier::phone("+15550123");
    refused(&invite(phone), "sourceCallerIdNumber");
    let plain = |it: &mut AddParticipant| {
        it.operation_callback_uri = Some("http://a.example/".to_owned());
    };
    refused(&invite(plain), "operationCallbackUri");
}

#[test]
fn the_context_that_travels_along() {
    let with = |change: &dyn Fn(&mut CustomCallingContext)| {
        let mut context = CustomCallingContext::default();
        change(&mut context);
        invite(|it| it.custom_calling_context = Some(context))
    };
    let sip = |count: usize| {
        with(&|it| {
            it.sip_headers.insert("User-To-User".to_owned(), "u".to_owned());
            it.sip_headers.extend((0..count).map(|at| (format!("X-{at}"), String::new())));
        })
    };
    sip(5).unwrap();
    refused(&sip(6), "sipHeaders");
    let voip = |name: usize, value: usize| {
        with(&|it| drop(it.voip_headers.insert("n".repeat(name), "v".repeat(value))))
    };
    voip(64, 1_024).unwrap();
    refused(&voip(65, 1), "voipHeaders");
    refused(&voip(1, 1_025), "voipHeaders");
    refused(
        &with(&|it| drop(it.sip_headers.insert("From".to_owned(), "x".to_owned()))),
        "sipHeaders",
    );
    let topic = |length: usize| {
        with(&|it| {
            let call_topic = Some("é".repeat(length));
            let details = TeamsPhoneCallDetails { call_topic, ..TeamsPhoneCallDetails::default() };
            it.teams_phone_call_details = Some(details);
        })
    };
    topic(48).unwrap();
    refused(&topic(49), "callTopic");
}

#[test]
fn what_teams_is_told_about_the_caller_has_the_names_of_the_wire() {
    let caller = TeamsPhoneCallerDetails {
        caller: Identifier::phone("+15550123"),
        name: "Ada".to_owned(),
        phone_number: "+15550123".to_owned(),
        record_id: None,
        screen_pop_url: Some("https://crm.example/1".to_owned()),
        is_authenticated: Some(true),
        additional_caller_information: [("Booking".to_owned(), "QX7".to_owned())].into(),
    };
    let details = TeamsPhoneCallDetails {
        teams_phone_caller_details: Some(caller),
        intent: Some("rebook".to_owned()),
        ..TeamsPhoneCallDetails::default()
    };
    let context = CustomCallingContext {
        teams_phone_call_details: Some(details),
        ..CustomCallingContext::default()
    };
    let request = invite(|it| it.custom_calling_context = Some(context)).unwrap();
    let body: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
    assert_eq!(
        body["customCallingContext"],
        serde_json::json!({"teamsPhoneCallDetails": {
            "teamsPhoneCallerDetails": {
                "caller": {"kind": "phoneNumber", "rawId": "4:+15550123",
                           "phoneNumber": {"value": "+15550123"}},
                "name": "Ada",
                "phoneNumber": "+15550123",
                "screenPopUrl": "https://crm.example/1",
                "isAuthenticated": true,
                "additionalCallerInformation": {"Booking": "QX7"},
            },
            "intent": "rebook",
        }})
    );
    assert_eq!(
        body["participantToAdd"],
        serde_json::json!({"kind": "microsoftTeamsUser", "rawId": "8:orgid:oid",
                           "microsoftTeamsUser": {"userId": "oid", "cloud": "public"}})
    );
    assert_eq!(body["invitationTimeoutInSeconds"], 20);
}

#[test]
fn recording() {
    use {RecordingChannel as C, RecordingContent as A, RecordingFormat as F};
    let scope = || RecordingScope::Connection("c".into());
    let possible = [
        (A::AudioVideo, C::Mixed, F::Mp4),
        (A::Audio, C::Mixed, F::Mp3),
        (A::Audio, C::Mixed, F::Wav),
        (A::Audio, C::Unmixed, F::Wav),
    ];
    for content in [A::Audio, A::AudioVideo] {
        for channel in [C::Mixed, C::Unmixed] {
            for format in [F::Wav, F::Mp3, F::Mp4] {
                let built = StartRecording {
                    recording_content_type: content,
                    recording_channel_type: channel,
                    recording_format_type: format,
                    ..StartRecording::new(scope())
                }
                .request();
                let expected = possible.contains(&(content, channel, format));
                assert_eq!(built.is_ok(), expected, "{content:?} {channel:?} {format:?}");
            }
        }
    }
    let affinity = |channel, recording_channel_type| {
        let channel_affinity = vec![ChannelAffinity { channel, participant: user() }];
        StartRecording { recording_channel_type, channel_affinity, ..StartRecording::new(scope()) }
            .request()
    };
    affinity(4, C::Unmixed).unwrap();
    refused(&affinity(5, C::Unmixed), "channelAffinity.channel");
    refused(&affinity(0, C::Mixed), "channelAffinity");
    let nowhere = CallLocator::GroupCall { group_call_id: String::new() };
    refused(&StartRecording::new(RecordingScope::Locator(nowhere)).request(), "groupCallId");
}

#[test]
fn an_id_cannot_address_something_else() {
    for (id, path) in [
        ("a/../b", "/calling/callConnections/a%2F..%2Fb"),
        ("a?x=1#y", "/calling/callConnections/a%3Fx%3D1%23y"),
        ("a:terminate", "/calling/callConnections/a%3Aterminate"),
        ("%2e%2e", "/calling/callConnections/%252e%252e"),
    ] {
        assert_eq!(GetCall::new(id).request().unwrap().path(), path);
    }
    for id in ["", ".", ".."] {
        refused(&GetCall::new(id).request(), "callConnectionId");
        refused(&GetParticipant::new("c", id).request(), "participantRawId");
        refused(&StopRecording::new(id).request(), "recordingId");
    }
    let recording = StopRecording::new("eyJh+/Q==").request().unwrap();
    assert_eq!(recording.path(), "/calling/recordings/eyJh%2B%2FQ%3D%3D");
}

proptest! {
    #[test]
    fn any_id_is_one_segment_that_reads_back(id in ".*") {
        let Ok(request) = GetCall::new(id.as_str()).request() else {
            prop_assert!(matches!(id.as_str(), "" | "." | ".."));
            return Ok(());
        };
        let address = format!("https://x.example{}", request.path());
        let url = url::Url::parse(&address).unwrap();
        prop_assert_eq!(url.path(), request.path());
        let last = url.path_segments().unwrap().next_back().unwrap();
        prop_assert_eq!(percent_decode_str(last).decode_utf8().unwrap(), id);
    }

    #[test]
    fn a_stored_request_is_the_same_request(text in ".{1,40}", context in "[a-z]{1,9}") {
        prop_assume!(!text.trim().is_empty());
        let play = Play {
            operation_context: Some(context),
            ..Play::new("c", [PlaySource::text(text)])
        };
        let request = play.request().unwrap();
        let stored = serde_json::to_vec(&request).unwrap();
        let again: Request = serde_json::from_slice(&stored).unwrap();
        prop_assert_eq!(again.body(), request.body());
        prop_assert_eq!(again, request);
    }
}
