//! States and kinds of recordings.

use crate::wire::wire_enum;

wire_enum! {
    /// Whether a recording runs.
    #[derive(Debug)]
    pub enum RecordingState {
        /// It records.
        Active = "active",
        /// It is paused or has stopped.
        Inactive = "inactive",
    }
}

wire_enum! {
    /// Who records.
    #[derive(Debug)]
    pub enum RecordingKind {
        /// Call Automation.
        AzureCommunicationServices = "azureCommunicationServices",
        /// A user in Teams.
        Teams = "teams",
        /// A compliance recorder of the Teams tenant.
        TeamsCompliance = "teamsCompliance",
    }
}
