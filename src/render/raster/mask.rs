//! How much of each pixel of a tile an outline covers: the exact area of its straight pieces, added up in whole numbers, so that
//! neither their order nor where the outline is cut changes anything.

use fearless_simd::{Simd, SimdBase, SimdInt, f32x8, i32x8};

use super::cover::LANES;
use super::pieces::{ACROSS, DOWN, Piece};
use super::tile::{HEIGHT, WIDTH};
use crate::frame::FillRule;

/// A pixel that is wound round once.
const ONE: i32 = 1 << 16;
/// What a row of the grid within a pixel adds to it.
const STEP: i32 = ONE / DOWN;
/// Sums of a row: some end at the tile's right edge, and go on one further.
const SUMS: usize = WIDTH + LANES;
const STRIPS: usize = SUMS / LANES;

/// How often each row of pixels is wound round, in parts of [`ONE`].
pub(super) type Windings = [i32; HEIGHT];

/// The outline of an item in a tile.
pub(super) struct Mask {
    /// By how much each pixel is wound round more than that to its left.
    sums: Box<[[i32; SUMS]; HEIGHT]>,
    /// Of each strip of columns: in which rows there is a sum, a bit each.
    touched: [u32; STRIPS],
    /// To the left of the next strip.
    pub(super) winding: Windings,
    /// The rows in which that is not 0.
    wound: u32,
    rule: FillRule,
}

impl Mask {
    pub(super) fn new() -> Self {
        Self {
            sums: Box::new([[0; SUMS]; HEIGHT]),
            touched: [0; STRIPS],
            winding: [0; HEIGHT],
            wound: 0,
            rule: FillRule::NonZero,
        }
    }

    /// Begins with what is to the left of the tile, and its pieces in it.
    #[inline(always)]
    pub(super) fn begin(&mut self, rule: FillRule, winding: &Windings, pieces: &[Piece]) {
        self.rule = rule;
        self.winding = *winding;
        self.wound = rows(winding);
        for piece in pieces {
            self.add(piece);
        }
    }

    /// Whether there is nothing in the tile, or all of it is covered.
    #[inline(always)]
    pub(super) fn everywhere(&self) -> Option<bool> {
        let first = self.share(self.winding[0]);
        let is_even = (first == 0 || first == ONE)
            && self.touched.iter().all(|rows| *rows == 0)
            && self.winding.iter().all(|winding| self.share(*winding) == first);
        is_even.then_some(first == ONE)
    }

    /// The part of a pixel that is covered, of [`ONE`].
    #[inline(always)]
    fn share(&self, winding: i32) -> i32 {
        match self.rule {
            FillRule::NonZero => winding.unsigned_abs().min(ONE as u32) as i32,
            FillRule::EvenOdd => {
                let turn = winding & (2 * ONE - 1);
                turn.min(2 * ONE - turn)
            }
        }
    }

    fn add(&mut self, piece: &Piece) {
        let is_down = piece.from[1] < piece.to[1];
        let (upper, lower) = if is_down { (piece.from, piece.to) } else { (piece.to, piece.from) };
        let [x0, x1] = [upper[0], lower[0]].map(|x| f32::from(x) * (1.0 / ACROSS as f32));
        let (y0, y1) = (i32::from(upper[1]), i32::from(lower[1]));
        let slope = (x1 - x0) / (y1 - y0) as f32;
        let (left, right) = (x0.min(x1), x0.max(x1));
        let mut from = x0;
        for row in y0 / DOWN..=(y1 - 1) / DOWN {
            let end = y1.min((row + 1) * DOWN);
            let to = (x0 + (end - y0) as f32 * slope).max(left).min(right);
            let height = (end - y0.max(row * DOWN)) * if is_down { STEP } else { -STEP };
            self.add_in_row(row as usize, from.min(to), from.max(to), height);
            from = to;
        }
    }

    /// A piece from `left` to `right` within a row of pixels.
    #[inline(always)]
    fn add_in_row(&mut self, row: usize, left: f32, right: f32, height: i32) {
        let sums = &mut self.sums[row];
        let (first, last) = (left as usize, right as usize);
        let share = |height: i32, middle: f32| (height as f32 * middle) as i32;
        if first == last {
            let beyond = share(height, (left + right) * 0.5 - first as f32);
            add(&mut sums[first], height - beyond);
            add(&mut sums[first + 1], beyond);
        } else {
            let steep = height as f32 / (right - left);
            let mut rest = height;
            for column in first..=last {
                let (low, high) = (left.max(column as f32), right.min((column + 1) as f32));
                let part = if column == last { rest } else { ((high - low) * steep) as i32 };
                rest -= part;
                let beyond = share(part, (low + high) * 0.5 - column as f32);
                add(&mut sums[column], part - beyond);
                add(&mut sums[column + 1], beyond);
            }
        }
        for strip in first / LANES..=(last + 1) / LANES {
            self.touched[strip] |= 1 << row;
        }
    }

