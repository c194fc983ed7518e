//! Everything that an instance of the module has.

use std::collections::BTreeMap;
use std::time::Duration;

#[cfg(feature = "language")]
use pavane::language::compile_with;
use pavane::letters::Family;
#[cfg(not(feature = "language"))]
use pavane::letters::{Font, Weight};
use pavane::play::Fields;
use pavane::{Engine, EngineSettings, MemoryFiles, Player, Program, Raster, RasterSettings};
use serde_json::{Value, json};

use crate::answer::Fault;
use crate::clip::{Clip, Wanted};
use crate::fields::Press;
use crate::pack::Packed;
use crate::request::{Request, Start};
use crate::values;

/// The most bytes of an engine's tables: what a page may be trusted to have.
pub(crate) const MEMORY: u64 = 1 << 30;
/// The most bytes that a caller may pass in one call.
pub(crate) const INPUT_MAX: usize = 64 << 20;
/// The most pixels of a canvas.
const PIXELS_MAX: u64 = 1 << 26;

/// The files of the family that texts have which name no font. The whole module has them within it.
#[cfg(not(feature = "language"))]
const FACES: [(Weight, &str); 2] =
    [(Weight::REGULAR, "NotoSans-Regular.ttf"), (Weight::BOLD, "NotoSans-Bold.ttf")];

/// Numbers of where playing is: see [`State::tell`].
pub(crate) const NUMBERS: usize = 16;

/// What an instance has.
#[derive(Default)]
pub(crate) struct State {
    /// What the caller has written.
    pub(crate) input: Vec<u8>,
    /// What was answered last.
    pub(crate) output: Vec<u8>,
    pub(crate) files: MemoryFiles,
    pub(crate) clip: Option<Clip>,
    pub(crate) packed: Packed,
    pub(crate) numbers: [f64; NUMBERS],
    pub(crate) fields: Fields,
    player: Option<Player>,
    raster: Option<Raster>,
    /// What inputs were set to, for clips.
    given: BTreeMap<String, Value>,
}

/// Whether a canvas of so many pixels can be drawn.
pub(crate) fn check_canvas([width, height]: [u32; 2]) -> Result<(), Fault> {
    let pixels = u64::from(width) * u64::from(height);
    match pixels {
        1..=PIXELS_MAX => Ok(()),
        _ => {
            let message = format!(
                "a canvas of {width}x{height} pixels cannot be drawn here: 1 to {PIXELS_MAX} pixels can"
            );
            Err(Fault::request(message))
        }
    }
}

impl State {
    pub(crate) fn player(&mut self) -> Result<&mut Player, Fault> {
        self.player.as_mut().ok_or_else(Fault::no_program)
    }

    /// The first bytes of what was written.
    pub(crate) fn written(&self, length: usize) -> Result<&[u8], Fault> {
        self.input.get(..length).ok_or_else(|| {
            Fault::request(format!(
                "{length} bytes are said to be written, and there was room for {}",
                self.input.len()
            ))
        })
    }

    /// Does what is asked, and writes the answer. Whether it was done.
    pub(crate) fn request(&mut self, length: usize) -> bool {
        let read = self.written(length).and_then(|bytes| Ok(serde_json::from_slice::<Request>(bytes)?));
        let answer = read.and_then(|request| request.answer(self));
        self.answer(answer)
    }

    /// Writes an answer. Whether it is no error.
    pub(crate) fn answer(&mut self, answer: Result<Value, Fault>) -> bool {
        let (is_done, value) = match answer {
            Ok(value) => (true, value),
            Err(fault) => (false, fault.json()),
        };
        self.output.clear();
        // Values can be written, and to memory.
        is_done & serde_json::to_writer(&mut self.output, &value).is_ok()
    }

    /// Takes a file that patches may use: what was written is its path, and then its bytes.
    pub(crate) fn file(&mut self, path: usize, length: usize) -> Result<Value, Fault> {
        let written = self.written(length)?;
        let (path, bytes) = written
            .split_at_checked(path)
            .ok_or_else(|| Fault::request("the path is longer than all of it"))?;
        let path = str::from_utf8(path).map_err(|_| Fault::request("the path of a file is no text"))?;
        let (path, bytes) = (path.to_owned(), bytes.to_owned());
        self.files.insert(path, bytes);
        Ok(Value::Null)
    }

    #[cfg(feature = "language")]
    pub(crate) fn compile(
        &mut self,
        text: &str,
        name: &str,
        given: &[(String, String)],
        start: Start,
    ) -> Result<Value, Fault> {
        let compiled = compile_with(text, name, &self.files, given);
        let told = compiled.render();
        let Some(program) = compiled.program else {
            return Err(Fault::patch(&compiled.diagnostics, told));
        };
        let (about, report) = self.run(program, start)?;
        let diagnostics = compiled.diagnostics.to_json();
        Ok(json!({
            "about": about,
            "report": report,
            "warnings": told,
            "diagnostics": diagnostics["diagnostics"],
            "parameters": compiled.parameters,
            "files": compiled.files,
        }))
    }

