//! A credential that renews ahead and never waits long.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use azure_core::{
    credentials::{AccessToken, TokenCredential, TokenRequestOptions},
    error::ErrorKind,
};
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use super::held::{Answer, Held, Millis};
use crate::{Clock, clock};

/// Makes the credential that a try uses.
type Make = dyn Fn() -> azure_core::Result<Arc<dyn TokenCredential>> + Send + Sync;
/// Is told of a try that failed, and how long tries pause.
type Failed = dyn Fn(&azure_core::Error, Duration) + Send + Sync;

/// How long getting a token may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenPace {
    /// One try for a token; 10 s by default.
    pub attempt: Duration,
    /// Somebody who needs a token and has none waits no longer than this; 5 s by default.
    pub patience: Duration,
}

impl Default for TokenPace {
    fn default() -> Self {
        Self { attempt: Duration::from_secs(10), patience: Duration::from_secs(5) }
    }
}

/// Wraps a credential so that a token that still is valid outlives renewals that fail, and nobody
/// waits long.
///
/// A token is renewed at half its life in the background, one try at a time for each set of
/// scopes; it is served until 5 s before it expires; tries that fail pause for 1 s, doubling to
/// 30 s. Must be used inside a Tokio runtime.
///
/// ```
/// # use std::sync::Arc;
/// # use azure_core::credentials::TokenCredential;
/// # fn wrap(identity: Arc<dyn TokenCredential>) -> callautomation::Credential {
/// use callautomation::{Credential, SteadyCredential};
///
/// Credential::Token(Arc::new(SteadyCredential::around(identity)))
/// # }
/// ```
pub struct SteadyCredential {
    inner: Arc<Inner>,
}

struct Inner {
    make: Box<Make>,
    failed: Box<Failed>,
    clock: Clock,
    pace: TokenPace,
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
    /// Wraps a credential, at the default pace and with the clock of the machine.
    ///
    /// A credential that caches by itself (those of `azure_identity` do) gives an expiring token
    /// again until it renews it, so half-life renewals then wait for it; use
    /// [`SteadyCredential::new`] with a credential made anew for each try to renew in time.
    pub fn around(credential: Arc<dyn TokenCredential>) -> Self {
        let make = move || Ok(Arc::clone(&credential));
        Self::new(make, clock::system(), TokenPace::default())
    }

    /// Wraps the credentials that `make` makes: one for each try.
    pub fn new(
        make: impl Fn() -> azure_core::Result<Arc<dyn TokenCredential>> + Send + Sync + 'static,
        clock: Clock,
        pace: TokenPace,
    ) -> Self {
        Self::reporting(make, clock, pace, |_, _| ())
    }

    /// As [`SteadyCredential::new`]; `failed` is told of each try that fails and of the pause that
    /// follows, to log it. The error may name the tenant and the application, never a secret.
    pub fn reporting(
        make: impl Fn() -> azure_core::Result<Arc<dyn TokenCredential>> + Send + Sync + 'static,
        clock: Clock,
        pace: TokenPace,
        failed: impl Fn(&azure_core::Error, Duration) + Send + Sync + 'static,
    ) -> Self {
        let inner = Inner {
            make: Box::new(make),
            failed: Box::new(failed),
            clock,
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
        Arc::clone(slots.entry(scopes.clone()).or_insert_with(new))
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
        let (answer, start) = slot.held().ask(self.inner.now(), self.inner.pace.attempt);
        if start {
            let (inner, slot) = (Arc::clone(&self.inner), Arc::clone(slot));
            self.inner.tracker.spawn(async move { inner.try_once(&slot).await });
        }
        answer
    }
}

impl Slot {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn now(&self) -> Millis {
        (self.clock)().as_millisecond()
    }

    async fn try_once(&self, slot: &Slot) {
        let result = self.fetch(&slot.scopes).await;
        let now = self.now();
        let error = match result {
            Ok(token) if slot.held().succeeded(&token, now) => None,
            Ok(_) => Some(failure("the token has expired already: check the clock")),
            Err(error) => Some(error),
        };
        if let Some(error) = error {
            let error = Arc::new(error);
            let pause = slot.held().failed(Arc::clone(&error), now);
            (self.failed)(&error, Duration::from_millis(pause.unsigned_abs()));
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
