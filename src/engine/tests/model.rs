//! What every operation gives, in plain f64: the other side of the tables in [`ops`](super::ops).

use std::f64::consts::{PI, TAU};

use crate::math::{hash, noise};
use crate::program::{Node, Op, Type};

/// A value: its components as f64, in which ints, uints and bools are exact.
pub(super) type Numbers = Vec<f64>;

/// The handle of the path that points are taken along.
pub(super) const PATH: u32 = 1;

/// The lines of that path, with jumps between some of them: 4 long, every end a multiple of 1/8 of that.
pub(super) const PATH_LINES: [[[f32; 2]; 2]; 5] = [
    [[-0.5, -0.5], [0.5, -0.5]],
    [[0.5, -0.5], [0.5, 0.5]],
    [[-0.5, 0.25], [0.0, 0.25]],
    [[0.0, 0.25], [0.0, -0.25]],
    [[0.25, 0.5], [0.25, -0.5]],
];

/// x, y and direction in turns at a share of that path.
fn along(share: f64) -> [f64; 3] {
    let mut rest = if share.is_nan() { share } else { share.clamp(0.0, 1.0) } * 4.0;
    for (k, line) in PATH_LINES.iter().enumerate() {
        let [from, to] = line.map(|point| point.map(f64::from));
        let [x, y] = [to[0] - from[0], to[1] - from[1]];
        let length = x.abs() + y.abs();
        if rest < length || k + 1 == PATH_LINES.len() {
            let t = rest / length;
            return [from[0] + x * t, from[1] + y * t, libm::atan2(y, x) / TAU];
        }
        rest -= length;
    }
    [0.0; 3]
}

