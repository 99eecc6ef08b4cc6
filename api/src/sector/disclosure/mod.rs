//! Disclosure control: what of the exact figures may be published, and in which form.
//!
//! Pure, so that a statistician can review it: exact values come in, protected cells and the reason for each decision go
//! out. The rules in the order they are applied (`docs/DISCLOSURE-CONTROL.md` explains them with their sources):
//!
//! 1. [`safety`]: a figure needs at least three institutions behind it, none of which another could estimate within ten
//!    per cent (p% rule with a tenant as the intruder);
//! 2. [`blocks`]: codes whose figures are not safe are merged with their neighbours until they are;
//! 3. [`subtraction`]: no adding and subtracting of what is on offer may lead to an institution: each must stay free to be
//!    ten per cent larger or smaller with every published figure the same;
//! 4. [`noise`]: every figure is perturbed by its cell key, the same for the same population wherever it is asked;
//! 5. [`regime`]: and rounded; ratios are made of what is published and of nothing else;
//! 6. [`history`]: what a release changes of an earlier one is held to the same rules as a figure of its own.

pub mod accuracy;
pub mod attack;
pub mod blocks;
pub mod build;
pub mod cube;
pub mod family;
pub mod history;
pub mod noise;
pub mod order;
mod partial;
pub mod populations;
pub mod protect;
pub mod ratios;
pub mod regime;
pub mod safety;
pub mod structure;
pub mod subtraction;
