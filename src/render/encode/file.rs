//! Where encoded bytes go: a file that appears only when it is complete, or a device, a pipe or standard output.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::super::RenderError;
use super::super::error::STANDARD_OUTPUT;
use super::memory::Memory;
use super::unfinished::Part;

/// Where an output goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::render) enum Destination {
    File(PathBuf),
    StandardOutput,
    Memory(Memory),
}

impl Destination {
    /// As messages call it.
    pub(in crate::render) fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::StandardOutput => STANDARD_OUTPUT.to_owned(),
            Self::Memory(_) => "memory".to_owned(),
        }
    }

    /// The folder that the output's bytes are gathered in. Not beside a device.
    pub(super) fn folder(&self) -> PathBuf {
        match self {
            Self::File(path) if !is_special(path) => folder_of(&behind_links(path)),
            Self::File(_) | Self::StandardOutput | Self::Memory(_) => std::env::temp_dir(),
        }
    }

    /// The folder for what is set aside; none keeps it in memory, for there may be no folders.
    pub(super) fn aside_folder(&self) -> Option<PathBuf> {
        match self {
            Self::File(_) | Self::StandardOutput => Some(self.folder()),
            Self::Memory(_) => None,
        }
    }

    /// What takes bytes as they come; `None` for a file, which is replaced as a whole.
    fn through(&self) -> Result<Option<Writer>, RenderError> {
        match self {
            Self::StandardOutput => Ok(Some(BufWriter::new(Box::new(io::stdout())))),
            Self::File(path) if is_special(path) => {
                let file = File::options().write(true).open(path);
                let file = file.map_err(|e| RenderError::from_io(&self.name(), e))?;
                Ok(Some(BufWriter::new(Box::new(file))))
            }
            Self::File(_) => Ok(None),
            Self::Memory(memory) => Ok(Some(BufWriter::new(Box::new(memory.clone())))),
        }
    }
}

/// What encoders write to.
pub(super) type Writer = BufWriter<Box<dyn Write + Send>>;

/// An output under way. A file is written in the folder of its target under a name that nobody can guess, and gets its
/// own when it is complete, so that of two runs to one target the last to end wins as a whole; dropped before that, it
/// is removed. Devices and pipes are written as they are.
pub(super) struct OutputFile {
    name: String,
    part: Option<Part>,
    end: End,
}

/// What happens to a part that is complete.
enum End {
    /// There is none: the bytes went through as they came.
    Nothing,
    Rename(PathBuf),
    Copy(Writer),
}

/// Writes a file that appears only when it is complete.
#[cfg(any(feature = "cli", feature = "preview"))]
pub(crate) fn write_whole(target: &str, bytes: &[u8]) -> Result<(), RenderError> {
    let (file, mut writer) = OutputFile::create(&Destination::File(target.into()))?;
    writer.write_all(bytes).map_err(|e| RenderError::from_io(target, e))?;
    file.commit(writer)
}

/// Whether [`write_whole`] could write a file, asked before there is anything to be put in it.
#[cfg(feature = "cli")]
pub(crate) fn check_whole(target: &str) -> Result<(), RenderError> {
    OutputFile::check(Path::new(target))
}

impl OutputFile {
    pub(super) fn create(destination: &Destination) -> Result<(Self, Writer), RenderError> {
        let name = destination.name();
        if let Some(writer) = destination.through()? {
            return Ok((Self { name, part: None, end: End::Nothing }, writer));
        }
        let (this, file) = Self::part(destination, name)?;
        Ok((this, BufWriter::with_capacity(1 << 16, Box::new(file))))
    }

    /// A file that another program writes, under the name [`part_path`](Self::part_path). What goes to a device or a
    /// pipe is a file first, too: programs go back and forth in what they write.
    pub(super) fn for_program(destination: &Destination) -> Result<Self, RenderError> {
        let through = destination.through()?;
        let (mut this, _) = Self::part(destination, destination.name())?;
        if let Some(writer) = through {
            this.end = End::Copy(writer);
        }
        Ok(this)
    }

