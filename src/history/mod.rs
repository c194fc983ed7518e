//! Every edit of a patch: revisions, what they came of, and their texts.
//!
//! A *revision* is the text of a patch, and of the files that it uses, as somebody saved them. It is made of one other
//! revision, or of two: a merge. All of them are a graph that only grows, over [`RevisionId::ROOT`], so an edit after an
//! undo is a branch, and nothing is ever lost. A frame is a function of a revision, the inputs and the time.
//!
//! - [`Graph`] is which came of which, and holds no texts. [`is_ancestor`], [`locate`], [`common_base`], [`missing`] and
//!   [`linearise`] are what it is asked. They load each segment at most once, allocate nothing once their [`Walk`] is
//!   warm, and a bounded walk that has no room says so and never answers wrong.
//! - [`History`] has the texts too, and where somebody is: [`undo`](History::undo), [`redo`](History::redo),
//!   [`switch_to`](History::switch_to). It is an image of bytes that only grow; each record has its checksums.
//! - [`HistoryFile`] keeps one on a disk, for several processes at once.
//! - [`History::missing`], [`History::export`] and [`History::import`] bring two histories together.
//!
//! This folder knows of no patch language and of no engine: it can be used for the revisions of any texts.

mod archive;
mod delta;
mod error;
mod file;
mod graph;
mod id;
mod missing;
mod position;
mod query;
mod record;
mod revision;
#[cfg(test)]
mod tests;
mod texts;
mod visited;
mod walk;

pub use archive::{Damage, Draft, History, Lost, Place, Relation};
pub use error::HistoryError;
pub use file::HistoryFile;
pub use graph::{Address, Graph, GraphError, Location, Parents, Segment, Segments};
pub use id::{RevisionId, TextId};
pub use missing::{Page, Run, Wanted, linearise, missing};
pub use position::Route;
pub use query::{common_base, is_ancestor, locate};
pub use revision::Revision;
pub use visited::{CappedVisited, Mark};
pub use walk::{Overflow, Walk, WalkStats};
