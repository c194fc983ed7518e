//! The elements of one domain.

mod kept;

use super::born::{Birth, Births, News};
use super::edit::Edit;
use super::host::Given;
use super::newborns::Newborns;
use super::spelled::{Spelt, Spoken};
use super::{NEW, counted};
use crate::engine::lanes::{element_id, uniform_bits};
use crate::engine::plan::DomainPlan;
use crate::engine::plan::elements::SetPlan;
use crate::engine::plan::expr::Kind;
use crate::math::hash;
use crate::program::{Domain, Full, Live};
use crate::time::Flicks;

pub(crate) use kept::KeptSet;

/// All bits of a lane that is true.
const TRUE: u32 = u32::MAX;

/// Who is there, since when, and who lingers.
#[derive(Debug, Default)]
pub(crate) struct ElementSet {
    pub(crate) plan: DomainPlan,
    /// Elements that live, and elements that are gone but still drawn: their rows are behind the living.
    pub(crate) living: u32,
    pub(crate) lingering: u32,
    /// The most rows there may be.
    room: u32,
    max: u32,
    /// Whether a frame was evaluated.
    is_begun: bool,
    /// Per row, in flicks: when it came, or when it went.
    since: Vec<u64>,
    /// Per row: who it is, where that is not its index.
    ids: Vec<u64>,
    /// Per row: the id that the host gave last, where an element may go on under another one.
    host_ids: Vec<u64>,
    /// Per row, of elements that are born: when they die.
    deaths: Vec<u64>,
    /// Rows as they are drawn, where some linger.
    sequence: Vec<u32>,
    /// Room for where each row was drawn.
    places: Vec<u32>,
    pub(crate) edit: Edit,
    is_edited: bool,
    /// Rows that are new in this frame, until it is committed.
    pub(crate) news: Vec<u32>,
    committed: bool,
    pub(crate) births: Births,
    pub(crate) given: Given,
    /// The most rows there have been.
    pub(crate) high_water: u32,
    /// Elements that would still be drawn if there were room.
    pub(crate) dropped: u64,
    /// Whether the host says that values of the next frame are an edit.
    pub(crate) is_nudged: bool,
}

impl ElementSet {
    pub(super) fn new(plan: &DomainPlan, domain: &Domain) -> Self {
        let room = domain.capacity;
        let rows = |is_needed: bool| if is_needed { room as usize } else { 0 };
        let watched = rows(plan.is_watched());
        let (is_born, is_given) = match domain.live {
            Some(Live::Born { .. } | Live::BornOn { .. }) => (true, false),
            Some(Live::Host { .. }) => (false, true),
            Some(Live::Counted { .. }) | None => (false, false),
        };
        let is_matched = matches!(domain.live, Some(Live::Host { nearest: Some(_), .. }));
        let mut set = Self {
            plan: plan.clone(),
            room,
            max: domain.capacity,
            since: vec![0; watched],
            ids: vec![0; rows(is_born || is_given)],
            host_ids: vec![0; rows(is_matched)],
            deaths: vec![0; rows(is_born)],
            sequence: Vec::with_capacity(rows(plan.leave > Flicks::ZERO)),
            places: vec![0; rows(plan.leave > Flicks::ZERO)],
            edit: Edit::with_room(watched),
            news: Vec::with_capacity(watched),
            births: Births::with_room(rows(is_born), plan.taken),
            given: Given::new(domain),
            ..Self::default()
        };
        set.reset(domain);
        set
    }

    pub(super) fn bytes(plan: &DomainPlan, domain: &Domain) -> usize {
        if !plan.is_watched() {
            return 0;
        }
        let own = match domain.live {
            // Ids, deaths and newborns.
            Some(Live::Born { .. }) => 8 + 8 + size_of::<News>(),
            // And twice what is taken: in the queue and by the set.
            Some(Live::BornOn { .. }) => {
                8 + 8 + size_of::<News>() + 8 * plan.taken + Newborns::bytes(1, plan.taken)
            }
            Some(Live::Host { nearest: Some(_), .. }) => 8 + 8,
            Some(Live::Host { nearest: None, .. }) => 8,
            Some(Live::Counted { .. }) | None => 0,
        };
        let lingers = if plan.leave > Flicks::ZERO { 8 } else { 0 };
        // Times, the edit's two lists, and what is new.
        domain.capacity as usize * (8 + 4 + 4 + 4 + own + lingers) + Given::bytes(domain)
    }

