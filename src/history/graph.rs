//! The graph of revisions: which came of which, in segments, with jump pointers. It holds ids and no texts.

use std::collections::HashMap;

use smallvec::SmallVec;

use super::id::RevisionId;
use super::query;

/// Where a revision is in a graph: its cut and its segment. Valid in the graph that gave it, for as long as that lives:
/// a graph only grows.
///
/// An ancestor's cut is always smaller and its segment's index never larger, so most of what cannot be an ancestor is
/// ruled out before anything is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    // The order of the fields is the order of locations: parents first.
    pub(super) segment: u32,
    pub(super) max_cut: u32,
}

impl Location {
    /// The root's, in every graph.
    pub const ROOT: Self = Self { segment: 0, max_cut: 0 };

    /// The number of revisions on the longest way down to the root.
    pub fn max_cut(self) -> u32 {
        self.max_cut
    }

    /// The index of its segment.
    pub fn segment(self) -> u32 {
        self.segment
    }
}

/// Where a revision is in every graph that has it, on any machine. Ordered by cut, so parents come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// The number of revisions on the longest way down to the root.
    pub max_cut: u32,
    /// The revision.
    pub id: RevisionId,
}

/// What a segment's first revision was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parents {
    /// The root.
    None,
    /// An edit.
    One(Location),
    /// A merge.
    Two(Location, Location),
}

impl Parents {
    /// None, one or two locations.
    pub fn iter(self) -> impl Iterator<Item = Location> {
        let (first, second) = match self {
            Self::None => (None, None),
            Self::One(parent) => (Some(parent), None),
            Self::Two(one, other) => (Some(one), Some(other)),
        };
        first.into_iter().chain(second)
    }
}

/// A run of revisions, each the only parent of the next within the run. Only the first can be a merge; branches may leave
/// from any of them.
#[derive(Clone, Copy, Debug)]
pub struct Segment {
    /// The first revision's cut; the others' follow by ones.
    pub first: u32,
    /// The number of revisions, at least 1.
    pub len: u32,
    /// What the first was made of.
    pub parents: Parents,
    /// The nearest dominator outside: the last revision that every way from the root to this segment passes. The root's
    /// is itself.
    pub base: Location,
    /// A dominator farther down: the bases of bases form a tree, and this is its skew-binary jump pointer, so that any
    /// dominator is reached in a logarithm of steps.
    pub jump: Location,
    /// The number of bases between this segment and the root.
    pub depth: u32,
}

impl Segment {
    /// The last revision's cut.
    pub fn last(&self) -> u32 {
        self.first + (self.len - 1)
    }

    /// How many bases a jump from a segment of some depth skips, plus one: the last term of the depth's skew-binary form.
    pub(super) fn jump_length(depth: u32) -> u32 {
        let mut rest = depth;
        let mut term = 0;
        while rest > 0 {
            // The largest 2^k - 1 that fits.
            term = (1 << (rest.checked_add(1).map_or(32, u32::ilog2)).min(31)) - 1;
            rest -= term;
        }
        term
    }
}

/// Where queries get segments from. Loading is what they are economical with: no query asks for a segment twice.
///
/// A segment's parents, base and jump have smaller indices than its own.
pub trait Segments {
    /// Loads a segment. Its index comes from a [`Location`] of the same graph.
    fn segment(&self, index: u32) -> &Segment;

    /// The id of a revision whose segment has been loaded.
    fn id(&self, at: Location) -> RevisionId;
}

/// Why a revision was not appended. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GraphError {
    /// A parent is not there; append it first.
    UnknownParent(RevisionId),
    /// Neither one parent nor two different ones.
    Parents(usize),
    /// There are 2^31 - 1 revisions, and no more fit.
    Full,
}

/// The most revisions, so that a cut and a mark fit in 32 bits.
const REVISIONS_MAX: u32 = i32::MAX as u32;

/// Where a segment may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Run {
    Continue,
    Begin,
}

#[derive(Clone, Debug)]
struct Stored {
    segment: Segment,
    /// The number of each revision.
    numbers: SmallVec<[u32; 4]>,
}

/// An append-only graph of revisions over [`RevisionId::ROOT`]. Each revision has a *number*: how many were appended
/// before it; the root's is 0.
#[derive(Clone, Debug)]
pub struct Graph {
    segments: Vec<Stored>,
    ids: Vec<RevisionId>,
    locations: Vec<Location>,
    numbers: HashMap<RevisionId, u32>,
    /// Numbers of revisions without children, ascending.
    heads: Vec<u32>,
}

impl Default for Graph {
    fn default() -> Self {
        let segment = Segment {
            first: 0,
            len: 1,
            parents: Parents::None,
            base: Location::ROOT,
            jump: Location::ROOT,
            depth: 0,
        };
        Self {
            segments: vec![Stored { segment, numbers: SmallVec::from_slice(&[0]) }],
            ids: vec![RevisionId::ROOT],
            locations: vec![Location::ROOT],
            numbers: HashMap::from([(RevisionId::ROOT, 0)]),
            heads: vec![0],
        }
    }
}

