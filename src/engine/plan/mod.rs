//! The plan: what an engine makes of a program at load, so that a frame only walks dense lists.
//!
//! Typed nodes are lowered to scalar expressions ([`lower`]); those of signals become one list of operations cut into
//! segments, those of lanes become sweeps ([`sweep`]), each a fused pass over the elements of a domain. What nothing
//! reads is left out; what depends on neither time, input nor state runs once, at load.

pub(crate) mod evaluate;
pub(crate) mod expr;
mod growth;
pub(crate) mod lower;
mod passes;
pub(crate) mod paths;
mod precise;
mod signals;
mod stages;
pub(crate) mod sweep;

use std::ops::Range;
use std::sync::Arc;

use bevy_ecs::prelude::Resource;
use smallvec::SmallVec;

use crate::draw::Attributes;
use crate::frame::{Blame, FieldComponent, Reason};
use crate::program::{Action, Program, Reduction, Storage};
use crate::time::{Flicks, FrameRate};
use crate::world::Capacity;

use crate::id::{BufferId, CellId, DomainId, ExprId, Register, Table};
use expr::{Kind, Prim};
use paths::PathTables;
pub(crate) use signals::NONE;
use sweep::Sweep;

/// An operation of the signal program; registers are numbers into one array.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SignalOp {
    /// The operands are so many entries of [`Plan::operands`] from `at` on: what the operation needs beside its
    /// arguments (low half, high half), then registers.
    Evaluate {
        prim: Prim,
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
    /// Results that nobody needs go to [`Register::NONE`].
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
    Time {
        dst: Register,
    },
    Dt {
        dst: Register,
    },
    FrameIndex {
        dst: Register,
    },
    /// The row of the phase or [`NONE`].
    Phase {
        period: Flicks,
        keyed: u32,
        dst: Register,
    },
    PhasePingPong {
        period: Flicks,
        keyed: u32,
        dst: Register,
    },
    Progress {
        period: Flicks,
        dst: Register,
    },
    Pulse {
        period: Flicks,
        dst: Register,
    },
    Seed {
        dst: Register,
    },
    /// Width (0) or height (1) of the canvas.
    Canvas {
        component: u32,
        dst: Register,
    },
    Count {
        domain: DomainId,
        dst: Register,
    },
    Reduced {
        row: u32,
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

/// A state cell as the engine needs it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CellPlan {
    pub(crate) key: String,
    pub(crate) kind: Kind,
    pub(crate) storage: Storage,
    /// First row: of its state store, or of the per-element state.
    pub(crate) offset: u32,
    pub(crate) stride: u32,
    /// Entries of its ring, or 1.
    pub(crate) length: u32,
    /// Whether the frame rate makes its ring longer than the program says.
    pub(crate) is_stretched: bool,
    pub(crate) timed: bool,
    pub(crate) initial: f64,
    /// Whether a ring holds its initial value where nothing was pushed yet; else it holds its first value there.
    pub(crate) has_initial: bool,
    pub(crate) domain: Option<DomainId>,
    /// Of each component, the row that holds what an f32 leaves of it, or [`NONE`].
    pub(crate) rests: [u32; 4],
}

impl CellPlan {
    /// The rows that hold what an f32 leaves of its components.
    pub(crate) fn rest_rows(&self) -> impl Iterator<Item = u32> + use<> {
        self.rests.into_iter().filter(|&row| row != NONE)
    }
}

/// A scalar cell's next value: one register per component.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NextPlan {
    pub(crate) cell: CellId,
    /// Empty for a per-element cell, whose next values the sweeps write.
    pub(crate) registers: SmallVec<[Register; 4]>,
}

/// A reduction of a buffer to a number.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ReductionPlan {
    pub(crate) buffer: BufferId,
    pub(crate) domain: DomainId,
    pub(crate) reduction: Reduction,
}

/// Where a value of a pass comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Register(Register),
    Buffer(BufferId),
}

/// The registers of a camera.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum CameraPlan {
    Orthographic {
        center: [Register; 2],
        extent: Register,
        rotation: Register,
        range: Option<[Register; 2]>,
    },
    Perspective {
        eye: [Register; 3],
        target: [Register; 3],
        up: [Register; 3],
        fov: Register,
        near: Register,
        far: Register,
    },
}

/// What a value of a pass has to be for elements to be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// Neither infinite nor NaN.
    Finite,
    /// Not NaN.
    Number,
    /// A packed colour whose components were finite.
    Color,
    /// 0 or more, or NaN.
    NotNegative,
    /// Above 0, or NaN.
    Positive,
    /// An angle in radians below pi, or NaN.
    BelowHalfTurn,
}

