//! Answers one request with all that counts: version, repeatability, strict reading, the world.

use serde_json::Value;

use super::version::{api_version, check_operation, check_request};
use super::{HttpRequest, HttpResponse, parse};
use crate::clock::{Millis, parse_http_date};
use crate::shared::{Repeated, Repeats, RequestEntry};
use crate::wire::{Operation, Refusal, Route};
use crate::world::{Action, Effect, Reply, World};

/// Headers of a request that its answer repeats.
const ECHOED: [&str; 2] = ["x-ms-client-request-id", "repeatability-request-id"];

/// What a request is answered with, borrowed for the moment of one request.
pub(crate) struct Desk<'a> {
    /// The world's time of the request.
    pub(crate) now: Millis,
    /// The time that whoever asks has.
    pub(crate) wall: Millis,
    pub(crate) world: &'a mut World,
    pub(crate) repeats: &'a mut Repeats,
}

/// An answer, and what it caused.
pub(crate) struct Served {
    pub(crate) response: HttpResponse,
    pub(crate) effects: Vec<Effect>,
    /// For the log, to be numbered when the answer leaves.
    pub(crate) entry: RequestEntry,
}

/// What came of a request, for its answer and the log.
struct Outcome {
    result: Result<Reply, Refusal>,
    repeated: bool,
    unknown: Vec<String>,
    forgiven: Vec<String>,
    effects: Vec<Effect>,
}

impl Outcome {
    fn of(result: Result<Reply, Refusal>) -> Self {
        Self {
            result,
            repeated: false,
            unknown: Vec::new(),
            forgiven: Vec::new(),
            effects: Vec::new(),
        }
    }
}

impl From<Refusal> for Outcome {
    fn from(refusal: Refusal) -> Self {
        Self::of(Err(refusal))
    }
}

impl Desk<'_> {
    /// Executes a request whose sender is known. `fail_with` is answered in place of the outcome.
    pub(crate) fn serve(
        &mut self,
        request: &HttpRequest,
        route: Option<&Route>,
        fail_with: Option<Refusal>,
    ) -> Served {
        let mut outcome = match route {
            Some(route) => self.execute(request, route),
            None => Refusal::new(404, 8522, "The swagger has no such path and method.").into(),
        };
        let effects = std::mem::take(&mut outcome.effects);
        if let Some(refusal) = fail_with {
            outcome = refusal.into();
        }
        Served { effects, ..self.answer(request, route, outcome) }
    }

    /// Refuses a request; it has no effect.
    pub(crate) fn refuse(
        &self,
        request: &HttpRequest,
        route: Option<&Route>,
        refusal: Refusal,
    ) -> Served {
        self.answer(request, route, refusal.into())
    }

    fn execute(&mut self, request: &HttpRequest, route: &Route) -> Outcome {
        let mut forgiven = Vec::new();
        let known = self.check(request, route, &mut forgiven);
        let mut outcome = match known {
            Ok((version, repeat)) => self.execute_once(request, route, version, repeat),
            Err(refusal) => refusal.into(),
        };
        forgiven.append(&mut outcome.forgiven);
        outcome.forgiven = forgiven;
        outcome
    }

    /// The version and the Repeatability-Request-ID, if the request may be executed.
    fn check(
        &self,
        request: &HttpRequest,
        route: &Route,
        forgiven: &mut Vec<String>,
    ) -> Result<(&'static str, Option<String>), Refusal> {
        let (version, told) = api_version(request, self.world.is_lenient())?;
        forgiven.extend(told);
        check_operation(route.operation, version)?;
        let repeat = self.repeat_id(request, route.operation, forgiven)?;
        Ok((version, repeat))
    }

    fn execute_once(
        &mut self,
        request: &HttpRequest,
        route: &Route,
        version: &str,
        repeat: Option<String>,
    ) -> Outcome {
        let Some(id) = repeat else {
            return self.perform(route, version, &request.body);
        };
        match self.repeats.look(self.now, &id, request.path(), &request.body) {
            Repeated::Same(result) => Outcome { repeated: true, ..Outcome::of(result) },
            Repeated::Running => {
                Refusal::new(409, 8519, "The same request is still being executed.").into()
            }
            Repeated::Different => {
                let text = "The Repeatability-Request-ID came before with another request.";
                Refusal::new(400, 8523, text).into()
            }
            Repeated::New => {
                let outcome = self.perform(route, version, &request.body);
                self.repeats.keep(&id, outcome.result.clone());
                outcome
            }
        }
    }

    fn perform(&mut self, route: &Route, version: &str, body: &[u8]) -> Outcome {
        let lenient = self.world.is_lenient();
        let read = parse_body(body).and_then(|json| parse::read(route, version, &json, lenient));
        let read = read.and_then(|read| check_request(&read.request, version).map(|()| read));
        match read {
            Ok(read) => {
                let applied = self.world.apply(self.now, Action::Acs(read.request));
                Outcome {
                    result: applied.result,
                    repeated: false,
                    unknown: read.unknown,
                    forgiven: read.forgiven,
                    effects: applied.effects,
                }
            }
            Err(refusal) => refusal.into(),
        }
    }

    /// The Repeatability-Request-ID, where it counts, with its mandatory companion checked.
    fn repeat_id(
        &self,
        request: &HttpRequest,
        operation: Operation,
        forgiven: &mut Vec<String>,
    ) -> Result<Option<String>, Refusal> {
        let id = request.header("repeatability-request-id");
        let Some(id) = id.filter(|_| operation.is_repeatable()) else {
            return Ok(None);
        };
        let first_sent = request.header("repeatability-first-sent").and_then(parse_http_date);
        let Some(first_sent) = first_sent else {
            let problem = "is required beside Repeatability-Request-ID, as an IMF-fixdate";
            if self.world.is_lenient() {
                forgiven.push(format!("Repeatability-First-Sent {problem}"));
                return Ok(Some(id.to_owned()));
            }
            return Err(Refusal::member("Repeatability-First-Sent", problem));
        };
        if !Repeats::is_fresh(self.wall, first_sent) {
            let text = "Repeatability-First-Sent is out of the window of 5 minutes.";
            return Err(Refusal::new(412, 8583, text));
        }
        Ok(Some(id.to_owned()))
    }

    fn answer(&self, request: &HttpRequest, route: Option<&Route>, outcome: Outcome) -> Served {
        let (status, body) = match &outcome.result {
            Ok(reply) => (reply.status, reply.body.clone()),
            Err(refusal) => (refusal.status, Some(refusal.body())),
        };
        let forgiven = outcome.forgiven.join("; ");
        let entry = RequestEntry {
            n: 0,
            at: self.now,
            method: request.method.clone(),
            operation: route.map_or("unknown", |route| route.operation.name()).to_owned(),
            subject: route.map(|route| route.id.clone()).filter(|id| !id.is_empty()),
            status,
            sub_code: outcome.result.as_ref().err().map(|refusal| refusal.sub_code),
            repeated: outcome.repeated,
            unknown_members: outcome.unknown,
            forgiven: outcome.forgiven,
        };
        let mut response = HttpResponse::new(status, body.as_ref());
        if !forgiven.is_empty() {
            response.headers.push(("x-emulator-forgiven", forgiven));
        }
        for name in ECHOED {
            if let Some(value) = request.header(name) {
                response.headers.push((name, value.to_owned()));
            }
        }
        Served { response, effects: Vec::new(), entry }
    }
}

fn parse_body(body: &[u8]) -> Result<Value, Refusal> {
    if body.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(body)
        .map_err(|error| Refusal::member("body", &format!("is not JSON: {error}")))
}
