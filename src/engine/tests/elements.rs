//! Elements that come and go: counted, born and given by the host, against what plain Rust says of the same.

use super::{engine, finish, lanes, of, signal};
use crate::engine::{ElementValues, Engine, EngineError, EngineSettings};
use crate::frame::Frame;
use crate::program::{Births, Builder, ChannelKind, Continuity, DomainRef, Full, Type, Unit, Value};
use crate::time::FrameRate;

/// A channel for a number.
fn number<'b>(b: &'b Builder, name: &str) -> Value<'b> {
    b.channel(name, Type::Float, &[0.0], ChannelKind::Hold)
}

/// White discs of a domain.
fn drawn<'b>(b: &'b Builder, domain: DomainRef, x: Value<'b>) {
    let white = b.rgba(1.0, 1.0, 1.0, 1.0);
    b.pass("discs", domain).position(b.vec2(x, 0.5)).size(0.1).color(white).draw();
}

/// An engine that evaluates everything at a frame rate.
pub(super) fn at_rate(b: &Builder, rate: u32) -> Engine {
    let settings = EngineSettings { frame_rate: FrameRate::new(rate, 1), ..EngineSettings::default() };
    let demand = crate::engine::Demand::Everything;
    Engine::fitted(finish(b), 1.0, EngineSettings { demand, ..settings }).expect("it fits")
}

fn count(frame: &Frame<'_>, domain: &str) -> u32 {
    frame.domains().find(|(name, _)| *name == domain).expect("a domain").1
}

#[test]
fn a_count_follows_its_number() {
    let b = Builder::new("counted");
    let n = number(&b, "n");
    let dots = b.counted_domain("dots", 7, n);
    b.signal("many", b.count(dots).to_float());
    b.field(dots, "rank", b.rank(dots));
    let mut engine = engine(&b);
    for (frame, (n, expected)) in (0..).zip([
        (0.0, 0_u32),
        (1.0, 1),
        (2.9, 2),
        (7.0, 7),
        (7.5, 7),
        (1e30, 7),
        (-3.0, 0),
        (6.999, 6),
        (3.0, 3),
    ]) {
        engine.set("n", n).unwrap();
        let frame = engine.frame(frame).unwrap();
        assert_eq!((count(&frame, "dots"), signal(&frame, "many")), (expected, f64::from(expected)), "{n}");
        let ranks: Vec<f64> = (0..expected).map(|k| f64::from((k as f32 + 0.5) / expected as f32)).collect();
        assert_eq!(lanes(&frame, "dots.rank", 0), ranks);
    }
    let b = Builder::new("nan");
    let zero = number(&b, "n");
    b.counted_domain("dots", 7, zero / zero);
    let mut engine = of(&finish(&b));
    let frame = engine.frame(0).unwrap();
    assert_eq!(count(&frame, "dots"), 0);
    let left_out: Vec<_> =
        frame.left_out().map(|row| (row.pass, row.domain, row.source, row.count)).collect();
    assert_eq!(left_out, [(None, Some("dots"), "count", 0)]);
    assert!(engine.domain_usage().all(|usage| usage.number_is_nan));
}

