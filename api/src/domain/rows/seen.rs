//! Which rows there were, in flat memory: of each no more than a digest of its key, and where it stood.

use super::{Key, MAX_ROWS, RowPlace};
use entity::ids::OrgUnitId;
use std::collections::HashMap;
use std::collections::hash_map::{Entry, RandomState};
use std::hash::{BuildHasher as _, Hasher as _};

/// Maps the digests are spread over, so that no growing map is ever copied as a whole. A million rows fill each to
/// seven eighths of what it has room for.
const SHARDS: u64 = 320;

/// 96 bits of two keyed hashes: that any two of a million different rows have the same is less likely than 1 in 10^16,
/// and nobody outside can look for two that have.
type Digest = [u8; 12];

/// The rows that were seen.
pub(super) struct Seen {
    keys: [RandomState; 2],
    shards: Vec<HashMap<Digest, u32>>,
    bytes: Vec<u8>,
    noted: usize,
}

impl Default for Seen {
    fn default() -> Self {
        Self {
            keys: [RandomState::new(), RandomState::new()],
            shards: (0..SHARDS).map(|_| HashMap::new()).collect(),
            bytes: Vec::new(),
            noted: 0,
        }
    }
}

impl std::fmt::Debug for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seen")
    }
}

impl Seen {
    /// Where a row with the same org unit and codes stood; notes this one where there was none. Of more rows than a
    /// return may have, the first are noted.
    pub(super) fn before(
        &mut self,
        place: RowPlace,
        org_unit: OrgUnitId,
        codes: &[Key],
    ) -> Option<RowPlace> {
        let (shard, digest) = self.digest(org_unit, codes);
        let number = match place {
            RowPlace::Row(number) | RowPlace::Index(number) => number,
        };
        // An upload has fewer bytes than this has numbers.
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        match self.shards.get_mut(shard)?.entry(digest) {
            Entry::Vacant(free) => {
                if self.noted < MAX_ROWS {
                    free.insert(number);
                    self.noted += 1;
                }
                None
            }
            Entry::Occupied(taken) => Some(place.at(u64::from(*taken.get()))),
        }
    }

    fn digest(&mut self, org_unit: OrgUnitId, codes: &[Key]) -> (usize, Digest) {
        self.bytes.clear();
        self.bytes.extend_from_slice(org_unit.0.as_bytes());
        for code in codes {
            self.bytes.extend_from_slice(code.as_str().as_bytes());
            // No code and no identifier holds one.
            self.bytes.push(0);
        }
        let hash = |key: &RandomState| {
            let mut hasher = key.build_hasher();
            hasher.write(&self.bytes);
            hasher.finish()
        };
        let [one, other] = self.keys.each_ref().map(hash);
        let mut digest = [0; 12];
        let (head, tail) = digest.split_at_mut(8);
        head.copy_from_slice(&one.to_le_bytes());
        let [a, b, c, d, ..] = other.to_le_bytes();
        tail.copy_from_slice(&[a, b, c, d]);
        let shard = usize::try_from((other >> 32) % SHARDS).unwrap_or_default();
        (shard, digest)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail loudly")]
    use super::*;
    use entity::values::Code;
    use uuid::Uuid;

    #[test]
    fn the_first_of_two_rows_is_named() {
        let mut seen = Seen::default();
        let keys = |codes: &[&str]| -> Vec<Key> {
            codes
                .iter()
                .map(|code| Key::from(&code.parse::<Code>().unwrap()))
                .collect()
        };
        let unit = |number| OrgUnitId(Uuid::from_u128(number));
        let mut row =
            |number, id, codes: &[&str]| seen.before(RowPlace::Row(number), unit(id), &keys(codes));
        assert_eq!(row(2, 1, &["ab", "c"]), None);
        assert_eq!(row(3, 1, &["a", "bc"]), None);
        assert_eq!(row(4, 2, &["ab", "c"]), None);
        assert_eq!(row(5, 1, &["ab"]), None);
        assert_eq!(row(6, 1, &["ab", "c"]), Some(RowPlace::Row(2)));
        assert_eq!(row(7, 1, &["ab", "c"]), Some(RowPlace::Row(2)));
        assert_eq!(row(8, 2, &["ab", "c"]), Some(RowPlace::Row(4)));
    }
}
