//! Keys of a telephone.

use std::fmt;

use crate::wire::wire_enum;

wire_enum! {
    /// A key of a telephone (`Tone`). Pressed keys are personal, so `Debug` does not show which.
    pub enum Tone {
        /// Key 0.
        Zero = "zero",
        /// Key 1.
        One = "one",
        /// Key 2.
        Two = "two",
        /// Key 3.
        Three = "three",
        /// Key 4.
        Four = "four",
        /// Key 5.
        Five = "five",
        /// Key 6.
        Six = "six",
        /// Key 7.
        Seven = "seven",
        /// Key 8.
        Eight = "eight",
        /// Key 9.
        Nine = "nine",
        /// Key A, which ordinary telephones do not have.
        A = "a",
        /// Key B, which ordinary telephones do not have.
        B = "b",
        /// Key C, which ordinary telephones do not have.
        C = "c",
        /// Key D, which ordinary telephones do not have.
        D = "d",
        /// Key #.
        Pound = "pound",
        /// Key *.
        Asterisk = "asterisk",
    }
}

const KEYS: [(char, Tone); 16] = [
    ('0', Tone::Zero),
    ('1', Tone::One),
    ('2', Tone::Two),
    ('3', Tone::Three),
    ('4', Tone::Four),
    ('5', Tone::Five),
    ('6', Tone::Six),
    ('7', Tone::Seven),
    ('8', Tone::Eight),
    ('9', Tone::Nine),
    ('A', Tone::A),
    ('B', Tone::B),
    ('C', Tone::C),
    ('D', Tone::D),
    ('#', Tone::Pound),
    ('*', Tone::Asterisk),
];

impl Tone {
    /// What is printed on the key: `0` to `9`, `A` to `D`, `#`, `*`. `None` for an unknown tone.
    pub fn digit(&self) -> Option<char> {
        KEYS.iter().find(|(_, tone)| tone == self).map(|(key, _)| *key)
    }

    /// The tone of the key with this character; letters in either case.
    pub fn from_char(key: char) -> Option<Self> {
        let key = key.to_ascii_uppercase();
        KEYS.iter().find(|(known, _)| *known == key).map(|(_, tone)| tone.clone())
    }
}

impl fmt::Debug for Tone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tone(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_a_tone_and_comes_back() {
        for key in "0123456789ABCD#*".chars() {
            let tone = Tone::from_char(key).unwrap();
            assert_eq!(tone.digit(), Some(key));
            assert_eq!(Tone::from_wire(tone.as_wire()), tone);
        }
        assert_eq!(Tone::from_char('a'), Some(Tone::A));
        assert_eq!(Tone::from_char('x'), None);
    }

    #[test]
    fn an_unknown_tone_is_kept() {
        let tone: Tone = serde_json::from_str("\"flash\"").unwrap();
        assert_eq!(tone, Tone::Other("flash".to_owned()));
        assert_eq!(tone.digit(), None);
        assert_eq!(serde_json::to_string(&tone).unwrap(), "\"flash\"");
    }

    #[test]
    fn debug_hides_the_key() {
        assert_eq!(format!("{:?}", Tone::Seven), "Tone(redacted)");
    }
}
