//! "Did you mean": the known word nearest to an unknown one.

/// The candidate that a slip of the finger would make into `word`, where there is one. Ties go to the first.
pub(crate) fn nearest<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    let allowed = (word.chars().count() / 3).clamp(1, 3);
    candidates
        .into_iter()
        .map(|candidate| (distance(&word.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(far, _)| *far <= allowed)
        .min_by_key(|(far, _)| *far)
        .map(|(_, candidate)| candidate)
}

/// How many letters must be added, removed, changed or swapped with their neighbour.
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().take(64).collect();
    let right: Vec<char> = right.chars().take(64).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut next = vec![i.saturating_add(1)];
        for (j, b) in right.iter().enumerate() {
            let at =
                |cells: &[usize], index: usize| cells.get(index).copied().unwrap_or(usize::MAX);
            let changed = at(&row, j).saturating_add(usize::from(a != b));
            let added = at(&next, j).saturating_add(1);
            let removed = at(&row, j.saturating_add(1)).saturating_add(1);
            let mut best = changed.min(added).min(removed);
            let swapped = i > 0
                && j > 0
                && left.get(i.saturating_sub(1)) == Some(b)
                && right.get(j.saturating_sub(1)) == Some(a);
            if swapped {
                best = best.min(at(&before, j.saturating_sub(1)).saturating_add(1));
            }
            next.push(best);
        }
        before = row;
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_and_suggestions() {
        for (left, right, far) in [
            ("", "", 0),
            ("menu", "menu", 0),
            ("mneu", "menu", 1),
            ("hangup", "hang", 2),
            ("", "abc", 3),
        ] {
            assert_eq!(distance(left, right), far, "{left} {right}");
        }
        let names = ["greeting", "menu", "people"];
        assert_eq!(nearest("greting", names), Some("greeting"));
        assert_eq!(nearest("Menu", names), Some("menu"));
        assert_eq!(nearest("voicemail", names), None);
    }
}
