//! After the last fault the backlog is gone in a minute, in the end nothing is left, and nothing died by itself.

use crate::{clock::Millis, evidence::Evidence};

use super::Violation;

/// Within this after the last fault the backlog must be gone once, ms (I8).
pub(crate) const CLEAR: Millis = 60_000;

pub(super) fn check(evidence: &Evidence) -> Vec<Violation> {
    let mut found: Vec<Violation> = evidence
        .deaths
        .iter()
        .map(|death| Violation { rule: "died", call: None, at: 0, text: death.clone() })
        .collect();
    let (Some(first), Some(last)) = (evidence.backlog.first(), evidence.backlog.last()) else {
        let text = "nobody looked at the backlog".to_owned();
        found.push(Violation { rule: "backlog", call: None, at: 0, text });
        return found;
    };
    if !evidence.backlog.iter().any(|one| one.is_clear() && one.at - first.at <= CLEAR) {
        let text = format!("60 s after the last fault there is still a backlog: {last:?}");
        found.push(Violation { rule: "backlog", call: None, at: last.at, text });
    }
    if !last.is_clear() || last.reserved > 0 {
        let text = format!("all calls are over and something is left: {last:?}");
        found.push(Violation { rule: "left over", call: None, at: last.at, text });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::doctored::{Doctored, rules};
    use crate::evidence::Backlog;

    #[test]
    fn a_backlog_that_stays_is_found() {
        let mut case = Doctored::sound();
        for backlog in &mut case.evidence.backlog {
            backlog.overdue = 1;
        }
        assert_eq!(rules(&case.evidence), ["backlog", "left over"]);
        case.evidence
            .backlog
            .push(Backlog { at: case.evidence.backlog[0].at + 90_000, ..Backlog::default() });
        assert_eq!(rules(&case.evidence), ["backlog"], "too late");
        case.evidence.backlog.clear();
        assert_eq!(rules(&case.evidence), ["backlog"], "nobody looked");
    }

    #[test]
    fn a_reservation_that_stays_is_found() {
        let mut case = Doctored::sound();
        if let Some(last) = case.evidence.backlog.last_mut() {
            last.reserved = 1;
        }
        assert_eq!(rules(&case.evidence), ["left over"]);
    }

    #[test]
    fn a_replica_that_died_by_itself_is_found() {
        let mut case = Doctored::sound();
        case.evidence.deaths.push("replica 1 ended by itself".to_owned());
        assert_eq!(rules(&case.evidence), ["died"]);
    }
}
