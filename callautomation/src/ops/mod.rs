//! One struct per operation. Public fields are the members of the request body, in the names of
//! the wire; `new` takes what is required; `request` checks the limits and gives the value to
//! send.

mod call;
mod connect;
mod dtmf;
mod hold;
mod media;
mod moving;
mod participants;
mod recognize;
mod recording;
mod setup;
mod streaming;
mod transfer;

pub use call::{GetCall, HangUp, Terminate};
pub use connect::Connect;
pub use dtmf::{SendDtmfTones, StartContinuousDtmf, StopContinuousDtmf};
pub use hold::{Hold, Unhold};
pub use media::{CancelAllMediaOperations, Play};
pub use moving::{MoveParticipants, Mute};
pub use participants::{
    AddParticipant, CancelAddParticipant, GetParticipant, GetParticipants, RemoveParticipant,
};
pub use recognize::Recognize;
pub use recording::{GetRecording, PauseRecording, ResumeRecording, StartRecording, StopRecording};
pub use setup::{AnswerCall, CreateCall, RedirectCall, RejectCall};
pub use streaming::{
    StartMediaStreaming, StartTranscription, StopMediaStreaming, StopTranscription,
    UpdateTranscription,
};
pub use transfer::TransferToParticipant;

use webhooks::CallConnectionId;

use crate::{InvalidRequest, Operation, request::segment};

const CALLS: &str = "/calling/callConnections";

/// `/calling/callConnections/{id}` followed by `action`.
fn call_path(
    operation: Operation,
    call: &CallConnectionId,
    action: &str,
) -> Result<String, InvalidRequest> {
    let id = segment(operation, "callConnectionId", call.as_str())?;
    Ok(format!("{CALLS}/{id}{action}"))
}
