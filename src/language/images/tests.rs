//! Files of every kind, good and broken, and what patches say of them.

use super::profile::tests::profile;
use super::{Decoded, read};
use crate::language::{Compiled, MemoryFiles, compile};
use crate::program::limits::IMAGE_PIXELS_MAX;

/// The same picture, 16 x 12, in every kind of file: red grows to the right, green downwards. See `expected`.
const FILES: &[(&str, &[u8])] = &[
    ("baseline.jpg", include_bytes!("../../../assets/images/baseline.jpg")),
    ("progressive.jpg", include_bytes!("../../../assets/images/progressive.jpg")),
    ("lossy.webp", include_bytes!("../../../assets/images/lossy.webp")),
    ("lossless.webp", include_bytes!("../../../assets/images/lossless.webp")),
    ("clear.webp", include_bytes!("../../../assets/images/clear.webp")),
    ("grey.jpg", include_bytes!("../../../assets/images/grey.jpg")),
    ("turned.jpg", include_bytes!("../../../assets/images/turned.jpg")),
    ("moving.webp", include_bytes!("../../../assets/images/moving.webp")),
];

fn file(name: &str) -> &'static [u8] {
    FILES.iter().find(|(known, _)| *known == name).unwrap().1
}

fn expected(x: u32, y: u32) -> [u8; 4] {
    [(x * 17) as u8, (y * 255 / 11) as u8, 127, 255]
}

fn pixel(image: &Decoded, x: u32, y: u32) -> [u8; 4] {
    let at = ((y * image.width + x) * 4) as usize;
    image.pixels[at..at + 4].try_into().unwrap()
}

fn decoded(name: &str, bytes: &[u8]) -> Decoded {
    read(name, bytes, IMAGE_PIXELS_MAX).unwrap_or_else(|wrong| panic!("{name} {}", wrong.what))
}

/// A PNG of 3 x 2 pixels.
fn png(
    color: png::ColorType,
    depth: png::BitDepth,
    data: &[u8],
    more: &dyn Fn(&mut png::Info<'_>),
) -> Vec<u8> {
    let mut info = png::Info::with_size(3, 2);
    (info.color_type, info.bit_depth) = (color, depth);
    more(&mut info);
    let mut bytes = Vec::new();
    let mut writer = png::Encoder::with_info(&mut bytes, info).unwrap().write_header().unwrap();
    writer.write_image_data(data).unwrap();
    writer.finish().unwrap();
    bytes
}

#[test]
fn every_kind_of_file_is_read() {
    let check = |name: &str, off: u8, notes: usize| {
        let image = decoded(name, file(name));
        assert_eq!(
            (image.width, image.height, image.notes.len()),
            (16, 12, notes),
            "{name} {:?}",
            image.notes
        );
        for (x, y) in (0..12).flat_map(|y| (0..16).map(move |x| (x, y))) {
            let (found, mut expected) = (pixel(&image, x, y), expected(x, y));
            if name == "clear.webp" {
                expected[3] = (x * 17) as u8;
            }
            let is_near = found.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= off);
            assert!(is_near || expected[3] == 0, "{name} {x} {y}: {found:?}, expected {expected:?}");
        }
    };
    check("baseline.jpg", 24, 0);
    check("progressive.jpg", 24, 0);
    check("lossy.webp", 30, 0);
    check("lossless.webp", 0, 0);
    check("clear.webp", 0, 0);
    let grey = decoded("grey.jpg", file("grey.jpg"));
    assert!(grey.pixels.as_chunks::<4>().0.iter().all(|[r, g, b, a]| r == g && g == b && *a == 255));
    let moving = decoded("moving.webp", file("moving.webp"));
    let is_red = pixel(&moving, 3, 3).iter().zip([255_u8, 0, 0, 255]).all(|(a, b)| a.abs_diff(b) <= 4);
    assert!(is_red && moving.notes.len() == 1, "{:?} {:?}", pixel(&moving, 3, 3), moving.notes);
}

#[test]
fn decoders_give_the_same_bits_everywhere() {
    let digest = |name: &str| {
        let image = decoded(name, file(name));
        format!("{name} {:016x}", twox_hash::XxHash3_64::oneshot(&image.pixels))
    };
    let found: Vec<String> = FILES.iter().map(|(name, _)| digest(name)).collect();
    assert_eq!(found.join("\n"), include_str!("../../../assets/images/digests.txt").trim_end());
}

#[test]
fn photos_are_upright() {
    let (plain, turned) = (decoded("a.jpg", file("baseline.jpg")), decoded("a.jpg", file("turned.jpg")));
    assert_eq!((turned.width, turned.height), (12, 16));
    for (x, y) in (0..16).flat_map(|y| (0..12).map(move |x| (x, y))) {
        assert_eq!(pixel(&turned, x, y), pixel(&plain, y, 11 - x));
    }
}

