//! Domains inside of domains: an element of the outer one has as many of the inner one as its count says. The inner domain is
//! one of all of these, one outer element's behind the other's, and what reads across is by their rows: an element's outer
//! one is at its row over that count.
//!
//! In a block the elements of an inner domain are those that belong together: `index`, `rank` and `count` are about
//! them, and so is what is worked out of several of them. Outside of the outer domain all of them are meant.

use std::collections::HashSet;
use std::rc::Rc;

use super::value::{Element, Typed};
use super::{Elaborator, domain};
use crate::diagnostic::{Code, quote};
use crate::language::builtins::{BuiltinValue, Origin};
use crate::language::problems::Reported;
use crate::language::project::{DomainId, PARENT, Scope, TaskKind};
use crate::language::source::{Problem, Span};
use crate::language::syntax::{Elements, Expr};
use crate::program::{DomainRef, Edge, Live, Op, Reduction, Type, Unit, limits};

/// How many elements a domain has, where that never changes.
#[derive(Clone)]
pub(super) struct Size {
    /// Of all outer elements together.
    pub(super) count: u32,
    /// Of one outer element; of a domain of its own all.
    pub(super) each: u32,
    /// The ids of the elements, where these are not their rows.
    pub(super) ids: Option<Rc<[u64]>>,
}

/// The elements of an inner domain that belong to one element of an outer one.
#[derive(Clone, Copy)]
pub(in crate::language) struct Group {
    outer: DomainId,
    /// How many they are, 1 or more.
    pub(in crate::language) each: u32,
}

impl<'a, 'b> Elaborator<'a, 'b> {
    /// The elements of a domain that lies in the block of another.
    pub(super) fn inner(
        &mut self,
        id: DomainId,
        outer: DomainId,
        elements: &'a Elements,
    ) -> Result<DomainRef, Reported> {
        let each = self.count_of_each(id, outer, elements)?;
        let (own, outer_name) = (&self.project.domains[id], &self.project.domains[outer].name);
        let Some(size) = self.sizes.get(&outer).cloned() else {
            let (own_name, outer) = (&own.name.text, &outer_name.text);
            let message = format!(
                "how many elements {} has changes, and those of {} are in them",
                quote(outer),
                quote(own_name)
            );
            let help = format!(
                "put {own_name} behind it, with a count of its own, and take values by an index: `domain {own_name}[{outer}.count * \
                 {each} max {}] {{ mine = {outer}.x at div(index, {each}) }}`",
                500.max(each)
            );
            let problem = Problem::new(Code::NeedsConstant, own.name.span, message);
            return self.fail(problem.related("the outer domain", outer_name.span).help(help));
        };
        let count = u64::from(size.count) * u64::from(each);
        if count > u64::from(limits::CAPACITY_MAX) {
            let message = format!(
                "{} times {each} elements are {count}, the most of a domain is {}",
                size.count,
                limits::CAPACITY_MAX
            );
            let problem = Problem::new(Code::OutOfRange, own.name.span, message);
            return self.fail(problem.help("give one of the two fewer elements"));
        }
        let ids = ids_within(&size, each);
        let name = own.full.clone();
        let domain = match ids.len() {
            0 => self.add_domain(name, 1, 0, None),
            _ => {
                let live = Live::Host {
                    inputs: Vec::new(),
                    nearest: None,
                    ids: ids.clone(),
                    view: None,
                    letters: None,
                };
                self.add_domain(name, count as u32, 0, Some(live))
            }
        };
        self.sizes.insert(id, Size { count: count as u32, each, ids: Some(ids.into()) });
        Ok(domain)
    }

