//! A flow with its source and hash: what a call pins.

use std::{fmt, sync::Arc};

use sha2::{Digest, Sha256};

use super::{
    compile::compile,
    diagnostic::{Diagnostic, Severity},
    model::Flow,
};

/// A flow that was compiled without errors, with the source it came from. Cheap to clone.
#[derive(Clone)]
pub struct Bundle {
    inner: Arc<Inner>,
}

struct Inner {
    hash: [u8; 32],
    source: String,
    flow: Flow,
}

impl Bundle {
    /// Compiles a source. Warnings do not stop it; where there is an error, all findings are returned.
    pub fn compile(source: &str) -> Result<Self, Vec<Diagnostic>> {
        let compiled = compile(source);
        let sound = compiled.diagnostics.iter().all(|found| found.severity == Severity::Warning);
        match compiled.flow {
            Some(flow) if sound => Ok(Self {
                inner: Arc::new(Inner { hash: hash(source), source: source.to_owned(), flow }),
            }),
            Some(_) | None => Err(compiled.diagnostics),
        }
    }

    /// SHA-256 over the line `switchboard-flow/1` and the source.
    pub fn hash(&self) -> [u8; 32] {
        self.inner.hash
    }

    /// [`Bundle::hash`] as 64 lower-case hexadecimal digits.
    pub fn hash_hex(&self) -> String {
        self.inner.hash.iter().fold(String::with_capacity(64), |mut text, byte| {
            for nibble in [byte >> 4, byte & 15] {
                text.extend(char::from_digit(u32::from(nibble), 16));
            }
            text
        })
    }

    /// The source, byte for byte.
    pub fn source(&self) -> &str {
        &self.inner.source
    }

    /// The checked flow.
    pub fn flow(&self) -> &Flow {
        &self.inner.flow
    }
}

impl fmt::Debug for Bundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bundle")
            .field("flow", &self.inner.flow.name)
            .field("hash", &self.hash_hex())
            .finish_non_exhaustive()
    }
}

impl PartialEq for Bundle {
    fn eq(&self, other: &Self) -> bool {
        self.inner.hash == other.inner.hash
    }
}

impl Eq for Bundle {}

fn hash(source: &str) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(b"switchboard-flow/1\n");
    hasher.update(source.as_bytes());
    hasher.finalize().into()
}
