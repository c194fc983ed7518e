//! Frames that are not there, said so that somebody can render them.

use std::ops::Range;

use super::super::range::Shard;
use crate::diagnostic::one_line;

/// So many runs of numbers are listed.
const LISTED_MAX: usize = 6;

/// Frames of a clip that are not there.
pub(super) struct Lacking {
    range: Range<u64>,
    frames: Vec<u64>,
    /// How many shards the clip was cut into, where that is known.
    shards: Option<u64>,
}

impl Lacking {
    /// `None` where all are there.
    pub(super) fn of(range: Range<u64>, shards: Option<u64>, is_there: impl Fn(u64) -> bool) -> Option<Self> {
        let frames: Vec<u64> = range.clone().filter(|&frame| !is_there(frame)).collect();
        (!frames.is_empty()).then_some(Self { range, frames, shards })
    }

    /// What is missing of what, and what renders it.
    pub(super) fn message(&self, what: &str, how: &str) -> String {
        let Self { range, frames, shards } = self;
        let (count, all) = (frames.len(), range.end - range.start);
        let are = if count == 1 { "is" } else { "are" };
        let mut text = format!("`{}`: {count} of {all} frames {are} {how}: {}", one_line(what), list(frames));
        let (start, end) = (range.start, range.end);
        match shards.filter(|&shards| shards > 1).or_else(|| self.step()) {
            Some(count) => {
                let is_of = |index: &u64| frames.iter().any(|frame| (frame - start) % count == *index);
                for index in (0..count).filter(is_of) {
                    let shard = Shard::with(start + index, start, count);
                    let (whole, _) = shard.of(range.clone());
                    let own = frames.iter().filter(|&&frame| shard.has(range, frame)).count() as u64;
                    let part =
                        if own == whole { "all of it".to_owned() } else { format!("{own} of its {whole}") };
                    text.push_str(&format!("\n  --frames {start}..{end} --shard {shard}  renders {part}"));
                }
            }
            None => {
                let (first, last) =
                    (frames.first().copied().unwrap_or(start), frames.last().copied().unwrap_or(end));
                text.push_str(&format!("\n  --frames {first}..{} renders them", last + 1));
            }
        }
        text
    }

    /// Where all frames that are missing are some multiple apart, they are those of one shard of so many.
    fn step(&self) -> Option<u64> {
        let first = *self.frames.first()?;
        let step = self.frames.iter().fold(0, |step, frame| gcd(step, frame - first));
        (step > 1).then_some(step)
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// `, of shard 1/4`.
pub(super) fn shard(frame: u64, first: u64, count: u64) -> String {
    format!(" (of --shard {})", Shard::with(frame, first, count))
}

/// Numbers in order, as people write them: `1, 5..9, 12`, and `1, 5, 9 and so on to 237` where they are a number apart.
fn list(frames: &[u64]) -> String {
    let step = frames.windows(2).map(|pair| pair[1] - pair[0]).next().unwrap_or(1);
    let is_even = frames.windows(2).all(|pair| pair[1] - pair[0] == step);
    if let (true, &[first, second, third, .., last]) = (is_even && step > 1, frames) {
        return format!("{first}, {second}, {third} and so on to {last}, {step} apart");
    }
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for &frame in frames {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == frame => *last = frame,
            _ => runs.push((frame, frame)),
        }
    }
    let named = runs.iter().take(LISTED_MAX).map(|&(first, last)| match last - first {
        0 => format!("{first}"),
        1 => format!("{first}, {last}"),
        _ => format!("{first} to {last}"),
    });
    let mut text = named.collect::<Vec<_>>().join(", ");
    let left: u64 = runs.iter().skip(LISTED_MAX).map(|(first, last)| last - first + 1).sum();
    if left > 0 {
        text.push_str(&format!(" and {left} more"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_write_them() {
        let check = |frames: &[u64], expected: &str| assert_eq!(list(frames), expected);
        check(&[7], "7");
        check(&[7, 8], "7, 8");
        check(&[7, 8, 9, 12], "7 to 9, 12");
        check(&[1, 5, 9, 13, 17], "1, 5, 9 and so on to 17, 4 apart");
        check(&[1, 5], "1, 5");
        check(&[0, 2, 5, 9, 14, 20, 27, 28], "0, 2, 5, 9, 14, 20 and 2 more");
    }

    #[test]
    fn what_renders_the_rest_is_told() {
        let message = |range: Range<u64>, shards, missing: &[u64]| {
            let lacking = Lacking::of(range, shards, |frame| !missing.contains(&frame));
            lacking.map(|lacking| lacking.message("f_%d.png", "missing")).unwrap_or_default()
        };
        let check = |range: Range<u64>, shards, missing: &[u64], expected: &[&str]| {
            let text = message(range, shards, missing);
            let found: Vec<&str> = text.lines().skip(1).map(str::trim).collect();
            assert_eq!(found, expected, "{text}");
        };
        assert_eq!(message(0..4, None, &[]), "");
        check(0..12, Some(4), &[1, 5, 9], &["--frames 0..12 --shard 1/4  renders all of it"]);
        // Nobody has said how many shards there are, and one of as many has them.
        check(3..15, None, &[4, 8, 12], &["--frames 3..15 --shard 1/4  renders all of it"]);
        check(
            0..12,
            Some(4),
            &[5, 6],
            &[
                "--frames 0..12 --shard 1/4  renders 1 of its 3",
                "--frames 0..12 --shard 2/4  renders 1 of its 3",
            ],
        );
        check(0..12, None, &[5], &["--frames 5..6 renders them"]);
        check(0..12, None, &[5, 6, 9], &["--frames 5..10 renders them"]);
        check(0..12, Some(1), &[5, 6, 9], &["--frames 5..10 renders them"]);
        let text = message(0..12, None, &[5]);
        assert!(text.starts_with("`f_%d.png`: 1 of 12 frames is missing: 5\n"), "{text}");
    }
}
