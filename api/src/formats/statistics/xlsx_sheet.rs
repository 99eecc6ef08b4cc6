//! The sheet of one cube, for people: title, notes, figures, source, and what the marks mean.
//!
//! A cube of years and one more dimension, or of any two, is a crosstab; every other is a list. In a crosstab a missing
//! figure is its mark, as the Government Statistical Service has it; in a list the mark has a column of its own.

use super::cube::{Cube, CubeDimension, CubeSource, Observation};
use super::marks;
use super::table::stamp;
use crate::fault::{Fault, Result};
use crate::formats::xlsx::styles::{Styles, fault, fit, number, printed};
use entity::values::Hundredths;
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Url, Worksheet};
use std::collections::HashMap;

/// A sheet that is written from the top down.
pub(super) struct Page<'s> {
    sheet: &'s mut Worksheet,
    styles: &'s Styles,
    row: u32,
}

impl<'s> Page<'s> {
    /// A sheet with its title, and columns of so many characters.
    pub fn begin(
        sheet: &'s mut Worksheet,
        styles: &'s Styles,
        title: &str,
        widths: &[u32],
    ) -> Result<Self> {
        printed(sheet, false)?;
        sheet.set_screen_gridlines(false);
        for (column, width) in (0_u16..).zip(widths) {
            sheet.set_column_width(column, *width).map_err(fault)?;
        }
        sheet.set_row_height(0, 28).map_err(fault)?;
        let mut page = Self {
            sheet,
            styles,
            row: 0,
        };
        page.text(0, title, &styles.title)?;
        page.down(2);
        Ok(page)
    }

    pub fn down(&mut self, rows: u32) {
        self.row += rows;
    }

    pub fn text(&mut self, column: u16, text: &str, style: &Format) -> Result<()> {
        // A cell takes 32,767 characters.
        let text: String = text.chars().take(32_000).collect();
        self.sheet
            .write_string_with_format(self.row, column, text, style)
            .map(|_| ())
            .map_err(fault)
    }

    fn figure(&mut self, column: u16, figure: Hundredths, style: &Format) -> Result<()> {
        let figure = number(&figure.to_string())?;
        self.sheet
            .write_number_with_format(self.row, column, figure, style)
            .map(|_| ())
            .map_err(fault)
    }

    pub fn link(&mut self, link: Url, text: &str) -> Result<()> {
        let style = self
            .styles
            .cell
            .clone()
            .set_underline(rust_xlsxwriter::FormatUnderline::Single);
        self.sheet
            .write_url_with_options(self.row, 0, link, text, "", Some(&style))
            .map(|_| ())
            .map_err(fault)
    }

    /// Makes the row as high as a text needs.
    pub fn wrapped(&mut self, text: &str, line: usize) -> Result<()> {
        fit(self.sheet, self.row, text, line)
    }

    /// The heading of a part, ruled from the first column to `last`.
    pub fn part(&mut self, title: &str, last: u16) -> Result<()> {
        self.down(1);
        for column in 1..=last {
            self.text(column, "", &self.styles.part.clone())?;
        }
        self.text(0, title, &self.styles.part.clone())?;
        self.down(1);
        Ok(())
    }

    pub fn headings(&mut self, names: &[&str]) -> Result<()> {
        let styles = self.styles;
        for (column, name) in (0_u16..).zip(names) {
            self.text(column, name, &styles.heading)?;
        }
        self.down(1);
        Ok(())
    }

    /// A text over several columns.
    pub fn paragraph(&mut self, text: &str, last: u16) -> Result<()> {
        self.across(0, last, text)?;
        self.down(1);
        Ok(())
    }

    fn across(&mut self, first: u16, last: u16, text: &str) -> Result<()> {
        let text: String = text.chars().take(32_000).collect();
        self.wrapped(&text, WIDE)?;
        self.sheet
            .merge_range(self.row, first, self.row, last, &text, &self.styles.prose)
            .map(|_| ())
            .map_err(fault)
    }

    /// What something is called, and what it is.
    pub fn lines(&mut self, lines: &[(&str, String)]) -> Result<()> {
        let styles = self.styles;
        for (label, text) in lines {
            self.text(0, label, &styles.label)?;
            self.across(1, 4, text)?;
            self.down(1);
        }
        Ok(())
    }
}

/// Characters of a line over the columns of running text.
const WIDE: usize = 95;
/// Columns that running text and rules go over, at least.
const LAST: u16 = 4;

