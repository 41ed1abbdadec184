//! The kinds of node, but questions to the caller.

use crate::{
    Millis,
    flow::{
        codes::Code,
        diagnostic::Span,
        document::{Shape, Tree},
        expression::Expression,
        graph::Role,
        model::{
            Branch, Http, HttpMethod, Node, NodeName, Play, Queue, Record, Said, Say, Spoken,
            Voicemail,
        },
        nearest::nearest,
        text::Text,
    },
};

use super::{
    Finding, Reader,
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
    "set",
    "http",
    "branch",
    "hours",
    "queue",
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
            "set" => self.set_node(body, key.span),
            "http" => self.http(body, key.span),
            "branch" => self.branch(body, key.span),
            "hours" => self.hours(body, key.span),
            "queue" => self.queue(body, key.span),
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
    fn next_or_failed(&mut self, fields: &Fields<'_>) -> (Option<NodeName>, Option<NodeName>) {
        let next = self.target(fields, "next", Role::Free);
        let failed = match fields.get("failed") {
            Some(tree) => self.target_in(tree, "failed", Role::Free),
            None => next.clone(),
        };
        (next, failed)
    }

    fn voicemail(&mut self, tree: &Tree, at: Span) -> Option<Node> {
        let fields = self.fields(tree, at, "a voicemail", &["prompt", "next"])?;
        let prompt = self.spoken(&fields, "prompt");
        let next = self.target(&fields, "next", Role::Free);
        Some(Node::Voicemail(Voicemail { prompt: prompt?, next: next? }))
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
            .and_then(|tree| self.expression(tree, "if", Place::Anywhere));
        let next = self.target(&fields, "next", Role::Free);
        Some((condition?, next?))
    }

    fn http(&mut self, tree: &Tree, at: Span) -> Option<Node> {
        let known = &["method", "url", "timeout", "set", "next", "failed"];
        let fields = self.fields(tree, at, "an http", known)?;
        let method = self.method(&fields);
        let url = self.url(&fields);
        let timeout = self.duration(
            &fields,
            &DurationRule {
                name: "timeout",
                default: 3_000,
                limits: 100..=30_000,
                whole_seconds: false,
            },
        );
        let set = self.set(&fields);
        let next = self.target(&fields, "next", Role::Free);
        let failed = self.target(&fields, "failed", Role::Free);
        Some(Node::Http(Http {
            method: method?,
            url: url?,
            timeout,
            set: set?,
            next: next?,
            failed: failed?,
        }))
    }

    fn method(&mut self, fields: &Fields<'_>) -> Option<HttpMethod> {
        let Some(tree) = fields.get("method") else { return Some(HttpMethod::Get) };
        match self.plain(tree, "`method`")? {
            "GET" => Some(HttpMethod::Get),
            "POST" => Some(HttpMethod::Post),
            other => {
                let message = format!("`method` is `{}`, it must be GET or POST", shortened(other));
                self.report(Finding::error(Code::OutOfRange, tree.span, message));
                None
            }
        }
    }

    fn url(&mut self, fields: &Fields<'_>) -> Option<Text> {
        let tree =
            self.required(fields, "url", "write https://host/path or ${config.name}/path")?;
        let source = self.plain(tree, "`url`")?;
        let text = self.text(source, tree.span)?;
        if !host_is_fixed(&text) {
            let message = "`url` does not say for certain which host is asked";
            let hint = "start it with https://host/ or with ${config.name}/";
            self.report(Finding::error(Code::BadUrl, tree.span, message).hint(hint));
        }
        Some(text)
    }

    fn set(&mut self, fields: &Fields<'_>) -> Option<Vec<(String, Expression)>> {
        let Some(tree) = fields.get("set") else { return Some(Vec::new()) };
        self.assignments(tree, "set", Place::Answer)
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

/// Whether nothing but the flow and the deployment's constants can choose the host.
fn host_is_fixed(url: &Text) -> bool {
    let Some((_, first)) = url.expressions().next() else {
        return host_in(url.source());
    };
    if !url.leading_words().is_empty() {
        return host_in(url.leading_words());
    }
    let constant = first.references().iter().all(|reference| reference.root == "config");
    constant && !first.references().is_empty() && url.words_after_first().starts_with('/')
}

/// `https://host/…`: the host must end before the first expression can begin.
fn host_in(words: &str) -> bool {
    words.strip_prefix("https://").and_then(|rest| rest.split_once('/')).is_some_and(|(host, _)| {
        !host.is_empty()
            && host.chars().all(|letter| letter.is_ascii_alphanumeric() || ".-:".contains(letter))
    })
}
