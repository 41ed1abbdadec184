//! `switchboard flow check FILE...`: everything that is wrong with flows, at its place.

use std::path::{Path, PathBuf};

use engine::{
    call::Profile,
    flow::{
        Compiled, Diagnostic, Severity, compile_for,
        report::{Path as FlowPath, Report, report, spoken_time},
    },
};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource};
use serde_json::json;

use crate::{flow_files::FlowFiles, terminal};

use super::{
    super::{NO, OK, USAGE},
    read,
};

/// Checks flow files; 0 without errors, 1 with, 64 if one cannot be read.
pub fn run(files: &[PathBuf], profile: &Profile, as_json: bool) -> u8 {
    let mut worst = OK;
    let (mut rows, mut promises) = (Vec::new(), Vec::new());
    for file in files {
        let Some(files) = read(file) else { return USAGE };
        let compiled = compile_for(&files.flow, &files.parts, profile);
        let errors = compiled
            .diagnostics
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .count();
        if errors > 0 {
            worst = NO;
        }
        if as_json {
            rows.extend(compiled.diagnostics.iter().map(|finding| finding_json(finding, file)));
            promises.extend(compiled.flow.map(|flow| promise_json(file, &report(&flow))));
        } else {
            tell_people(file, &files, &compiled, errors);
        }
    }
    if as_json {
        terminal::say(&json!({ "findings": rows, "promises": promises }).to_string());
    }
    worst
}

fn tell_people(file: &Path, files: &FlowFiles, compiled: &Compiled, errors: usize) {
    for finding in &compiled.diagnostics {
        terminal::say(&draw(finding, file, files));
    }
    let verdict = match &compiled.flow {
        Some(flow) if errors == 0 => format!("ok, {} nodes", flow.nodes.len()),
        Some(_) | None => "refused".to_owned(),
    };
    let warnings = compiled.diagnostics.len() - errors;
    let file = file.display();
    terminal::say(&format!("{file}: {verdict}, {errors} error(s), {warnings} warning(s)"));
    if let Some(flow) = &compiled.flow {
        promise(&report(flow));
    }
}

/// What a flow without errors promises.
fn promise(report: &Report) {
    for (outcome, path) in &report.outcomes {
        let takes = spoken_time(path.takes);
        terminal::say(&format!("  {outcome:<11} {path}, at most about {takes}"));
    }
    match report.to_a_person() {
        Some(path) if path.inputs == 0 => terminal::say("  to a person: also without a word"),
        Some(path) => terminal::say(&format!("  to a person: {} input(s)", path.inputs)),
        None => terminal::say("  to a person: no way leads there"),
    }
    match &report.longest_wait {
        Some(path) => terminal::say(&format!(
            "  longest without a word from the caller: about {} ({path})",
            spoken_time(path.takes)
        )),
        None => terminal::say("  longest without a word from the caller: a circle has no end"),
    }
}

fn finding_json(finding: &Diagnostic, file: &Path) -> serde_json::Value {
    json!({
        "file": place(finding, file).display().to_string(),
        "code": finding.code.as_str(),
        "severity": severity_name(finding.severity),
        "message": finding.message,
        "line": finding.line,
        "column": finding.column,
        "hint": finding.hint,
        "node": finding.node,
    })
}

fn promise_json(file: &Path, report: &Report) -> serde_json::Value {
    let path = |path: &FlowPath| {
        let steps = path.steps.iter().map(|(node, by)| json!({ "node": node, "left_by": by }));
        json!({
            "steps": steps.collect::<Vec<_>>(), "inputs": path.inputs, "at_most_ms": path.takes,
        })
    };
    let outcomes: serde_json::Map<_, _> =
        report.outcomes.iter().map(|(name, way)| ((*name).to_owned(), path(way))).collect();
    json!({
        "file": file.display().to_string(),
        "outcomes": outcomes,
        "inputs_to_a_person": report.to_a_person().map(|path| path.inputs),
        "longest_wait": report.longest_wait.as_ref().map(path),
    })
}

fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// The file that a finding is in.
fn place(finding: &Diagnostic, file: &Path) -> PathBuf {
    match &finding.file {
        Some(beside) => file.with_file_name(beside),
        None => file.to_owned(),
    }
}

/// One finding with the lines it points at.
pub fn draw(finding: &Diagnostic, file: &Path, files: &FlowFiles) -> String {
    let beside = finding.file.as_ref().and_then(|path| files.parts.get(path));
    let source = beside.unwrap_or(&files.flow);
    let file = place(finding, file);
    let length = finding.span.length.max(1);
    let label = LabeledSpan::at(finding.span.offset..finding.span.offset + length, "here");
    let severity = match finding.severity {
        Severity::Error => miette::Severity::Error,
        Severity::Warning => miette::Severity::Warning,
    };
    let mut diagnostic = MietteDiagnostic::new(finding.message.clone())
        .with_code(finding.code.as_str())
        .with_severity(severity)
        .with_label(label);
    if let Some(hint) = &finding.hint {
        diagnostic = diagnostic.with_help(hint.clone());
    }
    let named = NamedSource::new(file.display().to_string(), source.to_owned());
    let report = miette::Report::new(diagnostic).with_source_code(named);
    let mut text = String::new();
    let handler =
        GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(100);
    match handler.render_report(&mut text, report.as_ref()) {
        Ok(()) => text,
        Err(_) => format!("{}:{}: {}", finding.line, finding.column, finding.message),
    }
}
