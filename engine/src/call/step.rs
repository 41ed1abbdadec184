//! The one entry point, and what every family of inputs shares.

use serde::{Deserialize, Serialize};
use serde_json::json;
use webhooks::{CallConnectionId, CallEvent, CallEventKind};

use crate::{
    ENGINE_VERSION, Millis,
    flow::{Bundle, Flow, Scope},
};

use super::{
    command::{Action, Command, Lane, Released},
    input::{Input, Settlement},
    state::{Agreement, Call, Number, Pending, PendingKind, Phase},
};

/// What a step may know besides the call and the input.
#[derive(Debug, Clone, Copy)]
pub struct Env<'a> {
    /// Now, ms since 1970. A value below the call's last is taken as the call's last.
    pub now: Millis,
    /// The bundle the call pins; for `FlowChosen`, the one chosen.
    pub bundle: Option<&'a Bundle>,
    /// What the deployment's kind of number allows.
    pub profile: &'a Profile,
}

/// Which operations and targets a deployment may use. Data, not code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// `classic` (ACS number) or `tpe` (Teams Phone extensibility).
    pub name: &'static str,
    /// Teams users may be added by object id, and calls transferred to them.
    pub add_teams_user: bool,
    /// A call may be redirected before it is answered.
    pub redirect: bool,
    /// Participants may be held.
    pub hold: bool,
}

impl Profile {
    /// An ACS number; Teams users are added by object id.
    pub const CLASSIC: Self =
        Self { name: "classic", add_teams_user: true, redirect: true, hold: true };
    /// Teams Phone extensibility (GRAPH-ENTRA-TEAMS contract): no redirect, no hold, no plain Teams users.
    pub const TPE: Self = Self { name: "tpe", add_teams_user: false, redirect: false, hold: false };
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::CLASSIC, Self::TPE];
}

/// What was decided.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The call afterwards.
    pub call: Call,
    /// What is to be done, in order.
    pub commands: Vec<Command>,
    /// Why, for people. No personal data.
    pub notes: Vec<Note>,
}

/// A call went from one node of its flow to the next.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hop {
    /// The node that it left; none where it began.
    pub from: Option<String>,
    /// The way it took, as [`crate::flow::Way`] names it; none where no other way of the node leads there.
    pub way: Option<String>,
    /// The node that it came to.
    pub to: String,
}

/// A remark on a decision. It never holds personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note(pub String);

/// Decides what an input means for a call.
///
/// Total and deterministic: the same call, input and environment give the same step. It never panics
/// by design and never fails; what makes no sense becomes a [`Note`].
pub fn step(call: Call, input: &Input, env: &Env<'_>) -> Step {
    let mut stepper = Stepper::new(call, *env);
    stepper.take(input);
    Step { call: stepper.call, commands: stepper.commands, notes: stepper.notes }
}

/// Decides as [`step`] does, and tells the way through the flow: for tests of flows, which count what they covered.
pub fn step_and_hops(call: Call, input: &Input, env: &Env<'_>) -> (Step, Vec<Hop>) {
    let mut stepper = Stepper::new(call, *env);
    stepper.hops = Some(Vec::new());
    stepper.take(input);
    let step = Step { call: stepper.call, commands: stepper.commands, notes: stepper.notes };
    (step, stepper.hops.unwrap_or_default())
}

/// No command but the last word is worth sending later than this, in ms.
const WORTH_SENDING: Millis = 60_000;
/// An answer is tried for this long, in ms: the caller hears it ring meanwhile.
const ANSWER_WORTH_SENDING: Millis = 8_000;
/// A transfer that leaves later than this, in ms, would be taken when its end is no longer awaited.
const TRANSFER_WORTH_SENDING: Millis = 10_000;
/// The end of a call is ordered for this long: a line that stays open costs money, and an agent's time.
const END_WORTH_SENDING: Millis = 10 * 60_000;

