//! Logical time: flicks, frame rates, phases and pulses, all in integers.
//!
//! One unit, the *flick*, 1/705 600 000 s: every frame of 24, 25, 30, 48, 50, 60, 90, 100 and 120 frames per second
//! and of their x/1.001 cousins starts on a whole flick, so nothing drifts.

use std::fmt;

use crate::diagnostic::quote;

/// Flicks in a second.
pub const FLICKS_PER_SECOND: u64 = 705_600_000;

/// A point in time or a duration, in flicks. 64 bits hold 828 years.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Flicks(pub u64);

impl Flicks {
    /// The start of time.
    pub const ZERO: Self = Self(0);

    /// Whole milliseconds.
    pub const fn from_millis(ms: u64) -> Self {
        Self(ms * (FLICKS_PER_SECOND / 1000))
    }

    /// Whole seconds.
    pub const fn from_secs(s: u64) -> Self {
        Self(s * FLICKS_PER_SECOND)
    }

    /// The nearest flick to `seconds`; `None` when it is negative, not finite or beyond 64 bits.
    pub fn from_secs_f64(seconds: f64) -> Option<Self> {
        let flicks = (seconds * FLICKS_PER_SECOND as f64).round();
        (flicks >= 0.0 && flicks < u64::MAX as f64).then_some(Self(flicks as u64))
    }

    /// A host's clock reading, rounded down to a flick.
    pub fn from_duration(duration: std::time::Duration) -> Self {
        let flicks = duration.as_nanos() * u128::from(FLICKS_PER_SECOND) / 1_000_000_000;
        Self(u64::try_from(flicks).unwrap_or(u64::MAX))
    }

    /// Seconds. Whole seconds and the rest are converted apart, so the rest keeps its precision for ever.
    pub fn as_secs_f64(self) -> f64 {
        (self.0 / FLICKS_PER_SECOND) as f64 + (self.0 % FLICKS_PER_SECOND) as f64 / FLICKS_PER_SECOND as f64
    }

    /// The time since `earlier`, zero where `earlier` is later.
    pub const fn since(self, earlier: Self) -> Self {
        Self(self.0.saturating_sub(earlier.0))
    }

    /// Where time stands in a cycle of `period`, in `[0, 1)`: the remainder is taken in integers, so a phase is as
    /// exact after a year as in the first second. A period of 0 has phase 0.
    pub fn phase(self, period: Self) -> f64 {
        match self.0.checked_rem(period.0) {
            Some(rest) => rest as f64 / period.0 as f64,
            None => 0.0,
        }
    }

    /// As [`phase`](Self::phase), but there and back: 0 to 1 in one period, 1 to 0 in the next.
    pub fn phase_ping_pong(self, period: Self) -> f64 {
        let Some(cycle) = self.0.checked_div(period.0) else { return 0.0 };
        let phase = self.phase(period);
        if cycle % 2 == 0 { phase } else { 1.0 - phase }
    }

    /// The time from the start of a cycle of `period` that began `offset` before time did: below `period`.
    pub(crate) fn in_cycle(self, period: Self, offset: Self) -> Self {
        if offset.0 == 0 {
            return self;
        }
        let shifted = u128::from(self.0) + u128::from(offset.0);
        // Below the period, and so it fits.
        Self(shifted.checked_rem(u128::from(period.0)).unwrap_or(0) as u64)
    }

    /// As [`in_cycle`](Self::in_cycle), of two periods, there and back.
    pub(crate) fn in_two_cycles(self, period: Self, offset: Self) -> Self {
        if offset.0 == 0 {
            return self;
        }
        let shifted = u128::from(self.0) + u128::from(offset.0);
        let rest = shifted.checked_rem(2 * u128::from(period.0)).unwrap_or(0);
        // A period of more than half of all time has no way back.
        Self(u64::try_from(rest).unwrap_or(u64::MAX))
    }

    /// How much of `duration` has passed, `0..=1`. A duration of 0 is over at once.
    pub fn progress(self, duration: Self) -> f64 {
        if self >= duration { 1.0 } else { self.0 as f64 / duration.0 as f64 }
    }
}

impl fmt::Display for Flicks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3} s", self.as_secs_f64())
    }
}

/// The multiples of `every` in `(previous, now]`, each at its own time: the same pulses at any frame rate, after a
/// stall and when seeking. An `every` of 0 has none.
pub fn pulses(previous: Flicks, now: Flicks, every: Flicks) -> impl ExactSizeIterator<Item = Flicks> {
    let first = previous.0.checked_div(every.0).map_or(0, |k| k + 1);
    let count = pulse_count(previous, now, every);
    (0..usize::try_from(count).unwrap_or(usize::MAX)).map(move |k| Flicks((first + k as u64) * every.0))
}

