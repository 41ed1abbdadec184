//! The world's time, and moving it.

use serde::Serialize;

use super::{Control, ControlError};
use crate::clock::Millis;

/// The world's time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClockView {
    /// `real` or `stepped`.
    pub mode: &'static str,
    /// Milliseconds since 1970.
    pub now: i64,
    /// How many times faster than life people speak and phones ring.
    pub speed: f64,
    /// When something happens by itself next; absent when nothing ever will.
    pub next_due: Option<i64>,
}

impl Control {
    /// The world's time.
    pub fn clock(&self) -> ClockView {
        let shared = self.shared();
        ClockView {
            mode: if shared.clock.is_stepped() { "stepped" } else { "real" },
            now: shared.clock.now(),
            speed: shared.options.speed,
            next_due: shared.next_due(),
        }
    }

    /// Moves stepped time by so many milliseconds. Everything on the way happens in order, and all
    /// deliveries that it causes are posted and answered before the next thing and before this
    /// returns. What the application does after it has answered is not waited for.
    ///
    /// # Errors
    /// 409 when time is real.
    pub async fn advance(&self, ms: u32) -> Result<ClockView, ControlError> {
        let shared = self.shared();
        if !shared.clock.is_stepped() {
            let message = "time is real; start the emulator with stepped time to move it";
            return Err(ControlError { status: 409, message: message.to_owned() });
        }
        // One after the other, whoever asks.
        let turn = shared.stepping.lock().await;
        let target = shared.clock.now() + Millis::from(ms);
        loop {
            shared.settle().await;
            match shared.next_due() {
                Some(due) if due <= target => shared.clock.set(due),
                Some(_) | None => break,
            }
        }
        shared.clock.set(target);
        drop(turn);
        shared.changed();
        Ok(self.clock())
    }
}
