//! Plays a scenario.

use emulator::{
    control::{FaultAction, FaultRule},
    scenario::{Expect, Scenario, Span, Step},
};
use engine::{Millis, call::Hop, flow::Bundle};
use serde::Serialize;

use crate::{
    Line,
    around::{Around, millis},
    line::{Dial, Trouble},
    told::Told,
};

/// The longest wait of a step that does not say, in ms of the call.
const WITHIN: Millis = 120_000;
/// From the last step to the end of the call, in ms, where the scenario does not say.
const ENDS_WITHIN: Millis = 600_000;
/// So much of what was heard last is told of a step that failed.
const HEARD: usize = 3;

/// A scenario that was played.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Played {
    /// Its title.
    pub title: String,
    /// Its steps and expectations, up to the first step that failed.
    pub steps: Vec<StepPlayed>,
    /// What was said and done.
    pub told: Vec<Told>,
    /// The way through the flow.
    #[serde(skip)]
    pub hops: Vec<Hop>,
    /// How the call ended; none if it could not be made.
    pub outcome: Option<&'static str>,
    /// The nickname of the agent who talked with the caller.
    pub agent: Option<String>,
    /// From dialling to the end, in ms of the call.
    pub took: Millis,
    /// How many steps the engine made.
    pub engine_steps: u32,
}

/// One step or expectation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepPlayed {
    /// As a sentence.
    pub text: String,
    /// Whether it went as written.
    pub ok: bool,
    /// When it was done, in ms after dialling.
    pub at: Millis,
    /// What was there instead.
    pub detail: Option<String>,
}

impl Played {
    /// Whether every step and expectation held.
    pub fn passed(&self) -> bool {
        self.steps.iter().all(|step| step.ok)
    }

    /// What did not hold.
    pub fn failures(&self) -> impl Iterator<Item = String> {
        self.steps.iter().filter(|step| !step.ok).map(|step| match &step.detail {
            Some(detail) => format!("{}: {detail}", step.text),
            None => step.text.clone(),
        })
    }
}

/// Plays a scenario through a flow. A step that fails is the last one; the caller then hangs up.
pub fn play(bundle: &Bundle, scenario: &Scenario) -> Played {
    let title = scenario.title.clone();
    let around = match Around::of(scenario) {
        Ok(around) => around,
        Err(error) => return impossible(title, error.to_string()),
    };
    let line = Line::dial(bundle, around, &Dial::of(scenario));
    let mut player = Player { line, heard: 0, steps: Vec::new() };
    for step in &scenario.steps {
        let outcome = player.step(step);
        player.report(step.describe(), outcome);
        if !player.is_well() {
            player.line.hang_up();
            break;
        }
    }
    player.finish(&scenario.expect);
    player.played(title)
}

fn impossible(title: String, why: String) -> Played {
    let step =
        StepPlayed { text: "the caller dials".to_owned(), ok: false, at: 0, detail: Some(why) };
    Played {
        title,
        steps: vec![step],
        told: Vec::new(),
        hops: Vec::new(),
        outcome: None,
        agent: None,
        took: 0,
        engine_steps: 0,
    }
}

/// Nothing, or what was there instead.
type Outcome = Result<(), String>;

struct Player<'b> {
    line: Line<'b>,
    /// How much of what was told the script has gone over.
    heard: usize,
    steps: Vec<StepPlayed>,
}

