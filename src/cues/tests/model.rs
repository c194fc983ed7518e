//! What the store should do, said by a sorted map.

use std::collections::BTreeMap;

use super::super::*;
use crate::time::Flicks;

/// Pending cues by tag, channel and order.
#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) pending: BTreeMap<(Tag, ChannelId, u64), (CueId, f64)>,
    pub(super) now: Tag,
    pub(super) counters: Counters,
    /// Whether the current tag was given by `advance`.
    pub(super) is_given: bool,
    capacity: usize,
    rules: Vec<ChannelRules>,
    /// By channel.
    passed: Vec<Option<Flicks>>,
    order: u64,
}

type Key = (Tag, ChannelId, u64);

fn cue((&(tag, channel, order), &(id, payload)): (&Key, &(CueId, f64))) -> Cue<f64> {
    Cue { id, tag, channel, order, payload }
}

impl Model {
    pub(super) fn new(capacity: u32, rules: &[ChannelRules]) -> Self {
        Self {
            pending: BTreeMap::new(),
            now: Tag::ZERO,
            counters: Counters::default(),
            is_given: false,
            capacity: capacity as usize,
            rules: rules.to_vec(),
            passed: vec![None; rules.len()],
            order: 0,
        }
    }

    fn key_of(&self, id: CueId) -> Option<Key> {
        self.pending.iter().find(|(_, (known, _))| *known == id).map(|(key, _)| *key)
    }

    /// Where a cue belongs: its tag and, where it meets one that is pending, that one.
    fn place(&self, tag: Tag, channel: ChannelId) -> (Tag, Option<Key>, Outcome) {
        let rules = self.rules.get(channel.0 as usize).copied().unwrap_or_default();
        let of_channel = || self.pending.keys().filter(|key| key.1 == channel);
        let meets = if rules.spacing == Flicks::ZERO {
            of_channel().find(|key| key.0 == tag).map(|key| (key.0.offset, Some(*key)))
        } else {
            let last = of_channel().next_back().map(|key| (key.0.offset, Some(*key)));
            let last = last.or_else(|| self.passed[channel.0 as usize].map(|passed| (passed, None)));
            last.filter(|(last, _)| tag.offset.0 < last.0 + rules.spacing.0)
        };
        let Some((last, pending)) = meets else { return (tag, None, Outcome::Scheduled) };
        match (rules.policy, pending) {
            (Policy::Queue, _) if rules.spacing == Flicks::ZERO => (tag, None, Outcome::Scheduled),
            (Policy::Replace, Some(_)) => (tag, pending, Outcome::Replaced),
            (Policy::Coalesce, Some(_)) => (tag, pending, Outcome::Coalesced),
            (Policy::Drop, _) => (tag, None, Outcome::Dropped),
            (Policy::Queue | Policy::Replace | Policy::Coalesce, _) => {
                (Tag::at(Flicks(last.0 + rules.spacing.0)), None, Outcome::Moved)
            }
        }
    }

    /// `new_id` is of a cue with a row of its own.
    fn put(&mut self, tag: Tag, channel: ChannelId, payload: f64, new_id: CueId) -> Pushed {
        let (tag, pending, outcome) = self.place(tag, channel);
        match outcome {
            Outcome::Scheduled => {}
            Outcome::Moved => self.counters.moved += 1,
            Outcome::Replaced => self.counters.replaced += 1,
            Outcome::Coalesced => self.counters.coalesced += 1,
            Outcome::Dropped => {
                self.counters.dropped += 1;
                return Pushed { id: CueId::NONE, tag, outcome };
            }
        }
        if let Some(key) = pending {
            let (id, old) = self.pending.get_mut(&key).expect("it was found");
            *old = if outcome == Outcome::Coalesced { *old + payload } else { payload };
            return Pushed { id: *id, tag: key.0, outcome };
        }
        assert!(self.key_of(new_id).is_none(), "{new_id:?} is given twice");
        self.pending.insert((tag, channel, self.order), (new_id, payload));
        self.order += 1;
        Pushed { id: new_id, tag, outcome }
    }

    /// What a push should answer, given the id that the store answered.
    pub(super) fn push(
        &mut self,
        tag: Tag,
        channel: ChannelId,
        payload: f64,
        new_id: CueId,
    ) -> Result<Pushed, PushError> {
        if tag < self.now {
            return Err(PushError::Late(Late { asked: tag, now: self.now }));
        }
        let outcome = self.place(tag, channel).2;
        let is_own = matches!(outcome, Outcome::Scheduled | Outcome::Moved);
        if is_own && self.pending.len() >= self.capacity {
            return Err(PushError::Full(Full { capacity: self.capacity as u32 }));
        }
        self.counters.pushed += 1;
        Ok(self.put(tag, channel, payload, new_id))
    }

    pub(super) fn reschedule(&mut self, id: CueId, tag: Tag) -> Result<Pushed, RescheduleError> {
        let key = self.key_of(id).ok_or(RescheduleError::NotPending)?;
        if tag < self.now {
            return Err(RescheduleError::Late(Late { asked: tag, now: self.now }));
        }
        let (_, payload) = self.pending.remove(&key).expect("it was found");
        self.counters.rescheduled += 1;
        Ok(self.put(tag, key.1, payload, id))
    }

    pub(super) fn cancel(&mut self, id: CueId) -> bool {
        let key = self.key_of(id);
        self.counters.cancelled += u64::from(key.is_some());
        key.is_some_and(|key| self.pending.remove(&key).is_some())
    }

    pub(super) fn clear_older_than(&mut self, tag: Tag) {
        while let Some(first) = self.pending.first_entry()
            && first.key().0 < tag
        {
            let ((tag, channel, _), _) = first.remove_entry();
            self.counters.cleared += 1;
            if let Some(passed) = self.passed.get_mut(channel.0 as usize) {
                *passed = (*passed).max(Some(tag.offset));
            }
        }
        self.is_given &= tag <= self.now;
        self.now = self.now.max(tag);
    }

    pub(super) fn advance(&mut self, until: Flicks) -> Option<Tag> {
        if self.is_given {
            self.clear_older_than(self.now.next());
        }
        let next = self.pending.first_key_value().map(|(key, _)| key.0);
        let next = next.filter(|next| next.offset <= until)?;
        self.clear_older_than(next);
        self.is_given = true;
        Some(next)
    }

    pub(super) fn clear(&mut self) {
        self.counters.cleared += self.pending.len() as u64;
        self.pending.clear();
        self.passed.fill(None);
        self.now = Tag::ZERO;
        self.is_given = false;
    }

    pub(super) fn next_microstep(&self, offset: Flicks, min: u32) -> u32 {
        if offset < self.now.offset {
            return min;
        }
        let highest =
            self.pending.keys().filter(|key| key.0.offset == offset).map(|key| key.0.microstep).max();
        let least = if offset == self.now.offset { self.now.microstep.max(min) } else { min };
        highest.map_or(least, |highest| least.max(highest.saturating_add(1)))
    }

    pub(super) fn get_current(&self, tag: Tag) -> Vec<Cue<f64>> {
        let all = self.pending.range((tag, ChannelId(0), 0)..=(tag, ChannelId(u32::MAX), u64::MAX));
        all.map(cue).collect()
    }

    pub(super) fn cues(&self) -> Vec<Cue<f64>> {
        self.pending.iter().map(cue).collect()
    }
}
