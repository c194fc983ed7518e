//! Frames drawn by a GPU into pictures in memory, for whoever has no device of its own.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Capacity, GpuError, Renderer};
use crate::frame::{Ground, Pass};
use crate::render::Picture;

/// A GPU of its own that draws frames and hands out their pixels, as the [`Raster`](crate::render::Raster) does, but for rounding.
///
/// ```no_run
/// use pavane::render::Picture;
/// use pavane::render::gpu::Painter;
///
/// # fn draw(engine: &mut pavane::Engine) -> Result<(), Box<dyn std::error::Error>> {
/// let mut painter = Painter::new()?;
/// let mut picture = Picture::new(1280, 720)?;
/// let frame = engine.frame(0)?;
/// painter.draw_into(frame.ground(), frame.passes(), &mut picture)?;
/// # Ok(())
/// # }
/// ```
pub struct Painter {
    device: wgpu::Device,
    queue: wgpu::Queue,
    renderer: Renderer,
    target: Option<Target>,
    name: String,
    /// Set by the driver, on any thread.
    is_lost: Arc<AtomicBool>,
}

/// What a picture of one size is drawn into and read from.
struct Target {
    size: [u32; 2],
    texture: wgpu::Texture,
    view: wgpu::TextureView,
    buffer: wgpu::Buffer,
    /// Bytes of a row in the buffer.
    row: u32,
}

impl fmt::Debug for Painter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Painter").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Painter {
    /// Takes the GPU that the system gives first.
    ///
    /// # Errors
    /// [`GpuError::NoAdapter`] where there is none, or it gives no device.
    pub fn new() -> Result<Self, GpuError> {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
        let none = |reason: String| GpuError::NoAdapter { reason };
        let options = wgpu::RequestAdapterOptions::default();
        let adapter = pollster::block_on(instance.request_adapter(&options));
        let adapter = adapter.map_err(|error| none(error.to_string()))?;
        let limits = wgpu::Limits::downlevel_defaults().using_resolution(adapter.limits());
        let wanted = wgpu::DeviceDescriptor { required_limits: limits, ..Default::default() };
        let device = pollster::block_on(adapter.request_device(&wanted));
        let (device, queue) = device.map_err(|error| none(error.to_string()))?;
        let is_lost = Arc::new(AtomicBool::new(false));
        // What a driver has no room for, and what it does not take, is a loss, too: a picture after that would lack something.
        let lost = Arc::clone(&is_lost);
        device.on_uncaptured_error(Arc::new(move |_: wgpu::Error| lost.store(true, Ordering::Relaxed)));
        let lost = Arc::clone(&is_lost);
        device.set_device_lost_callback(move |_, _| lost.store(true, Ordering::Relaxed));
        let renderer = Renderer::new(&device, &queue, wgpu::TextureFormat::Rgba8Unorm, Capacity::default())?;
        Ok(Self { device, queue, renderer, target: None, name: adapter.get_info().name, is_lost })
    }

    /// What the system calls the GPU.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its device.
    pub fn device(&self) -> &wgpu::Device {
        &self.device
    }

    /// Draws passes over a background into all of a picture.
    ///
    /// # Errors
    /// What the device has no room for, as [`Renderer::render_passes`] says; [`GpuError::Lost`] when the GPU has gone away, and then
    /// in every later call: make another painter. The picture is as it was.
    pub fn draw_into<'a>(
        &mut self,
        ground: impl Into<Ground>,
        passes: impl Iterator<Item = Pass<'a>> + Clone,
        picture: &mut Picture,
    ) -> Result<(), GpuError> {
        let size = [picture.width(), picture.height()];
        self.check()?;
        if self.target.as_ref().is_none_or(|target| target.size != size) {
            self.target = Some(self.target(size)?);
        }
        let Some(target) = &self.target else { return Err(GpuError::Lost) };
        let mut encoder = self.device.create_command_encoder(&Default::default());
        self.renderer.render_passes(ground, passes, &mut encoder, &target.view)?;
        let layout =
            wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(target.row), rows_per_image: None };
        let to = wgpu::TexelCopyBufferInfo { buffer: &target.buffer, layout };
        encoder.copy_texture_to_buffer(target.texture.as_image_copy(), to, target.texture.size());
        self.queue.submit([encoder.finish()]);
        let pixels = target.buffer.slice(..);
        pixels.map_async(wgpu::MapMode::Read, |_| {});
        self.device.poll(wgpu::PollType::wait_indefinitely()).map_err(|_| GpuError::Lost)?;
        self.check()?;
        {
            let bytes = pixels.get_mapped_range().map_err(|_| GpuError::Lost)?;
            let width = size[0] as usize * 4;
            let rows = picture.pixels_mut().chunks_exact_mut(width).zip(bytes.chunks(target.row as usize));
            rows.for_each(|(to, row)| to.copy_from_slice(&row[..width]));
        }
        target.buffer.unmap();
        Ok(())
    }

    fn check(&self) -> Result<(), GpuError> {
        if self.is_lost.load(Ordering::Relaxed) { Err(GpuError::Lost) } else { Ok(()) }
    }

    fn target(&self, [width, height]: [u32; 2]) -> Result<Target, GpuError> {
        let limits = self.device.limits();
        let most = limits.max_texture_dimension_2d.min(crate::render::MAX_SIDE);
        let row = (width * 4).next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT);
        let bytes = u64::from(row) * u64::from(height);
        if width.max(height) > most || width.min(height) == 0 || bytes > limits.max_buffer_size {
            return Err(GpuError::Canvas { width, height, most });
        }
        let texture = self.device.create_texture(&wgpu::TextureDescriptor {
            label: Some("picture"),
            size: wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: self.renderer.format(),
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
            view_formats: &[],
        });
        let buffer = self.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("pixels of a picture"),
            size: bytes,
            usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
            mapped_at_creation: false,
        });
        let view = texture.create_view(&Default::default());
        Ok(Target { size: [width, height], texture, view, buffer, row })
    }
}
