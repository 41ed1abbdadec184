//! Transfers the caller to a Teams user; the application leaves the call.
#![expect(clippy::print_stdout, reason = "an example tells what it does")]

#[expect(dead_code, unreachable_pub, reason = "each example uses a part of it")]
mod support;

use callautomation::TransferToParticipant;
use serde_json::Value;
use support::{Outcome, World};
use webhooks::{CallEventKind, Identifier};

fn main() -> Outcome<()> {
    support::run(example)
}

/// Megan Bowen of the emulator's tenant.
const MEGAN: &str = "a1e1e000-0000-4000-8000-000000000002";

async fn example() -> Outcome<()> {
    let mut world = World::join().await?;
    let call = world.answered_call("+14255550123").await?;

    let transfer = TransferToParticipant {
        operation_context: Some("to-megan".to_owned()),
        ..TransferToParticipant::new(call.id.clone(), Identifier::teams_user(MEGAN))
    };
    let taken = world.client.call(&transfer, None).await?;
    println!("transfer under way: {:?}", taken.operation_context);

    world.wait_for("user:megan:ringing").await?;
    world.control("POST", "/users/megan/accept", &Value::Null).await?;
    world.until(accepted).await?;
    // Our leg ends; the caller and Megan talk on.
    world.until(|event| matches!(event, CallEventKind::CallDisconnected).then_some(())).await?;
    world.wait_for("user:megan:in_call").await?;
    world.control("POST", "/users/megan/leave", &Value::Null).await?;
    Ok(())
}

fn accepted(event: &CallEventKind) -> Option<()> {
    matches!(event, CallEventKind::CallTransferAccepted { .. }).then_some(())
}
