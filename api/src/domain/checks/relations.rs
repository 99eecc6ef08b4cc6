//! Which totals of a dataset are compared with which of others, from either side of a relation.

use crate::domain::datasets::{Dataset, Expected, Measure, Quantity};

/// Two quantities and how the first is expected to stand to the second.
#[derive(Clone, Copy, Debug)]
pub struct Comparison {
    /// Of the dataset that is looked at.
    pub own: Quantity,
    /// Of another one.
    pub other: Quantity,
    /// How the own is expected to stand to the other.
    pub expected: Expected,
}

impl Comparison {
    /// Names the other side; stable.
    pub fn subject(&self) -> String {
        format!("{}.{}", self.other.dataset(), column(self.other))
    }

    /// Whether what is expected holds, as far as both are stated.
    pub fn holds(&self, own: Option<i64>, other: Option<i64>) -> bool {
        match (own, other) {
            (Some(own), Some(other)) => match self.expected {
                Expected::Equal => own == other,
                Expected::AtMost => own <= other,
                Expected::AtLeast => own >= other,
            },
            _ => true,
        }
    }
}

/// The column a quantity is taken from.
pub(super) const fn column(quantity: Quantity) -> &'static str {
    match quantity {
        Quantity::Total { measure, .. } => measure,
        Quantity::Different { dimension, .. } => dimension,
    }
}

/// The measure a quantity is the total of.
pub(super) fn measure(quantity: Quantity) -> Option<&'static Measure> {
    match quantity {
        Quantity::Total { dataset, measure } => {
            let dataset = Dataset::of(dataset);
            dataset
                .measure(measure)
                .and_then(|place| dataset.measures.get(place))
        }
        Quantity::Different { .. } => None,
    }
}

/// Every comparison of a dataset: its own relations, and those of others with it.
pub fn comparisons(dataset: &'static Dataset) -> Vec<Comparison> {
    let total = |dataset, measure| Quantity::Total { dataset, measure };
    let own = dataset.relations.iter().map(|relation| Comparison {
        own: total(dataset.name, relation.measure),
        other: relation.with,
        expected: relation.expected,
    });
    let others = Dataset::ALL.iter().flat_map(|other| {
        other
            .relations
            .iter()
            .filter(|relation| relation.with.dataset() == dataset.name)
            .map(|relation| Comparison {
                own: relation.with,
                other: total(other.name, relation.measure),
                expected: match relation.expected {
                    Expected::Equal => Expected::Equal,
                    Expected::AtMost => Expected::AtLeast,
                    Expected::AtLeast => Expected::AtMost,
                },
            })
    });
    own.chain(others).collect()
}
