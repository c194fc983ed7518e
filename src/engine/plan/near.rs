//! Pairs of elements nearby, as passes of the planner hand them on. Pairs are elements of domains of their own, whose numbers come
//! behind those of the program's: they have no rows, no state and no buffers, and nothing but folds reads what they have.

use smallvec::SmallVec;

use super::lower::Parts;
use crate::id::{BufferId, DomainId, ExprId, Register};
use crate::program::meaning::Fold;

/// The pairs of elements of a domain that are closer than a radius.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LoweredPairs {
    /// Whose elements.
    pub(super) domain: DomainId,
    pub(super) position: Parts,
    pub(super) radius: ExprId,
    pub(super) most: u32,
    pub(super) wraps: bool,
    /// The stage from which on they are known.
    pub(super) stage: u32,
}

/// One value per element of what its pairs have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct LoweredFold {
    /// The domain of the pairs.
    pub(super) pairs: DomainId,
    pub(super) of: ExprId,
    pub(super) how: Fold,
}

/// What is done with pairs, all of it lowered.
#[derive(Debug, Default)]
pub(super) struct LoweredNear {
    pub(super) pairs: Vec<LoweredPairs>,
    /// What an end of a pair is asked for, and whose elements have it.
    pub(super) ends: Vec<(DomainId, ExprId)>,
    pub(super) folds: Vec<LoweredFold>,
}

impl LoweredNear {
    /// Changes every expression of lanes.
    pub(super) fn replace(&mut self, f: impl Fn(ExprId) -> ExprId) {
        self.pairs.iter_mut().flat_map(|pairs| &mut pairs.position).for_each(|part| *part = f(*part));
        self.ends.iter_mut().for_each(|(_, part)| *part = f(*part));
        self.folds.iter_mut().for_each(|fold| fold.of = f(fold.of));
    }
}

/// The pairs of elements of a domain, with registers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PairsPlan {
    pub(crate) domain: DomainId,
    /// The buffers of two or three coordinates; none where nothing is made of the pairs.
    pub(crate) position: SmallVec<[BufferId; 3]>,
    pub(crate) radius: Register,
    pub(crate) most: u32,
    pub(crate) wraps: bool,
    pub(crate) stage: u32,
}

/// Where a fold goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct FoldPlan {
    pub(crate) how: Fold,
    pub(crate) buffer: BufferId,
}
