//! What changes in lists and views, for hosts that read it when they like.
//!
//! A list or view that somebody reads has a [`Log`]: commits put their deltas into it, and readers take them out between frames. Where
//! no delta leads from what a reader knows to what there is, because the run went back or the program is another one, its next
//! read is a snapshot.
//!
//! **Invariants**
//! - What nobody reads has no log, and costs a look at an empty table.
//! - Commits allocate nothing here: rings grow, and shrink, when somebody reads.

use super::Lists;
use crate::engine::parts::Parts;
use crate::engine::{Engine, EngineError};
use crate::lists::{Cursor, Delta, Input, Log, LogLimits, Read, ViewId};
use crate::program::{ProgramData, Shows};

/// The most readers of a list or view.
const READERS_MAX: u32 = 64;
/// Entries that there is always room for, but of lists that are shorter.
const ENTRIES_LEAST: u32 = 1024;

/// Reads what changes in a list or a view: from [`Engine::subscribe`]. It is a name, and the engine says where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ChangeReader {
    source: u32,
    cursor: Cursor,
}

/// A list, or one of its views.
type Place = (usize, Option<ViewId>);

/// A list or view with readers.
#[derive(Debug)]
pub(super) struct Source {
    name: String,
    /// None where the program has none of that name.
    place: Option<Place>,
    log: Log,
}

impl Source {
    pub(super) fn is_of(&self, list: usize) -> bool {
        self.place.is_some_and(|(own, _)| own == list)
    }

    /// What readers know is not so any more.
    pub(super) fn cut(&mut self) {
        self.log.cut();
    }

    pub(super) fn bytes(&self) -> usize {
        self.log.bytes()
    }
}

/// Tells the readers of a list or view what a commit has changed in it.
#[inline]
pub(super) fn tell(sources: &mut [Source], place: Place, delta: &Delta) {
    for source in sources {
        if source.place == Some(place) && !delta.is_empty() {
            source.log.push(delta);
        }
    }
}

/// As much as makes sense: whoever has missed twice as much as there is at most gets all of it sooner than the deltas.
fn limits(capacity: u32) -> LogLimits {
    let most = capacity.saturating_mul(2).max(64);
    LogLimits { entries: most.min(ENTRIES_LEAST), most, readers: READERS_MAX }
}

/// The list, or the view with rows, of a name.
fn find(data: &ProgramData, places: &[Place], name: &str) -> Option<Place> {
    let list = data.lists.iter().position(|list| list.key == name);
    list.map(|list| (list, None)).or_else(|| {
        let named = data
            .views
            .iter()
            .position(|view| view.name.as_deref() == Some(name) && !matches!(view.shows, Shows::Fold { .. }));
        places.get(named?).copied()
    })
}

impl Lists {
    fn find_source(&self, data: &ProgramData, name: &str) -> Option<Place> {
        let places: Vec<Place> = self.places.iter().map(|&(list, view)| (list, Some(view))).collect();
        find(data, &places, name)
    }

    /// Goes on with the readers of another program's lists: each gets a snapshot of what has its name now.
    pub(super) fn take_sources(&mut self, old: &mut Self, now: &ProgramData) {
        self.sources = std::mem::take(&mut old.sources);
        for at in 0..self.sources.len() {
            let place = self.find_source(now, &self.sources[at].name);
            let source = &mut self.sources[at];
            source.cut();
            source.place = place;
            if let Some((list, _)) = place {
                source.log.set_limits(limits(now.lists[list].capacity));
            }
        }
    }

    fn subscribe(&mut self, data: &ProgramData, name: &str) -> Option<Result<ChangeReader, EngineError>> {
        let place = self.find_source(data, name)?;
        let known = self.sources.iter().position(|source| source.name == name);
        let at = known.unwrap_or_else(|| {
            let log = Log::new(limits(data.lists[place.0].capacity));
            self.sources.push(Source { name: name.into(), place: Some(place), log });
            self.sources.len() - 1
        });
        let reader = self.sources[at].log.subscribe_behind();
        let full = || EngineError::TooManyReaders { name: name.into(), readers: READERS_MAX };
        Some(reader.map(|cursor| ChangeReader { source: at as u32, cursor }).map_err(|_| full()))
    }

    fn read(&mut self, reader: ChangeReader) -> Option<Read<'_>> {
        let Source { place, log, .. } = self.sources.get_mut(reader.source as usize)?;
        let (list, view) = (*place)?;
        let book = &self.books[list];
        if !log.has(reader.cursor) {
            return None;
        }
        log.make_room();
        if view.is_some() && !book.is_begun {
            // Views are told of the rows that are there first by the next frame.
            return Some(log.nothing());
        }
        let of = view.map_or(Input::List, Input::View);
        let len = match of {
            Input::List => book.list.len(),
            Input::View(view) => book.views.get(view)?.len(),
        };
        log.read(reader.cursor, || (0..len).filter_map(|index| book.views.item(of, index, &book.list)))
    }
}

