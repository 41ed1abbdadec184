//! How much work waits in the ledger: the one place where the rig looks into tables, since no command of
//! the service tells it.

use std::{path::PathBuf, sync::Arc, time::Duration};

use rusqlite::{Connection, OpenFlags};

use crate::{
    clock::{Millis, now},
    evidence::Backlog,
};

use super::{child::RigError, postgres::Postgres};

/// What is younger than this is work under way, ms.
const UNDER_WAY: Millis = 5_000;

/// The ledger's tables.
#[derive(Debug, Clone)]
pub(crate) enum Store {
    /// A file.
    Sqlite(PathBuf),
    /// A server.
    Postgres(Arc<Postgres>),
}

impl Store {
    /// How much waits now.
    pub(crate) async fn backlog(&self) -> Result<Backlog, RigError> {
        let at = now();
        let late = at - UNDER_WAY;
        let common = format!(
            "(SELECT count(*) FROM outbox WHERE due < {late} AND first_sent < {late}), \
             (SELECT count(*) FROM call WHERE next_due < {late}), \
             (SELECT count(*) FROM reservation) + (SELECT count(*) FROM ticket)"
        );
        let counts = match self {
            Self::Sqlite(path) => {
                let sql =
                    format!("SELECT (SELECT count(*) FROM call WHERE unapplied > 0), {common}");
                sqlite(path, &sql)?
            }
            Self::Postgres(server) => {
                let sql = format!(
                    "SELECT (SELECT count(*) FROM call WHERE unapplied > 0) \
                     + (SELECT count(*) FROM parked), {common}"
                );
                let text = server.ask("switchboard", &sql).await?;
                let counts: Vec<u64> =
                    text.trim().split('|').filter_map(|count| count.parse().ok()).collect();
                counts.try_into().map_err(|_| RigError::Other(format!("psql said {text}")))?
            }
        };
        let [unapplied, outbox, overdue, reserved] = counts;
        Ok(Backlog { at, outbox, unapplied, overdue, reserved })
    }
}

fn sqlite(path: &PathBuf, sql: &str) -> Result<[u64; 4], RigError> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.busy_timeout(Duration::from_secs(2))?;
    let count = |value: i64| u64::try_from(value).unwrap_or(0);
    Ok(connection.query_row(sql, [], |row| {
        Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?].map(count))
    })?)
}
