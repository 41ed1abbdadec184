//! One call: its state, what happens to it, and what is decided.
//!
//! | module | what it holds |
//! |---|---|
//! | [`state`] | [`Call`]: everything known about a call between two inputs |
//! | [`input`] | [`Input`]: what can happen |
//! | [`command`] | [`Command`]: what is to be done |
//! | [`step`](mod@step) | the one entry point, and what every family of inputs shares |
//! | `events`, `ringing`, `walk`, `media`, `fetch`, `waiting`, `talking`, `ending`, `deadlines`, `settlement` | one family of inputs each |
//! | `alive` | whether the call is still there |
//! | [`withheld`] | digits that nobody may read |
//! | `ask`, `completion`, `collect`, `recording`, `recording_fate`, `unrecorded`, `voicemail`, `stream`, `party`, `transfer`, `before`, `sub`, `speech`, `variables` | open speech; what a language model is asked; digits; recordings; what became of orders to them; digits that must be in none; messages; voice agents; who is rung, added and taken out; transfer and hold; redirecting; sub-flows; what is heard in which language; what the flow keeps |

pub mod command;
pub mod input;
pub mod state;
pub mod step;
pub mod withheld;

mod alive;
mod ask;
mod before;
mod collect;
mod completion;
mod deadlines;
mod ending;
mod events;
mod fetch;
mod media;
mod party;
mod recording;
mod recording_fate;
mod ringing;
mod settlement;
mod speech;
mod stream;
mod sub;
mod talking;
mod transfer;
mod unrecorded;
mod variables;
mod voicemail;
mod waiting;
mod walk;

pub use command::{Action, Command, Lane, Prompt, RecognizeKind, Rejection, Released, Sent};
pub use input::{
    FetchResult, Incoming, Input, Inspection, Offer, Passed, Refusal, Resort, Settlement,
    SettlementFacts, StreamEnd, StreamNews, TurnedAway,
};
pub use state::{
    AgentLeg, AgentRef, Agreement, Call, CallId, Doing, EndReason, Kept, Number, OfferState,
    Outcome, Pending, PendingKind, Phase, QueueWait, RecordingPhase, StreamPhase, Talk, Tries,
    Withheld,
};
pub use step::{Env, Hop, Note, Profile, Step, step, step_and_hops};
pub use voicemail::BEEP;
