//! The elements of a file in the order in which they are painted: viewports, groups, what is used, and the outlines of shapes.

use std::collections::HashMap;
use std::ops::Range;
use std::str::FromStr;

use roxmltree::{Document, Node, NodeId, ParsingOptions};
use svgtypes::{AspectRatio, NumberListParser, ViewBox};

use super::css::{Declared, Sheet};
use super::depth::too_deep;
use super::geometry::{Measure, Share, Transform, corners, grown, holds, meet, share, view_box};
use super::lacks::{Lack, Lacks, span};
use super::style::{Fallback, Ink, MITER, Style, color};
use super::{Artwork, Color, Dash, Part, Pen, Source, dashes};
use crate::diagnostic::{Code, quote};
use crate::draw::Join;
use crate::language::path::{self, Bounds, Outline};
use crate::language::source::Problem;

/// The most elements and texts of a file.
const NODES_MAX: u32 = 200_000;
/// The most elements that are painted, each as often as it is used.
const VISITS_MAX: u32 = 100_000;
/// How deep elements and uses lie inside one another.
const DEPTH_MAX: u32 = 128;
/// The most parts.
const PARTS_MAX: usize = 10_000;
/// The most points of all parts together.
const POINTS_MAX: usize = 250_000;
/// How often a rule of a style sheet is compared with an element.
const COMPARED_MAX: u64 = 20_000_000;
/// Parts of a group up to which it is looked for those that lie over one another.
const COMPARED_PARTS_MAX: usize = 500;
/// How far parts may lie from an artwork, in its sizes.
const FAR: f64 = 1e6;
/// How often a gradient takes its stops of another one.
const LINKS_MAX: u32 = 16;
/// The namespaces of SVG and of its links.
const SVG: &str = "http://www.w3.org/2000/svg";
const XLINK: &str = "http://www.w3.org/1999/xlink";

/// Why a file is not read.
struct Stop {
    place: Range<usize>,
    message: String,
    help: &'static str,
}

/// What there is to do about elements that lie too deep.
const DEEP_HELP: &str = "take groups apart that have nothing to say";

fn deep() -> String {
    format!("elements lie more than {DEPTH_MAX} deep inside one another")
}

/// The place of an element: that of its opening tag, as far as its name.
pub(super) fn opening(node: Node<'_, '_>) -> Range<usize> {
    let start = node.range().start;
    start..(start + 1 + node.tag_name().name().len()).min(node.range().end)
}

/// Reads the parts of a file, and what of it cannot be drawn.
pub(super) fn read(source: &Source<'_>) -> (Result<Artwork, Box<Problem>>, Lacks) {
    let mut lacks = Lacks::default();
    // The document's element and what is in it lie at 0.
    if let Some(place) = too_deep(source.text, DEPTH_MAX as usize + 2) {
        let problem = Problem::new(Code::ArtworkFile, span(source.file, &place), deep());
        return (Err(Box::new(problem.help(DEEP_HELP))), lacks);
    }
    let options = ParsingOptions { allow_dtd: true, nodes_limit: NODES_MAX };
    let document = match Document::parse_with_options(source.text, options) {
        Ok(document) => document,
        Err(error) => return (Err(Box::new(no_xml(source, &error))), lacks),
    };
    let sheet = Sheet::read(&document, &mut lacks);
    let mut ids = HashMap::new();
    for node in document.descendants().filter(Node::is_element) {
        if let Some(id) = node.attribute("id") {
            ids.entry(id).or_insert(node);
        }
    }
    let mut walk = Walk { ids, sheet, lacks, parts: Vec::new(), visits: 0, points: 0, used: Vec::new() };
    let outcome = walk.artwork(document.root_element());
    let Walk { mut parts, mut lacks, .. } = walk;
    if let Ok(frame) = outcome {
        fit(&mut parts, frame, &opening(document.root_element()), &mut lacks);
    }
    let outcome = match outcome {
        Err(Stop { place, message, help }) => {
            Err(Problem::new(Code::ArtworkFile, span(source.file, &place), message).help(help))
        }
        Ok(_) if parts.is_empty() => {
            let message = format!("nothing of {} can be drawn", source.wanted);
            Err(source.of_file(message, "artwork is made of paths and shapes with a fill or a stroke"))
        }
        Ok(_) => Ok(Artwork { parts }),
    };
    (outcome.map_err(Box::new), lacks)
}

