//! Face two: GraphQL over the same operations and shapes as REST.
//!
//! A resolver reads its arguments, proves what the caller may do, calls one operation and hands its view on. No rule,
//! no connection and no column is known here; what a document may cost is decided in [`guard`], before the library
//! sees it, and what a request and an answer are in [`protocol`].

mod completion;
mod connections;
mod errors;
pub mod guard;
pub mod handler;
mod loaders;
mod mutations;
mod page;
pub mod protocol;
mod queries;
mod schema;
mod session;

pub use handler::configure;
pub use schema::{Schema, schema, sdl};
