//! What a flow promises to its callers: how each outcome is reached, the shortest way to a person, the longest time without
//! a word from the caller.

use std::collections::{BTreeMap, BTreeSet};

use crate::Millis;

use super::{
    duration::format,
    model::{Ask, Flow, Node, NodeName, Question, Said, Spoken},
    ways::{Way, WayKind},
};

/// Speech takes about this long for one character, in ms.
const MS_PER_LETTER: Millis = 65;
/// A sound file whose length is not said is taken to be this long, in ms.
const SOUND: Millis = 10_000;

/// A change of the recording is awaited for so long, in ms.
const TO_CHANGE: Millis = 3_500;

/// Who a caller is given to rings for so long at most, in ms (service limits).
const TO_TRANSFER: Millis = 60_000;

/// What a flow promises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// By outcome, as journals and traces name it: the way with the fewest inputs of the caller. Outcomes that no path
    /// leads to are left out.
    pub outcomes: BTreeMap<&'static str, Path>,
    /// The longest time from one input of the caller to the next or to the end, reckoned from the texts and limits of
    /// the nodes; none where a circle needs no input. A conversation does not count.
    pub longest_wait: Option<Path>,
}

impl Report {
    /// The shortest way to a person.
    pub fn to_a_person(&self) -> Option<&Path> {
        self.outcomes.get("connected")
    }
}

/// A way through a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// The nodes, each with the label of the way that leads out of it: empty where it simply goes on, and at the last.
    pub steps: Vec<(NodeName, String)>,
    /// How often the caller chooses or types on it.
    pub inputs: usize,
    /// How long it takes at most without conversation, in ms.
    pub takes: Millis,
}

impl std::fmt::Display for Path {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words = self.steps.iter().map(|(node, label)| match label.as_str() {
            "" => node.clone(),
            label => format!("{node} ({label})"),
        });
        f.write_str(&words.collect::<Vec<_>>().join(" → "))
    }
}

/// What a call has behind it when it comes to a node.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Past {
    /// It was answered.
    answered: bool,
    /// The caller heard the goodbye of a voicemail, or left a wish to be called back.
    served: bool,
}

impl Past {
    fn after(self, node: &Node, input: bool) -> Self {
        let wish = matches!(node, Node::Callback(_)) && input;
        Self {
            answered: self.answered || node.needs_media(),
            served: self.served || wish || matches!(node, Node::Voicemail(_)),
        }
    }
}

/// Reads a flow that the checker accepted.
pub fn report(flow: &Flow) -> Report {
    let paths = shortest(flow);
    let mut outcomes: BTreeMap<&'static str, Path> = BTreeMap::new();
    for ((name, past), path) in &paths {
        let Some(outcome) = flow.nodes.get(*name).and_then(|node| outcome(node, *past)) else {
            continue;
        };
        let better = outcomes.get(outcome).is_none_or(|known| {
            (path.inputs, path.steps.len()) < (known.inputs, known.steps.len())
        });
        if better {
            outcomes.insert(outcome, path.clone());
        }
    }
    Report { outcomes, longest_wait: longest(flow, paths.keys().map(|(name, _)| *name)) }
}

/// What a call ends as that comes to this node and goes no further than it must.
fn outcome(node: &Node, past: Past) -> Option<&'static str> {
    match node {
        Node::Queue(_) | Node::Ring(_) => Some("connected"),
        Node::Transfer(_) => Some("transferred"),
        Node::Voicemail(_) => Some("voicemail"),
        Node::Callback(_) => Some("callback"),
        Node::Redirect(_) => Some("redirected"),
        Node::Reject(_) => Some("rejected"),
        Node::Hangup if !past.answered => Some("rejected"),
        Node::Hangup => (!past.served).then_some("completed"),
        Node::Say(_)
        | Node::Play(_)
        | Node::Menu(_)
        | Node::Collect(_)
        | Node::Ask(_)
        | Node::Consent(_)
        | Node::Record(_)
        | Node::Add(_)
        | Node::Remove(_)
        | Node::Hold(_)
        | Node::Stream(_)
        | Node::Set(_)
        | Node::Http(_)
        | Node::Branch(_)
        | Node::Hours(_)
        | Node::Flow(_)
        | Node::Return(_) => None,
    }
}

/// Whether the caller must do something for a call to take this way.
fn is_input(node: &Node, way: &Way<'_>) -> bool {
    let typed = matches!(node.question(), Some(Question::Collect(_) | Question::Callback(_)));
    way.kind == WayKind::Choice || (typed && way.key == "next")
}

/// Where a call can go from a node: the ways out; into a sub-flow only by its start; from a `return` to where it leads.
fn steps<'f>(flow: &'f Flow, name: &str, node: &'f Node) -> Vec<(String, &'f str, bool)> {
    if let Some(target) = super::check::returns_to(flow, name, node) {
        return vec![(String::new(), target, false)];
    }
    let enters = matches!(node, Node::Flow(_));
    let ways = node.ways().into_iter();
    ways.filter(|way| !enters || matches!(way.key.as_str(), "enters" | "failed"))
        .map(|way| {
            let input = is_input(node, &way);
            let label = if way.key == "enters" { String::new() } else { way.label };
            (label, way.target.as_str(), input)
        })
        .collect()
}