/// The value of an operation that is more than a leaf, of arguments of the types `types`. None for leaves.
pub(super) fn evaluate(node: &Node, types: &[Type], args: &[Numbers]) -> Option<Numbers> {
    let op = node.op;
    let x = |k: usize| args[k][0];
    let one = |value: f64| Some(vec![value]);
    let truth = |b: bool| Some(vec![f64::from(u8::from(b))]);
    if let Some(value) = ease(op, args.first().map_or(0.0, |a| a[0])) {
        let _ = value;
        return Some(args[0].iter().map(|&x| ease(op, x).expect("an easing")).collect());
    }
    let scalar = types.first().copied().unwrap_or(Type::Float);
    if matches!(scalar, Type::Int | Type::Uint)
        && let Some(value) = integers(op, scalar, args)
    {
        return one(value);
    }
    let is_color = args.iter().any(|a| a.len() == 4);
    if op == Op::Mix && is_color && args[2].len() == 1 {
        return color(op, args);
    }
    if scalar.is_floats() {
        let width = args.iter().map(Vec::len).max().unwrap_or(0);
        let pick = |a: &Numbers, k: usize| if a.len() == 1 { a[0] } else { a[k] };
        let each: Option<Numbers> =
            (0..width).map(|k| floats(op, &args.iter().map(|a| pick(a, k)).collect::<Vec<f64>>())).collect();
        if let Some(each) = each.filter(|each| !each.is_empty()) {
            return Some(each);
        }
    }
    let dot = |a: &Numbers, b: &Numbers| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    match op {
        Op::Lt => truth(x(0) < x(1)),
        Op::Le => truth(x(0) <= x(1)),
        Op::Gt => truth(x(0) > x(1)),
        Op::Ge => truth(x(0) >= x(1)),
        Op::Eq => truth(x(0) == x(1)),
        Op::Ne => truth(x(0) != x(1)),
        Op::And => truth(x(0) != 0.0 && x(1) != 0.0),
        Op::Or => truth(x(0) != 0.0 || x(1) != 0.0),
        Op::Xor => truth(x(0) != x(1)),
        Op::Not => truth(x(0) == 0.0),
        Op::Select => Some(if x(0) != 0.0 { args[1].clone() } else { args[2].clone() }),
        Op::ToFloat | Op::UintToFloat | Op::BoolToFloat => one(x(0)),
        Op::ToInt => one(f64::from(x(0) as i32)),
        Op::ToUint => one(f64::from(x(0) as u32)),
        Op::IntToUint => one(f64::from(x(0) as i64 as u32)),
        Op::UintToInt => one(f64::from(x(0) as i64 as u32 as i32)),
        Op::UnitFloat => one(f64::from(x(0) as u32 >> 8) / 16_777_216.0),
        Op::TurnsOfUint => one(f64::from(x(0) as u32 as i32) / 4_294_967_296.0),
        Op::RadicalInverse => {
            let base = u64::from(node.count?);
            let (mut n, mut share, mut sum) = (x(0) as u64, 1.0, 0.0);
            while n > 0 {
                share /= base as f64;
                sum += share * (n % base) as f64;
                n /= base;
            }
            one(sum)
        }
        Op::ValueNoise | Op::GradientNoise | Op::FractalValue | Op::FractalGradient => one(space(node, args)),
        Op::CurlNoise2 | Op::CurlNoise3 => Some(curl(node, &args[0])),
        Op::Vec2 | Op::Vec3 | Op::Color => Some(args.iter().map(|a| a[0]).collect()),
        Op::Component => one(args[0][node.index? as usize]),
        Op::Dot => one(dot(&args[0], &args[1])),
        Op::Length => one(dot(&args[0], &args[0]).sqrt()),
        Op::Distance => {
            let apart: Numbers = args[0].iter().zip(&args[1]).map(|(a, b)| a - b).collect();
            one(dot(&apart, &apart).sqrt())
        }
        Op::Normalize => {
            let length = dot(&args[0], &args[0]).sqrt();
            Some(args[0].iter().map(|a| if length == 0.0 { 0.0 } else { a / length }).collect())
        }
        Op::Cross => {
            let (a, b) = (&args[0], &args[1]);
            let part = |i: usize, j: usize| a[i] * b[j] - a[j] * b[i];
            Some(vec![part(1, 2), part(2, 0), part(0, 1)])
        }
        Op::Rotate => {
            let (sin, cos) = libm::sincos(x(1));
            let (px, py) = (args[0][0], args[0][1]);
            Some(vec![px * cos - py * sin, px * sin + py * cos])
        }
        Op::CubicBezier => one(timing(x(0), x(1), x(2), x(3), x(4))),
        Op::Spring => Some(spring(x(0), x(1), x(2))),
        Op::Polar => Some(vec![libm::cos(x(1)) * x(0), libm::sin(x(1)) * x(0)]),
        Op::PathPoint => Some(along(x(1))[..2].to_vec()),
        Op::PathDirection => one(along(x(1))[2]),
        Op::PolarTurns => Some(vec![libm::cos(x(1) * TAU) * x(0), libm::sin(x(1) * TAU) * x(0)]),
        _ => color(op, args),
    }
}

/// The curve of `cubic-bezier()` by its definition.
fn timing(x1: f64, y1: f64, x2: f64, y2: f64, t: f64) -> f64 {
    let (x1, x2, t) = (x1.clamp(0.0, 1.0), x2.clamp(0.0, 1.0), t.clamp(0.0, 1.0));
    if t == 0.0 || t == 1.0 {
        return t;
    }
    let at = |a: f64, b: f64, s: f64| 3.0 * (1.0 - s) * s * ((1.0 - s) * a + s * b) + s * s * s;
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..200 {
        let middle = (low + high) / 2.0;
        if at(x1, x2, middle) < t { low = middle } else { high = middle }
    }
    at(y1, y2, low)
}

/// A mass of 1 on a spring, as textbooks solve it.
fn spring(k: f64, c: f64, t: f64) -> Numbers {
    let a = c / 2.0;
    let square = k - a * a;
    let w = square.abs().sqrt();
    let (cosine, sine) = match square {
        s if s > 0.0 => (libm::cos(w * t), libm::sin(w * t) / w),
        s if s < 0.0 => (libm::cosh(w * t), libm::sinh(w * t) / w),
        _ => (1.0, t),
    };
    let decay = libm::exp(-a * t);
    vec![decay * (cosine + a * sine), decay * sine, decay * (cosine - a * sine)]
}

