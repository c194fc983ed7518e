//! Trees of sound sources. What is wrong with broken ones is in `broken`, hostile ones are in `fuzz`.

mod broken;
mod fuzz;
mod printer;
mod round_trip;

use super::super::problems::Problems;
use super::super::source::{Problem, Sources};
use super::super::syntax::Tree;
use super::parse;

/// The tree of a source, its problems, and the files for their places.
fn read(source: &str) -> (Tree, Vec<Problem>, Sources) {
    let mut sources = Sources::default();
    let file = sources.add("a.pav", source.to_string());
    let mut problems = Problems::default();
    let tree = parse(&sources, file, &mut problems);
    (tree, problems.into_list(), sources)
}

/// The tree of a source without problems, an item per line.
fn check(source: &str, expected: &str) {
    let (tree, problems, sources) = read(source);
    let problems: Vec<String> =
        problems.iter().map(|problem| sources.diagnostic(problem).to_string()).collect();
    assert!(problems.is_empty(), "{source}\n{}", problems.join("\n"));
    assert_eq!(printer::tree(&tree), expected, "{source}");
}

/// The value of `a = source`.
fn value(source: &str, expected: &str) {
    check(&format!("a = {source}"), &format!("(= a {expected})"));
}

#[test]
fn precedence() {
    value("1 + 2 * 3", "(+ 1 (* 2 3))");
    value("1 * 2 + 3", "(+ (* 1 2) 3)");
    value("1 - 2 - 3", "(- (- 1 2) 3)");
    value("8 / 4 % 3", "(% (/ 8 4) 3)");
    value("-a * b", "(* (- a) b)");
    value("-a.x", "(- (.x a))");
    value("a - -b", "(- a (- b))");
    value("a--b", "(- a (- b))");
    value("a or b and c", "(or a (and b c))");
    value("not a and b", "(and (not a) b)");
    value("not a == b", "(not (== a b))");
    value("not not a", "(not (not a))");
    value("a and not b or c", "(or (and a (not b)) c)");
    value("a + 1 < b * 2 and c >= d", "(and (< (+ a 1) (* b 2)) (>= c d))");
    value("a != b", "(!= a b)");
    value("if a then b else c + 1", "(if a b (+ c 1))");
    value("if a then if b then c else d else e", "(if a (if b c d) e)");
    value("if a then b else if c then d else e", "(if a b (if c d e))");
    value("(if a then b else c) + 1", "(+ (if a b c) 1)");
    value("(a + b) * c", "(* (+ a b) c)");
}

#[test]
fn values() {
    value("1", "1");
    value("1.5", "1.5f");
    value(".5", "0.5f");
    value("1e-3", "0.001f");
    value("2E3", "2000f");
    value("1_000", "1000");
    value("0xff", "255");
    value("1.0", "1f");
    value("12s", "12s");
    value("0.25turn", "0.25fturn");
    value("250ms", "250ms");
    value("90deg + 1rad", "(+ 90deg 1rad)");
    value("440hz", "440hz");
    value("#f00", "#[1, 0, 0, 1]");
    value("#0F08", "#[0, 1, 0, 0.5333333333333333]");
    value("#0000ff", "#[0, 0, 1, 1]");
    value("#00000033", "#[0, 0, 0, 0.2]");
    value("\"a \\\"b\\\" \\\\\"", "\"a \\\"b\\\" \\\\\"");
    value("true and false", "(and true false)");
    value("(0.5, 1)", "(vec 0.5f 1)");
    value("(1, 2, 3,)", "(vec 1 2 3)");
    value("(a)", "a");
    value("a.x.y", "(.y (.x a))");
    value("(a, b).x", "(.x (vec a b))");
    value("f()", "(call f)");
    value("f(a, b: 2,)", "(call f a b:2)");
    value("wave.sine(x).y", "(.y (call wave.sine x))");
    value("sin (x)", "(call sin x)");
    value("{ a = 1  b = a * 2  a + b }", "(block (a 1) (b (* a 2)) (+ a b))");
    value("{ a }", "(block a)");
    value("{ x = 1; x == 1 }", "(block (x 1) (== x 1))");
}

#[test]
fn expressions_go_on_over_lines() {
    value("1\n  + 2", "(+ 1 2)");
    value("1 +\n 2", "(+ 1 2)");
    value("b\n  .x", "(.x b)");
    value("if b\n then c\n else d", "(if b c d)");
    value("f(\n  a,\n  b: 1,\n)", "(call f a b:1)");
    value("{\n  x = 1\n  (x, 2)\n}", "(block (x 1) (vec x 2))");
    check("a = b\nc = d", "(= a b)\n(= c d)");
}

