//! Where somebody is in a history: undo, redo, branches.

use std::fmt;

use super::archive::{History, Relation};
use super::error::HistoryError;
use super::graph::Segments;
use super::id::RevisionId;
use super::missing::{Page, Wanted, missing};
use super::query;
use super::record::Kind;
use super::walk::Walk;

/// Where somebody is, and where they were.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Position {
    here: RevisionId,
    /// Where redo leads: the end of the branch that somebody is on, as far as they have been there.
    tip: RevisionId,
    /// Where they came from before merges: an undo of a merge leads back to the side that they were on.
    before: Vec<RevisionId>,
}

impl Default for Position {
    fn default() -> Self {
        Self { here: RevisionId::ROOT, tip: RevisionId::ROOT, before: Vec::new() }
    }
}

/// Places that are remembered.
const BEFORE_MAX: usize = 64;

impl Position {
    /// Undo or redo.
    pub(super) fn step(&mut self, to: RevisionId) {
        self.here = to;
    }

    /// A save, or a move to another branch: there is nothing to redo.
    pub(super) fn switch(&mut self, to: RevisionId) {
        if self.before.len() == BEFORE_MAX {
            self.before.remove(0);
        }
        self.before.push(self.here);
        (self.here, self.tip) = (to, to);
    }
}

impl History {
    /// The revision that is current; the root where there is none yet.
    pub fn here(&self) -> RevisionId {
        self.position.here
    }

    /// Where redo leads in the end: [`here`](Self::here) where there is nothing to redo.
    pub fn tip(&self) -> RevisionId {
        self.position.tip
    }

    /// Moves to what the current revision was made of, and gives it. From a merge, to the side that one was on before.
    ///
    /// # Errors
    /// At the first revision.
    pub fn undo(&mut self) -> Result<RevisionId, HistoryError> {
        let parents = &self.revision(self.here())?.parents;
        let came_from = self.position.before.iter().rev().find(|before| parents.contains(before));
        let to = came_from.or_else(|| parents.first()).copied();
        let to = to.filter(|&to| to != RevisionId::ROOT).ok_or(HistoryError::NothingToUndo)?;
        self.step_to(to);
        Ok(to)
    }

    /// Moves to what was undone last, and gives it.
    ///
    /// # Errors
    /// At the end of a branch; the error names the other ones.
    pub fn redo(&mut self) -> Result<RevisionId, HistoryError> {
        let (here, tip) = (self.here(), self.tip());
        if here == tip {
            let mut branches = self.heads();
            branches.retain(|&head| head != here && head != RevisionId::ROOT);
            branches.reverse();
            return Err(HistoryError::NothingToRedo { branches });
        }
        let to = self.towards(here, tip)?;
        self.step_to(to);
        Ok(to)
    }

    /// The revision after `from` on the way to `to`, which came of it.
    fn towards(&self, from: RevisionId, to: RevisionId) -> Result<RevisionId, HistoryError> {
        let (from, mut at) = (self.find(from)?, self.find(to)?);
        let walk = &mut Walk::growing();
        loop {
            let mut below = None;
            for parent in self.graph().parents(at) {
                if parent == from {
                    return Ok(self.graph().id(at));
                }
                if below.is_none() && query::is_ancestor(self.graph(), from, parent, walk)? {
                    below = Some(parent);
                }
            }
            at = below.ok_or(HistoryError::UnknownRevision(to))?;
        }
    }

    fn step_to(&mut self, to: RevisionId) {
        self.note(Kind::Step, to, &[]);
        self.position.step(to);
    }

    /// Moves to any revision.
    ///
    /// # Errors
    /// If it is not there.
    pub fn switch_to(&mut self, to: RevisionId) -> Result<(), HistoryError> {
        self.find(to)?;
        if (self.here(), self.tip()) != (to, to) {
            self.note(Kind::Switch, to, &[]);
            self.position.switch(to);
        }
        Ok(())
    }

    /// Gives a revision a name of its own, by which [`named`](Self::named) finds it. A name that another revision had
    /// moves.
    ///
    /// # Errors
    /// If the revision is not there, or the name is empty or long.
    pub fn label(&mut self, id: RevisionId, name: &str) -> Result<(), HistoryError> {
        self.find(id)?;
        if name.is_empty() || name.len() > 100 || name.chars().any(char::is_control) {
            return Err(HistoryError::Name(name.to_owned()));
        }
        self.note(Kind::Label, id, name.as_bytes());
        self.labels.retain(|(label, _)| label != name);
        self.labels.push((name.to_owned(), id));
        Ok(())
    }

    /// The names of a revision.
    pub fn labels(&self, id: RevisionId) -> impl Iterator<Item = &str> {
        self.labels.iter().filter(move |(_, of)| *of == id).map(|(label, _)| label.as_str())
    }

    /// What changes on the way from one revision to another: how the state of a running patch gets there.
    ///
    /// # Errors
    /// If a walk overflows.
    pub fn route(&self, from: RevisionId, to: RevisionId) -> Result<Route, HistoryError> {
        if !self.has(from) || !self.has(to) {
            return Ok(Route::Load);
        }
        let back = self.beyond(from, to)?;
        let forth = self.beyond(to, from)?;
        Ok(match self.relation(from, to)? {
            Relation::Beside { base } => Route::Rebase { base, back, forth },
            Relation::Same | Relation::Ahead | Relation::Behind => Route::Edits { back, forth },
        })
    }

    /// How many revisions `of` came of, itself included, that `without` did not come of and is not.
    fn beyond(&self, of: RevisionId, without: RevisionId) -> Result<usize, HistoryError> {
        let (heads, have) = ([self.find(of)?], [self.find(without)?]);
        let wanted = Wanted { heads: &heads, have: &have, after: None, limit: usize::MAX };
        let mut page = Page::default();
        missing(self.graph(), wanted, &mut Walk::growing(), &mut page)?;
        Ok(page.revisions())
    }
}

/// How a running patch gets from one revision to another. Either way its state is carried over by its keys, as with every
/// save; what differs is what changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// One came of the other: the edits between, those of a merged branch among them.
    Edits {
        /// Edits that are undone.
        back: usize,
        /// Edits that are made again.
        forth: usize,
    },
    /// By way of what both came of.
    Rebase {
        /// What both came of.
        base: RevisionId,
        /// Edits that are undone.
        back: usize,
        /// Edits that are made.
        forth: usize,
    },
    /// One of them is not in the history: all of it is loaded.
    Load,
}

/// In a few words: `3 edits back`.
impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let edits = |n: usize| if n == 1 { "1 edit".to_owned() } else { format!("{n} edits") };
        match *self {
            Self::Edits { back: 0, forth: 0 } => f.write_str("where it was"),
            Self::Edits { back, forth: 0 } => write!(f, "{} back", edits(back)),
            Self::Edits { forth, .. } => write!(f, "{} on", edits(forth)),
            Self::Rebase { base, back, forth } => {
                write!(f, "{} back to {base:.8} and {} on", edits(back), edits(forth))
            }
            Self::Load => f.write_str("loaded whole"),
        }
    }
}
