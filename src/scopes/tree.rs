//! The tree: see the [module](super).

use super::error::ScopeError;
use super::id::{Branch, Key, ScopeId};
use super::row::{NONE, Row, State, Values};

/// What goes with a scope that is destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gone<T> {
    /// A value that it owned.
    Value {
        /// Its owner.
        scope: ScopeId,
        /// What it was.
        value: T,
    },
    /// The scope itself.
    Scope {
        /// What it was called: nothing bears the name any more.
        scope: ScopeId,
        /// What it was of.
        key: Key,
    },
}

/// What became of a scope that was to be destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Destroyed {
    /// It is gone, and so many scopes with it, itself included.
    Now(u32),
    /// The tree is being walked: it goes when the walk ends.
    Deferred,
    /// It was gone before, or is about to go.
    Already,
}

/// What an active branch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Entered {
    /// The one that was active before.
    Kept(ScopeId),
    /// A new one.
    New(ScopeId),
}

impl Entered {
    /// The scope of the branch.
    pub fn scope(self) -> ScopeId {
        match self {
            Self::Kept(scope) | Self::New(scope) => scope,
        }
    }
}

/// What became of all scopes so far, the root included.
///
/// `created = dropped + live`, always.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Counters {
    /// Scopes that were made.
    pub created: u64,
    /// Scopes that were destroyed.
    pub dropped: u64,
    /// Work that was for scopes that are gone.
    pub rejected: u64,
    /// Scopes that were to be destroyed while the tree was walked.
    pub deferred: u64,
}

/// A tree of scopes that own values: see the [module](super).
///
/// Everything is allocated at construction, and by [`grow`](Self::grow).
#[derive(Clone, Debug)]
pub struct Scopes<T> {
    pub(super) rows: Vec<Row>,
    values: Values<T>,
    /// Scopes that go when the walk ends, in the order in which that was asked for.
    doomed: Vec<u32>,
    first_free: u32,
    capacity: u32,
    live: u32,
    high_water: u32,
    retired: u32,
    /// Walks that go on.
    walks: u32,
    /// The last generation of a row.
    last_generation: u32,
    counters: Counters,
}

impl<T: Copy> Scopes<T> {
    /// A tree of at most `capacity` scopes, its root included, that own at most `values` values together. There is always
    /// room for the root.
    pub fn new(capacity: u32, values: u32) -> Self {
        let capacity = capacity.clamp(1, NONE);
        let mut rows = Vec::with_capacity(capacity as usize);
        rows.push(Row::new(1, Key::Root, NONE));
        Self {
            rows,
            values: Values::new(values),
            doomed: Vec::with_capacity(capacity as usize),
            first_free: NONE,
            capacity,
            live: 1,
            high_water: 1,
            retired: 0,
            walks: 0,
            last_generation: u32::MAX,
            counters: Counters { created: 1, ..Counters::default() },
        }
    }

    /// A tree whose rows are retired after a few scopes.
    #[cfg(test)]
    pub(super) fn with_generations(capacity: u32, values: u32, generations: u32) -> Self {
        Self { last_generation: generations, ..Self::new(capacity, values) }
    }

    /// Makes room for more: at least so many scopes and values together. Allocates.
    pub fn grow(&mut self, capacity: u32, values: u32) {
        self.capacity = self.capacity.max(capacity);
        self.rows.reserve_exact(self.capacity as usize - self.rows.len());
        self.doomed.reserve_exact(self.capacity as usize - self.doomed.len());
        let mut grown = Values::new(self.values.capacity.max(values));
        let capacity = grown.capacity;
        grown.copy_from(&self.values);
        grown.capacity = capacity;
        self.values = grown;
    }

    /// The scope of everything. It is never destroyed.
    pub fn root(&self) -> ScopeId {
        ScopeId { index: 0, generation: 1 }
    }

    /// Scopes that live, the root included.
    pub fn live(&self) -> u32 {
        self.live
    }

    /// The most scopes that ever lived together.
    pub fn high_water(&self) -> u32 {
        self.high_water
    }

    /// The most scopes that may live together. Rows that have run out of generations count against it.
    pub fn capacity(&self) -> u32 {
        self.capacity - self.retired
    }

    /// Values that are owned.
    pub fn values(&self) -> u32 {
        self.values.len
    }

    /// What became of all scopes so far.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// Bytes that it keeps on the heap: the same at any time, but for a [`grow`](Self::grow).
    pub fn bytes(&self) -> usize {
        self.rows.capacity() * size_of::<Row>()
            + self.doomed.capacity() * size_of::<u32>()
            + self.values.bytes()
    }

