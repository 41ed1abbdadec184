//! Sending a request, once.

use std::{sync::Arc, time::Duration};

use azure_core::{
    Bytes,
    error::ErrorKind,
    http::{
        self, AsyncRawResponse, Body, Context, Pipeline, PipelineStreamOptions, Url,
        headers::{ACCEPT, CONTENT_TYPE, HeaderName, Headers},
    },
};
use futures_util::TryStreamExt as _;
use jiff::Timestamp;

use crate::{
    ClientOptions, Clock, Credential, Error, InvalidRequest, Method, Operation, ParticipantList,
    Refusal, Repeatability, Request, Response, Unreadable,
    connection_string::parse_connection_string,
    error::SendFailure,
    options::{check_endpoint, pipeline},
    recording::RecordingHosts,
    signing::host_of,
    wire::{Progress, Stage, Target},
};

const REQUEST_ID: HeaderName = HeaderName::from_static("repeatability-request-id");
const FIRST_SENT: HeaderName = HeaderName::from_static("repeatability-first-sent");
const MAX_BODY: usize = 1 << 20;

/// A client of one Communication Services resource. Cheap to clone; clones share connections.
#[derive(Clone, Debug)]
pub struct Client {
    endpoint: Url,
    api_version: String,
    try_timeout: Duration,
    clock: ClockField,
    uses_tokens: bool,
    pipeline: Pipeline,
    recording_hosts: Arc<RecordingHosts>,
}

#[derive(Clone)]
struct ClockField(Clock);

crate::redact::debug_only!(ClockField {});

impl Client {
    /// A client for the resource at `endpoint`, such as `https://contoso.communication.azure.com`.
    ///
    /// The default transport of `azure_core` panics on a machine without trusted certificates;
    /// pass one in `options.azure.transport` where that can happen.
    ///
    /// # Errors
    ///
    /// [`Error::Configuration`]: an endpoint with a path, query or user name; plain http, unless
    /// it is allowed, goes to loopback and no tokens are used; an odd `api_version`.
    pub fn new(
        endpoint: Url,
        credential: Credential,
        options: ClientOptions,
    ) -> Result<Self, Error> {
        check_endpoint(&endpoint, &credential, options.allow_http_loopback)?;
        let odd = |c: char| !c.is_ascii_alphanumeric() && c != '-';
        if options.api_version.is_empty() || options.api_version.contains(odd) {
            return Err(Error::Configuration("api_version may hold letters, digits and hyphens"));
        }
        let uses_tokens = matches!(credential, Credential::Token(_));
        let recording_hosts = Arc::new(RecordingHosts {
            extra: options.recording_hosts,
            http_loopback: options.allow_http_loopback && !uses_tokens,
        });
        Ok(Self {
            endpoint,
            api_version: options.api_version,
            try_timeout: options.try_timeout,
            clock: ClockField(Arc::clone(&options.clock)),
            uses_tokens,
            pipeline: pipeline(credential, options.azure, options.clock),
            recording_hosts,
        })
    }

    /// A client for a connection string, `endpoint=https://…/;accesskey=…`.
    pub fn from_connection_string(text: &str, options: ClientOptions) -> Result<Self, Error> {
        let (endpoint, key) = parse_connection_string(text)
            .map_err(|_| Error::Configuration("the connection string cannot be read"))?;
        Self::new(endpoint, Credential::AccessKey(key), options)
    }

    /// Sends a request once and waits for the answer. Any status from 200 to 299 is success.
    ///
    /// The repeatability headers are sent only with operations that take them
    /// ([`Operation::repeatable`]); for a retry pass the same value with the same request.
    pub async fn send(
        &self,
        request: &Request,
        repeatability: Option<&Repeatability>,
    ) -> Result<Response, Error> {
        let operation = request.operation();
        let mut outgoing = self.outgoing(request, repeatability)?;
        let progress = Progress::default();
        let context = Context::new()
            .with_value(Target(self.address(request, request.path())?))
            .with_value(progress.clone());
        let attempt = self.attempt(operation, &context, &mut outgoing, &progress);
        if let Ok(outcome) = tokio::time::timeout(self.try_timeout, attempt).await {
            return outcome;
        }
        let late = SendFailure::timed_out(self.try_timeout);
        Err(self.broken(operation, progress.stage(), late))
    }

    /// The request for the page after this one, `None` after the last.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] for a link that leads to another host: it would be signed for it.
    pub fn next_page(&self, page: &ParticipantList) -> Result<Option<Request>, Error> {
        let Some(link) = page.next_link.as_deref().filter(|link| !link.is_empty()) else {
            return Ok(None);
        };
        let operation = Operation::GetParticipants;
        let wrong = |problem| Error::Invalid(InvalidRequest::new(operation, "nextLink", problem));
        let url = Url::parse(link).map_err(|_| wrong("is not an absolute address"))?;
        if url.origin() != self.endpoint.origin() {
            return Err(wrong("leads to another host than the endpoint"));
        }
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let path = format!("{}{query}", url.path());
        Ok(Some(Request::new(operation, Method::Get, path, None)))
    }

