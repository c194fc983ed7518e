//! The passes phase: render passes are assembled from pooled descriptors, projected, culled, ordered.

use bevy_ecs::prelude::*;
use glam::DVec3;

use super::elements::ElementSet;
use super::error::Fault;
use super::letters::Letters;
use super::lines::{Corner, Line, Slab};
use super::order::{number, sort_by_depth};
use super::parts::Parts;
use super::plan::{CameraPlan, Check, LinePlan, PassPlan, Plan, Rule, Source};
use crate::draw::{Attributes, Rgba8, View};
use crate::id::{BufferId, DomainId, Register, Table};
use crate::math::Real;
use crate::math::color::NOT_A_COLOR;
use crate::program::ShapeRow;
use crate::world::LaneBuffer;
use crate::world::tables::{
    self, CHECKS_MAX, ColorSource, DrawList, FieldBuffer, LaneSource, PassDescriptor, Polyline,
    ProjectedColumn, Projection,
};

/// How much of the pools this frame has taken.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Pools {
    pub(crate) passes: u32,
    pub(crate) projections: u32,
    /// Of passes that are ordered together.
    pub(crate) pieces: u32,
}

/// Room for the lines of which a part is missing, a row per line pass.
#[derive(Debug, Default)]
pub(crate) struct Lines(pub(crate) Vec<Polyline>);

/// What assembling passes reads.
#[derive(Clone, Copy)]
pub(crate) struct Assembly<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) registers: &'a [f64],
    pub(crate) counts: &'a [u32],
    pub(crate) fields: &'a [FieldBuffer],
    /// For each field buffer the one that is read in its place.
    pub(crate) redirect: &'a [BufferId],
    pub(crate) sets: &'a Table<DomainId, ElementSet>,
    /// Per field buffer: whether this frame put something into it that may not be drawn.
    pub(crate) suspect: &'a [bool],
    /// Width over height of the canvas, for culling.
    pub(crate) aspect: f64,
    /// Texts, once they are laid out.
    pub(crate) letters: Option<&'a Letters>,
}

/// Where a pass is put.
pub(crate) struct Room<'a> {
    pub(crate) descriptor: &'a mut PassDescriptor,
    pub(crate) list: &'a mut DrawList,
    /// Those not taken yet.
    pub(crate) projections: &'a mut [Projection],
    /// The row of the first of them.
    pub(crate) projection_row: u32,
    pub(crate) lines: &'a mut [Polyline],
}

impl Room<'_> {
    /// None of the elements can be drawn.
    fn draw_nothing(&mut self, pass: &PassPlan) {
        self.descriptor.listed = Some(0);
        if let Some(LinePlan { row, .. }) = pass.line {
            let Polyline { line, area, .. } = &mut self.lines[row as usize];
            line.clear();
            area.clear();
            self.descriptor.line = Some(row);
        }
    }
}

/// One attribute, ready to be read per element.
#[derive(Clone, Copy)]
pub(super) enum Values<'a> {
    Uniform(f32),
    Each(&'a [f32]),
}

impl Values<'_> {
    #[inline(always)]
    pub(super) fn get(self, index: usize) -> f32 {
        match self {
            Self::Uniform(value) => value,
            Self::Each(values) => values[index],
        }
    }
}

/// The places of a pass's elements.
#[derive(Clone, Copy)]
struct Places<'a> {
    x: Values<'a>,
    y: Values<'a>,
    z: Values<'a>,
}

/// A central camera, prepared for one frame.
#[derive(Clone, Copy)]
struct Perspective {
    eye: [f32; 3],
    right: [f32; 3],
    down: [f32; 3],
    forward: [f32; 3],
    /// Distance at which a world unit is a unit of the view.
    focus: f32,
    slab: Slab,
}

