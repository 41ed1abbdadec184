//! `switchboard backup`: a copy of the SQLite ledger while it is in use, and whether a copy is whole.

use std::{path::Path, sync::Arc};

use crate::{
    ledger::{check_backup, make_backup},
    sealing::KeyRing,
    settings::Settings,
    terminal,
};

use super::{BROKEN, OK, USAGE};

/// Makes a copy and checks it.
pub async fn make(settings: &Settings, to: &Path) -> u8 {
    if settings.ledger.shared.is_some() {
        terminal::tell(
            "error: ledger.url names a PostgreSQL database: back it up with pg_dump or its snapshots, and the key ring apart from it",
        );
        return USAGE;
    }
    if let Err(error) = make_backup(&settings.ledger.path, to) {
        terminal::tell_error(&error);
        return BROKEN;
    }
    check(settings, to).await
}

/// Checks a copy: SQLite's own check, and every live call opened with the key ring.
pub async fn check(settings: &Settings, file: &Path) -> u8 {
    let ring = match KeyRing::load(&settings.sealing.key_ring, false) {
        Ok(ring) => Arc::new(ring),
        Err(error) => {
            terminal::tell_error(&error);
            return USAGE;
        }
    };
    match check_backup(file, ring).await {
        Ok(checked) => {
            terminal::say(&format!(
                "{}: whole, {} calls, {} of them live. It is of no use without the key ring, which it \
                 does not hold.",
                file.display(),
                checked.calls,
                checked.live
            ));
            OK
        }
        Err(error) => {
            terminal::tell_error(&error);
            BROKEN
        }
    }
}
