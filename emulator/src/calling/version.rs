//! The api-version of a request.

use super::HttpRequest;
use crate::wire::Refusal;

/// Stable api-versions (contract section 1).
const VERSIONS: [&str; 7] = [
    "2023-03-06",
    "2023-10-15",
    "2024-04-15",
    "2024-09-15",
    "2025-05-15",
    "2025-06-15",
    "2026-03-12",
];

/// The version that a request names.
pub(super) fn api_version(request: &HttpRequest) -> Result<String, Refusal> {
    let query = url::form_urlencoded::parse(request.query().as_bytes());
    let mut versions = query.filter(|(name, _)| name == "api-version");
    let Some((_, version)) = versions.next() else {
        return Err(Refusal::member("api-version", "is required in the query"));
    };
    if !VERSIONS.contains(&version.as_ref()) {
        let problem = format!("must be one of {}", VERSIONS.join(", "));
        return Err(Refusal::member("api-version", &problem));
    }
    Ok(version.into_owned())
}
