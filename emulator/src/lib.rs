//! A stand-in for the world a contact-centre service lives in: Azure Communication Services (ACS)
//! Call Automation, Event Grid delivery, Microsoft Graph presence, Entra tokens, phones and
//! Teams clients.
//!
//! It depends on no other crate of the workspace: its wire is written from the published swagger
//! (`communicationservicescallautomation.json`, stable 2026-03-12) and its events from the official
//! samples, so that a mistake of ours cannot hide on both sides of the wire.
//!
//! | module | what it is |
//! |---|---|
//! | [`world`] | the pure state machine: calls, media, invitations, recordings, presence, people |
//! | `wire` | the shapes of requests, read strictly, and of identifiers |
//! | `crypto` | signing keys, the certificate authority, access-key signatures, tokens |
//! | `server` | HTTPS and HTTP listeners: Call Automation, Graph, Entra, recordings |
//! | `calling` | a request to Call Automation becomes an answer, without a listener |
//! | `directory` | applications, sign-ins, groups, what Graph knows of people |
//! | `delivery` | callbacks and Event Grid, with signatures and retries |
//! | [`control`] | the people: place a call, press a key, accept in Teams; also over HTTP |
//! | [`stepped`] | the same world in virtual time, without network, for simulations |
//! | [`scenario`] | scripts of people, played against a running emulator |
//!
//! ```no_run
//! # async fn example() -> Result<(), emulator::StartError> {
//! let running = emulator::start(emulator::Options::default()).await?;
//! let call = running.control().dial("+442079460123", "Ada Caller", "+18005550100");
//! running.stop().await;
//! # Ok(()) }
//! ```

mod audio;
mod calling;
mod clock;
pub mod control;
mod crypto;
mod delivery;
mod directory;
mod ids;
mod options;
mod pages;
mod private;
mod ready;
mod running;
pub mod scenario;
mod server;
mod shared;
mod sockets;
mod state;
pub mod stepped;
mod wire;
pub mod world;

pub use calling::{HttpRequest, HttpResponse};
pub use control::{Control, control_routes, openapi};
pub use crypto::Certificate;
pub use options::{EventGridPolicy, Options, People, Person, Profile, Time, TreatmentChange};
pub use private::Private;
pub use ready::Ready;
pub use running::{Running, StartError, start};
pub use stepped::Stepped;
