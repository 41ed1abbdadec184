//! The service on PostgreSQL: a whole call, and calls over kill -9. Left out where `SWITCHBOARD_TEST_POSTGRES`
//! names no database; `tests/run postgres` starts one.

use crate::{crash::each, rig::Rig};

#[expect(clippy::print_stderr, reason = "says what was left out")]
async fn rig() -> Option<Rig> {
    let rig = Rig::start_on_postgres().await;
    if rig.is_none() {
        eprintln!("left out: SWITCHBOARD_TEST_POSTGRES is not set");
    }
    rig
}

each!(rig();
    a_whole_call,
    during_the_menu,
    a_key_pressed_while_nobody_lives_is_asked_for_again,
    during_the_offer,
    while_connected,
    a_caller_who_left_while_nobody_lived_is_noticed,
    a_stop_in_the_middle_of_a_call_is_graceful_and_the_next_start_goes_on,
);
