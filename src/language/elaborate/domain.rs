//! Domains: how many elements there are, how they come and go, and what the host gives of each.

use super::nested::Size;
use super::value::{Element, Typed};
use super::{Done, Elaborator, name_seed};
use crate::diagnostic::{Code, quote};
use crate::language::problems::Reported;
use crate::language::project::{DomainId, PLACE, TaskId, TaskKind};
use crate::language::source::{Problem, Span};
use crate::language::syntax::{Elements, Expr, Name};
use crate::program::{Domain, DomainRef, ElementInput, Full, Live, Op, Type, Unit, limits};

/// Seconds between two births: with fewer nothing is born.
const SHORTEST: f64 = 1e-6;

impl<'a, 'b> Elaborator<'a, 'b> {
    pub(super) fn domain(&mut self, id: DomainId, elements: &'a Elements) -> Result<Done<'b>, Reported> {
        if let Some(outer) = self.project.domains[id].outer {
            return self.inner(id, outer, elements).map(Done::Domain);
        }
        let domain = match elements {
            Elements::Counted { count, max } => self.counted(id, count, max.as_ref()),
            Elements::Born { every, lives, max, evicts } => {
                let full = if *evicts { Full::Evict } else { Full::Refuse };
                self.born(id, [every, lives, max], full)
            }
            Elements::BornOn { event, count, lives, max, evicts } => {
                let full = if *evicts { Full::Evict } else { Full::Refuse };
                self.born_on(id, event, count.as_deref(), [lives, max], full)
            }
            Elements::Host { max, nearest } => self.given_by_host(id, max, nearest.as_ref()),
            Elements::Rows { rows, key, most } => self.of_rows(id, rows, key.as_ref(), most.as_deref()),
        };
        domain.map(Done::Domain)
    }

    /// A domain of the statement that is being elaborated.
    pub(super) fn add_domain(
        &mut self,
        name: String,
        capacity: u32,
        count: u32,
        live: Option<Live>,
    ) -> DomainRef {
        self.domain_tasks.push(self.task);
        // The seed is made of the name, so that other domains may come and go.
        let seed = name_seed(&name);
        self.builder.add_domain(Domain { name, capacity, count, seed, live })
    }

    /// As many elements as a number says; always the same where it is a constant.
    fn counted(
        &mut self,
        id: DomainId,
        count: &'a Expr,
        max: Option<&'a Expr>,
    ) -> Result<DomainRef, Reported> {
        let name = &self.project.domains[id].full;
        let limit = i64::from(limits::CAPACITY_MAX);
        let what = "the number of elements";
        let number = self.expr(count)?;
        if number.constant.is_some() || self.builder.is_constant(number.value) {
            let count = self.constant_int(number, count.span, what, 0, limit)?;
            let capacity = match max {
                Some(max) => self.most(max, count.max(1))?,
                None => count.max(1) as u32,
            };
            let count = count as u32;
            self.sizes.insert(id, Size { count, each: count, ids: None });
            return Ok(self.add_domain(name.clone(), capacity, count, None));
        }
        let number = self.whole(number, count.span, what);
        let Some(max) = max else {
            number?;
            let text = self.sources.short(count.span, "...");
            let message =
                format!("{what} of {} changes, and nothing says how many there may be", quote(name));
            let help = format!("say how many there are at most: `[{text} max 500]`");
            return self.fail(Problem::new(Code::MissingArgument, count.span, message).help(help));
        };
        let most = self.most(max, 1);
        let live = Live::Counted { number: number?.value.node() };
        Ok(self.add_domain(name.clone(), most?, 0, Some(live)))
    }

    /// A number of elements that is the same for all: an int or a float.
    fn whole(&mut self, number: Typed<'b>, span: Span, what: &str) -> Result<Typed<'b>, Reported> {
        let number = match number.ty {
            Type::Int => Ok(number),
            Type::Float
            | Type::Uint
            | Type::Bool
            | Type::Vec2
            | Type::Vec3
            | Type::Color
            | Type::Shape
            | Type::Text => self.convert(number, Type::Float, Unit::Scalar, span, what),
        };
        number.and_then(|number| self.uniform(number, span, what))
    }

    /// The most elements that there may be.
    pub(super) fn most(&mut self, max: &'a Expr, least: i64) -> Result<u32, Reported> {
        let value = self.expr(max)?;
        let limit = i64::from(limits::CAPACITY_MAX);
        let most = self.constant_int(value, max.span, "the largest number of elements", least, limit)?;
        Ok(most as u32)
    }

    /// An element per row of data.
    fn of_rows(
        &mut self,
        id: DomainId,
        rows: &'a Expr,
        key: Option<&'a Name>,
        most: Option<&'a Expr>,
    ) -> Result<DomainRef, Reported> {
        let value = self.expr_or_array(rows)?;
        if let Some(letters) = value.letters() {
            return self.of_letters(id, letters, key, most);
        }
        if let Some(most) = most {
            self.has_most(value, most)?;
        }
        if let Some(live) = value.live {
            return self.of_list(id, live, key);
        }
        let Some(view) = value.rows else { return self.fail(no_rows_for_domain(value, rows.span)) };
        self.domain_rows.insert(id, view);
        let count = self.row_count(view);
        let name = self.project.domains[id].full.clone();
        Ok(match key {
            Some(key) if count > 0 => {
                let ids = self.ids_of(view, key)?;
                let own = Some(ids.clone().into());
                self.sizes.insert(id, Size { count, each: count, ids: own });
                let live = Live::Host { inputs: Vec::new(), nearest: None, ids, view: None, letters: None };
                self.add_domain(name, count, 0, Some(live))
            }
            _ => {
                self.sizes.insert(id, Size { count, each: count, ids: None });
                self.add_domain(name, count.max(1), count, None)
            }
        })
    }

    /// Elements that are born one by one, and die.
    fn born(
        &mut self,
        id: DomainId,
        [every, lives, max]: [&'a Expr; 3],
        full: Full,
    ) -> Result<DomainRef, Reported> {
        let every = self.time_between_births(every);
        let most = self.most(max, 1);
        // The life comes later: it is worked out of the element that is born, which is one of this domain.
        let placeholder = self.builder.float(0.0).node();
        let live = Live::Born {
            every: every.map_or(placeholder, |every| every.value.node()),
            lives: placeholder,
            full,
        };
        let name = self.project.domains[id].full.clone();
        let domain = self.add_domain(name, most.unwrap_or(1), 0, Some(live));
        self.done[self.task] = Done::Domain(domain);
        self.elements = Some(id);
        let lives = self.lifetime(id, domain, lives);
        self.elements = None;
        every.and(most)?;
        self.builder.lives(domain, lives?.value);
        Ok(domain)
    }

    /// Elements that an event bears, and that die.
    fn born_on(
        &mut self,
        id: DomainId,
        event: &'a Expr,
        count: Option<&'a Expr>,
        [lives, max]: [&'a Expr; 2],
        full: Full,
    ) -> Result<DomainRef, Reported> {
        let event = self.event_of(event);
        let most = self.most(max, 1);
        let event = event?;
        let what = "how many elements are born";
        let count = match count {
            None => Ok(self.float(1.0)),
            Some(count) => self.in_turn(event, |e| {
                let number = e.expr(count)?;
                if let Some(number) = number.number().filter(|number| *number < 1.0) {
                    let message = format!("{what} is {number}, expected 1 or more");
                    let problem = Problem::new(Code::OutOfRange, count.span, message);
                    return e.fail(problem.help("with none the domain stays empty"));
                }
                e.whole(number, count.span, what)
            }),
        };
        // The life comes later, as for births by time.
        let placeholder = self.builder.float(0.0).node();
        let live = Live::BornOn {
            event: event.row(),
            count: count.map_or(placeholder, |count| count.value.node()),
            lives: placeholder,
            full,
        };
        let name = self.project.domains[id].full.clone();
        let domain = self.add_domain(name, most.unwrap_or(1), 0, Some(live));
        self.done[self.task] = Done::Domain(domain);
        self.bearers.insert(id, event);
        self.elements = Some(id);
        let lives = self.in_turn(event, |e| e.lifetime(id, domain, lives));
        self.elements = None;
        count.and(most)?;
        self.builder.lives(domain, lives?.value);
        Ok(domain)
    }

    /// Seconds between two births, of a time or a frequency.
    fn time_between_births(&mut self, expr: &'a Expr) -> Result<Typed<'b>, Reported> {
        let (what, span) = ("the time between two births", expr.span);
        let help = "use a time such as `5ms`, or a frequency such as `200hz`";
        let value = self.expr(expr)?;
        let value = if value.ty == Type::Float && value.unit == Unit::Hertz {
            if let Some(rate) = value.number().filter(|rate| *rate <= 0.0) {
                let message = format!("the frequency of births is {rate} hz, expected above 0");
                return self.fail(Problem::new(Code::OutOfRange, span, message).help(help));
            }
            let one = self.float(1.0);
            self.arithmetic(Op::Div, (one, span), (value, span))?
        } else {
            self.convert(value, Type::Float, Unit::Second, span, what)?
        };
        let value = self.uniform(value, span, what)?;
        if let Some(seconds) = value.number().filter(|seconds| *seconds < SHORTEST) {
            let message = format!("{what} is {seconds} s, expected {SHORTEST} s or more");
            return self.fail(Problem::new(Code::OutOfRange, span, message).help(help));
        }
        Ok(value)
    }

    /// How many seconds an element lives, as it is when the element is born.
    fn lifetime(&mut self, id: DomainId, domain: DomainRef, expr: &'a Expr) -> Result<Typed<'b>, Reported> {
        let (what, span) = ("the life of an element", expr.span);
        let value = self.expr(expr)?;
        let value = self.convert(value, Type::Float, Unit::Second, span, what)?;
        let name = self.project.domains[id].name.span;
        let own = self.of_element(domain, name);
        self.one_domain(&[(own, name), (value, span)])?;
        if let Some(seconds) = value.number().filter(|seconds| *seconds <= 0.0) {
            let message = format!("{what} is {seconds} s, expected above 0");
            return self
                .fail(Problem::new(Code::OutOfRange, span, message).help("use a time such as `1.5s`"));
        }
        Ok(value)
    }

    /// Whether the life of an element is worked out: it has its id and its random numbers then, and nothing else.
    pub(super) fn is_in_life(&self) -> bool {
        self.elements.is_some_and(|own| self.project.domains[own].task == self.task)
    }

    /// Whether it is worked out which elements a domain has.
    pub(super) fn is_in_header(&self) -> bool {
        matches!(self.project.tasks[self.task].kind, TaskKind::Domain { .. })
    }

    /// Something of an element that is not known when its life is taken.
    pub(super) fn not_at_birth(&self, name: &str, span: Span) -> Problem {
        let message =
            format!("the life of an element is taken when it is born, and {} is not known then", quote(name));
        let help = "make it of numbers that are the same for all elements, of `id` and of `random(1)`";
        Problem::new(Code::LifeAtBirth, span, message).help(help)
    }

    /// A value that belongs to an element, for checks of what goes with it.
    pub(super) fn of_element(&self, domain: DomainRef, span: Span) -> Typed<'b> {
        Typed { element: Some(Element { domain, span }), ..self.float(0.0) }
    }

    /// Elements that the host gives.
    fn given_by_host(
        &mut self,
        id: DomainId,
        max: &'a Expr,
        nearest: Option<&'a Expr>,
    ) -> Result<DomainRef, Reported> {
        let most = self.most(max, 1);
        if let Some(radius) = nearest {
            let value = self.radius(id, radius)?;
            self.radii.insert(id, value);
        }
        let name = self.project.domains[id].full.clone();
        Ok(self.add_domain(
            name,
            most?,
            0,
            Some(Live::Host {
                inputs: Vec::new(),
                nearest: None,
                ids: Vec::new(),
                view: None,
                letters: None,
            }),
        ))
    }

    /// How near an old element has to be to continue as a new one.
    fn radius(&mut self, id: DomainId, expr: &'a Expr) -> Result<f64, Reported> {
        let (what, span) = ("how near elements are matched", expr.span);
        let value = self.expr(expr)?;
        let value = self.convert(value, Type::Float, Unit::Scalar, span, what)?;
        let radius = self.constant(value, span, what)?[0];
        if radius <= 0.0 {
            let message = format!("{what} is {radius}, expected above 0");
            let help = "use a share of the picture's shorter side, such as `0.1`";
            return self.fail(Problem::new(Code::OutOfRange, span, message).help(help));
        }
        let domain = &self.project.domains[id];
        if self.project.place_input(&self.project.tasks[domain.task]).is_some() {
            return Ok(radius);
        }
        let message = format!(
            "elements are matched by an input called `{PLACE}`, and {} has none",
            quote(&domain.name.text)
        );
        let problem = Problem::new(Code::UnknownValue, span, message).related("the domain", domain.name.span);
        self.fail(problem.help(format!("add `input {PLACE}: vec2 = (0.5, 0.5)` to the block of the domain")))
    }

    /// An input of each element of a domain.
    pub(super) fn element_input(
        &mut self,
        at: TaskId,
        id: DomainId,
        input: ElementInput,
    ) -> Result<Typed<'b>, Reported> {
        let span = self.project.tasks[at].span;
        let element = self.element_of(id, span)?;
        let radius = self.radii.get(&id).copied().filter(|_| input.name == PLACE);
        let (ty, unit) = (input.ty, input.unit);
        if radius.is_some() && !matches!(ty, Type::Vec2 | Type::Vec3) {
            let what = super::value::describe(ty, unit);
            let message = format!("elements are matched by their `{PLACE}`, and this is {what}");
            let problem = Problem::new(Code::WrongType, span, message);
            return self.fail(problem.help(format!("write `input {PLACE}: vec2 = (0.5, 0.5)`")));
        }
        let value = self.builder.add_element_input(element.domain, input);
        if let Some(radius) = radius {
            self.builder.match_nearest(element.domain, value, radius);
        }
        Ok(Typed::new(value, unit, Some(element)))
    }

    /// Whether the elements of a domain are born, and so have a life.
    pub(in crate::language) fn is_born(&self, domain: DomainRef) -> bool {
        let task = self.domain_tasks.get(self.builder.domain_row(domain) as usize);
        task.is_some_and(|&task| {
            matches!(
                self.project.tasks[task].kind,
                TaskKind::Domain { elements: Elements::Born { .. } | Elements::BornOn { .. }, .. }
            )
        })
    }
}

/// The problem of a domain that is made of something else than rows.
pub(super) fn no_rows_for_domain(value: Typed<'_>, span: Span) -> Problem {
    let message = format!("a domain is made of rows of data, and this is {}", value.what());
    let help = "name rows that a `data` statement reads or a `list` has: `domain bars from rows { ... }`; for a count write `[100]`";
    Problem::new(Code::WrongType, span, message).help(help)
}
