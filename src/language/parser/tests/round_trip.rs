//! Random sound sources: what is written is what is read.

use proptest::prelude::*;

use super::{check, value};

/// How tightly the outermost operator of a source binds: an operand that binds less needs parentheses.
const LOOSE: u8 = 0;
const TIGHT: u8 = 9;

#[derive(Clone, Debug)]
struct Written {
    source: String,
    tree: String,
    tightness: u8,
}

impl Written {
    /// In parentheses where it must be.
    fn at_least(&self, tightness: u8) -> String {
        if self.tightness < tightness { format!("({})", self.source) } else { self.source.clone() }
    }
}

fn leaf() -> impl Strategy<Value = Written> {
    let leaves = [
        ("1", "1"),
        ("2.5", "2.5f"),
        ("12s", "12s"),
        (".5turn", "0.5fturn"),
        ("#fff", "#[1, 1, 1, 1]"),
        ("a", "a"),
        ("next", "next"),
        ("a.x", "(.x a)"),
        ("true", "true"),
        ("\"t\"", "\"t\""),
        ("f()", "(call f)"),
    ];
    proptest::sample::select(leaves.to_vec()).prop_map(|(source, tree)| Written {
        source: source.into(),
        tree: tree.into(),
        tightness: TIGHT,
    })
}

fn binary(left: &Written, right: &Written, op: &str, tightness: u8) -> Written {
    // Comparisons are not chained, so both sides of one bind tighter.
    let left_tightness = if tightness == 4 { 5 } else { tightness };
    let source = format!("{} {op} {}", left.at_least(left_tightness), right.at_least(tightness + 1));
    Written { source, tree: format!("({op} {} {})", left.tree, right.tree), tightness }
}

fn written() -> impl Strategy<Value = Written> {
    leaf().prop_recursive(6, 40, 3, |inner| {
        let operators = vec![
            ("or", 1),
            ("and", 2),
            ("==", 4),
            ("!=", 4),
            ("<", 4),
            ("<=", 4),
            (">", 4),
            (">=", 4),
            ("+", 5),
            ("-", 5),
            ("*", 6),
            ("/", 6),
            ("%", 6),
        ];
        let three = (inner.clone(), inner.clone(), inner.clone());
        prop_oneof![
            4 => (inner.clone(), inner.clone(), proptest::sample::select(operators))
                .prop_map(|(left, right, (op, tightness))| binary(&left, &right, op, tightness)),
            1 => inner.clone().prop_map(|value| Written {
                source: format!("-{}", value.at_least(7)),
                tree: format!("(- {})", value.tree),
                tightness: 7,
            }),
            1 => inner.clone().prop_map(|value| Written {
                source: format!("not {}", value.at_least(3)),
                tree: format!("(not {})", value.tree),
                tightness: 3,
            }),
            1 => three.clone().prop_map(|(condition, then, otherwise)| Written {
                source: format!("if {} then {} else {}", condition.source, then.source, otherwise.source),
                tree: format!("(if {} {} {})", condition.tree, then.tree, otherwise.tree),
                tightness: LOOSE,
            }),
            1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| Written {
                source: format!("({}, {})", a.source, b.source),
                tree: format!("(vec {} {})", a.tree, b.tree),
                tightness: TIGHT,
            }),
            1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| Written {
                source: format!("wave.mix({},\n b: {})", a.source, b.source),
                tree: format!("(call wave.mix {} b:{})", a.tree, b.tree),
                tightness: TIGHT,
            }),
            1 => inner.clone().prop_map(|value| Written {
                source: format!("{}.y", value.at_least(TIGHT)),
                tree: format!("(.y {})", value.tree),
                tightness: TIGHT,
            }),
            1 => three.prop_map(|(a, b, result)| Written {
                source: format!("{{ a = {}  b = {};\n {} }}", a.source, b.source, result.at_least(LOOSE)),
                tree: format!("(block (a {}) (b {}) {})", a.tree, b.tree, result.tree),
                tightness: TIGHT,
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn expressions(written in written()) {
        value(&written.source, &written.tree);
    }

    #[test]
    fn continuity(a in written(), b in written(), c in written()) {
        let source = format!("a = {} ~ slew({}, bounce: {})", a.source, b.source, c.source);
        check(&source, &format!("(= a {} (~ slew {} bounce:{}))", a.tree, b.tree, c.tree));
    }

    #[test]
    fn timelines(a in written(), b in written(), c in written(), d in written()) {
        let source = format!("timeline t over {} {{ p: {}, q: {} at {} }}", a.source, b.source, c.source, d.source);
        check(&source, &format!("(timeline t over {} (p {}) (q {} at {}))", a.tree, b.tree, c.tree, d.tree));
        let shift = [&b, &c].map(|shift| shift.at_least(6));
        let source = format!("timeline t {{\n p: {} after q - {} + {}\n q: 1s }}", a.source, shift[0], shift[1]);
        check(&source, &format!("(timeline t (p {} after q (+ (- 0s {}) {})) (q 1s))", a.tree, b.tree, c.tree));
    }

    #[test]
    fn elements(a in written(), b in written(), c in written()) {
        let ([a, b, c], [x, y, z]) = ([&a.source, &b.source, &c.source], [&a.tree, &b.tree, &c.tree]);
        check(&format!("domain d[{a} max {b}] {{ at birth e = {c} }}"), &format!("(domain d {x} max {y} (at birth e {z}))"));
        check(&format!("domain d[born every {a}, lives {b}, max {c}] {{}}"), &format!("(domain d born every {x} lives {y} max {z})"));
        check(&format!("domain d[host max {a}, match nearest({b})] {{}}"), &format!("(domain d host max {x} nearest {y})"));
    }
}
