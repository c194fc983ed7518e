//! A patch of some thousand lines compiles and runs, and twice as much takes about twice as many steps.

use super::super::{NoFiles, compile};
use super::large_patch::large_patch;
use super::run;

#[test]
fn a_large_patch_runs() {
    let text = large_patch(40);
    assert!(text.lines().count() > 1_000);
    let compiled = compile(&text, "large.pav", &NoFiles);
    assert!(compiled.diagnostics.0.is_empty(), "{}", compiled.render());
    let program = compiled.program.unwrap();
    let data = program.data();
    assert_eq!((data.domains.len(), data.passes.len()), (80, 120));
    // Sharing keeps it small: twice the parts are twice the nodes, not more.
    let double = compile(&large_patch(80), "large.pav", &NoFiles).program.unwrap();
    assert!(double.data().nodes.len() <= 2 * data.nodes.len());
    run(program).unwrap();
}
