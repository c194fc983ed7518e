//! For any text: the compiler ends, its places are inside the text, and every program that it accepts runs.

use proptest::prelude::*;

use super::super::{Compiled, SOURCE_BYTES_MAX, compile};
use super::Texts;
use super::patches::{PATCHES, RING};
use crate::diagnostic::Code;
use crate::engine::{Engine, EngineSettings};
use crate::world::Capacity;

fn texts() -> Texts {
    Texts([("ring.pav".to_owned(), RING.to_owned())].into())
}

/// Compiles a text and checks all that must hold for any; programs run as far as a small engine holds them.
fn survive(source: &str) -> Compiled {
    let compiled = compile(source, "patch.pav", &texts());
    assert_eq!(compiled.program.is_none(), compiled.diagnostics.has_errors(), "{:?}", compiled.diagnostics);
    for diagnostic in &compiled.diagnostics {
        if diagnostic.code == Code::More {
            continue;
        }
        let text = compiled.text(&diagnostic.file).expect("a file of the patch");
        let inside = |line: u32, column: u32| {
            let found = text.split('\n').nth(line as usize - 1);
            found.is_some_and(|line| (1..=line.chars().count() as u32 + 1).contains(&column))
        };
        assert!(inside(diagnostic.line, diagnostic.column), "{diagnostic:?}");
        assert!(inside(diagnostic.end_line, diagnostic.end_column), "{diagnostic:?}");
        assert!(!diagnostic.message.is_empty() && diagnostic.message.len() < 2_000, "{diagnostic:?}");
        assert!(
            diagnostic.help.as_ref().is_some_and(|help| !help.is_empty() && help.len() < 4_000),
            "{diagnostic:?}"
        );
        assert!(diagnostic.related.len() < 20, "{diagnostic:?}");
    }
    if let Some(program) = &compiled.program {
        let capacity = Capacity { elements: 300, ..Capacity::default() };
        let settings = EngineSettings { capacity, threads: 1, ..EngineSettings::default() };
        if let Ok(mut engine) = Engine::with_settings(program.clone(), settings) {
            for index in 0..3 {
                engine.frame(index).unwrap_or_else(|error| panic!("{error}: {source}"));
            }
        }
    } else {
        // What the elaborator lets through must be good: the builder has nothing to find.
        let found = compiled.diagnostics.iter().find(|found| found.code == Code::Builder);
        assert!(found.is_none(), "{found:?}\n{source}");
    }
    compiled
}

/// The codes of what is wrong, without repetitions.
fn codes(compiled: &Compiled) -> Vec<&'static str> {
    let mut codes: Vec<&str> = compiled.diagnostics.iter().map(|found| found.code.name()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// The statements of a patch: lines with what is inside their braces.
fn statements(source: &str) -> Vec<String> {
    let mut statements: Vec<String> = Vec::new();
    let mut depth = 0_i32;
    for line in source.lines() {
        match statements.last_mut() {
            Some(last) if depth > 0 => {
                last.push('\n');
                last.push_str(line);
            }
            _ => statements.push(line.to_owned()),
        }
        depth += line.matches('{').count() as i32 - line.matches('}').count() as i32;
    }
    statements
}

/// The words and signs of a patch.
fn tokens(source: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '#');
        let length = match is_word(first) {
            true => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            false => first.len_utf8(),
        };
        let (token, behind) = rest.split_at(length);
        if token != " " {
            tokens.push(token);
        }
        rest = behind;
    }
    tokens
}

