//! Passes of a plan: the attributes of a pass as scalar expressions.

use smallvec::SmallVec;

use super::emit::Signals;
use super::expr::{Exprs, Prim};
use super::lower::{Lower, Lowered, Parts};
use super::roots::{Roots, Target};
use super::stages::Staged;
use super::{CameraPlan, Check, LinePlan, PassPlan, Rule, Source, StrokePlan};
use crate::frame::Blame;
use crate::id::{DomainId, ExprId, Table};
use crate::program::{Camera, DrawOrder, PassRow, Program, ShapeRow};

/// The outline of a pass.
pub(super) struct LoweredStroke {
    pub(super) color: ExprId,
    /// What is to blame where that is no colour.
    pub(super) color_name: &'static str,
    pub(super) width: ExprId,
    pub(super) trim_start: ExprId,
    pub(super) trim_end: ExprId,
    /// Length of a dash, length of a gap, offset.
    pub(super) dash: Option<[ExprId; 3]>,
}

/// A camera.
pub(super) enum LoweredCamera {
    Orthographic {
        center: [ExprId; 2],
        extent: ExprId,
        rotation: ExprId,
        range: Option<[ExprId; 2]>,
    },
    Perspective {
        eye: [ExprId; 3],
        target: [ExprId; 3],
        up: [ExprId; 3],
        fov: ExprId,
        near: ExprId,
        far: ExprId,
    },
}

/// A pass whose attributes are expressions, uniform or of its domain.
pub(super) struct LoweredPass {
    pub(super) row: u32,
    pub(super) domain: DomainId,
    pub(super) position: Parts,
    pub(super) width: ExprId,
    pub(super) height: ExprId,
    /// What has to be 0 or more: the size, where it is not known that it is. A `scale` may be negative, so it is not
    /// in it; where the scale is known not to be, it is, for that needs no buffer of its own.
    pub(super) sizes: SmallVec<[ExprId; 2]>,
    pub(super) rotation: ExprId,
    /// Multiplies the alpha of the element as drawn; where there is but one paint, that is in its colour instead.
    pub(super) opacity: Option<ExprId>,
    pub(super) fill: Option<ExprId>,
    /// What is to blame where that is no colour.
    pub(super) fill_name: &'static str,
    pub(super) stroke: Option<LoweredStroke>,
    pub(super) parameter: ExprId,
    /// What the parameter is.
    pub(super) parameter_name: &'static str,
    pub(super) camera: Option<LoweredCamera>,
    pub(super) depth_order: bool,
    /// Whether it is one line through its elements, and that a closed one.
    pub(super) line: Option<bool>,
}

/// Something that is asked of values of a pass; elements that break it are not drawn.
pub(super) struct LoweredCheck {
    /// The attribute.
    pub(super) name: &'static str,
    pub(super) rule: Rule,
    pub(super) values: SmallVec<[ExprId; 3]>,
}

