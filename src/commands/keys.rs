//! `switchboard keys`: the key ring, which keys are still needed, a new current key.

use std::path::Path;

use serde_json::json;

use crate::{
    sealing::{KeyRing, KeyRingError},
    settings::Settings,
    terminal,
};

use super::{BROKEN, OK, USAGE, reading};

/// Lists the keys, the current one first, with the number of calls and bodies that each still seals.
pub async fn list(settings: &Settings, as_json: bool) -> u8 {
    let (ring, ledger) = match reading::open(settings).await {
        Ok(opened) => opened,
        Err(code) => return code,
    };
    let uses = match ledger.key_use().await {
        Ok(uses) => uses,
        Err(error) => {
            terminal::tell_error(&error);
            return BROKEN;
        }
    };
    let keys = ring.key_ids().enumerate().map(|(place, id)| {
        let sealed = uses.get(id).copied().unwrap_or(0);
        json!({"id": id, "current": place == 0, "sealed": sealed})
    });
    let missing = uses.iter().filter(|(id, _)| ring.key_ids().all(|known| known != id.as_str()));
    let missing: Vec<_> = missing.map(|(id, sealed)| json!({"id": id, "sealed": sealed})).collect();
    let keys: Vec<_> = keys.collect();
    if as_json {
        terminal::say(&json!({"keys": keys, "missing": missing}).to_string());
        return OK;
    }
    for key in &keys {
        terminal::say(&line(key));
    }
    for key in &missing {
        let (id, sealed) = (&key["id"], &key["sealed"]);
        terminal::tell(&format!(
            "missing: key {id} seals {sealed} calls and bodies; put its line back into the ring"
        ));
    }
    OK
}

fn line(key: &serde_json::Value) -> String {
    let (id, sealed) = (key["id"].as_str().unwrap_or_default(), &key["sealed"]);
    let what = match (key["current"] == true, key["sealed"] == 0) {
        (true, _) => "current",
        (false, true) => {
            "not needed by the ledger: just added, or old; keep an old one while callbacks may use it (24 h)"
        }
        (false, false) => "still needed",
    };
    format!("{id}  seals {sealed} calls and bodies  {what}")
}

/// Makes a key current, the one of this id or a new one. `serve` takes it up when it starts again.
pub fn rotate(ring: &Path, id: Option<&str>) -> u8 {
    told(KeyRing::rotate(ring, id).map(|ring| {
        let current = ring.key_ids().next().unwrap_or_default();
        let others = if id.is_none() {
            " (several replicas need `keys add` and a restart of all before: see docs/keeping.md)"
        } else {
            ""
        };
        format!("key {current} is current; back the ring up and restart `serve`{others}")
    }))
}

/// Adds a key that is not yet current.
pub fn add(ring: &Path) -> u8 {
    told(KeyRing::add(ring).map(|(_, id)| {
        format!(
            "key {id} is added; back the ring up, bring it to every replica, restart them one by one, then `switchboard keys rotate {id}`"
        )
    }))
}

fn told(done: Result<String, KeyRingError>) -> u8 {
    match done {
        Ok(text) => {
            terminal::say(&text);
            OK
        }
        Err(error) => {
            terminal::tell_error(&error);
            USAGE
        }
    }
}