/// What is wrong with a text that is no XML.
fn no_xml(source: &Source<'_>, error: &roxmltree::Error) -> Problem {
    let roxmltree::TextPos { row, col } = error.pos();
    // Lines and columns count from 1, columns in characters.
    let line = source.text.split_inclusive('\n').take(row.saturating_sub(1) as usize).map(str::len).sum();
    let rest: &str = source.text.get(line..).unwrap_or_default();
    let column = rest.char_indices().nth(col.saturating_sub(1) as usize).map_or(rest.len(), |(at, _)| at);
    let at = match error {
        // Where it would have to end.
        roxmltree::Error::UnclosedRootNode => source.text.trim_end().len(),
        _ => (line + column).min(source.text.len()),
    };
    let (message, help) = match error {
        roxmltree::Error::NodesLimitReached => (
            format!("{} has more than {NODES_MAX} elements and texts", source.wanted),
            "leave out what is not drawn, or make fewer paths of it",
        ),
        roxmltree::Error::NoRootNode => (format!("{} is empty", source.wanted), "is it the right file?"),
        error => {
            // Without the place, which is shown beside it.
            let text = error.to_string();
            let text = text.rsplit_once(" at ").map_or(text.as_str(), |(text, _)| text);
            (format!("{} is no XML: {text}", source.wanted), "mend it at that place, or save it anew as SVG")
        }
    };
    Problem::new(Code::ArtworkFile, span(source.file, &(at..at)), message).help(help)
}

/// Puts the parts into the unit box; those that are too far away go.
fn fit(parts: &mut Vec<Part>, frame: Bounds, root: &Range<usize>, lacks: &mut Lacks) {
    let [low, high] = frame;
    let side = (high[0] - low[0]).max(high[1] - low[1]);
    for part in parts.iter_mut() {
        part.outline.fit(frame);
        if let Some(pen) = &mut part.pen {
            pen.width /= side;
            if let Some(Dash { on, off, offset }) = &mut pen.dash {
                (*on, *off, *offset) = (*on / side, *off / side, *offset / side);
            }
        }
    }
    let is_near = |part: &Part| {
        let dash = |pen: Pen| pen.dash.map_or([0.0; 3], |dash| [dash.on, dash.off, dash.offset]);
        let of_pen = part.pen.into_iter().flat_map(|pen| dash(pen).into_iter().chain([pen.width]));
        // No number is far away, nor is what is none near.
        part.outline.points.iter().flatten().copied().chain(of_pen).all(|number| number.abs() <= FAR)
    };
    let before = parts.len();
    parts.retain(is_near);
    if parts.len() < before {
        lacks.add(Lack::Far, root.clone());
    }
}

/// What an element has of those around it.
#[derive(Clone)]
struct Around<'d> {
    /// From its coordinates to those of the file.
    transform: Transform,
    style: Style<'d>,
    viewport: [f64; 2],
    group: &'d str,
    depth: u32,
}

impl Around<'_> {
    fn measure(&self) -> Measure {
        Measure { viewport: self.viewport, font_size: self.style.font_size }
    }
}

/// A file while its elements are gone through.
struct Walk<'d, 'i> {
    ids: HashMap<&'d str, Node<'d, 'i>>,
    sheet: Sheet<'d>,
    lacks: Lacks,
    parts: Vec<Part>,
    visits: u32,
    points: usize,
    /// What is being used, outermost first.
    used: Vec<NodeId>,
}

impl<'d, 'i> Walk<'d, 'i> {
    /// All parts. Gives the box that they are in.
    fn artwork(&mut self, root: Node<'d, 'i>) -> Result<Bounds, Stop> {
        let is_svg =
            root.tag_name().name() == "svg" && matches!(root.tag_name().namespace(), None | Some(SVG));
        if !is_svg {
            let message =
                format!("the outermost element is {}, expected `svg`", quote(root.tag_name().name()));
            return Err(Stop { place: opening(root), message, help: "is it the right file?" });
        }
        let declared = self.sheet.declared(root, &mut self.lacks);
        let (size, seen) = self.frame_of(root)?;
        let viewport = match (seen, size) {
            (Some([low, high]), _) => [high[0] - low[0], high[1] - low[1]],
            (None, Some(size)) => size,
            // As browsers have it.
            (None, None) => [100.0, 100.0],
        };
        let transform = match (seen, size) {
            (Some(seen), Some(size)) => view_box(seen, size, self.aspect_ratio(root)),
            _ => Transform::IDENTITY,
        };
        if let Some(place) = declared.is_set("transform", &["none", ""]) {
            self.lacks.add(Lack::Value, place);
        }
        let style = Style::INITIAL.of(&declared, viewport, &mut self.lacks);
        let around = Around { transform, style, viewport, group: "", depth: 0 };
        if declared.get("display").is_none_or(|(value, _)| value != "none") {
            self.children(root, &around)?;
            self.effects(root, &declared, &around, 0)?;
        }
        let frame = match size {
            Some(size) => [[0.0; 2], size],
            None => match self.parts.iter().filter_map(seen_box).reduce(union) {
                Some([low, high]) if low != high => {
                    self.lacks.add(Lack::Box, opening(root));
                    return Ok([low, high]);
                }
                _ => return Ok([[0.0; 2], [1.0; 2]]),
            },
        };
        self.viewport_cuts(frame, Transform::IDENTITY, root, 0);
        Ok(frame)
    }

