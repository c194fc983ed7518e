//! Outlines on their way to the tiles: straight pieces, each within one tile, sorted by a counting sort in the order in which
//! they are drawn.
//!
//! Corners are on a grid, and pieces meet exactly where outlines are cut. So the heights of a closed outline's pieces cancel
//! without a rest, and what is to the right of it is outside of it.

use std::ops::Range;

use kurbo::{Affine, BezPath, PathEl, Point};

use super::super::curves::flatten;
use super::super::outline::FLATTEN_TOLERANCE_PX;
use super::tile::{HEIGHT, WIDTH};

/// Steps of the grid along and down a tile: whole pixels are whole numbers of them, and a tile is 2^15 of them.
pub(super) const ACROSS: i32 = (TILE / WIDTH) as i32;
pub(super) const DOWN: i32 = (TILE / HEIGHT) as i32;
const TILE: usize = 1 << BITS;
const BITS: u32 = 15;

/// A straight piece of an outline, from one point of a tile to another.
#[derive(Clone, Copy, Default)]
pub(super) struct Piece {
    pub(super) layer: Layer,
    /// In steps of the grid from the tile's left top corner, up to its other sides.
    pub(super) from: [u16; 2],
    pub(super) to: [u16; 2],
}

/// The number of an item, and whether it is about its stroke: ordered as they are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Layer(u32);

impl Layer {
    pub(super) fn new(item: usize, is_stroke: bool) -> Self {
        Self((item as u32) << 1 | u32::from(is_stroke))
    }

    pub(super) fn item(self) -> usize {
        (self.0 >> 1) as usize
    }
}

/// A straight line of an outline that is in no tile, in canvas pixels, whose corners are on the grid.
#[cfg(feature = "gpu")]
#[derive(Clone, Copy, Debug)]
pub(in crate::render) struct Segment {
    pub(super) layer: Layer,
    pub(in crate::render) from: [f32; 2],
    pub(in crate::render) to: [f32; 2],
}

#[cfg(feature = "gpu")]
impl Segment {
    /// Whether it is of the stroke of its item.
    pub(in crate::render) fn is_stroke(&self) -> bool {
        self.layer.0 & 1 == 1
    }

    /// The number of its item.
    pub(in crate::render) fn item(&self) -> usize {
        self.layer.item()
    }
}

/// The outlines of a canvas.
pub(super) struct Pieces {
    /// Whole lines instead of what tiles have of them, where somebody else draws.
    #[cfg(feature = "gpu")]
    pub(super) segments: Option<Vec<Segment>>,
    /// Tiles across and down.
    across: usize,
    down: usize,
    /// As they come: each with its tile.
    all: Vec<(u32, Piece)>,
    /// By tiles, and where those of each tile end.
    sorted: Vec<Piece>,
    ends: Vec<u32>,
    /// How many there may be before they are drawn so far.
    pub(super) most: usize,
}

/// The least [`Pieces::most`].
const LEAST: usize = 1 << 16;

impl Pieces {
    /// For a canvas of that many tiles.
    pub(super) fn new(across: usize, down: usize) -> Self {
        let most = (across * down * WIDTH * HEIGHT / 2).max(LEAST);
        Self {
            #[cfg(feature = "gpu")]
            segments: None,
            across,
            down,
            all: Vec::new(),
            sorted: Vec::new(),
            ends: Vec::new(),
            most,
        }
    }

    /// Lines of another canvas, of so many pixels.
    #[cfg(feature = "gpu")]
    pub(super) fn resize(&mut self, [width, height]: [u32; 2]) {
        (self.across, self.down) = ((width as usize).div_ceil(WIDTH), (height as usize).div_ceil(HEIGHT));
    }

    pub(super) fn clear(&mut self) {
        #[cfg(feature = "gpu")]
        if let Some(segments) = &mut self.segments {
            segments.clear();
        }
        self.all.clear();
    }

    /// Whether it is time to draw what there is.
    pub(super) fn are_many(&self) -> bool {
        self.all.len() >= self.most
    }

    /// Appends the area of an outline, each subpath closed, where `place` takes it.
    pub(super) fn push(&mut self, layer: Layer, outline: &BezPath, place: Affine) {
        let (mut start, mut last) = ([0; 2], [0; 2]);
        let placed = outline.iter().map(|element| place * element);
        flatten(placed, FLATTEN_TOLERANCE_PX, |element| match element {
            PathEl::MoveTo(point) => {
                self.line(layer, last, start);
                start = on_grid(point);
                last = start;
            }
            PathEl::ClosePath => {
                self.line(layer, last, start);
                last = start;
            }
            // Nothing is left of curves.
            PathEl::LineTo(point) | PathEl::QuadTo(_, point) | PathEl::CurveTo(_, _, point) => {
                let to = on_grid(point);
                self.line(layer, last, to);
                last = to;
            }
        });
        self.line(layer, last, start);
    }

