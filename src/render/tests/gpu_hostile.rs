//! Frames that no patch draws on purpose, sizes of all sorts, devices that have little, and one that goes away: errors that say what,
//! and never a panic or a fault of the device.

use std::fmt::Write as _;

use pavane::frame::{Blend, Cap, Dash, FillRule, Join, Path, Stroke, Verb, View};
use pavane::render::gpu::{Capacity, GpuError, Painter, Renderer};
use pavane::render::{Picture, Raster, RasterSettings};
use pavane::{Colors, Engine, Lanes, Pass, Rgba8, Shape};

use super::Gpu;

/// Numbers from one another: SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn of<T: Copy>(&mut self, values: &[T]) -> T {
        values[(self.next() % values.len() as u64) as usize]
    }

    /// Mostly a number of a picture. Some are beyond what an f32 can be squared; those only where it may be far off.
    fn number(&mut self, is_far: bool) -> f32 {
        const FAR: [f32; 3] = [f32::MAX, f32::MIN, 1e20];
        const ODD: [f32; 11] = [
            f32::NAN,
            f32::INFINITY,
            f32::NEG_INFINITY,
            f32::MIN_POSITIVE,
            1e-30,
            -0.0,
            -1.0,
            1e6,
            -1e6,
            40.0,
            3.0,
        ];
        match self.next() % 16 {
            0 if is_far => self.of(&FAR),
            0..=3 => self.of(&ODD),
            _ => (self.next() % 1000) as f32 / 900.0,
        }
    }

    fn column(&mut self, count: usize, is_far: bool) -> Vec<f32> {
        (0..count).map(|_| self.number(is_far)).collect()
    }
}

/// One column for each that a pass has, and a path of points that may be anything.
struct Columns {
    columns: Vec<Vec<f32>>,
    path: Path,
    is_far: bool,
}

impl Columns {
    fn new(count: usize, is_far: bool, random: &mut Random) -> Self {
        let columns = (0..13).map(|_| random.column(count, is_far)).collect();
        let verbs = vec![Verb::Move, Verb::Line, Verb::Cubic, Verb::Quad, Verb::Close];
        let points = (0..7).map(|_| [random.number(is_far), random.number(is_far)]).collect();
        let fill_rule = random.of(&[FillRule::NonZero, FillRule::EvenOdd]);
        Self { columns, path: Path { verbs, points, fill_rule }, is_far }
    }

    fn lanes(&self, at: usize, random: &mut Random) -> Lanes<'_> {
        if random.next().is_multiple_of(3) {
            Lanes::Uniform(random.number(self.is_far))
        } else {
            Lanes::Each(&self.columns[at])
        }
    }
}

fn stroke<'a>(columns: &'a Columns, random: &mut Random) -> Stroke<'a> {
    let lanes = |at, random: &mut Random| columns.lanes(at, random);
    let dash = random.next().is_multiple_of(2).then(|| Dash {
        on: lanes(7, random),
        off: lanes(8, random),
        offset: lanes(9, random),
        scale: lanes(10, random),
    });
    let whole = random.next().is_multiple_of(2);
    Stroke {
        color: Colors::Uniform(Rgba8(random.next() as u32)),
        width: lanes(6, random),
        trim_start: if whole { Lanes::Uniform(0.0) } else { lanes(11, random) },
        trim_end: if whole { Lanes::Uniform(1.0) } else { lanes(12, random) },
        dash,
        cap: random.of(&[Cap::Butt, Cap::Round, Cap::Square]),
        join: random.of(&[Join::Miter, Join::Round, Join::Bevel]),
    }
}

fn pass<'a>(columns: &'a Columns, count: usize, random: &mut Random) -> Pass<'a> {
    let shape = match random.next() % 7 {
        0 => Shape::Ellipse,
        1 => Shape::Rect { corner: random.number(columns.is_far) },
        2 => Shape::Polygon { sides: random.of(&[0, 1, 2, 3, 7, 1000]) },
        3 => Shape::Star { points: random.of(&[0, 1, 2, 5, 1000]), inner: random.number(columns.is_far) },
        4 => Shape::Line { closed: true },
        5 => Shape::Path(&columns.path),
        _ => Shape::Line { closed: false },
    };
    let view = View {
        center: [random.number(columns.is_far), random.number(columns.is_far)],
        extent: random.of(&[
            1.0,
            1.0,
            0.01,
            1e6,
            if columns.is_far { 1e-20 } else { 0.1 },
            f32::NAN,
            0.0,
            -1.0,
        ]),
        rotation: random.number(columns.is_far),
    };
    let lanes = |at, random: &mut Random| columns.lanes(at, random);
    Pass {
        name: "hostile",
        domain: "hostile",
        shape,
        blend: random.of(Blend::ALL),
        layer: 0,
        view: if random.next().is_multiple_of(2) { View::default() } else { view },
        count,
        order: None,
        x: lanes(0, random),
        y: lanes(1, random),
        depth: None,
        width: lanes(2, random),
        height: lanes(3, random),
        rotation: lanes(4, random),
        fill: random.next().is_multiple_of(2).then_some(Colors::Uniform(Rgba8(random.next() as u32))),
        stroke: random.next().is_multiple_of(2).then(|| stroke(columns, random)),
        opacity: lanes(5, random),
        corners: None,
    }
}

