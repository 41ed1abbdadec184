//! What expressions give, what is refused, and that nothing panics or overflows the stack.

use std::thread;

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn scope() -> Scope {
    Scope::new()
        .with("caller", json!({"name": "Ädä", "number": "+491234"}))
        .with("config", json!(null))
        .with(
            "vars",
            json!({
                "n": 3, "least": i64::MIN, "half": 2.5, "huge": u64::MAX, "none": null, "text": "ä😀",
                "list": [1, 2, "a", null], "long": (0..101).collect::<Vec<_>>(), "map": {"a": 1},
            }),
        )
        .with("response", json!({"status": 200, "body": {"a": [1, {"b": null}]}}))
}

fn value_of(source: &str) -> Result<serde_json::Value, EvaluationError> {
    Expression::parse(source).unwrap_or_else(|fault| panic!("{source}: {fault}")).evaluate(&scope())
}

#[test]
fn expressions_have_values() {
    for (source, value) in [
        ("1 + 1", json!(2)),
        ("caller.name + '!'", json!("Ädä!")),
        ("vars.n + 1", json!(4)),
        ("response.status == 200", json!(true)),
        ("vars.half * 2.0", json!(5.0)),
        ("vars.huge", json!(u64::MAX)),
        ("vars.none", json!(null)),
        ("vars.list.filter(x, x != null)", json!([1, 2, "a"])),
        ("[1, 2].map(x, x * 2)", json!([2, 4])),
        ("has(vars.q) ? vars.q : 'none'", json!("none")),
        ("has(response.body.a) && size(response.body.a) == 2", json!(true)),
        ("vars['n'] == 3 || 1 / 0 == 1", json!(true)),
        ("caller.number.startsWith('+49')", json!(true)),
        ("'ä'.size()", json!(1)),
        ("string(vars.half) + string(true)", json!("2.5true")),
        ("int('12') + 1", json!(13)),
        ("{'b': 1, 'a': [null]}", json!({"a": [null], "b": 1})),
        ("'a' in ['a', 'b']", json!(true)),
        ("'a' in vars.map", json!(true)),
        ("(vars.n > 2 ? 'many' : 'few') // said to the caller", json!("many")),
    ] {
        assert_eq!(value_of(source), Ok(value), "{source}");
    }
}

#[test]
fn expressions_without_value_say_why_and_tell_nothing() {
    use EvaluationError as E;
    let named = |name: &str| name.to_owned();
    for (source, error) in [
        ("caller.nme", E::Missing(named("nme"))),
        ("queue.name", E::Missing(named("queue"))),
        ("vars[caller.number]", E::Missing(named("a field"))),
        ("vars.list[9]", E::Missing(named("a list item"))),
        ("1 < 'a'", E::Types(named("<"))),
        ("caller.name + 1", E::Types(named("+"))),
        ("!caller.name", E::Types(named("!"))),
        ("1 / 0", E::Arithmetic),
        ("1 % 0", E::Arithmetic),
        ("1.0 / 0.0", E::Arithmetic),
        ("vars.least / -1", E::Arithmetic),
        ("vars.least % -1", E::Arithmetic),
        ("-vars.least", E::Arithmetic),
        ("vars.least * -1", E::Arithmetic),
        ("9223372036854775807 + 1", E::Arithmetic),
        ("int(1e300)", E::Refused(named("int"))),
        ("int(caller.name)", E::Refused(named("int"))),
        ("vars.long.exists(x, x == 1)", E::Loop),
        ("vars.map.all(x, true)", E::Loop),
        ("b'bytes'", E::NotPlain),
    ] {
        let found = value_of(source).expect_err(source);
        assert_eq!(found, error, "{source}");
        let shown = format!("{found} {found:?}");
        assert!(!shown.contains("Ädä") && !shown.contains("491234"), "{source}: {shown}");
    }
}

