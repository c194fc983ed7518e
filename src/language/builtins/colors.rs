//! Colours: spaces, ramps and palettes, one colour over another.

use super::numbers::mix_in;
use super::{ANSWERS, SPACES};
use crate::diagnostic::Code;
use crate::language::elaborate::{Call, Elaborator, Typed};
use crate::language::problems::Reported;
use crate::language::source::{Problem, Span};
use crate::program::{Op, Type, Unit};

/// Stops of a palette: Oklch lightness, chroma and hue in turns.
type Stops = &'static [[f64; 3]];

const EMBER: Stops =
    &[[0.2, 0.05, 0.9], [0.4, 0.15, 0.02], [0.63, 0.21, 0.08], [0.83, 0.16, 0.18], [0.97, 0.06, 0.27]];
const OCEAN: Stops =
    &[[0.2, 0.05, 0.74], [0.38, 0.1, 0.7], [0.58, 0.12, 0.61], [0.78, 0.11, 0.5], [0.96, 0.04, 0.4]];
const AURORA: Stops =
    &[[0.24, 0.07, 0.8], [0.48, 0.16, 0.83], [0.62, 0.14, 0.6], [0.8, 0.16, 0.44], [0.94, 0.11, 0.33]];
const DUSK: Stops =
    &[[0.25, 0.06, 0.76], [0.42, 0.13, 0.84], [0.58, 0.19, 0.97], [0.74, 0.15, 0.1], [0.92, 0.08, 0.22]];
const PAPER: Stops =
    &[[0.3, 0.02, 0.72], [0.52, 0.09, 0.7], [0.72, 0.08, 0.45], [0.82, 0.12, 0.2], [0.95, 0.03, 0.23]];

/// Arguments that are shares from 0 to 1: of red, green, blue and alpha; of spaces where the first is a hue; of spaces
/// where how far the second and the third go depends on the rest.
const ALL_SHARES: &[usize] = &[0, 1, 2, 3];
const BEHIND_HUE: &[usize] = &[1, 2, 3];
const LIGHTNESS: &[usize] = &[0, 3];