#[test]
fn good_patches_are_good() {
    for (at, source) in PATCHES.iter().enumerate().filter(|&(at, _)| at != 5) {
        let compiled = survive(source);
        assert!(compiled.diagnostics.0.is_empty(), "patch {at}: {}", compiled.render());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bytes_are_changed(
        which in 0..PATCHES.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..6),
    ) {
        let mut bytes = PATCHES[which].as_bytes().to_vec();
        for (at, byte, how) in changes {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte % 128),
                _ => { bytes.remove(at); }
            }
        }
        survive(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn tokens_are_exchanged(
        which in 0..PATCHES.len(),
        from in 0..PATCHES.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..4_u8), 1..6),
    ) {
        let (mut list, other) = (tokens(PATCHES[which]), tokens(PATCHES[from]));
        for (at, with, how) in changes {
            let at = at.index(list.len());
            let with = with.index(other.len());
            match how {
                0 | 1 => list[at] = other[with],
                2 => list.insert(at, other[with]),
                _ => { list.remove(at); }
            }
        }
        survive(&list.join(" "));
    }

    #[test]
    fn words_are_exchanged(
        which in 0..PATCHES.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..4),
    ) {
        // Words for words, so that most of it still reads: mistakes of meaning.
        let mut list = tokens(PATCHES[which]);
        let is_word = |token: &str| token.starts_with(|c: char| c.is_alphanumeric() || c == '#');
        let words: Vec<usize> = (0..list.len()).filter(|&at| is_word(list[at])).collect();
        for (at, with) in changes {
            list[*at.get(&words)] = list[*with.get(&words)];
        }
        survive(&list.join(" "));
    }

    #[test]
    fn statements_are_moved(
        first in 0..PATCHES.len(),
        second in 0..PATCHES.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..3_u8), 0..8),
    ) {
        let mut list = statements(PATCHES[first]);
        list.extend(statements(PATCHES[second]));
        for (a, b, how) in changes {
            let (a, b) = (a.index(list.len()), b.index(list.len()));
            match how {
                0 => list.swap(a, b),
                1 => { let copy = list[a].clone(); list.insert(b, copy); }
                _ if list.len() > 1 => { list.remove(a); }
                _ => {}
            }
        }
        survive(&list.join("\n"));
    }
}

/// A text of many lines.
fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(|at| line(at) + "\n").collect()
}

fn check(what: &str, source: &str, expected: &[&str]) {
    assert_eq!(codes(&survive(source)), expected, "{what}");
}

#[test]
fn functions_that_multiply() {
    let doubling = |depth: usize| {
        lines(depth, |at| format!("fn f{at}(x) = f{}(x) + f{}(x * 2)", at + 1, at + 1))
            + &format!("fn f{depth}(x) = x\ny = f0(scalar(time))")
    };
    check("ten levels", &doubling(10), &[]);
    check("60 levels", &doubling(60), &["E0564"]);
    let chain =
        lines(300, |at| format!("fn f{at}(x) = f{}(x)", at + 1)) + "fn f300(x) = x\ny = f0(scalar(time))";
    check("a chain of 300 functions", &chain, &["E0504"]);
    let chain = lines(10_000, |at| format!("fn f{at}(x) = f{}(x)", at + 1)) + "fn f10000(x) = x";
    check("a chain of functions that nobody calls", &chain, &[]);
    let circle = lines(10_000, |at| format!("fn f{at}(x) = f{}(x)", (at + 1) % 10_000)) + "y = f0(1)";
    check("a circle of functions", &circle, &["E0526"]);
    let readers =
        lines(2_000, |at| format!("v{at} = 1\nfn f{at}(x) = v{at} + f{}(x)", at + 1)) + "fn f2000(x) = x";
    check("functions that read more and more", &readers, &[]);
    let readers =
        lines(40_000, |at| format!("v{at} = 1\nfn f{at}(x) = v{at} + f{}(x)", at + 1)) + "fn f40000(x) = x";
    check("many functions that read more and more", &readers, &[]);
    let callers = lines(20_000, |at| format!("v{at} = 1\nfn f{at}(x) = v{at}\nw{at} = f{at}(1)"));
    check("many functions that are called", &callers, &[]);
    let names = (0..100_000).map(|at| format!("a{at}")).collect::<Vec<_>>().join(", ");
    check("many parameters", &format!("fn f({names}) = 1\nx = f({names})"), &["E0003", "E0511", "E0564"]);
    let block = (0..50_000).map(|at| format!("a{at} = pi ")).collect::<String>();
    check("many local names", &format!("x = {{ {block} a0 + a49999 + a }}"), &["E0511"]);
    let wide =
        format!("fn f(x) = {}\n", vec!["x"; 60].join(" + ")) + &lines(3_000, |at| format!("a{at} = f({at})"));
    check("many calls", &wide, &[]);
}

