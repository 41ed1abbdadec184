//! The limits of connect, mute, move, hold, keys and streams, on both sides of each.

use callautomation::{
    CallLocator, Connect, Hold, InvalidRequest, MoveParticipants, Mute, PlaySource, RecordingScope,
    Request, SendDtmfTones, StartContinuousDtmf, StartMediaStreaming, StartRecording,
    StartTranscription, StopContinuousDtmf, TeamsAppSource, Unhold, UpdateTranscription,
};
use webhooks::{Cloud, Identifier, Tone};

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
