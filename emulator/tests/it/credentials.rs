//! Microsoft's `azure_identity`, unmodified, with every kind of credential it has; and what a wrong
//! proof is answered.

use std::process::Stdio;
use std::sync::Arc;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use azure_core::cloud::{CloudConfiguration, CustomConfiguration};
use azure_core::credentials::{Secret, TokenCredential};
use azure_core::http::{ClientOptions, RetryOptions, Transport};
use azure_identity::{
    ClientAssertionCredentialOptions, ClientSecretCredential, ClientSecretCredentialOptions,
    ManagedIdentityCredential, WorkloadIdentityCredential, WorkloadIdentityCredentialOptions,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use emulator::control::AppRegistration;
use emulator::{Options, Private};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256};
use serde_json::{Value, json};

use super::support::{World, world, world_with};

const GRAPH_SCOPE: &str = "https://graph.microsoft.com/.default";
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const CHILD: &str = "credentials::a_process_of_its_own_uses_the_managed_identity";

/// An RSA key with a certificate, as an application would have.
struct Signer {
    key: EncodingKey,
    certificate: String,
    thumbprint: String,
    jwk: Value,
}

impl Signer {
    fn new() -> Self {
        use aws_lc_rs::signature::KeyPair as _;
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key");
        let pkcs8: Pkcs8V1Der<'_> = pair.as_der().expect("PKCS 8");
        let body = STANDARD.encode(pkcs8.as_ref());
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
        let key = KeyPair::from_pkcs8_der_and_sign_algo(&pkcs8.as_ref().into(), &PKCS_RSA_SHA256);
        let params = CertificateParams::new(Vec::new()).expect("parameters");
        let certificate = params.self_signed(&key.expect("usable")).expect("a certificate");
        let hash = aws_lc_rs::digest::digest(
            &aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY,
            certificate.der(),
        );
        let public = pair.public_key();
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let jwk = json!({"kty": "RSA", "use": "sig", "kid": "cluster-1",
            "n": encode(public.modulus().big_endian_without_leading_zero()),
            "e": encode(public.exponent().big_endian_without_leading_zero())});
        Self {
            key: EncodingKey::from_rsa_pem(pem.as_bytes()).expect("a signing key"),
            certificate: certificate.pem(),
            thumbprint: encode(hash.as_ref()),
            jwk,
        }
    }

    /// An assertion with the certificate's thumbprint.
    fn sign(&self, claims: &Value) -> String {
        let mut header = Header::new(Algorithm::RS256);
        header.x5t = Some(self.thumbprint.clone());
        header.kid = Some("cluster-1".to_owned());
        jsonwebtoken::encode(&header, claims, &self.key).expect("signed")
    }
}

#[expect(clippy::disallowed_methods, reason = "a test signs with the real time")]
fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

fn client_options(world: &World) -> ClientOptions {
    let mut cloud = CustomConfiguration::default();
    cloud.authority_host.clone_from(&world.emulator.ready().authority);
    ClientOptions {
        retry: RetryOptions::none(),
        transport: Some(Transport::new(Arc::new(world.client.clone()))),
        cloud: Some(Arc::new(CloudConfiguration::from(cloud))),
        ..ClientOptions::default()
    }
}

/// Whether Graph takes the token.
async fn reads_presence(world: &World, token: &str) {
    let address =
        format!("{}/v1.0/users/{}/presence", world.emulator.ready().graph, super::support::ADELE);
    let answer = world.client.get(address).bearer_auth(token).send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
}

/// The emulator's application with more.
fn app(world: &World, more: &Value) -> AppRegistration {
    let mut app = json!({"client_id": world.emulator.ready().client_id});
    for (name, value) in more.as_object().expect("members") {
        app[name] = value.clone();
    }
    serde_json::from_value(app).expect("an application")
}

