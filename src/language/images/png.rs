//! PNG: every kind of colour and depth, interlaced or not; of one that moves its first picture.

use std::io::Cursor;

use png::{ColorType, Decoder, Limits, Transformations};

use super::{Raw, Wrong, check_size};

pub(super) fn read(bytes: &[u8], most: usize) -> Result<Raw, Wrong> {
    let broken = |why: png::DecodingError| Wrong::broken("PNG", why);
    let mut decoder = Decoder::new(Cursor::new(bytes));
    // Palettes become colours, a clear colour alpha; sixteen bits are rounded here.
    decoder.set_transformations(Transformations::EXPAND | Transformations::ALPHA);
    decoder.set_ignore_text_chunk(true);
    let info = decoder.read_header_info().map_err(broken)?;
    let size = [info.width, info.height];
    let count = check_size(size, most)?;
    decoder.set_limits(Limits { bytes: count.saturating_mul(8).saturating_add(1 << 24) });
    let mut reader = decoder.read_info().map_err(broken)?;
    let length = reader.output_buffer_size().unwrap_or(usize::MAX);
    // At most four parts of two bytes.
    if length > count * 8 {
        return Err(Wrong::broken("PNG", "its rows are longer than its width"));
    }
    let mut buffer = vec![0; length];
    let frame = reader.next_frame(&mut buffer).map_err(broken)?;
    let is_animated = reader.info().animation_control.is_some_and(|control| control.num_frames > 1);
    // What is behind the pixels may be cut off, too.
    reader.finish().map_err(broken)?;
    if [frame.width, frame.height] != size {
        return Err(Wrong::broken("PNG", "its first picture is smaller than it is"));
    }
    let bytes = match frame.bit_depth {
        png::BitDepth::Sixteen => {
            let byte = |&[high, low]: &[u8; 2]| {
                ((u32::from(u16::from_be_bytes([high, low])) * 255 + 32_767) / 65_535) as u8
            };
            buffer.as_chunks::<2>().0.iter().map(byte).collect()
        }
        png::BitDepth::One | png::BitDepth::Two | png::BitDepth::Four | png::BitDepth::Eight => buffer,
    };
    let pixels = match frame.color_type {
        ColorType::Rgba => bytes,
        ColorType::Rgb | ColorType::Indexed => {
            bytes.as_chunks::<3>().0.iter().flat_map(|&[r, g, b]| [r, g, b, 255]).collect()
        }
        ColorType::GrayscaleAlpha => {
            bytes.as_chunks::<2>().0.iter().flat_map(|&[grey, a]| [grey, grey, grey, a]).collect()
        }
        ColorType::Grayscale => bytes.iter().flat_map(|&grey| [grey, grey, grey, 255]).collect(),
    };
    let info = reader.info();
    let mut raw = Raw { size, pixels, ..Raw::default() };
    if info.srgb.is_none() {
        raw.profile = info.icc_profile.as_ref().map(|profile| profile.to_vec());
        raw.gamma = info.gama_chunk.map(|gamma| f64::from(gamma.into_scaled()) / 100_000.0);
    }
    raw.exif = info.exif_metadata.as_ref().map(|exif| exif.to_vec());
    if is_animated {
        raw.notes.push((
            "moves, and the first of its pictures is drawn".into(),
            "a sheet of them moves: `sheet: (8, 4), frame: 12 * time`",
        ));
    }
    Ok(raw)
}
