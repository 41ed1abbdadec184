//! A flow with its source and hash: what a call pins.

use std::{fmt, sync::Arc};

use sha2::{Digest, Sha256};

use super::{
    codes::Code,
    compile::{Compiled, compile, compile_with},
    diagnostic::{Diagnostic, Severity, Span},
    library::Parts,
    model::Flow,
    read::Finding,
};

/// The first line of a bundle of several files; no YAML file of one flow begins like this.
const PACKED: &str = "%switchboard-bundle/1\n";

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
    /// Compiles a source: a flow's file that needs no others, or what [`Bundle::source`] gave. Warnings do not stop it;
    /// where there is an error, all findings are returned.
    pub fn compile(source: &str) -> Result<Self, Vec<Diagnostic>> {
        Self::made_of(source.to_owned(), compile(source))
    }

    /// Compiles a flow with the files it needs beside its own, all of which the bundle holds then.
    pub fn pack(flow: &str, parts: &Parts) -> Result<Self, Vec<Diagnostic>> {
        let compiled = compile_with(flow, parts);
        let source = if parts.is_empty() { flow.to_owned() } else { pack(flow, parts) };
        Self::made_of(source, compiled)
    }

    fn made_of(source: String, compiled: Compiled) -> Result<Self, Vec<Diagnostic>> {
        let Compiled { flow, mut diagnostics } = compiled;
        let sound = diagnostics.iter().all(|found| found.severity == Severity::Warning);
        match flow {
            Some(flow) if sound && flow.is_sub => {
                let message = "this is a sub-flow: no call can begin with it";
                let finding = Finding::error(Code::BadSubFlow, Span::default(), message)
                    .hint("serve the flow that enters it");
                diagnostics.push(finding.place(&source, None));
                Err(diagnostics)
            }
            Some(flow) if sound => {
                Ok(Self { inner: Arc::new(Inner { hash: hash(&source), source, flow }) })
            }
            Some(_) | None => Err(diagnostics),
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

    /// The flow's file, byte for byte; where it has others beside it, all of them in one text.
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

/// A flow and its files in one text: a line, then JSON with the paths in order, so that the same files give the same hash.
fn pack(flow: &str, parts: &Parts) -> String {
    format!("{PACKED}{}", serde_json::json!({ "flow": flow, "parts": parts }))
}

/// The flow and its files, if this is a bundle of several.
pub(crate) fn unpack(source: &str) -> Option<(String, Parts)> {
    let json: serde_json::Value = serde_json::from_str(source.strip_prefix(PACKED)?).ok()?;
    let flow = json.get("flow")?.as_str()?.to_owned();
    let parts = json.get("parts")?.as_object()?.iter();
    let parts: Option<Parts> =
        parts.map(|(path, text)| Some((path.clone(), text.as_str()?.to_owned()))).collect();
    Some((flow, parts?))
}
