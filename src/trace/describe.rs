//! Inputs and commands in words.

use engine::call::{
    Action, Command, FetchResult, Input, Inspection, Prompt, RecognizeKind, Resort, Sent,
    Settlement, StreamEnd, StreamNews, withheld::number_in,
};
use webhooks::{CallEvent, CallEventKind, RawId, Recognition, ResultInformation, Tone};

use super::entries::{EntryKind, Line, Names, Party};

fn line(kind: EntryKind, from: Party, to: Party, text: String) -> Line {
    Line { kind, from: Some(from), to: Some(to), text, number: None }
}

fn event(from: Party, text: impl Into<String>) -> Line {
    line(EntryKind::Event, from, Party::Switchboard, text.into())
}

fn own(text: impl Into<String>) -> Line {
    Line { kind: EntryKind::Event, from: None, to: None, text: text.into(), number: None }
}

/// An input whose personal part was erased.
pub(super) fn erased(kind: &str) -> Line {
    own(format!("{kind} (erased)"))
}

/// A command whose personal part was erased.
pub(super) fn erased_command(number: u32, name: &str) -> Line {
    let text = format!("{name} (erased)");
    Line {
        kind: EntryKind::Command,
        from: Some(Party::Switchboard),
        to: Some(Party::Acs),
        text,
        number: Some(number),
    }
}

/// What happened.
pub(super) fn input(input: &Input, names: &Names) -> Line {
    let who = |raw_id: &RawId| names.of_participant(raw_id);
    match input {
        Input::IncomingCall(incoming) => {
            let name = incoming.caller_name.as_ref().map_or("", |name| name.expose());
            let from = incoming.from.as_ref().map_or_else(|| "unknown".to_owned(), who);
            let to = incoming.to.as_ref().map_or_else(|| "unknown".to_owned(), who);
            event(
                Party::Caller,
                format!("IncomingCall from {name} {from} to {to}").replace("  ", " "),
            )
        }
        Input::FlowChosen { bundle, .. } => {
            own(format!("FlowChosen {}", bundle.get(..12).unwrap_or(bundle)))
        }
        Input::Event(call_event) => mid_call(call_event, names),
        Input::Settled { number, result } => Line { number: Some(*number), ..settled(result) },
        Input::DeadlineReached => own("DeadlineReached"),
        Input::Offered(offer) => {
            let age = offer.presence_age / 1_000;
            event(Party::Queue, format!("Offered {} (presence {age} s old)", offer.agent.name))
        }
        Input::Unavailable { queue, .. } => {
            event(Party::Queue, format!("nobody is available in {queue}"))
        }
        Input::Fetched { number, result } => {
            let text = match result {
                FetchResult::Answer { status, body } => {
                    format!("HTTP {status} {}", short(&body.to_string()))
                }
                FetchResult::Failed { cause } => format!("no answer: {cause}"),
                FetchResult::Lost { of } => {
                    format!("not sent: the digits of question {of} are no longer in memory")
                }
            };
            Line {
                number: Some(*number),
                ..line(EntryKind::Result, Party::Http, Party::Switchboard, text)
            }
        }
        Input::Inspected { number, view } => {
            let text = match view {
                Inspection::Live { state, participants } => {
                    let who: Vec<_> = participants.iter().map(who).collect();
                    format!("the call is {state}, in it: {}", who.join(", "))
                }
                Inspection::Gone => "the call is gone".to_owned(),
                Inspection::Unknown { cause } => format!("no answer: {cause}"),
            };
            Line {
                number: Some(*number),
                ..line(EntryKind::Result, Party::Acs, Party::Switchboard, text)
            }
        }
        Input::Streamed { number, news } => Line { number: Some(*number), ..streamed(news) },
        Input::RecordingFile { chunks, .. } => {
            event(Party::Acs, format!("RecordingFileStatusUpdated: {chunks} file(s) to fetch"))
        }
        Input::StepFailed { seq } => own(format!("StepFailed on input {seq}")),
        Input::TurnedAway(away) => {
            let did = match away.how {
                Resort::Redirected => "redirected to the fallback number",
                Resort::Rejected => "rejected as busy",
                Resort::Dropped => "left alone: it had rung too long",
            };
            let from = away.incoming.from.as_ref().map_or_else(|| "unknown".to_owned(), who);
            event(Party::Acs, format!("IncomingCall from {from} {did}, because {}", away.why))
        }
        Input::Resumed => own("Resumed: the service started again"),
    }
}

