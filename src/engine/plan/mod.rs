//! The plan: what an engine makes of a program at load, so that a frame only walks dense lists.
//!
//! [`Plan::new`] is the way, pass by pass; each takes and gives named structs, and its file says what it promises:
//!
//! | pass | from | to |
//! |---|---|---|
//! | [`lower`] | typed nodes | [`lower::Lowered`]: scalar expressions, hash-consed |
//! | [`precise`] | what [`growth`] says grows without end | the same, in f64 where an f32 would lose it |
//! | [`angles`] | continued angles | the same, as passes draw them |
//! | [`roots`] | what is demanded | [`roots::Roots`]: the lanes that are needed, and their buffers |
//! | [`rates`] | expressions | [`rates::Rates`]: how often each can change |
//! | [`hoist`] | roots and rates | buffers for what is fixed and dear |
//! | [`idle`] | roots and rates | [`idle::Idle`]: what frames write in which nothing is left of an edit |
//! | [`stages`] | roots | [`stages::Staged`]: sweeps in order; of each, [`fuse`] and [`allocate`] |
//! | [`emit`] | uniform expressions | [`emit::Signals`]: one list of operations, in segments |
//! | [`passes`] | attributes | [`PassPlan`]: where each is read from |
//! | [`sets`] | sets of domains, continued values | [`DomainPlan`], [`ContinuityPlan`]: who comes and goes, and what goes on |
//!
//! What nothing reads is left out on the way; what never changes runs once, at load.

mod allocate;
mod angles;
pub(crate) mod bounds;
pub(crate) mod cells;
pub(crate) mod elements;
mod emit;
pub(crate) mod events;
pub(crate) mod expr;
mod fuse;
mod growth;
mod hoist;
mod idle;
pub(crate) mod inputs;
mod lower;
mod names;
pub(crate) mod near;
mod passes;
pub(crate) mod paths;
mod precise;
mod rates;
mod roots;
pub(crate) mod said;
mod sets;
pub(crate) mod signals;
mod stages;
pub(crate) mod sweep;
pub(crate) mod tables;

use std::ops::Range;
use std::sync::Arc;

use smallvec::SmallVec;

use super::clock::Phases;
use crate::draw::{Align, Anchor, Attributes, Path};
use crate::frame::{Blame, FieldComponent, Reason};
use crate::id::{BufferId, CellId, DomainId, ExprId, Register, Table};
use crate::program::meaning::{Meaning, Whole};
use crate::program::{
    Channel, Domain, ListRow, Live, Node, Policy, Program, ProgramData, Reduction, ShapeRow, Storage, Type,
};
use crate::time::FrameRate;
use crate::world::Capacity;

pub(crate) use cells::{CellPlan, NextPlan};
pub(crate) use elements::DomainPlan;
pub(crate) use roots::Target;
pub(crate) use sets::bit as set_bit;
pub(crate) use signals::NONE;
pub(crate) use stages::{RecallPlan, Stage};

use elements::{ColumnPlan, ContinuityPlan, FadePlan};
use emit::Signals;
use events::EventsPlan;
use idle::Idle;
use lower::{Lowered, Next};
use near::{FoldPlan, PairsPlan};
use paths::PathTables;
use rates::Rates;
use roots::Roots;
use said::{MeasuredText, Say};
use signals::{GatherPlan, Segments, SignalOp};
use stages::Staged;
use sweep::Sweep;
use tables::TablePlan;

/// A reduction of a buffer to a number.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ReductionPlan {
    pub(crate) buffer: BufferId,
    pub(crate) domain: DomainId,
    pub(crate) reduction: Reduction,
}

/// Something that is worked out of all elements of a domain.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct WholePlan<R = Register> {
    pub(crate) whole: Whole,
    /// Whose elements it is of, and those that get it.
    pub(crate) of: DomainId,
    pub(crate) to: DomainId,
    /// Of the elements it is of: values, keys.
    pub(crate) sources: SmallVec<[WholeSource<R>; 2]>,
    pub(crate) result: BufferId,
}

/// What something of all elements is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WholeSource<R = Register> {
    /// The lanes of the elements.
    Each(BufferId),
    /// What is the same for all of them, as exact as it is: of texts alone.
    One(R),
}

impl WholePlan<ExprId> {
    /// The uniform values that it reads.
    fn signals(&self) -> impl Iterator<Item = ExprId> {
        self.sources.iter().filter_map(|source| match source {
            WholeSource::Each(_) => None,
            WholeSource::One(expr) => Some(*expr),
        })
    }

