//! How our workbooks look: one set of formats for all of them.

use crate::fault::{Fault, Result};
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Worksheet, XlsxError};

const INK: Color = Color::RGB(0x1F_3A_4D);
const PALE: Color = Color::RGB(0x6F_8F_A3);
const LINE: Color = Color::RGB(0xC9_D3_DA);
const WASH: Color = Color::RGB(0xEE_F3_F6);

/// The formats.
#[derive(Debug)]
pub(in crate::formats) struct Styles {
    /// A heading of a column that must be filled.
    pub heading: Format,
    /// A heading of a column that may be left empty.
    pub optional: Format,
    /// Codes and texts: never turned into numbers or dates.
    pub text: Format,
    /// Whole numbers.
    pub whole: Format,
    /// Numbers with up to two decimals.
    pub decimal: Format,
    /// The title of a sheet.
    pub title: Format,
    /// The heading of a part of a sheet.
    pub part: Format,
    /// What stands before a value.
    pub label: Format,
    /// Running text.
    pub prose: Format,
    /// A cell of a table of texts.
    pub cell: Format,
}

impl Styles {
    pub(in crate::formats) fn new() -> Self {
        let base = || Format::new().set_font_name("Calibri").set_font_size(11);
        let heading = || {
            base()
                .set_bold()
                .set_font_color(Color::White)
                .set_align(FormatAlign::VerticalCenter)
                .set_text_wrap()
                .set_border_bottom(FormatBorder::Thin)
        };
        let wrapped = || {
            base()
                .set_text_wrap()
                .set_align(FormatAlign::Top)
                .set_align(FormatAlign::Left)
        };
        Self {
            heading: heading().set_background_color(INK),
            optional: heading().set_background_color(PALE),
            text: base().set_num_format("@"),
            whole: base().set_num_format("0"),
            decimal: base().set_num_format("0.00"),
            title: base().set_bold().set_font_size(16).set_font_color(INK),
            part: base()
                .set_bold()
                .set_font_size(12)
                .set_font_color(INK)
                .set_border_bottom(FormatBorder::Thin)
                .set_border_bottom_color(INK),
            label: wrapped().set_bold().set_background_color(WASH),
            prose: wrapped(),
            cell: wrapped()
                .set_border_bottom(FormatBorder::Thin)
                .set_border_bottom_color(LINE),
        }
    }
}

/// A sheet printed across A4, as wide as it is; its first row again on every page if `headed`.
pub(in crate::formats) fn printed(sheet: &mut Worksheet, headed: bool) -> Result<()> {
    const A4: u8 = 9;
    sheet
        .set_landscape()
        .set_paper_size(A4)
        .set_print_fit_to_pages(1, 0);
    if headed {
        sheet.set_repeat_rows(0, 0).map_err(fault)?;
    }
    Ok(())
}

/// Height of one line, in points.
const LINE_HEIGHT: usize = 16;

/// Makes a row as high as a text in it needs that is wrapped at so many characters: not every program does so by itself.
pub(in crate::formats) fn fit(
    sheet: &mut Worksheet,
    row: u32,
    text: &str,
    line: usize,
) -> Result<()> {
    let lines = text
        .split('\n')
        .map(|part| part.chars().count().div_ceil(line).max(1));
    let lines = lines.sum::<usize>().min(25);
    if lines < 2 {
        return Ok(());
    }
    let height = u32::try_from(lines * LINE_HEIGHT).unwrap_or_default();
    sheet.set_row_height(row, height).map(|_| ()).map_err(fault)
}

/// What the library refuses is our own mistake: names, places and lengths are ours.
#[expect(clippy::needless_pass_by_value, reason = "the form `map_err` takes")]
pub(in crate::formats) fn fault(error: XlsxError) -> Fault {
    tracing::error!(%error, "workbook not written");
    Fault::Internal
}

/// A number as a sheet stores it. The text is turned into the nearest binary fraction, whose shortest form is the same
/// text again; nothing is calculated with it.
pub(in crate::formats) fn number(text: &str) -> Result<f64> {
    text.parse().map_err(|_| Fault::Internal)
}
