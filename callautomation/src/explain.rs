//! What the service's sub-codes mean and what to do about them.
//!
//! Source: the tables of contract sections 4.4 and 6.4 (Microsoft's troubleshooting pages). The
//! same numbers come in refusals and in the `resultInformation` of events.

/// Cause and remedy of a sub-code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The sub-code.
    pub sub_code: i64,
    /// What happened.
    pub cause: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

/// The explanation of a sub-code, if it is a documented one.
pub fn explain(sub_code: i64) -> Option<&'static Explanation> {
    let at = TABLE.binary_search_by_key(&sub_code, |known| known.sub_code).ok()?;
    TABLE.get(at)
}

const fn row(sub_code: i64, cause: &'static str, remedy: &'static str) -> Explanation {
    Explanation { sub_code, cause, remedy }
}

const NOTHING: &str = "nothing to do";
const WAIT: &str = "wait for the running operation's event, then try again";
const AGAIN: &str = "try again later; if it stays, open a support request with the request id";
const OTHER_TARGET: &str = "offer the call to someone else";

/// In rising order of sub-code.
#[rustfmt::skip]
static TABLE: &[Explanation] = &[
    row(0, "success", NOTHING),
    row(4501, "the caller hung up before the call was answered", NOTHING),
    row(5000, "the app was removed from the call", NOTHING),
    row(5001, "the conversation ended", NOTHING),
    row(5002, "the last other participant was removed", NOTHING),
    row(5010, "only one participant was left", NOTHING),
    row(7000, "the call was ended by the app", NOTHING),
    row(7015, "the call was transferred", NOTHING),
    row(7504, "the identity lacks permission", "give it the Communication Services role on the resource"),
    row(7505, "the tenant is not allowed", "check the federation between the resource and the Teams tenant"),
    row(7507, "the source identity does not belong to the resource", "use a number or identity of this resource as the source"),
    row(7509, "the signature was not accepted", "check access key, endpoint and the machine's clock"),
    row(7604, "Teams interoperability is not authorised", "let the tenant's administrator federate the resource"),
    row(7605, "recording is not allowed by the tenant", "ask the tenant's administrator"),
    row(8500, "the media mode does not fit", "check media options of the call"),
    row(8501, "the call is not established", "wait for CallConnected before media operations"),
    row(8508, "the operation was cancelled", NOTHING),
    row(8509, "the longest silence passed", "prompt again"),
    row(8510, "nothing was entered or said", "prompt again"),
    row(8511, "the prompt could not be played", "check the prompt's address and format, or the AI resource"),
    row(8512, "the service failed while listening", AGAIN),
    row(8513, "no media came from the participant", "check the participant's connection"),
    row(8514, "a stop tone was pressed", NOTHING),
    row(8515, "the longest recording time passed", NOTHING),
    row(8516, "calls are throttled", "send fewer calls; honour Retry-After"),
    row(8519, "another operation is in the way", WAIT),
    row(8520, "the operation is not supported", "check whether this kind of call or participant allows it"),
    row(8522, "the call, participant, recording or incoming call context was not found", "take the call as ended or the context as used"),
    row(8523, "an argument is not valid", "check the request against the contract; the message names the member"),
    row(8528, "the call has ended", "take the call as ended"),
    row(8529, "the monthly quota is used up", "raise the quota of the resource"),
    row(8530, "the quota of active calls is used up", "raise the quota of the resource"),
    row(8531, "the wanted number of keys was pressed", NOTHING),
    row(8532, "the pause between keys was too long; the keys so far are present", "use the keys or prompt again"),
    row(8533, "a key matched a choice", NOTHING),
    row(8534, "a key matched no choice", "prompt again"),
    row(8535, "the prompt's file format is not right", "use WAV, mono, 16 bit, 16 kHz"),
    row(8536, "the prompt could not be downloaded", "check that the service can reach the address"),
    row(8537, "the call's keep-alive timed out", "take the call as ended"),
    row(8538, "the invitation was declined", OTHER_TARGET),
    row(8539, "the participant is busy", OTHER_TARGET),
    row(8540, "the participant is busy on every device", OTHER_TARGET),
    row(8541, "the participant is not available", OTHER_TARGET),
    row(8542, "the call was cancelled", NOTHING),
    row(8543, "the call does not exist", "take the call as ended"),
    row(8544, "the participant cannot be reached", OTHER_TARGET),
    row(8545, "speech matched a choice", NOTHING),
    row(8546, "the request is not valid", "check the request against the contract"),
    row(8547, "speech matched no choice", "prompt again"),
    row(8548, "the call is not a group call", "leave out the transferee"),
    row(8553, "the call is being recorded already", "use the running recording"),
    row(8558, "the participant is not in the call", "read the participants again"),
    row(8559, "the same recording or call was started already", "use the running one"),
    row(8563, "speech was not recognised", "prompt again"),
    row(8564, "the speech service could not be reached", "check the AI resource"),
    row(8565, "the AI resource refused", "check its access for the resource's managed identity, its quota and the text"),
    row(8566, "unmuting others is not allowed", "ask the participant to unmute"),
    row(8567, "the call has no AI resource", "set callIntelligenceOptions when answering"),
    row(8568, "the recording is in another state", "read the recording's state"),
    row(8569, "free speech was recognised", NOTHING),
    row(8570, "speech took too long", "prompt again"),
    row(8571, "the recording is in another state", "read the recording's state"),
    row(8572, "the call is shutting down", "take the call as ended"),
    row(8583, "a media operation that runs does not allow this one", WAIT),
    row(8585, "the call's state does not allow this", "read the call's state"),
    row(8586, "the incoming call was not acknowledged", "answer within 30 seconds of IncomingCall"),
    row(8587, "the incoming call was not answered in time", "answer within 30 seconds of IncomingCall"),
    row(8589, "recordings are throttled", "start fewer recordings; honour Retry-After"),
    row(8603, "the web socket could not be reached", "check transportUrl and that it accepts the service's token"),
    row(8604, "the media stream was cancelled", NOTHING),
    row(8607, "another transfer is under way", WAIT),
    row(9001, "the service failed", AGAIN),
    row(9002, "the service failed", AGAIN),
    row(9003, "the service failed", AGAIN),
    row(9998, "the service failed", AGAIN),
    row(9999, "the service failed", AGAIN),
    row(10003, "the call was accepted elsewhere", NOTHING),
    row(10004, "nobody answered in time", OTHER_TARGET),
    row(10009, "the call was not authorised", "check the source identity and number"),
    row(10024, "the call was declined everywhere", OTHER_TARGET),
    row(10037, "no device of the participant is registered", OTHER_TARGET),
    row(10057, "the call could not be set up in time", OTHER_TARGET),
    row(10078, "no device of the participant is registered", OTHER_TARGET),
    row(10110, "calls are throttled", "send fewer calls; honour Retry-After"),
    row(71005, "answering was not authorised", "check the access key or the identity's role"),
    row(510_403, "the call was blocked as spam", "check the number's reputation and consent"),
    row(540_487, "the call was cancelled", NOTHING),
    row(560_403, "the number rejected the call", OTHER_TARGET),
    row(560_480, "the number did not answer", OTHER_TARGET),
    row(560_484, "the number is not complete", "check the number"),
    row(560_486, "the number is busy", OTHER_TARGET),
    row(560_503, "the telephone network failed", AGAIN),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_each_row_is_found() {
        assert!(TABLE.is_sorted_by(|one, next| one.sub_code < next.sub_code));
        for known in TABLE {
            assert_eq!(explain(known.sub_code), Some(known));
            assert!(!known.cause.is_empty() && !known.remedy.is_empty());
        }
        assert_eq!(explain(8_521), None);
    }
}
