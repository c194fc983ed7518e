//! What frames took from the host, as far back as it is known: a frame that is played again takes the same again.
//!
//! Frames take what [`Intake`] sees them take, and the log keeps that by frame. A frame of the log that is played again finds a
//! queue and inputs that hold just this; what the host has sent meanwhile is set aside until a frame comes that is not in
//! the log.
//!
//! **Invariants**
//! - All that frames from `from` up to, without, `end` took is there, but for cues and nudges that a snapshot has.
//! - Nothing here allocates in a frame.

use std::collections::VecDeque;

use super::events::{Events, Queue};
use super::given::Item;
use super::inputs::{Inputs, KeptInputs};
use super::numbers::ArrayRing;
use super::texts::holders::Marker;
use crate::cues::Tag;
use crate::id::DomainId;

/// The most components of arrays that are remembered: 32 MiB.
const ARRAY_NUMBERS_MAX: u64 = 1 << 22;
/// In place of the first frame that is known: none is, until one is evaluated.
const NONE: u64 = u64::MAX;

/// Items by frame, with room for as many as it was given.
#[derive(Debug)]
pub(crate) struct Log {
    items: VecDeque<(u64, Item)>,
    /// What of it are arrays.
    arrays: ArrayRing,
    room: usize,
    is_on: bool,
    from: u64,
    end: u64,
    /// What did not find the room again that it had.
    lost: u64,
    /// The host's, while a frame is played again; else an empty one.
    aside: Queue,
    inputs: KeptInputs,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            items: VecDeque::new(),
            arrays: ArrayRing::default(),
            room: 0,
            is_on: false,
            from: NONE,
            end: 0,
            lost: 0,
            aside: Queue::default(),
            inputs: KeptInputs::default(),
        }
    }
}

impl Log {
    /// With room for so many items, of which each may set all arrays that have so many components, or as many as fit a quarter
    /// of a memory; beside a queue like the host's, and inputs.
    pub(crate) fn fitting(
        room: u32,
        memory: u64,
        of_arrays: usize,
        queue: &Queue,
        inputs: KeptInputs,
    ) -> Self {
        let most = memory / 4 / size_of::<(u64, Item)>() as u64;
        let room = most.min(room.into()) as usize;
        let items = VecDeque::with_capacity(room);
        let most = (memory / 4 / size_of::<f64>() as u64).min(ARRAY_NUMBERS_MAX) as usize;
        let arrays = ArrayRing::with_room(of_arrays.saturating_mul(room).min(most));
        Self { items, arrays, room, is_on: true, aside: queue.like(), inputs, ..Self::default() }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.room * size_of::<(u64, Item)>() + self.arrays.bytes() + self.aside.bytes() + self.inputs.bytes()
    }

    pub(crate) fn is_on(&self) -> bool {
        self.is_on
    }

    /// The first frame that can be played again behind a snapshot.
    pub(crate) fn from(&self) -> u64 {
        self.from
    }

    /// Whether it is known what a frame took.
    pub(crate) fn has(&self, frame: u64) -> bool {
        self.is_on && (self.from..self.end).contains(&frame)
    }

    /// Whether it is known of all frames from the first one on.
    pub(crate) fn has_start(&self) -> bool {
        self.has(0)
    }

    /// Whether frames behind the first one took anything.
    pub(crate) fn has_later_items(&self) -> bool {
        self.items.back().is_some_and(|&(frame, _)| frame > 0)
    }

    /// Of no frame it is known any more what it took, the next one included.
    pub(crate) fn forget(&mut self) {
        self.items.clear();
        self.arrays.clear();
        self.from = NONE;
    }

    /// All frames are evaluated from the first one on, as new ones.
    pub(crate) fn start_over(&mut self) {
        self.items.clear();
        self.arrays.clear();
        (self.from, self.end) = (0, 0);
    }

    /// Frames from one on are other ones now.
    pub(crate) fn end_at(&mut self, frame: u64) {
        if self.end > frame {
            self.end = frame;
            while let Some((_, item)) = self.items.pop_back_if(|&mut (at, _)| at >= frame) {
                if let Item::Value { numbers, .. } = item {
                    self.arrays.drop_last(&numbers);
                }
            }
        }
    }

    /// A new frame is evaluated.
    pub(crate) fn begin(&mut self, frame: u64) {
        self.end = frame + 1;
        if self.from == NONE {
            self.from = self.end;
        }
    }

    /// A frame takes something. Where there is no room, the first frames are not known any more.
    pub(crate) fn push(&mut self, frame: u64, item: Item) {
        if self.is_on && self.make_room(frame) {
            self.items.push_back((frame, item));
        }
    }

