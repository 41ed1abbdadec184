//! A PostgreSQL of the rig's own, with TLS and passwords, killed as a whole.

use std::{
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use tokio::{
    process::{Child, Command},
    sync::Mutex,
};

use crate::clock::{Millis, now, pause};

use super::{
    certificates::Pair,
    child::{RigError, at, output, signal, start, write},
};

/// The password of the service's role; it opens nothing but this database.
pub(crate) const PASSWORD: &str = "crash-rig";
/// Longest wait for the server, ms.
const START: Millis = 30_000;

/// Only TLS with a password comes in over TCP; the rig itself uses the socket.
const ACCESS: &str = "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n";

/// A server, dead or alive.
#[derive(Debug)]
pub(crate) struct Postgres {
    pub(crate) port: u16,
    folder: PathBuf,
    programs: PathBuf,
    /// Whether the rig runs as root, as which PostgreSQL does not run.
    root: bool,
    child: Mutex<Option<Child>>,
}

impl Postgres {
    /// A new cluster in `folder`, started.
    pub(crate) async fn create(folder: &Path, port: u16, tls: &Pair) -> Result<Self, RigError> {
        std::fs::create_dir_all(folder).map_err(at(folder))?;
        let uid = output({
            let mut id = Command::new("id");
            id.arg("-u");
            id
        });
        let root = uid.await?.trim() == "0";
        let (folder, child) = (folder.to_owned(), Mutex::new(None));
        let server = Self { port, folder, programs: programs()?, root, child };
        server.own(&server.folder).await?;
        let mut initdb = server.program("initdb");
        initdb.args(["-A", "trust", "-U", "postgres", "-D"]).arg(server.data());
        output(initdb).await?;
        write(&server.data().join("pg_hba.conf"), ACCESS)?;
        for (name, text) in [("server.crt", &tls.certificate), ("server.key", &tls.key)] {
            let path = server.data().join(name);
            write(&path, text)?;
            let private = std::fs::Permissions::from_mode(0o600);
            std::fs::set_permissions(&path, private).map_err(at(&path))?;
            server.own(&path).await?;
        }
        server.start().await?;
        server
            .ask("postgres", &format!("CREATE ROLE switchboard LOGIN PASSWORD '{PASSWORD}'"))
            .await?;
        server.ask("postgres", "CREATE DATABASE switchboard OWNER switchboard").await?;
        Ok(server)
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn program(&self, name: &str) -> Command {
        let path = self.programs.join(name);
        if !self.root {
            return Command::new(path);
        }
        // It becomes the program itself, unlike runuser, which would stand between and stop with it.
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]).arg(path);
        command.current_dir("/");
        command
    }

    async fn own(&self, path: &Path) -> Result<(), RigError> {
        if !self.root {
            return Ok(());
        }
        let mut chown = Command::new("chown");
        chown.arg("postgres").arg(path);
        output(chown).await.map(drop)
    }

    /// Starts it and waits until it answers.
    pub(crate) async fn start(&self) -> Result<(), RigError> {
        let mut command = self.program("postgres");
        command.arg("-D").arg(self.data()).args(["-p", &self.port.to_string(), "-k"]);
        command.arg(&self.folder);
        for setting in [
            "listen_addresses=127.0.0.1",
            "max_connections=200",
            "ssl=on",
            "ssl_cert_file=server.crt",
            "ssl_key_file=server.key",
            "log_line_prefix=%m [%p] ",
        ] {
            command.args(["-c", setting]);
        }
        *self.child.lock().await = Some(start(command, &self.folder.with_extension("log"))?);
        let end = now() + START;
        loop {
            match self.ask("postgres", "SELECT 1").await {
                Ok(_) => return Ok(()),
                Err(error) if now() > end => return Err(error),
                Err(_) => pause(20).await,
            }
        }
    }

    /// kill -9 of the postmaster and everything it has started.
    pub(crate) async fn kill(&self) -> Result<(), RigError> {
        let file = self.data().join("postmaster.pid");
        let text = std::fs::read_to_string(&file).map_err(at(&file))?;
        let postmaster: u32 = text
            .lines()
            .next()
            .and_then(|line| line.trim().parse().ok())
            .ok_or_else(|| RigError::Other("postmaster.pid holds no number".to_owned()))?;
        // Stopped, it starts nothing more: its children now are all that there are.
        signal("STOP", &[postmaster]).await?;
        let all: Vec<u32> = [postmaster].into_iter().chain(children_of(postmaster)).collect();
        // A child that was just ending is gone already, of which `kill` complains.
        let _ = signal("KILL", &all).await;
        while all.iter().any(|pid| is_running(*pid)) {
            pause(5).await;
        }
        if let Some(mut child) = self.child.lock().await.take() {
            let _ = child.wait().await;
        }
        Ok(())
    }

    /// What a query gives, as psql writes it without ornaments.
    pub(crate) async fn ask(&self, database: &str, sql: &str) -> Result<String, RigError> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["-X", "-A", "-t", "-U", "postgres", "-d", database, "-c", sql, "-h"]);
        psql.arg(&self.folder).args(["-p", &self.port.to_string()]);
        output(psql).await
    }
}

/// The newest PostgreSQL of this machine.
fn programs() -> Result<PathBuf, RigError> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let folders = versions.map(|entry| entry.path().join("bin"));
    folders.filter(|folder| folder.join("initdb").exists()).max().ok_or_else(|| {
        RigError::Other("there is no PostgreSQL: apt-get install postgresql".to_owned())
    })
}

/// Processes by state and parent, from /proc: `pid (name) state parent …`.
fn status(pid: u32) -> Option<(String, u32)> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut rest = text.rsplit_once(')')?.1.split_whitespace();
    Some((rest.next()?.to_owned(), rest.next()?.parse().ok()?))
}

fn is_running(pid: u32) -> bool {
    status(pid).is_some_and(|(state, _)| state != "Z")
}

fn children_of(parent: u32) -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    pids.filter(|pid| status(*pid).is_some_and(|(_, its)| its == parent)).collect()
}
