//! GS1 as it ships.

use pavane::assets::Shipped;
use pavane::program::Program;

/// GS1 with `n` elements: the shipped patch, compiled, with another count in its domain's row.
pub(crate) fn gs1(n: u32) -> Program {
    let shipped = Shipped::find("gs1").expect("GS1 ships");
    let mut data = shipped.program().expect("it is a good patch").data().clone();
    (data.domains[0].count, data.domains[0].capacity) = (n, n);
    Program::new(data).expect("any count is good")
}
