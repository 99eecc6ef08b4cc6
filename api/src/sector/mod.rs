//! The statistics: what can be asked of the sector, the exact answer, and what may be published of it.
//!
//! Pure: facts come in as values, answers go out as values; nothing here reads a database, a clock or a request.
//! Values are taken per institution first and across institutions second, so that contributors, mean and median come
//! from one pass. Everything is counted in integers (hundredths where a unit has decimals) and rounded once, at the end.

pub mod aggregate;
pub mod catalogue;
pub mod columns;
pub mod disclosure;
mod frame;
pub mod gather;
mod outputs;
mod participation;
mod plans;
pub mod query;
pub mod release;
pub mod released;
mod scan;
pub mod snapshot;
mod sources;
mod statistic;

pub use aggregate::{Answer, Cell, Facts, answer};
pub use catalogue::{Attribute, Dimension, Measure, Panel, Statistic};
pub use outputs::Outputs;
pub use query::{Query, RawQuery};
pub use snapshot::{Action, Member, Snapshot};
pub use sources::{SeriesBreak, Source, Sources};
