//! Elements that come and go, from source to the rows of a program.

use super::program;
use crate::math::easing::Ease;
use crate::program::{Full, Live, Op, Policy, Program, Type, Unit};
use crate::time::Flicks;

fn live(program: &Program) -> &Live {
    program.data().domains[0].live.as_ref().expect("a live domain")
}

/// The number that a node is, where it is a constant.
fn constant(program: &Program, node: u32) -> Option<f64> {
    let data = program.data();
    let node = &data.nodes[node as usize];
    (node.op == Op::Const).then(|| data.constants.get(node.storage?, node.index?)).flatten()
}

#[test]
fn a_count_that_changes_is_counted() {
    let source = "n = 10 + floor(scalar(time)) * 5\ndomain dots[n max 60] { x = rank }\nm = dots.count + 1";
    let counted = program(source);
    let domain = &counted.data().domains[0];
    assert_eq!((domain.count, domain.capacity), (0, 60));
    assert!(matches!(live(&counted), Live::Counted { .. }));
    // An int as well, and an element's identity does not depend on other domains.
    let other =
        program(&format!("domain before[3] {{ y = rank }}\n{}", source.replace("[n max", "[int(n) max")));
    assert_eq!(other.data().domains[1].seed, domain.seed);
    assert!(matches!(other.data().domains[1].live, Some(Live::Counted { .. })));
}

#[test]
fn a_count_that_is_known_is_fixed() {
    for count in ["20", "n", "n * 2 max 50", "(host) max 20"] {
        let fixed = program(&format!("n = 10\nhost = 20\ndomain dots[{count}] {{ x = rank }}"));
        assert_eq!(fixed.data().domains[0].live, None, "{count}");
    }
}

#[test]
fn a_state_may_count_elements() {
    let remembered = program(
        "state n = 10\nnext n = if sum(dots.x) > 3 then 5 else 10\ndomain dots[n max 60] { x = rank }",
    );
    assert!(matches!(live(&remembered), Live::Counted { .. }));
}

#[test]
fn a_count_may_come_of_other_elements() {
    let other = program("domain a[3] { x = rank }\ndomain b[sum(a.x) * 3 max 60] { y = rank }");
    assert!(matches!(other.data().domains[1].live, Some(Live::Counted { .. })));
}

#[test]
fn births_take_times_and_frequencies() {
    let check = |every: &str, expected: f64| {
        let born = program(&format!("domain d[born every {every}, lives 1.5s, max 9] {{ x = rank }}"));
        let Live::Born { every: node, lives, full } = *live(&born) else { panic!("not born") };
        assert_eq!(constant(&born, node), Some(expected), "{every}");
        assert_eq!((constant(&born, lives), full), (Some(1.5), Full::Refuse));
    };
    check("5ms", 0.005);
    check("0.5s / 100", 0.005);
    check("200hz", 0.005);
    check("gap, lives 1.5s, max 9] { x = rank }\ngap = 40hz\ndomain e[born every 1s", 0.025);
}

#[test]
fn lives_may_depend_on_the_element() {
    let born = program(
        "longest = 1s * wave.sine(cycle(3s))
        domain d[born every 5ms * (1.5 + wave.sine(cycle(2s))), lives 0.5s + longest * random(1), max 500, evict oldest] {
            x = (scalar(age), life)
            shown = if is_new then 0 else life
        }",
    );
    let Live::Born { every, lives, full } = *live(&born) else { panic!("not born") };
    assert_eq!((constant(&born, every), constant(&born, lives), full), (None, None, Full::Evict));
}

#[test]
fn the_host_gives_inputs_of_elements() {
    let given = program(
        "domain stars[host max 500, match nearest(0.1)] {
            input x: float = 0.5
            input lasts = 2s
            input position: vec2 = (0.5, 0.25)
            draw circle { position, size: x, color: #fff }
        }",
    );
    let Live::Host { inputs, nearest, ids: _, view: _, letters: _ } = live(&given) else {
        panic!("not of the host")
    };
    let found: Vec<_> =
        inputs.iter().map(|i| (i.name.as_str(), i.ty, i.unit, i.default.as_slice())).collect();
    let expected: [(&str, Type, Unit, &[f64]); 3] = [
        ("x", Type::Float, Unit::Scalar, &[0.5]),
        ("lasts", Type::Float, Unit::Second, &[2.0]),
        ("position", Type::Vec2, Unit::Scalar, &[0.5, 0.25]),
    ];
    assert_eq!(found, expected);
    assert_eq!(nearest.map(|nearest| (nearest.input, nearest.radius)), Some((2, 0.1)));
}

