//! Files of recordings: fetching and deleting them.
//!
//! Their addresses come in the Event Grid event `RecordingFileStatusUpdated` and lead to a storage
//! host, not to the resource. Requests carry the resource's credential all the same, so they go
//! to Microsoft's storage hosts only ([`DownloadError::UntrustedHost`] otherwise); the header
//! `x-ms-host` names the resource, and a signature is made for the resource's host with the
//! storage path. Source: contract section 9 (the official Python client's downloader).

mod delete;
mod error;
mod fetch;
mod file;
mod hosts;
mod range;

pub use error::DownloadError;
pub use fetch::{Progress, RecordingDownload};
pub(crate) use hosts::RecordingHosts;
pub use range::ByteRange;
