//! What is done when an awaited thing does not come.

use super::{
    input::Inspection,
    state::{EndReason, Number, Pending, PendingKind, Phase},
    step::Stepper,
    talking::CHECK_EVERY,
    waiting::CONTROL_PATIENCE,
};

/// More deadlines than this cannot be due at once.
const AT_ONCE: usize = 64;

impl Stepper<'_> {
    /// Handles every deadline that is due, earliest first.
    pub(super) fn deadlines(&mut self) {
        for _ in 0..AT_ONCE {
            if self.call.is_over() {
                return;
            }
            let now = self.now();
            let due = self.call.pending.iter().filter(|(_, pending)| pending.deadline <= now);
            let Some(number) =
                due.min_by_key(|(_, pending)| pending.deadline).map(|(number, _)| *number)
            else {
                return self.phase_deadline();
            };
            self.overdue(number);
        }
    }

    fn phase_deadline(&mut self) {
        let now = self.now();
        if self.call.ends_by.is_some_and(|at| at <= now) {
            self.call.ends_by = None;
            self.note("the longest call is reached");
            return self.end(EndReason::TooLong);
        }
        if self.call.looks_again_at().is_some_and(|at| at <= now) {
            return self.inspect(self.in_doubt());
        }
        if self.call.looks_at().is_some_and(|at| at <= now) {
            self.call.heard_at = now;
            self.note("nothing was heard of the call for a minute");
            self.inspect(None);
        }
        match &mut self.call.phase {
            Phase::Waiting(_) => self.waiting_deadline(),
            Phase::Talking { check_at, .. } if *check_at <= now => {
                *check_at = now.saturating_add(CHECK_EVERY);
                self.inspect(None);
            }
            Phase::Ringing { node, answer_by } if *answer_by <= now => {
                let node = node.clone();
                self.note("the caller has waited long enough: answering");
                self.answer(&node);
            }
            Phase::New
            | Phase::Ringing { .. }
            | Phase::Answering { .. }
            | Phase::InFlow { .. }
            | Phase::Talking { .. }
            | Phase::Ending { .. }
            | Phase::Ended => {}
        }
    }

    /// An operation of which nobody knows what became, and about which Call Automation was asked.
    fn in_doubt(&self) -> Option<Number> {
        let asked = |pending: &Pending| {
            let waits =
                matches!(pending.kind, PendingKind::CancelMedia | PendingKind::Inspect { .. });
            pending.uncertain && pending.accepted && !waits
        };
        self.call.pending.iter().find(|(_, pending)| asked(pending)).map(|(number, _)| *number)
    }

    fn overdue(&mut self, number: Number) {
        let Some(pending) = self.call.pending.get(&number).cloned() else {
            return;
        };
        self.note(format!("overdue: {}", pending.kind.waits_for()));
        match &pending.kind {
            PendingKind::Answer => self.answer_overdue(number),
            PendingKind::Play { .. } | PendingKind::Recognize => {
                self.media_overdue(number, &pending);
            }
            PendingKind::AddAgent { agent, given_up } => {
                let asked = pending.uncertain && pending.accepted;
                if *given_up {
                    let agent = agent.clone();
                    self.settle(number);
                    self.invitation_over(number, &agent, "is no longer awaited");
                } else if asked {
                    let agent = agent.clone();
                    self.settle(number);
                    self.offer_lost(number, &agent);
                } else {
                    self.doubt(number);
                }
            }
            PendingKind::Invite { given_up: true, .. }
            | PendingKind::Reject
            | PendingKind::CancelAdd { .. } => {
                self.settle(number);
            }
            PendingKind::Invite { target, .. } if pending.uncertain && pending.accepted => {
                let target = target.clone();
                self.settle(number);
                self.party_lost(number, target);
            }
            PendingKind::Transfer if pending.uncertain && pending.accepted => {
                self.settle(number);
                self.note("nobody says what became of the transfer");
                self.end(EndReason::Failure);
            }
            PendingKind::Invite { .. } | PendingKind::Transfer => self.doubt(number),
            PendingKind::Hold => self.take_back(number, pending.accepted && !pending.uncertain),
            PendingKind::Unhold { .. } => {
                self.settle(number);
                self.hold_over(number, false);
            }
            PendingKind::Remove => {
                self.settle(number);
                self.removed(number, false);
            }
            PendingKind::StartRecording | PendingKind::ChangeRecording { .. } => {
                self.recording_overdue(number, &pending);
            }
            PendingKind::Terminate { again } => {
                let again = *again;
                self.settle(number);
                if again {
                    // Taken as over only if nobody says that it lives on: somebody would sit in silence.
                    self.inspect(None);
                } else {
                    self.terminate(true);
                }
            }
            PendingKind::Inspect { .. } => {
                let cause = "no answer in time".to_owned();
                self.inspected(number, &Inspection::Unknown { cause });
            }
            PendingKind::Fetch => {
                let cause = "no answer in time".to_owned();
                self.fetched(number, &super::input::FetchResult::Failed { cause });
            }
            PendingKind::Stream => self.stream_overdue(number),
            PendingKind::StopStream { again } => self.not_stopped(number, *again),
            PendingKind::Redirect => self.redirect_failed(number),
            PendingKind::CancelMedia => self.cancel_again(number, pending.uncertain),
        }
    }

    fn answer_overdue(&mut self, number: Number) {
        let uncertain = self.call.pending.get(&number).is_some_and(|pending| pending.uncertain);
        if self.call.connection.is_some() && !uncertain {
            return self.doubt(number);
        }
        self.settle(number);
        self.note("the call was not connected in time");
        self.end(EndReason::Failure);
    }

    /// A prompt or question whose fate was unknown starts again; one whose event was lost is inspected.
    fn media_overdue(&mut self, number: Number, pending: &Pending) {
        let unsure = pending.uncertain && !pending.accepted;
        if unsure && (self.speak_again(number, true) || self.ask_once_more(number, true)) {
            self.settle(number);
            return;
        }
        let node = self.asking(number).map(|(node, _, _)| node);
        if let Some(node) = node
            && self.message_is_full(&node)
        {
            return;
        }
        self.doubt(number);
    }

    /// Asks Call Automation about an operation; the operation is given the time that takes.
    pub(super) fn doubt(&mut self, number: Number) {
        let later = self.now().saturating_add(CONTROL_PATIENCE).saturating_add(1_000);
        if let Some(pending) = self.call.pending.get_mut(&number) {
            pending.uncertain = true;
            pending.accepted = true;
            pending.deadline = later;
        }
        let asked = self.call.awaits(|kind| *kind == PendingKind::Inspect { about: Some(number) });
        if asked.is_none() && self.call.connection.is_some() {
            self.inspect(Some(number));
        } else {
            self.settle(number);
            self.note("it is given up");
            self.fail("nothing is heard of the call");
        }
    }
}
