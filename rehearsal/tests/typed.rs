//! A person types what the caller does.

#![expect(clippy::panic, reason = "a test that cannot go on says where and why")]

use engine::flow::Bundle;
use rehearsal::{Around, Typewriter, line::Dial, script, typewriter::Wanted};

const FLOW: &str = r#"
flow: typed
start: menu
nodes:
  menu:
    menu:
      prompt: "For sales press 1, for a look-up press 2."
      choices:
        sales: { tone: "1", phrases: [sales], next: people }
        look: { tone: "2", phrases: [look up], next: digits }
      otherwise: bye
  digits: { collect: { prompt: "Your number.", into: number, max: 4, next: ask, otherwise: bye } }
  ask: { http: { url: "${config.api}/${vars.number}", set: { name: "response.body.name" }, next: told, failed: bye } }
  told: { say: { text: "Hello ${vars.name}.", next: bye } }
  people: { queue: { name: sales, music: music/hold.wav, overflow: { after: 60s, next: bye } } }
  bye: { say: { text: "Goodbye.", next: end } }
  end: { hangup: {} }
"#;

fn bundle() -> Bundle {
    Bundle::compile(FLOW).unwrap_or_else(|findings| panic!("{findings:#?}"))
}

fn around() -> Around {
    let config = [("api".to_owned(), "https://api.example".into())].into();
    Around { config, ..Around::default() }
}

/// Types these lines; everything that was told.
fn typed(lines: &[&str]) -> (String, Wanted) {
    let bundle = bundle();
    let mut typewriter = Typewriter::new(&bundle, around(), &Dial::default());
    for line in lines {
        if let Err(problem) = typewriter.typed(line) {
            return (problem, typewriter.wanted());
        }
    }
    let wanted = typewriter.wanted();
    assert_eq!(typewriter.line().broken(), Vec::<String>::new());
    (script(&typewriter.unread(), true), wanted)
}

#[test]
fn keys_words_and_silence_are_taken() {
    let (told, wanted) = typed(&[]);
    assert!(told.contains("For sales press 1"), "{told}");
    assert_eq!(wanted, Wanted::Answer { keys: true, words: true });
    let (told, wanted) = typed(&[""]);
    assert!(told.contains("says nothing"), "{told}");
    assert_eq!(wanted, Wanted::Answer { keys: true, words: true });
    let (told, wanted) = typed(&["", "", ""]);
    assert!(told.contains("Goodbye."), "{told}");
    assert_eq!(wanted, Wanted::Nothing);
    let (_, wanted) = typed(&["I would like to look up something"]);
    assert_eq!(wanted, Wanted::Answer { keys: true, words: false });
}

#[test]
fn an_endpoint_is_played_by_the_person() {
    let (_, wanted) = typed(&["2", "42#"]);
    assert_eq!(wanted, Wanted::Endpoint("GET https://api.example/42".to_owned()));
    let (told, wanted) = typed(&["2", "42#", r#"/answer 200 {"name": "Ada"}"#]);
    assert!(told.contains("Hello Ada."), "{told}");
    assert_eq!(wanted, Wanted::Nothing);
    let (told, _) = typed(&["2", "42#", "/answer 500"]);
    assert!(told.contains("Goodbye.") && !told.contains("Hello"), "{told}");
    let (told, _) = typed(&["2", "42#", ""]);
    assert!(told.contains("Goodbye."), "its time passes: {told}");
}

#[test]
fn colleagues_are_played_by_the_person() {
    let (_, wanted) = typed(&["1"]);
    let Wanted::Colleague(first) = wanted else { panic!("{wanted:?}") };
    let (told, wanted) = typed(&["1", "/accept"]);
    assert_eq!(wanted, Wanted::Talking(first.clone()), "{told}");
    let (told, wanted) = typed(&["1", "/accept", "/leave"]);
    assert!(told.contains("the call is over: connected"), "{told}");
    assert_eq!(wanted, Wanted::Nothing);
    let (_, wanted) = typed(&["1", "/decline"]);
    assert!(matches!(&wanted, Wanted::Colleague(second) if *second != first), "{wanted:?}");
    let (told, _) = typed(&["1", "/decline", "/decline"]);
    assert!(told.contains("Goodbye."), "{told}");
    let (told, _) = typed(&["/hang up"]);
    assert!(told.contains("the call is over: abandoned"), "{told}");
}

#[test]
fn waiting_lets_time_pass() {
    let lines = ["/presence adele Busy", "/presence megan Offline", "1"];
    let (told, wanted) = typed(&lines);
    assert_eq!(wanted, Wanted::Waiting, "{told}");
    let (told, wanted) = typed(&[&lines[..], &["/presence adele Available"]].concat());
    assert_eq!(wanted, Wanted::Colleague("adele".to_owned()), "{told}");
    let (told, wanted) = typed(&[&lines[..], &["", ""]].concat());
    assert!(told.contains("Goodbye."), "{told}");
    assert_eq!(wanted, Wanted::Nothing);
}

#[test]
fn what_cannot_be_done_is_said() {
    for (lines, said) in [
        (vec!["/accept"], "nobody's Teams rings"),
        (vec!["/accept eve"], "there is nobody called eve"),
        (vec!["/leave"], "nobody is in the call"),
        (vec!["2", "hello"], "nobody listens for words"),
        (vec!["1", "5"], "nobody listens for keys"),
        (vec!["/what"], "/accept"),
        (vec!["2", "42#", "/answer no"], "the status is a number"),
        (vec!["/presence eve Busy"], "nobody of that name"),
    ] {
        let (told, _) = typed(&lines);
        assert!(told.contains(said), "{lines:?}: {told}");
    }
}
