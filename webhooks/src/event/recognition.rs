//! What a caller answered to a question.

use serde_json::{Map, Value, json};

use super::Tone;
use crate::fields::{DataError, Fields, put};
use crate::sensitive::{Speech, Untyped};

const DTMF: &str = "dtmf";
const CHOICES: &str = "choices";
const SPEECH: &str = "speech";
const WITHHELD: &str = "withheld";

/// What a caller answered (`recognitionType` with its result). It names what came in, not what
/// was asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Recognition {
    /// Keys. May be empty, for instance after an inter-digit timeout (sub-code 8532).
    Dtmf {
        /// The keys in the order they were pressed.
        tones: Vec<Tone>,
    },
    /// One of the offered choices, by key or by phrase.
    Choice {
        /// The label of the choice.
        label: String,
        /// What was said; absent if a key was pressed.
        phrase: Option<Speech>,
        /// 0.0 to 1.0, with six decimals.
        confidence: Option<f64>,
    },
    /// Free speech.
    Speech {
        /// What was said.
        text: Speech,
        /// 0.0 to 1.0, with six decimals.
        confidence: Option<f64>,
    },
    /// Keys that are kept from everybody who reads the event. Never on the wire: whoever takes the event in puts
    /// this in the place of [`Recognition::Dtmf`] where the question asked for something secret.
    Withheld {
        /// How many digits were typed. 0 where something else than digits came.
        digits: u8,
        /// Whether the last of them is the check digit of the others (ISO/IEC 7812, "Luhn").
        luhn: bool,
    },
    /// A type that this version does not know.
    Unknown {
        /// The `recognitionType`, if there was one.
        recognition_type: Option<String>,
        /// All of the event's other data except the members that every event has.
        data: Untyped,
    },
}

impl Recognition {
    /// Reads the result from the event's data, which has the `common` members too.
    pub(super) fn read(data: &Fields<'_>, common: &[&str]) -> Result<Self, DataError> {
        match data.str("recognitionType")?.or_else(|| present(data)) {
            Some(DTMF) => Ok(Self::Dtmf { tones: tones(data)? }),
            Some(CHOICES) => choice(data),
            Some(SPEECH) => speech(data),
            Some(WITHHELD) => withheld(data),
            other => Ok(Self::Unknown {
                recognition_type: other.map(str::to_owned),
                data: Untyped::new(unknown_data(data, common)),
            }),
        }
    }

    /// The members that a recognition adds to the event's data.
    pub(super) fn to_json(&self) -> Value {
        let mut data = Map::new();
        self.write(&mut data);
        Value::Object(data)
    }

    fn write(&self, data: &mut Map<String, Value>) {
        let (kind, name, result) = match self {
            Self::Dtmf { tones } => {
                let tones: Vec<_> = tones.iter().map(Tone::as_wire).collect();
                (DTMF, "dtmfResult", json!({ "tones": tones }))
            }
            Self::Choice { label, phrase, confidence } => {
                let mut map = Map::new();
                put(&mut map, "label", Some(label.as_str()));
                put(&mut map, "recognizedPhrase", phrase.as_ref().map(Speech::expose));
                put(&mut map, "confidence", *confidence);
                (CHOICES, "choiceResult", Value::Object(map))
            }
            Self::Speech { text, confidence } => {
                let mut map = Map::new();
                put(&mut map, "speech", Some(text.expose()));
                put(&mut map, "confidence", *confidence);
                (SPEECH, "speechResult", Value::Object(map))
            }
            Self::Withheld { digits, luhn } => {
                (WITHHELD, "withheldResult", json!({ "digits": digits, "luhn": luhn }))
            }
            Self::Unknown { recognition_type, data: unknown } => {
                if let Value::Object(members) = unknown.expose() {
                    data.extend(members.clone());
                }
                put(data, "recognitionType", recognition_type.clone());
                return;
            }
        };
        put(data, "recognitionType", Some(kind));
        put(data, name, Some(result));
    }
}

fn unknown_data(data: &Fields<'_>, common: &[&str]) -> Value {
    let mut rest = data.without(common);
    rest.remove("recognitionType");
    Value::Object(rest)
}

/// The type by the result that is there, for events that do not name it.
fn present(data: &Fields<'_>) -> Option<&'static str> {
    [("choiceResult", CHOICES), ("speechResult", SPEECH), ("dtmfResult", DTMF)]
        .into_iter()
        .find(|(member, _)| data.value(member).is_some())
        .map(|(_, kind)| kind)
}

fn tones(data: &Fields<'_>) -> Result<Vec<Tone>, DataError> {
    let Some(result) = data.object("dtmfResult")? else {
        return Ok(Vec::new());
    };
    let tones = result.strings("tones")?.unwrap_or_default();
    Ok(tones.into_iter().map(Tone::from_wire).collect())
}

fn choice(data: &Fields<'_>) -> Result<Recognition, DataError> {
    let result = data.required("choiceResult", data.object("choiceResult")?)?;
    Ok(Recognition::Choice {
        label: result.required("label", result.text("label")?)?,
        phrase: result.text("recognizedPhrase")?,
        confidence: result.number("confidence")?.map(six_decimals),
    })
}

fn speech(data: &Fields<'_>) -> Result<Recognition, DataError> {
    let result = data.required("speechResult", data.object("speechResult")?)?;
    Ok(Recognition::Speech {
        text: result.required("speech", result.text("speech")?)?,
        confidence: result.number("confidence")?.map(six_decimals),
    })
}

fn withheld(data: &Fields<'_>) -> Result<Recognition, DataError> {
    let result = data.required("withheldResult", data.object("withheldResult")?)?;
    let digits = result.integer("digits")?.and_then(|digits| u8::try_from(digits).ok());
    Ok(Recognition::Withheld {
        digits: digits.unwrap_or(0),
        luhn: result.bool("luhn")?.unwrap_or(false),
    })
}

/// Confidence is a number from 0 to 1; anything else stays as it is.
fn six_decimals(number: f64) -> f64 {
    if number.abs() <= 1.0 { (number * 1e6).round() / 1e6 } else { number }
}
