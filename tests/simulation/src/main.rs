//! Runs seeds of the simulator and says what went wrong.

use std::{collections::BTreeMap, process::ExitCode};

use clap::Parser;
use switchboard::terminal::say;
use switchboard_simulation::{
    plan::{CALLS, Plan, plan_of},
    run::{Report, run},
    shrink::shrink,
};

/// Seeds that failed once; each is run before all others.
const REGRESSIONS: &str = include_str!("../regressions.txt");

/// Whole calls in virtual time, with faults drawn from seeds.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many seeds.
    #[arg(long, default_value_t = 200)]
    seeds: u64,
    /// The first one.
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// Runs this seed alone and tells all that happens.
    #[arg(long)]
    trace: Option<u64>,
    /// Calls of each seed: a run with fewer is another run than the one of the same seed with more.
    #[arg(long, default_value_t = CALLS, value_parser = clap::value_parser!(u16).range(1..=200))]
    calls: u16,
    /// Stops after so many seeds that failed.
    #[arg(long, default_value_t = 3)]
    failures: u32,
    /// Runs that the shrinking of a failure may take.
    #[arg(long, default_value_t = 400)]
    shrink: u32,
    /// Prints one line for each seed: its number and its hash.
    #[arg(long)]
    hashes: bool,
    /// Leaves the seeds of regressions.txt out.
    #[arg(long)]
    no_regressions: bool,
}

#[derive(Default)]
struct Total {
    seeds: u64,
    calls: usize,
    answered: usize,
    failed: u32,
    struck: BTreeMap<String, u32>,
    outcomes: BTreeMap<String, usize>,
    violations: BTreeMap<&'static str, u32>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // A panic is a violation, told with its run; its message on stderr would only be in the way.
    if arguments.trace.is_none() {
        std::panic::set_hook(Box::new(|_| {}));
    }
    if let Some(seed) = arguments.trace {
        return trace(seed, arguments.calls);
    }
    let mut total = Total::default();
    let known = if arguments.no_regressions { Vec::new() } else { regressions() };
    let known = known.into_iter().map(|seed| (seed, CALLS));
    let drawn =
        (arguments.from..arguments.from + arguments.seeds).map(|seed| (seed, arguments.calls));
    for (seed, calls) in known.chain(drawn) {
        if !one((seed, calls), &arguments, &mut total) || total.failed >= arguments.failures {
            break;
        }
    }
    total.tell();
    if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn regressions() -> Vec<u64> {
    let seeds = REGRESSIONS.lines().filter_map(|line| line.split('#').next()?.trim().parse().ok());
    seeds.collect()
}

/// False: the simulator itself does not work.
fn one((seed, calls): (u64, u16), arguments: &Arguments, total: &mut Total) -> bool {
    let plan = plan_of(seed, calls);
    let report = match run(&plan, false) {
        Ok(report) => report,
        Err(error) => {
            say(&format!("seed {seed}: the simulator cannot work: {error}"));
            total.failed += 1;
            return false;
        }
    };
    if arguments.hashes {
        say(&format!("{seed} {:016x}", report.hash));
    }
    total.add(&plan, &report);
    if !report.violations.is_empty() {
        total.failed += 1;
        tell_failure(&plan, &report, arguments.shrink);
    }
    true
}

fn tell_failure(plan: &Plan, report: &Report, runs: u32) {
    say(&format!("seed {} FAILED", plan.seed));
    for violation in &report.violations {
        say(&format!("  {:>8} ms {}: {}", violation.at, violation.name, violation.text));
    }
    let Some(first) = report.violations.first() else { return };
    if runs == 0 {
        return;
    }
    let small = shrink(plan, first.name, runs);
    say(&format!("  shrunk to {} calls and {} faults:", small.calls.len(), small.faults.len()));
    for fault in &small.faults {
        say(&format!("    {fault:?}"));
    }
    for call in &small.calls {
        say(&format!("    {call:?}"));
    }
    tell_all(&small);
}

fn trace(seed: u64, calls: u16) -> ExitCode {
    if tell_all(&plan_of(seed, calls)) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn tell_all(plan: &Plan) -> bool {
    let report = match run(plan, true) {
        Ok(report) => report,
        Err(error) => {
            say(&format!("the simulator cannot work: {error}"));
            return false;
        }
    };
    for line in &report.lines {
        say(line);
    }
    for ladder in &report.ladders {
        say(ladder);
    }
    for violation in &report.violations {
        say(&format!("{:>8} ms {}: {}", violation.at, violation.name, violation.text));
    }
    say(&format!("seed {} hash {:016x}", plan.seed, report.hash));
    report.violations.is_empty()
}

impl Total {
    fn add(&mut self, plan: &Plan, report: &Report) {
        self.seeds += 1;
        self.calls += plan.calls.len();
        self.answered += report.answered;
        for (name, count) in &report.struck {
            *self.struck.entry(name.clone()).or_default() += count;
        }
        for (name, count) in &report.outcomes {
            *self.outcomes.entry(name.clone()).or_default() += count;
        }
        for violation in &report.violations {
            *self.violations.entry(violation.name).or_default() += 1;
        }
    }

    fn tell(&self) {
        say(&format!("{:<36}{:>9}", "fault", "struck"));
        for (name, count) in &self.struck {
            say(&format!("{name:<36}{count:>9}"));
        }
        say(&format!("{:<36}{:>9}", "outcome", "calls"));
        for (name, count) in &self.outcomes {
            say(&format!("{name:<36}{count:>9}"));
        }
        for (name, count) in &self.violations {
            say(&format!("{name:<36}{count:>9} VIOLATIONS"));
        }
        say(&format!(
            "{} seeds, {} calls, {} answered, {} seeds failed",
            self.seeds, self.calls, self.answered, self.failed
        ));
    }
}
