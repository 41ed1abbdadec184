//! Settings as deployments write them: good, wrong in each way, and wrong in many ways at once.

use std::{collections::BTreeSet, io::Write as _, path::Path, time::Duration};

use super::{source::Table, *};

const GOOD: &str = r#"
[acs]
endpoint = "https://contoso.communication.azure.com"
resource_id = "7F4C1F0A-6d1e-4f1b-9d5f-2f6a3c8b9e10"
[entra]
tenant_id = "2b1a7c3e-90f4-4c59-8f1d-5d6f0c4e7a21"
kind = "managed_identity"
[event_grid]
audience = "0f3d9a54-2c47-4c0a-8f1e-6b1d2e3f4a5b"
[http]
public_url = "https://calls.contoso.com/"
[flow]
file = "flow.yaml"
"#;

const CANARY: &str = "Y2FuYXJ5";

fn load(toml: &str, env: &[(&str, &str)]) -> Result<Settings, SettingsProblems> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(toml.as_bytes()).unwrap();
    let env = env.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    Settings::load(Some(file.path()), env)
}

fn problems(toml: &str, env: &[(&str, &str)]) -> Vec<Problem> {
    load(toml, env).expect_err("this is wrong").0
}

/// The good settings with one line put below a section, or with a section more.
fn with(section: &str, line: &str) -> String {
    if GOOD.contains(section) {
        GOOD.replace(section, &format!("{section}\n{line}"))
    } else {
        format!("{GOOD}{section}\n{line}\n")
    }
}

#[test]
fn the_shortest_good_settings_and_their_defaults() {
    let settings = load(GOOD, &[]).unwrap();
    assert_eq!(settings.acs.resource_id, "7f4c1f0a-6d1e-4f1b-9d5f-2f6a3c8b9e10");
    assert_eq!(settings.acs.credential, AcsCredential::Entra);
    assert_eq!(
        settings.acs.callback_keys.as_str(),
        "https://acscallautomation.communication.azure.com/calling/keys"
    );
    assert_eq!(
        settings.event_grid.keys_url.as_str(),
        "https://login.microsoftonline.com/2b1a7c3e-90f4-4c59-8f1d-5d6f0c4e7a21/discovery/v2.0/keys"
    );
    assert_eq!(settings.event_grid.role, "AzureEventGridSecureWebhookSubscriber");
    assert_eq!(settings.event_grid.allowed_origins, ["eventgrid.azure.net"]);
    assert_eq!(settings.graph.scope, "https://graph.microsoft.com/.default");
    assert_eq!(settings.graph.poll, Duration::from_secs(5));
    assert_eq!(settings.graph.max_age, Duration::from_secs(30));
    assert_eq!(settings.http.listen.port(), 8443);
    assert_eq!(settings.http.public_base(), "https://calls.contoso.com");
    assert_eq!(settings.http.tls, None);
    assert_eq!(settings.http.drain, Duration::from_secs(10));
    assert_eq!(settings.ledger, Ledger::default());
    assert_eq!(settings.sealing, Sealing::default());
    assert_eq!(settings.log, Log::default());
    assert!(settings.queues.is_empty());
}

#[test]
fn a_variable_wins_and_can_say_everything() {
    let settings = load(
        &with("[flow.constants]", "floor = 3\nstreet = \"1\""),
        &[
            ("SWITCHBOARD__ACS__ENDPOINT", "https://fabrikam.communication.azure.com"),
            ("SWITCHBOARD__ACS__CREDENTIAL", "access_key"),
            ("SWITCHBOARD__ACS__ACCESS_KEY", CANARY),
            ("SWITCHBOARD__EVENT_GRID__AUDIENCE", "api://calls, 0f3d9a54-2c47"),
            ("SWITCHBOARD__SEALING__CREATE", "false"),
            ("SWITCHBOARD__GRAPH__POLL", "2s"),
            ("SWITCHBOARD__FLOW__HTTP_HOSTS", "api.contoso.com,Localhost:9000"),
            ("SWITCHBOARD__FLOW__CONSTANTS__FLOOR", "4"),
            ("SWITCHBOARD__FLOW__CONSTANTS__STREET", "2"),
            ("SWITCHBOARD__FLOW__CONSTANTS__CITY", "7"),
            ("PATH", "/bin"),
        ],
    )
    .unwrap();
    assert_eq!(settings.acs.endpoint.host_str(), Some("fabrikam.communication.azure.com"));
    assert_eq!(settings.acs.credential, AcsCredential::AccessKey(webhooks::Secret::new(CANARY)));
    assert_eq!(settings.event_grid.audiences, ["api://calls", "0f3d9a54-2c47"]);
    assert!(!settings.sealing.create);
    assert_eq!(settings.graph.poll, Duration::from_secs(2));
    assert_eq!(settings.flow.http_hosts, ["api.contoso.com", "localhost:9000"]);
    let constants = &settings.flow.constants;
    assert_eq!(constants["floor"], 4, "stays the number that the file has");
    assert_eq!(constants["street"], "2", "stays the text that the file has");
    assert_eq!(constants["city"], "7");
    assert!(!format!("{settings:?}").contains(CANARY));
}

