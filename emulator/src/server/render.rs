//! Answers of the library as answers of the listener, with the troubles that a fault makes on the
//! connection.

use actix_web::HttpResponse as Answer;
use actix_web::HttpResponseBuilder;
use actix_web::body::SizedStream;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data};
use futures_util::stream::{once, unfold};

use crate::calling::HttpResponse;
use crate::clock::Millis;
use crate::shared::Shared;

/// The most pieces that a slow answer comes in.
const PIECES: usize = 20;

/// The status of this number; 500 for one that is none.
pub(super) fn status(number: u16) -> StatusCode {
    StatusCode::from_u16(number).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// An answer as it is, or dripping out over `slow` milliseconds.
pub(super) fn render(shared: &Data<Shared>, response: HttpResponse, slow: Millis) -> Answer {
    let mut answer = Answer::build(status(response.status));
    for (name, value) in response.headers {
        answer.insert_header((name, value));
    }
    if slow > 0 {
        return drip(shared, &mut answer, Bytes::from(response.body), slow);
    }
    if response.body.is_empty() { answer.finish() } else { answer.body(response.body) }
}

/// The body in small pieces with pauses before them.
fn drip(
    shared: &Data<Shared>,
    answer: &mut HttpResponseBuilder,
    body: Bytes,
    slow: Millis,
) -> Answer {
    let pieces = body.len().clamp(1, PIECES);
    let size = body.len().div_ceil(pieces).max(1);
    let pause = slow / Millis::try_from(pieces).unwrap_or(1);
    let length = u64::try_from(body.len()).unwrap_or(u64::MAX);
    let start = (body, shared.clone());
    let stream = unfold(start, move |(mut rest, shared)| async move {
        if rest.is_empty() {
            return None;
        }
        shared.clock.pause(pause).await;
        let piece = rest.split_to(size.min(rest.len()));
        Some((Ok::<_, std::io::Error>(piece), (rest, shared)))
    });
    answer.body(SizedStream::new(length, Box::pin(stream)))
}

/// Closes the connection without a byte of an answer: a body that fails before its first byte makes
/// the listener drop the head that it has not sent yet.
pub(super) fn reset() -> Answer {
    let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    Answer::Ok().streaming(once(async move { Err::<Bytes, _>(broken) }))
}
