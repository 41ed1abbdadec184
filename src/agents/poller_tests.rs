use std::collections::{HashMap, VecDeque};

use async_trait::async_trait;
use engine::queue::Availability;
use tokio::sync::{Semaphore, mpsc};
use url::Url;

use super::*;
use crate::{
    graph::Presence,
    settings::{Agent, Queue},
};

const LONG: Duration = Duration::from_mins(1);

/// A Graph that tells what it is asked and answers as told, each time it is allowed to.
struct Fake {
    people: Mutex<HashMap<String, String>>,
    failures: Mutex<VecDeque<GraphError>>,
    allowed: Semaphore,
    asked: mpsc::UnboundedSender<(Vec<String>, Duration)>,
}

#[async_trait]
impl PresenceSource for Fake {
    async fn presences(
        &self,
        ids: &[String],
        within: Duration,
    ) -> Result<Vec<Presence>, GraphError> {
        self.asked.send((ids.to_vec(), within)).unwrap();
        let allowed = tokio::time::timeout(within, self.allowed.acquire()).await;
        allowed.map_err(|_| GraphError::Late(within))?.unwrap().forget();
        if let Some(failure) = self.failures.lock().unwrap().pop_front() {
            return Err(failure);
        }
        let people = self.people.lock().unwrap();
        let presence = |(id, availability): (&String, &String)| Presence {
            id: id.clone(),
            availability: availability.clone(),
            activity: availability.clone(),
            sequence_number: None,
        };
        Ok(people.iter().map(presence).collect())
    }
}

struct Bench {
    graph: Arc<Fake>,
    poller: Arc<PresencePoller>,
    asked: mpsc::UnboundedReceiver<(Vec<String>, Duration)>,
    clock: Clock,
}

fn bench(allowed: usize) -> Bench {
    let (sender, asked) = mpsc::unbounded_channel();
    let graph = Arc::new(Fake {
        people: Mutex::default(),
        failures: Mutex::default(),
        allowed: Semaphore::new(allowed),
        asked: sender,
    });
    let agent = |id: &str| Agent { id: id.to_owned(), name: id.to_uppercase() };
    let roster = Roster::new(&[Queue::new("people", vec![agent("ada"), agent("bob")])]);
    let mut settings = settings::Graph::at(Url::parse("https://graph.microsoft.com").unwrap());
    settings.poll = Duration::from_millis(1);
    let clock = Clock::start();
    let poller = PresencePoller::new(roster, graph.clone(), &settings, clock);
    Bench { graph, poller: Arc::new(poller), asked, clock }
}

impl Bench {
    fn set(&self, id: &str, availability: &str) {
        self.graph.people.lock().unwrap().insert(id.to_owned(), availability.to_owned());
    }

    fn seen(&self) -> Vec<Availability> {
        let present = self.poller.present("people", self.clock.now());
        present.into_iter().map(|agent| agent.availability).collect()
    }
}

#[tokio::test]
async fn polling_tells_of_changes_and_stops_when_told() {
    let mut bench = bench(0);
    bench.set("ada", "Available");
    let (stop, tracker) = (CancellationToken::new(), tokio_util::task::TaskTracker::new());
    tracker.spawn(bench.poller.clone().run(stop.clone()));
    tracker.close();
    assert_eq!(bench.asked.recv().await.unwrap(), (vec!["ada".into(), "bob".into()], POLL_LIMIT));
    assert_eq!(bench.seen(), [Availability::Unknown, Availability::Unknown]);
    bench.graph.allowed.add_permits(1);
    bench.poller.changed().await;
    assert_eq!(bench.seen(), [Availability::Free, Availability::Unknown]);
    bench.set("bob", "Busy");
    bench.graph.allowed.add_permits(1);
    bench.poller.changed().await;
    assert_eq!(bench.seen(), [Availability::Free, Availability::Busy]);
    stop.cancel();
    tracker.wait().await;
}

