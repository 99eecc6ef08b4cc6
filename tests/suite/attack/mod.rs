//! An attacker tries to break the sector's releases: with everything on offer, its own figures and the public registry.

mod accuracy;
mod asking;
mod attacker;
mod controls;
mod orders;
mod random;
mod reading;
mod sectors;
mod served;
mod view;
