//! A caller who does anything, colleagues who do anything, endpoints and a network that fail.

use emulator::scenario::{AgentChange, Span, VoiceAgentDoes, VoiceAgentEnd};
use engine::{Millis, flow::Bundle};
use rehearsal::{Around, Line, line::Dial, line::Trouble, script, staff::Staff};

use super::chance::Chance;

/// A caller hangs up after so many things that he or others did.
const DEEDS: usize = 60;
/// From the caller's hanging up to the end, in ms: deadlines and inspections included.
const ENDS_WITHIN: Millis = 5 * 60_000;
/// Beyond what the flow promises a silent caller is told, in ms: the answer, and what each node takes to be ordered.
const SLACK: Millis = 60_000;

/// How a conversation ended.
pub(crate) struct End {
    pub(crate) outcome: &'static str,
    pub(crate) steps: u64,
    pub(crate) hops: u64,
}

/// Talks with a flow until the end.
///
/// # Errors
/// When a caller is left without a next step, an invariant breaks, or a silent caller waits longer than the flow promises.
pub(crate) fn converse(
    bundle: &Bundle,
    chance: &mut Chance,
    silent: bool,
    longest: Option<Millis>,
) -> Result<End, String> {
    let mut line = Line::dial(bundle, around(chance, silent), &Dial::default());
    let faults = !silent && chance.percent(30);
    if faults {
        order_faults(&mut line, chance);
    }
    let mut hung_up = false;
    for _ in 0..DEEDS {
        if !pass_time(&mut line, silent)? {
            break;
        }
        hung_up = !silent && act(&mut line, chance);
        if hung_up {
            break;
        }
    }
    if !line.is_over() {
        if silent {
            return Err(instead(&line, "a silent caller's call does not end"));
        }
        hung_up = true;
        line.hang_up();
        let end = line.now().saturating_add(ENDS_WITHIN);
        line.advance(end);
    }
    judge(&line, silent, longest, faults || hung_up)
}

fn judge(
    line: &Line<'_>,
    silent: bool,
    longest: Option<Millis>,
    may_fail: bool,
) -> Result<End, String> {
    if let Some(broken) = line.broken().first() {
        return Err(instead(line, broken));
    }
    let Some(outcome) = line.call().outcome.map(engine::call::Outcome::name) else {
        return Err(instead(line, "the call has no end"));
    };
    if !line.is_over() {
        return Err(instead(line, "the call is over for the engine and not for the caller"));
    }
    if outcome == "failed" && !may_fail {
        return Err(instead(line, "the call failed and nothing was out of order"));
    }
    let promised = longest.unwrap_or(Millis::MAX).saturating_mul(2).saturating_add(SLACK);
    if silent && line.took() > promised {
        return Err(instead(line, &format!("more than {promised} ms were not promised")));
    }
    let hops = u64::try_from(line.hops().len()).unwrap_or(u64::MAX);
    Ok(End { outcome, steps: u64::from(line.steps()), hops })
}

fn instead(line: &Line<'_>, problem: &str) -> String {
    format!("{problem}\n{}", script(line.told(), true))
}

fn around(chance: &mut Chance, silent: bool) -> Around {
    let presences = ["Available", "Busy", "Offline", "DoNotDisturb", "Away"];
    let mut staff = Staff::default();
    for who in ["adele", "megan", "alex"] {
        let presence = if silent { "Busy" } else { chance.pick(&presences) };
        let news = AgentChange {
            presence: Some(presence.to_owned()),
            activity: None,
            open: None,
            licensed: None,
            federated: None,
            voicemail_after: None,
            forward_to: None,
            on_another_call: None,
        };
        staff.change(who, &news);
    }
    let voice_agents = voice_agent(chance).into_iter().collect();
    // Any hour of any day of a week.
    let at = Around::default().at + Millis::try_from(chance.below(7 * 24)).unwrap_or(0) * 3_600_000;
    Around { at, staff, voice_agents, asks_for_answers: true, ..Around::default() }
}