impl Rule {
    /// Why elements that break it are not drawn.
    fn reason(self) -> Reason {
        match self {
            Self::Finite | Self::Number | Self::Color => Reason::NotFinite,
            Self::NotNegative => Reason::NegativeSize,
            Self::Positive | Self::BelowHalfTurn => Reason::OutOfRange,
        }
    }
}

/// Something that is asked of values of a pass; elements that break it are left out.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Check {
    pub(crate) rule: Rule,
    pub(crate) sources: SmallVec<[Source; 3]>,
}

/// A pass that is one line through its elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LinePlan {
    /// Its row among the lines.
    pub(crate) row: u32,
    pub(crate) is_closed: bool,
}

/// A render pass.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PassPlan {
    pub(crate) row: u32,
    pub(crate) domain: DomainId,
    pub(crate) attributes: Attributes<Source>,
    /// Corner or inner radius, or a path's handle.
    pub(crate) parameter: Register,
    pub(crate) camera: Option<CameraPlan>,
    pub(crate) depth_order: bool,
    pub(crate) line: Option<LinePlan>,
    /// At most [`CHECKS_MAX`](crate::world::tables::CHECKS_MAX).
    pub(crate) checks: Vec<Check>,
}

/// The work of one stage of the fields phase.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Stage {
    pub(crate) sweeps: Range<usize>,
    pub(crate) reductions: Range<usize>,
}

/// What is evaluated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Demand {
    /// What signals, passes and state need.
    #[default]
    Drawn,
    /// Every named field too, drawn or not.
    Everything,
}

/// A program made ready to run.
#[derive(Resource, Debug)]
pub(crate) struct Plan {
    pub(crate) program: Arc<Program>,
    pub(crate) signals: Vec<SignalOp>,
    /// Operands of the operations that have more than fits beside them.
    pub(crate) operands: Vec<u32>,
    /// 0 runs at load, 1 in the signals phase, 1 + k before the sweeps of stage k.
    pub(crate) segments: Vec<Range<usize>>,
    pub(crate) registers: u32,
    /// Run once, at load.
    pub(crate) static_sweeps: Vec<Sweep>,
    pub(crate) sweeps: Vec<Sweep>,
    /// In stage order.
    pub(crate) stages: Vec<Stage>,
    pub(crate) reductions: Vec<ReductionPlan>,
    /// In drawing order.
    pub(crate) passes: Vec<PassPlan>,
    /// Per pass and check: what is to blame.
    pub(crate) blames: Vec<Vec<Blame>>,
    /// Red, green, blue, alpha packed, or none for opaque black.
    pub(crate) background: Option<Register>,
    pub(crate) paths: PathTables,
    /// How far each path reaches from its centre.
    pub(crate) reaches: Vec<[f32; 2]>,
    pub(crate) cells: Table<CellId, CellPlan>,
    pub(crate) nexts: Vec<NextPlan>,
    pub(crate) fields: Vec<FieldComponent>,
    /// What each buffer holds, for diagnostics.
    pub(crate) buffer_names: Table<BufferId, String>,
    pub(crate) needs: Capacity,
}

impl Plan {
    /// Plans a program for a frame rate: delays in time keep as many frames as lie in them.
    pub(crate) fn new(program: Arc<Program>, demand: Demand, rate: FrameRate) -> Self {
        stages::plan(program, demand, rate)
    }

    /// The name of the slot that a step writes, for diagnostics.
    pub(crate) fn step_slot(&self, step: u32) -> String {
        let data = self.program.data();
        let row = data.steps.get(step as usize).and_then(|step| match step.action {
            Action::Signal { slot, .. } | Action::Reduce { slot, .. } => {
                crate::program::infer::slot_row(data, slot)
            }
            _ => None,
        });
        row.map(|row| data.slots[row].name.clone()).unwrap_or_default()
    }

    /// The name of a step, for diagnostics.
    pub(crate) fn step_name(&self, step: u32) -> String {
        let data = self.program.data();
        let Some(step) = data.steps.get(step as usize) else { return "the host".into() };
        let target = step.writes.first().map(|&w| lower::resource_name(&self.program, w)).unwrap_or_default();
        match step.action {
            Action::Reduce { .. } => format!("the reduction into {target}"),
            _ => format!("the step of {target}"),
        }
    }
}

/// An expression that lanes are computed from, and where they go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Root {
    pub(crate) expr: ExprId,
    pub(crate) domain: DomainId,
    pub(crate) target: Target,
}

/// Where lanes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Target {
    /// A field buffer.
    Field(BufferId),
    /// A buffer of the next state: a component of the entry at the head of a cell's ring.
    Next {
        /// Row of the cell.
        cell: CellId,
        /// Component.
        component: u32,
    },
    /// What an f32 leaves of a component of a cell's next value.
    NextRest {
        /// Row of the cell.
        cell: CellId,
        /// Component.
        component: u32,
    },
}
