//! The way through a flow, as it is told for the coverage of tests.

use engine::{
    call::{Call, CallId, Env, Input, Profile, step, step_and_hops},
    flow::Bundle,
};

use super::line::{FLOW, Line};

/// Where two ways of a node lead to the same node, the hop says which was taken; without that it need not.
#[test]
fn a_hop_names_the_way() {
    let mut line = Line::connected();
    line.played();
    let hops = |line: &Line, input: &Input| {
        let env = Env { now: line.now, bundle: Some(&line.bundle), profile: &Profile::CLASSIC };
        let (step_with, hops) = step_and_hops(line.call.clone(), input, &env);
        assert_eq!(step_with, step(line.call.clone(), input, &env), "telling changes nothing");
        hops.into_iter().map(|hop| (hop.from, hop.way, hop.to)).collect::<Vec<_>>()
    };
    let told = |from: &str, way: Option<&str>, to: &str| {
        (Some(from.to_owned()), way.map(str::to_owned), to.to_owned())
    };
    let number = line.media();
    let choice = |label: &str| {
        let data =
            serde_json::json!({ "recognitionType": "choices", "choiceResult": { "label": label } });
        Input::Event(Box::new(super::line::event("RecognizeCompleted", 99, data, Some(number))))
    };
    assert_eq!(hops(&line, &choice("person")), [told("menu", Some("choices.person"), "people")]);
    assert_eq!(hops(&line, &choice("nothing")), [], "asking again is no hop");
    line.recognize_failed(8510);
    let failed =
        serde_json::json!({ "resultInformation": { "code": 400, "subCode": 8510, "message": "" } });
    let number = line.media();
    let silent =
        Input::Event(Box::new(super::line::event("RecognizeFailed", 100, failed, Some(number))));
    assert_eq!(hops(&line, &silent), [told("menu", Some("otherwise"), "people")]);
}

#[test]
fn the_first_hop_comes_from_nowhere_and_the_answer_is_none() {
    let mut line = Line::new();
    let bundle = Bundle::compile(FLOW).expect("a flow");
    let env = Env { now: line.now, bundle: Some(&bundle), profile: &Profile::CLASSIC };
    let call = Call::new(CallId("01HF0000000000000000000000".to_owned()), line.now);
    let ring = Input::IncomingCall(Box::new(line.bare_ring()));
    let call = step(call, &ring, &env).call;
    let chosen = Input::FlowChosen { bundle: bundle.hash_hex(), config: [].into() };
    let (_, hops) = step_and_hops(call, &chosen, &env);
    assert_eq!(hops.len(), 1);
    assert_eq!((&hops[0].from, hops[0].to.as_str()), (&None, "greeting"));
    line.ring();
    let env = Env { now: line.now, bundle: Some(&line.bundle), profile: &Profile::CLASSIC };
    let connected = super::line::event("CallConnected", 7, serde_json::json!({}), None);
    let (_, hops) = step_and_hops(line.call.clone(), &Input::Event(Box::new(connected)), &env);
    assert_eq!(hops, [], "the node was come to when the answer was ordered");
}
