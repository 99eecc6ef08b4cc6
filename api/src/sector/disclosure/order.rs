//! Medians and quartiles beside a total: whether they lead to the largest institution.
//!
//! Each is the mean of three values, so a total without them is the sum of those that are in none, and of these the
//! values in their order say how small and how large they may be. Who the largest is, everybody knows.

use super::regime::Regime;

/// The place of a quartile among so many values in their order.
pub const fn place(count: usize, quarter: usize) -> usize {
    (count.saturating_sub(1) * quarter + 2) / 4
}

/// Whether the largest value could be a tenth larger, and a tenth smaller, with the total and these quartiles the same
/// and all others in their order, whoever the intruder is.
pub fn hides(sorted: &[i64], quarters: &[usize], regime: &Regime) -> bool {
    let Some((largest, others)) = sorted.split_last() else {
        return false;
    };
    let windows: Vec<usize> = quarters
        .iter()
        .map(|quarter| place(sorted.len(), *quarter))
        .collect();
    let apart = windows
        .windows(2)
        .all(|pair| matches!(pair, [one, other] if one + 3 <= *other));
    let in_window = |at: usize| windows.iter().any(|place| at.abs_diff(*place) <= 1);
    if !apart || in_window(others.len()) {
        return false;
    }
    let value = |at: usize| sorted.get(at).copied().unwrap_or_default();
    let below = |at: usize| (0..at).rev().find(|one| in_window(*one)).map_or(0, value);
    let most = largest * (100 - regime.percent) / 100;
    let above = |at: usize| {
        (at..others.len())
            .find(|one| in_window(*one))
            .map_or(most, value)
    };
    let others = 0..others.len();
    if others.clone().any(|at| in_window(at) && value(at) > most) {
        // The largest is known to be no smaller than a median that is published.
        return false;
    }
    let free: Vec<(i64, i64)> = others
        .clone()
        .filter(|at| !in_window(*at))
        .map(|at| {
            let (down, up) = (value(at) - below(at), above(at) - value(at));
            (down.max(0), up.max(0))
        })
        .collect();
    // Those hardly smaller than the largest must give way with it.
    let pushed: i64 = others.map(|at| (value(at) - most).max(0)).sum();
    let room = |of: fn(&(i64, i64)) -> i64| {
        let all: i64 = free.iter().map(of).sum();
        all - free.iter().map(of).max().unwrap_or_default()
    };
    let enough = |room: i64| room * 100 >= largest * regime.percent;
    enough(room(|room| room.0)) && enough(room(|room| room.1) - pushed)
}

#[cfg(test)]
mod tests {
    use super::super::regime::HESA_5_CKP_1 as REGIME;
    use super::*;

    #[test]
    fn a_median_of_few_leaves_the_largest_alone_and_one_of_many_does_not() {
        assert!(!hides(&[40, 45, 50, 52, 400], &[2], &REGIME));
        assert!(!hides(&[40, 45, 50, 52, 54, 1_000], &[2], &REGIME));
        assert!(hides(
            &[20, 60, 70, 80, 90, 100, 150, 200, 300],
            &[2],
            &REGIME
        ));
        let fifteen: Vec<i64> = (1..=15).map(|value| value * 20).collect();
        assert!(hides(&fifteen, &[2], &REGIME));
        assert!(!hides(&fifteen[..10], &[1, 2, 3], &REGIME));
    }
}