#[test]
fn long_ways() {
    let down = lines(10_000, |at| format!("a{at} = a{} + 1", at + 1)) + "a10000 = time / 1s";
    check("a chain, last first", &down, &[]);
    let circle = lines(10_000, |at| format!("a{at} = a{}", (at + 1) % 10_000));
    check("a circle of values", &circle, &["E0541"]);
    let circles = lines(10_000, |at| format!("a{at} = a{}", at ^ 1));
    check("many circles", &circles, &["E0003", "E0541"]);
    check("deep parentheses", &format!("x = {}1{}", "(".repeat(5_000), ")".repeat(5_000)), &["E0504"]);
    check("deep blocks", &format!("x = {}1{}", "{ a = 1 ".repeat(200), "}".repeat(200)), &["E0504"]);
    check("deep minus signs", &format!("x = {}1", "- ".repeat(5_000)), &["E0504"]);
    check("a long sum", &format!("x = {}", vec!["1"; 5_000].join(" + ")), &[]);
    check("a sum as long as a file", &format!("x = {}", vec!["a"; 200_000].join("+")), &["E0003", "E0511"]);
    check(
        "a long sum of fields",
        &format!("domain d[3] {{ x = {} }}", vec!["rank"; 20_000].join(" - ")),
        &[],
    );
    let choices: String = (0..20_000).map(|at| format!("if time > {at}s then {at} else ")).collect();
    check("a long choice", &format!("x = {choices} 0"), &[]);
    check("a long choice of fields", &format!("domain d[3] {{ x = {choices} rank }}"), &[]);
    check("a choice without an end", &format!("x = {choices}"), &["E0501"]);
    let outline: String = (0..50_000).map(|at| format!("a1 1 0 01{at} 1")).collect();
    check("a long path", &format!("x = path(\"M0 0{outline}\", fit: yes)"), &[]);
    let paths: String =
        (0..2_000).map(|at| format!("if time > {at}s then path(\"M 0 0 H {at}\") else ")).collect();
    check("many paths under one name", &format!("x = {paths} path(\"M 0 0\")"), &[]);
    check("a long list of colors", &format!("x = ramp(0.5, {})", vec!["#fff"; 5_000].join(", ")), &[]);
}

