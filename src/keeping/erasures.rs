//! The list of calls whose personal data has to go.
//!
//! A file of its own, one JSON object a line, only ever appended to: a restored backup knows nothing of
//! what was erased after it was made, the list does. `serve` reads it whole at its start and what is
//! added while it runs; erasing twice is no harm. It holds call ids and times, nothing personal.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read as _, Seek as _, SeekFrom},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use engine::call::CallId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::{
    clock::Clock,
    ids::is_call_id,
    ledger::{Ledger, LedgerError},
    lines,
};

/// How often the file is looked at.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// The list. It need not exist yet.
#[derive(Debug, Clone)]
pub struct Erasures {
    path: PathBuf,
}

/// One line.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    call: String,
    ordered: String,
}

/// The list cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("the list of erasures {path} cannot be read or written: check its folder's permissions")]
pub struct ErasuresError {
    /// Which.
    path: String,
    /// Why.
    #[source]
    source: io::Error,
}

impl Erasures {
    /// The list in a file.
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// Adds calls; they are on the disk when this returns. Blocks on the file system.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn add(&self, calls: &[CallId], ordered: Timestamp) -> Result<(), ErasuresError> {
        self.append(calls, ordered).map_err(|source| self.failed(source))
    }

    fn append(&self, calls: &[CallId], ordered: Timestamp) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.create(true).append(true).read(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&self.path)?;
        let mut text = String::new();
        for call in calls {
            let line = Line { call: call.to_string(), ordered: ordered.to_string() };
            text.push_str(&serde_json::to_string(&line)?);
            text.push('\n');
        }
        lines::append(&mut file, &text)
    }

    /// The calls on whole lines from byte `from` on, and where the next look begins. A line that is none
    /// is told and passed over. A file that became shorter is read again from its start.
    ///
    /// # Errors
    /// When there is a file and it cannot be read.
    pub fn read(&self, from: u64) -> Result<(Vec<CallId>, u64), ErasuresError> {
        self.lines(from).map_err(|source| self.failed(source))
    }

    fn lines(&self, from: u64) -> io::Result<(Vec<CallId>, u64)> {
        let mut file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((Vec::new(), 0)),
            Err(error) => return Err(error),
        };
        let length = file.metadata()?.len();
        let from = if length < from { 0 } else { from };
        if length == from {
            return Ok((Vec::new(), from));
        }
        file.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let text = String::from_utf8_lossy(&bytes[..whole]);
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        let calls = lines.filter_map(|line| self.call_on(line)).collect();
        Ok((calls, from.saturating_add(u64::try_from(whole).unwrap_or(0))))
    }

    fn call_on(&self, line: &str) -> Option<CallId> {
        let call = serde_json::from_str::<Line>(line).ok().map(|line| line.call);
        let call = call.filter(|call| is_call_id(call));
        if call.is_none() {
            tracing::error!(
                file = %self.path.display(),
                "a line of the list of erasures names no call: put it right, nothing is erased by it"
            );
        }
        call.map(CallId)
    }

    fn failed(&self, source: io::Error) -> ErasuresError {
        ErasuresError { path: self.path.display().to_string(), source }
    }
}

/// Carries the list out, until stopped: all of it at the start, then what is added.
pub async fn run_erasures(
    ledger: Arc<dyn Ledger>,
    list: Erasures,
    clock: Clock,
    stopping: CancellationToken,
) {
    let mut done = 0;
    while !stopping.is_cancelled() {
        match list.read(done) {
            Ok((calls, end)) => match erase(&*ledger, &calls).await {
                Ok(()) => done = end,
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::error!(error, "an erasure was not carried out: tried again");
                }
            },
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "erasures are not carried out");
            }
        }
        stopping.run_until_cancelled(clock.sleep(LOOK_AGAIN)).await;
    }
}

async fn erase(ledger: &dyn Ledger, calls: &[CallId]) -> Result<(), LedgerError> {
    for call in calls {
        if ledger.erase(call).await? {
            tracing::info!(call.id = %call, "erasure carried out, or noted for the call's end");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    const ONE: &str = "01JD0000000000000000000001";
    const TWO: &str = "01JD0000000000000000000002";

    fn id(text: &str) -> CallId {
        CallId(text.to_owned())
    }

    #[test]
    fn what_is_added_is_read_once() {
        let folder = tempfile::tempdir().unwrap();
        let list = Erasures::at(&folder.path().join("erasures"));
        assert_eq!(list.read(0).unwrap(), (Vec::new(), 0));
        list.add(&[id(ONE)], Timestamp::UNIX_EPOCH).unwrap();
        let (calls, end) = list.read(0).unwrap();
        assert_eq!(calls, [id(ONE)]);
        assert_eq!(list.read(end).unwrap(), (Vec::new(), end));
        list.add(&[id(TWO)], Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(list.read(end).unwrap().0, [id(TWO)]);
        assert_eq!(list.read(0).unwrap().0, [id(ONE), id(TWO)]);
        assert_eq!(list.read(9_999).unwrap().0.len(), 2, "a list put in its place is read whole");
    }

    #[test]
    fn a_broken_line_takes_no_other_with_it_and_a_half_one_waits() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("erasures");
        let list = Erasures::at(&path);
        std::fs::write(&path, "not json\n{\"call\":\"../x\",\"ordered\":\"\"}\n\n").unwrap();
        list.add(&[id(ONE)], Timestamp::UNIX_EPOCH).unwrap();
        let (calls, end) = list.read(0).unwrap();
        assert_eq!(calls, [id(ONE)]);
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        write!(file, "{{\"call\":\"{TWO}\",").unwrap();
        assert_eq!(list.read(end).unwrap(), (Vec::new(), end));
        writeln!(file, "\"ordered\":\"now\"}}").unwrap();
        assert_eq!(list.read(end).unwrap().0, [id(TWO)]);
    }

    #[test]
    fn an_order_after_one_that_was_cut_off_is_carried_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("erasures");
        let list = Erasures::at(&path);
        std::fs::write(&path, format!("{{\"call\":\"{ONE}\",\"ord")).unwrap();
        let (_, end) = list.read(0).unwrap();
        list.add(&[id(TWO)], Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(list.read(end).unwrap().0, [id(TWO)]);
    }
}
