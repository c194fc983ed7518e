//! Leaves: what nodes read.

use smallvec::{SmallVec, smallvec};

use super::super::NONE;
use super::super::elements::ElementColumn;
use super::super::events::{place_of_column, place_of_event, place_of_list};
use super::super::expr::{Atom, Expr, FieldPart, Kind};
use super::super::inputs::FrameInput;
use super::{Lower, Parts};
use crate::id::{CellId, DomainId, EventId, ExprId};
use crate::program::infer::slot_row;
use crate::program::meaning::Leaf;
use crate::program::{Edge, Node, Type};
use crate::time::Flicks;

impl Lower<'_> {
    /// What is read of a field of other elements: a stage later than what they have of it. `source` is the field's value.
    fn of_elements(
        &mut self,
        field: u32,
        source: &Parts,
        args: &[ExprId],
        domain: Option<DomainId>,
        atom: impl Fn(FieldPart) -> Atom,
    ) -> Parts {
        let of = DomainId(self.program.data().fields[field as usize].domain);
        let set_stage = self.set_stage(of);
        let read = |(component, &part): (u32, &ExprId)| {
            let stage = self.exprs.stage(part).max(set_stage) + 1;
            let kind = self.exprs.get(part).kind;
            let atom = atom(FieldPart { domain: of, field, component });
            self.exprs.add(Expr { atom, args: SmallVec::from_slice(args), kind, domain }, stage)
        };
        (0..).zip(source).map(read).collect()
    }

    fn frame(&mut self, input: FrameInput, kind: Kind) -> Parts {
        smallvec![self.leaf(Atom::Frame(input), kind, None, 0)]
    }

    pub(super) fn leaf_node(&mut self, leaf: Leaf, node: &Node, ty: Type, args: &[Parts]) -> Parts {
        let data = self.program.data();
        let row = node.index.unwrap_or(0);
        let period = Flicks(node.period.unwrap_or(1));
        let keyed = node.index.unwrap_or(NONE);
        let domain = node.domain.map(DomainId);
        let of = domain.unwrap_or(DomainId(0));
        let one = |id: ExprId| -> Parts { smallvec![id] };
        match leaf {
            Leaf::Const => {
                // A vector's components follow one another in the pool.
                let value = |k| node.storage.and_then(|s| data.constants.get(s, row + k)).unwrap_or(0.0);
                let value = |k| self.program.known(ty, value(k));
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
                        let stage = domain.map_or(0, |domain| self.set_stage(domain));
                        self.exprs.add(expr, stage)
                    })
                    .collect()
            }
            Leaf::Time => self.frame(FrameInput::Time, Kind::Float),
            Leaf::Dt => self.frame(FrameInput::Dt, Kind::Float),
            Leaf::FrameIndex => self.frame(FrameInput::Index, Kind::Float),
            Leaf::Phase => self.frame(FrameInput::Phase { period, keyed }, Kind::Float),
            Leaf::PhasePingPong => self.frame(FrameInput::PhasePingPong { period, keyed }, Kind::Float),
            Leaf::Progress => self.frame(FrameInput::Progress(period), Kind::Float),
            Leaf::Pulse => self.frame(FrameInput::Pulse(period), Kind::Int),
            Leaf::Canvas => self.leaves(ty, None, |k| Atom::Frame(FrameInput::Canvas(k))),
            Leaf::Seed => self.frame(FrameInput::Seed, Kind::Uint),
            Leaf::Count => one(self.count(of)),
            Leaf::Index => one(self.index(domain)),
            Leaf::Id => one(self.id(of)),
            Leaf::Rank => one(self.rank(domain)),
            Leaf::Random => one(self.random(of, row)),
            Leaf::Age => one(self.age(of)),
            Leaf::Life => one(self.element(of, ElementColumn::Life, Kind::Float)),
            Leaf::IsNew => one(self.is_new(of)),
            Leaf::ElementInput => self.element_input(node, ty),
            Leaf::Fade => one(self.fade(row)),
            Leaf::Neighbor => {
                let domain = Some(DomainId(data.fields[row as usize].domain));
                let (offset, edge) = (node.offset.unwrap_or(0), node.edge.unwrap_or(Edge::Clamp));
                let source = self.parts(self.field_nodes[row as usize]);
                self.of_elements(row, &source, &[], domain, |from| Atom::Neighbor { from, offset, edge })
            }
            Leaf::At => {
                let edge = node.edge.unwrap_or(Edge::Clamp);
                let source = self.value(self.field_nodes[row as usize]);
                let index = args[0][0];
                let domain = self.exprs.get(index).domain;
                self.of_elements(row, &source, &[index], domain, |from| Atom::Gather { from, edge })
            }
            Leaf::Payload => self.leaves(ty, None, |k| Atom::Payload(EventId(row), k)),
            Leaf::Column => self.column(place_of_list(data, row), row, node, ty),
            Leaf::RowColumn => {
                let list = data.events[row as usize].list.unwrap_or(0);
                self.column(place_of_event(data, row), list, node, ty)
            }
            Leaf::Happened => one(self.leaf(Atom::Happened(EventId(row)), Kind::Bool, None, 0)),
            Leaf::Shape => one(self.exprs.constant_of(Kind::Uint, f64::from(row))),
        }
    }

    /// What a column of a list has in the row whose numbers begin at a place.
    fn column(&mut self, row: u32, list: u32, node: &Node, ty: Type) -> Parts {
        let first = row + place_of_column(self.program.data(), list, node.count.unwrap_or(0));
        self.leaves(ty, None, |k| Atom::Row(first + k))
    }
}
