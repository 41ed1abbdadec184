//! Presence: one, many, set and clear (contract 1.1 to 1.4).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::METADATA;
use super::ask::{Ask, Caller, Denied, Reply, denied, wrong_method};
use crate::clock::Millis;
use crate::directory::{
    DirectoryEntry, Duplicates, GraphSettings, Listed, PresenceState, WrongCount,
};
use crate::shared::{Shared, State};
use crate::world::World;

/// The most ids in one request.
const MOST_IDS: usize = 650;
const READ: [&str; 2] = ["Presence.Read.All", "Presence.ReadWrite.All"];
const READ_OWN: [&str; 2] = ["Presence.Read", "Presence.ReadWrite"];
const MINUTE: Millis = 60_000;
const DAY: Millis = 24 * 60 * MINUTE;

/// The pairs of `setPresence`.
const SESSION_PAIRS: [(&str, &str); 5] = [
    ("Available", "Available"),
    ("Busy", "InACall"),
    ("Busy", "InAConferenceCall"),
    ("Away", "Away"),
    ("DoNotDisturb", "Presenting"),
];
/// The pairs of `setUserPreferredPresence`.
const PREFERRED_PAIRS: [(&str, &str); 6] = [
    ("Available", "Available"),
    ("Busy", "Busy"),
    ("DoNotDisturb", "DoNotDisturb"),
    ("BeRightBack", "BeRightBack"),
    ("Away", "Away"),
    ("Offline", "OffWork"),
];

fn bad(message: impl Into<String>) -> Denied {
    denied(400, "BadRequest", message)
}

fn may_read(caller: &Caller, oid: Option<&str>) -> Result<(), Denied> {
    let own = caller.user.as_deref().is_some_and(|user| Some(user) == oid);
    if caller.may(&READ) || (own && caller.may(&READ_OWN)) {
        return Ok(());
    }
    Err(denied(403, "Forbidden", "The application needs Presence.Read.All."))
}

fn may_write(caller: &Caller, oid: &str) -> Result<(), Denied> {
    let own = caller.user.as_deref() == Some(oid) && caller.may(&["Presence.ReadWrite"]);
    if own || (caller.user.is_none() && caller.may(&["Presence.ReadWrite.All"])) {
        return Ok(());
    }
    Err(denied(403, "Forbidden", "The application needs Presence.ReadWrite.All."))
}

/// `POST /communications/getPresencesByUserId`.
pub(super) fn many(shared: &Shared, caller: &Caller, ask: &Ask) -> Result<Reply, Denied> {
    if ask.method != "POST" {
        return Err(wrong_method());
    }
    may_read(caller, None)?;
    let ids = ids(ask).ok_or_else(|| bad("The body must be {\"ids\": [\"…\"]}."))?;
    let mut state = shared.lock();
    let settings = state.directory.graph.clone();
    let ids = counted(ids, &settings)?;
    let now = shared.clock.now();
    let mut value = Vec::new();
    for id in &ids {
        value.extend(listed(&mut state, &settings, id, now)?);
    }
    let context = format!("{METADATA}#Collection(microsoft.graph.presence)");
    Ok(Reply::json(json!({"@odata.context": context, "value": value})))
}

fn ids(ask: &Ask) -> Option<Vec<String>> {
    let ids = ask.body.as_ref()?.get("ids")?.as_array()?;
    ids.iter().map(|id| id.as_str().map(str::to_owned)).collect()
}

/// The ids that are looked up, by the switches.
fn counted(mut ids: Vec<String>, settings: &GraphSettings) -> Result<Vec<String>, Denied> {
    if ids.is_empty() || ids.len() > MOST_IDS {
        match settings.wrong_count {
            WrongCount::Refused => return Err(bad("ids must have from 1 to 650 entries.")),
            WrongCount::Served => ids.truncate(MOST_IDS),
        }
    }
    let mut seen = BTreeSet::new();
    let asked = ids.len();
    let mut first = |id: &String| seen.insert(id.to_lowercase());
    match settings.duplicate_ids {
        Duplicates::Each => {}
        Duplicates::Once => ids.retain(&mut first),
        Duplicates::Refused => {
            ids.retain(&mut first);
            if ids.len() < asked {
                return Err(bad("ids must be different."));
            }
        }
    }
    Ok(ids)
}

