//! What lies between two values: mixes, ramps, one colour over another.

use super::Elaborator;
use super::call::Arguments;
use super::value::Typed;
use crate::diagnostic::Code;
use crate::language::source::{Problem, Span};
use crate::program::{Op, Type, Unit};

/// The operation that mixes colours in a space.
fn mix_in(space: &str) -> Op {
    match space {
        "oklab" => Op::MixOklab,
        "linear" => Op::MixLinear,
        "oklch" => Op::MixOklch,
        "hsv" => Op::MixHsv,
        _ => Op::Mix,
    }
}

impl<'a, 'b> Elaborator<'a, 'b> {
    pub(super) fn mix(&mut self, arguments: &Arguments<'a, 'b>) -> Option<Typed<'b>> {
        let [from, to, t] = [arguments.value(0)?, arguments.value(1)?, arguments.value(2)?];
        let op = mix_in(arguments.word(3));
        if op != Op::Mix && from.ty != Type::Color {
            let span = arguments.spans[3];
            let message = format!("only colors are mixed in a space, and these are {}", from.what());
            return self.fail(Problem::new(Code::WrongType, span, message).help("leave out `in:`"));
        }
        let way = arguments.word(4);
        if !way.is_empty() && !from.goes_round() {
            let span = arguments.spans[4];
            let message = format!("only angles and phases have a way round, and these are {}", from.what());
            return self.fail(Problem::new(Code::WrongType, span, message).help("leave out `way:`"));
        }
        // How far an angle goes is as it is written: a dial from -135deg to 135deg does not go through the gap. A phase
        // has no whole turns to write.
        if way == "short" || (way.is_empty() && from.unit == Unit::Phase) {
            return Some(self.mix_short(from, to, t));
        }
        // Between ints lie numbers.
        let [from, to] = [from, to].map(|v| if v.ty == Type::Int { self.int_to_float(v) } else { v });
        let unit = if from.unit == Unit::Phase { Unit::Scalar } else { from.unit };
        Some(self.apply(op, &[from, to, t], unit))
    }

    /// From one angle or phase to another, by the shorter arc.
    fn mix_short(&mut self, from: Typed<'b>, to: Typed<'b>, t: Typed<'b>) -> Typed<'b> {
        let apart = self.apply(Op::Sub, &[to, from], from.unit);
        let short = self.apply(Op::FractSigned, &[apart], from.unit);
        let way = self.apply(Op::Mul, &[short, t], from.unit);
        let moved = self.apply(Op::Add, &[from, way], from.unit);
        if from.unit == Unit::Phase { self.in_cycle(moved) } else { moved }
    }

    pub(super) fn color_of(&mut self, op: Op, arguments: &Arguments<'a, 'b>) -> Option<Typed<'b>> {
        let [a, b, c, alpha] = [0, 1, 2, 3].map(|k| arguments.value(k));
        let (a, b, c, alpha) = (a?, b?, c?, alpha?);
        if op == Op::Color {
            return Some(self.apply(op, &[a, b, c, alpha], Unit::Scalar));
        }
        let color = self.apply(op, &[a, b, c], Unit::Scalar);
        let is_opaque = alpha.number() == Some(1.0);
        Some(if is_opaque { color } else { self.apply(Op::WithAlpha, &[color, alpha], Unit::Scalar) })
    }

    /// Through evenly spaced colours.
    pub(super) fn ramp(&mut self, t: Typed<'b>, colors: &[Typed<'b>], space: &str) -> Typed<'b> {
        let steps = self.float(colors.len() as f64 - 1.0);
        let along = self.apply(Op::Mul, &[t, steps], Unit::Scalar);
        if space != "oklab" {
            return self.stretches(mix_in(space), along, colors);
        }
        // Stops are turned into Oklab before they are mixed, at load where they are constants, and the mix back once.
        let is_opaque = colors.iter().all(Typed::is_opaque);
        let mut stops: Vec<Typed<'b>> =
            colors.iter().map(|&color| self.apply(Op::ToOklab, &[color], Unit::Scalar)).collect();
        if is_opaque {
            let mixed = self.mixed_stops(along, &stops);
            return self.of_oklab(mixed);
        }
        let alphas: Vec<Typed<'b>> = colors.iter().map(|&color| self.part(color, 3)).collect();
        for (stop, &alpha) in stops.iter_mut().zip(&alphas) {
            *stop = self.apply(Op::Mul, &[*stop, alpha], Unit::Scalar);
        }
        let (mixed, alpha) = (self.mixed_stops(along, &stops), self.mixed_stops(along, &alphas));
        let zero = self.float(0.0);
        let is_seen = self.apply(Op::Gt, &[alpha, zero], Unit::Scalar);
        let straight = self.apply(Op::Div, &[mixed, alpha], Unit::Scalar);
        let none = self.apply(Op::Vec3, &[zero, zero, zero], Unit::Scalar);
        let seen = self.apply(Op::Select, &[is_seen, straight, none], Unit::Scalar);
        let color = self.of_oklab(seen);
        self.apply(Op::WithAlpha, &[color, alpha], Unit::Scalar)
    }

    /// Numbers or vectors in a row, a step apart.
    fn mixed_stops(&mut self, along: Typed<'b>, stops: &[Typed<'b>]) -> Typed<'b> {
        let mut mixed = stops[0];
        for (k, &stop) in stops.iter().enumerate().skip(1) {
            let before = self.float(k as f64 - 1.0);
            let share = if k == 1 { along } else { self.apply(Op::Sub, &[along, before], Unit::Scalar) };
            let share = self.apply(Op::Clamp01, &[share], Unit::Scalar);
            mixed = self.apply(Op::Mix, &[mixed, stop, share], Unit::Scalar);
        }
        mixed
    }

    fn of_oklab(&mut self, lab: Typed<'b>) -> Typed<'b> {
        let parts = [0, 1, 2].map(|k| self.part(lab, k));
        self.apply(Op::Oklab, &parts, Unit::Scalar)
    }

    /// As [`ramp`](Self::ramp), by mixing the two colours of the stretch that `along` lies in.
    fn stretches(&mut self, op: Op, along: Typed<'b>, colors: &[Typed<'b>]) -> Typed<'b> {
        let (mut from, mut to, mut before) = (colors[0], colors[1], self.float(0.0));
        for (k, pair) in colors.windows(2).enumerate().skip(1) {
            let start = self.float(k as f64);
            let is_behind = self.apply(Op::Ge, &[along, start], Unit::Scalar);
            from = self.apply(Op::Select, &[is_behind, pair[0], from], Unit::Scalar);
            to = self.apply(Op::Select, &[is_behind, pair[1], to], Unit::Scalar);
            before = self.apply(Op::Select, &[is_behind, start, before], Unit::Scalar);
        }
        let share = self.apply(Op::Sub, &[along, before], Unit::Scalar);
        let share = self.apply(Op::Clamp01, &[share], Unit::Scalar);
        self.apply(op, &[from, to, share], Unit::Scalar)
    }

    /// One colour over another: Porter and Duff's `over` for straight alpha.
    pub(super) fn over(&mut self, top: (Typed<'b>, Span), bottom: (Typed<'b>, Span)) -> Option<Typed<'b>> {
        let t = self.convert(top.0, Type::Color, Unit::Scalar, top.1, "what lies on top")?;
        let b = self.convert(bottom.0, Type::Color, Unit::Scalar, bottom.1, "what lies below")?;
        self.one_domain(&[(t, top.1), (b, bottom.1)])?;
        let (ta, ba, one) = (self.part(t, 3), self.part(b, 3), self.float(1.0));
        let left = self.apply(Op::Sub, &[one, ta], Unit::Scalar);
        let shown = self.apply(Op::Mul, &[ba, left], Unit::Scalar);
        let alpha = self.apply(Op::Add, &[ta, shown], Unit::Scalar);
        // How much of what is seen is the top: 0 where nothing is seen.
        let zero = self.float(0.0);
        let share = self.apply(Op::Div, &[ta, alpha], Unit::Scalar);
        let any = self.apply(Op::Gt, &[alpha, zero], Unit::Scalar);
        let share = self.apply(Op::Select, &[any, share, zero], Unit::Scalar);
        // The share knows of the alphas, so the components are mixed as they are.
        let shares = self.apply(Op::Color, &[share; 4], Unit::Scalar);
        let mixed = self.apply(Op::Mix, &[b, t, shares], Unit::Scalar);
        Some(self.apply(Op::WithAlpha, &[mixed, alpha], Unit::Scalar))
    }
}