impl LoweredPass {
    /// Every expression that may be of lanes, with what it is for.
    pub(super) fn attributes(&self) -> SmallVec<[(&'static str, ExprId); 16]> {
        let mut all: SmallVec<[(&'static str, ExprId); 16]> = SmallVec::new();
        all.extend(["position.x", "position.y", "position.z"].into_iter().zip(self.position.iter().copied()));
        all.extend([("width", self.width), ("height", self.height), ("rotation", self.rotation)]);
        all.extend(["size.x", "size.y"].into_iter().zip(self.sizes.iter().copied()));
        all.extend(self.opacity.map(|opacity| ("opacity", opacity)));
        all.extend(self.fill.map(|fill| (self.fill_name, fill)));
        if let Some(stroke) = &self.stroke {
            all.extend([
                (stroke.color_name, stroke.color),
                ("stroke.width", stroke.width),
                ("stroke.trim_start", stroke.trim_start),
                ("stroke.trim_end", stroke.trim_end),
            ]);
            let names = ["stroke.dash.x", "stroke.dash.y", "stroke.dash_offset"];
            all.extend(stroke.dash.into_iter().flat_map(|dash| names.into_iter().zip(dash)));
        }
        all
    }

    /// What is asked of its values, attribute by attribute and then of its camera.
    pub(super) fn checks(&self) -> Vec<LoweredCheck> {
        let stroke_color = self.stroke.as_ref().map(|stroke| stroke.color);
        let of_attribute = |(name, value): (&'static str, ExprId)| {
            let is_color = Some(value) == self.fill || Some(value) == stroke_color;
            let rule = if is_color { Rule::Color } else { Rule::Finite };
            LoweredCheck { name, rule, values: SmallVec::from_slice(&[value]) }
        };
        // What is as high as it is wide is asked once.
        let is_asked = |&(name, value): &(&'static str, ExprId)| {
            !name.starts_with("size.") && (name != "height" || value != self.width)
        };
        let mut all: Vec<LoweredCheck> =
            self.attributes().into_iter().filter(is_asked).map(of_attribute).collect();
        let mut ask = |name, rule, values: &[ExprId]| {
            all.push(LoweredCheck { name, rule, values: SmallVec::from_slice(values) });
        };
        if !self.sizes.is_empty() {
            ask("size", Rule::NotNegative, &self.sizes);
        }
        ask(self.parameter_name, Rule::Finite, &[self.parameter]);
        match &self.camera {
            Some(LoweredCamera::Orthographic { center, extent, rotation, range }) => {
                ask("camera.center", Rule::Finite, center);
                ask("camera.extent", Rule::Finite, &[*extent]);
                ask("camera.extent", Rule::Positive, &[*extent]);
                ask("camera.rotation", Rule::Finite, &[*rotation]);
                if let Some([near, far]) = range {
                    ask("camera.near", Rule::Number, &[*near]);
                    ask("camera.far", Rule::Number, &[*far]);
                }
            }
            Some(LoweredCamera::Perspective { eye, target, up, fov, near, far }) => {
                ask("camera.eye", Rule::Finite, eye);
                ask("camera.target", Rule::Finite, target);
                ask("camera.up", Rule::Finite, up);
                ask("camera.fov", Rule::Finite, &[*fov]);
                ask("camera.fov", Rule::Positive, &[*fov]);
                ask("camera.fov", Rule::BelowHalfTurn, &[*fov]);
                ask("camera.near", Rule::Finite, &[*near]);
                ask("camera.near", Rule::Positive, &[*near]);
                ask("camera.far", Rule::Number, &[*far]);
            }
            None => {}
        }
        all
    }

    /// Every expression, to be replaced.
    pub(super) fn each_mut(&mut self, mut replace: impl FnMut(&mut ExprId)) {
        self.position.iter_mut().for_each(&mut replace);
        [&mut self.width, &mut self.height, &mut self.rotation, &mut self.parameter]
            .into_iter()
            .for_each(&mut replace);
        self.sizes.iter_mut().for_each(&mut replace);
        self.opacity.iter_mut().for_each(&mut replace);
        self.fill.iter_mut().for_each(&mut replace);
        if let Some(LoweredStroke { color, color_name: _, width, trim_start, trim_end, dash }) =
            &mut self.stroke
        {
            [color, width, trim_start, trim_end].into_iter().for_each(&mut replace);
            dash.iter_mut().flatten().for_each(replace);
        }
    }

    /// Every expression that is uniform by rule.
    pub(super) fn uniforms(&self) -> SmallVec<[ExprId; 16]> {
        let mut all: SmallVec<[ExprId; 16]> = SmallVec::new();
        all.push(self.parameter);
        match &self.camera {
            Some(LoweredCamera::Orthographic { center, extent, rotation, range }) => {
                all.extend(*center);
                all.extend([*extent, *rotation]);
                all.extend(range.iter().flatten().copied());
            }
            Some(LoweredCamera::Perspective { eye, target, up, fov, near, far }) => {
                [eye, target, up].into_iter().for_each(|v| all.extend(*v));
                all.extend([*fov, *near, *far]);
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
    pub(super) fn pass(&mut self, row: usize) -> LoweredPass {
        let pass: &PassRow = &self.program.data().passes[row];
        let position = self.node(pass.position);
        let size = pass.size.map(|size| self.node(size));
        let scale = pass.scale.map(|scale| self.node(scale));
        let extent = |component: usize, e: &mut Exprs| {
            let part = |parts: &Parts| *parts.get(component).unwrap_or(&parts[0]);
            match (&size, &scale) {
                (Some(size), None) => part(size),
                (Some(size), Some(scale)) => e.op(Prim::Mul, &[part(size), part(scale)]),
                // A line has no size of its own.
                (None, _) => e.float(1.0),
            }
        };
        let width = extent(0, &mut self.exprs);
        let height = match pass.shape {
            // A circle is as high as it is wide.
            ShapeRow::Circle {} => width,
            _ => extent(1, &mut self.exprs),
        };
        // Over both a fill and a stroke it is no part of either: where they overlap they would show through.
        let sizes = self.sizes(pass, size.as_ref(), scale.as_ref(), [width, height]);
        let opacity = pass.opacity.map(|opacity| self.node(opacity)[0]);
        let (opacity, of_paint) = match pass.color.is_some() && pass.stroke.is_some() {
            true => (opacity.filter(|&opacity| self.exprs.constant(opacity) != Some(1.0)), None),
            false => (None, opacity),
        };
        let color = |lower: &mut Self, node: u32| {
            let parts = lower.node(node);
            let e = &mut lower.exprs;
            let alpha = match of_paint {
                Some(opacity) => e.op(Prim::Mul, &[parts[3], opacity]),
                None => parts[3],
            };
            let is_plain = parts.iter().all(|&part| e.constant(part).is_some());
            let packed = e.op(Prim::PackRgba8, &[parts[0], parts[1], parts[2], alpha]);
            // Which of the two it is where the product is no number.
            let blame = of_paint.map(|opacity| (is_plain, lower.exprs.constant(opacity).is_some()));
            (packed, blame)
        };
        let fill = pass.color.map(|node| color(self, node));
        let fill_name = match fill.and_then(|(_, blame)| blame) {
            None | Some((_, true)) => "color",
            Some((true, false)) => "opacity",
            Some((false, false)) => "color * opacity",
        };
        let stroke_color = pass.stroke.as_ref().map(|stroke| color(self, stroke.color));
        let stroke = pass.stroke.as_ref().zip(stroke_color).map(|(stroke, (color, blame))| LoweredStroke {
            color,
            color_name: match blame {
                None | Some((_, true)) => "stroke.color",
                Some((true, false)) => "opacity",
                Some((false, false)) => "stroke.color * opacity",
            },
            width: self.node(stroke.width)[0],
            trim_start: self.float_or(stroke.trim_start, 0.0),
            trim_end: self.float_or(stroke.trim_end, 1.0),
            dash: stroke.dash.map(|dash| {
                let lengths = self.node(dash);
                [lengths[0], lengths[1], self.float_or(stroke.dash_offset, 0.0)]
            }),
        });
        let rotation = self.float_or(pass.rotation, 0.0);
        let (parameter, parameter_name) = match pass.shape {
            ShapeRow::Rect { corner } => (self.float_or(corner, 0.0), "shape.rect.corner"),
            ShapeRow::Star { inner, .. } => (self.float_or(inner, 0.5), "shape.star.inner"),
            ShapeRow::Path { path } => (self.node(path)[0], "shape.path.path"),
            ShapeRow::Circle {} | ShapeRow::Ellipse {} | ShapeRow::Polygon { .. } | ShapeRow::Line { .. } => {
                (self.exprs.float(0.0), "shape")
            }
        };
        let line = match pass.shape {
            ShapeRow::Line { closed } => Some(closed),
            _ => None,
        };
        let camera = pass.camera.map(|camera| self.camera(camera));
        LoweredPass {
            row: row as u32,
            domain: DomainId(pass.domain),
            position,
            width,
            height,
            sizes,
            rotation,
            opacity,
            fill: fill.map(|(fill, _)| fill),
            fill_name,
            stroke,
            parameter,
            parameter_name,
            camera,
            // A line runs through its elements by index.
            depth_order: pass.order == DrawOrder::Depth && line.is_none(),
            line,
        }
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
        let components = if matches!(pass.shape, ShapeRow::Circle {}) { 1 } else { 2 };
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
            Camera::Orthographic { center, extent, rotation, near, far } => LoweredCamera::Orthographic {
                center: self.vector_or(center, [0.5, 0.5]),
                extent: self.float_or(extent, 1.0),
                rotation: self.float_or(rotation, 0.0),
                range: (near.is_some() || far.is_some())
                    .then(|| [self.float_or(near, 1000.0), self.float_or(far, -1000.0)]),
            },
            Camera::Perspective { eye, target, up, fov, near, far } => {
                let fov = self.float_or(fov, std::f64::consts::FRAC_PI_4);
                let eye = match eye {
                    Some(_) => self.vector_or(eye, [0.0; 3]),
                    None => {
                        let middle = self.exprs.float(0.5);
                        [middle, middle, default_distance(&mut self.exprs, fov)]
                    }
                };
                LoweredCamera::Perspective {
                    eye,
                    target: self.vector_or(target, [0.5, 0.5, 0.0]),
                    up: self.vector_or(up, [0.0, -1.0, 0.0]),
                    fov,
                    near: self.float_or(near, 0.01),
                    far: self.float_or(far, 100.0),
                }
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
        lowered.passes.iter().map(|pass| plan_pass(&lowered.exprs, pass, roots, signals)).collect();
    for (row, line) in (0..).zip(passes.iter_mut().filter_map(|pass| pass.line.as_mut())) {
        line.row = row;
    }
    passes
}

fn plan_pass(exprs: &Exprs, pass: &LoweredPass, roots: &Roots, signals: &Signals) -> PassPlan {
    let register = |id: ExprId| signals.register(id);
    let source = |id: ExprId| match roots.buffers.get(&(id, pass.domain)) {
        Some(&buffer) if exprs.get(id).domain.is_some() => Source::Buffer(buffer),
        Some(_) | None => Source::Register(register(id)),
    };
    let stroke = pass.stroke.as_ref().map(|stroke| StrokePlan {
        color: source(stroke.color),
        width: source(stroke.width),
        trim_start: source(stroke.trim_start),
        trim_end: source(stroke.trim_end),
        dash: stroke.dash.map(|dash| dash.map(source)),
    });
    let (x, y) = (source(pass.position[0]), source(pass.position[1]));
    let z = pass.position.get(2).map(|&z| source(z));
    let (width, height, rotation) = (source(pass.width), source(pass.height), source(pass.rotation));
    let (opacity, fill) = (pass.opacity.map(source), pass.fill.map(source));
    let check = |check: &LoweredCheck| Check {
        rule: check.rule,
        sources: check.values.iter().map(|&value| source(value)).collect(),
    };
    let checks = pass.checks().iter().map(check).collect();
    let camera = pass.camera.as_ref().map(|camera| match camera {
        LoweredCamera::Orthographic { center, extent, rotation, range } => CameraPlan::Orthographic {
            center: center.map(register),
            extent: register(*extent),
            rotation: register(*rotation),
            range: range.map(|range| range.map(register)),
        },
        LoweredCamera::Perspective { eye, target, up, fov, near, far } => CameraPlan::Perspective {
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
        x,
        y,
        z,
        width,
        height,
        rotation,
        opacity,
        fill,
        stroke,
        parameter: register(pass.parameter),
        camera,
        depth_order: pass.depth_order,
        line: pass.line.map(|is_closed| LinePlan { row: 0, is_closed }),
        checks,
    }
}
