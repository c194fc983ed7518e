//! The preview's window on an X server without a screen (Xvfb): saves, keys, the pointer, and the ways it ends.
//!
//! Where Xvfb is not installed, the tests say so and pass, unless `PAVANE_REQUIRE_DISPLAY` is set.
//!
//! A test binary of its own, with an entry in `Cargo.toml`.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use pavane::program::{Builder, ChannelKind, Type};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    AtomEnum, ConnectionExt as _, ImageFormat, InputFocus, KEY_PRESS_EVENT, KEY_RELEASE_EVENT, Window,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

/// Nothing here takes so long, even on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(30);

type Color = [u8; 3];

/// An X server of our own.
struct Server {
    process: Child,
    display: String,
    connection: RustConnection,
    root: Window,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    /// None, loudly, where there is no Xvfb.
    fn start() -> Option<Self> {
        let started = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "800x600x24", "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut process = match started {
            Ok(process) => process,
            Err(error) => {
                let message =
                    format!("Xvfb does not start ({error}): install it, e.g. `apt-get install xvfb`");
                assert!(std::env::var_os("PAVANE_REQUIRE_DISPLAY").is_none(), "{message}");
                eprintln!("skipped: {message}");
                return None;
            }
        };
        let mut number = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut number).unwrap();
        let display = format!(":{}", number.trim());
        let (connection, screen) = RustConnection::connect(Some(&display)).unwrap();
        let root = connection.setup().roots[screen].root;
        Some(Self { process, display, connection, root })
    }

    fn preview(&self, file: &Path, arguments: &[&str]) -> Preview<'_> {
        self.preview_with(file, arguments, &[])
    }

    /// The same with more of an environment.
    fn preview_with(&self, file: &Path, arguments: &[&str], more: &[(&str, &str)]) -> Preview<'_> {
        let log = file.with_extension("log");
        let process = Command::new(env!("CARGO_BIN_EXE_pavane"))
            .arg("preview")
            .arg(file)
            .args(["--threads", "1"])
            .args(arguments)
            .env("DISPLAY", &self.display)
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("WAYLAND_SOCKET")
            .envs(more.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let mut preview = Preview { server: self, process, window: 0, log };
        preview.window = wait("a window", || self.find_window());
        // Keys go to the window that has the focus, and no window manager gives it.
        wait("the focus", || {
            self.connection
                .set_input_focus(InputFocus::POINTER_ROOT, preview.window, x11rb::CURRENT_TIME)
                .unwrap()
                .check()
                .ok()
        });
        preview
    }

    fn find_window(&self) -> Option<Window> {
        let tree = self.connection.query_tree(self.root).unwrap().reply().unwrap();
        tree.children.into_iter().find(|&window| {
            let name = self.connection.get_property(false, window, AtomEnum::WM_NAME, AtomEnum::ANY, 0, 256);
            let name = name.unwrap().reply().map(|reply| reply.value).unwrap_or_default();
            String::from_utf8_lossy(&name).ends_with("pavane")
        })
    }

    fn key(&self, keysym: u32) {
        let setup = self.connection.setup();
        let (first, last) = (setup.min_keycode, setup.max_keycode);
        let map = self.connection.get_keyboard_mapping(first, last - first + 1).unwrap().reply().unwrap();
        let per_code = usize::from(map.keysyms_per_keycode);
        let at = map.keysyms.chunks(per_code).position(|symbols| symbols[0] == keysym).unwrap();
        let code = first + at as u8;
        for event in [KEY_PRESS_EVENT, KEY_RELEASE_EVENT] {
            self.connection.xtest_fake_input(event, code, 0, self.root, 0, 0, 0).unwrap().check().unwrap();
        }
    }

    fn point(&self, x: i16, y: i16) {
        self.connection.warp_pointer(x11rb::NONE, self.root, 0, 0, 0, 0, x, y).unwrap().check().unwrap();
    }

    fn button(&self, is_down: bool) {
        use x11rb::protocol::xproto::{BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT};
        let event = if is_down { BUTTON_PRESS_EVENT } else { BUTTON_RELEASE_EVENT };
        self.connection.xtest_fake_input(event, 1, 0, self.root, 0, 0, 0).unwrap().check().unwrap();
    }
}

