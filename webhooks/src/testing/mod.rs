//! Events and signed tokens for tests: of your own webhook, of an emulator. Feature `testing`.
//!
//! Nothing here is for production: the key lives in memory only, and whoever has it is believed by
//! whoever was given its key document.
//!
//! # Testing your own webhook
//!
//! Give the webhook the issuer's key document in place of ACS's, send it a signed event, and then
//! the same event with everything that may be [`Wrong`] with a token:
//!
//! ```
//! use jiff::Timestamp;
//! use webhooks::testing::{TestIssuer, Wrong, call_event};
//! use webhooks::token::{ACS_ISSUER, CallbackValidator, KeySet};
//! use webhooks::{CallEventKind, parse_call_events};
//!
//! // What your webhook does.
//! fn webhook(authorization: &str, body: &[u8], keys: &KeySet, now: Timestamp) -> u16 {
//!     let validator = CallbackValidator::new(ACS_ISSUER, vec!["my-resource-id".to_owned()]);
//!     if validator.check([authorization], keys, now).is_err() {
//!         return 401;
//!     }
//!     if parse_call_events(body).is_ok() { 200 } else { 400 }
//! }
//!
//! let now = Timestamp::UNIX_EPOCH; // the time comes in, so a test may choose it
//! let issuer = TestIssuer::generate("key-1")?;
//! let keys = KeySet::from_jwks(&issuer.jwks())?;
//! let body = call_event(CallEventKind::CallConnected).operation_context("step-1").to_body();
//!
//! let token = issuer.callback_token("my-resource-id", now);
//! assert_eq!(webhook(&token.authorization()?, &body, &keys, now), 200);
//! for wrong in Wrong::OF_CALLBACKS {
//!     let token = issuer.callback_token("my-resource-id", now).wrong(wrong);
//!     assert_eq!(webhook(&token.authorization()?, &body, &keys, now), 401, "{wrong:?}");
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod call_events;
mod grid_events;
mod signer;

pub use call_events::{CallEventBuilder, call_event, every_call_event_kind};
pub use grid_events::{GridEventBuilder, every_grid_event_kind, grid_event, incoming_call};
pub use signer::{SigningError, TestIssuer, TestToken, Wrong};

use jiff::Timestamp;

/// When the events happen unless you say otherwise: 2026-01-01.
const WHEN: Timestamp = Timestamp::constant(1_767_225_600, 0);
