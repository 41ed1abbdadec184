//! A person types what the caller does.

use std::{
    io::{BufRead as _, stdin},
    path::Path,
};

use engine::flow::Bundle;
use rehearsal::{
    Around, Typewriter,
    line::Dial,
    piece,
    typewriter::{HELP, Wanted},
};

use crate::{
    commands::{OK, USAGE},
    terminal,
};

use super::{files, is_person};

/// Plays one call with somebody at the keyboard, or with lines that are piped in; 64 if the scenario to be like cannot be used.
pub(super) fn run(bundle: &Bundle, like: Option<&Path>) -> u8 {
    let (around, dial) = match like.map(surroundings) {
        None => (Around::default(), Dial::default()),
        Some(Ok(found)) => found,
        Some(Err(problem)) => {
            terminal::tell(&format!("error: {problem}"));
            return USAGE;
        }
    };
    if is_person() {
        terminal::tell(HELP);
    }
    let mut typewriter = Typewriter::new(bundle, around, &dial);
    show(&mut typewriter);
    for line in stdin().lock().lines().map_while(Result::ok) {
        if line.trim() == "/quit" || typewriter.wanted() == Wanted::Nothing {
            break;
        }
        if let Err(problem) = typewriter.typed(&line) {
            terminal::tell(&problem);
        }
        show(&mut typewriter);
        if typewriter.wanted() == Wanted::Nothing {
            break;
        }
    }
    for broken in typewriter.line().broken() {
        terminal::tell(&format!("error: {broken}"));
    }
    OK
}

fn surroundings(scenario: &Path) -> Result<(Around, Dial), String> {
    let scenario = files::read(scenario)?;
    let around = Around::of(&scenario).map_err(|error| error.to_string())?;
    Ok((around, Dial::of(&scenario)))
}

fn show(typewriter: &mut Typewriter<'_>) {
    let told = typewriter.unread();
    if !told.is_empty() {
        terminal::say(piece(&told).trim_end());
    }
    let wanted = match typewriter.wanted() {
        Wanted::Answer { keys: true, words: true } => "keys or words?".to_owned(),
        Wanted::Answer { words: true, .. } => "words?".to_owned(),
        Wanted::Answer { .. } => "keys?".to_owned(),
        Wanted::Colleague(who) => format!("{who}'s Teams rings: /accept, /decline, or wait"),
        Wanted::Endpoint(request) => format!("{request}: /answer 200 {{…}}, or wait"),
        Wanted::Talking(who) => format!("you talk with {who}: /hang up, /leave"),
        Wanted::Waiting => "you wait".to_owned(),
        Wanted::Nothing => return,
    };
    if is_person() {
        terminal::tell(&format!("  {wanted}"));
    }
}
