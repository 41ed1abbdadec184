//! Signing keys.

use actix_web::web;

use super::super::visitor::Visitor;
use super::{Answer, Entry, bad_request, done};

pub(super) const ROUTES: &[Entry] =
    &[Entry::post("/keys/rotate", "New signing keys", || web::post().to(rotate_keys))
        .tag("Keys")
        .details("For callbacks and Entra. The keys before stay published once.")
        .gives(204)];

async fn rotate_keys(control: Visitor) -> Answer {
    // Generating a key takes too long for the listener's thread.
    let control = control.0.clone();
    let rotated = actix_web::web::block(move || control.rotate_keys()).await;
    rotated.map_err(bad_request)??;
    Ok(done())
}
