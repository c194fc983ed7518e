//! What a swap kept and what it did not.

use std::fmt;

use crate::program::{Ring, Storage, Type};
use crate::time::{Flicks, FrameRate};

/// What a swap did with state, inputs and time. As text, what a person wants to read after an edit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SwapReport {
    /// Keys of the cells that go on, in the new program's order.
    pub kept: Vec<String>,
    /// Cells that both programs have, but not alike: they start from their initial value.
    pub reset: Vec<ResetCell>,
    /// Keys of the cells that the old program did not have: they start from their initial value.
    pub new: Vec<String>,
    /// Keys of the cells that the new program does not have: their values are gone.
    pub dropped: Vec<String>,
    /// Phases with another period: they go on from where they were.
    pub phases: Vec<PeriodChange>,
    /// Domains with another number of elements, of which some state goes on.
    pub domains: Vec<ResizedDomain>,
    /// Dropped and new cells that may be one value whose name was edited: alike, and the only such pair.
    pub renames: Vec<Rename>,
    /// Input channels whose type or kind changed: they are back at their default. Events of the host that carry something
    /// else, too: what was sent of them is gone.
    pub channels: Vec<String>,
    /// How many occurrences that were scheduled have no event any more.
    pub cues: u32,
    /// The frame rates, where they differ.
    pub rate: Option<RateChange>,
}

/// A cell that was not kept, though both programs have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResetCell {
    /// Its key.
    pub key: String,
    /// What changed; the first where it is more than one thing.
    pub reason: ResetReason,
}

/// Why a cell starts from its initial value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResetReason {
    /// It has another type.
    Type {
        /// The old one.
        from: Type,
        /// The new one.
        to: Type,
    },
    /// It lives in another store.
    Storage {
        /// The old one.
        from: Storage,
        /// The new one.
        to: Storage,
    },
    /// Elements of another domain have it; none is one value for all.
    Domain {
        /// The old domain's name.
        from: Option<String>,
        /// The new domain's name.
        to: Option<String>,
    },
    /// Its delay line is another one.
    Ring {
        /// The old one.
        from: Option<Ring>,
        /// The new one.
        to: Option<Ring>,
    },
}

/// A phase with another period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeriodChange {
    /// Its key.
    pub key: String,
    /// The old period.
    pub from: Flicks,
    /// The new one.
    pub to: Flicks,
}

/// A domain with another number of elements, whose state goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResizedDomain {
    /// Its name.
    pub name: String,
    /// How many elements it had.
    pub from: u32,
    /// How many it has: of these, those that it had go on, by index; the others start from their initial value.
    pub to: u32,
}

/// What may have been a renamed cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rename {
    /// The key that is gone.
    pub from: String,
    /// The key that is new.
    pub to: String,
}

/// Another frame rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateChange {
    /// Frames per second of the old program.
    pub from: FrameRate,
    /// Frames per second of the new one.
    pub to: FrameRate,
    /// The number of the frame on screen, before and after; none before the first frame.
    pub frames: Option<(u64, u64)>,
}

impl fmt::Display for ResetReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let domain = |name: &Option<String>| match name {
            None => "one value for all".to_owned(),
            Some(name) => format!("one per element of `{name}`"),
        };
        let ring = |ring: &Option<Ring>| match ring {
            None => "no delay".to_owned(),
            Some(Ring { length, timed: false, .. }) => format!("a delay of {}", counted(*length, "frame")),
            Some(Ring { length, timed: true, .. }) => {
                format!("a delay by time over {}", counted(*length, "frame"))
            }
        };
        match self {
            Self::Type { from, to } => write!(f, "{from} became {to}"),
            Self::Storage { from, to } => write!(f, "{from} became {to}"),
            Self::Domain { from, to } => write!(f, "{} became {}", domain(from), domain(to)),
            Self::Ring { from, to } => write!(f, "{} became {}", ring(from), ring(to)),
        }
    }
}

impl fmt::Display for ResetCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` ({})", self.key, self.reason)
    }
}

impl fmt::Display for SwapReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut clauses = Vec::new();
        if !self.kept.is_empty() {
            clauses.push(format!("kept {}", counted(self.kept.len() as u32, "cell")));
        }
        let named = |keys: &[String]| listed(keys.iter().map(|key| format!("`{key}`")));
        if !self.reset.is_empty() {
            clauses.push(format!("reset {}", listed(self.reset.iter().map(ResetCell::to_string))));
        }
        if !self.dropped.is_empty() {
            clauses.push(format!("dropped {}", named(&self.dropped)));
        }
        if !self.new.is_empty() {
            clauses.push(format!("new: {}", named(&self.new)));
        }
        match clauses.as_slice() {
            [] => f.write_str("no state to keep")?,
            clauses => f.write_str(&clauses.join("; "))?,
        }
        for PeriodChange { key, from, to } in &self.phases {
            write!(f, "\n`{key}` goes on where it was, with a period of {to} instead of {from}")?;
        }
        for ResizedDomain { name, from, to } in &self.domains {
            write!(f, "\n`{name}` has {} instead of {from}: ", counted(*to, "element"))?;
            f.write_str(match from < to {
                true => "those that it had go on, the new ones start anew",
                false => "those that are left go on",
            })?;
        }
        for Rename { from, to } in &self.renames {
            write!(f, "\n`{from}` is gone and `{to}` is new: a renamed value starts anew")?;
        }
        if !self.channels.is_empty() {
            write!(f, "\nback at their default, with another type or kind: {}", named(&self.channels))?;
        }
        if self.cues > 0 {
            write!(f, "\nscheduled, and gone with its event: {}", counted(self.cues, "occurrence"))?;
        }
        if let Some(RateChange { from, to, frames }) = self.rate {
            write!(f, "\n{from} became {to} frames per second")?;
            if let Some((before, after)) = frames {
                write!(f, ": frame {before} is now frame {after}")?;
            }
        }
        Ok(())
    }
}

/// So many names are said at most.
const LISTED: usize = 5;

/// The first few of some names, and how many more there are.
fn listed(names: impl ExactSizeIterator<Item = String>) -> String {
    let more = names.len().saturating_sub(LISTED);
    let text = names.take(LISTED).collect::<Vec<String>>().join(", ");
    if more > 0 { format!("{text} and {more} more") } else { text }
}

fn counted(count: u32, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
