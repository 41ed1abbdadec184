//! What Graph answers, read tolerantly (GRAPH-ENTRA-TEAMS.md 1.2 and 1.3).

use serde_json::Value;

/// What is said of a user of whom nothing is said.
const UNKNOWN: &str = "PresenceUnknown";

/// A user's presence. Values are text: Microsoft documents two vocabularies, and adds to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presence {
    /// Entra object id, in lower case.
    pub id: String,
    /// Such as `Available`; `PresenceUnknown` if absent.
    pub availability: String,
    /// Such as `InACall`; `PresenceUnknown` if absent.
    pub activity: String,
    /// A version that rises, to be compared as text. Absent in some clouds.
    pub sequence_number: Option<String>,
}

/// Reads the body of `getPresencesByUserId`. Entries without an id are left out, everything else is
/// optional. None if this is no list of presences at all.
pub(super) fn read(body: &[u8]) -> Option<Vec<Presence>> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let entries = body.get("value")?.as_array()?;
    Some(entries.iter().filter_map(entry).collect())
}

fn entry(entry: &Value) -> Option<Presence> {
    let text = |name: &str| entry.get(name).and_then(Value::as_str);
    Some(Presence {
        id: text("id")?.to_ascii_lowercase(),
        availability: text("availability").unwrap_or(UNKNOWN).to_owned(),
        activity: text("activity").unwrap_or(UNKNOWN).to_owned(),
        sequence_number: text("sequenceNumber").map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_has_an_id_is_a_presence() {
        let body = br#"{
            "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#Collection(microsoft.graph.presence)",
            "value": [
                {"id": "3F9D", "availability": "Busy", "activity": "InACall", "sequenceNumber": "A7", "outOfOfficeSettings": {}},
                {"id": "8a2c", "availability": null, "statusMessage": {"message": null}},
                {"availability": "Available"},
                7
            ]}"#;
        let read = read(body).unwrap();
        assert_eq!(read.len(), 2);
        assert_eq!(read[0].id, "3f9d");
        assert_eq!(read[0].activity, "InACall");
        assert_eq!(read[0].sequence_number.as_deref(), Some("A7"));
        assert_eq!(read[1].availability, "PresenceUnknown");
        assert_eq!(read[1].sequence_number, None);
    }

    #[test]
    fn other_bodies_are_not() {
        for body in ["", "<html>", "[]", "{}", r#"{"value": {}}"#] {
            assert_eq!(read(body.as_bytes()), None, "{body}");
        }
        assert_eq!(read(br#"{"value": []}"#), Some(Vec::new()));
    }

    proptest::proptest! {
        #[test]
        fn reading_never_panics(body in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            let _ = read(&body);
        }
    }
}