    /// Becomes a copy of a tree with the same capacity; names that were given since then may come to name other scopes.
    /// Allocates nothing.
    pub fn copy_from(&mut self, other: &Self) {
        let Self { rows, values, doomed, first_free, capacity, live, high_water, retired, walks, .. } = other;
        self.rows.clone_from(rows);
        self.values.copy_from(values);
        self.doomed.clone_from(doomed);
        (self.first_free, self.capacity, self.live) = (*first_free, *capacity, *live);
        (self.high_water, self.retired, self.walks) = (*high_water, *retired, *walks);
        (self.last_generation, self.counters) = (other.last_generation, other.counters);
    }

    /// The row of a scope that lives.
    #[inline]
    pub(super) fn find(&self, scope: ScopeId) -> Option<&Row> {
        self.rows.get(scope.index as usize).filter(|row| row.generation == scope.generation && row.is_live())
    }

    /// What a scope is of; none where it is gone. One that is about to go still lives.
    #[inline]
    pub fn key(&self, scope: ScopeId) -> Option<Key> {
        self.find(scope).map(|row| row.key)
    }

    /// The scope above; none for the root and for what is gone.
    pub fn parent(&self, scope: ScopeId) -> Option<ScopeId> {
        let parent = self.find(scope)?.parent;
        self.rows.get(parent as usize).map(|row| row.id(parent))
    }

    /// Whether a scope, or one above it, goes when the walk ends.
    fn is_doomed(&self, mut index: u32) -> bool {
        if self.doomed.is_empty() {
            return false;
        }
        while let Some(row) = self.rows.get(index as usize) {
            if row.state == State::Doomed {
                return true;
            }
            index = row.parent;
        }
        false
    }

    /// Whether work for a scope is to be done: it lives and is not about to go. What is not is counted.
    #[inline]
    pub fn admit(&mut self, scope: ScopeId) -> bool {
        let is_admitted = self.find(scope).is_some() && !self.is_doomed(scope.index);
        self.counters.rejected += u64::from(!is_admitted);
        is_admitted
    }

    /// Makes a scope, the last of its parent's children.
    ///
    /// # Errors
    ///
    /// [`ScopeError::Gone`] where the parent is gone or about to go, [`ScopeError::Full`] where there is no room.
    pub fn create(&mut self, parent: ScopeId, key: Key) -> Result<ScopeId, ScopeError> {
        let last = self.find(parent).map(|row| row.last_child).ok_or(ScopeError::Gone { scope: parent })?;
        if self.is_doomed(parent.index) {
            return Err(ScopeError::Gone { scope: parent });
        }
        let index = self.first_free;
        let index = if let Some(free) = self.rows.get_mut(index as usize) {
            self.first_free = free.parent;
            *free = Row::new(free.generation, key, parent.index);
            index
        } else if (self.rows.len() as u32) < self.capacity {
            self.rows.push(Row::new(1, key, parent.index));
            self.rows.len() as u32 - 1
        } else {
            return Err(ScopeError::Full { capacity: self.capacity() });
        };
        self.rows[index as usize].previous = last;
        match self.rows.get_mut(last as usize) {
            Some(last) => last.next = index,
            None => self.rows[parent.index as usize].first_child = index,
        }
        self.rows[parent.index as usize].last_child = index;
        self.counters.created += 1;
        self.live += 1;
        self.high_water = self.high_water.max(self.live);
        Ok(self.rows[index as usize].id(index))
    }

    /// Gives a scope a value that goes with it.
    ///
    /// # Errors
    ///
    /// [`ScopeError::Gone`] where the scope is gone or about to go, [`ScopeError::TooManyValues`] where there is no room.
    pub fn own(&mut self, scope: ScopeId, value: T) -> Result<(), ScopeError> {
        let chain = self.find(scope).map(|row| row.values).ok_or(ScopeError::Gone { scope })?;
        if self.is_doomed(scope.index) {
            return Err(ScopeError::Gone { scope });
        }
        let capacity = self.values.capacity;
        let chain = self.values.push(value, chain).ok_or(ScopeError::TooManyValues { capacity })?;
        let row = &mut self.rows[scope.index as usize];
        row.values = chain;
        row.owned += 1;
        Ok(())
    }

