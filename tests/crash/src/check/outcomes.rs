//! Each call that was offered has exactly one outcome, and it is one that the world has seen.

use std::collections::BTreeMap;

use crate::evidence::{Delivered, Dialled, Evidence, Kept};

use super::{Book, Violation, excused};

pub(super) fn check(evidence: &Evidence, book: &Book) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut by_correlation: BTreeMap<&str, Vec<&Kept>> = BTreeMap::new();
    for kept in &evidence.kept {
        by_correlation
            .entry(kept.correlation.as_deref().unwrap_or_default())
            .or_default()
            .push(kept);
    }
    let rings = rings(evidence);
    for dialled in &evidence.dialled {
        let kept = by_correlation.remove(dialled.correlation.as_str()).unwrap_or_default();
        let rings = rings.get(dialled.correlation.as_str()).map_or(&[][..], Vec::as_slice);
        found.extend(one(evidence, dialled, &kept, rings));
    }
    for kept in by_correlation.into_values().flatten() {
        let text = "the ledger has a call that nobody placed".to_owned();
        found.push(Violation { rule: "invented", call: Some(kept.id.clone()), at: 0, text });
    }
    found.extend(never_connected(evidence, book));
    found
}

/// Attempts to tell of each call, by correlation id.
fn rings(evidence: &Evidence) -> BTreeMap<&str, Vec<&Delivered>> {
    let mut rings: BTreeMap<&str, Vec<&Delivered>> = BTreeMap::new();
    let told = evidence.deliveries.iter();
    for delivered in told.filter(|one| one.kind == "event_grid" && one.event == "IncomingCall") {
        let correlation = delivered.body["data"]["correlationId"].as_str().unwrap_or_default();
        rings.entry(correlation).or_default().push(delivered);
    }
    rings
}

fn one(
    evidence: &Evidence,
    dialled: &Dialled,
    kept: &[&Kept],
    rings: &[&Delivered],
) -> Option<Violation> {
    let call = kept.first().map(|kept| kept.id.clone());
    let at = dialled.at;
    let say = |rule, text| Some(Violation { rule, call, at, text });
    let Some(ended) = dialled.ended else {
        return say("goes on", format!("{} was still going on when the run ended", dialled.call));
    };
    let acknowledged = rings.iter().any(|ring| ring.status.is_some_and(|status| status / 100 == 2));
    match kept {
        [] if acknowledged => say("no call", format!("{} was taken and is nowhere", dialled.call)),
        // Hung up before the first attempt was over, or each attempt met a fault.
        [] if rings.is_empty() || excused(evidence, at, ended) => None,
        [] => say("not answered", format!("{}: nobody took it ({})", dialled.call, dialled.reason)),
        [kept] => match (&kept.outcome, kept.phase.as_str()) {
            (Some(_), "ended") => None,
            (outcome, phase) => {
                say("no outcome", format!("{} is {phase}, outcome {outcome:?}", dialled.call))
            }
        },
        [_, _, ..] => {
            let ids: Vec<_> = kept.iter().map(|kept| kept.id.as_str()).collect();
            say("several outcomes", format!("{} is {ids:?} in the ledger", dialled.call))
        }
    }
}

/// An outcome `connected` without an agent who joined.
fn never_connected(evidence: &Evidence, book: &Book) -> Vec<Violation> {
    let joined = evidence.deliveries.iter().filter(|one| one.event == "AddParticipantSucceeded");
    let mut with_agent: Vec<_> = joined.filter_map(|one| book.of_delivery(one)).collect();
    let seen = evidence.sightings.iter().filter(|one| !one.agents.is_empty());
    with_agent.extend(seen.filter_map(|one| book.of_call(&one.call)));
    let claims = evidence.kept.iter().filter(|kept| kept.outcome.as_deref() == Some("connected"));
    claims
        .filter(|kept| !with_agent.contains(&kept.id))
        .map(|kept| Violation {
            rule: "not connected",
            call: Some(kept.id.clone()),
            at: 0,
            text: "the outcome is connected and no agent ever joined".to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::doctored::{Doctored, rules};

    #[test]
    fn a_call_without_an_outcome_is_found() {
        let mut case = Doctored::sound();
        case.call().outcome = None;
        assert_eq!(rules(&case.evidence), ["no outcome"]);
    }

    #[test]
    fn two_calls_for_one_are_found() {
        let mut case = Doctored::sound();
        let mut other = case.call().clone();
        other.id = "02".to_owned();
        other.rows.clear();
        case.evidence.kept.push(other);
        assert_eq!(rules(&case.evidence), ["several outcomes"]);
    }

    #[test]
    fn a_call_that_is_nowhere_is_found() {
        let mut case = Doctored::sound();
        case.evidence.kept.clear();
        assert!(rules(&case.evidence).contains(&"no call"));
        case.delivery("IncomingCall").status = None;
        assert!(rules(&case.evidence).contains(&"not answered"));
    }

    #[test]
    fn a_call_that_goes_on_and_one_that_nobody_placed_are_found() {
        let mut case = Doctored::sound();
        case.evidence.dialled[0].ended = None;
        assert_eq!(rules(&case.evidence), ["goes on"]);
        case.evidence.dialled.clear();
        assert!(rules(&case.evidence).contains(&"invented"));
    }

    #[test]
    fn connected_without_an_agent_is_found() {
        let mut case = Doctored::sound();
        case.evidence.deliveries.retain(|one| one.event != "AddParticipantSucceeded");
        case.evidence.sightings.iter_mut().for_each(|one| one.agents.clear());
        assert!(rules(&case.evidence).contains(&"not connected"));
    }
}
