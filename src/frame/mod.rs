//! The view of one evaluated frame: borrowed slices, nothing of the engine's inside.

mod hash;
pub(crate) mod pass;
mod slots;

pub use pass::{
    Blend, Cap, Colors, Dash, FillRule, Instance, Join, Lanes, LinePoint, Pass, Path, Rgba8, Shape, Stroke,
    Verb, View,
};

pub use slots::SlotReading;
pub(crate) use slots::SlotSlices;

use crate::program::{Program, ShapeRow, Type, Unit};
use crate::time::Flicks;
use crate::world::tables::{
    ColorSource, DrawList, FieldBuffer, LaneSource, PassDescriptor, ProjectedColumn, Projection,
};

/// One evaluated frame, borrowed from the engine until the next one.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    pub(crate) index: u64,
    pub(crate) time: Flicks,
    pub(crate) dt: f64,
    pub(crate) background: Option<u32>,
    pub(crate) program: &'a Program,
    pub(crate) paths: &'a [Path],
    pub(crate) counts: &'a [u32],
    pub(crate) components: &'a [FieldComponent],
    pub(crate) buffer_names: &'a [String],
    pub(crate) slots: SlotSlices<'a>,
    pub(crate) fields: &'a [FieldBuffer],
    pub(crate) descriptors: &'a [PassDescriptor],
    pub(crate) lists: &'a [DrawList],
    pub(crate) projections: &'a [Projection],
}

/// A component of a field and the buffer it is held in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FieldComponent {
    pub(crate) field: u32,
    pub(crate) component: u32,
    pub(crate) buffer: u32,
}

/// A named value per element.
#[derive(Clone, Copy, Debug)]
pub struct FieldView<'a> {
    /// The domain's name.
    pub domain: &'a str,
    /// The field's name.
    pub name: &'a str,
    /// The type.
    pub ty: Type,
    /// What a float measures.
    pub unit: Unit,
    /// The components, each with a lane per element: floats as they are, of other types the bits (bools are 0 and
    /// all ones).
    pub components: [&'a [f32]; 4],
}

impl<'a> FieldView<'a> {
    /// The value of one component of one element as a number.
    ///
    /// # Panics
    /// When there is no such element or component.
    pub fn get(&self, index: usize, component: usize) -> f64 {
        let lane = self.components[component][index];
        match self.ty.component() {
            Type::Int => f64::from(lane.to_bits().cast_signed()),
            Type::Uint | Type::Shape => f64::from(lane.to_bits()),
            Type::Bool => f64::from(u8::from(lane.to_bits() != 0)),
            _ => f64::from(lane),
        }
    }

    /// The components that the type has.
    pub fn components(&self) -> &[&'a [f32]] {
        &self.components[..self.ty.stride() as usize]
    }
}

/// What a handle means in a program without paths.
static NO_PATH: Path = Path { verbs: Vec::new(), points: Vec::new(), fill_rule: FillRule::NonZero };

/// Elements that were not drawn because an attribute was infinite or NaN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NonFinite<'a> {
    /// The pass that left them out.
    pub pass: &'a str,
    /// The expression that gave the first such value.
    pub source: &'a str,
    /// How many elements.
    pub count: u32,
}

impl<'a> Frame<'a> {
    /// Frame index.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// When the frame starts.
    pub fn time(&self) -> Flicks {
        self.time
    }

    /// Seconds since the frame before; 0 on the first.
    pub fn dt(&self) -> f64 {
        self.dt
    }

    /// What is under every pass; opaque black where the program does not say.
    pub fn background(&self) -> Rgba8 {
        self.background.map_or(Rgba8::new(0, 0, 0, 255), Rgba8)
    }

    /// The value of a named signal.
    pub fn slot(&self, name: &str) -> Option<SlotReading> {
        let slot = self.program.data().slots.iter().find(|slot| slot.name == name)?;
        Some(self.reading(slot))
    }

