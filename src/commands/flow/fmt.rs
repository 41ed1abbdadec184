//! `switchboard flow fmt FILE...`: flow files and scenarios written in the one way.

use std::path::{Path, PathBuf};

use clap::Args;
use engine::flow::format;

use crate::terminal;

use super::super::{NO, OK, USAGE};

/// What to format.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Files, or folders with .yaml files in them.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Change nothing; exit code 1 if something would change.
    #[arg(long)]
    check: bool,
}

/// Formats; 0 if all is well, 1 if with `--check` something would change, 64 if a file cannot be read, written or formatted.
pub fn run(arguments: &Arguments) -> u8 {
    let files = match all_files(&arguments.paths) {
        Ok(files) => files,
        Err(problem) => {
            terminal::tell(&format!("error: {problem}"));
            return USAGE;
        }
    };
    let mut worst = OK;
    let mut untidy = 0;
    for file in &files {
        match one(file, arguments.check) {
            Ok(false) => {}
            Ok(true) => {
                untidy += 1;
                let done = if arguments.check { "would be changed" } else { "changed" };
                terminal::say(&format!("{}: {done}", file.display()));
            }
            Err(problem) => {
                terminal::tell(&format!("error: {}: {problem}", file.display()));
                worst = USAGE;
            }
        }
    }
    terminal::tell(&format!("{} files, {untidy} not in the one way", files.len()));
    if worst == OK && arguments.check && untidy > 0 { NO } else { worst }
}

/// Whether a file was not in the one way.
fn one(file: &Path, check: bool) -> Result<bool, String> {
    let source = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
    let formatted = format(&source).map_err(|error| error.to_string())?;
    if formatted == source {
        return Ok(false);
    }
    if !check {
        std::fs::write(file, formatted).map_err(|error| error.to_string())?;
    }
    Ok(true)
}

fn all_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let listed = std::fs::read_dir(path)
            .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
        let yaml = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "yaml");
        files.extend(listed.filter_map(|entry| Some(entry.ok()?.path())).filter(yaml));
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_changed_once_and_checked_without_change() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("flow.yaml");
        std::fs::write(&file, "flow:  a # x\nnodes: {a: {hangup: {}}}\n").unwrap();
        let arguments = |check| Arguments { paths: vec![folder.path().to_owned()], check };
        assert_eq!(run(&arguments(true)), NO);
        assert!(std::fs::read_to_string(&file).unwrap().starts_with("flow:  a"), "only looked at");
        assert_eq!(run(&arguments(false)), OK);
        let tidy = "flow: a  # x\nnodes: { a: { hangup: {} } }\n";
        assert_eq!(std::fs::read_to_string(&file).unwrap(), tidy);
        assert_eq!(run(&arguments(true)), OK);
        std::fs::write(&file, "flow: [").unwrap();
        assert_eq!(run(&arguments(false)), USAGE);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "flow: [", "left as it is");
    }
}
