//! Artwork: from files to elements and passes, and what is said of files that are no good.

use proptest::prelude::*;

use super::data::compiled;
use super::{assert_near, engine_at, value};
use crate::diagnostic::Severity;
use crate::draw::DrawOrder;
use crate::program::Program;

const LOGO: &str = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 12'>
<g id='back'><rect id='sky' width='24' height='12' fill='#000'/></g>
<g id='front'>
<rect id='left' x='0' y='0' width='6' height='3' fill='#f00'/>
<path id='right' d='M12 6 H18' fill='none' stroke='#0f0' stroke-width='2.4' stroke-opacity='.5'/>
</g>
</svg>";

fn program(patch: &str) -> Program {
    let compiled = compiled(patch, &[("logo.svg", LOGO)]);
    assert!(compiled.diagnostics.0.is_empty(), "{patch}\n{}", compiled.render());
    let program = compiled.program.expect("it is good");
    let again = Program::from_json(&program.to_json(), "again").expect("it reads back");
    assert_eq!(again, program);
    program
}

fn check(source: &str, expected: &[f64]) {
    let patch = format!("artwork logo from \"logo.svg\"\nx = {source}\n");
    assert_near(&value(&mut engine_at(program(&patch), 0), "x"), expected, source);
}

#[test]
fn parts_are_rows() {
    check("logo.count", &[3.0]);
    check("logo.home[0]", &[0.0, 0.0]);
    check("logo.home[1]", &[-0.375, -0.1875]);
    check("logo.size[0]", &[1.0]);
    check("logo.size[1]", &[0.25]);
    check("logo.extent[1]", &[0.25, 0.125]);
    check("logo.fill[1]", &[1.0, 0.0, 0.0, 1.0]);
    check("logo.fill[2]", &[0.0; 4]);
    check("logo.stroke[2]", &[0.0, 1.0, 0.0, 0.5]);
    check("logo.stroke[1]", &[0.0; 4]);
    check("logo.stroke_width[2]", &[0.1]);
    check("logo.opacity[2]", &[1.0]);
    check("logo.part[2]", &[2.0]);
    check("if logo.id[1] == \"left\" and logo.group[2] == \"front\" then 1 else 0", &[1.0]);
    check("(logo where group == \"front\").count", &[2.0]);
    check("(logo sort by size).part[0]", &[1.0]);
}

#[test]
fn parts_are_elements() {
    let patch = "artwork logo from \"logo.svg\"
        domain parts from (logo where group == \"front\") {
            x = home.x
            draw path(shape) { position: (0.5, 0.5) + home, size, color: fill, stroke, stroke_width, opacity }
        }
        all = sum(parts.x)";
    let program = program(patch);
    // Each has an outline of its own, which fills its box along its longer side.
    let points: Vec<_> = program.data().paths.iter().map(|path| path.points.clone()).collect();
    let left = vec![[-0.5, -0.25], [0.5, -0.25], [0.5, 0.25], [-0.5, 0.25]];
    assert!(points.contains(&left) && points.contains(&vec![[-0.5, 0.0], [0.5, 0.0]]), "{points:?}");
    assert_near(&value(&mut engine_at(program, 0), "all"), &[-0.25], "all");
}

/// How the passes of a draw are ordered, and how many there are.
#[test]
fn artwork_is_passes_of_the_elements_it_stands_for() {
    let check = |draw: &str, expected: usize, order: DrawOrder| {
        let program = program(&format!("artwork logo from \"logo.svg\"\n{draw}"));
        let passes = &program.data().passes;
        assert_eq!(passes.len(), expected, "{draw}");
        assert!(
            passes[0].order == DrawOrder::Index && passes[1..].iter().all(|pass| pass.order == order),
            "{draw}"
        );
        assert!(passes.iter().all(|pass| pass.domain == passes[0].domain), "{draw}");
    };
    let at = "position: (0.5, 0.5), size: 0.2";
    check(&format!("draw artwork(logo) {{ {at} }}"), 3, DrawOrder::Index);
    check(&format!("draw artwork(logo where id == \"left\") {{ {at} }}"), 1, DrawOrder::Index);
    check(&format!("domain dots[9] {{ draw artwork(logo) {{ {at} }} }}"), 3, DrawOrder::Element);
    check(
        "domain dots[born every 1s, lives 2s, max 9] { draw artwork(logo) { position: (age / 9s, 0.5), size: 0.1 } }",
        3,
        DrawOrder::Element,
    );
    check(
        &format!(
            "draw artwork(logo) {{ {at}, color: #fff, opacity: 0.5, rotation: 30deg, scale: (1, 2), trim: (0, 0.5), layer: 2, blend: add }}"
        ),
        3,
        DrawOrder::Index,
    );
}

