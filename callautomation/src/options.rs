//! How a client is set up.

use std::{fmt, sync::Arc, time::Duration};

use azure_core::http::{
    self, Pipeline, RetryOptions, Transport, Url,
    policies::{Policy, auth::BearerTokenAuthorizationPolicy},
};

use crate::{
    API_VERSION, Clock, Credential, Error, TOKEN_SCOPE, clock, signing::SignRequests, wire::Wire,
};

/// How the client behaves.
#[derive(Clone)]
pub struct ClientOptions {
    /// Options of `azure_core`: transport (for own root certificates), policies, tracing. Its
    /// retry options are ignored: this client never retries. Policies see an address without
    /// participant ids.
    pub azure: http::ClientOptions,
    /// Sent as `api-version`.
    pub api_version: String,
    /// Longest time for one attempt, from getting a token to the last byte of the answer. When it
    /// runs out while connecting, the error is [`Error::Uncertain`]; give the transport a shorter
    /// connect timeout to have [`Error::NotSent`] instead.
    pub try_timeout: Duration,
    /// Gives the time for signatures.
    pub clock: Clock,
    /// Allow plain http to a loopback address, with an access key. For tests.
    pub allow_http_loopback: bool,
    /// Hosts (`host` or `host:port`) that may send files of recordings, and see the credential,
    /// besides Microsoft's. For tests; empty otherwise.
    pub recording_hosts: Vec<String>,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            azure: http::ClientOptions::default(),
            api_version: API_VERSION.to_owned(),
            try_timeout: Duration::from_secs(10),
            clock: clock::system(),
            allow_http_loopback: false,
            recording_hosts: Vec::new(),
        }
    }
}

impl fmt::Debug for ClientOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientOptions")
            .field("api_version", &self.api_version)
            .field("try_timeout", &self.try_timeout)
            .field("allow_http_loopback", &self.allow_http_loopback)
            .finish_non_exhaustive()
    }
}

pub(crate) fn check_endpoint(
    endpoint: &Url,
    credential: &Credential,
    http: bool,
) -> Result<(), Error> {
    let bare = endpoint.path() == "/"
        && endpoint.query().is_none()
        && endpoint.fragment().is_none()
        && endpoint.username().is_empty()
        && endpoint.password().is_none();
    if !bare || !endpoint.has_host() {
        return Err(Error::Configuration(
            "the endpoint must be scheme and host alone, such as \
             https://contoso.communication.azure.com",
        ));
    }
    let loopback = match endpoint.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    match (endpoint.scheme(), credential) {
        ("https", _) => Ok(()),
        ("http", Credential::Token(_)) => {
            Err(Error::Configuration("a token is never sent over plain http; use https"))
        }
        ("http", Credential::AccessKey(_)) if http && loopback => Ok(()),
        _ => Err(Error::Configuration(
            "the endpoint must be https (plain http only to loopback, where it is allowed)",
        )),
    }
}

pub(crate) fn pipeline(
    credential: Credential,
    mut azure: http::ClientOptions,
    clock: Clock,
) -> Pipeline {
    azure.retry = RetryOptions::none();
    let transport = azure.transport.take().unwrap_or_default();
    azure.transport = Some(Transport::with_policy(Arc::new(Wire(transport))));
    let mut per_try: Vec<Arc<dyn Policy>> = Vec::new();
    match credential {
        Credential::Token(token) => {
            per_try.push(Arc::new(BearerTokenAuthorizationPolicy::new(token, [TOKEN_SCOPE])));
        }
        // Last of all: nothing may change the request after it is signed.
        Credential::AccessKey(key) => {
            azure.per_try_policies.push(Arc::new(SignRequests { key, clock }));
        }
    }
    let (name, version) = (option_env!("CARGO_PKG_NAME"), option_env!("CARGO_PKG_VERSION"));
    Pipeline::new(name, version, azure, Vec::new(), per_try, None)
}
