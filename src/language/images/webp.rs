//! WebP: lossy and lossless, with alpha; of one that moves its first picture. `image-webp` decodes both with whole numbers; where
//! pictures that move lie over each other it has floats, of which every machine has the same.

use std::io::Cursor;

use image_webp::WebPDecoder;

use super::{Raw, Wrong, check_size};

/// The most bytes of a profile and the like.
const ASIDE_MAX: usize = 1 << 22;

pub(super) fn read(bytes: &[u8], most: usize) -> Result<Raw, Wrong> {
    let broken = |why: image_webp::DecodingError| Wrong::broken("WebP", why);
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(broken)?;
    let (width, height) = decoder.dimensions();
    let count = check_size([width, height], most)?;
    decoder.set_memory_limit(ASIDE_MAX);
    let has_alpha = decoder.has_alpha();
    let mut buffer = vec![0; count * if has_alpha { 4 } else { 3 }];
    decoder.read_image(&mut buffer).map_err(broken)?;
    let pixels = match has_alpha {
        true => buffer,
        false => buffer.as_chunks::<3>().0.iter().flat_map(|&[r, g, b]| [r, g, b, 255]).collect(),
    };
    let mut raw = Raw { size: [width, height], pixels, ..Raw::default() };
    raw.profile = decoder.icc_profile().map_err(broken)?;
    raw.exif = decoder.exif_metadata().map_err(broken)?;
    if decoder.is_animated() {
        raw.notes.push((
            "moves, and the first of its pictures is drawn".into(),
            "a sheet of them moves: `sheet: (8, 4), frame: 12 * time`",
        ));
    }
    Ok(raw)
}
