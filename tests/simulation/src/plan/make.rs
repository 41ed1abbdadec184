//! A plan from a seed.

use emulator::control::{FaultAction, FaultRule, Moment as Side};
use engine::Millis;

use crate::{flows::FLOWS, random::Random};

use super::{
    AgentPlan, CallPlan, Choice, Crash, CrashPoint, EndpointTrouble, Fault, GraphTrouble, Leave,
    LedgerTrouble, Moment, Move, Plan, Reaction, Said,
};

/// Calls in a run; one with fewer is shorter, and has its faults as much earlier.
pub const CALLS: u16 = 20;
/// They are dialled within this time, in ms.
const SPAN: Millis = 150_000;
/// Agents in the roster.
const AGENTS: usize = 4;

/// How large a run is.
#[derive(Clone, Copy)]
struct Size(i64);

impl Size {
    /// What is so much in a run of [`CALLS`] calls.
    fn part(self, of: i64) -> i64 {
        (of * self.0 / i64::from(CALLS)).max(1)
    }

    fn nth(self, random: &mut Random, most: i64) -> u32 {
        once(random, self.part(most))
    }
}

/// The plan of a seed, with so many calls.
pub fn plan_of(seed: u64, calls: u16) -> Plan {
    let size = Size(i64::from(calls));
    let mut random = Random::part(seed, "plan");
    let flow = if random.percent(75) { 0 } else { *random.pick(&[1, 2]) };
    let mut callers = Random::part(seed, "callers");
    let mut calls: Vec<_> = (0..calls).map(|_| caller(&mut callers, size)).collect();
    calls.sort_by_key(|call| call.at);
    let mut people = Random::part(seed, "agents");
    let agents = (0..AGENTS).map(|_| agent(&mut people, size)).collect();
    let mut trouble = Random::part(seed, "faults");
    let count = if trouble.percent(15) { 0 } else { trouble.between(1, 12) };
    let faults = (0..count).map(|_| fault(&mut trouble, size)).collect();
    Plan { seed, flow: flow.min(FLOWS.len() - 1), calls, agents, faults }
}

fn caller(random: &mut Random, size: Size) -> CallPlan {
    let moves = (0..random.between(0, 7)).map(|_| one_move(random)).collect();
    let leaves = random.percent(45).then(|| leave(random));
    CallPlan { at: random.between(0, size.part(SPAN)), moves, leaves }
}

fn one_move(random: &mut Random) -> Move {
    let what = random.weighted(&[
        (26, Wish::Person),
        (10, Wish::Words),
        (8, Wish::Baggage),
        (14, Wish::Flight),
        (6, Wish::Again),
        (6, Wish::Wrong),
        (10, Wish::Digits),
        (5, Wish::SlowDigits),
        (3, Wish::Nonsense),
        (10, Wish::Nothing),
    ]);
    let said = match what {
        Wish::Person => Said::Keys("0"),
        Wish::Words => {
            Said::Words(random.pick::<&str>(&["agent", "a person", "baggage", "flight"]))
        }
        Wish::Baggage => Said::Keys("2"),
        Wish::Flight => Said::Keys("1"),
        Wish::Again => Said::Keys("9"),
        Wish::Wrong => Said::Keys("7"),
        Wish::Digits => Said::Keys(random.pick::<&str>(&["123#", "42#", "9999", "7#"])),
        Wish::SlowDigits => {
            Said::SlowKeys("12#", *random.pick(&[500, 2_900, 2_990, 3_000, 3_010, 4_000]))
        }
        Wish::Nonsense => Said::Words("seventeen elephants"),
        Wish::Nothing => Said::Nothing,
    };
    // At once, as people do, or at the very end of the silence.
    let after = *random.pick(&[0, 1, 300, 1_500, 4_000, 4_990, 5_000, 5_010, 6_000]);
    Move { after, what: said }
}

#[derive(Clone, Copy)]
enum Wish {
    Person,
    Words,
    Baggage,
    Flight,
    Again,
    Wrong,
    Digits,
    SlowDigits,
    Nonsense,
    Nothing,
}

