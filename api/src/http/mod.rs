//! What both faces share of HTTP: who calls, bounded bodies, problems, entity tags.
//!
//! No rule about figures or plans stands here, and no route.

pub mod accept;
pub mod body;
pub mod caller;
pub mod conditional;
pub mod head;
pub mod idempotency;
mod page;
pub mod panic;
pub mod prefer;
pub mod problem;
mod unpack;
mod upload;

pub use body::{Body, Limits};
pub use caller::Call;
pub use conditional::{IfMatchHeader, tagged, whole};
pub use prefer::Prefer;
pub use problem::Problem;
pub use upload::Upload;
