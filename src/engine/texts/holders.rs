//! Who holds texts: what a run, its snapshots and its log name. All other texts go when their room is needed.
//!
//! Numbers of texts are where other numbers are, so whoever is looked at here is asked for all numbers that may be one: what is none
//! only keeps a text that could have gone. When texts go is seen nowhere: a text that nothing names is made anew where it is needed.

use super::RunTexts;
use crate::engine::elements::Elements;
use crate::engine::events::Events;
use crate::engine::inputs::Inputs;
use crate::engine::lists::Lists;
use crate::engine::log::Log;
use crate::engine::plan::Plan;
use crate::engine::signals::Registers;
use crate::engine::snapshots::Ring;
use crate::engine::state::State;
use crate::id::{BufferId, DomainId};
use crate::lists::{TextId, Texts};
use crate::program::Type;
use crate::world::tables::{FieldBuffer, SlotValue};

/// Which texts are held, a bit for each place.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marks(Vec<u64>);

impl Marks {
    /// Room for so many texts.
    pub(crate) fn with_room(texts: u32) -> Self {
        Self(vec![0; (texts as usize).div_ceil(64)])
    }

    pub(crate) fn bytes(&self) -> usize {
        size_of_val(&*self.0)
    }

    fn clear(&mut self) {
        self.0.fill(0);
    }

    fn has(&self, place: u32) -> bool {
        self.0.get(place as usize / 64).is_some_and(|bits| bits >> (place % 64) & 1 != 0)
    }

    fn mark(&mut self, place: u32) {
        if let Some(bits) = self.0.get_mut(place as usize / 64) {
            *bits |= 1 << (place % 64);
        }
    }

    fn mark_all(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(bits, other)| *bits |= other);
    }

    pub(crate) fn copy_from(&mut self, other: &Self) {
        self.0.clone_from(&other.0);
    }
}

/// Notes what is held.
pub(crate) struct Marker<'m> {
    texts: &'m Texts,
    marks: &'m mut Marks,
}

impl Marker<'_> {
    /// A number that may be that of a text.
    pub(crate) fn lane(&mut self, number: u32) {
        if number != 0
            && let Some(place) = self.texts.place_of(number)
        {
            self.marks.mark(place);
        }
    }

    /// As [`lane`](Self::lane), of a register.
    pub(crate) fn number(&mut self, number: f64) {
        let lane = number as u32;
        if f64::from(lane) == number {
            self.lane(lane);
        }
    }

    pub(crate) fn numbers<'n>(&mut self, numbers: impl IntoIterator<Item = &'n f64>) {
        numbers.into_iter().for_each(|&number| self.number(number));
    }

    /// What an order has for a key.
    pub(crate) fn id(&mut self, text: TextId) {
        self.lane(self.texts.number(text));
    }
}

/// What a run has beside its snapshots, its log and its slots.
pub(crate) struct Held<'h, 'w, 's> {
    pub(crate) plan: &'h Plan,
    pub(crate) state: &'h mut State<'w, 's>,
    pub(crate) registers: &'h Registers,
    pub(crate) inputs: &'h Inputs,
    pub(crate) events: &'h Events,
    pub(crate) lists: &'h Lists,
    pub(crate) elements: &'h Elements,
    pub(crate) buffers: &'h [FieldBuffer],
    /// The buffers that a frame reads before it writes them.
    pub(crate) carried: &'h [(BufferId, DomainId)],
}

impl RunTexts {
    /// Whether nothing can go.
    fn is_fixed(&self) -> bool {
        self.marks.0.is_empty()
    }

    /// Whether so much has come since texts went last that it is time again.
    pub(crate) fn is_due(&self) -> bool {
        !self.is_fixed() && (self.texts.len() >= self.due[0] || self.texts.used() >= self.due[1])
    }

    /// The next time is when half of the room that is left has been used.
    pub(super) fn wait(&mut self) {
        let halfway = |used: u32, room: u32| used + (room.saturating_sub(used) / 2).max(1);
        self.due = [
            halfway(self.texts.len(), self.texts.capacity()),
            halfway(self.texts.used(), self.texts.byte_capacity()),
        ];
    }

    /// Notes what a run holds, for a snapshot of it.
    pub(crate) fn note(&mut self, held: &mut Held<'_, '_, '_>, into: &mut Marks) {
        if !self.is_fixed() {
            self.marks.clear();
            self.mark(held);
            into.copy_from(&self.marks);
        }
    }

    fn mark(&mut self, held: &mut Held<'_, '_, '_>) {
        let Self { texts, marks, texted, .. } = self;
        let mut marker = Marker { texts, marks };
        let Held { plan, state, registers, inputs, events, lists, elements, buffers, carried } = held;
        let rows = |domain: DomainId| elements.sets[domain].rows();
        let data = plan.program.data();
        let is_text = |cell: usize| data.cells.get(cell).is_some_and(|row| row.ty == Type::Text);
        state.store().mark_texts(&plan.cells, is_text, rows, &mut marker);
        registers.mark_texts(&mut marker);
        inputs.mark_texts(&mut marker);
        events.mark_texts(&mut marker);
        lists.mark_texts(plan, &mut marker);
        elements.mark_texts(&mut marker);
        for &(buffer, domain) in carried.iter().filter(|(_, domain)| texted[domain.index()]) {
            let lanes = &buffers[buffer.index()].0.f32()[..rows(domain) as usize];
            lanes.iter().for_each(|lane| marker.lane(lane.to_bits()));
        }
    }

    /// Texts go that nothing names. Where that gives too little room, what has been longest is not known any more: the log of
    /// what frames took, and the snapshots before it.
    pub(crate) fn collect(
        &mut self,
        held: &mut Held<'_, '_, '_>,
        slots: &[SlotValue<u32>],
        mut history: impl FnMut(History<'_, '_>) -> bool,
    ) {
        loop {
            self.marks.clear();
            self.mark(held);
            let Self { texts, marks, .. } = self;
            let mut marker = Marker { texts, marks };
            slots.iter().for_each(|slot| marker.lane(slot.0));
            history(History::Mark(&mut marker));
            let marks = &self.marks;
            self.texts.sweep_but(|place| marks.has(place));
            self.measurer.forget();
            let is_short = |used: u32, room: u32| used > room - room / 4;
            let is_short = is_short(self.texts.len(), self.texts.capacity())
                || is_short(self.texts.used(), self.texts.byte_capacity());
            if !is_short || !history(History::Shorten) {
                break;
            }
        }
        self.wait();
    }
}

/// What is asked of the snapshots and the log.
pub(crate) enum History<'h, 'm> {
    Mark(&'h mut Marker<'m>),
    /// To give up the older half, if there is anything.
    Shorten,
}

/// What snapshots and log do when texts go. Whether there was something to give up.
pub(crate) fn of_history(ring: &mut Ring, log: &mut Log, asked: History<'_, '_>) -> bool {
    match asked {
        History::Mark(marker) => {
            ring.marks().for_each(|marks| marker.marks.mark_all(marks));
            log.mark_texts(marker);
            true
        }
        History::Shorten => {
            let was_known = log.shorten();
            match was_known {
                true => ring.begin_at(log.from()),
                false => return ring.clear_any(),
            }
            true
        }
    }
}
