//! The emulator over real HTTPS: what a service, an SDK and a person see of it.

mod acs;
mod credentials;
mod events;
mod faults;
mod graph;
mod grid;
mod identity;
mod lenient;
mod logs;
mod negative;
mod openapi;
mod pages;
mod people;
mod robust;
mod scenario;
mod schema;
mod sign_in;
mod state;
mod streaming;
mod subscriptions;
mod support;
mod time;
