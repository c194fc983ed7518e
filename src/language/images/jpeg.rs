//! JPEG: baseline and progressive, grey and colours. CMYK is refused: nobody agrees which way round its numbers are.
//!
//! `zune-jpeg` without the instructions of one kind of processor: what is left of it adds and shifts whole numbers, so pixels are the
//! same everywhere. (`jpeg-decoder` is only kept alive in favour of it, and rounds otherwise where it finds SSSE3.)

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::{Raw, Wrong, check_size};

pub(super) fn read(bytes: &[u8], most: usize) -> Result<Raw, Wrong> {
    let broken = |why: zune_jpeg::errors::DecodeErrors| Wrong::broken("JPEG", why);
    // The sides are looked at here, with other words.
    let options = DecoderOptions::default()
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .set_use_unsafe(false)
        // What ends too early is an error, not grey.
        .set_strict_mode(true)
        .jpeg_set_out_colorspace(ColorSpace::RGBA);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(broken)?;
    let Some(info) = decoder.info() else { return Err(Wrong::broken("JPEG", "it has no picture")) };
    let size = [u32::from(info.width), u32::from(info.height)];
    let count = check_size(size, most)?;
    if matches!(decoder.input_colorspace(), Some(ColorSpace::CMYK | ColorSpace::YCCK)) {
        let what =
            "is a JPEG of the four colours of a print (CMYK), and how inks look together it does not say";
        return Err(Wrong::new(what, "save it in sRGB colours"));
    }
    let pixels = decoder.decode().map_err(broken)?;
    if pixels.len() != count * 4 {
        return Err(Wrong::broken("JPEG", "it has another number of pixels than it says"));
    }
    Ok(Raw { size, pixels, profile: decoder.icc_profile(), exif: info.exif_data, ..Raw::default() })
}
