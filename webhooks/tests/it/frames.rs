//! Frames of web sockets: official samples and hostile ones.

use serde_json::{Value, json};
use webhooks::Tone;
use webhooks::frames::{
    Frame, FrameError, Outgoing, OutgoingFrame, ResultStatus, Spelling, parse_frame, parse_outgoing,
};

use crate::samples::sample;

fn text(name: &str) -> String {
    String::from_utf8(sample(&format!("frames/{name}"))).unwrap()
}

#[test]
fn every_incoming_sample_round_trips() {
    for name in [
        "ws.AudioData.json",
        "ws.AudioMetadata.json",
        "ws.DtmfData.json",
        "ws.TranscriptionData.json",
        "ws.TranscriptionMetadata.json",
    ] {
        let text = text(name);
        let frame = parse_frame(&text).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert!(!matches!(frame, Frame::Unknown { .. }), "{name}");
        let official: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_value(&frame).unwrap(), official, "{name}");
    }
}

#[test]
fn every_outgoing_sample_is_what_we_write_and_read() {
    let sound: Value = serde_json::from_str(&text("ws.out.AudioData.json")).unwrap();
    let mut ours = Outgoing::Audio(&[1, 2, 3]).to_text(Spelling::Documents);
    ours = ours.replace("AQID", "buffer");
    assert_eq!(serde_json::from_str::<Value>(&ours).unwrap(), sound);

    let stop: Value = serde_json::from_str(&text("ws.out.StopAudio.json")).unwrap();
    let ours = Outgoing::StopAudio.to_text(Spelling::Documents);
    assert_eq!(serde_json::from_str::<Value>(&ours).unwrap(), stop);

    let read = text("ws.out.AudioData.json");
    let OutgoingFrame::Audio(sound) = parse_outgoing(&read).unwrap() else { panic!() };
    assert_eq!(sound.expose(), "buffer");
    let read = text("ws.out.StopAudio.json");
    assert_eq!(parse_outgoing(&read).unwrap(), OutgoingFrame::StopAudio);
}

#[test]
fn both_spellings_come_back() {
    let pcm: Vec<u8> = (0..=255).collect();
    for spelling in [Spelling::Documents, Spelling::JavaScriptSdk] {
        for length in [0, 1, 2, 3, 256] {
            let text = Outgoing::Audio(&pcm[..length]).to_text(spelling);
            assert_eq!(parse_outgoing(&text).unwrap().decode().unwrap(), pcm[..length]);
        }
        let text = Outgoing::StopAudio.to_text(spelling);
        assert_eq!(parse_outgoing(&text).unwrap(), OutgoingFrame::StopAudio);
    }
    let text = Outgoing::StopAudio.to_text(Spelling::JavaScriptSdk);
    assert_eq!(text, r#"{"kind":"stopAudio","stopAudio":{}}"#);
}

#[test]
fn ticks_are_exact() {
    let text = text("ws.TranscriptionData.json");
    let Frame::TranscriptionData(said) = parse_frame(&text).unwrap() else { panic!() };
    assert_eq!(said.offset, Some(2_516_998_782_481_234_400));
    assert_eq!(said.words[1].offset, Some(2_516_998_782_481_234_400));
    assert_eq!((said.duration, said.result_status), (None, Some(ResultStatus::Final)));
    let greatest = json!({"kind": "TranscriptionData",
        "transcriptionData": {"text": "x", "offset": u64::MAX, "duration": u64::MAX, "words": []}});
    let greatest = greatest.to_string();
    let Frame::TranscriptionData(said) = parse_frame(&greatest).unwrap() else { panic!() };
    assert_eq!((said.offset, said.duration), (Some(u64::MAX), Some(u64::MAX)));
}

#[test]
fn keys_are_read_from_characters_and_names() {
    for (data, tone) in [
        ("3", Tone::Three),
        ("#", Tone::Pound),
        ("*", Tone::Asterisk),
        ("a", Tone::A),
        ("Pound", Tone::Pound),
        ("asterisk", Tone::Asterisk),
        ("flash", Tone::Other("flash".to_owned())),
        ("", Tone::Other(String::new())),
        ("é", Tone::Other("é".to_owned())),
    ] {
        let frame = json!({"kind": "DtmfData", "dtmfData": {"data": data}}).to_string();
        let Frame::DtmfData(dtmf) = parse_frame(&frame).unwrap() else { panic!("{data}") };
        assert_eq!(dtmf.tone(), tone, "{data}");
    }
}

#[test]
fn unknown_kinds_are_kept_whole() {
    for frame in [
        json!({"kind": "Video", "video": {"x": [1]}}),
        json!({"kind": "AudioDataV2", "audioData": "of another type"}),
    ] {
        let text = frame.to_string();
        let read = parse_frame(&text).unwrap();
        let Frame::Unknown { kind, .. } = &read else { panic!("{read:?}") };
        assert_eq!(*kind, frame["kind"].as_str().unwrap());
        assert_eq!(serde_json::to_value(&read).unwrap(), frame);
    }
    let kind = parse_outgoing(r#"{"kind":"mark"}"#).unwrap();
    assert_eq!(kind, OutgoingFrame::Unknown { kind: "mark".to_owned() });
}

#[test]
fn bad_frames_are_errors() {
    for text in [
        "",
        "{}",
        "[]",
        r#"{"kind":5}"#,
        r#"{"kind":"AudioData","audioData":{"data":5}}"#,
        r#"{"kind":"AudioData","audioData":{}}"#,
        r#"{"kind":"AudioMetadata","audioMetadata":{"subscriptionId":"x","encoding":"PCM","sampleRate":-1,"channels":1,"length":1}}"#,
        r#"{"kind":"TranscriptionData","transcriptionData":{"text":"x","offset":1.5}}"#,
    ] {
        assert!(matches!(parse_frame(text), Err(FrameError::Malformed { .. })), "{text}");
    }
    let secret =
        r#"{"kind":"TranscriptionData","transcriptionData":{"text":"x","offset":"words"}}"#;
    assert!(!format!("{:?}", parse_frame(secret).unwrap_err()).contains("words"));
    let none = parse_frame(r#"{"kind":"AudioData","dtmfData":{"data":"1"}}"#);
    assert!(matches!(none, Err(FrameError::NoPayload)));
    let text = text("ws.AudioData.json");
    let Frame::AudioData(cut) = parse_frame(&text).unwrap() else { panic!() };
    // The sample's sound is cut with an ellipsis.
    assert!(matches!(cut.decode_into(&mut Vec::new()), Err(FrameError::NotBase64(_))));
}

#[test]
fn debug_shows_nobody_and_nothing_said() {
    for (name, secrets) in [
        ("ws.AudioData.json", vec!["8:acs", "5ADw"]),
        ("ws.TranscriptionData.json", vec!["Testing", "testing", "8:acs"]),
        ("ws.DtmfData.json", vec!["\"3\""]),
    ] {
        let text = text(name);
        let shown = format!("{:?}", parse_frame(&text).unwrap());
        for secret in secrets {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