    /// The size of the outermost element, where something says it, and its view box.
    fn frame_of(&mut self, root: Node<'d, 'i>) -> Result<(Option<[f64; 2]>, Option<Bounds>), Stop> {
        let seen = self.view_box_of(root)?;
        // Shares are of what nobody knows.
        let measure = Measure { viewport: [f64::NAN; 2], font_size: Style::INITIAL.font_size };
        let sides = [("width", Share::Width), ("height", Share::Height)].map(|(name, share)| {
            let text =
                root.attribute_node(name).filter(|side| !matches!(side.value().trim(), "" | "auto"))?;
            if text.value().trim().ends_with('%') {
                return None;
            }
            let length = measure.length(text.value(), share);
            if length.is_none() {
                self.lacks.add(Lack::Value, text.range());
            }
            length.map(|length| (length, text.range()))
        });
        if let Some((length, place)) = sides.iter().flatten().find(|(length, _)| *length <= 0.0) {
            let message = format!("the artwork is {length} wide or high, expected above 0");
            let help = "give it a size, or leave `width` and `height` out";
            return Err(Stop { place: place.clone(), message, help });
        }
        let box_size = seen.map(|[low, high]| [high[0] - low[0], high[1] - low[1]]);
        let size = match (sides.map(|side| side.map(|(length, _)| length)), box_size) {
            ([Some(width), Some(height)], _) => Some([width, height]),
            ([Some(width), None], Some([w, h])) => Some([width, width * h / w]),
            ([None, Some(height)], Some([w, h])) => Some([height * w / h, height]),
            ([None, None], box_size) => box_size,
            ([Some(_), None] | [None, Some(_)], None) => None,
        };
        Ok((size, seen))
    }

    /// The view box of an element.
    fn view_box_of(&mut self, node: Node<'d, 'i>) -> Result<Option<Bounds>, Stop> {
        let Some(attribute) = node.attribute_node("viewBox") else { return Ok(None) };
        match ViewBox::from_str(attribute.value()) {
            Ok(ViewBox { x, y, w, h })
                if w > 0.0 && h > 0.0 && [x + w, y + h].iter().all(|side| side.is_finite()) =>
            {
                Ok(Some([[x, y], [x + w, y + h]]))
            }
            _ => Err(Stop {
                place: attribute.range(),
                message: format!("the view box is {}", quote(attribute.value())),
                help: "a view box is left, top, width and height, of which the last two are above 0: `viewBox=\"0 0 24 24\"`",
            }),
        }
    }

    fn aspect_ratio(&mut self, node: Node<'d, 'i>) -> AspectRatio {
        let Some(attribute) = node.attribute_node("preserveAspectRatio") else {
            return AspectRatio::default();
        };
        attribute.value().parse().unwrap_or_else(|_| {
            self.lacks.add(Lack::Value, attribute.range());
            AspectRatio::default()
        })
    }

    fn children(&mut self, node: Node<'d, 'i>, around: &Around<'d>) -> Result<(), Stop> {
        for child in node.children().filter(Node::is_element) {
            self.element(child, around)?;
        }
        Ok(())
    }

    /// Counts an element that is gone into.
    fn visit(&mut self, node: Node<'d, 'i>, depth: u32) -> Result<(), Stop> {
        self.visits += 1;
        let compared = u64::from(self.visits) * self.sheet.len() as u64;
        let (message, help) = if self.visits > VISITS_MAX {
            let message =
                format!("with everything that is used, more than {VISITS_MAX} elements are painted");
            (message, "use fewer things inside of what is used")
        } else if depth > DEPTH_MAX {
            (deep(), DEEP_HELP)
        } else if compared > COMPARED_MAX {
            let message =
                format!("{} rules of style sheets are too many for so many elements", self.sheet.len());
            (message, "keep the rules that are needed")
        } else {
            return Ok(());
        };
        Err(Stop { place: opening(node), message, help })
    }

    fn element(&mut self, node: Node<'d, 'i>, around: &Around<'d>) -> Result<(), Stop> {
        // Of other namespaces is what programs note for themselves.
        if !matches!(node.tag_name().namespace(), None | Some(SVG)) {
            return Ok(());
        }
        self.visit(node, around.depth)?;
        let declared = self.sheet.declared(node, &mut self.lacks);
        if declared.get("display").is_some_and(|(value, _)| value == "none") {
            return Ok(());
        }
        let name = node.tag_name().name();
        let style = around.style.of(&declared, around.viewport, &mut self.lacks);
        let transform = around.transform.after(self.transform_of(&declared));
        let id = node.attribute("id").unwrap_or_default();
        let is_shape =
            matches!(name, "path" | "rect" | "circle" | "ellipse" | "line" | "polyline" | "polygon");
        let group = if id.is_empty() || is_shape { around.group } else { id };
        let own = Around { transform, style, group, depth: around.depth + 1, ..around.clone() };
        let first = self.parts.len();
        let is_visible = own.style.is_visible;
        for child in node.children().filter(|child| is_animation(child.tag_name().name())) {
            self.lacks.add(Lack::Animation, opening(child));
        }
        match name {
            "g" | "a" => self.children(node, &own)?,
            "svg" => self.nested(node, &own, [None, None])?,
            "switch" => {
                let chosen = node.children().filter(Node::is_element).find(|child| is_chosen(*child));
                chosen.map_or(Ok(()), |child| self.element(child, &own))?;
            }
            "use" => self.using(node, &own)?,
            _ if is_shape => {
                if let Some(outline) = self.shape(node, name, &own) {
                    self.painted(node, &declared, outline, &own)?;
                }
            }
            "text" if is_visible => self.lacks.add(Lack::Text, opening(node)),
            "image" if is_visible => self.lacks.add(Lack::Image, opening(node)),
            "foreignObject" if is_visible => self.lacks.add(Lack::Foreign, opening(node)),
            _ if is_silent(name) => {}
            _ => self.lacks.add(Lack::Unknown, opening(node)),
        }
        self.effects(node, &declared, &own, first)
    }