fn listed(
    state: &mut State,
    settings: &GraphSettings,
    id: &str,
    now: Millis,
) -> Result<Option<Value>, Denied> {
    let known = presence(state, settings, id, now);
    let entry = state.directory.entry(id);
    let has_teams = entry.is_none_or(DirectoryEntry::has_teams);
    let how = match (&known, entry) {
        (None, _) => settings.unknown_ids,
        (Some(_), Some(entry)) if entry.guest => settings.guests,
        (Some(_), _) if !has_teams => settings.unlicensed,
        (Some(_), _) => Listed::Presence,
    };
    let unknown = || {
        written(
            settings,
            id,
            &PresenceState::new("PresenceUnknown", "PresenceUnknown"),
            Value::Null,
            0,
        )
    };
    match how {
        Listed::Omitted => Ok(None),
        Listed::Presence => Ok(Some(known.unwrap_or_else(unknown))),
        Listed::Unknown => Ok(Some(unknown())),
        Listed::NotFound => Err(denied(404, "NotFound", "A user was not found.")),
    }
}

/// What Graph shows of somebody, with what was set through Graph.
fn presence(state: &mut State, settings: &GraphSettings, id: &str, now: Millis) -> Option<Value> {
    let found = state.world.presences(&[id.to_owned()]);
    let (oid, client, sequence) = found.into_iter().next()?;
    let mut shown = PresenceState::new(&client.availability, &client.activity);
    let (mut message, mut changes) = (Value::Null, 0);
    if let Some(sessions) = state.directory.sessions.get_mut(&oid) {
        shown = sessions.shown(shown, now);
        message = sessions.status_message.clone();
        changes = sessions.changes();
    }
    Some(written(settings, &oid, &shown, message, version(&sequence) + changes))
}

fn written(
    settings: &GraphSettings,
    oid: &str,
    shown: &PresenceState,
    message: Value,
    version: u64,
) -> Value {
    let forced = settings.availability.as_ref();
    let word = |word: &str| {
        let word = forced.map_or(word, String::as_str);
        if settings.camel_case { camel(word) } else { word.to_owned() }
    };
    let mut body = json!({
        "id": oid,
        "availability": word(&shown.availability),
        "activity": word(&shown.activity),
    });
    if !settings.abridged {
        let is_out = shown.activity == "OutOfOffice";
        body["statusMessage"] = message;
        body["sequenceNumber"] = json!(format!("A{version:019}"));
        body["outOfOfficeSettings"] = json!({"message": null, "isOutOfOffice": is_out});
        body["workLocation"] = Value::Null;
    }
    body
}