#[tokio::test(flavor = "multi_thread")]
async fn azure_identity_signs_in_with_a_secret() {
    let world = world().await;
    let ready = world.emulator.ready().clone();
    let options = ClientSecretCredentialOptions { client_options: client_options(&world) };
    let secret = Secret::new(ready.client_secret.clone());
    let credential =
        ClientSecretCredential::new(&ready.tenant_id, ready.client_id, secret, Some(options));
    let token = credential.expect("a credential").get_token(&[GRAPH_SCOPE], None).await;
    reads_presence(&world, token.expect("a token").token.secret()).await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn azure_identity_signs_in_with_a_workload_identity() {
    let world = world().await;
    let ready = world.emulator.ready().clone();
    let signer = Signer::new();
    let subject = "system:serviceaccount:support:switchboard";
    let federated = json!({"federated": [{"issuer": "https://cluster.example/", "subject": subject,
        "keys": {"keys": [signer.jwk]}}]});
    world.control().put_app(app(&world, &federated)).expect("registered");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("token");
    let claims = json!({"iss": "https://cluster.example/", "sub": subject,
        "aud": ["api://AzureADTokenExchange"], "iat": now(), "exp": now() + 3_600});
    std::fs::write(&file, signer.sign(&claims)).expect("written");
    let options = WorkloadIdentityCredentialOptions {
        credential_options: ClientAssertionCredentialOptions {
            client_options: client_options(&world),
        },
        client_id: Some(ready.client_id),
        tenant_id: Some(ready.tenant_id),
        token_file_path: Some(file),
    };
    let credential = WorkloadIdentityCredential::new(Some(options)).expect("a credential");
    let token = credential.get_token(&[GRAPH_SCOPE], None).await.expect("a token");
    reads_presence(&world, token.token.secret()).await;
    world.stop().await;
}

/// The environment of a process cannot be changed safely from within, so the test starts itself once
/// more with the two variables.
#[tokio::test(flavor = "multi_thread")]
async fn azure_identity_signs_in_with_a_managed_identity() {
    let world = world().await;
    let ready = world.emulator.ready().clone();
    let program = std::env::current_exe().expect("this program");
    let child = tokio::task::spawn_blocking(move || {
        std::process::Command::new(program)
            .args(["--exact", CHILD, "--ignored"])
            .env("IDENTITY_ENDPOINT", ready.identity_endpoint)
            .env("IDENTITY_HEADER", ready.identity_header)
            .stdin(Stdio::null())
            .output()
    });
    let output = child.await.expect("joined").expect("started");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && told.contains("1 passed"), "{told}");
    let seen = world.control().requests(0);
    assert!(seen.iter().any(|one| one.operation == "managedIdentity" && one.status == 200));
    world.stop().await;
}

