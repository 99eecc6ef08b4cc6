//! Drafts read: what the cells of an action mean, and what is wrong with them.
//!
//! Rows are put together next door; here every draft stands alone, but for labels, which must differ and may name one
//! another.

use std::collections::HashMap;

use entity::values::Theme;

use super::super::{ActionLabel, TimeScale, has_control_character, time_scale};
use super::joining::Draft;
use super::{COLUMNS, Milestone, Note, PlanFault, PlanTableRow, PlannedAction};

/// Labels by their key, with the themes and the line of the action that bears each first.
type Known = HashMap<String, (Theme, u64)>;

/// Reads every draft. The actions are whole only if there is no fault.
pub(super) fn actions(drafts: &[Draft]) -> (Vec<PlannedAction>, Vec<PlanFault>) {
    let mut faults = Vec::new();
    let themes: Vec<Vec<Theme>> = drafts
        .iter()
        .map(|draft| themes(draft, &mut faults))
        .collect();
    let mut known = Known::new();
    for (draft, themes) in drafts.iter().zip(&themes) {
        check(draft, themes, &mut known, &mut faults);
    }
    let actions = drafts
        .iter()
        .zip(themes)
        .filter_map(|(draft, themes)| action(draft, &themes, &known));
    (actions.collect(), faults)
}

/// Whether a text is a note: it begins with `NB`.
pub(super) fn is_note(text: &str) -> bool {
    note_text(text).is_some()
}

/// The cells of a row that hold control characters.
pub(super) fn control_characters(row: &PlanTableRow) -> Vec<PlanFault> {
    let cells = COLUMNS.into_iter().zip(row.cells());
    cells
        .filter(|(_, cell)| has_control_character(cell))
        .map(|((column, _), _)| PlanFault {
            row: row.line,
            column,
            code: "control-character",
            message: "holds a control character".to_owned(),
        })
        .collect()
}

/// The themes a cell names, the action's own first. Empty when there is none or one is unknown.
fn themes(draft: &Draft, faults: &mut Vec<PlanFault>) -> Vec<Theme> {
    let cell = draft.cells.theme.trim();
    let named = cell.split([',', ';', '/', '\n', '|', '&', '+']);
    let read: Result<Vec<Theme>, _> = named
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::parse)
        .collect();
    // A line feed may also stand within a name.
    let read = read.or_else(|unknown| cell.parse().map(|theme| vec![theme]).map_err(|_| unknown));
    let (code, message) = match read {
        Ok(themes) if !themes.is_empty() => return themes,
        Ok(_) => (
            "missing-theme",
            "no theme is given, nor was one before".to_owned(),
        ),
        Err(unknown) => (
            "unknown-theme",
            format!("{:?} is not a theme", beginning(&unknown.given)),
        ),
    };
    if !draft.filled.contains(&"theme") {
        faults.push(fault(draft, "theme", code, message));
    }
    Vec::new()
}

/// Finds what is missing, repeated or too long, and takes down the label.
fn check(draft: &Draft, themes: &[Theme], known: &mut Known, faults: &mut Vec<PlanFault>) {
    let cells = &draft.cells;
    match ActionLabel::new(&cells.activity_number) {
        None => faults.push(fault(
            draft,
            "activity_number",
            "missing-label",
            "the action has no label".to_owned(),
        )),
        Some(label) => {
            if let Some((_, line)) = known.get(&label.key()) {
                let message = format!(
                    "{:?} stands on line {line} already",
                    beginning(label.as_str())
                );
                faults.push(fault(draft, "activity_number", "duplicate-label", message));
            } else {
                // Whatever stands here for an unknown theme is never shown: there is a fault already.
                let theme = themes.first().copied().unwrap_or(Theme::Visibility);
                known.insert(label.key(), (theme, cells.line));
            }
        }
    }
    if split_notes(&cells.action).0.is_empty() {
        faults.push(fault(
            draft,
            "action",
            "missing-action",
            "nothing is to be done".to_owned(),
        ));
    }
    for ((column, limit), cell) in COLUMNS.into_iter().zip(cells.cells()) {
        let written = if column == "lead_person" {
            &draft.lead_raw
        } else {
            cell
        };
        let length = written.chars().count();
        if length > limit && !draft.filled.contains(&column) {
            let message = format!("{length} characters; at most {limit} are kept");
            faults.push(fault(draft, column, "too-long", message));
        }
    }
}

fn action(draft: &Draft, themes: &[Theme], known: &Known) -> Option<PlannedAction> {
    let cells = &draft.cells;
    let (&theme, named) = themes.split_first()?;
    let label = ActionLabel::new(&cells.activity_number)?;
    let adds_to = label.adds_to();
    let (action, notes) = split_notes(&cells.action);
    let (lead, authors) = split_lead(draft, notes.len());
    let borne = adds_to.iter().filter_map(|other| {
        let stated = known.get(&other.key()).map(|(theme, _)| *theme);
        stated.or_else(|| other.theme())
    });
    let borne: Vec<Theme> = borne.chain(named.iter().copied()).collect();
    let counts = |other: &Theme| {
        *other != theme && (borne.contains(other) || notes.iter().any(|note| names(note, *other)))
    };
    Some(PlannedAction {
        line: cells.line,
        theme,
        additional_themes: Theme::ALL.into_iter().filter(counts).collect(),
        aim: cells.aim.trim().to_owned(),
        activities: cells.activity.trim().to_owned(),
        action: action.to_owned(),
        action_raw: cells.action.clone(),
        time_scale_raw: cells.time_scale.clone(),
        time_scale: time_scale::parse(&cells.time_scale),
        measure_of_success: text(&cells.measure_of_success),
        milestones: milestones(&cells.time_scale, &cells.measure_of_success, &lead),
        lead: text(&lead),
        lead_raw: draft.lead_raw.clone(),
        evaluation: theme == Theme::EvaluatingImpact || evaluates(&cells.activity),
        adds_to,
        notes: notes
            .into_iter()
            .zip(authors)
            .map(|(text, author)| Note { text, author })
            .collect(),
        label,
    })
}

