//! What the caller and the agents do, in the order in which it stands on the command line.

use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};

/// One thing that somebody does, or that is waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// The caller hears a text, case apart.
    Hear(String),
    /// The caller presses keys when keys are taken.
    Press(String),
    /// The caller speaks when speech is taken.
    Say(String),
    /// Somebody takes the call, once it rings.
    Accept(String),
    /// Somebody refuses it.
    Decline(String),
    /// Somebody lets it ring.
    Ignore(String),
    /// Somebody leaves the call.
    Leave(String),
    /// Nothing happens for some milliseconds.
    Pause(u64),
    /// The caller hangs up.
    HangUp,
}

/// The steps of a script.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Script(pub(super) Vec<Step>);

/// An option that becomes a step: its name, its value's name, its help, and what it becomes.
type Kind = (&'static str, &'static str, &'static str, fn(String) -> Step);

const KINDS: &[Kind] = &[
    ("hear", "TEXT", "Wait until the caller hears this text", Step::Hear),
    ("press", "KEYS", "Press keys, once the application listens", Step::Press),
    ("say", "TEXT", "Speak, once the application listens", Step::Say),
    ("accept", "WHO", "This person takes the call, once it rings there", Step::Accept),
    ("decline", "WHO", "This person refuses it, once it rings", Step::Decline),
    ("ignore", "WHO", "This person lets it ring out", Step::Ignore),
    ("leave", "WHO", "This person leaves the call, once on it", Step::Leave),
];

impl Args for Script {
    fn augment_args(command: Command) -> Command {
        let command = KINDS.iter().fold(command, |command, &(name, value, help, _)| {
            command.arg(step(name, help).value_name(value).num_args(1))
        });
        let pause = step("pause", "Do nothing for some milliseconds")
            .value_name("MS")
            .num_args(1)
            .value_parser(clap::value_parser!(u64).range(..=600_000));
        let hang_up = step("hang-up", "The caller hangs up [default: after the expectations]")
            .num_args(0)
            .default_missing_value("");
        command.arg(pause).arg(hang_up)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

fn step(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .help(help)
        .action(ArgAction::Append)
        .help_heading("Script, in the order given")
}

impl FromArgMatches for Script {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut steps = Vec::new();
        for &(name, _, _, make) in KINDS {
            let texts = matches.get_many::<String>(name).into_iter().flatten().cloned();
            let places = matches.indices_of(name).into_iter().flatten();
            steps.extend(places.zip(texts.map(make)));
        }
        let pauses = matches.get_many::<u64>("pause").into_iter().flatten().copied();
        let places = matches.indices_of("pause").into_iter().flatten();
        steps.extend(places.zip(pauses.map(Step::Pause)));
        let places = matches.indices_of("hang-up").into_iter().flatten();
        steps.extend(places.map(|place| (place, Step::HangUp)));
        steps.sort_by_key(|(place, _)| *place);
        Ok(Self(steps.into_iter().map(|(_, step)| step).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Step {
    /// What is told while it is done.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Hear(text) => format!("hears “{text}”"),
            Self::Press(keys) => format!("presses {keys}"),
            Self::Say(text) => format!("says “{text}”"),
            Self::Accept(who) => format!("{who} accepts"),
            Self::Decline(who) => format!("{who} declines"),
            Self::Ignore(who) => format!("{who} lets it ring"),
            Self::Leave(who) => format!("{who} leaves"),
            Self::Pause(ms) => format!("waits {ms} ms"),
            Self::HangUp => "hangs up".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &str) -> Vec<Step> {
        let command = Script::augment_args(Command::new("call"));
        let words = std::iter::once("call").chain(arguments.split_whitespace());
        let matches = command.try_get_matches_from(words).expect("good arguments");
        Script::from_arg_matches(&matches).expect("a script").0
    }

    #[test]
    fn steps_keep_the_order_of_the_command_line() {
        let text = |text: &str| text.to_owned();
        let expected = [
            Step::Press(text("1")),
            Step::Say(text("billing")),
            Step::Accept(text("adele")),
            Step::Press(text("*2")),
            Step::Pause(50),
            Step::HangUp,
            Step::Hear(text("bye")),
        ];
        let arguments =
            "--press 1 --say billing --accept adele --press *2 --pause 50 --hang-up --hear bye";
        assert_eq!(read(arguments), expected);
        assert_eq!(read(""), []);
    }
}
