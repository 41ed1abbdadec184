//! Opens the ledger that the settings name: the embedded one, or the one that replicas share.

use std::sync::Arc;

use reqwest::Client;

use crate::{
    identity::{self, IdentityError},
    ledger::{
        Decider, Ledger, LedgerError, OpenOptions, PostgresLedger, PostgresOptions, SqliteLedger,
        postgres::Password,
    },
    sealing::KeyRing,
    settings::{Settings, SharedLedger, SharedLedgerCredential},
};

/// The ledger cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// It cannot be used.
    #[error("the ledger cannot be used")]
    Ledger(#[from] LedgerError),
    /// Its token cannot be had.
    #[error("the identity settings cannot be used")]
    Identity(#[from] IdentityError),
}

/// Opens it for reading and writing.
///
/// # Errors
/// [`StorageError`].
pub async fn open(
    settings: &Settings,
    client: &Client,
    keys: Arc<KeyRing>,
    decider: Arc<dyn Decider>,
) -> Result<Arc<dyn Ledger>, StorageError> {
    if let Some(shared) = &settings.ledger.shared {
        let options = options(settings, shared, client)?;
        return Ok(Arc::new(PostgresLedger::open(options, keys, decider).await?));
    }
    let path = &settings.ledger.path;
    Ok(Arc::new(SqliteLedger::open(path, keys, decider, OpenOptions::default())?))
}

/// Opens it for reading beside a running `serve`.
///
/// # Errors
/// [`StorageError`].
pub async fn open_read_only(
    settings: &Settings,
    keys: Arc<KeyRing>,
) -> Result<Arc<dyn Ledger>, StorageError> {
    if let Some(shared) = &settings.ledger.shared {
        let client = identity::http_client(settings)?;
        let options = options(settings, shared, &client)?;
        return Ok(Arc::new(PostgresLedger::open_read_only(options, keys).await?));
    }
    Ok(Arc::new(SqliteLedger::open_read_only(&settings.ledger.path, keys)?))
}

fn options(
    settings: &Settings,
    shared: &SharedLedger,
    client: &Client,
) -> Result<PostgresOptions, StorageError> {
    let password = match &shared.credential {
        SharedLedgerCredential::None => Password::None,
        SharedLedgerCredential::Password(password) => Password::Text(password.clone()),
        SharedLedgerCredential::Entra => {
            Password::Entra(identity::token_credential(settings, client)?)
        }
    };
    let root = settings.tls.extra_root.as_deref();
    let mut options =
        PostgresOptions::new(&shared.url, password, root).map_err(LedgerError::from)?;
    options.pool = shared.connections;
    Ok(options)
}
