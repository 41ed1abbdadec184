//! `switchboard flow graph FILE`: a drawing of a flow.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use engine::flow::compile_with;

use crate::{
    flowchart::{Chart, mermaid, outline, svg},
    terminal,
};

use super::{
    super::{NO, OK, USAGE},
    check, read,
};

/// Of the outline where it does not go to a terminal.
const COLUMNS: usize = 100;

/// What to draw, and how.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The flow's file.
    file: PathBuf,
    /// Write the drawing to this file; its ending (svg, mmd, md, txt) says what is drawn.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// What to draw. Default: by the ending of the output file, else an outline.
    #[arg(long, value_enum)]
    format: Option<Format>,
}

/// Kinds of drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A picture.
    Svg,
    /// A diagram for Markdown.
    Mermaid,
    /// Lines for a terminal.
    Outline,
}

/// Draws the flow; 1 if it has errors, 64 if a file cannot be read or written.
pub fn run(arguments: &Arguments) -> u8 {
    let Some(format) = arguments.format.or_else(|| by_ending(arguments.output.as_deref())) else {
        terminal::tell("error: name the output .svg, .mmd, .md or .txt, or say --format");
        return USAGE;
    };
    let Some(files) = read(&arguments.file) else { return USAGE };
    let compiled = compile_with(&files.flow, &files.parts);
    let Some(flow) = &compiled.flow else {
        for finding in &compiled.diagnostics {
            terminal::tell(&check::draw(finding, &arguments.file, &files));
        }
        return NO;
    };
    let chart = Chart::of(flow);
    let drawing = match format {
        Format::Svg => svg::draw(&chart),
        Format::Mermaid => fenced(&mermaid::draw(&chart), arguments.output.as_deref()),
        Format::Outline => outline::draw(&chart, COLUMNS),
    };
    let Some(output) = &arguments.output else {
        terminal::say(drawing.trim_end());
        return OK;
    };
    match std::fs::write(output, drawing) {
        Ok(()) => OK,
        Err(error) => {
            terminal::tell(&format!("error: {} cannot be written: {error}", output.display()));
            USAGE
        }
    }
}

/// None for an ending that says nothing; without a file, an outline.
fn by_ending(output: Option<&Path>) -> Option<Format> {
    let Some(output) = output else { return Some(Format::Outline) };
    match output.extension()?.to_str()? {
        "svg" => Some(Format::Svg),
        "mmd" | "mermaid" | "md" => Some(Format::Mermaid),
        "txt" => Some(Format::Outline),
        _ => None,
    }
}

/// Markdown draws a diagram only within a fence.
fn fenced(diagram: &str, output: Option<&Path>) -> String {
    let markdown = output.and_then(Path::extension).is_some_and(|ending| ending == "md");
    if markdown { format!("```mermaid\n{diagram}```\n") } else { diagram.to_owned() }
}
