//! technician-metrics: what institutions record of their technicians, and what the sector may read of it.
//!
//! Rooms, from the top down; an arrow never points up: `cli` -> `server` -> `rest`, `graphql` -> `operations` ->
//! `sector`, `store`, `access`, `domain`, `formats` -> the crate `entity`. `docs/ARCHITECTURE.md` says what each is for.

pub mod access;
pub mod cli;
pub mod clock;
pub mod config;
pub mod domain;
pub mod fault;
pub mod formats;
pub mod graphql;
pub mod http;
pub mod operations;
pub mod rest;
pub mod sector;
pub mod server;
pub mod store;
pub mod telemetry;
pub mod views;
