//! `switchboard serve`: the service.

use crate::{
    app::{App, StartError},
    flow_files::read_flow,
    settings::Settings,
    terminal,
};

use super::{BROKEN, OK, USAGE, flow::check};

/// Runs until SIGTERM or Ctrl-C, then drains; the second signal ends it at once. Nothing is lost by that: what
/// is not done is in the ledger.
pub async fn run(settings: &Settings) -> u8 {
    let app = match App::start(settings).await {
        Ok(app) => app,
        Err(error) => return refuse(&error),
    };
    terminal::say(
        &serde_json::json!({ "ready": true, "address": app.address().to_string() }).to_string(),
    );
    stop_signal().await;
    drain(app, settings).await;
    OK
}

async fn drain(app: App, settings: &Settings) {
    tracing::info!("stopping");
    tokio::select! {
        () = app.stop(settings.http.drain) => {}
        () = stop_signal() => tracing::warn!("told a second time: stopped at once"),
    }
}

/// Says why the service did not start.
pub fn refuse(error: &StartError) -> u8 {
    if let StartError::Flow { file, findings } = error {
        let files = read_flow(file).unwrap_or_default();
        for finding in findings {
            terminal::tell(&check::draw(finding, file, &files));
        }
    }
    terminal::tell_error(error);
    match error {
        StartError::Flow { .. } | StartError::Fit(_) | StartError::File { .. } => USAGE,
        StartError::Keys(_)
        | StartError::Ledger(_)
        | StartError::Storage(_)
        | StartError::Identity(_)
        | StartError::Client(_)
        | StartError::AccessKey(_)
        | StartError::Http(_) => BROKEN,
    }
}

/// Waits for SIGTERM or Ctrl-C.
pub async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
        }
        Err(_) => _ = tokio::signal::ctrl_c().await,
    }
}