fn leave(random: &mut Random) -> Leave {
    let nth = usize::try_from(random.between(0, 5)).unwrap_or(0);
    let on = random.weighted(&[
        (20, Moment::Dialled),
        (30, Moment::Heard(nth)),
        (15, Moment::Asked(nth.min(2))),
        (20, Moment::Rung),
        (15, Moment::Together),
    ]);
    let after = match on {
        Moment::Dialled => random.between(0, 60_000),
        Moment::Heard(_) | Moment::Asked(_) | Moment::Rung | Moment::Together => {
            if random.percent(60) { random.between(0, 500) } else { random.between(0, 25_000) }
        }
    };
    Leave { on, after }
}

fn agent(random: &mut Random, size: Size) -> AgentPlan {
    let rings = (0..random.between(1, 6)).map(|_| reaction(random)).collect();
    let mut presence = Vec::new();
    if random.percent(20) {
        presence.push((0, *random.pick(&["Offline", "Away", "DoNotDisturb", "Busy"])));
    }
    for _ in 0..random.between(0, 4) {
        let word = *random.pick(&[
            "Available",
            "Available",
            "Available",
            "Away",
            "Busy",
            "DoNotDisturb",
            "Offline",
            "AvailableIdle",
        ]);
        presence.push((random.between(0, size.part(SPAN * 2)), word));
    }
    presence.sort_by_key(|(at, _)| *at);
    AgentPlan { rings, presence }
}

fn reaction(random: &mut Random) -> Reaction {
    let what =
        random.weighted(&[(70, Choice::Accept), (15, Choice::Decline), (15, Choice::Ignore)]);
    let after = if random.percent(80) {
        random.between(200, 8_000)
    } else {
        // About the end of the ring.
        random.between(19_500, 20_300)
    };
    let leaves_after = random.percent(50).then(|| random.between(100, 40_000));
    Reaction { after, what, leaves_after }
}

fn fault(random: &mut Random, size: Size) -> Fault {
    match random.weighted(&[(26, 0), (34, 1), (12, 2), (4, 3), (6, 4), (4, 5), (12, 6), (2, 7)]) {
        0 => Fault::Wire(event_rule(random, size)),
        1 => Fault::Wire(request_rule(random, size)),
        2 => Fault::Ledger(size.nth(random, 900), ledger_trouble(random)),
        3 => Fault::LedgerDown(random.between(0, size.part(200_000)), random.between(100, 20_000)),
        4 => {
            let how = *random.pick(&[
                GraphTrouble::Down,
                GraphTrouble::Throttles,
                GraphTrouble::Slow(900),
                GraphTrouble::Slow(10_000),
            ]);
            Fault::Graph(random.between(0, size.part(200_000)), random.between(1_000, 60_000), how)
        }
        5 => {
            let how = *random.pick(&[
                EndpointTrouble::Fails,
                EndpointTrouble::Hangs,
                EndpointTrouble::Garbage,
            ]);
            Fault::Endpoint(size.nth(random, 6), how)
        }
        6 => Fault::Crash(crash(random, size)),
        _ => Fault::Restart(
            random.between(1_000, size.part(220_000).max(1_001)),
            random.between(0, 10_000),
        ),
    }
}

fn ledger_trouble(random: &mut Random) -> LedgerTrouble {
    match random.between(0, 3) {
        0 => LedgerTrouble::CommitFails,
        1 => LedgerTrouble::Refuses,
        _ => LedgerTrouble::Slow(random.between(20, 3_000)),
    }
}

fn crash(random: &mut Random, size: Size) -> Crash {
    let at = match random.between(0, 5) {
        0 => CrashPoint::Time(random.between(0, size.part(250_000))),
        1 => CrashPoint::BeforeCommit(size.nth(random, 1_500)),
        2 => CrashPoint::AfterCommit(size.nth(random, 1_500)),
        3 => CrashPoint::BeforeEffect(size.nth(random, 250)),
        _ => CrashPoint::AfterEffect(size.nth(random, 250)),
    };
    let down =
        if random.percent(70) { random.between(100, 3_000) } else { random.between(3_000, 30_000) };
    let skew = if random.percent(80) { 0 } else { random.between(-3_000, 3_000) };
    Crash { at, down, skew }
}

