//! SVG: the shapes of a frame as shapes, to be opened in a drawing program.

use std::fmt::Write as _;
use std::io::Write as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kurbo::{Affine, BezPath, PathEl, Point, Rect, Vec2};

use super::super::RenderError;
use super::super::element::{Element, Paint};
use super::super::outline::{self, NEAR_PX, Pen};
use super::super::sight;
use super::super::stroke::Stroker;
use super::super::target::{ClipInfo, Output, Pattern};
use super::file::{Destination, OutputFile};
use crate::frame::{
    Blend, Blending, FillRule, Filter, Frame, Ground, Image, Pass, Path, Rgba8, Shape, Sink, Sprite,
};

/// Writes frames as SVG documents, a file each. Positions are canvas pixels with three decimals.
pub struct SvgSink {
    place: Place,
    width: u32,
    height: u32,
    transparent: bool,
    stroker: Stroker,
    /// The filled area of the thing, where that is not its outline.
    area: BezPath,
    /// The part of it in sight.
    seen: BezPath,
    text: String,
    /// Which images are in the text.
    digests: Vec<u64>,
    /// How many parts of images are.
    cuts: usize,
    warnings: Vec<String>,
}

impl std::fmt::Debug for SvgSink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SvgSink")
            .field("width", &self.width)
            .field("height", &self.height)
            .finish_non_exhaustive()
    }
}

enum Place {
    /// `None` once it is written.
    One(Option<Destination>),
    Numbered(Pattern),
}

impl SvgSink {
    /// A sink that writes to `output`, whose format has to be SVG.
    ///
    /// # Errors
    /// [`RenderError::FrameCount`] when several frames are to go into one file, [`RenderError::Target`] for another
    /// format, [`RenderError::MissingDirectory`] where there is no such folder, what else keeps a file from being made.
    pub fn create(output: &Output, clip: &ClipInfo, transparent: bool) -> Result<Self, RenderError> {
        super::super::picture::check_size(clip.width, clip.height)?;
        let place = match output.svg_pattern(clip)? {
            Some(pattern) => {
                OutputFile::check(&pattern.path(0))?;
                Place::Numbered(pattern)
            }
            None => {
                if let Destination::File(path) = output.destination() {
                    OutputFile::check(path)?;
                }
                Place::One(Some(output.destination().clone()))
            }
        };
        let (width, height) = (clip.width, clip.height);
        let (stroker, area, seen) = (Stroker::default(), BezPath::new(), BezPath::new());
        let (text, digests) = (String::new(), Vec::new());
        Ok(Self {
            place,
            width,
            height,
            transparent,
            stroker,
            area,
            seen,
            text,
            digests,
            cuts: 0,
            warnings: Vec::new(),
        })
    }

