//! The independent checker: from what the emulator saw and what the service's own commands say in the end,
//! whether anything was lost or done twice. One rule or a few in each file, each with doctored evidence that
//! breaks it.

mod book;
mod effects;
mod events;
mod offers;
mod outcomes;
mod spans;
mod waiting;

#[cfg(test)]
mod doctored;

use crate::{clock::Millis, evidence::Evidence};

pub(crate) use book::Book;
pub(crate) use spans::{Span, lonely, silences};

/// A fault explains what is wrong for so long after its end, ms. An event whose first attempt met a dead or
/// stopped replica is tried again after 1 s and 4 s, each attempt waiting up to 5 s for an answer; a command of
/// a dead replica is taken over after 1.7 s; a prompt whose end nobody heard of has its deadline some seconds
/// after it.
pub(crate) const EXPLAINS: Millis = 12_000;

/// A rule that was broken.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Violation {
    /// Which rule, in short.
    pub(crate) rule: &'static str,
    /// The ledger's id of the call, where there is one.
    pub(crate) call: Option<String>,
    /// When, ms since 1970; 0 where that is not known.
    pub(crate) at: Millis,
    /// What was found.
    pub(crate) text: String,
}

/// All that is wrong.
pub(crate) fn check(evidence: &Evidence) -> Vec<Violation> {
    let book = Book::new(evidence);
    let mut found = Vec::new();
    found.extend(events::check(evidence, &book));
    found.extend(outcomes::check(evidence, &book));
    found.extend(effects::check(evidence, &book));
    found.extend(offers::check(evidence, &book));
    found.extend(spans::check(evidence, &book));
    found.extend(waiting::check(evidence));
    found.sort_by_key(|violation| violation.at);
    found
}

/// Whether a fault was at work at some time between `from` and `until`, or had ended less than [`EXPLAINS`]
/// before.
pub(crate) fn excused(evidence: &Evidence, from: Millis, until: Millis) -> bool {
    evidence
        .faults
        .iter()
        .any(|fault| fault.from <= until && fault.until.saturating_add(EXPLAINS) >= from)
}
