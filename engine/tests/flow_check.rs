//! The checker against broken flows, the shipped flow, and nonsense.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    thread,
};

use engine::{
    call::Profile,
    flow::{
        Bundle, Code, Compiled, Diagnostic, Node, Parts, Severity, compile, compile_for,
        compile_with, line_of, needs,
    },
};
use proptest::prelude::*;

fn broken_flows() -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/flows");
    let mut flows: Vec<(PathBuf, String)> = fs::read_dir(folder)
        .expect("the folder of broken flows is there")
        .map(|entry| entry.expect("it can be listed").path())
        .filter(|path| path.is_file())
        .map(|path| (path.clone(), fs::read_to_string(path).expect("it can be read")))
        .collect();
    flows.sort();
    assert!(!flows.is_empty());
    flows
}

/// A broken flow with all files of `tests/flows/parts` beside it, for the kind of number that it names.
fn compiled(source: &str) -> Compiled {
    let named = |profile: &&Profile| source.contains(&format!("# profile: {}\n", profile.name));
    match Profile::ALL.iter().find(named) {
        Some(profile) => compile_for(source, &parts(), profile),
        None => compile_with(source, &parts()),
    }
}

fn parts() -> Parts {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/flows/parts");
    let read = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.expect("it can be listed").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        (name, fs::read_to_string(&path).expect("it can be read"))
    };
    fs::read_dir(folder).expect("the folder is there").map(read).collect()
}

fn shipped_flow() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../flows/airline/flow.yaml");
    fs::read_to_string(path).expect("the shipped flow is there")
}

/// The lines `# expect: F012 at 7:15` at the head of a broken flow.
fn expected(source: &str) -> Vec<String> {
    source.lines().map_while(|line| line.strip_prefix("# expect: ")).map(str::to_owned).collect()
}

fn short(found: &Diagnostic) -> String {
    let file = found.file.as_ref().map(|file| format!("{file}:")).unwrap_or_default();
    format!("{} at {file}{}:{}", found.code, found.line, found.column)
}

