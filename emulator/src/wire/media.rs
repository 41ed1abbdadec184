//! Requests of the media operations: play and recognise.

use super::requests::OperationMeta;
use super::{Fields, Identifier, Refusal, Tone};
use serde::{Deserialize, Serialize};

/// The most sources in one request (the real limit is not documented).
const MOST_SOURCES: usize = 10;
/// The most characters of speech in one source (service limits).
const MOST_CHARACTERS: usize = 4_000;

/// `PlaySource`.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum PlaySource {
    /// An audio file.
    File { uri: String },
    /// Text to speak.
    Text { text: String },
    /// SSML to speak.
    Ssml { text: String },
}

/// `PlayRequest`.
pub(crate) struct Play {
    pub(crate) sources: Vec<PlaySource>,
    /// Empty means everybody.
    pub(crate) to: Vec<Identifier>,
    pub(crate) interrupt: bool,
    pub(crate) looped: bool,
    pub(crate) meta: OperationMeta,
}

/// `RecognizeInputType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum InputType {
    Dtmf,
    Speech,
    SpeechOrDtmf,
    Choices,
}

/// `Choice`.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct RecognizeChoice {
    pub(crate) label: String,
    pub(crate) phrases: Vec<String>,
    pub(crate) tone: Option<Tone>,
}

/// `RecognizeRequest`.
pub(crate) struct Recognize {
    pub(crate) input: InputType,
    pub(crate) target: Identifier,
    pub(crate) prompts: Vec<PlaySource>,
    pub(crate) interrupt: bool,
    /// Whether input stops the prompt. The documentation's default is true.
    pub(crate) interrupt_prompt: bool,
    pub(crate) initial_silence_seconds: i64,
    pub(crate) inter_tone_seconds: i64,
    pub(crate) max_tones: Option<usize>,
    pub(crate) stop_tones: Vec<Tone>,
    pub(crate) choices: Vec<RecognizeChoice>,
    pub(crate) meta: OperationMeta,
}

impl PlaySource {
    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        fields.ignore(&["playSourceCacheId", "file", "text", "ssml"]);
        match fields.required_text("kind")?.as_str() {
            "file" => fields.required_object("file", read_file),
            "text" => fields.required_object("text", read_text),
            "ssml" => fields.required_object("ssml", read_ssml),
            _ => Err(fields.refuse("kind", "must be file, text or ssml")),
        }
    }

    /// Whether it needs the AI resource.
    pub(crate) fn is_spoken(&self) -> bool {
        match self {
            Self::Text { .. } | Self::Ssml { .. } => true,
            Self::File { .. } => false,
        }
    }

    /// What a listener hears as words; `None` for a file.
    pub(crate) fn words(&self) -> Option<String> {
        match self {
            Self::Text { text } => Some(text.clone()),
            Self::Ssml { text } => Some(without_tags(text)),
            Self::File { .. } => None,
        }
    }
}

impl Play {
    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        let sources = fields.objects("playSources", PlaySource::read)?;
        if sources.is_empty() {
            return Err(fields.refuse("playSources", "must have from 1 to 10 sources"));
        }
        if sources.len() > MOST_SOURCES {
            fields.complain("playSources", "must have from 1 to 10 sources")?;
        }
        let read_loop = |options: &Fields<'_>| match options.boolean("loop")? {
            Some(looped) => Ok(looped),
            None => options.complain("loop", "is required").map(|()| false),
        };
        Ok(Self {
            sources,
            to: fields.objects("playTo", Identifier::read)?,
            interrupt: fields.boolean("interruptCallMediaOperation")?.unwrap_or(false),
            looped: fields.object("playOptions", read_loop)?.unwrap_or(false),
            meta: OperationMeta::read(fields)?,
        })
    }
}

