//! From the ring to the answer.

use std::collections::BTreeMap;

use webhooks::ResultInformation;

use crate::{Millis, flow::BEFORE_ANSWER};

use super::{
    command::{Action, Lane, Rejection},
    input::{Incoming, Refusal, Resort, TurnedAway},
    state::{Doing, EndReason, Number, Outcome, Pending, PendingKind, Phase},
    step::Stepper,
};

/// A line rings 30 s (contract 5.2); an older event is not worth an answer.
pub(super) const RINGS_FOR: Millis = 25_000;
/// From the order to answer to `CallConnected`, retries included.
const TO_CONNECT: Millis = 15_000;
/// A redirect is tried for this long; the caller hears it ring meanwhile (RELIABILITY.md F34).
const REDIRECT_FOR: Millis = 8_000;
/// From the accepted answer to `CallConnected`; then Call Automation is asked, because the caller hears
/// nothing meanwhile.
const CONNECTS_WITHIN: Millis = 3_000;
/// The longest call.
const LONGEST_CALL: Millis = 2 * 60 * 60 * 1_000;

impl Stepper<'_> {
    pub(super) fn incoming(&mut self, incoming: &Incoming) {
        if self.call.phase != Phase::New {
            return self.note("IncomingCall again: this call is known");
        }
        self.keep_incoming(incoming);
        let call = &mut self.call;
        call.context = Some(incoming.context.clone());
        let answer_by = call.now.saturating_add(BEFORE_ANSWER);
        call.phase = Phase::Ringing { node: String::new(), answer_by };
        let age = call.now.saturating_sub(call.rang_at);
        if age > RINGS_FOR {
            self.note(format!(
                "the line had rung {} s when the event came: too late to answer",
                age / 1_000
            ));
            self.ended(Outcome::Expired);
        }
    }

    fn keep_incoming(&mut self, incoming: &Incoming) {
        let call = &mut self.call;
        call.rang_at = incoming.rang_at.min(call.now);
        call.caller.clone_from(&incoming.from);
        call.called.clone_from(&incoming.to);
        call.caller_name.clone_from(&incoming.caller_name);
        call.server_call_id.clone_from(&incoming.server_call_id);
        call.correlation_id.clone_from(&incoming.correlation_id);
    }

    /// A call that is over before it is known here, or was kept too late: it is kept, so that people find
    /// it. The capability to answer is used up: an answer would be refused.
    pub(super) fn turned_away(&mut self, away: &TurnedAway) {
        match self.call.phase {
            Phase::New => self.keep_incoming(&away.incoming),
            Phase::Ringing { .. } | Phase::Answering { .. } if !self.call.connected => {}
            Phase::Ringing { .. }
            | Phase::Answering { .. }
            | Phase::InFlow { .. }
            | Phase::Waiting(_)
            | Phase::Talking { .. }
            | Phase::Ending { .. }
            | Phase::Ended => {
                return self.note("the last resort took a call that is in progress: no effect");
            }
        }
        let (outcome, did) = match away.how {
            Resort::Redirected => (Outcome::Redirected, "sent to the fallback number"),
            Resort::Rejected => (Outcome::Rejected, "refused as busy"),
            Resort::Dropped => (Outcome::Expired, "left alone: it had rung too long"),
        };
        self.note(format!("{did}, because {}", away.why));
        self.ended(outcome);
    }

    pub(super) fn flow_chosen(
        &mut self,
        bundle: &str,
        config: &BTreeMap<String, serde_json::Value>,
    ) {
        if self.call.bundle.is_some() {
            return self.note("FlowChosen again: the call keeps its flow");
        }
        self.call.bundle = Some(bundle.to_owned());
        self.call.config.clone_from(config);
        match self.flow() {
            Some(flow) => {
                self.begin_variables("");
                self.enter(&flow.start);
            }
            None => self.fail("the flow bundle is not there"),
        }
    }

    /// Answers; the flow goes on at `node` once connected.
    pub(super) fn answer(&mut self, node: &str) {
        let Some(context) = self.call.context.clone() else {
            return self.fail("there is no context to answer with");
        };
        let speech = self.flow().is_some_and(super::super::flow::Flow::needs_speech);
        let streaming = self.flow().is_some_and(super::super::flow::Flow::streams);
        self.order(
            Lane::Control,
            Action::Answer { context, speech, streaming },
            PendingKind::Answer,
            TO_CONNECT,
        );
        self.call.ends_by = Some(self.now().saturating_add(LONGEST_CALL));
        self.call.phase = Phase::Answering { node: node.to_owned() };
    }

    /// The answer was accepted: our leg comes up, or has.
    pub(super) fn answer_accepted(&mut self, number: Number) {
        let soon = self.now().saturating_add(CONNECTS_WITHIN);
        if let Some(pending) = self.call.pending.get_mut(&number) {
            pending.deadline = pending.deadline.min(soon);
        }
    }

    /// After a restart: an answer whose fate is being asked is waited for. Its time may be over by far.
    pub(super) fn answer_resumed(&mut self) {
        let now = self.now();
        let answer = self.call.awaits(|kind| *kind == PendingKind::Answer);
        if let Some(pending) = answer.and_then(|number| self.call.pending.get_mut(&number)) {
            pending.estimate = now.saturating_add(TO_CONNECT);
            pending.deadline = pending.estimate;
        }
    }

    /// Call Automation could not say whether our leg is up: asked again as soon as when the answer was accepted.
    pub(super) fn answer_asked_in_vain(&mut self) {
        let soon = self.now().saturating_add(CONNECTS_WITHIN);
        let known = self.call.connection.is_some();
        let answer = self.call.awaits(|kind| *kind == PendingKind::Answer).filter(|_| known);
        if let Some(pending) = answer.and_then(|number| self.call.pending.get_mut(&number)) {
            pending.deadline = pending.deadline.min(soon);
        }
    }

    /// Our leg is known but was not up when Call Automation was asked: false if it will not be any more.
    pub(super) fn still_connecting(&mut self, number: Number, mut pending: Pending) -> bool {
        let now = self.now();
        if now >= pending.estimate || !matches!(self.call.phase, Phase::Answering { .. }) {
            return false;
        }
        pending.deadline = pending.estimate.min(now.saturating_add(CONNECTS_WITHIN));
        pending.uncertain = false;
        self.call.pending.insert(number, pending);
        true
    }

    /// Refuses a call that the flow ends before it was answered.
    pub(super) fn reject(&mut self, reason: Rejection) {
        let Some(context) = self.call.context.take() else {
            return self.ended(Outcome::Failed);
        };
        self.order(
            Lane::Control,
            Action::Reject { context, reason },
            PendingKind::Reject,
            TO_CONNECT,
        );
        self.ended(Outcome::Rejected);
    }

    /// `CallConnected`, or an inspection that found the call alive.
    pub(super) fn call_connected(&mut self) {
        self.call.connected = true;
        self.call.context = None;
        if let Some(number) = self.call.awaits(|kind| *kind == PendingKind::Answer) {
            self.settle(number);
        }
        if let Phase::Answering { node } = &self.call.phase {
            let node = node.clone();
            match self.call.awaits(|kind| *kind == PendingKind::Fetch) {
                Some(number) => {
                    self.call.phase =
                        Phase::InFlow { node, doing: Doing::Fetching { number, attempt: 0 } };
                }
                None => self.enter(&node),
            }
        } else {
            self.note("CallConnected again: no effect");
        }
    }

    /// Who cannot be answered now may be served elsewhere; a context that is used up serves nobody. One that
    /// was sent too late for its id may have answered: `CallConnected` would tell.
    pub(super) fn answer_refused(&mut self, number: Number, refusal: &Refusal) {
        if refusal.is_stale() {
            if let Some(pending) = self.call.pending.get_mut(&number) {
                pending.uncertain = true;
            }
            return;
        }
        if !refusal.is_inability() {
            return self.answer_failed(None);
        }
        self.settle(number);
        self.note("the call could not be answered in time");
        self.end(EndReason::Failure);
    }

    /// Sends a caller whom nobody has answered to the fallback number. False if that cannot help: there is
    /// no such caller, it was tried, or the line has rung too long.
    pub(super) fn redirect_to_fallback(&mut self) -> bool {
        let (Phase::Ringing { node, .. } | Phase::Answering { node }) = &self.call.phase else {
            return false;
        };
        let node = node.clone();
        let Some(context) = self.call.context.take() else {
            return false;
        };
        let rung = self.now().saturating_sub(self.call.rang_at);
        if rung > RINGS_FOR {
            return false;
        }
        self.note("the caller is sent to the fallback number, if there is one");
        // An answer that took effect after all is told by `CallConnected`: then the flow goes on.
        self.call.phase = Phase::Answering { node };
        self.order(
            Lane::Control,
            Action::Redirect { context, target: None },
            PendingKind::Redirect,
            REDIRECT_FOR,
        );
        true
    }

    /// Somebody else has the caller.
    pub(super) fn redirected(&mut self, number: Number) {
        self.settle(number);
        if matches!(self.call.phase, Phase::Ringing { .. } | Phase::Answering { .. }) {
            self.ended(Outcome::Redirected);
        } else {
            self.note("redirected after the call was connected: no effect");
        }
    }

    /// There is nobody, or he could not be reached in time. A redirect of the flow has its way for that.
    pub(super) fn redirect_failed(&mut self, number: Number) {
        self.settle(number);
        if let Phase::Ringing { node, .. } = &self.call.phase {
            let node = node.clone();
            return self.not_redirected(&node);
        }
        if matches!(self.call.phase, Phase::Answering { .. }) {
            self.note("nor could the caller be sent elsewhere");
            self.ended(Outcome::Failed);
        }
    }

    pub(super) fn answer_failed(&mut self, result: Option<&ResultInformation>) {
        if matches!(self.call.phase, Phase::Answering { .. }) {
            let codes = result.map(|r| format!(" ({}/{})", r.code, r.sub_code)).unwrap_or_default();
            self.note(format!("the call could not be answered{codes}"));
            self.ended(Outcome::Failed);
        } else {
            self.note("AnswerFailed after the call was connected: no effect");
        }
    }
}
