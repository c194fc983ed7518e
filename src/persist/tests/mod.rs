//! Durable state beside plain maps: every byte of a file, every byte flipped, and crashes by seed on a disk in memory.

mod bytes;
mod crashes;
mod failures;
mod model;
mod programs;
mod rubbish;
mod simulator;

use super::*;
