//! People whom the flow names: rung one after the other, added, taken out.

use webhooks::{DisplayName, RawId, ResultInformation};

use crate::{
    Millis,
    flow::{Add, Node, Remove, Ring, Target, TargetKind},
};

use super::{
    command::{Action, Lane, Prompt},
    input::SettlementFacts,
    media::PlayEnd,
    state::{AgentLeg, AgentRef, Doing, Hears, Number, PendingKind, Phase},
    step::Stepper,
    talking::{CHECK_EVERY, JOINS_WITHIN},
    waiting::{CONTROL_PATIENCE, LOST_INVITATION, MUSIC_PATIENCE, RING_SLACK, why_not_added},
};

/// How long it is waited until somebody is taken out, in ms: the caller hears nothing meanwhile (V12).
const TO_REMOVE: Millis = 3_500;
/// A name is shown in so many characters at most.
const SHOWN: usize = 64;

impl<'a> Stepper<'a> {
    /// Rings the people of a `ring` node, from the first.
    pub(super) fn ring_people(&mut self, at: &str, ring: &'a Ring) {
        self.hold_music(&ring.music);
        self.ring_from(at, ring, 0);
    }

    fn ring_from(&mut self, at: &str, ring: &Ring, first: usize) {
        for (place, who) in ring.people.iter().enumerate().skip(first) {
            if self.invite(at, who, ring.ring, place) {
                return;
            }
        }
        self.note("nobody took the call");
        self.took("otherwise");
        self.enter(&ring.otherwise);
    }

    pub(super) fn add_somebody(&mut self, at: &str, add: &'a Add) {
        self.hold_music(&add.music);
        if !self.invite(at, &add.who, add.ring, 0) {
            self.took("failed");
            self.enter(&add.failed);
        }
    }

    /// What the caller hears while somebody is rung has ended, or never began.
    pub(super) fn inviting_play_over(&mut self, at: &str, end: PlayEnd) {
        self.note(format!("the music ended as {end:?}"));
        self.stop_what_plays_on(end);
        let music = match self.flow().and_then(|flow| flow.nodes.get(at)) {
            Some(Node::Ring(ring)) => &ring.music,
            Some(Node::Add(add)) => &add.music,
            Some(_) | None => return,
        };
        // Stopped and started, it surely plays. What was refused would be refused again.
        if end == PlayEnd::Lost {
            self.hold_music(music);
        }
    }

    fn hold_music(&mut self, path: &str) {
        self.play_prompt(Prompt::File { path: path.to_owned() }, true, MUSIC_PATIENCE);
    }

    /// The raw id of somebody whom the flow names; none where the deployment's constants give none, or its kind of number
    /// cannot reach him.
    pub(super) fn address_of(&mut self, who: &Target) -> Option<RawId> {
        if who.kind == TargetKind::TeamsUser && !self.env.profile.add_teams_user {
            self.note(format!("profile {} cannot reach Teams users", self.env.profile.name));
            return None;
        }
        let rendered = who.address.render(&self.scope());
        let raw_id = who.kind.raw_id(rendered.text.trim()).map(RawId::new);
        if raw_id.is_none() {
            self.note("the address of the node is none");
        }
        raw_id
    }

    fn invite(&mut self, at: &str, who: &Target, ring: Millis, place: usize) -> bool {
        let Some(target) = self.address_of(who) else { return false };
        let action = Action::AddParty { target: target.clone(), shown_as: self.shown_as(), ring };
        let kind = PendingKind::Invite { target, given_up: false };
        let number = self.order_invitation(action, kind, ring.saturating_add(RING_SLACK));
        self.call.phase = Phase::InFlow {
            node: at.to_owned(),
            doing: Doing::Inviting { number, place, invitation: None },
        };
        true
    }

    /// What is shown of the caller to those who are rung.
    pub(super) fn shown_as(&self) -> Option<DisplayName> {
        let name = self.call.caller_name.as_ref().filter(|name| !name.expose().is_empty())?;
        Some(DisplayName::new(name.expose().chars().take(SHOWN).collect::<String>()))
    }

    /// The invitation was accepted by Call Automation: it can be taken back from now on.
    pub(super) fn party_invited(&mut self, number: Number, facts: &SettlementFacts) {
        let given_up = self.call.pending.get(&number).is_some_and(|pending| {
            matches!(pending.kind, PendingKind::Invite { given_up: true, .. })
        });
        let Some(told) = facts.invitation.clone() else { return };
        if given_up {
            return self.cancel_invitation(number, told);
        }
        if let Phase::InFlow { doing: Doing::Inviting { number: rung, invitation, .. }, .. } =
            &mut self.call.phase
            && *rung == number
        {
            *invitation = Some(told);
        }
    }

    /// `AddParticipantSucceeded`; false where it is about nobody whom the flow named.
    pub(super) fn party_joined(&mut self, number: Option<Number>) -> bool {
        let Some((number, pending)) = self.settle_kind(number, is_invite) else { return false };
        let PendingKind::Invite { target, given_up } = pending.kind else { return false };
        let Some((node, place)) = self.inviting(number).filter(|_| !given_up) else {
            self.note("somebody joined after he was given up: removed again");
            let action = Action::Remove { target };
            self.order(Lane::Invitation(number), action, PendingKind::Remove, CONTROL_PATIENCE);
            return true;
        };
        match self.flow().and_then(|flow| flow.nodes.get(&node)) {
            Some(Node::Add(add)) => {
                self.note("he is in the call");
                self.clear_media();
                self.took("next");
                self.enter(&add.next);
            }
            Some(_) | None => self.connect_party(&node, place, target),
        }
        true
    }

