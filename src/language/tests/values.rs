//! Source to value: the whole way, from text to a running engine. In each table: what is asked for, and what it is.

use super::{assert_near, played, value};

/// `x = SOURCE` as a signal, in frame 0.
fn check(source: &str, expected: &[f64]) {
    check_at(source, 0, expected);
}

fn check_at(source: &str, frame: u64, expected: &[f64]) {
    let patch = format!("x = {source}");
    assert_near(&value(&mut played(&patch, frame), "x"), expected, &format!("{patch} in frame {frame}"));
}

/// `x = SOURCE` for each of four elements.
fn check_each(source: &str, frame: u64, expected: &[f64]) {
    let patch = format!("domain dots[4] {{ x = {source} }}");
    assert_near(&value(&mut played(&patch, frame), "dots.x"), expected, &format!("{patch} in frame {frame}"));
}

/// A whole patch, a name of it and a frame.
fn check_patch(patch: &str, name: &str, frame: u64, expected: &[f64]) {
    assert_near(
        &value(&mut played(patch, frame), name),
        expected,
        &format!("{patch}\n{name} in frame {frame}"),
    );
}

#[test]
fn precedence_is_that_of_c() {
    check("1 + 2 * 3", &[7.0]);
    check("(1 + 2) * 3", &[9.0]);
    check("10 - 4 - 3", &[3.0]);
    check("24 / 4 / 2", &[3.0]);
    check("2 + 7 % 4", &[5.0]);
    check("-2 * -3", &[6.0]);
    check("- (1 + 2)", &[-3.0]);
    check("1 < 2 and 3 > 2", &[1.0]);
    check("true or false and false", &[1.0]);
    check("not true or true", &[1.0]);
    check("not (true or true)", &[0.0]);
    check("1 + 1 == 2", &[1.0]);
    check("3 != 3", &[0.0]);
    check("2 <= 2 and 2 >= 3", &[0.0]);
    check("if 1 > 2 then 10 else 20 + 1", &[21.0]);
    check("if true then if false then 1 else 2 else 3", &[2.0]);
    check("1 +\n    2", &[3.0]);
}

#[test]
fn numbers_and_ints() {
    check("1 / 2", &[0.5]);
    check("7 % 3", &[1.0]);
    check("-1 % 3", &[2.0]);
    check("7.5 % 2", &[1.5]);
    check("div(-7, 2)", &[-4.0]);
    check("0x10 + .5 + 1e2", &[116.5]);
    check("1_000 * 2", &[2000.0]);
    check("int(-2.7)", &[-2.0]);
    check("float(int(2.7)) / 4", &[0.5]);
    check("int(true) + 1", &[2.0]);
    check("true == false", &[0.0]);
    check("true != false", &[1.0]);
    check("max(1, 5, 3) - min(4, 2)", &[3.0]);
    check("clamp(-1)", &[0.0]);
    check("clamp((2, -1), (0, 0), (1, 1))", &[1.0, 0.0]);
    check("mix((0, 0), (2, 4), 0.5)", &[1.0, 2.0]);
    check("abs(-90deg) / 1deg", &[90.0]);
    check("remap(0.5, 0, 1, -1, 1)", &[0.0]);
    check("pow(2, 0.5) * sqrt(2)", &[2.0]);
    check("round(-2.5) + trunc(2.9) + ceil(0.1)", &[0.0]);
    check("sign(-0.1) + step(1, 2)", &[0.0]);
    check("exp(ln(3)) + log2(exp2(4))", &[7.0]);
    check("if 1 > 0 then int(3) else 4", &[3.0]);
    // What is not chosen leaves no trace.
    check("if 0 > 1 then sqrt(-1) else 5", &[5.0]);
}

#[test]
fn units_convert_where_nothing_is_lost() {
    check("1.5s", &[1.5]);
    check("250ms", &[0.25]);
    check("2s / 500ms", &[4.0]);
    check("0.25turn / 1deg", &[90.0]);
    check("180deg / 1turn", &[0.5]);
    check("1turn / 1rad", &[std::f64::consts::TAU]);
    check("90deg + 0.25turn - 0.5turn", &[0.0]);
    check("3 * 30deg / 1deg", &[90.0]);
    check("(90deg * 2s) / 1turn", &[0.5]);
    check("1 / 500ms", &[2.0]);
    check("2hz * 3s", &[6.0]);
    check("scalar(0.5hz * 4s)", &[2.0]);
    check("cos(0.5turn) + sin(90deg)", &[0.0]);
    check("sin(pi / 2)", &[1.0]);
    check("cos(tau)", &[1.0]);
    check_at("time", 90, &[1.5]);
    check_at("time + 1", 60, &[2.0]);
    check_at("dt * 60", 7, &[1.0]);
    check_at("cycle(4s) * 1turn / 1deg", 60, &[90.0]);
    check_at("cycle(4s) + 0.5", 60, &[0.75]);
    check_at("cycle(2s) - cycle(4s)", 60, &[0.25]);
    check_at("1 - cycle(4s)", 60, &[0.75]);
    check_at("time % 400ms", 60, &[0.2]);
    check("golden_angle / 1turn + golden_ratio", &[2.0]);
    check("phase(1.25)", &[0.25]);
}

