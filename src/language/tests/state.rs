//! Operators that remember are the same in a patch and in Rust: they make the same rows, and so the same values.

use super::program;
use crate::program::{Builder, Value};

/// The rows that say what a program computes and remembers.
fn rows(program: &crate::program::Program) -> [String; 6] {
    let data = program.data();
    [
        format!("{:?}", data.cells),
        format!("{:?}", data.phases),
        format!("{:?}", data.nodes),
        format!("{:?}", data.constants),
        format!("{:?}", data.steps),
        format!("{:?}", data.slots.iter().map(|slot| (&slot.name, slot.ty)).collect::<Vec<_>>()),
    ]
}

#[track_caller]
fn same(source: &str, make: for<'b> fn(&'b Builder, &str) -> Value<'b>) {
    let b = Builder::new("test");
    b.signal("x", make(&b, "x"));
    assert_eq!(rows(&program(source)), rows(&b.finish().unwrap()), "{source}");
}

#[test]
fn followers_are_the_same_in_rust() {
    same("x = lag(frame, 2s)", |b, key| b.lag(key, b.frame(), 2.0));
    same("x = slew(frame, 30, 20)", |b, key| b.slew(key, b.frame(), 30.0, 20.0));
    same("x = spring(frame, 100, 5)", |b, key| b.spring(key, b.frame(), 100.0, 5.0, None));
    same("x = spring(frame, frequency: 2hz, bounce: 0.3)", |b, key| {
        let [stiffness, damping] = b.spring_of_frequency(2.0, 0.3);
        b.spring(key, b.frame(), stiffness, damping, None)
    });
}

#[test]
fn sums_and_memories_are_the_same_in_rust() {
    same("x = integrate(frame)", |b, key| b.integrate(key, b.frame()));
    same("x = hold(frame, frame < 3)", |b, key| b.sample_and_hold(key, b.frame(), b.frame().lt(3.0)));
    same("x = delay(frame, 3)", |b, key| b.delay(key, b.frame(), 3));
    same("x = delay(frame, 100ms)", |b, key| b.delay_up_to(key, b.frame(), 0.1, 0.1));
}

#[test]
fn triggers_and_gates_are_the_same_in_rust() {
    same("x = toggle(frame > 3)", |b, key| b.toggle(key, b.frame().gt(3.0)));
    same("x = count(frame > 3)", |b, key| b.count_rises(key, b.frame().gt(3.0)));
    same("x = envelope(frame < 5, 1s, 2s)", |b, key| b.envelope(key, b.frame().lt(5.0), 1.0, 2.0));
    same("x = hysteresis(frame, 3, 6)", |b, key| b.hysteresis(key, b.frame(), 3.0, 6.0));
}

#[test]
fn elements_remember_by_themselves_in_rust_too() {
    let patch = program("domain d[3] { x = toggle(frame > rank) }");
    let b = Builder::new("test");
    let data = patch.data();
    let d = b.add_domain(data.domains[0].clone());
    b.field(d, "x", b.toggle("d.x", b.frame().gt(b.rank(d))));
    assert_eq!(rows(&patch), rows(&b.finish().unwrap()));
}
