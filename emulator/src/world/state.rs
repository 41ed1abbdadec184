//! The world's state and its two doors, `apply` and `tick`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use super::call::{Bot, Call};
use super::effect::{Applied, Effect};
use super::incoming::Incoming;
use super::people::User;
use super::recordings::Recording;
use super::timers::Timers;
use super::view::{CallView, LogCounters, UserView, WorldView};
use super::{AcsRequest, Action, CallId, Reply};
use crate::clock::{Millis, Pace};
use crate::ids::Ids;
use crate::options::{People, Profile};
use crate::private::Private;
use crate::wire::{CustomContext, OperationMeta, Refusal};

/// What the world is made with.
#[derive(Debug, Clone, Default)]
pub(crate) struct WorldSettings {
    pub(crate) pace: Pace,
    /// Where recordings are served, `https://localhost:<port>`; no trailing slash.
    pub(crate) content_root: String,
    pub(crate) allow_http_callbacks: bool,
    /// The longest chunk of a recording, in this world's milliseconds.
    pub(crate) recording_chunk: Millis,
    /// Immutable id of the ACS resource, part of the application's own identity.
    pub(crate) resource_id: String,
    /// The Entra tenant, part of the identity of extension users.
    pub(crate) tenant_id: String,
    pub(crate) profile: Profile,
    /// Whether harmless mistakes are passed over.
    pub(crate) lenient: bool,
    /// How many ended calls are remembered.
    pub(crate) ended_calls_kept: usize,
}

/// Calls, people and recordings.
#[derive(Serialize, Deserialize)]
pub(crate) struct World {
    /// From the options of each start.
    #[serde(skip)]
    pub(super) settings: WorldSettings,
    pub(super) ids: Ids,
    /// Time of the action being applied.
    pub(super) now: Millis,
    pub(super) numbers: BTreeSet<String>,
    pub(super) users: BTreeMap<String, User>,
    pub(super) calls: BTreeMap<CallId, Call>,
    /// Live call connections.
    pub(super) connections: BTreeMap<String, CallId>,
    /// Teams resource accounts by number; profile `tpe` only.
    pub(super) accounts: BTreeMap<String, String>,
    /// Incoming call contexts that nobody has used.
    pub(super) contexts: BTreeMap<String, Incoming>,
    pub(super) recordings: BTreeMap<String, Recording>,
    /// The calls of groups and rooms, by `group …` or `room …`.
    pub(super) meetings: BTreeMap<String, CallId>,
    pub(super) timers: Timers,
    /// The last number given to a call or media operation.
    pub(super) last_number: u64,
    /// The last number given to a call.
    #[serde(default)]
    pub(super) last_call: u32,
    /// Ended calls that are remembered, with the time of their end, oldest first.
    #[serde(default)]
    pub(super) ended: VecDeque<(Millis, CallId)>,
    #[serde(skip)]
    pub(super) effects: Vec<Effect>,
}

impl World {
    /// A world with these people.
    pub(crate) fn new(settings: WorldSettings, people: &People, ids: Ids) -> Self {
        let users = people.users.iter().map(|person| {
            let user = User::new(person);
            (user.oid.clone(), user)
        });
        let numbers = people.numbers.iter();
        let mut world = Self {
            settings,
            ids,
            now: 0,
            numbers: numbers.map(|number| number.expose().to_owned()).collect(),
            users: users.collect(),
            calls: BTreeMap::new(),
            connections: BTreeMap::new(),
            accounts: BTreeMap::new(),
            contexts: BTreeMap::new(),
            recordings: BTreeMap::new(),
            meetings: BTreeMap::new(),
            timers: Timers::default(),
            last_number: 0,
            last_call: 0,
            ended: VecDeque::new(),
            effects: Vec::new(),
        };
        world.open_accounts();
        world
    }

    /// This world of before, with the settings of a new start, and the people of `fresh` whom it
    /// does not know yet.
    pub(crate) fn taken_up_by(mut self, fresh: Self) -> Self {
        self.settings = fresh.settings;
        self.numbers.extend(fresh.numbers);
        for (oid, user) in fresh.users {
            self.users.entry(oid).or_insert(user);
        }
        self.open_accounts();
        self
    }

    /// Does one thing. A refusal changes nothing.
    pub(crate) fn apply(&mut self, now: Millis, action: Action) -> Applied {
        self.now = self.now.max(now);
        let result = match action {
            Action::Dial { from, name, to } => {
                self.dial(from.expose(), &name, to.expose(), &CustomContext::default())
            }
            Action::DialWith { from, name, to, custom } => {
                self.dial(from.expose(), &name, to.expose(), &custom)
            }
            Action::Press { call, tones } => self.press(call, tones.expose()),
            Action::Say { call, text } => self.say(call, text.expose()),
            Action::MakeSound { call, who, noise } => self.make_sound(call, who.as_deref(), noise),
            Action::StreamIn { connection, socket, audio } => {
                self.stream_in(&connection, socket, audio);
                Ok(Reply::empty(204))
            }
            Action::Socket { connection, socket, news } => {
                self.socket_news(&connection, socket, news);
                Ok(Reply::empty(204))
            }
            Action::HangUp { call } => self.caller_hangs_up(call),
            Action::Accept { who } => self.accept(&who),
            Action::Decline { who } => self.decline(&who),
            Action::Ignore { who } => self.ignore(&who),
            Action::Leave { who } => self.leave(&who),
            Action::AcceptLate { who } => self.accept_late(&who),
            Action::AcceptTwice { who } => self.accept_twice(&who),
            Action::Mute { who, muted } => self.mute_oneself(&who, muted),
            Action::Treat { who, change } => self.treat(&who, &change),
            Action::SetPresence { who, availability, activity } => {
                self.set_presence(&who, &availability, activity.as_deref())
            }
            Action::SetClient { who, open } => self.set_client(&who, open),
            Action::PutUser(person) => self.put_user(&person),
            Action::PutNumber(number) => self.put_number(&number),
            Action::Acs(request) => self.acs(request),
        };
        Applied { result, effects: std::mem::take(&mut self.effects) }
    }

