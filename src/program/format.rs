//! The rows of a program as they stand in its JSON. Index = id in every table; see [`ProgramData`].

mod camera;
mod events;
mod files;
mod lists;
mod live;

pub use camera::Camera;
pub use events::{Effect, Event, EventSource, Gather, Reaction};
pub use files::{FontRow, ImageRow, StyleRow};
pub(crate) use lists::ROW_ID;
pub use lists::{Aggregate, GroupTotal, Groups, KeptIds, ListRow, Shows, Total, ViewRow};
pub use live::{ContinuityRow, ElementInput, FadeRow, Full, LettersRow, Live, Nearest, Policy};

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::limits::{FONTS_MAX, NODES_MAX, ROWS_MAX};
use super::op::Op;
use super::part::Part;
use super::read::Rows;
use super::types::{Storage, Type, Unit};
use super::write::Out;
use crate::draw::{
    Align, Anchor, Attribute, Blend, Blending, Cap, DrawOrder, FillRule, Filter, Join, ShapeKind,
};
use crate::time::Flicks;

/// What `format` must say.
pub const FORMAT: &str = "pavane-program";
/// The version this library reads and writes.
pub const VERSION: u32 = 1;

/// The parts of a program. A row is the key, the type, and the most rows there may be; from it come the field, its place
/// in JSON, how it is read and written, and its limit.
macro_rules! parts {
    ($( $(#[$doc:meta])* $part:ident: $ty:ty, $most:expr; )*) => {
        /// A compiled patch as dense tables, before it is checked; [`Program`](super::Program) is the checked form.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        #[serde(deny_unknown_fields)]
        pub struct ProgramData {
            /// [`FORMAT`].
            pub format: String,
            /// [`VERSION`].
            pub version: u32,
            /// What the program is, for people.
            pub about: About,
            /// How long, how fast and how large it is meant to be shown.
            pub clip: Clip,
            /// The constant pool.
            pub constants: Constants,
            $(
                $(#[$doc])*
                #[serde(default, skip_serializing_if = "Part::is_absent")]
                pub $part: $ty,
            )*
        }

        impl ProgramData {
            /// The keys, in the order in which they are written.
            pub(super) const KEYS: &[&str] =
                &["format", "version", "about", "clip", "constants", $( stringify!($part) ),*];

            /// A program without parts.
            pub(super) fn new(about: About, clip: Clip, constants: Constants) -> Self {
                let (format, version) = (FORMAT.into(), VERSION);
                Self { format, version, about, clip, constants, $( $part: Part::absent() ),* }
            }

            /// Reads all parts of a document; what is not good is reported and left out.
            pub(super) fn read_parts(&mut self, rows: &mut Rows<'_, '_>) {
                $( self.$part = Part::read(rows, stringify!($part), $most); )*
            }

            /// Writes all parts that are there.
            pub(super) fn write_parts(&self, out: &mut Out) {
                $( self.$part.write(out, stringify!($part)); )*
            }

            /// Every part with its rows, and the most there may be.
            pub(super) fn lengths(&self) -> impl Iterator<Item = (&'static str, usize, usize)> {
                [$( (stringify!($part), self.$part.rows(), $most) ),*].into_iter()
            }
        }
    };
}

parts! {
    /// Texts, each once: values of the type text are rows of this table.
    texts: Vec<TextRow>, ROWS_MAX;
    /// Outlines of fixed shape.
    paths: Vec<PathRow>, ROWS_MAX;
    /// Pixels that passes draw.
    images: Vec<ImageRow>, ROWS_MAX;
    /// Fonts that texts are drawn with.
    fonts: Vec<FontRow>, FONTS_MAX;
    /// How texts are laid out that are measured.
    styles: Vec<StyleRow>, FONTS_MAX;
    /// Constant values that are looked up by their place.
    tables: Vec<TableRow>, ROWS_MAX;
    /// Input channels.
    channels: Vec<Channel>, ROWS_MAX;
    /// Sets of elements.
    domains: Vec<Domain>, ROWS_MAX;
    /// Named values of a frame: signals.
    slots: Vec<Slot>, ROWS_MAX;
    /// State that is carried from frame to frame.
    cells: Vec<Cell>, ROWS_MAX;
    /// Places in cycles that stay where they are when the cycle gets another period.
    phases: Vec<PhaseRow>, ROWS_MAX;
    /// What can happen.
    events: Vec<Event>, ROWS_MAX;
    /// Lists of rows: those that reactions edit, and groups of rows of others.
    lists: Vec<ListRow>, ROWS_MAX;
    /// Some of the rows of lists, and numbers of them.
    views: Vec<ViewRow>, ROWS_MAX;
    /// Named values per element.
    fields: Vec<Field>, ROWS_MAX;
    /// Operations; arguments have smaller indices.
    nodes: Vec<Node>, NODES_MAX;
    /// The schedule, in phase order.
    steps: Vec<Step>, ROWS_MAX;
    /// What is done when something happens.
    reactions: Vec<Reaction>, ROWS_MAX;
    /// What keeps values where they are on screen when elements come, go or change their place.
    continuities: Vec<ContinuityRow>, ROWS_MAX;
    /// How elements come into sight and leave it.
    fades: Vec<FadeRow>, ROWS_MAX;
    /// Cameras of passes.
    cameras: Vec<Camera>, ROWS_MAX;
    /// Render passes.
    passes: Vec<PassRow>, ROWS_MAX;
    /// The colour under every pass: a uniform colour node; opaque black when there is none.
    background: Option<u32>, 1;
    /// Where nodes come from in the source.
    sources: Vec<Source>, NODES_MAX;
}

/// What a program is, for people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct About {
    /// A short name: letters, digits, `_` and `-`.
    pub name: String,
    /// A title.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// What is to be seen.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub shows: String,
}

/// How a program is meant to be shown; options of the host go first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Clip {
    /// Frames per second as a ratio, e.g. `[30000, 1001]`.
    pub frame_rate: [u32; 2],
    /// Length in flicks; a looping program starts anew after it.
    pub duration: Flicks,
    /// Width and height in pixels, 1 to 16384.
    pub size: [u32; 2],
    /// What is mixed where one colour goes over another.
    #[serde(default, skip_serializing_if = "Blending::is_srgb")]
    pub blending: Blending,
}

/// The constant pool, by storage class.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Constants {
    /// 64-bit floats, finite.
    #[serde(default)]
    pub f64: Vec<f64>,
    /// 32-bit floats, finite.
    #[serde(default)]
    pub f32: Vec<f32>,
    /// Signed integers.
    #[serde(default)]
    pub i32: Vec<i32>,
    /// Unsigned integers; bools are 0 and 1.
    #[serde(default)]
    pub u32: Vec<u32>,
}

