//! The sheet of one cube, for people: title, notes, figures, source, and what the marks mean.
//!
//! A cube of years and one more dimension, or of any two, is a crosstab; every other is a list. In a crosstab a missing
//! figure is its mark, as the Government Statistical Service has it; in a list the mark has a column of its own.

use super::cube::{Cube, CubeDimension, CubeSource, Observation};
use super::marks;
use super::table::stamp;
use super::xlsx_page::Page;
use crate::fault::{Fault, Result};
use crate::formats::xlsx::styles::Styles;
use entity::values::Hundredths;
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Worksheet};
use std::collections::HashMap;

/// Shorthand of the Government Statistical Service for a year that is not to be compared with those before it.
const BREAK: &str = "[b]";
/// Columns that running text and rules go over, at least.
const LAST: u16 = 4;

/// Writes the sheet of a cube.
pub(super) fn sheet_of(sheet: &mut Worksheet, styles: &Styles, cube: &Cube) -> Result<()> {
    let grid = Grid::of(cube);
    let columns = grid.width(cube);
    let mut widths = grid.widths(cube);
    widths.resize(usize::from(columns).max(usize::from(LAST) + 1), 20);
    let mut page = Page::begin(sheet, styles, &cube.title, &widths)?;
    page.lines(&[
        ("Measure", cube.measure.label.clone()),
        ("Statistic", cube.statistic.label.clone()),
        ("Unit", cube.unit.label.clone()),
    ])?;
    page.lines(&summary(&cube.source))?;
    let last = columns.saturating_sub(1).max(LAST);
    if !cube.notes.is_empty() {
        page.part("What to know", last)?;
        for note in &cube.notes {
            page.paragraph(note, LAST)?;
        }
    }
    page.part(&format!("Figures ({})", cube.unit.label), last)?;
    match grid {
        Grid::Cross { down, across } => cross(&mut page, cube, down, across)?,
        Grid::List => list(&mut page, cube)?,
    }
    legend(&mut page, last)?;
    breaks(&mut page, cube, last)?;
    about(&mut page, &cube.source, last)
}

/// What the marks mean.
pub(super) fn legend(page: &mut Page<'_>, last: u16) -> Result<()> {
    page.part("Marks of figures that are missing", last)?;
    let lines: Vec<(&str, String)> = marks::LEGEND
        .iter()
        .map(|(mark, meaning)| (*mark, (*meaning).to_owned()))
        .collect();
    page.lines(&lines)
}

/// Where series break; the years have their mark in the headings, too.
fn breaks(page: &mut Page<'_>, cube: &Cube, last: u16) -> Result<()> {
    let years = cube
        .dimensions
        .iter()
        .filter(|one| one.time)
        .flat_map(|one| &one.codes);
    let broken: Vec<(String, String)> = years
        .filter_map(|year| {
            let (_, remark) = cube
                .series_breaks
                .iter()
                .find(|(code, _)| *code == year.code)?;
            Some((format!("{} {BREAK}", year.label), remark.clone()))
        })
        .collect();
    if broken.is_empty() {
        return Ok(());
    }
    page.part("Breaks in the series", last)?;
    let lines: Vec<(&str, String)> = broken
        .iter()
        .map(|(year, remark)| (year.as_str(), remark.clone()))
        .collect();
    page.lines(&lines)
}

