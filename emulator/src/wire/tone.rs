//! DTMF tones.

use super::Refusal;
use serde::{Deserialize, Serialize};

/// A key of the phone: `Tone` of the swagger. `Debug` shows no digit.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tone(char);

const NAMES: [(char, &str); 16] = [
    ('0', "zero"),
    ('1', "one"),
    ('2', "two"),
    ('3', "three"),
    ('4', "four"),
    ('5', "five"),
    ('6', "six"),
    ('7', "seven"),
    ('8', "eight"),
    ('9', "nine"),
    ('A', "a"),
    ('B', "b"),
    ('C', "c"),
    ('D', "d"),
    ('#', "pound"),
    ('*', "asterisk"),
];

impl Tone {
    /// The key with this character: `0` to `9`, `A` to `D`, `#`, `*`.
    pub(crate) fn from_key(key: char) -> Option<Self> {
        let key = key.to_ascii_uppercase();
        NAMES.iter().any(|(character, _)| *character == key).then_some(Self(key))
    }

    /// The tone with this name on the wire.
    pub(crate) fn from_name(member: &str, name: &str) -> Result<Self, Refusal> {
        NAMES
            .iter()
            .find(|(_, known)| known.eq_ignore_ascii_case(name))
            .map(|(character, _)| Self(*character))
            .ok_or_else(|| Refusal::member(member, "is not a tone"))
    }

    /// The key as a character.
    pub(crate) fn key(self) -> char {
        self.0
    }

    /// Its two frequencies, hertz (ITU-T Q.23).
    pub(crate) fn frequencies(self) -> (u16, u16) {
        const KEYS: [&str; 4] = ["123A", "456B", "789C", "*0#D"];
        const LOW: [u16; 4] = [697, 770, 852, 941];
        const HIGH: [u16; 4] = [1_209, 1_336, 1_477, 1_633];
        let rows = KEYS.iter().zip(LOW);
        let mut found = rows.filter_map(|(row, low)| Some((low, HIGH.get(row.find(self.0)?)?)));
        found.next().map_or((0, 0), |(low, high)| (low, *high))
    }

    /// Its name on the wire.
    pub(crate) fn name(self) -> &'static str {
        NAMES.iter().find(|(character, _)| *character == self.0).map_or("zero", |(_, name)| *name)
    }
}

impl std::fmt::Debug for Tone {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Tone")
    }
}

#[cfg(test)]
mod tests {
    use super::Tone;

    #[test]
    fn keys_and_names_agree() {
        for (key, name) in [('0', "zero"), ('#', "pound"), ('*', "asterisk"), ('d', "d")] {
            let tone = Tone::from_key(key).expect("a key");
            assert_eq!(tone.name(), name);
            assert_eq!(Tone::from_name("tone", name).expect("a name"), tone);
        }
        assert!(Tone::from_key('x').is_none());
        assert!(Tone::from_name("tone", "eleven").is_err());
    }
}
