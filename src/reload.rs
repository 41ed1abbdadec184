//! The flow that new calls begin with, and taking up a changed file while the service runs.
//!
//! A call keeps the bundle it began with, by its hash, to its end: nothing changes for it. A file that cannot be served is
//! refused: callers go on hearing the flow before it, the findings are in the log and a remark in `/health/ready`.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    path::Path,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use engine::flow::{Bundle, Flow, Severity};
use tokio_util::sync::CancellationToken;

use crate::{
    clock::Clock,
    fit::check_fit,
    flow_files::{FlowFiles, SoundFacts, Sounds, read_flow, read_sounds, sound_facts, sound_paths},
    http::Health,
    ledger::Ledger,
    runner::Bundles,
    settings::Settings,
};

/// How often the flow's files are looked at. One that is being written is left for the next look.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// A file that cannot be read at so many looks in turn is not being replaced: people are told.
const UNREADABLE: u32 = 5;

/// The flow of new calls, and the sounds of all flows served since the start. Cheap to clone; all clones are one.
#[derive(Debug, Clone, Default)]
pub struct CurrentFlow {
    state: Arc<RwLock<State>>,
}

#[derive(Debug, Default)]
struct State {
    hash: String,
    /// Calls that began with an earlier flow may still want its sounds.
    sounds: BTreeMap<String, Arc<Vec<u8>>>,
}

impl CurrentFlow {
    /// A bundle by its hash, hex, with its sounds.
    pub fn of(hash: String, sounds: Sounds) -> Self {
        let current = Self::default();
        current.set(hash, sounds);
        current
    }

    /// The hash of the bundle that a new call begins with, hex.
    pub fn hash(&self) -> String {
        self.state.read().unwrap_or_else(PoisonError::into_inner).hash.clone()
    }

    /// A sound file, by its path below the prompts' base.
    pub fn sound(&self, path: &str) -> Option<Arc<Vec<u8>>> {
        self.state.read().unwrap_or_else(PoisonError::into_inner).sounds.get(path).cloned()
    }

    /// New calls begin with this bundle from now on.
    pub fn set(&self, hash: String, sounds: Sounds) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.hash = hash;
        state.sounds.extend(sounds.into_iter().map(|(path, bytes)| (path, Arc::new(bytes))));
    }
}

/// Takes up a changed flow.
pub struct Reload {
    /// Where the flow is, and what it has to fit.
    pub settings: Settings,
    /// The files that the service began with: what has changed since is taken up.
    pub served: Served,
    /// Kept there before any call can refer to it.
    pub ledger: Arc<dyn Ledger>,
    /// What calls are decided by.
    pub bundles: Bundles,
    /// What new calls begin with.
    pub current: CurrentFlow,
    /// Tells of a flow that was refused.
    pub health: Health,
    /// Time.
    pub clock: Clock,
}

/// The files that a flow was made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// Everything that makes the bundle.
    text: String,
    /// The sound files, as far as they are there: one that is copied slowly grows from look to look.
    sounds: Vec<SoundFacts>,
}

impl Served {
    /// To be asked for before the sounds are read: one that is changed meanwhile is taken up.
    pub fn at(file: &Path, files: &FlowFiles, flow: &Flow) -> Self {
        Self { text: text_of(files), sounds: sound_facts(file, &sound_paths(flow)) }
    }
}

/// What was seen of the files.
#[derive(Default)]
struct Seen {
    /// At the last look.
    last: Option<Served>,
    /// When they were last taken up or refused.
    settled: Option<Served>,
    /// Why they were refused, where they were.
    refused: Option<String>,
    /// The sounds that the flow of this text plays: reckoned once for each text.
    plays: Option<(String, Vec<String>)>,
    /// How many looks in turn could not read the flow's own file.
    unreadable: u32,
}

impl Reload {
    /// Looks at the files until stopped.
    pub async fn run(self, stopping: CancellationToken) {
        let mut seen = Seen { settled: Some(self.served.clone()), ..Seen::default() };
        while stopping.run_until_cancelled(self.clock.sleep(LOOK_AGAIN)).await.is_some() {
            self.look(&mut seen).await;
        }
    }