impl Player<'_> {
    fn is_well(&self) -> bool {
        self.steps.iter().all(|step| step.ok)
    }

    fn report(&mut self, text: String, outcome: Outcome) {
        let at = self.line.elapsed();
        self.steps.push(StepPlayed { text, ok: outcome.is_ok(), at, detail: outcome.err() });
    }

    fn step(&mut self, step: &Step) -> Outcome {
        match step {
            Step::Hears { text, within } => self.hears(text, *within),
            Step::HearsNot { text, pause } => {
                self.pause(Some(*pause));
                let heard = self.heard_at(text).is_some();
                if heard { Err("it was heard".to_owned()) } else { Ok(()) }
            }
            Step::Presses { tones, within } => {
                self.until(*within, |line| line.listening().is_some_and(|heard| heard.keys))?;
                self.line.press(tones.expose());
                Ok(())
            }
            Step::Says { text, within } => {
                self.until(*within, |line| line.listening().is_some_and(|heard| heard.words))?;
                self.line.say(text.expose());
                Ok(())
            }
            Step::Rings { who, within } => self.until(*within, |line| line.rings(who)),
            Step::RingsNot { who, pause } => {
                self.pause(Some(*pause));
                if self.line.rings(who) { Err("it rings".to_owned()) } else { Ok(()) }
            }
            Step::Together { who, within } => self.until(*within, |line| line.together(who)),
            Step::Recorded { within } => self.until(*within, is_recorded),
            Step::Ends { within } => self.until(*within, is_over),
            Step::Talks(span) | Step::Waits(span) => {
                self.pause(Some(*span));
                Ok(())
            }
            Step::Accepts { after, .. }
            | Step::Declines { after, .. }
            | Step::AcceptsLate { after, .. }
            | Step::AcceptsTwice { after, .. }
            | Step::Ignores { after, .. }
            | Step::Leaves { after, .. } => {
                self.pause(*after);
                self.act(step)
            }
            Step::Presence { .. }
            | Step::Client { .. }
            | Step::Changes { .. }
            | Step::Mutes(_)
            | Step::Unmutes(_)
            | Step::Fault(_)
            | Step::HangsUp(_) => self.act(step),
        }
    }

    /// Steps that do something at once.
    fn act(&mut self, step: &Step) -> Outcome {
        let line = &mut self.line;
        match step {
            Step::Accepts { who, .. } => line.accept(who),
            Step::AcceptsTwice { who, .. } => line.accept_twice(who),
            Step::AcceptsLate { .. } => Err("only the emulator plays it".to_owned()),
            Step::Declines { who, .. } => line.decline(who),
            Step::Ignores { who, .. } => line.ignore(who),
            Step::Mutes(who) => mute(line, who, true),
            Step::Unmutes(who) => mute(line, who, false),
            Step::Changes { who, to } => line.change_staff(|staff| staff.change(who, to)),
            Step::Presence { who, availability, .. } => {
                line.tell_of(who, &format!("becomes {availability}"));
                line.change_staff(|staff| staff.set_presence(who, availability))
            }
            Step::Client { who, open } => line.change_staff(|staff| staff.set_open(who, *open)),
            Step::Fault(rule) => fault(line, rule),
            Step::HangsUp(who) if who == "caller" => {
                line.hang_up();
                Ok(())
            }
            Step::Leaves { who, .. } | Step::HangsUp(who) => line.leave(who),
            Step::Hears { .. }
            | Step::HearsNot { .. }
            | Step::Presses { .. }
            | Step::Says { .. }
            | Step::Rings { .. }
            | Step::RingsNot { .. }
            | Step::Together { .. }
            | Step::Recorded { .. }
            | Step::Ends { .. }
            | Step::Talks(_)
            | Step::Waits(_) => Ok(()),
        }
    }

    fn pause(&mut self, span: Option<Span>) {
        let pause = span.map_or(0, |span| millis(span.0));
        self.line.advance(self.line.now().saturating_add(pause));
    }

    fn hears(&mut self, text: &str, within: Option<Span>) -> Outcome {
        let from = self.heard;
        let wanted = text.to_lowercase();
        self.until(within, |line| heard_from(line.told(), from, &wanted).is_some())?;
        self.heard = self.heard_at(text).map_or(from, |at| at + 1);
        Ok(())
    }

    fn heard_at(&self, text: &str) -> Option<usize> {
        heard_from(self.line.told(), self.heard, &text.to_lowercase())
    }

    fn until(&mut self, within: Option<Span>, holds: impl Fn(&Line<'_>) -> bool) -> Outcome {
        let within = within.map_or(WITHIN, |within| millis(within.0));
        self.until_in(within, holds)
    }

    fn until_in(&mut self, within: Millis, holds: impl Fn(&Line<'_>) -> bool) -> Outcome {
        let end = self.line.now().saturating_add(within);
        loop {
            if holds(&self.line) {
                return Ok(());
            }
            match self.line.next_time() {
                Some(at) if at <= end => self.line.tick(),
                Some(_) | None => return Err(self.instead(within)),
            };
        }
    }

    /// What is there instead, for the report.
    fn instead(&self, within: Millis) -> String {
        let call = self.line.call();
        let state = match call.outcome {
            Some(outcome) => format!("the call is over ({})", outcome.name()),
            None => format!(
                "not within {}, the call is {} at {}",
                Span(std::time::Duration::from_millis(within.unsigned_abs())),
                call.phase.name(),
                call.phase.node().unwrap_or("no node"),
            ),
        };
        let heard = self.line.told().iter().rev().filter(|told| is_heard(told)).take(HEARD);
        let mut heard: Vec<String> = heard.map(|told| format!("\"{}\"", told.text)).collect();
        heard.reverse();
        if heard.is_empty() {
            return format!("{state}; nothing was heard");
        }
        format!("{state}; heard last: {}", heard.join(", "))
    }

    fn finish(&mut self, expect: &Expect) {
        let well = self.is_well();
        let limit = expect.ends_within.map(|within| millis(within.0));
        let left = limit.map_or(ENDS_WITHIN, |limit| limit.saturating_sub(self.line.elapsed()));
        let ended = self.until_in(left, is_over).and_then(|()| {
            let late = limit.is_some_and(|limit| self.line.took() > limit);
            if late {
                Err(format!("it was over after {} s", self.line.took() / 1_000))
            } else {
                Ok(())
            }
        });
        if well {
            let text = match expect.ends_within {
                Some(limit) => format!("the call is over within {limit}"),
                None => "the call is over".to_owned(),
            };
            self.report(text, ended);
            self.compare(expect);
        }
        for broken in self.line.broken().to_vec() {
            self.report("the engine keeps its promises".to_owned(), Err(broken));
        }
    }

    fn compare(&mut self, expect: &Expect) {
        let outcome = self.line.call().outcome.map_or("none", engine::call::Outcome::name);
        let agent = self.agent();
        let mut expected = |text: String, is_so: bool, instead: String| {
            self.report(text, if is_so { Ok(()) } else { Err(instead) });
        };
        if let Some(wanted) = &expect.outcome {
            let instead = format!("it is {outcome}");
            expected(format!("the outcome is {wanted}"), wanted == outcome, instead);
        }
        if let Some(wanted) = &expect.agent {
            let instead = format!("it is {}", agent.as_deref().unwrap_or("nobody"));
            let is_so = agent.as_deref() == Some(wanted);
            expected(format!("the agent is {wanted}"), is_so, instead);
        }
        if let Some(wanted) = expect.recording {
            let recorded = self.line.is_recorded();
            let text = if wanted { "the call was recorded" } else { "the call was not recorded" };
            let instead = Err("it is the other way round".to_owned());
            self.report(text.to_owned(), if recorded == wanted { Ok(()) } else { instead });
        }
    }

    fn agent(&self) -> Option<String> {
        let agent = self.line.call().agent.as_ref()?;
        self.line.staff().nickname(&agent.id).map(str::to_owned)
    }

    fn played(self, title: String) -> Played {
        Played {
            title,
            agent: self.agent(),
            steps: self.steps,
            told: self.line.told().to_vec(),
            hops: self.line.hops().to_vec(),
            outcome: self.line.call().outcome.map(engine::call::Outcome::name),
            took: self.line.took(),
            engine_steps: self.line.steps(),
        }
    }
}

fn is_over(line: &Line<'_>) -> bool {
    line.is_over()
}

fn is_recorded(line: &Line<'_>) -> bool {
    line.is_recorded()
}

fn is_heard(told: &Told) -> bool {
    told.who == crate::told::Who::Line
}

/// The first thing from there on that the caller hears and that has this text.
fn heard_from(told: &[Told], from: usize, wanted: &str) -> Option<usize> {
    let mut later = told.iter().enumerate().skip(from);
    later
        .find(|(_, told)| is_heard(told) && told.text.to_lowercase().contains(wanted))
        .map(|(at, _)| at)
}

/// Only the caller's microphone makes a difference: words of colleagues are recognised nowhere.
fn mute(line: &mut Line<'_>, who: &str, muted: bool) -> Outcome {
    if who == "caller" {
        line.mute_caller(muted);
        return Ok(());
    }
    if line.staff().knows(who) { Ok(()) } else { Err(format!("there is nobody called {who}")) }
}

/// Refusals of operations and lost events; what happens on the wire needs a wire.
fn fault(line: &mut Line<'_>, rule: &FaultRule) -> Outcome {
    if rule.every.is_some() || rule.probability.is_some() || rule.when.is_some() {
        return Err("of a fault's times only nth can be played without an emulator".to_owned());
    }
    let trouble = match &rule.action {
        FaultAction::Drop => Trouble::Lost,
        FaultAction::Refuse { status, sub_code, .. } => {
            Trouble::Refused { status: *status, sub_code: i64::from(sub_code.unwrap_or(9_999)) }
        }
        FaultAction::Duplicate
        | FaultAction::Copies { .. }
        | FaultAction::Reorder
        | FaultAction::Delay { .. }
        | FaultAction::FailAfter { .. }
        | FaultAction::Reset
        | FaultAction::Hang { .. }
        | FaultAction::Slow { .. }
        | FaultAction::RotateKeys
        | FaultAction::Skew { .. }
        | FaultAction::Forge { .. }
        | FaultAction::Alter { .. } => {
            return Err(
                "only the emulator plays this fault; refuse and drop are played here".to_owned()
            );
        }
    };
    line.order_fault(&rule.on, rule.nth, trouble);
    Ok(())
}
