//! Pictures: the CPU raster, into the caller's pixels.

use library::render::MAX_SIDE;
use library::{Raster, RasterSettings};

use crate::boundary::{Versioned, read_struct, room};
use crate::engine::{Running, pavane_engine, shown, with};
use crate::error::{Fault, PAVANE_ERROR_ARGUMENT, PAVANE_ERROR_SIZE, pavane_error, pavane_status};

/// How a picture is drawn. Fields that are 0 mean what stands there.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pavane_picture {
    /// `sizeof(pavane_picture)`, set by the caller.
    pub size: u32,
    /// Width in pixels, 1 to 16384; 0 with a height of 0 is the engine's canvas.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Threads that draw, 1 to 1024; 0 is 1. No pixel depends on it.
    pub threads: u32,
    /// 1 leaves the background out, so that the picture has an alpha channel.
    pub transparent: u32,
}

// SAFETY: `repr(C)`, its size first, and numbers alone.
unsafe impl Versioned for pavane_picture {
    const NAME: &str = "pavane_picture";
    const LEAST: usize = 20;
}

/// Draws the frame that the engine is at into `pixels`: rows from the top, 4 bytes a pixel, red, green, blue, alpha (not
/// premultiplied), nothing between rows, so `bytes` is width times height times 4. Null `picture` is the engine's canvas.
///
/// `PAVANE_ERROR_SIZE`: `bytes` is another number; the error says which it should be.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pavane_draw(
    engine: *mut pavane_engine,
    picture: *const pavane_picture,
    pixels: *mut u8,
    bytes: usize,
    error: *mut *mut pavane_error,
) -> pavane_status {
    let body = |running: &mut Running| {
        let canvas = running.engine.canvas();
        let settings = match picture.is_null() {
            true => settings(None, canvas)?,
            // SAFETY: the head of the header.
            false => settings(Some(unsafe { read_struct(picture) }?), canvas)?,
        };
        let needed = u64::from(settings.width) * u64::from(settings.height) * 4;
        if bytes as u64 != needed {
            let message = format!(
                "a picture of {} x {} pixels has {needed} bytes, and there is room for {bytes}",
                settings.width, settings.height
            );
            return Err(Fault::new(PAVANE_ERROR_SIZE, message));
        }
        // SAFETY: the head of the header.
        let pixels = unsafe { room(pixels, bytes, "pixels") }?;
        let frame = shown(&mut running.engine)?;
        let raster = match running.raster.take().filter(|raster| *raster.settings() == settings) {
            Some(raster) => raster,
            None => Raster::new(settings)?,
        };
        pixels.copy_from_slice(running.raster.insert(raster).draw(&frame).pixels());
        Ok(())
    };
    // SAFETY: the head of the header.
    unsafe { with(engine, error, body) }
}

fn settings(picture: Option<pavane_picture>, canvas: [u32; 2]) -> Result<RasterSettings, Fault> {
    let [width, height] = canvas;
    let picture = picture.unwrap_or(pavane_picture { size: 0, width, height, threads: 1, transparent: 0 });
    let wrong = |what: &str, value: u32, range: &str| {
        Err(Fault::new(PAVANE_ERROR_ARGUMENT, format!("`{what}` is {value}; it is {range}")))
    };
    if picture.threads > 1024 {
        return wrong("threads", picture.threads, "1 to 1024");
    }
    if picture.transparent > 1 {
        return wrong("transparent", picture.transparent, "0 or 1");
    }
    let [width, height] = match [picture.width, picture.height] {
        [0, 0] => canvas,
        size => size,
    };
    for (what, side) in [("width", width), ("height", height)] {
        if !(1..=MAX_SIDE).contains(&side) {
            return wrong(what, side, "1 to 16384");
        }
    }
    Ok(RasterSettings {
        width,
        height,
        threads: picture.threads.max(1) as usize,
        transparent: picture.transparent == 1,
    })
}
