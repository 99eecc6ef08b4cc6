//! Calendar dates as plans write them: `May-19`, `2019-05`, `31/03/2022`, `31st March 2022`.
//!
//! Dates are British (day before month) and keep the precision they were given. Two digits are a year of this century.
//! `May 20` is left alone: it may be a day as well as a year.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Months, NaiveDate};
use entity::values::UnknownCode;
use serde::{Deserialize, Serialize};

use super::tokens::Tokens;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const APOSTROPHES: [char; 4] = ['\'', '’', '‘', '`'];
const DASHES: [char; 3] = ['-', '–', '—'];

/// A month of a year, from 1900 to 2199. Written `2020-05`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct YearMonth {
    first: NaiveDate,
}

impl YearMonth {
    /// The month, if there is one.
    pub fn new(year: i32, month: u32) -> Option<Self> {
        let first = NaiveDate::from_ymd_opt(year, month, 1)?;
        (1900..2200).contains(&year).then_some(Self { first })
    }

    /// The calendar year.
    pub fn year(self) -> i32 {
        self.first.year()
    }

    /// The month, 1 to 12.
    pub fn month(self) -> u32 {
        self.first.month()
    }

    /// Its last day.
    pub fn last_day(self) -> NaiveDate {
        self.first
            .checked_add_months(Months::new(1))
            .and_then(|next| next.pred_opt())
            .unwrap_or(self.first)
    }
}

/// A date to the precision it was given with: a day or a month. Written `2022-03-31` or `2019-05`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum PlanDate {
    /// A day.
    Day(NaiveDate),
    /// A month, the day not being known.
    Month(YearMonth),
}

impl PlanDate {
    /// The day itself, or the last one of the month.
    pub fn last_day(self) -> NaiveDate {
        match self {
            Self::Day(day) => day,
            Self::Month(month) => month.last_day(),
        }
    }
}

impl fmt::Display for YearMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.month())
    }
}

impl fmt::Display for PlanDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => day.fmt(f),
            Self::Month(month) => month.fmt(f),
        }
    }
}

impl FromStr for YearMonth {
    type Err = UnknownCode;

    fn from_str(given: &str) -> Result<Self, UnknownCode> {
        match PlanDate::from_str(given) {
            Ok(PlanDate::Month(month)) => Ok(month),
            Ok(PlanDate::Day(_)) | Err(_) => {
                Err(UnknownCode::new("a month such as 2020-05", given))
            }
        }
    }
}

impl FromStr for PlanDate {
    type Err = UnknownCode;

    fn from_str(given: &str) -> Result<Self, UnknownCode> {
        let tokens = Tokens::scan(given);
        iso(&tokens, 0)
            .filter(|(date, _)| date.to_string() == given)
            .map(|(date, _)| date)
            .ok_or_else(|| UnknownCode::new("a date such as 2022-03-31 or 2019-05", given))
    }
}

impl TryFrom<String> for YearMonth {
    type Error = UnknownCode;

    fn try_from(given: String) -> Result<Self, UnknownCode> {
        given.parse()
    }
}

impl TryFrom<String> for PlanDate {
    type Error = UnknownCode;

    fn try_from(given: String) -> Result<Self, UnknownCode> {
        given.parse()
    }
}

impl From<YearMonth> for String {
    fn from(month: YearMonth) -> Self {
        month.to_string()
    }
}

impl From<PlanDate> for String {
    fn from(date: PlanDate) -> Self {
        date.to_string()
    }
}

/// A date, and the index of the token after it.
type Found = Option<(PlanDate, usize)>;

/// The date that begins at a token, if one does.
pub(super) fn date_at(tokens: &Tokens<'_>, at: usize) -> Found {
    iso(tokens, at)
        .or_else(|| numeric(tokens, at))
        .or_else(|| day_first(tokens, at))
        .or_else(|| month_first(tokens, at))
}

/// `2019-05-31`, `2019-05`.
fn iso(tokens: &Tokens<'_>, at: usize) -> Found {
    let year = tokens.number(at, 4..=4)?;
    let month = part(tokens, at + 1, &['-'], 1..=2)?;
    if tokens.glued(at + 3) && tokens.is_mark(at + 3, &['-']) {
        let day = part(tokens, at + 3, &['-'], 1..=2)?;
        return day_of(year, month, day, at + 5);
    }
    month_of(year, month, at + 3)
}