    pub(super) fn reset(&mut self, domain: &Domain) {
        self.living = if domain.live.is_some() { 0 } else { domain.count };
        self.lingering = 0;
        self.is_begun = false;
        self.is_edited = false;
        self.since.fill(0);
        self.sequence.clear();
        self.news.clear();
        self.births.reset();
        self.given.reset();
        (self.dropped, self.is_nudged) = (0, false);
    }

    /// Per row: the id by which the host knows an element.
    fn known_ids(&self) -> &[u64] {
        if self.host_ids.is_empty() { &self.ids } else { &self.host_ids }
    }

    pub(crate) fn room(&self) -> u32 {
        self.room
    }

    pub(crate) fn is_watched(&self) -> bool {
        self.plan.is_watched()
    }

    pub(crate) fn is_edited(&self) -> bool {
        self.is_edited
    }

    /// How many rows are drawn by passes that draw what lingers.
    pub(crate) fn rows(&self) -> u32 {
        self.living + self.lingering
    }

    /// The rows in the order in which they are drawn, where that is not by row.
    pub(crate) fn sequence(&self) -> Option<&[u32]> {
        (self.lingering > 0).then_some(&self.sequence)
    }

    /// A domain that comes with another program, while time runs.
    pub(crate) fn begin_late(&mut self) {
        self.is_begun = true;
    }

    /// Works out which of the elements that another program had are there in this one. Their rows are those of that program
    /// until the edit is followed.
    pub(crate) fn adopt(&mut self, old: &Self, domain: &Domain, now: Flicks) {
        self.is_begun = old.is_begun;
        self.begin_with_room(old.rows());
        let rows = old.rows() as usize;
        let copy = |to: &mut Vec<u64>, from: &[u64]| {
            if !to.is_empty() && from.len() >= rows {
                to[..rows].copy_from_slice(&from[..rows]);
            }
        };
        copy(&mut self.since, &old.since);
        // Without matches an element is the id that the host knows.
        copy(&mut self.ids, if self.host_ids.is_empty() { old.known_ids() } else { &old.ids });
        copy(&mut self.host_ids, old.known_ids());
        copy(&mut self.deaths, &old.deaths);
        self.sequence.clear();
        self.sequence.extend(old.sequence().into_iter().flatten());
        (self.living, self.lingering) = (old.living, old.lingering);
        let before = [old.living, old.lingering];
        let by_index = |set: &Self| matches!(set.plan.set, None | Some(SetPlan::Counted { .. }));
        let is_alike = match (&old.plan.set, &self.plan.set) {
            (
                Some(SetPlan::Born { .. } | SetPlan::BornOn { .. }),
                Some(SetPlan::Born { .. } | SetPlan::BornOn { .. }),
            )
            | (Some(SetPlan::Host), Some(SetPlan::Host))
            | (Some(SetPlan::Letters { .. }), Some(SetPlan::Letters { .. })) => true,
            _ => by_index(old) && by_index(self),
        };
        let count = match self.plan.set {
            None => domain.count,
            Some(_) if is_alike => old.living.min(self.max),
            Some(_) => 0,
        };
        if self.given.owns_ids() {
            let Self { given, edit, ids, sequence, lingering, .. } = self;
            let drawn = if *lingering > 0 { &**sequence } else { &[] };
            match old.plan.set {
                Some(SetPlan::Host) => given.change(edit, before, ids, drawn),
                _ => given.begin_own(edit, before),
            }
        } else if is_alike {
            counted::change(&mut self.edit, before, count);
            self.births.go_on(&old.births);
            self.births.forget_newest(old.living.saturating_sub(count) as usize);
            self.given.go_on(&old.given);
        } else {
            self.edit.begin(before);
            self.edit.from.resize(count as usize, NEW);
            self.edit.gone.extend(0..before[0] + before[1]);
        }
        self.end_lingering(now);
    }

    /// Room for the rows of another program, that may have had more.
    fn begin_with_room(&mut self, rows: u32) {
        if !self.is_watched() || rows <= self.room {
            return;
        }
        self.room = rows;
        let rows = rows as usize;
        let lanes = [&mut self.since, &mut self.ids, &mut self.host_ids, &mut self.deaths];
        lanes.into_iter().filter(|lanes| !lanes.is_empty()).for_each(|lanes| lanes.resize(rows, 0));
        if !self.places.is_empty() {
            self.places.resize(rows, 0);
            self.sequence.reserve(rows);
        }
        self.edit = Edit::with_room(rows);
        self.news.reserve(rows);
        self.given.make_room(rows);
    }