#[test]
fn variables_alone_are_enough() {
    let env = [
        ("SWITCHBOARD__ACS__ENDPOINT", "https://contoso.communication.azure.com"),
        ("SWITCHBOARD__ACS__RESOURCE_ID", "7f4c1f0a-6d1e-4f1b-9d5f-2f6a3c8b9e10"),
        ("SWITCHBOARD__ENTRA__TENANT_ID", "2b1a7c3e-90f4-4c59-8f1d-5d6f0c4e7a21"),
        ("SWITCHBOARD__ENTRA__KIND", "workload_identity"),
        ("SWITCHBOARD__EVENT_GRID__AUDIENCE", "api://calls"),
        ("SWITCHBOARD__HTTP__PUBLIC_URL", "https://calls.contoso.com"),
        ("SWITCHBOARD__FLOW__FILE", "flow.yaml"),
    ];
    let env = env.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let settings = Settings::load(None, env.into_iter()).unwrap();
    let entra = settings.entra.unwrap();
    assert_eq!(entra.credential, EntraCredential::WorkloadIdentity { client_id: None });
}

#[test]
fn secrets_come_from_files_and_never_show() {
    let mut secret = tempfile::NamedTempFile::new().unwrap();
    writeln!(secret, "{CANARY}").unwrap();
    let path = secret.path().to_str().unwrap();
    let line = format!("credential = \"access_key\"\naccess_key = {{ file = {path:?} }}");
    let expected = AcsCredential::AccessKey(webhooks::Secret::new(CANARY));
    let by_file = load(&with("[acs]", &line), &[]).unwrap();
    assert_eq!(by_file.acs.credential, expected);
    let by_variable = [
        ("SWITCHBOARD__ACS__CREDENTIAL", "access_key"),
        ("SWITCHBOARD__ACS__ACCESS_KEY__FILE", path),
    ];
    assert_eq!(load(GOOD, &by_variable).unwrap().acs.credential, expected);
    for wrong in [
        format!("access_key = \"{CANARY}\""),
        format!("credential = \"access_key\"\naccess_key = \"{CANARY}!\""),
        format!("credential = \"access_key\"\naccess_key = [\"{CANARY}\"]"),
        format!("access_key = \"{CANARY}"),
        format!("access_key = {{ value = \"{CANARY}\" }}\ncredential = \"access_key\""),
        format!("acces_key = \"{CANARY}\""),
    ] {
        let text = load(&with("[acs]", &wrong), &[]).unwrap_err().to_string();
        assert!(!text.contains(CANARY), "{text}");
    }
}

