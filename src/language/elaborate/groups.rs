//! Rows in groups: a row for each value of a key, in the order in which these first come, with what is worked out of the
//! rows that have it.

use std::collections::HashMap;
use std::rc::Rc;

use super::Elaborator;
use super::rows::{Table, TableColumn, Values};
use crate::diagnostic::{Code, nearest, quote};
use crate::language::builtins::BuiltinValue;
use crate::language::problems::Reported;
use crate::language::source::{Problem, Span};
use crate::language::syntax::{Aggregate, Expr, ExprKind, GroupKey, Name};
use crate::program::{Aggregate as Way, ListRef, Type, Unit, Value, ViewRef};

/// What is worked out of the rows of a group that are edited.
struct LiveWay<'b> {
    way: Way,
    ty: Type,
    unit: Unit,
    value: Option<Value<'b>>,
}

const WAYS: [(&str, Way); 10] = [
    ("sum", Way::Sum),
    ("mean", Way::Mean),
    ("min", Way::Min),
    ("max", Way::Max),
    ("median", Way::Median),
    ("first", Way::First),
    ("last", Way::Last),
    ("count", Way::Count),
    ("any", Way::Any),
    ("all", Way::All),
];

/// What is worked out of the values of a group, of which there is one at least.
fn worked_out(way: Way, values: &[f64]) -> f64 {
    let sum = || values.iter().sum::<f64>();
    let holding = || values.iter().filter(|&&value| value != 0.0).count();
    let fold = |of: fn(f64, f64) -> f64| values.iter().copied().reduce(of).unwrap_or(0.0);
    match way {
        Way::Sum => sum(),
        Way::Mean => sum() / values.len() as f64,
        Way::Min => fold(f64::min),
        Way::Max => fold(f64::max),
        Way::Median => {
            let mut sorted = values.to_vec();
            sorted.sort_by(f64::total_cmp);
            (sorted[(sorted.len() - 1) / 2] + sorted[sorted.len() / 2]) / 2.0
        }
        Way::First => values.first().copied().unwrap_or(0.0),
        Way::Last => values.last().copied().unwrap_or(0.0),
        Way::Count => holding() as f64,
        Way::Any => f64::from(holding() > 0),
        Way::All => f64::from(holding() == values.len()),
    }
}

