//! A render pass as plain borrowed slices: what a raster draws or a GPU uploads.

use super::hash::Feed;
use super::{Dash, Stroke};
use crate::draw::{
    AllLetters, Attributes, Blend, Crop, FillRule, Lanes, LinePoint, Path, Paths, Rgba8, Shape, Sprite, View,
};
use crate::program::{Program, ShapeRow};
use crate::world::tables::{
    ColorSource, DrawList, FieldBuffer, LaneSource, PassDescriptor, Piece, Polyline, ProjectedColumn,
    Projection,
};

/// The colour attribute of a pass: the same for every element, or a colour per element.
#[derive(Clone, Copy, Debug)]
pub enum Colors<'a> {
    /// The same colour for every element.
    Uniform(Rgba8),
    /// One colour per element, in index order.
    Each(&'a [Rgba8]),
}

impl Colors<'_> {
    /// The colour of element `index`.
    ///
    /// # Panics
    /// When `index` is not below the pass's element count.
    #[inline]
    pub fn get(&self, index: usize) -> Rgba8 {
        match self {
            Self::Uniform(value) => *value,
            Self::Each(values) => values[index],
        }
    }
}

/// One render pass of a frame. Everything is borrowed from the engine's tables; nothing is copied.
#[derive(Clone, Copy, Debug)]
pub struct Pass<'a> {
    /// The name of the pass in its program.
    pub name: &'a str,
    /// The name of the domain whose elements it draws.
    pub domain: &'a str,
    /// What is drawn for each element.
    pub shape: Shape<'a>,
    /// How it is combined with what lies under it.
    pub blend: Blend,
    /// Passes come in ascending layer, then in program order.
    pub layer: i32,
    /// From the pass's coordinates to a canvas.
    pub view: View,
    /// Elements of the domain this frame; the length of every slice below.
    pub count: usize,
    /// The elements to draw, first to last: culled ones are left out, nearer ones come later where the pass is
    /// depth-ordered. `None` draws `0..count`.
    pub order: Option<&'a [u32]>,
    /// Centre, x, in world units.
    pub x: Lanes<'a>,
    /// Centre, y, in world units, down.
    pub y: Lanes<'a>,
    /// Distance from the camera in world units, where the pass has a perspective camera.
    pub depth: Option<Lanes<'a>>,
    /// Full width in world units (a circle's diameter). Below 0 the element is mirrored left to right, so that its
    /// outline begins on the other side and runs the other way; 0 draws nothing.
    pub width: Lanes<'a>,
    /// Full height in world units; below 0 mirrored top to bottom, and 0 draws nothing.
    pub height: Lanes<'a>,
    /// Radians, clockwise on screen.
    pub rotation: Lanes<'a>,
    /// Fill colour, if the shape is filled.
    pub fill: Option<Colors<'a>>,
    /// Outline, if there is one.
    pub stroke: Option<Stroke<'a>>,
    /// Multiplies the alpha of the element as drawn, its fill and its stroke as one thing. Any finite number: below 0
    /// counts as 0, above 1 as 1. A program's opacity is here only where a pass has a fill *and* a stroke; over one
    /// paint alone it is in the alpha of its colour.
    pub opacity: Lanes<'a>,
    /// What is left of a [`Shape::Line`] of which a part is missing; [`line`](Self::line), [`area`](Self::area) and
    /// [`pen`](Self::pen) look here first.
    pub corners: Option<Corners<'a>>,
}

/// What is left of a line of which a part is missing.
#[derive(Clone, Copy, Debug)]
pub struct Corners<'a> {
    /// The corners of the pieces that are left, one piece after the other.
    pub line: &'a [LinePoint],
    /// The corners of what is filled.
    pub area: &'a [[f32; 2]],
    /// The element that the line is drawn with.
    pub pen: usize,
}

