//! The engine: runs a program frame by frame over preallocated tables.
//!
//! A frame's way through the code: [`Engine::frame`] sets the clock and runs the schedule, a system per phase;
//! each phase walks its part of the plan, which was made from the program at load: `signals` in f64, `lanes` in
//! blocks of f32, `passes` into descriptors, and the state's `commit`. The result is read through a
//! [`Frame`].

mod clock;
mod continuity;
#[cfg(feature = "persist")]
mod durable;
mod elements;
mod error;
mod events;
mod fields;
mod given;
mod inputs;
mod lanes;
mod letters;
mod lines;
mod lists;
mod load;
mod log;
#[cfg(feature = "metrics")]
mod metrics;
mod near;
mod numbers;
mod order;
mod outline;
mod parts;
mod passes;
mod plan;
mod recall;
mod rollback;
mod schedule;
mod seek;
mod sender;
mod signals;
mod snapshots;
mod state;
mod swap;
#[cfg(test)]
pub(crate) mod tests;
mod texts;
mod view;
mod whole;
mod workers;

#[cfg(feature = "persist")]
pub(crate) use durable::numbers_of;
pub use elements::{ElementValues, GivenElements};
pub use error::EngineError;
pub use events::InputCounters;
pub use given::{Taken, TakenArray, TakenItem};
pub(crate) use inputs::OwnedValue;
pub use inputs::{Channel, ChannelValue, EventChannel, InputValue, Payload};
pub use lanes::SimdLevel;
pub use lists::{ChangeReader, OfScope, Rows, ScopeCounters, ViewChanges};
#[cfg(feature = "metrics")]
pub use metrics::{ElementCounters, Metrics, ViewCounters};
pub use outline::PlannedWork;
pub use plan::Demand;
pub use sender::{InputSender, SentArray, SentInput, Unsent};
pub use snapshots::Snapshots;
pub use swap::{PeriodChange, RateChange, Rename, ResetCell, ResetReason, ResizedDomain, SwapReport};
pub use texts::TextNumber;

use view::FrameTables;

use std::sync::Arc;
use std::time::Duration;

use bevy_ecs::prelude::*;
use bevy_ecs::system::RunSystemOnce;

use crate::cues::{PushError, Tag};
use crate::frame::Frame;
use crate::id::{DomainId, EventId};
use crate::program::{Domain, EventSource, Live, Policy, Program, Type};
use crate::time::{Flicks, FrameRate};
use crate::world::{Budget, Capacity, MEMORY_LIMIT, tables};
use clock::{Clock, Moment, Phases};
use continuity::ContinuityBook;
use elements::{Elements, Given};
use error::{EventFault, EventProblem, Fault};
use events::Events;
use given::{Item, Way};
use inputs::{Channels, Inputs};
use letters::Letters;
use load::{Loaded, run_once};
use near::NearRoom;
use order::Pieces;
use parts::Parts;
use plan::Plan;
use schedule::Schedules;
use sender::Inbox;
use signals::Slots;
use state::StateBook;
use workers::Workers;

/// The writer that stamps of the host carry.
pub(crate) const HOST_WRITER: u32 = u32::MAX;

/// How an engine runs.
///
/// ```
/// use pavane::time::FrameRate;
/// use pavane::{Builder, Engine, EngineSettings};
///
/// let b = Builder::new("noise");
/// let dots = b.domain("dots", 3);
/// b.pass("dots", dots).position(b.vec2(b.random(dots, 1), 0.5)).size(0.1).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
/// let settings = EngineSettings { frame_rate: FrameRate::new(24, 1), seed: 7, ..EngineSettings::default() };
/// let mut engine = Engine::fitted(b.finish()?, 1.0, settings)?;
/// assert_eq!(engine.frame(24)?.time().as_secs_f64(), 1.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EngineSettings {
    /// How much it can hold.
    pub capacity: Capacity,
    /// Frames per second; none takes the program's.
    pub frame_rate: Option<FrameRate>,
    /// Seed of all randomness.
    pub seed: u32,
    /// Threads for lane programs, the caller included. The bits do not depend on it. With more than one, run frames
    /// on the thread that made the engine (or inside a rayon pool of that size): it is then one of the workers, and
    /// handing work over allocates nothing.
    pub threads: usize,
    /// Vector instructions. The bits do not depend on it.
    pub level: SimdLevel,
    /// What is evaluated.
    pub demand: Demand,
    /// Width and height of the canvas in pixels, above 0: what a program reads as its canvas, and what a perspective
    /// camera culls by. None takes the program's clip.
    pub canvas: Option<[u32; 2]>,
    /// How much of the difference that an edit makes is continued by values that say so: 1 all of it, 0 nothing, so that edits
    /// show at once.
    pub continuity: f32,
    /// How values of passes are continued that say nothing of their own: position, size, rotation, colours and the width of
    /// strokes. None leaves them as they are. What is continued takes buffers: see [`fitted`](Engine::fitted).
    pub default_continuity: Option<Policy>,
    /// Which snapshots are kept, for a [`seek`](Engine::seek) back that does not play everything from the start. None keeps
    /// none, but a [`Player`](crate::play::Player) of the engine then has it keep [`Snapshots::PLAYING`].
    pub snapshots: Option<Snapshots>,
    /// For how many frames ago [`send_at`](Engine::send_at) takes events: these frames are then played again, and everything is
    /// as if the event had been sent in time. With 0, what comes late is refused. Otherwise snapshots are kept as often as that
    /// takes, whatever `snapshots` says.
    pub rollback: u32,
    /// The most bytes that the tables may take: [`Budget::total`]. A capacity that asks for more is refused before anything
    /// is allocated. [`MEMORY_LIMIT`] where nothing else is said, so that what runs does not depend on the machine.
    pub memory_limit: u64,
}

