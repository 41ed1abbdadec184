//! The query options that Graph's directory understands: `$select`, `$filter`, `$search`, `$orderby`,
//! `$top`, `$skiptoken`, `$count` (paging.md, aad-advanced-queries.md). Over plain JSON objects.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::ask::{Ask, Denied, denied};

/// The page without `$top`, and the largest one.
const PAGE: usize = 100;
const LARGEST_PAGE: usize = 999;
/// What the opaque token begins with.
const TOKEN: &str = "page:";

/// What a collection is of.
pub(super) struct Kind {
    /// `microsoft.graph.user`.
    pub(super) name: &'static str,
    /// What comes without `$select`.
    pub(super) usual: &'static [&'static str],
    /// Behind `$metadata#`.
    pub(super) context: &'static str,
}

fn unsupported(message: impl Into<String>) -> Denied {
    denied(400, "Request_UnsupportedQuery", message)
}

/// Refuses what only works with `ConsistencyLevel: eventual`, with the text of the official sample.
pub(super) fn needs_eventual(ask: &Ask, what: &str) -> Result<(), Denied> {
    if ask.eventual {
        return Ok(());
    }
    Err(unsupported(format!(
        "Request with {what} only works through MSGraph with a special request header: \
         'ConsistencyLevel: eventual'"
    )))
}

/// One page of a collection. `root` is the address without query options, for the next page.
pub(super) fn page(ask: &Ask, kind: &Kind, all: Vec<Value>, root: &str) -> Result<Value, Denied> {
    check_options(ask)?;
    let mut found = filtered(ask, kind, all)?;
    order(ask, &mut found)?;
    let size = size(ask)?;
    let start = start(ask)?;
    let selection = selection(ask, kind)?;
    let count = found.len();
    let names = selection.as_deref().map(|names| format!("({})", names.join(",")));
    let context = format!("{}#{}{}", super::METADATA, kind.context, names.unwrap_or_default());
    let mut body = json!({ "@odata.context": context });
    if ask.option("$count") == Some("true") && ask.eventual && start == 0 {
        body["@odata.count"] = json!(count);
    }
    if start + size < count {
        body["@odata.nextLink"] = json!(next_link(ask, root, start + size));
    }
    let page = found.into_iter().skip(start).take(size);
    body["value"] = page.map(|one| select(one, kind, selection.as_deref())).collect();
    Ok(body)
}

/// One object.
pub(super) fn single(ask: &Ask, kind: &Kind, object: Value) -> Result<Value, Denied> {
    check_options(ask)?;
    let selection = selection(ask, kind)?;
    let names = selection.as_deref().map(|names| format!("({})", names.join(",")));
    let context =
        format!("{}#{}{}/$entity", super::METADATA, kind.context, names.unwrap_or_default());
    let mut body = json!({ "@odata.context": context });
    let selected = select(object, kind, selection.as_deref());
    if let (Value::Object(body), Value::Object(selected)) = (&mut body, selected) {
        body.extend(selected);
    }
    Ok(body)
}

fn check_options(ask: &Ask) -> Result<(), Denied> {
    const KNOWN: [&str; 7] =
        ["$select", "$filter", "$search", "$orderby", "$top", "$skiptoken", "$count"];
    let strange =
        ask.query.iter().find(|(name, _)| name.starts_with('$') && !KNOWN.contains(&name.as_str()));
    strange.map_or(Ok(()), |(name, _)| {
        Err(unsupported(format!("The query option {name} is not supported here.")))
    })
}

fn size(ask: &Ask) -> Result<usize, Denied> {
    let Some(text) = ask.option("$top") else {
        return Ok(PAGE);
    };
    let size = text.parse().ok().filter(|size| (1..=LARGEST_PAGE).contains(size));
    size.ok_or_else(|| {
        let text =
            format!("Invalid page size specified: '{text}'. Must be between 1 and 999 inclusive.");
        denied(400, "Request_BadRequest", text)
    })
}