    /// The rows of a strip in which anything may be covered, a bit each.
    #[inline(always)]
    pub(super) fn rows(&self, strip: usize) -> u32 {
        self.touched[strip] | self.wound
    }

    /// How much of each pixel of a row is covered, strip by strip from the left; forgets the sums that it adds up.
    #[inline(always)]
    pub(super) fn take<S: Simd>(&mut self, simd: S, strip: usize, row: usize) -> f32x8<S> {
        let mut winding = self.winding[row];
        if self.touched[strip] & 1 << row == 0 {
            return f32x8::splat(simd, self.share(winding) as f32 * (1.0 / ONE as f32));
        }
        let sums = &mut self.sums[row][strip * LANES..(strip + 1) * LANES];
        for sum in sums.iter_mut() {
            add(&mut winding, *sum);
            *sum = winding;
        }
        self.winding[row] = winding;
        if winding == 0 {
            self.wound &= !(1 << row);
        } else {
            self.wound |= 1 << row;
        }
        let all = match self.rule {
            FillRule::NonZero => {
                let parts: f32x8<S> = i32x8::from_slice(simd, sums).to_float();
                (parts.abs() * (1.0 / ONE as f32)).min(1.0)
            }
            FillRule::EvenOdd => {
                let mut shares = [0; LANES];
                for (share, winding) in shares.iter_mut().zip(sums.iter()) {
                    let turn = winding & (2 * ONE - 1);
                    *share = turn.min(2 * ONE - turn);
                }
                let parts: f32x8<S> = i32x8::from_slice(simd, &shares).to_float();
                parts * (1.0 / ONE as f32)
            }
        };
        sums.fill(0);
        all
    }

    /// Ends a strip: nothing of it is left.
    #[inline(always)]
    pub(super) fn forget(&mut self, strip: usize) {
        self.touched[strip] = 0;
    }

    /// Adds up what was not drawn, so that [`winding`](Self::winding) is that to the right of the tile.
    pub(super) fn finish(&mut self) {
        for strip in 0..STRIPS {
            let mut rows = std::mem::take(&mut self.touched[strip]);
            while rows != 0 {
                let row = rows.trailing_zeros() as usize;
                rows &= rows - 1;
                let sums = &mut self.sums[row][strip * LANES..(strip + 1) * LANES];
                sums.iter().for_each(|sum| add(&mut self.winding[row], *sum));
                sums.fill(0);
            }
        }
    }
}

/// What is wound round more than 32 768 times begins anew from below: closed outlines cancel all the same.
#[inline(always)]
fn add(sum: &mut i32, part: i32) {
    *sum = sum.wrapping_add(part);
}

/// The rows that are wound round, a bit each.
#[inline(always)]
pub(super) fn rows(winding: &Windings) -> u32 {
    winding.iter().enumerate().fold(0, |rows, (row, winding)| rows | u32::from(*winding != 0) << row)
}

#[cfg(test)]
mod tests {
    use super::super::pieces::Layer;
    use super::*;
    use crate::math::levels::at_level;

    #[test]
    fn what_is_wound_round_very_often_is_covered() {
        let side = |x: u16, is_down: bool| {
            let [upper, lower] = [[x, 0], [x, (DOWN * 4) as u16]];
            let [from, to] = if is_down { [upper, lower] } else { [lower, upper] };
            Piece { layer: Layer::new(0, false), from, to }
        };
        let [left, right] = [(ACROSS * 2) as u16, (ACROSS * 9) as u16];
        for times in [1, 32_767, 32_768, 40_000] {
            let pieces: Vec<Piece> =
                (0..times).flat_map(|_| [side(left, true), side(right, false)]).collect();
            let mut mask = Mask::new();
            mask.begin(FillRule::NonZero, &[0; HEIGHT], &pieces);
            let level = fearless_simd::Level::baseline();
            let mut found = Vec::new();
            for strip in 0..2 {
                at_level!(level, simd => found.extend_from_slice(mask.take(simd, strip, 1).as_slice()));
            }
            let expected: Vec<f32> = (0..16).map(|x| f32::from(u8::from((2..9).contains(&x)))).collect();
            assert_eq!(found, expected, "{times}");
            mask.finish();
            assert_eq!(mask.winding[0], 0, "{times}");
        }
    }
}
