//! One call: the engine, and the world it believes in.
//!
//! | module | what it holds |
//! |---|---|
//! | `agenda` | what is due when |
//! | `orders` | what the engine orders, carried out |
//! | `moves` | hold, transfer, and people whom the flow names |
//! | `voice` | talks with voice agents |
//! | `media` | what is heard and listened for |
//! | `people` | what caller and colleagues do |
//! | `routing` | who is offered to a waiting caller |

mod agenda;
mod media;
mod moves;
mod orders;
mod people;
mod routing;
mod voice;

use std::collections::BTreeMap;

use emulator::scenario::Scenario;
use engine::{
    Millis,
    call::{Call, CallId, Env, FetchResult, Hop, Incoming, Input, Number, Profile, step_and_hops},
    flow::Bundle,
    invariants::check_step,
};
use webhooks::{
    CallConnectionId, CallEvent, CallEventKind, EventId, IncomingCallContext, RawId,
    ResultInformation, UnknownMembers,
};

use crate::{
    around::Around,
    told::{Told, Who},
};

use agenda::{Agenda, Due};
use media::Media;
use routing::Seeking;

pub use media::Listening;
pub use people::Done;

/// More steps than this in one call are a defect of engine or line: no conversation has so many.
const STEPS: u32 = 20_000;
/// From an event until the service hears of it, in ms.
const NEWS: Millis = 100;
/// Our leg's id. There is one call, and so one leg.
const CONNECTION: &str = "rehearsal";

/// Who calls whom.
#[derive(Debug, Clone)]
pub struct Dial {
    /// The caller's number, E.164.
    pub from: String,
    /// The name that comes with the call.
    pub name: String,
    /// The number that is called, E.164.
    pub to: String,
}

impl Default for Dial {
    fn default() -> Self {
        let text = str::to_owned;
        Self { from: text("+442079460123"), name: text("Ada Caller"), to: text("+18005550100") }
    }
}

impl Dial {
    /// As a scenario says.
    pub fn of(scenario: &Scenario) -> Self {
        let caller = &scenario.caller;
        Self {
            from: caller.number.expose().to_owned(),
            name: caller.name.clone(),
            to: caller.dials.expose().to_owned(),
        }
    }
}

/// Where our leg of the call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leg {
    Rings,
    Up,
    Over,
}

/// A request to an endpoint for which the scenario has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    number: Number,
    /// `GET` or `POST`.
    pub method: String,
    /// The address; may hold what the caller typed.
    pub url: String,
}

/// A fault that a scenario ordered.
#[derive(Debug, Clone)]
struct Fault {
    on: String,
    nth: Option<u32>,
    seen: u32,
    trouble: Trouble,
}

/// What a fault does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// An operation is refused.
    Refused {
        /// The status of the answer.
        status: u16,
        /// Call Automation's sub-code (contract 4.4).
        sub_code: i64,
    },
    /// An event is never heard of.
    Lost,
}

/// One call.
pub struct Line<'b> {
    bundle: &'b Bundle,
    around: Around,
    call: Call,
    now: Millis,
    began: Millis,
    agenda: Agenda,
    media: Option<Media>,
    seeking: Option<Seeking>,
    present: Vec<RawId>,
    caller: RawId,
    caller_muted: bool,
    rosters: i64,
    events: u64,
    leg: Leg,
    over_at: Option<Millis>,
    recorded: bool,
    asked: Option<Asked>,
    /// Sensitive digits by their question: the engine knows only how many there are.
    withheld: BTreeMap<Number, String>,
    /// The caller is being given to who rings for this command.
    transfer: Option<Number>,
    /// The sound goes to a voice agent, since this command.
    stream: Option<Number>,
    faults: Vec<Fault>,
    steps: u32,
    told: Vec<Told>,
    hops: Vec<Hop>,
    broken: Vec<String>,
}

