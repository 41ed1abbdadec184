//! `demo --once`: a scripted caller and scripted agents, no browser.

use std::time::Duration;

use emulator::scenario::{Expect, Scenario, ScenarioError, play};
use engine::call::CallId;

use crate::{
    commands::scenario::progress,
    ledger::LedgerError,
    terminal,
    trace::{Trace, ladder, trace_of},
};

use super::{Demo, DemoError, DemoOptions};

/// The service has this long to finish a call that has ended in the world.
const SETTLES_WITHIN: Duration = Duration::from_secs(10);

/// What to play.
#[derive(Debug, Clone)]
pub struct OnceOptions {
    /// The scenario's source.
    pub scenario: String,
    /// Its name, for messages.
    pub name: String,
    /// Print the trace as JSON instead of a ladder.
    pub json: bool,
    /// The demo.
    pub demo: DemoOptions,
}

/// The scenario could not be played.
#[derive(Debug, thiserror::Error)]
pub enum OnceError {
    /// The script is not a scenario.
    #[error("the scenario {name} cannot be read")]
    Scenario {
        /// Its name.
        name: String,
        /// Where and why.
        #[source]
        source: ScenarioError,
    },
    /// The demo did not start.
    #[error("the demo could not be started")]
    Demo(#[from] DemoError),
    /// The trace cannot be read.
    #[error("the trace cannot be read")]
    Ledger(#[from] LedgerError),
}

/// Plays a scenario and prints the trace; true if the call ended as the script expects.
///
/// # Errors
/// When nothing could be played.
pub async fn once(options: &OnceOptions) -> Result<bool, OnceError> {
    let scenario = Scenario::parse(&options.scenario)
        .map_err(|source| OnceError::Scenario { name: options.name.clone(), source })?;
    terminal::tell(&format!("{}: {}", options.name, scenario.title));
    terminal::tell("starting the emulator and the service …");
    let demo = Demo::start(&options.demo).await?;
    let report = play(&scenario, &demo.control(), progress).await;
    let trace = wait_for_end(&demo).await?;
    let problems = match &trace {
        Some(trace) => differences(&scenario.expect, trace, &demo),
        None => vec!["the service has no trace of the call".to_owned()],
    };
    demo.stop().await;
    if let Some(trace) = &trace {
        print(trace, options.json);
    }
    for problem in &problems {
        terminal::tell(&format!("✗ {problem}"));
    }
    let passed = report.passed && problems.is_empty();
    terminal::tell(if passed { "✓ as expected" } else { "✗ not as expected" });
    Ok(passed)
}

fn print(trace: &Trace, as_json: bool) {
    if as_json {
        terminal::say(&serde_json::to_string_pretty(trace).unwrap_or_default());
    } else {
        terminal::say(&ladder(trace));
    }
}

/// Waits until the newest call has an outcome, and tells it.
async fn wait_for_end(demo: &Demo) -> Result<Option<Trace>, LedgerError> {
    let mut grown = demo.app().consequences().wakes().grown.subscribe();
    let ended = async {
        loop {
            if let Some(trace) = newest(demo).await?
                && trace.outcome.is_some()
            {
                return Ok::<_, LedgerError>(());
            }
            // Lagging or closed: look again, the time-out ends it.
            if grown.recv().await.is_err() {
                tokio::task::yield_now().await;
            }
        }
    };
    if let Ok(result) = tokio::time::timeout(SETTLES_WITHIN, ended).await {
        result?;
    }
    newest(demo).await
}

async fn newest(demo: &Demo) -> Result<Option<Trace>, LedgerError> {
    let ledger = demo.app().ledger();
    let Some(summary) = ledger.calls(1).await?.into_iter().next() else { return Ok(None) };
    let id = CallId(summary.id);
    let Some(call) = ledger.call(&id).await? else { return Ok(None) };
    Ok(Some(trace_of(&call, &ledger.journal(&id, 0).await?)))
}

fn differences(expect: &Expect, trace: &Trace, demo: &Demo) -> Vec<String> {
    let mut problems = Vec::new();
    if expect.outcome.is_some() && expect.outcome != trace.outcome {
        let found = trace.outcome.as_deref().unwrap_or("none");
        let wanted = expect.outcome.as_deref().unwrap_or_default();
        problems.push(format!("the outcome is {found}, expected {wanted}"));
    }
    if let Some(agent) = &expect.agent {
        let wanted = demo.control().user(agent).map(|user| user.oid);
        if wanted != trace.agent {
            let found = trace.agent_name.as_deref().unwrap_or("nobody");
            problems.push(format!("the agent is {found}, expected {agent}"));
        }
    }
    if let Some(recorded) = expect.recording
        && recorded != trace.recording.is_some()
    {
        problems.push(
            if recorded { "the trace has no recording" } else { "the trace has a recording" }
                .to_owned(),
        );
    }
    problems
}