chapter! {
    "Colours",
    "`#f80`, `#ff8800` and `#ff8800cc` are colours too; `.r .g .b .a` are their components. Hues are \
        phases: a whole number is a full circle. Wherever colours are mixed (`mix`, `ramp`, `over`, `lag`, \
        `spring`), each has a say by its alpha, so what fades to `#0000` keeps its colour on the way; where \
        no alpha is left, red, green and blue are 0. Components outside of 0 to 1 are kept while one computes \
        with them and clipped, each by itself, where they are drawn: `oklch(0.7, 0.3, 0.4)`, which no screen \
        shows, is drawn in another hue and lightness. `fit: yes` gives up chroma instead. `hsv` and `hsl` \
        limit all but the hue.";

    "rgb" (red: Float, green: Float, blue: Float, alpha: Float = 1) -> Color, with |e, call| color_of(e, call, Op::Color, ALL_SHARES),
        "Red, green, blue (sRGB, 0 to 1) and alpha.", ["rgb(1, 0.5, 0)" => [1.0, 0.5, 0.0, 1.0]];
    "hsv" (hue: Cycles, saturation: Float, value: Float, alpha: Float = 1) -> Color, with |e, call| color_of(e, call, Op::Hsv, BEHIND_HUE),
        "Hue, saturation, value, alpha; saturation and value are limited to 0..1.", ["hsv(0, 1, 1)" => [1.0, 0.0, 0.0, 1.0]; "hsv(0, 2 + scalar(time), 7 + scalar(time))" => [1.0, 0.0, 0.0, 1.0]];
    "hsl" (hue: Cycles, saturation: Float, lightness: Float, alpha: Float = 1) -> Color, with |e, call| color_of(e, call, Op::Hsl, BEHIND_HUE),
        "Hue, saturation, lightness, alpha; saturation and lightness are limited to 0..1.", ["hsl(0.5, 1, 0.5)" => [0.0, 1.0, 1.0, 1.0]];
    "oklab" (lightness: Float, a: Float, b: Float, alpha: Float = 1) -> Color, with |e, call| color_of(e, call, Op::Oklab, LIGHTNESS),
        "Oklab lightness (0 to 1), green to red, blue to yellow, alpha.", ["oklab(0, 0, 0)" => [0.0, 0.0, 0.0, 1.0]];
    "oklch" (lightness: Float, chroma: Float, hue: Cycles, alpha: Float = 1, fit: Word(ANSWERS) = no) -> Color, with oklch,
        "Oklch lightness (0 to 1), chroma (0 to about 0.3), hue, alpha: equal steps look equal. With `fit: yes` chroma is made less where there is no such colour, at the same lightness and hue.",
        ["oklch(0, 0, 0.3)" => [0.0, 0.0, 0.0, 1.0]; "oklch(0.7, 0.4, 0.4, fit: yes).r" => [0.0]];
    "alpha" (color: Color, alpha: Float) -> Color, op WithAlpha, "The colour with another alpha.",
        ["alpha(#f00, 0.5)" => [1.0, 0.0, 0.0, 0.5]];
    "ramp" (t: Float, first: Color, more: Color, in_: Word(SPACES) = oklab; ..) -> Color, with |e, call| Ok(ramp(e, call.value(0), &call.values()[1..], call.word(call.taken.len() - 1))),
        "Through evenly spaced colours as t goes from 0 to 1, each stretch a `mix` in the space.",
        ["ramp(0, #f00, #0f0)" => [1.0, 0.0, 0.0, 1.0]; "ramp(0.25, #f00, #f000, #00f0)" => [1.0, 0.0, 0.0, 0.5]; "ramp(0.75, #000, #f00, #0f0, in: hsv)" => [1.0, 1.0, 0.0, 1.0]];
    "palette.ember" (t: Float) -> Color, with |e, call| palette(e, call, EMBER), "Plum, red, orange, straw, light.",
        ["luminance(palette.ember(1)) > luminance(palette.ember(0))" => [1.0]];
    "palette.ocean" (t: Float) -> Color, with |e, call| palette(e, call, OCEAN), "Navy, blue, teal, sea green, foam.",
        ["luminance(palette.ocean(1)) > luminance(palette.ocean(0))" => [1.0]];
    "palette.aurora" (t: Float) -> Color, with |e, call| palette(e, call, AURORA), "Night blue, violet, teal, green, lime.",
        ["luminance(palette.aurora(1)) > luminance(palette.aurora(0))" => [1.0]];
    "palette.dusk" (t: Float) -> Color, with |e, call| palette(e, call, DUSK), "Indigo, purple, pink, apricot, cream.",
        ["luminance(palette.dusk(1)) > luminance(palette.dusk(0))" => [1.0]];
    "palette.paper" (t: Float) -> Color, with |e, call| palette(e, call, PAPER), "Ink, blue, sage, ochre, paper.",
        ["luminance(palette.paper(1)) > luminance(palette.paper(0))" => [1.0]];
    "palette.cosine" (t: Float, base: Vec3, amplitude: Vec3, frequency: Vec3, shift: Vec3) -> Color, with cosine_palette,
        "base + amplitude * cos((frequency * t + shift) turns), for red, green and blue.",
        ["palette.cosine(0, (0.5, 0.5, 0.5), (0.5, 0.5, 0.5), (1, 1, 1), (0, 0.25, 0.5))" => [1.0, 0.5, 0.0, 1.0]];
    "over" (top: Color, bottom: Color) -> Color, with |e, call| over(e, call.placed(0), call.placed(1)), "One colour laid over another, by its alpha.",
        ["over(#f008, #00f).a" => [1.0]];
    "luminance" (color: Color) -> Float, op Luminance, "Relative luminance, 0 to 1.", ["luminance(#fff)" => [1.0]];
    "to_hsv" (color: Color) -> Vec3, op ToHsv, "Hue, saturation, value.", ["to_hsv(#f00)" => [0.0, 1.0, 1.0]];
    "to_hsl" (color: Color) -> Vec3, op ToHsl, "Hue, saturation, lightness.", ["to_hsl(#f00)" => [0.0, 1.0, 0.5]];
    "to_oklab" (color: Color) -> Vec3, op ToOklab, "Oklab lightness, a, b.", ["to_oklab(#000)" => [0.0, 0.0, 0.0]];
    "to_oklch" (color: Color) -> Vec3, op ToOklch, "Oklch lightness, chroma, hue.", ["to_oklch(#000).x" => [0.0]];
    "to_linear" (color: Color) -> Color, op SrgbToLinear, "From sRGB encoding to linear light.", ["to_linear(#fff)" => [1.0, 1.0, 1.0, 1.0]];
    "to_srgb" (color: Color) -> Color, op LinearToSrgb, "From linear light to sRGB encoding.", ["to_srgb(#000)" => [0.0, 0.0, 0.0, 1.0]];
}

