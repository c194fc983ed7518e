//! The rows of the function table.

use super::{Example, Function, Gives, Group, Lower, Parameter, Special, Takes};
use crate::program::Op;

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

macro_rules! kind {
    ($kind:ident) => { Takes::$kind };
    ($kind:ident $arguments:tt) => { Takes::$kind $arguments };
}

macro_rules! lower {
    (op $op:ident) => { Lower::Op(Op::$op) };
    (special $special:ident) => { Lower::Special(Special::$special) };
    (special $special:ident ($($argument:expr),*)) => { Lower::Special(Special::$special($($argument),*)) };
}

macro_rules! example {
    ($source:literal, $gives:expr) => {
        Example { source: $source, frame: 0, per_element: false, gives: &$gives }
    };
    ($source:literal, $gives:expr, $frame:literal) => {
        Example { source: $source, frame: $frame, per_element: false, gives: &$gives }
    };
    ($source:literal, $gives:expr, each) => {
        Example { source: $source, frame: 0, per_element: true, gives: &$gives }
    };
}

macro_rules! is_variadic {
    () => {
        false
    };
    (..) => {
        true
    };
}

macro_rules! optional {
    () => {
        None
    };
    ($default:literal) => {
        Some($default)
    };
}

macro_rules! functions {
    ($(
        $group:ident $name:literal
        ($( $parameter:ident: $kind:ident $(($($limit:expr),*))? $(= $default:literal)? ),* $(; $more:tt)?) -> $gives:ident,
        $how:ident $lower:ident $(($($detail:expr),*))?,
        $about:literal,
        [$( $source:literal => $value:expr $(, at $at:tt)? );*];
    )*) => {
        /// Every function.
        pub(crate) const FUNCTIONS: &[Function] = &[$( Function {
            name: $name,
            group: Group::$group,
            parameters: &[$( Parameter {
                name: name_of(stringify!($parameter)),
                takes: kind!($kind $(($($limit),*))?),
                default: optional!($($default)?),
            }, )*],
            is_variadic: is_variadic!($($more)?),
            gives: Gives::$gives,
            lower: lower!($how $lower $(($($detail),*))?),
            about: $about,
            examples: &[$( example!($source, $value $(, $at)?) ),*],
        }, )*];
    };
}

