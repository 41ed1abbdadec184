//! Menus: choices by key or phrase.

use std::collections::BTreeMap;

use crate::flow::{
    codes::Code,
    diagnostic::Span,
    document::{Key, Shape, Tree},
    graph::Role,
    model::{Choice, Menu, Node, Retry, Spoken, ask::normalised},
};

use super::{
    Finding, Reader,
    fields::{Fields, kind},
    prompts::Reply,
    values::DurationRule,
};

/// How often a question is asked where the flow does not say.
const ATTEMPTS: u8 = 3;

const FIELDS: &[&str] =
    &["prompt", "choices", "attempts", "silence", "no_input", "no_match", "otherwise"];

impl Reader<'_> {
    pub(super) fn menu(&mut self, tree: &Tree, at: Span) -> Option<Node> {
        let fields = self.fields(tree, at, "a menu", FIELDS)?;
        let prompt = self.spoken(&fields, "prompt");
        let choices = self.choices(&fields);
        let speech = choices
            .as_ref()
            .is_none_or(|choices| choices.values().any(|choice| !choice.phrases.is_empty()));
        let retry = self.retry(&fields, Reply::Choice, speech);
        Some(Node::Menu(Menu { prompt: prompt?, choices: choices?, retry: retry? }))
    }

    /// What menus and collections have in common. Speech is listened for at most 20 s.
    pub(super) fn retry(
        &mut self,
        fields: &Fields<'_>,
        otherwise: Reply,
        speech: bool,
    ) -> Option<Retry> {
        let attempts = match fields.get("attempts") {
            Some(tree) => self.whole(tree, "attempts", 1..=10).unwrap_or(ATTEMPTS),
            None => ATTEMPTS,
        };
        let longest = if speech { 20_000 } else { 300_000 };
        let silence = self.duration(
            fields,
            &DurationRule {
                name: "silence",
                default: 5_000,
                limits: 1_000..=longest,
                whole_seconds: true,
            },
        );
        let no_input = self.reply(fields, "no_input", Reply::Silence);
        let no_match = self.reply(fields, "no_match", otherwise);
        let otherwise = self.target(fields, "otherwise", Role::Silence)?;
        Some(Retry { no_input: no_input?, no_match: no_match?, attempts, silence, otherwise })
    }

    /// `no_input: { say: "…" }`
    fn reply(&mut self, fields: &Fields<'_>, name: &'static str, default: Reply) -> Option<Spoken> {
        let Some(tree) = fields.get(name) else {
            return Some(self.built_in(default, name, fields.at()));
        };
        let inner = self.fields(tree, tree.span, "a reply", &["say"])?;
        self.spoken(&inner, "say")
    }

    fn choices(&mut self, fields: &Fields<'_>) -> Option<BTreeMap<String, Choice>> {
        let hint = "write what the caller can choose";
        let tree = self.required(fields, "choices", hint)?;
        let entries = self.entries(
            tree,
            "`choices`",
            "of label: { tone: \"1\", phrases: [\"word\"], next: node }",
        )?;
        if entries.is_empty() {
            let message = "`choices` is empty";
            self.report(Finding::error(Code::Empty, tree.span, message).hint(hint));
            return None;
        }
        self.all_choices(entries.iter())
    }

    /// Choices, checked against each other.
    pub(super) fn all_choices<'t>(
        &mut self,
        entries: impl Iterator<Item = &'t (Key, Tree)>,
    ) -> Option<BTreeMap<String, Choice>> {
        let drafts: Vec<Draft<'_>> = entries.map(|(key, tree)| self.choice(key, tree)).collect();
        self.clashes(&drafts);
        self.unevenness(&drafts);
        drafts.into_iter().map(Draft::finish).collect()
    }

    fn choice<'t>(&mut self, key: &'t Key, tree: &'t Tree) -> Draft<'t> {
        self.name(&key.name, key.span, "a choice");
        let mut draft = Draft {
            key,
            tone: None,
            has_tone: false,
            phrases: Vec::new(),
            has_phrases: false,
            next: None,
        };
        let Some(fields) = self.fields(tree, key.span, "a choice", &["tone", "phrases", "next"])
        else {
            // Its kind is reported; it must not look uneven as well.
            draft.has_tone = true;
            draft.has_phrases = true;
            return draft;
        };
        if let Some(tree) = fields.get("tone") {
            draft.has_tone = true;
            draft.tone = self.tone(tree, "tone").map(|tone| (tone, tree.span));
        }
        if let Some(tree) = fields.get("phrases") {
            draft.has_phrases = true;
            draft.phrases = self.phrases(tree);
        }
        if !draft.has_tone && !draft.has_phrases {
            let message = format!(
                "the choice `{}` has neither key nor phrases: nobody can choose it",
                key.name
            );
            let hint = "add tone: \"1\" or phrases: [\"word\"]";
            self.report(Finding::error(Code::MissingField, key.span, message).hint(hint));
        }
        draft.next = self.target(&fields, "next", Role::Caller);
        draft
    }

    /// A list of phrases in the flow's language, or a map of such lists by language.
    fn phrases<'t>(&mut self, tree: &'t Tree) -> Vec<(String, &'t str, Span)> {
        let Shape::Map(entries) = &tree.shape else {
            let language = self.language.clone();
            let list = self.phrase_list(tree);
            return list.into_iter().map(|(it, span)| (language.clone(), it, span)).collect();
        };
        self.covers_languages(entries, tree.span, "`phrases`");
        let mut phrases = Vec::new();
        for (key, tree) in entries {
            let list = self.phrase_list(tree);
            phrases.extend(list.into_iter().map(|(it, span)| (key.name.clone(), it, span)));
        }
        phrases
    }

    fn phrase_list<'t>(&mut self, tree: &'t Tree) -> Vec<(&'t str, Span)> {
        let Shape::List(items) = &tree.shape else {
            let message = format!("`phrases` must be a list, this is {}", kind(&tree.shape));
            self.report(
                Finding::error(Code::Shape, tree.span, message)
                    .hint("write [\"word\", \"other word\"]"),
            );
            return Vec::new();
        };
        if items.is_empty() {
            let message = "`phrases` is empty";
            self.report(
                Finding::error(Code::Empty, tree.span, message)
                    .hint("write at least one phrase, or leave it out"),
            );
        }
        let mut phrases = Vec::new();
        for item in items {
            let Some(phrase) = self.plain(item, "a phrase") else { continue };
            if normalised(phrase).is_empty() {
                self.report(Finding::error(Code::Empty, item.span, "a phrase has no word in it"));
            } else {
                phrases.push((phrase, item.span));
            }
        }
        phrases
    }

    fn clashes(&mut self, drafts: &[Draft<'_>]) {
        let mut tones: BTreeMap<char, &str> = BTreeMap::new();
        let mut phrases: BTreeMap<(&str, String), (&str, &str)> = BTreeMap::new();
        for draft in drafts {
            let label = draft.key.name.as_str();
            if let Some((tone, span)) = draft.tone
                && let Some(first) = tones.insert(tone, label)
            {
                let message = format!("the key {tone} already means `{first}`");
                self.report(Finding::error(Code::KeyClash, span, message));
            }
            for (language, phrase, span) in &draft.phrases {
                let sound = (language.as_str(), normalised(phrase));
                if let Some((first, earlier)) = phrases.insert(sound, (label, phrase)) {
                    let message = format!(
                        "`{phrase}` sounds like `{earlier}`, which already means `{first}`"
                    );
                    self.report(Finding::error(Code::PhraseClash, *span, message));
                }
            }
        }
    }

    /// Call Automation takes keys for all choices or for none, and phrases likewise (contract 7.6).
    fn unevenness(&mut self, drafts: &[Draft<'_>]) {
        self.uneven(drafts, "tone", |draft| draft.has_tone);
        self.uneven(drafts, "phrases", |draft| draft.has_phrases);
    }

    fn uneven(&mut self, drafts: &[Draft<'_>], field: &str, has: impl Fn(&Draft<'_>) -> bool) {
        let chosen = |draft: &&Draft<'_>| draft.has_tone || draft.has_phrases;
        let without = drafts.iter().filter(chosen).find(|draft| !has(draft));
        if let (Some(without), true) = (without, drafts.iter().any(&has)) {
            let message =
                format!("the choice `{}` has no `{field}`, but others have", without.key.name);
            let hint = format!("give `{field}` to all choices or to none");
            self.report(Finding::error(Code::UnevenChoices, without.key.span, message).hint(hint));
        }
    }
}

/// A choice with the places of its parts.
struct Draft<'t> {
    key: &'t Key,
    tone: Option<(char, Span)>,
    has_tone: bool,
    /// Language, phrase, place.
    phrases: Vec<(String, &'t str, Span)>,
    has_phrases: bool,
    next: Option<String>,
}

impl Draft<'_> {
    fn finish(self) -> Option<(String, Choice)> {
        let mut phrases: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (language, phrase, _) in self.phrases {
            phrases.entry(language).or_default().push(phrase.to_owned());
        }
        let tone = self.tone.map(|(tone, _)| tone);
        Some((self.key.name.clone(), Choice { tone, phrases, next: self.next? }))
    }
}
