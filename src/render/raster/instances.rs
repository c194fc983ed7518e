//! Frames of shapes that formulas cover: items, sorted to tiles, tile by tile.

use std::sync::{Mutex, PoisonError};

use fearless_simd::{Level, Simd};

use super::bins::Bins;
use super::item::{Ink, Item};
use super::tile::{HEIGHT, Tile, WIDTH};

/// The raster of shapes that formulas cover. Its pixels depend neither on the vector level nor on the number of threads.
pub(super) struct Instances {
    /// Of the frame, first to last.
    pub(super) items: Vec<Item>,
    pub(super) bins: Bins,
    /// One for each thread that draws. Never locked: what is behind a lock may be shared.
    tiles: Vec<Mutex<Tile>>,
    pub(super) level: Level,
}

/// A row of tiles whose turn it is.
#[derive(Clone, Copy)]
struct Row<'a> {
    items: &'a [Item],
    bins: &'a Bins,
    ground: Ink,
    width: usize,
}

impl Instances {
    pub(super) fn new(width: u32, height: u32, threads: usize, level: Level) -> Self {
        let bins = Bins::new(width, height);
        let tiles = (0..threads.clamp(1, bins.rows())).map(|_| Mutex::new(Tile::new())).collect();
        Self { items: Vec::new(), bins, tiles, level }
    }

    /// Draws the items over `ground`, which is opaque or nothing at all, into a canvas.
    pub(super) fn draw(&mut self, ground: [u8; 4], pixels: &mut [u8], width: usize) {
        let ground = Item::ink(ground, 1.0);
        let Self { items, bins, tiles, level } = self;
        bins.count(items);
        let across = bins.across();
        while let Some(turn) = bins.advance(items) {
            let row = Row { items, bins, ground, width };
            let (first, last) = (turn.start / across, (turn.end - 1) / across);
            let bands = pixels.chunks_mut(HEIGHT * width * 4).enumerate().take(last + 1).skip(first);
            let bands = Mutex::new(bands);
            let work = |tile: &mut Mutex<Tile>| {
                let tile = tile.get_mut().unwrap_or_else(PoisonError::into_inner);
                // The lock only guards taking the next band; a poisoned one still hands them out.
                let next = || bands.lock().unwrap_or_else(PoisonError::into_inner).next();
                while let Some((index, pixels)) = next() {
                    let start = (index * across).max(turn.start);
                    let end = ((index + 1) * across).min(turn.end);
                    row.draw(*level, tile, start..end, pixels);
                }
            };
            let Some((own, others)) = tiles.split_first_mut() else { return };
            if others.is_empty() {
                work(own);
                continue;
            }
            std::thread::scope(|scope| {
                others.iter_mut().for_each(|tile| drop(scope.spawn(|| work(tile))));
                work(own);
            });
        }
    }
}

impl Row<'_> {
    /// Enters the vector level. Wider vectors than AVX2's gain nothing here, and each level is compiled by itself.
    fn draw(self, level: Level, tile: &mut Tile, tiles: std::ops::Range<usize>, pixels: &mut [u8]) {
        #[cfg(all(any(target_arch = "x86", target_arch = "x86_64"), target_feature = "sse2"))]
        if let Some(avx2) = level.as_avx2() {
            avx2.vectorize(
                #[inline(always)]
                || self.tiles(avx2, tile, tiles, pixels),
            );
        } else if let Some(sse2) = level.as_sse2() {
            sse2.vectorize(
                #[inline(always)]
                || self.tiles(sse2, tile, tiles, pixels),
            );
        }
        #[cfg(not(all(any(target_arch = "x86", target_arch = "x86_64"), target_feature = "sse2")))]
        fearless_simd::dispatch!(level, simd => self.tiles(simd, tile, tiles, pixels));
    }

    #[inline(always)]
    fn tiles<S: Simd>(self, simd: S, tile: &mut Tile, tiles: std::ops::Range<usize>, pixels: &mut [u8]) {
        let across = self.bins.across();
        for index in tiles {
            let items = self.bins.of(index).iter().map(|&item| &self.items[item as usize]);
            let place = [index % across * WIDTH, index / across * HEIGHT];
            tile.draw(simd, place, self.ground, items, pixels, self.width);
        }
    }
}
