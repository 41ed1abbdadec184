//! What was last seen of each agent. Pure: the time comes in.

use std::collections::HashMap;

use engine::{Millis, queue::Availability};

use crate::graph::Presence;

/// An agent who was never seen is told to be this old, in ms: a day.
const NEVER_SEEN: Millis = 86_400_000;

/// How long the last word on an agent is better than none, in ms. Nobody is rung who was last seen as not to
/// be disturbed, and after this nobody at all: a client that is gone would let the caller wait in vain.
const LAST_WORD: Millis = 600_000;

/// What was last seen of each agent, and when.
#[derive(Debug, Clone)]
pub struct Snapshot {
    max_age: Millis,
    seen: HashMap<String, Sighting>,
}

#[derive(Debug, Clone)]
struct Sighting {
    availability: Availability,
    sequence: Option<String>,
    /// When Graph was asked: what it answered is at least this old.
    at: Millis,
}

impl Snapshot {
    /// Knows nobody yet. What is older than `max_age` ms says nothing.
    pub fn new(max_age: Millis) -> Self {
        Self { max_age, seen: HashMap::new() }
    }

    /// Takes an answer to a question about the agents `asked`, sent at `at`. An agent who is not in
    /// it is unknown. Returns whether anybody's availability is now another.
    ///
    /// An answer with a lower sequence number than the one known is late and dropped
    /// (`resources/presence.md`: compared as text), unless what is known is too old to count.
    pub fn take(&mut self, asked: &[String], answer: &[Presence], at: Millis) -> bool {
        let answers: HashMap<&str, &Presence> =
            answer.iter().map(|presence| (presence.id.as_str(), presence)).collect();
        let mut changed = false;
        for id in asked {
            let sighting = match answers.get(id.as_str()) {
                Some(presence) => Sighting {
                    availability: Availability::from_graph(&presence.availability),
                    sequence: presence.sequence_number.clone(),
                    at,
                },
                None => Sighting { availability: Availability::Unknown, sequence: None, at },
            };
            changed |= self.see(id, sighting);
        }
        changed
    }

    fn see(&mut self, id: &str, new: Sighting) -> bool {
        let Some(old) = self.seen.get_mut(id) else {
            let changed = new.availability != Availability::Unknown;
            self.seen.insert(id.to_owned(), new);
            return changed;
        };
        let counts = new.at.saturating_sub(old.at) <= self.max_age;
        if counts && is_late(old, &new) {
            return false;
        }
        let before = if counts { old.availability } else { Availability::Unknown };
        let changed = before != new.availability;
        *old = new;
        changed
    }

    /// Availability of an agent and its age in ms: unknown if never seen or too old.
    pub fn of(&self, id: &str, now: Millis) -> (Availability, Millis) {
        self.within(self.max_age, id, now)
    }

    /// The same while Graph tells nothing: what was last known counts for 10 minutes (RELIABILITY.md F41).
    pub fn last_known(&self, id: &str, now: Millis) -> (Availability, Millis) {
        self.within(self.max_age.max(LAST_WORD), id, now)
    }

    fn within(&self, max_age: Millis, id: &str, now: Millis) -> (Availability, Millis) {
        let Some(sighting) = self.seen.get(id) else {
            return (Availability::Unknown, NEVER_SEEN);
        };
        let age = now.saturating_sub(sighting.at).clamp(0, NEVER_SEEN);
        if age > max_age {
            return (Availability::Unknown, age);
        }
        (sighting.availability, age)
    }

    /// Those of `ids` who were not asked about within the last `age` ms.
    pub fn older_than(&self, ids: &[String], age: Millis, now: Millis) -> Vec<String> {
        let stale = |id: &&String| {
            self.seen.get(*id).is_none_or(|sighting| now.saturating_sub(sighting.at) > age)
        };
        ids.iter().filter(stale).cloned().collect()
    }
}

