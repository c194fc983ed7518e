//! Elements that events have borne since the frame before, until their domain takes them.

use std::collections::VecDeque;

use crate::program::Full;
use crate::time::Flicks;

/// An element that an event bore.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Newborn {
    /// Its number of birth, from 1.
    pub(crate) number: u64,
    pub(crate) birth: Flicks,
    /// How long it lives.
    pub(crate) seconds: f64,
}

/// Those of one domain, in the order of time. No more than the domain has room for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Newborns {
    queue: VecDeque<Newborn>,
    /// What each of them took of its turn, `width` numbers each.
    taken: VecDeque<f64>,
    width: usize,
    room: usize,
    evicts: bool,
    /// Births so far, those without room included.
    number: u64,
    /// Births without room, and those that later ones took the room of.
    refused: u64,
    evicted: u64,
}

impl Newborns {
    pub(crate) fn new(room: u32, width: usize, full: Full) -> Self {
        let room = room as usize;
        Self {
            queue: VecDeque::with_capacity(room),
            taken: VecDeque::with_capacity(room * width),
            width,
            room,
            evicts: full == Full::Evict,
            ..Self::default()
        }
    }

    pub(crate) fn bytes(room: u32, width: usize) -> usize {
        room as usize * (size_of::<Newborn>() + width * size_of::<f64>())
    }

    /// What those that wait took of their turns.
    pub(crate) fn all_taken(&self) -> impl Iterator<Item = &f64> {
        self.taken.iter()
    }

    /// As before the first frame, or behind so many births.
    pub(crate) fn reset(&mut self, number: u64) {
        self.queue.clear();
        self.taken.clear();
        (self.number, self.refused, self.evicted) = (number, 0, 0);
    }

    /// Takes over what later births depend on. Between two frames none waits.
    pub(crate) fn copy_from(&mut self, other: &Self) {
        let Self { queue: _, taken: _, width: _, room: _, evicts: _, number, refused, evicted } = *other;
        self.queue.clear();
        self.taken.clear();
        (self.number, self.refused, self.evicted) = (number, refused, evicted);
    }

    /// Births so far.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Counts a birth. Gives its number.
    pub(crate) fn count(&mut self) -> u64 {
        self.number += 1;
        self.number
    }

    /// Of so many births at once, those that there cannot be room for are counted. Gives how many are left.
    pub(crate) fn limit(&mut self, births: u32) -> u32 {
        let surplus = births.saturating_sub(self.room as u32);
        // The oldest make room, or the youngest find none. Which number is whose does not matter for these.
        self.number += u64::from(surplus);
        *(if self.evicts { &mut self.evicted } else { &mut self.refused }) += u64::from(surplus);
        births - surplus
    }

    /// Whether there is room for another one; where the oldest make room there always is.
    pub(crate) fn has_room(&mut self) -> bool {
        if self.queue.len() < self.room {
            return true;
        }
        if self.evicts {
            self.queue.pop_front();
            self.taken.drain(..self.width);
            self.evicted += 1;
        } else {
            self.refused += 1;
        }
        self.evicts
    }

    /// Adds one. The caller has made sure that there is room.
    pub(crate) fn push(&mut self, newborn: Newborn, taken: impl Iterator<Item = f64>) {
        self.queue.push_back(newborn);
        self.taken.extend(taken.take(self.width));
    }

    /// An instant is undone: what was born then was not.
    pub(crate) fn undo_from(&mut self, instant: Flicks) {
        while self.queue.back().is_some_and(|newborn| newborn.birth >= instant) {
            self.queue.pop_back();
            self.taken.truncate(self.queue.len() * self.width);
            self.number -= 1;
        }
    }

    /// How many were refused, and how many made room, since it was asked last.
    pub(super) fn take_counts(&mut self) -> [u64; 2] {
        [std::mem::take(&mut self.refused), std::mem::take(&mut self.evicted)]
    }

    /// The oldest one, with what it took.
    pub(super) fn pop(&mut self, taken: &mut Vec<f64>) -> Option<Newborn> {
        let newborn = self.queue.pop_front()?;
        taken.extend(self.taken.drain(..self.width));
        Some(newborn)
    }
}
