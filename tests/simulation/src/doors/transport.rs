//! The network to Call Automation: bytes go to the emulator's world and its bytes come back.

use std::sync::Arc;

use async_trait::async_trait;
use azure_core::{
    Bytes,
    error::{Error, ErrorKind},
    http::{AsyncRawResponse, Body, HttpClient, Request, StatusCode, headers::Headers},
};
use emulator::{HttpRequest, stepped::Answered};

use crate::{plan::CrashPoint, world::World};

/// A transport for `azure_core` whose other end is the world.
pub struct TransportDoor {
    /// The world.
    pub world: Arc<World>,
}

impl std::fmt::Debug for TransportDoor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TransportDoor")
    }
}

#[async_trait]
impl HttpClient for TransportDoor {
    async fn execute_request(&self, request: &Request) -> Result<AsyncRawResponse, Error> {
        let request = plain(request);
        let (number, there, back) = self.world.lock().request_number();
        self.world.pause(there).await;
        self.world.maybe_crash(CrashPoint::BeforeEffect(number)).await;
        let answered = self.world.lock().request(&request);
        self.world.woken.notify_one();
        self.world.maybe_crash(CrashPoint::AfterEffect(number)).await;
        match answered {
            Answered::Response { response, after_ms } => {
                self.world.pause(after_ms.saturating_add(back)).await;
                self.world.lock().heard(&request, response.status);
                let mut headers = Headers::new();
                for (name, value) in response.headers {
                    headers.insert(name, value);
                }
                let status = StatusCode::from(response.status);
                Ok(AsyncRawResponse::from_bytes(status, headers, response.body))
            }
            Answered::Reset { after_ms } => {
                self.world.pause(after_ms.saturating_add(back)).await;
                Err(Error::with_message(ErrorKind::Io, "connection reset by peer"))
            }
        }
    }
}

fn plain(request: &Request) -> HttpRequest {
    let url = request.url();
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    let body = match request.body() {
        Body::Bytes(bytes) => Bytes::clone(bytes),
        Body::SeekableStream(_) => Bytes::new(),
    };
    HttpRequest {
        method: request.method().to_string(),
        target: format!("{}{query}", url.path()),
        headers: request
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.as_str().to_owned()))
            .collect(),
        body: body.to_vec(),
    }
}
