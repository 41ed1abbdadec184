//! The end of a call: ordered by us, or told to us.

use webhooks::ResultInformation;

use super::{
    command::{Action, Lane, Released},
    state::{EndReason, Outcome, PendingKind, Phase},
    step::Stepper,
    waiting::CONTROL_PATIENCE,
};

impl Stepper<'_> {
    /// Orders the end for everybody, so that no agent sits alone with a hidden bot.
    pub(super) fn end(&mut self, reason: EndReason) {
        self.stop_waiting();
        self.forget_media();
        if self.call.connection.is_none() {
            if reason == EndReason::Failure && self.redirect_to_fallback() {
                return;
            }
            let outcome = self.outcome_of(Some(reason));
            return self.ended(outcome);
        }
        self.call.phase = Phase::Ending { reason };
        self.terminate(false);
    }

    pub(super) fn terminate(&mut self, again: bool) {
        let kind = PendingKind::Terminate { again };
        self.order(Lane::Control, Action::Terminate, kind, CONTROL_PATIENCE);
    }

    /// The service cannot go on with this call.
    pub(super) fn fail(&mut self, why: &str) {
        self.note(why);
        self.end(EndReason::Failure);
    }

    /// An input that could not be decided upon is out of the way: people who talk go on talking, everybody
    /// else takes the node's way for failures.
    pub(super) fn step_failed(&mut self, seq: i64) {
        self.note(format!("input {seq} could not be decided upon and lies in quarantine"));
        let node = match &self.call.phase {
            Phase::Talking { .. } | Phase::Ending { .. } | Phase::Answering { .. } => {
                return self.inspect(None);
            }
            Phase::Waiting(wait) => wait.node.clone(),
            Phase::Ringing { node, .. } | Phase::InFlow { node, .. } => node.clone(),
            Phase::New | Phase::Ended => return self.end(EndReason::Failure),
        };
        match self.way_of_failure(&node) {
            Some(target) => {
                self.stop_waiting();
                self.forget_operation();
                self.enter(&target);
            }
            None => self.end(EndReason::Failure),
        }
    }

    fn way_of_failure(&self, node: &str) -> Option<String> {
        self.flow()?.nodes.get(node)?.way_of_failure().cloned()
    }

    /// Forgets what the node waited for; media may still be playing, and the caller may be on hold.
    fn forget_operation(&mut self) {
        if self.call.connected {
            self.clear_media();
        }
        if let Some(number) = self.call.awaits(|kind| *kind == PendingKind::Fetch) {
            self.settle(number);
        }
        self.let_go();
    }

    pub(super) fn call_disconnected(&mut self, result: Option<&ResultInformation>) {
        if let Some(result) = result {
            self.note(format!("disconnected {}/{}", result.code, result.sub_code));
        }
        self.gone_by(result.map(|result| result.sub_code));
        self.call.disconnected_at = Some(self.call.now);
        let ordered = matches!(self.call.phase, Phase::Ending { .. });
        if ordered || self.call.connection.is_none() || !self.call.connected {
            return self.gone();
        }
        // Whoever holds a token of minutes could have said so: Call Automation itself is asked.
        self.call.note_told_gone();
        self.inspect(None);
    }

    /// The call is no longer there.
    pub(super) fn gone(&mut self) {
        let reason = match &self.call.phase {
            Phase::Ending { reason } => Some(*reason),
            Phase::New
            | Phase::Ringing { .. }
            | Phase::Answering { .. }
            | Phase::InFlow { .. }
            | Phase::Waiting(_)
            | Phase::Talking { .. }
            | Phase::Ended => None,
        };
        // Denied by answers alone: should it live, nobody is to sit in silence, or with an agent who is rung again.
        let unsure = self.call.is_heard() && self.call.disconnected_at.is_none();
        self.stop_waiting();
        let outcome = self.outcome_of(reason);
        self.ended(outcome);
        if unsure {
            self.note("ended, too, in case that it lives");
            self.push(Lane::Control, 0, Action::Terminate);
        }
    }

    fn outcome_of(&self, reason: Option<EndReason>) -> Outcome {
        if self.call.transferred_at.is_some() {
            return Outcome::Transferred;
        }
        if self.call.agent.is_some() || self.call.party.is_some() {
            return Outcome::Connected;
        }
        if self.call.callback.is_some() {
            return Outcome::Callback;
        }
        if self.call.left_message {
            return Outcome::Voicemail;
        }
        match reason {
            Some(EndReason::FlowDone | EndReason::TooLong) => Outcome::Completed,
            Some(EndReason::CallerLeft | EndReason::AgentLeft) | None => Outcome::Abandoned,
            Some(EndReason::Transferred) => Outcome::Transferred,
            Some(EndReason::Failure) => Outcome::Failed,
        }
    }

    /// Sets the outcome, once (V9), and gives back what the call held.
    pub(super) fn ended(&mut self, outcome: Outcome) {
        if self.call.outcome.is_some() {
            return;
        }
        if let Some(agent) = self.call.agent.clone() {
            self.give_back(&agent.id, Released::Served);
        }
        self.call.outcome = Some(outcome);
        self.call.phase = Phase::Ended;
        self.call.media = None;
        self.call.pending.clear();
        self.call.withheld.clear();
        self.call.context = None;
    }
}