/// Rust's own words are written with `_` behind them in the table.
const fn name_of(text: &'static str) -> &'static str {
    match text.as_bytes() {
        b"in_" => "in",
        _ => text,
    }
}

/// The spaces of `mix`.
const SPACES: &[&str] = &["srgb", "oklab", "linear", "oklch", "hsv"];
/// The ways round.
const ARCS: &[&str] = &["straight", "short"];
const EDGES: &[&str] = &["clamp", "wrap"];
const ANSWERS: &[&str] = &["yes", "no"];
const FILL_RULES: &[&str] = {
    use crate::draw::FillRule;
    &[FillRule::NonZero.name(), FillRule::EvenOdd.name()]
};
const MANY: i64 = i32::MAX as i64;

functions! {
    Numbers "abs" (x: Alike) -> Alike, op Abs, "The magnitude.", ["abs(-2.5)" => [2.5]];
    Numbers "sign" (x: Plain) -> Plain, op Sign, "-1, 0 or 1.", ["sign(-3)" => [-1.0]];
    Numbers "min" (a: Alike, b: Alike = ""; ..) -> Alike, special Min,
        "The smallest; NaN if any is. Of one field: the smallest of all elements.", ["min(2, 3)" => [2.0]; "min(3, 1, 2)" => [1.0]];
    Numbers "max" (a: Alike, b: Alike = ""; ..) -> Alike, special Max,
        "The largest; NaN if any is. Of one field: the largest of all elements.", ["max(2, 3)" => [3.0]];
    Numbers "clamp" (x: Alike, low: Alike = "0", high: Alike = "1") -> Alike, special Clamp,
        "x, but no less than low and no more than high.", ["clamp(1.7)" => [1.0]; "clamp(5, 2, 4)" => [4.0]];
    Numbers "mix" (from: Alike, to: Alike, t: Plain, in_: Word(SPACES) = "srgb", way: Word(ARCS) = "") -> Alike, special Mix,
        "from + (to - from) * t; colours through a space of your choice, in oklch and hsv by the short way round the hues. Angles go as they are written, so `mix(0turn, 2turn, t)` turns twice, or with `way: short` by the shorter arc; two phases go the short way, and stay in 0..1, unless `way: straight` says otherwise.",
        ["mix(10, 20, 0.25)" => [12.5]; "mix(#000, #fff, 0.5)" => [0.5, 0.5, 0.5, 1.0]; "mix(#ff0, #0000, 0.5)" => [1.0, 1.0, 0.0, 0.5]; "mix(#f00, #00f, 0.5, in: hsv)" => [1.0, 0.0, 1.0, 1.0]; "mix(350deg, 10deg, 0.5, way: short) / 1turn" => [1.0]];
    Numbers "step" (edge: Plain, x: Plain) -> Plain, op Step, "0 below the edge, else 1.", ["step(0.5, 0.7)" => [1.0]];
    Numbers "smoothstep" (from: Plain, to: Plain, x: Plain) -> Plain, op Smoothstep,
        "0 below from, 1 above to, a soft S between; falls where from is above to.", ["smoothstep(0, 1, 0.5)" => [0.5]];
    Numbers "smootherstep" (from: Plain, to: Plain, x: Plain) -> Plain, op Smootherstep,
        "As smoothstep, but softer at its ends.", ["smootherstep(0, 2, 1)" => [0.5]];
    Numbers "remap" (x: Plain, from_low: Plain, from_high: Plain, to_low: Plain, to_high: Plain) -> Plain, special Remap,
        "x of one range as it lies in another; not clamped.", ["remap(5, 0, 10, 100, 200)" => [150.0]];
    Numbers "floor" (x: Plain) -> Plain, op Floor, "Down to a whole number.", ["floor(-1.5)" => [-2.0]];
    Numbers "ceil" (x: Plain) -> Plain, op Ceil, "Up to a whole number.", ["ceil(1.2)" => [2.0]];
    Numbers "round" (x: Plain) -> Plain, op Round, "To the nearest whole number, half away from zero.", ["round(2.5)" => [3.0]];
    Numbers "trunc" (x: Plain) -> Plain, op Trunc, "Toward zero to a whole number.", ["trunc(-1.7)" => [-1.0]];
    Numbers "fract" (x: Plain) -> Plain, op Fract, "x - floor(x), always in [0, 1).", ["fract(-0.25)" => [0.75]];
    Numbers "mod" (a: Alike, b: Alike) -> Alike, op Mod, "What is left of a divided by b, with b's sign; `a % b` is the same.",
        ["mod(-1, 3)" => [2.0]];
    Numbers "div" (a: Alike, b: Alike) -> Alike, special Div,
        "a / b, down to a whole number; ints stay ints.", ["div(7, 2)" => [3.0]; "div(index, 2)" => [0.0, 0.0, 1.0, 1.0], at each];
    Numbers "wrap" (x: Alike, low: Alike, high: Alike) -> Alike, op Wrap, "x moved by whole ranges into [low, high).",
        ["wrap(5.5, 0, 2)" => [1.5]];
    Numbers "sqrt" (x: Plain) -> Plain, op Sqrt, "Square root; NaN below 0.", ["sqrt(9)" => [3.0]];
    Numbers "cbrt" (x: Plain) -> Plain, op Cbrt, "Cube root.", ["cbrt(27)" => [3.0]];
    Numbers "pow" (x: Plain, exponent: Plain) -> Plain, op Pow, "x to the power of exponent.", ["pow(2, 10)" => [1024.0]];
    Numbers "exp" (x: Plain) -> Plain, op Exp, "e to the power of x.", ["exp(0)" => [1.0]];
    Numbers "exp2" (x: Plain) -> Plain, op Exp2, "2 to the power of x.", ["exp2(3)" => [8.0]];
    Numbers "ln" (x: Plain) -> Plain, op Ln, "Natural logarithm.", ["ln(1)" => [0.0]];
    Numbers "log2" (x: Plain) -> Plain, op Log2, "Logarithm to base 2.", ["log2(8)" => [3.0]];
    Numbers "tanh" (x: Plain) -> Plain, op Tanh, "Hyperbolic tangent: bends large values toward -1 and 1.", ["tanh(0)" => [0.0]];
    Numbers "int" (x: Any) -> Int, special Int, "Toward zero to an int; a bool gives 0 or 1.", ["int(2.9)" => [2.0]];
    Numbers "float" (x: Any) -> Float, special Float, "An int or a bool as a number.", ["float(true)" => [1.0]];
    Numbers "scalar" (x: Any) -> Float, special Scalar,
        "The plain number of a phase (cycles), a time (seconds) or a frequency (hertz).", ["scalar(250ms)" => [0.25]];

    Numbers "bit_and" (a: Int, b: Int) -> Int, op BitAnd, "The bits that both ints have.", ["bit_and(12, 10)" => [8.0]];
    Numbers "bit_or" (a: Int, b: Int) -> Int, op BitOr, "The bits that either int has.", ["bit_or(12, 10)" => [14.0]];
    Numbers "bit_xor" (a: Int, b: Int) -> Int, op BitXor, "The bits that one of two ints has and the other has not.", ["bit_xor(12, 10)" => [6.0]];
    Numbers "bit_not" (x: Int) -> Int, special BitNot, "The other bits: -1 - x.", ["bit_not(12)" => [-13.0]];
    Numbers "shift_left" (x: Int, by: Int) -> Int, op Shl, "The bits moved up by 0 to 31 places; those that leave the 32 are lost.", ["shift_left(5, 3)" => [40.0]];
    Numbers "shift_right" (x: Int, by: Int) -> Int, op Shr, "The bits moved down by 0 to 31 places; the sign stays.",
        ["shift_right(40, 3)" => [5.0]; "bit_and(shift_right(index, 1), 1)" => [0.0, 0.0, 1.0, 1.0], at each];

    Angles "sin" (angle: AngleOrRadians) -> Float, special Sine(Op::SinTurns, Op::Sin), "Sine; a plain number counts radians.",
        ["sin(90deg)" => [1.0]; "sin(0.5turn)" => [0.0]];
    Angles "cos" (angle: AngleOrRadians) -> Float, special Sine(Op::CosTurns, Op::Cos), "Cosine; a plain number counts radians.",
        ["cos(0.5turn)" => [-1.0]];
    Angles "tan" (angle: AngleOrRadians) -> Float, special Sine(Op::Tan, Op::Tan), "Tangent; a plain number counts radians.",
        ["tan(45deg)" => [1.0]];
    Angles "asin" (x: Float) -> Angle, special Arc(Op::Asin), "The angle whose sine is x; NaN outside [-1, 1].",
        ["asin(1) / 1turn" => [0.25]];
    Angles "acos" (x: Float) -> Angle, special Arc(Op::Acos), "The angle whose cosine is x; NaN outside [-1, 1].",
        ["acos(-1) / 1turn" => [0.5]];
    Angles "atan2" (y: Float, x: Float) -> Angle, special Arc(Op::Atan2), "The angle of the direction (x, y).",
        ["atan2(1, 0) / 1deg" => [90.0]];
    Angles "heading" (direction: Vec2) -> Angle, special Heading, "The angle of a direction, clockwise on screen from the right.",
        ["heading((0, 2)) / 1turn" => [0.25]];
    Angles "polar" (radius: Float, angle: AngleOrRadians) -> Vec2, special Polar,
        "The point at a distance in a direction: (cos, sin) * radius.", ["polar(2, 0.25turn)" => [0.0, 2.0]];
    Angles "rotate" (vector: Vec2, angle: AngleOrRadians) -> Vec2, special Rotate, "The vector turned clockwise on screen.",
        ["rotate((1, 0), 90deg)" => [0.0, 1.0]];

    Waves "wave.sine" (phase: Cycles) -> Float, op WaveSine, "0 to 1 and back like a swing: 0.5 - 0.5 cos.",
        ["wave.sine(0.5)" => [1.0]];
    Waves "wave.triangle" (phase: Cycles) -> Float, op WaveTriangle, "Up and down in straight lines.",
        ["wave.triangle(0.25)" => [0.5]];
    Waves "wave.saw" (phase: Cycles) -> Float, op WaveSaw, "Up in a straight line, then back at once.", ["wave.saw(1.75)" => [0.75]];
    Waves "wave.square" (phase: Cycles, duty: Float = "0.5") -> Float, op WaveSquare,
        "0, then 1 for the last share `duty` of the cycle.", ["wave.square(0.75)" => [1.0]];

    Easings "ease.in_quad" (t: Plain) -> Plain, op InQuad, "Quadratic, slow start.", ["ease.in_quad(0)" => [0.0]; "ease.in_quad(1)" => [1.0]];
    Easings "ease.out_quad" (t: Plain) -> Plain, op OutQuad, "Quadratic, slow end.", ["ease.out_quad(0)" => [0.0]; "ease.out_quad(1)" => [1.0]];
    Easings "ease.in_out_quad" (t: Plain) -> Plain, op InOutQuad, "Quadratic, slow at both ends.", ["ease.in_out_quad(0)" => [0.0]; "ease.in_out_quad(1)" => [1.0]];
    Easings "ease.in_cubic" (t: Plain) -> Plain, op InCubic, "Cubic, slow start.", ["ease.in_cubic(0)" => [0.0]; "ease.in_cubic(1)" => [1.0]];
    Easings "ease.out_cubic" (t: Plain) -> Plain, op OutCubic, "Cubic, slow end.", ["ease.out_cubic(0)" => [0.0]; "ease.out_cubic(1)" => [1.0]];
    Easings "ease.in_out_cubic" (t: Plain) -> Plain, op InOutCubic, "Cubic, slow at both ends.", ["ease.in_out_cubic(0)" => [0.0]; "ease.in_out_cubic(1)" => [1.0]];
    Easings "ease.in_quart" (t: Plain) -> Plain, op InQuart, "Quartic, slow start.", ["ease.in_quart(0)" => [0.0]; "ease.in_quart(1)" => [1.0]];
    Easings "ease.out_quart" (t: Plain) -> Plain, op OutQuart, "Quartic, slow end.", ["ease.out_quart(0)" => [0.0]; "ease.out_quart(1)" => [1.0]];
    Easings "ease.in_out_quart" (t: Plain) -> Plain, op InOutQuart, "Quartic, slow at both ends.", ["ease.in_out_quart(0)" => [0.0]; "ease.in_out_quart(1)" => [1.0]];
    Easings "ease.in_quint" (t: Plain) -> Plain, op InQuint, "Quintic, slow start.", ["ease.in_quint(0)" => [0.0]; "ease.in_quint(1)" => [1.0]];
    Easings "ease.out_quint" (t: Plain) -> Plain, op OutQuint, "Quintic, slow end.", ["ease.out_quint(0)" => [0.0]; "ease.out_quint(1)" => [1.0]];
    Easings "ease.in_out_quint" (t: Plain) -> Plain, op InOutQuint, "Quintic, slow at both ends.", ["ease.in_out_quint(0)" => [0.0]; "ease.in_out_quint(1)" => [1.0]];
    Easings "ease.in_sine" (t: Plain) -> Plain, op InSine, "Sine, slow start.", ["ease.in_sine(0)" => [0.0]; "ease.in_sine(1)" => [1.0]];
    Easings "ease.out_sine" (t: Plain) -> Plain, op OutSine, "Sine, slow end.", ["ease.out_sine(0)" => [0.0]; "ease.out_sine(1)" => [1.0]];
    Easings "ease.in_out_sine" (t: Plain) -> Plain, op InOutSine, "Sine, slow at both ends.", ["ease.in_out_sine(0)" => [0.0]; "ease.in_out_sine(1)" => [1.0]];
    Easings "ease.in_expo" (t: Plain) -> Plain, op InExpo, "Exponential, slow start.", ["ease.in_expo(0)" => [0.0]; "ease.in_expo(1)" => [1.0]];
    Easings "ease.out_expo" (t: Plain) -> Plain, op OutExpo, "Exponential, slow end.", ["ease.out_expo(0)" => [0.0]; "ease.out_expo(1)" => [1.0]];
    Easings "ease.in_out_expo" (t: Plain) -> Plain, op InOutExpo, "Exponential, slow at both ends.", ["ease.in_out_expo(0)" => [0.0]; "ease.in_out_expo(1)" => [1.0]];
    Easings "ease.in_circ" (t: Plain) -> Plain, op InCirc, "Circular arc, slow start.", ["ease.in_circ(0)" => [0.0]; "ease.in_circ(1)" => [1.0]];
    Easings "ease.out_circ" (t: Plain) -> Plain, op OutCirc, "Circular arc, slow end.", ["ease.out_circ(0)" => [0.0]; "ease.out_circ(1)" => [1.0]];
    Easings "ease.in_out_circ" (t: Plain) -> Plain, op InOutCirc, "Circular arc, slow at both ends.", ["ease.in_out_circ(0)" => [0.0]; "ease.in_out_circ(1)" => [1.0]];
    Easings "ease.in_back" (t: Plain) -> Plain, op InBack, "Draws back before it starts.", ["ease.in_back(0)" => [0.0]; "ease.in_back(1)" => [1.0]];
    Easings "ease.out_back" (t: Plain) -> Plain, op OutBack, "Overshoots before it settles.", ["ease.out_back(0)" => [0.0]; "ease.out_back(1)" => [1.0]];
    Easings "ease.in_out_back" (t: Plain) -> Plain, op InOutBack, "Draws back and overshoots.", ["ease.in_out_back(0)" => [0.0]; "ease.in_out_back(1)" => [1.0]];
    Easings "ease.in_elastic" (t: Plain) -> Plain, op InElastic, "Swings before it starts.", ["ease.in_elastic(0)" => [0.0]; "ease.in_elastic(1)" => [1.0]];
    Easings "ease.out_elastic" (t: Plain) -> Plain, op OutElastic, "Swings before it settles.", ["ease.out_elastic(0)" => [0.0]; "ease.out_elastic(1)" => [1.0]];
    Easings "ease.in_out_elastic" (t: Plain) -> Plain, op InOutElastic, "Swings at both ends.", ["ease.in_out_elastic(0)" => [0.0]; "ease.in_out_elastic(1)" => [1.0]];
    Easings "ease.in_bounce" (t: Plain) -> Plain, op InBounce, "Bounces before it starts.", ["ease.in_bounce(0)" => [0.0]; "ease.in_bounce(1)" => [1.0]];
    Easings "ease.out_bounce" (t: Plain) -> Plain, op OutBounce, "Bounces before it settles.", ["ease.out_bounce(0)" => [0.0]; "ease.out_bounce(1)" => [1.0]];
    Easings "ease.in_out_bounce" (t: Plain) -> Plain, op InOutBounce, "Bounces at both ends.", ["ease.in_out_bounce(0)" => [0.0]; "ease.in_out_bounce(1)" => [1.0]];

    Easings "cubic_bezier" (x1: Float, y1: Float, x2: Float, y2: Float, t: Float) -> Float, special CubicBezier,
        "The timing curve of CSS with the handles (x1, y1) and (x2, y2), x1 and x2 in 0..1; to 1e-6.",
        ["cubic_bezier(0, 0, 1, 1, 0.25)" => [0.25]; "cubic_bezier(0.42, 0, 0.58, 1, 0.5)" => [0.5]];

    Time "cycle" (period: ConstantTime) -> Phase, special Period(Op::Phase), "Where time stands in a cycle, in [0, 1), exact for ever.",
        ["cycle(2s)" => [0.25], at 30];
    Time "pingpong" (period: ConstantTime) -> Phase, special Period(Op::PhasePingPong),
        "0 to 1 in one period, back to 0 in the next.", ["pingpong(1s)" => [0.5], at 90];
    Time "progress" (duration: ConstantTime) -> Float, special Period(Op::Progress), "0 to 1 over a duration, then 1.",
        ["progress(1s)" => [0.5], at 30; "progress(1s)" => [1.0], at 120];
    Time "pulse" (period: ConstantTime) -> Int, special Period(Op::Pulse), "How many periods ended within this frame.",
        ["pulse(500ms)" => [1.0], at 30; "pulse(500ms)" => [0.0], at 31];
    Time "phase" (x: Cycles) -> Phase, special Phase, "A number of cycles as a phase in [0, 1).", ["phase(2.25)" => [0.25]];

    State "lag" (target: Floats, time: Time) -> First, special Lag,
        "Follows a target: after the time it has gone 63 % of the way. Starts at the target. Where an angle or a phase jumps, it goes the short way; whole turns are followed.", ["lag(0.3, 1s)" => [0.3]];
    State "slew" (target: Floats, up: Floats, down: Floats = "") -> First, special Slew,
        "Follows a target at no more than so much per second, up and (else the same) down. Starts at the target. Angles and phases go the short way; the speed of an angle is an angle, or turns.",
        ["slew(frame, 30)" => [5.0], at 10];
    State "spring" (target: Floats, stiffness: Float = "", damping: Float = "", frequency: Rate = "", response: Time = "", bounce: Float = "", velocity: Floats = "") -> First, special Spring,
        "Follows a target as a mass of 1 on a spring, exact at any frame rate. Given by stiffness and damping (per second squared and per second), or by how often it would swing in a second (frequency, or response = 1 / frequency) and its bounce: 0, if not given, is as fast as can be without going past the target, 1 swings for ever, below 0 creeps. Starts at the target, with the velocity (per second) or at rest. Where an angle or a phase jumps, it goes the short way.",
        ["spring(0.3, frequency: 2hz, bounce: 0.3)" => [0.3]; "spring(0, 100, 0, velocity: 10)" => [0.8414709848078965], at 6];
    State "integrate" (rate: Floats) -> First, special Integrate, "The running sum of a rate per second, from 0.",
        ["integrate(2)" => [1.0], at 30];
    State "phasor" (rate: Rate) -> Phase, special Phasor, "A phase that moves at a rate that may change without a jump.",
        ["phasor(0.5hz)" => [0.25], at 30];
    State "delay" (x: Floats, by: FramesOrTime, max: ConstantTime = "") -> First, special Delay,
        "x as it was so many frames or so long ago; its first value until then. A time that changes needs `max`.",
        ["delay(frame, 3)" => [7.0], at 10; "delay(frame, 100ms)" => [4.0], at 10];
    State "hold" (x: Any, when: Bool) -> First, special Hold,
        "x while the condition is true, and then what it last was (sample and hold). Starts at x.",
        ["hold(frame, frame % 4 == 0)" => [8.0], at 10];
    State "toggle" (trigger: Bool) -> Bool, special Toggle, "Changes sides each time the trigger becomes true; being true in frame 0 counts.",
        ["toggle(frame % 2 == 1)" => [1.0], at 5];
    State "count" (trigger: Bool) -> Int, special CountRises, "How often the trigger has become true; being true in frame 0 counts.",
        ["count(frame % 2 == 1)" => [3.0], at 5];
    State "envelope" (gate: Bool, attack: Time, decay: Time) -> Float, special Envelope,
        "Rises to 1 in `attack` while the gate is true, and falls to 0 in `decay` when it is not.",
        ["envelope(true, 1s, 2s)" => [0.5], at 30];
    State "hysteresis" (x: Float, low: Float, high: Float) -> Bool, special Hysteresis,
        "Becomes true above high and false below low, and stays as it was between.",
        ["hysteresis(frame, 3, 6)" => [0.0], at 5; "hysteresis(frame, 3, 6)" => [1.0], at 7];

    Chance "random" (low: Alike = "", high: Alike = "", salt: ConstantInt(0, MANY) = "0") -> Alike, special Random,
        "A number from low to high, or in [0, 1), that belongs to the element, outside of a domain to the run; another for each salt, and for each component of a vector. A single number is the salt: `random(3)`.",
        ["floor(random(1))" => [0.0, 0.0, 0.0, 0.0], at each; "floor(random(2, 3))" => [2.0]; "random(5, 5)" => [5.0, 5.0, 5.0, 5.0], at each];
    Chance "hash" (x: Int, salt: Int = "0") -> Float, special Hash, "A number in [0, 1) that belongs to an int.",
        ["hash(7) == hash(7)" => [1.0]];
    Chance "noise" (at: Space, seed: ConstantInt(0, MANY) = "0") -> Float, special Noise(Op::ValueNoise),
        "Value noise in 1, 2 or 3 dimensions, in [0, 1): soft hills a unit apart.", ["noise(3) == noise(3.0)" => [1.0]];
    Chance "noise.gradient" (at: Space, seed: ConstantInt(0, MANY) = "0") -> Float, special Noise(Op::GradientNoise),
        "Gradient noise, about -1 to 1, 0 at whole numbers.", ["noise.gradient((3, 4))" => [0.0]];
    Chance "noise.fractal" (at: Space, octaves: ConstantInt(1, 16) = "4", lacunarity: Float = "2", gain: Float = "0.5",
        seed: ConstantInt(0, MANY) = "0") -> Float, special Fractal(Op::FractalValue),
        "Octaves of value noise, each finer by the lacunarity and weaker by the gain, in [0, 1).",
        ["noise.fractal(0.5, octaves: 1) == noise(0.5)" => [1.0]];
    Chance "noise.clouds" (at: Space, octaves: ConstantInt(1, 16) = "4", lacunarity: Float = "2", gain: Float = "0.5",
        seed: ConstantInt(0, MANY) = "0") -> Float, special Fractal(Op::FractalGradient),
        "Octaves of gradient noise, about -1 to 1.", ["noise.clouds((3, 4))" => [0.0]];

    Vectors "vec2" (x: Float, y: Float) -> Vec2, op Vec2, "The same as `(x, y)`.", ["vec2(1, 2)" => [1.0, 2.0]];
    Vectors "vec3" (x: Float, y: Float, z: Float) -> Vec3, op Vec3, "The same as `(x, y, z)`.", ["vec3(1, 2, 3)" => [1.0, 2.0, 3.0]];
    Vectors "length" (v: Vector) -> Float, op Length, "Length.", ["length((3, 4))" => [5.0]];
    Vectors "distance" (a: Vector, b: Vector) -> Float, op Distance, "Distance of two points.", ["distance((1, 1), (4, 5))" => [5.0]];
    Vectors "dot" (a: Vector, b: Vector) -> Float, op Dot, "Scalar product.", ["dot((1, 2), (3, 4))" => [11.0]];
    Vectors "cross" (a: Vec3, b: Vec3) -> Vec3, op Cross, "Vector product.", ["cross((1, 0, 0), (0, 1, 0))" => [0.0, 0.0, 1.0]];
    Vectors "normalize" (v: Vector) -> First, op Normalize, "The vector with length 1; a zero vector stays zero.",
        ["normalize((0, 5))" => [0.0, 1.0]];

    Colors "rgb" (red: Float, green: Float, blue: Float, alpha: Float = "1") -> Color, special ColorOf(Op::Color),
        "Red, green, blue (sRGB, 0 to 1) and alpha.", ["rgb(1, 0.5, 0)" => [1.0, 0.5, 0.0, 1.0]];
    Colors "hsv" (hue: Cycles, saturation: Float, value: Float, alpha: Float = "1") -> Color, special ColorOf(Op::Hsv),
        "Hue, saturation, value, alpha; saturation and value are limited to 0..1.", ["hsv(0, 1, 1)" => [1.0, 0.0, 0.0, 1.0]; "hsv(0, 2 + scalar(time), 7 + scalar(time))" => [1.0, 0.0, 0.0, 1.0]];
    Colors "hsl" (hue: Cycles, saturation: Float, lightness: Float, alpha: Float = "1") -> Color, special ColorOf(Op::Hsl),
        "Hue, saturation, lightness, alpha; saturation and lightness are limited to 0..1.", ["hsl(0.5, 1, 0.5)" => [0.0, 1.0, 1.0, 1.0]];
    Colors "oklab" (lightness: Float, a: Float, b: Float, alpha: Float = "1") -> Color, special ColorOf(Op::Oklab),
        "Oklab lightness (0 to 1), green to red, blue to yellow, alpha.", ["oklab(0, 0, 0)" => [0.0, 0.0, 0.0, 1.0]];
    Colors "oklch" (lightness: Float, chroma: Float, hue: Cycles, alpha: Float = "1", fit: Word(ANSWERS) = "no") -> Color, special Oklch,
        "Oklch lightness (0 to 1), chroma (0 to about 0.3), hue, alpha: equal steps look equal. With `fit: yes` chroma is made less where there is no such colour, at the same lightness and hue.",
        ["oklch(0, 0, 0.3)" => [0.0, 0.0, 0.0, 1.0]; "oklch(0.7, 0.4, 0.4, fit: yes).r" => [0.0]];
    Colors "alpha" (color: Color, alpha: Float) -> Color, op WithAlpha, "The colour with another alpha.",
        ["alpha(#f00, 0.5)" => [1.0, 0.0, 0.0, 0.5]];
    Colors "ramp" (t: Float, first: Color, more: Color, in_: Word(SPACES) = "oklab"; ..) -> Color, special Ramp,
        "Through evenly spaced colours as t goes from 0 to 1, each stretch a `mix` in the space.",
        ["ramp(0, #f00, #0f0)" => [1.0, 0.0, 0.0, 1.0]; "ramp(0.25, #f00, #f000, #00f0)" => [1.0, 0.0, 0.0, 0.5]; "ramp(0.75, #000, #f00, #0f0, in: hsv)" => [1.0, 1.0, 0.0, 1.0]];
    Colors "palette.ember" (t: Float) -> Color, special Palette(EMBER), "Plum, red, orange, straw, light.",
        ["luminance(palette.ember(1)) > luminance(palette.ember(0))" => [1.0]];
    Colors "palette.ocean" (t: Float) -> Color, special Palette(OCEAN), "Navy, blue, teal, sea green, foam.",
        ["luminance(palette.ocean(1)) > luminance(palette.ocean(0))" => [1.0]];
    Colors "palette.aurora" (t: Float) -> Color, special Palette(AURORA), "Night blue, violet, teal, green, lime.",
        ["luminance(palette.aurora(1)) > luminance(palette.aurora(0))" => [1.0]];
    Colors "palette.dusk" (t: Float) -> Color, special Palette(DUSK), "Indigo, purple, pink, apricot, cream.",
        ["luminance(palette.dusk(1)) > luminance(palette.dusk(0))" => [1.0]];
    Colors "palette.paper" (t: Float) -> Color, special Palette(PAPER), "Ink, blue, sage, ochre, paper.",
        ["luminance(palette.paper(1)) > luminance(palette.paper(0))" => [1.0]];
    Colors "palette.cosine" (t: Float, base: Vec3, amplitude: Vec3, frequency: Vec3, shift: Vec3) -> Color, special CosinePalette,
        "base + amplitude * cos((frequency * t + shift) turns), for red, green and blue.",
        ["palette.cosine(0, (0.5, 0.5, 0.5), (0.5, 0.5, 0.5), (1, 1, 1), (0, 0.25, 0.5))" => [1.0, 0.5, 0.0, 1.0]];
    Colors "over" (top: Color, bottom: Color) -> Color, special Over, "One colour laid over another, by its alpha.",
        ["over(#f008, #00f).a" => [1.0]];
    Colors "luminance" (color: Color) -> Float, op Luminance, "Relative luminance, 0 to 1.", ["luminance(#fff)" => [1.0]];
    Colors "to_hsv" (color: Color) -> Vec3, op ToHsv, "Hue, saturation, value.", ["to_hsv(#f00)" => [0.0, 1.0, 1.0]];
    Colors "to_hsl" (color: Color) -> Vec3, op ToHsl, "Hue, saturation, lightness.", ["to_hsl(#f00)" => [0.0, 1.0, 0.5]];
    Colors "to_oklab" (color: Color) -> Vec3, op ToOklab, "Oklab lightness, a, b.", ["to_oklab(#000)" => [0.0, 0.0, 0.0]];
    Colors "to_oklch" (color: Color) -> Vec3, op ToOklch, "Oklch lightness, chroma, hue.", ["to_oklch(#000).x" => [0.0]];
    Colors "to_linear" (color: Color) -> Color, op SrgbToLinear, "From sRGB encoding to linear light.", ["to_linear(#fff)" => [1.0, 1.0, 1.0, 1.0]];
    Colors "to_srgb" (color: Color) -> Color, op LinearToSrgb, "From linear light to sRGB encoding.", ["to_srgb(#000)" => [0.0, 0.0, 0.0, 1.0]];

    Layouts "layout.grid" (columns: ConstantInt(1, MANY), rows: ConstantInt(1, MANY), from: Vec2 = "(0, 0)", to: Vec2 = "(1, 1)") -> Vec2,
        special Grid, "The centres of a grid's cells, row by row.",
        ["layout.grid(2, 2)" => [0.25, 0.25, 0.75, 0.25, 0.25, 0.75, 0.75, 0.75], at each];
    Layouts "layout.circle" (center: Vec2 = "(0.5, 0.5)", radius: Float = "0.5") -> Vec2, special CircleLayout,
        "Evenly around a circle, clockwise from the right.",
        ["layout.circle()" => [1.0, 0.5, 0.5, 1.0, 0.0, 0.5, 0.5, 0.0], at each];
    Layouts "layout.spiral" (center: Vec2 = "(0.5, 0.5)", radius: Float = "0.5") -> Vec2, special SpiralLayout,
        "A golden spiral: evenly spread over a disc.", ["length(layout.spiral() - (0.5, 0.5)) < 0.5" => [1.0, 1.0, 1.0, 1.0], at each];
    Layouts "layout.halton" (from: Vec2 = "(0, 0)", to: Vec2 = "(1, 1)") -> Vec2, special HaltonLayout,
        "Scattered evenly, never two close together (Halton points of bases 2 and 3).",
        ["layout.halton().x" => [0.5, 0.25, 0.75, 0.125], at each];
    Layouts "layout.line" (from: Vec2, to: Vec2) -> Vec2, special LineLayout, "Evenly from one point to another, both included.",
        ["layout.line((0, 0), (3, 0)).x" => [0.0, 1.0, 2.0, 3.0], at each];
    Layouts "radical_inverse" (x: Int, base: ConstantInt(2, 36)) -> Float, special RadicalInverse,
        "The digits of an int in a base, mirrored behind the point.", ["radical_inverse(1, 2)" => [0.5]];

    Elements "sum" (x: Floats) -> First, special Sum, "The sum over all elements.", ["sum(index)" => [6.0], at each];
    Elements "mean" (x: Floats) -> First, special Mean, "The mean over all elements.", ["mean(rank)" => [0.5], at each];
    Elements "previous" (x: Any, edge: Word(EDGES) = "clamp") -> First, special Previous,
        "The value of the element before; the first has its own, or with `wrap` the last's.",
        ["previous(index)" => [0.0, 0.0, 1.0, 2.0], at each];
    Elements "next" (x: Any, edge: Word(EDGES) = "clamp") -> First, special Next,
        "The value of the element behind; the last has its own, or with `wrap` the first's.",
        ["next(index, edge: wrap)" => [1.0, 2.0, 3.0, 0.0], at each];
    Elements "neighbor" (x: Any, offset: ConstantInt(-MANY, MANY), edge: Word(EDGES) = "clamp") -> First, special Neighbor,
        "The value of the element so many further on.", ["neighbor(index, 2)" => [2.0, 3.0, 3.0, 3.0], at each];

    Paths "path" (text: Text, fit: Fit = "no", fill_rule: Word(FILL_RULES) = "nonzero") -> Shape, special PathText,
        "An outline as SVG writes it: M L H V C S Q T A Z and their small relative forms.",
        ["along(path(\"M -0.5 0 L 0.5 0\"), 0.5)" => [0.0, 0.0]; "along(path(\"M 4 12 H 20\", fit: 24), 1)" => [1.0 / 3.0, 0.0]];
    Paths "polyline" (first: ConstantPoint, more: ConstantPoint, closed: Word(ANSWERS) = "no", fit: Fit = "no", fill_rule: Word(FILL_RULES) = "nonzero"; ..) -> Shape, special Polyline,
        "Straight lines from point to point.", ["along(polyline((0, 0), (0.5, 0)), 0.5)" => [0.25, 0.0]];
    Paths "bezier" (first: ConstantPoint, more: ConstantPoint, closed: Word(ANSWERS) = "no", fit: Fit = "no", fill_rule: Word(FILL_RULES) = "nonzero"; ..) -> Shape, special Bezier,
        "Cubic curves: a point, then two handles and a point for each curve.",
        ["along(bezier((0, 0), (0.1, 0), (0.2, 0), (0.3, 0)), 1)" => [0.3, 0.0]];
    Paths "along" (shape: Shape, t: Float) -> Vec2, special Along,
        "The point at a share of the outline's length, 0 to 1; of one without length its only point.",
        ["along(path(\"M 0 -0.5 V 0.5\"), 0.75)" => [0.0, 0.25]];
    Paths "direction" (shape: Shape, t: Float) -> Angle, special Direction, "Which way the outline runs there.",
        ["direction(path(\"M 0 -0.5 V 0.5\"), 0.5) / 1turn" => [0.25]];
}