impl Perspective {
    /// The camera's axes. World y points down and z toward the viewer.
    fn new(eye: DVec3, target: DVec3, up: DVec3, fov: f64, slab: Slab) -> Self {
        let forward = (target - eye).normalize_or(DVec3::NEG_Z);
        // Looking straight along `up`, any right will do.
        let right = up.cross(forward).normalize_or(DVec3::X);
        let half_angle = (fov / std::f64::consts::TAU) * 0.5;
        let axis = |v: DVec3| v.to_array().map(|c| c as f32);
        Self {
            eye: axis(eye),
            right: axis(right),
            down: axis(right.cross(forward)),
            forward: axis(forward),
            focus: (0.5 / half_angle.tan_turns()) as f32,
            slab,
        }
    }

    /// An element in the camera's axes.
    #[inline(always)]
    fn corner(&self, places: Places<'_>, k: usize) -> Corner {
        let Self { eye, right, down, forward, .. } = *self;
        let from_eye = [places.x.get(k) - eye[0], places.y.get(k) - eye[1], places.z.get(k) - eye[2]];
        let dot = |a: [f32; 3], b: [f32; 3]| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
        Corner { x: dot(from_eye, right), y: dot(from_eye, down), depth: dot(from_eye, forward) }
    }

    /// What lengths are multiplied by at a depth.
    #[inline(always)]
    fn scale(&self, depth: f32) -> f32 {
        self.focus / depth
    }
}

/// What a pass is seen through, as far as its elements have to know.
#[derive(Clone, Copy)]
enum Sight {
    /// All of it is seen.
    All,
    /// Elements between two depths, which are `-z`.
    Between(Slab),
    Perspective(Perspective),
}

impl Sight {
    fn slab(&self) -> Slab {
        match self {
            Self::All => Slab::ALL,
            Self::Between(slab) => *slab,
            Self::Perspective(camera) => camera.slab,
        }
    }

    fn corner(&self, places: Places<'_>, k: usize) -> Corner {
        match self {
            Self::All => Corner { x: places.x.get(k), y: places.y.get(k), depth: 0.0 },
            Self::Between(_) => Corner { x: places.x.get(k), y: places.y.get(k), depth: -places.z.get(k) },
            Self::Perspective(camera) => camera.corner(places, k),
        }
    }

    /// Where a corner lies on the plane of the view.
    fn place(&self, corner: Corner) -> [f32; 2] {
        match self {
            Self::All | Self::Between(_) => [corner.x, corner.y],
            Self::Perspective(camera) => {
                let scale = camera.scale(corner.depth);
                [corner.x * scale + 0.5, corner.y * scale + 0.5]
            }
        }
    }
}

