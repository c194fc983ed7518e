//! Continuity: what an edit would make jump stays where it is on screen, and the difference goes away by its policy.
//!
//! An *edit* changes which elements there are, or replaces the program. What was on screen in the frame before, less the value
//! that is computed behind the edit (*base*), is the *residual*. From then on what passes show is base + residual, and only
//! the residual goes away. So motion is never delayed: without an edit what is shown is the base, bit for bit, from the same
//! buffer. Where elements are born or given by the host, only values that are made of which elements there are change by an
//! edit; to all others nothing is added, except that an element which comes back while it is still drawn goes on from there.
//!
//! Springs keep the velocity, too: in the frame of an edit what is shown moves on as it did on screen, and from the next frame
//! on, when the base has moved once, the residual's rate is what was on screen less that.
//!
//! What is left of earlier edits goes away in the frame of an edit as in any other. So a count that changes in every frame
//! holds nothing up: values follow at the pace of their policy.
//!
//! All residuals of a value decay together: an edit in the middle of a transition begins from what is on screen, for all
//! elements. So a residual is kept as it was at the edit, and what is left of it is a closed function of the time since then
//! ([`Decay`]): however time is cut into frames, the same is left, and a frame writes nothing but what is shown.

mod kept;

use std::cmp::Ordering;

use super::clock::Clock;
use super::elements::{Edit, NEW};
use super::plan::Plan;
use super::plan::elements::ContinuityPlan;
use super::recall::Recall;
use crate::draw::Rgba8;
use crate::id::{BufferId, DomainId};
use crate::math::Real;
use crate::math::color::NOT_A_COLOR;
use crate::math::spring::spring;
use crate::program::Policy;
use crate::time::Flicks;
use crate::world::LaneBuffer;
use crate::world::tables::FieldBuffer;

pub(crate) use kept::KeptContinuity;

/// What is smaller than this is gone: a millionth of the world's unit square, of a turn, of a colour's range.
const GONE: f32 = 1e-6;

/// A packed colour is as near to what it was made of: half a step, and some for how that is rounded.
const GRAIN: f32 = 0.5001 / 255.0;

/// How much is left of a residual and of its rate, after some time: both are linear in what they were.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Decay {
    /// What is left of the residual, and how much of a rate (per second) has become of it.
    value: [f64; 2],
    /// The same for the rate.
    rate: [f64; 2],
    /// How large what is left may be at most, from now on: of the residual and of the rate.
    bound: [f64; 2],
}

impl Decay {
    const NOTHING: Self = Self { value: [0.0; 2], rate: [0.0; 2], bound: [0.0; 2] };

    /// After some time.
    fn after(policy: Policy, passed: Flicks) -> Self {
        let seconds = passed.as_secs_f64();
        let share =
            |whole: Flicks| if whole == Flicks::ZERO { 1.0 } else { passed.0 as f64 / whole.0 as f64 };
        let of_value = |left: f64| Self { value: [left, 0.0], rate: [0.0; 2], bound: [left.abs(), 0.0] };
        match policy {
            Policy::Preserve {} => of_value(1.0),
            Policy::Slew { tau: Flicks::ZERO } | Policy::Spring { response: Flicks::ZERO, .. } => {
                Self::NOTHING
            }
            Policy::Slew { tau } => of_value(Real::exp(-share(tau))),
            Policy::Crossfade { window, curve } => {
                let share = share(window);
                match curve {
                    _ if share >= 1.0 => Self::NOTHING,
                    None => of_value(1.0 - share),
                    // A curve may come back to 0 on its way.
                    Some(curve) => Self { bound: [1.0, 0.0], ..of_value(1.0 - curve.apply(share)) },
                }
            }
            // The time constant of a spring that never swings over is half its response.
            Policy::Spring { response, bounce } => {
                Self::spring(2.0 / response.as_secs_f64(), 1.0 - bounce, seconds)
            }
        }
    }