    /// A frame takes a value of an input.
    pub(crate) fn push_value(&mut self, frame: u64, (tag, offset): (Tag, u32), parts: [&[f64]; 2]) {
        let count = parts[0].len() + parts[1].len();
        while self.is_on && !self.arrays.fits(count) && frame >= self.from {
            self.drop_first(frame);
        }
        if self.is_on
            && self.make_room(frame)
            && let Some(numbers) = self.arrays.keep(parts)
        {
            self.items.push_back((frame, Item::Value { tag, offset, numbers }));
        }
    }

    /// Whether there is room for one more item of a frame that is known.
    pub(crate) fn make_room(&mut self, frame: u64) -> bool {
        if self.items.len() >= self.room {
            self.drop_first(frame);
        }
        frame >= self.from
    }

    /// Tells which numbers may be those of texts.
    pub(crate) fn mark_texts(&self, marker: &mut Marker<'_>) {
        self.items.iter().for_each(|(_, item)| item.mark_texts(marker));
        self.aside.mark_texts(marker);
        self.inputs.mark_texts(marker);
    }

    /// Of the older half of what frames took it is not known any more. Whether there was anything.
    pub(crate) fn shorten(&mut self) -> bool {
        let left = self.items.len() / 2;
        let had_any = !self.items.is_empty();
        while self.items.len() > left {
            let last = self.end.saturating_sub(1);
            self.drop_first(last);
        }
        had_any
    }

    /// The first frame that took something is not known any more; the one that is evaluated, if there is none.
    fn drop_first(&mut self, frame: u64) {
        let first = self.items.front().map_or(frame, |&(first, _)| first);
        self.from = self.from.max(first + 1);
        while let Some((_, item)) = self.items.pop_front_if(|&mut (at, _)| at == first) {
            if let Item::Value { numbers, .. } = item {
                self.arrays.drop_first(&numbers);
            }
        }
    }
}

/// For events that come too late.
impl Log {
    /// What did not find the room again that it had.
    pub(crate) fn lost(&self) -> u64 {
        self.lost
    }

    /// A frame takes a cue more, as the last one that was sent for it. There must be room. Gives its place.
    pub(crate) fn insert(&mut self, frame: u64, item: Item) -> usize {
        let first = self.items.partition_point(|&(at, _)| at < frame);
        let is_sent_before =
            |&&(at, item): &&(u64, Item)| at == frame && matches!(item, Item::Cue { .. } | Item::Nudge(_));
        let place = first + self.items.iter().skip(first).take_while(is_sent_before).count();
        self.items.insert(place, (frame, item));
        place
    }

    pub(crate) fn remove(&mut self, place: usize) {
        self.items.remove(place);
    }
}

impl Events {
    /// A frame of the log is about to be played again: it finds what it took, and what the host has sent meanwhile is set aside.
    /// Behind a snapshot, cues and nudges are among what was copied. Gives the domains that were nudged.
    pub(crate) fn give_again(
        &mut self,
        frame: u64,
        is_restored: bool,
        inputs: &mut Inputs,
        mut nudge: impl FnMut(DomainId),
    ) {
        let Self { queue, intake, .. } = self;
        std::mem::swap(queue, &mut intake.log.aside);
        inputs.set_aside(&mut intake.log.inputs);
        let first = self.intake.log.items.partition_point(|&(at, _)| at < frame);
        for at in first.. {
            let Some(&(_, item)) = self.intake.log.items.get(at).filter(|&&(at, _)| at == frame) else {
                break;
            };
            match item {
                Item::Cue { .. } | Item::Nudge(_) if is_restored => {}
                Item::Cue { event, at, values } => {
                    let pushed = self.push_for_host(event, at, values);
                    self.intake.log.lost += u64::from(pushed.is_err());
                }
                Item::Nudge(domain) => nudge(domain),
                Item::Value { tag: _, offset, ref numbers } => {
                    let parts = self.intake.log.arrays.get(numbers);
                    if !self.queue.set(offset, parts) {
                        inputs.stage(offset, parts);
                    }
                }
                Item::Event { tag: _, event, values } => {
                    let is_sent = self.queue.send(event, values);
                    self.intake.log.lost += u64::from(!is_sent);
                }
                Item::Canvas(_) => {}
            }
        }
    }

    /// The frame has been played: what the host has sent waits for the next one that is not in the log.
    pub(crate) fn take_back(&mut self, inputs: &mut Inputs) {
        let Self { queue, intake, .. } = self;
        std::mem::swap(queue, &mut intake.log.aside);
        intake.log.aside.clear();
        inputs.take_back(&intake.log.inputs, queue);
    }
}
