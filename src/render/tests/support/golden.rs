//! The comparison with golden pictures.

use std::path::Path;

use pavane::render::Picture;

pub fn read_png(path: &Path) -> Option<Picture> {
    let file = std::io::BufReader::new(std::fs::File::open(path).ok()?);
    let mut decoder = png::Decoder::new(file);
    decoder.set_transformations(png::Transformations::ALPHA);
    let mut reader = decoder.read_info().unwrap();
    let (width, height) = reader.info().size();
    let mut picture = Picture::new(width, height).unwrap();
    reader.next_frame(picture.pixels_mut()).unwrap();
    Some(picture)
}

pub fn write_png(path: &Path, width: u32, height: u32, pixels: &[u8]) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut encoder = png::Encoder::new(std::fs::File::create(path).unwrap(), width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_compression(png::Compression::Balanced);
    encoder.write_header().unwrap().write_image_data(pixels).unwrap();
}

/// Compares with `assets/golden/NAME.png`. A picture that is not there yet is written, and the test fails so that
/// somebody looks at it. `PAVANE_BLESS=1` rewrites all. A picture that differs is written to `target/golden/` as
/// expected, actual and difference, side by side.
pub fn check_golden(name: &str, actual: &Picture) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("assets/golden").join(name).with_extension("png");
    let (width, height) = (actual.width(), actual.height());
    let write = || write_png(&path, width, height, actual.pixels());
    if std::env::var_os("PAVANE_BLESS").is_some_and(|value| value == "1") {
        return write();
    }
    let Some(expected) = read_png(&path) else {
        write();
        panic!("{name}: there was no golden picture; {} is written, look at it", path.display());
    };
    if expected == *actual {
        return;
    }
    let same_size = (expected.width(), expected.height()) == (width, height);
    assert!(same_size, "{name}: {expected:?} was expected, and it is {actual:?}");
    let stride = width as usize * 4;
    let mut side_by_side = Vec::new();
    let mut worst = 0;
    for (expected, actual) in expected.pixels().chunks(stride).zip(actual.pixels().chunks(stride)) {
        side_by_side.extend_from_slice(expected);
        side_by_side.extend_from_slice(actual);
        for (expected, actual) in expected.chunks(4).zip(actual.chunks(4)) {
            let off: Vec<u8> = (0..4).map(|k| expected[k].abs_diff(actual[k])).collect();
            worst = worst.max(*off.iter().max().unwrap());
            // Alpha counts as a grey difference, since the difference itself has to be opaque to be seen.
            side_by_side.extend((0..3).map(|k| off[k].max(off[3]).saturating_mul(8)));
            side_by_side.push(255);
        }
    }
    let diff = root.join("target/golden").join(name).with_extension("png");
    write_png(&diff, width * 3, height, &side_by_side);
    panic!("{name}: differs by up to {worst}; expected, actual and difference are in {}", diff.display());
}
