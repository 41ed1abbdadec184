//! Attack rows 22, 23, 25 and 26: key sets, when they are fetched, and remembered tokens.

use jiff::Timestamp;
use serde_json::{Value, json};
use webhooks::token::{
    KeyCache, KeyFault, KeySet, KeySetError, UnknownKeyAnswer, Verified, VerifiedTokens,
};

use crate::signing::{base64url, jwk, jwks, modulus};

fn fault(key: Value) -> Option<KeyFault> {
    let set = KeySet::from_jwks(&jwks(&[jwk(1, "good"), key])).unwrap();
    assert!(set.has("good"));
    set.ignored().first().map(|ignored| ignored.fault)
}

fn changed(name: &str, value: Value) -> Value {
    let mut key = jwk(0, "k0");
    key[name] = value;
    key
}

/// An odd number of more than 2,048 bits that is 1 modulo every small prime. The faulty generator's
/// moduli are powers of 65537 there, and 1 is one.
fn roca_modulus() -> Vec<u8> {
    let mut number = vec![1_u8];
    let is_prime = |n: &u32| (2..*n).all(|d| !n.is_multiple_of(d));
    for prime in (3..=167).filter(is_prime) {
        let mut carry = 0;
        for byte in number.iter_mut().rev() {
            let product = u32::from(*byte) * prime + carry;
            *byte = u8::try_from(product % 256).unwrap();
            carry = product / 256;
        }
        number.insert(0, u8::try_from(carry).unwrap());
    }
    let number: Vec<u8> = number.into_iter().skip_while(|byte| *byte == 0).collect();
    let zeros = vec![0; 256 - number.len()];
    [number, zeros, vec![1]].concat()
}

#[test]
fn row_22_weak_and_foreign_keys_are_ignored_and_reported() {
    let mut even = modulus(0);
    *even.last_mut().unwrap() &= 0xfe;
    let mut short = vec![0; 128];
    short.extend(&modulus(0)[..128]);
    *short.last_mut().unwrap() |= 1;
    let cases = [
        (jwk(0, "k0"), None),
        (changed("alg", json!("RS256")), None),
        (changed("n", json!(base64url(&modulus(0)[128..]))), Some(KeyFault::Modulus)),
        (changed("n", json!(base64url(short))), Some(KeyFault::Modulus)),
        (changed("n", json!(base64url(even))), Some(KeyFault::Modulus)),
        (changed("n", json!(base64url(vec![0xff; 1025]))), Some(KeyFault::Modulus)),
        (changed("n", json!("!")), Some(KeyFault::Encoding)),
        (changed("e", json!(5)), Some(KeyFault::Encoding)),
        (changed("e", json!("AQ")), Some(KeyFault::Exponent)),
        (changed("e", json!("AAAAAQ")), Some(KeyFault::Exponent)),
        (changed("e", json!("Ag")), Some(KeyFault::Exponent)),
        (changed("e", json!("")), Some(KeyFault::Exponent)),
        (changed("use", json!("enc")), Some(KeyFault::Use)),
        (changed("use", json!(null)), Some(KeyFault::Use)),
        (changed("alg", json!("PS256")), Some(KeyFault::Algorithm)),
        (changed("alg", json!("HS256")), Some(KeyFault::Algorithm)),
        (changed("kty", json!("EC")), Some(KeyFault::Kind)),
        (changed("kty", json!("oct")), Some(KeyFault::Kind)),
        (changed("kid", json!("k".repeat(201))), Some(KeyFault::KeyId)),
        (changed("kid", json!(7)), Some(KeyFault::KeyId)),
        (json!("not a key"), Some(KeyFault::Kind)),
    ];
    for (key, expected) in cases {
        assert_eq!(fault(key.clone()), expected, "{key}");
    }
}

#[test]
fn row_22_keys_of_the_faulty_generator_are_ignored() {
    assert_eq!(fault(changed("n", json!(base64url(roca_modulus())))), Some(KeyFault::Roca));
}

#[test]
fn rows_25_and_26_unusable_documents_are_refused() {
    let parse = |document: &[u8]| KeySet::from_jwks(document).unwrap_err();
    let twice = jwks(&[jwk(0, "k0"), jwk(1, "k0")]);
    assert!(matches!(parse(&twice), KeySetError::DuplicateKeyId));
    let twice = jwks(&[jwk(0, "k0"), changed("use", json!("enc"))]);
    assert!(matches!(parse(&twice), KeySetError::DuplicateKeyId));
    assert!(matches!(parse(&jwks(&[])), KeySetError::NoUsableKey { .. }));
    assert!(matches!(parse(&vec![b' '; 256 * 1024 + 1]), KeySetError::TooLarge { bytes: 262_145 }));
    assert!(matches!(parse(b"<html>"), KeySetError::NotJson(_)));
    assert!(matches!(parse(b"[]"), KeySetError::NoKeys));
    assert!(matches!(parse(b"{\"keys\":{}}"), KeySetError::NoKeys));
    let KeySetError::NoUsableKey { ignored } = parse(&jwks(&[changed("use", json!("enc"))])) else {
        panic!()
    };
    assert_eq!(ignored[0].fault, KeyFault::Use);
    assert_eq!(ignored[0].kid.as_deref(), Some("k0"));
}

