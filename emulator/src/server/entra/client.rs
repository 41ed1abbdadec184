//! Who asks for a token: a secret, a signed assertion, or a program that can keep no secret.

use super::assertion;
use super::denied::{Denied, denied};
use super::form::Form;
use crate::directory::AppRegistration;
use crate::shared::Shared;

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How the application proved who it is; `appidacr` and `azpacr` of the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// A public client proves nothing.
    None,
    Secret,
    Assertion,
}

impl Proof {
    pub(super) fn claim(self) -> &'static str {
        match self {
            Self::None => "0",
            Self::Secret => "1",
            Self::Assertion => "2",
        }
    }
}

/// The application that a request comes from.
pub(super) fn authenticate(
    shared: &Shared,
    tenant: &str,
    form: &Form,
) -> Result<(AppRegistration, Proof), Denied> {
    let app = known(shared, form.get("client_id"))?;
    if let Some(given) = form.find("client_assertion") {
        if form.get("client_assertion_type") != ASSERTION_TYPE {
            let text = format!("The client_assertion_type must be '{ASSERTION_TYPE}'.");
            return Err(denied("invalid_request", 900_144, 400, text));
        }
        let audiences = assertion::audiences(&shared.ready.authority, tenant);
        assertion::check(&app, given, &audiences, shared.clock.wall() / 1_000)?;
        return Ok((app, Proof::Assertion));
    }
    let secret = app.client_secret.as_ref().map(crate::Private::expose);
    match form.find("client_secret") {
        Some(given) if Some(given) == secret => Ok((app, Proof::Secret)),
        Some(_) => Err(denied("invalid_client", 7_000_215, 401, "Invalid client secret provided.")),
        None if app.public => Ok((app, Proof::None)),
        None => {
            let text = "The request body must contain the following parameter: \
                'client_assertion' or 'client_secret'.";
            Err(denied("invalid_client", 7_000_218, 401, text))
        }
    }
}

/// The registration behind a client id.
pub(super) fn known(shared: &Shared, client_id: &str) -> Result<AppRegistration, Denied> {
    let app = shared.lock().directory.app(client_id).cloned();
    app.ok_or_else(|| {
        let text = "Application was not found in the directory.";
        denied("unauthorized_client", 700_016, 400, text)
    })
}
