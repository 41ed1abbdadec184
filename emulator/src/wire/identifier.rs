//! Who takes part in a call: `CommunicationIdentifierModel` of `common.json` (2025-06-30).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Fields, Refusal};

/// A participant. `Debug` hides who.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Identifier {
    /// A phone number, E.164, or `anonymous`.
    Phone { number: String },
    /// A Teams user by Entra object id.
    Teams { oid: String, cloud: Cloud },
    /// An ACS user, `8:acs:…`.
    Acs { id: String },
    /// A Teams resource account.
    TeamsApp { app: String, cloud: Cloud },
    /// A Teams Phone extensibility agent.
    Extension { resource: String, tenant: String, user: String },
    /// Anything else.
    Unknown { raw: String },
}

/// The cloud of a Teams identity; absent on the wire means public.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Cloud {
    Public,
    Dod,
    Gcch,
}

impl Cloud {
    fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Dod => "dod",
            Self::Gcch => "gcch",
        }
    }

    fn prefix(self) -> &'static str {
        match self {
            Self::Public => "orgid",
            Self::Dod => "dod",
            Self::Gcch => "gcch",
        }
    }

    fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        let name = fields.text("cloud")?.unwrap_or_default();
        match name.to_ascii_lowercase().as_str() {
            "" | "public" => Ok(Self::Public),
            "dod" => Ok(Self::Dod),
            "gcch" => Ok(Self::Gcch),
            _ => Err(fields.refuse("cloud", "must be public, dod or gcch")),
        }
    }
}

impl Identifier {
    /// A phone number, E.164.
    pub(crate) fn phone(number: &str) -> Self {
        Self::Phone { number: number.to_owned() }
    }

    /// A Teams user of the public cloud.
    pub(crate) fn teams(oid: &str) -> Self {
        Self::Teams { oid: oid.to_ascii_lowercase(), cloud: Cloud::Public }
    }

    /// Reads the model: a raw id, or exactly one typed member, or both; `kind` is optional.
    pub(crate) fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        fields.ignore(&["kind"]);
        let raw = fields.text("rawId")?;
        let typed = [
            fields.object("phoneNumber", read_phone)?,
            fields.object("microsoftTeamsUser", read_teams)?,
            fields.object("communicationUser", read_acs)?,
            fields.object("microsoftTeamsApp", read_app)?,
            fields.object("teamsExtensionUser", read_extension)?,
        ];
        let mut typed = typed.into_iter().flatten();
        match (typed.next(), typed.next(), raw) {
            (Some(_), Some(_), _) => {
                Err(fields.refuse("rawId", "comes with two kinds of identity"))
            }
            (Some(identifier), None, _) => Ok(identifier),
            (None, _, Some(raw)) => Ok(Self::from_raw(&raw)),
            (None, _, None) => Err(fields.refuse("rawId", "or one kind of identity is required")),
        }
    }

    /// Reads a bare `PhoneNumberIdentifierModel`.
    pub(crate) fn read_number(fields: &Fields<'_>) -> Result<String, Refusal> {
        fields.ignore(&["isAnonymous", "assertedId"]);
        fields.required_text("value")
    }

    /// From a raw id: `4:+1…`, `8:orgid:…`, `8:acs:…`, `28:orgid:…`.
    pub(crate) fn from_raw(raw: &str) -> Self {
        if let Some(number) = raw.strip_prefix("4:") {
            return Self::phone(number);
        }
        for cloud in [Cloud::Public, Cloud::Dod, Cloud::Gcch] {
            if let Some(oid) = raw.strip_prefix(&format!("8:{}:", cloud.prefix())) {
                let oid = oid.to_ascii_lowercase();
                return Self::Teams { oid, cloud };
            }
            if let Some(app) = raw.strip_prefix(&format!("28:{}:", cloud.prefix())) {
                let app = app.to_owned();
                return Self::TeamsApp { app, cloud };
            }
        }
        let acs = raw.strip_prefix("8:acs:").map(|rest| rest.split('_').collect::<Vec<_>>());
        match acs.as_deref() {
            Some([resource, tenant, user]) => Self::Extension {
                resource: (*resource).to_owned(),
                tenant: (*tenant).to_owned(),
                user: (*user).to_owned(),
            },
            Some(_) => Self::Acs { id: raw.to_owned() },
            None => Self::Unknown { raw: raw.to_owned() },
        }
    }

    /// The raw id.
    pub(crate) fn raw(&self) -> String {
        match self {
            Self::Phone { number } => format!("4:{number}"),
            Self::Teams { oid, cloud } => format!("8:{}:{oid}", cloud.prefix()),
            Self::Acs { id } => id.clone(),
            Self::TeamsApp { app, cloud } => format!("28:{}:{app}", cloud.prefix()),
            Self::Extension { resource, tenant, user } => {
                format!("8:acs:{resource}_{tenant}_{user}")
            }
            Self::Unknown { raw } => raw.clone(),
        }
    }

    /// The `kind` of the wire.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Phone { .. } => "phoneNumber",
            Self::Teams { .. } => "microsoftTeamsUser",
            Self::Acs { .. } => "communicationUser",
            Self::TeamsApp { .. } => "microsoftTeamsApp",
            Self::Extension { .. } => "teamsExtensionUser",
            Self::Unknown { .. } => "unknown",
        }
    }

    /// The model as the service writes it: raw id, kind and the one typed member.
    pub(crate) fn json(&self) -> Value {
        let mut model = json!({"rawId": self.raw(), "kind": self.kind()});
        let inner = match self {
            Self::Phone { number } => json!({"value": number}),
            Self::Teams { oid, cloud } => {
                json!({"userId": oid, "isAnonymous": false, "cloud": cloud.name()})
            }
            Self::Acs { id } => json!({"id": id}),
            Self::TeamsApp { app, cloud } => json!({"appId": app, "cloud": cloud.name()}),
            Self::Extension { resource, tenant, user } => {
                json!({"userId": user, "tenantId": tenant, "resourceId": resource,
                "cloud": "public"})
            }
            Self::Unknown { .. } => return model,
        };
        model[self.kind()] = inner;
        model
    }
}

