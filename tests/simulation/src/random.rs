//! Chance from a seed: the same seed, the same chance.

/// A stream of numbers (`SplitMix64`: Steele, Lea and Flood, "Fast splittable pseudorandom number generators").
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The stream of a part of a seed: parts do not disturb each other.
    pub fn part(seed: u64, part: &str) -> Self {
        let mixed = part.bytes().fold(seed ^ 0x9e37_79b9_7f4a_7c15, |so_far, byte| {
            mix(so_far.wrapping_mul(31).wrapping_add(u64::from(byte)))
        });
        Self(mixed)
    }

    /// Any number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A number from `least` up to and without `end`; `least` if there is none.
    pub fn between(&mut self, least: i64, end: i64) -> i64 {
        let width = u64::try_from(end.saturating_sub(least)).unwrap_or(0);
        if width == 0 {
            return least;
        }
        least.saturating_add(i64::try_from(self.number() % width).unwrap_or(0))
    }

    /// True so many times of a hundred.
    pub fn percent(&mut self, percent: i64) -> bool {
        self.between(0, 100) < percent
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let end = i64::try_from(from.len()).unwrap_or(0);
        &from[usize::try_from(self.between(0, end)).unwrap_or(0)]
    }

    /// One of these, each as often as its weight says.
    pub fn weighted<T: Copy>(&mut self, from: &[(i64, T)]) -> T {
        let mut at = self.between(0, from.iter().map(|(weight, _)| weight).sum());
        for (weight, one) in from {
            if at < *weight {
                return *one;
            }
            at -= weight;
        }
        from[0].1
    }
}

fn mix(mut number: u64) -> u64 {
    number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_its_stream_and_parts_are_apart() {
        let stream = |mut random: Random| (0..4).map(|_| random.number()).collect::<Vec<_>>();
        assert_eq!(stream(Random::new(7)), stream(Random::new(7)));
        assert_ne!(stream(Random::part(7, "calls")), stream(Random::part(7, "agents")));
        assert_ne!(stream(Random::part(7, "calls")), stream(Random::part(8, "calls")));
        let mut random = Random::new(1);
        assert!((0..1_000).all(|_| (5..9).contains(&random.between(5, 9))));
        assert_eq!(random.between(5, 5), 5);
    }
}
