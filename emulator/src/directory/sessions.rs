//! Presence that applications and people set through Graph, beside the one of the Teams client
//! (manage-presence-state.md). Pure.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::clock::Millis;

const MINUTE: Millis = 60_000;
/// An Available session fades after this long, and once more.
const FADES: Millis = 5 * MINUTE;

/// Availability and activity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) availability: String,
    pub(crate) activity: String,
}

impl State {
    pub(crate) fn new(availability: &str, activity: &str) -> Self {
        Self { availability: availability.to_owned(), activity: activity.to_owned() }
    }
}

struct Session {
    state: State,
    since: Millis,
    until: Millis,
}

/// What was set for one person.
#[derive(Default)]
pub(crate) struct Sessions {
    apps: BTreeMap<String, Session>,
    preferred: Option<Session>,
    pub(crate) status_message: Value,
    /// Rises with each change.
    changes: u64,
}

impl Sessions {
    /// `setPresence` of an application.
    pub(crate) fn set(&mut self, id: &str, state: State, now: Millis, lasts: Millis) {
        self.changes += 1;
        let session = Session { state, since: now, until: now + lasts };
        self.apps.insert(id.to_owned(), session);
    }

    /// `clearPresence`; false when the application has no session.
    pub(crate) fn clear(&mut self, id: &str, now: Millis) -> bool {
        self.expire(now);
        self.changes += 1;
        self.apps.remove(id).is_some()
    }

    /// `setUserPreferredPresence`.
    pub(crate) fn prefer(&mut self, state: State, now: Millis, lasts: Millis) {
        self.changes += 1;
        self.preferred = Some(Session { state, since: now, until: now + lasts });
    }

    /// `clearUserPreferredPresence`.
    pub(crate) fn clear_preferred(&mut self) {
        self.changes += 1;
        self.preferred = None;
    }

    /// `setStatusMessage`.
    pub(crate) fn set_message(&mut self, message: Value) {
        self.changes += 1;
        self.status_message = message;
    }

    fn expire(&mut self, now: Millis) {
        let before = self.apps.len();
        self.apps.retain(|_, session| now < session.until);
        let had = self.preferred.is_some();
        self.preferred = self.preferred.take().filter(|session| now < session.until);
        if self.apps.len() != before || self.preferred.is_some() != had {
            self.changes += 1;
        }
    }

    /// How much the sequence number of the client's presence is to be raised.
    pub(crate) fn changes(&self) -> u64 {
        self.changes
    }

    /// What others see, with the Teams client's own presence as one session. A preferred state beats
    /// every session, but shows only while there is one.
    pub(crate) fn shown(&mut self, client: State, now: Millis) -> State {
        self.expire(now);
        let sessions = self.apps.values().map(|session| session.now(now));
        let strongest = sessions.chain([client]).max_by_key(|state| strength(&state.availability));
        let strongest = strongest.unwrap_or_else(|| State::new("Offline", "Offline"));
        match &self.preferred {
            Some(preferred) if strongest.availability != "Offline" => preferred.state.clone(),
            Some(_) | None => strongest,
        }
    }
}

impl Session {
    fn now(&self, now: Millis) -> State {
        let age = now - self.since;
        match self.state.availability.as_str() {
            "Available" if age >= 2 * FADES => State::new("Away", "Away"),
            "Available" if age >= FADES => State::new("AvailableIdle", "Inactive"),
            _ => self.state.clone(),
        }
    }
}

/// Do Not Disturb over Busy over Available over Away.
fn strength(availability: &str) -> u8 {
    match availability {
        "DoNotDisturb" => 6,
        "Busy" | "BusyIdle" => 5,
        "Available" => 4,
        "AvailableIdle" => 3,
        "BeRightBack" | "Away" => 2,
        "PresenceUnknown" => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(sessions: &mut Sessions, client: &str, now: Millis) -> String {
        sessions.shown(State::new(client, client), now).availability
    }

    #[test]
    fn the_strongest_session_shows_until_it_ends() {
        let mut sessions = Sessions::default();
        assert_eq!(shown(&mut sessions, "Away", 0), "Away");
        sessions.set("app", State::new("Busy", "InACall"), 0, 5 * MINUTE);
        assert_eq!(shown(&mut sessions, "Available", 0), "Busy");
        assert_eq!(shown(&mut sessions, "DoNotDisturb", 0), "DoNotDisturb");
        let before = sessions.changes();
        assert_eq!(shown(&mut sessions, "Available", 5 * MINUTE), "Available");
        assert_eq!(sessions.changes(), before + 1, "the end of a session is a change");
        assert!(!sessions.clear("app", 6 * MINUTE));
    }

    #[test]
    fn an_available_session_fades() {
        let mut sessions = Sessions::default();
        sessions.set("app", State::new("Available", "Available"), 0, 60 * MINUTE);
        assert_eq!(shown(&mut sessions, "Offline", MINUTE), "Available");
        assert_eq!(shown(&mut sessions, "Offline", 5 * MINUTE), "AvailableIdle");
        assert_eq!(shown(&mut sessions, "Offline", 10 * MINUTE), "Away");
        assert!(sessions.clear("app", 11 * MINUTE));
    }

    #[test]
    fn a_preferred_presence_needs_a_session() {
        let mut sessions = Sessions::default();
        sessions.prefer(State::new("DoNotDisturb", "DoNotDisturb"), 0, MINUTE);
        assert_eq!(shown(&mut sessions, "Available", 0), "DoNotDisturb");
        assert_eq!(shown(&mut sessions, "Offline", 0), "Offline");
        sessions.clear_preferred();
        assert_eq!(shown(&mut sessions, "Available", 0), "Available");
    }
}
