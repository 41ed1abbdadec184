//! `[tls]`: whom we trust beside the roots of the operating system.

use std::path::PathBuf;

use super::{
    section::{Key, Section},
    value,
};

/// Whom we trust beside the roots of the operating system. Checks cannot be turned off.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tls {
    /// A PEM file with one or more root certificates: a company's proxy, or the emulator's CA.
    pub extra_root: Option<PathBuf>,
}

const EXTRA_ROOT: Key = Key {
    name: "extra_root",
    write: "the path of a PEM file with the root certificates to trust as well",
};

pub(super) const KEYS: &[&Key] = &[&EXTRA_ROOT];

pub(super) fn read(mut section: Section<'_>) -> Tls {
    Tls { extra_root: section.optional(&EXTRA_ROOT, value::readable) }
}
