//! A tile of the canvas: planes of red, green, blue and alpha, into which shapes are drawn in strips of eight columns, and
//! from which pixels are packed once.

use fearless_simd::{Select, Simd, SimdBase, SimdFloat, f32x8, i32x8};

use super::blend::{self, Lanes, Map, Source};
use super::cover::{
    self, Cover, DiscCover, EllipseCover, INNER, LANES, OUTER, OWN, RoundedCover, SliverCover, Span,
    TurnedCover, UprightCover, inlined,
};
use super::item::{Form, Ink, Item, Paint};
use super::light::{self, Light};
use super::mask::{self, Mask, Windings};
use super::pieces::{Layer, Piece};
use super::sprites::{Sampler, Sprites};
use crate::frame::{Blend, Blending, FillRule};

/// Columns and rows of a tile. Its three planes stay in an L1 cache of 32 KB.
pub(super) const WIDTH: usize = 64;
pub(super) const HEIGHT: usize = 32;
/// From a plane's row to that of the next plane: strips may begin anywhere and run over the tile's right edge.
pub(super) const STRIDE: usize = WIDTH + LANES;
/// From row to row.
pub(super) const ROW: usize = STRIDE * 4;

/// What a tile shows.
#[derive(Clone, Copy)]
pub(super) struct Content<'a> {
    pub(super) items: &'a [Item],
    pub(super) sprites: &'a Sprites,
    /// The numbers of items that meet the tile, first to last, but for outlines.
    pub(super) references: &'a [u32],
    /// Of outlines.
    pub(super) pieces: &'a [Piece],
}

/// A tile between two parts of a frame.
#[derive(Default)]
pub(super) struct Kept {
    planes: Vec<f32>,
    only: Option<Ink>,
    map: Option<Map>,
}

/// A part of what is drawn over each other in a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) is_first: bool,
    pub(super) is_last: bool,
}

/// Full coverage.
static ALL: [Lanes; HEIGHT] = [[1.0; LANES]; HEIGHT];

/// The buffers of one thread.
pub(super) struct Tile {
    /// Row by row, in each the four planes. One row more than there are, so that strips may begin anywhere.
    planes: Vec<f32>,
    /// Coverage of a strip: of fills and of strokes.
    fills: Box<[Lanes; HEIGHT]>,
    strokes: Box<[Lanes; HEIGHT]>,
    /// Colours of a strip, by the part of each pixel that they cover.
    colors: Box<[[Lanes; 4]; HEIGHT]>,
    /// Of an outline's fill and its stroke.
    masks: [Mask; 2],
    /// Outlines that wind round something to the left of the tile, and of the next one.
    before: Vec<(Layer, Windings)>,
    after: Vec<(Layer, Windings)>,
    /// The colour that is everywhere, while nothing else is in the planes.
    only: Option<Ink>,
    /// What is still to be done to all planes: a factor and a term.
    map: Option<Map>,
    /// Its left top pixel.
    left: usize,
    top: usize,
    /// Of its pixels, those in the canvas.
    columns: usize,
    rows: usize,
    opaque: bool,
    light: Light,
}

impl Tile {
    pub(super) fn new() -> Self {
        Self {
            planes: vec![0.0; ROW * (HEIGHT + 1)],
            fills: Box::new([[0.0; LANES]; HEIGHT]),
            strokes: Box::new([[0.0; LANES]; HEIGHT]),
            colors: Box::new([[[0.0; LANES]; 4]; HEIGHT]),
            masks: [Mask::new(), Mask::new()],
            before: Vec::new(),
            after: Vec::new(),
            only: None,
            map: None,
            left: 0,
            top: 0,
            columns: 0,
            rows: 0,
            opaque: true,
            light: Light::new(Blending::Srgb),
        }
    }

    /// Goes to the left end of a row of tiles.
    pub(super) fn begin_row(&mut self) {
        self.before.clear();
    }

