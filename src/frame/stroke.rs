//! What sinks ask of the outline of a pass.

use super::{Colors, Lanes};
use crate::draw::{self, Cap};
use crate::math::arith::fract;

/// The outline of a pass.
pub type Stroke<'a> = draw::Stroke<Lanes<'a>, Colors<'a>>;

/// The pattern of dashes of a [`Stroke`].
pub type Dash<'a> = draw::Dash<Lanes<'a>>;

impl Stroke<'_> {
    /// Which part of its outline element `index` draws: `[from, to]` in shares of the length, `from` in `[0, 1)` and
    /// `to` above it, beyond 1 where the part runs on over the outline's start. None where nothing is drawn.
    ///
    /// Shares wrap: 0.8 to 0.2 is 0.8 to 1 and then 0 to 0.2, and 1.25 is the place of 0.25. A span of 1 or more is the
    /// whole outline. Two ends in one place draw nothing, and neither does an end that is infinite or NaN.
    ///
    /// # Panics
    /// When `index` is not below the pass's element count.
    pub fn part(&self, index: usize) -> Option<[f64; 2]> {
        let (start, end) = (f64::from(self.trim_start.get(index)), f64::from(self.trim_end.get(index)));
        let span = end - start;
        if !span.is_finite() {
            return None;
        }
        if span >= Self::WHOLE {
            return Some([0.0, 1.0]);
        }
        // A hair below 0 is two ends in one place, not a whole turn back.
        let span = if span < 0.0 { fract(span) } else { span };
        let is_empty = span <= 0.0 || span >= Self::WHOLE;
        let start = fract(start);
        (!is_empty).then_some([start, start + span])
    }

    /// From this span on an outline is whole: the ends are f32, and 1 apart they may come out a few of their last
    /// places less.
    const WHOLE: f64 = 1.0 - 1e-6;

    /// Whether there is anything to draw of the outline of element `index`.
    ///
    /// # Panics
    /// When `index` is not below the pass's element count.
    pub fn draws(&self, index: usize) -> bool {
        let width = self.width.get(index);
        let has_dashes = self.dash.is_none_or(|dash| {
            let [on, off, offset] = dash.get(index);
            let is_finite = on.is_finite() && off.is_finite() && offset.is_finite();
            is_finite && (on > 0.0 || off <= 0.0 || self.cap != Cap::Butt)
        });
        let is_wide = width > 0.0 && width.is_finite();
        is_wide && has_dashes && self.color.get(index).to_array()[3] > 0 && self.part(index).is_some()
    }
}

impl Dash<'_> {
    /// The most dashes along what is in sight of one element: finer patterns cannot be seen, and would take time and memory
    /// without end.
    pub const DASHES_MAX: u32 = 10_000;

    /// Dash, gap and offset of element `index`, multiplied by the scale.
    ///
    /// # Panics
    /// When `index` is not below the pass's element count.
    pub fn get(&self, index: usize) -> [f32; 3] {
        let scale = self.scale.get(index);
        [&self.on, &self.off, &self.offset].map(|lanes| lanes.get(index) * scale)
    }
}
