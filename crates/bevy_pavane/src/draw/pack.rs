//! Passes as words for `pass.wgsl`, or why the CPU raster draws a frame.

use bytemuck::{Pod, Zeroable};
use pavane::draw::Join;
use pavane::frame::{Blending, Frame, FullInstance, Instance, Lanes, Pass, Shape, Stroke};

use super::material::BlendKey;

/// Why the CPU raster draws a frame of an animation, as a whole: what lies over what stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// A path.
    Path,
    /// A text.
    Text,
    /// An image.
    Image,
    /// A line through the elements of a pass.
    Line,
    /// A blend that reads what is under it: darken, lighten, difference, overlay.
    Blend,
    /// A stroke of dashes.
    Dash,
    /// A stroke around a part of an outline.
    Trim,
    /// A stroke around a polygon or a star, whose corners have tips.
    Corners,
    /// A stroke with bevelled corners.
    Bevel,
    /// A shape of more than 16 384 pixels, or an ellipse that is more than 400 times as long as wide.
    Extreme,
    /// More elements than the device takes in one buffer.
    Many,
    /// Light is blended (`clip { blending: linear }`): targets of 8 bits have too little of it in the dark.
    Blending,
}

/// Half the pixels of a shape that formulas are for, and how much longer than wide an ellipse may be.
const HALF_MAX: f32 = 8192.0;
const ASPECT_MAX: f32 = 400.0;
/// Nothing that is further away than so many pixels is on a canvas.
const FAR: f32 = 1e7;

/// [`Pass`] of `pass.wgsl`, before its records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
#[repr(C)]
struct Head {
    matrix: [f32; 4],
    middle: [f32; 2],
    canvas: [f32; 2],
    scale: f32,
    opacity: f32,
    parameter: f32,
    kind: u32,
    corners: u32,
    count: u32,
    words: u32,
    round_join: u32,
}

const HEAD: usize = size_of::<Head>() / 4;
const RECORD: usize = size_of::<Instance>() / 4;
const FULL: usize = size_of::<FullInstance>() / 4;
/// A buffer has room for one record, or it cannot be bound.
const LEAST: usize = HEAD + RECORD;
/// Kinds beside those of [`FullInstance`].
const PICTURE: u32 = 4;
const LIMIT: u32 = 5;

/// A pass as the shader reads it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Packed {
    pub(super) blend: BlendKey,
    /// Quads that it takes.
    pub(super) quads: usize,
    pub(super) words: Vec<u32>,
}

/// The passes of a frame on a canvas of some pixels, for a device that takes so many bytes in a buffer.
///
/// # Errors
/// Why the CPU raster has to draw it.
pub(super) fn passes(frame: &Frame<'_>, canvas: [u32; 2], most: u64) -> Result<Vec<Packed>, Why> {
    match frame.blending() {
        Blending::Srgb => {}
        Blending::Linear => return Err(Why::Blending),
    }
    let mut all: Vec<Packed> = Vec::with_capacity(frame.passes().len());
    for pass in frame.passes() {
        let packed = packed(&pass, canvas, most)?;
        // Sums end at 1 before something else is drawn over them.
        if all.last().is_some_and(|last| last.blend == BlendKey::Add) && packed.blend != BlendKey::Add {
            all.push(whole(LIMIT, BlendKey::Limit, canvas, std::iter::empty()));
        }
        all.push(packed);
    }
    Ok(all)
}

/// A picture: its pixels, row by row.
pub(super) fn picture(pixels: &[u8], canvas: [u32; 2]) -> Packed {
    // The shader takes the first byte from the lowest bits.
    let pixels = pixels.as_chunks::<4>().0.iter().map(|pixel| u32::from_le_bytes(*pixel));
    whole(PICTURE, BlendKey::Normal, canvas, pixels)
}

/// Something that covers all of a canvas.
fn whole(kind: u32, blend: BlendKey, canvas: [u32; 2], more: impl Iterator<Item = u32>) -> Packed {
    let head = Head { canvas: canvas.map(|side| side as f32), kind, count: 1, ..Head::default() };
    let mut words = bytemuck::cast::<Head, [u32; HEAD]>(head).to_vec();
    words.extend(more);
    words.resize(words.len().max(LEAST).next_multiple_of(4), 0);
    Packed { blend, quads: 1, words }
}

/// Bytes that a picture takes in a buffer.
pub(super) fn picture_bytes([width, height]: [u32; 2]) -> u64 {
    (LEAST as u64 + u64::from(width) * u64::from(height)) * 4
}