    /// Whether a file could be made at `target`, asked before there is anything to be put in it.
    pub(super) fn check(target: &Path) -> Result<(), RenderError> {
        let destination = Destination::File(target.to_owned());
        if is_special(target) { Ok(()) } else { Self::part(&destination, destination.name()).map(drop) }
    }

    fn part(destination: &Destination, name: String) -> Result<(Self, File), RenderError> {
        let (folder, mut end) = (destination.folder(), End::Nothing);
        let mut permissions = None;
        if let Destination::File(target) = destination
            && !is_special(target)
        {
            let target = behind_links(target);
            if target.is_dir() {
                let reason = "this is a folder; name a file in it".to_owned();
                return Err(RenderError::Target { target: name, reason });
            }
            check_folder(&folder, &name)?;
            // The permissions of a file do not change when it is written again.
            permissions = fs::metadata(&target).ok().map(|old| old.permissions());
            end = End::Rename(target);
        }
        let (part, file) = Part::create_in(&folder).map_err(|e| RenderError::from_io(&name, e))?;
        if let Some(permissions) = permissions {
            file.set_permissions(permissions).map_err(|e| RenderError::from_io(&name, e))?;
        }
        Ok((Self { name, part: Some(part), end }, file))
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Where a program writes the part.
    pub(super) fn part_path(&self) -> &Path {
        self.part.as_ref().map_or(Path::new(""), Part::path)
    }

    /// Writes out what is buffered and gives the file its name.
    pub(super) fn commit(self, mut writer: Writer) -> Result<(), RenderError> {
        writer.flush().map_err(|e| RenderError::from_io(&self.name, e))?;
        drop(writer);
        self.settle()
    }

    /// Gives the finished part its name, or sends it where it goes.
    pub(super) fn settle(self) -> Result<(), RenderError> {
        let Self { name, part, end } = self;
        let Some(part) = part else { return Ok(()) };
        let settled = match end {
            End::Nothing => Ok(()),
            End::Rename(target) => part.rename(&target),
            End::Copy(mut writer) => File::open(part.path())
                .and_then(|mut file| io::copy(&mut file, &mut writer))
                .and_then(|_| writer.flush()),
        };
        settled.map_err(|e| RenderError::from_io(&name, e))
    }
}

/// Whether there is something at `path` that is written to rather than replaced: a device or a named pipe.
fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// The file that is meant by a name: where that is a link, what the link leads to is replaced, not the link.
fn behind_links(path: &Path) -> PathBuf {
    let is_link = fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink());
    let real = if is_link { fs::canonicalize(path).ok() } else { None };
    real.unwrap_or_else(|| path.to_owned())
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => ".".into(),
    }
}