    fn transform_of(&mut self, declared: &Declared<'d>) -> Transform {
        if let Some(place) = declared.is_set("transform-origin", &["0 0", "0px 0px"]) {
            self.lacks.add(Lack::Value, place);
        }
        let Some((text, place)) = declared.get("transform") else { return Transform::IDENTITY };
        Transform::parse(text).unwrap_or_else(|| {
            self.lacks.add(Lack::Value, place);
            Transform::IDENTITY
        })
    }

    /// An `svg` inside of another, or a `symbol`. `sides` are given by what uses it.
    fn nested(
        &mut self,
        node: Node<'d, 'i>,
        around: &Around<'d>,
        sides: [Option<f64>; 2],
    ) -> Result<(), Stop> {
        let [x, y] = match node.tag_name().name() {
            "symbol" => [0.0, 0.0],
            _ => [
                self.length(node, "x", Share::Width, around).unwrap_or(0.0),
                self.length(node, "y", Share::Height, around).unwrap_or(0.0),
            ],
        };
        let [width, height] = sides;
        let width = width.or_else(|| self.length(node, "width", Share::Width, around));
        let height = height.or_else(|| self.length(node, "height", Share::Height, around));
        let size = [width.unwrap_or(around.viewport[0]), height.unwrap_or(around.viewport[1])];
        if !(size[0] > 0.0 && size[1] > 0.0) {
            return Ok(());
        }
        let seen = self.view_box_of(node)?;
        let ratio = self.aspect_ratio(node);
        let place = around.transform.after(Transform::shift([x, y]));
        let transform = seen.map_or(place, |seen| place.after(view_box(seen, size, ratio)));
        let viewport = seen.map_or(size, |[low, high]| [high[0] - low[0], high[1] - low[1]]);
        let first = self.parts.len();
        self.children(node, &Around { transform, viewport, ..around.clone() })?;
        let declared = self.sheet.declared(node, &mut self.lacks);
        if declared.get("overflow").is_none_or(|(value, _)| !matches!(value, "visible" | "auto")) {
            self.viewport_cuts([[0.0; 2], size], place, node, first);
        }
        Ok(())
    }

    /// Notes parts that reach beyond a box, which is in the coordinates of a transform.
    fn viewport_cuts(&mut self, frame: Bounds, place: Transform, node: Node<'d, 'i>, first: usize) {
        if !self.are_within(frame, place, first) {
            self.lacks.add(Lack::Viewport, opening(node));
        }
    }

    /// Whether the parts since one are inside of a box, which is in the coordinates of a transform.
    fn are_within(&self, frame: Bounds, place: Transform, first: usize) -> bool {
        let Some(back) = place.inverse() else { return true };
        let (stretch, _) = back.stretch();
        self.parts[first..].iter().all(|part| {
            let half = part.pen.map_or(0.0, |pen| pen.width * 0.5 * stretch);
            back.outline(&part.outline).bounds().is_none_or(|bounds| holds(frame, grown(bounds, half)))
        })
    }

    /// What a `use` uses, at its place.
    fn using(&mut self, node: Node<'d, 'i>, around: &Around<'d>) -> Result<(), Stop> {
        let Some(target) = self.linked(node) else { return Ok(()) };
        let is_around = node.ancestors().any(|ancestor| ancestor == target);
        if is_around || self.used.contains(&target.id()) {
            let id = quote(target.attribute("id").unwrap_or_default());
            let message = format!("{id} uses itself");
            return Err(Stop { place: opening(node), message, help: "use something that is outside of it" });
        }
        let x = self.length(node, "x", Share::Width, around).unwrap_or(0.0);
        let y = self.length(node, "y", Share::Height, around).unwrap_or(0.0);
        let transform = around.transform.after(Transform::shift([x, y]));
        let own = Around { transform, ..around.clone() };
        self.used.push(target.id());
        let outcome = match target.tag_name().name() {
            name @ ("symbol" | "svg") => {
                let sides = [("width", Share::Width), ("height", Share::Height)];
                let sides = sides.map(|(name, share)| self.length(node, name, share, around));
                self.used_viewport(target, name, &own, sides)
            }
            _ => self.element(target, &own),
        };
        self.used.pop();
        outcome
    }

