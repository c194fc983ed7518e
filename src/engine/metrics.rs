//! What frames do, in numbers: a row per frame, for tests and for those who look for what a run spends its turns on.
//!
//! Rows depend on the program, its inputs and its seed alone, as frames do: they are the same on any machine and at any
//! number of threads. Counts are sums up to the frame, so the difference of two rows is what happened between
//! them. Those of inputs and of scopes continue over a swap; the others are of the program that runs now. Those of turns, scopes and
//! lists go back with a seek, while what views were told counts again where a frame is evaluated again.

use serde::Serialize;

use super::Engine;
use super::events::InputCounters;
use super::lists::ScopeCounters;
use crate::cues::Counters;
use crate::lists;

/// What there is behind a frame, and what happened up to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Metrics {
    /// The index of the frame.
    pub frame: u64,
    /// Turns: an event each, with all reactions to it.
    pub turns: u64,
    /// Cues that wait.
    pub pending: u64,
    /// The most that ever waited.
    pub pending_high_water: u64,
    /// What became of all cues.
    pub cues: Counters,
    /// What became of all that the host has sent.
    pub inputs: InputCounters,
    /// The most events of the host that ever waited for a frame.
    pub inputs_high_water: u64,
    /// Numbers of signals that a frame may write: the rows of all slots.
    pub slots: u64,
    /// The elements of all domains.
    pub elements: ElementCounters,
    /// The program, its lists and their rows.
    pub scopes: ScopeCounters,
    /// What became of all that was done to lists.
    pub lists: lists::Counters,
    /// What was told to views, and by them.
    pub views: ViewCounters,
}

/// All views of all lists together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ViewCounters {
    /// Rows that came to a view, or to another place of it.
    pub inserts: u64,
    /// Rows that went from a view, or to another place of it.
    pub removes: u64,
    /// Rows that stayed in a view and have other values.
    pub updates: u64,
    /// Conditions, keys and numbers that were worked out, each of one row for one view.
    pub asked: u64,
}

/// Elements of all domains of a program together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ElementCounters {
    /// Those that live.
    pub living: u64,
    /// Those that have left and still fade.
    pub lingering: u64,
    /// Births so far, those without room included.
    pub born: u64,
    /// Births, and letters of a text, for which there was no room.
    pub refused: u64,
    /// Elements that made room for others.
    pub evicted: u64,
}

