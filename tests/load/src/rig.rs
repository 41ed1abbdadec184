//! What all measurements share.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use tempfile::TempDir;
use tokio_util::task::TaskTracker;

use crate::{
    azure::{Azure, Caller},
    database,
    service::{Deployment, Service, Store},
    table::Report,
    time::{now, until},
    trouble::{Doing as _, Trouble},
    wire::{Authority, Job, Pool},
};

/// Calls are made with so many requests at once.
const RINGING_AT_ONCE: usize = 48;
/// Making all calls takes no longer.
const PATIENCE: Duration = Duration::from_mins(5);

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scale {
    /// For how long a rate is kept up.
    pub(crate) span: Duration,
    /// For how long it is overdone.
    pub(crate) overload: Duration,
    /// Live calls while latencies are measured.
    pub(crate) live: usize,
    /// Live calls when memory is measured.
    pub(crate) most: usize,
}

impl Scale {
    /// What the documentation tells.
    pub(crate) const FULL: Self = Self {
        span: Duration::from_secs(15),
        overload: Duration::from_mins(1),
        live: 5_000,
        most: 20_000,
    };
    /// Enough to see whether something broke.
    pub(crate) const SHORT: Self = Self {
        span: Duration::from_secs(4),
        overload: Duration::from_secs(10),
        live: 1_000,
        most: 4_000,
    };
}

/// What all measurements share.
pub(crate) struct Rig {
    /// How much is measured.
    pub(crate) scale: Scale,
    /// What was measured.
    pub(crate) report: Report,
    /// The stand-in for Azure.
    pub(crate) azure: Azure,
    /// What runs in the background.
    pub(crate) tracker: TaskTracker,
    /// Where the binaries are.
    pub(crate) programs: PathBuf,
    /// A PostgreSQL that may be used.
    pub(crate) postgres: Option<String>,
    authority: Authority,
    azure_at: SocketAddr,
    folder: TempDir,
    deployments: u32,
}

impl Rig {
    /// Starts what is there for all.
    pub(crate) async fn start(
        scale: Scale,
        programs: PathBuf,
        postgres: Option<String>,
    ) -> Result<Self, Trouble> {
        let (authority, tracker) = (Authority::new()?, TaskTracker::new());
        let (azure, azure_at) = Azure::start(&authority, &tracker).await?;
        let folder = tempfile::tempdir().doing("make a folder")?;
        let report = Report::default();
        Ok(Self {
            scale,
            report,
            azure,
            tracker,
            programs,
            postgres,
            authority,
            azure_at,
            folder,
            deployments: 0,
        })
    }

    /// A folder for a new deployment or anything else.
    pub(crate) fn new_folder(&mut self) -> PathBuf {
        self.deployments += 1;
        self.folder.path().join(self.deployments.to_string())
    }

    /// A deployment with nothing in it yet.
    pub(crate) fn deployment(&mut self, store: Store) -> Result<Deployment, Trouble> {
        let folder: PathBuf = self.new_folder();
        let (programs, ca): (&Path, &str) = (&self.programs, &self.authority.pem);
        Deployment::new(&folder, programs, store, self.azure_at, ca)
    }

    /// A schema of its own in the database, if there is one.
    pub(crate) async fn schema(&mut self) -> Result<Option<Store>, Trouble> {
        let Some(url) = &self.postgres else { return Ok(None) };
        self.deployments += 1;
        let name = format!("load_{}_{}", std::process::id(), self.deployments);
        database::make_schema(url, &name, &self.tracker).await?;
        let sign = if url.contains('?') { '&' } else { '?' };
        Ok(Some(Store::Postgres(format!("{url}{sign}options=-c%20search_path%3D{name}"))))
    }

    /// Connections to these services, through which calls send their events too.
    pub(crate) fn connect(&self, services: &[Service], many: usize) -> Result<Pool, Trouble> {
        let targets: Vec<SocketAddr> = services.iter().map(|service| service.address).collect();
        let pool = Pool::open(&targets, many, &self.tracker);
        self.azure.send_through(Some(pool.clone()))?;
        Ok(pool)
    }

    /// Lets callers ring until at least so many stay; returns when each has heard the menu and nothing is under way.
    /// On a busy machine the service may send some elsewhere: others ring in their place.
    pub(crate) async fn fill(&self, pool: &Pool, calls: usize) -> Result<Duration, Trouble> {
        let before = self.azure.live_count();
        let wanted = before + calls;
        let azure = self.azure.clone();
        let ring = move || {
            let more = azure.live_count() < wanted;
            more.then(|| Job { endless: true, ..azure.ring(Caller::Stays, now()) })
        };
        let began = now();
        self.azure.seen();
        pool.begin_noting();
        pool.saturate(RINGING_AT_ONCE, ring);
        until("calls to be live", PATIENCE, || self.azure.live_count() >= wanted).await?;
        until("callers to hear the menu", PATIENCE, || {
            let listening = self.azure.look(|seen| seen.listened);
            pool.under_way() == 0 && before + listening >= self.azure.live_count()
        })
        .await?;
        let took = began.elapsed();
        let samples = pool.noted();
        let refused = samples.iter().filter(|sample| sample.status != 200).count();
        if refused * 100 > samples.len() {
            return Err(Trouble::Process(format!("{refused} events were not acknowledged")));
        }
        Ok(took)
    }

    /// Ends what a measurement has started.
    pub(crate) async fn clear(&self, pool: &Pool, services: Vec<Service>) -> Result<(), Trouble> {
        self.azure.send_through(None)?;
        pool.close();
        for service in services {
            service.stop().await?;
        }
        self.azure.forget();
        Ok(())
    }
}
