//! How fast the world goes.

use std::time::Duration;

use super::{Millis, whole_millis};

/// How fast people speak, phones ring and scripted pauses pass. 1 is real time, 10 ten times as
/// fast.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace(f64);

impl Default for Pace {
    /// Real time.
    fn default() -> Self {
        Self::REAL
    }
}

impl Pace {
    /// Real time.
    pub(crate) const REAL: Self = Self(1.0);

    /// `None` unless the speed is a positive, finite number.
    pub(crate) fn new(speed: f64) -> Option<Self> {
        (speed.is_finite() && speed > 0.0).then_some(Self(speed))
    }

    /// A real duration in the emulator's time; at least 1 ms unless it was nothing.
    pub(crate) fn scale(self, real: Millis) -> Millis {
        let Ok(real) = u64::try_from(real) else {
            return 0;
        };
        if real == 0 {
            return 0;
        }
        whole_millis(Duration::from_millis(real).div_f64(self.0)).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_divides_and_keeps_a_millisecond() {
        let pace = Pace::new(10.0).expect("a speed");
        assert_eq!(pace.scale(30_000), 3_000);
        assert_eq!(pace.scale(3), 1);
        assert_eq!(pace.scale(0), 0);
        assert!(Pace::new(0.0).is_none());
        assert!(Pace::new(f64::NAN).is_none());
    }
}
