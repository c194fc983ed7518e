//! Passes: their attributes as scalar expressions, and where a frame reads them from.

use std::ops::Range;

use smallvec::SmallVec;

use super::emit::Signals;
use super::expr::{Atom, Exprs, Kind, Prim};
use super::lower::{Lower, Lowered, Parts};
use super::roots::{Roots, Target};
use super::said::{Say, is_said};
use super::stages::Staged;
use super::{CameraPlan, Check, LinePlan, PassPlan, Rule, Source, TextPlan};
use crate::draw::{Attribute, Attributes, Component, Crop, Dash, DrawOrder, ShapeKind, Stroke, Writing};
use crate::frame::Blame;
use crate::id::{DomainId, ExprId, Table};
use crate::program::{Camera, Op, PassRow, Program, ProgramData, ShapeRow, StrokeRow};

/// A camera.
pub(super) enum LoweredCamera {
    Orthographic {
        center: [ExprId; 2],
        extent: ExprId,
        rotation: ExprId,
        range: Option<[ExprId; 2]>,
        /// How far the far end is behind the near one.
        depth: Option<ExprId>,
    },
    Perspective {
        eye: [ExprId; 3],
        target: [ExprId; 3],
        up: [ExprId; 3],
        fov: ExprId,
        near: ExprId,
        far: ExprId,
        /// How far the far end is behind the near one.
        depth: ExprId,
    },
}

/// A colour before it is packed: red, green, blue, alpha.
pub(super) type Unpacked = [ExprId; 4];

/// A pass whose attributes are expressions, uniform or of its domain.
pub(super) struct LoweredPass<C = ExprId> {
    pub(super) row: u32,
    pub(super) domain: DomainId,
    /// Its opacity multiplies the alpha of the element as drawn; where there is but one paint, that is in its colour
    /// instead.
    pub(super) attributes: Attributes<ExprId, C>,
    /// What has to be 0 or more: the size, where it is not known that it is. A `scale` may be negative, so it is not
    /// in it; where the scale is known not to be, it is, for that needs no buffer of its own.
    pub(super) sizes: SmallVec<[ExprId; 2]>,
    /// What is to blame where the fill is no colour.
    pub(super) fill_name: &'static str,
    /// What is to blame where the stroke's colour is none.
    pub(super) stroke_name: &'static str,
    pub(super) parameter: ExprId,
    /// What the parameter is.
    pub(super) parameter_name: &'static str,
    pub(super) camera: Option<LoweredCamera>,
    pub(super) depth_order: bool,
    /// Whether it is one line through its elements, and that a closed one.
    pub(super) line: Option<bool>,
    /// Whether edits show at once in it.
    pub(super) cuts: bool,
    /// The steps to what each element says, where that is made for each; then the text among the attributes is none.
    pub(super) said: Vec<Say<ExprId>>,
}

/// Something that is asked of values of a pass; elements that break it are not drawn.
pub(super) struct LoweredCheck {
    /// The attribute.
    pub(super) name: &'static str,
    pub(super) rule: Rule,
    pub(super) values: SmallVec<[ExprId; 3]>,
}

impl LoweredPass<Unpacked> {
    /// Packs the colours to what is drawn: a step of its own, the last before values go into buffers.
    ///
    /// Nothing stands between an attribute and its packing today, so a packed colour is one more operation at the end of
    /// the colour's expression, and the sweep writes the packed lanes alone: the four components stay in registers. What
    /// works on the values of attributes as numbers (a fade, a blend from an earlier value) works on this form of a
    /// pass. Where it has to have the components in memory, they are the roots of the fields phase, and the packing
    /// is a root of a sweep behind it that reads them as columns.
    pub(super) fn pack(self, exprs: &mut Exprs) -> LoweredPass {
        let attributes = self.attributes.map_with(
            exprs,
            |_, _, &number| number,
            |exprs, _, color| exprs.op(Prim::PackRgba8, color),
        );
        let Self { row, domain, sizes, fill_name, stroke_name, parameter, parameter_name, .. } = self;
        LoweredPass {
            row,
            domain,
            attributes,
            sizes,
            fill_name,
            stroke_name,
            parameter,
            parameter_name,
            camera: self.camera,
            depth_order: self.depth_order,
            line: self.line,
            cuts: self.cuts,
            said: self.said,
        }
    }

