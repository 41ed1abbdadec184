//! Brings a Teams user into the call and tells them who calls.
#![expect(clippy::print_stdout, reason = "an example tells what it does")]

#[expect(dead_code, unreachable_pub, reason = "each example uses a part of it")]
mod support;

use callautomation::{
    AddParticipant, CustomCallingContext, GetParticipants, Repeatability, TeamsPhoneCallDetails,
    Terminate,
};
use serde_json::Value;
use support::{Outcome, World};
use webhooks::{CallEventKind, DisplayName, Identifier};

fn main() -> Outcome<()> {
    support::run(example)
}

/// Adele Vance of the emulator's tenant.
const ADELE: &str = "a1e1e000-0000-4000-8000-000000000001";

async fn example() -> Outcome<()> {
    let mut world = World::join().await?;
    let call = world.answered_call("+14255550123").await?;

    let add = AddParticipant {
        source_display_name: Some(DisplayName::new("Contoso support")),
        custom_calling_context: Some(CustomCallingContext {
            teams_phone_call_details: Some(TeamsPhoneCallDetails {
                call_topic: Some("Refund for booking QX7".to_owned()),
                ..TeamsPhoneCallDetails::default()
            }),
            ..CustomCallingContext::default()
        }),
        operation_context: Some("invite-adele".to_owned()),
        ..AddParticipant::new(call.id.clone(), Identifier::teams_user(ADELE), 30)
    };
    // Sent again with the same pair, the invitation still rings once.
    let invited = world.client.call(&add, once().as_ref()).await?;
    println!("invited: {:?}", invited.invitation_id);

    // Adele's client rings, and she takes the call.
    world.wait_for("user:adele:ringing").await?;
    world.control("POST", "/users/adele/accept", &Value::Null).await?;
    world.until(joined).await?;

    let there = world.client.call(&GetParticipants::new(call.id.clone()), None).await?;
    println!("{} participants", there.value.len());
    if !there.value.iter().any(|one| one.identifier == Identifier::teams_user(ADELE)) {
        return Err("Adele is not in the call".into());
    }
    world.client.call(&Terminate::new(call.id), None).await?;
    world.until(|event| matches!(event, CallEventKind::CallDisconnected).then_some(())).await?;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a program that has a clock takes its time there")]
fn once() -> Option<Repeatability> {
    Repeatability::new(&azure_core::Uuid::new_v4().to_string(), jiff::Timestamp::now())
}

fn joined(event: &CallEventKind) -> Option<()> {
    matches!(event, CallEventKind::AddParticipantSucceeded { .. }).then_some(())
}
