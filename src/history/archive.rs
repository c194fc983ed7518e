//! A history: revisions with their texts, as bytes that only grow.

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use super::error::HistoryError;
use super::graph::{Graph, GraphError, Location, Segments};
use super::id::{ID_BYTES, RevisionId, TextId};
use super::missing::{Page, Run, Wanted, missing};
use super::position::Position;
use super::query;
use super::record::{Header, Kind, MAGIC};
use super::revision::Revision;
use super::texts::{self, Texts};
use super::walk::{Overflow, Walk};
use crate::journal::{self, Found};

/// What is to become a revision.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'a> {
    /// What it is made of: one revision, or two for a merge, in any order.
    pub parents: &'a [RevisionId],
    /// Paths and texts, as in [`Revision::files`].
    pub files: &'a [(&'a str, &'a str)],
    /// Milliseconds since 1970, UTC.
    pub saved_at_ms: u64,
    /// What there is to say about it.
    pub note: &'a str,
}

/// What in a history could not be read. The rest can.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Damage {
    /// Bytes at the end that were being written when the process ended. They go with the next append.
    pub torn: usize,
    /// What is damaged, in the order of the file.
    pub places: Vec<Place>,
    /// Revisions that are whole, and came of one that is damaged or depend on its text.
    pub dependants: Vec<RevisionId>,
}

/// A damaged part of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The offset of its first byte.
    pub at: usize,
    /// How many bytes it has.
    pub bytes: usize,
    /// What it was.
    pub what: Lost,
}

/// What a damaged part of a file was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// A revision.
    Revision(RevisionId),
    /// A text of some revision.
    Text(TextId),
    /// Something else, or nobody can say.
    Unknown,
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Revision(id) => write!(f, "revision {id:.8}"),
            Self::Text(id) => write!(f, "text {id:.8}"),
            Self::Unknown => f.write_str("something"),
        }
    }
}

impl Damage {
    /// Whether everything was read.
    pub fn is_empty(&self) -> bool {
        self.torn == 0 && self.places.is_empty() && self.dependants.is_empty()
    }
}

/// Every revision of a patch, with its texts, and where somebody is in it.
///
/// It is an *image*: the bytes of its file, which only grow. [`HistoryFile`](super::HistoryFile) keeps one on a disk.
///
/// ```
/// use pavane::history::{Draft, History, RevisionId};
///
/// let mut history = History::default();
/// let save = |history: &mut History, parent, text| {
///     history.save(Draft { parents: &[parent], files: &[("", text)], saved_at_ms: 0, note: "" })
/// };
/// let first = save(&mut history, RevisionId::ROOT, "size = 0.1\n")?;
/// let second = save(&mut history, first, "size = 0.2\n")?;
/// assert_eq!(history.undo()?, first);
/// // An edit after an undo is a branch: nothing is lost.
/// let other = save(&mut history, first, "size = 0.3\n")?;
/// assert!(history.redo().is_err());
/// assert_eq!(history.heads(), [second, other]);
/// assert_eq!(history.text(second, "")?, "size = 0.2\n");
/// # Ok::<(), pavane::history::HistoryError>(())
/// ```
#[derive(Clone, Debug)]
pub struct History {
    image: Vec<u8>,
    graph: Graph,
    /// By number.
    revisions: Vec<Revision>,
    texts: Texts,
    pub(super) position: Position,
    pub(super) labels: Vec<(String, RevisionId)>,
    damage: Damage,
    /// Revisions that are whole but whose parents are not there.
    orphans: HashMap<RevisionId, Revision>,
}

impl Default for History {
    fn default() -> Self {
        Self {
            image: MAGIC.to_vec(),
            graph: Graph::default(),
            revisions: vec![Revision::root()],
            texts: Texts::default(),
            position: Position::default(),
            labels: Vec::new(),
            damage: Damage::default(),
            orphans: HashMap::new(),
        }
    }
}