impl std::fmt::Debug for Identifier {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Identifier({})", self.kind())
    }
}

fn read_phone(fields: &Fields<'_>) -> Result<Identifier, Refusal> {
    Identifier::read_number(fields).map(|number| Identifier::phone(&number))
}

fn read_teams(fields: &Fields<'_>) -> Result<Identifier, Refusal> {
    fields.ignore(&["isAnonymous"]);
    Ok(Identifier::Teams {
        oid: fields.required_text("userId")?.to_ascii_lowercase(),
        cloud: Cloud::read(fields)?,
    })
}

fn read_acs(fields: &Fields<'_>) -> Result<Identifier, Refusal> {
    fields.required_text("id").map(|id| Identifier::Acs { id })
}

fn read_app(fields: &Fields<'_>) -> Result<Identifier, Refusal> {
    Ok(Identifier::TeamsApp { app: fields.required_text("appId")?, cloud: Cloud::read(fields)? })
}

fn read_extension(fields: &Fields<'_>) -> Result<Identifier, Refusal> {
    fields.ignore(&["cloud"]);
    Ok(Identifier::Extension {
        resource: fields.required_text("resourceId")?,
        tenant: fields.required_text("tenantId")?,
        user: fields.required_text("userId")?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::Notes;
    use super::*;

    fn read(value: &Value) -> Result<Identifier, Refusal> {
        let notes = Notes::default();
        Identifier::read(&Fields::body(value, &notes)?)
    }

    #[test]
    fn raw_ids_are_classified_and_written_back() {
        let cases = [
            ("4:+14255550123", "phoneNumber"),
            ("8:orgid:a1e1e000-0000-4000-8000-000000000001", "microsoftTeamsUser"),
            ("8:gcch:a1e1e000-0000-4000-8000-000000000001", "microsoftTeamsUser"),
            ("8:acs:res_user", "communicationUser"),
            ("8:acs:res_tenant_user", "teamsExtensionUser"),
            ("28:orgid:app", "microsoftTeamsApp"),
            ("48:odd", "unknown"),
        ];
        for (raw, kind) in cases {
            let identifier = Identifier::from_raw(raw);
            assert_eq!(identifier.kind(), kind);
            assert_eq!(identifier.raw(), raw);
            let written = identifier.json();
            assert_eq!(read(&written).expect("reads back"), identifier);
        }
    }

    #[test]
    fn the_shapes_that_sdks_send_are_read() {
        let teams = json!({"rawId": "8:orgid:ABC", "microsoftTeamsUser":
            {"userId": "ABC", "isAnonymous": false, "cloud": "PUBLIC"}});
        assert_eq!(read(&teams).expect("read").raw(), "8:orgid:abc");
        let phone = json!({"kind": "phoneNumber",
            "phoneNumber": {"value": "+1", "isAnonymous": false}});
        assert_eq!(read(&phone).expect("read").raw(), "4:+1");
    }

    #[test]
    fn none_or_two_identities_are_refused() {
        let two = json!({"phoneNumber": {"value": "+1"}, "communicationUser": {"id": "8:acs:a_b"}});
        assert!(read(&two).is_err());
        assert!(read(&json!({"kind": "phoneNumber"})).is_err());
        let cloud = json!({"microsoftTeamsUser": {"userId": "a", "cloud": "moon"}});
        let refusal = read(&cloud).expect_err("an unknown cloud");
        assert_eq!(refusal.target.as_deref(), Some("microsoftTeamsUser.cloud"));
    }

    #[test]
    fn debug_hides_who() {
        let shown = format!("{:?}", Identifier::phone("+442079460123"));
        assert_eq!(shown, "Identifier(phoneNumber)");
    }
}
