//! The table of pending cues, a row each, and what each channel has pending. It has all that a snapshot keeps; the
//! calendar only says which row comes when.

use super::cue::{Counters, Cue, CueId, Outcome};
use super::entry::Entry;
use super::rules::{ChannelId, ChannelRules, Policy};
use super::tag::Tag;
use crate::time::Flicks;

/// No row.
pub(super) const NONE: u32 = u32::MAX;
/// What is before a row that is in no list.
const ALONE: u32 = u32::MAX - 1;

/// A cue in its row, or a free row. A row of a small payload is one cache line, not parts of two.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Row<P> {
    /// Its tag and its own number; of a free row [`Entry::NONE`].
    entry: Entry,
    order: u64,
    /// Of the cue that is here, or of the last one that was.
    generation: u32,
    channel: ChannelId,
    /// Its neighbours in the list of its channel or bucket, where it has one; the next free row.
    before: u32,
    after: u32,
    payload: P,
}

#[derive(Clone, Copy, Debug)]
struct Channel {
    rules: ChannelRules,
    conflicts: Conflicts,
    /// The latest offset of a cue that time passed.
    passed: Option<Flicks>,
}

/// How a cue is found that a new one of its channel conflicts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Conflicts {
    Never,
    /// At the same tag: in the bucket of tag and channel.
    SameTag,
    /// Less than a spacing later: the last one of the channel.
    Spacing,
}

impl Conflicts {
    fn of(rules: ChannelRules) -> Self {
        if rules.spacing > Flicks::ZERO {
            return Self::Spacing;
        }
        match rules.policy {
            Policy::Queue => Self::Never,
            Policy::Replace | Policy::Drop | Policy::Coalesce => Self::SameTag,
        }
    }
}

/// Where a new cue belongs.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// In a row of its own, in a list or [`ALONE`].
    Own { tag: Tag, list: u32, outcome: Outcome },
    /// In the row of a pending cue that it replaces or is merged into.
    Taken { row: u32, outcome: Outcome },
    /// Nowhere.
    Dropped,
}

/// What a policy makes of a conflict with a pending cue; none where the new one gets a row of its own or none.
fn taken(policy: Policy, row: u32) -> Option<Place> {
    match policy {
        Policy::Replace => Some(Place::Taken { row, outcome: Outcome::Replaced }),
        Policy::Coalesce => Some(Place::Taken { row, outcome: Outcome::Coalesced }),
        Policy::Queue | Policy::Drop => None,
    }
}

#[derive(Debug)]
pub(super) struct Table<P> {
    /// Rows that were ever used since the start, at most `capacity`.
    rows: Vec<Row<P>>,
    first_free: u32,
    len: u32,
    next_order: u64,
    channels: Vec<Channel>,
    /// The last row of each list: one for each channel, for its cues in order of time if it has a spacing; then the
    /// buckets, for the cues of all channels that may not have two at one tag.
    last: Vec<u32>,
    pub(super) now: Tag,
    /// But for those that time passed: they are the rest.
    pub(super) counters: Counters,
    pub(super) capacity: u32,
}

impl<P: Copy> Table<P> {
    pub(super) fn new(capacity: u32, rules: &[ChannelRules]) -> Self {
        let channel =
            |&rules: &ChannelRules| Channel { rules, conflicts: Conflicts::of(rules), passed: None };
        let channels: Vec<Channel> = rules.iter().map(channel).collect();
        let has_buckets = channels.iter().any(|channel| channel.conflicts == Conflicts::SameTag);
        let buckets = if has_buckets { (capacity as usize).next_power_of_two() } else { 0 };
        Self {
            rows: Vec::with_capacity(capacity as usize),
            first_free: NONE,
            len: 0,
            next_order: 0,
            last: vec![NONE; channels.len() + buckets],
            channels,
            now: Tag::ZERO,
            counters: Counters::default(),
            capacity,
        }
    }

    /// An empty table with as much room.
    pub(super) fn like(&self) -> Self {
        let rules: Vec<ChannelRules> = self.channels.iter().map(|channel| channel.rules).collect();
        Self::new(self.capacity, &rules)
    }

    /// Copies everything but the capacity; allocates nothing where there is room for the rows and channels of `other`.
    pub(super) fn copy_from(&mut self, other: &Self) {
        self.rows.clear();
        self.rows.extend_from_slice(&other.rows);
        self.channels.clear();
        self.channels.extend_from_slice(&other.channels);
        self.last.clear();
        self.last.extend_from_slice(&other.last);
        self.first_free = other.first_free;
        self.len = other.len;
        self.next_order = other.next_order;
        self.now = other.now;
        self.counters = other.counters;
    }

