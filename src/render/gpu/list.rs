//! What is drawn of a frame, first to last, as records and steps over them.

use std::ops::Range;

use super::super::raster::{Form, Item, Parts, Segment};
use super::records::{HAS_FILL, HAS_STROKE, LineRecord, ShapeRecord, SpriteRecord};
use super::targets::Images;
use crate::frame::Blend;

/// A box of pixels: left, top, right, bottom; the last two are beyond it.
pub(super) type Area = [u32; 4];

/// Where the masks of fill and stroke begin in the atlas, and the flags that say which there are.
type Masked = ([u16; 4], u32);

/// A part of the work.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Forget the masks, and make those of some lines.
    Masks(Range<u32>),
    /// Copy what is drawn so far, for shapes that read it.
    Copy(Area),
    Shapes {
        blend: Blend,
        range: Range<u32>,
    },
    Sprites {
        blend: Blend,
        image: usize,
        range: Range<u32>,
    },
}

impl Step {
    pub(super) fn is_draw(&self) -> bool {
        match self {
            Self::Shapes { .. } | Self::Sprites { .. } => true,
            Self::Masks(_) | Self::Copy(_) => false,
        }
    }
}

/// Whether shapes of a blend read what is under them: no fixed function makes it.
pub(super) fn reads(blend: Blend) -> bool {
    match blend {
        Blend::Normal | Blend::Add | Blend::Multiply | Blend::Screen => false,
        Blend::Darken | Blend::Lighten | Blend::Difference | Blend::Overlay => true,
    }
}

/// So many shapes share a copy at most: each is compared with those before it.
const SHARED_MAX: usize = 256;

/// A frame, taken apart.
pub(super) struct List {
    pub(super) shapes: Vec<ShapeRecord>,
    pub(super) sprites: Vec<SpriteRecord>,
    pub(super) lines: Vec<LineRecord>,
    pub(super) steps: Vec<Step>,
    /// Whether anything reads what is under it.
    pub(super) is_copied: bool,
    shelves: Shelves,
    /// The step that makes the masks that are being gathered.
    masks: Option<usize>,
    /// The step that copies for the shapes in `shared`, and these.
    copy: Option<usize>,
    shared: Vec<Area>,
}

impl List {
    pub(super) fn new(elements: usize, pieces: usize) -> Self {
        Self {
            shapes: Vec::with_capacity(elements),
            sprites: Vec::new(),
            lines: Vec::with_capacity(pieces),
            steps: Vec::new(),
            is_copied: false,
            shelves: Shelves::default(),
            masks: None,
            copy: None,
            shared: Vec::new(),
        }
    }

    /// Takes the parts of a frame, for masks in an atlas and a canvas of those sizes.
    pub(super) fn fill(&mut self, parts: &Parts, images: &mut Images, atlas: [u32; 2], canvas: [u32; 2]) {
        self.shapes.clear();
        self.sprites.clear();
        self.lines.clear();
        self.steps.clear();
        self.shared.clear();
        (self.masks, self.copy, self.is_copied) = (None, None, false);
        self.shelves = Shelves::new(atlas);
        let mut segments = parts.segments();
        for (index, item) in parts.items().iter().enumerate() {
            let count = segments.iter().take_while(|segment| segment.item() == index).count();
            let (own, rest) = segments.split_at(count);
            segments = rest;
            let Some((area, at)) = self.place(item, own, canvas) else { continue };
            self.begin(item.blend, area);
            match parts.fill(item) {
                Some((fill, image)) => {
                    let Some(image) = images.find(image) else { continue };
                    self.sprites.push(SpriteRecord::new(item, fill));
                    self.draw_sprite(item.blend, image);
                }
                None => {
                    let mut record = ShapeRecord::new(item);
                    record.bounds = area.map(|side| side as u16);
                    if let Some((masks, flags)) = at {
                        (record.at, record.flags) = (masks, record.flags | flags);
                    }
                    self.shapes.push(record);
                    self.draw_shape(item.blend);
                }
            }
        }
        self.end_masks();
    }

    /// The pixels of an item and where its masks are, and which it has; none where nothing of it is on the canvas.
    fn place(
        &mut self,
        item: &Item,
        segments: &[Segment],
        canvas: [u32; 2],
    ) -> Option<(Area, Option<Masked>)> {
        if item.form != Form::Outline {
            return Some((item.bounds.map(u32::from), None));
        }
        let area = bounds(segments, canvas)?;
        let [width, height] = [area[2] - area[0], area[3] - area[1]];
        let (mut at, mut flags) = ([0; 4], 0);
        let split = segments.partition_point(|segment| !segment.is_stroke());
        let layers = [(&segments[..split], HAS_FILL, 0), (&segments[split..], HAS_STROKE, 2)];
        let needed = layers.iter().filter(|(lines, ..)| !lines.is_empty()).count();
        if !self.shelves.has_room(width, height, needed) {
            // The masks so far are used up by what is drawn before this.
            self.end_masks();
            self.shelves.clear();
        }
        for (lines, flag, first) in layers {
            if lines.is_empty() {
                continue;
            }
            let Some([left, top]) = self.shelves.take(width, height) else { continue };
            if self.masks.is_none() {
                let begin = self.lines.len() as u32;
                self.masks = Some(self.steps.len());
                self.steps.push(Step::Masks(begin..begin));
                // Copies cannot go on over a step.
                self.copy = None;
            }
            let off = [left as f32 - area[0] as f32, top as f32 - area[1] as f32];
            let mask = [left, top, left + width, top + height].map(|side| side as u16);
            self.lines.extend(lines.iter().map(|line| {
                let [from, to] = [line.from, line.to].map(|[x, y]| [x + off[0], y + off[1]]);
                LineRecord { ends: [from[0], from[1], to[0], to[1]], mask }
            }));
            (at[first], at[first + 1]) = (left as u16, top as u16);
            flags |= flag;
        }
        Some((area, Some((at, flags))))
    }