    /// A `symbol` or an `svg` that is used.
    fn used_viewport(
        &mut self,
        target: Node<'d, 'i>,
        name: &str,
        around: &Around<'d>,
        sides: [Option<f64>; 2],
    ) -> Result<(), Stop> {
        self.visit(target, around.depth)?;
        let declared = self.sheet.declared(target, &mut self.lacks);
        if declared.get("display").is_some_and(|(value, _)| value == "none") {
            return Ok(());
        }
        let style = around.style.of(&declared, around.viewport, &mut self.lacks);
        let transform = around.transform.after(self.transform_of(&declared));
        let own = Around { transform, style, depth: around.depth + 1, ..around.clone() };
        let first = self.parts.len();
        // Neither needs a box of its own where nothing says one.
        let has_box = name == "svg" || target.has_attribute("viewBox");
        match has_box {
            true => self.nested(target, &own, sides)?,
            false => self.children(target, &own)?,
        }
        self.effects(target, &declared, &own, first)
    }

    /// What a `href` names in the file.
    fn linked(&mut self, node: Node<'d, 'i>) -> Option<Node<'d, 'i>> {
        let link = node.attribute_node("href").or_else(|| node.attribute_node((XLINK, "href")))?;
        let Some(id) = link.value().trim().strip_prefix('#') else {
            self.lacks.add(Lack::Outside, link.range());
            return None;
        };
        let target = self.ids.get(id).copied();
        if target.is_none() {
            self.lacks.add(Lack::Link, link.range());
        }
        target
    }

    /// A length of an element.
    fn length(&mut self, node: Node<'d, 'i>, name: &str, share: Share, around: &Around<'d>) -> Option<f64> {
        let attribute = node.attribute_node(name)?;
        if attribute.value().trim() == "auto" {
            return None;
        }
        let length = around.measure().length(attribute.value(), share);
        if length.is_none() {
            self.lacks.add(Lack::Value, attribute.range());
        }
        length
    }

    /// The outline of a shape in its own coordinates; `None` where it draws nothing.
    fn shape(&mut self, node: Node<'d, 'i>, name: &str, around: &Around<'d>) -> Option<Outline> {
        use Share::{Diagonal, Height, Width};
        let mut length = |name, share| self.length(node, name, share, around);
        let outline = match name {
            "rect" => {
                let (x, y) = (length("x", Width).unwrap_or(0.0), length("y", Height).unwrap_or(0.0));
                let (width, height) = (length("width", Width)?, length("height", Height)?);
                if !(width > 0.0 && height > 0.0) {
                    return None;
                }
                let radii =
                    [length("rx", Width), length("ry", Height)].map(|side| side.filter(|r| *r >= 0.0));
                let rx = radii[0].or(radii[1]).unwrap_or(0.0).min(width * 0.5);
                let ry = radii[1].or(radii[0]).unwrap_or(0.0).min(height * 0.5);
                path::rectangle([[x, y], [x + width, y + height]], [rx, ry])
            }
            "circle" | "ellipse" => {
                let center = [length("cx", Width).unwrap_or(0.0), length("cy", Height).unwrap_or(0.0)];
                let radii = match name {
                    "circle" => [length("r", Diagonal)?; 2],
                    _ => {
                        let radii = [length("rx", Width), length("ry", Height)];
                        [radii[0].or(radii[1])?, radii[1].or(radii[0])?]
                    }
                };
                if !(radii[0] > 0.0 && radii[1] > 0.0) {
                    return None;
                }
                path::ellipse(center, radii)
            }
            "line" => {
                let from = [length("x1", Width).unwrap_or(0.0), length("y1", Height).unwrap_or(0.0)];
                let to = [length("x2", Width).unwrap_or(0.0), length("y2", Height).unwrap_or(0.0)];
                Outline { verbs: "ML".into(), points: vec![from, to] }
            }
            "polyline" | "polygon" => self.corners_of(node, name == "polygon")?,
            _ => {
                let data = node.attribute_node("d")?;
                if data.value().trim() == "none" {
                    return None;
                }
                let (outline, fault) = path::parse_to_fault(data.value());
                if fault.is_some() {
                    self.lacks.add(Lack::Data, data.range());
                }
                outline
            }
        };
        // A move alone draws nothing.
        outline.verbs.contains(|verb| verb != 'M').then_some(outline)
    }

    /// The outline through `points`.
    fn corners_of(&mut self, node: Node<'d, 'i>, is_closed: bool) -> Option<Outline> {
        let attribute = node.attribute_node("points")?;
        let mut numbers = Vec::new();
        let mut is_good = true;
        for number in NumberListParser::from(attribute.value()) {
            match number {
                Ok(number) => numbers.push(number),
                Err(_) => {
                    is_good = false;
                    break;
                }
            }
        }
        if !is_good || numbers.len() % 2 == 1 {
            self.lacks.add(Lack::Data, attribute.range());
        }
        let points: Vec<[f64; 2]> = numbers.chunks_exact(2).map(|pair| [pair[0], pair[1]]).collect();
        if points.len() < 2 {
            return None;
        }
        path::polyline(&points, is_closed).ok()
    }

