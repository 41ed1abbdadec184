//! The flow that new calls begin with, and taking up a changed file while the service runs.
//!
//! A call keeps the bundle it began with, by its hash, to its end: nothing changes for it. A file that cannot be served is
//! refused: callers go on hearing the flow before it, the findings are in the log and a remark in `/health/ready`.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use engine::flow::{Bundle, Severity};
use tokio_util::sync::CancellationToken;

use crate::{
    clock::Clock,
    fit::check_fit,
    flow_files::{FlowFiles, Sounds, read_flow, read_sounds},
    http::Health,
    ledger::Ledger,
    runner::Bundles,
    settings::Settings,
};

/// How often the flow's files are looked at. One that is being written is left for the next look.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

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

/// What was seen of the files.
#[derive(Default)]
struct Seen {
    /// At the last look.
    last: Option<String>,
    /// When they were last taken up or refused.
    settled: Option<String>,
}

impl Reload {
    /// Looks at the files until stopped.
    pub async fn run(self, stopping: CancellationToken) {
        let mut seen = Seen::default();
        if let Ok(files) = read_flow(&self.settings.flow.file) {
            seen.settled = Some(text_of(&files));
        }
        while stopping.run_until_cancelled(self.clock.sleep(LOOK_AGAIN)).await.is_some() {
            self.look(&mut seen).await;
        }
    }

    /// Takes the files up once they are the same at two looks.
    async fn look(&self, seen: &mut Seen) {
        // Replaced at this moment, or gone: there is nothing to take up.
        let Ok(files) = read_flow(&self.settings.flow.file) else { return };
        let text = text_of(&files);
        let changed = seen.settled.as_ref() != Some(&text);
        let written = seen.last.as_ref() == Some(&text);
        seen.last = Some(text.clone());
        if !changed || !written {
            return;
        }
        match self.take_up(&files).await {
            Taken::Up => {}
            Taken::Refused(why) => {
                tracing::error!(
                    flow.file = %self.settings.flow.file.display(),
                    "the changed flow is refused, the one before it is served: {why}"
                );
                self.health.remark(Some(format!("the changed flow is refused: {why}")));
            }
            // Tried again at the next look.
            Taken::NotKept => return,
        }
        seen.settled = Some(text);
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
mod tests {
    use super::*;

    #[test]
    fn sounds_of_earlier_flows_stay_and_newer_ones_win() {
        let sounds = |files: &[(&str, u8)]| -> Sounds {
            files.iter().map(|(path, byte)| ((*path).to_owned(), vec![*byte])).collect()
        };
        let current = CurrentFlow::of("one".to_owned(), sounds(&[("a.wav", 1), ("b.wav", 1)]));
        current.set("two".to_owned(), sounds(&[("b.wav", 2)]));
        assert_eq!(current.hash(), "two");
        let first = |path: &str| current.sound(path).map(|bytes| bytes[0]);
        assert_eq!((first("a.wav"), first("b.wav"), first("c.wav")), (Some(1), Some(2), None));
    }

    #[test]
    fn any_file_of_a_flow_counts() {
        let files = |part: &str| FlowFiles {
            flow: "flow: a".to_owned(),
            parts: [("sub.yaml".to_owned(), part.to_owned())].into(),
        };
        assert_eq!(text_of(&files("x")), text_of(&files("x")));
        assert_ne!(text_of(&files("x")), text_of(&files("y")));
    }
}
