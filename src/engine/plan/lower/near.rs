//! Pairs of elements nearby: who they are, what they have, and what is folded of it.

use smallvec::smallvec;

use super::super::expr::{Atom, Kind};
use super::super::near::{LoweredFold, LoweredPairs};
use super::elements::Context;
use super::{Arguments, Lower, Parts};
use crate::id::{DomainId, ExprId};
use crate::program::meaning::{End, Fold, Near};
use crate::program::{Edge, Node};

impl Lower<'_> {
    /// Whether a node is the same in every context: what is near is told by values as they are, whatever passes show.
    pub(super) fn is_of_values(&self, near: Near) -> bool {
        matches!(near, Near::Fold(_)) && self.context != Context::Values
    }

    /// A node that has to do with pairs.
    pub(super) fn near(&mut self, near: Near, (index, node): (u32, &Node), args: &Arguments) -> Parts {
        if self.is_of_values(near) {
            let outer = std::mem::replace(&mut self.context, Context::Values);
            let parts = self.node(index);
            self.context = outer;
            return parts;
        }
        match near {
            Near::Pairs => self.pairs(node, args),
            Near::End(end) => {
                let pairs = self.pairs_of(args[1][0]);
                args[0].iter().map(|&part| self.end(part, end, pairs)).collect()
            }
            Near::Fold(how) => {
                let pairs = self.pairs_of(args[1][0]);
                args[0].iter().map(|&part| self.fold(part, how, pairs)).collect()
            }
        }
    }

    /// The index of the other element of each pair.
    fn pairs(&mut self, node: &Node, args: &Arguments) -> Parts {
        let domain = DomainId(self.program.node_domain(node.args[0]).unwrap_or(0));
        let (position, radius) = (args[0].clone(), args[1][0]);
        let places = position.iter().map(|&part| self.exprs.stage(part)).max().unwrap_or(0);
        let places = places.max(self.set_stage(domain));
        let pairs = LoweredPairs {
            domain,
            position,
            radius,
            most: node.count.unwrap_or(1),
            wraps: node.edge == Some(Edge::Wrap),
            // Places are in buffers when their stage is over; the radius is a signal of its stage.
            stage: (places + 1).max(self.exprs.stage(radius)),
        };
        let known = self.near.pairs.iter().position(|known| *known == pairs);
        let row = known.unwrap_or_else(|| {
            self.near.pairs.push(pairs);
            self.near.pairs.len() - 1
        });
        let first = self.program.data().domains.len();
        smallvec![self.pair_index(End::Other, DomainId((first + row) as u32))]
    }

    /// The domain of pairs that something is of.
    fn pairs_of(&self, pairs: ExprId) -> DomainId {
        let first = self.program.data().domains.len() as u32;
        self.exprs.get(pairs).domain.unwrap_or(DomainId(first))
    }

    /// The stage from which on pairs are known, and whose elements they are of.
    fn of_pairs(&self, pairs: DomainId) -> (u32, DomainId) {
        let row = pairs.index() - self.program.data().domains.len();
        let pairs = &self.near.pairs[row];
        (pairs.stage, pairs.domain)
    }

    fn pair_index(&mut self, end: End, pairs: DomainId) -> ExprId {
        let (stage, _) = self.of_pairs(pairs);
        self.leaf(Atom::PairIndex(end), Kind::Int, Some(pairs), stage)
    }

    /// What an end of each pair has.
    fn end(&mut self, part: ExprId, end: End, pairs: DomainId) -> ExprId {
        let expr = self.exprs.get(part);
        let kind = expr.kind;
        match (expr.domain, expr.atom) {
            (None, _) => part,
            (Some(_), Atom::Index) => self.pair_index(end, pairs),
            (Some(domain), _) => {
                let known = self.near.ends.iter().position(|&known| known == (domain, part));
                let row = known.unwrap_or_else(|| {
                    self.near.ends.push((domain, part));
                    self.near.ends.len() - 1
                });
                let source = self.exprs.stage(part).max(self.set_stage(domain));
                let (stage, _) = self.of_pairs(pairs);
                let atom = Atom::PairEnd { row: row as u32, domain, end };
                self.leaf(atom, kind, Some(pairs), stage.max(source + 1))
            }
        }
    }

    /// One value per element of what its pairs have.
    fn fold(&mut self, of: ExprId, how: Fold, pairs: DomainId) -> ExprId {
        let fold = LoweredFold { pairs, of, how };
        let known = self.near.folds.iter().position(|known| *known == fold);
        let row = known.unwrap_or_else(|| {
            self.near.folds.push(fold);
            self.near.folds.len() - 1
        });
        let (stage, domain) = self.of_pairs(pairs);
        let kind = match how {
            Fold::Sum | Fold::Mean | Fold::Min | Fold::Max => Kind::Float,
            Fold::Count | Fold::Nearest => Kind::Int,
        };
        let stage = self.exprs.stage(of).max(stage) + 1;
        self.leaf(Atom::Fold(row as u32), kind, Some(domain), stage)
    }
}
