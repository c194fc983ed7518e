//! Every patch that ships, drawn by a GPU, against the pictures of the CPU raster.
//!
//! A test binary of its own, with an entry in `Cargo.toml`. Where there is no adapter it says so and is skipped; with
//! `PAVANE_REQUIRE_GPU` in the environment that is a failure. `PAVANE_GPU_PICTURES=DIR` writes the pictures that differ most, side by side.
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

#[path = "gpu_hostile.rs"]
mod hostile;

use std::fmt::Write as _;

use pavane::frame::{Blend, Blending, Cap, Ground, Join, Stroke, View};
use pavane::render::gpu::{Capacity, GpuError, Renderer};
use pavane::render::{Raster, RasterSettings};
use pavane::{Colors, Engine, Lanes, Pass, Rgba8, Shape};

/// A GPU, as a host has one.
struct Gpu {
    device: wgpu::Device,
    queue: wgpu::Queue,
    name: String,
}

impl Gpu {
    /// None where there is no adapter, said once.
    fn new() -> Option<Self> {
        Self::with(|_| {})
    }

    /// One that has buffers of so many bytes and textures of so many pixels a side.
    fn small(bytes: u64, side: u32) -> Option<Self> {
        Self::with(|limits| {
            (limits.max_buffer_size, limits.max_texture_dimension_2d) = (bytes, side);
        })
    }

    fn with(change: impl FnOnce(&mut wgpu::Limits)) -> Option<Self> {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
        let options = wgpu::RequestAdapterOptions::default();
        let adapter = match pollster::block_on(instance.request_adapter(&options)) {
            Ok(adapter) => adapter,
            Err(error) => {
                assert!(std::env::var_os("PAVANE_REQUIRE_GPU").is_none(), "there is no GPU: {error}");
                eprintln!("skipped: there is no GPU (Debian: mesa-vulkan-drivers draws on the CPU): {error}");
                return None;
            }
        };
        let mut limits = wgpu::Limits::downlevel_defaults().using_resolution(adapter.limits());
        change(&mut limits);
        let wanted = wgpu::DeviceDescriptor { required_limits: limits, ..Default::default() };
        let (device, queue) = pollster::block_on(adapter.request_device(&wanted)).unwrap();
        Some(Self { device, queue, name: adapter.get_info().name })
    }

    fn target(&self, [width, height]: [u32; 2], format: wgpu::TextureFormat) -> wgpu::Texture {
        self.device.create_texture(&wgpu::TextureDescriptor {
            label: None,
            size: wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format,
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
            view_formats: &[],
        })
    }

    /// Draws into a texture and reads it.
    fn draw(
        &self,
        renderer: &mut Renderer,
        ground: impl Into<Ground>,
        passes: &[Pass<'_>],
        size: [u32; 2],
    ) -> Result<Vec<u8>, GpuError> {
        let texture = self.target(size, renderer.format());
        let view = texture.create_view(&Default::default());
        let mut encoder = self.device.create_command_encoder(&Default::default());
        renderer.render_passes(ground, passes.iter().copied(), &mut encoder, &view)?;
        let row = (size[0] * 4).next_multiple_of(256);
        let buffer = self.device.create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size: u64::from(row * size[1]),
            usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
            mapped_at_creation: false,
        });
        let layout =
            wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(row), rows_per_image: None };
        let to = wgpu::TexelCopyBufferInfo { buffer: &buffer, layout };
        encoder.copy_texture_to_buffer(texture.as_image_copy(), to, texture.size());
        self.queue.submit([encoder.finish()]);
        buffer.slice(..).map_async(wgpu::MapMode::Read, |_| {});
        self.device.poll(wgpu::PollType::wait_indefinitely()).unwrap();
        let bytes = buffer.slice(..).get_mapped_range().unwrap();
        Ok(bytes.chunks(row as usize).flat_map(|line| line[..size[0] as usize * 4].to_vec()).collect())
    }
}

/// How far two pictures are apart.
#[derive(Debug)]
struct Apart {
    /// Of a component, of 255.
    mean: f64,
    /// Shares of components.
    above_32: f64,
    above_3: f64,
    most: u8,
}

fn apart(ours: &[u8], theirs: &[u8]) -> Apart {
    assert_eq!(ours.len(), theirs.len(), "pictures of one size");
    let differences: Vec<u8> = ours.iter().zip(theirs).map(|(a, b)| a.abs_diff(*b)).collect();
    let count = differences.len() as f64 / 4.0 * 3.0;
    let above = |least: u8| differences.iter().filter(|d| **d > least).count() as f64 / count;
    Apart {
        mean: differences.iter().map(|d| f64::from(*d)).sum::<f64>() / count,
        above_32: above(32),
        above_3: above(3),
        most: differences.iter().copied().max().unwrap_or(0),
    }
}

