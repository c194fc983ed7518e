//! The window: the system's events in, pixels out.

use std::num::NonZeroU32;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use smallvec::SmallVec;
use softbuffer::{Context, Surface};
use winit::application::ApplicationHandler;
use winit::dpi::{PhysicalPosition, PhysicalSize};
use winit::event::{ElementState, KeyEvent, MouseButton, MouseScrollDelta, StartCause, WindowEvent};
use winit::event_loop::{ActiveEventLoop, ControlFlow, EventLoop, EventLoopProxy, OwnedDisplayHandle};
use winit::keyboard::{Key, ModifiersState, NamedKey};
use winit::platform::modifier_supplement::KeyEventExtModifierSupplement;
use winit::window::{Window, WindowId};

use super::keeping::Keeping;
use super::overlay::{Canvas, Letters};
use super::painter::Painter;
use super::panels::{Panels, strip_height};
use super::past::{Said, Travel};
use super::player::{Command, Player};
use super::source::{Loaded, Source, TERMINAL};
use super::sync::{self, News};
use super::watch::Watch;
use super::{PreviewError, Settings};
use crate::frame::Pass;
use crate::history::HistoryFile;
use crate::play::{FieldPress, Motion, TextEdit};
use crate::render::{MAX_SIDE, Picture, Raster, RasterSettings};

/// So long a seek may keep the window from answering.
const SEEK: Duration = Duration::from_millis(12);
/// The shortest time between two pictures where the screen does not say how often it shows one.
const SHORTEST: Duration = Duration::from_millis(8);
/// Beside the picture, where the window has another shape.
const AROUND: u32 = 0x0018_1a1e;
/// A smaller window is made larger by a whole number: it would show too little of what is said in it.
const SIDE_MIN: u32 = 320;
/// Pixels of a smooth wheel or touchpad that are one notch.
const NOTCH_PX: f64 = 40.0;
/// Passes that need no allocation of their own to be drawn.
const PASSES: usize = 16;

/// What comes from other threads.
enum Event {
    Loaded(Box<Loaded>),
    News(News),
    Stop,
}

/// Ends a preview from anywhere, such as a handler of Ctrl-C.
#[derive(Clone)]
pub struct Stop(EventLoopProxy<Event>);

impl Stop {
    /// Closes the window; [`run`] then returns. After the window has gone this does nothing.
    pub fn stop(&self) {
        let _ = self.0.send_event(Event::Stop);
    }
}

impl std::fmt::Debug for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Stop")
    }
}

/// Opens a window and plays until it is closed. To be called on the main thread, once. `ready` is given the way to end
/// it from elsewhere before the window opens.
///
/// # Errors
/// When the program cannot be mended by a save, or there is no screen, or the window fails.
pub fn run(settings: Settings, ready: impl FnOnce(Stop)) -> Result<(), PreviewError> {
    let options = settings.options();
    let source = Source::new(&settings.file, options);
    let is_fixed = source.is_fixed();
    let (watch, loaded) = Watch::new(source);
    if is_fixed && loaded.program.is_none() {
        return Err(PreviewError::Refused(loaded.render(TERMINAL)));
    }
    let keeping = Keeping::open(&settings)?;
    let event_loop = event_loop()?;
    let proxy = event_loop.create_proxy();
    ready(Stop(proxy.clone()));

    // Made once and kept: every engine of this thread then uses it, also one that takes the place of another.
    #[cfg(feature = "parallel")]
    let _workers = match settings.threads {
        0 | 1 => None,
        threads => rayon::ThreadPoolBuilder::new().num_threads(threads).use_current_thread().build().ok(),
    };
    let mut app = App::new(settings, keeping, loaded);
    let stop = Arc::new(AtomicBool::new(false));
    start_sync(&app, &stop, &proxy)?;
    let flag = Arc::clone(&stop);
    let watching =
        move || watch.run(&flag, |loaded| proxy.send_event(Event::Loaded(Box::new(loaded))).is_ok());
    std::thread::Builder::new()
        .name("pavane-watch".into())
        .spawn(watching)
        .map_err(|error| PreviewError::Window(format!("no thread to watch the file with: {error}")))?;
    let ran = event_loop.run_app(&mut app);
    stop.store(true, Ordering::Relaxed);
    app.player.save_recording()?;
    app.player.end_keeping()?;
    (app.settings.tell)(&app.player.take_told());
    match (app.failed, ran) {
        (Some(failed), _) => Err(failed),
        (None, Err(error)) => Err(PreviewError::Window(error.to_string())),
        (None, Ok(())) => Ok(()),
    }
}

