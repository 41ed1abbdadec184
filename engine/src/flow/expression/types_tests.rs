//! What is said of an expression before a call, beside what comes of it in calls.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// Every variable has the kind of its name.
struct ByName;

impl Known for ByName {
    fn field(&self, _: &str, field: &str) -> Kinds {
        match field.trim_end_matches(|letter: char| letter.is_ascii_digit()) {
            "int" => Kind::Int.into(),
            "double" => Kind::Double.into(),
            "number" => Kinds::NUMBER,
            "text" => Kind::Text.into(),
            "bool" => Kind::Bool.into(),
            "list" => Kind::List.into(),
            "map" => Kind::Map.into(),
            _ => Kinds::ANY,
        }
    }
}

fn typed(source: &str) -> (Kinds, Option<String>) {
    let expression = Expression::parse(source).unwrap_or_else(|fault| panic!("{source}: {fault}"));
    let (kinds, fault) = expression.kinds(&ByName);
    (kinds, fault.map(|fault| fault.message))
}

#[test]
fn kinds_and_faults() {
    for (source, kinds, fault) in [
        ("vars.int + 1", "a whole number", None),
        ("vars.text + 'x'", "a text", None),
        ("vars.text == 1", "true or false", Some("a text is never equal to a whole number")),
        ("vars.number == 1", "true or false", None),
        ("vars.any == 1", "true or false", None),
        ("vars.any == null", "true or false", None),
        ("vars.any ? 1 : 'x'", "a whole number or a text", None),
        (
            "vars.text ? 1 : 2",
            "a whole number",
            Some("`?` asks whether something is true, this is a text"),
        ),
        (
            "vars.int && true",
            "true or false",
            Some("`&&` asks whether something is true, this is a whole number"),
        ),
        ("!vars.text", "anything", Some("`!` does not work on a text")),
        ("size(vars.int)", "anything", Some("`size` does not work on a whole number")),
        ("size(vars.list) > 1", "true or false", None),
        ("int(vars.text)", "a whole number", None),
        ("vars.text.name", "anything", Some("`.name` is asked of a text")),
        ("vars.map.name.first", "anything", None),
        ("vars.int[0]", "anything", Some("`[…]` is asked of a whole number")),
        (
            "vars.text.exists(x, x == 1)",
            "true or false",
            Some("a loop runs over a list, this is a text"),
        ),
        ("vars.list.exists(x, x == 1)", "true or false", None),
        ("vars.list.filter(x, x > 1)", "a list", None),
        ("vars.list.map(x, x * 2)", "a list", None),
        ("has(vars.text)", "true or false", None),
        ("vars.int in vars.list", "true or false", None),
        ("'a' in vars.text", "anything", Some("`in` does not work on a text and a text")),
    ] {
        let (found, said) = typed(source);
        assert_eq!((found.to_string().as_str(), said.as_deref()), (kinds, fault), "{source}");
    }
}

fn value(name: &'static str) -> impl Strategy<Value = Value> {
    match name {
        "int" => prop_oneof![Just(json!(0)), Just(json!(3)), Just(json!(-7))].boxed(),
        "double" => prop_oneof![Just(json!(2.5)), Just(json!(-0.5))].boxed(),
        "text" => prop_oneof![Just(json!("")), Just(json!("12")), Just(json!("true"))].boxed(),
        "bool" => any::<bool>().prop_map(Value::from).boxed(),
        "list" => {
            prop_oneof![Just(json!([])), Just(json!([1, "a", null])), Just(json!([[2]]))].boxed()
        }
        _ => prop_oneof![Just(json!({})), Just(json!({"a": 1, "b": "x"}))].boxed(),
    }
}

fn values() -> impl Strategy<Value = Value> {
    let kinds = ("int", "double", "text", "bool", "list", "map");
    (
        value(kinds.0),
        value(kinds.1),
        value(kinds.2),
        value(kinds.3),
        value(kinds.4),
        value(kinds.5),
        value("int"),
    )
        .prop_map(|(int, double, text, truth, list, map, number)| {
            json!({
                "int": int, "double": double, "text": text, "bool": truth, "list": list, "map": map,
                "number": number, "any": text,
            })
        })
}

/// Expressions that do not leave a part of themselves out: what is at fault anywhere is met.
fn strict() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        prop::sample::select(vec!["int", "double", "number", "text", "bool", "list", "map", "any"])
            .prop_map(|name| format!("vars.{name}")),
        prop::sample::select(vec!["1", "2.5", "'x'", "true", "null", "[1]", "{'a': 1}"])
            .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(3, 12, 2, |inner| {
        let two = prop::sample::select(vec!["+", "-", "*", "/", "%", "<", "<=", ">", ">=", "in"]);
        let member = prop::sample::select(vec!["contains", "startsWith", "endsWith"]);
        let one = prop::sample::select(vec!["!", "-", "size", "string", "int", "double", "bool"]);
        prop_oneof![
            (inner.clone(), two, inner.clone()).prop_map(|(l, op, r)| format!("({l}) {op} ({r})")),
            (inner.clone(), member, inner.clone()).prop_map(|(l, f, r)| format!("({l}).{f}({r})")),
            (one, inner).prop_map(|(f, x)| format!("{f}({x})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// A fault means that no call has a value; and a value is of the kinds that were said.
    #[test]
    fn what_is_said_before_holds_in_calls(source in strict(), vars in values()) {
        let Ok(expression) = Expression::parse(&source) else { return Ok(()) };
        let (kinds, fault) = expression.kinds(&ByName);
        let found = expression.evaluate(&Scope::new().with("vars", vars));
        if let Some(fault) = fault {
            prop_assert!(found.is_err(), "{source}: {} and yet {found:?}", fault.message);
        } else if let Ok(found) = found {
            let kind = match found {
                Value::Null => Kind::Null,
                Value::Bool(_) => Kind::Bool,
                Value::Number(number) if number.is_f64() => Kind::Double,
                Value::Number(number) if number.is_i64() => Kind::Int,
                Value::Number(_) => Kind::Unsigned,
                Value::String(_) => Kind::Text,
                Value::Array(_) => Kind::List,
                Value::Object(_) => Kind::Map,
            };
            // JSON does not keep an unsigned number apart from a whole one.
            let whole = kind == Kind::Int && kinds.may_be(Kind::Unsigned);
            prop_assert!(kinds.may_be(kind) || whole, "{source}: {kinds} and yet {kind:?}");
        }
    }
}
