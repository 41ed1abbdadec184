//! Attack rows 1 to 18 and 20 with really signed tokens. A row's number is its number in the
//! project's list of attacks.

use jiff::Timestamp;
use serde_json::{Value, json};
use webhooks::token::{
    ACS_ISSUER, CallbackValidator, EVENT_GRID_APP_ID, EVENT_GRID_ROLE, EventGridValidator, KeySet,
    Refusal, TokenError, Verified,
};

use crate::signing::{base64url, es256_token, hmac_tokens, jwk, jwks, token, token_of};

const NOW: i64 = 1_795_000_000;
const RESOURCE: &str = "11111111-2222-3333-4444-555555555555";
const TENANT: &str = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";
const CLIENT: &str = "99999999-8888-7777-6666-555555555555";

fn now() -> Timestamp {
    Timestamp::from_second(NOW).unwrap()
}

fn keys() -> KeySet {
    KeySet::from_jwks(&jwks(&[jwk(0, "k0")])).unwrap()
}

/// The claims with one of them changed; `null` takes it away.
fn with(mut claims: Value, name: &str, value: Value) -> Value {
    if value.is_null() {
        claims.as_object_mut().unwrap().remove(name);
    } else {
        claims[name] = value;
    }
    claims
}

fn acs_claims() -> Value {
    json!({"iss": ACS_ISSUER, "aud": RESOURCE, "iat": NOW, "nbf": NOW, "exp": NOW + 300})
}

fn acs_check(headers: &[&str]) -> Result<Verified, TokenError> {
    let validator = CallbackValidator::new(ACS_ISSUER, vec![RESOURCE.to_owned()]);
    validator.check(headers.iter().copied(), &keys(), now())
}

fn acs(token: &str) -> Result<Verified, TokenError> {
    acs_check(&[&format!("Bearer {token}")])
}

fn acs_with(name: &str, value: Value) -> Result<Verified, TokenError> {
    acs(&token(0, "k0", &with(acs_claims(), name, value)))
}

fn acs_header(header: &str) -> Result<Verified, TokenError> {
    acs(&token_of(0, "RS256", header, &acs_claims().to_string()))
}

#[track_caller]
fn refused(found: Result<Verified, TokenError>, expected: Refusal) {
    assert_eq!(found.unwrap_err(), TokenError::Refused(expected));
}

fn grid_claims_v1() -> Value {
    json!({
        "iss": format!("https://sts.windows.net/{TENANT}/"), "ver": "1.0", "tid": TENANT,
        "aud": format!("api://{CLIENT}"), "appid": EVENT_GRID_APP_ID, "roles": [EVENT_GRID_ROLE],
        "iat": NOW, "nbf": NOW, "exp": NOW + 86_400,
    })
}

fn grid_claims_v2() -> Value {
    json!({
        "iss": format!("https://login.microsoftonline.com/{TENANT}/v2.0"), "ver": "2.0",
        "tid": TENANT, "aud": CLIENT, "azp": EVENT_GRID_APP_ID, "roles": ["x", EVENT_GRID_ROLE],
        "iat": NOW, "nbf": NOW, "exp": NOW + 86_400,
    })
}

fn grid_validator() -> EventGridValidator {
    EventGridValidator::new(TENANT, vec![CLIENT.to_owned(), format!("api://{CLIENT}")])
}

fn grid(claims: &Value) -> Result<Verified, TokenError> {
    let header = format!("Bearer {}", token(0, "k0", claims));
    grid_validator().check([header.as_str()], &keys(), now())
}

#[test]
fn good_tokens_pass() {
    let verified = acs(&token(0, "k0", &acs_claims())).unwrap();
    assert_eq!(verified.issuer, ACS_ISSUER);
    assert_eq!(verified.audience, RESOURCE);
    assert_eq!(verified.key_id, "k0");
    assert_eq!(verified.expires_at.as_second(), NOW + 300);
    grid(&grid_claims_v1()).unwrap();
    grid(&grid_claims_v2()).unwrap();
}