    /// Writes one frame from its parts.
    ///
    /// # Errors
    /// What stopped the file from being written.
    pub fn draw(
        &mut self,
        index: u64,
        ground: impl Into<Ground>,
        passes: &[Pass<'_>],
    ) -> Result<(), RenderError> {
        let destination = match &mut self.place {
            Place::One(destination) => destination.take().ok_or_else(|| RenderError::FrameCount {
                target: "svg".to_owned(),
                count: 2,
                reason: "an SVG holds one frame".to_owned(),
            })?,
            Place::Numbered(pattern) => Destination::File(pattern.path(index)),
        };
        self.document(ground.into(), passes);
        let (file, mut writer) = OutputFile::create(&destination)?;
        writer.write_all(self.text.as_bytes()).map_err(|e| RenderError::from_io(file.name(), e))?;
        file.commit(writer)
    }

    fn document(&mut self, ground: Ground, passes: &[Pass<'_>]) {
        let (width, height) = (self.width, self.height);
        self.text.clear();
        self.text.push_str("<svg xmlns=\"http://www.w3.org/2000/svg\"");
        put(
            &mut self.text,
            format_args!(" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\""),
        );
        match ground.blending {
            Blending::Srgb => {}
            Blending::Linear => {
                self.text.push_str(" color-interpolation=\"linearRGB\"");
                if self.warnings.is_empty() {
                    self.warnings.push(
                        "the clip blends light, and says so in the SVG by `color-interpolation`, but most viewers blend sRGB \
                         all the same; write a PNG for what it is to look like"
                            .to_owned(),
                    );
                }
            }
        }
        self.text.push_str(" style=\"isolation:isolate\">\n");
        if !self.transparent {
            let [r, g, b, _] = ground.color.to_array();
            put(
                &mut self.text,
                format_args!(
                    "<rect width=\"{width}\" height=\"{height}\" fill=\"#{r:02x}{g:02x}{b:02x}\"/>\n"
                ),
            );
        }
        // On every element, not on its group: the elements of one pass blend with each other, too.
        let mut blends: Vec<&str> = passes.iter().filter_map(|pass| blend_name(pass.blend)).collect();
        blends.sort_unstable();
        blends.dedup();
        for blend in blends {
            put(&mut self.text, format_args!("<style>.{blend}>*{{mix-blend-mode:{blend}}}</style>\n"));
        }
        self.images(passes);
        for pass in passes {
            self.pass(pass);
        }
        self.text.push_str("</svg>\n");
    }

    /// The images that passes show, each once, as PNGs.
    fn images(&mut self, passes: &[Pass<'_>]) {
        self.digests.clear();
        self.cuts = 0;
        for pass in passes {
            let Shape::Image(sprite) = pass.shape else { continue };
            let image = sprite.image;
            if self.digests.contains(&image.digest()) {
                continue;
            }
            let (number, width, height) = (self.digests.len(), image.width(), image.height());
            self.digests.push(image.digest());
            put(
                &mut self.text,
                format_args!(
                    "<defs><image id=\"image{number}\" width=\"{width}\" height=\"{height}\" href=\"data:image/png;base64,"
                ),
            );
            STANDARD.encode_string(png_of(image), &mut self.text);
            self.text.push_str("\"/></defs>\n");
        }
    }

    /// A part of an image in its box: the image through a window, in a group that is turned, mirrored, faded and cut.
    fn image(&mut self, sprite: Sprite<'_>, element: &Element, view: Affine) {
        let &Element { position: [x, y], rotation, size, paint } = element;
        let Some(tint) = paint.fill else { return };
        let Some(number) = self.digests.iter().position(|&digest| digest == sprite.image.digest()) else {
            return;
        };
        let center = view * Point::new(x, y);
        let [a, b, ..] = view.as_coeffs();
        let angle = libm::atan2(b, a).to_degrees() + f64::from(rotation).to_degrees();
        let (width, height) = (size.x.abs(), size.y.abs());
        let (left, top) = (Short(width * -0.5), Short(height * -0.5));
        let (wide, high) = (Length(width), Length(height));
        let radius = outline::corner_radius(sprite.corner.get(0), width, height);
        self.cuts += 1;
        let own = self.cuts;
        let text = &mut self.text;
        if radius > 0.0 {
            put(
                text,
                format_args!(
                    "<clipPath id=\"cut{own}\"><rect x=\"{left}\" y=\"{top}\" width=\"{wide}\" height=\"{high}\" rx=\"{}\"/></clipPath>\n",
                    Short(radius)
                ),
            );
        }
        let [r, g, b, alpha] = tint.to_array();
        let is_tinted = [r, g, b] != [u8::MAX; 3];
        if is_tinted {
            let [r, g, b] = [r, g, b].map(|part| Short(f64::from(part) / 255.0));
            put(
                text,
                format_args!(
                    "<filter id=\"tint{own}\" x=\"0\" y=\"0\" width=\"1\" height=\"1\" color-interpolation-filters=\"sRGB\"><feColorMatrix values=\"{r} 0 0 0 0 0 {g} 0 0 0 0 0 {b} 0 0 0 0 0 1 0\"/></filter>\n"
                ),
            );
        }
        put(text, format_args!("<g transform=\"translate({} {})", Short(center.x), Short(center.y)));
        if angle != 0.0 {
            put(text, format_args!(" rotate({})", Short(angle)));
        }
        if size.x < 0.0 || size.y < 0.0 {
            let sign = |side: f64| if side < 0.0 { -1 } else { 1 };
            put(text, format_args!(" scale({} {})", sign(size.x), sign(size.y)));
        }
        text.push('"');
        put_opacity(text, paint.opacity * f32::from(alpha) / 255.0);
        if radius > 0.0 {
            put(text, format_args!(" clip-path=\"url(#cut{own})\""));
        }
        let [from_x, from_y, across, down] = sprite.source.map(|lanes| Short(f64::from(lanes.get(0))));
        put(
            text,
            format_args!(
                "><svg x=\"{left}\" y=\"{top}\" width=\"{wide}\" height=\"{high}\" viewBox=\"{from_x} {from_y} {across} {down}\" preserveAspectRatio=\"none\"><use href=\"#image{number}\""
            ),
        );
        if is_tinted {
            put(text, format_args!(" filter=\"url(#tint{own})\""));
        }
        match sprite.filter {
            Filter::Smooth => {}
            Filter::Nearest => text.push_str(" image-rendering=\"pixelated\""),
        }
        text.push_str("/></svg></g>\n");
    }

    fn pass(&mut self, pass: &Pass<'_>) {
        self.text.push_str("<g");
        if let Some(blend) = blend_name(pass.blend) {
            put(&mut self.text, format_args!(" class=\"{blend}\""));
        }
        if let Some(stroke) = &pass.stroke {
            // Our words for them are SVG's.
            let (cap, join) = (stroke.cap.name(), stroke.join.name());
            put(&mut self.text, format_args!(" stroke-linecap=\"{cap}\" stroke-linejoin=\"{join}\""));
        }
        if let Shape::Path(path) = pass.shape {
            self.put_fill_rule(path);
        }
        self.text.push_str(">\n");
        let scale = pass.view.scale(self.width, self.height);
        let view = Affine::new(pass.view.to_canvas(self.width, self.height));
        if let Shape::Line { closed } = pass.shape {
            if let Some(paint) = pass.pen().and_then(|pen| Paint::of(pass, pen, scale)) {
                self.stroker.line(outline::line_points(pass, view), closed);
                outline::area(&mut self.area, pass, view);
                let is_far = [&self.stroker.outline, &self.area]
                    .into_iter()
                    .any(|outline| sight::leaves(outline, self.canvas(), NEAR_PX));
                let parts = match (is_far, pass.corners.is_some()) {
                    (true, _) => Parts::Seen,
                    (false, true) => Parts::Apart,
                    (false, false) => Parts::Together,
                };
                self.thing(paint, pass.blend, parts, Form::Path, "");
            }
        } else {
            let reach = outline::reach(&pass.shape);
            for k in pass.elements() {
                let Some(element) = Element::of(pass, k, scale) else { continue };
                match pass.shape {
                    Shape::Paths(paths) if paths.get(k).fill_rule != FillRule::NonZero => {
                        self.text.push_str("<g");
                        self.put_fill_rule(paths.get(k));
                        self.text.push_str(">\n");
                        self.element(pass, pass.shape.of(k), &element, view, reach);
                        self.text.push_str("</g>\n");
                    }
                    Shape::Image(sprite) => self.image(sprite.of(k), &element, view),
                    Shape::Texts(_) => {
                        let text = pass.shape.of(k);
                        self.element(pass, text, &element, view, outline::reach(&text));
                    }
                    shape => self.element(pass, shape.of(k), &element, view, reach),
                }
            }
        }
        self.text.push_str("</g>\n");
    }

    /// The fill rule of a path, where it is not the one that is meant without.
    fn put_fill_rule(&mut self, path: &Path) {
        match path.fill_rule {
            FillRule::NonZero => {}
            FillRule::EvenOdd => {
                put(&mut self.text, format_args!(" fill-rule=\"{}\"", path.fill_rule.name()));
            }
        }
    }

    fn canvas(&self) -> Rect {
        Rect::new(0.0, 0.0, f64::from(self.width), f64::from(self.height))
    }

    fn element(&mut self, pass: &Pass<'_>, shape: Shape<'_>, element: &Element, view: Affine, reach: Vec2) {
        let Element { position: [x, y], rotation, size, paint } = *element;
        let center = view * Point::new(x, y);
        let [a, b, ..] = view.as_coeffs();
        let camera = libm::atan2(b, a);
        self.stroker.shape(&shape, size);
        if Vec2::new(size.x * reach.x, size.y * reach.y).hypot() > NEAR_PX {
            // Not `Affine::rotate`, whose sine is the platform's.
            let (sin, cos) = libm::sincos(camera + f64::from(rotation));
            self.stroker.outline.apply_affine(Affine::new([cos, sin, -sin, cos, center.x, center.y]));
            self.area.truncate(0);
            self.area.extend(self.stroker.outline.iter());
            self.thing(paint, pass.blend, Parts::Seen, Form::Path, "");
            return;
        }
        let mut transform = format!(" transform=\"translate({} {})", Short(center.x), Short(center.y));
        let angle = camera.to_degrees() + f64::from(rotation).to_degrees();
        if angle != 0.0 {
            put(&mut transform, format_args!(" rotate({})", Short(angle)));
        }
        transform.push('"');
        let form = Form::of(&shape, size.x.abs(), size.y.abs());
        self.thing(paint, pass.blend, Parts::Together, form, &transform);
    }

    /// One thing, whose outline is in the stroker: as one SVG element, or as two where the stroke does not go along
    /// all of what is filled.
    fn thing(&mut self, paint: Paint, blend: Blend, parts: Parts, form: Form, transform: &str) {
        let Paint { fill, stroke, opacity } = paint;
        if parts == Parts::Together && stroke.is_none_or(|(_, pen)| pen.is_plain()) {
            form.put(&mut self.text, &self.stroker.outline);
            put_paint(&mut self.text, fill, stroke, opacity, transform);
            return;
        }
        let sight = sight::around(self.canvas());
        let is_group = paint.is_group(blend);
        let opacity = if is_group {
            self.text.push_str("<g");
            put_opacity(&mut self.text, opacity);
            self.text.push_str(">\n");
            1.0
        } else {
            opacity
        };
        if fill.is_some() {
            match parts {
                Parts::Together => form.put(&mut self.text, &self.stroker.outline),
                Parts::Apart => form.put(&mut self.text, &self.area),
                Parts::Seen => {
                    self.seen.truncate(0);
                    sight::push_filled(&mut self.seen, self.area.iter(), sight);
                    form.put(&mut self.text, &self.seen);
                }
            }
            put_paint(&mut self.text, fill, None, opacity, transform);
        }
        if let Some((color, mut pen)) = stroke {
            // A path, for circles of SVG begin elsewhere than ours.
            if parts == Parts::Seen {
                Form::Path.put(&mut self.text, self.stroker.part_in(pen, sight));
                pen.dash = None;
            } else {
                // Too fine a pattern is solid here, too.
                pen.dash = self.stroker.pattern(pen);
                Form::Path.put(&mut self.text, self.stroker.part(pen));
            }
            put_paint(&mut self.text, None, Some((color, pen)), opacity, transform);
        }
        if is_group {
            self.text.push_str("</g>\n");
        }
    }
}

/// An image as a file.
fn png_of(image: &Image) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, image.width(), image.height());
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    // Into memory, and of as many bytes as there are pixels: nothing of it can fail.
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(image.pixels()));
    debug_assert!(written.is_ok(), "an image has as many bytes as its size says");
    bytes
}

