//! Agents: they take, refuse, ignore or oversee the calls that ring.

use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::{clock::pause, random::Random};

use super::control::World;

/// What an agent does with a ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mood {
    Accepts,
    AcceptsTwice,
    Declines,
    Ignores,
    DoesNothing,
}

fn mood(random: &mut Random) -> Mood {
    match random.between(0, 100) {
        0..70 => Mood::Accepts,
        70..74 => Mood::AcceptsTwice,
        74..85 => Mood::Declines,
        85..93 => Mood::Ignores,
        _ => Mood::DoesNothing,
    }
}

/// One agent, until told to stop.
pub(crate) async fn agent(world: World, name: String, mut random: Random, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if !world.wait(&format!("user:{name}:ringing"), 10_000).await {
            continue;
        }
        pause(random.between(200, 2_500)).await;
        let act = match mood(&mut random) {
            Mood::Accepts => "accept",
            Mood::AcceptsTwice => "accept_twice",
            Mood::Declines => "decline",
            Mood::Ignores => "ignore",
            Mood::DoesNothing => {
                world.wait(&format!("user:{name}:idle"), 10_000).await;
                continue;
            }
        };
        // It may have stopped ringing meanwhile: then the act is refused, as it should be.
        let taken = world.post(&format!("/users/{name}/{act}"), &json!({})).await.is_ok();
        let leaves = act.starts_with("accept") && taken && random.percent(35);
        let until_then = random.between(1_500, 9_000);
        if leaves {
            pause(until_then).await;
            let _ = world.post(&format!("/users/{name}/leave"), &json!({})).await;
        } else if !taken {
            pause(100).await;
        }
        if act == "ignore" {
            world.wait(&format!("user:{name}:idle"), 10_000).await;
        }
    }
}
