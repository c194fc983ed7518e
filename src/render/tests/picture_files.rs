//! Pictures measured in numbers, and files read back.
//!
//! A test binary of its own, with an entry in `Cargo.toml`.
#![cfg(feature = "render")]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod support;

use std::fs::File;
use std::path::Path;

use pavane::frame::{Blend, Colors, FillRule, Lanes, Pass, Rgba8, Shape, Sink, Verb};
use pavane::render::{
    ClipInfo, EncodeSettings, Format, Memory, Output, Picture, PictureSink, Raster, RasterSettings,
    RenderError, SvgSink,
};
use pavane::time::FrameRate;
use support::{AMBER, CORAL, NIGHT, TEAL, WHITE, draw, draw_with, folder, pass, read_png, stroke};

const BLACK: Rgba8 = Rgba8::new(0, 0, 0, 255);

/// Covered area in pixels of something white on black.
fn area(picture: &Picture) -> f64 {
    picture.pixels().chunks_exact(4).map(|pixel| f64::from(pixel[0]) / 255.0).sum()
}

#[test]
fn small_circles_have_their_area() {
    let settings = RasterSettings { width: 64, height: 64, ..Default::default() };
    for radius in [1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 13.0, 20.0, 30.0_f64] {
        // Averaged over places in the pixel grid, as a moving disc would be.
        let places = [0.5_f32, 0.503, 0.506, 0.509, 0.511];
        let mean = places.map(|place| {
            let side = (radius * 2.0 / 64.0) as f32;
            let disc = Pass {
                x: Lanes::Uniform(place),
                width: Lanes::Uniform(side),
                height: Lanes::Uniform(side),
                fill: Some(Colors::Uniform(WHITE)),
                ..pass(Shape::Ellipse)
            };
            area(&draw_with(settings, BLACK, &[disc]))
        });
        let ratio = mean.iter().sum::<f64>() / 5.0 / (std::f64::consts::PI * radius * radius);
        assert!((ratio - 1.0).abs() < 0.005, "radius {radius}: {ratio}");
    }
}

#[test]
fn rings_have_their_area() {
    let settings = RasterSettings { width: 64, height: 64, ..Default::default() };
    // The whole ring is two circles; the trimmed one is a stroked curve.
    for (end, share) in [(1.0, 1.0), (0.5, 0.5)] {
        let outline = pavane::frame::Stroke {
            trim_end: Lanes::Uniform(end),
            cap: pavane::frame::Cap::Butt,
            ..stroke(WHITE, 4.0 / 64.0)
        };
        let side = Lanes::Uniform(40.0 / 64.0);
        let ring =
            Pass { width: side, height: side, fill: None, stroke: Some(outline), ..pass(Shape::Ellipse) };
        let ratio = area(&draw_with(settings, BLACK, &[ring])) / (std::f64::consts::TAU * 20.0 * 4.0 * share);
        assert!((ratio - 1.0).abs() < 0.005, "{end}: {ratio}");
    }
}

/// Many shapes of all kinds over a canvas of several bands.
fn crowd<'a>(numbers: &'a [Vec<f32>; 4], colors: &'a [Rgba8]) -> Vec<Pass<'a>> {
    let [x, y, size, angle] = numbers;
    let some = |shape, blend| Pass {
        count: x.len(),
        x: Lanes::Each(x),
        y: Lanes::Each(y),
        width: Lanes::Each(size),
        height: Lanes::Uniform(0.03),
        rotation: Lanes::Each(angle),
        fill: Some(Colors::Each(colors)),
        blend,
        ..pass(shape)
    };
    let round = some(Shape::Ellipse, Blend::Normal);
    vec![
        some(Shape::Rect { corner: 0.0 }, Blend::Normal),
        some(Shape::Rect { corner: 0.5 }, Blend::Screen),
        some(Shape::Star { points: 5, inner: 0.4 }, Blend::Add),
        Pass { stroke: Some(stroke(AMBER, 0.004)), ..round },
        Pass {
            fill: None,
            stroke: Some(stroke(TEAL, 0.004)),
            ..some(Shape::Line { closed: true }, Blend::Normal)
        },
    ]
}

