//! The template of a dataset: a workbook to fill in, with drop-downs for codes, notes on headings, the code lists and
//! an example.

use super::read::{BESIDE, ROWS, letters};
use super::styles::{Styles, fault, fit, number, printed};
use super::write::heading;
use crate::domain::code_lists::{CodeEntry, CodeLists};
use crate::domain::datasets::{Dataset, Dimension, Measure, ORG_UNIT, Unit, Values};
use crate::domain::rows::MAX_ROWS;
use crate::fault::Result;
use entity::values::AcademicYear;
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DataValidationRule, Format, Formula, Note, Workbook,
    Worksheet,
};
use std::collections::HashMap;

/// The last row of a sheet, from 0.
const LAST: u32 = 1_048_575;

/// What a template is made from.
#[derive(Debug)]
pub struct Template<'a> {
    /// The dataset.
    pub dataset: &'static Dataset,
    /// Every code list.
    pub lists: &'a CodeLists,
    /// The year it is for: only its codes are offered.
    pub year: Option<AcademicYear>,
    /// Rows of the example, as texts in the order of the columns.
    pub example: Vec<Vec<Option<String>>>,
    /// Whether the example stands among the rows to be filled in, too.
    pub filled: bool,
}

/// Where each list stands on the sheet of codes.
type Ranges = HashMap<&'static str, String>;

