//! How long frames take and how many there are.

use std::time::Duration;

/// Frames that are looked back at.
const FRAMES: usize = 256;

/// The times of the last frames.
#[derive(Debug)]
pub(super) struct Times {
    /// Nanoseconds, the oldest overwritten first.
    last: [u64; FRAMES],
    count: usize,
    next: usize,
}

impl Default for Times {
    fn default() -> Self {
        Self { last: [0; FRAMES], count: 0, next: 0 }
    }
}

impl Times {
    pub(super) fn add(&mut self, time: Duration) {
        self.last[self.next] = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.next = (self.next + 1) % FRAMES;
        self.count = (self.count + 1).min(FRAMES);
    }

    /// A percentile of frame times, in milliseconds; 0 without frames.
    pub(super) fn percentile(&self, percent: usize) -> f64 {
        let mut sorted = self.last;
        let sorted = &mut sorted[..self.count];
        sorted.sort_unstable();
        let rank = (sorted.len() * percent).div_ceil(100);
        sorted.get(rank.saturating_sub(1)).map_or(0.0, |&time| time as f64 / 1e6)
    }
}

/// Events per second, over about a second.
#[derive(Debug, Default)]
pub(super) struct PerSecond {
    count: u32,
    time: Duration,
    rate: f64,
}

impl PerSecond {
    /// Adds `count` events that took `time` together.
    pub(super) fn add(&mut self, count: u32, time: Duration) {
        self.count += count;
        self.time += time;
        if self.time >= Duration::from_millis(500) {
            self.rate = f64::from(self.count) / self.time.as_secs_f64();
            (self.count, self.time) = (0, Duration::ZERO);
        }
    }

    pub(super) fn rate(&self) -> f64 {
        self.rate
    }
}

/// What the statistics show.
#[derive(Debug, Default)]
pub(super) struct Stats {
    /// Evaluation of frames.
    pub(super) frames: Times,
    /// Drawing them.
    pub(super) pictures: Times,
    /// Frames that came onto the screen.
    pub(super) shown: PerSecond,
    /// Frames that did not, since there was no time for them.
    pub(super) dropped: PerSecond,
    /// How many of these there were in all when they were counted last.
    pub(super) skipped: u64,
    /// Allocations of the last evaluation; none where nobody counts them.
    pub(super) allocations: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_of_the_last_frames() {
        let mut times = Times::default();
        assert!(times.percentile(50).abs() < 1e-12);
        for ms in 1..=100 {
            times.add(Duration::from_millis(ms));
        }
        assert_eq!((times.percentile(50), times.percentile(99), times.percentile(100)), (50.0, 99.0, 100.0));
        for _ in 0..FRAMES {
            times.add(Duration::from_millis(7));
        }
        assert_eq!((times.percentile(1), times.percentile(100)), (7.0, 7.0));
    }

    #[test]
    fn rates_are_of_the_last_half_second() {
        let mut rate = PerSecond::default();
        (0..25).for_each(|_| rate.add(1, Duration::from_millis(20)));
        assert_eq!(rate.rate(), 50.0);
        (0..50).for_each(|_| rate.add(1, Duration::from_millis(10)));
        assert_eq!(rate.rate(), 100.0);
    }
}
