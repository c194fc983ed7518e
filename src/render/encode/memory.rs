//! Outputs that go to memory instead of a file.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The bytes of an [`Output`](crate::render::Output) that is kept in memory, for hosts that have no files: a page, a
/// server, a test. Clones are the same memory.
///
/// ```
/// use pavane::render::{ClipInfo, Format, Memory, Output, RasterSettings};
/// use pavane::{Builder, Engine};
///
/// let b = Builder::new("dot");
/// let dots = b.domain("dots", 1);
/// b.pass("dots", dots).position(b.vec2(b.phase(1.0), 0.5)).size(0.1).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
/// let mut engine = Engine::for_program(b.finish()?)?;
/// let memory = Memory::default();
/// let clip = ClipInfo {
///     width: 32,
///     height: 32,
///     frame_rate: engine.frame_rate(),
///     frame_count: 3,
///     background: engine.frame(0)?.background(),
/// };
/// let mut sink = Output::to_memory(Format::Gif, &memory).open(&clip, RasterSettings::default())?;
/// for index in 0..3 {
///     sink.frame(&engine.frame(index)?)?;
/// }
/// sink.finish()?;
/// assert!(memory.take().starts_with(b"GIF89a"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Memory(Arc<Mutex<Vec<u8>>>);

impl Memory {
    /// The bytes written so far, and none are left: whole once the sink has been finished.
    pub fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        // Bytes are whole whatever a thread that held the lock has come to.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.lock().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Two are equal where they are the same memory.
impl PartialEq for Memory {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Memory {}
