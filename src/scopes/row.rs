//! The rows of a tree: scopes with their links, and the values that they own.

use super::id::{Key, ScopeId};

/// No row.
pub(super) const NONE: u32 = u32::MAX;

/// A scope, or a row that is free.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// Of the scope that lives here, or of the one that will.
    pub(super) generation: u32,
    pub(super) state: State,
    pub(super) key: Key,
    /// Of a free row: the next free one.
    pub(super) parent: u32,
    /// Children are linked in the order in which they were made.
    pub(super) first_child: u32,
    pub(super) last_child: u32,
    pub(super) previous: u32,
    pub(super) next: u32,
    /// The value that it came to own last.
    pub(super) values: u32,
    /// How many values it owns.
    pub(super) owned: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Free,
    Live,
    /// It goes when the walk ends; so does all that is below it.
    Doomed,
    /// It has had all generations that there are.
    Retired,
}

impl Row {
    pub(super) fn new(generation: u32, key: Key, parent: u32) -> Self {
        Self {
            generation,
            state: State::Live,
            key,
            parent,
            first_child: NONE,
            last_child: NONE,
            previous: NONE,
            next: NONE,
            values: NONE,
            owned: 0,
        }
    }

    pub(super) fn is_live(&self) -> bool {
        matches!(self.state, State::Live | State::Doomed)
    }

    pub(super) fn id(&self, index: u32) -> ScopeId {
        ScopeId { index, generation: self.generation }
    }
}

/// An owned value and the one that its scope came to own before it; or a free place and the next free one.
#[derive(Clone, Copy, Debug)]
struct Place<T> {
    value: T,
    next: u32,
}

/// Owned values: a chain for each scope, in one pool.
#[derive(Clone, Debug)]
pub(super) struct Values<T> {
    places: Vec<Place<T>>,
    first_free: u32,
    pub(super) capacity: u32,
    pub(super) len: u32,
}

impl<T: Copy> Values<T> {
    pub(super) fn new(capacity: u32) -> Self {
        Self { places: Vec::with_capacity(capacity as usize), first_free: NONE, capacity, len: 0 }
    }

    pub(super) fn bytes(&self) -> usize {
        self.places.capacity() * size_of::<Place<T>>()
    }

    pub(super) fn copy_from(&mut self, other: &Self) {
        let Self { places, first_free, capacity, len } = other;
        self.places.clone_from(places);
        (self.first_free, self.capacity, self.len) = (*first_free, *capacity, *len);
    }

    /// Puts a value in front of a chain; none where there is no place.
    pub(super) fn push(&mut self, value: T, chain: u32) -> Option<u32> {
        if self.len == self.capacity {
            return None;
        }
        self.len += 1;
        let place = Place { value, next: chain };
        let free = self.first_free;
        if let Some(old) = self.places.get_mut(free as usize) {
            self.first_free = old.next;
            *old = place;
            return Some(free);
        }
        self.places.push(place);
        Some(self.places.len() as u32 - 1)
    }

    /// Takes the first value of a chain out; the rest of the chain is the second answer.
    pub(super) fn pop(&mut self, chain: u32) -> Option<(T, u32)> {
        let place = self.places.get_mut(chain as usize)?;
        let (value, rest) = (place.value, place.next);
        place.next = self.first_free;
        self.first_free = chain;
        self.len -= 1;
        Some((value, rest))
    }

    pub(super) fn chain(&self, chain: u32) -> impl Iterator<Item = T> + '_ {
        let first = self.places.get(chain as usize);
        std::iter::successors(first, |place| self.places.get(place.next as usize)).map(|place| place.value)
    }
}