/// How the fill and the stroke of one thing go together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Parts {
    /// The outline is filled and stroked.
    Together,
    /// The outline is stroked, the area filled.
    Apart,
    /// As `Apart`, but only what is in sight is written: programs that open SVG count in 32 bits, too.
    Seen,
}

/// The SVG element for a shape.
#[derive(Clone, Copy)]
enum Form {
    Ellipse(f64, f64),
    Rect(f64, f64, f64),
    Polygon,
    Path,
}

impl Form {
    fn of(shape: &Shape<'_>, width: f64, height: f64) -> Self {
        match *shape {
            Shape::Ellipse => Self::Ellipse(width * 0.5, height * 0.5),
            Shape::Rect { corner } => {
                Self::Rect(width, height, outline::corner_radius(corner, width, height))
            }
            Shape::Polygon { .. } | Shape::Star { .. } => Self::Polygon,
            // An image is written as one, without a form.
            Shape::Path(_)
            | Shape::Paths(_)
            | Shape::Text(_)
            | Shape::Texts(_)
            | Shape::Image(_)
            | Shape::Line { .. } => Self::Path,
        }
    }

    /// The opening of the element, up to its paint.
    fn put(self, text: &mut String, outline: &BezPath) {
        match self {
            Self::Ellipse(x, y) if x == y => put(text, format_args!("<circle r=\"{}\"", Length(x))),
            Self::Ellipse(x, y) => {
                put(text, format_args!("<ellipse rx=\"{}\" ry=\"{}\"", Length(x), Length(y)));
            }
            Self::Rect(width, height, radius) => {
                let (x, y) = (Short(width * -0.5), Short(height * -0.5));
                put(
                    text,
                    format_args!(
                        "<rect x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"{}\"",
                        Length(width),
                        Length(height)
                    ),
                );
                if radius > 0.0 {
                    put(text, format_args!(" rx=\"{}\"", Short(radius)));
                }
            }
            Self::Polygon => {
                text.push_str("<polygon points=\"");
                let corners = || outline.elements().iter().filter_map(PathEl::end_point);
                let is_tiny = corners().all(|p| p.x.abs() < LEAST && p.y.abs() < LEAST);
                for (k, point) in corners().enumerate() {
                    let gap = if k == 0 { "" } else { " " };
                    match is_tiny {
                        true => put(text, format_args!("{gap}{},{}", Length(point.x), Length(point.y))),
                        false => put(text, format_args!("{gap}{},{}", Short(point.x), Short(point.y))),
                    }
                }
                text.push('"');
            }
            Self::Path => {
                text.push_str("<path d=\"");
                for element in outline.elements() {
                    let (letter, points) = match *element {
                        PathEl::MoveTo(p) => ('M', [Some(p), None, None]),
                        PathEl::LineTo(p) => ('L', [Some(p), None, None]),
                        PathEl::QuadTo(a, p) => ('Q', [Some(a), Some(p), None]),
                        PathEl::CurveTo(a, b, p) => ('C', [Some(a), Some(b), Some(p)]),
                        PathEl::ClosePath => ('Z', [None; 3]),
                    };
                    text.push(letter);
                    for (k, point) in points.iter().flatten().enumerate() {
                        let gap = if k == 0 { "" } else { " " };
                        put(text, format_args!("{gap}{} {}", Short(point.x), Short(point.y)));
                    }
                }
                text.push('"');
            }
        }
    }
}

