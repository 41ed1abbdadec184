//! Durations as flows write them: `500ms`, `30s`, `3m`, `1h`.

use crate::Millis;

const UNITS: &[(&str, Millis)] = &[("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)];

/// Reads a duration; none where it is not one, or longer than any clock.
pub(crate) fn parse(text: &str) -> Option<Millis> {
    let split = text.find(|letter: char| !letter.is_ascii_digit())?;
    let (number, unit) = text.split_at_checked(split)?;
    let (_, factor) = UNITS.iter().find(|(name, _)| *name == unit)?;
    number.parse::<Millis>().ok()?.checked_mul(*factor)
}

/// Writes a duration in its largest whole unit.
pub(crate) fn format(duration: Millis) -> String {
    let whole = |factor: Millis| duration.checked_rem(factor) == Some(0);
    let unit = UNITS.iter().rev().find(|(_, factor)| duration != 0 && whole(*factor));
    let (name, factor) = unit.copied().unwrap_or(("s", 1_000));
    format!("{}{name}", duration.checked_div(factor).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_and_written() {
        for (text, value) in
            [("500ms", 500), ("30s", 30_000), ("3m", 180_000), ("1h", 3_600_000), ("0s", 0)]
        {
            assert_eq!(parse(text), Some(value));
            assert_eq!(format(value), text);
        }
        for text in [
            "",
            "30",
            "s",
            "-3s",
            "3 s",
            "1.5s",
            "3d",
            "3S",
            "99999999999999999999s",
            "9223372036854775807h",
            "٣s",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