    /// Draws the tile at `left`, `top`: `content` over `ground`, or over what is `kept`. The last part is packed to `pixels`, the
    /// canvas's rows from the tile's top row on, as many as the tile has of them; `width` is the canvas's.
    #[inline(always)]
    pub(super) fn draw<S: Simd>(
        &mut self,
        simd: S,
        [left, top]: [usize; 2],
        (ground, light): (Ink, Light),
        content: Content<'_>,
        (pixels, width): (&mut [u8], usize),
        (kept, part): (Option<&mut Kept>, Part),
    ) {
        (self.left, self.top, self.opaque, self.light) = (left, top, ground[3] >= 1.0, light);
        (self.columns, self.rows) = (WIDTH.min(width - left), HEIGHT.min(pixels.len() / (width * 4)));
        (self.only, self.map) = (Some(ground), None);
        let Some(kept) = kept else {
            self.content(simd, content);
            return self.pack(simd, pixels, width);
        };
        // What is still to be done stays to be done: it makes other last bits.
        kept.planes.resize(ROW * (HEIGHT + 1), 0.0);
        if !part.is_first {
            (self.only, self.map) = (kept.only, kept.map);
            self.planes.copy_from_slice(&kept.planes);
        }
        self.content(simd, content);
        if part.is_last {
            return self.pack(simd, pixels, width);
        }
        (kept.only, kept.map) = (self.only, self.map);
        kept.planes.copy_from_slice(&self.planes);
    }

    /// Draws items in their order, and goes on to the next tile to the right.
    #[inline(always)]
    fn content<S: Simd>(&mut self, simd: S, content: Content<'_>) {
        let Content { items, sprites, mut references, mut pieces } = content;
        // What is under the last one that hides all is not drawn.
        let hides = |number: &&u32| {
            let item = &items[**number as usize];
            item.hides() && self.is_within(simd, item)
        };
        let shown = references.iter().rev().find(hides).map_or(0, |number| *number as usize);
        let (mut before, mut after) = (std::mem::take(&mut self.before), std::mem::take(&mut self.after));
        let mut windings = before.drain(..).peekable();
        loop {
            let formula = references.first().map_or(usize::MAX, |number| *number as usize);
            let piece = pieces.first().map_or(usize::MAX, |piece| piece.layer.item());
            let winding = windings.peek().map_or(usize::MAX, |(layer, _)| layer.item());
            let number = formula.min(piece).min(winding);
            let Some(item) = items.get(number) else { break };
            if number == formula {
                references = &references[1..];
                match number >= shown {
                    true if item.sprite > 0 => self.sprite(simd, item, sprites),
                    true => self.item(simd, item),
                    false => {}
                }
                continue;
            }
            let layers = [false, true].map(|is_stroke| Layer::new(number, is_stroke));
            for (layer, mask) in layers.iter().zip(&mut self.masks) {
                let count = pieces.iter().take_while(|piece| piece.layer == *layer).count();
                let (own, others) = pieces.split_at(count);
                pieces = others;
                let winding =
                    windings.next_if(|(of, _)| of == layer).map_or([0; HEIGHT], |(_, winding)| winding);
                let rule = if *layer == layers[0] { item.rule } else { FillRule::NonZero };
                mask.begin(rule, &winding, own);
            }
            if number >= shown {
                self.outline(simd, item);
            }
            for (layer, mask) in layers.into_iter().zip(&mut self.masks) {
                mask.finish();
                if mask::rows(&mask.winding) != 0 {
                    after.push((layer, mask.winding));
                }
            }
        }
        drop(windings);
        (self.before, self.after) = (after, before);
    }

    /// Goes on to the next tile to the right of one that is drawn already.
    pub(super) fn pass_by<S: Simd>(&mut self, simd: S, items: &[Item], sprites: &Sprites, pieces: &[Piece]) {
        (self.columns, self.rows) = (0, 0);
        self.content(simd, Content { items, sprites, references: &[], pieces });
    }

