//! A revision: what was saved, when, and what it was made of.

use std::path::{Component, Path};

use super::error::HistoryError;
use super::id::{ID_BYTES, RevisionId, TextId};
use crate::journal::array;

/// Files of a revision.
const FILES_MAX: usize = 1000;
/// Bytes of a note or of a name.
const WORDS_BYTES_MAX: usize = 4000;

/// One edit: the texts of a patch and of the files that it uses, as they were saved together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Its name everywhere.
    pub id: RevisionId,
    /// What it was made of: one revision, or two for a merge.
    pub parents: Vec<RevisionId>,
    /// Milliseconds since 1970, UTC; of a merge the later of its parents'.
    pub saved_at_ms: u64,
    /// What was said about it; mostly empty.
    pub note: String,
    /// The file's path from the patch's folder, with `/`, and its text. The patch itself comes first and has an empty
    /// path, so that it may be called something else elsewhere.
    pub files: Vec<(String, TextId)>,
}

impl Revision {
    /// The revision before every other, with no file.
    pub(super) fn root() -> Self {
        let (parents, files) = (Vec::new(), Vec::new());
        Self { id: RevisionId::ROOT, parents, saved_at_ms: 0, note: String::new(), files }
    }

    /// With the id that follows from the rest, and its bytes.
    ///
    /// # Errors
    /// Too many files, words that are too long, or a path that leads elsewhere.
    pub(super) fn sealed(mut self) -> Result<(Self, Vec<u8>), HistoryError> {
        if self.files.len() > FILES_MAX {
            return Err(HistoryError::TooLarge("a revision", FILES_MAX));
        }
        if self.note.len() > WORDS_BYTES_MAX {
            return Err(HistoryError::TooLarge("a note", WORDS_BYTES_MAX));
        }
        for (k, (name, _)) in self.files.iter().enumerate() {
            if !is_within(name) || self.files[..k].iter().any(|(before, _)| before == name) {
                return Err(HistoryError::Name(name.clone()));
            }
        }
        let bytes = self.bytes();
        self.id = RevisionId::of(&bytes);
        Ok((self, bytes))
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![self.parents.len() as u8];
        bytes.extend(self.parents.iter().flat_map(|parent| parent.to_bytes()));
        bytes.extend(self.saved_at_ms.to_le_bytes());
        put(&mut bytes, &self.note);
        // At most `FILES_MAX`.
        bytes.extend((self.files.len() as u16).to_le_bytes());
        for (name, text) in &self.files {
            put(&mut bytes, name);
            bytes.extend(text.to_bytes());
        }
        bytes
    }

    /// A revision of its bytes; `None` where they are none that [`sealed`](Self::sealed) gives.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (&parents, mut rest) = bytes.split_first()?;
        let from = &mut rest;
        let parents =
            (0..parents).map(|_| Some(RevisionId::from_bytes(take(from)?))).collect::<Option<_>>()?;
        let saved_at_ms = u64::from_le_bytes(take(from)?);
        let note = words(from)?;
        let files = u16::from_le_bytes(take(from)?);
        let files = (0..files)
            .map(|_| Some((words(from)?, TextId::from_bytes(take::<ID_BYTES>(from)?))))
            .collect::<Option<_>>()?;
        let revision = Self { id: RevisionId::ROOT, parents, saved_at_ms, note, files };
        let (revision, same) = revision.sealed().ok()?;
        (same == bytes).then_some(revision)
    }

    /// The text of a file.
    pub fn text(&self, name: &str) -> Option<TextId> {
        self.files.iter().find(|(file, _)| file == name).map(|&(_, text)| text)
    }
}

/// Whether a path stays in the folder that it starts from, wherever it is read. A revision may come from somebody else.
fn is_within(name: &str) -> bool {
    let is_normal = |part| matches!(part, Component::Normal(_));
    name.len() <= WORDS_BYTES_MAX
        && !name.contains(['\\', ':'])
        && !name.contains(char::is_control)
        && Path::new(name).components().all(is_normal)
}

fn put(to: &mut Vec<u8>, words: &str) {
    // At most `WORDS_BYTES_MAX`.
    to.extend((words.len() as u16).to_le_bytes());
    to.extend(words.as_bytes());
}

fn take<const N: usize>(from: &mut &[u8]) -> Option<[u8; N]> {
    let found = array(from, 0)?;
    *from = &from[N..];
    Some(found)
}

fn words(from: &mut &[u8]) -> Option<String> {
    let len = usize::from(u16::from_le_bytes(take(from)?));
    let (words, rest) = from.split_at_checked(len)?;
    *from = rest;
    String::from_utf8(words.to_vec()).ok()
}
