//! Whether adding and subtracting published figures leads to an institution.
//!
//! An institution is free if its value could be a tenth larger, and could be a tenth smaller, with every published sum
//! the same and no value negative, whatever one other institution (the intruder, who knows its own value) is. Freedom is
//! shown by an exchange: what one gains others lose. Two kinds are looked for:
//!
//! - within an atom, the institutions that no published group tells apart;
//! - around a ring of four atoms that differ crosswise: a gains, b and c lose, d gains, where each pair of groups that a
//!   and d are in is the pair that b and c are in.
//!
//! An exchange that is found proves that the institution is free, so no figure is given by mistake; one that is not
//! found may still exist, so now and then more is merged than would be needed.

use super::regime::{Control, Regime};
use std::collections::{BTreeMap, BTreeSet};

/// An institution with its value and the published groups it is in: one number for each partition, `None` where the
/// partition has no published group for it.
#[derive(Clone, Debug)]
pub struct Placed {
    /// Its place among the members.
    pub member: usize,
    /// Its value.
    pub value: i64,
    /// Its group in each partition.
    pub groups: Vec<Option<usize>>,
}

/// Institutions that no published group tells apart.
#[derive(Debug, Default)]
struct Atom {
    total: i64,
    members: Vec<(usize, i64)>,
}

impl Atom {
    /// What the atom holds beside one or two institutions.
    fn beside(&self, without: &[usize]) -> i64 {
        let gone = self
            .members
            .iter()
            .filter(|(member, _)| without.contains(member));
        self.total - gone.map(|(_, value)| value).sum::<i64>()
    }

    /// Whether anybody is in it beside one or two institutions.
    fn anybody(&self, without: &[usize]) -> bool {
        self.members
            .iter()
            .any(|(member, _)| !without.contains(member))
    }
}

type Signature = Vec<Option<usize>>;

/// The institutions that are not free, in the order of the members.
pub fn not_free(placed: &[Placed], regime: &Regime) -> Vec<usize> {
    if !regime.has(Control::Subtraction) {
        return Vec::new();
    }
    let mut atoms: BTreeMap<Signature, Atom> = BTreeMap::new();
    for one in placed.iter().filter(|one| one.value > 0) {
        let atom = atoms.entry(one.groups.clone()).or_default();
        atom.total += one.value;
        atom.members.push((one.member, one.value));
    }
    let mut caught = BTreeSet::new();
    for (signature, atom) in &atoms {
        let mut rings = None;
        for (member, value) in &atom.members {
            if within(atom, *member, *value, regime) {
                continue;
            }
            let rings = rings.get_or_insert_with(|| rings_of(signature, &atoms));
            if !free(placed, atom, rings, (*member, *value), regime) {
                caught.insert(*member);
            }
        }
    }
    caught.into_iter().collect()
}

const fn enough(room: i64, value: i64, regime: &Regime) -> bool {
    room * 100 >= value * regime.percent
}

/// Free within its atom, whoever the intruder is: the worst is the largest of the others.
fn within(atom: &Atom, member: usize, value: i64, regime: &Regime) -> bool {
    let others = atom.members.iter().filter(|(other, _)| *other != member);
    let worst = others.max_by_key(|(_, value)| *value);
    worst.is_some_and(|(worst, _)| {
        let without = [member, *worst];
        atom.anybody(&without) && enough(atom.beside(&without), value, regime)
    })
}

/// The three other atoms of a ring.
struct Ring<'a> {
    lose: [&'a Atom; 2],
    gain: &'a Atom,
}

fn rings_of<'a>(signature: &Signature, atoms: &'a BTreeMap<Signature, Atom>) -> Vec<Ring<'a>> {
    let mut rings = Vec::new();
    for (one, first) in atoms {
        for (other, second) in atoms.range(one.clone()..) {
            if one == signature || other == signature {
                continue;
            }
            let opposite = signature
                .iter()
                .zip(one)
                .zip(other)
                .map(|((own, one), other)| {
                    if own == one {
                        Some(*other)
                    } else if own == other {
                        Some(*one)
                    } else {
                        None
                    }
                });
            let opposite: Option<Signature> = opposite.collect();
            let gain = opposite.and_then(|opposite| atoms.get(&opposite));
            if let Some(gain) = gain {
                rings.push(Ring {
                    lose: [first, second],
                    gain,
                });
            }
        }
    }
    rings
}

/// Free by an exchange in its atom or around a ring, against every intruder.
fn free(
    placed: &[Placed],
    atom: &Atom,
    rings: &[Ring<'_>],
    (member, value): (usize, i64),
    regime: &Regime,
) -> bool {
    placed
        .iter()
        .filter(|one| one.member != member)
        .all(|intruder| {
            let without = [member, intruder.member];
            let at_home = atom.anybody(&without);
            let raised = enough(
                if at_home { atom.beside(&without) } else { 0 },
                value,
                regime,
            ) || rings.iter().any(|ring| {
                let [one, other] = ring.lose;
                let room = if std::ptr::eq(one, other) {
                    one.beside(&without) / 2
                } else {
                    one.beside(&without).min(other.beside(&without))
                };
                ring.gain.anybody(&without) && enough(room, value, regime)
            });
            let lowered = at_home
                || rings.iter().any(|ring| {
                    ring.lose.iter().all(|atom| atom.anybody(&without))
                        && enough(ring.gain.beside(&without), value, regime)
                });
            raised && lowered
        })
}

#[cfg(test)]
mod tests {
    use super::super::regime::HESA_5_CKP_1 as REGIME;
    use super::*;

    fn placed(institutions: &[(i64, &[usize])]) -> Vec<Placed> {
        let one = |(member, (value, groups)): (usize, &(i64, &[usize]))| Placed {
            member,
            value: *value,
            groups: groups.iter().map(|group| Some(*group)).collect(),
        };
        institutions.iter().enumerate().map(one).collect()
    }

    #[test]
    fn an_institution_alone_in_the_difference_of_two_groups_is_caught() {
        // Four of one nation, all but the last of one mission group, whose others are elsewhere.
        let sector = placed(&[
            (50, &[0, 0]),
            (50, &[0, 0]),
            (50, &[0, 0]),
            (50, &[0, 1]),
            (50, &[1, 1]),
            (50, &[1, 1]),
            (50, &[1, 1]),
        ]);
        assert_eq!(not_free(&sector, &REGIME), [3]);
    }

    #[test]
    fn two_partitions_that_cross_leave_everybody_free() {
        let sector = placed(&[
            (50, &[0, 0]),
            (60, &[0, 1]),
            (70, &[1, 0]),
            (80, &[1, 1]),
            (55, &[0, 0]),
            (65, &[0, 1]),
            (75, &[1, 0]),
            (85, &[1, 1]),
        ]);
        assert!(not_free(&sector, &REGIME).is_empty());
    }

    #[test]
    fn an_atom_of_two_gives_each_to_the_other() {
        let sector = placed(&[(50, &[0]), (60, &[0]), (70, &[1]), (80, &[1]), (90, &[1])]);
        assert_eq!(not_free(&sector, &REGIME), [0, 1]);
    }
}
