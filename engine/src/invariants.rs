//! What must hold, V1 to V14 of DESIGN.md section 5: one list of them all, and the checks a step can be
//! put through. Debug builds panic on a violation, release builds count and note it (the service does both).

use crate::call::{Action, Call, Phase, Step, StreamPhase};

/// An invariant, where it is checked, and its sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invariant {
    /// `V1` to `V14`.
    pub name: &'static str,
    /// What holds.
    pub sentence: &'static str,
    /// Who checks it.
    pub checked_by: &'static str,
}

const fn invariant(
    name: &'static str,
    sentence: &'static str,
    checked_by: &'static str,
) -> Invariant {
    Invariant { name, sentence, checked_by }
}

/// All of them.
pub const ALL: [Invariant; 14] = [
    invariant("V1", "a call is answered at most once", "check_step"),
    invariant("V2", "after it ended only clean-up goes out", "check_step"),
    invariant(
        "V3",
        "one main media slot per call; a main over a main interrupts explicitly",
        "check_step",
    ),
    invariant(
        "V4",
        "a live call has a pending operation or a wait, each with a deadline and a reason",
        "check_step",
    ),
    invariant("V5", "at most one winner of a parallel ring stays", "engine tests"),
    invariant("V6", "re-stepping the journal gives the snapshot", "replay test"),
    invariant("V7", "a duplicate input changes nothing", "ledger conformance, simulator"),
    invariant(
        "V8",
        "a stale result never moves the phase, and a stale success is compensated",
        "engine tests, simulator",
    ),
    invariant("V9", "every ended call has exactly one outcome", "check_step"),
    invariant(
        "V10",
        "no endpoint is reserved beyond its capacity",
        "ledger (unique key), simulator",
    ),
    invariant("V11", "commands of one lane leave in order", "integration test, simulator"),
    invariant(
        "V12",
        "at most 4 s pass between a known end of media and the next command",
        "check_step",
    ),
    invariant(
        "V13",
        "sensitive digits appear in no table, log, trace or export",
        "integration test, tests of `withheld`",
    ),
    invariant(
        "V14",
        "a recording paused for sensitive input is never resumed without a reason, nor is such input asked for while one may run or the sound goes to a voice agent",
        "check_step",
    ),
];

/// The invariants that one step breaks: none, unless the engine is wrong.
pub fn check_step(before: &Call, step: &Step) -> Vec<&'static str> {
    let checks: [(&'static str, bool); 7] = [
        ("V1", answers_once(before, step)),
        ("V2", only_clean_up_after_end(before, step)),
        ("V3", interrupts_explicitly(before, step)),
        ("V4", live_calls_wait_for_something(&step.call)),
        ("V9", one_outcome(before, &step.call)),
        ("V12", no_silence(&step.call)),
        (
            "V14",
            resumes_with_a_reason(before, step) && asks_in_private(step) && asks_unrecorded(step),
        ),
    ];
    checks.into_iter().filter(|(_, holds)| !holds).map(|(name, _)| name).collect()
}

fn answers_once(before: &Call, step: &Step) -> bool {
    let answers =
        step.commands.iter().filter(|c| matches!(c.action, Action::Answer { .. })).count();
    let may = matches!(before.phase, Phase::New | Phase::Ringing { .. });
    answers == 0 || (answers == 1 && may)
}

fn only_clean_up_after_end(before: &Call, step: &Step) -> bool {
    !before.is_over()
        || step.commands.iter().all(|command| {
            matches!(
                command.action,
                Action::Release { .. }
                    | Action::LeaveQueue
                    | Action::CancelAdd { .. }
                    | Action::Terminate
            )
        })
}