    /// A frame begins: what was new in one that was committed is not any more.
    pub(crate) fn begin(&mut self) {
        self.is_edited = false;
        self.given.begin();
        if self.committed {
            self.news.clear();
            self.committed = false;
        }
    }

    pub(super) fn commit(&mut self) {
        self.committed = true;
        self.is_begun = true;
    }

    /// Works out how many elements there are to be. Whether there is anything to do is in the edit.
    /// Mostly it is none, and takes no time.
    pub(crate) fn count_to(&mut self, count: u32, now: Flicks) {
        let before = [self.living, self.lingering];
        if before == [count, 0] && !self.is_nudged {
            self.edit.begin(before);
        } else {
            counted::change(&mut self.edit, before, count);
            self.end_lingering(now);
        }
    }

    /// Works out births and deaths up to a time.
    pub(crate) fn bear_to(&mut self, [previous, now]: [Flicks; 2], every: f64, life: impl FnMut(u64) -> f64) {
        let Some(SetPlan::Born { full, .. }) = self.plan.set else { return };
        let Self { births, edit, deaths, ids, living, lingering, max, .. } = self;
        let birth = Birth { every, full, max: *max };
        births.advance(birth, [previous, now], &mut deaths[..*living as usize], life);
        births.change(edit, [*living, *lingering], ids, deaths, now);
        self.end_lingering(now);
    }

    /// How many elements were born so far, and whether it is unknown what the newest took.
    pub(crate) fn births_so_far(&self) -> (u64, bool) {
        (self.births.number, self.births.lacks_taken)
    }

    /// Gives the newest elements, of which that is unknown, what they took.
    pub(crate) fn give_taken(&mut self, taken: impl Iterator<Item = f64>) {
        self.births.give_taken(taken);
    }

    /// Takes the elements that events have borne, and works out deaths up to a time.
    pub(crate) fn take_newborns(&mut self, newborns: &mut Newborns, full: Full, now: Flicks) {
        let Self { births, edit, deaths, ids, living, lingering, max, .. } = self;
        births.take(newborns, now, (full, *max), &mut deaths[..*living as usize]);
        births.change(edit, [*living, *lingering], ids, deaths, now);
        self.end_lingering(now);
    }

    /// Takes what the host has given.
    pub(crate) fn take_given(&mut self, now: Flicks) {
        let Self { given, edit, ids, host_ids, living, lingering, sequence, .. } = self;
        let known = if host_ids.is_empty() { ids } else { &*host_ids };
        let drawn = if *lingering > 0 { &**sequence } else { &[] };
        given.change(edit, [*living, *lingering], known, drawn);
        self.end_lingering(now);
        if !self.host_ids.is_empty() && !self.edit.is_due() {
            // No row moves, but an element may go on under another id.
            self.given.write_ids(&mut self.host_ids);
        }
    }

    /// The elements are the letters of a text of some size from now on; some more have no room.
    pub(crate) fn spell(
        &mut self,
        (of, size): (Spoken, f64),
        (letters, refused): (&[Spelt], u64),
        now: Flicks,
    ) {
        // Where letters are the same but elsewhere, as with another space between them, that is no motion either.
        self.is_nudged |= self.given.spell((of, size), letters, refused);
        self.take_given(now);
    }

    /// Keeps the elements that there are, so that only what has lingered long enough goes.
    pub(crate) fn keep(&mut self, now: Flicks) {
        self.count_to(self.living, now);
    }

    /// Lets go of what has lingered long enough, and of what has no room: the ones nearest their end first. Then the edit is
    /// complete.
    fn end_lingering(&mut self, now: Flicks) {
        let Self { edit, since, deaths, plan, places, .. } = self;
        let [living, _] = edit.before;
        let went = |row: u32| match deaths.get(row as usize) {
            _ if row >= living => since[row as usize],
            Some(&death) if death <= now.0 => death,
            Some(_) | None => now.0,
        };
        if plan.leave == Flicks::ZERO {
            edit.gone.clear();
        } else {
            edit.gone.retain(|&row| went(row).saturating_add(plan.leave.0) > now.0);
        }
        let surplus = edit.gone.len().saturating_sub(self.room as usize - edit.from.len());
        if surplus > 0 {
            let order = &mut places[..edit.gone.len()];
            order.iter_mut().zip(0..).for_each(|(entry, at)| *entry = at);
            // Ties by their order, so that it is the same everywhere.
            order.select_nth_unstable_by_key(surplus - 1, |&at| (went(edit.gone[at as usize]), at));
            let first = &mut order[..surplus];
            first.sort_unstable();
            let (mut dropped, mut at) = (first.iter().peekable(), 0..);
            edit.gone.retain(|_| at.next().is_some_and(|at| dropped.next_if_eq(&&at).is_none()));
            self.dropped += surplus as u64;
        }
        self.edit.look();
    }

