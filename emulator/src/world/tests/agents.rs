//! Teams users: licence, voicemail, forwarding, late and double answers, the own microphone.

use super::*;

fn invite(bench: &mut Bench, connection: &str) -> Reply {
    let body = json!({"participantToAdd": {"rawId": ADELE}, "operationContext": "add",
        "invitationTimeoutInSeconds": 30});
    bench.add(connection, &body).expect("invited")
}

fn adele(bench: &Bench) -> crate::world::UserView {
    let users = bench.world.view().users;
    users.into_iter().find(|user| user.nickname == "adele").expect("Adele")
}

fn away(availability: &str) -> Action {
    let (who, availability) = ("adele".to_owned(), availability.to_owned());
    Action::SetPresence { who, availability, activity: None }
}

#[test]
fn without_licence_or_federation_the_scenario_is_not_authorised() {
    let (mut bench, _, connection) = Bench::answered(true);
    let changes = [
        TreatmentChange { licensed: Some(false), ..Default::default() },
        TreatmentChange { licensed: Some(true), federated: Some(false), ..Default::default() },
    ];
    for change in changes {
        bench.treat(change);
        invite(&mut bench, &connection);
        assert!(bench.who(accept).is_err(), "nothing rings");
        bench.advance(300);
        assert_eq!(bench.events(), ["AddParticipantFailed add 403/7604"]);
    }
}

#[test]
fn voicemail_answers_after_its_time_and_looks_like_the_person() {
    let (mut bench, call, connection) = Bench::answered(true);
    bench.treat(TreatmentChange { voicemail_after_ms: Some(Some(9_000)), ..Default::default() });
    invite(&mut bench, &connection);
    bench.advance(8_999);
    assert!(bench.events().is_empty());
    assert_eq!(adele(&bench).client.state, crate::world::ClientState::Ringing);
    bench.advance(1);
    let events = bench.events();
    assert_eq!(events, ["AddParticipantSucceeded add 200/0", "ParticipantsUpdated - 200/0"]);
    let seen = bench.world.view().calls.remove(0).participants.remove(1);
    assert!(seen.voicemail && seen.raw_id.expose() == ADELE && seen.name.contains("Adele"));
    let user = adele(&bench);
    assert_eq!((user.availability.as_str(), user.client.call), ("Available", None));
    assert!(bench.who(leave).is_err(), "she is not there");
    bench.advance(120_000);
    assert_eq!(bench.events(), ["ParticipantsUpdated - 200/0"], "it hangs up");
    assert_eq!(bench.state(call), "connected");
}

#[test]
fn who_does_not_ring_has_voicemail_at_once_or_is_unreachable() {
    let (mut bench, _, connection) = Bench::answered(true);
    for quiet in ["DoNotDisturb", "Offline"] {
        bench.apply(away(quiet)).expect("set");
        bench.treat(TreatmentChange { voicemail_after_ms: Some(None), ..Default::default() });
        invite(&mut bench, &connection);
        bench.advance(300);
        assert_eq!(bench.events(), ["AddParticipantFailed add 480/10037"], "{quiet}");
        let after = Some(Some(20_000));
        bench.treat(TreatmentChange { voicemail_after_ms: after, ..Default::default() });
        invite(&mut bench, &connection);
        bench.advance(300);
        assert_eq!(bench.events()[0], "AddParticipantSucceeded add 200/0", "{quiet}");
        bench.remove(&connection, ADELE).expect("removed");
        bench.events();
    }
}

#[test]
fn another_call_is_busy_and_shows_in_the_presence() {
    let (mut bench, _, connection) = Bench::answered(true);
    bench.treat(TreatmentChange { on_another_call: Some(true), ..Default::default() });
    let user = adele(&bench);
    assert_eq!((user.availability.as_str(), user.activity.as_str()), ("Busy", "InACall"));
    assert_eq!(user.client.state, crate::world::ClientState::InCall);
    invite(&mut bench, &connection);
    bench.advance(300);
    assert_eq!(bench.events(), ["AddParticipantFailed add 486/8539"]);
    bench.treat(TreatmentChange { on_another_call: Some(false), ..Default::default() });
    assert_eq!(adele(&bench).availability, "Available");
    invite(&mut bench, &connection);
    bench.who(accept).expect("she rings again");
}

#[test]
fn a_forwarded_call_rings_elsewhere_and_names_who_was_invited() {
    let (mut bench, _, connection) = Bench::answered(true);
    let to = Some(Some("megan".to_owned()));
    bench.treat(TreatmentChange { forward_to: to, ..Default::default() });
    invite(&mut bench, &connection);
    assert!(bench.who(accept).is_err(), "Adele does not ring");
    bench.apply(Action::Accept { who: "megan".to_owned() }).expect("Megan rings");
    let told = bench.callbacks.clone();
    let data = |n: usize| told[n].body[0]["data"].clone();
    assert_eq!(data(0)["participant"]["rawId"], ADELE);
    let roster = data(1)["participants"].to_string();
    assert!(roster.contains("000000000002") && !roster.contains(ADELE), "{roster}");
    // A circle ends.
    let mut bench = Bench::answered(true).0;
    let to = Some(Some("adele".to_owned()));
    bench.treat(TreatmentChange { forward_to: to, ..Default::default() });
}

