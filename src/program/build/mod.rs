//! The typed builder: names in, indices out.
//!
//! Equal operations are one node (hash-consing). What [`Builder::finish`] gives depends only on the calls made:
//! nodes are numbered depth first from the steps' roots, arguments left to right; steps are sorted so that writers
//! come before readers, and among those that may run, the one declared first runs first. So the same calls give
//! byte-identical JSON.

mod elements;
mod events;
pub(in crate::program) mod finish;
mod lists;
mod pass;
mod state;
mod value;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

pub use elements::{Births, Continuity};
pub use events::{EventRef, ReactionBuilder};
pub use lists::{ListRef, ViewRef};
pub use pass::{PassBuilder, StrokeBuilder};
pub use state::CellRef;
pub use value::{Arg, Value};

use super::format::{
    About, Camera, Cell, Channel, ChannelKind, Clip, Constants, Domain, Edge, Field, FontRow, ImageRow, Node,
    PassRow, PathRow, PhaseRow, Reduction, Slot, StyleRow, TableRow, TextRow,
};
use super::infer;
use super::meaning::Meaning;
use super::op::Op;
use super::types::{Storage, Type, Unit};
use super::{Program, ProgramData};
use crate::diagnostic::Diagnostics;
use crate::draw::{Blending, FillRule};
use crate::time::Flicks;

/// Builds a [`Program`].
///
/// Values borrow the builder, so expressions read like arithmetic:
///
/// ```
/// use pavane::program::Builder;
///
/// let b = Builder::new("dots");
/// let phase = b.signal("phase", b.phase(4.0));
/// let dots = b.domain("dots", 100);
/// let angle = b.rank(dots) + phase;
/// let position = b.vec2(0.5, 0.5) + b.polar_turns(0.4, angle);
/// b.pass("dots", dots).circle().position(position).size(0.02).color(b.hsv(angle, 0.8, 1.0)).draw();
/// let program = b.finish()?;
/// assert_eq!(program.data().domains[0].count, 100);
/// # Ok::<(), pavane::diagnostic::Diagnostics>(())
/// ```
///
/// A mistake (a type that does not fit, two domains in one expression) does not panic: the builder remembers it,
/// and [`finish`](Self::finish) reports all of them.
pub struct Builder {
    inner: RefCell<Draft>,
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Builder").finish_non_exhaustive()
    }
}

/// A domain of a builder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DomainRef(pub(super) u32);

/// A table of a builder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableRef(u32);

/// A step of [`Builder::flattened`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum FlatStep {
    /// One of the leaves, by its place among them.
    Leaf(usize),
    Constant([f64; 4]),
    /// What an earlier step gave.
    Same(usize),
    /// An operation with its `index`, of what earlier steps gave.
    Op {
        op: Op,
        index: Option<u32>,
        arguments: Vec<(Type, usize)>,
    },
}

/// A write that is turned into a step.
#[derive(Clone, Copy)]
pub(super) enum Write {
    Signal { slot: u32, node: u32 },
    Field { field: u32, node: u32 },
    Reduce { slot: u32, field: u32, reduction: Reduction },
}

/// What has been built so far. The rows have their final form but for node numbers and order.
pub(super) struct Draft {
    pub(super) data: ProgramData,
    pub(super) types: Vec<Type>,
    pub(super) domains: Vec<Option<u32>>,
    pub(super) unique: HashMap<Node, u32>,
    pub(super) constants: HashMap<(Storage, u64), u32>,
    /// The row of each text.
    pub(super) text_rows: HashMap<String, u32>,
    /// Per text, the number by which the caller knows it.
    pub(super) text_numbers: Vec<u32>,
    pub(super) writes: Vec<Write>,
    pub(super) nexts: Vec<(u32, u32)>,
    /// The first channel of a name.
    pub(super) channel_rows: HashMap<String, u32>,
    pub(super) domain_names: HashSet<String>,
    /// The node that defines a slot.
    pub(super) definitions: HashMap<u32, u32>,
    /// Where the next slot of a storage class begins.
    pub(super) slot_ends: HashMap<Storage, u32>,
    /// Where the next cell of a storage class begins, and without one where the next cell per element does.
    pub(super) cell_ends: HashMap<Option<Storage>, u32>,
    /// Node, name, and the tag that was set then.
    pub(super) names: Vec<(u32, String, u32)>,
    pub(super) problems: Vec<String>,
    /// The caller's number of the thing that is being built; 0 for nothing in particular.
    pub(super) tag: u32,
    /// Per node.
    pub(super) tags: Vec<u32>,
}

