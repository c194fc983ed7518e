//! Tags: instants of logical time and the steps within them.

use crate::time::Flicks;

/// When something happens: flicks since the start, and which of the steps of that instant.
///
/// Ordered by offset, then by microstep: all steps of an instant come before the next instant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag {
    /// Time since the start.
    pub offset: Flicks,
    /// The step within that instant, from 0.
    pub microstep: u32,
}

impl Tag {
    /// The first step of the start of time.
    pub const ZERO: Self = Self::at(Flicks::ZERO);

    /// A step of an instant.
    pub const fn new(offset: Flicks, microstep: u32) -> Self {
        Self { offset, microstep }
    }

    /// The first step of an instant.
    pub const fn at(offset: Flicks) -> Self {
        Self::new(offset, 0)
    }

    /// The next step of the same instant; behind step `u32::MAX`, the first step of the next flick. The very last tag of
    /// time has itself as the next.
    #[must_use]
    #[inline]
    pub const fn next(self) -> Self {
        match (self.microstep.checked_add(1), self.offset.0.checked_add(1)) {
            (Some(microstep), _) => Self::new(self.offset, microstep),
            (None, Some(offset)) => Self::at(Flicks(offset)),
            (None, None) => self,
        }
    }

    /// The tag of what is scheduled from here with a delay: the next step of this instant when it is 0, else the first
    /// step of the instant that is `delay` later. A positive delay forgets the microstep. Ends at the last flick.
    ///
    /// ```
    /// use pavane::Flicks;
    /// use pavane::cues::Tag;
    ///
    /// let now = Tag::new(Flicks(100), 7);
    /// assert_eq!(now.after(Flicks(0)), Tag::new(Flicks(100), 8));
    /// assert_eq!(now.after(Flicks(5)), Tag::new(Flicks(105), 0));
    /// ```
    #[must_use]
    #[inline]
    pub const fn after(self, delay: Flicks) -> Self {
        if delay.0 == 0 { self.next() } else { Self::at(Flicks(self.offset.0.saturating_add(delay.0))) }
    }
}

impl std::fmt::Display for Tag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}+{}", self.offset.0, self.microstep)
    }
}
