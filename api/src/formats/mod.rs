//! Bytes to rows and back. What a row must be is `domain`'s to say; here it is only taken out of its wrapping.

pub mod bundle;
pub mod columns;
pub mod csv;
pub mod json;
pub mod json_rows;
pub mod ndjson;
pub mod packing;
pub mod plan_csv;
pub mod source;
pub mod statistics;
pub mod xlsx;
