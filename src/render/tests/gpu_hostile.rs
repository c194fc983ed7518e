//! Sizes of all sorts, devices that have little, and one that goes away: errors that say what, and never a panic or a fault of the device.

use std::fmt::Write as _;

use pavane::render::gpu::{Capacity, GpuError, Painter, Renderer};
use pavane::render::{Picture, Raster, RasterSettings};
use pavane::{Engine, Rgba8};

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
        gpu.draw(&mut renderer, frame.background(), &passes, size).expect(shipped.name);
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
    painter.draw_into(frame.background(), frame.passes(), &mut picture).unwrap();
    let passes: Vec<_> = frame.passes().collect();
    let settings = RasterSettings { width: 60, height: 40, ..Default::default() };
    let mut raster = Raster::new(settings).unwrap();
    let theirs = raster.draw_passes(frame.background(), &passes);
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
        match gpu.draw(&mut renderer, frame.background(), &passes, [64, 64]) {
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
