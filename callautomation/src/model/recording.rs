//! What is recorded, how, and where it goes.

use serde::Serialize;
use webhooks::{CallConnectionId, Identifier};

use super::CallLocator;
use crate::{InvalidRequest, limits::Check, redact::debug_only};

/// Which call is recorded. Teams Phone calls can be addressed by connection only.
#[derive(Clone, Debug, PartialEq)]
pub enum RecordingScope {
    /// The call this connection belongs to.
    Connection(CallConnectionId),
    /// A call by its server call id or group id; rooms are refused.
    Locator(CallLocator),
}

/// `recordingContentType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum RecordingContent {
    /// Sound only.
    Audio,
    /// Sound and picture; mixed MP4 only.
    AudioVideo,
}

/// `recordingChannelType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum RecordingChannel {
    /// Everybody in one channel.
    Mixed,
    /// One channel per participant, at most 5; WAV audio only.
    Unmixed,
}

/// `recordingFormatType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum RecordingFormat {
    /// Uncompressed audio.
    Wav,
    /// Compressed audio.
    Mp3,
    /// Video.
    Mp4,
}

/// A fixed channel for a participant (`ChannelAffinity`).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChannelAffinity {
    /// Channel number, 0 to 4.
    pub channel: u8,
    /// Who is recorded in it.
    pub participant: Identifier,
}

/// Where the file goes (`ExternalStorage`).
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "recordingStorageKind")]
pub enum ExternalStorage {
    /// The service's own storage, which keeps files for a day or two.
    #[serde(rename = "azureCommunicationServices")]
    AzureCommunicationServices,
    /// A blob container of ours; the ACS resource's managed identity must have write access.
    #[serde(rename = "azureBlobStorage", rename_all = "camelCase")]
    AzureBlobStorage {
        /// `https` address of the container.
        recording_destination_container_url: String,
    },
}

debug_only!(ExternalStorage {});

impl ChannelAffinity {
    pub(crate) fn check(&self, check: Check) -> Result<(), InvalidRequest> {
        check.within("channelAffinity.channel", self.channel, 0..=4)
    }
}

impl ExternalStorage {
    pub(crate) fn check(&self, check: Check) -> Result<(), InvalidRequest> {
        match self {
            Self::AzureCommunicationServices => Ok(()),
            Self::AzureBlobStorage { recording_destination_container_url: url } => {
                check.absolute("recordingDestinationContainerUrl", url, &["https"])
            }
        }
    }
}
