//! Which flow, and which scenarios.

use std::path::{Path, PathBuf};

use emulator::scenario::Scenario;

use crate::commands::scenario;

/// The flow's file in a folder.
const FLOW: &str = "flow.yaml";

/// A flow and the scenarios for it.
pub(super) struct Stage {
    pub(super) flow: PathBuf,
    /// With their files, by name. Empty where a flow's file alone was named: somebody types.
    pub(super) scenarios: Vec<(PathBuf, Scenario)>,
}

/// Finds flow and scenarios.
///
/// # Errors
/// A sentence for people: what cannot be read, or what is missing.
pub(super) fn stage(paths: &[PathBuf], flow: Option<&Path>) -> Result<Stage, String> {
    let mut scenarios = Vec::new();
    let mut flows: Vec<PathBuf> = flow.map(Path::to_owned).into_iter().collect();
    for path in paths {
        let files = if path.is_dir() { in_folder(path)? } else { vec![path.clone()] };
        for file in files {
            let text = text_of(&file)?;
            match kind(&text) {
                Kind::Scenario => scenarios.push((file.clone(), read(&file)?)),
                Kind::Flow if path.is_dir() && !ends_with_flow(&file) => continue,
                Kind::Flow => {}
                Kind::Other if path.is_dir() => continue,
                Kind::Other => {
                    return Err(format!("{} is neither a flow nor a scenario", file.display()));
                }
            }
            let its_flow = match kind(&text) {
                Kind::Flow => file,
                Kind::Scenario | Kind::Other => file.with_file_name(FLOW),
            };
            if flow.is_none() && !flows.contains(&its_flow) {
                flows.push(its_flow);
            }
        }
        if path.is_dir() && scenarios.is_empty() {
            return Err(format!("{} has no scenario; one begins with `scenario:`", path.display()));
        }
    }
    match flows.as_slice() {
        [one] => Ok(Stage { flow: one.clone(), scenarios }),
        [] => Err("no flow was named".to_owned()),
        _ => Err("these belong to several flows: name one, or say --flow".to_owned()),
    }
}

fn ends_with_flow(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name == FLOW)
}

fn in_folder(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let listed = std::fs::read_dir(folder)
        .map_err(|error| format!("{} cannot be read: {error}", folder.display()))?;
    let mut files: Vec<PathBuf> = listed
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml"))
        .collect();
    files.sort();
    Ok(files)
}

fn text_of(file: &Path) -> Result<String, String> {
    std::fs::read_to_string(file)
        .map_err(|error| format!("{} cannot be read: {error}", file.display()))
}

/// Reads a scenario, with the place of what is wrong with it.
pub(super) fn read(file: &Path) -> Result<Scenario, String> {
    scenario::read(file).map_err(|error| {
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        cause.map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Flow,
    Scenario,
    Other,
}

/// By the first of its fields that tells.
fn kind(text: &str) -> Kind {
    let mut fields = text.lines().filter_map(|line| line.split_once(':')).map(|(name, _)| name);
    let telling = fields.find_map(|name| match name {
        "scenario" => Some(Kind::Scenario),
        "flow" | "entry" => Some(Kind::Flow),
        "subflow" => Some(Kind::Other),
        _ => None,
    });
    telling.unwrap_or(Kind::Other)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCENARIO: &str = "# s\nscenario: One\ncaller: { number: '+442079460123', dials: '+18005550100' }\nsteps: []\n";

    #[test]
    fn a_folder_has_a_flow_and_scenarios() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let file = folder.path().join(name);
            std::fs::write(&file, text).unwrap();
            file
        };
        assert!(stage(&[folder.path().to_owned()], None).err().unwrap().contains("no scenario"));
        let flow = write("flow.yaml", "flow: help\n");
        let one = write("one.yaml", SCENARIO);
        write("sub.yaml", "subflow: ask\n");
        write("notes.txt", "scenario: none");
        let found = stage(&[folder.path().to_owned()], None).ok().unwrap();
        assert_eq!(found.flow, flow);
        assert_eq!(found.scenarios.len(), 1);
        let found = stage(std::slice::from_ref(&one), None).ok().unwrap();
        assert_eq!((found.flow, found.scenarios.len()), (flow.clone(), 1));
        let typed = stage(std::slice::from_ref(&flow), None).ok().unwrap();
        assert!(typed.scenarios.is_empty());
        let other = write("other.yaml", "flow: other\n");
        let found = stage(&[one, other.clone()], None).err().unwrap();
        assert!(found.contains("several flows"), "{found}");
        let found = stage(&[folder.path().to_owned()], Some(&other)).ok().unwrap();
        assert_eq!(found.flow, other);
        let broken = write("broken.yaml", "scenario: x\nsteps: [{ pushes: 1 }]\n");
        assert!(stage(&[broken], None).err().unwrap().contains("line 2"));
    }
}
