//! The engine, watched: invariants after every step, and panics.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::Arc,
};

use engine::{
    Millis,
    call::{Call, Command, Input, Step},
    invariants,
};
use switchboard::ledger::Decider;

use crate::world::World;

/// A decider whose every step is checked.
pub struct Watching<D> {
    /// What decides.
    pub inner: D,
    /// Where violations are told.
    pub world: Arc<World>,
}

impl<D: Decider> Decider for Watching<D> {
    fn decide(&self, call: Call, input: &Input, now: Millis) -> Step {
        let before = call.clone();
        match catch_unwind(AssertUnwindSafe(|| self.inner.decide(call, input, now))) {
            Ok(step) => {
                let stale = super::stale::check(&before, input, &step);
                for name in invariants::check_step(&before, &step).into_iter().chain(stale) {
                    let text = format!("{} of call {}", input.name(), before.id);
                    self.world.lock().violation(name, &text);
                }
                step
            }
            Err(panic) => {
                let text = format!("{} of call {}", input.name(), before.id);
                self.world.lock().violation("panic of a step", &text);
                resume_unwind(panic)
            }
        }
    }

    fn render(&self, call: &Call, command: &Command) -> Vec<u8> {
        self.inner.render(call, command)
    }
}
