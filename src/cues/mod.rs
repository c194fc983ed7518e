//! Cues: what happens, in exact logical time.
//!
//! A [`Cue`] is something that is scheduled: on a channel, at a [`Tag`], with a payload. [`Cues`] keeps those that are
//! pending, in an order that depends on nothing but what was pushed: by tag; at one tag by channel; on one channel in the
//! order of scheduling. What becomes of cues of a channel that are too close together is said by its [`ChannelRules`].
//!
//! The store takes all its memory at construction and holds what is pending, nothing else. What time has passed is gone
//! whether or not somebody read it, so whoever owns the store lets time pass and readers only read:
//!
//! ```
//! use pavane::Flicks;
//! use pavane::cues::{ChannelId, ChannelRules, Cues, Tag};
//!
//! const CLICK: ChannelId = ChannelId(0);
//! let frame = Flicks::from_millis(16);
//! let mut cues = Cues::new(64, &[ChannelRules::default()], frame);
//! cues.push(Tag::at(Flicks(200)), CLICK, 2.0)?;
//! cues.push(Tag::at(Flicks(100)), CLICK, 1.0)?;
//!
//! let mut heard = Vec::new();
//! while let Some(tag) = cues.advance(Flicks(1000)) {
//!     for k in 0..cues.get_current(tag).len() {
//!         let cue = cues.get_current(tag)[k];
//!         heard.push(cue.payload);
//!         // Something without a delay happens in the next step of the same instant.
//!         if cue.payload == 1.0 {
//!             cues.push(tag.after(Flicks::ZERO), CLICK, 1.5)?;
//!         }
//!     }
//! }
//! assert_eq!(heard, [1.0, 1.5, 2.0]);
//!
//! // Time has passed.
//! assert!(cues.push(Tag::at(Flicks(150)), CLICK, 3.0).is_err());
//! # Ok::<(), pavane::cues::PushError>(())
//! ```

mod calendar;
mod cue;
mod entry;
mod lists;
mod rules;
mod run;
mod store;
mod table;
mod tag;
#[cfg(test)]
mod tests;

pub use cue::{Counters, Cue, CueId, Full, Late, Outcome, PushError, Pushed, RescheduleError};
pub use rules::{ChannelId, ChannelRules, Merge, Policy};
pub use store::{Cues, Snapshot};
pub use tag::Tag;
