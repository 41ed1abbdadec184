//! One request to an endpoint of the company's, or to a language model.

use std::{collections::BTreeMap, time::Duration};

use aws_lc_rs::hmac;
use engine::{
    Millis,
    call::{CallId, FetchResult, Number, Sent},
    flow::Credential,
};
use futures_util::StreamExt as _;
use reqwest::{Method, RequestBuilder, header::HeaderValue};
use serde_json::Value;
use url::Url;
use webhooks::{Secret, Speech};

use crate::{clock::Clock, ids, withheld::WithheldDigits};

/// The longest answer, in bytes.
const LONGEST_ANSWER: usize = 64 * 1024;

/// Asks the endpoints that flows name. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Endpoints {
    /// Sends. It must follow no redirects: they could lead to a host that is not allowed.
    pub http: reqwest::Client,
    /// Hosts (`host` or `host:port`) that flows may ask.
    pub hosts: Vec<String>,
    /// What requests are signed with, and what is shown to be let in, by name.
    pub secrets: BTreeMap<String, Secret>,
    /// Sensitive digits that requests may hold.
    pub withheld: WithheldDigits,
    /// Time.
    pub clock: Clock,
}

/// A request as it is stored.
pub(super) struct Asked<'p> {
    pub(super) call: &'p CallId,
    pub(super) method: &'p str,
    pub(super) url: &'p Speech,
    pub(super) timeout: Millis,
    pub(super) body: &'p [(String, Sent)],
    pub(super) first: Option<Number>,
    pub(super) sign: Option<&'p str>,
    pub(super) credential: Option<&'p Credential>,
}

impl Endpoints {
    /// One try.
    pub(super) async fn ask(&self, asked: Asked<'_>) -> FetchResult {
        let limit = Duration::from_millis(u64::try_from(asked.timeout).unwrap_or(0));
        let request = match self.request(&asked) {
            Ok(request) => request,
            Err(result) => return result,
        };
        match tokio::time::timeout(limit, exchange(request)).await {
            Ok(Ok((status, body))) => FetchResult::Answer { status, body },
            Ok(Err(cause)) => failed(cause),
            Err(_) => failed("no answer in time"),
        }
    }

    fn request(&self, asked: &Asked<'_>) -> Result<RequestBuilder, FetchResult> {
        let body = self.written(asked.call, asked.body).map_err(|of| FetchResult::Lost { of })?;
        let url = Url::parse(asked.url.expose()).map_err(|_| failed("the address is not a URL"))?;
        if !self.allows(&url) {
            return Err(failed("its host is not in flow.http_hosts"));
        }
        let method = if asked.method == "POST" { Method::POST } else { Method::GET };
        let bytes = body.as_ref().map(Value::to_string).unwrap_or_default();
        let signature = match asked.sign {
            Some(name) => Some(self.signature(name, &method, &url, &bytes)?),
            None => None,
        };
        let mut request = self.http.request(method, url);
        if body.is_some() {
            request = request.header("Content-Type", "application/json").body(bytes);
        }
        if let Some(first) = asked.first {
            request = request.header("Idempotency-Key", ids::repeatability_id(asked.call, first));
        }
        if let Some(signature) = signature {
            request = request.header("Switchboard-Signature", signature);
        }
        Ok(match asked.credential {
            Some(Credential::Bearer(name)) => {
                request.header("Authorization", self.shown("Bearer ", name)?)
            }
            Some(Credential::ApiKey(name)) => request.header("api-key", self.shown("", name)?),
            None => request,
        })
    }

    /// A secret as the value of a header.
    fn shown(&self, before: &str, name: &str) -> Result<HeaderValue, FetchResult> {
        let text = format!("{before}{}", self.secret(name)?.expose());
        let mut value = HeaderValue::try_from(text)
            .map_err(|_| failed("the secret has signs that no header can have"))?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// `t=SECONDS,v1=HEX`: HMAC-SHA256 of `SECONDS.METHOD.PATH?QUERY.BODY`.
    fn signature(
        &self,
        name: &str,
        method: &Method,
        url: &Url,
        body: &str,
    ) -> Result<String, FetchResult> {
        let seconds = self.clock.now() / 1_000;
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let text = format!("{seconds}.{method}.{}{query}.{body}", url.path());
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.secret(name)?.expose().as_bytes());
        let tag = hmac::sign(&key, text.as_bytes());
        let hex =
            tag.as_ref().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
        Ok(format!("t={seconds},v1={hex}"))
    }

    fn secret(&self, name: &str) -> Result<&Secret, FetchResult> {
        self.secrets.get(name).ok_or_else(|| failed("flow.secrets has no such name"))
    }

    /// The body of a request; the question whose digits are not there any more.
    fn written(&self, call: &CallId, body: &[(String, Sent)]) -> Result<Option<Value>, Number> {
        if body.is_empty() {
            return Ok(None);
        }
        let mut members = serde_json::Map::new();
        for (name, sent) in body {
            let value = match sent {
                Sent::Value(value) => value.0.clone(),
                Sent::Withheld(of) => {
                    let digits = self.withheld.get(call, *of, self.clock.now()).ok_or(*of)?;
                    digits.expose().into()
                }
            };
            members.insert(name.clone(), value);
        }
        Ok(Some(members.into()))
    }

    fn allows(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else { return false };
        let with_port = url.port_or_known_default().map(|port| format!("{host}:{port}"));
        self.hosts.iter().any(|allowed| allowed == host || Some(allowed) == with_port.as_ref())
    }
}

fn failed(cause: &str) -> FetchResult {
    FetchResult::Failed { cause: cause.to_owned() }
}

async fn exchange(request: RequestBuilder) -> Result<(u16, Value), &'static str> {
    // The error itself names the URL, which may hold what the caller typed.
    let response = request.send().await.map_err(|_| "it could not be reached")?;
    let status = response.status().as_u16();
    let mut body = Vec::new();
    let mut stream = response.bytes_stream();
    while let Some(part) = stream.next().await {
        body.extend_from_slice(&part.map_err(|_| "the answer broke off")?);
        if body.len() > LONGEST_ANSWER {
            return Err("the answer is longer than 64 KiB");
        }
    }
    Ok((status, serde_json::from_slice(&body).unwrap_or(Value::Null)))
}