    fn connect_party(&mut self, node: &str, place: usize, target: RawId) {
        let since = self.now();
        let name = format!("person {} of {node}", place.saturating_add(1));
        self.note(format!("{name} took the call"));
        let agent = AgentRef { id: target.expose().to_owned(), name };
        let seen = self.call.roster.contains(&target);
        self.call.party = Some(target.clone());
        self.call.phase = Phase::Talking {
            agent: AgentLeg { agent, since, seen, node: node.to_owned(), raw: Some(target) },
            check_at: since.saturating_add(if seen { CHECK_EVERY } else { JOINS_WITHIN }),
        };
        self.begin_conversation(node, Hears::Music, false);
    }

    /// `AddParticipantFailed`; false where it is about nobody whom the flow named.
    pub(super) fn party_not_joined(
        &mut self,
        number: Option<Number>,
        result: Option<&ResultInformation>,
    ) -> bool {
        let Some((number, _)) = self.settle_kind(number, is_invite) else { return false };
        self.party_over(number, why_not_added(result));
        true
    }

    /// The invitation came to nothing and is no longer pending: the next, if this one was still wanted.
    pub(super) fn party_over(&mut self, number: Number, words: &str) {
        let Some((node, place)) = self.inviting(number) else {
            return self.note(format!("who was given up {words}"));
        };
        self.note(format!("person {} of {node} {words}", place.saturating_add(1)));
        match self.flow().and_then(|flow| flow.nodes.get(&node)) {
            Some(Node::Ring(ring)) => self.ring_from(&node, ring, place.saturating_add(1)),
            Some(Node::Add(add)) => {
                self.took("failed");
                self.enter(&add.failed);
            }
            Some(_) | None => self.fail("somebody was rung in a node that rings nobody"),
        }
    }

    /// Nothing was heard of an invitation: found neither ringing nor in the call. Should he come after all, he is removed
    /// (V8); it is not sent again.
    pub(super) fn party_lost(&mut self, number: Number, target: RawId) {
        self.cancel_party(number);
        self.expect(number, PendingKind::Invite { target, given_up: true }, LOST_INVITATION);
        self.party_over(number, "did not answer, and nothing was heard of it");
    }

    /// Who is rung for a flow that goes elsewhere is rung no longer.
    pub(super) fn stop_inviting(&mut self) {
        let Phase::InFlow { doing: Doing::Inviting { number, .. }, .. } = &self.call.phase else {
            return;
        };
        let number = *number;
        if let Some(pending) = self.call.pending.get_mut(&number)
            && let PendingKind::Invite { given_up, .. } = &mut pending.kind
        {
            *given_up = true;
        }
        self.cancel_party(number);
    }

    fn cancel_party(&mut self, number: Number) {
        if let Phase::InFlow {
            doing: Doing::Inviting { number: rung, invitation: Some(invitation), .. },
            ..
        } = &self.call.phase
            && *rung == number
        {
            let invitation = invitation.clone();
            self.cancel_invitation(number, invitation);
        }
    }

    fn inviting(&self, number: Number) -> Option<(String, usize)> {
        match &self.call.phase {
            Phase::InFlow { node, doing: Doing::Inviting { number: rung, place, .. } }
                if *rung == number =>
            {
                Some((node.clone(), *place))
            }
            Phase::InFlow { .. }
            | Phase::New
            | Phase::Ringing { .. }
            | Phase::Answering { .. }
            | Phase::Waiting(_)
            | Phase::Talking { .. }
            | Phase::Ending { .. }
            | Phase::Ended => None,
        }
    }

    /// A `remove` node.
    pub(super) fn take_out(&mut self, at: &str, remove: &'a Remove) {
        let target = self.address_of(&remove.who);
        let Some(target) = target.filter(|target| self.call.caller.as_ref() != Some(target)) else {
            self.note("nobody is taken out");
            self.took("failed");
            return self.enter(&remove.failed);
        };
        let number =
            self.order_invitation(Action::Remove { target }, PendingKind::Remove, TO_REMOVE);
        self.act(at, number);
    }

    /// `RemoveParticipantSucceeded` or `Failed`, a refusal, or nothing in time.
    pub(super) fn removed(&mut self, number: Number, done: bool) {
        let Some(node) = self.acting(number) else { return };
        if let Some(Node::Remove(remove)) = self.flow().and_then(|flow| flow.nodes.get(&node)) {
            self.took(if done { "next" } else { "failed" });
            self.enter(if done { &remove.next } else { &remove.failed });
        }
    }

    /// The node waits for a command.
    pub(super) fn act(&mut self, at: &str, number: Number) {
        self.call.phase = Phase::InFlow { node: at.to_owned(), doing: Doing::Acting { number } };
    }

    /// The node that waits for this command.
    pub(super) fn acting(&self, number: Number) -> Option<String> {
        match &self.call.phase {
            Phase::InFlow { node, doing: Doing::Acting { number: awaited } }
                if *awaited == number =>
            {
                Some(node.clone())
            }
            Phase::InFlow { .. }
            | Phase::New
            | Phase::Ringing { .. }
            | Phase::Answering { .. }
            | Phase::Waiting(_)
            | Phase::Talking { .. }
            | Phase::Ending { .. }
            | Phase::Ended => None,
        }
    }
}

pub(super) fn is_invite(kind: &PendingKind) -> bool {
    matches!(kind, PendingKind::Invite { .. })
}
