//! What is wrong with what is sent: every fault with its place, its code and its words, and nothing stored.

mod bodies;
mod cells;
mod cut;
mod files;
mod interrupted;
mod packed;
mod packing;
mod wire;