    fn with_registers(self, register: impl Fn(ExprId) -> Register) -> WholePlan {
        let Self { whole, of, to, sources, result } = self;
        let source = |source| match source {
            WholeSource::Each(buffer) => WholeSource::Each(buffer),
            WholeSource::One(expr) => WholeSource::One(register(expr)),
        };
        WholePlan { whole, of, to, sources: sources.into_iter().map(source).collect(), result }
    }
}

/// Where a value of a pass comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Register(Register),
    Buffer(BufferId),
    /// A continued value that is the same for all elements: the buffer while something is left of an edit.
    Shown {
        shown: BufferId,
        base: Register,
    },
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
    /// From one end to another that may not be before it: 0 or more, or NaN.
    InOrder,
}

impl Rule {
    /// Why elements that break it are not drawn.
    fn reason(self) -> Reason {
        match self {
            Self::Finite | Self::Number | Self::Color => Reason::NotFinite,
            Self::NotNegative => Reason::NegativeSize,
            Self::Positive | Self::BelowHalfTurn | Self::InOrder => Reason::OutOfRange,
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

/// A pass whose elements are texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TextPlan {
    /// Its row among the passes that are texts.
    pub(crate) row: u32,
    pub(crate) align: Align,
    pub(crate) anchor: Anchor,
    pub(crate) weight: u16,
    /// The row of its font.
    pub(crate) font: Option<u32>,
    /// Whether the text is a constant, so that its letters were looked at when it was compiled.
    pub(crate) is_known: bool,
    /// Whether what it says are glyphs in their places.
    pub(crate) are_glyphs: bool,
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
    /// Whether its elements are drawn one by one together with other passes.
    pub(crate) element_order: bool,
    pub(crate) line: Option<LinePlan>,
    pub(crate) text: Option<TextPlan>,
    /// The steps to what each element says, where that is made for each.
    pub(crate) said: Vec<Say<Source>>,
    /// Whether it draws elements, too, that are gone.
    pub(crate) lingers: bool,
    /// At most [`CHECKS_MAX`](crate::world::tables::CHECKS_MAX).
    pub(crate) checks: Vec<Check>,
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
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) program: Arc<Program>,
    pub(crate) signals: Vec<SignalOp>,
    /// Arguments of the operations that have more than fit beside them.
    pub(crate) operands: Vec<Register>,
    /// What signals read of elements by an index.
    pub(crate) gathers: Vec<GatherPlan>,
    pub(crate) segments: Segments,
    pub(crate) registers: u32,
    /// Run once, at load.
    pub(crate) static_sweeps: Vec<Sweep>,
    pub(crate) sweeps: Vec<Sweep>,
    /// In stage order.
    pub(crate) stages: Vec<Stage>,
    /// What edits compute once more, of those of a frame.
    pub(crate) recall: RecallPlan,
    pub(crate) reductions: Vec<ReductionPlan>,
    /// In stage order.
    pub(crate) wholes: Vec<WholePlan>,
    /// The texts of elements that are measured, by the rows that wholes name.
    pub(crate) measured: Vec<MeasuredText>,
    /// Pairs of elements nearby.
    pub(crate) pairs: Vec<PairsPlan>,
    /// By row, as sweeps of pairs name them; those that nothing reads are none.
    pub(crate) folds: Vec<Option<FoldPlan>>,
    /// In drawing order.
    pub(crate) passes: Vec<PassPlan>,
    /// Which of them are ordered together: two or more in a row.
    pub(crate) merges: Vec<Range<usize>>,
    /// Per pass and check: what is to blame.
    pub(crate) blames: Vec<Vec<Blame>>,
    /// Red, green, blue, alpha packed, or `None` for opaque black.
    pub(crate) background: Option<Register>,
    pub(crate) paths: PathTables,
    /// The program's tables, as lanes.
    pub(crate) tables: TablePlan,
    /// How far each path reaches from its centre.
    pub(crate) reaches: Vec<[f32; 2]>,
    pub(crate) cells: Table<CellId, CellPlan>,
    pub(crate) nexts: Vec<NextPlan>,
    pub(crate) events: EventsPlan,
    pub(crate) fields: Vec<FieldComponent>,
    /// Per domain: how its elements come and go.
    pub(crate) domains: Table<DomainId, DomainPlan>,
    /// What the engine keeps of elements.
    pub(crate) columns: Vec<ColumnPlan>,
    pub(crate) continuities: Vec<ContinuityPlan>,
    /// The stage behind whose sets it is known whether a frame is idle, where there are idle frames.
    pub(crate) idle_stage: Option<u32>,
    pub(crate) fades: Vec<FadePlan>,
    /// What each buffer holds, for diagnostics.
    pub(crate) buffer_names: Table<BufferId, String>,
    pub(crate) needs: Capacity,
}

impl Plan {
    /// Plans a program for a frame rate: delays in time keep as many frames as lie in them.
    /// Values of passes that say nothing of their own are continued by `default`, if there is one.
    pub(crate) fn new(
        program: Arc<Program>,
        demand: Demand,
        frame_rate: FrameRate,
        default: Option<Policy>,
    ) -> Self {
        let mut cells = cells::plan(&program, frame_rate);
        let mut lowered = Lowered::new(&program);
        precise::make(&mut lowered, &mut cells);
        if let Some(policy) = default {
            lowered.continue_passes(policy);
        }
        if demand == Demand::Drawn {
            lowered.continue_angles_as_drawn();
        }
        // Behind everything that works on colours as numbers.
        let mut lowered = lowered.pack();
        let rates = Rates::new(&lowered.exprs, |domain| sets::moves(&lowered.sets, domain));
        let mut roots = Roots::new(&lowered, &cells, &rates, demand);
        sets::show_fields(&program, &mut roots);
        hoist::hoist(program.data(), &lowered.exprs, &rates, &mut roots);
        let idle = Idle::new(&lowered, &rates, &roots);
        // A colour that is packed where it is computed can be read from nowhere.
        roots.fields.retain(|field| !idle.as_ref().is_some_and(|idle| idle.hides(BufferId(field.buffer))));
        let mut staged = Staged::new(&lowered, &rates, &mut roots, idle.as_ref());
        passes::mark_sizes(&lowered.passes, &roots, &mut staged);
        let mut signals = Signals::new(&lowered, &cells, &staged, &rates);
        let mut passes = passes::plan(&lowered, &roots, &signals);
        let merges = passes::merge(&program, &mut passes);
        let of_reactions = std::mem::take(&mut signals.sweeps);
        let with_registers = |sweeps: Vec<Sweep<_>>| -> Vec<Sweep> {
            sweeps.into_iter().map(|sweep| sweep.with_registers(|id| signals.register(id))).collect()
        };
        Self {
            domains: sets::domains(&lowered, &roots, &signals),
            continuities: sets::continuities(&lowered, &roots, idle.as_ref()),
            idle_stage: idle.map(|idle| idle.stage),
            fades: sets::fades(&lowered),
            columns: std::mem::take(&mut roots.columns),
            needs: needs(&program, &roots, &passes, (&cells, &signals.events)),
            recall: RecallPlan::new(&staged, |id| signals.register(id)),
            static_sweeps: with_registers(staged.fixed),
            sweeps: with_registers(staged.moving).into_iter().chain(of_reactions).collect(),
            stages: staged.stages,
            reductions: staged.reductions,
            wholes: staged
                .wholes
                .into_iter()
                .map(|row| row.with_registers(|id| signals.register(id)))
                .collect(),
            measured: std::mem::take(&mut lowered.measured),
            pairs: sets::pairs(&lowered, &roots, &signals),
            folds: sets::folds(&lowered, &roots),
            blames: lowered.passes.iter().map(|pass| passes::blames(&program, pass)).collect(),
            merges,
            passes,
            background: lowered.background.map(|id| signals.register(id)),
            paths: PathTables::new(&program),
            tables: TablePlan::new(&program, &lowered.exprs),
            reaches: reaches(&program),
            nexts: nexts(&lowered.nexts, &cells, &signals),
            events: signals.events,
            cells,
            fields: roots.fields,
            buffer_names: roots.names,
            signals: signals.ops,
            operands: signals.operands,
            gathers: signals.gathers,
            segments: signals.segments,
            registers: signals.registers,
            program: Arc::clone(&program),
        }
    }
}

impl Plan {
    /// The phases that a frame of it goes through beside those that every frame does.
    pub(crate) fn phases(&self) -> Phases {
        let data = self.program.data();
        Phases {
            keep: false,
            events: !(self.events.is_empty() && data.channels.is_empty() && data.texts.is_empty()),
            lists: !data.lists.is_empty(),
        }
    }

