//! A person types what the caller does, and reads what he would hear.

use engine::{Millis, call::Phase, flow::Bundle};

use crate::{Around, Line, Told, Who, line::Dial};

/// Nothing said for so long, in ms of the call: the person is asked again.
const PATIENCE: Millis = 30_000;
/// What can be typed.
pub const HELP: &str = "keys (1, 42#) or words, as the caller would · empty line: say nothing, let time pass\n\
/hang up · /accept [who] · /decline [who] · /leave [who] · /presence WHO Available|Busy|Offline\n\
/answer STATUS [JSON]: what the endpoint answers · /intent LABEL: what the language model says · /why: the engine's reasons, on or off · /quit";

/// A call that a person drives.
pub struct Typewriter<'b> {
    line: Line<'b>,
    shown: usize,
    why: bool,
}

/// What is wanted next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// The caller is listened to: keys, words, or both.
    Answer {
        /// Keys are heard.
        keys: bool,
        /// Words are heard.
        words: bool,
    },
    /// A colleague's Teams rings.
    Colleague(String),
    /// An endpoint was asked for which there is no answer.
    Endpoint(String),
    /// Caller and colleague talk.
    Talking(String),
    /// The caller waits.
    Waiting,
    /// The call is over.
    Nothing,
}

impl<'b> Typewriter<'b> {
    /// The line rings.
    pub fn new(bundle: &'b Bundle, around: Around, dial: &Dial) -> Self {
        let around = Around { asks_for_answers: true, ..around };
        let mut typewriter = Self { line: Line::dial(bundle, around, dial), shown: 0, why: false };
        typewriter.run(false);
        typewriter
    }

    /// The lines that were not read yet.
    pub fn unread(&mut self) -> Vec<Told> {
        let why = self.why;
        let new = self.line.told()[self.shown..].iter().filter(|told| why || told.who != Who::Why);
        let new = new.cloned().collect();
        self.shown = self.line.told().len();
        new
    }

    /// The call.
    pub fn line(&self) -> &Line<'b> {
        &self.line
    }

    /// What is wanted next.
    pub fn wanted(&self) -> Wanted {
        let line = &self.line;
        if line.is_over() || line.next_time().is_none() {
            return Wanted::Nothing;
        }
        if let Some(asked) = line.asked() {
            return Wanted::Endpoint(format!("{} {}", asked.method, asked.url));
        }
        if let Some(listening) = line.listening() {
            return Wanted::Answer { keys: listening.keys, words: listening.words };
        }
        if let Some(who) = line.ringing() {
            return Wanted::Colleague(who.to_owned());
        }
        match &line.call().phase {
            Phase::Talking { agent, .. } if line.together(&agent.agent.id) => {
                let id = &agent.agent.id;
                Wanted::Talking(line.staff().nickname(id).unwrap_or(id).to_owned())
            }
            Phase::New
            | Phase::Ringing { .. }
            | Phase::Answering { .. }
            | Phase::InFlow { .. }
            | Phase::Waiting(_)
            | Phase::Talking { .. }
            | Phase::Ending { .. }
            | Phase::Ended => Wanted::Waiting,
        }
    }

    /// Does what was typed, and lets time pass until something is wanted again.
    ///
    /// # Errors
    /// When it cannot be done, with what can be typed.
    pub fn typed(&mut self, text: &str) -> Result<(), String> {
        let text = text.trim();
        if let Some(order) = text.strip_prefix('/') {
            self.order(order)?;
            self.run(false);
            return Ok(());
        }
        if text.is_empty() {
            self.run(true);
            return Ok(());
        }
        let is_key = |key: char| matches!(key, '0'..='9' | '*' | '#' | 'A'..='D');
        if text.chars().all(is_key) {
            if self.line.listening().is_none_or(|listening| !listening.keys) {
                return Err("nobody listens for keys now".to_owned());
            }
            self.line.press(text);
        } else if !self.line.say(text) {
            return Err("nobody listens for words now".to_owned());
        }
        self.run(false);
        Ok(())
    }

    fn order(&mut self, order: &str) -> Result<(), String> {
        let mut words = order.split_whitespace();
        let (name, first) = (words.next().unwrap_or_default(), words.next());
        let rings = self.line.ringing().map(str::to_owned);
        let who = |given: Option<&str>| given.map(str::to_owned).or(rings);
        match (name, first) {
            ("hang" | "hangup" | "bye", _) => {
                self.line.hang_up();
                Ok(())
            }
            ("accept", given) => self.line.accept(&who(given).ok_or("nobody's Teams rings")?),
            ("decline", given) => self.line.decline(&who(given).ok_or("nobody's Teams rings")?),
            ("leave", given) => {
                let talks = match self.wanted() {
                    Wanted::Talking(who) => Some(who),
                    Wanted::Answer { .. }
                    | Wanted::Colleague(_)
                    | Wanted::Endpoint(_)
                    | Wanted::Waiting
                    | Wanted::Nothing => None,
                };
                let who = given.map(str::to_owned).or(talks).ok_or("nobody is in the call")?;
                self.line.leave(&who)
            }
            ("presence", Some(who)) => {
                let availability = words.next().ok_or("say which: Available, Busy, Offline")?;
                self.line.tell_of(who, &format!("becomes {availability}"));
                self.line.change_staff(|staff| staff.set_presence(who, availability))
            }
            ("answer", Some(status)) => {
                let status = status.parse().map_err(|_| "the status is a number, such as 200")?;
                let body = words.collect::<Vec<_>>().join(" ");
                let body = if body.is_empty() { "null" } else { &body };
                let body = serde_json::from_str(body).map_err(|error| error.to_string())?;
                self.line.answer(status, body);
                Ok(())
            }
            ("intent", Some(label)) => {
                self.line.answer(200, crate::around::completion(label));
                Ok(())
            }
            ("why", _) => {
                self.why = !self.why;
                Ok(())
            }
            _ => Err(HELP.to_owned()),
        }
    }

    /// Lets time pass until something is wanted; `past` what is wanted now, until something new was heard or done.
    fn run(&mut self, past: bool) {
        let told = self.heard();
        let end = self.line.now().saturating_add(PATIENCE);
        let mut passes = past;
        loop {
            let wants = self.wanted();
            let stops = match wants {
                Wanted::Waiting => self.heard() > told && self.line.now() >= end,
                Wanted::Answer { .. }
                | Wanted::Colleague(_)
                | Wanted::Endpoint(_)
                | Wanted::Talking(_)
                | Wanted::Nothing => true,
            };
            passes = passes && self.heard() == told;
            if stops && !passes {
                return;
            }
            if !self.line.tick() {
                return;
            }
        }
    }

    fn heard(&self) -> usize {
        self.line.told().iter().filter(|told| told.who != Who::Why).count()
    }
}
