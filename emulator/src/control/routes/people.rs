//! What Teams users do, and who exists.

use actix_web::web::{self, Json, Path};
use serde::Deserialize;

use super::super::visitor::Visitor;
use super::{Answer, Entry, done};
use crate::options::{Person, TreatmentChange};
use crate::private::Private;
use crate::world::Action;

pub(super) const ROUTES: &[Entry] = &[
    Entry::post("/users/{who}/accept", "Take the call that rings", || web::post().to(accept))
        .tag("People")
        .gives(204),
    Entry::post("/users/{who}/decline", "Refuse the call that rings", || web::post().to(decline))
        .tag("People")
        .gives(204),
    Entry::post("/users/{who}/ignore", "Close the notification; it rings out", || {
        web::post().to(ignore)
    })
    .tag("People")
    .gives(204),
    Entry::post("/users/{who}/accept_late", "Take a call that has just stopped ringing", || {
        web::post().to(accept_late)
    })
    .tag("People")
    .details(
        "The race of a late answer: the application hears of the success after the failure or the \
         cancellation. Only for `participants:add`, while the call goes on.",
    )
    .gives(204),
    Entry::post("/users/{who}/accept_twice", "Take the call on two clients at once", || {
        web::post().to(accept_twice)
    })
    .tag("People")
    .details("Besides the success comes `AddParticipantFailed` 487/10003.")
    .gives(204),
    Entry::post("/users/{who}/mute", "Mute the own microphone", || web::post().to(mute))
        .tag("People")
        .details("Also a caller, by raw id. Words of a muted caller are not recognised; keys are.")
        .gives(204),
    Entry::post("/users/{who}/unmute", "Unmute the own microphone", || web::post().to(unmute))
        .tag("People")
        .details("Also after the application's mute, for which Call Automation has no unmute.")
        .gives(204),
    Entry::put("/users/{who}/treatment", "Change how calls to a Teams user are treated", || {
        web::put().to(put_treatment)
    })
    .tag("People")
    .details("What is absent stays; null takes voicemail or forwarding away.")
    .takes("Treatment", r#"{"voicemail_after_ms": null, "on_another_call": false}"#)
    .gives(204),
    Entry::post("/users/{who}/leave", "Leave the call", || web::post().to(leave))
        .tag("People")
        .gives(204),
    Entry::put("/users/{who}/presence", "Set a presence", || web::put().to(put_presence))
        .tag("People")
        .details(
            "Graph's words. A call sets Busy/InACall and gives the presence back afterwards.",
        )
        .takes("Presence", r#"{"availability": "DoNotDisturb"}"#)
        .gives(204),
    Entry::put("/users/{who}/client", "Open or close a Teams client", || web::put().to(put_client))
        .tag("People")
        .details("A closed client cannot be reached.")
        .takes("Client", r#"{"open": true}"#)
        .gives(204),
    Entry::put("/users", "Create or change a Teams user", || web::put().to(put_user))
        .tag("People")
        .takes(
            "Person",
            r#"{"oid": "b0b00000-0000-4000-8000-000000000001", "nickname": "bob", "name": "Bob Ray"}"#,
        )
        .gives(204),
    Entry::put("/numbers", "Give the resource a number", || web::put().to(put_number))
        .tag("People")
        .takes("Number", r#"{"number": "+18005550199"}"#)
        .gives(204),
];

async fn accept(control: Visitor, who: Path<String>) -> Answer {
    control.accept(&who)?;
    Ok(done())
}

async fn accept_late(control: Visitor, who: Path<String>) -> Answer {
    control.accept_late(&who)?;
    Ok(done())
}

async fn accept_twice(control: Visitor, who: Path<String>) -> Answer {
    control.accept_twice(&who)?;
    Ok(done())
}

async fn mute(control: Visitor, who: Path<String>) -> Answer {
    control.mute(&who, true)?;
    Ok(done())
}

async fn unmute(control: Visitor, who: Path<String>) -> Answer {
    control.mute(&who, false)?;
    Ok(done())
}

async fn put_treatment(
    control: Visitor,
    who: Path<String>,
    change: Json<TreatmentChange>,
) -> Answer {
    control.treat(&who, change.into_inner())?;
    Ok(done())
}

async fn decline(control: Visitor, who: Path<String>) -> Answer {
    control.decline(&who)?;
    Ok(done())
}

async fn ignore(control: Visitor, who: Path<String>) -> Answer {
    control.ignore(&who)?;
    Ok(done())
}

async fn leave(control: Visitor, who: Path<String>) -> Answer {
    control.leave(&who)?;
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PresenceBody {
    availability: String,
    #[serde(default)]
    activity: Option<String>,
}

async fn put_presence(control: Visitor, who: Path<String>, body: Json<PresenceBody>) -> Answer {
    control.set_presence(&who, &body.availability, body.activity.as_deref())?;
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClientBody {
    open: bool,
}

async fn put_client(control: Visitor, who: Path<String>, body: Json<ClientBody>) -> Answer {
    control.set_client(&who, body.open)?;
    Ok(done())
}

async fn put_user(control: Visitor, person: Json<Person>) -> Answer {
    control.put_user(person.into_inner())?;
    Ok(done())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NumberBody {
    number: Private,
}

async fn put_number(control: Visitor, body: Json<NumberBody>) -> Answer {
    control.reply(Action::PutNumber(body.into_inner().number))?;
    Ok(done())
}