    /// The row of the pairs that a domain is of; none of a domain of the program.
    pub(crate) fn pairs_row(&self, domain: DomainId) -> Option<usize> {
        domain.index().checked_sub(self.program.data().domains.len())
    }

    /// Whether a frame depends on those before it.
    pub(crate) fn has_history(&self) -> bool {
        !self.cells.is_empty()
            || !self.events.is_empty()
            || self.domains.iter().any(|domain| domain.has_history())
    }
}

/// The registers of next values; those of per-element cells are written by sweeps.
fn nexts(nexts: &[Next], cells: &Table<CellId, CellPlan>, signals: &Signals) -> Vec<NextPlan> {
    let plan = |&Next { cell, ref parts }: &Next| {
        let is_scalar = cells[cell].domain.is_none();
        let registers = parts.iter().filter(|_| is_scalar).map(|&part| signals.register(part)).collect();
        NextPlan { cell, registers }
    };
    nexts.iter().map(plan).collect()
}

/// How far each path reaches from its centre.
fn reaches(program: &Program) -> Vec<[f32; 2]> {
    let paths = &program.data().paths;
    paths.iter().map(|path| Path { points: path.points.clone(), ..Path::default() }.reach()).collect()
}

/// What a program with events has room for at least.
const LEAST_CUES: u32 = 1024;

/// Rows of per-element state, each of which has a spare.
fn lane_rows(cells: &Table<CellId, CellPlan>, events: &EventsPlan) -> u32 {
    let rests = |cell: &CellPlan| cell.rest_rows().count() as u32;
    let own = cells::end(cells, |cell| cell.domain.is_some());
    let of_rests: u32 = cells.iter().map(rests).sum();
    // The first of several turns of an instant sets a row's buffer aside for a rollback, and the others need a spare, too.
    let of_turns: u32 = events.lane_cells().into_iter().map(|id| cells[id].stride + rests(&cells[id])).sum();
    own.saturating_add(of_rests).saturating_add(of_turns)
}

/// Texts, and their bytes, for which a run has room at the least.
const TEXTS_GIVEN: u32 = 2_048;
const TEXT_BYTES_GIVEN: u32 = 131_072;
/// Bytes of a text in a row of a list: titles and names are no longer on average.
const TEXT_BYTES_OF_ROW: u32 = 32;

/// The domains whose elements are the letters of a text.
fn letters_domains(data: &ProgramData) -> impl Iterator<Item = &Domain> {
    data.domains.iter().filter(|domain| matches!(domain.live, Some(Live::Host { letters: Some(_), .. })))
}

/// The texts, and their bytes, for which a run has room beside those of the program: none where the host gives none and none are
/// made.
fn texts_of_run(data: &ProgramData) -> [u32; 2] {
    let is_text = |ty: Type| ty == Type::Text;
    let makes_text = |node: &Node| matches!(node.op.meaning(), Meaning::Text(op) if op.makes_text());
    let has_any = data.channels.iter().any(|channel| is_text(channel.ty))
        || data.events.iter().any(|event| event.ty.is_some_and(is_text))
        || data.nodes.iter().any(makes_text)
        || letters_domains(data).next().is_some();
    if !has_any {
        return [0; 2];
    }
    let of_list = |list: &ListRow| {
        let columns = list.columns.iter().filter(|column| is_text(column.ty)).count() as u32;
        list.capacity.saturating_mul(columns)
    };
    // Of a letter its first character, all of them, and its glyphs.
    let of_letters = letters_domains(data).map(|domain| domain.capacity.saturating_mul(3));
    // All rows of a list may get new texts in one turn, and a text may have other letters.
    let of_rows =
        data.lists.iter().map(of_list).chain(of_letters).fold(0, u32::saturating_add).saturating_mul(2);
    let bytes = of_rows.saturating_mul(TEXT_BYTES_OF_ROW);
    [TEXTS_GIVEN.saturating_add(of_rows), TEXT_BYTES_GIVEN.saturating_add(bytes)]
}

/// Glyphs of a text that a program does not have.
const GLYPHS_OF_TEXT: u32 = 32;
/// Glyphs of a letter: itself, and what is put onto it.
const GLYPHS_OF_LETTER: u32 = 4;
/// Texts that are laid out beside those that are drawn: what was there a frame ago.
const LAID_TEXTS_BEFORE: u32 = 64;
/// Outlines of glyphs: letters, digits and signs of a few alphabets.
const OUTLINES: u32 = 512;
/// The most outlines that a long text asks for: a font has no more glyphs.
const OUTLINES_MAX: u32 = 1 << 16;
/// Steps of a weight that moves.
const STEPS: u32 = super::letters::STEPS as u32 + 1;
/// Outlines of a pass whose weight moves that stay from step to step.
const OUTLINES_OF_STEPS: u32 = STEPS * GLYPHS_OF_TEXT;

/// How many texts of elements are measured, each as often as it is laid out in another way.
fn measured_rows(program: &Program) -> u32 {
    let data = program.data();
    let mut seen: Vec<(&[u32], Option<u32>)> = Vec::new();
    let mut rows = 0_u32;
    for (node, row) in (0..).zip(&data.nodes) {
        let is_measured = matches!(row.op.meaning(), Meaning::Text(op) if op.measures());
        let Some(domain) = program.node_domain(node).filter(|_| is_measured) else { continue };
        // Width and height of a text are measured at once.
        let of = (row.args.as_slice(), row.index);
        if !seen.contains(&of) {
            seen.push(of);
            rows = rows.saturating_add(data.domains.get(domain as usize).map_or(0, Domain::most));
        }
    }
    if rows == 0 { 0 } else { rows.saturating_add(LAID_TEXTS_BEFORE) }
}

/// How many laid-out texts, glyphs of them and outlines of glyphs a program needs.
fn letters(program: &Program) -> [u32; 3] {
    let data = program.data();
    let letters_of = |text: &str| u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    let longest = data.texts.iter().map(|row| letters_of(&row.text)).max().unwrap_or(0);
    // Letters and their marks come apart.
    let most = longest.saturating_mul(2).max(GLYPHS_OF_TEXT);
    let (mut texts, mut glyphs, mut outlines) = (0_u32, 0_u32, OUTLINES.max(longest.min(OUTLINES_MAX)));
    for pass in &data.passes {
        let ShapeRow::Text { text, width, leading, tracking, moving_weight, glyphs: are_glyphs, .. } =
            pass.shape
        else {
            continue;
        };
        let parts = [Some(text), width, leading, tracking, moving_weight, width.and(pass.size)];
        let is_each = parts.into_iter().flatten().any(|node| program.node_domain(node).is_some());
        let elements = if is_each { data.domains[pass.domain as usize].capacity } else { 1 };
        let each = if are_glyphs { GLYPHS_OF_LETTER } else { GLYPHS_OF_TEXT };
        let of_outlines = if are_glyphs { 1 } else { GLYPHS_OF_TEXT };
        let kept = match moving_weight {
            Some(_) => elements.saturating_mul(STEPS).min(OUTLINES_OF_STEPS / of_outlines).max(elements),
            None => elements,
        };
        texts = texts.saturating_add(kept);
        glyphs = glyphs.saturating_add(kept.saturating_mul(each)).saturating_add(most);
        if moving_weight.is_some() {
            outlines = outlines.saturating_add(kept.saturating_mul(of_outlines).min(OUTLINES_OF_STEPS));
        }
    }
    // What is measured of elements is known again by what it says, as what is drawn.
    let measured = measured_rows(program);
    if texts == 0 && letters_domains(data).next().is_none() {
        return [measured, 0, 0];
    }
    let glyphs = glyphs.saturating_add(LAID_TEXTS_BEFORE * GLYPHS_OF_TEXT);
    let texts = texts.saturating_add(LAID_TEXTS_BEFORE).max(measured);
    [texts, glyphs, outlines.min(OUTLINES_MAX)]
}

/// The capacity that a program needs.
fn needs(
    program: &Program,
    roots: &Roots,
    passes: &[PassPlan],
    (cells, events): (&Table<CellId, CellPlan>, &EventsPlan),
) -> Capacity {
    let data = program.data();
    let rows = |storage: Storage| {
        let ends = data.slots.iter().filter(|slot| slot.storage == storage);
        ends.map(|slot| slot.offset + slot.stride).max().unwrap_or(0)
    };
    let projected = |pass: &&PassPlan| {
        matches!(pass.camera, Some(CameraPlan::Perspective { .. })) || pass.depth_order || pass.element_order
    };
    let [texts, text_bytes] = texts_of_run(data);
    let [laid_texts, glyphs, outlines] = letters(program);
    Capacity {
        elements: data.domains.iter().map(|domain| domain.capacity).max().unwrap_or(0),
        field_buffers: roots.names.len() as u32,
        lane_state: lane_rows(cells, events),
        slots: Storage::ALL.into_iter().map(rows).max().unwrap_or(0),
        state: cells::end(cells, |cell| cell.domain.is_none()),
        inputs: data.channels.iter().map(Channel::components).sum(),
        cues: if data.events.is_empty() { 0 } else { LEAST_CUES.max(2 * data.events.len() as u32) },
        occurrences: if data.events.is_empty() { 0 } else { LEAST_CUES },
        texts: texts.saturating_add(data.texts.len() as u32),
        text_bytes: text_bytes.saturating_add(data.texts.iter().map(|row| row.text.len() as u32).sum()),
        laid_texts,
        glyphs,
        outlines,
        passes: passes.len() as u32,
        projections: passes.iter().filter(projected).count() as u32,
    }
}