impl<'a> Pass<'a> {
    /// The corners of a [`Shape::Line`], first to last; a closed one also joins the last to the first. A piece of one
    /// corner is a point.
    pub fn line(&self) -> impl ExactSizeIterator<Item = LinePoint> + use<'a> {
        let (corners, order, x, y) = (self.corners, self.order, self.x, self.y);
        let count = corners.map_or(self.elements().len(), |corners| corners.line.len());
        (0..count).map(move |at| match corners {
            Some(corners) => corners.line[at],
            None => {
                let k = order.map_or(at, |order| order[at] as usize);
                LinePoint { position: [x.get(k), y.get(k)], starts: at == 0 }
            }
        })
    }

    /// The corners of the polygon that the fill of a [`Shape::Line`] covers: the line with its ends joined, without the
    /// elements that are not drawn, cut where a camera cuts the line. So it is one polygon where the line is in pieces.
    pub fn area(&self) -> impl ExactSizeIterator<Item = [f32; 2]> + use<'a> {
        let (corners, line) = (self.corners, Self { corners: None, ..*self });
        let count = corners.map_or(line.elements().len(), |corners| corners.area.len());
        (0..count).map(move |at| match corners {
            Some(corners) => corners.area[at],
            None => {
                let k = line.order.map_or(at, |order| order[at] as usize);
                [line.x.get(k), line.y.get(k)]
            }
        })
    }

    /// The element whose colours, opacity, stroke width, trim and dashes a [`Shape::Line`] is drawn with: the first, or,
    /// where a camera does not show that, the one furthest away of those it shows. None where nothing is left.
    pub fn pen(&self) -> Option<usize> {
        match self.corners {
            Some(corners) => (!corners.line.is_empty()).then_some(corners.pen),
            None => self.elements().next(),
        }
    }

    /// Whether there is anything to draw for element `index`: a place, a size and a paint that is not clear. What a sink
    /// asks before it draws, so that all of them draw the same elements.
    ///
    /// # Panics
    /// When `index` is not below the pass's element count.
    pub fn draws(&self, index: usize) -> bool {
        let lanes = [self.x, self.y, self.width, self.height, self.rotation, self.opacity];
        let [.., width, height, _, opacity] = lanes.map(|lanes| lanes.get(index));
        lanes.iter().all(|lanes| lanes.get(index).is_finite())
            && width != 0.0
            && height != 0.0
            && opacity > 0.0
            && (self.fill.is_some_and(|fill| fill.get(index).to_array()[3] > 0)
                || self.stroke.is_some_and(|stroke| stroke.draws(index)))
    }

    /// How many elements are drawn: those of [`elements`](Self::elements) that [`draws`](Self::draws) has something
    /// for. Of a line those that it runs through, or none where its pen draws nothing.
    pub fn drawn(&self) -> usize {
        match self.shape {
            Shape::Line { .. } => match self.pen() {
                Some(pen) if self.draws(pen) => self.elements().len(),
                _ => 0,
            },
            Shape::Ellipse
            | Shape::Rect { .. }
            | Shape::Polygon { .. }
            | Shape::Star { .. }
            | Shape::Path(_)
            | Shape::Paths(_)
            | Shape::Text(_)
            | Shape::Texts(_)
            | Shape::Image(_) => self.elements().filter(|&index| self.draws(index)).count(),
        }
    }

    /// The elements to draw, first to last.
    pub fn elements(&self) -> impl ExactSizeIterator<Item = usize> + use<'a> {
        let (order, count) = (self.order, self.order.map_or(self.count, <[u32]>::len));
        (0..count).map(move |k| order.map_or(k, |order| order[k] as usize))
    }

    /// A hash of everything but the names: see [`Frame::hash`](super::Frame::hash).
    pub fn hash(&self) -> u64 {
        super::hash::pass(self)
    }

    /// Feeds everything but the names to a hash. What joined later is left out where it has its default, and comes behind
    /// a number with which no pass begins, so that a pass that follows cannot be taken for it.
    pub(super) fn feed(&self, hash: &mut Feed) {
        // Every field is named, so that none is forgotten.
        let &Self {
            name: _,
            domain: _,
            shape,
            blend,
            layer,
            view,
            count,
            order,
            x,
            y,
            depth,
            width,
            height,
            rotation,
            fill,
            stroke,
            opacity,
            corners,
        } = self;
        hash.shape(shape);
        hash.u32(blend as u32);
        hash.u32(layer.cast_unsigned());
        [view.center[0], view.center[1], view.extent, view.rotation].into_iter().for_each(|v| hash.f32(v));
        hash.u32(count as u32);
        hash.u32(u32::from(order.is_some()));
        if let Some(order) = order {
            hash.u32s(order.iter().copied());
        }
        [x, y, width, height, rotation].into_iter().chain(depth).for_each(|lanes| hash.lanes(lanes));
        hash.colors(fill);
        hash.colors(stroke.map(|stroke| stroke.color));
        if let Some(Stroke { color: _, width, trim_start, trim_end, dash, cap, join }) = stroke {
            [width, trim_start, trim_end].into_iter().for_each(|lanes| hash.lanes(lanes));
            hash.u32(cap as u32);
            hash.u32(join as u32);
            if let Some(Dash { on, off, offset, scale }) = dash {
                hash.u32(u32::MAX);
                [on, off, offset, scale].into_iter().for_each(|lanes| hash.lanes(lanes));
            }
        }
        if !matches!(opacity, Lanes::Uniform(1.0)) {
            hash.u32(u32::MAX - 1);
            hash.lanes(opacity);
        }
        if let Some(Corners { line, area, pen }) = corners {
            hash.u32(u32::MAX - 2);
            hash.u32(pen as u32);
            hash.u32s(line.iter().map(|point| u32::from(point.starts)));
            let points = line.iter().map(|point| &point.position).chain(area);
            points.flatten().for_each(|&value| hash.f32(value));
        }
    }
}