/// Keeps the history together with that of other previews, on a thread of its own.
fn start_sync(app: &App, stop: &Arc<AtomicBool>, proxy: &EventLoopProxy<Event>) -> Result<(), PreviewError> {
    let Some(address) = app.settings.sync.filter(|_| app.player.has_history()) else { return Ok(()) };
    let (path, stop, proxy) = (HistoryFile::path_of(&app.settings.file), Arc::clone(stop), proxy.clone());
    let tell = move |news| drop(proxy.send_event(Event::News(news)));
    let syncing = move || sync::run(address, &path, &stop, tell);
    let started = std::thread::Builder::new().name("pavane-sync".into()).spawn(syncing);
    started.map(drop).map_err(|error| PreviewError::Window(format!("no thread to sync with: {error}")))
}

/// The preview as the system's events see it.
struct App {
    settings: Settings,
    player: Player,
    panels: Panels,
    view: Option<View>,
    failed: Option<PreviewError>,
    modifiers: ModifiersState,
    /// Where the pointer is in the window, while it is in it.
    pointer: Option<PhysicalPosition<f64>>,
    /// When time was passed on to the player last.
    last: Instant,
    /// The earliest time of the next picture.
    next: Instant,
}

/// An open window and what it takes to draw in it.
struct View {
    window: Rc<Window>,
    surface: Surface<OwnedDisplayHandle, Rc<Window>>,
    canvas: Option<(Raster, Picture)>,
    painter: Painter,
    /// The frame that is in the picture.
    drawn: Option<u64>,
    /// The shortest time between two pictures.
    shortest: Duration,
}

impl App {
    fn new(settings: Settings, keeping: Keeping, loaded: Loaded) -> Self {
        let mut player = Player::new(settings.clone());
        player.set_keeping(keeping);
        player.load(loaded);
        (settings.tell)(&player.take_told());
        let now = Instant::now();
        Self {
            settings,
            player,
            panels: Panels::default(),
            view: None,
            failed: None,
            modifiers: ModifiersState::empty(),
            pointer: None,
            last: now,
            next: now,
        }
    }

    fn open(&mut self, event_loop: &ActiveEventLoop) -> Result<View, String> {
        let screen = event_loop.primary_monitor().or_else(|| event_loop.available_monitors().next());
        let room = screen.as_ref().map(|screen| screen.size());
        let [width, height] = window_size(self.player.canvas(), room, self.settings.size.is_some());
        let attributes = Window::default_attributes()
            .with_title(format!("{} - pavane", self.settings.file))
            .with_inner_size(PhysicalSize::new(width, height));
        let window = event_loop.create_window(attributes).map_err(|error| error.to_string())?;
        let window = Rc::new(window);
        let context = Context::new(event_loop.owned_display_handle()).map_err(|error| error.to_string())?;
        let surface = Surface::new(&context, Rc::clone(&window)).map_err(|error| error.to_string())?;
        let rate = screen.and_then(|screen| screen.refresh_rate_millihertz()).filter(|&rate| rate > 0);
        // Somewhat shorter than the screen's own time, so that no picture of its rate is left out.
        let shortest = rate.map_or(SHORTEST, |rate| Duration::from_secs_f64(900.0 / f64::from(rate)));
        let (painter, said) = Painter::new(self.settings.gpu);
        self.player.say(said);
        (self.settings.tell)(&self.player.take_told());
        Ok(View { window, surface, canvas: None, painter, drawn: None, shortest })
    }

