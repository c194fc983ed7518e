//! Programs in C, built against it, see what Rust sees; garbage ends in a status.

mod blending;
mod bundle;
mod c;
mod garbage;
