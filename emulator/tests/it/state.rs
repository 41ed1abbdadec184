//! The world is kept over a restart, and over the end of its process at any moment.

use std::path::Path;

use emulator::{Options, Person};
use reqwest::Method;
use serde_json::{Value, json};

use super::support::{ADELE, CALLER, PATIENCE, world_with};

fn options(folder: &Path) -> Options {
    Options { seed: Some(5), speed: 20.0, state_dir: Some(folder.to_owned()), ..Options::default() }
}

/// The folder as a process killed right now would leave it.
fn image(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().expect("a folder");
    for entry in std::fs::read_dir(folder).expect("listed") {
        let entry = entry.expect("an entry");
        // Between listing and copying a `.next` may have taken its place.
        let _ = std::fs::copy(entry.path(), copy.path().join(entry.file_name()));
    }
    copy
}

fn kept(folder: &Path) -> Value {
    let text = std::fs::read_to_string(folder.join("emulator-state.json"));
    text.ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

/// Whether the file says so in time. A file has no condition to wait for: it is looked at again
/// after each shortest pause.
async fn is_kept(folder: &Path, is_so: impl Fn(&Value) -> bool) -> bool {
    let pause = std::time::Duration::from_millis(5);
    for _ in 0..4_000 {
        if is_so(&kept(folder)) {
            return true;
        }
        let _ = tokio::time::timeout(pause, std::future::pending::<()>()).await;
    }
    false
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_call_goes_on_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let world = world_with(options(folder.path())).await;
    let (call, connection) = world.answered().await;
    world.control().put_number("+18005550199").expect("a number");
    world
        .control()
        .put_user(Person {
            oid: "a1e1e000-0000-4000-8000-000000000009".to_owned(),
            nickname: "zoe".to_owned(),
            name: "Zoe New".to_owned(),
            availability: "Away".to_owned(),
            ..Person::default()
        })
        .expect("a user");
    let add = json!({"participantToAdd": {"rawId": format!("8:orgid:{ADELE}")}});
    let path = format!("/calling/callConnections/{connection}/participants:add");
    let repeat = [
        ("repeatability-request-id", "5e5f0a3c-30a4-4a83-9d6f-6a3c0d5c7a11"),
        ("repeatability-first-sent", &super::support::http_date()),
    ];
    let (status, first) = world.send(Method::POST, &path, Some(&add), &repeat).await;
    assert_eq!(status, 202);
    world.stop().await;

    let world = world_with(options(folder.path())).await;
    let view = world.control().call(call).expect("the call");
    assert_eq!(view.state, "connected");
    assert_eq!(view.participants[0].raw_id.expose(), format!("4:{CALLER}"));
    let numbers = world.control().world().numbers;
    assert!(numbers.iter().any(|number| number.expose() == "+18005550199"));
    assert_eq!(world.control().user("zoe").expect("zoe").availability, "Away");
    let (status, again) = world.send(Method::POST, &path, Some(&add), &repeat).await;
    assert_eq!((status, &again["invitationId"]), (202, &first["invitationId"]), "repeated");
    world.control().accept("adele").expect("she rings still");
    let one = format!("/calling/callConnections/{connection}");
    let (status, body) = world.send(Method::GET, &format!("{one}/participants"), None, &[]).await;
    assert_eq!((status, body["value"].as_array().map(Vec::len)), (200, Some(2)));
    // The subscription is kept with it: its webhook is gone, so the attempt fails.
    world.control().dial(CALLER, "Ada Caller", "+18005550199").expect("dialled");
    let tried = |_: &_| !world.control().deliveries(0).is_empty();
    assert!(world.control().wait_for(PATIENCE, tried).await, "Event Grid tries the old webhook");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_process_leaves_can_be_taken_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let world = world_with(options(folder.path())).await;
    let (call, _) = world.answered().await;
    for n in 0..20 {
        world.control().put_number(&format!("+1800555{n:04}")).expect("a number");
        let image = image(folder.path());
        if image.path().join("emulator-state.json").exists() {
            assert!(kept(image.path())["world"].is_object(), "whole at every moment");
        }
    }
    let last = |state: &Value| state["world"]["numbers"].to_string().contains("+18005550019");
    assert!(is_kept(folder.path(), last).await);
    let image = image(folder.path());
    let second = world_with(options(image.path())).await;
    assert_eq!(second.control().call(call).expect("the call").state, "connected");
    second.stop().await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_state_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("emulator-state.json");
    std::fs::write(&file, "{\"format\": 1, \"world\": [}").expect("written");
    let error = emulator::start(options(folder.path())).await.err().expect("refused");
    let mut text = String::new();
    let mut cause: Option<&dyn std::error::Error> = Some(&error);
    while let Some(error) = cause {
        text = format!("{text} {error}");
        cause = error.source();
    }
    assert!(text.contains("line 1, column") && text.contains("left as"), "{text}");
    let left = std::fs::read_to_string(&file).expect("read");
    assert_eq!(left, "{\"format\": 1, \"world\": [}");
}
