//! `[log]`: how much is told, and in which form.

use tracing_subscriber::EnvFilter;

use super::{
    section::{Key, Section},
    source::Node,
    value::{self, Read},
};

/// How much is told, and in which form. Logs go to standard error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// The form of a line.
    pub format: LogFormat,
    /// Directives such as `info,switchboard::dispatch=debug`.
    pub filter: String,
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Json, filter: "info".to_owned() }
    }
}

/// The form of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line, for collectors.
    Json,
    /// For people.
    Text,
}

const FORMAT: Key = Key { name: "format", write: "\"json\" or \"text\"" };
const FILTER: Key =
    Key { name: "filter", write: "directives like \"info,switchboard::dispatch=debug\"" };

pub(super) const KEYS: &[&Key] = &[&FORMAT, &FILTER];

pub(super) fn read(mut section: Section<'_>) -> Log {
    let default = Log::default();
    Log {
        format: section.or(&FORMAT, format, default.format),
        filter: section.or(&FILTER, filter, default.filter),
    }
}

fn format(node: &Node) -> Read<LogFormat> {
    match value::text(node)?.as_str() {
        "json" => Ok(LogFormat::Json),
        "text" => Ok(LogFormat::Text),
        other => Err(format!("{other:?} is no format")),
    }
}

fn filter(node: &Node) -> Read<String> {
    let text = value::text(node)?;
    match EnvFilter::try_new(&text) {
        Ok(_) => Ok(text),
        Err(error) => Err(format!("{text:?} is no filter ({error})")),
    }
}