    /// What a scope owns, the newest first; nothing where it is gone.
    pub fn owned(&self, scope: ScopeId) -> impl Iterator<Item = T> + '_ {
        self.values.chain(self.find(scope).map_or(NONE, |row| row.values))
    }

    /// Destroys a scope and all below it, and says what goes: see the [module](super) for the order. While the tree is
    /// walked it is put off until the last walk ends. The root stays: of it, what is below goes and what it owns.
    pub fn destroy(&mut self, scope: ScopeId, gone: impl FnMut(Gone<T>)) -> Destroyed {
        if self.find(scope).is_none() || self.is_doomed(scope.index) {
            return Destroyed::Already;
        }
        if self.walks > 0 {
            self.rows[scope.index as usize].state = State::Doomed;
            self.doomed.push(scope.index);
            self.counters.deferred += 1;
            return Destroyed::Deferred;
        }
        Destroyed::Now(self.drop_tree(scope.index, gone))
    }

    fn drop_tree(&mut self, top: u32, mut gone: impl FnMut(Gone<T>)) -> u32 {
        let mut at = top;
        let mut dropped = 0;
        loop {
            while self.rows[at as usize].last_child != NONE {
                at = self.rows[at as usize].last_child;
            }
            let (scope, parent) = (self.rows[at as usize].id(at), self.rows[at as usize].parent);
            while let Some((value, rest)) = self.values.pop(self.rows[at as usize].values) {
                self.rows[at as usize].values = rest;
                gone(Gone::Value { scope, value });
            }
            self.rows[at as usize].owned = 0;
            if parent != NONE {
                gone(Gone::Scope { scope, key: self.rows[at as usize].key });
                self.drop_leaf(at);
                dropped += 1;
            }
            if at == top {
                return dropped;
            }
            at = parent;
        }
    }

    /// Frees the row of a scope that has no children and owns nothing.
    fn drop_leaf(&mut self, index: u32) {
        let Row { parent, previous, next, generation, .. } = self.rows[index as usize];
        match self.rows.get_mut(previous as usize) {
            Some(previous) => previous.next = next,
            None => self.rows[parent as usize].first_child = next,
        }
        match self.rows.get_mut(next as usize) {
            Some(next) => next.previous = previous,
            None => self.rows[parent as usize].last_child = previous,
        }
        let row = &mut self.rows[index as usize];
        if generation < self.last_generation {
            row.state = State::Free;
            row.generation += 1;
            row.parent = self.first_free;
            self.first_free = index;
        } else {
            row.state = State::Retired;
            self.retired += 1;
        }
        self.live -= 1;
        self.counters.dropped += 1;
    }

    /// The active branch of a `when` that stands in `parent`; none where none is.
    pub fn branch(&self, parent: ScopeId, site: u32) -> Option<ScopeId> {
        let mut at = self.find(parent)?.first_child;
        while let Some(row) = self.rows.get(at as usize) {
            if matches!(row.key, Key::When(of, _) if of == site) {
                return Some(row.id(at));
            }
            at = row.next;
        }
        None
    }

    /// Makes a branch the active one of its `when`. The same branch with the same values stays, with all that it has; any
    /// other one is destroyed before the new one is there, so nothing that was for the old one can reach the new one.
    ///
    /// # Errors
    ///
    /// [`ScopeError::Walked`] while the tree is walked and the branch is another one, and what [`create`](Self::create)
    /// answers: the old branch is gone then.
    pub fn enter(
        &mut self,
        parent: ScopeId,
        site: u32,
        branch: Branch,
        gone: impl FnMut(Gone<T>),
    ) -> Result<Entered, ScopeError> {
        let key = Key::When(site, branch);
        let old = self.branch(parent, site);
        if let Some(old) = old.filter(|old| self.key(*old) == Some(key) && !self.is_doomed(old.index)) {
            return Ok(Entered::Kept(old));
        }
        if self.walks > 0 {
            return Err(ScopeError::Walked);
        }
        if let Some(old) = old {
            self.drop_tree(old.index, gone);
        }
        self.create(parent, key).map(Entered::New)
    }

    /// Destroys the active branch of a `when`, if there is one.
    pub fn leave(&mut self, parent: ScopeId, site: u32, gone: impl FnMut(Gone<T>)) -> Destroyed {
        self.branch(parent, site).map_or(Destroyed::Already, |branch| self.destroy(branch, gone))
    }

    /// From now on, until as many calls of [`end_walk`](Self::end_walk), scopes that are to be destroyed stay: whoever
    /// walks may go on from any scope that was met.
    pub fn begin_walk(&mut self) {
        self.walks += 1;
    }

    /// Ends a walk. With the last one goes what was to be destroyed meanwhile, in the order in which that was asked for.
    pub fn end_walk(&mut self, mut gone: impl FnMut(Gone<T>)) {
        self.walks = self.walks.saturating_sub(1);
        if self.walks > 0 {
            return;
        }
        for k in 0..self.doomed.len() {
            let index = self.doomed[k];
            // It may have gone with one above it.
            if self.rows[index as usize].state == State::Doomed {
                self.rows[index as usize].state = State::Live;
                self.drop_tree(index, &mut gone);
            }
        }
        self.doomed.clear();
    }
}