/// How far a hue is from another by the short way.
fn short(turns: f64) -> f64 {
    turns - libm::rint(turns)
}

/// Whether rounding decides what a mix of colours through hues is: where one of them is nearly grey, or the hues are half
/// a turn apart.
pub(super) fn is_undecided(op: Op, args: &[Numbers]) -> bool {
    let (space, hue, chroma, most_grey) = match op {
        Op::MixHsv => (Op::ToHsv, 0, 1, 1e-3),
        Op::MixOklch => (Op::ToOklch, 2, 1, 0.02),
        _ => return false,
    };
    let [a, b] = [0, 1].map(|k| color(space, &args[k..=k]).expect("a conversion"));
    let is_near_grey = |c: &Numbers| c[chroma] > 1e-6 && c[chroma] < most_grey;
    is_near_grey(&a) || is_near_grey(&b) || short(a[hue] - b[hue]).abs() > 0.499
}

/// Operations on one float each.
#[expect(clippy::too_many_lines, reason = "a row for each operation")]
fn floats(op: Op, a: &[f64]) -> Option<f64> {
    let x = a.first().copied()?;
    let floor_mod = |a: f64, b: f64| a - (a / b).floor() * b;
    let ramp = |e0: f64, e1: f64, x: f64| {
        if e0 == e1 { f64::from(u8::from(x >= e0)) } else { ((x - e0) / (e1 - e0)).clamp(0.0, 1.0) }
    };
    Some(match op {
        Op::Add => x + a[1],
        Op::Sub => x - a[1],
        Op::Mul => x * a[1],
        Op::Div => x / a[1],
        Op::Mod => floor_mod(x, a[1]),
        Op::Neg => -x,
        Op::Abs => x.abs(),
        Op::Sign => {
            if x > 0.0 {
                1.0
            } else if x < 0.0 {
                -1.0
            } else {
                0.0
            }
        }
        Op::Min => {
            if x < a[1] {
                x
            } else {
                a[1]
            }
        }
        Op::Max => {
            if x > a[1] {
                x
            } else {
                a[1]
            }
        }
        Op::Clamp => {
            if a[1] > a[2] {
                a[1]
            } else {
                x.clamp(a[1], a[2])
            }
        }
        Op::Clamp01 => x.clamp(0.0, 1.0),
        Op::Mix => x + (a[1] - x) * a[2],
        Op::Step => f64::from(u8::from(a[1] >= x)),
        Op::Smoothstep => {
            let t = ramp(x, a[1], a[2]);
            t * t * (3.0 - 2.0 * t)
        }
        Op::Smootherstep => {
            let t = ramp(x, a[1], a[2]);
            t * t * t * (t * (6.0 * t - 15.0) + 10.0)
        }
        Op::Floor => x.floor(),
        Op::Ceil => x.ceil(),
        Op::Round => {
            if x < 0.0 {
                (x - 0.5).ceil()
            } else {
                (x + 0.5).floor()
            }
        }
        Op::Trunc => x.trunc(),
        Op::FractSigned => x - libm::rint(x),
        Op::Fract | Op::WaveSaw => x - x.floor(),
        Op::Wrap => a[1] + floor_mod(x - a[1], a[2] - a[1]),
        Op::Sqrt => x.sqrt(),
        Op::Cbrt => libm::cbrt(x),
        Op::Pow => libm::pow(x, a[1]),
        Op::Exp => libm::exp(x),
        Op::Exp2 => libm::exp2(x),
        Op::Ln => libm::log(x),
        Op::Log2 => libm::log2(x),
        Op::Sin => libm::sin(x),
        Op::Cos => libm::cos(x),
        Op::Tan => libm::tan(x),
        Op::SinTurns => libm::sin(x * TAU),
        Op::CosTurns => libm::cos(x * TAU),
        Op::Asin => libm::asin(x),
        Op::Acos => libm::acos(x),
        Op::Atan2 => libm::atan2(x, a[1]),
        Op::Tanh => libm::tanh(x),
        Op::DegToRad => x * PI / 180.0,
        Op::RadToDeg => x * 180.0 / PI,
        Op::TurnsToRad => x * TAU,
        Op::RadToTurns => x / TAU,
        Op::TurnsToDeg => x * 360.0,
        Op::DegToTurns => x / 360.0,
        Op::SecToMs => x * 1000.0,
        Op::MsToSec => x / 1000.0,
        Op::WaveSine => 0.5 - 0.5 * libm::cos(x * TAU),
        Op::WaveTriangle => 1.0 - (2.0 * (x - x.floor()) - 1.0).abs(),
        Op::WaveSquare => f64::from(u8::from(x - x.floor() >= 1.0 - a[1])),
        _ => return None,
    })
}