    /// Whether there is an edit: other elements live than before, or in another order, or the host says so.
    pub(crate) fn is_changed(&self) -> bool {
        self.is_nudged || self.edit.is_change()
    }

    /// Whether anything is to be done.
    pub(crate) fn is_due(&self) -> bool {
        self.is_nudged || self.edit.is_due()
    }

    /// Levels of fades follow an edit.
    pub(super) fn follow_levels(
        &self,
        levels: &mut [f32],
        scratch: &mut [f32],
        [enter, leave]: [Flicks; 2],
        now: Flicks,
    ) {
        let [living, _] = self.edit.before;
        let first = match self.plan.set {
            Some(SetPlan::Born { .. } | SetPlan::BornOn { .. }) => 0.0,
            Some(SetPlan::Counted { .. } | SetPlan::Host | SetPlan::Letters { .. }) | None => {
                f32::from(u8::from(!self.is_begun))
            }
        };
        let count = self.edit.from.len();
        for (at, row) in self.edit.rows().enumerate() {
            scratch[at] = match row {
                None => first,
                Some(row) if (row as u32) < living && at < count => levels[row],
                // It went: from what it was.
                Some(row) if (row as u32) < living => {
                    let went = self.deaths.get(row).copied().filter(|&death| death <= now.0);
                    level(levels[row], self.since[row], Flicks(went.unwrap_or(now.0)), enter, true)
                }
                // It has come back.
                Some(row) if at < count => level(levels[row], self.since[row], now, leave, false),
                Some(row) => levels[row],
            };
        }
        let rows = count + self.edit.gone.len();
        levels[..rows].copy_from_slice(&scratch[..rows]);
    }

    /// The number of elements that nothing else is kept of follows an edit.
    pub(super) fn take_count(&mut self) {
        (self.living, self.lingering) = (self.edit.from.len() as u32, 0);
    }

    /// Everything else that is kept per row follows an edit.
    pub(super) fn follow(&mut self, times: &mut [u64], now: Flicks) {
        self.follow_sequence();
        self.follow_news(times);
        let Self { edit, since, ids, host_ids, deaths, births, given, .. } = self;
        let (count, rows) = (edit.from.len(), edit.from.len() + edit.gone.len());
        let [lived, _] = edit.before;
        let is_born = !deaths.is_empty();
        let mut newborn = births.news.iter();
        for (at, row) in edit.rows().enumerate() {
            times[at] = match row {
                // It went: at its own time, if it has one.
                Some(row) if at >= count && (row as u32) < lived => {
                    deaths.get(row).copied().filter(|&death| death <= now.0).unwrap_or(now.0)
                }
                Some(row) if at >= count || (row as u32) < lived => since[row],
                None if is_born => newborn.next().map_or(now.0, |news| news.birth),
                Some(_) | None => now.0,
            };
        }
        since[..rows].copy_from_slice(&times[..rows]);
        if !ids.is_empty() {
            let mut newborn = births.news.iter();
            for (at, row) in edit.rows().enumerate() {
                times[at] = match row {
                    Some(row) => ids[row],
                    None if is_born => newborn.next().map_or(0, |news| news.number),
                    None => given.id(at),
                };
            }
            ids[..rows].copy_from_slice(&times[..rows]);
        }
        if !host_ids.is_empty() {
            for (at, row) in edit.rows().enumerate() {
                times[at] = match row {
                    Some(row) if at >= count || !given.is_current() => host_ids[row],
                    Some(_) | None => given.id(at),
                };
            }
            host_ids[..rows].copy_from_slice(&times[..rows]);
        }
        if is_born {
            let mut newborn = births.news.iter();
            for (at, row) in edit.rows().enumerate() {
                times[at] = match row {
                    Some(row) => deaths[row],
                    None => newborn.next().map_or(0, |news| news.death),
                };
            }
            deaths[..rows].copy_from_slice(&times[..rows]);
        }
        (self.living, self.lingering) = (count as u32, (rows - count) as u32);
        self.high_water = self.high_water.max(rows as u32);
        (self.is_edited, self.is_nudged) = (true, false);
    }