#[test]
fn vectors_and_colors() {
    check("(1, 2) + (3, 4) * 2", &[7.0, 10.0]);
    check("(1, 2) * (3, 4)", &[3.0, 8.0]);
    check("1 / (2, 4)", &[0.5, 0.25]);
    check("(1, 2, 3).zyx", &[3.0, 2.0, 1.0]);
    check("(1, 2, 3).xy.y", &[2.0]);
    check("-(1, 2)", &[-1.0, -2.0]);
    check("if true then (1, 2) else (3, 4)", &[1.0, 2.0]);
    check("dot(normalize((3, 4)), (3, 4))", &[5.0]);
    check("cross((1, 0, 0), (0, 1, 0)).z", &[1.0]);
    check("rotate((1, 0), 0.5turn)", &[-1.0, 0.0]);
    check("heading((-1, 0)) / 1turn", &[0.5]);
    check("vec3(1, 2, 3) - (1, 2, 3)", &[0.0, 0.0, 0.0]);
    check("#ff8000.g", &[128.0 / 255.0]);
    check("#fff8.a", &[136.0 / 255.0]);
    check("mix(#000, #fff, 0.25)", &[0.25, 0.25, 0.25, 1.0]);
    check("#888 * 0", &[0.0, 0.0, 0.0, 0.0]);
    check("alpha(#0f0, 0.25)", &[0.0, 1.0, 0.0, 0.25]);
    check("rgb(0.1, 0.2, 0.3, 0.4)", &[0.1, 0.2, 0.3, 0.4]);
    check("hsv(0.5turn, 1, 1)", &[0.0, 1.0, 1.0, 1.0]);
    check("ramp(2, #000, #fff).r", &[1.0]);
    check("over(#f000, #00f)", &[0.0, 0.0, 1.0, 1.0]);
    check("over(#fff, #123)", &[1.0, 1.0, 1.0, 1.0]);
    check("to_oklch(oklch(0.6, 0.1, 0.25)).z", &[0.25]);
    check("over(rgb(1, 0, 0, 0.5), rgb(0, 1, 0, 0.5))", &[2.0 / 3.0, 1.0 / 3.0, 0.0, 0.75]);
    check("hsv(0.5, dt - 1, dt + 2) - hsl(0.5, dt + 7, dt + 2)", &[0.0; 4]);
    check("rgb(dt + 2, 0, 0) * 0.5", &[1.0, 0.0, 0.0, 0.5]);
    check("if oklch(0.7, 0.4, 0.4).r < 0 then 1 else 0", &[1.0]);
    check("if oklch(0.7, 0.4, 0.4, fit: yes).r < 0 then 1 else 0", &[0.0]);
    // By the short way round the hues, and grey has none of its own.
    check("to_oklch(mix(oklch(0.6, 0.1, 0.95), oklch(0.6, 0.1, 0.15), 0.5, in: oklch)).z", &[0.05]);
    check("to_oklch(mix(#888, oklch(0.6, 0.1, 0.3), 0.25, in: oklch)).z", &[0.3]);
    check("to_oklch(mix(oklch(0.6, 0.1, 0.3), #888, 0.25, in: oklch)).z", &[0.3]);
    check("mix(#f00, #00f, 0.5, in: hsv)", &[1.0, 0.0, 1.0, 1.0]);
    check("mix(#fff, #00f, 0.5, in: hsv)", &[0.5, 0.5, 1.0, 1.0]);
    check("mix(#888, #888, 0.5, in: hsv).r * 255", &[136.0]);
    check_each("mix(#f00, #00f, index / 2, in: hsv).b", 0, &[0.0, 1.0, 1.0, 1.0]);
}

#[test]
fn more_colours_may_be_defined_anywhere() {
    check_patch("x = ramp(1, #000, #fff, last).r\nlast = #f00 + middle\nmiddle = #000000", "x", 0, &[1.0]);
    check_patch("x = ramp(0.5, #000, a, b, in: srgb).r\nb = #fff\na = b * 0.25", "x", 0, &[0.25]);
}

/// What fades keeps its colour, in every space and in ramps: a colour that is not seen has no say.
#[test]
fn what_fades_keeps_its_colour() {
    let yellow = [1.0, 1.0, 0.0, 0.5];
    for space in ["srgb", "oklab", "linear", "oklch", "hsv"] {
        for clear in ["#0000", "#ffff0000", "#00f0"] {
            check(&format!("mix(#ffff00, {clear}, 0.5, in: {space})"), &yellow);
            check(&format!("mix({clear}, #ffff00, 0.5, in: {space})"), &yellow);
            check(&format!("ramp(0.5, #ffff00, {clear}, in: {space})"), &yellow);
            let each = format!("round(255 * mix(#ffff00, {clear}, rank * 0 + 0.5, in: {space}).b)");
            check_each(&each, 0, &[0.0; 4]);
        }
        // Half seen and seen: a third and two thirds of what is seen, and of nothing nothing.
        let third = format!("mix(#ff000080, #ff0000, 0.5, in: {space})");
        check(&third, &[1.0, 0.0, 0.0, (128.0 / 255.0 + 1.0) / 2.0]);
        check(&format!("mix(#f000, #00f0, 0.5, in: {space})"), &[0.0; 4]);
        check(&format!("ramp(0.5, #f000, #00f0, in: {space})"), &[0.0; 4]);
    }
    let half = 128.0 / 255.0;
    check(
        "mix(#ff0000, #0000ff80, 0.5)",
        &[1.0 / (1.0 + half), 0.0, half / (1.0 + half), (1.0 + half) / 2.0],
    );
    check("ramp(0, #ff000080, #00ff00ff)", &[1.0, 0.0, 0.0, half]);
    check("ramp(0.5, #ff0000ff, #ff000000)", &[1.0, 0.0, 0.0, 0.5]);
    check("ramp(1, #ff0000ff, #00ff0040)", &[0.0, 1.0, 0.0, 64.0 / 255.0]);
    // Component by component where each has a share of its own.
    check("mix(#000f, #fff0, #f00f)", &[1.0, 0.0, 0.0, 0.0]);
    check_at("lag(if frame > 0 then #0000 else #ff0, 500ms)", 30, &[1.0, 1.0, 0.0, 0.367_879_441]);
    check_at("spring(if frame > 0 then #0000 else #ff0, 100, 20)", 30, &[1.0, 1.0, 0.0, 0.040_427_682]);
}

