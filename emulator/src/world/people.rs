//! Teams users: presence and client.

use super::view::{ClientState, ClientView, UserView};
use super::{CallId, Reply, World};
use crate::clock::Millis;
use crate::options::{Person, Profile, TreatmentChange};
use crate::private::Private;
use crate::wire::{Identifier, Refusal};
use serde::{Deserialize, Serialize};

/// The availabilities of Graph's first vocabulary (`PascalCase`) and their plain activity.
const AVAILABILITIES: [&str; 9] = [
    "Available",
    "AvailableIdle",
    "Away",
    "BeRightBack",
    "Busy",
    "BusyIdle",
    "DoNotDisturb",
    "Offline",
    "PresenceUnknown",
];

/// What Graph tells of a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Presence {
    pub(crate) availability: String,
    pub(crate) activity: String,
}

impl Presence {
    fn new(availability: &str, activity: Option<&str>) -> Self {
        let plain = match availability {
            "AvailableIdle" | "BusyIdle" => "Inactive",
            other => other,
        };
        Self {
            availability: availability.to_owned(),
            activity: activity.unwrap_or(plain).to_owned(),
        }
    }
}

/// How somebody is called, and what the directory needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) oid: String,
    pub(crate) nickname: String,
    pub(crate) display: String,
    pub(crate) licensed: bool,
}

/// One Teams user.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct User {
    pub(super) oid: String,
    nickname: String,
    pub(super) name: String,
    pub(super) presence: Presence,
    /// Rises with each change; Graph compares it as text.
    pub(super) version: u64,
    /// The presence to go back to after a call, unless it was set meanwhile.
    before_call: Option<Presence>,
    pub(super) client_open: bool,
    pub(super) engaged: Engaged,
    /// How the tenant and the user treat calls.
    pub(super) treatment: Treatment,
}

/// How calls to a Teams user are treated, as the [`Person`] says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Treatment {
    pub(super) licensed: bool,
    pub(super) federated: bool,
    pub(super) voicemail_after: Option<Millis>,
    /// An object id, nickname or raw id.
    pub(super) forward_to: Option<String>,
    /// In a call outside of this world.
    pub(super) elsewhere: bool,
}

impl Treatment {
    fn of(person: &Person) -> Self {
        Self {
            licensed: person.licensed,
            federated: person.federated,
            voicemail_after: person.voicemail_after_ms.map(Millis::from),
            forward_to: person.forward_to.clone(),
            elsewhere: person.on_another_call,
        }
    }
}

/// What an invitation meets with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// The client rings; voicemail answers after so many milliseconds, if there is one.
    Rings { voicemail_after: Option<Millis> },
    /// Nothing rings, and voicemail answers.
    Voicemail,
    /// Nothing rings, and there is no voicemail.
    Nobody,
    /// The user is ringing already, or in a call.
    Busy,
    /// The tenant or the user does not allow it.
    Refused,
}

/// What the client is busy with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Engaged {
    No,
    Ringing {
        call: CallId,
        from_name: String,
        /// `callTopic` of the application's details.
        topic: Option<String>,
        /// The user has closed the notification.
        ignored: bool,
    },
    InCall {
        call: CallId,
    },
}

impl User {
    pub(super) fn new(person: &Person) -> Self {
        Self {
            oid: person.oid.to_ascii_lowercase(),
            nickname: nickname_of(person),
            name: person.name.clone(),
            presence: Presence::new(&person.availability, person.activity.as_deref()),
            version: 1,
            before_call: None,
            client_open: true,
            engaged: Engaged::No,
            treatment: Treatment { elsewhere: false, ..Treatment::of(person) },
        }
        .placed(person.on_another_call)
    }

    fn placed(mut self, elsewhere: bool) -> Self {
        self.goes_elsewhere(elsewhere);
        self
    }

    /// Whether an invitation makes the client ring. Do Not Disturb and offline do not; appearing
    /// offline (`OffWork`) does.
    fn can_ring(&self) -> bool {
        let offline =
            self.presence.availability == "Offline" && self.presence.activity != "OffWork";
        self.client_open && !offline && self.presence.availability != "DoNotDisturb"
    }