    /// Whether all of the tile is within an item's innermost edge.
    #[inline(always)]
    fn is_within<S: Simd>(&self, simd: S, item: &Item) -> bool {
        let [x0, y0, x1, y1] = item.bounds.map(usize::from);
        // What is narrow is within no tile but those at the canvas's edges.
        if item.half[0].min(item.half[1]) < 8.0 {
            return false;
        }
        if x0 > self.left || y0 > self.top || x1 < self.left + self.columns || y1 < self.top + self.rows {
            return false;
        }
        let (first, last) = (self.left as f32 + 0.5, (self.left + self.columns) as f32 - 0.5);
        let [_, [low, high]] = match item.form {
            Form::Upright => Cover::<S>::rows(&UprightCover::new(item), first, last),
            Form::Turned => TurnedCover::new(simd, item).rows(first, last),
            Form::Rounded => RoundedCover::new(simd, item).rows(first, last),
            Form::Disc => Cover::<S>::rows(&DiscCover::new(item), first, last),
            Form::Ellipse => Cover::<S>::rows(&EllipseCover::new(item), first, last),
            Form::Sliver | Form::Outline => [cover::NONE; 2],
        };
        low <= self.top as f32 + 0.5 && high >= (self.top + self.rows) as f32 - 0.5
    }

    #[inline(always)]
    fn item<S: Simd>(&mut self, simd: S, item: &Item) {
        if self.is_within(simd, item) {
            match item.paint {
                Paint::Stroke => {}
                Paint::Fill | Paint::Both => self.cover(simd, item, self.light.ink(item.fill, item.opacity)),
            }
            return;
        }
        self.spread(simd);
        match item.form {
            Form::Upright => self.strips(simd, item, UprightCover::new(item)),
            Form::Turned => self.strips(simd, item, TurnedCover::new(simd, item)),
            Form::Rounded => self.strips(simd, item, RoundedCover::new(simd, item)),
            Form::Disc => self.strips(simd, item, DiscCover::new(item)),
            Form::Ellipse => self.strips(simd, item, EllipseCover::new(item)),
            Form::Sliver => self.strips(simd, item, SliverCover::new(simd, item)),
            // It comes with its pieces.
            Form::Outline => {}
        }
    }

    /// A part of an image.
    #[inline(never)]
    fn sprite<S: Simd>(&mut self, simd: S, item: &Item, sprites: &Sprites) {
        let Some(sampler) = sprites.of(item.sprite) else { return };
        self.spread(simd);
        match item.form {
            Form::Upright => self.sampled(simd, item, UprightCover::new(item), sampler),
            Form::Turned => self.sampled(simd, item, TurnedCover::new(simd, item), sampler),
            Form::Rounded => self.sampled(simd, item, RoundedCover::new(simd, item), sampler),
            // It is a rectangle.
            Form::Disc | Form::Ellipse | Form::Sliver | Form::Outline => {}
        }
    }

    /// Draws what is sampled, by the part of each pixel that is covered.
    #[inline(never)]
    fn sampled<S: Simd, C: Cover<S>>(&mut self, simd: S, item: &Item, cover: C, sampler: Sampler<'_>) {
        simd.vectorize(
            #[inline(always)]
            || {
                let [x0, y0, x1, y1] = item.bounds.map(usize::from);
                let end = x1.saturating_sub(self.left).min(self.columns);
                let within = [y0.saturating_sub(self.top), y1.saturating_sub(self.top).min(self.rows)];
                let mut x = x0.saturating_sub(self.left);
                while x < end {
                    let first = (self.left + x) as f32 + 0.5;
                    let [touched, _] = cover.rows(first, first + 7.0);
                    let [from, to] = self.rows_of(touched, within);
                    if from < to {
                        let columns = cover.columns(centers(simd, self.left + x));
                        self.sampled_strip(simd, item, &cover, (columns, first), x, [from, to], sampler);
                    }
                    x += LANES;
                }
            },
        );
    }

    #[inline(always)]
    #[expect(clippy::too_many_arguments, reason = "one step of a loop, with all that is around it")]
    fn sampled_strip<S: Simd, C: Cover<S>>(
        &mut self,
        simd: S,
        item: &Item,
        cover: &C,
        (columns, left): (C::Columns, f32),
        x: usize,
        [from, to]: [usize; 2],
        sampler: Sampler<'_>,
    ) {
        let light = self.light;
        for (row, parts) in (from..to).zip(self.colors.iter_mut()) {
            let y = (self.top + row) as f32 + 0.5;
            let mut covers = [0.0; LANES];
            cover.within(cover.pixels(columns, y), OWN).store_slice(&mut covers);
            for (lane, &cover) in covers.iter().enumerate() {
                let color = if cover > 0.0 { light.of(sampler.at(left + lane as f32, y)) } else { [0.0; 4] };
                for (part, color) in parts.iter_mut().zip(color) {
                    part[lane] = color * cover;
                }
            }
        }
        let planes = &mut self.planes[from * ROW + x..];
        blend::draw(simd, planes, item.blend, self.opaque, Source::Each(&self.colors[..to - from]));
    }

