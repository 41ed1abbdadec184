//! Callers are listened to in languages that are understood.

use std::collections::BTreeSet;

use crate::flow::{
    codes::Code,
    locales,
    model::{Flow, Node, Question},
    nearest::nearest,
};

use super::At;

/// Nodes that listen to speech, in a language that is not understood.
pub(super) fn check(flow: &Flow) -> Vec<At> {
    let unknown = |tag: &&str| locales::understood().all(|known| known != *tag);
    let mut found = Vec::new();
    for (name, node) in &flow.nodes {
        found.extend(languages(flow, node).into_iter().filter(unknown).map(|tag| At {
            code: Code::UnknownLocale,
            node: name.clone(),
            message: format!(
                "`{name}` listens, and Azure's speech service does not understand `{tag}`"
            ),
            hint: nearest(tag, locales::understood()).map(|near| format!("did you mean {near}?")),
        }));
    }
    found
}

/// The languages in which it takes words of the caller.
fn languages<'f>(flow: &'f Flow, node: &'f Node) -> BTreeSet<&'f str> {
    let choices = match node.question() {
        Some(Question::Menu(menu)) => Some(&menu.choices),
        Some(Question::Ask(ask)) => Some(&ask.intents),
        Some(Question::Collect(_) | Question::Callback(_)) | None => None,
    };
    if let Some(choices) = choices {
        let phrases = choices.values().flat_map(|choice| choice.phrases.keys());
        return phrases.map(String::as_str).collect();
    }
    let all = [&flow.language].into_iter().chain(flow.languages.keys()).map(String::as_str);
    let takes = matches!(node, Node::Voicemail(voicemail) if voicemail.message.is_some());
    all.filter(|_| takes).collect()
}
