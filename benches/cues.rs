//! What a cue costs, scheduled and delivered, beside two straightforward stores: a sorted map of buckets and a binary
//! heap. `cargo bench --bench cues`, on one thread.
//!
//! A store is filled to a depth; then each cue that is delivered schedules the next one. Nanoseconds are per cue.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::hint::black_box;
use std::time::Instant;

use pavane::Flicks;
use pavane::cues::{ChannelId, Cues, Tag};

/// A frame at 60 frames per second.
const FRAME: Flicks = Flicks(11_760_000);
const CHANNEL: ChannelId = ChannelId(0);

/// What a store is asked here.
trait Store {
    fn new(capacity: u32) -> Self;
    fn push(&mut self, tag: Tag, payload: f64);
    /// Delivers the cues of the next tag and schedules another one for each, after a delay; says how many there were.
    fn step(&mut self, delay: impl FnMut(f64) -> Flicks) -> u64;
}

impl Store for Cues<f64> {
    fn new(capacity: u32) -> Self {
        // The cues of a tag are pending until all of it has been delivered.
        Self::new(2 * capacity, &[], FRAME)
    }

    fn push(&mut self, tag: Tag, payload: f64) {
        self.push(tag, CHANNEL, payload).expect("there is room");
    }

    fn step(&mut self, mut delay: impl FnMut(f64) -> Flicks) -> u64 {
        let Some(tag) = self.advance(Flicks(u64::MAX)) else { return 0 };
        let count = self.get_current(tag).len();
        for k in 0..count {
            let payload = self.get_current(tag)[k].payload;
            Store::push(self, tag.after(delay(payload)), payload);
        }
        count as u64
    }
}

/// A bucket per tag.
struct Buckets(BTreeMap<Tag, Vec<(ChannelId, u64, f64)>>, u64);

impl Store for Buckets {
    fn new(_: u32) -> Self {
        Self(BTreeMap::new(), 0)
    }

    fn push(&mut self, tag: Tag, payload: f64) {
        self.1 += 1;
        self.0.entry(tag).or_default().push((CHANNEL, self.1, payload));
    }

    fn step(&mut self, mut delay: impl FnMut(f64) -> Flicks) -> u64 {
        let Some((tag, mut bucket)) = self.0.pop_first() else { return 0 };
        bucket.sort_unstable_by_key(|&(channel, order, _)| (channel, order));
        for &(.., payload) in &bucket {
            self.push(tag.after(delay(payload)), payload);
        }
        bucket.len() as u64
    }
}

/// Cues by tag, channel and order; the payload is its bits.
struct Heap(BinaryHeap<Reverse<(Tag, ChannelId, u64, u64)>>, u64);

impl Store for Heap {
    fn new(capacity: u32) -> Self {
        Self(BinaryHeap::with_capacity(capacity as usize), 0)
    }

    fn push(&mut self, tag: Tag, payload: f64) {
        self.1 += 1;
        self.0.push(Reverse((tag, CHANNEL, self.1, payload.to_bits())));
    }

    fn step(&mut self, mut delay: impl FnMut(f64) -> Flicks) -> u64 {
        let Some(&Reverse((tag, ..))) = self.0.peek() else { return 0 };
        let mut count = 0;
        while let Some(&Reverse((next, .., bits))) = self.0.peek()
            && next == tag
        {
            self.0.pop();
            let payload = f64::from_bits(bits);
            self.push(tag.after(delay(payload)), payload);
            count += 1;
        }
        count
    }
}

/// How long after a cue the next one comes.
type Delay = (&'static str, fn(&mut u64) -> u64);

/// A step of xorshift.
fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

const DELAYS: [Delay; 4] = [
    ("microsteps", |_| 0),
    ("fixed delay", |_| 30 * FRAME.0),
    // Up to 2 s.
    ("random delay", |state| 1 + random(state) % (120 * FRAME.0)),
    ("whole frames", |state| (1 + random(state) % 120) * FRAME.0),
];

/// Cues of a round, a millisecond or less.
const ROUND: u64 = 8_192;

/// How many delays are drawn beforehand, so that none of the time is spent on drawing them. They stay in the L1 cache.
const DRAWN: usize = 1_024;

/// Nanoseconds per cue: the least of some rounds, each short enough that others seldom get in between.
fn measure<S: Store>(depth: u32, delay: fn(&mut u64) -> u64, cues: u64) -> f64 {
    let mut store = S::new(depth);
    let mut state = 0x9e37_79b9_7f4a_7c15;
    // Cues without a delay are all at one instant; others are spread from the start on.
    let spread = delay(&mut state) > 0;
    for k in 0..depth {
        let first = if spread { 1 + random(&mut state) % (120 * FRAME.0) } else { 1 };
        store.push(Tag::at(Flicks(first)), f64::from(k));
    }
    let delays: [Flicks; DRAWN] = std::array::from_fn(|_| Flicks(delay(&mut state)));
    let mut drawn = 0;
    let mut least = f64::INFINITY;
    for _ in 0..cues.div_ceil(ROUND) {
        let start = Instant::now();
        let mut delivered = 0;
        while delivered < ROUND.min(cues) {
            delivered += store.step(|payload| {
                black_box(payload);
                drawn = (drawn + 1) % DRAWN;
                delays[drawn]
            });
        }
        least = least.min(start.elapsed().as_secs_f64() * 1e9 / delivered as f64);
    }
    least
}

fn main() {
    // `cargo test --benches` passes `--test`: then a short run is enough.
    let cues = if std::env::args().any(|arg| arg == "--test") { 100 } else { 2_000_000 };
    println!("{:<13} {:>7} {:>9} {:>9} {:>9}   ns per cue", "", "depth", "cues", "map", "heap");
    for (name, delay) in DELAYS {
        for depth in [1, 16, 1024, 65_536] {
            let ours = measure::<Cues<f64>>(depth, delay, cues);
            let map = measure::<Buckets>(depth, delay, cues);
            let heap = measure::<Heap>(depth, delay, cues);
            println!("{name:<13} {depth:>7} {ours:>9.1} {map:>9.1} {heap:>9.1}");
        }
    }
}
