//! SVG: the shapes of a frame as shapes, to be opened in a drawing program.

use std::fmt::Write as _;
use std::io::Write as _;

use kurbo::{BezPath, PathEl};

use super::super::outline::{self, FAR_PX, Pen, Stroker};
use super::super::target::{ClipInfo, Output, Pattern};
use super::super::{RenderError, Sink};
use super::file::{Destination, OutputFile};
use crate::frame::{Blend, Cap, Frame, Join, Pass, Rgba8, Shape, Stroke};

/// Writes frames as SVG documents, a file each. Positions are canvas pixels with three decimals.
pub struct SvgSink {
    place: Place,
    width: u32,
    height: u32,
    transparent: bool,
    stroker: Stroker,
    text: String,
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
        let (stroker, text) = (Stroker::default(), String::new());
        Ok(Self { place, width: clip.width, height: clip.height, transparent, stroker, text })
    }

    /// Writes one frame from its parts.
    ///
    /// # Errors
    /// What stopped the file from being written.
    pub fn draw(&mut self, index: u64, background: Rgba8, passes: &[Pass<'_>]) -> Result<(), RenderError> {
        let destination = match &mut self.place {
            Place::One(destination) => destination.take().ok_or_else(|| RenderError::FrameCount {
                target: "svg".to_owned(),
                count: 2,
                reason: "an SVG holds one frame".to_owned(),
            })?,
            Place::Numbered(pattern) => Destination::File(pattern.path(index)),
        };
        self.document(background, passes);
        let (file, mut writer) = OutputFile::create(&destination)?;
        writer.write_all(self.text.as_bytes()).map_err(|e| RenderError::from_io(file.name(), e))?;
        file.commit(writer)
    }

    fn document(&mut self, background: Rgba8, passes: &[Pass<'_>]) {
        let (width, height) = (self.width, self.height);
        self.text.clear();
        self.text.push_str("<svg xmlns=\"http://www.w3.org/2000/svg\"");
        put(
            &mut self.text,
            format_args!(" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\""),
        );
        self.text.push_str(" style=\"isolation:isolate\">\n");
        if !self.transparent {
            let [r, g, b, _] = background.to_array();
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
        for pass in passes {
            self.pass(pass);
        }
        self.text.push_str("</svg>\n");
    }

    fn pass(&mut self, pass: &Pass<'_>) {
        self.text.push_str("<g");
        if let Some(blend) = blend_name(pass.blend) {
            put(&mut self.text, format_args!(" class=\"{blend}\""));
        }
        if let Some(stroke) = &pass.stroke {
            let cap = match stroke.cap {
                Cap::Round => "round",
                Cap::Butt => "butt",
                Cap::Square => "square",
            };
            let join = match stroke.join {
                Join::Round => "round",
                Join::Miter => "miter",
                Join::Bevel => "bevel",
            };
            put(&mut self.text, format_args!(" stroke-linecap=\"{cap}\" stroke-linejoin=\"{join}\""));
        }
        self.text.push_str(">\n");
        let scale = pass.view.scale(self.width, self.height);
        let [a, b, c, d, e, f] = pass.view.to_canvas(self.width, self.height);
        let place = |x: f32, y: f32| {
            (a * f64::from(x) + c * f64::from(y) + e, b * f64::from(x) + d * f64::from(y) + f)
        };
        if let Shape::Line { closed } = pass.shape {
            let points = (0..pass.count).map(|k| place(pass.x.get(k), pass.y.get(k)));
            let outline = &mut self.stroker.outline;
            outline.truncate(0);
            for point in points.filter(|(x, y)| x.is_finite() && y.is_finite()) {
                if outline.is_empty() { outline.move_to(point) } else { outline.line_to(point) }
            }
            if !outline.is_empty() {
                if closed {
                    outline.close_path();
                }
                self.paint(pass, 0, scale, Form::Path, "");
            }
        } else {
            let camera = libm::atan2(b, a).to_degrees();
            for k in pass.elements() {
                let numbers = [
                    pass.x.get(k),
                    pass.y.get(k),
                    pass.rotation.get(k),
                    pass.width.get(k),
                    pass.height.get(k),
                ];
                let [x, y, rotation, width, height] = numbers;
                let trim = pass
                    .stroke
                    .map_or([0.0; 3], |s| [s.width.get(k), s.trim_start.get(k), s.trim_end.get(k)]);
                let dash = pass.stroke.and_then(|s| s.dash).map_or([0.0; 3], |dash| dash.get(k));
                let finite = numbers.iter().chain(&trim).chain(&dash).all(|n| n.is_finite());
                if !finite || width <= 0.0 || height <= 0.0 {
                    continue;
                }
                let (x, y) = place(x, y);
                let angle = camera + f64::from(rotation).to_degrees();
                let mut transform = format!(" transform=\"translate({} {})", Short(x), Short(y));
                if angle != 0.0 {
                    put(&mut transform, format_args!(" rotate({})", Short(angle)));
                }
                transform.push('"');
                let [width, height] = [width, height].map(|side| (f64::from(side) * scale).min(FAR_PX));
                self.stroker.outline.truncate(0);
                outline::push_outline(&mut self.stroker.outline, &pass.shape, width, height);
                let form = Form::of(&pass.shape, width, height);
                self.paint(pass, k, scale, form, &transform);
            }
        }
        self.text.push_str("</g>\n");
    }

    /// One element, whose outline is in the stroker: as one shape, or as two where the stroke is trimmed or dashed.
    fn paint(&mut self, pass: &Pass<'_>, index: usize, scale: f64, form: Form, transform: &str) {
        let fill = pass.fill.map(|fill| fill.get(index)).filter(|fill| fill.to_array()[3] > 0);
        let pen =
            |stroke: &Stroke<'_>| Pen::of(stroke, index, scale).map(|pen| (stroke.color.get(index), pen));
        let stroke = pass.stroke.as_ref().and_then(pen).filter(|(color, _)| color.to_array()[3] > 0);
        match stroke {
            Some((_, mut pen)) if !pen.is_plain() => {
                if fill.is_some() {
                    form.put(&mut self.text, &self.stroker.outline);
                    put_paint(&mut self.text, fill, None, transform);
                }
                // Too fine a pattern is solid here, too. A path, for circles of SVG begin elsewhere than ours.
                pen.dash = self.stroker.pattern(pen);
                let part = self.stroker.part(pen);
                Form::Path.put(&mut self.text, part);
                put_paint(&mut self.text, None, stroke.map(|(color, _)| (color, pen)), transform);
            }
            _ if fill.is_some() || stroke.is_some() => {
                form.put(&mut self.text, &self.stroker.outline);
                put_paint(&mut self.text, fill, stroke, transform);
            }
            _ => {}
        }
    }
}

/// What an element is called in SVG.
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
            Shape::Path(_) | Shape::Line { .. } => Self::Path,
        }
    }

    /// The opening of the element, up to its paint.
    fn put(self, text: &mut String, outline: &BezPath) {
        match self {
            Self::Ellipse(x, y) if x == y => put(text, format_args!("<circle r=\"{}\"", Short(x))),
            Self::Ellipse(x, y) => {
                put(text, format_args!("<ellipse rx=\"{}\" ry=\"{}\"", Short(x), Short(y)))
            }
            Self::Rect(width, height, radius) => {
                let (x, y) = (Short(width * -0.5), Short(height * -0.5));
                put(
                    text,
                    format_args!(
                        "<rect x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"{}\"",
                        Short(width),
                        Short(height)
                    ),
                );
                if radius > 0.0 {
                    put(text, format_args!(" rx=\"{}\"", Short(radius)));
                }
            }
            Self::Polygon => {
                text.push_str("<polygon points=\"");
                for (k, point) in outline.elements().iter().filter_map(PathEl::end_point).enumerate() {
                    let gap = if k == 0 { "" } else { " " };
                    put(text, format_args!("{gap}{},{}", Short(point.x), Short(point.y)));
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

fn put_paint(text: &mut String, fill: Option<Rgba8>, stroke: Option<(Rgba8, Pen)>, transform: &str) {
    text.push_str(transform);
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

fn put_color(text: &mut String, name: &str, color: Rgba8) {
    let [r, g, b, a] = color.to_array();
    put(text, format_args!(" {name}=\"#{r:02x}{g:02x}{b:02x}\""));
    if a < 255 {
        put(text, format_args!(" {name}-opacity=\"{}\"", Short(f64::from(a) / 255.0)));
    }
}

fn blend_name(blend: Blend) -> Option<&'static str> {
    Some(match blend {
        Blend::Normal => return None,
        Blend::Add => "plus-lighter",
        Blend::Multiply => "multiply",
        Blend::Screen => "screen",
        Blend::Darken => "darken",
        Blend::Lighten => "lighten",
        Blend::Difference => "difference",
        Blend::Overlay => "overlay",
    })
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

impl Sink for SvgSink {
    fn frame(&mut self, frame: &Frame<'_>) -> Result<(), RenderError> {
        let passes: Vec<_> = frame.passes().collect();
        self.draw(frame.index(), frame.background(), &passes)
    }

    fn finish(&mut self) -> Result<(), RenderError> {
        Ok(())
    }
}
