//! From a verified webhook to an input in the journal. The answer goes out after the commit.
//!
//! A new call that the ledger cannot take is helped without it: see `admission`.
//!
//! Rules for answers (RELIABILITY.md): a bad credential is 401; our own inability is 500, which Event
//! Grid retries soonest; an authenticated body that cannot be used is kept in quarantine and answered 200.

mod callbacks;
mod grid;
mod refusals;
mod verify;

pub use refusals::Refusals;
pub use verify::{Credentials, Unverified, Verifier};

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    admission::Admission, clock::Clock, ledger::Ledger, reload::CurrentFlow, sealing::PathSigner,
    withheld::WithheldDigits,
};

/// Takes webhooks in.
pub struct Intake {
    /// Lets arrivals into the ledger.
    pub admission: Admission,
    /// For what is no arrival: look-ups and quarantine.
    pub ledger: Arc<dyn Ledger>,
    /// Time.
    pub clock: Clock,
    /// Believes or refuses mid-call callbacks.
    pub callbacks: Verifier,
    /// Believes or refuses Event Grid.
    pub event_grid: Verifier,
    /// Signs and checks callback paths.
    pub signer: Arc<PathSigner>,
    /// The immutable id of the ACS resource.
    pub resource_id: String,
    /// The flow of new calls.
    pub flow: CurrentFlow,
    /// The deployment's constants, read in expressions as `config.*`.
    pub config: BTreeMap<String, serde_json::Value>,
    /// The ARM id of our resource: deliveries of other topics are put into quarantine. None takes all.
    pub topic: Option<String>,
    /// Where sensitive digits go, in place of the ledger.
    pub withheld: WithheldDigits,
    /// Refused deliveries, for the log.
    pub refusals: Refusals,
    /// Origins that may subscribe with the CloudEvents handshake.
    pub allowed_origins: Vec<String>,
}

/// What the sender is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// 200, nothing to say.
    Taken,
    /// 200 with a JSON body.
    Json(String),
    /// 401: not to be believed.
    Refused,
    /// 415: not a body of this kind.
    WrongType,
    /// 500: we could not; try again soon.
    Unable,
}