/// What is said of the source before the figures.
pub(super) fn summary(source: &CubeSource) -> [(&'static str, String); 2] {
    let state = if source.provisional {
        "provisional: figures may still change"
    } else {
        "final"
    };
    [
        ("Source", source.title.clone()),
        (
            "State",
            format!("{state}; as of {}", source.as_of.format("%-d %B %Y")),
        ),
    ]
}

/// What else is to be said of the source.
pub(super) fn about(page: &mut Page<'_>, source: &CubeSource, last: u16) -> Result<()> {
    let rules = source
        .regime
        .clone()
        .unwrap_or_else(|| "none: the figures are exact, and not for publication".to_owned());
    let mut lines = vec![
        ("Published by", source.publisher.clone()),
        ("Edition", source.name.clone()),
        ("As of", stamp(source.as_of)),
        ("Disclosure control", rules),
    ];
    let doi = source.doi.as_ref();
    lines.extend(doi.map(|doi| ("Cite as", format!("https://doi.org/{doi}"))));
    lines.extend(source.licence.clone().map(|licence| ("Licence", licence)));
    page.part("About the source", last)?;
    page.lines(&lines)
}

/// How the figures of a cube are laid out.
#[derive(Clone, Copy)]
enum Grid {
    /// The places of the dimensions that run down and across.
    Cross {
        down: usize,
        across: usize,
    },
    List,
}

impl Grid {
    /// Years run across; of two other dimensions the one with fewer codes does. A crosstab that is wider than a page, or
    /// that would leave quartiles out, is a list.
    fn of(cube: &Cube) -> Self {
        let [first, second] = cube.dimensions.as_slice() else {
            return Self::List;
        };
        let turned = first.time || (!second.time && first.codes.len() < second.codes.len());
        let (down, across) = if turned { (1, 0) } else { (0, 1) };
        let wide = if turned { first } else { second };
        if wide.codes.len() > 12 || cube.has_quartiles() {
            Self::List
        } else {
            Self::Cross { down, across }
        }
    }

    /// The widths of the first columns in characters; the others are 20 wide. Names of codes in a list need their room.
    fn widths(self, cube: &Cube) -> Vec<u32> {
        match self {
            Self::Cross { .. } => vec![30],
            Self::List => vec![30; cube.dimensions.len().max(1)],
        }
    }

    fn width(self, cube: &Cube) -> u16 {
        let width = match self {
            Self::Cross { across, .. } => {
                1 + cube.dimensions.get(across).map_or(0, |one| one.codes.len())
            }
            Self::List => cube.dimensions.len() + Listed::of(cube.has_quartiles()).len(),
        };
        u16::try_from(width).unwrap_or(u16::MAX)
    }
}

/// How figures look.
struct Figures {
    value: Format,
    mark: Format,
    heading: Format,
}

impl Figures {
    fn of(cube: &Cube, styles: &Styles) -> Self {
        let shown = match cube.decimals {
            0 => "#,##0",
            1 => "#,##0.0",
            _ => "#,##0.00",
        };
        let right = |style: &Format| style.clone().set_align(FormatAlign::Right);
        Self {
            value: right(&styles.cell).set_num_format(shown),
            mark: right(&styles.cell),
            heading: right(&styles.heading).set_border_bottom(FormatBorder::Thin),
        }
    }
}

fn cross(page: &mut Page<'_>, cube: &Cube, down: usize, across: usize) -> Result<()> {
    let styles = page.styles;
    let figures = Figures::of(cube, styles);
    let dimension = |place: usize| cube.dimensions.get(place).ok_or(Fault::Internal);
    let (rows, columns): (&CubeDimension, &CubeDimension) = (dimension(down)?, dimension(across)?);
    let mut found: HashMap<(usize, usize), &Observation> = HashMap::new();
    for observation in &cube.observations {
        if let (Some(row), Some(column)) =
            (observation.codes.get(down), observation.codes.get(across))
        {
            found.insert((*row, *column), observation);
        }
    }
    page.text(0, &rows.title, &styles.heading)?;
    for (column, code) in (1_u16..).zip(&columns.codes) {
        let broken = columns.time
            && cube
                .series_breaks
                .iter()
                .any(|(year, _)| *year == code.code);
        let mark = if broken {
            format!(" {BREAK}")
        } else {
            String::new()
        };
        page.text(column, &format!("{}{mark}", code.label), &figures.heading)?;
    }
    let names: Vec<(&str, usize)> = columns
        .codes
        .iter()
        .map(|code| (code.label.as_str(), 19))
        .collect();
    page.tall(&names)?;
    page.down(1);
    for (row, code) in rows.codes.iter().enumerate() {
        page.text(0, &code.label, &styles.cell)?;
        page.tall(&[(&code.label, 30)])?;
        for (place, column) in (0..columns.codes.len()).zip(1_u16..) {
            match found.get(&(row, place)) {
                Some(observation) => shown(page, column, observation, &figures)?,
                None => page.text(column, "", &figures.mark)?,
            }
        }
        page.down(1);
    }
    Ok(())
}

/// A figure, or the mark that stands for it.
fn shown(
    page: &mut Page<'_>,
    column: u16,
    observation: &Observation,
    figures: &Figures,
) -> Result<()> {
    match observation.value {
        Some(value) => page.figure(column, value, &figures.value),
        None => page.text(column, marks::shorthand(observation.status), &figures.mark),
    }
}

/// A column of a list, behind those of the dimensions.
#[derive(Clone, Copy)]
enum Listed {
    Value,
    LowerQuartile,
    UpperQuartile,
    Mark,
    Contributors,
    Of,
}

impl Listed {
    const PLAIN: &'static [Self] = &[Self::Value, Self::Mark, Self::Contributors, Self::Of];
    const WITH_QUARTILES: &'static [Self] = &[
        Self::Value,
        Self::LowerQuartile,
        Self::UpperQuartile,
        Self::Mark,
        Self::Contributors,
        Self::Of,
    ];

    const fn of(quartiles: bool) -> &'static [Self] {
        if quartiles {
            Self::WITH_QUARTILES
        } else {
            Self::PLAIN
        }
    }

    const fn title(self, quartiles: bool) -> &'static str {
        match self {
            Self::Value if quartiles => "Median",
            Self::Value => "Value",
            Self::LowerQuartile => "Lower quartile",
            Self::UpperQuartile => "Upper quartile",
            Self::Mark => "Mark",
            Self::Contributors => "Institutions contributing",
            Self::Of => "Institutions in the group",
        }
    }

    fn write(
        self,
        page: &mut Page<'_>,
        column: u16,
        observation: &Observation,
        figures: &Figures,
    ) -> Result<()> {
        let count = |count: Option<u32>| count.map(|count| Hundredths::whole(i64::from(count)));
        let (value, style) = match self {
            Self::Value => (observation.value, &figures.value),
            Self::LowerQuartile => (observation.lower_quartile, &figures.value),
            Self::UpperQuartile => (observation.upper_quartile, &figures.value),
            Self::Contributors => (count(observation.contributors), &figures.mark),
            Self::Of => (count(observation.of), &figures.mark),
            Self::Mark => {
                return page.text(column, marks::shorthand(observation.status), &figures.mark);
            }
        };
        match value {
            Some(value) => page.figure(column, value, style),
            None => page.text(column, "", style),
        }
    }
}

fn list(page: &mut Page<'_>, cube: &Cube) -> Result<()> {
    let styles = page.styles;
    let figures = Figures::of(cube, styles);
    let listed = Listed::of(cube.has_quartiles());
    for (column, dimension) in (0_u16..).zip(&cube.dimensions) {
        page.text(column, &dimension.title, &styles.heading)?;
    }
    let first = u16::try_from(cube.dimensions.len()).map_err(|_| Fault::Internal)?;
    for (column, one) in (first..).zip(listed) {
        page.text(column, one.title(cube.has_quartiles()), &figures.heading)?;
    }
    page.tall(&[(Listed::Contributors.title(false), 18)])?;
    page.down(1);
    for observation in &cube.observations {
        let names: Vec<&str> = cube
            .codes(observation)
            .map(|(_, code)| code.label.as_str())
            .collect();
        for (column, name) in (0_u16..).zip(&names) {
            page.text(column, name, &styles.cell)?;
        }
        let names: Vec<(&str, usize)> = names.into_iter().map(|name| (name, 30)).collect();
        page.tall(&names)?;
        for (column, one) in (first..).zip(listed) {
            one.write(page, column, observation, &figures)?;
        }
        page.down(1);
    }
    Ok(())
}
