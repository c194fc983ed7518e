//! Arrays: values in a row, constant or of the host, what they have at an index, and what is between two of them. Texts, as the numbers
//! that equal ones have in common.

use std::collections::HashMap;

use super::Elaborator;
use super::arguments::counted;
use super::convert::whole_number;
use super::value::{Element, Typed, computed};
use crate::diagnostic::{Code, quote};
use crate::language::builtins::EDGES;
use crate::language::elaborate::Call;
use crate::language::problems::Reported;
use crate::language::source::{Problem, Span};
use crate::language::syntax::{Argument, Expr};
use crate::math::hash;
use crate::program::{Edge, Op, TableRef, TableRow, Type, Unit, Value, limits};

/// Values of one type, known before the first frame or given by the host.
pub(super) struct Array {
    pub(super) name: String,
    pub(super) ty: Type,
    pub(super) unit: Unit,
    /// The components of one value after the other; none of an array that the host gives.
    pub(super) values: Vec<f64>,
    /// Of an array of arrays, how long each of these is.
    pub(super) width: Option<u32>,
    /// The table of the program, once something looks into it.
    pub(super) table: Option<TableRef>,
    pub(super) given: Option<Given>,
}

/// An array that the host gives: a channel of the program, and how many values it has.
#[derive(Clone, Copy)]
pub(super) struct Given {
    pub(super) channel: u32,
    pub(super) count: u32,
}

impl Array {
    fn count(&self) -> u32 {
        self.given.map_or(self.values.len() as u32 / self.ty.stride(), |given| given.count)
    }

    /// The components of a value.
    pub(super) fn at(&self, index: u32) -> [f64; 4] {
        let stride = self.ty.stride() as usize;
        let mut components = [0.0; 4];
        let own = self.values.iter().skip(index as usize * stride).take(stride);
        components.iter_mut().zip(own).for_each(|(component, &value)| *component = value);
        components
    }
}

/// An array, or one of the arrays that an array is made of.
#[derive(Clone, Copy)]
pub(crate) struct ArrayRef<'b> {
    pub(super) row: u32,
    /// Where it begins in an array of arrays.
    start: Option<Place<'b>>,
}

/// A place in an array: an int between its ends.
#[derive(Clone, Copy)]
struct Place<'b> {
    value: Value<'b>,
    element: Option<Element>,
    constant: Option<u32>,
}

/// The numbers of texts. A number follows from the text, so that it stays the same when other texts come and go.
#[derive(Default)]
pub(super) struct Texts {
    numbers: HashMap<String, u32>,
    texts: HashMap<u32, String>,
}

impl Texts {
    pub(super) fn number(&mut self, text: &str) -> u32 {
        if let Some(&number) = self.numbers.get(text) {
            return number;
        }
        let mut number = hash::text(text);
        // 0 is the empty text.
        while !text.is_empty() && (number == 0 || self.texts.contains_key(&number)) {
            number = number.wrapping_add(1);
        }
        self.numbers.insert(text.to_owned(), number);
        self.texts.insert(number, text.to_owned());
        number
    }

    /// The text of a number.
    pub(super) fn text(&self, number: u32) -> &str {
        self.texts.get(&number).map_or("", String::as_str)
    }
}

