//! What was acknowledged is in the journal, once, and had its effect; what was not acknowledged met a fault.

use std::collections::BTreeMap;

use crate::evidence::{Delivered, Evidence};

use super::{Book, Violation, book::identity, excused};

/// Events of Event Grid of which the service keeps nothing.
const OF_NO_USE: [&str; 4] =
    ["CallStarted", "CallEnded", "CallParticipantAdded", "CallParticipantRemoved"];

pub(super) fn check(evidence: &Evidence, book: &Book) -> Vec<Violation> {
    let mut found = twice(evidence);
    let rows = rows_by_event(evidence);
    for delivered in evidence.deliveries.iter().filter(|one| counts(one)) {
        let call = book.of_delivery(delivered);
        let (at, name) = (delivered.at, &delivered.event);
        let mut add = |rule, text| found.push(Violation { rule, call: call.clone(), at, text });
        match delivered.status {
            Some(200..=299) => {
                let key = identity(&delivered.body).unwrap_or_default();
                match rows.get(key.as_str()) {
                    None => add("lost", format!("{name} {key} was acknowledged and is nowhere")),
                    Some(false) => {
                        add(
                            "no effect",
                            format!("{name} {key} was acknowledged and never applied"),
                        );
                    }
                    Some(true) => {}
                }
            }
            Some(status @ 400..=499) => {
                add("refused", format!("{name} was answered {status}: it is not tried again"));
            }
            // An attempt is noted when it is over; a silent one began 5 s before.
            Some(_) | None if excused(evidence, at - 5_000, at) => {}
            status => {
                let problem = delivered.problem.as_deref().unwrap_or("no answer");
                add("not taken", format!("{name}: {status:?}, {problem}, and nothing explains it"));
            }
        }
    }
    found
}

/// Handshakes, repeated posts by hand, and what is of no use do not count.
fn counts(delivered: &Delivered) -> bool {
    let kinds = ["callback", "event_grid"];
    kinds.contains(&delivered.kind.as_str())
        && !OF_NO_USE.iter().any(|name| delivered.event.ends_with(name))
        && delivered.event != "RecordingFileStatusUpdated"
}

/// Whether each event had its effect.
fn rows_by_event(evidence: &Evidence) -> BTreeMap<&str, bool> {
    let rows = evidence.kept.iter().flat_map(|kept| &kept.rows);
    rows.filter_map(|row| Some((row.event.as_deref()?, row.applied))).collect()
}

fn twice(evidence: &Evidence) -> Vec<Violation> {
    let mut known = BTreeMap::new();
    let mut found = Vec::new();
    for kept in &evidence.kept {
        for row in &kept.rows {
            let Some(event) = &row.event else { continue };
            if let Some(other) = known.insert(event, (&kept.id, row.seq)) {
                found.push(Violation {
                    rule: "kept twice",
                    call: Some(kept.id.clone()),
                    at: row.at,
                    text: format!("event {event} is row {} and row {other:?}", row.seq),
                });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::doctored::{Doctored, rules};

    #[test]
    fn an_acknowledged_event_that_is_nowhere_is_found() {
        let mut case = Doctored::sound();
        assert_eq!(rules(&case.evidence), Vec::<&str>::new());
        case.call().rows.retain(|row| row.kind != "PlayCompleted");
        assert_eq!(rules(&case.evidence), ["lost"]);
    }

    #[test]
    fn an_event_kept_twice_is_found() {
        let mut case = Doctored::sound();
        let mut again = case.row("PlayCompleted").clone();
        again.seq = 99;
        case.call().rows.push(again);
        assert_eq!(rules(&case.evidence), ["kept twice"]);
    }

    #[test]
    fn an_event_without_effect_is_found() {
        let mut case = Doctored::sound();
        case.row("PlayCompleted").applied = false;
        assert_eq!(rules(&case.evidence), ["no effect"]);
    }

    #[test]
    fn a_refusal_is_found_and_a_failure_needs_a_fault() {
        let mut case = Doctored::sound();
        case.delivery("PlayCompleted").status = Some(404);
        assert_eq!(rules(&case.evidence), ["refused"]);
        case.delivery("PlayCompleted").status = None;
        assert_eq!(rules(&case.evidence), ["not taken"]);
        let at = case.delivery("PlayCompleted").at;
        case.fault(at - 100, at);
        assert_eq!(rules(&case.evidence), Vec::<&str>::new());
    }
}