/// A program, or what is wrong with it, and for every node of it the tag that was set when it was made.
pub(crate) struct Finished {
    pub(crate) program: Result<Program, Diagnostics>,
    pub(crate) tags: Vec<u32>,
}

/// The file, line and column of a tag.
pub(crate) type PlaceOfTag<'a> = &'a dyn Fn(u32) -> Option<(String, u32, u32)>;

impl Builder {
    /// A builder of a program with a name (letters, digits, `_` and `-`).
    pub fn new(name: &str) -> Self {
        let about = About { name: name.into(), ..About::default() };
        let clip = Clip {
            frame_rate: [60, 1],
            duration: Flicks::from_secs(10),
            size: [1080, 1080],
            blending: Blending::Srgb,
        };
        let data = ProgramData::new(about, clip, Constants::default());
        Self {
            inner: RefCell::new(Draft {
                data,
                types: Vec::new(),
                domains: Vec::new(),
                unique: HashMap::new(),
                constants: HashMap::new(),
                text_rows: HashMap::new(),
                text_numbers: Vec::new(),
                writes: Vec::new(),
                nexts: Vec::new(),
                channel_rows: HashMap::new(),
                domain_names: HashSet::new(),
                definitions: HashMap::new(),
                slot_ends: HashMap::new(),
                cell_ends: HashMap::new(),
                names: Vec::new(),
                problems: Vec::new(),
                tag: 0,
                tags: Vec::new(),
            }),
        }
    }

    /// A title, and what is to be seen.
    pub fn about(&self, title: &str, shows: &str) {
        let about = &mut self.inner.borrow_mut().data.about;
        (about.title, about.shows) = (title.into(), shows.into());
    }

    /// How the program is meant to be shown: seconds, frames per second and pixels.
    pub fn clip(&self, seconds: f64, frames_per_second: u32, size: [u32; 2]) {
        let duration = self.flicks("the clip's duration", seconds);
        let clip = &mut self.inner.borrow_mut().data.clip;
        (clip.frame_rate, clip.duration, clip.size) = ([frames_per_second, 1], duration, size);
    }

    /// What is mixed where one colour goes over another; sRGB values where nothing is said.
    pub fn blending(&self, blending: Blending) {
        self.inner.borrow_mut().data.clip.blending = blending;
    }

    /// The colour under every pass.
    pub fn background(&self, color: Value<'_>) {
        self.inner.borrow_mut().data.background = Some(color.node);
    }

    /// A domain of `count` elements.
    pub fn domain(&self, name: &str, count: u32) -> DomainRef {
        let seed = self.inner.borrow().data.domains.len() as u32;
        self.add_domain(Domain { name: name.into(), capacity: count.max(1), count, seed, live: None })
    }

    pub(crate) fn add_domain(&self, domain: Domain) -> DomainRef {
        let draft = &mut *self.inner.borrow_mut();
        draft.domain_names.insert(domain.name.clone());
        draft.data.domains.push(domain);
        DomainRef(draft.data.domains.len() as u32 - 1)
    }

