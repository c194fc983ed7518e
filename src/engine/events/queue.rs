//! What the host has sent since the last frame, in the order in which it was sent.
//!
//! Events are never lost in silence: what has no room is an error to the host. Of input values the latest counts, and of
//! events that are gathered the latest or the sum, but none is moved past an event of which each one counts: what was set before
//! a click is there when the click happens.

use std::collections::VecDeque;

use super::super::numbers::{ArrayRing, Numbers};
use super::super::plan::Plan;
use super::super::texts::holders::Marker;
use crate::id::{EventId, Table};
use crate::program::{Channel, Event, EventSource, Gather, ProgramData};

/// Something that the host has sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Sent {
    /// Components of inputs from an offset on.
    Set {
        offset: u32,
        numbers: Numbers,
    },
    Event {
        event: EventId,
        values: [f64; 4],
    },
}

/// What became of what the host has sent: events, and values of inputs.
///
/// `received = emitted + coalesced + deduplicated + carried + rejected`, always.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct InputCounters {
    /// Everything that was sent.
    pub received: u64,
    /// What became of it an occurrence of an event, or the value of an input.
    pub emitted: u64,
    /// Values of inputs for which a later one was sent before anybody could see them, and events that went into a later one.
    pub coalesced: u64,
    /// Values of inputs that were what the input had anyway.
    pub deduplicated: u64,
    /// What waits for the next frame.
    pub carried: u64,
    /// Events for which there was no room: the host was told.
    pub rejected: u64,
}

/// A queue of bounded length.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    items: VecDeque<Sent>,
    /// What arrays are set to behind events.
    pub(crate) arrays: ArrayRing,
    /// The most events that wait, and the most that happen in one frame.
    most: usize,
    events: usize,
    /// How many items were taken so far: the number of the first one.
    taken: u64,
    /// The number of the last event of which each one counts.
    last_event: Option<u64>,
    /// Per event, what becomes of several, and the number of the last one where they are gathered.
    gathered: Table<EventId, (Gather, u64)>,
    /// Per component of the inputs, the number of the last item that sets it.
    latest: Vec<u64>,
    /// Per component of the inputs, whether a value is staged that no frame has seen.
    staged: Vec<bool>,
    pub(crate) counters: InputCounters,
    /// The most events that ever waited.
    #[cfg(feature = "metrics")]
    pub(crate) high_water: usize,
}

/// How many times all arrays can be set behind events of one frame.
const ARRAYS_SET: usize = 16;
/// No item.
const NONE: u64 = u64::MAX;

impl Queue {
    /// For as many events in a frame; as many again may wait for the next.
    pub(crate) fn new(most: u32, plan: &Plan) -> Self {
        let components: u32 = plan.program.data().channels.iter().map(Channel::components).sum();
        let of_arrays = components_of_arrays(plan.program.data()) * ARRAYS_SET;
        let channels = plan.program.data().channels.len();
        let most = most as usize;
        // Between two events every channel is set once.
        let room = if most == 0 { 0 } else { (2 * most).saturating_mul(channels.min(4) + 1) };
        Self {
            items: VecDeque::with_capacity(room),
            arrays: ArrayRing::with_room(if most == 0 { 0 } else { of_arrays }),
            most,
            events: 0,
            taken: 0,
            last_event: None,
            gathered: plan.program.data().events.iter().map(|event| (gather(event), NONE)).collect(),
            latest: vec![NONE; components as usize],
            staged: vec![false; components as usize],
            counters: InputCounters::default(),
            #[cfg(feature = "metrics")]
            high_water: 0,
        }
    }

    /// The most items that wait, events and values together.
    pub(crate) fn room(&self) -> usize {
        self.items.capacity()
    }

    /// Whether it takes another event, or value behind one. Where there are no events, it takes all that there is.
    pub(crate) fn has_room(&self) -> bool {
        self.most == 0 || (self.events < self.capacity() && self.items.len() < self.items.capacity())
    }

    pub(crate) fn bytes(&self) -> usize {
        self.items.capacity() * size_of::<Sent>()
            + self.arrays.bytes()
            + self.latest.len() * (size_of::<u64>() + 1)
            + self.gathered.len() * size_of::<(Gather, u64)>()
    }