fn set(kids: &[&str]) -> KeySet {
    let keys: Vec<_> = kids.iter().map(|kid| jwk(0, kid)).collect();
    KeySet::from_jwks(&jwks(&keys)).unwrap()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_795_000_000 + seconds).unwrap()
}

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;

#[test]
fn keys_are_fetched_hourly_and_believed_for_a_day() {
    let mut cache = KeyCache::default();
    assert!(cache.keys(at(0)).is_none() && cache.refresh_due(at(0)));
    cache.refresh_started(at(0));
    assert!(!cache.refresh_due(at(1)), "a fetch is running");
    assert!(cache.refreshed(set(&["a"]), at(2)));
    assert!(!cache.refresh_due(at(HOUR)));
    assert!(cache.refresh_due(at(HOUR + 2)));
    cache.refresh_started(at(HOUR + 2));
    cache.refresh_failed();
    assert!(!cache.refresh_due(at(HOUR + 31)) && cache.refresh_due(at(HOUR + 32)));
    assert!(cache.keys(at(24 * HOUR + 1)).is_some(), "the last good set is kept");
    assert!(cache.keys(at(24 * HOUR + 2)).is_none());
    cache.refresh_started(at(25 * HOUR));
    assert!(!cache.refreshed(set(&["a"]), at(25 * HOUR)), "the same keys again");
    assert!(cache.refreshed(set(&["b"]), at(25 * HOUR)));
    assert!(cache.refresh_due(at(-HOUR * 3)), "a clock that was set back does not stop it");
}

#[test]
fn row_23_an_unknown_key_leads_to_one_fetch_in_five_minutes() {
    use UnknownKeyAnswer::{Refresh, Refuse, Wait};
    let mut cache = KeyCache::default();
    cache.refreshed(set(&["a"]), at(0));
    assert_eq!(cache.unknown_key("new", at(10)), Refresh);
    assert_eq!(cache.unknown_key("new", at(10)), Wait);
    cache.refreshed(set(&["a", "new"]), at(11));
    assert!(cache.keys(at(11)).unwrap().has("new"));
    let mut fetches = 0;
    for second in 12..HOUR {
        for n in 0..3 {
            if cache.unknown_key(&format!("random {second} {n}"), at(second)) == Refresh {
                fetches += 1;
                cache.refreshed(set(&["a", "new"]), at(second));
            }
        }
    }
    assert_eq!(fetches, HOUR / (5 * MINUTE) - 1);
    assert_eq!(cache.unknown_key(&format!("random {} 1", HOUR - 1), at(HOUR)), Refuse);
}

#[test]
fn an_unknown_key_is_unavailable_while_fetching_fails() {
    use UnknownKeyAnswer::{Refresh, Refuse, Unavailable};
    let mut cache = KeyCache::default();
    cache.refreshed(set(&["a"]), at(0));
    assert_eq!(cache.unknown_key("new", at(10)), Refresh);
    cache.refresh_failed();
    assert_eq!(cache.unknown_key("new", at(11)), Unavailable);
    assert_eq!(cache.unknown_key("new", at(10 + 5 * MINUTE)), Refresh);
    cache.refreshed(set(&["a"]), at(11 + 5 * MINUTE));
    assert_eq!(cache.unknown_key("new", at(12 + 5 * MINUTE)), Refuse);
    assert_eq!(cache.unknown_key("new", at(30 * MINUTE)), Refuse, "it was remembered as absent");
}

#[test]
fn verified_tokens_are_remembered_until_they_end_and_no_more_than_there_is_room() {
    let mut tokens = VerifiedTokens::new(2);
    let verified = |end: i64| Verified {
        issuer: "i".to_owned(),
        audience: "a".to_owned(),
        key_id: "k".to_owned(),
        expires_at: at(end),
    };
    let header = |name: &str| format!("Bearer {name}");
    tokens.insert([header("one").as_str()], verified(10), at(0));
    tokens.insert([header("two").as_str()], verified(20), at(0));
    tokens.insert([header("two").as_str()], verified(20), at(0));
    assert_eq!(tokens.len(), 2);
    assert_eq!(tokens.get(["bearer one"], at(9)), Some(&verified(10)));
    assert_eq!(tokens.get(["Bearer one"], at(10)), None, "it has ended");
    assert_eq!(tokens.get(["Bearer One"], at(0)), None);
    assert_eq!(tokens.get(["Bearer one", "Bearer one"], at(0)), None);
    tokens.insert([header("three").as_str()], verified(30), at(0));
    assert_eq!(tokens.len(), 2);
    assert_eq!(tokens.get(["Bearer one"], at(0)), None, "the first to end made room");
    tokens.insert([header("late").as_str()], verified(5), at(6));
    assert_eq!(tokens.len(), 2);
    tokens.clear();
    assert!(tokens.is_empty());
}
