//! Files of a few lines: the parts that they give.

use super::lacks::Lack;
use super::walk;
use super::*;

fn source(text: &str) -> Source<'_> {
    Source { wanted: "`a.svg`".into(), file: 0, text, named: Span::default() }
}

/// The parts of what is inside of a view box of 100, and what of it is not drawn.
fn parts(inner: &str) -> (Vec<Part>, Vec<Lack>) {
    let text = format!("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 100'>{inner}</svg>");
    let (artwork, lacks) = walk::read(&source(&text));
    (artwork.expect("it is good").parts, lacks.kinds())
}

/// The one part of what is inside, of which nothing is missing.
fn part(inner: &str) -> Part {
    let (mut parts, lacks) = parts(inner);
    assert_eq!((parts.len(), lacks), (1, vec![]), "{inner}");
    parts.remove(0)
}

#[test]
fn a_part_has_what_its_element_says() {
    let found = part(
        "<g id='all' fill-rule='evenodd'><path id='one' d='M50 50 L75 20 L80 80 Z' fill='#f00' fill-opacity='.5' stroke='#00f' \
         stroke-width='10' stroke-linecap='square' stroke-linejoin='bevel' stroke-dasharray='5 20' stroke-dashoffset='50' opacity='.25'/></g>",
    );
    let pen = Pen {
        color: [0.0, 0.0, 1.0, 1.0],
        width: 0.1,
        cap: Cap::Square,
        join: Join::Bevel,
        dash: Some(Dash { on: 0.05, off: 0.2, offset: 0.5 }),
    };
    let outline = Outline { verbs: "MLLZ".into(), points: vec![[0.0, 0.0], [0.25, -0.3], [0.3, 0.3]] };
    let expected = Part {
        outline,
        rule: FillRule::EvenOdd,
        fill: Some([1.0, 0.0, 0.0, 0.5]),
        pen: Some(pen),
        opacity: 0.25,
        id: "one".into(),
        group: "all".into(),
    };
    assert_eq!(found, expected);
}

#[test]
fn numbers_without_end_are_far_away() {
    let check = |more: &str| {
        let (found, lacks) =
            parts(&format!("<path d='M0 0 H9' stroke='#000'/><path d='M2 5 H20' stroke='#000' {more}/>"));
        assert!(found.len() == 1 && lacks.contains(&Lack::Far), "{more}: {} {lacks:?}", found.len());
    };
    check("stroke-dasharray='1 2' pathLength='1e-300'");
    check("stroke-dasharray='1 2' stroke-dashoffset='1e300'");
    check("stroke-width='1e200'");
    check("transform='translate(1e100)'");
}

#[test]
fn parts_come_in_the_order_of_the_file_with_their_groups() {
    let (found, lacks) = parts(
        "<defs><path id='leaf' d='M0 0 H9 V9 Z'/></defs><rect id='back' width='100' height='100'/><g id='plant'><g><use href='#leaf'/></g>\
         <g id='pot'><rect width='9' height='9'/></g></g><use id='other' href='#leaf' x='20'/>",
    );
    let names: Vec<(&str, &str)> = found.iter().map(|part| (part.id.as_str(), part.group.as_str())).collect();
    assert_eq!(names, [("back", ""), ("leaf", "plant"), ("", "pot"), ("leaf", "other")]);
    assert_eq!(lacks, []);
    assert_eq!(found[3].outline.points[0], [-0.3, -0.5]);
}

#[test]
fn opacity_is_that_of_everything_around() {
    let found = part("<g opacity='.5'><g opacity='50%'><rect width='9' height='9' opacity='.5'/></g></g>");
    assert_eq!((found.opacity, found.fill), (0.125, Some([0.0, 0.0, 0.0, 1.0])));
    // Beside one another, and over one another.
    let check = |x: u32, expected: &[Lack]| {
        let (parts, lacks) = parts(&format!(
            "<g opacity='.5'><rect width='20' height='9'/><rect x='{x}' width='20' height='9'/></g>"
        ));
        assert_eq!(lacks, expected, "{x}");
        assert!(parts.iter().all(|part| part.opacity == 0.5));
    };
    check(20, &[]);
    check(19, &[Lack::Overlap]);
}

