//! Series: values at places, and what is between them. Which two values are next to a place is found by halving, in as
//! many steps as the longest series has bits, each of them a few operations of the program.

use std::collections::BTreeMap;

use super::arrays::{Array, ArrayRef};
use super::value::{Typed, computed};
use super::{Call, Elaborator};
use crate::diagnostic::{Code, quote};
use crate::language::problems::Reported;
use crate::language::source::{Problem, Span};
use crate::program::{Edge, Op, Type, Unit, Value};

/// Series in order: of each key one, with its places ascending.
struct Series {
    /// The keys, ascending, where there are several series.
    keys: Option<Vec<f64>>,
    /// Where each series begins, and behind the last one its end.
    starts: Vec<f64>,
    places: Vec<f64>,
    values: Vec<f64>,
    /// The most values of one series.
    longest: u32,
}

impl Series {
    /// Of values with so many components.
    fn new(values: &[f64], stride: usize, places: &[f64], keys: Option<&[f64]>) -> Self {
        let mut of_key: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
        for at in 0..places.len() {
            // Ints and the numbers of texts are whole.
            of_key.entry(keys.map_or(0, |keys| keys[at] as i64)).or_default().push(at);
        }
        let mut series = Self {
            keys: keys.map(|_| of_key.keys().map(|&key| key as f64).collect()),
            starts: vec![0.0],
            places: Vec::with_capacity(places.len()),
            values: Vec::with_capacity(values.len()),
            longest: 0,
        };
        for mut rows in of_key.into_values() {
            // Of several values at one place the last counts.
            rows.sort_by(|&a, &b| places[a].total_cmp(&places[b]));
            series.longest = series.longest.max(rows.len() as u32);
            series.places.extend(rows.iter().map(|&row| places[row]));
            series.values.extend(rows.iter().flat_map(|&row| &values[row * stride..][..stride]));
            series.starts.push(series.places.len() as f64);
        }
        series
    }
}

