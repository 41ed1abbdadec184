//! Whose turn it is to ask a dependency. Pure: times and outcomes come in, turns come out.

use std::collections::BTreeSet;

use engine::Millis;

use super::{
    breaker::{Breaker, Word},
    budget::Budget,
    urgency::Urgency,
};

/// A place in the line. Lower numbers came earlier.
pub(super) type Place = u64;

/// What a try told of the dependency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Health {
    /// It answered, whatever it said.
    Answered,
    /// It asked for a pause of so many ms (429, or 503 with `Retry-After`).
    Slower(Millis),
    /// No answer, or one that says that it is broken.
    Broken,
    /// Nothing: the try never left, or was cut off.
    Untold,
}

/// A turn: the right to try once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Turn {
    /// The breaker looks at the outcome of this one.
    pub(super) probe: bool,
}

/// The line before one dependency: the most urgent goes first, then who came first. At most `most` tries at
/// once, and a quarter more for what bypasses; fewer after the dependency asked for a pause.
#[derive(Debug)]
pub(super) struct Turns {
    most: usize,
    /// At most so many at once now: halved when asked for a pause, one more for each good answer.
    window: usize,
    in_flight: usize,
    line: BTreeSet<(Urgency, Place)>,
    next_place: Place,
    paused_until: Millis,
    breaker: Breaker,
    /// For what bypasses and for the rest: prompts must not use up what a hang-up needs.
    budgets: [Budget; 2],
}

impl Turns {
    /// Nobody waits, nothing is known.
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            window: most,
            in_flight: 0,
            line: BTreeSet::new(),
            next_place: 0,
            paused_until: 0,
            breaker: Breaker::default(),
            budgets: Default::default(),
        }
    }

    /// Stands in line.
    pub(super) fn stand(&mut self, urgency: Urgency) -> Place {
        self.next_place += 1;
        self.line.insert((urgency, self.next_place));
        self.next_place
    }

    /// Leaves the line without a turn.
    pub(super) fn leave(&mut self, urgency: Urgency, place: Place) {
        self.line.remove(&(urgency, place));
    }

    /// The next turn, if it can be given now.
    pub(super) fn give(&mut self, now: Millis) -> Option<(Place, Turn)> {
        let (urgency, place) = *self.line.first()?;
        let probe = if urgency.bypasses() {
            if self.in_flight >= self.window + self.most / 4 {
                return None;
            }
            false
        } else {
            if self.in_flight >= self.window || now < self.paused_until {
                return None;
            }
            match self.breaker.ask(now) {
                Word::Go => false,
                Word::Probe => true,
                Word::Wait => return None,
            }
        };
        self.line.remove(&(urgency, place));
        self.in_flight += 1;
        Some((place, Turn { probe }))
    }

    /// When a turn may come that none can give now but time. None: only the end of another turn helps.
    pub(super) fn wake_at(&self, now: Millis) -> Option<Millis> {
        let paused = Some(self.paused_until).filter(|until| *until > now);
        paused.max(self.breaker.opens_at().filter(|until| *until > now))
    }

    /// A turn is over. Says what people should know of.
    pub(super) fn end(&mut self, turn: Turn, health: Health, now: Millis) -> Option<Change> {
        self.in_flight = self.in_flight.saturating_sub(1);
        match health {
            Health::Answered => {
                self.window = (self.window + 1).min(self.most);
                self.breaker.good(now).then_some(Change::Back)
            }
            Health::Slower(pause) => {
                let until = now.saturating_add(pause);
                let news = until > self.paused_until.saturating_add(pause / 2);
                // Those in flight together are told together: they count once.
                if now >= self.paused_until {
                    self.window = (self.window / 2).max(1);
                }
                self.paused_until = self.paused_until.max(until);
                self.breaker.good(now);
                news.then_some(Change::Slower)
            }
            Health::Broken => self.breaker.bad(turn.probe, now).then_some(Change::Broken),
            Health::Untold => {
                if turn.probe {
                    self.breaker.untold();
                }
                None
            }
        }
    }

    /// Whether ordinary commands are held back because the dependency looks broken.
    pub(super) fn is_broken(&self) -> bool {
        self.breaker.is_open()
    }

    /// A command is tried for the first time.
    pub(super) fn first_try(&mut self, urgency: Urgency, now: Millis) {
        self.budget(urgency).first_try(now);
    }

    /// Takes a repetition from the budget: how much longer it must wait, in ms; None beyond `longest`.
    pub(super) fn repeat(
        &mut self,
        urgency: Urgency,
        longest: Millis,
        now: Millis,
    ) -> Option<Millis> {
        self.budget(urgency).repeat(longest, now)
    }

    fn budget(&mut self, urgency: Urgency) -> &mut Budget {
        &mut self.budgets[usize::from(urgency.bypasses())]
    }
}

/// What became of a dependency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// It looks broken: only what bypasses is tried, and a probe now and then.
    Broken,
    /// It answers again.
    Back,
    /// It asked for a pause.
    Slower,
}

#[cfg(test)]
#[path = "turns_tests.rs"]
mod tests;
