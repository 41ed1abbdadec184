//! The emulator over real HTTPS: what a service, an SDK and a person see of it.

mod acs;
mod events;
mod grid;
mod identity;
mod logs;
mod negative;
mod openapi;
mod pages;
mod people;
mod scenario;
mod schema;
mod state;
mod streaming;
mod subscriptions;
mod support;