#[test]
fn elements_that_come_back_are_the_same_with_new_state() {
    let b = Builder::new("state");
    let n = number(&b, "n");
    let dots = b.counted_domain("dots", 5, n);
    let cell = b.cell("frames", Type::Float, 0.0, Some(dots));
    cell.next(cell.get() + 1.0);
    b.field(dots, "frames", cell.get());
    b.field(dots, "random", b.random(dots, 3));
    b.field(dots, "age", b.age(dots));
    let birth = b.at_birth("birth", dots, b.time());
    b.field(dots, "birth", birth);
    b.field(dots, "new", b.is_new(dots).select(b.float(1.0), b.float(0.0)));
    let mut engine = engine(&b);
    let mut randoms = Vec::new();
    let mut ages: Vec<u32> = Vec::new();
    for (index, n) in (0..).zip([3_u32, 3, 5, 5, 2, 2, 5, 0, 4, 4]) {
        engine.set("n", f64::from(n)).unwrap();
        let frame = engine.frame(index).unwrap();
        let old = ages.len() as u32;
        ages.truncate(n as usize);
        ages.iter_mut().for_each(|age| *age += 1);
        let news: Vec<f64> = (0..n).map(|k| f64::from(u8::from(k >= old))).collect();
        ages.resize(n as usize, 0);
        let expected: Vec<f64> = ages.iter().map(|&age| f64::from(age)).collect();
        assert_eq!(lanes(&frame, "dots.frames", 0), expected, "frame {index}");
        assert_eq!(lanes(&frame, "dots.new", 0), news, "frame {index}");
        let seconds = |frames: u32| f64::from((f64::from(frames) / 60.0) as f32);
        let found = lanes(&frame, "dots.age", 0);
        for (k, &age) in ages.iter().enumerate() {
            assert!((found[k] - seconds(age)).abs() < 1e-7, "frame {index}");
            let birth = seconds(index as u32 - age);
            assert!((lanes(&frame, "dots.birth", 0)[k] - birth).abs() < 1e-7, "frame {index}");
        }
        let random = lanes(&frame, "dots.random", 0);
        if random.len() > randoms.len() {
            assert_eq!(random[..randoms.len()], randoms[..]);
            randoms = random;
        } else {
            assert_eq!(random[..], randoms[..random.len()]);
        }
    }
}

#[test]
fn births_are_at_their_own_times_at_any_rate() {
    let sparks = |b: &Builder| {
        let every = b.float(0.05);
        let sparks = b.born_domain("sparks", 60, Births { every, full: Full::Refuse });
        b.lives(sparks, b.float(0.5));
        b.field(sparks, "age", b.age(sparks));
        b.field(sparks, "life", b.life(sparks));
        b.field(sparks, "random", b.random(sparks, 1));
    };
    let mut seen: Vec<[Vec<f64>; 3]> = Vec::new();
    for (rate, stalls) in [(24, false), (60, false), (144, false), (60, true)] {
        let b = Builder::new("born");
        sparks(&b);
        let mut engine = at_rate(&b, rate);
        for index in 0..=2 * u64::from(rate) {
            if !stalls || index == 0 || index == 2 * u64::from(rate) {
                engine.frame(index).unwrap();
            }
        }
        let frame = engine.last_frame().unwrap();
        assert_eq!(count(&frame, "sparks"), 10);
        let ages = lanes(&frame, "sparks.age", 0);
        for (k, age) in ages.iter().rev().enumerate() {
            assert_eq!(*age, f64::from((k as f64 * 0.05) as f32));
        }
        seen.push(["age", "life", "random"].map(|name| lanes(&frame, &format!("sparks.{name}"), 0)));
    }
    assert!(seen.iter().all(|these| these == &seen[0]), "{seen:?}");
}

#[test]
fn lives_and_room_are_of_each_element() {
    // Each lives as long as its random number says; four at most.
    for full in [Full::Refuse, Full::Evict] {
        let mut at_common_times: Vec<Vec<Vec<f64>>> = Vec::new();
        for rate in [30, 60, 120] {
            let b = Builder::new("born");
            let every = b.float(0.03);
            let sparks = b.born_domain("sparks", 4, Births { every, full });
            b.lives(sparks, b.random(sparks, 2) * 0.4 + 0.01);
            b.field(sparks, "random", b.random(sparks, 2));
            b.field(sparks, "age", b.age(sparks));
            let mut engine = at_rate(&b, rate);
            let mut seen = Vec::new();
            for index in 0..=3 * u64::from(rate) {
                let frame = engine.frame(index).unwrap();
                let (ages, randoms) = (lanes(&frame, "sparks.age", 0), lanes(&frame, "sparks.random", 0));
                assert!(ages.len() <= 4 && ages.is_sorted_by(|a, b| a >= b));
                assert!(ages.iter().zip(&randoms).all(|(age, random)| *age < random * 0.4 + 0.01 + 1e-6));
                if index % u64::from(rate / 30) == 0 {
                    seen.push([ages, randoms].concat());
                }
            }
            at_common_times.push(seen);
            let usage = engine.domain_usage().next().unwrap();
            assert_eq!((usage.refused > 0, usage.evicted > 0), (full == Full::Refuse, full == Full::Evict));
        }
        assert!(at_common_times.iter().all(|these| these == &at_common_times[0]), "{full:?}");
    }
}

