//! Libraries that would tell addresses of requests.

use tracing::{Level, Metadata};

/// Crates whose debug and info lines hold addresses, headers or bytes of requests.
const TALKATIVE: &[&str] = &[
    "actix_server",
    "actix_web",
    "azure_core",
    "h2",
    "hyper",
    "hyper_util",
    "reqwest",
    "rustls",
    "typespec_client_core",
];

/// Logs a line for each malformed request, at error: anybody could fill a disk with them.
const MUTE: &str = "actix_http";

/// Whether a line may appear: talkative crates only from `warn` up.
pub(super) fn may_be_told(metadata: &Metadata<'_>) -> bool {
    let of = metadata.target().split("::").next().unwrap_or_default();
    of != MUTE && (*metadata.level() <= Level::WARN || !TALKATIVE.contains(&of))
}
