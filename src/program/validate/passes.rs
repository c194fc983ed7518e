//! Passes, their cameras and the background.

use super::super::format::{Camera, PassRow, Resource, ShapeRow};
use super::super::infer;
use super::super::limits;
use super::super::op::Op;
use super::super::types::Type;
use super::Check;
use super::names::a;
use super::steps::Reader;
use crate::diagnostic::{Code, Diagnostic, JsonPath};
use crate::draw::{DrawOrder, ShapeKind};

impl Check<'_> {
    pub(super) fn cameras(&mut self) {
        for (row, camera) in self.data.cameras.iter().enumerate() {
            let kind = match camera {
                Camera::Orthographic { .. } => "orthographic",
                Camera::Perspective { .. } => "perspective",
            };
            for (name, node, ty) in infer::camera_nodes(camera) {
                let path = JsonPath::row("cameras", row).key(kind).key(name);
                if self.value(&format!("`{name}` of a camera"), node, &[ty], &path)
                    && let Some(Some(domain)) = self.domains[node as usize]
                {
                    self.not_uniform(&format!("`{name}` of a camera"), node, domain, path);
                }
            }
            self.camera_ranges(row, camera);
        }
    }

    /// Checks what is known of a camera's numbers before it runs: constants, and the defaults of what is left out.
    fn camera_ranges(&mut self, row: usize, camera: &Camera) {
        let float = |node: u32| self.constant(node).filter(|value| value.len() == 1).map(|value| value[0]);
        let known = |node: Option<u32>, default: f64| node.map_or(Some(default), float);
        let mut wrong = Vec::new();
        match *camera {
            Camera::Orthographic { extent, near, far, .. } => {
                if let Some(extent) = extent.and_then(float).filter(|&extent| extent <= 0.0) {
                    wrong.push(("orthographic.extent", format!("the extent is {extent}, expected above 0")));
                }
                if let (Some(near), Some(far)) = (known(near, 1000.0), known(far, -1000.0))
                    && near <= far
                {
                    let key = if camera_has_far(camera) { "orthographic.far" } else { "orthographic.near" };
                    let message =
                        format!("`near` {near} is not above `far` {far}: everything would be culled");
                    wrong.push((key, message));
                }
            }
            Camera::Perspective { fov, near, far, .. } => {
                let in_range = |fov: f64| fov > 0.0 && fov < std::f64::consts::PI;
                if let Some(fov) = fov.and_then(float).filter(|&fov| !in_range(fov)) {
                    let message =
                        format!("the field of view is {fov} radians, expected above 0 and below pi");
                    wrong.push(("perspective.fov", message));
                }
                if let Some(near) = near.and_then(float).filter(|&near| near <= 0.0) {
                    wrong.push(("perspective.near", format!("`near` is {near}, expected above 0")));
                } else if let (Some(near), Some(far)) = (known(near, 0.01), known(far, 100.0))
                    && near >= far
                {
                    let key = if camera_has_far(camera) { "perspective.far" } else { "perspective.near" };
                    let message = format!("`far` {far} is not above `near` {near}: nothing would be drawn");
                    wrong.push((key, message));
                }
            }
        }
        for (key, message) in wrong {
            self.error(Code::ArgumentRange, JsonPath::row("cameras", row).keys(key), message);
        }
    }

    pub(super) fn passes(&mut self) {
        let data = self.data;
        let names = data.passes.iter().map(|pass| pass.name.as_str());
        self.names("pass", "name", names, |row| JsonPath::row("passes", row).key("name"));
        for (row, pass) in data.passes.iter().enumerate() {
            let at = JsonPath::row("passes", row);
            let domain = self.row(pass.domain, data.domains.len(), "domain", at.key("domain"));
            for attribute in infer::pass_values(pass) {
                let path = at.keys(attribute.name);
                let what = format!("`{}` of {}", attribute.name, self.pass_name(row));
                if !self.value(&what, attribute.node, attribute.types, &path) {
                    continue;
                }
                match self.domains[attribute.node as usize] {
                    Some(Some(found)) if attribute.uniform => {
                        self.not_uniform(&what, attribute.node, found, path);
                    }
                    Some(Some(found)) if domain && found != pass.domain => {
                        let (draws, has) = (self.domain_name(pass.domain), self.domain_name(found));
                        let node = self.node_name(attribute.node);
                        let message = format!(
                            "{what} takes a value per element of {draws}, but {node} has one of {has}"
                        );
                        let leaf = self.origin(attribute.node, found);
                        let note = format!("{has} comes in with {}", self.node_name(leaf));
                        let diagnostic = Diagnostic::error(Code::TargetDomain, message).at(path);
                        self.push(diagnostic.related(note, JsonPath::row("nodes", leaf)));
                    }
                    _ => {}
                }
            }
            self.shape(pass, &at);
            self.drawing(row, pass, &at);
            self.depth(row, pass, &at);
            self.layer_order(row, pass, &at);
        }
    }

    /// Passes that are ordered together have one measure of depth.
    fn layer_order(&mut self, row: usize, pass: &PassRow, at: &JsonPath) {
        let what = match pass.order {
            DrawOrder::LayerDepth => "ordered by the depth of its elements",
            DrawOrder::Element => "drawn element by element",
            DrawOrder::Index | DrawOrder::Depth => return,
        };
        if pass.shape.kind() == ShapeKind::Line {
            let message =
                format!("{} draws a line, which is one thing and cannot be {what}", self.pass_name(row));
            self.error(Code::LayerOrder, at.key("order"), message);
            return;
        }
        if pass.order == DrawOrder::Element {
            return;
        }
        let is_with = |other: &&PassRow| {
            (other.layer, other.order) == (pass.layer, pass.order) && other.shape.kind() != ShapeKind::Line
        };
        let first = self.data.passes.iter().position(|other| is_with(&other));
        let Some(first) = first.filter(|&first| self.data.passes[first].camera != pass.camera) else {
            return;
        };
        let message = format!(
            "{} and {} are ordered together in layer {}, but have different cameras",
            self.pass_name(first),
            self.pass_name(row),
            pass.layer
        );
        let diagnostic = Diagnostic::error(Code::LayerOrder, message).at(at.key("camera"));
        self.push(diagnostic.related("the other one", JsonPath::row("passes", first).key("camera")));
    }

    fn shape(&mut self, pass: &PassRow, at: &JsonPath) {
        let (key, what, least, found) = match pass.shape {
            ShapeRow::Polygon { sides } => ("polygon.sides", "sides", 3, sides),
            ShapeRow::Star { points, .. } => ("star.points", "tips", 2, points),
            ShapeRow::Circle {} | ShapeRow::Ellipse {} | ShapeRow::Rect { .. } => return,
            ShapeRow::Path { .. } | ShapeRow::Line { .. } => return,
            ShapeRow::Text { weight, font, .. } => {
                self.weight(weight, at.key("shape").keys("text.weight"));
                if let Some(font) = font {
                    self.row(font, self.data.fonts.len(), "font", at.key("shape").keys("text.font"));
                }
                return;
            }
            ShapeRow::Image { image, .. } => return self.image(image, pass, at),
        };
        if !(least..=limits::SIDES_MAX).contains(&found) {
            let message = format!("{found} {what}, expected {least} to {}", limits::SIDES_MAX);
            self.error(Code::Sides, at.key("shape").keys(key), message);
        }
    }

    fn image(&mut self, image: u32, pass: &PassRow, at: &JsonPath) {
        self.row(image, self.data.images.len(), "image", at.key("shape").keys("image.image"));
        if pass.stroke.is_some() {
            let diagnostic =
                Diagnostic::error(Code::PassPaint, "an image has no stroke").at(at.key("stroke"));
            self.push(diagnostic.help("remove it; a pass of rectangles draws a border"));
        }
    }

    /// Fonts name those that are asked behind them, and styles name fonts.
    pub(super) fn fonts(&mut self) {
        let data = self.data;
        for (row, style) in data.styles.iter().enumerate() {
            let at = JsonPath::row("styles", row);
            self.weight(style.weight, at.key("weight"));
            if let Some(font) = style.font {
                self.row(font, data.fonts.len(), "font", at.key("font"));
            }
            for (key, number) in [("leading", style.leading), ("tracking", style.tracking)] {
                if !number.is_finite() {
                    self.error(
                        Code::ArgumentRange,
                        at.key(key),
                        format!("{number}, expected a finite number"),
                    );
                }
            }
        }
        for (row, font) in data.fonts.iter().enumerate() {
            let at = JsonPath::row("fonts", row);
            for (place, &other) in font.fallback.iter().enumerate() {
                self.row(other, data.fonts.len(), "font", at.key("fallback").index(place));
            }
            let are_axes = font.axes.iter().all(|tag| tag.len() == 4 && tag.is_ascii())
                && font.places.len() == font.axes.len()
                && font.axes.len() <= limits::AXES_MAX
                && font.places.iter().all(|place| place.is_finite());
            if !are_axes {
                let message = format!(
                    "the axes of the font {}: expected up to {} of four letters, and a finite number for each",
                    crate::diagnostic::quote(&font.name),
                    limits::AXES_MAX
                );
                self.error(Code::ArgumentRange, at.key("axes"), message);
            }
        }
    }

    pub(super) fn weight(&mut self, weight: u16, at: JsonPath) {
        if !(1..=1000).contains(&weight) {
            let message = format!("a weight of {weight}, expected 1 to 1000: 400 is regular, 700 bold");
            self.error(Code::ArgumentRange, at, message);
        }
    }

    fn drawing(&mut self, row: usize, pass: &PassRow, at: &JsonPath) {
        let line = pass.shape.kind() == ShapeKind::Line;
        if line && pass.size.is_some() {
            let message = format!("{} draws a line, which has no size", self.pass_name(row));
            let diagnostic = Diagnostic::error(Code::PassSize, message).at(at.key("size"));
            self.push(diagnostic.help("remove `size`; the width of a line is its stroke's"));
        } else if !line && pass.size.is_none() {
            let message = format!("{} has no size", self.pass_name(row));
            let diagnostic = Diagnostic::error(Code::PassSize, message).at(at);
            self.push(diagnostic.help("add `size`: a float or vec2 node, in world units"));
        }
        self.size(pass, at);
        self.dash(row, pass, at);
        if pass.color.is_none() && pass.stroke.is_none() {
            let message =
                format!("{} has neither `color` nor `stroke`: nothing would be seen", self.pass_name(row));
            let diagnostic = Diagnostic::error(Code::PassPaint, message).at(at);
            self.push(diagnostic.help("add `color`, `stroke` or both"));
        }
    }

    fn size(&mut self, pass: &PassRow, at: &JsonPath) {
        let Some(size) = pass.size else { return };
        let negative = self.constant_components(size).into_iter().flatten().find(|&side| side < 0.0);
        if let Some(side) = negative {
            let message = format!("the size is {side}, expected 0 or more");
            let diagnostic = Diagnostic::error(Code::ArgumentRange, message).at(at.key("size"));
            let diagnostic = diagnostic.related("the size", JsonPath::row("nodes", size));
            self.push(diagnostic.help("to mirror, give a positive size and a negative `scale`"));
        }
    }

    fn dash(&mut self, row: usize, pass: &PassRow, at: &JsonPath) {
        let Some(stroke) = &pass.stroke else { return };
        if let (None, Some(_)) = (stroke.dash, stroke.dash_offset) {
            let message = format!("the stroke of {} has `dash_offset`, but no `dash`", self.pass_name(row));
            let diagnostic =
                Diagnostic::error(Code::DashOffset, message).at(at.key("stroke").key("dash_offset"));
            self.push(diagnostic.help("add `dash`: a vec2 node, the lengths of a dash and of a gap"));
        }
        let Some(dash) = stroke.dash else { return };
        let lengths = self.constant_components(dash);
        for (what, length) in ["dash", "gap"].into_iter().zip(lengths) {
            if let Some(length) = length.filter(|&length| length < 0.0) {
                let message = format!("the {what} is {length} long, expected 0 or more");
                let diagnostic =
                    Diagnostic::error(Code::ArgumentRange, message).at(at.key("stroke").key("dash"));
                self.push(diagnostic.related("the lengths", JsonPath::row("nodes", dash)));
            }
        }
    }

    /// The known components of a vec2: of a constant, or of constants put together.
    fn constant_components(&self, node: u32) -> [Option<f64>; 2] {
        if let Some(values) = self.constant(node) {
            return [values.first().copied(), values.get(1).copied()];
        }
        let parts = self.data.nodes.get(node as usize).filter(|node| node.op == Op::Vec2);
        let part = |k: usize| parts.and_then(|parts| self.constant(*parts.args.get(k)?)?.first().copied());
        [part(0), part(1)]
    }

    fn depth(&mut self, row: usize, pass: &PassRow, at: &JsonPath) {
        let camera = match pass.camera {
            None => None,
            Some(camera) if self.row(camera, self.data.cameras.len(), "camera", at.key("camera")) => {
                self.data.cameras.get(camera as usize)
            }
            Some(_) => None,
        };
        let reason = match (camera, pass.order) {
            (Some(Camera::Perspective { .. }), _) => "has a perspective camera",
            (_, DrawOrder::Depth | DrawOrder::LayerDepth) => "is drawn in order of depth",
            (_, DrawOrder::Index | DrawOrder::Element) => return,
        };
        let position = self.types.get(pass.position as usize).copied().flatten();
        if position == Some(Type::Vec2) {
            let message = format!("{} {reason}, but its positions are vec2", self.pass_name(row));
            let diagnostic = Diagnostic::error(Code::NeedsDepth, message).at(at.key("position"));
            self.push(
                diagnostic.help("give the position a third coordinate with `vec3`; z points to the viewer"),
            );
        }
    }

    pub(super) fn background(&mut self) {
        let Some(node) = self.data.background else { return };
        if !self.value("the background", node, &[Type::Color], &"background".into()) {
            return;
        }
        if let Some(Some(domain)) = self.domains[node as usize] {
            self.not_uniform("the background", node, domain, "background".into());
            return;
        }
        let reads = self.reads(&[node], &mut Reader::new(self.data.nodes.len()));
        for resource in reads.into_iter().flatten() {
            match resource {
                Resource::Slot(id) => {
                    let written =
                        self.slot_rows.get(&id).is_some_and(|&row| self.slot_writers[row].is_some());
                    if !written {
                        self.never_written("the background", resource, "background".into());
                    }
                }
                Resource::Cell(row) => {
                    self.cell_readers[row as usize].get_or_insert(0);
                }
                // It is uniform, so it reads no field; channels are always there.
                Resource::Channel(_) | Resource::Field(_) | Resource::Pass(_) => {}
            }
        }
    }

    /// Whether a node exists and is of one of the types; reports where it is not.
    fn value(&mut self, what: &str, node: u32, types: &[Type], path: &JsonPath) -> bool {
        if !self.row(node, self.data.nodes.len(), "node", path) {
            return false;
        }
        let Some(found) = self.types[node as usize] else { return false };
        if !types.contains(&found) {
            let names: Vec<&str> = types.iter().map(|ty| ty.name()).collect();
            let expected = names.join(" or ");
            let message =
                format!("{what} takes a {expected}, but {} gives {}", self.node_name(node), a(found));
            let diagnostic = Diagnostic::error(Code::Attribute, message).at(path);
            self.push(diagnostic.related("the value", JsonPath::row("nodes", node)));
            return false;
        }
        true
    }
}

/// Whether the further end of what a camera sees is given, and so is the one to blame.
fn camera_has_far(camera: &Camera) -> bool {
    match camera {
        Camera::Orthographic { far, .. } | Camera::Perspective { far, .. } => far.is_some(),
    }
}
