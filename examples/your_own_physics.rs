//! Elements that the host gives: balls of a simulation of one's own, with ids and places, drawn by a patch that knows nothing
//! of it. Balls come and go; what the patch remembers of each follows its id, and newcomers fade in.
//!
//! `cargo run --release --example your_own_physics` writes `pavane_physics.gif` into the temp folder.

use pavane::render::{ClipInfo, Output, PictureSink, RasterSettings};
use pavane::time::FrameRate;
use pavane::{Engine, NoFiles, Sink, compile};

const FRAMES: u64 = 180;

const PATCH: &str = r#"
    // Balls of the host: each has a colour of its own, a trail, and swells when it is hit.
    clip { duration: 6s, rate: 30, size: (480, 480) }
    background = oklch(0.2, 0.03, 0.75)
    domain balls[host max 64] {
        input place: vec2 = (0.5, 0.5)
        input hit: bool = false
        swell = envelope(hit, 20ms, 300ms)
        shown = fade(in: 300ms, out: 500ms)
        color = oklch(0.78, 0.14, random(1))
        draw circle { position: lag(place, 80ms), size: 0.03, color: alpha(color, 0.4 * shown) }
        draw circle { position: place, size: 0.05 * (1 + 0.5 * swell), color: alpha(color, shown) }
    }
"#;

/// A ball, as the host has it.
struct Ball {
    id: u64,
    place: [f32; 2],
    velocity: [f32; 2],
    hit: bool,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let compiled = compile(PATCH, "balls.pav", &NoFiles);
    eprint!("{}", compiled.render());
    let mut engine = Engine::for_program(compiled.program.ok_or("the patch has errors")?)?;
    let file = std::env::temp_dir().join("pavane_physics.gif");
    let info = ClipInfo {
        width: 480,
        height: 480,
        frame_rate: FrameRate::new(30, 1).ok_or("a rate")?,
        frame_count: FRAMES,
        background: engine.frame(0)?.background(),
    };
    let output = Output::from_path(&file.to_string_lossy())?;
    let mut sink = PictureSink::create(&output, &info, RasterSettings::default())?;
    let mut balls: Vec<Ball> = Vec::new();
    let mut next = 1;
    for index in 1..=FRAMES {
        if index % 10 == 1 && index < 120 {
            let across = (next % 7) as f32 / 7.0 - 0.45;
            balls.push(Ball { id: next, place: [0.5, 0.3], velocity: [across, -0.2], hit: false });
            next += 1;
        }
        if index % 22 == 0 && !balls.is_empty() {
            balls.remove(0);
        }
        balls.iter_mut().for_each(|ball| step(ball, 1.0 / 30.0));
        // Columns as the simulation has them; ids say who is who.
        let ids: Vec<u64> = balls.iter().map(|ball| ball.id).collect();
        let places: Vec<[f32; 2]> = balls.iter().map(|ball| ball.place).collect();
        let hits: Vec<bool> = balls.iter().map(|ball| ball.hit).collect();
        engine.elements("balls")?.set(&ids, &[("place", (&places).into()), ("hit", (&hits).into())])?;
        sink.frame(&engine.frame(index)?)?;
    }
    sink.finish()?;
    println!("{} balls were there, {} are left: {}", next - 1, balls.len(), file.display());
    Ok(())
}

/// Gravity, walls and a floor.
fn step(ball: &mut Ball, dt: f32) {
    ball.velocity[1] += 0.9 * dt;
    ball.hit = false;
    for side in 0..2 {
        ball.place[side] += ball.velocity[side] * dt;
        if !(0.05..=0.95).contains(&ball.place[side]) {
            ball.place[side] = ball.place[side].clamp(0.05, 0.95);
            ball.velocity[side] *= -0.85;
            ball.hit = true;
        }
    }
}