#[test]
fn statements() {
    check("use \"ring.pav\"", "(use \"ring.pav\" as ring)");
    check(
        "use \"ring.pav\" as ring { radius: 0.3, hue }",
        "(use \"ring.pav\" as ring {radius:0.3f hue:hue})",
    );
    check("param radius: float = 0.2", "(param radius:float 0.2f)");
    check("param radius = 0.2", "(param radius 0.2f)");
    check("input pointer: vec2 = (0.5, 0.5)", "(input pointer:vec2 (vec 0.5f 0.5f))");
    check("input click: bool momentary", "(input click:bool momentary)");
    check("input click = false momentary", "(input click false momentary)");
    check("input draft: text field", "(field draft)");
    check("input draft: text field = \"a\"", "(field draft \"a\")");
    check("input draft: text\nfield = 2", "(input draft:text)\n(= field 2)");
    check("input level: float\nmomentary = 2", "(input level:float)\n(= momentary 2)");
    check("fn f(a, b: vec2, c = 1) = a + c", "(fn f (a b:vec2 c=1) (+ a c))");
    check("fn f() = 1", "(fn f () 1)");
    check("state x: float = 0", "(state x:float 0)");
    check("state x = 0 durable", "(state x 0 durable)");
    check("state x = 0\ndurable = 1", "(state x 0)\n(= durable 1)");
    check("next x = x + 1", "(next x (+ x 1))");
    check("combine sum x", "(combine sum x)");
    check("background = #000", "(background #[0, 0, 0, 1])");
    check("clip { duration: 12s, rate: 60\n size: (2, 3) }", "(clip {duration:12s rate:60 size:(vec 2 3)})");
    check("camera perspective as c { eye: p }", "(camera perspective as c {eye:p})");
    check("camera orthographic", "(camera orthographic)");
    check("draw circle", "(draw circle)");
    check("draw circle { position, size }", "(draw circle {position size})");
    check(
        "draw polygon(sides: 5) as p {\n  position\n  size: 3,\n  color: #fff\n}",
        "(draw polygon sides:5 as p {position size:3 color:#[1, 1, 1, 1]})",
    );
    check(
        "domain dots[5000] { a = index\n draw circle { a } }",
        "(domain dots 5000 (= a index) (draw circle {a}))",
    );
    check("domain dots[n + 1 max 200] {}", "(domain dots (+ n 1) max 200)");
    check("at birth speed = 0.2 + random(3)", "(at birth speed (+ 0.2f (call random 3)))");
    check("a = 1; b = 2;\n;c = 3", "(= a 1)\n(= b 2)\n(= c 3)");
}

#[test]
fn elements_that_come_and_go() {
    check("domain d[n max 500] {}", "(domain d n max 500)");
    check(
        "domain d[born every 5ms, lives 0.5s + 1s * random(1), max 500] {}",
        "(domain d born every 5ms lives (+ 0.5fs (* 1s (call random 1))) max 500)",
    );
    check(
        "domain d[born every rate,\n lives life,\n max 2 * n,\n evict oldest,\n] {}",
        "(domain d born every rate lives life max (* 2 n) evict oldest)",
    );
    check("domain d[host max 500] { x = 1 }", "(domain d host max 500 (= x 1))");
    check(
        "domain d[host max 5, match nearest(0.1)] {\n input x: float = 0\n input p: vec2\n}",
        "(domain d host max 5 nearest 0.1f (input x:float 0) (input p:vec2))",
    );
}

#[test]
fn timelines() {
    check("timeline t { a: 1s }", "(timeline t (a 1s))");
    check("timeline t {}", "(timeline t)");
    check(
        "timeline intro {\n    logo:  600ms\n    title: 400ms after logo - 100ms\n    rule:  300ms with title\n    hold:  1s at 2s\n}",
        "(timeline intro (logo 600ms) (title 400ms after logo (- 0s 100ms)) (rule 300ms with title) (hold 1s at 2s))",
    );
    check(
        "timeline t over loop(time, 4s) { a: b * 2 after c + d * 2 - e, c: (1s + b) with a }",
        "(timeline t over (call loop time 4s) (a (* b 2) after c (- (+ 0s (* d 2)) e)) (c (+ 1s b) with a))",
    );
    check(
        "domain d[3] { timeline t over age { a: 1s }; b = t.a }",
        "(domain d 3 (timeline t over age (a 1s)) (= b (.a t)))",
    );
    // Their words are names elsewhere.
    for word in ["after", "with", "at", "over", "on"] {
        check(&format!("{word} = {word} + 1"), &format!("(= {word} (+ {word} 1))"));
        check(&format!("timeline {word} {{ {word}: 1s }}"), &format!("(timeline {word} ({word} 1s))"));
        check(
            &format!("timeline t {{ a: {word} after {word}, {word}: 1s }}"),
            &format!("(timeline t (a {word} after {word}) ({word} 1s))"),
        );
    }
}

