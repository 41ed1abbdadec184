//! Microsoft Graph presence (contract section 1).

use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::{Value, json};

use super::bearer;
use crate::clock::grid_time;
use crate::shared::Shared;
use crate::world::World;

/// The most ids in one request.
const MOST_IDS: usize = 650;
/// Application permissions that allow reading presence.
const ROLES: [&str; 2] = ["Presence.Read.All", "Presence.ReadWrite.All"];
const METADATA: &str = "https://graph.microsoft.com/v1.0/$metadata";

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/v1.0/communications/getPresencesByUserId", web::post().to(many))
        .route("/v1.0/users/{oid}/presence", web::get().to(one))
        .route("/v1.0/communications/presences/{oid}", web::get().to(one));
}

/// A refusal of Graph.
struct Denied {
    status: u16,
    code: &'static str,
    message: &'static str,
}

const fn denied(status: u16, code: &'static str, message: &'static str) -> Denied {
    Denied { status, code, message }
}

#[derive(Deserialize)]
struct ManyBody {
    ids: Vec<String>,
}

async fn many(shared: Data<Shared>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let result = authorise(&shared, &request).and_then(|()| read_many(&shared, &body));
    answer(&shared, &request, "getPresencesByUserId", result)
}

fn read_many(shared: &Shared, body: &[u8]) -> Result<Value, Denied> {
    let malformed = denied(400, "BadRequest", "The body must be {\"ids\": [\"…\"]}.");
    let body: ManyBody = serde_json::from_slice(body).map_err(|_| malformed)?;
    if body.ids.is_empty() || body.ids.len() > MOST_IDS {
        return Err(denied(400, "BadRequest", "ids must have from 1 to 650 entries."));
    }
    Ok(presences_body(&shared.lock().world, &body.ids))
}

/// The body that tells the presence of these users; unknown ids are left out.
pub(crate) fn presences_body(world: &World, oids: &[String]) -> Value {
    let known = world.presences(oids);
    let value: Vec<Value> = known
        .into_iter()
        .map(|(oid, presence, sequence)| {
            presence_json(&oid, &presence.availability, &presence.activity, &sequence)
        })
        .collect();
    let context = format!("{METADATA}#Collection(microsoft.graph.presence)");
    json!({"@odata.context": context, "value": value})
}

async fn one(shared: Data<Shared>, request: HttpRequest, oid: Path<String>) -> HttpResponse {
    let result = authorise(&shared, &request).and_then(|()| read_one(&shared, &oid));
    answer(&shared, &request, "getPresence", result)
}

fn read_one(shared: &Shared, oid: &str) -> Result<Value, Denied> {
    let found = shared.lock().world.presences(&[oid.to_owned()]);
    let Some((oid, presence, sequence)) = found.into_iter().next() else {
        return Err(denied(404, "NotFound", "The user was not found."));
    };
    let mut body = presence_json(&oid, &presence.availability, &presence.activity, &sequence);
    body["@odata.context"] = json!(format!("{METADATA}#users('{oid}')/presence/$entity"));
    Ok(body)
}

fn presence_json(oid: &str, availability: &str, activity: &str, sequence: &str) -> Value {
    json!({
        "id": oid,
        "availability": availability,
        "activity": activity,
        "statusMessage": null,
        "sequenceNumber": sequence,
        "outOfOfficeSettings": {"message": null, "isOutOfOffice": false},
        "workLocation": null,
    })
}

fn authorise(shared: &Shared, request: &HttpRequest) -> Result<(), Denied> {
    let text = "Access token is missing, expired or for another audience.";
    let claims = bearer::for_graph(shared, request);
    let claims = claims.ok_or_else(|| denied(401, "InvalidAuthenticationToken", text))?;
    if claims.roles.iter().any(|role| ROLES.contains(&role.as_str())) {
        return Ok(());
    }
    Err(denied(403, "Forbidden", "The application needs Presence.Read.All."))
}

fn answer(
    shared: &Shared,
    request: &HttpRequest,
    operation: &str,
    result: Result<Value, Denied>,
) -> HttpResponse {
    let request_id = shared.lock().ids.guid();
    let (status, body) = match result {
        Ok(body) => (200, body),
        Err(denied) => {
            let date = grid_time(shared.clock.now());
            let inner = json!({"date": date, "request-id": request_id,
                "client-request-id": request_id});
            let error = json!({"code": denied.code, "message": denied.message,
                "innerError": inner});
            (denied.status, json!({"error": error}))
        }
    };
    super::note(shared, request.method().as_str(), operation, status);
    let code = actix_web::http::StatusCode::from_u16(status);
    HttpResponse::build(code.unwrap_or(actix_web::http::StatusCode::INTERNAL_SERVER_ERROR))
        .insert_header(("request-id", request_id))
        .json(body)
}