/// One step under way.
pub(super) struct Stepper<'a> {
    pub(super) call: Call,
    pub(super) env: Env<'a>,
    /// Where the walk goes on: set by nodes that do not wait, so that a walk needs no recursion.
    pub(super) next: Option<String>,
    pub(super) walking: bool,
    /// The node that is at work in this step; none where the phase says it.
    pub(super) at: Option<String>,
    commands: Vec<Command>,
    notes: Vec<Note>,
    /// The way through the flow, where somebody wants to know it.
    hops: Option<Vec<Hop>>,
    /// The way that the node at work has chosen.
    way: Option<String>,
}

impl<'a> Stepper<'a> {
    fn new(mut call: Call, env: Env<'a>) -> Self {
        call.now = call.now.max(env.now);
        call.version = ENGINE_VERSION;
        Self {
            call,
            env,
            next: None,
            walking: false,
            at: None,
            commands: Vec::new(),
            notes: Vec::new(),
            hops: None,
            way: None,
        }
    }

    /// The node at work has chosen one of its ways, by its name in [`crate::flow::Way`]. To be called where two ways
    /// may lead to one node.
    pub(super) fn took(&mut self, way: impl Into<String>) {
        if self.hops.is_some() {
            self.way = Some(way.into());
        }
    }

    /// The call comes to a node.
    pub(super) fn came_to(&mut self, node: &str) {
        let Some(hops) = &mut self.hops else { return };
        // The node was come to when the answer was ordered.
        if matches!(&self.call.phase, Phase::Answering { node: first } if first == node) {
            return;
        }
        let from =
            self.at.as_deref().or_else(|| self.call.phase.node()).filter(|at| !at.is_empty());
        let (from, way) = (from.map(str::to_owned), self.way.take());
        hops.push(Hop { from, way, to: node.to_owned() });
    }

    fn take(&mut self, input: &Input) {
        if self.call.is_over() {
            return self.take_after_end(input);
        }
        match input {
            Input::IncomingCall(incoming) => self.incoming(incoming),
            Input::FlowChosen { bundle, config } => self.flow_chosen(bundle, config),
            Input::Event(event) => self.event(event),
            Input::Settled { number, result } => self.settled(*number, result),
            Input::DeadlineReached => self.deadlines(),
            Input::Offered(offer) => self.offered(offer),
            Input::Unavailable { queue, why } => self.unavailable(queue, why),
            Input::Fetched { number, result } => self.fetched(*number, result),
            Input::Inspected { number, view } => self.inspected(*number, view),
            Input::Streamed { number, news } => self.streamed(*number, news),
            Input::RecordingFile { .. } => {}
            Input::StepFailed { seq } => self.step_failed(*seq),
            Input::Resumed => {
                self.answer_resumed();
                self.stream_resumed();
                self.inspect(None);
            }
            Input::TurnedAway(away) => self.turned_away(away),
        }
    }

    /// An offer gives the agent back; a leg that comes to life after we gave up is ended; everything else
    /// is only remarked.
    fn take_after_end(&mut self, input: &Input) {
        match input {
            Input::Offered(offer) => self.give_back(&offer.agent.id, Released::NotUsed),
            Input::RecordingFile { .. } | Input::DeadlineReached => self.call.pending.clear(),
            Input::Settled { result: Settlement::Done(facts), .. }
                if facts.connection.is_some() =>
            {
                self.alive_after_end(facts.connection.clone(), false);
            }
            Input::Event(event) if event.kind == CallEventKind::CallConnected => {
                self.alive_after_end(event.call_connection_id.clone(), true);
            }
            Input::Event(event) if shows_life(event) => {
                self.alive_after_all(event.call_connection_id.as_ref());
            }
            Input::IncomingCall(_)
            | Input::FlowChosen { .. }
            | Input::Event(_)
            | Input::Settled { .. }
            | Input::Unavailable { .. }
            | Input::Fetched { .. }
            | Input::Inspected { .. }
            | Input::Streamed { .. }
            | Input::StepFailed { .. }
            | Input::Resumed
            | Input::TurnedAway(_) => {
                self.note(format!("{} after the end: no effect", input.name()));
            }
        }
    }

