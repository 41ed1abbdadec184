//! What the feature `testing` makes is what the parsers and validators take.

use std::collections::BTreeSet;

use jiff::Timestamp;
use webhooks::testing::{
    TestIssuer, Wrong, call_event, every_call_event_kind, every_grid_event_kind, grid_event,
};
use webhooks::token::{
    ACS_ISSUER, CallbackValidator, EventGridValidator, KeySet, Refusal, TokenError,
};
use webhooks::{CallEventKind, Delivery, Schema, classify, parse_call_events, parse_event_grid};

const AUDIENCE: &str = "11111111-2222-3333-4444-555555555555";
const TENANT: &str = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";

fn now() -> Timestamp {
    Timestamp::from_second(1_795_000_000).unwrap()
}

fn refusal(error: &TokenError) -> Option<Refusal> {
    if let TokenError::Refused(refusal) = error { Some(*refusal) } else { None }
}

fn expected(wrong: Wrong) -> Option<Refusal> {
    match wrong {
        Wrong::Issuer => Some(Refusal::Issuer),
        Wrong::Audience => Some(Refusal::Audience),
        Wrong::Expired => Some(Refusal::Expired),
        Wrong::NotYetValid => Some(Refusal::NotYetValid),
        Wrong::NoEnd => Some(Refusal::Claims),
        Wrong::LivesTooLong => Some(Refusal::LivesTooLong),
        Wrong::Signature => Some(Refusal::Signature),
        Wrong::Algorithm => Some(Refusal::Algorithm),
        Wrong::KeyId => None,
        Wrong::Tenant => Some(Refusal::Tenant),
        Wrong::Caller => Some(Refusal::Caller),
        Wrong::Role => Some(Refusal::Role),
    }
}

#[test]
fn tokens_pass_until_something_is_wrong() {
    let issuer = TestIssuer::generate("k").unwrap();
    let keys = KeySet::from_jwks(&issuer.jwks()).unwrap();
    let callback = CallbackValidator::new(ACS_ISSUER, vec![AUDIENCE.to_owned()]);
    let check = |header: &str| callback.check([header], &keys, now());
    let good = issuer.callback_token(AUDIENCE, now());
    assert_eq!(check(&good.authorization().unwrap()).unwrap().audience, AUDIENCE);
    for wrong in Wrong::OF_CALLBACKS {
        let header = good.clone().wrong(wrong).authorization().unwrap();
        assert_eq!(refusal(&check(&header).unwrap_err()), expected(wrong), "{wrong:?}");
    }
    let socket = good.lives(86_400).authorization().unwrap();
    assert!(check(&socket).is_err());
    assert!(callback.clone().for_web_sockets().check([socket.as_str()], &keys, now()).is_ok());

    let grid = EventGridValidator::new(TENANT, vec![AUDIENCE.to_owned()]);
    for good in [
        issuer.event_grid_token(TENANT, AUDIENCE, now()),
        issuer.event_grid_token_v2(TENANT, AUDIENCE, now()),
    ] {
        let check = |header: &str| grid.check([header], &keys, now());
        check(&good.authorization().unwrap()).unwrap();
        assert!(callback.check([good.authorization().unwrap().as_str()], &keys, now()).is_err());
        for wrong in Wrong::OF_EVENT_GRID {
            let header = good.clone().wrong(wrong).authorization().unwrap();
            assert_eq!(refusal(&check(&header).unwrap_err()), expected(wrong), "{wrong:?}");
        }
    }
}

#[test]
fn all_38_mid_call_events_are_built_and_read() {
    let kinds = every_call_event_kind();
    let names: BTreeSet<_> = kinds.iter().map(|kind| kind.name().to_owned()).collect();
    assert_eq!((kinds.len(), names.len()), (38, 38));
    for kind in kinds {
        assert!(!matches!(kind, CallEventKind::Unknown { .. }));
        let event = call_event(kind).operation_context("c").id("e").time(now());
        let read = parse_call_events(&event.to_body()).unwrap().remove(0).unwrap();
        assert_eq!(read, event.build());
        assert!(read.result.unwrap().explain().is_some());
    }
}

#[test]
fn all_event_grid_events_are_built_and_read_in_both_schemas() {
    let kinds = every_grid_event_kind();
    assert_eq!(kinds.len(), 9);
    for kind in kinds {
        let event = grid_event(kind).topic("t").id("e");
        for (schema, content_type) in [
            (Schema::EventGrid, "application/json"),
            (Schema::CloudEvents, "application/cloudevents+json"),
        ] {
            let body = event.to_body(schema);
            let read = parse_event_grid(&body, Some(content_type)).unwrap().remove(0).unwrap();
            assert_eq!(read, event.clone().build());
            let told = classify(None, vec![Ok(read)]);
            assert!(!matches!(told, Delivery::Refused { .. }), "{told:?}");
        }
    }
}