impl History {
    /// Reads an image, and as much of a damaged one as there is: [`damage`](Self::damage) says what is not.
    ///
    /// # Errors
    /// If the bytes do not begin as a history does. No bytes at all, or the beginning of the first line, are an empty
    /// history: its process was killed early.
    pub fn read(mut image: Vec<u8>) -> Result<Self, HistoryError> {
        let mut history = Self::default();
        if MAGIC.starts_with(&image) {
            history.damage.torn = if image.len() == MAGIC.len() { 0 } else { image.len() };
            return Ok(history);
        }
        if !image.starts_with(MAGIC) {
            return Err(HistoryError::NotAHistory);
        }
        let mut at = MAGIC.len();
        while let Some((found, next)) = journal::next(&image, at) {
            match found {
                Found::Record { header, payload } => {
                    history.take_up(header, &image[payload.clone()], payload.start);
                }
                Found::Damaged { range, header } => {
                    let what = match header {
                        Some(Header { kind: Kind::Text | Kind::Delta, id, .. }) => {
                            Lost::Text(TextId::from_bytes(id))
                        }
                        Some(Header { kind: Kind::Saved | Kind::Received, id, .. }) => {
                            Lost::Revision(RevisionId::from_bytes(id))
                        }
                        Some(_) | None => Lost::Unknown,
                    };
                    history.damage.places.push(Place { at: range.start, bytes: range.len(), what });
                }
                Found::Torn { at } => history.damage.torn = image.len() - at,
            }
            at = next;
        }
        image.truncate(image.len() - history.damage.torn);
        history.image = image;
        history.find_dependants();
        Ok(history)
    }

    /// A record of the image. What cannot be taken up depends on something that is damaged.
    fn take_up(&mut self, header: Header, payload: &[u8], at: usize) {
        let revision = RevisionId::from_bytes(header.id);
        match header.kind {
            Kind::Text | Kind::Delta => {
                self.texts.accept(TextId::from_bytes(header.id), header.kind, payload, at);
            }
            Kind::Saved | Kind::Received => {
                // Its checksum matches, so this is what was written.
                let Some(found) = Revision::from_bytes(payload).filter(|found| found.id == revision) else {
                    return;
                };
                if self.enter(found.clone()).is_err() {
                    self.orphans.insert(revision, found);
                } else if header.kind == Kind::Saved {
                    self.position.switch(revision);
                }
            }
            Kind::Step if self.has(revision) => self.position.step(revision),
            Kind::Switch if self.has(revision) => self.position.switch(revision),
            // The revision is damaged: the position stays where it was.
            Kind::Step | Kind::Switch => {}
            Kind::Label => {
                if let Ok(name) = std::str::from_utf8(payload) {
                    self.labels.retain(|(label, _)| label != name);
                    self.labels.push((name.to_owned(), revision));
                }
            }
        }
    }

    /// A revision becomes a part of the graph.
    fn enter(&mut self, revision: Revision) -> Result<Location, GraphError> {
        let before = self.graph.revisions();
        let at = self.graph.append(revision.id, &revision.parents)?;
        if self.graph.revisions() > before {
            self.revisions.push(revision);
        }
        Ok(at)
    }

    /// Names what is whole and depends on what is damaged.
    fn find_dependants(&mut self) {
        let is_readable = |revision: &Revision| {
            let texts = revision.files.iter().all(|&(_, text)| self.texts.has(text));
            texts || self.damage.places.is_empty()
        };
        let unreadable =
            self.revisions.iter().filter(|revision| !is_readable(revision)).map(|found| found.id);
        let mut dependants: Vec<RevisionId> = unreadable.collect();
        dependants.extend(self.orphans.values().map(|orphan| orphan.id).collect::<BTreeSet<_>>());
        // A damaged revision whose own header is damaged too is known by those that came of it.
        let named: BTreeSet<RevisionId> = self
            .orphans
            .values()
            .flat_map(|orphan| orphan.parents.iter().copied())
            .filter(|&parent| !self.has(parent) && !self.orphans.contains_key(&parent))
            .collect();
        let known =
            |id: &RevisionId| self.damage.places.iter().any(|place| place.what == Lost::Revision(*id));
        let mut unknown: Vec<RevisionId> = named.into_iter().filter(|id| !known(id)).collect();
        for place in self.damage.places.iter_mut().filter(|place| place.what == Lost::Unknown) {
            if let Some(id) = unknown.pop() {
                place.what = Lost::Revision(id);
            }
        }
        self.damage.dependants = dependants;
    }

