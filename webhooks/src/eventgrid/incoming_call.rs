//! A call that rings.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::TeamsPhoneCallDetails;
use crate::fields::{DataError, Fields, put, put_str};
use crate::identifier::Identifier;
use crate::ids::{CorrelationId, ServerCallId};
use crate::sensitive::{DisplayName, IncomingCallContext, Secret};

/// A call that rings (`Microsoft.Communication.IncomingCall`, contract 5.2). It rings for 30 s.
///
/// Only the context is required: a call that parses badly is still a caller. What could not be
/// read is `None` and named in [`unreadable`](Self::unreadable).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IncomingCall {
    /// Who is called.
    pub to: Option<Identifier>,
    /// Who calls.
    pub from: Option<Identifier>,
    /// The call.
    pub server_call_id: Option<ServerCallId>,
    /// The name that the caller shows.
    pub caller_display_name: Option<DisplayName>,
    /// What answers, redirects or rejects this call, once.
    pub incoming_call_context: IncomingCallContext,
    /// The conversation. Recurs when a call is redirected or transferred to us.
    pub correlation_id: Option<CorrelationId>,
    /// What the sender of the call sent along.
    pub custom_context: Option<CustomContext>,
    /// Who was called first, if the call was forwarded.
    pub on_behalf_of_callee: Option<Identifier>,
    /// The members that could not be read, by path, such as `data.from.phoneNumber.value`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unreadable: Vec<String>,
}

/// What the sender of a call sent along (`CustomCallingContext`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomContext {
    /// Headers of a call from a telephone network: `userToUser`, `X-MS-Custom-…`.
    #[serde(default)]
    pub sip_headers: BTreeMap<String, Secret>,
    /// Headers of a call from an ACS or Teams client.
    #[serde(default)]
    pub voip_headers: BTreeMap<String, Secret>,
    /// What a Teams Phone bot knows about the call.
    pub teams_phone_call_details: Option<Box<TeamsPhoneCallDetails>>,
}

/// The paths that could not be read so far.
pub(super) type Unreadable = Vec<String>;

impl IncomingCall {
    /// Reads the data; `unreadable` holds what the envelope could not give.
    pub(super) fn read(data: &Fields<'_>, mut unreadable: Unreadable) -> Result<Self, DataError> {
        const CONTEXT: &str = "incomingCallContext";
        let context = data.str(CONTEXT)?.filter(|context| !context.is_empty());
        let incoming_call_context = data.required(CONTEXT, context)?.into();
        let bad = &mut unreadable;
        Ok(Self {
            incoming_call_context,
            to: lenient(bad, data.read("to")),
            from: lenient(bad, data.read("from")),
            server_call_id: lenient(bad, data.text("serverCallId")),
            caller_display_name: lenient(bad, data.text("callerDisplayName")),
            correlation_id: lenient(bad, data.text("correlationId")),
            custom_context: lenient(bad, data.object("customContext"))
                .map(|context| CustomContext::read(&context, bad)),
            on_behalf_of_callee: lenient(bad, data.read("onBehalfOfCallee")),
            unreadable,
        })
    }
}

impl IncomingCall {
    /// The data as Event Grid sends it. What could not be read is not in it.
    pub(super) fn to_json(&self) -> Map<String, Value> {
        let party = |party: &Option<Identifier>| party.as_ref().map(Identifier::to_json);
        let mut map = Map::new();
        put(&mut map, "to", party(&self.to));
        put(&mut map, "from", party(&self.from));
        put_str(&mut map, "serverCallId", self.server_call_id.as_ref());
        let name = self.caller_display_name.as_ref().map(DisplayName::expose);
        put(&mut map, "callerDisplayName", name);
        put(&mut map, "incomingCallContext", Some(self.incoming_call_context.expose()));
        put_str(&mut map, "correlationId", self.correlation_id.as_ref());
        let context = self.custom_context.as_ref().map(CustomContext::to_json);
        put(&mut map, "customContext", context);
        put(&mut map, "onBehalfOfCallee", party(&self.on_behalf_of_callee));
        map
    }
}

impl CustomContext {
    fn to_json(&self) -> Value {
        let text = |(name, value): (&String, &Secret)| (name.clone(), value.expose().into());
        let mut map = Map::new();
        for (name, headers) in
            [("sipHeaders", &self.sip_headers), ("voipHeaders", &self.voip_headers)]
        {
            let headers: Map<_, _> = headers.iter().map(text).collect();
            put(&mut map, name, (!headers.is_empty()).then_some(headers));
        }
        let details = self.teams_phone_call_details.as_ref().map(|details| details.to_json());
        put(&mut map, "teamsPhoneCallDetails", details);
        Value::Object(map)
    }

    fn read(fields: &Fields<'_>, bad: &mut Unreadable) -> Self {
        Self {
            sip_headers: headers(fields, "sipHeaders", bad),
            voip_headers: headers(fields, "voipHeaders", bad),
            teams_phone_call_details: lenient(bad, fields.read("teamsPhoneCallDetails"))
                .map(Box::new),
        }
    }
}

fn headers(fields: &Fields<'_>, name: &str, bad: &mut Unreadable) -> BTreeMap<String, Secret> {
    let Some(headers) = lenient(bad, fields.object(name)) else {
        return BTreeMap::new();
    };
    let value = |name: &str| Some((name.to_owned(), lenient(bad, headers.text(name))?));
    headers.names().filter_map(value).collect()
}

/// The value if it could be read; otherwise its path is noted.
pub(super) fn lenient<T>(bad: &mut Unreadable, read: Result<Option<T>, DataError>) -> Option<T> {
    read.unwrap_or_else(|error| {
        bad.push(error.path);
        None
    })
}
