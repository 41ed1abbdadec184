//! A request to an HTTP endpoint.

use crate::flow::{
    codes::Code,
    diagnostic::Span,
    document::Tree,
    expression::Expression,
    graph::Role,
    model::{Http, HttpMethod, Node},
    text::Text,
};

use super::{
    Finding, Reader, Wanted,
    fields::Fields,
    texts::Place,
    values::{DurationRule, shortened},
};

impl Reader<'_> {
    pub(super) fn http(&mut self, tree: &Tree, at: Span) -> Option<Node> {
        let known = &[
            "method", "url", "timeout", "body", "retries", "sign", "auth", "set", "next", "failed",
        ];
        let fields = self.fields(tree, at, "an http", known)?;
        let method = self.method(&fields);
        let url = self.url(&fields);
        let timeout = self.duration(
            &fields,
            &DurationRule {
                name: "timeout",
                default: 3_000,
                limits: 100..=30_000,
                whole_seconds: false,
            },
        );
        let body = self.http_body(&fields, method);
        let retries = match fields.get("retries") {
            Some(tree) => self.whole(tree, "retries", 0..=3),
            None => Some(0),
        };
        let sign = match fields.get("sign") {
            Some(tree) => self.secret(tree, "sign").map(Some),
            None => Some(None),
        };
        let credential = self.credential(&fields);
        let set = self.set(&fields);
        let next = self.target(&fields, "next", Role::Free);
        let failed = self.target(&fields, "failed", Role::Free);
        Some(Node::Http(Http {
            method: method?,
            url: url?,
            timeout,
            body: body?,
            retries: retries?,
            sign: sign?,
            credential: credential?,
            set: set?,
            next: next?,
            failed: failed?,
        }))
    }

    fn method(&mut self, fields: &Fields<'_>) -> Option<HttpMethod> {
        let Some(tree) = fields.get("method") else {
            let sends = fields.get("body").is_some();
            return Some(if sends { HttpMethod::Post } else { HttpMethod::Get });
        };
        match self.plain(tree, "`method`")? {
            "GET" => Some(HttpMethod::Get),
            "POST" => Some(HttpMethod::Post),
            other => {
                let message = format!("`method` is `{}`, it must be GET or POST", shortened(other));
                self.report(Finding::error(Code::OutOfRange, tree.span, message));
                None
            }
        }
    }

    pub(super) fn url(&mut self, fields: &Fields<'_>) -> Option<Text> {
        let tree =
            self.required(fields, "url", "write https://host/path or ${config.name}/path")?;
        let source = self.plain(tree, "`url`")?;
        let text = self.text(source, tree.span)?;
        if !host_is_fixed(&text) {
            let message = "`url` does not say for certain which host is asked";
            let hint = "start it with https://host/ or with ${config.name}/";
            self.report(Finding::error(Code::BadUrl, tree.span, message).hint(hint));
        }
        Some(text)
    }

    /// `body: { name: "expression" }`: the members of a JSON object.
    fn http_body(
        &mut self,
        fields: &Fields<'_>,
        method: Option<HttpMethod>,
    ) -> Option<Vec<(String, Expression)>> {
        let Some(tree) = fields.get("body") else { return Some(Vec::new()) };
        if method == Some(HttpMethod::Get) {
            let message = "a GET sends no body";
            let hint = "leave `method` out: what has a body is a POST";
            self.report(Finding::error(Code::OutOfRange, tree.span, message).hint(hint));
        }
        let entries = self.entries(tree, "`body`", "of member: \"expression\"")?;
        let mut members = Vec::new();
        let mut complete = true;
        for (key, value) in entries {
            self.name(&key.name, key.span, "a member");
            let before = self.used.len();
            match self.value(value, &key.name, Place::Anywhere, Wanted::Anything) {
                Some(expression) => {
                    let whole = expression.variable().is_some();
                    self.used.iter_mut().skip(before).for_each(|used| used.sent = whole);
                    members.push((key.name.clone(), expression));
                }
                None => complete = false,
            }
        }
        complete.then_some(members)
    }

    fn set(&mut self, fields: &Fields<'_>) -> Option<Vec<(String, Expression)>> {
        let Some(tree) = fields.get("set") else { return Some(Vec::new()) };
        self.assignments(tree, "set", Place::Answer)
    }
}

/// Whether nothing but the flow and the deployment's constants can choose the host.
fn host_is_fixed(url: &Text) -> bool {
    let Some((_, first)) = url.expressions().next() else {
        return host_in(url.source());
    };
    if !url.leading_words().is_empty() {
        return host_in(url.leading_words());
    }
    let constant = first.references().iter().all(|reference| reference.root == "config");
    constant && !first.references().is_empty() && url.words_after_first().starts_with('/')
}

/// `https://host/…`: the host must end before the first expression can begin.
fn host_in(words: &str) -> bool {
    words.strip_prefix("https://").and_then(|rest| rest.split_once('/')).is_some_and(|(host, _)| {
        !host.is_empty()
            && host.chars().all(|letter| letter.is_ascii_alphanumeric() || ".-:".contains(letter))
    })
}