#[test]
fn hostile_frames_end_in_the_rasters_picture_or_in_an_error() {
    let Some(gpu) = Gpu::new() else { return };
    let format = wgpu::TextureFormat::Rgba8Unorm;
    let mut renderer =
        Renderer::new(&gpu.device, &gpu.queue, format, Capacity { elements: 1, pieces: 1 }).unwrap();
    let mut random = Random(7);
    let (mut drawn, mut refused) = (0, 0);
    let longest = gpu.device.limits().max_texture_dimension_2d;
    for turn in 0..400 {
        let (count, is_far) = (random.of(&[0, 1, 2, 17]), turn % 2 == 0);
        let columns: Vec<Columns> = (0..3).map(|_| Columns::new(count, is_far, &mut random)).collect();
        let passes: Vec<Pass<'_>> = columns.iter().map(|own| pass(own, count, &mut random)).collect();
        let size = random.of(&[[1, 1], [64, 48], [7, 300], [longest, 1], [3, longest]]);
        let background = Rgba8(random.next() as u32 | 0xff00_0000);
        match gpu.draw(&mut renderer, background, &passes, size) {
            Ok(pixels) => {
                assert!(pixels.chunks(4).all(|pixel| pixel[3] == 255), "a picture is opaque");
                let settings = RasterSettings { width: size[0], height: size[1], ..Default::default() };
                let theirs =
                    Raster::new(settings).unwrap().draw_passes(background, &passes).pixels().to_vec();
                let apart = super::apart(&pixels, &theirs);
                // Far off both say what they like: sums overflow, each in its own order.
                assert!(is_far || apart.mean <= 1.5, "turn {turn}: {apart:?}");
                drawn += 1;
            }
            Err(error) => {
                assert!(!error.to_string().is_empty());
                refused += 1;
            }
        }
    }
    assert!(drawn > 300, "{drawn} drawn, {refused} refused");
    // What came before has left nothing behind.
    let engine = |name| Engine::for_program(pavane::assets::Shipped::find(name).unwrap().program().unwrap());
    let mut engine = engine("kaleidoscope").unwrap();
    let frame = engine.frame(30).unwrap();
    let passes: Vec<_> = frame.passes().collect();
    let ours = gpu.draw(&mut renderer, frame.ground(), &passes, [200, 120]).unwrap();
    let mut fresh = Renderer::new(&gpu.device, &gpu.queue, format, Capacity::default()).unwrap();
    assert!(ours == gpu.draw(&mut fresh, frame.ground(), &passes, [200, 120]).unwrap());
}

/// Outlines of which a side, or all, is beyond the canvas: what is beyond its right edge says how far they go.
#[test]
fn outlines_that_leave_the_canvas_are_drawn_to_its_edges() {
    let Some(gpu) = Gpu::new() else { return };
    let format = wgpu::TextureFormat::Rgba8Unorm;
    let mut renderer = Renderer::new(&gpu.device, &gpu.queue, format, Capacity::default()).unwrap();
    let verbs = vec![Verb::Move, Verb::Line, Verb::Line, Verb::Line, Verb::Close];
    let points = vec![[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]];
    let square = Path { verbs, points, fill_rule: FillRule::NonZero };
    let mut random = Random(3);
    let columns = Columns::new(1, false, &mut random);
    let size = [90, 60];
    let settings = RasterSettings { width: size[0], height: size[1], ..Default::default() };
    let mut raster = Raster::new(settings).unwrap();
    for x in [-1.0, 0.2, 0.75, 1.3, 2.5] {
        for y in [-1.0, 0.3, 0.5, 0.8, 2.5] {
            for (side, wide) in [(0.5, 0.0), (1.9, 0.0), (1.9, 0.1), (9.0, 0.0), (9.0, 4.2)] {
                let [x, y, width, height] = [x, y, side, side].map(Lanes::Uniform);
                let pen = Stroke {
                    color: Colors::Uniform(Rgba8::new(250, 220, 40, 255)),
                    width: Lanes::Uniform(wide),
                    trim_start: Lanes::Uniform(0.0),
                    trim_end: Lanes::Uniform(1.0),
                    dash: None,
                    ..stroke(&columns, &mut random)
                };
                let pass = Pass {
                    shape: Shape::Path(&square),
                    blend: Blend::Normal,
                    view: View::default(),
                    x,
                    y,
                    width,
                    height,
                    rotation: Lanes::Uniform(0.0),
                    fill: Some(Colors::Uniform(Rgba8::new(200, 90, 60, 255))),
                    stroke: (wide > 0.0).then_some(pen),
                    opacity: Lanes::Uniform(1.0),
                    ..pass(&columns, 1, &mut random)
                };
                let night = Rgba8::new(10, 20, 40, 255);
                let ours = gpu.draw(&mut renderer, night, &[pass], size).unwrap();
                let apart = super::apart(&ours, raster.draw_passes(night, &[pass]).pixels());
                assert!(apart.most <= 3, "{side} wide at {x:?} {y:?}, pen {wide}: {apart:?}");
            }
        }
    }
}