    fn load(&mut self, loaded: Loaded) {
        let had_program = self.player.engine().is_some();
        self.player.load(loaded);
        (self.settings.tell)(&self.player.take_told());
        let Some(view) = &self.view else { return };
        if !had_program && self.player.engine().is_some() {
            // The window was opened before anybody knew the clip's size.
            let room = view.window.current_monitor().map(|screen| screen.size());
            let [width, height] = window_size(self.player.canvas(), room, self.settings.size.is_some());
            let _ = view.window.request_inner_size(PhysicalSize::new(width, height));
        }
        self.refresh();
    }

    fn news(&mut self, news: News) {
        match news {
            News::Peer(at) => self.player.peer(at),
            News::Said(text) => self.player.say(Some(Said { text, is_error: false })),
        }
        (self.settings.tell)(&self.player.take_told());
        self.refresh();
    }

    fn refresh(&self) {
        if let Some(view) = &self.view {
            view.window.request_redraw();
        }
    }

    fn letters(&self) -> Letters {
        Letters::for_scale(self.view.as_ref().map_or(1.0, |view| view.window.scale_factor()))
    }

    /// Whether the pointer is over the strip of time.
    fn hovers(&self) -> bool {
        let Some((view, pointer)) = self.view.as_ref().zip(self.pointer) else { return false };
        let height = f64::from(view.window.inner_size().height);
        pointer.y >= height - strip_height(self.letters()) as f64 && pointer.y < height
    }

    fn pointer_moved(&mut self, to: PhysicalPosition<f64>) {
        let hovered = self.hovers();
        self.pointer = Some(to);
        let Some(view) = &self.view else { return };
        let size = view.window.inner_size();
        if self.player.is_dragging() {
            self.player.drag(to.x / f64::from(size.width.max(1)));
            self.refresh();
            return;
        }
        self.player.controls.point(world(self.player.canvas(), size, to));
        if hovered != self.hovers() {
            self.refresh();
        }
    }

    fn button(&mut self, state: ElementState) {
        let is_down = state == ElementState::Pressed;
        if is_down && self.hovers() && self.player.engine().is_some() {
            self.player.start_drag();
            if let Some(pointer) = self.pointer {
                self.pointer_moved(pointer);
            }
        } else if !is_down && self.player.is_dragging() {
            self.player.end_drag();
        } else {
            self.player.press(is_down, Instant::now());
        }
        self.refresh();
    }

    /// A key: that of a text field that has the focus; else the program's where it listens to it, else the preview's.
    fn key(&mut self, event_loop: &ActiveEventLoop, event: &KeyEvent) {
        let is_down = event.state == ElementState::Pressed;
        if is_down
            && self.player.controls.is_typing()
            && let Some(press) = field_press(&event.logical_key, event.text.as_deref(), self.modifiers)
        {
            self.player.controls.field(press);
            self.refresh();
            return;
        }
        if event.logical_key == Key::Named(NamedKey::Escape) {
            if is_down {
                event_loop.exit();
            }
            return;
        }
        if let Some(name) = key_name(&event.key_without_modifiers()) {
            let is_ours = self.modifiers.control_key() || !self.player.controls.wants_key(&name);
            if !event.repeat && (!is_down || !is_ours) {
                self.player.controls.key(&name, is_down);
            }
            if !is_ours {
                return;
            }
        }
        let command = command(&event.logical_key, self.modifiers.shift_key());
        if let Some(command) = command.filter(|_| is_down)
            // A key that is held steps on, but does not switch back and forth.
            && (!event.repeat || matches!(command, Command::Step(_)))
        {
            self.player.command(command);
            self.refresh();
        }
    }