/// Events, and how many of each a run has, about.
const EVENTS: [(&str, i64); 13] = [
    ("CallConnected", 18),
    ("CallDisconnected", 18),
    ("PlayStarted", 40),
    ("PlayCompleted", 40),
    ("PlayCanceled", 6),
    ("RecognizeCompleted", 20),
    ("RecognizeFailed", 20),
    ("AddParticipantSucceeded", 8),
    ("AddParticipantFailed", 6),
    ("ParticipantsUpdated", 40),
    ("RecordingStateChanged", 8),
    ("IncomingCall", 20),
    ("*", 200),
];

fn event_rule(random: &mut Random, size: Size) -> FaultRule {
    let (name, often) = *random.pick(&EVENTS);
    let action = match random.between(0, 10) {
        0..=3 => FaultAction::Drop,
        4 | 5 => FaultAction::Duplicate,
        6 => FaultAction::Copies { n: 3 },
        7 => FaultAction::Reorder,
        _ => FaultAction::Delay { ms: milliseconds(random, 25_000) },
    };
    rule(random, (name, size.part(often)), None, action)
}

/// Operations, and how many of each a run has, about.
const OPERATIONS: [(&str, i64); 9] = [
    ("answer", 18),
    ("play", 50),
    ("recognize", 40),
    ("addParticipant", 12),
    ("cancelAddParticipant", 2),
    ("startRecording", 6),
    ("terminate", 14),
    ("getCall", 6),
    ("cancelAllMediaOperations", 6),
];

/// Refusals that Call Automation documents: status, sub-code, seconds to wait.
const REFUSALS: [(u16, u32, Option<u32>); 10] = [
    (400, 8523, None),
    (400, 8501, None),
    (403, 8510, None),
    (404, 8522, None),
    (409, 8519, None),
    (412, 8583, None),
    (429, 8502, Some(1)),
    (429, 8502, Some(5)),
    (500, 9999, None),
    (503, 8578, None),
];

fn request_rule(random: &mut Random, size: Size) -> FaultRule {
    let (name, often) = *random.pick(&OPERATIONS);
    let (when, action) = match random.between(0, 12) {
        0..=4 => {
            let (status, sub_code, retry_after) = *random.pick(&REFUSALS);
            (None, FaultAction::Refuse { status, sub_code: Some(sub_code), retry_after })
        }
        5 | 6 => (None, FaultAction::FailAfter { status: *random.pick(&[500, 502, 503, 504]) }),
        7 => (Some(Side::Before), FaultAction::Reset),
        8 | 9 => (Some(Side::After), FaultAction::Reset),
        10 => (None, FaultAction::Hang { ms: milliseconds(random, 12_000) }),
        _ => (Some(Side::After), FaultAction::Delay { ms: milliseconds(random, 4_000) }),
    };
    rule(random, (name, size.part(often)), when, action)
}

fn rule(
    random: &mut Random,
    (on, often): (&str, i64),
    when: Option<Side>,
    action: FaultAction,
) -> FaultRule {
    // Once, or again and again for a while.
    let (nth_time, every) = if random.percent(80) {
        (Some(once(random, often)), None)
    } else {
        (None, Some(u32::try_from(random.between(2, 8)).unwrap_or(2)))
    };
    FaultRule { on: on.to_owned(), nth: nth_time, every, probability: None, when, action }
}

fn once(random: &mut Random, often: i64) -> u32 {
    u32::try_from(random.between(1, often.max(2))).unwrap_or(1)
}

fn milliseconds(random: &mut Random, most: i64) -> u32 {
    u32::try_from(random.between(10, most)).unwrap_or(10)
}
