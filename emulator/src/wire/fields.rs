//! Reads the members of a JSON object one by one, strictly.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{Notes, Refusal};

/// One JSON object of a request. Every read names the member; what nobody read is unknown.
/// `null` counts as absent (two swagger examples send it). When the notes are lenient, a value that
/// can only mean one thing is taken for it, and noted.
pub(crate) struct Fields<'a> {
    path: String,
    map: &'a Map<String, Value>,
    read: RefCell<BTreeSet<&'static str>>,
    notes: &'a Notes,
}

impl<'a> Fields<'a> {
    /// The body of a request, which must be an object.
    pub(crate) fn body(value: &'a Value, notes: &'a Notes) -> Result<Self, Refusal> {
        let Value::Object(map) = value else {
            return Err(Refusal::member("body", "must be a JSON object"));
        };
        Ok(Self::inner(String::new(), map, notes))
    }

    fn inner(path: String, map: &'a Map<String, Value>, notes: &'a Notes) -> Self {
        Self { path, map, read: RefCell::default(), notes }
    }

    /// The full name of a member: `recognizeOptions.dtmfOptions.stopTones`.
    pub(crate) fn name(&self, member: &str) -> String {
        if self.path.is_empty() {
            return member.to_owned();
        }
        format!("{}.{member}", self.path)
    }

    /// A refusal that names a member.
    pub(crate) fn refuse(&self, member: &str, problem: &str) -> Refusal {
        Refusal::member(&self.name(member), problem)
    }

    fn value(&self, member: &'static str) -> Option<&'a Value> {
        self.read.borrow_mut().insert(member);
        self.map.get(member).filter(|value| !value.is_null())
    }

    /// An optional string.
    pub(crate) fn text(&self, member: &'static str) -> Result<Option<String>, Refusal> {
        match self.value(member) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(value @ (Value::Number(_) | Value::Bool(_)))
                if self.forgive(member, "must be a string") =>
            {
                Ok(Some(value.to_string()))
            }
            Some(_) => Err(self.refuse(member, "must be a string")),
        }
    }

    /// Passes a mistake over, if this request is read leniently, and notes it.
    pub(crate) fn forgive(&self, member: &str, problem: &str) -> bool {
        self.notes.forgive(&self.name(member), problem)
    }

    /// A refusal, or a note when the mistake may be passed over.
    pub(crate) fn complain(&self, member: &str, problem: &str) -> Result<(), Refusal> {
        if self.forgive(member, problem) { Ok(()) } else { Err(self.refuse(member, problem)) }
    }

    /// The object as it came.
    pub(crate) fn json(&self) -> Value {
        Value::Object(self.map.clone())
    }

    /// An object whose members are strings, such as headers; empty when absent.
    pub(crate) fn pairs(&self, member: &'static str) -> Result<BTreeMap<String, String>, Refusal> {
        let Some(value) = self.value(member) else {
            return Ok(BTreeMap::new());
        };
        let map = value.as_object().ok_or_else(|| self.refuse(member, "must be an object"))?;
        let pair = |(name, value): (&String, &Value)| {
            value.as_str().map(|text| (name.clone(), text.to_owned()))
        };
        let pairs = map.iter().map(pair).collect::<Option<BTreeMap<_, _>>>();
        pairs.ok_or_else(|| self.refuse(member, "must have strings as values"))
    }

    /// A required string that is not empty.
    pub(crate) fn required_text(&self, member: &'static str) -> Result<String, Refusal> {
        match self.text(member)? {
            Some(text) if !text.trim().is_empty() => Ok(text),
            Some(_) => Err(self.refuse(member, "must not be empty")),
            None => Err(self.refuse(member, "is required")),
        }
    }

