//! Whether one figure is safe by itself: who is behind it, and how much of it is one institution's.

use super::regime::{Control, Regime};

/// Why a figure may not be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unsafe {
    /// Fewer institutions than the regime asks for.
    Contributors,
    /// Another institution could work out the largest within the regime's per cent (p% rule).
    Dominated,
    /// It would lead to an institution by subtraction.
    Subtraction,
    /// What a ratio is made of is not given by itself: some of it was merged with something else.
    Parts,
    /// Fewer below the line than the regime asks for.
    Denominator,
}

impl Unsafe {
    /// The reason, as it stands in the log of decisions.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contributors => "contributors",
            Self::Dominated => "p-percent",
            Self::Subtraction => "subtraction",
            Self::Parts => "parts-not-given",
            Self::Denominator => "denominator",
        }
    }
}

/// Looks at the values of the institutions behind a figure; those that have none are not behind it. A figure nobody is
/// behind is a zero, which is safe.
///
/// The p% rule with a tenant as the intruder: whoever takes its own value off the total must not be left with less than
/// a tenth more than any other's value. The worst pair is the largest as the target and the second largest as the
/// intruder, so looking at these two is looking at all.
pub fn figure(values: impl Iterator<Item = i64>, regime: &Regime) -> Result<(), Unsafe> {
    let (mut first, mut second, mut total, mut count) = (0_i64, 0_i64, 0_i64, 0_usize);
    for value in values.filter(|value| *value > 0) {
        count += 1;
        total += value;
        if value > first {
            second = first;
            first = value;
        } else if value > second {
            second = value;
        }
    }
    if count == 0 {
        return Ok(());
    }
    if count < regime.contributors && regime.has(Control::Contributors) {
        return Err(Unsafe::Contributors);
    }
    if (total - first - second) * 100 < regime.percent * first && regime.has(Control::PPercent) {
        return Err(Unsafe::Dominated);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::regime::HESA_5_CKP_1 as REGIME;
    use super::*;

    #[test]
    fn three_are_needed_and_none_may_dominate() {
        let safe = |values: &[i64]| figure(values.iter().copied(), &REGIME);
        assert_eq!(safe(&[]), Ok(()));
        assert_eq!(safe(&[0, 0]), Ok(()));
        assert_eq!(safe(&[10, 10]), Err(Unsafe::Contributors));
        assert_eq!(safe(&[10, 10, 0]), Err(Unsafe::Contributors));
        assert_eq!(safe(&[10, 10, 1]), Ok(()));
        assert_eq!(safe(&[100, 50, 9]), Err(Unsafe::Dominated));
        assert_eq!(safe(&[100, 50, 10]), Ok(()));
    }
}
