//! How much a reader looks at: counted, where a clock would measure the machine.

use std::cell::Cell;

thread_local! {
    static LOOKED_AT: Cell<usize> = const { Cell::new(0) };
}

/// Notes that bytes, values or nodes were looked at, in a place where a careless reader would do so again and again.
pub(crate) fn looked_at(count: usize) {
    LOOKED_AT.set(LOOKED_AT.get() + count);
}

/// The result of a function, and how much it looked at.
pub(crate) fn during<T>(f: impl FnOnce() -> T) -> (T, usize) {
    let before = LOOKED_AT.get();
    let value = f();
    (value, LOOKED_AT.get() - before)
}
