//! An issuer's keys in a file, so that a process that starts while the issuer is away knows whom to believe
//! (RELIABILITY.md F45). The keys are public; who may write the file decides who is believed, as with the key ring.

use std::{
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Where the last good document of one address is kept.
#[derive(Debug, Clone)]
pub(super) struct KeptKeys {
    file: PathBuf,
    url: String,
}

#[derive(Serialize, Deserialize)]
struct Written {
    /// Keys of another address are none of this issuer's.
    url: String,
    /// When it was fetched, ms since 1970.
    fetched_at: i64,
    document: String,
}

impl KeptKeys {
    pub(super) fn new(file: &Path, url: &str) -> Self {
        Self { file: file.to_owned(), url: url.to_owned() }
    }

    /// The document and when it was fetched. None if there is none, or none that can be used.
    pub(super) fn read(&self) -> Option<(Vec<u8>, Timestamp)> {
        let written: Written = serde_json::from_slice(&fs::read(&self.file).ok()?).ok()?;
        let fetched_at = Timestamp::from_millisecond(written.fetched_at).ok()?;
        (written.url == self.url).then(|| (written.document.into_bytes(), fetched_at))
    }

    /// Puts a document in place of the one before; a process that dies meanwhile leaves one of both.
    pub(super) fn write(&self, document: &[u8], fetched_at: Timestamp) -> io::Result<()> {
        let written = Written {
            url: self.url.clone(),
            fetched_at: fetched_at.as_millisecond(),
            document: String::from_utf8_lossy(document).into_owned(),
        };
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        let beside = self.file.with_added_extension("new");
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&beside)?;
        file.write_all(&serde_json::to_vec(&written)?)?;
        file.sync_all()?;
        fs::rename(&beside, &self.file)
    }
}