    /// An item whose masks are made.
    #[inline(always)]
    fn outline<S: Simd>(&mut self, simd: S, item: &Item) {
        let [fill, stroke] = [&self.masks[0], &self.masks[1]].map(
            #[inline(always)]
            |mask| mask.everywhere(),
        );
        match (item.paint, fill, stroke) {
            (Paint::Fill, Some(false), _)
            | (Paint::Stroke, _, Some(false))
            | (Paint::Both, Some(false), Some(false)) => {}
            (Paint::Fill, Some(true), _) | (Paint::Both, Some(true), Some(false)) => {
                self.cover(simd, item, self.light.ink(item.fill, item.opacity));
            }
            (Paint::Stroke, _, Some(true)) => {
                self.cover(simd, item, self.light.ink(item.stroke, item.opacity));
            }
            (Paint::Fill, None, _) | (Paint::Stroke, _, None) | (Paint::Both, ..) => {
                self.spread(simd);
                self.masked(simd, item);
            }
        }
    }

    /// Draws an item by its masks. A function of its own, as those of forms.
    #[inline(never)]
    fn masked<S: Simd>(&mut self, simd: S, item: &Item) {
        simd.vectorize(
            #[inline(always)]
            || {
                for strip in 0..self.columns.div_ceil(LANES) {
                    self.masked_strip(simd, item, strip);
                }
            },
        );
    }

    #[inline(always)]
    fn masked_strip<S: Simd>(&mut self, simd: S, item: &Item, strip: usize) {
        let (is_plain, light) = (self.is_plain(item), self.light);
        let Self { masks: [fill, stroke], planes, fills, strokes, .. } = self;
        let own = [fill.rows(strip), stroke.rows(strip)];
        let rows = match item.paint {
            Paint::Fill => own[0],
            Paint::Stroke => own[1],
            Paint::Both => own[0] | own[1],
        };
        if rows == 0 {
            return;
        }
        if is_plain {
            let (mask, color) =
                if item.paint == Paint::Fill { (fill, item.fill) } else { (stroke, item.stroke) };
            let ink = light.ink(color, item.opacity);
            let mut left = rows;
            while left != 0 {
                let row = left.trailing_zeros() as usize;
                left &= left - 1;
                let cover = mask.take(simd, strip, row);
                let row = &mut planes[row * ROW + strip * LANES..];
                row.as_chunks_mut::<ROW>().0.iter_mut().take(1).for_each(
                    #[inline(always)]
                    |row| blend::plain(row, ink, cover),
                );
            }
            mask.forget(strip);
            return;
        }
        let (first, end) = (rows.trailing_zeros() as usize, HEIGHT - rows.leading_zeros() as usize);
        for row in first..end {
            fill.take(simd, strip, row).store_slice(&mut fills[row - first]);
            stroke.take(simd, strip, row).store_slice(&mut strokes[row - first]);
        }
        fill.forget(strip);
        stroke.forget(strip);
        let (fills, strokes) = (&fills[..end - first], &strokes[..end - first]);
        let source = match item.paint {
            Paint::Fill => Source::One(light.ink(item.fill, item.opacity), fills),
            Paint::Stroke => Source::One(light.ink(item.stroke, item.opacity), strokes),
            Paint::Both => {
                let (fill, stroke) = (light.ink(item.fill, 1.0), light.ink(item.stroke, 1.0));
                Source::Two { fill, fills, stroke, strokes, opacity: item.opacity }
            }
        };
        let planes = &mut planes[first * ROW + strip * LANES..];
        blend::draw(simd, planes, item.blend, self.opaque, source);
    }

