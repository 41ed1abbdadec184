//! The one integration binary: the service against the emulator, over HTTPS, as it runs in production.

mod arrows;
mod calls;
mod crash;
mod privacy;
mod rig;
mod webhooks;