    /// Takes the files up once they are the same at two looks.
    async fn look(&self, seen: &mut Seen) {
        let files = match read_flow(&self.settings.flow.file) {
            Ok(files) => files,
            Err(error) => return self.unreadable(seen, &error),
        };
        if std::mem::take(&mut seen.unreadable) >= UNREADABLE {
            self.health.remark(seen.refused.clone());
        }
        let found = seen.found(&self.settings.flow.file, &files);
        let changed = seen.settled.as_ref() != Some(&found);
        let written = seen.last.as_ref() == Some(&found);
        seen.last = Some(found.clone());
        if !changed || !written {
            return;
        }
        match self.take_up(&files).await {
            Taken::Up => seen.refused = None,
            Taken::Refused(why) => {
                tracing::error!(
                    flow.file = %self.settings.flow.file.display(),
                    "the changed flow is refused, the one before it is served: {why}"
                );
                seen.refused = Some(format!("the changed flow is refused: {why}"));
                self.health.remark(seen.refused.clone());
            }
            // Tried again at the next look.
            Taken::NotKept => return,
        }
        seen.settled = Some(found);
    }

    /// Replaced at this moment, or gone: there is nothing to take up. That it stays so people should know.
    fn unreadable(&self, seen: &mut Seen, error: &std::io::Error) {
        seen.unreadable = seen.unreadable.saturating_add(1);
        if seen.unreadable != UNREADABLE {
            return;
        }
        let file = self.settings.flow.file.display();
        tracing::error!(
            flow.file = %file,
            error = error as &dyn std::error::Error,
            "the flow's file cannot be read, the flow before it is served: check its permissions, and that it is UTF-8"
        );
        self.health.remark(Some(format!("the flow's file cannot be read: {}", error.kind())));
    }

    async fn take_up(&self, files: &FlowFiles) -> Taken {
        let bundle = match Bundle::pack(&files.flow, &files.parts) {
            Ok(bundle) => bundle,
            Err(findings) => {
                let mut why = String::new();
                let errors = findings.iter().filter(|found| found.severity == Severity::Error);
                for found in errors {
                    let code = found.code.as_str();
                    let _ = write!(why, "{code} at {}:{}; ", found.line, found.column);
                }
                return Taken::Refused(format!("{why}run `switchboard flow check`"));
            }
        };
        let sounds = read_sounds(&self.settings.flow.file, bundle.flow());
        if let Err(misfits) = check_fit(bundle.flow(), &sounds, &self.settings) {
            return Taken::Refused(misfits.to_string());
        }
        if let Err(error) = self.ledger.keep_bundle(&bundle.hash_hex(), bundle.source()).await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "the changed flow could not be kept: tried again");
            return Taken::NotKept;
        }
        let hash = self.bundles.add(bundle);
        tracing::info!(flow.bundle = hash, "new calls begin with the changed flow");
        self.current.set(hash, sounds);
        self.health.remark(None);
        Taken::Up
    }
}

impl Seen {
    /// The files as they are now. Which sounds count is known of a flow that can be read alone: any other is refused
    /// whatever sounds there are.
    fn found(&mut self, file: &Path, files: &FlowFiles) -> Served {
        let text = text_of(files);
        if self.plays.as_ref().is_none_or(|(of, _)| *of != text) {
            let bundle = Bundle::pack(&files.flow, &files.parts).ok();
            let paths = bundle.map(|bundle| sound_paths(bundle.flow())).unwrap_or_default();
            self.plays = Some((text.clone(), paths));
        }
        let paths = self.plays.as_ref().map_or(&[][..], |(_, paths)| paths);
        Served { text, sounds: sound_facts(file, paths) }
    }
}

/// What became of a changed flow.
enum Taken {
    Up,
    /// Why; no personal data.
    Refused(String),
    NotKept,
}

/// Everything that makes a bundle, in one text.
fn text_of(files: &FlowFiles) -> String {
    let mut text = files.flow.clone();
    for (path, part) in &files.parts {
        text.push('\u{0}');
        text.push_str(path);
        text.push('\u{0}');
        text.push_str(part);
    }
    text
}

#[cfg(test)]
#[path = "reload_tests.rs"]
mod tests;
