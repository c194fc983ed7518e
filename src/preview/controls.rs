//! Pointer, wheel and keys as input channels and events of the program.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use crate::engine::{Channel, Engine, EngineError, EventChannel, InputValue, Payload};
use crate::play::{FieldPress, Fields};
use crate::program::Type;

/// What the hand does, and which of it the program wants to know.
///
/// Channels, each only where the program has one of that name and type: `pointer` (vec2, world units), `pointer_down`
/// (bool), `wheel` (float, notches since the frame before, away from the hand is positive) and `key_NAME` (bool).
///
/// Events, each only where the program has one that carries that: `click` or `press` when the pointer goes down, `release`
/// when it comes up, `double_click` beside the second of two and `key_NAME` when a key goes down carry nothing, or as a vec2 where the
/// pointer is then; `wheel` (float, notches). They are sent in order, and when one happens the channel `pointer` has where it was then.
///
/// Text fields of the program get what is typed while one has the focus: the first has it from the start, a click on what a draw
/// of a field's name shows gives it, a click elsewhere takes it away.
#[derive(Debug, Default)]
pub(super) struct Controls {
    /// World units; none until it was in the window.
    pointer: Option<[f64; 2]>,
    is_down: bool,
    /// Whether it went down since the last frame: a frame sees also what was shorter than a frame.
    was_pressed: bool,
    /// Notches that no frame has seen yet.
    wheel: f64,
    /// Channel names of the keys that are held.
    held: BTreeSet<String>,
    /// Channel names of the keys that went down since the last frame.
    tapped: BTreeSet<String>,
    /// When and where it went down last; none behind a double click.
    pressed: Option<(Instant, Option<[f64; 2]>)>,
    /// What has happened since the last frame, in order.
    happened: Vec<Happened>,
    /// How much of that the frame sees that is evaluated.
    applied: usize,
    fields: Fields,
    /// The events that the program listens to, by key, and what they carry.
    events: BTreeMap<String, (EventChannel, Option<Type>)>,
    pointer_channel: Option<Channel>,
    down_channel: Option<Channel>,
    wheel_channel: Option<Channel>,
    /// The keys that the program listens to, by the names of their channels.
    key_channels: BTreeMap<String, Channel>,
}

/// Something that happens at a moment.
#[derive(Clone, Debug, PartialEq)]
enum Happened {
    /// An event, and where the pointer was then.
    Event {
        event: String,
        carried: Option<f64>,
        pointer: Option<[f64; 2]>,
    },
    Press(FieldPress),
}

/// The longest time between two clicks that are a double click, and how far they may be apart.
const DOUBLE: Duration = Duration::from_millis(400);
const DOUBLE_APART: f64 = 0.02;

/// What is kept between two frames at most, should there be no frames.
const HAPPENED_MAX: usize = 1000;

/// What a key's channel is called before the key's name.
const KEY: &str = "key_";

impl Controls {
    /// Learns what the program of an engine listens to.
    pub(super) fn listen(&mut self, engine: &Engine) {
        let channels = &engine.program().data().channels;
        let find = |name: &str, ty: Type| {
            let is_there = channels.iter().any(|channel| channel.name == name && channel.ty == ty);
            engine.channel(name).ok().filter(|_| is_there)
        };
        self.pointer_channel = find("pointer", Type::Vec2);
        self.down_channel = find("pointer_down", Type::Bool);
        self.wheel_channel = find("wheel", Type::Float);
        let keys = channels.iter().filter(|channel| channel.name.starts_with(KEY));
        let keys = keys.filter_map(|key| Some((key.name.clone(), find(&key.name, Type::Bool)?)));
        self.key_channels = keys.collect();
        let events = engine.program().data().events.iter();
        let known =
            events.filter_map(|event| Some((event.key.clone(), (engine.event(&event.key).ok()?, event.ty))));
        self.events = known.collect();
        let had_fields = self.fields.names().len() > 0;
        self.fields.follow(engine);
        if !had_fields {
            self.begin();
        }
    }

