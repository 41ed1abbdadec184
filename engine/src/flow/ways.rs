//! The ways out of a node, as people see them: for drawings and for the coverage of tests.

use super::{
    duration,
    model::{Branch, Choice, Flow, Menu, Node, NodeName, Queue},
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
            Self::Menu(_) => "menu",
            Self::Collect(_) => "collect",
            Self::Http(_) => "http",
            Self::Branch(_) => "branch",
            Self::Queue(_) => "queue",
            Self::Voicemail(_) => "voicemail",
            Self::Hangup => "hangup",
        }
    }

    /// What the node is about, in its author's words: the text it speaks, the queue it waits in, what it asks.
    /// Empty where there is nothing to say.
    pub fn gist(&self) -> String {
        match self {
            Self::Say(say) => say.text.source().to_owned(),
            Self::Menu(menu) => menu.prompt.source().to_owned(),
            Self::Collect(collect) => collect.prompt.source().to_owned(),
            Self::Http(http) => http.url.source().to_owned(),
            Self::Branch(_) | Self::Hangup => String::new(),
            Self::Queue(queue) => queue.name.clone(),
            Self::Voicemail(voicemail) => voicemail.prompt.source().to_owned(),
        }
    }

    /// All ways out, in the order in which they would be tried or read.
    pub fn ways(&self) -> Vec<Way<'_>> {
        match self {
            Self::Say(say) => vec![on(&say.next)],
            Self::Menu(menu) => of_menu(menu),
            Self::Collect(collect) => {
                vec![on(&collect.next), failure("otherwise", "no answer", &collect.retry.otherwise)]
            }
            Self::Http(http) => vec![on(&http.next), failure("failed", "failed", &http.failed)],
            Self::Branch(branch) => of_branch(branch),
            Self::Queue(queue) => of_queue(queue),
            Self::Voicemail(voicemail) => vec![on(&voicemail.next)],
            Self::Hangup => Vec::new(),
        }
    }
}

fn on(target: &NodeName) -> Way<'_> {
    Way { key: "next".to_owned(), label: String::new(), kind: WayKind::Next, target }
}

fn failure<'f>(key: &str, label: &str, target: &'f NodeName) -> Way<'f> {
    Way { key: key.to_owned(), label: label.to_owned(), kind: WayKind::Failure, target }
}

fn of_menu(menu: &Menu) -> Vec<Way<'_>> {
    let mut choices: Vec<(&String, &Choice)> = menu.choices.iter().collect();
    choices.sort_by_key(|(_, choice)| choice.tone);
    let chosen = choices.into_iter().map(|(name, choice)| Way {
        key: format!("choices.{name}"),
        label: choice.tone.map_or_else(|| name.clone(), |tone| format!("{tone} {name}")),
        kind: WayKind::Choice,
        target: &choice.next,
    });
    chosen.chain([failure("otherwise", "no answer", &menu.retry.otherwise)]).collect()
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

fn of_queue(queue: &Queue) -> Vec<Way<'_>> {
    let after = format!("after {}", duration::format(queue.overflow_after));
    let mut ways = vec![failure("overflow", &after, &queue.overflow)];
    if queue.unavailable != queue.overflow {
        ways.push(failure("unavailable", "nobody on duty", &queue.unavailable));
    }
    ways
}
