//! Draws a canvas tile by tile: items, sorted to tiles, and the pieces of outlines.

use std::sync::{Mutex, PoisonError};

use fearless_simd::{Level, Simd};

use super::bins::Bins;
use super::item::{Ink, Item};
use super::light::Light;
use super::outlines::Outliner;
use super::pieces::Pieces;
use super::setup::Setup;
use super::sprites::Sprites;
use super::tile::{Content, HEIGHT, Kept, Part, Tile, WIDTH};
use crate::frame::{Blending, Pass, Shape};

/// What is drawn, first to last.
pub(super) struct Scene {
    pub(super) items: Vec<Item>,
    pub(super) pieces: Pieces,
    pub(super) sprites: Sprites,
}

/// See [`Tiler::limit`]; less where there is no memory for so many.
const MOST: usize = 1 << 20;
const LEAST: usize = 1 << 8;

/// Draws scenes. Its pixels depend neither on the vector level nor on the number of threads.
pub(super) struct Tiler {
    pub(super) scene: Scene,
    pub(super) bins: Bins,
    /// One for each thread that draws. Never locked: what is behind a lock may be shared.
    tiles: Vec<Mutex<Tile>>,
    others: Others,
    pub(super) level: Level,
    light: Light,
    /// How many items there may be at most, and in this frame, before they are drawn so far.
    pub(super) limit: usize,
    most: usize,
    /// All tiles, where a frame is drawn in parts.
    kept: Vec<Kept>,
    /// Whether nothing of the frame is drawn yet.
    is_first: bool,
}

/// The threads that draw beside the caller.
struct Others {
    /// They stay from frame to frame. None where there are to be none, or the system gives none: then the caller draws alone.
    #[cfg(feature = "parallel")]
    pool: Option<rayon::ThreadPool>,
}

impl Others {
    #[cfg(feature = "parallel")]
    fn new(count: usize) -> Self {
        let build = || rayon::ThreadPoolBuilder::new().num_threads(count).build().ok();
        Self { pool: (count > 0).then(build).flatten() }
    }

    #[cfg(not(feature = "parallel"))]
    fn new(_: usize) -> Self {
        Self {}
    }

    /// Does the work with each tile, the first one's on the thread of the caller.
    fn run(&self, tiles: &mut [Mutex<Tile>], work: impl Fn(&mut Mutex<Tile>) + Sync) {
        let Some((own, others)) = tiles.split_first_mut() else { return };
        #[cfg(feature = "parallel")]
        if let Some(pool) = &self.pool {
            let work = &work;
            pool.in_place_scope(|scope| {
                others.iter_mut().for_each(|tile| scope.spawn(move |_| work(tile)));
                work(own);
            });
            return;
        }
        #[cfg(not(feature = "parallel"))]
        if !others.is_empty() {
            std::thread::scope(|scope| {
                others.iter_mut().for_each(|tile| drop(scope.spawn(|| work(tile))));
                work(own);
            });
            return;
        }
        work(own);
    }
}

/// A row of tiles whose turn it is.
#[derive(Clone, Copy)]
struct Row<'a> {
    scene: &'a Scene,
    bins: &'a Bins,
    ground: (Ink, Light),
    width: usize,
    part: Part,
}

impl Tiler {
    pub(super) fn new(width: u32, height: u32, threads: usize, level: Level) -> Self {
        let bins = Bins::new(width, height);
        let tiles: Vec<_> = (0..threads.clamp(1, bins.down())).map(|_| Mutex::new(Tile::new())).collect();
        let others = Others::new(tiles.len() - 1);
        let pieces = Pieces::new(bins.across(), bins.down());
        let scene = Scene { items: Vec::new(), pieces, sprites: Sprites::default() };
        let light = Light::new(Blending::Srgb);
        let kept = Vec::new();
        Self { scene, bins, tiles, others, level, light, limit: MOST, most: MOST, kept, is_first: true }
    }

    /// What is mixed from the next frame on.
    pub(super) fn blend_as(&mut self, blending: Blending) {
        self.light = Light::new(blending);
    }

