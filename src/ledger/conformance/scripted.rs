//! A decider that does what the input's text says, so that the store is tested without the engine.

use std::sync::atomic::{AtomicU32, Ordering};

use engine::{
    Millis,
    call::{
        Action, Call, Command, FetchResult, Input, Lane, Note, Outcome, Phase, Prompt, Released,
        Step,
    },
};
use webhooks::{RawId, ServerCallId, Speech};

use crate::ledger::Decider;

/// An input that carries out `text`: orders separated by `;`, each a word and its arguments.
///
/// `play`, `terminate`, `seek QUEUE SINCE [TRIED]`, `leave`, `release AGENT`, `miss AGENT`, `due AT`,
/// `server ID`, `name TEXT`, `end`, `panic`, `fragile` (panics as often as [`Scripted::fragile`] says).
/// Anything else is only seen.
pub(in crate::ledger) fn script(text: &str) -> Input {
    Input::Fetched { number: 0, result: FetchResult::Failed { cause: text.to_owned() } }
}

/// Does what inputs say; notes what it has seen in `Call::tried`.
#[derive(Debug, Default)]
pub(in crate::ledger) struct Scripted {
    /// So many `fragile` inputs panic from now on.
    pub(in crate::ledger) fragile: AtomicU32,
}

impl Decider for Scripted {
    fn decide(&self, mut call: Call, input: &Input, now: Millis) -> Step {
        call.now = call.now.max(now);
        let text = text_of(input);
        call.tried.push(text.clone());
        let mut step = Step { call, commands: Vec::new(), notes: vec![Note("seen".to_owned())] };
        for order in text.split(';') {
            self.carry_out(&mut step, order.trim());
        }
        step
    }

    fn render(&self, call: &Call, command: &Command) -> Vec<u8> {
        let name = call.caller_name.as_ref().map_or("", |name| name.expose());
        format!("{} {name}", command.action.name()).into_bytes()
    }
}

fn text_of(input: &Input) -> String {
    match input {
        Input::Fetched { result: FetchResult::Failed { cause }, .. } => cause.clone(),
        Input::Offered(offer) => format!("offered {}", offer.agent.id),
        Input::StepFailed { seq } => format!("step {seq} failed"),
        Input::IncomingCall(_)
        | Input::FlowChosen { .. }
        | Input::Event(_)
        | Input::Settled { .. }
        | Input::DeadlineReached
        | Input::Unavailable { .. }
        | Input::Fetched { .. }
        | Input::Inspected { .. }
        | Input::Streamed { .. }
        | Input::RecordingFile { .. }
        | Input::Resumed
        | Input::TurnedAway(_) => input.name().to_owned(),
    }
}

impl Scripted {
    fn carry_out(&self, step: &mut Step, order: &str) {
        let words: Vec<&str> = order.split_whitespace().collect();
        let one_less = |left: u32| left.checked_sub(1);
        match words[..] {
            ["play"] => command(step, Lane::Media, play()),
            ["terminate"] => command(step, Lane::Control, Action::Terminate),
            ["seek", queue, since, ref tried @ ..] => {
                let tried = tried.iter().map(|agent| (*agent).to_owned()).collect();
                let since = since.parse().unwrap();
                let seek = Action::Seek { queue: queue.to_owned(), since, tried };
                command(step, Lane::Control, seek);
            }
            ["leave"] => command(step, Lane::Control, Action::LeaveQueue),
            ["release", agent] => command(step, Lane::Control, release(agent, Released::Served)),
            ["miss", agent] => command(step, Lane::Control, release(agent, Released::Missed)),
            ["due", at] => step.call.ends_by = Some(at.parse().unwrap()),
            ["server", id] => step.call.server_call_id = Some(ServerCallId::new(id)),
            ["name", ref words @ ..] => {
                step.call.caller_name = Some(words.join(" ").into());
                step.call.caller = Some(RawId::new(format!("4:{}", words.join(""))));
            }
            ["end"] => {
                step.call.phase = Phase::Ended;
                step.call.outcome = Some(Outcome::Completed);
            }
            ["panic"] => panic!("the script says so"),
            ["fragile"] => {
                let left = self.fragile.try_update(Ordering::SeqCst, Ordering::SeqCst, one_less);
                assert!(left.is_err(), "this input is fragile");
            }
            _ => {}
        }
    }
}

fn command(step: &mut Step, lane: Lane, action: Action) {
    let number = step.call.next_number;
    step.call.next_number += 1;
    let expires = step.call.now + 60_000;
    step.commands.push(Command { number, lane, expires, action });
}

fn play() -> Action {
    let text = Speech::new("hello");
    let prompt = Prompt::Text { text, language: "en-US".to_owned(), voice: None };
    Action::Play { prompt, repeat: false, interrupt: true }
}

fn release(agent: &str, after: Released) -> Action {
    Action::Release { agent: agent.to_owned(), after }
}
