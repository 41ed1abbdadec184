//! Who the app calls as. Some members take the bare inner object instead of a whole identifier.

use serde::Serialize;

/// An ACS user of the resource (`CommunicationUserIdentifierModel`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UserSource {
    /// Raw id, `8:acs:…`.
    pub id: String,
}

/// A Teams resource account (`MicrosoftTeamsAppIdentifierModel`); cloud public.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TeamsAppSource {
    /// Object id of the resource account.
    pub app_id: String,
}
