//! What can go wrong with the file of a recording.

use std::time::Duration;

use crate::SendFailure;

/// Why a file could not be fetched or deleted.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// The address leads to a host that must not see the credential; nothing was sent.
    #[error(
        "recordings are fetched from Microsoft's storage over https only, and {host} is not that; \
         for tests allow it in ClientOptions::recording_hosts"
    )]
    UntrustedHost {
        /// The host of the address.
        host: String,
    },
    /// The storage answered, and not with success.
    #[error(
        "the storage refused with HTTP {status}; 401 and 403: check the credential, 404: the file is gone or not there yet"
    )]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The storage's id of the exchange, for a support request.
        request_id: Option<String>,
        /// How long it asks to wait.
        retry_after: Option<Duration>,
    },
    /// The part that was asked for begins behind the end of the file.
    #[error("the part that was asked for lies behind the end of the file")]
    PastEnd {
        /// Length of the file in bytes, if the storage told.
        total: Option<u64>,
    },
    /// The storage sent another part than the one that was asked for.
    #[error("the storage sent another part of the file than the one asked for; fetch it whole")]
    OtherPart,
    /// Longer than the caller allows.
    #[error("the file is longer than {most} bytes")]
    TooLong {
        /// What was allowed, in bytes.
        most: usize,
    },
    /// No answer came.
    #[error("the storage did not answer")]
    Unreachable(#[source] SendFailure),
    /// The transfer broke off; go on from behind what was received.
    #[error("the transfer broke off after {received} bytes; fetch the rest from there")]
    Broken {
        /// How many bytes of what was asked for have arrived and were written.
        received: u64,
        /// What the transport said.
        #[source]
        source: SendFailure,
    },
    /// What arrived could not be written.
    #[error("the recording could not be written; check the disk and its permissions")]
    Write(#[source] std::io::Error),
}
