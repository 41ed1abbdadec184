//! What a recognize operation listens for.

use serde::Serialize;
use webhooks::Tone;

use crate::{InvalidRequest, limits::Check, redact::debug_only};

/// What to listen for (`recognizeInputType` with its options).
#[derive(Clone, Debug, PartialEq)]
pub enum RecognizeInput {
    /// Keys.
    Dtmf(DtmfOptions),
    /// One of several phrases or keys.
    Choices(Vec<Choice>),
    /// Free speech.
    Speech(SpeechOptions),
    /// Whichever comes first decides.
    SpeechOrDtmf(SpeechOptions, DtmfOptions),
}

/// How keys are collected (`DtmfOptions`).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DtmfOptions {
    /// Pause between keys that ends the collection, in seconds, 1 to 60; the service's default
    /// is 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inter_tone_timeout_in_seconds: Option<u8>,
    /// Number of keys that ends the collection, at least 1.
    pub max_tones_to_collect: u16,
    /// Keys that end the collection.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stop_tones: Vec<Tone>,
}

/// One choice (`Choice`): its label comes back in `RecognizeCompleted`.
#[derive(Clone, PartialEq, Serialize)]
pub struct Choice {
    /// The name of the choice.
    pub label: String,
    /// What the caller may say.
    pub phrases: Vec<String>,
    /// The key that chooses it; given for all choices or for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tone: Option<Tone>,
}

debug_only!(Choice { label, tone });

/// How speech is collected (`SpeechOptions`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SpeechOptions {
    /// Silence after speech that ends it, in milliseconds; the service's default is 500.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_silence_timeout_in_ms: Option<u32>,
}

impl DtmfOptions {
    /// Up to `max_tones_to_collect` keys, everything else at the service's default.
    pub fn up_to(max_tones_to_collect: u16) -> Self {
        Self { inter_tone_timeout_in_seconds: None, max_tones_to_collect, stop_tones: Vec::new() }
    }

    fn check(&self, check: Check) -> Result<(), InvalidRequest> {
        if let Some(seconds) = self.inter_tone_timeout_in_seconds {
            check.within("interToneTimeoutInSeconds", seconds, 1..=60)?;
        }
        check.that(self.max_tones_to_collect > 0, "maxTonesToCollect", "is 0; at least 1")?;
        check.tones("stopTones", &self.stop_tones)?;
        let distinct = no_repeats(self.stop_tones.iter().map(Tone::as_wire));
        check.that(distinct, "stopTones", "has the same tone twice")
    }
}

impl Choice {
    /// A choice by phrase, by key, or both.
    pub fn new(
        label: impl Into<String>,
        phrases: impl IntoIterator<Item = impl Into<String>>,
        tone: Option<Tone>,
    ) -> Self {
        let phrases = phrases.into_iter().map(Into::into).collect();
        Self { label: label.into(), phrases, tone }
    }
}

impl SpeechOptions {
    fn check(self, check: Check) -> Result<(), InvalidRequest> {
        let positive = self.end_silence_timeout_in_ms != Some(0);
        check.that(positive, "endSilenceTimeoutInMs", "is 0; at least 1 ms")
    }
}

impl RecognizeInput {
    /// `recognizeInputType` on the wire.
    pub(crate) fn wire_type(&self) -> &'static str {
        match self {
            Self::Dtmf(_) => "dtmf",
            Self::Choices(_) => "choices",
            Self::Speech(_) => "speech",
            Self::SpeechOrDtmf(..) => "speechOrDtmf",
        }
    }

    /// Longest initial silence, in seconds: the documentation allows 20 where speech is listened
    /// for, the swagger 300.
    pub(crate) fn longest_initial_silence(&self) -> u16 {
        match self {
            Self::Dtmf(_) => 300,
            Self::Choices(_) | Self::Speech(_) | Self::SpeechOrDtmf(..) => 20,
        }
    }

    pub(crate) fn check(&self, check: Check) -> Result<(), InvalidRequest> {
        match self {
            Self::Dtmf(dtmf) => dtmf.check(check),
            Self::Choices(choices) => check_choices(check, choices),
            Self::Speech(speech) => speech.check(check),
            Self::SpeechOrDtmf(speech, dtmf) => {
                speech.check(check)?;
                dtmf.check(check)
            }
        }
    }
}

fn check_choices(check: Check, choices: &[Choice]) -> Result<(), InvalidRequest> {
    check.that(!choices.is_empty(), "choices", "is empty")?;
    for choice in choices {
        check.not_empty("choices.label", &choice.label)?;
        let reachable = !choice.phrases.is_empty() || choice.tone.is_some();
        check.that(reachable, "choices.phrases", "is empty for a choice without a tone")?;
        let spoken = choice.phrases.iter().all(|phrase| !phrase.trim().is_empty());
        check.that(spoken, "choices.phrases", "has an empty phrase")?;
    }
    let distinct = no_repeats(choices.iter().map(|choice| choice.label.as_str()));
    check.that(distinct, "choices.label", "is used twice")?;
    let tones: Vec<_> = choices.iter().filter_map(|choice| choice.tone.as_ref()).collect();
    check.tones("choices.tone", tones.iter().copied())?;
    let all_or_none = tones.is_empty() || tones.len() == choices.len();
    check.that(all_or_none, "choices.tone", "must be given for all choices or for none")?;
    check.that(no_repeats(tones.iter().map(|tone| tone.as_wire())), "choices.tone", "is used twice")
}

fn no_repeats<'a>(values: impl Iterator<Item = &'a str>) -> bool {
    let mut seen = std::collections::BTreeSet::new();
    values.into_iter().all(|value| seen.insert(value))
}
