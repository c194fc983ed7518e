//! Letters as they are drawn: the outlines of glyphs, and texts that are laid out of them.
//!
//! All of it is in ems: 1 is the size that a text is drawn at. x runs to the right, y down, and 0, 0 is where the text is put.

use super::{Shape, Verb};

/// A fixed outline, filled by the non-zero rule.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Outline<'a> {
    /// The steps, the first of which is [`Verb::Move`].
    pub verbs: &'a [Verb],
    /// The points the steps take, in order.
    pub points: &'a [[f32; 2]],
}

/// A box: left, top, right, bottom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds(pub [f32; 4]);

impl Bounds {
    /// Holds nothing.
    pub const EMPTY: Self = Self([f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY]);

    /// Whether nothing is in it.
    pub fn is_empty(self) -> bool {
        let Self([left, top, right, bottom]) = self;
        !(left <= right && top <= bottom)
    }

    /// The smallest box with both in it.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        let (Self(a), Self(b)) = (self, other);
        Self([a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])
    }

    /// The box, elsewhere.
    #[must_use]
    pub fn moved(self, [x, y]: [f32; 2]) -> Self {
        let Self([left, top, right, bottom]) = self;
        Self([left + x, top + y, right + x, bottom + y])
    }

    /// How far it reaches from 0, 0, along x and along y; 0 where it is empty.
    pub fn reach(self) -> [f32; 2] {
        if self.is_empty() {
            return [0.0; 2];
        }
        let Self([left, top, right, bottom]) = self;
        [left.abs().max(right.abs()), top.abs().max(bottom.abs())]
    }

    /// Whether a place is in it, or on its edge.
    pub fn has(self, [x, y]: [f64; 2]) -> bool {
        let Self([left, top, right, bottom]) = self;
        f64::from(left) <= x && x <= f64::from(right) && f64::from(top) <= y && y <= f64::from(bottom)
    }
}

/// Where an outline of [`Outlines`] ends.
#[derive(Clone, Copy, Debug)]
struct OutlineRow {
    verbs: u32,
    points: u32,
    digest: u32,
    bounds: Bounds,
}

/// Outlines of glyphs, one behind the other. Room is given at construction; nothing allocates behind it.
#[derive(Clone, Debug, Default)]
pub struct Outlines {
    verbs: Vec<Verb>,
    points: Vec<[f32; 2]>,
    rows: Vec<OutlineRow>,
    /// How often all of them went: outlines of another one may be others.
    turn: u32,
}

/// There is no room for another outline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoRoom;

impl Outlines {
    /// Room for so many outlines, with so many points and as many verbs together.
    pub(crate) fn new(outlines: u32, points: u32) -> Self {
        Self {
            verbs: Vec::with_capacity(points as usize),
            points: Vec::with_capacity(points as usize),
            rows: Vec::with_capacity(outlines as usize),
            turn: 0,
        }
    }

    /// Makes room for more. Allocates.
    pub(crate) fn grow(&mut self, outlines: u32, points: u32) {
        let more = |room: u32, used: usize| (room as usize).saturating_sub(used);
        self.verbs.reserve_exact(more(points, self.verbs.len()));
        self.points.reserve_exact(more(points, self.points.len()));
        self.rows.reserve_exact(more(outlines, self.rows.len()));
    }