#[test]
fn angles_and_phases_go_the_short_way() {
    check("mix(0turn, 2turn, 0.75) / 1turn", &[1.5]);
    check("mix(-135deg, 135deg, 0.5) / 1deg", &[0.0]);
    check("mix(350deg, 10deg, 0.75, way: short) / 1deg", &[365.0]);
    check("mix(10deg, 350deg, 0.75, way: short) / 1deg", &[-5.0]);
    check("mix(350deg, 10deg, 0.75, way: straight) / 1deg", &[95.0]);
    check("mix(phase(0.9), phase(0.1), 0.75)", &[0.05]);
    check("mix(phase(0.9), phase(0.1), 0.75, way: straight)", &[0.3]);
    check("mix(phase(0.9), 0.1, 0.75)", &[0.3]);
    let turned = "(if frame > 0 then 350deg else 10deg)";
    check_at(&format!("lag({turned}, 500ms) / 1deg"), 30, &[350.0 + 20.0 * 0.367_879_441]);
    check_at(&format!("slew({turned}, 20deg) / 1deg"), 30, &[360.0]);
    check_at(&format!("slew({turned}, 20deg, 10deg) / 1deg"), 30, &[365.0]);
    check_at(&format!("spring({turned}, 100, 20) / 1deg"), 30, &[350.0 + 20.0 * 0.040_427_682]);
    let phase = "phase(if frame > 0 then 0.95 else 0.05)";
    check_at(&format!("lag({phase}, 500ms)"), 30, &[0.95 + 0.1 * 0.367_879_441]);
    check_at(&format!("lag({phase}, 500ms)"), 12, &[0.95 + 0.1 * 0.670_320_046 - 1.0]);
    check_at(&format!("slew({phase}, 0.1)"), 15, &[0.025]);
    check_at("slew(pingpong(1s), 5)", 60, &[1.0]);
    check_each(
        "lag(if frame > 0 then 350deg + index * 1deg else 10deg, 500ms) / 1deg",
        30,
        &[
            350.0 + 20.0 * 0.367_879_441,
            351.0 + 19.0 * 0.367_879_441,
            352.0 + 18.0 * 0.367_879_441,
            353.0 + 17.0 * 0.367_879_441,
        ],
    );
    // A wheel that is followed from more than a turn behind keeps turning.
    check_at("lag(integrate(3turn), 1s) / 1turn - lag(integrate(3), 1s)", 200, &[0.0]);
    check_at("spring(integrate(3turn), 4, 4) / 1turn - spring(integrate(3), 4, 4)", 200, &[0.0]);
}

#[test]
fn springs_by_every_word() {
    let goal = "(if frame > 0 then 1 else 0)";
    check_at(&format!("spring({goal}, 100, 20)"), 30, &[0.959_572_318]);
    check_at(&format!("spring({goal}, damping: 20, stiffness: 100)"), 30, &[0.959_572_318]);
    let tau = std::f64::consts::TAU;
    // A quarter of a swing that nothing damps.
    check_at(&format!("spring({goal}, frequency: 1hz, bounce: 1)"), 15, &[1.0]);
    check_at(&format!("spring({goal}, response: 1s, bounce: 1)"), 30, &[2.0]);
    let critical = 1.0 - libm::exp(-tau / 2.0) * (1.0 + tau / 2.0);
    check_at(&format!("spring({goal}, response: 1s)"), 30, &[critical]);
    check_at(&format!("spring({goal}, response: 0s)"), 1, &[1.0]);
    check_at(&format!("spring({goal}, frequency: 0)"), 30, &[0.0]);
    check_at(&format!("spring(({goal}, -{goal}), 100, 20)"), 30, &[0.959_572_318, -0.959_572_318]);
    check_each("spring(if frame > 0 then 1 else 0, 100, 20, velocity: 0 * rank)", 30, &[0.959_572_318; 4]);
    check_at("spring(0turn, 100, 0, velocity: 10turn) / 1turn", 6, &[0.841_470_985]);
}

#[test]
fn timing_bits_chance_and_canvas() {
    check("cubic_bezier(0.25, 0.1, 0.25, 1, 0.5)", &[0.802_403_388]);
    check("cubic_bezier(0.25, 0.1, 0.25, 1, 7) - cubic_bezier(0.25, 0.1, 0.25, 1, -7)", &[1.0]);
    check_each("cubic_bezier(0, 0, 1, 1, rank)", 0, &[0.125, 0.375, 0.625, 0.875]);
    check("bit_and(0xff, 0x0f) + bit_or(1, 6) + bit_xor(-1, 0)", &[21.0]);
    check("bit_not(0) + shift_left(1, 10) + shift_right(-16, 2)", &[1019.0]);
    check_each("bit_xor(index, shift_right(index, 1))", 0, &[0.0, 1.0, 3.0, 2.0]);
    check_patch("domain d[shift_left(1, 3)] { x = 1 }\nn = d.count", "n", 0, &[8.0]);
    check_each("random(2, 4, salt: 7) - 2 * random(7)", 0, &[2.0; 4]);
    check_each("random(salt: 7) - random(7)", 0, &[0.0; 4]);
    check_each("random((0, 0), (1, 10), salt: 3).x - random(3)", 0, &[0.0; 4]);
    check_each("floor(random(90deg, 91deg) / 1deg)", 0, &[90.0; 4]);
    check("floor(random(5, 6, salt: 2)) + floor(random())", &[5.0]);
    check("random(1) == random(2) or random() == random(1)", &[0.0]);
    check_patch("domain d[4000] { x = random(-1, 3) }\nm = round(10 * mean(d.x))", "m", 0, &[10.0]);
    let canvas =
        "clip { duration: 1s, rate: 60, size: (320, 200) }\nx = (canvas.width, canvas.height, canvas.aspect)";
    check_patch(canvas, "x", 0, &[320.0, 200.0, 1.6]);
    check_patch("canvas = (3, 4)\nx = canvas.y", "x", 0, &[4.0]);
}