/// Writes the sheet of a cube.
pub(super) fn sheet_of(sheet: &mut Worksheet, styles: &Styles, cube: &Cube) -> Result<()> {
    let grid = Grid::of(cube);
    let columns = grid.width(cube);
    let mut widths = vec![30_u32];
    widths.resize(usize::from(columns).max(usize::from(LAST) + 1), 20);
    let mut page = Page::begin(sheet, styles, &cube.title, &widths)?;
    page.lines(&[
        ("Measure", cube.measure.label.clone()),
        ("Statistic", cube.statistic.label.clone()),
        ("Unit", cube.unit.label.clone()),
    ])?;
    page.lines(&source_lines(&cube.source))?;
    let last = columns.saturating_sub(1).max(LAST);
    if !cube.notes.is_empty() {
        page.part("What to know", last)?;
        for note in &cube.notes {
            page.paragraph(note, LAST)?;
        }
    }
    page.part(&format!("Figures, in {}", cube.unit.label), last)?;
    match grid {
        Grid::Cross { down, across } => cross(&mut page, cube, down, across)?,
        Grid::List => list(&mut page, cube)?,
    }
    if !cube.series_breaks.is_empty() {
        page.part("Breaks in the series", last)?;
        let breaks: Vec<(&str, String)> = cube
            .series_breaks
            .iter()
            .map(|(year, remark)| (year.as_str(), remark.clone()))
            .collect();
        page.lines(&breaks)?;
    }
    legend(&mut page, last)
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

/// Where figures are from, line by line.
pub(super) fn source_lines(source: &CubeSource) -> Vec<(&'static str, String)> {
    let state = if source.provisional {
        "provisional: figures may still change"
    } else {
        "final"
    };
    let rules = source
        .regime
        .clone()
        .unwrap_or_else(|| "none: the figures are exact and not for publication".to_owned());
    let mut lines = vec![
        ("Source", format!("{} ({})", source.title, source.name)),
        ("Published by", source.publisher.clone()),
        ("As of", stamp(source.as_of)),
        ("State", state.to_owned()),
        ("Disclosure control", rules),
    ];
    let doi = source.doi.as_ref();
    lines.extend(doi.map(|doi| ("Cite as", format!("https://doi.org/{doi}"))));
    lines.extend(source.licence.clone().map(|licence| ("Licence", licence)));
    lines
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

    fn width(self, cube: &Cube) -> u16 {
        let width = match self {
            Self::Cross { across, .. } => {
                1 + cube.dimensions.get(across).map_or(0, |one| one.codes.len())
            }
            Self::List => cube.dimensions.len() + 4 + if cube.has_quartiles() { 2 } else { 0 },
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
        page.text(column, &code.label, &figures.heading)?;
    }
    page.down(1);
    for (row, code) in rows.codes.iter().enumerate() {
        page.text(0, &code.label, &styles.cell)?;
        page.wrapped(&code.label, 28)?;
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

fn list(page: &mut Page<'_>, cube: &Cube) -> Result<()> {
    let styles = page.styles;
    let figures = Figures::of(cube, styles);
    let quartiles = cube.has_quartiles();
    let titles = cube.dimensions.iter().map(|one| one.title.as_str());
    for (column, title) in (0_u16..).zip(titles) {
        page.text(column, title, &styles.heading)?;
    }
    let first = u16::try_from(cube.dimensions.len()).map_err(|_| Fault::Internal)?;
    let mut headings = vec!["Value"];
    headings.extend(
        quartiles
            .then_some(["Lower quartile", "Upper quartile"])
            .into_iter()
            .flatten(),
    );
    headings.extend([
        "Mark",
        "Institutions contributing",
        "Institutions in the group",
    ]);
    for (column, title) in (first..).zip(&headings) {
        page.text(column, title, &figures.heading)?;
    }
    page.wrapped("Institutions contributing", 18)?;
    page.down(1);
    for observation in &cube.observations {
        for (column, (_, code)) in (0_u16..).zip(cube.codes(observation)) {
            page.text(column, &code.label, &styles.cell)?;
        }
        let mut values = vec![observation.value];
        if quartiles {
            values.extend([observation.lower_quartile, observation.upper_quartile]);
        }
        let count = |count: Option<u32>| count.map(|count| Hundredths::whole(i64::from(count)));
        let mut columns = first..;
        let mut cell = |page: &mut Page<'_>, value: Option<Hundredths>, style: &Format| {
            let column = columns.next().ok_or(Fault::Internal)?;
            match value {
                Some(value) => page.figure(column, value, style),
                None => page.text(column, "", &figures.mark),
            }
        };
        for value in &values {
            cell(page, *value, &figures.value)?;
        }
        cell(page, None, &figures.mark)?;
        cell(page, count(observation.contributors), &figures.mark)?;
        cell(page, count(observation.of), &figures.mark)?;
        let mark = first + u16::try_from(values.len()).map_err(|_| Fault::Internal)?;
        page.text(mark, marks::shorthand(observation.status), &figures.mark)?;
        page.down(1);
    }
    Ok(())
}
