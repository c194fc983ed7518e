//! What was made of files already: for whoever compiles a patch again and again, as a preview does at every save.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::artwork::KnownArtworks;
use super::images::KnownImages;

/// What was made of files by earlier compiles; clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct KnownFiles {
    pub(super) images: KnownImages,
    pub(super) artworks: KnownArtworks,
}

/// Things by what their files hold, up to so many bytes of them; clones share them. Those that were not asked for the longest go first.
#[derive(Debug)]
pub(super) struct Cache<K, T, const BYTES_MAX: usize>(Arc<Mutex<Kept<K, T>>>);

#[derive(Debug)]
struct Kept<K, T> {
    /// The one that was asked for last is the last.
    things: VecDeque<(K, Arc<T>, usize)>,
    bytes: usize,
}

impl<K, T, const BYTES_MAX: usize> Clone for Cache<K, T, BYTES_MAX> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K, T, const BYTES_MAX: usize> Default for Cache<K, T, BYTES_MAX> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Kept { things: VecDeque::new(), bytes: 0 })))
    }
}

impl<K: PartialEq, T, const BYTES_MAX: usize> Cache<K, T, BYTES_MAX> {
    pub(super) fn find(&self, key: &K) -> Option<Arc<T>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.things.iter().position(|(known, ..)| known == key)?;
        let found = kept.things.remove(at)?;
        let thing = found.1.clone();
        kept.things.push_back(found);
        Some(thing)
    }

    /// Keeps a thing that takes so many bytes.
    pub(super) fn keep(&self, key: K, thing: Arc<T>, size: usize) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Kept { things, bytes } = &mut *kept;
        *bytes += size;
        things.push_back((key, thing, size));
        while *bytes > BYTES_MAX
            && let Some((.., gone)) = things.pop_front()
        {
            *bytes -= gone;
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).things.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_go_where_there_are_too_many() {
        let known = Cache::<u32, u32, 8>::default();
        known.keep(1, Arc::new(10), 4);
        known.keep(2, Arc::new(20), 2);
        assert_eq!(known.find(&1).as_deref(), Some(&10));
        known.clone().keep(3, Arc::new(30), 4);
        let there: Vec<bool> = (1..=3).map(|number| known.find(&number).is_some()).collect();
        assert_eq!(there, [true, false, true]);
        assert_eq!((known.len(), known.0.lock().unwrap().bytes), (2, 8));
        // One that is larger than all of it is not kept, and nothing is left of the others.
        known.keep(4, Arc::new(40), 9);
        assert_eq!((known.len(), known.0.lock().unwrap().bytes), (0, 0));
    }
}
