//! The checked form of a flow: what `step` walks. The parser and checker make it, nobody else.
//!
//! | module | what it holds |
//! |---|---|
//! | [`speech`] | what is heard: texts, SSML and sound files, each in its languages |
//! | [`questions`] | nodes that ask the caller |
//! | [`ask`] | open speech, and the language model behind it |
//! | [`people`] | nodes that bring people into the call, and take them out |
//! | [`stream`] | the node that gives the caller to a voice agent |
//! | [`nodes`] | all other nodes |
//! | [`variables`] | what a flow keeps, with its types |
//! | `traits` | what nodes need and say |

pub mod ask;
pub mod nodes;
pub mod people;
pub mod questions;
pub mod speech;
pub mod stream;
mod traits;
pub mod variables;

use std::collections::BTreeMap;

use super::hours::Hours;

pub use ask::{Ask, Credential, LanguageModel};
pub use nodes::{
    Branch, ChangeRecording, Http, HttpMethod, Message, Play, Queue, Record, RecordingChange,
    Redirect, RejectReason, Return, Say, Set, SubFlow, Voicemail,
};
pub use people::{Add, Hold, Remove, Ring, Target, TargetKind, Transfer};
pub use questions::{Callback, Choice, Collect, Confirm, Consent, Menu, Question, Retry};
pub use speech::{Said, Spoken};
pub use stream::Stream;
pub use traits::Speech;
pub use variables::{VarType, Variable};

/// The name of a node, unique in its flow. A node of a sub-flow has the name of the node that entered the sub-flow
/// before it: `identify/ask`.
pub type NodeName = String;

/// A flow that the checker accepted: every target exists and every cycle holds a caller's input or a bound.
/// The nodes of its sub-flows are among its own.
#[derive(Debug, Clone)]
pub struct Flow {
    /// The flow's name.
    pub name: String,
    /// Whether it is a sub-flow: it can be entered by another flow, not by a call.
    pub is_sub: bool,
    /// BCP 47 tag for speech, both ways, for example `en-US`, which is the default.
    pub language: String,
    /// Neural voice for text to speech, for example `en-US-JennyNeural`.
    pub voice: Option<String>,
    /// The other languages that callers can be spoken to in, with their voices.
    pub languages: BTreeMap<String, Option<String>>,
    /// The flows that rules choose among, by the node that leads into each, with their languages and voices. Empty in a
    /// flow that an entry file does not choose.
    pub chosen: BTreeMap<NodeName, BTreeMap<String, Option<String>>>,
    /// Variables with a type, by name; those of sub-flows have the node before their name: `identify/pin`.
    pub variables: BTreeMap<String, Variable>,
    /// The first node.
    pub start: NodeName,
    /// All nodes by name.
    pub nodes: BTreeMap<NodeName, Node>,
}

impl Flow {
    /// Whether any node needs the speech service: text to speech or phrases (contract 4.2, `callIntelligenceOptions`).
    pub fn needs_speech(&self) -> bool {
        self.nodes.values().any(Node::needs_speech)
    }

    /// Whether any node gives the caller to a voice agent: the call is answered with a web socket for its sound then.
    pub fn streams(&self) -> bool {
        self.nodes.values().any(|node| matches!(node, Node::Stream(_)))
    }

    /// The voice of a language at a node; none where the service chooses one.
    pub fn voice_of(&self, node: &str, language: &str) -> Option<&str> {
        let entered = node.split_once('/').and_then(|(under, _)| self.chosen.get(under));
        if let Some(voices) = entered {
            return voices.get(language).and_then(Option::as_deref);
        }
        if language == self.language {
            return self.voice.as_deref();
        }
        self.languages.get(language).and_then(Option::as_deref)
    }

    /// All languages with their voices.
    pub(crate) fn voices(&self) -> BTreeMap<String, Option<String>> {
        let own = (self.language.clone(), self.voice.clone());
        self.languages.clone().into_iter().chain([own]).collect()
    }
}

/// One node of a flow.
#[derive(Debug, Clone)]
pub enum Node {
    /// Speak a text, go on.
    Say(Say),
    /// Play a sound file, go on.
    Play(Play),
    /// Offer choices by key or phrase.
    Menu(Menu),
    /// Collect digits.
    Collect(Collect),
    /// Say that the call is recorded, or ask whether it may be.
    Consent(Consent),
    /// Ask for a number to be called back at.
    Callback(Callback),
    /// Ask what the caller wants, in his own words.
    Ask(Ask),
    /// Set variables, or the caller's language.
    Set(Set),
    /// Ask an HTTP endpoint.
    Http(Http),
    /// Choose by condition.
    Branch(Branch),
    /// Choose by the time of day and the calendar.
    Hours(Box<Hours>),
    /// Wait for an agent and connect.
    Queue(Queue),
    /// Ring named people, one after the other, and connect.
    Ring(Ring),
    /// Add somebody to the call and go on.
    Add(Add),
    /// Take somebody out of the call.
    Remove(Remove),
    /// Put the caller on hold for a while.
    Hold(Hold),
    /// Give the caller to somebody else and leave the call.
    Transfer(Transfer),
    /// Let the caller talk with a voice agent.
    Stream(Stream),
    /// Start, pause, resume or stop the recording.
    Record(ChangeRecording),
    /// A goodbye to a caller whom nobody could take, and his message.
    Voicemail(Voicemail),
    /// Go through a sub-flow.
    Flow(SubFlow),
    /// The end of a sub-flow: back to the flow that entered it.
    Return(Return),
    /// Send the call elsewhere before it is answered.
    Redirect(Redirect),
    /// Refuse the call before it is answered.
    Reject(RejectReason),
    /// End the call for everybody.
    Hangup,
}