    /// A line between two points of the grid, cut where it passes from tile to tile. What is to the left of the canvas
    /// counts as its left edge, and what is elsewhere beyond it does not count.
    fn line(&mut self, layer: Layer, from: [i32; 2], to: [i32; 2]) {
        if from[1] == to[1] {
            return;
        }
        let (top, bottom) = (from[1].min(to[1]).max(0), from[1].max(to[1]).min((self.down << BITS) as i32));
        if top >= bottom {
            return;
        }
        #[cfg(feature = "gpu")]
        if let Some(segments) = &mut self.segments {
            let pixels = |[x, y]: [i32; 2]| [x as f32 / ACROSS as f32, y as f32 / DOWN as f32];
            // Those beyond the right edge, too: by them one knows how far to the right an outline goes.
            segments.push(Segment { layer, from: pixels(from), to: pixels(to) });
            return;
        }
        if from[0].min(to[0]) >= (self.across << BITS) as i32 {
            return;
        }
        let is_down = from[1] < to[1];
        let (first, last) = ((top >> BITS) as usize, ((bottom - 1) >> BITS) as usize);
        if first == last && from[1].min(to[1]) == top && from[1].max(to[1]) == bottom {
            self.in_row(layer, first, from, to);
            return;
        }
        for row in first..=last {
            let (low, high) = (top.max((row << BITS) as i32), bottom.min(((row + 1) << BITS) as i32));
            let [upper, lower] = [low, high].map(|y| [between(from, to, y, 1), y]);
            let [from, to] = if is_down { [upper, lower] } else { [lower, upper] };
            self.in_row(layer, row, from, to);
        }
    }

    /// A line within a row of tiles.
    fn in_row(&mut self, layer: Layer, row: usize, from: [i32; 2], to: [i32; 2]) {
        let (low, high) = (from[0].min(to[0]), from[0].max(to[0]));
        let column = low >> BITS;
        if column >= 0 && high <= (column + 1) << BITS {
            self.put(layer, [column as usize, row], from, to);
            return;
        }
        let is_right = from[0] < to[0];
        let (last, columns) = ((high - 1) >> BITS, self.across as i32);
        let cut = |x: i32| [x, between(from, to, x, 0)];
        if low < 0 {
            let edge = if high > 0 {
                cut(0)[1]
            } else if is_right {
                to[1]
            } else {
                from[1]
            };
            let [from, to] = if is_right { [from[1], edge] } else { [edge, to[1]] };
            self.put(layer, [0, row], [0, from], [0, to]);
        }
        for column in column.max(0)..(last + 1).min(columns) {
            let [left, right] = [low.max(column << BITS), high.min((column + 1) << BITS)].map(cut);
            let [from, to] = if is_right { [left, right] } else { [right, left] };
            self.put(layer, [column as usize, row], from, to);
        }
    }

    /// A line within a tile.
    #[inline]
    fn put(&mut self, layer: Layer, [column, row]: [usize; 2], from: [i32; 2], to: [i32; 2]) {
        if from[1] == to[1] || column >= self.across {
            return;
        }
        let (left, top) = ((column << BITS) as i32, (row << BITS) as i32);
        let [from, to] = [from, to].map(|[x, y]| [(x - left) as u16, (y - top) as u16]);
        self.all.push(((row * self.across + column) as u32, Piece { layer, from, to }));
    }

    /// Sorts what there is.
    pub(super) fn sort(&mut self) {
        let Self { across, down, all, sorted, ends, .. } = self;
        ends.clear();
        ends.resize(*across * *down + 1, 0);
        for &(tile, _) in all.iter() {
            ends[tile as usize + 1] += 1;
        }
        // Where each begins, until they are filled in.
        let mut total = 0;
        for end in ends.iter_mut() {
            total += *end;
            *end = total;
        }
        sorted.clear();
        sorted.resize(all.len(), Piece::default());
        for &(tile, piece) in all.iter() {
            let end = &mut ends[tile as usize];
            sorted[*end as usize] = piece;
            *end += 1;
        }
    }

    /// Those of a tile, first to last.
    pub(super) fn of(&self, tile: usize) -> &[Piece] {
        if self.all.is_empty() {
            return &[];
        }
        let Range { start, end } = tile.checked_sub(1).map_or(0, |before| self.ends[before])..self.ends[tile];
        &self.sorted[start as usize..end as usize]
    }
}

/// The nearest point of the grid. Numbers beyond it count as the last ones.
fn on_grid(point: Point) -> [i32; 2] {
    // So far that differences fit, and no canvas is as large.
    const FAR: f64 = (1 << 29) as f64;
    let step = |at: f64, steps: i32| (at * f64::from(steps) + 0.5).floor().clamp(-FAR, FAR) as i32;
    [step(point.x, ACROSS), step(point.y, DOWN)]
}

/// Where a line has `at` in coordinate `axis`: the other coordinate, which is never beyond the line's ends.
fn between(from: [i32; 2], to: [i32; 2], at: i32, axis: usize) -> i32 {
    let other = 1 - axis;
    if at == from[axis] {
        return from[other];
    }
    if at == to[axis] {
        return to[other];
    }
    let share = f64::from(at - from[axis]) / f64::from(to[axis] - from[axis]);
    let found = f64::from(to[other] - from[other]) * share + f64::from(from[other]);
    let (low, high) = (from[other].min(to[other]), from[other].max(to[other]));
    (found.round() as i32).clamp(low, high)
}
