//! Who we are when we call others, and the keys by which others are known.
//!
//! | module | what it holds |
//! |---|---|
//! | [`client`] | the one place that builds HTTP clients, and what may be read from them |
//! | [`credential`] | tokens for ACS and Graph, by the kind of identity in the settings |
//! | [`keys`] | fetching the keys that verify incoming tokens |
//! | `kept_keys` | the last good ones, over a restart |
//!
//! Incoming tokens are judged in `webhooks::token`; nothing here decides whether one is good.

pub mod client;
pub mod credential;
mod kept_keys;
pub mod keys;

pub use client::{BodyError, IdentityError, http_client, transport, upgrading_client};
pub use credential::token_credential;
pub use keys::{KeySource, KeysUnavailable};

#[cfg(test)]
mod emulator_tests;
