//! A smaller plan that still fails in the same way.

use crate::{plan::Plan, run::run};

/// Drops faults, calls, moves and hang-ups as long as the same violation is found; at most so many runs.
pub fn shrink(plan: &Plan, name: &str, mut runs: u32) -> Plan {
    let mut smallest = plan.clone();
    loop {
        let before = smallest.clone();
        for candidate in candidates(&smallest) {
            if runs == 0 {
                return smallest;
            }
            runs -= 1;
            if fails(&candidate, name) {
                smallest = candidate;
                break;
            }
        }
        if smallest == before {
            return smallest;
        }
    }
}

fn fails(plan: &Plan, name: &str) -> bool {
    run(plan, false)
        .is_ok_and(|report| report.violations.iter().any(|violation| violation.name == name))
}

/// Plans with something left out, the largest pieces first.
fn candidates(plan: &Plan) -> Vec<Plan> {
    let mut all = Vec::new();
    let calls = plan.calls.len();
    let mut size = calls / 2;
    while size > 0 {
        for start in (0..calls).step_by(size) {
            let mut smaller = plan.clone();
            smaller.calls.drain(start..(start + size).min(calls));
            all.push(smaller);
        }
        size /= 2;
    }
    for index in 0..plan.faults.len() {
        let mut smaller = plan.clone();
        smaller.faults.remove(index);
        all.push(smaller);
    }
    for index in 0..plan.calls.len() {
        if plan.calls[index].leaves.is_some() {
            let mut smaller = plan.clone();
            smaller.calls[index].leaves = None;
            all.push(smaller);
        }
        if !plan.calls[index].moves.is_empty() {
            let mut smaller = plan.clone();
            smaller.calls[index].moves.pop();
            all.push(smaller);
        }
    }
    for index in 0..plan.agents.len() {
        if !plan.agents[index].presence.is_empty() {
            let mut smaller = plan.clone();
            smaller.agents[index].presence.pop();
            all.push(smaller);
        }
    }
    all
}