/// A preview that runs.
struct Preview<'a> {
    server: &'a Server,
    process: Child,
    window: Window,
    log: PathBuf,
}

impl Drop for Preview<'_> {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What is in a window.
#[derive(PartialEq)]
struct Shot {
    width: usize,
    pixels: Vec<u8>,
}

impl Shot {
    fn at(&self, x: usize, y: usize) -> Color {
        let start = (y * self.width + x) * 4;
        let [b, g, r] = self.pixels[start..start + 3].try_into().unwrap();
        [r, g, b]
    }

    fn height(&self) -> usize {
        self.pixels.len() / 4 / self.width
    }

    /// Whether the red edge of the panel with errors is there.
    fn has_error(&self) -> bool {
        (0..self.height()).any(|y| is_near(self.at(1, y), [0xe0, 0x48, 0x38]))
    }
}

impl Preview<'_> {
    fn shot(&mut self) -> Shot {
        assert!(self.process.try_wait().unwrap().is_none(), "the preview is gone: {}", self.log());
        let connection = &self.server.connection;
        wait("a picture of the window", || {
            let size = connection.get_geometry(self.window).unwrap().reply().ok()?;
            let image = connection
                .get_image(ImageFormat::Z_PIXMAP, self.window, 0, 0, size.width, size.height, !0)
                .unwrap();
            // The window may have become smaller meanwhile.
            Some(Shot { width: size.width.into(), pixels: image.reply().ok()?.data })
        })
    }

    /// Waits until the window shows something.
    fn shows(&mut self, what: &str, is_shown: impl Fn(&Shot) -> bool) -> Shot {
        wait(what, || Some(self.shot()).filter(|shot| is_shown(shot)))
    }

    fn shows_color(&mut self, [x, y]: [usize; 2], color: Color) {
        self.shows(&format!("{color:?} at {x}, {y}"), |shot| is_near(shot.at(x, y), color));
    }

    /// Whether the picture changes within a time in which twenty frames pass.
    fn moves(&mut self) -> bool {
        let first = self.shot();
        let began = Instant::now();
        while began.elapsed() < Duration::from_millis(700) {
            std::thread::sleep(Duration::from_millis(20));
            if self.shot() != first {
                return true;
            }
        }
        false
    }

    fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    fn ended(&mut self) -> ExitStatus {
        wait("the end", || self.process.try_wait().unwrap())
    }
}

fn wait<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn is_near(one: Color, other: Color) -> bool {
    one.iter().zip(other).all(|(one, other)| one.abs_diff(other) <= 2)
}

/// A background, and a white dot that circles around the middle.
fn program([red, green, blue]: Color) -> String {
    let b = Builder::new("saved");
    b.clip(4.0, 60, [400, 300]);
    let part = |component: u8| f64::from(component) / 255.0;
    b.background(b.rgba(part(red), part(green), part(blue), 1.0));
    let dots = b.domain("dots", 1);
    let position = b.vec2(0.5, 0.5) + b.polar_turns(0.2, b.phase(1.0));
    b.pass("dots", dots).circle().position(position).size(0.1).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
    b.finish().unwrap().to_json()
}

/// An empty folder for one test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("preview").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Saves as editors do: in place, by renaming, by deleting and creating, and in two halves.
fn save(file: &Path, text: &str, way: usize) {
    match way % 4 {
        0 => fs::write(file, text).unwrap(),
        1 => {
            let new = file.with_extension("new");
            fs::write(&new, text).unwrap();
            fs::rename(new, file).unwrap();
        }
        2 => {
            fs::remove_file(file).unwrap();
            std::thread::sleep(Duration::from_millis(20));
            fs::write(file, text).unwrap();
        }
        _ => {
            fs::write(file, &text[..text.len() / 2]).unwrap();
            std::thread::sleep(Duration::from_millis(20));
            fs::write(file, text).unwrap();
        }
    }
}

