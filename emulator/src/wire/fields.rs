//! Reads the members of a JSON object one by one, strictly.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::Refusal;

type Unknown = RefCell<Vec<String>>;

/// One JSON object of a request. Every read names the member; what nobody read is unknown.
/// `null` counts as absent (two swagger examples send it).
pub(crate) struct Fields<'a> {
    path: String,
    map: &'a Map<String, Value>,
    read: RefCell<BTreeSet<&'static str>>,
    unknown: &'a Unknown,
}

impl<'a> Fields<'a> {
    /// The body of a request, which must be an object.
    pub(crate) fn body(value: &'a Value, unknown: &'a Unknown) -> Result<Self, Refusal> {
        let Value::Object(map) = value else {
            return Err(Refusal::member("body", "must be a JSON object"));
        };
        Ok(Self::inner(String::new(), map, unknown))
    }

    fn inner(path: String, map: &'a Map<String, Value>, unknown: &'a Unknown) -> Self {
        Self { path, map, read: RefCell::default(), unknown }
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
            Some(_) => Err(self.refuse(member, "must be a string")),
        }
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
        let Some(number) = value.as_i64() else {
            return Err(self.refuse(member, "must be an integer"));
        };
        if range.contains(&number) {
            return Ok(Some(number));
        }
        let problem = format!("must be from {} to {}", range.start(), range.end());
        Err(self.refuse(member, &problem))
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
        let Value::Array(items) = value else {
            return Err(self.refuse(member, "must be a list"));
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
        let fields = Fields::inner(path, map, self.unknown);
        let read = reader(&fields)?;
        fields.finish();
        Ok(read)
    }

    /// Notes the members nobody asked for.
    pub(crate) fn finish(&self) {
        let read = self.read.borrow();
        let left = self.map.keys().filter(|key| !read.contains(key.as_str()));
        let mut unknown = self.unknown.borrow_mut();
        unknown.extend(left.map(|key| self.name(key)));
    }

    /// Counts members as known without reading them: the swagger has them, the emulator does
    /// nothing with them.
    pub(crate) fn ignore(&self, members: &[&'static str]) {
        self.read.borrow_mut().extend(members);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    type Seen = (u16, u32, Option<String>);

    fn refusal<T>(body: &Value, read: impl FnOnce(&Fields<'_>) -> Result<T, Refusal>) -> Seen {
        let unknown = Unknown::default();
        let fields = Fields::body(body, &unknown).expect("an object");
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
        let unknown = Unknown::default();
        let fields = Fields::body(&body, &unknown).expect("an object");
        assert_eq!(fields.text("known").expect("absent"), None);
        let inner = fields.object("outer", |outer| outer.text("known"));
        assert_eq!(inner.expect("read"), Some(Some("a".to_owned())));
        fields.finish();
        assert_eq!(*unknown.borrow(), ["outer.odd", "strange"]);
    }
}