impl Constants {
    /// How many constants a storage class has.
    pub fn len(&self, storage: Storage) -> usize {
        match storage {
            Storage::F64 => self.f64.len(),
            Storage::F32 => self.f32.len(),
            Storage::I32 => self.i32.len(),
            Storage::U32 => self.u32.len(),
            Storage::Object => 0,
        }
    }

    /// A constant as f64, in which every class is exact.
    pub fn get(&self, storage: Storage, index: u32) -> Option<f64> {
        let index = index as usize;
        match storage {
            Storage::F64 => self.f64.get(index).copied(),
            Storage::F32 => self.f32.get(index).map(|&v| f64::from(v)),
            Storage::I32 => self.i32.get(index).map(|&v| f64::from(v)),
            Storage::U32 => self.u32.get(index).map(|&v| f64::from(v)),
            Storage::Object => None,
        }
    }
}

/// A text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TextRow {
    /// At most [`TEXT_MAX`](super::limits::TEXT_MAX) bytes; no other row has the same.
    pub text: String,
}

/// A fixed outline; see [`Path`](crate::frame::Path).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PathRow {
    /// For people and diagnostics.
    pub name: String,
    /// `M`ove, `L`ine, `Q`uadratic, `C`ubic, `Z` close; the first is `M`.
    pub verbs: String,
    /// 1 point for `M` and `L`, 2 for `Q`, 3 for `C`, 0 for `Z`.
    pub points: Vec<[f32; 2]>,
    /// What of it is inside; `nonzero` where it is left out.
    #[serde(default, skip_serializing_if = "FillRule::is_nonzero")]
    pub fill_rule: FillRule,
}