fn camel(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// `GET /users/{oid}/presence` and its two other addresses. Only object ids are taken.
pub(super) fn one(shared: &Shared, caller: &Caller, ask: &Ask, oid: &str) -> Result<Reply, Denied> {
    if ask.method != "GET" {
        return Err(wrong_method());
    }
    may_read(caller, Some(&oid.to_lowercase()))?;
    let now = shared.clock.now();
    let mut state = shared.lock();
    let settings = state.directory.graph.clone();
    let found = presence(&mut state, &settings, oid, now);
    let mut body = found.ok_or_else(|| denied(404, "NotFound", "The user was not found."))?;
    let context = format!("{METADATA}#users('{oid}')/presence/$entity");
    body["@odata.context"] = json!(context);
    Ok(Reply::json(body))
}

/// `POST /users/{oid}/presence/{verb}`.
pub(super) fn change(
    shared: &Shared,
    caller: &Caller,
    ask: &Ask,
    oid: &str,
    verb: &str,
) -> Result<Reply, Denied> {
    if ask.method != "POST" {
        return Err(wrong_method());
    }
    let oid = oid.to_lowercase();
    may_write(caller, &oid)?;
    let body = ask.body.clone().unwrap_or_default();
    let now = shared.clock.now();
    let mut state = shared.lock();
    if state.world.presences(std::slice::from_ref(&oid)).is_empty() {
        return Err(denied(404, "NotFound", "The user was not found."));
    }
    let sessions = state.directory.sessions.entry(oid).or_default();
    match verb {
        "setPresence" => {
            let pair = pair(&body, &SESSION_PAIRS)?;
            let lasts = lasts(&body, 5 * MINUTE, 5 * MINUTE..=240 * MINUTE)?;
            sessions.set(session(&body)?, pair, now, lasts);
        }
        "clearPresence" => {
            if !sessions.clear(session(&body)?, now) {
                return Err(denied(404, "NotFound", "There is no such presence session."));
            }
        }
        "setUserPreferredPresence" => {
            let pair = pair(&body, &PREFERRED_PAIRS)?;
            let is_short = matches!(pair.availability.as_str(), "Busy" | "DoNotDisturb");
            let usual = if is_short { DAY } else { 7 * DAY };
            let lasts = lasts(&body, usual, 1..=Millis::MAX)?;
            sessions.prefer(pair, now, lasts);
        }
        "clearUserPreferredPresence" => sessions.clear_preferred(),
        "setStatusMessage" => sessions.set_message(body["statusMessage"].clone()),
        _ => return Err(bad(format!("Resource not found for the segment '{verb}'."))),
    }
    drop(state);
    shared.changed();
    Ok(Reply::empty())
}

fn session(body: &Value) -> Result<&str, Denied> {
    let id = body["sessionId"].as_str().filter(|id| !id.is_empty());
    id.ok_or_else(|| bad("sessionId is required: the application's client id."))
}

fn pair(body: &Value, allowed: &[(&str, &str)]) -> Result<PresenceState, Denied> {
    let text = |name: &str| body[name].as_str().unwrap_or_default();
    let (availability, activity) = (text("availability"), text("activity"));
    if allowed.contains(&(availability, activity)) {
        return Ok(PresenceState::new(availability, activity));
    }
    Err(bad("This combination of availability and activity is not supported."))
}

/// `expirationDuration`, ISO 8601.
fn lasts(
    body: &Value,
    usual: Millis,
    allowed: std::ops::RangeInclusive<Millis>,
) -> Result<Millis, Denied> {
    let Some(text) = body["expirationDuration"].as_str() else {
        return Ok(usual);
    };
    let span: Option<jiff::SignedDuration> = text.parse().ok();
    let millis = span.map(|span| span.as_millis()).and_then(|millis| Millis::try_from(millis).ok());
    let millis = millis.or_else(|| days(text)).filter(|millis| allowed.contains(millis));
    millis.ok_or_else(|| bad("expirationDuration must be ISO 8601, for a session PT5M to PT4H."))
}

/// `P7D`, which is no exact duration elsewhere.
fn days(text: &str) -> Option<Millis> {
    let days: Millis = text.strip_prefix('P')?.strip_suffix('D')?.parse().ok()?;
    days.checked_mul(DAY)
}

/// The body that tells the presence of these users as the world knows it, for whoever has no Graph
/// of its own; unknown ids are left out.
pub(crate) fn presences_body(world: &World, oids: &[String]) -> Value {
    let settings = GraphSettings::default();
    let known = world.presences(oids).into_iter().map(|(oid, presence, sequence)| {
        let shown = PresenceState::new(&presence.availability, &presence.activity);
        written(&settings, &oid, &shown, Value::Null, version(&sequence))
    });
    let value: Vec<Value> = known.collect();
    let context = format!("{METADATA}#Collection(microsoft.graph.presence)");
    json!({"@odata.context": context, "value": value})
}

fn version(sequence: &str) -> u64 {
    sequence.trim_start_matches('A').parse().unwrap_or_default()
}
