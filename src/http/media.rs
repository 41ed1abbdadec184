//! The web socket of a call's sound: Call Automation dials us, and we dial the voice agent.

use std::panic::AssertUnwindSafe;

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path, Payload},
};
use futures_util::FutureExt as _;
use webhooks::frames::UpgradeHeaders;

use crate::{
    going_on::GoingOn,
    voice::{NotOpened, Touch},
};

use super::{Shared, connections};

/// `GET /media/{call}/{signature}`
pub(super) async fn socket(
    shared: Data<Shared>,
    path: Path<(String, String)>,
    request: HttpRequest,
    payload: Payload,
) -> HttpResponse {
    let Some(voice) = shared.voice.clone() else { return HttpResponse::NotFound().finish() };
    let (call, signature) = path.into_inner();
    let headers = request.headers().iter();
    let headers = UpgradeHeaders::read(
        headers.filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))),
    );
    // The agent's connection belongs to the service's runtime, and what is begun is brought to its end there.
    let opening = AssertUnwindSafe(voice.open(call, signature, headers)).catch_unwind();
    let opened = GoingOn::new(&shared.tracker, &shared.runtime, opening).await;
    let link = match opened.unwrap_or(Err(NotOpened::Unable)) {
        Ok(link) => link,
        Err(refused) => return refuse(&refused),
    };
    let Ok((response, session, messages)) = actix_ws::handle(&request, payload) else {
        return HttpResponse::UpgradeRequired().force_close().finish();
    };
    let kept = connections::keep(&request);
    let touch: Touch = Box::new(move || {
        if let Some(kept) = &kept {
            kept.touch();
        }
    });
    // Messages of a web socket stay in the thread that has its connection.
    shared.tracker.spawn_local(link.run(session, messages, touch));
    response
}

fn refuse(refused: &NotOpened) -> HttpResponse {
    let mut response = match refused {
        NotOpened::Refused => HttpResponse::Unauthorized(),
        NotOpened::Unable => HttpResponse::InternalServerError(),
        NotOpened::NotWanted => HttpResponse::Conflict(),
        NotOpened::Agent(_) => HttpResponse::BadGateway(),
    };
    response.force_close().finish()
}
