//! The ways out of a node, as people see them: for drawings and for the coverage of tests.

use std::collections::BTreeMap;

use super::{
    duration,
    hours::Hours,
    model::{
        Add, Branch, Callback, ChangeRecording, Choice, Collect, Consent, Flow, Hold, Http, Node,
        NodeName, Play, Queue, Remove, Retry, Said, Say, Set, Spoken, Stream, SubFlow, Target,
        Voicemail,
    },
};

/// One way out of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way<'f> {
    /// Which way it is: the path of the target in the node's own YAML, for example `choices.billing` or
    /// `otherwise`. Unique in its node and the same in every release.
    pub key: String,
    /// What makes a call take it, in a few words; empty where it simply goes on.
    pub label: String,
    /// What kind of thing makes a call take it.
    pub kind: WayKind,
    /// The node it leads to.
    pub target: &'f NodeName,
}

/// What kind of thing makes a call take a way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WayKind {
    /// The node is done, or a condition holds.
    Next,
    /// The caller chose.
    Choice,
    /// The caller gave no usable answer, something failed, or a wait was too long.
    Failure,
}

impl Flow {
    /// The names of all nodes, each the first time a walk from the start comes to it: the ways of a node in
    /// their own order, deeper nodes first. Nodes that nothing leads to come last, by name.
    pub fn in_order(&self) -> Vec<&NodeName> {
        let mut order: Vec<&NodeName> = Vec::new();
        let mut waiting: Vec<&NodeName> = vec![&self.start];
        while let Some(name) = waiting.pop() {
            if order.contains(&name) {
                continue;
            }
            let Some(node) = self.nodes.get(name) else { continue };
            order.push(name);
            waiting.extend(node.ways().into_iter().rev().map(|way| way.target));
        }
        let unreached: Vec<&NodeName> =
            self.nodes.keys().filter(|name| !order.contains(name)).collect();
        order.extend(unreached);
        order
    }
}

impl Node {
    /// The word of the language for this kind of node.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Say(_) => "say",
            Self::Play(_) => "play",
            Self::Menu(_) => "menu",
            Self::Collect(_) => "collect",
            Self::Consent(_) => "consent",
            Self::Callback(_) => "callback",
            Self::Ask(_) => "ask",
            Self::Set(_) => "set",
            Self::Http(_) => "http",
            Self::Branch(_) => "branch",
            Self::Hours(_) => "hours",
            Self::Queue(_) => "queue",
            Self::Ring(_) => "ring",
            Self::Add(_) => "add",
            Self::Remove(_) => "remove",
            Self::Hold(_) => "hold",
            Self::Transfer(_) => "transfer",
            Self::Stream(_) => "stream",
            Self::Record(_) => "record",
            Self::Voicemail(_) => "voicemail",
            Self::Flow(_) => "flow",
            Self::Return(_) => "return",
            Self::Redirect(_) => "redirect",
            Self::Reject(_) => "reject",
            Self::Hangup => "hangup",
        }
    }

    /// What the node is about, in its author's words: the text it speaks, the queue it waits in, what it asks.
    /// Empty where there is nothing to say.
    pub fn gist(&self) -> String {
        if let Some(speech) = self.speech() {
            return speech.what.gist();
        }
        if let Some(question) = self.question() {
            return question.prompt().gist();
        }
        match self {
            Self::Http(http) => http.url.source().to_owned(),
            Self::Queue(queue) => queue.name.clone(),
            Self::Set(set) => {
                let names = set.vars.iter().map(|(name, _)| name.as_str());
                names.chain(set.language.as_deref()).collect::<Vec<_>>().join(", ")
            }
            Self::Hours(hours) => hours.zone.iana_name().unwrap_or_default().to_owned(),
            Self::Flow(sub) => sub.file.clone(),
            Self::Return(ended) => ended.exit.clone().unwrap_or_default(),
            Self::Redirect(_)
            | Self::Transfer(_)
            | Self::Ring(_)
            | Self::Add(_)
            | Self::Remove(_) => {
                let callees = self.callees().into_iter().map(Target::gist);
                callees.collect::<Vec<_>>().join(", ")
            }
            Self::Hold(hold) => duration::format(hold.length),
            Self::Stream(stream) => stream.to.clone(),
            Self::Record(record) => record.change.name().to_owned(),
            Self::Say(_)
            | Self::Play(_)
            | Self::Menu(_)
            | Self::Collect(_)
            | Self::Consent(_)
            | Self::Callback(_)
            | Self::Ask(_)
            | Self::Voicemail(_)
            | Self::Branch(_)
            | Self::Reject(_)
            | Self::Hangup => String::new(),
        }
    }

    /// All ways out, in the order in which they would be tried or read.
    pub fn ways(&self) -> Vec<Way<'_>> {
        match self {
            Self::Say(Say { next, failed, .. }) | Self::Play(Play { next, failed, .. }) => {
                on_or_failed(next, failed)
            }
            Self::Set(Set { next, failed, .. })
            | Self::Voicemail(Voicemail { next, failed, .. }) => on_or_failed(next, failed),
            Self::Http(Http { next, failed, .. })
            | Self::Record(ChangeRecording { next, failed, .. })
            | Self::Add(Add { next, failed, .. })
            | Self::Remove(Remove { next, failed, .. })
            | Self::Hold(Hold { next, failed, .. })
            | Self::Consent(Consent::Told { next, failed, .. }) => {
                vec![on(next), failure("failed", "failed", failed)]
            }
            Self::Menu(menu) => of_choices(&menu.choices, &menu.retry, "choices."),
            Self::Consent(Consent::Asked(menu)) => of_choices(&menu.choices, &menu.retry, ""),
            Self::Ask(ask) => of_choices(&ask.intents, &ask.retry, "intents."),
            Self::Collect(Collect { next, retry, .. })
            | Self::Callback(Callback { next, retry, .. }) => {
                vec![on(next), failure("otherwise", "no answer", &retry.otherwise)]
            }
            Self::Branch(branch) => of_branch(branch),
            Self::Hours(hours) => of_hours(hours),
            Self::Queue(queue) => of_queue(queue),
            Self::Stream(stream) => of_stream(stream),
            Self::Flow(sub) => of_sub(sub),
            Self::Redirect(redirect) => vec![failure("failed", "failed", &redirect.failed)],
            Self::Transfer(transfer) => vec![failure("failed", "failed", &transfer.failed)],
            Self::Ring(ring) => vec![failure("otherwise", "nobody", &ring.otherwise)],
            Self::Return(_) | Self::Reject(_) | Self::Hangup => Vec::new(),
        }
    }
}

