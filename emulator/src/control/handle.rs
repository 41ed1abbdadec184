//! The control verbs inside the process.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::condition::find_user;
use super::{
    Condition, DeadLetter, DeliveryEntry, FaultRule, FaultView, Handshake, ProvisioningState,
    RequestEntry, Subscription, SubscriptionView,
};
use crate::audio::{Sound, SoundFile};
use crate::clock::{Millis, whole_millis};
use crate::delivery;
use crate::options::{Person, TreatmentChange};
use crate::private::Private;
use crate::ready::Ready;
use crate::shared::Shared;
use crate::wire::{CustomContext, Refusal};
use crate::world::{Action, CallId, CallView, Noise, Reply, UserView, WorldView};

/// A hold on the world; cheap to clone.
#[derive(Clone)]
pub struct Control(Arc<Shared>);

/// Something changed.
#[derive(Clone)]
pub enum Change {
    /// Something in the world; read it anew.
    World,
    /// A prompt, file or music has begun.
    Heard {
        /// The call it is heard on.
        call: CallId,
        /// The words, or the file's name.
        text: String,
    },
}

impl std::fmt::Debug for Change {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::World => formatter.write_str("World"),
            Self::Heard { call, .. } => write!(formatter, "Heard on {call}"),
        }
    }
}

/// A verb that cannot be done now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ControlError {
    /// The HTTP status it has over HTTP: 400 or 404, or 500.
    pub status: u16,
    /// What to do about it.
    pub message: String,
}

impl From<Refusal> for ControlError {
    fn from(refusal: Refusal) -> Self {
        Self { status: refusal.status, message: refusal.message }
    }
}

/// Headers that come with a call from outside.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Headers {
    /// `User-To-User` and `X-…`: names up to 64 characters, values up to 256.
    #[serde(default)]
    pub sip_headers: BTreeMap<String, String>,
    /// Names up to 64 characters, values up to 1,024.
    #[serde(default)]
    pub voip_headers: BTreeMap<String, String>,
}

/// The call that a reply names.
pub(crate) fn call_of(reply: &Reply) -> Result<CallId, ControlError> {
    let body = reply.body.as_ref();
    let call = body.and_then(|body| body["call"].as_str()).and_then(|call| call.parse().ok());
    call.ok_or_else(|| ControlError { status: 500, message: "the call has no id".to_owned() })
}