#[test]
fn keys() {
    value(
        "keys(time, 0s: 0, 1s: 1 ease.out_cubic, 3s: 0.4)",
        "(keys time (0s 0) (1s 1 (.out_cubic ease)) (3s 0.4f))",
    );
    value(
        "keys(a + b,\n  c: -d,\n  d * 2: (1, 2) hold,\n  in: oklab,\n)",
        "(keys (+ a b) (c (- d)) ((* d 2) (vec 1 2) hold) in:oklab)",
    );
    value(
        "keys(t, 0: 1, 1: if a then b else c soft, 2: f(x) cubic_bezier(0, 0, 1, 1))",
        "(keys t (0 1) (1 (if a b c) soft) (2 (call f x) (call cubic_bezier 0 0 1 1)))",
    );
    value("keys(keys(t, 0: 1), 0: keys(t, 1: 2))", "(keys (keys t (0 1)) (0 (keys t (1 2))))");
    value("keys(t)", "(keys t)");
    // The name is one elsewhere.
    value("keys + a.keys * b.keys(1)", "(+ keys (* (.keys a) (call b.keys 1)))");
    check("keys = keys(keys, keys: keys keys)", "(= keys (keys keys (keys keys keys)))");
}

#[test]
fn words_of_elements_are_names_too() {
    for word in ["at", "birth", "born", "every", "lives", "host", "evict", "oldest", "match", "nearest"] {
        check(&format!("{word} = {word} + 1"), &format!("(= {word} (+ {word} 1))"));
        check(&format!("draw circle {{ {word}: 1, {word} }}"), &format!("(draw circle {{{word}:1 {word}}})"));
        check(&format!("domain d[{word}] {{}}"), &format!("(domain d {word})"));
        check(&format!("domain d[{word} + 1 max 9] {{}}"), &format!("(domain d (+ {word} 1) max 9)"));
        if word != "host" {
            check(&format!("domain d[{word} max {word}] {{}}"), &format!("(domain d {word} max {word})"));
        }
        check(&format!("at birth {word} = {word}"), &format!("(at birth {word} {word})"));
    }
    check("domain d[host max host] {}", "(domain d host max host)");
    check(
        "domain d[born every every, lives lives, max max, evict oldest] {}",
        "(domain d born every every lives lives max max evict oldest)",
    );
}

#[test]
fn continuity_stands_behind_definitions_and_binds_loosest() {
    check("a = b + c ~ slew(300ms)", "(= a (+ b c) (~ slew 300ms))");
    check("a = if b then c else d ~ preserve", "(= a (if b c d) (~ preserve))");
    check("a = b or c\n  ~ spring(400ms, bounce: 0.3)", "(= a (or b c) (~ spring 400ms bounce:0.3f))");
    check(
        "a = (b, c) ~ crossfade(500ms, ease.out_cubic); d = e ~ none",
        "(= a (vec b c) (~ crossfade 500ms (.out_cubic ease)))\n(= d e (~ none))",
    );
}

#[test]
fn statement_words_are_names_too() {
    for word in [
        "use",
        "param",
        "input",
        "momentary",
        "fn",
        "state",
        "next",
        "combine",
        "domain",
        "max",
        "timeline",
        "draw",
        "camera",
        "clip",
        "as",
        "event",
        "on",
    ] {
        check(&format!("{word} = {word} + 1"), &format!("(= {word} (+ {word} 1))"));
        check(&format!("draw circle {{ {word}: 1, {word} }}"), &format!("(draw circle {{{word}:1 {word}}})"));
    }
    check("state state = 0\nnext state = 1", "(state state 0)\n(next state 1)");
    check("domain max[max max max] {}", "(domain max max max max)");
}

#[test]
fn comments_and_white_space() {
    check("\u{feff}a = 1 // one\r\n\tb = /* two /* nested */ */ 2\r\n", "(= a 1)\n(= b 2)");
    check("", "");
    check("// only a comment", "");
    let comment = |source: &str, expected: &str| assert_eq!(read(source).0.comment, expected, "{source}");
    comment("// One.\n// Two.\n\n// Three.\na = 1", "One. Two.");
    comment("\n\n/// One.\n//\n// Two.\na = 1", "One.");
    comment("// One.\na = 1 // Two.", "One.");
    comment("/* One.\n * Two. */ a = 1", "One. Two.");
    comment("a = 1 // One.", "");
    comment("", "");
}

#[test]
fn the_sketch() {
    let source = "
// Golden spiral.
phase = cycle(12s)

domain dots[5000] {
    angle    = index * golden_angle + phase * 1turn
    position = (0.5, 0.5) + polar(0.45 * sqrt(rank), angle)
    color    = hsv(rank + phase, 0.85, 1.0)
    draw circle { position, size: 0.01, color }
}
";
    check(
        source,
        "(= phase (call cycle 12s))\n(domain dots 5000 (= angle (+ (* index golden_angle) (* phase 1turn))) \
         (= position (+ (vec 0.5f 0.5f) (call polar (* 0.45f (call sqrt rank)) angle))) \
         (= color (call hsv (+ rank phase) 0.85f 1f)) (draw circle {position size:0.01f color}))",
    );
}
