//! The limits of connect, mute, move, hold, keys and streams, on both sides of each.

use callautomation::{
    AddParticipant, CallLocator, Connect, CreateCall, Hold, InvalidRequest, MoveParticipants, Mute,
    Play, PlaySource, Recognize, RecognizeInput, RecordingScope, RedirectCall, RemoveParticipant,
    Request, SendDtmfTones, SpeechOptions, StartContinuousDtmf, StartMediaStreaming,
    StartRecording, StartTranscription, StopContinuousDtmf, TeamsAppSource, TransferToParticipant,
    Unhold, UpdateTranscription,
};
use webhooks::{Cloud, Identifier, PhoneNumber, Tone};

#[track_caller]
fn refused(built: &Result<Request, InvalidRequest>, field: &str) {
    match built {
        Ok(request) => panic!("{request:?} should be refused for {field}"),
        Err(error) => assert_eq!(error.field, field, "{error}"),
    }
}

fn user() -> Identifier {
    Identifier::CommunicationUser { id: "8:acs:r_u".to_owned() }
}

fn phone() -> Identifier {
    Identifier::phone("+15550123")
}

fn teams() -> Identifier {
    Identifier::teams_user("oid")
}

#[test]
fn connecting() {
    let server = |id: &str| CallLocator::ServerCall { server_call_id: id.into() };
    let group = |id: &str| CallLocator::GroupCall { group_call_id: id.to_owned() };
    let room = |id: &str| CallLocator::RoomCall { room_id: id.to_owned() };
    let connect = |locator| Connect::new(locator, "https://a.example/cb").request();
    for locator in [server("s"), group("g"), room("r")] {
        connect(locator).unwrap();
    }
    refused(&connect(server("")), "serverCallId");
    refused(&connect(group("")), "groupCallId");
    refused(&connect(room("")), "roomId");
    refused(&Connect::new(room("r"), "http://a.example/cb").request(), "callbackUri");
    refused(&StartRecording::new(RecordingScope::Locator(room("r"))).request(), "callLocator");
    let body = connect(group("g")).unwrap();
    let body: serde_json::Value = serde_json::from_slice(body.body()).unwrap();
    assert_eq!(
        body["callLocator"],
        serde_json::json!({"kind": "groupCallLocator", "groupCallId": "g"})
    );
}

#[test]
fn muting_and_moving() {
    Mute::new("c", [user(), user()]).request().unwrap();
    refused(&Mute::new("c", []).request(), "targetParticipants");
    for other in [phone(), teams()] {
        refused(&Mute::new("c", [user(), other]).request(), "targetParticipants");
    }
    MoveParticipants::new("c", "from", [phone(), user()]).request().unwrap();
    refused(&MoveParticipants::new("c", "from", []).request(), "targetParticipants");
    refused(&MoveParticipants::new("c", "", [user()]).request(), "fromCall");
    refused(&MoveParticipants::new("c", "c", [user()]).request(), "fromCall");
}

#[test]
fn keys() {
    let send = |count| SendDtmfTones::new("c", phone(), vec![Tone::Nine; count]).request();
    refused(&send(0), "tones");
    send(1).unwrap();
    send(18).unwrap();
    refused(&send(19), "tones");
    for other in [user(), teams()] {
        refused(&SendDtmfTones::new("c", other, [Tone::A]).request(), "targetParticipant");
    }
    let odd = SendDtmfTones::new("c", phone(), [Tone::One, Tone::from_wire("gong")]);
    refused(&odd.request(), "tones");
    StartContinuousDtmf::new("c", user()).request().unwrap();
    refused(&StartContinuousDtmf::new("c", teams()).request(), "targetParticipant");
    refused(&StopContinuousDtmf::new("c", teams()).request(), "targetParticipant");
}

#[test]
fn holding() {
    let hold = |music| Hold { music, ..Hold::new("c", phone()) }.request();
    hold(None).unwrap();
    hold(Some(PlaySource::file("https://a.example/music.wav"))).unwrap();
    refused(&hold(Some(PlaySource::file("music.wav"))), "file.uri");
    refused(&hold(Some(PlaySource::text("é".repeat(4_001)))), "text.text");
}

