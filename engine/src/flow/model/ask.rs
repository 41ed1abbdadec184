//! Open speech: what a caller wants, in his own words.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Millis, flow::text::Text};

use super::{Choice, Retry, Spoken, questions::listened_for};

/// Ask what the caller wants, in his own words.
#[derive(Debug, Clone)]
pub struct Ask {
    /// What is spoken.
    pub prompt: Spoken,
    /// What he may want, by label. All have phrases; all have a tone or none has.
    pub intents: BTreeMap<String, Choice>,
    /// What is spoken when he is asked by keys instead: after the last attempt, or where speech or the model fail. Then
    /// all intents have a tone. None where he is not asked by keys.
    pub keys: Option<Spoken>,
    /// The variable that receives what he said, as text. Personal.
    pub into: Option<String>,
    /// Silence after speech that ends it, in ms (300 to 5,000). Default 1,000.
    pub end_silence: Millis,
    /// Who is asked where no phrase decides.
    pub model: Option<LanguageModel>,
    /// What happens without a usable answer.
    pub retry: Retry,
}

impl Ask {
    /// The language in which this node listens to a caller: his own or the nearest that has phrases.
    pub fn listens_in<'m>(&'m self, wanted: &str) -> &'m str {
        listened_for(&self.intents, wanted, &self.prompt.language)
    }

    /// The intent whose phrase is found in what was said in this language: the longest phrase decides. None where two
    /// intents have phrases that are equally long.
    pub fn intent_of(&self, said: &str, language: &str) -> Option<&str> {
        let said = format!(" {} ", normalised(said));
        let phrases = self.intents.iter().flat_map(|(label, intent)| {
            let phrases = intent.phrases.get(language).into_iter().flatten();
            phrases.map(move |phrase| (normalised(phrase), label.as_str()))
        });
        let mut best: Option<(usize, &str)> = None;
        let mut tied = false;
        for (phrase, label) in phrases.filter(|(phrase, _)| stands_in(phrase, &said)) {
            let length = phrase.chars().count();
            match best {
                Some((longest, _)) if longest > length => {}
                Some((longest, known)) if longest == length => tied |= known != label,
                Some(_) | None => {
                    best = Some((length, label));
                    tied = false;
                }
            }
        }
        best.filter(|_| !tied).map(|(_, label)| label)
    }

    /// The intent that a key means.
    pub fn intent_of_key(&self, key: char) -> Option<&str> {
        let found = self.intents.iter().find(|(_, intent)| intent.tone == Some(key));
        found.map(|(label, _)| label.as_str())
    }
}

/// A language model behind the interface for chat completions that most of them have: it is asked which intent was meant.
#[derive(Debug, Clone)]
pub struct LanguageModel {
    /// Where chat completions are asked for.
    pub url: Text,
    /// The model's name there.
    pub model: String,
    /// What is shown to be let in.
    pub credential: Option<Credential>,
    /// Longest wait for the answer, in ms (500 to 3,000: the caller hears nothing meanwhile). Default 2,500.
    pub timeout: Millis,
}

impl LanguageModel {
    /// What a model says where the caller meant no intent: no intent is named so.
    pub const NONE: &'static str = "none";
}

/// What is shown to an endpoint: the name of a secret of the settings, never the secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Credential {
    /// `Authorization: Bearer …`
    Bearer(String),
    /// `api-key: …`, as models in Azure want it.
    ApiKey(String),
}

impl Credential {
    /// The secret's name.
    pub fn secret(&self) -> &str {
        match self {
            Self::Bearer(name) | Self::ApiKey(name) => name,
        }
    }
}

/// A phrase as a listener hears it: small letters and digits, single blanks.
pub(crate) fn normalised(phrase: &str) -> String {
    let sounded: String = phrase
        .to_lowercase()
        .chars()
        .map(|letter| if letter.is_alphanumeric() { letter } else { ' ' })
        .collect();
    sounded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a phrase is among the words of what was said. Chinese and Japanese have no blanks between theirs.
fn stands_in(phrase: &str, said: &str) -> bool {
    let is_blankless =
        |letter: char| matches!(letter, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}');
    if phrase.is_empty() {
        return false;
    }
    if phrase.chars().any(is_blankless) {
        return said.contains(phrase);
    }
    said.contains(&format!(" {phrase} "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_are_looked_for_and_where_there_are_no_blanks_signs() {
        let said = |words: &str| format!(" {} ", normalised(words));
        for (phrase, words, stands) in [
            ("my bill", "It's about MY  BILL, please", true),
            ("bill", "the billing", false),
            ("请求", "我想要请求帮助", true),
            ("계좌", "계좌 번호", true),
            ("", "anything", false),
        ] {
            assert_eq!(stands_in(&normalised(phrase), &said(words)), stands, "{phrase}");
        }
    }
}
