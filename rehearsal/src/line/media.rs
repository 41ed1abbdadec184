//! What the caller hears, and what is listened for.

use engine::{
    Millis,
    call::{
        Number, Prompt, RecognizeKind,
        withheld::{counted, typed},
    },
};
use webhooks::{CallEventKind, Recognition, Tone};

use crate::told::Who;

use super::{Due, Line};

/// Speech takes this long for a letter, in ms; the emulator speaks as fast.
const PER_LETTER: Millis = 60;
/// The shortest speech, in ms.
const SHORTEST: Millis = 600;
/// How long a sound file is taken to be, in ms.
const FILE: Millis = 3_000;

/// The main media operation that runs.
#[derive(Debug, Clone)]
pub(super) struct Media {
    number: Number,
    question: Option<Question>,
}

/// The caller is asked.
#[derive(Debug, Clone)]
struct Question {
    kind: RecognizeKind,
    silence: Millis,
    typed: String,
    sensitive: bool,
}

/// What a line listens for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listening {
    /// Keys are heard.
    pub keys: bool,
    /// Words are heard.
    pub words: bool,
}

impl Media {
    pub(super) fn play(number: Number) -> Self {
        Self { number, question: None }
    }

    pub(super) fn question(
        number: Number,
        kind: RecognizeKind,
        silence: Millis,
        sensitive: bool,
    ) -> Self {
        let question = Question { kind, silence, typed: String::new(), sensitive };
        Self { number, question: Some(question) }
    }
}

/// How long a prompt is heard, in ms.
pub(super) fn length(prompt: &Prompt) -> Millis {
    match prompt {
        Prompt::Text { text, .. } => spoken(text.expose()),
        Prompt::Ssml { text } => spoken(&without_tags(text.expose())),
        Prompt::File { .. } => FILE,
        Prompt::Several(parts) => {
            parts.iter().fold(0, |all, part| length(part).saturating_add(all))
        }
    }
}

fn spoken(text: &str) -> Millis {
    let letters = Millis::try_from(text.chars().count()).unwrap_or(Millis::MAX);
    letters.saturating_mul(PER_LETTER).max(SHORTEST)
}

/// What is heard, in words, one after the other.
pub(super) fn words(prompt: &Prompt) -> Vec<String> {
    match prompt {
        Prompt::Text { text, .. } => vec![text.expose().to_owned()],
        Prompt::Ssml { text } => vec![without_tags(text.expose())],
        Prompt::File { path } => vec![format!("♪ {path}")],
        Prompt::Several(parts) => parts.iter().flat_map(words).collect(),
    }
}

