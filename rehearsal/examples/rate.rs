//! How many scenarios a second are played, in one thread: those of the shipped flow, over and over.
//!
//! `cargo run --release -p switchboard-rehearsal --example rate -- flows/airline 20000`

use std::{io::Write as _, path::Path, time::Instant};

use emulator::scenario::Scenario;
use engine::flow::Bundle;
use rehearsal::play;

type Failed = Box<dyn std::error::Error>;

#[expect(clippy::disallowed_methods, reason = "a measurement reads real time")]
fn main() -> Result<(), Failed> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().unwrap_or_else(|| "flows/airline".to_owned());
    let wanted: usize = arguments.next().map_or(Ok(20_000), |text| text.parse())?;
    let flow = std::fs::read_to_string(Path::new(&folder).join("flow.yaml"))?;
    let bundle = Bundle::compile(&flow).map_err(|findings| format!("{findings:?}"))?;
    let mut scenarios = Vec::new();
    for entry in std::fs::read_dir(&folder)? {
        let text = std::fs::read_to_string(entry?.path())?;
        scenarios.extend(Scenario::parse(&text).ok());
    }
    if scenarios.is_empty() {
        return Err("there is no scenario in this folder".into());
    }
    let started = Instant::now();
    let (mut steps, mut passed) = (0_u64, 0_usize);
    for scenario in scenarios.iter().cycle().take(wanted) {
        let played = play(&bundle, scenario);
        steps += u64::from(played.engine_steps);
        passed += usize::from(played.passed());
    }
    let seconds = started.elapsed().as_secs_f64();
    let rate = f64::from(u32::try_from(wanted)?) / seconds;
    let report = serde_json::json!({
        "scenarios": wanted, "passed": passed, "seconds": seconds,
        "scenarios_per_second": rate, "steps": steps,
    });
    writeln!(std::io::stdout(), "{report}")?;
    Ok(())
}