#[test]
fn many_statements() {
    check("many definitions", &lines(65_536, |at| format!("a{at} = {at}.5")), &[]);
    check("many problems", &lines(65_536, |at| format!("a{at} = b{at}")), &["E0003", "E0511"]);
    check(
        "many problems in a line",
        &(0..65_536).map(|_| "x=y;").collect::<String>(),
        &["E0003", "E0511", "E0514"],
    );
    check("many constants under one name", &lines(20_000, |_| "a = 1".into()), &["E0003", "E0514"]);
    check("much that is combined", &format!("combine sum a\n{}", lines(20_000, |_| "a = 1".into())), &[]);
    check("many slots", &lines(20_000, |at| format!("a{at} = time * {at}")), &[]);
    check("many states", &lines(3_000, |at| format!("state s{at} = 1; next s{at} = s{at} + 1")), &[]);
    check("many lags", &lines(3_000, |at| format!("s{at} = lag(scalar(time), {}s)", at + 1)), &[]);
    let one = (0..20_000).map(|at| format!("lag({at} * scalar(time), 1s)")).collect::<Vec<_>>().join(", ");
    check("many lags under one name", &format!("x = max({one})"), &[]);
    check("many domains", &lines(3_000, |at| format!("domain d{at}[{at}] {{ x = rank }}")), &[]);
    check(
        "many draws",
        &lines(3_000, |_| "draw circle { position: (0.5, 0.5), size: 1, color: #fff }".into()),
        &[],
    );
    check("many inputs", &lines(5_000, |at| format!("input a{at} = 1.5")), &[]);
    let parts = (0..20_000).map(|at| format!("p{at}: 1s after p{}\n", at + 1)).collect::<String>();
    check("many parts", &format!("timeline t {{ {parts} p20000: 1s at 0s }}"), &[]);
    check("many parts in a circle", &format!("timeline t {{ {parts} p20000: 1s after p7 }}"), &["E0582"]);
    check(
        "many slips in parts",
        &format!("timeline t {{ {} }}", parts.replace("after p", "after q")),
        &["E0003", "E0581"],
    );
    let keys = (0..20_000)
        .map(|at| format!("{at}: {at}.5 ease.in_back"))
        .collect::<Vec<_>>()
        .join(", ")
        .replacen(" ease.in_back", "", 1);
    check("many keys", &format!("x = keys(frame, {keys})"), &[]);
    check("many keys of a field", &format!("domain d[3] {{ x = keys(frame + rank, {keys}) }}"), &[]);
    check("many keys that fall", &format!("x = keys(-frame, {})", keys.replace(": ", " * -1: ")), &["E0584"]);
    check("many files", &lines(3_000, |at| format!("use 'x.pav' as a{at}")), &["E0003", "E0502", "E0561"]);
    check(
        "many missing files",
        &lines(3_000, |at| format!("use \"x{at}.pav\" as a{at}")),
        &["E0003", "E0561"],
    );
    let fields = format!("domain d[3] {{\n{}}}", lines(5_000, |at| format!("a{at} = rank * {at}")));
    check("many fields", &fields, &[]);
    let unknown = lines(20_000, |at| format!("value_{at} = valeu_{at}"));
    check("many slips", &unknown, &["E0003", "E0511"]);
}

