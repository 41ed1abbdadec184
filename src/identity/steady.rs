//! A credential that refreshes ahead and never waits long.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use azure_core::{
    credentials::{AccessToken, TokenCredential, TokenRequestOptions},
    error::ErrorKind,
};
use engine::Millis;
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use super::held::{Answer, Held};

/// Makes the credential that a try uses.
type Make = dyn Fn() -> azure_core::Result<Arc<dyn TokenCredential>> + Send + Sync;
/// Now, in ms since 1970.
type Now = dyn Fn() -> Millis + Send + Sync;

/// How long things may take.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// One try for a token.
    pub attempt: Duration,
    /// Somebody who needs a token and has none waits no longer than this.
    pub patience: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { attempt: Duration::from_secs(10), patience: Duration::from_secs(5) }
    }
}

/// Wraps credentials of `azure_identity` 1.0, which renew late, forget a valid token when a renewal
/// fails, and let everybody wait meanwhile (GRAPH-ENTRA-TEAMS.md section 5).
///
/// A token is renewed at half its life in the background, one try at a time; it is served until it
/// expires; failing tries pause for 1 s, doubling to 30 s.
pub struct SteadyCredential {
    inner: Arc<Inner>,
}

struct Inner {
    make: Box<Make>,
    now: Box<Now>,
    pace: Pace,
    scopes: Mutex<HashMap<Vec<String>, Arc<Slot>>>,
    tracker: TaskTracker,
}

/// The token for one set of scopes.
struct Slot {
    scopes: Vec<String>,
    held: Mutex<Held>,
    /// Counts the tries that ended.
    ended: watch::Sender<u64>,
}

impl fmt::Debug for SteadyCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SteadyCredential").field("pace", &self.inner.pace).finish_non_exhaustive()
    }
}

/// A failure that several callers share.
#[derive(Debug, thiserror::Error)]
#[error("getting a token failed")]
struct Shared(#[source] Arc<azure_core::Error>);

impl SteadyCredential {
    /// Wraps the credentials that `make` makes: a new one for each try. `now` is in ms since 1970.
    pub fn new(
        make: impl Fn() -> azure_core::Result<Arc<dyn TokenCredential>> + Send + Sync + 'static,
        now: impl Fn() -> Millis + Send + Sync + 'static,
        pace: Pace,
    ) -> Self {
        let inner = Inner {
            make: Box::new(make),
            now: Box::new(now),
            pace,
            scopes: Mutex::default(),
            tracker: TaskTracker::new(),
        };
        Self { inner: Arc::new(inner) }
    }

    fn slot(&self, scopes: &[&str]) -> Arc<Slot> {
        let scopes: Vec<String> = scopes.iter().map(|&scope| scope.to_owned()).collect();
        let mut slots = self.inner.scopes.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || {
            let (held, ended) = (Mutex::default(), watch::Sender::new(0));
            Arc::new(Slot { scopes: scopes.clone(), held, ended })
        };
        slots.entry(scopes.clone()).or_insert_with(new).clone()
    }

    /// Waits for a try that gives a token or an error.
    async fn answered(&self, slot: &Arc<Slot>, ended: &mut watch::Receiver<u64>) -> Answer {
        while ended.changed().await.is_ok() {
            match self.ask(slot) {
                Answer::Wait => {}
                known @ (Answer::Serve(_) | Answer::Fail(_)) => return known,
            }
        }
        Answer::Wait
    }

    /// What is known now; starts a try where one is due.
    fn ask(&self, slot: &Arc<Slot>) -> Answer {
        let now = (self.inner.now)();
        let (answer, start) = slot.held().ask(now, self.inner.pace.attempt);
        if start {
            let (inner, slot) = (self.inner.clone(), slot.clone());
            self.inner.tracker.spawn(async move { inner.try_once(&slot).await });
        }
        answer
    }
}

impl Slot {
    fn held(&self) -> std::sync::MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, error: azure_core::Error, now: Millis) {
        let error = Arc::new(error);
        let retry_in_ms = self.held().failed(error.clone(), now);
        let error: &(dyn std::error::Error + 'static) = &*error;
        tracing::warn!(error, retry_in_ms, "no new token could be had");
    }
}

impl Inner {
    async fn try_once(&self, slot: &Slot) {
        let result = self.fetch(&slot.scopes).await;
        let now = (self.now)();
        let error = match result {
            Ok(token) if slot.held().succeeded(&token, now) => None,
            Ok(_) => Some(failure("the token has expired already: check the clock")),
            Err(error) => Some(error),
        };
        if let Some(error) = error {
            slot.note(error, now);
        }
        slot.ended.send_modify(|ended| *ended += 1);
    }

    async fn fetch(&self, scopes: &[String]) -> azure_core::Result<AccessToken> {
        let credential = (self.make)()?;
        let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
        tokio::time::timeout(self.pace.attempt, credential.get_token(&scopes, None))
            .await
            .unwrap_or_else(|_| Err(failure("the identity service did not answer in time")))
    }
}

fn failure(message: &'static str) -> azure_core::Error {
    azure_core::Error::with_message(ErrorKind::Credential, message)
}

#[async_trait]
impl TokenCredential for SteadyCredential {
    async fn get_token(
        &self,
        scopes: &[&str],
        _options: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        let slot = self.slot(scopes);
        let mut ended = slot.ended.subscribe();
        let answer = match self.ask(&slot) {
            Answer::Wait => {
                let answered = self.answered(&slot, &mut ended);
                let waited = tokio::time::timeout(self.inner.pace.patience, answered).await;
                waited.unwrap_or(Answer::Wait)
            }
            known @ (Answer::Serve(_) | Answer::Fail(_)) => known,
        };
        match answer {
            Answer::Serve(token) => Ok(token),
            Answer::Fail(error) => {
                Err(azure_core::Error::new(ErrorKind::Credential, Shared(error)))
            }
            Answer::Wait => Err(failure("there is no token yet: the identity service is slow")),
        }
    }
}

#[cfg(test)]
#[path = "steady_tests.rs"]
mod tests;