    /// Lets time pass, draws what is new, and puts it into the window.
    fn redraw(&mut self) -> Result<(), String> {
        let now = Instant::now();
        let elapsed = now.duration_since(self.last);
        self.last = now;
        if let Some(view) = &self.view {
            let size = view.window.inner_size();
            let [width, height] = fit(self.player.canvas(), [size.width, size.height]);
            // A window that is folded away has no pixels.
            if width > 0 && height > 0 {
                self.player.resize([width, height]);
            }
        }
        self.player.advance(elapsed, now + SEEK);
        (self.settings.tell)(&self.player.take_told());
        let (letters, hovers) = (self.letters(), self.hovers());
        let Some(view) = &mut self.view else { return Ok(()) };
        self.next = now + view.shortest;
        let size = view.window.inner_size();
        let (Some(width), Some(height)) = (NonZeroU32::new(size.width), NonZeroU32::new(size.height)) else {
            return Ok(());
        };
        let [inner_width, inner_height] = fit(self.player.canvas(), [size.width, size.height]);
        let mut is_new = self.player.take_new();
        let fits = view
            .canvas
            .as_ref()
            .is_some_and(|(_, picture)| (picture.width(), picture.height()) == (inner_width, inner_height));
        if !fits {
            let settings = RasterSettings {
                width: inner_width,
                height: inner_height,
                threads: self.settings.threads,
                transparent: false,
            };
            let raster = Raster::new(settings).map_err(|error| error.to_string())?;
            let picture = Picture::new(inner_width, inner_height).map_err(|error| error.to_string())?;
            (view.canvas, view.drawn) = (Some((raster, picture)), None);
            is_new = true;
        }
        let Some((raster, picture)) = &mut view.canvas else { return Ok(()) };
        self.player.shown(is_new, elapsed);
        let (began, mut said) = (Instant::now(), None);
        let frame = self.player.frame().filter(|_| is_new).map(|frame| (frame.hash(), frame));
        // What is drawn already is left as it is.
        if let Some((hash, frame)) = frame.filter(|(hash, _)| view.drawn != Some(*hash)) {
            view.drawn = None;
            let passes: SmallVec<[Pass<'_>; PASSES]> = frame.passes().collect();
            let done = view.painter.draw(raster, frame.ground(), &passes, picture);
            said = done.map_err(|error| error.to_string())?;
            view.drawn = Some(hash);
        }
        self.player.say(said);
        if is_new {
            self.player.stats.pictures.add(began.elapsed());
        }
        view.surface.resize(width, height).map_err(|error| error.to_string())?;
        let mut buffer = view.surface.buffer_mut().map_err(|error| error.to_string())?;
        let (width, height) = (size.width as usize, size.height as usize);
        place(picture, &mut buffer, width, height);
        let mut canvas = Canvas { pixels: &mut buffer, width, height };
        self.panels.draw(&mut canvas, &mut self.player, letters, hovers, elapsed);
        view.window.pre_present_notify();
        buffer.present().map_err(|error| error.to_string())
    }
}

/// The connection to the screen. winit panics where a library that it loads at run time is missing.
fn event_loop() -> Result<EventLoop<Event>, PreviewError> {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let built = std::panic::catch_unwind(|| EventLoop::<Event>::with_user_event().build());
    std::panic::set_hook(hook);
    match built {
        Ok(built) => built.map_err(|error| PreviewError::NoWindow(error.to_string())),
        Err(panic) => {
            let said = panic.downcast_ref::<String>().map(String::as_str);
            let said = said.or_else(|| panic.downcast_ref::<&str>().copied());
            Err(PreviewError::NoWindow(
                said.unwrap_or("a library of the window system is missing").to_owned(),
            ))
        }
    }
}

impl ApplicationHandler<Event> for App {
    fn new_events(&mut self, _: &ActiveEventLoop, cause: StartCause) {
        if matches!(cause, StartCause::ResumeTimeReached { .. }) {
            self.refresh();
        }
    }

