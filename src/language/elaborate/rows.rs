//! Rows of data: their columns as arrays, those of them that a condition chooses, their order, and domains that have an
//! element of each. All of it is worked out before there is a program.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::arrays::Array;
use super::letters::{Lettered, WRITTEN};
use super::value::Typed;
use super::{Done, Elaborator, constant};
use crate::diagnostic::{Code, nearest, quote};
use crate::language::data::{DataColumn, DataTable};
use crate::language::problems::Reported;
use crate::language::project::{DomainId, TaskKind};
use crate::language::source::{Problem, Span};
use crate::language::syntax::{Elements, Expr, Name, ViewStep};
use crate::program::{FlatStep, Op, TableRow, Type, Unit};

/// The rows of a file, or what is made of them.
pub(super) struct Table<'a> {
    pub(super) rows: u32,
    pub(super) columns: Vec<TableColumn<'a>>,
}

pub(super) struct TableColumn<'a> {
    pub(super) name: &'a str,
    pub(super) ty: Type,
    pub(super) values: Values<'a>,
}

/// Where the values of a column are.
pub(super) enum Values<'a> {
    File(&'a DataColumn),
    /// A number each, of texts those of texts.
    Made(Vec<f64>),
    /// The paths of the parts of artwork, by its row.
    Parts(u32),
    /// The glyphs of letters, written down, which no patch names.
    Glyphs(Lettered),
}

/// Rows of a table, or some of them.
pub(super) struct Rows<'a> {
    /// The name of the data, for those of tables.
    name: String,
    table: Rc<Table<'a>>,
    /// Which of the table's rows these are, in their order; all of them where there is none.
    order: Option<Rc<[u32]>>,
    /// The array of each column, once something names it.
    arrays: Vec<Option<u32>>,
}

impl<'a> Rows<'a> {
    fn count(&self) -> u32 {
        self.order.as_ref().map_or(self.table.rows, |order| order.len() as u32)
    }

    /// The rows of the table that these are.
    fn order(&self) -> Vec<u32> {
        self.order.as_ref().map_or_else(|| (0..self.table.rows).collect(), |order| order.to_vec())
    }

    fn columns(&self) -> &[TableColumn<'a>] {
        &self.table.columns
    }
}

/// The columns that a patch may name.
fn names<'a>(columns: &[TableColumn<'a>]) -> impl Iterator<Item = &'a str> {
    columns.iter().map(|column| column.name).filter(|name| *name != WRITTEN)
}

impl<'a, 'b> Elaborator<'a, 'b> {
    /// All rows of a file.
    pub(super) fn data(&mut self, name: &str, table: &'a DataTable) -> Typed<'b> {
        let column = |column: &'a DataColumn| TableColumn {
            name: &column.name,
            ty: column.ty,
            values: Values::File(column),
        };
        let table = Table { rows: table.rows, columns: table.columns.iter().map(column).collect() };
        self.add_rows(name.to_owned(), Rc::new(table), None)
    }

