//! Tokens: believed, refused, or not to be judged because the keys cannot be had.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use webhooks::token::{
    CallbackValidator, EventGridValidator, KeySet, Refusal, TokenError, Verified, VerifiedTokens,
};

use crate::identity::KeySource;

/// Tokens remembered until they expire.
const REMEMBERED: usize = 10_000;

/// Which tokens are believed.
#[derive(Debug)]
pub enum Credentials {
    /// Mid-call callbacks (contract section 10).
    Callback(CallbackValidator),
    /// Event Grid with Entra delivery (GRAPH-ENTRA-TEAMS.md 2.5).
    EventGrid(EventGridValidator),
}

/// Believes or refuses `Authorization` headers.
pub struct Verifier {
    credentials: Credentials,
    keys: KeySource,
    verified: Mutex<Remembered>,
}

/// Tokens believed under one set of keys.
struct Remembered {
    tokens: VerifiedTokens,
    keys: Option<Arc<KeySet>>,
}

/// Why a delivery is not believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unverified {
    /// The token is bad: 401.
    Refused(Refusal),
    /// It is signed with a key that the issuer does not have: 401.
    UnknownKey,
    /// The issuer's keys cannot be had: 500, so that the sender tries again.
    NoKeys,
}

impl Verifier {
    /// A verifier of `credentials` with the keys of their issuer.
    pub fn new(credentials: Credentials, keys: KeySource) -> Self {
        let tokens = VerifiedTokens::new(REMEMBERED);
        Self { credentials, keys, verified: Mutex::new(Remembered { tokens, keys: None }) }
    }

    /// Checks the `Authorization` headers of a delivery.
    ///
    /// # Errors
    /// [`Unverified`] says whether to answer 401 or 500.
    pub async fn verify(&self, authorization: &[&str], now: Timestamp) -> Result<(), Unverified> {
        let keys = self.keys.current(now).await.map_err(|_| Unverified::NoKeys)?;
        if self.remembered(authorization, &keys, now) {
            return Ok(());
        }
        match self.check(authorization, &keys, now) {
            Ok(verified) => self.remember(authorization, verified, now),
            Err(TokenError::Refused(refusal)) => return Err(Unverified::Refused(refusal)),
            Err(TokenError::UnknownKey { kid }) => {
                self.verify_with_newer_keys(authorization, &kid, now).await?;
            }
        }
        Ok(())
    }

    /// Fetches the keys once, so that the first delivery finds them. Failing is no reason not to start.
    pub async fn warm_up(&self, now: Timestamp) {
        if self.keys.current(now).await.is_err() {
            tracing::warn!(
                "the keys of webhook tokens cannot be had yet: deliveries are answered 500"
            );
        }
    }

    async fn verify_with_newer_keys(
        &self,
        authorization: &[&str],
        kid: &str,
        now: Timestamp,
    ) -> Result<(), Unverified> {
        let keys = self.keys.with_key(kid, now).await.map_err(|_| Unverified::NoKeys)?;
        let keys = keys.ok_or(Unverified::UnknownKey)?;
        match self.check(authorization, &keys, now) {
            Ok(verified) => self.remember(authorization, verified, now),
            Err(TokenError::Refused(refusal)) => return Err(Unverified::Refused(refusal)),
            Err(TokenError::UnknownKey { .. }) => return Err(Unverified::UnknownKey),
        }
        Ok(())
    }

    fn check(
        &self,
        authorization: &[&str],
        keys: &KeySet,
        now: Timestamp,
    ) -> Result<Verified, TokenError> {
        let headers = authorization.iter().copied();
        match &self.credentials {
            Credentials::Callback(validator) => validator.check(headers, keys, now),
            Credentials::EventGrid(validator) => validator.check(headers, keys, now),
        }
    }

    /// A token stays believed only as long as the keys stay the same: a withdrawn key ends it.
    fn remembered(&self, authorization: &[&str], keys: &Arc<KeySet>, now: Timestamp) -> bool {
        let mut verified = self.verified.lock().unwrap_or_else(PoisonError::into_inner);
        if !verified.keys.as_ref().is_some_and(|known| Arc::ptr_eq(known, keys)) {
            verified.tokens.clear();
            verified.keys = Some(keys.clone());
        }
        verified.tokens.get(authorization.iter().copied(), now).is_some()
    }

    fn remember(&self, authorization: &[&str], token: Verified, now: Timestamp) {
        let mut verified = self.verified.lock().unwrap_or_else(PoisonError::into_inner);
        verified.tokens.insert(authorization.iter().copied(), token, now);
    }
}
