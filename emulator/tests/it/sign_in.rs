//! People sign in: code and PKCE, tokens, roles, and everything that is refused.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};

use super::support::{ADELE, World, world};

const BACK: &str = "https://localhost:8443/signed-in";
const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters-0";
const ROLE: &str = "Switchboard.Supervisor";

fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, VERIFIER.as_bytes()).as_ref())
}

/// A world with an application that people sign in to.
async fn console() -> (World, reqwest::Client) {
    let world = world().await;
    let app = json!({"client_id": world.emulator.ready().client_id, "redirect_uris": [BACK],
        "user_roles": {ADELE: [ROLE]}, "assignment_required": true});
    let app = serde_json::from_value(app).expect("an application");
    world.control().put_app(app).expect("registered");
    let root = reqwest::Certificate::from_pem(world.emulator.ca_pem().as_bytes()).expect("a root");
    let browser = reqwest::Client::builder()
        .tls_certs_only([root])
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a browser");
    (world, browser)
}

fn question(world: &World, change: &[(&str, &str)]) -> String {
    let ready = world.emulator.ready();
    let challenge = challenge();
    let mut query = vec![
        ("client_id", ready.client_id.as_str()),
        ("response_type", "code"),
        ("redirect_uri", BACK),
        ("scope", "openid profile offline_access User.Read"),
        ("state", "the state"),
        ("nonce", "the nonce"),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in change {
        query.retain(|(known, _)| known != name);
        query.push((name, value));
    }
    let query: String =
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    format!("{}/{}/oauth2/v2.0/authorize?{query}", ready.authority, ready.tenant_id)
}

/// What comes back to the application: the query of the redirection.
async fn choose(browser: &reqwest::Client, question: &str, who: &str) -> Vec<(String, String)> {
    let answer = browser.post(question).body(format!("user={who}")).send().await;
    let answer = answer.expect("an answer");
    assert_eq!(answer.status(), 302);
    let location = answer.headers()["location"].to_str().expect("text");
    assert!(location.starts_with(&format!("{BACK}?")), "{location}");
    url::Url::parse(location).expect("an address").query_pairs().into_owned().collect()
}

fn value<'a>(answer: &'a [(String, String)], name: &str) -> &'a str {
    answer.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
}

async fn redeem(world: &World, change: &[(&str, &str)]) -> (u16, Value) {
    let ready = world.emulator.ready();
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("client_id", ready.client_id.as_str()),
        ("client_secret", ready.client_secret.as_str()),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
    ];
    for (name, value) in change {
        form.retain(|(known, _)| known != name);
        form.push((name, value));
    }
    let body: String =
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let address = format!("{}/{}/oauth2/v2.0/token", ready.authority, ready.tenant_id);
    let answer = world.client.post(address).body(body).send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

