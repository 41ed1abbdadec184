//! A flow as an outline for a terminal: each node once, with its ways below it. Stays readable at any size,
//! since it grows downwards only.

use std::fmt::Write as _;

use super::{Chart, chart::Arrow};

/// The chart as lines of text, each at most `width` characters, if the names leave room for that.
pub fn draw(chart: &Chart, width: usize) -> String {
    let mut outline =
        Outline { chart, width, text: String::new(), drawn: vec![false; chart.boxes.len()] };
    for at in 0..chart.boxes.len() {
        if !outline.is_drawn(at) {
            outline.node(at, "", "", "");
        }
    }
    outline.text
}

struct Outline<'c> {
    chart: &'c Chart,
    width: usize,
    text: String,
    drawn: Vec<bool>,
}

impl Outline<'_> {
    fn is_drawn(&self, at: usize) -> bool {
        self.drawn.get(at).copied().unwrap_or(true)
    }

    /// A node, its lead in front of it, and what it leads to with `margin` in front of every line.
    fn node(&mut self, at: usize, lead: &str, label: &str, margin: &str) {
        let Some(node) = self.chart.boxes.get(at) else { return };
        if let Some(drawn) = self.drawn.get_mut(at) {
            *drawn = true;
        }
        let gist = match node.gist.as_str() {
            "" => String::new(),
            gist => format!("  {}", one_line(gist)),
        };
        self.line(&format!("{lead}{label}{} · {}{gist}", node.name, node.word));
        let leaving: Vec<usize> = self.chart.leaving(at).collect();
        for (position, arrow) in leaving.iter().enumerate() {
            let Some(arrow) = self.chart.arrows.get(*arrow) else { continue };
            self.way(arrow, margin, position + 1 == leaving.len());
        }
    }

    fn way(&mut self, arrow: &Arrow, margin: &str, last: bool) {
        let (branch, deeper) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        let label = match arrow.label.as_str() {
            "" => String::new(),
            label => format!("[{}] ", one_line(label)),
        };
        let lead = format!("{margin}{branch}");
        if self.is_drawn(arrow.to) {
            let name = self.chart.boxes.get(arrow.to).map_or("", |node| node.name.as_str());
            self.line(&format!("{lead}{label}→ {name}"));
        } else {
            self.node(arrow.to, &lead, &label, &format!("{margin}{deeper}"));
        }
    }

    fn line(&mut self, line: &str) {
        let short = super::svg::shortened(line, self.width);
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "{}", short.trim_end());
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
