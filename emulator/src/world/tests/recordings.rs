//! The files of recordings: what is to be heard in them, and what is told of them.

use serde_json::{Value, json};

use super::{ADELE, Bench, CALLER, accept};
use crate::audio::{SoundFile, is_silent, read_wav};
use crate::wire::StartRecording;
use crate::wire::Strict as _;
use crate::world::AcsRequest;

fn start(bench: &mut Bench, connection: &str, more: &Value) -> String {
    let mut body = json!({"callConnectionId": connection, "recordingContentType": "audio",
        "recordingChannelType": "mixed", "recordingFormatType": "wav"});
    for (name, value) in more.as_object().expect("members") {
        body[name] = value.clone();
    }
    let request = StartRecording::parse(&body).expect("read").request;
    let version = "2026-03-12".to_owned();
    let reply = bench.acs(AcsRequest::StartRecording { version, request }).expect("started");
    reply.body.expect("a body")["recordingId"].as_str().expect("an id").to_owned()
}

/// Stops, waits for the file, and gives the chunks of the event.
fn stop(bench: &mut Bench, recording: &str) -> Vec<Value> {
    let recording = recording.to_owned();
    bench.acs(AcsRequest::StopRecording { recording }).expect("stopped");
    bench.advance(2_000);
    let event = bench.grid.last().expect("an event");
    event["recordingStorageInfo"]["recordingChunks"].as_array().expect("chunks").clone()
}

fn document(chunk: &Value) -> &str {
    chunk["documentId"].as_str().expect("an id")
}

fn bytes(file: &SoundFile) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let more @ [_, ..] = file.read(bytes.len() as u64, u64::MAX).as_slice() {
        bytes.extend_from_slice(more);
    }
    bytes
}

/// For each 100 ms, whether there is sound.
fn heard(samples: &[i16]) -> String {
    samples.chunks(1_600).map(|part| if is_silent(part) { '.' } else { '#' }).collect()
}

fn mixed(bench: &Bench, document: &str) -> String {
    let file = bench.world.document_sound(document).expect("a file");
    heard(&read_wav(&bytes(&file)).expect("a WAV file"))
}

#[test]
fn a_recording_holds_what_was_played_and_said_and_is_silent_while_paused() {
    let (mut bench, call, connection) = Bench::answered(true);
    let play = json!({"playSources": [{"kind": "text", "text": {"text": "0123456789"}}]});
    let id = start(&mut bench, &connection, &json!({}));
    bench.play(&connection, &play).expect("accepted");
    bench.advance(1_000);
    bench.say(call, "yes");
    bench.advance(1_000);
    bench.acs(AcsRequest::PauseRecording { recording: id.clone() }).expect("paused");
    bench.say(call, "my card is 4111");
    bench.advance(1_000);
    bench.acs(AcsRequest::ResumeRecording { recording: id.clone() }).expect("resumed");
    bench.press(call, "1");
    bench.advance(500);
    let chunks = stop(&mut bench, &id);
    // 600 ms of a prompt of one word, 600 ms of an answer, one key.
    assert_eq!(mixed(&bench, document(&chunks[0])), "######....#####...............##...");
    let metadata = bench.world.document_metadata(document(&chunks[0])).expect("metadata");
    assert_eq!(metadata["chunkDuration"], 3_500);
    assert_eq!(metadata["pauseResumeIntervals"][0]["duration"], 1_000);
    let start = metadata["pauseResumeIntervals"][0]["startTime"].as_str().expect("a time");
    assert!(start.ends_with('Z'), "{start}");
    assert_eq!(metadata["recordingInfo"]["audioConfiguration"]["bitRate"], 256_000);
    assert_eq!(metadata["participants"][0]["participantId"], format!("4:{CALLER}"));
}

#[test]
fn a_recording_that_starts_paused_is_silent_until_it_is_resumed() {
    let (mut bench, call, connection) = Bench::answered(true);
    let id = start(&mut bench, &connection, &json!({"pauseOnStart": true}));
    bench.say(call, "one two three four five six seven");
    bench.advance(1_000);
    bench.acs(AcsRequest::PauseRecording { recording: id.clone() }).expect("no matter");
    bench.acs(AcsRequest::ResumeRecording { recording: id.clone() }).expect("resumed");
    bench.advance(1_000);
    let chunks = stop(&mut bench, &id);
    let heard = mixed(&bench, document(&chunks[0]));
    assert!(heard.starts_with("..........#"), "{heard}");
}

