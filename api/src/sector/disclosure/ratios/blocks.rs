//! What of a part's own figures is told apart on the axes of a ratio's table.

use super::{Base, Found};
use crate::sector::catalogue::{Attribute, Dimension};
use crate::sector::disclosure::structure::Structure;
use entity::values::AcademicYear;

/// The blocks a part's own figures have on the axes of a table; only those it has. None where a condition on its rows
/// would cut through a block.
pub(super) fn blocks_of(base: &Base<'_>, year: AcademicYear, dimensions: &[Dimension]) -> Found {
    let structure = base.structures.get(&year)?;
    let mut attribute = None;
    let mut code = None;
    for dimension in dimensions {
        match dimension {
            Dimension::Institution(one) => attribute = Some(*one),
            other => code = Some(*other),
        }
    }
    let own = code.filter(|code| base.cubes.by.contains_key(code));
    let Some(only) = base.part.only() else {
        return plain(structure, attribute, own);
    };
    let dimension = Dimension::Rows(only.dimension);
    let keeps = |code: &str| only.keeps(code);
    match (attribute, own) {
        (None, None) => structure.codes.get(&dimension)?.whole(keeps).then(Vec::new),
        (Some(one), None) => {
            let by_group = structure.by_group.get(&dimension)?;
            let groups = by_group.groups.get(&one)?.clone();
            by_group
                .codes
                .whole(keeps)
                .then(|| vec![(Dimension::Institution(one), groups)])
        }
        (None, Some(code)) => {
            let pair = structure.pairs.iter().find_map(|(known, (one, other))| {
                if *known == (dimension, code) {
                    Some((one, other))
                } else if *known == (code, dimension) {
                    Some((other, one))
                } else {
                    None
                }
            });
            let (conditioned, codes) = pair?;
            conditioned
                .whole(keeps)
                .then(|| vec![(code, codes.clone())])
        }
        (Some(_), Some(_)) => None,
    }
}

fn plain(structure: &Structure, attribute: Option<Attribute>, code: Option<Dimension>) -> Found {
    match (attribute, code) {
        (None, None) => Some(Vec::new()),
        (Some(one), None) => Some(vec![(
            Dimension::Institution(one),
            structure.groups.get(&one)?.clone(),
        )]),
        (None, Some(code)) => Some(vec![(code, structure.codes.get(&code)?.clone())]),
        (Some(one), Some(code)) => {
            let by_group = structure.by_group.get(&code)?;
            Some(vec![
                (
                    Dimension::Institution(one),
                    by_group.groups.get(&one)?.clone(),
                ),
                (code, by_group.codes.clone()),
            ])
        }
    }
}