/// A colour of three components and an alpha.
fn color_of<'b>(
    e: &mut Elaborator<'_, 'b>,
    call: &Call<'_, 'b>,
    op: Op,
    shares: &[usize],
) -> Result<Typed<'b>, Reported> {
    in_range(e, call, shares)?;
    let [a, b, c, alpha] = [0, 1, 2, 3].map(|k| call.value(k));
    if op == Op::Color {
        return Ok(e.apply(op, &[a, b, c, alpha], Unit::Scalar));
    }
    let color = e.apply(op, &[a, b, c], Unit::Scalar);
    let is_opaque = alpha.number() == Some(1.0);
    Ok(if is_opaque { color } else { e.apply(Op::WithAlpha, &[color, alpha], Unit::Scalar) })
}

fn oklch<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let op = if call.word(4) == "yes" { Op::OklchInside } else { Op::Oklch };
    color_of(e, call, op, LIGHTNESS)
}

/// Checks the components of a colour that are constants.
fn in_range(e: &mut Elaborator<'_, '_>, call: &Call<'_, '_>, shares: &[usize]) -> Result<(), Reported> {
    let number = |at: usize| call.value(at).number();
    let outside = shares.iter().find_map(|&at| {
        let number = number(at).filter(|number| !(0.0..=1.0).contains(number))?;
        Some((at, number))
    });
    let Some((at, found)) = outside else { return Ok(()) };
    let name = call.function.parameters[at].name;
    let message = format!("the argument `{name}` of `{}` is {found}, expected 0 to 1", call.function.name);
    let bytes = [0, 1, 2].map(|at| number(at).filter(|n| n.fract() == 0.0 && (0.0..=255.0).contains(n)));
    let help = match bytes {
        [Some(r), Some(g), Some(b)] if shares == ALL_SHARES && r.max(g).max(b) > 1.0 => {
            format!("of bytes write `#{:02x}{:02x}{:02x}`", r as u8, g as u8, b as u8)
        }
        _ if found > 2.0 && found <= 100.0 => {
            format!("shares are written as numbers: of a hundred, `{}`", found / 100.0)
        }
        _ => "use a value in that range".into(),
    };
    e.fail(Problem::new(Code::OutOfRange, call.spans[at], message).help(help))
}

fn palette<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>, stops: Stops) -> Result<Typed<'b>, Reported> {
    let b = e.builder;
    let stop = |&[l, c, h]: &[f64; 3]| {
        let color = b.oklch(l, c, h);
        Typed { has_full_alpha: true, ..Typed::new(color, Unit::Scalar, None) }
    };
    let stops: Vec<Typed<'b>> = stops.iter().map(stop).collect();
    Ok(ramp(e, call.value(0), &stops, "oklab"))
}

fn cosine_palette<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>) -> Result<Typed<'b>, Reported> {
    let [t, base, amplitude, frequency, shift] = [0, 1, 2, 3, 4].map(|k| call.value(k));
    let turns = e.apply(Op::Mul, &[frequency, t], Unit::Scalar);
    let turns = e.apply(Op::Add, &[turns, shift], Unit::Scalar);
    let wave = e.apply(Op::CosTurns, &[turns], Unit::Scalar);
    let wave = e.apply(Op::Mul, &[amplitude, wave], Unit::Scalar);
    let rgb = e.apply(Op::Add, &[base, wave], Unit::Scalar);
    let (parts, one) = ([0, 1, 2].map(|k| e.part(rgb, k)), e.float(1.0));
    Ok(e.apply(Op::Color, &[parts[0], parts[1], parts[2], one], Unit::Scalar))
}