/// What is wrong with a file of a name: its place, the code, and words of the message.
fn check_file(name: &str, text: &str, place: &str, words: &str) {
    let patch =
        format!("artwork logo from \"{name}\"\ndraw artwork(logo) {{ position: (0.5, 0.5), size: 0.2 }}");
    let compiled = compiled(&patch, &[("logo.svg", text), ("logo.txt", text), ("icon.SVG", text)]);
    let errors = compiled.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    let errors: Vec<String> = errors
        .map(|found| {
            format!("{}:{}:{} {} {}", found.file, found.line, found.column, found.code, found.message)
        })
        .collect();
    assert!(
        errors.len() == 1 && errors[0].starts_with(place) && errors[0].contains(words),
        "{name} {text}: {errors:?}"
    );
    assert!(compiled.diagnostics.iter().all(|found| found.help.is_some()), "{text}");
}

/// A file with something inside.
fn svg(inner: &str) -> String {
    format!("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'>\n{inner}</svg>")
}

#[test]
fn bad_files_are_said_at_their_place() {
    let check = check_file;
    // Of the file itself.
    check("none.svg", "", "patch.pav:1:19 E0571", "cannot read `none.svg`");
    check("../logo.svg", "", "patch.pav:1:19 E0565", "does not lie beside the patch");
    check("/etc/passwd", "", "patch.pav:1:19 E0565", "does not lie beside the patch");
    check("", "", "patch.pav:1:19 E0571", "no file is named");
    check("logo.txt", &svg("<rect/>"), "patch.pav:1:19 E0571", "no SVG file by its name");
    check("icon.SVG", &svg(""), "patch.pav:1:19 E0571", "nothing of `icon.SVG` can be drawn");
    check("logo.svg", "", "logo.svg:1:1 E0571", "`logo.svg` is empty");
    check("logo.svg", "hello", "logo.svg:1:1 E0571", "is no XML");
    check("logo.svg", &svg("<g>\n<rect></g>"), "logo.svg:3:", "is no XML");
    check("logo.svg", &svg("<rect width=9/>"), "logo.svg:2:", "is no XML");
    check("logo.svg", &svg("<rect").replace("</svg>", ""), "logo.svg:2:", "is no XML");
    check("logo.svg", "<?xml version='1.0'?>\n<html/>", "logo.svg:2:1 E0571", "outermost element is `html`");
    check("logo.svg", "<svg xmlns='urn:other'/>", "logo.svg:1:1 E0571", "outermost element is `svg`");
    // Sizes.
    let sized = |root: &str| {
        format!("<svg xmlns='http://www.w3.org/2000/svg' {root}>\n<rect width='9' height='9'/></svg>")
    };
    check("logo.svg", &sized("viewBox='0 0 24'"), "logo.svg:1:41 E0571", "the view box is `0 0 24`");
    check("logo.svg", &sized("viewBox='0 0 0 24'"), "logo.svg:1:41 E0571", "the view box is");
    check("logo.svg", &sized("viewBox='0 0 1e999 24'"), "logo.svg:1:41 E0571", "the view box is");
    check("logo.svg", &sized("viewBox='nan 0 1 1'"), "logo.svg:1:41 E0571", "the view box is");
    check("logo.svg", &sized("width='0' height='24'"), "logo.svg:1:41 E0571", "is 0 wide or high");
    check("logo.svg", &sized("width='9' height='-1px'"), "logo.svg:1:51 E0571", "is -1 wide or high");
    // Nothing to draw.
    check(
        "logo.svg",
        &svg("<text>Hello</text>"),
        "patch.pav:1:19 E0571",
        "nothing of `logo.svg` can be drawn",
    );
    check("logo.svg", &svg("<rect width='9' height='9' fill='none'/>"), "patch.pav:1:19 E0571", "nothing of");
    check(
        "logo.svg",
        &svg("<image href='a.png' width='9' height='9'/>"),
        "patch.pav:1:19 E0571",
        "nothing of",
    );
    check(
        "logo.svg",
        &svg("<defs><rect width='9' height='9'/></defs>"),
        "patch.pav:1:19 E0571",
        "nothing of",
    );
    check("logo.svg", &svg("<path d='M1e7 0 L1 1'/>"), "patch.pav:1:19 E0571", "nothing of");
}

