//! The columns of a program's tables, as lanes: for what elements look up. Signals read the program's own values.

use super::expr::{Atom, Exprs};
use crate::engine::lanes::uniform_bits;
use crate::program::{Program, TableRow};
use crate::scalar::Kind;

/// A column per component of a table; empty where no element looks into it.
#[derive(Debug)]
pub(crate) struct TableLanes {
    columns: Vec<Vec<f32>>,
}

impl TableLanes {
    pub(crate) fn new(program: &Program, exprs: &Exprs) -> Self {
        let tables = &program.data().tables;
        let mut columns = vec![Vec::new(); tables.len() * COMPONENTS as usize];
        for id in exprs.ids() {
            let expr = exprs.get(id);
            if let (Atom::Lookup { table, component, .. }, Some(_)) = (expr.atom, expr.domain) {
                let column = &mut columns[column_of(table, component) as usize];
                if column.is_empty() {
                    *column = lanes(&tables[table as usize], component);
                }
            }
        }
        Self { columns }
    }

    #[inline(always)]
    pub(crate) fn column(&self, column: u32) -> &[f32] {
        &self.columns[column as usize]
    }
}

/// The most components of a type.
const COMPONENTS: u32 = 4;

/// The row of the column of a component of a table.
pub(super) fn column_of(table: u32, component: u32) -> u32 {
    table * COMPONENTS + component
}

/// A component of all values.
fn lanes(table: &TableRow, component: u32) -> Vec<f32> {
    let kind = Kind::of(table.ty);
    let values = table.values.iter().skip(component as usize).step_by(table.ty.stride() as usize);
    values.map(|&value| uniform_bits(kind, value)).collect()
}