fn crowd_numbers() -> ([Vec<f32>; 4], Vec<Rgba8>) {
    let lane = |step: f32, scale: f32| (0..300).map(|k| (k as f32 * step).fract() * scale).collect();
    let colors = (0..300_u32).map(|k| Rgba8(k.wrapping_mul(0x9e37_79b9) | 0x8000_0000)).collect();
    ([lane(0.618_034, 1.0), lane(0.754_877_7, 1.0), lane(0.569_84, 0.1), lane(0.137, 6.0)], colors)
}

#[test]
fn threads_do_not_change_a_pixel() {
    let (numbers, colors) = crowd_numbers();
    let passes = crowd(&numbers, &colors);
    for transparent in [false, true] {
        let settings = RasterSettings { width: 300, height: 1030, transparent, ..Default::default() };
        let one = draw_with(settings, NIGHT, &passes);
        for threads in [0, 2, 3, 16] {
            assert_eq!(draw_with(RasterSettings { threads, ..settings }, NIGHT, &passes), one, "{threads}");
        }
        if !transparent {
            assert!(one.pixels().chunks_exact(4).all(|pixel| pixel[3] == 255));
        }
    }
}

#[test]
fn a_raster_remembers_nothing() {
    let (numbers, colors) = crowd_numbers();
    let passes = crowd(&numbers, &colors);
    let settings = RasterSettings { width: 200, height: 600, ..Default::default() };
    let mut raster = Raster::new(settings).unwrap();
    let first = raster.draw_passes(NIGHT, &passes).hash();
    raster.draw_passes(WHITE, &passes[..2]);
    raster.draw_passes(WHITE, &[]);
    assert_eq!(raster.draw_passes(NIGHT, &passes).hash(), first);
}

#[test]
fn band_edges_do_not_show() {
    let everywhere =
        Pass { width: Lanes::Uniform(90.0), height: Lanes::Uniform(90.0), ..pass(Shape::Ellipse) };
    let picture = draw(40, 1500, &[everywhere]);
    assert!(picture.pixels().chunks_exact(4).all(|pixel| *pixel == CORAL.to_array()));
}

#[test]
fn extreme_sizes_are_survived() {
    for size in [1e-30_f32, 1e-3, 1e3, 1e6, 1e12, 1e30, f32::MAX] {
        for shape in [
            Shape::Ellipse,
            Shape::Rect { corner: 0.0 },
            Shape::Rect { corner: 0.7 },
            Shape::Polygon { sides: 3 },
        ] {
            for offset in [0.0, size * 0.5, -size] {
                let huge = Pass {
                    x: Lanes::Uniform(0.5 + offset),
                    width: Lanes::Uniform(size),
                    height: Lanes::Uniform(size),
                    stroke: Some(stroke(TEAL, size.min(1e20) * 0.1)),
                    ..pass(shape)
                };
                draw(32, 32, &[huge]);
            }
        }
    }
    for far in [1e3_f32, 1e9, 1e30, f32::MAX] {
        let [x, y] = [[-far, far, 0.5], [0.1, far, -far]];
        let line =
            Pass { count: 3, x: Lanes::Each(&x), y: Lanes::Each(&y), ..pass(Shape::Line { closed: true }) };
        draw(32, 32, &[Pass { stroke: Some(stroke(TEAL, 0.1)), ..line }]);
    }
    for extent in [0.0, 1e-30, 1e30, f32::NAN, f32::INFINITY] {
        let view = pavane::frame::View { extent, ..Default::default() };
        draw(32, 32, &[Pass { view, stroke: Some(stroke(TEAL, 0.1)), ..pass(Shape::Ellipse) }]);
    }
    draw(32, 32, &[pass(Shape::Polygon { sides: 0 }), pass(Shape::Star { points: 1, inner: f32::NAN })]);
    let nobody = Pass { count: 0, ..pass(Shape::Line { closed: true }) };
    draw(32, 32, &[Pass { stroke: Some(stroke(TEAL, 0.1)), ..nobody }, nobody]);
}

