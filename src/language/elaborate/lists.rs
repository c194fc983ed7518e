//! Lists: rows that reactions edit, views of them, numbers of all rows, and domains that have an element of each row.

use super::value::{Element, Typed, describe};
use super::{Done, Elaborator};
use crate::diagnostic::{Code, nearest, quote};
use crate::language::builtins::BuiltinValue;
use crate::language::problems::Reported;
use crate::language::project::{DomainId, Meaning, TaskId};
use crate::language::source::{Problem, Span};
use crate::language::syntax::{Edit, Entry, Expr, ExprKind, ListColumn, Name, Row, ViewStep, dotted};
use crate::program::{
    DomainRef, ElementInput, EventRef, Gather, ListRef, ListRow, Op, ReactionBuilder, Total, Type, Unit,
    Value, ViewRef, limits,
};

/// A list of the patch.
pub(super) struct List<'a> {
    list: ListRef,
    name: &'a str,
    pub(super) columns: Vec<Column<'a>>,
    /// What its rows are groups of.
    of: Option<ListRef>,
}

#[derive(Clone, Copy)]
pub(super) struct Column<'a> {
    pub(super) name: &'a str,
    ty: Type,
    unit: Unit,
    default: Option<&'a Expr>,
}

/// Every row has one.
const ID: &str = "id";
/// Where a row stands: in what reactions do to rows.
pub(super) const PLACE: &str = "index";