/// Shipped patches, in sizes and at frames of all sorts, by one renderer.
#[test]
fn one_renderer_draws_whatever_comes() {
    let Some(gpu) = Gpu::new() else { return };
    let format = wgpu::TextureFormat::Bgra8UnormSrgb;
    let mut renderer = Renderer::new(&gpu.device, &gpu.queue, format, Capacity::default()).unwrap();
    let mut random = Random(11);
    for shipped in pavane::assets::PATCHES {
        let mut engine = Engine::for_program(shipped.program().unwrap()).unwrap();
        let size = random.of(&[[1, 1], [1, 90], [90, 1], [120, 77]]);
        engine.set_canvas(size).unwrap();
        let frame = engine.frame(random.next() % 90).unwrap();
        let passes: Vec<_> = frame.passes().collect();
        gpu.draw(&mut renderer, frame.ground(), &passes, size).expect(shipped.name);
    }
}

/// A painter whose device has gone says so, again and again, and another one draws.
#[test]
fn a_lost_device_is_said() {
    if Gpu::new().is_none() {
        return;
    }
    let mut engine =
        Engine::for_program(pavane::assets::Shipped::find("moire").unwrap().program().unwrap()).unwrap();
    let frame = engine.frame(3).unwrap();
    let mut picture = Picture::new(60, 40).unwrap();
    let mut painter = Painter::new().unwrap();
    assert!(!painter.name().is_empty());
    painter.draw_into(frame.ground(), frame.passes(), &mut picture).unwrap();
    let passes: Vec<_> = frame.passes().collect();
    let settings = RasterSettings { width: 60, height: 40, ..Default::default() };
    let mut raster = Raster::new(settings).unwrap();
    let theirs = raster.draw_passes(frame.ground(), &passes);
    let most = picture.pixels().iter().zip(theirs.pixels()).map(|(a, b)| a.abs_diff(*b)).max();
    assert!(most.unwrap() <= 12, "{most:?}");
    let before = picture.pixels().to_vec();
    painter.device().destroy();
    for _ in 0..2 {
        let error = painter.draw_into(Rgba8::new(9, 9, 9, 255), frame.passes(), &mut picture).unwrap_err();
        assert_eq!(error, GpuError::Lost);
    }
    assert!(picture.pixels() == before, "the picture is as it was");
    Painter::new().unwrap().draw_into(Rgba8::new(9, 9, 9, 255), std::iter::empty(), &mut picture).unwrap();
    assert_eq!(picture.pixel(5, 5), Some([9, 9, 9, 255]));
    let mut huge = Picture::new(3, 3).unwrap();
    Painter::new().unwrap().draw_into(Rgba8::new(9, 9, 9, 255), std::iter::empty(), &mut huge).unwrap();
}

/// Of a device that has little room, what it has no room for is said, and the next frame is drawn.
#[test]
fn devices_with_little_room_say_so() {
    let Some(gpu) = Gpu::small(1 << 16, 256) else { return };
    let format = wgpu::TextureFormat::Rgba8Unorm;
    let mut renderer =
        Renderer::new(&gpu.device, &gpu.queue, format, Capacity { elements: 8, pieces: 8 }).unwrap();
    let (mut said, mut drawn) = (String::new(), 0);
    for shipped in pavane::assets::PATCHES {
        let mut engine = Engine::for_program(shipped.program().unwrap()).unwrap();
        let frame = engine.frame(20).unwrap();
        let passes: Vec<_> = frame.passes().collect();
        match gpu.draw(&mut renderer, frame.ground(), &passes, [64, 64]) {
            Ok(_) => drawn += 1,
            Err(error) => writeln!(said, "{}: {error}", shipped.name).unwrap(),
        }
    }
    assert!(said.contains("bytes of records, and this device takes 65536: draw fewer elements\n"), "{said}");
    assert!(said.contains("shows an image of 512x64 pixels, and this device has up to 256 a side"), "{said}");
    assert!(drawn > 10 && said.lines().count() > 10, "{drawn} drawn, and:\n{said}");
    let large = Capacity { elements: 1 << 20, pieces: 1 };
    let error = Renderer::new(&gpu.device, &gpu.queue, format, large).err();
    assert!(matches!(error, Some(GpuError::TooMany { most: 65_536, .. })), "{error:?}");
}