    /// `x'' = -w^2 x - 2 zeta w x'`, solved from a value and a rate; `zeta` is 1 where it never swings over.
    fn spring(w: f64, zeta: f64, t: f64) -> Self {
        let stiffness = w * w;
        let [p, q, u] = spring(stiffness, 2.0 * zeta * w, t);
        let fall = Real::exp(-zeta * w * t);
        // What is under this envelope stays under it.
        let lean = (1.0 - zeta * zeta).max(0.0).sqrt();
        let bound = if lean > 0.0 {
            [fall * (1.0 + zeta / lean), fall / (w * lean)]
        } else {
            [fall * (1.0 + w * t), fall * (t + 1.0 / w)]
        };
        Self { value: [p, q], rate: [-stiffness * q, u], bound }
    }
}

/// A continued value.
#[derive(Debug)]
struct Continued {
    plan: ContinuityPlan,
    /// Per component, at the edit: what was on screen less the base; and the rate of that, for springs. Between an edit and
    /// the sweeps behind it they hold what was on screen itself, and how fast it moved.
    residual: Vec<LaneBuffer>,
    rate: Vec<LaneBuffer>,
    /// When the last edit was.
    since: Flicks,
    /// How exactly it is known what was on screen.
    grain: f32,
    /// The largest residual and rate of any element.
    most: [f32; 2],
    /// Whether anything is left.
    is_active: bool,
    /// Whether the residual is still to be taken from the base, and the rate from the base's.
    awaits_base: bool,
    awaits_rate: bool,
    /// Whether only elements that have come back go on from what is on screen. The others keep what is left of earlier edits.
    is_of_returns: bool,
}

/// What springs are of themselves, and beside it what that was in the frame before.
#[derive(Debug)]
struct Aside {
    domain: DomainId,
    base: BufferId,
    before: BufferId,
    /// Whether an edit can work it out once more.
    is_recalled: bool,
    /// Whether not every frame writes it.
    is_kept: bool,
    /// Whether it was set aside in the frame that is being evaluated.
    is_set: bool,
}

/// All continued values.
#[derive(Debug, Default)]
pub(crate) struct ContinuityBook {
    rows: Vec<Continued>,
    /// By base: several values may have the same one.
    asides: Vec<Aside>,
    /// For each field buffer the one that is read in its place: of what is shown the base, while nothing is left.
    pub(crate) redirect: Vec<BufferId>,
    /// How much of a difference is continued: 1 all of it, 0 nothing.
    pub(crate) strength: f32,
    scratch: LaneBuffer,
    /// Whether no frame was evaluated yet: buffers hold nothing.
    is_fresh: bool,
    /// Whether nothing is left of the values for which idle frames are planned ([`ContinuityPlan::idles`]). Then colours may
    /// be in no buffer but packed.
    pub(crate) is_idle: bool,
    /// Seconds between the last two frames.
    last_dt: f64,
    pub(crate) recall: Recall,
}

/// When what is on screen is taken.
#[derive(Clone, Copy, Debug)]
struct Times {
    /// The time of the frame that is being evaluated.
    now: Flicks,
    /// Seconds between what is on screen and the frame before it.
    own: f64,
    /// Seconds from what is on screen to `now`.
    ahead: f64,
    /// Whether the values on screen were set aside, and those before them are in their place.
    is_aside: bool,
}

impl Times {
    fn of(clock: &Clock, last_dt: f64) -> Self {
        let [own, ahead] = if clock.again { [clock.dt, 0.0] } else { [last_dt, clock.dt] };
        Self { now: clock.now, own, ahead, is_aside: !clock.again }
    }
}

/// What was on screen of a value when a program ended, by row of its domain.
#[derive(Debug)]
pub(crate) struct Screened {
    /// How exactly it is known.
    grain: f32,
    pub(crate) turn: Option<f32>,
    pub(crate) values: Vec<Vec<f32>>,
    /// Per second; nothing where it is not known.
    pub(crate) rates: Vec<Vec<f32>>,
}

