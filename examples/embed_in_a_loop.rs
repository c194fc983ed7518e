//! Embed in a loop: the engine inside a host's own loop, with a clock, a pointer and a stall.
//!
//! A game or an editor owns the loop; the engine owns nothing but its tables. Each turn the host says how much time
//! has passed and where the pointer is, and reads what is to be drawn as plain slices: here nothing draws, a line of
//! text stands for the picture.
//!
//! ```text
//! cargo run --release --example embed_in_a_loop
//! ```

use std::time::{Duration, Instant};

use pavane::program::{ChannelKind, Type};
use pavane::{Builder, Engine, Program};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut engine = Engine::for_program(follow_the_pointer()?)?;
    let pointer = engine.channel("pointer")?;

    // What a host's clock might give: steady frames, some late ones, and a stall of 120 ms while a file is opened.
    let turns = [0, 17, 16, 17, 33, 17, 120, 16, 17, 33, 17, 16, 17, 33, 17];
    let mut now = Duration::ZERO;
    let mut busy = Duration::ZERO;
    for (turn, milliseconds) in turns.into_iter().enumerate() {
        let elapsed = Duration::from_millis(milliseconds);
        now += elapsed;
        // Inputs are taken up by the next frame. The pointer jumps to the right after the third turn.
        engine.set_channel(pointer, if turn < 3 { [0.25, 0.5] } else { [0.75, 0.5] })?;
        let began = Instant::now();
        let frame = engine.tick(elapsed)?;
        busy += began.elapsed();

        let pass = frame.passes().next().ok_or("the program draws one pass")?;
        let middle = pass.elements().map(|k| f64::from(pass.x.get(k))).sum::<f64>() / pass.count as f64;
        let (index, dt) = (frame.index(), frame.dt() * 1e3);
        let column = (middle * 48.0) as usize;
        println!("{:4} ms  frame {index:3}  dt {dt:5.1} ms  |{:column$}o", now.as_millis(), "");
    }
    println!("the ring glides to the pointer at the same speed, whatever the frame rate;");
    println!("{} frames took {:.1} us each", turns.len(), busy.as_secs_f64() * 1e6 / turns.len() as f64);
    Ok(())
}

/// A ring of dots that follows the pointer with a lag of 80 ms.
fn follow_the_pointer() -> Result<Program, Box<dyn std::error::Error>> {
    let b = Builder::new("follow");
    let pointer = b.channel("pointer", Type::Vec2, &[0.5, 0.5], ChannelKind::Hold);
    let center = b.signal("center", b.lag("center", pointer, 0.08));
    let dots = b.domain("dots", 60);
    let position = center + b.polar_turns(0.1, b.rank(dots) + b.phase(4.0));
    b.pass("dots", dots).circle().position(position).size(0.01).color(b.rgba(1.0, 0.8, 0.4, 1.0)).draw();
    Ok(b.finish()?)
}