    /// Replaces every expression that may be of lanes.
    pub(super) fn replace(&mut self, mut with: impl FnMut(ExprId) -> ExprId) {
        self.attributes = self.attributes.map_with(
            &mut with,
            |with, _, &number| with(number),
            |with, _, color| color.map(with),
        );
        self.parameter = with(self.parameter);
        self.said.iter_mut().for_each(|step| *step = step.map(|&value| with(value)));
        self.sizes.iter_mut().for_each(|size| *size = with(*size));
    }
}

impl LoweredPass {
    /// Every expression that may be of lanes, with what it is for.
    pub(super) fn values(&self) -> SmallVec<[(&'static str, ExprId); 16]> {
        let mut all: SmallVec<[(&'static str, ExprId); 16]> = SmallVec::new();
        self.attributes.each(|component, &value| all.push((self.name(component), value)));
        all.extend(["size.x", "size.y"].into_iter().zip(self.sizes.iter().copied()));
        all.extend(self.said.iter().flat_map(Say::values).map(|&value| (Component::Text.name(), value)));
        all
    }

    /// What is to blame for a component.
    fn name(&self, component: Component) -> &'static str {
        if component == Component::Fill {
            self.fill_name
        } else if component == Component::StrokeColor {
            self.stroke_name
        } else {
            component.name()
        }
    }

    /// What is asked of its values, attribute by attribute and then of its camera.
    pub(super) fn checks(&self) -> Vec<LoweredCheck> {
        let mut all: Vec<LoweredCheck> = Vec::new();
        self.attributes.each(|component, &value| {
            // What is as high as it is wide is asked once, and what the camera gives is none of the program's values.
            let is_asked = match component {
                Component::Height => value != self.attributes.width,
                // A row of a table is always good, and so is a text; lines that may be of any width are not broken.
                component => !matches!(
                    component,
                    Component::DashScale | Component::Path | Component::Text | Component::Measure
                ),
            };
            if is_asked {
                let rule = if component.is_color() { Rule::Color } else { Rule::Finite };
                let values = SmallVec::from_slice(&[value]);
                all.push(LoweredCheck { name: self.name(component), rule, values });
            }
        });
        let mut ask = |name, rule, values: &[ExprId]| {
            all.push(LoweredCheck { name, rule, values: SmallVec::from_slice(values) });
        };
        if !self.sizes.is_empty() {
            ask("size", Rule::NotNegative, &self.sizes);
        }
        ask(self.parameter_name, Rule::Finite, &[self.parameter]);
        match &self.camera {
            Some(LoweredCamera::Orthographic { center, extent, rotation, range, depth }) => {
                ask("camera.center", Rule::Finite, center);
                ask("camera.extent", Rule::Finite, &[*extent]);
                ask("camera.extent", Rule::Positive, &[*extent]);
                ask("camera.rotation", Rule::Finite, &[*rotation]);
                if let Some([near, far]) = range {
                    ask("camera.near", Rule::Number, &[*near]);
                    ask("camera.far", Rule::Number, &[*far]);
                }
                if let Some(depth) = depth {
                    ask("camera.far", Rule::InOrder, &[*depth]);
                }
            }
            Some(LoweredCamera::Perspective { eye, target, up, fov, near, far, depth }) => {
                ask("camera.eye", Rule::Finite, eye);
                ask("camera.target", Rule::Finite, target);
                ask("camera.up", Rule::Finite, up);
                ask("camera.fov", Rule::Finite, &[*fov]);
                ask("camera.fov", Rule::Positive, &[*fov]);
                ask("camera.fov", Rule::BelowHalfTurn, &[*fov]);
                ask("camera.near", Rule::Finite, &[*near]);
                ask("camera.near", Rule::Positive, &[*near]);
                ask("camera.far", Rule::Number, &[*far]);
                ask("camera.far", Rule::Positive, &[*depth]);
            }
            None => {}
        }
        all
    }

    /// Every expression that is uniform by rule.
    pub(super) fn uniforms(&self) -> SmallVec<[ExprId; 16]> {
        let mut all: SmallVec<[ExprId; 16]> = SmallVec::new();
        all.push(self.parameter);
        match &self.camera {
            Some(LoweredCamera::Orthographic { center, extent, rotation, range, depth }) => {
                all.extend(*center);
                all.extend([*extent, *rotation]);
                all.extend(range.iter().flatten().copied());
                all.extend(*depth);
            }
            Some(LoweredCamera::Perspective { eye, target, up, fov, near, far, depth }) => {
                [eye, target, up].into_iter().for_each(|v| all.extend(*v));
                all.extend([*fov, *near, *far, *depth]);
            }
            None => {}
        }
        all
    }
}

/// Distance of the default camera from the plane z = 0, so that the unit square fills the view: 0.5 / tan(fov / 2).
fn default_distance(e: &mut Exprs, fov: ExprId) -> ExprId {
    let (half_turn, half) = (e.float(0.25 / std::f64::consts::PI), e.float(0.5));
    let turns = e.op(Prim::Mul, &[fov, half_turn]);
    let tan = e.op(Prim::TanTurns, &[turns]);
    e.op(Prim::Div, &[half, tan])
}

impl Lower<'_> {
    /// A pass, as it shows values.
    pub(super) fn pass(&mut self, row: usize) -> LoweredPass<Unpacked> {
        let cuts = self.program.data().passes[row].cuts;
        self.showing(!cuts, |lower| lower.pass_of(row))
    }

    fn pass_of(&mut self, row: usize) -> LoweredPass<Unpacked> {
        let pass: &PassRow = &self.program.data().passes[row];
        let position = self.node(pass.position);
        let size = pass.size.map(|size| self.node(size));
        let scale = pass.scale.map(|scale| self.node(scale));
        let [width, height] = self.sides(pass, size.as_ref(), scale.as_ref());
        let sizes = self.sizes(pass, size.as_ref(), scale.as_ref(), [width, height]);
        // Over both a fill and a stroke it is no part of either: where they overlap they would show through.
        let opacity = self.number(pass, Attribute::Opacity);
        let is_whole = pass.color.is_some() && pass.stroke.is_some();
        let of_paint = pass.opacity.filter(|_| !is_whole).map(|_| opacity);
        let opacity = if is_whole { opacity } else { self.exprs.float(1.0) };
        let fill = pass.color.map(|node| self.paint(node, of_paint, ["color", "color * opacity"]));
        let stroke = pass.stroke.as_ref().map(|row| self.stroke(pass, row, of_paint));
        let path = self.own_path(pass);
        let (parameter, parameter_name) = match pass.shape {
            ShapeRow::Rect { corner } => (self.float_or(corner, 0.0), "shape.rect.corner"),
            ShapeRow::Star { inner, .. } => (self.float_or(inner, 0.5), "shape.star.inner"),
            ShapeRow::Path { .. } if path.is_some() => (self.exprs.float(0.0), "shape"),
            ShapeRow::Path { path } => (self.node(path)[0], "shape.path.path"),
            ShapeRow::Circle {}
            | ShapeRow::Ellipse {}
            | ShapeRow::Polygon { .. }
            | ShapeRow::Line { .. }
            | ShapeRow::Image { .. }
            | ShapeRow::Text { .. } => (self.exprs.float(0.0), "shape"),
        };
        let line = if let ShapeRow::Line { closed } = pass.shape { Some(closed) } else { None };
        LoweredPass {
            row: row as u32,
            domain: DomainId(pass.domain),
            attributes: Attributes {
                x: position[0],
                y: position[1],
                z: position.get(2).copied(),
                path,
                writing: self.writing(pass, size.as_ref()),
                crop: self.crop(pass),
                width,
                height,
                rotation: self.number(pass, Attribute::Rotation),
                opacity,
                fill: fill.map(|(color, _)| color),
                stroke: stroke.map(|(stroke, _)| stroke),
            },
            sizes,
            fill_name: fill.map_or("", |(_, name)| name),
            stroke_name: stroke.map_or("", |(_, name)| name),
            parameter,
            parameter_name,
            camera: pass.camera.map(|camera| self.camera(camera)),
            // A line runs through its elements by index.
            depth_order: matches!(pass.order, DrawOrder::Depth | DrawOrder::LayerDepth) && line.is_none(),
            line,
            cuts: pass.cuts,
            said: self.said(pass),
        }
    }

    /// Which path each element is, where they differ.
    fn own_path(&mut self, pass: &PassRow) -> Option<ExprId> {
        let ShapeRow::Path { path } = pass.shape else { return None };
        let path = self.node(path)[0];
        self.exprs.get(path).domain.is_some().then_some(path)
    }

    /// The steps to what each element says, where that is made for each.
    fn said(&mut self, pass: &PassRow) -> Vec<Say<ExprId>> {
        let ShapeRow::Text { text, .. } = pass.shape else { return Vec::new() };
        if is_said(self.program, text) { self.say(text) } else { Vec::new() }
    }

    /// What elements say and how it is laid out, in sizes.
    fn writing(&mut self, pass: &PassRow, size: Option<&Parts>) -> Option<Writing<ExprId>> {
        let ShapeRow::Text { text, width, leading, tracking, moving_weight, .. } = pass.shape else {
            return None;
        };
        let text = match is_said(self.program, text) {
            true => self.exprs.constant_of(Kind::Uint, 0.0),
            false => self.node(text)[0],
        };
        let width = width.map(|width| self.node(width)[0]);
        // A scale makes letters larger, not lines longer.
        let measure = width.zip(size).map(|(width, size)| self.exprs.op(Prim::Div, &[width, size[0]]));
        let [leading, tracking, weight] =
            [leading, tracking, moving_weight].map(|node| node.map(|node| self.node(node)[0]));
        Some(Writing { text, measure, leading, tracking, weight })
    }

    /// What elements show of an image.
    fn crop(&mut self, pass: &PassRow) -> Option<Crop<ExprId>> {
        let ShapeRow::Image { image, source, source_size, corner, .. } = pass.shape else { return None };
        let row = &self.program.data().images[image as usize];
        let whole = [f64::from(row.width), f64::from(row.height)];
        let [x, y] = self.vector_or(source, [0.0; 2]);
        let [width, height] = self.vector_or(source_size, whole);
        Some(Crop { x, y, width, height, corner: self.float_or(corner, 0.0) })
    }

    /// Width and height.
    fn sides(&mut self, pass: &PassRow, size: Option<&Parts>, scale: Option<&Parts>) -> [ExprId; 2] {
        let e = &mut self.exprs;
        let mut side = |component: usize| {
            let part = |parts: &Parts| *parts.get(component).unwrap_or(&parts[0]);
            match (size, scale) {
                (Some(size), None) => part(size),
                (Some(size), Some(scale)) => e.op(Prim::Mul, &[part(size), part(scale)]),
                // A line has no size of its own.
                (None, _) => e.float(1.0),
            }
        };
        let width = side(0);
        // A circle is as high as it is wide.
        let height = if pass.shape.kind() == ShapeKind::Circle { width } else { side(1) };
        [width, height]
    }

    /// A colour whose alpha is multiplied by an opacity, and what is to blame where it is none: the first name is that of
    /// the colour, the second of the product.
    fn paint(
        &mut self,
        node: u32,
        opacity: Option<ExprId>,
        [color_name, product_name]: [&'static str; 2],
    ) -> (Unpacked, &'static str) {
        let parts = self.node(node);
        let color = [parts[0], parts[1], parts[2], parts[3]];
        let Some(opacity) = opacity else { return (color, color_name) };
        let e = &mut self.exprs;
        let alpha = e.op(Prim::Mul, &[parts[3], opacity]);
        let is_plain = parts.iter().all(|&part| e.constant(part).is_some());
        let name = match (is_plain, e.constant(opacity).is_some()) {
            (_, true) => color_name,
            (true, false) => "opacity",
            (false, false) => product_name,
        };
        ([parts[0], parts[1], parts[2], alpha], name)
    }

    /// The outline, and what is to blame where its colour is none.
    fn stroke(
        &mut self,
        pass: &PassRow,
        row: &StrokeRow,
        opacity: Option<ExprId>,
    ) -> (Stroke<ExprId, Unpacked>, &'static str) {
        let (color, name) = self.paint(row.color, opacity, ["stroke.color", "stroke.color * opacity"]);
        let stroke = Stroke {
            color,
            width: self.node(row.width)[0],
            trim_start: self.number(pass, Attribute::TrimStart),
            trim_end: self.number(pass, Attribute::TrimEnd),
            dash: row.dash.map(|dash| {
                let lengths = self.node(dash);
                let (offset, scale) = (self.number(pass, Attribute::DashOffset), self.exprs.float(1.0));
                Dash { on: lengths[0], off: lengths[1], offset, scale }
            }),
            cap: row.cap,
            join: row.join,
        };
        (stroke, name)
    }

    /// What tells that a size is negative: see [`LoweredPass::sizes`].
    fn sizes(
        &self,
        pass: &PassRow,
        size: Option<&Parts>,
        scale: Option<&Parts>,
        sides: [ExprId; 2],
    ) -> SmallVec<[ExprId; 2]> {
        let Some(size) = size else { return SmallVec::new() };
        let is_known = |expr: ExprId| self.exprs.constant(expr).is_some_and(|value| value >= 0.0);
        let part = |parts: &Parts, component: usize| *parts.get(component).unwrap_or(&parts[0]);
        let components = if pass.shape.kind() == ShapeKind::Circle { 1 } else { 2 };
        let mut found: SmallVec<[ExprId; 2]> = (0..components)
            .filter(|&component| !is_known(part(size, component)))
            .map(|component| match scale {
                Some(scale) if !is_known(part(scale, component)) => part(size, component),
                _ => sides[component],
            })
            .collect();
        found.dedup();
        found
    }

    /// An attribute that is a number, or its default.
    fn number(&mut self, pass: &PassRow, attribute: Attribute) -> ExprId {
        self.float_or(pass.node(attribute), attribute.row().default.unwrap_or(0.0))
    }

    fn float_or(&mut self, node: Option<u32>, default: f64) -> ExprId {
        match node {
            Some(node) => self.node(node)[0],
            None => self.exprs.float(default),
        }
    }

    fn vector_or<const N: usize>(&mut self, node: Option<u32>, default: [f64; N]) -> [ExprId; N] {
        match node {
            Some(node) => {
                let parts = self.node(node);
                std::array::from_fn(|k| parts[k])
            }
            None => default.map(|value| self.exprs.float(value)),
        }
    }

    fn camera(&mut self, camera: u32) -> LoweredCamera {
        match self.program.data().cameras[camera as usize] {
            Camera::Orthographic { center, extent, rotation, near, far } => {
                let range = (near.is_some() || far.is_some())
                    .then(|| [self.float_or(near, 1000.0), self.float_or(far, -1000.0)]);
                LoweredCamera::Orthographic {
                    center: self.vector_or(center, [0.5, 0.5]),
                    extent: self.float_or(extent, 1.0),
                    rotation: self.float_or(rotation, 0.0),
                    range,
                    depth: range.map(|[near, far]| self.exprs.op(Prim::Sub, &[near, far])),
                }
            }
            Camera::Perspective { eye, target, up, fov, near, far } => {
                let fov = self.float_or(fov, std::f64::consts::FRAC_PI_4);
                let eye = match eye {
                    Some(_) => self.vector_or(eye, [0.0; 3]),
                    None => {
                        let middle = self.exprs.float(0.5);
                        [middle, middle, default_distance(&mut self.exprs, fov)]
                    }
                };
                let target = self.vector_or(target, [0.5, 0.5, 0.0]);
                let up = self.vector_or(up, [0.0, -1.0, 0.0]);
                let (near, far) = (self.float_or(near, 0.01), self.float_or(far, 100.0));
                let depth = self.exprs.op(Prim::Sub, &[far, near]);
                LoweredCamera::Perspective { eye, target, up, fov, near, far, depth }
            }
        }
    }
}

/// Notes which outputs of sweeps hold sizes, which may be negative and must not.
pub(super) fn mark_sizes(passes: &[LoweredPass], roots: &Roots, staged: &mut Staged) {
    let mut is_size = Table::filled(false, roots.names.len());
    for pass in passes {
        for size in &pass.sizes {
            if let Some(&buffer) = roots.buffers.get(&(*size, pass.domain)) {
                is_size[buffer] = true;
            }
        }
    }
    for sweep in staged.fixed.iter_mut().chain(&mut staged.moving) {
        for (k, target) in sweep.outputs.iter().enumerate() {
            if let Target::Field(buffer) = *target
                && is_size[buffer]
            {
                sweep.size_outputs |= 1 << k;
            }
        }
    }
}

/// What is to blame for each check of a pass.
pub(super) fn blames(program: &Program, pass: &LoweredPass) -> Vec<Blame> {
    let name = &program.data().passes[pass.row as usize].name;
    let blame = |check: &LoweredCheck| Blame {
        source: format!("{name}.{}", check.name),
        reason: check.rule.reason(),
    };
    pass.checks().iter().map(blame).collect()
}

/// The passes of a plan, in drawing order.
pub(super) fn plan(lowered: &Lowered<'_>, roots: &Roots, signals: &Signals) -> Vec<PassPlan> {
    let mut passes: Vec<PassPlan> =
        lowered.passes.iter().map(|pass| plan_pass(lowered, pass, roots, signals)).collect();
    for (row, line) in (0..).zip(passes.iter_mut().filter_map(|pass| pass.line.as_mut())) {
        line.row = row;
    }
    for (row, text) in (0..).zip(passes.iter_mut().filter_map(|pass| pass.text.as_mut())) {
        text.row = row;
    }
    passes
}

fn plan_pass(lowered: &Lowered<'_>, pass: &LoweredPass, roots: &Roots, signals: &Signals) -> PassPlan {
    let exprs = &lowered.exprs;
    let register = |id: ExprId| signals.register(id);
    let uniform_base = |id: ExprId| match exprs.get(id).atom {
        Atom::Shown { continuity, component } => {
            let base = lowered.continuities[continuity as usize].parts[component as usize];
            exprs.get(base).domain.is_none().then_some(base)
        }
        _ => None,
    };
    let mut source = |id: ExprId| match roots.buffers.get(&(id, pass.domain)) {
        Some(&shown) if let Some(base) = uniform_base(id) => Source::Shown { shown, base: register(base) },
        Some(&buffer) if exprs.get(id).domain.is_some() => Source::Buffer(buffer),
        Some(_) | None => Source::Register(register(id)),
    };
    let attributes =
        pass.attributes.map_with(&mut source, |source, _, &id| source(id), |source, _, &id| source(id));
    let check = |check: &LoweredCheck| Check {
        rule: check.rule,
        sources: check.values.iter().map(|&value| source(value)).collect(),
    };
    let checks = pass.checks().iter().map(check).collect();
    let camera = pass.camera.as_ref().map(|camera| match camera {
        LoweredCamera::Orthographic { center, extent, rotation, range, depth: _ } => {
            CameraPlan::Orthographic {
                center: center.map(register),
                extent: register(*extent),
                rotation: register(*rotation),
                range: range.map(|range| range.map(register)),
            }
        }
        LoweredCamera::Perspective { eye, target, up, fov, near, far, depth: _ } => CameraPlan::Perspective {
            eye: eye.map(register),
            target: target.map(register),
            up: up.map(register),
            fov: register(*fov),
            near: register(*near),
            far: register(*far),
        },
    });
    PassPlan {
        row: pass.row,
        domain: pass.domain,
        attributes,
        parameter: register(pass.parameter),
        camera,
        depth_order: pass.depth_order,
        element_order: false,
        line: pass.line.map(|is_closed| LinePlan { row: 0, is_closed }),
        text: text_plan(lowered.program.data(), pass.row),
        said: pass.said.iter().map(|step| step.map(|&value| source(value))).collect(),
        lingers: roots.lingers[pass.row as usize],
        checks,
    }
}

/// How a pass lays its texts out, if it has any.
fn text_plan(data: &ProgramData, pass: u32) -> Option<TextPlan> {
    match data.passes[pass as usize].shape {
        ShapeRow::Text { text, align, anchor, weight, font, glyphs, .. } => {
            let is_known = data.nodes[text as usize].op == Op::Const;
            Some(TextPlan { row: 0, align, anchor, weight, font, is_known, are_glyphs: glyphs })
        }
        ShapeRow::Circle {}
        | ShapeRow::Ellipse {}
        | ShapeRow::Rect { .. }
        | ShapeRow::Polygon { .. }
        | ShapeRow::Star { .. }
        | ShapeRow::Path { .. }
        | ShapeRow::Image { .. }
        | ShapeRow::Line { .. } => None,
    }
}

/// Which passes are ordered together: two or more that follow each other. Notes in those that are drawn element by element that
/// they are.
pub(super) fn merge(program: &Program, passes: &mut [PassPlan]) -> Vec<Range<usize>> {
    let row = |pass: &PassPlan| &program.data().passes[pass.row as usize];
    let is_together = |before: &PassPlan, pass: &PassPlan| {
        let (a, b) = (row(before), row(pass));
        let is_there = a.layer == b.layer && before.line.is_none() && pass.line.is_none();
        match b.order {
            DrawOrder::LayerDepth => is_there && a.order == b.order,
            DrawOrder::Element => {
                is_there && a.domain == b.domain && matches!(a.order, DrawOrder::Index | DrawOrder::Element)
            }
            DrawOrder::Index | DrawOrder::Depth => false,
        }
    };
    let mut end = 0;
    let groups = passes.chunk_by(is_together).map(|group| {
        end += group.len();
        end - group.len()..end
    });
    let merges: Vec<Range<usize>> = groups.filter(|group| group.len() > 1).collect();
    for merge in &merges {
        let is_of_elements = row(&passes[merge.end - 1]).order == DrawOrder::Element;
        passes[merge.clone()].iter_mut().for_each(|pass| pass.element_order = is_of_elements);
    }
    merges
}
