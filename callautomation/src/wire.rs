//! The last step before the network.
//!
//! A path may hold a phone number, and `azure_core` logs addresses and puts them into error
//! texts. So requests pass the pipeline under an address without it; this policy puts the real one
//! in for the transport, and takes it out of what the transport says when it fails. The default
//! transport still logs it at level debug (`typespec_client_core`): keep that level off.

use std::sync::{
    Arc,
    atomic::{AtomicU16, Ordering},
};

use async_trait::async_trait;
use azure_core::{
    error::{Error, ErrorKind},
    http::{
        Context, Request, Transport, Url,
        policies::{Policy, PolicyResult},
    },
};

use crate::error::SendFailure;

/// The real address of the request, in the pipeline's context.
pub(crate) struct Target(pub(crate) Url);

/// How far an attempt came.
#[derive(Clone, Default)]
pub(crate) struct Progress(Arc<AtomicU16>);

/// See [`Progress`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Getting a token, signing.
    Preparing,
    /// Given to the transport.
    Sending,
    /// A status line came.
    Answered(u16),
}

impl Progress {
    const PREPARING: u16 = 0;
    const SENDING: u16 = 1;

    pub(crate) fn reach(&self, stage: Stage) {
        let value = match stage {
            Stage::Preparing => Self::PREPARING,
            Stage::Sending => Self::SENDING,
            Stage::Answered(status) => status,
        };
        self.0.store(value, Ordering::SeqCst);
    }

    pub(crate) fn stage(&self) -> Stage {
        match self.0.load(Ordering::SeqCst) {
            Self::PREPARING => Stage::Preparing,
            Self::SENDING => Stage::Sending,
            status => Stage::Answered(status),
        }
    }
}

/// Stands where the transport stands, and holds it.
#[derive(Debug)]
pub(crate) struct Wire(pub(crate) Transport);

#[expect(elided_lifetimes_in_paths, reason = "async_trait wants the signature of the trait")]
#[async_trait]
impl Policy for Wire {
    async fn send(
        &self,
        ctx: &Context,
        request: &mut Request,
        _next: &[Arc<dyn Policy>],
    ) -> PolicyResult {
        let progress = ctx.value::<Progress>().cloned().unwrap_or_default();
        progress.reach(Stage::Sending);
        let shown = request.url().clone();
        if let Some(Target(url)) = ctx.value::<Target>() {
            *request.url_mut() = url.clone();
        }
        let outcome = self.0.send(ctx, request).await;
        let real = std::mem::replace(request.url_mut(), shown);
        match outcome {
            Ok(response) => {
                progress.reach(Stage::Answered(response.status().into()));
                Ok(response)
            }
            Err(error) => Err(without_address(&error, &real, request.url())),
        }
    }
}

/// The same kind of error with its whole chain as one text, in which the real address is
/// replaced by the one that may be shown.
fn without_address(error: &Error, real: &Url, shown: &Url) -> Error {
    let failure = SendFailure::from_chain(error, |text| {
        text.replace(real.as_str(), shown.as_str()).replace(real.path(), shown.path())
    });
    let kind = match error.kind() {
        ErrorKind::Connection => ErrorKind::Connection,
        ErrorKind::Credential => ErrorKind::Credential,
        ErrorKind::DataConversion => ErrorKind::DataConversion,
        ErrorKind::HttpResponse { .. } | ErrorKind::Io | ErrorKind::Other => ErrorKind::Io,
    };
    Error::new(kind, failure)
}
