//! Presence from Microsoft Graph. Polling is all that an application may do: change notifications
//! of presence need a signed-in user (GRAPH-ENTRA-TEAMS.md section 0).
//!
//! | module | what it holds |
//! |---|---|
//! | [`client`] | [`Graph`]: asks for up to 650 users a request, respects throttling |
//! | [`presence`] | what Graph answers, read tolerantly |
//! | [`error`] | why there was no answer, and what to do |

pub mod client;
pub mod error;
pub mod presence;
mod request_id;
mod retry_after;

pub use client::{Graph, PresenceSource};
pub use error::GraphError;
pub use presence::Presence;
