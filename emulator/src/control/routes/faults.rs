//! Faults on order.

use actix_web::HttpResponse;
use actix_web::web::{self, Json, Path};
use serde_json::json;

use super::super::visitor::Visitor;
use super::super::{ControlError, FaultRule};
use super::{Answer, Entry, bad_request, done};

pub(super) const ROUTES: &[Entry] = &[
    Entry::post("/faults", "Order a fault", || web::post().to(add_fault))
        .tag("Faults")
        .takes("FaultRule", r#"{"on": "play", "nth": 1, "action": {"refuse": {"status": 429}}}"#)
        .gives_json(201, "FaultOrdered"),
    Entry::get("/faults", "Faults in force, with how often they struck", || web::get().to(faults))
        .tag("Faults")
        .gives_json(200, "Faults"),
    Entry::delete("/faults", "Withdraw all faults", || web::delete().to(clear_faults))
        .tag("Faults")
        .gives(204),
    Entry::delete("/faults/{id}", "Withdraw one fault", || web::delete().to(remove_fault))
        .tag("Faults")
        .gives(204)
        .gives_json(404, "Error"),
];

async fn add_fault(control: Visitor, rule: Json<FaultRule>) -> Answer {
    rule.check().map_err(bad_request)?;
    let id = control.add_fault(rule.into_inner());
    Ok(HttpResponse::Created().json(json!({"id": id})))
}

async fn faults(control: Visitor) -> HttpResponse {
    HttpResponse::Ok().json(control.faults())
}

async fn clear_faults(control: Visitor) -> HttpResponse {
    control.clear_faults();
    done()
}

async fn remove_fault(control: Visitor, id: Path<String>) -> Answer {
    let known = id.parse().is_ok_and(|id| control.remove_fault(id));
    let message = "there is no such fault; GET /faults lists them".to_owned();
    known.then(done).ok_or(ControlError { status: 404, message })
}
