//! Raw ids: the one string that names a party.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Cloud, Identifier, PhoneNumber};
use crate::sensitive::Phone;

const ANONYMOUS: &str = "anonymous";

/// The one string that names a party, such as `4:+14255550123` or `8:orgid:<object id>`.
///
/// It may hold a phone number, so `Debug` tells only the kind.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RawId(String);

impl RawId {
    /// Takes the raw id as it is.
    pub fn new(raw_id: impl Into<String>) -> Self {
        Self(raw_id.into())
    }

    /// The raw id itself. Never log what this returns.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What kind of party the raw id names.
    pub fn kind(&self) -> IdentifierKind {
        Identifier::from_raw_id(&self.0).kind()
    }
}

impl fmt::Debug for RawId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawId({})", self.kind().label())
    }
}

impl From<String> for RawId {
    fn from(raw_id: String) -> Self {
        Self(raw_id)
    }
}

impl From<&str> for RawId {
    fn from(raw_id: &str) -> Self {
        Self(raw_id.to_owned())
    }
}

/// The kinds of parties (`CommunicationIdentifierModelKind`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdentifierKind {
    /// A user of an ACS resource.
    CommunicationUser,
    /// Somebody on the telephone network.
    PhoneNumber,
    /// A Teams user.
    TeamsUser,
    /// A Teams app or resource account.
    TeamsApp,
    /// A Teams user who takes calls through an ACS resource.
    TeamsExtensionUser,
    /// Anything else.
    Unknown,
}

impl IdentifierKind {
    /// The kind as it stands on the wire.
    pub fn as_wire(self) -> &'static str {
        match self {
            Self::CommunicationUser => "communicationUser",
            Self::PhoneNumber => "phoneNumber",
            Self::TeamsUser => "microsoftTeamsUser",
            Self::TeamsApp => "microsoftTeamsApp",
            Self::TeamsExtensionUser => "teamsExtensionUser",
            Self::Unknown => "unknown",
        }
    }

    /// A short word for logs and traces.
    pub fn label(self) -> &'static str {
        match self {
            Self::CommunicationUser => "acs user",
            Self::PhoneNumber => "phone",
            Self::TeamsUser => "teams user",
            Self::TeamsApp => "teams app",
            Self::TeamsExtensionUser => "teams extension user",
            Self::Unknown => "unknown",
        }
    }
}

impl Identifier {
    /// Reads a raw id. Never fails: what is not known is [`Identifier::Unknown`].
    pub fn from_raw_id(raw_id: &str) -> Self {
        if let Some(number) = raw_id.strip_prefix("4:") {
            return Self::PhoneNumber(phone_number(number));
        }
        let mut parts = raw_id.splitn(3, ':');
        let known = match (parts.next(), parts.next(), parts.next()) {
            (Some("8"), Some(scope), Some(id)) => user(raw_id, scope, id),
            (Some("28"), Some(scope), Some(id)) => {
                cloud_of(scope).map(|cloud| Self::TeamsApp { app_id: id.to_owned(), cloud })
            }
            _ => None,
        };
        known.unwrap_or_else(|| Self::Unknown { raw_id: RawId::new(raw_id) })
    }

    /// The raw id of this party.
    pub fn raw_id(&self) -> RawId {
        RawId(match self {
            Self::CommunicationUser { id } => id.clone(),
            Self::PhoneNumber(number) => match &number.asserted_id {
                Some(asserted) => format!("4:{}_{asserted}", number.value.expose()),
                None => format!("4:{}", number.value.expose()),
            },
            Self::TeamsUser { user_id, is_anonymous: true, .. } => {
                format!("8:teamsvisitor:{user_id}")
            }
            Self::TeamsUser { user_id, is_anonymous: false, cloud } => {
                format!("8:{}:{user_id}", scope_of(cloud))
            }
            Self::TeamsApp { app_id, cloud } => format!("28:{}:{app_id}", scope_of(cloud)),
            Self::TeamsExtensionUser { user_id, tenant_id, resource_id, cloud } => {
                let scope = acs_scope_of(cloud);
                format!("8:{scope}:{resource_id}_{tenant_id}_{user_id}")
            }
            Self::Unknown { raw_id } => return raw_id.clone(),
        })
    }
}

fn phone_number(number: &str) -> PhoneNumber {
    let (value, asserted_id) = match number.split_once('_') {
        Some((value, asserted)) => (value, Some(asserted.to_owned())),
        None => (number, None),
    };
    let is_anonymous = (value == ANONYMOUS).then_some(true);
    PhoneNumber { value: Phone::new(value), is_anonymous, asserted_id }
}

/// `8:<scope>:<id>`.
fn user(raw_id: &str, scope: &str, id: &str) -> Option<Identifier> {
    let acs_user = || Identifier::CommunicationUser { id: raw_id.to_owned() };
    match scope {
        "teamsvisitor" => Some(Identifier::TeamsUser {
            user_id: id.to_owned(),
            is_anonymous: true,
            cloud: Cloud::Public,
        }),
        "spool" => Some(acs_user()),
        "acs" | "dod-acs" | "gcch-acs" => Some(extension_user(scope, id).unwrap_or_else(acs_user)),
        _ => cloud_of(scope).map(|cloud| Identifier::TeamsUser {
            user_id: id.to_owned(),
            is_anonymous: false,
            cloud,
        }),
    }
}

/// Three parts joined by `_` are a Teams extension user; anything else is an ACS user.
fn extension_user(scope: &str, id: &str) -> Option<Identifier> {
    let mut parts = id.split('_');
    let (resource_id, tenant_id, user_id) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let cloud = match scope {
        "dod-acs" => Cloud::Dod,
        "gcch-acs" => Cloud::Gcch,
        _ => Cloud::Public,
    };
    Some(Identifier::TeamsExtensionUser {
        user_id: user_id.to_owned(),
        tenant_id: tenant_id.to_owned(),
        resource_id: resource_id.to_owned(),
        cloud,
    })
}

fn cloud_of(scope: &str) -> Option<Cloud> {
    match scope {
        "orgid" => Some(Cloud::Public),
        "dod" => Some(Cloud::Dod),
        "gcch" => Some(Cloud::Gcch),
        _ => None,
    }
}

fn scope_of(cloud: &Cloud) -> &str {
    match cloud {
        Cloud::Public => "orgid",
        Cloud::Dod => "dod",
        Cloud::Gcch => "gcch",
        Cloud::Other(name) => name,
    }
}

fn acs_scope_of(cloud: &Cloud) -> String {
    match cloud {
        Cloud::Public => "acs".to_owned(),
        Cloud::Dod | Cloud::Gcch | Cloud::Other(_) => format!("{}-acs", cloud.as_wire()),
    }
}
