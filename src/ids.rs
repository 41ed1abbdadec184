//! The only place that makes ids and draws random numbers.

use engine::{
    Millis,
    call::{CallId, Number},
};
use sha2::{Digest, Sha256};
use ulid::Ulid;

/// The id of the call that an `IncomingCall` announces: a ULID whose time is the event's and whose
/// random part is SHA-256 of resource and context, so that two deliveries on two replicas are one call.
pub fn call_id(rang_at: Millis, resource: &str, context: &str) -> CallId {
    let digest =
        Sha256::new().chain_update(resource).chain_update([0]).chain_update(context).finalize();
    let mut random = [0_u8; 16];
    random[6..].copy_from_slice(&digest[..10]);
    let time = u64::try_from(rang_at).unwrap_or(0);
    CallId(Ulid::from_parts(time, u128::from_be_bytes(random)).to_string())
}

/// Whether a text has the form of a call id.
pub fn is_call_id(text: &str) -> bool {
    text.len() == 26 && Ulid::from_string(text).is_ok()
}

/// The repeatability id of a command: SHA-256 of call and number, shaped as UUID version 4.
/// The same command has the same id on every try and after every restart.
pub fn repeatability_id(call: &CallId, number: Number) -> String {
    let digest = Sha256::new()
        .chain_update("switchboard-repeatability/1\n")
        .chain_update(call.as_str())
        .chain_update(number.to_be_bytes())
        .finalize();
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex = |range: std::ops::Range<usize>| {
        bytes[range].iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
    };
    [hex(0..4), hex(4..6), hex(6..8), hex(8..10), hex(10..16)].join("-")
}

/// The identity of an event for de-duplication: the first 16 bytes of SHA-256 over source and id.
pub fn event_key(source: &str, id: &str) -> [u8; 16] {
    let digest = Sha256::new().chain_update(source).chain_update([0]).chain_update(id).finalize();
    let mut key = [0; 16];
    key.copy_from_slice(&digest[..16]);
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_deliveries_are_one_call_and_two_contexts_are_two() {
        let one = call_id(1_700_000_000_000, "resource", "context");
        assert_eq!(one, call_id(1_700_000_000_000, "resource", "context"));
        assert_ne!(one, call_id(1_700_000_000_000, "resource", "other"));
        assert!(is_call_id(one.as_str()));
        assert!(!is_call_id("../../etc/passwd"));
    }

    #[test]
    fn repeatability_ids_are_stable_version_4_uuids() {
        let call = call_id(1, "r", "c");
        let id = repeatability_id(&call, 7);
        assert_eq!(id, repeatability_id(&call, 7));
        assert_ne!(id, repeatability_id(&call, 8));
        let parts: Vec<_> = id.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12]);
        assert_eq!(&id[14..15], "4");
        assert!("89ab".contains(&id[19..20]));
    }
}
