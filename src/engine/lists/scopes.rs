//! How long the things of a run live, as scopes: the program, in it its lists, in these their rows.
//!
//! A row's id is the name of its scope: it is never used again, so it comes to nothing once the row is gone, and who has kept it finds
//! nothing, for ever. What a list knows of its rows is all that there is to know, so no second tree is kept beside it, which would cost
//! memory for each row of each snapshot: counters come from the lists, and the tree is made when somebody asks for it.

use super::Lists;
#[cfg(feature = "metrics")]
use super::ViewChanges;
use crate::engine::Engine;
#[cfg(feature = "metrics")]
use crate::engine::metrics::ViewCounters;
use crate::id::EventId;
#[cfg(feature = "metrics")]
use crate::lists::Counters;
use crate::lists::{Input, ItemId};
use crate::scopes::{Key, Scopes};

/// What became of all scopes of a run, from [`Engine::scope_counters`]: of the program, its lists and their rows.
///
/// `created = dropped + live`, always.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct ScopeCounters {
    /// Those that there were so far.
    pub created: u64,
    /// Those that have ended.
    pub dropped: u64,
    /// Those that live.
    pub live: u64,
    /// Events with something to do for a row that was gone when they happened: none of it was done.
    pub rejected: u64,
}

/// What goes with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OfScope {
    /// The element that it is in a domain, with all its state.
    Element {
        /// The domain, by its place in the program.
        domain: u32,
    },
    /// A cue that waits for it.
    Cue {
        /// The event, by its place in the program.
        event: u32,
    },
}

impl Lists {
    /// The counters, but for what events know.
    fn scope_counters(&self) -> ScopeCounters {
        let mut counters =
            ScopeCounters { created: 1 + self.ended, dropped: self.ended, live: 1, rejected: 0 };
        for book in &self.books {
            let of_rows = book.list.counters();
            counters.created += 1 + of_rows.created;
            counters.dropped += of_rows.removed;
            counters.live += 1 + u64::from(book.list.len());
        }
        counters
    }
}

/// For those who count.
#[cfg(feature = "metrics")]
impl Lists {
    /// What became of all writes to all lists.
    pub(crate) fn list_counters(&self) -> Counters {
        let mut sum = Counters::default();
        for book in &self.books {
            let Counters { commits, created, removed, moved, updated, rejected } = book.list.counters();
            sum.commits += commits;
            sum.created += created;
            sum.removed += removed;
            sum.moved += moved;
            sum.updated += updated;
            sum.rejected += rejected;
        }
        sum
    }

    /// What all views were asked and have changed.
    pub(crate) fn view_counters(&self) -> ViewCounters {
        let mut sum = ViewCounters { asked: self.asked, ..ViewCounters::default() };
        for &ViewChanges { inserts, removes, updates } in &self.changes {
            sum.inserts += inserts;
            sum.removes += removes;
            sum.updates += updates;
        }
        sum
    }
}

impl Engine {
    /// How many scopes live: the program, its lists, and the rows of these.
    pub fn live_scopes(&self) -> u64 {
        self.parts().lists.scope_counters().live
    }

    /// What became of all scopes so far: they count as the run does, so they go back with a seek, and a swap goes on with them.
    pub fn scope_counters(&self) -> ScopeCounters {
        let rejected = self.parts().events.rejected;
        ScopeCounters { rejected, ..self.parts().lists.scope_counters() }
    }

    /// The scopes that live, as a tree that is made here: the program is its root, lists are below it, and rows in order below
    /// these, by their ids. A row owns the elements that it is in domains, and the cues that wait for it. Allocates.
    ///
    /// ```
    /// use pavane::scopes::Key;
    /// use pavane::{Engine, NoFiles, compile};
    ///
    /// let patch = "
    ///     list dots max 10 { x: float } = [{ x: 0.25 }, { x: 0.75 }]
    ///     event drop: row(dots)
    ///     on drop { remove drop }
    ///     domain rows from dots { draw circle { position: (x, 0.5), size: 0.1, color: #fff } }";
    /// let mut engine = Engine::for_program(compile(patch, "dots.pav", &NoFiles).program.unwrap())?;
    /// engine.send("drop", 1_u32)?;
    /// engine.send("drop", 1_u32)?;
    /// engine.frame(0)?;
    /// let tree = engine.scopes();
    /// let keys: Vec<Key> = tree.nodes(tree.root()).map(|node| node.key).collect();
    /// assert_eq!(keys, [Key::Root, Key::List(0), Key::Item(2)]);
    /// let counters = engine.scope_counters();
    /// assert_eq!((counters.created, counters.dropped, counters.live, counters.rejected), (4, 1, 3, 1));
    /// # Ok::<(), pavane::EngineError>(())
    /// ```
    pub fn scopes(&self) -> Scopes<OfScope> {
        let lists = &self.parts().lists;
        let events = &self.program.data().events;
        let live = self.live_scopes().min(u32::MAX.into()) as u32;
        let list_of = |event: u32| events[event as usize].list;
        let mut cues: Vec<(u32, ItemId, EventId)> = self
            .parts()
            .events
            .cues
            .pending()
            .filter_map(|cue| {
                let list = list_of(cue.channel.0)?;
                Some((list, ItemId(cue.payload.values[0] as u64), EventId(cue.channel.0)))
            })
            .collect();
        // Behind one another where they are for one row, in the order in which they were scheduled.
        cues.sort_by_key(|&(list, id, _)| (list, id));
        let shown: u32 = lists.shown.iter().map(|shown| lists.books[shown.list].list.len()).sum();
        let mut tree = Scopes::new(live, shown.saturating_add(cues.len() as u32));
        for (list, book) in (0..).zip(&lists.books) {
            // There is room for all of it.
            let Ok(scope) = tree.create(tree.root(), Key::List(list)) else { continue };
            let mut rows: Vec<_> = book
                .list
                .items()
                .filter_map(|item| Some((item.id, tree.create(scope, Key::Item(item.id.0)).ok()?)))
                .collect();
            rows.sort_unstable_by_key(|&(id, _)| id);
            let mut own = |id: ItemId, value: OfScope| {
                if let Ok(at) = rows.binary_search_by_key(&id, |&(id, _)| id) {
                    let owned = tree.own(rows[at].1, value);
                    debug_assert!(owned.is_ok(), "there is room: {owned:?}");
                }
            };
            for shown in lists.shown.iter().filter(|shown| shown.list == list as usize) {
                let items = book.views.items(Input::View(shown.view), &book.list);
                let value = OfScope::Element { domain: shown.domain.0 };
                items.into_iter().flatten().for_each(|item| own(item.id, value));
            }
            let waiting = cues.iter().filter(|&&(of, _, _)| of == list);
            waiting.for_each(|&(_, id, event)| own(id, OfScope::Cue { event: event.0 }));
        }
        tree
    }
}
