//! Who is who: calls of the emulator, of Call Automation and of the ledger are told apart and joined by their
//! correlation id.

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::evidence::{Asked, Delivered, Evidence};

/// The joins.
#[derive(Debug, Default)]
pub(crate) struct Book {
    /// Ledger id by correlation id.
    ids: BTreeMap<String, String>,
    /// Correlation id by call connection.
    connections: BTreeMap<String, String>,
    /// Correlation id by the emulator's id.
    calls: BTreeMap<String, String>,
}

impl Book {
    /// Joins what the evidence tells.
    pub(crate) fn new(evidence: &Evidence) -> Self {
        let mut book = Self::default();
        for kept in &evidence.kept {
            if let Some(correlation) = &kept.correlation {
                book.ids.insert(correlation.clone(), kept.id.clone());
            }
        }
        let told = evidence.deliveries.iter().map(|one| &one.body["data"]);
        for data in told.chain(evidence.requests.iter().map(|one| &one.answer)) {
            if let (Some(connection), Some(correlation)) =
                (data["callConnectionId"].as_str(), data["correlationId"].as_str())
            {
                book.connections.insert(connection.to_owned(), correlation.to_owned());
            }
        }
        for dialled in &evidence.dialled {
            book.calls.insert(dialled.call.clone(), dialled.correlation.clone());
        }
        book
    }

    /// The ledger's id of a call of the emulator.
    pub(crate) fn of_call(&self, call: &str) -> Option<String> {
        self.ids.get(self.calls.get(call)?).cloned()
    }

    /// The ledger's id of the call that a request is about: by the connection in its path or body, or by the
    /// address to which its events are to go.
    pub(crate) fn of_request(&self, asked: &Asked) -> Option<String> {
        if let Some(uri) = asked.body["callbackUri"].as_str() {
            return of_address(uri);
        }
        let connection = connection_of(&asked.target)
            .or_else(|| asked.body["callConnectionId"].as_str().map(str::to_owned))?;
        self.ids.get(self.connections.get(&connection)?).cloned()
    }

    /// The ledger's id of the call that an event is about.
    pub(crate) fn of_delivery(&self, delivered: &Delivered) -> Option<String> {
        of_address(&delivered.target).or_else(|| {
            let correlation = delivered.body["data"]["correlationId"].as_str()?;
            self.ids.get(correlation).cloned()
        })
    }
}

/// `/calling/callConnections/{id}:play?…` and `/calling/callConnections/{id}/participants:add?…`.
fn connection_of(target: &str) -> Option<String> {
    let rest = target.split("callConnections/").nth(1)?;
    let end = rest.find([':', '/', '?']).unwrap_or(rest.len());
    Some(rest[..end].to_owned())
}

/// `…/webhooks/calls/{id}/{signature}`.
fn of_address(address: &str) -> Option<String> {
    let rest = address.split("/webhooks/calls/").nth(1)?;
    Some(rest.split('/').next()?.to_owned())
}

/// What the ledger must know an event by: the first 16 bytes of SHA-256 over source and id, hex.
pub(super) fn identity(body: &Value) -> Option<String> {
    let source = body["source"].as_str().or_else(|| body["topic"].as_str())?;
    let id = body["id"].as_str()?;
    let digest = Sha256::new().chain_update(source).chain_update([0]).chain_update(id).finalize();
    let bytes = digest.iter().take(16);
    Some(bytes.fold(String::new(), |text, byte| text + &format!("{byte:02x}")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ids_are_found_in_addresses() {
        assert_eq!(connection_of("/calling/callConnections/abc:play?x=1").as_deref(), Some("abc"));
        assert_eq!(
            connection_of("/calling/callConnections/abc/participants:add").as_deref(),
            Some("abc")
        );
        assert_eq!(connection_of("/calling/recordings?x"), None);
        assert_eq!(of_address("https://h:1/webhooks/calls/01X/k.s").as_deref(), Some("01X"));
    }

    #[test]
    fn an_event_is_known_by_source_and_id() {
        let one = identity(&json!({"source": "s", "id": "1"}));
        assert_eq!(one.as_ref().map(String::len), Some(32));
        assert_eq!(one, identity(&json!({"topic": "s", "id": "1"})));
        assert_ne!(one, identity(&json!({"source": "s1", "id": ""})));
        assert_eq!(identity(&json!({"id": "1"})), None);
    }
}
