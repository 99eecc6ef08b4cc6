//! A sheet for people, written from the top down.

use crate::fault::Result;
use crate::formats::xlsx::styles::{Styles, fault, fit, number, printed};
use entity::values::Hundredths;
use rust_xlsxwriter::{Format, FormatUnderline, Url, Worksheet};

/// A sheet that is written from the top down.
pub(super) struct Page<'s> {
    sheet: &'s mut Worksheet,
    pub styles: &'s Styles,
    /// The widths of its columns, in characters.
    widths: Vec<u32>,
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
            widths: widths.to_vec(),
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

    pub fn figure(&mut self, column: u16, figure: Hundredths, style: &Format) -> Result<()> {
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
            .set_underline(FormatUnderline::Single);
        self.sheet
            .write_url_with_options(self.row, 0, link, text, "", Some(&style))
            .map(|_| ())
            .map_err(fault)
    }

    /// Makes the row as high as the highest of some texts needs that are wrapped at so many characters.
    pub fn tall(&mut self, texts: &[(&str, usize)]) -> Result<()> {
        let lines = |(text, line): &&(&str, usize)| {
            let parts = text.split('\n');
            parts
                .map(|part| part.chars().count().div_ceil(*line))
                .sum::<usize>()
        };
        texts
            .iter()
            .max_by_key(lines)
            .map_or(Ok(()), |(text, line)| {
                fit(self.sheet, self.row, text, *line)
            })
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
        let columns = usize::from(first)..=usize::from(last);
        let width: u32 = self.widths.get(columns).unwrap_or_default().iter().sum();
        // Not every reader has the font, and another may run wider.
        let line = usize::try_from(width * 19 / 20).unwrap_or_default().max(1);
        self.tall(&[(&text, line)])?;
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
