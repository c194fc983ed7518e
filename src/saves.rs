//! A patch on a disk and its history: what is saved becomes a revision, and a revision becomes files again.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::bundle::Bundle;
use crate::diagnostic::{Code, Diagnostic, Related, quote};
use crate::history::{Draft, History, HistoryError, HistoryFile, Relation, RevisionId, Route};
use crate::language::{
    self, Files, Folder, Found, FromOutside, MergeConflict, Side, SystemFont, compile_from,
};
use crate::load::{self, Loaded, Options};
use crate::render::write_whole;

/// What a revision says that was kept although it is no program.
const UNFINISHED: &str = "does not compile";
/// What a merge says. Two machines that merge the same two make the same revision, so it is the same everywhere.
const MERGE: &str = "merge";

/// What was loaded longer ago is not on its way any more.
const LATE: Duration = Duration::from_secs(5);

/// Files of a revision: paths from the patch's folder, and texts. The patch itself has the empty path.
type Texts = BTreeMap<String, String>;

/// A patch with its history, `FILE.history`.
#[derive(Debug)]
pub(crate) struct Saves {
    patch: String,
    options: Options,
    file: HistoryFile,
    /// When files were last written.
    restored: Option<Instant>,
}

/// Why something was not done. Files and history are as they were.
#[derive(Debug)]
pub(crate) enum SavesError {
    History(HistoryError),
    /// A file cannot be written: why.
    File(String),
    /// Both branches changed the same statements.
    Conflict {
        file: String,
        sides: [RevisionId; 2],
        conflicts: Vec<MergeConflict>,
    },
    /// The merge of two good programs is none: what is wrong with it.
    Broken(String),
}

impl From<HistoryError> for SavesError {
    fn from(error: HistoryError) -> Self {
        Self::History(error)
    }
}

impl fmt::Display for SavesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::History(error) => error.fmt(f),
            Self::File(why) => f.write_str(why),
            Self::Conflict { file, sides: [a, b], conflicts } => {
                let names: Vec<String> = conflicts.iter().map(|conflict| quote(&conflict.name)).collect();
                write!(f, "{a:.8} and {b:.8} both changed {} of {file}", names.join(", "))
            }
            Self::Broken(diagnostics) => {
                write!(f, "what both branches changed does not go together:\n{}", diagnostics.trim_end())
            }
        }
    }
}

impl SavesError {
    /// With a code that can be looked up, and with both places of a conflict.
    pub(crate) fn diagnostic(&self) -> Diagnostic {
        let code = match self {
            Self::History(error) => error.code(),
            Self::File(_) => Code::File,
            Self::Conflict { .. } | Self::Broken(_) => Code::MergeConflict,
        };
        let mut diagnostic = Diagnostic::error(code, self.to_string()).help(code.way_out());
        if let Self::Conflict { file, sides, conflicts } = self {
            for conflict in conflicts {
                for (side, line) in sides.iter().zip(conflict.lines) {
                    let message = match line {
                        Some(_) => format!("{} in {side:.8}", quote(&conflict.name)),
                        None => format!("{side:.8} changed or removed {}", quote(&conflict.name)),
                    };
                    let (line, column) = (line.unwrap_or(0), u32::from(line.is_some()));
                    let file = if line > 0 { file.clone() } else { String::new() };
                    diagnostic.related.push(Related { message, file, line, column, path: None });
                }
            }
        }
        diagnostic
    }
}

/// Where to go.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    Undo,
    Redo,
    To(RevisionId),
}

/// Where somebody went.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moved {
    pub(crate) to: RevisionId,
    pub(crate) route: Route,
    /// The file had not been saved as a revision: it is this one now.
    pub(crate) kept: Option<RevisionId>,
}

/// What a merge came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Merged {
    /// The other branch has nothing that this one has not.
    Nothing,
    /// This branch had nothing that the other has not: the file is the other's now.
    Forward(RevisionId),
    /// A new revision.
    Revision(RevisionId),
}