/// Values one after the other, that never change or are those of an array that the host gives; see [`Op::Lookup`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TableRow {
    /// For people and diagnostics.
    pub name: String,
    /// Any type.
    #[serde(rename = "type")]
    pub ty: Type,
    /// What a float measures.
    #[serde(default, skip_serializing_if = "Unit::is_scalar")]
    pub unit: Unit,
    /// As many numbers per value as the type has components, and at least one value; bools are 0 and 1, shapes rows of paths.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<f64>,
    /// The row of a channel that is an array, and of this type: what is looked up are its values. There are no others then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<u32>,
}

impl TableRow {
    /// How many values there are.
    pub fn count(&self) -> usize {
        self.values.len() / self.ty.stride() as usize
    }

    /// A component of the value at a place, where the ends are clamped or wrapped; 0 where there are no values.
    pub(crate) fn at(&self, index: i32, component: u32, edge: Edge) -> f64 {
        let row = edge.place(index, self.count());
        let at = row.map(|row| row * self.ty.stride() as usize + component as usize);
        at.and_then(|at| self.values.get(at)).copied().unwrap_or(0.0)
    }
}

/// How a channel's value lives on after a frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// The last value stays until another is set (a pointer, a slider).
    #[default]
    Hold,
    /// Back to the default after one frame (a key press).
    Momentary,
}

/// A value that the host gives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Channel {
    /// The name the host sets it by.
    pub name: String,
    /// Any type but shape.
    #[serde(rename = "type")]
    pub ty: Type,
    /// What a float measures.
    #[serde(default, skip_serializing_if = "Unit::is_scalar")]
    pub unit: Unit,
    /// How many values there are, where it is an array of them: 1 to [`CHANNEL_VALUES_MAX`](super::limits::CHANNEL_VALUES_MAX).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// The value until the host sets one: as many numbers as the type has components; bools are 0 and 1. Of an array one value
    /// for all, or as many as it has.
    pub default: Vec<f64>,
    /// How the value lives on.
    #[serde(default)]
    pub kind: ChannelKind,
}

impl Channel {
    /// How many components it has, of all its values.
    pub fn components(&self) -> u32 {
        self.ty.stride().saturating_mul(self.count.unwrap_or(1))
    }

    /// The default of every component.
    pub fn defaults(&self) -> impl Iterator<Item = f64> {
        self.default.iter().copied().cycle().take(self.components() as usize)
    }
}

/// A set of elements.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Domain {
    /// Unique.
    pub name: String,
    /// The most elements there may be.
    pub capacity: u32,
    /// How many there are; 0 where `live` says that.
    pub count: u32,
    /// Mixed into the ids and random numbers of the elements.
    #[serde(default)]
    pub seed: u32,
    /// How elements come and go; without it there are `count` of them, always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live: Option<Live>,
}

/// A named value of a frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Slot {
    /// Unique, ascending; gaps are legal.
    pub id: u32,
    /// Unique.
    pub name: String,
    /// Which store it lives in.
    pub storage: Storage,
    /// Its first row in that store.
    pub offset: u32,
    /// How many rows it takes: the components of its type.
    pub stride: u32,
    /// Its type.
    #[serde(rename = "type")]
    pub ty: Type,
    /// What a float measures.
    #[serde(default, skip_serializing_if = "Unit::is_scalar")]
    pub unit: Unit,
}

/// What a ring remembers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Ring {
    /// How many pushes it holds, at least 1.
    pub length: u32,
    /// Whether the time of each push is kept too (`delay_time`), or only the order (`delay`).
    #[serde(default)]
    pub timed: bool,
    /// Of a timed ring, how far back it reaches at any frame rate: an engine with more frames in that time than `length`
    /// makes the ring longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reach: Option<Flicks>,
}

/// State that is carried from frame to frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// Unique; made of names of the source, so that edits elsewhere keep the state.
    pub key: String,
    /// Its type.
    #[serde(rename = "type")]
    pub ty: Type,
    /// f64, f32, i32 or u32; per lane f32, i32 or u32.
    pub storage: Storage,
    /// Its first row: in the store of its class, or per lane among the lane cells.
    pub offset: u32,
    /// Entries: `stride`, times the ring's length, times the domain's capacity.
    pub size: u32,
    /// A constant of the cell's storage class that fills all entries; zero when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initial: Option<u32>,
    /// The domain whose elements each have their own, or none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<u32>,
    /// A delay line instead of one value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ring: Option<Ring>,
    /// Whether a host that keeps state on disk keeps its value: see `keep`. Of a cell that is no ring, and has one value for all elements.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub durable: bool,
    /// Its components before the first frame, where they are older than the run: in place of `initial`, and as if they had been set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<f64>,
}

