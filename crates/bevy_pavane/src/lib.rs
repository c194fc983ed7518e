//! pavane in a Bevy app: an [`Animation`] is a component, which a system plays; events go both ways as messages.
//!
//! It needs `bevy_app` and `bevy_ecs` alone, so it runs in a server without a window. What draws reads
//! [`Animation::frame`] behind [`PavaneSystems`]: passes as plain slices for an upload, or a picture of the CPU raster.
//!
//! ```
//! use bevy_app::{App, Update};
//! use bevy_ecs::prelude::*;
//! use bevy_pavane::{Animation, Happened, PavanePlugin, PavaneSystems, Send};
//! use pavane::{NoFiles, compile};
//!
//! const PATCH: &str = "
//!     input pointer: vec2 = (0.5, 0.5)
//!     event click
//!     event beat = every(1s)
//!     state hits = 0
//!     on click { hits = hits + 1 }
//!     draw circle { position: pointer, size: 0.1 + 0.02 * hits, color: #fc6 }";
//!
//! fn click(mut animations: Query<(Entity, &mut Animation)>, mut send: MessageWriter<Send>) {
//!     for (entity, mut animation) in &mut animations {
//!         animation.engine_mut().set("pointer", [0.25, 0.5]).expect("the patch has a pointer");
//!         send.write(Send::new(entity, "click"));
//!     }
//! }
//!
//! fn look(mut animations: Query<&mut Animation>, mut happened: MessageReader<Happened>, mut seen: ResMut<Seen>) {
//!     seen.0.extend(happened.read().map(|one| one.event.clone()));
//!     for mut animation in &mut animations {
//!         let frame = animation.frame().expect("a frame has been evaluated");
//!         assert_eq!(frame.passes().next().expect("a pass").x.get(0), 0.25);
//!     }
//! }
//!
//! #[derive(Resource, Default)]
//! struct Seen(Vec<String>);
//!
//! let program = compile(PATCH, "clicks.pav", &NoFiles).program.expect("it compiles");
//! let mut app = App::new();
//! app.add_plugins(PavanePlugin::default());
//! app.init_resource::<Seen>();
//! app.add_systems(Update, (click.before(PavaneSystems), look.after(PavaneSystems)));
//! app.world_mut().spawn(Animation::new(program)?);
//! for _ in 0..3 {
//!     app.update();
//! }
//! assert_eq!(app.world().resource::<Seen>().0, ["click", "click", "click"]);
//! # Ok::<(), pavane::EngineError>(())
//! ```

#[cfg(feature = "draw")]
pub mod draw;

use std::time::Duration;

use bevy_app::{App, Plugin, Update};
use bevy_ecs::prelude::*;
use bevy_ecs::schedule::{InternedScheduleLabel, ScheduleLabel};
use pavane::{Engine, EngineError, Flicks, Frame, InputValue, Payload, Program};

/// Plays every [`Animation`], in `Update` or in [another schedule](Self::in_schedule).
#[derive(Clone, Debug)]
pub struct PavanePlugin {
    schedule: InternedScheduleLabel,
}

impl PavanePlugin {
    /// Plays in a schedule of your choice: `FixedUpdate`, of which each run is then a frame.
    pub fn in_schedule(schedule: impl ScheduleLabel) -> Self {
        Self { schedule: schedule.intern() }
    }
}

impl Default for PavanePlugin {
    fn default() -> Self {
        Self::in_schedule(Update)
    }
}

impl Plugin for PavanePlugin {
    fn build(&self, app: &mut App) {
        app.add_message::<Send>().add_message::<Happened>().add_message::<Failed>();
        app.add_systems(self.schedule, (send, advance).chain().in_set(PavaneSystems));
    }
}

/// The systems that take what is sent and evaluate frames: what gives inputs comes before, what draws comes after.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PavaneSystems;

/// How an [`Animation`] goes on when the systems run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Advance {
    /// By a frame.
    #[default]
    Frame,
    /// By the time that [`Animation::pass`] has been told.
    Elapsed,
    /// Not at all: whoever has it asks its engine for frames.
    Not,
}