fn check_folder(folder: &Path, target: &str) -> Result<(), RenderError> {
    match fs::metadata(folder) {
        Ok(found) if found.is_dir() => Ok(()),
        Ok(_) => Err(RenderError::from_io(target, io::ErrorKind::NotADirectory.into())),
        Err(error) => Err(RenderError::from_io(target, error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> tempfile::TempDir {
        tempfile::Builder::new().prefix(name).tempdir().unwrap()
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn create(target: &Path) -> (OutputFile, Writer) {
        OutputFile::create(&Destination::File(target.to_owned())).unwrap()
    }

    #[test]
    fn a_dropped_output_leaves_nothing() {
        let folder = folder("dropped");
        let target = folder.path().join("a.bin");
        let (output, mut writer) = create(&target);
        writer.write_all(b"half").unwrap();
        assert!(names(folder.path()).len() == 1 && !target.exists());
        drop((output, writer));
        assert_eq!(names(folder.path()), [] as [&str; 0]);

        let (output, mut writer) = create(&target);
        writer.write_all(b"whole").unwrap();
        output.commit(writer).unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"whole");
        assert_eq!(names(folder.path()), ["a.bin"]);
    }

    #[test]
    fn of_two_outputs_to_one_name_the_last_wins_whole() {
        let folder = folder("two");
        let target = folder.path().join("a.bin");
        let (first, mut to_first) = create(&target);
        let (second, mut to_second) = create(&target);
        for _ in 0..1000 {
            to_first.write_all(b"first first ").unwrap();
            to_second.write_all(b"second").unwrap();
        }
        second.commit(to_second).unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"second".repeat(1000));
        first.commit(to_first).unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"first first ".repeat(1000));
        assert_eq!(names(folder.path()), ["a.bin"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_is_as_readable_as_any_other() {
        use std::os::unix::fs::PermissionsExt;
        let folder = folder("readable");
        let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777;
        fs::write(folder.path().join("ordinary"), "").unwrap();
        let write = |name: &str| {
            let (output, writer) = create(&folder.path().join(name));
            output.commit(writer).unwrap();
        };
        write("new");
        assert_eq!(mode("new"), mode("ordinary"));
        fs::set_permissions(folder.path().join("new"), fs::Permissions::from_mode(0o640)).unwrap();
        write("new");
        assert_eq!(mode("new"), 0o640);
    }

    #[cfg(unix)]
    #[test]
    fn names_that_could_be_guessed_are_left_alone() {
        use std::os::unix::fs::symlink;
        let folder = folder("guessed");
        let path = |name: &str| folder.path().join(name);
        fs::write(path("victim"), "victim").unwrap();
        fs::write(path("b.bin.part"), "mine").unwrap();
        symlink(path("victim"), path("a.bin.part")).unwrap();
        for name in ["a.bin", "b.bin"] {
            let (output, mut writer) = create(&path(name));
            writer.write_all(b"whole").unwrap();
            output.commit(writer).unwrap();
        }
        assert_eq!(fs::read_to_string(path("victim")).unwrap(), "victim");
        assert_eq!(fs::read_to_string(path("b.bin.part")).unwrap(), "mine");
        // A link that is the target leads to what is meant.
        fs::create_dir(path("elsewhere")).unwrap();
        fs::write(path("elsewhere/real"), "old").unwrap();
        symlink(path("elsewhere/real"), path("link.bin")).unwrap();
        let (output, mut writer) = create(&path("link.bin"));
        writer.write_all(b"new").unwrap();
        output.commit(writer).unwrap();
        assert!(fs::symlink_metadata(path("link.bin")).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(path("elsewhere/real")).unwrap(), "new");
        assert_eq!(names(&path("elsewhere")), ["real"]);
    }

    #[test]
    fn folders_are_checked_first() {
        let folder = folder("checked");
        fs::write(folder.path().join("file"), "").unwrap();
        let refused = |name: &str| {
            let path = folder.path().join(name);
            let created = OutputFile::create(&Destination::File(path.clone())).err().unwrap();
            let checked = OutputFile::check(&path).unwrap_err();
            assert_eq!(created.to_string(), checked.to_string());
            created
        };
        assert!(matches!(refused("no/such/a.bin"), RenderError::MissingDirectory { .. }));
        assert!(matches!(refused(""), RenderError::Target { .. }));
        let text = refused("file/a.bin").to_string();
        assert!(text.contains("a part of its path is a file") && !text.contains("does not exist"), "{text}");
        OutputFile::check(&folder.path().join("a.bin")).unwrap();
        assert_eq!(names(folder.path()), ["file"]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_system_says_why() {
        // Folders in which even root makes no files.
        for (name, expected) in [("/sys/a.bin", "permission denied"), ("/proc/a.bin", "cannot write")] {
            let text = OutputFile::check(name.as_ref()).unwrap_err().to_string();
            assert!(text.contains(expected) && !text.contains("does not exist"), "{text}");
        }
    }
}
