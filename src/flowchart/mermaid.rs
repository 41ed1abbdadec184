//! A flow as a Mermaid flowchart, for Markdown that draws it.

use std::fmt::Write as _;

use engine::flow::WayKind;

use super::Chart;

/// The chart as the text of a Mermaid diagram (without the fence around it). Every way is a line here:
/// Mermaid's own layout copes with circles.
pub fn draw(chart: &Chart) -> String {
    let mut text = String::from("flowchart TD\n");
    for (at, node) in chart.boxes.iter().enumerate() {
        let (open, close) = match node.word {
            "hangup" => ("([", "])"),
            "branch" => ("{{", "}}"),
            _ => ("[", "]"),
        };
        let name = escaped(&node.name);
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  n{at}{open}\"<b>{name}</b><br/>{}\"{close}", node.word);
    }
    for arrow in &chart.arrows {
        let line = match arrow.kind {
            WayKind::Next | WayKind::Choice => "-->",
            WayKind::Failure => "-.->",
        };
        let label = match arrow.label.as_str() {
            "" => String::new(),
            label => format!("|\"{}\"|", escaped(label)),
        };
        let _ = writeln!(text, "  n{} {line}{label} n{}", arrow.from, arrow.to);
    }
    text
}

/// Within the quotes of a label, Mermaid reads entities, and these signs as its own.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '"' | '<' | '>' | '&' | '#' | '`' | '|' => {
                let _ = write!(out, "#{};", u32::from(sign));
            }
            sign if sign.is_control() => out.push(' '),
            sign => out.push(sign),
        }
    }
    out
}