impl<'a, 'b> Elaborator<'a, 'b> {
    /// A text as a value.
    pub(super) fn text(&mut self, text: &str) -> Typed<'b> {
        let number = self.texts.number(text);
        let constant = Some([f64::from(number), 0.0, 0.0, 0.0]);
        Typed { constant, ..Typed::new(self.builder.known_text(text, number), Unit::Scalar, None) }
    }

    /// The value, if it is one.
    pub(super) fn no_array(&mut self, value: Typed<'b>, span: Span) -> Result<Typed<'b>, Reported> {
        if let Some(rows) = value.rows {
            let problem = self.no_rows(rows, span);
            return self.fail(problem);
        }
        if value.live.is_some() || value.row.is_some() {
            let problem = self.no_live_rows(value, span);
            return self.fail(problem);
        }
        if value.letters().is_some() {
            let problem = self.no_letters(span);
            return self.fail(problem);
        }
        if value.font().is_some() {
            let problem = Problem::new(Code::NotAValue, span, "this is a font, and a value was expected");
            return self.fail(problem.help("draw with it: `draw text(\"Hello\") { font: title, ... }`"));
        }
        let Some(array) = value.array else { return Ok(value) };
        let elements = counted(self.length(array) as usize, "element");
        let message = format!("this is an array of {elements}, and one value was expected");
        let text = self.sources.short(span, "weights");
        let help =
            format!("take one of its elements: `{text}[0]`, or `{text}[index]` per element of a domain");
        self.fail(Problem::new(Code::NotAValue, span, message).help(help))
    }

    /// `[3, 5, 8]`.
    pub(super) fn array(&mut self, items: &'a [Expr], span: Span) -> Result<Typed<'b>, Reported> {
        let values: Vec<_> = items.iter().map(|item| Ok((self.expr_or_array(item)?, item.span))).collect();
        let mut values: Vec<(Typed<'b>, Span)> = values.into_iter().collect::<Result<_, _>>()?;
        let Some(&(first, _)) = values.first() else {
            let problem = Problem::new(Code::WrongType, span, "an array without elements");
            return self.fail(problem.help("write one element or more: `[3, 5, 8]`"));
        };
        if first.array.is_some() {
            return self.array_of_arrays(&values);
        }
        for &(value, span) in &values {
            self.no_array(value, span)?;
        }
        self.make_alike(&mut values, Code::Operands)?;
        let (ty, unit) = (values[0].0.ty, values[0].0.unit);
        if ty == Type::Shape {
            return self.array_of_shapes(&values);
        }
        let mut components = Vec::with_capacity(values.len() * ty.stride() as usize);
        for &(value, span) in &values {
            let constant = self.constant(value, span, "an element of an array")?;
            components.extend_from_slice(&constant[..ty.stride() as usize]);
        }
        // Digits are ints, as long as all of them are: ints become floats where these are needed.
        let are_digits = values.iter().all(|(value, _)| value.is_literal && whole_number(*value).is_some());
        let ty = if are_digits { Type::Int } else { ty };
        Ok(self.add_array(ty, unit, components, None))
    }

    /// An array of paths, which are rows of the program's.
    fn array_of_shapes(&mut self, values: &[(Typed<'b>, Span)]) -> Result<Typed<'b>, Reported> {
        let mut rows = Vec::with_capacity(values.len());
        for &(value, span) in values {
            let Some(row) = self.builder.path_row(value.value) else {
                let message =
                    "an element of an array of shapes is one path, and this is a choice between several";
                let problem = Problem::new(Code::NeedsConstant, span, message);
                return self
                    .fail(problem.help("choose between the elements: `shapes[if n > 1 then 0 else 1]`"));
            };
            rows.push(f64::from(row));
        }
        Ok(self.add_array(Type::Shape, Unit::Scalar, rows, None))
    }

    fn array_of_arrays(&mut self, values: &[(Typed<'b>, Span)]) -> Result<Typed<'b>, Reported> {
        let mut rows: Vec<(u32, Span)> = Vec::with_capacity(values.len());
        for &(value, span) in values {
            let row = value.array.filter(|array| array.start.is_none()).map(|array| array.row);
            let is_plain = |array: &Array| array.width.is_none() && array.given.is_none();
            let row = row.filter(|&row| is_plain(&self.arrays[row as usize]));
            let Some(row) = row else {
                let message = "an array of arrays is made of arrays of values";
                let help = "write rows of equal length: `[[1, 2], [3, 4]]`";
                return self.fail(Problem::new(Code::WrongType, span, message).help(help));
            };
            rows.push((row, span));
        }
        let array = |row: u32| &self.arrays[row as usize];
        let (first, first_span) = rows[0];
        let (width, ty, unit) = (array(first).count(), array(first).ty, array(first).unit);
        let is_number = |ty: Type| matches!(ty, Type::Int | Type::Float);
        let odd = rows.iter().find(|&&(row, _)| {
            let Array { ty: own, unit: own_unit, .. } = *array(row);
            let same = own == ty || (is_number(own) && is_number(ty));
            array(row).count() != width || !same || own_unit != unit
        });
        if let Some(&(row, span)) = odd {
            let message = match array(row).count() == width {
                true => "the elements of this array are of another type than those of the first".to_owned(),
                false => {
                    let own = counted(array(row).count() as usize, "element");
                    format!("this array has {own}, and the first has {width}")
                }
            };
            let problem =
                Problem::new(Code::Operands, span, message).related("the first is here", first_span);
            return self.fail(problem.help("arrays in an array are of one length and one type"));
        }
        let ty = if rows.iter().all(|&(row, _)| array(row).ty == ty) { ty } else { Type::Float };
        let components = rows.iter().flat_map(|&(row, _)| array(row).values.iter().copied()).collect();
        Ok(self.add_array(ty, unit, components, Some(width)))
    }

    /// An array under the name of the statement that it is in.
    fn add_array(&mut self, ty: Type, unit: Unit, values: Vec<f64>, width: Option<u32>) -> Typed<'b> {
        let name = self.project.tasks[self.task].key.clone();
        let row = self.add_array_row(Array { name, ty, unit, values, width, table: None, given: None });
        self.whole_array(row)
    }

    pub(super) fn add_array_row(&mut self, array: Array) -> u32 {
        self.arrays.push(array);
        self.arrays.len() as u32 - 1
    }

    /// A whole array of a row of the arrays.
    pub(super) fn whole_array(&self, row: u32) -> Typed<'b> {
        self.array_value(ArrayRef { row, start: None })
    }

    fn array_value(&self, array: ArrayRef<'b>) -> Typed<'b> {
        let Array { ty, unit, .. } = self.arrays[array.row as usize];
        Typed { array: Some(array), ty, ..Typed::new(self.builder.float(0.0), unit, None) }
    }

    /// The type, the unit and the numbers of an array that is known before the first frame, and no array of arrays.
    pub(super) fn known_values(&self, array: ArrayRef<'b>) -> Option<(Type, Unit, Vec<f64>)> {
        let array = &self.arrays[array.row as usize];
        let is_known = array.width.is_none() && array.given.is_none();
        is_known.then(|| (array.ty, array.unit, array.values.clone()))
    }

    /// How many elements an array has.
    fn length(&self, array: ArrayRef<'b>) -> u32 {
        let row = &self.arrays[array.row as usize];
        match (row.width, array.start) {
            (Some(width), None) => row.count() / width,
            (Some(width), Some(_)) => width,
            (None, _) => row.count(),
        }
    }

    /// How many elements an array has, as digits are written.
    pub(in crate::language) fn count_of(&self, array: ArrayRef<'b>) -> Typed<'b> {
        Typed { is_literal: true, ..self.float(f64::from(self.length(array))) }
    }

    /// `weights[i]`, `weights[i, wrap]`.
    pub(super) fn index(
        &mut self,
        value: &'a Expr,
        arguments: &'a [Argument],
        span: Span,
    ) -> Result<Typed<'b>, Reported> {
        let target = self.expr_or_array(value);
        let (index, edge) = match arguments {
            [index] if index.name.is_none() => (index, None),
            [index, edge]
                if index.name.is_none() && edge.name.as_ref().is_none_or(|name| name.text == "edge") =>
            {
                (index, Some(&edge.value))
            }
            _ => {
                let problem = Problem::new(Code::ExtraArgument, span, "this is no index");
                let help = "an index is an int, and says what is beyond the ends if it is not the first and the last: \
                            `weights[i]`, `weights[i, wrap]`";
                return self.fail(problem.help(help));
            }
        };
        let found = self.expr(&index.value);
        let edge = match edge {
            Some(edge) => self.word_of(edge, EDGES)?,
            None => "clamp",
        };
        let edge = if edge == "wrap" { Edge::Wrap } else { Edge::Clamp };
        let (target, index_span) = (target?, index.value.span);
        let Some(array) = target.array else {
            let message = format!("{} has no elements to take one of", target.what());
            let help = match target.ty {
                Type::Vec2 | Type::Vec3 => "parts of a vector are `.x`, `.y` and `.z`",
                Type::Color => "parts of a color are `.r`, `.g`, `.b` and `.a`",
                _ => "an index is for arrays: `weights = [3, 5, 8]`, then `weights[i]`",
            };
            return self.fail(Problem::new(Code::WrongType, value.span, message).help(help));
        };
        let found = self.convert(found?, Type::Int, Unit::Scalar, index_span, "an index")?;
        self.is_inside(array, found, edge, index_span, value.span)?;
        self.element_at(array, (found, index_span), edge)
    }

    /// Reports a constant index beyond the ends.
    fn is_inside(
        &mut self,
        array: ArrayRef<'b>,
        index: Typed<'b>,
        edge: Edge,
        span: Span,
        of: Span,
    ) -> Result<(), Reported> {
        let count = self.length(array);
        let beyond = |index: &f64| edge == Edge::Clamp && !(0.0..f64::from(count)).contains(index);
        let Some(number) = index.number().filter(beyond) else { return Ok(()) };
        let text = self.sources.short(of, "the array");
        let elements = counted(count as usize, "element");
        let message = format!("{} has {elements}, and there is none at {number}", quote(text));
        let help = match count.checked_sub(1) {
            Some(last) => {
                format!("elements are counted from 0, the last is {last}; `[{number}, wrap]` goes round")
            }
            None => "there are none: look at the file, and at what chooses its rows".to_owned(),
        };
        self.fail(Problem::new(Code::OutOfRange, span, message).help(help))
    }

    /// What an array has at an index, which is an int: a value, or an array of an array of arrays.
    pub(super) fn element_at(
        &mut self,
        array: ArrayRef<'b>,
        (index, span): (Typed<'b>, Span),
        edge: Edge,
    ) -> Result<Typed<'b>, Reported> {
        let (row, count) = (array.row, self.length(array));
        if count == 0 {
            // Of no rows nothing is ever looked up.
            let Array { ty, unit, .. } = self.arrays[row as usize];
            return Ok(Typed { element: index.element, ..self.constant_value(ty, unit, [0.0; 4]) });
        }
        let width = self.arrays[row as usize].width;
        let Some(width) = width else {
            let known = index.number().and_then(|number| edge.place(number as i32, count as usize));
            return Ok(match known {
                Some(known) => self.known_element(row, known as u32),
                None => self.looked_up(row, (index.value, index.element), edge),
            });
        };
        let place = self.place_in(index, count, edge);
        let Some(start) = array.start else {
            let by = self.builder.int(width as i32);
            let start = Place {
                value: place.value.op(Op::Mul, &[by.into()]),
                constant: place.constant.map(|at| at * width),
                ..place
            };
            return Ok(self.array_value(ArrayRef { row, start: Some(start) }));
        };
        if let (Some(start), Some(at)) = (start.constant, place.constant) {
            return Ok(self.known_element(row, start + at));
        }
        let outer = Typed::new(start.value, Unit::Scalar, start.element);
        self.one_domain(&[(outer, span), (index, span)])?;
        let flat = start.value.op(Op::Add, &[place.value.into()]);
        Ok(self.looked_up(row, (flat, start.element.or(place.element)), Edge::Clamp))
    }

    /// An index as a place between the ends of an array.
    fn place_in(&mut self, index: Typed<'b>, count: u32, edge: Edge) -> Place<'b> {
        let constant = index.number().and_then(|number| edge.place(number as i32, count as usize));
        let constant = constant.map(|at| at as u32);
        let value = match (constant, edge) {
            (Some(at), _) => self.builder.int(at as i32),
            (None, Edge::Wrap) => index.value.op(Op::Mod, &[self.builder.int(count as i32).into()]),
            (None, Edge::Clamp) => {
                let ends = [0, count as i32 - 1].map(|end| self.builder.int(end).into());
                index.value.op(Op::Clamp, &ends)
            }
        };
        Place { value, element: index.element, constant }
    }

    /// An element of an array whose place is known.
    fn known_element(&mut self, row: u32, at: u32) -> Typed<'b> {
        if self.arrays[row as usize].given.is_some() {
            return self.looked_up(row, (self.builder.int(at as i32), None), Edge::Clamp);
        }
        let array = &self.arrays[row as usize];
        let (ty, unit, constant) = (array.ty, array.unit, array.at(at));
        self.constant_value(ty, unit, constant)
    }

    /// A value that is known; of a shape its row.
    pub(super) fn constant_value(&mut self, ty: Type, unit: Unit, constant: [f64; 4]) -> Typed<'b> {
        let ([x, y, z, w], b) = (constant, self.builder);
        let value = match ty {
            Type::Float => b.float(x),
            Type::Int => b.int(x as i32),
            Type::Uint => b.uint(x as u32),
            Type::Bool => b.bool(x != 0.0),
            Type::Vec2 => b.vec2(x, y),
            Type::Vec3 => b.vec3(x, y, z),
            Type::Color => b.rgba(x, y, z, w),
            Type::Text => b.known_text(self.texts.text(x as u32), x as u32),
            Type::Shape => return Typed::new(b.path_of_row(x as u32), unit, None),
        };
        Typed { constant: Some(constant), ..Typed::new(value, unit, None) }
    }

    /// An element of an array whose place is not known.
    fn looked_up(
        &mut self,
        row: u32,
        (index, element): (Value<'b>, Option<Element>),
        edge: Edge,
    ) -> Typed<'b> {
        let table = self.table_of(row);
        Typed::new(self.builder.lookup(table, index, edge), self.arrays[row as usize].unit, element)
    }

    /// The table of the program that holds an array.
    pub(super) fn table_of(&mut self, row: u32) -> TableRef {
        if let Some(table) = self.arrays[row as usize].table {
            return table;
        }
        let Array { name, ty, unit, values, given, .. } = &self.arrays[row as usize];
        let channel = given.map(|given| given.channel);
        let short: String = name.chars().take(limits::NAME_MAX - 8).collect();
        let times = self.table_names.entry(short.clone()).or_insert(0);
        *times += 1;
        let name = if *times == 1 { short } else { format!("{short} ({times})") };
        let mut values = values.clone();
        if *ty == Type::Text {
            let of_program = |number: u32| self.builder.text_row(self.texts.text(number), number);
            values.iter_mut().for_each(|value| *value = f64::from(of_program(*value as u32)));
        }
        let table = self.builder.table(TableRow { name, ty: *ty, unit: *unit, values, channel });
        self.arrays[row as usize].table = Some(table);
        table
    }

    /// `interpolate(weights, x)`.
    pub(in crate::language) fn interpolated(&mut self, call: &Call<'a, 'b>) -> Result<Typed<'b>, Reported> {
        let ((value, span), (x, x_span)) = (call.placed(0), call.placed(1));
        let Some(array) = value.array else { return self.contradiction(span, "an array is none") };
        let Array { ty, unit, width, .. } = self.arrays[array.row as usize];
        let is_whole = width.is_some() && array.start.is_none();
        if is_whole || !(ty.is_floats() || ty == Type::Int) {
            let message = match is_whole {
                true => "between two arrays there is nothing".to_owned(),
                false => format!("between two elements of this array there is nothing: each is a {ty}"),
            };
            let help = match is_whole {
                true => "interpolate one of its arrays: `interpolate(m[0], x)`",
                false => "take one of them: `names[i]`",
            };
            return self.fail(Problem::new(Code::WrongType, span, message).help(help));
        }
        let last = self.float(f64::from(self.length(array).saturating_sub(1)));
        let (zero, one) = (self.float(0.0), self.int(1));
        let x = self.apply(Op::Clamp, &[x, zero, last], Unit::Scalar);
        let below = self.apply(Op::Floor, &[x], Unit::Scalar);
        let share = self.apply(Op::Sub, &[x, below], Unit::Scalar);
        let from = self.apply(Op::ToInt, &[below], Unit::Scalar);
        let to = self.apply(Op::Add, &[from, one], Unit::Scalar);
        let mut ends = Vec::with_capacity(2);
        for at in [from, to] {
            let end = self.element_at(array, (at, x_span), Edge::Clamp)?;
            ends.push(if end.ty == Type::Int { self.int_to_float(end) } else { end });
        }
        self.one_domain(&[(ends[0], span), (share, x_span)])?;
        Ok(Typed { unit: computed(unit), ..self.apply(Op::Mix, &[ends[0], ends[1], share], unit) })
    }
}
