//! A million random operations on a tree and on a map.

use std::collections::BTreeMap;

use super::super::*;

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

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
}

/// A scope of the model: nothing but what it is told.
#[derive(Clone, Debug, Default)]
struct Plain {
    parent: Option<ScopeId>,
    key: Option<Key>,
    children: Vec<ScopeId>,
    values: Vec<u32>,
    is_doomed: bool,
}

/// A map of what lives, from all names that ever were.
#[derive(Default)]
struct Model {
    live: BTreeMap<ScopeId, Plain>,
    doomed: Vec<ScopeId>,
    dropped: u64,
    rejected: u64,
}

impl Model {
    fn is_doomed(&self, scope: ScopeId) -> bool {
        let plain = &self.live[&scope];
        plain.is_doomed || plain.parent.is_some_and(|parent| self.is_doomed(parent))
    }

    fn admits(&self, scope: ScopeId) -> bool {
        self.live.contains_key(&scope) && !self.is_doomed(scope)
    }

    fn create(&mut self, parent: ScopeId, scope: ScopeId, key: Key) {
        let plain = Plain { parent: Some(parent), key: Some(key), ..Plain::default() };
        assert!(self.live.insert(scope, plain).is_none(), "{scope} is given twice");
        self.live.get_mut(&parent).unwrap().children.push(scope);
    }

    fn destroy(&mut self, scope: ScopeId, gone: &mut Vec<Gone<u32>>) {
        let plain = self.live[&scope].clone();
        for child in plain.children.into_iter().rev() {
            self.destroy(child, gone);
        }
        gone.extend(plain.values.into_iter().rev().map(|value| Gone::Value { scope, value }));
        self.live.get_mut(&scope).unwrap().values.clear();
        if let Some(parent) = plain.parent {
            gone.push(Gone::Scope { scope, key: plain.key.unwrap() });
            self.live.get_mut(&parent).unwrap().children.retain(|child| *child != scope);
            self.live.remove(&scope);
            self.dropped += 1;
        }
    }
}

struct Run {
    random: Random,
    tree: Scopes<u32>,
    model: Model,
    /// Every name that was given lately, of the living and of the dead.
    names: Vec<ScopeId>,
    is_walked: bool,
    refused: u64,
}

impl Run {
    fn new(seed: u64, capacity: u32, generations: u32) -> Self {
        let tree = Scopes::with_generations(capacity, 2 * capacity, generations);
        let mut model = Model::default();
        model.live.insert(tree.root(), Plain { key: Some(Key::Root), ..Plain::default() });
        let names = vec![tree.root()];
        Self { random: Random(seed), tree, model, names, is_walked: false, refused: 0 }
    }

    fn name(&mut self) -> ScopeId {
        match self.random.below(50) {
            0 => self.tree.root(),
            1 => ScopeId::from_bits(self.random.next() & 0x3_0000_003f),
            _ => self.names[self.random.below(self.names.len())],
        }
    }

    fn keep(&mut self, name: ScopeId) {
        if self.names.len() < 500 {
            self.names.push(name);
        } else {
            let k = self.random.below(500);
            self.names[k] = name;
        }
    }

    fn create(&mut self) {
        let (parent, key) = (self.name(), Key::Item(self.random.next()));
        let found = self.tree.create(parent, key);
        if !self.model.admits(parent) {
            assert_eq!(found, Err(ScopeError::Gone { scope: parent }));
        } else if self.model.live.len() as u32 >= self.tree.capacity() {
            assert_eq!(found, Err(ScopeError::Full { capacity: self.tree.capacity() }));
            self.refused += 1;
        } else {
            let scope = found.expect("there is room");
            self.model.create(parent, scope, key);
            self.keep(scope);
        }
    }

    fn enter(&mut self) {
        let (parent, site) = (self.name(), self.random.below(2) as u32);
        let branch = Branch { arm: self.random.below(2) as u32, bound: self.random.below(2) as u64 };
        let children = self.model.live.get(&parent).map(|plain| plain.children.clone()).unwrap_or_default();
        let old = children
            .into_iter()
            .find(|child| matches!(self.model.live[child].key, Some(Key::When(of, _)) if of == site));
        assert_eq!(self.tree.branch(parent, site), old);
        let (mut gone, mut expected) = (Vec::new(), Vec::new());
        let entered = self.tree.enter(parent, site, branch, |what| gone.push(what));
        let key = Key::When(site, branch);
        if let Some(old) = old
            && self.model.live[&old].key == Some(key)
            && !self.model.is_doomed(old)
        {
            assert_eq!(entered, Ok(Entered::Kept(old)));
        } else if self.is_walked {
            assert_eq!(entered, Err(ScopeError::Walked));
        } else {
            if let Some(old) = old {
                self.model.destroy(old, &mut expected);
            }
            if let Ok(entered) = entered {
                self.model.create(parent, entered.scope(), key);
                self.keep(entered.scope());
            }
        }
        assert_eq!(gone, expected);
    }

