//! Time scales as plans write them: `Year 1`, `Year 1 / ongoing`, `Year 2 Priority - high`, `Year 1 (May '20)`, `May-19`.
//!
//! Reading never fails: what is not understood becomes a remark, and the caller keeps the raw text beside the result.
//! Years are those of the plan, not of the calendar; which day that makes is said in [`super::rag::due_on`].

mod calendar;
mod tokens;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use calendar::date_at;
pub use calendar::{PlanDate, YearMonth};
use tokens::Tokens;

/// The highest year of a plan that is read as one. Plans run for two or three; `Year 19/20` means something else.
pub const MAX_PLAN_YEAR: u8 = 10;

/// What could be understood of a time scale.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TimeScale {
    /// The years of the plan that are named, in their order of appearance, each once.
    pub years: Vec<PlanYear>,
    /// Whether it goes on without an end, alone (`ongoing`) or after the years named.
    pub ongoing: bool,
    /// The priority, where one was written into the time scale.
    pub priority: Option<Priority>,
    /// Where the calendar has it begin.
    pub start: Option<PlanDate>,
    /// Where the calendar has it end. A single date is a deadline.
    pub end: Option<PlanDate>,
    /// Whatever was not understood, in its own words.
    pub remark: Option<String>,
}

/// A year of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanYear {
    /// 1 for the plan's first twelve months; at most [`MAX_PLAN_YEAR`].
    pub year: u8,
    /// The month given with it: `Year 1 (May '20)`.
    #[serde(default)]
    pub by: Option<YearMonth>,
}

/// How urgent an action is said to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Priority {
    /// `Priority - high`.
    High,
    /// `Priority - medium`.
    Medium,
    /// `Priority - low`.
    Low,
}

impl TimeScale {
    /// Whether no end is set: `ongoing`, also after a year.
    pub fn is_open_ended(&self) -> bool {
        self.ongoing
    }

    /// Whether a year, a date or "ongoing" was understood.
    pub fn says_when(&self) -> bool {
        !self.years.is_empty() || self.ongoing || self.start.is_some() || self.end.is_some()
    }

    fn add_year(&mut self, year: u8, by: Option<YearMonth>) {
        match self.years.iter_mut().find(|known| known.year == year) {
            Some(known) => known.by = known.by.or(by),
            None => self.years.push(PlanYear { year, by }),
        }
    }
}

/// Reads a time scale. Never fails; see [`TimeScale::remark`].
pub fn parse(raw: &str) -> TimeScale {
    let tokens = Tokens::scan(raw);
    let mut scale = TimeScale::default();
    let mut gaps = Vec::new();
    let (mut at, mut understood_to) = (0, 0);
    while let Some(start) = tokens.start(at) {
        match understand(&tokens, at, &mut scale) {
            Some(next) if next > at => {
                gaps.extend(raw.get(understood_to..start));
                understood_to = tokens.end(next - 1).unwrap_or(raw.len());
                at = next;
            }
            Some(_) | None => at += 1,
        }
    }
    gaps.extend(raw.get(understood_to..));
    let remarks: Vec<&str> = gaps.into_iter().filter_map(remark).collect();
    scale.remark = (!remarks.is_empty()).then(|| remarks.join("; "));
    scale
}

/// Tries each form in turn at a token; answers the index after what was understood.
fn understand(tokens: &Tokens<'_>, at: usize, scale: &mut TimeScale) -> Option<usize> {
    plan_years(tokens, at, scale)
        .or_else(|| {
            let next = ongoing(tokens, at)?;
            scale.ongoing = true;
            Some(next)
        })
        .or_else(|| priority(tokens, at, scale))
        .or_else(|| dates(tokens, at, scale))
}

/// `Year 1`, `Yr 2`, `Y3`, `Years 1-3`, `Years 1, 2 and 3`, each with a month after it or not.
fn plan_years(tokens: &Tokens<'_>, at: usize, scale: &mut TimeScale) -> Option<usize> {
    let named = tokens.is_word(at, &["year", "years", "yr", "yrs"])
        || (tokens.is_word(at, &["y"]) && tokens.glued(at + 1));
    if !named {
        return None;
    }
    let mut next = at + 1 + usize::from(tokens.is_mark(at + 1, &['.']));
    let mut last = plan_year(tokens, next)?;
    next += 1;
    let mut years = vec![last];
    while let Some(year) = plan_year(tokens, next + 1).filter(|_| stands_alone(tokens, next + 1)) {
        if tokens.is_mark(next, &['-', '–', '—']) || tokens.is_word(next, &["to"]) {
            years.extend(last.saturating_add(1)..=year);
        } else if !(tokens.is_mark(next, &['/', ',', '&', '+']) || tokens.is_word(next, &["and"])) {
            break;
        }
        years.push(year);
        last = year;
        next += 2;
    }
    let month = month_of_year(tokens, next);
    let (by, next) = month.map_or((None, next), |(month, after)| (Some(month), after));
    for year in years {
        scale.add_year(year, by.filter(|_| year == last));
    }
    Some(next)
}