    /// The most cues that were pending together: a row is used for the first time only when none is free.
    pub(super) fn used(&self) -> u32 {
        self.rows.len() as u32
    }

    pub(super) fn counters(&self) -> Counters {
        let Counters { pushed, replaced, coalesced, dropped, cancelled, .. } = self.counters;
        let cleared = pushed - replaced - coalesced - dropped - cancelled - u64::from(self.len);
        Counters { cleared, ..self.counters }
    }

    pub(super) fn len(&self) -> u32 {
        self.len
    }

    pub(super) fn bytes(&self) -> usize {
        self.rows.capacity() * size_of::<Row<P>>()
            + self.channels.capacity() * size_of::<Channel>()
            + self.last.capacity() * size_of::<u32>()
    }

    /// The entries of all pending cues, in no order of time.
    pub(super) fn entries(&self) -> impl Iterator<Item = Entry> {
        self.rows.iter().map(|row| row.entry).filter(|entry| *entry != Entry::NONE)
    }

    /// All pending cues, in no order of time.
    pub(super) fn cues(&self) -> impl Iterator<Item = Cue<P>> {
        self.entries().filter_map(|entry| self.cue(entry))
    }

    /// Whether the cue of an entry still is where it was.
    #[inline]
    pub(super) fn is_pending(&self, entry: Entry) -> bool {
        self.rows[entry.row() as usize].entry == entry
    }

    /// The row of a pending cue.
    pub(super) fn find(&self, id: CueId) -> Option<u32> {
        let row = self.rows.get(id.row as usize)?;
        (row.generation == id.generation && row.entry != Entry::NONE).then_some(id.row)
    }

    /// The cue of an entry, if it still is where it was.
    #[inline]
    pub(super) fn cue(&self, entry: Entry) -> Option<Cue<P>> {
        let row = &self.rows[entry.row() as usize];
        (row.entry == entry).then_some(Cue {
            id: CueId { row: entry.row(), generation: row.generation },
            tag: entry.tag(),
            channel: row.channel,
            order: row.order,
            payload: row.payload,
        })
    }

    pub(super) fn tag(&self, row: u32) -> Tag {
        self.rows[row as usize].entry.tag()
    }

    pub(super) fn channel(&self, row: u32) -> ChannelId {
        self.rows[row as usize].channel
    }

    pub(super) fn id(&self, row: u32) -> CueId {
        CueId { row, generation: self.rows[row as usize].generation }
    }

    pub(super) fn payload_mut(&mut self, row: u32) -> &mut P {
        &mut self.rows[row as usize].payload
    }

    /// Where a new cue belongs by the rules of its channel.
    #[inline]
    pub(super) fn place(&self, tag: Tag, channel: ChannelId) -> Place {
        let own = |list| Place::Own { tag, list, outcome: Outcome::Scheduled };
        let Some(row) = self.channels.get(channel.0 as usize) else { return own(ALONE) };
        match row.conflicts {
            Conflicts::Never => own(ALONE),
            Conflicts::SameTag => {
                let bucket = self.bucket(tag, channel);
                match self.find_in(bucket, tag, channel) {
                    Some(pending) => taken(row.rules.policy, pending).unwrap_or(Place::Dropped),
                    None => own(bucket),
                }
            }
            Conflicts::Spacing => self.place_apart(tag, channel, row),
        }
    }

    /// The pending cue of a channel at a tag, where there is at most one.
    fn find_in(&self, bucket: u32, tag: Tag, channel: ChannelId) -> Option<u32> {
        let mut at = self.last[bucket as usize];
        while let Some(row) = self.rows.get(at as usize) {
            if (row.entry.tag(), row.channel) == (tag, channel) {
                return Some(at);
            }
            at = row.before;
        }
        None
    }

    /// The list of a tag and a channel: the high bits of a product spread them evenly.
    fn bucket(&self, tag: Tag, channel: ChannelId) -> u32 {
        let steps = u64::from(tag.microstep) << 32 | u64::from(channel.0);
        let mixed =
            (tag.offset.0 ^ steps.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xd6e8_feb8_6659_fd93);
        let buckets = self.last.len() - self.channels.len();
        (self.channels.len() + ((mixed >> 32) as usize & (buckets - 1))) as u32
    }

