//! Waiting for an agent.

use webhooks::{InvitationId, ResultInformation};

use crate::{
    Millis,
    flow::{Node, Queue, Record},
};

use super::{
    command::{Action, Lane, Prompt, Released},
    input::Offer,
    media::PlayEnd,
    party::is_invite,
    state::{
        AgentLeg, AgentRef, Agreement, Hears, Number, OfferState, PendingKind, Phase, QueueWait,
    },
    step::Stepper,
    talking::{CHECK_EVERY, JOINS_WITHIN},
};

/// Waiting for the answer of a ringing agent beyond the invitation's own limit, in ms.
pub(super) const RING_SLACK: Millis = 8_000;
/// Waiting for the answer to a short control command, in ms.
pub(super) const CONTROL_PATIENCE: Millis = 15_000;
/// Where no music plays, the announcement comes again after this at the latest, in ms: with the time that a
/// request takes, the caller hears nothing for less than 4 s (V12).
const NO_MUSIC: Millis = 3_000;
/// An invitation that was lost may still come to life within this time, in ms.
pub(super) const LOST_INVITATION: Millis = 60_000;
/// Music is given up for lost after this, in ms.
pub(super) const MUSIC_PATIENCE: Millis = 10 * 60 * 1_000;

impl<'a> Stepper<'a> {
    pub(super) fn enter_queue(&mut self, name: &str, queue: &'a Queue) {
        if !self.env.profile.add_teams_user {
            self.note(format!("profile {} cannot add Teams users", self.env.profile.name));
            return self.enter(&queue.unavailable);
        }
        let now = self.now();
        // Who missed this caller in another queue, or long ago, may be rung again.
        self.call.tried.clear();
        self.call.phase = Phase::Waiting(QueueWait {
            node: name.to_owned(),
            queue: queue.name.clone(),
            since: now,
            leave_at: now.saturating_add(queue.overflow_after),
            announce_at: None,
            hears: Hears::Nothing,
            consented: self.call.consent == Agreement::Given,
            offer: None,
        });
        self.seek();
        self.announce();
    }

    fn seek(&mut self) {
        if let Phase::Waiting(wait) = &self.call.phase {
            let action = Action::Seek {
                queue: wait.queue.clone(),
                since: wait.since,
                tried: self.call.tried.clone(),
            };
            self.order_internal(action);
        }
    }

