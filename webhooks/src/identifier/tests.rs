use serde_json::json;

use super::*;

fn raw(raw_id: &str) -> Identifier {
    Identifier::from_raw_id(raw_id)
}

#[test]
fn raw_ids_of_every_kind_parse_and_come_back() {
    use IdentifierKind as K;
    let cases = [
        ("4:+14255550123", K::PhoneNumber),
        ("4:anonymous", K::PhoneNumber),
        ("4:+14255550123_ab12", K::PhoneNumber),
        ("8:acs:resource_user", K::CommunicationUser),
        ("8:dod-acs:resource_user", K::CommunicationUser),
        ("8:gcch-acs:resource_user", K::CommunicationUser),
        ("8:spool:whatever_a_b", K::CommunicationUser),
        ("8:acs:a_b_c_d", K::CommunicationUser),
        ("8:acs:resource_tenant_user", K::TeamsExtensionUser),
        ("8:gcch-acs:resource_tenant_user", K::TeamsExtensionUser),
        ("8:dod-acs:resource_tenant_user", K::TeamsExtensionUser),
        ("8:orgid:oid", K::TeamsUser),
        ("8:dod:oid", K::TeamsUser),
        ("8:gcch:oid", K::TeamsUser),
        ("8:teamsvisitor:id", K::TeamsUser),
        ("28:orgid:app", K::TeamsApp),
        ("28:dod:app", K::TeamsApp),
        ("28:gcch:app", K::TeamsApp),
        ("28:app", K::Unknown),
        ("8:other:x", K::Unknown),
        ("", K::Unknown),
        ("48:conf", K::Unknown),
    ];
    for (text, kind) in cases {
        assert_eq!(RawId::new(text).kind(), kind, "{text}");
        assert_eq!(raw(text).raw_id().expose(), text);
    }
}

#[test]
fn the_raw_id_decides_and_not_the_kind() {
    let resource_account = json!({"kind": "unknown", "rawId": "28:orgid:cc12"});
    let found: Identifier = serde_json::from_value(resource_account).unwrap();
    assert_eq!(found, Identifier::teams_app("cc12"));

    let contradicting = json!({"rawId": "4:+1555", "phoneNumber": {"value": "+1666"}});
    let found: Identifier = serde_json::from_value(contradicting).unwrap();
    assert_eq!(found, Identifier::phone("+1555"));
}

#[test]
fn the_object_is_used_when_the_raw_id_says_nothing() {
    for json in [
        json!({"kind": "phoneNumber", "rawId": "rawId", "phoneNumber": {"value": "+1555"}}),
        json!({"phoneNumber": {"value": "+1555"}, "extra": 1}),
        json!({"kind": "phoneNumber", "phoneNumber": {"value": "+1555"}, "communicationUser": null}),
    ] {
        let found: Identifier = serde_json::from_value(json).unwrap();
        assert_eq!(found, Identifier::phone("+1555"));
    }
}

#[test]
fn the_object_adds_what_the_raw_id_does_not_hold() {
    let json = json!({
        "rawId": "8:teamsvisitor:v",
        "microsoftTeamsUser": {"userId": "v", "isAnonymous": true, "cloud": "mars"},
    });
    let found: Identifier = serde_json::from_value(json).unwrap();
    let cloud = Cloud::Other("mars".to_owned());
    assert_eq!(found, Identifier::TeamsUser { user_id: "v".into(), is_anonymous: true, cloud });
}

#[test]
fn written_identifiers_read_back_equal() {
    for identifier in [
        raw("4:+14255550123_ab12"),
        raw("4:anonymous"),
        raw("8:acs:resource_user"),
        raw("8:gcch-acs:resource_tenant_user"),
        raw("8:teamsvisitor:id"),
        raw("28:dod:app"),
        raw("something else"),
        Identifier::teams_user("oid"),
        Identifier::TeamsApp { app_id: "a".into(), cloud: Cloud::Other("new".into()) },
    ] {
        let json = serde_json::to_string(&identifier).unwrap();
        assert_eq!(serde_json::from_str::<Identifier>(&json).unwrap(), identifier, "{json}");
    }
}

#[test]
fn the_wire_form_is_the_documented_one() {
    assert_eq!(
        serde_json::to_value(Identifier::teams_user("oid")).unwrap(),
        json!({
            "kind": "microsoftTeamsUser",
            "rawId": "8:orgid:oid",
            "microsoftTeamsUser": {"userId": "oid", "cloud": "public"},
        })
    );
}

#[test]
fn an_empty_identifier_and_a_wrong_type_are_errors_with_their_path() {
    let error = serde_json::from_str::<Identifier>("{}").unwrap_err();
    assert_eq!(error.to_string(), "rawId is missing");
    let error = serde_json::from_str::<Identifier>(r#"{"phoneNumber":{"value":5}}"#).unwrap_err();
    assert_eq!(error.to_string(), "phoneNumber.value is a number where a string is expected");
}

#[test]
fn debug_does_not_show_numbers() {
    let phone = Identifier::phone("+14255550123");
    assert!(!format!("{phone:?} {:?}", phone.raw_id()).contains("4255550123"));
    assert_eq!(format!("{:?}", phone.raw_id()), "RawId(phone)");
}

#[test]
fn an_object_that_contradicts_its_kind_is_what_its_raw_id_says() {
    // Found by the fuzz target envelope.
    let read: Identifier = serde_json::from_value(json!({
        "rawId": "9:other", "kind": "communicationUser",
        "communicationUser": {"id": "4:+14255550123"},
    }))
    .unwrap();
    assert_eq!(read, Identifier::phone("+14255550123"));
    let again: Identifier = serde_json::from_value(serde_json::to_value(&read).unwrap()).unwrap();
    assert_eq!(again, read);
}