impl Saves {
    /// Opens the history of a patch, if it has one.
    pub(crate) fn open(patch: &str, options: Options) -> Result<Option<Self>, SavesError> {
        let path = HistoryFile::path_of(patch);
        if !path.exists() {
            return Ok(None);
        }
        Ok(Some(Self { patch: patch.into(), options, file: HistoryFile::open(path)?, restored: None }))
    }

    /// Opens it, and begins one where there is none.
    pub(crate) fn begin(patch: &str, options: Options) -> Result<Self, SavesError> {
        let file = HistoryFile::open_or_create(HistoryFile::path_of(patch))?;
        Ok(Self { patch: patch.into(), options, file, restored: None })
    }

    pub(crate) fn history(&self) -> &History {
        self.file.history()
    }

    #[cfg(feature = "cli")]
    pub(crate) fn path(&self) -> &Path {
        self.file.path()
    }

    /// Takes up what others appended.
    #[cfg(feature = "preview")]
    pub(crate) fn refresh(&mut self) -> Result<bool, SavesError> {
        Ok(self.file.refresh()?)
    }

    /// Changes the history alone.
    pub(crate) fn update<T>(
        &mut self,
        change: impl FnOnce(&mut History) -> Result<T, HistoryError>,
    ) -> Result<T, SavesError> {
        self.file.update(|history| change(history).map_err(SavesError::from))
    }

    fn folder(&self) -> PathBuf {
        Path::new(&self.patch).parent().map(Path::to_path_buf).unwrap_or_default()
    }

    /// The files of what was loaded. Those outside of the folder of the patch are nobody's but their owner's.
    fn texts(&self, loaded: &Loaded) -> Texts {
        let folder = self.folder();
        let within = |file: &str| {
            if file == self.patch {
                return Some(String::new());
            }
            let path = Path::new(file).strip_prefix(&folder).ok()?;
            Some(path.to_string_lossy().replace('\\', "/"))
        };
        let texts = loaded.texts.iter().filter(|(file, _)| loaded.files.contains(file));
        texts.filter_map(|(file, text)| Some((within(file)?, text.clone()))).collect()
    }

    /// Makes a revision of a save that compiles, unless nothing has changed.
    pub(crate) fn record(&mut self, loaded: &Loaded, note: &str) -> Result<Option<RevisionId>, SavesError> {
        if loaded.program.is_none() {
            return Ok(None);
        }
        let texts = self.texts(loaded);
        // What was read before another revision took its place is in the history, or was kept.
        if self.restored.is_some_and(|at| at.elapsed() < LATE) && !self.are_on_disk(&texts) {
            return Ok(None);
        }
        self.keep(&texts, note)
    }

    fn path_of(&self, name: &str) -> PathBuf {
        if name.is_empty() { self.patch.clone().into() } else { self.folder().join(name) }
    }

    fn are_on_disk(&self, texts: &Texts) -> bool {
        texts.iter().all(|(name, text)| is_on_disk(&self.path_of(name), text))
    }

    fn keep(&mut self, texts: &Texts, note: &str) -> Result<Option<RevisionId>, SavesError> {
        let files: Vec<(&str, &str)> =
            texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        self.update(|history| {
            let here = history.here();
            let is_same = history.files(here).is_ok_and(|files| files.into_iter().eq(texts.clone()));
            if is_same || texts.is_empty() {
                return Ok(None);
            }
            let saved_at_ms = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
            history.save(Draft { parents: &[here], files: &files, saved_at_ms, note }).map(Some)
        })
    }

    /// Makes a revision of what is on the disk, whatever it is, before something else takes its place.
    fn keep_disk(&mut self) -> Result<Option<RevisionId>, SavesError> {
        let loaded = load::load(&self.patch, &self.options);
        let note = if loaded.program.is_some() { "" } else { UNFINISHED };
        let mut texts = self.texts(&loaded);
        if !texts.contains_key("") {
            return Ok(None);
        }
        // What cannot be compiled may name files that nobody looked for.
        if loaded.program.is_none() {
            let before = self.history().files(self.history().here()).unwrap_or_default();
            for (name, text) in before {
                texts.entry(name).or_insert(text);
            }
        }
        self.keep(&texts, note)
    }