    /// What could not be read.
    pub fn damage(&self) -> &Damage {
        &self.damage
    }

    /// The bytes of its file.
    pub fn image(&self) -> &[u8] {
        &self.image
    }

    /// Which revision came of which.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// Whether a revision is there.
    pub fn has(&self, id: RevisionId) -> bool {
        self.graph.find(id).is_some()
    }

    /// Where a revision is.
    ///
    /// # Errors
    /// If there is none.
    pub fn find(&self, id: RevisionId) -> Result<Location, HistoryError> {
        self.graph.find(id).ok_or(HistoryError::UnknownRevision(id))
    }

    /// What a revision holds. Those whose parents are damaged are found here too.
    ///
    /// # Errors
    /// If there is none.
    pub fn revision(&self, id: RevisionId) -> Result<&Revision, HistoryError> {
        let number = self.graph.find(id).map(|at| self.graph.number(at) as usize);
        let found = number.map(|number| &self.revisions[number]).or_else(|| self.orphans.get(&id));
        found.ok_or(HistoryError::UnknownRevision(id))
    }

    /// Every revision but the root, in the order in which they came.
    pub fn revisions(&self) -> impl DoubleEndedIterator<Item = &Revision> + ExactSizeIterator {
        self.revisions[1..].iter()
    }

    /// The newest revision of each branch, the oldest first; the root alone where there are none.
    pub fn heads(&self) -> Vec<RevisionId> {
        self.graph.heads().map(|at| self.graph.id(at)).collect()
    }

    /// What came of a revision, the oldest first.
    pub fn children(&self, id: RevisionId) -> Vec<RevisionId> {
        self.revisions()
            .filter(|revision| revision.parents.contains(&id))
            .map(|revision| revision.id)
            .collect()
    }

    /// A file's text in a revision. The patch itself has the empty name.
    ///
    /// # Errors
    /// If there is no such revision or file, or its text is damaged.
    pub fn text(&self, id: RevisionId, file: &str) -> Result<String, HistoryError> {
        let text =
            self.revision(id)?.text(file).ok_or_else(|| HistoryError::UnknownFile(id, file.to_owned()))?;
        self.texts.get(&self.image, text)
    }

    /// All files of a revision.
    ///
    /// # Errors
    /// If there is no such revision, or a text is damaged.
    pub fn files(&self, id: RevisionId) -> Result<Vec<(String, String)>, HistoryError> {
        let revision = self.revision(id)?;
        let texts = revision.files.iter();
        texts.map(|(name, text)| Ok((name.clone(), self.texts.get(&self.image, *text)?))).collect()
    }

