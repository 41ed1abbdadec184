//! What a Teams Phone bot knows about a call that it passes on.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::fields::{DataError, Fields, Read, put, put_str, serde_by_fields};
use crate::identifier::Identifier;
use crate::sensitive::{CallerText, DisplayName, Phone};

serde_by_fields!(TeamsPhoneCallDetails);

/// What a Teams Phone bot knows about a call (`TeamsPhoneCallDetails`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TeamsPhoneCallDetails {
    /// Who called first.
    pub caller: Option<TeamsPhoneCaller>,
    /// Who wrote these details.
    pub source: Option<TeamsPhoneSource>,
    /// The session of the call at the bot.
    pub session_id: Option<String>,
    /// What the caller wants.
    pub intent: Option<CallerText>,
    /// The reason of the call in a few words; shown in the Teams notification.
    pub call_topic: Option<CallerText>,
    /// A summary of the call so far.
    pub call_context: Option<CallerText>,
    /// Where the transcript is.
    pub transcript_url: Option<CallerText>,
    /// The caller's mood.
    pub call_sentiment: Option<CallerText>,
    /// What to do next.
    pub suggested_actions: Option<CallerText>,
}

/// The original caller (`TeamsPhoneCallerDetails`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TeamsPhoneCaller {
    /// Who.
    pub identifier: Option<Identifier>,
    /// Name.
    pub name: Option<DisplayName>,
    /// Number.
    pub phone_number: Option<Phone>,
    /// The caller's record in a customer system.
    pub record_id: Option<CallerText>,
    /// A page to open for the agent.
    pub screen_pop_url: Option<CallerText>,
    /// True if the bot has verified who calls.
    pub is_authenticated: Option<bool>,
    /// More about the caller, for the agent.
    pub additional: BTreeMap<String, CallerText>,
}

/// Who wrote the details (`TeamsPhoneSourceDetails`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TeamsPhoneSource {
    /// Who.
    pub identifier: Option<Identifier>,
    /// Language of the details, ISO 639.
    pub language: Option<String>,
    /// State of the writer.
    pub status: Option<String>,
    /// Who should take the call.
    pub intended_targets: BTreeMap<String, Identifier>,
}

impl Read for TeamsPhoneCallDetails {
    fn read(fields: &Fields<'_>) -> Result<Self, DataError> {
        Ok(Self {
            caller: fields.read("teamsPhoneCallerDetails")?,
            source: fields.read("teamsPhoneSourceDetails")?,
            session_id: fields.text("sessionId")?,
            intent: fields.text("intent")?,
            call_topic: fields.text("callTopic")?,
            call_context: fields.text("callContext")?,
            transcript_url: fields.text("transcriptUrl")?,
            call_sentiment: fields.text("callSentiment")?,
            suggested_actions: fields.text("suggestedActions")?,
        })
    }
}

impl TeamsPhoneCallDetails {
    pub(super) fn to_json(&self) -> Value {
        let mut map = Map::new();
        let caller = self.caller.as_ref().map(TeamsPhoneCaller::to_json);
        put(&mut map, "teamsPhoneCallerDetails", caller);
        let source = self.source.as_ref().map(TeamsPhoneSource::to_json);
        put(&mut map, "teamsPhoneSourceDetails", source);
        put_str(&mut map, "sessionId", self.session_id.as_ref());
        for (name, text) in [
            ("intent", &self.intent),
            ("callTopic", &self.call_topic),
            ("callContext", &self.call_context),
            ("transcriptUrl", &self.transcript_url),
            ("callSentiment", &self.call_sentiment),
            ("suggestedActions", &self.suggested_actions),
        ] {
            put(&mut map, name, text.as_ref().map(CallerText::expose));
        }
        Value::Object(map)
    }
}

impl Read for TeamsPhoneCaller {
    fn read(fields: &Fields<'_>) -> Result<Self, DataError> {
        let mut additional = BTreeMap::new();
        if let Some(texts) = fields.object("additionalCallerInformation")? {
            for name in texts.names() {
                if let Some(text) = texts.text(name)? {
                    additional.insert(name.to_owned(), text);
                }
            }
        }
        Ok(Self {
            identifier: fields.read("caller")?,
            name: fields.text("name")?,
            phone_number: fields.text("phoneNumber")?,
            record_id: fields.text("recordId")?,
            screen_pop_url: fields.text("screenPopUrl")?,
            is_authenticated: fields.bool("isAuthenticated")?,
            additional,
        })
    }
}

impl TeamsPhoneCaller {
    fn to_json(&self) -> Value {
        let mut map = Map::new();
        put(&mut map, "caller", self.identifier.as_ref().map(Identifier::to_json));
        put(&mut map, "name", self.name.as_ref().map(DisplayName::expose));
        put(&mut map, "phoneNumber", self.phone_number.as_ref().map(Phone::expose));
        put(&mut map, "recordId", self.record_id.as_ref().map(CallerText::expose));
        put(&mut map, "screenPopUrl", self.screen_pop_url.as_ref().map(CallerText::expose));
        put(&mut map, "isAuthenticated", self.is_authenticated);
        let text = |(name, text): (&String, &CallerText)| (name.clone(), text.expose().into());
        let additional: Map<_, _> = self.additional.iter().map(text).collect();
        let additional = (!additional.is_empty()).then_some(additional);
        put(&mut map, "additionalCallerInformation", additional);
        Value::Object(map)
    }
}

impl Read for TeamsPhoneSource {
    fn read(fields: &Fields<'_>) -> Result<Self, DataError> {
        let mut intended_targets = BTreeMap::new();
        if let Some(targets) = fields.object("intendedTargets")? {
            for name in targets.names() {
                if let Some(target) = targets.read(name)? {
                    intended_targets.insert(name.to_owned(), target);
                }
            }
        }
        Ok(Self {
            identifier: fields.read("source")?,
            language: fields.text("language")?,
            status: fields.text("status")?,
            intended_targets,
        })
    }
}

impl TeamsPhoneSource {
    fn to_json(&self) -> Value {
        let mut map = Map::new();
        put(&mut map, "source", self.identifier.as_ref().map(Identifier::to_json));
        put_str(&mut map, "language", self.language.as_ref());
        put_str(&mut map, "status", self.status.as_ref());
        let target = |(name, target): (&String, &Identifier)| (name.clone(), target.to_json());
        let targets: Map<_, _> = self.intended_targets.iter().map(target).collect();
        put(&mut map, "intendedTargets", (!targets.is_empty()).then_some(targets));
        Value::Object(map)
    }
}
