//! `switchboard flow check FILE...`: everything that is wrong with flows, at its place.

use std::path::{Path, PathBuf};

use engine::flow::{Compiled, Diagnostic, Severity, compile};
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report,
};
use serde_json::json;

use crate::terminal;

use super::{
    super::{NO, OK, USAGE},
    read,
};

/// Checks flow files; 0 without errors, 1 with, 64 if one cannot be read.
pub fn run(files: &[PathBuf], as_json: bool) -> u8 {
    let mut worst = OK;
    let mut rows = Vec::new();
    for file in files {
        let Some(source) = read(file) else { return USAGE };
        let compiled = compile(&source);
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
        } else {
            tell_people(file, &source, &compiled, errors);
        }
    }
    if as_json {
        terminal::say(&json!({ "findings": rows }).to_string());
    }
    worst
}

fn tell_people(file: &Path, source: &str, compiled: &Compiled, errors: usize) {
    for finding in &compiled.diagnostics {
        terminal::say(&draw(finding, file, source));
    }
    let verdict = match &compiled.flow {
        Some(flow) if errors == 0 => format!("ok, {} nodes", flow.nodes.len()),
        Some(_) | None => "refused".to_owned(),
    };
    let warnings = compiled.diagnostics.len() - errors;
    let file = file.display();
    terminal::say(&format!("{file}: {verdict}, {errors} error(s), {warnings} warning(s)"));
}

fn finding_json(finding: &Diagnostic, file: &Path) -> serde_json::Value {
    json!({
        "file": file.display().to_string(),
        "code": finding.code.as_str(),
        "severity": severity_name(finding.severity),
        "message": finding.message,
        "line": finding.line,
        "column": finding.column,
        "hint": finding.hint,
        "node": finding.node,
    })
}

fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// One finding with the lines it points at.
pub fn draw(finding: &Diagnostic, file: &Path, source: &str) -> String {
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
    let report = Report::new(diagnostic).with_source_code(named);
    let mut text = String::new();
    let handler =
        GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(100);
    match handler.render_report(&mut text, report.as_ref()) {
        Ok(()) => text,
        Err(_) => format!("{}:{}: {}", finding.line, finding.column, finding.message),
    }
}