impl Template<'_> {
    /// The file.
    ///
    /// # Errors
    /// [`crate::fault::Fault::Internal`] where the library refuses.
    pub fn write(&self) -> Result<Vec<u8>> {
        let [codes, notes, example, _, _] = BESIDE;
        let styles = Styles::new();
        let mut book = Workbook::new();
        let mut rows = Worksheet::new();
        let mut lists = Worksheet::new();
        lists.set_name(codes).map_err(fault)?;
        let ranges = self.codes(&mut lists, &styles)?;
        rows.set_name(ROWS).map_err(fault)?;
        self.table(&mut rows, &styles)?;
        self.rules(&mut rows, &ranges)?;
        if self.filled {
            self.fill(&mut rows, &styles)?;
        }
        book.push_worksheet(rows);
        book.push_worksheet(lists);
        let sheet = book.add_worksheet();
        sheet.set_name(notes).map_err(fault)?;
        self.notes(sheet, &styles)?;
        let sheet = book.add_worksheet();
        sheet.set_name(example).map_err(fault)?;
        self.table(sheet, &styles)?;
        self.fill(sheet, &styles)?;
        book.save_to_buffer().map_err(fault)
    }

    /// Headings with their notes, and columns formatted for what belongs in them.
    fn table(&self, sheet: &mut Worksheet, styles: &Styles) -> Result<()> {
        heading(sheet, self.dataset, styles)?;
        for (column, about) in (0_u16..).zip(self.columns()) {
            let style = match about.unit {
                None => &styles.text,
                Some(unit) if unit.scale() == 1 => &styles.whole,
                Some(_) => &styles.decimal,
            };
            sheet.set_column_format(column, style).map_err(fault)?;
            let note = Note::new(about.note())
                .add_author_prefix(false)
                .set_width(300)
                .set_height(150);
            sheet.insert_note(0, column, &note).map_err(fault)?;
        }
        Ok(())
    }

    fn columns(&self) -> Vec<About> {
        let unit = About {
            name: ORG_UNIT,
            title: "Org unit",
            unit: None,
            required: true,
            meaning: "The code of a unit of your institution; institution stands for the whole of it. A person stands in one row only.".to_owned(),
        };
        let dimensions = self.dataset.dimensions.iter().map(About::dimension);
        let measures = self.dataset.measures.iter().map(About::measure);
        std::iter::once(unit)
            .chain(dimensions)
            .chain(measures)
            .collect()
    }

    /// What each column takes, down to the last row of the sheet.
    fn rules(&self, sheet: &mut Worksheet, ranges: &Ranges) -> Result<()> {
        let first = 1_u16;
        for (column, dimension) in (first..).zip(self.dataset.dimensions) {
            let Some(range) = dimension.list().and_then(|list| ranges.get(list)) else {
                continue;
            };
            let rule = DataValidation::new()
                .allow_list_formula(Formula::new(range))
                .set_error_style(DataValidationErrorStyle::Stop)
                .set_error_title("Not in the list")
                .and_then(|rule| {
                    rule.set_error_message(format!(
                        "Choose a code of the list; the sheet codes explains them. Column {}.",
                        dimension.name
                    ))
                })
                .map_err(fault)?;
            sheet
                .add_data_validation(1, column, LAST, column, &rule)
                .map_err(fault)?;
        }
        let first = first + u16::try_from(self.dataset.dimensions.len()).unwrap_or_default();
        for (column, measure) in (first..).zip(self.dataset.measures) {
            let most = measure.unit.shown(measure.unit.most()).to_string();
            let range = DataValidationRule::Between(Formula::new("0"), Formula::new(most));
            let (rule, said) = if measure.unit.scale() == 1 {
                let rule = DataValidation::new().allow_whole_number_formula(range);
                (rule, "A whole number from 0 belongs here.")
            } else {
                let rule = DataValidation::new().allow_decimal_number_formula(range);
                (
                    rule,
                    "A number from 0 belongs here, with at most two decimals.",
                )
            };
            let rule = rule
                .set_error_title("Not a figure")
                .and_then(|rule| rule.set_error_message(said))
                .map_err(fault)?;
            sheet
                .add_data_validation(1, column, LAST, column, &rule)
                .map_err(fault)?;
        }
        Ok(())
    }

    fn fill(&self, sheet: &mut Worksheet, styles: &Styles) -> Result<()> {
        let columns = self.columns();
        for (row, cells) in (1_u32..).zip(&self.example) {
            for ((column, about), cell) in (0_u16..).zip(&columns).zip(cells) {
                let Some(cell) = cell else { continue };
                let done = match about.unit {
                    None => sheet.write_string_with_format(row, column, cell, &styles.text),
                    Some(unit) => {
                        let whole = unit.scale() == 1;
                        let style = if whole {
                            &styles.whole
                        } else {
                            &styles.decimal
                        };
                        sheet.write_number_with_format(row, column, number(cell)?, style)
                    }
                };
                done.map_err(fault)?;
            }
        }
        Ok(())
    }

    /// The codes of every list of the dataset, list after list; gives back where each stands.
    fn codes(&self, sheet: &mut Worksheet, styles: &Styles) -> Result<Ranges> {
        let headings = [
            "column",
            "list",
            "code",
            "label",
            "valid from",
            "valid to",
            "part of",
        ];
        let widths = [18, 18, 26, 70, 12, 12, 18];
        printed(sheet, true)?;
        sheet.set_freeze_panes(1, 0).map_err(fault)?;
        for ((column, name), width) in (0_u16..).zip(headings).zip(widths) {
            sheet.set_column_width(column, width).map_err(fault)?;
            sheet
                .write_string_with_format(0, column, name, &styles.heading)
                .map_err(fault)?;
        }
        let mut ranges = Ranges::new();
        let mut row = 1_u32;
        for dimension in self.dataset.dimensions {
            let Some(list) = dimension.list().filter(|list| !ranges.contains_key(list)) else {
                continue;
            };
            let first = row;
            for entry in self.offered(list) {
                fit(sheet, row, &entry.label, WIDE)?;
                let year = |year: Option<AcademicYear>| {
                    year.map(|year| year.to_string()).unwrap_or_default()
                };
                let cells = [
                    dimension.name.to_owned(),
                    list.to_owned(),
                    entry.code.to_string(),
                    entry.label.clone(),
                    year(entry.valid_from),
                    year(entry.valid_to),
                    entry
                        .parent
                        .as_ref()
                        .map(ToString::to_string)
                        .unwrap_or_default(),
                ];
                for (column, cell) in (0_u16..).zip(cells) {
                    sheet
                        .write_string_with_format(row, column, cell, &styles.cell)
                        .map_err(fault)?;
                }
                row += 1;
            }
            if row > first {
                let [name, ..] = BESIDE;
                let column = letters(2);
                let range = format!("={name}!${column}${}:${column}${row}", first + 1);
                ranges.insert(list, range);
            }
        }
        Ok(ranges)
    }

    fn offered(&self, list: &str) -> impl Iterator<Item = &CodeEntry> {
        let year = self.year;
        let entries = self.lists.list(list).unwrap_or_default().iter();
        entries.filter(move |entry| year.is_none_or(|year| entry.valid_in(year)))
    }

    /// How to fill it in.
    fn notes(&self, sheet: &mut Worksheet, styles: &Styles) -> Result<()> {
        let dataset = self.dataset;
        printed(sheet, false)?;
        for (column, width) in (0_u16..).zip(NOTE_WIDTHS) {
            sheet.set_column_width(column, width).map_err(fault)?;
        }
        let mut prose = Prose { sheet, row: 0 };
        prose.line(dataset.title, &styles.title)?;
        prose.line(dataset.description, &styles.prose)?;
        if let Some(year) = self.year {
            prose.line(&format!("Codes are those of {year}."), &styles.prose)?;
        }
        prose.part("How to fill it in", styles)?;
        for said in HOW_TO {
            prose.line(said, &styles.prose)?;
        }
        prose.part("Rules between the figures of a row", styles)?;
        for rule in dataset.rules {
            prose.line(rule.statement, &styles.prose)?;
        }
        if dataset.rules.is_empty() {
            prose.line("There are none.", &styles.prose)?;
        }
        prose.part("Columns", styles)?;
        let mut row = prose.row;
        let headings = [
            "column",
            "title",
            "counted in",
            "required",
            "what belongs in it",
        ];
        for (column, name) in (0_u16..).zip(headings) {
            sheet
                .write_string_with_format(row, column, name, &styles.heading)
                .map_err(fault)?;
        }
        for about in self.columns() {
            row += 1;
            fit(sheet, row, &about.meaning, WIDE)?;
            let unit = about.unit.map_or("\u{2013}", Unit::as_str);
            let required = if about.required { "yes" } else { "no" };
            let cells = [about.name, about.title, unit, required, &about.meaning];
            for (column, cell) in (0_u16..).zip(cells) {
                sheet
                    .write_string_with_format(row, column, cell, &styles.cell)
                    .map_err(fault)?;
            }
        }
        Ok(())
    }
}

