//! Nothing is done twice: one repeatability id and one body for each intent, and one answer, one transfer and
//! one recording for each call.

use std::collections::{BTreeMap, BTreeSet};

use crate::evidence::{Asked, Evidence};

use super::{Book, Violation};

/// Once for each call, and its rule.
const ONCE: [(&str, &str); 3] = [
    ("answer", "answered twice"),
    ("transferToParticipant", "transferred twice"),
    ("startRecording", "recorded twice"),
];

pub(super) fn check(evidence: &Evidence, book: &Book) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut by_call: BTreeMap<String, Vec<&Asked>> = BTreeMap::new();
    for asked in &evidence.requests {
        if let Some(call) = book.of_request(asked) {
            by_call.entry(call).or_default().push(asked);
        }
    }
    for (call, requests) in by_call {
        found.extend(once(&call, &requests));
        found.extend(same_intent(&call, &requests));
    }
    found.extend(same_id(evidence, book));
    found
}

fn once(call: &str, requests: &[&Asked]) -> Vec<Violation> {
    let mut found = Vec::new();
    for (operation, rule) in ONCE {
        let of_it = requests.iter().filter(|one| one.operation == operation);
        let ids: BTreeSet<_> = of_it
            .clone()
            .filter(|one| one.status / 100 == 2)
            .map(|one| &one.repeatability)
            .collect();
        if ids.len() > 1 {
            let at = of_it.map(|one| one.at).max().unwrap_or(0);
            let text = format!("{operation} was accepted with {} ids: {ids:?}", ids.len());
            found.push(Violation { rule, call: Some(call.to_owned()), at, text });
        }
    }
    found
}

/// What has one operation context is one command: with an id it has always the same, without one it is
/// accepted once.
fn same_intent(call: &str, requests: &[&Asked]) -> Vec<Violation> {
    let mut by_context: BTreeMap<(&str, &str), Vec<&Asked>> = BTreeMap::new();
    for asked in requests {
        if let Some(context) = asked.body["operationContext"].as_str() {
            by_context.entry((&asked.operation, context)).or_default().push(asked);
        }
    }
    let mut found = Vec::new();
    for ((operation, context), group) in by_context {
        let ids: BTreeSet<_> = group.iter().map(|one| &one.repeatability).collect();
        let accepted = group.iter().filter(|one| one.status / 100 == 2).count();
        let without = ids.contains(&None);
        if ids.len() > 1 || (without && accepted > 1) {
            let at = group.iter().map(|one| one.at).max().unwrap_or(0);
            let text = format!(
                "{operation} {context} was sent with {} ids and accepted {accepted} times",
                ids.len()
            );
            found.push(Violation { rule: "sent twice", call: Some(call.to_owned()), at, text });
        }
    }
    found
}

/// One id has one body, and one effect: all but one acceptance are repetitions.
fn same_id(evidence: &Evidence, book: &Book) -> Vec<Violation> {
    let mut by_id: BTreeMap<&str, Vec<&Asked>> = BTreeMap::new();
    for asked in &evidence.requests {
        if let Some(id) = &asked.repeatability {
            by_id.entry(id).or_default().push(asked);
        }
    }
    let mut found = Vec::new();
    for (id, group) in by_id {
        let fresh = group.iter().filter(|one| one.status / 100 == 2 && !one.repeated).count();
        let bodies =
            group.iter().any(|one| one.body != group[0].body || one.target != group[0].target);
        if bodies || fresh > 1 {
            let text =
                format!("{} {id}: {fresh} effects, bodies differ: {bodies}", group[0].operation);
            let (call, at) = (book.of_request(group[0]), group[group.len() - 1].at);
            found.push(Violation { rule: "id used twice", call, at, text });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::doctored::{Doctored, rules};

    fn again(operation: &str, id: &str) -> Doctored {
        let mut case = Doctored::sound();
        let mut again = case.request(operation).clone();
        again.repeatability = Some(id.to_owned());
        again.body["operationContext"] = json!("77");
        case.evidence.requests.push(again);
        case
    }

    #[test]
    fn two_answers_transfers_or_recordings_are_found() {
        assert_eq!(rules(&again("answer", "other").evidence), ["answered twice"]);
        assert_eq!(rules(&again("startRecording", "other").evidence), ["recorded twice"]);
        let mut case = Doctored::sound();
        for id in ["a", "b"] {
            let mut transfer = case.request("play").clone();
            transfer.operation = "transferToParticipant".to_owned();
            transfer.repeatability = Some(id.to_owned());
            transfer.body["operationContext"] = json!(id);
            case.evidence.requests.push(transfer);
        }
        assert_eq!(rules(&case.evidence), ["transferred twice"]);
    }

    #[test]
    fn one_command_with_two_ids_is_found() {
        let mut case = Doctored::sound();
        let mut again = case.request("answer").clone();
        again.repeatability = Some("other".to_owned());
        again.status = 409;
        case.evidence.requests.push(again);
        assert_eq!(rules(&case.evidence), ["sent twice"]);
    }

    #[test]
    fn a_prompt_accepted_twice_is_found_and_a_refused_one_is_not() {
        let mut case = Doctored::sound();
        let again = case.request("play").clone();
        case.evidence.requests.push(again);
        assert_eq!(rules(&case.evidence), ["sent twice"]);
        case.request("play").status = 503;
        assert_eq!(rules(&case.evidence), Vec::<&str>::new());
    }

    #[test]
    fn a_repetition_with_another_body_is_found() {
        let mut case = Doctored::sound();
        let mut again = case.request("answer").clone();
        again.repeated = true;
        case.evidence.requests.push(again.clone());
        assert_eq!(rules(&case.evidence), Vec::<&str>::new(), "a repetition is fine");
        again.body["more"] = json!(1);
        case.evidence.requests.push(again);
        assert_eq!(rules(&case.evidence), ["id used twice"]);
    }
}
