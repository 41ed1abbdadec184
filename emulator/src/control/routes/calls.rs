//! What callers do.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::{self, Json, Path, Query};
use serde::Deserialize;
use serde_json::json;

use super::super::visitor::Visitor;
use super::super::{ControlError, Headers};
use super::{Answer, Entry, bad_request, call_id, done};
use crate::private::Private;

pub(super) const ROUTES: &[Entry] = &[
    Entry::post("/calls", "Place a call", || web::post().to(dial))
        .tag("Calls")
        .details("Refused with 404 when the resource does not have the number.")
        .takes("Dial", r#"{"from": "+442079460123", "name": "Ada Caller", "to": "+18005550100"}"#)
        .gives_json(201, "Dialled"),
    Entry::get("/calls", "The newest calls", || web::get().to(newest_calls))
        .tag("Calls")
        .details("Newest first.")
        .query(&[
            (
                "state",
                "Only `ringing`, `connected`, `ended`, or `live` for those that are not over.",
            ),
            ("limit", "At most so many; 100 when absent."),
        ])
        .gives_json(200, "Calls"),
    Entry::get("/calls/{call}", "One call", || web::get().to(one_call))
        .tag("Calls")
        .details("With everything that was heard on it.")
        .gives_json(200, "Call"),
    Entry::post("/calls/{call}/press", "The caller presses keys", || web::post().to(press))
        .tag("Calls")
        .details("`0` to `9`, `*`, `#`, `A` to `D`. Keys that nobody listens to are lost.")
        .takes("Press", r#"{"tones": "1"}"#)
        .gives(204),
    Entry::post("/calls/{call}/say", "The caller speaks", || web::post().to(say))
        .tag("Calls")
        .details("Words that nobody listens to are lost.")
        .takes("Say", r#"{"text": "billing, please"}"#)
        .gives(204),
    Entry::post("/calls/{call}/hangup", "The caller hangs up", || web::post().to(hang_up))
        .tag("Calls")
        .gives(204),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CallsQuery {
    state: Option<String>,
    limit: Option<usize>,
}

async fn newest_calls(control: Visitor, query: Query<CallsQuery>) -> Answer {
    let wanted = query.state.as_deref().unwrap_or_default();
    if !["", "live", "ringing", "connected", "ended"].contains(&wanted) {
        return Err(bad_request("state must be live, ringing, connected or ended"));
    }
    let mut calls = control.world().calls;
    calls.reverse();
    calls.retain(|call| match wanted {
        "" => true,
        "live" => call.state != "ended",
        state => call.state == state,
    });
    calls.truncate(query.limit.unwrap_or(100));
    Ok(HttpResponse::Ok().json(calls))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DialBody {
    from: Private,
    #[serde(default)]
    name: String,
    to: Private,
    #[serde(default)]
    sip_headers: BTreeMap<String, String>,
    #[serde(default)]
    voip_headers: BTreeMap<String, String>,
}

async fn dial(control: Visitor, body: Json<DialBody>) -> Answer {
    let DialBody { from, name, to, sip_headers, voip_headers } = body.into_inner();
    let headers = Headers { sip_headers, voip_headers };
    let call = control.dial_with(from.expose(), &name, to.expose(), headers)?;
    Ok(HttpResponse::Created().json(json!({"call": call})))
}

async fn one_call(control: Visitor, call: Path<String>) -> Answer {
    let call = control.call(call_id(&call)?);
    let call = call
        .ok_or_else(|| ControlError { status: 404, message: "there is no such call".to_owned() })?;
    Ok(HttpResponse::Ok().json(call))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PressBody {
    tones: Private,
}

async fn press(control: Visitor, call: Path<String>, body: Json<PressBody>) -> Answer {
    control.press(call_id(&call)?, body.tones.expose())?;
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SayBody {
    text: Private,
}

async fn say(control: Visitor, call: Path<String>, body: Json<SayBody>) -> Answer {
    control.say(call_id(&call)?, body.text.expose())?;
    Ok(done())
}

async fn hang_up(control: Visitor, call: Path<String>) -> Answer {
    control.hang_up(call_id(&call)?)?;
    Ok(done())
}
