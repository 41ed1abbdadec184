//! The control verbs over HTTP: JSON in, JSON out. The paths are the ones of `docs/emulator.md`.

use std::time::Duration;

use actix_web::web::{self, Data, Json, Path, Query, ServiceConfig};
use actix_web::{HttpResponse, ResponseError};
use serde::Deserialize;
use serde_json::json;

use super::stream::changes;
use super::visitor::Visitor;
use super::{Condition, Control, ControlError, FaultRule, Subscription};
use crate::options::Person;
use crate::private::Private;
use crate::world::{Action, CallId};

/// The longest a request waits for a condition.
const LONGEST_WAIT: u64 = 120_000;

type Answer = Result<HttpResponse, ControlError>;

/// Mounts the control API: `web::scope("/world").configure(control_routes(control))`. It has no
/// authentication: mount it on loopback only. Pages of other origins are refused.
pub fn control_routes(control: Control) -> impl Fn(&mut ServiceConfig) + Clone + Send {
    move |config: &mut ServiceConfig| {
        config
            .app_data(Data::new(control.clone()))
            .app_data(json_config())
            .app_data(query_config())
            .configure(world_routes)
            .configure(call_routes)
            .configure(people_routes)
            .configure(machine_routes);
    }
}

fn world_routes(config: &mut ServiceConfig) {
    config
        .route("/world", web::get().to(world))
        .route("/changes", web::get().to(changes))
        .route("/wait", web::get().to(wait));
}

fn call_routes(config: &mut ServiceConfig) {
    config
        .route("/calls", web::post().to(dial))
        .route("/calls/{call}", web::get().to(one_call))
        .route("/calls/{call}/press", web::post().to(press))
        .route("/calls/{call}/say", web::post().to(say))
        .route("/calls/{call}/hangup", web::post().to(hang_up));
}

fn people_routes(config: &mut ServiceConfig) {
    config
        .route("/users", web::put().to(put_user))
        .route("/numbers", web::put().to(put_number))
        .route("/users/{who}/presence", web::put().to(put_presence))
        .route("/users/{who}/client", web::put().to(put_client))
        .route("/users/{who}/{verb}", web::post().to(user_verb));
}

fn machine_routes(config: &mut ServiceConfig) {
    config
        .route("/subscription", web::put().to(put_subscription))
        .route("/requests", web::get().to(requests))
        .route("/deliveries", web::get().to(deliveries))
        .route("/faults", web::post().to(add_fault))
        .route("/faults", web::delete().to(clear_faults))
        .route("/keys/rotate", web::post().to(rotate_keys));
}

impl ResponseError for ControlError {
    fn status_code(&self) -> actix_web::http::StatusCode {
        let status = actix_web::http::StatusCode::from_u16(self.status);
        status.unwrap_or(actix_web::http::StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::build(self.status_code()).json(json!({"error": self.message}))
    }
}

fn bad_request(message: impl std::fmt::Display) -> ControlError {
    ControlError { status: 400, message: message.to_string() }
}

fn json_config() -> web::JsonConfig {
    let config = web::JsonConfig::default().content_type_required(false);
    config.error_handler(|error, _| bad_request(error).into())
}

fn query_config() -> web::QueryConfig {
    web::QueryConfig::default().error_handler(|error, _| bad_request(error).into())
}

fn done() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

async fn world(control: Visitor) -> HttpResponse {
    HttpResponse::Ok().json(control.world())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WaitQuery {
    condition: String,
    timeout_ms: Option<u64>,
}

async fn wait(control: Visitor, query: Query<WaitQuery>) -> Answer {
    let condition: Condition = query.condition.parse().map_err(bad_request)?;
    let timeout = query.timeout_ms.unwrap_or(10_000).min(LONGEST_WAIT);
    let holds = control.wait(&condition, Duration::from_millis(timeout)).await;
    let mut answer = if holds { HttpResponse::Ok() } else { HttpResponse::RequestTimeout() };
    Ok(answer.json(json!({"holds": holds})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DialBody {
    from: Private,
    #[serde(default)]
    name: String,
    to: Private,
}

async fn dial(control: Visitor, body: Json<DialBody>) -> Answer {
    let call = control.dial(body.from.expose(), &body.name, body.to.expose())?;
    Ok(HttpResponse::Created().json(json!({"call": call})))
}

fn call_id(text: &str) -> Result<CallId, ControlError> {
    text.parse().map_err(|()| ControlError {
        status: 404,
        message: "there is no such call; POST /calls gives its id".to_owned(),
    })
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

async fn user_verb(control: Visitor, path: Path<(String, String)>) -> Answer {
    let (who, verb) = path.into_inner();
    match verb.as_str() {
        "accept" => control.accept(&who)?,
        "decline" => control.decline(&who)?,
        "ignore" => control.ignore(&who)?,
        "leave" => control.leave(&who)?,
        _ => return Err(bad_request("the verb must be accept, decline, ignore or leave")),
    }
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PresenceBody {
    availability: String,
    #[serde(default)]
    activity: Option<String>,
}

async fn put_presence(control: Visitor, who: Path<String>, body: Json<PresenceBody>) -> Answer {
    control.set_presence(&who, &body.availability, body.activity.as_deref())?;
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClientBody {
    open: bool,
}

async fn put_client(control: Visitor, who: Path<String>, body: Json<ClientBody>) -> Answer {
    control.set_client(&who, body.open)?;
    Ok(done())
}

async fn put_user(control: Visitor, person: Json<Person>) -> Answer {
    control.put_user(person.into_inner())?;
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NumberBody {
    number: Private,
}

async fn put_number(control: Visitor, body: Json<NumberBody>) -> Answer {
    control.reply(Action::PutNumber(body.into_inner().number))?;
    Ok(done())
}

async fn put_subscription(control: Visitor, body: Json<Subscription>) -> HttpResponse {
    let result = control.subscribe(body.into_inner()).await;
    let mut answer = if result.validated { HttpResponse::Ok() } else { HttpResponse::BadGateway() };
    answer.json(result)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SinceQuery {
    #[serde(default)]
    since: u64,
}

async fn requests(control: Visitor, query: Query<SinceQuery>) -> HttpResponse {
    HttpResponse::Ok().json(control.requests(query.since))
}

async fn deliveries(control: Visitor, query: Query<SinceQuery>) -> HttpResponse {
    HttpResponse::Ok().json(control.deliveries(query.since))
}

async fn add_fault(control: Visitor, rule: Json<FaultRule>) -> HttpResponse {
    control.add_fault(rule.into_inner());
    done()
}

async fn clear_faults(control: Visitor) -> HttpResponse {
    control.clear_faults();
    done()
}

async fn rotate_keys(control: Visitor) -> Answer {
    // Generating a key takes too long for the listener's thread.
    let control = control.0.clone();
    let rotated = actix_web::web::block(move || control.rotate_keys()).await;
    rotated.map_err(bad_request)??;
    Ok(done())
}