    fn own(&mut self) {
        let (scope, value) = (self.name(), self.random.next() as u32);
        let is_full = self.tree.values() == 2 * self.tree.rows.capacity() as u32;
        let found = self.tree.own(scope, value);
        if !self.model.admits(scope) {
            assert_eq!(found, Err(ScopeError::Gone { scope }));
        } else if !is_full {
            assert_eq!(found, Ok(()));
            self.model.live.get_mut(&scope).unwrap().values.push(value);
        }
    }

    fn destroy(&mut self) {
        let mut scope = self.name();
        if self.random.below(40) > 0 && scope == self.tree.root() {
            scope = ScopeId::NONE;
        }
        let (mut gone, mut expected) = (Vec::new(), Vec::new());
        let answer = self.tree.destroy(scope, |what| gone.push(what));
        if !self.model.admits(scope) {
            assert_eq!(answer, Destroyed::Already);
        } else if self.is_walked {
            assert_eq!(answer, Destroyed::Deferred);
            self.model.live.get_mut(&scope).unwrap().is_doomed = true;
            self.model.doomed.push(scope);
        } else {
            let dropped = self.model.dropped;
            self.model.destroy(scope, &mut expected);
            assert_eq!(answer, Destroyed::Now((self.model.dropped - dropped) as u32));
        }
        assert_eq!(gone, expected);
    }

    fn walk(&mut self) {
        self.is_walked = !self.is_walked;
        if self.is_walked {
            return self.tree.begin_walk();
        }
        let (mut gone, mut expected) = (Vec::new(), Vec::new());
        self.tree.end_walk(|what| gone.push(what));
        for scope in std::mem::take(&mut self.model.doomed) {
            if self.model.live.contains_key(&scope) {
                self.model.destroy(scope, &mut expected);
                if let Some(root) = self.model.live.get_mut(&scope) {
                    root.is_doomed = false;
                }
            }
        }
        assert_eq!(gone, expected);
    }

    fn resolve(&mut self) {
        let scope = self.name();
        let plain = self.model.live.get(&scope);
        assert_eq!(self.tree.key(scope), plain.and_then(|plain| plain.key), "{scope}");
        assert_eq!(self.tree.parent(scope), plain.and_then(|plain| plain.parent));
        let newest: Vec<u32> = plain.map_or(vec![], |plain| plain.values.iter().rev().copied().collect());
        assert_eq!(self.tree.owned(scope).collect::<Vec<_>>(), newest);
        let is_admitted = self.model.admits(scope);
        self.model.rejected += u64::from(!is_admitted);
        assert_eq!(self.tree.admit(scope), is_admitted);
    }

    fn step(&mut self) {
        match self.random.below(100) {
            0..30 => self.create(),
            30..36 => self.enter(),
            36..50 => self.own(),
            50..70 => self.destroy(),
            70..73 => self.walk(),
            _ => self.resolve(),
        }
        let counters = self.tree.counters();
        assert_eq!(counters.created, counters.dropped + u64::from(self.tree.live()));
        assert_eq!((counters.dropped, counters.rejected), (self.model.dropped, self.model.rejected));
        assert_eq!(self.tree.live() as usize, self.model.live.len());
    }

    /// The whole tree, in order.
    fn compare(&self) {
        let mut expected = Vec::new();
        let mut left = vec![(self.tree.root(), 0)];
        while let Some((scope, depth)) = left.pop() {
            let plain = &self.model.live[&scope];
            expected.push((scope, depth, plain.values.len() as u32));
            left.extend(plain.children.iter().rev().map(|child| (*child, depth + 1)));
        }
        let found: Vec<_> =
            self.tree.nodes(self.tree.root()).map(|node| (node.scope, node.depth, node.owned)).collect();
        assert_eq!(found, expected);
    }
}

#[test]
fn a_million_random_operations_do_as_a_map() {
    for (seed, capacity, generations, steps) in
        [(1, 64, u32::MAX, 500_000), (2, 5, u32::MAX, 200_000), (3, 300, 40, 200_000), (4, 1, 9, 100_000)]
    {
        let mut run = Run::new(seed, capacity, generations);
        let bytes = run.tree.bytes();
        let mut other = run.tree.clone();
        for k in 0..steps {
            run.step();
            if k % 1000 == 0 {
                run.compare();
                other.copy_from(&run.tree);
                assert_eq!(other.tree().to_string(), run.tree.tree().to_string());
            }
        }
        assert_eq!(run.tree.bytes(), bytes);
        if capacity == 300 {
            assert!(run.tree.capacity() < 300, "no row was retired");
        }
        if capacity == 5 {
            assert!(run.refused > 1000, "it was never full");
        }
    }
}
