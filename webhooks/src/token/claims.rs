//! Claims that every token has to have right.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::bearer::bearer;
use super::jws::Jws;
use super::{KeySet, Refusal, TokenError, Verified};

/// How much our clock and the issuer's may differ, in seconds.
pub(super) const LEEWAY: i64 = 60;

/// Takes the token apart, lets `check` look at what it says, and only then asks for the key and
/// checks the signature: garbage never leads to a fetch of keys.
pub(super) fn check_token<'h>(
    authorization: impl IntoIterator<Item = &'h str>,
    keys: &KeySet,
    now: Timestamp,
    check: impl FnOnce(&Claims<'_>) -> Result<(), Refusal>,
    check_key: impl FnOnce(Option<&str>) -> Result<(), Refusal>,
) -> Result<Verified, TokenError> {
    let token = bearer(authorization)?;
    let jws = Jws::parse(token)?;
    let claims = Claims { map: &jws.claims };
    let expires_at = claims.check_times(now)?;
    check(&claims)?;
    let Some(key) = keys.get(&jws.kid) else {
        return Err(TokenError::UnknownKey { kid: jws.kid });
    };
    check_key(key.issuer.as_deref())?;
    jws.verify(&key.decoding)?;
    let text = |name| claims.text(name).unwrap_or_default().to_owned();
    Ok(Verified { issuer: text("iss"), audience: text("aud"), key_id: jws.kid.clone(), expires_at })
}

/// What a token says, with the checks that all issuers share.
pub(super) struct Claims<'a> {
    map: &'a Map<String, Value>,
}

impl Claims<'_> {
    /// A claim that is a string.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.map.get(name).and_then(Value::as_str)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.map.contains_key(name)
    }

    /// One audience, and one of ours. Neither issuer documents a list, so a list is refused.
    pub(super) fn check_audience(&self, audiences: &[String]) -> Result<(), Refusal> {
        match self.text("aud") {
            Some(audience) if audiences.iter().any(|ours| ours == audience) => Ok(()),
            _ => Err(Refusal::Audience),
        }
    }

    pub(super) fn has_role(&self, role: &str) -> bool {
        let roles = self.map.get("roles").and_then(Value::as_array);
        roles.is_some_and(|roles| roles.iter().any(|one| one.as_str() == Some(role)))
    }

    /// The end of the token's life.
    fn check_times(&self, now: Timestamp) -> Result<Timestamp, Refusal> {
        let expires = self.seconds("exp")?.ok_or(Refusal::Claims)?;
        let expires_at = Timestamp::from_second(expires).map_err(|_| Refusal::Claims)?;
        let now = now.as_second();
        if now.saturating_sub(expires) > LEEWAY {
            return Err(Refusal::Expired);
        }
        for name in ["nbf", "iat"] {
            if self.seconds(name)?.is_some_and(|from| from.saturating_sub(now) > LEEWAY) {
                return Err(Refusal::NotYetValid);
            }
        }
        Ok(expires_at)
    }

    /// Refuses a token that lives longer than `longest`, both from its beginning and from now.
    pub(super) fn check_life(
        &self,
        now: Timestamp,
        longest: SignedDuration,
    ) -> Result<(), Refusal> {
        let expires = self.seconds("exp")?.ok_or(Refusal::Claims)?;
        let longest = longest.as_secs().saturating_add(LEEWAY);
        let begins = [self.seconds("iat")?, self.seconds("nbf")?, Some(now.as_second())];
        let too_long = |begin: i64| expires.saturating_sub(begin) > longest;
        if begins.into_iter().flatten().any(too_long) {
            return Err(Refusal::LivesTooLong);
        }
        Ok(())
    }

    /// A time in whole seconds since 1970; absent is fine, another type is not.
    fn seconds(&self, name: &str) -> Result<Option<i64>, Refusal> {
        match self.map.get(name) {
            None => Ok(None),
            Some(value) => value.as_i64().map(Some).ok_or(Refusal::Claims),
        }
    }
}