    /// The program begins anew: keys go to its first text field, if it has one.
    pub(super) fn begin(&mut self) {
        if self.fields.names().len() > 0 {
            self.field(FieldPress::Focus(Some(0)));
        }
    }

    /// Whether keys go to a text field.
    pub(super) fn is_typing(&self) -> bool {
        self.fields.focused().is_some()
    }

    /// What is pressed that text fields take.
    pub(super) fn field(&mut self, press: FieldPress) {
        if self.happened.len() < HAPPENED_MAX {
            self.happened.push(Happened::Press(press));
        }
    }

    /// Where the pointer goes down, the text field that is drawn there has the focus, or none.
    fn focus(&mut self, engine: Option<&mut Engine>) {
        if self.fields.names().len() == 0 {
            return;
        }
        let seen = engine.and_then(Engine::last_frame).zip(self.pointer);
        let met = seen.and_then(|(frame, at)| self.fields.drawn_at(&frame, at));
        self.field(FieldPress::Focus(met));
    }

    /// Something happens. What the program does not listen to is not kept.
    fn happens(&mut self, event: &str, carried: Option<f64>) {
        let listens = self.events.get(event).is_some_and(|&(_, ty)| match ty {
            None => carried.is_none(),
            Some(Type::Float) => carried.is_some(),
            Some(Type::Vec2) => carried.is_none() && self.pointer.is_some(),
            Some(
                Type::Int | Type::Uint | Type::Bool | Type::Vec3 | Type::Color | Type::Shape | Type::Text,
            ) => false,
        });
        if listens && self.happened.len() < HAPPENED_MAX {
            self.happened.push(Happened::Event { event: event.to_owned(), carried, pointer: self.pointer });
        }
    }

    /// Whether the program listens to a key.
    pub(super) fn wants_key(&self, name: &str) -> bool {
        let wanted = self.key_channels.keys().chain(self.events.keys());
        wanted.into_iter().any(|wanted| wanted.strip_prefix(KEY) == Some(name))
    }

    pub(super) fn point(&mut self, world: [f64; 2]) {
        self.pointer = Some(world);
    }

    /// The pointer goes down or up. `engine` has the frame that is pointed at.
    pub(super) fn press(&mut self, is_down: bool, now: Instant, engine: Option<&mut Engine>) {
        if self.is_down != is_down {
            if is_down {
                self.focus(engine);
            }
            let events: &[&str] = if is_down { &["press", "click"] } else { &["release"] };
            events.iter().for_each(|event| self.happens(event, None));
            if is_down {
                let is_near = |at: Option<[f64; 2]>| match at.zip(self.pointer) {
                    Some(([x, y], [own_x, own_y])) => {
                        (own_x - x).abs().max((own_y - y).abs()) <= DOUBLE_APART
                    }
                    None => at == self.pointer,
                };
                let is_second =
                    |&(then, at): &(Instant, _)| now.duration_since(then) <= DOUBLE && is_near(at);
                if self.pressed.as_ref().is_some_and(is_second) {
                    self.pressed = None;
                    self.happens("double_click", None);
                } else {
                    self.pressed = Some((now, self.pointer));
                }
            }
        }
        self.is_down = is_down;
        self.was_pressed |= is_down;
    }

    pub(super) fn turn(&mut self, notches: f64) {
        self.wheel += notches;
        self.happens("wheel", Some(notches));
    }

    /// A key goes down or up. What the program does not listen to is not kept.
    pub(super) fn key(&mut self, name: &str, is_down: bool) {
        let name = format!("{KEY}{name}");
        if is_down {
            self.happens(&name, None);
            self.tapped.insert(name.clone());
            self.held.insert(name);
        } else {
            self.held.remove(&name);
        }
    }