    /// Our leg was answered after we had given the call up: the caller must not sit in silence.
    ///
    /// An end that was ordered before the leg was up may have found no such call, so `CallConnected` orders it again.
    fn alive_after_end(&mut self, connection: Option<CallConnectionId>, connected: bool) {
        let known = self.call.connection.as_ref();
        if connection.is_none() || known.is_some_and(|known| Some(known) != connection.as_ref()) {
            return self.note("another connection came up after the end: no effect");
        }
        if self.call.connected || self.call.disconnected_at.is_some() {
            return self.note("connected, told after the end: no effect");
        }
        self.note("connected after we had given up: ended at once");
        self.call.connection = connection;
        self.call.connected = connected;
        self.push(Lane::Control, 0, Action::Terminate);
    }

    /// Something goes on in our leg though it was taken for gone. Mostly the event is merely late, and
    /// ending a call that is over does nothing; else the caller sits in silence until he hangs up.
    fn alive_after_all(&mut self, connection: Option<&CallConnectionId>) {
        if connection.is_none() || self.call.connection.as_ref() != connection {
            return self.note("an event of another connection after the end: no effect");
        }
        self.note("the call lives on after its end: ended again");
        self.push(Lane::Control, 0, Action::Terminate);
    }

    pub(super) fn now(&self) -> Millis {
        self.call.now
    }

