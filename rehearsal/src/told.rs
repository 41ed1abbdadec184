//! What was said and done in a call, as a script that people read.

use std::fmt::Write as _;

use engine::Millis;
use serde::Serialize;

/// One line of the script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Told {
    /// When, in ms after the line began to ring.
    pub at: Millis,
    /// The node of the flow that was at work.
    pub node: Option<String>,
    /// Who.
    pub who: Who,
    /// What was said or done. May hold what the caller of the scenario typed or said.
    pub text: String,
}

/// Who says or does something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// The caller.
    Caller,
    /// The line: what the caller hears.
    Line,
    /// The service: what it does, unheard.
    Service,
    /// A colleague in Teams, by nickname.
    Colleague(String),
    /// An endpoint of the company.
    Endpoint,
    /// A voice agent of the company, by name.
    VoiceAgent(String),
    /// Why the engine decided as it did.
    Why,
}

impl Who {
    fn name(&self) -> &str {
        match self {
            Self::Caller => "caller",
            Self::Line => "line",
            Self::Service => "service",
            Self::Colleague(name) | Self::VoiceAgent(name) => name,
            Self::Endpoint => "endpoint",
            Self::Why => "why",
        }
    }
}

/// The columns of nodes and people in a script that is told piece by piece.
const PIECE: (usize, usize) = (14, 8);
/// The widest column of nodes.
const WIDEST_NODE: usize = 24;
/// Texts are broken at this many letters.
const COLUMNS: usize = 72;

/// The script for people: time, node, who, what. With `why`, the engine's reasons stand in it.
pub fn script(told: &[Told], why: bool) -> String {
    in_columns(told, why, 0, 0)
}

/// The same in columns of a fixed width, for a script that is told piece by piece.
pub fn piece(told: &[Told]) -> String {
    in_columns(told, true, PIECE.0, PIECE.1)
}

fn in_columns(told: &[Told], why: bool, least_node: usize, least_who: usize) -> String {
    let shown = || told.iter().filter(|line| why || line.who != Who::Why);
    let node = |line: &Told| line.node.clone().unwrap_or_default();
    let nodes = shown().map(|line| node(line).chars().count()).max().unwrap_or(0);
    let nodes = nodes.clamp(least_node, WIDEST_NODE);
    let whos = shown().map(|line| line.who.name().chars().count()).max().unwrap_or(0);
    let whos = whos.max(least_who);
    let mut text = String::new();
    let mut before = String::new();
    for line in shown() {
        let here = node(line);
        let name = if here == before { String::new() } else { shorten(&here, nodes) };
        before = here;
        let mut rest = broken(&line.text).into_iter();
        let first = rest.next().unwrap_or_default();
        let who = line.who.name();
        let _ = writeln!(text, "{:>7}  {name:<nodes$}  {who:<whos$}  {first}", time(line.at));
        for more in rest {
            let _ = writeln!(text, "{:>7}  {:nodes$}  {:whos$}  {more}", "", "", "");
        }
    }
    text
}

/// Minutes, seconds and tenths.
pub(crate) fn time(at: Millis) -> String {
    let tenths = at / 100;
    format!("{}:{:02}.{}", tenths / 600, tenths / 10 % 60, tenths % 10)
}

/// The end of a long name tells more than its beginning: it is a node within sub-flows.
fn shorten(name: &str, width: usize) -> String {
    let length = name.chars().count();
    if length <= width {
        return name.to_owned();
    }
    let kept: String = name.chars().skip(length.saturating_sub(width) + 1).collect();
    format!("…{kept}")
}

/// Lines of whole words.
fn broken(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < COLUMNS => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) | None => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(at: Millis, node: &str, who: Who, text: &str) -> Told {
        Told { at, node: Some(node.to_owned()), who, text: text.to_owned() }
    }

    #[test]
    fn a_script_has_columns_and_names_a_node_once() {
        let told = [
            line(0, "greeting", Who::Line, "Welcome."),
            line(1_250, "greeting", Who::Why, "the caller chose sales"),
            line(61_300, "a", Who::Colleague("adele".to_owned()), &"word ".repeat(19)),
        ];
        let words = "word ".repeat(14);
        assert_eq!(
            script(&told, false),
            format!(
                " 0:00.0  greeting  line   Welcome.\n 1:01.3  a         adele  {}\n                          {}\n",
                words.trim(),
                "word ".repeat(5).trim()
            )
        );
        assert!(script(&told, true).contains("0:01.2            why    the caller chose sales"));
    }

    #[test]
    fn long_names_keep_their_end() {
        assert_eq!(shorten("identify/again/ask", 9), "…gain/ask");
        assert_eq!(shorten("ask", 9), "ask");
    }
}
