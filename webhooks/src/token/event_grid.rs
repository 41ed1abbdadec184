//! Tokens of Event Grid deliveries.

use jiff::Timestamp;

use super::claims::{Claims, check_token};
use super::{KeySet, Refusal, TokenError, Verified};

/// Application id of Microsoft's Event Grid, the same in every tenant (`GRAPH-ENTRA-TEAMS.md` 2.5).
pub const EVENT_GRID_APP_ID: &str = "4962773b-9cdb-44cf-a8bf-237846a00ab7";
/// The app role that Microsoft's set-up script defines for Event Grid.
pub const EVENT_GRID_ROLE: &str = "AzureEventGridSecureWebhookSubscriber";

/// Checks Entra tokens of Event Grid: RS256, tenant, issuer in the form of the token's version,
/// audience, caller and role.
///
/// Such a token proves "Event Grid", not "our subscription": check the event's topic too.
#[derive(Debug, Clone)]
pub struct EventGridValidator {
    tenant: String,
    audiences: Vec<String>,
    issuer_v1: String,
    issuer_v2: String,
    role: String,
}

impl EventGridValidator {
    /// `tenant` is the Entra tenant id (GUID, lower case); `audiences` are the webhook
    /// application's client id and its app-id URI.
    pub fn new(tenant: impl Into<String>, audiences: Vec<String>) -> Self {
        let tenant = tenant.into();
        Self {
            audiences,
            issuer_v1: format!("https://sts.windows.net/{tenant}/"),
            issuer_v2: format!("https://login.microsoftonline.com/{tenant}/v2.0"),
            role: EVENT_GRID_ROLE.to_owned(),
            tenant,
        }
    }

    /// Other issuers, for another cloud or an emulator: of version 1.0 and of version 2.0 tokens.
    #[must_use]
    pub fn with_issuers(mut self, v1: impl Into<String>, v2: impl Into<String>) -> Self {
        self.issuer_v1 = v1.into();
        self.issuer_v2 = v2.into();
        self
    }

    /// Another role than [`EVENT_GRID_ROLE`].
    #[must_use]
    pub fn with_role(mut self, role: impl Into<String>) -> Self {
        self.role = role.into();
        self
    }

    /// Checks the values of all `Authorization` headers of a request.
    pub fn check<'h>(
        &self,
        authorization: impl IntoIterator<Item = &'h str>,
        keys: &KeySet,
        now: Timestamp,
    ) -> Result<Verified, TokenError> {
        let check = |claims: &Claims<'_>| self.check_claims(claims);
        check_token(authorization, keys, now, check, |issuer| self.check_key_issuer(issuer))
    }

    fn check_claims(&self, claims: &Claims<'_>) -> Result<(), Refusal> {
        let caller = self.check_issuer(claims)?;
        if claims.text("tid") != Some(&self.tenant) {
            return Err(Refusal::Tenant);
        }
        claims.check_audience(&self.audiences)?;
        // Each version has its own claim for the caller; a second one must not contradict it.
        let is_event_grid = |name| claims.text(name) == Some(EVENT_GRID_APP_ID);
        let contradicts = |name| claims.has(name) && !is_event_grid(name);
        if !is_event_grid(caller) || contradicts("appid") || contradicts("azp") {
            return Err(Refusal::Caller);
        }
        if claims.has_role(&self.role) { Ok(()) } else { Err(Refusal::Role) }
    }

    /// The issuer has to have the form of the token's version. Returns the caller's claim.
    fn check_issuer(&self, claims: &Claims<'_>) -> Result<&'static str, Refusal> {
        let issuer = claims.text("iss").ok_or(Refusal::Issuer)?;
        let v1 = issuer == self.issuer_v1;
        let v2 = issuer == self.issuer_v2;
        match claims.text("ver") {
            None if claims.has("ver") => Err(Refusal::Claims),
            Some("1.0") | None if v1 => Ok("appid"),
            Some("2.0") | None if v2 => Ok("azp"),
            _ => Err(Refusal::Issuer),
        }
    }

    /// A key may say whose tokens it signs. The shared key documents have the text `{tenantid}`
    /// there, and the same keys sign both versions.
    fn check_key_issuer(&self, issuer: Option<&str>) -> Result<(), Refusal> {
        let Some(issuer) = issuer else { return Ok(()) };
        let issuer = issuer.replace("{tenantid}", &self.tenant);
        if issuer == self.issuer_v1 || issuer == self.issuer_v2 {
            Ok(())
        } else {
            Err(Refusal::Issuer)
        }
    }
}
