//! Calls that were turned away, a line each, until the ledger is there again. Personal data is sealed with
//! a key of each call's own, as in the ledger.

use std::{
    fs::{File, OpenOptions},
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use crate::{
    clock::Clock,
    lines,
    sealing::{CallKey, KeyRing, Place, SealingError},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use engine::{
    Millis,
    call::{CallId, Resort, TurnedAway},
};
use serde::{Deserialize, Serialize};

use super::last_resort::Stranded;

/// The caller is not kept waiting longer for a disk.
const PATIENCE: Duration = Duration::from_millis(500);
/// The sealed part's place.
const TABLE: &str = "turned_away";

/// The file. Cheap to clone.
#[derive(Clone)]
pub struct Spool {
    path: Arc<PathBuf>,
    ring: Arc<KeyRing>,
    clock: Clock,
    /// One writer or importer at a time.
    file: Arc<Mutex<()>>,
}

/// The spool cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// The file.
    #[error("{path} cannot be used: check last_resort.spool, its permissions and its disk")]
    File {
        /// Where.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A line is not one of ours.
    #[error("a line cannot be read: it is cut off, damaged, or of another release")]
    Line,
    /// The personal part.
    #[error("personal data could not be sealed or opened")]
    Sealing(#[from] SealingError),
}

/// A call that was turned away.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spooled {
    pub(super) call: CallId,
    pub(super) event: [u8; 16],
    pub(super) at: Millis,
    pub(super) away: TurnedAway,
}

/// A line, as written: no personal data in plain.
#[derive(Serialize, Deserialize)]
struct Line {
    call: String,
    event: String,
    at: Millis,
    key: String,
    sealed: String,
}

impl Spooled {
    pub(super) fn new(call: &CallId, stranded: &Stranded, how: Resort, at: Millis) -> Self {
        let away = stranded.turned_away(how);
        Self { call: call.clone(), event: stranded.event, at, away }
    }
}

impl Spool {
    /// The spool at a path. Nothing is opened before something is to be noted.
    pub fn new(path: &Path, ring: Arc<KeyRing>, clock: Clock) -> Self {
        Self { path: Arc::new(path.to_owned()), ring, clock, file: Arc::default() }
    }

    /// Notes a call durably. If that fails the log says so: the caller has been helped all the same.
    pub(super) async fn note(&self, spooled: Spooled) {
        let spool = self.clone();
        let writing = tokio::task::spawn_blocking(move || {
            if let Err(error) = spool.append(&spooled) {
                let error = &error as &dyn std::error::Error;
                tracing::error!(call.id = %spooled.call, how = ?spooled.away.how, error, "a call that was turned away is noted nowhere else");
            }
        });
        tokio::select! {
            _ = writing => {}
            () = self.clock.sleep(PATIENCE) => {}
        }
    }

    fn append(&self, spooled: &Spooled) -> Result<(), SpoolError> {
        let mut line = self.write_line(spooled)?;
        line.push('\n');
        let _only = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let wrong = |source| SpoolError::File { path: self.path.to_path_buf(), source };
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder).map_err(wrong)?;
        }
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .read(true)
            .open(&*self.path)
            .map_err(wrong)?;
        lines::append(&mut file, &line).map_err(wrong)
    }

    fn write_line(&self, spooled: &Spooled) -> Result<String, SpoolError> {
        let call = spooled.call.as_str();
        let (key, wrapped) = CallKey::generate(&self.ring, call)?;
        let plain = serde_json::to_vec(&spooled.away).map_err(|_| SpoolError::Line)?;
        let sealed = key.seal(Place { table: TABLE, call, row: 0 }, &plain)?;
        let line = Line {
            call: call.to_owned(),
            event: STANDARD.encode(spooled.event),
            at: spooled.at,
            key: STANDARD.encode(wrapped),
            sealed: STANDARD.encode(sealed),
        };
        serde_json::to_string(&line).map_err(|_| SpoolError::Line)
    }

    /// Reads a line back.
    pub(super) fn read_line(&self, line: &str) -> Result<Spooled, SpoolError> {
        let line: Line = serde_json::from_str(line).map_err(|_| SpoolError::Line)?;
        let bytes = |text: &str| STANDARD.decode(text).map_err(|_| SpoolError::Line);
        let event = bytes(&line.event)?.try_into().map_err(|_| SpoolError::Line)?;
        let key = CallKey::unwrap(&self.ring, &line.call, &bytes(&line.key)?)?;
        let place = Place { table: TABLE, call: &line.call, row: 0 };
        let plain = key.open(place, &bytes(&line.sealed)?)?;
        let away = serde_json::from_slice(&plain).map_err(|_| SpoolError::Line)?;
        Ok(Spooled { call: CallId(line.call), event, at: line.at, away })
    }

    /// Takes the lines noted so far out of the way of the writer: they are in a second file until
    /// [`Spool::imported`]. Lines of an import that was cut off come first.
    pub(super) fn take(&self) -> Result<Vec<String>, SpoolError> {
        let _only = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let second = self.second();
        let wrong = |source| SpoolError::File { path: second.clone(), source };
        if !second.exists() {
            match std::fs::rename(&*self.path, &second) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
                Err(error) => return Err(wrong(error)),
            }
        }
        let text = std::fs::read_to_string(&second).map_err(wrong)?;
        Ok(text.lines().map(str::to_owned).collect())
    }

    /// The lines that were taken are in the ledger.
    pub(super) fn imported(&self) -> Result<(), SpoolError> {
        let second = self.second();
        std::fs::remove_file(&second)
            .and_then(|()| second.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all()))
            .map_err(|source| SpoolError::File { path: second, source })
    }

    fn second(&self) -> PathBuf {
        let mut name = self.path.as_os_str().to_owned();
        name.push(".importing");
        PathBuf::from(name)
    }
}
