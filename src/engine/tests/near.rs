//! Folds over the elements nearby, against looking at all others.

use super::{LEVELS, finish, lanes, of, settings};
use crate::engine::{Demand, Engine, EngineSettings};
use crate::frame::Frame;
use crate::math::arith;
use crate::program::{Births, Builder, DomainRef, Edge, Full, Value};

/// What a fold is made over, as plain numbers.
struct Seen {
    places: Vec<Vec<f64>>,
    values: Vec<f64>,
}

/// How near two elements are.
struct Rule {
    radius: f64,
    most: usize,
    wraps: bool,
}

impl Seen {
    fn of(frame: &Frame<'_>, dimensions: usize, wraps: bool) -> Self {
        let part = |x: f64| if wraps { f64::from(arith::fract(x as f32)) } else { x };
        let places =
            (0..dimensions).map(|k| lanes(frame, "place", k).into_iter().map(part).collect()).collect();
        Self { places, values: lanes(frame, "value", 0) }
    }

    /// The square of the distance of two, if both are somewhere.
    fn apart(&self, a: usize, b: usize, wraps: bool) -> Option<f64> {
        let mut sum = 0.0;
        for places in &self.places {
            let apart = (places[a] - places[b]).abs();
            let apart = if wraps { apart - (apart + 0.5).floor() } else { apart };
            sum += apart * apart;
        }
        sum.is_finite().then_some(sum)
    }

    /// The others of an element, ascending.
    fn others(&self, own: usize, rule: &Rule) -> Vec<usize> {
        let all = (0..self.values.len()).filter(|&other| other != own);
        let near = all.filter_map(|other| Some((self.apart(own, other, rule.wraps)?, other)));
        let mut near: Vec<(f64, usize)> = near.filter(|&(d, _)| d < rule.radius * rule.radius).collect();
        near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut others: Vec<usize> = near.into_iter().take(rule.most).map(|(_, other)| other).collect();
        others.sort_unstable();
        others
    }
}

/// The folds of `value` as fields.
fn folds(b: &Builder, d: DomainRef, pairs: Value<'_>) {
    let value = b.field(d, "value", b.random(d, 9) * 2.0 - b.index(d).to_float() * 0.01);
    let other = value.near_other(pairs);
    b.field(d, "sum", other.near_sum(pairs));
    b.field(d, "mean", other.near_mean(pairs));
    b.field(d, "min", other.near_min(pairs));
    b.field(d, "max", other.near_max(pairs));
    b.field(d, "mixed", (value.near_own(pairs) * other).near_sum(pairs));
    b.field(d, "count", b.bool(true).near_count(pairs));
    b.field(d, "lower", other.lt(value.near_own(pairs)).near_count(pairs));
    b.field(d, "nearest", other.abs().near_nearest(pairs));
    b.field(d, "indices", pairs.to_float().near_sum(pairs));
    b.field(d, "ones", b.float(1.5).near_sum(pairs));
}

/// Compares every fold of a frame with the model.
fn check(frame: &Frame<'_>, dimensions: usize, rule: &Rule) {
    let seen = Seen::of(frame, dimensions, rule.wraps);
    let found = |name: &str| lanes(frame, name, 0);
    let names = ["sum", "mean", "min", "max", "mixed", "count", "lower", "nearest", "indices", "ones"];
    let all = names.map(found);
    for own in 0..seen.values.len() {
        let others = seen.others(own, rule);
        let value = |&other: &usize| seen.values[other];
        let sum = others.iter().map(value).sum::<f64>();
        let mine = seen.values[own] as f32;
        let mixed: f64 = others.iter().map(|other| f64::from(mine * seen.values[*other] as f32)).sum();
        let some = |number: f64| if others.is_empty() { 0.0 } else { number };
        let nearest = others.iter().min_by(|a, b| value(a).abs().total_cmp(&value(b).abs()));
        let expected = [
            sum,
            some(sum / others.len() as f64),
            some(others.iter().map(value).fold(f64::INFINITY, f64::min)),
            some(others.iter().map(value).fold(f64::NEG_INFINITY, f64::max)),
            mixed,
            others.len() as f64,
            others.iter().filter(|&other| value(other) < seen.values[own]).count() as f64,
            nearest.map_or(-1.0, |&other| other as f64),
            others.iter().sum::<usize>() as f64,
            others.len() as f64 * 1.5,
        ];
        for ((name, found), expected) in names.iter().zip(&all).zip(expected) {
            assert_eq!(found[own], f64::from(expected as f32), "{name} of {own}: {others:?}");
        }
    }
}

#[test]
fn folds_are_what_looking_at_all_gives() {
    for (count, radius, most, wraps) in [
        (0, 0.1, 4, false),
        (1, 0.1, 4, false),
        (2, 3.0, 4, true),
        (300, 0.1, 24, false),
        (300, 0.1, 24, true),
        (300, 0.3, 5, false),
        (257, 0.0, 5, false),
        (700, 0.05, 1, true),
    ] {
        let b = Builder::new("near");
        let d = b.domain("d", count);
        let at = |salt| b.random(d, salt) * 1.2 - 0.1 + b.time() * b.random(d, salt + 7);
        // Every seventh is nowhere.
        let is_lost = b.index(d).modulo(b.int(7)).equals(b.int(3));
        let x = is_lost.select(b.float(0.0) / (at(1) * 0.0), at(1));
        let place = b.field(d, "place", b.vec2(x, at(2)));
        let edge = if wraps { Edge::Wrap } else { Edge::Clamp };
        folds(&b, d, b.near(place, b.float(radius), most, edge));
        let mut engine = of(&finish(&b));
        let rule = Rule { radius, most: most as usize, wraps };
        for index in [0, 1, 40] {
            check(&engine.frame(index).expect("a frame"), 2, &rule);
        }
    }
}