    /// Bytes that one with such room keeps on the heap.
    pub(crate) fn bytes_for(outlines: u32, points: u32) -> usize {
        points as usize * (size_of::<Verb>() + size_of::<[f32; 2]>())
            + outlines as usize * size_of::<OutlineRow>()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Another number for every time when all outlines went, so that a number of one may mean another outline.
    pub fn turn(&self) -> u32 {
        self.turn
    }

    /// Whether there may be another one of so many points.
    pub(crate) fn has_room(&self, points: usize) -> bool {
        self.rows.len() < self.rows.capacity() && self.points.len() + points <= self.points.capacity()
    }

    /// Lets all of them go.
    pub(crate) fn clear(&mut self) {
        self.verbs.clear();
        self.points.clear();
        self.rows.clear();
        self.turn = self.turn.wrapping_add(1);
    }

    /// Adds an outline, and gives its number.
    ///
    /// # Errors
    /// When there is no room for it.
    pub(crate) fn push(&mut self, outline: Outline<'_>) -> Result<u32, NoRoom> {
        let Outline { verbs, points } = outline;
        let is_room = self.verbs.len() + verbs.len() <= self.verbs.capacity() && self.has_room(points.len());
        if !is_room {
            return Err(NoRoom);
        }
        let mut digest = verbs.iter().fold(0, |digest, &verb| crate::math::hash::hash2(digest, verb as u32));
        let mut bounds = Bounds::EMPTY;
        for &[x, y] in points {
            digest = crate::math::hash::hash3(digest, x.to_bits(), y.to_bits());
            bounds = bounds.with(Bounds([x, y, x, y]));
        }
        self.verbs.extend_from_slice(verbs);
        self.points.extend_from_slice(points);
        let (verbs, points) = (self.verbs.len() as u32, self.points.len() as u32);
        self.rows.push(OutlineRow { verbs, points, digest, bounds });
        Ok(self.rows.len() as u32 - 1)
    }

    /// An outline by its number; one that is not there is empty.
    pub fn get(&self, number: u32) -> Outline<'_> {
        let at = number as usize;
        let Some(row) = self.rows.get(at) else { return Outline::default() };
        let (verbs, points) = match at.checked_sub(1).map(|before| &self.rows[before]) {
            Some(before) => (before.verbs, before.points),
            None => (0, 0),
        };
        Outline {
            verbs: &self.verbs[verbs as usize..row.verbs as usize],
            points: &self.points[points as usize..row.points as usize],
        }
    }

    /// A hash of an outline: what two machines compare.
    pub fn digest(&self, number: u32) -> u32 {
        self.rows.get(number as usize).map_or(0, |row| row.digest)
    }

    /// The box of an outline's points; curves stay among their control points.
    pub fn bounds(&self, number: u32) -> Bounds {
        self.rows.get(number as usize).map_or(Bounds::EMPTY, |row| row.bounds)
    }
}

/// A glyph of a laid-out text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Glyph {
    /// Which of the [`Outlines`] it is.
    pub outline: u32,
    /// Which font it is of, from 0.
    pub font: u32,
    /// Its number in that font.
    pub id: u32,
    /// Where its origin is.
    pub at: [f32; 2],
}

/// What is known of a laid-out text beside its glyphs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Block {
    /// Where its glyphs begin and end among all that are laid out.
    pub(crate) glyphs: [u32; 2],
    /// What it takes: its lines from the ascent of the first to the descent of the last.
    pub(crate) area: Bounds,
    /// What its outlines cover at most.
    pub(crate) ink: Bounds,
}

/// A laid-out text.
#[derive(Clone, Copy, Debug)]
pub struct Lettering<'a> {
    /// The outlines that its glyphs name.
    pub outlines: &'a Outlines,
    /// Its glyphs, line by line and from left to right.
    pub glyphs: &'a [Glyph],
    /// What it takes: its lines from the ascent of the first to the descent of the last, whatever is written there. This is
    /// what a pointer meets.
    pub area: Bounds,
    /// What its outlines cover at most.
    pub ink: Bounds,
}

impl<'a> Lettering<'a> {
    /// Each glyph's outline and where that is put.
    pub fn placed(self) -> impl Iterator<Item = (Outline<'a>, [f32; 2])> {
        let Self { outlines, glyphs, .. } = self;
        glyphs.iter().map(move |glyph| (outlines.get(glyph.outline), glyph.at))
    }
}

/// The laid-out text of each element of a pass.
#[derive(Clone, Copy, Debug)]
pub struct Letterings<'a> {
    pub(crate) outlines: &'a Outlines,
    pub(crate) glyphs: &'a [Glyph],
    pub(crate) blocks: &'a [Block],
    /// Of each element its row among them.
    pub(crate) which: &'a [u32],
}

impl<'a> Letterings<'a> {
    /// How many elements there are.
    pub(crate) fn len(&self) -> usize {
        self.which.len()
    }

