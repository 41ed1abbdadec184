//! Sign-in of people: a page with the people of the world, no passwords; the code flow with PKCE,
//! S256 only (v2-oauth2-auth-code-flow.md).

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data, Path};

use super::client;
use super::denied::{Denied, denied};
use super::form::Form;
use super::page;
use crate::directory::{AppRegistration, Code, Grant, Person};
use crate::shared::Shared;

/// The form field with the object id of who was chosen.
pub(super) const CHOSEN: &str = "user";

/// How the answer reaches the application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ResponseMode {
    Query,
    Fragment,
    FormPost,
}

/// A request to sign somebody in, with an application and an address that are known to be good.
struct Asked {
    app: AppRegistration,
    redirect_uri: String,
    mode: ResponseMode,
    state: Option<String>,
}

/// `GET /{tenant}/oauth2/v2.0/authorize`: who is there to choose from.
pub(super) async fn ask(
    shared: Data<Shared>,
    request: HttpRequest,
    tenant: Path<String>,
) -> HttpResponse {
    respond(&shared, &tenant, &Form::parse(request.query_string().as_bytes()))
}

/// The same by POST: a client's own form, or the page's with somebody chosen.
pub(super) async fn choose(
    shared: Data<Shared>,
    request: HttpRequest,
    tenant: Path<String>,
    body: Bytes,
) -> HttpResponse {
    let mut all = request.query_string().as_bytes().to_vec();
    all.push(b'&');
    all.extend_from_slice(&body);
    respond(&shared, &tenant, &Form::parse(&all))
}

fn respond(shared: &Shared, tenant: &str, form: &Form) -> HttpResponse {
    let asked = match understand(shared, tenant, form) {
        Ok(asked) => asked,
        Err(denied) => {
            super::super::note(shared, "GET", "authorize", denied.status);
            return page::refusal(&denied);
        }
    };
    let outcome = check(form).and_then(|()| chosen(shared, &asked, form));
    let people = || {
        let state = shared.lock();
        state.directory.people(&state.world)
    };
    super::super::note(shared, "GET", "authorize", if outcome.is_err() { 302 } else { 200 });
    match outcome {
        Ok(Some(person)) => {
            let code = remember(shared, &asked, form, &person);
            let session = shared.lock().ids.guid();
            send_back(&asked, &[("code", &code), ("session_state", &session)])
        }
        Ok(None) => page::people(form, &people()),
        Err(denied) => {
            let description = denied.headline();
            send_back(&asked, &[("error", denied.error), ("error_description", &description)])
        }
    }
}

/// The application and where it wants its answer. What is wrong here is told to the person, never
/// sent to an address that nobody registered.
fn understand(shared: &Shared, tenant: &str, form: &Form) -> Result<Asked, Denied> {
    super::check_tenant(shared, tenant)?;
    let app = client::known(shared, form.get("client_id"))?;
    let redirect_uri = form.get("redirect_uri").to_owned();
    if !app.redirect_uris.contains(&redirect_uri) {
        let text = format!(
            "The redirect URI '{redirect_uri}' specified in the request does not match the redirect \
             URIs configured for the application '{}'.",
            app.client_id
        );
        return Err(denied("invalid_request", 50_011, 400, text));
    }
    let mode = match form.find("response_mode") {
        None | Some("query") => ResponseMode::Query,
        Some("fragment") => ResponseMode::Fragment,
        Some("form_post") => ResponseMode::FormPost,
        Some(_) => {
            let text = "The response_mode must be query, fragment or form_post.";
            return Err(denied("invalid_request", 900_971, 400, text));
        }
    };
    let state = form.find("state").map(str::to_owned);
    Ok(Asked { app, redirect_uri, mode, state })
}

