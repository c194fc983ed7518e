//! The program's tables: where the values of each are, and their columns as lanes for what elements look up. Signals read the
//! program's own values, and what the host has given.

use super::expr::{Atom, Exprs};
use crate::engine::inputs::Inputs;
use crate::engine::lanes::uniform_bits;
use crate::program::{Channel, Edge, Program, TableRow};
use crate::scalar::Kind;

/// Where the values of a table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Values {
    Program,
    /// In the components of the inputs, from one on.
    Inputs {
        first: u32,
        count: u32,
    },
}

/// Which tables there are, and what elements look up of them.
#[derive(Debug)]
pub(crate) struct TablePlan {
    values: Vec<Values>,
    /// Of each component of a table, whether elements look it up.
    columns: Vec<bool>,
}

impl TablePlan {
    pub(super) fn new(program: &Program, exprs: &Exprs) -> Self {
        let data = program.data();
        let mut columns = vec![false; data.tables.len() * COMPONENTS as usize];
        for id in exprs.ids() {
            let expr = exprs.get(id);
            if let (Atom::Lookup { table, component, .. }, Some(_)) = (expr.atom, expr.domain) {
                columns[column_of(table, component) as usize] = true;
            }
        }
        let values = data.tables.iter().map(|table| match table.channel {
            Some(row) => {
                let (before, rest) = data.channels.split_at(row as usize);
                let first = before.iter().map(Channel::components).sum();
                Values::Inputs { first, count: rest.first().and_then(|channel| channel.count).unwrap_or(0) }
            }
            None => Values::Program,
        });
        Self { values: values.collect(), columns }
    }

    /// A component of what a table has at an index.
    #[inline]
    pub(crate) fn at(
        &self,
        (program, inputs): (&Program, &[f64]),
        (table, component): (u32, u32),
        (index, edge): (i32, Edge),
    ) -> f64 {
        let row = &program.data().tables[table as usize];
        match self.values[table as usize] {
            Values::Program => program.known(row.ty, row.at(index, component, edge)),
            Values::Inputs { first, count } => {
                let place = edge.place(index, count as usize).unwrap_or(0);
                inputs[(first + component) as usize + place * row.ty.stride() as usize]
            }
        }
    }
}

/// A column per component of a table; empty where no element looks into it.
#[derive(Debug)]
pub(crate) struct TableLanes {
    columns: Vec<Vec<f32>>,
    given: Vec<GivenColumn>,
    /// The version of the inputs that given columns have.
    version: Option<u64>,
}

/// A column that has what the host gives: every component of the inputs that is so many behind the one before.
#[derive(Clone, Copy, Debug)]
struct GivenColumn {
    column: u32,
    first: u32,
    stride: u32,
    kind: Kind,
}

impl TableLanes {
    pub(crate) fn new(program: &Program, plan: &TablePlan) -> Self {
        let mut columns = vec![Vec::new(); plan.columns.len()];
        let mut given = Vec::new();
        for (row, (table, values)) in (0..).zip(program.data().tables.iter().zip(&plan.values)) {
            for component in 0..table.ty.stride() {
                let column = column_of(row, component);
                if !plan.columns[column as usize] {
                    continue;
                }
                columns[column as usize] = match *values {
                    Values::Program => lanes(program, table, component),
                    Values::Inputs { first, count } => {
                        let (first, stride, kind) =
                            (first + component, table.ty.stride(), Kind::of(table.ty));
                        given.push(GivenColumn { column, first, stride, kind });
                        vec![0.0; count as usize]
                    }
                };
            }
        }
        Self { columns, given, version: None }
    }

    /// Takes over what the host has given, where it is something else.
    pub(crate) fn refresh(&mut self, inputs: &Inputs) {
        let version = Some(inputs.version());
        if self.given.is_empty() || std::mem::replace(&mut self.version, version) == version {
            return;
        }
        for &GivenColumn { column, first, stride, kind } in &self.given {
            let values = inputs.values()[first as usize..].iter().step_by(stride as usize);
            let lanes = self.columns[column as usize].iter_mut();
            lanes.zip(values).for_each(|(lane, &value)| *lane = uniform_bits(kind, value));
        }
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
fn lanes(program: &Program, table: &TableRow, component: u32) -> Vec<f32> {
    let kind = Kind::of(table.ty);
    let values = table.values.iter().skip(component as usize).step_by(table.ty.stride() as usize);
    values.map(|&value| uniform_bits(kind, program.known(table.ty, value))).collect()
}
