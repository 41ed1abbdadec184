//! A delivery posted again by hand.

use super::{problem, tokens};
use crate::shared::{DeliveryEntry, Exchange, Proof, Shared};

/// Posts the same bytes with a fresh token; the attempt is logged as a replay.
pub(crate) async fn replay(
    shared: &Shared,
    entry: &DeliveryEntry,
    exchange: Exchange,
) -> DeliveryEntry {
    let answer = post(shared, &exchange).await;
    let at = shared.clock.now();
    let again = {
        let mut state = shared.lock();
        state.deliveries.add(|n| DeliveryEntry {
            n,
            at,
            kind: "replay",
            event: entry.event.clone(),
            subject: entry.subject.clone(),
            attempt: 1,
            status: answer.as_ref().ok().copied(),
            lost: answer.is_err(),
            problem: answer.as_ref().err().cloned(),
        });
        let n = state.deliveries.count();
        state.posted.keep(n, exchange);
        state.deliveries.one(n)
    };
    shared.changed();
    // It was just added, under the same lock.
    again.unwrap_or_else(|| entry.clone())
}

async fn post(shared: &Shared, exchange: &Exchange) -> Result<u16, String> {
    let method = exchange.method.parse().unwrap_or(reqwest::Method::POST);
    let mut request = shared
        .client
        .request(method, &exchange.target)
        .timeout(super::PATIENCE)
        .body(exchange.body.clone());
    for (name, value) in &exchange.headers {
        request = request.header(name, value);
    }
    let token = match &exchange.proof {
        Proof::None => None,
        Proof::Callback => Some(tokens::callback(shared, 0, None)),
        Proof::EventGrid(target) => Some(tokens::event_grid(shared, target)),
    };
    if let Some(token) = token {
        request = request.bearer_auth(token.map_err(|error| problem::chain(&error))?);
    }
    let response = request.send().await.map_err(problem::describe)?;
    Ok(response.status().as_u16())
}