/// `31/03/2022`, `31.3.22`, `05/2020`.
fn numeric(tokens: &Tokens<'_>, at: usize) -> Found {
    let first = tokens.number(at, 1..=2)?;
    if let Some(year) = part(tokens, at + 1, &['/'], 4..=4) {
        return month_of(year, first, at + 3);
    }
    let month = part(tokens, at + 1, &['/', '.', '-'], 1..=2)?;
    let year = part(tokens, at + 3, &['/', '.', '-'], 4..=4)
        .or_else(|| part(tokens, at + 3, &['/', '.', '-'], 2..=2).map(|short| 2000 + short))?;
    day_of(year, month, first, at + 5)
}

/// `31 March 2022`, `31st of March '22`, `31-Mar-22`.
fn day_first(tokens: &Tokens<'_>, at: usize) -> Found {
    let day = tokens.number(at, 1..=2)?;
    let mut next = ordinal_end(tokens, at + 1);
    if tokens.is_word(next, &["of"]) || tokens.is_mark(next, &['-', '/']) {
        next += 1;
    }
    let month = month_named(tokens, next)?;
    let (year, next) = year_after(tokens, next + 1, true)?;
    day_of(year, month, day, next)
}

/// `May-19`, `May '19`, `May 2019`, `Sept. 2019`, `May 20, 2022`.
fn month_first(tokens: &Tokens<'_>, at: usize) -> Found {
    let month = month_named(tokens, at)?;
    if let Some(day) = tokens.number(at + 1, 1..=2) {
        let mut next = ordinal_end(tokens, at + 2);
        if tokens.is_mark(next, &[',']) {
            next += 1;
        }
        if let Some(year) = tokens.number(next, 4..=4) {
            return day_of(year, month, day, next + 1);
        }
    }
    let (year, next) = year_after(tokens, at + 1, false)?;
    month_of(year, month, next)
}

/// A mark and a number, each following without a space.
fn part(
    tokens: &Tokens<'_>,
    at: usize,
    marks: &[char],
    digits: std::ops::RangeInclusive<usize>,
) -> Option<u32> {
    let together = tokens.glued(at) && tokens.is_mark(at, marks) && tokens.glued(at + 1);
    tokens.number(at + 1, digits).filter(|_| together)
}

fn ordinal_end(tokens: &Tokens<'_>, at: usize) -> usize {
    at + usize::from(tokens.glued(at) && tokens.is_word(at, &["st", "nd", "rd", "th"]))
}

/// The month named here in full or by its first three letters (`Sept` too).
fn month_named(tokens: &Tokens<'_>, at: usize) -> Option<u32> {
    let word = tokens.word(at)?;
    let named = |name: &str| word == name || name.get(..3) == Some(&word);
    let index = if word == "sept" {
        8
    } else {
        MONTHS.iter().position(|name| named(name))?
    };
    u32::try_from(index + 1).ok()
}

/// The year after the name of a month. Two digits need a dash or an apostrophe before them, unless `bare` says that
/// they cannot be a day or the number cannot be one.
fn year_after(tokens: &Tokens<'_>, at: usize, bare: bool) -> Option<(u32, usize)> {
    let mut next = at + usize::from(tokens.glued(at) && tokens.is_mark(at, &['.']));
    let mut marked = false;
    if tokens.is_mark(next, &DASHES) || tokens.is_mark(next, &[',', '/']) {
        marked = !tokens.is_mark(next, &[',']);
        next += 1;
    }
    if tokens.is_mark(next, &APOSTROPHES) {
        marked = true;
        next += 1;
    }
    if let Some(year) = tokens.number(next, 4..=4) {
        return Some((year, next + 1));
    }
    let short = tokens.number(next, 2..=2)?;
    (marked || bare || short > 31).then_some((2000 + short, next + 1))
}

fn month_of(year: u32, month: u32, next: usize) -> Found {
    let month = YearMonth::new(i32::try_from(year).ok()?, month)?;
    Some((PlanDate::Month(month), next))
}

fn day_of(year: u32, month: u32, day: u32, next: usize) -> Found {
    let year = i32::try_from(year).ok()?;
    YearMonth::new(year, month)?;
    Some((
        PlanDate::Day(NaiveDate::from_ymd_opt(year, month, day)?),
        next,
    ))
}