#[test]
fn hostile_numbers() {
    for number in ["1/0", "0/0", "-1/0", "sqrt(-1)", "1e308*10", "ln(0)", "-0.0", "1e-320", "2^3", "1e400"] {
        for template in [
            "x = N",
            "domain d[N] { x = rank }",
            "domain d[3 max N] { x = rank }",
            "domain d[frame max N] { x = rank }",
            "domain d[frame * (N) max 9] { x = rank; draw circle { position: (x, age / 1s), size: 1, color: #fff } }",
            "domain d[born every 1s * (N), lives 1s * (N), max 9] { x = life; draw circle { position: (x, x), size: 1, color: #fff } }",
            "domain d[born every 1hz * (N), lives 1s * random(1) * (N), max N] { x = scalar(age) }",
            "domain d[host max 9, match nearest(N)] { input position: vec2 = (N, 0); at birth x = N; y = position ~ slew(1s * (N)) }",
            "domain d[frame max 9] { x = rank * (N) ~ spring(1s * (N), bounce: N); y = fade(in: 1s * (N)); z = x ~ crossfade(1s * (N)) }",
            "x = cycle(1s * (N))",
            "x = keys(time * (N), 0s: N, 1s * (N): (N) ease.in_elastic, 9s: 1 hold)\ny = keys(N, N: 0, 2: 1)",
            "domain d[N max 9] { x = stagger(N, rank, overlap: N) + stagger(time, N, count: N, from: center) }",
            "x = loop(time, 1s * (N)) + ping_pong(1s * (N), 2s) + scaled(time, N) + scaled(dt, frame * (N))",
            "timeline x over time * (N) { a: 1s * (N), b: 1s after a - 1s * (N), c: 1s at 1s * (N) }",
            "x = (N, N)\ny = x * (N)",
            "x = hsv(N, N, N)",
            "x = delay(time, 1s * (N))\ny = delay(time, N)\nz = lag(scalar(time), 1s * (N))",
            "x = noise(N, seed: N)\ny = hash(N)\nz = int(N)",
            "clip { rate: N, size: (N, N), duration: 1s * (N) }",
            "state x = N\nnext x = x * (N)",
            "input x: float = N\ninput y = N",
            "input x: float[N] = N\ninput y = [N, N]\nz = x[N] + interpolate(y, N)",
            "draw circle { position: (N, N), size: N, color: #fff, layer: N }",
            "draw polygon(sides: N) { position: (0, 0), size: 0.1, color: #fff, rotation: 1turn * (N) }",
            "draw star(inner: N) { position: (0, 0), size: 0.1, color: #fff, opacity: N }",
            "camera perspective { eye: (N, N, N), fov: 1turn * (N) }\ndraw circle { position: (0, 0, 0), size: 0.1, color: #fff }",
            "camera orthographic { extent: N }\ndraw circle { position: (0, 0), size: 0.1, color: #fff }",
            "x = polyline((0, 0), (N, N))\ndraw path(x) { position: (0, 0), size: 0.1, color: #fff }",
            "x = path(\"M 0 0 L 1 1\", fit: N)\ny = polyline((0, 0), (N, 1), fit: yes)\nz = along(y, N)",
            "x = path(\"M 0 0 A N N N 0 1 N N\", fit: (N, N))\ny = path(\"M N 1 L 2 2\", fit: \"0 0 N N\")",
            "x = hysteresis(N, N, 0)\ny = rgb(N, 0, 0)\nz = oklch(N, N, N)",
            "draw rect(corner: N) { position: (0, 0), size: 0.1, stroke: #fff, stroke_width: N, dash: (N, N), scale: N }",
            "x = clamp(scalar(time), N, 0)\ny = clamp(scalar(time), 0, N)",
            "domain d[9] { x = layout.grid(N, 2)  \n y = radical_inverse(index, N); z = neighbor(rank, N); w = random(N) }",
            "x = if N > 0 then N else 1 % (N)",
        ] {
            survive(&template.replace('N', number));
        }
    }
    for number in ["16777216", "16777217", "2147483647", "2147483648", "4294967296", "1e18", "1e300"] {
        survive(&format!(
            "domain d[{number}] {{ x = rank; draw circle {{ position: (x, x), size: 1, color: #fff }} }}"
        ));
        survive(&format!("domain d[1 max {number}] {{ state x = rank; next x = delay(x, {number}) }}"));
        survive(&format!(
            "x = hash({number}) + noise(1, seed: {number})\ny = {number} * frame\nz = div({number}, 2)"
        ));
        survive(&format!(
            "clip {{ size: ({number}, 1), rate: {number}, duration: {number}s }}\nx = cycle({number}s)"
        ));
    }
    let rings = lines(3_000, |at| format!("a{at} = delay(time + {at}s, 65536)"));
    survive(&rings);
}

#[test]
fn huge_texts() {
    check("too many bytes", &"x".repeat(10 << 20), &["E0564"]);
    check("the most bytes of comments", &"/".repeat(SOURCE_BYTES_MAX), &[]);
    let long = "n".repeat(1 << 20);
    check("a long name", &format!("{long} = 1\nx = {long} + {long}o"), &["E0511"]);
    let long = "n".repeat(1 << 18);
    check(
        "a long name of everything",
        &format!(
            "domain {long}[3] {{ {long} = {long} }}\nuse \"{long}\" as {long}\ndraw {long} as {long} {{ {long}: {long} }}\nx = {long}({long}: 1).{long}"
        ),
        &["E0512", "E0514", "E0541", "E0551", "E0553", "E0561"],
    );
    check("a line of mistakes", &"x = $ ".repeat(400_000), &["E0003", "E0502", "E0514"]);
    check("only brackets", &"{(".repeat(1 << 20), &["E0501"]);
}
