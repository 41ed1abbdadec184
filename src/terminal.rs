//! The only place that prints: results to standard output, progress and problems to standard error.

use std::io::Write as _;

/// A line of a result. A closed pipe is not an error: nobody reads any more.
pub fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}

/// A line of progress, or of what went wrong.
pub fn tell(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// An error with its causes, one line each.
pub fn tell_error(error: &dyn std::error::Error) {
    tell(&format!("error: {error}"));
    let mut cause = error.source();
    while let Some(next) = cause {
        tell(&format!("  because: {next}"));
        cause = next.source();
    }
}