/// News of a voice agent.
fn streamed(news: &StreamNews) -> Line {
    let text = match news {
        StreamNews::Begun => "the voice agent has taken the call".to_owned(),
        StreamNews::Alive => "sound still goes both ways".to_owned(),
        StreamNews::HandedOver { to, .. } => {
            format!("the voice agent hands the caller over: {}", short(to))
        }
        StreamNews::Over { end, .. } => match end {
            StreamEnd::Agent => "the voice agent has ended the talk".to_owned(),
            StreamEnd::Broken { cause } => format!("the voice agent broke off: {cause}"),
            StreamEnd::Call => "the sound of the call has ended".to_owned(),
            StreamEnd::Stopping => "this process stops, and its web socket with it".to_owned(),
            StreamEnd::Left => "the web socket to the voice agent is closed".to_owned(),
        },
    };
    event(Party::Voice, text)
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "every other event comes from ACS and needs no detail"
)]
fn mid_call(call_event: &CallEvent, names: &Names) -> Line {
    let name = call_event.kind.name();
    let number = call_event.operation_context.as_deref().and_then(number_in);
    let codes = call_event.result.as_ref().filter(|result| worth_telling(result));
    let codes =
        codes.map(|result| format!(" {}/{}", result.code, result.sub_code)).unwrap_or_default();
    let (from, detail) = match &call_event.kind {
        CallEventKind::RecognizeCompleted(recognition) => {
            (Party::Caller, format!(": {}", heard(recognition)))
        }
        CallEventKind::RecognizeFailed { .. } => (Party::Caller, String::new()),
        CallEventKind::ParticipantsUpdated { participants, .. } => {
            let who: Vec<_> =
                participants.iter().map(|p| names.of_participant(&p.identifier.raw_id())).collect();
            (Party::Acs, format!(": {}", who.join(", ")))
        }
        CallEventKind::AddParticipantSucceeded { .. }
        | CallEventKind::AddParticipantFailed { .. } => (Party::Agent, String::new()),
        CallEventKind::RecordingStateChanged { state, .. } => {
            (Party::Acs, format!(": {state:?}").to_lowercase())
        }
        _ => (Party::Acs, String::new()),
    };
    Line { number, ..event(from, format!("{name}{detail}{codes}")) }
}

fn worth_telling(result: &ResultInformation) -> bool {
    result.code != 200 || result.sub_code != 0
}

fn heard(recognition: &Recognition) -> String {
    match recognition {
        Recognition::Dtmf { tones } => {
            let keys: String = tones.iter().filter_map(Tone::digit).collect();
            format!("keys {keys}")
        }
        Recognition::Choice { label, phrase, .. } => match phrase {
            Some(phrase) => format!("“{}” means {label}", phrase.expose()),
            None => format!("key for {label}"),
        },
        Recognition::Speech { text, .. } => format!("“{}”", text.expose()),
        Recognition::Withheld { digits, .. } => format!("{digits} digits, kept from everybody"),
        Recognition::Unknown { .. } => "something this release does not know".to_owned(),
    }
}

fn settled(result: &Settlement) -> Line {
    let text = match result {
        Settlement::Done(facts) => match &facts.recording {
            Some(recording) => format!("accepted, recording {}", recording.as_str()),
            None => "accepted".to_owned(),
        },
        Settlement::Refused(refusal) => match refusal.sub_code {
            Some(sub_code) => format!("refused {}/{sub_code}", refusal.status),
            None => format!("refused {}", refusal.status),
        },
        Settlement::Unknown { cause } => format!("unknown fate: {cause}"),
        Settlement::Expired => "not sent: too late".to_owned(),
    };
    line(EntryKind::Result, Party::Acs, Party::Switchboard, text)
}

