//! The suite: one binary, a file per noun or trap, every scenario on both engines.

mod bad_input;
mod headcount;
mod returns;
mod rows;
mod smoke;