/// The two side by side, and behind them where they differ.
fn keep(name: &str, [width, height]: [u32; 2], ours: &[u8], theirs: &[u8]) {
    let Some(folder) = std::env::var_os("PAVANE_GPU_PICTURES") else { return };
    let path = std::path::Path::new(&folder).join(format!("{name}.png"));
    let mut encoder = png::Encoder::new(std::fs::File::create(path).unwrap(), width * 3, height);
    encoder.set_color(png::ColorType::Rgba);
    let line = width as usize * 4;
    let rows = ours.chunks(line).zip(theirs.chunks(line)).flat_map(|(a, b)| {
        let off = a.iter().zip(b).enumerate().map(|(k, (a, b))| match k % 4 {
            3 => 255,
            _ => a.abs_diff(*b).saturating_mul(8),
        });
        a.iter().chain(b).copied().chain(off).collect::<Vec<u8>>()
    });
    encoder.write_header().unwrap().write_image_data(&rows.collect::<Vec<u8>>()).unwrap();
}

#[test]
fn shipped_patches_look_as_the_raster_draws_them() {
    let Some(gpu) = Gpu::new() else { return };
    let mut renderer =
        Renderer::new(&gpu.device, &gpu.queue, wgpu::TextureFormat::Rgba8Unorm, Capacity::default()).unwrap();
    let (mut table, mut bad) = (format!("on {}\n", gpu.name), Vec::new());
    for shipped in pavane::assets::PATCHES {
        let program = shipped.compile().program.expect(shipped.name);
        let clip = program.data().clip.clone();
        let mut engine = Engine::for_program(program).unwrap();
        let index = engine.frame_rate().frame_at(clip.duration) * 2 / 5;
        let frame = engine.seek(index).unwrap();
        let size = [clip.size[0] * 360 / clip.size[1], 360];
        let passes: Vec<_> = frame.passes().collect();
        let settings = RasterSettings { width: size[0], height: size[1], ..Default::default() };
        let mut raster = Raster::new(settings).unwrap();
        let theirs = raster.draw_passes(frame.ground(), &passes).pixels().to_vec();
        let ours = gpu.draw(&mut renderer, frame.ground(), &passes, size).expect(shipped.name);
        let found = apart(&ours, &theirs);
        writeln!(
            table,
            "{:<18} mean {:.3}  above 3: {:.3} %  above 32: {:.4} %  most {}",
            shipped.name,
            found.mean,
            found.above_3 * 100.0,
            found.above_32 * 100.0,
            found.most
        )
        .unwrap();
        // Dots of two or three pixels on each other, of which each multiplies.
        let most = if shipped.name == "halftone" { 3.0 } else { 1.5 };
        if found.mean > most || found.above_32 > 0.001 {
            bad.push(shipped.name);
        }
        if found.most > 8 {
            keep(shipped.name, size, &ours, &theirs);
        }
    }
    println!("{table}");
    assert!(bad.is_empty(), "{bad:?}:\n{table}");
}

/// Overlapping shapes of every kind and blend.
#[test]
fn every_blend_is_that_of_the_raster() {
    let Some(gpu) = Gpu::new() else { return };
    let format = wgpu::TextureFormat::Rgba8Unorm;
    let mut renderer = Renderer::new(&gpu.device, &gpu.queue, format, Capacity::default()).unwrap();
    let size = [240, 160];
    let spread = |k: usize, by: f32, of: f32| (k as f32 * by).fract() * of;
    let count = 60;
    let x: Vec<f32> = (0..count).map(|k| spread(k, 0.618_034, 1.4) - 0.2).collect();
    let y: Vec<f32> = (0..count).map(|k| spread(k, 0.381_966, 1.0)).collect();
    let width: Vec<f32> = (0..count).map(|k| 0.02 + spread(k, 0.27, 0.3)).collect();
    let colors: Vec<Rgba8> = (0..count)
        .map(|k| {
            Rgba8::new((k * 53) as u8, (k * 97 + 40) as u8, (k * 31 + 90) as u8, 60 + (k * 37 % 196) as u8)
        })
        .collect();
    let stroke = Stroke {
        color: Colors::Uniform(Rgba8::new(250, 220, 40, 200)),
        width: Lanes::Uniform(0.02),
        trim_start: Lanes::Uniform(0.0),
        trim_end: Lanes::Uniform(1.0),
        dash: None,
        cap: Cap::Round,
        join: Join::Round,
    };
    let mut bad = String::new();
    for blend in Blend::ALL {
        for shape in [
            Shape::Ellipse,
            Shape::Rect { corner: 0.0 },
            Shape::Rect { corner: 0.4 },
            Shape::Polygon { sides: 5 },
            Shape::Star { points: 5, inner: 0.4 },
        ] {
            for (stroke, opacity) in [(None, 1.0), (Some(stroke), 0.7)] {
                for turn in [0.0, 0.4] {
                    let pass = Pass {
                        name: "p",
                        domain: "d",
                        shape,
                        blend: *blend,
                        layer: 0,
                        view: View::default(),
                        count,
                        order: None,
                        x: Lanes::Each(&x),
                        y: Lanes::Each(&y),
                        depth: None,
                        width: Lanes::Each(&width),
                        height: Lanes::Uniform(0.15),
                        rotation: Lanes::Uniform(turn),
                        fill: Some(Colors::Each(&colors)),
                        stroke,
                        opacity: Lanes::Uniform(opacity),
                        corners: None,
                    };
                    let background = Rgba8::new(60, 130, 190, 255);
                    let settings = RasterSettings { width: size[0], height: size[1], ..Default::default() };
                    let mut raster = Raster::new(settings).unwrap();
                    let theirs = raster.draw_passes(background, &[pass]).pixels().to_vec();
                    let ours = gpu.draw(&mut renderer, background, &[pass], size).unwrap();
                    let found = apart(&ours, &theirs);
                    if found.mean > 0.6 || found.most > 12 {
                        let name = format!("{}_{turn}_{opacity}", blend.name());
                        keep(&name, size, &ours, &theirs);
                        writeln!(bad, "{blend:?} {shape:?} {turn} {opacity}: {found:?}").unwrap();
                    }
                }
            }
        }
    }
    assert!(bad.is_empty(), "{bad}");
}