fn start(ask: &Ask) -> Result<usize, Denied> {
    let Some(token) = ask.option("$skiptoken") else {
        return Ok(0);
    };
    let decoded =
        URL_SAFE_NO_PAD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let start = decoded.as_deref().and_then(|text| text.strip_prefix(TOKEN)?.parse().ok());
    start.ok_or_else(|| {
        let text = "The specified page token value has expired and can no longer be included in your request.";
        denied(400, "Directory_ExpiredPageToken", text)
    })
}

fn next_link(ask: &Ask, root: &str, start: usize) -> String {
    let token = URL_SAFE_NO_PAD.encode(format!("{TOKEN}{start}"));
    let kept = ask.query.iter().filter(|(name, _)| name != "$skiptoken");
    let mut query = String::new();
    for (name, value) in kept {
        let value: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
        query = format!("{query}{name}={value}&");
    }
    format!("{root}?{query}$skiptoken={token}")
}

/// `$select`, always with `id` when it is asked for nothing else.
fn selection(ask: &Ask, kind: &Kind) -> Result<Option<Vec<String>>, Denied> {
    let Some(text) = ask.option("$select") else {
        return Ok(None);
    };
    let names: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
    let known = |name: &String| {
        super::users::KNOWN.contains(&name.as_str())
            || super::groups::KNOWN.contains(&name.as_str())
    };
    match names.iter().find(|name| !known(name)) {
        None => Ok(Some(names)),
        Some(name) => Err(denied(
            400,
            "BadRequest",
            format!(
                "Parsing OData Select and Expand failed: Could not find a property named '{name}' on \
                 type '{}'.",
                kind.name
            ),
        )),
    }
}

fn select(object: Value, kind: &Kind, selection: Option<&[String]>) -> Value {
    let Value::Object(mut members) = object else {
        return object;
    };
    let odata = members.remove("@odata.type");
    let wanted = |name: &str| {
        selection.map_or(kind.usual.contains(&name), |names| names.iter().any(|one| one == name))
    };
    let mut selected = Map::new();
    selected.extend(odata.map(|odata| ("@odata.type".to_owned(), odata)));
    selected.extend(members.into_iter().filter(|(name, _)| name == "id" || wanted(name)));
    Value::Object(selected)
}

fn order(ask: &Ask, all: &mut [Value]) -> Result<(), Denied> {
    let Some(text) = ask.option("$orderby") else {
        return Ok(());
    };
    if ask.option("$filter").is_some() {
        needs_eventual(ask, "$orderby and $filter query parameters")?;
    }
    let mut words = text.split_whitespace();
    let name = words.next().unwrap_or_default();
    let descending = match words.next() {
        None | Some("asc") => false,
        Some("desc") => true,
        Some(_) => return Err(unsupported("$orderby must be asc or desc.")),
    };
    if !["displayName", "userPrincipalName"].contains(&name) {
        return Err(unsupported(format!("Sorting by {name} is not supported.")));
    }
    all.sort_by_key(|one| one[name].as_str().unwrap_or_default().to_lowercase());
    if descending {
        all.reverse();
    }
    Ok(())
}

fn filtered(ask: &Ask, kind: &Kind, mut all: Vec<Value>) -> Result<Vec<Value>, Denied> {
    if let Some(text) = ask.option("$search") {
        needs_eventual(ask, "$search query parameter")?;
        let term = text.trim_matches('"');
        let (name, wanted) = term
            .split_once(':')
            .ok_or_else(|| unsupported("$search must be \"displayName:…\" or \"mail:…\"."))?;
        let wanted = wanted.to_lowercase();
        all.retain(|one| text_of(one, name).is_some_and(|text| text.contains(&wanted)));
    }
    if let Some(text) = ask.option("$filter") {
        let terms = text.split(" and ").map(|term| Term::parse(term.trim(), kind));
        let terms = terms.collect::<Result<Vec<_>, _>>()?;
        for term in &terms {
            if term.is_advanced() {
                needs_eventual(ask, "this $filter and $count=true")?;
                if ask.option("$count") != Some("true") {
                    return Err(unsupported("This $filter needs $count=true."));
                }
            }
        }
        all.retain(|one| terms.iter().all(|term| term.holds(one)));
    }
    Ok(all)
}