    /// An input channel; `default` has as many numbers as the type has components.
    pub fn channel(&self, name: &str, ty: Type, default: &[f64], kind: ChannelKind) -> Value<'_> {
        let default = default.to_vec();
        self.add_channel(Channel { name: name.into(), ty, unit: Unit::Scalar, count: None, default, kind })
    }

    /// An input channel that is an array of so many values, as a table for [`lookup`](Self::lookup). `default` has as many
    /// numbers as the type has components, for all values, or as all of them together have.
    ///
    /// ```
    /// use pavane::program::{ChannelKind, Edge, Type};
    /// use pavane::{Builder, Engine};
    ///
    /// let b = Builder::new("levels");
    /// let levels = b.channel_array("levels", Type::Float, 3, &[0.0], ChannelKind::Hold);
    /// let bars = b.domain("bars", 3);
    /// let level = b.lookup(levels, b.index(bars), Edge::Clamp);
    /// b.pass("bars", bars).position(b.vec2(b.rank(bars), level)).size(0.1).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
    /// let mut engine = Engine::for_program(b.finish()?)?;
    /// engine.set("levels", &[0.25, 0.5, 0.75])?;
    /// let frame = engine.frame(0)?;
    /// assert_eq!(frame.passes().next().unwrap().y.get(1), 0.5);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn channel_array(
        &self,
        name: &str,
        ty: Type,
        count: u32,
        default: &[f64],
        kind: ChannelKind,
    ) -> TableRef {
        let (name, unit) = (name.to_owned(), Unit::Scalar);
        let channel =
            Channel { name: name.clone(), ty, unit, count: Some(count), default: default.to_vec(), kind };
        let channel = Some(self.add_channel_row(channel));
        self.table(TableRow { name, ty, unit, values: Vec::new(), channel })
    }

    pub(crate) fn add_channel(&self, channel: Channel) -> Value<'_> {
        let row = self.add_channel_row(channel);
        self.channel_of_row(row)
    }

    /// The row of a new channel.
    pub(crate) fn add_channel_row(&self, channel: Channel) -> u32 {
        let draft = &mut *self.inner.borrow_mut();
        let row = draft.data.channels.len() as u32;
        draft.channel_rows.entry(channel.name.clone()).or_insert(row);
        draft.data.channels.push(channel);
        row
    }

    /// A path that is filled by the nonzero rule: its steps and points in `-0.5..0.5`; see [`PathRow`]. The value is its
    /// handle.
    pub fn path(&self, name: &str, verbs: &str, points: &[[f32; 2]]) -> Value<'_> {
        let (name, verbs, points) = (name.into(), verbs.into(), points.to_vec());
        self.add_path(PathRow { name, verbs, points, fill_rule: FillRule::NonZero })
    }

    /// As [`path`](Self::path), with a fill rule of its own.
    pub fn add_path(&self, path: PathRow) -> Value<'_> {
        let row = {
            let paths = &mut self.inner.borrow_mut().data.paths;
            paths.push(path);
            paths.len() as u32 - 1
        };
        self.path_of_row(row)
    }

    /// An image, for [`PassBuilder::image`]. One that no pass draws is left out of the program.
    ///
    /// ```
    /// use pavane::program::{ImageRow, Packed};
    /// use pavane::{Builder, Engine, Shape};
    ///
    /// let b = Builder::new("photo");
    /// let pixels = Packed::new([255, 0, 0, 255, 0, 0, 255, 255]);
    /// let photo = b.image(ImageRow { name: "photo".into(), width: 2, height: 1, pixels });
    /// let white = b.rgba(1.0, 1.0, 1.0, 1.0);
    /// b.pass("photo", b.domain("one", 1)).image(photo).position(b.vec2(0.5, 0.5)).size(b.vec2(0.4, 0.2)).color(white).draw();
    /// let mut engine = Engine::for_program(b.finish()?)?;
    /// let frame = engine.frame(0)?;
    /// let Some(Shape::Image(sprite)) = frame.passes().next().map(|pass| pass.shape) else { panic!() };
    /// assert_eq!((sprite.image.width(), sprite.source[2].get(0)), (2, 2.0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn image(&self, image: ImageRow) -> u32 {
        let images = &mut self.inner.borrow_mut().data.images;
        images.push(image);
        images.len() as u32 - 1
    }

    /// Adds a font for [`ShapeRow::Text`](crate::program::ShapeRow::Text); gives its row. A font that is none is told when an engine
    /// loads the program.
    pub fn font(&self, font: FontRow) -> u32 {
        let fonts = &mut self.inner.borrow_mut().data.fonts;
        fonts.push(font);
        fonts.len() as u32 - 1
    }

    /// How wide or how high a text is in a style, in sizes ([`Op::TextWidth`], [`Op::TextHeight`]), with lines of so many sizes.
    pub(crate) fn measured(&self, op: Op, [text, lines]: [Value<'_>; 2], style: StyleRow) -> Value<'_> {
        let row = {
            let styles = &mut self.inner.borrow_mut().data.styles;
            styles.iter().position(|known| *known == style).unwrap_or_else(|| {
                styles.push(style);
                styles.len() - 1
            })
        };
        self.node(Node { index: Some(row as u32), ..Node::new(op, &[text.node(), lines.node()]) })
    }

    /// A path that was added.
    pub(crate) fn path_of_row(&self, row: u32) -> Value<'_> {
        self.node(Node { index: Some(row), ..Node::new(Op::Shape, &[]) })
    }

    /// The row of a shape that is one path, and no choice between several.
    pub(crate) fn path_row(&self, shape: Value<'_>) -> Option<u32> {
        let Node { op, index, .. } = self.inner.borrow().data.nodes[shape.node as usize];
        index.filter(|_| op == Op::Shape)
    }

    /// A table of values for [`lookup`](Self::lookup). One that nothing looks into is left out of the program.
    pub fn table(&self, table: TableRow) -> TableRef {
        let tables = &mut self.inner.borrow_mut().data.tables;
        tables.push(table);
        TableRef(tables.len() as u32 - 1)
    }

    /// The value of a table at an index, which is an int.
    pub fn lookup<'b>(&'b self, table: TableRef, index: Value<'b>, edge: Edge) -> Value<'b> {
        let (index, table) = (index.node, Some(table.0));
        self.node(Node { index: table, edge: Some(edge), ..Node::new(Op::Lookup, &[index]) })
    }

    /// Names a uniform value: it gets a slot, and what is returned reads the slot.
    pub fn signal<'b>(&'b self, name: &str, value: Value<'b>) -> Value<'b> {
        let slot = self.slot(name, value.ty(), Unit::Scalar);
        self.define(slot, value);
        slot
    }

    /// A slot that is defined later by [`define`](Self::define), so that names may be used before they are given.
    pub fn slot(&self, name: &str, ty: Type, unit: Unit) -> Value<'_> {
        let id = {
            let draft = &mut *self.inner.borrow_mut();
            let slots = &mut draft.data.slots;
            let storage = ty.signal_storage();
            let id = slots.last().map_or(0, |slot| slot.id + 1);
            let stride = ty.stride();
            let end = draft.slot_ends.entry(storage).or_insert(0);
            let offset = std::mem::replace(end, end.saturating_add(stride));
            slots.push(Slot { id, name: name.into(), storage, offset, stride, ty, unit });
            id
        };
        self.node(Node { index: Some(id), ..Node::new(Op::Slot, &[]) })
    }

    /// Defines a slot made by [`slot`](Self::slot).
    pub fn define<'b>(&'b self, slot: Value<'b>, value: Value<'b>) {
        let mut draft = self.inner.borrow_mut();
        let Some(id) = draft.leaf(slot.node, Op::Slot) else {
            return draft.problem("define() takes a value that slot() gave".into());
        };
        let name = draft.data.slots[id as usize].name.clone();
        draft.name(value.node, name);
        draft.writes.push(Write::Signal { slot: id, node: value.node });
        draft.definitions.insert(id, value.node);
    }

    /// Names a value per element of a domain; what is returned reads the field.
    pub fn field<'b>(&'b self, domain: DomainRef, name: &str, value: Value<'b>) -> Value<'b> {
        self.field_with_unit(domain, name, value, Unit::Scalar)
    }

    pub(crate) fn field_with_unit<'b>(
        &'b self,
        domain: DomainRef,
        name: &str,
        value: Value<'b>,
        unit: Unit,
    ) -> Value<'b> {
        let row = {
            let mut draft = self.inner.borrow_mut();
            let ty = draft.types[value.node as usize];
            let fields = &draft.data.fields;
            let offset = fields.last().map_or(0, |field| field.offset + field.stride);
            let row = fields.len() as u32;
            draft.data.fields.push(Field {
                name: name.into(),
                domain: domain.0,
                storage: ty.field_storage(),
                offset,
                stride: ty.stride(),
                ty,
                unit,
            });
            let full = match draft.data.domains.get(domain.0 as usize) {
                Some(domain) => format!("{}.{name}", domain.name),
                None => name.into(),
            };
            draft.name(value.node, full);
            draft.writes.push(Write::Field { field: row, node: value.node });
            row
        };
        self.node(Node { index: Some(row), ..Node::new(Op::Field, &[]) })
    }

    /// Reduces a field (a value that [`field`](Self::field) gave) to a signal.
    pub fn reduce<'b>(&'b self, name: &str, field: Value<'b>, reduction: Reduction) -> Value<'b> {
        let slot = self.slot(name, field.ty(), Unit::Scalar);
        let mut draft = self.inner.borrow_mut();
        match (draft.leaf(slot.node, Op::Slot), draft.leaf(field.node, Op::Field)) {
            (Some(slot), Some(field)) => draft.writes.push(Write::Reduce { slot, field, reduction }),
            _ => draft.problem(format!("`{name}`: reduce() takes a value that field() gave")),
        }
        slot
    }

    /// The value of a field (that [`field`](Self::field) gave) `offset` elements further on.
    pub fn neighbor<'b>(&'b self, field: Value<'b>, offset: i32, edge: Edge) -> Value<'b> {
        let row = self.inner.borrow().leaf(field.node, Op::Field);
        let Some(row) = row else {
            self.inner.borrow_mut().problem("neighbor() takes a value that field() gave".into());
            return field;
        };
        self.node(Node {
            index: Some(row),
            offset: Some(offset),
            edge: Some(edge),
            ..Node::new(Op::Neighbor, &[])
        })
    }

    /// The pairs of elements that are closer than `radius` (a uniform float), by their `position` (vec2 or vec3 per element):
    /// for each pair the index of the other element. An element has at most `most` (1 to 256) of them, those that are nearest; with
    /// [`Edge::Wrap`] places are on a torus of side 1. What the two have is read with [`near_own`](Value::near_own) and
    /// [`near_other`](Value::near_other), and folded to a value per element with [`near_sum`](Value::near_sum) and the like.
    ///
    /// ```
    /// use pavane::program::Edge;
    /// use pavane::{Builder, Engine};
    ///
    /// let b = Builder::new("crowd");
    /// let dots = b.domain("dots", 100);
    /// let place = b.vec2(b.rank(dots), 0.5);
    /// let pairs = b.near(place, b.float(0.025), 8, Edge::Clamp);
    /// let crowd = b.bool(true).near_count(pairs).to_float();
    /// b.pass("dots", dots).position(place).size(crowd * 0.01).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
    /// let mut engine = Engine::for_program(b.finish()?)?;
    /// // At the ends there are two others, elsewhere four.
    /// let frame = engine.frame(0)?;
    /// let width = frame.passes().next().expect("a pass").width;
    /// assert_eq!((width.get(0), width.get(50)), (0.02, 0.04));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn near<'b>(&'b self, position: Value<'b>, radius: Value<'b>, most: u32, edge: Edge) -> Value<'b> {
        self.node(Node {
            count: Some(most),
            edge: Some(edge),
            ..Node::new(Op::Near, &[position.node, radius.node])
        })
    }

    /// The value of a field (that [`field`](Self::field) gave) of the element with an index, an int. It is of whom the index
    /// is: one value where that is one, else a value per element, of the field's domain or of another.
    ///
    /// ```
    /// use pavane::engine::Engine;
    /// use pavane::program::{Builder, Edge};
    ///
    /// let b = Builder::new("at");
    /// let (dots, rows) = (b.domain("dots", 4), b.domain("rows", 2));
    /// let x = b.field(dots, "x", b.index(dots).to_float() * 10.0);
    /// b.field(rows, "second", b.at(x, b.index(rows) + b.int(1), Edge::Clamp));
    /// b.signal("last", b.at(x, b.int(-1), Edge::Wrap));
    /// let mut engine = Engine::for_program(b.finish()?)?;
    /// assert_eq!(engine.frame(0)?.slot("last").unwrap().components(), [30.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn at<'b>(&'b self, field: Value<'b>, index: Value<'b>, edge: Edge) -> Value<'b> {
        let row = self.inner.borrow().leaf(field.node, Op::Field);
        let Some(row) = row else {
            self.inner.borrow_mut().problem("at() takes a value that field() gave".into());
            return field;
        };
        self.node(Node { index: Some(row), edge: Some(edge), ..Node::new(Op::At, &[index.node()]) })
    }

    /// A parallel camera; see [`Camera::Orthographic`].
    pub fn orthographic(&self, center: Value<'_>, extent: Value<'_>, rotation: Option<Value<'_>>) -> u32 {
        self.camera(Camera::Orthographic {
            center: Some(center.node),
            extent: Some(extent.node),
            rotation: rotation.map(|v| v.node),
            near: None,
            far: None,
        })
    }

    /// A central camera; see [`Camera::Perspective`].
    pub fn perspective(&self, eye: Value<'_>, target: Value<'_>, fov: Value<'_>) -> u32 {
        self.camera(Camera::Perspective {
            eye: Some(eye.node),
            target: Some(target.node),
            up: None,
            fov: Some(fov.node),
            near: None,
            far: None,
        })
    }

    /// Any camera, of nodes of this builder ([`Value::node`]).
    pub fn camera(&self, camera: Camera) -> u32 {
        let cameras = &mut self.inner.borrow_mut().data.cameras;
        cameras.push(camera);
        cameras.len() as u32 - 1
    }

    /// Begins a pass over a domain; [`PassBuilder::draw`] ends it.
    pub fn pass<'b>(&'b self, name: &str, domain: DomainRef) -> PassBuilder<'b> {
        PassBuilder::new(self, name, domain)
    }

    /// The checked program.
    ///
    /// # Errors
    /// Every mistake made while building.
    pub fn finish(&self) -> Result<Program, Diagnostics> {
        self.finish_with_places(&|_| None).program
    }

    /// As [`finish`](Self::finish); named nodes get the places of their tags.
    pub(crate) fn finish_with_places(&self, place: PlaceOfTag<'_>) -> Finished {
        let draft = self.inner.borrow();
        if !draft.problems.is_empty() {
            let program = Err(Diagnostics::from_builder(&draft.problems));
            return Finished { program, tags: Vec::new() };
        }
        let (data, tags) = finish::finish(&draft, place);
        Finished { program: Program::new(data), tags }
    }

    /// Sets the number of the thing that is built from here on.
    pub(crate) fn tag(&self, tag: u32) {
        self.inner.borrow_mut().tag = tag;
    }

    /// How the program is meant to be shown so far.
    pub(crate) fn current_clip(&self) -> Clip {
        self.inner.borrow().data.clip.clone()
    }

    pub(crate) fn set_clip(&self, clip: Clip) {
        self.inner.borrow_mut().data.clip = clip;
    }

    /// The row of a channel, its type, and how many values it has where it is an array.
    pub(crate) fn find_channel(&self, name: &str) -> Option<(u32, Type, Option<u32>)> {
        let draft = self.inner.borrow();
        let row = *draft.channel_rows.get(name)?;
        let channel = &draft.data.channels[row as usize];
        Some((row, channel.ty, channel.count))
    }

    /// The value of a channel that is no array.
    pub(crate) fn channel_of_row(&self, row: u32) -> Value<'_> {
        self.node(Node { index: Some(row), ..Node::new(Op::Input, &[]) })
    }

    /// The name of a domain; of pairs of elements, what they are.
    pub(crate) fn domain_name(&self, domain: DomainRef) -> String {
        let row = self.inner.borrow().data.domains.get(domain.0 as usize).map(|domain| domain.name.clone());
        row.unwrap_or_else(|| "pairs of elements nearby".into())
    }

    /// Whether a domain is one of pairs of elements.
    pub(crate) fn is_of_pairs(&self, domain: DomainRef) -> bool {
        domain.0 >= infer::PAIRS
    }

    /// The name of a row of the domains; empty where there is none.
    pub(crate) fn domain_count(&self, domain: DomainRef) -> u32 {
        self.inner.borrow().data.domains[domain.0 as usize].count
    }

    pub(crate) fn has_domain(&self, name: &str) -> bool {
        self.inner.borrow().domain_names.contains(name)
    }

    pub(crate) fn domain_row(&self, domain: DomainRef) -> u32 {
        domain.0
    }

    /// Whether a value is exactly what a field holds.
    pub(crate) fn is_field(&self, value: Value<'_>) -> bool {
        self.inner.borrow().leaf(value.node, Op::Field).is_some()
    }

    /// Whether a value is made of constants only, so that it is the same in every frame.
    pub(crate) fn is_constant(&self, value: Value<'_>) -> bool {
        let draft = self.inner.borrow();
        let mut seen = HashSet::new();
        let mut stack = vec![value.node];
        while let Some(node) = stack.pop() {
            let Node { op, args, index, .. } = &draft.data.nodes[node as usize];
            let defined = index.filter(|_| *op == Op::Slot).and_then(|slot| draft.definitions.get(&slot));
            if args.is_empty() && *op != Op::Const && defined.is_none() {
                return false;
            }
            stack.extend(args.iter().chain(defined).copied().filter(|&node| seen.insert(node)));
        }
        true
    }

    /// What works a value out of leaves, which are values of this builder that stand for others: operations on earlier
    /// results, the value's own last. `None` where it is made of anything else that is no constant.
    pub(crate) fn flattened(&self, value: Value<'_>, leaves: &[Value<'_>]) -> Option<Vec<FlatStep>> {
        let draft = self.inner.borrow();
        let mut steps: Vec<FlatStep> = Vec::new();
        let mut places: HashMap<u32, usize> = HashMap::new();
        let mut stack = vec![value.node];
        while let Some(&at) = stack.last() {
            if places.contains_key(&at) {
                stack.pop();
                continue;
            }
            let node = &draft.data.nodes[at as usize];
            let defined =
                node.index.filter(|_| node.op == Op::Slot).and_then(|slot| draft.definitions.get(&slot));
            let needed: Vec<u32> = node.args.iter().chain(defined).copied().collect();
            let missing: Vec<u32> = needed.iter().copied().filter(|arg| !places.contains_key(arg)).collect();
            let leaf = leaves.iter().position(|leaf| leaf.node == at);
            if leaf.is_none() && !missing.is_empty() {
                stack.extend(missing);
                continue;
            }
            let step = match (leaf, node.op) {
                (Some(leaf), _) => FlatStep::Leaf(leaf),
                (None, Op::Const) => {
                    let (storage, first, ty) = (node.storage?, node.index?, node.ty?);
                    let mut constant = [0.0; 4];
                    for (k, part) in (0..ty.stride()).zip(&mut constant) {
                        *part = draft.data.constants.get(storage, first + k)?;
                        if ty == Type::Text {
                            *part = f64::from(*draft.text_numbers.get(*part as usize)?);
                        }
                    }
                    FlatStep::Constant(constant)
                }
                (None, Op::Slot) => FlatStep::Same(places[defined?]),
                (None, op) => {
                    let arguments =
                        needed.iter().map(|arg| (draft.types[*arg as usize], places[arg])).collect();
                    FlatStep::Op { op, index: node.index, arguments }
                }
            };
            places.insert(at, steps.len());
            steps.push(step);
            stack.pop();
        }
        Some(steps)
    }

    /// The name of the field that a value is; empty where it is none.
    pub(crate) fn field_name(&self, value: Value<'_>) -> String {
        let draft = self.inner.borrow();
        let row = draft.leaf(value.node, Op::Field);
        row.map(|row| draft.data.fields[row as usize].name.clone()).unwrap_or_default()
    }

    pub(crate) fn cell_count(&self) -> u32 {
        self.inner.borrow().data.cells.len() as u32
    }

    /// The rows and keys of the cells from `first` on.
    pub(crate) fn cell_keys(&self, first: u32) -> Vec<(u32, String)> {
        let draft = self.inner.borrow();
        (first..)
            .zip(&draft.data.cells[first as usize..])
            .map(|(row, cell)| (row, cell.key.clone()))
            .collect()
    }

    /// A row for a phase.
    pub(crate) fn add_phase(&self, key: &str) -> u32 {
        let phases = &mut self.inner.borrow_mut().data.phases;
        phases.push(PhaseRow { key: key.into() });
        phases.len() as u32 - 1
    }

    pub(crate) fn phase_count(&self) -> usize {
        self.inner.borrow().data.phases.len()
    }

    /// Gives the row of a phase its final key.
    pub(crate) fn rename_phase(&self, row: u32, key: String) {
        self.inner.borrow_mut().data.phases[row as usize].key = key;
    }

    /// Gives a cell another key.
    pub(crate) fn rename_cell(&self, cell: u32, key: String) {
        self.inner.borrow_mut().data.cells[cell as usize].key = key;
    }

    pub(crate) fn path_count(&self) -> u32 {
        self.inner.borrow().data.paths.len() as u32
    }

    /// Gives a path another name.
    pub(crate) fn rename_path(&self, path: u32, name: String) {
        self.inner.borrow_mut().data.paths[path as usize].name = name;
    }

    /// The rows of the paths that a shape may be, ascending: a shape is a path or a choice of shapes.
    pub(crate) fn paths_of(&self, shape: Value<'_>) -> Vec<u32> {
        let draft = self.inner.borrow();
        let (mut rows, mut seen, mut stack) = (Vec::new(), HashSet::new(), vec![shape.node]);
        while let Some(node) = stack.pop() {
            let Node { op, args, index, .. } = &draft.data.nodes[node as usize];
            if *op == Op::Shape {
                rows.extend(*index);
            }
            if *op == Op::Lookup {
                let table = index.and_then(|row| draft.data.tables.get(row as usize));
                rows.extend(table.iter().flat_map(|table| &table.values).map(|&row| row as u32));
            }
            // The condition chooses, it is no shape.
            stack.extend(args.iter().skip(1).copied().filter(|&node| seen.insert(node)));
        }
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    pub(crate) fn node(&self, node: Node) -> Value<'_> {
        let node = self.inner.borrow_mut().node(node);
        Value { builder: self, node }
    }

    pub(super) fn add_cell(&self, cell: Cell) -> u32 {
        let cells = &mut self.inner.borrow_mut().data.cells;
        cells.push(cell);
        cells.len() as u32 - 1
    }

    pub(crate) fn add_pass(&self, pass: PassRow) {
        self.inner.borrow_mut().data.passes.push(pass);
    }

    pub(super) fn flicks(&self, what: &str, seconds: f64) -> Flicks {
        match Flicks::from_secs_f64(seconds) {
            Some(flicks) if flicks > Flicks::ZERO => flicks,
            _ => {
                self.inner.borrow_mut().problem(format!("{what} is {seconds} s, which is not above 0"));
                Flicks(1)
            }
        }
    }
}

