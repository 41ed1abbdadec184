//! Faults on the small services: Graph, Entra's token endpoint and the key sets.

use actix_web::HttpResponse as Answer;
use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::{self, Data};
use serde_json::{Value, json};

use super::render::{render, reset, status};
use crate::calling::HttpResponse;
use crate::clock::Clock;
use crate::shared::{Denial, Shared, Struck, Trouble};

/// Lets a request through with the troubles that a fault makes; others are not touched.
pub(super) async fn troubled(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let shared = request.app_data::<Data<Shared>>().cloned();
    let Some((shared, struck)) = shared.zip(service(request.path())) else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let name = request.path().rsplit('/').next().unwrap_or_default().to_owned();
    let trouble = Trouble::of(shared.lock().faults.strike(struck, &name));
    if trouble == Trouble::default() {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    if trouble.rotate {
        let keys = shared.clone();
        // Without new keys the old ones go on signing.
        let _ = web::block(move || keys.rotate_keys()).await;
    }
    shared.clock.pause(trouble.wait_before).await;
    if trouble.reset_before {
        return Ok(request.into_response(reset()));
    }
    if let Some(denial) = &trouble.deny {
        let answer = denied(&shared, struck, &name, denial, &trouble);
        return Ok(request.into_response(answer));
    }
    let answered = Clock::skewed(trouble.skew, next.call(request)).await?;
    shared.clock.pause(trouble.wait_after).await;
    suffer(&shared, struck, &name, &trouble, answered).await
}

/// What becomes of an answer that was given.
async fn suffer(
    shared: &Data<Shared>,
    struck: Struck,
    name: &str,
    trouble: &Trouble,
    answered: ServiceResponse<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    if trouble.reset_after {
        return Ok(answered.into_response(reset()));
    }
    if let Some(denial) = &trouble.deny_after {
        let answer = denied(shared, struck, name, denial, trouble);
        return Ok(answered.into_response(answer));
    }
    if trouble.slow == 0 {
        return Ok(answered.map_into_boxed_body());
    }
    let code = answered.status().as_u16();
    let (request, answer) = answered.into_parts();
    let body = to_bytes(answer.into_body()).await.unwrap_or_default();
    let headers = vec![("content-type", "application/json".to_owned())];
    let response = HttpResponse { status: code, headers, body: body.to_vec() };
    Ok(ServiceResponse::new(request, render(shared, response, trouble.slow)))
}

/// Which small service a path is of.
fn service(path: &str) -> Option<Struck> {
    if path == "/calling/keys" || path.contains("/discovery/") {
        return Some(Struck::Keys);
    }
    if path.ends_with("/oauth2/v2.0/token") || path.ends_with("/oauth2/token") {
        return Some(Struck::Token);
    }
    let graph = path.starts_with("/v1.0/") || path.starts_with("/beta/");
    graph.then_some(Struck::Graph)
}

fn denied(
    shared: &Data<Shared>,
    struck: Struck,
    name: &str,
    denial: &Denial,
    trouble: &Trouble,
) -> Answer {
    super::note(shared, "", name, denial.status);
    let body = denial_body(struck, denial.status);
    let response = HttpResponse::new(denial.status, Some(&body)).retry_after(denial.retry_after);
    render(shared, response, trouble.slow)
}

/// In the words of the service.
fn denial_body(struck: Struck, number: u16) -> Value {
    let text = "Refused by a fault rule.";
    match struck {
        Struck::Token => json!({"error": "temporarily_unavailable", "error_description": text}),
        Struck::Event | Struck::Operation | Struck::Graph | Struck::Keys => {
            let code = status(number).canonical_reason().unwrap_or("Unknown").replace(' ', "");
            json!({"error": {"code": code, "message": text}})
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_belong_to_a_service() {
        let cases = [
            ("/calling/keys", Some(Struck::Keys)),
            ("/t/discovery/v2.0/keys", Some(Struck::Keys)),
            ("/t/oauth2/v2.0/token", Some(Struck::Token)),
            ("/v1.0/communications/getPresencesByUserId", Some(Struck::Graph)),
            ("/calling/callConnections:answer", None),
            ("/v1/objects/d/content/audio", None),
        ];
        for (path, service_of) in cases {
            assert_eq!(service(path), service_of, "{path}");
        }
    }
}
