//! Elements of a pass as records of plain bytes, ready for an upload to a GPU.

use bytemuck::{Pod, Zeroable};

use super::{Colors, Lanes, Pass};
use crate::draw::{Rgba8, Shape};

/// One element of a pass with what nearly every pass needs: 32 bytes, no padding.
///
/// | offset | field | WGSL | what |
/// |---|---|---|---|
/// | 0 | `position` | `vec2f` | centre |
/// | 8 | `size` | `vec2f` | width and height |
/// | 16 | `rotation` | `f32` | radians |
/// | 20 | `fill` | `unorm8x4` | red, green, blue, alpha |
/// | 24 | `stroke` | `unorm8x4` | red, green, blue, alpha |
/// | 28 | `stroke_width` | `f32` | 0 without a stroke |
///
/// Trims, dashes and a pass's opacity are in a [`FullInstance`]; shape, blend, caps and joins are the same for all
/// elements of a pass.
///
/// ```
/// use pavane::frame::Instance;
/// use pavane::{Builder, Engine};
///
/// let b = Builder::new("dots");
/// let dots = b.domain("dots", 100);
/// let position = b.vec2(b.rank(dots), 0.5);
/// b.pass("dots", dots).circle().position(position).size(0.01).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
/// let mut engine = Engine::for_program(b.finish()?)?;
/// // Once, as large as the largest pass.
/// let mut records = vec![Instance::default(); engine.settings().capacity.elements as usize];
/// let frame = engine.frame(0)?;
/// for pass in frame.passes() {
///     let count = pass.write_instances(&mut records);
///     let bytes: &[u8] = bytemuck::cast_slice(&records[..count]);
///     assert_eq!(bytes.len(), 100 * 32);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub struct Instance {
    /// Centre in world units, y down.
    pub position: [f32; 2],
    /// Width and height in world units; below 0 mirrored.
    pub size: [f32; 2],
    /// Radians, clockwise on screen.
    pub rotation: f32,
    /// Fill colour; alpha 0 where the pass has no fill.
    pub fill: Rgba8,
    /// Stroke colour; alpha 0 where the pass has no stroke.
    pub stroke: Rgba8,
    /// Width of the stroke in world units, centred on the outline; 0 where the pass has no stroke.
    pub stroke_width: f32,
}

/// One element of a pass with everything that is drawn of it: 64 bytes, no padding. The first 32 are an [`Instance`].
///
/// | offset | field | WGSL | what |
/// |---|---|---|---|
/// | 0 | `instance` | | the fields of [`Instance`] |
/// | 32 | `trim` | `vec2f` | the part of the outline that is stroked |
/// | 40 | `dash` | `vec3f` | dash, gap and offset |
/// | 52 | `opacity` | `f32` | of fill and stroke as one thing |
/// | 56 | `parameter` | `f32` | corner radius, or inner radius of a star |
/// | 60 | `shape` | `uint16x2` | kind, and number of corners or which path |
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub struct FullInstance {
    /// Place, size and colours.
    pub instance: Instance,
    /// The stroked part of the outline in shares of its length, as [`Stroke::part`](super::Stroke::part) gives it: from
    /// `0..1` to above that, beyond 1 where it runs on over the outline's start. `[0, 1]` is all of it, `[0, 0]` nothing.
    pub trim: [f32; 2],
    /// Lengths of a dash and of the gap after it, and how far into the pattern the part starts, in world units; a gap of 0
    /// is a solid stroke.
    pub dash: [f32; 3],
    /// `0..=1`; multiplies the alpha of fill and stroke together, once both are drawn.
    pub opacity: f32,
    /// The corner radius of a rectangle as a share of half its shorter side, or the inner radius of a star as a share of
    /// the outer; 0 for others.
    pub parameter: f32,
    /// What is drawn: [`ELLIPSE`](Self::ELLIPSE) and so on, and the corners of a polygon, the tips of a star, or which of
    /// [`Shape::Paths`] it is, from 0.
    pub shape: [u16; 2],
}

