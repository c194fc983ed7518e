//! What the program declares durable, kept in a file while the preview plays.

use super::{PreviewError, Settings};
use crate::engine::Engine;
#[cfg(feature = "persist")]
use crate::keep::Keeper;
#[cfg(feature = "persist")]
use crate::persist::{PersistSettings, SyncPolicy};
use crate::program::Program;

/// The file, where there is one.
#[derive(Debug, Default)]
pub(super) struct Keeping {
    #[cfg(feature = "persist")]
    keeper: Option<Keeper>,
    /// What of the file could not be read, or written last: whole sentences that are to be told.
    said: Vec<String>,
}

impl Keeping {
    /// Opens the file that the settings name.
    ///
    /// # Errors
    /// When it cannot be had.
    #[cfg(feature = "persist")]
    pub(super) fn open(settings: &Settings) -> Result<Self, PreviewError> {
        let Some(path) = &settings.keep else { return Ok(Self::default()) };
        // Killing the preview loses nothing that was written; a disk that is waited for would cost frames.
        let persist = PersistSettings { sync: SyncPolicy::OnFlush, ..PersistSettings::default() };
        let opened = Keeper::open(path, persist);
        let (keeper, notices) = opened.map_err(|error| PreviewError::Keeping(error.to_string()))?;
        let said = notices.iter().map(|notice| format!("{path}: {notice}")).collect();
        Ok(Self { keeper: Some(keeper), said })
    }

    /// Without files that are kept.
    #[cfg(not(feature = "persist"))]
    pub(super) fn open(_: &Settings) -> Result<Self, PreviewError> {
        Ok(Self::default())
    }

    /// The program, which begins with what was kept.
    ///
    /// # Errors
    /// When what was kept has no room in it.
    pub(super) fn begin(&mut self, program: Program) -> Result<Program, String> {
        #[cfg(feature = "persist")]
        if let Some(keeper) = &mut self.keeper {
            return keeper.begin(&program).map_err(|error| error.to_string());
        }
        Ok(program)
    }

    /// Keeps what a frame has left.
    pub(super) fn keep(&mut self, engine: &mut Engine) {
        #[cfg(feature = "persist")]
        if let Some(Err(error)) = self.keeper.as_mut().map(|keeper| keeper.keep(engine)) {
            let said = error.to_string();
            if self.said.last() != Some(&said) {
                self.said.push(said);
            }
        }
        #[cfg(not(feature = "persist"))]
        let _ = engine;
    }

    /// Whether anything is kept.
    pub(super) fn is_open(&self) -> bool {
        #[cfg(feature = "persist")]
        return self.keeper.is_some();
        #[cfg(not(feature = "persist"))]
        false
    }

    /// What is to be told since this was asked last.
    pub(super) fn take_said(&mut self) -> Vec<String> {
        std::mem::take(&mut self.said)
    }

    /// Ends it: everything is on disk.
    ///
    /// # Errors
    /// When it is not.
    pub(super) fn end(&mut self) -> Result<(), PreviewError> {
        #[cfg(feature = "persist")]
        if let Some(keeper) = &mut self.keeper {
            keeper.flush().map_err(|error| PreviewError::Keeping(error.to_string()))?;
        }
        Ok(())
    }
}