/// The claims of an ID token, verified as an application would.
async fn verified(world: &World, token: &str) -> Value {
    let ready = world.emulator.ready();
    let (root, tenant) = (&ready.authority, &ready.tenant_id);
    let address = format!("{root}/{tenant}/v2.0/.well-known/openid-configuration");
    let metadata: Value =
        world.client.get(address).send().await.expect("metadata").json().await.expect("JSON");
    let keys = metadata["jwks_uri"].as_str().expect("an address");
    let keys: JwkSet =
        world.client.get(keys).send().await.expect("keys").json().await.expect("a JWKS");
    let header = jsonwebtoken::decode_header(token).expect("a header");
    let key = keys.find(&header.kid.expect("a kid")).expect("served");
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&[&ready.client_id]);
    validation.set_issuer(&[metadata["issuer"].as_str().expect("an issuer")]);
    let key = DecodingKey::from_jwk(key).expect("usable");
    jsonwebtoken::decode::<Value>(token, &key, &validation).expect("valid").claims
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_signs_in_with_code_and_pkce() {
    let (world, browser) = console().await;
    let page = browser.get(question(&world, &[])).send().await.expect("a page");
    assert_eq!(page.status(), 200);
    let text = page.text().await.expect("text");
    assert!(text.contains("Adele Vance") && text.contains("adele@contoso.example"));
    assert!(!text.contains("type=\"password\""));

    let answer = choose(&browser, &question(&world, &[]), ADELE).await;
    assert_eq!(value(&answer, "state"), "the state");
    let code = value(&answer, "code").to_owned();
    let (status, tokens) = redeem(&world, &[("code", &code)]).await;
    assert_eq!(status, 200, "{tokens}");
    let claims = verified(&world, tokens["id_token"].as_str().expect("an ID token")).await;
    assert_eq!(claims["nonce"], "the nonce");
    assert_eq!(claims["oid"], ADELE);
    assert_eq!(claims["roles"], json!([ROLE]));
    assert_eq!(claims["preferred_username"], "adele@contoso.example");
    assert_eq!(claims["tid"], json!(world.emulator.ready().tenant_id));

    let me = format!("{}/v1.0/me", world.emulator.ready().graph);
    let token = tokens["access_token"].as_str().expect("a token");
    let me: Value = world
        .client
        .get(me)
        .bearer_auth(token)
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    assert_eq!(me["displayName"], "Adele Vance");

    let refresh = tokens["refresh_token"].as_str().expect("a refresh token");
    let again = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    let (status, renewed) = redeem(&world, &again).await;
    assert_eq!(status, 200, "{renewed}");
    let claims = verified(&world, renewed["id_token"].as_str().expect("an ID token")).await;
    assert_eq!(claims.get("nonce"), None);
    let (status, body) = redeem(&world, &[("code", &code)]).await;
    assert_eq!((status, &body["error_codes"]), (400, &json!([54_005])));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_to_the_application_or_to_the_person() {
    let (world, browser) = console().await;
    let to_the_person = [
        (("redirect_uri", "https://evil.example/"), "AADSTS50011"),
        (("redirect_uri", "https://localhost:8443/signed-in/"), "AADSTS50011"),
        (("client_id", "nobody"), "AADSTS700016"),
        (("response_mode", "pigeon"), "AADSTS900971"),
    ];
    for (change, code) in to_the_person {
        let page = browser.get(question(&world, &[change])).send().await.expect("a page");
        assert_eq!(page.status(), 400);
        assert!(page.text().await.expect("text").contains(code), "{change:?}");
    }
    let to_the_application = [
        (("response_type", "token"), ADELE, "unsupported_response_type"),
        (("scope", ""), ADELE, "invalid_request"),
        (("code_challenge", ""), ADELE, "invalid_request"),
        (("code_challenge_method", "plain"), ADELE, "invalid_request"),
        (("prompt", "none"), ADELE, "login_required"),
        (("prompt", "login"), "cancel", "access_denied"),
        (("prompt", "login"), "nobody", "invalid_request"),
        // Megan has no role, and the application wants one.
        (("prompt", "login"), "a1e1e000-0000-4000-8000-000000000002", "access_denied"),
    ];
    for (change, who, error) in to_the_application {
        let answer = choose(&browser, &question(&world, &[change]), who).await;
        assert_eq!(value(&answer, "error"), error, "{change:?}");
        assert_eq!(value(&answer, "state"), "the state");
        assert!(value(&answer, "error_description").starts_with("AADSTS"));
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_bound_to_verifier_address_and_secret() {
    let (world, browser) = console().await;
    let cases = [
        (("code_verifier", "another-verifier-of-at-least-forty-three-chars"), 501_481, 400),
        (("redirect_uri", "https://localhost:8443/elsewhere"), 500_112, 400),
        (("client_secret", "wrong"), 7_000_215, 401),
        (("client_secret", ""), 7_000_218, 401),
        (("code_verifier", ""), 900_144, 400),
        (("code", "unknown"), 9_002_313, 400),
        (("refresh_token", "unknown"), 0, 0),
    ];
    for ((name, wrong), number, expected) in cases {
        let answer = choose(&browser, &question(&world, &[]), ADELE).await;
        let code = value(&answer, "code");
        if name == "refresh_token" {
            let change = [("grant_type", "refresh_token"), (name, wrong)];
            let (status, body) = redeem(&world, &change).await;
            assert_eq!((status, &body["error"]), (400, &json!("invalid_grant")));
            continue;
        }
        let (status, body) = redeem(&world, &[("code", code), (name, wrong)]).await;
        assert_eq!((status, &body["error_codes"]), (expected, &json!([number])), "{name} {wrong}");
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_come_as_fragment_or_form_and_signing_out_comes_back() {
    let (world, browser) = console().await;
    let fragment = question(&world, &[("response_mode", "fragment")]);
    let answer = browser.post(fragment).body(format!("user={ADELE}")).send().await;
    let answer = answer.expect("an answer");
    let location = answer.headers()["location"].to_str().expect("text").to_owned();
    assert!(location.starts_with(&format!("{BACK}#code=")), "{location}");
    let form = question(&world, &[("response_mode", "form_post"), ("state", "<\"&>")]);
    let answer = browser.post(form).body(format!("user={ADELE}")).send().await.expect("a page");
    assert_eq!(answer.status(), 200);
    let page = answer.text().await.expect("text");
    assert!(page.contains(&format!("action=\"{BACK}\"")) && page.contains("name=\"code\""));
    assert!(page.contains("&lt;&quot;&amp;&gt;"));

    let ready = world.emulator.ready();
    let root = format!("{}/{}/oauth2/v2.0/logout", ready.authority, ready.tenant_id);
    let back = format!("{root}?post_logout_redirect_uri={BACK}&state=s");
    let answer = browser.get(back).send().await.expect("an answer");
    assert_eq!(answer.status(), 302);
    let answer = browser
        .get(format!("{root}?post_logout_redirect_uri=https://evil.example/"))
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 200);
    world.stop().await;
}