impl FullInstance {
    /// An ellipse that fills the element's box.
    pub const ELLIPSE: u16 = 0;
    /// A rectangle.
    pub const RECT: u16 = 1;
    /// A regular polygon.
    pub const POLYGON: u16 = 2;
    /// A star.
    pub const STAR: u16 = 3;
    /// The path of the pass, or one of its paths: which, is beside it, [`u16::MAX`] where that number is too large.
    pub const PATH: u16 = 4;
    /// A text: its glyphs and their outlines are in the pass's [`Shape`].
    pub const TEXT: u16 = 6;
    /// A part of an image: which of which, and how it is read, is in the pass's [`Shape`]; `fill` multiplies it.
    pub const IMAGE: u16 = 7;
    /// A point of the pass's line. Better drawn from [`Pass::line`], which has the breaks.
    pub const LINE: u16 = 5;

    /// Kind, corners and parameter of a shape.
    fn shape(shape: &Shape<'_>) -> ([u16; 2], f32) {
        // Programs have at most 1 000 corners; a pass that a host made may have any number.
        let corners = |count: u32| u16::try_from(count).unwrap_or(u16::MAX);
        match *shape {
            Shape::Ellipse => ([Self::ELLIPSE, 0], 0.0),
            Shape::Rect { corner } => ([Self::RECT, 4], corner),
            Shape::Polygon { sides } => ([Self::POLYGON, corners(sides)], 0.0),
            Shape::Star { points, inner } => ([Self::STAR, corners(points)], inner),
            Shape::Path(_) | Shape::Paths(_) => ([Self::PATH, 0], 0.0),
            Shape::Text(_) | Shape::Texts(_) => ([Self::TEXT, 0], 0.0),
            // Its source and its corners are each element's own.
            Shape::Image(_) => ([Self::IMAGE, 0], 0.0),
            Shape::Line { .. } => ([Self::LINE, 0], 0.0),
        }
    }
}

/// Records that are filled column by column while they are in the cache.
const BLOCK: usize = 256;

impl Pass<'_> {
    /// Writes the [elements](Self::elements) of the pass as records, in the order in which they are drawn, and gives their
    /// number. Elements for which `records` has no room are not written.
    pub fn write_instances(&self, records: &mut [Instance]) -> usize {
        self.write(records, |pass, elements, block| pass.write_block(elements, block, |record| record))
    }

    /// As [`write_instances`](Self::write_instances), with everything that is drawn of an element. Takes about twice as
    /// long.
    pub fn write_full_instances(&self, records: &mut [FullInstance]) -> usize {
        let (shape, parameter) = FullInstance::shape(&self.shape);
        self.write(records, |pass, elements, block| {
            pass.write_block(elements, block, |record| &mut record.instance);
            for (at, record) in block.iter_mut().enumerate() {
                let element = elements.get(at);
                let part = pass.stroke.and_then(|stroke| stroke.part(element)).unwrap_or([0.0; 2]);
                let dash = pass.stroke.and_then(|stroke| stroke.dash);
                record.trim = part.map(|share| share as f32);
                record.dash = dash.map_or([0.0; 3], |dash| dash.get(element));
                record.opacity = pass.opacity.get(element).clamp(0.0, 1.0);
                (record.shape, record.parameter) = (shape, parameter);
                if let Shape::Paths(paths) = self.shape {
                    // The last number that fits says that it is not known.
                    record.shape[1] = u16::try_from(paths.place(element)).unwrap_or(u16::MAX);
                }
            }
        })
    }

    fn write<R>(&self, records: &mut [R], block: impl Fn(&Self, Elements<'_>, &mut [R])) -> usize {
        let count = self.elements().len().min(records.len());
        for (k, records) in records[..count].chunks_mut(BLOCK).enumerate() {
            let first = k * BLOCK;
            let order = self.order.map(|order| &order[first..first + records.len()]);
            block(self, Elements { first, order }, records);
        }
        count
    }

    /// The [`Instance`]s that are in some records.
    fn write_block<R>(
        &self,
        elements: Elements<'_>,
        records: &mut [R],
        of: impl Fn(&mut R) -> &mut Instance + Copy,
    ) {
        let lanes = |lanes| match lanes {
            Lanes::Uniform(value) => Column::Uniform(value),
            Lanes::Each(values) => Column::Each(values),
        };
        let colors = |colors| match colors {
            None => Column::Uniform(Rgba8(0)),
            Some(Colors::Uniform(color)) => Column::Uniform(color),
            Some(Colors::Each(colors)) => Column::Each(colors),
        };
        let width = self.stroke.map_or(Column::Uniform(0.0), |stroke| lanes(stroke.width));
        elements.fill(records, lanes(self.x), |record, x| of(record).position[0] = x);
        elements.fill(records, lanes(self.y), |record, y| of(record).position[1] = y);
        elements.fill(records, lanes(self.width), |record, width| of(record).size[0] = width);
        elements.fill(records, lanes(self.height), |record, height| of(record).size[1] = height);
        elements.fill(records, lanes(self.rotation), |record, angle| of(record).rotation = angle);
        elements.fill(records, colors(self.fill), |record, color| of(record).fill = color);
        let stroke = colors(self.stroke.map(|stroke| stroke.color));
        elements.fill(records, stroke, |record, color| of(record).stroke = color);
        elements.fill(records, width, |record, width| of(record).stroke_width = width);
    }
}

