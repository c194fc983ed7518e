//! State: cells of one's own, and the ready operators made of them.

use super::super::format::{Cell, Node, Ring};
use super::super::op::Op;
use super::super::types::Type;
use super::{Arg, Builder, DomainRef, Value};

use crate::math::spring::STIFFNESS_MAX;
use crate::time::Flicks;

/// Frames per second up to which a delay in time keeps the same number of frames.
const COMMON_RATE: f64 = 144.0;

/// The suffix of the key of a cell that belongs to another: the velocity of a spring.
const VELOCITY: &str = "/velocity";
/// Behind the key of what a time was in the last frame.
const LAST: &str = "/last";
/// The target that something which goes round had in the last frame.
const TARGET: &str = "/target";
/// Whether a trigger was true in the last frame.
const TRIGGER: &str = "/trigger";

/// A colour with its alpha in the other components.
fn premultiplied(color: Value<'_>) -> Value<'_> {
    let alpha = color.component(3);
    (color * alpha).with_alpha(alpha)
}

/// A colour of which [`premultiplied`] was taken; none where there is no alpha.
fn straight(color: Value<'_>) -> Value<'_> {
    let alpha = color.component(3);
    let is_seen = alpha.gt(0.0);
    is_seen.select((color / alpha).with_alpha(alpha), (color * 0.0).with_alpha(alpha))
}

/// A state cell of a builder.
#[derive(Clone, Copy)]
pub struct CellRef<'b> {
    builder: &'b Builder,
    cell: u32,
}

impl std::fmt::Debug for CellRef<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CellRef").field("cell", &self.cell).finish_non_exhaustive()
    }
}

impl<'b> CellRef<'b> {
    /// The value of the cell when the frame began.
    pub fn get(self) -> Value<'b> {
        self.leaf(Op::Cell)
    }

    /// Whether the cell still holds its initial value.
    pub fn fresh(self) -> Value<'b> {
        self.leaf(Op::Fresh)
    }

    /// Marks it as durable: a host that keeps state on disk keeps its value. For cells that are no delay lines and not of elements.
    pub fn durable(self) -> Self {
        self.builder.inner.borrow_mut().data.cells[self.cell as usize].durable = true;
        self
    }

    /// Sets the value of the cell from the next frame on.
    pub fn next(self, value: Value<'b>) {
        self.builder.inner.borrow_mut().nexts.push((self.cell, value.node));
    }

    /// The row of the cell.
    pub(crate) fn row(self) -> u32 {
        self.cell
    }

    fn leaf(self, op: Op) -> Value<'b> {
        self.builder.node(Node { index: Some(self.cell), ..Node::new(op, &[]) })
    }
}

