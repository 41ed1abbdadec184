//! One step of a call: decided, checked and rendered.

use std::panic::{AssertUnwindSafe, catch_unwind};

use engine::{
    Millis,
    call::{Call, Input, Note, Step},
    invariants,
};

use crate::ledger::port::Decider;

/// A step, with the bytes of its commands (none for those that the ledger carries out itself).
pub(in crate::ledger) struct Decided {
    pub(in crate::ledger) step: Step,
    pub(in crate::ledger) payloads: Vec<Option<Vec<u8>>>,
    pub(in crate::ledger) violations: Vec<&'static str>,
}

/// None if the decision panicked.
pub(in crate::ledger) fn decide(
    decider: &dyn Decider,
    before: &Call,
    input: &Input,
    now: Millis,
) -> Option<Decided> {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let mut step = decider.decide(before.clone(), input, now);
        let violations = invariants::check_step(before, &step);
        debug_assert!(violations.is_empty(), "{} breaks {violations:?}", input.name());
        let broken = |name: &&str| Note(format!("invariant {name} is broken"));
        step.notes.extend(violations.iter().map(broken));
        let payloads = step
            .commands
            .iter()
            .map(|command| {
                (!command.action.is_internal()).then(|| decider.render(&step.call, command))
            })
            .collect();
        Decided { step, payloads, violations }
    }));
    if outcome.is_err() {
        tracing::error!(
            name: "ledger.step_panicked",
            call = %before.id,
            input = input.name(),
            "a decision panicked: the input is kept and tried once more"
        );
    }
    outcome.ok()
}
