//! Which items meet which tile: a counting sort in the order in which they are drawn.

use std::ops::Range;

use super::cover;
use super::item::Item;
use super::tile::{HEIGHT, WIDTH};

/// References of items by the tiles that they meet, for as many tiles at a time as there is room for.
#[derive(Default)]
pub(super) struct Bins {
    /// Tiles across and down.
    across: usize,
    down: usize,
    /// How many items meet each tile.
    counts: Vec<u32>,
    /// Of the tiles whose turn it is: where the references of each end.
    ends: Vec<u32>,
    references: Vec<u32>,
    /// Tiles whose turn it is.
    turn: Range<usize>,
    /// How many references are kept at least.
    pub(super) room: usize,
}

/// See [`Bins::room`]; 4 bytes each.
const ROOM: usize = 1 << 18;

impl Bins {
    pub(super) fn new(width: u32, height: u32) -> Self {
        let across = (width as usize).div_ceil(WIDTH);
        let down = (height as usize).div_ceil(HEIGHT);
        Self { across, down, counts: vec![0; across * down], room: ROOM, ..Self::default() }
    }

    pub(super) fn across(&self) -> usize {
        self.across
    }

    /// Makes room for the references of so many items; whether there is memory for them.
    pub(super) fn reserve(&mut self, items: usize) -> bool {
        let more = self.room.max(items).saturating_sub(self.references.len());
        self.references.try_reserve_exact(more).is_ok()
    }

    /// Begins with the first tile.
    pub(super) fn count(&mut self, items: &[Item]) {
        self.counts.fill(0);
        self.turn = 0..0;
        let (across, counts) = (self.across, &mut self.counts);
        for item in items {
            for row in rows(item) {
                for column in columns(item, row) {
                    counts[row * across + column] += 1;
                }
            }
        }
    }

    /// Goes on to the next tiles, as many as there is room for; none when all had their turn. However many items there
    /// are, a tile alone has room.
    pub(super) fn advance(&mut self, items: &[Item]) -> Option<Range<usize>> {
        let first = self.turn.end;
        let room = self.room.max(items.len());
        let mut total = 0;
        self.ends.clear();
        for &count in &self.counts[first..] {
            if total + count as usize > room {
                break;
            }
            // Where they begin, until they are filled in.
            self.ends.push(total as u32);
            total += count as usize;
        }
        let turn = first..first + self.ends.len();
        self.turn = turn.clone();
        if turn.is_empty() {
            return None;
        }
        if total > self.references.len() {
            // Within what `reserve` has made room for.
            self.references.resize(total, 0);
        }
        let in_turn = turn.start / self.across..(turn.end - 1) / self.across + 1;
        for (number, item) in items.iter().enumerate() {
            let Range { start, end } = rows(item);
            for row in start.max(in_turn.start)..end.min(in_turn.end) {
                let Range { start, end } = columns(item, row);
                let tiles = row * self.across + start..row * self.across + end;
                for tile in tiles.start.max(turn.start)..tiles.end.min(turn.end) {
                    let end = &mut self.ends[tile - turn.start];
                    self.references[*end as usize] = number as u32;
                    *end += 1;
                }
            }
        }
        Some(turn)
    }

    /// The items that meet a tile whose turn it is, first to last.
    pub(super) fn of(&self, tile: usize) -> &[u32] {
        let at = tile - self.turn.start;
        let end = self.ends[at] as usize;
        &self.references[end - self.counts[tile] as usize..end]
    }

    /// How many of them there are.
    pub(super) fn down(&self) -> usize {
        self.down
    }
}

/// The rows of tiles that an item meets.
fn rows(item: &Item) -> Range<usize> {
    let [_, top, _, bottom] = item.bounds.map(usize::from);
    top / HEIGHT..bottom.div_ceil(HEIGHT)
}

/// The columns of tiles that it meets in one of those rows.
fn columns(item: &Item, row: usize) -> Range<usize> {
    let [left, _, right, _] = item.bounds.map(usize::from);
    let all = left / WIDTH..right.div_ceil(WIDTH);
    if all.len() < 3 {
        return all;
    }
    // Long and large shapes do not meet all of the tiles of their box.
    let top = (row * HEIGHT) as f32;
    let [low, high] = cover::columns_of(item, top + 0.5, top + HEIGHT as f32 - 0.5);
    let (low, high) = (low.clamp(left as f32, right as f32), high.clamp(left as f32, right as f32));
    if low >= high { 0..0 } else { low as usize / WIDTH..(high as usize + 1).min(right).div_ceil(WIDTH) }
}