/// Section, line, place, and a word of what is wrong or what to write instead.
const WRONG: &[(&str, &str, &str, &str)] = &[
    ("[colour]", "a = 1", "colour", "no such section"),
    ("[graf]", "poll = \"1s\"", "graf", "did you mean [graph]?"),
    ("[graph]", "pol = \"1s\"", "graph.pol", "did you mean poll?"),
    ("[graph]", "poll = \"1\"", "graph.poll", "not a number with a unit"),
    ("[graph]", "poll = 5", "graph.poll", "this is a number, not text"),
    ("[graph]", "poll = \"2m\"", "graph.poll", "not within"),
    ("[graph]", "poll = \"50s\"", "graph.max_age", "not longer than poll"),
    ("[graph]", "endpoint = \"http://graph\"", "graph.endpoint", "not a plain https"),
    ("[entra]", "client_secret = \"x\"", "entra.client_secret", "kind is another"),
    ("[entra]", "authority = \"https://a/b\"", "entra.authority", "has a path"),
    ("[acs]", "credential = \"key\"", "acs.credential", "\"access_key\""),
    ("[acs]", "credential = \"access_key\"", "acs.access_key", "missing"),
    ("[event_grid]", "topic = \"contoso\"", "event_grid.topic", "not an ARM id"),
    ("[event_grid]", "allowed_origins = []", "event_grid.allowed_origins", "empty"),
    ("[event_grid]", "role = \" \"", "event_grid.role", "empty"),
    ("[http]", "listen = \"8443\"", "http.listen", "address with a port"),
    ("[http]", "tls_key = \"/\"", "http.tls_key", "not a file"),
    ("[http]", "tls_key = \"/\"", "http.tls_certificate", "missing beside tls_key"),
    ("[http]", "drain = \"15s\"", "http.drain", "not within"),
    ("[last_resort]", "redirect = \"112\"", "last_resort.redirect", "not + and 8"),
    ("[last_resort]", "redirect = \"+442079460100\"", "last_resort.own_numbers", "missing"),
    (
        "[last_resort]",
        "redirect = \"+442079460100\"\nown_numbers = [\"+442079460100\"]",
        "last_resort.redirect",
        "would come back",
    ),
    ("[tls]", "extra_root = \"/no/such.pem\"", "tls.extra_root", "cannot be read"),
    ("[sealing]", "create = \"yes\"", "sealing.create", "neither true nor false"),
    ("[ledger]", "path = 1979-05-27", "ledger.path", "a date, not text"),
    ("[ledger]", "url = \"db.example.com\"", "ledger.url", "not an address"),
    ("[ledger]", "url = \"postgres://a:canary@db.example.com/x\"", "ledger.url", "a password"),
    ("[ledger]", "url = \"postgres://db.example.com/x?sslmode=disable\"", "ledger.url", "TLS off"),
    ("[ledger]", "password = \"canary\"", "ledger.password", "no ledger.url"),
    ("[ledger]", "connections = 16", "ledger.connections", "no ledger.url"),
    ("[flow]", "constants = 1", "flow.constants", "not a table"),
    ("[flow]", "constants.a-b = 1", "flow.constants.a-b", "no expression"),
    ("[flow]", "constants.a = [1]", "flow.constants.a", "a list"),
    ("[flow]", "secrets = 1", "flow.secrets", "not a table"),
    ("[flow]", "secrets.Key1 = \"x\"", "flow.secrets.Key1", "no flow"),
    ("[flow]", "secrets.key = 1", "flow.secrets.key", "a number"),
    ("[flow]", "secrets.key = \"\"", "flow.secrets.key", "empty"),
    ("[flow]", "http_hosts = [\"https://a\"]", "flow.http_hosts", "not a host"),
    ("[log]", "format = \"xml\"", "log.format", "\"json\" or \"text\""),
    ("[log]", "filter = \"a=b=c\"", "log.filter", "no filter"),
    ("[queue]", "name = \"a\"", "queue", "[[queue]], with two brackets"),
    ("[[queue]]", "agents = []", "queue[0].name", "missing"),
    ("[[queue]]", "name = \"a\"", "queue[0].agents", "missing"),
    ("[[queue]]", "name = \"a\"\nagents = 1", "queue[0].agents", "not a list"),
    (
        "[[queue]]",
        "name = \"a\"\nagents = [{ id = \"ada@contoso.com\", name = \"Ada\" }]",
        "queue[0].agents[0].id",
        "not a GUID",
    ),
    (
        "[[queue]]",
        "name = \"a\"\nagents = []\n[[queue]]\nname = \"a\"\nagents = []",
        "queue[1].name",
        "another queue",
    ),
    (
        "[[queue]]",
        "name = \"a\"\nagents = [\
         { id = \"3f9d6b1e-2f0c-4a57-9c1b-7d8e5a4f2b01\", name = \"Ada\" },\
         { id = \"3F9D6B1E-2f0c-4a57-9c1b-7d8e5a4f2b01\", name = \"Ada again\" }]",
        "queue[0].agents",
        "twice",
    ),
];

#[test]
fn each_mistake_is_named_with_its_place() {
    for (section, line, place, word) in WRONG {
        let found = problems(&with(section, line), &[]);
        let hit = found.iter().any(|problem| {
            let at = problem.place.split(" (").next().unwrap_or_default();
            at == *place && format!("{problem}").contains(word)
        });
        assert!(hit, "{section} {line}: {found:#?}");
    }
}