    /// What came is new, and what was new stays so until a frame is committed.
    fn follow_news(&mut self, times: &mut [u64]) {
        let Self { edit, news, .. } = self;
        let [lived, _] = edit.before;
        times[..lived as usize].fill(0);
        for &row in &*news {
            times[row as usize] = 1;
        }
        news.clear();
        let is_new = |row: u32| edit.lived(row as usize).is_none_or(|old| times[old] != 0);
        news.extend((0..edit.from.len() as u32).filter(|&row| is_new(row)));
    }

    /// What lingers is drawn before the first living element that was drawn behind it.
    fn follow_sequence(&mut self) {
        let Self { edit, sequence, places, .. } = self;
        if edit.gone.is_empty() || places.is_empty() {
            sequence.clear();
            return;
        }
        // Where each old row was drawn.
        let before = edit.before[0] + edit.before[1];
        let places = &mut places[..before as usize];
        for (place, at) in (0..).zip(0..before as usize) {
            let row = sequence.get(at).map_or(at, |&row| row as usize);
            places[row] = place;
        }
        sequence.clear();
        let mut gone = (edit.from.len() as u32..).zip(&edit.gone).peekable();
        let mut next = 0;
        for row in 0..edit.from.len() as u32 {
            // What is new is drawn with the next one that is not, so that nothing changes its order with that.
            next = next.max(row as usize);
            next += edit.from[next..].iter().take_while(|&&from| from == NEW).count();
            let place = edit.from.get(next).map_or(before, |&from| places[from as usize]);
            while let Some((at, _)) = gone.next_if(|&(_, &old)| places[old as usize] < place) {
                sequence.push(at);
            }
            sequence.push(row);
        }
        sequence.extend(gone.map(|(at, _)| at));
    }

    pub(super) fn write_ages(&self, lanes: &mut [f32], now: Flicks) {
        for (lane, &since) in lanes.iter_mut().zip(&self.since[..self.living as usize]) {
            *lane = now.since(Flicks(since)).as_secs_f64() as f32;
        }
    }

    pub(super) fn write_lives(&self, lanes: &mut [f32], now: Flicks) {
        let ends = self.since.iter().zip(&self.deaths);
        for (lane, (&since, &death)) in lanes.iter_mut().zip(ends.take(self.living as usize)) {
            *lane = ((now.0 - since) as f64 / (death - since).max(1) as f64) as f32;
        }
    }

    pub(super) fn write_ids(&self, lanes: &mut [u32], seed: u32) {
        for (lane, &id) in lanes.iter_mut().zip(&self.ids[..self.living as usize]) {
            *lane = element_id(fold(id), seed);
        }
    }

    pub(super) fn write_news(&self, lanes: &mut [u32]) {
        lanes[..self.living as usize].fill(0);
        for &row in &self.news {
            lanes[row as usize] = TRUE;
        }
    }

    /// What the newest elements took at their births. They are the last ones of those that live.
    pub(super) fn write_taken(&self, lanes: &mut [u32], component: u32, kind: Kind) {
        let Births { news, taken, width, .. } = &self.births;
        let first = (self.living as usize).saturating_sub(news.len());
        for (lane, news) in lanes[first..].iter_mut().zip(news) {
            if let Some(&value) = taken.get(news.row as usize * width + component as usize) {
                *lane = uniform_bits(kind, value).to_bits();
            }
        }
    }

    pub(super) fn write_given(&self, lanes: &mut [u32], component: u32) {
        self.given.write(lanes, component);
    }

    pub(super) fn write_fades(
        &self,
        lanes: &mut [f32],
        levels: &[f32],
        [enter, leave]: [Flicks; 2],
        now: Flicks,
    ) {
        let living = self.living as usize;
        for row in 0..self.rows() as usize {
            let lives = row < living;
            let time = if lives { enter } else { leave };
            lanes[row] = level(levels[row], self.since[row], now, time, lives);
        }
    }
}

/// A host's id as 32 bits.
fn fold(id: u64) -> u32 {
    let (low, high) = (id as u32, (id >> 32) as u32);
    if high == 0 { low } else { hash::hash2(low, high) }
}

/// How far an element is in sight that was `from` at a time: it rises or falls at a steady rate.
fn level(from: f32, since: u64, now: Flicks, whole: Flicks, rises: bool) -> f32 {
    let passed = now.since(Flicks(since)).0;
    if whole == Flicks::ZERO {
        return f32::from(u8::from(rises));
    }
    let share = (passed as f64 / whole.0 as f64) as f32;
    if rises { (from + share).min(1.0) } else { (from - share).max(0.0) }
}
