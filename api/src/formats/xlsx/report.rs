//! A return as two sheets: what it says of itself, and what the checks found. Both are laid out from the members of the
//! return as it is shown, so that a member that is new there is shown here.

use super::read::BESIDE;
use super::styles::{Styles, fault, fit, number, printed};
use crate::fault::Result;
use rust_xlsxwriter::{Format, Worksheet};
use serde_json::{Map, Value};

/// The member that has a sheet of its own.
const CHECKS: &str = "checks";
/// Characters of a line in the column of values, and in those of messages.
const NARROW: usize = 40;
const WIDE: usize = 54;
const CHECK_COLUMNS: [&str; 4] = ["grade", "code", "message", "explanation"];

/// A sheet that is written from the top down.
struct Page<'s> {
    sheet: &'s mut Worksheet,
    styles: &'s Styles,
    row: u32,
}

/// Writes the sheet `return`.
pub(super) fn about(sheet: &mut Worksheet, styles: &Styles, shown: &Value) -> Result<()> {
    let [_, _, _, name, _] = BESIDE;
    sheet.set_name(name).map_err(fault)?;
    let mut page = Page::begin(sheet, styles, "Return")?;
    if let Value::Object(members) = shown {
        page.members(members)?;
    }
    Ok(())
}

/// Writes the sheet `checks`.
pub(super) fn checks(sheet: &mut Worksheet, styles: &Styles, shown: &Value) -> Result<()> {
    let [_, _, _, _, name] = BESIDE;
    sheet.set_name(name).map_err(fault)?;
    let mut page = Page::begin(sheet, styles, "Checks")?;
    let mut found = Vec::new();
    collect(shown, false, &mut found);
    if found.is_empty() {
        let said = "The checks found nothing to report in this version.";
        return page.text(0, said, &styles.prose);
    }
    page.table(&found, &CHECK_COLUMNS)
}

/// Every object in a list below a member `checks`.
fn collect<'v>(value: &'v Value, within: bool, found: &mut Vec<&'v Map<String, Value>>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                collect(member, within || name == CHECKS, found);
            }
        }
        Value::Array(items) if within => found.extend(items.iter().filter_map(Value::as_object)),
        _ => {}
    }
}

/// `submitted_at` as `Submitted at`.
fn label(name: &str) -> String {
    let words = name.replace('_', " ");
    let (first, rest) = words.split_at(words.len().min(1));
    format!("{}{rest}", first.to_uppercase())
}

fn said(value: &Value) -> String {
    match value {
        Value::Null => "\u{2013}".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(said).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

impl<'s> Page<'s> {
    fn begin(sheet: &'s mut Worksheet, styles: &'s Styles, title: &str) -> Result<Self> {
        printed(sheet, false)?;
        for (column, width) in [(0, 26), (1, 44), (2, 60), (3, 60), (4, 24), (5, 24)] {
            sheet.set_column_width(column, width).map_err(fault)?;
        }
        sheet.set_row_height(0, 26).map_err(fault)?;
        let mut page = Self {
            sheet,
            styles,
            row: 0,
        };
        page.text(0, title, &styles.title)?;
        page.row = 2;
        Ok(page)
    }

    fn text(&mut self, column: u16, text: &str, style: &Format) -> Result<()> {
        // A cell takes 32,767 characters.
        let text: String = text.chars().take(32_000).collect();
        self.sheet
            .write_string_with_format(self.row, column, text, style)
            .map(|_| ())
            .map_err(fault)
    }

    fn value(&mut self, column: u16, value: &Value, style: &Format) -> Result<()> {
        match value {
            Value::Number(figure) => {
                let figure = number(&figure.to_string())?;
                self.sheet
                    .write_number_with_format(self.row, column, figure, style)
                    .map(|_| ())
                    .map_err(fault)
            }
            other => self.text(column, &said(other), style),
        }
    }

    fn part(&mut self, title: &str) -> Result<()> {
        self.row += 1;
        let styles = self.styles;
        self.text(0, &label(title), &styles.part)?;
        self.row += 1;
        Ok(())
    }

    /// Single values first, then what is made of several.
    fn members(&mut self, members: &Map<String, Value>) -> Result<()> {
        let styles = self.styles;
        let single = |value: &&Value| match value {
            Value::Object(_) => false,
            Value::Array(items) => !items.iter().any(Value::is_object),
            _ => true,
        };
        let shown = || members.iter().filter(|(name, _)| *name != CHECKS);
        for (name, value) in shown().filter(|(_, value)| single(value)) {
            self.text(0, &label(name), &styles.label)?;
            self.value(1, value, &styles.prose)?;
            fit(self.sheet, self.row, &said(value), NARROW)?;
            self.row += 1;
        }
        for (name, value) in shown().filter(|(_, value)| !single(value)) {
            self.part(name)?;
            match value {
                Value::Object(members) => self.members(members)?,
                Value::Array(items) => {
                    let items: Vec<_> = items.iter().filter_map(Value::as_object).collect();
                    self.table(&items, &[])?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Objects as rows: the columns named first, then whatever else they have.
    fn table(&mut self, items: &[&Map<String, Value>], first: &[&str]) -> Result<()> {
        let mut columns: Vec<&str> = first
            .iter()
            .copied()
            .filter(|name| items.iter().any(|item| item.contains_key(*name)))
            .collect();
        for name in items.iter().flat_map(|item| item.keys()) {
            if !columns.contains(&name.as_str()) {
                columns.push(name);
            }
        }
        let styles = self.styles;
        for (column, name) in (0_u16..).zip(&columns) {
            self.text(column, &label(name), &styles.heading)?;
        }
        self.row += 1;
        for item in items {
            let mut longest = String::new();
            for (column, name) in (0_u16..).zip(&columns) {
                let value = item.get(*name).unwrap_or(&Value::Null);
                self.value(column, value, &styles.cell)?;
                let text = said(value);
                if text.len() > longest.len() {
                    longest = text;
                }
            }
            fit(self.sheet, self.row, &longest, WIDE)?;
            self.row += 1;
        }
        Ok(())
    }
}
