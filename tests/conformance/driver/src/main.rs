//! Does with our crates what the conformance suite asks: one task as a line of JSON on standard
//! input, one line of JSON as the answer on standard output, until the input ends. An answer is
//! `{"ok": …}` or `{"error": "…"}`; a line that is no task ends the program with exit code 1.
//!
//! | module | does |
//! |---|---|
//! | `members` | reads inputs member by member and complains of what is left |
//! | `requests`, `participants`, `media`, `recordings` | inputs to a request of ours |
//! | `answers` | what our types read of an answer, as JSON again |
//! | `events` | events through our parser and back to JSON |
//! | `tasks` | the tasks |

mod answers;
mod events;
mod media;
mod members;
mod participants;
mod recordings;
mod requests;
mod tasks;

use std::{
    io::{self, BufRead as _, Write as _},
    process::ExitCode,
};

use serde_json::json;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "conformance-driver: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let task: tasks::Task = serde_json::from_str(&line?)?;
        let answer = match runtime.block_on(task.run()) {
            Ok(done) => json!({ "ok": done }),
            Err(problem) => json!({ "error": problem }),
        };
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}