impl Default for EngineSettings {
    fn default() -> Self {
        Self {
            capacity: Capacity::default(),
            frame_rate: None,
            seed: 0,
            threads: 1,
            level: SimdLevel::Native,
            demand: Demand::Drawn,
            canvas: None,
            continuity: 1.0,
            default_continuity: None,
            snapshots: None,
            rollback: 0,
            memory_limit: MEMORY_LIMIT,
        }
    }
}

/// A limit and how much of it is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Usage {
    /// The field of [`Capacity`].
    pub setting: &'static str,
    /// The most that has been in use so far.
    pub high_water: u32,
    /// What it is set to.
    pub capacity: u32,
}

/// The elements of a domain, and what there was no room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct DomainUsage<'e> {
    /// The domain's name.
    pub domain: &'e str,
    /// Elements that live.
    pub living: u32,
    /// Elements that are gone and still drawn.
    pub lingering: u32,
    /// The most rows, of both, there have been.
    pub high_water: u32,
    /// The most there may be.
    pub capacity: u32,
    /// Births, and letters of a text, for which there was no room.
    pub refused: u64,
    /// Elements that made room for births.
    pub evicted: u64,
    /// Elements that were gone and would still have been drawn, had there been room.
    pub dropped: u64,
    /// Elements near which there were more others than their fold has room for, in the last frame: of these it has the nearest.
    /// Of several folds the one with the most such elements.
    pub crowded: u32,
    /// Whether the number of elements, or how often one is born, was no number in this frame: then there are none, or none
    /// is born. [`Frame::left_out`] says so, too.
    pub number_is_nan: bool,
}

/// Something that has happened since the frame before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EventOccurrence<'e> {
    /// The event's key: its name in the patch, or for an event without a name what it is made of.
    pub event: &'e str,
    /// When: in flicks, and which step of that instant.
    pub tag: Tag,
    /// What it carried.
    pub carried: Option<InputValue>,
}

/// Runs a program.
///
/// Everything is allocated here, at load and in a [`swap`](Engine::swap); a frame allocates nothing.
///
/// ```
/// use pavane::{Builder, Engine};
///
/// let b = Builder::new("dot");
/// let dots = b.domain("dots", 3);
/// let position = b.vec2(b.rank(dots), b.phase(1.0));
/// b.pass("dots", dots).position(position).size(0.1).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
/// let mut engine = Engine::for_program(b.finish()?)?;
/// let frame = engine.frame(30)?;
/// let pass = frame.passes().next().unwrap();
/// assert_eq!((pass.count, pass.y.get(0)), (3, 0.5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Engine {
    world: World,
    schedule: Schedules,
    program: Arc<Program>,
    channels: Channels,
    inbox: Option<Inbox>,
    tables: FrameTables,
    settings: EngineSettings,
    rate: FrameRate,
    /// The frame that was evaluated last.
    at: Option<u64>,
    /// Whether every frame up to it was evaluated, by the program that runs now.
    unbroken: bool,
    /// Whether events have stopped the frame after it: what was before it is not known any more.
    is_stopped: bool,
    /// What a host clock has added up to.
    elapsed: Flicks,
    needs: Capacity,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = &self.program.data().about.name;
        f.debug_struct("Engine").field("program", name).field("at", &self.at).finish_non_exhaustive()
    }
}

impl Engine {
    /// An engine that holds just what the program needs, with default settings: where to begin.
    ///
    /// # Errors
    /// When the program needs more memory than [`MEMORY_LIMIT`].
    pub fn for_program(program: Program) -> Result<Self, EngineError> {
        Self::fitted(program, 1.0, EngineSettings::default())
    }

