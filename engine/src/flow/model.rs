//! The checked form of a flow: what `step` walks. The parser and checker make it, nobody else.

use std::collections::BTreeMap;

use crate::Millis;

use super::{expression::Expression, text::Text};

/// The name of a node, unique in its flow.
pub type NodeName = String;

/// A flow that the checker accepted: every target exists and every cycle holds a caller's input or a bound.
#[derive(Debug, Clone)]
pub struct Flow {
    /// The flow's name.
    pub name: String,
    /// BCP 47 tag for speech, both ways, for example `en-US`, which is the default.
    pub language: String,
    /// Neural voice for text to speech, for example `en-US-JennyNeural`.
    pub voice: Option<String>,
    /// The first node.
    pub start: NodeName,
    /// All nodes by name.
    pub nodes: BTreeMap<NodeName, Node>,
}

impl Flow {
    /// Whether any node needs the speech service: text to speech or phrases (contract 4.2, `callIntelligenceOptions`).
    pub fn needs_speech(&self) -> bool {
        self.nodes
            .values()
            .any(|node| !matches!(node, Node::Http(_) | Node::Branch(_) | Node::Hangup))
    }
}

/// One node of a flow.
#[derive(Debug, Clone)]
pub enum Node {
    /// Speak a text, go on.
    Say(Say),
    /// Offer choices by key or phrase.
    Menu(Menu),
    /// Collect digits.
    Collect(Collect),
    /// Ask an HTTP endpoint.
    Http(Http),
    /// Choose by condition.
    Branch(Branch),
    /// Wait for an agent and connect.
    Queue(Queue),
    /// A recorded goodbye for a caller whom nobody could take.
    Voicemail(Voicemail),
    /// End the call for everybody.
    Hangup,
}

/// Speak a text to the caller.
#[derive(Debug, Clone)]
pub struct Say {
    /// What is spoken.
    pub text: Text,
    /// Where the call goes after the text, also when it could not be played.
    pub next: NodeName,
}

/// What is spoken when a caller gave no usable answer, before the prompt comes again.
#[derive(Debug, Clone)]
pub struct Retry {
    /// After silence. Default: "I did not hear you."
    pub no_input: Text,
    /// After a wrong key, or words that are no choice. Default: one sentence for menus, one for digits.
    pub no_match: Text,
    /// How many times the prompt is offered in all, 1 to 10. Default 3.
    pub attempts: u8,
    /// How long to wait for the caller after the prompt, in ms (whole seconds; 1,000 to 20,000 where
    /// phrases are listened for, else to 300,000; contract 7.6). Default 5,000.
    pub silence: Millis,
    /// Where the call goes when all attempts are used.
    pub otherwise: NodeName,
}

/// Choices by key or phrase.
#[derive(Debug, Clone)]
pub struct Menu {
    /// What is spoken; the caller may answer before its end.
    pub prompt: Text,
    /// By label. Either all have a tone or none has, and either all have phrases or none has (contract 7.6).
    pub choices: BTreeMap<String, Choice>,
    /// What happens without a usable answer.
    pub retry: Retry,
}

/// One choice of a menu.
#[derive(Debug, Clone)]
pub struct Choice {
    /// `0` to `9`, `*`, `#`, `A` to `D`.
    pub tone: Option<char>,
    /// What the caller may say; empty in a menu by key alone.
    pub phrases: Vec<String>,
    /// Where the choice leads.
    pub next: NodeName,
}

/// Digits typed by the caller.
#[derive(Debug, Clone)]
pub struct Collect {
    /// What is spoken.
    pub prompt: Text,
    /// The variable that receives the digits as text: read as `vars.NAME`.
    pub into: String,
    /// Fewest digits accepted, at least 1, which is the default.
    pub min: u8,
    /// Most digits, at most 50; collection ends when they are in.
    pub max: u8,
    /// The key that ends the input early. Default `#`.
    pub stop: Option<char>,
    /// Longest pause between two keys, in ms (1,000 to 60,000, whole seconds). Default 3,000.
    pub between: Millis,
    /// What happens without a usable answer.
    pub retry: Retry,
    /// Where the call goes with the digits.
    pub next: NodeName,
}

/// A request to an HTTP endpoint.
#[derive(Debug, Clone)]
pub struct Http {
    /// `GET` (the default) or `POST`.
    pub method: HttpMethod,
    /// Absolute URL after rendering; every `${…}` is percent-encoded as one path segment or query value,
    /// except at the very start of the text, where it may give scheme and host.
    pub url: Text,
    /// Longest wait for the whole answer, in ms (100 to 30,000). Default 3,000.
    pub timeout: Millis,
    /// Variables set from `response.status` and `response.body` (JSON), in order.
    pub set: Vec<(String, Expression)>,
    /// Where the call goes after a 2xx answer.
    pub next: NodeName,
    /// Where the call goes after any other answer, none in time, or a failed `set`.
    pub failed: NodeName,
}

/// The method of an [`Http`] node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HttpMethod {
    /// Safe, may be repeated.
    Get,
    /// Sent once.
    Post,
}

/// The first condition that holds decides.
#[derive(Debug, Clone)]
pub struct Branch {
    /// Conditions in order, with their targets. An expression that fails counts as false.
    pub when: Vec<(Expression, NodeName)>,
    /// Where the call goes when no condition holds.
    pub otherwise: NodeName,
}

/// Wait in a queue for an agent, then connect.
#[derive(Debug, Clone)]
pub struct Queue {
    /// The queue's name, as in the settings.
    pub name: String,
    /// URL of a WAV file looped while waiting, relative to the prompts' base; none means the announcement alone.
    pub music: Option<String>,
    /// Spoken on entering and again after each `every`.
    pub announce: Option<Text>,
    /// Time between two announcements, in ms (5,000 to 600,000). Default 30,000.
    pub every: Millis,
    /// How long one agent's client rings, in ms (5,000 to 180,000, whole seconds). Default 20,000.
    pub ring: Millis,
    /// Longest wait in the queue, in ms (5,000 to 7,200,000). Default 180,000.
    pub overflow_after: Millis,
    /// Where the call goes after that wait.
    pub overflow: NodeName,
    /// Where the call goes when no agent of the queue is on duty or free and none is expected to be
    /// within the wait; the same as `overflow` where the flow names none.
    pub unavailable: NodeName,
    /// Record the conversation; the consent sentence is spoken before the agent is added.
    pub record: Option<Record>,
}

/// How a conversation is recorded.
#[derive(Debug, Clone)]
pub struct Record {
    /// Spoken before recording starts.
    pub consent: Text,
}

/// A recorded goodbye.
#[derive(Debug, Clone)]
pub struct Voicemail {
    /// What is spoken.
    pub prompt: Text,
    /// Where the call goes then.
    pub next: NodeName,
}
