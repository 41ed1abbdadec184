//! The people's side of the world: place a call, press a key, accept in a Teams client, change a
//! presence, order a fault. The same verbs in the process ([`Control`]) and over HTTP
//! ([`control_routes`]).

mod clock;
mod condition;
mod directory;
mod filter;
mod handle;
mod openapi;
mod records;
mod routes;
mod stream;
mod subscription;
mod visitor;

pub use clock::ClockView;
pub(crate) use condition::find_user;
pub use condition::{BadCondition, Condition};
pub use filter::{AdvancedFilter, EventFilter, Operator};
pub(crate) use handle::call_of;
pub use handle::{Change, Control, ControlError, Headers};
pub use openapi::openapi;
pub use records::LogFilter;
pub use routes::control_routes;
pub use subscription::{
    Batch, DeadLetter, EntraTarget, EnvelopeSchema, Handshake, ProvisioningState, RetryPolicy,
    Subscription, SubscriptionView, TokenVersion,
};

pub use crate::directory::{
    AppRegistration, DirectoryEntry, Duplicates, FederatedCredential, GraphSettings, Group, Listed,
    WrongCount,
};
pub use crate::shared::{
    Alteration, DeliveryEntry, FaultAction, FaultRule, FaultView, Moment, RequestEntry, WrongClaim,
};
