//! The people in Teams, as far as a caller notices them.

use emulator::{People, scenario::AgentChange};
use engine::{
    Millis,
    call::{AgentRef, Number, Released},
    queue::{AgentState, Availability},
};

use crate::around::millis;

/// Not licensed, or not allowed to be called (GRAPH-ENTRA-TEAMS.md 4.5).
const FORBIDDEN: (i64, i64) = (403, 7505);
/// After a call a colleague is left alone so long, in ms: the default of the service's `wrap_up`.
const WRAP_UP: Millis = 5_000;
/// After an offer that was missed, in ms: the default of `missed_pause`.
const MISSED_PAUSE: Millis = 30_000;
/// In another call.
const BUSY: (i64, i64) = (486, 8539);

/// Everybody in Teams.
#[derive(Debug, Clone)]
pub struct Staff(Vec<Colleague>);

/// One of them.
#[derive(Debug, Clone)]
pub(crate) struct Colleague {
    pub(crate) nickname: String,
    pub(crate) agent: AgentRef,
    availability: String,
    /// The Teams client runs.
    open: bool,
    reached: Reachable,
    /// Voicemail takes the call after this, in ms.
    pub(crate) voicemail_after: Option<Millis>,
    pub(crate) client: Client,
    reserved: bool,
    idle_since: Millis,
    /// Left alone until then.
    not_before: Millis,
}

/// Whether an invitation arrives.
#[derive(Debug, Clone, Copy)]
struct Reachable {
    /// May use Teams telephony.
    licensed: bool,
    /// May be called from our resource.
    federated: bool,
    on_another_call: bool,
}

/// What a colleague's Teams client does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Client {
    Quiet,
    /// Rings for this invitation.
    Rings(Number),
    /// Rings, and nobody goes there.
    Ignored(Number),
    /// In the call.
    InCall,
}

/// What becomes of an invitation at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reached {
    /// The client rings.
    Rings,
    /// No client rings, and nobody says so.
    Silence,
    /// Refused, with code and sub-code.
    Refused(i64, i64),
}

impl Default for Staff {
    /// The people of the emulator.
    fn default() -> Self {
        let people = People::default().users.into_iter();
        let colleague = |person: emulator::Person| Colleague {
            nickname: person.nickname,
            agent: AgentRef { id: person.oid, name: person.name },
            availability: person.availability,
            open: true,
            reached: Reachable { licensed: true, federated: true, on_another_call: false },
            voicemail_after: None,
            client: Client::Quiet,
            reserved: false,
            idle_since: 0,
            not_before: 0,
        };
        Self(people.map(colleague).collect())
    }
}

impl Staff {
    /// Whether there is somebody with this nickname or object id.
    pub fn knows(&self, who: &str) -> bool {
        self.0.iter().any(|one| one.is(who))
    }

    /// The nickname of somebody, by nickname or object id.
    pub fn nickname(&self, who: &str) -> Option<&str> {
        self.0.iter().find(|one| one.is(who)).map(|one| one.nickname.as_str())
    }

    /// Changes how somebody is; false if there is no such person.
    pub fn change(&mut self, who: &str, change: &AgentChange) -> bool {
        let Some(one) = self.find(who) else { return false };
        if let Some(presence) = &change.presence {
            one.availability.clone_from(presence);
        }
        one.open = change.open.unwrap_or(one.open);
        let is = &mut one.reached;
        is.licensed = change.licensed.unwrap_or(is.licensed);
        is.federated = change.federated.unwrap_or(is.federated);
        is.on_another_call = change.on_another_call.unwrap_or(is.on_another_call);
        if let Some(after) = change.voicemail_after {
            one.voicemail_after = Some(millis(after.0));
        }
        true
    }

    /// Sets a presence, Graph's word; false if there is no such person.
    pub fn set_presence(&mut self, who: &str, availability: &str) -> bool {
        let Some(one) = self.find(who) else { return false };
        availability.clone_into(&mut one.availability);
        true
    }

    /// Opens or closes a client; false if there is no such person.
    pub fn set_open(&mut self, who: &str, open: bool) -> bool {
        let Some(one) = self.find(who) else { return false };
        one.open = open;
        true
    }

    pub(crate) fn find(&mut self, who: &str) -> Option<&mut Colleague> {
        self.0.iter_mut().find(|one| one.is(who))
    }

    pub(crate) fn get(&self, who: &str) -> Option<&Colleague> {
        self.0.iter().find(|one| one.is(who))
    }

    /// Whose client rings, if one does.
    pub(crate) fn ringing(&self) -> Option<&Colleague> {
        self.0.iter().find(|one| matches!(one.client, Client::Rings(_)))
    }

    /// Who was invited with this command and has not answered.
    pub(crate) fn invited(&mut self, number: Number) -> Option<&mut Colleague> {
        self.0.iter_mut().find(
            |one| matches!(one.client, Client::Rings(of) | Client::Ignored(of) if of == number),
        )
    }

    /// Everybody's client falls silent: the call is over.
    pub(crate) fn all_quiet(&mut self) {
        for one in &mut self.0 {
            one.client = Client::Quiet;
        }
    }

    /// Keeps somebody for a call.
    pub(crate) fn reserve(&mut self, id: &str) {
        if let Some(one) = self.find(id) {
            one.reserved = true;
        }
    }

    /// Gives somebody back, who is left alone as the service leaves him alone. Until when, if at all.
    pub(crate) fn release(&mut self, id: &str, after: Released, now: Millis) -> Option<Millis> {
        let one = self.find(id).filter(|one| one.reserved)?;
        one.reserved = false;
        let pause = match after {
            Released::Served => WRAP_UP,
            Released::Missed => MISSED_PAUSE,
            Released::NotUsed => return None,
        };
        one.idle_since = now;
        one.not_before = now.saturating_add(pause);
        Some(one.not_before)
    }

    /// The agents of a queue as the assignment sees them; all if `members` is none.
    pub(crate) fn states(&self, members: Option<&Vec<String>>) -> Vec<AgentState> {
        let serves = |one: &&Colleague| members.is_none_or(|all| all.iter().any(|who| one.is(who)));
        self.0.iter().filter(serves).map(Colleague::state).collect()
    }
}

impl Colleague {
    fn is(&self, who: &str) -> bool {
        self.nickname == who || self.agent.id == who
    }

    fn state(&self) -> AgentState {
        AgentState {
            agent: self.agent.clone(),
            availability: Availability::from_graph(&self.availability),
            presence_age: 0,
            reserved: self.reserved,
            not_before: self.not_before,
            idle_since: self.idle_since,
        }
    }

    /// Code and sub-code with which an invitation fails at once.
    fn refuses(&self) -> Option<(i64, i64)> {
        let Reachable { licensed, federated, on_another_call } = self.reached;
        let forbidden = (!licensed || !federated).then_some(FORBIDDEN);
        forbidden.or(on_another_call.then_some(BUSY))
    }

    /// An invitation comes.
    pub(crate) fn invite(&mut self, number: Number) -> Reached {
        if let Some((code, sub_code)) = self.refuses() {
            return Reached::Refused(code, sub_code);
        }
        let there = !matches!(
            Availability::from_graph(&self.availability),
            Availability::Offline | Availability::DoNotDisturb
        );
        self.client =
            if self.open && there { Client::Rings(number) } else { Client::Ignored(number) };
        if self.open && there { Reached::Rings } else { Reached::Silence }
    }
}
