//! From file and environment to [`Settings`], or to the list of everything that is wrong.

use std::{collections::BTreeMap, path::Path};

use super::{
    Acs, AcsCredential, Entra, EventGrid, Flow, Graph, Http, LastResort, Ledger, Log, Queue,
    Retention, Sealing, SharedLedgerCredential, Tls, VoiceAgent, acs, entra, event_grid, flow,
    graph, http, last_resort, log,
    nearest::nearest,
    problem::{Problem, SettingsProblems},
    queue,
    section::{Key, Section},
    source::{self, Table},
    storage, tls, voice_agent,
};

/// Everything that a deployment decides.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The Communication Services resource.
    pub acs: Acs,
    /// Who we are towards Entra. There whenever ACS or a queue needs it.
    pub entra: Option<Entra>,
    /// Whose deliveries are believed.
    pub event_grid: EventGrid,
    /// How presence is read.
    pub graph: Graph,
    /// Where we listen.
    pub http: Http,
    /// Whom we trust.
    pub tls: Tls,
    /// What becomes of callers who cannot be taken.
    pub last_resort: LastResort,
    /// Where calls are kept.
    pub ledger: Ledger,
    /// The keys of personal data.
    pub sealing: Sealing,
    /// For how long data is kept.
    pub retention: Retention,
    /// What callers hear.
    pub flow: Flow,
    /// Who answers.
    pub queues: Vec<Queue>,
    /// Programs that talk with callers, by the names that flows use.
    pub voice_agents: BTreeMap<String, VoiceAgent>,
    /// How much is told.
    pub log: Log,
}

/// Every section with its keys; the documentation is tested against it.
pub(super) const SECTIONS: &[(&str, &[&Key])] = &[
    ("acs", acs::KEYS),
    ("entra", entra::KEYS),
    ("event_grid", event_grid::KEYS),
    ("graph", graph::KEYS),
    ("http", http::KEYS),
    ("tls", tls::KEYS),
    ("last_resort", last_resort::KEYS),
    ("ledger", storage::LEDGER_KEYS),
    ("sealing", storage::SEALING_KEYS),
    ("retention", storage::RETENTION_KEYS),
    ("flow", flow::KEYS),
    ("queue", queue::KEYS),
    ("voice_agents", voice_agent::KEYS),
    ("log", log::KEYS),
];

impl Settings {
    /// Loads a TOML file, if there is one, and lays the variables over it.
    ///
    /// Blocks on the file system: call it before the runtime has work.
    ///
    /// # Errors
    /// All problems at once.
    pub fn load(
        file: Option<&Path>,
        env: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, SettingsProblems> {
        let mut problems = Vec::new();
        let mut root = file.map_or_else(Table::new, |path| source::read_file(path, &mut problems));
        if root.is_empty() && !problems.is_empty() {
            // Of a file that cannot be read, everything would be missing: that tells nobody anything.
            return Err(SettingsProblems(problems));
        }
        source::overlay(&mut root, env, &mut problems);
        let settings = read(&root, &mut problems);
        match settings {
            Some(settings) if problems.is_empty() => Ok(settings),
            Some(_) | None => Err(SettingsProblems(problems)),
        }
    }
}

/// The variables of this process, for [`Settings::load`]. Text that is not Unicode is replaced, so
/// that it is found wrong instead of being overlooked.
pub fn environment() -> impl Iterator<Item = (String, String)> {
    let lossy = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
    std::env::vars_os().map(move |(name, text)| (lossy(name), lossy(text)))
}

fn read(root: &Table, problems: &mut Vec<Problem>) -> Option<Settings> {
    refuse_unknown(root, problems);
    let acs = acs::read(Section::open(root, "acs", acs::KEYS, problems));
    let entra_written = root.contains_key("entra");
    let entra = entra_written
        .then(|| entra::read(Section::open(root, "entra", entra::KEYS, problems)))
        .flatten();
    let section = Section::open(root, "event_grid", event_grid::KEYS, problems);
    let event_grid = event_grid::read(section, entra.as_ref(), entra_written);
    let graph = graph::read(Section::open(root, "graph", graph::KEYS, problems));
    let http = http::read(Section::open(root, "http", http::KEYS, problems));
    let tls = tls::read(Section::open(root, "tls", tls::KEYS, problems));
    let section = Section::open(root, "last_resort", last_resort::KEYS, problems);
    let last_resort = last_resort::read(section);
    let section = Section::open(root, "ledger", storage::LEDGER_KEYS, problems);
    let ledger = storage::read_ledger(section);
    let section = Section::open(root, "sealing", storage::SEALING_KEYS, problems);
    let sealing = storage::read_sealing(section);
    let section = Section::open(root, "retention", storage::RETENTION_KEYS, problems);
    let retention = storage::read_retention(section);
    let flow = flow::read(Section::open(root, "flow", flow::KEYS, problems));
    let queues = queue::read(root, problems);
    let voice_agents = voice_agent::read(root, problems);
    let log = log::read(Section::open(root, "log", log::KEYS, problems));
    if let Some(acs) = &acs
        && !entra_written
    {
        require_entra(acs, &queues, &ledger, problems);
    }
    Some(Settings {
        acs: acs?,
        entra,
        event_grid: event_grid?,
        graph: graph?,
        http: http?,
        tls,
        last_resort,
        ledger,
        sealing,
        retention,
        flow: flow?,
        queues,
        voice_agents,
        log,
    })
}

fn refuse_unknown(root: &Table, problems: &mut Vec<Problem>) {
    let names = || SECTIONS.iter().map(|(name, _)| *name);
    for (name, placed) in root {
        if names().any(|known| known == name) {
            continue;
        }
        problems.push(Problem {
            place: placed.origin.place(name),
            wrong: "there is no such section".to_owned(),
            instead: match nearest(name, names()) {
                Some(known) => format!("did you mean [{known}]?"),
                None => format!("sections are {}", names().collect::<Vec<_>>().join(", ")),
            },
        });
    }
}

fn require_entra(acs: &Acs, queues: &[Queue], ledger: &Ledger, problems: &mut Vec<Problem>) {
    let by_token =
        ledger.shared.as_ref().is_some_and(|it| it.credential == SharedLedgerCredential::Entra);
    let reason = match (&acs.credential, queues.is_empty()) {
        (AcsCredential::Entra, _) => "acs.credential is \"entra\"",
        (AcsCredential::AccessKey(_), false) => "presence of a queue's agents is read with it",
        (AcsCredential::AccessKey(_), true) if by_token => "ledger.credential is \"entra\"",
        (AcsCredential::AccessKey(_), true) => return,
    };
    problems.push(Problem {
        place: "entra".to_owned(),
        wrong: format!("this section is missing, and {reason}"),
        instead: "write [entra] with tenant_id and kind = \"managed_identity\" (or another kind)"
            .to_owned(),
    });
}