fn text_of(object: &Value, name: &str) -> Option<String> {
    object[name].as_str().map(str::to_lowercase)
}

/// One comparison of a `$filter`.
enum Term {
    Eq(String, Value),
    Ne(String, Value),
    StartsWith(String, String),
    EndsWith(String, String),
    In(String, Vec<Value>),
}

impl Term {
    fn parse(text: &str, kind: &Kind) -> Result<Self, Denied> {
        let parsed = Self::read(text);
        let term = parsed.ok_or_else(|| {
            let text = format!("Invalid filter clause: '{text}' is not supported here.");
            denied(400, "Request_UnsupportedQuery", text)
        })?;
        let name = term.name();
        let known = super::users::KNOWN.contains(&name) || super::groups::KNOWN.contains(&name);
        if known {
            return Ok(term);
        }
        let text = format!(
            "Invalid filter clause: Could not find a property named '{name}' on type '{}'.",
            kind.name
        );
        Err(denied(400, "BadRequest", text))
    }

    fn read(text: &str) -> Option<Self> {
        if let Some((name, value)) = call(text, "startswith") {
            return Some(Self::StartsWith(name, value));
        }
        if let Some((name, value)) = call(text, "endswith") {
            return Some(Self::EndsWith(name, value));
        }
        let (name, rest) = text.split_once(' ')?;
        let (operator, value) = rest.trim().split_once(' ')?;
        let name = name.to_owned();
        match operator {
            "eq" => Some(Self::Eq(name, literal(value)?)),
            "ne" => Some(Self::Ne(name, literal(value)?)),
            "in" => {
                let list = value.trim().strip_prefix('(')?.strip_suffix(')')?;
                let values = list.split(',').map(literal).collect::<Option<Vec<_>>>()?;
                Some(Self::In(name, values))
            }
            _ => None,
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Eq(name, _)
            | Self::Ne(name, _)
            | Self::StartsWith(name, _)
            | Self::EndsWith(name, _)
            | Self::In(name, _) => name,
        }
    }

    fn is_advanced(&self) -> bool {
        matches!(self, Self::Ne(..) | Self::EndsWith(..))
    }

    fn holds(&self, object: &Value) -> bool {
        match self {
            Self::Eq(name, value) => same(&object[name], value),
            Self::Ne(name, value) => !same(&object[name], value),
            Self::StartsWith(name, start) => {
                text_of(object, name).is_some_and(|text| text.starts_with(start))
            }
            Self::EndsWith(name, end) => {
                text_of(object, name).is_some_and(|text| text.ends_with(end))
            }
            Self::In(name, values) => values.iter().any(|value| same(&object[name], value)),
        }
    }
}

/// Texts are compared without case.
fn same(found: &Value, wanted: &Value) -> bool {
    match (found.as_str(), wanted.as_str()) {
        (Some(found), Some(wanted)) => found.to_lowercase() == wanted.to_lowercase(),
        (Some(_), None) | (None, _) => found == wanted,
    }
}

/// `startswith(displayName,'A')`: the property and the text in lower case.
fn call(text: &str, function: &str) -> Option<(String, String)> {
    let (name, rest) = text.split_once('(')?;
    if !name.eq_ignore_ascii_case(function) {
        return None;
    }
    let (property, value) = rest.strip_suffix(')')?.split_once(',')?;
    Some((property.trim().to_owned(), literal(value)?.as_str()?.to_lowercase()))
}

/// `'text'` with doubled quotes, `true`, `false` or `null`.
fn literal(text: &str) -> Option<Value> {
    match text.trim() {
        "true" => Some(json!(true)),
        "false" => Some(json!(false)),
        "null" => Some(Value::Null),
        text => {
            let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
            Some(json!(inner.replace("''", "'")))
        }
    }
}
