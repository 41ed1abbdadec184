//! Tokens of mid-call callbacks and media web sockets.

use jiff::{SignedDuration, Timestamp};

use super::claims::{Claims, check_token};
use super::{KeySet, Refusal, TokenError, Verified};

/// The issuer of the tokens that Call Automation sends (contract section 10).
pub const ACS_ISSUER: &str = "https://acscallautomation.communication.azure.com";

/// Checks tokens of Call Automation callbacks: RS256, issuer, audience, and a life of at most ten
/// minutes (they are made for five).
///
/// Such a token does not bind the body: it proves the sender only.
#[derive(Debug, Clone)]
pub struct CallbackValidator {
    issuer: String,
    audiences: Vec<String>,
    longest_life: SignedDuration,
}

impl CallbackValidator {
    /// `issuer` is [`ACS_ISSUER`], except for an emulator. `audiences` are the immutable resource
    /// ids (GUIDs, compared exactly) of our ACS resources.
    pub fn new(issuer: impl Into<String>, audiences: Vec<String>) -> Self {
        let longest_life = SignedDuration::from_mins(10);
        Self { issuer: issuer.into(), audiences, longest_life }
    }

    /// The same for web sockets, whose tokens live 24 hours.
    #[must_use]
    pub fn for_web_sockets(mut self) -> Self {
        self.longest_life = SignedDuration::from_hours(24);
        self
    }

    /// Checks the values of all `Authorization` headers of a request.
    pub fn check<'h>(
        &self,
        authorization: impl IntoIterator<Item = &'h str>,
        keys: &KeySet,
        now: Timestamp,
    ) -> Result<Verified, TokenError> {
        check_token(authorization, keys, now, |claims| self.check_claims(claims, now), |_| Ok(()))
    }

    fn check_claims(&self, claims: &Claims<'_>, now: Timestamp) -> Result<(), Refusal> {
        if claims.text("iss") != Some(&self.issuer) {
            return Err(Refusal::Issuer);
        }
        claims.check_audience(&self.audiences)?;
        claims.check_life(now, self.longest_life)
    }
}
