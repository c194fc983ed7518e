//! What an element is painted with: the properties that elements have of those around them.

use std::ops::Range;

use svgtypes::{LengthListParser, Paint, PaintFallback, PaintOrder, PaintOrderKind};

use super::Color;
use super::css::Declared;
use super::geometry::{Measure, Share, share};
use super::lacks::{Lack, Lacks};
use crate::draw::{Cap, FillRule, Join};

/// What our corners of strokes are cut at.
pub(super) const MITER: f64 = 4.0;

/// What something is painted with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Ink<'t> {
    None,
    Color(Color),
    /// The element's `color`.
    Current,
    /// A gradient or pattern by its id, and what is taken where there is none.
    Server(&'t str, Option<Fallback>),
    /// What a marker is painted with.
    Context,
}

/// What is painted with in place of a gradient or pattern.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Fallback {
    None,
    Color(Color),
    Current,
}

/// The properties of an element.
#[derive(Clone, Debug)]
pub(super) struct Style<'t> {
    pub(super) color: Color,
    pub(super) fill: Ink<'t>,
    pub(super) fill_opacity: f64,
    pub(super) fill_rule: FillRule,
    pub(super) stroke: Ink<'t>,
    pub(super) stroke_opacity: f64,
    pub(super) stroke_width: f64,
    pub(super) cap: Cap,
    pub(super) join: Join,
    pub(super) miter: f64,
    pub(super) dashes: Vec<f64>,
    pub(super) dash_offset: f64,
    pub(super) is_visible: bool,
    pub(super) is_stroked_first: bool,
    pub(super) font_size: f64,
    /// Where it says what is not drawn: a miter limit, corners, hard edges, markers.
    pub(super) limited: Option<Range<usize>>,
    pub(super) cornered: Option<Range<usize>>,
    pub(super) crisp: Option<Range<usize>>,
    pub(super) markers: [Option<Range<usize>>; 3],
}

impl Style<'_> {
    /// That of the outermost element.
    pub(super) const INITIAL: Self = Self {
        color: [0.0, 0.0, 0.0, 1.0],
        fill: Ink::Color([0.0, 0.0, 0.0, 1.0]),
        fill_opacity: 1.0,
        fill_rule: FillRule::NonZero,
        stroke: Ink::None,
        stroke_opacity: 1.0,
        stroke_width: 1.0,
        cap: Cap::Butt,
        join: Join::Miter,
        miter: MITER,
        dashes: Vec::new(),
        dash_offset: 0.0,
        is_visible: true,
        is_stroked_first: false,
        font_size: 12.0,
        limited: None,
        cornered: None,
        crisp: None,
        markers: [None, None, None],
    };
}

/// Red, green, blue and alpha of a colour of SVG.
pub(super) fn color(svgtypes::Color { red, green, blue, alpha }: svgtypes::Color) -> Color {
    [red, green, blue, alpha].map(|byte| f64::from(byte) / 255.0)
}

/// A paint; `None` where it cannot be read.
fn ink(text: &str) -> Option<Ink<'_>> {
    if text.eq_ignore_ascii_case("currentColor") {
        return Some(Ink::Current);
    }
    Some(match Paint::from_str(text).ok()? {
        Paint::None => Ink::None,
        // An element without a paint has that of the one around it.
        Paint::Inherit => return None,
        Paint::CurrentColor => Ink::Current,
        Paint::Color(of) => Ink::Color(color(of)),
        Paint::FuncIRI(id, fallback) => Ink::Server(
            id,
            fallback.map(|fallback| match fallback {
                PaintFallback::None => Fallback::None,
                PaintFallback::CurrentColor => Fallback::Current,
                PaintFallback::Color(of) => Fallback::Color(color(of)),
            }),
        ),
        Paint::ContextFill | Paint::ContextStroke => Ink::Context,
    })
}

/// Reads one property after the other, and notes those that cannot be read.
struct Reading<'r, 't> {
    declared: &'r Declared<'t>,
    lacks: &'r mut Lacks,
}

impl<'t> Reading<'_, 't> {
    fn take<T>(&mut self, name: &str, into: &mut T, read: impl FnOnce(&'t str) -> Option<T>) {
        let Some((text, place)) = self.declared.get(name) else { return };
        if text == "inherit" {
            return;
        }
        match read(text) {
            Some(value) => *into = value,
            None => self.lacks.add(Lack::Value, place),
        }
    }
}