#[test]
fn two_hundred_saves_half_of_them_broken() {
    let Some(server) = Server::start() else { return };
    let file = folder("saves").join("program.json");
    let color =
        |turn: usize| [(turn * 37 % 200) as u8, (turn * 91 % 200) as u8, 40 + (turn * 53 % 200) as u8];
    fs::write(&file, program(color(0))).unwrap();
    let mut preview = server.preview(&file, &[]);
    preview.shows_color([200, 5], color(0));
    for turn in 1..=100 {
        let good = program(color(turn));
        let broken = match turn % 3 {
            0 => good.replacen("\"count\"", "\"coumt\"", 1),
            1 => good[..good.len() - 40].to_owned(),
            _ => String::new(),
        };
        assert_ne!(good, broken);
        save(&file, &broken, turn);
        // Most are mended before or while anybody looks, as it goes while somebody types.
        if turn % 10 == 0 {
            let shot = preview.shows("the error", Shot::has_error);
            assert!(is_near(shot.at(200, 5), color(turn - 1)), "the good picture stays");
            assert!(preview.moves(), "the picture stands still while the file is broken");
        } else {
            std::thread::sleep(Duration::from_millis(5 * (turn as u64 % 4)));
        }
        save(&file, &good, turn / 2);
        preview.shows_color([200, 5], color(turn));
    }
    preview.shows("no error", |shot| !shot.has_error());
    assert!(preview.moves());
    let log = preview.log();
    assert_eq!(log.matches("reloaded in ").count(), 100, "{log}");
    assert!(log.contains("did you mean `count`?") && log.matches("error[").count() >= 10, "{log}");
    server.key(0xff1b);
    assert_eq!(preview.ended().code(), Some(0));
}

#[test]
fn keys_and_the_strip_of_time() {
    let Some(server) = Server::start() else { return };
    let file = folder("keys").join("program.json");
    fs::write(&file, program([10, 60, 30])).unwrap();
    let mut preview = server.preview(&file, &["--size", "400x300"]);
    preview.shows_color([200, 5], [10, 60, 30]);
    assert!(preview.moves());
    let panel = |shot: &Shot, x, y| !is_near(shot.at(x, y), [10, 60, 30]);
    // Statistics stand in the upper right.
    server.key(u32::from('s'));
    preview.shows("statistics", |shot| panel(shot, 385, 12));
    server.key(u32::from('s'));
    preview.shows("no statistics", |shot| !panel(shot, 385, 12));
    // A pause shows the strip along the lower edge.
    server.key(u32::from(' '));
    preview.shows("the strip", |shot| panel(shot, 395, 295));
    assert!(!preview.moves());
    // A drag to the end of the strip fills its bar.
    server.point(200, 295);
    server.button(true);
    server.point(399, 295);
    preview.shows("all of the bar", |shot| is_near(shot.at(380, 271), [0x78, 0xdc, 0xa0]));
    server.button(false);
    server.point(200, 100);
    server.key(0xff50);
    preview.shows("none of the bar", |shot| !is_near(shot.at(60, 271), [0x78, 0xdc, 0xa0]));
    let first = preview.shot();
    server.key(0xff53);
    preview.shows("the next frame", |shot| *shot != first);
    server.key(u32::from('h'));
    preview.shows("help", |shot| panel(shot, 200, 100));
    server.key(u32::from(' '));
    assert!(preview.moves());
    server.key(0xff1b);
    assert_eq!(preview.ended().code(), Some(0));
    assert_eq!(preview.log(), "");
}