impl Assembly<'_> {
    pub(super) fn number(&self, register: Register) -> f64 {
        self.registers[register.index()]
    }

    fn lanes(&self, source: Source) -> LaneSource {
        match source {
            Source::Register(register) => LaneSource::Uniform(self.number(register) as f32),
            Source::Shown { shown, .. } if self.is_shown(shown) => LaneSource::Buffer(shown.0),
            Source::Shown { base, .. } => LaneSource::Uniform(self.number(base) as f32),
            Source::Buffer(buffer) => LaneSource::Buffer(self.redirect[buffer.index()].0),
        }
    }

    fn color(&self, source: Source) -> ColorSource {
        match source {
            // Colours are packed behind what is shown.
            Source::Register(register) | Source::Shown { base: register, .. } => {
                ColorSource::Uniform(Rgba8(self.number(register) as u32))
            }
            Source::Buffer(buffer) => ColorSource::Buffer(self.redirect[buffer.index()].0),
        }
    }

    pub(super) fn values(&self, source: Source) -> Values<'_> {
        match source {
            Source::Register(register) => Values::Uniform(self.number(register) as f32),
            Source::Shown { shown, .. } if self.is_shown(shown) => Values::Each(self.field(shown).f32()),
            Source::Shown { base, .. } => Values::Uniform(self.number(base) as f32),
            Source::Buffer(buffer) => Values::Each(self.field(buffer).f32()),
        }
    }

    /// Whether something is left of an edit in what is shown.
    pub(super) fn is_shown(&self, shown: BufferId) -> bool {
        self.redirect[shown.index()] == shown
    }

    /// The lanes that are read in place of a buffer.
    pub(super) fn field(&self, buffer: BufferId) -> &LaneBuffer {
        &self.fields[self.redirect[buffer.index()].index()].0
    }

    /// The rows of a pass as they are drawn, where that is not by row.
    fn sequence(&self, pass: &PassPlan) -> Option<&[u32]> {
        if pass.lingers { self.sets[pass.domain].sequence() } else { None }
    }

    fn vector(&self, registers: [Register; 3]) -> DVec3 {
        DVec3::from_array(registers.map(|register| self.number(register)))
    }

    /// How many elements a pass has.
    pub(super) fn rows(&self, pass: &PassPlan) -> u32 {
        if pass.lingers { self.sets[pass.domain].rows() } else { self.counts[pass.domain.index()] }
    }

    /// The attributes of a pass as the program says them.
    fn describe(&self, pass: &PassPlan) -> PassDescriptor {
        PassDescriptor {
            row: pass.row,
            count: self.rows(pass),
            text: pass.text.map(|text| text.row),
            parameter: self.number(pass.parameter) as f32,
            attributes: pass.attributes.map(|_, &source| self.lanes(source), |_, &source| self.color(source)),
            ..PassDescriptor::default()
        }
    }

    /// Fills a descriptor, its draw list, its projection where it has one, and its line where a part of that is
    /// missing. Gives whether the first projection was taken.
    pub(crate) fn assemble(&self, pass: &PassPlan, mut room: Room<'_>) -> bool {
        *room.descriptor = self.describe(pass);
        let count = room.descriptor.count;
        let drawable = self.list_drawable(pass, room.descriptor, room.list.0.u32_mut());
        if drawable == Some(0) && count > 0 {
            room.draw_nothing(pass);
            return false;
        }
        let sight = self.sight(pass, room.descriptor);
        let sequence = self.sequence(pass);
        let is_ordered = pass.depth_order || pass.element_order;
        if drawable.is_none() && matches!(sight, Sight::All) && !is_ordered && sequence.is_none() {
            return false;
        }
        // From here on something may be left out, so there has to be a list.
        let mut listed = drawable.unwrap_or_else(|| {
            let list = &mut room.list.0.u32_mut()[..count as usize];
            match sequence {
                Some(sequence) => list.copy_from_slice(sequence),
                None => list.iter_mut().zip(0..).for_each(|(entry, row)| *entry = row),
            }
            count
        });
        let attributes = &pass.attributes;
        let z = attributes.z.map_or(Values::Uniform(0.0), |z| self.values(z));
        let places = Places { x: self.values(attributes.x), y: self.values(attributes.y), z };
        let begin = pass.line.and_then(|line| self.cut_line(pass, line, &mut room, listed, &sight, places));
        let Room { descriptor, list, projections, projection_row, lines } = room;
        let order = &mut list.0.u32_mut()[..listed as usize];
        if let Sight::Between(slab) = sight {
            listed = retain(order, |k| slab.has(-z.get(k)));
        }
        let is_projected = matches!(sight, Sight::Perspective(_));
        let projection = projections.first_mut().filter(|_| is_projected || is_ordered);
        let is_taken = projection.is_some();
        if let Some(projection) = projection {
            descriptor.projection = Some(projection_row);
            if let Sight::Perspective(camera) = sight {
                if listed < count {
                    // What is not projected must not show what an earlier frame left there: the hash sees it.
                    projection.clear(count as usize);
                }
                listed = self.project(pass, &camera, places, projection, order);
                if let (Some(row), Some(begin)) = (descriptor.line, begin) {
                    self.project_pen(pass, &camera, projection, lines[row as usize].pen as usize, begin);
                }
                project_attributes(&mut descriptor.attributes);
            }
            if pass.depth_order {
                sort_by_depth(&mut order[..listed as usize], projection, is_projected, |k| z.get(k));
            } else if pass.element_order {
                // Also of passes that draw nothing of what is gone.
                number(&order[..listed as usize], projection, self.sets[pass.domain].sequence());
            }
        }
        descriptor.listed = Some(listed);
        is_taken
    }

    /// Cuts the line of a pass where elements are missing or out of sight. Where it is drawn with an element that is out
    /// of sight, gives where it comes into sight: there it begins.
    fn cut_line(
        &self,
        pass: &PassPlan,
        LinePlan { row, is_closed }: LinePlan,
        room: &mut Room<'_>,
        listed: u32,
        sight: &Sight,
        places: Places<'_>,
    ) -> Option<Corner> {
        let (count, slab, is_filled) = (room.descriptor.count, sight.slab(), pass.attributes.fill.is_some());
        let elements = &room.list.0.u32()[..listed as usize];
        let line = Line { elements, count, is_closed, is_filled, slab };
        let corner = |k: usize| sight.corner(places, k);
        let polyline = &mut room.lines[row as usize];
        if !line.cut(polyline, corner, |corner| sight.place(corner)) {
            return None;
        }
        room.descriptor.line = Some(row);
        let pen = polyline.pen;
        if slab.has(corner(pen as usize).depth) { None } else { line.first_cut(pen, corner) }
    }

    /// The camera of a pass, whose values have been checked. Sets the view.
    fn sight(&self, pass: &PassPlan, descriptor: &mut PassDescriptor) -> Sight {
        match pass.camera {
            None => Sight::All,
            Some(CameraPlan::Orthographic { center, extent, rotation, range }) => {
                descriptor.view = View {
                    center: center.map(|register| self.number(register) as f32),
                    extent: self.number(extent) as f32,
                    rotation: self.number(rotation) as f32,
                };
                range.map_or(Sight::All, |[near, far]| {
                    Sight::Between(Slab {
                        near: -(self.number(near) as f32),
                        far: -(self.number(far) as f32),
                    })
                })
            }
            Some(CameraPlan::Perspective { eye, target, up, fov, near, far }) => {
                let slab = Slab { near: self.number(near) as f32, far: self.number(far) as f32 };
                let [eye, target, up] = [eye, target, up].map(|vector| self.vector(vector));
                Sight::Perspective(Perspective::new(eye, target, up, self.number(fov), slab))
            }
        }
    }

    /// Whether a value is what a rule asks for. A value that is not finite breaks the rule that says so and no other.
    fn keeps(&self, rule: Rule, source: Source, k: usize) -> bool {
        let value = || self.values(source).get(k);
        match rule {
            Rule::Finite => value().is_finite(),
            Rule::Number => !value().is_nan(),
            Rule::Color => match source {
                Source::Register(register) | Source::Shown { base: register, .. } => {
                    self.number(register) as u32 != NOT_A_COLOR
                }
                Source::Buffer(buffer) => self.field(buffer).u32()[k] != NOT_A_COLOR,
            },
            Rule::NotNegative | Rule::InOrder => {
                let value = value();
                value.is_nan() || value >= 0.0
            }
            Rule::Positive => {
                let value = value();
                value.is_nan() || value > 0.0
            }
            Rule::BelowHalfTurn => {
                let value = value();
                value.is_nan() || value < std::f32::consts::PI
            }
        }
    }

    /// Whether an element may break a check in this frame. What lingers was not computed in it, so nothing is known of it.
    fn is_suspect(&self, pass: &PassPlan, check: &Check) -> bool {
        let lingers = self.sequence(pass).is_some();
        lingers
            || check.sources.iter().any(|&source| match source {
                Source::Register(_) => !self.keeps(check.rule, source, 0),
                Source::Shown { shown, .. } if self.is_shown(shown) => self.suspect[shown.index()],
                Source::Shown { .. } => !self.keeps(check.rule, source, 0),
                Source::Buffer(buffer) => self.suspect[buffer.index()],
            })
    }

    /// Lists the elements that keep every check of the pass, if there are others, and counts those for each check they
    /// break.
    fn list_drawable(
        &self,
        pass: &PassPlan,
        descriptor: &mut PassDescriptor,
        list: &mut [u32],
    ) -> Option<u32> {
        let suspects = pass.checks.iter().map(|check| self.is_suspect(pass, check));
        let mut is_suspect = [false; CHECKS_MAX];
        is_suspect.iter_mut().zip(suspects).for_each(|(entry, suspect)| *entry = suspect);
        if !is_suspect.contains(&true) {
            return None;
        }
        let mut listed = 0;
        let sequence = self.sequence(pass);
        for at in 0..descriptor.count {
            let k = sequence.map_or(at, |sequence| sequence[at as usize]);
            let mut is_good = true;
            for (at, check) in pass.checks.iter().enumerate().filter(|&(at, _)| is_suspect[at]) {
                if !check.sources.iter().all(|&source| self.keeps(check.rule, source, k as usize)) {
                    descriptor.broken[at] += 1;
                    is_good = false;
                }
            }
            if is_good {
                list[listed as usize] = k;
                listed += 1;
            }
        }
        descriptor.left_out = descriptor.count - listed;
        (descriptor.left_out > 0).then_some(listed)
    }

    /// How far the shape reaches from its centre, in widths and in heights.
    fn reach(&self, pass: &PassPlan) -> [f32; 2] {
        match self.plan.program.data().passes[pass.row as usize].shape {
            ShapeRow::Path { .. } if pass.attributes.path.is_some() => {
                let furthest = |[x, y]: [f32; 2], reach: &[f32; 2]| [x.max(reach[0]), y.max(reach[1])];
                self.plan.reaches.iter().fold([0.5; 2], furthest)
            }
            ShapeRow::Path { .. } => {
                // As in the frame: a handle beyond the table means the last path.
                let reaches = &self.plan.reaches;
                let reach = reaches.get(self.number(pass.parameter) as usize).or(reaches.last());
                reach.map_or([0.5; 2], |reach| reach.map(|side| side.max(0.5)))
            }
            ShapeRow::Text { .. } => {
                let text = self.letters.zip(pass.text);
                text.map_or([0.5; 2], |(letters, text)| letters.reach(text).map(|side| side.max(0.5)))
            }
            ShapeRow::Circle {}
            | ShapeRow::Ellipse {}
            | ShapeRow::Rect { .. }
            | ShapeRow::Polygon { .. }
            | ShapeRow::Star { .. }
            | ShapeRow::Image { .. }
            | ShapeRow::Line { .. } => [0.5; 2],
        }
    }

    /// Projects the listed elements to the plane in which the view is the unit square, and drops those that are not
    /// in sight. Gives how many are left.
    fn project(
        &self,
        pass: &PassPlan,
        camera: &Perspective,
        places: Places<'_>,
        projection: &mut Projection,
        order: &mut [u32],
    ) -> u32 {
        let (width, height) = (self.values(pass.attributes.width), self.values(pass.attributes.height));
        let stroke = pass.attributes.stroke.map_or(Values::Uniform(0.0), |stroke| self.values(stroke.width));
        let (half_x, half_y) = (0.5 * self.aspect.max(1.0), 0.5 * (1.0 / self.aspect).max(1.0));
        let [reach_x, reach_y] = self.reach(pass);
        let out = (
            projection.x.f32_mut(),
            projection.y.f32_mut(),
            projection.depth.f32_mut(),
            projection.width.f32_mut(),
            projection.height.f32_mut(),
            projection.stroke_width.f32_mut(),
            projection.scale.f32_mut(),
        );
        // A line keeps its corners: what is beside the canvas bends it as what is on it does.
        let is_line = pass.line.is_some();
        retain(order, |k| {
            let Corner { x, y, depth } = camera.corner(places, k);
            let scale = camera.scale(depth);
            let (px, py) = (x * scale, y * scale);
            let (w, h, s) = (width.get(k) * scale, height.get(k) * scale, stroke.get(k) * scale);
            out.0[k] = px + 0.5;
            out.1[k] = py + 0.5;
            out.2[k] = depth;
            out.3[k] = w;
            out.4[k] = h;
            out.5[k] = s;
            out.6[k] = scale;
            // A diagonal is at most the sum of the sides; miters reach four stroke widths.
            let reach = w.abs() * reach_x + h.abs() * reach_y + s.abs() * 4.0;
            let in_sight = px.abs() - reach <= half_x as f32 && py.abs() - reach <= half_y as f32;
            let finite = px.is_finite() && py.is_finite() && w.is_finite() && h.is_finite() && s.is_finite();
            camera.slab.has(depth) && (in_sight || is_line) && finite
        })
    }

    /// Projects the element that a line is drawn with to where the line comes into sight.
    fn project_pen(
        &self,
        pass: &PassPlan,
        camera: &Perspective,
        projection: &mut Projection,
        pen: usize,
        begin: Corner,
    ) {
        let scale = camera.scale(begin.depth);
        let stroke = pass.attributes.stroke.map_or(0.0, |stroke| self.values(stroke.width).get(pen));
        projection.x.f32_mut()[pen] = begin.x * scale + 0.5;
        projection.y.f32_mut()[pen] = begin.y * scale + 0.5;
        projection.depth.f32_mut()[pen] = begin.depth;
        projection.width.f32_mut()[pen] = self.values(pass.attributes.width).get(pen) * scale;
        projection.height.f32_mut()[pen] = self.values(pass.attributes.height).get(pen) * scale;
        projection.stroke_width.f32_mut()[pen] = stroke * scale;
        projection.scale.f32_mut()[pen] = scale;
    }
}

