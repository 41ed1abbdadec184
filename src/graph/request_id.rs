//! Names for requests: Microsoft's support asks for them.

use std::sync::atomic::{AtomicU64, Ordering};

use engine::Millis;
use sha2::{Digest, Sha256};

/// Gives each request of this process a GUID. They need to differ, not to be unguessable, so they
/// are a hash of process, start and count.
#[derive(Debug)]
pub(super) struct RequestIds {
    started_at: Millis,
    count: AtomicU64,
}

impl RequestIds {
    pub(super) fn new(started_at: Millis) -> Self {
        Self { started_at, count: AtomicU64::new(0) }
    }

    pub(super) fn next(&self) -> String {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let digest = Sha256::new()
            .chain_update("switchboard-graph-request/1\n")
            .chain_update(std::process::id().to_be_bytes())
            .chain_update(self.started_at.to_be_bytes())
            .chain_update(count.to_be_bytes())
            .finalize();
        let hex = digest[..16].iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        let (a, b, c, d) = (&hex[..8], &hex[8..12], &hex[13..16], &hex[17..20]);
        format!("{a}-{b}-4{c}-8{d}-{}", &hex[20..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_guids_and_differ() {
        let ids = RequestIds::new(1);
        let (one, two) = (ids.next(), ids.next());
        assert_ne!(one, two);
        let parts: Vec<usize> = one.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12]);
    }
}
