//! What digits must look like.

use std::fmt;

use regex_lite::{Regex, RegexBuilder};

/// Longest pattern, in characters.
const LONGEST: usize = 100;
/// Most memory of a compiled pattern, in bytes: repetitions within repetitions are refused before they cost.
const LARGEST: usize = 64 * 1_024;
/// What a pattern is made of, beside digits. A pattern is about digits only, so nothing else can stand in it.
const SIGNS: &str = "[]^-(){}|,.?*+";

/// A regular expression over digits that all of the input must fit. Cheap to clone, decided in linear time.
#[derive(Clone)]
pub struct Pattern(Regex);

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(source: &str) -> Result<Self, String> {
        if source.is_empty() {
            return Err("it is empty".to_owned());
        }
        if source.chars().count() > LONGEST {
            return Err(format!("it has more than {LONGEST} characters"));
        }
        let foreign = source.chars().find(|sign| !sign.is_ascii_digit() && !SIGNS.contains(*sign));
        if let Some(sign) = foreign {
            return Err(format!("`{}` cannot stand in it", sign.escape_debug()));
        }
        let whole = format!("^(?:{source})$");
        // A bracket too many would end the group around it.
        RegexBuilder::new(source)
            .build()
            .and_then(|_| RegexBuilder::new(&whole).size_limit(LARGEST).build())
            .map(Self)
            .map_err(|error| error.to_string())
    }

    /// Whether all of the digits fit.
    pub fn fits(&self, digits: &str) -> bool {
        self.0.is_match(digits)
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pattern").field(&self.0.as_str()).finish()
    }
}

/// Whether the last of these digits is the check digit of the others (ISO/IEC 7812, "Luhn"), as that of a card's
/// number is. False for fewer than two, and for what is no digit.
pub fn luhn(digits: &str) -> bool {
    let mut sum = 0_u32;
    for (place, digit) in digits.chars().rev().enumerate() {
        let Some(digit) = digit.to_digit(10) else { return false };
        let counted = if place.checked_rem(2) == Some(1) { digit.saturating_mul(2) } else { digit };
        sum = sum.saturating_add(if counted > 9 { counted.saturating_sub(9) } else { counted });
    }
    digits.len() > 1 && sum.checked_rem(10) == Some(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_the_digits_must_fit() {
        for (pattern, fits, fails) in [
            ("4[0-9]{3}", "4123", "14123"),
            ("(19|20)[0-9]{2}", "1999", "2199"),
            ("1|22", "22", "122"),
            ("0?[1-9]", "7", "00"),
            ("12.*", "1234", "2134"),
        ] {
            let read = Pattern::parse(pattern).expect("it is one");
            assert!(read.fits(fits) && !read.fits(fails), "{pattern}");
        }
    }

    #[test]
    fn what_is_no_pattern_of_digits_is_refused() {
        let long = "1".repeat(101);
        for source in
            ["", "a", "\\d", "[0-9", "1)|(2", "(1{1000}){1000}", "9{5,2}", "#", "ä", &long]
        {
            assert!(Pattern::parse(source).is_err(), "{source}");
        }
    }

    #[test]
    fn check_digits() {
        for (digits, right) in [
            ("4539578763621486", true),
            ("4539578763621487", false),
            ("79927398713", true),
            ("79927398731", false),
            ("0", false),
            ("", false),
            ("00", true),
            ("4 0", false),
        ] {
            assert_eq!(luhn(digits), right, "{digits}");
        }
    }
}