#[tokio::test]
async fn fresh_presence_is_not_asked_for_again() {
    let mut bench = bench(9);
    bench.set("ada", "Available");
    bench.poller.refresh_if_older_than(LONG, LONG).await;
    let (ids, within) = bench.asked.recv().await.unwrap();
    assert_eq!(ids, ["ada", "bob"]);
    assert!(within <= LONGEST_WAIT, "{within:?}");
    bench.poller.refresh_if_older_than(LONG, LONG).await;
    assert!(bench.asked.try_recv().is_err());
    let present = bench.poller.present("people", bench.clock.now());
    assert_eq!((present[0].name.as_str(), present[0].wrap_up), ("ADA", 5_000));
    assert!(bench.poller.present("nobody's", bench.clock.now()).is_empty());
}

#[tokio::test]
async fn a_refresh_waits_for_a_question_under_way_and_uses_its_answer() {
    let mut bench = bench(0);
    bench.set("ada", "Available");
    let first = bench.poller.refresh_if_older_than(LONG, LONG);
    let second = bench.poller.refresh_if_older_than(LONG, LONG);
    let allow = async {
        let asked = bench.asked.recv().await;
        bench.graph.allowed.add_permits(1);
        asked
    };
    let ((), (), asked) = tokio::join!(first, second, allow);
    assert!(asked.is_some());
    assert!(bench.asked.try_recv().is_err(), "one question for both");
}

#[tokio::test]
async fn nobody_waits_for_a_silent_graph_and_then_nobody_asks() {
    let mut bench = bench(0);
    bench.poller.refresh_if_older_than(Duration::ZERO, Duration::from_millis(1)).await;
    assert!(bench.asked.try_recv().is_ok());
    bench.poller.refresh_if_older_than(Duration::ZERO, LONG).await;
    assert!(bench.asked.try_recv().is_err(), "paused after the failure");
    assert_eq!(bench.seen(), [Availability::Unknown, Availability::Unknown]);
}

#[tokio::test]
async fn failures_pause_longer_and_throttling_as_long_as_asked() {
    let bench = bench(9);
    let pause_after = |failure: GraphError| {
        bench.poller.pause(&failure);
        let mut state = bench.poller.state();
        let pause = state.not_before - bench.clock.now();
        state.not_before = 0;
        pause
    };
    for expected in [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000] {
        let pause = pause_after(GraphError::Unreadable);
        assert!((expected - 900..=expected).contains(&pause), "{pause} for {expected}");
    }
    let throttled = pause_after(GraphError::Throttled(Duration::from_mins(2)));
    assert!((119_000..=120_000).contains(&throttled), "{throttled}");
}

#[tokio::test]
async fn a_good_answer_ends_the_pause() {
    let bench = bench(9);
    bench.graph.failures.lock().unwrap().push_back(GraphError::Unreadable);
    bench.poller.refresh_if_older_than(LONG, LONG).await;
    assert_eq!(bench.poller.state().failures, 1);
    bench.poller.state().not_before = 0;
    bench.poller.refresh_if_older_than(LONG, LONG).await;
    assert_eq!(bench.poller.state().failures, 0);
}

#[tokio::test]
async fn f41_while_graph_fails_agents_are_offered_by_what_was_last_known_of_them() {
    let bench = bench(9);
    bench.set("ada", "Available");
    bench.set("bob", "DoNotDisturb");
    bench.poller.refresh_if_older_than(LONG, LONG).await;
    let seen_in = |later: Millis| {
        let present = bench.poller.present("people", bench.clock.now() + later);
        present.into_iter().map(|agent| agent.availability).collect::<Vec<_>>()
    };
    let old = 60_000;
    assert_eq!(seen_in(old), [Availability::Unknown, Availability::Unknown], "Graph does well");
    bench.poller.pause(&GraphError::Throttled(Duration::from_secs(1)));
    assert_eq!(seen_in(old), [Availability::Free, Availability::DoNotDisturb]);
    assert_eq!(seen_in(11 * 60_000), [Availability::Unknown, Availability::Unknown], "too old");
}