    /// What an invitation meets with.
    pub(super) fn reach(&self) -> Reach {
        if !self.treatment.licensed || !self.treatment.federated {
            return Reach::Refused;
        }
        if !self.can_ring() {
            let voicemail = self.treatment.voicemail_after.is_some();
            return if voicemail { Reach::Voicemail } else { Reach::Nobody };
        }
        if self.engaged != Engaged::No || self.treatment.elsewhere {
            return Reach::Busy;
        }
        Reach::Rings { voicemail_after: self.treatment.voicemail_after }
    }

    fn goes_elsewhere(&mut self, elsewhere: bool) {
        if std::mem::replace(&mut self.treatment.elsewhere, elsewhere) == elsewhere {
            return;
        }
        if elsewhere {
            self.before_call = Some(self.presence.clone());
            self.set(Presence::new("Busy", Some("InACall")));
        } else if let Some(before) = self.before_call.take() {
            self.set(before);
        }
    }

    pub(super) fn set(&mut self, presence: Presence) {
        self.presence = presence;
        self.version += 1;
    }

    pub(super) fn starts_call(&mut self, call: CallId) {
        self.engaged = Engaged::InCall { call };
        let before = self.presence.clone();
        self.before_call = Some(before);
        self.set(Presence::new("Busy", Some("InACall")));
    }

    /// The sequence number of Graph: compared as text, rising.
    pub(crate) fn sequence_number(&self) -> String {
        format!("A{:019}", self.version)
    }

    pub(super) fn view(&self) -> UserView {
        let open = self.client_open;
        let idle =
            ClientView { open, state: ClientState::Idle, from_name: None, topic: None, call: None };
        let client = match &self.engaged {
            Engaged::No if self.treatment.elsewhere => {
                ClientView { state: ClientState::InCall, ..idle }
            }
            Engaged::No | Engaged::Ringing { ignored: true, .. } => idle,
            Engaged::Ringing { call, from_name, topic, .. } => ClientView {
                state: ClientState::Ringing,
                from_name: Some(from_name.clone()),
                topic: topic.clone(),
                call: Some(*call),
                ..idle
            },
            Engaged::InCall { call } => {
                ClientView { state: ClientState::InCall, call: Some(*call), ..idle }
            }
        };
        UserView {
            oid: self.oid.clone(),
            nickname: self.nickname.clone(),
            name: self.name.clone(),
            availability: self.presence.availability.clone(),
            activity: self.presence.activity.clone(),
            licensed: self.treatment.licensed,
            federated: self.treatment.federated,
            voicemail_after_ms: self.treatment.voicemail_after,
            forward_to: self.treatment.forward_to.clone().map(Private::new),
            on_another_call: self.treatment.elsewhere,
            client,
        }
    }
}

fn check_availability(availability: &str) -> Result<(), Refusal> {
    if AVAILABILITIES.contains(&availability) {
        return Ok(());
    }
    let problem = format!("must be one of {}", AVAILABILITIES.join(", "));
    Err(Refusal::member("availability", &problem))
}

/// The nickname given, else the first word of the name.
fn nickname_of(person: &Person) -> String {
    if !person.nickname.is_empty() {
        return person.nickname.clone();
    }
    person.name.split_whitespace().next().unwrap_or_default().to_lowercase()
}

impl World {
    /// The identifier behind a raw id, an object id or a nickname.
    pub(super) fn who(&self, who: &str) -> Identifier {
        if who.contains(':') {
            return Identifier::from_raw(who);
        }
        let named = self.users.values().find(|user| user.nickname == who);
        let oid = named.map_or(who, |user| user.oid.as_str());
        match self.settings.profile {
            Profile::Classic => Identifier::teams(oid),
            Profile::Tpe => Identifier::Extension {
                resource: self.settings.resource_id.clone(),
                tenant: self.settings.tenant_id.clone(),
                user: oid.to_ascii_lowercase(),
            },
        }
    }

