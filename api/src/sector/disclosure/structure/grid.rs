//! Institutions' values by two partitions, and where they are not safe.

use super::RowBlocks;
use crate::sector::disclosure::cube::Line;
use crate::sector::disclosure::safety::Unsafe;

/// Institutions' values by two partitions.
pub(super) struct Grid {
    columns: usize,
    cells: Vec<Vec<i64>>,
}

impl Grid {
    pub fn new(rows: usize, columns: usize) -> Self {
        Self {
            columns,
            cells: vec![Vec::new(); rows * columns],
        }
    }

    pub fn push(&mut self, sums: Vec<i64>, from: usize) {
        for (place, sum) in sums.into_iter().enumerate() {
            if let Some(cell) = self.cells.get_mut(from + place) {
                cell.push(sum);
            }
        }
    }

    pub fn add(&mut self, group: usize, line: &Line, rows: &RowBlocks) {
        let mut sums = vec![0; self.columns];
        for (leaf, block) in line.leaves.iter().zip(rows) {
            if let (Some(leaf), Some(slot)) = (leaf, block.and_then(|block| sums.get_mut(block))) {
                *slot += leaf.above;
            }
        }
        self.push(sums, group * self.columns);
    }

    pub fn add_pair(&mut self, line: &Line, ones: &RowBlocks, others: &RowBlocks) {
        let mut sums = vec![0; self.cells.len()];
        for ((leaf, one), other) in line.leaves.iter().zip(ones).zip(others) {
            let place = one
                .zip(*other)
                .map(|(one, other)| one * self.columns + other);
            if let (Some(leaf), Some(slot)) = (leaf, place.and_then(|place| sums.get_mut(place))) {
                *slot += leaf.above;
            }
        }
        self.push(sums, 0);
    }

    /// The unsafe cell with the smallest total.
    pub fn worst(
        &self,
        wrong: impl Fn(&[i64]) -> Option<Unsafe>,
    ) -> Option<(usize, usize, Unsafe)> {
        let bad = self.cells.iter().enumerate().filter_map(|(place, values)| {
            let reason = wrong(values)?;
            Some((values.iter().sum::<i64>(), place, reason))
        });
        let (_, place, reason) = bad.min_by_key(|(total, place, _)| (*total, *place))?;
        Some((place / self.columns, place % self.columns, reason))
    }

    /// Whether merging the code of a cell mends more than merging its group.
    pub fn rather_code(&self, group: usize, code: usize, wrong: impl Fn(&[i64]) -> bool) -> bool {
        let rows = self.cells.len() / self.columns.max(1);
        let in_group = (0..self.columns)
            .filter(|column| self.is(group, *column, &wrong))
            .count();
        let in_code = (0..rows).filter(|row| self.is(*row, code, &wrong)).count();
        in_code * self.columns >= in_group * rows
    }

    pub fn is(&self, row: usize, column: usize, wrong: &impl Fn(&[i64]) -> bool) -> bool {
        self.cells
            .get(row * self.columns + column)
            .is_some_and(|values| wrong(values))
    }

    pub fn of_group(&self, group: usize) -> i64 {
        let row = self
            .cells
            .iter()
            .skip(group * self.columns)
            .take(self.columns);
        row.flatten().sum()
    }

    pub fn of_code(&self, code: usize) -> i64 {
        self.cells
            .iter()
            .skip(code)
            .step_by(self.columns.max(1))
            .flatten()
            .sum()
    }
}