    /// An engine with default settings but for its capacity: for hosts that give all programs the same.
    ///
    /// # Errors
    /// When the program does not fit the capacity.
    pub fn new(program: Program, capacity: Capacity) -> Result<Self, EngineError> {
        Self::with_settings(program, EngineSettings { capacity, ..EngineSettings::default() })
    }

    /// An engine.
    ///
    /// # Errors
    /// When the program does not fit the capacity, the capacity does not fit the memory, or a setting makes no sense.
    pub fn with_settings(program: Program, settings: EngineSettings) -> Result<Self, EngineError> {
        Self::of(Loaded::new(program, &settings)?, settings)
    }

    /// An engine that holds what the program needs, so many times: as [`with_settings`](Self::with_settings) with a
    /// capacity of [`Capacity::for_program`], but what is evaluated (`settings.demand`) counts, and the program is planned
    /// once. `settings.capacity` is not looked at. Headroom that the memory limit does not allow, or that takes more than a
    /// GiB, is left out.
    ///
    /// # Errors
    /// As for [`with_settings`](Self::with_settings).
    pub fn fitted(program: Program, headroom: f64, settings: EngineSettings) -> Result<Self, EngineError> {
        let loaded = Loaded::new(program, &settings)?;
        let capacity = loaded.room(headroom, settings.memory_limit);
        Self::of(loaded, EngineSettings { capacity, ..settings })
    }

    fn of(loaded: Loaded, settings: EngineSettings) -> Result<Self, EngineError> {
        loaded.check(&settings.capacity, settings.memory_limit)?;
        let Loaded { program, plan, paths, fonts, rate, canvas, .. } = loaded;
        let needs = plan.needs;
        let workers = Workers::new(settings.threads)
            .map_err(|message| EngineError::Setting { name: "EngineSettings::threads", message })?;

        let mut world = World::new();
        world.insert_resource(load::parts((plan, paths, fonts), canvas, &settings, (rate, workers), None));
        let mut schedule = Schedules::new(&mut world);
        // After what is no row of a table, which the schedules have, too: each of that is an entity, whose place is looked up in
        // an array that reaches as far as its number.
        tables::spawn(&mut world, &settings.capacity);
        load::start(&mut world);
        run_once(&mut world, state::reset);
        schedule.warm_up(&mut world);
        let tables = FrameTables::new(&mut world);
        let mut channels = Channels::default();
        channels.follow(&program);
        let mut engine = Self {
            world,
            schedule,
            program,
            channels,
            inbox: None,
            tables,
            settings,
            rate,
            at: None,
            unbroken: true,
            is_stopped: false,
            elapsed: Flicks::ZERO,
            needs,
        };
        engine.make_snapshots();
        Ok(engine)
    }

    /// The program that runs.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The settings it runs with.
    pub fn settings(&self) -> &EngineSettings {
        &self.settings
    }

    /// Frames per second.
    pub fn frame_rate(&self) -> FrameRate {
        self.rate
    }

    /// How many threads lane programs run on.
    pub fn threads(&self) -> usize {
        self.parts().runner.workers.threads()
    }

    /// Finds an input channel by its name, for [`set_channel`](Self::set_channel).
    ///
    /// # Errors
    /// When the program has no such channel.
    pub fn channel(&self, name: &str) -> Result<Channel, EngineError> {
        self.channels.find(name).ok_or_else(|| self.no_channel(name))
    }