/// How many multiples of `every` lie in `(previous, now]`.
pub fn pulse_count(previous: Flicks, now: Flicks, every: Flicks) -> u64 {
    match (now.0.checked_div(every.0), previous.0.checked_div(every.0)) {
        (Some(now), Some(previous)) => now.saturating_sub(previous),
        _ => 0,
    }
}

/// Frames per second as a ratio, exact for any index: see [`start`](Self::start).
///
/// ```
/// use pavane::{Flicks, FrameRate};
///
/// let film = FrameRate::new(24_000, 1_001).unwrap();
/// // A thousand times a thousand frames later nothing has drifted.
/// assert_eq!(film.start(24_000_000), Some(Flicks::from_secs(1_001_000)));
/// assert_eq!(film.frame_at(Flicks::from_secs(1_001_000)), 24_000_000);
/// ```
///
/// From a frame in [`FrameRate::LONGEST_FRAME`] to [`FrameRate::MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FrameRate {
    numerator: u32,
    denominator: u32,
}

impl FrameRate {
    /// 60 frames per second.
    pub const SIXTY: Self = Self { numerator: 60, denominator: 1 };
    /// The highest rate, in frames per second.
    pub const MAX: u32 = 1_000_000;

    /// How long a frame lasts at the lowest rate, in seconds: a day.
    pub const LONGEST_FRAME: u32 = 86_400;

    /// `numerator / denominator` frames per second; `None` when either is 0, when the rate is above
    /// [`MAX`](Self::MAX), or when a frame would last longer than [`LONGEST_FRAME`](Self::LONGEST_FRAME).
    pub const fn new(numerator: u32, denominator: u32) -> Option<Self> {
        let (n, d) = (numerator as u64, denominator as u64);
        if n == 0 || d == 0 || n > Self::MAX as u64 * d || d > Self::LONGEST_FRAME as u64 * n {
            return None;
        }
        Some(Self { numerator, denominator })
    }

    /// What people mean by a decimal: whole frames per second, or a rate of television (x/1.001) by its rounded name,
    /// as 29.97 is 30000/1001. `None` for any other number: a ratio says exactly what is meant.
    pub fn from_decimal(rate: f64) -> Option<Self> {
        let television = (rate * 1.001).round();
        if rate.fract() == 0.0 && (1.0..=f64::from(Self::MAX)).contains(&rate) {
            return Self::new(rate as u32, 1);
        }
        if (rate * 1.001 - television).abs() < 1e-3 && (1.0..=1_000.0).contains(&television) {
            return Self::new(television as u32 * 1_000, 1_001);
        }
        None
    }

    /// The numerator as it was given.
    pub const fn numerator(self) -> u32 {
        self.numerator
    }

    /// The denominator as it was given.
    pub const fn denominator(self) -> u32 {
        self.denominator
    }

    /// Frames per second.
    pub fn as_f64(self) -> f64 {
        f64::from(self.numerator) / f64::from(self.denominator)
    }

    /// When frame `index` starts, from the index alone, so errors never add up. `None` beyond 64 bits.
    pub fn start(self, index: u64) -> Option<Flicks> {
        let flicks = u128::from(index) * u128::from(FLICKS_PER_SECOND) * u128::from(self.denominator)
            / u128::from(self.numerator);
        u64::try_from(flicks).ok().map(Flicks)
    }

    /// The frame that is on screen at `time`: the last one that started at or before it.
    pub fn frame_at(self, time: Flicks) -> u64 {
        // Starts are rounded down, so the frame is the largest `i` with `i * F * d / n < time + 1`.
        let limit = (u128::from(time.0) + 1) * u128::from(self.numerator);
        let length = u128::from(FLICKS_PER_SECOND) * u128::from(self.denominator);
        u64::try_from((limit - 1) / length).unwrap_or(u64::MAX)
    }
}

impl fmt::Display for FrameRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.denominator {
            1 => write!(f, "{}", self.numerator),
            denominator => write!(f, "{}/{denominator}", self.numerator),
        }
    }
}

