//! Users and their licences (contract 1.7).

use serde_json::{Value, json};

use super::ask::{Ask, Caller, Denied, Reply, denied, no_such_object, wrong_method};
use super::odata::{self, Kind};
use crate::directory::{Person, TEAMS_PLANS};
use crate::shared::Shared;

const READ: [&str; 5] = [
    "User.Read.All",
    "User.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
    "User.ReadBasic.All",
];
const LICENCES: [&str; 6] = [
    "LicenseAssignment.Read.All",
    "User.Read.All",
    "User.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
    "LicenseAssignment.ReadWrite.All",
];
/// The properties that can be selected.
pub(super) const KNOWN: [&str; 17] = [
    "id",
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
    "accountEnabled",
    "assignedPlans",
    "department",
    "userType",
    "mailNickname",
    "createdDateTime",
];
/// What is shown of a user when nothing is selected.
pub(super) const USUAL: [&str; 11] = [
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
    "id",
];
/// Users, as collections and single ones show them.
pub(super) const USERS: Kind =
    Kind { name: "microsoft.graph.user", usual: &USUAL, context: "users" };

/// 403 of the directory, with the official text.
pub(super) fn insufficient() -> Denied {
    let text = "Insufficient privileges to complete the operation.";
    denied(403, "Authorization_RequestDenied", text)
}

/// Whether users' properties may be read.
pub(super) fn may_read(caller: &Caller) -> bool {
    caller.may(&READ)
}

fn only_get(ask: &Ask) -> Result<(), Denied> {
    if ask.method == "GET" { Ok(()) } else { Err(wrong_method()) }
}

/// `GET /users`.
pub(super) fn list(shared: &Shared, caller: &Caller, ask: &Ask) -> Result<Reply, Denied> {
    only_get(ask)?;
    if !may_read(caller) {
        return Err(insufficient());
    }
    let all = people(shared).iter().map(user_json).collect();
    let root = format!("{}/v1.0/users", shared.ready.graph);
    odata::page(ask, &USERS, all, &root).map(Reply::json)
}

/// `GET /users/$count` and `/groups/$count`.
pub(super) fn count(ask: &Ask, number: usize) -> Result<Reply, Denied> {
    only_get(ask)?;
    if !ask.eventual {
        return Err(denied(400, "Request_BadRequest", "$count is not currently supported."));
    }
    Ok(Reply::json(json!(number)))
}

pub(super) fn people(shared: &Shared) -> Vec<Person> {
    let state = shared.lock();
    state.directory.people(&state.world)
}

/// `GET /users/{id or user principal name}`, `GET /me`.
pub(super) fn one(shared: &Shared, caller: &Caller, ask: &Ask, who: &str) -> Result<Reply, Denied> {
    only_get(ask)?;
    let own = caller.user.as_deref() == Some(who) && caller.may(&["User.Read"]);
    if !own && !may_read(caller) {
        return Err(insufficient());
    }
    let person = find(shared, who)?;
    odata::single(ask, &USERS, user_json(&person)).map(Reply::json)
}

fn find(shared: &Shared, who: &str) -> Result<Person, Denied> {
    let state = shared.lock();
    let found = state.directory.person(&state.world, who);
    found.ok_or_else(|| no_such_object(who))
}

/// `GET /users/{id}/licenseDetails`.
pub(super) fn licences(
    shared: &Shared,
    caller: &Caller,
    ask: &Ask,
    who: &str,
) -> Result<Reply, Denied> {
    only_get(ask)?;
    if !caller.may(&LICENCES) {
        return Err(insufficient());
    }
    let person = find(shared, who)?;
    let plans: Vec<Value> = plans(&person)
        .iter()
        .map(|(id, name, _)| {
            json!({"servicePlanId": id, "servicePlanName": name,
                "provisioningStatus": "Success", "appliesTo": "User"})
        })
        .collect();
    let context = format!("{}#users('{}')/licenseDetails", super::METADATA, person.oid);
    let licence = json!({"id": format!("licence-{}", person.oid),
        "skuId": "06ebc4ee-1bb5-47dd-8120-11324bc54e06", "skuPartNumber": "SPE_E5",
        "servicePlans": plans});
    let value = if plans.is_empty() { json!([]) } else { json!([licence]) };
    Ok(Reply::json(json!({"@odata.context": context, "value": value})))
}

/// Plan id, name and service.
fn plans(person: &Person) -> Vec<(String, String, &'static str)> {
    let plan = |text: &String| {
        let known = TEAMS_PLANS.iter().find(|(word, ..)| word == text);
        known.map_or_else(
            || (text.clone(), text.clone(), "exchange"),
            |(_, id, name, service)| ((*id).to_owned(), (*name).to_owned(), *service),
        )
    };
    person.plans().iter().map(plan).collect()
}

/// A user with everything that can be selected.
pub(super) fn user_json(person: &Person) -> Value {
    let entry = &person.entry;
    let (given, surname) = person.name.split_once(' ').unwrap_or((person.name.as_str(), ""));
    let assigned: Vec<Value> = plans(person)
        .iter()
        .map(|(id, _, service)| {
            json!({"assignedDateTime": "2024-01-01T00:00:00Z", "capabilityStatus": "Enabled",
                "service": service, "servicePlanId": id})
        })
        .collect();
    json!({
        "id": person.oid,
        "businessPhones": entry.business_phones,
        "displayName": person.name,
        "givenName": given,
        "jobTitle": entry.job_title,
        "mail": entry.mail.as_ref().unwrap_or(&person.upn),
        "mobilePhone": null,
        "officeLocation": null,
        "preferredLanguage": null,
        "surname": surname,
        "userPrincipalName": person.upn,
        "accountEnabled": entry.account_enabled.unwrap_or(true),
        "assignedPlans": assigned,
        "department": entry.department,
        "userType": if entry.guest { "Guest" } else { "Member" },
        "mailNickname": person.upn.split('@').next(),
        "createdDateTime": "2024-01-01T00:00:00Z",
    })
}
