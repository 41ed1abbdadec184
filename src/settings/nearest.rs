//! "Did you mean": the known key nearest to an unknown one.

/// The candidate that a slip of the finger would make into `word`, where there is one.
pub(super) fn nearest<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    let allowed = (word.chars().count() / 2).clamp(1, 3);
    candidates
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(far, _)| *far <= allowed)
        .min_by_key(|(far, _)| *far)
        .map(|(_, candidate)| candidate)
}

/// How many letters must be added, removed or changed. Words are cut at 64 letters.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for a in left.chars().take(64) {
        let mut diagonal = row[0];
        row[0] += 1;
        for (j, b) in right.iter().enumerate() {
            let changed = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_and_suggestions() {
        for (left, right, far) in [
            ("", "", 0),
            ("endpoint", "endpoint", 0),
            ("endpiont", "endpoint", 2),
            ("acces_key", "access_key", 1),
            ("", "abc", 3),
            ("abc", "", 3),
        ] {
            assert_eq!(distance(left, right), far, "{left} {right}");
        }
        let keys = ["endpoint", "resource_id", "access_key"];
        assert_eq!(nearest("resouce_id", keys), Some("resource_id"));
        assert_eq!(nearest("colour", keys), None);
    }
}