/// A place in a cycle that a `phase` or a `phase_ping_pong` gives: when another program with another period takes over,
/// it goes on from where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PhaseRow {
    /// Unique; made of names of the source, as the keys of cells are.
    pub key: String,
}

/// A named value per element.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Unique within the domain.
    pub name: String,
    /// Whose elements.
    pub domain: u32,
    /// f32, i32 or u32.
    pub storage: Storage,
    /// Its first field buffer.
    pub offset: u32,
    /// How many buffers: the components of its type.
    pub stride: u32,
    /// Its type.
    #[serde(rename = "type")]
    pub ty: Type,
    /// What a float measures.
    #[serde(default, skip_serializing_if = "Unit::is_scalar")]
    pub unit: Unit,
}

/// What is beyond the first or the last element, or value of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Edge {
    /// The first or last one itself.
    #[default]
    Clamp,
    /// Round to the other end.
    Wrap,
}

impl Edge {
    /// Which of so many is meant by a place that may be beyond the ends; `None` where there are none.
    #[inline(always)]
    pub(crate) fn place(self, index: i32, count: usize) -> Option<usize> {
        let last = i32::try_from(count).unwrap_or(i32::MAX).checked_sub(1).filter(|&last| last >= 0)?;
        Some(match self {
            Self::Clamp => index.clamp(0, last) as usize,
            // Most are inside, and a division costs more than all the rest.
            Self::Wrap if (0..=last).contains(&index) => index as usize,
            Self::Wrap => i64::from(index).rem_euclid(i64::from(last) + 1) as usize,
        })
    }
}

/// One operation.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// What it does.
    pub op: Op,
    /// Earlier nodes.
    #[serde(default, skip_serializing_if = "SmallVec::is_empty")]
    #[cfg_attr(test, schemars(with = "Vec<u32>"))]
    pub args: SmallVec<[u32; 4]>,
    /// A constant's type.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub ty: Option<Type>,
    /// A constant's class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage: Option<Storage>,
    /// A row of a table, a slot's id, a component, a salt or a seed, or what keeps the place of a phase: see [`Immediate`](super::op::Immediate).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<u32>,
    /// How many elements further on a neighbour is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<i32>,
    /// What is beyond the ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edge: Option<Edge>,
    /// Octaves, a base, or a column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// Whose elements.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<u32>,
    /// In flicks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<u64>,
}

impl Node {
    /// A node without immediates.
    pub fn new(op: Op, args: &[u32]) -> Self {
        Self {
            op,
            args: SmallVec::from_slice(args),
            ty: None,
            storage: None,
            index: None,
            offset: None,
            edge: None,
            count: None,
            domain: None,
            period: None,
        }
    }
}

/// A phase of the frame in which steps run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Scalar expressions into slots.
    Signals,
    /// Lane programs into fields, and what is reduced from them.
    Fields,
    /// Render passes.
    Passes,
    /// Next values of state cells.
    Commit,
}

/// How the elements of a field become one value, always in the same order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Reduction {
    /// The sum; 0 without elements.
    Sum,
    /// The mean; 0 without elements.
    Mean,
    /// The smallest; NaN if any is; 0 without elements.
    Min,
    /// The largest; NaN if any is; 0 without elements.
    Max,
}

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Evaluate a uniform node into a slot.
    Signal {
        /// The slot's id.
        slot: u32,
        /// A uniform node of the slot's type.
        node: u32,
    },
    /// Evaluate a node for every element of a domain.
    Field {
        /// The field.
        field: u32,
        /// A node of the field's domain and type.
        node: u32,
    },
    /// Reduce a field of floats, component by component, into a slot of the same type.
    Reduce {
        /// The slot's id.
        slot: u32,
        /// The field.
        field: u32,
        /// How.
        reduction: Reduction,
    },
    /// Assemble a render pass.
    Pass {
        /// The pass.
        pass: u32,
    },
    /// Give a cell its next value, or push it into a ring.
    Next {
        /// The cell.
        cell: u32,
        /// A node of the cell's type.
        node: u32,
    },
}

