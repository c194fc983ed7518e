//! What frames do, in numbers: a row per frame, for tests and for those who look for what a run spends its turns on.
//!
//! Rows depend on the program, its inputs and its seed alone, as frames do: they are the same on any machine and at any
//! number of threads. Counts are sums up to the frame, so the difference of two rows is what happened between
//! them. Those of inputs continue over a swap; the others are of the program that runs now, and go back with a seek.

use serde::Serialize;

use super::events::{Events, InputCounters};
use super::{Elements, Engine};
use crate::cues::Counters;

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
    /// The elements of all domains.
    pub elements: ElementCounters,
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
    /// Births for which there was no room.
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
        let events = self.world.resource::<Events>();
        let mut elements = ElementCounters::default();
        for set in self.world.resource::<Elements>().sets.iter() {
            elements.living += u64::from(set.living);
            elements.lingering += u64::from(set.lingering);
            elements.born += set.births_so_far().0;
            elements.refused += set.births.refused;
            elements.evicted += set.births.evicted;
        }
        Some(Metrics {
            frame: self.at?,
            turns: events.turn,
            pending: events.cues.len() as u64,
            pending_high_water: events.cues.high_water().into(),
            cues: events.cues.counters(),
            inputs: events.queue.counters,
            elements,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::program;
    use super::super::{Engine, EngineSettings};
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
    fn rows_are_the_same_on_any_threads() {
        for shipped in
            PATCHES.iter().filter(|shipped| ["drum_machine", "fireworks", "relay"].contains(&shipped.name))
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