/// The rest of an element after its outline.
fn put_paint(
    text: &mut String,
    fill: Option<Rgba8>,
    stroke: Option<(Rgba8, Pen)>,
    opacity: f32,
    transform: &str,
) {
    text.push_str(transform);
    put_opacity(text, opacity);
    match fill {
        Some(color) => put_color(text, "fill", color),
        None => text.push_str(" fill=\"none\""),
    }
    if let Some((color, pen)) = stroke {
        put_color(text, "stroke", color);
        put(text, format_args!(" stroke-width=\"{}\"", Short(pen.width)));
        if let Some(dash) = pen.dash {
            put(text, format_args!(" stroke-dasharray=\"{} {}\"", Short(dash.on), Short(dash.off)));
            if dash.offset != 0.0 {
                put(text, format_args!(" stroke-dashoffset=\"{}\"", Short(dash.offset)));
            }
        }
    }
    text.push_str("/>\n");
}

fn put_opacity(text: &mut String, opacity: f32) {
    if opacity < 1.0 {
        put(text, format_args!(" opacity=\"{}\"", Short(f64::from(opacity))));
    }
}

fn put_color(text: &mut String, name: &str, color: Rgba8) {
    let [r, g, b, a] = color.to_array();
    put(text, format_args!(" {name}=\"#{r:02x}{g:02x}{b:02x}\""));
    if a < 255 {
        put(text, format_args!(" {name}-opacity=\"{}\"", Short(f64::from(a) / 255.0)));
    }
}

