//! A workbook that people forward: a sheet for each cube with its title, what must be known of it, where it is from and what
//! its marks mean; before several of them a list of contents; and behind all a sheet `data` with every figure in one plain
//! table, as the CSV has it.
//!
//! Figures are numbers, everything else is text and never run as a formula. Nothing depends on when it is written.

use super::cube::{Cube, CubeSource, check_all};
use super::table::{Cell, Kind, Table, stamp};
use super::xlsx_page::Page;
use super::xlsx_sheet::{about, legend, sheet_of, summary};
use crate::fault::{Fault, Result};
use crate::formats::xlsx::styles::{Styles, fault, number, printed};
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, Url, Workbook, Worksheet,
};

/// The sheet with every figure.
pub const DATA: &str = "data";
/// The sheet of contents of a workbook of several cubes.
pub const CONTENTS: &str = "contents";
/// The only sheet beside the data, where there is one cube.
const TABLE: &str = "table";

/// The figures of some cubes as a workbook.
///
/// # Errors
/// [`Fault::Internal`] where a cube contradicts itself, or the library refuses.
pub fn xlsx(cubes: &[&Cube]) -> Result<Vec<u8>> {
    check_all(cubes)?;
    let styles = Styles::new();
    let mut book = Workbook::new();
    if let Some(first) = cubes.first() {
        book.set_properties(&properties(cubes, first)?);
    }
    match cubes {
        [cube] => {
            let sheet = book.add_worksheet();
            sheet.set_name(TABLE).map_err(fault)?;
            sheet_of(sheet, &styles, cube)?;
        }
        cubes => {
            contents(book.add_worksheet(), &styles, cubes)?;
            for (number, cube) in (1..).zip(cubes) {
                let sheet = book.add_worksheet();
                sheet.set_name(sheet_name(number)).map_err(fault)?;
                sheet_of(sheet, &styles, cube)?;
            }
        }
    }
    data(book.add_worksheet(), &styles, cubes)?;
    book.save_to_buffer().map_err(fault)
}

/// Sheets are numbered: titles are longer than the 31 characters a sheet's name may have.
fn sheet_name(number: u32) -> String {
    format!("table {number}")
}

/// What the file says of itself. Its date is that of the figures: the same figures are the same file.
fn properties(cubes: &[&Cube], first: &Cube) -> Result<DocProperties> {
    let source = &first.source;
    let created = ExcelDateTime::from_timestamp(source.as_of.timestamp()).map_err(fault)?;
    let title = match cubes {
        [cube] => &cube.title,
        _ => &source.title,
    };
    Ok(DocProperties::new()
        .set_title(title)
        .set_subject(&source.title)
        .set_author(&source.publisher)
        .set_company(&source.publisher)
        .set_creation_datetime(&created))
}

/// What is in the workbook, with a way to each sheet.
fn contents(sheet: &mut Worksheet, styles: &Styles, cubes: &[&Cube]) -> Result<()> {
    sheet.set_name(CONTENTS).map_err(fault)?;
    let source: Option<&CubeSource> = cubes.first().map(|cube| &cube.source);
    let title = source.map_or("Statistics of technicians", |source| source.title.as_str());
    let mut page = Page::begin(sheet, styles, title, &[24, 72, 44, 14, 24])?;
    if let Some(source) = source {
        page.lines(&summary(source))?;
    }
    page.part("Tables", 4)?;
    page.headings(&["Sheet", "Title", "Measure", "Statistic", "Unit"])?;
    for (number, cube) in (1..).zip(cubes) {
        let name = sheet_name(number);
        let link = Url::new(format!("internal:'{name}'!A1")).set_text(&name);
        page.link(link, &name)?;
        let about = [
            &cube.title,
            &cube.measure.label,
            &cube.statistic.code,
            &cube.unit.label,
        ];
        for (column, text) in (1_u16..).zip(about) {
            page.text(column, text, &styles.cell)?;
        }
        page.tall(&[
            (&cube.title, 72),
            (&cube.measure.label, 44),
            (&cube.unit.label, 24),
        ])?;
        page.down(1);
    }
    page.part("All figures", 4)?;
    page.paragraph(
        "The sheet \u{201c}data\u{201d} holds every figure of every table in one plain list, for programs.",
        4,
    )?;
    legend(&mut page, 4)?;
    source.map_or(Ok(()), |source| about(&mut page, source, 4))
}

/// Every figure in one plain table.
fn data(sheet: &mut Worksheet, styles: &Styles, cubes: &[&Cube]) -> Result<()> {
    sheet.set_name(DATA).map_err(fault)?;
    printed(sheet, true)?;
    let table = Table::of(cubes)?;
    let columns = table.columns();
    for (place, column) in (0_u16..).zip(&columns) {
        let width = match column.kind {
            Kind::Words => 28,
            Kind::Code => 20,
            Kind::Moment => 22,
            Kind::Figure | Kind::Count => 14,
        };
        sheet.set_column_width(place, width).map_err(fault)?;
        sheet
            .write_string_with_format(0, place, &column.name, &styles.heading)
            .map_err(fault)?;
    }
    sheet.set_freeze_panes(1, 0).map_err(fault)?;
    sheet.set_row_height(0, 22).map_err(fault)?;
    let figure = Format::new().set_align(FormatAlign::Right);
    let mut last = 0;
    for (row, cells) in (1_u32..).zip(table.rows()) {
        for (column, cell) in (0_u16..).zip(&cells) {
            plain(sheet, row, column, cell, styles, &figure)?;
        }
        last = row;
    }
    let right = u16::try_from(columns.len()).map_err(|_| Fault::Internal)?;
    sheet
        .autofilter(0, 0, last, right.saturating_sub(1))
        .map_err(fault)?;
    Ok(())
}

/// Writes a cell as what it is.
fn plain(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell<'_>,
    styles: &Styles,
    figure: &Format,
) -> Result<()> {
    let written = match cell {
        Cell::Empty => return Ok(()),
        Cell::Figure(value) => {
            sheet.write_number_with_format(row, column, number(&value.to_string())?, figure)
        }
        Cell::Count(value) => sheet.write_number_with_format(row, column, *value, figure),
        Cell::Text(text) => {
            sheet.write_string_with_format(row, column, text.as_ref(), &styles.text)
        }
        Cell::Moment(moment) => {
            sheet.write_string_with_format(row, column, stamp(*moment), &styles.text)
        }
    };
    written.map(|_| ()).map_err(fault)
}