    /// Draws passes over `ground`, which is opaque or nothing at all, into a canvas.
    pub(super) fn draw(
        &mut self,
        outliner: &mut Outliner,
        passes: &[Pass<'_>],
        ground: [u8; 4],
        pixels: &mut [u8],
        [width, height]: [u32; 2],
    ) {
        self.begin(passes.iter().map(|pass| pass.elements().len()).fold(0, usize::saturating_add));
        for pass in passes {
            let mut setup = Setup::new(&mut self.scene, pass, width, height);
            outliner.begin();
            if matches!(pass.shape, Shape::Line { .. }) {
                self.make_room(ground, pixels, width as usize);
                setup.push_line(&mut self.scene, outliner, pass);
                continue;
            }
            for index in pass.elements() {
                self.make_room(ground, pixels, width as usize);
                setup.push(&mut self.scene, outliner, pass, index);
            }
        }
        self.finish(ground, pixels, width as usize);
    }

    /// Begins a frame with room for so many items, or for as many as there is memory for.
    pub(super) fn begin(&mut self, items: usize) {
        self.is_first = true;
        self.scene.items.clear();
        self.scene.pieces.clear();
        self.scene.sprites.begin();
        let mut most = items.min(self.limit);
        while most > LEAST && (self.scene.items.try_reserve_exact(most).is_err() || !self.bins.reserve(most))
        {
            most /= 2;
        }
        self.most = most.max(LEAST.min(self.limit)).max(1);
    }

    /// Draws what there is so far, if that is much: with room for its planes between this part and the next.
    pub(super) fn make_room(&mut self, ground: [u8; 4], pixels: &mut [u8], width: usize) {
        let Scene { items, pieces, .. } = &self.scene;
        if items.len() < self.most && !pieces.are_many() {
            return;
        }
        self.kept.resize_with(self.bins.across() * self.bins.down(), Kept::default);
        self.part(ground, pixels, width, false);
    }

    /// Draws the frame, or the rest of it, over `ground`, which is opaque or nothing at all, into a canvas.
    pub(super) fn finish(&mut self, ground: [u8; 4], pixels: &mut [u8], width: usize) {
        self.part(ground, pixels, width, true);
    }

    fn part(&mut self, ground: [u8; 4], pixels: &mut [u8], width: usize, is_last: bool) {
        let ground = (self.light.ink(ground, 1.0), self.light);
        let Self { scene, bins, tiles, others, level, kept, is_first, .. } = self;
        let part = Part { is_first: std::mem::replace(is_first, false), is_last };
        scene.pieces.sort();
        bins.count(&scene.items);
        let across = bins.across();
        while let Some(turn) = bins.advance(&scene.items) {
            let row = Row { scene, bins, ground, width, part };
            let (first, last) = (turn.start / across, (turn.end - 1) / across);
            // There are none in a frame of one part.
            let kept = kept.chunks_mut(across).chain(std::iter::repeat_with(Default::default));
            let bands = pixels.chunks_mut(HEIGHT * width * 4).zip(kept).enumerate();
            let bands = Mutex::new(bands.take(last + 1).skip(first));
            let work = |tile: &mut Mutex<Tile>| {
                let tile = tile.get_mut().unwrap_or_else(PoisonError::into_inner);
                // The lock only guards taking the next band; a poisoned one still hands them out.
                let next = || bands.lock().unwrap_or_else(PoisonError::into_inner).next();
                while let Some((index, (pixels, kept))) = next() {
                    let start = (index * across).max(turn.start);
                    let end = ((index + 1) * across).min(turn.end);
                    row.draw(*level, tile, start..end, pixels, kept);
                }
            };
            others.run(tiles, work);
        }
        scene.items.clear();
        scene.pieces.clear();
        scene.sprites.clear();
        self.is_first = is_last;
    }
}

impl Row<'_> {
    /// Enters the vector level. Wider vectors than AVX2's gain nothing here, and each level is compiled by itself.
    fn draw(
        self,
        level: Level,
        tile: &mut Tile,
        tiles: std::ops::Range<usize>,
        pixels: &mut [u8],
        kept: &mut [Kept],
    ) {
        #[cfg(all(any(target_arch = "x86", target_arch = "x86_64"), target_feature = "sse2"))]
        if let Some(avx2) = level.as_avx2() {
            avx2.vectorize(
                #[inline(always)]
                || self.tiles(avx2, tile, tiles, pixels, kept),
            );
        } else if let Some(sse2) = level.as_sse2() {
            sse2.vectorize(
                #[inline(always)]
                || self.tiles(sse2, tile, tiles, pixels, kept),
            );
        }
        #[cfg(not(all(any(target_arch = "x86", target_arch = "x86_64"), target_feature = "sse2")))]
        fearless_simd::dispatch!(level, simd => self.tiles(simd, tile, tiles, pixels, kept));
    }

    #[inline(always)]
    fn tiles<S: Simd>(
        self,
        simd: S,
        tile: &mut Tile,
        tiles: std::ops::Range<usize>,
        pixels: &mut [u8],
        kept: &mut [Kept],
    ) {
        let Scene { items, pieces, sprites } = self.scene;
        let across = self.bins.across();
        tile.begin_row();
        for index in tiles.start / across * across..tiles.start {
            tile.pass_by(simd, items, sprites, pieces.of(index));
        }
        for index in tiles {
            let column = index % across;
            let (references, pieces) = (self.bins.of(index), pieces.of(index));
            let content = Content { items, sprites, references, pieces };
            let place = [column * WIDTH, index / across * HEIGHT];
            let kept = (!(self.part.is_first && self.part.is_last)).then(|| &mut kept[column]);
            tile.draw(simd, place, self.ground, content, (pixels, self.width), (kept, self.part));
        }
    }
}