    pub(super) fn flow(&self) -> Option<&'a Flow> {
        self.env.bundle.map(Bundle::flow)
    }

    pub(super) fn note(&mut self, text: impl Into<String>) {
        self.notes.push(Note(text.into()));
    }

    /// Orders something and awaits its result for at most `patience` ms.
    pub(super) fn order(
        &mut self,
        lane: Lane,
        action: Action,
        kind: PendingKind,
        patience: Millis,
    ) -> Number {
        let number = self.push(lane, patience, action);
        self.expect(number, kind, patience);
        number
    }

    /// Like [`Self::order`], in the lane of an invitation that the command itself opens.
    pub(super) fn order_invitation(
        &mut self,
        action: Action,
        kind: PendingKind,
        patience: Millis,
    ) -> Number {
        let lane = Lane::Invitation(self.call.next_number);
        self.order(lane, action, kind, patience)
    }

    /// Orders what the ledger carries out itself.
    pub(super) fn order_internal(&mut self, action: Action) {
        self.push(Lane::Control, 0, action);
    }

    /// A command is not worth sending once its result is no longer awaited, except for clean-up.
    pub(super) fn push(&mut self, lane: Lane, patience: Millis, action: Action) -> Number {
        let number = self.call.next_number;
        self.call.next_number = number.saturating_add(1);
        let worth = match &action {
            Action::Terminate => END_WORTH_SENDING,
            Action::CancelAdd { .. }
            | Action::Remove { .. }
            | Action::CancelMedia
            | Action::Unhold { .. }
            | Action::StopRecording { .. }
            | Action::StopStreaming => WORTH_SENDING,
            Action::Answer { .. } => patience.min(ANSWER_WORTH_SENDING),
            Action::Transfer { .. } => patience.min(TRANSFER_WORTH_SENDING),
            Action::Reject { .. }
            | Action::Redirect { .. }
            | Action::Play { .. }
            | Action::Recognize { .. }
            | Action::AddAgent { .. }
            | Action::AddParty { .. }
            | Action::Hold { .. }
            | Action::StartRecording
            | Action::PauseRecording { .. }
            | Action::ResumeRecording { .. }
            | Action::StartStreaming
            | Action::Inspect
            | Action::Fetch { .. }
            | Action::Seek { .. }
            | Action::LeaveQueue
            | Action::Release { .. } => patience.min(WORTH_SENDING),
        };
        let expires = self.now().saturating_add(worth);
        self.commands.push(Command { number, lane, expires, action });
        number
    }

    pub(super) fn expect(&mut self, number: Number, kind: PendingKind, patience: Millis) {
        let deadline = self.now().saturating_add(patience);
        let pending =
            Pending { kind, deadline, estimate: deadline, accepted: false, uncertain: false };
        self.call.pending.insert(number, pending);
    }

    /// Takes a pending operation off the list; frees the media slot it held.
    pub(super) fn settle(&mut self, number: Number) -> Option<Pending> {
        if self.call.media == Some(number) {
            self.call.media = None;
        }
        self.call.pending.remove(&number)
    }

    /// Takes it off only if it is of the kind that the input speaks of: an event about another kind of
    /// operation is a mistake of its sender, and moves nothing.
    pub(super) fn settle_kind(
        &mut self,
        number: Option<Number>,
        wanted: impl Fn(&PendingKind) -> bool,
    ) -> Option<(Number, Pending)> {
        let number = number?;
        let fits = self.call.pending.get(&number).is_some_and(|pending| wanted(&pending.kind));
        if fits { self.settle(number).map(|pending| (number, pending)) } else { None }
    }

    /// Forgets the main media operation, because another interrupts it or the call goes on without it.
    pub(super) fn forget_media(&mut self) {
        if let Some(number) = self.call.media {
            self.settle(number);
        }
    }

    /// What expressions and texts may read.
    pub(super) fn scope(&self) -> Scope {
        let call = &self.call;
        let name = call.caller_name.as_ref().map_or("", |name| name.expose());
        let vars = self.known_variables();
        let config: serde_json::Map<_, _> =
            call.config.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        Scope::new()
            .with("caller", json!({ "name": name, "number": number_of(call.caller.as_ref()) }))
            .with("called", json!({ "number": number_of(call.called.as_ref()) }))
            .with("call", json!({ "id": call.id.as_str(), "language": self.language(), "consent": call.consent == Agreement::Given }))
            .with("queue", self.queue_scope())
            .with("vars", vars.into())
            .with("config", config.into())
    }

    fn queue_scope(&self) -> serde_json::Value {
        match &self.call.phase {
            Phase::Waiting(wait) => {
                let waited = self.now().saturating_sub(wait.since).max(0) / 1_000;
                json!({ "name": wait.queue, "waited_s": waited, "position": 0 })
            }
            Phase::New
            | Phase::Ringing { .. }
            | Phase::Answering { .. }
            | Phase::InFlow { .. }
            | Phase::Talking { .. }
            | Phase::Ending { .. }
            | Phase::Ended => json!({ "name": "", "waited_s": 0, "position": 0 }),
        }
    }
}

/// Whether an event is one that a call that is over does not send.
pub(super) fn shows_life(event: &CallEvent) -> bool {
    if let CallEventKind::ParticipantsUpdated { participants, .. } = &event.kind {
        return !participants.is_empty();
    }
    if matches!(event.kind, CallEventKind::RecognizeFailed { .. }) {
        // A question that the end of the call has cut off is 8508 (contract 6.4); other failures are the caller's.
        let sub_code = event.result.as_ref().map_or(0, |result| result.sub_code);
        return !matches!(sub_code, 0 | 8508);
    }
    matches!(
        event.kind,
        CallEventKind::PlayCompleted
            | CallEventKind::RecognizeCompleted(_)
            | CallEventKind::AddParticipantSucceeded { .. }
    )
}

/// The E.164 number of a raw id, or nothing.
fn number_of(raw_id: Option<&webhooks::RawId>) -> String {
    raw_id
        .and_then(|raw| raw.expose().strip_prefix("4:"))
        .filter(|number| number.starts_with('+'))
        .unwrap_or_default()
        .to_owned()
}
