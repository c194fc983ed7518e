//! Angles: a continued angle of which passes make one product and nothing else is continued as that product.
//!
//! Takes the values of passes; gives the rotations among them that are an angle times a constant, as from turns to radians, the
//! place of that angle: it is the product that is continued then. So frames write one column for it and not two, whether
//! anything is left of an edit or not.

use std::collections::HashSet;

use super::expr::{Atom, Prim};
use super::lower::Lowered;
use super::passes::Unpacked;
use crate::id::ExprId;

impl Lowered<'_, Unpacked> {
    /// Continues angles as passes draw them.
    pub(super) fn continue_angles_as_drawn(&mut self) {
        let mut stack = Vec::new();
        for pass in &mut self.passes {
            pass.replace(|id| {
                stack.push(id);
                id
            });
        }
        // Per continued value, what is made of it: the product, and whether that is all.
        let mut products: Vec<Option<(ExprId, f64)>> = vec![None; self.continuities.len()];
        let mut is_other = vec![false; self.continuities.len()];
        let mut seen = HashSet::new();
        stack.retain(|&id| {
            let Some((row, factor)) = self.product_of_angle(id) else { return true };
            let known = *products[row].get_or_insert((id, factor));
            is_other[row] |= known.0 != id;
            false
        });
        while let Some(id) = stack.pop() {
            if !seen.insert(id) {
                continue;
            }
            let expr = self.exprs.get(id);
            if let Atom::Shown { continuity, .. } = expr.atom {
                is_other[continuity as usize] = true;
            }
            stack.extend(&expr.args);
        }
        for (row, product) in products.into_iter().enumerate() {
            if let Some((product, factor)) = product.filter(|_| !is_other[row]) {
                self.continue_product(row, product, factor);
            }
        }
    }

    /// The row of the continued angle that an expression multiplies by a constant, and that.
    fn product_of_angle(&self, id: ExprId) -> Option<(usize, f64)> {
        let expr = self.exprs.get(id);
        let (Atom::Op { prim: Prim::Mul, .. }, &[a, b]) = (expr.atom, expr.args.as_slice()) else {
            return None;
        };
        let of = |angle: ExprId, factor: ExprId| {
            let Atom::Shown { continuity, .. } = self.exprs.get(angle).atom else { return None };
            let factor = self.exprs.constant(factor).filter(|factor| factor.is_normal())?;
            self.continuities[continuity as usize].turn.map(|_| (continuity as usize, factor))
        };
        of(a, b).or_else(|| of(b, a))
    }

    /// Continues a product of an angle in its place.
    fn continue_product(&mut self, row: usize, product: ExprId, factor: f64) {
        let value = &mut self.continuities[row];
        let (&[angle], &[shown]) = (value.parts.as_slice(), value.shown.as_slice()) else { return };
        let args = self.exprs.get(product).args.clone();
        let args: Vec<ExprId> = args.iter().map(|&arg| if arg == shown { angle } else { arg }).collect();
        value.parts[0] = self.exprs.op(Prim::Mul, &args);
        value.turn = value.turn.map(|turn| (f64::from(turn) * factor.abs()) as f32);
        for pass in &mut self.passes {
            pass.replace(|id| if id == product { shown } else { id });
        }
    }
}