#[test]
fn a_rate_that_changes_is_integrated() {
    // 10, then 40 births a second: 5 in the first half second, 20 in the second, wherever frames lie.
    for rate in [10, 20, 60] {
        let b = Builder::new("born");
        let every = number(&b, "every");
        let sparks = b.born_domain("sparks", 100, Births { every, full: Full::Refuse });
        b.lives(sparks, b.float(60.0));
        b.field(sparks, "age", b.age(sparks));
        let mut engine = at_rate(&b, rate);
        for index in 0..=u64::from(rate) {
            let every = if index <= u64::from(rate) / 2 { 0.1 } else { 0.025 };
            engine.set("every", every).unwrap();
            engine.frame(index).unwrap();
        }
        assert_eq!(count(&engine.last_frame().unwrap(), "sparks"), 25, "{rate}");
        engine.set("every", f64::from(f32::MIN_POSITIVE)).unwrap();
        engine.frame(2 * u64::from(rate)).unwrap();
        assert_eq!(count(&engine.last_frame().unwrap(), "sparks"), 25, "too often is never");
    }
}

#[test]
fn state_of_born_elements_follows_them() {
    let b = Builder::new("born");
    let every = b.float(0.031);
    let sparks = b.born_domain("sparks", 50, Births { every, full: Full::Refuse });
    b.lives(sparks, b.random(sparks, 0) + 0.1);
    b.field(sparks, "age", b.age(sparks));
    // Frames since birth, counted by state, a delay and a neighbour.
    let cell = b.cell("frames", Type::Float, 0.0, Some(sparks));
    cell.next(cell.get() + 1.0);
    b.field(sparks, "frames", cell.get());
    let id = b.field(sparks, "id", b.random(sparks, 9));
    b.field(sparks, "next", b.neighbor(id, 1, crate::program::Edge::Clamp));
    b.field(sparks, "late", b.delay("late", id, 3));
    let mut engine = engine(&b);
    for index in 0..300 {
        let frame = engine.frame(index).unwrap();
        let ages = lanes(&frame, "sparks.age", 0);
        let frames = lanes(&frame, "sparks.frames", 0);
        let ids = lanes(&frame, "sparks.id", 0);
        for (age, frames) in ages.iter().zip(&frames) {
            assert_eq!((age * 60.0 + 1e-4).floor(), *frames, "frame {index}: {age}");
        }
        let next: Vec<f64> = (0..ids.len()).map(|k| ids[(k + 1).min(ids.len() - 1)]).collect();
        assert_eq!(lanes(&frame, "sparks.next", 0), next);
        assert_eq!(lanes(&frame, "sparks.late", 0), ids, "an id is the same three frames ago");
    }
}

fn given<'b>(b: &'b Builder, max: u32) -> (DomainRef, Value<'b>) {
    let stars = b.host_domain("stars", max);
    let x = b.element_input(stars, "x", Type::Float, &[0.5]);
    b.field(stars, "x", x);
    (stars, x)
}