    /// Lets every due timer happen, in order.
    pub(crate) fn tick(&mut self, now: Millis) -> Vec<Effect> {
        while let Some((due, timer)) = self.timers.pop_due(now) {
            self.now = self.now.max(due);
            self.fire(timer);
        }
        self.now = self.now.max(now);
        std::mem::take(&mut self.effects)
    }

    /// Whether harmless mistakes are passed over.
    pub(crate) fn is_lenient(&self) -> bool {
        self.settings.lenient
    }

    /// The time of the last thing that happened, milliseconds since 1970.
    pub(crate) fn now(&self) -> Millis {
        self.now
    }

    /// When the next timer is due.
    pub(crate) fn next_due(&self) -> Option<Millis> {
        self.timers.next_due()
    }

    /// What outsiders see.
    pub(crate) fn view(&self) -> WorldView {
        WorldView {
            numbers: self.numbers.iter().map(|n| Private::new(n.clone())).collect(),
            resource_accounts: self.accounts_view(),
            users: self.user_views(),
            calls: self.calls.values().map(Call::view).collect(),
            log: LogCounters::default(),
        }
    }

    /// What outsiders see of the Teams users.
    pub(crate) fn user_views(&self) -> Vec<UserView> {
        self.users.values().map(User::view).collect()
    }

    /// What outsiders see of one call.
    pub(crate) fn call_view(&self, call: CallId) -> Option<CallView> {
        self.calls.get(&call).map(Call::view)
    }

    fn acs(&mut self, request: AcsRequest) -> Result<Reply, Refusal> {
        self.check_profile(&request)?;
        match request {
            AcsRequest::Answer { version, request } => self.answer(version, request),
            AcsRequest::Create { version, request } => self.create_call(version, request),
            AcsRequest::Connect { version, request } => self.connect(version, request),
            AcsRequest::Redirect(request) => self.redirect(&request),
            AcsRequest::Reject(request) => self.reject(&request),
            AcsRequest::GetCall { connection } => self.get_call(&connection),
            AcsRequest::HangUp { connection } => self.bot_hangs_up(&connection),
            AcsRequest::Terminate { connection } => self.terminate(&connection),
            AcsRequest::Transfer { connection, request } => self.transfer(&connection, request),
            AcsRequest::Play { connection, request } => self.play(&connection, request),
            AcsRequest::Recognize { connection, request } => self.recognize(&connection, request),
            AcsRequest::CancelMedia { connection } => self.cancel_media(&connection),
            AcsRequest::GetParticipants { connection } => self.get_participants(&connection),
            AcsRequest::GetParticipant { connection, raw_id } => {
                self.get_participant(&connection, &raw_id)
            }
            AcsRequest::AddParticipant { connection, request } => {
                self.add_participant(&connection, request)
            }
            AcsRequest::RemoveParticipant { connection, request } => {
                self.remove_participant(&connection, request)
            }
            AcsRequest::CancelAddParticipant { connection, request } => {
                self.cancel_add(&connection, request)
            }
            AcsRequest::Mute { connection, request } => self.mute(&connection, request),
            AcsRequest::MoveHere { connection, request } => self.move_here(&connection, request),
            AcsRequest::Hold { connection, request } => self.hold(&connection, request),
            AcsRequest::Unhold { connection, request } => self.unhold(&connection, request),
            AcsRequest::WatchTones { connection, request } => {
                self.watch_tones(&connection, request)
            }
            AcsRequest::UnwatchTones { connection, request } => {
                self.unwatch_tones(&connection, request)
            }
            AcsRequest::SendTones { connection, request } => self.send_tones(&connection, request),
            AcsRequest::Stream { connection, verb, request } => {
                self.change_stream(&connection, verb, request)
            }
            AcsRequest::StartRecording { version, request } => {
                self.start_recording(version, request)
            }
            AcsRequest::GetRecording { recording } => self.get_recording(&recording),
            AcsRequest::StopRecording { recording } => self.stop_recording(&recording),
            AcsRequest::PauseRecording { recording } => self.pause_recording(&recording),
            AcsRequest::ResumeRecording { recording } => self.resume_recording(&recording),
        }
    }

    /// The live call of a connection id.
    pub(super) fn connected(&self, connection: &str) -> Result<CallId, Refusal> {
        let call = self.connections.get(connection).copied();
        call.ok_or_else(|| Refusal::not_found("The call connection"))
    }

    /// The live call of an operation, whose events will be of this connection.
    pub(super) fn operation(
        &self,
        connection: &str,
        meta: &mut OperationMeta,
    ) -> Result<CallId, Refusal> {
        if let Some(address) = meta.callback.as_deref() {
            self.check_address("operationCallbackUri", address)?;
        }
        meta.connection = Some(connection.to_owned());
        self.connected(connection)
    }

    pub(super) fn bot_mut(&mut self, connection: &str) -> Option<&mut Bot> {
        let id = self.connections.get(connection)?;
        let bots = self.calls.get_mut(id)?.bots.iter_mut();
        bots.into_iter().find(|bot| bot.connection == connection)
    }

    pub(super) fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    /// A real duration in this world's pace.
    pub(super) fn pace(&self, real: Millis) -> Millis {
        self.settings.pace.scale(real)
    }
}
