//! Folds over the elements nearby: `sum(other.speed for other near (position, 0.1))`.
//!
//! The body has a value per pair of elements. Whatever in it belongs to the element itself becomes that of each of its pairs as soon as
//! it is worked out ([`of_own`](Elaborator::of_own)), so that everything else goes on as with elements.

use super::Elaborator;
use super::arguments::{Callee, Expected, Placed};
use super::value::{Element, Typed, computed};
use crate::diagnostic::{Code, nearest, quote};
use crate::language::builtins::{BuiltinValue, Origin};
use crate::language::problems::Reported;
use crate::language::source::{Problem, Span};
use crate::language::syntax::{Expr, ExprKind, Fold};
use crate::program::{DomainRef, Edge, Op, Type, Unit, Value, limits};

/// A way to fold.
pub(in crate::language) struct Way {
    pub(in crate::language) name: &'static str,
    op: Op,
    pub(in crate::language) about: &'static str,
}

/// Every way to fold.
pub(in crate::language) const FOLDS: [Way; 6] = [
    Way { name: "sum", op: Op::NearSum, about: "the sum; 0 without any" },
    Way { name: "mean", op: Op::NearMean, about: "the mean; 0 without any" },
    Way { name: "min", op: Op::NearMin, about: "the least; 0 without any" },
    Way { name: "max", op: Op::NearMax, about: "the most; 0 without any" },
    Way { name: "count", op: Op::NearCount, about: "how many there are, or of how many a condition holds" },
    Way {
        name: "nearest",
        op: Op::NearNearest,
        about: "the index of the nearest, or of the one whose number is the least; -1 without any",
    },
];

/// How many others an element has where nothing is said.
pub(in crate::language) const MOST: u32 = 32;
const USAGE: &str =
    "near (position: vec2 or vec3, radius: float, [most: constant int = 32], [wrap: true or false])";

/// The others, while the body of a fold is worked out.
#[derive(Clone, Copy)]
pub(super) struct Nearby<'a, 'b> {
    /// What each of them is called.
    other: &'a str,
    /// Names of a function that is called mean what they mean there.
    frame: usize,
    /// Whose elements.
    domain: DomainRef,
    pairs: Value<'b>,
    element: Element,
    position: Typed<'b>,
    wraps: bool,
}

impl Nearby<'_, '_> {
    /// A pair.
    fn of_pairs(&self, span: Span) -> Option<Element> {
        self.pairs.domain().map(|domain| Element { domain, span })
    }
}

/// The type of a fold, as far as its name shows it.
pub(super) fn evident(how: &str) -> Option<(Type, Unit)> {
    matches!(how, "count" | "nearest").then_some((Type::Int, Unit::Scalar))
}

impl<'a, 'b> Elaborator<'a, 'b> {
    /// One value per element of what its pairs have.
    pub(super) fn fold(&mut self, fold: &'a Fold, span: Span) -> Result<Typed<'b>, Reported> {
        let Fold { how, body, other, near, arguments } = fold;
        let way = FOLDS.iter().find(|way| way.name == how.text).ok_or(());
        let way = way.or_else(|()| {
            let names = FOLDS.each_ref().map(|way| way.name);
            let message = format!("{} folds nothing", quote(&how.text));
            let help = match nearest(&how.text, names) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the elements nearby are folded by {}", names.join(", ")),
            };
            self.fail(Problem::new(Code::UnknownWord, how.span, message).help(help))
        });
        let nearby = self.nearby(&other.text, *near, arguments, span);
        let (way, nearby) = (way?, nearby?);
        if way.op == Op::NearNearest && self.each_of(nearby.domain).is_some() {
            let message = "the nearest element may be one of another outer element, and an index is one among those of the own";
            let help = "fold what is asked of it, `min(other.distance for other near ...)`, or put the domain behind the outer one";
            return self.fail(Problem::new(Code::InFold, how.span, message).help(help));
        }
        self.near = Some(nearby);
        let body = body.as_ref();
        let value = self.folded(way, body, nearby);
        self.near = None;
        let value = value?;
        let at = body.map_or(span, |body| body.span);
        let of_pairs = Typed::new(nearby.pairs, Unit::Scalar, nearby.of_pairs(span));
        self.one_domain(&[(of_pairs, span), (value, at)])?;
        let unit = match way.op {
            Op::NearCount | Op::NearNearest => Unit::Scalar,
            _ => computed(value.unit),
        };
        let element = Element { domain: nearby.domain, span };
        Ok(Typed::new(value.value.op(way.op, &[nearby.pairs.into()]), unit, Some(element)))
    }

