//! The client from outside: what it sends, byte for byte, and what it makes of the answers.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails the test")]

mod answers;
mod canaries;
mod corpus;
mod files;
mod hmac_by_hand;
mod limits;
mod limits_in_call;
mod recorded;
mod recordings;
mod redaction;
mod retrying;
mod sending;
mod server;
mod signing;
mod tokens;
