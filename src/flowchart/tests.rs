//! Drawings of the shipped flow and of a flow of sixty nodes.

use std::fmt::Write as _;

use engine::flow::compile;

use super::{Chart, mermaid, outline, svg};

const AIRLINE: &str = include_str!("../../flows/airline/flow.yaml");

fn chart(source: &str) -> Chart {
    let compiled = compile(source);
    Chart::of(&compiled.flow.unwrap_or_else(|| panic!("{:#?}", compiled.diagnostics)))
}

/// A menu of six areas, each with nine nodes, that all lead to one queue and one end.
fn sixty_nodes() -> String {
    let mut nodes = String::new();
    let mut choices = String::new();
    for area in 1..=6 {
        let _ = writeln!(choices, "        a{area}: {{ tone: \"{area}\", next: area{area} }}");
        let _ = write!(
            nodes,
            "  area{area}:
    menu:
      prompt: \"Area & <{area}>\"
      choices:
        one: {{ tone: \"1\", next: first{area} }}
        two: {{ tone: \"2\", next: type{area} }}
        back: {{ tone: \"9\", next: main }}
      otherwise: people
  first{area}: {{ say: {{ text: \"One.\", next: second{area} }} }}
  second{area}: {{ say: {{ text: \"Two.\", next: bye }} }}
  type{area}:
    collect: {{ prompt: \"Type.\", into: digits, max: 4, next: ask{area}, otherwise: people }}
  ask{area}:
    http: {{ url: \"https://example.com/${{vars.digits}}\", next: which{area}, failed: sorry{area} }}
  which{area}:
    branch:
      when: [{{ if: \"vars.digits == '1'\", next: good{area} }}]
      otherwise: bad{area}
  good{area}: {{ say: {{ text: \"Good.\", next: bye }} }}
  bad{area}: {{ say: {{ text: \"Bad.\", next: area{area} }} }}
  sorry{area}: {{ say: {{ text: \"Sorry.\", next: people }} }}
"
        );
    }
    format!(
        "flow: sixty
start: hello
nodes:
  hello: {{ say: {{ text: \"Hello.\", next: main }} }}
  main:
    menu:
      prompt: \"Choose.\"
      choices:
{choices}      otherwise: people
{nodes}  people: {{ queue: {{ name: support, announce: \"Wait.\", overflow: {{ after: 1m, next: bye }} }} }}
  bye: {{ hangup: {{}} }}
"
    )
}

/// Numbers of an attribute of all elements with this start.
fn numbers(svg: &str, start: &str, attribute: &str) -> Vec<f64> {
    let of = |element: &str| {
        let value = element.split(&format!(" {attribute}=\"")).nth(1)?;
        value.split('"').next()?.parse().ok()
    };
    svg.split(start).skip(1).filter_map(of).collect()
}

#[test]
fn boxes_neither_overlap_nor_leave_the_picture() {
    for source in [AIRLINE.to_owned(), sixty_nodes()] {
        let chart = chart(&source);
        let svg = svg::draw(&chart);
        let (lefts, tops) =
            (numbers(&svg, "<rect class=\"box\"", "x"), numbers(&svg, "<rect class=\"box\"", "y"));
        assert_eq!(lefts.len(), chart.boxes.len());
        let (width, height) =
            (numbers(&svg, "<svg", "width")[0], numbers(&svg, "<svg", "height")[0]);
        let boxes: Vec<(f64, f64)> = lefts.into_iter().zip(tops).collect();
        for (at, (x, y)) in boxes.iter().enumerate() {
            assert!(*x >= 0.0 && x + 210.0 <= width && *y >= 0.0 && y + 62.0 <= height, "{x} {y}");
            for (other_x, other_y) in &boxes[at + 1..] {
                let apart = (x - other_x).abs() >= 210.0 || (y - other_y).abs() >= 62.0;
                assert!(apart, "boxes at {x} {y} and {other_x} {other_y} overlap");
            }
        }
    }
}

#[test]
fn every_way_is_a_line_or_names_its_target() {
    for source in [AIRLINE.to_owned(), sixty_nodes()] {
        let chart = chart(&source);
        let references = chart.arrows.iter().filter(|arrow| arrow.refers).count();
        let svg = svg::draw(&chart);
        assert_eq!(svg.matches("<path class=\"tip").count(), chart.arrows.len() - references);
        assert_eq!(svg.matches("<a href=\"#").count(), references);
        for node in &chart.boxes {
            assert_eq!(svg.matches(&format!("<g id=\"{}\">", node.name)).count(), 1);
        }
        let mermaid = mermaid::draw(&chart);
        assert_eq!(mermaid.lines().count(), 1 + chart.boxes.len() + chart.arrows.len());
        let outline = outline::draw(&chart, 100);
        assert_eq!(outline.lines().count(), 1 + chart.arrows.len(), "{outline}");
        assert!(outline.lines().all(|line| line.chars().count() <= 100));
    }
}

#[test]
fn sixty_nodes_fit_on_two_screens() {
    let chart = chart(&sixty_nodes());
    assert!(chart.boxes.len() >= 58);
    let svg = svg::draw(&chart);
    let (width, height) = (numbers(&svg, "<svg", "width")[0], numbers(&svg, "<svg", "height")[0]);
    // At half size, letters of 13 px are still read.
    assert!(width <= 2.0 * 1920.0 && height <= 2.0 * 1200.0, "{width} x {height}");
}

#[test]
fn the_same_flow_gives_the_same_drawing() {
    let source = sixty_nodes();
    assert_eq!(svg::draw(&chart(&source)), svg::draw(&chart(&source)));
}

#[test]
fn words_of_the_author_cannot_break_out() {
    let hostile =
        AIRLINE.replace("Bags come to belt 4.", "</title><script>alert(1)</script> ] | end");
    let chart = chart(&hostile);
    let svg = svg::draw(&chart);
    assert!(!svg.contains("<script") && svg.contains("&lt;script"));
    let mermaid = mermaid::draw(&chart);
    assert!(!mermaid.contains("<script"), "{mermaid}");
}
