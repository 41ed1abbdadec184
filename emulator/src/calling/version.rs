//! The api-version of a request, and what the older ones do not have.

use super::HttpRequest;
use crate::wire::{InputType, Operation, Play, PlaySource, Recognize, Refusal};
use crate::world::AcsRequest;

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
const NEWEST: &str = VERSIONS[VERSIONS.len() - 1];
/// Text to speech, speech and choices came with it (change log of SDK 1.1).
const SPEECH: &str = "2023-10-15";
/// Several sources in one play came with it (contract section 1).
const SEVERAL_SOURCES: &str = "2024-09-15";

/// The version that a request names. Leniently a missing one is the newest, and a preview is the
/// stable version that followed it; the second value then tells.
pub(super) fn api_version(
    request: &HttpRequest,
    lenient: bool,
) -> Result<(&'static str, Option<String>), Refusal> {
    let query = url::form_urlencoded::parse(request.query().as_bytes());
    let mut versions = query.filter(|(name, _)| name == "api-version");
    let named = versions.next().map(|(_, version)| version.into_owned());
    let known = |named: &String| VERSIONS.into_iter().find(|one| one == named);
    let problem = match &named {
        Some(version) if known(version).is_some() => {
            return Ok((known(version).unwrap_or(NEWEST), None));
        }
        Some(_) => format!("must be one of {}", VERSIONS.join(", ")),
        None => "is required in the query".to_owned(),
    };
    if !lenient {
        return Err(Refusal::member("api-version", &problem));
    }
    let date = named.as_deref().and_then(|text| text.get(..10)).unwrap_or(NEWEST);
    let next = VERSIONS.into_iter().find(|one| *one >= date).unwrap_or(NEWEST);
    Ok((next, Some(format!("api-version {problem}"))))
}

/// An operation that the version does not have is a path that does not exist.
pub(super) fn check_operation(operation: Operation, version: &str) -> Result<(), Refusal> {
    if version >= operation.since() {
        return Ok(());
    }
    let since = operation.since();
    let text = format!("The operation does not exist before api-version {since}.");
    Err(Refusal::new(404, 8522, text))
}

/// Refuses what the request has and its version has not.
pub(super) fn check_request(request: &AcsRequest, version: &str) -> Result<(), Refusal> {
    if let AcsRequest::Play { request, .. } = request {
        return check_play(request, version);
    }
    if let AcsRequest::Recognize { request, .. } = request {
        return check_recognize(request, version);
    }
    Ok(())
}

fn check_play(play: &Play, version: &str) -> Result<(), Refusal> {
    if play.sources.len() > 1 && version < SEVERAL_SOURCES {
        return Err(too_new("playSources", "with several sources", SEVERAL_SOURCES));
    }
    check_spoken("playSources", &play.sources, version)
}

fn check_recognize(recognize: &Recognize, version: &str) -> Result<(), Refusal> {
    if recognize.input != InputType::Dtmf && version < SPEECH {
        return Err(too_new("recognizeInputType", "other than dtmf", SPEECH));
    }
    check_spoken("playPrompt", &recognize.prompts, version)
}

fn check_spoken(member: &str, sources: &[PlaySource], version: &str) -> Result<(), Refusal> {
    if version < SPEECH && sources.iter().any(PlaySource::is_spoken) {
        return Err(too_new(member, "with text", SPEECH));
    }
    Ok(())
}

fn too_new(member: &str, what: &str, since: &str) -> Refusal {
    Refusal::member(member, &format!("{what} does not exist before api-version {since}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> HttpRequest {
        let target = format!("/calling/callConnections:answer{query}");
        HttpRequest { method: "POST".to_owned(), target, ..HttpRequest::default() }
    }

    #[test]
    fn stable_versions_are_accepted_and_others_only_leniently() {
        for version in VERSIONS {
            let request = asked(&format!("?api-version={version}"));
            assert_eq!(api_version(&request, false), Ok((version, None)));
        }
        let cases = [
            ("", NEWEST),
            ("?api-version=2024-01-22-preview", "2024-04-15"),
            ("?api-version=2031-01-01", NEWEST),
            ("?api-version=x", NEWEST),
        ];
        for (query, taken) in cases {
            let refusal = api_version(&asked(query), false).expect_err("strict");
            assert_eq!(refusal.target.as_deref(), Some("api-version"));
            let (version, forgiven) = api_version(&asked(query), true).expect("lenient");
            assert_eq!(version, taken, "{query}");
            assert!(forgiven.is_some_and(|text| text.starts_with("api-version ")));
        }
    }

    #[test]
    fn an_operation_begins_with_its_version() {
        let cases = [
            (Operation::Answer, "2023-03-06", true),
            (Operation::SendTones, "2023-03-06", false),
            (Operation::SendTones, "2023-10-15", true),
            (Operation::Hold, "2024-04-15", false),
            (Operation::Connect, "2024-09-15", true),
            (Operation::StartStreaming, "2024-09-15", false),
            (Operation::MoveHere, "2025-06-15", false),
            (Operation::MoveHere, "2026-03-12", true),
        ];
        for (operation, version, exists) in cases {
            let checked = check_operation(operation, version);
            assert_eq!(checked.is_ok(), exists, "{} {version}", operation.name());
        }
    }
}