impl ContinuityBook {
    pub(crate) fn new(plan: &Plan, strength: f32) -> Self {
        let domains = &plan.program.data().domains;
        let room = |domain: DomainId| domains[domain.index()].capacity as usize;
        let buffers = |row: &ContinuityPlan, is_needed: bool| -> Vec<LaneBuffer> {
            let parts = if is_needed { row.parts.len() } else { 0 };
            (0..parts).map(|_| LaneBuffer::new(room(row.domain))).collect()
        };
        let rows = plan.continuities.iter().map(|row| Continued {
            plan: row.clone(),
            residual: buffers(row, true),
            rate: buffers(row, is_spring(row)),
            since: Flicks::ZERO,
            grain: GONE,
            most: [0.0; 2],
            is_active: false,
            awaits_base: false,
            awaits_rate: false,
            is_of_returns: false,
        });
        let most = plan.continuities.iter().map(|row| room(row.domain)).max().unwrap_or(0);
        let most = most.max(
            plan.domains.ids().filter(|&id| !plan.domains[id].kept.is_empty()).map(room).max().unwrap_or(0),
        );
        let mut book = Self {
            rows: rows.collect(),
            asides: asides(&plan.continuities),
            redirect: plan.buffer_names.ids().collect(),
            strength,
            scratch: LaneBuffer::new(most),
            is_fresh: true,
            is_idle: false,
            last_dt: 0.0,
            recall: Recall::new(plan),
        };
        book.rest();
        book
    }

    /// The bytes that a plan's residuals take beside the tables.
    pub(crate) fn bytes(plan: &Plan) -> usize {
        let domains = &plan.program.data().domains;
        let of_row = |row: &ContinuityPlan| {
            let buffers = row.parts.len() * (1 + usize::from(is_spring(row)));
            buffers * LaneBuffer::bytes(domains[row.domain.index()].capacity as usize)
        };
        plan.continuities.iter().map(of_row).sum::<usize>() + Recall::bytes(plan)
    }

