//! Source to value: the whole way, from text to a running engine.

use super::{assert_near, played, value};

#[test]
fn placeholder() {
    assert_near(&value(&mut played("x = 1", 0), "x"), &[1.0], "x");
}