impl Engine {
    /// What the frames up to the last one have done, in numbers; none before the first frame. Only with the feature `metrics`.
    ///
    /// ```
    /// use pavane::{Builder, Engine};
    ///
    /// let b = Builder::new("beats");
    /// b.signal("beats", b.count_events("beats", b.every("beat", 0.25)));
    /// let mut engine = Engine::for_program(b.finish()?)?;
    /// engine.frame(0)?;
    /// engine.frame(60)?;
    /// assert_eq!(engine.metrics().unwrap().turns, 4);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn metrics(&self) -> Option<Metrics> {
        let events = &self.parts().events;
        let mut elements = ElementCounters::default();
        for set in self.parts().elements.sets.iter() {
            elements.living += u64::from(set.living);
            elements.lingering += u64::from(set.lingering);
            elements.born += set.births_so_far().0;
            elements.refused += set.births.refused + set.given.letters_refused();
            elements.evicted += set.births.evicted;
        }
        let lists = &self.parts().lists;
        let slots = &self.program.data().slots;
        Some(Metrics {
            frame: self.at?,
            turns: events.turn,
            pending: events.cues.len() as u64,
            pending_high_water: events.cues.high_water().into(),
            cues: events.cues.counters(),
            inputs: events.queue.counters,
            inputs_high_water: events.queue.high_water as u64,
            slots: slots.iter().map(|slot| u64::from(slot.stride)).sum(),
            elements,
            scopes: self.scope_counters(),
            lists: lists.list_counters(),
            views: lists.view_counters(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::program;
    use super::super::{Engine, EngineSettings, Snapshots};
    use super::Metrics;
    use crate::assets::PATCHES;

    fn row(engine: &mut Engine, index: u64) -> Metrics {
        engine.frame(index).unwrap();
        engine.metrics().unwrap()
    }

    #[test]
    fn rows_count_what_happens() {
        let source = "
event click
event beat = every(100ms)
event late = after(50ms, click)
state n = 0
on late { n = n + 1 }
domain d[born on click, count 3, lives 1s, max 4] { x = rank }
b = count(beat)
";
        let mut engine = Engine::fitted(program(source), 1.0, EngineSettings::default()).unwrap();
        assert_eq!(engine.metrics(), None);
        assert_eq!(row(&mut engine, 0).turns, 0);
        (0..2).for_each(|_| engine.send("click", ()).unwrap());
        // Two clicks and a beat.
        let first = row(&mut engine, 6);
        assert_eq!((first.frame, first.turns, first.pending), (6, 3, 3));
        assert_eq!((first.elements.living, first.elements.born, first.elements.refused), (4, 6, 2));
        assert_eq!((first.inputs.received, first.inputs.emitted), (2, 2));
        // The two that come 50 ms later, and a beat.
        let second = row(&mut engine, 12);
        assert_eq!((second.turns, second.pending), (6, 1));
        assert_eq!(second.cues.cleared - first.cues.cleared, 3);
    }

    #[test]
    fn rows_count_what_is_done_to_lists() {
        let source = "
list tasks max 9 { value: float, done: bool = false } = [{ value: 1 }]
event add: float
event toggle: row(tasks)
event drop: row(tasks)
event all
on add { append tasks { value: add } }
on toggle { toggle.done = not toggle.done }
on drop { remove drop }
on all { tasks.done = true }
open = tasks where not done sort by value
n = count(open)
";
        let snapshots = Some(Snapshots { count: 3, every: 2, inputs: 100 });
        let settings = EngineSettings { snapshots, ..EngineSettings::default() };
        let mut engine = Engine::fitted(program(source), 1.0, settings).unwrap();
        // What is sent; then created, removed, updated of rows; inserts, removes, updates of views; asked; live, dropped, rejected.
        type Sent<'a> = &'a [(&'a str, Option<u32>)];
        let table: [(Sent<'_>, [u64; 10]); 6] = [
            (&[], [1, 0, 0, 2, 0, 0, 2, 3, 0, 0]),
            (&[("add", Some(5)), ("add", Some(3))], [3, 0, 0, 6, 0, 0, 6, 5, 0, 0]),
            (&[("toggle", Some(2))], [3, 0, 1, 6, 2, 0, 7, 5, 0, 0]),
            (&[("drop", Some(2)), ("drop", Some(2))], [3, 1, 1, 6, 2, 0, 7, 4, 1, 1]),
            (&[("all", None), ("all", None)], [3, 1, 3, 6, 6, 0, 9, 4, 1, 1]),
            (&[("toggle", Some(1)), ("toggle", Some(2))], [3, 1, 4, 8, 6, 0, 11, 4, 1, 2]),
        ];
        let mut rows = Vec::new();
        for (frame, (sent, expected)) in (0..).zip(table) {
            for &(event, row) in sent {
                match row {
                    Some(value) if event == "add" => engine.send(event, f64::from(value)).unwrap(),
                    Some(id) => engine.send(event, id).unwrap(),
                    None => engine.send(event, ()).unwrap(),
                }
            }
            let found = row(&mut engine, frame);
            let Metrics { scopes, lists, views, .. } = found;
            let of_rows = [lists.created, lists.removed, lists.updated];
            let of_views = [views.inserts, views.removes, views.updates, views.asked];
            let of_scopes = [scopes.live, scopes.dropped, scopes.rejected];
            assert_eq!([&of_rows[..], &of_views, &of_scopes].concat(), expected, "frame {frame}");
            assert_eq!(scopes.created, scopes.dropped + scopes.live);
            rows.push(found);
        }
        assert_eq!((rows[5].inputs_high_water, rows[5].slots), (2, 1));
        let counts = |row: &Metrics| (row.turns, row.scopes, row.lists);
        for back in [2, 0, 5, 3] {
            engine.seek(back).unwrap();
            assert_eq!(counts(&engine.metrics().unwrap()), counts(&rows[back as usize]), "seek to {back}");
        }
    }

    #[test]
    fn rows_are_the_same_on_any_threads() {
        for shipped in PATCHES
            .iter()
            .filter(|shipped| ["drum_machine", "fireworks", "relay", "todos"].contains(&shipped.name))
        {
            let rows = |threads: usize| -> Vec<Metrics> {
                let settings = EngineSettings { threads, ..EngineSettings::default() };
                let mut engine = Engine::fitted(shipped.program().unwrap(), 1.0, settings).unwrap();
                (0..120).map(|index| row(&mut engine, index)).collect()
            };
            let one = rows(1);
            assert!(one.last().unwrap().turns > 0, "{}", shipped.name);
            assert_eq!(one, rows(4), "{}", shipped.name);
        }
    }
}
