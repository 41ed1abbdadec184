//! Groups of the tenant.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// A group. Members are object ids of people and of other groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Object id (GUID).
    pub id: String,
    /// The display name.
    pub name: String,
    /// Mail alias; the name in lower case without blanks when absent.
    #[serde(default)]
    pub mail_nickname: Option<String>,
    /// Object ids, in the order Graph lists them.
    #[serde(default)]
    pub members: Vec<String>,
}

/// The members of a group and of the groups in it, each once, nearest first. A group that contains
/// itself is no trouble.
pub(crate) fn transitive(groups: &[Group], id: &str) -> Vec<String> {
    let mut seen = BTreeSet::from([id.to_lowercase()]);
    let mut found = Vec::new();
    let mut open = vec![id.to_lowercase()];
    while !open.is_empty() {
        let mut next = Vec::new();
        for id in open {
            for member in members(groups, &id) {
                if seen.insert(member.clone()) {
                    found.push(member.clone());
                    next.push(member);
                }
            }
        }
        open = next;
    }
    found
}

/// The direct members of a group, lower case.
pub(crate) fn members(groups: &[Group], id: &str) -> Vec<String> {
    let group = groups.iter().find(|group| group.id.eq_ignore_ascii_case(id));
    group
        .map(|group| group.members.iter().map(|one| one.to_lowercase()).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_members_are_found_once() {
        let group = |id: &str, members: &[&str]| Group {
            id: id.to_owned(),
            name: id.to_owned(),
            mail_nickname: None,
            members: members.iter().map(|&one| one.to_owned()).collect(),
        };
        let groups =
            [group("a", &["B", "x"]), group("b", &["y", "c", "x"]), group("c", &["a", "z"])];
        assert_eq!(transitive(&groups, "A"), ["b", "x", "y", "c", "z"]);
        assert_eq!(members(&groups, "b"), ["y", "c", "x"]);
        assert!(transitive(&groups, "none").is_empty());
    }
}
