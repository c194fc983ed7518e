//! Values of inputs that wait or are remembered: a few numbers in place, those of arrays in a ring, first in, first out.
//!
//! **Invariants**
//! - What has no room is refused as a whole; nothing here allocates behind [`ArrayRing::with_room`].
//! - Arrays leave a ring at its front or at its end, in the order in which they came.

use std::collections::VecDeque;

/// Numbers of one value that are held in place.
const FEW: usize = 4;

/// The components of a value, where a [ring](ArrayRing) may have them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Numbers {
    Few {
        count: u32,
        values: [f64; FEW],
    },
    /// So many of a ring, from the one of a number on.
    Many {
        first: u64,
        count: u32,
    },
}

impl Numbers {
    /// Those that are held in place.
    pub(crate) fn few(&self) -> &[f64] {
        match self {
            Self::Few { count, values } => &values[..*count as usize],
            Self::Many { .. } => &[],
        }
    }
}

/// The numbers of arrays, one behind the other.
#[derive(Debug, Default)]
pub(crate) struct ArrayRing {
    numbers: VecDeque<f64>,
    room: usize,
    /// How many were taken out at the front so far: the number of the first one.
    taken: u64,
}

impl ArrayRing {
    pub(crate) fn with_room(room: usize) -> Self {
        Self { numbers: VecDeque::with_capacity(room), room, taken: 0 }
    }

    pub(crate) fn room(&self) -> usize {
        self.room
    }

    pub(crate) fn bytes(&self) -> usize {
        self.room * size_of::<f64>()
    }

    pub(crate) fn clear(&mut self) {
        self.taken += self.numbers.len() as u64;
        self.numbers.clear();
    }

    /// Whether a value of so many components finds room.
    pub(crate) fn fits(&self, count: usize) -> bool {
        count <= FEW || self.numbers.len() + count <= self.room
    }

    /// Keeps components, which may come in two parts; none where there is no room.
    pub(crate) fn keep(&mut self, [a, b]: [&[f64]; 2]) -> Option<Numbers> {
        let length = a.len() + b.len();
        let count = length as u32;
        if length <= FEW {
            let mut values = [0.0; FEW];
            values.iter_mut().zip(a.iter().chain(b)).for_each(|(to, &from)| *to = from);
            return Some(Numbers::Few { count, values });
        }
        if !self.fits(length) {
            return None;
        }
        let first = self.taken + self.numbers.len() as u64;
        self.numbers.extend(a);
        self.numbers.extend(b);
        Some(Numbers::Many { first, count })
    }

    /// Other components in the place of as many.
    pub(crate) fn replace(&mut self, numbers: &mut Numbers, parts: [&[f64]; 2]) {
        match numbers {
            Numbers::Few { .. } => {
                if let Some(other) = self.keep(parts) {
                    *numbers = other;
                }
            }
            Numbers::Many { first, .. } => {
                let at = (*first - self.taken) as usize;
                let places = self.numbers.iter_mut().skip(at);
                places.zip(parts.into_iter().flatten()).for_each(|(to, &from)| *to = from);
            }
        }
    }

    /// What was kept, in two parts of which the second may be empty.
    pub(crate) fn get<'n>(&'n self, numbers: &'n Numbers) -> [&'n [f64]; 2] {
        match *numbers {
            Numbers::Few { count, ref values } => [&values[..count as usize], &[]],
            Numbers::Many { first, count } => {
                let (a, b) = self.numbers.as_slices();
                let start = (first - self.taken) as usize;
                let end = start + count as usize;
                let cut = |at: usize| at.min(a.len());
                [&a[cut(start)..cut(end)], &b[start - cut(start)..end - cut(end)]]
            }
        }
    }

    /// What came first is not needed any more.
    pub(crate) fn drop_first(&mut self, numbers: &Numbers) {
        if let Numbers::Many { first, count } = *numbers {
            let end = first + u64::from(count);
            self.numbers.drain(..(end - self.taken) as usize);
            self.taken = end;
        }
    }

    /// What came last is not needed any more.
    pub(crate) fn drop_last(&mut self, numbers: &Numbers) {
        if let Numbers::Many { first, .. } = *numbers {
            self.numbers.truncate((first - self.taken) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back_in_order() {
        let mut ring = ArrayRing::with_room(12);
        let array = |from: u32, count: u32| (from..from + count).map(f64::from).collect::<Vec<_>>();
        let mut kept: VecDeque<(Numbers, Vec<f64>)> = VecDeque::new();
        let mut next = 0;
        // Enough rounds for the ring to go round at every place.
        for round in 0..200_u32 {
            let values = array(next, [5, 6, 3, 7][round as usize % 4]);
            next += 10;
            let cut = round as usize % values.len();
            while !ring.fits(values.len()) {
                let is_front = round % 3 != 0;
                let (numbers, _) = if is_front { kept.pop_front() } else { kept.pop_back() }.unwrap();
                if is_front { ring.drop_first(&numbers) } else { ring.drop_last(&numbers) }
            }
            kept.push_back((ring.keep([&values[..cut], &values[cut..]]).unwrap(), values));
            if let Some((numbers, values)) = kept.front_mut() {
                *values = array(next, values.len() as u32);
                ring.replace(numbers, [&values[..1], &values[1..]]);
            }
            for (numbers, values) in &kept {
                assert_eq!(ring.get(numbers).concat(), *values, "round {round}");
            }
        }
        assert_eq!(ring.keep([&array(0, 13), &[]]), None);
        ring.clear();
        assert!(ring.fits(12) && ring.bytes() == 96);
    }
}
