//! Hashes of frames, as `render --hash` tells them: a line each, and in a file a line above them about the clip.

use std::fmt;
use std::ops::Range;

use serde::{Serialize, Serializer};

use super::range::{Frames, Shard, Size};
use crate::time::FrameRate;

/// The hash of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct FrameHash {
    pub(super) frame: u64,
    #[serde(serialize_with = "as_text")]
    pub(super) hash: u64,
}

fn as_text<S: Serializer>(hash: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{hash:#018x}"))
}

impl fmt::Display for FrameHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "frame {} {:#018x}", self.frame, self.hash)
    }
}

/// What a file of hashes is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// Those of the whole clip.
    pub(super) frames: Range<u64>,
    pub(super) rate: FrameRate,
    pub(super) size: Size,
    /// Which part of them.
    pub(super) shard: Option<Shard>,
}

impl Head {
    /// In words.
    pub(super) fn about(&self) -> String {
        let Self { frames, rate, size, shard } = self;
        let count = shard.map_or(1, Shard::count);
        let (width, height) = (size.width, size.height);
        format!(
            "frames {}..{} at {rate} per second of {width}x{height}, in {count} shards",
            frames.start, frames.end
        )
    }
}

/// A file of hashes.
pub(super) fn text(head: &Head, hashes: &[FrameHash]) -> String {
    let Head { frames, rate, size, shard } = head;
    let shard = shard.unwrap_or(Shard::WHOLE);
    let (start, end) = (frames.start, frames.end);
    let mut text =
        format!("clip {start}..{end} fps {rate} size {}x{} shard {shard}\n", size.width, size.height);
    hashes.iter().for_each(|hash| text.push_str(&format!("{hash}\n")));
    text
}

/// What is in a file: what it is about, where that is said, and hashes.
pub(super) type Read = (Option<Head>, Vec<FrameHash>);

/// Reads what [`text`] has written, or lines of `render --hash` without one about the clip.
///
/// # Errors
/// The number of the first line that is neither, and what is expected.
pub(super) fn read(text: &str) -> Result<Read, (usize, &'static str)> {
    let (mut head, mut hashes) = (None, Vec::new());
    for (number, line) in (1..).zip(text.lines()) {
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            ["frame", frame, hash] => {
                let digits = hash.strip_prefix("0x").filter(|digits| digits.len() == 16);
                let hash = digits.and_then(|digits| u64::from_str_radix(digits, 16).ok());
                let read = frame.parse().ok().zip(hash).map(|(frame, hash)| FrameHash { frame, hash });
                hashes.push(read.ok_or((number, "write `frame INDEX 0xHASH`, as `render --hash` does"))?);
            }
            ["clip", frames, "fps", rate, "size", size, "shard", shard] if number == 1 => {
                let expected =
                    (1, "write `clip A..B fps RATE size WxH shard I/N`, as `render --hash=FILE` does");
                let rate: FrameRate = rate.parse().map_err(|_| expected)?;
                let frames: Frames = frames.parse().map_err(|_| expected)?;
                head = Some(Head {
                    frames: frames.resolve(0, rate).map_err(|_| expected)?,
                    rate,
                    size: size.parse().map_err(|_| expected)?,
                    shard: Some(shard.parse().map_err(|_| expected)?),
                });
            }
            _ => return Err((number, "write `frame INDEX 0xHASH`, as `render --hash` does")),
        }
    }
    Ok((head, hashes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let head = Head {
            frames: 3..11,
            rate: FrameRate::new(30_000, 1001).unwrap(),
            size: Size { width: 64, height: 48 },
            shard: Some("1/4".parse().unwrap()),
        };
        let hashes = [4, 8].map(|frame| FrameHash { frame, hash: u64::MAX - frame });
        let written = text(&head, &hashes);
        assert!(
            written.starts_with("clip 3..11 fps 30000/1001 size 64x48 shard 1/4\nframe 4 0xfff"),
            "{written}"
        );
        assert_eq!(read(&written), Ok((Some(head.clone()), hashes.to_vec())));
        assert_eq!(read(&format!("{}\n", hashes[0])), Ok((None, vec![hashes[0]])));
        assert_eq!(read(""), Ok((None, vec![])));
        let whole = Head { shard: None, ..head };
        assert!(text(&whole, &[]).ends_with("shard 0/1\n"));
        for (bad, line) in [
            ("frame 4", 1),
            ("frame 4 12", 1),
            ("frame -1 0x0000000000000000", 1),
            ("frame 4 0x0000000000000000\nclip 3..11 fps 30 size 64x48 shard 1/4", 2),
            ("clip 3..3 fps 30 size 64x48 shard 1/4", 1),
            ("clip 3..4 fps 0 size 64x48 shard 1/4", 1),
            ("frame 4 0x0000000000000000\n\n", 2),
            ("hello", 1),
        ] {
            assert_eq!(read(bad).map_err(|(line, _)| line), Err(line), "{bad}");
        }
    }
}
