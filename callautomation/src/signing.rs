//! Signing with an access key.
//!
//! Source: contract section 11 (the official Python client's policy and Microsoft's HMAC
//! tutorial). Every attempt is signed anew, last of all, because the signature covers the time.

use std::sync::Arc;

use async_trait::async_trait;
use azure_core::{
    error::{Error, ErrorKind},
    http::{
        Body, Context, Request, Url,
        headers::{AUTHORIZATION, HeaderName},
        policies::{Policy, PolicyResult},
    },
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::Mac as _;
use sha2::{Digest as _, Sha256};

use crate::{AccessKey, Clock, repeatability::http_date, wire::Target};

const DATE: HeaderName = HeaderName::from_static("x-ms-date");
const CONTENT_HASH: HeaderName = HeaderName::from_static("x-ms-content-sha256");

/// What a signature covers.
#[derive(Clone, Copy)]
pub struct ToSign<'a> {
    /// The verb, upper case.
    pub method: &'a str,
    /// Path and query exactly as they are sent, percent-encoding kept.
    pub path_and_query: &'a str,
    /// The `Host` header: name, and port if it is not the scheme's own.
    pub host: &'a str,
    /// The `x-ms-date` header, an HTTP date in GMT.
    pub date: &'a str,
    /// The body, empty if there is none.
    pub body: &'a [u8],
}

/// The two computed headers of a signed request; the third is the date.
#[derive(Clone, PartialEq, Eq)]
pub struct Signature {
    /// `x-ms-content-sha256`: base64 of the body's SHA-256.
    pub content_hash: String,
    /// `Authorization`.
    pub authorization: String,
}

crate::redact::debug_only!(Signature { content_hash });

impl AccessKey {
    /// Signs a request: `verb`, path and query, and `date;host;hash`, joined by line feeds.
    pub fn sign(&self, what: ToSign<'_>) -> Signature {
        let ToSign { method, path_and_query, host, date, body } = what;
        let content_hash = STANDARD.encode(Sha256::digest(body));
        let text = format!("{method}\n{path_and_query}\n{date};{host};{content_hash}");
        let mut mac = self.0.clone();
        mac.update(text.as_bytes());
        let signature = STANDARD.encode(mac.finalize().into_bytes());
        let authorization = format!(
            "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature={signature}"
        );
        Signature { content_hash, authorization }
    }
}

/// The host to sign for where it is not the one the request goes to, in the pipeline's context.
pub(crate) struct SignAs(pub(crate) String);

/// The last policy before the transport.
pub(crate) struct SignRequests {
    pub(crate) key: AccessKey,
    pub(crate) clock: Clock,
}

crate::redact::debug_only!(SignRequests {});

#[expect(elided_lifetimes_in_paths, reason = "async_trait wants the signature of the trait")]
#[async_trait]
impl Policy for SignRequests {
    async fn send(
        &self,
        ctx: &Context,
        request: &mut Request,
        next: &[Arc<dyn Policy>],
    ) -> PolicyResult {
        let target = ctx.value::<Target>().map_or_else(|| request.url(), |target| &target.0);
        let host =
            ctx.value::<SignAs>().map_or_else(|| host_of(target), |SignAs(host)| host.clone());
        let path_and_query = path_and_query_of(target);
        let date = http_date((self.clock)()).ok_or_else(|| fault("the clock is before year 0"))?;
        let body = match request.body() {
            Body::Bytes(bytes) => bytes.clone(),
            Body::SeekableStream(_) => return Err(fault("a stream cannot be signed")),
        };
        let signature = self.key.sign(ToSign {
            method: request.method().as_ref(),
            path_and_query: &path_and_query,
            host: &host,
            date: &date,
            body: &body,
        });
        request.insert_header(DATE, date);
        request.insert_header(CONTENT_HASH, signature.content_hash);
        request.insert_header(AUTHORIZATION, signature.authorization);
        match next {
            [first, rest @ ..] => first.send(ctx, request, rest).await,
            [] => Err(fault("the pipeline has no transport")),
        }
    }
}

fn fault(text: &'static str) -> Error {
    Error::with_message(ErrorKind::Other, text)
}

/// The host as it stands in the `Host` header.
pub(crate) fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn path_and_query_of(url: &Url) -> String {
    let path = url.path();
    url.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"))
}