    /// Adds a shape with its paints.
    fn painted(
        &mut self,
        node: Node<'d, 'i>,
        declared: &Declared<'d>,
        outline: Outline,
        around: &Around<'d>,
    ) -> Result<(), Stop> {
        let style = &around.style;
        if !style.is_visible {
            return Ok(());
        }
        // A line has nothing inside.
        let has_inside = node.tag_name().name() != "line";
        let fill = has_inside.then(|| self.ink(node, style.fill, style, style.fill_opacity)).flatten();
        let pen = self.pen(node, declared, &outline, around);
        let (pen, dashes) = pen.map_or((None, None), |(pen, dashes)| (Some(pen), dashes));
        let dashes = dashes.map(|dashes| around.transform.outline(&dashes));
        let outline = around.transform.outline(&outline);
        if fill.is_none() && pen.is_none() {
            return Ok(());
        }
        if let Some(place) = &style.crisp {
            self.lacks.add(Lack::Crisp, place.clone());
        }
        for place in style.markers.iter().flatten() {
            if matches!(node.tag_name().name(), "path" | "line" | "polyline" | "polygon") {
                self.lacks.add(Lack::Marker, place.clone());
            }
        }
        let part = Part {
            outline,
            rule: style.fill_rule,
            fill,
            pen,
            opacity: 1.0,
            id: node.attribute("id").unwrap_or_default().to_owned(),
            group: around.group.to_owned(),
        };
        if part.pen.is_none() || (part.fill.is_none() && dashes.is_none()) {
            return self.add(node, part);
        }
        let is_apart = dashes.is_some() || style.is_stroked_first;
        if !is_apart {
            return self.add(node, part);
        }
        let stroke =
            Part { fill: None, outline: dashes.unwrap_or_else(|| part.outline.clone()), ..part.clone() };
        let fill = Some(Part { pen: None, ..part }).filter(|part| part.fill.is_some());
        let mut both = [fill, Some(stroke)];
        if style.is_stroked_first {
            both.reverse();
        }
        both.into_iter().flatten().try_for_each(|part| self.add(node, part))
    }

    fn add(&mut self, node: Node<'d, 'i>, part: Part) -> Result<(), Stop> {
        self.points += part.outline.points.len();
        self.parts.push(part);
        let (message, help) = if self.parts.len() > PARTS_MAX {
            (format!("it has more than {PARTS_MAX} parts"), "join paths that have the same colour")
        } else if self.points > POINTS_MAX {
            (
                format!("its outlines have more than {POINTS_MAX} points together"),
                "simplify them in the program that drew them",
            )
        } else {
            return Ok(());
        };
        Err(Stop { place: opening(node), message, help })
    }

    /// How the outline of a shape is drawn, if it is; with what is drawn in place of it where it has dashes of more than two
    /// lengths.
    fn pen(
        &mut self,
        node: Node<'d, 'i>,
        declared: &Declared<'d>,
        outline: &Outline,
        around: &Around<'d>,
    ) -> Option<(Pen, Option<Outline>)> {
        let style = &around.style;
        if style.stroke_width <= 0.0 {
            return None;
        }
        let color = self.ink(node, style.stroke, style, style.stroke_opacity)?;
        let (stretch, is_even) = around.transform.stretch();
        let width = style.stroke_width * stretch;
        if width <= 0.0 {
            return None;
        }
        let mut lack = |is_lack: bool, lack, place: Option<Range<usize>>| {
            if is_lack && let Some(place) = place {
                self.lacks.add(lack, place);
            }
        };
        lack(!is_even, Lack::Uneven, Some(opening(node)));
        lack(true, Lack::Fixed, declared.is_set("vector-effect", &["none"]));
        if style.join == Join::Miter && (style.limited.is_some() || style.cornered.is_some()) {
            let sharp = corners(outline);
            let is_sharp = |corner: f64, limit: f64| corner <= limit * limit * (1.0 + 1e-9);
            let differs =
                sharp.iter().any(|&corner| is_sharp(corner, MITER) != is_sharp(corner, style.miter));
            lack(differs, Lack::Miter, style.limited.clone());
            lack(!sharp.is_empty(), Lack::Join, style.cornered.clone());
        }
        let pen = Pen { color, width, cap: style.cap, join: style.join, dash: None };
        let &[on, off, ref more @ ..] = style.dashes.as_slice() else { return Some((pen, None)) };
        // In the units of the path, or in those that its whole length is said in.
        let said = node.attribute("pathLength").and_then(|length| length.trim().parse::<f64>().ok());
        let unit = said.filter(|said| *said > 0.0).map_or(1.0, |said| dashes::length(outline) / said);
        if more.chunks(2).all(|pair| pair == [on, off]) {
            let [on, off, offset] = [on, off, style.dash_offset].map(|length| length * unit * stretch);
            return Some((Pen { dash: Some(Dash { on, off, offset }), ..pen }, None));
        }
        let lengths: Vec<f64> = style.dashes.iter().map(|length| length * unit).collect();
        let cut = dashes::dashed(outline, &lengths, style.dash_offset * unit);
        if cut.is_none() {
            self.lacks.add(Lack::Dash, opening(node));
        }
        Some((pen, cut))
    }