impl<'a, 'b> Elaborator<'a, 'b> {
    /// `sample(gdp.value, gdp.year, at: year, keys: gdp.country, key: country)`.
    pub(in crate::language) fn sampled(&mut self, call: &Call<'a, 'b>) -> Result<Typed<'b>, Reported> {
        let (at, at_span) = call.placed(2);
        let (values, stride, unit) = self.numbers_of(call, 0)?;
        let (places, width, _) = self.numbers_of(call, 1)?;
        if width != 1 {
            let problem = Problem::new(Code::WrongType, call.spans[1], "places are numbers, not vectors");
            return self.fail(problem.help("give each value a number: a year, a second, a share"));
        }
        self.as_many(call, 1, places.len(), values.len() / stride)?;
        let (keys, key) = match (call.optional_placed(3), call.optional_placed(4)) {
            (None, None) => (None, None),
            (Some((keys, span)), Some(key)) => {
                let (keys, key) = self.keys_of((keys, span), key)?;
                self.as_many(call, 3, keys.len(), places.len())?;
                (Some(keys), Some(key))
            }
            (keys, _) => {
                let (has, lacks) = if keys.is_some() { ("keys", "key") } else { ("key", "keys") };
                let message = format!("`sample` has `{has}` and lacks `{lacks}`");
                let problem = Problem::new(Code::MissingArgument, call.span, message);
                let help =
                    "`keys: gdp.country, key: name`: which series each value is of, and which is asked for";
                return self.fail(problem.help(help));
            }
        };
        let mut placed = vec![(at, at_span)];
        placed.extend(key);
        self.one_domain(&placed)?;
        let element = placed.iter().find_map(|(value, _)| value.element);
        let ty = match stride {
            1 => Type::Float,
            2 => Type::Vec2,
            3 => Type::Vec3,
            _ => Type::Color,
        };
        if places.is_empty() {
            return Ok(Typed { element, ..self.constant_value(ty, unit, [0.0; 4]) });
        }
        let series = Series::new(&values, stride, &places, keys.as_deref());
        let key = key.map(|(key, _)| key);
        let value = self.between(&series, (ty, unit), at.value, key);
        Ok(Typed::new(value, computed(unit), element))
    }

    /// The numbers of an array argument, how many each value has, and their unit.
    fn numbers_of(&mut self, call: &Call<'a, 'b>, at: usize) -> Result<(Vec<f64>, usize, Unit), Reported> {
        let (value, span) = call.placed(at);
        let array = self.flat(value.array, span)?;
        if array.ty.is_floats() || array.ty == Type::Int {
            return Ok((array.values.clone(), array.ty.stride() as usize, array.unit));
        }
        let ty = array.ty;
        let message = format!("between two values of a series there is nothing: each is a {ty}");
        self.fail(Problem::new(Code::WrongType, span, message).help("give it numbers, vectors or colours"))
    }

    /// An array that is no array of arrays.
    fn flat(&mut self, array: Option<ArrayRef<'b>>, span: Span) -> Result<&Array, Reported> {
        let is_known = |array: &Array| array.width.is_none() && array.given.is_none();
        match array.filter(|array| is_known(&self.arrays[array.row as usize])) {
            Some(array) => Ok(&self.arrays[array.row as usize]),
            None => {
                let problem = Problem::new(
                    Code::WrongType,
                    span,
                    "a series is made of arrays of values that are known before the first frame",
                );
                self.fail(problem.help("name columns of data, `gdp.value`, or write `[1, 2, 3]`"))
            }
        }
    }

    /// The keys of series, and the one that is asked for.
    fn keys_of(
        &mut self,
        (keys, span): (Typed<'b>, Span),
        (key, key_span): (Typed<'b>, Span),
    ) -> Result<(Vec<f64>, (Typed<'b>, Span)), Reported> {
        let array = self.flat(keys.array, span)?;
        let (ty, values) = (array.ty, array.values.clone());
        if !matches!(ty, Type::Int | Type::Text) {
            let message = format!("series are told apart by texts or ints, and this is an array of {ty}s");
            let problem = Problem::new(Code::WrongType, span, message);
            return self.fail(problem.help("name a column of texts or ints: `keys: gdp.country`"));
        }
        let key = self.convert(key, ty, Unit::Scalar, key_span, "the key of a series")?;
        if let Some(number) = key.number().filter(|number| !values.contains(number)) {
            let shown = match ty {
                Type::Text => quote(self.texts.text(number as u32)),
                _ => number.to_string(),
            };
            let problem = Problem::new(Code::OutOfRange, key_span, format!("no series has the key {shown}"));
            return self
                .fail(problem.related("the keys are these", span).help("check how the file writes it"));
        }
        Ok((values, (key, key_span)))
    }

    /// Reports an array that has more or fewer elements than the values of a series.
    fn as_many(
        &mut self,
        call: &Call<'a, 'b>,
        at: usize,
        found: usize,
        wanted: usize,
    ) -> Result<(), Reported> {
        if found == wanted {
            return Ok(());
        }
        let name = call.function.parameters[at].name;
        let message = format!("`{name}` has {found} elements, and there are {wanted} values");
        let problem =
            Problem::new(Code::Operands, call.spans[at], message).related("the values", call.spans[0]);
        self.fail(problem.help("give one for each value: columns of the same rows are as long"))
    }

    /// What a series has at a place.
    fn between(
        &mut self,
        series: &Series,
        (ty, unit): (Type, Unit),
        at: Value<'b>,
        key: Option<Typed<'b>>,
    ) -> Value<'b> {
        let b = self.builder;
        let places = self.series_array(Type::Float, Unit::Scalar, &series.places);
        let values = self.series_array(ty, unit, &series.values);
        let (start, end, found) = match (&series.keys, key) {
            (Some(keys), Some(key)) => {
                let starts = self.series_array(Type::Int, Unit::Scalar, &series.starts);
                let table = self.series_array(key.ty, Unit::Scalar, keys);
                let count = keys.len() as u32;
                let row = self.halved(b.int(0), b.int(count as i32), count, |e, row| {
                    e.of_table(table, row).le(key.value)
                });
                let next = row.op(Op::Add, &[b.int(1).into()]);
                let (start, end) = (self.of_table(starts, row), self.of_table(starts, next));
                (start, end, Some(self.of_table(table, row).equals(key.value)))
            }
            _ => (b.int(0), b.int(series.places.len() as i32), None),
        };
        let row = self.halved(start, end, series.longest, |e, row| e.of_table(places, row).le(at));
        let last = end.op(Op::Sub, &[b.int(1).into()]);
        let next = row.op(Op::Add, &[b.int(1).into()]).min(last);
        let [from, to] = [row, next].map(|row| self.of_table(places, row));
        let share = from.lt(to).select((at - from) / (to - from), 0.0).clamp01();
        let [low, high] = [row, next].map(|row| self.of_table(values, row));
        let value = low.mix(high, share);
        match found {
            // Of a key that there is not.
            Some(found) => found.select(value, self.constant_value(ty, unit, [0.0; 4]).value),
            None => value,
        }
    }

    /// The last row from `start` on and before `end` of which something is true that is true of no row behind one of
    /// which it is not; `start` where it is true of none. There are `most` rows at most.
    fn halved(
        &mut self,
        start: Value<'b>,
        end: Value<'b>,
        most: u32,
        mut is_true: impl FnMut(&mut Self, Value<'b>) -> Value<'b>,
    ) -> Value<'b> {
        let mut row = start;
        let mut step = most.next_power_of_two() / 2;
        while step > 0 {
            let further = row.op(Op::Add, &[self.builder.int(step as i32).into()]);
            let holds = is_true(self, further).and(further.lt(end));
            row = holds.select(further, row);
            step /= 2;
        }
        row
    }

    /// Values of series as an array of their own.
    fn series_array(&mut self, ty: Type, unit: Unit, values: &[f64]) -> u32 {
        let name = format!("{} series", self.project.tasks[self.task].key);
        self.add_array_row(Array {
            name,
            ty,
            unit,
            values: values.to_vec(),
            width: None,
            table: None,
            given: None,
        })
    }

    fn of_table(&mut self, array: u32, row: Value<'b>) -> Value<'b> {
        let table = self.table_of(array);
        self.builder.lookup(table, row, Edge::Clamp)
    }
}
