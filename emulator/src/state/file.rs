//! The file, and the folder it is in.

use std::fs::{self, File, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::control::Subscription;
use crate::shared::Repeats;
use crate::shared::State;
use crate::world::World;

const FILE: &str = "emulator-state.json";
const NEXT: &str = "emulator-state.json.next";
const LOCK: &str = "emulator.lock";
/// Raised when a file of before cannot be read any more.
const FORMAT: u32 = 1;

/// Why the state of before cannot be taken up. Nothing is changed or removed then.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StateError {
    /// The folder or a file in it.
    #[error("{path} cannot be read or written; check the folder and its owner")]
    File { path: PathBuf, source: std::io::Error },
    /// Two emulators in one folder would overwrite each other.
    #[error("another emulator uses the state folder {path}; stop it or name another folder")]
    InUse { path: PathBuf },
    /// Not JSON, or not the JSON of a state.
    #[error(
        "{path} is damaged or of another version, at line {line}, column {column}; it was left as \
         it is. Move it away to start with a new world"
    )]
    Damaged { path: PathBuf, line: usize, column: usize, source: serde_json::Error },
    /// Written by a program with another format.
    #[error(
        "{path} has format {found}, this program reads format {FORMAT}; it was left as it is. Move \
         it away to start with a new world, or use the version that wrote it"
    )]
    Format { path: PathBuf, found: u32 },
}

/// What is written.
#[derive(Serialize)]
struct Written<'a> {
    format: u32,
    world: &'a World,
    repeats: &'a Repeats,
    subscriptions: &'a [Subscription],
}

/// What is read back.
#[derive(Deserialize)]
pub(crate) struct Loaded {
    /// Calls, people and recordings.
    pub(crate) world: World,
    /// Answers that are given again.
    pub(crate) repeats: Repeats,
    /// Webhooks of Event Grid, validated before.
    pub(crate) subscriptions: Vec<Subscription>,
}

/// Read first: the rest may have another shape.
#[derive(Deserialize)]
struct Head {
    format: u32,
}

/// The folder of `--state`, held by this process alone.
pub(crate) struct StateFolder {
    folder: PathBuf,
    /// Locked until the process ends, however it ends.
    _lock: File,
}

impl StateFolder {
    /// Makes the folder if there is none, and holds it.
    pub(crate) fn open(folder: &Path) -> Result<Self, StateError> {
        fs::create_dir_all(folder).map_err(|source| at(folder, source))?;
        let path = folder.join(LOCK);
        let lock = private().open(&path).map_err(|source| at(&path, source))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { folder: folder.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(StateError::InUse { path: folder.to_owned() }),
            Err(TryLockError::Error(source)) => Err(at(&path, source)),
        }
    }

    /// The state of before; `None` in a new folder.
    pub(crate) fn load(&self) -> Result<Option<Loaded>, StateError> {
        let path = self.folder.join(FILE);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(at(&path, source)),
        };
        let damaged = |source: serde_json::Error| {
            let (line, column) = (source.line(), source.column());
            StateError::Damaged { path: path.clone(), line, column, source }
        };
        let head: Head = serde_json::from_slice(&bytes).map_err(damaged)?;
        if head.format != FORMAT {
            return Err(StateError::Format { path: path.clone(), found: head.format });
        }
        serde_json::from_slice(&bytes).map(Some).map_err(damaged)
    }

    /// Puts a snapshot in the place of the one before; on disk when it returns.
    pub(crate) fn write(&self, snapshot: &[u8]) -> Result<(), StateError> {
        let next = self.folder.join(NEXT);
        let mut file = private().open(&next).map_err(|source| at(&next, source))?;
        let written = file.set_len(0).and_then(|()| file.write_all(snapshot));
        written.and_then(|()| file.sync_all()).map_err(|source| at(&next, source))?;
        let path = self.folder.join(FILE);
        fs::rename(&next, &path).map_err(|source| at(&path, source))?;
        // The new name is on disk once the folder is.
        let folder = File::open(&self.folder).and_then(|folder| folder.sync_all());
        folder.map_err(|source| at(&self.folder, source))
    }
}

/// Everything that is kept, as the file has it.
pub(super) fn snapshot(state: &State) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&Written {
        format: FORMAT,
        world: &state.world,
        repeats: &state.repeats,
        subscriptions: &state.subscriptions,
    })
}

/// For files that only their owner reads.
fn private() -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options
}

fn at(path: &Path, source: std::io::Error) -> StateError {
    StateError::File { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_file_is_told_with_its_place_and_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let state = StateFolder::open(folder.path()).expect("opened");
        assert!(state.load().expect("nothing there").is_none());
        let file = folder.path().join(FILE);
        for (text, place) in [("{\"format\": 1,\n \"wor", Some((2, 5))), ("{\"format\":9}", None)] {
            fs::write(&file, text).expect("written");
            let error = state.load().err().expect("an error");
            match (&error, place) {
                (StateError::Damaged { line, column, .. }, Some(place)) => {
                    assert_eq!((*line, *column), place);
                }
                (StateError::Format { found, .. }, None) => assert_eq!(*found, 9),
                _ => panic!("{error:?}"),
            }
            assert_eq!(fs::read_to_string(&file).expect("read"), text);
        }
    }

    #[test]
    fn a_folder_has_one_emulator() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = StateFolder::open(folder.path()).expect("opened");
        let second = StateFolder::open(folder.path()).err().expect("held");
        assert!(matches!(second, StateError::InUse { .. }));
        drop(first);
        assert!(StateFolder::open(folder.path()).is_ok());
    }
}
