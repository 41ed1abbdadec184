//! The identifier model on the wire.

use serde_json::{Map, Value, json};

use super::{Cloud, Identifier, IdentifierKind, PhoneNumber};
use crate::fields::{DataError, Fields, Read, put, serde_by_fields};
use crate::sensitive::Phone;

serde_by_fields!(Identifier, PhoneNumber);

impl Identifier {
    /// The model with `kind`, `rawId` and the object of that kind.
    pub(crate) fn to_json(&self) -> Value {
        let mut map = Map::new();
        map.insert("kind".to_owned(), self.kind().as_wire().into());
        map.insert("rawId".to_owned(), self.raw_id().expose().into());
        if let Some(inner) = self.inner_json() {
            map.insert(self.kind().as_wire().to_owned(), inner);
        }
        Value::Object(map)
    }

    fn inner_json(&self) -> Option<Value> {
        match self {
            Self::CommunicationUser { id } => Some(json!({ "id": id })),
            Self::PhoneNumber(number) => Some(number.to_json()),
            Self::TeamsUser { user_id, is_anonymous: false, cloud } => {
                Some(json!({ "userId": user_id, "cloud": cloud.as_wire() }))
            }
            Self::TeamsUser { user_id, is_anonymous: true, cloud } => {
                Some(json!({ "userId": user_id, "isAnonymous": true, "cloud": cloud.as_wire() }))
            }
            Self::TeamsApp { app_id, cloud } => {
                Some(json!({ "appId": app_id, "cloud": cloud.as_wire() }))
            }
            Self::TeamsExtensionUser { user_id, tenant_id, resource_id, cloud } => Some(json!({
                "userId": user_id,
                "tenantId": tenant_id,
                "resourceId": resource_id,
                "cloud": cloud.as_wire(),
            })),
            Self::Unknown { .. } => None,
        }
    }
}

impl Read for Identifier {
    fn read(fields: &Fields<'_>) -> Result<Self, DataError> {
        let Some(raw_id) = fields.str("rawId")? else {
            return fields.required("rawId", first_object(fields)?.map(consistent));
        };
        let by_raw_id = Self::from_raw_id(raw_id);
        if by_raw_id.kind() == IdentifierKind::Unknown {
            return Ok(first_object(fields)?.map_or(by_raw_id, consistent));
        }
        // The object of the same kind knows more (cloud, anonymous), if it means the same party.
        let object = object_of(fields, by_raw_id.kind())?;
        let same = |found: &Self| {
            if let Self::CommunicationUser { id } = found {
                return id == raw_id;
            }
            found.raw_id().expose() == raw_id
        };
        Ok(object.filter(same).unwrap_or(by_raw_id))
    }
}

/// An object whose raw id names another kind is of that kind: an ACS user with the id `4:+1…` is a
/// phone number. Otherwise it would be another party after being written and read.
fn consistent(found: Identifier) -> Identifier {
    let by_raw_id = Identifier::from_raw_id(found.raw_id().expose());
    let agrees = by_raw_id.kind() == found.kind() || by_raw_id.kind() == IdentifierKind::Unknown;
    if agrees { found } else { by_raw_id }
}

/// The object that the declared kind names, or else the first one there is.
fn first_object(fields: &Fields<'_>) -> Result<Option<Identifier>, DataError> {
    const KINDS: [IdentifierKind; 5] = [
        IdentifierKind::CommunicationUser,
        IdentifierKind::PhoneNumber,
        IdentifierKind::TeamsUser,
        IdentifierKind::TeamsApp,
        IdentifierKind::TeamsExtensionUser,
    ];
    let declared = fields.str("kind")?;
    if let Some(kind) = KINDS.into_iter().find(|kind| Some(kind.as_wire()) == declared)
        && let Some(found) = object_of(fields, kind)?
    {
        return Ok(Some(found));
    }
    for kind in KINDS {
        if let Some(found) = object_of(fields, kind)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

fn object_of(fields: &Fields<'_>, kind: IdentifierKind) -> Result<Option<Identifier>, DataError> {
    let Some(inner) = fields.object(kind.as_wire())? else {
        return Ok(None);
    };
    let cloud = |inner: &Fields<'_>| -> Result<Cloud, DataError> {
        Ok(inner.str("cloud")?.map_or(Cloud::Public, Cloud::from_wire))
    };
    let text = |name| inner.required(name, inner.text(name)?);
    Ok(match kind {
        IdentifierKind::CommunicationUser => {
            Some(Identifier::CommunicationUser { id: text("id")? })
        }
        IdentifierKind::PhoneNumber => Some(Identifier::PhoneNumber(PhoneNumber::read(&inner)?)),
        IdentifierKind::TeamsUser => Some(Identifier::TeamsUser {
            user_id: text("userId")?,
            is_anonymous: inner.bool("isAnonymous")?.unwrap_or(false),
            cloud: cloud(&inner)?,
        }),
        IdentifierKind::TeamsApp => {
            Some(Identifier::TeamsApp { app_id: text("appId")?, cloud: cloud(&inner)? })
        }
        IdentifierKind::TeamsExtensionUser => Some(Identifier::TeamsExtensionUser {
            user_id: text("userId")?,
            tenant_id: text("tenantId")?,
            resource_id: text("resourceId")?,
            cloud: cloud(&inner)?,
        }),
        IdentifierKind::Unknown => None,
    })
}

impl PhoneNumber {
    /// The bare object, as it stands in `phoneNumber`, `sourceCallerIdNumber` and `answeredFor`.
    pub(crate) fn to_json(&self) -> Value {
        let mut map = Map::new();
        map.insert("value".to_owned(), self.value.expose().into());
        put(&mut map, "isAnonymous", self.is_anonymous);
        put(&mut map, "assertedId", self.asserted_id.clone());
        Value::Object(map)
    }
}

impl Read for PhoneNumber {
    fn read(fields: &Fields<'_>) -> Result<Self, DataError> {
        Ok(Self {
            value: fields.required("value", fields.text::<Phone>("value")?)?,
            is_anonymous: fields.bool("isAnonymous")?,
            asserted_id: fields.text("assertedId")?,
        })
    }
}
