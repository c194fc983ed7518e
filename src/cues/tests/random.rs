//! A million random operations on the store and on a sorted map.

use super::super::*;
use super::model::Model;
use crate::time::Flicks;

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
}

const SLOT: Flicks = Flicks(1024);

/// The store beside its model, and what both are asked.
struct Run {
    random: Random,
    cues: Cues<f64>,
    model: Model,
    saved: (Snapshot<f64>, Model),
    ids: Vec<CueId>,
    channels: u64,
}

impl Run {
    fn new(seed: u64, capacity: u32) -> Self {
        let policies = [Policy::Queue, Policy::Replace, Policy::Drop, Policy::Coalesce];
        let spacings = [0, 1, 700, 50_000].map(Flicks);
        let rules: Vec<_> = policies
            .iter()
            .flat_map(|&policy| spacings.map(|spacing| ChannelRules { policy, spacing }))
            .collect();
        let cues = Cues::new(capacity, &rules, SLOT);
        let model = Model::new(capacity, &rules);
        let saved = (cues.new_snapshot(), model.clone());
        // One channel has no rules.
        Self {
            random: Random(seed),
            cues,
            model,
            saved,
            ids: vec![CueId::NONE],
            channels: rules.len() as u64 + 1,
        }
    }

    /// Now, or at any distance; seldom in the past.
    fn tag(&mut self) -> Tag {
        let now = self.model.now;
        let random = &mut self.random;
        let far = [1, 3, 200, SLOT.0, 20 * SLOT.0, 250 * SLOT.0, 300 * SLOT.0, 5_000 * SLOT.0];
        let far = far[random.below(far.len() as u64) as usize];
        let distance = random.below(far);
        let microstep = [0, 1, 2, random.next() as u32][random.below(4) as usize];
        match random.below(20) {
            0 => Tag::new(Flicks(now.offset.0.saturating_sub(distance)), microstep),
            1..4 => now.next(),
            4..6 => now,
            6..9 => Tag::new(now.offset, now.microstep.saturating_add(random.below(4) as u32)),
            // Whole slots, so that many have the same tag.
            9..12 => Tag::at(Flicks((now.offset.0 + distance).next_multiple_of(SLOT.0))),
            _ => Tag::new(Flicks(now.offset.0 + distance), microstep),
        }
    }

    /// A tag that is pending, mostly.
    fn pending_tag(&mut self) -> Tag {
        let n = self.model.pending.len();
        if n == 0 || self.random.below(8) == 0 {
            return self.tag();
        }
        let k = self.random.below(n as u64) as usize;
        self.model.pending.keys().nth(k).expect("there are more").0
    }

    fn id(&mut self) -> CueId {
        let n = self.ids.len();
        let newest = self.random.below(n.min(40) as u64) as usize;
        self.ids[n - 1 - newest]
    }

    fn push(&mut self) {
        let (tag, channel) = (self.tag(), ChannelId(self.random.below(self.channels) as u32));
        let payload = self.random.below(1000) as f64;
        let found = self.cues.push(tag, channel, payload);
        let id = found.map_or(CueId::NONE, |pushed| pushed.id);
        assert_eq!(found, self.model.push(tag, channel, payload, id));
        self.ids.push(id);
    }

    fn read(&mut self) {
        let next = self.model.pending.first_key_value().map(|(key, _)| key.0);
        assert_eq!(self.cues.next_tag(), next);
        let tag = match next {
            Some(next) if self.random.below(3) > 0 => next,
            Some(_) | None => self.pending_tag(),
        };
        assert_eq!(self.cues.get_current(tag), self.model.get_current(tag), "at {tag}");
    }

    fn prune(&mut self) {
        let next = self.model.pending.first_key_value().map(|(key, _)| key.0);
        let tag = match (self.random.below(16), next) {
            (0, _) => self.tag(),
            (1, _) => self.pending_tag(),
            (2..8, Some(next)) => next,
            (_, Some(next)) => next.next(),
            (_, None) => return,
        };
        self.cues.clear_older_than(tag);
        self.model.clear_older_than(tag);
    }

