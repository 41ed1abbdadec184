//! The shared database is gone, slow, or full of statements that wait. Left out where `SWITCHBOARD_TEST_POSTGRES`
//! names no database; `tests/run postgres` starts one.

use std::{
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use emulator::{
    control::{Condition, FaultAction},
    world::{CallId, ClientState},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    always, asked, eventually,
    ledgers::{live_and_killed, old, old_keys, place, reads_what_was_there},
};
use crate::{last_resort::start_with_fallback, rig::Rig};

/// A wire to the database that can be cut and slowed. Ends with its test.
struct Wire {
    port: u16,
    /// What a piece of an answer waits, in ms.
    delay: Arc<AtomicU64>,
    cut: std::sync::Mutex<CancellationToken>,
    tasks: TaskTracker,
    down: Arc<std::sync::atomic::AtomicBool>,
}

impl Wire {
    async fn to(database: String) -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let wire = Arc::new(Self {
            port: listener.local_addr().unwrap().port(),
            delay: Arc::default(),
            cut: std::sync::Mutex::default(),
            tasks: TaskTracker::new(),
            down: Arc::default(),
        });
        let held = wire.clone();
        wire.tasks.spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let Ok(server) = TcpStream::connect(&database).await else { continue };
                if held.down.load(Ordering::SeqCst) {
                    continue;
                }
                let cut = held.cut.lock().unwrap().clone();
                let delay = held.delay.clone();
                held.tasks.spawn(async move {
                    cut.run_until_cancelled(carry(socket, server, delay)).await;
                });
            }
        });
        wire
    }

    /// Ends all connections, and refuses new ones until it is mended.
    fn cut(&self) {
        self.down.store(true, Ordering::SeqCst);
        std::mem::take(&mut *self.cut.lock().unwrap()).cancel();
    }

    fn mend(&self) {
        self.down.store(false, Ordering::SeqCst);
    }

    fn slow(&self, millis: u64) {
        self.delay.store(millis, Ordering::SeqCst);
    }
}

async fn carry(mut near: TcpStream, mut far: TcpStream, delay: Arc<AtomicU64>) {
    let (mut near_read, mut near_write) = near.split();
    let (mut far_read, mut far_write) = far.split();
    let out = tokio::io::copy(&mut near_read, &mut far_write);
    let back = async {
        let mut piece = vec![0; 16 * 1024];
        while let Ok(read @ 1..) = far_read.read(&mut piece).await {
            // A time-out of something that never ends is the one way to wait that needs no clock.
            let wait = tokio::time::Duration::from_millis(delay.load(Ordering::SeqCst));
            let _ = tokio::time::timeout(wait, std::future::pending::<()>()).await;
            if near_write.write_all(&piece[..read]).await.is_err() {
                break;
            }
        }
    };
    tokio::select! {
        _ = out => {}
        () = back => {}
    }
}

/// A service whose database is reached over a wire, with a caller at the menu.
#[expect(clippy::print_stderr, reason = "says what was left out")]
async fn wired() -> Option<(Rig, Arc<Wire>, CallId)> {
    let Some(url) = std::env::var_os("SWITCHBOARD_TEST_POSTGRES") else {
        eprintln!("left out: SWITCHBOARD_TEST_POSTGRES is not set");
        return None;
    };
    let url = url::Url::parse(url.to_str().unwrap()).unwrap();
    let database = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap_or(5432));
    let wire = Wire::to(database).await;
    let rig = start_with_fallback(Rig::on_postgres(Some(wire.port)).await?).await;
    let call = rig.dial();
    rig.until(Condition::Heard(call, "For flight status".to_owned())).await;
    Some((rig, wire, call))
}

/// The caller of before can go on, and a new one is answered.
async fn all_is_well(rig: &Rig, call: CallId) {
    rig.press(call, "0").await;
    rig.until(Condition::Client("adele".to_owned(), ClientState::Ringing)).await;
    rig.control().accept("adele").unwrap();
    rig.until(Condition::With(call, "adele".to_owned())).await;
    let newer = rig.dial();
    rig.until(Condition::Heard(newer, "For flight status".to_owned())).await;
    rig.control().hang_up(call).unwrap();
    rig.until(Condition::Ended(call)).await;
}

