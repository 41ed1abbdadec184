//! `switchboard flow check FILE`: everything that is wrong with a flow, at its place.

use std::path::Path;

use engine::flow::{Diagnostic, Severity, compile};
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report,
};
use serde_json::json;

use crate::terminal;

use super::{NO, OK, USAGE};

/// Checks a flow file; 0 without errors, 1 with, 64 if it cannot be read.
pub fn run(file: &Path, as_json: bool) -> u8 {
    let source = match std::fs::read_to_string(file) {
        Ok(source) => source,
        Err(error) => {
            terminal::tell(&format!("error: {} cannot be read: {error}", file.display()));
            return USAGE;
        }
    };
    let compiled = compile(&source);
    let errors =
        compiled.diagnostics.iter().filter(|finding| finding.severity == Severity::Error).count();
    let warnings = compiled.diagnostics.len() - errors;
    if as_json {
        terminal::say(&findings_json(&compiled.diagnostics).to_string());
    } else {
        for finding in &compiled.diagnostics {
            terminal::say(&draw(finding, file, &source));
        }
        let verdict = match &compiled.flow {
            Some(flow) if errors == 0 => format!("ok, {} nodes", flow.nodes.len()),
            Some(_) | None => "refused".to_owned(),
        };
        terminal::say(&format!(
            "{}: {verdict}, {errors} error(s), {warnings} warning(s)",
            file.display()
        ));
    }
    if errors == 0 { OK } else { NO }
}

fn findings_json(findings: &[Diagnostic]) -> serde_json::Value {
    let rows: Vec<_> = findings
        .iter()
        .map(|finding| {
            json!({
                "code": finding.code.as_str(),
                "severity": severity_name(finding.severity),
                "message": finding.message,
                "line": finding.line,
                "column": finding.column,
                "hint": finding.hint,
                "node": finding.node,
            })
        })
        .collect();
    json!({ "findings": rows })
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
