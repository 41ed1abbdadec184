//! Logs: structured lines on standard error, without personal data.
//!
//! A line has a message that people can read and fields that machines can query. Times are UTC.
//! Names of fields are dotted, and a unit is part of the name:
//!
//! | field | what |
//! |---|---|
//! | `call.id` | the call, by our id |
//! | `call.node` | the flow's node |
//! | `command.number`, `command.name`, `command.attempt` | a command on its way out |
//! | `event.id`, `event.kind` | an event on its way in |
//! | `queue.name` | a queue |
//! | `agent.id` | an agent, by Entra object id |
//! | `http.route`, `http.status`, `http.address` | a request, or where we listen |
//! | `reason` | a stable code, such as `token.expired` |
//! | `elapsed_ms`, `retry_in_ms` | durations |
//! | `error` | an error with its sources |
//!
//! Never logged: phone numbers, names of callers, digits, speech, tokens, keys, signed addresses,
//! `incomingCallContext`, bodies. Their types have no `Display` and redact in `Debug`.
//!
//! Libraries that log addresses of requests (which hold phone numbers: a participant's raw id is
//! part of a path) are held at `warn`, whatever the filter says.

mod quiet;

use tracing::{Metadata, Subscriber, subscriber::SetGlobalDefaultError};
use tracing_subscriber::{
    EnvFilter, Layer, Registry,
    filter::{FilterFn, ParseError},
    fmt::MakeWriter,
    layer::SubscriberExt,
};

use crate::settings::{Log, LogFormat};

/// Logs cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter cannot be read.
    #[error("log.filter {filter:?} is no filter: write directives like \"info,switchboard=debug\"")]
    Filter {
        /// As written.
        filter: String,
        /// Why.
        #[source]
        source: ParseError,
    },
    /// This process already logs.
    #[error("logging was started twice in this process: start it in main only")]
    Twice(#[source] SetGlobalDefaultError),
}

/// Starts logging to standard error, for the whole process. Call it once, before the runtime.
///
/// # Errors
/// When the filter is wrong, or the process logs already.
pub fn init(log: &Log) -> Result<(), TelemetryError> {
    let subscriber = subscriber(log, std::io::stderr)?;
    tracing::subscriber::set_global_default(subscriber).map_err(TelemetryError::Twice)
}

/// What [`init`] installs, writing elsewhere: for tests that read what was logged.
///
/// # Errors
/// When the filter is wrong.
pub fn subscriber<W>(log: &Log, writer: W) -> Result<impl Subscriber + Send + Sync, TelemetryError>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(&log.filter)
        .map_err(|source| TelemetryError::Filter { filter: log.filter.clone(), source })?;
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match log.format {
        LogFormat::Json => tracing_subscriber::fmt::layer()
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .with_writer(writer)
            .boxed(),
        LogFormat::Text => {
            tracing_subscriber::fmt::layer().with_ansi(false).with_writer(writer).boxed()
        }
    };
    let private: FilterFn<fn(&Metadata<'_>) -> bool> = FilterFn::new(quiet::may_be_told);
    Ok(Registry::default().with(lines).with(filter).with(private))
}

#[cfg(test)]
mod tests;
