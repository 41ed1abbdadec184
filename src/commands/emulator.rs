//! `switchboard emulator`: the stand-in world by itself.

use emulator::Options;

use crate::terminal;

use super::{BROKEN, OK, serve::stop_signal};

/// Starts the emulator, prints one JSON line when ready, and runs until SIGTERM or Ctrl-C.
pub async fn run(options: Options) -> u8 {
    match emulator::start(options).await {
        Ok(running) => {
            terminal::say(&running.ready_line());
            stop_signal().await;
            running.stop().await;
            OK
        }
        Err(error) => {
            terminal::tell_error(&error);
            BROKEN
        }
    }
}