    pub(crate) fn try_timeout(&self) -> Duration {
        self.try_timeout
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.clock.0)()
    }

    pub(crate) fn pipeline(&self) -> &Pipeline {
        &self.pipeline
    }

    pub(crate) fn recording_hosts(&self) -> &RecordingHosts {
        &self.recording_hosts
    }

    /// The resource's host, with port if it is not the scheme's own.
    pub(crate) fn host(&self) -> String {
        host_of(&self.endpoint)
    }

    async fn attempt(
        &self,
        operation: Operation,
        context: &Context<'_>,
        outgoing: &mut http::Request,
        progress: &Progress,
    ) -> Result<Response, Error> {
        let options = PipelineStreamOptions { skip_checks: true, ..Default::default() };
        let answer = match self.pipeline.stream(context, outgoing, Some(options)).await {
            Ok(answer) => answer,
            Err(error) => {
                let failure = SendFailure::from_chain(&error, str::to_owned);
                let never_connected = *error.kind() == ErrorKind::Connection;
                let stage = progress.stage();
                if stage == Stage::Sending && never_connected {
                    return Err(Error::NotSent { operation, source: failure });
                }
                return Err(self.broken(operation, stage, failure));
            }
        };
        self.read(operation, answer).await
    }

    /// Reads an answer to the end, and sorts success from refusal.
    async fn read(
        &self,
        operation: Operation,
        answer: AsyncRawResponse,
    ) -> Result<Response, Error> {
        let (status, headers, body) = answer.deconstruct();
        let status = u16::from(status);
        let body = collect(body).await;
        if (200..300).contains(&status) {
            let body = body.map_err(|source| Error::Body { operation, status, source })?;
            return Ok(Response { status, body, request_id: request_id(&headers) });
        }
        let body = body.unwrap_or_default();
        let now = self.now();
        Err(Error::Service(Box::new(Refusal::read(operation, status, &headers, &body, now))))
    }

    /// What an attempt that broke off at this stage amounts to.
    fn broken(&self, operation: Operation, stage: Stage, source: SendFailure) -> Error {
        match stage {
            Stage::Preparing if self.uses_tokens => Error::Credential { operation, source },
            Stage::Preparing => Error::NotSent { operation, source },
            Stage::Sending => Error::Uncertain { operation, source },
            Stage::Answered(status) if (200..300).contains(&status) => {
                Error::Body { operation, status, source: Unreadable::Cut }
            }
            Stage::Answered(status) => {
                let now = self.now();
                let refusal = Refusal::read(operation, status, &Headers::new(), &[], now);
                Error::Service(Box::new(refusal))
            }
        }
    }

    /// The request for the pipeline, under the address that may be logged.
    fn outgoing(
        &self,
        request: &Request,
        repeatability: Option<&Repeatability>,
    ) -> Result<http::Request, Error> {
        let method = match request.method() {
            Method::Get => http::Method::Get,
            Method::Post => http::Method::Post,
            Method::Delete => http::Method::Delete,
        };
        let url = self.address(request, request.loggable_path())?;
        let mut outgoing = http::Request::new(url, method);
        outgoing.insert_header(ACCEPT, "application/json");
        if request.has_body() {
            outgoing.insert_header(CONTENT_TYPE, "application/json");
            outgoing.set_body(Body::Bytes(Bytes::copy_from_slice(request.body())));
        }
        let repeatability = repeatability.filter(|_| request.operation().repeatable());
        if let Some(repeatability) = repeatability {
            let first_sent = repeatability.first_sent_http().ok_or_else(|| {
                let problem = "lies before year 0";
                InvalidRequest::new(request.operation(), "Repeatability-First-Sent", problem)
            })?;
            outgoing.insert_header(REQUEST_ID, repeatability.id().to_owned());
            outgoing.insert_header(FIRST_SENT, first_sent);
        }
        Ok(outgoing)
    }

    /// The endpoint with a path, and `api-version` unless the path's own query has it.
    fn address(&self, request: &Request, path: &str) -> Result<Url, Error> {
        if let Some(problem) = request.path_problem() {
            return Err(InvalidRequest::new(request.operation(), "path", problem).into());
        }
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let versioned = query.split('&').any(|pair| pair.starts_with("api-version="));
        let version = format!("api-version={}", self.api_version);
        let parts = [query, if versioned { "" } else { &version }];
        let query: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let mut url = self.endpoint.clone();
        url.set_path(path);
        url.set_query(Some(&query.join("&")));
        Ok(url)
    }
}

async fn collect(mut body: http::AsyncResponseBody) -> Result<Bytes, Unreadable> {
    let mut whole = Vec::new();
    while let Some(piece) = body.try_next().await.map_err(|_| Unreadable::Cut)? {
        if whole.len() + piece.len() > MAX_BODY {
            return Err(Unreadable::TooLarge);
        }
        whole.extend_from_slice(&piece);
    }
    Ok(Bytes::from(whole))
}

/// The service's id of the exchange, under the first of the names it uses.
pub(crate) fn request_id(headers: &Headers) -> Option<String> {
    const NAMES: [HeaderName; 3] = [
        HeaderName::from_static("x-ms-request-id"),
        HeaderName::from_static("ms-cv"),
        HeaderName::from_static("x-ms-client-request-id"),
    ];
    NAMES.iter().find_map(|name| headers.get_optional_string(name))
}