    /// The colour of a paint; `None` where nothing is painted.
    fn ink(&mut self, node: Node<'d, 'i>, ink: Ink<'d>, style: &Style<'d>, opacity: f64) -> Option<Color> {
        let [red, green, blue, alpha] = match ink {
            Ink::None => return None,
            Ink::Color(color) => color,
            Ink::Current => style.color,
            Ink::Context => {
                self.lacks.add(Lack::Context, opening(node));
                return None;
            }
            Ink::Server(id, fallback) => self.server(node, id, fallback, style)?,
        };
        Some([red, green, blue, alpha * opacity])
    }

    /// One colour for a gradient; `None` where nothing is painted.
    fn server(
        &mut self,
        node: Node<'d, 'i>,
        id: &str,
        fallback: Option<Fallback>,
        style: &Style<'d>,
    ) -> Option<Color> {
        let server = self.ids.get(id).copied();
        match server.map(|server| server.tag_name().name()) {
            Some("linearGradient" | "radialGradient") => {}
            Some("pattern") => {
                self.lacks.add(Lack::Pattern, opening(node));
                return None;
            }
            _ => {
                return match fallback {
                    Some(Fallback::Color(color)) => Some(color),
                    Some(Fallback::Current) => Some(style.color),
                    Some(Fallback::None) => None,
                    None => {
                        self.lacks.add(Lack::Server, opening(node));
                        None
                    }
                };
            }
        }
        let stops = self.stops(server?);
        let &(_, first) = stops.first()?;
        if stops.iter().any(|&(_, color)| color != first) {
            self.lacks.add(Lack::Gradient, opening(node));
        }
        Some(mean(&stops))
    }

    /// The stops of a gradient, or of the one that it takes them of: where, and which colour.
    fn stops(&mut self, gradient: Node<'d, 'i>) -> Vec<(f64, Color)> {
        let mut of = gradient;
        let is_stop = |child: &Node<'d, 'i>| child.is_element() && child.tag_name().name() == "stop";
        for _ in 0..LINKS_MAX {
            if of.children().any(|child| is_stop(&child)) {
                break;
            }
            let is_linked = of.has_attribute("href") || of.has_attribute((XLINK, "href"));
            match is_linked.then(|| self.linked(of)).flatten() {
                Some(next) => of = next,
                None => break,
            }
        }
        let mut stops: Vec<(f64, Color)> = Vec::new();
        for stop in of.children().filter(is_stop) {
            let declared = self.sheet.declared(stop, &mut self.lacks);
            let own = Style::INITIAL.of(&declared, [0.0; 2], &mut self.lacks).color;
            let mut number = |text: Option<(&'d str, Range<usize>)>, default: f64| match text {
                None => default,
                Some((text, place)) => share(text).unwrap_or_else(|| {
                    self.lacks.add(Lack::Value, place);
                    default
                }),
            };
            let offset =
                number(stop.attribute_node("offset").map(|offset| (offset.value(), offset.range())), 0.0);
            let opacity = number(declared.get("stop-opacity"), 1.0);
            let [red, green, blue, alpha] = match declared.get("stop-color") {
                None => [0.0, 0.0, 0.0, 1.0],
                Some((text, _)) if text.eq_ignore_ascii_case("currentColor") => own,
                Some((text, place)) => match text.parse() {
                    Ok(parsed) => color(parsed),
                    Err(_) => {
                        self.lacks.add(Lack::Value, place);
                        [0.0, 0.0, 0.0, 1.0]
                    }
                },
            };
            let before = stops.last().map_or(0.0, |&(before, _)| before);
            stops.push((offset.max(before), [red, green, blue, alpha * opacity]));
        }
        stops
    }

    /// What is said of an element as a whole, whose parts are those since one.
    fn effects(
        &mut self,
        node: Node<'d, 'i>,
        declared: &Declared<'d>,
        around: &Around<'d>,
        first: usize,
    ) -> Result<(), Stop> {
        if self.parts.len() == first {
            return Ok(());
        }
        for (name, nothing, lack) in [
            ("mask", &["none"][..], Lack::Mask),
            ("filter", &["none"], Lack::Filter),
            ("mix-blend-mode", &["normal"], Lack::Blend),
        ] {
            if let Some(place) = declared.is_set(name, nothing) {
                self.lacks.add(lack, place);
            }
        }
        if let Some((text, place)) = declared.get("clip-path").filter(|(text, _)| *text != "none")
            && !self.is_uncut(text, around, first)
        {
            self.lacks.add(Lack::Clip, place);
        }
        let Some((text, place)) = declared.get("opacity") else { return Ok(()) };
        let Some(opacity) = share(text) else {
            self.lacks.add(Lack::Value, place);
            return Ok(());
        };
        if opacity < 1.0 && opacity > 0.0 && self.overlap(first) {
            self.lacks.add(Lack::Overlap, opening(node));
        }
        self.parts[first..].iter_mut().for_each(|part| part.opacity *= opacity);
        Ok(())
    }

