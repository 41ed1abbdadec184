//! Nodes that ask the caller nothing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    Millis,
    flow::{expression::Expression, text::Text},
};

use super::{Credential, NodeName, Spoken, Target};

/// Speak a text to the caller.
#[derive(Debug, Clone)]
pub struct Say {
    /// What is spoken.
    pub text: Spoken,
    /// Where the call goes after the text.
    pub next: NodeName,
    /// Where the call goes when it could not be played. Default `next`.
    pub failed: NodeName,
}

/// Play a sound file to the caller.
#[derive(Debug, Clone)]
pub struct Play {
    /// What is played.
    pub file: Spoken,
    /// How long the file is at most, in ms (1,000 to 600,000): its end is awaited a little longer. Default 60,000.
    pub length: Millis,
    /// Where the call goes after it.
    pub next: NodeName,
    /// Where the call goes when it could not be played. Default `next`.
    pub failed: NodeName,
}

/// Set variables, or the caller's language.
#[derive(Debug, Clone)]
pub struct Set {
    /// Variables and their values, in order; a later one may read an earlier one.
    pub vars: Vec<(String, Expression)>,
    /// The language that the caller is spoken to in from now on.
    pub language: Option<String>,
    /// Where the call goes then.
    pub next: NodeName,
    /// Where the call goes when a value cannot be reckoned or is of another type. Same as `next` only where nothing
    /// can fail: the node sets the language alone.
    pub failed: NodeName,
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
    /// Members of the JSON object that a `POST` sends, in order. One that is `vars.NAME` alone may be digits of a
    /// sensitive `collect`.
    pub body: Vec<(String, Expression)>,
    /// How often it is asked again after no answer, or one that blames the endpoint (408, 429, 5xx); 0 to 3. Each time the
    /// same `Idempotency-Key` is sent. Default 0.
    pub retries: u8,
    /// The secret of the settings that signs the request.
    pub sign: Option<String>,
    /// What is shown to be let in.
    pub credential: Option<Credential>,
    /// Variables set from `response.status` and `response.body` (JSON), in order.
    pub set: Vec<(String, Expression)>,
    /// Where the call goes after a 2xx answer.
    pub next: NodeName,
    /// Where the call goes after any other answer, none in time, or a failed `set`.
    pub failed: NodeName,
}

impl Http {
    /// How long it may take, in ms: all tries.
    pub fn longest(&self) -> Millis {
        self.timeout.saturating_mul(Millis::from(self.retries).saturating_add(1))
    }
}

/// The method of an [`Http`] node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HttpMethod {
    /// Safe, may be repeated.
    Get,
    /// Sent once, unless the flow has it tried again.
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
    pub announce: Option<Spoken>,
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
    /// Spoken before recording starts; none where a consent node has seen to it.
    pub consent: Option<Spoken>,
}

/// A goodbye to a caller whom nobody could take, and where the flow says so, his message.
#[derive(Debug, Clone)]
pub struct Voicemail {
    /// What is spoken.
    pub prompt: Spoken,
    /// The message that he may leave after a beep; none is taken where the flow gives no `max`.
    pub message: Option<Message>,
    /// Where the call goes when the goodbye was heard, or the message taken.
    pub next: NodeName,
    /// Where the call goes when nothing could be recorded, or he said nothing. Default `next`.
    pub failed: NodeName,
}

/// A message that a caller leaves. It is a recording of the call.
#[derive(Debug, Clone)]
pub struct Message {
    /// The longest message, in ms (5,000 to 600,000).
    pub max: Millis,
    /// Silence after speech that ends it, in ms (500 to 20,000). Default 3,000.
    pub silence: Millis,
    /// The key that ends it. Default `#`.
    pub stop: char,
}

/// Start, pause, resume or stop the recording of the call.
#[derive(Debug, Clone)]
pub struct ChangeRecording {
    /// What is done.
    pub change: RecordingChange,
    /// Where the call goes when it was done, or was so already.
    pub next: NodeName,
    /// Where the call goes when it could not be done in time, or the caller has not agreed to a recording.
    pub failed: NodeName,
}

/// What can be done with a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordingChange {
    /// It begins.
    Start,
    /// What is heard from now on is not in it.
    Pause,
    /// It goes on.
    Resume,
    /// It ends. Another can begin.
    Stop,
}

impl RecordingChange {
    /// All changes by the names that flows write.
    pub const NAMES: &'static [(&'static str, Self)] = &[
        ("start", Self::Start),
        ("pause", Self::Pause),
        ("resume", Self::Resume),
        ("stop", Self::Stop),
    ];

    /// The name that flows write.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, change)| *change == self).map_or("", |(name, _)| name)
    }
}

/// Go through a sub-flow.
#[derive(Debug, Clone)]
pub struct SubFlow {
    /// Its file, as bundled with the flow.
    pub file: String,
    /// Its parameters and their values.
    pub with: Vec<(String, Expression)>,
    /// Variables set from `result`, which the sub-flow's `return` gives, in order.
    pub set: Vec<(String, Expression)>,
    /// The sub-flow's first node.
    pub start: NodeName,
    /// Where the call goes by the name that the sub-flow's `return` has.
    pub exits: BTreeMap<String, NodeName>,
    /// Where the call goes after a `return` without such a name.
    pub next: NodeName,
    /// Where the call goes when a parameter or a `set` cannot be reckoned or is of another type.
    pub failed: NodeName,
}

/// The end of a sub-flow.
#[derive(Debug, Clone)]
pub struct Return {
    /// The way that the flow which entered it takes.
    pub exit: Option<String>,
    /// What that flow may read as `result.NAME`. A value that cannot be reckoned is left out.
    pub with: Vec<(String, Expression)>,
}

/// Send the call elsewhere before it is answered.
#[derive(Debug, Clone)]
pub struct Redirect {
    /// Where to.
    pub to: Target,
    /// Where the call goes when it could not be sent there.
    pub failed: NodeName,
}

/// What a refused caller's network is told (contract 4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RejectReason {
    /// No reason.
    None,
    /// Busy.
    Busy,
    /// Forbidden.
    Forbidden,
}

impl RejectReason {
    /// All reasons by the names that flows write.
    pub const NAMES: &'static [(&'static str, Self)] =
        &[("none", Self::None), ("busy", Self::Busy), ("forbidden", Self::Forbidden)];
}