    fn waiting_node(&self) -> Option<&'a Queue> {
        let Phase::Waiting(wait) = &self.call.phase else {
            return None;
        };
        self.queue_node(&wait.node)
    }

    /// How the conversation is recorded; none where it is not, or the caller has said no.
    pub(super) fn record_of(&self, name: &str) -> Option<&'a Record> {
        let refused = self.call.consent == Agreement::Refused;
        self.queue_node(name)?.record.as_ref().filter(|_| !refused)
    }

    pub(super) fn queue_node(&self, name: &str) -> Option<&'a Queue> {
        let Node::Queue(queue) = self.flow()?.nodes.get(name)? else { return None };
        Some(queue)
    }

    /// Speaks the announcement, with the sentence of consent as long as it is owed; then music.
    fn announce(&mut self) {
        let (Some(queue), Phase::Waiting(wait)) = (self.waiting_node(), &self.call.phase) else {
            return self.fail("the flow has no such queue");
        };
        let owed = self.record_of(&wait.node).filter(|_| !wait.consented);
        let consent = owed.and_then(|record| record.consent.as_ref());
        let scope = self.scope();
        let announcement = queue.announce.as_ref().and_then(|spoken| self.prompt(spoken, &scope));
        let sentence = consent.and_then(|spoken| self.prompt(spoken, &scope));
        let spoken = sentence.is_some();
        let Some(prompt) = super::speech::joined(announcement.into_iter().chain(sentence)) else {
            return self.music();
        };
        let number = self.play(prompt);
        self.call.sentence = spoken.then_some(number);
        if let Phase::Waiting(wait) = &mut self.call.phase {
            wait.hears = Hears::Announcement;
            wait.announce_at = None;
        }
    }

    /// Loops the music and sets the time of the next announcement.
    fn music(&mut self) {
        let Some(queue) = self.waiting_node() else {
            return;
        };
        let Some(path) = &queue.music else {
            return self.quiet_until_announcement(queue.every.min(NO_MUSIC), Hears::Nothing);
        };
        self.play_prompt(Prompt::File { path: path.clone() }, true, MUSIC_PATIENCE);
        self.quiet_until_announcement(queue.every, Hears::Music);
    }

    fn quiet_until_announcement(&mut self, pause: Millis, hears: Hears) {
        let at = self.now().saturating_add(pause);
        if let Phase::Waiting(wait) = &mut self.call.phase {
            wait.hears = hears;
            wait.announce_at = Some(at);
        }
    }

    pub(super) fn waiting_play_over(&mut self, number: Number, end: PlayEnd) {
        let told = self.call.sentence == Some(number);
        let Phase::Waiting(wait) = &mut self.call.phase else {
            return;
        };
        if wait.hears == Hears::Announcement {
            wait.consented |= end == PlayEnd::Completed && told;
            return self.music();
        }
        self.note(format!("the music ended as {end:?}"));
        if end == PlayEnd::Lost {
            // It may have been playing, or not: stopped and started, it surely plays.
            return self.music();
        }
        if let Some(queue) = self.waiting_node() {
            self.quiet_until_announcement(queue.every.min(NO_MUSIC), Hears::Nothing);
        }
    }

    pub(super) fn waiting_deadline(&mut self) {
        let Phase::Waiting(wait) = &self.call.phase else {
            return;
        };
        if wait.leave_at <= self.now() {
            return self.leave_queue_for(|queue| &queue.overflow, "the longest wait is over");
        }
        if wait.announce_at.is_some_and(|at| at <= self.now()) {
            self.announce();
        }
    }

    pub(super) fn unavailable(&mut self, queue: &str, why: &[String]) {
        let waits = matches!(&self.call.phase, Phase::Waiting(wait) if wait.queue == queue && wait.offer.is_none());
        if !waits {
            return self.note("nobody is available, but the call no longer asks: no effect");
        }
        for line in why {
            self.note(line.clone());
        }
        self.leave_queue_for(|queue| &queue.unavailable, "nobody can take the call");
    }

    fn leave_queue_for(&mut self, target: impl Fn(&Queue) -> &String, why: &str) {
        let Some(queue) = self.waiting_node() else {
            return self.fail("the flow has no such queue");
        };
        self.note(why);
        self.stop_waiting();
        self.enter(target(queue));
    }

    /// Leaves the queue and gives up an offer, or an invitation, that is out.
    pub(super) fn stop_waiting(&mut self) {
        let Phase::Waiting(wait) = &self.call.phase else {
            return self.stop_inviting();
        };
        let offer = wait.offer.clone();
        self.order_internal(Action::LeaveQueue);
        if let Some(offer) = offer {
            self.give_up_offer(&offer);
        }
    }

    /// The agent stays reserved until his client has surely stopped ringing: nobody is rung twice at once.
    fn give_up_offer(&mut self, offer: &OfferState) {
        if let Some(pending) = self.call.pending.get_mut(&offer.number) {
            pending.kind = PendingKind::AddAgent { agent: offer.agent.clone(), given_up: true };
        } else {
            self.give_back(&offer.agent.id, Released::NotUsed);
        }
        self.cancel_ringing(offer);
    }

    fn cancel_ringing(&mut self, offer: &OfferState) {
        if let Some(invitation) = offer.invitation.clone() {
            self.cancel_invitation(offer.number, invitation);
        }
    }

    pub(super) fn cancel_invitation(&mut self, of: Number, invitation: InvitationId) {
        let kind = PendingKind::CancelAdd { of };
        let action = Action::CancelAdd { invitation };
        self.order(Lane::Invitation(of), action, kind, CONTROL_PATIENCE);
    }

    /// `CancelAddParticipantSucceeded` or `Failed`: after a success no other event need follow (contract 7.2).
    pub(super) fn invitation_cancelled(&mut self, number: Option<Number>, cancelled: bool) {
        let cancel = |kind: &PendingKind| matches!(kind, PendingKind::CancelAdd { .. });
        let Some((_, pending)) = self.settle_kind(number, cancel) else { return };
        let PendingKind::CancelAdd { of } = pending.kind else { return };
        if !cancelled {
            return;
        }
        if self.settle_kind(Some(of), is_invite).is_some() {
            return self.party_over(of, "is no longer rung");
        }
        if let Some((number, pending)) = self.settle_kind(Some(of), is_invitation)
            && let PendingKind::AddAgent { agent, .. } = pending.kind
        {
            self.invitation_over(number, &agent, "is no longer rung");
        }
    }

    pub(super) fn give_back(&mut self, agent: &str, after: Released) {
        self.order_internal(Action::Release { agent: agent.to_owned(), after });
    }

    pub(super) fn offered(&mut self, offer: &Offer) {
        let node = self.waiting_node();
        let (Some(queue), Phase::Waiting(wait)) = (node, &self.call.phase) else {
            self.note("an offer for a call that no longer waits: the agent is given back");
            return self.give_back(&offer.agent.id, Released::NotUsed);
        };
        if wait.offer.is_some() || wait.queue != offer.queue {
            self.note("an offer that was not asked for: the agent is given back");
            return self.give_back(&offer.agent.id, Released::NotUsed);
        }
        for line in &offer.why {
            self.note(line.clone());
        }
        self.ring(queue, &offer.agent);
    }

    fn ring(&mut self, queue: &Queue, agent: &AgentRef) {
        let shown_as = self.shown_as();
        let action = Action::AddAgent { agent: agent.clone(), shown_as, ring: queue.ring };
        let kind = PendingKind::AddAgent { agent: agent.clone(), given_up: false };
        let number = self.order_invitation(action, kind, queue.ring.saturating_add(RING_SLACK));
        if let Phase::Waiting(wait) = &mut self.call.phase {
            wait.offer = Some(OfferState { agent: agent.clone(), number, invitation: None });
        }
    }

    /// `AddParticipantSucceeded`.
    pub(super) fn agent_added(&mut self, number: Option<Number>) {
        if self.party_joined(number) {
            return;
        }
        let Some((number, pending)) = self.settle_kind(number, is_invitation) else {
            return self.note("an agent joined who is no longer awaited: no effect");
        };
        let PendingKind::AddAgent { agent, given_up } = pending.kind else {
            return;
        };
        let expected = matches!(&self.call.phase, Phase::Waiting(wait)
            if wait.offer.as_ref().is_some_and(|offer| offer.number == number));
        if given_up || !expected {
            self.note(format!("{} joined after we gave up: removed again", agent.name));
            let action = Action::Remove { target: agent.raw_id() };
            self.order(Lane::Invitation(number), action, PendingKind::Remove, CONTROL_PATIENCE);
            // He is in the call until he is removed: not to be rung at once for another.
            return self.give_back(&agent.id, Released::Served);
        }
        self.connect_agent(agent);
    }

    fn connect_agent(&mut self, agent: AgentRef) {
        let Phase::Waiting(wait) = &self.call.phase else {
            return;
        };
        let (node, hears, consented) = (wait.node.clone(), wait.hears, wait.consented);
        self.order_internal(Action::LeaveQueue);
        self.call.agent = Some(agent.clone());
        let since = self.now();
        // The roster that lists him may have come before his success.
        let seen = self.call.roster.contains(&agent.raw_id());
        self.call.phase = Phase::Talking {
            agent: AgentLeg { agent, since, seen, node: node.clone(), raw: None },
            check_at: since.saturating_add(if seen { CHECK_EVERY } else { JOINS_WITHIN }),
        };
        self.begin_conversation(&node, hears, consented);
    }

    /// `AddParticipantFailed`: the next agent, the same place in the queue.
    pub(super) fn agent_not_added(
        &mut self,
        number: Option<Number>,
        result: Option<&ResultInformation>,
    ) {
        if self.party_not_joined(number, result) {
            return;
        }
        let Some((number, pending)) = self.settle_kind(number, is_invitation) else {
            return self.note("the end of an invitation that is no longer awaited: no effect");
        };
        let PendingKind::AddAgent { agent, .. } = pending.kind else {
            return;
        };
        self.invitation_over(number, &agent, why_not_added(result));
    }

    /// An invitation came to nothing and is no longer pending: the next agent if this one was still wanted.
    pub(super) fn invitation_over(&mut self, number: Number, agent: &AgentRef, words: &str) {
        let wanted = matches!(&self.call.phase, Phase::Waiting(wait)
            if wait.offer.as_ref().is_some_and(|offer| offer.number == number));
        if wanted {
            return self.offer_failed(number, agent, words);
        }
        self.note(format!("{} {words}", agent.name));
        self.give_back(&agent.id, Released::NotUsed);
    }

    fn offer_failed(&mut self, number: Number, agent: &AgentRef, words: &str) {
        self.note(format!("{} {words}", agent.name));
        let Phase::Waiting(wait) = &mut self.call.phase else {
            return;
        };
        if wait.offer.as_ref().is_none_or(|offer| offer.number != number) {
            return;
        }
        wait.offer = None;
        self.call.tried.push(agent.id.clone());
        self.give_back(&agent.id, Released::Missed);
        self.seek();
    }

    /// An invitation whose events did not come: found neither ringing nor in the call. Should it come to
    /// life after all, it is taken back (V8).
    pub(super) fn offer_lost(&mut self, number: Number, agent: &AgentRef) {
        if let Phase::Waiting(wait) = &self.call.phase
            && let Some(offer) = wait.offer.clone().filter(|offer| offer.number == number)
        {
            self.cancel_ringing(&offer);
        }
        self.offer_failed(number, agent, "did not answer, and nothing was heard of it");
        let kind = PendingKind::AddAgent { agent: agent.clone(), given_up: true };
        self.expect(number, kind, LOST_INVITATION);
    }
}

fn is_invitation(kind: &PendingKind) -> bool {
    matches!(kind, PendingKind::AddAgent { .. })
}

/// GRAPH-ENTRA-TEAMS.md 4.5, in words.
pub(super) fn why_not_added(result: Option<&ResultInformation>) -> &'static str {
    match result.map(|result| (result.code, result.sub_code)) {
        Some((603, _) | (_, 10024 | 5003 | 8538)) => "declined",
        Some((_, 10004 | 4506)) => "did not answer",
        Some((486, _) | (_, 8539 | 8540)) => "is busy",
        Some((480, _) | (_, 8541 | 8544)) => "could not be reached",
        Some((403, _) | (_, 7504 | 7505 | 7507 | 7604)) => {
            "may not be called from here: check the Teams federation"
        }
        Some((487, _)) => "was no longer rung",
        Some(_) | None => "could not be added",
    }
}
