//! Looks at the emulator's logs and calls several times a second and keeps what is new.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::Value;
use tokio::sync::{Mutex, watch};
use tokio_util::sync::CancellationToken;

use crate::{
    clock::{Millis, now, pause},
    evidence::{Asked, Delivered, Evidence, Sighting},
    processes::RigError,
};

use super::control::World;

/// Between two looks, ms.
const LOOK: Millis = 150;

/// The state of a call that goes on without the application, because it has sent the caller elsewhere.
const ELSEWHERE: &str = "elsewhere";

/// What is known so far.
pub(crate) type Record = Arc<Mutex<Evidence>>;
/// The live calls, for those who take part in them.
pub(crate) type Snapshot = watch::Receiver<Arc<Seen>>;

/// The live calls at one moment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    /// Before it was asked for.
    pub(crate) at: Millis,
    pub(crate) calls: BTreeMap<String, Live>,
}

/// A live call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Live {
    pub(crate) state: String,
    pub(crate) hears: bool,
    pub(crate) listening: bool,
    pub(crate) caller: bool,
    pub(crate) agents: Vec<String>,
}

impl Live {
    /// Reads a call of `GET /calls`.
    fn read(call: &Value) -> Self {
        let people = call["participants"].as_array().map(Vec::as_slice).unwrap_or_default();
        let ids = people.iter().filter_map(|person| person["raw_id"].as_str());
        let (callers, agents): (Vec<&str>, Vec<&str>) = ids.partition(|id| id.starts_with("4:"));
        let mut state = text(&call["state"]);
        if state == "connected" && call["connection"].is_null() {
            ELSEWHERE.clone_into(&mut state);
        }
        Self {
            state,
            hears: !call["hearing"].is_null(),
            listening: call["listening"] == true,
            caller: !callers.is_empty(),
            agents: agents.into_iter().map(str::to_owned).collect(),
        }
    }

