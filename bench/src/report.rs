//! What was measured, beside its floor and its target: as a table for people, as JSON for programs.

use serde::Serialize;
use std::fmt::Write as _;

/// A number and what it is counted in.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Figure {
    /// The number.
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
}

impl Figure {
    /// Answers, transactions or rows in a second.
    pub const fn per_second(value: f64, unit: &'static str) -> Self {
        Self { value, unit }
    }

    /// Milliseconds.
    pub const fn milliseconds(value: f64) -> Self {
        Self { value, unit: "ms" }
    }

    /// Mebibytes.
    pub const fn mebibytes(value: f64) -> Self {
        Self { value, unit: "MiB" }
    }

    fn shown(self) -> String {
        match self.value {
            value if value >= 100.0 => format!("{value:.0} {}", self.unit),
            value if value >= 10.0 => format!("{value:.1} {}", self.unit),
            value => format!("{value:.2} {}", self.unit),
        }
    }
}

/// One line of the report.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// What was measured.
    pub what: &'static str,
    /// On which engine.
    pub engine: &'static str,
    /// What came out.
    pub measured: Figure,
    /// What the floor came to in the same run.
    pub floor: Figure,
    /// What the floor is.
    pub floor_is: &'static str,
    /// The part of the floor that is reached; for times, how many times faster than the floor.
    pub ratio: f64,
    /// What is asked.
    pub target: &'static str,
    /// Whether it is reached.
    pub met: bool,
}

impl Line {
    /// A rate, of which a part of the floor's is asked.
    pub fn rate(
        what: &'static str,
        engine: &'static str,
        measured: Figure,
        floor: (Figure, &'static str),
        part: f64,
        target: &'static str,
    ) -> Self {
        let ratio = measured.value / floor.0.value;
        Self {
            what,
            engine,
            measured,
            floor: floor.0,
            floor_is: floor.1,
            ratio,
            target,
            met: ratio >= part,
        }
    }

    /// Whether something else that is asked holds, too.
    #[must_use]
    pub const fn and(mut self, holds: bool) -> Self {
        self.met = self.met && holds;
        self
    }
}

/// A run on one machine.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Cores that may be used.
    pub cores: usize,
    /// The processor's name.
    pub processor: String,
    /// PostgreSQL's version.
    pub postgresql: String,
    /// SQLite's version.
    pub sqlite: String,
    /// Headcount rows in the sector.
    pub headcount_rows: usize,
    /// The lines.
    pub lines: Vec<Line>,
}

impl Report {
    /// The report as text.
    pub fn table(&self) -> String {
        let mut text = format!(
            "{} cores, {}; PostgreSQL {}, SQLite {}; {} headcount rows\n\n",
            self.cores, self.processor, self.postgresql, self.sqlite, self.headcount_rows
        );
        let heads = [
            "what",
            "engine",
            "measured",
            "floor",
            "ratio",
            "target",
            "met",
            "the floor is",
        ]
        .map(ToOwned::to_owned);
        let cells = |line: &Line| {
            [
                line.what.to_owned(),
                line.engine.to_owned(),
                line.measured.shown(),
                line.floor.shown(),
                format!("{:.2}", line.ratio),
                line.target.to_owned(),
                if line.met { "yes" } else { "NO" }.to_owned(),
                line.floor_is.to_owned(),
            ]
        };
        let rows: Vec<[String; 8]> = std::iter::once(heads)
            .chain(self.lines.iter().map(cells))
            .collect();
        for row in &rows {
            for (place, cell) in row.iter().enumerate() {
                let width = rows
                    .iter()
                    .map(|row| row[place].chars().count())
                    .max()
                    .unwrap_or_default();
                let _ = write!(text, "{cell:width$}  ");
            }
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
        text
    }
}

/// The processor's name, as Linux gives it.
pub fn processor() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text
        .lines()
        .find(|line| line.starts_with("model name"))
        .and_then(|line| line.split_once(':'));
    name.map_or_else(
        || "unknown processor".to_owned(),
        |(_, name)| name.trim().to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_the_floor_is_met_or_missed() {
        let rate = |value| Figure::per_second(value, "requests/s");
        let line = |measured| {
            Line::rate(
                "read",
                "SQLite",
                rate(measured),
                (rate(1000.0), "plain"),
                0.5,
                ">= 0.50",
            )
        };
        assert!(line(500.0).met && !line(499.0).met && !line(500.0).and(false).met);
        let report = Report {
            cores: 2,
            processor: "P".to_owned(),
            postgresql: "15".to_owned(),
            sqlite: "3".to_owned(),
            headcount_rows: 7,
            lines: vec![line(499.0)],
        };
        let expected = "2 cores, P; PostgreSQL 15, SQLite 3; 7 headcount rows\n\n\
             what  engine  measured        floor            ratio  target   met  the floor is\n\
             read  SQLite  499 requests/s  1000 requests/s  0.50   >= 0.50  NO   plain\n";
        assert_eq!(report.table(), expected);
    }
}
