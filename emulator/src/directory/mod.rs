//! The tenant's directory: applications, sign-ins, groups, and what Graph knows of people beyond
//! the world.

mod apps;
mod grants;
mod groups;
mod limits;
mod people;
mod sessions;
mod settings;

use std::collections::BTreeMap;

pub use apps::{AppRegistration, FederatedCredential};
pub(crate) use grants::{BadCode, Code, Grant, Grants};
pub use groups::Group;
pub(crate) use groups::{members, transitive};
pub(crate) use limits::Limiter;
pub use people::DirectoryEntry;
pub(crate) use people::Person;
pub(crate) use people::TEAMS_PLANS;
pub(crate) use sessions::{Sessions, State as PresenceState};
pub use settings::{Duplicates, GraphSettings, Listed, WrongCount};

use crate::world::World;

/// Everything of the tenant that is not the world's.
pub(crate) struct Directory {
    pub(crate) apps: Vec<AppRegistration>,
    pub(crate) groups: Vec<Group>,
    pub(crate) grants: Grants,
    pub(crate) graph: GraphSettings,
    pub(crate) presence_limit: Limiter,
    pub(crate) unit_limit: Limiter,
    /// Presence set through Graph, by object id.
    pub(crate) sessions: BTreeMap<String, Sessions>,
    entries: BTreeMap<String, DirectoryEntry>,
}

impl Directory {
    /// A directory with one application.
    pub(crate) fn new(app: AppRegistration) -> Self {
        Self {
            apps: vec![app],
            groups: Vec::new(),
            grants: Grants::default(),
            graph: GraphSettings::default(),
            presence_limit: Limiter::default(),
            unit_limit: Limiter::default(),
            sessions: BTreeMap::new(),
            entries: BTreeMap::new(),
        }
    }

    pub(crate) fn app(&self, client_id: &str) -> Option<&AppRegistration> {
        self.apps.iter().find(|app| app.client_id.eq_ignore_ascii_case(client_id))
    }

    /// Registers an application or replaces it. It keeps its secret unless it gets another.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn put_app(&mut self, mut app: AppRegistration) -> Result<(), String> {
        if let Some(problem) = app.problem() {
            return Err(problem);
        }
        let index = self.apps.iter().position(|one| one.client_id == app.client_id);
        if let Some(index) = index {
            let before = self.apps.remove(index);
            app.client_secret = app.client_secret.or(before.client_secret);
        }
        self.apps.push(app);
        Ok(())
    }

    pub(crate) fn put_group(&mut self, group: Group) {
        self.groups.retain(|one| !one.id.eq_ignore_ascii_case(&group.id));
        self.groups.push(group);
    }

    /// False when there is no such group.
    pub(crate) fn remove_group(&mut self, id: &str) -> bool {
        let before = self.groups.len();
        self.groups.retain(|one| !one.id.eq_ignore_ascii_case(id));
        self.groups.len() < before
    }

    pub(crate) fn put_entry(&mut self, oid: &str, entry: DirectoryEntry) {
        self.entries.insert(oid.to_lowercase(), entry);
    }

    /// What is known of somebody beyond the world.
    pub(crate) fn entry(&self, oid: &str) -> Option<&DirectoryEntry> {
        self.entries.get(&oid.to_lowercase())
    }

    /// Everybody, by object id.
    pub(crate) fn people(&self, world: &World) -> Vec<Person> {
        let known = world.names().into_iter().map(|name| {
            let entry = self.entry(&name.oid).cloned().unwrap_or_default();
            Person::new(name, entry)
        });
        known.collect()
    }

    /// Somebody by object id or user principal name.
    pub(crate) fn person(&self, world: &World, who: &str) -> Option<Person> {
        self.people(world).into_iter().find(|person| person.is(who))
    }
}