/// The schema that a service keeps its calls in.
fn schema(rig: &Rig) -> String {
    let settings = std::fs::read_to_string(rig.path("switchboard.toml")).unwrap();
    settings.split("search_path%3D").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

fn database() -> String {
    std::env::var_os("SWITCHBOARD_TEST_POSTGRES").unwrap().into_string().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn f21_a_shared_ledger_of_the_release_before_is_read_and_its_live_call_comes_to_its_end() {
    let Some(rig) = Rig::on_postgres_in_world(8, None).await else { return };
    let dump = std::fs::read_to_string(old().join("ledger.sql")).unwrap();
    std::fs::write(rig.path("ledger.sql"), dump.replace(DUMPED, &schema(&rig))).unwrap();
    let loaded = Command::new("psql")
        .args([&database(), "-qX", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null", "-f"])
        .arg(rig.path("ledger.sql"))
        .status();
    assert!(loaded.unwrap().success(), "the dump is read");
    old_keys(&rig, "shared-keys");
    reads_what_was_there(rig).await;
}

/// The schema in a dump.
const DUMPED: &str = "ledger_of_then";

/// The recipe of what `f21_…` reads here, as `the_ledger_of_this_release` is for SQLite; it needs `pg_dump`.
#[ignore = "writes test data, once for each release that changes what is stored"]
#[tokio::test(flavor = "multi_thread")]
async fn the_shared_ledger_of_this_release() {
    let Some(rig) = Rig::start_on_postgres().await else { return };
    let rig = live_and_killed(rig).await;
    let (schema, to) = (schema(&rig), place());
    let dump = Command::new("pg_dump")
        .args([&database(), "--no-owner", "--no-privileges", "--inserts", "--schema", &schema])
        .output()
        .unwrap();
    assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
    let text = String::from_utf8(dump.stdout).unwrap().replace(&schema, DUMPED);
    let kept = |line: &&str| !line.starts_with("CREATE SCHEMA") && !line.starts_with('\\');
    let lines: Vec<_> = text.lines().filter(kept).collect();
    std::fs::write(to.join("ledger.sql"), lines.join("\n")).unwrap();
    std::fs::copy(rig.path("keys"), to.join("shared-keys")).unwrap();
    eprintln!("written to {}", to.display());
}

#[tokio::test(flavor = "multi_thread")]
async fn f22_while_the_database_is_gone_callers_are_redirected_and_live_calls_wait() {
    let Some((rig, wire, call)) = wired().await else { return };
    wire.cut();
    rig.dial();
    eventually(&rig, "a redirect", || asked(&rig, "redirect") == [204]).await;
    wire.mend();
    all_is_well(&rig, call).await;
    assert_eq!(rig.client().get(rig.url("/health/ready")).send().await.unwrap().status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn f22_a_caller_who_left_while_the_database_was_gone_is_noticed_when_it_is_back() {
    let Some((rig, wire, call)) = wired().await else { return };
    rig.press(call, "0").await;
    rig.until(Condition::Client("adele".to_owned(), ClientState::Ringing)).await;
    rig.control().accept("adele").unwrap();
    rig.until(Condition::With(call, "adele".to_owned())).await;
    eventually(&rig, "the joining", || rig.log().contains("AddParticipantSucceeded")).await;
    // Given up by the sender: nobody will ever tell of it.
    rig.control().add_fault(always("ParticipantsUpdated", FaultAction::Drop));
    rig.control().add_fault(always("CallDisconnected", FaultAction::Drop));
    wire.cut();
    rig.control().hang_up(call).unwrap();
    // Looked at four times a second: an outage of more than a second.
    let failed = || rig.log().matches("deadlines could not be handled").count();
    eventually(&rig, "an outage", || failed() > 5).await;
    wire.mend();
    rig.until(Condition::Client("adele".to_owned(), ClientState::Idle)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f23_while_a_commit_takes_seconds_callers_are_redirected() {
    let Some((rig, wire, call)) = wired().await else { return };
    wire.slow(2_000);
    rig.dial();
    eventually(&rig, "a redirect", || asked(&rig, "redirect") == [204]).await;
    wire.slow(0);
    all_is_well(&rig, call).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f26_while_every_connection_waits_for_a_lock_callers_are_redirected_and_not_queued() {
    let Some((rig, _wire, call)) = wired().await else { return };
    let schema = schema(&rig);
    let (client, connection) =
        tokio_postgres::connect(&database(), tokio_postgres::NoTls).await.unwrap();
    let tasks = TaskTracker::new();
    tasks.spawn(connection);
    let lock = format!("BEGIN; LOCK TABLE {schema}.call IN ACCESS EXCLUSIVE MODE;");
    client.batch_execute(&lock).await.unwrap();
    rig.dial();
    eventually(&rig, "a redirect", || asked(&rig, "redirect") == [204]).await;
    client.batch_execute("ROLLBACK").await.unwrap();
    all_is_well(&rig, call).await;
}