    /// Loads a program that lies in a file of this name.
    pub(crate) fn load(&mut self, name: &str, start: Start) -> Result<Value, Fault> {
        let bytes = self.files.remove(name);
        let bytes = bytes.ok_or_else(|| Fault::request(format!("no file was given as `{name:.200}`")))?;
        let text = String::from_utf8(bytes)
            .map_err(|_| Fault::request(format!("`{name:.200}` is no program: it is no text")))?;
        let read = Program::from_json_with(&text, name, Family::given(None, None));
        let program = read.map_err(|diagnostics| Fault::patch(&diagnostics, diagnostics.to_string()))?;
        let family = self.family(&program)?;
        let (about, report) = self.run(program.with_family(family), start)?;
        Ok(json!({ "about": about, "report": report }))
    }

    /// What texts of a program are drawn with that name no font.
    #[cfg(feature = "language")]
    #[allow(clippy::unnecessary_wraps, clippy::unused_self, reason = "the player may lack them")]
    fn family(&self, _: &Program) -> Result<Family, Fault> {
        Ok(Family::builtin())
    }

    /// What texts of a program are drawn with that name no font: files that were given, of those that it needs.
    #[cfg(not(feature = "language"))]
    fn family(&self, program: &Program) -> Result<Family, Fault> {
        let needed = program.weights_of_family();
        let file = |weight| FACES.iter().find(|(known, _)| *known == weight).map_or("", |(_, name)| *name);
        let lacking: Vec<&str> =
            needed.iter().map(|&weight| file(weight)).filter(|name| self.files.get(name).is_none()).collect();
        if !lacking.is_empty() {
            return Err(Fault::fonts(&lacking));
        }
        let face = |weight| match self.files.get(file(weight)).filter(|_| needed.contains(&weight)) {
            None => Ok(None),
            Some(bytes) => Font::new(bytes.to_vec(), 0)
                .map(Some)
                .map_err(|error| Fault::request(format!("`{}` cannot be read: {error}", file(weight)))),
        };
        Ok(Family::given(face(Weight::REGULAR)?, face(Weight::BOLD)?))
    }

    /// Goes on with a program. What it takes and tells, and what became of state where another one ran.
    fn run(
        &mut self,
        program: Program,
        Start { anew, size, seed }: Start,
    ) -> Result<(Value, Option<String>), Fault> {
        if let Some(size) = size {
            check_canvas(size)?;
        }
        let report = match self.player.as_mut().filter(|_| !anew) {
            Some(player) => Some(player.swap(program)?.to_string()),
            None => {
                let settings =
                    EngineSettings { canvas: size, seed, memory_limit: MEMORY, ..EngineSettings::default() };
                let mut player = Player::new(Engine::fitted(program, 1.0, settings)?);
                player.set_looping(true);
                self.player = Some(player);
                self.fields = Fields::default();
                self.given.clear();
                None
            }
        };
        let player = self.player.as_ref().ok_or_else(Fault::no_program)?;
        self.fields.follow(player.engine());
        let mut about = values::about(player.engine());
        about["fields"] = self.fields.names().collect();
        self.given.retain(|name, _| {
            about["inputs"].as_array().is_some_and(|rows| rows.iter().any(|row| row["name"] == **name))
        });
        self.tell();
        Ok((about, report))
    }

    pub(crate) fn set(&mut self, name: String, value: Value) -> Result<Value, Fault> {
        values::set(self.player()?.engine_mut(), &name, &value)?;
        self.given.insert(name, value);
        Ok(Value::Null)
    }

    pub(crate) fn set_canvas(&mut self, size: [u32; 2]) -> Result<Value, Fault> {
        check_canvas(size)?;
        self.player()?.set_canvas(size)?;
        self.tell();
        Ok(Value::Null)
    }

    pub(crate) fn signals(&mut self) -> Result<Value, Fault> {
        let Some(frame) = self.player()?.frame() else { return Ok(json!({})) };
        let rows = frame.slots().map(|(name, slot)| (name.to_owned(), json!(slot.components())));
        Ok(Value::Object(rows.collect()))
    }

    pub(crate) fn begin_clip(&mut self, wanted: &Wanted) -> Result<Value, Fault> {
        let program = self.player()?.engine().program().clone();
        self.clip = Some(Clip::new(wanted, &program, &self.given)?);
        Ok(Value::Null)
    }

    /// Adds a frame to the clip that is under way; how many are left.
    pub(crate) fn step_clip(&mut self) -> Result<u64, Fault> {
        let clip = self.clip.as_mut().ok_or_else(|| Fault::request("no clip is under way"))?;
        let left = clip.step();
        if left.is_err() {
            self.clip = None;
        }
        left
    }

    /// Completes the clip that is under way: its bytes are the answer.
    pub(crate) fn finish_clip(&mut self) -> Result<(), Fault> {
        let clip = self.clip.take().ok_or_else(|| Fault::request("no clip is under way"))?;
        self.output.clear();
        clip.finish(&mut self.output)
    }

