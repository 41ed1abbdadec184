//! `switchboard erase`: makes the personal data of calls unreadable for ever, and proves it.

use std::time::Duration;

use engine::call::CallId;

use crate::{
    clock::Clock,
    keeping::Erasures,
    ledger::{Ledger, LedgerError},
    settings::Settings,
    terminal,
};

use super::{
    OK, USAGE,
    reading::{self, Which},
};

/// How long a running `serve` is given to carry it out.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two looks.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// How far an erasure has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing personal can be read any more; so many rows of the journal are left, without it.
    Gone { rows: usize },
    /// The call goes on: carried out when it ends.
    Live,
    /// Not yet carried out.
    Waiting,
    /// There is no such call: it was deleted by age.
    Unknown,
}

/// Puts the calls on the list of erasures and waits for a running `serve` to carry it out.
pub async fn run(settings: &Settings, which: &Which) -> u8 {
    erase(settings, which).await.unwrap_or_else(|code| code)
}

async fn erase(settings: &Settings, which: &Which) -> Result<u8, u8> {
    let (_, ledger) = reading::open(settings).await?;
    let calls = reading::find(&*ledger, which).await?;
    let clock = Clock::start();
    Erasures::at(&settings.sealing.erasures).add(&calls, clock.timestamp()).map_err(|error| {
        terminal::tell_error(&error);
        USAGE
    })?;
    let patience = i64::try_from(PATIENCE.as_millis()).unwrap_or(i64::MAX);
    let until = clock.now().saturating_add(patience);
    for call in calls {
        let state = wait(&*ledger, &call, clock, until).await;
        terminal::say(&told(&call, state.map_err(|error| reading::broken(&error))?));
    }
    Ok(OK)
}

async fn wait(
    ledger: &dyn Ledger,
    call: &CallId,
    clock: Clock,
    until: i64,
) -> Result<State, LedgerError> {
    loop {
        let state = state_of(ledger, call).await?;
        if state != State::Waiting || clock.now() > until {
            return Ok(state);
        }
        clock.sleep(LOOK_AGAIN).await;
    }
}

async fn state_of(ledger: &dyn Ledger, call: &CallId) -> Result<State, LedgerError> {
    if let Some(state) = ledger.call(call).await? {
        return Ok(if state.is_over() { State::Waiting } else { State::Live });
    }
    let rows = ledger.journal(call, 0).await?;
    if rows.iter().any(|row| row.personal.is_some()) {
        return Ok(State::Waiting);
    }
    Ok(if rows.is_empty() { State::Unknown } else { State::Gone { rows: rows.len() } })
}

fn told(call: &CallId, state: State) -> String {
    match state {
        State::Gone { rows } => {
            format!(
                "{call}  erased: its key is gone, {rows} decisions remain without personal data"
            )
        }
        State::Live => format!("{call}  ordered: the call goes on, it is erased when it ends"),
        State::Waiting => format!(
            "{call}  ordered: on the list, `serve` carries it out as soon as it runs (none answered yet)"
        ),
        State::Unknown => format!("{call}  unknown: there is nothing of it in the ledger"),
    }
}
