//! What became of commands, and what an inspection showed.

use webhooks::RawId;

use crate::Millis;

use super::{
    alive::SECOND_LOOK,
    command::{Action, Lane},
    input::{FetchResult, Inspection, Refusal, Settlement, SettlementFacts},
    media::{PlayEnd, Unusable},
    state::{Doing, Number, PendingKind, Phase},
    step::Stepper,
    talking::invited,
    waiting::CONTROL_PATIENCE,
};

/// After an unknown fate of a play or recognize its event is awaited this long, in ms (RELIABILITY.md F14).
const UNCERTAIN_PATIENCE: Millis = 2_000;

/// An end that was refused is ordered again after this, in ms.
const ENDED_AGAIN: Millis = 1_000;
/// After a second refusal it is asked whether the call lives on, and every time after this, in ms.
const ASKED_AGAIN: Millis = 3_000;

impl Stepper<'_> {
    pub(super) fn settled(&mut self, number: Number, result: &Settlement) {
        if let Settlement::Done(facts) = result {
            self.keep_ids(facts);
        }
        let Some(pending) = self.call.pending.get_mut(&number) else {
            return self.recording_settled_late(number, result);
        };
        match result {
            Settlement::Done(facts) => {
                pending.accepted = true;
                let kind = pending.kind.clone();
                self.accepted(number, &kind, facts);
            }
            Settlement::Refused(refusal) => {
                let kind = pending.kind.clone();
                self.refused(number, &kind, refusal);
            }
            Settlement::Unknown { cause } => {
                let cause = format!(
                    "{}: nobody knows whether it was done ({cause})",
                    pending.kind.waits_for()
                );
                self.note(cause);
                self.uncertain(number);
            }
            Settlement::Expired => {
                let kind = pending.kind.clone();
                let refusal = Refusal { status: 0, sub_code: None };
                self.note("a command was too old to be sent");
                self.refused(number, &kind, &refusal);
            }
        }
    }

    fn keep_ids(&mut self, facts: &SettlementFacts) {
        let call = &mut self.call;
        if call.connection.is_none() {
            call.connection.clone_from(&facts.connection);
        }
        if call.server_call_id.is_none() {
            call.server_call_id.clone_from(&facts.server_call_id);
        }
        if call.correlation_id.is_none() {
            call.correlation_id.clone_from(&facts.correlation_id);
        }
    }

    /// Most commands are settled by their event; those that have none end here.
    fn accepted(&mut self, number: Number, kind: &PendingKind, facts: &SettlementFacts) {
        match kind {
            PendingKind::CancelMedia | PendingKind::Reject => {
                self.settle(number);
            }
            PendingKind::Redirect => self.redirected(number),
            PendingKind::StartRecording => match &facts.recording {
                Some(id) => self.recording_started(id),
                None => self.note("the recording was started without an id"),
            },
            PendingKind::ChangeRecording { change } => {
                self.recording_change_accepted(number, *change);
            }
            PendingKind::AddAgent { given_up, .. } => {
                let given_up = *given_up;
                self.invited(number, given_up, facts);
            }
            PendingKind::Answer => self.answer_accepted(number),
            PendingKind::Invite { .. } => self.party_invited(number, facts),
            PendingKind::Hold => self.held(number),
            PendingKind::Unhold { held } => {
                self.settle(number);
                self.hold_over(number, *held);
            }
            PendingKind::Play { .. }
            | PendingKind::Recognize
            | PendingKind::CancelAdd { .. }
            | PendingKind::Transfer
            | PendingKind::Remove
            | PendingKind::Terminate { .. }
            | PendingKind::Inspect { .. }
            | PendingKind::Fetch
            | PendingKind::Stream
            | PendingKind::StopStream { .. } => {}
        }
    }

    fn invited(&mut self, number: Number, given_up: bool, facts: &SettlementFacts) {
        let Some(invitation) = facts.invitation.clone() else {
            return;
        };
        if given_up {
            return self.cancel_invitation(number, invitation);
        }
        if let Phase::Waiting(wait) = &mut self.call.phase
            && let Some(offer) = wait.offer.as_mut().filter(|offer| offer.number == number)
        {
            offer.invitation = Some(invitation);
        }
    }

    fn uncertain(&mut self, number: Number) {
        let soon = self.now().saturating_add(UNCERTAIN_PATIENCE);
        // What has begun was accepted, whatever became of the answer.
        if let Some(pending) =
            self.call.pending.get_mut(&number).filter(|pending| !pending.accepted)
        {
            pending.uncertain = true;
            // Somebody hears nothing meanwhile: the caller, or an agent whose caller has left.
            if matches!(
                pending.kind,
                PendingKind::Play { .. }
                    | PendingKind::Recognize
                    | PendingKind::Terminate { again: false }
            ) {
                pending.deadline = pending.deadline.min(soon);
            }
        }
    }

    fn refused(&mut self, number: Number, kind: &PendingKind, refusal: &Refusal) {
        self.note(format!("refused: {} {}", refusal.status, refusal.sub_code.unwrap_or_default()));
        let lost = refusal.is_gone()
            && !matches!(kind, PendingKind::Answer | PendingKind::Terminate { .. });
        match kind {
            PendingKind::Answer => return self.answer_refused(number, refusal),
            PendingKind::Redirect => return self.redirect_failed(number),
            PendingKind::Terminate { .. } if refusal.is_gone() => {
                // It may be wrong: an agent would sit alone with the bot, and the line would stay open.
                self.call.note_told_gone();
                return self.inspect(None);
            }
            PendingKind::Terminate { again } => {
                // Nobody is to sit alone until the deadline of an order that has failed.
                let pause = if *again { ASKED_AGAIN } else { ENDED_AGAIN };
                let soon = self.now().saturating_add(pause);
                if let Some(pending) = self.call.pending.get_mut(&number) {
                    pending.deadline = pending.deadline.min(soon);
                }
                return;
            }
            PendingKind::Play { .. } => {
                self.settle(number);
                if !self.speak_again(number, refusal.is_media_conflict()) {
                    self.play_over(number, PlayEnd::Failed);
                }
            }
            PendingKind::Recognize => {
                self.settle(number);
                if !self.ask_once_more(number, refusal.is_media_conflict()) {
                    self.question_failed(number, Unusable::Technical);
                }
            }
            // Under this number it may have been carried out before: looked for, not sent again (F37).
            PendingKind::AddAgent { given_up: false, .. }
            | PendingKind::Invite { given_up: false, .. }
            | PendingKind::Transfer
                if refusal.is_stale() =>
            {
                return self.doubt(number);
            }
            PendingKind::AddAgent { agent, .. } => {
                let agent = agent.clone();
                self.settle(number);
                self.invitation_over(number, &agent, "could not be rung");
            }
            PendingKind::StartRecording | PendingKind::ChangeRecording { .. } => {
                self.recording_refused(number, kind, refusal);
            }
            PendingKind::Invite { .. } => {
                self.settle(number);
                self.party_over(number, "could not be rung");
            }
            PendingKind::Transfer => self.transfer_failed(Some(number)),
            PendingKind::Hold => self.not_held(Some(number)),
            PendingKind::Unhold { .. } => {
                self.settle(number);
                self.hold_over(number, false);
            }
            PendingKind::Remove => {
                self.settle(number);
                self.removed(number, false);
            }
            PendingKind::Stream => self.stream_refused(number, refusal),
            PendingKind::StopStream { again } => self.stop_refused(number, *again, refusal),
            PendingKind::CancelMedia => self.cancel_later(number),
            PendingKind::Reject | PendingKind::CancelAdd { .. } => {
                self.settle(number);
            }
            PendingKind::Inspect { .. } => {
                let cause = "it was refused".to_owned();
                return self.inspected(number, &Inspection::Unknown { cause });
            }
            PendingKind::Fetch => {
                let cause = "it was refused".to_owned();
                return self.fetched(number, &FetchResult::Failed { cause });
            }
        }
        if lost {
            self.inspect(None);
        }
    }

    /// Speaks the same text once more under a new number: the prompt may start again, silence may not.
    pub(super) fn speak_again(&mut self, number: Number, allowed: bool) -> bool {
        let Phase::InFlow { node, doing: Doing::Speaking { number: spoken, again: false } } =
            &self.call.phase
        else {
            return false;
        };
        if !allowed || *spoken != number {
            return false;
        }
        let node = node.clone();
        self.clear_media();
        self.enter(&node);
        if let Phase::InFlow { doing: Doing::Speaking { again, .. }, .. } = &mut self.call.phase {
            *again = true;
        }
        true
    }

    /// Asks the same question once more under a new number, without counting it as an attempt.
    pub(super) fn ask_once_more(&mut self, number: Number, allowed: bool) -> bool {
        let Phase::InFlow {
            node,
            doing: Doing::Asking { number: asked, attempt, again: false, confirming },
        } = &self.call.phase
        else {
            return false;
        };
        if !allowed || *asked != number {
            return false;
        }
        let (node, attempt, confirming) = (node.clone(), *attempt, *confirming);
        self.clear_media();
        match confirming {
            _ if self.take_message_again(&node) => {}
            0 => self.ask(&node, attempt, None),
            time => self.ask_second(&node, attempt, time, None),
        }
        if let Phase::InFlow { doing: Doing::Asking { again, .. }, .. } = &mut self.call.phase {
            *again = true;
        }
        true
    }

    /// Stops whatever may be playing, known to us or not.
    pub(super) fn clear_media(&mut self) {
        self.forget_media();
        self.order(Lane::Media, Action::CancelMedia, PendingKind::CancelMedia, CONTROL_PATIENCE);
    }

    /// Asks Call Automation what it knows, unless that question is already out.
    pub(super) fn inspect(&mut self, about: Option<Number>) {
        if self.call.connection.is_none() {
            return self.note("nothing to inspect: our leg is not known");
        }
        let asked = self.call.awaits(|kind| matches!(kind, PendingKind::Inspect { about: None }));
        if about.is_none() && asked.is_some() {
            return;
        }
        self.order(
            Lane::Inspection,
            Action::Inspect,
            PendingKind::Inspect { about },
            CONTROL_PATIENCE,
        );
    }

    pub(super) fn inspected(&mut self, number: Number, view: &Inspection) {
        let inspection = |kind: &PendingKind| matches!(kind, PendingKind::Inspect { .. });
        let Some((_, pending)) = self.settle_kind(Some(number), inspection) else {
            return self.note("a late answer to GetCall: no effect");
        };
        let PendingKind::Inspect { about } = pending.kind else {
            return;
        };
        match view {
            Inspection::Gone if !self.call.is_denied_again() => {
                // A caller whose call is taken for gone sits in silence: one witness is not enough.
                self.note("Call Automation does not know the call: asked again");
                self.call.told_gone.get_or_insert(self.call.now);
                if !self.call.has_time() {
                    self.inspect(about);
                } else if let Some(about) = about {
                    self.doubt_again(about);
                }
                return;
            }
            Inspection::Gone => {
                self.note("Call Automation no longer knows the call");
                return self.gone();
            }
            Inspection::Live { state, .. } if state == "disconnected" => {
                self.note("Call Automation says disconnected");
                self.call.disconnected_at = Some(self.call.now);
                return self.gone();
            }
            Inspection::Unknown { .. }
                if self.call.told_gone.is_some() && !self.call.has_time() =>
            {
                self.note("nobody contradicts that the call is gone");
                return self.gone();
            }
            Inspection::Unknown { .. } if self.call.is_silent_since_denied() => {
                self.note("nobody has contradicted for a minute that the call is gone");
                return self.gone();
            }
            Inspection::Live { state, participants } => {
                self.call.lives();
                self.call.heard_at = self.now();
                self.note(format!("Call Automation says {state}"));
                self.found_alive(about, state, participants);
            }
            Inspection::Unknown { .. } if self.ended_in_vain() => {
                self.note("nobody says that the call lives on");
                return self.gone();
            }
            Inspection::Unknown { cause } => {
                self.note(format!("GetCall told nothing: {cause}"));
                // One denial and no second answer: asked again, ever more rarely.
                self.call.asked_in_vain = self.call.told_gone.map(|_| self.call.now);
                self.answer_asked_in_vain();
                self.check_again_soon();
            }
        }
        if let Some(about) = about {
            self.resolve_doubt(about);
        }
    }

    /// What a denial left open is asked about once more, with the second look at the call: another answer may show that it
    /// lives, and tells nothing of this.
    fn doubt_again(&mut self, number: Number) {
        let soon = self.now().saturating_add(SECOND_LOOK);
        if let Some(pending) = self.call.pending.get_mut(&number) {
            pending.accepted = true;
            pending.uncertain = false;
            pending.deadline = pending.deadline.min(soon);
        }
    }

    /// Whether the call is to end and no order for it is awaited any more.
    fn ended_in_vain(&self) -> bool {
        let awaited = |kind: &PendingKind| matches!(kind, PendingKind::Terminate { .. });
        matches!(self.call.phase, Phase::Ending { .. }) && self.call.awaits(awaited).is_none()
    }

    fn found_alive(&mut self, about: Option<Number>, state: &str, participants: &[RawId]) {
        if matches!(self.call.phase, Phase::Answering { .. }) {
            // While our leg is set up nothing can be played on it.
            if state == "connecting" {
                return;
            }
            self.call_connected();
        }
        let ending =
            self.call.awaits(|kind| matches!(kind, PendingKind::Terminate { again: false }));
        if let Some(number) = ending {
            self.settle(number);
            return self.terminate(true);
        }
        if self.ended_in_vain() {
            // A leg that is not up has nobody on it.
            return if state == "connected" { self.terminate(true) } else { self.gone() };
        }
        let joined = about.filter(|number| {
            self.call.pending.get(number).is_some_and(|pending| {
                invited(&pending.kind).is_some_and(|who| participants.contains(&who))
            })
        });
        if joined.is_some() {
            self.agent_added(joined);
        }
        let transfer = about.filter(|number| {
            let pending = self.call.pending.get(number);
            pending.is_some_and(|pending| pending.kind == PendingKind::Transfer)
        });
        if let Some(number) = transfer {
            self.settle(number);
            return self.transfer_resolved(number, participants);
        }
        self.inspected_roster(participants);
    }

    /// The operation whose event did not come is taken as over, so that the caller is not left in silence.
    fn resolve_doubt(&mut self, number: Number) {
        let Some(pending) = self.settle(number) else {
            return;
        };
        match pending.kind {
            PendingKind::Play { .. } => self.play_over(number, PlayEnd::Lost),
            PendingKind::Recognize if self.ask_once_more(number, true) => {}
            PendingKind::Recognize => self.question_failed(number, Unusable::Technical),
            PendingKind::AddAgent { agent, .. } => self.offer_lost(number, &agent),
            PendingKind::Invite { target, .. } => self.party_lost(number, target),
            PendingKind::Transfer => self.transfer_unresolved(number),
            PendingKind::Answer if self.still_connecting(number, pending.clone()) => {}
            PendingKind::Answer => self.fail("the call was never connected"),
            PendingKind::Reject
            | PendingKind::Redirect
            | PendingKind::CancelMedia
            | PendingKind::CancelAdd { .. }
            | PendingKind::Hold
            | PendingKind::Unhold { .. }
            | PendingKind::Remove
            | PendingKind::StartRecording
            | PendingKind::ChangeRecording { .. }
            | PendingKind::Terminate { .. }
            | PendingKind::Inspect { .. }
            | PendingKind::Fetch
            | PendingKind::Stream
            | PendingKind::StopStream { .. } => {}
        }
    }
}
