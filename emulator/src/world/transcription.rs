//! What people say, as text through the socket of a transcription.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::streams::Stream;
use super::timers::Timer;
use super::{CallId, Effect, SocketOrder, World};
use crate::clock::Millis;
use crate::private::Private;

/// Words between two intermediate results.
const WORDS_AT_ONCE: usize = 3;
/// The confidence of everything the emulator understands.
const CONFIDENCE: f64 = 0.9;
/// From year 1 to 1970, in ticks of 100 ns.
const TICKS_TO_1970: i64 = 621_355_968_000_000_000;
/// Ticks of a millisecond.
const TICKS: i64 = 10_000;

/// A sentence that is being said.
#[derive(Serialize, Deserialize)]
pub(super) struct Sentence {
    number: u64,
    raw_id: Private,
    text: Private,
    from: Millis,
    length: Millis,
    /// How many of its words have been told as intermediate result.
    told: usize,
}

impl World {
    /// Somebody says this, which takes `length`; nobody understands the held and the muted.
    pub(super) fn transcribe(&mut self, id: CallId, raw: &str, text: &str, length: Millis) {
        let (number, from) = (self.next_number(), self.now);
        let Some(call) = self.calls.get_mut(&id).filter(|call| call.is_audible(raw)) else {
            return;
        };
        if !call.bots.iter().any(|bot| bot.transcription.as_ref().is_some_and(Stream::is_on)) {
            return;
        }
        let (raw_id, text) = (Private::new(raw), Private::new(text.trim()));
        call.sentences.push(Sentence { number, raw_id, text, from, length, told: 0 });
        self.next_of_sentence(id, number);
    }

    fn next_of_sentence(&mut self, id: CallId, number: u64) {
        let sentences = self.calls.get(&id).map(|call| call.sentences.as_slice());
        let found = sentences.unwrap_or_default().iter().find(|one| one.number == number);
        if let Some(sentence) = found {
            let at = sentence.from + sentence.until(sentence.told + WORDS_AT_ONCE);
            self.timers.set(at, Timer::Understood { call: id, sentence: number });
        }
    }

    /// More of a sentence has been said, or all of it.
    pub(super) fn understood(&mut self, id: CallId, number: u64) {
        let Some(call) = self.calls.get_mut(&id) else {
            return;
        };
        let Some(index) = call.sentences.iter().position(|one| one.number == number) else {
            return;
        };
        let Some(sentence) = call.sentences.get_mut(index) else {
            return;
        };
        let words = sentence.text.expose().split_whitespace().count();
        sentence.told = (sentence.told + WORDS_AT_ONCE).min(words);
        let last = sentence.told == words;
        let frame = sentence.frame(last);
        let streams = call.bots.iter().filter_map(|bot| bot.transcription.as_ref());
        let sockets: Vec<u64> = streams.filter_map(|one| one.socket_for_text(last)).collect();
        if last {
            call.sentences.remove(index);
        } else {
            self.next_of_sentence(id, number);
        }
        for socket in sockets {
            let frame = frame.clone();
            self.effects.push(Effect::Socket(SocketOrder::Send { socket, frame }));
        }
    }
}

impl Sentence {
    /// How long it takes to say this many of its words.
    fn until(&self, words: usize) -> Millis {
        let characters = |words: usize| {
            let some = self.text.expose().split_whitespace().take(words);
            let count: usize = some.map(|word| word.chars().count() + 1).sum();
            Millis::try_from(count).unwrap_or(Millis::MAX)
        };
        let all = characters(usize::MAX).max(1);
        (self.length * characters(words) / all).max(1)
    }

    fn frame(&self, is_final: bool) -> Value {
        let words: Vec<&str> = self.text.expose().split_whitespace().take(self.told).collect();
        let at = |millis: Millis| TICKS_TO_1970 + (self.from + millis) * TICKS;
        let said = |index: usize| if index == 0 { 0 } else { self.until(index) };
        let spans = words.iter().enumerate().map(|(index, word)| {
            let (from, until) = (said(index), self.until(index + 1));
            json!({"text": plain(word), "offset": at(from), "duration": (until - from) * TICKS})
        });
        let spans: Vec<Value> = spans.collect();
        let text = if is_final { self.text.expose().to_owned() } else { words.join(" ") };
        json!({"kind": "TranscriptionData", "transcriptionData": {
            "text": text,
            "format": "display",
            "confidence": CONFIDENCE,
            "offset": at(0),
            "duration": self.until(self.told) * TICKS,
            "words": spans,
            "participantRawID": self.raw_id.expose(),
            "resultStatus": if is_final { "Final" } else { "Intermediate" },
        }})
    }
}

/// A word as the official sample has it: lower case, without punctuation around it.
fn plain(word: &str) -> String {
    word.trim_matches(|character: char| !character.is_alphanumeric()).to_lowercase()
}