    /// Everything is let go: the window has lost the keyboard, and will not hear of keys that go up.
    pub(super) fn release(&mut self) {
        self.is_down = false;
        self.held.clear();
    }

    /// Gives the next frame its inputs.
    ///
    /// # Errors
    /// When there is no room for what is typed, which then is lost.
    pub(super) fn apply(&mut self, engine: &mut Engine) -> Result<(), EngineError> {
        // Types were looked up before, and the values are finite.
        let set = |engine: &mut Engine, channel: Channel, value: InputValue| {
            let done = engine.set_channel(channel, value);
            debug_assert!(done.is_ok(), "{done:?}");
        };
        if let Some(channel) = self.down_channel {
            set(engine, channel, (self.is_down || self.was_pressed).into());
        }
        if let Some(channel) = self.wheel_channel {
            set(engine, channel, self.wheel.into());
        }
        for (name, &channel) in &self.key_channels {
            set(engine, channel, (self.held.contains(name) || self.tapped.contains(name)).into());
        }
        let mut outcome = self.fields.place(engine);
        self.applied = 0;
        for happened in &self.happened {
            self.applied += 1;
            let (event, carried, pointer) = match happened {
                Happened::Event { event, carried, pointer } => (event, carried, pointer),
                Happened::Press(press) => match self.fields.send(engine, press) {
                    Ok(false) => continue,
                    // What comes behind it waits for what the program makes of it.
                    Ok(true) => break,
                    Err(error) => {
                        outcome = Err(error);
                        continue;
                    }
                },
            };
            if let Some((channel, pointer)) = self.pointer_channel.zip(*pointer) {
                set(engine, channel, pointer.into());
            }
            if let Some(&(event, ty)) = self.events.get(event) {
                let place = pointer.filter(|_| ty == Some(Type::Vec2)).map(Payload::from);
                let carried = place.or(carried.map(Payload::from)).unwrap_or_default();
                let sent = engine.send_event(event, carried);
                debug_assert!(sent.is_ok(), "there is room for so few: {sent:?}");
            }
        }
        if let Some((channel, pointer)) = self.pointer_channel.zip(self.pointer) {
            set(engine, channel, pointer.into());
        }
        outcome
    }

