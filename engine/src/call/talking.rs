//! Caller and agent talk; who is there.

use webhooks::{IdentifierKind, Participant, RawId};

use crate::{Millis, flow::Record};

use super::{
    media::PlayEnd,
    state::{EndReason, Hears, Number, PendingKind, Phase},
    step::Stepper,
};

/// A conversation of which nothing is heard is looked at this often, in ms.
pub(super) const CHECK_EVERY: Millis = 60_000;
/// After an answer that says nothing it is looked at again after this at the soonest, in ms.
const CHECKED_IN_VAIN: Millis = 10_000;
/// A party who joined is in every list made this much later, in ms. An agent whom no roster has listed by then
/// is asked about: his success may have come after the news that he left.
pub(super) const JOINS_WITHIN: Millis = 5_000;

/// Music that could not be stopped is stopped again after this at the soonest, in ms.
const CANCELS_AGAIN: Millis = 1_000;

impl Stepper<'_> {
    /// The agent is in: music stops; recording starts once the caller knows of it.
    pub(super) fn begin_conversation(&mut self, node: &str, hears: Hears, consented: bool) {
        self.call.records_talk = None;
        let record = self.record_of(node);
        let told_now = self.call.media.is_some() && self.call.media == self.call.sentence;
        match (record, hears) {
            (Some(Record { consent: None }), _) if !consented => {
                self.note("the caller was not told of a recording: none is made");
                self.clear_media();
            }
            (Some(_), Hears::Announcement) if !consented && told_now => {}
            (Some(Record { consent: Some(sentence) }), _) if !consented => {
                let scope = self.scope();
                let Some(sentence) = self.prompt(sentence, &scope) else {
                    self.note("the sentence of consent says nothing: no recording");
                    return self.clear_media();
                };
                if self.call.media.is_none() {
                    self.clear_media();
                }
                let number = self.play(sentence);
                self.call.sentence = Some(number);
            }
            (Some(_), _) => {
                self.clear_media();
                self.start_recording();
            }
            // Also where no media is known to run: music of unknown fate would play on over the conversation.
            (None, _) => self.clear_media(),
        }
    }

    /// The music could not be stopped: it would play on over the conversation. Ordered again, each time after as
    /// long as the two have talked, so that one who is always refused is not asked for ever.
    pub(super) fn cancel_later(&mut self, number: Number) {
        let Phase::Talking { agent, .. } = &self.call.phase else {
            self.settle(number);
            return;
        };
        let now = self.call.now;
        let pause = now.saturating_sub(agent.since).max(CANCELS_AGAIN);
        if let Some(pending) = self.call.pending.get_mut(&number) {
            pending.uncertain = true;
            pending.deadline = now.saturating_add(pause);
        }
    }

    /// The time for [`Stepper::cancel_later`] has come. What is said on purpose is not cut off.
    pub(super) fn cancel_again(&mut self, number: Number, refused: bool) {
        if !refused || !matches!(self.call.phase, Phase::Talking { .. }) {
            self.settle(number);
        } else if self.call.media.is_some() {
            self.cancel_later(number);
        } else {
            self.settle(number);
            self.clear_media();
        }
    }

    /// A prompt is over, which may have held the sentence of consent.
    pub(super) fn talking_play_over(&mut self, number: Number, end: PlayEnd) {
        if self.call.sentence != Some(number) {
            return;
        }
        if end == PlayEnd::Completed {
            self.start_recording();
        } else {
            self.note("the sentence of consent was not heard to its end: no recording");
        }
    }

    /// Call Automation could not say who is in a conversation: one of the two may sit alone.
    pub(super) fn check_again_soon(&mut self) {
        let now = self.call.now;
        let silent = now.saturating_sub(self.call.heard_at);
        // Ever more rarely, so that an outage is not asked about for ever.
        let soon = now.saturating_add((silent / 4).clamp(CHECKED_IN_VAIN, CHECK_EVERY));
        if let Phase::Talking { check_at, .. } = &mut self.call.phase {
            *check_at = (*check_at).min(soon);
        }
    }

    /// `ParticipantsUpdated`: older rosters than the last are dropped (contract 6.3).
    pub(super) fn roster(&mut self, participants: &[Participant], sequence: i64) {
        if sequence <= self.call.roster_seq {
            return self.note("an older roster: no effect");
        }
        self.call.roster_seq = sequence;
        let present: Vec<RawId> = participants.iter().map(|p| p.identifier.raw_id()).collect();
        self.call.roster.clone_from(&present);
        self.present(&present, false);
    }

    /// What `GET` participants said: newer than any roster.
    pub(super) fn inspected_roster(&mut self, present: &[RawId]) {
        self.present(present, true);
    }

    /// Who rings and is listed has joined, also when the event that says so is late or lost: the caller
    /// would hear music over the conversation until the ring's deadline.
    fn joined_unannounced(&mut self, present: &[RawId]) {
        let joined =
            self.call.awaits(|kind| invited(kind).is_some_and(|who| present.contains(&who)));
        if joined.is_some() {
            self.agent_added(joined);
        }
    }

    /// Whether the agent is listed and nobody else who could be the caller. The caller was there before the
    /// agent, so any such list is newer than both; and a caller who goes by another raw id than he rang with
    /// would be listed under that.
    fn agent_alone(&self, present: &[RawId]) -> bool {
        let Phase::Talking { agent, .. } = &self.call.phase else { return false };
        let agent = agent.raw_id();
        let is_app = |id: &RawId| id.kind() == IdentifierKind::TeamsApp;
        present.contains(&agent) && present.iter().all(|id| *id == agent || is_app(id))
    }

    /// Looks who is there. Parties are found by raw id, never by the length of the list.
    ///
    /// A roster may have been made before a party joined and come after it, so absence counts only for a
    /// party that a roster has listed. Rosters come in order, inspections do not: one may have been asked for
    /// before the agent joined and be answered after a roster has listed him. Some seconds after the joining an
    /// inspection leaves no doubt, and is as good as a roster that listed him.
    fn present(&mut self, present: &[RawId], inspected: bool) {
        if matches!(self.call.phase, Phase::Ending { .. } | Phase::Ended) {
            return;
        }
        self.joined_unannounced(present);
        let caller_here = self.call.caller.as_ref().is_some_and(|caller| present.contains(caller));
        if caller_here {
            self.call.caller_seen = true;
        } else if self.leaves_by_transfer() {
            return;
        } else if self.call.caller_seen || self.agent_alone(present) {
            self.note("the caller has left");
            return self.end(EndReason::CallerLeft);
        }
        let now = self.call.now;
        if let Phase::Talking { agent, check_at } = &mut self.call.phase {
            let settled = now.saturating_sub(agent.since) >= JOINS_WITHIN;
            let counts = if inspected { settled } else { agent.seen };
            agent.seen |= present.contains(&agent.raw_id());
            // Until a list has shown him, none that does not is a reason to wait.
            *check_at = if agent.seen {
                now.saturating_add(CHECK_EVERY)
            } else {
                now.max(agent.since.saturating_add(JOINS_WITHIN))
            };
            if counts && !present.contains(&agent.raw_id()) {
                self.note("the agent has left");
                self.end(EndReason::AgentLeft);
            }
        }
    }
}

/// Whom a pending command rings.
pub(super) fn invited(kind: &PendingKind) -> Option<RawId> {
    match kind {
        PendingKind::AddAgent { agent, .. } => Some(agent.raw_id()),
        PendingKind::Invite { target, .. } => Some(target.clone()),
        PendingKind::Answer
        | PendingKind::Reject
        | PendingKind::Redirect
        | PendingKind::Play { .. }
        | PendingKind::Recognize
        | PendingKind::CancelMedia
        | PendingKind::CancelAdd { .. }
        | PendingKind::Transfer
        | PendingKind::Hold
        | PendingKind::Unhold { .. }
        | PendingKind::Remove
        | PendingKind::StartRecording
        | PendingKind::ChangeRecording { .. }
        | PendingKind::Terminate { .. }
        | PendingKind::Inspect { .. }
        | PendingKind::Fetch
        | PendingKind::Stream
        | PendingKind::StopStream { .. } => None,
    }
}