impl Graph {
    /// Appends a revision on one parent or, for a merge, on two, and gives its location. One that is there already stays
    /// as it is.
    ///
    /// # Errors
    /// An unknown parent, no parent or too many, or a full graph; then nothing is changed.
    pub fn append(&mut self, id: RevisionId, parents: &[RevisionId]) -> Result<Location, GraphError> {
        self.append_as(id, parents, Run::Continue)
    }

    /// Appends a revision as the first of a segment of its own.
    ///
    /// # Errors
    /// As [`append`](Self::append).
    pub fn append_apart(&mut self, id: RevisionId, parents: &[RevisionId]) -> Result<Location, GraphError> {
        self.append_as(id, parents, Run::Begin)
    }

    fn append_as(
        &mut self,
        id: RevisionId,
        parents: &[RevisionId],
        run: Run,
    ) -> Result<Location, GraphError> {
        if let Some(&number) = self.numbers.get(&id) {
            return Ok(self.locations[number as usize]);
        }
        let parent = |id: &RevisionId| self.numbers.get(id).copied().ok_or(GraphError::UnknownParent(*id));
        let number =
            u32::try_from(self.ids.len()).ok().filter(|&n| n < REVISIONS_MAX).ok_or(GraphError::Full)?;
        let (at, of) = match *parents {
            [ref only] => {
                let only = parent(only)?;
                (self.append_edit(self.locations[only as usize], number, run), [only, only])
            }
            [ref one, ref other] if one != other => {
                let (one, other) = (parent(one)?, parent(other)?);
                let locations = [one, other].map(|number| self.locations[number as usize]);
                (self.append_merge(locations, number), [one, other])
            }
            _ => return Err(GraphError::Parents(parents.len())),
        };
        self.ids.push(id);
        self.locations.push(at);
        self.numbers.insert(id, number);
        self.heads.retain(|head| !of.contains(head));
        self.heads.push(number);
        Ok(at)
    }

    fn append_edit(&mut self, parent: Location, number: u32, run: Run) -> Location {
        let Stored { segment, numbers } = &mut self.segments[parent.segment as usize];
        let max_cut = parent.max_cut + 1;
        if run == Run::Continue && segment.last() == parent.max_cut && parent.segment > 0 {
            segment.len += 1;
            numbers.push(number);
            return Location { segment: parent.segment, max_cut };
        }
        self.begin(max_cut, Parents::One(parent), parent, number)
    }

    fn append_merge(&mut self, [one, other]: [Location; 2], number: u32) -> Location {
        let base = query::common_base(self, one, other);
        let max_cut = one.max_cut.max(other.max_cut) + 1;
        self.begin(max_cut, Parents::Two(one, other), base, number)
    }

    fn begin(&mut self, first: u32, parents: Parents, base: Location, number: u32) -> Location {
        let of_base = self.segments[base.segment as usize].segment;
        let depth = of_base.depth + 1;
        // Two jumps of one length become one of both and a step more.
        let jump = if Segment::jump_length(depth) == 1 {
            base
        } else {
            self.segments[of_base.jump.segment as usize].segment.jump
        };
        // Every segment has a revision, and revisions are counted in 32 bits.
        let index = self.segments.len() as u32;
        let segment = Segment { first, len: 1, parents, base, jump, depth };
        self.segments.push(Stored { segment, numbers: SmallVec::from_slice(&[number]) });
        Location { segment: index, max_cut: first }
    }

    /// The number of revisions, the root included.
    pub fn revisions(&self) -> usize {
        self.ids.len()
    }

    /// The number of segments.
    pub fn segments(&self) -> usize {
        self.segments.len()
    }

    /// Where a revision is; `None` if it is not there.
    pub fn find(&self, id: RevisionId) -> Option<Location> {
        self.numbers.get(&id).map(|&number| self.locations[number as usize])
    }

    /// The same for every machine.
    pub fn address(&self, at: Location) -> Address {
        Address { max_cut: at.max_cut, id: self.id(at) }
    }

    /// Every id, in the order in which they were appended; the root is the first.
    pub fn ids(&self) -> &[RevisionId] {
        &self.ids
    }

    /// The revisions that nothing was made of yet, the oldest first. Never empty.
    pub fn heads(&self) -> impl ExactSizeIterator<Item = Location> {
        self.heads.iter().map(|&number| self.locations[number as usize])
    }

    /// What a revision was made of: none for the root, two for a merge.
    pub fn parents(&self, at: Location) -> impl Iterator<Item = Location> {
        let segment = self.segment(at.segment);
        let inside = at.max_cut > segment.first;
        let before = Location { max_cut: at.max_cut.wrapping_sub(1), ..at };
        let parents = if inside { Parents::One(before) } else { segment.parents };
        parents.iter()
    }

    pub(super) fn number(&self, at: Location) -> u32 {
        let Stored { segment, numbers } = &self.segments[at.segment as usize];
        numbers[(at.max_cut - segment.first) as usize]
    }
}

impl Segments for Graph {
    // Across crates, too: a query asks for nothing else in its loop.
    #[inline]
    fn segment(&self, index: u32) -> &Segment {
        &self.segments[index as usize].segment
    }

    fn id(&self, at: Location) -> RevisionId {
        self.ids[self.number(at) as usize]
    }
}
