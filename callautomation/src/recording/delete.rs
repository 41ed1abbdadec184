//! Deleting.

use azure_core::http;
use url::Url;

use super::DownloadError;
use crate::Client;

impl Client {
    /// Deletes a file at the `deleteLocation` of the event. A file that is gone already is
    /// [`DownloadError::Refused`] with 404.
    pub async fn delete_recording(&self, location: &Url) -> Result<(), DownloadError> {
        let answer = self.ask_storage(http::Method::Delete, location, None).await?;
        let (status, headers, _) = answer.deconstruct();
        match u16::from(status) {
            200..=299 => Ok(()),
            status => Err(self.refused(status, &headers)),
        }
    }
}
