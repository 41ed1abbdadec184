//! Operations on a whole call.

use webhooks::CallConnectionId;

use super::call_path;
use crate::{InvalidRequest, Method, Operation, Request};

/// Reads a call (`GET /calling/callConnections/{id}`).
#[derive(Clone, Debug)]
pub struct GetCall {
    /// Which call.
    pub call_connection_id: CallConnectionId,
}

/// The app leaves the call (`DELETE /calling/callConnections/{id}`); the others go on when more
/// than one is left. Ends with `CallDisconnected`.
#[derive(Clone, Debug)]
pub struct HangUp {
    /// Which call.
    pub call_connection_id: CallConnectionId,
}

/// Ends the call for everybody (`POST …:terminate`). Ends with `CallDisconnected`.
#[derive(Clone, Debug)]
pub struct Terminate {
    /// Which call.
    pub call_connection_id: CallConnectionId,
}

impl GetCall {
    /// Reads this call.
    pub fn new(call: impl Into<CallConnectionId>) -> Self {
        Self { call_connection_id: call.into() }
    }

    /// Makes the request.
    pub fn request(&self) -> Result<Request, InvalidRequest> {
        let path = call_path(Operation::GetCall, &self.call_connection_id, "")?;
        Ok(Request::new(Operation::GetCall, Method::Get, path, None))
    }
}

impl HangUp {
    /// Leaves this call.
    pub fn new(call: impl Into<CallConnectionId>) -> Self {
        Self { call_connection_id: call.into() }
    }

    /// Makes the request.
    pub fn request(&self) -> Result<Request, InvalidRequest> {
        let path = call_path(Operation::HangUp, &self.call_connection_id, "")?;
        Ok(Request::new(Operation::HangUp, Method::Delete, path, None))
    }
}

impl Terminate {
    /// Ends this call.
    pub fn new(call: impl Into<CallConnectionId>) -> Self {
        Self { call_connection_id: call.into() }
    }

    /// Makes the request.
    pub fn request(&self) -> Result<Request, InvalidRequest> {
        let path = call_path(Operation::Terminate, &self.call_connection_id, ":terminate")?;
        Ok(Request::new(Operation::Terminate, Method::Post, path, None))
    }
}