#[test]
fn rows_1_and_2_the_header() {
    let good = token(0, "k0", &acs_claims());
    refused(acs_check(&[]), Refusal::Missing);
    let bearer = format!("Bearer {good}");
    refused(acs_check(&[&bearer, &bearer]), Refusal::SeveralHeaders);
    acs_check(&[&format!("bearer {good}")]).unwrap();
    acs_check(&[&format!("BEARER  {good}")]).unwrap();
    for header in [
        format!("Basic {good}"),
        good.clone(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        format!("Bearer {good} {good}"),
        format!("Bearer {good},Bearer {good}"),
        format!("Bearer:{good}"),
        String::new(),
    ] {
        refused(acs_check(&[&header]), Refusal::NotBearer);
    }
}

#[test]
fn rows_3_to_5_other_algorithms() {
    let claims = acs_claims();
    for alg in ["none", "None", "nOnE", "NONE", ""] {
        let header = json!({"alg": alg, "kid": "k0"}).to_string();
        let unsigned = format!("{}.{}.", base64url(header), base64url(claims.to_string()));
        refused(acs(&unsigned), Refusal::Algorithm);
    }
    let rs256 = json!({"alg": "RS256", "kid": "k0"}).to_string();
    let unsigned = format!("{}.{}.", base64url(rs256), base64url(claims.to_string()));
    refused(acs(&unsigned), Refusal::Malformed);
    for token in hmac_tokens(0, "k0", &claims) {
        refused(acs(&token), Refusal::Algorithm);
    }
    for alg in ["RS384", "RS512", "PS256"] {
        let header = json!({"alg": alg, "kid": "k0"}).to_string();
        refused(acs(&token_of(0, alg, &header, &claims.to_string())), Refusal::Algorithm);
        let lying = json!({"alg": "RS256", "kid": "k0"}).to_string();
        refused(acs(&token_of(0, alg, &lying, &claims.to_string())), Refusal::Signature);
    }
    refused(acs(&es256_token("k0", &claims)), Refusal::Algorithm);
}

#[test]
fn rows_6_and_8_headers_that_bring_keys_or_extensions() {
    let attacker = jwk(1, "k1");
    for (name, value) in [
        ("jwk", attacker),
        ("jku", json!("https://evil.example/keys")),
        ("x5u", json!("https://evil.example/cert")),
        ("x5c", json!(["MIIB"])),
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("b64", json!(false)),
    ] {
        let header = with(json!({"alg": "RS256", "kid": "k0"}), name, value.clone()).to_string();
        refused(acs_header(&header), Refusal::ForbiddenHeader);
        let signed_by_attacker = token_of(1, "RS256", &header, &acs_claims().to_string());
        refused(acs(&signed_by_attacker), Refusal::ForbiddenHeader);
    }
}

#[test]
fn row_7_key_ids_are_only_keys_of_a_map() {
    for kid in ["../../etc/passwd", "' OR 1=1", "\u{0}", &"k".repeat(200), "K0", "k0 "] {
        let found = acs(&token(0, kid, &acs_claims()));
        assert_eq!(found, Err(TokenError::UnknownKey { kid: kid.to_owned() }));
    }
    for kid in
        [json!("k".repeat(201)), json!("k".repeat(10_000)), json!(["k0"]), json!(""), json!(0)]
    {
        refused(acs_header(&json!({"alg": "RS256", "kid": kid}).to_string()), Refusal::KeyId);
    }
    refused(acs_header(r#"{"alg":"RS256"}"#), Refusal::KeyId);
}

#[test]
fn rows_9_and_10_other_audiences() {
    for aud in [
        json!("00000000-0000-0000-0000-000000000000"),
        json!("https://graph.microsoft.com"),
        json!(CLIENT),
        json!([RESOURCE]),
        json!([RESOURCE, "other"]),
        json!(5),
        json!(""),
        Value::Null,
    ] {
        refused(acs_with("aud", aud.clone()), Refusal::Audience);
        let aud = if aud == json!(CLIENT) { json!(RESOURCE) } else { aud };
        refused(grid(&with(grid_claims_v2(), "aud", aud)), Refusal::Audience);
    }
}

#[test]
fn row_11_tokens_of_another_route() {
    let console_user =
        with(with(grid_claims_v2(), "azp", json!(CLIENT)), "roles", json!(["Admin"]));
    refused(acs(&token(0, "k0", &grid_claims_v2())), Refusal::Issuer);
    refused(grid(&acs_claims()), Refusal::Issuer);
    refused(acs(&token(0, "k0", &console_user)), Refusal::Issuer);
    refused(grid(&console_user), Refusal::Caller);
}

#[test]
fn row_12_issuers_that_are_almost_right() {
    for iss in [
        json!(format!("{ACS_ISSUER}/")),
        json!("http://acscallautomation.communication.azure.com"),
        json!(ACS_ISSUER.to_uppercase()),
        json!([ACS_ISSUER]),
        Value::Null,
    ] {
        refused(acs_with("iss", iss), Refusal::Issuer);
    }
    let v1 = format!("https://sts.windows.net/{TENANT}/");
    let v2 = format!("https://login.microsoftonline.com/{TENANT}/v2.0");
    let other = "https://sts.windows.net/00000000-0000-0000-0000-000000000000/".to_owned();
    for iss in [v2.clone(), v1.trim_end_matches('/').to_owned(), other] {
        refused(grid(&with(grid_claims_v1(), "iss", json!(iss))), Refusal::Issuer);
    }
    for iss in [v1, format!("{v2}/"), v2.replace("https", "http")] {
        refused(grid(&with(grid_claims_v2(), "iss", json!(iss))), Refusal::Issuer);
    }
    for tid in [json!("00000000-0000-0000-0000-000000000000"), Value::Null] {
        refused(grid(&with(grid_claims_v2(), "tid", tid)), Refusal::Tenant);
    }
}

#[test]
fn rows_13_and_15_times() {
    let at = |name: &str, offset: i64| acs_with(name, json!(NOW + offset));
    at("exp", -60).unwrap();
    refused(at("exp", -61), Refusal::Expired);
    at("nbf", 60).unwrap();
    refused(at("nbf", 61), Refusal::NotYetValid);
    at("iat", 60).unwrap();
    refused(at("iat", 61), Refusal::NotYetValid);
    at("exp", 660).unwrap();
    refused(at("exp", 661), Refusal::LivesTooLong);
    refused(at("iat", -361), Refusal::LivesTooLong);
    refused(at("nbf", -361), Refusal::LivesTooLong);
    let endless = with(with(acs_claims(), "iat", Value::Null), "nbf", Value::Null);
    acs(&token(0, "k0", &endless)).unwrap();
    refused(acs(&token(0, "k0", &with(endless, "exp", json!(NOW + 700)))), Refusal::LivesTooLong);
    for exp in
        [Value::Null, json!("soon"), json!(1.5), json!(i64::MAX), json!(u64::MAX), json!([1])]
    {
        refused(acs_with("exp", exp.clone()), Refusal::Claims);
        refused(grid(&with(grid_claims_v1(), "exp", exp)), Refusal::Claims);
    }
    refused(acs_with("iat", json!("now")), Refusal::Claims);
    let socket = CallbackValidator::new(ACS_ISSUER, vec![RESOURCE.to_owned()]).for_web_sockets();
    let day = token(0, "k0", &with(acs_claims(), "exp", json!(NOW + 86_400)));
    socket.check([format!("Bearer {day}").as_str()], &keys(), now()).unwrap();
}

#[test]
fn row_16_not_event_grid_or_no_role() {
    for (claims, claim) in [(grid_claims_v1(), "appid"), (grid_claims_v2(), "azp")] {
        for caller in [json!(CLIENT), json!([EVENT_GRID_APP_ID]), Value::Null] {
            refused(grid(&with(claims.clone(), claim, caller)), Refusal::Caller);
        }
        for roles in [json!([]), json!(["Other"]), json!(EVENT_GRID_ROLE), json!([1]), Value::Null]
        {
            refused(grid(&with(claims.clone(), "roles", roles)), Refusal::Role);
        }
    }
    refused(grid(&with(grid_claims_v1(), "azp", json!(CLIENT))), Refusal::Caller);
    let swapped = with(grid_claims_v1(), "azp", json!(EVENT_GRID_APP_ID));
    refused(grid(&with(swapped, "appid", Value::Null)), Refusal::Caller);
}

#[test]
fn row_17_other_shapes() {
    let good = token(0, "k0", &acs_claims());
    let parts: Vec<&str> = good.split('.').collect();
    for shape in [
        format!("{good}.x.y"),
        format!("{good}."),
        format!("{good}.x"),
        parts[0].to_owned(),
        format!("{}.{}", parts[0], parts[1]),
        format!("..{}", parts[2]),
        "..".to_owned(),
        format!("{}==.{}.{}", parts[0], parts[1], parts[2]),
    ] {
        refused(acs(&shape), Refusal::Malformed);
    }
    // The JSON form has commas, so it is refused before it is taken for a token.
    let json_form = json!({"payload": parts[1], "signatures": [{"protected": parts[0]}]});
    refused(acs(&json_form.to_string()), Refusal::NotBearer);
}

#[test]
fn row_18_large_and_ambiguous_tokens() {
    let big = with(acs_claims(), "pad", json!("x".repeat(64 * 1024)));
    refused(acs(&token(0, "k0", &big)), Refusal::TooLong);
    let members: Vec<_> = (0..10_000).map(|i| format!("\"m{i}\":0")).collect();
    let header = format!(r#"{{"alg":"RS256","kid":"k0",{}}}"#, members.join(","));
    refused(acs_header(&header), Refusal::TooLong);
    refused(acs_header(r#"{"alg":"RS256","alg":"RS256","kid":"k0"}"#), Refusal::DuplicateMember);
    refused(acs_header(r#"{"alg":"none","alg":"RS256","kid":"k0"}"#), Refusal::DuplicateMember);
    refused(acs_header(r#"{"alg":"RS256","kid":"k1","kid":"k0"}"#), Refusal::DuplicateMember);
    refused(
        acs_header(r#"{"alg":"RS256","\u0061lg":"none","kid":"k0"}"#),
        Refusal::DuplicateMember,
    );
    refused(acs_header("\u{feff}{\"alg\":\"RS256\",\"kid\":\"k0\"}"), Refusal::Malformed);
    for header in ["[]", "null", "\"RS256\"", "{", ""] {
        refused(acs_header(header), Refusal::Malformed);
    }
    let good = json!({"alg": "RS256", "kid": "k0"}).to_string();
    let utf16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let signed = format!("{}.{}.AAAA", base64url(utf16), base64url(acs_claims().to_string()));
    refused(acs(&signed), Refusal::Malformed);
    let twice = format!(r#"{{"aud":"{RESOURCE}","aud":"{RESOURCE}"}}"#);
    refused(acs(&token_of(0, "RS256", &good, &twice)), Refusal::DuplicateMember);
}

#[test]
fn row_20_signatures_of_other_tokens_and_keys() {
    let good = token(0, "k0", &acs_claims());
    let other = token(0, "k0", &with(acs_claims(), "exp", json!(NOW + 301)));
    let (signed, _) = good.rsplit_once('.').unwrap();
    let (_, signature) = other.rsplit_once('.').unwrap();
    refused(acs(&format!("{signed}.{signature}")), Refusal::Signature);
    refused(acs(&token(1, "k0", &acs_claims())), Refusal::Signature);
    refused(acs(&format!("{signed}.!!!!")), Refusal::Signature);
    refused(acs(&format!("{signed}.AAAA")), Refusal::Signature);
}

#[test]
fn an_unknown_key_is_told_only_for_claims_that_are_right() {
    let unknown = Err(TokenError::UnknownKey { kid: "k9".to_owned() });
    assert_eq!(acs(&token(0, "k9", &acs_claims())), unknown);
    refused(acs(&token(0, "k9", &with(acs_claims(), "iss", json!("x")))), Refusal::Issuer);
}

#[test]
fn a_key_that_belongs_to_another_tenant_does_not_verify() {
    let check = |issuer: &str| {
        let key = with(jwk(0, "k0"), "issuer", json!(issuer));
        let keys = KeySet::from_jwks(&jwks(&[key])).unwrap();
        let header = format!("Bearer {}", token(0, "k0", &grid_claims_v1()));
        grid_validator().check([header.as_str()], &keys, now())
    };
    check("https://login.microsoftonline.com/{tenantid}/v2.0").unwrap();
    check(&format!("https://login.microsoftonline.com/{TENANT}/v2.0")).unwrap();
    refused(check("https://login.microsoftonline.com/9188040d/v2.0"), Refusal::Issuer);
}

#[test]
fn other_issuers_and_roles_can_be_set() {
    let validator = grid_validator().with_issuers("https://e/v1", "https://e/v2").with_role("R");
    let claims = with(grid_claims_v2(), "iss", json!("https://e/v2"));
    let header = format!("Bearer {}", token(0, "k0", &with(claims, "roles", json!(["R"]))));
    validator.check([header.as_str()], &keys(), now()).unwrap();
}
