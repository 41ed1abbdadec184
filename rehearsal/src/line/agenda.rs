//! What is due when.

use std::collections::BTreeMap;

use engine::{
    Millis,
    call::{FetchResult, Input, Number, StreamNews},
};
use webhooks::CallEventKind;

/// Something that will happen.
pub(super) enum Due {
    /// The engine is told something.
    Input(Box<Input>),
    /// A mid-call event.
    Event { kind: Box<CallEventKind>, number: Option<Number>, result: Option<(i64, i64)> },
    /// Our leg comes up.
    Connects(Number),
    /// An endpoint answers.
    Answered(Number, FetchResult),
    /// A prompt was heard to its end.
    PromptEnds(Number),
    /// The caller did nothing for so long; the number of keys he had typed.
    Silence(Number, usize),
    /// A colleague's client has rung for as long as it may.
    RingsOut(Number),
    /// A colleague is no longer left alone.
    Rested,
    /// A colleague's voicemail takes the call.
    VoicemailTakes(Number),
    /// Sound still goes to a voice agent.
    Streams(Number),
    /// A voice agent does what the scenario says.
    AgentActs(Number, StreamNews),
}

/// In order of time; what is due at the same time in the order in which it was put.
#[derive(Default)]
pub(super) struct Agenda {
    due: BTreeMap<(Millis, u64), Due>,
    last: u64,
}

impl Agenda {
    pub(super) fn put(&mut self, at: Millis, due: Due) {
        self.last += 1;
        self.due.insert((at, self.last), due);
    }

    /// When the next thing is due.
    pub(super) fn next(&self) -> Option<Millis> {
        self.due.first_key_value().map(|((at, _), _)| *at)
    }

    /// The next thing, if it is due by then.
    pub(super) fn take(&mut self, by: Millis) -> Option<Due> {
        let first = self.due.first_entry()?;
        (first.key().0 <= by).then(|| first.remove())
    }
}
