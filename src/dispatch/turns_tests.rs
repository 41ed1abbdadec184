//! Turns, in tables and stories.

use super::*;

/// Everybody in line who gets a turn now, by place.
fn given(turns: &mut Turns, now: Millis) -> Vec<Place> {
    std::iter::from_fn(|| turns.give(now)).map(|(place, _)| place).collect()
}

/// Nobody gets a turn.
const NOBODY: [Place; 0] = [];
const GO: Turn = Turn { probe: false };

fn broken(at: Millis) -> Turns {
    let mut turns = Turns::new(4);
    for _ in 0..10 {
        turns.stand(Urgency::Heard);
        let (_, turn) = turns.give(at).expect("a free turn");
        turns.end(turn, Health::Broken, at);
    }
    assert!(turns.is_broken());
    turns
}

#[test]
fn the_most_urgent_goes_first_then_who_came_first_and_turns_are_kept_for_the_urgent() {
    let mut turns = Turns::new(4);
    let heard: Vec<_> = (0..4).map(|_| turns.stand(Urgency::Heard)).collect();
    assert_eq!(given(&mut turns, 0), heard);
    let question = turns.stand(Urgency::Question);
    let late = turns.stand(Urgency::Heard);
    assert_eq!(given(&mut turns, 0), NOBODY, "four are in flight");
    let answer = turns.stand(Urgency::Answer);
    let hang_up = turns.stand(Urgency::Control);
    assert_eq!(given(&mut turns, 0), [hang_up], "one turn is kept for it");
    turns.end(GO, Health::Answered, 1);
    assert_eq!(given(&mut turns, 1), [answer]);
    turns.end(GO, Health::Answered, 2);
    turns.end(GO, Health::Answered, 2);
    assert_eq!(given(&mut turns, 2), [late]);
    turns.leave(Urgency::Question, question);
    turns.end(GO, Health::Answered, 3);
    assert_eq!(given(&mut turns, 3), NOBODY, "who has left gets no turn");
}

#[test]
fn a_pause_that_one_was_asked_for_holds_for_all_but_the_urgent() {
    let mut turns = Turns::new(4);
    turns.stand(Urgency::Heard);
    assert_eq!(given(&mut turns, 0).len(), 1);
    assert_eq!(turns.end(GO, Health::Slower(5_000), 0), Some(Change::Slower));
    let heard: Vec<_> = (0..3).map(|_| turns.stand(Urgency::Heard)).collect();
    assert_eq!(given(&mut turns, 4_999), NOBODY);
    assert_eq!(turns.wake_at(4_999), Some(5_000));
    let hang_up = turns.stand(Urgency::Control);
    assert_eq!(given(&mut turns, 4_999), [hang_up]);
    turns.end(GO, Health::Answered, 4_999);
    // The window was halved from 4 to 2, and a good answer made it 3.
    assert_eq!(given(&mut turns, 5_000), heard);
    let fourth = turns.stand(Urgency::Heard);
    assert_eq!(given(&mut turns, 5_000), NOBODY);
    turns.end(GO, Health::Answered, 5_001);
    assert_eq!(given(&mut turns, 5_001), [fourth]);
}

#[test]
fn those_told_together_halve_the_window_once() {
    let mut turns = Turns::new(16);
    for _ in 0..8 {
        turns.stand(Urgency::Heard);
    }
    assert_eq!(given(&mut turns, 0).len(), 8);
    for _ in 0..8 {
        turns.end(GO, Health::Slower(1_000), 10);
    }
    for _ in 0..16 {
        turns.stand(Urgency::Heard);
    }
    assert_eq!(given(&mut turns, 1_010).len(), 8);
}

#[test]
fn what_is_broken_is_asked_by_one_probe_and_by_what_bypasses() {
    let mut turns = broken(0);
    let heard: Vec<_> = (0..3).map(|_| turns.stand(Urgency::Heard)).collect();
    let answer = turns.stand(Urgency::Answer);
    assert_eq!(given(&mut turns, 1), [answer]);
    turns.end(GO, Health::Broken, 2);
    assert_eq!(turns.wake_at(2), Some(500));
    assert_eq!(turns.give(500), Some((heard[0], Turn { probe: true })));
    assert_eq!(turns.give(500), None);
    assert_eq!(turns.wake_at(500), None, "the probe decides, not time");
    turns.end(Turn { probe: true }, Health::Untold, 600);
    let (_, probe) = turns.give(600).expect("another probe");
    assert_eq!(turns.end(probe, Health::Answered, 700), Some(Change::Back));
    assert_eq!(given(&mut turns, 700), heard[2..]);
}

#[test]
fn an_urgent_answer_ends_the_outage_for_all() {
    let mut turns = broken(0);
    let heard = turns.stand(Urgency::Heard);
    let hang_up = turns.stand(Urgency::Control);
    assert_eq!(given(&mut turns, 1), [hang_up]);
    assert_eq!(turns.end(GO, Health::Answered, 2), Some(Change::Back));
    assert_eq!(given(&mut turns, 2), [heard]);
}

#[test]
fn prompts_do_not_use_up_the_repetitions_of_hang_ups() {
    let mut turns = Turns::new(4);
    while turns.repeat(Urgency::Heard, 0, 0).is_some() {}
    assert_eq!(turns.repeat(Urgency::Control, 0, 0), Some(0));
    turns.first_try(Urgency::Heard, 0);
    assert_eq!(turns.repeat(Urgency::Heard, 0, 0), None, "a tenth of a repetition is none");
    assert!(turns.repeat(Urgency::Heard, 1_000, 0).is_some_and(|wait| wait > 0));
}
