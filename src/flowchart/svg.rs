//! A flow as a picture: one SVG file without scripts, fonts or anything from elsewhere. It follows the reader's
//! light or dark setting.

use std::fmt::Write as _;

use engine::flow::WayKind;

use super::{
    Chart,
    chart::Arrow,
    columns::place,
    layers::{Layers, Thing},
};

/// All lengths are pixels at the picture's own size.
const BOX_WIDTH: f64 = 210.0;
const BOX_HEIGHT: f64 = 62.0;
/// Least distance between two things of a row, or of a column.
const GAP: f64 = 20.0;
/// Between the labels and the boxes before and after them.
const CLEAR: f64 = 28.0;
const MARGIN: f64 = 28.0;
/// The screen that a picture should fit on, as well as it can: width over height.
const SCREEN: f64 = 1.5;
const HEAD: f64 = 34.0;
const LABEL_HEIGHT: f64 = 20.0;
/// Room for one character of a label and of the text in a box, at their sizes; wide fonts included.
const LABEL_CHARACTER: f64 = 6.6;
const LONGEST_LABEL: usize = 30;
const LONGEST_NAME: usize = 24;
const LINE_OF_GIST: usize = 33;

const STYLE: &str = "\
svg{--ink:#1b2430;--soft:#5a6676;--paper:#fff;--box:#f6f8fb;--edge:#c3ccd8;--line:#8593a5;--choice:#1f5fbf;\
--fail:#b4491c;--end:#56616f;--wait:#18794e;font-family:Inter,system-ui,'Segoe UI',Helvetica,Arial,sans-serif}\
@media(prefers-color-scheme:dark){svg{--ink:#e8edf4;--soft:#a3b0c0;--paper:#12171e;--box:#1b232d;--edge:#3a4655;\
--line:#71808f;--choice:#7fb2ff;--fail:#ff9d70;--end:#a3b0c0;--wait:#5cc796}}\
.paper{fill:var(--paper)}.box{fill:var(--box);stroke:var(--edge)}.bar{fill:var(--choice)}.bar.wait{fill:var(--wait)}\
.bar.end{fill:var(--end)}.name{fill:var(--ink);font-size:13px;font-weight:600}\
.word{fill:var(--soft);font-size:11px;text-anchor:end}.gist{fill:var(--soft);font-size:11px}\
.title{fill:var(--ink);font-size:17px;font-weight:650}.line{fill:none;stroke:var(--line);stroke-width:1.4}\
.line.choice{stroke:var(--choice)}.line.fail{stroke:var(--fail);stroke-dasharray:5 4}\
.label{fill:var(--paper)}.label+text,.to+text{font-size:11px;text-anchor:middle;fill:var(--soft)}\
.label.choice+text{fill:var(--choice)}.label.fail+text,.to.fail+text{fill:var(--fail)}\
.to{fill:var(--paper);stroke:var(--edge)}.to.choice+text{fill:var(--choice)}\
.tip{fill:var(--line)}.tip.choice{fill:var(--choice)}.tip.fail{fill:var(--fail)}a:hover .to{stroke:var(--choice)}";

/// The chart as an SVG document. A short flow grows downwards; one that would be very wide, to the right.
pub fn draw(chart: &Chart) -> String {
    let layers = Layers::of(chart);
    let downwards = Picture::of(chart, &layers, Direction::Down);
    let to_the_right = Picture::of(chart, &layers, Direction::Right);
    if downwards.shown_at() <= to_the_right.shown_at() {
        downwards.draw()
    } else {
        to_the_right.draw()
    }
}

/// Where the flow goes on the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Down,
    Right,
}

