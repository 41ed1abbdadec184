//! Answers a call, says something, and hangs up.
#![expect(clippy::print_stdout, reason = "an example tells what it does")]

#[expect(dead_code, unreachable_pub, reason = "each example uses a part of it")]
mod support;

use callautomation::{HangUp, Play, PlaySource};
use support::{Outcome, World};
use webhooks::CallEventKind;

fn main() -> Outcome<()> {
    support::run(example)
}

async fn example() -> Outcome<()> {
    let mut world = World::join().await?;
    let call = world.answered_call("+14255550123").await?;

    let welcome = PlaySource::text("Welcome to Contoso. We are closed today.");
    let play = Play {
        operation_context: Some("welcome".to_owned()),
        ..Play::new(call.id.clone(), [welcome])
    };
    world.client.call(&play, None).await?;
    world.until(|event| matches!(event, CallEventKind::PlayCompleted).then_some(())).await?;

    world.client.call(&HangUp::new(call.id), None).await?;
    world.until(|event| matches!(event, CallEventKind::CallDisconnected).then_some(())).await?;
    println!("done");
    Ok(())
}
