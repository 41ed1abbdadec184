//! The webhook receiver: https on loopback, as Azure Communication Services wants it.

use std::path::Path;

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use rcgen::{CertificateParams, Issuer, KeyPair};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_util::task::TaskTracker;
use webhooks::{Delivery, GridEventKind, classify, parse_call_events, parse_event_grid};

use super::{Outcome, Received};

/// Starts the receiver on a free port; gives its address and what it receives.
pub(super) fn start(ca_file: &Path) -> Outcome<(String, UnboundedReceiver<Received>)> {
    let (sender, receiver) = unbounded_channel();
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(sender.clone()))
            .route("/events", web::post().to(events))
            .route("/callbacks", web::post().to(callbacks))
    })
    .workers(1)
    .disable_signals()
    .bind_rustls_0_23("127.0.0.1:0", tls(ca_file)?)?;
    let port = server.addrs().first().ok_or("no address is bound")?.port();
    // Lives until the process ends.
    TaskTracker::new().spawn(server.run());
    Ok((format!("https://localhost:{port}"), receiver))
}

/// A certificate that the emulator trusts: made with its own authority, whose key lies beside its
/// certificate. Your webhook has one of a public authority.
fn tls(ca_file: &Path) -> Outcome<ServerConfig> {
    let ca_key = ca_file.with_file_name("emulator-ca-key.pem");
    let ca_key = KeyPair::from_pem(&std::fs::read_to_string(ca_key)?)?;
    let authority = Issuer::from_ca_cert_pem(&std::fs::read_to_string(ca_file)?, ca_key)?;
    let key = KeyPair::generate()?;
    let names = vec!["localhost".to_owned()];
    let certificate = CertificateParams::new(names)?.signed_by(&key, &authority)?;
    let chain = vec![CertificateDer::from_pem_slice(certificate.pem().as_bytes())?];
    let key = PrivateKeyDer::from_pem_slice(key.serialize_pem().as_bytes())?;
    Ok(ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key)?)
}

type Sender = web::Data<UnboundedSender<Received>>;

async fn events(sender: Sender, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let Ok(events) = parse_event_grid(&body, header("content-type")) else {
        return HttpResponse::BadRequest().finish();
    };
    match classify(header("aeg-event-type"), events) {
        Delivery::Validation(answer) => HttpResponse::Ok().json(answer),
        Delivery::Events(events) => {
            for event in events.into_iter().flatten() {
                pass_on(&sender, event.kind);
            }
            HttpResponse::Ok().finish()
        }
        Delivery::Unsubscribed | Delivery::Refused { .. } => HttpResponse::Ok().finish(),
    }
}

fn pass_on(sender: &Sender, kind: GridEventKind) {
    if let GridEventKind::IncomingCall(call) = kind {
        let _ = sender.send(Received::Ringing(Box::new(call)));
    } else if let GridEventKind::RecordingFileStatusUpdated(file) = kind {
        let _ = sender.send(Received::Recorded(Box::new(file)));
    }
}

async fn callbacks(sender: Sender, body: web::Bytes) -> HttpResponse {
    let Ok(events) = parse_call_events(&body) else {
        return HttpResponse::BadRequest().finish();
    };
    for event in events.into_iter().flatten() {
        let _ = sender.send(Received::Call(Box::new(event)));
    }
    HttpResponse::Ok().finish()
}