    /// A frame has seen what was applied.
    pub(super) fn taken(&mut self, engine: &mut Engine) {
        self.wheel = 0.0;
        self.was_pressed = false;
        self.tapped.clear();
        self.happened.drain(..self.applied);
        self.applied = 0;
        self.fields.see(engine);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::{Builder, ChannelKind};

    #[test]
    fn only_what_the_program_listens_to_is_set() {
        let b = Builder::new("inputs");
        let pointer = b.channel("pointer", Type::Vec2, &[0.25, 0.25], ChannelKind::Hold);
        let wheel = b.channel("wheel", Type::Float, &[0.0], ChannelKind::Momentary);
        let key = b.channel("key_a", Type::Bool, &[0.0], ChannelKind::Hold);
        // Of another type: left alone.
        let down = b.channel("pointer_down", Type::Float, &[0.5], ChannelKind::Hold);
        b.signal("pointer", pointer);
        b.signal("sum", wheel + key.bool_to_float() * 10.0 + down * 100.0);
        let program = b.finish().unwrap();
        let mut controls = Controls::default();
        let settings =
            crate::engine::EngineSettings { demand: crate::engine::Demand::Everything, ..Default::default() };
        let mut engine = Engine::with_settings(program, settings).unwrap();
        controls.listen(&engine);
        assert!(controls.wants_key("a") && !controls.wants_key("b"));
        let mut check = |controls: &mut Controls, index, pointer: [f64; 2], sum: f64| {
            controls.apply(&mut engine).unwrap();
            let frame = engine.frame(index).unwrap();
            assert_eq!(frame.slot("pointer").unwrap().components(), pointer);
            assert_eq!(frame.slot("sum").unwrap().components(), [sum]);
            controls.taken(&mut engine);
        };
        check(&mut controls, 0, [0.25, 0.25], 50.0);
        controls.point([0.5, 1.5]);
        controls.key("a", true);
        controls.key("b", true);
        controls.turn(1.0);
        controls.turn(2.0);
        check(&mut controls, 1, [0.5, 1.5], 63.0);
        check(&mut controls, 2, [0.5, 1.5], 60.0);
        controls.release();
        check(&mut controls, 3, [0.5, 1.5], 50.0);
        // Shorter than a frame.
        controls.key("a", true);
        controls.key("a", false);
        check(&mut controls, 4, [0.5, 1.5], 60.0);
        check(&mut controls, 5, [0.5, 1.5], 50.0);
    }

    #[test]
    fn events_are_sent_in_order_with_the_pointer_where_it_was() {
        let b = Builder::new("events");
        let pointer = b.channel("pointer", Type::Vec2, &[0.0, 0.0], ChannelKind::Hold);
        let click = b.host_event("click", None);
        let wheel = b.host_event("wheel", Some(Type::Float));
        let key = b.host_event("key_a", None);
        // Carries something else: left alone.
        let release = b.host_event("release", Some(Type::Float));
        b.signal("at", b.hold_on("at", pointer, click));
        b.signal("turned", b.hold_carried("turned", wheel.payload(), wheel));
        b.signal("count", b.count_events("keys", key) + b.count_events("up", release) * b.int(100));
        b.signal("clicks", b.count_events("clicks", click));
        let press = b.host_event("press", Some(Type::Vec2));
        b.signal("pressed", b.hold_carried("pressed", press.payload(), press));
        let mut engine = Engine::for_program(b.finish().unwrap()).unwrap();
        let mut controls = Controls::default();
        controls.listen(&engine);
        assert!(controls.wants_key("a") && !controls.wants_key("b"));
        for (x, is_down) in [(0.25, true), (0.375, false), (0.5, true), (0.75, false)] {
            controls.point([x, 0.5]);
            controls.press(is_down, Instant::now(), None);
        }
        controls.turn(1.5);
        controls.key("a", true);
        controls.point([1.0, 1.0]);
        controls.apply(&mut engine).unwrap();
        let components = |engine: &mut Engine, index, name: &str| {
            engine.frame(index).unwrap().slot(name).unwrap().components().to_vec()
        };
        assert_eq!(components(&mut engine, 0, "at"), [0.5, 0.5]);
        assert_eq!(components(&mut engine, 0, "clicks"), [2.0]);
        assert_eq!(components(&mut engine, 0, "pressed"), [0.5, 0.5]);
        assert_eq!(components(&mut engine, 0, "turned"), [1.5]);
        assert_eq!(components(&mut engine, 0, "count"), [1.0]);
        controls.taken(&mut engine);
        controls.apply(&mut engine).unwrap();
        assert_eq!(components(&mut engine, 1, "clicks"), [2.0], "once");
    }

    #[test]
    fn what_the_hand_does_reaches_every_patch_that_ships() {
        let mut listening = 0;
        for shipped in crate::assets::PATCHES {
            let engine = Engine::for_program(shipped.program().unwrap()).unwrap();
            let mut controls = Controls::default();
            controls.listen(&engine);
            let names = ["click", "press", "release", "double_click", "wheel"];
            for event in &engine.program().data().events {
                let is_key = event.key.strip_prefix(KEY).is_some();
                if !(is_key || names.contains(&event.key.as_str())) {
                    continue;
                }
                let before = controls.happened.len();
                controls.point([0.5, 0.5]);
                controls.happens(&event.key, (event.key == "wheel").then_some(1.0));
                assert_eq!(controls.happened.len(), before + 1, "{} of {}", event.key, shipped.name);
                listening += 1;
            }
        }
        assert!(listening > 9, "{listening}");
    }

    #[test]
    fn what_is_typed_goes_into_the_text_field_that_has_the_focus() {
        let patch = r#"
            input draft: text field
            input title: text field = "b"
            input pointer: vec2 = (0, 0)
            event double_click
            event click
            state sent = ""
            on draft.enter { sent = draft; draft = "" }
            clicks = count(click)
            doubles = count(double_click)
            shown = title
            draw rect as draft { position: (0.25, 0.5), size: (0.3, 0.1), color: #fff }
            draw rect as title { position: (0.75, 0.5), size: (0.3, 0.1), color: #fff }"#;
        let program = crate::compile(patch, "a.pav", &crate::NoFiles).program.unwrap();
        let mut engine = Engine::for_program(program).unwrap();
        let mut controls = Controls::default();
        controls.listen(&engine);
        let mut index = 0;
        let mut frame = |controls: &mut Controls, engine: &mut Engine| {
            controls.apply(engine).unwrap();
            let frame = engine.frame(index).unwrap();
            let texts = ["draft", "sent", "shown"].map(|name| frame.text(name).unwrap().to_owned());
            let numbers = ["draft.focus", "title.focus", "clicks", "doubles"];
            let numbers = numbers.map(|name| frame.slot(name).unwrap().components()[0]);
            index += 1;
            controls.taken(engine);
            (texts, numbers)
        };
        let typed = |text: &str| FieldPress::Type(text.into());
        let start = Instant::now();
        let mut check = |controls: &mut Controls, frames: u32, texts: [&str; 3], numbers: [f64; 4]| {
            let mut found = frame(controls, &mut engine);
            for _ in 1..frames {
                found = frame(controls, &mut engine);
            }
            assert_eq!((found.0.each_ref().map(String::as_str), found.1), (texts, numbers));
        };
        assert!(!controls.is_typing());
        check(&mut controls, 1, ["", "", "b"], [1.0, 0.0, 0.0, 0.0]);
        assert!(controls.is_typing());
        // What comes behind Enter waits for what the patch does.
        for press in [typed("h"), typed("i"), FieldPress::Enter, typed("x")] {
            controls.field(press);
        }
        check(&mut controls, 1, ["", "hi", "b"], [1.0, 0.0, 0.0, 0.0]);
        check(&mut controls, 1, ["x", "hi", "b"], [1.0, 0.0, 0.0, 0.0]);
        let mut engine =
            Engine::for_program(crate::compile(patch, "a.pav", &crate::NoFiles).program.unwrap()).unwrap();
        engine.frame(0).unwrap();
        let mut press = |controls: &mut Controls, at: [f64; 2], after: u64| {
            controls.point(at);
            let now = start + Duration::from_millis(after);
            controls.press(true, now, Some(&mut engine));
            controls.press(false, now, None);
        };
        press(&mut controls, [0.7, 0.5], 0);
        check(&mut controls, 2, ["x", "hi", "b"], [0.0, 1.0, 1.0, 0.0]);
        controls.field(typed("c"));
        check(&mut controls, 1, ["x", "hi", "bc"], [0.0, 1.0, 1.0, 0.0]);
        // The second of two is a double click, a third is not.
        press(&mut controls, [0.2, 0.5], 1000);
        press(&mut controls, [0.21, 0.5], 1100);
        press(&mut controls, [0.21, 0.5], 1200);
        check(&mut controls, 3, ["x", "hi", "bc"], [1.0, 0.0, 4.0, 1.0]);
        press(&mut controls, [0.5, 0.9], 1700);
        check(&mut controls, 2, ["x", "hi", "bc"], [0.0, 0.0, 5.0, 1.0]);
        assert!(!controls.is_typing());
        controls.field(FieldPress::Tab { back: false });
        controls.field(FieldPress::Escape);
        check(&mut controls, 1, ["x", "hi", "bc"], [1.0, 0.0, 5.0, 1.0]);
        check(&mut controls, 1, ["x", "hi", "bc"], [0.0, 0.0, 5.0, 1.0]);
    }
}