    /// Gives an input channel a value, from the next frame's time on: what happens before it, such as a tick of a timer since
    /// the frame before, sees the value of that frame. What is [sent for a time](Self::send_at) of its own finds the value there,
    /// and so does what comes behind it. Takes the same time whichever channel it is.
    ///
    /// A channel that is an array (`input levels: float[64]`) is given all its values at once, as a slice: they are copied.
    ///
    /// ```
    /// use pavane::{Engine, NoFiles, compile};
    ///
    /// let patch = "
    ///     input levels: float[4] = 0.5
    ///     domain bars[4] { draw circle { position: (rank, levels[index]), size: 0.1, color: #fff } }";
    /// let mut engine = Engine::for_program(compile(patch, "a.pav", &NoFiles).program.unwrap())?;
    /// let levels = engine.channel("levels")?;
    /// engine.set_channel(levels, &[0.0_f32, 0.25, 0.75, 1.0])?;
    /// let frame = engine.frame(0)?;
    /// assert_eq!(frame.passes().next().unwrap().y.get(2), 0.75);
    /// assert!(engine.set_channel(levels, &[0.5_f32; 3]).is_err(), "another length");
    /// # Ok::<(), pavane::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// When the program that runs now has no such channel, or the value is of another type or not finite, or there are more or
    /// fewer of them than the array has.
    pub fn set_channel<'v>(
        &mut self,
        channel: Channel,
        value: impl Into<ChannelValue<'v>>,
    ) -> Result<(), EngineError> {
        let value = value.into();
        let Some(place) = self.channels.place(channel) else {
            return Err(self.no_channel(self.channels.name(channel)));
        };
        if !value.fits(place) {
            return value.check(self.channels.name(channel), place);
        }
        let value = match value {
            ChannelValue::Text(text) => ChannelValue::One(self.given_text(text)?),
            value => value,
        };
        let mut given = std::mem::take(&mut self.parts_mut().inputs.given);
        value.write(&mut given);
        let parts = [&given[..], &[]];
        let is_in_order = self.parts_mut().events.queue.set(place.offset, parts);
        let inputs = &mut self.parts_mut().inputs;
        if !is_in_order {
            inputs.stage(place.offset, parts);
        }
        inputs.given = given;
        Ok(())
    }

    /// As [`set_channel`](Self::set_channel), for a channel that is looked up by its name.
    ///
    /// # Errors
    /// As there.
    pub fn set<'v>(&mut self, channel: &str, value: impl Into<ChannelValue<'v>>) -> Result<(), EngineError> {
        self.set_channel(self.channel(channel)?, value)
    }

    /// Finds an event that the host sends by its key, for [`send_event`](Self::send_event).
    ///
    /// # Errors
    /// When the program has no such event.
    pub fn event(&self, key: &str) -> Result<EventChannel, EngineError> {
        self.channels.find_event(key).ok_or_else(|| self.no_event(key))
    }

    /// Sends an event: it happens in the next frame, at its time, behind all that was sent before. Input values that were set
    /// before are there by then, and those that are set later are not.
    ///
    /// # Errors
    /// When the program that runs now has no such event, it carries something else, or there is no room: a frame takes
    /// [`Capacity::cues`] events, and as many again may wait for the next one.
    pub fn send_event(
        &mut self,
        event: EventChannel,
        carried: impl Into<Payload>,
    ) -> Result<(), EngineError> {
        let (row, values) = self.event_values(event, carried.into())?;
        let queue = &mut self.parts_mut().events.queue;
        match queue.send(row, values) {
            true => Ok(()),
            false => {
                let waiting = queue.capacity();
                Err(EngineError::QueueFull { event: self.channels.event_name(event).into(), waiting })
            }
        }
    }

    /// The row of an event, and what it carries.
    fn event_values(
        &self,
        event: EventChannel,
        Payload(carried): Payload,
    ) -> Result<(EventId, [f64; 4]), EngineError> {
        let Some(place) = self.channels.event_place(event) else {
            return Err(self.no_event(self.channels.event_name(event)));
        };
        let values = match (place.ty, carried) {
            (None, None) => [0.0; 4],
            (Some(ty), Some(value)) if value.fits(ty) => value.components(),
            (Some(ty), Some(value)) => {
                return value.check(self.channels.event_name(event), ty).map(|()| (place.event, [0.0; 4]));
            }
            (ty, found) => {
                let said = |ty: Option<Type>| ty.map_or("nothing".into(), |ty| format!("a {ty}"));
                return Err(EngineError::Value {
                    name: self.channels.event_name(event).into(),
                    found: said(found.map(InputValue::ty)),
                    expected: said(ty),
                });
            }
        };
        Ok((place.event, values))
    }

    /// Schedules an event at a time of its own, now or later: in the frame that reaches it, at exactly that time. At one time
    /// events happen in the order of the program, and occurrences of one event in the order in which they were sent.
    ///
    /// # Errors
    /// As [`send_event`](Self::send_event); and when the time has passed, unless it is that of one of the last frames and
    /// [`EngineSettings::rollback`] says so: these are then evaluated again, to be seen with [`last_frame`](Self::last_frame),
    /// which may fail as [`frame`](Self::frame) may. Frames do not reach behind a moment that a [`seek`](Self::seek) cannot
    /// reach, and what came late is not among what is [`taken`](Self::taken).
    pub fn send_at(
        &mut self,
        event: EventChannel,
        at: Flicks,
        carried: impl Into<Payload>,
    ) -> Result<(), EngineError> {
        let (event, values) = self.event_values(event, carried.into())?;
        if self.parts().events.has_room_for(at) {
            // What frames behind this one have taken is not sent again.
            self.drop_future();
        }
        let key = &self.program.data().events[event.index()].key;
        match Parts::of_mut(&mut self.world).events.send_at(event, at, values) {
            Ok(()) => Ok(()),
            Err(PushError::Late(late)) => {
                let error = EngineError::Late { event: key.clone(), asked: at, now: late.now.offset };
                if self.roll_back(event, at, values)? { Ok(()) } else { Err(error) }
            }
            Err(PushError::Full(full)) => {
                Err(EngineError::QueueFull { event: key.clone(), waiting: full.capacity as usize })
            }
        }
    }

    /// As [`send_event`](Self::send_event), for an event that is looked up by its key.
    ///
    /// # Errors
    /// As there.
    pub fn send(&mut self, event: &str, carried: impl Into<Payload>) -> Result<(), EngineError> {
        self.send_event(self.event(event)?, carried)
    }

    /// What has happened since the frame before, in order: events of the host, timers, everything that the patch made of
    /// them. No more than [`Capacity::occurrences`]; [`events_missed`](Self::events_missed) is how many more there were.
    pub fn events(&self) -> impl ExactSizeIterator<Item = EventOccurrence<'_>> {
        let rows = &self.program.data().events;
        self.parts().events.occurred.iter().map(|occurrence| {
            let row = &rows[occurrence.event.index()];
            let carried = row.ty.and_then(|ty| InputValue::from_components(ty, occurrence.values));
            EventOccurrence { event: &row.key, tag: occurrence.tag, carried }
        })
    }

    /// How many occurrences of the last frame [`events`](Self::events) had no room for.
    pub fn events_missed(&self) -> u64 {
        self.parts().events.missed
    }

    /// What became of everything that the host has sent.
    pub fn input_counters(&self) -> InputCounters {
        self.parts().events.queue.counters
    }

    fn no_event(&self, key: &str) -> EngineError {
        let host = |event: &&crate::program::Event| matches!(event.source, EventSource::Host { .. });
        let known = self.program.data().events.iter().filter(host).map(|event| event.key.clone()).collect();
        EngineError::Unknown { what: "event", name: key.into(), known }
    }

    fn no_channel(&self, name: &str) -> EngineError {
        let known = self.program.data().channels.iter().map(|channel| channel.name.clone()).collect();
        EngineError::Unknown { what: "channel", name: name.into(), known }
    }

    /// The elements of a domain that the host gives (`domain stars[host max 500]`).
    ///
    /// ```
    /// use pavane::program::Type;
    /// use pavane::{Builder, Engine};
    ///
    /// let b = Builder::new("given");
    /// let stars = b.host_domain("stars", 9);
    /// let place = b.element_input(stars, "place", Type::Vec2, &[0.5, 0.5]);
    /// b.pass("stars", stars).position(place).size(0.1).color(b.rgba(1.0, 1.0, 1.0, 1.0)).draw();
    /// let mut engine = Engine::for_program(b.finish()?)?;
    /// engine.elements("stars")?.set(&[7, 9], &[("place", (&[[0.25, 0.5], [0.75, 0.5]]).into())])?;
    /// assert_eq!(engine.frame(0)?.passes().next().unwrap().x.get(1), 0.75);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the program has no such domain, or its elements are not given by the host.
    pub fn elements(&mut self, domain: &str) -> Result<GivenElements<'_>, EngineError> {
        let domains = &self.program.data().domains;
        let is_given = |row: &Domain| matches!(&row.live, Some(Live::Host { ids, view: None, letters: None, .. }) if ids.is_empty());
        let Some(row) = domains.iter().position(|row| row.name == domain && is_given(row)) else {
            let known = domains.iter().filter(|row| is_given(row)).map(|row| row.name.clone()).collect();
            return Err(EngineError::Unknown { what: "domain of the host", name: domain.into(), known });
        };
        Ok(GivenElements { engine: self, domain: DomainId(row as u32) })
    }

    /// Says that what the host gives for the next frame is an edit of a domain and no motion: continued values of its elements
    /// go on from what is on screen.
    ///
    /// # Errors
    /// When the program has no such domain.
    pub fn nudge(&mut self, domain: &str) -> Result<(), EngineError> {
        let domains = &self.program.data().domains;
        let Some(row) = domains.iter().position(|row| row.name == domain) else {
            let known = domains.iter().map(|row| row.name.clone()).collect();
            return Err(EngineError::Unknown { what: "domain", name: domain.into(), known });
        };
        let domain = DomainId(row as u32);
        self.drop_future();
        let is_known = std::mem::replace(&mut self.parts_mut().elements.sets[domain].is_nudged, true);
        if !is_known {
            self.parts_mut().events.intake.wait(Item::Nudge(domain));
        }
        Ok(())
    }

    fn given_mut(&mut self, domain: DomainId) -> &mut Given {
        self.forget_snapshots();
        &mut self.parts_mut().elements.sets[domain].given
    }

    /// Gives the canvas another size in pixels, from the next frame on; [`redraw`](Self::redraw) shows the present one
    /// on it.
    ///
    /// # Errors
    /// When it has no pixels; then it stays as it was.
    pub fn set_canvas(&mut self, size: [u32; 2]) -> Result<(), EngineError> {
        let is_other = self.canvas() != size;
        self.parts_mut().canvas = load::canvas(size)?;
        if is_other {
            self.forget_snapshots();
        }
        self.parts_mut().events.intake.set_canvas();
        self.settings.canvas = Some(size);
        Ok(())
    }

    /// Width and height of the canvas in pixels.
    pub fn canvas(&self) -> [u32; 2] {
        self.settings.canvas.unwrap_or(self.program.data().clip.size)
    }

    /// Writes a slot from outside, as one more writer of the current frame.
    ///
    /// # Errors
    /// When something already wrote it this frame (its value stays), or the slot or the value does not fit.
    pub fn write_slot(&mut self, slot: &str, value: impl Into<InputValue>) -> Result<(), EngineError> {
        let value = value.into();
        let slots = &self.program.data().slots;
        let Some(row) = slots.iter().position(|s| s.name == slot) else {
            let known = slots.iter().map(|s| s.name.clone()).collect();
            return Err(EngineError::Unknown { what: "slot", name: slot.into(), known });
        };
        value.check(slot, slots[row].ty)?;
        let (storage, offset, stride) = (slots[row].storage, slots[row].offset, slots[row].stride);
        let components = value.components();
        let clock = self.parts().clock;
        let write = move |mut slots: tables::SlotTables| {
            let mut slots = Slots::new(&mut slots);
            // All rows of a slot carry the same stamp, so the first decides.
            for k in 0..stride {
                slots.write(storage, offset + k, components[k as usize], clock.epoch, HOST_WRITER)?;
            }
            Ok(())
        };
        let written: Result<(), u32> = self.world.run_system_once(write).unwrap_or(Ok(()));
        written.map_err(|first| {
            let plan = &self.parts().plan;
            EngineError::TwoWriters {
                slot: slot.into(),
                first: plan.step_name(first),
                second: plan.step_name(HOST_WRITER),
                frame: clock.index,
            }
        })
    }

    /// Evaluates frame `index` in one step from the frame before, whichever that was: a big step is legal, and state
    /// that is right for any `dt` takes it well. Asking again for the frame it is at evaluates nothing.
    ///
    /// # Errors
    /// When `index` lies before the frame it is at, or beyond the end of time.
    pub fn frame(&mut self, index: u64) -> Result<Frame<'_>, EngineError> {
        match self.at {
            Some(at) if index < at => return Err(EngineError::TimeWentBack { at, asked: index }),
            Some(at) if index == at => {}
            _ => {
                self.begin_call();
                let next = self.next();
                if index == next && self.remembers(index) {
                    self.play_known()?;
                } else {
                    self.evaluate_new(index)?;
                    self.unbroken &= index == next;
                }
            }
        }
        Ok(self.view())
    }

    /// Adds to a host's clock and gives the frame that is on screen then. A stall is one big step.
    ///
    /// # Errors
    /// When the clock runs beyond the end of time.
    pub fn tick(&mut self, elapsed: Duration) -> Result<Frame<'_>, EngineError> {
        // After `frame` the clock stands no earlier than what it showed, so that it goes on and does not wait.
        let shown = self.at.and_then(|at| self.rate.start(at)).unwrap_or(Flicks::ZERO);
        self.elapsed = Flicks(self.elapsed.max(shown).0.saturating_add(Flicks::from_duration(elapsed).0));
        let index = self.rate.frame_at(self.elapsed).max(self.at.unwrap_or(0));
        self.frame(index)
    }

    /// Back to before the first frame: state has its initial values; inputs stay.
    pub fn reset(&mut self) {
        self.start_over(false);
    }

    /// Evaluates the frame it is at once more, in place of what it was, with inputs as they are now: what a paused
    /// preview shows when a slider has moved. State goes on from this evaluation alone, so it can be done any number
    /// of times; where no input has changed, neither this frame nor a later one changes by a bit. Momentary channels
    /// are left alone: the frame keeps those it saw, and what is set waits for the next one. None before the first
    /// frame.
    ///
    /// # Errors
    /// As for [`frame`](Self::frame).
    pub fn redraw(&mut self) -> Result<Option<Frame<'_>>, EngineError> {
        if self.at.is_none() {
            return Ok(None);
        }
        if self.is_stopped {
            return Ok(Some(self.view()));
        }
        let moment = self.parts().clock.moment();
        run_once(&mut self.world, state::rollback);
        self.begin_call();
        self.note(moment.index, self.at, Way::Again);
        let Parts { events, inputs, .. } = self.parts_mut();
        inputs.tell(Tag::at(moment.now), true, &mut events.intake);
        if inputs.refresh() {
            self.forget_snapshots();
        }
        self.run(moment, true)?;
        Ok(Some(self.view()))
    }

    /// The index of the frame that was evaluated last, if there was one.
    pub fn at(&self) -> Option<u64> {
        self.at
    }

    /// Whether every frame up to it was evaluated, by the program that runs now.
    pub(crate) fn is_unbroken(&self) -> bool {
        self.unbroken
    }

    /// The frame that was evaluated last, if there was one.
    pub fn last_frame(&mut self) -> Option<Frame<'_>> {
        self.at.is_some().then(|| self.view())
    }

    /// Every limit and how much of it is in use.
    pub fn usage(&self) -> impl Iterator<Item = Usage> + '_ {
        self.settings.capacity.rows().zip(self.needs.rows()).map(|((setting, capacity, _), (_, needs, _))| {
            // How many are pending is known when they are.
            let cues = self.parts().events.cues.high_water();
            let high_water = if setting == "cues" { cues } else { needs };
            Usage { setting, high_water, capacity }
        })
    }

    /// The elements of every domain, in the order of the program.
    pub fn domain_usage(&self) -> impl Iterator<Item = DomainUsage<'_>> {
        let Parts { plan, runner, elements: Elements { sets, uncounted, .. }, .. } = self.parts();
        let domains = self.program.data().domains.iter().zip(sets.iter()).zip(uncounted).zip(0..);
        domains.map(|(((domain, set), &number_is_nan), id)| DomainUsage {
            domain: &domain.name,
            living: set.living,
            lingering: set.lingering,
            high_water: set.high_water.max(set.rows()),
            capacity: domain.capacity,
            refused: set.births.refused + set.given.letters_refused(),
            evicted: set.births.evicted,
            dropped: set.dropped,
            crowded: runner.crowded(plan, DomainId(id)),
            number_is_nan,
        })
    }

    /// The memory of the tables, and of the lines and the state's snapshots of the program that runs.
    pub fn budget(&self) -> Budget {
        let mut budget = Budget::new(&self.settings.capacity);
        let plan = &self.parts().plan;
        let (snapshots, bytes_each) = StateBook::snapshot_room(plan);
        budget.add_each("state snapshots", snapshots, bytes_each);
        budget.add("elements of domains", Elements::bytes(plan));
        budget.add("lists", self.parts().lists.bytes());
        budget.add("cues", self.parts().events.bytes());
        budget.add("texts", self.parts().texts.bytes());
        budget.add("letters", Letters::bytes_for(plan, &self.settings.capacity));
        budget.add("residuals of edits", ContinuityBook::bytes(plan));
        budget.add("pieces of passes", Pieces::bytes(plan));
        budget.add("orders and folds of elements", whole::Room::bytes(plan));
        budget.add("elements nearby", NearRoom::bytes(plan, self.parts().runner.workers.parts_max()));
        budget.add("inputs of the run", self.parts().events.intake.log.bytes());
        let (runs, bytes_each) = self.parts().ring.room();
        budget.add_each("snapshots of the run", runs, bytes_each);
        let lines = load::line_rooms(plan);
        budget.add_lines(lines.map(|(elements, is_filled)| tables::Polyline::bytes(elements, is_filled)));
        budget
    }

    /// Holds more from now on, between two frames: every field becomes the larger of what it is and what it is in `to`.
    /// The frame that is shown, state and inputs stay as they are, bit for bit; only this call allocates.
    ///
    /// # Errors
    /// When a field would go beyond its limit, or all of it beyond the memory limit. Nothing has changed then.
    pub fn raise_capacity(&mut self, to: Capacity) -> Result<(), EngineError> {
        let to = self.settings.capacity.max(to);
        to.check(&self.needs)?;
        let Parts { plan, runner, .. } = self.parts();
        load::check_memory(plan, &to, runner.workers.parts_max(), self.settings.memory_limit)?;
        let from = self.settings.capacity;
        tables::grow(&mut self.world, &from, &to);
        self.grow_events(&to);
        let Parts { texts, letters, state, .. } = self.parts_mut();
        texts.grow(&to);
        letters.grow(&to);
        state.add_lane_rows(from.lane_state..to.lane_state);
        // Kinds that had no row have a table now.
        self.schedule.warm_up(&mut self.world);
        self.tables = FrameTables::new(&mut self.world);
        self.settings.capacity = to;
        self.make_snapshots();
        Ok(())
    }

    /// Makes room for more cues and occurrences; what is pending stays.
    fn grow_events(&mut self, to: &Capacity) {
        let frame = self.rate.start(1).unwrap_or_default();
        let Parts { plan, inputs, events: before, .. } = self.parts_mut();
        let mut events = Events::new(plan, to, frame);
        let input = |from: u32| inputs.places.iter().find(|[offset, _]| *offset == from).copied();
        events.follow(before, Some, |_| true, input);
        *before = events;
    }

    /// What of a capacity a program needs at its own frame rate.
    pub(crate) fn needs(program: &Program, demand: Demand) -> Capacity {
        Self::needs_at(program, demand, program.frame_rate())
    }

    /// What of a capacity a program needs at a frame rate: delays in time remember as many frames as lie in them.
    pub(crate) fn needs_at(program: &Program, demand: Demand, rate: FrameRate) -> Capacity {
        Plan::new(Arc::new(program.clone()), demand, rate, None).needs
    }

    fn evaluate(&mut self, index: u64, previous: Option<u64>, way: Way) -> Result<(), EngineError> {
        let beyond = EngineError::BeyondTime { asked: index };
        let now = self.rate.start(index).ok_or(beyond)?;
        let before = previous.and_then(|index| self.rate.start(index)).unwrap_or(now);
        let (at, canvas) = (self.at.filter(|_| self.unbroken && previous == self.at), self.canvas());
        let Parts { events, ring, .. } = self.parts_mut();
        ring.look_whether_due(at.filter(|_| events.intake.log.from() <= index));
        events.intake.evaluate(index, previous, way, canvas);
        let done = self.run(Moment { index, now, previous: before }, false);
        let Parts { events, ring, .. } = self.parts_mut();
        ring.begin_at(events.intake.log.from());
        done
    }

    /// What frames take from the host is from now on that of another call; what other threads have sent is among it.
    fn begin_call(&mut self) {
        self.take_over();
        self.parts_mut().events.intake.begin_call();
    }

    /// A frame is about to be evaluated.
    fn note(&mut self, index: u64, before: Option<u64>, way: Way) {
        let canvas = self.canvas();
        self.parts_mut().events.intake.evaluate(index, before, way, canvas);
    }

    /// Runs the schedule at a moment: `again` with the inputs that the last evaluation saw.
    fn run(&mut self, moment: Moment, again: bool) -> Result<(), EngineError> {
        let Moment { index, now, previous } = moment;
        let Parts { plan, clock, ring, .. } = Parts::of_mut(&mut self.world);
        let before = *clock;
        *clock = Clock {
            epoch: before.epoch + 1,
            index,
            now,
            previous,
            seconds: now.as_secs_f64(),
            dt: now.since(previous).as_secs_f64(),
            again,
            phases: Phases { keep: ring.is_due(), ..plan.phases() },
            ..before
        };
        self.schedule.run(&mut self.world);
        let fault = self.parts().fault.0;
        if fault.is_some() {
            self.forget_snapshots();
        }
        if let Some(Fault::Events(fault)) = fault {
            // The frame before is still on screen.
            self.parts_mut().clock = Clock { epoch: before.epoch + 1, ..before };
            self.is_stopped = true;
            return Err(self.event_error(fault));
        }
        (self.at, self.is_stopped) = (Some(index), false);
        match fault {
            None | Some(Fault::Idle | Fault::Events(_)) => Ok(()),
            Some(Fault::Texts(fault)) => Err(fault.into()),
            Some(Fault::Letters(full)) => Err(EngineError::LettersFull(full)),
            Some(Fault::TwoWriters(fault)) => {
                let plan = &self.parts().plan;
                Err(EngineError::TwoWriters {
                    slot: plan.step_slot(fault.second),
                    first: plan.step_name(fault.first),
                    second: plan.step_name(fault.second),
                    frame: fault.frame,
                })
            }
        }
    }

    fn event_error(&self, fault: EventFault) -> EngineError {
        let key = |event: &EventId| self.program.data().events[event.index()].key.clone();
        let (at, events) = (fault.tag.offset, &fault.events[..fault.count]);
        match fault.problem {
            EventProblem::Circle => EngineError::EventCircle { events: events.iter().map(key).collect(), at },
            EventProblem::ListFull(list) => {
                let list = &self.program.data().lists[list as usize];
                EngineError::ListFull { list: list.key.clone(), at, capacity: list.capacity }
            }
            EventProblem::Texts(fault) => fault.into(),
            EventProblem::Full => EngineError::TooManyCues {
                event: events.last().map_or_else(String::new, key),
                at,
                capacity: self.settings.capacity.cues,
            },
        }
    }

    fn parts(&self) -> &Parts {
        Parts::of(&self.world)
    }

    fn parts_mut(&mut self) -> &mut Parts {
        Parts::of_mut(&mut self.world)
    }

    fn view(&mut self) -> Frame<'_> {
        self.tables.frame(&self.world, &self.program)
    }
}
