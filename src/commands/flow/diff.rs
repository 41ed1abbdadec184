//! `switchboard flow diff BEFORE AFTER`: what changes for a caller.

use std::path::PathBuf;

use clap::Args;
use engine::flow::{
    Bundle, Flow,
    difference::{Change, ChangeKind, Version, changes},
    report::{Path, Report, report, spoken_time},
};
use serde_json::json;

use crate::{flow_files::FlowFiles, terminal};

use super::{
    super::{NO, OK, USAGE},
    check, read,
};

/// What to compare.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The flow's file as it was.
    before: PathBuf,
    /// The flow's file as it is.
    after: PathBuf,
    /// As JSON.
    #[arg(long)]
    json: bool,
    /// Exit code 1 if anything changes for a caller.
    #[arg(long)]
    same: bool,
}

/// Compares; 0, with `--same` 1 if something changes; 1 if a flow has errors, 64 if a file cannot be read.
pub fn run(arguments: &Arguments) -> u8 {
    let Some((old_files, new_files)) = read(&arguments.before).zip(read(&arguments.after)) else {
        return USAGE;
    };
    let Some((old, new)) =
        sound(&old_files, &arguments.before).zip(sound(&new_files, &arguments.after))
    else {
        return NO;
    };
    let before = Version { flow: &old_files.flow, parts: &old_files.parts };
    let after = Version { flow: &new_files.flow, parts: &new_files.parts };
    let found = changes(before, after).unwrap_or_default();
    let promises = promises(old.flow(), new.flow());
    if arguments.json {
        terminal::say(&as_json(&found, &promises));
    } else {
        tell(&found, &promises);
    }
    let same = found.is_empty() && promises.is_empty();
    if arguments.same && !same { NO } else { OK }
}

/// A flow without errors; none, and said so, if it has some.
fn sound(files: &FlowFiles, file: &std::path::Path) -> Option<Bundle> {
    match Bundle::pack(&files.flow, &files.parts) {
        Ok(bundle) => Some(bundle),
        Err(findings) => {
            for finding in &findings {
                terminal::tell(&check::draw(finding, file, files));
            }
            None
        }
    }
}

/// A promise of the flow that changed: what, how it was, how it is.
type Promise = (String, String, String);

fn promises(before: &Flow, after: &Flow) -> Vec<Promise> {
    let (before, after) = (report(before), report(after));
    let mut names: Vec<&&str> = before.outcomes.keys().chain(after.outcomes.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let path = |path: Option<&Path>| path.map_or_else(|| "no way".to_owned(), ToString::to_string);
    let outcomes = names.into_iter().map(|name| {
        ((*name).to_owned(), path(before.outcomes.get(*name)), path(after.outcomes.get(*name)))
    });
    let wait = |report: &Report| match &report.longest_wait {
        Some(path) => format!("{} ({path})", spoken_time(path.takes)),
        None => "a circle has no end".to_owned(),
    };
    let longest =
        ("longest without a word from the caller".to_owned(), wait(&before), wait(&after));
    outcomes.chain([longest]).filter(|(_, before, after)| before != after).collect()
}

fn tell(found: &[Change], promises: &[Promise]) {
    if found.is_empty() && promises.is_empty() {
        return terminal::say("nothing changes for a caller");
    }
    let width = found.iter().map(|one| one.node.chars().count()).max().unwrap_or(0);
    for one in found {
        let node = if one.node.is_empty() { "(head)" } else { &one.node };
        terminal::say(&format!("{node:<width$}  {}", sentence(one)));
    }
    for (what, before, after) in promises {
        terminal::say(&format!("{what}\n  was  {before}\n  is   {after}"));
    }
}

fn sentence(change: &Change) -> String {
    let Change { kind, field, before, after, .. } = change;
    if *kind == ChangeKind::Node {
        return match (before, after) {
            (None, Some(is)) => format!("is new: {is}"),
            (Some(was), None) => format!("is gone: {was}"),
            (was, is) => format!(
                "is a {}, was a {}",
                is.as_deref().unwrap_or_default(),
                was.as_deref().unwrap_or_default()
            ),
        };
    }
    let shown = |value: &Option<String>| match (value, kind) {
        (None, _) => "nothing".to_owned(),
        (Some(text), ChangeKind::Heard | ChangeKind::Words) => format!("\"{text}\""),
        (Some(text), _) => text.clone(),
    };
    format!("{:<6} {field}: {} → {}", kind.word(), shown(before), shown(after))
}

fn as_json(found: &[Change], promises: &[Promise]) -> String {
    let changes: Vec<_> = found
        .iter()
        .map(|one| {
            json!({
                "node": one.node, "kind": one.kind.word(), "field": one.field,
                "before": one.before, "after": one.after,
            })
        })
        .collect();
    let promises: Vec<_> = promises
        .iter()
        .map(|(what, before, after)| json!({ "what": what, "before": before, "after": after }))
        .collect();
    json!({ "changes": changes, "promises": promises }).to_string()
}
