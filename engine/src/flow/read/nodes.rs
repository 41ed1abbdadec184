//! The kinds of node, but questions to the caller.

use crate::{
    Millis,
    flow::{
        codes::Code,
        diagnostic::Span,
        document::{Shape, Tree},
        expression::Expression,
        graph::Role,
        model::{Branch, Node, NodeName, Play, Queue, Record, Said, Say, Spoken},
        nearest::nearest,
    },
};

use super::{
    Finding, Reader, Wanted,
    fields::{Fields, kind},
    texts::Place,
    values::{DurationRule, shortened},
};

const KINDS: &[&str] = &[
    "say",
    "play",
    "menu",
    "collect",
    "consent",
    "callback",
    "ask",
    "set",
    "http",
    "branch",
    "hours",
    "queue",
    "ring",
    "add",
    "remove",
    "hold",
    "transfer",
    "stream",
    "record",
    "voicemail",
    "flow",
    "return",
    "redirect",
    "reject",
    "hangup",
];

impl Reader<'_> {
    /// A node: a map with one key, its kind.
    pub(super) fn node(&mut self, tree: &Tree, at: Span) -> Option<Node> {
        let hint = format!("write one of: {}", KINDS.join(", "));
        let entries =
            self.entries(tree, "a node", "whose one key is its kind, for example say: {…}")?;
        let [(key, body)] = entries else {
            let message = format!("a node has one kind, this one has {}", entries.len());
            self.open = true;
            let span = entries.get(1).map_or(at, |(key, _)| key.span);
            self.report(Finding::error(Code::UnknownKind, span, message).hint(hint));
            return None;
        };
        match key.name.as_str() {
            "say" => self.say(body, key.span),
            "play" => self.play(body, key.span),
            "menu" => self.menu(body, key.span),
            "collect" => self.collect(body, key.span),
            "consent" => self.consent(body, key.span),
            "callback" => self.callback(body, key.span),
            "ask" => self.ask(body, key.span),
            "set" => self.set_node(body, key.span),
            "http" => self.http(body, key.span),
            "branch" => self.branch(body, key.span),
            "hours" => self.hours(body, key.span),
            "queue" => self.queue(body, key.span),
            "ring" => self.ring(body, key.span),
            "add" => self.add(body, key.span),
            "remove" => self.remove(body, key.span),
            "hold" => self.hold(body, key.span),
            "transfer" => self.transfer(body, key.span),
            "stream" => self.stream(body, key.span),
            "record" => self.record_node(body, key.span),
            "voicemail" => self.voicemail(body, key.span),
            "flow" => self.sub_flow(body, key.span),
            "return" => self.return_node(body, key.span),
            "redirect" => self.redirect(body, key.span),
            "reject" => self.reject(body, key.span),
            "hangup" => self.hangup(body, key.span),
            other => {
                self.open = true;
                let message = format!("there is no kind of node `{}`", shortened(other));
                let hint = nearest(other, KINDS.iter().copied())
                    .map_or(hint, |near| format!("did you mean `{near}`?"));
                self.report(Finding::error(Code::UnknownKind, key.span, message).hint(hint));
                None
            }
        }
    }

    fn say(&mut self, tree: &Tree, at: Span) -> Option<Node> {
        let fields = self.fields(tree, at, "a say", &["text", "next", "failed"])?;
        let text = self.spoken(&fields, "text");
        let (next, failed) = self.next_or_failed(&fields);
        Some(Node::Say(Say { text: text?, next: next?, failed: failed? }))
    }

    fn play(&mut self, tree: &Tree, at: Span) -> Option<Node> {
        let fields = self.fields(tree, at, "a play", &["file", "length", "next", "failed"])?;
        let file = self.files(&fields);
        let length = self.duration(
            &fields,
            &DurationRule {
                name: "length",
                default: 60_000,
                limits: 1_000..=600_000,
                whole_seconds: false,
            },
        );
        let (next, failed) = self.next_or_failed(&fields);
        Some(Node::Play(Play { file: file?, length, next: next?, failed: failed? }))
    }

    /// A sound file, or one for each language.
    fn files(&mut self, fields: &Fields<'_>) -> Option<Spoken> {
        let tree = self.required(fields, "file", "write a .wav file below the prompts' base")?;
        let language = self.language.clone();
        let Shape::Map(entries) = &tree.shape else {
            return self.sound(tree, "file").map(|path| Spoken::only(&language, Said::File(path)));
        };
        let covered = self.covers_languages(entries, tree.span, "`file`");
        let variants: Option<_> = entries
            .iter()
            .map(|(key, tree)| Some((key.name.clone(), Said::File(self.sound(tree, "file")?))))
            .collect();
        variants.filter(|_| covered).map(|variants| Spoken { language, variants })
    }

    /// What cannot be played is passed over where the flow says no other way.
    pub(super) fn next_or_failed(
        &mut self,
        fields: &Fields<'_>,
    ) -> (Option<NodeName>, Option<NodeName>) {
        let next = self.target(fields, "next", Role::Free);
        let failed = match fields.get("failed") {
            Some(tree) => self.target_in(tree, "failed", Role::Free),
            None => next.clone(),
        };
        (next, failed)
    }

    fn hangup(&mut self, tree: &Tree, at: Span) -> Option<Node> {
        if matches!(tree.shape, Shape::Null) {
            return Some(Node::Hangup);
        }
        self.fields(tree, at, "a hangup", &[]).map(|_| Node::Hangup)
    }

    fn branch(&mut self, tree: &Tree, at: Span) -> Option<Node> {
        let fields = self.fields(tree, at, "a branch", &["when", "otherwise"])?;
        let when = self.conditions(&fields);
        let otherwise = self.target(&fields, "otherwise", Role::Free);
        Some(Node::Branch(Branch { when: when?, otherwise: otherwise? }))
    }

    fn conditions(&mut self, fields: &Fields<'_>) -> Option<Vec<(Expression, NodeName)>> {
        let hint = "write a list of { if: \"condition\", next: node }";
        let tree = self.required(fields, "when", hint)?;
        let Shape::List(items) = &tree.shape else {
            self.open = true;
            let message = format!("`when` must be a list, this is {}", kind(&tree.shape));
            self.report(Finding::error(Code::Shape, tree.span, message).hint(hint));
            return None;
        };
        if items.is_empty() {
            self.report(Finding::error(Code::Empty, tree.span, "`when` is empty").hint(hint));
        }
        let conditions: Vec<_> = items.iter().map(|item| self.condition(item)).collect();
        conditions.into_iter().collect()
    }

    fn condition(&mut self, tree: &Tree) -> Option<(Expression, NodeName)> {
        let fields = self.fields(tree, tree.span, "a condition", &["if", "next"])?;
        let condition = self
            .required(&fields, "if", "write the condition")
            .and_then(|tree| self.expression(tree, "if", Place::Anywhere, Wanted::Condition));
        let next = self.target(&fields, "next", Role::Free);
        Some((condition?, next?))
    }

    fn queue(&mut self, tree: &Tree, at: Span) -> Option<Node> {
        let known =
            &["name", "music", "announce", "every", "ring", "overflow", "unavailable", "record"];
        let fields = self.fields(tree, at, "a queue", known)?;
        let name = self.queue_name(&fields);
        let music = fields.get("music").and_then(|tree| self.sound(tree, "music"));
        let announce = fields.get("announce").and_then(|tree| self.spoken_in(tree, "announce"));
        let every = self.duration(
            &fields,
            &DurationRule {
                name: "every",
                default: 30_000,
                limits: 5_000..=600_000,
                whole_seconds: false,
            },
        );
        let ring = self.duration(
            &fields,
            &DurationRule {
                name: "ring",
                default: 20_000,
                limits: 5_000..=180_000,
                whole_seconds: true,
            },
        );
        let overflow = self.overflow(&fields);
        let unavailable = match fields.get("unavailable") {
            Some(tree) => self.target_in(tree, "unavailable", Role::Free),
            None => overflow.as_ref().map(|(_, next)| next.clone()),
        };
        let record = self.record(&fields);
        let (overflow_after, overflow) = overflow?;
        Some(Node::Queue(Queue {
            name: name?,
            music,
            announce,
            every,
            ring,
            overflow_after,
            overflow,
            unavailable: unavailable?,
            record,
        }))
    }

    fn queue_name(&mut self, fields: &Fields<'_>) -> Option<String> {
        let tree = self.required(fields, "name", "write the queue's name, as in the settings")?;
        let name = self.plain(tree, "`name`")?;
        self.name(name, tree.span, "a queue");
        Some(name.to_owned())
    }

    /// `overflow: { after: 3m, next: node }`: without it a caller could wait for ever.
    fn overflow(&mut self, fields: &Fields<'_>) -> Option<(Millis, NodeName)> {
        let hint = "a wait must end: write overflow: { after: 3m, next: node }";
        let tree = self.required(fields, "overflow", hint)?;
        let inner = self.fields(tree, tree.span, "an overflow", &["after", "next"])?;
        let rule = DurationRule {
            name: "after",
            default: 180_000,
            limits: 5_000..=7_200_000,
            whole_seconds: false,
        };
        let after = self.duration(&inner, &rule);
        // Without `unavailable` this is also where a call goes that never waited.
        let why = if fields.get("unavailable").is_some() { Role::Silence } else { Role::Free };
        let next = self.target(&inner, "next", why)?;
        Some((after, next))
    }

    fn record(&mut self, fields: &Fields<'_>) -> Option<Record> {
        let tree = fields.get("record")?;
        let inner = self.fields(tree, tree.span, "a record", &["consent"])?;
        // Without a sentence a consent node before it must have seen to it.
        let consent = match inner.get("consent") {
            Some(tree) => Some(self.spoken_in(tree, "consent")?),
            None => None,
        };
        Some(Record { consent })
    }
}
