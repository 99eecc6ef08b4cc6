//! Chance that is the same every time: whole numbers only, from a seed of words.

/// A sequence of numbers that look like chance (`SplitMix64`, seeded with FNV-1a of words).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The sequence that belongs to these words.
    pub fn of(words: &[&str]) -> Self {
        let bytes = words
            .iter()
            .flat_map(|word| word.bytes().chain(std::iter::once(0)));
        Self(bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        }))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `least` to `most`; `least` where there is none between them.
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        let span = u64::try_from(most.saturating_sub(least)).unwrap_or(0);
        let step = i64::try_from(self.next() % (span + 1)).unwrap_or(0);
        least.saturating_add(step)
    }

    /// Whether something of so many per cent comes to pass.
    pub fn chance(&mut self, per_cent: i64) -> bool {
        self.between(1, 100) <= per_cent
    }

    /// One of several codes, each as often as its weight says.
    pub fn pick(&mut self, weighted: &[(&'static str, i64)]) -> &'static str {
        let whole: i64 = weighted.iter().map(|(_, weight)| weight).sum();
        let mut left = self.between(1, whole);
        for (code, weight) in weighted {
            if left <= *weight {
                return code;
            }
            left -= weight;
        }
        "not-known"
    }

    /// Several of them, each at most once, in the order in which they stand.
    pub fn some<T: Copy>(&mut self, of: &[T], how_many: usize) -> Vec<T> {
        let mut drawn: Vec<(u64, usize)> =
            (0..of.len()).map(|place| (self.next(), place)).collect();
        drawn.sort_unstable();
        drawn.truncate(how_many);
        drawn.sort_unstable_by_key(|(_, place)| *place);
        drawn
            .into_iter()
            .filter_map(|(_, place)| of.get(place).copied())
            .collect()
    }

    /// A whole shared out by weights that chance moves by up to a third; the parts add up to it.
    pub fn share(&mut self, whole: i64, weights: &[i64]) -> Vec<i64> {
        let moved: Vec<i64> = weights
            .iter()
            .map(|weight| weight * self.between(67, 133))
            .collect();
        let all = moved.iter().sum::<i64>().max(1);
        let (mut before, mut given) = (0, 0);
        moved
            .iter()
            .map(|weight| {
                before += weight;
                let upto = whole * before / all;
                let part = upto - given;
                given = upto;
                part
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_give_the_same_numbers_and_others_give_others() {
        let draw = |words: &[&str]| {
            let mut random = Random::of(words);
            (0..8).map(|_| random.between(0, 999)).collect::<Vec<_>>()
        };
        assert_eq!(draw(&["a", "b"]), draw(&["a", "b"]));
        assert_ne!(draw(&["a", "b"]), draw(&["ab"]));
        assert!(draw(&["a"]).iter().all(|number| (0..=999).contains(number)));
    }

    #[test]
    fn parts_add_up_to_the_whole() {
        let mut random = Random::of(&["parts"]);
        for whole in [0, 1, 7, 40, 1_999] {
            let parts = random.share(whole, &[5, 1, 90, 3]);
            assert_eq!(parts.iter().sum::<i64>(), whole);
            assert!(parts.iter().all(|part| *part >= 0));
        }
        assert_eq!(random.some(&[1, 2, 3], 5), [1, 2, 3]);
        assert_eq!(random.pick(&[("never", 0), ("always", 1)]), "always");
    }
}
