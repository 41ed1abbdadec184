//! Plays a script against a running emulator.

use std::time::Duration;

use super::{AgentChange, Expect, Report, Scenario, Span, Step, StepReport};
use crate::control::{Condition, Control, ControlError};
use crate::options::TreatmentChange;
use crate::world::{CallId, CallView, ClientState, WorldView};

/// The longest wait of a step that does not say.
const WITHIN: Duration = Duration::from_secs(10);
/// The longest call of a script that does not say.
const ENDS_WITHIN: Duration = Duration::from_mins(1);

/// Plays a script: makes its changes to the people, places the call, goes through the steps and
/// checks the world's side of what is expected. A step that fails is the last; the caller then
/// hangs up. `on_progress` hears of each step as it is done.
pub async fn play(
    scenario: &Scenario,
    control: &Control,
    mut on_progress: impl FnMut(&StepReport),
) -> Report {
    let mut player =
        Player { control, call: None, started: control.now(), heard: 0, steps: Vec::new() };
    let dialled = player.begin(scenario);
    player.report("the caller dials".to_owned(), dialled, &mut on_progress);
    for step in &scenario.steps {
        if !player.is_well() {
            break;
        }
        let outcome = player.step(step).await;
        player.report(step.describe(), outcome, &mut on_progress);
    }
    player.finish(&scenario.expect, &mut on_progress).await;
    Report { passed: player.is_well(), steps: player.steps, call: player.call }
}

/// Nothing, or what was there instead.
type Outcome = Result<(), String>;

struct Player<'a> {
    control: &'a Control,
    call: Option<CallId>,
    started: i64,
    /// How much of what was heard the script has gone over.
    heard: usize,
    steps: Vec<StepReport>,
}