#[test]
fn every_depth_of_png_is_read() {
    use png::{BitDepth, ColorType};
    let check = |bytes: &[u8], expected: [[u8; 4]; 6]| {
        let image = decoded("a.png", bytes);
        assert_eq!(image.pixels.as_chunks::<4>().0, expected);
        assert!(image.notes.is_empty(), "{:?}", image.notes);
    };
    let none = |_: &mut png::Info<'_>| {};
    let grey = |values: [u8; 6]| values.map(|v| [v, v, v, 255]);
    check(
        &png(ColorType::Grayscale, BitDepth::One, &[0b1010_0000, 0b0110_0000], &none),
        grey([255, 0, 255, 0, 255, 255]),
    );
    check(
        &png(ColorType::Grayscale, BitDepth::Four, &[0x0f, 0x70, 0x12, 0x30], &none),
        grey([0, 255, 119, 17, 34, 51]),
    );
    check(&png(ColorType::Grayscale, BitDepth::Eight, &[1, 2, 3, 4, 5, 6], &none), grey([1, 2, 3, 4, 5, 6]));
    // Sixteen bits are rounded, not cut off.
    let fine = [0, 0x80, 1, 0, 0x7f, 0x7f, 0x80, 0x40, 0xff, 0, 0xff, 0xff];
    check(&png(ColorType::Grayscale, BitDepth::Sixteen, &fine, &none), grey([0, 1, 127, 128, 254, 255]));
    let alpha: Vec<u8> = (0..12).collect();
    check(
        &png(ColorType::GrayscaleAlpha, BitDepth::Eight, &alpha, &none),
        [0, 2, 4, 6, 8, 10].map(|v| [v, v, v, v + 1]),
    );
    let palette = |info: &mut png::Info<'_>| {
        info.palette = Some(vec![9, 8, 7, 250, 0, 1].into());
        info.trns = Some(vec![100].into());
    };
    let (a, b) = ([9, 8, 7, 100], [250, 0, 1, 255]);
    check(&png(ColorType::Indexed, BitDepth::Two, &[0b0001_0000, 0b0100_0100], &palette), [a, b, a, b, a, b]);
    let colors: Vec<u8> = (0..18).collect();
    let clear = |info: &mut png::Info<'_>| info.trns = Some(vec![0, 3, 0, 4, 0, 5].into());
    let rgb = [0, 3, 6, 9, 12, 15].map(|v| [v, v + 1, v + 2, if v == 3 { 0 } else { 255 }]);
    check(&png(ColorType::Rgb, BitDepth::Eight, &colors, &clear), rgb);
}

#[test]
fn profiles_become_srgb_or_are_told() {
    let with = |profile: Vec<u8>| {
        png(png::ColorType::Grayscale, png::BitDepth::Eight, &[128; 6], &|info| {
            info.icc_profile = Some(profile.clone().into());
        })
    };
    let linear = [b"curv\0\0\0\0\0\0\0\x01".to_vec(), vec![1, 0]].concat();
    let image = decoded("a.png", &with(profile(b"GRAY", &[(b"kTRC", linear)])));
    assert_eq!((pixel(&image, 0, 0), image.notes.len()), ([188, 188, 188, 255], 0));
    let image = decoded("a.png", &with(profile(b"GRAY", &[])));
    assert_eq!(pixel(&image, 0, 0), [128, 128, 128, 255]);
    assert_eq!(image.notes[0].0, "has a colour profile without a curve");
}

fn compiled(name: &str, bytes: &[u8]) -> Compiled {
    let files: MemoryFiles = [(name, bytes.to_vec())].into_iter().collect();
    let patch =
        format!("image photo from {name:?}\ndraw image(photo) {{ position: (0.5, 0.5), size: 0.8 }}\n");
    compile(&patch, "patch.pav", &files)
}