    /// Nothing is left of anything.
    pub(crate) fn rest(&mut self) {
        let Self { rows, redirect, .. } = self;
        for row in rows {
            (row.is_active, row.awaits_base, row.awaits_rate) = (false, false, false);
            row.plan.parts.iter().for_each(|part| redirect[part.shown.index()] = part.base);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// A frame's sweeps are about to run: what springs were in the frame before is set aside, but for what an edit can work
    /// out once more if nothing is left of the one before. `rows` are the living and lingering ones of a domain.
    pub(crate) fn set_aside(&mut self, fields: &mut [FieldBuffer], rows: impl Fn(DomainId) -> [u32; 2]) {
        let is_idle = self.is_idle;
        for aside in self.asides.iter_mut().filter(|aside| !(is_idle && aside.is_recalled)) {
            aside.exchange(fields, rows(aside.domain));
            aside.is_set = true;
        }
    }

    /// The same of what is worked out once more. `is_set` says whether it is what was in the frame before.
    pub(crate) fn set_recalled_aside(
        &mut self,
        fields: &mut [FieldBuffer],
        is_set: bool,
        rows: impl Fn(DomainId) -> [u32; 2],
    ) {
        for aside in self.asides.iter_mut().filter(|aside| aside.is_recalled) {
            aside.exchange(fields, rows(aside.domain));
            aside.is_set = is_set;
        }
    }

    /// Whether this frame is idle.
    pub(crate) fn look_whether_idle(&mut self) {
        let mut rows = self.rows.iter().filter(|row| row.plan.idles);
        self.is_idle = rows.all(|row| !row.is_active && !row.awaits_base);
    }

    /// Puts the components of idle colours where those of others are: as they were on screen, to a byte. Says whether the
    /// frame on screen was idle.
    pub(crate) fn unpack(&mut self, fields: &mut [FieldBuffer], rows: impl Fn(DomainId) -> u32) -> bool {
        let is_packed = self.is_idle && !self.is_fresh;
        for row in self.rows.iter_mut().filter(|row| !row.awaits_base) {
            let Some(packed) = row.plan.packed else { continue };
            // What lives is worked out once more.
            row.grain = if is_packed && !row.plan.is_recalled { GRAIN } else { GONE };
            if !is_packed {
                continue;
            }
            let count = rows(row.plan.domain) as usize;
            for (k, part) in row.plan.parts.iter().enumerate().filter(|(_, part)| part.is_unwritten) {
                let mut out = std::mem::take(&mut fields[part.base.index()].0);
                let colors = &fields[packed.index()].0.u32()[..count];
                for (lane, &color) in out.f32_mut().iter_mut().zip(colors) {
                    let byte = Rgba8(color).to_array()[k];
                    *lane = if color == NOT_A_COLOR { f32::NAN } else { f32::from(byte) / 255.0 };
                }
                fields[part.base.index()].0 = out;
            }
        }
        is_packed
    }

    /// Takes what is on screen of values that a change of some domains' sets may make jump. `edit_of` has the edits of domains,
    /// and whether all values of a domain are edited.
    pub(crate) fn capture<'e>(
        &mut self,
        changed: u64,
        clock: &Clock,
        edit_of: impl Fn(DomainId) -> Option<(&'e Edit, bool)>,
        rows: impl Fn(DomainId) -> [u32; 2],
        fields: &[FieldBuffer],
    ) {
        if self.is_fresh {
            return;
        }
        let times = Times::of(clock, self.last_dt);
        for row in &mut self.rows {
            // What is not made of the sets is not moved by their change: there it is about those that have come back.
            let [is_all, comes_back] = match edit_of(row.plan.domain) {
                _ if row.plan.of_sets & changed != 0 => [true, false],
                Some((edit, all)) => [all, edit.comes_back()],
                None => [false, false],
            };
            if (is_all || comes_back) && !row.awaits_base {
                row.is_of_returns = !is_all && row.plan.of_sets == 0;
                row.capture(rows(row.plan.domain), times, fields);
            }
        }
    }

    /// Values of a domain follow their elements.
    pub(crate) fn follow(&mut self, domain: DomainId, edit: &Edit, fields: &mut [FieldBuffer]) {
        let Self { rows, asides, scratch, is_fresh, .. } = self;
        for row in rows.iter_mut().filter(|row| row.plan.domain == domain) {
            // What is new has nothing to go on from.
            let new = |awaits: bool| if awaits { f32::NAN } else { 0.0 };
            let [value, rate] = [row.awaits_base, row.awaits_base || row.awaits_rate].map(new);
            if row.awaits_base || row.is_active {
                let values = row.residual.iter_mut().map(|lanes| (lanes, value));
                for (lanes, new) in values.chain(row.rate.iter_mut().map(|lanes| (lanes, rate))) {
                    gather(lanes.f32_mut(), scratch.f32_mut(), edit, new);
                }
            }
        }
        for aside in asides.iter().filter(|aside| aside.domain == domain && !*is_fresh) {
            gather(fields[aside.before.index()].0.f32_mut(), scratch.f32_mut(), edit, f32::NAN);
        }
    }

    /// What is on screen of every value, by its key: the program ends. `rows` are the living and lingering ones of a domain.
    pub(crate) fn screened(
        &mut self,
        clock: &Clock,
        fields: &[FieldBuffer],
        rows: impl Fn(DomainId) -> [u32; 2],
    ) -> Vec<(String, Screened)> {
        let mut all = Vec::new();
        let times = Times { now: clock.now, own: clock.dt, ahead: 0.0, is_aside: false };
        for row in self.rows.iter_mut().filter(|_| !self.is_fresh) {
            let rows = rows(row.plan.domain);
            row.is_of_returns = false;
            row.capture(rows, times, fields);
            let count = rows.iter().sum::<u32>() as usize;
            let copy = |lanes: &LaneBuffer| lanes.f32()[..count].to_vec();
            let (values, rates) =
                (row.residual.iter().map(copy).collect(), row.rate.iter().map(copy).collect());
            all.push((
                row.plan.key.clone(),
                Screened { grain: row.grain, turn: row.plan.turn, values, rates },
            ));
        }
        all
    }

    /// Goes on from what was on screen in another program: `edit` says which rows those are in this one, and there is to be
    /// room for `room` of them, as that program may have had more.
    pub(crate) fn adopt<'s>(
        &mut self,
        domain: DomainId,
        edit: &Edit,
        room: u32,
        mut screened: impl FnMut(&str) -> Option<&'s Screened>,
    ) {
        let room = room as usize;
        self.scratch.grow(room);
        for row in self.rows.iter_mut().filter(|row| row.plan.domain == domain) {
            row.residual.iter_mut().chain(&mut row.rate).for_each(|lanes| lanes.grow(room));
            let before = screened(&row.plan.key).filter(|before| before.values.len() == row.residual.len());
            let Some(before) = before else { continue };
            // Both may count the same turn in another unit.
            let unit = match (before.turn, row.plan.turn) {
                (Some(from), Some(to)) => to / from,
                (None, None) => 1.0,
                (Some(_), None) | (None, Some(_)) => continue,
            };
            // What is new has nothing to go on from.
            let place = |lanes: &mut [LaneBuffer], columns: &[Vec<f32>]| {
                for (k, lanes) in lanes.iter_mut().enumerate() {
                    let values = columns.get(k).map_or(&[][..], Vec::as_slice);
                    for (lane, &from) in lanes.f32_mut().iter_mut().zip(&edit.from) {
                        *lane = values.get(from as usize).map_or(f32::NAN, |&value| in_unit(value, unit));
                    }
                }
            };
            place(&mut row.residual, &before.values);
            place(&mut row.rate, &before.rates);
            (row.grain, row.awaits_base, row.is_of_returns) = (before.grain, true, false);
        }
    }

    /// Rows that linger keep what passes showed of them.
    pub(crate) fn keep(&mut self, kept: &[BufferId], edit: &Edit, fields: &mut [FieldBuffer]) {
        if edit.gone.is_empty() {
            return;
        }
        let first = edit.from.len();
        for &buffer in kept {
            let shown = self.on_screen(buffer);
            if edit.lingers_in_place() && shown == buffer && !self.is_shown(buffer) {
                continue;
            }
            let scratch = &mut self.scratch.f32_mut()[..edit.gone.len()];
            let from = fields[shown.index()].0.f32();
            for (lane, &old) in scratch.iter_mut().zip(&edit.gone) {
                *lane = from[old as usize];
            }
            for buffer in self.twins(buffer) {
                let lanes = &mut fields[buffer.index()].0.f32_mut()[first..first + edit.gone.len()];
                lanes.copy_from_slice(&self.scratch.f32()[..edit.gone.len()]);
            }
        }
    }

    /// A frame was evaluated: from now on buffers hold something.
    pub(crate) fn end(&mut self, plan: &Plan, clock: &Clock, registers: &[f64]) {
        self.recall.note(&plan.recall, registers, [clock.again, self.is_fresh]);
        self.asides.iter_mut().for_each(|aside| aside.is_set = false);
        self.is_fresh = false;
        self.last_dt = clock.dt;
    }

    /// A buffer, and the base that it is shown in place of, if it is.
    pub(crate) fn twins(&self, buffer: BufferId) -> impl Iterator<Item = BufferId> + use<> {
        [Some(buffer), self.base_of(buffer)].into_iter().flatten()
    }

    /// The buffer of what is on screen of a buffer that passes read.
    fn on_screen(&self, buffer: BufferId) -> BufferId {
        let shown = self.redirect[buffer.index()];
        let aside = self.asides.iter().find(|aside| aside.is_set && aside.base == shown);
        aside.map_or(shown, |aside| aside.before)
    }

    fn is_shown(&self, buffer: BufferId) -> bool {
        self.base_of(buffer).is_some()
    }

    /// The base of a buffer that is shown in its place.
    fn base_of(&self, buffer: BufferId) -> Option<BufferId> {
        let parts = self.rows.iter().flat_map(|row| &row.plan.parts);
        parts.filter(|part| part.shown == buffer).map(|part| part.base).next()
    }

    /// Behind the sweeps of a stage: takes residuals from the new base, and works out what is shown. `living` says how many
    /// elements there are, and where they come from.
    pub(crate) fn show<'e>(
        &mut self,
        stage: u32,
        clock: &Clock,
        fields: &mut [FieldBuffer],
        living: impl Fn(DomainId) -> (usize, &'e Edit),
    ) {
        let now = clock.now;
        // A frame that is evaluated again takes no time.
        let dt = if clock.again { 0.0 } else { clock.dt };
        let Self { rows, redirect, strength, .. } = self;
        let is_shown = |row: &Continued| row.is_active || row.awaits_base;
        for row in rows.iter_mut().filter(|row| row.plan.stage == stage && is_shown(row)) {
            let (count, edit) = living(row.plan.domain);
            if row.awaits_base {
                row.settle(*strength, now, (count, edit), fields);
            } else if row.awaits_rate {
                row.settle_rate(*strength, dt, count, fields);
            }
            let decay = Decay::after(row.plan.policy, now.since(row.since));
            let [residual, rate] = [0, 1].map(|k| decay.bound[k] * f64::from(row.most[k]));
            // An edit may leave nothing at all, as where all elements are new.
            row.is_active &= row.awaits_rate || residual + rate >= f64::from(GONE);
            for (k, part) in row.plan.parts.iter().enumerate() {
                redirect[part.shown.index()] = if row.is_active { part.shown } else { part.base };
                if row.is_active {
                    let rates = row.rate.get(k).filter(|_| !row.awaits_rate);
                    add(fields, [part.base, part.shown], count, &row.residual[k], rates, decay);
                }
            }
        }
    }
}

/// What is set aside of some values, once however many they are.
fn asides(values: &[ContinuityPlan]) -> Vec<Aside> {
    let mut asides: Vec<Aside> = Vec::new();
    for value in values {
        for part in &value.parts {
            let Some(before) = part.before else { continue };
            match asides.iter_mut().find(|aside| aside.base == part.base) {
                Some(aside) => aside.is_recalled |= value.is_recalled,
                None => asides.push(Aside {
                    domain: value.domain,
                    base: part.base,
                    before,
                    is_recalled: value.is_recalled,
                    is_kept: part.is_kept,
                    is_set: false,
                }),
            }
        }
    }
    asides
}

impl Aside {
    /// Exchanges the values of two frames. Rows that linger are what they are, and all are of what the next frame may not write.
    fn exchange(&self, fields: &mut [FieldBuffer], [living, lingering]: [u32; 2]) {
        let [base, before] = [self.base, self.before].map(BufferId::index);
        let values = std::mem::take(&mut fields[base].0);
        let old = std::mem::replace(&mut fields[before].0, values);
        fields[base].0 = old;
        let first = if self.is_kept { 0 } else { living };
        if first < living + lingering {
            copy_rows(fields, before, base, first as usize..(living + lingering) as usize);
        }
    }
}

impl Continued {
    /// Takes what would be on screen now without the edit, and how fast that moves: of springs the base goes on as it did, and
    /// of everything less is left of earlier edits than in the frame before. So edits in every frame do not hold it up.
    fn capture(&mut self, [living, lingering]: [u32; 2], times: Times, fields: &[FieldBuffer]) {
        let decay = self.is_active.then(|| Decay::after(self.plan.policy, times.now.since(self.since)));
        let (living, all) = (living as usize, (living + lingering) as usize);
        let of_base = f64::from(u8::from(!self.is_of_returns));
        for (k, part) in self.plan.parts.iter().enumerate() {
            let here = fields[part.base.index()].0.f32();
            // Springs set values aside: what was on screen, and before that.
            let [shown, before] = match part.before.map(|before| fields[before.index()].0.f32()) {
                Some(aside) if times.is_aside => [aside, here],
                Some(aside) => [here, aside],
                None => [here, here],
            };
            let residual = self.residual[k].f32_mut();
            // What lingers is as it was kept.
            residual[living..all].copy_from_slice(&shown[living..all]);
            let Some(rates) = self.rate.get_mut(k).map(LaneBuffer::f32_mut) else {
                let left = decay.map(|decay| decay.value[0] as f32);
                let lanes = residual[..living].iter_mut().zip(&shown[..living]);
                match (left, self.is_of_returns) {
                    (Some(left), false) => lanes.for_each(|(value, shown)| *value = shown + left * *value),
                    (Some(left), true) => lanes.for_each(|(value, _)| *value *= left),
                    (None, false) => residual[..living].copy_from_slice(&shown[..living]),
                    (None, true) => residual[..living].fill(0.0),
                }
                continue;
            };
            rates[living..all].fill(0.0);
            for at in 0..living {
                let own = f64::from(self.plan.step(before[at], shown[at])) / times.own;
                let own = if own.is_finite() { own } else { 0.0 };
                let (value, rate) = (f64::from(residual[at]), f64::from(rates[at]));
                // In the frame behind an edit it is not known yet how fast the base moves that the edit has moved: as if it
                // were at rest, the rate is that of what is on screen.
                let [own, rate] = match self.awaits_rate {
                    true if rate.is_finite() => [0.0, rate],
                    true => [own, 0.0],
                    false => [own, rate],
                };
                let of = |[value_share, rate_share]: [f64; 2]| value_share * value + rate_share * rate;
                let [left, moves] = decay.map_or([0.0; 2], |decay| [of(decay.value), of(decay.rate)]);
                residual[at] = (of_base * (f64::from(shown[at]) + own * times.ahead) + left) as f32;
                rates[at] = marked((own + moves) as f32, left.abs().max(moves.abs()) >= f64::from(GONE));
            }
        }
        (self.awaits_base, self.awaits_rate) = (true, false);
    }

