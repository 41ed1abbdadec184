//! Any flow that the checker accepts never leaves a caller without a next step: flows drawn by chance, callers who do anything,
//! some with a network that fails. `cargo run --release -p switchboard-rehearsal --example random_flows -- 10000` does more of them.

mod random;

#[test]
fn no_caller_is_left_without_a_next_step() {
    let tally = random::run(0..300).unwrap_or_else(|problem| panic!("{problem}"));
    let share = tally.accepted_of_hundred();
    assert!((50..100).contains(&share), "most are accepted and some refused: {}", tally.json());
    for outcome in [
        "connected",
        "completed",
        "voicemail",
        "callback",
        "abandoned",
        "redirected",
        "transferred",
    ] {
        assert!(
            tally.json()["outcomes"][outcome].as_u64() > Some(0),
            "{outcome}: {}",
            tally.json()
        );
    }
}
