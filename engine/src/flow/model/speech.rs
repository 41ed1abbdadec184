//! What is heard.

use std::collections::BTreeMap;

use crate::flow::text::Text;

/// What is heard, in every language it is there in.
#[derive(Debug, Clone)]
pub struct Spoken {
    /// The language that is used where no other fits: one of `variants`.
    pub language: String,
    /// By BCP 47 tag. Never empty.
    pub variants: BTreeMap<String, Said>,
}

/// One way to say something.
#[derive(Debug, Clone)]
pub enum Said {
    /// Spoken by text to speech.
    Text(Text),
    /// SSML for text to speech; values in it are escaped.
    Ssml(Text),
    /// A WAV file, by its path below the prompts' base.
    File(String),
}

impl Spoken {
    /// The same in one language only.
    pub fn only(language: &str, said: Said) -> Self {
        let language = language.to_owned();
        Self { variants: BTreeMap::from([(language.clone(), said)]), language }
    }

    /// What a caller with this language hears, and in which language: his own, else another country's of the same
    /// language (`de-AT` hears `de-DE`), else that of the flow.
    pub fn in_language<'a>(&'a self, wanted: &str) -> Option<(&'a str, &'a Said)> {
        let language = closest(wanted, self.variants.keys()).unwrap_or(&self.language);
        self.variants.get_key_value(language).map(|(language, said)| (language.as_str(), said))
    }

    /// All texts of it.
    pub fn texts(&self) -> impl Iterator<Item = &Text> {
        self.variants.values().filter_map(|said| match said {
            Said::Text(text) | Said::Ssml(text) => Some(text),
            Said::File(_) => None,
        })
    }

    /// All sound files of it.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.variants.values().filter_map(|said| match said {
            Said::File(path) => Some(path.as_str()),
            Said::Text(_) | Said::Ssml(_) => None,
        })
    }
}

/// The tag itself, or the first with the same language.
pub(crate) fn closest<'k>(
    wanted: &str,
    mut known: impl Iterator<Item = &'k String> + Clone,
) -> Option<&'k String> {
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_owned();
    known
        .clone()
        .find(|tag| *tag == wanted)
        .or_else(|| known.find(|tag| primary(tag) == primary(wanted)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_hears_his_language_or_the_next_best() {
        let said = |words: &str| Said::Text(Text::literal(words));
        let spoken = Spoken {
            language: "en-US".to_owned(),
            variants: BTreeMap::from([
                ("de-CH".to_owned(), said("Grüezi")),
                ("de-DE".to_owned(), said("Hallo")),
                ("en-US".to_owned(), said("Hello")),
            ]),
        };
        for (wanted, heard) in
            [("de-DE", "de-DE"), ("de-AT", "de-CH"), ("fr-FR", "en-US"), ("", "en-US")]
        {
            assert_eq!(spoken.in_language(wanted).map(|(tag, _)| tag), Some(heard), "{wanted}");
        }
        assert_eq!(spoken.texts().count(), 3);
    }
}