#[test]
fn straight_alpha_keeps_the_colour() {
    let settings = RasterSettings { width: 16, height: 16, transparent: true, ..Default::default() };
    let wash = Pass {
        width: Lanes::Uniform(0.5),
        height: Lanes::Uniform(0.5),
        fill: Some(Colors::Uniform(Rgba8::new(200, 100, 50, 128))),
        ..pass(Shape::Rect { corner: 0.0 })
    };
    let picture = draw_with(settings, WHITE, &[wash]);
    assert_eq!(picture.pixel(0, 0), Some([0, 0, 0, 0]));
    let [r, g, b, a] = picture.pixel(8, 8).unwrap();
    assert!(
        r.abs_diff(200) <= 1 && g.abs_diff(100) <= 1 && b.abs_diff(50) <= 1 && a.abs_diff(128) <= 1,
        "{r} {g} {b} {a}"
    );
}

fn clip(frame_count: u64, rate: &str) -> ClipInfo {
    ClipInfo { width: 60, height: 40, frame_rate: rate.parse().unwrap(), frame_count, background: NIGHT }
}

/// A disc on its way to the right.
fn step(index: u64) -> Pass<'static> {
    let side = Lanes::Uniform(0.3);
    Pass { x: Lanes::Uniform(0.02 * index as f32), width: side, height: side, ..pass(Shape::Ellipse) }
}

fn render(output: &Output, clip: &ClipInfo, transparent: bool) -> Result<(), RenderError> {
    let settings = RasterSettings { transparent, ..Default::default() };
    let mut sink = PictureSink::create(output, clip, settings)?;
    (0..clip.frame_count).try_for_each(|index| sink.draw(index, clip.background, &[step(index)]))?;
    sink.finish()
}

fn picture(index: u64, transparent: bool) -> Picture {
    let settings = RasterSettings { width: 60, height: 40, transparent, ..Default::default() };
    draw_with(settings, NIGHT, &[step(index)])
}

fn to_file(path: &Path, clip: &ClipInfo, transparent: bool) {
    render(&Output::from_path(path.to_str().unwrap()).unwrap(), clip, transparent).unwrap();
    let names = std::fs::read_dir(path.parent().unwrap()).unwrap().map(|entry| entry.unwrap().file_name());
    let leftovers: Vec<_> = names.filter(|name| name.to_string_lossy().contains("part")).collect();
    assert!(leftovers.is_empty(), "{leftovers:?}");
}

/// The bytes depend neither on the thread that encodes nor on where they go.
#[test]
fn memory_and_files_get_the_same_bytes() {
    let folder = folder("memory");
    for (format, count) in [(Format::Png, 1), (Format::Apng, 3), (Format::Gif, 3)] {
        let path = folder.join(format!("clip.{}", format.extension()));
        to_file(&path, &clip(count, "60"), false);
        let file = std::fs::read(&path).unwrap();
        for threads in [0, 1, 4] {
            let memory = Memory::default();
            let settings = EncodeSettings { threads, ..EncodeSettings::default() };
            let output = Output::to_memory(format, &memory).with_settings(settings);
            render(&output, &clip(count, "60"), false).unwrap();
            assert!(memory.take() == file, "{format:?}");
            assert!(memory.take().is_empty());
        }
    }
}