    /// All named signals, in table order.
    pub fn slots(&self) -> impl ExactSizeIterator<Item = (&'a str, SlotReading)> + use<'a> {
        let frame = *self;
        self.program.data().slots.iter().map(move |slot| (slot.name.as_str(), frame.reading(slot)))
    }

    fn reading(&self, slot: &crate::program::Slot) -> SlotReading {
        slots::reading(slot.ty, |k| self.slots.get(slot.storage, slot.offset + k))
    }

    /// How many elements each domain has.
    pub fn domains(&self) -> impl ExactSizeIterator<Item = (&'a str, u32)> + use<'a> {
        self.program
            .data()
            .domains
            .iter()
            .zip(self.counts)
            .map(|(domain, &count)| (domain.name.as_str(), count))
    }

    /// A named field. None where there is no such field, or where nothing needed it this frame; an engine with
    /// [`Demand::Everything`](crate::engine::Demand) evaluates them all.
    pub fn field(&self, domain: &str, name: &str) -> Option<FieldView<'a>> {
        self.fields().find(|field| field.domain == domain && field.name == name)
    }

    /// All named fields that were evaluated, in table order.
    pub fn fields(&self) -> impl Iterator<Item = FieldView<'a>> + use<'a> {
        let frame = *self;
        let data = self.program.data();
        data.fields.iter().enumerate().filter_map(move |(row, field)| {
            let count = frame.counts[field.domain as usize] as usize;
            let mut components: [&[f32]; 4] = [&[]; 4];
            for (k, component) in components.iter_mut().enumerate().take(field.stride as usize) {
                let at =
                    frame.components.iter().find(|c| c.field == row as u32 && c.component == k as u32)?;
                *component = &frame.fields[at.buffer as usize].0.f32()[..count];
            }
            let domain = data.domains[field.domain as usize].name.as_str();
            Some(FieldView { domain, name: &field.name, ty: field.ty, unit: field.unit, components })
        })
    }

    /// The render passes, first to last.
    pub fn passes(&self) -> impl ExactSizeIterator<Item = Pass<'a>> + use<'a> {
        let frame = *self;
        self.descriptors.iter().enumerate().map(move |(at, descriptor)| frame.pass(at, descriptor))
    }

    /// What was not drawn because it was infinite or NaN.
    pub fn non_finite(&self) -> impl Iterator<Item = NonFinite<'a>> + use<'a> {
        let frame = *self;
        self.descriptors.iter().filter(|descriptor| descriptor.non_finite > 0).map(move |descriptor| {
            let pass = frame.program.data().passes[descriptor.row as usize].name.as_str();
            let source = descriptor.culprit.map_or(pass, |buffer| &frame.buffer_names[buffer as usize]);
            NonFinite { pass, source, count: descriptor.non_finite }
        })
    }

    /// A hash of everything the passes hold: XXH3-64 with seed 0, NaNs made canonical. Two machines, thread counts or
    /// targets that agree on it drew the same.
    pub fn hash(&self) -> u64 {
        hash::passes(self)
    }

    fn lanes(&self, source: LaneSource, descriptor: &PassDescriptor) -> Lanes<'a> {
        let count = descriptor.count as usize;
        match source {
            LaneSource::Uniform(value) => Lanes::Uniform(value),
            LaneSource::Buffer(buffer) => Lanes::Each(&self.fields[buffer as usize].0.f32()[..count]),
            LaneSource::Projected(column) => {
                let projection = &self.projections[descriptor.projection.unwrap_or(0) as usize];
                let column = match column {
                    ProjectedColumn::X => &projection.x,
                    ProjectedColumn::Y => &projection.y,
                    ProjectedColumn::Depth => &projection.depth,
                    ProjectedColumn::Width => &projection.width,
                    ProjectedColumn::Height => &projection.height,
                    ProjectedColumn::StrokeWidth => &projection.stroke_width,
                    ProjectedColumn::Scale => &projection.scale,
                };
                Lanes::Each(&column.f32()[..count])
            }
        }
    }

    fn colors(&self, source: ColorSource, count: u32) -> Colors<'a> {
        match source {
            ColorSource::Uniform(color) => Colors::Uniform(color),
            ColorSource::Buffer(buffer) => {
                Colors::Each(bytemuck::cast_slice(&self.fields[buffer as usize].0.u32()[..count as usize]))
            }
        }
    }

    fn pass(&self, at: usize, descriptor: &PassDescriptor) -> Pass<'a> {
        let data = self.program.data();
        let row = &data.passes[descriptor.row as usize];
        let perspective = matches!(descriptor.x, LaneSource::Projected(_));
        let shape = match row.shape {
            ShapeRow::Circle {} | ShapeRow::Ellipse {} => Shape::Ellipse,
            ShapeRow::Rect { .. } => Shape::Rect { corner: descriptor.parameter },
            ShapeRow::Polygon { sides } => Shape::Polygon { sides },
            ShapeRow::Star { points, .. } => Shape::Star { points, inner: descriptor.parameter },
            ShapeRow::Path { .. } => {
                // A handle may be any constant; beyond the table it means the last path.
                let handle = descriptor.parameter as usize;
                Shape::Path(self.paths.get(handle).or(self.paths.last()).unwrap_or(&NO_PATH))
            }
            ShapeRow::Line { closed } => Shape::Line { closed },
        };
        let stroke = descriptor.stroke.zip(row.stroke.as_ref()).map(|(color, style)| Stroke {
            color: self.colors(color, descriptor.count),
            width: self.lanes(descriptor.stroke_width, descriptor),
            trim_start: self.lanes(descriptor.trim_start, descriptor),
            trim_end: self.lanes(descriptor.trim_end, descriptor),
            dash: descriptor.dash.map(|[on, off, offset]| Dash {
                on: self.lanes(on, descriptor),
                off: self.lanes(off, descriptor),
                offset: self.lanes(offset, descriptor),
                scale: self.lanes(descriptor.dash_scale, descriptor),
            }),
            cap: style.cap,
            join: style.join,
        });
        Pass {
            name: &row.name,
            domain: &data.domains[row.domain as usize].name,
            shape,
            blend: row.blend,
            layer: row.layer,
            view: descriptor.view,
            count: descriptor.count as usize,
            order: descriptor.listed.map(|listed| &self.lists[at].0.u32()[..listed as usize]),
            x: self.lanes(descriptor.x, descriptor),
            y: self.lanes(descriptor.y, descriptor),
            depth: perspective.then(|| self.lanes(LaneSource::Projected(ProjectedColumn::Depth), descriptor)),
            width: self.lanes(descriptor.width, descriptor),
            height: self.lanes(descriptor.height, descriptor),
            rotation: self.lanes(descriptor.rotation, descriptor),
            fill: descriptor.fill.map(|fill| self.colors(fill, descriptor.count)),
            stroke,
            opacity: Lanes::Uniform(1.0),
        }
    }
}

impl std::fmt::Debug for Frame<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Frame").field("index", &self.index).field("time", &self.time).finish_non_exhaustive()
    }
}