/// Through evenly spaced colours.
fn ramp<'b>(e: &mut Elaborator<'_, 'b>, t: Typed<'b>, colors: &[Typed<'b>], space: &str) -> Typed<'b> {
    let steps = e.float(colors.len() as f64 - 1.0);
    let along = e.apply(Op::Mul, &[t, steps], Unit::Scalar);
    if space != "oklab" {
        return stretches(e, mix_in(space), along, colors);
    }
    // Stops are turned into Oklab before they are mixed, at load where they are constants, and the mix back once.
    let is_opaque = colors.iter().all(Typed::is_opaque);
    let mut stops: Vec<Typed<'b>> =
        colors.iter().map(|&color| e.apply(Op::ToOklab, &[color], Unit::Scalar)).collect();
    if is_opaque {
        let mixed = mixed_stops(e, along, &stops);
        return of_oklab(e, mixed);
    }
    let alphas: Vec<Typed<'b>> = colors.iter().map(|&color| e.part(color, 3)).collect();
    for (stop, &alpha) in stops.iter_mut().zip(&alphas) {
        *stop = e.apply(Op::Mul, &[*stop, alpha], Unit::Scalar);
    }
    let (mixed, alpha) = (mixed_stops(e, along, &stops), mixed_stops(e, along, &alphas));
    let zero = e.float(0.0);
    let is_seen = e.apply(Op::Gt, &[alpha, zero], Unit::Scalar);
    let straight = e.apply(Op::Div, &[mixed, alpha], Unit::Scalar);
    let none = e.apply(Op::Vec3, &[zero, zero, zero], Unit::Scalar);
    let seen = e.apply(Op::Select, &[is_seen, straight, none], Unit::Scalar);
    let color = of_oklab(e, seen);
    e.apply(Op::WithAlpha, &[color, alpha], Unit::Scalar)
}

/// Numbers or vectors in a row, a step apart.
fn mixed_stops<'b>(e: &mut Elaborator<'_, 'b>, along: Typed<'b>, stops: &[Typed<'b>]) -> Typed<'b> {
    let mut mixed = stops[0];
    for (k, &stop) in stops.iter().enumerate().skip(1) {
        let before = e.float(k as f64 - 1.0);
        let share = if k == 1 { along } else { e.apply(Op::Sub, &[along, before], Unit::Scalar) };
        let share = e.apply(Op::Clamp01, &[share], Unit::Scalar);
        mixed = e.apply(Op::Mix, &[mixed, stop, share], Unit::Scalar);
    }
    mixed
}

fn of_oklab<'b>(e: &mut Elaborator<'_, 'b>, lab: Typed<'b>) -> Typed<'b> {
    let parts = [0, 1, 2].map(|k| e.part(lab, k));
    e.apply(Op::Oklab, &parts, Unit::Scalar)
}

/// As [`ramp`], by mixing the two colours on both sides of `along`.
fn stretches<'b>(e: &mut Elaborator<'_, 'b>, op: Op, along: Typed<'b>, colors: &[Typed<'b>]) -> Typed<'b> {
    let (mut from, mut to, mut before) = (colors[0], colors[1], e.float(0.0));
    for (k, pair) in colors.windows(2).enumerate().skip(1) {
        let start = e.float(k as f64);
        let is_behind = e.apply(Op::Ge, &[along, start], Unit::Scalar);
        from = e.apply(Op::Select, &[is_behind, pair[0], from], Unit::Scalar);
        to = e.apply(Op::Select, &[is_behind, pair[1], to], Unit::Scalar);
        before = e.apply(Op::Select, &[is_behind, start, before], Unit::Scalar);
    }
    let share = e.apply(Op::Sub, &[along, before], Unit::Scalar);
    let share = e.apply(Op::Clamp01, &[share], Unit::Scalar);
    e.apply(op, &[from, to, share], Unit::Scalar)
}

/// One colour over another: Porter and Duff's `over` for straight alpha.
pub(in crate::language) fn over<'b>(
    e: &mut Elaborator<'_, 'b>,
    top: (Typed<'b>, Span),
    bottom: (Typed<'b>, Span),
) -> Result<Typed<'b>, Reported> {
    let t = e.convert(top.0, Type::Color, Unit::Scalar, top.1, "what lies on top")?;
    let b = e.convert(bottom.0, Type::Color, Unit::Scalar, bottom.1, "what lies below")?;
    e.one_domain(&[(t, top.1), (b, bottom.1)])?;
    let (ta, ba, one) = (e.part(t, 3), e.part(b, 3), e.float(1.0));
    let left = e.apply(Op::Sub, &[one, ta], Unit::Scalar);
    let shown = e.apply(Op::Mul, &[ba, left], Unit::Scalar);
    let alpha = e.apply(Op::Add, &[ta, shown], Unit::Scalar);
    // How much of what is seen is the top: 0 where nothing is seen.
    let zero = e.float(0.0);
    let share = e.apply(Op::Div, &[ta, alpha], Unit::Scalar);
    let any = e.apply(Op::Gt, &[alpha, zero], Unit::Scalar);
    let share = e.apply(Op::Select, &[any, share, zero], Unit::Scalar);
    // The share knows of the alphas, so the components are mixed as they are.
    let shares = e.apply(Op::Color, &[share; 4], Unit::Scalar);
    let mixed = e.apply(Op::Mix, &[b, t, shares], Unit::Scalar);
    Ok(e.apply(Op::WithAlpha, &[mixed, alpha], Unit::Scalar))
}