fn interrupts_explicitly(before: &Call, step: &Step) -> bool {
    let mut running = before.media.is_some();
    for command in &step.commands {
        match &command.action {
            Action::Play { interrupt, .. } | Action::Recognize { interrupt, .. } => {
                // The slot may have been freed by this very input; then an interrupt would only be idle.
                if running
                    && !interrupt
                    && before.media.is_some_and(|n| step.call.pending.contains_key(&n))
                {
                    return false;
                }
                running = true;
            }
            Action::CancelMedia => running = false,
            Action::Answer { .. }
            | Action::Reject { .. }
            | Action::Redirect { .. }
            | Action::AddAgent { .. }
            | Action::AddParty { .. }
            | Action::Transfer { .. }
            | Action::Hold { .. }
            | Action::Unhold { .. }
            | Action::CancelAdd { .. }
            | Action::Remove { .. }
            | Action::StartRecording
            | Action::PauseRecording { .. }
            | Action::ResumeRecording { .. }
            | Action::StopRecording { .. }
            | Action::StartStreaming
            | Action::StopStreaming
            | Action::Terminate
            | Action::Inspect
            | Action::Fetch { .. }
            | Action::Seek { .. }
            | Action::LeaveQueue
            | Action::Release { .. } => {}
        }
    }
    step.call.media.is_none_or(|number| step.call.pending.contains_key(&number))
}

fn live_calls_wait_for_something(call: &Call) -> bool {
    call.is_over() || matches!(call.phase, Phase::New) || call.next_deadline().is_some()
}

fn one_outcome(before: &Call, after: &Call) -> bool {
    after.is_over() == after.outcome.is_some()
        && (before.outcome.is_none() || before.outcome == after.outcome)
}

/// The word at the head of the note that says why a recording goes on.
pub(crate) const GOES_ON: &str = "the recording goes on";

/// What was paused for sensitive digits goes on only with a note that says why, and not while they are asked for.
fn resumes_with_a_reason(before: &Call, step: &Step) -> bool {
    let resumes = step
        .commands
        .iter()
        .any(|command| matches!(command.action, Action::ResumeRecording { .. }));
    let asks = step.commands.iter().rev().find_map(|command| {
        let Action::Recognize { sensitive, .. } = &command.action else { return None };
        Some(*sensitive)
    });
    let told = step.notes.iter().any(|note| note.0.starts_with(GOES_ON));
    !resumes || before.paused_for.is_none() || (told && asks != Some(true))
}

/// Nobody is asked for sensitive digits while the sound goes to a voice agent.
fn asks_in_private(step: &Step) -> bool {
    let asks = |action: &Action| matches!(action, Action::Recognize { sensitive: true, .. });
    step.call.streaming == StreamPhase::Off
        || !step.commands.iter().any(|command| asks(&command.action))
}

/// What nobody may read is asked for only where no recording can have it.
fn asks_unrecorded(step: &Step) -> bool {
    let asks = |action: &Action| matches!(action, Action::Recognize { sensitive: true, .. });
    !step.commands.iter().any(|command| asks(&command.action)) || !step.call.may_be_recorded()
}

/// In a node that speaks or listens, its operation is pending, or its fate is being asked for.
fn no_silence(call: &Call) -> bool {
    match &call.phase {
        Phase::InFlow { doing, .. } => {
            let number = match doing {
                crate::call::Doing::Speaking { number, .. }
                | crate::call::Doing::Asking { number, .. }
                | crate::call::Doing::Recording { number, .. }
                | crate::call::Doing::Inviting { number, .. }
                | crate::call::Doing::Acting { number }
                | crate::call::Doing::Fetching { number, .. }
                | crate::call::Doing::Quieting { number } => number,
                crate::call::Doing::Streaming(talk) => &talk.number,
            };
            call.pending.contains_key(number)
        }
        Phase::New
        | Phase::Ringing { .. }
        | Phase::Answering { .. }
        | Phase::Waiting(_)
        | Phase::Talking { .. }
        | Phase::Ending { .. }
        | Phase::Ended => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registry_is_complete_and_in_order() {
        let names: Vec<_> = ALL.iter().map(|invariant| invariant.name.to_owned()).collect();
        let expected: Vec<_> = (1..=14).map(|n| format!("V{n}")).collect();
        assert_eq!(names, expected);
    }
}
