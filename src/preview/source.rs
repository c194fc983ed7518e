//! Where programs come from: FILE to a program or to what is wrong with it, and a new program into a running engine.
//!
//! The rest of the preview knows neither how a file is read nor how an engine takes up another program.

use super::Settings;
use crate::engine::{Demand, Engine, EngineError, EngineSettings};
use crate::load::{self, SHIPPED};
pub(super) use crate::load::{Loaded, TERMINAL};
use crate::program::Program;
use crate::world::{Budget, Capacity};

/// What is played.
#[derive(Clone, Debug)]
pub(super) struct Source {
    file: String,
}

impl Source {
    /// A file, `-` for standard input, or a program that ships inside.
    pub(super) fn new(file: &str) -> Self {
        Self { file: file.into() }
    }

    /// Whether loading it again gives the same.
    pub(super) fn is_fixed(&self) -> bool {
        self.file == "-" || self.file.starts_with(SHIPPED)
    }

    /// The file that may change.
    pub(super) fn path(&self) -> Option<&str> {
        (!self.is_fixed()).then_some(&*self.file)
    }

    /// Reads and compiles it. A fixed one has no files to watch.
    pub(super) fn load(&self) -> Loaded {
        let loaded = load::load(&self.file);
        if self.is_fixed() { Loaded { files: Vec::new(), ..loaded } } else { loaded }
    }
}

/// How an engine took up another program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Swapped {
    /// The state went on, as far as this says.
    Kept(String),
    /// Everything starts anew, for this reason.
    Anew(String),
}

/// Memory that may be spent on room for edits.
const SPARE_BYTES_MAX: u64 = 1 << 30;

/// An engine for a program, with room for it to grow while it is edited.
///
/// # Errors
/// What does not fit, as a message for people.
pub(super) fn engine(program: Program, settings: &Settings) -> Result<Engine, String> {
    let least = load::capacity(&program, Demand::Drawn)?;
    let capacity = with_room(least);
    let settings = EngineSettings {
        capacity,
        frame_rate: settings.frame_rate,
        seed: settings.seed,
        threads: settings.threads,
        level: settings.level,
        demand: Demand::Drawn,
        canvas: settings.size,
    };
    Engine::with_settings(program, settings).map_err(|error| error.to_string())
}

/// Half as much again of everything, where that costs little.
fn with_room(least: Capacity) -> Capacity {
    let half_more = |value: u32| value.saturating_add(value / 2);
    let roomy = Capacity {
        elements: half_more(least.elements),
        field_buffers: half_more(least.field_buffers),
        lane_state: half_more(least.lane_state),
        slots: half_more(least.slots),
        state: half_more(least.state),
        inputs: half_more(least.inputs),
        passes: half_more(least.passes),
        projections: half_more(least.projections),
    };
    match roomy.check(&least) {
        Ok(()) if Budget::new(&roomy).total() <= SPARE_BYTES_MAX => roomy,
        _ => least,
    }
}

/// Lets a running engine go on with another program. Where the engine is too small for it, a larger one takes its place
/// and has not shown a frame yet.
///
/// # Errors
/// What does not fit, as a message for people; the engine then runs on as before.
pub(super) fn swap(engine: &mut Engine, program: Program, settings: &Settings) -> Result<Swapped, String> {
    match engine.swap(program.clone()) {
        Ok(report) => Ok(Swapped::Kept(report.to_string())),
        Err(EngineError::Capacity(reason)) => {
            *engine = self::engine(program, settings)?;
            Ok(Swapped::Anew(format!(
                "the program needed a larger engine ({})",
                reason.setting.replace('_', " ")
            )))
        }
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loads_what_ships_inside() {
        let loaded = Source::new("examples:gs1").load();
        assert!(loaded.program.is_some() && loaded.files.is_empty() && loaded.diagnostics.0.is_empty());
        assert!(Source::new("examples:gs1").is_fixed() && Source::new("-").is_fixed());
        assert!(!Source::new("a.json").is_fixed());
    }

    #[test]
    fn a_file_that_is_not_there_is_watched_all_the_same() {
        let loaded = Source::new("no such file.json").load();
        assert!(loaded.program.is_none() && loaded.diagnostics.has_errors());
        assert_eq!(loaded.files, ["no such file.json"]);
    }

    #[test]
    fn room_is_given_where_it_is_cheap() {
        let default = Capacity::default();
        assert_eq!(with_room(default).elements, 22_500);
        let large = Capacity { elements: 16_000_000, ..default };
        assert_eq!(with_room(large), large);
    }
}
