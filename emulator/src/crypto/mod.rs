//! Keys, certificates, signatures and tokens of the stand-in services.

mod access_key;
mod authority;
mod keys;

pub(crate) use access_key::{SignedRequest, verify};
pub use authority::Certificate;
pub(crate) use authority::{Authority, AuthorityError};
pub(crate) use keys::{KeyError, KeySet};