/// A PNG whose header says another size.
fn sized(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = png(png::ColorType::Grayscale, png::BitDepth::Eight, &[7; 6], &|_| {});
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let mut crc = !0_u32;
    for &byte in &bytes[12..29] {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    bytes[29..33].copy_from_slice(&(!crc).to_be_bytes());
    bytes
}

#[test]
fn broken_files_are_told_at_their_name() {
    let check = |name: &str, bytes: &[u8], expected: &str| {
        let compiled = compiled(name, bytes);
        assert!(compiled.program.is_none(), "{name} {expected}");
        let [diagnostic] = &compiled.diagnostics.0[..] else { panic!("{}", compiled.render()) };
        assert_eq!((diagnostic.line, diagnostic.column, diagnostic.code.name()), (1, 18, "E0573"));
        assert!(diagnostic.message.contains(expected), "{expected:?}: {}", diagnostic.message);
        assert!(diagnostic.help.is_some());
    };
    let good = png(png::ColorType::Grayscale, png::BitDepth::Eight, &[7; 6], &|_| {});
    check("a.png", b"", "`a.png` is empty");
    check("a.png", b"hello", "is no image");
    check("a.png", b"GIF89a", "is a GIF");
    check("a.png", b"BM....", "is a BMP");
    check("a.tif", b"II*\0....", "is a TIFF");
    check("a.avif", b"\0\0\0\x1cftypavif", "is an AVIF");
    check("a.heic", b"\0\0\0\x1cftypheic", "is a HEIC");
    check("a.jxl", b"\xff\x0a..", "is a JPEG XL");
    check("a.psd", b"8BPS....", "is a Photoshop file");
    check("a.pdf", b"%PDF-1.7", "is a PDF");
    check("a.svg", b"<?xml?><svg/>", "is an SVG");
    check("a.png", &good[..8], "is a broken PNG");
    check("a.png", &good[..good.len() / 2], "is a broken PNG");
    check("a.png", &good[..good.len() - 12], "is a broken PNG");
    let mut flipped = good.clone();
    flipped[45] ^= 1;
    check("a.png", &flipped, "is a broken PNG");
    check("a.png", &sized(100_000, 100_000), "has 100000 x 100000 pixels, the most along a side is 32768");
    check("a.png", &sized(32_768, 32_768), "has 32768 x 32768 = 1073741824 pixels, the most is 67108864");
    check("a.png", &sized(4, 2), "is a broken PNG");
    check("a.png", &sized(0, 2), "PNG");
    let jpeg = file("baseline.jpg");
    check("a.jpg", &jpeg[..3], "is a broken JPEG");
    check("a.jpg", &jpeg[..jpeg.len() / 2], "is a broken JPEG");
    check("a.jpg", &[b"\xff\xd8\xff".as_slice(), &[0; 100]].concat(), "is a broken JPEG");
    let cmyk = include_bytes!("../../../assets/images/cmyk.jpg");
    check("a.jpg", cmyk, "is a JPEG of the four colours of a print (CMYK)");
    check("a.webp", &file("lossy.webp")[..20], "is a broken WebP");
    check("a.webp", &file("lossy.webp")[..60], "is a broken WebP");
    check("a.webp", &file("lossless.webp")[..40], "is a broken WebP");
    let missing = compile(
        "image photo from \"gone.png\"\ndraw image(photo) { position: (0.5, 0.5), size: 0.8 }",
        "patch.pav",
        &MemoryFiles::default(),
    );
    assert_eq!(missing.diagnostics.0[0].message, "cannot read `gone.png`: there is no such file");
    assert_eq!(missing.files, ["patch.pav", "gone.png"], "it is watched");
}

#[test]
fn doubtful_files_are_drawn_with_a_warning() {
    let check = |name: &str, bytes: &[u8], expected: &str| {
        let compiled = compiled(name, bytes);
        assert!(compiled.program.is_some(), "{}", compiled.render());
        let [warning] = &compiled.diagnostics.0[..] else { panic!("{}", compiled.render()) };
        assert_eq!((warning.line, warning.column, warning.code.name()), (1, 18, "E0574"));
        assert!(warning.message.contains(expected), "{expected:?}: {}", warning.message);
    };
    check("photo.png", file("baseline.jpg"), "`photo.png` is a JPEG, and its name does not say so");
    check("photo", file("lossless.webp"), "is a WebP, and its name does not say so");
    check("photo.webp", file("moving.webp"), "moves, and the first of its pictures is drawn");
}

#[test]
fn what_a_draw_says_of_its_image_is_checked() {
    let check = |entries: &str, code: &str, expected: &str, help: &str| {
        let files: MemoryFiles = [("a.jpg", file("baseline.jpg").to_vec())].into_iter().collect();
        let patch =
            format!("image photo from \"a.jpg\"\ndraw image(photo) {{ position: (0.5, 0.5), {entries} }}\n");
        let compiled = compile(&patch, "patch.pav", &files);
        let [diagnostic] = &compiled.diagnostics.0[..] else { panic!("{entries}: {}", compiled.render()) };
        assert_eq!((diagnostic.line, diagnostic.code.name()), (2, code), "{entries}: {}", compiled.render());
        let told = (diagnostic.message.as_str(), diagnostic.help.as_deref().unwrap_or_default());
        assert!(told.0.contains(expected) && told.1.contains(help), "{entries}: {told:?}");
    };
    check("size: 1, frame: 3", "E0552", "`frame` is one of the pictures of a sheet", "sheet: (8, 4)");
    check("size: 1, sheet: (0, 4)", "E0525", "a sheet of 0 by 4", "sheet: (8, 4)");
    check("size: 1, sheet: (2.5, 4)", "E0525", "a sheet of 2.5 by 4", "sheet: (8, 4)");
    check("size: 1, sheet: (4, time / 1s)", "E0524", "`sheet`", "");
    check("size: 1, color: #f00", "E0551", "no attribute `color`", "did you mean `tint`?");
    check(
        "size: 1, stroke: #f00",
        "E0551",
        "no attribute `stroke`",
        "draw a `rect` of the same size over it",
    );
    check("size: 1, fit: fill", "E0518", "`fill`", "contain");
    check("size: 1, filter: linear", "E0518", "`linear`", "nearest");
    check("size: 1, corner: 2", "E0525", "2", "");
    check("size: 1, source_size: (0, 5)", "E0525", "0", "");
    check("size: 1, width: 0.5", "E0551", "no attribute `width`", "");
    check("fit: cover", "E0552", "a `size`", "add `size: 0.1`");
    check("size: 1, tint: 0.5", "E0531", "", "");
}

#[test]
fn an_image_is_named_in_any_way_that_leads_to_it() {
    let files: MemoryFiles =
        [("a.jpg", file("baseline.jpg").to_vec()), ("part.pav", b"image photo from \"a.jpg\"\n".to_vec())]
            .into_iter()
            .collect();
    let with = |draw: &str| {
        let patch = format!("use \"part.pav\" as part\nimage photo from \"a.jpg\"\n{draw}\n");
        compile(&patch, "patch.pav", &files)
    };
    for name in ["photo", "part.photo"] {
        let compiled = with(&format!("draw image({name}) {{ position: (0.5, 0.5), size: 0.4 }}"));
        assert!(compiled.diagnostics.0.is_empty(), "{}", compiled.render());
        assert_eq!(compiled.program.unwrap().images().len(), 1, "the other one is not drawn");
    }
    let told = |draw: &str| {
        let compiled = with(draw);
        let first = compiled.diagnostics.0[0].clone();
        (first.message, first.help.unwrap_or_default())
    };
    let (message, help) = told("draw image(photos) { position: (0.5, 0.5), size: 0.4 }");
    assert_eq!((message.as_str(), help.as_str()), ("there is no image `photos`", "did you mean `photo`?"));
    let (message, help) = told("draw circle { position: (0.5, 0.5), size: photo, color: #fff }");
    assert_eq!(message, "`photo` is an image, not a value");
    assert!(help.contains("draw image(photo)"), "{help}");
}

#[test]
fn all_images_together_have_a_limit_and_one_file_is_read_once() {
    let wide = 1 << 13;
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, wide, wide);
    encoder.set_depth(png::BitDepth::One);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&vec![0; (wide * wide / 8) as usize]).unwrap();
    writer.finish().unwrap();
    let wrong = read("a.png", &bytes, IMAGE_PIXELS_MAX - 5).unwrap_err();
    assert!(wrong.what.contains("67108864 pixels, with 5 of other images"), "{}", wrong.what);
    let files: MemoryFiles = [("a.jpg", file("baseline.jpg").to_vec())].into_iter().collect();
    let patch = "image a from \"a.jpg\"\nimage b from \"./x/../a.jpg\"
        draw image(a) { position: (0.5, 0.5), size: 0.8 }\ndraw image(b) { position: (0.5, 0.5), size: 0.8 }";
    let compiled = compile(patch, "patch.pav", &files);
    assert_eq!(compiled.files, ["patch.pav", "a.jpg"]);
    let data = compiled.program.unwrap();
    let [a, b] = [0, 1].map(|row| data.data().images[row].pixels.bytes().unwrap().as_ptr());
    assert_eq!(a, b, "they share their pixels");
}

#[test]
fn readers_take_any_bytes() {
    let mut seed = 7_u64;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    let good = png(png::ColorType::Rgb, png::BitDepth::Eight, &[7; 18], &|_| {});
    let files: Vec<&[u8]> = FILES.iter().map(|(_, bytes)| *bytes).chain([good.as_slice()]).collect();
    let mut broken = 0;
    for round in 0..3_000 {
        let mut bytes = files[round % files.len()].to_vec();
        for _ in 0..=next(4) {
            let at = next(bytes.len());
            match next(4) {
                0 => bytes.truncate(at.max(1)),
                1 => bytes[at] ^= 1 << next(8),
                2 => bytes[at] = [0, 1, 127, 128, 255][next(5)],
                _ => {
                    let piece = bytes[at..(at + next(20)).min(bytes.len())].to_vec();
                    let to = next(bytes.len());
                    bytes.splice(to..to, piece);
                }
            }
        }
        // Small ones alone: what is large takes time, not care.
        broken += usize::from(read("a", &bytes, 1 << 16).is_err());
    }
    assert!(broken > 1_000, "{broken}");
}
