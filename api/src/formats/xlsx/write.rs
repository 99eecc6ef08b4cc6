//! Rows of a dataset written as a workbook, a few at a time: memory does not grow with them.
//!
//! Texts are written as texts whatever they look like, so that none is ever run as a formula; figures as numbers.

use super::read::ROWS;
use super::report;
use super::styles::{Styles, fault, number, printed};
use crate::domain::datasets::{Dataset, ORG_UNIT};
use crate::fault::{Fault, Result};
use rust_xlsxwriter::{Workbook, Worksheet};
use serde_json::Value;
use std::io::{Seek, Write};

/// A workbook whose sheet `rows` grows.
pub struct RowsBook {
    book: Workbook,
    dataset: &'static Dataset,
    styles: Styles,
    next: u32,
    about: Option<Value>,
}

impl std::fmt::Debug for RowsBook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RowsBook of {} rows", self.next - 1)
    }
}

impl RowsBook {
    /// A workbook with headings. With `about`, a return as it is shown, the sheet `return` stands before the rows and
    /// the sheet `checks` behind them.
    ///
    /// # Errors
    /// [`Fault::Internal`] where the library refuses.
    pub fn begin(dataset: &'static Dataset, about: Option<Value>) -> Result<Self> {
        let mut book = Workbook::new();
        let styles = Styles::new();
        if let Some(about) = &about {
            report::about(book.add_worksheet(), &styles, about)?;
        }
        let sheet = book.add_worksheet_with_constant_memory().map_err(fault)?;
        sheet.set_name(ROWS).map_err(fault)?;
        heading(sheet, dataset, &styles)?;
        Ok(Self {
            book,
            dataset,
            styles,
            next: 1,
            about,
        })
    }

    /// Adds a row: the org unit, codes and figures in stored units, in the order of the dataset's columns.
    ///
    /// # Errors
    /// [`Fault::Internal`] where the library refuses.
    pub fn add(&mut self, org_unit: &str, codes: &[String], figures: &[Option<i64>]) -> Result<()> {
        let sheet = self.book.worksheet_from_name(ROWS).map_err(fault)?;
        let row = self.next;
        self.next += 1;
        let mut columns = 0_u16..;
        let mut place = || columns.next().ok_or(Fault::Internal);
        for text in std::iter::once(org_unit).chain(codes.iter().map(String::as_str)) {
            sheet
                .write_string_with_format(row, place()?, text, &self.styles.text)
                .map_err(fault)?;
        }
        for (measure, figure) in self.dataset.measures.iter().zip(figures) {
            let column = place()?;
            if let Some(figure) = figure {
                let whole = measure.unit.scale() == 1;
                let style = if whole {
                    &self.styles.whole
                } else {
                    &self.styles.decimal
                };
                let figure = number(&measure.unit.shown(*figure).to_string())?;
                sheet
                    .write_number_with_format(row, column, figure, style)
                    .map_err(fault)?;
            }
        }
        Ok(())
    }

    /// Writes the file.
    ///
    /// # Errors
    /// [`Fault::StorageFull`] or [`Fault::Internal`] where it cannot be written.
    pub fn finish(mut self, to: impl Write + Seek + Send) -> Result<()> {
        if let Some(about) = &self.about {
            report::checks(self.book.add_worksheet(), &self.styles, about)?;
        }
        self.book.save_to_writer(to).map_err(fault)
    }
}

/// The headings, frozen, with columns wide enough.
pub(super) fn heading(sheet: &mut Worksheet, dataset: &Dataset, styles: &Styles) -> Result<()> {
    printed(sheet, true)?;
    sheet.set_freeze_panes(1, 0).map_err(fault)?;
    sheet.set_row_height(0, 32).map_err(fault)?;
    for (column, name) in (0_u16..).zip(dataset.columns()) {
        let optional = dataset
            .measures
            .iter()
            .any(|measure| measure.name == name && !measure.required);
        let style = if optional {
            &styles.optional
        } else {
            &styles.heading
        };
        let width = u32::try_from(name.len()).unwrap_or_default().clamp(14, 24) + 2;
        let width = if name == ORG_UNIT { 22 } else { width };
        sheet.set_column_width(column, width).map_err(fault)?;
        sheet
            .write_string_with_format(0, column, name, style)
            .map_err(fault)?;
    }
    Ok(())
}