/// The text cut to at most `longest` characters, with an ellipsis where something is left out.
pub(super) fn shortened(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let kept: String = text.chars().take(longest.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// Width and height of a thing.
fn size(chart: &Chart, thing: Thing) -> (f64, f64) {
    match thing {
        Thing::Box(_) => (BOX_WIDTH, BOX_HEIGHT),
        Thing::Bend(_) => (0.0, 0.0),
        Thing::Label(arrow) => {
            let text = chart.arrows.get(arrow).map_or(String::new(), |arrow| words(chart, arrow));
            let characters = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
            if characters == 0 {
                (0.0, 0.0)
            } else {
                (f64::from(characters) * LABEL_CHARACTER + 14.0, LABEL_HEIGHT)
            }
        }
    }
}

/// What stands on an arrow; for a reference its target too.
fn words(chart: &Chart, arrow: &Arrow) -> String {
    let label = shortened(&arrow.label, LONGEST_LABEL);
    if !arrow.refers {
        return label;
    }
    let name = chart.boxes.get(arrow.to).map_or("", |node| node.name.as_str());
    let to = format!("→ {}", shortened(name, LONGEST_NAME));
    if label.is_empty() { to } else { format!("{label} {to}") }
}

struct Picture<'c> {
    chart: &'c Chart,
    layers: &'c Layers,
    direction: Direction,
    /// The middle of each thing.
    spots: Vec<(f64, f64)>,
    width: f64,
    height: f64,
    svg: String,
}

// Writing to a String cannot fail, so results of `write!` are dropped below.
impl<'c> Picture<'c> {
    fn of(chart: &'c Chart, layers: &'c Layers, direction: Direction) -> Self {
        let sizes: Vec<(f64, f64)> =
            layers.things.iter().map(|thing| size(chart, *thing)).collect();
        let (along, across): (Vec<f64>, Vec<f64>) = match direction {
            Direction::Down => sizes.iter().map(|(width, height)| (*height, *width)).unzip(),
            Direction::Right => sizes.iter().copied().unzip(),
        };
        let places = place(layers, &across, GAP);
        let mut spots = vec![(0.0, 0.0); sizes.len()];
        let (mut at, mut most) = (0.0, 0.0_f64);
        for row in &layers.rows {
            let of = |lengths: &[f64], thing: &usize| lengths.get(*thing).copied().unwrap_or(0.0);
            let deep = row.iter().map(|thing| of(&along, thing)).fold(0.0, f64::max);
            for thing in row {
                let place = of(&places, thing);
                most = most.max(place + of(&across, thing) / 2.0);
                let spot = match direction {
                    Direction::Down => (MARGIN + place, MARGIN + HEAD + at + deep / 2.0),
                    Direction::Right => (MARGIN + at + deep / 2.0, MARGIN + HEAD + place),
                };
                if let Some(kept) = spots.get_mut(*thing) {
                    *kept = spot;
                }
            }
            at += deep + CLEAR;
        }
        let deepest = (at - CLEAR).max(0.0);
        let (width, height) = match direction {
            Direction::Down => (most, deepest),
            Direction::Right => (deepest, most),
        };
        let (width, height) = (width + 2.0 * MARGIN, height + HEAD + 2.0 * MARGIN);
        Self { chart, layers, direction, spots, width, height, svg: String::new() }
    }

    /// How much of a screen it takes at full size: the smaller, the larger its letters are when all of it is seen.
    fn shown_at(&self) -> f64 {
        (self.width / SCREEN).max(self.height)
    }

    fn draw(mut self) -> String {
        let (width, height) = (self.width, self.height);
        let name = escaped(&self.chart.name);
        let _ = write!(
            self.svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
             height=\"{height:.0}\" role=\"img\" aria-label=\"Flow {name}\">\n<style>{STYLE}</style>\n\
             <rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n\
             <text class=\"title\" x=\"{MARGIN}\" y=\"{:.0}\">{name}</text>\n",
            MARGIN + 14.0,
        );
        for at in 0..self.layers.routes.len() {
            self.line(at);
        }
        for at in 0..self.layers.things.len() {
            self.thing(at);
        }
        self.svg.push_str("</svg>\n");
        self.svg
    }

    fn spot(&self, thing: usize) -> (f64, f64) {
        self.spots.get(thing).copied().unwrap_or_default()
    }

    /// An arrow: from the side of its box through its label and bends to the other side of its target.
    fn line(&mut self, at: usize) {
        let Some(arrow) = self.chart.arrows.get(at) else { return };
        let Some(route) = self.layers.routes.get(at) else { return };
        let mut spots: Vec<(f64, f64)> = route.iter().map(|thing| self.spot(*thing)).collect();
        let direction = self.direction;
        let shift = |spot: &mut (f64, f64), by: f64| match direction {
            Direction::Down => spot.1 += by * BOX_HEIGHT / 2.0,
            Direction::Right => spot.0 += by * BOX_WIDTH / 2.0,
        };
        if let Some(first) = spots.first_mut() {
            shift(first, 1.0);
        }
        if let (false, Some(last)) = (arrow.refers, spots.last_mut()) {
            shift(last, -1.0);
        }
        let class = class(arrow.kind);
        let _ =
            writeln!(self.svg, "<path class=\"line{class}\" d=\"{}\"/>", curve(&spots, direction));
        if let (false, Some((x, y))) = (arrow.refers, spots.last()) {
            let back = match direction {
                Direction::Down => "m-4 -7h8l-4 7z",
                Direction::Right => "m-7 -4v8l7 -4z",
            };
            let _ = writeln!(self.svg, "<path class=\"tip{class}\" d=\"M{x:.1} {y:.1}{back}\"/>");
        }
    }

    fn thing(&mut self, thing: usize) {
        let (x, y) = self.spot(thing);
        match self.layers.things.get(thing) {
            Some(Thing::Box(at)) => self.node(*at, x, y),
            Some(Thing::Label(at)) => self.label(*at, x, y),
            Some(Thing::Bend(_)) | None => {}
        }
    }

    fn node(&mut self, at: usize, x: f64, y: f64) {
        let Some(node) = self.chart.boxes.get(at) else { return };
        let (left, top) = (x - BOX_WIDTH / 2.0, y - BOX_HEIGHT / 2.0);
        let bar = match node.word {
            "hangup" | "reject" => " end",
            "queue" | "ring" | "voicemail" => " wait",
            _ => "",
        };
        let text = left + 16.0;
        let _ = write!(
            self.svg,
            "<g id=\"{0}\"><title>{0}: {1}\n{2}</title>\
             <rect class=\"box\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{BOX_WIDTH}\" height=\"{BOX_HEIGHT}\" rx=\"7\"/>\
             <rect class=\"bar{bar}\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"5\" height=\"{BOX_HEIGHT}\" rx=\"2.5\"/>\
             <text class=\"name\" x=\"{text:.1}\" y=\"{3:.1}\">{4}</text>\
             <text class=\"word\" x=\"{5:.1}\" y=\"{3:.1}\">{1}</text>",
            escaped(&node.name),
            node.word,
            escaped(&node.gist),
            top + 20.0,
            escaped(&shortened(&node.name, LONGEST_NAME)),
            left + BOX_WIDTH - 9.0,
        );
        for (line, words) in (0_u8..).zip(two_lines(&node.gist)) {
            let y = top + 37.0 + 14.0 * f64::from(line);
            let words = escaped(&words);
            let _ = write!(
                self.svg,
                "<text class=\"gist\" x=\"{text:.1}\" y=\"{y:.1}\">{words}</text>"
            );
        }
        self.svg.push_str("</g>\n");
    }

    fn label(&mut self, at: usize, x: f64, y: f64) {
        let Some(arrow) = self.chart.arrows.get(at) else { return };
        let words = words(self.chart, arrow);
        if words.is_empty() {
            return;
        }
        let (width, _) = size(self.chart, Thing::Label(at));
        let (left, top, base) = (x - width / 2.0, y - LABEL_HEIGHT / 2.0, y + 4.0);
        let (class, kind) = (if arrow.refers { "to" } else { "label" }, class(arrow.kind));
        let label = format!(
            "<rect class=\"{class}{kind}\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{LABEL_HEIGHT}\" \
             rx=\"10\"/><text x=\"{x:.1}\" y=\"{base:.1}\">{}</text>",
            escaped(&words)
        );
        let title = format!("<title>{}</title>", escaped(&arrow.label));
        let target = self.chart.boxes.get(arrow.to).map_or("", |node| node.name.as_str());
        let _ = if arrow.refers {
            writeln!(self.svg, "<a href=\"#{}\">{title}{label}</a>", escaped(target))
        } else {
            writeln!(self.svg, "<g>{title}{label}</g>")
        };
    }
}

fn class(kind: WayKind) -> &'static str {
    match kind {
        WayKind::Next => "",
        WayKind::Choice => " choice",
        WayKind::Failure => " fail",
    }
}