/// Operations on ints or uints that give their own kind.
fn integers(op: Op, ty: Type, args: &[Numbers]) -> Option<f64> {
    let wide = |k: usize| args[k][0] as i64;
    let bits = |k: usize| wide(k) as u32;
    let own = |value: i64| match ty {
        Type::Int => f64::from(value as i32),
        _ => f64::from(value as u32),
    };
    let floor_div =
        |a: i64, b: i64| if b == 0 { 0 } else { a.div_euclid(b) - i64::from(b < 0 && a.rem_euclid(b) != 0) };
    Some(own(match op {
        Op::Add => wide(0) + wide(1),
        Op::Sub => wide(0) - wide(1),
        Op::Mul => wide(0).wrapping_mul(wide(1)),
        Op::Div => floor_div(wide(0), wide(1)),
        Op::Mod if wide(1) == 0 => 0,
        Op::Mod => wide(0) - floor_div(wide(0), wide(1)) * wide(1),
        Op::Neg => -wide(0),
        Op::Abs => wide(0).abs(),
        Op::Sign => wide(0).signum(),
        Op::Min => wide(0).min(wide(1)),
        Op::Max => wide(0).max(wide(1)),
        Op::Clamp if wide(1) > wide(2) => wide(1),
        Op::Clamp => wide(0).clamp(wide(1), wide(2)),
        Op::BitAnd => wide(0) & wide(1),
        Op::BitOr => wide(0) | wide(1),
        Op::BitXor => wide(0) ^ wide(1),
        Op::Shl => i64::from(bits(0) << (bits(1) % 32)),
        // Shifting 64 bits keeps the sign of ints, and uints have none.
        Op::Shr => wide(0) >> (bits(1) % 32),
        Op::Hash => i64::from(hash::hash(bits(0))),
        Op::Hash2 => i64::from(hash::hash(bits(0) ^ hash::hash(bits(1)))),
        _ => return None,
    }))
}

/// As [`space`].
fn curl(node: &Node, place: &Numbers) -> Numbers {
    let seed = node.index.unwrap_or(0);
    match place[..] {
        [x, y] => noise::curl2(x, y, seed).into_iter().collect(),
        _ => noise::curl3(place[0], place[1], place[2], seed).into_iter().collect(),
    }
}