    /// Takes the residual from the base behind an edit.
    fn settle(&mut self, strength: f32, now: Flicks, (count, edit): (usize, &Edit), fields: &[FieldBuffer]) {
        let is_spring = is_spring(&self.plan);
        self.most = [0.0; 2];
        let is_plain = !is_spring && !self.is_of_returns && self.plan.turn.is_none() && self.grain == GONE;
        for (k, part) in self.plan.parts.iter().enumerate() {
            let base = fields[part.base.index()].0.f32();
            if is_plain {
                let most = settle_lanes(&mut self.residual[k].f32_mut()[..count], &base[..count], strength);
                self.most[0] = self.most[0].max(most);
                continue;
            }
            let mut rates = self.rate.get_mut(k).map(LaneBuffer::f32_mut);
            for (at, value) in self.residual[k].f32_mut()[..count].iter_mut().enumerate() {
                // What goes on as it did keeps what is left of earlier edits.
                let is_left = self.is_of_returns && edit.lived(at).is_some();
                let difference = if is_left { *value } else { self.plan.step(base[at], *value) };
                let strength = if is_left { 1.0 } else { strength };
                // What is new has nothing to go on from, and what the edit does not move goes its own way. Of a colour that
                // was packed only what is in range was seen.
                let is_moved = match self.grain {
                    GRAIN if !is_left => (*value - base[at].clamp(0.0, 1.0)).abs() > GRAIN,
                    GRAIN => difference.abs() >= GONE,
                    grain => difference.abs() >= grain,
                };
                *value = if is_moved { difference * strength } else { 0.0 };
                self.most[0] = self.most[0].max(value.abs());
                if let Some(rate) = rates.as_mut().map(|rates| &mut rates[at]) {
                    *rate = if is_moved || is_marked(*rate) { *rate } else { f32::NAN };
                    self.most[1] = self.most[1].max(rate.abs());
                }
            }
        }
        self.since = now;
        self.grain = GONE;
        self.awaits_base = false;
        self.awaits_rate = is_spring && self.most != [0.0; 2];
        self.is_active = self.awaits_rate || self.most[0] >= GONE;
    }

