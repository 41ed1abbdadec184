//! Every official sample of an event beside what the emulator sends, member by member.
//!
//! `cargo test -p switchboard-emulator --lib samples -- --nocapture` prints the table.

use std::collections::BTreeSet;

use super::*;

/// How closely the members must agree.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Match {
    /// Recorded live: the very same members.
    Live,
    /// A payload of an SDK's tests or of a document, of an older shape: ours has these, and more.
    Older,
}
use Match::{Live, Older};

/// Samples of callbacks: file, event, which one of the story (from 0), how closely.
const CALLBACKS: [(&str, &str, usize, Match); 27] = [
    ("AnswerFailed", "AnswerFailed", 0, Older),
    ("CallConnected", "CallConnected", 0, Live),
    ("CallDisconnected", "CallDisconnected", 0, Live),
    ("CallDisconnected.afterremove", "CallDisconnected", 0, Live),
    ("CallDisconnected.otherleg", "CallDisconnected", 0, Live),
    ("CallTransferAccepted", "CallTransferAccepted", 0, Older),
    ("CancelAddParticipantFailed", "CancelAddParticipantFailed", 0, Older),
    ("CancelAddParticipantSucceeded", "CancelAddParticipantSucceeded", 0, Live),
    ("ContinuousDtmfRecognitionStopped", "ContinuousDtmfRecognitionStopped", 0, Older),
    ("ContinuousDtmfRecognitionToneReceived", "ContinuousDtmfRecognitionToneReceived", 0, Older),
    ("CreateCallFailed", "CreateCallFailed", 0, Older),
    ("HoldFailed", "HoldFailed", 0, Older),
    ("ParticipantsUpdated", "ParticipantsUpdated", 0, Live),
    ("ParticipantsUpdated.onhold", "ParticipantsUpdated", 1, Live),
    ("PlayCanceled", "PlayCanceled", 0, Older),
    ("PlayCompleted", "PlayCompleted", 0, Live),
    ("PlayFailed", "PlayFailed", 0, Older),
    ("PlayStarted", "PlayStarted", 0, Live),
    ("RecognizeCanceled", "RecognizeCanceled", 0, Older),
    ("RecognizeCompleted.choices", "RecognizeCompleted", 0, Older),
    ("RecognizeCompleted.dtmf", "RecognizeCompleted", 1, Older),
    ("RecognizeFailed", "RecognizeFailed", 0, Older),
    ("RecognizeFailed.promptfailed", "RecognizeFailed", 1, Live),
    ("RecordingStateChanged", "RecordingStateChanged", 0, Older),
    ("RemoveParticipantFailed", "RemoveParticipantFailed", 0, Older),
    ("RemoveParticipantSucceeded", "RemoveParticipantSucceeded", 0, Live),
    ("SendDtmfTonesCompleted", "SendDtmfTonesCompleted", 0, Older),
];

/// Samples that are compared elsewhere, or of events that are not sent.
const OTHERS: [(&str, &str); 7] = [
    ("SendDtmfTonesFailed", "below: of somebody who leaves"),
    ("EventGrid.IncomingCall", "below: Event Grid"),
    ("EventGrid.RecordingFileStatusUpdated", "below: Event Grid"),
    ("incoming-call.custom-context.eventgrid-schema", "below: Event Grid"),
    ("IncomingCall.data.teamsphone", "below: Event Grid"),
    ("incoming-call.voip.event", "tests/it: with its envelope"),
    ("incoming-call.custom-context.cloudevents", "tests/it: with its envelope"),
];