/// Noise: the formulas have their tests in `math`; here the question is whether the right one gets the right
/// arguments.
fn space(node: &Node, args: &[Numbers]) -> f64 {
    let (seed, octaves) = (node.index.unwrap_or(0), node.count.unwrap_or(1));
    let p = &args[0];
    let more = |k: usize| args.get(k).map_or(0.0, |a| a[0]);
    let (l, g) = (more(1), more(2));
    match (node.op, p.len()) {
        (Op::ValueNoise, 1) => noise::value1(p[0], seed),
        (Op::ValueNoise, 2) => noise::value2(p[0], p[1], seed),
        (Op::ValueNoise, _) => noise::value3(p[0], p[1], p[2], seed),
        (Op::GradientNoise, 1) => noise::gradient1(p[0], seed),
        (Op::GradientNoise, 2) => noise::gradient2(p[0], p[1], seed),
        (Op::GradientNoise, _) => noise::gradient3(p[0], p[1], p[2], seed),
        (Op::FractalValue, 1) => noise::fractal_value1(p[0], seed, octaves, l, g),
        (Op::FractalValue, 2) => noise::fractal_value2(p[0], p[1], seed, octaves, l, g),
        (Op::FractalValue, _) => noise::fractal_value3(p[0], p[1], p[2], seed, octaves, l, g),
        (_, 1) => noise::fractal_gradient1(p[0], seed, octaves, l, g),
        (_, 2) => noise::fractal_gradient2(p[0], p[1], seed, octaves, l, g),
        _ => noise::fractal_gradient3(p[0], p[1], p[2], seed, octaves, l, g),
    }
}

