//! One row of the table from which both the routes and the OpenAPI document come.

use actix_web::Route;

/// One route of the control API, with what its documentation says.
///
/// Made as a constant: `Entry::put("/numbers", "Create a number", || web::put().to(put_number))
/// .takes("Number", r#"{"number": "+18005550199"}"#).gives(204)`. Names of schemas are those of
/// `openapi/components.json`; parameters in braces are described in `openapi/mod.rs`.
#[derive(Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) method: &'static str,
    /// Below the place where the control API is mounted.
    pub(crate) path: &'static str,
    /// One line, without a full stop.
    pub(crate) summary: &'static str,
    /// What else is to be known; may be empty.
    pub(crate) details: &'static str,
    /// The heading it stands under.
    pub(crate) tag: &'static str,
    pub(crate) route: fn() -> Route,
    /// Query parameters: name and what it does.
    pub(crate) query: &'static [(&'static str, &'static str)],
    pub(crate) body: Option<Body>,
    pub(crate) answers: [Option<Answer>; MOST_ANSWERS],
}

/// Documented answers of one route, at most.
const MOST_ANSWERS: usize = 3;

/// A request's JSON.
#[derive(Clone, Copy)]
pub(crate) struct Body {
    /// Its schema in `openapi/components.json`.
    pub(crate) schema: &'static str,
    /// One that is accepted; a test sends it.
    pub(crate) example: &'static str,
}

/// A documented answer.
#[derive(Clone, Copy)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Its schema in `openapi/components.json`; none without a body.
    pub(crate) schema: Option<&'static str>,
    pub(crate) media_type: &'static str,
}

impl Entry {
    const fn new(
        method: &'static str,
        path: &'static str,
        summary: &'static str,
        route: fn() -> Route,
    ) -> Self {
        Self {
            method,
            path,
            summary,
            details: "",
            tag: "",
            route,
            query: &[],
            body: None,
            answers: [None; MOST_ANSWERS],
        }
    }

    /// A reading route.
    pub(crate) const fn get(
        path: &'static str,
        summary: &'static str,
        route: fn() -> Route,
    ) -> Self {
        Self::new("GET", path, summary, route)
    }

    /// A route that does something.
    pub(crate) const fn post(
        path: &'static str,
        summary: &'static str,
        route: fn() -> Route,
    ) -> Self {
        Self::new("POST", path, summary, route)
    }

    /// A route that creates or replaces.
    pub(crate) const fn put(
        path: &'static str,
        summary: &'static str,
        route: fn() -> Route,
    ) -> Self {
        Self::new("PUT", path, summary, route)
    }

    /// A route that takes something away.
    pub(crate) const fn delete(
        path: &'static str,
        summary: &'static str,
        route: fn() -> Route,
    ) -> Self {
        Self::new("DELETE", path, summary, route)
    }

    /// What else is to be known, in full sentences.
    pub(crate) const fn details(mut self, details: &'static str) -> Self {
        self.details = details;
        self
    }

    /// The heading it stands under in the document.
    pub(crate) const fn tag(mut self, tag: &'static str) -> Self {
        self.tag = tag;
        self
    }

    /// Query parameters: name and what it does. None is required.
    pub(crate) const fn query(mut self, query: &'static [(&'static str, &'static str)]) -> Self {
        self.query = query;
        self
    }

    /// The request's body: the name of its schema and an example.
    pub(crate) const fn takes(mut self, schema: &'static str, example: &'static str) -> Self {
        self.body = Some(Body { schema, example });
        self
    }

    /// An answer without a body.
    pub(crate) const fn gives(self, status: u16) -> Self {
        self.answer(Answer { status, schema: None, media_type: "application/json" })
    }

    /// An answer with JSON of this schema.
    pub(crate) const fn gives_json(self, status: u16, schema: &'static str) -> Self {
        self.answer(Answer { status, schema: Some(schema), media_type: "application/json" })
    }

    /// An answer of another media type.
    pub(crate) const fn gives_text(self, status: u16, media_type: &'static str) -> Self {
        self.answer(Answer { status, schema: None, media_type })
    }

    const fn answer(mut self, answer: Answer) -> Self {
        let mut index = 0;
        while index + 1 < MOST_ANSWERS && self.answers[index].is_some() {
            index += 1;
        }
        self.answers[index] = Some(answer);
        self
    }
}