    /// Writes the files of a revision that are not as it has them.
    fn restore(&mut self, id: RevisionId) -> Result<(), SavesError> {
        for (name, text) in self.history().files(id)? {
            let path = self.path_of(&name);
            if is_on_disk(&path, &text) {
                continue;
            }
            self.restored = Some(Instant::now());
            let made = match path.parent() {
                Some(folder) if !name.is_empty() => std::fs::create_dir_all(folder),
                Some(_) | None => Ok(()),
            };
            made.map_err(|error| {
                SavesError::File(format!("cannot make the folder of {}: {error}", quote(&name)))
            })?;
            write_whole(&path.to_string_lossy(), text.as_bytes())
                .map_err(|error| SavesError::File(error.to_string()))?;
        }
        Ok(())
    }

    /// Moves along the history, and the files with it. What is in the files is kept first.
    pub(crate) fn go(&mut self, step: Step) -> Result<Moved, SavesError> {
        let kept = self.keep_disk()?;
        let from = self.history().here();
        let to = self.update(|history| match step {
            Step::Undo => history.undo(),
            Step::Redo => history.redo(),
            Step::To(to) => history.switch_to(to).map(|()| to),
        })?;
        self.restore_or_back(to, from)?;
        Ok(Moved { to, route: self.history().route(from, to)?, kept })
    }

    /// Files and position are at one revision, also where files cannot be written.
    fn restore_or_back(&mut self, to: RevisionId, from: RevisionId) -> Result<(), SavesError> {
        let done = self.restore(to);
        if done.is_err() {
            self.update(|history| history.switch_to(from))?;
        }
        done
    }

    /// Takes another branch into this one. `prefer` says whose statement is taken where both changed it: this branch's
    /// first.
    pub(crate) fn merge(&mut self, other: RevisionId, prefer: Option<Side>) -> Result<Merged, SavesError> {
        self.keep_disk()?;
        let here = self.history().here();
        let base = match self.history().relation(here, other)? {
            Relation::Same | Relation::Behind => return Ok(Merged::Nothing),
            Relation::Ahead => {
                self.go(Step::To(other))?;
                return Ok(Merged::Forward(other));
            }
            Relation::Beside { base } => base,
        };
        let history = self.history();
        let mut sides = [here, other];
        sides.sort_by_key(|&id| history.find(id).ok().map(|at| history.graph().address(at)));
        // The order of the two is the same on every machine, whoever asks.
        let prefer = prefer.map(|side| match (side, sides[0] == here) {
            (Side::First, true) | (Side::Second, false) => Side::First,
            (Side::Second, true) | (Side::First, false) => Side::Second,
        });
        let read = |id| Ok::<Texts, SavesError>(history.files(id)?.into_iter().collect());
        let texts = self.merged(&read(base)?, [&read(sides[0])?, &read(sides[1])?], sides, prefer)?;
        self.check(&texts)?;
        let times =
            sides.iter().filter_map(|&id| history.revision(id).ok()).map(|revision| revision.saved_at_ms);
        let saved_at_ms = times.max().unwrap_or_default();
        let files: Vec<(&str, &str)> =
            texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let to = self.update(|history| {
            history.save(Draft { parents: &sides, files: &files, saved_at_ms, note: MERGE })
        })?;
        self.restore_or_back(to, here)?;
        Ok(Merged::Revision(to))
    }