/// Something that steps read and write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Resource {
    /// An input channel, by row.
    Channel(u32),
    /// A slot, by id.
    Slot(u32),
    /// A state cell, by row.
    Cell(u32),
    /// A field, by row.
    Field(u32),
    /// A render pass, by row.
    Pass(u32),
}

/// One step of the schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// When.
    pub phase: Phase,
    /// What.
    #[serde(rename = "do")]
    pub action: Action,
    /// What it reads, ascending.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reads: Vec<Resource>,
    /// What it writes.
    pub writes: Vec<Resource>,
}

/// What a pass draws for each element.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ShapeRow {
    /// A disc; the size is its diameter.
    Circle {},
    /// An ellipse that fills the element's box.
    Ellipse {},
    /// A rectangle.
    Rect {
        /// Uniform float: corner radius as a share of half the shorter side, 0 to 1; 0.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        corner: Option<u32>,
    },
    /// A regular polygon.
    Polygon {
        /// 3 to 1000.
        sides: u32,
    },
    /// A star.
    Star {
        /// Tips, 2 to 1000.
        points: u32,
        /// Uniform float: inner radius as a share of the outer, 0 to 1; 0.5.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        inner: Option<u32>,
    },
    /// A path, scaled to the element's box.
    Path {
        /// shape: the same for all elements, or each one's own.
        path: u32,
    },
    /// One line through all elements in index order. It breaks at a position that is infinite or NaN, and a camera cuts
    /// it at its near and far end.
    Line {
        /// Whether the last is joined to the first.
        #[serde(default)]
        closed: bool,
    },
    /// A text. Its size is that of an em, its position that of its anchor.
    Text {
        /// text: what it says, the same for all elements or each one's own.
        text: u32,
        /// float: how wide its lines may be in world units, above 0; without it only the text ends lines.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        width: Option<u32>,
        /// float: from one line to the next, in sizes; 1.2.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        leading: Option<u32>,
        /// float: what is put between letters, in sizes; 0.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tracking: Option<u32>,
        /// Where its lines are from the position.
        #[serde(default)]
        align: Align,
        /// What of it is at the height of the position.
        #[serde(default)]
        anchor: Anchor,
        /// How heavy its letters are, 1 to 1000.
        #[serde(default = "regular")]
        weight: u16,
        /// float: how heavy, where that moves and the font has that: in steps, of which there are 64 between its lightest and its heaviest.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        moving_weight: Option<u32>,
        /// The row of the font; without one the family that comes with pavane.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        font: Option<u32>,
        /// Whether what it says is the glyphs of a letter, as [`LettersRow::GLYPH`] has them, which are in their places: nothing is laid
        /// out. A glyph is the place of its font among those that are asked (this font, those behind it, the family that comes with
        /// pavane), its number in it and, where it is not the first, the bits of how far it is from that in ems, across and down: in hex,
        /// with points between, and a space behind each glyph. `1.2a` is such a text.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        glyphs: bool,
    },
    /// A part of an image, scaled to the element's box. The colour of the pass multiplies its own; it has no stroke.
    Image {
        /// The row of the image.
        image: u32,
        /// vec2: the left top corner of what is shown, in pixels of the image; (0, 0).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<u32>,
        /// vec2: how many pixels are shown across and down; all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source_size: Option<u32>,
        /// float: corner radius as a share of half the shorter side, 0 to 1; 0.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        corner: Option<u32>,
        /// How pixels of the canvas are made of those of the image.
        #[serde(default)]
        filter: Filter,
    },
}

/// The weight of letters where nothing else is said.
fn regular() -> u16 {
    400
}

impl ShapeRow {
    /// The shape without its numbers.
    pub fn kind(&self) -> ShapeKind {
        match self {
            Self::Circle {} => ShapeKind::Circle,
            Self::Ellipse {} => ShapeKind::Ellipse,
            Self::Rect { .. } => ShapeKind::Rect,
            Self::Polygon { .. } => ShapeKind::Polygon,
            Self::Star { .. } => ShapeKind::Star,
            Self::Path { .. } => ShapeKind::Path,
            Self::Line { .. } => ShapeKind::Line,
            Self::Text { .. } => ShapeKind::Text,
            Self::Image { .. } => ShapeKind::Image,
        }
    }
}

