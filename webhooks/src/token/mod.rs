//! Whether a webhook may be believed: checking the bearer tokens of its senders.
//!
//! Nothing is fetched and no clock is read: keys and time come in. There are two validators with
//! issuers, audiences and keys of their own; a token for one never passes the other.
//!
//! Sources: contract section 10; `GRAPH-ENTRA-TEAMS.md` 2.3 to 2.5; RFC 7515, 7519, 8725.
//!
//! What a caller does with the answer: [`TokenError::Refused`] is 401. [`TokenError::UnknownKey`]
//! asks [`KeyCache::unknown_key`] what to do; if keys cannot be had, answer 500 and never 401,
//! which Azure does not try again.

mod bearer;
mod callback;
mod claims;
mod error;
mod event_grid;
mod jws;
mod key_cache;
mod keys;
mod roca;
mod unique;
mod verified;

pub use callback::{ACS_ISSUER, CallbackValidator};
pub use error::{Refusal, TokenError};
pub use event_grid::{EVENT_GRID_APP_ID, EVENT_GRID_ROLE, EventGridValidator};
pub use key_cache::{KeyCache, UnknownKeyAnswer};
pub use keys::{IgnoredKey, KeyFault, KeySet, KeySetError, MAX_KEY_SET};
pub use verified::{Verified, VerifiedTokens};
