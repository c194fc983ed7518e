//! Domains whose elements are born and die, each at its own time.
//!
//! What happens between two frames happens in the order of time, so that a frame rate, a stall or a seek changes nothing: at
//! each birth those whose life was over by then have left their room.

use super::NEW;
use super::edit::Edit;
use crate::program::Full;
use crate::time::{FLICKS_PER_SECOND, Flicks};

/// The shortest time between two births that is looked at: a microsecond.
const SHORTEST: f64 = FLICKS_PER_SECOND as f64 / 1e6;

/// The most births between two frames that are worked out: of more only the last ones, as after a jump over years.
const MOST: u64 = 1 << 20;

/// The births of a domain so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Births {
    /// How many there were, those that were refused included: the number of the last one.
    pub(super) number: u64,
    /// When the last one was, or when births began.
    pub(super) last: Flicks,
    /// How far the next one had come by then, where the time between two was another one before.
    pub(super) share: f64,
    /// The time between two in the frame before, in flicks; 0 while nothing is born.
    pub(super) period: f64,
    /// Births for which there was no room, and elements that made room.
    pub(crate) refused: u64,
    pub(crate) evicted: u64,
    /// Those between the last two frames that still live: number, birth, death.
    pub(super) news: Vec<[u64; 3]>,
}

/// How the elements of a domain are born.
#[derive(Clone, Copy, Debug)]
pub(super) struct Birth {
    /// Seconds between two births.
    pub(super) every: f64,
    pub(super) full: Full,
    pub(super) max: u32,
}

impl Births {
    pub(super) fn with_room(room: usize) -> Self {
        Self { news: Vec::with_capacity(room), ..Self::default() }
    }

    pub(super) fn reset(&mut self) {
        self.news.clear();
        let news = std::mem::take(&mut self.news);
        *self = Self { news, ..Self::default() };
    }

    /// Takes over what later births depend on, and the counts; those of one frame stay.
    pub(super) fn copy_from(&mut self, other: &Self) {
        let Self { number, last, share, period, refused, evicted, news: _ } = *other;
        (self.number, self.last, self.share, self.period) = (number, last, share, period);
        (self.refused, self.evicted) = (refused, evicted);
    }

    /// Goes on with the births of another program.
    pub(super) fn go_on(&mut self, old: &Self) {
        let news = std::mem::take(&mut self.news);
        *self = Self { news, ..old.clone() };
    }

    /// Whether births are more often than once in a microsecond, or never: nothing is born then.
    pub(super) fn period(every: f64) -> Option<f64> {
        let period = every * FLICKS_PER_SECOND as f64;
        (period >= SHORTEST && period.is_finite()).then_some(period)
    }

    /// Works out the births and deaths up to a time. `deaths` has those of the living by row; one that is evicted gets its
    /// own. `life` gives the life of a newborn in seconds.
    pub(super) fn advance(
        &mut self,
        birth: Birth,
        [previous, now]: [Flicks; 2],
        deaths: &mut [u64],
        mut life: impl FnMut(u64) -> f64,
    ) {
        self.news.clear();
        let period = Self::period(birth.every).unwrap_or(0.0);
        if period != self.period {
            if self.period > 0.0 {
                let passed = previous.0.saturating_sub(self.last.0) as f64 / self.period;
                (self.share, self.last) = ((self.share + passed).min(1.0), previous);
            }
            self.period = period;
        }
        if period == 0.0 {
            self.last = now;
            return;
        }
        if previous == now && self.number == 0 {
            // Time begins in the middle: as if births had been counted from its start.
            self.number = (now.0 as f64 / period) as u64;
            self.last = Flicks((self.number as f64 * period).round() as u64);
            return;
        }
        let whole = period.round();
        let due = (now.0.saturating_sub(self.last.0) as f64 / whole) as u64;
        if let Some(skipped) = due.checked_sub(MOST).filter(|&skipped| skipped > 0) {
            // To whole flicks: birth k stays at k times the period.
            self.last = Flicks(self.last.0 + skipped * whole as u64);
            (self.number, self.share) = (self.number + skipped, 0.0);
        }
        // How many live that are not known to be dead, and the first time at which one of them dies.
        let mut living = deaths.len();
        let mut first_death = 0;
        loop {
            // A constant time is whole flicks, so that birth k is at exactly k times it.
            let wait = if self.share > 0.0 { (1.0 - self.share) * period } else { whole };
            let next = Flicks(self.last.0.saturating_add(wait.max(1.0) as u64));
            if next > now {
                return;
            }
            (self.last, self.share) = (next, 0.0);
            self.number += 1;
            if living + self.news.len() >= birth.max as usize && next.0 >= first_death {
                self.news.retain(|&[_, _, death]| death > next.0);
                let alive = deaths.iter().filter(|&&death| death > next.0);
                living = alive.clone().count();
                first_death =
                    alive.chain(self.news.iter().map(|[_, _, death]| death)).min().copied().unwrap_or(0);
            }
            if living + self.news.len() >= birth.max as usize {
                match birth.full {
                    Full::Refuse => {
                        self.refused += 1;
                        continue;
                    }
                    Full::Evict => {
                        self.evicted += 1;
                        if let Some(oldest) = deaths.iter_mut().find(|death| **death > next.0) {
                            *oldest = next.0;
                            living -= 1;
                        } else {
                            self.news.remove(0);
                        }
                    }
                }
            }
            let seconds = life(self.number);
            let death = next.0.saturating_add((seconds.max(0.0) * FLICKS_PER_SECOND as f64) as u64);
            if death > next.0 {
                self.news.push([self.number, next.0, death]);
                first_death = first_death.min(death);
            }
        }
    }

    /// The edit that leaves those that still live. `ids` are the numbers of birth by row: the living ones ascend, and so do
    /// those that linger.
    pub(super) fn change(
        &mut self,
        edit: &mut Edit,
        [living, lingering]: [u32; 2],
        ids: &[u64],
        deaths: &[u64],
        now: Flicks,
    ) {
        edit.begin([living, lingering]);
        self.news.retain(|&[_, _, death]| death > now.0);
        edit.from.extend((0..living).filter(|&row| deaths[row as usize] > now.0));
        edit.from.extend(self.news.iter().map(|_| NEW));
        let dead = (0..living).filter(|&row| deaths[row as usize] <= now.0);
        let mut old = (living..living + lingering).peekable();
        for row in dead {
            while let Some(before) = old.next_if(|&before| ids[before as usize] < ids[row as usize]) {
                edit.gone.push(before);
            }
            edit.gone.push(row);
        }
        edit.gone.extend(old);
    }
}
