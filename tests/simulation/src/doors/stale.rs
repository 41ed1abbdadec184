//! V8: a result that nobody awaits moves nothing, and a success that comes too late is taken back.

use engine::call::{Action, Call, Input, Number, PendingKind, Step};
use webhooks::{CallEvent, CallEventKind};

/// What is wrong with a step, if something is.
pub(super) fn check(before: &Call, input: &Input, step: &Step) -> Option<&'static str> {
    let number = result_of(input)?;
    let Some(pending) = before.pending.get(&number) else {
        let moved = before.phase.name() != step.call.phase.name();
        return moved.then_some("V8 a result that nobody awaits moves the call");
    };
    let joined = matches!(input, Input::Event(event)
        if matches!(event.kind, CallEventKind::AddParticipantSucceeded { .. }));
    let given_up = matches!(pending.kind, PendingKind::AddAgent { given_up: true, .. });
    let removed =
        step.commands.iter().any(|command| matches!(command.action, Action::Remove { .. }));
    (joined && given_up && !removed).then_some("V8 an agent who came too late is kept")
}

/// The command that an input is the result of. A settlement of an answer may name a leg that has come to
/// life, and rosters and the end of a call belong to no command.
fn result_of(input: &Input) -> Option<Number> {
    match input {
        Input::Settled { number, .. }
        | Input::Fetched { number, .. }
        | Input::Streamed { number, .. }
        | Input::Inspected { number, .. } => Some(*number),
        Input::Event(event) if is_result(&event.kind) => number_of(event),
        Input::IncomingCall(_)
        | Input::FlowChosen { .. }
        | Input::Event(_)
        | Input::DeadlineReached
        | Input::Offered(_)
        | Input::Unavailable { .. }
        | Input::RecordingFile { .. }
        | Input::StepFailed { .. }
        | Input::Resumed
        | Input::TurnedAway(_) => None,
    }
}

fn number_of(event: &CallEvent) -> Option<Number> {
    event.operation_context.as_deref()?.parse().ok()
}

fn is_result(kind: &CallEventKind) -> bool {
    matches!(
        kind,
        CallEventKind::PlayCompleted
            | CallEventKind::PlayCanceled
            | CallEventKind::PlayFailed { .. }
            | CallEventKind::RecognizeCompleted(_)
            | CallEventKind::RecognizeFailed { .. }
            | CallEventKind::RecognizeCanceled
            | CallEventKind::AddParticipantSucceeded { .. }
            | CallEventKind::AddParticipantFailed { .. }
    )
}

#[cfg(test)]
mod tests {
    use engine::{
        Millis,
        call::{CallId, Phase, Settlement, SettlementFacts},
    };

    use super::*;

    #[test]
    fn a_result_that_nobody_awaits_may_not_move_the_call() {
        let now: Millis = 1;
        let before = Call::new(CallId("01HF0000000000000000000000".to_owned()), now);
        let result = Settlement::Done(SettlementFacts::default());
        let input = Input::Settled { number: 7, result };
        let mut step = Step { call: before.clone(), commands: Vec::new(), notes: Vec::new() };
        assert_eq!(check(&before, &input, &step), None);
        step.call.phase = Phase::Ended;
        assert!(check(&before, &input, &step).is_some_and(|name| name.starts_with("V8")));
    }
}
