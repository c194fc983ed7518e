//! GPU window: a patch in a window of your own, drawn by wgpu: pointer, keys, resize, and every save of the file is taken up.
//!
//! ```text
//! cargo run --release --features gpu --example gpu_window my.pav
//! ```
//!

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use pavane::render::gpu::{Capacity, Renderer};
use pavane::{Engine, Folder, Player, Program, compile};
use wgpu::CurrentSurfaceTexture::{Suboptimal, Success};
use winit::application::ApplicationHandler;
use winit::event::{ElementState, WindowEvent};
use winit::event_loop::{ActiveEventLoop, EventLoop};
use winit::keyboard::Key;
use winit::window::{Window, WindowId};

struct View {
    window: Arc<Window>,
    surface: wgpu::Surface<'static>,
    device: wgpu::Device,
    queue: wgpu::Queue,
    settings: wgpu::SurfaceConfiguration,
    renderer: Renderer,
}

struct App {
    player: Player,
    file: PathBuf,
    text: String,
    view: Option<View>,
    last: Instant,
    failed: Option<Box<dyn Error>>,
}

fn read(file: &PathBuf, text: &str) -> Result<Program, Box<dyn Error>> {
    let compiled = compile(text, &file.display().to_string(), &Folder::of(file));
    Ok(compiled.program.ok_or(compiled.diagnostics)?)
}

impl View {
    fn open(event_loop: &ActiveEventLoop) -> Result<Self, Box<dyn Error>> {
        let window = Arc::new(event_loop.create_window(Window::default_attributes().with_title("pavane"))?);
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
        let surface = instance.create_surface(Arc::clone(&window))?;
        let wanted = wgpu::RequestAdapterOptions { compatible_surface: Some(&surface), ..Default::default() };
        let adapter = pollster::block_on(instance.request_adapter(&wanted))?;
        let (device, queue) = pollster::block_on(adapter.request_device(&Default::default()))?;
        let size = window.inner_size();
        let settings = surface
            .get_default_config(&adapter, size.width.max(1), size.height.max(1))
            .ok_or("the adapter cannot draw in this window")?;
        surface.configure(&device, &settings);
        let renderer = Renderer::new(&device, &queue, settings.format, Capacity::default())?;
        Ok(Self { window, surface, device, queue, settings, renderer })
    }
}

impl App {
    /// Takes up the file where it was saved. What is wrong with it is said, and the patch from before goes on.
    fn reload(&mut self) -> Result<(), Box<dyn Error>> {
        let text = std::fs::read_to_string(&self.file)?;
        if text != self.text && !text.is_empty() {
            self.text = text;
            self.player.swap(read(&self.file, &self.text)?)?;
        }
        Ok(())
    }

    fn draw(&mut self) -> Result<(), Box<dyn Error>> {
        let Some(view) = &mut self.view else { return Ok(()) };
        self.player.tick(self.last.elapsed())?;
        self.last = Instant::now();
        let (Success(target) | Suboptimal(target)) = view.surface.get_current_texture() else {
            view.surface.configure(&view.device, &view.settings);
            return Ok(());
        };
        let Some(frame) = self.player.frame() else { return Ok(()) };
        let mut encoder = view.device.create_command_encoder(&Default::default());
        view.renderer.render(&frame, &mut encoder, &target.texture.create_view(&Default::default()))?;
        view.queue.submit([encoder.finish()]);
        view.queue.present(target);
        Ok(())
    }

    /// Sets an input or sends an event, where the patch has one of that name and type.
    fn input(&mut self, event: &WindowEvent) {
        let Some(view) = &mut self.view else { return };
        let engine = self.player.engine_mut();
        match event {
            WindowEvent::CursorMoved { position, .. } => {
                let [width, height] = [view.settings.width, view.settings.height].map(f64::from);
                let place = [(position.x, width), (position.y, height)];
                let _ = engine
                    .set("pointer", place.map(|(at, side)| (at - side * 0.5) / width.min(height) + 0.5));
            }
            WindowEvent::MouseInput { state: ElementState::Pressed, .. } => drop(engine.send("click", ())),
            WindowEvent::KeyboardInput { event, .. } => {
                if let Key::Character(key) = &event.logical_key {
                    let name = format!("key_{}", key.to_lowercase());
                    let _ = engine.set(&name, event.state == ElementState::Pressed);
                    let _ = engine.send(&name, ());
                }
            }
            WindowEvent::Resized(size) => {
                (view.settings.width, view.settings.height) = (size.width.max(1), size.height.max(1));
                view.surface.configure(&view.device, &view.settings);
                let _ = self.player.set_canvas([size.width.max(1), size.height.max(1)]);
            }
            _ => {}
        }
    }
}

impl ApplicationHandler for App {
    fn resumed(&mut self, event_loop: &ActiveEventLoop) {
        self.view = View::open(event_loop).map_err(|error| self.failed = Some(error)).ok();
    }

    fn window_event(&mut self, event_loop: &ActiveEventLoop, _: WindowId, event: WindowEvent) {
        match event {
            WindowEvent::CloseRequested => event_loop.exit(),
            WindowEvent::RedrawRequested => self.failed = self.draw().err(),
            event => self.input(&event),
        }
    }

    fn about_to_wait(&mut self, event_loop: &ActiveEventLoop) {
        if let Err(error) = self.reload() {
            eprintln!("{error}");
        }
        if self.failed.is_some() {
            event_loop.exit();
        }
        self.view.iter().for_each(|view| view.window.request_redraw());
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let file = PathBuf::from(std::env::args_os().nth(1).ok_or("name a patch")?);
    let text = std::fs::read_to_string(&file)?;
    let player = Player::new(Engine::for_program(read(&file, &text)?)?);
    let mut app = App { player, file, text, view: None, last: Instant::now(), failed: None };
    EventLoop::new()?.run_app(&mut app)?;
    app.failed.map_or(Ok(()), Err)
}