/// What is made side by side is put together in order.
#[test]
fn threads_that_encode_change_no_byte() {
    let (numbers, colors) = crowd_numbers();
    for (format, rate, transparent) in [
        (Format::Apng, "25", false),
        (Format::Apng, "30000/1001", true),
        (Format::Gif, "25", false),
        (Format::Gif, "25", true),
        // Not all frames are shown.
        (Format::Gif, "60", false),
    ] {
        let clip = clip(50, rate);
        let encode = |threads: u16| {
            let memory = Memory::default();
            let settings = EncodeSettings { threads, ..EncodeSettings::default() };
            let output = Output::to_memory(format, &memory).with_settings(settings);
            let raster = RasterSettings { transparent, ..Default::default() };
            let mut sink = PictureSink::create(&output, &clip, raster).unwrap();
            for index in 0..50_u64 {
                // Whole pictures, single discs, and nothing new, which take more and less time to encode.
                let crowd = crowd(&numbers, &colors);
                let passes = if index % 9 < 2 { &crowd[index as usize % 3..] } else { &[step(index / 2)] };
                sink.draw(index, clip.background, passes).unwrap();
            }
            sink.finish().unwrap();
            (memory.take(), sink.warnings().to_vec())
        };
        let expected = encode(0);
        for threads in [1, 2, 4, 16] {
            assert!(encode(threads) == expected, "{format:?}, {rate}, {transparent}, {threads} threads");
        }
    }
}

