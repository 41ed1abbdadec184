//! What a deployment decides: a TOML file, overlaid by environment variables.
//!
//! A variable is the key's path in capitals behind `SWITCHBOARD__`, parts joined by two underscores:
//! `acs.endpoint` is `SWITCHBOARD__ACS__ENDPOINT`. Lists are separated by commas there. Queues can
//! only be given in the file. Relative paths are relative to the working directory.
//!
//! Loading lists every problem at once. This is the only place that reads the environment; everything
//! else takes the part of [`Settings`] that it needs. All parts can also be built in code.
//!
//! | module | section |
//! |---|---|
//! | [`acs`] | `[acs]`: the Communication Services resource |
//! | [`entra`] | `[entra]`: who we are towards Entra |
//! | [`event_grid`] | `[event_grid]`: whose deliveries are believed |
//! | [`graph`] | `[graph]`: how presence is read |
//! | [`http`], [`tls`] | `[http]`, `[tls]`: where we listen, whom we trust |
//! | [`last_resort`] | `[last_resort]`: callers who cannot be taken |
//! | [`storage`] | `[ledger]`, `[sealing]`, `[retention]` |
//! | [`flow`] | `[flow]`: what callers hear |
//! | [`queue`] | `[[queue]]`: who answers |
//! | [`voice_agent`] | `[voice_agents.NAME]`: programs that talk with callers |
//! | [`log`] | `[log]` |
//! | [`problem`] | what is wrong, where, and what to write instead |

pub mod acs;
pub mod entra;
pub mod event_grid;
pub mod flow;
pub mod graph;
pub mod http;
pub mod last_resort;
mod load;
pub mod log;
mod nearest;
pub mod problem;
pub mod queue;
mod section;
mod source;
pub mod storage;
pub mod tls;
mod value;
pub mod voice_agent;

pub use acs::{Acs, AcsCredential, SampleRate};
pub use entra::{Entra, EntraCredential};
pub use event_grid::EventGrid;
pub use flow::Flow;
pub use graph::Graph;
pub use http::{Http, ServerTls};
pub use last_resort::LastResort;
pub use load::{Settings, environment};
pub use log::{Log, LogFormat};
pub use problem::{Problem, SettingsProblems};
pub use queue::{Agent, Queue};
pub use storage::{Ledger, Retention, Sealing, SharedLedger, SharedLedgerCredential};
pub use tls::Tls;
pub use voice_agent::{AgentSecret, VoiceAgent};

#[cfg(test)]
mod tests;
