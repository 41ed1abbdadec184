//! How long callers heard nothing, and agents sat alone.

use std::collections::BTreeMap;

use crate::{
    clock::Millis,
    evidence::{Evidence, Sighting},
};

use super::{Book, EXPLAINS, Violation};

/// The longest silence that needs no excuse, ms (V12, I4).
const SILENCE: Millis = 4_000;
/// How long an agent may be alone after the caller has left, ms. The event, the decision and the end take
/// a moment.
const LONELY: Millis = 4_000;

/// From the first attempt to deliver an event to the last, ms.
const TRIES: Millis = 20_000;
/// What an event would have told of is looked into at its deadline, so long after the event at most, ms: a
/// prompt, four digits and the pauses between them, and 3 s.
const DEADLINE: Millis = 20_000;

/// A time during which something lasted, in one call of the emulator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) call: String,
    pub(crate) from: Millis,
    pub(crate) until: Millis,
}

impl Span {
    /// How long, ms.
    pub(crate) fn length(&self) -> Millis {
        self.until - self.from
    }
}

pub(super) fn check(evidence: &Evidence, book: &Book) -> Vec<Violation> {
    let judge = |rule: &'static str, spans: Vec<Span>, most: Millis| {
        spans.into_iter().filter_map(move |span| {
            let at = unexplained(evidence, book, &span, most)?;
            let text = format!("{}: {} ms, and nothing explains it", span.call, span.length());
            Some(Violation { rule, call: book.of_call(&span.call), at, text })
        })
    };
    let mut found: Vec<_> = judge("silence", silences(evidence), SILENCE).collect();
    found.extend(judge("agent alone", lonely(evidence), LONELY));
    found
}

/// Callers who hear nothing and are not listened to, with nobody to talk to.
pub(crate) fn silences(evidence: &Evidence) -> Vec<Span> {
    spans(evidence, |one| {
        one.state == "connected"
            && one.caller
            && one.agents.is_empty()
            && !one.hears
            && !one.listening
    })
}

/// Agents on a call whose caller has left.
pub(crate) fn lonely(evidence: &Evidence) -> Vec<Span> {
    spans(evidence, |one| one.state == "connected" && !one.caller && !one.agents.is_empty())
}

fn spans(evidence: &Evidence, lasts: impl Fn(&Sighting) -> bool) -> Vec<Span> {
    let mut open: BTreeMap<&str, Millis> = BTreeMap::new();
    let mut spans = Vec::new();
    for sighting in &evidence.sightings {
        let call = sighting.call.as_str();
        if lasts(sighting) {
            open.entry(call).or_insert(sighting.at);
        } else if let Some(from) = open.remove(call) {
            spans.push(Span { call: call.to_owned(), from, until: sighting.at });
        }
    }
    let last = evidence.sightings.last().map_or(0, |one| one.at);
    spans.extend(open.into_iter().map(|(call, from)| Span {
        call: call.to_owned(),
        from,
        until: last,
    }));
    spans
}

/// The first time within the span at which it was too long already and neither a fault of the last
/// [`EXPLAINS`] ms nor a lost event of this call could be the reason.
fn unexplained(evidence: &Evidence, book: &Book, span: &Span, most: Millis) -> Option<Millis> {
    let faults = evidence.faults.iter().map(|one| (one.from, one.until.saturating_add(EXPLAINS)));
    let mut excuses: Vec<(Millis, Millis)> = faults.collect();
    let call = book.of_call(&span.call);
    let lost = evidence.deliveries.iter().filter(|one| one.lost && book.of_delivery(one) == call);
    excuses.extend(lost.map(|one| (one.at - TRIES, one.at + DEADLINE)));
    let mut at = span.from + most;
    while at < span.until {
        let now = excuses.iter().filter(|(from, until)| *from <= at && at <= *until);
        match now.map(|(_, until)| *until).max() {
            Some(end) => at = end.saturating_add(1),
            None => return Some(at),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::doctored::{Doctored, START, rules};
    use super::*;

    #[test]
    fn a_silence_is_found_and_a_fault_explains_it() {
        let mut case = Doctored::sound();
        case.evidence.sightings.retain(|one| one.state == "ended" || one.at <= START + 1_000);
        for sighting in &mut case.evidence.sightings {
            (sighting.hears, sighting.listening) = (false, false);
        }
        assert_eq!(rules(&case.evidence), ["silence"]);
        let (from, until) = (START + 1_000, START + 10_000);
        case.fault(from, until);
        assert_eq!(rules(&case.evidence), Vec::<&str>::new());
        case.evidence.faults[0].until = from - EXPLAINS;
        case.evidence.faults[0].from = from - EXPLAINS;
        assert_eq!(rules(&case.evidence), ["silence"]);
    }

    #[test]
    fn a_caller_who_was_sent_elsewhere_is_not_ours() {
        let mut case = Doctored::sound();
        for sighting in &mut case.evidence.sightings {
            (sighting.hears, sighting.agents) = (false, Vec::new());
        }
        assert_eq!(silences(&case.evidence).len(), 1);
        for sighting in case.evidence.sightings.iter_mut().filter(|one| one.state == "connected") {
            sighting.state = "elsewhere".to_owned();
        }
        assert_eq!(silences(&case.evidence), []);
    }

    #[test]
    fn a_lost_event_explains_until_the_deadline_of_what_it_told_of() {
        let mut case = Doctored::sound();
        case.evidence.sightings.retain(|one| one.state == "ended" || one.at <= START + 1_000);
        case.evidence.sightings.iter_mut().for_each(|one| one.hears = false);
        case.delivery("PlayCompleted").lost = true;
        assert_eq!(rules(&case.evidence), Vec::<&str>::new());
        case.evidence.sightings.iter_mut().for_each(|one| one.at += 30_000);
        assert_eq!(rules(&case.evidence), ["silence"]);
    }

    #[test]
    fn an_agent_alone_is_found() {
        let mut case = Doctored::sound();
        for sighting in case.evidence.sightings.iter_mut().filter(|one| !one.agents.is_empty()) {
            sighting.caller = false;
        }
        assert_eq!(rules(&case.evidence), ["agent alone"]);
    }

    #[test]
    fn listening_is_no_silence() {
        let mut case = Doctored::sound();
        for sighting in &mut case.evidence.sightings {
            (sighting.hears, sighting.listening) = (false, true);
        }
        assert_eq!(silences(&case.evidence), []);
    }
}
