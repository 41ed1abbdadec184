//! Scripts of people: who calls, what they do, what they should see. The format is described in
//! `emulator/SCENARIOS.md`.
//!
//! A script is played against a running emulator and waits for conditions, never for time alone.

mod model;
mod parse;
mod play;
mod report;
mod span;

pub use model::{
    AgentChange, Caller, EndpointAnswer, Expect, Given, PeopleChanges, Scenario, Step,
    VoiceAgentDoes, VoiceAgentEnd,
};
pub use parse::ScenarioError;
pub use play::play;
pub use report::{Report, StepReport};
pub use span::Span;