#[test]
fn files_that_grow_without_end_are_stopped() {
    let check = check_file;
    // What uses itself, and what grows.
    check("logo.svg", &svg("<g id='a'><use href='#a'/></g>"), "logo.svg:2:11 E0571", "`a` uses itself");
    let circle =
        "<defs><g id='a'><use href='#b'/></g>\n<g id='b'><use href='#a'/></g></defs><use href='#a'/>";
    check("logo.svg", &svg(circle), "logo.svg:3:11 E0571", "`a` uses itself");
    let mut bomb = String::from("<defs><path id='a0' d=''/>");
    for k in 1..8 {
        let uses = format!("<use href='#a{}'/>", k - 1).repeat(10);
        bomb.push_str(&format!("<g id='a{k}'>{uses}</g>\n"));
    }
    check(
        "logo.svg",
        &svg(&(bomb + "</defs><use href='#a7'/>")),
        "logo.svg:2:",
        "more than 100000 elements are painted",
    );
    check(
        "logo.svg",
        &svg(&"<rect width='1' height='1'/>".repeat(10_001)),
        "logo.svg:2:",
        "more than 10000 parts",
    );
    let points = "L1 1 2 2".repeat(70_000);
    check(
        "logo.svg",
        &svg(&format!("<path d='M0 0{points}'/><path d='M0 0{points}'/>")),
        "logo.svg:2:",
        "more than 250000 points",
    );
    for depth in [200, 200_000] {
        check(
            "logo.svg",
            &svg(&format!("{}{}", "<g>".repeat(depth), "</g>".repeat(depth))),
            "logo.svg:2:388 E0571",
            "more than 128 deep",
        );
    }
    let laughs = "<!DOCTYPE svg [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>\
                  <!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;'><!ENTITY e '&d;&d;&d;&d;&d;&d;&d;&d;'>]>";
    check("logo.svg", &format!("{laughs}{}", svg("<g id='&e;'/>")), "logo.svg:", "is no XML");
}

/// What is wrong with how a patch uses artwork.
#[test]
fn artwork_is_used_as_it_can_be() {
    let check = |patch: &str, code: &str, words: &str| {
        let compiled = compiled(&format!("artwork logo from \"logo.svg\"\n{patch}"), &[("logo.svg", LOGO)]);
        let found: Vec<String> =
            compiled.diagnostics.iter().map(|found| format!("{} {}", found.code, found.message)).collect();
        assert!(
            found.len() == 1 && found[0].starts_with(code) && found[0].contains(words),
            "{patch}: {found:?}"
        );
    };
    check("draw artwork(logo) { size: 0.2 }", "E0552", "lacks a `position`");
    check("draw artwork(logo) { position: (0.5, 0.5) }", "E0552", "lacks a `size`");
    check("draw artwork(logo) { position: (0.5, 0.5), size: (0.2, 0.1) }", "E0531", "one number");
    check("draw artwork(logo) { position: (0.5, 0.5), size: -1 }", "E0525", "expected 0 or more");
    check("draw artwork(logo) { position: (0.5, 0.5), size: 1, stroke: #fff }", "E0551", "`stroke`");
    check("draw artwork { position: (0.5, 0.5), size: 1 }", "E0521", "lacks what it draws");
    check("draw artwork(3) { position: (0.5, 0.5), size: 1 }", "E0531", "draws an SVG file");
    check("draw artwork(logo, 3) { position: (0.5, 0.5), size: 1 }", "E0522", "draws one thing");
    check("draw artwork(it: logo) { position: (0.5, 0.5), size: 1 }", "E0522", "no parameter `it`");
    check("draw artwork(logos) { position: (0.5, 0.5), size: 1 }", "E0511", "`logos`");
    check("x = logo + 1\ndraw circle { position: (x, 0.5), size: 1, color: #fff }", "E0516", "rows of data");
    check(
        "artwork logo from \"logo.svg\"\ndraw artwork(logo) { position: (0.5, 0.5), size: 1 }",
        "E0514",
        "defined twice",
    );
    check(
        "artwork other \"logo.svg\"\ndraw artwork(logo) { position: (0.5, 0.5), size: 1 }",
        "E0501",
        "expected `from`",
    );
    check(
        "domain a[2] { artwork b from \"logo.svg\"\ndraw artwork(logo) { position: (0.5, 0.5), size: 1 } }",
        "E0507",
        "inside of a domain",
    );
}

