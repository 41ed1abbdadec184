//! Call Automation refuses, throttles, hangs.

use emulator::control::{Condition, FaultAction};

use super::{always, asked, eventually, refuse, times};
use crate::{
    calls::fault,
    last_resort::start_with_fallback,
    rig::{Rig, count},
};

#[tokio::test(flavor = "multi_thread")]
async fn f33_a_pause_asked_of_prompts_keeps_no_other_caller_ringing() {
    let rig = Rig::start().await;
    let slower = FaultAction::Refuse { status: 429, sub_code: None, retry_after: Some(5) };
    rig.control().add_fault(fault("play", Some(1), slower));
    let first = rig.dial();
    eventually(&rig, "a refused prompt", || asked(&rig, "play") == [429]).await;
    let second = rig.dial();
    rig.until(Condition::Connected(second)).await;
    eventually(&rig, "both answers", || asked(&rig, "answer").len() == 2).await;
    let (asked_at, answered) = (times(&rig, "play")[0], times(&rig, "answer")[1]);
    assert!(answered - asked_at < 5_000, "{} ms: answers do not wait", answered - asked_at);
    rig.until(Condition::Heard(first, "For flight status".to_owned())).await;
    rig.until(Condition::Heard(second, "For flight status".to_owned())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f34_answers_that_fail_for_eight_seconds_lead_to_the_fallback_number() {
    let rig = start_with_fallback(Rig::at_speed(1.0).await).await;
    rig.control().add_fault(always("answer", refuse(503)));
    rig.dial();
    eventually(&rig, "a redirect", || !asked(&rig, "redirect").is_empty()).await;
    assert_eq!(asked(&rig, "redirect"), [204], "{}", rig.log());
    let answers = times(&rig, "answer");
    assert!(answers.len() >= 3, "{answers:?}");
    let took = times(&rig, "redirect")[0] - answers[0];
    assert!((2_000..12_000).contains(&took), "after {took} ms, while it rings");
    let trace = rig.trace().await;
    assert_eq!(trace["outcome"], "redirected", "{trace:#}");
    assert_eq!(count(&trace, "command", "Answer"), 1, "one command, one Repeatability id");
}

#[tokio::test(flavor = "multi_thread")]
async fn f37_a_repeatability_id_out_of_its_time_is_told_and_looked_into() {
    let rig = Rig::start().await;
    rig.control().add_fault(fault("addParticipant", Some(1), refuse(412)));
    let call = rig.dial();
    rig.press(call, "0").await;
    eventually(&rig, "a look at the call", || !asked(&rig, "getCall").is_empty()).await;
    assert!(rig.log().contains("check the clock of this machine"), "{}", rig.log());
    rig.control().hang_up(call).unwrap();
    let trace = rig.trace().await;
    assert_eq!(trace["outcome"], "abandoned", "{trace:#}");
    assert_eq!(count(&trace, "command", "AddParticipant"), 1, "no blind retry");
    assert_eq!(asked(&rig, "addParticipant"), [412]);
}

#[tokio::test(flavor = "multi_thread")]
async fn f38_an_answer_that_hangs_is_cut_off_and_repeated_while_it_rings() {
    let mut rig = Rig::at_speed(1.0).await;
    rig.serve();
    rig.subscribe(emulator::control::EnvelopeSchema::EventGrid).await;
    rig.control().add_fault(fault("answer", Some(1), FaultAction::Delay { ms: 20_000 }));
    let call = rig.dial();
    rig.until(Condition::Heard(call, "Welcome".to_owned())).await;
    assert!(asked(&rig, "answer").contains(&200), "{}", rig.log());
    rig.control().hang_up(call).unwrap();
    let trace = rig.trace().await;
    assert_eq!(count(&trace, "command", "Answer"), 1, "the same command: {trace:#}");
}