#[test]
fn a_host_gives_elements_in_its_order() {
    let b = Builder::new("host");
    let (stars, _) = given(&b, 8);
    let place = b.element_input(stars, "place", Type::Vec2, &[0.25, 0.75]);
    b.field(stars, "place", place);
    let cell = b.cell("frames", Type::Float, 0.0, Some(stars));
    cell.next(cell.get() + 1.0);
    b.field(stars, "frames", cell.get());
    b.field(stars, "random", b.random(stars, 1));
    let first = b.at_birth("first", stars, b.frame());
    b.field(stars, "first", first);
    let mut engine = engine(&b);
    let mut randoms: std::collections::HashMap<u64, f64> = std::collections::HashMap::new();
    let mut since: Vec<(u64, u64)> = Vec::new();
    let sets: [&[u64]; 8] = [
        &[1, 2, 3],
        &[1, 2, 3],
        &[3, 9, 1],
        &[],
        &[5, 1 << 40],
        &[1 << 40, 7, 5],
        &[7],
        &[8, 7, 6, 5, 4, 3, 2, 1],
    ];
    for (index, ids) in (0..).zip(sets) {
        let xs: Vec<f32> = ids.iter().map(|&id| id as f32).collect();
        engine.elements("stars").unwrap().set(ids, &[("x", ElementValues::from(&xs))]).unwrap();
        since = ids
            .iter()
            .map(|&id| *since.iter().find(|(known, _)| *known == id).unwrap_or(&(id, index)))
            .collect();
        let frame = engine.frame(index).unwrap();
        assert_eq!(lanes(&frame, "stars.x", 0), xs.iter().map(|&x| f64::from(x)).collect::<Vec<_>>());
        assert_eq!(lanes(&frame, "stars.place", 1), vec![0.75; ids.len()]);
        let frames: Vec<f64> = since.iter().map(|&(_, since)| (index - since) as f64).collect();
        assert_eq!(lanes(&frame, "stars.frames", 0), frames, "frame {index}");
        let firsts: Vec<f64> = since.iter().map(|&(_, since)| since as f64).collect();
        assert_eq!(lanes(&frame, "stars.first", 0), firsts, "frame {index}");
        for (&id, random) in ids.iter().zip(lanes(&frame, "stars.random", 0)) {
            assert_eq!(*randoms.entry(id).or_insert(random), random);
        }
    }
    assert!(randoms.values().all(|a| randoms.values().filter(|b| a == *b).count() == 1));
}

