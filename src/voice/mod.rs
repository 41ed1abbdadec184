//! Voice agents: programs of the company that talk with callers.
//!
//! Call Automation dials this service (`/media/{call}/{signature}`), and the service dials the agent that the call's state
//! names. Frames go both ways unchanged; a frame with which the agent hands the caller over becomes an input of the call,
//! committed before anything follows from it. What was said is kept nowhere.
//!
//! | file | what |
//! |---|---|
//! | `door` | who may open a web socket, and for which call |
//! | `agent` | the way to the agent |
//! | `frames` | the frames that are ours: of the call, and of its being handed over |
//! | `relay` | from one socket to the other |
//! | `news` | what the call is told of it |
//! | `watch` | hints that a call has changed |

mod agent;
mod door;
mod frames;
mod news;
mod relay;
mod watch;

pub use agent::{AgentSocket, DialError};
pub use door::{NotOpened, Voice};
pub use relay::{Link, Touch};
pub use watch::Watched;

use crate::sealing::PathSigner;

/// The path of a call's web socket, without a slash before it. Deterministic: a retry of `Answer` says the same.
pub(crate) fn path(signer: &PathSigner, call: &str) -> String {
    format!("media/{call}/{}", signer.sign(&signed(call)))
}

/// What is signed: not the id alone, so that a callback's address opens no web socket.
fn signed(call: &str) -> String {
    format!("{call}/media")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::sealing::KeyRing;

    #[test]
    fn the_address_of_a_callback_opens_no_web_socket() {
        let signer = PathSigner::new(Arc::new(KeyRing::ephemeral().unwrap()));
        let path = path(&signer, "01ABC");
        let signature = path.strip_prefix("media/01ABC/").unwrap();
        assert!(signer.verify(&signed("01ABC"), signature));
        assert!(!signer.verify(&signed("01ABC"), &signer.sign("01ABC")));
        assert!(!signer.verify("01ABC", signature), "nor the other way round");
    }
}
