//! Functions that are more than one operation.

use super::call::Arguments;
use super::constant::Constant;
use super::value::{Element, Typed};
use super::{Done, Elaborator};
use crate::diagnostic::{Code, quote};
use crate::language::functions::{Function, Special};
use crate::language::source::{Problem, Span};
use crate::math::hash;
use crate::program::{DomainRef, Edge, Op, Reduction, Type, Unit, Value};

/// Tells the random numbers of a run from those of elements.
const RUN_SALT: u32 = 0x9e37_79b9;

impl<'a, 'b> Elaborator<'a, 'b> {
    pub(super) fn special(
        &mut self,
        function: &'static Function,
        special: Special,
        arguments: &Arguments<'a, 'b>,
    ) -> Option<Typed<'b>> {
        let value = |at: usize| arguments.value(at);
        match special {
            Special::Clamp => self.clamp(arguments),
            Special::Mix => self.mix(arguments),
            Special::Div => {
                let (a, b) = (value(0)?, value(1)?);
                let quotient = self.apply(Op::Div, &[a, b], Unit::Scalar);
                Some(if a.ty == Type::Int {
                    quotient
                } else {
                    self.apply(Op::Floor, &[quotient], Unit::Scalar)
                })
            }
            Special::Remap => self.remap(arguments),
            Special::Int => self.make_int(value(0)?, arguments),
            Special::Float => self.make_float(value(0)?, arguments),
            Special::Scalar => {
                self.convert(value(0)?, Type::Float, Unit::Scalar, arguments.spans[0], "the argument")
            }
            Special::Phase => {
                let phase = self.apply(Op::Fract, &[value(0)?], Unit::Phase);
                Some(phase)
            }
            Special::BitNot => {
                let all = Typed::new(self.builder.int(-1), Unit::Scalar, None);
                let all = Typed { constant: Some([-1.0, 0.0, 0.0, 0.0]), ..all };
                Some(self.apply(Op::BitXor, &[value(0)?, all], Unit::Scalar))
            }
            Special::CubicBezier => self.cubic_bezier(arguments),
            Special::Min => self.extreme(Op::Min, Reduction::Min, arguments),
            Special::Max => self.extreme(Op::Max, Reduction::Max, arguments),
            Special::Sine(of_turns, of_radians) => Some(self.sine(of_turns, of_radians, value(0)?)),
            Special::Arc(op) => {
                let radians = self.apply(op, &arguments.values(), Unit::Scalar);
                Some(self.apply(Op::RadToTurns, &[radians], Unit::Turn))
            }
            Special::Heading => {
                let (x, y) = (self.part(value(0)?, 0), self.part(value(0)?, 1));
                let radians = self.apply(Op::Atan2, &[y, x], Unit::Scalar);
                Some(self.apply(Op::RadToTurns, &[radians], Unit::Turn))
            }
            Special::Polar => {
                let (radius, angle) = (value(0)?, value(1)?);
                Some(match angle.unit {
                    Unit::Turn => {
                        let angle = self.wrapped(angle);
                        self.apply(Op::PolarTurns, &[radius, angle], Unit::Scalar)
                    }
                    _ => self.apply(Op::Polar, &[radius, angle], Unit::Scalar),
                })
            }
            Special::Rotate => {
                let (vector, angle) = (value(0)?, value(1)?);
                let radians = self.radians(angle);
                Some(self.apply(Op::Rotate, &[vector, radians], Unit::Scalar))
            }
            Special::Period(op) => {
                let seconds = arguments.constant(0);
                if matches!(op, Op::Phase | Op::PhasePingPong) {
                    return Some(self.phase(op, seconds));
                }
                Some(Typed::new(self.builder.period(op, seconds), Unit::Scalar, None))
            }
            Special::Lag
            | Special::Slew
            | Special::Spring
            | Special::Integrate
            | Special::Phasor
            | Special::Delay
            | Special::Hold
            | Special::Toggle
            | Special::CountRises
            | Special::Envelope
            | Special::Hysteresis => self.state_operator(special, arguments),
            Special::Random => self.random(arguments),
            Special::Hash => {
                let hashed = self.apply(Op::Hash2, &[value(0)?, value(1)?], Unit::Scalar);
                let bits = self.apply(Op::IntToUint, &[hashed], Unit::Scalar);
                Some(self.apply(Op::UnitFloat, &[bits], Unit::Scalar))
            }
            Special::Noise(op) => Some(self.noise(op, value(0)?, arguments.constant(1) as u32)),
            Special::Fractal(op) => {
                let (at, octaves, seed) =
                    (value(0)?, arguments.constant(1) as u32, arguments.constant(4) as u32);
                let (lacunarity, gain) = (value(2)?, value(3)?);
                let element = [at, lacunarity, gain].iter().find_map(|v| v.element);
                let places = [at.value, lacunarity.value, gain.value];
                Some(Typed::new(self.builder.octaves(op, places, seed, octaves), Unit::Scalar, element))
            }
            Special::ColorOf(op) => {
                self.color_in_range(function, op, arguments)?;
                self.color_of(op, arguments)
            }
            Special::Oklch => {
                self.color_in_range(function, Op::Oklch, arguments)?;
                let op = if arguments.word(4) == "yes" { Op::OklchInside } else { Op::Oklch };
                self.color_of(op, arguments)
            }
            Special::Ramp => {
                let colors: Vec<Typed<'b>> = arguments.values().split_off(1);
                let space = arguments.word(arguments.taken.len() - 1);
                Some(self.ramp(value(0)?, &colors, space))
            }
            Special::Palette(stops) => {
                let b = self.builder;
                let stop = |&[l, c, h]: &[f64; 3]| {
                    let color = b.oklch(l, c, h);
                    Typed { has_full_alpha: true, ..Typed::new(color, Unit::Scalar, None) }
                };
                let stops: Vec<Typed<'b>> = stops.iter().map(stop).collect();
                Some(self.ramp(value(0)?, &stops, "oklab"))
            }
            Special::CosinePalette => {
                let [t, base, amplitude, frequency, shift] = [0, 1, 2, 3, 4].map(value);
                let turns = self.apply(Op::Mul, &[frequency?, t?], Unit::Scalar);
                let turns = self.apply(Op::Add, &[turns, shift?], Unit::Scalar);
                let wave = self.apply(Op::CosTurns, &[turns], Unit::Scalar);
                let wave = self.apply(Op::Mul, &[amplitude?, wave], Unit::Scalar);
                let rgb = self.apply(Op::Add, &[base?, wave], Unit::Scalar);
                let (parts, one) = ([0, 1, 2].map(|k| self.part(rgb, k)), self.float(1.0));
                Some(self.apply(Op::Color, &[parts[0], parts[1], parts[2], one], Unit::Scalar))
            }
            Special::Over => self.over(arguments.placed(0)?, arguments.placed(1)?),
            Special::Grid => {
                let element = self.element(function.name, arguments.span)?;
                self.check_cells(element, arguments);
                let sides = [0, 1].map(|k| self.builder.int(arguments.constant(k) as i32).into());
                let cells = self.layout(Op::LayoutGrid, element, &sides);
                self.in_box(cells, arguments, 2)
            }
            Special::CircleLayout => self.around(Op::LayoutCircle, function, arguments),
            Special::SpiralLayout => self.around(Op::LayoutSpiral, function, arguments),
            Special::HaltonLayout => {
                let element = self.element(function.name, arguments.span)?;
                let points = self.layout(Op::LayoutHalton, element, &[]);
                self.in_box(points, arguments, 0)
            }
            Special::LineLayout => {
                let element = self.element(function.name, arguments.span)?;
                let ends = [value(0)?.value.into(), value(1)?.value.into()];
                Some(self.layout(Op::LayoutLine, element, &ends))
            }
            Special::RadicalInverse => {
                let bits = self.apply(Op::IntToUint, &[value(0)?], Unit::Scalar);
                let base = arguments.constant(1) as u32;
                Some(Typed::new(self.builder.radical_inverse(bits.value, base), Unit::Scalar, bits.element))
            }
            Special::Sum => self.reduced(Reduction::Sum, function.name, arguments.placed(0)?),
            Special::Mean => self.reduced(Reduction::Mean, function.name, arguments.placed(0)?),
            Special::Previous => self.neighbor(function.name, arguments, -1, 1),
            Special::Next => self.neighbor(function.name, arguments, 1, 1),
            Special::Neighbor => self.neighbor(function.name, arguments, arguments.constant(1) as i32, 2),
            Special::PathText | Special::Polyline | Special::Bezier => self.shape(special, arguments),
            Special::Along => {
                let (shape, t) = (self.one_path(arguments)?, value(1)?);
                Some(self.apply(Op::PathPoint, &[shape, t], Unit::Scalar))
            }
            Special::Direction => {
                let (shape, t) = (self.one_path(arguments)?, value(1)?);
                Some(self.apply(Op::PathDirection, &[shape, t], Unit::Turn))
            }
        }
    }

    /// The element whose value this is; reports where there is none.
    fn element(&mut self, what: &str, span: Span) -> Option<Element> {
        let domain = self.elements.map(|domain| self.done[self.project.domains[domain].task]);
        match domain {
            Some(Done::Domain(domain)) => Some(Element { domain, span }),
            Some(_) => None,
            None => {
                let message =
                    format!("{} belongs to an element, and this stands outside of a domain", quote(what));
                let problem = Problem::new(Code::OutsideDomain, span, message);
                self.fail(problem.help("move it into a `domain` block"))
            }
        }
    }

    /// An angle for something that turns round with it: of a multiple of the index, exact for any index.
    pub(super) fn wrapped(&mut self, angle: Typed<'b>) -> Typed<'b> {
        match (angle.affine, angle.element) {
            (Some(affine), Some(element)) if affine.of_index && angle.unit == Unit::Turn => {
                let value = self.builder.affine_turns(element.domain, affine.scale, affine.offset);
                Typed::new(value, Unit::Turn, Some(element))
            }
            _ => angle,
        }
    }

    /// An angle as radians; a plain number counts them already.
    pub(super) fn radians(&mut self, angle: Typed<'b>) -> Typed<'b> {
        if angle.unit != Unit::Turn {
            return angle;
        }
        let wrapped = self.wrapped(angle);
        self.apply(Op::TurnsToRad, &[wrapped], Unit::Scalar)
    }

    fn sine(&mut self, of_turns: Op, of_radians: Op, angle: Typed<'b>) -> Typed<'b> {
        if angle.unit != Unit::Turn {
            return self.apply(of_radians, &[angle], Unit::Scalar);
        }
        // The tangent has no form in turns.
        let angle = if of_turns == of_radians { self.radians(angle) } else { self.wrapped(angle) };
        self.apply(of_turns, &[angle], Unit::Scalar)
    }

    fn clamp(&mut self, arguments: &Arguments<'a, 'b>) -> Option<Typed<'b>> {
        let [x, low, high] = [arguments.value(0)?, arguments.value(1)?, arguments.value(2)?];
        let unit = if x.unit == Unit::Phase { Unit::Scalar } else { x.unit };
        let is = |v: Typed<'b>, number| v.number() == Some(number) && v.ty == Type::Float;
        if is(low, 0.0) && is(high, 1.0) {
            return Some(self.apply(Op::Clamp01, &[x], unit));
        }
        if let (Some(l), Some(h)) = (low.constant, high.constant)
            && (0..low.ty.stride().max(high.ty.stride()) as usize).any(|k| {
                let at = |v: Typed<'b>, c: Constant| c[if v.ty.stride() == 1 { 0 } else { k }];
                at(low, l) > at(high, h)
            })
        {
            let message = format!("the range of `clamp` is empty: {} is above {}", l[0], h[0]);
            let problem = Problem::new(Code::OutOfRange, arguments.spans[1], message);
            return self
                .fail(problem.related("the upper end", arguments.spans[2]).help("give the lower end first"));
        }
        Some(self.apply(Op::Clamp, &[x, low, high], unit))
    }

    /// A number of cycles as a phase. The end of a cycle, where `pingpong` turns, is not taken for its start.
    pub(super) fn in_cycle(&mut self, cycles: Typed<'b>) -> Typed<'b> {
        let (half, wrapped) = (self.float(0.5), self.apply(Op::Fract, &[cycles], Unit::Phase));
        let from_middle = self.apply(Op::Sub, &[cycles, half], Unit::Scalar);
        let from_middle = self.apply(Op::Abs, &[from_middle], Unit::Scalar);
        let is_inside = self.apply(Op::Le, &[from_middle, half], Unit::Scalar);
        self.apply(Op::Select, &[is_inside, cycles, wrapped], Unit::Phase)
    }

    fn cubic_bezier(&mut self, arguments: &Arguments<'a, 'b>) -> Option<Typed<'b>> {
        for (at, name) in [(0, "x1"), (2, "x2")] {
            let (x, span) = arguments.placed(at)?;
            if let Some(x) = x.number().filter(|x| !(0.0..=1.0).contains(x)) {
                let message = format!(
                    "{name} is {x}, and the handles of a timing curve lie in 0..1 from left to right"
                );
                let help = "use a value from 0 to 1; y1 and y2 may lie outside";
                return self.fail(Problem::new(Code::OutOfRange, span, message).help(help));
            }
        }
        Some(self.apply(Op::CubicBezier, &arguments.values(), Unit::Scalar))
    }

    /// `random()`, `random(salt)` or `random(low, high, salt: n)`.
    fn random(&mut self, arguments: &Arguments<'a, 'b>) -> Option<Typed<'b>> {
        let salt = arguments.constant(2) as u32;
        let (low, high) = match (arguments.value(0), arguments.value(1)) {
            (Some(low), Some(high)) => (low, high),
            (None, None) => return Some(self.chance(salt, arguments.span)),
            (low, _) => {
                let missing = if low.is_some() { "high" } else { "low" };
                let message = format!("`random` lacks `{missing}`");
                let help = "it is `random(low, high)`, `random(salt: n)` or `random(low, high, salt: n)`";
                return self.fail(Problem::new(Code::MissingArgument, arguments.span, message).help(help));
            }
        };
        let [low, high] = [low, high].map(|v| if v.ty == Type::Int { self.int_to_float(v) } else { v });
        let ty = if low.ty.stride() > 1 { low.ty } else { high.ty };
        let salts = (0..ty.stride()).map(|k| if k == 0 { salt } else { hash::hash2(salt, k) });
        let parts: Vec<Typed<'b>> = salts.map(|salt| self.chance(salt, arguments.span)).collect();
        let share = match ty {
            Type::Vec2 => self.apply(Op::Vec2, &parts, Unit::Scalar),
            Type::Vec3 => self.apply(Op::Vec3, &parts, Unit::Scalar),
            Type::Color => self.apply(Op::Color, &parts, Unit::Scalar),
            _ => parts[0],
        };
        let unit = if low.unit == Unit::Phase { Unit::Scalar } else { low.unit };
        Some(self.apply(Op::Mix, &[low, high, share], unit))
    }

    /// A number in [0, 1) that belongs to the element, or outside of a domain to the run.
    fn chance(&mut self, salt: u32, span: Span) -> Typed<'b> {
        let b = self.builder;
        let domain = self.elements.map(|domain| self.done[self.project.domains[domain].task]);
        if let Some(Done::Domain(domain)) = domain {
            return Typed::new(b.random(domain, salt), Unit::Scalar, Some(Element { domain, span }));
        }
        // A hash of nothing is nothing, so salt 0 of run 0 is moved away from it.
        let own = b.uint(hash::hash(salt ^ RUN_SALT));
        let bits = b.op(Op::Hash2, &[own.into(), b.op(Op::Seed, &[]).into()]);
        Typed::new(bits.unit_float(), Unit::Scalar, None)
    }

    fn remap(&mut self, arguments: &Arguments<'a, 'b>) -> Option<Typed<'b>> {
        let [x, a, b, c, d] = [0, 1, 2, 3, 4].map(|k| arguments.value(k));
        let (x, a, b, c, d) = (x?, a?, b?, c?, d?);
        let into = self.apply(Op::Sub, &[x, a], Unit::Scalar);
        let range = self.apply(Op::Sub, &[b, a], Unit::Scalar);
        let share = self.apply(Op::Div, &[into, range], Unit::Scalar);
        Some(self.apply(Op::Mix, &[c, d, share], Unit::Scalar))
    }

    fn make_int(&mut self, value: Typed<'b>, arguments: &Arguments<'a, 'b>) -> Option<Typed<'b>> {
        match value.ty {
            Type::Int => Some(value),
            Type::Bool => {
                let number = self.apply(Op::BoolToFloat, &[value], Unit::Scalar);
                Some(self.apply(Op::ToInt, &[number], Unit::Scalar))
            }
            _ => {
                let span = arguments.spans[0];
                let number = self.convert(value, Type::Float, Unit::Scalar, span, "the argument of `int`")?;
                Some(self.apply(Op::ToInt, &[number], Unit::Scalar))
            }
        }
    }

    fn make_float(&mut self, value: Typed<'b>, arguments: &Arguments<'a, 'b>) -> Option<Typed<'b>> {
        match value.ty {
            Type::Bool => Some(self.apply(Op::BoolToFloat, &[value], Unit::Scalar)),
            _ => {
                self.convert(value, Type::Float, Unit::Scalar, arguments.spans[0], "the argument of `float`")
            }
        }
    }

    /// The smallest or largest of several values, or of all elements.
    fn extreme(&mut self, op: Op, reduction: Reduction, arguments: &Arguments<'a, 'b>) -> Option<Typed<'b>> {
        let values = arguments.values();
        let (first, rest) = values.split_first()?;
        if rest.is_empty() {
            return self.reduced(reduction, op.name(), arguments.placed(0)?);
        }
        let unit = if first.unit == Unit::Phase { Unit::Scalar } else { first.unit };
        Some(rest.iter().fold(*first, |so_far, &value| self.apply(op, &[so_far, value], unit)))
    }

    /// A field that holds the value, for what reads other elements.
    fn field_of(&mut self, what: &str, value: Typed<'b>, span: Span) -> Option<(Value<'b>, DomainRef)> {
        let Some(element) = value.element else {
            let message = format!("{} needs a value per element, and this is the same for all", quote(what));
            let help = "name a value of a domain, such as `dots.size`";
            return self.fail(Problem::new(Code::NotPerElement, span, message).help(help));
        };
        if self.builder.is_field(value.value) {
            return Some((value.value, element.domain));
        }
        if let Some(&field) = self.fields.get(&value.value.node()) {
            return Some((field, element.domain));
        }
        let text: String = self.sources.text(span).split_whitespace().collect::<Vec<_>>().join(" ");
        let name = self.unique_field(element.domain, &text);
        let field = self.builder.field_with_unit(element.domain, &name, value.value, value.unit);
        self.fields.insert(value.value.node(), field);
        Some((field, element.domain))
    }

    fn reduced(
        &mut self,
        reduction: Reduction,
        what: &str,
        (value, span): (Typed<'b>, Span),
    ) -> Option<Typed<'b>> {
        let value = if value.ty == Type::Int { self.int_to_float(value) } else { value };
        let (field, domain) = self.field_of(what, value, span)?;
        let base = format!("{what}({}.{})", self.builder.domain_name(domain), self.builder.field_name(field));
        let slot = match self.reductions.get(&base) {
            Some(&slot) => slot,
            None => {
                let name: String = base.chars().take(crate::program::limits::NAME_MAX).collect();
                let slot = self.builder.reduce(&name, field, reduction);
                self.reductions.insert(base, slot);
                slot
            }
        };
        let unit = if value.unit == Unit::Phase { Unit::Scalar } else { value.unit };
        Some(Typed::new(slot, unit, None))
    }

    fn neighbor(
        &mut self,
        what: &str,
        arguments: &Arguments<'a, 'b>,
        offset: i32,
        edge: usize,
    ) -> Option<Typed<'b>> {
        let (value, span) = arguments.placed(0)?;
        let (field, _) = self.field_of(what, value, span)?;
        let edge = if arguments.word(edge) == "wrap" { Edge::Wrap } else { Edge::Clamp };
        Some(Typed::new(self.builder.neighbor(field, offset, edge), value.unit, value.element))
    }

    fn noise(&mut self, op: Op, at: Typed<'b>, seed: u32) -> Typed<'b> {
        if let (Op::ValueNoise, Some(affine), Some(element), 0) = (op, at.affine, at.element, seed)
            && affine.of_index
        {
            let value = self.builder.affine_noise(element.domain, affine.scale, affine.offset);
            return Typed::new(value, Unit::Scalar, Some(element));
        }
        Typed::new(self.builder.noise(op, at.value, seed), Unit::Scalar, at.element)
    }

    fn layout(&mut self, op: Op, element: Element, arguments: &[crate::program::Arg<'b>]) -> Typed<'b> {
        Typed::new(self.builder.element(op, element.domain, arguments), Unit::Scalar, Some(element))
    }

    /// A layout of `0..1` in another box, given by two arguments.
    fn in_box(
        &mut self,
        points: Typed<'b>,
        arguments: &Arguments<'a, 'b>,
        first: usize,
    ) -> Option<Typed<'b>> {
        let (from, to) = (arguments.value(first)?, arguments.value(first + 1)?);
        let is = |v: Typed<'b>, number| v.constant.is_some_and(|c| c[0] == number && c[1] == number);
        if is(from, 0.0) && is(to, 1.0) {
            return Some(points);
        }
        Some(self.apply(Op::Mix, &[from, to, points], Unit::Scalar))
    }

    /// A layout around a centre.
    fn around(
        &mut self,
        op: Op,
        function: &'static Function,
        arguments: &Arguments<'a, 'b>,
    ) -> Option<Typed<'b>> {
        let element = self.element(function.name, arguments.span)?;
        let points = self.layout(op, element, &[]);
        let (center, radius) = (arguments.value(0)?, arguments.value(1)?);
        let is_middle = center.constant.is_some_and(|c| c[0] == 0.5 && c[1] == 0.5);
        if is_middle && radius.number() == Some(0.5) {
            return Some(points);
        }
        let (half, two) = (self.float(0.5), self.float(2.0));
        let out = self.apply(Op::Sub, &[points, half], Unit::Scalar);
        let diameter = self.apply(Op::Mul, &[radius, two], Unit::Scalar);
        let scaled = self.apply(Op::Mul, &[out, diameter], Unit::Scalar);
        Some(self.apply(Op::Add, &[center, scaled], Unit::Scalar))
    }

    /// The shape argument, which is one for all elements.
    fn one_path(&mut self, arguments: &Arguments<'a, 'b>) -> Option<Typed<'b>> {
        let (shape, span) = arguments.placed(0)?;
        self.uniform(shape, span, "the shape")
    }
}
