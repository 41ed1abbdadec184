//! Whether a dependency is worth asking. Pure: outcomes and times come in, a word comes out.

use engine::Millis;

/// Outcomes are counted over two spans of this length: the running one and the one before, in ms.
const SPAN: Millis = 5_000;
/// Fewer failures than this open nothing: a single bad call is no outage.
const FEWEST: u32 = 10;
/// First pause before one command may try whether the dependency is back; doubles, in ms. Short, because
/// callers hear nothing meanwhile.
const FIRST_PAUSE: Millis = 500;
/// Longest such pause, in ms.
const LONGEST_PAUSE: Millis = 8_000;

/// Counts what a dependency answered. Opens when at least 10 tries failed in the last 5 to 10 s and they
/// were at least half of all; then lets one command through at a time until one succeeds.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    state: State,
    spans: [Span; 2],
    span_began: Millis,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Closed,
    Open {
        until: Millis,
        pause: Millis,
        probing: bool,
    },
}

#[derive(Debug, Default, Clone, Copy)]
struct Span {
    good: u32,
    bad: u32,
}

/// What the breaker says to a command that does not bypass it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// Go.
    Go,
    /// Go alone: the outcome decides for all.
    Probe,
    /// Not now: [`Breaker::opens_at`], or while another one probes.
    Wait,
}

impl Breaker {
    /// Whether a command may try now. Asking for [`Word::Probe`] takes the probe.
    pub(super) fn ask(&mut self, now: Millis) -> Word {
        match &mut self.state {
            State::Closed => Word::Go,
            State::Open { probing: true, .. } => Word::Wait,
            State::Open { until, .. } if now < *until => Word::Wait,
            State::Open { probing, .. } => {
                *probing = true;
                Word::Probe
            }
        }
    }

    /// Whether commands are held back now.
    pub(super) fn is_open(&self) -> bool {
        self.state != State::Closed
    }

    /// When the next probe may go; none while one goes, or nothing is held back.
    pub(super) fn opens_at(&self) -> Option<Millis> {
        match self.state {
            State::Open { until, probing: false, .. } => Some(until),
            State::Open { .. } | State::Closed => None,
        }
    }

    /// An answer came, of whatever kind: the dependency lives. True if that closed the breaker.
    pub(super) fn good(&mut self, now: Millis) -> bool {
        let was_open = self.is_open();
        if was_open {
            *self = Self::default();
        }
        self.span(now).good += 1;
        was_open
    }

    /// No answer, or one that says that it is broken. True if that opened the breaker.
    pub(super) fn bad(&mut self, probe: bool, now: Millis) -> bool {
        self.span(now).bad += 1;
        match self.state {
            State::Closed => {
                let (good, bad) = self
                    .spans
                    .iter()
                    .fold((0, 0), |(good, bad), span| (good + span.good, bad + span.bad));
                let opens = bad >= FEWEST && bad >= good;
                if opens {
                    let until = now.saturating_add(FIRST_PAUSE);
                    self.state = State::Open { until, pause: FIRST_PAUSE, probing: false };
                }
                opens
            }
            State::Open { pause, .. } if probe => {
                let pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
                let until = now.saturating_add(pause);
                self.state = State::Open { until, pause, probing: false };
                false
            }
            State::Open { .. } => false,
        }
    }

    /// The probe ended without telling anything: the next one may take its place.
    pub(super) fn untold(&mut self) {
        if let State::Open { probing, .. } = &mut self.state {
            *probing = false;
        }
    }

    fn span(&mut self, now: Millis) -> &mut Span {
        let age = now.saturating_sub(self.span_began);
        if age >= SPAN {
            let before = if age < 2 * SPAN { self.spans[0] } else { Span::default() };
            self.spans = [Span::default(), before];
            self.span_began = now;
        }
        &mut self.spans[0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(at: Millis) -> Breaker {
        let mut breaker = Breaker::default();
        for _ in 0..FEWEST {
            breaker.bad(false, at);
        }
        assert!(breaker.is_open());
        breaker
    }

    #[test]
    fn opens_by_number_and_share_of_failures_within_the_last_seconds() {
        // Good ones, bad ones, ms between two of them, and whether that opens it.
        let table = [(0, 9, 1, false), (0, 10, 1, true), (10, 10, 1, true), (11, 10, 1, false)];
        for (good, bad, apart, opens) in table {
            let mut breaker = Breaker::default();
            let mut now = 1_000_000;
            for _ in 0..good {
                now += apart;
                breaker.good(now);
            }
            for _ in 0..bad {
                now += apart;
                breaker.bad(false, now);
            }
            assert_eq!(breaker.is_open(), opens, "{good} {bad} {apart}");
        }
        let mut slow = Breaker::default();
        for n in 0..100 {
            slow.bad(false, n * 2_000);
        }
        assert!(!slow.is_open(), "one failure every two seconds is no outage");
    }

    #[test]
    fn one_probe_at_a_time_decides_and_pauses_double() {
        let mut breaker = opened(0);
        assert_eq!((breaker.ask(1), breaker.opens_at()), (Word::Wait, Some(500)));
        assert_eq!(breaker.ask(500), Word::Probe);
        assert_eq!(breaker.ask(500), Word::Wait, "another one probes");
        breaker.bad(false, 600);
        assert_eq!(breaker.ask(600), Word::Wait, "one that bypassed decides nothing bad");
        breaker.bad(true, 700);
        assert_eq!((breaker.ask(1_699), breaker.opens_at()), (Word::Wait, Some(1_700)));
        assert_eq!(breaker.ask(1_700), Word::Probe);
        breaker.untold();
        assert_eq!(breaker.ask(1_700), Word::Probe, "a probe that told nothing is replaced");
        for _ in 0..20 {
            breaker.bad(true, 2_000);
        }
        assert_eq!(breaker.opens_at(), Some(2_000 + LONGEST_PAUSE));
    }

    #[test]
    fn any_success_closes_it_and_the_past_is_forgotten() {
        let mut breaker = opened(0);
        assert!(breaker.good(10), "also the success of one that bypassed it");
        assert_eq!(breaker.ask(10), Word::Go);
        assert!(!breaker.bad(false, 11), "a failure after that does not open it again");
    }
}