/// The words of a document, for people who read what would be heard.
fn without_tags(document: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for letter in document.chars() {
        match letter {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push(' ');
            }
            _ if !inside => text.push(letter),
            _ => {}
        }
    }
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    let text = text.replace("&apos;", "'").replace("&amp;", "&");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Line<'_> {
    /// What the line listens for; none where it does not.
    pub fn listening(&self) -> Option<Listening> {
        let question = self.media.as_ref()?.question.as_ref()?;
        Some(match &question.kind {
            RecognizeKind::Digits { .. } => Listening { keys: true, words: false },
            RecognizeKind::Speech { .. } => Listening { keys: true, words: true },
            RecognizeKind::Choices(choices) => Listening {
                keys: choices.values().any(|choice| choice.tone.is_some()),
                words: choices.values().any(|choice| !choice.phrases.is_empty()),
            },
        })
    }

    /// The caller presses keys. Those that nobody listens to are lost.
    pub fn press(&mut self, keys: &str) {
        let question = self.media.as_ref().and_then(|media| media.question.as_ref());
        let secret = question.is_some_and(|question| question.sensitive);
        let shown = if secret { "•".repeat(keys.chars().count()) } else { keys.to_owned() };
        self.tell(Who::Caller, format!("presses {shown}"));
        for key in keys.chars() {
            if !self.key(key) {
                return self.tell(Who::Why, "nobody listens: the other keys are lost");
            }
        }
    }

    /// One key; false if nobody listens.
    fn key(&mut self, key: char) -> bool {
        let Some(Media { number, question: Some(question) }) = &mut self.media else {
            return false;
        };
        let number = *number;
        let heard = match &question.kind {
            RecognizeKind::Digits { max, stop, between } => {
                question.typed.push(key);
                let typed = question.typed.chars().count();
                if *stop != Some(key) && typed < usize::from(*max) {
                    let at = self.now.saturating_add(*between);
                    self.agenda.put(at, Due::Silence(number, typed));
                    return true;
                }
                Ok(dtmf(&question.typed))
            }
            RecognizeKind::Speech { .. } => Ok(dtmf(&key.to_string())),
            RecognizeKind::Choices(choices) => choices
                .iter()
                .find(|(_, choice)| choice.tone == Some(key))
                .map(|(label, _)| Recognition::Choice {
                    label: label.clone(),
                    phrase: None,
                    confidence: None,
                })
                // Contract 6.4: a key that is no choice.
                .ok_or(8534),
        };
        self.recognized(number, heard);
        true
    }

    /// The caller says something; false if nobody listens for words.
    pub fn say(&mut self, text: &str) -> bool {
        self.tell(Who::Caller, format!("says \"{text}\""));
        let listens = self.listening().is_some_and(|listening| listening.words);
        let Some(Media { number, question: Some(question) }) = &self.media else { return false };
        if !listens || self.caller_muted {
            return false;
        }
        let choices = match &question.kind {
            RecognizeKind::Choices(choices) => choices,
            RecognizeKind::Speech { end_silence, .. } => {
                let after = spoken(text).saturating_add(*end_silence);
                return self.said(*number, text, after);
            }
            RecognizeKind::Digits { .. } => return false,
        };
        let said = text.to_lowercase();
        let phrases = choices
            .iter()
            .flat_map(|(label, choice)| choice.phrases.iter().map(move |phrase| (label, phrase)));
        let best = phrases
            .filter(|(_, phrase)| said.contains(&phrase.to_lowercase()))
            .max_by_key(|(_, phrase)| phrase.len());
        let heard = best.map(|(label, phrase)| Recognition::Choice {
            label: label.clone(),
            phrase: Some(phrase.as_str().into()),
            confidence: Some(0.9),
        });
        // Contract 6.4: words that are no choice.
        let number = *number;
        self.recognized(number, heard.ok_or(8547));
        true
    }

    /// Free speech is heard, and after it silence.
    fn said(&mut self, number: Number, text: &str, after: Millis) -> bool {
        self.media = None;
        let heard = Recognition::Speech { text: text.into(), confidence: Some(0.9) };
        let kind = Box::new(CallEventKind::RecognizeCompleted(heard));
        let due = Due::Event { kind, number: Some(number), result: Some((200, 8569)) };
        self.agenda.put(self.now.saturating_add(after), due);
        true
    }

    /// The question is over: with an answer, or with the sub-code that says why not.
    fn recognized(&mut self, number: Number, heard: Result<Recognition, i64>) {
        let question = self.media.take().and_then(|media| media.question);
        let heard = match (question, heard) {
            (Some(Question { sensitive: true, .. }), Ok(heard)) => {
                let digits = typed(&heard);
                let counted = counted(digits.as_deref());
                self.withheld.extend(digits.map(|digits| (number, digits)));
                Ok(counted)
            }
            (_, heard) => heard,
        };
        match heard {
            Ok(heard) => {
                self.soon(CallEventKind::RecognizeCompleted(heard), Some(number), Some((200, 0)));
            }
            Err(sub_code) => {
                let kind = CallEventKind::RecognizeFailed { failed_play_source_index: None };
                self.soon(kind, Some(number), Some((400, sub_code)));
            }
        }
    }

    pub(super) fn prompt_ends(&mut self, number: Number) {
        let Some(media) = self.media.as_ref().filter(|media| media.number == number) else {
            return;
        };
        match &media.question {
            Some(question) if question.typed.is_empty() => {
                let at = self.now.saturating_add(question.silence);
                self.agenda.put(at, Due::Silence(number, 0));
            }
            Some(_) => {}
            None => {
                self.media = None;
                self.soon(CallEventKind::PlayCompleted, Some(number), Some((200, 0)));
            }
        }
    }

    /// The caller did nothing since he had typed so many keys.
    pub(super) fn silence(&mut self, number: Number, typed: usize) {
        let Some(Media { number: asked, question: Some(question) }) = &self.media else { return };
        if *asked != number || question.typed.chars().count() != typed {
            return;
        }
        if typed == 0 {
            self.tell(Who::Caller, "says nothing");
            return self.recognized(number, Err(8510));
        }
        let typed = dtmf(&question.typed);
        self.recognized(number, Ok(typed));
    }

    /// What runs is stopped: by another operation, or by order.
    pub(super) fn stop_media(&mut self) {
        let Some(media) = self.media.take() else { return };
        let kind = match media.question {
            Some(_) => CallEventKind::RecognizeCanceled,
            None => CallEventKind::PlayCanceled,
        };
        self.soon(kind, Some(media.number), None);
    }
}

fn dtmf(keys: &str) -> Recognition {
    Recognition::Dtmf { tones: keys.chars().filter_map(Tone::from_char).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_read_without_its_tags() {
        let ssml =
            "<speak version=\"1.0\"><voice name=\"x\">Tea &amp; <break/>cake.</voice></speak>";
        assert_eq!(without_tags(ssml), "Tea & cake.");
    }
}