impl Player<'_> {
    fn is_well(&self) -> bool {
        self.steps.iter().all(|step| step.ok)
    }

    fn report(&mut self, text: String, outcome: Outcome, tell: &mut impl FnMut(&StepReport)) {
        let report = StepReport {
            text,
            ok: outcome.is_ok(),
            at_ms: self.control.now() - self.started,
            detail: outcome.err(),
        };
        tell(&report);
        self.steps.push(report);
    }

    fn begin(&mut self, scenario: &Scenario) -> Outcome {
        for (who, change) in &scenario.people.agents {
            self.change(who, change)?;
        }
        let caller = &scenario.caller;
        self.started = self.control.now();
        let (from, to) = (caller.number.expose(), caller.dials.expose());
        let call = self.control.dial(from, &caller.name, to);
        self.call = Some(call.map_err(|error| error.to_string())?);
        Ok(())
    }

    /// An agent is different from now on.
    fn change(&self, who: &str, change: &AgentChange) -> Outcome {
        if let Some(open) = change.open {
            done(self.control.set_client(who, open))?;
        }
        if let Some(presence) = &change.presence {
            let activity = change.activity.as_deref();
            done(self.control.set_presence(who, presence, activity))?;
        }
        let treatment = change.treatment();
        if treatment == TreatmentChange::default() {
            return Ok(());
        }
        done(self.control.treat(who, treatment))
    }

    /// `caller`, or an agent, mutes or unmutes.
    fn mute(&self, call: CallId, who: &str, muted: bool) -> Outcome {
        let caller = self.control.call(call).filter(|_| who == "caller");
        let raw = caller.map(|call| format!("4:{}", call.from.expose()));
        done(self.control.mute(raw.as_deref().unwrap_or(who), muted))
    }

    async fn step(&mut self, step: &Step) -> Outcome {
        let call = self.call.ok_or("there is no call")?;
        match step {
            Step::Hears { text, within } => self.hears(call, text, *within).await,
            Step::HearsNot { text, pause } => self.hears_not(call, text, *pause).await,
            Step::Presses { tones, within } => {
                self.until(&Condition::Listening(call), *within).await?;
                done(self.control.press(call, tones.expose()))
            }
            Step::Says { text, within } => {
                self.until(&Condition::Listening(call), *within).await?;
                done(self.control.say(call, text.expose()))
            }
            Step::Rings { who, within } => {
                let rings = Condition::Client(who.clone(), ClientState::Ringing);
                self.until(&rings, *within).await
            }
            Step::RingsNot { who, pause } => self.rings_not(who, *pause).await,
            Step::Together { who, within } => {
                self.until(&Condition::With(call, who.clone()), *within).await
            }
            Step::Recorded { within } => self.until(&Condition::Recording(call), *within).await,
            Step::Ends { within } => self.until(&Condition::Ended(call), *within).await,
            Step::Talks(span) | Step::Waits(span) => {
                self.control.pause(span.0).await;
                Ok(())
            }
            Step::Accepts { after, .. }
            | Step::Declines { after, .. }
            | Step::AcceptsLate { after, .. }
            | Step::AcceptsTwice { after, .. }
            | Step::Ignores { after, .. }
            | Step::Leaves { after, .. } => {
                self.control.pause(after.map_or(Duration::ZERO, |after| after.0)).await;
                self.act(call, step)
            }
            Step::Presence { .. }
            | Step::Client { .. }
            | Step::Changes { .. }
            | Step::Mutes(_)
            | Step::Unmutes(_)
            | Step::Fault(_)
            | Step::HangsUp(_) => self.act(call, step),
        }
    }

    /// Steps that do something at once.
    fn act(&self, call: CallId, step: &Step) -> Outcome {
        match step {
            Step::Accepts { who, .. } => done(self.control.accept(who)),
            Step::AcceptsLate { who, .. } => done(self.control.accept_late(who)),
            Step::AcceptsTwice { who, .. } => done(self.control.accept_twice(who)),
            Step::Mutes(who) => self.mute(call, who, true),
            Step::Unmutes(who) => self.mute(call, who, false),
            Step::Changes { who, to } => self.change(who, to),
            Step::Declines { who, .. } => done(self.control.decline(who)),
            Step::Ignores { who, .. } => done(self.control.ignore(who)),
            Step::Presence { who, availability, activity } => {
                done(self.control.set_presence(who, availability, activity.as_deref()))
            }
            Step::Client { who, open } => done(self.control.set_client(who, *open)),
            Step::Fault(rule) => {
                self.control.add_fault(rule.clone());
                Ok(())
            }
            Step::HangsUp(who) if who == "caller" => done(self.control.hang_up(call)),
            Step::Leaves { who, .. } | Step::HangsUp(who) => done(self.control.leave(who)),
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

    async fn hears(&mut self, call: CallId, text: &str, within: Option<Span>) -> Outcome {
        let within = within.map_or(WITHIN, |span| span.0);
        let from = self.heard;
        let found = |world: &WorldView| heard_at(world, call, from, text).is_some();
        if self.control.wait_for(within, found).await {
            let at = heard_at(&self.control.world(), call, from, text);
            self.heard = at.unwrap_or(from) + 1;
            return Ok(());
        }
        Err(self.describe_call())
    }

    async fn hears_not(&mut self, call: CallId, text: &str, pause: Span) -> Outcome {
        self.control.pause(pause.0).await;
        match heard_at(&self.control.world(), call, self.heard, text) {
            None => Ok(()),
            Some(_) => Err("it was heard".to_owned()),
        }
    }

    async fn rings_not(&mut self, who: &str, pause: Span) -> Outcome {
        self.control.pause(pause.0).await;
        let state = self.control.user(who).map(|user| user.client.state);
        if state == Some(ClientState::Ringing) { Err("it rings".to_owned()) } else { Ok(()) }
    }

    async fn until(&self, condition: &Condition, within: Option<Span>) -> Outcome {
        let within = within.map_or(WITHIN, |span| span.0);
        if self.control.wait(condition, within).await {
            return Ok(());
        }
        Err(self.describe_call())
    }

    /// What is there instead, for the report.
    fn describe_call(&self) -> String {
        let Some(call) = self.call.and_then(|call| self.control.call(call)) else {
            return "there is no call".to_owned();
        };
        let heard: Vec<&str> = call.heard.iter().map(|heard| heard.text.as_str()).collect();
        let ended = call.end_reason.map_or_else(String::new, |why| format!(" ({why})"));
        format!("the call is {}{ended}; heard so far: {heard:?}", call.state)
    }

    /// The end: everybody is gone, and the world's side of the expectations holds.
    async fn finish(&mut self, expect: &Expect, tell: &mut impl FnMut(&StepReport)) {
        let Some(call) = self.call else {
            return;
        };
        if !self.is_well() {
            // The call may be over already.
            let _ = self.control.hang_up(call);
            return;
        }
        let limit = expect.ends_within.map_or(ENDS_WITHIN, |span| span.0);
        let spent =
            Duration::from_millis(u64::try_from(self.control.now() - self.started).unwrap_or(0));
        let left = limit.saturating_sub(spent);
        let ended = self.until(&Condition::Ended(call), Some(Span(left))).await;
        self.report(format!("the call is over within {}", Span(limit)), ended, tell);
        if let Some(expected) = expect.recording {
            let recorded = self.control.call(call).is_some_and(|call| call.recorded);
            let outcome = if recorded == expected {
                Ok(())
            } else {
                Err("it is the other way round".to_owned())
            };
            let text = if expected { "the call was recorded" } else { "the call was not recorded" };
            self.report(text.to_owned(), outcome, tell);
        }
    }
}

fn done(result: Result<(), ControlError>) -> Outcome {
    result.map_err(|error| error.to_string())
}

/// The index of the first thing heard from `from` on that has this text.
fn heard_at(world: &WorldView, call: CallId, from: usize, text: &str) -> Option<usize> {
    let call: &CallView = world.calls.iter().find(|one| one.id == call)?;
    let text = text.to_lowercase();
    let mut later = call.heard.iter().enumerate().skip(from);
    later.find(|(_, heard)| heard.text.to_lowercase().contains(&text)).map(|(index, _)| index)
}