    /// An optional boolean.
    pub(crate) fn boolean(&self, member: &'static str) -> Result<Option<bool>, Refusal> {
        match self.value(member) {
            None => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(*value)),
            Some(value)
                if truth(value).is_some() && self.forgive(member, "must be true or false") =>
            {
                Ok(truth(value))
            }
            Some(_) => Err(self.refuse(member, "must be true or false")),
        }
    }

    /// An optional integer within a range.
    pub(crate) fn integer(
        &self,
        member: &'static str,
        range: std::ops::RangeInclusive<i64>,
    ) -> Result<Option<i64>, Refusal> {
        let Some(value) = self.value(member) else {
            return Ok(None);
        };
        let number = match value.as_i64() {
            Some(number) => number,
            None => match written_number(value) {
                Some(number) if self.forgive(member, "must be an integer") => number,
                Some(_) | None => return Err(self.refuse(member, "must be an integer")),
            },
        };
        if range.contains(&number) {
            return Ok(Some(number));
        }
        let problem = format!("must be from {} to {}", range.start(), range.end());
        self.complain(member, &problem)?;
        Ok(Some(number.clamp(*range.start(), *range.end())))
    }

    /// An optional object, read by `reader`.
    pub(crate) fn object<T>(
        &self,
        member: &'static str,
        reader: impl FnOnce(&Fields<'a>) -> Result<T, Refusal>,
    ) -> Result<Option<T>, Refusal> {
        let Some(value) = self.value(member) else {
            return Ok(None);
        };
        self.read_object(self.name(member), value, reader).map(Some)
    }

    /// A required object.
    pub(crate) fn required_object<T>(
        &self,
        member: &'static str,
        reader: impl FnOnce(&Fields<'a>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        self.object(member, reader)?.ok_or_else(|| self.refuse(member, "is required"))
    }

    /// A list of objects; empty when absent.
    pub(crate) fn objects<T>(
        &self,
        member: &'static str,
        reader: impl Fn(&Fields<'a>) -> Result<T, Refusal>,
    ) -> Result<Vec<T>, Refusal> {
        let Some(value) = self.value(member) else {
            return Ok(Vec::new());
        };
        let items = match value {
            Value::Array(items) => items.as_slice(),
            one @ Value::Object(_) if self.forgive(member, "must be a list") => {
                std::slice::from_ref(one)
            }
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Object(_) => return Err(self.refuse(member, "must be a list")),
        };
        let read = |(index, item)| {
            let path = format!("{}[{index}]", self.name(member));
            self.read_object(path, item, &reader)
        };
        items.iter().enumerate().map(read).collect()
    }

    /// A list of strings; empty when absent.
    pub(crate) fn texts(&self, member: &'static str) -> Result<Vec<String>, Refusal> {
        let Some(value) = self.value(member) else {
            return Ok(Vec::new());
        };
        if let Value::String(one) = value
            && self.forgive(member, "must be a list")
        {
            return Ok(vec![one.clone()]);
        }
        let items = value.as_array().ok_or_else(|| self.refuse(member, "must be a list"))?;
        let text = |item: &Value| item.as_str().map(str::to_owned);
        items
            .iter()
            .map(text)
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| self.refuse(member, "must be a list of strings"))
    }

    fn read_object<T>(
        &self,
        path: String,
        value: &'a Value,
        reader: impl FnOnce(&Fields<'a>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let Value::Object(map) = value else {
            return Err(Refusal::member(&path, "must be an object"));
        };
        let fields = Fields::inner(path, map, self.notes);
        let read = reader(&fields)?;
        fields.finish();
        Ok(read)
    }

    /// Notes the members nobody asked for.
    pub(crate) fn finish(&self) {
        let read = self.read.borrow();
        let left = self.map.keys().filter(|key| !read.contains(key.as_str()));
        let mut unknown = self.notes.unknown.borrow_mut();
        unknown.extend(left.map(|key| self.name(key)));
    }

    /// Counts members as known without reading them: the swagger has them, the emulator does
    /// nothing with them.
    pub(crate) fn ignore(&self, members: &[&'static str]) {
        self.read.borrow_mut().extend(members);
    }
}

/// What a text or number means as a truth value.
fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::String(text) => text.to_ascii_lowercase().parse().ok(),
        Value::Number(number) => match number.as_i64() {
            Some(0) => Some(false),
            Some(1) => Some(true),
            Some(_) | None => None,
        },
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A whole number written as a text, such as `"30"`.
fn written_number(value: &Value) -> Option<i64> {
    value.as_str().and_then(|text| text.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    type Seen = (u16, u32, Option<String>);

    fn refusal<T>(body: &Value, read: impl FnOnce(&Fields<'_>) -> Result<T, Refusal>) -> Seen {
        let notes = Notes::default();
        let fields = Fields::body(body, &notes).expect("an object");
        let refusal = read(&fields).err().expect("a refusal");
        (refusal.status, refusal.sub_code, refusal.target)
    }

    #[test]
    fn wrong_members_are_named() {
        let body = json!({"text": 1, "flag": "yes", "count": 400, "empty": " ", "list": [1],
            "outer": {"inner": []}});
        let cases: Vec<(&str, Seen)> = vec![
            ("text", refusal(&body, |f| f.text("text"))),
            ("missing", refusal(&body, |f| f.required_text("missing"))),
            ("empty", refusal(&body, |f| f.required_text("empty"))),
            ("flag", refusal(&body, |f| f.boolean("flag"))),
            ("count", refusal(&body, |f| f.integer("count", 0..=300))),
            ("list", refusal(&body, |f| f.texts("list"))),
            ("list[0]", refusal(&body, |f| f.objects("list", |_| Ok(())))),
            ("outer.inner", refusal(&body, |f| f.object("outer", |o| o.text("inner")))),
        ];
        for (name, (status, sub_code, target)) in cases {
            assert_eq!((status, sub_code), (400, 8523), "{name}");
            assert_eq!(target.as_deref(), Some(name));
        }
    }

    #[test]
    fn unknown_members_are_collected_and_null_is_absent() {
        let body = json!({"known": null, "outer": {"known": "a", "odd": 1}, "strange": true});
        let notes = Notes::default();
        let fields = Fields::body(&body, &notes).expect("an object");
        assert_eq!(fields.text("known").expect("absent"), None);
        let inner = fields.object("outer", |outer| outer.text("known"));
        assert_eq!(inner.expect("read"), Some(Some("a".to_owned())));
        fields.finish();
        assert_eq!(*notes.unknown.borrow(), ["outer.odd", "strange"]);
    }

    #[test]
    fn leniently_what_can_only_mean_one_thing_is_taken_and_noted() {
        let body = json!({"text": 7, "flag": "True", "count": "400", "names": "one",
            "list": {"text": "a"}, "odd": [], "deep": {"flag": 1}});
        let notes = Notes::new(true);
        let fields = Fields::body(&body, &notes).expect("an object");
        assert_eq!(fields.text("text"), Ok(Some("7".to_owned())));
        assert_eq!(fields.boolean("flag"), Ok(Some(true)));
        assert_eq!(fields.integer("count", 0..=300), Ok(Some(300)));
        assert_eq!(fields.texts("names"), Ok(vec!["one".to_owned()]));
        let list = fields.objects("list", |one| one.text("text"));
        assert_eq!(list, Ok(vec![Some("a".to_owned())]));
        assert_eq!(fields.object("deep", |deep| deep.boolean("flag")), Ok(Some(Some(true))));
        assert!(fields.text("odd").is_err(), "a list is no text");
        assert!(fields.required_text("missing").is_err(), "nothing is made up");
        let told = notes.forgiven.borrow().join("; ");
        assert_eq!(
            told,
            "text must be a string; flag must be true or false; count must be an integer; \
             count must be from 0 to 300; names must be a list; list must be a list; \
             deep.flag must be true or false"
        );
    }
}