impl Recognize {
    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        let input = InputType::read(fields)?;
        let mut prompts = fields.objects("playPrompts", PlaySource::read)?;
        if prompts.is_empty() {
            prompts.extend(fields.object("playPrompt", PlaySource::read)?);
        } else {
            fields.ignore(&["playPrompt"]);
        }
        let interrupt = fields.boolean("interruptCallMediaOperation")?.unwrap_or(true);
        let meta = OperationMeta::read(fields)?;
        fields.required_object("recognizeOptions", |options| {
            let dtmf = options.object("dtmfOptions", DtmfOptions::read)?;
            let dtmf = dtmf.unwrap_or_default();
            let request = Self {
                input,
                target: options.required_object("targetParticipant", Identifier::read)?,
                prompts,
                interrupt,
                interrupt_prompt: options.boolean("interruptPrompt")?.unwrap_or(true),
                initial_silence_seconds: options
                    .integer("initialSilenceTimeoutInSeconds", 0..=300)?
                    .unwrap_or(5),
                inter_tone_seconds: dtmf.inter_tone_seconds,
                max_tones: dtmf.max_tones,
                stop_tones: dtmf.stop_tones,
                choices: options.objects("choices", RecognizeChoice::read)?,
                meta,
            };
            options.ignore(&["speechLanguage", "speechRecognitionModelEndpointId"]);
            options.object("speechOptions", |speech| {
                speech.integer("endSilenceTimeoutInMs", 0..=i64::MAX)
            })?;
            request.check(options).map(|()| request)
        })
    }

    fn check(&self, options: &Fields<'_>) -> Result<(), Refusal> {
        match self.input {
            InputType::Dtmf if self.max_tones.is_none() => {
                return Err(options.refuse("dtmfOptions.maxTonesToCollect", "is required for dtmf"));
            }
            InputType::Choices if self.choices.is_empty() => {
                return Err(options.refuse("choices", "is required"));
            }
            InputType::Dtmf | InputType::Choices | InputType::Speech | InputType::SpeechOrDtmf => {}
        }
        if self.input != InputType::Dtmf && self.initial_silence_seconds > 20 {
            let problem = "must be at most 20 for speech and choices";
            options.complain("initialSilenceTimeoutInSeconds", problem)?;
        }
        let with_tone = self.choices.iter().filter(|choice| choice.tone.is_some());
        let with_tone = with_tone.count();
        if with_tone > 0 && with_tone < self.choices.len() {
            return Err(options.refuse("choices", "must have a tone for all or for none"));
        }
        Ok(())
    }
}

impl InputType {
    fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        match fields.required_text("recognizeInputType")?.as_str() {
            "dtmf" => Ok(Self::Dtmf),
            "speech" => Ok(Self::Speech),
            "speechOrDtmf" => Ok(Self::SpeechOrDtmf),
            "choices" => Ok(Self::Choices),
            _ => {
                let problem = "must be dtmf, speech, speechOrDtmf or choices";
                Err(fields.refuse("recognizeInputType", problem))
            }
        }
    }
}

impl RecognizeChoice {
    fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        let tone = fields.text("tone")?;
        let phrases = fields.texts("phrases")?;
        if phrases.is_empty() {
            return Err(fields.refuse("phrases", "is required"));
        }
        Ok(Self {
            label: fields.required_text("label")?,
            phrases,
            tone: tone.map(|name| Tone::from_name(&fields.name("tone"), &name)).transpose()?,
        })
    }
}

struct DtmfOptions {
    inter_tone_seconds: i64,
    max_tones: Option<usize>,
    stop_tones: Vec<Tone>,
}

impl Default for DtmfOptions {
    fn default() -> Self {
        Self { inter_tone_seconds: 2, max_tones: None, stop_tones: Vec::new() }
    }
}

impl DtmfOptions {
    fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        let member = fields.name("stopTones");
        let stop = fields.texts("stopTones")?;
        let most = fields.integer("maxTonesToCollect", 1..=i64::from(i32::MAX))?;
        Ok(Self {
            inter_tone_seconds: fields.integer("interToneTimeoutInSeconds", 1..=60)?.unwrap_or(2),
            max_tones: most.and_then(|most| usize::try_from(most).ok()),
            stop_tones: stop
                .iter()
                .map(|name| Tone::from_name(&member, name))
                .collect::<Result<_, _>>()?,
        })
    }
}