    /// With a spacing a channel goes forward only.
    fn place_apart(&self, tag: Tag, channel: ChannelId, row: &Channel) -> Place {
        let last = self.last[channel.0 as usize];
        let pending = self.rows.get(last as usize);
        let before = pending.map(|pending| pending.entry.offset()).or(row.passed);
        let earliest = before.map_or(0, |before| before.0.saturating_add(row.rules.spacing.0));
        if tag.offset.0 >= earliest {
            return Place::Own { tag, list: channel.0, outcome: Outcome::Scheduled };
        }
        let moved = Place::Own { tag: Tag::at(Flicks(earliest)), list: channel.0, outcome: Outcome::Moved };
        match row.rules.policy {
            Policy::Drop => Place::Dropped,
            policy if pending.is_some() => taken(policy, last).unwrap_or(moved),
            Policy::Queue | Policy::Replace | Policy::Coalesce => moved,
        }
    }

    /// A new cue in a row of its own; the caller has made sure that there is room.
    #[inline]
    pub(super) fn insert(&mut self, tag: Tag, channel: ChannelId, payload: P, list: u32) -> (CueId, Entry) {
        let (free, order) = (self.first_free, self.next_order);
        self.next_order += 1;
        self.len += 1;
        let new = |row: u32, generation: u32| {
            let entry = Entry::new(tag, row);
            Row { entry, order, generation, channel, before: ALONE, after: NONE, payload }
        };
        let (row, generation) = match self.rows.get_mut(free as usize) {
            Some(row) => {
                let generation = row.generation.wrapping_add(1).max(1);
                self.first_free = row.after;
                *row = new(free, generation);
                (free, generation)
            }
            None => {
                let row = self.rows.len() as u32;
                self.rows.push(new(row, 1));
                (row, 1)
            }
        };
        if list != ALONE {
            self.link(row, list);
        }
        (CueId { row, generation }, Entry::new(tag, row))
    }

    /// Gives a cue that was unlinked another tag, as if it had been pushed there now.
    pub(super) fn move_to(&mut self, row: u32, tag: Tag, list: u32) -> Entry {
        let entry = Entry::new(tag, row);
        let at = &mut self.rows[row as usize];
        at.entry = entry;
        at.order = self.next_order;
        self.next_order += 1;
        if list != ALONE {
            self.link(row, list);
        }
        entry
    }

    /// Takes a cue out.
    pub(super) fn remove(&mut self, row: u32) {
        self.unlink(row);
        self.free(row);
    }

    /// Takes the cue of an entry out, if it still is where it was: time has passed it.
    #[inline]
    pub(super) fn pass(&mut self, entry: Entry) {
        let row = &mut self.rows[entry.row() as usize];
        if row.entry != entry {
            return;
        }
        if row.before != ALONE {
            return self.pass_in_list(entry);
        }
        row.entry = Entry::NONE;
        row.after = std::mem::replace(&mut self.first_free, entry.row());
        self.len -= 1;
    }

    fn pass_in_list(&mut self, entry: Entry) {
        let channel = self.rows[entry.row() as usize].channel;
        let passed = &mut self.channels[channel.0 as usize].passed;
        *passed = (*passed).max(Some(entry.offset()));
        self.remove(entry.row());
    }

    /// Makes the row of a cue that was unlinked free.
    #[inline]
    pub(super) fn free(&mut self, row: u32) {
        let at = &mut self.rows[row as usize];
        at.entry = Entry::NONE;
        at.after = self.first_free;
        self.first_free = row;
        self.len -= 1;
    }

    /// Appends a cue to a list.
    fn link(&mut self, row: u32, list: u32) {
        let before = std::mem::replace(&mut self.last[list as usize], row);
        if let Some(before) = self.rows.get_mut(before as usize) {
            before.after = row;
        }
        let at = &mut self.rows[row as usize];
        at.before = before;
        at.after = NONE;
    }

    /// Takes a cue out of its list, where it has one.
    pub(super) fn unlink(&mut self, row: u32) {
        let Row { entry, channel, before, after, .. } = self.rows[row as usize];
        if before == ALONE {
            return;
        }
        if let Some(after) = self.rows.get_mut(after as usize) {
            after.before = before;
        } else if self.channels[channel.0 as usize].conflicts == Conflicts::Spacing {
            self.last[channel.0 as usize] = before;
        } else {
            let bucket = self.bucket(entry.tag(), channel);
            self.last[bucket as usize] = before;
        }
        if let Some(before) = self.rows.get_mut(before as usize) {
            before.after = after;
        }
    }

    /// Everything is free and time at its start again; generations, orders and counters continue.
    pub(super) fn clear(&mut self) {
        self.first_free = NONE;
        for (index, row) in self.rows.iter_mut().enumerate().rev() {
            row.entry = Entry::NONE;
            row.after = self.first_free;
            self.first_free = index as u32;
        }
        self.last.fill(NONE);
        for channel in &mut self.channels {
            channel.passed = None;
        }
        self.len = 0;
        self.now = Tag::ZERO;
    }
}