#[test]
fn a_late_answer_succeeds_after_the_failure() {
    let (mut bench, _, connection) = Bench::answered(true);
    invite(&mut bench, &connection);
    bench.advance(30_000);
    assert_eq!(bench.events(), ["AddParticipantFailed add 487/10004"]);
    assert!(bench.who(accept).is_err(), "it rings no longer");
    bench.apply(Action::AcceptLate { who: "adele".to_owned() }).expect("let in");
    assert_eq!(bench.events()[0], "AddParticipantSucceeded add 200/0");
    assert!(bench.apply(Action::AcceptLate { who: "adele".to_owned() }).is_err(), "once");
    bench.remove(&connection, ADELE).expect("taken back");
    bench.events();
    let reply = invite(&mut bench, &connection);
    let invitation = reply.body.expect("a body")["invitationId"].clone();
    bench.cancel_add(&connection, &invitation).expect("cancelled");
    bench.apply(Action::AcceptLate { who: "adele".to_owned() }).expect("let in");
    let events = bench.events();
    assert_eq!(events[0], "CancelAddParticipantSucceeded cancel -");
    assert_eq!(events[1], "AddParticipantSucceeded add 200/0");
}

#[test]
fn two_clients_that_accept_give_success_and_10003() {
    let (mut bench, _, connection) = Bench::answered(true);
    invite(&mut bench, &connection);
    bench.apply(Action::AcceptTwice { who: "adele".to_owned() }).expect("accepted");
    let events = bench.events();
    assert_eq!(events[0], "AddParticipantSucceeded add 200/0");
    assert_eq!(events.last().expect("told"), "AddParticipantFailed add 487/10003");
    let people = bench.world.get_participants(&connection).expect("listed").body.expect("a body");
    assert_eq!(people["value"].as_array().map(Vec::len), Some(2), "she is there once");
}

#[test]
fn a_person_mutes_the_own_microphone() {
    let (mut bench, call, connection) = Bench::answered(true);
    let caller = format!("4:{CALLER}");
    bench.apply(Action::Mute { who: caller.clone(), muted: true }).expect("muted");
    assert!(bench.events().is_empty(), "the network does not know of a telephone's button");
    let speech = json!({"recognizeInputType": "speech", "recognizeOptions": {"targetParticipant":
        {"rawId": caller}, "initialSilenceTimeoutInSeconds": 5}});
    bench.recognize(&connection, &speech).expect("asked");
    bench.say(call, "hello");
    assert!(bench.events().is_empty(), "nobody hears it");
    bench.apply(Action::Mute { who: caller, muted: false }).expect("unmuted");
    bench.say(call, "hello");
    assert_eq!(bench.events(), ["RecognizeCompleted - 200/8569"]);
    invite(&mut bench, &connection);
    bench.who(accept).expect("accepted");
    bench.events();
    bench.apply(Action::Mute { who: "adele".to_owned(), muted: true }).expect("muted");
    let shown = bench.callbacks.last().expect("told").body[0]["data"]["participants"][1].clone();
    assert_eq!((&shown["isMuted"], bench.callbacks.len()), (&json!(true), 1));
    bench.apply(Action::Mute { who: "adele".to_owned(), muted: true }).expect("still muted");
    assert_eq!(bench.callbacks.len(), 1, "no change, no event");
}

#[test]
fn the_topic_of_a_call_shows_on_the_client_that_rings() {
    let (mut bench, _, connection) = Bench::answered(true);
    let body = json!({"participantToAdd": {"rawId": ADELE}, "customCallingContext":
        {"teamsPhoneCallDetails": {"callTopic": "Lost luggage"}}});
    bench.add(&connection, &body).expect("invited");
    assert_eq!(adele(&bench).client.topic.as_deref(), Some("Lost luggage"));
}

#[test]
fn each_participant_hears_what_is_for_them() {
    let (mut bench, call, connection) = Bench::answered(true);
    invite(&mut bench, &connection);
    bench.who(accept).expect("accepted");
    let caller = format!("4:{CALLER}");
    let hold = json!({"targetParticipant": {"rawId": caller},
        "playSourceInfo": {"kind": "text", "text": {"text": "Please hold."}}});
    bench.operate(&connection, ":hold", &hold).expect("held");
    let whisper = json!({"playSources": [{"kind": "text", "text": {"text": "A rebooking."}}],
        "playTo": [{"rawId": ADELE}]});
    bench.play(&connection, &whisper).expect("played");
    let heard = |bench: &Bench| -> Vec<Option<String>> {
        let people = bench.world.call_view(call).expect("a call").participants;
        people.into_iter().map(|one| one.hearing.and_then(|heard| heard.text)).collect()
    };
    let expected = [Some("Please hold.".to_owned()), Some("A rebooking.".to_owned())];
    assert_eq!(heard(&bench), expected);
    let unhold = json!({"targetParticipant": {"rawId": caller}});
    bench.operate(&connection, ":unhold", &unhold).expect("back");
    assert_eq!(heard(&bench)[0], None, "the music ends with the hold");
}