    /// The text of element `index`.
    ///
    /// # Panics
    /// When `index` is not below the pass's element count.
    #[inline]
    pub fn get(&self, index: usize) -> Lettering<'a> {
        let Self { outlines, glyphs, blocks, which } = *self;
        block(outlines, glyphs, blocks.get(which[index] as usize))
    }
}

/// Which laid-out text each element of a pass is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Written {
    /// Rows of texts: of each element, or one for all.
    pub(crate) which: Vec<u32>,
    pub(crate) is_one: bool,
}

/// What the texts of a frame are read from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AllLetters<'a> {
    pub(crate) outlines: &'a Outlines,
    pub(crate) glyphs: &'a [Glyph],
    pub(crate) blocks: &'a [Block],
    pub(crate) passes: &'a [Written],
}

impl<'a> AllLetters<'a> {
    /// What a pass draws, by its row among those that are texts.
    pub(crate) fn shape(&self, row: u32) -> Shape<'a> {
        let Self { outlines, glyphs, blocks, passes } = *self;
        let written = passes.get(row as usize);
        match written {
            Some(Written { which, is_one: false }) => {
                Shape::Texts(Letterings { outlines, glyphs, blocks, which })
            }
            Some(Written { which, is_one: true }) => {
                let row = which.first().and_then(|&row| blocks.get(row as usize));
                Shape::Text(block(outlines, glyphs, row))
            }
            None => Shape::Text(block(outlines, glyphs, None)),
        }
    }
}

/// A text by its row.
pub(crate) fn block<'a>(outlines: &'a Outlines, glyphs: &'a [Glyph], block: Option<&Block>) -> Lettering<'a> {
    let Some(Block { glyphs: [from, to], area, ink }) = block.copied() else {
        return Lettering { outlines, glyphs: &[], area: Bounds::EMPTY, ink: Bounds::EMPTY };
    };
    Lettering { outlines, glyphs: &glyphs[from as usize..to as usize], area, ink }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outlines_are_found_by_their_number_until_all_go() {
        let mut outlines = Outlines::new(3, 7);
        let triangle = [[0.0, 0.0], [1.0, 0.0], [0.5, -2.0]];
        let verbs = [Verb::Move, Verb::Line, Verb::Line];
        let first = outlines.push(Outline { verbs: &verbs, points: &triangle }).unwrap();
        let empty = outlines.push(Outline::default()).unwrap();
        let last = outlines.push(Outline { verbs: &verbs[..2], points: &triangle[1..] }).unwrap();
        assert_eq!((first, empty, last), (0, 1, 2));
        assert_eq!(outlines.get(0), Outline { verbs: &verbs, points: &triangle });
        assert_eq!(outlines.get(1), Outline::default());
        assert_eq!(outlines.get(2).points, &triangle[1..]);
        assert_eq!(outlines.get(3), Outline::default());
        assert_eq!(outlines.bounds(0), Bounds([0.0, -2.0, 1.0, 0.0]));
        assert!(outlines.bounds(1).is_empty());
        assert_ne!(outlines.digest(0), outlines.digest(2));
        assert_eq!(outlines.push(Outline::default()), Err(NoRoom));
        let turn = outlines.turn();
        outlines.clear();
        assert_eq!((outlines.len(), outlines.turn()), (0, turn + 1));
        let points = [[0.0; 2]; 8];
        assert_eq!(outlines.push(Outline { verbs: &[], points: &points }), Err(NoRoom));
        assert_eq!(outlines.push(Outline { verbs: &[], points: &points[1..] }), Ok(0));
    }

    #[test]
    fn boxes_hold_what_is_put_into_them() {
        let bounds = Bounds::EMPTY.with(Bounds([0.0, -1.0, 2.0, 0.5])).moved([1.0, 0.0]);
        assert_eq!(bounds, Bounds([1.0, -1.0, 3.0, 0.5]));
        assert_eq!((bounds.reach(), Bounds::EMPTY.reach()), ([3.0, 1.0], [0.0; 2]));
        assert!(bounds.has([1.0, 0.5]) && !bounds.has([0.99, 0.0]) && !Bounds::EMPTY.has([0.0; 2]));
        assert!(Bounds::EMPTY.moved([1.0, 1.0]).is_empty());
    }
}