#[test]
fn what_is_no_expression_of_a_flow_is_refused_at_its_place() {
    use ExpressionFault as F;
    let deep = format!("vars.n{}", " + 1".repeat(16));
    let many = format!("[{}]", vec!["1"; 101].join(","));
    let long = format!("'{}'", "x".repeat(1_023));
    for (source, kind, offset, part) in [
        ("", F::Syntax, 0, ""),
        (" // nothing", F::Syntax, 0, " // nothing"),
        ("1 +", F::Syntax, 3, ""),
        ("(1", F::Syntax, 2, ""),
        ("a b", F::Syntax, 2, "b"),
        ("a = 1", F::Syntax, 2, "="),
        ("a & b", F::Syntax, 2, "&"),
        ("1 + ä", F::Syntax, 4, "ä"),
        ("'abc", F::Syntax, 0, "'"),
        ("1\n+\n)", F::Syntax, 4, ")"),
        ("has(a)", F::Syntax, 4, "a"),
        ("a.?b", F::Syntax, 1, "."),
        ("99999999999999999999", F::Syntax, 0, "99999999999999999999"),
        ("sise(a)", F::Function, 0, "sise"),
        ("a.upper()", F::Function, 2, "upper"),
        ("a.contains()", F::Function, 2, "contains"),
        ("a.exists(1)", F::Function, 2, "exists"),
        ("matches('a', 'a*')", F::Function, 0, "matches"),
        ("now()", F::Function, 0, "now"),
        ("Thing{a: 1}", F::Bounds, 0, "Thing{a: 1}"),
        ("a.all(x, b.all(y, x == y))", F::Bounds, 0, "a.all(x, b.all(y, x == y))"),
        ("a.all(x, x) && b.all(y, y)", F::Bounds, 0, "a.all(x, x) && b.all(y, y)"),
        ("{1: 2}.all(x, x > 0)", F::Bounds, 0, "{1: 2}.all(x, x > 0)"),
        (&deep, F::Bounds, 0, &deep),
        (&many, F::Bounds, 0, &many),
        (&long, F::Bounds, 0, &long),
    ] {
        let fault = Expression::parse(source).expect_err(source);
        let end = fault.offset + fault.length;
        assert_eq!(
            (fault.kind, fault.offset, &source[fault.offset..end]),
            (kind, offset, part),
            "{fault:?}"
        );
    }
    let within = format!("vars.n{}", " + 1".repeat(14));
    assert_eq!(value_of(&within), Ok(json!(17)));
}

#[test]
fn references_name_what_is_read() {
    let source =
        "has(vars.a) && caller['name'] == config.x.y && [1].exists(vars, vars.b == size(vars))";
    let expression = Expression::parse(source).expect("it is CEL");
    let read: Vec<(&str, Option<&str>)> = expression
        .references()
        .iter()
        .map(|found| (found.root.as_str(), found.field.as_deref()))
        .collect();
    assert_eq!(read, [("vars", Some("a")), ("caller", Some("name")), ("config", Some("x"))]);
    let [first, ..] = expression.references() else { panic!("there are three") };
    assert_eq!(&source[first.offset..first.offset + first.length], "vars.a");
}

#[test]
fn expressions_are_equal_by_source_and_cross_threads() {
    fn shared<T: Send + Sync + Clone + 'static>(_: &T) {}
    let one = Expression::parse("1 + 1").expect("it is CEL");
    shared(&one);
    assert_eq!(one, Expression::parse("1 + 1").expect("it is CEL"));
    assert_ne!(one, Expression::parse("1+1").expect("it is CEL"));
    assert_eq!(format!("{one:?}"), "Expression(\"1 + 1\")");
    assert!(!one.holds(&scope()));
}

/// A stack overflow would end the process, not the test: the worst sources run on half of what a worker thread has.
#[test]
fn the_worst_sources_fit_on_half_a_stack() {
    let repeated = ["+1", "[0]", ".a", "<1", ".size()", "&&true", "?1:2", " in x"];
    let nested = [
        ("(", ")"),
        ("[", "]"),
        ("{1:", "}"),
        ("size(", ")"),
        ("!-", ""),
        ("true?1:", ""),
        ("true?", ":1"),
        ("-(", ")"),
        ("has(", ".a)"),
        ("[1].map(x,", ")"),
    ];
    let work = move || {
        for count in (0..340).step_by(3) {
            for part in repeated {
                drop(
                    Expression::parse(&format!("vars.n{}", part.repeat(count)))
                        .map(|e| e.evaluate(&scope())),
                );
            }
            for (open, close) in nested {
                let source = format!("{}vars.n{}", open.repeat(count), close.repeat(count));
                drop(Expression::parse(&source).map(|e| e.evaluate(&scope())));
            }
        }
    };
    thread::Builder::new()
        .stack_size(1 << 20)
        .spawn(work)
        .expect("it starts")
        .join()
        .expect("no panic");
}