    fn merged(
        &self,
        base: &Texts,
        both: [&Texts; 2],
        sides: [RevisionId; 2],
        prefer: Option<Side>,
    ) -> Result<Texts, SavesError> {
        let names: BTreeSet<&String> = both.iter().flat_map(|texts| texts.keys()).collect();
        let mut merged = Texts::new();
        for name in names {
            let file = if name.is_empty() { self.patch.clone() } else { name.clone() };
            let [base, first, second] = [base, both[0], both[1]].map(|texts| texts.get(name));
            let text = match (first, second) {
                _ if first == second || base == second => first.cloned(),
                _ if base == first => second.cloned(),
                (Some(first), Some(second)) => {
                    let base = base.map(String::as_str).unwrap_or_default();
                    let conflict = |conflicts| SavesError::Conflict { file, sides, conflicts };
                    Some(language::merge(base, first, second, prefer).map_err(conflict)?)
                }
                // One side changed a file that the other no longer uses: it may be used again.
                (Some(text), None) | (None, Some(text)) => Some(text.clone()),
                (None, None) => None,
            };
            merged.extend(text.map(|text| (name.clone(), text)));
        }
        Ok(merged)
    }

    /// Whether some texts are a program.
    fn check(&self, texts: &Texts) -> Result<(), SavesError> {
        let text = texts.get("").map(String::as_str).unwrap_or_default();
        if self.patch.ends_with(".json") {
            let folder = Folder::of(&self.patch).allow_outside(self.options.allow_outside);
            let (program, diagnostics) = Bundle::read(text, &self.patch, &folder);
            return program.map(|_| ()).ok_or_else(|| SavesError::Broken(diagnostics.to_string()));
        }
        let folder = Folder::of(&self.patch).allow_outside(self.options.allow_outside);
        let data = self.options.data_files();
        let outside = FromOutside { given: &[], data: &data, known: Some(&self.options.known) };
        let compiled = compile_from(text, &self.patch, &Overlay { texts, folder }, outside);
        if compiled.program.is_some() { Ok(()) } else { Err(SavesError::Broken(compiled.render())) }
    }

    /// Joins what another machine has: moves there if it came of this revision, else merges it. Whoever has undone
    /// something is left where they are.
    #[cfg(feature = "preview")]
    pub(crate) fn converge(&mut self, other: RevisionId) -> Result<Merged, SavesError> {
        let history = self.history();
        let (here, tip) = (history.here(), history.tip());
        if here != tip || !history.has(other) || other == RevisionId::ROOT {
            return Ok(Merged::Nothing);
        }
        // Somebody is in the middle of something, and it would be a revision.
        if std::fs::exists(&self.patch).unwrap_or(true)
            && load::load(&self.patch, &self.options).program.is_none()
        {
            return Ok(Merged::Nothing);
        }
        self.merge(other, None)
    }
}

fn is_on_disk(path: &Path, text: &str) -> bool {
    std::fs::read(path).is_ok_and(|bytes| bytes == text.as_bytes())
}

/// Texts over the files of a folder.
struct Overlay<'a> {
    texts: &'a Texts,
    folder: Folder,
}

impl Files for Overlay<'_> {
    fn read(&self, path: &str) -> Result<String, String> {
        self.texts.get(path).map_or_else(|| self.folder.read(path), |text| Ok(text.clone()))
    }

    fn read_data(&self, path: &str) -> Result<String, String> {
        self.texts.get(path).map_or_else(|| self.folder.read_data(path), |text| Ok(text.clone()))
    }

    fn read_bytes(&self, path: &str, most: usize) -> Result<Vec<u8>, String> {
        let text = self.texts.get(path);
        text.map_or_else(|| self.folder.read_bytes(path, most), |text| Ok(text.clone().into_bytes()))
    }

    fn system_font(&self, family: &str, most: usize) -> Result<SystemFont, String> {
        self.folder.system_font(family, most)
    }

    fn name(&self, path: &str) -> String {
        self.folder.name(path)
    }

    fn find(&self, path: &str) -> Found {
        self.folder.find(path)
    }

    fn patch(&self) -> Option<String> {
        self.folder.patch()
    }

    fn allows_outside(&self) -> bool {
        self.folder.allows_outside()
    }
}

#[cfg(test)]
mod tests;
