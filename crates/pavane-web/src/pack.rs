//! Frames as records for a GPU, or why a GPU cannot draw one.
//!
//! A page draws ellipses, rectangles, polygons and stars with a formula of distance, in one draw for each pass, blended in four ways. A frame
//! that has anything else goes to the CPU raster as a whole: which of the two draws is decided for each frame, never for each pass, so
//! that what lies over what is the same.

use pavane::draw::Join;
use pavane::frame::{Blend, Blending, Frame, FullInstance, Instance, Lanes, Pass, Shape, Stroke};

/// Numbers of a pass: see [`Packed::rows`].
pub(crate) const ROW: usize = 16;

/// The passes of a frame. Its buffers grow to the largest frame and stay.
#[derive(Default)]
pub(crate) struct Packed {
    /// Of each pass, in the order in which they are drawn: kind (0 ellipse, 1 rectangle, 2 polygon, 3 star), blend (0 normal, 1 add,
    /// 2 multiply, 3 screen), elements, the first of its records, whether those are full ones, corner or inner radius, corners, the four
    /// numbers of the matrix from world units to pixels, the world point in the middle of the canvas (2), pixels per world unit,
    /// opacity of all, whether strokes have round joins.
    pub(crate) rows: Vec<[f64; ROW]>,
    /// Records of passes whose elements have one opacity.
    pub(crate) records: Vec<Instance>,
    /// Records of the others.
    pub(crate) full: Vec<FullInstance>,
}

/// Why the CPU raster has to draw a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum Why {
    Path = 1,
    Text = 2,
    Image = 3,
    Line = 4,
    Blend = 5,
    Dash = 6,
    Trim = 7,
    /// A stroke around a polygon or star, whose corners have tips.
    Corners = 8,
    Bevel = 9,
    /// Light is blended: the target has 8 bits, too few for it in the dark.
    Blending = 10,
}

impl Packed {
    /// Takes the passes of a frame for a canvas of so many pixels.
    ///
    /// # Errors
    /// Why the CPU raster has to draw it.
    pub(crate) fn take(&mut self, frame: &Frame<'_>, canvas: [u32; 2]) -> Result<(), Why> {
        self.rows.clear();
        match frame.blending() {
            Blending::Srgb => {}
            Blending::Linear => return Err(Why::Blending),
        }
        let (mut records, mut full) = (0, 0);
        for pass in frame.passes() {
            let row = row(&pass, canvas)?;
            let count = pass.elements().len();
            let is_full = matches!(pass.opacity, Lanes::Each(_));
            let first = if is_full {
                room(&mut self.full, full + count);
                full += pass.write_full_instances(&mut self.full[full..full + count]);
                full - count
            } else {
                room(&mut self.records, records + count);
                records += pass.write_instances(&mut self.records[records..records + count]);
                records - count
            };
            let mut row = row;
            (row[2], row[3], row[4]) = (count as f64, first as f64, f64::from(u8::from(is_full)));
            self.rows.push(row);
        }
        Ok(())
    }

    /// How many records the passes of the frame have, plain and full.
    pub(crate) fn used(&self) -> [usize; 2] {
        let mut used = [0; 2];
        for row in &self.rows {
            used[usize::from(row[4] > 0.0)] += row[2] as usize;
        }
        used
    }
}

fn room<T: Default + Clone>(records: &mut Vec<T>, count: usize) {
    if records.len() < count {
        records.resize(count, T::default());
    }
}

/// What is the same for all elements of a pass, without its records.
fn row(pass: &Pass<'_>, [width, height]: [u32; 2]) -> Result<[f64; ROW], Why> {
    let (kind, parameter, corners) = match pass.shape {
        Shape::Ellipse => (0.0, 0.0, 0),
        Shape::Rect { corner } => (1.0, corner, 4),
        Shape::Polygon { sides } => (2.0, 0.0, sides),
        Shape::Star { points, inner } => (3.0, inner, points),
        Shape::Path(_) | Shape::Paths(_) => return Err(Why::Path),
        Shape::Text(_) | Shape::Texts(_) => return Err(Why::Text),
        Shape::Image(_) => return Err(Why::Image),
        Shape::Line { .. } => return Err(Why::Line),
    };
    let blend = match pass.blend {
        Blend::Normal => 0.0,
        Blend::Add => 1.0,
        Blend::Multiply => 2.0,
        Blend::Screen => 3.0,
        Blend::Darken | Blend::Lighten | Blend::Difference | Blend::Overlay => return Err(Why::Blend),
    };
    if let Some(stroke) = &pass.stroke {
        check(stroke, &pass.shape)?;
    }
    let [a, b, c, d, ..] = pass.view.to_canvas(width, height);
    let [x, y] = pass.view.center.map(f64::from);
    let opacity = match pass.opacity {
        Lanes::Uniform(opacity) => f64::from(opacity).clamp(0.0, 1.0),
        Lanes::Each(_) => 1.0,
    };
    let is_round = pass.stroke.is_some_and(|stroke| stroke.join == Join::Round);
    let scale = pass.view.scale(width, height);
    Ok([
        kind,
        blend,
        0.0,
        0.0,
        0.0,
        f64::from(parameter),
        f64::from(corners),
        a,
        b,
        c,
        d,
        x,
        y,
        scale,
        opacity,
        f64::from(u8::from(is_round)),
    ])
}

/// Whether the stroke of a shape has a formula.
fn check(stroke: &Stroke<'_>, shape: &Shape<'_>) -> Result<(), Why> {
    if stroke.dash.is_some() {
        return Err(Why::Dash);
    }
    match (stroke.trim_start, stroke.trim_end) {
        (Lanes::Uniform(start), Lanes::Uniform(end)) if end - start >= 1.0 => {}
        _ => return Err(Why::Trim),
    }
    match shape {
        Shape::Polygon { .. } | Shape::Star { .. } => Err(Why::Corners),
        // A corner that is no number counts as square.
        Shape::Rect { corner } if stroke.join == Join::Bevel && (corner.is_nan() || *corner <= 0.0) => {
            Err(Why::Bevel)
        }
        Shape::Ellipse | Shape::Rect { .. } => Ok(()),
        // Refused before.
        Shape::Path(_)
        | Shape::Paths(_)
        | Shape::Text(_)
        | Shape::Texts(_)
        | Shape::Image(_)
        | Shape::Line { .. } => Ok(()),
    }
}