    fn end_masks(&mut self) {
        let end = self.lines.len() as u32;
        if let Some(Step::Masks(lines)) = self.masks.take().and_then(|step| self.steps.get_mut(step)) {
            lines.end = end;
        }
    }

    /// Before a shape of a blend over some pixels: a copy of what is under it, where it needs one of its own.
    fn begin(&mut self, blend: Blend, area: Area) {
        if !reads(blend) {
            // What is drawn now is not in an earlier copy.
            self.copy = None;
            return;
        }
        self.is_copied = true;
        let meets = |other: &Area| {
            area[0] < other[2] && other[0] < area[2] && area[1] < other[3] && other[1] < area[3]
        };
        let is_shared = self.shared.len() < SHARED_MAX && !self.shared.iter().any(meets);
        if let (Some(step), true) = (self.copy, is_shared)
            && let Some(Step::Copy(all)) = self.steps.get_mut(step)
        {
            *all = [all[0].min(area[0]), all[1].min(area[1]), all[2].max(area[2]), all[3].max(area[3])];
        } else {
            self.copy = Some(self.steps.len());
            self.steps.push(Step::Copy(area));
            self.shared.clear();
        }
        self.shared.push(area);
    }

    fn draw_shape(&mut self, of: Blend) {
        let end = self.shapes.len() as u32;
        match self.steps.last_mut() {
            Some(Step::Shapes { blend, range }) if *blend == of => range.end = end,
            _ => self.steps.push(Step::Shapes { blend: of, range: end - 1..end }),
        }
    }

    fn draw_sprite(&mut self, of: Blend, shown: usize) {
        let end = self.sprites.len() as u32;
        match self.steps.last_mut() {
            Some(Step::Sprites { blend, image, range }) if *blend == of && *image == shown => range.end = end,
            _ => self.steps.push(Step::Sprites { blend: of, image: shown, range: end - 1..end }),
        }
    }
}

/// The pixels that lines go around, as far as they are on the canvas.
fn bounds(segments: &[Segment], [width, height]: [u32; 2]) -> Option<Area> {
    let (mut low, mut high) = ([f32::INFINITY; 2], [f32::NEG_INFINITY; 2]);
    for [x, y] in segments.iter().flat_map(|segment| [segment.from, segment.to]) {
        (low, high) = ([low[0].min(x), low[1].min(y)], [high[0].max(x), high[1].max(y)]);
    }
    let side = |at: f32, most: u32| (at as i64).clamp(0, most.into()) as u32;
    let area = [
        side(low[0].floor(), width),
        side(low[1].floor(), height),
        side(high[0].ceil(), width),
        side(high[1].ceil(), height),
    ];
    (area[0] < area[2] && area[1] < area[3]).then_some(area)
}

/// Room for masks in the atlas: rows of them, from top to bottom.
#[derive(Clone, Copy, Debug, Default)]
struct Shelves {
    size: [u32; 2],
    /// Where the next one goes, and how high its row is.
    at: [u32; 2],
    row: u32,
}

impl Shelves {
    fn new(size: [u32; 2]) -> Self {
        Self { size, at: [0; 2], row: 0 }
    }

    fn clear(&mut self) {
        *self = Self::new(self.size);
    }

    fn has_room(self, width: u32, height: u32, count: usize) -> bool {
        let mut left = self;
        (0..count).all(|_| left.take(width, height).is_some())
    }

    /// The corner of a mask; none where there is no room.
    fn take(&mut self, width: u32, height: u32) -> Option<[u32; 2]> {
        let [mut x, mut y] = self.at;
        let mut row = self.row;
        if x + width > self.size[0] {
            (x, y, row) = (0, y + row, 0);
        }
        if width > self.size[0] || y + height > self.size[1] {
            return None;
        }
        (self.at, self.row) = ([x + width, y], row.max(height));
        Some([x, y])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_do_not_overlap() {
        let mut shelves = Shelves::new([100, 60]);
        let mut taken: Vec<Area> = Vec::new();
        let mut state = 7_u32;
        while let Some([x, y]) = {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let size = [1 + (state >> 8) % 30, 1 + (state >> 20) % 15];
            assert_eq!(
                shelves.has_room(size[0], size[1], 1),
                shelves.clone().take(size[0], size[1]).is_some()
            );
            let corner = shelves.take(size[0], size[1]);
            if let Some([x, y]) = corner {
                let area = [x, y, x + size[0], y + size[1]];
                assert!(area[2] <= 100 && area[3] <= 60, "{area:?}");
                let meets = |other: &Area| {
                    area[0] < other[2] && other[0] < area[2] && area[1] < other[3] && other[1] < area[3]
                };
                assert!(!taken.iter().any(meets), "{area:?} {taken:?}");
                taken.push(area);
            }
            corner
        } {
            let _ = (x, y);
        }
        assert!(taken.len() > 10);
        assert!(!shelves.has_room(101, 1, 1) && !Shelves::new([100, 60]).has_room(60, 40, 2));
    }
}
