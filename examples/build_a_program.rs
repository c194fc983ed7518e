//! Build a program: a patch as Rust expressions, with state and a reduction, written as JSON and read back.
//!
//! ```text
//! cargo run --release --example build_a_program              prints what was built
//! cargo run --release --example build_a_program -- FILE      writes the JSON too
//! ```

use pavane::frame::Blend;
use pavane::program::{Op, Reduction};
use pavane::{Builder, Engine, Program};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let program = lantern()?;
    let json = program.to_json();
    let data = program.data();
    println!("{}: {}", data.about.title, data.about.shows);
    println!(
        "{} nodes, {} fields, {} state cells, {} steps, {} passes",
        data.nodes.len(),
        data.fields.len(),
        data.cells.len(),
        data.steps.len(),
        data.passes.len()
    );

    assert_eq!(lantern()?.to_json(), json, "the same calls give the same bytes");
    assert_eq!(Program::from_json(&json, "lantern.json")?, program, "the bytes give the same program");

    let mut engine = Engine::for_program(program)?;
    for index in [0, 60, 120] {
        let frame = engine.seek(index)?;
        let heat = frame.slot("mean_heat").map_or(0.0, |reading| reading.components[0]);
        println!("frame {index:3}: hash {:016x}, mean heat {heat:.3}", frame.hash());
    }
    println!("{} bytes of JSON", json.len());
    if let Some(file) = std::env::args().nth(1) {
        std::fs::write(&file, json)?;
        println!("written to {file}");
    }
    Ok(())
}

/// Sparks on a golden spiral, each of which flickers and cools down by itself.
fn lantern() -> Result<Program, Box<dyn std::error::Error>> {
    let b = Builder::new("lantern");
    b.about("Lantern", "Sparks that flare up by chance and cool down by themselves");
    b.clip(6.0, 60, [1080, 1080]);
    b.background(b.oklch(0.17, 0.03, 0.08));

    let sparks = b.domain("sparks", 800);
    // A spark flares up where noise that moves with time is high. What it shows lags behind that: per-element state.
    let place = b.field(sparks, "place", b.element(Op::LayoutSpiral, sparks, &[]));
    let at = b.vec3(place.x() * 6.0, place.y() * 6.0 + b.time() * 0.4, b.time());
    let flare = b.float(0.55).smoothstep(0.75, b.noise(Op::ValueNoise, at, 1));
    let heat = b.field(sparks, "heat", b.lag("heat", flare, 0.3));
    // All of them together light the room: from elements back to one value.
    let mean = b.reduce("mean_heat", heat, Reduction::Mean);

    let color = b.oklch(heat * 0.6 + 0.35, heat * 0.08 + 0.08, heat * 0.12 + 0.08);
    b.pass("sparks", sparks).circle().position(place).size(heat * 0.016 + 0.004).color(color).draw();
    let room = b.domain("room", 1);
    b.pass("room", room)
        .circle()
        .position(b.vec2(0.5, 0.5))
        .size(1.2)
        .color(b.oklch(0.5, 0.12, 0.12).with_alpha(mean * 0.3))
        .blend(Blend::Add)
        .layer(-1)
        .draw();
    Ok(b.finish()?)
}