fn blend_name(blend: Blend) -> Option<&'static str> {
    match blend {
        Blend::Normal => None,
        Blend::Add => Some("plus-lighter"),
        Blend::Multiply
        | Blend::Screen
        | Blend::Darken
        | Blend::Lighten
        | Blend::Difference
        | Blend::Overlay => Some(blend.name()),
    }
}

fn put(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = text.write_fmt(arguments);
}

/// A number with at most three decimals and no zeros to spare.
struct Short(f64);

impl std::fmt::Display for Short {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = format!("{:.3}", self.0);
        let text = text.trim_end_matches('0').trim_end_matches('.');
        f.write_str(if text == "-0" { "0" } else { text })
    }
}

/// Below this a [`Short`] may be 0.
const LEAST: f64 = 1e-3;

/// A length. As [`Short`], but what is above 0 stays so: a shape without width or height is not drawn, its stroke
/// included.
struct Length(f64);

impl std::fmt::Display for Length {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0 == 0.0 || self.0.abs() >= LEAST {
            return Short(self.0).fmt(f);
        }
        let text = format!("{:.6}", self.0.abs().max(1e-6).copysign(self.0));
        f.write_str(text.trim_end_matches('0'))
    }
}

impl Sink for SvgSink {
    type Error = RenderError;

    fn frame(&mut self, frame: &Frame<'_>) -> Result<(), RenderError> {
        let passes: Vec<_> = frame.passes().collect();
        self.draw(frame.index(), frame.ground(), &passes)
    }

    fn finish(&mut self) -> Result<(), RenderError> {
        Ok(())
    }

    fn warnings(&self) -> &[String] {
        &self.warnings
    }
}
