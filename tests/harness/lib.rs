//! What the tests stand on: a real server on port 0 over a fresh database of either engine, spoken to over HTTP only.
//!
//! [`World`] is one server with its own database and its own clock; [`Persona`]s are the callers it knows. Every answer
//! is checked against `openapi.json` as it arrives.

pub mod cluster;
mod conformity;
pub mod pages;
mod persona;
pub mod program;
pub mod proxy;
pub mod readers;
mod reply;
mod submission;
mod surroundings;
mod template;
mod world;

pub use conformity::document;
pub use persona::Persona;
pub use reply::Reply;
pub use surroundings::{SeededIds, TestClock, beginning};
pub use template::fresh as fresh_database;
pub use world::{Beside, Engine, Request, World};

/// Writes each scenario twice, once for each engine: `name::sqlite` and `name::postgres`.
#[macro_export]
macro_rules! on_both_engines {
    ($($(#[$doc:meta])* async fn $name:ident($world:ident: World) $body:block)+) => {$(
        $(#[$doc])*
        mod $name {
            #[allow(unused_imports, reason = "a scenario uses what it needs of its file")]
            use super::*;

            async fn scenario($world: $crate::World) $body

            #[tokio::test]
            async fn sqlite() {
                scenario($crate::World::new($crate::Engine::Sqlite).await).await;
            }

            #[tokio::test]
            async fn postgres() {
                scenario($crate::World::new($crate::Engine::Postgres).await).await;
            }
        }
    )+};
}
