//! Connections: where to, how they are protected, and with what password.

use std::{
    fmt,
    net::IpAddr,
    path::{Path, PathBuf},
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use azure_core::credentials::TokenCredential;
use deadpool_postgres::{Connect, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use engine::Millis;
use rustls::{
    ClientConfig,
    pki_types::{CertificateDer, pem::PemObject},
};
use rustls_platform_verifier::Verifier;
use tokio::task::JoinHandle;
use tokio_postgres::{
    Client, Config, Error, NoTls,
    config::{Host, SslMode, TargetSessionAttrs},
};
use tokio_postgres_rustls::MakeRustlsConnect;
use tokio_util::task::TaskTracker;
use webhooks::Secret;

use crate::ledger::port::LedgerError;

/// For whom Entra's tokens are when they serve as passwords of Azure Database for PostgreSQL.
const SCOPE: &str = "https://ossrdbms-aad.database.windows.net/.default";

/// To wait for a connection that others use (RELIABILITY.md F26).
const POOL_PATIENCE: Duration = Duration::from_millis(300);
/// To make one, TLS included.
const CONNECT: Duration = Duration::from_secs(3);
/// Bytes sent but not acknowledged for so long: the other side is gone.
const UNACKNOWLEDGED: Duration = Duration::from_secs(5);
/// A silent connection is probed after this.
const KEEPALIVE: Duration = Duration::from_secs(10);

/// What every session sets: commits are durable, no statement runs on, a lock that is held for longer
/// parks the input, and a replica that stands still in a transaction does not keep others from its calls.
const SESSION: &str = "-c synchronous_commit=on -c statement_timeout=5s -c lock_timeout=300ms \
    -c idle_in_transaction_session_timeout=2s -c default_transaction_isolation=read\\ committed";

/// How to reach the database, and how much of it to use.
pub struct PostgresOptions {
    config: Config,
    tls: Option<ClientConfig>,
    password: Password,
    /// Most connections, at least 4; one more is for the heartbeat.
    pub pool: usize,
    /// Most arrivals in one transaction.
    pub batch: usize,
    /// Transactions of arrivals that are under way at once.
    pub at_once: usize,
    /// How often commands of the dead are looked for at most, ms; the default is for a running service.
    pub look: Option<Millis>,
}

/// How a connection proves who it is.
#[derive(Clone)]
pub enum Password {
    /// By nothing that this program knows: a Unix socket, or `trust`.
    None,
    /// By a password.
    Text(Secret),
    /// By a token of Entra, asked for at each new connection.
    Entra(Arc<dyn TokenCredential>),
}

/// The address or the roots cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// It is no address of PostgreSQL.
    #[error("ledger.url is not an address like postgres://switchboard@db.example.com/switchboard")]
    Url(#[source] Error),
    /// A secret does not belong there.
    #[error("ledger.url holds a password: write it to ledger.password")]
    PasswordInUrl,
    /// The database is elsewhere and the address turns TLS off.
    #[error("ledger.url turns TLS off, which is only possible on this machine: leave sslmode out")]
    Plain,
    /// The file of roots cannot be read.
    #[error("tls.extra_root {path} cannot be read as PEM: check the path and its content")]
    Root {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: rustls::pki_types::pem::Error,
    },
    /// The system's roots cannot be used.
    #[error("TLS cannot be set up: check the system's certificates")]
    Tls(#[source] rustls::Error),
}

impl PostgresOptions {
    /// A database at `url`. Beyond this machine TLS is used always, and the server's certificate and name
    /// are checked against the system's roots and those in `extra_root`.
    ///
    /// # Errors
    /// [`ConnectError`].
    pub fn new(
        url: &str,
        password: Password,
        extra_root: Option<&Path>,
    ) -> Result<Self, ConnectError> {
        let mut config: Config = url.parse().map_err(ConnectError::Url)?;
        if config.get_password().is_some() {
            return Err(ConnectError::PasswordInUrl);
        }
        let here = config.get_hosts().iter().all(is_here);
        let told = url.contains("sslmode=");
        let tls = match (config.get_ssl_mode(), here) {
            (SslMode::Disable, false) => return Err(ConnectError::Plain),
            (SslMode::Require, _) => true,
            (_, here) => !here || (told && config.get_ssl_mode() != SslMode::Disable),
        };
        config.ssl_mode(if tls { SslMode::Require } else { SslMode::Disable });
        let options = config
            .get_options()
            .map_or_else(|| SESSION.to_owned(), |given| format!("{SESSION} {given}"));
        config
            .options(options)
            .connect_timeout(CONNECT)
            .tcp_user_timeout(UNACKNOWLEDGED)
            .keepalives_idle(KEEPALIVE)
            .keepalives_interval(Duration::from_secs(2))
            .keepalives_retries(2)
            .target_session_attrs(TargetSessionAttrs::ReadWrite);
        if config.get_application_name().is_none() {
            config.application_name("switchboard");
        }
        let tls = if tls { Some(tls_config(extra_root)?) } else { None };
        Ok(Self { config, tls, password, pool: 16, batch: 128, at_once: 4, look: None })
    }
}

impl fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresOptions")
            .field("hosts", &self.config.get_hosts())
            .field("database", &self.config.get_dbname())
            .field("tls", &self.tls.is_some())
            .finish_non_exhaustive()
    }
}

/// Whether bytes to it never leave the machine.
fn is_here(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

fn tls_config(extra_root: Option<&Path>) -> Result<ClientConfig, ConnectError> {
    let roots = match extra_root {
        Some(path) => roots(path)?,
        None => Vec::new(),
    };
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier =
        Verifier::new_with_extra_roots(roots, provider.clone()).map_err(ConnectError::Tls)?;
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(ConnectError::Tls)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

fn roots(path: &Path) -> Result<Vec<CertificateDer<'static>>, ConnectError> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect);
    read.map_err(|source| ConnectError::Root { path: path.to_owned(), source })
}

/// The connections, and one more for the heartbeat, which must not wait for others; none is made yet.
pub(super) fn pools(options: PostgresOptions) -> Result<(Pool, Pool), LedgerError> {
    let PostgresOptions { config, tls, password, pool, .. } = options;
    let tls = tls.map(MakeRustlsConnect::new);
    let door = Door { tls: tls.clone(), password: password.clone(), tracker: TaskTracker::new() };
    let heart = self::pool(config.clone(), door, 1)?;
    let door = Door { tls, password, tracker: TaskTracker::new() };
    Ok((self::pool(config, door, pool.max(4))?, heart))
}

fn pool(config: Config, door: Door, size: usize) -> Result<Pool, LedgerError> {
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    Pool::builder(Manager::from_connect(config, door, recycling))
        .max_size(size)
        .wait_timeout(Some(POOL_PATIENCE))
        .create_timeout(Some(CONNECT))
        .recycle_timeout(Some(POOL_PATIENCE))
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(|source| LedgerError::Database {
            doing: "prepare its connections",
            source: Box::new(source),
        })
}

/// Makes connections.
struct Door {
    tls: Option<MakeRustlsConnect>,
    password: Password,
    tracker: TaskTracker,
}

type Connecting<'a> =
    Pin<Box<dyn Future<Output = Result<(Client, JoinHandle<()>), Error>> + Send + 'a>>;

impl Connect for Door {
    fn connect(&self, config: &Config) -> Connecting<'_> {
        let mut config = config.clone();
        Box::pin(async move {
            if let Some(password) = self.password().await {
                config.password(password.expose());
            }
            if let Some(tls) = &self.tls {
                let (client, connection) = config.connect(tls.clone()).await?;
                return Ok((client, self.tracker.spawn(see_through(connection))));
            }
            let (client, connection) = config.connect(NoTls).await?;
            Ok((client, self.tracker.spawn(see_through(connection))))
        })
    }
}

impl Door {
    /// None if there is none, or none can be had: then the server says that it wants one.
    async fn password(&self) -> Option<Secret> {
        match &self.password {
            Password::None => None,
            Password::Text(password) => Some(password.clone()),
            Password::Entra(credential) => match credential.get_token(&[SCOPE], None).await {
                Ok(token) => Some(Secret::new(token.token.secret())),
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::error!(name: "ledger.token", error, "no token for the database");
                    None
                }
            },
        }
    }
}

