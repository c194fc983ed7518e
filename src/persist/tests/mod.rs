//! Durable state beside plain maps: every byte of a file, every byte flipped, and crashes by seed on a disk in memory.

mod crashes;
mod model;
mod simulator;

use super::*;