    /// One colour over the whole tile.
    #[inline(always)]
    fn cover<S: Simd>(&mut self, simd: S, item: &Item, ink: Ink) {
        if item.hides() {
            (self.only, self.map) = (Some(ink), None);
            return;
        }
        if let Some(only) = &mut self.only {
            // The same operations as for pixels, on the first of them.
            for (k, part) in only.iter().enumerate() {
                self.planes[k * STRIDE..k * STRIDE + LANES].fill(*part);
            }
            blend::draw(simd, &mut self.planes, item.blend, self.opaque, Source::One(ink, &ALL[..1]));
            for (k, part) in only.iter_mut().enumerate() {
                *part = self.planes[k * STRIDE];
            }
            return;
        }
        if let Some(map) = Map::of(item.blend, self.opaque, ink) {
            let both = self.map.unwrap_or(Map::NONE).then(map);
            if both.is_none() {
                self.spread(simd);
            }
            self.map = both.or(Some(map));
            return;
        }
        self.spread(simd);
        for x in (0..self.columns).step_by(LANES) {
            blend::draw(
                simd,
                &mut self.planes[x..],
                item.blend,
                self.opaque,
                Source::One(ink, &ALL[..self.rows]),
            );
        }
    }

    /// Does what is still to be done to the planes.
    #[inline(always)]
    fn spread<S: Simd>(&mut self, simd: S) {
        let planes = if self.opaque { 3 } else { 4 };
        if let Some(only) = self.only.take() {
            for row in self.planes.as_chunks_mut::<ROW>().0.iter_mut().take(self.rows) {
                for (k, plane) in row.as_chunks_mut::<STRIDE>().0.iter_mut().take(planes).enumerate() {
                    let part = f32x8::splat(simd, only[k]);
                    plane.as_chunks_mut::<LANES>().0.iter_mut().for_each(
                        #[inline(always)]
                        |lanes| part.store_slice(lanes),
                    );
                }
            }
        }
        if let Some(Map { factor, term, is_clamped }) = self.map.take() {
            let most = if is_clamped { 1.0 } else { f32::INFINITY };
            for row in self.planes.as_chunks_mut::<ROW>().0.iter_mut().take(self.rows) {
                for (k, plane) in row.as_chunks_mut::<STRIDE>().0.iter_mut().take(planes).enumerate() {
                    for lanes in plane.as_chunks_mut::<LANES>().0 {
                        (f32x8::from_slice(simd, lanes) * factor[k] + term[k]).min(most).store_slice(lanes);
                    }
                }
            }
        }
    }

    /// The rows of the tile, from the first to beyond the last, whose centres are in a span.
    #[inline(always)]
    fn rows_of(&self, span: Span, [first, end]: [usize; 2]) -> [usize; 2] {
        let (top, most) = (self.top as f32, self.rows as f32);
        let [low, high] = span.map(
            #[inline(always)]
            |at| (at + 0.5 - top).clamp(0.0, most) as usize,
        );
        [low.max(first), high.min(end)]
    }

    /// A function for each form, entering the vector level again.
    #[inline(never)]
    fn strips<S: Simd, C: Cover<S>>(&mut self, simd: S, item: &Item, cover: C) {
        simd.vectorize(
            #[inline(always)]
            || self.each_strip(simd, item, cover),
        );
    }

    #[inline(always)]
    fn each_strip<S: Simd, C: Cover<S>>(&mut self, simd: S, item: &Item, cover: C) {
        let [x0, y0, x1, y1] = item.bounds.map(usize::from);
        let end = x1.saturating_sub(self.left).min(self.columns);
        let within = [y0.saturating_sub(self.top), y1.saturating_sub(self.top).min(self.rows)];
        let ink = self.light.ink(item.fill, item.opacity);
        let mut x = x0.saturating_sub(self.left);
        while x < end {
            let first = (self.left + x) as f32 + 0.5;
            let [touched, inside] = cover.rows(first, first + 7.0);
            let [from, to] = self.rows_of(touched, within);
            if from < to {
                let columns = cover.columns(centers(simd, self.left + x));
                let [low, high] = self.rows_of(inside, [from, to]);
                let [low, high] = if low < high { [low, high] } else { [to, to] };
                // One call of what is long.
                for rows in [[from, low], [high, to]] {
                    self.soft(simd, item, &cover, columns, x, rows);
                }
                if low < high && item.paint != Paint::Stroke {
                    if self.is_plain(item) {
                        let full = f32x8::splat(simd, 1.0);
                        self.plain(
                            [low, high],
                            x,
                            ink,
                            #[inline(always)]
                            |_| full,
                        );
                    } else {
                        let planes = &mut self.planes[low * ROW + x..];
                        let source = Source::One(ink, &ALL[low..high]);
                        blend::draw(simd, planes, item.blend, self.opaque, source);
                    }
                }
            }
            x += LANES;
        }
    }