#[test]
fn streams() {
    refused(&StartTranscription::new("c", "").request(), "locale");
    refused(&UpdateTranscription::new("c", "").request(), "locale");
    let model = |id: &str| UpdateTranscription {
        locale: None,
        speech_model_endpoint_id: Some(id.to_owned()),
        ..UpdateTranscription::new("c", "en-US")
    };
    assert_eq!(model("m").request().unwrap().body(), br#"{"speechModelEndpointId":"m"}"#);
    refused(&model("").request(), "speechModelEndpointId");
}

#[test]
fn each_carries_a_context_and_an_address_within_limits() {
    let long = || Some("x".repeat(257));
    let plain = || Some("http://a.example/".to_owned());
    let built = [
        Unhold { operation_context: long(), ..Unhold::new("c", phone()) }.request(),
        Mute { operation_context: long(), ..Mute::new("c", [user()]) }.request(),
        StartMediaStreaming { operation_context: long(), ..StartMediaStreaming::new("c") }
            .request(),
    ];
    for built in built {
        refused(&built, "operationContext");
    }
    let built = [
        Unhold { operation_callback_uri: plain(), ..Unhold::new("c", phone()) }.request(),
        StartMediaStreaming { operation_callback_uri: plain(), ..StartMediaStreaming::new("c") }
            .request(),
        MoveParticipants {
            operation_callback_uri: plain(),
            ..MoveParticipants::new("c", "from", [user()])
        }
        .request(),
    ];
    for built in built {
        refused(&built, "operationCallbackUri");
    }
}

#[test]
fn a_resource_account_names_its_cloud() {
    let plain = serde_json::to_value(TeamsAppSource::new("app")).unwrap();
    assert_eq!(plain, serde_json::json!({"appId": "app"}));
    let gcch = TeamsAppSource { cloud: Some(Cloud::Gcch), ..TeamsAppSource::new("app") };
    let gcch = serde_json::to_value(gcch).unwrap();
    assert_eq!(gcch, serde_json::json!({"appId": "app", "cloud": "gcch"}));
}

fn number(text: &str) -> PhoneNumber {
    PhoneNumber { value: text.into(), is_anonymous: None, asserted_id: None }
}

#[test]
fn whoever_is_called_has_an_e164_number() {
    let call = |to: &str, from: &str| {
        CreateCall {
            source_caller_id_number: Some(number(from)),
            ..CreateCall::new([Identifier::phone(to)], "https://a.example/cb")
        }
        .request()
    };
    for good in ["+15550123", "+49", "+123456789012345"] {
        call(good, "+15550100").unwrap();
        call("+15550123", good).unwrap();
    }
    for wrong in ["", "+", "+1", "15550123", "+1 555 0123", "+0155", "+1234567890123456", "+1x"] {
        refused(&call(wrong, "+15550100"), "targets");
        refused(&call("+15550123", wrong), "sourceCallerIdNumber");
        let there = || Identifier::phone(wrong);
        refused(&AddParticipant::new("c", there(), 1).request(), "participantToAdd");
        refused(&RedirectCall::new("x", there()).request(), "target");
        refused(&TransferToParticipant::new("c", there()).request(), "targetParticipant");
    }
    let from = |text| TransferToParticipant {
        source_caller_id_number: Some(number(text)),
        ..TransferToParticipant::new("c", phone())
    };
    from("+15550100").request().unwrap();
    refused(&from("0815").request(), "sourceCallerIdNumber");
}

#[test]
fn whoever_is_in_the_call_may_have_any_id_but_none() {
    let speech = || RecognizeInput::Speech(SpeechOptions::default());
    for there in [Identifier::phone("anonymous"), Identifier::phone("1001"), user(), teams()] {
        RemoveParticipant::new("c", there.clone()).request().unwrap();
        Unhold::new("c", there).request().unwrap();
    }
    let nobody = || Identifier::phone("");
    refused(&RemoveParticipant::new("c", nobody()).request(), "participantToRemove");
    refused(&Recognize::new("c", nobody(), speech()).request(), "targetParticipant");
    refused(&Hold::new("c", nobody()).request(), "targetParticipant");
    refused(&Unhold::new("c", nobody()).request(), "targetParticipant");
    refused(&SendDtmfTones::new("c", nobody(), [Tone::A]).request(), "targetParticipant");
    refused(&MoveParticipants::new("c", "d", [nobody()]).request(), "targetParticipants");
    let hello = [PlaySource::text("hello")];
    let play = Play { play_to: vec![nobody()], ..Play::new("c", hello) };
    refused(&play.request(), "playTo");
}