impl<'b> Line<'b> {
    /// The line rings.
    pub fn dial(bundle: &'b Bundle, around: Around, dial: &Dial) -> Self {
        let now = around.at;
        let caller = RawId::new(format!("4:{}", dial.from));
        let config = around.config.clone();
        let mut line = Self {
            bundle,
            around,
            call: Call::new(CallId("01KEXXXXXXXXXXXXXXXXXXXXXX".to_owned()), now),
            now,
            began: now,
            agenda: Agenda::default(),
            media: None,
            seeking: None,
            present: Vec::new(),
            caller: caller.clone(),
            caller_muted: false,
            rosters: 0,
            events: 0,
            leg: Leg::Rings,
            over_at: None,
            recorded: false,
            asked: None,
            withheld: BTreeMap::new(),
            transfer: None,
            stream: None,
            faults: Vec::new(),
            steps: 0,
            told: Vec::new(),
            hops: Vec::new(),
            broken: Vec::new(),
        };
        line.tell(Who::Caller, format!("dials {}", dial.to));
        line.feed(&Input::IncomingCall(Box::new(Incoming {
            rang_at: now,
            context: IncomingCallContext::new("rehearsal"),
            from: Some(caller),
            to: Some(RawId::new(format!("4:{}", dial.to))),
            caller_name: Some(dial.name.as_str().into()).filter(|_| !dial.name.is_empty()),
            server_call_id: None,
            correlation_id: None,
        })));
        line.feed(&Input::FlowChosen { bundle: bundle.hash_hex(), config });
        line
    }

    /// The time, ms since 1970.
    pub fn now(&self) -> Millis {
        self.now
    }

    /// How long ago the line began to ring, in ms.
    pub fn elapsed(&self) -> Millis {
        self.now.saturating_sub(self.began)
    }

    /// The call as the engine knows it.
    pub fn call(&self) -> &Call {
        &self.call
    }

    /// Whether the call is over, for the engine and for everybody who was in it.
    pub fn is_over(&self) -> bool {
        self.call.is_over() && self.leg == Leg::Over
    }

    /// From the ring to the end, in ms; until now where it is not over.
    pub fn took(&self) -> Millis {
        self.over_at.unwrap_or(self.now).saturating_sub(self.began)
    }

    /// What was said and done so far.
    pub fn told(&self) -> &[Told] {
        &self.told
    }

    /// The way through the flow so far.
    pub fn hops(&self) -> &[Hop] {
        &self.hops
    }

    /// What went wrong that no scenario can order: a broken invariant, a call that goes round for ever.
    pub fn broken(&self) -> &[String] {
        &self.broken
    }

    /// How many steps the engine made.
    pub fn steps(&self) -> u32 {
        self.steps
    }

    /// When something happens next if nobody does anything; none if never.
    pub fn next_time(&self) -> Option<Millis> {
        if self.steps > STEPS {
            return None;
        }
        let deadline = self.call.next_deadline().map(|(at, _)| at.max(self.now));
        self.agenda.next().into_iter().chain(deadline).min()
    }

    /// Lets the next thing happen; false if nothing ever does.
    pub fn tick(&mut self) -> bool {
        let Some(at) = self.next_time() else { return false };
        self.now = self.now.max(at);
        // What is on its way comes before a deadline of the same moment, as the service has it.
        match self.agenda.take(at) {
            Some(due) => self.happens(due),
            None => self.feed(&Input::DeadlineReached),
        }
        if self.leg == Leg::Rings && self.call.is_over() && self.agenda.next().is_none() {
            // Nobody answers and nobody tells his network so.
            self.tell(Who::Caller, "hears it ring, and gives up");
            self.leg = Leg::Over;
        }
        if self.over_at.is_none() && self.is_over() {
            self.over_at = Some(self.now);
        }
        true
    }

    /// Lets time pass until then.
    pub fn advance(&mut self, until: Millis) {
        while self.next_time().is_some_and(|at| at <= until) {
            self.tick();
        }
        self.now = self.now.max(until);
    }

    /// The request to an endpoint that waits for [`Self::answer`].
    pub fn asked(&self) -> Option<&Asked> {
        // The engine may have given it up.
        self.asked.as_ref().filter(|asked| self.call.pending.contains_key(&asked.number))
    }

    /// Answers the endpoint that was asked; status 0 is no answer.
    pub fn answer(&mut self, status: u16, body: serde_json::Value) {
        if let Some(asked) = self.asked.take() {
            self.endpoint_answers(asked.number, crate::around::result(status, body));
        }
    }

    fn endpoint_answers(&mut self, number: Number, result: FetchResult) {
        let words = match &result {
            FetchResult::Answer { status, .. } => format!("answers {status}"),
            FetchResult::Failed { .. } | FetchResult::Lost { .. } => "does not answer".to_owned(),
        };
        self.tell(Who::Endpoint, words);
        self.feed(&Input::Fetched { number, result });
    }

