//! Elements that come and go, as passes of the planner hand them on: the sets of domains, the columns that the engine keeps
//! of elements, continued values and fades.

use super::expr::Kind;
use super::lower::Parts;
use crate::id::{BufferId, DomainId, ExprId, ReactionId, Register};
use crate::program::{Full, Policy};
use crate::time::Flicks;

/// Something that the engine keeps of every element of a domain, in a field buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ElementColumn {
    /// Its identity.
    Id,
    /// Seconds since it came.
    Age,
    /// How much of its life is over.
    Life,
    /// Whether it came in this frame.
    IsNew,
    /// A component of what the host gives, counted through all inputs.
    Input(u32),
    /// How far it has come into sight, by a row of the fades.
    Fade(u32),
    /// Of a new one that an event bore: something as it was then, by its row among what is taken for the domain.
    Taken(u32, Kind),
}

impl ElementColumn {
    /// Whether it stays what it is in frames that do not write it.
    pub(super) fn is_kept(self) -> bool {
        match self {
            Self::Id | Self::Input(_) | Self::Taken(..) => true,
            Self::Age | Self::Life | Self::IsNew | Self::Fade(_) => false,
        }
    }

    /// For people.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Age => "age",
            Self::Life => "life",
            Self::IsNew => "is_new",
            Self::Input(_) => "input",
            Self::Fade(_) => "fade",
            Self::Taken(..) => "at_birth",
        }
    }
}

/// How the elements of a domain come and go, `X` being how numbers are named.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Set<X> {
    Counted {
        /// How many there are.
        count: X,
        /// What the program says, before it is brought into range.
        number: X,
        /// In which stage that is known.
        stage: u32,
    },
    Born {
        every: X,
        /// Of the element that is being born.
        lives: X,
        full: Full,
        stage: u32,
    },
    BornOn {
        full: Full,
        /// Works out what is taken of the turn.
        reaction: ReactionId,
    },
    Host,
    /// The letters of a text.
    Letters {
        /// Which domain of letters it is, among those.
        row: u32,
        text: X,
        /// The size, how wide lines may be, how far they are apart, what is put between letters, and how heavy they are.
        numbers: [X; 5],
        stage: u32,
    },
}

pub(super) type LoweredSet = Set<ExprId>;
/// With registers.
pub(crate) type SetPlan = Set<Register>;

impl<X: Copy> Set<X> {
    pub(crate) fn stage(&self) -> u32 {
        match *self {
            Self::Counted { stage, .. } | Self::Born { stage, .. } | Self::Letters { stage, .. } => stage,
            // Known before anything else is.
            Self::BornOn { .. } | Self::Host => 0,
        }
    }

    /// What is evaluated with the signals of a frame.
    pub(super) fn signals(&self) -> impl Iterator<Item = X> {
        let (first, more) = match *self {
            Self::Counted { count, number, .. } => ([Some(count), Some(number)], [None; 5]),
            Self::Born { every, .. } => ([Some(every), None], [None; 5]),
            Self::Letters { text, numbers, .. } => ([Some(text), None], numbers.map(Some)),
            Self::BornOn { .. } | Self::Host => ([None, None], [None; 5]),
        };
        first.into_iter().chain(more).flatten()
    }

    pub(super) fn map<Y>(self, mut f: impl FnMut(X) -> Y) -> Set<Y> {
        match self {
            Self::Counted { count, number, stage } => {
                Set::Counted { count: f(count), number: f(number), stage }
            }
            Self::Born { every, lives, full, stage } => {
                Set::Born { every: f(every), lives: f(lives), full, stage }
            }
            Self::BornOn { full, reaction } => Set::BornOn { full, reaction },
            Self::Host => Set::Host,
            Self::Letters { row, text, numbers, stage } => {
                Set::Letters { row, text: f(text), numbers: numbers.map(f), stage }
            }
        }
    }
}

/// A continued value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LoweredContinuity {
    pub(super) key: String,
    pub(super) domain: DomainId,
    pub(super) policy: Policy,
    /// Of an angle, what a turn is: of that the short way round is taken.
    pub(super) turn: Option<f32>,
    /// What it is of itself; nothing where no pass shows it.
    pub(super) parts: Parts,
    /// What passes show.
    pub(super) shown: Parts,
    /// The stage behind whose sweeps it is worked out.
    pub(super) stage: u32,
}

/// A component of a continued value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ContinuedPart {
    /// What it is of itself.
    pub(crate) base: BufferId,
    /// What passes show while something is left of an edit.
    pub(crate) shown: BufferId,
    /// What it was of itself in the frame before, if a spring continues it.
    pub(crate) before: Option<BufferId>,
    /// Whether what it is of itself is a column that not every frame writes.
    pub(crate) is_kept: bool,
    /// Whether an idle frame does not write what it is of itself.
    pub(crate) is_unwritten: bool,
}

/// A continued value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ContinuityPlan {
    pub(crate) key: String,
    pub(crate) domain: DomainId,
    pub(crate) policy: Policy,
    pub(crate) turn: Option<f32>,
    pub(crate) parts: Vec<ContinuedPart>,
    pub(crate) stage: u32,
    /// Whether something is made of it that idle frames compute in another way.
    pub(crate) idles: bool,
    /// Whether it is a spring whose values of the last two frames an edit works out once more.
    pub(crate) is_recalled: bool,
    /// Of a colour whose components are not in buffers in idle frames: where it is packed.
    pub(crate) packed: Option<BufferId>,
    /// Which domains' sets it is made of, a bit each for the first 64; of others it is said that it is.
    pub(crate) of_sets: u64,
}

impl DomainPlan {
    /// Whether its elements have to be looked after: they come and go, or something of them is kept over an edit.
    pub(crate) fn is_watched(&self) -> bool {
        self.set.is_some() || self.is_kept
    }

    /// Whether it is of importance how its elements came to be there.
    pub(crate) fn has_history(&self) -> bool {
        match self.set {
            Some(SetPlan::Born { .. } | SetPlan::BornOn { .. } | SetPlan::Host | SetPlan::Letters { .. }) => {
                true
            }
            Some(SetPlan::Counted { .. }) => self.is_kept || self.is_dated,
            None => false,
        }
    }

    /// The stage from which on its elements are known.
    pub(crate) fn stage(&self) -> u32 {
        self.set.map_or(0, |set| set.stage())
    }
}

/// How elements come into sight and leave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FadePlan {
    pub(crate) key: String,
    pub(crate) domain: DomainId,
    pub(crate) enter: Flicks,
    pub(crate) leave: Flicks,
}

/// A column that the engine fills in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ColumnPlan {
    pub(crate) domain: DomainId,
    pub(crate) column: ElementColumn,
    pub(crate) buffer: BufferId,
}

/// What is needed of the elements of a domain that is changed by edits.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct DomainPlan {
    pub(crate) set: Option<SetPlan>,
    /// The buffers that passes read of elements that have gone but are still drawn.
    pub(crate) kept: Vec<BufferId>,
    /// How long elements that are gone are drawn.
    pub(crate) leave: Flicks,
    /// Whether something of its elements is kept over an edit: they fade, or a value is continued.
    pub(crate) is_kept: bool,
    /// Whether something is made of when its elements came.
    pub(crate) is_dated: bool,
    /// How many numbers are taken of the turn of an event that bears an element.
    pub(crate) taken: usize,
}
