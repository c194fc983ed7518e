//! Lists: records with ids that last, edited in turns, and views of them that follow what changes.
//!
//! A [`List`] has typed columns. What is to happen in a turn is staged, while reads still see what was before it, and then
//! [committed](List::commit) at once. A commit yields one canonical [`Delta`]: which items are gone, new, moved and changed, and
//! at which index; there is no "everything is another". An item keeps its [`ItemId`] as long as it lives, and nobody else ever
//! has it.
//!
//! [`Views`] are views of a list and of each other. Each takes the delta of its input, with a predicate, a key or a number of
//! those items alone that are new or changed there ([`Delta::dirty`]), and gives a delta of the same kind:
//!
//! | operator | what it shows | costs, beside its entries |
//! |---|---|---|
//! | [`Filter`] | the items of which something is so | one count of bits each |
//! | [`Map`] | the same items with values of its own; silent where these come out as they were | |
//! | [`Sort`] | the items by keys, NaN last, ties in the input's order | two binary searches each, a move of 4 bytes an item |
//! | [`Window`] | the items from one index to another: `take`, `skip` | |
//! | [`Distinct`] | the first item of each key | as [`Sort`] and [`Filter`] |
//! | [`Group`] | an item for each key, with its members' [`Totals`] | as [`Distinct`], and as [`Sort`] for each number that is kept in order |
//! | [`Fold`] | [`Totals`]: `every`, `any`, `count`, `sum`, `mean`, `min`, `max` | a path in a tree each |
//!
//! Items that come, go or move within a list cost, per commit, one pass over what stands behind the first of them.
//!
//! A [`Log`] keeps recent deltas for readers that are not there at every commit.
//!
//! All memory is taken at construction, or by an explicit `grow`; within capacity nothing is allocated, and beyond it is a
//! [`ListError`]. What comes out depends on what was committed and on nothing else: [`Sum`] says how sums manage that.
//!
//! ```
//! use pavane::lists::{Filter, Input, Kind, Limits, List, Operator, Texts, Value, Views};
//!
//! // A list of up to 1000 todos, and those of them that are not done.
//! let mut texts = Texts::new(2000, 64_000);
//! let mut todos = List::new(&[Kind::Text, Kind::Bool], Limits::of(1000));
//! let mut views = Views::new();
//! let open = views.add(Input::List, Operator::Filter(Filter::new(1000)), &todos)?;
//!
//! // A turn: two new ones.
//! for title in ["Buy groceries", "Clean room"] {
//!     let title = texts.put(title)?;
//!     todos.append(0, &[Value::Text(title), Value::Bool(false)])?;
//! }
//! todos.commit(&mut texts)?;
//! let tell = |todos: &List, texts: &mut Texts, views: &mut Views| {
//!     views.refresh(todos, texts, |_, question| {
//!         *question.is_so = todos.value(question.item, 1) == Some(Value::Bool(false));
//!     })?;
//!     // What no cell holds any more goes when the views have been told.
//!     texts.sweep();
//!     Ok::<_, pavane::lists::ListError>(())
//! };
//! tell(&todos, &mut texts, &mut views)?;
//!
//! // Another turn: the first one is done, so it leaves the view and stays in the list.
//! let first = todos.get(0).ok_or("the list is empty")?;
//! todos.set(0, first, 1, Value::Bool(true))?;
//! assert_eq!(todos.commit(&mut texts)?.updates().len(), 1);
//! tell(&todos, &mut texts, &mut views)?;
//! let view = views.get(open).and_then(Operator::delta).ok_or("it has a delta")?;
//! assert_eq!((view.removes().len(), view.new_len()), (1, 1));
//! assert_eq!(view.removes()[0].item(), first);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bits;
mod delta;
mod distinct;
mod error;
mod filter;
mod fold;
mod group;
mod item;
pub mod key;
mod list;
mod log;
mod map;
mod order;
mod ranked;
mod sort;
mod sum;
#[cfg(test)]
mod tests;
mod texts;
mod touched;
mod value;
mod views;
mod window;

pub use delta::{Change, Delta, Entry};
pub use distinct::Distinct;
pub use error::ListError;
pub use filter::Filter;
pub use fold::{Fold, Totals};
pub use group::{Group, Keeps};
pub use item::{Item, ItemId};
pub use key::{Direction, KeyKind};
pub use list::{Counters, Limits, List, Place};
pub use log::{Cursor, Deltas, Log, LogLimits, Logged, Read, Snapshot};
pub use map::Map;
pub use sort::Sort;
pub use sum::Sum;
pub use texts::{TextId, Texts};
pub use value::{ColumnRef, Kind, Value};
pub use views::{Answers, Input, Operator, Question, ViewId, Views};
pub use window::Window;