/// What a reaction does to rows.
pub(super) enum Edited<'b> {
    Append(ListRef, Vec<Value<'b>>, Option<Value<'b>>),
    Move(ListRef, Value<'b>, Option<Value<'b>>),
    MoveCarried(Value<'b>),
    Remove(ListRef, Option<Value<'b>>),
    RemoveCarried,
    Set(ListRef, u32, Value<'b>, Option<Value<'b>>),
    SetCarried(u32, Value<'b>),
}

impl<'b> Edited<'b> {
    /// A reaction that does it, too.
    pub(super) fn of(self, reaction: ReactionBuilder<'b>) -> ReactionBuilder<'b> {
        match self {
            Self::Append(list, values, at) => reaction.insert(list, &values, at),
            Self::Move(list, to, condition) => reaction.move_rows(list, to, condition),
            Self::MoveCarried(to) => reaction.move_row(to),
            Self::Remove(list, condition) => reaction.remove_rows(list, condition),
            Self::RemoveCarried => reaction.remove_row(),
            Self::Set(list, column, value, condition) => reaction.set_rows(list, column, value, condition),
            Self::SetCarried(column, value) => reaction.set_row(column, value),
        }
    }
}

/// The rows that an edit is about.
enum Meant {
    All(u32),
    Carried(u32),
}

/// The number of all rows that a function gives.
pub(super) fn total(name: &str) -> Option<Total> {
    Some(match name {
        "count" => Total::Count,
        "sum" => Total::Sum,
        "mean" => Total::Mean,
        "min" => Total::Min,
        "max" => Total::Max,
        "any" => Total::Any,
        "all" => Total::Every,
        _ => return None,
    })
}

impl<'a, 'b> Elaborator<'a, 'b> {
    /// `list scores max 100 { value: float, hot: bool = false } = [{ value: 3 }]`.
    pub(super) fn list(
        &mut self,
        at: TaskId,
        (max, durable): (&'a Expr, bool),
        columns: &'a [ListColumn],
        rows: &'a [Row],
    ) -> Result<Done<'b>, Reported> {
        let project = self.project;
        let most = self.expr(max).and_then(|value| {
            let limit = i64::from(limits::CAPACITY_MAX);
            self.constant_int(value, max.span, "the largest number of rows", 1, limit)
        });
        let mut known: Vec<Column<'a>> = Vec::with_capacity(columns.len());
        let mut broken = None;
        for (at, column) in columns.iter().enumerate() {
            match self.list_column(column, &columns[..at]) {
                Ok(column) => known.push(column),
                Err(reported) => broken = Some(reported),
            }
        }
        if let Some(reported) = broken {
            return Err(reported);
        }
        let mut inputs = Vec::with_capacity(known.len());
        for column in &known {
            let default = match column.default {
                Some(default) => self.column_constant(column, default),
                None if column.ty == Type::Text => Ok(vec![f64::from(self.builder.text_row("", 0))]),
                None => Ok(vec![0.0; column.ty.stride() as usize]),
            };
            let (name, ty, unit) = (column.name.to_owned(), column.ty, column.unit);
            inputs.push(default.map(|default| ElementInput { name, ty, unit, default }));
        }
        let mut values = Vec::with_capacity(rows.len());
        for row in rows {
            values.push(self.first_row(&known, row));
        }
        let columns: Vec<ElementInput> = inputs.into_iter().collect::<Result<_, _>>()?;
        let capacity = most? as u32;
        let rows: Vec<Vec<f64>> = values.into_iter().collect::<Result<_, _>>()?;
        let task = &project.tasks[at];
        if rows.len() > capacity as usize {
            let message = format!(
                "the list {} begins with {} rows, and has {capacity} at most",
                quote(&task.key),
                rows.len()
            );
            let problem = Problem::new(Code::OutOfRange, max.span, message);
            return self.fail(problem.help(format!("give it more room: `max {}`", rows.len())));
        }
        let list = self.builder.add_list(ListRow {
            key: task.key.clone(),
            capacity,
            columns,
            rows,
            durable,
            kept_ids: None,
            groups: None,
        });
        let name = task.key.rsplit('.').next().unwrap_or_default();
        self.lists.push(List { list, name, columns: known, of: None });
        Ok(Done::Value(self.live_rows(list.into())))
    }

    fn list_column(&mut self, column: &'a ListColumn, before: &[ListColumn]) -> Result<Column<'a>, Reported> {
        let text: &'a str = &column.name.text;
        if let Some(first) = before.iter().find(|first| first.name.text == *text) {
            let message = format!("two columns are called {}", quote(text));
            let problem = Problem::new(Code::Redefined, column.name.span, message);
            return self
                .fail(problem.related("the first is here", first.name.span).help("rename one of them"));
        }
        if BuiltinValue::find(text).is_some_and(|known| !known.gives_way) {
            let message = format!("{} has a meaning of its own", quote(text));
            let problem = Problem::new(Code::ReservedName, column.name.span, message);
            return self.fail(problem.help(format!("give the column another name, such as `my_{text}`")));
        }
        let (ty, unit) = self.type_of_name(&column.ty)?;
        if ty == Type::Shape {
            let message = format!("a column of a list holds no {ty}");
            let problem = Problem::new(Code::NotYet, column.ty.span, message);
            let help =
                format!("let it hold a number, and choose the {ty} by it: `if kind == 1 then ... else ...`");
            return self.fail(problem.help(help));
        }
        Ok(Column { name: text, ty, unit, default: column.default.as_ref() })
    }

    /// The components of a constant of a column.
    fn column_constant(&mut self, column: &Column<'a>, expr: &'a Expr) -> Result<Vec<f64>, Reported> {
        let what = format!("the column {}", quote(column.name));
        let value = self.expr(expr)?;
        let value = self.convert(value, column.ty, column.unit, expr.span, &what)?;
        let constant = self.constant(value, expr.span, &what)?;
        if column.ty == Type::Text {
            let number = constant[0] as u32;
            return Ok(vec![f64::from(self.builder.text_row(self.texts.text(number), number))]);
        }
        Ok(constant[..column.ty.stride() as usize].to_vec())
    }

    /// The numbers of a row that a list begins with.
    fn first_row(&mut self, columns: &[Column<'a>], row: &'a Row) -> Result<Vec<f64>, Reported> {
        let mut numbers = Vec::new();
        for (column, entry) in columns.iter().zip(self.placed(columns, row)?) {
            let expr = entry.and_then(|entry| entry.value.as_ref()).or(column.default);
            let Some(expr) = expr else {
                let name = column.name;
                let message = format!("{} has no value", quote(name));
                let span = entry.map_or(row.span, |entry| entry.name.span);
                let problem = Problem::new(Code::MissingArgument, span, message);
                return self.fail(problem.help(format!("write one: `{name}: ...`")));
            };
            numbers.extend(self.column_constant(column, expr)?);
        }
        Ok(numbers)
    }

    /// The entries of a row by columns; reports what has no column, and a column without default that is left out.
    fn placed(&mut self, columns: &[Column<'a>], row: &'a Row) -> Result<Vec<Option<&'a Entry>>, Reported> {
        let mut found: Vec<Option<&'a Entry>> = vec![None; columns.len()];
        let mut broken = None;
        for entry in &row.values {
            let at = match self.column_named(columns, &entry.name.text, entry.name.span) {
                Ok(at) => at,
                Err(reported) => {
                    broken = Some(reported);
                    continue;
                }
            };
            if let Some(first) = found[at] {
                let message = format!("the column {} is given twice", quote(&entry.name.text));
                let problem = Problem::new(Code::RepeatedArgument, entry.name.span, message);
                let problem = problem.related("the first is here", first.name.span);
                return self.fail(problem.help("remove one of them"));
            }
            found[at] = Some(entry);
        }
        if let Some(reported) = broken {
            return Err(reported);
        }
        let lacks =
            columns.iter().zip(&found).find(|(column, entry)| entry.is_none() && column.default.is_none());
        if let Some((Column { name, ty, unit, .. }, _)) = lacks {
            let message = format!("this row lacks {}, {}", quote(name), describe(*ty, *unit));
            let problem = Problem::new(Code::MissingArgument, row.span, message);
            let help = format!("give it, `{name}: ...`, or give the column a default in the `list`");
            return self.fail(problem.help(help));
        }
        Ok(found)
    }

    /// Which of the columns a name is.
    fn column_named(&mut self, columns: &[Column<'a>], name: &str, span: Span) -> Result<usize, Reported> {
        if let Some(at) = columns.iter().position(|column| column.name == name) {
            return Ok(at);
        }
        if name == ID {
            let message = "the id of a row is given by the list, in the order of creation";
            let problem = Problem::new(Code::UnknownMember, span, message);
            return self.fail(problem.help("leave it out, or keep a number of your own in a column"));
        }
        let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
        let message = format!("rows of this list have no column {}", quote(name));
        let help = match nearest(name, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("they have {}", names.join(", ")),
        };
        self.fail(Problem::new(Code::UnknownMember, span, message).help(help))
    }

    /// Rows of a list as what an expression is.
    fn live_rows(&mut self, rows: ViewRef) -> Typed<'b> {
        self.live.push(rows);
        Typed { live: Some(self.live.len() as u32 - 1), ..self.float(0.0) }
    }

    /// The list of rows, and its columns.
    fn columns_of_live(&self, live: u32) -> (ListRef, Vec<Column<'a>>) {
        let list = self.live[live as usize].list();
        (list, self.lists[list.row() as usize].columns.clone())
    }

    pub(super) fn columns_of_list(&self, list: u32) -> impl Iterator<Item = &'a str> {
        self.lists[list as usize].columns.iter().map(|column| column.name)
    }

    /// Rows of a list, or one, where a value was expected.
    pub(super) fn no_live_rows(&self, value: Typed<'b>, span: Span) -> Problem {
        let text = self.sources.short(span, "rows");
        let list = match (value.live, value.row) {
            (Some(live), _) => Some(self.live[live as usize].list()),
            (None, Some(event)) => self.builder.list_of_event(event),
            (None, None) => None,
        };
        let columns = list.and_then(|list| self.lists.get(list.row() as usize)).map(|list| &list.columns);
        let is_number =
            |column: &&Column<'a>| matches!(column.ty, Type::Float | Type::Int) || value.row.is_some();
        let column = columns.and_then(|columns| columns.iter().find(is_number));
        let column = column.map_or("value", |column| column.name);
        let what = value.what();
        let help = match value.row {
            Some(_) => format!("name one of its columns, such as `{text}.{column}`"),
            None => format!("their number is `count({text})`; `sum({text}.{column})` is one of all of them"),
        };
        let are = if value.row.is_some() { "this is" } else { "these are" };
        let message = format!("{are} {what}, and one value was expected");
        Problem::new(Code::NotAValue, span, message).help(help)
    }

    /// `scores.value`: in `sum(scores.value)` what each row has.
    pub(super) fn live_column(&mut self, live: u32, name: &str, span: Span) -> Result<Typed<'b>, Reported> {
        let (list, columns) = self.columns_of_live(live);
        let text = self.sources.short(span, name);
        match self.totaled {
            None => {
                let message =
                    format!("each row has a {} of its own, and one value was expected", quote(name));
                let help = format!(
                    "make one of all: `sum(rows.{text})`; a domain has an element per row: `domain bars from rows {{ ... }}`"
                );
                self.fail(Problem::new(Code::NotAValue, span, message).help(help))
            }
            Some(Some(other)) if self.live[other as usize] != self.live[live as usize] => {
                let message = "one number is made of rows of two kinds";
                let problem = Problem::new(Code::NotAValue, span, message);
                self.fail(problem.help("work out a number of each, and put the two together"))
            }
            Some(_) => {
                if name == PLACE {
                    let problem = self.no_place(span);
                    return self.fail(problem);
                }
                self.totaled = Some(Some(live));
                let builder = self.builder;
                self.value_of_row(&columns, (name, span), |at| builder.column(list, at))
            }
        }
    }

    /// `toggle.hot` in a reaction to an event that carries a row.
    pub(super) fn carried_column(
        &mut self,
        event: EventRef<'b>,
        name: &str,
        span: Span,
    ) -> Result<Typed<'b>, Reported> {
        let Some(list) = self.builder.list_of_event(event) else {
            return self.contradiction(span, "an event carries a row of no list");
        };
        let columns = self.lists[list.row() as usize].columns.clone();
        self.value_of_row(&columns, (name, span), |at| event.column(at))
    }

    /// Where a row stands, where only what it holds is looked at.
    pub(super) fn no_place(&self, span: Span) -> Problem {
        let message = "views and numbers of all rows are made of what rows hold, not of where they stand";
        let help =
            "choose by places with `skip` and `take`, such as `rows skip 2 take 1`; reactions may read it";
        Problem::new(Code::UnknownMember, span, message).help(help)
    }

    /// What a row has in a column, which is read by its place; or its id, or where it stands.
    fn value_of_row(
        &mut self,
        columns: &[Column<'a>],
        (name, span): (&str, Span),
        read: impl Fn(u32) -> Value<'b>,
    ) -> Result<Typed<'b>, Reported> {
        if name == ID {
            let id = read(columns.len() as u32).op(Op::UintToInt, &[]);
            return Ok(Typed::new(id, Unit::Scalar, None));
        }
        if name == PLACE {
            let place = read(columns.len() as u32 + 1).op(Op::UintToInt, &[]);
            return Ok(Typed::new(place, Unit::Scalar, None));
        }
        let at = self.column_named(columns, name, span)?;
        Ok(Typed::new(read(at as u32), columns[at].unit, None))
    }

    /// `event toggle: row(scores)`.
    pub(super) fn row_event(
        &mut self,
        at: TaskId,
        list: &'a Name,
        gather: Gather,
    ) -> Result<Done<'b>, Reported> {
        let task = &self.project.tasks[at];
        if task.domain.is_some() {
            let message = "an event of the host is inside of a domain";
            let problem = Problem::new(Code::Misplaced, task.span, message);
            return self
                .fail(problem.help("put it before the domain: an event is the same for all elements"));
        }
        let value = self.name_or_array(&list.text, list.span)?;
        let Some(live) = value.live else {
            let message = format!("{} is {}, and a list was expected", quote(&list.text), value.what());
            let problem = Problem::new(Code::WrongType, list.span, message);
            return self.fail(problem.help("name a list: `event toggle: row(scores)`"));
        };
        let list = self.live[live as usize].list();
        let event = self.host_event(at, Some((Type::Uint, Unit::Scalar)), gather, Some(list))?;
        Ok(Done::Value(self.event_value(event)))
    }

    /// What is worked out of a row, in which columns are names.
    pub(super) fn of_row(
        &mut self,
        list: u32,
        expr: &'a Expr,
        wanted: Option<(Type, Unit)>,
        (what, is_edit): (&str, bool),
    ) -> Result<Typed<'b>, Reported> {
        let outer = self.locals.len();
        let List { list, columns, .. } = &self.lists[list as usize];
        let (list, columns) = (*list, columns.clone());
        for (at, column) in columns.iter().enumerate() {
            let value = self.builder.column(list, at as u32);
            self.push_local(column.name, Ok(Typed::new(value, column.unit, None)));
        }
        let id = self.builder.row_id(list).op(Op::UintToInt, &[]);
        self.push_local(ID, Ok(Typed::new(id, Unit::Scalar, None)));
        if is_edit {
            let place = self.builder.row_place(list).op(Op::UintToInt, &[]);
            self.push_local(PLACE, Ok(Typed::new(place, Unit::Scalar, None)));
        }
        let before = std::mem::replace(&mut self.is_of_row, true);
        let value = self.expr(expr);
        self.is_of_row = before;
        self.drop_locals(outer);
        let value = self.uniform(value?, expr.span, what)?;
        match wanted {
            Some((ty, unit)) => self.convert(value, ty, unit, expr.span, what),
            None => Ok(value),
        }
    }

    /// `open = scores where not hot sort by value desc take 10`.
    pub(super) fn live_view(
        &mut self,
        live: u32,
        step: &'a ViewStep,
        span: Span,
    ) -> Result<Typed<'b>, Reported> {
        let rows = self.live[live as usize];
        let list = rows.list().row();
        let view = match step {
            ViewStep::Where(condition) => {
                let wanted = Some((Type::Bool, Unit::Scalar));
                let value = self.of_row(list, condition, wanted, ("the condition", false))?;
                self.builder.view_where(rows, value.value)
            }
            ViewStep::SortBy { key, is_descending } => {
                let value = self.key_of_row(
                    list,
                    key,
                    ("sorted", "sort by a part of it, such as `.x`, or by another column"),
                )?;
                self.builder.view_sorted(rows, value.0, *is_descending)
            }
            ViewStep::Distinct(key) => {
                let value = self.key_of_row(
                    list,
                    key,
                    ("told apart", "name a part of it, such as `.x`, or another column"),
                )?;
                self.builder.view_distinct(rows, value.0)
            }
            ViewStep::Take(count) => match self.live_number(count, "how many rows are taken")? {
                (Some(take), _) => self.builder.view_window(rows, 0, Some(take)),
                (None, take) => self.builder.view_live_window(rows, None, Some(take)),
            },
            ViewStep::Skip(count) => match self.live_number(count, "how many rows are skipped")? {
                (Some(skip), _) => self.builder.view_window(rows, skip, None),
                (None, skip) => self.builder.view_live_window(rows, Some(skip), None),
            },
            ViewStep::GroupBy { keys, columns } => {
                let content = self.sources.text(span);
                self.live_groups(rows, keys, columns, content)?.into()
            }
        };
        Ok(self.live_rows(view))
    }

    /// Takes up a list that is made of groups.
    pub(super) fn note_groups(
        &mut self,
        list: ListRef,
        of: ListRef,
        columns: impl Iterator<Item = (&'a str, (Type, Unit))>,
    ) {
        let column = |(name, (ty, unit))| Column { name, ty, unit, default: None };
        self.lists.push(List { list, name: "", columns: columns.map(column).collect(), of: Some(of) });
    }

    /// What rows are sorted, grouped or told apart by.
    pub(super) fn key_of_row(
        &mut self,
        list: u32,
        key: &'a Expr,
        (what, help): (&str, &str),
    ) -> Result<(Value<'b>, Unit), Reported> {
        let value = self.of_row(list, key, None, (&format!("what rows are {what} by"), false))?;
        if matches!(value.ty, Type::Float | Type::Int | Type::Uint | Type::Bool | Type::Text) {
            return Ok((value.value, value.unit));
        }
        let message =
            format!("rows of a list are {what} by a number or a text, and this is {}", value.what());
        let problem = Problem::new(Code::WrongType, key.span, message);
        self.fail(problem.help(help))
    }

    /// How many rows: a number where it is known before the first frame, and an int that may change.
    fn live_number(&mut self, count: &'a Expr, what: &str) -> Result<(Option<u32>, Value<'b>), Reported> {
        let number = self.expr(count)?;
        if number.constant.is_some() {
            let most = i64::from(limits::CAPACITY_MAX);
            let known = self.constant_int(number, count.span, what, 0, most)?;
            return Ok((Some(known as u32), number.value));
        }
        let number = self.uniform(number, count.span, what)?;
        let number = self.convert(number, Type::Int, Unit::Scalar, count.span, what)?;
        Ok((None, number.value))
    }

    /// Whether an expression is made of rows of a list.
    pub(super) fn is_of_list(&self, expr: &Expr) -> bool {
        let of = |expr: &Expr| self.is_of_list(expr);
        match &expr.kind {
            ExprKind::Name(_) | ExprKind::Member { .. } if dotted(expr).is_some() => self.names_list(expr),
            ExprKind::Member { value, .. } | ExprKind::Unary { value, .. } => of(value),
            ExprKind::View { rows, .. } => of(rows),
            ExprKind::Chain { first, rest } => of(first) || rest.iter().any(|(_, value)| of(value)),
            ExprKind::Call { arguments, .. } => arguments.iter().any(|argument| of(&argument.value)),
            ExprKind::If { branches, otherwise } => {
                of(otherwise) || branches.iter().any(|branch| of(&branch.condition) || of(&branch.then))
            }
            ExprKind::Vector(values) => values.iter().any(of),
            ExprKind::Block { result, .. } => of(result),
            ExprKind::Broken(_)
            | ExprKind::Number { .. }
            | ExprKind::Color(_)
            | ExprKind::Text(_)
            | ExprKind::Bool(_)
            | ExprKind::Name(_)
            | ExprKind::Keys { .. }
            | ExprKind::Fold(_)
            | ExprKind::At { .. }
            | ExprKind::Array(_)
            | ExprKind::Index { .. }
            | ExprKind::When { .. } => false,
        }
    }

    /// Whether a dotted name begins with rows of a list.
    fn names_list(&self, expr: &Expr) -> bool {
        let Some(parts) = dotted(expr) else { return false };
        if let Some(local) = self.local(parts[0].0) {
            return local.value.is_ok_and(|value| value.live.is_some());
        }
        match self.project.follow(self.scope, &parts) {
            Some((Meaning::Value(task), _)) => match self.done[task] {
                Done::Value(value) => value.live.is_some(),
                Done::Pending
                | Done::Poisoned(_)
                | Done::Domain(_)
                | Done::Camera(_)
                | Done::Image(..)
                | Done::Effect => false,
            },
            _ => false,
        }
    }

    /// `count(open)`, `sum(open.value)`, `any(scores.value > 3)`: a number of all rows.
    pub(super) fn total(&mut self, total: Total, expr: &'a Expr) -> Result<Typed<'b>, Reported> {
        let outer = self.totaled.replace(None);
        let value = self.expr_or_array(expr);
        let rows = std::mem::replace(&mut self.totaled, outer).flatten();
        let value = value?;
        let what = "what a number of all rows is made of";
        let (rows, node) = match (total.of(), value.live, rows) {
            (None, Some(live), _) => (live, None),
            (Some(ty), None, Some(live)) => {
                let value = self.uniform(value, expr.span, what)?;
                let unit = if ty == Type::Float { value.unit } else { Unit::Scalar };
                (live, Some(self.convert(value, ty, unit, expr.span, what)?))
            }
            (None, None, _) => {
                let message = format!("`count` counts rows, and this is {}", value.what());
                let problem = Problem::new(Code::WrongType, expr.span, message);
                let help = "name rows, or choose some: `count(scores where value > 2)`";
                return self.fail(problem.help(help));
            }
            (Some(_), _, _) => return self.no_array(value, expr.span),
        };
        let rows = self.live[rows as usize];
        let unit = node.map_or(Unit::Scalar, |node| node.unit);
        self.remembered(|e, key| {
            let value = e.builder.total(key, rows, total, node.map(|node| node.value));
            Ok(Typed::new(value, unit, None))
        })
    }

    /// An element per row of a list.
    pub(super) fn of_list(
        &mut self,
        id: DomainId,
        live: u32,
        key: Option<&'a Name>,
    ) -> Result<DomainRef, Reported> {
        let rows = self.live[live as usize];
        self.domain_lists.insert(id, rows.list().row());
        if let Some(key) = key {
            let message = "rows of a list stay themselves, whatever they hold";
            let problem = Problem::new(Code::Misplaced, key.span, message);
            return self.fail(problem.help(format!("leave `keyed by {}` out", key.text)));
        }
        let (capacity, live) = self.builder.rows_of_view(rows);
        Ok(self.add_domain(self.project.domains[id].full.clone(), capacity, 0, Some(live)))
    }

    /// What the row that an element is has in a column.
    pub(super) fn column_of_element(
        &mut self,
        list: u32,
        element: Element,
        name: &str,
        span: Span,
    ) -> Result<Typed<'b>, Reported> {
        let columns = self.lists[list as usize].columns.clone();
        let at = self.column_named(&columns, name, span)?;
        let value = self.builder.element_column(element.domain, at as u32);
        Ok(Typed::new(value, columns[at].unit, Some(element)))
    }

    /// Something that a reaction does to rows.
    pub(super) fn edit(&mut self, edit: &'a Edit, turn: EventRef<'b>) -> Result<Edited<'b>, Reported> {
        let meant = self.edited(edit.rows(), turn)?;
        match (edit, meant) {
            (Edit::Append { row, at, .. }, Meant::All(list)) => self.append(list, row, at.as_ref()),
            (Edit::Move { to, condition, .. }, Meant::All(list)) => {
                let of_which = match condition {
                    Some(condition) => {
                        let wanted = Some((Type::Bool, Unit::Scalar));
                        Some(self.of_row(list, condition, wanted, ("the condition", true))?.value)
                    }
                    None => None,
                };
                let to = self.of_row(list, to, Some((Type::Int, Unit::Scalar)), ("the place", true))?;
                Ok(Edited::Move(self.lists[list as usize].list, to.value, of_which))
            }
            (Edit::Move { to, condition: None, .. }, Meant::Carried(_)) => {
                Ok(Edited::MoveCarried(self.place_of_row(to)?))
            }
            (Edit::Clear { .. } | Edit::Remove { condition: None, .. }, Meant::All(list)) => {
                if let Edit::Remove { rows, .. } = edit {
                    let message = "`remove` without a `where`";
                    let problem = Problem::new(Code::MissingArgument, rows.span, message);
                    let name = &rows.text;
                    let help =
                        format!("say which: `remove {name} where ...`; `clear {name}` removes all rows");
                    return self.fail(problem.help(help));
                }
                Ok(Edited::Remove(self.lists[list as usize].list, None))
            }
            (Edit::Remove { condition: Some(condition), .. }, Meant::All(list)) => {
                let wanted = Some((Type::Bool, Unit::Scalar));
                let value = self.of_row(list, condition, wanted, ("the condition", true))?;
                Ok(Edited::Remove(self.lists[list as usize].list, Some(value.value)))
            }
            (Edit::Remove { condition: None, .. }, Meant::Carried(_)) => Ok(Edited::RemoveCarried),
            (Edit::Set { column, value, .. }, Meant::All(list)) => self.set_column(list, column, value),
            (Edit::Set { column, value: expr, .. }, Meant::Carried(list)) => {
                let columns = self.lists[list as usize].columns.clone();
                let at = self.column_named(&columns, &column.text, column.span)?;
                let what = format!("the new value of {}", quote(&column.text));
                let value = self.expr(expr)?;
                let value = self.uniform(value, expr.span, &what)?;
                let value = self.convert(value, columns[at].ty, columns[at].unit, expr.span, &what)?;
                Ok(Edited::SetCarried(at as u32, value.value))
            }
            (
                Edit::Append { .. }
                | Edit::Clear { .. }
                | Edit::Move { condition: Some(_), .. }
                | Edit::Remove { condition: Some(_), .. },
                Meant::Carried(list),
            ) => {
                let name = edit.rows();
                let own = self.lists[list as usize].name;
                let (word, help) = match edit {
                    Edit::Move { .. } => {
                        ("move ... where", format!("`move {} to ...` moves the row", name.text))
                    }
                    Edit::Append { .. } | Edit::Clear { .. } | Edit::Remove { .. } | Edit::Set { .. } => {
                        (edit.word(), format!("`remove {}` removes the row", name.text))
                    }
                };
                let message = format!("{} is one row, and `{word}` is about a list", quote(&name.text));
                let problem = Problem::new(Code::WrongType, name.span, message);
                self.fail(problem.help(format!("name the list, `{own}`; {help}")))
            }
        }
    }

    /// The rows that the name in an edit means.
    fn edited(&mut self, name: &'a Name, turn: EventRef<'b>) -> Result<Meant, Reported> {
        let value = self.name_or_array(&name.text, name.span)?;
        let text = quote(&name.text);
        let own =
            |e: &Self, list: ListRef| e.lists.get(list.row() as usize).map_or("scores", |list| list.name);
        if let Some(event) = value.row {
            let list = self.builder.list_of_event(event).map_or(0, ListRef::row);
            if let Some(of) = self.lists[list as usize].of {
                let message = format!("{text} carries a group of rows, which is not edited itself");
                let problem = Problem::new(Code::WrongType, name.span, message);
                let list = own(self, of);
                let help = format!("edit the rows that it is made of: `{list}.column = ... where ...`");
                return self.fail(problem.help(help));
            }
            return Ok(Meant::Carried(list));
        }
        let (message, help) = match (value.live, value.event) {
            (Some(live), _)
                if self.live[live as usize].is_whole()
                    && self.lists[self.live[live as usize].list().row() as usize].of.is_none() =>
            {
                return Ok(Meant::All(self.live[live as usize].list().row()));
            }
            (Some(live), _) => {
                let mut list = self.live[live as usize].list();
                while let Some(of) = self.lists[list.row() as usize].of {
                    list = of;
                }
                let list = own(self, list);
                let message = format!("{text} is made of rows of {}, which are edited there", quote(list));
                (message, format!("name the list, `{list}`, with a `where` for some of its rows"))
            }
            (None, Some(event))
                if event.row() != turn.row() && self.builder.list_of_event(event).is_some() =>
            {
                let message =
                    format!("{text} carries a row while it happens, and this is a reaction to another event");
                (message, format!("put it into `on {} {{ ... }}`", name.text))
            }
            (None, _) => {
                let message = format!("rows of lists are edited, and {text} is {}", value.what());
                (
                    message,
                    "name a list, or an event that carries a row: `event toggle: row(scores)`".to_owned(),
                )
            }
        };
        self.fail(Problem::new(Code::WrongType, name.span, message).help(help))
    }

    /// A place that is the same for all rows.
    fn place_of_row(&mut self, place: &'a Expr) -> Result<Value<'b>, Reported> {
        let value = self.expr(place)?;
        let value = self.uniform(value, place.span, "the place")?;
        Ok(self.convert(value, Type::Int, Unit::Scalar, place.span, "the place")?.value)
    }

    /// `append scores { value: 3 }`, `insert scores { value: 3 } at 0`.
    fn append(&mut self, list: u32, row: &'a Row, at: Option<&'a Expr>) -> Result<Edited<'b>, Reported> {
        let at = match at {
            Some(at) => Some(self.place_of_row(at)?),
            None => None,
        };
        let List { list, columns, .. } = &self.lists[list as usize];
        let (list, columns) = (*list, columns.clone());
        let entries = self.placed(&columns, row)?;
        let mut values = Vec::with_capacity(columns.len());
        for (column, entry) in columns.iter().zip(entries) {
            let what = format!("the column {}", quote(column.name));
            let (value, span) = match (entry, column.default) {
                (Some(Entry { value: Some(expr), .. }), _) | (None, Some(expr)) => {
                    (self.expr(expr), expr.span)
                }
                (Some(Entry { name, value: None }), _) => (self.name(&name.text, name.span), name.span),
                (None, None) => return self.contradiction(row.span, "a column has no value"),
            };
            let value = value.and_then(|value| self.uniform(value, span, &what));
            let value = value.and_then(|value| self.convert(value, column.ty, column.unit, span, &what));
            values.push(value.map(|value| value.value));
        }
        Ok(Edited::Append(list, values.into_iter().collect::<Result<_, _>>()?, at))
    }

    /// `scores.hot = value > 2 where not hot`.
    fn set_column(&mut self, list: u32, column: &'a Name, value: &'a Expr) -> Result<Edited<'b>, Reported> {
        let columns = self.lists[list as usize].columns.clone();
        let at = self.column_named(&columns, &column.text, column.span)?;
        let (expr, condition) = match &value.kind {
            ExprKind::View { rows, step: ViewStep::Where(condition) } => (&**rows, Some(&**condition)),
            _ => (value, None),
        };
        let condition = match condition {
            Some(condition) => {
                let wanted = Some((Type::Bool, Unit::Scalar));
                Some(self.of_row(list, condition, wanted, ("the condition", true))?.value)
            }
            None => None,
        };
        let what = format!("the new value of {}", quote(&column.text));
        let wanted = Some((columns[at].ty, columns[at].unit));
        let value = self.of_row(list, expr, wanted, (&what, true))?;
        Ok(Edited::Set(self.lists[list as usize].list, at as u32, value.value, condition))
    }
}