impl Draft {
    /// The number of a node, the same for equal nodes.
    pub(super) fn node(&mut self, node: Node) -> u32 {
        if let Some(&known) = self.unique.get(&node) {
            return known;
        }
        let types: Vec<Type> = node.args.iter().map(|&a| self.types[a as usize]).collect();
        let domains: Vec<Option<u32>> = node.args.iter().map(|&a| self.domains[a as usize]).collect();
        let ty = infer::node_type(&self.data, &node, &types).unwrap_or_else(|error| {
            let types: Vec<_> = types.iter().map(|t| t.name()).collect();
            let fault = match error {
                infer::InferError::Immediate(what) => format!("`{what}` is missing or points nowhere"),
                infer::InferError::Signature(error) => format!("{error:?}"),
                infer::InferError::Domains(..) => String::new(),
            };
            self.problem(format!("`{}` does not take ({}): {fault}", node.op.name(), types.join(", ")));
            Type::Float
        });
        let index = self.data.nodes.len() as u32;
        let domain = self.domain_of(&node, index, &domains).unwrap_or_else(|| {
            let name = |&d: &u32| self.data.domains.get(d as usize).map_or("pairs", |domain| &*domain.name);
            let names: Vec<_> = domains.iter().flatten().map(name).collect();
            let text = format!("`{}` mixes the domains {}", node.op.name(), names.join(" and "));
            self.problem(text);
            None
        });
        self.data.nodes.push(node.clone());
        self.types.push(ty);
        self.domains.push(domain);
        self.tags.push(self.tag);
        self.unique.insert(node, index);
        index
    }

