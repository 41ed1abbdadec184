//! Groups and their members (contract 1.7).

use serde_json::{Value, json};

use super::ask::{Ask, Caller, Denied, Reply, no_such_object, wrong_method};
use super::odata::{self, Kind, needs_eventual};
use super::users::{self, USERS, USUAL, insufficient, user_json};
use crate::directory::{Group, Person, members, transitive};
use crate::shared::Shared;

const READ: [&str; 4] =
    ["Group.Read.All", "Group.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"];
const READ_SOME: [&str; 3] =
    ["GroupMember.Read.All", "GroupMember.ReadWrite.All", "GroupMember.ReadBasic.All"];
/// The properties that can be selected.
pub(super) const KNOWN: [&str; 9] = [
    "id",
    "displayName",
    "description",
    "mail",
    "mailNickname",
    "mailEnabled",
    "securityEnabled",
    "groupTypes",
    "createdDateTime",
];
const GROUPS: Kind = Kind { name: "microsoft.graph.group", usual: &KNOWN, context: "groups" };
const OBJECTS: Kind =
    Kind { name: "microsoft.graph.directoryObject", usual: &USUAL, context: "directoryObjects" };

fn check(caller: &Caller, ask: &Ask) -> Result<(), Denied> {
    if ask.method != "GET" {
        return Err(wrong_method());
    }
    if caller.may(&READ) || caller.may(&READ_SOME) {
        return Ok(());
    }
    Err(insufficient())
}

fn all(shared: &Shared) -> Vec<Group> {
    shared.lock().directory.groups.clone()
}

/// `GET /groups`.
pub(super) fn list(shared: &Shared, caller: &Caller, ask: &Ask) -> Result<Reply, Denied> {
    check(caller, ask)?;
    let groups = all(shared).iter().map(group_json).collect();
    let root = format!("{}/v1.0/groups", shared.ready.graph);
    odata::page(ask, &GROUPS, groups, &root).map(Reply::json)
}

/// `GET /groups/$count`.
pub(super) fn count(shared: &Shared, caller: &Caller, ask: &Ask) -> Result<Reply, Denied> {
    check(caller, ask)?;
    users::count(ask, all(shared).len())
}

/// `GET /groups/{id}`.
pub(super) fn one(shared: &Shared, caller: &Caller, ask: &Ask, id: &str) -> Result<Reply, Denied> {
    check(caller, ask)?;
    let groups = all(shared);
    let group = groups.iter().find(|group| group.id.eq_ignore_ascii_case(id));
    let group = group.ok_or_else(|| no_such_object(id))?;
    odata::single(ask, &GROUPS, group_json(group)).map(Reply::json)
}

/// What of a group is asked for.
pub(super) struct Members<'a> {
    pub(super) group: &'a str,
    /// Also those of groups in it.
    pub(super) transitive: bool,
    /// `microsoft.graph.user` or `microsoft.graph.group`.
    pub(super) cast: Option<&'a str>,
}

/// `GET /groups/{id}/members` and `/transitiveMembers`, whole or cast to one type.
pub(super) fn list_members(
    shared: &Shared,
    caller: &Caller,
    ask: &Ask,
    asked: &Members<'_>,
) -> Result<Reply, Denied> {
    check(caller, ask)?;
    let groups = all(shared);
    if !groups.iter().any(|group| group.id.eq_ignore_ascii_case(asked.group)) {
        return Err(no_such_object(asked.group));
    }
    if asked.cast.is_some() {
        needs_eventual(ask, "an OData cast and $count=true")?;
    }
    let find = if asked.transitive { transitive } else { members };
    let ids = find(&groups, asked.group);
    let people = users::people(shared);
    let full = users::may_read(caller);
    let found = ids.iter().filter_map(|id| object(&people, &groups, id, full));
    let found = found.filter(|object| is_cast(object, asked.cast)).collect();
    let verb = if asked.transitive { "transitiveMembers" } else { "members" };
    let cast = asked.cast.map(|cast| format!("/{cast}")).unwrap_or_default();
    let root = format!("{}/v1.0/groups/{}/{verb}{cast}", shared.ready.graph, asked.group);
    let kind = match asked.cast {
        Some("microsoft.graph.user") => &USERS,
        Some("microsoft.graph.group") => &GROUPS,
        Some(_) | None => &OBJECTS,
    };
    odata::page(ask, kind, found, &root).map(Reply::json)
}

fn is_cast(object: &Value, cast: Option<&str>) -> bool {
    cast.is_none_or(|cast| object["@odata.type"] == json!(format!("#{cast}")))
}

/// A member. Without the permission to read users only type and id of a user come back.
fn object(people: &[Person], groups: &[Group], id: &str, full: bool) -> Option<Value> {
    if let Some(group) = groups.iter().find(|group| group.id.eq_ignore_ascii_case(id)) {
        let mut object = group_json(group);
        object["@odata.type"] = json!("#microsoft.graph.group");
        return Some(object);
    }
    let person = people.iter().find(|person| person.oid.eq_ignore_ascii_case(id))?;
    let mut object = if full { user_json(person) } else { json!({"id": person.oid}) };
    object["@odata.type"] = json!("#microsoft.graph.user");
    Some(object)
}

/// `GET /users/{id}/memberOf` and `/transitiveMemberOf`.
pub(super) fn of_user(
    shared: &Shared,
    caller: &Caller,
    ask: &Ask,
    who: &str,
    nested: bool,
) -> Result<Reply, Denied> {
    check(caller, ask)?;
    let people = users::people(shared);
    let person = people.iter().find(|person| person.is(who)).ok_or_else(|| no_such_object(who))?;
    let groups = all(shared);
    let find = if nested { transitive } else { members };
    let holds = |group: &&Group| find(&groups, &group.id).contains(&person.oid.to_lowercase());
    let found = groups.iter().filter(holds).map(|group| {
        let mut object = group_json(group);
        object["@odata.type"] = json!("#microsoft.graph.group");
        object
    });
    let verb = if nested { "transitiveMemberOf" } else { "memberOf" };
    let root = format!("{}/v1.0/users/{who}/{verb}", shared.ready.graph);
    odata::page(ask, &OBJECTS_WITH_GROUPS, found.collect(), &root).map(Reply::json)
}

const OBJECTS_WITH_GROUPS: Kind =
    Kind { name: "microsoft.graph.directoryObject", usual: &KNOWN, context: "directoryObjects" };

fn group_json(group: &Group) -> Value {
    let nickname = group.mail_nickname.clone();
    let nickname =
        nickname.unwrap_or_else(|| group.name.to_lowercase().replace(char::is_whitespace, ""));
    json!({
        "id": group.id,
        "displayName": group.name,
        "description": null,
        "mail": null,
        "mailNickname": nickname,
        "mailEnabled": false,
        "securityEnabled": true,
        "groupTypes": [],
        "createdDateTime": "2024-01-01T00:00:00Z",
    })
}
