//! Leaves: what nodes read.

use smallvec::{SmallVec, smallvec};

use super::super::NONE;
use super::super::expr::{Atom, Expr, Kind};
use super::{Lower, Parts};
use crate::id::{CellId, DomainId, ExprId};
use crate::program::infer::slot_row;
use crate::program::meaning::Leaf;
use crate::program::{Edge, Node, Type};

impl Lower<'_> {
    pub(super) fn leaf_node(&mut self, leaf: Leaf, node: &Node, ty: Type, args: &[Parts]) -> Parts {
        let data = self.program.data();
        let row = node.index.unwrap_or(0);
        let period = node.period.unwrap_or(1);
        let keyed = node.index.unwrap_or(NONE);
        let domain = node.domain.map(DomainId);
        let one = |id: ExprId| -> Parts { smallvec![id] };
        match leaf {
            Leaf::Const => {
                // A vector's components follow one another in the pool.
                let value = |k| node.storage.and_then(|s| data.constants.get(s, row + k)).unwrap_or(0.0);
                (0..ty.stride()).map(|k| self.exprs.constant_of(Kind::of(ty), value(k))).collect()
            }
            Leaf::Input => {
                let offset = self.input_offsets[row as usize];
                self.leaves(ty, None, |k| Atom::Input(offset + k))
            }
            Leaf::Slot => match slot_row(data, row) {
                Some(row) => self.slot(row),
                // The checks of programs find every slot.
                None => smallvec![self.exprs.constant_of(Kind::of(ty), 0.0); ty.stride() as usize],
            },
            Leaf::Field => self.parts(self.field_nodes[row as usize]),
            Leaf::Cell => {
                let cell = &data.cells[row as usize];
                match cell.domain.map(DomainId) {
                    None => self.leaves(ty, None, |k| Atom::Cell(cell.storage, cell.offset + k)),
                    domain => self.leaves(ty, domain, |k| Atom::LaneCell(cell.offset + k)),
                }
            }
            Leaf::Fresh => one(self.leaf(Atom::Fresh(CellId(row)), Kind::Bool, None, 0)),
            Leaf::Delay => match data.cells[row as usize].domain.map(DomainId) {
                None => self.leaves(ty, None, |k| Atom::Delay(CellId(row), k)),
                domain => self.leaves(ty, domain, |k| Atom::LaneDelay(CellId(row), k)),
            },
            Leaf::DelayTime => {
                let domain = data.cells[row as usize].domain.map(DomainId);
                let seconds = args[0][0];
                (0..ty.stride())
                    .map(|k| {
                        let atom = Atom::DelayTime(CellId(row), k);
                        let expr = Expr { atom, args: smallvec![seconds], kind: Kind::Float, domain };
                        self.exprs.add(expr, 0)
                    })
                    .collect()
            }
            Leaf::Time => one(self.leaf(Atom::Time, Kind::Float, None, 0)),
            Leaf::Dt => one(self.leaf(Atom::Dt, Kind::Float, None, 0)),
            Leaf::FrameIndex => one(self.leaf(Atom::FrameIndex, Kind::Float, None, 0)),
            Leaf::Phase => one(self.leaf(Atom::Phase(period, keyed), Kind::Float, None, 0)),
            Leaf::PhasePingPong => one(self.leaf(Atom::PhasePingPong(period, keyed), Kind::Float, None, 0)),
            Leaf::Progress => one(self.leaf(Atom::Progress(period), Kind::Float, None, 0)),
            Leaf::Pulse => one(self.leaf(Atom::Pulse(period), Kind::Int, None, 0)),
            Leaf::Canvas => self.leaves(ty, None, Atom::Canvas),
            Leaf::Seed => one(self.leaf(Atom::Seed, Kind::Uint, None, 0)),
            Leaf::Count => {
                one(self.leaf(Atom::Count(DomainId(node.domain.unwrap_or(0))), Kind::Int, None, 0))
            }
            Leaf::Index => one(self.leaf(Atom::Index, Kind::Int, domain, 0)),
            Leaf::Id => one(self.leaf(Atom::Id, Kind::Uint, domain, 0)),
            Leaf::Rank => one(self.leaf(Atom::Rank, Kind::Float, domain, 0)),
            Leaf::Random => one(self.leaf(Atom::Random(row), Kind::Float, domain, 0)),
            Leaf::Neighbor => {
                let domain = DomainId(data.fields[row as usize].domain);
                let (offset, edge) = (node.offset.unwrap_or(0), node.edge.unwrap_or(Edge::Clamp));
                let source = self.parts(self.field_nodes[row as usize]);
                source
                    .iter()
                    .enumerate()
                    .map(|(component, &of)| {
                        let stage = self.exprs.stage(of) + 1;
                        let atom = Atom::Neighbor { field: row, component: component as u32, offset, edge };
                        let kind = self.exprs.get(of).kind;
                        let expr = Expr { atom, args: SmallVec::new(), kind, domain: Some(domain) };
                        self.exprs.add(expr, stage)
                    })
                    .collect()
            }
            Leaf::Shape => one(self.exprs.constant_of(Kind::Uint, f64::from(row))),
        }
    }
}