#[test]
fn a_frame_that_is_no_other_is_not_drawn_again() {
    let patch = "clip { rate: 10, size: (60, 40) }
        draw circle { position: (0.1 * floor(scalar(time) * 2), 0.5), size: 0.3, color: #fff }";
    for (format, threads) in [(Format::Apng, 0), (Format::Apng, 3), (Format::Gif, 0), (Format::Gif, 3)] {
        // As frames, of which five are the same, and as what is in them.
        let both = [true, false].map(|as_frames| {
            let compiled = pavane::compile(patch, "steps.pav", &pavane::NoFiles);
            let mut engine = pavane::Engine::for_program(compiled.program.unwrap()).unwrap();
            let memory = Memory::default();
            let settings = EncodeSettings { threads, ..EncodeSettings::default() };
            let output = Output::to_memory(format, &memory).with_settings(settings);
            let mut sink = PictureSink::create(&output, &clip(50, "10"), RasterSettings::default()).unwrap();
            for index in 0..50 {
                let frame = engine.frame(index).unwrap();
                if as_frames {
                    sink.frame(&frame).unwrap();
                } else {
                    let passes: Vec<_> = frame.passes().collect();
                    sink.draw(index, frame.ground(), &passes).unwrap();
                }
            }
            sink.finish().unwrap();
            (memory.take(), sink.passed_over())
        });
        assert!(both[0].0 == both[1].0 && !both[0].0.is_empty(), "{format:?} {threads}");
        assert_eq!([both[0].1, both[1].1], [40, 0], "{format:?} {threads}");
    }
}

#[test]
fn pngs_come_back() {
    let folder = folder("png");
    for transparent in [false, true] {
        to_file(&folder.join("one.png"), &clip(1, "60"), transparent);
        assert_eq!(read_png(&folder.join("one.png")).unwrap(), picture(0, transparent));
        to_file(&folder.join("f_%03d.png"), &clip(12, "60"), transparent);
        for index in 0..12 {
            assert_eq!(
                read_png(&folder.join(format!("f_{index:03}.png"))).unwrap(),
                picture(index, transparent)
            );
        }
    }
}

#[test]
fn apngs_come_back() {
    let folder = folder("apng");
    for transparent in [false, true] {
        let path = folder.join("clip.apng");
        to_file(&path, &clip(20, "30000/1001"), transparent);
        let mut decoder = png::Decoder::new(std::io::BufReader::new(File::open(&path).unwrap()));
        decoder.set_transformations(png::Transformations::ALPHA);
        let mut reader = decoder.read_info().unwrap();
        assert_eq!(reader.info().animation_control().unwrap().num_frames, 20);
        let mut canvas = vec![0; 60 * 40 * 4];
        for index in 0..20 {
            let mut part = vec![0; 60 * 40 * 4];
            reader.next_frame(&mut part).unwrap();
            let control = *reader.info().frame_control().unwrap();
            assert_eq!((control.delay_num, control.delay_den), (1001, 30_000));
            for row in 0..control.height as usize {
                let bytes = control.width as usize * 4;
                let to = ((control.y_offset as usize + row) * 60 + control.x_offset as usize) * 4;
                canvas[to..to + bytes].copy_from_slice(&part[row * bytes..(row + 1) * bytes]);
            }
            assert_eq!(canvas, picture(index, transparent).pixels(), "{index}");
        }
    }
}

/// The canvas after each frame of a GIF, with the frame's start in hundredths of a second; and the total.
fn read_gif(path: &Path) -> (Vec<(u64, Vec<u8>)>, u64) {
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    let mut decoder = options.read_info(std::io::BufReader::new(File::open(path).unwrap())).unwrap();
    assert_eq!(decoder.repeat(), gif::Repeat::Infinite, "it plays for ever");
    let (mut canvas, mut frames, mut time) = (vec![0; 60 * 40 * 4], Vec::new(), 0);
    while let Some(frame) = decoder.read_next_frame().unwrap() {
        let area = |row: usize| (usize::from(frame.top) + row) * 60 + usize::from(frame.left);
        let width = usize::from(frame.width);
        for row in 0..usize::from(frame.height) {
            for column in 0..width {
                let from = (row * width + column) * 4;
                if frame.buffer[from + 3] > 0 {
                    let to = (area(row) + column) * 4;
                    canvas[to..to + 4].copy_from_slice(&frame.buffer[from..from + 4]);
                }
            }
        }
        frames.push((time, canvas.clone()));
        if frame.dispose == gif::DisposalMethod::Background {
            for row in 0..usize::from(frame.height) {
                canvas[area(row) * 4..(area(row) + width) * 4].fill(0);
            }
        }
        time += u64::from(frame.delay);
    }
    (frames, time)
}

#[test]
fn gifs_come_back() {
    let folder = folder("gif");
    let path = folder.join("clip.gif");
    for (count, rate, transparent) in [
        (1, "60", false),
        (30, "60", false),
        (31, "60", true),
        (25, "24", false),
        (12, "30000/1001", true),
        (3, "1/400", false),
    ] {
        to_file(&path, &clip(count, rate), transparent);
        let (frames, total) = read_gif(&path);
        let rate: FrameRate = rate.parse().unwrap();
        let exact = (count as f64 * 100.0 / rate.as_f64()).round();
        assert_eq!(total as f64, exact, "{rate}");
        for (start, canvas) in frames {
            // The frame that starts nearest to this; the clip is one of few colours, so they are exact.
            let index = ((start as f64 * rate.as_f64() / 100.0).round() as u64).min(count - 1);
            let expected = picture(index, transparent);
            for (seen, drawn) in canvas.chunks_exact(4).zip(expected.pixels().chunks_exact(4)) {
                match (transparent, drawn[3] >= 128) {
                    (true, false) => assert_eq!(seen[3], 0),
                    (true, true) => assert!(seen[..3].iter().zip(drawn).all(|(a, b)| a.abs_diff(*b) <= 4)),
                    _ => assert!(
                        seen.iter().zip(drawn).all(|(a, b)| a.abs_diff(*b) <= 4),
                        "{seen:?} {drawn:?}"
                    ),
                }
            }
        }
    }
}

#[test]
fn svgs_hold_shapes() {
    let folder = folder("svg");
    let outline = pavane::frame::Stroke { trim_end: Lanes::Uniform(0.5), ..stroke(TEAL, 0.05) };
    let dashed = |on, off, offset| {
        let [on, off, offset, scale] = [on, off, offset, 1.0].map(Lanes::Uniform);
        let dash = Some(pavane::frame::Dash { on, off, offset, scale });
        Pass {
            fill: None,
            stroke: Some(pavane::frame::Stroke { dash, ..stroke(TEAL, 0.05) }),
            ..pass(Shape::Ellipse)
        }
    };
    let holed = pavane::frame::Path {
        verbs: vec![Verb::Move, Verb::Line, Verb::Line, Verb::Close],
        points: vec![[-0.5, -0.5], [0.5, -0.5], [0.0, 0.5]],
        fill_rule: FillRule::EvenOdd,
    };
    let passes = [
        Pass { blend: Blend::Add, ..pass(Shape::Ellipse) },
        Pass {
            rotation: Lanes::Uniform(0.5),
            height: Lanes::Uniform(0.2),
            ..pass(Shape::Rect { corner: 0.5 })
        },
        Pass { fill: None, stroke: Some(outline), ..pass(Shape::Star { points: 5, inner: 0.5 }) },
        Pass { x: Lanes::Uniform(f32::NAN), ..pass(Shape::Polygon { sides: 3 }) },
        dashed(0.1, 0.05, 0.025),
        dashed(1e-9, 1e-9, 0.0),
        Pass { width: Lanes::Uniform(0.4), ..dashed(f32::NAN, 0.1, 0.0) },
        pass(Shape::Path(&holed)),
    ];
    let path = folder.join("f_%02d.svg");
    let output = Output::from_path(path.to_str().unwrap()).unwrap();
    let mut sink = SvgSink::create(&output, &clip(2, "60"), false).unwrap();
    sink.draw(0, NIGHT, &passes).unwrap();
    sink.draw(1, NIGHT, &[]).unwrap();
    let text = std::fs::read_to_string(folder.join("f_00.svg")).unwrap();
    for part in [
        "viewBox=\"0 0 60 40\"",
        "fill=\"#101420\"",
        "<style>.plus-lighter>*{mix-blend-mode:plus-lighter}</style>",
        "<g class=\"plus-lighter\">",
        "<circle r=\"14\" transform=\"translate(30 20)\" fill=\"#ff7058\"/>",
        "rotate(28.648)",
        "rx=\"2\"",
        "<path d=\"M",
        "stroke-width=\"2\"",
        "stroke-linecap=\"round\"",
        "stroke-width=\"2\" stroke-dasharray=\"4 2\" stroke-dashoffset=\"1\"/>",
        "<g fill-rule=\"evenodd\">\n<path d=\"M-14 -14L14 -14L0 14Z\"",
    ] {
        assert!(text.contains(part), "no {part} in\n{text}");
    }
    assert!(!text.contains("polygon") && !text.contains("NaN"), "{text}");
    assert_eq!(text.matches("dasharray").count(), 1, "too fine a pattern is solid, no number is nothing");
    // A circle of SVG would begin at the right.
    assert!(text.contains("<path d=\"M0 -14"), "{text}");
    assert!(folder.join("f_01.svg").exists());
}

#[test]
fn videos_are_made_where_there_is_ffmpeg() {
    let folder = folder("video");
    if std::process::Command::new("ffmpeg").arg("-version").output().is_err() {
        let output = Output::from_path(folder.join("a.mp4").to_str().unwrap()).unwrap();
        let error = render(&output, &clip(9, "60"), false).unwrap_err();
        assert!(matches!(error, RenderError::FfmpegMissing { .. }), "{error}");
        return;
    }
    for (name, transparent) in [("a.mp4", false), ("a.webm", false), ("b.webm", true)] {
        let path = folder.join(name);
        to_file(&path, &clip(20, "30000/1001"), transparent);
        let decoder: &[&str] = if transparent { &["-c:v", "libvpx-vp9"] } else { &[] };
        let decoded = std::process::Command::new("ffmpeg")
            .args(["-v", "error"])
            .args(decoder)
            .arg("-i")
            .arg(&path)
            .args(["-f", "rawvideo", "-pix_fmt", "rgba", "-"])
            .output()
            .unwrap();
        assert!(decoded.status.success(), "{}", String::from_utf8_lossy(&decoded.stderr));
        assert_eq!(decoded.stdout.len(), 60 * 40 * 4 * 20, "{name}");
        let last = &decoded.stdout[60 * 40 * 4 * 19..];
        let expected = picture(19, transparent);
        // The middle of the disc and a corner, away from what chroma subsampling blurs.
        for (x, y) in [(25, 20), (58, 2)] {
            let (seen, drawn) = (&last[(y * 60 + x) * 4..][..4], expected.pixel(x as u32, y as u32).unwrap());
            let visible = if drawn[3] == 0 { 3..4 } else { 0..4 };
            let off = visible.map(|k| seen[k].abs_diff(drawn[k])).max().unwrap();
            assert!(off <= 6, "{name} at {x} {y}: {seen:?} and {drawn:?}");
        }
    }
}

#[test]
fn what_is_not_finished_is_not_there() {
    let folder = folder("unfinished");
    for name in ["a.gif", "a.apng", "a.png"] {
        let output = Output::from_path(folder.join(name).to_str().unwrap()).unwrap();
        let clip = clip(if name == "a.png" { 1 } else { 9 }, "60");
        let mut sink = PictureSink::create(&output, &clip, RasterSettings::default()).unwrap();
        sink.draw(0, NIGHT, &[]).unwrap();
        drop(sink);
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0, "{name}");
    }
    let output = Output::from_path(folder.join("short.apng").to_str().unwrap()).unwrap();
    let mut sink = PictureSink::create(&output, &clip(3, "60"), RasterSettings::default()).unwrap();
    sink.draw(0, NIGHT, &[]).unwrap();
    assert!(sink.finish().unwrap_err().to_string().contains("2 fewer"));
    drop(sink);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
}