impl<'t> Style<'t> {
    /// The style of an element inside of one with this style. `viewport` is what shares are of.
    pub(super) fn of(&self, declared: &Declared<'t>, viewport: [f64; 2], lacks: &mut Lacks) -> Self {
        let mut style = self.clone();
        let mut reading = Reading { declared, lacks };
        let around = Measure { viewport, font_size: self.font_size };
        reading.take("font-size", &mut style.font_size, |text| match text {
            // Of letters alone; nothing else is measured by it.
            "xx-small" | "x-small" | "small" | "medium" | "large" | "x-large" | "xx-large" | "smaller"
            | "larger" => Some(self.font_size),
            text => match text.strip_suffix('%') {
                Some(_) => share(text).map(|share| share * self.font_size),
                None => around.length(text, Share::Height).filter(|size| *size >= 0.0),
            },
        });
        let measure = Measure { viewport, font_size: style.font_size };
        let length = |text: &str| measure.length(text, Share::Diagonal);
        reading.take("color", &mut style.color, |text| text.parse().ok().map(color));
        reading.take("fill", &mut style.fill, ink);
        reading.take("fill-opacity", &mut style.fill_opacity, share);
        reading.take("fill-rule", &mut style.fill_rule, FillRule::from_name);
        reading.take("stroke", &mut style.stroke, ink);
        reading.take("stroke-opacity", &mut style.stroke_opacity, share);
        reading
            .take("stroke-width", &mut style.stroke_width, |text| length(text).filter(|width| *width >= 0.0));
        reading.take("stroke-linecap", &mut style.cap, Cap::from_name);
        reading.take("stroke-dasharray", &mut style.dashes, |text| dashes(text, measure));
        reading.take("stroke-dashoffset", &mut style.dash_offset, length);
        reading.take("visibility", &mut style.is_visible, |text| match text {
            "visible" => Some(true),
            "hidden" | "collapse" => Some(false),
            _ => None,
        });
        reading.take("paint-order", &mut style.is_stroked_first, is_stroked_first);
        style.joins(&mut reading);
        style.not_done(declared);
        style
    }

    /// Corners of strokes.
    fn joins(&mut self, reading: &mut Reading<'_, 't>) {
        reading.take("stroke-miterlimit", &mut self.miter, |text| {
            text.parse().ok().filter(|limit: &f64| *limit >= 1.0)
        });
        if let Some((_, place)) = reading.declared.get("stroke-miterlimit") {
            self.limited = Some(place).filter(|_| self.miter != MITER);
        }
        let mut is_known = true;
        reading.take("stroke-linejoin", &mut self.join, |text| match text {
            "miter-clip" | "arcs" => {
                is_known = false;
                Some(Join::Miter)
            }
            text => Join::from_name(text),
        });
        if let Some((_, place)) = reading.declared.get("stroke-linejoin") {
            self.cornered = Some(place).filter(|_| !is_known);
        }
    }

    /// What is said of painting and is not done.
    fn not_done(&mut self, declared: &Declared<'t>) {
        let [start, mid, end] = &mut self.markers;
        let known = [
            ("shape-rendering", &["auto", "geometricPrecision"][..], &mut self.crisp),
            ("marker-start", &["none"], start),
            ("marker-mid", &["none"], mid),
            ("marker-end", &["none"], end),
        ];
        for (name, nothing, into) in known {
            if let Some((value, place)) = declared.get(name).filter(|(value, _)| *value != "inherit") {
                *into = Some(place).filter(|_| !nothing.contains(&value));
            }
        }
    }
}

/// The lengths of dashes and gaps, an even number of them; none for a solid line.
fn dashes(text: &str, measure: Measure) -> Option<Vec<f64>> {
    if text == "none" {
        return Some(Vec::new());
    }
    let mut lengths = Vec::new();
    for length in LengthListParser::from(text) {
        lengths.push(measure.in_pixels(length.ok()?, Share::Diagonal).filter(|length| *length >= 0.0)?);
    }
    if lengths.len() % 2 == 1 {
        lengths.extend_from_within(..);
    }
    // Nothing but 0 is a solid line.
    Some(if lengths.iter().sum::<f64>() > 0.0 { lengths } else { Vec::new() })
}

/// Whether the stroke comes under the fill.
fn is_stroked_first(text: &str) -> Option<bool> {
    let order: PaintOrder = text.parse().ok()?;
    let place = |kind| order.order.iter().position(|known| *known == kind);
    Some(place(PaintOrderKind::Stroke) < place(PaintOrderKind::Fill))
}