#[test]
fn time_and_state() {
    check_at("cycle(1s)", 45, &[0.75]);
    check_at("pingpong(1s)", 105, &[0.25]);
    check_at("progress(2s)", 60, &[0.5]);
    check_at("wave.square(cycle(1s))", 40, &[1.0]);
    check_at("integrate(0.25turn) / 1turn", 120, &[0.5]);
    check_at("integrate(3)", 20, &[1.0]);
    check_at("phasor(0.25hz)", 180, &[0.75]);
    check_at("count(frame >= 3)", 10, &[1.0]);
    check_at("count(pulse(100ms) > 0)", 60, &[10.0]);
    check_at("toggle(frame == 3)", 2, &[0.0]);
    check_at("toggle(frame == 3)", 9, &[1.0]);
    check_at("hold(frame, frame == 4)", 3, &[0.0]);
    check_at("hold(frame, frame == 4)", 9, &[4.0]);
    check_at("delay(frame, 2)", 1, &[0.0]);
    check_at("delay(frame, 2)", 9, &[7.0]);
    check_at("delay(frame, 50ms)", 30, &[27.0]);
    check_at("delay(frame, 0s)", 30, &[30.0]);
    check_at("slew(if frame > 0 then 1 else 0, 6, 3)", 5, &[0.5]);
    check_at("lag(if frame > 0 then 1 else 0, 500ms)", 30, &[0.632_120_558_8]);
    check_at("envelope(frame < 30, 500ms, 1s)", 30, &[29.0 / 30.0 - 1.0 / 60.0]);
    check_at("envelope(true, 0s, 1s)", 0, &[1.0]);
    check_at("hysteresis(wave.triangle(cycle(1s)), 0.25, 0.75)", 50, &[1.0]);
    check_patch("state n: int = 2\nnext n = n * 2", "n", 5, &[64.0]);
    check_patch("state p = (1, 2)\nnext p = p.yx", "p", 3, &[2.0, 1.0]);
    check_patch("state c = #f00\nnext c = c", "c", 3, &[1.0, 0.0, 0.0, 1.0]);
    check_patch("state b = false\nnext b = not b", "b", 3, &[1.0]);
    check_patch("state a = 30deg\nnext a = a + 60deg * dt * 60\nd = a / 1deg", "d", 2, &[90.0]);
    // Two operators under one name are distinguished; two with the same text are one.
    check_at("integrate(1) + integrate(2)", 60, &[3.0]);
    check_at("integrate(1) + integrate(1)", 60, &[2.0]);
}

#[test]
fn elements() {
    check_each("index", 0, &[0.0, 1.0, 2.0, 3.0]);
    check_each("rank", 0, &[0.125, 0.375, 0.625, 0.875]);
    check("1", &[1.0]);
    check_each("index % 2 == 0", 0, &[1.0, 0.0, 1.0, 0.0]);
    check_each("index / count", 0, &[0.0, 0.25, 0.5, 0.75]);
    check_each("div(index, 2) * 10 + index % 2", 0, &[0.0, 1.0, 10.0, 11.0]);
    check_each("cos(index * 90deg)", 0, &[1.0, 0.0, -1.0, 0.0]);
    check_each("polar(1, index * 0.25turn)", 0, &[1.0, 0.0, 0.0, 1.0, -1.0, 0.0, 0.0, -1.0]);
    check_each("integrate(index)", 60, &[0.0, 1.0, 2.0, 3.0]);
    check_each("delay(frame + index, 2)", 5, &[3.0, 4.0, 5.0, 6.0]);
    check_each("count(frame > index)", 9, &[1.0, 1.0, 1.0, 1.0]);
    check_each("toggle(frame == index)", 2, &[1.0, 1.0, 1.0, 0.0]);
    check_each("lag(1, index * 1s)", 60, &[1.0, 1.0, 1.0, 1.0]);
    check_each("sum(index) + max(index) - min(index) + mean(index)", 0, &[10.5]);
    check_each("index - mean(index)", 0, &[-1.5, -0.5, 0.5, 1.5]);
    check_each("previous(index) + next(index)", 0, &[1.0, 2.0, 4.0, 5.0]);
    check_each("previous(index * 2, edge: wrap)", 0, &[6.0, 0.0, 2.0, 4.0]);
    check_each("neighbor(index, -3, edge: wrap)", 0, &[1.0, 2.0, 3.0, 0.0]);
    check_each("index * (index at 2)", 0, &[0.0, 2.0, 4.0, 6.0]);
    check_each("(index * 10) at 2", 0, &[20.0]);
    check_each("(index * 10) at (index + 1)", 0, &[10.0, 20.0, 30.0, 30.0]);
    check_each("(index * 10) at (index - 1) wrap", 0, &[30.0, 0.0, 10.0, 20.0]);
    check_each("(index * 10) at -index wrap", 0, &[0.0, 30.0, 20.0, 10.0]);
    check_each("rank at (3 - index) at (index + 1)", 0, &[0.625, 0.375, 0.125, 0.125]);
    check_each("(rank at int(3)) > 0.5 and (index > 1) at index", 0, &[0.0, 0.0, 1.0, 1.0]);
    check_each("((index * 90deg) at 1) / 1deg + index", 0, &[90.0, 91.0, 92.0, 93.0]);
    check_each("(polar(1, index * 0.25turn) at 1).y", 0, &[1.0]);
    check_each("layout.line((0, 0), (3, 6))", 0, &[0.0, 0.0, 1.0, 2.0, 2.0, 4.0, 3.0, 6.0]);
    check_each("layout.grid(4, 1, from: (0, 0), to: (8, 2)).x", 0, &[1.0, 3.0, 5.0, 7.0]);
    check_each("layout.circle(center: (0, 0), radius: 2).x", 0, &[2.0, 0.0, -2.0, 0.0]);
    check_each("radical_inverse(index, 2)", 0, &[0.0, 0.5, 0.25, 0.75]);
    check_each("random(3) == random(3)", 0, &[1.0, 1.0, 1.0, 1.0]);
    check_each("random(3) == random(4)", 0, &[0.0, 0.0, 0.0, 0.0]);
    check_each("hash(index) == hash(index, 1)", 0, &[0.0, 0.0, 0.0, 0.0]);
    check_each("along(path(\"M 0 0 H 0.4\"), rank).x", 0, &[0.05, 0.15, 0.25, 0.35]);
}