/// Widths of the sheet of notes, in characters.
const NOTE_WIDTHS: [u32; 5] = [34, 44, 22, 12, 64];
/// Characters of one line across all of them.
const NOTE_LINE: usize = 165;
/// Characters of a line in the last of them, and of a code's label.
const WIDE: usize = 58;

/// Running text, each paragraph across the whole sheet.
struct Prose<'s> {
    sheet: &'s mut Worksheet,
    row: u32,
}

impl Prose<'_> {
    fn line(&mut self, text: &str, style: &Format) -> Result<()> {
        fit(self.sheet, self.row, text, NOTE_LINE)?;
        self.sheet
            .merge_range(self.row, 0, self.row, 4, text, style)
            .map_err(fault)?;
        self.row += 1;
        Ok(())
    }

    fn part(&mut self, title: &str, styles: &Styles) -> Result<()> {
        self.row += 1;
        self.line(title, &styles.part)
    }
}

const _: () = assert!(MAX_ROWS == 1_000_000, "the notes say so");

const HOW_TO: [&str; 7] = [
    "Fill in the sheet \u{201c}rows\u{201d}, from its second row on; its headings stay as they are. Only that sheet is read.",
    "One row for each combination of org unit and codes that occurs. No combination stands there twice; rows exclude each other, so that a total is their sum.",
    "Codes are chosen from the drop-down lists; the sheet \u{201c}codes\u{201d} says what they stand for.",
    "Figures are exact: no rounding, no \u{201c}fewer than 5\u{201d}. Columns with a dark heading are filled in every row; under a lighter heading an empty cell means \u{201c}not recorded\u{201d}, which is not 0.",
    "No merged cells, no dates, no formulas without a stored result. Empty rows are passed over.",
    "At most 1,000,000 rows; as a workbook, at most 200 MiB unpacked, which is some 400,000 rows. Larger files are sent as CSV.",
    "The sheet \u{201c}example\u{201d} shows a filled table that is sound.",
];

/// A column, explained.
struct About {
    name: &'static str,
    title: &'static str,
    unit: Option<Unit>,
    required: bool,
    meaning: String,
}

impl About {
    fn dimension(dimension: &Dimension) -> Self {
        let meaning = match dimension.values {
            Values::List(list) => {
                let unknown = "not-known where the source does not know";
                format!("A code of the list {list}; {unknown}.")
            }
            Values::Doi => "A DOI, such as 10.1000/xyz123.".to_owned(),
        };
        Self {
            name: dimension.name,
            title: dimension.title,
            unit: None,
            required: true,
            meaning,
        }
    }

    fn measure(measure: &Measure) -> Self {
        let kind = if measure.unit.scale() == 1 {
            "A whole number from 0."
        } else {
            "A number from 0, with at most two decimals."
        };
        let missing = if measure.required {
            ""
        } else {
            " Leave it empty where it is not recorded."
        };
        Self {
            name: measure.name,
            title: measure.title,
            unit: Some(measure.unit),
            required: measure.required,
            meaning: format!("{kind}{missing}"),
        }
    }

    fn note(&self) -> String {
        let unit = self
            .unit
            .map(|unit| format!("\nCounted in: {}", unit.as_str()))
            .unwrap_or_default();
        let required = if self.required {
            "Must be filled in every row."
        } else {
            "May be left empty."
        };
        format!("{}{unit}\n{required}\n{}", self.title, self.meaning)
    }
}
