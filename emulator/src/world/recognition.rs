//! What a recognition makes of keys and words. Pure and small: the table of contract section 6.4.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::events::ResultInformation;
use crate::clock::Millis;
use crate::wire::{InputType, Recognize, RecognizeChoice, Tone};

/// A recognition that listens, or will when its prompt has been heard.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Recognition {
    input: InputType,
    /// Raw id of the participant who is listened to.
    pub(super) target: String,
    /// Whether input stops the prompt.
    pub(super) interrupt_prompt: bool,
    pub(super) initial_silence: Millis,
    pub(super) inter_tone: Millis,
    max_tones: Option<usize>,
    stop_tones: Vec<Tone>,
    choices: Vec<RecognizeChoice>,
    tones: Vec<Tone>,
}

/// What input led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Taken {
    /// Not for this recognition.
    Ignored,
    /// Kept; more is awaited. The number of tones so far.
    More(usize),
    /// It is over.
    Done(Outcome),
}

/// How a recognition ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outcome {
    /// `RecognizeCompleted`, else `RecognizeFailed`.
    pub(super) completed: bool,
    pub(super) result: ResultInformation,
    /// `recognitionType` and the result member.
    pub(super) members: Map<String, Value>,
}

impl Recognition {
    pub(super) fn new(request: &Recognize) -> Self {
        Self {
            input: request.input,
            target: request.target.raw(),
            interrupt_prompt: request.interrupt_prompt,
            initial_silence: request.initial_silence_seconds * 1_000,
            inter_tone: request.inter_tone_seconds * 1_000,
            max_tones: request.max_tones,
            stop_tones: request.stop_tones.clone(),
            choices: request.choices.clone(),
            tones: Vec::new(),
        }
    }

    /// A key.
    pub(super) fn key(&mut self, tone: Tone) -> Taken {
        match self.input {
            InputType::Speech => Taken::Ignored,
            InputType::Choices => Taken::Done(self.choice_by_key(tone)),
            InputType::Dtmf | InputType::SpeechOrDtmf => self.digit(tone),
        }
    }

    fn digit(&mut self, tone: Tone) -> Taken {
        if self.stop_tones.contains(&tone) {
            let text = "Action completed, stop tone detected.";
            return Taken::Done(self.digits(ResultInformation::new(200, 8514, text)));
        }
        self.tones.push(tone);
        if self.max_tones.is_some_and(|most| self.tones.len() >= most) {
            let text = "Action completed, max digits received.";
            return Taken::Done(self.digits(ResultInformation::new(200, 8531, text)));
        }
        Taken::More(self.tones.len())
    }

    fn digits(&self, result: ResultInformation) -> Outcome {
        let tones: Vec<&str> = self.tones.iter().map(|tone| tone.name()).collect();
        completed(result, "dtmf", "dtmfResult", json!({"tones": tones}))
    }

    fn choice_by_key(&self, tone: Tone) -> Outcome {
        let choice = self.choices.iter().find(|choice| choice.tone == Some(tone));
        let Some(choice) = choice else {
            let text = "Action failed, incorrect tone entered.";
            return failed(ResultInformation::new(500, 8534, text));
        };
        let text = "Action completed, DTMF option matched.";
        let result = ResultInformation::new(200, 8533, text);
        completed(result, "choices", "choiceResult", json!({"label": choice.label}))
    }

    /// Words.
    pub(super) fn words(&self, said: &str) -> Taken {
        let listens = self.input != InputType::Dtmf && self.tones.is_empty();
        if listens && words(said).is_empty() {
            let text = "Action failed, speech could not be recognized.";
            return Taken::Done(failed(ResultInformation::new(400, 8563, text)));
        }
        match self.input {
            InputType::Choices => Taken::Done(self.choice_by_phrase(said)),
            InputType::Speech | InputType::SpeechOrDtmf if self.tones.is_empty() => {
                let text = "Action completed, speech was recognized.";
                let result = ResultInformation::new(200, 8569, text);
                let speech = json!({"speech": said, "confidence": CONFIDENCE});
                Taken::Done(completed(result, "speech", "speechResult", speech))
            }
            InputType::Dtmf | InputType::Speech | InputType::SpeechOrDtmf => Taken::Ignored,
        }
    }

    fn choice_by_phrase(&self, said: &str) -> Outcome {
        let matched = self.choices.iter().find_map(|choice| {
            let phrase = choice.phrases.iter().find(|phrase| contains_phrase(said, phrase))?;
            Some((choice, phrase))
        });
        let Some((choice, phrase)) = matched else {
            let text = "Action failed, recognized phrase does not match a valid option.";
            return failed(ResultInformation::new(400, 8547, text));
        };
        let text = "Action completed, Recognized phrase matches a valid option.";
        let result = ResultInformation::new(200, 8545, text);
        let value = json!({"label": choice.label, "recognizedPhrase": phrase,
            "confidence": CONFIDENCE});
        completed(result, "choices", "choiceResult", value)
    }

    /// Nothing came after the prompt; `None` when something did.
    pub(super) fn silence(&self) -> Option<Outcome> {
        let text = "Action failed, initial silence timeout reached.";
        let result = ResultInformation::new(400, 8510, text);
        self.tones.is_empty().then(|| failed(result))
    }

    /// No further key came; `None` when one did.
    pub(super) fn gap(&self, tones: usize) -> Option<Outcome> {
        let text = "Action completed, inter-digit timeout reached.";
        let result = ResultInformation::new(400, 8532, text);
        (self.tones.len() == tones).then(|| self.digits(result))
    }
}

/// The confidence of everything the emulator understands.
const CONFIDENCE: f64 = 0.9;

fn completed(result: ResultInformation, kind: &str, member: &str, value: Value) -> Outcome {
    let mut members = Map::new();
    members.insert("recognitionType".to_owned(), json!(kind));
    members.insert(member.to_owned(), value);
    Outcome { completed: true, result, members }
}

fn failed(result: ResultInformation) -> Outcome {
    Outcome { completed: false, result, members: Map::new() }
}

/// Whether the words of `phrase` stand in `said` side by side, case and punctuation apart.
pub(crate) fn contains_phrase(said: &str, phrase: &str) -> bool {
    let (said, phrase) = (words(said), words(phrase));
    !phrase.is_empty() && said.windows(phrase.len()).any(|window| window == phrase.as_slice())
}

fn words(text: &str) -> Vec<String> {
    let split = text.split(|character: char| !character.is_alphanumeric());
    split.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}
