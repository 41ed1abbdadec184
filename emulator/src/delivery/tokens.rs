//! The tokens that deliveries carry.

use serde_json::json;

use crate::clock::Millis;
use crate::control::{EntraTarget, TokenVersion};
use crate::crypto::KeyError;
use crate::shared::{Shared, WrongClaim};

/// First-party application of Event Grid (secure-webhook-delivery.md).
const EVENT_GRID_APP: &str = "4962773b-9cdb-44cf-a8bf-237846a00ab7";
/// Its role on the webhook's application.
const EVENT_GRID_ROLE: &str = "AzureEventGridSecureWebhookSubscriber";
/// Lifetime of a callback's token, seconds (secure-webhook-endpoint.md).
const CALLBACK_SECONDS: i64 = 300;
/// Lifetime of a web socket's token, seconds (secure-webhook-endpoint.md).
const SOCKET_SECONDS: i64 = 24 * 60 * 60;
/// Lifetime of Event Grid's token, seconds.
const EVENT_GRID_SECONDS: i64 = 3_600;

/// A fresh token for one callback, of a sender whose clock is `skew` milliseconds off. One claim may be
/// wrong.
pub(crate) fn callback(
    shared: &Shared,
    skew: Millis,
    wrong: Option<WrongClaim>,
) -> Result<String, KeyError> {
    of_acs(shared, skew, CALLBACK_SECONDS, wrong)
}

/// A fresh token for one web socket.
pub(crate) fn socket(shared: &Shared) -> Result<String, KeyError> {
    of_acs(shared, 0, SOCKET_SECONDS, None)
}

fn of_acs(
    shared: &Shared,
    skew: Millis,
    seconds: i64,
    wrong: Option<WrongClaim>,
) -> Result<String, KeyError> {
    let now = (shared.clock.wall() + skew) / 1_000;
    let mut claims = json!({
        "iss": shared.ready.callback_issuer,
        "aud": shared.ready.resource_id,
        "iat": now,
        "nbf": now,
        "exp": now + seconds,
    });
    match wrong {
        Some(WrongClaim::Issuer) => claims["iss"] = json!("https://issuer.invalid"),
        Some(WrongClaim::Audience) => claims["aud"] = json!("00000000-0000-4000-8000-000000000000"),
        Some(WrongClaim::Expiry) => claims["exp"] = json!(now - 3_600),
        None => {}
    }
    shared.lock().acs_keys.sign_again(claims)
}

/// A fresh token of Event Grid for a protected webhook.
pub(crate) fn event_grid(shared: &Shared, target: &EntraTarget) -> Result<String, KeyError> {
    let now = shared.clock.wall() / 1_000;
    let mut claims = json!({
        "aud": target.audience,
        "tid": target.tenant,
        "roles": [EVENT_GRID_ROLE],
        "iat": now,
        "nbf": now,
        "exp": now + EVENT_GRID_SECONDS,
    });
    match target.version {
        TokenVersion::V1 => {
            claims["ver"] = json!("1.0");
            claims["iss"] = json!(format!("https://sts.windows.net/{}/", target.tenant));
            claims["appid"] = json!(EVENT_GRID_APP);
            claims["appidacr"] = json!("2");
        }
        TokenVersion::V2 => {
            let issuer = format!("https://login.microsoftonline.com/{}/v2.0", target.tenant);
            claims["ver"] = json!("2.0");
            claims["iss"] = json!(issuer);
            claims["azp"] = json!(EVENT_GRID_APP);
            claims["azpacr"] = json!("2");
        }
    }
    shared.lock().entra_keys.sign_again(claims)
}
