//! Things that must not outlive this process: incomplete files, and the programs that write them.
//!
//! Each removes or ends itself when it is dropped. Where a process has to end at once (a signal, while a thread waits
//! for a reader that never comes), [`abandon`] does it for all of them.

#[cfg(any(unix, feature = "cli"))]
use std::fs;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::TempPath;

#[derive(Debug)]
struct Unfinished {
    parts: Vec<PathBuf>,
    /// Process ids, each the leader of a group.
    programs: Vec<u32>,
}

/// Everything there is now. Whoever holds it keeps anything from being begun or completed.
static UNFINISHED: Mutex<Unfinished> = Mutex::new(Unfinished { parts: Vec::new(), programs: Vec::new() });

fn unfinished() -> MutexGuard<'static, Unfinished> {
    // A list is whole after every statement, also where a thread has panicked.
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends all programs, so that whoever writes to one finds a broken pipe.
#[cfg(feature = "cli")]
pub(crate) fn end_programs() {
    unfinished().programs.iter().for_each(|&id| end_group(id));
}

/// Ends all programs, removes all parts and ends the process.
#[cfg(feature = "cli")]
pub(crate) fn abandon(code: i32) -> ! {
    // Held to the end: nothing gets its name after this, and nothing new is begun.
    let unfinished = unfinished();
    unfinished.programs.iter().for_each(|&id| end_group(id));
    // One that is about to make its file would otherwise make it after it is removed.
    #[cfg(unix)]
    for pid in unfinished.programs.iter().filter_map(|&id| pid(id)) {
        use rustix::process::{WaitId, WaitIdOptions, waitid};
        // An error says that it has ended already.
        let _ = waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT);
    }
    // If this fails, there is nobody left to report it to.
    unfinished.parts.iter().for_each(|part| drop(fs::remove_file(part)));
    std::process::exit(code)
}

/// What is around the part of a name that nobody can guess. Short, so that it is legal wherever the final name is.
const PART: [&str; 2] = [".pavane-", ".part"];

/// A file under a name that nobody can guess, which goes unless it is given another.
#[derive(Debug)]
pub(super) struct Part(Option<TempPath>);

impl Part {
    /// Whether a file's name is that of a part.
    pub(super) fn is_one(name: &str) -> bool {
        name.starts_with(PART[0]) && name.ends_with(PART[1])
    }

    /// A new and empty file in `folder`, with the permissions that any new file gets.
    pub(super) fn create_in(folder: &Path) -> io::Result<(Self, File)> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(PART[0]).suffix(PART[1]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // The process's mask is taken off.
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let mut unfinished = unfinished();
        let (file, path) = builder.tempfile_in(folder).map_err(bare)?.into_parts();
        unfinished.parts.push(path.to_path_buf());
        Ok((Self(Some(path)), file))
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        self.0.as_deref().unwrap_or(Path::new(""))
    }

    /// Gives it its name, in place of what has that name now.
    pub(super) fn rename(mut self, target: &Path) -> io::Result<()> {
        let Some(path) = self.0.take() else { return Ok(()) };
        let mut unfinished = unfinished();
        unfinished.parts.retain(|part| *part != *path);
        path.persist(target).map_err(|error| error.error)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let Some(path) = self.0.take() else { return };
        let mut unfinished = unfinished();
        unfinished.parts.retain(|part| *part != *path);
        // Removes the file. Nobody is left to tell if this fails.
        drop(path);
    }
}

/// Without the random name, which is of no use to anybody.
fn bare(error: io::Error) -> io::Error {
    error.kind().into()
}

/// A program that ends with this process at the latest, together with whatever it has started.
#[derive(Debug)]
pub(super) struct Program {
    child: Child,
    has_ended: bool,
}

impl Program {
    pub(super) fn start(command: &mut Command) -> io::Result<Self> {
        // A group of its own: a program may be a script that starts the one that does the work.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let mut unfinished = unfinished();
        let child = command.spawn()?;
        unfinished.programs.push(child.id());
        Ok(Self { child, has_ended: false })
    }

    pub(super) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Waits until it has ended by itself.
    pub(super) fn wait(&mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait()?;
        self.forget();
        Ok(status)
    }

    fn forget(&mut self) {
        let id = self.child.id();
        unfinished().programs.retain(|&program| program != id);
        self.has_ended = true;
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if self.has_ended {
            return;
        }
        end_group(self.child.id());
        // Where there are no groups. Nobody is left to tell if this fails.
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.forget();
    }
}

#[cfg(unix)]
fn pid(id: u32) -> Option<rustix::process::Pid> {
    i32::try_from(id).ok().and_then(rustix::process::Pid::from_raw)
}

/// Ends a program and whatever it has started.
fn end_group(id: u32) {
    #[cfg(unix)]
    if let Some(pid) = pid(id) {
        // An error says that it has ended already.
        let _ = rustix::process::kill_process_group(pid, rustix::process::Signal::KILL);
    }
    #[cfg(not(unix))]
    let _ = id;
}
