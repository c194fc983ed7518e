//! Where encoded bytes go: a file that appears only when it is complete, or standard output.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::super::RenderError;

/// Where an output goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::render) enum Destination {
    File(PathBuf),
    StandardOutput,
}

impl Destination {
    /// As messages call it.
    pub(in crate::render) fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::StandardOutput => "standard output".to_owned(),
        }
    }
}

/// What encoders write to.
pub(super) type Writer = BufWriter<Box<dyn Write + Send>>;

/// An output under way. A file is written beside its target under the name `TARGET.part` and renamed by
/// [`commit`](Self::commit); dropped before that, it is removed. Devices and pipes are written as they are.
pub(super) struct OutputFile {
    name: String,
    /// The part and its target, until it is renamed.
    part: Option<(PathBuf, PathBuf)>,
}

/// Writes a file that appears only when it is complete.
pub(crate) fn write_whole(target: &str, bytes: &[u8]) -> Result<(), RenderError> {
    let (mut file, mut writer) = OutputFile::create(&Destination::File(target.into()))?;
    writer.write_all(bytes).map_err(|e| RenderError::from_io(target, e))?;
    file.commit(writer)
}

impl OutputFile {
    pub(super) fn create(destination: &Destination) -> Result<(Self, Writer), RenderError> {
        let name = destination.name();
        let Destination::File(target) = destination else {
            return Ok((Self { name, part: None }, BufWriter::new(Box::new(io::stdout()))));
        };
        if is_special(target) {
            let file =
                File::options().write(true).open(target).map_err(|e| RenderError::from_io(&name, e))?;
            return Ok((Self { name, part: None }, BufWriter::new(Box::new(file))));
        }
        let this = Self::reserve(target)?;
        let file = this.part.as_ref().map_or_else(|| File::create(target), |(part, _)| File::create(part));
        let file = file.map_err(|e| RenderError::from_io(&this.name, e))?;
        Ok((this, BufWriter::with_capacity(1 << 16, Box::new(file))))
    }

    /// The name of a part that another program will write.
    pub(super) fn reserve(target: &Path) -> Result<Self, RenderError> {
        let name = target.display().to_string();
        if target.is_dir() {
            let reason = "this is a folder; name a file in it".to_owned();
            return Err(RenderError::Target { target: name, reason });
        }
        if target.parent().is_some_and(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
            return Err(RenderError::MissingDirectory { target: name });
        }
        let mut part = target.as_os_str().to_owned();
        part.push(".part");
        Ok(Self { name, part: Some((part.into(), target.to_owned())) })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Where the part is written, for one that another program writes.
    pub(super) fn part_path(&self) -> Option<&Path> {
        self.part.as_ref().map(|(part, _)| part.as_path())
    }

    /// Writes out what is buffered and gives the file its name.
    pub(super) fn commit(&mut self, mut writer: Writer) -> Result<(), RenderError> {
        writer.flush().map_err(|e| RenderError::from_io(&self.name, e))?;
        drop(writer);
        self.rename()
    }

    /// Gives the finished part its name.
    pub(super) fn rename(&mut self) -> Result<(), RenderError> {
        let Some((part, target)) = &self.part else { return Ok(()) };
        fs::rename(part, target).map_err(|e| RenderError::from_io(&self.name, e))?;
        self.part = None;
        Ok(())
    }
}

impl Drop for OutputFile {
    fn drop(&mut self) {
        if let Some((part, _)) = &self.part {
            // Nobody is left to tell if this fails, and the part's name says what it is.
            let _ = fs::remove_file(part);
        }
    }
}

/// Whether there is something at `path` that is written to rather than replaced: a device or a named pipe.
fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_output_leaves_nothing() {
        let folder = std::env::temp_dir().join(format!("pavane_file_{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let target = folder.join("a.bin");
        let (output, mut writer) = OutputFile::create(&Destination::File(target.clone())).unwrap();
        writer.write_all(b"half").unwrap();
        assert!(folder.join("a.bin.part").exists() && !target.exists());
        drop((output, writer));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);

        let (mut output, mut writer) = OutputFile::create(&Destination::File(target.clone())).unwrap();
        writer.write_all(b"whole").unwrap();
        output.commit(writer).unwrap();
        drop(output);
        assert_eq!(fs::read(&target).unwrap(), b"whole");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn folders_are_checked_first() {
        let missing = Destination::File("no/such/folder/a.bin".into());
        assert!(matches!(OutputFile::create(&missing), Err(RenderError::MissingDirectory { .. })));
        let folder = Destination::File(std::env::temp_dir());
        assert!(matches!(OutputFile::create(&folder), Err(RenderError::Target { .. })));
    }
}