fn read_file(fields: &Fields<'_>) -> Result<PlaySource, Refusal> {
    fields.required_text("uri").map(|uri| PlaySource::File { uri })
}

fn read_text(fields: &Fields<'_>) -> Result<PlaySource, Refusal> {
    fields.ignore(&["sourceLocale", "voiceKind", "voiceName", "customVoiceEndpointId"]);
    let text = fields.required_text("text")?;
    if text.chars().count() > MOST_CHARACTERS {
        fields.complain("text", "must have at most 4000 characters")?;
    }
    Ok(PlaySource::Text { text })
}

fn read_ssml(fields: &Fields<'_>) -> Result<PlaySource, Refusal> {
    fields.ignore(&["customVoiceEndpointId"]);
    let text = fields.required_text("ssmlText")?;
    Ok(PlaySource::Ssml { text })
}

/// The words of an SSML text.
fn without_tags(ssml: &str) -> String {
    let mut words = String::new();
    let mut inside = false;
    for character in ssml.chars() {
        match character {
            '<' => inside = true,
            '>' => {
                inside = false;
                words.push(' ');
            }
            other if !inside => words.push(other),
            _ => {}
        }
    }
    let plain = words
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::Strict as _;
    use super::*;

    fn recognize(input: &str, options: &Value) -> Result<Recognize, Refusal> {
        let body = json!({"recognizeInputType": input, "recognizeOptions": options});
        Recognize::parse(&body).map(|parsed| parsed.request)
    }

    #[test]
    fn recognise_has_the_documented_defaults() {
        let options = json!({"targetParticipant": {"rawId": "4:+1"},
            "dtmfOptions": {"maxTonesToCollect": 3, "stopTones": ["pound"]}});
        let request = recognize("dtmf", &options).expect("accepted");
        assert_eq!(request.initial_silence_seconds, 5);
        assert_eq!(request.inter_tone_seconds, 2);
        assert_eq!(request.max_tones, Some(3));
        assert!(request.interrupt_prompt);
    }

    #[test]
    fn recognise_refuses_what_the_service_refuses() {
        let target = json!({"rawId": "4:+1"});
        let choice = |tone: Option<&str>| json!({"label": "a", "phrases": ["a"], "tone": tone});
        let cases = [
            (
                "dtmf",
                json!({"targetParticipant": target}),
                "recognizeOptions.dtmfOptions.maxTonesToCollect",
            ),
            (
                "dtmf",
                json!({"targetParticipant": target,
                "dtmfOptions": {"maxTonesToCollect": 1, "interToneTimeoutInSeconds": 61}}),
                "recognizeOptions.dtmfOptions.interToneTimeoutInSeconds",
            ),
            (
                "dtmf",
                json!({"dtmfOptions": {"maxTonesToCollect": 1}}),
                "recognizeOptions.targetParticipant",
            ),
            ("choices", json!({"targetParticipant": target}), "recognizeOptions.choices"),
            (
                "choices",
                json!({"targetParticipant": target, "choices":
                [choice(Some("one")), choice(None)]}),
                "recognizeOptions.choices",
            ),
            (
                "speech",
                json!({"targetParticipant": target,
                "initialSilenceTimeoutInSeconds": 21}),
                "recognizeOptions.initialSilenceTimeoutInSeconds",
            ),
            ("mind", json!({"targetParticipant": target}), "recognizeInputType"),
        ];
        for (input, options, member) in cases {
            let refusal = recognize(input, &options).err().expect(member);
            assert_eq!(refusal.target.as_deref(), Some(member));
        }
    }

    #[test]
    fn ssml_is_heard_as_its_words() {
        let ssml = "<speak><voice name=\"x\">Tom &amp; Jerry<break/>here</voice></speak>";
        let source = PlaySource::Ssml { text: ssml.to_owned() };
        assert_eq!(source.words().as_deref(), Some("Tom & Jerry here"));
    }
}
