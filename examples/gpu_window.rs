//! GPU window: a patch in a window of your own, drawn by wgpu: pointer, keys, resize, and every save of the file is taken up.
//!
//! ```text
//! cargo run --release --features gpu --example gpu_window my.pav
//! ```

use std::{error::Error, path::PathBuf, sync::Arc, time::Instant};

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
    pointer: [f64; 2],
}

fn read(file: &PathBuf, text: &str) -> Result<Program, Box<dyn Error>> {
    let compiled = compile(text, &file.display().to_string(), &Folder::of(file));
    compiled.program.clone().ok_or_else(|| compiled.render().into())
}

/// Says what went wrong, and ends.
fn fail<T>(error: Box<dyn Error>) -> T {
    eprintln!("{error}");
    std::process::exit(1)
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
        let Ok(text) = std::fs::read_to_string(&self.file) else { return Ok(()) };
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
                self.pointer = place.map(|(at, side)| (at - side * 0.5) / width.min(height) + 0.5);
                let _ = engine.set("pointer", self.pointer);
            }
            WindowEvent::MouseInput { state: ElementState::Pressed, .. } => {
                let _ = engine.send("click", ()).or_else(|_| engine.send("click", self.pointer));
            }
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
        self.view = Some(View::open(event_loop).unwrap_or_else(fail));
    }

    fn window_event(&mut self, event_loop: &ActiveEventLoop, _: WindowId, event: WindowEvent) {
        match event {
            WindowEvent::CloseRequested => event_loop.exit(),
            WindowEvent::RedrawRequested => self.draw().unwrap_or_else(fail),
            event => self.input(&event),
        }
    }

    fn about_to_wait(&mut self, _: &ActiveEventLoop) {
        self.reload().unwrap_or_else(|error| eprintln!("{error}"));
        self.view.iter().for_each(|view| view.window.request_redraw());
    }
}

fn main() {
    let file = PathBuf::from(std::env::args_os().nth(1).unwrap_or_else(|| fail("name a patch".into())));
    let text = std::fs::read_to_string(&file);
    let text = text.unwrap_or_else(|error| fail(format!("{}: {error}", file.display()).into()));
    let engine = read(&file, &text).and_then(|program| Ok(Engine::for_program(program)?));
    let player = Player::new(engine.unwrap_or_else(fail));
    let mut app = App { player, file, text, view: None, last: Instant::now(), pointer: [0.5; 2] };
    EventLoop::new().and_then(|looped| looped.run_app(&mut app)).unwrap_or_else(|error| fail(error.into()));
}