    /// How many elements of an inner domain there are for each of the outer one.
    fn count_of_each(
        &mut self,
        id: DomainId,
        outer: DomainId,
        elements: &'a Elements,
    ) -> Result<u32, Reported> {
        let (own, outer) = (&self.project.domains[id].name, &self.project.domains[outer].name);
        let (code, span, message) = match elements {
            Elements::Counted { count, max: None } => {
                let what = "the number of elements";
                let number = self.expr(count)?;
                if number.constant.is_some() || self.builder.is_constant(number.value) {
                    let most = i64::from(limits::CAPACITY_MAX);
                    return Ok(self.constant_int(number, count.span, what, 0, most)? as u32);
                }
                let message =
                    format!("{what} of {} changes, and it lies in {}", quote(&own.text), quote(&outer.text));
                (Code::NeedsConstant, count.span, message)
            }
            Elements::Rows { rows, key: None, most } => {
                let view = self.view_of_domain(rows)?;
                if let Some(most) = most {
                    let value = self.expr_or_array(rows)?;
                    self.has_most(value, most)?;
                }
                self.domain_rows.insert(id, view);
                return Ok(self.row_count(view));
            }
            Elements::Rows { key: Some(key), .. } => {
                let message = format!(
                    "each of {} has all of these rows, and is told apart by itself",
                    quote(&outer.text)
                );
                let problem = Problem::new(Code::Misplaced, key.span, message);
                return self.fail(
                    problem.help(format!("leave `keyed by {}` out: the outer domain may have it", key.text)),
                );
            }
            Elements::Counted { max: Some(max), .. } => {
                let message = format!(
                    "the number of elements of a domain in {} is always the same",
                    quote(&outer.text)
                );
                (Code::Misplaced, max.span, message)
            }
            Elements::Born { .. } | Elements::BornOn { .. } | Elements::Host { .. } => {
                let message = format!(
                    "the elements of {} come and go, and it lies in {}",
                    quote(&own.text),
                    quote(&outer.text)
                );
                (Code::Misplaced, own.span, message)
            }
        };
        let help = format!(
            "write a count that is known, `domain {own}[3] {{ ... }}`, or put the domain behind {outer} and take values by an index: \
             `{outer}.x at index`",
            own = own.text,
            outer = outer.text
        );
        self.fail(Problem::new(code, span, message).related("the outer domain", outer.span).help(help))
    }

    /// The statement of a domain of the builder; `None` of one that has none.
    fn statement_of(&self, domain: DomainRef) -> Option<DomainId> {
        let task = *self.domain_tasks.get(self.builder.domain_row(domain) as usize)?;
        let TaskKind::Domain { domain, .. } = self.project.tasks[task].kind else { return None };
        Some(domain)
    }

    /// How many elements of an inner domain there are for each of the outer one, 1 or more; `None` of any other domain.
    pub(in crate::language) fn each_of(&self, domain: DomainRef) -> Option<u32> {
        let id = self.statement_of(domain)?;
        self.project.domains[id].outer?;
        Some(self.sizes.get(&id)?.each.max(1))
    }

    /// Which elements of a domain belong together where something is worked out: those of one outer element that the
    /// element of the block is, or is in. `None` where all are meant.
    pub(in crate::language) fn group(&self, domain: DomainRef) -> Option<Group> {
        let (id, own) = (self.statement_of(domain)?, self.elements?);
        let is_own = |&outer: &DomainId| outer == own || self.project.outers(own).any(|other| other == outer);
        let outer = self.project.outers(id).find(is_own)?;
        Some(Group { outer, each: self.ratio(id, outer) })
    }

    /// How many elements of a domain there are for each of one that it lies in.
    fn ratio(&self, id: DomainId, outer: DomainId) -> u32 {
        let way = std::iter::once(id).chain(self.project.outers(id)).take_while(|&at| at != outer);
        way.map(|at| self.sizes.get(&at).map_or(1, |size| size.each.max(1))).product()
    }