    /// Appends a revision, and moves there. One that is there already is moved to.
    ///
    /// # Errors
    /// What [`HistoryError`] says; then nothing has changed but that some texts are held that no revision uses.
    pub fn save(&mut self, draft: Draft<'_>) -> Result<RevisionId, HistoryError> {
        let mut parents = draft.parents.to_vec();
        for &parent in &parents {
            self.find(parent).map_err(|_| GraphError::UnknownParent(parent))?;
        }
        if !matches!(parents.len(), 1 | 2) || (parents.len() == 2 && parents[0] == parents[1]) {
            return Err(GraphError::Parents(parents.len()).into());
        }
        // Two machines that merge the same two revisions make one merge.
        parents.sort_by_key(|&id| self.graph.find(id).map(|at| self.graph.address(at)));
        let files =
            draft.files.iter().map(|&(name, text)| (name.to_owned(), TextId::of(text.as_bytes()))).collect();
        let revision = Revision {
            id: RevisionId::ROOT,
            parents,
            saved_at_ms: draft.saved_at_ms,
            note: draft.note.to_owned(),
            files,
        };
        let (revision, bytes) = revision.sealed()?;
        if self.has(revision.id) {
            self.switch_to(revision.id)?;
            return Ok(revision.id);
        }
        let older = &self.revisions[self.graph.number(self.find(revision.parents[0])?) as usize];
        let near: Vec<Option<TextId>> = draft.files.iter().map(|(name, _)| older.text(name)).collect();
        for (&(_, text), near) in draft.files.iter().zip(near) {
            self.texts.append(&mut self.image, text, near)?;
        }
        let id = revision.id;
        self.enter(revision)?;
        journal::write(&mut self.image, Kind::Saved, id.to_bytes(), &bytes);
        self.position.switch(id);
        Ok(id)
    }

    /// Appends a record of no text and no revision.
    pub(super) fn note(&mut self, kind: Kind, id: RevisionId, payload: &[u8]) {
        journal::write(&mut self.image, kind, id.to_bytes(), payload);
    }

