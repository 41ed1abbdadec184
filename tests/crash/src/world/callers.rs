//! Callers: each places one call after another, presses keys, talks, hangs up, sometimes early.

use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::{
    clock::{Millis, now, pause},
    evidence::Dialled,
    random::Random,
};

use super::{
    control::World,
    recorder::{Live, Record, Snapshot},
};

/// Nobody stays longer than this, ms.
const LONGEST: Millis = 75_000;
/// Once told to stop, callers hang up after this, ms.
const LAST: Millis = 12_000;

/// What a caller is going to do.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Script {
    /// Pressed one each time the line listens.
    keys: Vec<&'static str>,
    /// Hangs up so long after dialling, whatever happens.
    gives_up: Option<Millis>,
    /// Talks so long with an agent.
    talks: Millis,
}

fn script(random: &mut Random) -> Script {
    let keys: Vec<&'static str> = match random.between(0, 100) {
        0..50 => vec!["0"],
        50..65 => vec!["1", "0"],
        65..85 => vec!["2", "47#"],
        85..92 => vec!["7", "0"],
        _ => Vec::new(),
    };
    let gives_up = random.percent(30).then(|| random.between(300, 20_000));
    Script { keys, gives_up, talks: random.between(1_500, 9_000) }
}

/// One caller, until told to stop. The last call is brought to its end.
pub(crate) async fn caller(
    world: World,
    record: Record,
    snapshot: Snapshot,
    number: usize,
    mut random: Random,
    stop: CancellationToken,
) {
    pause(random.between(0, 3_000)).await;
    for count in 0.. {
        if stop.is_cancelled() {
            return;
        }
        let script = script(&mut random);
        let from = format!("+4420{:08}", number * 100_000 + count);
        let body = json!({"from": from, "name": "Ada", "to": "+18005550100"});
        let at = now();
        let Ok(answer) = world.post("/calls", &body).await else {
            pause(500).await;
            continue;
        };
        let Some(call) = answer["call"].as_str() else { continue };
        record.lock().await.dialled.push(Dialled {
            call: call.to_owned(),
            at,
            ..Dialled::default()
        });
        // What is seen of the emulator must be newer than its answer: who does not find his call goes away without
        // hanging up.
        live(&world, &snapshot, call, now(), &script, &stop).await;
        pause(random.between(100, 1_200)).await;
    }
}

/// Goes through a call to its end.
async fn live(
    world: &World,
    snapshot: &Snapshot,
    call: &str,
    dialled: Millis,
    script: &Script,
    stop: &CancellationToken,
) {
    let mut keys = script.keys.iter();
    let (mut pressed, mut met, mut stopped) = (0, None, None);
    loop {
        pause(100).await;
        let view = {
            let seen = snapshot.borrow();
            // The snapshot may be older than the call.
            match seen.calls.get(call) {
                Some(view) => view.clone(),
                None if seen.at <= dialled => continue,
                None => return,
            }
        };
        let now = now();
        if stop.is_cancelled() {
            stopped.get_or_insert(now);
        }
        if !view.agents.is_empty() {
            met.get_or_insert(now);
        }
        let enough = [
            script.gives_up.map(|after| dialled + after),
            met.map(|since: Millis| since + script.talks),
            stopped.map(|since: Millis| since + LAST),
            Some(dialled + LONGEST),
        ];
        if enough.into_iter().flatten().any(|end| now >= end) {
            // A caller who has hung up waits for the end of the call as everybody does.
            if !view.caller && view.state != "ringing" {
                continue;
            }
            let _ = world.post(&format!("/calls/{call}/hangup"), &json!({})).await;
            continue;
        }
        if wants_to_press(&view, now - pressed)
            && let Some(tones) = keys.next()
        {
            let body = json!({"tones": tones});
            let _ = world.post(&format!("/calls/{call}/press"), &body).await;
            pressed = now;
        }
    }
}

fn wants_to_press(view: &Live, since: Millis) -> bool {
    view.listening && since > 800
}
