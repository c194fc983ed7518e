//! Scopes: how long things live.
//!
//! [`Scopes`] is a tree. Its root is what runs; an item of a list is a child of its list, and a branch of a `when` is a child
//! of what it stands in. A scope owns values (rows of state, pending cues, ...) that go with it. The tree owns the scopes:
//! a [`ScopeId`] is a name that keeps nothing alive, and once its scope is gone it names nothing, for ever.
//!
//! All memory is taken at construction. Whoever destroys a scope is told what goes, in an order that depends on nothing but
//! what was made: children before their parent, what was made last before what was made first, and of each scope first what
//! it owns and then itself:
//!
//! ```
//! use pavane::scopes::{Gone, Key, Scopes};
//!
//! // Up to 8 scopes that own up to 16 values together.
//! let mut scopes = Scopes::new(8, 16);
//! let list = scopes.create(scopes.root(), Key::List(0))?;
//! let item = scopes.create(list, Key::Item(1))?;
//! scopes.own(item, "a cell")?;
//! scopes.own(list, "a column")?;
//!
//! let mut gone = Vec::new();
//! scopes.destroy(list, |what| gone.push(what));
//! let (of_list, of_item) = ((list, Key::List(0)), (item, Key::Item(1)));
//! assert_eq!(gone, [
//!     Gone::Value { scope: item, value: "a cell" },
//!     Gone::Scope { scope: of_item.0, key: of_item.1 },
//!     Gone::Value { scope: list, value: "a column" },
//!     Gone::Scope { scope: of_list.0, key: of_list.1 },
//! ]);
//!
//! // The row is used again, and the old name stays the name of nothing.
//! let next = scopes.create(scopes.root(), Key::List(0))?;
//! assert!(scopes.key(item).is_none() && scopes.key(next).is_some());
//! assert!(!scopes.admit(item), "work for the dead is rejected");
//! assert_eq!(scopes.counters().rejected, 1);
//! # Ok::<(), pavane::scopes::ScopeError>(())
//! ```

mod error;
mod id;
mod row;
#[cfg(test)]
mod tests;
mod tree;
mod walk;

pub use error::ScopeError;
pub use id::{Branch, Key, ScopeId};
pub use tree::{Counters, Destroyed, Entered, Gone, Scopes};
pub use walk::{Node, Nodes};
