//! Call Automation without a listener: a request as it came over the wire becomes an answer and the
//! effects on the world. The HTTPS server and [`crate::Stepped`] both answer with it, so that they
//! cannot differ.

mod desk;
mod exchange;
mod parse;
mod version;

pub(crate) use desk::{Desk, Served};
pub use exchange::{HttpRequest, HttpResponse};
#[cfg(test)]
pub(crate) use parse::read;
#[cfg(test)]
pub(crate) use parse::read_operation;
