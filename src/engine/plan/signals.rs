//! The signal program: what the scalar interpreter walks over.

use std::ops::Range;

use super::expr::{Imm, Kind, Prim};
use super::inputs::FrameInput;
use super::sweep::Gathered;
use crate::id::{CellId, DomainId, EventId, ReactionId, Register, Table};
use crate::program::meaning::TextOp;
use crate::program::{Edge, Storage};

/// No row.
pub(crate) const NONE: u32 = u32::MAX;

/// A part of the signal program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    /// Runs once, at load.
    Load,
    /// Runs in the signals phase.
    Frame,
    /// Runs before the sweeps of a stage, which is not the first: the first one has the signals of the frame.
    Late(usize),
    /// Runs for each birth in a domain: how long the element lives.
    Birth(DomainId),
    /// What makes an event happen.
    Source(EventId),
    /// What a reaction to an event needs.
    Reaction(ReactionId),
    /// What is needed of a row of a list.
    Row(u32),
}

/// Where the parts of the signal program are.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Segments {
    pub(super) load: Range<usize>,
    pub(super) frame: Range<usize>,
    /// Of stage 1, 2 and so on.
    pub(super) late: Vec<Range<usize>>,
    /// By domain.
    pub(super) births: Vec<Range<usize>>,
    pub(super) sources: Table<EventId, Range<usize>>,
    pub(super) reactions: Table<ReactionId, Range<usize>>,
    pub(super) rows: Vec<Range<usize>>,
}

impl Segments {
    /// The operations of a segment.
    pub(crate) fn range(&self, segment: Segment) -> Range<usize> {
        match segment {
            Segment::Load => self.load.clone(),
            Segment::Frame => self.frame.clone(),
            Segment::Late(stage) => self.late[stage - 1].clone(),
            Segment::Birth(domain) => self.births[domain.index()].clone(),
            Segment::Source(event) => self.sources[event].clone(),
            Segment::Reaction(reaction) => self.reactions[reaction].clone(),
            Segment::Row(row) => self.rows[row as usize].clone(),
        }
    }

    /// Those that what events evaluate runs in.
    pub(crate) fn of_events(&self) -> impl Iterator<Item = Range<usize>> {
        self.sources.iter().chain(self.reactions.iter()).chain(&self.rows).cloned()
    }

    /// How many operations run every frame.
    pub(crate) fn frame_len(&self) -> usize {
        self.frame.len() + self.late.iter().map(ExactSizeIterator::len).sum::<usize>()
    }
}

/// The lanes from which a signal takes the one of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GatherPlan {
    pub(crate) of: Gathered,
    /// As what the lanes are read.
    pub(crate) kind: Kind,
}

/// An operation of the signal program. It stays small: the interpreter walks over all of them every frame.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SignalOp {
    /// The arguments are the `count` entries of [`Plan::operands`](super::Plan::operands) from `at` on.
    Evaluate {
        prim: Prim,
        imm: Imm,
        /// Which result.
        out: u8,
        dst: Register,
        at: u32,
        count: u8,
    },
    Binary {
        prim: Prim,
        a: Register,
        b: Register,
        dst: Register,
    },
    /// As `Evaluate`, with several results; none of these operations has an immediate. Results that nobody needs go to
    /// [`Register::NONE`].
    EvaluateMany {
        prim: Prim,
        dst: [Register; 3],
        at: u32,
        count: u8,
    },
    Constant {
        value: f64,
        dst: Register,
    },
    Input {
        row: u32,
        dst: Register,
    },
    Cell {
        storage: Storage,
        row: u32,
        dst: Register,
    },
    Fresh {
        cell: CellId,
        dst: Register,
    },
    Known {
        cell: CellId,
        dst: Register,
    },
    Delay {
        cell: CellId,
        component: u32,
        dst: Register,
    },
    DelayTime {
        cell: CellId,
        component: u32,
        seconds: Register,
        dst: Register,
    },
    Frame {
        input: FrameInput,
        dst: Register,
    },
    Lookup {
        table: u32,
        component: u8,
        edge: Edge,
        index: Register,
        dst: Register,
    },
    Reduced {
        row: u32,
        dst: Register,
    },
    /// The value of the element with an index: a row of [`Plan::gathers`](super::Plan::gathers).
    Gather {
        row: u32,
        index: Register,
        dst: Register,
    },
    Payload {
        event: EventId,
        component: u32,
        dst: Register,
    },
    /// A number of the row of a list that is looked at.
    Row {
        place: u32,
        dst: Register,
    },
    Happened {
        event: EventId,
        dst: Register,
    },
    /// What is made of texts; of one, both are it.
    Text {
        op: TextOp,
        args: [Register; 2],
        dst: Register,
    },
    /// A number as a count of the elements of a domain.
    Count {
        domain: DomainId,
        number: Register,
        dst: Register,
    },
    /// The identity of the element that is being born.
    Newborn {
        dst: Register,
    },
    /// A component of a float slot: what most slots are.
    WriteF64 {
        row: u32,
        register: Register,
        step: u32,
    },
    /// A component of any other slot.
    Write {
        storage: Storage,
        row: u32,
        register: Register,
        step: u32,
    },
}

const _: () = assert!(size_of::<SignalOp>() <= 24, "the list is walked every frame");
