//! How much memory a run may take.

use std::str::FromStr;

use crate::engine::{EngineError, EngineSettings};
use crate::world::{Budget, MEMORY_LIMIT, MemoryError};

/// A size as it is written: `8GiB`, `512MiB`, `1.5GB`, or bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MemorySize(pub(super) u64);

impl FromStr for MemorySize {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (number, unit) = text.split_at(end);
        let unit = match unit.trim().to_ascii_lowercase().as_str() {
            "" | "b" => 1.0,
            "kib" => 1024.0,
            "mib" => 1024.0 * 1024.0,
            "gib" => 1024.0 * 1024.0 * 1024.0,
            "tib" => 1024.0 * 1024.0 * 1024.0 * 1024.0,
            "kb" => 1e3,
            "mb" => 1e6,
            "gb" => 1e9,
            "tb" => 1e12,
            _ => return Err("write a size such as 8GiB, 512MiB or 1.5GB".into()),
        };
        match number.parse::<f64>() {
            Ok(number) if number * unit >= 1.0 => Ok(Self((number * unit) as u64)),
            _ => Err("write a size above 0, such as 8GiB, 512MiB or 1.5GB".into()),
        }
    }
}

/// The memory that a run may take: what was asked for, else a quarter of the machine's.
pub(super) fn limit(asked: Option<MemorySize>) -> u64 {
    match (asked, machine()) {
        (Some(MemorySize(bytes)), _) => bytes,
        (None, Some(bytes)) => bytes / 4,
        (None, None) => MEMORY_LIMIT,
    }
}

/// The memory of this machine, or of the container that it is, in bytes. `None` where the system has no file that says so.
fn machine() -> Option<u64> {
    let read = |path: &str| std::fs::read_to_string(path).ok();
    let whole = read("/proc/meminfo").and_then(|text| total(&text));
    let share = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];
    // `max` where there is no limit; the older file then has a number beyond any machine.
    let share = share.into_iter().filter_map(read).find_map(|text| text.trim().parse::<u64>().ok());
    whole.map(|whole| share.map_or(whole, |share| whole.min(share)))
}

/// `MemTotal:  16384 kB`, as Linux writes it.
fn total(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

/// Leaves room beside an engine for pictures, which are allocated later.
///
/// # Errors
/// When the pictures alone are too large.
pub(super) fn beside(pictures: &Budget, settings: EngineSettings) -> Result<EngineSettings, EngineError> {
    pictures.check(settings.memory_limit)?;
    Ok(EngineSettings { memory_limit: settings.memory_limit - pictures.total(), ..settings })
}

/// An error of an engine that was made [`beside`] pictures, reported for both together.
pub(super) fn together(error: EngineError, pictures: &Budget) -> EngineError {
    let more = pictures.total();
    if let EngineError::ListMemory { list, max, bytes, error } = error {
        let (asked, limit) = (error.asked.saturating_add(more), error.limit.saturating_add(more));
        return EngineError::ListMemory { list, max, bytes, error: MemoryError { asked, limit, ..error } };
    }
    let EngineError::Memory(error) = error else { return error };
    let largest =
        pictures.rows.iter().max_by_key(|row| row.bytes()).filter(|row| row.bytes() > error.buffer_bytes);
    let (buffer, buffer_bytes) =
        largest.map_or((error.buffer, error.buffer_bytes), |row| (row.buffer, row.bytes()));
    let (asked, limit) = (error.asked.saturating_add(more), error.limit.saturating_add(more));
    EngineError::Memory(MemoryError { buffer, buffer_bytes, asked, limit })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::BudgetRow;

    #[test]
    fn sizes() {
        let check = |text: &str, expected: u64| assert_eq!(text.parse(), Ok(MemorySize(expected)), "{text}");
        check("8GiB", 8 << 30);
        check("512MiB", 512 << 20);
        check("1.5GB", 1_500_000_000);
        check("64 kib", 65_536);
        check("2tb", 2_000_000_000_000);
        check("4096", 4096);
        check("99999999999999999999999", u64::MAX);
        for bad in ["", "0", "0GiB", "-1", "8 apples", "GiB", "1.2.3MiB", "1e9", "8G", ".", "0.1"] {
            assert!(bad.parse::<MemorySize>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_machine_tells_in_kib() {
        assert_eq!(total("MemTotal:       16384 kB\nMemFree: 1 kB\n"), Some(16 << 20));
        assert_eq!(total("MemFree: 1 kB\n"), None);
        assert_eq!(limit(Some(MemorySize(5))), 5);
        assert!(limit(None) > 1 << 20);
    }

    #[test]
    fn engine_and_pictures_share_a_limit() {
        let budget = |bytes_each| Budget { rows: vec![BudgetRow { buffer: "canvas", count: 1, bytes_each }] };
        let settings = EngineSettings { memory_limit: 1000, ..EngineSettings::default() };
        assert_eq!(beside(&budget(300), settings).unwrap().memory_limit, 700);
        assert!(
            matches!(beside(&budget(1001), settings), Err(EngineError::Memory(e)) if e.buffer == "canvas")
        );
        let error = |buffer_bytes| MemoryError { buffer: "passes", buffer_bytes, asked: 900, limit: 700 };
        let told = together(error(200).into(), &budget(300));
        let expected = MemoryError { buffer: "canvas", buffer_bytes: 300, asked: 1200, limit: 1000 };
        assert_eq!(told, expected.into());
        let told = together(error(600).into(), &budget(300));
        assert_eq!(told, MemoryError { buffer: "passes", buffer_bytes: 600, ..expected }.into());
    }
}
