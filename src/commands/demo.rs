//! `switchboard demo`: the whole world in one process.

use std::path::{Path, PathBuf};

use crate::{
    demo::{Demo, DemoError, DemoOptions, OnceError, OnceOptions, SCENARIO, once},
    terminal,
};

use super::{BROKEN, NO, OK, USAGE, serve};

/// Scripted calls need not last as long as spoken ones.
const ONCE_SPEED: f64 = 8.0;

/// Serves the page until Ctrl-C.
pub async fn run(port: u16, speed: Option<f64>) -> u8 {
    terminal::tell("starting the emulator and the service …");
    let options = DemoOptions { speed: speed.unwrap_or(1.0), ..DemoOptions::default() };
    let mut demo = match Demo::start(&options).await {
        Ok(demo) => demo,
        Err(error) => return refuse(&error),
    };
    let address = match demo.serve_page(port) {
        Ok(address) => address,
        Err(error) => {
            demo.stop().await;
            return refuse(&error);
        }
    };
    terminal::say(&format!(
        "Open http://localhost:{} and dial. Press 0 to ask for a person, then accept in a Teams client.\n\
         Ctrl-C ends the demo.",
        address.port()
    ));
    serve::stop_signal().await;
    terminal::tell("stopping …");
    demo.stop().await;
    OK
}

/// Plays a scenario; 0 if the call ended as it expects.
pub async fn run_once(scenario: Option<&Path>, json: bool, speed: Option<f64>) -> u8 {
    let name =
        scenario.map_or_else(|| PathBuf::from("flows/airline/a-person.yaml"), Path::to_path_buf);
    let source = match scenario.map(std::fs::read_to_string) {
        None => SCENARIO.to_owned(),
        Some(Ok(source)) => source,
        Some(Err(error)) => {
            terminal::tell(&format!("error: {} cannot be read: {error}", name.display()));
            return USAGE;
        }
    };
    let demo = DemoOptions { speed: speed.unwrap_or(ONCE_SPEED), ..DemoOptions::default() };
    let options = OnceOptions { scenario: source, name: name.display().to_string(), json, demo };
    match once(&options).await {
        Ok(true) => OK,
        Ok(false) => NO,
        Err(error) => {
            terminal::tell_error(&error);
            if matches!(error, OnceError::Scenario { .. }) { USAGE } else { BROKEN }
        }
    }
}

fn refuse(error: &DemoError) -> u8 {
    if let DemoError::Service(error) = error {
        return serve::refuse(error);
    }
    terminal::tell_error(error);
    BROKEN
}