/// What was ordered.
pub(super) fn command(command: &Command, names: &Names) -> Line {
    let (to, text) = match &command.action {
        Action::Answer { .. } => (Party::Acs, "Answer".to_owned()),
        Action::Reject { .. } => (Party::Acs, "Reject".to_owned()),
        Action::Redirect { target: Some(target), .. } => {
            (Party::Acs, format!("RedirectCall to {}", names.of_participant(target)))
        }
        Action::Redirect { target: None, .. } => (Party::Acs, "RedirectCall".to_owned()),
        Action::Play { prompt, repeat, .. } => {
            let again = if *repeat { " in a loop" } else { "" };
            (Party::Caller, format!("Play {}{again}", prompt_words(prompt)))
        }
        Action::Recognize { prompt, kind, .. } => {
            (Party::Caller, format!("Recognize {}: {}", kind_words(kind), prompt_words(prompt)))
        }
        Action::CancelMedia => (Party::Acs, "CancelAllMediaOperations".to_owned()),
        Action::AddAgent { agent, ring, .. } => {
            (Party::Agent, format!("AddParticipant {} (rings {} s)", agent.name, ring / 1_000))
        }
        Action::AddParty { target, ring, .. } => {
            let who = names.of_participant(target);
            (Party::Agent, format!("AddParticipant {who} (rings {} s)", ring / 1_000))
        }
        Action::Transfer { target } => {
            (Party::Agent, format!("TransferToParticipant {}", names.of_participant(target)))
        }
        Action::Hold { .. } | Action::Unhold { .. } => {
            (Party::Caller, command.action.name().to_owned())
        }
        Action::CancelAdd { .. } => (Party::Agent, "CancelAddParticipant".to_owned()),
        Action::Remove { target } => {
            (Party::Agent, format!("RemoveParticipant {}", names.of_participant(target)))
        }
        Action::StartRecording
        | Action::PauseRecording { .. }
        | Action::ResumeRecording { .. }
        | Action::StopRecording { .. } => (Party::Acs, command.action.name().to_owned()),
        Action::StartStreaming | Action::StopStreaming => {
            (Party::Voice, command.action.name().to_owned())
        }
        Action::Terminate => (Party::Acs, "Terminate".to_owned()),
        Action::Inspect => (Party::Acs, "GetCall and participants".to_owned()),
        Action::Fetch { method, url, body, .. } => {
            (Party::Http, format!("{method} {}{}", url.expose(), members(body)))
        }
        Action::Seek { queue, .. } => (Party::Queue, format!("Seek an agent in {queue}")),
        Action::LeaveQueue => (Party::Queue, "Leave the queue".to_owned()),
        Action::Release { after, .. } => {
            (Party::Queue, format!("Release the agent ({})", after.name()))
        }
    };
    let number = Some(command.number);
    Line { number, ..line(EntryKind::Command, Party::Switchboard, to, text) }
}

fn prompt_words(prompt: &Prompt) -> String {
    match prompt {
        Prompt::Text { text, .. } | Prompt::Ssml { text } => format!("“{}”", text.expose()),
        Prompt::File { path } => path.clone(),
        Prompt::Several(prompts) => prompts.iter().map(prompt_words).collect::<Vec<_>>().join(" "),
    }
}

/// What a request sends, by name.
fn members(body: &[(String, Sent)]) -> String {
    let names: Vec<_> = body.iter().map(|(name, _)| name.as_str()).collect();
    if names.is_empty() { String::new() } else { format!(" with {}", names.join(", ")) }
}

fn kind_words(kind: &RecognizeKind) -> String {
    match kind {
        RecognizeKind::Digits { max: 1, .. } => "a key".to_owned(),
        RecognizeKind::Digits { max, .. } => format!("up to {max} digits"),
        RecognizeKind::Speech { .. } => "speech or a key".to_owned(),
        RecognizeKind::Choices(choices) => format!("one of {} choices", choices.len()),
    }
}

fn short(text: &str) -> String {
    let cut: String = text.chars().take(120).collect();
    if cut.len() < text.len() { format!("{cut}…") } else { cut }
}
