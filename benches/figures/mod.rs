//! `benches/figures.json`: ratios of benches by commit. `cargo bench --bench ratio -- --keep` and `--bench raster -- --keep` add a
//! run each; without it nothing is written.

use std::fs;
use std::process::Command;

use fearless_simd::Level;
use serde::Serialize;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/figures.json");

/// What was measured of one thing: our time as a share of the other's.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) name: String,
    /// The ratio of the least, or the least ratio of a window.
    pub(crate) least: f64,
    /// The 5th percentile and the median of windows, where there are some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) windows: Option<[f64; 2]>,
}

/// A run of a bench: a line of the file.
#[derive(Serialize)]
struct Run<'a> {
    commit: String,
    bench: &'a str,
    machine: String,
    rows: &'a [Row],
}

/// What it runs on, as far as the system says.
pub(crate) fn machine() -> String {
    let read = |file: &str| fs::read_to_string(file).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map(|rest| rest.trim_start_matches([' ', '\t', ':']));
    let l1 = read("/sys/devices/system/cpu/cpu0/cache/index0/size");
    let l1 = if l1.is_empty() { "unknown" } else { l1.trim() };
    format!("{}, L1 {l1}, native level {:?}", model.unwrap_or("a CPU of unknown kind"), Level::new())
}

/// Adds a run to the file, where the bench was asked to.
pub(crate) fn keep(bench: &str, rows: &mut [Row]) {
    if !std::env::args().any(|arg| arg == "--keep") {
        return;
    }
    let rounded = |ratio: f64| (ratio * 1000.0).round() / 1000.0;
    for row in &mut *rows {
        row.least = rounded(row.least);
        row.windows = row.windows.map(|windows| windows.map(rounded));
    }
    let run = Run { commit: commit(), bench, machine: machine(), rows };
    let run = serde_json::to_string(&run).expect("figures are numbers");
    let before = fs::read_to_string(FILE).unwrap_or_default();
    // A run is a line, so that a commit adds lines and changes none.
    let runs = before.trim().trim_start_matches('[').trim_end_matches(']').trim();
    let comma = if runs.is_empty() { "" } else { ",\n" };
    let after = format!("[\n{runs}{comma}{run}\n]\n");
    assert!(serde_json::from_str::<serde_json::Value>(&after).is_ok(), "{FILE} is no list of runs");
    fs::write(FILE, after).unwrap_or_else(|error| panic!("{FILE}: {error}"));
    println!("added to {FILE}");
}

/// The commit that was measured, with a `+` where something was changed since.
fn commit() -> String {
    let git = |args: &[&str]| {
        let output = Command::new("git").args(args).current_dir(env!("CARGO_MANIFEST_DIR")).output();
        output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
    };
    let is_changed = !git(&["status", "--porcelain", "-uno", "--", ".", ":!benches/figures.json"]).is_empty();
    format!("{}{}", git(&["rev-parse", "--short", "HEAD"]), if is_changed { "+" } else { "" })
}
