//! What a script says.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Span;
use crate::options::TreatmentChange;
use crate::private::Private;
use crate::shared::FaultRule;

/// One script.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its title.
    #[serde(rename = "scenario")]
    pub title: String,
    /// Changes to the default world, made before the call.
    #[serde(default)]
    pub people: PeopleChanges,
    /// What surrounds the application, for whoever plays the script without one. The emulator leaves it alone.
    #[serde(default)]
    pub given: Given,
    /// Who calls.
    pub caller: Caller,
    /// What happens, in order.
    pub steps: Vec<Step>,
    /// What must be true at the end.
    #[serde(default)]
    pub expect: Expect,
}

/// Changes to the default world.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeopleChanges {
    /// By nickname or object id.
    #[serde(default)]
    pub agents: BTreeMap<String, AgentChange>,
}

/// How an agent is at the start.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentChange {
    /// Graph availability, such as `Available`.
    #[serde(default)]
    pub presence: Option<String>,
    /// Graph activity; the availability's plain one when absent.
    #[serde(default)]
    pub activity: Option<String>,
    /// Whether the Teams client runs.
    #[serde(default)]
    pub open: Option<bool>,
    /// Whether the agent has a Teams Phone licence.
    #[serde(default)]
    pub licensed: Option<bool>,
    /// Whether the resource may call the agent.
    #[serde(default)]
    pub federated: Option<bool>,
    /// After how much ringing voicemail answers; at once when nothing rings.
    #[serde(default)]
    pub voicemail_after: Option<Span>,
    /// Who rings instead: nickname, object id or raw id.
    #[serde(default)]
    pub forward_to: Option<String>,
    /// Whether the agent is in a call outside of this world.
    #[serde(default)]
    pub on_another_call: Option<bool>,
}

impl AgentChange {
    /// What changes in how calls to the agent are treated.
    pub(super) fn treatment(&self) -> TreatmentChange {
        let millis = |span: Span| u32::try_from(span.0.as_millis()).unwrap_or(u32::MAX);
        TreatmentChange {
            licensed: self.licensed,
            federated: self.federated,
            voicemail_after_ms: self.voicemail_after.map(|after| Some(millis(after))),
            forward_to: self.forward_to.clone().map(Some),
            on_another_call: self.on_another_call,
        }
    }
}

/// What surrounds an application: for whoever plays the script with a call flow alone.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// When the line rings, RFC 3339: `2026-12-24T10:00:00+01:00`.
    #[serde(default)]
    pub at: Option<String>,
    /// The deployment's constants, by name.
    #[serde(default)]
    pub config: BTreeMap<String, serde_json::Value>,
    /// What the company's endpoints answer: the first whose `url` stands in the one that is asked.
    #[serde(default)]
    pub answers: Vec<EndpointAnswer>,
    /// Who serves a queue, by nickname or object id; everybody where it is not here.
    #[serde(default)]
    pub queues: BTreeMap<String, Vec<String>>,
    /// What the company's voice agents do: the first of the name. One that is not here says nothing.
    #[serde(default)]
    pub voice_agents: Vec<VoiceAgentDoes>,
}

/// What a voice agent does with a caller.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VoiceAgentDoes {
    /// Its name.
    pub agent: String,
    /// How long it talks before; 5 s when absent.
    #[serde(default)]
    pub after: Option<Span>,
    /// The word with which it hands the caller over; none when absent.
    #[serde(default)]
    pub hands_over: Option<String>,
    /// What it gives with the caller.
    #[serde(default)]
    pub gives: serde_json::Map<String, serde_json::Value>,
    /// What it does instead.
    #[serde(default)]
    pub does: Option<VoiceAgentEnd>,
}

/// What a voice agent does that hands nobody over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VoiceAgentEnd {
    /// It ends the talk.
    Ends,
    /// Its connection breaks.
    Breaks,
    /// It cannot be reached.
    Unreachable,
}

/// What an endpoint of the company answers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndpointAnswer {
    /// Part of the address that is asked.
    pub url: String,
    /// What must stand in the JSON that is sent; anything when absent.
    #[serde(default)]
    pub sent: BTreeMap<String, serde_json::Value>,
    /// Words that a language model is asked about, part of them, case apart; anything when absent.
    #[serde(default)]
    pub said: Option<Private>,
    /// The intent that a language model finds in them, in the place of `body`; `none` is none.
    #[serde(default)]
    pub intent: Option<String>,
    /// HTTP status; 200 when absent. 0 is no answer at all.
    #[serde(default = "ok")]
    pub status: u16,
    /// The body, as JSON.
    #[serde(default)]
    pub body: serde_json::Value,
    /// How long it takes; 50 ms when absent.
    #[serde(default)]
    pub after: Option<Span>,
}

fn ok() -> u16 {
    200
}

/// Who calls.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caller {
    /// E.164.
    pub number: Private,
    /// The display name.
    #[serde(default)]
    pub name: String,
    /// The number of the resource that is dialled, E.164.
    pub dials: Private,
}

