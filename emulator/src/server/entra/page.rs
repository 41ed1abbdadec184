//! Entra's pages: who signs in, what is wrong, the form that carries an answer.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::authorize::CHOSEN;
use super::denied::Denied;
use super::form::Form;
use crate::directory::Person;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:4rem auto;padding:0 1rem;\
color:#1b1b1f;background:#fff}button{display:block;width:100%;font:inherit;text-align:left;margin:.5rem 0;\
padding:.75rem 1rem;border:1px solid #767680;border-radius:.5rem;background:#fff;color:inherit;cursor:pointer}\
button:hover,button:focus-visible{outline:2px solid #2456c7;border-color:#2456c7}small{display:block;color:#55555e}\
@media(prefers-color-scheme:dark){body{color:#eee;background:#17171b}button{background:#222228}small{color:#b0b0ba}}";

/// The people to choose from; the request's parameters go along.
pub(super) fn people(form: &Form, people: &[Person]) -> HttpResponse {
    let hint = form.get("login_hint");
    let mut sorted: Vec<&Person> = people.iter().collect();
    sorted.sort_by_key(|person| (!person.is(hint), person.name.clone()));
    let buttons: String = sorted.iter().map(|person| button(person)).collect();
    let body = format!(
        "<h1>Sign in</h1><p>The people of the emulated tenant. There are no passwords.</p>\
         <form method=\"post\">{}{buttons}\
         <button name=\"{CHOSEN}\" value=\"cancel\">Cancel</button></form>",
        hidden(form.fields().filter(|(name, _)| *name != CHOSEN))
    );
    page(StatusCode::OK, "Sign in", &body)
}

fn button(person: &Person) -> String {
    format!(
        "<button name=\"{CHOSEN}\" value=\"{}\">{}<small>{}</small></button>",
        escape(&person.oid),
        escape(&person.name),
        escape(&person.upn)
    )
}

/// What is wrong with a request whose address cannot be trusted.
pub(super) fn refusal(denied: &Denied) -> HttpResponse {
    let body = format!(
        "<h1>Sorry, but we\u{2019}re having trouble signing you in.</h1><p>{}</p>",
        escape(&denied.headline())
    );
    let status = StatusCode::from_u16(denied.status).unwrap_or(StatusCode::BAD_REQUEST);
    page(status, "Sign in", &body)
}

/// After signing out.
pub(super) fn signed_out() -> HttpResponse {
    page(StatusCode::OK, "Signed out", "<h1>You signed out of your account</h1>")
}

/// `response_mode=form_post`: a form that sends itself.
pub(super) fn form_post(uri: &str, answer: &[(&str, &str)]) -> HttpResponse {
    let body = format!(
        "<form id=\"answer\" method=\"post\" action=\"{}\">{}<button>Continue</button></form>\
         <script>document.getElementById(\"answer\").submit()</script>",
        escape(uri),
        hidden(answer.iter().copied())
    );
    html(StatusCode::OK, "Working\u{2026}", &body).finish_with()
}

/// A redirection.
pub(super) fn found(address: &str) -> HttpResponse {
    HttpResponse::Found()
        .insert_header(("location", address))
        .insert_header(("cache-control", "no-store"))
        .finish()
}

fn hidden<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let field = |(name, value): (&str, &str)| {
        format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">", escape(name), escape(value))
    };
    fields.map(field).collect()
}

struct Html {
    status: StatusCode,
    text: String,
}

impl Html {
    fn finish_with(self) -> HttpResponse {
        HttpResponse::build(self.status)
            .content_type("text/html; charset=utf-8")
            .insert_header(("cache-control", "no-store"))
            .insert_header(("x-content-type-options", "nosniff"))
            .insert_header(("referrer-policy", "no-referrer"))
            .body(self.text)
    }
}

fn html(status: StatusCode, title: &str, body: &str) -> Html {
    let text = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>{title}</title><style>{STYLE}</style></head><body><main>{body}</main></body></html>"
    );
    Html { status, text }
}

/// A page without any script.
fn page(status: StatusCode, title: &str, body: &str) -> HttpResponse {
    let mut response = html(status, title, body).finish_with();
    let policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
    response.headers_mut().insert(
        actix_web::http::header::CONTENT_SECURITY_POLICY,
        actix_web::http::header::HeaderValue::from_static(policy),
    );
    response
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_request_brings_cannot_write_the_page() {
        let shown = hidden([("state", "\"><script>alert('x')</script>")].into_iter());
        assert!(!shown.contains("<script>") && !shown.contains("value=\"\""), "{shown}");
    }
}