    fn resumed(&mut self, event_loop: &ActiveEventLoop) {
        if self.view.is_some() {
            return;
        }
        match self.open(event_loop) {
            Ok(view) => self.view = Some(view),
            Err(message) => {
                self.failed = Some(PreviewError::NoWindow(message));
                event_loop.exit();
            }
        }
        self.last = Instant::now();
        self.refresh();
    }

    fn user_event(&mut self, event_loop: &ActiveEventLoop, event: Event) {
        match event {
            Event::Loaded(loaded) => self.load(*loaded),
            Event::News(news) => self.news(news),
            Event::Stop => event_loop.exit(),
        }
    }

    fn window_event(&mut self, event_loop: &ActiveEventLoop, _: WindowId, event: WindowEvent) {
        match event {
            WindowEvent::CloseRequested | WindowEvent::Destroyed => event_loop.exit(),
            WindowEvent::RedrawRequested => {
                if let Err(message) = self.redraw() {
                    self.failed = Some(PreviewError::Window(message));
                    event_loop.exit();
                }
            }
            WindowEvent::Resized(_) | WindowEvent::ScaleFactorChanged { .. } => self.refresh(),
            WindowEvent::ModifiersChanged(modifiers) => self.modifiers = modifiers.state(),
            WindowEvent::KeyboardInput { event, is_synthetic: false, .. } => {
                self.key(event_loop, &event);
            }
            WindowEvent::CursorMoved { position, .. } => self.pointer_moved(position),
            WindowEvent::CursorLeft { .. } => {
                self.pointer = None;
                self.refresh();
            }
            WindowEvent::MouseInput { button: MouseButton::Left, state, .. } => self.button(state),
            WindowEvent::MouseWheel { delta, .. } => self.player.controls.turn(match delta {
                MouseScrollDelta::LineDelta(_, lines) => f64::from(lines),
                MouseScrollDelta::PixelDelta(pixels) => pixels.y / NOTCH_PX,
            }),
            WindowEvent::Focused(false) => {
                self.player.controls.release();
                self.player.end_drag();
            }
            _ => {}
        }
    }