/// One attribute of a pass.
#[derive(Clone, Copy)]
enum Column<'a, T> {
    Uniform(T),
    Each(&'a [T]),
}

/// The elements of a block of records.
#[derive(Clone, Copy)]
struct Elements<'a> {
    /// Of the block's first record, where elements come in index order.
    first: usize,
    order: Option<&'a [u32]>,
}

impl Elements<'_> {
    fn get(&self, at: usize) -> usize {
        self.order.map_or(self.first + at, |order| order[at] as usize)
    }

    /// A plain loop for each way in which an attribute may come.
    #[inline]
    fn fill<R, T: Copy>(&self, records: &mut [R], column: Column<'_, T>, set: impl Fn(&mut R, T)) {
        match (column, self.order) {
            (Column::Uniform(value), _) => records.iter_mut().for_each(|record| set(record, value)),
            (Column::Each(values), None) => {
                let values = &values[self.first..];
                records.iter_mut().zip(values).for_each(|(record, &value)| set(record, value));
            }
            (Column::Each(values), Some(order)) => {
                records.iter_mut().zip(order).for_each(|(record, &k)| set(record, values[k as usize]));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::mem::{offset_of, size_of};

    use super::*;
    use crate::frame::{Blend, Cap, Dash, Join, Stroke, View};

    #[test]
    fn the_layout_is_as_documented() {
        assert_eq!((size_of::<Instance>(), size_of::<FullInstance>()), (32, 64));
        let offsets = [
            (offset_of!(Instance, position), 0),
            (offset_of!(Instance, size), 8),
            (offset_of!(Instance, rotation), 16),
            (offset_of!(Instance, fill), 20),
            (offset_of!(Instance, stroke), 24),
            (offset_of!(Instance, stroke_width), 28),
            (offset_of!(FullInstance, instance), 0),
            (offset_of!(FullInstance, trim), 32),
            (offset_of!(FullInstance, dash), 40),
            (offset_of!(FullInstance, opacity), 52),
            (offset_of!(FullInstance, parameter), 56),
            (offset_of!(FullInstance, shape), 60),
        ];
        for (found, documented) in offsets {
            assert_eq!(found, documented);
        }
        let record = Instance { fill: Rgba8::new(1, 2, 3, 4), ..Instance::default() };
        assert_eq!(bytemuck::bytes_of(&record)[20..24], [1, 2, 3, 4], "red comes first on any machine");
    }

    const COUNT: usize = 600;

    /// A value of its own for each attribute and element; exact in f32.
    fn value(attribute: usize, element: usize) -> f32 {
        (attribute * COUNT + element) as f32 / 65_536.0
    }

    fn color(attribute: usize, element: usize) -> Rgba8 {
        Rgba8((attribute * COUNT + element) as u32)
    }

    #[test]
    fn every_attribute_comes_back() {
        let columns: Vec<Vec<f32>> =
            (0..13).map(|attribute| (0..COUNT).map(|k| value(attribute, k)).collect()).collect();
        let colors: Vec<Vec<Rgba8>> =
            (0..2).map(|attribute| (0..COUNT).map(|k| color(attribute, k)).collect()).collect();
        let order: Vec<u32> = (0..COUNT as u32).rev().step_by(2).collect();
        let each = |attribute: usize| Lanes::Each(&columns[attribute]);
        let one = |attribute: usize| Lanes::Uniform(value(attribute, 0));
        for order in [None, Some(order.as_slice())] {
            // Per element, and the same for all.
            for is_each in [true, false] {
                let lanes = |attribute| if is_each { each(attribute) } else { one(attribute) };
                let paint = |attribute: usize| match is_each {
                    true => Colors::Each(&colors[attribute]),
                    false => Colors::Uniform(color(attribute, 0)),
                };
                let dash =
                    Dash { on: lanes(8), off: lanes(9), offset: lanes(10), scale: Lanes::Uniform(2.0) };
                let stroke = Stroke {
                    color: paint(1),
                    width: lanes(5),
                    trim_start: lanes(6),
                    trim_end: lanes(7),
                    dash: Some(dash),
                    cap: Cap::Butt,
                    join: Join::Round,
                };
                let pass = Pass {
                    name: "p",
                    domain: "d",
                    shape: Shape::Star { points: 5, inner: 0.25 },
                    blend: Blend::Normal,
                    layer: 0,
                    view: View::default(),
                    count: COUNT,
                    order,
                    x: lanes(0),
                    y: lanes(1),
                    depth: None,
                    width: lanes(2),
                    height: lanes(3),
                    rotation: lanes(4),
                    fill: Some(paint(0)),
                    stroke: Some(stroke),
                    opacity: lanes(11),
                    corners: None,
                };
                let mut records = vec![FullInstance::default(); COUNT + 1];
                let count = pass.write_full_instances(&mut records);
                assert_eq!(count, order.map_or(COUNT, <[u32]>::len));
                assert_eq!(records[count], FullInstance::default(), "nothing is written behind the last");
                for (record, element) in records.iter().zip(pass.elements()) {
                    let k = if is_each { element } else { 0 };
                    let [on, off, offset] = [8, 9, 10].map(|attribute| value(attribute, k) * 2.0);
                    let expected = FullInstance {
                        instance: Instance {
                            position: [value(0, k), value(1, k)],
                            size: [value(2, k), value(3, k)],
                            rotation: value(4, k),
                            fill: color(0, k),
                            stroke: color(1, k),
                            stroke_width: value(5, k),
                        },
                        trim: [value(6, k), value(7, k)],
                        dash: [on, off, offset],
                        opacity: value(11, k),
                        parameter: 0.25,
                        shape: [FullInstance::STAR, 5],
                    };
                    assert_eq!(*record, expected);
                }
                let mut short = [Instance::default(); 7];
                assert_eq!(pass.write_instances(&mut short), 7);
                for (short, full) in short.iter().zip(&records) {
                    assert_eq!(*short, full.instance);
                }
                let bare = Pass { fill: None, stroke: None, ..pass };
                assert_eq!(bare.write_full_instances(&mut records[..1]), 1);
                let FullInstance { instance, trim, dash, .. } = records[0];
                assert_eq!(
                    (instance.fill, instance.stroke, instance.stroke_width),
                    (Rgba8(0), Rgba8(0), 0.0)
                );
                assert_eq!((trim, dash), ([0.0; 2], [0.0; 3]));
            }
        }
    }

    #[test]
    fn shapes_have_numbers() {
        let path = crate::frame::Path::default();
        let check = |shape: Shape<'_>, expected: ([u16; 2], f32)| {
            assert_eq!(FullInstance::shape(&shape), expected, "{shape:?}");
        };
        check(Shape::Ellipse, ([0, 0], 0.0));
        check(Shape::Rect { corner: 0.5 }, ([1, 4], 0.5));
        check(Shape::Polygon { sides: 1_000 }, ([2, 1_000], 0.0));
        check(Shape::Star { points: 7, inner: 0.375 }, ([3, 7], 0.375));
        check(Shape::Path(&path), ([4, 0], 0.0));
        check(Shape::Line { closed: true }, ([5, 0], 0.0));
    }
}