/// From elements to those of another domain, to signals, to reactions, and in a domain whose number changes.
#[test]
fn elements_by_an_index() {
    let check = check_patch;
    let dots = "domain dots[3] { x = index * index + frame; c = hsv(rank, 1, 1) }\n";
    check(&format!("{dots}a = (dots.x at 2) + (dots.x at 9) + (dots.x at -1 wrap)"), "a", 1, &[15.0]);
    check(&format!("{dots}a = dots.x at int(frame)"), "a", 2, &[6.0]);
    check(
        &format!("{dots}domain more[4] {{ y = dots.x at (3 - index) }}"),
        "more.y",
        0,
        &[4.0, 4.0, 1.0, 0.0],
    );
    check(&format!("{dots}domain more[2] {{ y = (dots.c at index).r }}"), "more.y", 0, &[1.0, 0.0]);
    let live = "n = frame\ndomain some[n max 9] { x = index + 10 }\n";
    check(&format!("{live}a = some.x at 5"), "a", 0, &[0.0]);
    check(&format!("{live}a = some.x at 5"), "a", 3, &[12.0]);
    check(&format!("{live}domain all[3] {{ y = some.x at (index + 1) }}"), "all.y", 2, &[11.0, 11.0, 11.0]);
    // In a reaction as of the last frame, by what the event carries.
    let event = "event beat = every(100ms)\nstate n = 0\non beat { n = n + 1 }\nstate last = -1.0\n";
    check(&format!("{event}{dots}on beat {{ last = dots.x at 1 }}"), "last", 12, &[12.0]);
    check(&format!("{event}{dots}on beat {{ last = dots.x at int(n) }}"), "last", 7, &[5.0]);
}

#[test]
fn outlines() {
    let path = |text: &str, rest: &str, t: f64| format!("along(path(\"{text}\"{rest}), {t})");
    let check_path =
        |text: &str, rest: &str, t: f64, expected: [f64; 2]| check(&path(text, rest, t), &expected);
    // Half way along half a circle, and the ends of what all other letters draw.
    check_path("M -0.5 0 A 0.5 0.5 0 0 1 0.5 0", "", 0.5, [0.0, -0.5]);
    check_path("m-.5 0a.5.5 0 001 0", "", 0.5, [0.0, 0.5]);
    check_path("M0 0 C.1 0 .2 0 .3 0 S.5 0 .6 0", "", 1.0, [0.6, 0.0]);
    check_path("M0 0 q.1 0 .2 0 t.2 0", "", 0.5, [0.2, 0.0]);
    check_path("M 0.1 0.2 L 0.1 0.2", "", 0.5, [0.1, 0.2]);
    check_path("M 0.1 0.2", "", 0.5, [0.1, 0.2]);
    // The middle of a box comes to the origin, its longer side to 1.
    check_path("M 2 12 H 22", ", fit: 24", 0.0, [-10.0 / 24.0, 0.0]);
    check_path("M 2 12 H 22", ", fit: (24, 24)", 1.0, [10.0 / 24.0, 0.0]);
    check_path("M 0 0 H 20 V 10", ", fit: (20, 10)", 1.0, [0.5, 0.25]);
    check_path("M 0 -960 V 0", ", fit: \"0 -960 960 960\"", 1.0, [-0.5, 0.5]);
    check_path("M 2 12 H 22 V 22", ", fit: yes", 1.0, [0.5, 0.25]);
    check_path("M 0 0 H 0.25", ", fit: no", 1.0, [0.25, 0.0]);
    check("along(polyline((0, 0), (8, 0), fit: yes), 1)", &[0.5, 0.0]);
    check("along(polyline((0, 0), (8, 0), fit: 8, closed: yes), 0.5)", &[0.5, -0.5]);
    check("along(bezier((0, 0), (1, 0), (2, 0), (3, 0), fit: (6, 2)), 1)", &[0.0, -1.0 / 6.0]);
    check_patch("side = 24\nx = along(path(\"M 12 12 H 24\", fit: side), 1)", "x", 0, &[0.5, 0.0]);
    // Several of one name, and a choice of them.
    check("along(path(\"M 0 0 H 0.2\"), 1) + along(path(\"M 0 0 H 0.3\"), 1)", &[0.5, 0.0]);
    check_patch(
        "fn arm(r) = polyline((0, 0), (r, 0))\nx = along(arm(0.1), 1) + along(arm(0.2), 1) + along(arm(0.2), 1)",
        "x",
        0,
        &[0.5, 0.0],
    );
    check_patch(
        "s = if frame > 1 then path(\"M 0 0 H 0.2\") else path(\"M 0 0 V 0.3\")\nx = along(s, 1)",
        "x",
        1,
        &[0.0, 0.3],
    );
    check_patch("param s = path(\"M 0 0 H 0.2\")\nx = along(s, 1)", "x", 0, &[0.2, 0.0]);
}

