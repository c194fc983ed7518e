//! Sizes, ranges of frames, shards, turns and colours, as they are written on the command line.

use std::fmt;
use std::num::NonZeroU16;
use std::ops::Range;
use std::str::FromStr;

use crate::program::limits::SIZE_MAX;
use crate::time::{Flicks, FrameRate};

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

/// Which frames: `A..B` without B, `A..` to the end of the clip, `N` for `0..N`; each end by its number or by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frames {
    start: Bound,
    end: Option<Bound>,
}

/// An end of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bound {
    Frame(u64),
    Time(Flicks),
}

impl Bound {
    /// `7`, or a time: `2s`, `500ms`, `1.5min`, `1h`.
    fn parse(text: &str) -> Option<Self> {
        let is_number = !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
        if is_number { text.parse().ok().map(Self::Frame) } else { time(text).map(Self::Time) }
    }

    /// The first frame that starts at it or later.
    fn frame(self, rate: FrameRate) -> u64 {
        match self {
            Self::Frame(index) => index,
            Self::Time(time) => {
                let shown = rate.frame_at(time);
                let has_begun = rate.start(shown).is_some_and(|start| start < time);
                if has_begun { shown.saturating_add(1) } else { shown }
            }
        }
    }
}

/// A time: `2s`, `500ms`, `1.5min`, `1h`.
pub(super) fn time(text: &str) -> Option<Flicks> {
    let end = text.find(|letter: char| !(letter.is_ascii_digit() || letter == '.')).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let factor = match unit {
        "ms" => 0.001,
        "s" => 1.0,
        "min" => 60.0,
        "h" => 3600.0,
        _ => return None,
    };
    Flicks::from_secs_f64(number.parse::<f64>().ok()? * factor)
}

impl Frames {
    /// One frame.
    pub(super) fn one(index: u64) -> Self {
        Self { start: Bound::Frame(index), end: Some(Bound::Frame(index.saturating_add(1))) }
    }

    /// The frames of a clip that has `count`, at a frame rate.
    pub(super) fn resolve(self, count: u64, rate: FrameRate) -> Result<Range<u64>, String> {
        let start = self.start.frame(rate);
        let end = self.end.map_or(count, |end| end.frame(rate));
        if start < end {
            return Ok(start..end);
        }
        Err(match self.end {
            Some(_) => {
                format!("the range {start}..{end} has no frames: the second end is the first frame left out")
            }
            None => format!("the clip ends before frame {start}: it has {count} frames, 0..{count}"),
        })
    }
}

impl FromStr for Frames {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let begin = |text: &str| if text.is_empty() { Some(Bound::Frame(0)) } else { Bound::parse(text) };
        let read = match text.split_once("..") {
            Some((start, "")) => begin(start).map(|start| Self { start, end: None }),
            Some((start, end)) => {
                begin(start).zip(Bound::parse(end)).map(|(start, end)| Self { start, end: Some(end) })
            }
            None => Bound::parse(text).map(|end| Self { start: Bound::Frame(0), end: Some(end) }),
        };
        read.ok_or_else(|| {
            "write `A..B` (B is the first left out), `A..` (to the end) or a count such as 60; an end may be a time, such as \
             0s..2.5s"
                .into()
        })
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

    /// The shard of `count` that has a frame of a clip that begins with `first`.
    pub(super) fn with(frame: u64, first: u64, count: u64) -> Self {
        Self { index: (frame - first) % count, count }
    }

    /// Of how many parts it is one.
    pub(super) fn count(self) -> u64 {
        self.count
    }

    /// The first one of as many.
    pub(super) fn first(self) -> Self {
        Self { index: 0, ..self }
    }

    /// Whether a frame is one of this shard's.
    pub(super) fn has(self, frames: &Range<u64>, frame: u64) -> bool {
        frames.contains(&frame) && (frame - frames.start) % self.count == self.index
    }

