//! Changed areas of pictures, set aside until the palette is known.

use std::io::{BufReader, BufWriter, Cursor, Read, Seek, Write};
use std::path::Path;

use super::super::RenderError;

/// Something that can be written, and read from its start.
pub(super) trait Storage: Read + Write + Seek + Send {}

impl<T: Read + Write + Seek + Send> Storage for T {}

/// Runs of equal pixels in a file that has no name, so that nothing is left of it however the process ends; or in memory.
pub(super) struct Aside {
    target: String,
    folder: String,
    file: Option<BufWriter<Box<dyn Storage>>>,
}

impl Aside {
    /// A file in `folder`, or memory where there is none, for what will be written to `target`.
    pub(super) fn create(target: &str, folder: Option<&Path>) -> Result<Self, RenderError> {
        let mut this = Self {
            target: target.to_owned(),
            folder: folder.map_or_else(String::new, |folder| folder.display().to_string()),
            file: None,
        };
        let storage: Box<dyn Storage> = match folder {
            Some(folder) => Box::new(tempfile::tempfile_in(folder).map_err(|e| this.error(e.kind().into()))?),
            None => Box::new(Cursor::new(Vec::new())),
        };
        this.file = Some(BufWriter::new(storage));
        Ok(this)
    }

    fn error(&self, source: std::io::Error) -> RenderError {
        match RenderError::from_io(&self.target, source) {
            RenderError::DiskFull { target, .. } => {
                RenderError::DiskFull { target, folder: self.folder.clone() }
            }
            other => other,
        }
    }

    /// Appends the runs of an area.
    pub(super) fn write(&mut self, runs: &[u8]) -> Result<(), RenderError> {
        let Some(file) = &mut self.file else {
            return Err(RenderError::Stopped { target: self.target.clone() });
        };
        file.write_all(runs).map_err(|e| self.error(e))
    }

    /// A reader from the first area on.
    pub(super) fn reader(&mut self) -> Result<BufReader<Box<dyn Storage>>, RenderError> {
        let Some(file) = self.file.take() else {
            return Err(RenderError::Stopped { target: self.target.clone() });
        };
        let mut file = file.into_inner().map_err(|e| self.error(e.into_error()))?;
        file.rewind().map_err(|e| self.error(e))?;
        Ok(BufReader::new(file))
    }
}

/// Appends the runs of equal pixels of an area's rows. `each` is given every one of them and says how it is kept.
pub(super) fn write_runs<'a>(
    rows: impl Iterator<Item = &'a [u8]>,
    runs: &mut Vec<u8>,
    mut each: impl FnMut([u8; 4], u64) -> [u8; 4],
) {
    for row in rows {
        let mut pixels = row.as_chunks::<4>().0;
        while let Some(&color) = pixels.first() {
            // Compared as whole numbers, which is one instruction a pixel.
            let same = u32::from_le_bytes(color);
            let run = pixels.iter().take_while(|pixel| u32::from_le_bytes(**pixel) == same);
            // Rows are at most MAX_SIDE long, which fits.
            let count = run.count() as u16;
            runs.extend_from_slice(&each(color, u64::from(count)));
            runs.extend_from_slice(&count.to_le_bytes());
            pixels = &pixels[usize::from(count)..];
        }
    }
}

/// The runs of an area, in the order in which they were written: colours, and how many pixels have them. None goes on in another
/// row.
pub(super) fn read_runs(runs: &[u8]) -> impl Iterator<Item = ([u8; 4], usize)> {
    runs.as_chunks::<6>()
        .0
        .iter()
        .map(|&[r, g, b, a, low, high]| ([r, g, b, a], usize::from(u16::from_le_bytes([low, high]))))
}
