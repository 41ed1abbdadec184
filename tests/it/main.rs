//! The one integration binary: the service against the emulator, over HTTPS, as it runs in production.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on says where and why"
)]

mod arrows;
mod calls;
mod connections;
mod crash;
mod dispatch;
mod drain;
mod faults;
mod flows;
mod keeping;
mod last_resort;
mod privacy;
mod replicas;
mod rig;
mod voice;
mod webhooks;