    /// The frames of this shard: every N-th, so that all shards take about as long.
    pub(super) fn of(self, frames: Range<u64>) -> (u64, impl Iterator<Item = u64>) {
        let Self { index, count } = self;
        let length = (frames.end - frames.start).saturating_sub(index).div_ceil(count);
        (length, (0..length).map(move |k| frames.start + index + k * count))
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
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

/// How often a clip is played: `N`, or `0` and `forever` for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plays(pub(super) Option<NonZeroU16>);

impl FromStr for Plays {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "forever" => Ok(Self(None)),
            text if text.bytes().all(|c| c.is_ascii_digit()) => {
                text.parse().map(|plays| Self(NonZeroU16::new(plays))).map_err(|_| ())
            }
            _ => Err(()),
        }
        .map_err(|()| {
            format!("write how often it is played, 1 to {}, or `forever` (also 0, as in the file)", u16::MAX)
        })
    }
}

/// An opaque colour, `#rrggbb` or `#rgb`; a shell needs no quotes where the `#` is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Color(pub(super) [u8; 3]);

impl FromStr for Color {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.strip_prefix('#').unwrap_or(text);
        let is_hex = digits.bytes().all(|c| c.is_ascii_hexdigit());
        let number = u32::from_str_radix(digits, 16).ok().filter(|_| is_hex);
        match (number, digits.len()) {
            (Some(number), 6) => Ok(Self([16, 8, 0].map(|shift| (number >> shift) as u8))),
            (Some(number), 3) => Ok(Self([8, 4, 0].map(|shift| (number >> shift & 0xf) as u8 * 0x11))),
            _ => Err("write a colour such as '#ffffff'".into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        let check = |text: &str, expected: Option<Range<u64>>| {
            let found =
                text.parse::<Frames>().ok().and_then(|frames| frames.resolve(100, FrameRate::SIXTY).ok());
            assert_eq!(found, expected, "{text}");
        };
        check("10..20", Some(10..20));
        check("10..", Some(10..100));
        check("..20", Some(0..20));
        check("..", Some(0..100));
        check("20", Some(0..20));
        check("1000000000..1000000001", Some(1_000_000_000..1_000_000_001));
        // By time: the first frame that starts at it or later.
        check("0s..10s", Some(0..600));
        check("1s", Some(0..60));
        check("500ms..1.5s", Some(30..90));
        check("16ms..17ms", Some(1..2));
        check("..1min", Some(0..3600));
        check("1h..3601s", Some(216_000..216_060));
        check("10..1s", Some(10..60));
        check("1s..", Some(60..100));
        for bad in [
            "", "0", "5..5", "7..3", "100..", "a", "1..b", "-1..3", "1..=3", "1...3", "1.5", "+3", " 3",
            "1s..1s", "s", "1sec", "1..s", "-1s", "1.1.s", "2s..",
        ] {
            check(bad, None);
        }
        check("99999999999999999999", None);
        assert_eq!(Frames::one(7).resolve(1, FrameRate::SIXTY), Ok(7..8));
    }

    #[test]
    fn shards_are_a_partition() {
        for (range, count) in [(0..10, 3), (5..6, 4), (7..50, 1), (3..12, 9)] {
            let mut all: Vec<u64> = (0..count)
                .flat_map(|index| {
                    let (length, frames) = Shard { index, count }.of(range.clone());
                    let frames: Vec<u64> = frames.collect();
                    assert_eq!(frames.len() as u64, length);
                    let has = |frame: &u64| Shard { index, count }.has(&range, *frame);
                    assert_eq!((0..60).filter(has).collect::<Vec<_>>(), frames);
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
    fn turns_and_colours() {
        let plays = |text: &str| text.parse::<Plays>().ok().map(|plays| plays.0.map(NonZeroU16::get));
        for (text, expected) in
            [("0", Some(None)), ("forever", Some(None)), ("1", Some(Some(1))), ("65535", Some(Some(65_535)))]
        {
            assert_eq!(plays(text), expected, "{text}");
        }
        for bad in ["", "-1", "+1", "65536", "1.5", "ever"] {
            assert_eq!(plays(bad), None, "{bad}");
        }
        for text in ["#1a2Bff", "1a2bff"] {
            assert_eq!(text.parse(), Ok(Color([0x1a, 0x2b, 0xff])), "{text}");
        }
        assert_eq!("#fa0".parse(), Ok(Color([0xff, 0xaa, 0])));
        for bad in
            ["", "#", "#ff", "#fffff", "#fffffff", "+12345", "white", "##ffffff", "#\u{e4}\u{e4}\u{e4}"]
        {
            assert!(bad.parse::<Color>().is_err(), "{bad}");
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
