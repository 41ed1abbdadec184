//! HTTP/1.1 by hand, as cheap as can be: the load shares its two cores with what it measures.
//!
//! | file | what |
//! |---|---|
//! | `message` | reads one request or answer |
//! | `pool` | many connections that send what they are given, and note when it was answered |
//! | `pace` | hands over work at a rate that does not heed the answers |
//! | `server` | answers requests over TLS |

mod message;
mod pace;
mod pool;
mod server;

pub(crate) use pace::pace;
pub(crate) use pool::{Job, Kind, Pool, Sample};
pub(crate) use server::{Answer, Authority, Request, serve};