/// An animation: an engine, and how it goes on. After an error, of which a [`Failed`] tells, it stands still.
#[derive(Component, Debug)]
pub struct Animation {
    engine: Engine,
    advance: Advance,
    passed: Duration,
    failed: bool,
}

impl Animation {
    /// An animation that holds just what the program needs, with the settings of its patch, and goes on by a frame each time.
    ///
    /// # Errors
    /// When the program needs more memory than an engine may take.
    pub fn new(program: Program) -> Result<Self, EngineError> {
        Ok(Self::of(Engine::for_program(program)?))
    }

    /// The animation of an engine with settings of your own.
    pub fn of(engine: Engine) -> Self {
        Self { engine, advance: Advance::Frame, passed: Duration::ZERO, failed: false }
    }

    /// The same, going on in another way.
    #[must_use]
    pub fn advancing(self, advance: Advance) -> Self {
        Self { advance, ..self }
    }

    /// How it goes on.
    pub fn advance(&self) -> Advance {
        self.advance
    }

    /// Lets it go on in another way.
    pub fn set_advance(&mut self, advance: Advance) {
        self.advance = advance;
    }

    /// Tells it that time has passed, such as `time.delta()`, for [`Advance::Elapsed`].
    pub fn pass(&mut self, elapsed: Duration) {
        self.passed = self.passed.saturating_add(elapsed);
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The engine: for inputs, seeks, edits. An animation that stood still after an error goes on.
    pub fn engine_mut(&mut self) -> &mut Engine {
        self.failed = false;
        &mut self.engine
    }

    /// The frame that was evaluated last.
    pub fn frame(&mut self) -> Option<Frame<'_>> {
        self.engine.last_frame()
    }

    /// Evaluates what is due.
    fn go_on(&mut self) -> Result<bool, EngineError> {
        let before = self.engine.at();
        match self.advance {
            Advance::Frame => drop(self.engine.frame(before.map_or(0, |at| at + 1))?),
            Advance::Elapsed => drop(self.engine.tick(std::mem::take(&mut self.passed))?),
            Advance::Not => {}
        }
        Ok(self.engine.at() != before)
    }
}

/// Sends an event to an animation: it happens in the next frame.
#[derive(Message, Clone, Debug, PartialEq)]
pub struct Send {
    /// The entity that has the animation.
    pub to: Entity,
    /// The event's name in the patch.
    pub event: String,
    /// What it carries.
    pub carried: Carried,
}

/// What an event carries.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Carried {
    /// Nothing.
    #[default]
    Nothing,
    /// A value.
    Value(InputValue),
    /// A text.
    Text(String),
}

impl<V: Into<InputValue>> From<V> for Carried {
    fn from(value: V) -> Self {
        Self::Value(value.into())
    }
}

impl Send {
    /// An event that carries nothing.
    pub fn new(to: Entity, event: impl Into<String>) -> Self {
        Self { to, event: event.into(), carried: Carried::Nothing }
    }

    /// The same with what it carries.
    #[must_use]
    pub fn with(self, carried: impl Into<Carried>) -> Self {
        Self { carried: carried.into(), ..self }
    }
}

/// Something has happened in an animation since its frame before: events that were sent, and those that the patch makes.
#[derive(Message, Clone, Debug, PartialEq)]
pub struct Happened {
    /// The entity that has the animation.
    pub of: Entity,
    /// The event's name in the patch.
    pub event: String,
    /// When, in flicks from the animation's beginning.
    pub at: Flicks,
    /// What it carried.
    pub carried: Carried,
}

/// An animation has not done what it was to do.
#[derive(Message, Debug)]
pub struct Failed {
    /// The entity that has the animation, or should have.
    pub of: Entity,
    /// Why; none where the entity has no animation.
    pub error: Option<EngineError>,
}

fn send(
    mut sent: MessageReader<Send>,
    mut animations: Query<&mut Animation>,
    mut failed: MessageWriter<Failed>,
) {
    for Send { to, event, carried } in sent.read() {
        let Ok(mut animation) = animations.get_mut(*to) else {
            failed.write(Failed { of: *to, error: None });
            continue;
        };
        let engine = &mut animation.engine;
        let done = engine.event(event).and_then(|event| match carried {
            Carried::Nothing => engine.send_event(event, ()),
            Carried::Value(value) => engine.send_event(event, Payload(Some(*value))),
            Carried::Text(text) => engine.send_text(event, text),
        });
        if let Err(error) = done {
            failed.write(Failed { of: *to, error: Some(error) });
        }
    }
}

