//! The `pavane` command.

use std::alloc::System;
use std::process::ExitCode;

/// Counts what is allocated, for `pavane bench`.
#[global_allocator]
static ALLOCATOR: &stats_alloc::StatsAlloc<System> = &stats_alloc::INSTRUMENTED_SYSTEM;

fn main() -> ExitCode {
    pavane::cli::run(std::env::args_os())
}
