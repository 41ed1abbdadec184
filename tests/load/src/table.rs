//! What was measured: one table for people, JSON for machines, and the floors that must hold.

use std::fmt::Write as _;

use serde::Serialize;

/// One line of the table.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    /// Which measurement, in a word.
    pub(crate) measure: &'static str,
    /// Of what.
    pub(crate) what: String,
    /// The figure's name and unit.
    pub(crate) unit: &'static str,
    /// The figure.
    pub(crate) value: f64,
    /// What the design wants; None for references.
    pub(crate) budget: Option<Budget>,
}

/// What the design wants of a figure.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Budget {
    /// At least this.
    AtLeast(f64),
    /// At most this.
    AtMost(f64),
}

/// A relation between figures of this run, which any machine must show.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Floor {
    /// In words.
    pub(crate) what: String,
    /// Whether it held.
    pub(crate) holds: bool,
}

/// All of a run.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    /// The figures.
    pub(crate) rows: Vec<Row>,
    /// The floors.
    pub(crate) floors: Vec<Floor>,
}

impl Budget {
    fn holds(self, value: f64) -> bool {
        match self {
            Self::AtLeast(least) => value >= least,
            Self::AtMost(most) => value <= most,
        }
    }

    fn words(self, value: f64) -> String {
        let (sign, limit) = match self {
            Self::AtLeast(least) => ("at least", least),
            Self::AtMost(most) => ("at most", most),
        };
        let verdict = if self.holds(value) { "met" } else { "MISSED" };
        format!("{sign} {}: {verdict}", figure(limit))
    }
}

impl Report {
    /// Adds a figure.
    pub(crate) fn row(
        &mut self,
        measure: &'static str,
        what: impl Into<String>,
        unit: &'static str,
        value: f64,
        budget: Option<Budget>,
    ) {
        self.rows.push(Row { measure, what: what.into(), unit, value, budget });
    }

    /// Adds a floor.
    pub(crate) fn floor(&mut self, what: impl Into<String>, holds: bool) {
        self.floors.push(Floor { what: what.into(), holds });
    }

    /// The figure of a row, if it was measured.
    pub(crate) fn value(&self, measure: &str, what: &str, unit: &str) -> Option<f64> {
        let row = self
            .rows
            .iter()
            .find(|row| row.measure == measure && row.what == what && row.unit == unit);
        row.map(|row| row.value)
    }

    /// Whether all floors held.
    pub(crate) fn is_sound(&self) -> bool {
        self.floors.iter().all(|floor| floor.holds)
    }

    /// The table, in Markdown so that it can go into the documentation as it is.
    pub(crate) fn table(&self) -> String {
        let mut text = "| measured | of | figure | | budget |\n|---|---|---|---|---|\n".to_owned();
        for row in &self.rows {
            let budget = row.budget.map_or_else(String::new, |budget| budget.words(row.value));
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {budget} |",
                row.measure,
                row.what,
                figure(row.value),
                row.unit
            );
        }
        for floor in &self.floors {
            let verdict = if floor.holds { "holds" } else { "DOES NOT HOLD" };
            let _ = writeln!(text, "\n{}: {verdict}", floor.what);
        }
        text
    }
}

/// As many digits as mean something.
fn figure(value: f64) -> String {
    if value.abs() >= 100.0 { format!("{value:.0}") } else { format!("{value:.2}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets_and_floors_are_told_and_only_floors_decide() {
        let mut report = Report::default();
        report.row("ack", "sqlite", "ms p99", 16.0, Some(Budget::AtMost(15.0)));
        report.floor("a is quicker than b", true);
        assert!(
            report.table().contains("| ack | sqlite | 16.00 | ms p99 | at most 15.00: MISSED |")
        );
        assert_eq!(report.value("ack", "sqlite", "ms p99"), Some(16.0));
        assert!(report.is_sound());
        report.floor("b is quicker than a", false);
        assert!(!report.is_sound());
    }
}