    fn about_to_wait(&mut self, event_loop: &ActiveEventLoop) {
        let until = [self.player.until_next_frame(), self.player.until_notice_goes()];
        let due = until.into_iter().flatten().min().map(|until| (self.last + until).max(self.next));
        event_loop.set_control_flow(match due {
            Some(due) => ControlFlow::WaitUntil(due),
            None => ControlFlow::Wait,
        });
    }
}

/// The largest size of a canvas's shape in a room, in whole pixels.
fn fit([width, height]: [u32; 2], [room_width, room_height]: [u32; 2]) -> [u32; 2] {
    let scale = (f64::from(room_width) / f64::from(width)).min(f64::from(room_height) / f64::from(height));
    let side =
        |length: u32, room: u32| ((f64::from(length) * scale).round() as u32).clamp(1, room.min(MAX_SIDE));
    [side(width, room_width), side(height, room_height)]
}

/// The first size of a window: the canvas's, smaller where the screen is, larger where one would hardly see it. A size
/// that was asked for is only made smaller.
fn window_size(canvas: [u32; 2], screen: Option<PhysicalSize<u32>>, is_asked: bool) -> [u32; 2] {
    let [width, height] = canvas;
    let times = (SIDE_MIN / width.min(height).max(1)).max(1);
    let wanted = if is_asked { canvas } else { [width * times, height * times] };
    let Some(screen) = screen.filter(|screen| screen.width > 0 && screen.height > 0) else { return wanted };
    // Title bars and docks need room, too; what was asked for may cover them.
    let room = |side: u32| if is_asked { side } else { side * 9 / 10 };
    let room = [room(screen.width), room(screen.height)];
    if wanted[0] <= room[0] && wanted[1] <= room[1] { wanted } else { fit(canvas, room) }
}

/// Where the picture lies in a window: its upper left corner.
fn corner(inner: [u32; 2], outer: [u32; 2]) -> [u32; 2] {
    [outer[0].saturating_sub(inner[0]) / 2, outer[1].saturating_sub(inner[1]) / 2]
}

/// A place in the window as a place in the world: the unit square fills the shorter side of the picture, y down.
fn world(canvas: [u32; 2], size: PhysicalSize<u32>, at: PhysicalPosition<f64>) -> [f64; 2] {
    let outer = [size.width.max(1), size.height.max(1)];
    let inner = fit(canvas, outer);
    let corner = corner(inner, outer);
    let shorter = f64::from(inner[0].min(inner[1]));
    let axis = |at: f64, k: usize| (at - f64::from(corner[k]) - f64::from(inner[k]) * 0.5) / shorter + 0.5;
    [axis(at.x, 0), axis(at.y, 1)]
}

/// Copies a picture into the middle of the window's pixels.
fn place(picture: &Picture, pixels: &mut [u32], width: usize, height: usize) {
    let (inner_width, inner_height) = (picture.width() as usize, picture.height() as usize);
    let (left, top) = (width.saturating_sub(inner_width) / 2, height.saturating_sub(inner_height) / 2);
    let stride = inner_width * 4;
    for (y, row) in pixels.chunks_exact_mut(width).enumerate() {
        let Some(from) = y.checked_sub(top).filter(|&y| y < inner_height) else {
            row.fill(AROUND);
            continue;
        };
        let (before, rest) = row.split_at_mut(left);
        let (inside, after) = rest.split_at_mut(inner_width.min(width - left));
        before.fill(AROUND);
        after.fill(AROUND);
        let from = &picture.pixels()[from * stride..][..stride];
        for (to, from) in inside.iter_mut().zip(from.chunks_exact(4)) {
            *to = u32::from_be_bytes([0, from[0], from[1], from[2]]);
        }
    }
}

/// What a key asks the preview for.
fn command(key: &Key, has_shift: bool) -> Option<Command> {
    let frames = if has_shift { 10 } else { 1 };
    Some(match key {
        Key::Named(NamedKey::Space) => Command::Pause,
        Key::Named(NamedKey::ArrowLeft) => Command::Step(-frames),
        Key::Named(NamedKey::ArrowRight) => Command::Step(frames),
        Key::Named(NamedKey::Home) => Command::Home,
        Key::Named(NamedKey::End) => Command::End,
        Key::Character(text) => match text.as_str() {
            "l" | "L" => Command::Loop,
            "s" | "S" => Command::Stats,
            "h" | "H" | "?" => Command::Help,
            "r" | "R" => Command::Reset,
            "z" if !has_shift => Command::Travel(Travel::Undo),
            "z" | "Z" | "y" | "Y" => Command::Travel(Travel::Redo),
            "b" | "B" => Command::Travel(Travel::Branch),
            "m" | "M" => Command::Travel(Travel::Merge),
            _ => return None,
        },
        _ => return None,
    })
}

/// What a key means to a text field; none where it means nothing to it, and is the preview's.
fn field_press(key: &Key, text: Option<&str>, modifiers: ModifiersState) -> Option<FieldPress> {
    let is_command = modifiers.control_key() || modifiers.super_key();
    let by_word = is_command || modifiers.alt_key();
    let step = |one: Motion, word: Motion| if by_word { word } else { one };
    let go = |motion: Motion| {
        let edit = if modifiers.shift_key() { TextEdit::Select(motion) } else { TextEdit::Move(motion) };
        Some(FieldPress::Edit(edit))
    };
    let delete = |motion: Motion| Some(FieldPress::Edit(TextEdit::Delete(motion)));
    match key {
        Key::Named(NamedKey::ArrowLeft) => go(step(Motion::Left, Motion::WordLeft)),
        Key::Named(NamedKey::ArrowRight) => go(step(Motion::Right, Motion::WordRight)),
        Key::Named(NamedKey::Home | NamedKey::ArrowUp) => go(Motion::Home),
        Key::Named(NamedKey::End | NamedKey::ArrowDown) => go(Motion::End),
        Key::Named(NamedKey::Backspace) => delete(step(Motion::Left, Motion::WordLeft)),
        Key::Named(NamedKey::Delete) => delete(step(Motion::Right, Motion::WordRight)),
        Key::Named(NamedKey::Enter) => Some(FieldPress::Enter),
        Key::Named(NamedKey::Escape) => Some(FieldPress::Escape),
        Key::Named(NamedKey::Tab) => Some(FieldPress::Tab { back: modifiers.shift_key() }),
        Key::Character(letter) if is_command => match letter.to_lowercase().as_str() {
            "a" => Some(FieldPress::Edit(TextEdit::SelectAll)),
            "c" => Some(FieldPress::Copy),
            "x" => Some(FieldPress::Cut),
            "v" => Some(FieldPress::Paste),
            _ => None,
        },
        Key::Named(NamedKey::Space) if is_command => None,
        _ => {
            let text = text.filter(|text| !text.is_empty() && !text.chars().any(char::is_control))?;
            Some(FieldPress::Type(text.to_owned()))
        }
    }
}

/// What a key is called in the name of its channel.
fn key_name(key: &Key) -> Option<String> {
    let name = match key {
        Key::Character(text) => {
            let mut characters = text.chars();
            let only = characters.next().filter(|_| characters.next().is_none())?;
            return only.is_ascii_alphanumeric().then(|| only.to_ascii_lowercase().to_string());
        }
        Key::Named(NamedKey::Space) => "space",
        Key::Named(NamedKey::ArrowLeft) => "left",
        Key::Named(NamedKey::ArrowRight) => "right",
        Key::Named(NamedKey::ArrowUp) => "up",
        Key::Named(NamedKey::ArrowDown) => "down",
        Key::Named(NamedKey::Enter) => "enter",
        Key::Named(NamedKey::Tab) => "tab",
        Key::Named(NamedKey::Backspace) => "backspace",
        Key::Named(NamedKey::Delete) => "delete",
        Key::Named(NamedKey::Home) => "home",
        Key::Named(NamedKey::End) => "end",
        Key::Named(NamedKey::PageUp) => "page_up",
        Key::Named(NamedKey::PageDown) => "page_down",
        Key::Named(NamedKey::Shift) => "shift",
        Key::Named(NamedKey::Control) => "control",
        Key::Named(NamedKey::Alt) => "alt",
        _ => return None,
    };
    Some(name.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canvases_keep_their_shape() {
        assert_eq!(fit([1920, 1080], [960, 960]), [960, 540]);
        assert_eq!(fit([1080, 1920], [960, 960]), [540, 960]);
        assert_eq!(fit([100, 100], [7, 3]), [3, 3]);
        assert_eq!(fit([10_000, 1], [10, 10]), [10, 1]);
        assert_eq!(fit([1, 1], [30_000, 30_000]), [MAX_SIDE, MAX_SIDE]);
    }

    #[test]
    fn windows_fit_the_screen() {
        let screen = Some(PhysicalSize::new(1000, 800));
        let check =
            |canvas, screen, asked, expected| assert_eq!(window_size(canvas, screen, asked), expected);
        check([640, 480], screen, false, [640, 480]);
        check([1920, 1080], screen, false, [900, 506]);
        check([1000, 800], screen, true, [1000, 800]);
        check([2000, 800], screen, true, [1000, 400]);
        check([64, 48], screen, false, [384, 288]);
        check([64, 48], screen, true, [64, 48]);
        check([4000, 3000], None, false, [4000, 3000]);
    }

    #[test]
    fn the_unit_square_fills_the_shorter_side() {
        let size = PhysicalSize::new(400, 400);
        let check = |canvas, x, y, expected| {
            assert_eq!(world(canvas, size, PhysicalPosition::new(x, y)), expected);
        };
        check([100, 100], 0.0, 0.0, [0.0, 0.0]);
        check([100, 100], 400.0, 200.0, [1.0, 0.5]);
        // 400 x 200 pixels, 100 from the top.
        check([200, 100], 0.0, 100.0, [-0.5, 0.0]);
        check([200, 100], 400.0, 300.0, [1.5, 1.0]);
    }

    #[test]
    fn pictures_lie_in_the_middle() {
        let mut picture = Picture::new(2, 1).unwrap();
        picture.pixels_mut().copy_from_slice(&[1, 2, 3, 255, 4, 5, 6, 255]);
        let mut pixels = [7; 4 * 3];
        place(&picture, &mut pixels, 4, 3);
        let mut expected = [AROUND; 4 * 3];
        (expected[5], expected[6]) = (0x0001_0203, 0x0004_0506);
        assert_eq!(pixels, expected);
    }

    #[test]
    fn keys_edit_text_fields() {
        let (none, shift, control) =
            (ModifiersState::empty(), ModifiersState::SHIFT, ModifiersState::CONTROL);
        let check = |key: Key, text: Option<&str>, modifiers, expected: Option<FieldPress>| {
            assert_eq!(field_press(&key, text, modifiers), expected, "{key:?} {modifiers:?}");
        };
        let edit = |edit| Some(FieldPress::Edit(edit));
        let typed = |text: &str| Some(FieldPress::Type(text.to_owned()));
        let letter = |text: &str| Key::Character(text.into());
        check(letter("s"), Some("s"), none, typed("s"));
        check(letter("S"), Some("S"), shift, typed("S"));
        check(Key::Named(NamedKey::Space), Some(" "), none, typed(" "));
        check(Key::Dead(None), None, none, None);
        check(Key::Dead(None), Some("\u{e9}"), none, typed("\u{e9}"));
        check(letter("s"), Some("\u{13}"), control, None);
        check(Key::Named(NamedKey::F1), None, none, None);
        check(letter("a"), Some("\u{1}"), control, edit(TextEdit::SelectAll));
        check(letter("C"), None, control, Some(FieldPress::Copy));
        check(letter("x"), None, ModifiersState::SUPER, Some(FieldPress::Cut));
        check(letter("v"), None, control, Some(FieldPress::Paste));
        check(Key::Named(NamedKey::ArrowLeft), None, none, edit(TextEdit::Move(Motion::Left)));
        check(
            Key::Named(NamedKey::ArrowLeft),
            None,
            shift | control,
            edit(TextEdit::Select(Motion::WordLeft)),
        );
        check(Key::Named(NamedKey::End), None, shift, edit(TextEdit::Select(Motion::End)));
        check(Key::Named(NamedKey::Backspace), Some("\u{8}"), none, edit(TextEdit::Delete(Motion::Left)));
        check(Key::Named(NamedKey::Backspace), None, control, edit(TextEdit::Delete(Motion::WordLeft)));
        check(Key::Named(NamedKey::Enter), Some("\r"), none, Some(FieldPress::Enter));
        check(Key::Named(NamedKey::Escape), None, none, Some(FieldPress::Escape));
        check(Key::Named(NamedKey::Tab), Some("\t"), shift, Some(FieldPress::Tab { back: true }));
    }

    #[test]
    fn keys_have_names_and_commands() {
        let text = |text: &str| Key::Character(text.into());
        assert_eq!(key_name(&text("A")), Some("a".into()));
        assert_eq!(key_name(&text("7")), Some("7".into()));
        assert_eq!(key_name(&text("?")), None);
        assert_eq!(key_name(&Key::Named(NamedKey::ArrowLeft)), Some("left".into()));
        assert_eq!(command(&Key::Named(NamedKey::ArrowLeft), true), Some(Command::Step(-10)));
        assert_eq!(command(&text("?"), true), Some(Command::Help));
        assert_eq!(command(&text("z"), false), Some(Command::Travel(Travel::Undo)));
        assert_eq!(command(&text("Z"), true), Some(Command::Travel(Travel::Redo)));
        assert_eq!(command(&text("x"), false), None);
    }
}