/// Colours, as published: hexcones by sectors, sRGB and Oklab by their formulas.
#[expect(clippy::too_many_lines, reason = "a row for each operation")]
fn color(op: Op, args: &[Numbers]) -> Option<Numbers> {
    let x = |k: usize| args[k][0];
    let rgb = |c: [f64; 3]| Some(vec![c[0], c[1], c[2], 1.0]);
    let decode = |c: f64| if c <= 0.040_45 { c / 12.92 } else { libm::pow((c + 0.055) / 1.055, 2.4) };
    let encode = |c: f64| if c <= 0.003_130_8 { c * 12.92 } else { 1.055 * libm::pow(c, 1.0 / 2.4) - 0.055 };
    let sector = |h: f64, c: f64, low: f64| {
        let sixths = (h - h.floor()) * 6.0;
        let middle = c * (1.0 - (sixths % 2.0 - 1.0).abs());
        let parts = match sixths as u32 {
            0 => [c, middle, 0.0],
            1 => [middle, c, 0.0],
            2 => [0.0, c, middle],
            3 => [0.0, middle, c],
            4 => [middle, 0.0, c],
            _ => [c, 0.0, middle],
        };
        parts.map(|part| part + low)
    };
    let from_lab = |l: f64, a: f64, b: f64| {
        let cube = |x: f64| x * x * x;
        let p = cube(l + 0.396_337_777_4 * a + 0.215_803_757_3 * b);
        let q = cube(l - 0.105_561_345_8 * a - 0.063_854_172_8 * b);
        let s = cube(l - 0.089_484_177_5 * a - 1.291_485_548_0 * b);
        [
            encode(4.076_741_662_1 * p - 3.307_711_591_3 * q + 0.230_969_929_2 * s),
            encode(-1.268_438_004_6 * p + 2.609_757_401_1 * q - 0.341_319_396_5 * s),
            encode(-0.004_196_086_3 * p - 0.703_418_614_7 * q + 1.707_614_701_0 * s),
        ]
    };
    let from_lch = |l: f64, c: f64, h: f64| from_lab(l, c * libm::cos(h * TAU), c * libm::sin(h * TAU));
    let hsv = |h: f64, s: f64, v: f64| sector(h, s * v, v - s * v);
    let to_lab = |c: &[f64]| {
        let [r, g, b] = [decode(c[0]), decode(c[1]), decode(c[2])];
        let p = libm::cbrt(0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b);
        let q = libm::cbrt(0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b);
        let s = libm::cbrt(0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b);
        [
            0.210_454_255_3 * p + 0.793_617_785_0 * q - 0.004_072_046_8 * s,
            1.977_998_495_1 * p - 2.428_592_205_0 * q + 0.450_593_709_9 * s,
            0.025_904_037_1 * p + 0.782_771_766_2 * q - 0.808_675_766_0 * s,
        ]
    };
    let hue = |c: &[f64]| {
        let most = c[0].max(c[1]).max(c[2]);
        let chroma = most - c[0].min(c[1]).min(c[2]);
        let sixths = match chroma {
            0.0 => 0.0,
            _ if most == c[0] => (c[1] - c[2]) / chroma,
            _ if most == c[1] => 2.0 + (c[2] - c[0]) / chroma,
            _ => 4.0 + (c[0] - c[1]) / chroma,
        };
        (sixths / 6.0 - (sixths / 6.0).floor(), most, chroma)
    };
    match op {
        Op::WithAlpha => Some(vec![args[0][0], args[0][1], args[0][2], x(1)]),
        Op::Hsv => rgb(hsv(x(0), x(1).clamp(0.0, 1.0), x(2).clamp(0.0, 1.0))),
        Op::Hsl => {
            let (s, l) = (x(1).clamp(0.0, 1.0), x(2).clamp(0.0, 1.0));
            let chroma = (1.0 - (2.0 * l - 1.0).abs()) * s;
            rgb(sector(x(0), chroma, l - chroma / 2.0))
        }
        Op::Oklab => rgb(from_lab(x(0), x(1), x(2))),
        Op::Oklch => rgb(from_lch(x(0), x(1), x(2))),
        Op::OklchInside => {
            let l = x(0).clamp(0.0, 1.0);
            let fits = |c: f64| from_lch(l, c, x(2)).iter().all(|part| (0.0..=1.0).contains(part));
            let (mut low, mut high) = (0.0, x(1));
            for _ in 0..20 {
                let middle = (low + high) / 2.0;
                if fits(middle) { low = middle } else { high = middle }
            }
            let c = if fits(x(1)) { x(1) } else { low };
            rgb(from_lch(l, c, x(2)).map(|c| c.clamp(0.0, 1.0)))
        }
        Op::LinearToSrgb | Op::SrgbToLinear => {
            let convert = |c: &f64| if op == Op::LinearToSrgb { encode(*c) } else { decode(*c) };
            let mut parts: Numbers = args[0][..3].iter().map(convert).collect();
            parts.push(args[0][3]);
            Some(parts)
        }
        Op::ToHsv => {
            let (h, most, chroma) = hue(&args[0]);
            Some(vec![h, if most == 0.0 { 0.0 } else { chroma / most }, most])
        }
        Op::ToHsl => {
            let (h, most, chroma) = hue(&args[0]);
            let l = most - chroma / 2.0;
            Some(vec![h, if chroma == 0.0 { 0.0 } else { chroma / (1.0 - (2.0 * l - 1.0).abs()) }, l])
        }
        Op::ToOklab => Some(to_lab(&args[0]).to_vec()),
        Op::ToOklch => {
            let [l, a, b] = to_lab(&args[0]);
            let turns = libm::atan2(b, a) / TAU;
            Some(vec![l, (a * a + b * b).sqrt(), turns - turns.floor()])
        }
        Op::Mix | Op::MixOklab | Op::MixLinear | Op::MixOklch | Op::MixHsv => {
            // Premultiplied: each part counts as often as its colour is seen.
            let [a, b] =
                [0, 1].map(|k| if args[k].len() == 1 { vec![args[k][0]; 4] } else { args[k].clone() });
            let (weight_a, weight_b) = (a[3] * (1.0 - x(2)), b[3] * x(2));
            let alpha = weight_a + weight_b;
            if alpha <= 0.0 {
                return Some(vec![0.0, 0.0, 0.0, alpha]);
            }
            let mix = |a: f64, b: f64| (a * weight_a + b * weight_b) / alpha;
            let parts =
                |space: Op| [&a, &b].map(|c| color(space, std::slice::from_ref(c)).expect("a conversion"));
            let hue = |hues: [f64; 2], chromas: [f64; 2]| {
                let from = if chromas[0] > 1e-4 { hues[0] } else { hues[1] };
                let to = if chromas[1] > 1e-4 { hues[1] } else { hues[0] };
                from + short(to - from) * weight_b / alpha
            };
            let [r, g, bl] = match op {
                Op::Mix => [0, 1, 2].map(|k| mix(a[k], b[k])),
                Op::MixLinear => [0, 1, 2].map(|k| encode(mix(decode(a[k]), decode(b[k])))),
                Op::MixOklab => {
                    let [a, b] = parts(Op::ToOklab);
                    from_lab(mix(a[0], b[0]), mix(a[1], b[1]), mix(a[2], b[2]))
                }
                Op::MixOklch => {
                    let [a, b] = parts(Op::ToOklch);
                    from_lch(mix(a[0], b[0]), mix(a[1], b[1]), hue([a[2], b[2]], [a[1], b[1]]))
                }
                _ => {
                    let [a, b] = parts(Op::ToHsv);
                    hsv(hue([a[0], b[0]], [a[1], b[1]]), mix(a[1], b[1]), mix(a[2], b[2]))
                }
            };
            Some(vec![r, g, bl, alpha])
        }
        Op::Luminance => {
            let [r, g, b] = [0, 1, 2].map(|k| decode(args[0][k]));
            Some(vec![0.2126 * r + 0.7152 * g + 0.0722 * b])
        }
        _ => None,
    }
}

