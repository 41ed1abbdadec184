//! Whether a call may be recorded: told, or asked.

use crate::flow::{
    diagnostic::Span,
    document::Tree,
    graph::Role,
    model::{Consent, Menu, Node},
};

use super::{Reader, prompts::Reply};

const TOLD: &[&str] = &["text", "next", "failed"];
const ASKED: &[&str] =
    &["prompt", "yes", "no", "attempts", "silence", "no_input", "no_match", "otherwise"];

impl Reader<'_> {
    pub(super) fn consent(&mut self, tree: &Tree, at: Span) -> Option<Node> {
        let asks = self
            .entries(tree, "a consent", &format!("with {}", TOLD.join(", ")))?
            .iter()
            .any(|(key, _)| matches!(key.name.as_str(), "prompt" | "yes" | "no"));
        if asks { self.asked(tree, at) } else { self.told(tree, at) }.map(Node::Consent)
    }

    fn told(&mut self, tree: &Tree, at: Span) -> Option<Consent> {
        let fields = self.fields(tree, at, "a consent", TOLD)?;
        let text = self.spoken(&fields, "text");
        let next = self.target(&fields, "next", Role::Free);
        let failed = self.target(&fields, "failed", Role::Free);
        Some(Consent::Told { text: text?, next: next?, failed: failed? })
    }

    fn asked(&mut self, tree: &Tree, at: Span) -> Option<Consent> {
        let fields = self.fields(tree, at, "a consent", ASKED)?;
        let prompt = self.spoken(&fields, "prompt");
        let yes = self.required(&fields, Consent::YES, "write how the caller agrees");
        let no = self.required(&fields, Consent::NO, "write how the caller does not agree");
        let answers = [Consent::YES, Consent::NO];
        let choices = self.all_choices(answers.into_iter().filter_map(|name| fields.entry(name)));
        let speech = choices
            .as_ref()
            .is_none_or(|choices| choices.values().any(|choice| !choice.phrases.is_empty()));
        let retry = self.retry(&fields, Reply::Choice, speech);
        yes.and(no)?;
        Some(Consent::Asked(Menu { prompt: prompt?, choices: choices?, retry: retry? }))
    }
}
