//! Which frames a GIF shows, and for how long: delays are whole hundredths of a second.

use crate::time::FrameRate;

/// The shortest delay in hundredths of a second that viewers keep to; shorter ones are slowed down to 10.
pub(super) const DELAY_MIN: u64 = 2;

/// When frame `index` starts, in units of `1 / unit` seconds, rounded half up.
pub(super) fn rounded_start(rate: FrameRate, index: u64, unit: u64) -> u64 {
    let numerator = u128::from(rate.numerator());
    let units = u128::from(index) * u128::from(rate.denominator()) * u128::from(unit);
    u64::try_from((2 * units + numerator) / (2 * numerator)).unwrap_or(u64::MAX)
}

/// The frame that starts nearest to `time` hundredths of a second, the later one of two.
fn nearest(rate: FrameRate, time: u64) -> u64 {
    let frames = u128::from(time) * u128::from(rate.numerator());
    let unit = 100 * u128::from(rate.denominator());
    u64::try_from((2 * frames + unit) / (2 * unit)).unwrap_or(u64::MAX)
}

/// Which frames are shown and when.
///
/// Up to 50 frames per second every frame is, from its start rounded to a hundredth of a second on. Of more, 50 a second
/// are, evenly: each for [`DELAY_MIN`], and it is the one that starts nearest to then. The total is that of the clip; a
/// frame for which less than [`DELAY_MIN`] is left at its end gives that to the one before it.
pub(in crate::render) struct Timing {
    rate: FrameRate,
    count: u64,
    end: u64,
    next: u64,
    shown: u64,
}

impl Timing {
    pub(in crate::render) fn new(rate: FrameRate, count: u64) -> Self {
        Self { rate, count, end: rounded_start(rate, count, 100), next: 0, shown: 0 }
    }

    /// Where the clip ends, in hundredths of a second.
    pub(super) fn end(&self) -> u64 {
        self.end
    }

    /// The start of the next frame in hundredths of a second, if it is shown.
    pub(in crate::render) fn next_start(&mut self) -> Option<u64> {
        let index = self.next;
        self.next += 1;
        let is_fast = u64::from(self.rate.numerator()) > 50 * u64::from(self.rate.denominator());
        let start = if is_fast { self.shown * DELAY_MIN } else { rounded_start(self.rate, index, 100) };
        let is_chosen = !is_fast || nearest(self.rate, start) == index;
        let fits = index == 0 || start + DELAY_MIN <= self.end;
        (is_chosen && fits).then(|| {
            self.shown += 1;
            start
        })
    }

    /// The start of the next frame that is shown.
    pub(super) fn next_shown(&mut self) -> Option<u64> {
        while self.next < self.count {
            if let Some(start) = self.next_start() {
                return Some(start);
            }
        }
        None
    }
}

/// The delays that together are `total`: as few as there can be, for each has 16 bits, and about as long as one another.
pub(super) fn delays(total: u64) -> impl ExactSizeIterator<Item = u16> {
    let count = total.div_ceil(u64::from(u16::MAX)).max(1);
    let up_to = move |k: u64| (u128::from(total) * u128::from(k) / u128::from(count)) as u64;
    // Below 2^47 for any total.
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    (0..count).map(move |k| (up_to(k as u64 + 1) - up_to(k as u64)) as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frame_starts_are_rounded_and_spaced() {
        let check = |rate: &str, count: u64, frames: &[u64], expected: &[u64]| {
            let rate = rate.parse().unwrap();
            let mut timing = Timing::new(rate, count);
            let shown: Vec<(u64, u64)> =
                (0..count).filter_map(|index| Some((index, timing.next_start()?))).collect();
            let mut starts: Vec<u64> = shown.iter().map(|&(_, start)| start).collect();
            starts.push(timing.end());
            assert_eq!(starts, expected, "{rate} fps, {count} frames");
            assert_eq!(shown.iter().map(|&(index, _)| index).collect::<Vec<_>>(), frames, "{rate} fps");
        };
        check("10", 3, &[0, 1, 2], &[0, 10, 20, 30]);
        check("30", 4, &[0, 1, 2, 3], &[0, 3, 7, 10, 13]);
        check("50", 3, &[0, 1, 2], &[0, 2, 4, 6]);
        // 1.2 frames from one to the next.
        check("60", 12, &[0, 1, 2, 4, 5, 6, 7, 8, 10, 11], &[0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
        check("60", 6, &[0, 1, 2, 4, 5], &[0, 2, 4, 6, 8, 10]);
        check("100", 4, &[0, 2], &[0, 2, 4]);
        check("100", 5, &[0, 2], &[0, 2, 5]);
        // 2.4 frames.
        check("120", 12, &[0, 2, 5, 7, 10], &[0, 2, 4, 6, 8, 10]);
        check("144", 1, &[0], &[0, 1]);
        check("1/1000", 1, &[0], &[0, 100_000]);
    }

    #[test]
    fn the_total_is_exact_at_any_rate() {
        for rate in [
            "24", "25", "29.97", "48", "50", "51", "59.94", "60", "75", "99", "120", "144", "1000", "7",
            "1/3",
        ] {
            let rate: FrameRate = rate.parse().unwrap();
            for count in [1, 2, 59, 60, 61, 1000] {
                let mut timing = Timing::new(rate, count);
                let starts: Vec<_> = (0..count).filter_map(|_| timing.next_start()).collect();
                assert_eq!(starts[0], 0);
                let exact = count as f64 * 100.0 / rate.as_f64();
                assert!((timing.end() as f64 - exact).abs() <= 0.5 + 1e-9, "{rate} {count}");
                let all: Vec<_> = starts.into_iter().chain([timing.end()]).collect();
                assert!(all.len() == 2 || all.windows(2).all(|w| w[1] - w[0] >= DELAY_MIN), "{rate} {count}");
                if rate.as_f64() > 50.0 && all.len() > 2 {
                    assert!(
                        all[..all.len() - 1].windows(2).all(|w| w[1] - w[0] == DELAY_MIN),
                        "{rate} {count}"
                    );
                }
            }
        }
    }

    #[test]
    fn long_delays_take_as_few_frames_as_they_can() {
        for (total, expected) in
            [(0, 1), (1, 1), (65_535, 1), (65_536, 2), (131_070, 2), (131_071, 3), (100 * 86_400, 132)]
        {
            let all: Vec<u16> = delays(total).collect();
            assert_eq!(all.len(), expected, "{total}");
            assert_eq!(all.iter().map(|&delay| u64::from(delay)).sum::<u64>(), total);
            assert!(all.len() == 1 || all.iter().all(|&delay| u64::from(delay) >= DELAY_MIN));
        }
    }
}