    /// Tells which numbers may be those of texts: no array has any.
    pub(crate) fn mark_texts(&self, marker: &mut Marker<'_>) {
        for item in &self.items {
            match item {
                Sent::Set { numbers, .. } => marker.numbers(numbers.few()),
                Sent::Event { values, .. } => marker.numbers(values),
            }
        }
    }

    /// Whether a value is staged for the channel that begins at a component.
    pub(crate) fn has_staged(&self, offset: u32) -> bool {
        self.staged[offset as usize]
    }

    /// Whether nothing waits but values that are staged.
    pub(crate) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// An empty one with the same room.
    pub(crate) fn like(&self) -> Self {
        Self {
            items: VecDeque::with_capacity(self.items.capacity()),
            arrays: ArrayRing::with_room(self.arrays.room()),
            most: self.most,
            gathered: self.gathered.iter().map(|&(gather, _)| (gather, NONE)).collect(),
            latest: vec![NONE; self.latest.len()],
            staged: vec![false; self.staged.len()],
            ..Self::default()
        }
    }

    /// Nothing waits.
    pub(crate) fn clear(&mut self) {
        self.items.clear();
        self.arrays.clear();
        self.staged.fill(false);
        (self.events, self.last_event) = (0, None);
        self.latest.fill(NONE);
        self.gathered.iter_mut().for_each(|(_, last)| *last = NONE);
    }

    /// The most events that happen in one frame.
    pub(crate) fn most_per_frame(&self) -> usize {
        self.most
    }

    /// The most events that may wait.
    pub(crate) fn capacity(&self) -> usize {
        2 * self.most
    }

    /// Sends an event. Whether there was room.
    pub(crate) fn send(&mut self, event: EventId, values: [f64; 4]) -> bool {
        self.counters.received += 1;
        if self.gather(event, values) {
            self.counters.coalesced += 1;
            return true;
        }
        let has_room = self.most > 0 && self.has_room();
        if has_room {
            let number = self.taken + self.items.len() as u64;
            match &mut self.gathered[event] {
                (Gather::Each, _) => self.last_event = Some(number),
                (Gather::Latest | Gather::Sum, last) => *last = number,
            }
            self.items.push_back(Sent::Event { event, values });
            self.events += 1;
            #[cfg(feature = "metrics")]
            {
                self.high_water = self.high_water.max(self.events);
            }
            self.counters.carried += 1;
        } else {
            self.counters.rejected += 1;
        }
        has_room
    }

    /// Puts an event into one that waits, behind the last of which each one counts.
    fn gather(&mut self, event: EventId, values: [f64; 4]) -> bool {
        let (gather, number) = self.gathered[event];
        if !self.is_behind_events(number) {
            return false;
        }
        let Some(Sent::Event { values: waiting, .. }) = self.items.get_mut((number - self.taken) as usize)
        else {
            return false;
        };
        match gather {
            Gather::Each => return false,
            Gather::Latest => *waiting = values,
            Gather::Sum => waiting.iter_mut().zip(values).for_each(|(sum, value)| *sum += value),
        }
        true
    }

    /// Whether an item waits, and nothing of which each one counts is behind it.
    fn is_behind_events(&self, number: u64) -> bool {
        number != NONE && number >= self.taken && self.last_event.is_none_or(|event| number > event)
    }

    /// Notes that an input was given a value. `false` where no event is before it, so that it is the frame's at its time.
    pub(crate) fn set(&mut self, offset: u32, parts: [&[f64]; 2]) -> bool {
        self.counters.received += 1;
        if self.last_event.is_some() && self.set_in_order(offset, parts) {
            return true;
        }
        match std::mem::replace(&mut self.staged[offset as usize], true) {
            true => self.counters.coalesced += 1,
            false => self.counters.carried += 1,
        }
        false
    }

