//! Where cells lie, and what the institutions of a cell have together.

use crate::sector::catalogue::Attribute;
use crate::sector::disclosure::blocks::Blocks;
use crate::sector::disclosure::cube::Cube;
use crate::sector::disclosure::regime::{Control, Regime};
use crate::sector::disclosure::safety::{self, Unsafe};
use crate::sector::disclosure::structure::row_blocks;
use crate::sector::release::{Merged, Table};
use entity::values::AcademicYear;
use std::collections::BTreeSet;
use std::rc::Rc;

/// Where a cell lies on one axis of a table, in one year.
#[derive(Clone, Debug)]
pub enum Axis<'a> {
    /// On groups of institutions: the block of each member.
    Groups(Attribute, &'a Blocks, Rc<[Option<usize>]>),
    /// On blocks of codes: the block of each combination of codes.
    Codes(&'a Blocks, Rc<[Option<usize>]>),
}

impl<'a> Axis<'a> {
    /// Blocks of codes, which stand at a place of a cube's combinations.
    pub fn codes(cube: &Cube, place: usize, blocks: &'a Blocks) -> Self {
        Self::Codes(blocks, row_blocks(cube, place, blocks).into())
    }

    /// The blocks.
    pub const fn blocks(&self) -> &Blocks {
        match self {
            Self::Groups(_, blocks, _) | Self::Codes(blocks, _) => blocks,
        }
    }

    /// Whether a member is in a block; any is where the axis is not of groups.
    pub(super) fn has_member(&self, block: usize, member: usize) -> bool {
        match self {
            Self::Groups(_, _, of) => of.get(member).copied().flatten() == Some(block),
            Self::Codes(..) => true,
        }
    }

    /// Whether a combination of codes is in a block; any is where the axis is not of codes.
    pub(super) fn has_row(&self, block: usize, row: usize) -> bool {
        match self {
            Self::Groups(..) => true,
            Self::Codes(_, of) => of.get(row).copied().flatten() == Some(block),
        }
    }
}

/// What the institutions of a cell have together.
#[derive(Debug, Default)]
pub struct Together {
    /// Each institution's value, zeros among them.
    pub above: Vec<i64>,
    /// Each institution's lower part.
    pub below: Vec<i64>,
    /// The sum, different outputs counted once.
    pub total: i64,
    /// Its key.
    pub key: u32,
    /// The key of the sum of the lower parts.
    pub below_key: u32,
    /// The institutions.
    pub members: BTreeSet<usize>,
}

impl Together {
    /// Whether it is safe by itself.
    pub fn safe(&self, regime: &Regime) -> Result<(), Unsafe> {
        if self.above.len() < regime.contributors && regime.has(Control::Contributors) {
            return Err(Unsafe::Contributors);
        }
        safety::figure(self.above.iter().copied(), regime)
    }
}

/// Every combination of blocks.
pub fn places<'a>(axes: &[Axis<'a>]) -> Vec<Vec<(Axis<'a>, usize)>> {
    let mut all = vec![Vec::new()];
    for axis in axes {
        let longer = all.into_iter().flat_map(|at: Vec<(Axis<'a>, usize)>| {
            (0..axis.blocks().len()).map(move |block| {
                let mut at = at.clone();
                at.push((axis.clone(), block));
                at
            })
        });
        all = longer.collect();
    }
    all
}

/// What a cell is called on each of its axes.
pub fn labels(at: &[(Axis<'_>, usize)]) -> Vec<String> {
    let label = |(axis, block): &(Axis<'_>, usize)| axis.blocks().label(*block);
    at.iter().map(label).collect()
}

/// Notes what the merged codes of a year stand for.
pub fn note_merged(table: &mut Table, year: AcademicYear, axes: &[Axis<'_>]) {
    for (axis, dimension) in axes.iter().zip(table.dimensions.clone()) {
        let blocks = axis.blocks();
        for block in 0..blocks.len() {
            let members = blocks.members(block);
            if members.len() > 1 {
                table.merged.push(Merged {
                    year: year.to_string(),
                    dimension,
                    code: blocks.label(block),
                    stands_for: members.iter().map(|code| (*code).to_owned()).collect(),
                });
            }
        }
    }
}
