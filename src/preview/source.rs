//! Where programs come from: FILE to a program or to what is wrong with it, and an engine for the first of them.
//!
//! The rest of the preview knows nothing of how a file is read.

use super::Settings;
use crate::engine::{Engine, EngineError, EngineSettings};
use crate::load::{self, Options, SHIPPED};
pub(super) use crate::load::{Loaded, TERMINAL};
use crate::program::{Policy, Program};
use crate::time::Flicks;

/// What is played.
#[derive(Clone, Debug)]
pub(super) struct Source {
    file: String,
    options: Options,
}

impl Source {
    /// A file, `-` for standard input, or a program that ships inside.
    pub(super) fn new(file: &str, options: Options) -> Self {
        Self { file: file.into(), options }
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
        let loaded = load::load(&self.file, &self.options);
        if self.is_fixed() { Loaded { files: Vec::new(), ..loaded } } else { loaded }
    }
}

/// How many times what a program needs there is room for, so that it can grow while it is edited.
const HEADROOM: f64 = 1.5;

/// What a save makes jump goes on from where it is on screen, also where the patch does not say how.
const CONTINUITY: Policy = Policy::Spring { response: Flicks::from_millis(350), bounce: 0.0 };

/// An engine for a program.
///
/// # Errors
/// What does not fit.
pub(super) fn engine(program: Program, settings: &Settings) -> Result<Engine, EngineError> {
    let settings = EngineSettings {
        frame_rate: settings.frame_rate,
        seed: settings.seed,
        threads: settings.threads,
        level: settings.level,
        canvas: settings.size,
        memory_limit: settings.memory_limit,
        default_continuity: Some(CONTINUITY),
        ..EngineSettings::default()
    };
    Engine::fitted(program, HEADROOM, settings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loads_what_ships_inside() {
        let loaded = Source::new("examples:gs1", Options::default()).load();
        assert!(loaded.program.is_some() && loaded.files.is_empty() && loaded.diagnostics.0.is_empty());
        assert!(
            Source::new("examples:gs1", Options::default()).is_fixed()
                && Source::new("-", Options::default()).is_fixed()
        );
        assert!(!Source::new("a.json", Options::default()).is_fixed());
    }

    #[test]
    fn a_file_that_is_not_there_is_watched_all_the_same() {
        let loaded = Source::new("no such file.json", Options::default()).load();
        assert!(loaded.program.is_none() && loaded.diagnostics.has_errors());
        assert_eq!(loaded.files, ["no such file.json"]);
    }
}