/// The outline of a pass. Every value is a node of the pass's domain or uniform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StrokeRow {
    /// color.
    pub color: u32,
    /// float: width in world units.
    pub width: u32,
    /// float: where the drawn part starts, as a share of the outline's length; 0. Any number: shares wrap, so that 0.8
    /// to 0.2 runs over the outline's start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trim_start: Option<u32>,
    /// float: where the drawn part ends; 1. From a span of 1 on the outline is whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trim_end: Option<u32>,
    /// vec2: the lengths of a dash and of the gap after it, in world units; solid without one. See
    /// [`Dash`](crate::frame::Dash) for what lengths of 0 give.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dash: Option<u32>,
    /// float: how far into the pattern of `dash` the drawn part starts, in world units; 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dash_offset: Option<u32>,
    /// Ends of open strokes, and of dashes.
    #[serde(default)]
    pub cap: Cap,
    /// Corners.
    #[serde(default)]
    pub join: Join,
}

impl StrokeRow {
    /// A solid, whole outline.
    pub fn new(color: u32, width: u32) -> Self {
        Self {
            color,
            width,
            trim_start: None,
            trim_end: None,
            dash: None,
            dash_offset: None,
            cap: Cap::default(),
            join: Join::default(),
        }
    }
}

/// A render pass. Every value is a node of the pass's domain or uniform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PassRow {
    /// Unique.
    pub name: String,
    /// Whose elements.
    pub domain: u32,
    /// What is drawn.
    pub shape: ShapeRow,
    /// How it is combined with what lies under it.
    #[serde(default)]
    pub blend: Blend,
    /// Passes are drawn in ascending layer, then in table order.
    #[serde(default)]
    pub layer: i32,
    /// In which order elements are drawn.
    #[serde(default)]
    pub order: DrawOrder,
    /// Whether an edit shows at once in what it draws, whatever its values and the host say.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cuts: bool,
    /// The camera; without one the unit square fills the canvas' shorter side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub camera: Option<u32>,
    /// vec2 or vec3: the element's centre in world units.
    pub position: u32,
    /// float or vec2: full size in world units, 0 or more (a line has none). A constant below 0 is refused; elements
    /// for which a computed one is are not drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u32>,
    /// float: radians, clockwise on screen; 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotation: Option<u32>,
    /// float or vec2: multiplies the size; 1. A negative one mirrors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<u32>,
    /// color: the fill; without one only the stroke is drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<u32>,
    /// float: multiplies the alpha of the element as drawn, fill and stroke as one thing, 0 to 1; 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opacity: Option<u32>,
    /// The outline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stroke: Option<StrokeRow>,
}

impl PassRow {
    /// A pass without colours or a size.
    pub fn new(name: String, domain: u32, shape: ShapeRow, position: u32) -> Self {
        Self {
            name,
            domain,
            shape,
            blend: Blend::default(),
            layer: 0,
            order: DrawOrder::default(),
            cuts: false,
            camera: None,
            position,
            size: None,
            rotation: None,
            scale: None,
            color: None,
            opacity: None,
            stroke: None,
        }
    }

