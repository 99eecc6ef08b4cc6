//! Cell keys and the table of noise.
//!
//! Every row of a return has a key for ever: eight bits that only the deployment's secret can tell. A figure's key is the
//! sum of the keys of the rows in it, so the same population has the same noise in every table, format and query of
//! every release, and nothing is learnt by asking twice. (Cell-key method: Fraser and Wooton 2005, Australian Bureau of
//! Statistics; Office for National Statistics, Census 2021.)

use super::super::snapshot::{Revision, Snapshot};
use crate::domain::code_lists::CodeLists;
use crate::domain::datasets::Dataset;
use crate::sector::columns::listed;
use entity::ids::VersionId;
use entity::values::{AcademicYear, DatasetName, Slug};
use std::collections::HashMap;

/// How many different keys there are.
pub const KEYS: u32 = 256;

/// Noise by size of the figure and by key.
#[derive(Debug)]
pub struct NoiseTable {
    /// Its name.
    pub name: &'static str,
    /// Largest noise, in units.
    pub most: i64,
    /// Of figures of one unit, and of larger ones: each noise with how many of the 256 keys have it.
    pub of_one: &'static [(i64, u32)],
    /// The same for two units and more.
    pub of_more: &'static [(i64, u32)],
}

/// Noise of at most two units: unbiased; variance 288/256 for one unit, 432/256 for two and more.
pub static CKP_1: NoiseTable = NoiseTable {
    name: "ckp-1",
    most: 2,
    of_one: &[(-1, 112), (0, 64), (1, 48), (2, 32)],
    of_more: &[(-2, 40), (-1, 56), (0, 64), (1, 56), (2, 40)],
};

impl NoiseTable {
    /// The noise of a figure of so many units with a key.
    pub fn at(&self, units: i64, key: u32) -> i64 {
        let table = if units <= 1 {
            self.of_one
        } else {
            self.of_more
        };
        let mut left = key % KEYS;
        for (noise, keys) in table {
            if left < *keys {
                return *noise;
            }
            left -= keys;
        }
        0
    }
}

/// The keys of rows and of identified outputs.
#[derive(Debug, Default)]
pub struct LeafKeys {
    rows: HashMap<VersionId, Box<[u8]>>,
    identifiers: Vec<u8>,
}

/// Gives a text its key: a keyed hash with the deployment's secret, taken modulo 256.
pub type Keying<'a> = &'a (dyn Fn(&str) -> u8 + Sync);

impl LeafKeys {
    /// The keys of identified outputs.
    pub fn of_identifiers(snapshot: &Snapshot, keying: Keying<'_>) -> Self {
        let identifiers = snapshot.dictionaries().identifiers.codes().iter();
        Self {
            rows: HashMap::new(),
            identifiers: identifiers.map(|one| keying(one.as_str())).collect(),
        }
    }

    /// Gives the rows of a revision their keys. A row is known by whose it is, of which dataset and year, by its codes and
    /// the discipline of its org unit, so the keys are the same wherever and whenever the release is made.
    pub fn add(
        &mut self,
        snapshot: &Snapshot,
        lists: &CodeLists,
        (whose, dataset, year): (&Slug, DatasetName, AcademicYear),
        revision: &Revision,
        keying: Keying<'_>,
    ) {
        let dictionaries = snapshot.dictionaries();
        let (disciplines, of_units) = dictionaries.disciplines(lists, false);
        let names: Vec<&'static str> = listed(Dataset::of(dataset)).collect();
        let facts = &revision.facts;
        let key = |row: usize| {
            let unit = facts
                .units
                .get(row)
                .and_then(|unit| of_units.get(*unit as usize));
            let discipline = unit.and_then(|code| disciplines.code(usize::from(*code)));
            let mut text = format!(
                "{whose}|{dataset}|{year}|{}",
                discipline.map_or("", |code| code.as_str())
            );
            for (name, codes) in names.iter().zip(&facts.codes) {
                let number = codes.get(row).copied().unwrap_or_default();
                let code = dictionaries
                    .of(name)
                    .and_then(|known| known.code(usize::from(number)));
                text.push('|');
                text.push_str(code.map_or("", |code| code.as_str()));
            }
            keying(&text)
        };
        self.rows
            .insert(revision.version, (0..facts.rows).map(key).collect());
    }

    /// The keys of a revision's rows.
    pub fn rows(&self, version: VersionId) -> &[u8] {
        self.rows.get(&version).map_or(&[], |keys| keys)
    }

    /// The key of an identified output.
    pub fn identifier(&self, number: u32) -> u32 {
        self.identifiers
            .get(number as usize)
            .copied()
            .map_or(0, u32::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_unbiased_bounded_and_has_the_variance_it_states() {
        for (units, variance) in [(1, 288), (2, 432), (1_000, 432)] {
            let all: Vec<i64> = (0..KEYS).map(|key| CKP_1.at(units, key)).collect();
            assert_eq!(all.iter().sum::<i64>(), 0);
            assert_eq!(all.iter().map(|noise| noise * noise).sum::<i64>(), variance);
            assert!(
                all.iter()
                    .all(|noise| noise.abs() <= CKP_1.most && units + noise >= 0)
            );
        }
    }
}