    fn sighting(&self, call: &str, at: Millis) -> Sighting {
        Sighting {
            call: call.to_owned(),
            at,
            state: self.state.clone(),
            hears: self.hears,
            listening: self.listening,
            caller: self.caller,
            agents: self.agents.clone(),
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Looks until told to stop, and then once more.
pub(crate) async fn record(
    world: World,
    record: Record,
    seen: watch::Sender<Arc<Seen>>,
    stop: CancellationToken,
) -> Result<(), RigError> {
    let (mut requests, mut deliveries) = (0, 0);
    let mut known = BTreeMap::new();
    loop {
        let last = stop.is_cancelled();
        look_at_calls(&world, &record, &seen, &mut known).await?;
        look_at_requests(&world, &record, &mut requests).await?;
        look_at_deliveries(&world, &record, &mut deliveries).await?;
        if last {
            return Ok(());
        }
        pause(LOOK).await;
    }
}

async fn look_at_calls(
    world: &World,
    record: &Record,
    seen: &watch::Sender<Arc<Seen>>,
    known: &mut BTreeMap<String, Live>,
) -> Result<(), RigError> {
    let at = now();
    let list = world.get("/calls?state=live&limit=1000").await?;
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    let calls: BTreeMap<String, Live> =
        list.iter().map(|call| (text(&call["id"]), Live::read(call))).collect();
    {
        let mut record = record.lock().await;
        for (id, live) in &calls {
            if known.get(id) != Some(live) {
                record.sightings.push(live.sighting(id, at));
            }
        }
        for dialled in record.dialled.iter_mut().filter(|one| one.correlation.is_empty()) {
            let view = list.iter().find(|call| call["id"] == dialled.call.as_str());
            dialled.correlation =
                view.map(|call| text(&call["correlation_id"])).unwrap_or_default();
        }
    }
    *known = calls.clone();
    seen.send_replace(Arc::new(Seen { at, calls }));
    look_at_ends(world, record, at, known).await
}

/// Calls that were dialled before the look and are not among the live ones are over.
async fn look_at_ends(
    world: &World,
    record: &Record,
    at: Millis,
    live: &BTreeMap<String, Live>,
) -> Result<(), RigError> {
    let over: Vec<String> = {
        let record = record.lock().await;
        let open = record.dialled.iter().filter(|one| one.ended.is_none() && one.at < at - LOOK);
        open.map(|one| one.call.clone()).filter(|call| !live.contains_key(call)).collect()
    };
    for call in over {
        let view = world.get(&format!("/calls/{call}")).await?;
        if view["state"] != "ended" {
            continue;
        }
        let mut record = record.lock().await;
        record.sightings.push(Sighting {
            call: call.clone(),
            at,
            state: "ended".to_owned(),
            ..Sighting::default()
        });
        if let Some(dialled) = record.dialled.iter_mut().find(|one| one.call == call) {
            dialled.ended = Some(at);
            dialled.reason = text(&view["end_reason"]);
            dialled.correlation = text(&view["correlation_id"]);
        }
    }
    Ok(())
}

async fn look_at_requests(world: &World, record: &Record, since: &mut u64) -> Result<(), RigError> {
    let list = world.get(&format!("/requests?since={since}")).await?;
    for entry in list.as_array().map(Vec::as_slice).unwrap_or_default() {
        let n = entry["n"].as_u64().unwrap_or(0);
        *since = n.max(*since);
        if !is_call_automation(&text(&entry["operation"])) {
            continue;
        }
        let details = world.get(&format!("/requests/{n}")).await?;
        record.lock().await.requests.push(asked(&details));
    }
    Ok(())
}

/// Requests to Graph and Entra change no call.
fn is_call_automation(operation: &str) -> bool {
    let others = [
        "token",
        "keys",
        "Keys",
        "resence",
        "metadata",
        "discovery",
        "openid",
        "users",
        "instance",
    ];
    !others.iter().any(|other| operation.contains(other))
}

fn asked(entry: &Value) -> Asked {
    let headers = entry["headers"].as_array().map(Vec::as_slice).unwrap_or_default();
    let is_id = |pair: &&Value| {
        pair[0].as_str().is_some_and(|name| name.eq_ignore_ascii_case("repeatability-request-id"))
    };
    Asked {
        n: entry["n"].as_u64().unwrap_or(0),
        at: entry["at"].as_i64().unwrap_or(0),
        operation: text(&entry["operation"]),
        status: status(&entry["status"]).unwrap_or(0),
        repeated: entry["repeated"] == true,
        target: text(&entry["target"]),
        repeatability: headers.iter().find(is_id).map(|pair| text(&pair[1])),
        body: entry["body"].clone(),
        answer: entry["answer"].clone(),
    }
}

fn status(value: &Value) -> Option<u16> {
    value.as_u64().and_then(|status| u16::try_from(status).ok())
}

async fn look_at_deliveries(
    world: &World,
    record: &Record,
    since: &mut u64,
) -> Result<(), RigError> {
    let list = world.get(&format!("/deliveries?since={since}")).await?;
    for entry in list.as_array().map(Vec::as_slice).unwrap_or_default() {
        let n = entry["n"].as_u64().unwrap_or(0);
        *since = n.max(*since);
        let details = world.get(&format!("/deliveries/{n}")).await?;
        record.lock().await.deliveries.push(delivered(&details));
    }
    Ok(())
}

fn delivered(entry: &Value) -> Delivered {
    let body = &entry["body"];
    Delivered {
        n: entry["n"].as_u64().unwrap_or(0),
        at: entry["at"].as_i64().unwrap_or(0),
        kind: text(&entry["kind"]),
        event: text(&entry["event"]),
        attempt: entry["attempt"].as_u64().and_then(|n| u32::try_from(n).ok()).unwrap_or(0),
        status: status(&entry["status"]),
        lost: entry["lost"] == true,
        problem: entry["problem"].as_str().map(str::to_owned),
        target: text(&entry["target"]),
        body: if body.is_array() { body[0].clone() } else { body.clone() },
    }
}
