//! `switchboard flow new TEMPLATE FOLDER`: a flow to begin with, and scenarios for it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args;

use crate::terminal;

use super::super::{OK, USAGE};

/// What to begin with, and where.
#[derive(Debug, Args)]
pub struct Arguments {
    /// One of those that `--list` shows.
    #[arg(required_unless_present = "list")]
    template: Option<String>,
    /// The folder for flow.yaml and its scenarios: a new one, or one without files of these names.
    #[arg(required_unless_present = "list")]
    folder: Option<PathBuf>,
    /// Say what there is.
    #[arg(long)]
    list: bool,
}

/// A flow that is shipped in the binary.
#[derive(Debug, Clone, Copy)]
pub struct Template {
    /// What `flow new` calls it.
    pub name: &'static str,
    /// In one line.
    pub about: &'static str,
    /// Its files by name; `flow.yaml` first.
    pub files: &'static [(&'static str, &'static str)],
}

macro_rules! template {
    ($name:literal, $about:literal, [$($scenario:literal),* $(,)?]) => {
        Template {
            name: $name,
            about: $about,
            files: &[
                ("flow.yaml", include_str!(concat!("../../../flows/templates/", $name, "/flow.yaml"))),
                $((
                    concat!($scenario, ".yaml"),
                    include_str!(concat!("../../../flows/templates/", $name, "/", $scenario, ".yaml")),
                )),*
            ],
        }
    };
}

/// All of them.
pub const TEMPLATES: &[Template] = &[
    template!(
        "help-line",
        "a menu by key or voice, a queue for each choice",
        ["sales-by-key", "support-by-voice", "silent-caller", "nobody-free", "nobody-on-duty"]
    ),
    template!(
        "after-hours",
        "opening hours and holidays; a number to be called back outside of them",
        ["open", "closed-own-number", "holiday-other-number", "nothing-said", "everybody-busy"]
    ),
    template!(
        "bank-balance",
        "account number and PIN by keypad, three tries, an endpoint of yours",
        ["balance", "wrong-three-times", "out-of-order", "no-digits", "person-after-balance"]
    ),
    template!(
        "appointment",
        "hear, confirm or cancel an appointment",
        [
            "confirmed",
            "cancelled",
            "calendar-down",
            "not-confirmed",
            "not-cancelled",
            "no-number",
            "the-desk"
        ]
    ),
    template!(
        "survey",
        "two questions by key, sent to an endpoint of yours",
        ["both", "none", "lost"]
    ),
    template!(
        "callback",
        "a queue, and the choice of being called back instead of waiting on",
        ["waits-on", "called-back", "nobody-on-duty", "no-answer"]
    ),
    template!(
        "voice-agent",
        "a program of yours talks with callers, and hands over to a colleague",
        ["to-a-colleague", "to-sales", "helped", "too-long", "out-of-order", "breaks-off"]
    ),
];

/// Writes the files; 64 if there is no such template, or a file is there already or cannot be written.
pub fn run(arguments: &Arguments) -> u8 {
    if arguments.list {
        terminal::say(&list());
        return OK;
    }
    let (Some(name), Some(folder)) = (&arguments.template, &arguments.folder) else {
        terminal::tell(&list());
        return USAGE;
    };
    let Some(template) = TEMPLATES.iter().find(|template| template.name == name) else {
        terminal::tell(&format!("error: there is no template {name}. There are:\n{}", list()));
        return USAGE;
    };
    match write(template, folder) {
        Ok(()) => {
            let folder = folder.display();
            terminal::say(&format!(
                "{folder}: flow.yaml and {} scenarios. Next:\n  switchboard flow check {folder}/flow.yaml\n  \
                 switchboard flow simulate {folder}",
                template.files.len() - 1
            ));
            OK
        }
        Err(problem) => {
            terminal::tell(&format!("error: {problem}"));
            USAGE
        }
    }
}

fn list() -> String {
    let width = TEMPLATES.iter().map(|template| template.name.len()).max().unwrap_or(0);
    let line = |template: &Template| format!("  {:<width$}  {}", template.name, template.about);
    TEMPLATES.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// All files or none: what is there is never written over.
fn write(template: &Template, folder: &Path) -> Result<(), String> {
    let there = template.files.iter().map(|(name, _)| folder.join(name)).find(|file| file.exists());
    if let Some(file) = there {
        return Err(format!("{} is there already: name another folder", file.display()));
    }
    let failed = |path: &Path, error: &std::io::Error| {
        format!("{} cannot be written: {error}", path.display())
    };
    fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
    for (name, text) in template.files {
        let file = folder.join(name);
        fs::write(&file, text).map_err(|error| failed(&file, &error))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use emulator::scenario::Scenario;
    use engine::flow::{Severity, compile};
    use rehearsal::{Coverage, play, script};

    use super::*;

    /// Each template is a sound flow without warnings, whose scenarios go as written and come to every node.
    #[test]
    fn every_template_is_checked_and_played() {
        for template in TEMPLATES {
            let (first, source) = template.files[0];
            assert_eq!(first, "flow.yaml");
            let findings = compile(source).diagnostics;
            let bad = findings.iter().find(|finding| finding.severity == Severity::Error);
            assert!(bad.or(findings.first()).is_none(), "{}: {findings:#?}", template.name);
            let bundle = engine::flow::Bundle::compile(source).unwrap();
            assert_eq!(bundle.flow().name, template.name);
            let mut coverage = Coverage::of(bundle.flow());
            for (file, text) in &template.files[1..] {
                let played = play(&bundle, &Scenario::parse(text).unwrap());
                let failures: Vec<_> = played.failures().collect();
                let told = script(&played.told, true);
                assert!(played.passed(), "{}/{file}: {failures:#?}\n{told}", template.name);
                coverage.add(&played.hops);
            }
            let summary = coverage.summary();
            assert!(summary.missed_nodes.is_empty(), "{}: {summary}", template.name);
            assert!(summary.ways.percent() >= 80, "{}: {summary}", template.name);
        }
    }

    /// A file in the folder that the binary does not know would be missing for those who begin with it.
    #[test]
    fn every_file_of_a_template_is_shipped() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("flows/templates");
        let names = |folder: &Path| -> BTreeSet<String> {
            let entries = fs::read_dir(folder).unwrap();
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
        };
        let known: BTreeSet<String> = TEMPLATES.iter().map(|one| one.name.to_owned()).collect();
        assert_eq!(names(&folder), known);
        for template in TEMPLATES {
            let files: BTreeSet<String> =
                template.files.iter().map(|(name, _)| (*name).to_owned()).collect();
            assert_eq!(names(&folder.join(template.name)), files, "{}", template.name);
        }
    }

    #[test]
    fn nothing_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("a/b");
        let arguments = |name: &str| Arguments {
            template: Some(name.to_owned()),
            folder: Some(inside.clone()),
            list: false,
        };
        assert_eq!(run(&arguments("survey")), OK);
        assert_eq!(fs::read_to_string(inside.join("flow.yaml")).unwrap(), TEMPLATES[4].files[0].1);
        assert_eq!(run(&arguments("callback")), USAGE, "flow.yaml is there");
        assert!(!inside.join("waits-on.yaml").exists());
        assert_eq!(run(&arguments("no-such")), USAGE);
    }
}
