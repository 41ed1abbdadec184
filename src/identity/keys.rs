//! Fetching the keys that verify incoming tokens.

use std::{
    fmt,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use reqwest::Client;
use tokio::sync::watch;
use tokio_util::task::TaskTracker;
use url::Url;
use webhooks::token::{KeyCache, KeySet, KeySetError, MAX_KEY_SET, UnknownKeyAnswer};

use super::{
    client::{BodyError, read_body},
    kept_keys::KeptKeys,
};

/// One fetch.
const FETCH: Duration = Duration::from_secs(3);
/// Waiting for a fetch that somebody else began: a little longer than the fetch.
const PATIENCE: Duration = Duration::from_millis(3_500);
/// While there are no keys at all, tries may follow each other this soon: callers are waiting.
const FIRST_RETRY: SignedDuration = SignedDuration::from_secs(2);

/// The keys of one issuer: fetched when needed, by one task at a time, and kept in memory.
///
/// How often is decided by [`KeyCache`]: hourly; at most once in five minutes because of unknown key
/// ids; the last good set serves for 24 hours when fetching fails.
#[derive(Clone)]
pub struct KeySource {
    inner: Arc<Inner>,
}

struct Inner {
    fetch: Box<dyn Fetch>,
    kept: Option<KeptKeys>,
    state: Mutex<State>,
    /// Counts the fetches that ended.
    ended: watch::Sender<u64>,
    tracker: TaskTracker,
}

#[derive(Default)]
struct State {
    cache: KeyCache,
    /// What the cache holds, to be shared.
    set: Option<Arc<KeySet>>,
    last_start: Option<Timestamp>,
    running: bool,
    last_fetch_was_good: bool,
}

/// The issuer's keys cannot be had: answer 500, so that the sender tries again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the issuer's keys cannot be had: check acs.callback_keys or event_grid.keys_url, and the network"
)]
pub struct KeysUnavailable;

/// Why a fetch gave no keys.
#[derive(Debug, thiserror::Error)]
enum FetchError {
    #[error("the address of the keys is not https")]
    NotHttps,
    #[error("the keys could not be fetched within 3 s")]
    Late,
    #[error("the keys could not be fetched")]
    Unreachable(#[source] reqwest::Error),
    #[error("the keys' address answered {0}; redirects are not followed")]
    Status(u16),
    #[error("the key document could not be read")]
    Body(#[source] BodyError),
    #[error("the key document cannot be used")]
    Document(#[source] KeySetError),
}

/// Where a key document comes from.
#[async_trait]
trait Fetch: Send + Sync {
    async fn fetch(&self) -> Result<Vec<u8>, FetchError>;
}

impl fmt::Debug for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeySource").finish_non_exhaustive()
    }
}

impl KeySource {
    /// The keys at an https address. Nothing is fetched yet.
    pub fn new(url: Url, client: Client) -> Self {
        Self::over(Web { url, client }, None)
    }

    /// The same, with the last good keys in a file: they serve for 24 hours after their fetch, also after
    /// a restart. A file that cannot be read or written is told in the log and does no other harm.
    pub fn kept_in(file: &Path, url: Url, client: Client) -> Self {
        let kept = KeptKeys::new(file, url.as_str());
        Self::over(Web { url, client }, Some(kept))
    }

