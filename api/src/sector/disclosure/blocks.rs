//! Codes of a dimension merged into blocks, so that every block is safe.
//!
//! A code gives way to its neighbour in the order of its list (the board's, for lists of the board), so that what is
//! merged belongs together: age bands, sizes, phases, neighbouring disciplines.

use serde::{Deserialize, Serialize};

/// Codes in their order, cut into runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocks {
    codes: Vec<String>,
    /// The block of each code.
    of: Vec<usize>,
}

impl Blocks {
    /// Each code in a block of its own.
    pub fn single(codes: Vec<String>) -> Self {
        let of = (0..codes.len()).collect();
        Self { codes, of }
    }

    /// How many blocks there are.
    pub fn len(&self) -> usize {
        self.of.last().map_or(0, |last| last + 1)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// The codes.
    pub fn codes(&self) -> &[String] {
        &self.codes
    }

    /// The block of a code.
    pub fn of(&self, code: &str) -> Option<usize> {
        let place = self.codes.iter().position(|one| one == code)?;
        self.of.get(place).copied()
    }

    /// The codes of a block.
    pub fn members(&self, block: usize) -> Vec<&str> {
        let pairs = self.codes.iter().zip(&self.of);
        pairs
            .filter(|(_, of)| **of == block)
            .map(|(code, _)| code.as_str())
            .collect()
    }

    /// What a block is called: its code, or its first and last.
    pub fn label(&self, block: usize) -> String {
        let members = self.members(block);
        match (members.first(), members.last()) {
            (Some(first), Some(last)) if first != last => format!("{first}..{last}"),
            (Some(only), _) => (*only).to_owned(),
            (None, _) => String::new(),
        }
    }

    /// Merges a block with the lighter of its neighbours. Whether there was one.
    pub fn merge(&mut self, block: usize, weight: impl Fn(usize) -> i64) -> bool {
        if self.len() < 2 {
            return false;
        }
        let below = block.checked_sub(1);
        let above = (block + 1 < self.len()).then_some(block + 1);
        let first = match (below, above) {
            (Some(below), Some(above)) if weight(above) < weight(below) => block,
            (Some(below), _) => below,
            (None, _) => block,
        };
        for of in &mut self.of {
            if *of > first {
                *of -= 1;
            }
        }
        true
    }

    /// Merges what an earlier partition had merged. Codes it did not know stay as they are.
    pub fn no_finer_than(&mut self, earlier: &Self) {
        self.join(
            |one, other| matches!((earlier.of(one), earlier.of(other)), (Some(one), Some(other)) if one == other),
        );
    }

    /// Merges codes that belong together, with all that lie between them.
    pub fn join(&mut self, together: impl Fn(&str, &str) -> bool) {
        let mut of = Vec::with_capacity(self.of.len());
        let mut block = 0;
        for place in 0..self.codes.len() {
            if let Some(before) = place.checked_sub(1) {
                let run = self.codes.get(..=before).unwrap_or_default();
                let joined_here = self.of.get(before) == self.of.get(place);
                // A code between two that belong together belongs to them.
                let later = self.codes.get(place..).unwrap_or_default();
                let joined = run
                    .iter()
                    .any(|one| later.iter().any(|other| together(one, other)));
                if !joined_here && !joined {
                    block += 1;
                }
            }
            of.push(block);
        }
        self.of = of;
    }

    /// The same codes in one block: nothing is told apart.
    #[must_use]
    pub fn in_one(&self) -> Self {
        Self {
            codes: self.codes.clone(),
            of: vec![0; self.codes.len()],
        }
    }

    /// Whether some codes together are whole blocks.
    pub fn whole(&self, codes: impl Fn(&str) -> bool) -> bool {
        (0..self.len()).all(|block| {
            let members = self.members(block);
            let kept = members.iter().filter(|code| codes(code)).count();
            kept == 0 || kept == members.len()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn five() -> Blocks {
        Blocks::single(["a", "b", "c", "d", "e"].map(ToOwned::to_owned).to_vec())
    }

    #[test]
    fn a_block_joins_its_lighter_neighbour() {
        let mut blocks = five();
        let weights = [5, 1, 9, 2, 3];
        let weight = |block: usize| weights[block];
        assert!(blocks.merge(2, weight));
        assert_eq!(blocks.label(1), "b..c");
        assert!(blocks.merge(0, |_| 0));
        assert_eq!((blocks.len(), blocks.label(0).as_str()), (3, "a..c"));
        assert!(blocks.whole(|code| code < "d") && !blocks.whole(|code| code < "c"));
        assert!(blocks.merge(2, |_| 0) && blocks.merge(0, |_| 0) && !blocks.merge(0, |_| 0));
    }

    #[test]
    fn what_was_merged_stays_merged() {
        let mut earlier = five();
        earlier.merge(3, |block| i64::from(block != 4));
        let mut later = five();
        later.no_finer_than(&earlier);
        assert_eq!(later.members(3), ["d", "e"]);
        assert_eq!(later.len(), 4);
    }
}
