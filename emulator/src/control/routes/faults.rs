//! Faults on order.

use actix_web::HttpResponse;
use actix_web::web::{self, Json};

use super::super::FaultRule;
use super::super::visitor::Visitor;
use super::{Entry, done};

pub(super) const ROUTES: &[Entry] = &[
    Entry::post("/faults", "Order a fault", || web::post().to(add_fault))
        .tag("Faults")
        .takes("FaultRule", r#"{"on": "play", "nth": 1, "action": {"refuse": {"status": 429}}}"#)
        .gives(204),
    Entry::delete("/faults", "Withdraw all faults", || web::delete().to(clear_faults))
        .tag("Faults")
        .gives(204),
];

async fn add_fault(control: Visitor, rule: Json<FaultRule>) -> HttpResponse {
    control.add_fault(rule.into_inner());
    done()
}

async fn clear_faults(control: Visitor) -> HttpResponse {
    control.clear_faults();
    done()
}