#[test]
fn dashes_are_in_the_units_of_the_path() {
    let dash = |attributes: &str| {
        let (found, _) = parts(&format!("<path d='M10 10 H90' stroke='#000' {attributes}/>"));
        found[0].pen.unwrap().dash.unwrap()
    };
    let expected = Dash { on: 0.08, off: 0.16, offset: 0.04 };
    assert_eq!(dash("stroke-dasharray='8 16' stroke-dashoffset='4'"), expected);
    assert_eq!(dash("stroke-dasharray='1 2' stroke-dashoffset='.5' pathLength='10'"), expected);
    let cut = |attributes: &str| {
        part(&format!("<path d='M10 10 H90' fill='none' stroke='#000' {attributes}/>")).outline
    };
    assert_eq!(cut("stroke-dasharray='8 16 24 32'").verbs, "MLML");
    assert_eq!(cut("stroke-dasharray='8 16 24 32'"), cut("stroke-dasharray='1 2 3 4' pathLength='10'"));
}

#[test]
fn a_stroke_under_its_fill_is_a_part_of_its_own() {
    let (found, _) = parts("<rect width='50' height='50' stroke='#fff' paint-order='stroke'/>");
    let paints: Vec<(bool, bool)> =
        found.iter().map(|part| (part.fill.is_some(), part.pen.is_some())).collect();
    assert_eq!(paints, [(false, true), (true, false)]);
}

#[test]
fn gradients_are_the_mean_of_their_stops() {
    let check = |stops: &str, expected: Color| {
        let (found, lacks) = parts(&format!(
            "<linearGradient id='b'>{stops}</linearGradient><linearGradient id='a' href='#b'/><rect width='9' height='9' fill='url(#a)'/>"
        ));
        let fill = found[0].fill.unwrap();
        assert!(fill.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9), "{stops}: {fill:?}");
        assert_eq!(lacks, [Lack::Gradient], "{stops}");
    };
    check("<stop stop-color='#f00'/><stop offset='1' stop-color='#00f'/>", [0.5, 0.0, 0.5, 1.0]);
    check(
        "<stop offset='50%' stop-color='#f00'/><stop offset='1' stop-color='#00f'/>",
        [0.75, 0.0, 0.25, 1.0],
    );
    check("<stop offset='.5' stop-color='#f00'/><stop offset='.2' stop-color='#00f'/>", [0.5, 0.0, 0.5, 1.0]);
    check(
        "<stop stop-color='#f00'/><stop offset='1' stop-color='#00f' stop-opacity='0'/>",
        [1.0, 0.0, 0.0, 0.5],
    );
}

#[test]
fn sizes_of_the_whole() {
    // The box of a square that fills the whole view box, as the root has it.
    let check = |root: &str, expected: [[f64; 2]; 2]| {
        let text =
            format!("<svg xmlns='http://www.w3.org/2000/svg' {root}><rect width='10' height='10'/></svg>");
        let (artwork, _) = walk::read(&source(&text));
        let [low, high] = artwork.unwrap().parts[0].outline.bounds().unwrap();
        let near = |a: [f64; 2], b: [f64; 2]| (0..2).all(|k| (a[k] - b[k]).abs() < 1e-12);
        assert!(near(low, expected[0]) && near(high, expected[1]), "{root}: {low:?} {high:?}");
    };
    check("viewBox='0 0 10 10'", [[-0.5; 2], [0.5; 2]]);
    check("viewBox='0 0 20 10'", [[-0.5, -0.25], [0.0, 0.25]]);
    check("viewBox='0 0 10 10' width='20' height='10'", [[-0.25, -0.25], [0.25, 0.25]]);
    check(
        "viewBox='0 0 10 10' width='20' height='10' preserveAspectRatio='none'",
        [[-0.5, -0.25], [0.5, 0.25]],
    );
    check("viewBox='0 0 10 10' width='50%' height='100%'", [[-0.5; 2], [0.5; 2]]);
    check("width='20' height='20'", [[-0.5; 2], [0.0; 2]]);
    check("width='20'", [[-0.5; 2], [0.5; 2]]);
    check("viewBox='5 5 10 10' width='3cm'", [[-1.0; 2], [0.0; 2]]);
}

/// Everything takes the project's own sines: the bits of what turns and curves most.
#[test]
fn points_have_the_same_bits_everywhere() {
    let (found, _) = parts(
        "<g transform='rotate(37 3 9) skewX(11.3) translate(.1 .7)'><path d='M10 30 A22 13 31 1 0 54 32 a7 9 -80 0 1 -20 30' \
         transform='rotate(-71.3)'/></g>",
    );
    let bits = |hash: u32, value: &f64| crate::math::hash::hash2(hash, (*value as f32).to_bits());
    let hash = found[0].outline.points.iter().flatten().fold(0, bits);
    assert_eq!(hash, 3_941_528_643);
}