impl Control {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self(shared)
    }

    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.0
    }

    /// Where everything is.
    pub fn ready(&self) -> &Ready {
        &self.0.ready
    }

    /// The world now.
    pub fn world(&self) -> WorldView {
        self.0.view()
    }

    /// A call.
    pub fn call(&self, call: CallId) -> Option<CallView> {
        self.0.lock().world.call_view(call)
    }

    /// A Teams user by object id or nickname.
    pub fn user(&self, who: &str) -> Option<UserView> {
        find_user(&self.0.lock().world.user_views(), who).cloned()
    }

    /// Changes from now on. A listener that is too slow is told that it missed some.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.0.changes()
    }

    /// Somebody dials a number of the resource; numbers are E.164. Refused when the resource does
    /// not have the number.
    pub fn dial(&self, from: &str, name: &str, to: &str) -> Result<CallId, ControlError> {
        let reply = self.0.apply(Action::Dial {
            from: Private::new(from),
            name: name.to_owned(),
            to: Private::new(to),
        })?;
        call_of(&reply)
    }

    /// The same with what the caller's network sends along: SIP headers (`User-To-User`, `X-…`, at
    /// most 5) and `VoIP` headers. They come in `customContext` of `IncomingCall`.
    pub fn dial_with(
        &self,
        from: &str,
        name: &str,
        to: &str,
        headers: Headers,
    ) -> Result<CallId, ControlError> {
        let reply = self.0.apply(Action::DialWith {
            from: Private::new(from),
            name: name.to_owned(),
            to: Private::new(to),
            custom: CustomContext::of_caller(headers.sip_headers, headers.voip_headers)?,
        })?;
        call_of(&reply)
    }

    /// The caller presses keys: `0` to `9`, `*`, `#`, `A` to `D`. Keys that nobody listens to are
    /// lost.
    pub fn press(&self, call: CallId, tones: &str) -> Result<(), ControlError> {
        let tones = Private::new(tones);
        self.act(Action::Press { call, tones })
    }

    /// The caller speaks. Words that nobody listens to are lost.
    pub fn say(&self, call: CallId, text: &str) -> Result<(), ControlError> {
        let text = Private::new(text);
        self.act(Action::Say { call, text })
    }

    /// Somebody on the call (object id, nickname or raw id; the caller when `None`) is heard with
    /// this WAV file: PCM, 16 bits, one or two channels, 8 to 48 kHz. It is never understood as
    /// words.
    pub fn play_wav(
        &self,
        call: CallId,
        who: Option<&str>,
        file: &[u8],
    ) -> Result<(), ControlError> {
        let samples = crate::audio::read_wav(file);
        let samples =
            samples.map_err(|error| ControlError { status: 400, message: error.to_string() })?;
        let noise = Noise::Samples(samples);
        self.act(Action::MakeSound { call, who: who.map(str::to_owned), noise })
    }

    /// What somebody on the call (the caller when `None`) has heard in the last ten minutes, also
    /// after the call: a WAV file, 16 kHz, 16 bits, one channel.
    pub fn heard_wav(&self, call: CallId, who: Option<&str>) -> Result<Vec<u8>, ControlError> {
        let file = self.heard_file(call, who)?;
        let mut bytes = Vec::new();
        loop {
            let more = file.read(u64::try_from(bytes.len()).unwrap_or(u64::MAX), u64::MAX);
            if more.is_empty() {
                return Ok(bytes);
            }
            bytes.extend(more);
        }
    }

    pub(super) fn heard_file(
        &self,
        call: CallId,
        who: Option<&str>,
    ) -> Result<SoundFile, ControlError> {
        let now = self.0.clock.now();
        Ok(self.0.lock().world.heard_file(call, who, now)?)
    }

    pub(super) fn heard_by(
        &self,
        call: CallId,
        who: Option<&str>,
        from: Millis,
        until: Millis,
    ) -> Option<Vec<Sound>> {
        self.0.lock().world.heard_by(call, who, from, until)
    }

    /// For what happens fifty times a second: nobody who waits or watches is told.
    pub(super) fn apply_quietly(&self, action: Action) {
        // Somebody who has left the call may still be speaking into the socket.
        let _ = self.0.apply_quietly(action);
    }

    pub(super) fn tasks(&self) -> &TaskTracker {
        &self.0.tasks
    }

    /// The caller hangs up.
    pub fn hang_up(&self, call: CallId) -> Result<(), ControlError> {
        self.act(Action::HangUp { call })
    }

    /// An invitee (object id, nickname or raw id) takes the call that rings.
    pub fn accept(&self, who: &str) -> Result<(), ControlError> {
        let who = who.to_owned();
        self.act(Action::Accept { who })
    }

    /// An invitee refuses the call that rings.
    pub fn decline(&self, who: &str) -> Result<(), ControlError> {
        let who = who.to_owned();
        self.act(Action::Decline { who })
    }

    /// An invitee closes the notification; the call rings out.
    pub fn ignore(&self, who: &str) -> Result<(), ControlError> {
        let who = who.to_owned();
        self.act(Action::Ignore { who })
    }

    /// A participant leaves the call.
    pub fn leave(&self, who: &str) -> Result<(), ControlError> {
        let who = who.to_owned();
        self.act(Action::Leave { who })
    }

    /// An invitee takes a call that has stopped ringing a moment ago, because of its time or because
    /// the application has cancelled it: `AddParticipantSucceeded` comes after the failure. Only
    /// while the call goes on, and only for `participants:add`.
    pub fn accept_late(&self, who: &str) -> Result<(), ControlError> {
        let who = who.to_owned();
        self.act(Action::AcceptLate { who })
    }

    /// An invitee takes the call on two clients at once: besides the success the application gets
    /// `AddParticipantFailed` 487/10003.
    pub fn accept_twice(&self, who: &str) -> Result<(), ControlError> {
        let who = who.to_owned();
        self.act(Action::AcceptTwice { who })
    }

    /// A participant (object id, nickname or raw id, so also a caller) mutes the own microphone, or
    /// unmutes it. What a muted caller says is not recognised; keys are.
    pub fn mute(&self, who: &str, muted: bool) -> Result<(), ControlError> {
        let who = who.to_owned();
        self.act(Action::Mute { who, muted })
    }

    /// Changes how calls to a Teams user are treated: licence, federation, voicemail, forwarding,
    /// another call.
    pub fn treat(&self, who: &str, change: TreatmentChange) -> Result<(), ControlError> {
        let who = who.to_owned();
        self.act(Action::Treat { who, change })
    }

    /// Sets a Teams user's presence, Graph's words such as `DoNotDisturb`.
    pub fn set_presence(
        &self,
        who: &str,
        availability: &str,
        activity: Option<&str>,
    ) -> Result<(), ControlError> {
        self.act(Action::SetPresence {
            who: who.to_owned(),
            availability: availability.to_owned(),
            activity: activity.map(str::to_owned),
        })
    }

    /// Opens or closes a Teams client.
    pub fn set_client(&self, who: &str, open: bool) -> Result<(), ControlError> {
        let who = who.to_owned();
        self.act(Action::SetClient { who, open })
    }

    /// Creates a Teams user, or renames one.
    pub fn put_user(&self, person: Person) -> Result<(), ControlError> {
        self.act(Action::PutUser(person))
    }

    /// Gives the resource a number, E.164.
    pub fn put_number(&self, number: &str) -> Result<(), ControlError> {
        self.act(Action::PutNumber(Private::new(number)))
    }

    /// Validates a webhook and subscribes it, in place of a subscription of the same name. A
    /// webhook that does not agree at once is subscribed when the validation link is fetched.
    pub async fn subscribe(&self, subscription: Subscription) -> Handshake {
        delivery::handshake(&self.0, subscription).await
    }

    /// All subscriptions, also those that wait for their validation link.
    pub fn subscriptions(&self) -> Vec<SubscriptionView> {
        let now = self.0.clock.now();
        let state = self.0.lock();
        let ready = state.subscriptions.iter().map(|subscription| SubscriptionView {
            subscription: subscription.clone(),
            provisioning_state: ProvisioningState::Succeeded,
        });
        ready.chain(state.grid.waiting(now)).collect()
    }

    /// Ends a subscription; false when there is none of this name.
    pub fn unsubscribe(&self, name: &str) -> bool {
        let mut state = self.0.lock();
        let before = state.subscriptions.len();
        state.subscriptions.retain(|one| one.name != name);
        let was_waiting = state.grid.forget(name);
        let ended = was_waiting || state.subscriptions.len() < before;
        drop(state);
        self.0.changed();
        ended
    }

    /// Stored dead letters with a number above `since`.
    pub fn dead_letters(&self, since: u64) -> Vec<DeadLetter> {
        let now = self.0.clock.now();
        self.0.lock().grid.dead_letters(since, now)
    }

    /// Whether any webhook gets events.
    pub(super) fn is_subscribed(&self) -> bool {
        !self.0.lock().subscriptions.is_empty()
    }

    /// Requests to the stand-in services with a number above `since`.
    pub fn requests(&self, since: u64) -> Vec<RequestEntry> {
        self.0.lock().requests.since(since)
    }

    /// Requests with a number above `since` of which something was passed over.
    pub fn forgiven(&self, since: u64) -> Vec<RequestEntry> {
        let mut entries = self.requests(since);
        entries.retain(|entry| !entry.forgiven.is_empty());
        entries
    }

    /// Delivery attempts with a number above `since`.
    pub fn deliveries(&self, since: u64) -> Vec<DeliveryEntry> {
        self.0.lock().deliveries.since(since)
    }

    /// Orders a fault and gives its number. A rule that [`FaultRule::check`] refuses never strikes.
    pub fn add_fault(&self, rule: FaultRule) -> u64 {
        self.0.lock().faults.add(rule)
    }

    /// The faults in force, with how often each was asked and struck.
    pub fn faults(&self) -> Vec<FaultView> {
        self.0.lock().faults.list()
    }

    /// Takes one fault back; false when there is none of this number.
    pub fn remove_fault(&self, id: u64) -> bool {
        self.0.lock().faults.remove(id)
    }

    /// Takes all faults back.
    pub fn clear_faults(&self) {
        self.0.lock().faults.clear();
    }

    /// New signing keys for callbacks and Entra; the ones before stay published once.
    pub fn rotate_keys(&self) -> Result<(), ControlError> {
        let rotated = self.0.rotate_keys();
        rotated.map_err(|error| ControlError { status: 500, message: error.to_string() })
    }

    /// `Bearer` and a token as a callback of this moment carries it: for tests that attack a webhook
    /// with a good token. Not offered over HTTP.
    pub fn callback_authorization(&self) -> Result<String, ControlError> {
        let token = crate::delivery::callback_token(&self.0, 0, None);
        let token =
            token.map_err(|error| ControlError { status: 500, message: error.to_string() })?;
        Ok(format!("Bearer {token}"))
    }

    /// The same of Event Grid, for a protected webhook.
    pub fn event_grid_authorization(
        &self,
        target: &super::EntraTarget,
    ) -> Result<String, ControlError> {
        let token = crate::delivery::event_grid_token(&self.0, target);
        let token =
            token.map_err(|error| ControlError { status: 500, message: error.to_string() })?;
        Ok(format!("Bearer {token}"))
    }

    /// Waits until a condition is true; false when it did not become so in time (real time).
    pub async fn wait(&self, condition: &Condition, timeout: Duration) -> bool {
        self.wait_for(timeout, |world| condition.holds(world, self)).await
    }

    /// Waits until `is_so` says so of the world; false when it did not in time (real time).
    pub async fn wait_for(&self, timeout: Duration, is_so: impl Fn(&WorldView) -> bool) -> bool {
        let mut versions = self.0.versions();
        let deadline = self.0.clock.wall() + whole_millis(timeout);
        loop {
            versions.borrow_and_update();
            if is_so(&self.world()) {
                return true;
            }
            tokio::select! {
                changed = versions.changed() => {
                    if changed.is_err() {
                        return false;
                    }
                }
                () = self.0.clock.rest(deadline - self.0.clock.wall()) => return is_so(&self.world()),
            }
        }
    }

    /// Waits; for scripted pauses. In the world's pace.
    pub(crate) async fn pause(&self, real: Duration) {
        let pace = crate::clock::Pace::new(self.0.options.speed);
        let real = whole_millis(real);
        let pause = pace.map_or(real, |pace| pace.scale(real));
        self.0.clock.pause(pause).await;
    }

    /// Milliseconds since 1970, real.
    pub(crate) fn now(&self) -> Millis {
        self.0.clock.wall()
    }

    /// Waits a real time; for streams that gather changes.
    pub(super) async fn rest(&self, millis: Millis) {
        self.0.clock.rest(millis).await;
    }

    /// Ends with the emulator.
    pub(super) fn stopping(&self) -> CancellationToken {
        self.0.stop.clone()
    }

    fn act(&self, action: Action) -> Result<(), ControlError> {
        self.reply(action).map(|_| ())
    }

    pub(super) fn reply(&self, action: Action) -> Result<Reply, ControlError> {
        self.0.apply(action).map_err(ControlError::from)
    }
}