/// State.
impl Builder {
    /// A cell with a stable key; `initial` fills every component. With a domain, every element has its own.
    pub fn cell(&self, key: &str, ty: Type, initial: f64, domain: Option<DomainRef>) -> CellRef<'_> {
        self.cell_or_ring(key, ty, initial, domain, None)
    }

    /// A cell that has a text of the program until it is set.
    pub(crate) fn text_cell(&self, key: &str, row: u32, domain: Option<DomainRef>) -> CellRef<'_> {
        let cell = self.cell(key, Type::Text, 0.0, domain);
        let draft = &mut *self.inner.borrow_mut();
        let storage = draft.data.cells[cell.cell as usize].storage;
        draft.data.cells[cell.cell as usize].initial = Some(draft.constant(storage, f64::from(row)));
        cell
    }

    fn cell_or_ring(
        &self,
        key: &str,
        ty: Type,
        initial: f64,
        domain: Option<DomainRef>,
        ring: Option<Ring>,
    ) -> CellRef<'_> {
        let storage = if domain.is_some() { ty.field_storage() } else { ty.signal_storage() };
        let cell = {
            let mut draft = self.inner.borrow_mut();
            let rows = ty.stride() * ring.map_or(1, |ring| ring.length);
            // Cells per element share one space, the others have one for each storage class.
            let end = draft.cell_ends.entry(domain.is_none().then_some(storage)).or_insert(0);
            let offset = *end;
            *end = end.saturating_add(rows);
            let capacity = |d: DomainRef| draft.data.domains.get(d.0 as usize).map_or(1, |row| row.capacity);
            let capacity = domain.map_or(1, capacity);
            let initial = (initial != 0.0).then(|| draft.constant(storage, initial));
            let size = rows.saturating_mul(capacity);
            Cell {
                key: key.into(),
                ty,
                storage,
                offset,
                size,
                initial,
                domain: domain.map(|d| d.0),
                ring,
                durable: false,
                kept: Vec::new(),
            }
        };
        CellRef { builder: self, cell: self.add_cell(cell) }
    }

    /// A cell for values such as `like`, per element where it or something it moves by is.
    fn cell_of<'b>(&'b self, key: &str, like: Value<'b>, by: &[Value<'b>]) -> CellRef<'b> {
        let domain = like.domain().or_else(|| by.iter().find_map(|value| value.domain()));
        self.cell(key, like.ty(), 0.0, domain)
    }

    /// Whether a bool has become true in this frame; being true in frame 0 counts.
    fn rises<'b>(&'b self, key: &str, trigger: Value<'b>) -> Value<'b> {
        let before = self.cell_of(&format!("{key}{TRIGGER}"), trigger, &[]);
        before.next(trigger);
        trigger.and(!before.get())
    }

    /// A bool that changes sides each time `trigger`, a bool, becomes true; being true in frame 0 counts. Starts as
    /// false.
    pub fn toggle<'b>(&'b self, key: &str, trigger: Value<'b>) -> Value<'b> {
        let cell = self.cell(key, Type::Bool, 0.0, trigger.domain());
        let side = self.op(Op::Xor, &[cell.get().into(), self.rises(key, trigger).into()]);
        cell.next(side);
        side
    }

    /// How often `trigger`, a bool, has become true, as an int; being true in frame 0 counts.
    pub fn count_rises<'b>(&'b self, key: &str, trigger: Value<'b>) -> Value<'b> {
        let cell = self.cell(key, Type::Int, 0.0, trigger.domain());
        let count = cell.get() + self.rises(key, trigger).select(self.int(1), self.int(0));
        cell.next(count);
        count
    }

    /// A float that rises from 0 to 1 in `attack` seconds while `gate`, a bool, is true, and falls to 0 in `decay`
    /// seconds while it is not. A time of 0 takes the whole way in one frame.
    pub fn envelope<'b>(
        &'b self,
        key: &str,
        gate: Value<'b>,
        attack: impl Into<Arg<'b>>,
        decay: impl Into<Arg<'b>>,
    ) -> Value<'b> {
        let (attack, decay) = (attack.into().value(self), decay.into().value(self));
        let domain = [gate, attack, decay].iter().find_map(|value| value.domain());
        let cell = self.cell(key, Type::Float, 0.0, domain);
        let step = |time: Value<'b>| time.gt(0.0).select(self.dt() / time, 1.0);
        let level = (cell.get() + gate.select(step(attack), -step(decay))).clamp01();
        cell.next(level);
        level
    }

    /// A bool that becomes true when `x` is above `high`, becomes false when it is below `low`, and stays as it was
    /// between. Starts as false.
    pub fn hysteresis<'b>(
        &'b self,
        key: &str,
        x: Value<'b>,
        low: impl Into<Arg<'b>>,
        high: impl Into<Arg<'b>>,
    ) -> Value<'b> {
        let (low, high) = (low.into().value(self), high.into().value(self));
        let domain = [x, low, high].iter().find_map(|value| value.domain());
        let cell = self.cell(key, Type::Bool, 0.0, domain);
        let kept = x.lt(low).select(self.bool(false), cell.get());
        let is_high = x.gt(high).select(self.bool(true), kept);
        cell.next(is_high);
        is_high
    }

    /// The running integral of a rate per second.
    pub fn integrate<'b>(&'b self, key: &str, rate: Value<'b>) -> Value<'b> {
        let cell = self.cell_of(key, rate, &[]);
        let sum = cell.get() + rate * self.dt();
        cell.next(sum);
        sum
    }

    /// `time` at a speed that may change without a jump: what passes of it in a frame counts so many times. Starts at
    /// `time * speed`.
    pub fn scaled_time<'b>(&'b self, key: &str, time: Value<'b>, speed: Value<'b>) -> Value<'b> {
        let cell = self.cell_of(key, time, &[speed]);
        let last = self.cell_of(&format!("{key}{LAST}"), time, &[]);
        last.next(time);
        let moved = cell.get() + (time - last.get()) * speed;
        let value = cell.fresh().select(time * speed, moved);
        cell.next(value);
        value
    }

    /// Follows `target` with an exponential lag of `tau` seconds; starts at its first value. A `tau` of 0 follows at
    /// once. Right for any frame rate: the share of the way that is left after `dt` is `exp(-dt / tau)`.
    pub fn lag<'b>(&'b self, key: &str, target: Value<'b>, tau: impl Into<Arg<'b>>) -> Value<'b> {
        let tau = tau.into().value(self);
        let cell = self.cell_of(key, target, &[tau]);
        let left = self.left_of_lag(tau);
        // Colours are mixed, so that what fades keeps its colour.
        let moved = match target.ty() {
            Type::Color => target.mix(cell.get(), left),
            _ => target + (cell.get() - target) * left,
        };
        let value = cell.fresh().select(target, moved);
        cell.next(value);
        value
    }

    /// The share of the way that a lag has still before it after a frame.
    fn left_of_lag<'b>(&'b self, tau: Value<'b>) -> Value<'b> {
        tau.gt(0.0).select((-(self.dt() / tau)).exp(), 0.0)
    }

    /// As [`lag`](Self::lag), for a target that goes round, in turns or cycles: where it jumps, the short way is taken,
    /// and whole turns that it makes are followed. The result may be outside of `[0, 1)`.
    pub fn lag_around<'b>(&'b self, key: &str, target: Value<'b>, tau: impl Into<Arg<'b>>) -> Value<'b> {
        let tau = tau.into().value(self);
        let (cell, behind) = self.behind(key, target, &[tau]);
        let offset = behind * self.left_of_lag(tau);
        cell.next(offset);
        target + offset
    }

    /// A cell for how far a value is from a target that goes round, and how far that is now that the target has
    /// moved: by the short way, for a jump of nearly a turn is a small step back.
    fn behind<'b>(&'b self, key: &str, target: Value<'b>, by: &[Value<'b>]) -> (CellRef<'b>, Value<'b>) {
        let offset = self.cell_of(key, target, by);
        let before = self.cell_of(&format!("{key}{TARGET}"), target, by);
        before.next(target);
        // A target that was never seen before is not lagged.
        let moved = (target - before.fresh().select(target, before.get())).fract_signed();
        (offset, offset.get() - moved)
    }

    /// Follows `target` at no more than `up` and `down` units per second (both at least 0); starts at its first
    /// value.
    pub fn slew<'b>(
        &'b self,
        key: &str,
        target: Value<'b>,
        up: impl Into<Arg<'b>>,
        down: impl Into<Arg<'b>>,
    ) -> Value<'b> {
        let (up, down) = (up.into().value(self) * self.dt(), down.into().value(self) * self.dt());
        let cell = self.cell_of(key, target, &[up, down]);
        let moved = cell.get() + (target - cell.get()).clamp(-down, up);
        let value = cell.fresh().select(target, moved);
        cell.next(value);
        value
    }

    /// As [`slew`](Self::slew), for a target that goes round, in turns or cycles, always by the short way from where it
    /// stands. The result may be outside of `[0, 1)`.
    pub fn slew_around<'b>(
        &'b self,
        key: &str,
        target: Value<'b>,
        up: impl Into<Arg<'b>>,
        down: impl Into<Arg<'b>>,
    ) -> Value<'b> {
        let (up, down) = (up.into().value(self) * self.dt(), down.into().value(self) * self.dt());
        let (cell, behind) = self.behind(key, target, &[up, down]);
        let behind = behind.fract_signed();
        let offset = behind + (-behind).clamp(-down, up);
        cell.next(offset);
        target + offset
    }

    /// A mass of 1 on a spring to `target`, with `stiffness` per second squared and `damping` per second; see
    /// [`Op::Spring`] for their limits, and [`spring_of_frequency`](Self::spring_of_frequency) for other words. Starts
    /// at its first target with `velocity` (of the target's type, per second), or at rest. Each component of a vector
    /// moves by itself; colours move premultiplied, so that what fades keeps its colour. Right for any frame rate:
    /// between two frames the target is taken to rest, and how a spring moves to a target at rest is known exactly.
    pub fn spring<'b>(
        &'b self,
        key: &str,
        target: Value<'b>,
        stiffness: impl Into<Arg<'b>>,
        damping: impl Into<Arg<'b>>,
        velocity: Option<Value<'b>>,
    ) -> Value<'b> {
        let by = [stiffness.into().value(self), damping.into().value(self)];
        let is_color = target.ty() == Type::Color;
        let target = if is_color { premultiplied(target) } else { target };
        let moving: Vec<Value<'b>> = by.into_iter().chain(velocity).collect();
        let cell = self.cell_of(key, target, &moving);
        let at = cell.fresh().select(target, cell.get());
        let offset = self.sprung(key, at - target, by, &moving, velocity);
        let value = target + offset;
        cell.next(value);
        if is_color { straight(value) } else { value }
    }

    /// As [`spring`](Self::spring), for a target that goes round, in turns or cycles: where it jumps, the short way is
    /// taken, and whole turns that it makes are followed. The result may be outside of `[0, 1)`.
    pub fn spring_around<'b>(
        &'b self,
        key: &str,
        target: Value<'b>,
        stiffness: impl Into<Arg<'b>>,
        damping: impl Into<Arg<'b>>,
        velocity: Option<Value<'b>>,
    ) -> Value<'b> {
        let by = [stiffness.into().value(self), damping.into().value(self)];
        let moving: Vec<Value<'b>> = by.into_iter().chain(velocity).collect();
        let (cell, behind) = self.behind(key, target, &moving);
        let offset = self.sprung(key, behind, by, &moving, velocity);
        cell.next(offset);
        target + offset
    }

    /// The stiffness and the damping of a spring that swings `frequency` times a second (1 / its response) and goes past
    /// its target by `bounce`: 0 is as fast as can be without going past (critical damping), 1 swings for ever, below 0
    /// it creeps, -1 hardly at all. The damping ratio is `1 - bounce`, and `1 / (1 + bounce)` below 0.
    pub fn spring_of_frequency<'b>(
        &'b self,
        frequency: impl Into<Arg<'b>>,
        bounce: impl Into<Arg<'b>>,
    ) -> [Value<'b>; 2] {
        let (frequency, bounce) = (frequency.into().value(self), bounce.into().value(self));
        // So limited, the stiffness is what the operation takes.
        let omega = (frequency * std::f64::consts::TAU).clamp(0.0, STIFFNESS_MAX.sqrt());
        let bounce = bounce.clamp(-0.999, 1.0);
        let ratio = bounce.lt(0.0).select(1.0 / (1.0 + bounce), 1.0 - bounce);
        [omega * omega, 2.0 * ratio * omega]
    }

    /// The offset from a spring's target at the end of the frame; the velocity is kept.
    fn sprung<'b>(
        &'b self,
        key: &str,
        offset: Value<'b>,
        [stiffness, damping]: [Value<'b>; 2],
        moving: &[Value<'b>],
        velocity: Option<Value<'b>>,
    ) -> Value<'b> {
        let speed = self.cell_of(&format!("{key}{VELOCITY}"), offset, moving);
        let before = match velocity {
            Some(velocity) => speed.fresh().select(velocity, speed.get()),
            None => speed.get(),
        };
        let stiffness = stiffness.clamp(0.0, STIFFNESS_MAX);
        let step = self.op(Op::Spring, &[stiffness.into(), damping.into(), self.dt().into()]);
        let (kept, carried, held) = (step.x(), step.y(), step.z());
        speed.next(before * held - offset * (stiffness * carried));
        offset * kept + before * carried
    }

    /// A phase in `[0, 1)` that moves at `frequency` cycles per second, which may change without a jump.
    pub fn phasor<'b>(&'b self, key: &str, frequency: Value<'b>) -> Value<'b> {
        let cell = self.cell_of(key, frequency, &[]);
        let phase = (cell.get() + frequency * self.dt()).fract();
        cell.next(phase);
        phase
    }

    /// `value` while `trigger` is true, and then what it last was; starts at its first value.
    pub fn sample_and_hold<'b>(&'b self, key: &str, value: Value<'b>, trigger: Value<'b>) -> Value<'b> {
        let domain = value.domain().or(trigger.domain());
        let cell = self.cell(key, value.ty(), 0.0, domain);
        let held = trigger.or(cell.fresh()).select(value, cell.get());
        cell.next(held);
        held
    }

    /// `value` as it was `frames` frames ago (at least 1); its first value until then.
    pub fn delay<'b>(&'b self, key: &str, value: Value<'b>, frames: u32) -> Value<'b> {
        let ring = Ring { length: frames, timed: false, reach: None };
        let cell = self.cell_or_ring(key, value.ty(), 0.0, value.domain(), Some(ring));
        cell.next(value);
        // Until the first push there is nothing to give but the value itself.
        cell.fresh().select(value, cell.leaf(Op::Delay))
    }

    /// `value` as it was `seconds` ago, linear between frames; its first value before that. `samples` frames are kept,
    /// so it reaches back that far and no further.
    pub fn delay_time<'b>(
        &'b self,
        key: &str,
        value: Value<'b>,
        seconds: impl Into<Arg<'b>>,
        samples: u32,
    ) -> Value<'b> {
        self.delayed(key, value, seconds, Ring { length: samples, timed: true, reach: None })
    }

    /// As [`delay_time`](Self::delay_time), but it reaches back `longest` seconds at any frame rate: the engine keeps as
    /// many frames as it takes, which it has to have room for.
    pub fn delay_up_to<'b>(
        &'b self,
        key: &str,
        value: Value<'b>,
        seconds: impl Into<Arg<'b>>,
        longest: f64,
    ) -> Value<'b> {
        let reach = Flicks::from_secs_f64(longest);
        if reach.is_none() {
            let message =
                format!("the longest time of the delay `{key}` is {longest} s, which is not a time");
            self.inner.borrow_mut().problem(message);
        }
        // The two around the time that is looked for.
        let length = (longest * COMMON_RATE).ceil() + 2.0;
        self.delayed(key, value, seconds, Ring { length: length as u32, timed: true, reach })
    }

    fn delayed<'b>(
        &'b self,
        key: &str,
        value: Value<'b>,
        seconds: impl Into<Arg<'b>>,
        ring: Ring,
    ) -> Value<'b> {
        let cell = self.cell_or_ring(key, value.ty(), 0.0, value.domain(), Some(ring));
        cell.next(value);
        let seconds = seconds.into().value(self).max(0.0);
        let at = |seconds: Value<'b>| {
            self.node(Node { index: Some(cell.cell), ..Node::new(Op::DelayTime, &[seconds.node]) })
        };
        // The ring ends with the frame before; later times are between that and the value itself.
        let recent = value + (at(self.dt()) - value) * (seconds / self.dt());
        let delayed = seconds.lt(self.dt()).select(recent, at(seconds));
        cell.fresh().select(value, delayed)
    }
}