    fn over(fetch: impl Fetch + 'static, kept: Option<KeptKeys>) -> Self {
        let mut state = State::default();
        if let Some((document, fetched_at)) = kept.as_ref().and_then(KeptKeys::read) {
            match KeySet::from_jwks(&document) {
                Ok(set) => {
                    state.set = Some(Arc::new(set.clone()));
                    state.cache.refreshed(set, fetched_at);
                }
                Err(error) => tell_failure(&FetchError::Document(error)),
            }
        }
        let inner = Inner {
            fetch: Box::new(fetch),
            kept,
            state: Mutex::new(state),
            ended: watch::Sender::new(0),
            tracker: TaskTracker::new(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The keys to check with. Fetches where it is time to; waits for it only while there are none.
    ///
    /// # Errors
    /// When there are none and none can be fetched within 3 s.
    pub async fn current(&self, now: Timestamp) -> Result<Arc<KeySet>, KeysUnavailable> {
        let (running, mut ended) = {
            let mut state = self.inner.state();
            if state.due(now) {
                state.cache.refresh_started(now);
                self.start(&mut state, now);
            }
            if let Some(set) = state.usable(now) {
                return Ok(set);
            }
            (state.running, self.inner.ended.subscribe())
        };
        if !running {
            return Err(KeysUnavailable);
        }
        wait(&mut ended).await?;
        self.inner.state().usable(now).ok_or(KeysUnavailable)
    }

    /// The keys, once they hold this one: a token has named it, and [`current`](Self::current) did
    /// not have it. `None` means that the issuer has no such key.
    ///
    /// # Errors
    /// When it cannot be told, because the keys could not be fetched.
    pub async fn with_key(
        &self,
        kid: &str,
        now: Timestamp,
    ) -> Result<Option<Arc<KeySet>>, KeysUnavailable> {
        let mut ended = {
            let mut state = self.inner.state();
            if let Some(set) = state.usable(now).filter(|set| set.has(kid)) {
                return Ok(Some(set));
            }
            match state.cache.unknown_key(kid, now) {
                UnknownKeyAnswer::Refresh => self.start(&mut state, now),
                UnknownKeyAnswer::Wait => {}
                UnknownKeyAnswer::Refuse => return Ok(None),
                UnknownKeyAnswer::Unavailable => return Err(KeysUnavailable),
            }
            self.inner.ended.subscribe()
        };
        wait(&mut ended).await?;
        let state = self.inner.state();
        match state.usable(now).filter(|set| set.has(kid)) {
            Some(set) => Ok(Some(set)),
            None if state.last_fetch_was_good => Ok(None),
            None => Err(KeysUnavailable),
        }
    }

    fn start(&self, state: &mut State, now: Timestamp) {
        state.running = true;
        state.last_start = Some(now);
        let inner = self.inner.clone();
        self.inner.tracker.spawn(async move { inner.fetch_once(now).await });
    }
}

impl State {
    fn due(&self, now: Timestamp) -> bool {
        let tried = |start| now.duration_since(start).abs() < FIRST_RETRY;
        let none = self.usable(now).is_none();
        let soon = none && !self.running && !self.last_start.is_some_and(tried);
        soon || self.cache.refresh_due(now)
    }

    fn usable(&self, now: Timestamp) -> Option<Arc<KeySet>> {
        self.cache.keys(now).and(self.set.clone())
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn fetch_once(&self, now: Timestamp) {
        let fetched = tokio::time::timeout(FETCH, self.fetch.fetch()).await;
        match fetched.unwrap_or(Err(FetchError::Late)) {
            Ok(document) => {
                let set = KeySet::from_jwks(&document).map_err(FetchError::Document);
                let good = set.is_ok();
                self.keep(set, now);
                if good {
                    self.write(document, now).await;
                }
            }
            Err(error) => self.keep(Err(error), now),
        }
    }

    async fn write(&self, document: Vec<u8>, now: Timestamp) {
        let Some(kept) = self.kept.clone() else { return };
        let written = tokio::task::spawn_blocking(move || kept.write(&document, now)).await;
        if let Ok(Err(error)) = written {
            let error: &(dyn std::error::Error + 'static) = &error;
            tracing::warn!(
                error,
                "the issuer's keys are kept in memory only: make the folder of last_resort.spool writable"
            );
        }
    }

    fn keep(&self, set: Result<KeySet, FetchError>, now: Timestamp) {
        let mut state = self.state();
        state.running = false;
        state.last_fetch_was_good = set.is_ok();
        // Under the lock: who subscribes under it waits for a fetch that has not ended yet.
        self.ended.send_modify(|ended| *ended += 1);
        match set {
            Ok(set) => {
                state.set = Some(Arc::new(set.clone()));
                tell_ignored(&set);
                if state.cache.refreshed(set, now) {
                    tracing::info!("the issuer's keys are new");
                }
            }
            Err(error) => {
                state.cache.refresh_failed();
                tell_failure(&error);
            }
        }
    }
}

fn tell_ignored(set: &KeySet) {
    for ignored in set.ignored() {
        tracing::warn!(reason = %ignored.fault, "a key of the issuer is not used");
    }
}

fn tell_failure(error: &FetchError) {
    let error: &(dyn std::error::Error + 'static) = error;
    tracing::warn!(error, "the issuer's keys could not be fetched; the last good ones stay");
}

async fn wait(ended: &mut watch::Receiver<u64>) -> Result<(), KeysUnavailable> {
    match tokio::time::timeout(PATIENCE, ended.changed()).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(KeysUnavailable),
    }
}

/// The issuer's document on the web.
struct Web {
    url: Url,
    client: Client,
}

#[async_trait]
impl Fetch for Web {
    async fn fetch(&self) -> Result<Vec<u8>, FetchError> {
        if self.url.scheme() != "https" {
            return Err(FetchError::NotHttps);
        }
        self.get().await
    }
}

impl Web {
    async fn get(&self) -> Result<Vec<u8>, FetchError> {
        let request = self.client.get(self.url.clone()).timeout(FETCH);
        let response = request.send().await.map_err(FetchError::Unreachable)?;
        if response.status() != reqwest::StatusCode::OK {
            return Err(FetchError::Status(response.status().as_u16()));
        }
        read_body(response, MAX_KEY_SET).await.map_err(FetchError::Body)
    }
}

#[cfg(test)]
#[path = "keys_tests.rs"]
mod tests;
