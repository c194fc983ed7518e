//! Hoisting: lanes that never change and are dear to compute get a buffer that is filled at load.
//!
//! Takes the roots and the rates; adds roots for what is worth it. A hoisted expression is read as a column, which costs
//! memory traffic every frame, so only what costs more than a read is hoisted, and only so much of it that the columns do
//! not push everything else out of the cache. What a read costs depends on how long the column is: see [`Reach`].

use std::cmp::Reverse;

use super::expr::{Atom, Exprs, Kind, Prim};
use super::rates::Rates;
use super::roots::Roots;
use crate::id::{ExprId, Table};
use crate::program::ProgramData;

/// How far away the columns of a domain are from frame to frame, by how long they are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// They lie in the L1 cache from frame to frame, and a read takes less than any instruction on a block of lanes.
    Small,
    /// In the L2 cache.
    Middling,
    /// Further away.
    Large,
}

impl Reach {
    fn of(elements: u32) -> Self {
        match elements {
            0..=1024 => Self::Small,
            1025..=8192 => Self::Middling,
            _ => Self::Large,
        }
    }

    /// From this cost on, in vector operations per block, an expression is hoisted: what is cheaper is computed about as fast
    /// as its column would be read.
    fn cost_min(self) -> u32 {
        match self {
            Self::Small => 0,
            Self::Middling => 6,
            Self::Large => 24,
        }
    }
}

/// At most this many buffers are spent on hoisting for domains that are not small: the dearest expressions get them.
const BUFFERS_MAX: usize = 16;
/// At most so many for small ones, and so many lanes of them all together: 64 KiB.
const SMALL_BUFFERS_MAX: usize = 128;
const SMALL_LANES_MAX: u32 = 16 * 1024;

/// Gives buffers to fixed expressions that cost something and are needed by what is not fixed.
pub(super) fn hoist(program: &ProgramData, exprs: &Exprs, rates: &Rates, roots: &mut Roots) {
    let costs = costs(exprs);
    // An f64 fits no buffer.
    let is_fixed = |id: ExprId| {
        rates.is_fixed(id) && exprs.get(id).domain.is_some() && exprs.get(id).kind != Kind::Double
    };
    let elements = |id: ExprId| {
        let domain = exprs.get(id).domain.map(|domain| &program.domains[domain.index()]);
        domain.map_or(0, |domain| if domain.live.is_some() { domain.capacity } else { domain.count })
    };
    // A column is no cheaper than a column; the number of a lane is worked out.
    let is_worked_out = |id: ExprId| costs[id] > 0 || exprs.get(id).atom == Atom::Index;
    let is_worth_it = |id: ExprId| is_worked_out(id) && costs[id] >= Reach::of(elements(id)).cost_min();
    let mut seen = Table::filled(false, exprs.len());
    let mut queued = Table::filled(false, exprs.len());
    let mut stack: Vec<ExprId> =
        roots.list.iter().map(|root| root.expr).filter(|&id| !is_fixed(id)).collect();
    let mut found: Vec<ExprId> = Vec::new();
    while let Some(id) = stack.pop() {
        if std::mem::replace(&mut seen[id], true) {
            continue;
        }
        // An affine function takes the index from the lane's number: it needs no column.
        let is_affine =
            matches!(exprs.get(id).atom, Atom::Op { prim: Prim::AffineTurns | Prim::AffineNoise, .. });
        for &arg in &exprs.get(id).args {
            if !is_fixed(arg) {
                stack.push(arg);
            } else if !is_affine && is_worth_it(arg) && !std::mem::replace(&mut queued[arg], true) {
                found.push(arg);
            }
        }
    }
    // The dearest first, then by number, so that the choice is the same every time.
    found.sort_by_key(|&id| (Reverse(costs[id]), id));
    let (mut buffers, mut small_buffers, mut small_lanes) = (0, 0, 0_u32);
    for id in found {
        let Some(domain) = exprs.get(id).domain else { continue };
        let has_room = match Reach::of(elements(id)) {
            Reach::Small => {
                small_lanes = small_lanes.saturating_add(elements(id));
                small_buffers += 1;
                small_lanes <= SMALL_LANES_MAX && small_buffers <= SMALL_BUFFERS_MAX
            }
            Reach::Middling | Reach::Large => {
                buffers += 1;
                buffers <= BUFFERS_MAX
            }
        };
        if has_room {
            roots.buffer(exprs, id, domain, || "computed once".into());
        }
    }
}

/// What each expression costs per lane, with everything that it is made of, in vector operations. What two expressions
/// share is counted in both: an estimate that is never too low.
fn costs(exprs: &Exprs) -> Table<ExprId, u32> {
    let mut costs: Table<ExprId, u32> = Table::new();
    for id in exprs.ids() {
        let expr = exprs.get(id);
        let args = expr.args.iter().filter(|&&arg| exprs.get(arg).domain.is_some());
        let cost = args.fold(own_cost(expr.atom), |sum, &arg| sum.saturating_add(costs[arg]));
        costs.push(cost);
    }
    costs
}

fn own_cost(atom: Atom) -> u32 {
    match atom {
        Atom::Op { prim, .. } => prim.cost(),
        Atom::Wide { prim, .. } => 2 * prim.cost(),
        Atom::Rank => 6,
        Atom::Random(_) => 20,
        Atom::Id => 16,
        Atom::Gather { .. } | Atom::Lookup { .. } => 8,
        Atom::Text(_) => 64,
        // A column, a uniform, or the lane's number.
        Atom::Const(_)
        | Atom::Input(_)
        | Atom::Cell(..)
        | Atom::Fresh(_)
        | Atom::Known(_)
        | Atom::Delay(..)
        | Atom::DelayTime(..)
        | Atom::Frame(_)
        | Atom::Reduced(_)
        | Atom::Payload(..)
        | Atom::Row(_)
        | Atom::Happened(_)
        | Atom::Count(_)
        | Atom::Newborn(_)
        | Atom::Element(_)
        | Atom::Shown { .. }
        | Atom::Index
        | Atom::LaneCell(_)
        | Atom::LaneDelay(..)
        | Atom::Whole { .. }
        | Atom::PairIndex(_)
        | Atom::PairEnd { .. }
        | Atom::Fold(_)
        | Atom::Neighbor { .. } => 0,
    }
}
