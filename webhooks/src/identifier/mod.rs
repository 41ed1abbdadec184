//! Who takes part in a call: raw ids and the identifier model.
//!
//! Source: contract section 3; `Common/stable/2025-06-30/common.json`.
//!
//! The raw id decides what an identifier is. The `kind` on the wire is not trusted: a call to a
//! Teams resource account came with kind `unknown` and raw id `28:orgid:…`.

mod raw_id;
mod wire;

use crate::sensitive::Phone;
use crate::wire::wire_enum;

pub use raw_id::{IdentifierKind, RawId};

wire_enum! {
    /// The cloud that a Teams user or app belongs to. Absent on the wire means public.
    #[derive(Debug, Default)]
    pub enum Cloud {
        /// The worldwide cloud.
        #[default]
        Public = "public",
        /// The United States Department of Defense cloud.
        Dod = "dod",
        /// The United States Government Community Cloud High.
        Gcch = "gcch",
    }
}

/// A party of a call (`CommunicationIdentifierModel`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Identifier {
    /// A user of an ACS resource.
    CommunicationUser {
        /// The id, which is the raw id too: `8:acs:<resource>_<user>`.
        id: String,
    },
    /// Somebody on the telephone network.
    PhoneNumber(PhoneNumber),
    /// A Microsoft Teams user.
    TeamsUser {
        /// Entra object id; for an anonymous user an id of the meeting.
        user_id: String,
        /// True for somebody who joined a meeting without an account.
        is_anonymous: bool,
        /// The cloud of the user.
        cloud: Cloud,
    },
    /// A Microsoft Teams app, call queue, auto attendant or other resource account.
    TeamsApp {
        /// Application id, or object id of the resource account.
        app_id: String,
        /// The cloud of the app.
        cloud: Cloud,
    },
    /// A Teams user who takes calls through an ACS resource (Teams Phone extensibility).
    TeamsExtensionUser {
        /// Entra object id.
        user_id: String,
        /// Entra tenant id.
        tenant_id: String,
        /// Id of the ACS resource.
        resource_id: String,
        /// The cloud of the user.
        cloud: Cloud,
    },
    /// Anything else.
    Unknown {
        /// The raw id as it came.
        raw_id: RawId,
    },
}

/// A number of the telephone network (`PhoneNumberIdentifierModel`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhoneNumber {
    /// The number, usually E.164, or `anonymous`.
    pub value: Phone,
    /// True if the caller withheld the number. Absent means false.
    pub is_anonymous: Option<bool>,
    /// Tells two legs with the same number in one call apart.
    pub asserted_id: Option<String>,
}

impl Identifier {
    /// A Teams user of the public cloud by Entra object id.
    pub fn teams_user(object_id: impl Into<String>) -> Self {
        Self::TeamsUser { user_id: object_id.into(), is_anonymous: false, cloud: Cloud::Public }
    }

    /// A Teams app or resource account of the public cloud by its id.
    pub fn teams_app(app_id: impl Into<String>) -> Self {
        Self::TeamsApp { app_id: app_id.into(), cloud: Cloud::Public }
    }

    /// A phone number in E.164, such as `+14255550123`.
    pub fn phone(e164: impl Into<String>) -> Self {
        Self::PhoneNumber(PhoneNumber {
            value: Phone::new(e164.into()),
            is_anonymous: None,
            asserted_id: None,
        })
    }

    /// What kind of party this is.
    pub fn kind(&self) -> IdentifierKind {
        match self {
            Self::CommunicationUser { .. } => IdentifierKind::CommunicationUser,
            Self::PhoneNumber(_) => IdentifierKind::PhoneNumber,
            Self::TeamsUser { .. } => IdentifierKind::TeamsUser,
            Self::TeamsApp { .. } => IdentifierKind::TeamsApp,
            Self::TeamsExtensionUser { .. } => IdentifierKind::TeamsExtensionUser,
            Self::Unknown { .. } => IdentifierKind::Unknown,
        }
    }
}

#[cfg(test)]
mod tests;