    pub(super) fn user_mut(&mut self, who: &Identifier) -> Option<&mut User> {
        match who {
            Identifier::Teams { oid, .. } => self.users.get_mut(oid),
            Identifier::Extension { resource, tenant, user } => {
                let ours = *resource == self.settings.resource_id
                    && *tenant == self.settings.tenant_id
                    && self.settings.profile == Profile::Tpe;
                self.users.get_mut(&user.to_ascii_lowercase()).filter(|_| ours)
            }
            Identifier::Phone { .. }
            | Identifier::Acs { .. }
            | Identifier::TeamsApp { .. }
            | Identifier::Unknown { .. } => None,
        }
    }

    fn named_user(&mut self, who: &str) -> Result<&mut User, Refusal> {
        let who = self.who(who);
        self.user_mut(&who).ok_or_else(|| Refusal::not_found("The Teams user"))
    }

    pub(super) fn set_presence(
        &mut self,
        who: &str,
        availability: &str,
        activity: Option<&str>,
    ) -> Result<Reply, Refusal> {
        check_availability(availability)?;
        let user = self.named_user(who)?;
        user.before_call = None;
        user.set(Presence::new(availability, activity));
        Ok(Reply::empty(204))
    }

    pub(super) fn set_client(&mut self, who: &str, open: bool) -> Result<Reply, Refusal> {
        self.named_user(who)?.client_open = open;
        Ok(Reply::empty(204))
    }

    /// Changes how calls to a user are treated.
    pub(super) fn treat(&mut self, who: &str, change: &TreatmentChange) -> Result<Reply, Refusal> {
        let user = self.named_user(who)?;
        let treatment = &mut user.treatment;
        treatment.licensed = change.licensed.unwrap_or(treatment.licensed);
        treatment.federated = change.federated.unwrap_or(treatment.federated);
        if let Some(after) = change.voicemail_after_ms {
            treatment.voicemail_after = after.map(Millis::from);
        }
        if let Some(to) = &change.forward_to {
            treatment.forward_to.clone_from(to);
        }
        if let Some(elsewhere) = change.on_another_call {
            user.goes_elsewhere(elsewhere);
        }
        Ok(Reply::empty(204))
    }

    pub(super) fn put_user(&mut self, person: &Person) -> Result<Reply, Refusal> {
        if person.oid.trim().is_empty() {
            return Err(Refusal::member("oid", "must not be empty"));
        }
        check_availability(&person.availability)?;
        let user = User::new(person);
        if let Some(known) = self.users.get_mut(&user.oid) {
            known.name = user.name;
            known.nickname = user.nickname;
            known.treatment = user.treatment;
            known.before_call = user.before_call;
            known.set(user.presence);
            return Ok(Reply::empty(204));
        }
        self.users.insert(user.oid.clone(), user);
        Ok(Reply::empty(201))
    }

    pub(super) fn put_number(&mut self, number: &Private) -> Result<Reply, Refusal> {
        let text = number.expose();
        let digits = text.strip_prefix('+').unwrap_or_default();
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Refusal::member("number", "must be E.164, such as +18005550100"));
        }
        self.numbers.insert(text.to_owned());
        Ok(Reply::empty(201))
    }

    /// A person is no longer in a call: the client is idle, the presence the one before.
    pub(super) fn person_is_free(&mut self, call: CallId, raw_id: &str) {
        let Some(user) = self.user_mut(&Identifier::from_raw(raw_id)) else {
            return;
        };
        // Voicemail may have been on this call while the user does something else.
        if user.engaged != (Engaged::InCall { call }) {
            return;
        }
        user.engaged = Engaged::No;
        if let Some(before) = user.before_call.take() {
            user.set(before);
        }
    }

    /// Everybody's names, by object id.
    pub(crate) fn names(&self) -> Vec<Name> {
        let name = |user: &User| Name {
            oid: user.oid.clone(),
            nickname: user.nickname.clone(),
            display: user.name.clone(),
            licensed: user.treatment.licensed,
        };
        self.users.values().map(name).collect()
    }

    /// What Graph tells of these users: object id, presence, sequence number. Unknown ids are
    /// left out.
    pub(crate) fn presences(&self, oids: &[String]) -> Vec<(String, Presence, String)> {
        let known = oids.iter().filter_map(|oid| self.users.get(&oid.to_ascii_lowercase()));
        known
            .map(|user| (user.oid.clone(), user.presence.clone(), user.sequence_number()))
            .collect()
    }
}
