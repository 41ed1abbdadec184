//! The service's doors, with the simulated world behind them: what the real ones do, and what goes wrong.
//!
//! Every door waits for ever once the service is dead: nothing that has no effect yet has one after a
//! kill -9.

mod deciding;
mod ledger;
mod presence;
mod sender;
mod stale;
mod transport;

pub use deciding::Watching;
pub use ledger::LedgerDoor;
pub use presence::PresenceDoor;
pub use sender::SenderDoor;
pub use transport::TransportDoor;