fn advance(
    mut animations: Query<(Entity, &mut Animation)>,
    mut happened: MessageWriter<Happened>,
    mut failed: MessageWriter<Failed>,
) {
    for (of, mut animation) in &mut animations {
        if animation.failed || animation.advance == Advance::Not {
            continue;
        }
        match animation.go_on() {
            // What happened before the frame that was there already has been told.
            Ok(false) => {}
            Ok(true) => tell(of, &animation.engine, &mut happened),
            Err(error) => {
                animation.failed = true;
                failed.write(Failed { of, error: Some(error) });
            }
        }
    }
}

fn tell(of: Entity, engine: &Engine, happened: &mut MessageWriter<Happened>) {
    for one in engine.events() {
        let carried = match one.carried {
            None => Carried::Nothing,
            Some(InputValue::Text(number)) => Carried::Text(engine.text(number).to_owned()),
            Some(value) => Carried::Value(value),
        };
        happened.write(Happened { of, event: one.event.to_owned(), at: one.tag.offset, carried });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy_app::FixedUpdate;
    use pavane::assets::{PARTS, PATCHES};
    use pavane::{NoFiles, compile};

    fn program(patch: &str) -> Program {
        let compiled = compile(patch, "test.pav", &NoFiles);
        compiled.program.unwrap_or_else(|| panic!("{}", compiled.diagnostics))
    }

    #[derive(Resource, Default)]
    struct Told(Vec<String>);

    fn listen(
        mut happened: MessageReader<Happened>,
        mut failed: MessageReader<Failed>,
        mut told: ResMut<Told>,
    ) {
        for Happened { event, at, carried, .. } in happened.read() {
            told.0.push(format!("{event} {} {carried:?}", at.as_secs_f64()));
        }
        for Failed { error, .. } in failed.read() {
            told.0.push(error.as_ref().map_or("no animation".into(), ToString::to_string));
        }
    }

    fn app(plugin: PavanePlugin) -> App {
        let mut app = App::new();
        app.add_plugins(plugin).init_resource::<Told>();
        app.add_systems(bevy_app::Last, listen);
        app
    }

    fn told(app: &mut App) -> Vec<String> {
        std::mem::take(&mut app.world_mut().resource_mut::<Told>().0)
    }

    #[test]
    fn shipped_patches_have_their_hashes_after_120_updates() {
        let mut app = app(PavanePlugin::default());
        let all: Vec<_> = PATCHES.iter().chain(PARTS).collect();
        let animation = |patch: &&pavane::assets::Shipped| {
            Animation::new(patch.program().expect("it compiles")).expect("it fits")
        };
        let entities: Vec<Entity> =
            all.iter().map(|patch| app.world_mut().spawn(animation(patch)).id()).collect();
        let mut hashes = vec![Vec::new(); all.len()];
        for _ in 0..120 {
            app.update();
            for (hashes, &entity) in hashes.iter_mut().zip(&entities) {
                let mut animation = app.world_mut().get_mut::<Animation>(entity).expect("it is there");
                hashes.push(animation.frame().expect("a frame").hash());
            }
        }
        let pinned = include_str!("../../../assets/pinned.txt");
        for (patch, hashes) in all.iter().zip(&hashes) {
            let mut engine = Engine::for_program(patch.program().expect("it compiles")).expect("it fits");
            let alone: Vec<u64> = (0..120).map(|at| engine.frame(at).expect("a frame").hash()).collect();
            assert!(*hashes == alone, "{}", patch.name);
            let row = pinned.lines().find_map(|line| line.strip_prefix(&format!("frames {} ", patch.name)));
            for pair in row.unwrap_or_default().split_whitespace() {
                let (at, hash) = pair.split_once(':').expect("a frame and its hash");
                let own = hashes.get(at.parse::<usize>().expect("a frame"));
                assert!(own.is_none_or(|own| format!("{own:016x}") == hash), "{}: frame {at}", patch.name);
            }
        }
    }

    #[test]
    fn the_lines_of_the_readme_are_those_of_the_example() {
        let readme = include_str!("../../../README.md");
        let snippets: Vec<&str> = readme
            .split("```rust,ignore\n")
            .skip(1)
            .filter_map(|rest| rest.split("```").next())
            .filter(|snippet| snippet.contains("PavanePlugin"))
            .collect();
        let [plain, drawn] = snippets[..] else { panic!("two snippets: {snippets:?}") };
        for (snippet, source) in [(plain, include_str!("lib.rs")), (drawn, include_str!("draw/mod.rs"))] {
            let mut example = source.lines().filter_map(|line| line.strip_prefix("//! "));
            for line in snippet.lines() {
                assert!(example.any(|own| own.trim() == line), "the example lacks, or has elsewhere: {line}");
            }
        }
    }

    #[test]
    fn events_go_both_ways_and_faults_are_told() {
        let patch = "
            event say: text
            event drag: vec2
            event beat = every(20ms)
            state shown = \"\"
            on say { shown = say }
            draw circle { position: (0.5, 0.5), size: if shown == \"\" then 0.1 else 0.2, color: #fff }";
        let mut app = app(PavanePlugin::default());
        let entity = app.world_mut().spawn(Animation::new(program(patch)).expect("it fits")).id();
        let other = app.world_mut().spawn_empty().id();
        app.update();
        told(&mut app);
        for send in [
            Send::new(entity, "say").with(Carried::Text("hello".into())),
            Send::new(entity, "drag").with([0.25, 0.5]),
            Send::new(entity, "nothing"),
            Send::new(entity, "drag"),
            Send::new(other, "say"),
        ] {
            app.world_mut().write_message(send);
        }
        app.update();
        app.update();
        let lines = told(&mut app);
        assert!(lines.contains(&"say 0.016666666666666666 Text(\"hello\")".to_owned()), "{lines:?}");
        assert!(
            lines
                .iter()
                .any(|line| line.starts_with("drag 0.0166") && line.ends_with("Value(Vec2([0.25, 0.5]))"))
        );
        assert!(lines.contains(&"beat 0.02 Nothing".to_owned()), "{lines:?}");
        for fault in ["there is no event `nothing`", "`drag` was given", "no animation"] {
            assert!(lines.iter().any(|line| line.contains(fault)), "{fault}: {lines:?}");
        }
        let mut animation = app.world_mut().get_mut::<Animation>(entity).expect("it is there");
        assert_eq!(animation.frame().expect("a frame").passes().next().expect("a pass").width.get(0), 0.2);
    }

    #[test]
    fn animations_go_on_as_they_are_told() {
        let patch = "draw circle { position: (cycle(1s), 0.5), size: 0.1, color: #fff }";
        let mut app = app(PavanePlugin::in_schedule(FixedUpdate));
        let ways = [Advance::Frame, Advance::Elapsed, Advance::Not];
        let spawn = |way: Advance, app: &mut App| {
            let animation = Animation::new(program(patch)).expect("it fits").advancing(way);
            assert_eq!(animation.advance(), way);
            app.world_mut().spawn(animation).id()
        };
        let entities = ways.map(|way| spawn(way, &mut app));
        let at = |app: &App| {
            entities.map(|entity| app.world().get::<Animation>(entity).expect("it is there").engine().at())
        };
        app.update();
        assert_eq!(at(&app), [None; 3], "nobody has run `FixedUpdate`");
        let run = |app: &mut App, elapsed: u64| {
            let mut timed = app.world_mut().get_mut::<Animation>(entities[1]).expect("it is there");
            timed.pass(Duration::from_millis(elapsed));
            app.world_mut().run_schedule(FixedUpdate);
            at(app)
        };
        assert_eq!(run(&mut app, 0), [Some(0), Some(0), None]);
        assert_eq!(run(&mut app, 500), [Some(1), Some(30), None]);
        assert_eq!(run(&mut app, 5), [Some(2), Some(30), None]);
        let mut first = app.world_mut().get_mut::<Animation>(entities[0]).expect("it is there");
        first.set_advance(Advance::Not);
        assert_eq!(run(&mut app, 12), [Some(2), Some(31), None]);
    }
}
