//! The demo's own listener, on loopback only: the page, the people's control API, the trace.

use std::{convert::Infallible, sync::Arc};

use actix_web::{
    HttpResponse, guard,
    http::header,
    web::{self, Bytes, Data, Path},
};
use engine::call::CallId;
use futures_util::stream;
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::{app::App, ledger::Ledger, runner::Wakes, trace::trace_of};

use super::page::{PAGE_FILES, PageFile};

/// How many calls the page lists.
const LISTED: usize = 50;
const POLICY: &str =
    "default-src 'self'; style-src 'self'; script-src 'self'; frame-ancestors 'none'";

#[derive(Clone)]
struct Traces {
    ledger: Arc<dyn Ledger>,
    wakes: Wakes,
}

pub(super) fn page_routes(
    control: emulator::Control,
    app: &App,
) -> impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static {
    let traces = Traces { ledger: app.ledger(), wakes: app.consequences().wakes().clone() };
    move |config| {
        let mut page = web::scope("")
            .guard(guard::fn_guard(is_local))
            .app_data(Data::new(traces.clone()))
            .service(web::scope("/world").configure(emulator::control_routes(control.clone())))
            .route("/trace/calls", web::get().to(calls))
            .route("/trace/calls/{call}", web::get().to(call))
            .route("/trace/changes", web::get().to(changes));
        for file in PAGE_FILES {
            page = page.route(file.path, web::get().to(move || serve(file)));
        }
        config.service(page);
    }
}

/// A page of another name that leads here (DNS rebinding) is no page of ours: it gets 404.
fn is_local(context: &guard::GuardContext<'_>) -> bool {
    let head = context.head();
    let host =
        head.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let same_site = head.headers().get("sec-fetch-site").is_none_or(|site| site != "cross-site");
    same_site && matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

async fn serve(file: &'static PageFile) -> HttpResponse {
    let response = HttpResponse::Ok()
        .content_type(file.media_type)
        .insert_header(("Content-Security-Policy", POLICY))
        .body(file.body);
    std::future::ready(response).await
}

async fn calls(traces: Data<Traces>) -> HttpResponse {
    match traces.ledger.calls(LISTED).await {
        Ok(calls) => HttpResponse::Ok().json(calls),
        Err(error) => failed(&error),
    }
}

async fn call(traces: Data<Traces>, call: Path<String>) -> HttpResponse {
    let id = CallId(call.into_inner());
    let state = match traces.ledger.call(&id).await {
        Ok(Some(state)) => state,
        Ok(None) => return HttpResponse::NotFound().finish(),
        Err(error) => return failed(&error),
    };
    match traces.ledger.journal(&id, 0).await {
        Ok(rows) => HttpResponse::Ok().json(trace_of(&state, &rows)),
        Err(error) => failed(&error),
    }
}

fn failed(error: &crate::ledger::LedgerError) -> HttpResponse {
    tracing::error!(error = error as &dyn std::error::Error, "a trace could not be read");
    HttpResponse::InternalServerError().finish()
}

/// Server-sent events: `call` with the id of a call whose trace grew.
async fn changes(traces: Data<Traces>) -> HttpResponse {
    let receiver = traces.wakes.grown.subscribe();
    let first =
        stream::once(std::future::ready(Ok::<_, Infallible>(Bytes::from_static(b": open\n\n"))));
    let rest = stream::unfold(receiver, next_change);
    let body = futures_util::StreamExt::chain(first, rest);
    let response = HttpResponse::Ok().content_type("text/event-stream").streaming(body);
    std::future::ready(response).await
}

async fn next_change(
    mut receiver: Receiver<String>,
) -> Option<(Result<Bytes, Infallible>, Receiver<String>)> {
    let text = match receiver.recv().await {
        Ok(id) => format!("event: call\ndata: {{\"id\":\"{id}\"}}\n\n"),
        // Hints were lost; the next one brings the reader up to date.
        Err(RecvError::Lagged(_)) => ": lagged\n\n".to_owned(),
        Err(RecvError::Closed) => return None,
    };
    Some((Ok(Bytes::from(text)), receiver))
}