/// Of a target that is sRGB, whose bytes are those of one that is not.
#[test]
fn targets_of_any_format_have_the_same_bytes() {
    let Some(gpu) = Gpu::new() else { return };
    let program = pavane::assets::Shipped::find("kaleidoscope").unwrap().program().unwrap();
    let mut engine = Engine::for_program(program).unwrap();
    let frame = engine.frame(30).unwrap();
    let passes: Vec<_> = frame.passes().collect();
    let draw = |format, size| {
        let small = Capacity { elements: 1, pieces: 1 };
        let mut renderer = Renderer::new(&gpu.device, &gpu.queue, format, small).unwrap();
        // Another size first: what is kept of it is made anew, and so are buffers that are too small.
        gpu.draw(&mut renderer, frame.ground(), &passes, [64, 48]).unwrap();
        gpu.draw(&mut renderer, frame.ground(), &passes, size).unwrap()
    };
    let size = [200, 120];
    let plain = draw(wgpu::TextureFormat::Rgba8Unorm, size);
    let found = apart(&draw(wgpu::TextureFormat::Rgba8UnormSrgb, size), &plain);
    assert!(found.most <= 1, "{found:?}");
    let swapped: Vec<u8> = draw(wgpu::TextureFormat::Bgra8Unorm, size)
        .chunks(4)
        .flat_map(|pixel| [pixel[2], pixel[1], pixel[0], pixel[3]])
        .collect();
    assert!(swapped == plain);
}

#[test]
fn what_cannot_be_drawn_is_said() {
    let Some(gpu) = Gpu::new() else { return };
    let made = |format| Renderer::new(&gpu.device, &gpu.queue, format, Capacity::default());
    let error = made(wgpu::TextureFormat::Rgba16Float).err().unwrap();
    assert_eq!(error, GpuError::Format { format: wgpu::TextureFormat::Rgba16Float });
    assert!(error.to_string().contains("take Rgba8Unorm"), "{error}");
    assert!(made(wgpu::TextureFormat::Bgra8Unorm).is_ok());
    let huge = Capacity { elements: u32::MAX, pieces: 1 };
    let error = Renderer::new(&gpu.device, &gpu.queue, wgpu::TextureFormat::Rgba8Unorm, huge).err().unwrap();
    assert!(matches!(error, GpuError::TooMany { .. }) && error.to_string().contains("bytes"), "{error}");
    let mut renderer = made(wgpu::TextureFormat::Rgba8Unorm).unwrap();
    let ground = Ground { color: Rgba8::new(0, 0, 0, 255), blending: Blending::Linear };
    let error = gpu.draw(&mut renderer, ground, &[], [8, 8]).unwrap_err();
    assert_eq!(error, GpuError::Blending { blending: Blending::Linear });
    assert!(error.to_string().contains("`clip { blending: linear }` is drawn by the CPU only"), "{error}");
}

/// The example of the module is compiled with the docs; the README has lines of it.
#[test]
fn the_lines_of_the_readme_are_those_of_the_example() {
    let readme = include_str!("../../../README.md");
    let snippets = readme.split("```rust,ignore\n").skip(1).filter_map(|rest| rest.split("```").next());
    let snippet = snippets.filter(|snippet| snippet.contains("Renderer")).last();
    let mut example = include_str!("../gpu/mod.rs").lines().filter_map(|line| line.strip_prefix("//! "));
    for line in snippet.expect("a snippet").lines() {
        assert!(example.any(|own| own.trim() == line), "the example lacks, or has elsewhere: {line}");
    }
}
