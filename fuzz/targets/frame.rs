//! Web socket frames, in both directions.
#![no_main]

use libfuzzer_sys::fuzz_target;
use webhooks::frames::{Frame, parse_frame, parse_outgoing};

fuzz_target!(|text: &str| {
    let _ = parse_outgoing(text).map(|frame| frame.decode());
    let Ok(frame) = parse_frame(text) else { return };
    if let Frame::AudioData(audio) = &frame {
        let _ = audio.decode_into(&mut Vec::new());
    }
    if let Frame::DtmfData(dtmf) = &frame {
        let _ = dtmf.tone();
    }
    let written = serde_json::to_string(&frame).expect("a frame can be written");
    parse_frame(&written).expect("what we write is a frame");
});
