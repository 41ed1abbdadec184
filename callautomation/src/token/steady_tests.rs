use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use azure_core::time::OffsetDateTime;
use tokio::sync::{Notify, Semaphore};

use super::*;

const SCOPE: &[&str] = &["https://graph.microsoft.com/.default"];
const HOUR: Millis = 3_600_000;

/// Answers as told, once for each permit.
#[derive(Debug)]
struct Entra {
    permits: Semaphore,
    calls: AtomicUsize,
    now: AtomicI64,
    broken: std::sync::atomic::AtomicBool,
    called: Notify,
}

impl Entra {
    fn new(permits: usize) -> Arc<Self> {
        Arc::new(Self {
            permits: Semaphore::new(permits),
            calls: AtomicUsize::new(0),
            now: AtomicI64::new(0),
            broken: false.into(),
            called: Notify::new(),
        })
    }

    fn steady(self: &Arc<Self>, patience: Duration) -> SteadyCredential {
        let (entra, clock) = (self.clone(), self.clone());
        let make = move || {
            let credential: Arc<dyn TokenCredential> = Arc::new(Once(entra.clone()));
            Ok(credential)
        };
        let pace = TokenPace { attempt: Duration::from_mins(1), patience };
        let now =
            move || jiff::Timestamp::from_millisecond(clock.now.load(Ordering::SeqCst)).unwrap();
        SteadyCredential::new(make, Arc::new(now), pace)
    }
}

#[derive(Debug)]
struct Once(Arc<Entra>);

#[async_trait]
impl TokenCredential for Once {
    async fn get_token(
        &self,
        _scopes: &[&str],
        _options: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        let call = self.0.calls.fetch_add(1, Ordering::SeqCst) + 1;
        self.0.called.notify_one();
        self.0.permits.acquire().await.unwrap().forget();
        if self.0.broken.load(Ordering::SeqCst) {
            return Err(failure("AADSTS7000215"));
        }
        let expires = self.0.now.load(Ordering::SeqCst) + HOUR;
        let expires_on = OffsetDateTime::from_unix_timestamp(expires / 1_000).unwrap();
        Ok(AccessToken::new(format!("token {call}"), expires_on))
    }
}

async fn text(steady: &SteadyCredential) -> String {
    match steady.get_token(SCOPE, None).await {
        Ok(token) => token.token.secret().to_owned(),
        Err(error) => {
            let mut chain = error.to_string();
            let mut source = std::error::Error::source(&error);
            while let Some(cause) = source {
                chain = format!("{chain}: {cause}");
                source = cause.source();
            }
            chain
        }
    }
}

const LONG: Duration = Duration::from_mins(1);

#[tokio::test]
async fn many_callers_share_one_try() {
    let entra = Entra::new(1);
    let steady = entra.steady(LONG);
    let (one, two, three) = tokio::join!(text(&steady), text(&steady), text(&steady));
    assert_eq!([one, two, three], ["token 1", "token 1", "token 1"]);
    assert_eq!(entra.calls.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_renewal_runs_behind_the_callers() {
    let entra = Entra::new(1);
    let steady = entra.steady(LONG);
    assert_eq!(text(&steady).await, "token 1");
    entra.called.notified().await;
    entra.now.store(HOUR / 2, Ordering::SeqCst);
    assert_eq!(text(&steady).await, "token 1", "nobody waits for the renewal");
    entra.called.notified().await;
    assert_eq!(text(&steady).await, "token 1", "the renewal still runs");
    let mut ended = steady.slot(SCOPE).ended.subscribe();
    entra.permits.add_permits(1);
    ended.changed().await.unwrap();
    assert_eq!(text(&steady).await, "token 2");
    assert_eq!(entra.calls.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_failing_renewal_keeps_the_valid_token() {
    let entra = Entra::new(2);
    let steady = entra.steady(LONG);
    assert_eq!(text(&steady).await, "token 1");
    entra.broken.store(true, Ordering::SeqCst);
    entra.now.store(HOUR - 60_000, Ordering::SeqCst);
    let mut ended = steady.slot(SCOPE).ended.subscribe();
    assert_eq!(text(&steady).await, "token 1");
    ended.changed().await.unwrap();
    assert_eq!(text(&steady).await, "token 1");
    entra.now.store(HOUR - 1_000, Ordering::SeqCst);
    entra.permits.add_permits(1);
    let told = text(&steady).await;
    assert!(told.contains("AADSTS7000215"), "{told}");
}

#[tokio::test]
async fn nobody_waits_longer_than_the_patience() {
    let entra = Entra::new(0);
    let steady = entra.steady(Duration::from_millis(1));
    assert!(text(&steady).await.contains("slow"));
    let mut ended = steady.slot(SCOPE).ended.subscribe();
    entra.permits.add_permits(1);
    ended.changed().await.unwrap();
    assert_eq!(text(&steady).await, "token 1", "the try went on meanwhile");
}

#[tokio::test]
async fn scopes_have_tokens_of_their_own() {
    let entra = Entra::new(2);
    let steady = entra.steady(LONG);
    assert_eq!(text(&steady).await, "token 1");
    let other = steady.get_token(&["https://communication.azure.com/.default"], None).await;
    assert_eq!(other.unwrap().token.secret(), "token 2");
}

#[tokio::test]
async fn a_failure_is_reported_with_the_pause_that_follows() {
    let entra = Entra::new(1);
    entra.broken.store(true, Ordering::SeqCst);
    let told = Arc::new(Mutex::new(Vec::new()));
    let (keep, inner) = (Arc::clone(&told), Arc::clone(&entra));
    let make = move || {
        let credential: Arc<dyn TokenCredential> = Arc::new(Once(Arc::clone(&inner)));
        Ok(credential)
    };
    let note = move |error: &azure_core::Error, pause| {
        keep.lock().unwrap().push((error.to_string(), pause));
    };
    let clock: Clock = Arc::new(|| jiff::Timestamp::UNIX_EPOCH);
    let pace = TokenPace { patience: LONG, ..TokenPace::default() };
    let steady = SteadyCredential::reporting(make, clock, pace, note);
    assert!(text(&steady).await.contains("AADSTS7000215"));
    let expected = [("AADSTS7000215".to_owned(), Duration::from_secs(1))];
    assert_eq!(*told.lock().unwrap(), expected);
}

#[tokio::test]
async fn one_credential_can_be_wrapped_as_it_is() {
    let entra = Entra::new(1);
    // Tokens of this identity expire in 1970 by the machine's clock, so it is of no use.
    let steady = SteadyCredential::around(Arc::new(Once(entra)));
    assert!(text(&steady).await.contains("check the clock"));
    assert!(format!("{steady:?}").contains("pace"));
}