#[tokio::test]
#[ignore = "started by azure_identity_signs_in_with_a_managed_identity"]
async fn a_process_of_its_own_uses_the_managed_identity() {
    let credential = ManagedIdentityCredential::new(None).expect("a credential");
    let token = credential.get_token(&[GRAPH_SCOPE], None).await.expect("a token");
    assert_eq!(token.token.secret().split('.').count(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn managed_identity_endpoints_answer_as_documented() {
    let world = world().await;
    let ready = world.emulator.ready().clone();
    let resource = "resource=https%3A%2F%2Fcommunication.azure.com%2F";
    let version = "api-version=2019-08-01";
    let header = [("X-IDENTITY-HEADER", ready.identity_header.as_str())];
    let root = &ready.identity_endpoint;
    let (status, body) = get(&world, &format!("{root}?{version}&{resource}"), &header).await;
    assert_eq!(status, 200, "{body}");
    for name in ["access_token", "expires_on", "resource", "token_type", "client_id"] {
        assert!(body[name].is_string(), "{name}");
    }
    let wrong = [
        (format!("{root}?{version}&{resource}"), &[][..], 401),
        (format!("{root}?{version}&{resource}"), &[("X-IDENTITY-HEADER", "no")][..], 401),
        (format!("{root}?{resource}"), &header[..], 400),
        (format!("{root}?{version}"), &header[..], 400),
        (format!("{root}?{version}&{resource}&client_id=nobody"), &header[..], 400),
        (format!("{root}?{version}&resource=https%3A%2F%2Fx.example"), &header[..], 400),
    ];
    for (address, headers, expected) in wrong {
        let (status, body) = get(&world, &address, headers).await;
        assert_eq!((status, &body["statusCode"]), (expected, &json!(expected)), "{address}");
    }

    let root = format!("{}/metadata/identity/oauth2/token", ready.http);
    let version = "api-version=2018-02-01";
    let metadata = [("Metadata", "true")];
    let (status, body) = get(&world, &format!("{root}?{version}&{resource}"), &metadata).await;
    assert_eq!(status, 200, "{body}");
    for name in
        ["access_token", "expires_in", "expires_on", "not_before", "resource", "refresh_token"]
    {
        assert!(body[name].is_string(), "{name}");
    }
    let wrong = [
        (format!("{root}?{version}&{resource}"), &[][..], "bad_request_102"),
        (format!("{root}?api-version=2017-01-01&{resource}"), &metadata[..], "invalid_request"),
        (format!("{root}?{version}"), &metadata[..], "invalid_request"),
        (format!("{root}?{version}&{resource}&object_id=x"), &metadata[..], "invalid_request"),
        (format!("{root}?{version}&resource=urn%3Ax"), &metadata[..], "invalid_resource"),
    ];
    for (address, headers, error) in wrong {
        let (status, body) = get(&world, &address, headers).await;
        assert_eq!((status, &body["error"]), (400, &json!(error)), "{address}");
    }
    world.stop().await;
}

async fn get(world: &World, address: &str, headers: &[(&str, &str)]) -> (u16, Value) {
    let mut request = world.client.get(address);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

async fn assert_with(world: &World, assertion: &str) -> (u16, Value) {
    let ready = world.emulator.ready();
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", ready.client_id.as_str()),
        ("scope", GRAPH_SCOPE),
        ("client_assertion_type", ASSERTION),
        ("client_assertion", assertion),
    ];
    let body: String =
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let address = format!("{}/{}/oauth2/v2.0/token", ready.authority, ready.tenant_id);
    let answer = world.client.post(address).body(body).send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

#[tokio::test(flavor = "multi_thread")]
async fn client_assertions_are_verified() {
    let world =
        world_with(Options { client_secret: Private::new("s"), ..Options::default() }).await;
    let ready = world.emulator.ready().clone();
    let (signer, stranger) = (Signer::new(), Signer::new());
    let more = json!({"certificates": [signer.certificate], "federated": [
        {"issuer": "https://cluster.example/", "subject": "me", "keys": {"keys": [signer.jwk]}}]});
    world.control().put_app(app(&world, &more)).expect("registered");
    let id = &ready.client_id;
    let audience = format!("{}/{}/oauth2/v2.0/token", ready.authority, ready.tenant_id);
    let good = json!({"iss": id, "sub": id, "aud": audience, "exp": now() + 600, "nbf": now()});
    let but = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        claims
    };
    let federated = json!({"iss": "https://cluster.example/", "sub": "me",
        "aud": "api://AzureADTokenExchange", "exp": now() + 600});
    let other = json!({"iss": "https://cluster.example/", "sub": "you",
        "aud": "api://AzureADTokenExchange", "exp": now() + 600});
    let cases = [
        (signer.sign(&good), 200, 0),
        (signer.sign(&federated), 200, 0),
        (stranger.sign(&good), 401, 700_027),
        (stranger.sign(&federated), 401, 700_027),
        (signer.sign(&other), 401, 70_021),
        (signer.sign(&but("aud", json!("https://elsewhere.example"))), 401, 700_023),
        (signer.sign(&but("sub", json!("somebody"))), 401, 700_021),
        (signer.sign(&but("exp", json!(now() - 3_600))), 401, 700_024),
        (signer.sign(&but("nbf", json!(now() + 3_600))), 401, 700_024),
        (format!("{}x", signer.sign(&good)), 401, 700_027),
        ("nonsense".to_owned(), 400, 50_027),
    ];
    for (number, (assertion, status, code)) in cases.iter().enumerate() {
        let (got, body) = assert_with(&world, assertion).await;
        assert_eq!(got, *status, "case {number}: {body}");
        if *status != 200 {
            assert_eq!(body["error_codes"], json!([code]), "case {number}");
        }
    }
    world.stop().await;
}
