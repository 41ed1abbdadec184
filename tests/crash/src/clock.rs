//! The rig's only door to time: wall time, the same that the emulator writes into its logs.

use std::time::Duration;

/// Milliseconds since 1970.
pub(crate) type Millis = i64;

/// Now.
pub(crate) fn now() -> Millis {
    #[expect(clippy::disallowed_methods, reason = "this is the rig's door to time")]
    let now = std::time::SystemTime::now();
    let since = now.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Waits so many milliseconds.
pub(crate) async fn pause(ms: Millis) {
    #[expect(clippy::disallowed_methods, reason = "this is the rig's door to time")]
    tokio::time::sleep(Duration::from_millis(u64::try_from(ms).unwrap_or(0))).await;
}