fn is_late(old: &Sighting, new: &Sighting) -> bool {
    match (&old.sequence, &new.sequence) {
        (Some(old), Some(new)) => new < old,
        (Some(_) | None, None) | (None, Some(_)) => new.at < old.at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn presence(id: &str, availability: &str, sequence: Option<&str>) -> Presence {
        Presence {
            id: id.to_owned(),
            availability: availability.to_owned(),
            activity: availability.to_owned(),
            sequence_number: sequence.map(str::to_owned),
        }
    }

    fn take(
        snapshot: &mut Snapshot,
        availability: &str,
        sequence: Option<&str>,
        at: Millis,
    ) -> bool {
        snapshot.take(&["a".to_owned()], &[presence("a", availability, sequence)], at)
    }

    #[test]
    fn presence_ages_and_then_says_nothing() {
        let mut snapshot = Snapshot::new(30_000);
        assert_eq!(snapshot.of("a", 0), (Availability::Unknown, NEVER_SEEN));
        assert!(take(&mut snapshot, "Available", None, 1_000));
        assert_eq!(snapshot.of("a", 3_000), (Availability::Free, 2_000));
        assert_eq!(snapshot.of("a", 31_000), (Availability::Free, 30_000));
        assert_eq!(snapshot.of("a", 31_001), (Availability::Unknown, 30_001));
        assert_eq!(snapshot.of("a", 0), (Availability::Free, 0), "never a negative age");
    }

    #[test]
    fn late_answers_are_dropped() {
        let mut snapshot = Snapshot::new(30_000);
        assert!(take(&mut snapshot, "Busy", Some("A0005"), 1_000));
        assert!(!take(&mut snapshot, "Available", Some("A0004"), 2_000));
        assert_eq!(snapshot.of("a", 2_000), (Availability::Busy, 1_000), "and confirm nothing");
        assert!(!take(&mut snapshot, "Busy", Some("A0005"), 3_000));
        assert_eq!(snapshot.of("a", 3_000), (Availability::Busy, 0), "the same number confirms");
        assert!(take(&mut snapshot, "Available", Some("A0006"), 2_500));
        assert_eq!(snapshot.of("a", 3_000).0, Availability::Free);
    }

    #[test]
    fn numbers_that_start_again_are_believed_once_the_old_ones_are_too_old() {
        let mut snapshot = Snapshot::new(30_000);
        take(&mut snapshot, "Busy", Some("B"), 0);
        assert!(!take(&mut snapshot, "Available", Some("A"), 30_000));
        assert!(take(&mut snapshot, "Available", Some("A"), 30_001));
        assert_eq!(snapshot.of("a", 30_001), (Availability::Free, 0));
    }

    #[test]
    fn without_numbers_the_later_question_counts() {
        let mut snapshot = Snapshot::new(30_000);
        assert!(take(&mut snapshot, "Available", None, 5_000));
        assert!(!take(&mut snapshot, "Busy", None, 4_000));
        assert!(take(&mut snapshot, "Busy", None, 6_000));
    }

    #[test]
    fn who_is_missing_in_the_answer_is_unknown() {
        let mut snapshot = Snapshot::new(30_000);
        let asked = ["a".to_owned(), "b".to_owned()];
        assert!(snapshot.take(&asked, &[presence("b", "Available", None)], 0));
        assert_eq!(snapshot.of("a", 10), (Availability::Unknown, 10));
        assert_eq!(snapshot.of("b", 10), (Availability::Free, 10));
        assert!(snapshot.take(&asked, &[], 20), "b is no longer known");
        assert_eq!(snapshot.of("b", 20), (Availability::Unknown, 0));
    }

    #[test]
    fn values_of_either_vocabulary() {
        for (value, means) in [
            ("Available", Availability::Free),
            ("availableIdle", Availability::Idle),
            ("inACall", Availability::Busy),
            ("DoNotDisturb", Availability::DoNotDisturb),
            ("BeRightBack", Availability::Away),
            ("Offline", Availability::Offline),
            ("somethingNew", Availability::Unknown),
        ] {
            let mut snapshot = Snapshot::new(1);
            take(&mut snapshot, value, None, 0);
            assert_eq!(snapshot.of("a", 0).0, means, "{value}");
        }
    }

    #[test]
    fn who_is_to_be_asked_about_again() {
        let mut snapshot = Snapshot::new(30_000);
        take(&mut snapshot, "Available", None, 1_000);
        let ids = ["a".to_owned(), "b".to_owned()];
        assert_eq!(snapshot.older_than(&ids, 1_000, 2_000), ["b"]);
        assert_eq!(snapshot.older_than(&ids, 1_000, 2_001), ["a", "b"]);
    }
}