fn official(name: &str) -> Value {
    let file = format!("{}/tests/samples/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(file).expect(name);
    serde_json::from_str(&text).expect("JSON")
}

/// The paths of all members; the members of a list's objects are the list's. An identifier is one
/// thing, whatever its kind.
fn members(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    const KINDS: [&str; 3] = ["communicationUser", "phoneNumber", "microsoftTeamsUser"];
    match value {
        Value::Object(map) => {
            for (key, inner) in map.iter().filter(|(key, _)| !KINDS.contains(&key.as_str())) {
                let path = format!("{path}.{key}");
                found.insert(path.clone());
                members(inner, &path, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| members(item, path, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What the sample has and ours has not, and the other way round for a live one.
fn differences(sample: &Value, ours: &Value, how: Match) -> Vec<String> {
    let (mut theirs, mut own) = (BTreeSet::new(), BTreeSet::new());
    members(sample, "", &mut theirs);
    members(ours, "", &mut own);
    // The samples were recorded with and without a context. `type` and `eventSource` in the data, and
    // an envelope in the data, are of shapes that the service has given up.
    let gone = |path: &String| {
        path == ".data.operationContext"
            || (how == Older
                && [
                    ".data.type",
                    ".data.eventSource",
                    ".data.time",
                    ".data.specversion",
                    ".data.subject",
                    ".data.datacontenttype",
                ]
                .contains(&path.as_str()))
    };
    let lacks =
        theirs.difference(&own).filter(|path| !gone(path)).map(|path| format!("lacks {path}"));
    let more = own.difference(&theirs).filter(|path| how == Live && !gone(path));
    lacks.chain(more.map(|path| format!("has {path} besides"))).collect()
}

fn text(words: &str) -> Value {
    json!([{"kind": "text", "text": {"text": words}}])
}

/// Everything the samples show, once.
fn story() -> (Vec<Callback>, Vec<Value>) {
    let (mut bench, call, connection) = Bench::answered(true);
    let (mut told, mut grid) = (Vec::new(), Vec::new());
    connected(&mut bench, &mut told);
    media(&mut bench, call, &connection);
    people(&mut bench, &connection);
    told.append(&mut bench.callbacks);
    ends(&mut told, &mut grid);
    grid.append(&mut bench.grid);
    (told, grid)
}

fn connected(bench: &mut Bench, told: &mut Vec<Callback>) {
    let mut first = Bench::new();
    first.dial();
    first.answer(true).expect("answered");
    first.advance(200);
    told.append(&mut first.callbacks);
    let hold = json!({"targetParticipant": {"rawId": format!("4:{CALLER}")}});
    let id = bench.world.connections.keys().next().cloned().expect("a connection");
    bench.operate(&id, ":hold", &hold).expect("held");
    bench.operate(&id, ":unhold", &hold).expect("back");
    let unplayable = json!({"targetParticipant": {"rawId": format!("4:{CALLER}")},
        "playSourceInfo": {"kind": "file", "file": {"uri": "ftp://x/y.wav"}}});
    bench.operate(&id, ":hold", &unplayable).expect("told later");
}

fn media(bench: &mut Bench, call: CallId, connection: &str) {
    let caller = json!({"rawId": format!("4:{CALLER}")});
    bench.play(connection, &json!({"playSources": text("Hello.")})).expect("played");
    bench.advance(2_000);
    let unplayable = json!([{"kind": "file", "file": {"uri": "ftp://x/y.wav"}}]);
    bench.play(connection, &json!({"playSources": unplayable})).expect("fails later");
    let choices = |prompt: Value| {
        json!({"recognizeInputType": "choices", "playPrompts": prompt, "recognizeOptions":
            {"targetParticipant": caller, "interruptPrompt": true,
             "choices": [{"label": "person", "phrases": ["a person"]}]}})
    };
    bench.recognize(connection, &choices(text("Say."))).expect("asked");
    bench.say(call, "a person");
    let keys = json!({"recognizeInputType": "dtmf", "recognizeOptions": {"targetParticipant": caller,
        "dtmfOptions": {"maxTonesToCollect": 1}}});
    let watch = json!({"targetParticipant": caller});
    bench.operate(connection, ":startContinuousDtmfRecognition", &watch).expect("watched");
    bench.recognize(connection, &keys).expect("asked");
    bench.press(call, "1");
    bench.operate(connection, ":stopContinuousDtmfRecognition", &watch).expect("unwatched");
    bench.recognize(connection, &choices(json!([]))).expect("asked");
    bench.advance(6_000);
    bench.recognize(connection, &choices(unplayable)).expect("fails later");
    bench.recognize(connection, &choices(text("Say."))).expect("asked");
    bench.operate(connection, ":cancelAllMediaOperations", &Value::Null).expect("cancelled");
    let music = json!({"playSources": text("La."), "playOptions": {"loop": true}});
    bench.play(connection, &music).expect("played");
    bench.operate(connection, ":cancelAllMediaOperations", &Value::Null).expect("cancelled");
    let send = json!({"tones": ["one"], "targetParticipant": caller});
    bench.operate(connection, ":sendDtmfTones", &send).expect("sent");
    bench.advance(1_000);
}

fn people(bench: &mut Bench, connection: &str) {
    let add = json!({"participantToAdd": {"rawId": ADELE}});
    let reply = bench.add(connection, &add).expect("invited");
    let invitation = reply.body.expect("a body")["invitationId"].clone();
    bench.cancel_add(connection, &invitation).expect("cancelled");
    bench.cancel_add(connection, &invitation).expect("too late");
    bench.remove(connection, ADELE).expect("not there");
    bench.add(connection, &add).expect("invited");
    bench.who(accept).expect("accepted");
    bench.remove(connection, ADELE).expect("removed");
    let record = json!({"callConnectionId": connection, "recordingContentType": "audio",
        "recordingFormatType": "wav", "recordingStateCallbackUri": "https://app/rec"});
    let request = crate::wire::StartRecording::parse(&record).expect("read").request;
    let version = "2026-03-12".to_owned();
    bench.acs(AcsRequest::StartRecording { version, request }).expect("recorded");
    bench.transfer(connection, ADELE).expect("asked");
    bench.who(accept).expect("accepted");
    bench.apply(Action::HangUp { call: CallId(1) }).expect("hung up");
    bench.advance(600_000);
}

/// Ends that need a call of their own.
fn ends(told: &mut Vec<Callback>, grid: &mut Vec<Value>) {
    let mut early = Bench::new();
    let call = early.dial();
    early.answer(true).expect("answered");
    early.apply(Action::HangUp { call }).expect("hung up");
    told.append(&mut early.callbacks);
    let mut out = Bench::new();
    let body = json!({"targets": [{"rawId": ADELE}], "callbackUri": "https://a/cb"});
    out.operate("", "", &body).expect("created");
    out.who(decline).expect("declined");
    told.append(&mut out.callbacks);
    let (mut leaves, call, connection) = Bench::answered(true);
    let caller = json!({"rawId": format!("4:{CALLER}")});
    let add = json!({"participantToAdd": {"rawId": ADELE}});
    leaves.add(&connection, &add).expect("invited");
    leaves.who(accept).expect("accepted");
    let send = json!({"tones": ["one", "two"], "targetParticipant": caller});
    leaves.operate(&connection, ":sendDtmfTones", &send).expect("sent");
    leaves.apply(Action::HangUp { call }).expect("hung up");
    leaves.advance(1_000);
    told.append(&mut leaves.callbacks);
    let mut own = Bench::new();
    own.dial();
    grid.append(&mut own.grid);
}

#[test]
fn every_official_sample_has_its_like() {
    let (told, grid) = story();
    let mut failed = Vec::new();
    let mut line = |sample: &str, found: &[String]| {
        println!("{:<48} {}", sample, if found.is_empty() { "alike" } else { "DIFFERENT" });
        failed.extend(found.iter().map(|what| format!("{sample} {what}")));
    };
    let sent = |name: &str, nth: usize| {
        let all = told.iter().filter(|one| one.name == name);
        let found = all.into_iter().nth(nth).map(|one| one.body[0].clone());
        found.unwrap_or_else(|| panic!("{name} {nth} was not sent"))
    };
    for (sample, name, which, how) in CALLBACKS {
        let mut theirs = official(sample)[0].clone();
        if theirs["data"]["recognitionType"] == "dtmf" {
            // The payload has a choice's result besides, which no live one has.
            theirs["data"].as_object_mut().expect("an object").remove("choiceResult");
        }
        line(sample, &differences(&theirs, &sent(name, which), how));
    }
    let failed_tones = sent("SendDtmfTonesFailed", 0);
    line(
        "SendDtmfTonesFailed",
        &differences(&official("SendDtmfTonesFailed")[0], &failed_tones, Older),
    );
    let data = |sample: &str| {
        let whole = official(sample);
        let event = whole.get(0).unwrap_or(&whole);
        event.get("data").unwrap_or(event).clone()
    };
    let plain = grid.iter().find(|data| !data["incomingCallContext"].is_null());
    let plain = plain.expect("announced");
    line("EventGrid.IncomingCall", &differences(&data("EventGrid.IncomingCall"), plain, Live));
    let stored = grid.iter().find(|data| data["recordingStorageInfo"].is_object());
    let sample = data("EventGrid.RecordingFileStatusUpdated");
    let found = differences(&sample, stored.expect("a recording"), Older);
    line("EventGrid.RecordingFileStatusUpdated", &found);
    let with_headers = announced_with_headers(Profile::Classic);
    let sample = "incoming-call.custom-context.eventgrid-schema";
    let mut theirs = data(sample);
    theirs["customContext"]["sipHeaders"] = with_headers["customContext"]["sipHeaders"].clone();
    theirs["customContext"]["voipHeaders"] = with_headers["customContext"]["voipHeaders"].clone();
    line(sample, &differences(&theirs, &with_headers, Live));
    let mut sample = data("IncomingCall.data.teamsphone");
    let ours = announced_with_headers(Profile::Tpe);
    sample["customContext"] = ours["customContext"].clone();
    line("IncomingCall.data.teamsphone", &differences(&sample, &ours, Live));
    let compared = CALLBACKS.len() + 5;
    println!("{compared} samples compared, {} different", failed.len());
    assert!(failed.is_empty(), "{failed:#?}");
}

fn announced_with_headers(profile: Profile) -> Value {
    let mut bench = Bench::with(profile);
    let header = |name: &str| std::iter::once((name.to_owned(), "1".to_owned())).collect();
    let custom = crate::wire::CustomContext::of_caller(header("User-To-User"), header("a"));
    let (from, to) = (Private::new(CALLER), Private::new(NUMBER));
    let custom = custom.expect("headers");
    bench.apply(Action::DialWith { from, name: "Ada".to_owned(), to, custom }).expect("dialled");
    bench.grid.pop().expect("announced")
}

/// A new sample in the folder must be compared or explained.
#[test]
fn no_sample_is_forgotten() {
    let folder = format!("{}/tests/samples", env!("CARGO_MANIFEST_DIR"));
    let known: BTreeSet<&str> =
        CALLBACKS.iter().map(|row| row.0).chain(OTHERS.iter().map(|row| row.0)).collect();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let name = entry.expect("an entry").file_name().into_string().expect("a name");
        let Some(name) = name.strip_suffix(".json") else {
            continue;
        };
        let elsewhere = ["recording-file-status-updated.event", "subscription-validation.event"];
        let others = ["MediaStreaming", "Transcription", "ws.", "dead-letter."];
        let by_others = others.iter().any(|prefix| name.starts_with(prefix));
        assert!(known.contains(name) || elsewhere.contains(&name) || by_others, "{name}");
    }
}
