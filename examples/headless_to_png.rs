//! Headless to PNG: a patch from its text, five moments of its clip as pictures, without a window or a GPU.
//!
//! ```text
//! cargo run --release --example headless_to_png                      a shipped patch, into the temp folder
//! cargo run --release --example headless_to_png -- dots.pav FOLDER   a patch of yours
//! ```

use std::path::PathBuf;

use pavane::render::{ClipInfo, Output, PictureSink, RasterSettings};
use pavane::{Engine, Folder, NoFiles, Sink, compile};

const SHIPPED: &str = include_str!("../assets/patches/kaleidoscope.pav");
const MOMENTS: u64 = 5;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let compiled = match arguments.next() {
        // What the patch uses lies beside it.
        Some(file) => compile(&std::fs::read_to_string(&file)?, &file, &Folder::of(&file)),
        None => compile(SHIPPED, "kaleidoscope.pav", &NoFiles),
    };
    // Warnings too, each with its place.
    eprint!("{}", compiled.render());
    let program = compiled.program.ok_or("the patch has errors")?;
    let folder = arguments.next().map_or_else(|| std::env::temp_dir().join("pavane_headless"), PathBuf::from);
    std::fs::create_dir_all(&folder)?;

    let name = program.data().about.name.clone();
    let clip = program.data().clip.clone();
    // As much room as this program needs; a host that loads many programs gives all of them the same instead.
    let mut engine = Engine::for_program(program)?;
    let frames = engine.frame_rate().frame_at(clip.duration);

    // Half the clip's size. Frames keep their numbers in the file names.
    let info = ClipInfo {
        width: clip.size[0].div_ceil(2),
        height: clip.size[1].div_ceil(2),
        frame_rate: engine.frame_rate(),
        frame_count: MOMENTS,
        background: engine.frame(0)?.background(),
    };
    let pattern = folder.join(format!("{name}_%05d.png"));
    let output = Output::from_path(&pattern.to_string_lossy())?;
    let mut sink = PictureSink::create(&output, &info, RasterSettings::default())?;
    sink.set_hashes(true);
    for moment in 0..MOMENTS {
        // `seek` gives the frame as if all frames before it had been played, also where there is state.
        let index = frames * moment / MOMENTS;
        sink.frame(&engine.seek(index)?)?;
        let hash = sink.last_hash().unwrap_or_default();
        println!("frame {index:5}: picture {hash:016x}");
    }
    sink.finish()?;
    println!("{MOMENTS} pictures of {} x {} in {}", info.width, info.height, folder.display());
    Ok(())
}
