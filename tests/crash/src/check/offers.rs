//! Nobody is rung twice at once for one call, and no agent is wanted in two places.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    clock::Millis,
    evidence::{Delivered, Evidence},
};

use super::{Book, Violation};

/// An invitation, from its acceptance to its first result.
#[derive(Debug, Clone)]
struct Invitation {
    call: String,
    connection: String,
    context: String,
    id: String,
    from: Millis,
    until: Millis,
}

pub(super) fn check(evidence: &Evidence, book: &Book) -> Vec<Violation> {
    let mut found = rung_twice(evidence, book);
    found.extend(busy(evidence, book));
    found.extend(in_two_calls(evidence, book));
    found
}

fn rung_twice(evidence: &Evidence, book: &Book) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut last: BTreeMap<String, Invitation> = BTreeMap::new();
    for invitation in invitations(evidence, book) {
        if let Some(before) = last.get(&invitation.call)
            && before.until > invitation.from
        {
            let text = format!(
                "invitation {} began {} ms before {} was over",
                invitation.context,
                before.until.saturating_sub(invitation.from),
                before.context
            );
            let call = Some(invitation.call.clone());
            found.push(Violation { rule: "rung twice", call, at: invitation.from, text });
        }
        last.insert(invitation.call.clone(), invitation);
    }
    found
}

/// The invitations that rang, in the order of their beginning.
fn invitations(evidence: &Evidence, book: &Book) -> Vec<Invitation> {
    let asked = evidence
        .requests
        .iter()
        .filter(|one| one.operation == "addParticipant" && one.status / 100 == 2 && !one.repeated);
    let mut all: Vec<Invitation> = asked
        .filter_map(|one| {
            let path = one.target.split("callConnections/").nth(1)?;
            let connection = path.split(['/', ':', '?']).next()?.to_owned();
            Some(Invitation {
                call: book.of_request(one)?,
                connection,
                context: text(&one.body["operationContext"]),
                id: text(&one.answer["invitationId"]),
                from: one.at,
                until: Millis::MAX,
            })
        })
        .collect();
    let told = evidence.deliveries.iter().filter(|one| one.event.contains("AddParticipant"));
    let told: Vec<&Delivered> = told.collect();
    for invitation in &mut all {
        let results = told.iter().filter(|one| ends(one, invitation));
        let end = results.filter_map(|one| happened(one)).min();
        let over = over(evidence, book, &invitation.call);
        invitation.until = end.unwrap_or(Millis::MAX).min(over);
    }
    all.sort_by_key(|invitation| invitation.from);
    all
}

fn ends(delivered: &Delivered, invitation: &Invitation) -> bool {
    let data = &delivered.body["data"];
    if data["callConnectionId"] != invitation.connection.as_str() {
        return false;
    }
    match delivered.event.as_str() {
        "AddParticipantSucceeded" | "AddParticipantFailed" => {
            data["operationContext"] == invitation.context.as_str()
        }
        "CancelAddParticipantSucceeded" => data["invitationId"] == invitation.id.as_str(),
        _ => false,
    }
}

/// When the call was over.
fn over(evidence: &Evidence, book: &Book, call: &str) -> Millis {
    let mut dialled = evidence.dialled.iter();
    let found = dialled.find(|one| book.of_call(&one.call).as_deref() == Some(call));
    found.and_then(|one| one.ended).unwrap_or(Millis::MAX)
}

/// When an event happened in the world, as it says itself.
fn happened(delivered: &Delivered) -> Option<Millis> {
    let time: jiff::Timestamp = delivered.body["time"].as_str()?.parse().ok()?;
    Some(time.as_millisecond())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The world's agents take no other calls: one who is busy was offered to two.
fn busy(evidence: &Evidence, book: &Book) -> Vec<Violation> {
    let failed = evidence.deliveries.iter().filter(|one| {
        one.event == "AddParticipantFailed"
            && one.attempt == 1
            && one.body["data"]["resultInformation"]["code"] == 486
    });
    failed
        .map(|one| Violation {
            rule: "offered twice",
            call: book.of_delivery(one),
            at: one.at,
            text: "the agent who was rung was ringing or talking elsewhere".to_owned(),
        })
        .collect()
}

fn in_two_calls(evidence: &Evidence, book: &Book) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut now: BTreeMap<&str, &[String]> = BTreeMap::new();
    for look in evidence.sightings.chunk_by(|one, next| one.at == next.at) {
        for sighting in look {
            if sighting.agents.is_empty() {
                now.remove(sighting.call.as_str());
            } else {
                now.insert(&sighting.call, &sighting.agents);
            }
        }
        let mut places: BTreeMap<&str, &str> = BTreeMap::new();
        for (call, agents) in &now {
            for agent in *agents {
                if let Some(other) = places.insert(agent, call) {
                    let text = format!("an agent is in {other} and {call}");
                    let at = look[0].at;
                    found.push(Violation {
                        rule: "in two calls",
                        call: book.of_call(call),
                        at,
                        text,
                    });
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::doctored::{Doctored, rules};

    #[test]
    fn two_rings_at_once_are_found_and_one_after_the_other_are_not() {
        let mut case = Doctored::sound();
        let mut again = case.request("addParticipant").clone();
        again.repeatability = Some("other".to_owned());
        again.body["operationContext"] = json!("78");
        again.at += 1;
        case.evidence.requests.push(again.clone());
        assert_eq!(rules(&case.evidence), ["rung twice"]);
        let end = case.delivery("AddParticipantSucceeded").at;
        if let Some(last) = case.evidence.requests.last_mut() {
            last.at = end + 1;
        }
        assert_eq!(rules(&case.evidence), Vec::<&str>::new());
    }

    #[test]
    fn an_agent_who_is_busy_is_found() {
        let mut case = Doctored::sound();
        let mut failed = case.delivery("AddParticipantSucceeded").clone();
        failed.event = "AddParticipantFailed".to_owned();
        failed.body["data"]["resultInformation"] = json!({"code": 486, "subCode": 8539});
        case.evidence.deliveries.push(failed);
        assert_eq!(rules(&case.evidence), ["offered twice"]);
    }

    #[test]
    fn an_agent_in_two_calls_is_found() {
        let mut case = Doctored::sound();
        let with_agent = case.evidence.sightings.iter().position(|one| !one.agents.is_empty());
        let index = with_agent.expect("an agent was there");
        let mut other = case.evidence.sightings[index].clone();
        other.call = "call-2".to_owned();
        case.evidence.sightings.insert(index + 1, other);
        assert!(rules(&case.evidence).contains(&"in two calls"));
    }
}