    /// The revision whose id begins with these digits, or that is labelled so.
    pub fn named(&self, name: &str) -> Option<RevisionId> {
        let label = self.labels.iter().find(|(label, _)| label == name).map(|&(_, id)| id);
        label.or_else(|| {
            if name.len() < 4 || !name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return None;
            }
            let name = name.to_ascii_lowercase();
            let orphans = self.damage.dependants.iter().copied().filter(|id| self.orphans.contains_key(id));
            let all = self.revisions().map(|revision| revision.id).chain(orphans);
            let mut found = all.filter(|id| id.to_string().starts_with(&name));
            // Of several, none is meant.
            found.next().filter(|_| found.next().is_none())
        })
    }

    /// What both revisions came of, and whether one came of the other.
    ///
    /// # Errors
    /// If one of them is not there.
    pub fn relation(&self, a: RevisionId, b: RevisionId) -> Result<Relation, HistoryError> {
        let (at_a, at_b) = (self.find(a)?, self.find(b)?);
        if a == b {
            return Ok(Relation::Same);
        }
        let walk = &mut Walk::growing();
        if query::is_ancestor(&self.graph, at_a, at_b, walk)? {
            return Ok(Relation::Ahead);
        }
        if query::is_ancestor(&self.graph, at_b, at_a, walk)? {
            return Ok(Relation::Behind);
        }
        Ok(Relation::Beside { base: self.graph.id(query::common_base(&self.graph, at_a, at_b)) })
    }

    /// What somebody who has some revisions lacks, a page of it; what they have and this history has not is passed over.
    ///
    /// # Errors
    /// If a bounded walk overflows.
    pub fn missing(
        &self,
        have: &[RevisionId],
        limit: usize,
        walk: &mut Walk,
        page: &mut Page,
    ) -> Result<(), Overflow> {
        let heads: Vec<Location> = self.graph.heads().collect();
        let mut have: Vec<Location> = have.iter().filter_map(|&id| self.graph.find(id)).collect();
        // Everybody has it.
        have.push(Location::ROOT);
        missing(&self.graph, Wanted { heads: &heads, have: &have, after: None, limit }, walk, page)
    }

    /// Revisions with their texts, for a history that has all their parents. It stops behind the revision with which it
    /// has more than `bytes_max` bytes.
    ///
    /// # Errors
    /// If a text is damaged.
    pub fn export(&self, runs: impl Iterator<Item = Run>, bytes_max: usize) -> Result<Vec<u8>, HistoryError> {
        let mut stream = Vec::new();
        let mut sent: BTreeSet<TextId> = BTreeSet::new();
        for at in runs.flat_map(|run| run.locations()) {
            let revision = &self.revisions[self.graph.number(at) as usize];
            for parent in &revision.parents {
                sent.extend(self.revision(*parent)?.files.iter().map(|&(_, text)| text));
            }
            for &(_, text) in &revision.files {
                if !sent.insert(text) {
                    continue;
                }
                let payload = self.texts.payload(&self.image, text).ok_or(HistoryError::LostText(text))?;
                match self.texts.base(text) {
                    Some(base) if sent.contains(&base) => {
                        journal::write(&mut stream, Kind::Delta, text.to_bytes(), payload);
                    }
                    None => journal::write(&mut stream, Kind::Text, text.to_bytes(), payload),
                    Some(_) => {
                        let whole = texts::whole(self.texts.get(&self.image, text)?.as_bytes());
                        journal::write(&mut stream, Kind::Text, text.to_bytes(), &whole);
                    }
                }
            }
            let (revision, bytes) = revision.clone().sealed()?;
            journal::write(&mut stream, Kind::Received, revision.id.to_bytes(), &bytes);
            if stream.len() > bytes_max {
                break;
            }
        }
        Ok(stream)
    }

    /// Takes up what another history exported, and gives the number of revisions that are new. The position stays.
    ///
    /// # Errors
    /// At the first thing that is wrong; what came before it is kept.
    pub fn import(&mut self, stream: &[u8]) -> Result<usize, HistoryError> {
        let before = self.revisions.len();
        let mut at = 0;
        while let Some((found, next)) = journal::next(stream, at) {
            let Found::Record { header, payload } = found else {
                return Err(HistoryError::Refused("a checksum does not match"));
            };
            self.receive(header, &stream[payload])?;
            at = next;
        }
        Ok(self.revisions.len() - before)
    }

    fn receive(&mut self, header: Header, payload: &[u8]) -> Result<(), HistoryError> {
        match header.kind {
            Kind::Text | Kind::Delta => self.receive_text(TextId::from_bytes(header.id), header, payload),
            Kind::Saved | Kind::Received => {
                let wrong = HistoryError::Refused("a revision is not what its id says");
                let revision = Revision::from_bytes(payload)
                    .filter(|found| found.id.to_bytes() == header.id)
                    .ok_or(wrong)?;
                if self.has(revision.id) {
                    return Ok(());
                }
                if let Some(&(_, text)) = revision.files.iter().find(|&&(_, text)| !self.texts.has(text)) {
                    return Err(HistoryError::LostText(text));
                }
                self.enter(revision)?;
                journal::write(&mut self.image, Kind::Received, header.id, payload);
                Ok(())
            }
            Kind::Step | Kind::Switch | Kind::Label => Err(HistoryError::Refused("nobody else moves here")),
        }
    }

    fn receive_text(&mut self, id: TextId, header: Header, payload: &[u8]) -> Result<(), HistoryError> {
        if self.texts.has(id) {
            return Ok(());
        }
        let (before, at) = (self.image.len(), self.image.len() + journal::HEADER_BYTES);
        journal::write(&mut self.image, header.kind, id.to_bytes(), payload);
        let is_known = self.texts.accept(id, header.kind, payload, at);
        if !is_known || self.texts.get(&self.image, id).is_err() {
            self.image.truncate(before);
            self.texts.forget(id);
            return Err(HistoryError::Refused("a text is not what its id says"));
        }
        Ok(())
    }
}

/// How two revisions are related.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// They are one.
    Same,
    /// The second came of the first.
    Ahead,
    /// The first came of the second.
    Behind,
    /// Neither came of the other.
    Beside {
        /// What both came of.
        base: RevisionId,
    },
}

const _: () = assert!(ID_BYTES == size_of::<RevisionId>(), "an id is written as it is");
