//! Tokens as ACS and Event Grid show them, signed with a key of this run that the service fetches.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use jiff::Timestamp;
use webhooks::{testing::TestIssuer, token::ACS_ISSUER};

use crate::{
    time::now,
    trouble::{Trouble, made},
};

/// The immutable id of the resource: the audience of callback tokens.
pub(crate) const RESOURCE: &str = "7f4c1f0a-6d1e-4f1b-9d5f-2f6a3c8b9e10";
/// The Entra tenant.
pub(crate) const TENANT: &str = "2b1a7c3e-90f4-4c59-8f1d-5d6f0c4e7a21";
/// The application that protects the webhook.
pub(crate) const AUDIENCE: &str = "api://switchboard-load";
/// Who issues callback tokens.
pub(crate) const ISSUER: &str = ACS_ISSUER;
/// Callback tokens live five minutes, as ACS's do: new ones are signed in time.
const RENEW_AFTER: Duration = Duration::from_secs(200);

/// The key and what was signed with it.
pub(super) struct Tokens {
    issuer: TestIssuer,
    signed: RwLock<Signed>,
}

#[derive(Default)]
struct Signed {
    at: Option<Instant>,
    callback: Arc<str>,
    grid: Arc<str>,
}

impl Tokens {
    pub(super) fn new() -> Result<Self, Trouble> {
        let issuer = TestIssuer::generate("load-1").map_err(made("a key for tokens"))?;
        let tokens = Self { issuer, signed: RwLock::default() };
        tokens.renew()?;
        Ok(tokens)
    }

    /// Signs new ones.
    pub(super) fn renew(&self) -> Result<(), Trouble> {
        let time = wall();
        let callback = self.issuer.callback_token(RESOURCE, time).authorization();
        let grid = self.issuer.event_grid_token(TENANT, AUDIENCE, time).authorization();
        let signed = Signed {
            at: Some(now()),
            callback: callback.map_err(made("a token"))?.into(),
            grid: grid.map_err(made("a token"))?.into(),
        };
        *self.signed.write().unwrap_or_else(PoisonError::into_inner) = signed;
        Ok(())
    }

    /// What ACS shows with mid-call events.
    pub(super) fn callback(&self) -> Arc<str> {
        let signed_at = self.signed.read().unwrap_or_else(PoisonError::into_inner).at;
        if signed_at.is_none_or(|at| at.elapsed() > RENEW_AFTER) {
            // If that fails the old one serves, and the service refuses it: a floor does not hold.
            let _ = self.renew();
        }
        self.signed.read().unwrap_or_else(PoisonError::into_inner).callback.clone()
    }

    /// What Event Grid shows.
    pub(super) fn grid(&self) -> Arc<str> {
        self.signed.read().unwrap_or_else(PoisonError::into_inner).grid.clone()
    }

    /// The key document.
    pub(super) fn keys(&self) -> String {
        String::from_utf8_lossy(&self.issuer.jwks()).into_owned()
    }
}

/// The wall clock: tokens and events carry it.
#[expect(clippy::disallowed_methods, reason = "tokens and events carry real time")]
pub(super) fn wall() -> Timestamp {
    Timestamp::now()
}
