//! How much the quarantine holds.

/// Most bodies kept; beyond them the oldest go (RELIABILITY.md F8). A body has 1 MiB at most, so the
/// quarantine never takes more than 10 GiB, whatever is sent to it. Tests have a small one.
pub(in crate::ledger) const MOST: i64 = if cfg!(test) { 20 } else { 10_000 };

/// Tells that bodies were dropped to make room.
pub(in crate::ledger) fn tell_dropped(bodies: usize) {
    if bodies > 0 {
        tracing::error!(
            alert = "quarantine",
            bodies,
            "the quarantine is full: its oldest bodies were dropped; look at what arrives unreadable"
        );
    }
}
