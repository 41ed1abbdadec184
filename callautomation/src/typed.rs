//! Operations with the type of their answer, for programs that send at once and store nothing.

use webhooks::Participant;

use crate::{
    AddParticipant, AddParticipantResult, AnswerCall, CallConnectionProperties,
    CancelAddParticipant, CancelAddParticipantResult, CancelAllMediaOperations, Client, Connect,
    CreateCall, Error, GetCall, GetParticipant, GetParticipants, GetRecording, HangUp, Hold,
    InvalidRequest, MoveParticipants, MoveParticipantsResult, Mute, Operation, OperationResult,
    ParticipantList, PauseRecording, Play, Recognize, RecordingStateResult, RedirectCall,
    RejectCall, RemoveParticipant, Repeatability, Request, Response, ResumeRecording, RetryPolicy,
    SendDtmfTones, StartContinuousDtmf, StartMediaStreaming, StartRecording, StartTranscription,
    StopContinuousDtmf, StopMediaStreaming, StopRecording, StopTranscription, Terminate,
    TransferToParticipant, Unhold, Unreadable, UpdateTranscription,
};

/// More pages than participants of the largest call.
const MOST_PAGES: usize = 400;

/// An operation that knows what it is answered with.
pub trait TypedRequest {
    /// What a successful answer holds.
    type Answer: FromResponse;

    /// Checks the limits and makes the request.
    fn to_request(&self) -> Result<Request, InvalidRequest>;
}

/// What can be read from a successful answer.
pub trait FromResponse: Sized {
    /// Reads the answer.
    fn from_response(response: &Response) -> Result<Self, Unreadable>;
}

impl Client {
    /// Makes the request, sends it once and reads the answer.
    ///
    /// # Errors
    ///
    /// As [`Client::send`]; [`Error::Body`] when it was carried out and the answer is unreadable.
    pub async fn call<R: TypedRequest + Sync>(
        &self,
        operation: &R,
        repeatability: Option<&Repeatability>,
    ) -> Result<R::Answer, Error> {
        self.call_with_retry(operation, repeatability, &RetryPolicy::off()).await
    }

    /// As [`Client::call`], and again as `policy` says: see [`Client::send_with_retry`].
    pub async fn call_with_retry<R: TypedRequest + Sync>(
        &self,
        operation: &R,
        repeatability: Option<&Repeatability>,
        policy: &RetryPolicy,
    ) -> Result<R::Answer, Error> {
        let request = operation.to_request()?;
        let response = self.send_with_retry(&request, repeatability, policy).await?;
        read(request.operation(), &response)
    }

    /// Everybody in a call, over all pages; each page is asked for as `policy` says.
    ///
    /// # Errors
    ///
    /// As [`Client::send`]; [`Error::Invalid`] for a link to another host, and for more pages than
    /// a call of 350 participants can have.
    pub async fn all_participants(
        &self,
        operation: &GetParticipants,
        policy: &RetryPolicy,
    ) -> Result<Vec<Participant>, Error> {
        let mut request = operation.request()?;
        let mut everybody = Vec::new();
        for _ in 0..MOST_PAGES {
            let response = self.send_with_retry(&request, None, policy).await?;
            let page: ParticipantList = read(request.operation(), &response)?;
            let next = self.next_page(&page)?;
            everybody.extend(page.value);
            match next {
                Some(next) => request = next,
                None => return Ok(everybody),
            }
        }
        let problem = "leads on and on";
        Err(InvalidRequest::new(request.operation(), "nextLink", problem).into())
    }
}

fn read<T: FromResponse>(operation: Operation, response: &Response) -> Result<T, Error> {
    let status = response.status;
    T::from_response(response).map_err(|source| Error::Body { operation, status, source })
}

impl FromResponse for () {
    fn from_response(_: &Response) -> Result<Self, Unreadable> {
        Ok(())
    }
}

impl FromResponse for OperationResult {
    /// Everything in it is optional, so a missing body is no fault.
    fn from_response(response: &Response) -> Result<Self, Unreadable> {
        if response.body.is_empty() { Ok(Self::default()) } else { response.json() }
    }
}

macro_rules! from_json {
    ($($answer:ty),* $(,)?) => {$(
        impl FromResponse for $answer {
            fn from_response(response: &Response) -> Result<Self, Unreadable> {
                response.json()
            }
        }
    )*};
}

from_json!(
    AddParticipantResult,
    CallConnectionProperties,
    CancelAddParticipantResult,
    MoveParticipantsResult,
    ParticipantList,
    RecordingStateResult,
    Participant,
);

macro_rules! typed {
    ($($operation:ident => $answer:ty),* $(,)?) => {$(
        impl TypedRequest for $operation {
            type Answer = $answer;

            fn to_request(&self) -> Result<Request, InvalidRequest> {
                self.request()
            }
        }
    )*};
}

typed! {
    AddParticipant => AddParticipantResult,
    AnswerCall => CallConnectionProperties,
    CancelAddParticipant => CancelAddParticipantResult,
    CancelAllMediaOperations => (),
    Connect => CallConnectionProperties,
    CreateCall => CallConnectionProperties,
    GetCall => CallConnectionProperties,
    GetParticipant => Participant,
    GetParticipants => ParticipantList,
    GetRecording => RecordingStateResult,
    HangUp => (),
    Hold => (),
    MoveParticipants => MoveParticipantsResult,
    Mute => OperationResult,
    PauseRecording => (),
    Play => (),
    Recognize => (),
    RedirectCall => (),
    RejectCall => (),
    RemoveParticipant => OperationResult,
    ResumeRecording => (),
    SendDtmfTones => OperationResult,
    StartContinuousDtmf => (),
    StartMediaStreaming => (),
    StartRecording => RecordingStateResult,
    StartTranscription => (),
    StopContinuousDtmf => (),
    StopMediaStreaming => (),
    StopRecording => (),
    StopTranscription => (),
    Terminate => (),
    TransferToParticipant => OperationResult,
    Unhold => (),
    UpdateTranscription => (),
}
