//! State that is there again after a crash: cells and rows of lists, by durable keys, in a file.
//!
//! A [`Store`] is a log of *commits*, each one record with checksums that has what changed, behind a *snapshot* of everything.
//! A process that is killed at any byte leaves the state of commit n or n - 1, never a mix. When the log
//! [has outgrown](Store::wants_snapshot) the snapshot, a new one is written beside the file and takes its place at once.
//!
//! ```no_run
//! use pavane::persist::{ColumnSchema, DurableKey, ListSchema, PersistSettings, Store, Value, ValueKind};
//!
//! let (filter, todos) = (DurableKey::of(&["filter"]), DurableKey::of(&["todos"]));
//! let (title, done) = (DurableKey::of(&["todos", "title"]), DurableKey::of(&["todos", "done"]));
//! let (mut store, notices) = Store::open("todos.state", PersistSettings::default())?;
//! for notice in notices {
//!     eprintln!("todos.state: {notice}");
//! }
//!
//! // What was there, as this program has it.
//! let columns = [
//!     ColumnSchema { key: title, default: Value::Text("") },
//!     ColumnSchema { key: done, default: Value::Bool(false) },
//! ];
//! let list = store.restored().take_list(ListSchema { key: todos, columns: &columns });
//! let next_id = list.map_or(1, |list| list.next_id);
//!
//! // A turn has appended a row and set a cell.
//! let mut commit = store.commit();
//! commit.cell(filter, 1);
//! let mut list = commit.list(todos, next_id + 1);
//! let new = [next_id];
//! list.append(&new).column(title, ValueKind::Text, ["Buy milk"]).column(done, ValueKind::Bool, [false]);
//! commit.finish()?;
//!
//! if store.wants_snapshot() {
//!     let mut snapshot = store.snapshot();
//!     // All cells, all lists with all rows.
//!     snapshot.finish()?;
//! }
//! # Ok::<(), pavane::persist::PersistError>(())
//! ```
//!
//! - **Where a program changed.** It takes what it has by key ([`Restored`]); a [`Fit`] says how each column was found. What it
//!   does not take is kept or dropped: [`Strangers`].
//! - **Damage** costs the record that it is in, and is [named](Notice). What is read behind it is said in `read.rs`.
//! - **A disk that fails.** Errors name the path and what to do; the commit is kept and written with the next one. Where what is
//!   kept became too much, or the disk failed to sync, a snapshot brings the file up to date.
//! - **Whose it is.** One store at a time has a file open; `FILE.lock` stays beside it. [`read_state`] only reads.
//!
//! This folder knows of no patch language and of no engine.

mod bytes;
mod commit;
mod disk;
mod entry;
mod error;
mod key;
mod read;
mod restored;
mod store;
mod table;
#[cfg(test)]
mod tests;
mod value;

pub use commit::{Commit, ListCommit, Rows};
pub use disk::{Disk, SystemDisk};
pub use error::{Notice, PersistError};
pub use key::DurableKey;
pub use restored::{ColumnSchema, Fit, ListSchema, Restored, RestoredList, Unclaimed};
pub use store::{
    Compaction, PersistSettings, PersistStats, Store, Strangers, SyncPolicy, Written, read_state,
};
pub use value::{Column, Texts, Value, ValueKind};