#[test]
fn values_at_birth_are_cells() {
    let taken =
        program("domain d[3] { at birth speed = 0.2 + random(3)\nat birth came = lag(time, 1s)\nx = speed }");
    let keys: Vec<&str> = taken.data().cells.iter().map(|cell| cell.key.as_str()).collect();
    assert_eq!(keys, ["d.speed", "d.came/lag", "d.came"]);
    assert!(taken.data().cells.iter().all(|cell| cell.key.contains("lag") || cell.domain == Some(0)));
}

#[test]
fn every_way_to_go_on() {
    let check = |ty: &str, way: &str, expected: Option<Policy>| {
        let source = format!(
            "domain d[frame max 9] {{ x = {ty} ~ {way}\ndraw circle {{ position: (rank, 0), size: 0.1, color: #fff }} }}"
        );
        let rows = program(&source).data().continuities.clone();
        let found: Vec<_> = rows.iter().map(|row| (row.key.as_str(), row.domain, row.policy)).collect();
        assert_eq!(
            found,
            expected.map(|policy| ("d.x", 0, policy)).into_iter().collect::<Vec<_>>(),
            "{ty} {way}"
        );
        assert_eq!(rows.first().is_some_and(|row| row.turns), ty.contains("turn"), "{ty}");
    };
    let flicks = |seconds| Flicks::from_secs_f64(seconds).expect("a time");
    check("rank", "none", None);
    check("rank", "preserve", Some(Policy::Preserve {}));
    check("layout.circle()", "slew(300ms)", Some(Policy::Slew { tau: flicks(0.3) }));
    check("(rank, 1, 2)", "slew(0s)", Some(Policy::Slew { tau: Flicks::ZERO }));
    check("rank * 1turn", "spring(400ms)", Some(Policy::Spring { response: flicks(0.4), bounce: 0.0 }));
    check(
        "hsv(rank, 1, 1)",
        "spring(400ms, bounce: 0.3)",
        Some(Policy::Spring { response: flicks(0.4), bounce: 0.3 }),
    );
    check("(0.5, 0.5)", "crossfade(500ms)", Some(Policy::Crossfade { window: flicks(0.5), curve: None }));
    let curve = Some(Ease::OutCubic);
    check("#f80", "crossfade(500ms, ease.out_cubic)", Some(Policy::Crossfade { window: flicks(0.5), curve }));
}

#[test]
fn keys_are_made_of_names() {
    let keys = |source: &str| {
        let program = program(source);
        let data = program.data();
        let continuities: Vec<String> = data.continuities.iter().map(|row| row.key.clone()).collect();
        let fades: Vec<String> = data.fades.iter().map(|row| row.key.clone()).collect();
        (continuities, fades)
    };
    let body = "position = (rank, 0) ~ slew(1s)
        shown = fade(in: 1s)
        draw circle { position, size: 0.1 * shown, color: #fff * fade(out: 1s), opacity: fade(out: 1s) * fade(in: 2s) }";
    let (continuities, mut fades) = keys(&format!("domain d[frame max 9] {{ {body} }}"));
    assert_eq!(continuities, ["d.position"]);
    fades.sort();
    assert_eq!(fades, ["d.circle.color", "d.circle.opacity", "d.circle.opacity (2)", "d.shown"]);
    // An edit elsewhere and other times keep them.
    let body = body.replace("1s", "700ms");
    let (continuities, mut fades) = keys(&format!(
        "domain c[3] {{ y = rank ~ slew(1s) }}\ndomain d[frame max 9] {{ z = fade(in: 1s)\n{body} }}"
    ));
    assert_eq!(continuities, ["c.y", "d.position"]);
    fades.sort();
    assert_eq!(fades, ["d.circle.color", "d.circle.opacity", "d.circle.opacity (2)", "d.shown", "d.z"]);
}

#[test]
fn a_draw_may_cut() {
    let cut = |attribute: &str| {
        let source = format!("draw circle {{ position: (0, 0), size: 0.1, color: #fff{attribute} }}");
        program(&source).data().passes[0].cuts
    };
    assert!(cut(", continuity: none"));
    assert!(!cut(""));
}

#[test]
fn names_of_elements_may_be_defined() {
    let source = "age = 3
        fn f(life) = life * 2
        domain d[3] {
            is_new = age + f(rank) * 2
            born = is_new
        }
        x = mean(d.born)";
    let found = super::value(&mut super::played(source, 0), "x");
    super::assert_near(&found, &[5.0], source);
}