    /// The domain of a node whose arguments have the domains `args`; the outer none where these do not go together.
    fn domain_of(&self, node: &Node, index: u32, args: &[Option<u32>]) -> Option<Option<u32>> {
        match (node.op.meaning(), args) {
            (Meaning::Near(near), &[first, second]) => {
                let place = |found: u32| self.data.nodes.get(found as usize)?.args.first();
                let elements_of = |found| self.domains.get(*place(found)? as usize).copied().flatten();
                infer::near_domain(near, index, [first, second], elements_of).ok().map(Some)
            }
            _ => infer::node_domain(&self.data, node, args).ok(),
        }
    }

    /// A text's row, the same for the same text.
    pub(super) fn text(&mut self, text: &str, number: u32) -> u32 {
        if let Some(&row) = self.text_rows.get(text) {
            return row;
        }
        let row = self.data.texts.len() as u32;
        self.data.texts.push(TextRow { text: text.to_owned() });
        self.text_numbers.push(number);
        self.text_rows.insert(text.to_owned(), row);
        row
    }

    /// A constant's row, the same for the same bits.
    pub(super) fn constant(&mut self, storage: Storage, value: f64) -> u32 {
        let pool = &mut self.data.constants;
        *self.constants.entry((storage, value.to_bits())).or_insert_with(|| {
            match storage {
                Storage::F64 => pool.f64.push(value),
                Storage::F32 => pool.f32.push(value as f32),
                Storage::I32 => pool.i32.push(value as i32),
                Storage::U32 | Storage::Object => pool.u32.push(value as u32),
            }
            pool.len(if storage == Storage::Object { Storage::U32 } else { storage }) as u32 - 1
        })
    }

    /// The `index` of a leaf of one operation.
    pub(super) fn leaf(&self, node: u32, op: Op) -> Option<u32> {
        let node = &self.data.nodes[node as usize];
        (node.op == op).then_some(node.index).flatten()
    }

    fn name(&mut self, node: u32, name: String) {
        self.names.push((node, name, self.tag));
    }

    pub(super) fn problem(&mut self, text: String) {
        self.problems.push(text);
    }
}