    /// Lets seconds pass.
    pub(crate) fn advance(&mut self, seconds: f64) -> Result<(), Fault> {
        let elapsed = Duration::try_from_secs_f64(seconds);
        let elapsed = elapsed.map_err(|_| Fault::request(format!("{seconds} seconds cannot have passed")))?;
        self.player()?.advance(elapsed);
        self.tell();
        Ok(())
    }

    /// Evaluates one frame towards the one that is wanted.
    pub(crate) fn evaluate(&mut self) -> Result<(), Fault> {
        let Self { player, fields, .. } = self;
        let player = player.as_mut().ok_or_else(Fault::no_program)?;
        let mut evaluated = Ok(());
        if player.is_due() {
            evaluated = fields.place(player.engine_mut()).and_then(|()| player.evaluate());
            fields.see(player.engine_mut());
        }
        self.tell();
        Ok(evaluated?)
    }

    /// Sends what a press means to the text fields, for the next frame. Whether that has to come first.
    pub(crate) fn press(&mut self, press: Press) -> Result<Value, Fault> {
        let Self { player, fields, .. } = self;
        let player = player.as_mut().ok_or_else(Fault::no_program)?;
        let press = press.meant(fields)?;
        Ok(json!(fields.send(player.engine_mut(), &press)?))
    }

    /// The number of the text field that is drawn at a place in world units.
    pub(crate) fn field_at(&mut self, at: [f64; 2]) -> Result<Value, Fault> {
        let Self { player, fields, .. } = self;
        let player = player.as_mut().ok_or_else(Fault::no_program)?;
        Ok(json!(player.frame().and_then(|frame| fields.drawn_at(&frame, at))))
    }

    /// Says where playing is: 0 index of the frame or -1, 1 seconds, 2 passes, 3 elements left out, 4 width, 5 height, 6 frames per second,
    /// 7 frames of the clip, 8 whether it is paused, 9 events since the frame before, 11 frames that a seek still takes or -1, 12 the
    /// background (red + 256 green + 65536 blue), 13 elements, 14 whether there is something to evaluate, 15 the number of
    /// the text field that has the focus or -1.
    pub(crate) fn tell(&mut self) {
        let Some(player) = self.player.as_mut() else { return };
        let position = player.position();
        let (is_paused, is_due) = (player.is_paused(), player.is_due());
        let events = player.engine().events().len();
        let [width, height] = player.engine().canvas();
        let flag = |is: bool| f64::from(u8::from(is));
        let mut numbers = self.numbers;
        numbers[15] = self.fields.focused().map_or(-1.0, |(field, _)| field as f64);
        if let Some(frame) = player.frame() {
            let [r, g, b, _] = frame.background().to_array().map(f64::from);
            numbers[0] = frame.index() as f64;
            numbers[1] = frame.time().as_secs_f64();
            numbers[2] = frame.passes().len() as f64;
            numbers[3] = frame.elements_left_out() as f64;
            numbers[12] = r + 256.0 * g + 65536.0 * b;
            numbers[13] = frame.passes().map(|pass| pass.elements().len()).sum::<usize>() as f64;
        } else {
            (numbers[0], numbers[1], numbers[2]) = (-1.0, 0.0, 0.0);
        }
        (numbers[4], numbers[5]) = (f64::from(width), f64::from(height));
        (numbers[6], numbers[7]) = (position.rate.as_f64(), position.clip as f64);
        (numbers[8], numbers[9]) = (flag(is_paused), events as f64);
        (numbers[11], numbers[14]) = (position.seeking.map_or(-1.0, |left| left as f64), flag(is_due));
        self.numbers = numbers;
    }

    /// Whether another frame is to be shown than when this was asked last.
    pub(crate) fn take_new(&mut self) -> bool {
        self.player.as_mut().is_some_and(Player::take_new)
    }

    /// Packs the frame that is shown. A number above 0 says why it cannot be.
    pub(crate) fn pack(&mut self) -> Result<u32, Fault> {
        let player = self.player.as_mut().ok_or_else(Fault::no_program)?;
        let canvas = player.engine().canvas();
        let frame = player.frame().ok_or_else(|| Fault::request("there is no frame yet"))?;
        Ok(self.packed.take(&frame, canvas).map_or_else(|why| why as u32, |()| 0))
    }

    /// Draws the frame that is shown on the CPU. The place of its pixels: four bytes each, row by row.
    pub(crate) fn draw(&mut self) -> Result<*const u8, Fault> {
        let player = self.player.as_mut().ok_or_else(Fault::no_program)?;
        let [width, height] = player.engine().canvas();
        let frame = player.frame().ok_or_else(|| Fault::request("there is no frame yet"))?;
        let is_right =
            |raster: &Raster| [raster.settings().width, raster.settings().height] == [width, height];
        let raster = match self.raster.take().filter(is_right) {
            Some(raster) => raster,
            None => Raster::new(RasterSettings { width, height, threads: 1, transparent: false })?,
        };
        Ok(self.raster.insert(raster).draw(&frame).pixels().as_ptr())
    }

    /// The hash of the frame that is shown; 0 where there is none.
    pub(crate) fn hash(&mut self) -> u64 {
        self.player.as_mut().and_then(Player::frame).map_or(0, |frame| frame.hash())
    }
}
