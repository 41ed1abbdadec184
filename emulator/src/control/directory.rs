//! The tenant's directory, for people who set up a world.

use super::{AppRegistration, Control, ControlError, DirectoryEntry, GraphSettings, Group};

fn absent(what: &str) -> ControlError {
    ControlError { status: 404, message: format!("there is no such {what}") }
}

impl Control {
    /// The applications of the tenant.
    pub fn apps(&self) -> Vec<AppRegistration> {
        self.shared().lock().directory.apps.clone()
    }

    /// Registers an application, or replaces the one of its client id.
    pub fn put_app(&self, app: AppRegistration) -> Result<(), ControlError> {
        let put = self.shared().lock().directory.put_app(app);
        put.map_err(|message| ControlError { status: 400, message })
    }

    /// The groups of the tenant.
    pub fn groups(&self) -> Vec<Group> {
        self.shared().lock().directory.groups.clone()
    }

    /// Creates a group, or replaces the one of its id.
    pub fn put_group(&self, group: Group) -> Result<(), ControlError> {
        if group.id.trim().is_empty() {
            let message = "id must not be empty".to_owned();
            return Err(ControlError { status: 400, message });
        }
        self.shared().lock().directory.put_group(group);
        Ok(())
    }

    /// Deletes a group.
    pub fn remove_group(&self, id: &str) -> Result<(), ControlError> {
        let removed = self.shared().lock().directory.remove_group(id);
        if removed { Ok(()) } else { Err(absent("group; GET /groups lists them")) }
    }

    /// What Graph tells of a Teams user beyond presence; object id or nickname.
    pub fn put_directory_entry(
        &self,
        who: &str,
        entry: DirectoryEntry,
    ) -> Result<(), ControlError> {
        let known = self.user(who).ok_or_else(|| absent("user; GET /world lists them"))?;
        self.shared().lock().directory.put_entry(&known.oid, entry);
        Ok(())
    }

    /// How Graph behaves.
    pub fn graph(&self) -> GraphSettings {
        self.shared().lock().directory.graph.clone()
    }

    /// Changes how Graph behaves.
    pub fn set_graph(&self, settings: GraphSettings) {
        self.shared().lock().directory.graph = settings;
    }
}
