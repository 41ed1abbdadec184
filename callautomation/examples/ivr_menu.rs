//! Asks the caller to choose, by key or by voice, and does what they chose.
#![expect(clippy::print_stdout, reason = "an example tells what it does")]

#[expect(dead_code, unreachable_pub, reason = "each example uses a part of it")]
mod support;

use callautomation::{Choice, HangUp, Play, PlaySource, Recognize, RecognizeInput};
use serde_json::json;
use support::{Outcome, World};
use webhooks::{CallEventKind, Recognition, Tone};

fn main() -> Outcome<()> {
    support::run(example)
}

async fn example() -> Outcome<()> {
    let mut world = World::join().await?;
    let call = world.answered_call("+14255550123").await?;

    let menu = RecognizeInput::Choices(vec![
        Choice::new("booking", ["booking", "my booking"], Some(Tone::One)),
        Choice::new("refund", ["refund", "money back"], Some(Tone::Two)),
    ]);
    let ask = Recognize {
        prompts: vec![PlaySource::text("For your booking press 1, for a refund press 2.")],
        initial_silence_timeout_in_seconds: Some(10),
        operation_context: Some("menu".to_owned()),
        ..Recognize::new(call.id.clone(), call.caller.clone(), menu)
    };
    world.client.call(&ask, None).await?;

    // The caller listens, and presses 2.
    world.wait_for(&format!("call:{}:listening", call.phone)).await?;
    let press = format!("/calls/{}/press", call.phone);
    world.control("POST", &press, &json!({"tones": "2"})).await?;
    let chosen = world.until(label).await?;
    println!("the caller chose {chosen}");
    if chosen != "refund" {
        return Err("the caller pressed 2".into());
    }

    let reply = [PlaySource::text("You will be called back about your refund.")];
    world.client.call(&Play::new(call.id.clone(), reply), None).await?;
    world.until(|event| matches!(event, CallEventKind::PlayCompleted).then_some(())).await?;
    world.client.call(&HangUp::new(call.id), None).await?;
    Ok(())
}

/// What was chosen. A menu for real callers asks again on `RecognizeFailed`.
fn label(event: &CallEventKind) -> Option<String> {
    if let CallEventKind::RecognizeCompleted(Recognition::Choice { label, .. }) = event {
        return Some(label.clone());
    }
    None
}
