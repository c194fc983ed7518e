//! What a steady frame of the GPU takes from the allocator: what wgpu takes for its commands, whatever the number of elements.
//!
//! A test binary of its own, with an entry in `Cargo.toml` and a single test, so that whatever is counted is the renderer's. Where there is no
//! adapter it says so and is skipped; with `PAVANE_REQUIRE_GPU` in the environment that is a failure.
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::alloc::System;

use pavane::language::{NoFiles, compile};
use pavane::render::gpu::{Capacity, Renderer};
use pavane::{Engine, Frame};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const SIZE: [u32; 2] = [320, 240];

/// A patch of so many elements, in each of the ways in which they are drawn.
fn patch(kind: &str, count: u32) -> String {
    let at = "position: (rank, 0.5 + 0.4 * wave.sine(rank * 3 + cycle(2s)))";
    let domain = |draw: &str| format!("domain all[{count}] {{ {draw} }}");
    match kind {
        "formulas" => domain(&format!(
            "draw circle {{ {at}, size: 0.02, color: #fff8, stroke: #f80, stroke_width: 0.002 }}"
        )),
        "outlines" => domain(&format!(
            "draw star(points: 7, inner: 0.4) {{ {at}, size: 0.05, rotation: cycle(1s) * 1turn, color: #fff }}"
        )),
        "strokes" => domain(&format!(
            "draw polygon(sides: 5) {{ {at}, size: 0.05, stroke: #f80, stroke_width: 0.004, join: round }}"
        )),
        "trims" => domain(&format!(
            "draw circle {{ {at}, size: 0.05, stroke: #f80, stroke_width: 0.004, trim: (0, 0.7), cap: round }}"
        )),
        "dashes" => domain(&format!(
            "draw circle {{ {at}, size: 0.05, stroke: #f80, stroke_width: 0.004, dash: (0.01, 0.01) }}"
        )),
        "letters" => domain(&format!("draw text(\"ag\") {{ {at}, size: 0.03, color: #fff }}")),
        "a line" => domain(
            "draw line { position: (rank, 0.5 + 0.4 * wave.sine(rank * 3 + cycle(2s))), stroke: #fff, stroke_width: 0.01 }",
        ),
        "copies" => domain(&format!("draw circle {{ {at}, size: 0.001, color: #f84, blend: difference }}")),
        _ => panic!("{kind} is no kind"),
    }
}

struct Gpu {
    device: wgpu::Device,
    queue: wgpu::Queue,
    view: wgpu::TextureView,
}

impl Gpu {
    fn new() -> Option<Self> {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
        let adapter =
            match pollster::block_on(instance.request_adapter(&wgpu::RequestAdapterOptions::default())) {
                Ok(adapter) => adapter,
                Err(error) => {
                    assert!(std::env::var_os("PAVANE_REQUIRE_GPU").is_none(), "there is no GPU: {error}");
                    eprintln!(
                        "skipped: there is no GPU (Debian: mesa-vulkan-drivers draws on the CPU): {error}"
                    );
                    return None;
                }
            };
        let limits = wgpu::Limits::downlevel_defaults();
        let wanted = wgpu::DeviceDescriptor { required_limits: limits, ..Default::default() };
        let (device, queue) = pollster::block_on(adapter.request_device(&wanted)).unwrap();
        let texture = device.create_texture(&wgpu::TextureDescriptor {
            label: None,
            size: wgpu::Extent3d { width: SIZE[0], height: SIZE[1], depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: wgpu::TextureFormat::Rgba8Unorm,
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT,
            view_formats: &[],
        });
        let view = texture.create_view(&Default::default());
        Some(Self { device, queue, view })
    }

    /// Allocations of one frame's commands, before they are handed to the GPU.
    fn frame(&self, renderer: &mut Renderer, frame: &Frame<'_>) -> usize {
        let mut encoder = self.device.create_command_encoder(&Default::default());
        let region = Region::new(ALLOCATOR);
        renderer.render(frame, &mut encoder, &self.view).unwrap();
        let change = region.change();
        self.queue.submit([encoder.finish()]);
        self.device.poll(wgpu::PollType::wait_indefinitely()).unwrap();
        change.allocations + change.reallocations
    }

    /// The least of some frames, once the renderer has room for all.
    fn steady(&self, kind: &str, count: u32) -> usize {
        let compiled = compile(&patch(kind, count), "patch.pav", &NoFiles);
        let program = compiled.program.unwrap_or_else(|| panic!("{kind}: {}", compiled.diagnostics));
        let mut engine = Engine::for_program(program).unwrap();
        engine.set_canvas(SIZE).unwrap();
        let capacity = Capacity { elements: 1 << 13, pieces: 1 << 18 };
        let mut renderer =
            Renderer::new(&self.device, &self.queue, wgpu::TextureFormat::Rgba8Unorm, capacity).unwrap();
        (0..20).map(|index| self.frame(&mut renderer, &engine.frame(index).unwrap())).min().unwrap()
    }
}

#[test]
fn a_steady_frame_takes_nothing_for_its_elements() {
    let Some(gpu) = Gpu::new() else { return };
    let kinds = ["formulas", "outlines", "strokes", "trims", "dashes", "letters", "a line", "copies"];
    let mut wrong = Vec::new();
    for kind in kinds {
        let [few, many] = [100, 200].map(|count| gpu.steady(kind, count));
        println!("{kind}: {few} allocations for 100 elements, {many} for 200");
        if many > few {
            wrong.push(format!("{kind}: {few} and then {many}"));
        }
    }
    assert!(wrong.is_empty(), "elements take from the allocator: {wrong:?}");
}
