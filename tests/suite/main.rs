//! The suite: one binary, a file per noun or trap, every scenario on both engines.

mod smoke;