#[test]
fn places_name_file_line_or_variable() {
    let found = problems(&with("[graph]", "# why\npol = \"1s\""), &[]);
    assert_eq!(found.len(), 1);
    let line = GOOD.lines().count() + 3;
    assert!(found[0].place.ends_with(&format!(", line {line})")), "{found:?}");
    let found = problems(GOOD, &[("SWITCHBOARD__GRAPH__POL", "1s")]);
    assert_eq!(found[0].place, "SWITCHBOARD__GRAPH__POL");
    assert_eq!(found[0].instead, "did you mean SWITCHBOARD__GRAPH__POLL?");
    for (name, text) in [
        ("SWITCHBOARD__GRAPH", "5s"),
        ("SWITCHBOARD__QUEUE__0__NAME", "people"),
        ("SWITCHBOARD__GRAPH____POLL", "5s"),
    ] {
        assert_eq!(problems(GOOD, &[(name, text)])[0].place, name);
    }
    let both = [("SWITCHBOARD__ACS__ACCESS_KEY", "a"), ("SWITCHBOARD__ACS__ACCESS_KEY__FILE", "b")];
    assert!(problems(GOOD, &both)[0].wrong.contains("another variable"));
}

#[test]
fn many_mistakes_come_at_once() {
    let text =
        "acs = 1\n[entra]\ntenant_id = \"x\"\nkind = \"y\"\n[http]\nlisten = \"z\"\nbroken\n";
    let found = problems(text, &[("SWITCHBOARD__LOG__FORMAT", "xml")]);
    let places: Vec<_> =
        found.iter().map(|problem| problem.place.split(" (").next().unwrap_or_default()).collect();
    for place in [
        "acs",
        "acs.endpoint",
        "entra.tenant_id",
        "entra.kind",
        "event_grid.audience",
        "http.listen",
        "http.public_url",
        "flow.file",
        "SWITCHBOARD__LOG__FORMAT",
    ] {
        assert!(places.contains(&place), "{place} in {places:?}");
    }
    assert!(places.iter().any(|place| place.ends_with("line 7")), "{places:?}");
    assert!(!places.contains(&"event_grid.tenant_id"), "the tenant is wrong once");
}

#[test]
fn entra_is_needed_for_tokens_only() {
    let start = GOOD.find("[entra]").unwrap();
    let end = GOOD.find("[event_grid]").unwrap();
    let without = [&GOOD[..start], &GOOD[end..]].concat().replace(
        "[event_grid]",
        "[event_grid]\ntenant_id = \"2b1a7c3e-90f4-4c59-8f1d-5d6f0c4e7a21\"",
    );
    assert_eq!(problems(&without, &[])[0].place, "entra");
    let key =
        [("SWITCHBOARD__ACS__CREDENTIAL", "access_key"), ("SWITCHBOARD__ACS__ACCESS_KEY", CANARY)];
    assert_eq!(load(&without, &key).unwrap().entra, None);
    let queue = format!("{without}[[queue]]\nname = \"people\"\nagents = []\n");
    assert!(problems(&queue, &key)[0].wrong.contains("presence"));
}

#[test]
fn a_file_that_is_not_there_is_a_problem() {
    let found = Settings::load(Some(Path::new("/no/such.toml")), std::iter::empty()).unwrap_err();
    assert_eq!(found.0[0].place, "/no/such.toml");
}

#[test]
fn the_example_loads_and_shows_every_key() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("switchboard.example.toml");
    let settings = Settings::load(Some(&path), std::iter::empty()).unwrap();
    assert_eq!(settings.queues[0].agents.len(), 2);
    let text = std::fs::read_to_string(&path).unwrap();
    for (section, keys) in load::SECTIONS {
        assert!(text.contains(&format!("[{section}]")), "[{section}]");
        for key in *keys {
            let shown = [format!("{} = ", key.name), format!("{section}.{}]", key.name)];
            assert!(shown.iter().any(|form| text.contains(form)), "{section}.{}", key.name);
        }
    }
}

#[test]
fn the_documentation_lists_exactly_the_keys_there_are() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/settings.md");
    let page = std::fs::read_to_string(page).unwrap();
    let documented: BTreeSet<String> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .map(str::to_owned)
        .collect();
    let existing: BTreeSet<String> = load::SECTIONS
        .iter()
        .flat_map(|(section, keys)| keys.iter().map(move |key| format!("{section}.{}", key.name)))
        .collect();
    assert_eq!(documented, existing);
}

proptest::proptest! {
    #[test]
    fn no_text_and_no_variable_makes_it_panic(text in "\\PC{0,200}", name in "[A-Z_]{0,20}") {
        let mut found = Vec::new();
        let mut root: Table = source::parse(&"x".into(), &text, &mut found);
        let variable = (format!("SWITCHBOARD__{name}"), text);
        source::overlay(&mut root, std::iter::once(variable), &mut found);
    }
}