/// A voice agent that hands over with a word that the flow may have, ends, breaks off, or is not there; none says nothing.
fn voice_agent(chance: &mut Chance) -> Option<VoiceAgentDoes> {
    let hands_over = chance.pick(&[Some("person"), Some("nowhere"), None, None, None]);
    let does = chance.pick(&[
        None,
        Some(VoiceAgentEnd::Ends),
        Some(VoiceAgentEnd::Breaks),
        Some(VoiceAgentEnd::Unreachable),
    ]);
    let after = std::time::Duration::from_secs(u64::try_from(chance.below(90)).unwrap_or(0));
    let mut gives = serde_json::Map::new();
    if chance.percent(50) {
        gives.insert("t".to_owned(), "12".into());
    }
    let agent = "helper".to_owned();
    let hands_over = hands_over.map(str::to_owned);
    chance.percent(80).then_some(VoiceAgentDoes {
        agent,
        after: Some(Span(after)),
        hands_over,
        gives,
        does,
    })
}

fn order_faults(line: &mut Line<'_>, chance: &mut Chance) {
    let operations = [
        "play",
        "recognize",
        "addParticipant",
        "startRecording",
        "cancelAllMediaOperations",
        "answer",
        "transferToParticipant",
        "hold",
        "unhold",
        "removeParticipant",
        "startMediaStreaming",
        "stopMediaStreaming",
    ];
    let events = [
        "PlayCompleted",
        "RecognizeCompleted",
        "RecognizeFailed",
        "AddParticipantSucceeded",
        "AddParticipantFailed",
        "RecordingStateChanged",
        "CallConnected",
        "ParticipantsUpdated",
        "CallTransferAccepted",
        "CallTransferFailed",
        "RemoveParticipantSucceeded",
        "MediaStreamingStarted",
        "MediaStreamingStopped",
        "MediaStreamingFailed",
        "CallDisconnected",
    ];
    for _ in 0..=chance.below(3) {
        let nth = Some(u32::try_from(1 + chance.below(3)).unwrap_or(1));
        if chance.percent(50) {
            let status = chance.pick(&[500, 503, 400, 412, 429]);
            let trouble =
                Trouble::Refused { status, sub_code: chance.pick(&[9_999, 8_583, 8_500]) };
            line.order_fault(chance.pick(&operations), nth, trouble);
        } else {
            line.order_fault(chance.pick(&events), nth, Trouble::Lost);
        }
    }
}

/// Lets time pass until somebody can do something; false if the call is over.
///
/// # Errors
/// When a live call waits for nothing.
fn pass_time(line: &mut Line<'_>, silent: bool) -> Result<bool, String> {
    loop {
        if line.is_over() {
            return Ok(false);
        }
        let asked =
            line.listening().is_some() || line.ringing().is_some() || line.asked().is_some();
        let talks = talks_with(line).is_some();
        if !silent && (asked || talks) {
            return Ok(true);
        }
        if !line.tick() {
            return Err(instead(line, "a live call waits for nothing"));
        }
    }
}

/// Does something that can be done now; true if the caller hangs up.
fn act(line: &mut Line<'_>, chance: &mut Chance) -> bool {
    if chance.percent(3) {
        line.hang_up();
        return true;
    }
    if line.asked().is_some() {
        let status = chance.pick(&[200, 200, 404, 500, 0]);
        let meant = serde_json::json!({ "choices": [{ "message": { "content": "{\"intent\":\"beta\"}" } }] });
        let body = [
            serde_json::json!({ "t": "12" }),
            serde_json::json!({}),
            serde_json::Value::Null,
            meant,
        ];
        let at = chance.below(body.len());
        line.answer(status, body[at].clone());
        return false;
    }
    if let Some(who) = line.ringing().map(str::to_owned) {
        let done = match chance.below(4) {
            0 => line.accept(&who),
            1 => line.decline(&who),
            2 => line.ignore(&who),
            _ => line.accept_twice(&who),
        };
        debug_assert!(done.is_ok());
        return false;
    }
    if line.listening().is_some() && chance.percent(75) {
        let keys = ["0", "1", "2", "3", "9", "#", "12#", "1234", "4111111111111111", "1#"];
        let words = ["alpha", "beta please", "gamma or delta", "nothing of that"];
        if chance.percent(60) {
            line.press(chance.pick(&keys));
        } else {
            line.say(chance.pick(&words));
        }
        return false;
    }
    // Nothing is said, or they talk: somebody leaves at last.
    if let Some(who) = talks_with(line).filter(|_| chance.percent(50)) {
        let _ = line.leave(&who);
    }
    line.tick();
    false
}

/// With whom the caller was connected, by object id.
fn talks_with(line: &Line<'_>) -> Option<String> {
    let call = line.call();
    let party = call.party.as_ref().map(|party| party.expose().trim_start_matches("8:orgid:"));
    call.agent.as_ref().map(|agent| agent.id.as_str()).or(party).map(str::to_owned)
}
