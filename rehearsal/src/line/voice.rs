//! Talks with voice agents: nobody hears them here, and they do what the scenario says.

use emulator::scenario::{VoiceAgentDoes, VoiceAgentEnd};
use engine::{
    Millis,
    call::{
        Doing, Input, Kept, Number, Passed, Phase, SettlementFacts, StreamEnd, StreamNews, Talk,
    },
};
use webhooks::CallEventKind;

use crate::{around::millis, told::Who};

use super::{Due, Line, NEWS};

/// How long an agent talks before it does something, in ms, where the scenario does not say.
const TALKS: Millis = 5_000;
/// Sound comes on, as the service tells it, so often, in ms.
const GOES_ON: Millis = 15_000;
/// Call Automation streams so many frames a second, and an agent is taken to speak as much.
const FRAMES_A_SECOND: Millis = 50;
/// A stream that no socket could be opened for (contract 6.4).
const NO_SOCKET: (i64, i64) = (500, 8603);
/// The sub-code of an operation that the state of the call does not allow.
const WRONG_STATE: i64 = 8585;

impl Line<'_> {
    /// Opens the way to the agent that the call names.
    pub(super) fn start_stream(&mut self, number: Number) {
        if !self.is_up(number) {
            return;
        }
        if self.stream.is_some() {
            return self.refuse(number, 400, Some(WRONG_STATE));
        }
        self.settle(number, SettlementFacts::default());
        let Some(name) = self.talk().map(|talk| talk.agent.clone()) else { return };
        let does = self.around.voice_agents.iter().find(|does| does.agent == name).cloned();
        let unreachable =
            does.as_ref().is_some_and(|does| does.does == Some(VoiceAgentEnd::Unreachable));
        if unreachable {
            self.tell(Who::VoiceAgent(name), "cannot be reached");
            let kind = CallEventKind::MediaStreamingFailed { update: None };
            return self.soon(kind, Some(number), Some(NO_SOCKET));
        }
        self.tell(Who::VoiceAgent(name), "takes the call");
        self.stream = Some(number);
        let at = |after: Millis| self.now.saturating_add(NEWS).saturating_add(after);
        let begun = Input::Streamed { number, news: StreamNews::Begun };
        let (begins, goes_on) = (at(0), at(GOES_ON));
        let acts = does.and_then(|does| {
            let after = does.after.map_or(TALKS, |after| millis(after.0));
            Some((at(after), act(does, after)?))
        });
        self.agenda.put(begins, Due::Input(Box::new(begun)));
        self.agenda.put(goes_on, Due::Streams(number));
        if let Some((when, news)) = acts {
            self.agenda.put(when, Due::AgentActs(number, news));
        }
        let kind = CallEventKind::MediaStreamingStarted { update: None };
        self.soon(kind, Some(number), Some((200, 0)));
    }

    pub(super) fn stop_stream(&mut self, number: Number) {
        if !self.is_up(number) {
            return;
        }
        if self.stream.take().is_none() {
            return self.refuse(number, 400, Some(WRONG_STATE));
        }
        self.settle(number, SettlementFacts::default());
        let kind = CallEventKind::MediaStreamingStopped { update: None };
        self.soon(kind, Some(number), Some((200, 0)));
    }

    /// The service tells that sound still comes.
    pub(super) fn streams_on(&mut self, number: Number) {
        if self.stream == Some(number) {
            self.agenda.put(self.now.saturating_add(GOES_ON), Due::Streams(number));
            self.feed(&Input::Streamed { number, news: StreamNews::Alive });
        }
    }

    pub(super) fn agent_acts(&mut self, number: Number, news: StreamNews) {
        if self.stream != Some(number) {
            return;
        }
        if let Some(name) = self.talk().map(|talk| talk.agent.clone()) {
            let words = match &news {
                StreamNews::HandedOver { to, .. } => format!("hands the caller over: {to}"),
                StreamNews::Over { end: StreamEnd::Agent, .. } => "ends the talk".to_owned(),
                StreamNews::Over { .. } => "breaks off".to_owned(),
                StreamNews::Begun | StreamNews::Alive => "goes on".to_owned(),
            };
            self.tell(Who::VoiceAgent(name), words);
        }
        self.feed(&Input::Streamed { number, news });
    }

    fn talk(&self) -> Option<&Talk> {
        match &self.call().phase {
            Phase::InFlow { doing: Doing::Streaming(talk), .. } => Some(talk),
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

/// What the service tells of what an agent does after so many ms; none where it says nothing.
fn act(does: VoiceAgentDoes, after: Millis) -> Option<StreamNews> {
    let frames = u64::try_from(after.saturating_mul(FRAMES_A_SECOND) / 1_000).unwrap_or(0);
    let passed = Passed { to_agent: frames, from_agent: frames };
    if let Some(to) = does.hands_over {
        return Some(StreamNews::HandedOver { to, set: Kept(does.gives.into()), passed });
    }
    let end = match does.does? {
        VoiceAgentEnd::Ends => StreamEnd::Agent,
        VoiceAgentEnd::Breaks => StreamEnd::Broken { cause: "the scenario says so".to_owned() },
        VoiceAgentEnd::Unreachable => return None,
    };
    Some(StreamNews::Over { end, passed })
}