#[test]
fn unmixed_channels_are_those_of_the_request_and_the_application_is_last() {
    let (mut bench, call, connection) = Bench::answered(true);
    bench.add(&connection, &json!({"participantToAdd": {"rawId": ADELE}})).expect("accepted");
    bench.who(accept).expect("accepted");
    let order = json!({"recordingChannelType": "unmixed",
        "audioChannelParticipantOrdering": [{"rawId": ADELE}]});
    let id = start(&mut bench, &connection, &order);
    bench.say(call, "yes");
    bench.advance(1_000);
    let play = json!({"playSources": [{"kind": "text", "text": {"text": "0123456789"}}]});
    bench.play(&connection, &play).expect("accepted");
    bench.advance(1_000);
    let whisper = json!({"playSources": [{"kind": "text", "text": {"text": "0123456789"}}],
        "playTo": [{"rawId": ADELE}]});
    bench.play(&connection, &whisper).expect("accepted");
    bench.advance(1_000);
    let chunks = stop(&mut bench, &id);
    let file = bench.world.document_sound(document(&chunks[0])).expect("a file");
    let bytes = bytes(&file);
    assert_eq!(u16::from_le_bytes([bytes[22], bytes[23]]), 3, "channels");
    let channel = |number: usize| {
        let two = |block: &[u8]| i16::from_le_bytes([block[number * 2], block[number * 2 + 1]]);
        heard(&bytes[44..].chunks_exact(6).map(two).collect::<Vec<_>>())
    };
    let silence = "..............................";
    assert_eq!(channel(0), silence, "Adele says nothing, and what she alone hears is not recorded");
    assert_eq!(channel(1), "#####.........................");
    assert_eq!(channel(2), "..........######..............");
    let people =
        &bench.world.document_metadata(document(&chunks[0])).expect("some")["participants"];
    let channels: Vec<_> = people.as_array().expect("a list").iter().collect();
    assert_eq!(channels[0], &json!({"participantId": format!("4:{CALLER}"), "channel": 1}));
    assert_eq!(channels[1], &json!({"participantId": ADELE, "channel": 0}));
}

#[test]
fn a_long_recording_has_chunks_that_are_deleted_one_by_one() {
    let (mut bench, call, connection) = Bench::answered(true);
    let id = start(
        &mut bench,
        &connection,
        &json!({"recordingContentType": "audioVideo",
        "recordingFormatType": "mp4"}),
    );
    bench.advance(61_000);
    bench.say(call, "yes");
    bench.advance(1_000);
    let chunks = stop(&mut bench, &id);
    let reason = |one: &Value| (one["index"].clone(), one["endReason"].clone());
    let reasons: Vec<_> = chunks.iter().map(reason).collect();
    assert_eq!(
        reasons,
        [(json!(0), json!("ChunkMaximumSizeExceeded")), (json!(1), json!("SessionEnded"))]
    );
    assert!(chunks[1]["contentLocation"].as_str().expect("an address").ends_with("/content/video"));
    assert_eq!(mixed(&bench, document(&chunks[0])).trim_matches('.'), "");
    assert_eq!(mixed(&bench, document(&chunks[1])), "..........#####.....");
    assert!(bench.world.delete_document(document(&chunks[1])));
    assert!(!bench.world.delete_document(document(&chunks[1])), "once");
    assert!(bench.world.document_sound(document(&chunks[1])).is_none());
    assert!(bench.world.document_sound(document(&chunks[0])).is_some());
}

#[test]
fn a_file_is_kept_for_a_day() {
    let (mut bench, _, connection) = Bench::answered(true);
    let id = start(&mut bench, &connection, &json!({}));
    let chunks = stop(&mut bench, &id);
    bench.advance(24 * 60 * 60 * 1_000 - 1);
    assert!(bench.world.document_sound(document(&chunks[0])).is_some());
    bench.advance(1);
    assert!(bench.world.document_sound(document(&chunks[0])).is_none());
    assert!(bench.world.document_metadata(document(&chunks[0])).is_none());
    assert!(!bench.world.delete_document(document(&chunks[0])));
}

#[test]
fn what_each_one_hears_is_his_own() {
    let (mut bench, call, connection) = Bench::answered(true);
    let music = json!({"playSources": [{"kind": "file", "file": {"uri": "https://x/hold.wav"}}],
        "playOptions": {"loop": true}});
    bench.play(&connection, &music).expect("accepted");
    bench.advance(5_000);
    bench.acs(AcsRequest::CancelMedia { connection: connection.clone() }).expect("accepted");
    bench.say(call, "I cannot hear myself");
    bench.advance(2_000);
    let hold = json!({"targetParticipant": {"rawId": format!("4:{CALLER}")},
        "playSourceInfo": {"kind": "file", "file": {"uri": "https://x/hold.wav"}}});
    bench.operate(&connection, ":hold", &hold).expect("held");
    bench.advance(1_000);
    bench.play(&connection, &music).expect("accepted");
    bench
        .operate(
            &connection,
            ":unhold",
            &json!({"targetParticipant": {"rawId":
        format!("4:{CALLER}")}}),
        )
        .expect("back");
    bench.acs(AcsRequest::CancelMedia { connection }).expect("accepted");
    let file = bench.world.heard_file(call, None, bench.now).expect("a file");
    let heard = heard(&read_wav(&bytes(&file)).expect("a WAV file"));
    // After 200 ms of set-up: five seconds of music, two of silence, one of music.
    let music = |seconds: usize| "#".repeat(seconds * 10);
    assert_eq!(heard, format!("..{}{}{}", music(5), ".".repeat(20), music(1)));
}