/// The action and the notes after it. A note begins on a line of its own and runs to the next one.
fn split_notes(cell: &str) -> (&str, Vec<String>) {
    let mut starts = Vec::new();
    let mut offset = 0;
    for line in cell.split_inclusive('\n') {
        if is_note(line) {
            starts.push(offset);
        }
        offset += line.len();
    }
    let first = starts.first().copied().unwrap_or(cell.len());
    let ends = starts.iter().skip(1).copied().chain([cell.len()]);
    let notes = starts.iter().zip(ends);
    let notes = notes.filter_map(|(&from, to)| note_text(cell.get(from..to)?).map(str::to_owned));
    (
        cell.get(..first).unwrap_or_default().trim(),
        notes.collect(),
    )
}

/// What follows `NB.`, `NB:`, `N.B.` or `NB` and a space.
fn note_text(text: &str) -> Option<&str> {
    let text = text.trim();
    let rest = text
        .strip_prefix("N.B.")
        .or_else(|| text.strip_prefix("NB"))?;
    let divided = text.starts_with("N.B.")
        || rest.starts_with(|c: char| c == '.' || c == ':' || c.is_whitespace());
    divided.then(|| rest.trim_start_matches(|c: char| c == '.' || c == ':' || c.is_whitespace()))
}

/// The lead, and the author of each note. Authors come from note rows, or are the initials in the last lines of the
/// lead, when there are as many lines of initials as notes and a lead is left above them.
fn split_lead(draft: &Draft, notes: usize) -> (String, Vec<Option<String>>) {
    let lead = draft.cells.lead_person.as_str();
    let unsigned = notes.saturating_sub(draft.note_authors.len());
    let mut authors = vec![None; unsigned];
    authors.extend(draft.note_authors.iter().cloned());
    let lines: Vec<&str> = lines(lead);
    let initials = lines
        .iter()
        .rev()
        .take_while(|line| is_initials(line))
        .count();
    if notes == 0 || unsigned != initials || initials == 0 || initials >= lines.len() {
        return (lead.to_owned(), authors);
    }
    let (lead, signed) = lines.split_at(lines.len() - initials);
    for (author, initials) in authors.iter_mut().zip(signed) {
        *author = Some((*initials).to_owned());
    }
    (lead.join("\n"), authors)
}

/// Two to four capitals: `TG`, `T.G.`.
fn is_initials(line: &str) -> bool {
    let letters: Vec<char> = line.chars().filter(|c| !matches!(c, '.' | ' ')).collect();
    (2..=4).contains(&letters.len()) && letters.iter().all(char::is_ascii_uppercase)
}

/// The parts of an action, paired line by line, when all three cells have as many lines (two or more) and each line of
/// the time scale says when. Text folded into one line cannot be divided safely and is left as it is.
fn milestones(time_scale: &str, measure: &str, lead: &str) -> Vec<Milestone> {
    let (times, measures, leads) = (lines(time_scale), lines(measure), lines(lead));
    let stacked = times.len() > 1 && times.len() == measures.len() && times.len() == leads.len();
    let scales: Vec<TimeScale> = times.iter().map(|line| time_scale::parse(line)).collect();
    if !stacked || !scales.iter().all(TimeScale::says_when) {
        return Vec::new();
    }
    let parts = times.iter().zip(scales).zip(measures.iter().zip(&leads));
    (1..)
        .zip(parts)
        .map(
            |(position, ((raw, time_scale), (measure, lead)))| Milestone {
                position,
                time_scale_raw: (*raw).to_owned(),
                time_scale,
                measure_of_success: text(measure),
                lead: text(lead),
            },
        )
        .collect()
}

/// Whether a note names a theme as one: "the Recognition theme".
fn names(note: &str, theme: Theme) -> bool {
    let wording = format!("{} theme", theme.title().to_lowercase());
    let words: Vec<&str> = note.split_whitespace().collect();
    words.join(" ").to_lowercase().contains(&wording)
}

/// The fifth theme has no rows of its own in most plans: it is the last activity of each other theme.
fn evaluates(activity: &str) -> bool {
    let words = activity.split_whitespace().take(2);
    let opening = words.collect::<Vec<_>>().join(" ").to_lowercase();
    matches!(opening.as_str(), "evaluate impact" | "evaluating impact")
}

/// The lines of a cell that are not blank.
fn lines(cell: &str) -> Vec<&str> {
    let lines = cell.lines().map(str::trim);
    lines.filter(|line| !line.is_empty()).collect()
}

fn text(cell: &str) -> Option<String> {
    let text = cell.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn beginning(text: &str) -> String {
    text.chars().take(60).collect()
}

fn fault(draft: &Draft, column: &'static str, code: &'static str, message: String) -> PlanFault {
    PlanFault {
        row: draft.cells.line,
        column,
        code,
        message,
    }
}