fn packed(pass: &Pass<'_>, canvas: [u32; 2], most: u64) -> Result<Packed, Why> {
    let blend = BlendKey::of(pass.blend).ok_or(Why::Blend)?;
    let mut head = head(pass, canvas)?;
    let count = if head.opacity > 0.0 { pass.elements().len() } else { 0 };
    let is_full = matches!(pass.opacity, Lanes::Each(_));
    let words = if is_full { FULL } else { RECORD };
    let all = HEAD + count * words;
    if all as u64 * 4 > most || u32::try_from(all).is_err() {
        return Err(Why::Many);
    }
    (head.count, head.words) = (count as u32, words as u32);
    let mut packed = vec![0; all.max(LEAST)];
    let (first, records) = packed[..all].split_at_mut(HEAD);
    first.copy_from_slice(&bytemuck::cast::<Head, [u32; HEAD]>(head));
    let cleaner = Cleaner { scale: head.scale, middle: head.middle, is_round: is_round(pass) };
    if is_full {
        let records: &mut [FullInstance] = bytemuck::cast_slice_mut(records);
        pass.write_full_instances(records);
        for record in records {
            if !record.opacity.is_finite() {
                record.opacity = 0.0;
            }
            cleaner.clean(&mut record.instance)?;
        }
    } else {
        let records: &mut [Instance] = bytemuck::cast_slice_mut(records);
        pass.write_instances(records);
        records.iter_mut().try_for_each(|record| cleaner.clean(record))?;
    }
    Ok(Packed { blend, quads: count, words: packed })
}

/// Whether a pass is of ellipses.
fn is_round(pass: &Pass<'_>) -> bool {
    matches!(pass.shape, Shape::Ellipse)
}

/// What is the same for all elements of a pass.
fn head(pass: &Pass<'_>, [width, height]: [u32; 2]) -> Result<Head, Why> {
    let (kind, parameter, corners) = match pass.shape {
        Shape::Ellipse => (FullInstance::ELLIPSE, 0.0, 0),
        Shape::Rect { corner } => (FullInstance::RECT, corner, 4),
        Shape::Polygon { sides } => (FullInstance::POLYGON, 0.0, sides),
        Shape::Star { points, inner } => (FullInstance::STAR, inner, points),
        Shape::Path(_) | Shape::Paths(_) => return Err(Why::Path),
        Shape::Text(_) | Shape::Texts(_) => return Err(Why::Text),
        Shape::Image(_) => return Err(Why::Image),
        Shape::Line { .. } => return Err(Why::Line),
    };
    if let Some(stroke) = &pass.stroke {
        check(stroke, &pass.shape)?;
    }
    let [a, b, c, d, ..] = pass.view.to_canvas(width, height);
    let opacity = match pass.opacity {
        Lanes::Uniform(opacity) if opacity.is_finite() => opacity.clamp(0.0, 1.0),
        Lanes::Uniform(_) => 0.0,
        Lanes::Each(_) => 1.0,
    };
    Ok(Head {
        matrix: [a, b, c, d].map(|part| part as f32),
        middle: pass.view.center,
        canvas: [width, height].map(|side| side as f32),
        scale: pass.view.scale(width, height) as f32,
        opacity,
        parameter: if parameter.is_finite() { parameter.clamp(0.0, 1.0) } else { 0.0 },
        kind: kind.into(),
        corners: corners.max(2),
        round_join: pass.stroke.is_some_and(|stroke| stroke.join == Join::Round).into(),
        ..Head::default()
    })
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
        Shape::Rect { corner } if stroke.join == Join::Bevel && (corner.is_nan() || *corner <= 0.0) => {
            Err(Why::Bevel)
        }
        Shape::Ellipse | Shape::Rect { .. } => Ok(()),
        Shape::Path(_) | Shape::Paths(_) => Err(Why::Path),
        Shape::Text(_) | Shape::Texts(_) => Err(Why::Text),
        Shape::Image(_) => Err(Why::Image),
        Shape::Line { .. } => Err(Why::Line),
    }
}

/// Looks through records for what the shader is not made for.
struct Cleaner {
    scale: f32,
    middle: [f32; 2],
    is_round: bool,
}

impl Cleaner {
    /// Takes the size of an element that is not drawn, and the stroke of one that has none.
    ///
    /// # Errors
    /// [`Why::Extreme`] for one that has no formula.
    fn clean(&self, record: &mut Instance) -> Result<(), Why> {
        let off = [record.position[0] - self.middle[0], record.position[1] - self.middle[1]];
        let is_near = off.iter().all(|off| (off * self.scale).abs() < FAR);
        let is_drawn = record.size.iter().all(|side| side.is_finite() && *side != 0.0);
        if !(is_near && is_drawn && record.rotation.is_finite()) {
            // Far ones may be large enough to be seen; formulas are for none of these.
            let is_large = is_drawn && record.size.iter().any(|side| side.abs() * self.scale > HALF_MAX);
            record.size = [0.0; 2];
            (record.position, record.rotation) = (self.middle, 0.0);
            return if is_large && !is_near && off.iter().all(|off| off.is_finite()) {
                Err(Why::Extreme)
            } else {
                Ok(())
            };
        }
        if !(record.stroke_width > 0.0 && record.stroke_width.is_finite()) || record.stroke.to_array()[3] == 0
        {
            record.stroke_width = 0.0;
        }
        let half = record.size.map(|side| side.abs() * self.scale * 0.5);
        let (long, short) = (half[0].max(half[1]), half[0].min(half[1]));
        let pen = record.stroke_width * self.scale * 0.5;
        let is_thin = self.is_round
            && long > short * ASPECT_MAX
            && long > ASPECT_MAX * 0.1
            && (pen > 0.0 || short >= 0.75);
        if long + pen > HALF_MAX || is_thin {
            return Err(Why::Extreme);
        }
        Ok(())
    }
}