    pub(super) fn add_rows(
        &mut self,
        name: String,
        table: Rc<Table<'a>>,
        order: Option<Rc<[u32]>>,
    ) -> Typed<'b> {
        let row = self.rows.len() as u32;
        let arrays = vec![None; table.columns.len()];
        self.rows.push(Rows { name, table, order, arrays });
        Typed { rows: Some(row), ..self.float(0.0) }
    }

    pub(super) fn row_count(&self, rows: u32) -> u32 {
        self.rows[rows as usize].count()
    }

    /// The table that rows are of, and which of its rows they are.
    pub(super) fn table_of_rows(&self, rows: u32) -> (&Rc<Table<'a>>, Vec<u32>) {
        let rows = &self.rows[rows as usize];
        (&rows.table, rows.order())
    }

    /// How many rows there are, as digits are written.
    pub(in crate::language) fn count_of_rows(&self, rows: u32) -> Typed<'b> {
        Typed { is_literal: true, ..self.float(f64::from(self.row_count(rows))) }
    }

    /// Rows where one value was expected.
    pub(super) fn no_rows(&self, rows: u32, span: Span) -> Problem {
        let text = self.sources.short(span, "rows");
        let column = self.rows[rows as usize].columns().first().map_or("value", |column| column.name);
        let message = "these are rows of data, and one value was expected";
        let help = format!("name a column and a row, `{text}.{column}[0]`, or their number, `{text}.count`");
        Problem::new(Code::NotAValue, span, message).help(help)
    }

    /// `rows.value`, `rows.count`.
    pub(super) fn column(&mut self, rows: u32, name: &str, span: Span) -> Result<Typed<'b>, Reported> {
        let columns = self.rows[rows as usize].columns();
        match columns.iter().position(|column| column.name == name) {
            Some(column) => Ok(self.whole_column(rows, column)),
            None if name == "count" => Ok(self.count_of_rows(rows)),
            None => {
                let names: Vec<&str> = names(columns).collect();
                let message = format!("these rows have no column {}", quote(name));
                let help = match nearest(name, names.iter().copied().chain(["count"])) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("they have {} and count", names.join(", ")),
                };
                self.fail(Problem::new(Code::UnknownMember, span, message).help(help))
            }
        }
    }

    /// A column of rows as an array.
    fn whole_column(&mut self, rows: u32, column: usize) -> Typed<'b> {
        if let Some(array) = self.rows[rows as usize].arrays[column] {
            return self.whole_array(array);
        }
        let made = match &self.rows[rows as usize].table.columns[column].values {
            &Values::Parts(drawing) => self.shapes_of_parts(drawing),
            Values::Glyphs(Lettered { written, .. }) => {
                written.iter().map(|text| f64::from(self.texts.number(text))).collect()
            }
            Values::File(_) | Values::Made(_) => Vec::new(),
        };
        let Rows { order, table, name, .. } = &self.rows[rows as usize];
        let TableColumn { name: own, ty, values } = &table.columns[column];
        let (values, numbers) = match values {
            Values::File(DataColumn { values, texts, .. }) if *ty == Type::Text => {
                let numbers = texts.iter().map(|text| f64::from(self.texts.number(text))).collect();
                (values, Some(numbers))
            }
            Values::File(DataColumn { values, .. }) | Values::Made(values) => (values, None::<Vec<f64>>),
            Values::Parts(_) | Values::Glyphs(_) => (&made, None),
        };
        let stride = ty.stride() as usize;
        let component = |&value: &f64| numbers.as_ref().map_or(value, |numbers| numbers[value as usize]);
        let values: Vec<f64> = match order {
            None => values.iter().map(component).collect(),
            Some(order) => {
                let row = |&row: &u32| values[row as usize * stride..][..stride].iter().map(component);
                order.iter().flat_map(row).collect()
            }
        };
        let (name, ty) = (format!("{name}.{own}"), *ty);
        let array = self.add_array_row(Array {
            name,
            ty,
            unit: Unit::Scalar,
            values,
            width: None,
            table: None,
            given: None,
        });
        self.rows[rows as usize].arrays[column] = Some(array);
        self.whole_array(array)
    }

    /// The names of the columns that the elements of a domain have.
    pub(super) fn columns_of(&self, domain: DomainId) -> Vec<&'a str> {
        if let Some(&list) = self.domain_lists.get(&domain) {
            return self.columns_of_list(list).collect();
        }
        if self.domain_letters.contains_key(&domain) {
            return super::letters::columns().collect();
        }
        let Some(&rows) = self.domain_rows.get(&domain) else { return Vec::new() };
        names(self.rows[rows as usize].columns()).collect()
    }

    pub(super) fn has_column(&self, domain: DomainId, name: &str) -> bool {
        self.columns_of(domain).contains(&name)
    }

    /// What was reported of the rows of a domain, or of one that it is in, where they are not known: any name may be that of
    /// a column of theirs.
    pub(super) fn broken_rows(&self, domain: DomainId) -> Option<Reported> {
        let mut all = std::iter::once(domain).chain(self.project.outers(domain));
        all.find_map(|domain| {
            let task = self.project.domains[domain].task;
            let is_of_rows = matches!(
                self.project.tasks[task].kind,
                TaskKind::Domain { elements: Elements::Rows { .. }, .. }
            );
            let Done::Poisoned(reported) = self.done[task] else { return None };
            let is_known = self.domain_rows.contains_key(&domain)
                || self.domain_lists.contains_key(&domain)
                || self.domain_letters.contains_key(&domain);
            (is_of_rows && !is_known).then_some(reported)
        })
    }

    /// A column by its name alone, in the block of a domain that has an element per row.
    pub(super) fn own_column(&mut self, name: &str, span: Span) -> Option<Result<Typed<'b>, Reported>> {
        let own = self.scope.domain?;
        for domain in std::iter::once(own).chain(self.project.outers(own)) {
            if self.project.domains[domain].names.contains_key(name) {
                return None;
            }
            if self.has_column(domain, name) {
                return Some(self.outer_column(domain, name, span));
            }
        }
        None
    }

    /// What a column has in the row of an element.
    pub(super) fn element_column(
        &mut self,
        domain: DomainId,
        name: &str,
        span: Span,
    ) -> Result<Typed<'b>, Reported> {
        let element = self.element_of(domain, span)?;
        if let Some(&list) = self.domain_lists.get(&domain) {
            return self.column_of_element(list, element, name, span);
        }
        if self.domain_letters.contains_key(&domain) {
            return self.column_of_letter(element, name, span);
        }
        let Some(&rows) = self.domain_rows.get(&domain) else {
            return self.contradiction(span, "a domain has a column and no rows");
        };
        let column = self.column(rows, name, span)?;
        let index = self.index_in(element);
        match column.array {
            Some(array) => self.element_at(array, (index, span), crate::program::Edge::Clamp),
            None => Ok(column),
        }
    }

    /// The ids of elements that are told apart by a column.
    pub(super) fn ids_of(&mut self, rows: u32, key: &Name) -> Result<Vec<u64>, Reported> {
        let column = self.column(rows, &key.text, key.span)?;
        let array = column.array.map(|array| &self.arrays[array.row as usize]);
        let Some(array) = array.filter(|array| matches!(array.ty, Type::Int | Type::Text)) else {
            let message =
                format!("elements are told apart by a text or an int, and {} is none", quote(&key.text));
            let problem = Problem::new(Code::WrongType, key.span, message);
            return self.fail(problem.help("name a column of texts or ints: `keyed by name`"));
        };
        let mut known = HashMap::with_capacity(array.values.len());
        let again =
            array.values.iter().enumerate().find_map(|(row, value)| {
                known.insert(value.to_bits(), row).map(|first| (first, row, *value))
            });
        if let Some((first, row, value)) = again {
            let shown = match array.ty {
                Type::Text => quote(self.texts.text(value as u32)),
                _ => value.to_string(),
            };
            let message = format!(
                "rows {first} and {row} have the same {}, {shown}: elements need a key of their own each",
                quote(&key.text)
            );
            let problem = Problem::new(Code::DataKey, key.span, message);
            let help = "choose rows of which each has another: `domain bars from (gdp where year == 2020) keyed by country`";
            return self.fail(problem.help(help));
        }
        // Ints and the numbers of texts have 32 bits.
        Ok(array.values.iter().map(|&value| u64::from(value as i64 as u32)).collect())
    }

    /// `rows where value > 2`, `rows sort by value desc`, `rows take 10`, `rows group by name { total: sum(value) }`.
    pub(super) fn view(&mut self, source: &'a Expr, step: &'a ViewStep) -> Result<Typed<'b>, Reported> {
        let value = self.expr_or_array(source)?;
        if let Some(live) = value.live {
            return self.live_view(live, step, source.span);
        }
        let Some(rows) = value.rows else {
            let message =
                format!("only rows of data are chosen, sorted and grouped, and this is {}", value.what());
            let problem = Problem::new(Code::WrongType, source.span, message);
            let help = "name rows that a `data` statement reads or a `list` has: `data rows from \"values.csv\" { value: float }`";
            return self.fail(problem.help(help));
        };
        let order = match step {
            ViewStep::Where(condition) => self.chosen_rows(rows, condition)?,
            ViewStep::SortBy { key, is_descending } => self.sorted_rows(rows, key, *is_descending)?,
            ViewStep::GroupBy { keys, columns } => {
                let table = self.grouped_rows(rows, keys, columns)?;
                let name = self.rows[rows as usize].name.clone();
                return Ok(self.add_rows(name, table, None));
            }
            ViewStep::Take(count) => {
                let number = self.row_number(count, "how many rows are taken")?;
                let mut order = self.rows[rows as usize].order();
                order.truncate(number);
                order
            }
            ViewStep::Skip(count) => {
                let number = self.row_number(count, "how many rows are skipped")?;
                self.rows[rows as usize].order().into_iter().skip(number).collect()
            }
            ViewStep::Distinct(key) => {
                let (values, _) = self.key_values(rows, key, ("told apart", "name"))?;
                let order = self.rows[rows as usize].order();
                let mut known = HashSet::with_capacity(values.len());
                let firsts = order.into_iter().zip(values).filter(|(_, value)| known.insert(value.to_bits()));
                firsts.map(|(row, _)| row).collect()
            }
        };
        let Rows { name, table, .. } = &self.rows[rows as usize];
        let (name, table) = (name.clone(), Rc::clone(table));
        Ok(self.add_rows(name, table, Some(order.into())))
    }

    /// How many rows.
    fn row_number(&mut self, count: &'a Expr, what: &str) -> Result<usize, Reported> {
        let number = self.expr(count)?;
        Ok(self.constant_int(number, count.span, what, 0, i64::from(i32::MAX))? as usize)
    }

    /// The rows of which a condition is true.
    fn chosen_rows(&mut self, rows: u32, condition: &'a Expr) -> Result<Vec<u32>, Reported> {
        let wanted = Some((Type::Bool, "the condition"));
        let (values, _) = self.per_row(rows, condition, wanted)?;
        let order = self.rows[rows as usize].order();
        Ok(order.into_iter().zip(values).filter(|&(_, value)| value != 0.0).map(|(row, _)| row).collect())
    }

    /// Rows in the order of a value; equal ones stay in their order.
    fn sorted_rows(&mut self, rows: u32, key: &'a Expr, is_descending: bool) -> Result<Vec<u32>, Reported> {
        let (values, ty) = self.per_row(rows, key, None)?;
        if !matches!(ty, Type::Float | Type::Int | Type::Bool | Type::Text) {
            let message = format!("rows are sorted by a number or a text, and this is a {ty}");
            let problem = Problem::new(Code::WrongType, key.span, message);
            return self.fail(problem.help("sort by a part of it, such as `.x`"));
        }
        let compare = |a: f64, b: f64| match ty {
            Type::Text => self.texts.text(a as u32).cmp(self.texts.text(b as u32)),
            _ => a.partial_cmp(&b).unwrap_or(Ordering::Equal),
        };
        let mut places: Vec<usize> = (0..values.len()).collect();
        places.sort_by(|&a, &b| {
            let order = compare(values[a], values[b]);
            if is_descending { order.reverse() } else { order }
        });
        let order = self.rows[rows as usize].order();
        Ok(places.into_iter().map(|place| order[place]).collect())
    }

    /// An expression for each row, in which columns are names; with its type.
    pub(super) fn per_row(
        &mut self,
        rows: u32,
        expr: &'a Expr,
        wanted: Option<(Type, &str)>,
    ) -> Result<(Vec<f64>, Type), Reported> {
        let table = Rc::clone(&self.rows[rows as usize].table);
        let outer = self.locals.len();
        // While it is elaborated a value that nothing else has stands for each column.
        let mut leaves = Vec::with_capacity(table.columns.len());
        let frame = self.builder.op(Op::FrameIndex, &[]).to_int();
        for &TableColumn { name, ref ty, .. } in &table.columns {
            let values = vec![0.0; ty.stride() as usize];
            let row = TableRow { name: name.to_owned(), ty: *ty, unit: Unit::Scalar, values, channel: None };
            let leaf = self.builder.lookup(self.builder.table(row), frame, crate::program::Edge::Clamp);
            leaves.push(leaf);
            self.push_local(name, Ok(Typed::new(leaf, Unit::Scalar, None)));
        }
        let value = self.expr(expr);
        self.drop_locals(outer);
        let value = match wanted {
            Some((ty, what)) => self.convert(value?, ty, Unit::Scalar, expr.span, what)?,
            None => value?,
        };
        let steps = self.builder.flattened(value.value, &leaves);
        let values = steps.and_then(|steps| self.worked_out(rows, &steps));
        match values {
            Some(values) => Ok((values, value.ty)),
            None => {
                let message = "rows are chosen, sorted and grouped before the first frame, and this is not known by then";
                let help = "use columns, numbers, comparisons and arithmetic with them";
                self.fail(Problem::new(Code::NeedsConstant, expr.span, message).help(help))
            }
        }
    }

    /// The first component of what steps give for each row; `None` where one of them cannot be worked out.
    fn worked_out(&mut self, rows: u32, steps: &[FlatStep]) -> Option<Vec<f64>> {
        let of_leaf = |step: &FlatStep| match step {
            FlatStep::Leaf(column) => Some(*column),
            FlatStep::Constant(_) | FlatStep::Same(_) | FlatStep::Op { .. } => None,
        };
        let read: Vec<usize> = steps.iter().filter_map(of_leaf).collect();
        for &column in &read {
            self.whole_column(rows, column);
        }
        let Rows { arrays, .. } = &self.rows[rows as usize];
        let mut results = vec![[0.0; 4]; steps.len()];
        let mut arguments = Vec::new();
        let mut values = Vec::with_capacity(self.row_count(rows) as usize);
        for row in 0..self.row_count(rows) {
            for (at, step) in steps.iter().enumerate() {
                results[at] = match step {
                    FlatStep::Leaf(column) => self.arrays[arrays[*column]? as usize].at(row),
                    FlatStep::Constant(constant) => *constant,
                    FlatStep::Same(other) => results[*other],
                    FlatStep::Op { op, index, arguments: own } => {
                        arguments.clear();
                        arguments.extend(own.iter().map(|&(ty, of)| (ty, results[of])));
                        constant::fold(*op, *index, &arguments)?
                    }
                };
            }
            values.push(results.last()?[0]);
        }
        Some(values)
    }
}
