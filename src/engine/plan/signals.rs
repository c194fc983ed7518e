//! The signal program: uniform expressions as a list of operations on registers.

use std::collections::HashMap;

use smallvec::SmallVec;

use super::SignalOp;
use super::expr::{Atom, Exprs, Prim};
use crate::id::{ExprId, Register};
use crate::time::Flicks;

/// No register.
pub(crate) const NONE: u32 = u32::MAX;

/// Emits each uniform expression once, in the first segment that needs it.
#[derive(Default)]
pub(crate) struct SignalEmitter {
    pub(crate) ops: Vec<SignalOp>,
    pub(crate) operands: Vec<u32>,
    registers: HashMap<ExprId, Register>,
    /// Where the operation with several results of the same arguments stands.
    many: HashMap<(Prim, u64, SmallVec<[Register; 4]>), usize>,
    next: u32,
}

impl SignalEmitter {
    pub(crate) fn registers(&self) -> u32 {
        self.next
    }

    /// The register that holds a uniform expression; emits what is missing.
    pub(crate) fn register(&mut self, exprs: &Exprs, root: ExprId) -> Register {
        let mut stack = vec![root];
        while let Some(&id) = stack.last() {
            if self.registers.contains_key(&id) {
                stack.pop();
                continue;
            }
            let before = stack.len();
            stack.extend(exprs.get(id).args.iter().filter(|a| !self.registers.contains_key(a)));
            if stack.len() == before {
                self.emit(exprs, id);
                stack.pop();
            }
        }
        self.registers[&root]
    }

    fn emit(&mut self, exprs: &Exprs, id: ExprId) {
        let expr = exprs.get(id);
        let args: SmallVec<[Register; 4]> = expr.args.iter().map(|a| self.registers[a]).collect();
        let dst = Register(self.next);
        let period = Flicks;
        let op = match expr.atom {
            Atom::Op { prim, out, data } if prim.outputs() > 1 => {
                self.emit_many(prim, data, args, out);
                self.registers.insert(id, dst);
                return;
            }
            Atom::Op { prim, data: 0, .. } if args.len() == 2 => {
                SignalOp::Binary { prim, a: args[0], b: args[1], dst }
            }
            Atom::Op { prim, data, .. } => {
                let (at, count) = self.operands(data, &args);
                SignalOp::Evaluate { prim, dst, at, count }
            }
            Atom::Const(bits) => SignalOp::Constant { value: f64::from_bits(bits), dst },
            Atom::Input(row) => SignalOp::Input { row, dst },
            Atom::Cell(storage, row) => SignalOp::Cell { storage, row, dst },
            Atom::Fresh(cell) => SignalOp::Fresh { cell, dst },
            Atom::Known(cell) => SignalOp::Known { cell, dst },
            Atom::Delay(cell, component) => SignalOp::Delay { cell, component, dst },
            Atom::DelayTime(cell, component) => {
                SignalOp::DelayTime { cell, component, seconds: args[0], dst }
            }
            Atom::Time => SignalOp::Time { dst },
            Atom::Dt => SignalOp::Dt { dst },
            Atom::FrameIndex => SignalOp::FrameIndex { dst },
            Atom::Phase(p, keyed) => SignalOp::Phase { period: period(p), keyed, dst },
            Atom::PhasePingPong(p, keyed) => SignalOp::PhasePingPong { period: period(p), keyed, dst },
            Atom::Progress(p) => SignalOp::Progress { period: period(p), dst },
            Atom::Pulse(p) => SignalOp::Pulse { period: period(p), dst },
            Atom::Seed => SignalOp::Seed { dst },
            Atom::Canvas(component) => SignalOp::Canvas { component, dst },
            Atom::Count(domain) => SignalOp::Count { domain, dst },
            Atom::Reduced(row) => SignalOp::Reduced { row, dst },
            // Lane leaves never come here: the checker keeps them out of uniform places.
            Atom::Index
            | Atom::Id
            | Atom::Rank
            | Atom::Random(_)
            | Atom::LaneCell(_)
            | Atom::LaneDelay(..)
            | Atom::Wide { .. }
            | Atom::Neighbor { .. } => SignalOp::Constant { value: f64::NAN, dst },
        };
        self.ops.push(op);
        self.registers.insert(id, dst);
        self.next += 1;
    }

    /// One operation serves all results of the same arguments: a later one joins it.
    fn emit_many(&mut self, prim: Prim, data: u64, args: SmallVec<[Register; 4]>, out: u8) {
        let dst = Register(self.next);
        self.next += 1;
        let key = (prim, data, args.clone());
        if let Some(&at) = self.many.get(&key)
            && let Some(SignalOp::EvaluateMany { dst: all, .. }) = self.ops.get_mut(at)
        {
            all[out as usize] = dst;
            return;
        }
        let mut all = [Register::NONE; 3];
        all[out as usize] = dst;
        self.many.insert(key, self.ops.len());
        let (at, count) = self.operands(data, &args);
        self.ops.push(SignalOp::EvaluateMany { prim, dst: all, at, count });
    }

    /// Puts operands aside. Gives where, and how many.
    fn operands(&mut self, data: u64, args: &[Register]) -> (u32, u8) {
        let at = self.operands.len() as u32;
        self.operands.extend([data as u32, (data >> 32) as u32]);
        self.operands.extend(args.iter().map(|arg| arg.0));
        (at, args.len() as u8 + 2)
    }
}