    /// Takes the rate from that of the base, in the frame behind an edit.
    fn settle_rate(&mut self, strength: f32, dt: f64, count: usize, fields: &[FieldBuffer]) {
        if dt <= 0.0 {
            return;
        }
        self.most[1] = 0.0;
        for (k, part) in self.plan.parts.iter().enumerate() {
            let Some(rates) = self.rate.get_mut(k) else { continue };
            let before = part.before.unwrap_or(part.base);
            let [base, before] = [part.base, before].map(|buffer| fields[buffer.index()].0.f32());
            for (at, rate) in rates.f32_mut()[..count].iter_mut().enumerate() {
                let own = f64::from(self.plan.step(before[at], base[at])) / dt;
                let left = (f64::from(*rate) - own) as f32 * strength;
                *rate = if left.is_finite() { left } else { 0.0 };
                self.most[1] = self.most[1].max(rate.abs());
            }
        }
        self.awaits_rate = false;
    }
}

/// Residuals of what was on screen, where nothing else is asked of them: a loop that compilers make vectors of. Gives the
/// largest.
fn settle_lanes(values: &mut [f32], base: &[f32], strength: f32) -> f32 {
    // Bits of what is not negative are in the order of the numbers.
    let mut most = 0;
    for (value, base) in values.iter_mut().zip(base) {
        let difference = *value - base;
        // What is new has nothing to go on from: there it is no number.
        let is_moved = difference.abs() >= GONE;
        *value = if is_moved { difference * strength } else { 0.0 };
        most = most.max(value.abs().to_bits());
    }
    f32::from_bits(most)
}

/// A rate whose last bit says that something is left of earlier edits, so that a spring is not stopped where an edit finds it
/// passing through the base. It follows the element as the rate does.
fn marked(rate: f32, is_left: bool) -> f32 {
    f32::from_bits(rate.to_bits() & !1 | u32::from(is_left))
}

/// A value or a rate in another unit. The last bit stays, for it may be a mark.
fn in_unit(value: f32, unit: f32) -> f32 {
    f32::from_bits((value * unit).to_bits() & !1 | value.to_bits() & 1)
}

/// Whether a rate is marked.
fn is_marked(rate: f32) -> bool {
    rate.is_finite() && rate.to_bits() & 1 == 1
}

impl ContinuityPlan {
    /// From one value to another; of an angle the short way round.
    fn step(&self, from: f32, to: f32) -> f32 {
        let step = to - from;
        self.turn.map_or(step, |turn| step - Real::round(step / turn) * turn)
    }
}

fn is_spring(plan: &ContinuityPlan) -> bool {
    matches!(plan.policy, Policy::Spring { .. })
}

/// Lanes go to the new rows of living elements; those that are new get a value.
fn gather(lanes: &mut [f32], scratch: &mut [f32], edit: &Edit, new: f32) {
    for (to, &from) in scratch.iter_mut().zip(&edit.from) {
        *to = if from == NEW { new } else { lanes[from as usize] };
    }
    lanes[..edit.from.len()].copy_from_slice(&scratch[..edit.from.len()]);
}

/// Copies rows from one buffer to another.
fn copy_rows(fields: &mut [FieldBuffer], from: usize, to: usize, range: std::ops::Range<usize>) {
    let (from, to) = match from.cmp(&to) {
        Ordering::Less => {
            let (left, right) = fields.split_at_mut(to);
            (&left[from], &mut right[0])
        }
        Ordering::Greater => {
            let (left, right) = fields.split_at_mut(from);
            (&right[0], &mut left[to])
        }
        Ordering::Equal => return,
    };
    to.0.f32_mut()[range.clone()].copy_from_slice(&from.0.f32()[range]);
}

/// What is shown: the base with what is left.
fn add(
    fields: &mut [FieldBuffer],
    [base, shown]: [BufferId; 2],
    count: usize,
    residual: &LaneBuffer,
    rate: Option<&LaneBuffer>,
    decay: Decay,
) {
    let mut out = std::mem::take(&mut fields[shown.index()].0);
    let base = &fields[base.index()].0.f32()[..count];
    let residual = &residual.f32()[..count];
    let [of_value, of_rate] = decay.value.map(|share| share as f32);
    let lanes = &mut out.f32_mut()[..count];
    let put =
        |lane: &mut f32, base: f32, left: f32| *lane = if left.abs() < GONE { base } else { base + left };
    match rate {
        Some(rate) => {
            let left = residual.iter().zip(&rate.f32()[..count]);
            for ((lane, &base), (&value, &rate)) in lanes.iter_mut().zip(base).zip(left) {
                put(lane, base, value * of_value + rate * of_rate);
            }
        }
        None => {
            for ((lane, &base), &value) in lanes.iter_mut().zip(base).zip(residual) {
                put(lane, base, value * of_value);
            }
        }
    }
    fields[shown.index()].0 = out;
}
