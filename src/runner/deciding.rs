//! The engine, with what it may know: the flow bundles and the profile; and the renderer of commands.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use engine::{
    Millis,
    call::{Call, Command, Env, Input, Profile, Step, step},
    flow::Bundle,
};

use crate::{dispatch::Outward, ledger::Decider};

/// All flow bundles that a live call may refer to, by hash. Cheap to clone.
#[derive(Clone, Default)]
pub struct Bundles {
    by_hash: Arc<RwLock<BTreeMap<String, Bundle>>>,
}

impl Bundles {
    /// Adds a bundle; tells its hash, hex.
    pub fn add(&self, bundle: Bundle) -> String {
        let hash = bundle.hash_hex();
        self.by_hash.write().unwrap_or_else(PoisonError::into_inner).insert(hash.clone(), bundle);
        hash
    }

    /// Whether there is one of this hash.
    pub fn has(&self, hash: &str) -> bool {
        self.by_hash.read().unwrap_or_else(PoisonError::into_inner).contains_key(hash)
    }

    /// The bundle of a hash.
    pub fn get(&self, hash: &str) -> Option<Bundle> {
        self.by_hash.read().unwrap_or_else(PoisonError::into_inner).get(hash).cloned()
    }
}

/// Decides by the engine and renders by the deployment's addresses.
pub struct FlowDecider {
    /// The bundles.
    pub bundles: Bundles,
    /// What the deployment's kind of number allows.
    pub profile: Profile,
    /// Addresses and signatures.
    pub outward: Outward,
}

impl Decider for FlowDecider {
    fn decide(&self, call: Call, input: &Input, now: Millis) -> Step {
        let chosen = if let Input::FlowChosen { bundle, .. } = input { Some(bundle) } else { None };
        let hash = chosen.or(call.bundle.as_ref());
        let bundle = hash.and_then(|hash| self.bundles.get(hash));
        step(call, input, &Env { now, bundle: bundle.as_ref(), profile: &self.profile })
    }

    fn lacks(&self, call: &Call) -> Option<String> {
        let needed = call.bundle.as_ref().filter(|_| !call.is_over());
        needed.filter(|hash| !self.bundles.has(hash)).cloned()
    }

    fn learn(&self, source: &str) -> bool {
        Bundle::compile(source).map(|bundle| self.bundles.add(bundle)).is_ok()
    }

    fn render(&self, call: &Call, command: &Command) -> Vec<u8> {
        serde_json::to_vec(&self.outward.render(call, command)).unwrap_or_default()
    }
}