#[test]
fn pointer_and_keys_are_inputs() {
    let Some(server) = Server::start() else { return };
    let file = folder("inputs").join("program.json");
    let b = Builder::new("inputs");
    b.clip(1.0, 60, [400, 300]);
    let pointer = b.channel("pointer", Type::Vec2, &[0.5, 0.5], ChannelKind::Hold);
    let down = b.channel("pointer_down", Type::Bool, &[0.0], ChannelKind::Hold);
    let presses = b.cell("presses", Type::Float, 0.0, None);
    let space = b.channel("key_space", Type::Bool, &[0.0], ChannelKind::Hold);
    presses.next(presses.get() + space.bool_to_float());
    let is_pressed = presses.get().gt(0.5).bool_to_float();
    // Black, red while the pointer's button is down, green from the first press of Space on.
    b.background(b.hsv(is_pressed / 3.0, 1.0, down.bool_to_float() + is_pressed));
    let dots = b.domain("dots", 1);
    b.pass("dots", dots).circle().position(pointer).size(0.2).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
    fs::write(&file, b.finish().unwrap().to_json()).unwrap();
    let mut preview = server.preview(&file, &["--size", "400x300"]);
    preview.shows_color([200, 5], [0, 0, 0]);
    server.point(100, 50);
    preview.shows_color([100, 50], [255, 255, 255]);
    server.button(true);
    preview.shows_color([200, 5], [255, 0, 0]);
    server.button(false);
    preview.shows_color([200, 5], [0, 0, 0]);
    // The program listens to Space, so it does not pause.
    server.key(u32::from(' '));
    preview.shows_color([200, 5], [0, 255, 0]);
    server.point(300, 200);
    preview.shows_color([300, 200], [255, 255, 255]);
}

#[test]
fn a_file_that_is_broken_at_the_start_is_waited_for() {
    let Some(server) = Server::start() else { return };
    let file = folder("start").join("program.json");
    let mut preview = server.preview(&file, &[]);
    preview.shows("the error", Shot::has_error);
    fs::write(&file, program([90, 10, 120])).unwrap();
    preview
        .shows("the picture", |shot| !shot.has_error() && is_near(shot.at(shot.width / 2, 5), [90, 10, 120]));
    assert!(preview.moves());
    // Ctrl-C is a clean end.
    let asked = interrupt(preview.process.id());
    assert!(asked.success());
    assert_eq!(preview.ended().code(), Some(0));
}

#[test]
fn keys_go_back_and_forth_in_the_history() {
    let Some(server) = Server::start() else { return };
    let file = folder("history").join("program.json");
    let colors: [Color; 4] = [[10, 60, 30], [90, 10, 20], [20, 30, 120], [200, 200, 10]];
    fs::write(&file, program(colors[0])).unwrap();
    let mut preview = server.preview(&file, &["--history"]);
    preview.shows_color([200, 5], colors[0]);
    for color in &colors[1..3] {
        save(&file, &program(*color), 1);
        preview.shows_color([200, 5], *color);
    }
    for (key, color) in [('z', colors[1]), ('z', colors[0]), ('y', colors[1])] {
        server.key(u32::from(key));
        preview.shows_color([200, 5], color);
        assert_eq!(fs::read_to_string(&file).unwrap(), program(color));
    }
    // A save after an undo is a branch, and there is nothing to redo on it.
    save(&file, &program(colors[3]), 0);
    preview.shows_color([200, 5], colors[3]);
    server.key(u32::from('y'));
    wait("why not", || preview.log().contains("nothing to redo").then_some(()));
    server.key(u32::from('b'));
    preview.shows_color([200, 5], colors[2]);
    // Killed, and started again: the history is there, and both branches are.
    preview.process.kill().unwrap();
    preview.ended();
    let mut preview = server.preview(&file, &[]);
    preview.shows_color([200, 5], colors[2]);
    server.key(u32::from('b'));
    preview.shows_color([200, 5], colors[3]);
}

/// Sends what Ctrl-C sends.
fn interrupt(process: u32) -> ExitStatus {
    Command::new("sh").args(["-c", &format!("kill -INT {process}")]).status().unwrap()
}