/// One thing that somebody does or sees. `within` is the longest wait, real time; `after`, `for`,
/// `talks` and `waits` are pauses in the world's pace.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Step {
    /// The caller hears something with this text, after what the step before heard.
    Hears {
        /// Part of it, case apart.
        text: String,
        /// The longest wait; 10 s when absent.
        #[serde(default)]
        within: Option<Span>,
    },
    /// The caller does not hear it for a while.
    HearsNot {
        /// Part of it, case apart.
        text: String,
        /// How long.
        #[serde(rename = "for")]
        pause: Span,
    },
    /// The caller presses keys as soon as they are listened to.
    Presses {
        /// Keys.
        tones: Private,
        /// The longest wait for the line to listen; 10 s when absent.
        #[serde(default)]
        within: Option<Span>,
    },
    /// The caller speaks as soon as someone listens.
    Says {
        /// The words.
        text: Private,
        /// The longest wait for the line to listen; 10 s when absent.
        #[serde(default)]
        within: Option<Span>,
    },
    /// An agent's client rings.
    Rings {
        /// Nickname or object id.
        who: String,
        /// The longest wait; 10 s when absent.
        #[serde(default)]
        within: Option<Span>,
    },
    /// An agent's client does not ring for a while.
    RingsNot {
        /// Nickname or object id.
        who: String,
        /// How long.
        #[serde(rename = "for")]
        pause: Span,
    },
    /// An agent takes the call that rings.
    Accepts {
        /// Nickname or object id.
        who: String,
        /// A pause before.
        #[serde(default)]
        after: Option<Span>,
    },
    /// An agent refuses it.
    Declines {
        /// Nickname or object id.
        who: String,
        /// A pause before.
        #[serde(default)]
        after: Option<Span>,
    },
    /// An agent closes the notification and lets it ring out.
    Ignores {
        /// Nickname or object id.
        who: String,
        /// A pause before.
        #[serde(default)]
        after: Option<Span>,
    },
    /// An agent takes a call that has just stopped ringing.
    AcceptsLate {
        /// Nickname or object id.
        who: String,
        /// A pause before.
        #[serde(default)]
        after: Option<Span>,
    },
    /// An agent takes the call on two clients at once.
    AcceptsTwice {
        /// Nickname or object id.
        who: String,
        /// A pause before.
        #[serde(default)]
        after: Option<Span>,
    },
    /// `caller`, or an agent, mutes the own microphone.
    Mutes(String),
    /// `caller`, or an agent, unmutes it.
    Unmutes(String),
    /// How an agent is, and how calls to the agent are treated, changes.
    Changes {
        /// Nickname or object id.
        who: String,
        /// As under `people`.
        to: AgentChange,
    },
    /// An agent leaves the call.
    Leaves {
        /// Nickname or object id.
        who: String,
        /// A pause before.
        #[serde(default)]
        after: Option<Span>,
    },
    /// Caller and agent are in the call.
    Together {
        /// Nickname or object id.
        who: String,
        /// The longest wait; 10 s when absent.
        #[serde(default)]
        within: Option<Span>,
    },
    /// A recording runs.
    Recorded {
        /// The longest wait; 10 s when absent.
        #[serde(default)]
        within: Option<Span>,
    },
    /// An agent's presence changes.
    Presence {
        /// Nickname or object id.
        who: String,
        /// Graph availability.
        availability: String,
        /// Graph activity.
        #[serde(default)]
        activity: Option<String>,
    },
    /// An agent's client is opened or closed.
    Client {
        /// Nickname or object id.
        who: String,
        /// Whether it runs from now on.
        open: bool,
    },
    /// A fault is ordered.
    Fault(FaultRule),
    /// They talk.
    Talks(Span),
    /// Nothing is done for a while.
    Waits(Span),
    /// `caller`, or an agent, hangs up.
    HangsUp(String),
    /// The call ends.
    Ends {
        /// The longest wait; 10 s when absent.
        #[serde(default)]
        within: Option<Span>,
    },
}

/// What must be true at the end. `outcome` and `agent` are for whoever knows the service's trace.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// The service's outcome, such as `connected`.
    #[serde(default)]
    pub outcome: Option<String>,
    /// The agent, nickname or object id.
    #[serde(default)]
    pub agent: Option<String>,
    /// Whether the call was recorded.
    #[serde(default)]
    pub recording: Option<bool>,
    /// From dialling to the end at most this, real time; 60 s when absent.
    #[serde(default)]
    pub ends_within: Option<Span>,
}

impl Step {
    /// The step as a sentence; keys, words and numbers are left out.
    pub fn describe(&self) -> String {
        match self {
            Self::Hears { text, .. } => format!("the caller hears \"{text}\""),
            Self::HearsNot { text, pause } => {
                format!("the caller does not hear \"{text}\" for {pause}")
            }
            Self::Presses { .. } => "the caller presses keys".to_owned(),
            Self::Says { .. } => "the caller speaks".to_owned(),
            Self::Rings { who, .. } => format!("{who}'s client rings"),
            Self::RingsNot { who, pause } => format!("{who}'s client does not ring for {pause}"),
            Self::Accepts { who, .. } => format!("{who} accepts"),
            Self::Declines { who, .. } => format!("{who} declines"),
            Self::Ignores { who, .. } => format!("{who} ignores the call"),
            Self::AcceptsLate { who, .. } => format!("{who} accepts when it rings no longer"),
            Self::AcceptsTwice { who, .. } => format!("{who} accepts on two clients"),
            Self::Mutes(who) => format!("{who} mutes the microphone"),
            Self::Unmutes(who) => format!("{who} unmutes the microphone"),
            Self::Changes { who, .. } => format!("{who} changes"),
            Self::Leaves { who, .. } => format!("{who} leaves"),
            Self::Together { who, .. } => format!("the caller and {who} are in the call"),
            Self::Recorded { .. } => "the call is being recorded".to_owned(),
            Self::Presence { who, availability, .. } => format!("{who} becomes {availability}"),
            Self::Client { who, open: true } => format!("{who} opens the client"),
            Self::Client { who, open: false } => format!("{who} closes the client"),
            Self::Fault(rule) => format!("a fault is ordered for {}", rule.on),
            Self::Talks(span) => format!("they talk for {span}"),
            Self::Waits(span) => format!("nothing is done for {span}"),
            Self::HangsUp(who) => format!("{who} hangs up"),
            Self::Ends { .. } => "the call ends".to_owned(),
        }
    }
}