/// What a perspective camera changes is read from the projection: places, and lengths that have a column of their own.
/// Those of dashes are multiplied where they are used.
fn project_attributes(attributes: &mut Attributes<LaneSource, ColorSource>) {
    attributes.x = LaneSource::Projected(ProjectedColumn::X);
    attributes.y = LaneSource::Projected(ProjectedColumn::Y);
    attributes.width = LaneSource::Projected(ProjectedColumn::Width);
    attributes.height = LaneSource::Projected(ProjectedColumn::Height);
    if let Some(stroke) = &mut attributes.stroke {
        stroke.width = LaneSource::Projected(ProjectedColumn::StrokeWidth);
        if let Some(dash) = &mut stroke.dash {
            dash.scale = LaneSource::Projected(ProjectedColumn::Scale);
        }
    }
}

/// Keeps the entries that fit, in order. Gives how many.
fn retain(order: &mut [u32], mut keep: impl FnMut(usize) -> bool) -> u32 {
    let mut kept = 0;
    for at in 0..order.len() {
        let k = order[at];
        if keep(k as usize) {
            order[kept] = k;
            kept += 1;
        }
    }
    kept as u32
}

/// 8. Render passes are assembled from pooled descriptors.
pub(crate) fn evaluate_frame(
    mut parts: ResMut<Parts>,
    fields: Query<&FieldBuffer>,
    (mut descriptors, mut lists): (Query<&mut PassDescriptor>, Query<&mut DrawList>),
    mut projections: Query<&mut Projection>,
) {
    let Parts {
        plan,
        registers,
        runner,
        canvas,
        elements,
        continuity,
        texts,
        fault,
        letters,
        pools,
        lines,
        pieces,
        ..
    } = &mut *parts;
    // Pooled passes go back to their pools. Up to here the last frame can be read, should events go wrong.
    if !matches!(fault.0, Some(Fault::Events(_))) {
        *pools = Pools::default();
    }
    if fault.0.is_some() || plan.passes.is_empty() {
        return;
    }
    let assembly = Assembly {
        plan,
        registers: &registers.values,
        counts: &registers.counts,
        fields: tables::column(&fields),
        redirect: &continuity.redirect,
        sets: &elements.sets,
        suspect: &runner.suspect,
        aspect: canvas.0[0] / canvas.0[1],
        letters: None,
    };
    if let Err(wrong) = letters.write(&assembly, texts) {
        fault.0 = Some(wrong);
        return;
    }
    let assembly = Assembly { letters: Some(letters), ..assembly };
    let descriptors = tables::column_mut(&mut descriptors);
    let lists = tables::column_mut(&mut lists);
    let projections = tables::column_mut(&mut projections);
    for ((pass, descriptor), list) in plan.passes.iter().zip(&mut *descriptors).zip(lists) {
        let room = Room {
            descriptor,
            list,
            projections: &mut projections[pools.projections as usize..],
            projection_row: pools.projections,
            lines: &mut lines.0,
        };
        let taken = assembly.assemble(pass, room);
        pools.projections += u32::from(taken);
        pools.passes += 1;
    }
    pieces.cut(plan, descriptors, projections);
    pools.pieces = pieces.pieces.len() as u32;
}
