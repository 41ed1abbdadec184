//! Figures of many samples.

use std::time::Duration;

use crate::{time::micros, wire::Sample};

/// Times in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Times(Vec<u32>);

impl Times {
    /// Of any times.
    pub(crate) fn of(times: impl IntoIterator<Item = Duration>) -> Self {
        let mut times: Vec<u32> = times.into_iter().map(micros).collect();
        times.sort_unstable();
        Self(times)
    }

    /// How many.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// The time that so many thousandths stay below, in ms; 0 of no times.
    pub(crate) fn below(&self, thousandths: usize) -> f64 {
        let last = self.0.len().saturating_sub(1);
        let at = (self.0.len() * thousandths / 1_000).min(last);
        self.0.get(at).map_or(0.0, |micros| f64::from(*micros) / 1_000.0)
    }
}

/// Those answered 200.
pub(crate) fn good(samples: &[Sample]) -> impl Iterator<Item = &Sample> {
    samples.iter().filter(|sample| sample.status == 200)
}

/// How many a second.
pub(crate) fn rate(count: usize, span: Duration) -> f64 {
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    f64::from(count) / span.as_secs_f64().max(0.001)
}
