//! What the service's own commands say of its calls.

use serde_json::Value;
use tokio::process::Command;

use crate::{
    clock::Millis,
    evidence::{Kept, Row},
    processes::{RigError, output},
    run::Order,
};

/// Calls in one `export`.
const AT_ONCE: usize = 100;
/// More calls than a run has.
const ALL: &str = "1000000";

fn command(order: &Order, arguments: &[&str]) -> Command {
    let mut command = Command::new(&order.binary);
    command.args(arguments).arg("--config").arg(order.config());
    command
}

async fn json(order: &Order, arguments: &[&str]) -> Result<Value, RigError> {
    let text = output(command(order, arguments)).await?;
    serde_json::from_str(&text).map_err(|error| RigError::Other(format!("{arguments:?}: {error}")))
}

/// All calls of the ledger.
pub(crate) async fn kept(order: &Order) -> Result<Vec<Kept>, RigError> {
    let list = json(order, &["trace", "--newest", ALL, "--json"]).await?;
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    let mut kept = Vec::new();
    for some in list.chunks(AT_ONCE) {
        let ids = some.iter().filter_map(|call| call["id"].as_str());
        let arguments: Vec<&str> = std::iter::once("export").chain(ids).collect();
        let exports = json(order, &arguments).await?;
        let exports = exports.as_array().map(Vec::as_slice).unwrap_or_default();
        kept.extend(some.iter().zip(exports).map(|(summary, export)| call(summary, export)));
    }
    Ok(kept)
}

fn call(summary: &Value, export: &Value) -> Kept {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let journal = export["journal"].as_array().map(Vec::as_slice).unwrap_or_default();
    let first = journal.first().map_or(&Value::Null, |row| &row["input"]);
    let incoming = [&first["incoming_call"], &first["turned_away"]["incoming"]];
    Kept {
        id: text(&summary["id"]).unwrap_or_default(),
        correlation: incoming.iter().find_map(|one| text(&one["correlation_id"])),
        phase: text(&summary["phase"]).unwrap_or_default(),
        outcome: text(&summary["outcome"]),
        rows: journal.iter().map(row).collect(),
    }
}

fn row(row: &Value) -> Row {
    let commands = row["decision"]["commands"].as_array().map(Vec::as_slice).unwrap_or_default();
    let command = |pair: &Value| {
        let number = pair[0].as_u64().and_then(|number| u32::try_from(number).ok())?;
        Some((number, pair[1].as_str()?.to_owned()))
    };
    Row {
        seq: row["seq"].as_i64().unwrap_or(0),
        at: row["at"].as_str().and_then(millis).unwrap_or(0),
        kind: row["kind"].as_str().unwrap_or_default().to_owned(),
        applied: row["applied"] == true,
        event: row["event"].as_str().map(str::to_owned),
        commands: commands.iter().filter_map(command).collect(),
    }
}

fn millis(text: &str) -> Option<Millis> {
    text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond)
}

/// The ladder of a call, for people.
pub(crate) async fn ladder(order: &Order, call: &str) -> Result<String, RigError> {
    output(command(order, &["trace", call])).await
}
