use std::{collections::HashMap, fs};

use engine::{
    Millis,
    call::{Call, Command, Input, Step},
};

use super::*;
use crate::{
    ledger::{Decider, OpenOptions, SqliteLedger},
    sealing::KeyRing,
};

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

/// No call is decided upon here.
struct Nobody;

impl Decider for Nobody {
    fn decide(&self, call: Call, _input: &Input, _now: Millis) -> Step {
        Step { call, commands: Vec::new(), notes: Vec::new() }
    }

    fn render(&self, _call: &Call, _command: &Command) -> Vec<u8> {
        Vec::new()
    }
}

const HOLD: &[u8] = include_bytes!("http/hold.wav");

/// A folder with a flow that plays this file, and the service that began with it.
struct Folder {
    place: tempfile::TempDir,
    reload: Reload,
    seen: Seen,
}

fn plays(sound: &str) -> String {
    format!(
        "flow: t\nstart: a\nnodes:\n  a: {{ play: {{ file: {sound}, next: end, failed: end }} }}\n  end: {{ hangup: {{}} }}\n"
    )
}

impl Folder {
    fn serving(sound: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("prompts")).unwrap();
        let file = folder.path().join("flow.yaml");
        fs::write(&file, plays(sound)).unwrap();
        fs::write(folder.path().join("prompts").join(sound), HOLD).unwrap();
        let settings = settings(&file);
        let files = read_flow(&file).unwrap();
        let bundle = Bundle::pack(&files.flow, &files.parts).unwrap();
        let served = Served::at(&file, &files, bundle.flow());
        let sounds = read_sounds(&file, bundle.flow());
        let bundles = Bundles::default();
        let current = CurrentFlow::of(bundles.add(bundle), sounds);
        let keys = Arc::new(KeyRing::ephemeral().unwrap());
        let options = OpenOptions { inline: true, ..OpenOptions::default() };
        let database = folder.path().join("ledger.db");
        let ledger =
            Arc::new(SqliteLedger::open(&database, keys, Arc::new(Nobody), options).unwrap());
        let clock = Clock::anchored(0);
        let health = Health::new(clock);
        let seen = Seen { settled: Some(served.clone()), ..Seen::default() };
        let reload = Reload { settings, served, ledger, bundles, current, health, clock };
        Self { place: folder, reload, seen }
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.place.path().join(name), bytes).unwrap();
    }

    async fn looks(&mut self, times: usize) {
        for _ in 0..times {
            self.reload.look(&mut self.seen).await;
        }
    }

    fn hash(&self) -> String {
        self.reload.current.hash()
    }

    fn sound(&self, path: &str) -> Option<usize> {
        self.reload.current.sound(path).map(|bytes| bytes.len())
    }
}

fn settings(file: &Path) -> Settings {
    let file = file.display().to_string();
    let keys: HashMap<&str, &str> = HashMap::from([
        ("ACS__ENDPOINT", "https://test.communication.azure.com"),
        ("ACS__RESOURCE_ID", "11111111-1111-4111-8111-111111111111"),
        ("ENTRA__TENANT_ID", "22222222-2222-4222-8222-222222222222"),
        ("ENTRA__KIND", "client_secret"),
        ("ENTRA__CLIENT_ID", "33333333-3333-4333-8333-333333333333"),
        ("ENTRA__CLIENT_SECRET", "not a secret"),
        ("EVENT_GRID__AUDIENCE", "api://calls"),
        ("HTTP__PUBLIC_URL", "https://localhost"),
        ("FLOW__FILE", &file),
    ]);
    let variable = |(key, text): (&str, &str)| (format!("SWITCHBOARD__{key}"), text.to_owned());
    Settings::load(None, keys.into_iter().map(variable)).unwrap()
}

#[tokio::test]
async fn a_sound_that_comes_after_its_flow_is_taken_up() {
    let mut folder = Folder::serving("old.wav");
    let before = folder.hash();
    folder.write("flow.yaml", plays("new.wav"));
    folder.looks(3).await;
    assert_eq!(folder.hash(), before);
    assert!(folder.reload.health.remarked().is_some_and(|why| why.contains("new.wav")));
    // Copied slowly: not while it grows.
    folder.write("prompts/new.wav", &HOLD[..60]);
    folder.looks(1).await;
    folder.write("prompts/new.wav", HOLD);
    folder.looks(1).await;
    assert_eq!(folder.hash(), before);
    folder.looks(1).await;
    assert_ne!(folder.hash(), before);
    assert_eq!(
        (folder.sound("new.wav"), folder.reload.health.remarked()),
        (Some(HOLD.len()), None)
    );
}

#[tokio::test]
async fn a_sound_that_is_replaced_alone_is_taken_up() {
    let mut folder = Folder::serving("old.wav");
    folder.looks(2).await;
    let mut longer = HOLD.to_vec();
    longer.extend([0; 64]);
    folder.write("prompts/old.wav", &longer);
    folder.looks(2).await;
    assert_eq!(folder.sound("old.wav"), Some(longer.len()));
}

/// The files were read when the start began; the first look came when it was over.
#[tokio::test]
async fn a_change_made_during_the_start_is_taken_up() {
    let mut folder = Folder::serving("old.wav");
    let before = folder.hash();
    folder.write("flow.yaml", plays("old.wav").replace("flow: t", "flow: changed"));
    folder.looks(2).await;
    assert_ne!(folder.hash(), before);
}

#[tokio::test]
async fn a_flow_that_cannot_be_read_is_told_of_after_a_while() {
    let mut folder = Folder::serving("old.wav");
    folder.write("flow.yaml", b"flow: \xff\xfe");
    folder.looks(4).await;
    assert_eq!(folder.reload.health.remarked(), None, "it may be in the middle of being replaced");
    folder.looks(1).await;
    assert!(folder.reload.health.remarked().is_some_and(|why| why.contains("cannot be read")));
    folder.write("flow.yaml", plays("old.wav"));
    folder.looks(1).await;
    assert_eq!(folder.reload.health.remarked(), None);
    // What was wrong before is still wrong after.
    folder.write("flow.yaml", plays("none.wav"));
    folder.looks(2).await;
    let refused = folder.reload.health.remarked();
    assert!(refused.as_ref().is_some_and(|why| why.contains("none.wav")), "{refused:?}");
    folder.write("flow.yaml", b"flow: \xff\xfe");
    folder.looks(5).await;
    assert_ne!(folder.reload.health.remarked(), refused);
    folder.write("flow.yaml", plays("none.wav"));
    folder.looks(1).await;
    assert_eq!(folder.reload.health.remarked(), refused);
}
