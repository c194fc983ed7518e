//! State: cells of one's own, and the ready operators made of them.

use super::super::format::{Cell, Node, Ring};
use super::super::op::Op;
use super::super::types::Type;
use super::{Arg, Builder, DomainRef, Value};
use crate::time::Flicks;

/// Frames per second up to which a delay in time keeps the same number of frames.
const COMMON_RATE: f64 = 144.0;

/// A state cell of a builder.
#[derive(Clone, Copy)]
pub struct CellRef<'b> {
    builder: &'b Builder,
    cell: u32,
}

impl<'b> CellRef<'b> {
    /// What the cell held when the frame began.
    pub fn get(self) -> Value<'b> {
        self.leaf(Op::Cell)
    }

    /// Whether the cell still holds its initial value.
    pub fn fresh(self) -> Value<'b> {
        self.leaf(Op::Fresh)
    }

    /// What the cell holds from the next frame on.
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
            let capacity = domain.map_or(1, |d| draft.data.domains[d.0 as usize].capacity);
            let initial = (initial != 0.0).then(|| draft.constant(storage, initial));
            let size = rows.saturating_mul(capacity);
            Cell { key: key.into(), ty, storage, offset, size, initial, domain: domain.map(|d| d.0), ring }
        };
        CellRef { builder: self, cell: self.add_cell(cell) }
    }

    /// A cell for values such as `like`, per element where it or something it moves by is.
    fn cell_of<'b>(&'b self, key: &str, like: Value<'b>, by: &[Value<'b>]) -> CellRef<'b> {
        let domain = like.domain().or_else(|| by.iter().find_map(|value| value.domain()));
        self.cell(key, like.ty(), 0.0, domain)
    }

    /// The running integral of a rate per second.
    pub fn integrate<'b>(&'b self, key: &str, rate: Value<'b>) -> Value<'b> {
        let cell = self.cell_of(key, rate, &[]);
        let sum = cell.get() + rate * self.dt();
        cell.next(sum);
        sum
    }

    /// Follows `target` with an exponential lag of `tau` seconds; starts at its first value. A `tau` of 0 follows at
    /// once. Right for any frame rate: the share of the way that is left after `dt` is `exp(-dt / tau)`.
    pub fn lag<'b>(&'b self, key: &str, target: Value<'b>, tau: impl Into<Arg<'b>>) -> Value<'b> {
        let tau = tau.into().value(self);
        let cell = self.cell_of(key, target, &[tau]);
        let left = tau.gt(0.0).select((-(self.dt() / tau)).exp(), 0.0);
        let moved = target + (cell.get() - target) * left;
        let value = cell.fresh().select(target, moved);
        cell.next(value);
        value
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
        // The ring ends with the frame before; what is later lies between that and the value itself.
        let recent = value + (at(self.dt()) - value) * (seconds / self.dt());
        let delayed = seconds.lt(self.dt()).select(recent, at(seconds));
        cell.fresh().select(value, delayed)
    }
}