impl Engine {
    /// A reader of what changes in a list or in a view that has a name: `todos`, or `open` of `open = todos where not done`. It
    /// reads when it likes, with [`read_changes`](Self::read_changes), until [`unsubscribe`](Self::unsubscribe). What nobody
    /// reads costs nothing.
    ///
    /// ```
    /// use pavane::lists::{Item, Read};
    /// use pavane::{Engine, NoFiles, compile};
    ///
    /// let patch = r#"
    ///     list todos max 100 { title: text, done: bool = false } = [{ title: "Buy milk" }, { title: "Sleep" }]
    ///     event toggle: row(todos)
    ///     on toggle { toggle.done = not toggle.done }
    ///     open = todos where not done
    ///     domain rows from open { draw rect { position: (0.5, 0.1 * index), size: (0.01 * length(title), 0.05), color: #fff } }"#;
    /// let mut engine = Engine::for_program(compile(patch, "todos.pav", &NoFiles).program.unwrap())?;
    /// engine.frame(0)?;
    /// let reader = engine.subscribe("open")?;
    /// let mut shown: Vec<Item> = Vec::new();
    /// for (frame, row) in [(1, 1_u32), (2, 2), (3, 1)] {
    ///     engine.send("toggle", row)?;
    ///     engine.frame(frame)?;
    ///     match engine.read_changes(reader).unwrap() {
    ///         // The first time, and whenever it has missed too much: all rows.
    ///         Read::Behind(all) => shown.clone_from(&all.items),
    ///         // What has changed since, commit by commit.
    ///         Read::Deltas(deltas) => deltas.for_each(|delta| delta.apply(&mut shown)),
    ///     }
    /// }
    /// assert_eq!(shown.iter().map(|row| row.id.0).collect::<Vec<_>>(), [1]);
    /// let todos = engine.list("todos")?;
    /// assert_eq!(todos.find(shown[0].id.0).and_then(|at| todos.text("title", at)), Some("Buy milk"));
    /// assert!(engine.unsubscribe(reader));
    /// # Ok::<(), pavane::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// When the program has no list or view of that name, or it has 64 readers.
    pub fn subscribe(&mut self, name: &str) -> Result<ChangeReader, EngineError> {
        let data = self.program.data();
        match Parts::of_mut(&mut self.world).lists.subscribe(data, name) {
            Some(subscribed) => subscribed,
            None => {
                let views = data.views.iter().filter_map(|view| view.name.clone());
                let known = data.lists.iter().map(|list| list.key.clone()).chain(views).collect();
                Err(EngineError::Unknown { what: "list or view", name: name.into(), known })
            }
        }
    }

    /// What a reader has not read yet, as the last frame has left it; it has read that then. None where the reader has ended, or
    /// the program that runs has no list or view of its name.
    ///
    /// - **Deltas**: what each commit since has changed, canonical, the oldest first. An entry has the row's id; the values of the
    ///   row, as they are now, are in [`list`](Self::list), where [`find`](super::Rows::find) finds it.
    /// - **A snapshot** of all rows, which all readers that need one share: the first time; where more was missed than is kept,
    ///   which is twice as many entries as the list may have rows; and where what was read before is not so any more: behind a
    ///   [`seek`](Self::seek) to anywhere but ahead, a [`reset`](Self::reset), an event that was [sent late](Self::send_at) and
    ///   rolled frames back, a [`swap`](Self::swap), and an instant that an error has undone.
    ///
    /// Rows of a view are known from the first frame on: before it, and between a swap or a reset and the frame behind, there
    /// is nothing to read of one. A ring of deltas grows while a reader is slow, and shrinks when that one has ended or caught up, both
    /// in this call; frames allocate nothing.
    pub fn read_changes(&mut self, reader: ChangeReader) -> Option<Read<'_>> {
        self.parts_mut().lists.read(reader)
    }

    /// Ends a reader; false where it has ended before.
    pub fn unsubscribe(&mut self, reader: ChangeReader) -> bool {
        let sources = &mut self.parts_mut().lists.sources;
        let Some(Source { log, .. }) = sources.get_mut(reader.source as usize) else { return false };
        let is_there = log.unsubscribe(reader.cursor);
        log.make_room();
        is_there
    }
}