impl<'a, 'b> Elaborator<'a, 'b> {
    /// The same of rows that are edited: a list that follows them.
    pub(super) fn live_groups(
        &mut self,
        rows: ViewRef,
        keys: &'a [GroupKey],
        aggregates: &'a [Aggregate],
        of: &str,
    ) -> Result<ListRef, Reported> {
        let list = rows.list().row();
        let names: Vec<_> = keys.iter().map(|key| self.name_of_key(key)).collect();
        let found: Vec<_> = keys.iter().map(|key| self.group_key(list, key)).collect();
        let ways: Vec<_> = aggregates.iter().map(|aggregate| self.live_way(list, aggregate)).collect();
        let names: Vec<(&'a str, Span)> = names.into_iter().collect::<Result<_, _>>()?;
        let found: Vec<(Value<'b>, Unit)> = found.into_iter().collect::<Result<_, _>>()?;
        let ways: Vec<LiveWay<'b>> = ways.into_iter().collect::<Result<_, _>>()?;
        let own = aggregates.iter().map(|aggregate| (aggregate.name.text.as_str(), aggregate.name.span));
        let own: Vec<_> = names.iter().copied().chain(own).collect();
        self.check_columns(&own)?;
        let of_keys = found.iter().map(|&(key, unit)| (key.ty(), unit));
        let types: Vec<_> = of_keys.chain(ways.iter().map(|way| (way.ty, way.unit))).collect();
        let columns = own.iter().zip(&types).map(|(&(name, _), &ty)| self.builder.column_row(name, ty));
        let columns = columns.collect();
        let found: Vec<Value<'b>> = found.iter().map(|&(key, _)| key).collect();
        let totals: Vec<_> = ways.iter().map(|way| (way.way, way.value)).collect();
        let made = self.builder.add_groups("", rows, columns, &found, &totals);
        // What it is made of, as it is written.
        let written: Vec<&str> = keys.iter().map(|key| self.sources.text(key.value.span)).collect();
        let content = format!(
            "{of} {} {}",
            written.join(", "),
            own.iter().map(|own| own.0).collect::<Vec<_>>().join(", ")
        );
        self.keys.made_list(self.sources, made.row(), &content);
        self.note_groups(made, rows.list(), own.iter().map(|own| own.0).zip(types));
        Ok(made)
    }

    /// A key of a group of rows that are edited.
    fn group_key(&mut self, list: u32, key: &'a GroupKey) -> Result<(Value<'b>, Unit), Reported> {
        let help = "group by a part of it, such as `.x`, or by another column";
        self.key_of_row(list, &key.value, ("grouped", help))
    }

    fn live_way(&mut self, list: u32, aggregate: &'a Aggregate) -> Result<LiveWay<'b>, Reported> {
        let (way, Some(value)) = self.way_named(aggregate)? else {
            return Ok(LiveWay { way: Way::Count, ty: Type::Int, unit: Unit::Scalar, value: None });
        };
        let wanted = is_of_condition(way).then_some((Type::Bool, Unit::Scalar));
        let what = if wanted.is_some() { "the condition" } else { "what is worked out of rows" };
        let found = self.of_row(list, value, wanted, (what, false))?;
        let ty = self.result_of(way, found.ty, (&aggregate.how, value))?;
        Ok(LiveWay { way, ty, unit: found.unit, value: Some(found.value) })
    }

    /// `rows group by country { total: sum(value), rows: count() }`.
    pub(super) fn grouped_rows(
        &mut self,
        rows: u32,
        keys: &'a [GroupKey],
        aggregates: &'a [Aggregate],
    ) -> Result<Rc<Table<'a>>, Reported> {
        let names: Vec<_> = keys.iter().map(|key| self.name_of_key(key)).collect();
        let found: Vec<_> =
            keys.iter().map(|key| self.key_values(rows, &key.value, ("grouped", "group by"))).collect();
        let ways: Vec<_> = aggregates.iter().map(|aggregate| self.way_of(rows, aggregate)).collect();
        let names: Vec<(&'a str, Span)> = names.into_iter().collect::<Result<_, _>>()?;
        let found: Vec<(Vec<f64>, Type)> = found.into_iter().collect::<Result<_, _>>()?;
        let ways: Vec<(Way, Type, Vec<f64>)> = ways.into_iter().collect::<Result<_, _>>()?;
        let own = aggregates.iter().map(|aggregate| (aggregate.name.text.as_str(), aggregate.name.span));
        self.check_columns(&names.iter().copied().chain(own).collect::<Vec<_>>())?;

        let groups = groups(self.row_count(rows) as usize, &found);
        let of_key = names.iter().zip(&found).map(|(&(name, _), (values, ty))| {
            let first = groups.iter().map(|group| values[group[0]]).collect();
            TableColumn { name, ty: *ty, values: Values::Made(first) }
        });
        let mut values = Vec::new();
        let of_ways = aggregates.iter().zip(&ways).map(|(aggregate, (way, ty, all))| {
            let of_group = |group: &Vec<usize>| {
                values.clear();
                values.extend(group.iter().map(|&row| all[row]));
                worked_out(*way, &values)
            };
            let made = groups.iter().map(of_group).collect();
            TableColumn { name: &aggregate.name.text, ty: *ty, values: Values::Made(made) }
        });
        let of_ways: Vec<TableColumn<'a>> = of_ways.collect();
        self.check_sums(aggregates, &of_ways)?;
        Ok(Rc::new(Table { rows: groups.len() as u32, columns: of_key.chain(of_ways).collect() }))
    }

    /// Reports a sum that is no number of a program.
    fn check_sums(
        &mut self,
        aggregates: &'a [Aggregate],
        columns: &[TableColumn<'a>],
    ) -> Result<(), Reported> {
        let mut outcome = Ok(());
        for (aggregate, column) in aggregates.iter().zip(columns) {
            let Values::Made(values) = &column.values else { continue };
            if let Some(large) = values.iter().find(|value| !(**value as f32).is_finite()) {
                let message = format!("{} comes to {large:e}, which is too large", quote(column.name));
                let problem = Problem::new(Code::OutOfRange, aggregate.name.span, message);
                outcome = self.fail(problem.help("measure the column in larger units"));
            }
        }
        outcome
    }

    /// What the column of a key is called.
    fn name_of_key(&mut self, key: &'a GroupKey) -> Result<(&'a str, Span), Reported> {
        match (&key.name, &key.value.kind) {
            (Some(name), _) => Ok((&name.text, name.span)),
            (None, ExprKind::Name(name)) => Ok((name, key.value.span)),
            (None, ExprKind::Broken(reported)) => Err(*reported),
            (None, _) => {
                let span = key.value.span;
                let text = self.sources.short(span, "...");
                let message = "this is worked out, and the column that it becomes has no name";
                let problem = Problem::new(Code::MissingArgument, span, message);
                self.fail(problem.help(format!("give it one: `group by key: {text}`")))
            }
        }
    }

    /// A key of each row, by which rows are grouped or told apart.
    pub(super) fn key_values(
        &mut self,
        rows: u32,
        key: &'a Expr,
        (what, way): (&str, &str),
    ) -> Result<(Vec<f64>, Type), Reported> {
        let (mut values, ty) = self.per_row(rows, key, None)?;
        if !matches!(ty, Type::Float | Type::Int | Type::Bool | Type::Text) {
            let message = format!("rows are {what} by a number, a bool or a text, and this is a {ty}");
            let problem = Problem::new(Code::WrongType, key.span, message);
            return self.fail(problem.help(format!("{way} a part of it, such as `.x`")));
        }
        // There is one zero.
        values.iter_mut().for_each(|value| *value += 0.0);
        Ok((values, ty))
    }

    /// How a column is worked out, its type, and the values of all rows.
    fn way_of(&mut self, rows: u32, aggregate: &'a Aggregate) -> Result<(Way, Type, Vec<f64>), Reported> {
        let (way, Some(value)) = self.way_named(aggregate)? else {
            return Ok((Way::Count, Type::Int, vec![1.0; self.row_count(rows) as usize]));
        };
        let wanted = is_of_condition(way).then_some((Type::Bool, "the condition"));
        let (values, ty) = self.per_row(rows, value, wanted)?;
        let ty = self.result_of(way, ty, (&aggregate.how, value))?;
        Ok((way, ty, values))
    }

    /// How a column is worked out, and of what: of nothing where all rows are counted.
    fn way_named(&mut self, aggregate: &'a Aggregate) -> Result<(Way, Option<&'a Expr>), Reported> {
        let Aggregate { name, how, value } = aggregate;
        let Some(&(_, way)) = WAYS.iter().find(|(word, _)| *word == how.text) else {
            let problem = unknown_way(how);
            return self.fail(problem);
        };
        if value.is_none() && way != Way::Count {
            let message = format!("{} does not say of which value", quote(&how.text));
            let problem = Problem::new(Code::MissingArgument, how.span, message);
            return self.fail(problem.help(format!("name a column: `{}: {}(value)`", name.text, how.text)));
        }
        Ok((way, value.as_ref()))
    }

    /// The type of a column that is worked out of values of a type.
    fn result_of(&mut self, way: Way, ty: Type, (how, value): (&Name, &Expr)) -> Result<Type, Reported> {
        if let Some(ty) = way.result(ty) {
            return Ok(ty);
        }
        let message = format!("{} takes numbers, and this is a {ty}", quote(&how.text));
        let problem = Problem::new(Code::WrongType, value.span, message);
        let help = match ty {
            Type::Bool => "`count(condition)` counts rows, `any` and `all` say whether it holds",
            Type::Text => "`first` and `last` take texts",
            _ => "take a part of it, such as `.x`",
        };
        self.fail(problem.help(help))
    }

    /// Reports a name that two columns have, or that means something else.
    fn check_columns(&mut self, names: &[(&str, Span)]) -> Result<(), Reported> {
        let mut outcome = Ok(());
        for (at, &(name, span)) in names.iter().enumerate() {
            if let Some(&(_, first)) = names[..at].iter().find(|(other, _)| *other == name) {
                let message = format!("two columns are called {}", quote(name));
                let problem =
                    Problem::new(Code::Redefined, span, message).related("the first is here", first);
                outcome = self.fail(problem.help("rename one of them"));
            } else if BuiltinValue::find(name).is_some_and(|known| !known.gives_way) {
                let message = format!("{} has a meaning of its own", quote(name));
                let problem = Problem::new(Code::ReservedName, span, message);
                outcome =
                    self.fail(problem.help(format!("give the column another name, such as `my_{name}`")));
            }
        }
        outcome
    }
}

fn is_of_condition(way: Way) -> bool {
    matches!(way, Way::Count | Way::Any | Way::All)
}

/// The rows that have the same keys, in the order of their first ones.
fn groups(count: usize, keys: &[(Vec<f64>, Type)]) -> Vec<Vec<usize>> {
    let mut places: HashMap<Vec<u64>, usize> = HashMap::new();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for row in 0..count {
        let key = keys.iter().map(|(values, _)| values[row].to_bits()).collect();
        let place = *places.entry(key).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    groups
}

fn unknown_way(how: &Name) -> Problem {
    let words = WAYS.map(|(word, _)| word);
    let message = format!("{} makes nothing of a group of rows", quote(&how.text));
    let help = match nearest(&how.text, words) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}", words.join(", ")),
    };
    Problem::new(Code::UnknownWord, how.span, message).help(help)
}