#[test]
fn a_third_coordinate_and_a_radius_that_moves() {
    let b = Builder::new("deep");
    let d = b.domain("d", 400);
    let at = |salt| b.random(d, salt);
    let place = b.field(d, "place", b.vec3(at(1), at(2), at(3)));
    // Below 0 in the beginning.
    let radius = b.signal("radius", b.time() * 0.2 - 0.05);
    folds(&b, d, b.near(place, radius, 200, Edge::Clamp));
    let mut engine = of(&finish(&b));
    for index in [0, 10, 20, 60, 120] {
        let frame = engine.frame(index).expect("a frame");
        let radius = super::signal(&frame, "radius");
        check(&frame, 3, &Rule { radius: radius.max(0.0), most: 200, wraps: false });
    }
}

/// Elements that come and go: as many as a number says, and those that are born.
#[test]
fn elements_that_come_and_go() {
    for is_born in [false, true] {
        let b = Builder::new("live");
        let d = if is_born {
            let d = b.born_domain("d", 150, Births { every: b.float(0.01), full: Full::Evict });
            b.lives(d, b.random(d, 5) * 2.0 + 0.1);
            d
        } else {
            b.counted_domain("d", 150, b.time().sin().abs() * 160.0)
        };
        let place = b.field(d, "place", b.vec2(b.random(d, 1), b.random(d, 2)));
        folds(&b, d, b.near(place, b.float(0.2), 16, Edge::Wrap));
        let mut engine = of(&finish(&b));
        for index in (0..200).step_by(9) {
            let frame = engine.frame(index).expect("a frame");
            check(&frame, 2, &Rule { radius: 0.2, most: 16, wraps: true });
        }
    }
}

/// A fold of what another one gave, and pairs by places that a fold has moved.
#[test]
fn folds_of_folds() {
    let b = Builder::new("twice");
    let d = b.domain("d", 200);
    let place = b.field(d, "first", b.vec2(b.random(d, 1), b.random(d, 2)));
    let pairs = b.near(place, b.float(0.15), 30, Edge::Clamp);
    let crowd = b.field(d, "crowd", b.bool(true).near_count(pairs).to_float());
    let crowds = b.field(d, "crowds", crowd.near_other(pairs).near_sum(pairs));
    let moved = b.field(d, "place", place.near_other(pairs).near_mean(pairs));
    b.field(d, "moving", crowds + b.time());
    folds(&b, d, b.near(moved, b.float(0.05), 12, Edge::Clamp));
    let mut engine = of(&finish(&b));
    let frame = engine.frame(3).expect("a frame");
    check(&frame, 2, &Rule { radius: 0.05, most: 12, wraps: false });
    let of_first = Seen {
        places: (0..2).map(|k| lanes(&frame, "first", k)).collect(),
        values: lanes(&frame, "crowd", 0),
    };
    let rule = Rule { radius: 0.15, most: 30, wraps: false };
    let crowds = lanes(&frame, "crowds", 0);
    for (own, &crowds) in crowds.iter().enumerate() {
        let others = of_first.others(own, &rule);
        assert_eq!(of_first.values[own], others.len() as f64);
        assert_eq!(crowds, others.iter().map(|&other| of_first.values[other]).sum::<f64>());
    }
}

/// What a fold gives is the same wherever it is read: in a draw, in a reduction, in a reaction, beside springs.
#[test]
fn at_any_level_and_drawn_or_not() {
    let b = Builder::new("drawn");
    let d = b.domain("d", 500);
    let place = b.field(d, "place", b.vec2(b.random(d, 1) + b.time(), b.random(d, 2)));
    let pairs = b.near(place, b.float(0.1), 24, Edge::Wrap);
    let crowd = b.bool(true).near_count(pairs).to_float();
    let color = b.hsv(crowd * 0.1, 0.5, crowd.near_other(pairs).near_mean(pairs) * 0.1);
    b.pass("dots", d).position(place).size(crowd * 0.002).color(color).draw();
    let program = finish(&b);
    let run = |settings: EngineSettings| {
        let mut engine = Engine::with_settings(program.clone(), settings).expect("it fits");
        [0, 5, 6].map(|index| engine.frame(index).expect("a frame").hash())
    };
    let reference = run(settings(&program, Demand::Drawn));
    assert_eq!(run(settings(&program, Demand::Everything)), reference);
    for level in LEVELS {
        assert_eq!(
            run(EngineSettings { level, ..settings(&program, Demand::Drawn) }),
            reference,
            "{level:?}"
        );
    }
}

/// Radii of the same pairs, pairs of two domains, and more folds than a sweep has columns.
#[test]
fn many_pairs_and_many_folds() {
    let b = Builder::new("many");
    let [d, e] = ["d", "e"].map(|name| b.domain(name, 90));
    let place = |d| b.vec2(b.random(d, 1), b.random(d, 2));
    let pairs = b.near(place(d), b.float(0.2), 10, Edge::Clamp);
    let others = b.near(place(e), b.float(0.2), 10, Edge::Clamp);
    let index = b.index(d).to_float().near_other(pairs);
    for k in 0..30 {
        b.field(d, &format!("f{k}"), (index * f64::from(k)).near_sum(pairs));
    }
    b.field(e, "sum", b.index(e).to_float().near_other(others).near_sum(others));
    let mut engine = of(&finish(&b));
    let frame = engine.frame(0).expect("a frame");
    let one = lanes(&frame, "f1", 0);
    assert!(one.iter().any(|&sum| sum > 0.0));
    for k in 0..30 {
        let expected: Vec<f64> = one.iter().map(|sum| sum * f64::from(k)).collect();
        assert_eq!(lanes(&frame, &format!("f{k}"), 0), expected);
    }
}
