//! The shared store: PostgreSQL, worked on by any number of replicas.
//!
//! A call is changed under a lock of its row; whoever has the lock decides. Arrivals of many calls share
//! one transaction. What leaves the house is claimed by a replica, and claims of replicas that are not
//! heard of for `DEAD_AFTER` are taken over ([ADR 0008](../../../docs/adr/0008-postgresql-and-replicas.md)).
//!
//! | module | what it holds |
//! |---|---|
//! | `store` | [`PostgresLedger`]: open, stop, and the port |
//! | `connect` | connections: TLS, passwords, tokens |
//! | `link` | transactions on pooled connections |
//! | `schema` | tables and migrations |
//! | `members` | which replicas live: heartbeat, leases, the shared clock |
//! | `batcher`, `batch` | arrivals of many calls in one transaction; what happens when a call is locked |
//! | `aside` | what this replica cannot read, and leaves to others |
//! | `doubt` | commits whose outcome the connection did not tell |
//! | `parked` | inputs of a locked call, kept until somebody has the lock |
//! | `unit`, `apply`, `calls`, `orders` | what one transaction reads, decides and writes |
//! | `backlog`, `assign`, `orphans`, `vault` | the other transactions |
//! | `keeping` | how long data is kept, whose it is, which keys it needs |
//! | `due`, `read` | what is asked without deciding anything |

mod apply;
mod aside;
mod assign;
mod backlog;
mod batch;
mod batcher;
mod calls;
mod connect;
mod doubt;
mod due;
mod keeping;
mod link;
mod members;
mod orders;
mod orphans;
mod parked;
mod read;
mod schema;
mod store;
mod unit;
mod vault;

#[cfg(test)]
mod tests;

pub use connect::{ConnectError, Password, PostgresOptions};
pub use store::PostgresLedger;
