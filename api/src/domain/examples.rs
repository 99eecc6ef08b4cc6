//! Filled examples: for each dataset a few rows that are sound in any institution, shown with its templates.

use super::code_lists::{CodeEntry, CodeLists};
use super::datasets::{Dataset, Values};
use entity::values::{AcademicYear, DatasetName};

/// The org unit of every example: the one that every institution has.
const UNIT: &str = "institution";

/// Figures of the rows, in stored units and in the order of the measures.
const fn figures(dataset: DatasetName) -> &'static [&'static [Option<i64>]] {
    match dataset {
        DatasetName::Headcount => &[
            &[Some(12), Some(1_150), Some(1_120)],
            &[Some(7), Some(680), Some(650)],
            &[Some(4), None, None],
        ],
        DatasetName::HeadcountEthnicity | DatasetName::HeadcountDisability => {
            &[&[Some(12)], &[Some(7)], &[Some(4)]]
        }
        DatasetName::Authorship => &[
            &[Some(240), Some(31), Some(18), Some(52), Some(44)],
            &[Some(60), Some(5), None, None, None],
        ],
        DatasetName::AuthorshipOutputs => &[&[Some(2)], &[Some(1)], &[None]],
        DatasetName::Awards => &[
            &[Some(9), Some(5), Some(2), Some(1)],
            &[None, Some(3), None, Some(0)],
        ],
        DatasetName::Registrations => &[
            &[Some(14), Some(16), Some(3), Some(1)],
            &[Some(6), Some(6), None, None],
        ],
        DatasetName::Development => &[
            &[Some(40), Some(36), Some(1_250_000)],
            &[Some(8), None, None],
        ],
        DatasetName::Representation => {
            &[&[Some(10), Some(4), Some(5)], &[Some(25), Some(0), Some(0)]]
        }
        DatasetName::Denominators => &[&[Some(1_850), Some(164_050), Some(4_300)]],
    }
}

/// The rows as the texts of a file. Codes are taken from the lists, of those that may be used in the year; without a
/// year, of those that may be used in any.
pub fn rows(
    dataset: &Dataset,
    lists: &CodeLists,
    year: Option<AcademicYear>,
) -> Vec<Vec<Option<String>>> {
    let usable = |entry: &&CodeEntry| match year {
        Some(year) => entry.valid_in(year),
        None => entry.valid_from.is_none() && entry.valid_to.is_none(),
    };
    let code = |list: &str, row: usize| {
        let entries = lists.list(list).unwrap_or_default();
        let codes: Vec<&CodeEntry> = entries.iter().filter(usable).collect();
        let place = row.checked_rem(codes.len())?;
        codes.get(place).map(|entry| entry.code.to_string())
    };
    let rows = figures(dataset.name).iter().enumerate();
    rows.map(|(row, figures)| {
        let codes = dataset
            .dimensions
            .iter()
            .map(|dimension| match dimension.values {
                Values::List(list) => code(list, row),
                Values::Doi => Some(format!("10.5555/example.{}", row + 1)),
            });
        let measures = dataset.measures.iter().zip(*figures);
        let figures =
            measures.map(|(measure, figure)| figure.map(|it| measure.unit.shown(it).to_string()));
        std::iter::once(Some(UNIT.to_owned()))
            .chain(codes)
            .chain(figures)
            .collect()
    })
    .collect()
}