#[test]
fn whole_numbers_are_ints_where_ints_are_wanted() {
    check("0x3f + 0X1F", &[94.0]);
    for whole in
        ["0x10", "16.0", "8 * 2", "32 / 2", "pow(2, 4)", "floor(16.5)", "0x8 + 8.0", "if true then 16 else 3"]
    {
        let source = format!(
            "n = {whole}\ndomain d[n] {{ x = 0 * rank + hash(n) - hash(16)\ny = radical_inverse(n, 2) }}"
        );
        check_patch(&source, "d.x", 0, &[0.0; 16]);
        check_patch(&format!("state s: int = {whole}\nnext s = {whole}"), "s", 2, &[16.0]);
        check_patch(&format!("input k: int = {whole}\nx = k"), "x", 0, &[16.0]);
        check_patch(&format!("fn f(k: int) = k % 5\nx = f({whole})"), "x", 0, &[1.0]);
        check_at(&format!("delay(frame, {whole})"), 20, &[4.0]);
    }
    // Beside an int digits are an int, and so is what they come to.
    for whole in ["0x10", "16", "8 * 2", "32 / 2", "80 % 32"] {
        let source = format!("domain d[17] {{ x = hash(index % ({whole})) == hash(index) }}");
        check_patch(&source, "d.x", 0, &[[1.0; 16].as_slice(), &[0.0]].concat());
        let source = format!("n = {whole}\nx = hash(if frame > 9 then n else int(3)) == hash(16)");
        check_patch(&source, "x", 10, &[1.0]);
    }
}

/// An int holds 32 bits; a larger number makes floats of the ints beside it.
#[test]
fn digits_that_no_int_can_hold_are_a_float() {
    check_each("(index + 3000000000) / 1000000000", 0, &[3.0; 4]);
    check_each("max(index, 3000000000) / 1000000000", 0, &[3.0; 4]);
    check_each("if index < 2147483648 then 1 else 0", 0, &[1.0; 4]);
    check_at("count(frame % 2 == 1) + 1000000 * 3000", 5, &[3_000_000_003.0]);
}

