//! What can go wrong when a request is sent.

use std::time::Duration;

use crate::{Explanation, InvalidRequest, Operation, Refusal, Unreadable, explain};

/// What became of a request that was not answered with success.
///
/// For whoever retries, the variants fall into three: surely not carried out (`Invalid`,
/// `Configuration`, `Credential`, `NotSent`, and `Service` below 500), perhaps (`Uncertain`,
/// `Service` from 500), and carried out but the answer could not be read (`Body`).
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The service answered, and not with success.
    #[error("{0}")]
    Service(Box<Refusal>),
    /// The request left, and no answer came: it may or may not have been carried out.
    #[error(
        "{operation}: no answer came, so it may or may not have been carried out; wait for its \
         event or read the state of the call"
    )]
    Uncertain {
        /// Which operation.
        operation: Operation,
        /// What the transport said, or that time ran out.
        source: SendFailure,
    },
    /// No connection was made: surely not carried out.
    #[error(
        "{operation}: the service could not be reached and nothing was sent; check the endpoint, \
         name resolution and trusted certificates"
    )]
    NotSent {
        /// Which operation.
        operation: Operation,
        /// What the transport said.
        source: SendFailure,
    },
    /// No access token could be had: nothing was sent.
    #[error("{operation}: no access token; check the identity and its role on the resource")]
    Credential {
        /// Which operation.
        operation: Operation,
        /// What the credential said.
        source: SendFailure,
    },
    /// The request breaks a published limit: nothing was sent.
    #[error("the request is not valid")]
    Invalid(#[from] InvalidRequest),
    /// The client cannot be built like this.
    #[error("{0}")]
    Configuration(&'static str),
    /// The service did what it was asked, but its answer could not be read.
    #[error("{operation}: carried out, but the answer could not be read")]
    Body {
        /// Which operation.
        operation: Operation,
        /// The status of the answer, 200 to 299.
        status: u16,
        /// Why not.
        source: Unreadable,
    },
}

impl Error {
    /// Whether the operation may have been carried out all the same.
    pub fn may_be_applied(&self) -> bool {
        match self {
            Self::Uncertain { .. } | Self::Body { .. } => true,
            Self::Service(refusal) => refusal.status >= 500 || refusal.status == 408,
            Self::NotSent { .. }
            | Self::Credential { .. }
            | Self::Invalid(_)
            | Self::Configuration(_) => false,
        }
    }

    /// The service's refusal, if that is what this is.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Service(refusal) => Some(refusal),
            Self::Uncertain { .. }
            | Self::NotSent { .. }
            | Self::Credential { .. }
            | Self::Invalid(_)
            | Self::Configuration(_)
            | Self::Body { .. } => None,
        }
    }

    /// How long the service asked to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.refusal().and_then(|refusal| refusal.retry_after)
    }

    /// Cause and remedy, when the service gave a sub-code that is known.
    pub fn explain(&self) -> Option<&'static Explanation> {
        explain(self.refusal()?.sub_code?)
    }
}

/// What a transport or a credential said when it failed, as text. Addresses of participants are
/// taken out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SendFailure(String);

impl SendFailure {
    /// All texts of an error's chain, each changed by `change`, joined by colons; a text that an
    /// outer one already contains is left out.
    pub(crate) fn from_chain(
        error: &dyn std::error::Error,
        change: impl Fn(&str) -> String,
    ) -> Self {
        let mut whole = String::new();
        let mut next = Some(error);
        while let Some(error) = next {
            let text = change(&error.to_string());
            if !whole.contains(&text) {
                whole.push_str(if whole.is_empty() { "" } else { ": " });
                whole.push_str(&text);
            }
            next = error.source();
        }
        Self(whole)
    }

    pub(crate) fn text(text: &'static str) -> Self {
        Self(text.to_owned())
    }

    pub(crate) fn timed_out(after: Duration) -> Self {
        Self(format!("no answer within {} ms", after.as_millis()))
    }
}
