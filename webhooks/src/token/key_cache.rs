//! When keys are fetched, and for how long they are believed.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::KeySet;

/// How long a set is used if no newer one can be had.
const TIME_TO_LIVE: SignedDuration = SignedDuration::from_hours(24);
/// How often a set is fetched again.
const REFRESH_EVERY: SignedDuration = SignedDuration::from_hours(1);
/// Between two fetches that failed or gave nothing.
const RETRY_AFTER: SignedDuration = SignedDuration::from_secs(30);
/// Between two fetches because of unknown key ids.
const UNKNOWN_KEY_EVERY: SignedDuration = SignedDuration::from_mins(5);
/// After this a fetch that did not report back counts as failed.
const FETCH_LIMIT: SignedDuration = SignedDuration::from_secs(30);
/// How many unknown key ids are remembered.
const MAX_ABSENT: usize = 1000;

/// The keys of one issuer and when to fetch them again. Pure: the owner fetches and reports.
///
/// Keys are fetched hourly and believed for 24 hours; the last good set is kept when a fetch
/// fails. An unknown key id leads to at most one fetch in five minutes.
#[derive(Debug, Clone, Default)]
pub struct KeyCache {
    keys: Option<(KeySet, Timestamp)>,
    last_attempt: Option<Timestamp>,
    running_since: Option<Timestamp>,
    last_for_unknown: Option<Timestamp>,
    absent: BTreeMap<String, Timestamp>,
}

/// What to do about a token whose key is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownKeyAnswer {
    /// Fetch the keys now, report, and check the token again.
    Refresh,
    /// Somebody is fetching: wait for that, and check the token again.
    Wait,
    /// A fresh set does not have the key: answer 401.
    Refuse,
    /// The keys could not be fetched lately: answer 500, so that the sender tries again.
    Unavailable,
}

impl KeyCache {
    /// The keys to check with. `None` means: fetch, or answer 500.
    pub fn keys(&self, now: Timestamp) -> Option<&KeySet> {
        let (keys, fetched) = self.keys.as_ref()?;
        within(*fetched, TIME_TO_LIVE, now).then_some(keys)
    }

    /// True if the owner should fetch now, without a token that asks for it.
    pub fn refresh_due(&self, now: Timestamp) -> bool {
        let recent = |time: Option<Timestamp>, span| time.is_some_and(|t| within(t, span, now));
        let fetched = self.keys.as_ref().map(|(_, fetched)| *fetched);
        !self.is_running(now)
            && !recent(fetched, REFRESH_EVERY)
            && !recent(self.last_attempt, RETRY_AFTER)
    }

    /// Tells what to do about a token whose key is not known. On
    /// [`Refresh`](UnknownKeyAnswer::Refresh) the fetch counts as begun.
    pub fn unknown_key(&mut self, kid: &str, now: Timestamp) -> UnknownKeyAnswer {
        if self.is_running(now) {
            return UnknownKeyAnswer::Wait;
        }
        if self.absent.get(kid).is_some_and(|since| within(*since, REFRESH_EVERY, now)) {
            return UnknownKeyAnswer::Refuse;
        }
        match self.last_for_unknown {
            Some(asked) if within(asked, UNKNOWN_KEY_EVERY, now) => {
                let answered = self.keys.as_ref().is_some_and(|(_, fetched)| *fetched >= asked);
                if !answered {
                    return UnknownKeyAnswer::Unavailable;
                }
                self.remember_absent(kid, now);
                UnknownKeyAnswer::Refuse
            }
            _ => {
                self.last_for_unknown = Some(now);
                self.refresh_started(now);
                UnknownKeyAnswer::Refresh
            }
        }
    }

    /// The owner begins to fetch.
    pub fn refresh_started(&mut self, now: Timestamp) {
        self.running_since = Some(now);
        self.last_attempt = Some(now);
    }

    /// The owner has fetched. Returns true if the keys are others than before: then
    /// [`VerifiedTokens::clear`](super::VerifiedTokens::clear), so that a withdrawn key is out.
    pub fn refreshed(&mut self, keys: KeySet, now: Timestamp) -> bool {
        self.running_since = None;
        self.absent.retain(|kid, _| !keys.has(kid));
        let changed = self.keys.as_ref().is_none_or(|(old, _)| !old.same_keys(&keys));
        self.keys = Some((keys, now));
        changed
    }

    /// The owner could not fetch, or what came was no key set. The last good set stays.
    pub fn refresh_failed(&mut self) {
        self.running_since = None;
    }

    fn is_running(&self, now: Timestamp) -> bool {
        self.running_since.is_some_and(|since| within(since, FETCH_LIMIT, now))
    }

    fn remember_absent(&mut self, kid: &str, now: Timestamp) {
        if self.absent.len() >= MAX_ABSENT {
            self.absent.retain(|_, since| within(*since, REFRESH_EVERY, now));
        }
        if self.absent.len() < MAX_ABSENT {
            self.absent.insert(kid.to_owned(), now);
        }
    }
}

/// True if `now` is less than `span` after `then`. A clock that was set back does not count, so
/// that it cannot stop the fetching.
fn within(then: Timestamp, span: SignedDuration, now: Timestamp) -> bool {
    let age = now.duration_since(then);
    age < span && age > -span
}
