//! Who may open a web socket, and for which call.

use std::{collections::BTreeMap, sync::Arc};

use engine::call::{Call, CallId, Doing, Phase, Talk};
use reqwest::Client;
use tokio_util::sync::CancellationToken;
use webhooks::frames::UpgradeHeaders;

use crate::{
    admission::Admission,
    clock::{Clock, timestamp},
    ids,
    intake::{Refusals, Unverified, Verifier},
    ledger::{Ledger, LedgerError},
    sealing::PathSigner,
    settings::VoiceAgent,
};

use super::{
    agent::{DialError, dial},
    news::News,
    relay::Link,
    signed,
    watch::Watched,
};

/// Opens web sockets between calls and voice agents.
pub struct Voice {
    /// Where calls are.
    pub ledger: Arc<dyn Ledger>,
    /// Lets news of the sockets into the ledger.
    pub admission: Admission,
    /// Time.
    pub clock: Clock,
    /// Believes or refuses Call Automation's request: its token lives 24 hours (contract 8.1).
    pub verifier: Verifier,
    /// Checks the path of the request.
    pub signer: Arc<PathSigner>,
    /// Refused requests, for the log.
    pub refusals: Refusals,
    /// The agents, by name.
    pub agents: BTreeMap<String, VoiceAgent>,
    /// For the requests that open their web sockets.
    pub http: Client,
    /// Hints of calls that changed.
    pub watched: Watched,
    /// Ends the sockets: before the listener stops, so that their calls are told.
    pub stopping: CancellationToken,
}

/// A web socket was not opened.
#[derive(Debug, thiserror::Error)]
pub enum NotOpened {
    /// The request is not to be believed.
    #[error("the request is not to be believed")]
    Refused,
    /// Whether it is, cannot be told now, or the call cannot be read.
    #[error("whether the request is to be believed cannot be told now")]
    Unable,
    /// The call does not want one, or not from this leg.
    #[error("the call wants no web socket")]
    NotWanted,
    /// The voice agent does not take the call.
    #[error("the voice agent does not take the call")]
    Agent(#[from] DialError),
}

impl Voice {
    /// Judges the request of Call Automation, and reaches the agent before it is accepted: one that cannot be reached is
    /// `MediaStreamingFailed` for the call, and no silence.
    ///
    /// # Errors
    /// [`NotOpened`]: the request is to be refused.
    pub async fn open(
        self: Arc<Self>,
        call: String,
        signature: String,
        headers: UpgradeHeaders,
    ) -> Result<Link, NotOpened> {
        self.believe(&call, &signature, &headers).await?;
        let id = CallId(call);
        let talk = self.wanted(&id, &headers).await?;
        let Some(agent) = self.agents.get(&talk.agent) else {
            tracing::error!(call.id = %id, agent = talk.agent, "no such voice agent in the settings");
            return Err(NotOpened::NotWanted);
        };
        let socket = match dial(&self.http, agent, self.clock).await {
            Ok(socket) => socket,
            Err(error) => {
                let source = &error as &dyn std::error::Error;
                tracing::warn!(call.id = %id, agent = talk.agent, error = source, "the voice agent does not take the call");
                return Err(error.into());
            }
        };
        let news = News::new(self, id, talk.number);
        Ok(Link::new(news, talk, socket))
    }

    async fn believe(
        &self,
        call: &str,
        signature: &str,
        headers: &UpgradeHeaders,
    ) -> Result<(), NotOpened> {
        let now = self.clock.now();
        if !ids::is_call_id(call) || !self.signer.verify(&signed(call), signature) {
            self.refusals.tell("media", "path-signature", now);
            return Err(NotOpened::Refused);
        }
        let authorization: Vec<&str> =
            headers.authorization.iter().map(webhooks::Secret::expose).collect();
        let refused = |code| {
            self.refusals.tell("media", code, now);
            NotOpened::Refused
        };
        match self.verifier.verify(&authorization, timestamp(now)).await {
            Ok(()) => Ok(()),
            Err(Unverified::Refused(refusal)) => Err(refused(refusal.code())),
            Err(Unverified::UnknownKey) => Err(refused("unknown-key")),
            Err(Unverified::NoKeys) => Err(NotOpened::Unable),
        }
    }

    /// What the call has to do with a voice agent now.
    async fn wanted(&self, id: &CallId, headers: &UpgradeHeaders) -> Result<Talk, NotOpened> {
        let call = self.ledger.call(id).await.map_err(|error| {
            let error = &error as &dyn std::error::Error;
            tracing::error!(call.id = %id, error, "a call that wants a web socket cannot be read");
            NotOpened::Unable
        })?;
        let call = call.ok_or(NotOpened::NotWanted)?;
        // A request without the header is taken: the path says which call it is.
        let told = headers.call_connection_id.as_ref();
        if told.is_some() && call.connection.is_some() && told != call.connection.as_ref() {
            self.refusals.tell("media", "other-connection", self.clock.now());
            return Err(NotOpened::NotWanted);
        }
        talk_of(&call).cloned().ok_or(NotOpened::NotWanted)
    }

    /// Whether the call still talks over the socket of this command; true where that cannot be told.
    pub(super) async fn still_talks(&self, id: &CallId, number: u32) -> bool {
        let found: Result<Option<Call>, LedgerError> = self.ledger.call(id).await;
        let Ok(call) = found else { return true };
        call.as_ref().and_then(talk_of).is_some_and(|talk| talk.number == number)
    }
}

/// The talk that a call is in.
fn talk_of(call: &Call) -> Option<&Talk> {
    match &call.phase {
        Phase::InFlow { doing: Doing::Streaming(talk), .. } => Some(talk),
        Phase::InFlow { .. }
        | Phase::New
        | Phase::Ringing { .. }
        | Phase::Answering { .. }
        | Phase::Waiting(_)
        | Phase::Talking { .. }
        | Phase::Ending { .. }
        | Phase::Ended => None,
    }
}
