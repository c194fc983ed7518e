//! A bounded memory of where a walk has been, for walks that start from many places or visit in another order than
//! [`Walk`](super::Walk) does.

/// How much of a segment has been visited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// Its first revisions: this many but one.
    Upto(u32),
    /// All of it, however long it becomes.
    Whole,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    segment: u32,
    /// The cut of the segment's first revision.
    first: u32,
    mark: Mark,
}

impl Entry {
    /// The cut of the newest revision that it speaks of; of a whole segment, of its first: where a walk may come to it
    /// again is below that.
    fn height(&self) -> u64 {
        match self.mark {
            Mark::Upto(highest) => u64::from(self.first) + u64::from(highest),
            Mark::Whole => u64::from(self.first),
        }
    }
}

/// Marks of at most `CAP` segments. What it says is true; what it does not say may have been forgotten, and is visited
/// again.
///
/// A walk goes down, so the highest entries are those that it needs least: they make room, and a newcomer that is higher
/// than all is the one that is refused.
#[derive(Clone, Debug)]
pub struct CappedVisited<const CAP: usize> {
    entries: Vec<Entry>,
}

impl<const CAP: usize> CappedVisited<CAP> {
    /// Allocates all of its room.
    pub fn new() -> Self {
        Self { entries: Vec::with_capacity(CAP) }
    }

    /// Forgets everything, and keeps the room.
    pub fn clear(&mut self) {
        self.entries.clear();
    }

    /// What is known of a segment.
    pub fn get(&self, segment: u32) -> Option<Mark> {
        self.entries.iter().find(|entry| entry.segment == segment).map(|entry| entry.mark)
    }

    /// Marks a part of a segment, whose first revision has the cut `first`; a mark that says more stays. Whether it is
    /// remembered now.
    pub fn insert_or_update(&mut self, segment: u32, first: u32, mark: Mark) -> bool {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.segment == segment) {
            entry.mark = entry.mark.max(mark);
            return true;
        }
        let new = Entry { segment, first, mark };
        if self.entries.len() < CAP {
            self.entries.push(new);
            return true;
        }
        let Some(highest) = self.entries.iter_mut().max_by_key(|entry| entry.height()) else { return false };
        if highest.height() <= new.height() {
            return false;
        }
        *highest = new;
        true
    }
}

impl<const CAP: usize> Default for CappedVisited<CAP> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_higher_mark_stays() {
        let mut visited = CappedVisited::<4>::new();
        assert_eq!(visited.get(7), None);
        assert!(visited.insert_or_update(7, 10, Mark::Upto(3)));
        assert!(visited.insert_or_update(7, 10, Mark::Upto(1)));
        assert_eq!(visited.get(7), Some(Mark::Upto(3)));
        assert!(visited.insert_or_update(7, 10, Mark::Whole));
        assert!(visited.insert_or_update(7, 10, Mark::Upto(9)));
        assert_eq!(visited.get(7), Some(Mark::Whole));
        visited.clear();
        assert_eq!(visited.get(7), None);
    }

    #[test]
    fn the_highest_makes_room() {
        let mut visited = CappedVisited::<2>::new();
        assert!(visited.insert_or_update(1, 10, Mark::Upto(5)));
        assert!(visited.insert_or_update(2, 14, Mark::Whole));
        // 16 is higher than 15 and 14.
        assert!(!visited.insert_or_update(3, 16, Mark::Upto(0)));
        assert!(visited.insert_or_update(4, 3, Mark::Upto(0)));
        assert_eq!([1, 2, 3, 4].map(|k| visited.get(k).is_some()), [false, true, false, true]);
        // A whole segment counts by its cut alone, and a sum beyond 32 bits is none of a small one.
        assert!(!visited.insert_or_update(5, 2, Mark::Upto(u32::MAX)));
        assert!(visited.insert_or_update(6, 13, Mark::Whole));
        assert_eq!([2, 4, 5, 6].map(|k| visited.get(k).is_some()), [false, true, false, true]);
    }

    #[test]
    fn no_room_is_no_error() {
        let mut visited = CappedVisited::<0>::new();
        assert!(!visited.insert_or_update(1, 1, Mark::Whole));
        assert_eq!(visited.get(1), None);
    }
}