#[test]
fn every_broken_flow_has_exactly_its_findings() {
    let mut wrong = Vec::new();
    for (path, source) in broken_flows() {
        let compiled = compiled(&source);
        let found: Vec<String> = compiled.diagnostics.iter().map(short).collect();
        let full: Vec<String> = compiled.diagnostics.iter().map(ToString::to_string).collect();
        let wanted = expected(&source);
        if found != wanted || wanted.is_empty() {
            wrong.push(format!(
                "{}\nwanted {wanted:?}\nfound\n{}",
                path.display(),
                full.join("\n")
            ));
        }
        let only_warnings = compiled.diagnostics.iter().all(|d| d.severity == Severity::Warning);
        assert_eq!(compiled.flow.is_some(), only_warnings, "{}", path.display());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_rule_has_a_broken_flow() {
    let found: BTreeSet<Code> = broken_flows()
        .iter()
        .flat_map(|(_, source)| compiled(source).diagnostics)
        .map(|d| d.code)
        .collect();
    let missing: Vec<&Code> =
        Code::ALL.iter().filter(|code| **code != Code::TooLarge && !found.contains(code)).collect();
    assert!(missing.is_empty(), "no broken flow for {missing:?}");
}

#[test]
fn a_finding_points_at_its_text_and_names_its_node() {
    let source = "flow: t\nstart: a\nnodes:\n  a: { say: { text: \"Hi\", next: edn } }\n  end: { hangup: {} }\n";
    let compiled = compile(source);
    let [found] = compiled.diagnostics.as_slice() else { panic!("one finding: {compiled:?}") };
    assert_eq!(&source[found.span.offset..found.span.offset + found.span.length], "edn");
    assert_eq!(found.node.as_deref(), Some("a"));
    assert_eq!(found.hint.as_deref(), Some("did you mean `end`?"));
    assert!(line_of(source, found.line).contains("next: edn"));
    assert_eq!(
        found.to_string(),
        "error F012 at 4:33: there is no node `edn` (did you mean `end`?)"
    );
}

#[test]
fn sizes_are_bounded() {
    let mut many = String::from("flow: t\nstart: n0\nnodes:\n");
    for number in 0..501 {
        many.extend(["  n", &number.to_string(), ": { hangup: {} }\n"]);
    }
    let long = format!("flow: {}\n", "x".repeat(256 * 1_024));
    let deep = format!("flow: {}\n", "[".repeat(5_000));
    let nested = format!("flow: {}1{}\n", "[".repeat(40), "]".repeat(40));
    let bomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n\
                d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d]\n";
    for (source, code) in [
        (many.as_str(), Code::TooLarge),
        (&long, Code::TooLarge),
        (&deep, Code::Syntax),
        (&nested, Code::Syntax),
        (bomb, Code::Syntax),
    ] {
        let found = compile(source).diagnostics;
        assert!(found.iter().any(|d| d.code == code), "{:.40} {found:?}", source);
    }
}

/// A stack overflow would end the process: the deepest file fits on half of what a worker thread has.
#[test]
fn the_deepest_file_fits_on_half_a_stack() {
    let work = || {
        for depth in 0..30 {
            assert_sound(&format!("flow: {}1{}\n", "[".repeat(depth), "]".repeat(depth)));
            assert_sound(&format!("nodes: {}1{}\n", "{a: ".repeat(depth), "}".repeat(depth)));
        }
    };
    thread::Builder::new()
        .stack_size(1 << 20)
        .spawn(work)
        .expect("it starts")
        .join()
        .expect("no panic");
}

#[test]
fn the_shipped_flow_has_no_findings() {
    let compiled = compile(&shipped_flow());
    let found: Vec<String> = compiled.diagnostics.iter().map(ToString::to_string).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
    let flow = compiled.flow.expect("it compiles");
    assert_eq!((flow.name.as_str(), flow.start.as_str()), ("airline", "greeting"));
    assert!(flow.needs_speech());
    let Some(Node::Menu(menu)) = flow.nodes.get("menu") else { panic!("it has a menu") };
    let tones: Vec<Option<char>> = menu.choices.values().map(|choice| choice.tone).collect();
    assert_eq!(tones, [Some('9'), Some('2'), Some('1'), Some('0')]);
}

#[test]
fn defaults_are_those_of_the_documentation() {
    let source = r#"
flow: t
start: ask
nodes:
  ask: { menu: { prompt: "?", choices: { a: { tone: "1", next: type } }, otherwise: wait } }
  type: { collect: { prompt: "?", into: digits, max: 4, next: look, otherwise: wait } }
  look: { http: { url: "https://example.org/x", next: wait, failed: wait } }
  wait: { queue: { name: q, overflow: { next: end } } }
  end: { hangup: }
"#;
    let flow = compile(source).flow.expect("it compiles");
    let (Some(Node::Menu(menu)), Some(Node::Collect(collect))) =
        (flow.nodes.get("ask"), flow.nodes.get("type"))
    else {
        panic!("they are there")
    };
    assert_eq!((menu.retry.attempts, menu.retry.silence), (3, 5_000));
    assert_eq!((collect.min, collect.max, collect.stop, collect.between), (1, 4, Some('#'), 3_000));
    let (Some(Node::Http(http)), Some(Node::Queue(queue))) =
        (flow.nodes.get("look"), flow.nodes.get("wait"))
    else {
        panic!("they are there")
    };
    assert_eq!((http.timeout, http.set.len()), (3_000, 0));
    assert_eq!((queue.ring, queue.every, queue.overflow_after), (20_000, 30_000, 180_000));
    assert_eq!(queue.unavailable, queue.overflow);
    assert_eq!(flow.language, "en-US");
}

#[test]
fn a_bundle_pins_its_source() {
    let source = shipped_flow();
    let bundle = Bundle::compile(&source).expect("it compiles");
    let other = Bundle::compile(&format!("{source}\n")).expect("it compiles");
    assert_eq!(bundle.source(), source);
    assert_ne!(bundle.hash(), other.hash());
    assert_eq!(bundle, bundle.clone());
    assert_eq!(bundle.hash_hex().len(), 64);
    assert!(Bundle::compile("flow: t").is_err());
    // The hash is part of stored journals: it must not change with the code.
    let fixed = "flow: t\nstart: end\nnodes: { end: { hangup: {} } }\n";
    let fixed = Bundle::compile(fixed).expect("it compiles");
    assert_eq!(
        fixed.hash_hex(),
        "645e10b82a9250d2e49048e862eba61bf8516ae4ccbd59191317a1c1831233d2"
    );
}

#[test]
fn a_bundle_holds_all_its_files() {
    let source = "flow: t\nstart: a\nnodes:\n  a: { flow: { file: sound.yaml, with: { number: \"'1'\" }, exits: { found: end }, next: end, failed: end } }\n  end: { hangup: {} }\n";
    assert_eq!(needs(source), ["sound.yaml"]);
    let beside = parts();
    let bundle = Bundle::pack(source, &beside).expect("it compiles");
    let again = Bundle::compile(bundle.source()).expect("what was kept compiles");
    assert_eq!(bundle, again);
    let names: Vec<&String> = again.flow().nodes.keys().collect();
    assert_eq!(names, ["a", "a/ask", "a/back", "a/known", "a/look", "end"]);
    assert_eq!(again.flow().variables.keys().collect::<Vec<_>>(), ["a/number", "a/tries"]);
    let mut other = beside;
    other.entry("sound.yaml".to_owned()).and_modify(|text| text.push('\n'));
    assert_ne!(Bundle::pack(source, &other).expect("it compiles").hash(), bundle.hash());
    let refused = Bundle::pack(&other["sound.yaml"], &Parts::new()).expect_err("a sub-flow");
    assert_eq!(refused.iter().map(|found| found.code).collect::<Vec<_>>(), [Code::BadSubFlow]);
}

/// What must hold whatever is compiled.
fn assert_sound(source: &str) {
    let compiled = compile(source);
    let errors = compiled.diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
    assert_eq!(compiled.flow.is_some(), errors == 0, "{source}");
    for found in &compiled.diagnostics {
        let end = found.span.offset + found.span.length;
        assert!(source.get(found.span.offset..end).is_some(), "{found:?} {source}");
        assert!(found.line >= 1 && found.column >= 1 && !found.message.is_empty());
        assert!(found.line <= source.lines().count() + 1, "{found:?}");
    }
    if let Some(flow) = compiled.flow {
        assert!(flow.nodes.contains_key(&flow.start));
        assert_eq!(compile(source).flow.map(|again| again.nodes.len()), Some(flow.nodes.len()));
    }
}

const PIECES: &[&str] = &[
    "flow: t\n",
    "start: a\n",
    "nodes:\n",
    "  a:\n",
    "    say: ",
    "    menu: ",
    "    hangup: {}\n",
    "{ text: \"Hi\", next: a }\n",
    "{}",
    "[]",
    "\"",
    "'",
    "${",
    "}",
    "vars.x",
    "caller.name",
    ": ",
    "- ",
    "\n",
    "  ",
    "\t",
    "#",
    "*",
    "&a",
    "*a",
    "!!str ",
    "|",
    ">",
    "<<: ",
    "ä",
    "😀",
    "\u{feff}",
    "\r\n",
    "---\n",
    "...\n",
    "? ",
    "1",
    ".nan",
    "0x1",
    "~",
    "null",
    "%",
    "@",
    "`",
    "\\",
    "\u{0}",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_compiled_without_panic(source in ".{0,200}") {
        assert_sound(&source);
    }

    #[test]
    fn any_pieces_are_compiled_without_panic(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
        assert_sound(&pieces.concat());
    }

    #[test]
    fn a_mutilated_flow_is_compiled_without_panic(
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..30, prop::sample::select(PIECES)), 1..4),
    ) {
        let mut letters: Vec<char> = shipped_flow().chars().collect();
        for (place, length, piece) in cuts {
            let start = place.index(letters.len());
            let end = (start + length).min(letters.len());
            letters.splice(start..end, piece.chars());
        }
        assert_sound(&letters.into_iter().collect::<String>());
    }
}