impl std::str::FromStr for FrameRate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let ratio = match text.split_once('/') {
            Some((numerator, denominator)) => {
                let ratio = numerator.trim().parse().ok().zip(denominator.trim().parse().ok());
                ratio.and_then(|(n, d)| Self::new(n, d))
            }
            None if text.trim().bytes().all(|c| c.is_ascii_digit() || c == b'.') => {
                text.trim().parse().ok().and_then(Self::from_decimal)
            }
            None => None,
        };
        ratio.ok_or_else(|| {
            format!(
                "{} is not a frame rate: write whole frames per second (60), 29.97 and the like, or a ratio \
                 (30000/1001, 1/2), from 1/{} to {}",
                quote(text),
                Self::LONGEST_FRAME,
                Self::MAX
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_start_on_whole_flicks() {
        for (n, d) in
            [(24, 1), (25, 1), (30, 1), (48, 1), (50, 1), (60, 1), (90, 1), (100, 1), (120, 1), (144, 1)]
        {
            assert_eq!(FLICKS_PER_SECOND * d % n, 0, "{n}/{d}");
        }
        for (n, d) in [(24_000, 1001), (30_000, 1001), (60_000, 1001), (120_000, 1001)] {
            assert_eq!(FLICKS_PER_SECOND * d % n, 0, "{n}/{d}");
        }
    }

    #[test]
    fn rates_are_written_as_people_write_them() {
        let check = |text: &str, expected: Option<(u32, u32)>| {
            let found = text.parse::<FrameRate>().ok().map(|rate| (rate.numerator, rate.denominator));
            assert_eq!(found, expected, "{text}");
        };
        check("60", Some((60, 1)));
        check("30000/1001", Some((30_000, 1001)));
        check("50/2", Some((50, 2)));
        check("23.976", Some((24_000, 1001)));
        check("29.97", Some((30_000, 1001)));
        check("59.94", Some((60_000, 1001)));
        check("119.88", Some((120_000, 1001)));
        check("25.0", Some((25, 1)));
        check("1/86400", Some((1, 86_400)));
        check("1000000", Some((1_000_000, 1)));
        for bad in [
            "", "0", "-1", "a", "1e3", "inf", "NaN", "29.9", "12.5", "1.2.3", "+60", "1/0", "0/1", "1/2/3",
            ".",
        ] {
            check(bad, None);
        }
        // A frame that lasts for ever, and more of them than anybody can use.
        for bad in ["1/86401", "1/4294967295", "1000001", "4294967295/4294", "0.0001"] {
            check(bad, None);
        }
    }

    #[test]
    fn frame_starts_do_not_drift() {
        let check = |rate: FrameRate, index: u64, expected: u64| {
            assert_eq!(rate.start(index), Some(Flicks(expected)), "{rate} frame {index}");
            assert_eq!(rate.frame_at(Flicks(expected)), index, "{rate} at {expected}");
        };
        check(FrameRate::SIXTY, 0, 0);
        check(FrameRate::SIXTY, 1, 11_760_000);
        check(FrameRate::SIXTY, 10_000_000, 117_600_000_000_000);
        check(FrameRate::new(30_000, 1001).unwrap(), 30_000, 1001 * FLICKS_PER_SECOND);
        check(FrameRate::new(7, 1).unwrap(), 1, 100_800_000);
        check(FrameRate::new(11, 1).unwrap(), 1, 64_145_454);
        assert_eq!(FrameRate::SIXTY.start(u64::MAX), None);
    }

    #[test]
    fn frame_at_inverts_start() {
        for rate in ["60", "24000/1001", "7", "1/3", "1000000"] {
            let rate: FrameRate = rate.parse().unwrap();
            for index in (0..100).chain(10_000_000..10_000_010) {
                let start = rate.start(index).unwrap();
                assert_eq!(rate.frame_at(start), index, "{rate}");
                if index > 0 {
                    assert_eq!(rate.frame_at(Flicks(start.0 - 1)), index - 1, "{rate}");
                }
            }
        }
    }

    #[test]
    fn phases_stay_in_range_and_exact() {
        let period = Flicks::from_secs(12);
        assert_eq!(Flicks::from_secs(3).phase(period), 0.25);
        assert_eq!(Flicks::from_secs(12 * 1_000_000_000 + 3).phase(period), 0.25);
        assert_eq!(Flicks(u64::MAX).phase(Flicks::ZERO), 0.0);
        assert_eq!(Flicks::from_secs(15).phase_ping_pong(period), 0.75);
        assert_eq!(Flicks::from_secs(6).progress(period), 0.5);
        assert_eq!(Flicks::from_secs(13).progress(period), 1.0);
        assert_eq!(Flicks::ZERO.progress(Flicks::ZERO), 1.0);
    }

    #[test]
    fn the_same_pulses_at_any_frame_rate() {
        let every = Flicks::from_millis(130);
        let all = |rate: FrameRate, frames: u64| -> Vec<Flicks> {
            let starts: Vec<_> = (0..=frames).map(|i| rate.start(i).unwrap()).collect();
            starts.windows(2).flat_map(|w| pulses(w[0], w[1], every)).collect()
        };
        let reference = all(FrameRate::new(1, 2).unwrap(), 1);
        assert_eq!(reference.len(), 15);
        for (rate, frames) in [(24, 48), (60, 120), (144, 288)] {
            assert_eq!(all(FrameRate::new(rate, 1).unwrap(), frames), reference, "{rate} fps");
        }
    }

    #[test]
    fn seconds_round_trip() {
        assert_eq!(Flicks::from_secs_f64(0.5), Some(Flicks(352_800_000)));
        for bad in [-1.0, f64::NAN, f64::INFINITY, 1e300] {
            assert_eq!(Flicks::from_secs_f64(bad), None);
        }
        assert_eq!(Flicks::from_duration(std::time::Duration::from_millis(500)), Flicks(352_800_000));
    }
}
