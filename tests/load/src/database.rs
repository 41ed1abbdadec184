//! Databases without a service: schemas for services, and the plain loops that are references.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use rusqlite::Connection;
use tokio_postgres::{Client, NoTls};
use tokio_util::task::TaskTracker;

use crate::{
    figures::rate,
    time::now,
    trouble::{Trouble, database},
};

/// About what a journal row and a snapshot take.
const ROW: usize = 1_500;

/// Makes a schema.
pub(crate) async fn make_schema(
    url: &str,
    name: &str,
    tracker: &TaskTracker,
) -> Result<(), Trouble> {
    let client = connect(url, tracker).await?;
    let made = client.batch_execute(&format!("CREATE SCHEMA {name}")).await;
    made.map_err(database("make a schema"))
}

/// A loop of insert and commit with the pragmas of the service's ledger; rows a second.
pub(crate) fn sqlite_loop(folder: &Path, span: Duration) -> Result<f64, Trouble> {
    let failed = || database::<rusqlite::Error>("insert rows");
    std::fs::create_dir_all(folder)
        .map_err(|source| Trouble::Io { doing: "make a folder", source })?;
    let conn = Connection::open(folder.join("plain.db")).map_err(failed())?;
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;
         PRAGMA wal_autocheckpoint = 1000; PRAGMA cache_size = -16384;
         CREATE TABLE plain (id INTEGER PRIMARY KEY, event BLOB UNIQUE, body BLOB NOT NULL);",
    )
    .map_err(failed())?;
    let mut insert =
        conn.prepare("INSERT INTO plain (event, body) VALUES (?1, ?2)").map_err(failed())?;
    let (body, began) = (vec![7_u8; ROW], now());
    let mut rows = 0_usize;
    while began.elapsed() < span {
        insert.execute((key(rows), &body)).map_err(failed())?;
        rows += 1;
    }
    Ok(rate(rows, began.elapsed()))
}

/// The same on PostgreSQL, by so many connections at once.
pub(crate) async fn postgres_loop(
    url: &str,
    connections: usize,
    span: Duration,
    tracker: &TaskTracker,
) -> Result<f64, Trouble> {
    let failed = || database::<tokio_postgres::Error>("insert rows");
    let client = connect(url, tracker).await?;
    let table = "DROP TABLE IF EXISTS load_plain;
        CREATE TABLE load_plain (id bigserial PRIMARY KEY, event bytea UNIQUE, body bytea NOT NULL)";
    client.batch_execute(table).await.map_err(failed())?;
    let (began, mut loops) = (now(), Vec::new());
    for nth in 0..connections {
        let client = connect(url, tracker).await?;
        loops.push(tracker.spawn(one_loop(client, nth << 32, began + span)));
    }
    let mut rows = 0;
    for one in loops {
        rows += one.await.map_err(database("insert rows"))?.map_err(failed())?;
    }
    Ok(rate(rows, began.elapsed()))
}

async fn one_loop(
    client: Client,
    first: usize,
    until: Instant,
) -> Result<usize, tokio_postgres::Error> {
    let insert = client.prepare("INSERT INTO load_plain (event, body) VALUES ($1, $2)").await?;
    let body = vec![7_u8; ROW];
    let mut rows = 0;
    while now() < until {
        client.execute(&insert, &[&key(first + rows), &body]).await?;
        rows += 1;
    }
    Ok(rows)
}

/// Sixteen bytes that are spread as those of a hash.
fn key(row: usize) -> Vec<u8> {
    let row = u128::try_from(row).unwrap_or(0);
    row.wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835).to_be_bytes().to_vec()
}

async fn connect(url: &str, tracker: &TaskTracker) -> Result<Client, Trouble> {
    let connected = tokio_postgres::connect(url, NoTls).await;
    let (client, connection) = connected.map_err(database("be reached"))?;
    tracker.spawn(async move {
        // Ends with the client; errors come out there.
        let _ = connection.await;
    });
    Ok(client)
}