    /// Whether an item is what most are, over what most is: then coverage is blended as it is worked out, without a buffer.
    #[inline(always)]
    fn is_plain(&self, item: &Item) -> bool {
        self.opaque && item.blend == Blend::Normal && item.paint != Paint::Both
    }

    /// One colour over rows of a strip that is opaque. `cover` takes rows from 0 on.
    #[inline(always)]
    fn plain<S: Simd>(
        &mut self,
        [from, to]: [usize; 2],
        x: usize,
        ink: Ink,
        cover: impl Fn(usize) -> f32x8<S>,
    ) {
        let rows = self.planes[from * ROW + x..].as_chunks_mut::<ROW>().0;
        for (k, row) in rows.iter_mut().take(to - from).enumerate() {
            blend::plain(row, ink, cover(k));
        }
    }

    /// Rows of a strip in which pixels may be covered in part.
    #[inline(always)]
    fn soft<S: Simd, C: Cover<S>>(
        &mut self,
        simd: S,
        item: &Item,
        cover: &C,
        columns: C::Columns,
        x: usize,
        [from, to]: [usize; 2],
    ) {
        if from >= to {
            return;
        }
        let first = (self.top + from) as f32 + 0.5;
        if self.is_plain(item) {
            let pixels = inlined(
                #[inline(always)]
                |row: usize| cover.pixels(columns, first + row as f32),
            );
            match item.paint {
                Paint::Fill => {
                    let ink = self.light.ink(item.fill, item.opacity);
                    self.plain(
                        [from, to],
                        x,
                        ink,
                        #[inline(always)]
                        |row| cover.within(pixels(row), OWN),
                    );
                    return;
                }
                Paint::Stroke => {
                    let ink = self.light.ink(item.stroke, item.opacity);
                    self.plain(
                        [from, to],
                        x,
                        ink,
                        #[inline(always)]
                        |row| stroked(cover, pixels(row)),
                    );
                    return;
                }
                Paint::Both => {}
            }
        }
        let light = self.light;
        let (fills, strokes) = (&mut self.fills[..to - from], &mut self.strokes[..to - from]);
        let planes = &mut self.planes[from * ROW + x..];
        let source = match item.paint {
            Paint::Fill => {
                for (k, lanes) in fills.iter_mut().enumerate() {
                    let pixels = cover.pixels(columns, first + k as f32);
                    cover.within(pixels, OWN).store_slice(lanes);
                }
                Source::One(light.ink(item.fill, item.opacity), fills)
            }
            Paint::Stroke => {
                for (k, lanes) in strokes.iter_mut().enumerate() {
                    let pixels = cover.pixels(columns, first + k as f32);
                    stroked(cover, pixels).store_slice(lanes);
                }
                Source::One(light.ink(item.stroke, item.opacity), strokes)
            }
            Paint::Both => {
                for (k, (fill, stroke)) in fills.iter_mut().zip(strokes.iter_mut()).enumerate() {
                    let pixels = cover.pixels(columns, first + k as f32);
                    cover.within(pixels, OWN).store_slice(fill);
                    stroked(cover, pixels).store_slice(stroke);
                }
                let (fill, stroke) = (light.ink(item.fill, 1.0), light.ink(item.stroke, 1.0));
                Source::Two { fill, fills, stroke, strokes, opacity: item.opacity }
            }
        };
        blend::draw(simd, planes, item.blend, self.opaque, source);
    }

