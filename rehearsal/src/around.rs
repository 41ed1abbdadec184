//! What surrounds a flow: the deployment's constants, the company's endpoints, the time, who serves which queue.

use std::collections::BTreeMap;

use emulator::scenario::{EndpointAnswer, Given, Scenario, VoiceAgentDoes};
use engine::{Millis, call::FetchResult};
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::staff::Staff;

/// When the line rings if nobody says: Wednesday, 14 January 2026, 10:00 in London, 11:00 in Berlin. Offices are open.
const RINGS_AT: Millis = 1_768_384_800_000;
/// What an endpoint takes to answer, in ms.
const ANSWERS_AFTER: Millis = 50;

/// What surrounds a flow.
#[derive(Debug, Clone)]
pub struct Around {
    /// When the line rings, ms since 1970.
    pub at: Millis,
    /// Read as `config.NAME`.
    pub config: BTreeMap<String, Value>,
    /// What endpoints answer: the first that fits.
    pub answers: Vec<EndpointAnswer>,
    /// Who serves a queue, by nickname or object id; everybody where it is not here.
    pub queues: BTreeMap<String, Vec<String>>,
    /// What voice agents do: the first of the name. One that is not here says nothing.
    pub voice_agents: Vec<VoiceAgentDoes>,
    /// The people in Teams.
    pub staff: Staff,
    /// An endpoint for which there is no answer waits for [`crate::Line::answer`], up to its time limit. Otherwise it
    /// fails at once.
    pub asks_for_answers: bool,
}

/// What surrounds the flow cannot be as the scenario says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AroundError {
    /// `given.at` is no time.
    #[error("given.at is no time: write 2026-12-24T10:00:00+01:00")]
    At,
    /// Nobody has that name.
    #[error("there is nobody called {0}: the people are adele, megan and alex")]
    Nobody(String),
}

impl Default for Around {
    /// A working day in an office whose people are those of the emulator: Adele and Megan are available, Alex is away.
    fn default() -> Self {
        Self {
            at: RINGS_AT,
            config: BTreeMap::new(),
            answers: Vec::new(),
            queues: BTreeMap::new(),
            voice_agents: Vec::new(),
            staff: Staff::default(),
            asks_for_answers: false,
        }
    }
}

impl Around {
    /// What a scenario says, and the default for the rest.
    ///
    /// # Errors
    /// When it names a time or a person that is none.
    pub fn of(scenario: &Scenario) -> Result<Self, AroundError> {
        let Given { at, config, answers, queues, voice_agents } = scenario.given.clone();
        let at = match at {
            Some(text) => text.parse::<Timestamp>().map_err(|_| AroundError::At)?.as_millisecond(),
            None => RINGS_AT,
        };
        let mut staff = Staff::default();
        for (who, change) in &scenario.people.agents {
            if !staff.change(who, change) {
                return Err(AroundError::Nobody(who.clone()));
            }
        }
        if let Some(who) = queues.values().flatten().find(|who| !staff.knows(who)) {
            return Err(AroundError::Nobody(who.clone()));
        }
        Ok(Self { at, config, answers, queues, voice_agents, staff, asks_for_answers: false })
    }

    /// What an endpoint answers and after how many ms; none where the scenario says nothing of it.
    pub(crate) fn answer(
        &self,
        url: &str,
        sent: &Map<String, Value>,
    ) -> Option<(Millis, FetchResult)> {
        let fits = |answer: &&EndpointAnswer| {
            let wanted = &mut answer.sent.iter();
            url.contains(&answer.url)
                && wanted.all(|(name, value)| sent.get(name) == Some(value))
                && answer.said.as_ref().is_none_or(|words| asked_of_model(sent, words.expose()))
        };
        let found = self.answers.iter().find(fits)?;
        let after = found.after.map_or(ANSWERS_AFTER, |after| millis(after.0));
        let body = match &found.intent {
            Some(label) => completion(label),
            None => found.body.clone(),
        };
        Some((after, result(found.status, body)))
    }
}

/// Whether a language model is asked about these words.
fn asked_of_model(sent: &Map<String, Value>, words: &str) -> bool {
    let messages = sent.get("messages").and_then(Value::as_array);
    let said = messages.and_then(|all| all.last()?.get("content")?.as_str());
    said.is_some_and(|said| said.to_lowercase().contains(&words.to_lowercase()))
}

/// What a language model says where it finds this intent.
pub(crate) fn completion(label: &str) -> Value {
    let content = serde_json::json!({ "intent": label }).to_string();
    serde_json::json!({ "choices": [{ "message": { "role": "assistant", "content": content } }] })
}

/// What the engine is told of an answer; status 0 is none.
pub(crate) fn result(status: u16, body: Value) -> FetchResult {
    match status {
        0 => FetchResult::Failed { cause: "the scenario has no answer of it".to_owned() },
        _ => FetchResult::Answer { status, body },
    }
}

/// A duration in ms.
pub(crate) fn millis(span: std::time::Duration) -> Millis {
    Millis::try_from(span.as_millis()).unwrap_or(Millis::MAX)
}
