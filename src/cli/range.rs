//! Sizes, ranges of frames and shards, as they are written on the command line.

use std::ops::Range;
use std::str::FromStr;

use crate::program::limits::SIZE_MAX;

/// `WxH` in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) width: u32,
    pub(super) height: u32,
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once(['x', 'X']);
        let numbers = parts.and_then(|(width, height)| width.parse().ok().zip(height.parse().ok()));
        let (width, height): (u32, u32) =
            numbers.ok_or("write width and height in pixels, such as 1920x1080")?;
        if (1..=SIZE_MAX).contains(&width) && (1..=SIZE_MAX).contains(&height) {
            Ok(Self { width, height })
        } else {
            Err(format!("each side is 1 to {SIZE_MAX} pixels"))
        }
    }
}

/// Which frames: `A..B` without B, `A..` to the end of the clip, `N` for `0..N`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frames {
    start: u64,
    end: Option<u64>,
}

impl Frames {
    /// One frame.
    pub(super) fn one(index: u64) -> Self {
        Self { start: index, end: Some(index.saturating_add(1)) }
    }

    /// The frames of a clip that has `count`.
    pub(super) fn resolve(self, count: u64) -> Result<Range<u64>, String> {
        let Self { start, end } = self;
        let end = end.unwrap_or(count);
        if start < end {
            return Ok(start..end);
        }
        Err(match self.end {
            Some(end) => {
                format!("the range {start}..{end} has no frames: the second number is the first one left out")
            }
            None => format!("the clip ends before frame {start}: it has {count} frames, 0..{count}"),
        })
    }
}

impl FromStr for Frames {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |text: &str, default: Option<u64>| match text {
            "" => default.ok_or(()).map(Some),
            text if text.bytes().all(|c| c.is_ascii_digit()) => text.parse().map(Some).map_err(|_| ()),
            _ => Err(()),
        };
        let read = match text.split_once("..") {
            Some((start, "")) => number(start, Some(0)).map(|start| (start, None)),
            Some((start, end)) => number(start, Some(0)).and_then(|start| Ok((start, number(end, None)?))),
            None => number(text, None).map(|end| (Some(0), end)),
        };
        match read {
            Ok((Some(start), end)) => Ok(Self { start, end }),
            _ => {
                Err("write `A..B` (B is the first left out), `A..` (to the end) or a count such as 60".into())
            }
        }
    }
}

/// `I/N`: one of N parts that together are the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shard {
    index: u64,
    count: u64,
}

impl Shard {
    /// Everything.
    pub(super) const WHOLE: Self = Self { index: 0, count: 1 };

    /// The frames of this shard: every N-th, so that all shards take about as long.
    pub(super) fn of(self, frames: Range<u64>) -> (u64, impl Iterator<Item = u64>) {
        let Self { index, count } = self;
        let length = (frames.end - frames.start).saturating_sub(index).div_ceil(count);
        (length, (0..length).map(move |k| frames.start + index + k * count))
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/');
        let numbers =
            parts.and_then(|(index, count)| index.parse::<u32>().ok().zip(count.parse::<u32>().ok()));
        match numbers {
            Some((index, count)) if index < count => Ok(Self { index: index.into(), count: count.into() }),
            Some((_, count)) if count > 0 => {
                Err(format!("{count} shards are 0/{count} to {}/{count}", count - 1))
            }
            _ => Err("write `I/N`, such as 0/4, 1/4, 2/4 and 3/4".into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        let check = |text: &str, expected: Option<Range<u64>>| {
            let found = text.parse::<Frames>().ok().and_then(|frames| frames.resolve(100).ok());
            assert_eq!(found, expected, "{text}");
        };
        check("10..20", Some(10..20));
        check("10..", Some(10..100));
        check("..20", Some(0..20));
        check("..", Some(0..100));
        check("20", Some(0..20));
        check("1000000000..1000000001", Some(1_000_000_000..1_000_000_001));
        for bad in
            ["", "0", "5..5", "7..3", "100..", "a", "1..b", "-1..3", "1..=3", "1...3", "1.5", "+3", " 3"]
        {
            check(bad, None);
        }
        check("99999999999999999999", None);
        assert_eq!(Frames::one(7).resolve(1), Ok(7..8));
    }

    #[test]
    fn shards_are_a_partition() {
        for (range, count) in [(0..10, 3), (5..6, 4), (7..50, 1), (3..12, 9)] {
            let mut all: Vec<u64> = (0..count)
                .flat_map(|index| {
                    let (length, frames) = Shard { index, count }.of(range.clone());
                    let frames: Vec<u64> = frames.collect();
                    assert_eq!(frames.len() as u64, length);
                    frames
                })
                .collect();
            all.sort_unstable();
            assert_eq!(all, range.collect::<Vec<_>>());
        }
        assert_eq!("1/3".parse(), Ok(Shard { index: 1, count: 3 }));
        for bad in ["", "3", "3/3", "0/0", "-1/3", "1/x", "1/2/3"] {
            assert!(bad.parse::<Shard>().is_err(), "{bad}");
        }
    }

    #[test]
    fn sizes() {
        assert_eq!("1920x1080".parse(), Ok(Size { width: 1920, height: 1080 }));
        for bad in ["", "x", "1920", "0x5", "5x0", "16385x1", "1x99999999999", "-1x1", "1.5x2", "1x2x3"] {
            assert!(bad.parse::<Size>().is_err(), "{bad}");
        }
    }
}
