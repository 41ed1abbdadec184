//! Scenarios of people played through a call flow, in virtual time and without a network.
//!
//! The engine decides as it does in the service; what it orders is carried out by a line that is made up: prompts take
//! as long as they would take to speak, keys and words are recognised, clients of Teams ring. The scripts are those of the
//! emulator (`emulator/SCENARIOS.md`). There is no wire in it: that the service speaks it is what the emulator is for.
//!
//! | module | what it holds |
//! |---|---|
//! | [`mod@line`] | one call: the engine, and the world it believes in |
//! | [`staff`] | the people in Teams |
//! | [`around`] | what surrounds the flow: constants, endpoints, the time |
//! | [`mod@play`] | plays a scenario |
//! | [`told`] | what was said and done, as a script |
//! | [`coverage`] | which nodes and ways were played, and which never |
//! | [`junit`] | results for continuous integration |
//! | [`typewriter`] | a person types what the caller does |
//!
//! ```
//! use emulator::scenario::Scenario;
//! use engine::flow::Bundle;
//!
//! let flow = "flow: hello\nstart: a\nnodes: { a: { say: { text: Hello., next: b } }, b: { hangup: {} } }";
//! let bundle = Bundle::compile(flow).expect("a sound flow");
//! let script = "scenario: Hello\ncaller: { number: '+442079460123', dials: '+18005550100' }\nsteps: [{ hears: { text: Hello } }, { ends: {} }]";
//! let played = rehearsal::play(&bundle, &Scenario::parse(script).expect("a scenario"));
//! assert!(played.passed());
//! assert_eq!(played.outcome, Some("completed"));
//! ```

pub mod around;
pub mod coverage;
pub mod junit;
pub mod line;
pub mod play;
pub mod staff;
pub mod told;
pub mod typewriter;

pub use around::{Around, AroundError};
pub use coverage::Coverage;
pub use line::Line;
pub use play::{Played, StepPlayed, play};
pub use told::{Told, Who, piece, script};
pub use typewriter::Typewriter;
