//! The table.

use super::Explanation;

macro_rules! table {
    ($($sub_code:literal: $cause:literal, $remedy:literal;)+) => {
        &[$(Explanation { sub_code: $sub_code, cause: $cause, remedy: $remedy },)+]
    };
}

/// In rising order of sub-code.
pub(super) const TABLE: &[Explanation] = table! {
    0: "The operation succeeded, or the network ended the call normally.",
        "Nothing to do. If the code is 487 the caller cancelled, if it is 603 the party declined.";
    7: "The call could not be answered.",
        "Answer an incoming call once and within 30 s of its event.";
    404: "The incoming call is gone.",
        "Answer sooner; a caller who hangs up takes the call away.";
    3100: "The network of the party's client failed.",
        "Let the party check the network and call again.";
    3101: "The network of the party's client was lost.",
        "Let the party check the network and call again.";
    3111: "The participant's device could not agree on media.",
        "Try again later; if it stays, open a support request with the request id.";
    3112: "The client could not reach the service through its network.",
        "Let the party open the ports and addresses of the service and try again.";
    4097: "An organizer ended the meeting for everybody.",
        "Nothing to do.";
    4500: "The party or the call was not found.",
        "Check the identifier; the call may have ended.";
    4501: "The call ended before it was answered.",
        "Answer sooner; the caller had hung up.";
    4502: "The call could not be joined in its present state.",
        "Check that the call still goes on, then try again.";
    4506: "The call was not answered in time.",
        "Ring another party, or answer sooner.";
    4507: "The call could not be answered.",
        "Answer an incoming call once and within 30 s of its event.";
    4521: "The call was ended by the service.",
        "Nothing to do unless it recurs; then give the correlation id to support.";
    5000: "The party was removed from the conversation.",
        "Nothing to do.";
    5001: "The conversation has ended.",
        "Nothing to do.";
    5002: "The last other party has left or was removed.",
        "Nothing to do.";
    5003: "The party declined at all of its endpoints.",
        "Ring another party.";
    5010: "Only one party was left in the call.",
        "Nothing to do.";
    5013: "The call ended because the others have left.",
        "Nothing to do.";
    5300: "Another participant or an application removed this one.",
        "Nothing to do.";
    5317: "The participant's role changed, which removed them.",
        "Invite them again if they should stay.";
    5828: "The participant is not invited to the room.",
        "Add them to the room first.";
    5829: "The room is not open now.",
        "Check the room's times of validity.";
    5830: "Only ACS users may join the room.",
        "Join as an ACS user.";
    7000: "The call was ended by us through the API.",
        "Nothing to do.";
    7015: "The transfer succeeded, so our leg has ended.",
        "Nothing to do.";
    7500: "This kind of Entra identity cannot be used here.",
        "Use a service principal or managed identity with a role on the resource, or the access key.";
    7501: "The token is not valid.",
        "Fetch a new token; check scope and clock.";
    7502: "Access is not enabled for this identity.",
        "Give the identity a role on the ACS resource.";
    7504: "The application lacks a permission.",
        "The message names what is missing; grant it and try again.";
    7505: "The identity belongs to another tenant than the resource.",
        "Use an identity of the resource's tenant.";
    7506: "The certificate is not trusted.",
        "Use a certificate of a public authority.";
    7507: "The call belongs to another ACS resource than the credential.",
        "Use the credential of the resource that received the call; the number has to belong to it too.";
    7508: "This kind of ACS identity cannot be used here.",
        "Check the identity that makes the call.";
    7509: "The HMAC of the request is wrong.",
        "Check access key and clock, and that no proxy changes host, path or body.";
    7510: "The managed identity could not be checked.",
        "Check that the identity exists and has a role on the resource.";
    7600: "Access is not enabled for this resource.",
        "Check that the resource is active and has the feature.";
    7601: "The calling ACS identity is not valid.",
        "Use an identity of this resource.";
    7602: "The called ACS identity is not valid.",
        "Check the raw id of the party.";
    7603: "An ACS identity is not valid.",
        "Check the raw ids of the request.";
    7604: "The Teams tenant does not allow calls with this resource.",
        "Let the Teams administrator allow the ACS resource; stop calling this tenant until then.";
    7605: "The Teams tenant does not allow this recording.",
        "Let the Teams administrator allow it, or record without this party.";
    7606: "The resource may not use AI services.",
        "Give the ACS resource's managed identity the role on the AI resource.";
    8500: "Another media operation runs, or the party is in one.",
        "Wait for the end of the running operation, then try again.";
    8501: "The call is not established.",
        "Wait for CallConnected; send nothing after CallDisconnected.";
    8502: "The service does not know our own participant yet.",
        "Wait for CallConnected and ParticipantsUpdated, then try again.";
    8503: "The sound of the call is not active.",
        "Wait until the party is connected and not on hold.";
    8504: "The call has no media streams.",
        "Wait for CallConnected, then try again.";
    8505: "Several parties would be replaced.",
        "Name one party only.";
    8506: "The call is not one for compliance recording.",
        "Use ordinary recording.";
    8508: "The operation was cancelled.",
        "Nothing to do if we cancelled it.";
    8509: "The longest silence was reached.",
        "Ask again, or end the call politely.";
    8510: "The caller said or pressed nothing in time.",
        "Ask again, or lengthen the initial silence.";
    8511: "The prompt could not be played.",
        "Check the source that the event names: address, format, language, voice.";
    8512: "The service failed within, for example with the beep.",
        "Try again.";
    8513: "No sound came from the party for too long.",
        "Check whether the party is still connected.";
    8514: "The caller pressed the stop tone.",
        "Nothing to do; the result is in the event.";
    8515: "The longest record duration was reached.",
        "Nothing to do, or allow more.";
    8516: "Calls are throttled.",
        "Wait and try again more slowly.";
    8517: "The call belongs to another tenant.",
        "Use a resource of the call's tenant.";
    8518: "The call failed within the service.",
        "Try again; if it recurs, give the correlation id to support.";
    8519: "The operation conflicts with another on the same call.",
        "Send the operations of a call one after the other; wait for the first one's event.";
    8520: "The operation is not supported here.",
        "Check the known limitations for this kind of call and the api-version.";
    8521: "The call was passed on too many times.",
        "Look for a loop of redirects or transfers.";
    8522: "The call, party, recording or configuration was not found.",
        "Check whether the call still goes on. With 405 the call was answered without a needed setting, such as the AI endpoint.";
    8523: "A part of the request is not valid.",
        "The message names it; correct it.";
    8524: "The number of parties is wrong for compliance recording.",
        "Check who is in the call.";
    8525: "The party is not recorded.",
        "Name a party that is.";
    8526: "The token for joining is not valid.",
        "Get a new one.";
    8527: "The address for joining is not valid.",
        "Check the meeting link.";
    8528: "The call has ended.",
        "Send nothing after CallDisconnected.";
    8529: "The month's limit of calls is reached.",
        "Ask support for a higher limit.";
    8530: "The limit of simultaneous calls is reached.",
        "Wait until calls end, or ask support for a higher limit.";
    8531: "The caller pressed as many keys as were asked for.",
        "Nothing to do; the result is in the event.";
    8532: "The caller paused too long between keys.",
        "Take the keys that came, or ask again.";
    8533: "The key matches a choice.",
        "Nothing to do; the result is in the event.";
    8534: "The key matches no choice.",
        "Ask again.";
    8535: "The format of the sound file is wrong.",
        "Use WAV, mono, 16 bit, 16 kHz, or MP3 where it is allowed.";
    8536: "The sound file could not be downloaded.",
        "Check that its address can be read from the internet without signing in.";
    8537: "The call's keep-alive was not answered.",
        "Check whether the party is still connected.";
    8538: "The party declined.",
        "Ring another party.";
    8539: "The party is busy.",
        "Ring another party, or try later.";
    8540: "The party is busy at all endpoints.",
        "Ring another party, or try later.";
    8541: "The party is not available.",
        "Ring another party, or try later.";
    8542: "The call was cancelled.",
        "Nothing to do if we cancelled it.";
    8543: "The call does not exist.",
        "It has ended; check the id.";
    8544: "The party cannot be reached.",
        "Check the identifier and whether the party is signed in.";
    8545: "The speech matches a choice.",
        "Nothing to do; the result is in the event.";
    8546: "The party's side sent an invalid request.",
        "Try again; if it recurs, give the correlation id to support.";
    8547: "The speech matches no choice.",
        "Ask again, or add phrases.";
    8548: "The call is not a group call.",
        "Use the operation on a group call only.";
    8549: "No conversation could be made for passing the call on.",
        "Try again.";
    8550: "The media could not be agreed on while passing the call on.",
        "Try again; check the target's client.";
    8551: "The call cannot be passed on.",
        "Keep the call, or transfer in another way.";
    8552: "The organizer of a meeting cannot be removed.",
        "Remove other parties only.";
    8553: "The recording was started already.",
        "Use the recording that runs.";
    8554: "The party is outside the sound of the meeting.",
        "Wait until the party is admitted.";
    8555: "The call is being passed on already.",
        "Wait for the end of that.";
    8556: "The action does not work in a call for compliance recording.",
        "Leave it out for such calls.";
    8557: "The format type is wrong.",
        "Use a combination of content, channel and format from the documents.";
    8558: "The party is not in the call.",
        "Look at the last ParticipantsUpdated.";
    8559: "The recording, or the dial-out, was started already.",
        "Check the state of the recording before you start one.";
    8560: "The meeting is locked.",
        "Let the organizer unlock it.";
    8561: "The id of the meeting is not valid.",
        "Check meeting id and passcode.";
    8562: "The recording mode is not supported.",
        "Use another mode.";
    8563: "The speech was not recognised.",
        "Ask again; check the language.";
    8564: "The speech service could not be connected.",
        "Check the AI resource and try again.";
    8565: "The AI service refused or failed.",
        "The code tells why: 400 input, 401 or 403 access, 408 time, 429 quota.";
    8566: "The party may not be unmuted by us.",
        "Ask the party to unmute.";
    8567: "The call has no AI resource that can be used.",
        "Give the AI endpoint when answering, and the resource's managed identity the role on it.";
    8568: "The managed identity for the AI service could not be used.",
        "Check identity and role on the AI resource.";
    8569: "Speech was recognised.",
        "Nothing to do; the result is in the event.";
    8570: "The speech service failed or took too long.",
        "Ask again; check the AI resource.";
    8571: "Another operation of the recording runs.",
        "Send pause, resume and stop one after the other.";
    8572: "The service that plays was shut down.",
        "Play again.";
    8573: "Pause and resume are not allowed for this recording.",
        "Leave the recording running, or stop it.";
    8578: "The transcription failed.",
        "Check the AI resource, locale and the web socket, then start again.";
    8579: "The transcription was cancelled.",
        "Nothing to do if we cancelled it.";
    8580: "The service that transcribes was shut down.",
        "Start the transcription again.";
    8581: "The address of the web socket is not valid.",
        "Use a wss address that can be reached from the internet.";
    8582: "The text or SSML to speak is empty.",
        "Give a text.";
    8583: "The operation cannot run beside the one that runs.",
        "See the documents' table of media actions; wait for the end of the first.";
    8585: "The operation does not fit the state of the call.",
        "Wait for CallConnected; send nothing after CallDisconnected.";
    8586: "The incoming call was not acknowledged by us.",
        "Answer the event of Event Grid with 200 at once; check the subscription's address.";
    8587: "The incoming call was not answered in time.",
        "Answer, redirect or reject within 30 s.";
    8588: "The recording ended because no sound came.",
        "Nothing to do if the party had left.";
    8589: "Recordings are throttled.",
        "Wait and try again more slowly.";
    8594: "The state of the meeting could not be changed.",
        "Try again; check our role in the meeting.";
    8603: "The media stream failed.",
        "Check that the web socket's server accepts the connection and its certificate is trusted.";
    8604: "The media stream was cancelled.",
        "Nothing to do if we cancelled it.";
    8605: "The custom speech model is not supported.",
        "Check its endpoint id, region and language.";
    8606: "An identifier could not be made.",
        "Check the raw ids of the request.";
    8607: "Another transfer of the call runs.",
        "Wait for its event.";
    8608: "The party that records failed.",
        "Start the recording again.";
    8609: "The answer of the bot to join was not valid.",
        "Check the bot's answer to the notification.";
    8610: "The bot did not answer the notification.",
        "Check that the bot can be reached.";
    8613: "The limit of live captions is reached.",
        "Wait and try again.";
    9001: "A service below failed for an unknown reason.",
        "Try again.";
    9002: "A service below took too long.",
        "Try again.";
    9003: "An operation below was cancelled.",
        "Try again.";
    9998: "The service failed fatally.",
        "Try again; if it recurs, give the correlation id to support.";
    9999: "The service failed for an unknown reason.",
        "Try again; if it recurs, give the correlation id to support.";
    10_003: "The call was accepted at another endpoint of the party.",
        "Nothing to do.";
    10_004: "The party did not answer in time.",
        "Ring another party.";
    10_009: "The caller is not authorised.",
        "Check credential, number and identity of the caller.";
    10_024: "The party declined at all of its endpoints.",
        "Ring another party.";
    10_037: "No endpoint of the party is registered.",
        "The party is not signed in, or the kind of identifier is wrong, such as a resource account addressed as a user.";
    10_045: "The service failed while the call was set up.",
        "Try again.";
    10_057: "The party's side did not complete the call.",
        "Ring once more, or another party.";
    10_076: "The party is registered but cannot be reached.",
        "Ring another party; the client may be offline.";
    10_077: "The party is registered but cannot be reached.",
        "Ring another party; the client may be offline.";
    10_078: "The party is not registered.",
        "The party is not signed in; ring another one.";
    10_110: "Calls to this target are throttled.",
        "Wait and try again more slowly.";
    10_315: "The incoming call could not be answered any more.",
        "Answer sooner, and once.";
    10_317: "The incoming call could not be answered any more.",
        "Answer sooner, and once.";
    71_005: "We may not answer this call.",
        "Use the credential of the resource that received the call.";
    301_004: "The media of the call could not be set up.",
        "Check firewalls for the ports and addresses of the service.";
    301_005: "The media of the call was lost.",
        "Let the party check the network and call again.";
    500_001: "The telephone network's gateway did not answer in time.",
        "Try again; with direct routing look at the SBC's logs and timeouts.";
    510_403: "The call was blocked before it left.",
        "Set a caller number that belongs to the resource; check the number for spam reports.";
    511_404: "The number or the resource was not found.",
        "Check that the number belongs to the resource and neither it nor the subscription is disabled.";
    511_532: "The SIP trunk of the resource is not configured.",
        "Check the set-up of direct routing.";
    531_004: "The path for the media could not be found (ICE).",
        "Check firewalls for the ports and addresses of the service, and the SBC's ICE settings.";
    540_000: "The telephone network ended the call normally.",
        "Nothing to do.";
    540_486: "The number is busy.",
        "Try later.";
    540_487: "The caller cancelled.",
        "Nothing to do.";
    560_000: "The telephone network ended the call normally.",
        "Nothing to do.";
    560_403: "The telephone network forbids or rejects the call.",
        "Check that the number exists and is in E.164 form; with direct routing look at the SBC's logs.";
    560_404: "The telephone network does not know the number.",
        "Check that the number exists and is in E.164 form.";
    560_408: "The telephone network had no answer in time.",
        "Try again; with direct routing look at the SBC's logs and timeouts.";
    560_480: "The party did not answer or is not available now.",
        "Ring another party, or try later.";
    560_484: "The number is not complete or not valid.",
        "Check that the number is in E.164 form.";
    560_486: "The number is busy.",
        "Try later.";
    560_487: "The call was cancelled or ended normally.",
        "Nothing to do.";
    560_500: "The telephone network failed.",
        "Try again; if it recurs, ask the operator, or look at the SBC's logs.";
    560_503: "The telephone network is not available.",
        "Try again; check routing, and with direct routing the SBC's logs.";
    560_603: "The party or its operator declined.",
        "Try later; check that no more calls run than the number may have.";
};