impl Spoken {
    /// What is heard, in its author's words, in the language of the flow.
    fn gist(&self) -> String {
        match self.variants.get(&self.language) {
            Some(Said::Text(text) | Said::Ssml(text)) => text.source().to_owned(),
            Some(Said::File(path)) => path.clone(),
            None => String::new(),
        }
    }
}

fn on_or_failed<'f>(next: &'f NodeName, failed: &'f NodeName) -> Vec<Way<'f>> {
    let mut ways = vec![on(next)];
    if failed != next {
        ways.push(failure("failed", "failed", failed));
    }
    ways
}

fn of_hours(hours: &Hours) -> Vec<Way<'_>> {
    let way = |key: &str, target| Way {
        key: key.to_owned(),
        label: key.to_owned(),
        kind: WayKind::Next,
        target,
    };
    let mut ways = vec![way("open", &hours.open), way("closed", &hours.closed)];
    if hours.holiday != hours.closed {
        ways.push(way("holiday", &hours.holiday));
    }
    ways
}

/// Into the sub-flow, and what comes after each of its returns.
fn of_sub(sub: &SubFlow) -> Vec<Way<'_>> {
    let into = Way {
        key: "enters".to_owned(),
        label: "enters".to_owned(),
        kind: WayKind::Next,
        target: &sub.start,
    };
    let exits = sub.exits.iter().map(|(name, target)| Way {
        key: format!("exits.{name}"),
        label: name.clone(),
        kind: WayKind::Next,
        target,
    });
    // A flow that a rule chose never comes back.
    let rest =
        if sub.next == sub.start { Vec::new() } else { on_or_failed(&sub.next, &sub.failed) };
    [into].into_iter().chain(exits).chain(rest).collect()
}

fn on(target: &NodeName) -> Way<'_> {
    Way { key: "next".to_owned(), label: String::new(), kind: WayKind::Next, target }
}

fn failure<'f>(key: &str, label: &str, target: &'f NodeName) -> Way<'f> {
    Way { key: key.to_owned(), label: label.to_owned(), kind: WayKind::Failure, target }
}

fn of_choices<'f>(
    choices: &'f BTreeMap<String, Choice>,
    retry: &'f Retry,
    prefix: &str,
) -> Vec<Way<'f>> {
    let mut choices: Vec<(&String, &Choice)> = choices.iter().collect();
    choices.sort_by_key(|(_, choice)| choice.tone);
    let chosen = choices.into_iter().map(|(name, choice)| Way {
        key: format!("{prefix}{name}"),
        label: choice.tone.map_or_else(|| name.clone(), |tone| format!("{tone} {name}")),
        kind: WayKind::Choice,
        target: &choice.next,
    });
    chosen.chain([failure("otherwise", "no answer", &retry.otherwise)]).collect()
}

fn of_branch(branch: &Branch) -> Vec<Way<'_>> {
    let when = branch.when.iter().enumerate().map(|(at, (condition, target))| Way {
        key: format!("when.{at}"),
        label: condition.source().to_owned(),
        kind: WayKind::Next,
        target,
    });
    let otherwise = Way {
        key: "otherwise".to_owned(),
        label: "otherwise".to_owned(),
        kind: WayKind::Next,
        target: &branch.otherwise,
    };
    when.chain([otherwise]).collect()
}

/// What the agent may say, then its end, then its failure.
fn of_stream(stream: &Stream) -> Vec<Way<'_>> {
    let handed = stream.hand_over.iter().map(|(word, target)| Way {
        key: format!("hand_over.{word}"),
        label: word.clone(),
        kind: WayKind::Next,
        target,
    });
    handed.chain([on(&stream.next), failure("failed", "failed", &stream.failed)]).collect()
}

fn of_queue(queue: &Queue) -> Vec<Way<'_>> {
    let after = format!("after {}", duration::format(queue.overflow_after));
    let mut ways = vec![failure("overflow", &after, &queue.overflow)];
    if queue.unavailable != queue.overflow {
        ways.push(failure("unavailable", "nobody on duty", &queue.unavailable));
    }
    ways
}