    /// To the next tag, or to none where it is too far.
    fn advance(&mut self) {
        let until = if self.random.below(4) == 0 { self.tag().offset } else { Flicks(u64::MAX) };
        let found = self.cues.advance(until);
        assert_eq!(found, self.model.advance(until));
        if let Some(tag) = found {
            assert_eq!(self.cues.get_current(tag), self.model.get_current(tag), "at {tag}");
        }
    }

    fn move_or_cancel(&mut self) {
        let id = self.id();
        if self.random.below(3) == 0 {
            assert_eq!(self.cues.cancel(id), self.model.cancel(id));
        } else {
            let tag = self.tag();
            assert_eq!(self.cues.reschedule(id, tag), self.model.reschedule(id, tag));
        }
    }

    fn ask_for_a_microstep(&mut self) {
        let (tag, min) = (self.pending_tag(), self.random.below(4) as u32);
        assert_eq!(
            self.cues.next_microstep(tag.offset, min),
            self.model.next_microstep(tag.offset, min),
            "at {tag}"
        );
    }

    fn save_or_restore(&mut self) {
        if self.random.below(2) == 0 {
            self.cues.snapshot(&mut self.saved.0);
            self.saved.1.clone_from(&self.model);
        } else {
            self.cues.restore(&self.saved.0);
            self.model.clone_from(&self.saved.1);
            self.model.is_given = false;
        }
    }

    fn step(&mut self) {
        match self.random.below(1000) {
            0..440 => self.push(),
            440..640 => self.read(),
            640..710 => self.prune(),
            710..780 => self.advance(),
            780..900 => self.move_or_cancel(),
            900..980 => self.ask_for_a_microstep(),
            980..999 => self.save_or_restore(),
            _ => {
                if self.random.below(20) == 0 {
                    self.cues.clear();
                    self.model.clear();
                }
            }
        }
        assert_eq!(self.cues.len(), self.model.pending.len());
        assert_eq!(self.cues.now(), self.model.now);
        assert_eq!(self.cues.counters(), self.model.counters);
    }

    /// Reads everything that is left.
    fn finish(&mut self) {
        let counters = self.cues.counters();
        let Counters { pushed, replaced, coalesced, dropped, cancelled, cleared, .. } = counters;
        let pending = self.cues.len() as u64;
        assert_eq!(pushed, replaced + coalesced + dropped + cancelled + cleared + pending);
        let mut cues: Vec<Cue<f64>> = self.cues.pending().collect();
        cues.sort_by_key(|cue| (cue.tag, cue.channel, cue.order));
        assert_eq!(cues, self.model.cues());
        while let Some(tag) = self.cues.next_tag() {
            assert_eq!(self.cues.get_current(tag), self.model.get_current(tag), "at {tag}");
            self.cues.clear_older_than(tag.next());
            self.model.clear_older_than(tag.next());
        }
        assert!(self.model.pending.is_empty());
    }
}

#[test]
fn a_million_random_operations_do_as_a_sorted_map() {
    for (seed, capacity, steps) in [(1, 64, 500_000), (2, 5, 200_000), (3, 1, 100_000), (4, 600, 200_000)] {
        let mut run = Run::new(seed, capacity);
        let bytes = run.cues.bytes();
        for _ in 0..steps {
            run.step();
        }
        run.finish();
        assert_eq!(run.cues.bytes(), bytes);
        if capacity > 5 {
            let counters = run.cues.counters();
            let Counters { moved, replaced, coalesced, dropped, cancelled, rescheduled, .. } = counters;
            let least = [moved, replaced, coalesced, dropped, cancelled, rescheduled].into_iter().min();
            assert!(least > Some(500), "too little of something: {counters:?}");
        }
    }
}
