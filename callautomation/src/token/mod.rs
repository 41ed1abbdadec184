//! Tokens that are there when they are needed.
//!
//! Around credentials of `azure_identity` 1.0, which renew late, forget a token that still is
//! valid when its renewal fails, and let every caller wait meanwhile (the three traps of
//! `GRAPH-ENTRA-TEAMS.md`, section 5).

mod held;
mod steady;

pub use steady::{SteadyCredential, TokenPace};