/// What a handle means in a program without paths.
static NO_PATH: Path = Path { verbs: Vec::new(), points: Vec::new(), fill_rule: FillRule::NonZero };

/// What is shown of an image of which nothing says that: nothing.
const NO_CROP: Crop<Lanes<'static>> = {
    let none = Lanes::Uniform(0.0);
    Crop { x: none, y: none, width: none, height: none, corner: none }
};

/// What the passes of a frame are read from.
#[derive(Clone, Copy)]
pub(crate) struct Drawn<'a> {
    pub(crate) program: &'a Program,
    pub(crate) paths: &'a [Path],
    pub(crate) letters: AllLetters<'a>,
    pub(crate) fields: &'a [FieldBuffer],
    pub(crate) descriptors: &'a [PassDescriptor],
    pub(crate) lists: &'a [DrawList],
    pub(crate) projections: &'a [Projection],
    pub(crate) lines: &'a [Polyline],
    /// Where some passes are ordered together: what is drawn, first to last.
    pub(crate) pieces: Option<&'a [Piece]>,
}

impl<'a> Drawn<'a> {
    /// How many passes there are to draw, those in pieces piece by piece.
    pub(super) fn len(&self) -> usize {
        self.pieces.map_or(self.descriptors.len(), <[Piece]>::len)
    }

    /// What is drawn in place `at`.
    pub(super) fn at(&self, at: usize) -> Pass<'a> {
        match self.pieces {
            Some(pieces) => self.piece(pieces[at]),
            None => self.pass(at),
        }
    }

    /// The place among the whole passes of what is drawn in place `at`.
    pub(super) fn whole_of(&self, at: usize) -> usize {
        self.pieces.map_or(at, |pieces| pieces[at].pass as usize)
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

    /// The paths of elements that have their own.
    fn own_paths(&self, which: LaneSource, descriptor: &PassDescriptor) -> Option<Paths<'a>> {
        match self.lanes(which, descriptor) {
            Lanes::Each(lanes) => Paths::new(self.paths, bytemuck::cast_slice(lanes)),
            Lanes::Uniform(_) => None,
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

    /// A piece of a pass.
    fn piece(&self, Piece { pass: at, listed }: Piece) -> Pass<'a> {
        let pass = self.pass(at as usize);
        let Some([from, to]) = listed else { return pass };
        Pass { order: pass.order.map(|order| &order[from as usize..to as usize]), ..pass }
    }

    /// The whole pass in place `at` of the frame, read from the tables.
    pub(super) fn pass(&self, at: usize) -> Pass<'a> {
        let descriptor = &self.descriptors[at];
        let data = self.program.data();
        let row = &data.passes[descriptor.row as usize];
        let perspective = matches!(descriptor.attributes.x, LaneSource::Projected(_));
        let depth =
            perspective.then(|| self.lanes(LaneSource::Projected(ProjectedColumn::Depth), descriptor));
        let attributes = descriptor.attributes.map(
            |_, &source| self.lanes(source, descriptor),
            |_, &source| self.colors(source, descriptor.count),
        );
        let Attributes {
            x,
            y,
            z: _,
            path: _,
            writing: _,
            crop,
            width,
            height,
            rotation,
            opacity,
            fill,
            stroke,
        } = attributes;
        let shape = match row.shape {
            ShapeRow::Circle {} | ShapeRow::Ellipse {} => Shape::Ellipse,
            ShapeRow::Rect { .. } => Shape::Rect { corner: descriptor.parameter },
            ShapeRow::Polygon { sides } => Shape::Polygon { sides },
            ShapeRow::Star { points, .. } => Shape::Star { points, inner: descriptor.parameter },
            ShapeRow::Path { .. } => {
                // A handle may be any number; beyond the table it means the last path.
                let handle = descriptor.parameter as usize;
                let own = descriptor.attributes.path.and_then(|which| self.own_paths(which, descriptor));
                let one = || Shape::Path(self.paths.get(handle).or(self.paths.last()).unwrap_or(&NO_PATH));
                own.map_or_else(one, Shape::Paths)
            }
            ShapeRow::Text { .. } => self.letters.shape(descriptor.text.unwrap_or(u32::MAX)),
            ShapeRow::Image { image, filter, .. } => {
                let Crop { x, y, width, height, corner } = crop.unwrap_or(NO_CROP);
                let image = &self.program.images()[image as usize];
                Shape::Image(Sprite { image, source: [x, y, width, height], corner, filter })
            }
            // What is left of a line is never closed.
            ShapeRow::Line { closed } => Shape::Line { closed: closed && descriptor.line.is_none() },
        };
        let corners = descriptor.line.map(|row| {
            let Polyline { line, area, pen } = &self.lines[row as usize];
            Corners { line, area, pen: *pen as usize }
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
            x,
            y,
            depth,
            width,
            height,
            rotation,
            fill,
            stroke,
            opacity,
            corners,
        }
    }
}