#[test]
fn without_a_screen_the_way_out_is_told() {
    for (name, value) in [("DISPLAY", ""), ("DISPLAY", ":no such display")] {
        let ran = Command::new(env!("CARGO_BIN_EXE_pavane"))
            .args(["preview", "examples:gs1"])
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("WAYLAND_SOCKET")
            .env(name, value)
            .output()
            .unwrap();
        let told = String::from_utf8(ran.stderr).unwrap();
        assert_eq!(ran.status.code(), Some(1), "{told}");
        assert!(told.starts_with("error: there is no screen") && told.contains("pavane render"), "{told}");
    }
}

#[test]
fn what_no_save_can_mend_opens_no_window() {
    let ran = Command::new(env!("CARGO_BIN_EXE_pavane"))
        .args(["preview", "examples:no_such_program"])
        .output()
        .unwrap();
    let told = String::from_utf8(ran.stderr).unwrap();
    assert_eq!(ran.status.code(), Some(2), "{told}");
    assert!(told.starts_with("error[E0301]"), "{told}");
}

#[test]
fn a_row_is_dragged_to_another_place() {
    let Some(server) = Server::start() else { return };
    let file = folder("dragged").join("dragged.pav");
    let patch = "
        clip { duration: 4s, size: (400, 300) }
        list bands max 4 { hue: color, held: bool = false } = [{ hue: #c03020 }, { hue: #20a040 }, { hue: #3050c0 }]
        input pointer: vec2 = (0, 0)
        event press: vec2
        event release
        event taken = press(rows.band)
        on taken { bands.held = id == taken.id }
        target = clamp(int(floor(pointer.y * 3)), 0, 2)
        on changed(target) when any(bands.held) { move bands to target where held }
        on release { bands.held = false where held }
        background = #000
        domain rows from bands {
            y = (index + 0.5) / 3 ~ slew(100ms)
            draw rect as band { position: (0.5, y), size: (0.9, 0.3), color: hue }
        }";
    fs::write(&file, patch).unwrap();
    let mut preview = server.preview(&file, &["--size", "400x300"]);
    let (red, green, blue) = ([0xc0, 0x30, 0x20], [0x20, 0xa0, 0x40], [0x30, 0x50, 0xc0]);
    let shows = |preview: &mut Preview<'_>, what: &str, colors: [Color; 3]| {
        preview.shows(what, |shot| {
            (0..3).zip(colors).all(|(row, color)| is_near(shot.at(120, 50 + 100 * row), color))
        });
    };
    shows(&mut preview, "three bands", [red, green, blue]);
    server.point(120, 50);
    server.button(true);
    server.point(130, 150);
    shows(&mut preview, "red in the middle", [green, red, blue]);
    server.point(130, 250);
    shows(&mut preview, "red below", [green, blue, red]);
    server.button(false);
    // What nobody holds stays.
    server.point(120, 50);
    server.button(true);
    server.button(false);
    server.point(120, 250);
    server.point(120, 150);
    server.button(true);
    server.point(120, 50);
    shows(&mut preview, "blue on top", [blue, green, red]);
    server.button(false);
    assert_eq!(preview.log(), "");
}

#[test]
fn what_is_typed_and_durable_is_there_after_a_kill() {
    let Some(server) = Server::start() else { return };
    let folder = folder("typed");
    let (file, state) = (folder.join("typed.pav"), folder.join("typed.state"));
    let patch = r#"
        clip { duration: 4s, size: (400, 300) }
        input draft: text field
        state sent = "" durable
        list rows max 9 durable { n: int }
        on draft.enter when draft == "so" { sent = draft; draft = ""; append rows { n: 1 } }
        background = if sent == "so" then mix(#0a3c1e, #3c0a1e, float(count(rows))) else #0a3c1e
        draw rect as draft { position: (0.5, 0.9), size: (0.2, 0.1), color: if draft.focus then #fff else #000 }"#;
    fs::write(&file, patch).unwrap();
    let arguments = ["--size", "400x300", "--keep", state.to_str().unwrap()];
    let mut preview = server.preview(&file, &arguments);
    preview.shows("the focus", |shot| is_near(shot.at(200, 270), [255, 255, 255]));
    preview.shows_color([385, 12], [0x0a, 0x3c, 0x1e]);
    // What would show statistics is typed.
    for key in [u32::from('s'), u32::from('o'), 0xff0d] {
        server.key(key);
    }
    preview.shows_color([385, 12], [0x3c, 0x0a, 0x1e]);
    preview.process.kill().unwrap();
    preview.process.wait().unwrap();
    drop(preview);

    let mut preview = server.preview(&file, &arguments);
    preview.shows_color([385, 12], [0x3c, 0x0a, 0x1e]);
    preview.shows("the focus", |shot| is_near(shot.at(200, 270), [255, 255, 255]));
    server.key(0xff1b);
    preview.shows("no focus", |shot| is_near(shot.at(200, 270), [0, 0, 0]));
    server.key(u32::from('s'));
    preview.shows("statistics", |shot| !is_near(shot.at(385, 12), [0x3c, 0x0a, 0x1e]));
    // State anew is all but what is durable.
    server.key(u32::from('s'));
    server.key(u32::from('r'));
    preview.shows_color([385, 12], [0x3c, 0x0a, 0x1e]);
    preview.shows("the focus again", |shot| is_near(shot.at(200, 270), [255, 255, 255]));
    server.key(0xff1b);
    preview.shows("no focus", |shot| is_near(shot.at(200, 270), [0, 0, 0]));
    server.key(0xff1b);
    assert_eq!(preview.ended().code(), Some(0));
    assert_eq!(preview.log(), "");
}

/// Without a GPU that is said, and the CPU draws: the picture is there either way.
#[test]
#[cfg(feature = "gpu")]
fn a_gpu_draws_where_there_is_one() {
    let Some(server) = Server::start() else { return };
    let file = folder("gpu").join("program.json");
    fs::write(&file, program([10, 60, 30])).unwrap();
    let mut preview = server.preview(&file, &["--size", "400x300", "--gpu"]);
    preview.shows_color([200, 5], [10, 60, 30]);
    assert!(preview.moves());
    let log = preview.log();
    let has_gpu = log.contains("drawn by the GPU: ");
    assert!(has_gpu || log.contains("the CPU draws instead"), "{log}");
    assert!(has_gpu || std::env::var_os("PAVANE_REQUIRE_GPU").is_none(), "{log}");
    // A pause: the dot is where the CPU has it, and the panels are over it as they are.
    server.key(u32::from(' '));
    preview.shows("the strip", |shot| !is_near(shot.at(395, 295), [10, 60, 30]));
    let own = preview.shot();
    assert!((0..300).any(|y| (0..400).any(|x| own.at(x, y) == [255; 3])), "the dot is white");
    // Another size of the window.
    server
        .connection
        .configure_window(
            preview.window,
            &x11rb::protocol::xproto::ConfigureWindowAux::new().width(600).height(450),
        )
        .unwrap()
        .check()
        .unwrap();
    preview.shows("a larger picture", |shot| shot.width == 600 && is_near(shot.at(590, 5), [10, 60, 30]));
    save(&file, &program([90, 10, 30]), 0);
    preview.shows_color([300, 5], [90, 10, 30]);
    server.key(0xff1b);
    assert_eq!(preview.ended().code(), Some(0));
    // No driver is found.
    let mut preview = server.preview_with(
        &file,
        &["--gpu"],
        &[
            ("VK_DRIVER_FILES", "/nowhere.json"),
            ("VK_ICD_FILENAMES", "/nowhere.json"),
            ("WGPU_BACKEND", "vulkan"),
        ],
    );
    preview.shows_color([200, 5], [90, 10, 30]);
}