async fn see_through(connection: impl Future<Output = Result<(), Error>>) {
    if let Err(error) = connection.await {
        let error = &error as &dyn std::error::Error;
        tracing::warn!(name: "ledger.connection", error, "a connection to the database ended");
    }
}

impl From<ConnectError> for LedgerError {
    fn from(error: ConnectError) -> Self {
        Self::Database { doing: "be reached", source: Box::new(error) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(url: &str) -> Result<PostgresOptions, ConnectError> {
        PostgresOptions::new(url, Password::Text(Secret::new("canary")), None)
    }

    #[test]
    fn beyond_this_machine_there_is_always_tls() {
        for url in ["postgres://db.example.com/x", "postgres://a,localhost/x?sslmode=prefer"] {
            let options = options(url).unwrap();
            assert!(options.tls.is_some(), "{url}");
            assert_eq!(options.config.get_ssl_mode(), SslMode::Require);
        }
        let off = options("postgres://db.example.com/x?sslmode=disable");
        assert!(matches!(off, Err(ConnectError::Plain)));
        for url in ["postgres://127.0.0.1/x", "postgres:///x?host=/tmp"] {
            assert!(options(url).unwrap().tls.is_none(), "{url}");
        }
        assert!(options("postgres://localhost/x?sslmode=require").unwrap().tls.is_some());
    }

    #[test]
    fn a_password_has_no_place_in_the_address_and_is_never_shown() {
        let refused = options("postgres://switchboard:canary@localhost/x");
        assert!(matches!(refused, Err(ConnectError::PasswordInUrl)));
        let shown = format!("{:?}", options("postgres://switchboard@localhost/x").unwrap());
        assert!(!shown.contains("canary"), "{shown}");
        assert!(matches!(options("db.example.com"), Err(ConnectError::Url(_))));
    }
}
