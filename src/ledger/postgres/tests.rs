//! The conformance suite on a real PostgreSQL, and what only PostgreSQL has: several replicas.
//!
//! They run where `SWITCHBOARD_TEST_POSTGRES` is the address of a database in which they may make schemas;
//! elsewhere they say that they were left out. `tests/run postgres` starts one.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use engine::call::CallId;
use tokio::runtime::Handle;
use tokio_postgres::{Client, NoTls};

use super::{Password, PostgresLedger, PostgresOptions};
use crate::{
    ledger::{
        Decider, Ledger,
        conformance::{self, Bench},
    },
    sealing::KeyRing,
};

mod plans;
mod races;
mod replicas;
mod unlike;

/// Where the tests may work.
fn address() -> Option<String> {
    std::env::var_os("SWITCHBOARD_TEST_POSTGRES").and_then(|url| url.into_string().ok())
}

/// A schema of its own for each test.
pub(super) struct PostgresBench {
    url: String,
    schema: String,
    keys: Arc<KeyRing>,
}

fn wait<T>(work: impl Future<Output = T>) -> T {
    tokio::task::block_in_place(|| Handle::current().block_on(work))
}

impl PostgresBench {
    async fn client(&self) -> Client {
        let (client, connection) = tokio_postgres::connect(&self.url, NoTls).await.unwrap();
        tokio_util::task::TaskTracker::new().spawn(connection);
        let sql = format!("SET search_path = {}", self.schema);
        client.batch_execute(&sql).await.unwrap();
        client
    }

    fn options(&self) -> PostgresOptions {
        let sign = if self.url.contains('?') { '&' } else { '?' };
        let url = format!(
            "{0}{sign}application_name={1}&options=-c%20search_path%3D{1}",
            self.url, self.schema
        );
        let mut options = PostgresOptions::new(&url, Password::None, None).unwrap();
        (options.pool, options.batch, options.at_once) = (8, 8, 3);
        // Tests look at once.
        options.look = Some(0);
        options
    }

    async fn replica(&self, decider: Arc<dyn Decider>) -> PostgresLedger {
        PostgresLedger::open(self.options(), self.keys.clone(), decider).await.unwrap()
    }
}

impl Bench for PostgresBench {
    fn is_there() -> bool {
        address().is_some()
    }

    fn new() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let number = COUNT.fetch_add(1, Ordering::SeqCst);
        let schema = format!("test_{}_{number}", std::process::id());
        let keys = Arc::new(KeyRing::ephemeral().unwrap());
        let bench = Self { url: address().unwrap(), schema, keys };
        wait(async {
            let client = bench.client().await;
            let sql = format!("DROP SCHEMA IF EXISTS {0} CASCADE; CREATE SCHEMA {0}", bench.schema);
            client.batch_execute(&sql).await.unwrap();
        });
        bench
    }

    /// The one before has been dead for so long that others have noticed.
    fn open(&self, decider: Arc<dyn Decider>) -> Arc<dyn Ledger> {
        wait(async {
            let sql = "DO $$ BEGIN IF to_regclass('replica') IS NOT NULL THEN
                DELETE FROM replica; END IF; END $$";
            self.client().await.batch_execute(sql).await.unwrap();
            Arc::new(self.replica(decider).await)
        })
    }

    fn scramble(&self, call: &CallId) {
        wait(async {
            let sql = "UPDATE call SET wrapped_key = set_byte(wrapped_key, length(wrapped_key) - 1,
                    get_byte(wrapped_key, length(wrapped_key) - 1) # 1)
                WHERE id = $1";
            let client = self.client().await;
            assert_eq!(client.execute(sql, &[&call.as_str()]).await.unwrap(), 1);
        });
    }
}

conformance::suite!(PostgresBench);
