//! Rows put together: one draft per action, with what spans rows filled down and what a page break cut joined.
//!
//! A table does not say why a row continues another. The rules, in this order:
//! a row that holds nothing but an action beginning `NB.`, and perhaps a lead, is a note, stacked under the action, its
//! lead being the author; a row with a time scale of its own is a further part of the action, whose time scale,
//! measure and lead are stacked under the former ones; anything else is the rest of cells that a page break cut.
//! Stacked text is separated by a line feed, cut text by a space. No cell is read for its meaning here.

use super::PlanTableRow;
use super::reading::is_note;

/// The cells of one action, put together.
pub(super) struct Draft {
    /// The cells; the lead is without the authors of note rows.
    pub(super) cells: PlanTableRow,
    /// The lead with the authors of note rows.
    pub(super) lead_raw: String,
    /// The authors of note rows, in their order.
    pub(super) note_authors: Vec<Option<String>>,
    /// The columns filled down from the action before, whose faults are that one's.
    pub(super) filled: Vec<&'static str>,
}

/// Puts rows together. Blank rows and headings that a page break repeated are left out.
pub(super) fn join(rows: Vec<PlanTableRow>) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = Vec::new();
    for row in rows {
        if row.cells().iter().all(|cell| is_blank(cell)) || is_heading(&row) {
            continue;
        }
        let continues = is_blank(&row.theme) && is_blank(&row.activity_number);
        if continues && let Some(former) = drafts.last_mut() {
            former.take(&row);
        } else {
            let next = Draft::begin(row, drafts.last());
            drafts.push(next);
        }
    }
    drafts
}

impl Draft {
    fn begin(mut row: PlanTableRow, former: Option<&Self>) -> Self {
        let mut filled = Vec::new();
        if let Some(Self { cells: former, .. }) = former {
            let mut fill = |column, cell: &mut String, from: &str| {
                if is_blank(cell) {
                    from.clone_into(cell);
                    filled.push(column);
                }
            };
            fill("theme", &mut row.theme, &former.theme);
            if row.theme.trim() == former.theme.trim() {
                fill("aim", &mut row.aim, &former.aim);
                fill("activity", &mut row.activity, &former.activity);
            }
        }
        Self {
            lead_raw: row.lead_person.clone(),
            cells: row,
            note_authors: Vec::new(),
            filled,
        }
    }

    fn take(&mut self, row: &PlanTableRow) {
        let alone = [
            &row.aim,
            &row.activity,
            &row.time_scale,
            &row.measure_of_success,
        ];
        if is_note(&row.action) && alone.into_iter().all(|cell| is_blank(cell)) {
            add(&mut self.cells.action, &row.action, '\n');
            add(&mut self.lead_raw, &row.lead_person, '\n');
            let author = row.lead_person.trim();
            self.note_authors
                .push((!author.is_empty()).then(|| author.to_owned()));
            return;
        }
        let between = if is_blank(&row.time_scale) { ' ' } else { '\n' };
        let cells = &mut self.cells;
        add(&mut cells.aim, &row.aim, ' ');
        add(&mut cells.activity, &row.activity, ' ');
        add(&mut cells.action, &row.action, ' ');
        add(&mut cells.time_scale, &row.time_scale, between);
        add(
            &mut cells.measure_of_success,
            &row.measure_of_success,
            between,
        );
        add(&mut cells.lead_person, &row.lead_person, between);
        add(&mut self.lead_raw, &row.lead_person, between);
    }
}

fn is_blank(cell: &str) -> bool {
    cell.trim().is_empty()
}

/// The heading again, as documents repeat it on each page.
fn is_heading(row: &PlanTableRow) -> bool {
    let label = row.activity_number.trim().replace('_', " ");
    label.eq_ignore_ascii_case("activity number")
        && row.action.trim().eq_ignore_ascii_case("action")
}

fn add(cell: &mut String, more: &str, between: char) {
    if is_blank(more) {
        return;
    }
    if is_blank(cell) {
        more.clone_into(cell);
        return;
    }
    cell.push(between);
    cell.push_str(more);
}