#[test]
fn a_file_is_read_once_and_is_watched() {
    let patch = "artwork a from \"logo.svg\"\nartwork b from \"./logo.svg\"
        draw artwork(a) { position: (0.3, 0.5), size: 0.2 }
        draw artwork(b) { position: (0.7, 0.5), size: 0.2 }";
    let text = LOGO.replace("</svg>", "<text>Hello</text></svg>");
    let compiled = compiled(patch, &[("logo.svg", text.as_str())]);
    assert_eq!(compiled.files, ["patch.pav", "logo.svg"]);
    assert_eq!(compiled.diagnostics.iter().count(), 1, "{}", compiled.render());
    assert_eq!(compiled.program.expect("it is good").data().passes.len(), 6);
}

/// Pieces of files, in any order.
const PIECES: [&str; 44] = [
    "<g>",
    "</g>",
    "<g opacity='.5'>",
    "<svg>",
    "</svg>",
    "<svg x='1' width='3' viewBox='0 0 1 1'>",
    "<rect width='9' height='9'/>",
    "<rect id='a' width='1e30' height='1e-30' rx='nan'/>",
    "<use href='#a'/>",
    "<use href='#b' transform='scale(0)'/>",
    "<g id='b'>",
    "<path d='M0 0 L9 9 Z'/>",
    "<path d='M1e6 -1e6 a1 1 0 11 9 9 z' stroke='red' stroke-dasharray='1 0 3'/>",
    "<path d='",
    "'/>",
    "<symbol id='a' viewBox='0 0 0 1'>",
    "</symbol>",
    "<style>",
    "</style>",
    "a { fill: red",
    "} @media {",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "&amp;",
    "&x;",
    "<text>",
    "</text>",
    "<linearGradient id='c' href='#c'><stop/></linearGradient>",
    "<rect fill='url(#c) blue' width='3' height='3' stroke='url(#a)'/>",
    "style='fill:;;:red;stroke:#12'",
    "transform='rotate(1e300) skewX(90)'",
    "<circle r='5%'/>",
    "<ellipse rx='1' ry='auto'/>",
    "<polygon points='1 2 3'/>",
    "<polyline points='0,0 1e9,1 -5'/>",
    "<line/>",
    "<switch>",
    "</switch>",
    "<g clip-path='url(#b)' mask='none' filter='x'>",
    "<clipPath id='b'><rect width='1' height='1'/></clipPath>",
    "\u{feff}",
    "\u{0}",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Of any file there are parts or an error, and places are in it.
    #[test]
    fn any_file_ends(pieces in proptest::collection::vec(0..PIECES.len(), 0..24), cut in 0_usize..400, is_cut in any::<bool>()) {
        let inner: String = pieces.iter().map(|&piece| PIECES[piece]).collect();
        let mut text = format!("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'>{inner}</svg>");
        if is_cut && text.is_char_boundary(cut.min(text.len())) {
            text.truncate(cut.min(text.len()));
        }
        let patch = "artwork a from \"a.svg\"\ndraw artwork(a) { position: (0.5, 0.5), size: 0.2 }\n\
                     domain parts from a { draw path(shape) { position: home, size, color: fill, stroke, stroke_width, dash, opacity } }";
        let compiled = compiled(patch, &[("a.svg", text.as_str())]);
        prop_assert_eq!(compiled.program.is_none(), compiled.diagnostics.has_errors());
        for found in &compiled.diagnostics {
            let text = compiled.text(&found.file).expect("a file of the patch");
            let line = text.split('\n').nth(found.line as usize - 1);
            prop_assert!(line.is_some_and(|line| found.column as usize <= line.chars().count() + 1), "{:?}", found);
            prop_assert!(found.code != crate::diagnostic::Code::Builder, "{:?}", found);
        }
        if let Some(program) = compiled.program {
            engine_at(program, 0);
        }
    }
}
