//! Domains whose elements are born and die, each at its own time.
//!
//! What happens between two frames happens in the order of time, so that a frame rate, a stall or a seek changes nothing: at
//! each birth those whose life was over by then have left their room.

use super::NEW;
use super::edit::Edit;
use super::newborns::Newborns;
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
    /// Those between the last two frames that still live.
    pub(super) news: Vec<News>,
    /// What elements that events bore took of their turns, `width` numbers a row.
    pub(super) taken: Vec<f64>,
    pub(super) width: usize,
    /// Whether what the newest took is not known: they are of a program that took something else.
    pub(super) lacks_taken: bool,
}

/// An element that was born between the last two frames.
#[derive(Clone, Copy, Debug)]
pub(super) struct News {
    pub(super) number: u64,
    /// In flicks.
    pub(super) birth: u64,
    pub(super) death: u64,
    /// Of an element that an event bore: its row in what was taken.
    pub(super) row: u32,
}

/// Lets elements be born one after the other, in the order of time.
struct Ward<'a> {
    births: &'a mut Births,
    full: Full,
    max: usize,
    /// Of the living by row.
    deaths: &'a mut [u64],
    /// How many live that are not known to be dead, and the first time at which one of them dies.
    living: usize,
    first_death: u64,
}

impl<'a> Ward<'a> {
    fn new(births: &'a mut Births, full: Full, max: u32, deaths: &'a mut [u64]) -> Self {
        let living = deaths.len();
        Self { births, full, max: max as usize, deaths, living, first_death: 0 }
    }

    /// A birth, if there is room; those whose life was over by then have left theirs.
    fn bear(&mut self, number: u64, at: Flicks, row: u32, seconds: impl FnOnce() -> f64) {
        let Self { births, deaths, living, first_death, max, .. } = self;
        if *living + births.news.len() >= *max && at.0 >= *first_death {
            births.news.retain(|news| news.death > at.0);
            let alive = deaths.iter().filter(|&&death| death > at.0);
            *living = alive.clone().count();
            *first_death =
                alive.chain(births.news.iter().map(|news| &news.death)).min().copied().unwrap_or(0);
        }
        if *living + births.news.len() >= *max {
            match self.full {
                Full::Refuse => {
                    births.refused += 1;
                    return;
                }
                Full::Evict => {
                    births.evicted += 1;
                    if let Some(oldest) = deaths.iter_mut().find(|death| **death > at.0) {
                        *oldest = at.0;
                        *living -= 1;
                    } else {
                        births.news.remove(0);
                    }
                }
            }
        }
        let death = at.0.saturating_add((seconds().max(0.0) * FLICKS_PER_SECOND as f64) as u64);
        if death > at.0 {
            births.news.push(News { number, birth: at.0, death, row });
            *first_death = (*first_death).min(death);
        }
    }
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
    pub(super) fn with_room(room: usize, width: usize) -> Self {
        let taken = Vec::with_capacity(room * width);
        Self { news: Vec::with_capacity(room), taken, width, ..Self::default() }
    }

    pub(super) fn reset(&mut self) {
        self.news.clear();
        self.taken.clear();
        let (news, taken) = (std::mem::take(&mut self.news), std::mem::take(&mut self.taken));
        *self = Self { news, taken, width: self.width, ..Self::default() };
    }

    /// Takes over what later births depend on, and the counts; those of one frame stay.
    pub(super) fn copy_from(&mut self, other: &Self) {
        let Self {
            number,
            last,
            share,
            period,
            refused,
            evicted,
            lacks_taken: _,
            width: _,
            news: _,
            taken: _,
        } = *other;
        (self.number, self.last, self.share, self.period) = (number, last, share, period);
        (self.refused, self.evicted) = (refused, evicted);
    }

    /// Goes on with the births of another program. What elements have taken that were born in the frame on screen is kept, where
    /// it is as many numbers.
    pub(super) fn go_on(&mut self, old: &Self) {
        let (mut news, mut taken) = (std::mem::take(&mut self.news), std::mem::take(&mut self.taken));
        if self.width > 0 {
            news.extend_from_slice(&old.news);
            taken.extend(old.taken.iter().filter(|_| old.width == self.width));
        }
        let lacks_taken = !news.is_empty() && old.width != self.width;
        *self = Self { news, taken, width: self.width, lacks_taken, ..old.clone() };
    }

    /// The newest elements are not there any more.
    pub(super) fn forget_newest(&mut self, count: usize) {
        self.news.truncate(self.news.len().saturating_sub(count));
    }

    /// Gives all elements that were born last the same of what they take.
    pub(super) fn give_taken(&mut self, taken: impl Iterator<Item = f64>) {
        self.taken.clear();
        self.taken.extend(taken);
        self.news.iter_mut().for_each(|news| news.row = 0);
        self.lacks_taken = false;
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
        let mut ward = Ward::new(self, birth.full, birth.max, deaths);
        loop {
            // A constant time is whole flicks, so that birth k is at exactly k times it.
            let wait = if ward.births.share > 0.0 { (1.0 - ward.births.share) * period } else { whole };
            let next = Flicks(ward.births.last.0.saturating_add(wait.max(1.0) as u64));
            if next > now {
                return;
            }
            (ward.births.last, ward.births.share) = (next, 0.0);
            ward.births.number += 1;
            let number = ward.births.number;
            ward.bear(number, next, 0, || life(number));
        }
    }

    /// Takes the elements that events bore up to a time.
    pub(super) fn take(
        &mut self,
        newborns: &mut Newborns,
        now: Flicks,
        (full, max): (Full, u32),
        deaths: &mut [u64],
    ) {
        self.news.clear();
        self.taken.clear();
        // Where births by time take over, they begin here.
        (self.last, self.share, self.period) = (now, 0.0, 0.0);
        let [refused, evicted] = newborns.take_counts();
        self.refused += refused;
        self.evicted += evicted;
        let mut ward = Ward::new(self, full, max, deaths);
        let mut row = 0;
        while let Some(newborn) = newborns.pop(&mut ward.births.taken) {
            ward.bear(newborn.number, newborn.birth, row, || newborn.seconds);
            row += 1;
        }
        self.number = newborns.number();
        self.lacks_taken = false;
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
        self.news.retain(|news| news.death > now.0);
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
