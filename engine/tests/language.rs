//! The description of the language against what the checker accepts, and the files that are made of it.

#![expect(clippy::expect_used, reason = "a test that cannot go on says where and why")]

use std::{collections::BTreeSet, fs, path::Path};

use engine::flow::{
    Code, Parts, compile_with,
    language::{Field, Need, entry, head, kinds, reference, schema},
};

const SUB: &str = "subflow: identify\nparams: { number: text }\nstart: end\nnodes:\n  end: { return: { as: found, with: { name: vars.number } } }\n";

/// A flow, or for `return` a sub-flow, with one node of interest.
fn framed(node: &str) -> (String, Parts) {
    let is_return = node.starts_with("return");
    let first = if is_return { "subflow" } else { "flow" };
    let source = format!(
        "{first}: t\nstart: here\nnodes:\n  here: {{ {node} }}\n  there: {{ {} }}\n",
        if is_return { "return: {}" } else { "hangup: {}" }
    );
    (source, Parts::from([("identify.yaml".to_owned(), SUB.to_owned())]))
}

#[test]
fn every_example_compiles() {
    for kind in kinds() {
        let (source, parts) = framed(kind.example);
        let errors: Vec<String> = compile_with(&source, &parts)
            .diagnostics
            .iter()
            .filter(|found| found.code != Code::Unreachable)
            .map(ToString::to_string)
            .collect();
        assert!(errors.is_empty(), "{}: {errors:?}", kind.word);
    }
}

/// What the checker names when it meets a field that is none.
fn accepted(source: &str) -> BTreeSet<String> {
    let found = compile_with(source, &Parts::new()).diagnostics;
    let unknown = found.iter().find(|found| found.code == Code::UnknownField);
    let hint = unknown.and_then(|found| found.hint.clone()).expect("it names the fields");
    hint.split_once(": ")
        .map_or_else(BTreeSet::new, |(_, names)| names.split(", ").map(str::to_owned).collect())
}

fn described(fields: &[Field]) -> BTreeSet<String> {
    fields.iter().map(|field| field.name.to_owned()).collect()
}

#[test]
fn the_description_has_the_fields_that_the_checker_accepts() {
    let odd = "xxxxxxxxxxxxxxxx: 1";
    assert_eq!(accepted(&format!("{odd}\n")), described(head()));
    for kind in kinds().iter().filter(|kind| !kind.fields.is_empty()) {
        let body = |marker: &str| format!("{}: {{ {marker}{odd} }}", kind.word);
        // A consent tells or asks: two sets of fields.
        let mut known = accepted(&framed(&body("")).0);
        if kind.word == "consent" {
            known.extend(accepted(&framed(&body("prompt: a, ")).0));
        }
        assert_eq!(known, described(kind.fields), "{}", kind.word);
    }
}

#[test]
fn the_description_has_the_fields_of_an_entry_file() {
    let odd = "xxxxxxxxxxxxxxxx: 1";
    assert_eq!(accepted(&format!("entry: t\n{odd}\n")), described(entry().head));
    assert_eq!(accepted(&format!("entry: t\nrules: [{{ {odd} }}]\n")), described(entry().rule));
    let sales = "flow: sales\nstart: end\nnodes: { end: { hangup: {} } }\n";
    let support = sales.replace("flow: sales", "flow: support\nlanguages: { de-DE: }");
    let parts = Parts::from([
        ("sales.yaml".to_owned(), sales.to_owned()),
        ("support.yaml".to_owned(), support),
    ]);
    let compiled = compile_with(entry().example, &parts);
    assert!(compiled.diagnostics.is_empty(), "{:?}", compiled.diagnostics);
    for (source, missing) in
        [("entry: t\n", "no `rules`"), ("entry: t\nrules: [{}]\n", "no `flow`")]
    {
        let found = compile_with(source, &Parts::new()).diagnostics;
        assert!(found.iter().any(|it| it.message.contains(missing)), "{missing}: {found:?}");
    }
}

#[test]
fn the_description_has_all_kinds() {
    let (source, parts) = framed("xxxxxxxxxxxx: {}");
    let found = compile_with(&source, &parts).diagnostics;
    let unknown = found.iter().find(|found| found.code == Code::UnknownKind).expect("it is none");
    let hint = unknown.hint.clone().expect("it names the kinds");
    let known: BTreeSet<&str> = hint.trim_start_matches("write one of: ").split(", ").collect();
    assert_eq!(known, kinds().iter().map(|kind| kind.word).collect());
}

#[test]
fn what_must_be_there_is_missed() {
    for kind in kinds() {
        let required = kind.fields.iter().filter(|field| field.need == Need::Required);
        for field in required {
            let (source, parts) = framed(&format!("{}: {{}}", kind.word));
            let missing = format!("no `{}`", field.name);
            let found = compile_with(&source, &parts).diagnostics;
            assert!(
                found
                    .iter()
                    .any(|it| it.code == Code::MissingField && it.message.contains(&missing)),
                "{}: {}",
                kind.word,
                field.name
            );
        }
    }
}

/// With `UPDATE=1` in the environment the files are written instead.
fn compare(name: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, made).expect("it can be written");
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == made,
        "docs/{name} is old: UPDATE=1 cargo test -p switchboard-engine --test language"
    );
}

#[test]
fn the_reference_is_up_to_date() {
    compare("flows.md", &reference());
}

#[test]
fn the_schema_is_up_to_date() {
    let text = serde_json::to_string_pretty(&schema()).expect("it is JSON");
    compare("flow.schema.json", &format!("{text}\n"));
}
