//! The statistics: what can be asked of the sector, and the exact answer.
//!
//! Pure: facts come in as values, answers go out as values; nothing here reads a database, a clock or a request.
//! Values are taken per institution first and across institutions second, so that contributors, mean and median come
//! from one pass. Everything is counted in integers (hundredths where a unit has decimals) and rounded once, at the end.

pub mod aggregate;
pub mod catalogue;
mod frame;
mod outputs;
pub mod query;
pub mod snapshot;
mod statistic;

pub use aggregate::{Answer, Cell, Source, answer};
pub use catalogue::{Dimension, MEASURES, Measure, Statistic};
pub use outputs::Outputs;
pub use query::{Query, RawQuery};
pub use snapshot::{Actions, Member, Snapshot};