    /// The node of an attribute, where it has one.
    pub(crate) fn node(&self, attribute: Attribute) -> Option<u32> {
        let stroke = self.stroke.as_ref();
        match attribute {
            Attribute::Position => Some(self.position),
            Attribute::Size => self.size,
            Attribute::Rotation => self.rotation,
            Attribute::Scale => self.scale,
            Attribute::Color => self.color,
            Attribute::Opacity => self.opacity,
            Attribute::Stroke => Some(stroke?.color),
            Attribute::StrokeWidth => Some(stroke?.width),
            Attribute::TrimStart => stroke?.trim_start,
            Attribute::TrimEnd => stroke?.trim_end,
            Attribute::Dash => stroke?.dash,
            Attribute::DashOffset => stroke?.dash_offset,
            Attribute::Width => self.of_text(|[width, ..]| width),
            Attribute::Leading => self.of_text(|[_, leading, ..]| leading),
            Attribute::Tracking => self.of_text(|[_, _, tracking, _]| tracking),
            Attribute::Weight => self.of_text(|[_, _, _, weight]| weight),
            Attribute::Source => self.of_image(|[source, ..]| source),
            Attribute::SourceSize => self.of_image(|[_, size, _]| size),
            Attribute::Corner => self.of_image(|[.., corner]| corner),
            // Of patches alone, or no node.
            Attribute::Trim | Attribute::TrimOffset => None,
            Attribute::Align | Attribute::Anchor | Attribute::Font => None,
            Attribute::Fit | Attribute::Sheet | Attribute::Frame => None,
            Attribute::Tint | Attribute::Filter => None,
            Attribute::Cap | Attribute::Join | Attribute::Blend => None,
            Attribute::Layer | Attribute::Order | Attribute::Camera | Attribute::Continuity => None,
        }
    }

    /// One of the nodes that only a text has.
    fn of_text(&self, which: impl Fn([Option<u32>; 4]) -> Option<u32>) -> Option<u32> {
        let ShapeRow::Text { width, leading, tracking, moving_weight, .. } = self.shape else { return None };
        which([width, leading, tracking, moving_weight])
    }

    /// One of the nodes that only an image has.
    fn of_image(&self, which: impl Fn([Option<u32>; 3]) -> Option<u32>) -> Option<u32> {
        let ShapeRow::Image { source, source_size, corner, .. } = self.shape else { return None };
        which([source, source_size, corner])
    }

    /// Gives an attribute a node, where it may have one; those of a stroke need the stroke, those of a text the text, those of an
    /// image the image.
    pub(crate) fn set(&mut self, attribute: Attribute, node: u32) {
        let stroke = self.stroke.as_mut();
        match attribute {
            Attribute::Position => self.position = node,
            Attribute::Size => self.size = Some(node),
            Attribute::Rotation => self.rotation = Some(node),
            Attribute::Scale => self.scale = Some(node),
            Attribute::Color => self.color = Some(node),
            Attribute::Opacity => self.opacity = Some(node),
            Attribute::Stroke => stroke.into_iter().for_each(|stroke| stroke.color = node),
            Attribute::StrokeWidth => stroke.into_iter().for_each(|stroke| stroke.width = node),
            Attribute::TrimStart => stroke.into_iter().for_each(|stroke| stroke.trim_start = Some(node)),
            Attribute::TrimEnd => stroke.into_iter().for_each(|stroke| stroke.trim_end = Some(node)),
            Attribute::Dash => stroke.into_iter().for_each(|stroke| stroke.dash = Some(node)),
            Attribute::DashOffset => stroke.into_iter().for_each(|stroke| stroke.dash_offset = Some(node)),
            Attribute::Width | Attribute::Leading | Attribute::Tracking | Attribute::Weight => {
                let ShapeRow::Text { width, leading, tracking, moving_weight, .. } = &mut self.shape else {
                    return;
                };
                *match attribute {
                    Attribute::Width => width,
                    Attribute::Leading => leading,
                    Attribute::Tracking => tracking,
                    _ => moving_weight,
                } = Some(node);
            }
            Attribute::Source | Attribute::SourceSize | Attribute::Corner => {
                let ShapeRow::Image { source, source_size, corner, .. } = &mut self.shape else { return };
                *match attribute {
                    Attribute::Source => source,
                    Attribute::SourceSize => source_size,
                    _ => corner,
                } = Some(node);
            }
            Attribute::Trim | Attribute::TrimOffset => {}
            Attribute::Align | Attribute::Anchor | Attribute::Font => {}
            Attribute::Fit | Attribute::Sheet | Attribute::Frame => {}
            Attribute::Tint | Attribute::Filter => {}
            Attribute::Cap | Attribute::Join | Attribute::Blend => {}
            Attribute::Layer | Attribute::Order | Attribute::Camera | Attribute::Continuity => {}
        }
    }
}

/// Where a node comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The node.
    pub node: u32,
    /// Its name in the source, e.g. `dots.size`.
    pub name: String,
    /// The file, if it came from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Line, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Column in characters, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
}