const TOKENS: &[&str] = &[
    "vars",
    "caller",
    ".",
    "name",
    "n",
    "list",
    "text",
    "map",
    "least",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "?",
    "+",
    "-",
    "*",
    "/",
    "%",
    "==",
    "<",
    ">=",
    "&&",
    "||",
    "!",
    "in",
    "1",
    "0",
    "9223372036854775807",
    "1u",
    "0x1F",
    "1.5",
    "1e308",
    ".5",
    "'a'",
    "\"b\"",
    "b'x'",
    "r'\\'",
    "'''t'''",
    "'\\u00e9'",
    "'\\x'",
    "true",
    "null",
    "size",
    "string",
    "int",
    "contains",
    "has",
    "all",
    "map",
    "x",
    " ",
    "\n",
    "//c\n",
    "`q`",
    "ä",
    "😀",
    "@",
    "$",
    "\\",
    "'",
    "\"",
    "=",
    "&",
    "|",
    ";",
];

fn grown() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "1",
        "0",
        "-1",
        "9223372036854775807",
        "1.5",
        "1e308",
        "1u",
        "'a'",
        "'ä😀'",
        "b'x'",
        "true",
        "null",
        "vars.n",
        "vars.least",
        "vars.list",
        "vars.long",
        "vars.half",
        "vars.huge",
        "vars.text",
        "vars.map",
        "x",
        "[]",
        "{}",
    ])
    .prop_map(str::to_owned);
    leaf.prop_recursive(5, 30, 3, |inner| {
        let operator = prop::sample::select(vec![
            "+", "-", "*", "/", "%", "==", "<", ">=", "&&", "||", " in ",
        ]);
        let function =
            prop::sample::select(vec!["size", "string", "int", "double", "bool", "!", "-"]);
        let member = prop::sample::select(vec!["contains", "startsWith", "endsWith"]);
        let looping = prop::sample::select(vec!["all", "exists", "exists_one", "map", "filter"]);
        prop_oneof![
            (inner.clone(), operator, inner.clone()).prop_map(|(a, o, b)| format!("({a}{o}{b})")),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(a, b, c)| format!("({a}?{b}:{c})")),
            (function, inner.clone()).prop_map(|(f, a)| format!("{f}({a})")),
            (inner.clone(), member, inner.clone()).prop_map(|(a, f, b)| format!("({a}).{f}({b})")),
            (inner.clone(), looping, inner.clone())
                .prop_map(|(a, f, b)| format!("({a}).{f}(x,{b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a})[{b}]")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("[{a},{b}]")),
        ]
    })
}

/// [`EvaluationError::Failed`] is what a caught panic gives.
fn assert_calm(source: &str) -> Result<(), TestCaseError> {
    let Ok(expression) = Expression::parse(source) else { return Ok(()) };
    let first = expression.evaluate(&scope());
    prop_assert_ne!(&first, &Err(EvaluationError::Failed), "{}", source);
    prop_assert_eq!(first, expression.evaluate(&scope()), "{}", source);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_without_panic(source in ".{0,60}") {
        assert_calm(&source)?;
    }

    #[test]
    fn any_tokens_are_read_without_panic(tokens in prop::collection::vec(prop::sample::select(TOKENS), 0..30)) {
        let source = tokens.concat();
        if let Err(fault) = Expression::parse(&source) {
            prop_assert!(source.get(fault.offset..fault.offset + fault.length).is_some(), "{:?}", fault);
        }
    }

    #[test]
    fn any_expression_is_evaluated_without_panic(source in grown()) {
        assert_calm(&source)?;
    }
}