/// The way with the fewest inputs, then the fewest nodes, to every node that a call can come to, by what it has behind it.
fn shortest(flow: &Flow) -> BTreeMap<(&str, Past), Path> {
    let mut done: BTreeMap<(&str, Past), Path> = BTreeMap::new();
    let first = Path { steps: vec![(flow.start.clone(), String::new())], inputs: 0, takes: 0 };
    let mut waiting = vec![((flow.start.as_str(), Past::default()), first)];
    loop {
        let best = waiting
            .iter()
            .enumerate()
            .min_by_key(|(_, (place, path))| (path.inputs, path.steps.len(), *place))
            .map(|(at, _)| at);
        let Some(best) = best else { return done };
        let (place, path) = waiting.swap_remove(best);
        let Some(node) = flow.nodes.get(place.0).filter(|_| !done.contains_key(&place)) else {
            continue;
        };
        for (label, target, input) in steps(flow, place.0, node) {
            let there = (target, place.1.after(node, input));
            if !done.contains_key(&there) {
                waiting.push((there, path.longer(node, label, target, input)));
            }
        }
        done.insert(place, path);
    }
}

impl Path {
    /// This way and one node more.
    fn longer(&self, node: &Node, label: String, target: &str, input: bool) -> Self {
        let mut next = self.clone();
        if let Some((_, left_by)) = next.steps.last_mut() {
            *left_by = label;
        }
        next.steps.push((target.to_owned(), String::new()));
        next.inputs = next.inputs.saturating_add(usize::from(input));
        next.takes = next.takes.saturating_add(stay(node));
        next
    }
}

/// The longest way on which the caller does nothing.
fn longest<'f>(flow: &'f Flow, nodes: impl Iterator<Item = &'f str>) -> Option<Path> {
    let mut known: BTreeMap<&str, Path> = BTreeMap::new();
    let mut best: Option<Path> = None;
    for name in nodes {
        let path = longest_from(flow, name, &mut known, &mut BTreeSet::new())?;
        if best.as_ref().is_none_or(|best| path.takes > best.takes) {
            best = Some(path);
        }
    }
    best
}

/// None where a circle needs no input. Each node is entered once: the depth is bounded by the number of nodes, which
/// are at most 2,000.
fn longest_from<'f>(
    flow: &'f Flow,
    name: &'f str,
    known: &mut BTreeMap<&'f str, Path>,
    open: &mut BTreeSet<&'f str>,
) -> Option<Path> {
    if let Some(path) = known.get(name) {
        return Some(path.clone());
    }
    if !open.insert(name) {
        return None;
    }
    let node = flow.nodes.get(name)?;
    let mut best = Path { steps: vec![(name.to_owned(), String::new())], inputs: 0, takes: 0 };
    for (label, target, input) in steps(flow, name, node) {
        if !input {
            let rest = longest_from(flow, target, known, open)?;
            if rest.takes >= best.takes {
                let steps = [(name.to_owned(), label)].into_iter().chain(rest.steps).collect();
                best = Path { steps, inputs: 0, takes: rest.takes };
            }
        }
    }
    best.takes = best.takes.saturating_add(stay(node));
    open.remove(name);
    known.insert(name, best.clone());
    Some(best)
}

/// How long a call stays at a node at most, in ms, if the caller does nothing.
fn stay(node: &Node) -> Millis {
    if let Some(speech) = node.speech() {
        return heard(speech.what);
    }
    if let Some(question) = node.question() {
        let retry = question.retry();
        let once = heard(question.prompt()).saturating_add(retry.silence);
        let again = heard(&retry.no_input).saturating_mul(Millis::from(retry.attempts) - 1);
        let first = once.saturating_mul(Millis::from(retry.attempts)).saturating_add(again);
        return first.saturating_add(by_keys(question, again));
    }
    match node {
        Node::Queue(queue) => queue.overflow_after,
        Node::Http(http) => http.longest(),
        Node::Record(_) | Node::Remove(_) => TO_CHANGE,
        Node::Transfer(_) => TO_TRANSFER,
        Node::Hold(hold) => hold.length,
        Node::Stream(stream) => stream.max,
        Node::Add(add) => add.ring,
        Node::Ring(ring) => {
            ring.ring.saturating_mul(Millis::try_from(ring.people.len()).unwrap_or(Millis::MAX))
        }
        Node::Say(_)
        | Node::Play(_)
        | Node::Menu(_)
        | Node::Collect(_)
        | Node::Consent(_)
        | Node::Callback(_)
        | Node::Ask(_)
        | Node::Voicemail(_)
        | Node::Set(_)
        | Node::Branch(_)
        | Node::Hours(_)
        | Node::Flow(_)
        | Node::Return(_)
        | Node::Redirect(_)
        | Node::Reject(_)
        | Node::Hangup => 0,
    }
}

/// How long a silent caller is asked by keys after he was asked for words, in ms.
fn by_keys(question: Question<'_>, again: Millis) -> Millis {
    let Question::Ask(Ask { keys: Some(keys), retry, .. }) = question else { return 0 };
    let once = heard(keys).saturating_add(retry.silence);
    once.saturating_mul(Millis::from(retry.attempts)).saturating_add(again)
}

/// The longest of all languages, in ms.
fn heard(spoken: &Spoken) -> Millis {
    let longest = spoken.variants.values().map(|said| match said {
        Said::Text(text) | Said::Ssml(text) => {
            let letters = Millis::try_from(text.source().chars().count()).unwrap_or(Millis::MAX);
            letters.saturating_mul(MS_PER_LETTER)
        }
        Said::File(_) => SOUND,
    });
    longest.max().unwrap_or_default()
}

/// A time for people: whole seconds, `4m 20s`.
pub fn spoken_time(takes: Millis) -> String {
    let seconds = takes.saturating_add(999) / 1_000;
    match (seconds / 60, seconds % 60) {
        (0, rest) => format(rest.saturating_mul(1_000)),
        (minutes, 0) => format!("{minutes}m"),
        (minutes, rest) => format!("{minutes}m {rest}s"),
    }
}