    /// The row of the element of an outer domain that an element is in.
    fn row_in(&mut self, element: Element, outer: DomainId) -> Typed<'b> {
        let row = Typed::new(self.builder.index(element.domain), Unit::Scalar, Some(element));
        let ratio = self.statement_of(element.domain).map_or(1, |id| self.ratio(id, outer));
        if ratio == 1 {
            return row;
        }
        let ratio = self.int(ratio as i32);
        self.apply(Op::Div, &[row, ratio], Unit::Scalar)
    }

    /// An element's place among those of its outer one.
    pub(in crate::language) fn index_in(&mut self, element: Element) -> Typed<'b> {
        let row = Typed::new(self.builder.index(element.domain), Unit::Scalar, Some(element));
        let Some(each) = self.each_of(element.domain) else { return row };
        let each = self.int(each as i32);
        self.apply(Op::Mod, &[row, each], Unit::Scalar)
    }

    /// `(index + 0.5) / count` of an element of an inner domain.
    pub(in crate::language) fn rank_in(&mut self, element: Element, each: u32) -> Typed<'b> {
        let index = self.index_in(element);
        let (index, half, each) = (self.int_to_float(index), self.float(0.5), self.float(f64::from(each)));
        let middle = self.apply(Op::Add, &[index, half], Unit::Scalar);
        self.apply(Op::Div, &[middle, each], Unit::Scalar)
    }

    /// How many elements of a domain there are: of those that belong together.
    pub(in crate::language) fn count_in(&mut self, domain: DomainRef) -> Typed<'b> {
        match self.group(domain) {
            // None of an outer element are none, and not the one that others count by.
            Some(_)
                if self
                    .statement_of(domain)
                    .and_then(|id| self.sizes.get(&id))
                    .is_some_and(|size| size.count == 0) =>
            {
                self.int(0)
            }
            Some(group) => self.int(group.each as i32),
            None => Typed::new(self.builder.count(domain), Unit::Scalar, None),
        }
    }

    /// The value of the `index`-th of the elements that belong together, which a field holds.
    pub(super) fn in_group(
        &mut self,
        group: Group,
        (field, span): (Typed<'b>, Span),
        (index, at): (Typed<'b>, Span),
        edge: Edge,
    ) -> Result<Typed<'b>, Reported> {
        let Some(own) = self.own_element(at) else {
            return self.contradiction(at, "a group outside of a domain");
        };
        let row = self.row_in(own?, group.outer);
        let row = self.of_own(row);
        self.one_domain(&[(row, span), (index, at)])?;
        let place = self.place_in_group(index, group.each, edge);
        let each = self.int(group.each as i32);
        let first = self.apply(Op::Mul, &[row, each], Unit::Scalar);
        let flat = self.apply(Op::Add, &[first, place], Unit::Scalar);
        Ok(Typed::new(self.builder.at(field.value, flat.value, Edge::Clamp), field.unit, row.element))
    }

    /// An index between the ends of a group.
    fn place_in_group(&mut self, index: Typed<'b>, each: u32, edge: Edge) -> Typed<'b> {
        match edge {
            Edge::Clamp => {
                let [low, high] = [0, each as i32 - 1].map(|end| self.int(end));
                self.apply(Op::Clamp, &[index, low, high], Unit::Scalar)
            }
            Edge::Wrap => {
                let each = self.int(each as i32);
                self.apply(Op::Mod, &[index, each], Unit::Scalar)
            }
        }
    }

    /// The value of the element so many further on of those of one outer element.
    pub(in crate::language) fn neighbor_in(
        &mut self,
        (field, element): (Typed<'b>, Element),
        each: u32,
        offset: i32,
        edge: Edge,
    ) -> Typed<'b> {
        let (index, offset) = (self.index_in(element), self.int(offset));
        let further = self.apply(Op::Add, &[index, offset], Unit::Scalar);
        let place = self.place_in_group(further, each, edge);
        let row = Typed::new(self.builder.index(element.domain), Unit::Scalar, Some(element));
        let first = self.apply(Op::Sub, &[row, index], Unit::Scalar);
        let flat = self.apply(Op::Add, &[first, place], Unit::Scalar);
        Typed::new(self.builder.at(field.value, flat.value, Edge::Clamp), field.unit, Some(element))
    }

    /// One value of the elements that belong together, for the element of the block.
    pub(super) fn reduced_in(
        &mut self,
        group: Group,
        reduction: Reduction,
        name: &str,
        (value, from): (Typed<'b>, Element),
    ) -> Result<Typed<'b>, Reported> {
        let at = from.span;
        let by = self.row_in(from, group.outer);
        let outer = self.element_of(group.outer, at)?;
        let found = match reduction {
            Reduction::Sum => self.together(Op::SumBy, Some(value), Some(by), outer),
            Reduction::Mean => self.together(Op::MeanBy, Some(value), Some(by), outer),
            Reduction::Min | Reduction::Max => {
                let op = if reduction == Reduction::Min { Op::RunningMinBy } else { Op::RunningMaxBy };
                let running = self.together(op, Some(value), Some(by), from);
                let last = self.int(-1);
                return self.value_at(name, (running, at), last, Edge::Wrap);
            }
        };
        self.of_outer(found, at)
    }

    /// What is worked out of all elements that belong together.
    pub(super) fn together_in(
        &mut self,
        group: Group,
        op: Op,
        value: Typed<'b>,
        element: Element,
    ) -> Result<Typed<'b>, Reported> {
        let by = self.row_in(element, group.outer);
        let grouped = match op {
            Op::Place => Op::PlaceBy,
            Op::Order => Op::OrderBy,
            Op::Sorted => Op::SortedBy,
            Op::RunningSum => Op::RunningSumBy,
            Op::RunningMin => Op::RunningMinBy,
            Op::RunningMax => Op::RunningMaxBy,
            Op::RunningCount => Op::RunningCountBy,
            _ => return self.contradiction(element.span, "an operation has no groups"),
        };
        let found = self.together(grouped, Some(value), Some(by), element);
        if op != Op::Order {
            return Ok(found);
        }
        let each = self.int(group.each as i32);
        Ok(self.apply(Op::Mod, &[found, each], Unit::Scalar))
    }

    /// Reports a `by:` where the elements of an inner domain are in groups already.
    pub(in crate::language) fn grouped_twice<T>(&mut self, name: &str, span: Span) -> Result<T, Reported> {
        let message =
            format!("{} with `by:` is of a whole domain, and this one lies in another", quote(name));
        let problem = Problem::new(Code::Misplaced, span, message);
        self.fail(problem.help(
            "in the block of a domain its inner elements belong together as they are, without a key; by a key put them \
             into a domain of its own",
        ))
    }

    /// A value of an element of a domain that the block lies in, as that of each element of the block.
    pub(super) fn of_outer(&mut self, value: Typed<'b>, span: Span) -> Result<Typed<'b>, Reported> {
        let (Some(element), Some(own)) = (value.element, self.elements) else { return Ok(value) };
        let Some(outer) = self.statement_of(element.domain) else { return Ok(value) };
        if !self.project.outers(own).any(|other| other == outer) {
            return Ok(value);
        }
        if value.ty == Type::Shape {
            let message = "which shape this is differs among the outer elements, and a shape cannot be read of another element";
            let problem = Problem::new(Code::WrongType, span, message);
            return self.fail(problem.help(
                "give the outer domain a number, and choose by that: `if kind > 1 then star else heart`",
            ));
        }
        let own = self.element_of(own, span)?;
        let row = self.row_in(own, outer);
        let (field, _) = self.field_holding(PARENT, value, span)?;
        let read = self.builder.at(field, row.value, Edge::Clamp);
        Ok(Typed { has_full_alpha: value.has_full_alpha, ..Typed::new(read, value.unit, row.element) })
    }

    /// What a name means that a block around this one has: a value is that of the element there.
    pub(super) fn seen_from_within(
        &mut self,
        name: &str,
        value: Typed<'b>,
        span: Span,
    ) -> Result<Typed<'b>, Reported> {
        match self.project.is_of_outer(self.scope, name) {
            true => self.of_outer(value, span),
            false => Ok(value),
        }
    }

    /// What a column of an outer domain has in the row of the element there.
    pub(super) fn outer_column(
        &mut self,
        outer: DomainId,
        name: &str,
        span: Span,
    ) -> Result<Typed<'b>, Reported> {
        let value = self.element_column(outer, name, span)?;
        self.of_outer(value, span)
    }

    /// Whether a name stands for the outer element.
    pub(super) fn is_parent(&self, name: &str) -> bool {
        let lies_inside = self.scope.domain.is_some_and(|own| self.project.domains[own].outer.is_some());
        name == PARENT && lies_inside && self.local(name).is_none() && self.meaning(name).is_none()
    }

    /// `parent.index`, `parent.size.x`, `parent.parent.index`.
    pub(super) fn of_parent(&mut self, parts: &[(&str, Span)], span: Span) -> Result<Typed<'b>, Reported> {
        let Some((outer, rest)) = self.project.outer_parts(self.scope, parts) else {
            let message = "this domain lies in no other";
            let problem = Problem::new(Code::UnknownValue, span, message);
            return self.fail(problem.help("leave out one `parent.`"));
        };
        let Some(&(name, at)) = rest.first() else {
            let message = format!("{} is an element, not a value", quote(PARENT));
            let problem = Problem::new(Code::NotAValue, span, message);
            return self.fail(problem.help(format!("name one of its values, such as `{PARENT}.index`")));
        };
        let mut used = 1;
        let value = if self.project.domains[outer].names.contains_key(name) {
            let scope = Scope { domain: Some(outer), ..self.scope };
            let Some((meaning, all)) = self.project.follow(scope, rest) else {
                return self.contradiction(at, "a name is known and means nothing");
            };
            used = rest.len();
            self.path(meaning, rest, all, span)?
        } else if self.has_column(outer, name) {
            self.element_column(outer, name, at)?
        } else if let Some(Origin::Element(value)) = BuiltinValue::find(name).map(|known| known.origin) {
            let element = self.element_of(outer, at)?;
            value(self, element)?
        } else if let Some(reported) = self.broken_rows(outer) {
            return Err(reported);
        } else {
            let problem = self.unknown_field(outer, name, at);
            return self.fail(problem);
        };
        let mut value = self.of_outer(value, span)?;
        for &(name, at) in &rest[used..] {
            value = self.component_named(value, name, at)?;
        }
        Ok(Typed { element: value.element.map(|element| Element { span, ..element }), ..value })
    }

    /// What to write where a value of an outer domain meets one of the block.
    pub(super) fn help_with_outer(&self, foreign: DomainRef, text: Option<&str>) -> Option<String> {
        let (outer, own) = (self.statement_of(foreign)?, self.elements?);
        self.project.outers(own).find(|&other| other == outer)?;
        let value = text.and_then(|text| text.rsplit('.').next()).unwrap_or("x");
        Some(format!(
            "that is of all elements of `{}`; the value of the one that this element is in is `{PARENT}.{value}`",
            self.project.domains[outer].name.text
        ))
    }

    /// The rows that a domain has an element of each.
    pub(super) fn view_of_domain(&mut self, rows: &'a Expr) -> Result<u32, Reported> {
        let value = self.expr_or_array(rows)?;
        if value.live.is_some() || value.letters().is_some() {
            let message =
                format!("{} come and go, and each of the outer domain has the same elements", value.what());
            let problem = Problem::new(Code::Misplaced, rows.span, message);
            return self.fail(problem.help("put this domain outside of the other"));
        }
        match value.rows {
            Some(view) => Ok(view),
            None => {
                let problem = domain::no_rows_for_domain(value, rows.span);
                self.fail(problem)
            }
        }
    }
}

/// The ids of inner elements, of those of the outer ones and of their own places, so that an element stays the same where
/// others of either domain come and go.
fn ids_within(outer: &Size, each: u32) -> Vec<u64> {
    let mut known = HashSet::with_capacity(outer.count as usize * each as usize);
    let mut ids = Vec::with_capacity(outer.count as usize * each as usize);
    for row in 0..outer.count {
        let own = outer.ids.as_ref().map_or(u64::from(row), |ids| ids[row as usize]);
        for place in 0..each {
            // Two numbers as one: diagonal by diagonal. Where that is beyond 64 bits it goes round.
            let diagonal = own.wrapping_add(u64::from(place));
            let before = (u128::from(diagonal) * (u128::from(diagonal) + 1) / 2) as u64;
            let mut id = before.wrapping_add(u64::from(place));
            while !known.insert(id) {
                id = id.wrapping_add(1);
            }
            ids.push(id);
        }
    }
    ids
}
