//! Recordings that the flow makes, and messages of callers.

use crate::flow::{
    codes::Code,
    diagnostic::Span,
    document::Tree,
    graph::Role,
    model::{ChangeRecording, Message, Node, RecordingChange, Voicemail},
    nearest::nearest,
};

use super::{
    Finding, Reader,
    fields::Fields,
    values::{DurationRule, shortened},
};

impl Reader<'_> {
    pub(super) fn record_node(&mut self, tree: &Tree, at: Span) -> Option<Node> {
        let fields = self.fields(tree, at, "a record", &["action", "next", "failed"])?;
        let change = self.recording_change(&fields);
        let next = self.target(&fields, "next", Role::Free);
        let failed = self.target(&fields, "failed", Role::Free);
        Some(Node::Record(ChangeRecording { change: change?, next: next?, failed: failed? }))
    }

    fn recording_change(&mut self, fields: &Fields<'_>) -> Option<RecordingChange> {
        let hint = "write start, pause, resume or stop";
        let tree = self.required(fields, "action", hint)?;
        let name = self.plain(tree, "`action`")?;
        let found = RecordingChange::NAMES.iter().find(|(known, _)| *known == name);
        if found.is_none() {
            let message = format!("there is no `{}` of a recording", shortened(name));
            let near = nearest(name, RecordingChange::NAMES.iter().map(|(known, _)| *known))
                .map(|near| format!("did you mean `{near}`?"));
            let finding = Finding::error(Code::OutOfRange, tree.span, message);
            self.report(finding.hint(near.unwrap_or_else(|| hint.to_owned())));
        }
        found.map(|(_, change)| *change)
    }

    pub(super) fn voicemail(&mut self, tree: &Tree, at: Span) -> Option<Node> {
        let known = &["prompt", "max", "silence", "stop", "next", "failed"];
        let fields = self.fields(tree, at, "a voicemail", known)?;
        let prompt = self.spoken(&fields, "prompt");
        let message = self.message(&fields);
        let (next, failed) = self.next_or_failed(&fields);
        Some(Node::Voicemail(Voicemail { prompt: prompt?, message, next: next?, failed: failed? }))
    }

    /// What may be said after the beep: `max` says that something may.
    fn message(&mut self, fields: &Fields<'_>) -> Option<Message> {
        let rule =
            |name, default, limits| DurationRule { name, default, limits, whole_seconds: false };
        let max = self.duration(fields, &rule("max", 120_000, 5_000..=600_000));
        let silence = self.duration(fields, &rule("silence", 3_000, 500..=20_000));
        let stop = match fields.get("stop") {
            Some(tree) => self.tone(tree, "stop"),
            None => Some('#'),
        };
        if fields.get("max").is_some() {
            return Some(Message { max, silence, stop: stop.unwrap_or('#') });
        }
        if let Some((key, _)) = ["silence", "stop"].iter().find_map(|name| fields.entry(name)) {
            let message = format!("`{}` is about a message, and none is taken", key.name);
            let hint = "write max: 2m, and the caller can leave a message";
            self.report(Finding::error(Code::MissingField, key.span, message).hint(hint));
        }
        None
    }
}