/// Lists read from left to right, not trees: any number of terms within the size of a file, on a small stack.
#[test]
fn long_sums_and_choices() {
    const COUNT: usize = 10_000;
    let work = || {
        let sum = |term: &str| vec![term; COUNT].join(" + ");
        check_at(&sum("frame"), 3, &[3.0 * COUNT as f64]);
        check_each(&format!("({}) / {COUNT}", sum("index")), 0, &[0.0, 1.0, 2.0, 3.0]);
        check_each(&format!("({}) / {COUNT}", sum("rank")), 0, &[0.125, 0.375, 0.625, 0.875]);
        check_at(&vec!["frame > 4"; COUNT].join(" or "), 5, &[1.0]);
        let choice = |of: &str| -> String {
            (0..COUNT).map(|k| format!("if {of} == {k} then {} else ", 10 * k)).collect::<String>() + "-1"
        };
        check_at(&choice("frame"), 7, &[70.0]);
        check_at(&choice("(frame + 9990)"), 20, &[-1.0]);
        check_each(&choice("index"), 0, &[0.0, 10.0, 20.0, 30.0]);
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(work).unwrap().join().unwrap();
}

#[test]
fn angles_are_exact_at_any_index_and_time() {
    // A million turns: f32 would have lost all of the fraction.
    check_patch("domain d[4] { x = cos(index * 1000000.25turn) }", "d.x", 0, &[1.0, 0.0, -1.0, 0.0]);
    check_patch(
        "domain d[100000] { a = cos(index * 0.25turn + time * 1turn) }\nx = sum(d.a)\ny = max(d.a)",
        "y",
        60,
        &[1.0],
    );
}

#[test]
fn scopes() {
    check_patch("b = a + 1\na = 1", "b", 0, &[2.0]);
    check_patch("fn f(x) = x * k\nk = 10\ny = f(2)", "y", 0, &[20.0]);
    check_patch("fn f(x, y = 2) = x - y\na = f(y: 1, x: 5)", "a", 0, &[4.0]);
    check_patch("fn f(x) = g(x) + 1\nfn g(x) = x * 2\na = f(3)", "a", 0, &[7.0]);
    check_patch("fn f(a) = { b = a + 1  b * b }\na = f(2)", "a", 0, &[9.0]);
    check_patch("k = 1\na = { k = 2  k + 1 } + k", "a", 0, &[4.0]);
    check_patch("fn at(t: time) = t / 1ms\na = at(2s)", "a", 0, &[2000.0]);
    check_patch("fn spread() = rank\ndomain d[2] { x = spread() }", "d.x", 0, &[0.25, 0.75]);
    check_patch("fn smooth(x) = integrate(x)\na = smooth(1) - smooth(2)", "a", 60, &[-1.0]);
    check_patch(
        "n = 2\ndomain d[4] { x = index % n + div(index, n) * 10 }",
        "d.x",
        0,
        &[0.0, 1.0, 10.0, 11.0],
    );
    check_patch("n = 2\nx = n / 4", "x", 0, &[0.5]);
    check_patch("k = 3\ndomain d[k] { k2 = k }", "d.k2", 0, &[3.0]);
    check_patch("domain d[2] { x = index }\ny = d.x * 10", "d.y", 0, &[0.0, 10.0]);
    check_patch("domain d[2] { x = index }\nn = d.count + 1", "n", 0, &[3.0]);
    check_patch("domain d[2] { x = (index, 5) }\ny = sum(d.x.y)", "y", 0, &[10.0]);
    check_patch("x = phase\nphase = cycle(1s)", "x", 30, &[0.5]);
    check_patch("next_ = 1\nstate_of = next_\nx = state_of", "x", 0, &[1.0]);
    check_patch("mix = 3\nx = mix(0, mix, 0.5)", "x", 0, &[1.5]);
    check_patch("input gain = 2\nx = gain * 3", "x", 0, &[6.0]);
    check_patch(
        "input on: bool\ninput spin: angle = 90deg\nx = if on then 1 else spin / 1turn",
        "x",
        0,
        &[0.25],
    );
    check_patch("param r: float = 2\nx = r + 1", "x", 0, &[3.0]);
}

#[test]
fn several_writers() {
    let ways: [(&str, f64); 7] = [
        ("sum", 7.0),
        ("mean", 7.0 / 3.0),
        ("min", 1.0),
        ("max", 4.0),
        ("mul", 8.0),
        ("first", 2.0),
        ("last", 4.0),
    ];
    for (how, expected) in ways {
        check_patch(&format!("x = 2\ncombine {how} x\nx = 1\nx = 4"), "x", 0, &[expected]);
    }
    check_patch("combine over c\nc = #00f\nc = #ff000080", "c", 0, &[128.0 / 255.0, 0.0, 127.0 / 255.0, 1.0]);
    check_patch("domain d[2] { combine sum x\nx = index\nx = 1 }", "d.x", 0, &[1.0, 2.0]);
}

#[test]
fn used_files() {
    let ring = "
        // Ring: a circle of beads.
        param radius = 0.2
        param phase: phase = cycle(1s)
        fn twice(x) = x * 2
        diameter = twice(radius)
        turned = integrate(1)
        domain beads[3] { at = polar(radius, rank * 1turn + phase * 1turn); draw circle { position: at, size: 0.1, color: #fff } }
        background = #f00";
    let files = super::Texts([("ring.pav".to_owned(), ring.to_owned())].into());
    let patch = "
        phase = cycle(2s)
        use \"ring.pav\"
        use \"ring.pav\" as big { radius: 3 * 0.25, phase }
        both = ring.diameter + big.diameter
        four = big.twice(2)
        far = max(big.beads.at.x)
        pair = big.beads.count + ring.beads.count";
    let compiled = crate::language::compile(patch, "main.pav", &files);
    assert!(compiled.diagnostics.0.is_empty(), "{}", compiled.render());
    assert_eq!(compiled.files, ["main.pav", "ring.pav"]);
    let program = compiled.program.unwrap();
    let keys: Vec<&str> = program.data().cells.iter().map(|cell| cell.key.as_str()).collect();
    assert_eq!(keys, ["ring.turned", "big.turned"]);
    assert_eq!(program.data().passes.len(), 2);
    assert_eq!(program.data().background, None, "the background of a used file is its own");
    let mut engine = super::engine_at(program, 30);
    assert_near(&value(&mut engine, "both"), &[0.4 + 1.5], "both");
    assert_near(&value(&mut engine, "four"), &[4.0], "four");
    assert_near(&value(&mut engine, "pair"), &[6.0], "pair");
    assert_near(&value(&mut engine, "big.phase"), &[0.25], "big.phase");
    assert_near(&value(&mut engine, "ring.phase"), &[0.5], "ring.phase");
}

/// A default that does not count is not worked out: it leaves no state and no path, and needs nothing.
#[test]
fn defaults_that_do_not_count() {
    let mark = "
        param outline = path(\"M 0 0 H 0.2\")
        param speed = lag(later, 1s)
        later = time / 1s
        end = along(outline, 1)";
    let files = super::Texts([("mark.pav".to_owned(), mark.to_owned())].into());
    let patch = "
        use \"mark.pav\" as own
        use \"mark.pav\" as other { outline: path(\"M 0 0 H 0.3\"), speed: 2 }
        twice = other.speed * 2";
    let compiled = crate::language::compile(patch, "main.pav", &files);
    assert!(compiled.diagnostics.0.is_empty(), "{}", compiled.render());
    let program = compiled.program.unwrap();
    let data = program.data();
    assert_eq!(data.cells.iter().map(|cell| cell.key.as_str()).collect::<Vec<_>>(), ["own.speed"]);
    let names: Vec<&str> = data.paths.iter().map(|path| path.name.as_str()).collect();
    assert_eq!(names, ["own.outline", "other.outline"]);
    let mut engine = super::engine_at(program, 0);
    assert_near(&value(&mut engine, "own.end"), &[0.2, 0.0], "own.end");
    assert_near(&value(&mut engine, "other.end"), &[0.3, 0.0], "other.end");
    assert_near(&value(&mut engine, "twice"), &[4.0], "twice");
}

#[test]
fn arrays() {
    check("[3, 5, 8][1]", &[5.0]);
    check("[3, 5, 8][4, wrap]", &[5.0]);
    check("[3, 5, 8][-1, edge: wrap]", &[8.0]);
    check_at("[3, 5, 8][int(frame)]", 2, &[8.0]);
    check_at("[3, 5, 8][int(frame)]", 9, &[8.0]);
    check_at("[3, 5, 8][int(frame) - 5]", 0, &[3.0]);
    check_at("[3, 5, 8][int(frame), wrap]", 7, &[5.0]);
    check_at("[3, 5.5, 8][int(frame)]", 1, &[5.5]);
    check("[1, 2][0] / 2", &[0.5]);
    check("div([1, 2][1], 2)", &[1.0]);
    check("[250ms, 2s][0] / 1s", &[0.25]);
    check("[90deg, 1turn][0] / 1turn", &[0.25]);
    check("[(1, 2), (3, 4)][1]", &[3.0, 4.0]);
    check_at("[(1, 2, 3), (4, 5, 6)][int(frame)].zy", 1, &[6.0, 5.0]);
    check("[#fff, #ff000080][1]", &[1.0, 0.0, 0.0, 128.0 / 255.0]);
    check_at("[true, false][int(frame)]", 1, &[0.0]);
    check("[[1, 2, 3], [4, 5, 6]][1][2]", &[6.0]);
    check_at("[[1, 2, 3], [4, 5, 6]][int(frame)][2]", 1, &[6.0]);
    check_at("[[1, 2, 3], [4, 5, 6]][int(frame), wrap][int(frame)]", 3, &[6.0]);
    check_at("[[1, 2, 3], [4, 5, 6.5]][1][int(frame)]", 7, &[6.5]);
    check("length([[1, 2, 3], [4, 5, 6]])", &[2.0]);
    check("length([[1, 2, 3], [4, 5, 6]][0])", &[3.0]);
    check("interpolate([0, 10, 40], 1.5)", &[25.0]);
    check("interpolate([0, 10, 40], -3)", &[0.0]);
    check("interpolate([0, 10, 40], 30)", &[40.0]);
    check_at("interpolate([0, 10, 40], frame / 2)", 1, &[5.0]);
    check("interpolate([#000, #fff], 0.25).r", &[0.25]);
    check("interpolate([(0, 4), (2, 8)], 0.5)", &[1.0, 6.0]);
    check("interpolate([0turn, 1turn], 0.25) / 1turn", &[0.25]);
    check("interpolate([[1, 2], [3, 5]][1], 0.5)", &[4.0]);
    check_each("[10, 20, 30][index]", 0, &[10.0, 20.0, 30.0, 30.0]);
    check_each("[10, 20, 30][index, wrap]", 0, &[10.0, 20.0, 30.0, 10.0]);
    check_each("[10, 20, 30][3 - index]", 0, &[30.0, 30.0, 20.0, 10.0]);
    check_each("[[1, 2], [3, 4]][div(index, 2)][index % 2]", 0, &[1.0, 2.0, 3.0, 4.0]);
    check_each("[[1, 2], [3, 4]][int(frame)][index]", 1, &[3.0, 4.0, 4.0, 4.0]);
    check_each("interpolate([0, 10, 40], index / 2)", 0, &[0.0, 5.0, 10.0, 25.0]);
    check_each("[2, 0, 1][[1, 1, 0, 2][index]]", 0, &[0.0, 0.0, 2.0, 1.0]);
    check_each("if [\"a\", \"b\"][index, wrap] == \"b\" then 1 else 0", 0, &[0.0, 1.0, 0.0, 1.0]);
    check("\"a\" == \"a\" and \"a\" != \"b\"", &[1.0]);
    check_patch("fn at(list, i) = list[i]\nx = at([4, 5], 1) + at([6], 0)", "x", 0, &[11.0]);
    check_patch("a = [1, 2]\nb = { c = a  c[1] }", "b", 0, &[2.0]);
    check_patch("n = 3\nparam p = 4\na = [n, p, n * p]\nx = a[n - 1]", "x", 0, &[12.0]);
    check_patch("state x = [7, 8][0]\nnext x = x + [1, 2][int(frame)]", "x", 2, &[10.0]);
    check_patch("a = [5, 6]\ndomain d[a[1]] { x = index }", "d.x", 0, &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
}

#[test]
fn inputs_that_are_arrays() {
    let check = |inputs: &str, source: &str, expected: &[f64]| {
        check_patch(&format!("{inputs}\nx = {source}"), "x", 3, expected);
    };
    check("input a: float[4]", "a[int(frame) % 4]", &[0.0]);
    check("input a: float[4] = 0.5", "a[3] + a[int(frame) - 9]", &[1.0]);
    check("input a: float[4] = [1, 2, 3, 4]", "a[int(frame)] + a[int(frame) + 1, wrap]", &[5.0]);
    check("input a: float[4] = [1, 2, 3, 4]", "interpolate(a, frame / 2)", &[2.5]);
    check("input a = [1, 2, 3, 4]", "a[1] / 4 + length(a)", &[4.5]);
    check("input a: int[3] = [5, 7, 9]", "div(a[1], 2)", &[3.0]);
    check("input a: vec2[2] = (0.25, 0.5)", "a[1].y + length(a)", &[2.5]);
    check("input a: vec3[2] = [(1, 2, 3), (4, 5, 6)]", "a[int(frame) % 2]", &[4.0, 5.0, 6.0]);
    check("input a: color[2]", "a[0]", &[0.0, 0.0, 0.0, 1.0]);
    check("input a = [#f00, #0f0]", "a[1].g", &[1.0]);
    check("input a: time[2] = 250ms", "a[1] / 1s", &[0.25]);
    check("input a: bool[2] = [true, false] momentary", "if a[0] and not a[1] then 1 else 2", &[1.0]);
    check("param many = 6\ninput a: float[many * 2] = 1", "length(a)", &[12.0]);
    check("input a: float[3] = 2\nb = a", "b[0] * length(b)", &[6.0]);
    check("input a: float[3] = 2\nfn first(of) = of[0]", "first(a)", &[2.0]);
    check("input a: float[3] = 2\ndomain d[5] { v = a[index] }", "sum(d.v)", &[10.0]);
}