/// A line through the spots that leaves and enters each in the direction of the flow.
fn curve(spots: &[(f64, f64)], direction: Direction) -> String {
    let mut path = String::new();
    let Some((x, y)) = spots.first() else { return path };
    let _ = write!(path, "M{x:.1} {y:.1}");
    for pair in spots.windows(2) {
        let [(x, y), (to_x, to_y)] = pair else { continue };
        let _ = match direction {
            Direction::Down => {
                let half = f64::midpoint(*y, *to_y);
                write!(path, "C{x:.1} {half:.1} {to_x:.1} {half:.1} {to_x:.1} {to_y:.1}")
            }
            Direction::Right => {
                let half = f64::midpoint(*x, *to_x);
                write!(path, "C{half:.1} {y:.1} {half:.1} {to_y:.1} {to_x:.1} {to_y:.1}")
            }
        };
    }
    path
}

/// The gist on at most two lines.
fn two_lines(gist: &str) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in gist.split_whitespace() {
        let room = lines.last().map_or(0, |line| line.chars().count()) + 1 + word.chars().count();
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if room <= LINE_OF_GIST => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) | None => lines.push(word.to_owned()),
        }
    }
    if lines.len() > 2 {
        let rest = lines.split_off(1).join(" ");
        lines.push(rest);
    }
    lines.iter().map(|line| shortened(line, LINE_OF_GIST)).filter(|line| !line.is_empty()).collect()
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(' '),
            // Not allowed in XML 1.0.
            sign if sign.is_control() => out.push('\u{fffd}'),
            sign => out.push(sign),
        }
    }
    out
}
