//! The catalogue of prompts, and what is said where the flow says nothing.

use std::collections::BTreeMap;

use crate::flow::{
    codes::Code,
    diagnostic::Span,
    document::Shape,
    model::{Said, Spoken},
    text::Text,
};

use super::{Finding, Reader, fields::Fields};

/// A sentence that the language has of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reply {
    /// After silence.
    Silence,
    /// After something that is no choice.
    Choice,
    /// After too few digits.
    Digits,
    /// After words that mean nothing to us.
    Words,
}

/// By language: after silence, after a wrong choice, after too few digits, after words that mean nothing to us.
const SENTENCES: &[(&str, [&str; 4])] = &[
    (
        "en",
        [
            "I did not hear you.",
            "That is not one of the choices.",
            "That is not enough digits.",
            "I did not understand that.",
        ],
    ),
    (
        "de",
        [
            "Ich habe Sie nicht gehört.",
            "Das ist keine der Möglichkeiten.",
            "Das sind nicht genug Ziffern.",
            "Das habe ich nicht verstanden.",
        ],
    ),
    (
        "fr",
        [
            "Je ne vous ai pas entendu.",
            "Ce n'est pas un choix possible.",
            "Il n'y a pas assez de chiffres.",
            "Je n'ai pas compris.",
        ],
    ),
    (
        "es",
        [
            "No le he oído.",
            "Esa no es una de las opciones.",
            "Faltan cifras.",
            "No lo he entendido.",
        ],
    ),
    (
        "it",
        ["Non l'ho sentita.", "Non è una delle scelte.", "Le cifre non bastano.", "Non ho capito."],
    ),
    (
        "nl",
        [
            "Ik heb u niet gehoord.",
            "Dat is geen van de keuzes.",
            "Dat zijn niet genoeg cijfers.",
            "Dat heb ik niet begrepen.",
        ],
    ),
];

impl Reply {
    fn sentence(self, language: &str) -> Option<&'static str> {
        let primary = language.split('-').next().unwrap_or_default();
        let (_, [silence, choice, digits, words]) =
            SENTENCES.iter().find(|(tag, _)| *tag == primary)?;
        Some(match self {
            Self::Silence => silence,
            Self::Choice => choice,
            Self::Digits => digits,
            Self::Words => words,
        })
    }
}

impl Reader<'_> {
    /// What is said where the flow says nothing, in all its languages. Where a language has no sentence of ours, the
    /// flow must write one.
    pub(super) fn built_in(&mut self, reply: Reply, field: &str, at: Span) -> Spoken {
        let mut variants = BTreeMap::new();
        let mut missing = Vec::new();
        for language in [&self.language].into_iter().chain(&self.languages) {
            match reply.sentence(language) {
                Some(words) => {
                    variants.insert(language.clone(), Said::Text(Text::literal(words)));
                }
                None => missing.push(language.clone()),
            }
        }
        if !missing.is_empty() {
            let message = format!("nothing stands ready to be said in {}", missing.join(", "));
            let hint = format!("write {field}: {{ say: \"…\" }}");
            self.report(Finding::warning(Code::MissingLanguage, at, message).hint(hint));
        }
        let own = self.language.clone();
        variants.entry(own.clone()).or_insert_with(|| Said::Text(Text::literal("")));
        Spoken { language: own, variants }
    }

    /// `prompts: { name: … }`
    pub(super) fn catalogue(&mut self, fields: &Fields<'_>) {
        let Some(tree) = fields.get("prompts") else { return };
        let Some(entries) = self.entries(tree, "`prompts`", "of name: \"text\"") else { return };
        for (key, value) in entries {
            self.name(&key.name, key.span, "a prompt");
            let in_itself = matches!(&value.shape, Shape::Map(inner)
                if inner.iter().any(|(key, _)| key.name == "prompt"));
            if in_itself {
                let message = "a prompt of the catalogue cannot be another one";
                self.report(Finding::error(Code::Shape, value.span, message));
            } else if let Some(spoken) = self.spoken_in(value, &key.name) {
                self.prompts.insert(key.name.clone(), spoken);
            }
        }
    }
}
