//! Draws flows by chance, puts them before the checker, and talks with those that it accepts: `random_flows [COUNT] [FIRST SEED]`.
//! Prints the counts as JSON, or the first caller who was left without a next step, with the seed.

#[path = "../tests/random/mod.rs"]
mod random;

use std::{io::Write as _, process::ExitCode};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<u64>());
    let (Some(Ok(count)), first) = (arguments.next(), arguments.next()) else {
        let _ = writeln!(std::io::stderr(), "usage: random_flows COUNT [FIRST SEED]");
        return ExitCode::from(64);
    };
    let first = first.and_then(Result::ok).unwrap_or(0);
    match random::run(first..first.saturating_add(count)) {
        Ok(tally) => {
            let _ = writeln!(
                std::io::stdout(),
                "{} accepted of a hundred",
                tally.accepted_of_hundred()
            );
            let _ = writeln!(std::io::stdout(), "{}", tally.json());
            ExitCode::SUCCESS
        }
        Err(problem) => {
            let _ = writeln!(std::io::stderr(), "{problem}");
            ExitCode::FAILURE
        }
    }
}