/// The easings of easings.net.
fn ease(op: Op, x: f64) -> Option<f64> {
    use Op::*;
    type Curve = fn(f64) -> f64;
    fn expo(x: f64) -> f64 {
        if x == 0.0 { 0.0 } else { libm::exp2(10.0 * x - 10.0) }
    }
    fn back(x: f64, s: f64) -> f64 {
        (s + 1.0) * x * x * x - s * x * x
    }
    fn elastic(x: f64, period: f64) -> f64 {
        if x == 0.0 || x == 1.0 { x } else { expo(x) * libm::cos((10.0 * x - 10.0) * TAU / period) }
    }
    fn bounce(x: f64) -> f64 {
        let x = 1.0 - x;
        let (from, height) = match x {
            x if x < 1.0 / 2.75 => (0.0, 0.0),
            x if x < 2.0 / 2.75 => (1.5, 0.75),
            x if x < 2.5 / 2.75 => (2.25, 0.9375),
            _ => (2.625, 0.984_375),
        };
        let t = x - from / 2.75;
        1.0 - (7.5625 * t * t + height)
    }
    let (curve, wide): (Curve, Curve) = match op {
        InQuad | OutQuad | InOutQuad => (|x| x * x, |x| x * x),
        InCubic | OutCubic | InOutCubic => (|x| x * x * x, |x| x * x * x),
        InQuart | OutQuart | InOutQuart => (|x| libm::pow(x, 4.0), |x| libm::pow(x, 4.0)),
        InQuint | OutQuint | InOutQuint => (|x| libm::pow(x, 5.0), |x| libm::pow(x, 5.0)),
        InSine | OutSine | InOutSine => {
            (|x| 1.0 - libm::cos(x * PI / 2.0), |x| 1.0 - libm::cos(x * PI / 2.0))
        }
        InExpo | OutExpo | InOutExpo => (expo, expo),
        InCirc | OutCirc | InOutCirc => (|x| 1.0 - (1.0 - x * x).sqrt(), |x| 1.0 - (1.0 - x * x).sqrt()),
        InBack | OutBack | InOutBack => (|x| back(x, 1.70158), |x| back(x, 1.70158 * 1.525)),
        InElastic | OutElastic | InOutElastic => (|x| elastic(x, 3.0), |x| elastic(x, 4.5)),
        InBounce | OutBounce | InOutBounce => (bounce, bounce),
        _ => return None,
    };
    let x = x.clamp(0.0, 1.0);
    let name = op.name();
    Some(if name.starts_with("in_out") {
        if x < 0.5 { wide(2.0 * x) / 2.0 } else { 1.0 - wide(2.0 - 2.0 * x) / 2.0 }
    } else if name.starts_with("out") {
        1.0 - curve(1.0 - x)
    } else {
        curve(x)
    })
}