    /// Writes the tile's pixels.
    #[inline(always)]
    fn pack<S: Simd>(&mut self, simd: S, pixels: &mut [u8], width: usize) {
        match self.light.blending {
            Blending::Srgb => self.pack_as(
                simd,
                pixels,
                width,
                #[inline(always)]
                |part| part,
            ),
            Blending::Linear => self.pack_as(
                simd,
                pixels,
                width,
                #[inline(always)]
                |part| light::encoded(part),
            ),
        }
    }

    /// As [`pack`](Self::pack), of straight components as `encoded` makes them of those that were mixed.
    #[inline(always)]
    fn pack_as<S: Simd>(
        &mut self,
        simd: S,
        pixels: &mut [u8],
        width: usize,
        encoded: impl Fn(f32x8<S>) -> f32x8<S> + Copy,
    ) {
        let rows = pixels.chunks_exact_mut(width * 4);
        let range = self.left * 4..(self.left + self.columns) * 4;
        if let (Some(only), None) = (self.only, self.map) {
            let pixel = pack(
                only.map(
                    #[inline(always)]
                    |part| f32x8::splat(simd, part),
                ),
                self.opaque,
                encoded,
            )[0];
            for row in rows {
                row[range.clone()].as_chunks_mut::<4>().0.fill(pixel.to_le_bytes());
            }
            return;
        }
        self.spread(simd);
        for (row, planes) in rows.zip(self.planes.as_chunks::<ROW>().0) {
            let bytes = inlined(
                #[inline(always)]
                |k: usize| -> [u8; LANES * 4] {
                    let parts = [0, 1, 2, 3].map(
                        #[inline(always)]
                        |plane: usize| {
                            let at = plane * STRIDE + k * LANES;
                            f32x8::from_slice(simd, &planes[at..at + LANES])
                        },
                    );
                    bytemuck::cast(pack(parts, self.opaque, encoded).map(u32::to_le))
                },
            );
            let (whole, rest) = row[range.clone()].as_chunks_mut::<{ LANES * 4 }>();
            for (k, out) in whole.iter_mut().enumerate() {
                *out = bytes(k);
            }
            if !rest.is_empty() {
                rest.copy_from_slice(&bytes(whole.len())[..rest.len()]);
            }
        }
    }
}

/// The centres of eight columns.
#[inline(always)]
fn centers<S: Simd>(simd: S, first: usize) -> f32x8<S> {
    let first = first as f32 + 0.5;
    f32x8::from_fn(
        simd,
        #[inline(always)]
        |lane| first + lane as f32,
    )
}

/// The part of each pixel that a stroke covers.
#[inline(always)]
fn stroked<S: Simd, C: Cover<S>>(cover: &C, pixels: C::Pixels) -> f32x8<S> {
    (cover.within(pixels, OUTER) - cover.within(pixels, INNER)).max(0.0)
}

/// Eight pixels as bytes, red in the lowest: straight alpha, rounded to nearest.
#[inline(always)]
fn pack<S: Simd>(
    [r, g, b, a]: [f32x8<S>; 4],
    opaque: bool,
    encoded: impl Fn(f32x8<S>) -> f32x8<S>,
) -> [u32; LANES] {
    let simd = r.simd;
    // Signed conversions are a single instruction; nothing here is below 0 or above 255.5.
    let byte = inlined(
        #[inline(always)]
        |part: f32x8<S>| -> i32x8<S> { (part * 255.0 + 0.5).max(0.0).min(255.0).to_int() },
    );
    let (scale, alpha) = if opaque {
        (f32x8::splat(simd, 1.0), i32x8::splat(simd, 255))
    } else {
        // Where nothing is seen there is no colour.
        let seen = a.max(1.0 / 1024.0);
        (f32x8::splat(simd, 1.0) / seen, byte(a))
    };
    // One by one: what a map calls leaves the vector level when it is long.
    let [r, g, b] = [byte(encoded(r * scale)), byte(encoded(g * scale)), byte(encoded(b * scale))];
    let packed = r | g << 8 | b << 16 | alpha << 24;
    let packed = if opaque { packed } else { alpha.simd_eq(0).select(i32x8::splat(simd, 0), packed) };
    let mut out = [0; LANES];
    packed.store_slice(&mut out);
    bytemuck::cast(out)
}
