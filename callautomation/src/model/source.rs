//! Who the app calls as. Some members take the bare inner object instead of a whole identifier.

use serde::Serialize;
use webhooks::Cloud;

/// An ACS user of the resource (`CommunicationUserIdentifierModel`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UserSource {
    /// Raw id, `8:acs:…`.
    pub id: String,
}

/// A Teams resource account (`MicrosoftTeamsAppIdentifierModel`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TeamsAppSource {
    /// Object id of the resource account.
    pub app_id: String,
    /// Its cloud; left out, the service takes the public one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cloud: Option<Cloud>,
}

impl TeamsAppSource {
    /// A resource account of the public cloud.
    pub fn new(app_id: impl Into<String>) -> Self {
        Self { app_id: app_id.into(), cloud: None }
    }
}