/// A number that can be a year of a plan, and is not the whole part of a decimal.
fn plan_year(tokens: &Tokens<'_>, at: usize) -> Option<u8> {
    let decimal = tokens.glued(at + 1) && tokens.is_mark(at + 1, &['.']) && tokens.glued(at + 2);
    let decimal = decimal && tokens.number(at + 2, 1..=9).is_some();
    tokens
        .number(at, 1..=2)
        .and_then(|number| u8::try_from(number).ok())
        .filter(|year| (1..=MAX_PLAN_YEAR).contains(year) && !decimal)
}

/// Whether a number further on in a list of years is one of them, not the start of a date or of a phrase.
fn stands_alone(tokens: &Tokens<'_>, at: usize) -> bool {
    let known = [
        "and", "to", "by", "year", "years", "ongoing", "on", "priority", "high", "medium", "low",
    ];
    date_at(tokens, at).is_none()
        && (tokens.word(at + 1).is_none() || tokens.is_word(at + 1, &known))
}

/// `(May '20)` or `by May 2020` after a year. A full date is left for [`dates`], which keeps its day.
fn month_of_year(tokens: &Tokens<'_>, at: usize) -> Option<(YearMonth, usize)> {
    let bracket = tokens.is_mark(at, &['(']);
    let from = at + usize::from(bracket);
    let by = tokens.is_word(from, &["by"]);
    match date_at(tokens, from + usize::from(by)) {
        Some((PlanDate::Month(month), after)) if bracket || by => {
            let close = bracket && tokens.is_mark(after, &[')']);
            Some((month, after + usize::from(close)))
        }
        Some(_) | None => None,
    }
}

/// `ongoing`, `on-going`, `on going`.
fn ongoing(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    if tokens.is_word(at, &["ongoing"]) {
        return Some(at + 1);
    }
    let second = at + 1 + usize::from(tokens.is_mark(at + 1, &['-', '–']));
    (tokens.is_word(at, &["on"]) && tokens.is_word(second, &["going"])).then_some(second + 1)
}

/// `Priority - high`, `Priority: low`, `high priority`. The first one counts, a second one becomes a remark.
fn priority(tokens: &Tokens<'_>, at: usize, scale: &mut TimeScale) -> Option<usize> {
    let (level, next) = if tokens.is_word(at, &["priority"]) {
        let level = at + 1 + usize::from(tokens.is_mark(at + 1, &['-', '–', '—', ':', '(']));
        (level, level + 1)
    } else if tokens.is_word(at + 1, &["priority"]) {
        (at, at + 2)
    } else {
        return None;
    };
    let read = match tokens.word(level)?.as_str() {
        "high" => Priority::High,
        "medium" => Priority::Medium,
        "low" => Priority::Low,
        _ => return None,
    };
    if scale.priority.is_some() {
        return None;
    }
    scale.priority = Some(read);
    Some(next)
}

/// `May-19`, `by 31/03/2022`, `from May 2019`, `May-19 to Jun-20`, `May-19 - ongoing`. A date for which there is no
/// place left becomes a remark.
fn dates(tokens: &Tokens<'_>, at: usize, scale: &mut TimeScale) -> Option<usize> {
    let starts = tokens.is_word(at, &["from", "since", "start", "starting"]);
    let mut first = at;
    while first < at + 3
        && tokens.is_word(
            first,
            &[
                "from", "since", "start", "starting", "by", "until", "end", "of", "due",
            ],
        )
    {
        first += 1;
    }
    first += usize::from(first > at && tokens.is_mark(first, &[':']));
    if tokens.continues_number(first) {
        return None;
    }
    let (date, next) = date_at(tokens, first)?;
    let joined =
        tokens.is_mark(next, &['-', '–', '—', '/']) || tokens.is_word(next, &["to", "until"]);
    let second = date_at(tokens, next + 1).filter(|_| joined);
    let goes_on = joined && ongoing(tokens, next + 1).is_some();
    match (scale.start, scale.end, second) {
        (None, None, Some((end, after))) => {
            (scale.start, scale.end) = (Some(date), Some(end));
            Some(after)
        }
        (None, _, _) if starts || goes_on => {
            scale.start = Some(date);
            Some(next)
        }
        (_, None, _) if !starts => {
            scale.end = Some(date);
            Some(next)
        }
        _ => None,
    }
}

/// What is left between two things understood, without the marks and connectives that joined them.
fn remark(gap: &str) -> Option<&str> {
    const JOINTS: [char; 11] = ['/', ',', ';', ':', '-', '–', '—', '.', '&', '+', '|'];
    let joint = |c: char| c.is_whitespace() || JOINTS.contains(&c) || c == ')';
    let text = gap.trim_start_matches(joint);
    let text = text.trim_end_matches(|c: char| c != '.' && c != ')' && (joint(c) || c == '('));
    let bracketed = text
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'));
    let text = bracketed.unwrap_or(text).trim();
    let connective = ["and", "to", "then", "by", "from", "until"];
    let empty = text.is_empty() || connective.contains(&text.to_lowercase().as_str());
    (!empty).then_some(text)
}