    fn happens(&mut self, due: Due) {
        match due {
            Due::Input(input) => self.feed(&input),
            Due::Event { kind, number, result } => self.event(*kind, number, result),
            Due::Connects(number) => self.connects(number),
            Due::Answered(number, result) => self.endpoint_answers(number, result),
            Due::PromptEnds(number) => self.prompt_ends(number),
            Due::Silence(number, typed) => self.silence(number, typed),
            Due::Rested => self.look_for_agents(),
            Due::RingsOut(number) => self.rings_out(number),
            Due::VoicemailTakes(number) => self.voicemail_takes(number),
            Due::Streams(number) => self.streams_on(number),
            Due::AgentActs(number, news) => self.agent_acts(number, news),
        }
    }

    /// Something happened, and the engine decides what it means.
    fn feed(&mut self, input: &Input) {
        self.steps += 1;
        if self.steps == STEPS {
            self.broken.push(format!("the call went on for {STEPS} steps"));
        }
        let env = Env { now: self.now, bundle: Some(self.bundle), profile: &Profile::CLASSIC };
        let before = self.call.clone();
        let (step, hops) = step_and_hops(before.clone(), input, &env);
        for name in check_step(&before, &step) {
            self.broken.push(format!("{name} does not hold after {}", input.name()));
        }
        self.call = step.call;
        self.hops.extend(hops);
        for note in step.notes {
            self.tell(Who::Why, note.0);
        }
        for command in step.commands {
            self.carry_out(command);
        }
        if let (None, Some(outcome)) = (before.outcome, self.call.outcome) {
            self.tell(Who::Service, format!("the call is over: {}", outcome.name()));
        }
        self.route();
    }

    /// A mid-call event comes.
    fn event(&mut self, kind: CallEventKind, number: Option<Number>, result: Option<(i64, i64)>) {
        if self.struck(kind.name(), |trouble| *trouble == Trouble::Lost).is_some() {
            return self.tell(Who::Why, format!("{} is lost", kind.name()));
        }
        self.events += 1;
        let result = result.map(|(code, sub_code)| ResultInformation {
            code,
            sub_code,
            ..ResultInformation::default()
        });
        let event = CallEvent {
            id: EventId::new(self.events.to_string()),
            source: String::new(),
            subject: None,
            time: None,
            call_connection_id: Some(CallConnectionId::new(CONNECTION)),
            server_call_id: None,
            correlation_id: None,
            operation_context: number.map(|number| number.to_string()),
            result,
            version: None,
            public_event_type: None,
            kind,
            unknown: UnknownMembers::default(),
        };
        self.feed(&Input::Event(Box::new(event)));
    }

    /// Sends an event on its way.
    fn soon(&mut self, kind: CallEventKind, number: Option<Number>, result: Option<(i64, i64)>) {
        let due = Due::Event { kind: Box::new(kind), number, result };
        self.agenda.put(self.now.saturating_add(NEWS), due);
    }

    /// Orders a fault for an operation or event, by its name as the emulator's logs write it; each time without `nth`.
    pub fn order_fault(&mut self, on: &str, nth: Option<u32>, trouble: Trouble) {
        self.faults.push(Fault { on: on.to_owned(), nth, seen: 0, trouble });
    }

    /// The sub-code and status with which an operation is refused by order.
    fn refusal(&mut self, name: &str) -> Option<(u16, i64)> {
        let fits = |trouble: &Trouble| matches!(trouble, Trouble::Refused { .. });
        match self.struck(name, fits)? {
            Trouble::Refused { status, sub_code } => Some((status, sub_code)),
            Trouble::Lost => None,
        }
    }

    fn struck(&mut self, name: &str, fits: impl Fn(&Trouble) -> bool) -> Option<Trouble> {
        let mut struck = None;
        for fault in &mut self.faults {
            if (fault.on == name || fault.on == "*") && fits(&fault.trouble) {
                fault.seen += 1;
                if fault.nth.is_none_or(|nth| nth == fault.seen) {
                    struck = Some(fault.trouble);
                }
            }
        }
        struck
    }

    fn tell(&mut self, who: Who, text: impl Into<String>) {
        let node = self.call.phase.node().filter(|node| !node.is_empty()).map(str::to_owned);
        self.told.push(Told { at: self.elapsed(), node, who, text: text.into() });
    }
}
