//! Fetching into a file, also after a break.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use tokio::{
    fs::{File, OpenOptions},
    io::AsyncSeekExt as _,
};
use url::Url;

use super::{ByteRange, DownloadError, Progress};
use crate::Client;

/// How often a transfer is taken up again in one call.
const RESUMES: u32 = 3;

impl Client {
    /// Fetches a file to `path` and returns its length in bytes. What has arrived stands in
    /// `path` with `.part` added until it is whole; when such a file is there already, of this
    /// recording, the transfer goes on behind it. A file that already is at `path` is replaced.
    pub async fn download_recording_to_file(
        &self,
        location: &Url,
        path: &Path,
        mut progress: impl FnMut(Progress) + Send,
    ) -> Result<u64, DownloadError> {
        let part = part_of(path);
        let mut open = OpenOptions::new();
        open.create(true).truncate(false).write(true);
        let mut file = open.open(&part).await.map_err(DownloadError::Write)?;
        let mut received = file.metadata().await.map_err(DownloadError::Write)?.len();
        let mut resumes = RESUMES;
        loop {
            match self.go_on(location, &mut file, &mut received, &mut progress).await {
                Ok(()) => break,
                Err(DownloadError::Broken { .. }) if resumes > 0 => resumes -= 1,
                Err(error) => return Err(error),
            }
        }
        file.sync_all().await.map_err(DownloadError::Write)?;
        tokio::fs::rename(&part, path).await.map_err(DownloadError::Write)?;
        Ok(received)
    }

    /// One try from behind what the file holds; from the start where the storage sends no parts.
    async fn go_on(
        &self,
        location: &Url,
        file: &mut File,
        received: &mut u64,
        progress: &mut (impl FnMut(Progress) + Send),
    ) -> Result<(), DownloadError> {
        let arriving = match self.open(location, ByteRange::from(*received)).await {
            Err(DownloadError::PastEnd { total }) if total == Some(*received) => return Ok(()),
            // The file is of another recording, or longer than it should be.
            Err(DownloadError::PastEnd { .. }) => self.open(location, ByteRange::from(0)).await?,
            other => other?,
        };
        if arriving.offset != *received {
            if arriving.offset != 0 {
                return Err(DownloadError::OtherPart);
            }
            *received = 0;
        }
        file.set_len(*received).await.map_err(DownloadError::Write)?;
        let at = std::io::SeekFrom::Start(*received);
        file.seek(at).await.map_err(DownloadError::Write)?;
        let outcome = self.pump(arriving, file, received, progress).await;
        tokio::io::AsyncWriteExt::flush(file).await.map_err(DownloadError::Write)?;
        outcome
    }
}

fn part_of(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".part");
    PathBuf::from(name)
}