#[test]
fn what_a_host_gives_wrong_changes_nothing() {
    let b = Builder::new("host");
    given(&b, 3);
    let mut engine = engine(&b);
    engine.elements("stars").unwrap().set(&[1], &[("x", (&[0.25]).into())]).unwrap();
    let check = |engine: &mut Engine, ids: &[u64], columns: &[(&str, ElementValues<'_>)], expected: &str| {
        let error = engine.elements("stars").unwrap().set(ids, columns).unwrap_err();
        assert!(matches!(error, EngineError::Elements { .. }));
        assert_eq!(error.to_string(), format!("the elements of `stars`: {expected} (E0210)"));
    };
    check(&mut engine, &[1, 2, 3, 4], &[], "4 elements, and there are 3 at most: raise `max` of the domain");
    check(&mut engine, &[1, 2, 1], &[], "the id 1 is there twice: an id is who an element is");
    check(&mut engine, &[1], &[("y", (&[0.5]).into())], "there is no input `y`, there are: x");
    check(&mut engine, &[1], &[("x", (&[true]).into())], "the input `x` is of float, not of bool");
    check(&mut engine, &[1, 2], &[("x", (&[0.5]).into())], "`x` has 1 values for 2 ids");
    check(&mut engine, &[1, 2], &[("x", (&[0.5, f32::NAN]).into())], "value 1 of `x` is not finite");
    let error = engine.elements("dots").unwrap_err();
    assert_eq!(error.to_string(), "there is no domain of the host `dots`; there are: stars (E0204)");
    assert_eq!(lanes(&engine.frame(0).unwrap(), "stars.x", 0), [0.25]);
}

#[test]
fn near_elements_are_told_to_be_the_same() {
    // Whether anything else reads where elements are makes no difference.
    let nearest = |radius: f64, is_read: bool| {
        let b = Builder::new("near");
        let stars = b.host_domain("stars", 16);
        let place = b.element_input(stars, "place", Type::Vec2, &[0.0, 0.0]);
        b.match_nearest(stars, place, radius);
        if is_read {
            b.field(stars, "place", place);
        }
        let first = b.at_birth("first", stars, b.frame());
        b.field(stars, "first", first);
        engine(&b)
    };
    // Old places, new places with new ids, and which of the new ones are known.
    let check_where = |is_read: bool, radius: f64, old: &[[f32; 2]], new: &[[f32; 2]], known: &[bool]| {
        let mut engine = nearest(radius, is_read);
        let ids: Vec<u64> = (0..old.len() as u64).collect();
        engine.elements("stars").unwrap().set(&ids, &[("place", old.to_vec().as_slice().into())]).unwrap();
        engine.frame(0).unwrap();
        let ids: Vec<u64> = (100..100 + new.len() as u64).collect();
        engine.elements("stars").unwrap().set(&ids, &[("place", new.to_vec().as_slice().into())]).unwrap();
        let frame = engine.frame(1).unwrap();
        let found: Vec<bool> = lanes(&frame, "stars.first", 0).iter().map(|&first| first == 0.0).collect();
        assert_eq!(found, known, "{old:?} to {new:?} within {radius}");
    };
    let check = |radius: f64, old: &[[f32; 2]], new: &[[f32; 2]], known: &[bool]| {
        [false, true].into_iter().for_each(|is_read| check_where(is_read, radius, old, new, known));
    };
    check(0.25, &[[0.0, 0.0], [1.0, 1.0]], &[[1.0, 1.125], [0.125, 0.0]], &[true, true]);
    // Two that claim one old element: the nearer; ties by id.
    check(0.25, &[[0.0, 0.0]], &[[0.125, 0.0], [0.0625, 0.0]], &[false, true]);
    check(0.25, &[[0.0, 0.0]], &[[0.125, 0.0], [-0.125, 0.0]], &[true, false]);
    // At exactly the radius: none.
    check(0.25, &[[0.5, 0.5]], &[[0.75, 0.5]], &[false]);
    check(0.25, &[[-3.0, 7.0]], &[[-3.0, 6.8]], &[true]);
    check(1e-3, &[], &[[0.0, 0.0]], &[false]);
}

#[test]
fn what_was_matched_is_known_by_its_new_id() {
    let b = Builder::new("near");
    let stars = b.host_domain("stars", 4);
    let place = b.element_input(stars, "place", Type::Vec2, &[0.0, 0.0]);
    b.match_nearest(stars, place, 0.1);
    b.field(stars, "random", b.random(stars, 1));
    let first = b.at_birth("first", stars, b.frame());
    b.field(stars, "first", first);
    let mut engine = engine(&b);
    let mut show = |index: u64, given: &[(u64, f32)]| {
        let ids: Vec<u64> = given.iter().map(|&(id, _)| id).collect();
        let places: Vec<[f32; 2]> = given.iter().map(|&(_, x)| [x, 0.0]).collect();
        engine.elements("stars").unwrap().set(&ids, &[("place", (&places).into())]).unwrap();
        let frame = engine.frame(index).unwrap();
        ["stars.first", "stars.random"].map(|name| lanes(&frame, name, 0))
    };
    let [_, random] = show(0, &[(1, 0.0)]);
    assert_eq!(show(1, &[(2, 0.05)]), [vec![0.0], random.clone()], "it goes on, and looks the same");
    assert_eq!(show(2, &[(2, 0.9)]), [vec![0.0], random], "wherever it is");
    let [first, _] = show(3, &[(1, 0.9), (2, 0.5)]);
    assert_eq!(first, [3.0, 0.0], "its old id is another element");
}

#[test]
fn passes_draw_what_lingers_in_its_old_place() {
    let b = Builder::new("host");
    let (stars, x) = given(&b, 8);
    let fade = b.fade("fade", stars, 0.0, 0.1);
    let color = b.rgba(1.0, 1.0, 1.0, 1.0).with_alpha(fade);
    b.pass("discs", stars).position(b.vec2(x, 0.5)).size(0.1).color(color).draw();
    let mut engine = engine(&b);
    let mut show = |index: u64, ids: &[u64]| {
        let xs: Vec<f32> = ids.iter().map(|&id| id as f32).collect();
        engine.elements("stars").unwrap().set(ids, &[("x", (&xs).into())]).unwrap();
        let frame = engine.frame(index).unwrap();
        let pass = frame.passes().next().unwrap();
        let drawn: Vec<(f32, u8)> =
            pass.elements().map(|k| (pass.x.get(k), pass.fill.unwrap().get(k).to_array()[3])).collect();
        drawn
    };
    assert_eq!(show(0, &[1, 2, 3, 4]), [(1.0, 255), (2.0, 255), (3.0, 255), (4.0, 255)]);
    // A tenth of a second are six frames.
    assert_eq!(show(1, &[1, 4]), [(1.0, 255), (2.0, 255), (3.0, 255), (4.0, 255)]);
    let two_thirds = show(3, &[4, 9]);
    assert_eq!(two_thirds, [(1.0, 255), (2.0, 170), (3.0, 170), (4.0, 255), (9.0, 255)]);
    // It comes back while it is still seen.
    assert_eq!(show(4, &[4, 9, 2])[..3], [(1.0, 213), (3.0, 128), (4.0, 255)]);
    assert_eq!(show(9, &[4, 9, 2]), [(4.0, 255), (9.0, 255), (2.0, 255)]);
}

#[test]
fn what_lingers_and_is_no_number_is_not_drawn() {
    let b = Builder::new("nan");
    let n = number(&b, "n");
    let dots = b.counted_domain("dots", 4, n);
    let color = b.rgba(1.0, 1.0, 1.0, 1.0).with_alpha(b.fade("fade", dots, 0.0, 0.1));
    // The last of four is at 0 / 0.
    let lane = b.index(dots).to_float();
    let x = lane * ((lane - 3.0) / (lane - 3.0));
    b.pass("discs", dots).position(b.vec2(x, 0.5)).size(0.1).color(color).draw();
    let mut engine = engine(&b);
    let mut drawn = |index: u64, n: f64| {
        engine.set("n", n).unwrap();
        let frame = engine.frame(index).unwrap();
        let pass = frame.passes().next().unwrap();
        pass.elements().map(|k| pass.x.get(k)).collect::<Vec<_>>()
    };
    assert_eq!(drawn(0, 4.0), [0.0, 1.0, 2.0]);
    assert_eq!(drawn(1, 2.0), [0.0, 1.0, 2.0], "two linger, and one of them cannot be drawn");
    assert_eq!(drawn(2, 2.0), [0.0, 1.0, 2.0]);
    assert_eq!(drawn(7, 2.0), [0.0, 1.0]);
}

#[test]
fn of_what_lingers_the_oldest_makes_room() {
    // A birth per frame, two live, and the dead fade for ten frames: there is room for two of those.
    let b = Builder::new("born");
    let sparks = b.born_domain("sparks", 4, Births { every: b.float(1.0 / 60.0), full: Full::Refuse });
    b.lives(sparks, b.float(2.0 / 60.0));
    let color = b.rgba(1.0, 1.0, 1.0, 1.0).with_alpha(b.fade("fade", sparks, 0.0, 10.0 / 60.0));
    let birth = b.at_birth("birth", sparks, b.frame());
    b.pass("discs", sparks).position(b.vec2(birth, 0.5)).size(0.1).color(color).draw();
    let mut engine = engine(&b);
    for index in 0..20_u64 {
        let frame = engine.frame(index).unwrap();
        let pass = frame.passes().next().unwrap();
        let births: Vec<f32> = pass.elements().map(|k| pass.x.get(k)).collect();
        let expected: Vec<f32> = (1..=index).rev().take(4).map(|birth| birth as f32).collect();
        assert_eq!(births, expected.into_iter().rev().collect::<Vec<_>>(), "frame {index}");
    }
    let usage = engine.domain_usage().next().unwrap();
    assert_eq!((usage.living, usage.lingering, usage.refused), (2, 2, 0));
    // Of 19 that were born, two live and two linger.
    assert_eq!(usage.dropped, 15);
}

#[test]
fn a_jump_over_years_ends() {
    let b = Builder::new("born");
    let sparks = b.born_domain("sparks", 100, Births { every: b.float(0.01), full: Full::Evict });
    b.lives(sparks, b.float(0.5));
    b.field(sparks, "age", b.age(sparks));
    let mut engine = engine(&b);
    let ages = |engine: &mut Engine, index| lanes(&engine.frame(index).unwrap(), "sparks.age", 0);
    ages(&mut engine, 0);
    let jumped = ages(&mut engine, 60 * 1_000_000_000);
    assert_eq!(jumped.len(), 50);
    assert!((0.0..0.01).contains(jumped.last().unwrap()));
}

#[test]
fn new_elements_fade_in_and_first_ones_are_there() {
    let b = Builder::new("fade");
    let n = number(&b, "n");
    let dots = b.counted_domain("dots", 4, n);
    b.field(dots, "fade", b.fade("fade", dots, 0.1, 0.0));
    drawn(&b, dots, b.rank(dots));
    let mut engine = engine(&b);
    let mut fades = |index, n: f64| {
        engine.set("n", n).unwrap();
        lanes(&engine.frame(index).unwrap(), "dots.fade", 0)
    };
    assert_eq!(fades(0, 2.0), [1.0, 1.0]);
    assert_eq!(fades(1, 3.0), [1.0, 1.0, 0.0]);
    assert_eq!(fades(4, 4.0), [1.0, 1.0, 0.5, 0.0]);
    assert_eq!(fades(7, 4.0), [1.0, 1.0, 1.0, 0.5]);
    assert_eq!(fades(8, 1.0), [1.0]);
}

#[test]
fn seeking_and_playing_agree() {
    let b = Builder::new("seek");
    let every = b.float(0.02);
    let sparks = b.born_domain("sparks", 30, Births { every, full: Full::Evict });
    b.lives(sparks, b.random(sparks, 0) + 0.2);
    let fade = b.fade("fade", sparks, 0.1, 0.2);
    let x = b.continued("x", sparks, b.rank(sparks), Unit::Scalar, Continuity::Slew(0.2));
    let color = b.rgba(1.0, 1.0, 1.0, 1.0).with_alpha(fade);
    b.pass("discs", sparks).position(b.vec2(x, b.age(sparks))).size(0.1).color(color).draw();
    let program = finish(&b);
    let mut played = of(&program);
    let hashes: Vec<u64> = (0..120).map(|index| played.frame(index).unwrap().hash()).collect();
    let mut sought = of(&program);
    for at in [100, 7, 99, 0, 119, 60] {
        assert_eq!(sought.seek(at).unwrap().hash(), hashes[at as usize], "frame {at}");
    }
    // Shown once more, it is the same.
    sought.redraw().unwrap();
    assert_eq!(sought.last_frame().unwrap().hash(), hashes[60]);
    assert_eq!(sought.frame(61).unwrap().hash(), hashes[61]);
}

#[test]
fn threads_agree() {
    let b = Builder::new("threads");
    let every = b.float(0.0001);
    let sparks = b.born_domain("sparks", 9_000, Births { every, full: Full::Refuse });
    b.lives(sparks, b.random(sparks, 0) * 0.8 + 0.1);
    let fade = b.fade("fade", sparks, 0.1, 0.1);
    let x = b.continued(
        "x",
        sparks,
        b.rank(sparks),
        Unit::Scalar,
        Continuity::Spring { response: 0.3, bounce: 0.2 },
    );
    let color = b.rgba(1.0, 1.0, 1.0, 1.0).with_alpha(fade);
    b.pass("discs", sparks).position(b.vec2(x, b.age(sparks))).size(0.1).color(color).draw();
    let program = finish(&b);
    let hashes = [1, 2, 4].map(|threads| {
        let mut engine =
            Engine::fitted(program.clone(), 1.0, EngineSettings { threads, ..EngineSettings::default() })
                .unwrap();
        (0..60).map(|index| engine.frame(index).unwrap().hash()).collect::<Vec<_>>()
    });
    assert!(hashes.iter().all(|these| *these == hashes[0]));
}

#[test]
fn a_channel_of_elements_needs_a_host() {
    let b = Builder::new("wrong");
    let dots = b.domain("dots", 3);
    b.element_input(dots, "x", Type::Float, &[0.0]);
    b.lives(dots, b.float(1.0));
    let problems = b.finish().unwrap_err().to_string();
    assert!(problems.contains("element_input() is for domains that the host gives"), "{problems}");
    assert!(problems.contains("lives() is for domains whose elements are born"), "{problems}");
}
