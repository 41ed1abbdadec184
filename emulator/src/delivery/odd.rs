//! What a tolerant reader of events has to live with: members and values that it does not know, a
//! missing `resultInformation` (contract section 14, item 14).

use serde_json::{Value, json};

use crate::shared::Alteration;

/// Members of events whose values are enumerations in the swagger.
const ENUMERATIONS: [&str; 8] = [
    "recognitionType",
    "state",
    "kind",
    "recordingKind",
    "mediaStreamingStatus",
    "mediaStreamingStatusDetails",
    "transcriptionStatus",
    "transcriptionStatusDetails",
];
/// A value that no version of the service has.
const UNKNOWN: &str = "somethingNewer";
/// A sub-code that is not documented.
const UNKNOWN_SUB_CODE: u32 = 8999;

/// Changes the `data` of an event.
pub(super) fn alter(data: &mut Value, how: Alteration) {
    match how {
        Alteration::ExtraMembers => {
            data["somethingNewer"] = json!({"value": 1, "list": [null, {"kind": "x"}]});
            if let Some(result) = data.get_mut("resultInformation").and_then(Value::as_object_mut) {
                result.insert("somethingNewer".to_owned(), json!("text"));
            }
        }
        Alteration::UnknownValues => unknown_values(data),
        Alteration::NoResult => {
            if let Some(data) = data.as_object_mut() {
                data.remove("resultInformation");
            }
        }
    }
}

fn unknown_values(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                if ENUMERATIONS.contains(&name.as_str()) && value.is_string() {
                    *value = json!(UNKNOWN);
                } else if name == "subCode" {
                    *value = json!(UNKNOWN_SUB_CODE);
                } else {
                    unknown_values(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(unknown_values),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn altered(how: Alteration) -> Value {
        let mut data = json!({
            "callConnectionId": "c", "recognitionType": "dtmf",
            "participants": [{"identifier": {"kind": "phoneNumber", "rawId": "4:+1"}}],
            "resultInformation": {"code": 200, "subCode": 0, "message": "kind words"},
        });
        alter(&mut data, how);
        data
    }

    #[test]
    fn members_come_and_go_and_values_change() {
        let more = altered(Alteration::ExtraMembers);
        assert_eq!(more["resultInformation"]["somethingNewer"], "text");
        assert_eq!(more["somethingNewer"]["value"], 1);
        let unknown = altered(Alteration::UnknownValues);
        assert_eq!(unknown["recognitionType"], UNKNOWN);
        assert_eq!(unknown["participants"][0]["identifier"]["kind"], UNKNOWN);
        assert_eq!(unknown["participants"][0]["identifier"]["rawId"], "4:+1");
        assert_eq!(unknown["resultInformation"]["subCode"], UNKNOWN_SUB_CODE);
        assert_eq!(unknown["resultInformation"]["message"], "kind words");
        assert_eq!(altered(Alteration::NoResult).get("resultInformation"), None);
    }
}