    /// What is folded, of a type that goes with the way.
    fn folded(
        &mut self,
        way: &Way,
        body: Option<&'a Expr>,
        nearby: Nearby<'a, 'b>,
    ) -> Result<Typed<'b>, Reported> {
        let Some(body) = body else {
            return match way.op {
                Op::NearCount => Ok(Typed::new(self.builder.bool(true), Unit::Scalar, None)),
                Op::NearNearest => Ok(self.distance(nearby)),
                _ => {
                    let message = format!("{} does not say what is folded", quote(way.name));
                    let help =
                        format!("write `{}({other}.x for {other} near ...)`", way.name, other = nearby.other);
                    self.fail(Problem::new(Code::MissingArgument, nearby.element.span, message).help(help))
                }
            };
        };
        let value = self.expr(body)?;
        match way.op {
            Op::NearCount => self.convert(value, Type::Bool, Unit::Scalar, body.span, "what is counted"),
            Op::NearNearest => {
                self.convert(value, Type::Float, Unit::Scalar, body.span, "what is to be the least")
            }
            _ => {
                let value = if value.ty == Type::Int { self.int_to_float(value) } else { value };
                if !value.ty.is_floats() {
                    let message = format!("{} cannot be folded by {}", value.what(), quote(way.name));
                    let help = "`count(condition for other near ...)` counts";
                    return self.fail(Problem::new(Code::WrongType, body.span, message).help(help));
                }
                Ok(value)
            }
        }
    }

    /// What is behind `near`: the pairs of elements.
    fn nearby(
        &mut self,
        other: &'a str,
        near: Span,
        arguments: &'a [crate::language::syntax::Argument],
        span: Span,
    ) -> Result<Nearby<'a, 'b>, Reported> {
        if self.near.is_some() {
            let message = "a fold over the elements nearby stands inside of another";
            let help = "give the inner one a name of its own, and fold that: `crowd = count(other near ...)`";
            return self.fail(Problem::new(Code::InFold, span, message).help(help));
        }
        if self.turn.is_some() || self.is_in_life() {
            let message = "who is near is found out once a frame, and this is worked out in between";
            let help = "give the fold a name in the domain, and use the name here";
            return self.fail(Problem::new(Code::InFold, span, message).help(help));
        }
        let Some(element) = self.own_element(span) else {
            let message = "others are near an element, and this stands outside of a domain";
            let problem = Problem::new(Code::OutsideDomain, span, message);
            return self.fail(problem.help("move it into a `domain` block"));
        };
        let Placed { slots, outcome } = self.place(&callee(), arguments);
        outcome?;
        if let Some(problem) = callee().missing(&slots, near) {
            return self.fail(problem);
        }
        let given = |at: usize| slots[at].first().map(|argument| &argument.value);
        let (Some(place), Some(radius)) = (given(0), given(1)) else {
            return self.contradiction(near, "an argument is missing");
        };
        let element = element?;
        let position = self.place_of(place, element);
        let radius = self.reach(radius);
        let most = given(2).map_or(Ok(MOST), |most| self.most_near(most));
        let wraps = given(3).map_or(Ok(false), |wrap| self.yes_or_no(wrap));
        let (position, radius, most, wraps) = (position?, radius?, most?, wraps?);
        let edge = if wraps { Edge::Wrap } else { Edge::Clamp };
        let pairs = self.builder.near(position.value, radius.value, most, edge);
        Ok(Nearby { other, frame: self.frame, domain: element.domain, pairs, element, position, wraps })
    }

    /// Where the elements are.
    fn place_of(&mut self, place: &'a Expr, element: Element) -> Result<Typed<'b>, Reported> {
        let value = self.expr(place)?;
        if !matches!(value.ty, Type::Vec2 | Type::Vec3) {
            let message = format!("where elements are is a vec2 or a vec3, and this is {}", value.what());
            let help = "write the place first, then the radius: `near (position, 0.1)`";
            return self.fail(Problem::new(Code::WrongType, place.span, message).help(help));
        }
        if value.element.is_none() {
            let message = "where elements are differs from one to another, and this is the same for all";
            let help = "use a value of the domain, such as `position`";
            return self.fail(Problem::new(Code::NotPerElement, place.span, message).help(help));
        }
        let own = Typed { element: Some(element), ..value };
        self.one_domain(&[(own, element.span), (value, place.span)])?;
        Ok(value)
    }

    /// How near others are.
    fn reach(&mut self, expr: &'a Expr) -> Result<Typed<'b>, Reported> {
        let (what, span) = ("how near others are", expr.span);
        let value = self.expr(expr)?;
        let value = self.convert(value, Type::Float, Unit::Scalar, span, what)?;
        let value = self.uniform(value, span, what)?;
        if let Some(radius) = value.number().filter(|radius| *radius <= 0.0) {
            let message = format!("{what} is {radius}, expected above 0");
            let help = "use a share of the picture's shorter side, such as `0.1`";
            return self.fail(Problem::new(Code::OutOfRange, span, message).help(help));
        }
        Ok(value)
    }

    fn most_near(&mut self, expr: &'a Expr) -> Result<u32, Reported> {
        let value = self.expr(expr)?;
        let limit = i64::from(limits::NEAR_MAX);
        let most = self.constant_int(value, expr.span, "the most others of an element", 1, limit)?;
        Ok(most as u32)
    }

    fn yes_or_no(&mut self, expr: &'a Expr) -> Result<bool, Reported> {
        if let ExprKind::Bool(value) = expr.kind {
            return Ok(value);
        }
        let message = "whether places wrap around is written `true` or `false`";
        self.fail(Problem::new(Code::NeedsConstant, expr.span, message).help("write `wrap: true`"))
    }

    /// A value of the element whose others are looked at, as that of each of its pairs.
    pub(super) fn of_own(&self, value: Typed<'b>) -> Typed<'b> {
        self.of_end(value, Op::NearOwn)
    }

    fn of_end(&self, value: Typed<'b>, end: Op) -> Typed<'b> {
        let (Some(near), Some(element)) = (self.near, value.element) else { return value };
        if element.domain != near.domain || value.ty == Type::Shape {
            return value;
        }
        let paired = value.value.op(end, &[near.pairs.into()]);
        let element = near.of_pairs(element.span);
        Typed { has_full_alpha: value.has_full_alpha, ..Typed::new(paired, value.unit, element) }
    }

    /// Whether a name is that of the other element.
    pub(super) fn is_other(&self, name: &str) -> bool {
        self.near.is_some_and(|near| near.other == name && near.frame == self.frame)
            && self.local(name).is_none()
    }

    /// The other element without one of its values.
    pub(super) fn other_alone(&mut self, name: &str, span: Span) -> Result<Typed<'b>, Reported> {
        let message = format!("{} is an element, not a value", quote(name));
        let help = format!("name one of its values, such as `{name}.position`, or `{name}.distance`");
        self.fail(Problem::new(Code::NotAValue, span, message).help(help))
    }

    /// `other.speed`, `other.speed.x`.
    pub(super) fn of_other(&mut self, parts: &[(&str, Span)]) -> Result<Typed<'b>, Reported> {
        let (Some(near), Some(own), Some(&(name, at))) = (self.near, self.elements, parts.get(1)) else {
            return self.contradiction(parts[0].1, "another element is named outside of a fold");
        };
        let mut meaning = self.project.domains[own].names.get(name).map(|&(meaning, _)| meaning);
        if self.project.is_of_outer(self.scope, name) {
            meaning = self.meaning(name);
        }
        let mut value = match (meaning, BuiltinValue::find(name).map(|known| known.origin)) {
            (Some(meaning), _) => {
                let value = self.value_of_meaning(meaning, name, at)?;
                let value = self.of_outer(value, at)?;
                self.of_end(value, Op::NearOther)
            }
            (None, Some(Origin::Element(value))) => {
                let value = value(self, Element { span: at, ..near.element })?;
                self.of_end(value, Op::NearOther)
            }
            (None, _) if name == "distance" => self.distance(near),
            (None, _) if name == "offset" => self.offset(near),
            (None, _) => {
                let problem = self.unknown_field(own, name, at);
                return self.fail(problem);
            }
        };
        for &(name, at) in &parts[2..] {
            value = self.component_named(value, name, at)?;
        }
        Ok(value)
    }

    /// From an element to the other, where places wrap around the short way.
    fn offset(&mut self, near: Nearby<'a, 'b>) -> Typed<'b> {
        let [own, other] = [Op::NearOwn, Op::NearOther].map(|end| self.of_end(near.position, end));
        let apart = self.apply(Op::Sub, &[other, own], Unit::Scalar);
        if near.wraps { self.apply(Op::FractSigned, &[apart], Unit::Scalar) } else { apart }
    }

    fn distance(&mut self, near: Nearby<'a, 'b>) -> Typed<'b> {
        let offset = self.offset(near);
        self.apply(Op::Length, &[offset], Unit::Scalar)
    }

    /// Reports something that reads other elements, or remembers, of pairs.
    pub(super) fn not_of_pairs<T>(&mut self, name: &str, span: Span) -> Result<T, Reported> {
        let message = format!("{} is of an element, and this is of a pair of elements", quote(name));
        let help = "give it a name of its own in the domain: inside of the fold stands what is computed of two elements";
        self.fail(Problem::new(Code::InFold, span, message).help(help))
    }
}

/// What `near` takes.
fn callee() -> Callee<'static> {
    let expected = |(name, is_required)| Expected { name, is_required };
    Callee {
        name: "near",
        parameters: [("position", true), ("radius", true), ("most", false), ("wrap", false)]
            .map(expected)
            .into(),
        variadic: None,
        usage: USAGE.into(),
        defined: None,
    }
}