    /// Whether parts since one may lie over one another.
    fn overlap(&self, first: usize) -> bool {
        let parts = &self.parts[first..];
        if parts.len() > COMPARED_PARTS_MAX {
            return true;
        }
        let boxes: Vec<Bounds> = parts.iter().filter_map(seen_box).collect();
        boxes.iter().enumerate().any(|(at, one)| boxes[..at].iter().any(|other| meet(*one, *other)))
    }

    /// Whether a clip path is one box that the parts since one are in: programs put one around everything.
    fn is_uncut(&mut self, text: &str, around: &Around<'d>, first: usize) -> bool {
        let id = text
            .strip_prefix("url(")
            .and_then(|text| text.strip_suffix(')'))
            .map(|id| id.trim_matches(['"', '\'', ' ']));
        let clip = id.and_then(|id| id.strip_prefix('#')).and_then(|id| self.ids.get(id).copied());
        let Some(clip) = clip.filter(|clip| clip.tag_name().name() == "clipPath") else { return false };
        let mut children = clip.children().filter(Node::is_element);
        let (Some(rect), None) = (children.next(), children.next()) else { return false };
        let is_plain = |node: Node<'d, 'i>| {
            ["transform", "clip-path", "style", "class", "rx", "ry", "display", "visibility"]
                .iter()
                .all(|name| !node.has_attribute(*name))
        };
        let is_own = clip.attribute("clipPathUnits").is_none_or(|units| units == "userSpaceOnUse");
        if rect.tag_name().name() != "rect" || !is_plain(rect) || !is_plain(clip) || !is_own {
            return false;
        }
        let Some(outline) = self.shape(rect, "rect", around) else { return false };
        outline.bounds().is_some_and(|frame| self.are_within(frame, around.transform, first))
    }
}

/// The box of all that is seen of a part.
fn seen_box(part: &Part) -> Option<Bounds> {
    let half = part.pen.map_or(0.0, |pen| match pen.join {
        Join::Miter => pen.width * 0.5 * MITER,
        Join::Round | Join::Bevel => pen.width * 0.5,
    });
    part.outline.bounds().map(|bounds| grown(bounds, half))
}

/// The smallest box with both in it.
fn union([low, high]: Bounds, [other_low, other_high]: Bounds) -> Bounds {
    [[0, 1].map(|axis| low[axis].min(other_low[axis])), [0, 1].map(|axis| high[axis].max(other_high[axis]))]
}

/// Whether a `switch` shows a child: in English, and without what nobody has.
fn is_chosen(node: Node<'_, '_>) -> bool {
    let languages = node.attribute("systemLanguage");
    let is_read = |language: &str| language.trim() == "en" || language.trim().starts_with("en-");
    languages.is_none_or(|languages| languages.split(',').any(is_read))
        && node.attribute("requiredExtensions").is_none()
        && !matches!(node.tag_name().name(), "foreignObject" | "title" | "desc" | "metadata")
}

fn is_animation(name: &str) -> bool {
    matches!(name, "animate" | "animateColor" | "animateMotion" | "animateTransform" | "set")
}

/// Whether an element of this name paints nothing by itself.
fn is_silent(name: &str) -> bool {
    is_animation(name)
        || matches!(
            name,
            "defs"
                | "clipPath"
                | "mask"
                | "marker"
                | "symbol"
                | "pattern"
                | "linearGradient"
                | "radialGradient"
                | "filter"
                | "style"
                | "title"
                | "desc"
                | "metadata"
                | "script"
                | "view"
                | "cursor"
                | "font"
                | "text"
                | "image"
                | "foreignObject"
        )
}

/// The mean colour of a gradient along its way.
fn mean(stops: &[(f64, Color)]) -> Color {
    let (Some(&(start, first)), Some(&(end, last))) = (stops.first(), stops.last()) else { return [0.0; 4] };
    // Colours count as much as they are seen.
    let seen = |[red, green, blue, alpha]: Color| [red * alpha, green * alpha, blue * alpha, alpha];
    let mut sum = [0, 1, 2, 3].map(|k| seen(first)[k] * start + seen(last)[k] * (1.0 - end));
    for pair in stops.windows(2) {
        let [(from, a), (to, b)] = [pair[0], pair[1]];
        sum = [0, 1, 2, 3].map(|k| sum[k] + (seen(a)[k] + seen(b)[k]) * 0.5 * (to - from));
    }
    let [red, green, blue, alpha] = sum;
    if alpha > 0.0 { [red / alpha, green / alpha, blue / alpha, alpha] } else { [0.0; 4] }
}
