//! What Event Grid remembers beside its subscriptions: links that wait to be fetched, endpoints that
//! rest, batches that gather, dead letters.

use std::collections::{BTreeMap, VecDeque};

use crate::clock::Millis;
use crate::control::{DeadLetter, ProvisioningState, Subscription, SubscriptionView};
use crate::shared::Log;
use crate::world::GridEvent;

/// How long a validation link is good (end-point-validation-event-grid-events-schema.md).
const LINK_LASTS: Millis = 10 * 60 * 1_000;

/// A subscription whose validation link was not fetched yet.
struct Waiting {
    code: String,
    until: Millis,
    subscription: Subscription,
}

/// Event Grid's memory.
#[derive(Default)]
pub(crate) struct Grid {
    waiting: Vec<Waiting>,
    /// Until when no event is sent, by the subscription's name.
    resting: BTreeMap<String, Millis>,
    /// Events for the next request, by the subscription's name; present while one is under way.
    gathering: BTreeMap<String, VecDeque<GridEvent>>,
    pub(super) dead_letters: Log<DeadLetter>,
}

impl Grid {
    /// A subscription that begins when its link is fetched.
    pub(super) fn wait_for_link(&mut self, now: Millis, code: String, subscription: Subscription) {
        self.forget(&subscription.name);
        self.waiting.push(Waiting { code, until: now + LINK_LASTS, subscription });
    }

    /// The subscription behind a link, if it is fetched in time.
    pub(super) fn take_link(&mut self, now: Millis, code: &str) -> Option<Subscription> {
        let is_it = |one: &Waiting| one.code == code && now <= one.until;
        let index = self.waiting.iter().position(is_it)?;
        Some(self.waiting.remove(index).subscription)
    }

    /// Forgets what waits and rests under a name.
    pub(crate) fn forget(&mut self, name: &str) -> bool {
        let before = self.waiting.len();
        self.waiting.retain(|one| one.subscription.name != name);
        self.resting.remove(name);
        self.waiting.len() < before
    }

    /// The subscriptions that wait for their link, or did so for too long.
    pub(crate) fn waiting(&self, now: Millis) -> Vec<SubscriptionView> {
        let view = |one: &Waiting| SubscriptionView {
            subscription: one.subscription.clone(),
            provisioning_state: if now <= one.until {
                ProvisioningState::AwaitingManualAction
            } else {
                ProvisioningState::Failed
            },
        };
        self.waiting.iter().map(view).collect()
    }

    /// Nothing is sent to this subscription for some time.
    pub(super) fn rest(&mut self, name: &str, until: Millis) {
        let rest = self.resting.entry(name.to_owned()).or_default();
        *rest = until.max(*rest);
    }

    /// How long an event must still be held back.
    pub(super) fn held_back(&self, name: &str, now: Millis) -> Millis {
        self.resting.get(name).map_or(0, |until| (until - now).max(0))
    }

    /// Adds an event to the next batch; whether somebody must begin to send.
    pub(super) fn gather(&mut self, name: &str, event: GridEvent) -> bool {
        let is_new = !self.gathering.contains_key(name);
        self.gathering.entry(name.to_owned()).or_default().push_back(event);
        is_new
    }

    /// Takes the next batch: at most `most` events and about `bytes`, at least one event. Empty,
    /// and no longer gathering, when there is none.
    pub(super) fn next_batch(&mut self, name: &str, most: u32, bytes: usize) -> Vec<GridEvent> {
        let mut batch = Vec::new();
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let mut size = 0;
        if let Some(queue) = self.gathering.get_mut(name) {
            while let Some(event) = queue.front() {
                size += event.data.to_string().len();
                if batch.len() >= most || (!batch.is_empty() && size > bytes) {
                    break;
                }
                batch.extend(queue.pop_front());
            }
        }
        if batch.is_empty() {
            self.gathering.remove(name);
        }
        batch
    }

    /// Dead letters stored by now, with a number above `since`.
    pub(crate) fn dead_letters(&self, since: u64, now: Millis) -> Vec<DeadLetter> {
        let mut letters = self.dead_letters.since(since);
        letters.retain(|letter| letter.stored_at <= now);
        letters
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event() -> GridEvent {
        GridEvent {
            id: "e".to_owned(),
            kind: "Microsoft.Communication.CallStarted",
            subject: String::new(),
            time: String::new(),
            data: json!("123456789"),
        }
    }

    #[test]
    fn a_link_is_good_once_and_for_ten_minutes() {
        let mut grid = Grid::default();
        let subscription = Subscription::plain("https://app.example/");
        grid.wait_for_link(0, "code".to_owned(), subscription.clone());
        assert_eq!(grid.take_link(0, "other"), None);
        assert_eq!(grid.take_link(LINK_LASTS + 1, "code"), None);
        let state = |now| grid.waiting(now)[0].provisioning_state;
        assert_eq!(state(LINK_LASTS), ProvisioningState::AwaitingManualAction);
        assert_eq!(state(LINK_LASTS + 1), ProvisioningState::Failed);
        assert_eq!(grid.take_link(LINK_LASTS, "code"), Some(subscription));
        assert_eq!(grid.take_link(0, "code"), None);
    }

    #[test]
    fn a_batch_ends_at_its_number_or_size() {
        let mut grid = Grid::default();
        assert!(grid.gather("a", event()));
        for _ in 0..4 {
            assert!(!grid.gather("a", event()));
        }
        assert_eq!(grid.next_batch("a", 3, 1_000).len(), 3);
        assert_eq!(grid.next_batch("a", 3, 5).len(), 1);
        assert_eq!(grid.next_batch("a", 3, 1_000).len(), 1);
        assert!(grid.next_batch("a", 3, 1_000).is_empty());
        assert!(grid.gather("a", event()));
    }

    #[test]
    fn an_endpoint_rests_until_the_latest_moment() {
        let mut grid = Grid::default();
        grid.rest("a", 100);
        grid.rest("a", 50);
        assert_eq!((grid.held_back("a", 40), grid.held_back("a", 200)), (60, 0));
        assert_eq!(grid.held_back("b", 40), 0);
    }
}