#[test]
fn missing_folders_are_told_at_once() {
    for name in [
        "no/such/a.png",
        "no/such/f_%d.png",
        "no/such/a.gif",
        "no/such/a.apng",
        "no/such/a.mp4",
        "no/such/a.svg",
    ] {
        let count = if name.ends_with("a.png") || name.ends_with(".svg") { 1 } else { 9 };
        let output = Output::from_path(name).unwrap();
        let opened = output.open(&clip(count, "60"), RasterSettings::default());
        assert!(matches!(opened, Err(RenderError::MissingDirectory { .. })), "{name}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    for (format, count) in [(Format::Png, 1), (Format::Apng, 90), (Format::Gif, 90)] {
        let error =
            render(&Output::new(format, Some("/dev/full")).unwrap(), &clip(count, "60"), false).unwrap_err();
        assert!(matches!(error, RenderError::DiskFull { .. }), "{format:?}: {error}");
        assert!(error.to_string().contains("no space left"), "{error}");
        assert!(!error.is_argument());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_closed_pipe_is_an_error() {
    // A pipe whose reader has ended, by the name that Linux gives to it.
    use std::os::fd::AsRawFd;
    for (format, count) in [(Format::Png, 1), (Format::Apng, 90), (Format::Gif, 90)] {
        let (reader, writer) = std::io::pipe().unwrap();
        let path = format!("/proc/self/fd/{}", writer.as_raw_fd());
        let output = Output::new(format, Some(&path)).unwrap();
        let mut sink = PictureSink::create(&output, &clip(count, "60"), RasterSettings::default()).unwrap();
        drop(reader);
        let drawn = (0..count).try_for_each(|index| sink.draw(index, NIGHT, &[step(index)]));
        let error = drawn.and_then(|()| sink.finish()).unwrap_err();
        assert!(matches!(error, RenderError::ClosedPipe { .. }), "{format:?}: {error}");
    }
}