    /// Sets an input behind the last event. Whether there was room: else the value is seen, but sooner.
    fn set_in_order(&mut self, offset: u32, parts: [&[f64]; 2]) -> bool {
        let known = self.latest[offset as usize];
        if self.is_behind_events(known)
            && let Some(Sent::Set { numbers, .. }) = self.items.get_mut((known - self.taken) as usize)
        {
            self.arrays.replace(numbers, parts);
            self.counters.coalesced += 1;
            return true;
        }
        if self.items.len() >= self.items.capacity() {
            return false;
        }
        let Some(numbers) = self.arrays.keep(parts) else { return false };
        self.latest[offset as usize] = self.taken + self.items.len() as u64;
        self.items.push_back(Sent::Set { offset, numbers });
        self.counters.carried += 1;
        true
    }

    /// What comes next, of at most so many events.
    pub(crate) fn take(&mut self, most: &mut usize) -> Option<Sent> {
        if let Sent::Event { .. } = self.items.front()? {
            *most = most.checked_sub(1)?;
            self.events -= 1;
            self.counters.emitted += 1;
            self.counters.carried -= 1;
        }
        self.taken += 1;
        let item = self.items.pop_front();
        if self.last_event.is_some_and(|last| last < self.taken) && self.items.is_empty() {
            self.last_event = None;
        }
        item
    }

    /// A value of an input was taken over: whether it was another one.
    pub(crate) fn applied(&mut self, is_other: bool) {
        self.counters.carried -= 1;
        match is_other {
            true => self.counters.emitted += 1,
            false => self.counters.deduplicated += 1,
        }
    }

    /// What was staged for the channel that begins at a component is seen by a frame; `is_other` says whether it is another value
    /// than before.
    pub(crate) fn publish(&mut self, offset: u32, is_other: impl FnOnce() -> bool) {
        if std::mem::take(&mut self.staged[offset as usize]) {
            self.applied(is_other());
        }
    }

    /// What was staged is what inputs had anyway.
    pub(crate) fn publish_nothing(&mut self) {
        for offset in 0..self.staged.len() as u32 {
            self.publish(offset, || false);
        }
    }

    /// Continues what an earlier queue has; `event` says where each is now, and `input` of a component where it is, and how many
    /// the channel has that begins there. What has no place any more is rejected.
    pub(crate) fn follow(
        &mut self,
        old: &mut Self,
        event: impl Fn(EventId) -> Option<EventId>,
        input: impl Fn(u32) -> Option<[u32; 2]>,
    ) {
        self.counters = InputCounters { carried: 0, ..old.counters };
        #[cfg(feature = "metrics")]
        {
            self.high_water = old.high_water;
        }
        for (from, &is_staged) in (0..).zip(&old.staged) {
            match input(from).filter(|_| is_staged) {
                Some([to, _]) => {
                    self.staged[to as usize] = true;
                    self.counters.carried += 1;
                }
                None => self.counters.rejected += u64::from(is_staged),
            }
        }
        for item in old.items.drain(..) {
            let is_kept = match item {
                Sent::Event { event: from, values } => match event(from) {
                    Some(to) => {
                        // It is counted there, with whether there is room.
                        self.counters.received -= 1;
                        self.send(to, values);
                        true
                    }
                    None => false,
                },
                Sent::Set { offset, numbers } => {
                    let parts = old.arrays.get(&numbers);
                    let is_whole = |&[_, count]: &[u32; 2]| count as usize == parts[0].len() + parts[1].len();
                    input(offset).filter(is_whole).is_some_and(|[to, _]| self.set_in_order(to, parts))
                }
            };
            self.counters.rejected += u64::from(!is_kept);
        }
    }
}

/// The components of all channels that are arrays.
pub(crate) fn components_of_arrays(data: &ProgramData) -> usize {
    let arrays = data.channels.iter().filter(|channel| channel.count.is_some());
    arrays.map(|channel| channel.components() as usize).sum()
}

/// What becomes of several of an event.
fn gather(event: &Event) -> Gather {
    match event.source {
        EventSource::Host { gather } => gather,
        EventSource::Every { .. }
        | EventSource::Timer { .. }
        | EventSource::Rise { .. }
        | EventSource::Change { .. }
        | EventSource::Wrap { .. }
        | EventSource::Hover { .. }
        | EventSource::Reactions {} => Gather::Each,
    }
}
