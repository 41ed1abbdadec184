//! Requests to the company's own endpoints.

use serde_json::json;
use webhooks::Speech;

use crate::flow::{Expression, Http, HttpMethod, Node};

use super::{
    command::{Action, Lane, Sent},
    input::FetchResult,
    state::{Doing, Kept, Number, PendingKind, Phase, Tries},
    step::Stepper,
};

/// Waiting for dispatch beyond the endpoint's own limit, in ms.
const SLACK: crate::Millis = 3_000;

impl<'a> Stepper<'a> {
    pub(super) fn fetch(&mut self, name: &str, http: &Http) {
        self.call.tries = Tries { first: self.call.next_number, repeated: 0 };
        self.try_fetch(name, http);
    }

    fn try_fetch(&mut self, name: &str, http: &Http) {
        let rendered = http.url.render_url(&self.scope());
        if let Some(failure) = rendered.failures.first() {
            self.note(format!("the request could not be written: {failure}"));
            return self.enter(&http.failed);
        }
        let method = match http.method {
            HttpMethod::Get => "GET",
            HttpMethod::Post => "POST",
        };
        let Some(body) = self.sent(&http.body) else {
            return self.enter(&http.failed);
        };
        let action = Action::Fetch {
            method: method.to_owned(),
            url: Speech::new(rendered.text),
            timeout: http.timeout,
            body,
            first: Some(self.call.tries.first).filter(|_| http.retries > 0),
            sign: http.sign.clone(),
            credential: http.credential.clone(),
        };
        let patience = http.timeout.saturating_add(SLACK);
        let number = self.order(Lane::Fetch, action, PendingKind::Fetch, patience);
        self.call.phase = match &self.call.phase {
            Phase::Ringing { answer_by, .. } => {
                Phase::Ringing { node: name.to_owned(), answer_by: *answer_by }
            }
            Phase::New
            | Phase::Answering { .. }
            | Phase::InFlow { .. }
            | Phase::Waiting(_)
            | Phase::Talking { .. }
            | Phase::Ending { .. }
            | Phase::Ended => Phase::InFlow {
                node: name.to_owned(),
                doing: Doing::Fetching { number, attempt: 0 },
            },
        };
    }

    pub(super) fn fetched(&mut self, number: Number, result: &FetchResult) {
        if self.settle_kind(Some(number), |kind| *kind == PendingKind::Fetch).is_none() {
            return self.note("a late answer of the endpoint: no effect");
        }
        let http = match self.fetching_node(number) {
            Some(Node::Http(http)) => http,
            Some(Node::Ask(ask)) => return self.understood(ask, result),
            Some(_) | None => return self.note("an answer nobody waits for: no effect"),
        };
        if self.is_worth_repeating(http, result) {
            self.call.tries.repeated = self.call.tries.repeated.saturating_add(1);
            self.note("the endpoint is asked again");
            let node = self.call.phase.node().unwrap_or_default().to_owned();
            return self.try_fetch(&node, http);
        }
        let target = match result {
            FetchResult::Lost { of } => return self.digits_lost(*of, &http.failed),
            FetchResult::Answer { status, body } if (200..300).contains(status) => {
                self.keep_answer(http, *status, body)
            }
            FetchResult::Answer { status, .. } => {
                self.note(format!("the endpoint answered {status}"));
                &http.failed
            }
            FetchResult::Failed { cause } => {
                self.note(format!("the endpoint did not answer: {cause}"));
                &http.failed
            }
        };
        self.took(if std::ptr::eq(target, http.next.as_str()) { "next" } else { "failed" });
        // Answered while the answer to the caller is on its way: the flow goes on when connected.
        if let Phase::Answering { node } = &mut self.call.phase {
            target.clone_into(node);
            return;
        }
        self.enter(target);
    }

    /// What is sent; none where a value cannot be reckoned.
    fn sent(&mut self, members: &[(String, Expression)]) -> Option<Vec<(String, Sent)>> {
        let scope = self.scope();
        let prefix = self.prefix();
        let mut body = Vec::new();
        for (name, expression) in members {
            let secret = expression.variable().map(|variable| format!("{prefix}{variable}"));
            let secret = secret.and_then(|variable| self.call.withheld.get(&variable));
            let sent = match secret {
                Some(withheld) => Ok(Sent::Withheld(withheld.number)),
                None => expression.evaluate(&scope).map(|value| Sent::Value(Kept(value))),
            };
            match sent {
                Ok(sent) => body.push((name.clone(), sent)),
                Err(error) => {
                    self.note(format!("{name} cannot be sent: {error}"));
                    return None;
                }
            }
        }
        Some(body)
    }

    /// Sensitive digits are in the memory of one process. They are asked for again, once.
    fn digits_lost(&mut self, of: Number, failed: &str) {
        let lost = self.call.withheld.values_mut().find(|withheld| withheld.number == of);
        let Some(lost) = lost.filter(|withheld| !withheld.asked_again) else {
            self.note("sensitive digits were lost again: nothing was sent");
            return self.enter(failed);
        };
        lost.asked_again = true;
        let node = lost.node.clone();
        self.note("sensitive digits are no longer in memory: the caller is asked again");
        self.enter(&node);
    }

    /// Whether another try may bring an answer. Not while the caller is being answered: then the call goes on.
    fn is_worth_repeating(&self, http: &Http, result: &FetchResult) -> bool {
        let blames_endpoint = match result {
            FetchResult::Failed { .. } => true,
            FetchResult::Answer { status, .. } => matches!(status, 408 | 429 | 500..=599),
            FetchResult::Lost { .. } => false,
        };
        blames_endpoint
            && self.call.tries.repeated < http.retries
            && !matches!(self.call.phase, Phase::Answering { .. })
    }

    fn fetching_node(&self, number: Number) -> Option<&'a Node> {
        let name = match &self.call.phase {
            Phase::Ringing { node, .. } | Phase::Answering { node } => node,
            Phase::InFlow { node, doing: Doing::Fetching { number: awaited, .. } }
                if *awaited == number =>
            {
                node
            }
            Phase::InFlow { .. }
            | Phase::New
            | Phase::Waiting(_)
            | Phase::Talking { .. }
            | Phase::Ending { .. }
            | Phase::Ended => return None,
        };
        self.flow()?.nodes.get(name)
    }

    fn keep_answer<'h>(
        &mut self,
        http: &'h Http,
        status: u16,
        body: &serde_json::Value,
    ) -> &'h str {
        let response = json!({ "status": status, "body": body });
        if self.assign(&http.set, Some(("response", &response))) {
            &http.next
        } else {
            &http.failed
        }
    }
}
