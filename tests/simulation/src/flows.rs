//! The flows that are run: the shipped ones and two that go where those do not.

use std::sync::OnceLock;

use engine::flow::Bundle;

/// Name and source.
pub const FLOWS: [(&str, &str); 3] = [
    ("airline", include_str!("../../../flows/airline/flow.yaml")),
    ("night", include_str!("../flows/night.yaml")),
    ("direct", include_str!("../flows/direct.yaml")),
];

/// The sentence of consent that must be heard before a recording, in each flow that records.
pub const CONSENT: &str = "This call is recorded";

/// A flow, compiled once.
///
/// # Panics
/// When a flow of this crate does not compile.
#[expect(clippy::panic, reason = "the simulator's own flows are part of it")]
pub fn bundle(index: usize) -> &'static Bundle {
    static BUNDLES: OnceLock<Vec<Bundle>> = OnceLock::new();
    let compiled = BUNDLES.get_or_init(|| {
        FLOWS
            .iter()
            .map(|(name, source)| match Bundle::compile(source) {
                Ok(bundle) => bundle,
                Err(findings) => panic!("{name} does not compile: {findings:?}"),
            })
            .collect()
    });
    &compiled[index]
}
