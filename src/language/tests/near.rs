//! Folds over the elements nearby, from the patch to the values.

use super::{played, value};

/// A number per element of `dots`.
fn values(source: &str, name: &str) -> Vec<f64> {
    value(&mut played(source, 0), &format!("dots.{name}"))
}

#[track_caller]
fn check(expression: &str, expected: &[f64]) {
    let source = format!(
        "domain dots[5] {{ position = (index * 0.1, 0.5)\n speed = index * index\n x = {expression} }}"
    );
    assert_eq!(values(&source, "x"), expected, "{expression}");
}

#[test]
fn what_a_fold_gives() {
    check("count(other near (position, 0.15))", &[1.0, 2.0, 2.0, 2.0, 1.0]);
    check("count(other near (position, 0.15, wrap: true))", &[1.0, 2.0, 2.0, 2.0, 1.0]);
    check("count(o near (position, 0.65, wrap: true))", &[4.0; 5]);
    check("count(other near (position, 0.45, most: 3))", &[3.0; 5]);
    check("count(other.index > index for other near (position, 0.25))", &[2.0, 2.0, 2.0, 1.0, 0.0]);
    check("sum(other.index for other near (position, 0.15))", &[1.0, 2.0, 4.0, 6.0, 3.0]);
    check("sum(other.speed for other near (position, 0.15))", &[1.0, 4.0, 10.0, 20.0, 9.0]);
    check("sum(other.speed - speed for other near (position, 0.15))", &[1.0, 2.0, 2.0, 2.0, -7.0]);
    check("max(other.speed for other near (position, 0.15))", &[1.0, 4.0, 9.0, 16.0, 9.0]);
    check("min(other.speed for other near (position, 0.15))", &[1.0, 0.0, 1.0, 4.0, 9.0]);
    check("sum((speed at other.index) for other near (position, 0.15))", &[1.0, 4.0, 10.0, 20.0, 9.0]);
    check("mean(2 for other near (position, 0.01))", &[0.0; 5]);
    check("nearest(other near (position * position, 0.5))", &[1.0, 0.0, 1.0, 2.0, 3.0]);
    check("nearest(-other.speed for other near (position, 0.15))", &[1.0, 2.0, 3.0, 4.0, 3.0]);
    check("nearest(other near (position, 0.05))", &[-1.0; 5]);
    check("round(sum(other.offset.x for other near (position, 0.15)) * 10)", &[1.0, 0.0, 0.0, 0.0, -1.0]);
    check("round(sum(other.distance for other near (position, 0.15)) * 10)", &[1.0, 2.0, 2.0, 2.0, 1.0]);
    check("sum(other.position.yx.x\n for other\n near (position, 0.15))", &[0.5, 1.0, 1.0, 1.0, 0.5]);
    check(
        "sum({ a = other.speed\n a + index } for other near (position, 0.15))",
        &[1.0, 6.0, 14.0, 26.0, 13.0],
    );
}

/// Functions are written into a fold as elsewhere; the other's name is not theirs.
#[test]
fn functions_in_folds() {
    let source = "
        fn pull(a, b) = a * 10 + b
        fn rank_of() = index
        domain dots[3] {
            position = (index * 0.1, 0.5)
            x = sum(pull(other.index, rank_of()) for other near (position, 0.15))
        }
    ";
    assert_eq!(values(source, "x"), [10.0, 22.0, 12.0]);
    let names = "
        domain dots[3] {
            for = 3; near = 2; other = 1
            x = (near + for) * max(other, near)
        }
    ";
    assert_eq!(values(names, "x").first(), Some(&10.0));
}

/// What a fold gives is read across domains, drawn, and kept.
#[test]
fn folds_are_values() {
    let source = "
        domain dots[40] {
            state place = (random(1), random(2))
            crowd = count(other near (place, 0.3, wrap: true))
            slow = lag(crowd, 100ms)
            next place = fract(place + 0.01 * mean(other.offset for other near (place, 0.3, wrap: true)))
            draw circle { position: place, size: 0.001 * slow, color: hsv(crowd * 0.05, 1, 1) }
        }
        all = sum(dots.crowd)
    ";
    let first = value(&mut played(source, 0), "all")[0];
    assert!(first > 40.0 && (first / 2.0).fract() == 0.0, "pairs are seen from both sides: {first}");
    let moved = value(&mut played(source, 30), "dots.place");
    assert!(moved.iter().all(|part| (0.0..1.0).contains(part)), "{moved:?}");
}