/// The rest of the request; what is wrong here the application hears.
fn check(form: &Form) -> Result<(), Denied> {
    if form.get("response_type") != "code" {
        let text = "The only response_type is 'code'.";
        return Err(denied("unsupported_response_type", 700_054, 400, text));
    }
    if form.find("scope").is_none() {
        return Err(super::token::missing("scope"));
    }
    match (form.find("code_challenge"), form.find("code_challenge_method")) {
        (Some(challenge), Some("S256")) if challenge.len() == 43 => {}
        (None, _) => {
            let text = "Proof Key for Code Exchange is required.";
            return Err(denied("invalid_request", 9_002_325, 400, text));
        }
        (Some(_), _) => {
            let text = "The code_challenge must be 43 characters of method S256.";
            return Err(denied("invalid_request", 501_491, 400, text));
        }
    }
    if form.get("prompt") == "none" {
        let text = "A silent sign-in request was sent but no user is signed in.";
        return Err(denied("login_required", 50_058, 400, text));
    }
    Ok(())
}

/// Who was chosen, and may sign in; nobody yet when the page is still to be shown.
fn chosen(shared: &Shared, asked: &Asked, form: &Form) -> Result<Option<Person>, Denied> {
    let Some(who) = form.find(CHOSEN) else {
        return Ok(None);
    };
    if who == "cancel" {
        let text = "The user has denied access to the scope requested by the client application.";
        return Err(denied("access_denied", 65_004, 400, text));
    }
    let person = {
        let state = shared.lock();
        state.directory.person(&state.world, who)
    };
    let person = person.ok_or_else(|| {
        let text = "The user account does not exist in the directory.";
        denied("invalid_request", 50_034, 400, text)
    })?;
    if person.entry.account_enabled == Some(false) {
        return Err(denied("access_denied", 50_057, 400, "The user account is disabled."));
    }
    if asked.app.assignment_required && asked.app.roles_of(&person.oid).is_empty() {
        let text = "The signed in user is not assigned to a role for the application.";
        return Err(denied("access_denied", 50_105, 400, text));
    }
    Ok(Some(person))
}

fn remember(shared: &Shared, asked: &Asked, form: &Form, person: &Person) -> String {
    let now = shared.clock.wall();
    let code = Code {
        grant: Grant {
            client_id: asked.app.client_id.clone(),
            oid: person.oid.clone(),
            scope: form.get("scope").to_owned(),
            nonce: form.find("nonce").map(str::to_owned),
        },
        redirect_uri: asked.redirect_uri.clone(),
        challenge: form.get("code_challenge").to_owned(),
    };
    let mut state = shared.lock();
    let text = state.ids.token(48);
    state.directory.grants.add_code(now, text.clone(), code);
    text
}

fn send_back(asked: &Asked, answer: &[(&str, &str)]) -> HttpResponse {
    let state = asked.state.as_deref().map(|state| ("state", state));
    let answer: Vec<(&str, &str)> = answer.iter().copied().chain(state).collect();
    if asked.mode == ResponseMode::FormPost {
        return page::form_post(&asked.redirect_uri, &answer);
    }
    let encoded: String =
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&answer).finish();
    let uri = &asked.redirect_uri;
    let joint = match asked.mode {
        ResponseMode::Fragment => '#',
        ResponseMode::Query | ResponseMode::FormPost if uri.contains('?') => '&',
        ResponseMode::Query | ResponseMode::FormPost => '?',
    };
    page::found(&format!("{uri}{joint}{encoded}"))
}

/// `GET /{tenant}/oauth2/v2.0/logout`: nobody is kept signed in, so it only sends back to an address
/// that an application registered.
pub(super) async fn log_out(shared: Data<Shared>, request: HttpRequest) -> HttpResponse {
    let form = Form::parse(request.query_string().as_bytes());
    let uri = form.get("post_logout_redirect_uri");
    let is_known = {
        let state = shared.lock();
        state.directory.apps.iter().any(|app| app.redirect_uris.iter().any(|known| known == uri))
    };
    super::super::note(&shared, "GET", "logout", if is_known { 302 } else { 200 });
    if !is_known {
        return page::signed_out();
    }
    match form.find("state") {
        Some(state) => {
            let state = url::form_urlencoded::byte_serialize(state.as_bytes()).collect::<String>();
            let joint = if uri.contains('?') { '&' } else { '?' };
            page::found(&format!("{uri}{joint}state={state}"))
        }
        None => page::found(uri),
    }
}
