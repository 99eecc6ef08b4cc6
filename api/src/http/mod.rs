//! What both faces share of HTTP: who calls, bounded bodies, problems, entity tags.
//!
//! No rule about figures or plans stands here, and no route.

pub mod body;
pub mod caller;
pub mod conditional;
pub mod head;
mod page;
pub mod panic;
pub mod problem;
mod unpack;

pub use body::{Body, Limits};
pub use caller::Call;
pub use conditional::{IfMatchHeader, tagged, whole};
pub use problem::Problem;
