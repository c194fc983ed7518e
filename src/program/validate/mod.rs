//! The full check of a program's tables. What it lets pass, later stages need not look at again.
//!
//! All independent mistakes are found in one run, in table order. What is wrong is *poison*: a node whose argument is
//! bad has no known type, and nothing that uses it is reported again.

mod cycle;
mod events;
mod lists;
mod live;
mod names;
mod nodes;
mod passes;
mod reads;
mod settings;
mod steps;
mod stores;
mod tables;

use std::collections::HashMap;

use super::format::ProgramData;
use super::limits;
use super::types::Type;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, JsonPath, Severity, Sink};

/// Facts derived from a program's tables.
#[derive(Debug)]
pub(super) struct Checked {
    /// Per node.
    pub(super) types: Vec<Type>,
    /// Per node; none is uniform.
    pub(super) domains: Vec<Option<u32>>,
    /// Warnings: legal, but probably not meant.
    pub(super) warnings: Diagnostics,
}

/// Checks everything. Diagnostics carry JSON paths, neither file nor line.
pub(super) fn check(data: &ProgramData) -> Result<Checked, Diagnostics> {
    let mut sink = Sink::default();
    if !within_limits(data, &mut sink) {
        return Err(sink.finish());
    }
    let mut check = Check::new(data, sink);
    check.tables();
    check.slots();
    check.cells();
    check.phases();
    check.fields();
    check.list_rows();
    check.event_rows();
    check.nodes();
    check.live();
    check.steps();
    check.events();
    check.cameras();
    check.fonts();
    check.passes();
    check.said();
    check.background();
    check.sources();
    check.unused_cells();
    check.paths_measured();
    if check.sink.has_errors() {
        return Err(check.sink.finish());
    }
    // Without errors no node is poison.
    let types = check.types.iter().map(|ty| ty.unwrap_or(Type::Float)).collect();
    let domains = check.domains.iter().map(|domain| domain.unwrap_or(None)).collect();
    let warnings = check.sink.finish();
    let are_mild = warnings.iter().all(|warning| warning.severity == Severity::Warning);
    debug_assert!(are_mild, "errors have ended this above");
    Ok(Checked { types, domains, warnings })
}

/// A program on its way through the checks.
struct Check<'a> {
    data: &'a ProgramData,
    sink: Sink,
    /// Slot id to row; the first where an id is there twice.
    slot_rows: HashMap<u32, usize>,
    /// Node to row of its first source.
    node_sources: HashMap<u32, usize>,
    /// Per node; none is poison.
    types: Vec<Option<Type>>,
    /// Per node; the outer none is poison, the inner is uniform.
    domains: Vec<Option<Option<u32>>>,
    /// Per slot row and per field, the step that writes it first.
    slot_writers: Vec<Option<usize>>,
    field_writers: Vec<Option<usize>>,
    /// Per cell, the step that writes it first, and the first step that reads it.
    cell_writers: Vec<Option<usize>>,
    cell_readers: Vec<Option<usize>>,
    /// Per cell, whether events or reactions set it.
    cells_set: Vec<bool>,
    /// Per node, the list of which it has a column of the row that is looked at.
    row_lists: Vec<Option<u32>>,
    /// The list whose rows are looked at.
    looked_at: Option<u32>,
}

impl<'a> Check<'a> {
    fn new(data: &'a ProgramData, sink: Sink) -> Self {
        let mut slot_rows = HashMap::with_capacity(data.slots.len());
        for (row, slot) in data.slots.iter().enumerate() {
            slot_rows.entry(slot.id).or_insert(row);
        }
        let mut node_sources = HashMap::with_capacity(data.sources.len());
        for (row, source) in data.sources.iter().enumerate() {
            node_sources.entry(source.node).or_insert(row);
        }
        Self {
            data,
            sink,
            slot_rows,
            node_sources,
            types: vec![None; data.nodes.len()],
            domains: vec![None; data.nodes.len()],
            slot_writers: vec![None; data.slots.len()],
            field_writers: vec![None; data.fields.len()],
            cell_writers: vec![None; data.cells.len()],
            cell_readers: vec![None; data.cells.len()],
            cells_set: vec![false; data.cells.len()],
            row_lists: vec![None; data.nodes.len()],
            looked_at: None,
        }
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        self.sink.push(diagnostic);
    }

    /// Reports an error without further ado.
    fn error(&mut self, code: Code, path: impl Into<JsonPath>, message: impl Into<String>) {
        self.push(Diagnostic::error(code, message).at(path));
    }

    /// Whether `index` is a row of a table of `length`; reports it where it is not.
    fn row(&mut self, index: u32, length: usize, table: &str, path: impl Into<JsonPath>) -> bool {
        let found = (index as usize) < length;
        if !found {
            let message = format!("there is no {table} {index}: {}", names::count(length, table));
            self.error(Code::NoSuchRow, path, message);
        }
        found
    }

    /// The row of a slot; reports it where there is none.
    fn slot(&mut self, id: u32, path: impl Into<JsonPath>) -> Option<usize> {
        let row = self.slot_rows.get(&id).copied();
        if row.is_none() {
            let diagnostic =
                Diagnostic::error(Code::NoSuchRow, format!("there is no slot with id {id}")).at(path);
            let help = match self.data.slots.get(id as usize) {
                Some(slot) => format!("slots are named by `id`, not by row: row {id} has id {}", slot.id),
                None => "slots are named by their `id`".into(),
            };
            self.push(diagnostic.help(help));
        }
        row
    }

    /// The value of a node that is a constant, by component.
    fn constant(&self, node: u32) -> Option<Vec<f64>> {
        let node = self.data.nodes.get(node as usize)?;
        if node.op != super::Op::Const {
            return None;
        }
        let (storage, first) = (node.storage?, node.index?);
        (0..node.ty?.stride()).map(|k| self.data.constants.get(storage, first.checked_add(k)?)).collect()
    }
}

/// Whether the tables are small enough to be looked at in full.
fn within_limits(data: &ProgramData, sink: &mut Sink) -> bool {
    let pools = &data.constants;
    let points = data.paths.iter().map(|path| path.points.len()).sum::<usize>();
    let verbs = data.paths.iter().map(|path| path.verbs.len()).sum::<usize>();
    let pools = [
        ("f64", pools.f64.len()),
        ("f32", pools.f32.len()),
        ("i32", pools.i32.len()),
        ("u32", pools.u32.len()),
    ];
    let pools = pools.into_iter().map(|(pool, length)| {
        (JsonPath::from("constants").key(pool), "constants", length, limits::CONSTANTS_MAX)
    });
    let rows = data.lengths().map(|(table, length, most)| (JsonPath::from(table), "rows", length, most));
    let values = data.tables.iter().map(|table| table.values.len()).sum::<usize>();
    let given = data.channels.iter().fold(0_usize, |sum, row| sum.saturating_add(row.components() as usize));
    let long = [
        ("paths", "points", points, limits::POINTS_MAX),
        ("paths", "verbs", verbs, limits::VERBS_MAX),
        ("tables", "values", values, limits::TABLE_VALUES_MAX),
        ("channels", "components", given, limits::CHANNEL_VALUES_MAX as usize),
    ];
    let long = long.map(|(table, what, length, most)| (JsonPath::from(table), what, length, most));
    for (table, what, length, most) in pools.chain(rows).chain(long) {
        if length > most {
            let message = format!("`{table}` has {length} {what}, the most is {most}");
            sink.push(Diagnostic::error(Code::Limit, message).at(table));
        }
    }
    !sink.has_errors()
}
