//! What frames take from the host, in the order in which it counts: enough to give the same frames the same inputs again.
//!
//! An engine writes it down where it is asked to ([`Engine::keep_taken`]); the list is as long as what can be sent between two
//! frames, is allocated then, and is shown after each call ([`Engine::taken`]). An engine that is not asked pays a test
//! per call.
//!
//! Elements that the host gives are no part of it: whoever gives them knows them, and they may be millions.

use super::events::{Queue, components_of_arrays};
use super::inputs::InputValue;
use super::log::Log;
use super::numbers::{ArrayRing, Numbers};
use super::texts::holders::Marker;
use super::{Engine, Inputs};
use crate::cues::Tag;
use crate::id::{DomainId, EventId};
use crate::program::{ProgramData, Type};
use crate::time::Flicks;

/// Something that a frame takes from the host, as the engine has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Item {
    Canvas([u32; 2]),
    Nudge(DomainId),
    /// An event for a time of its own.
    Cue {
        event: EventId,
        at: Flicks,
        values: [f64; 4],
    },
    /// Components of inputs from an offset on.
    Value {
        tag: Tag,
        offset: u32,
        numbers: Numbers,
    },
    Event {
        tag: Tag,
        event: EventId,
        values: [f64; 4],
    },
}

impl Item {
    /// Tells which numbers may be those of texts: no array has any.
    pub(crate) fn mark_texts(&self, marker: &mut Marker<'_>) {
        match self {
            Self::Canvas(_) | Self::Nudge(_) => {}
            Self::Cue { values, .. } | Self::Event { values, .. } => marker.numbers(values),
            Self::Value { numbers, .. } => marker.numbers(numbers.few()),
        }
    }
}

/// What the frames of the last call have taken, and what waits for the next one.
#[derive(Debug, Default)]
pub(crate) struct Intake {
    is_kept: bool,
    /// How much there may be of each list.
    room: usize,
    taken: Vec<Item>,
    /// What of it are arrays.
    arrays: ArrayRing,
    /// How many components there may be of these.
    room_of_arrays: usize,
    /// Cues and nudges since the last evaluation.
    waiting: Vec<Item>,
    /// What there was no room for.
    missed: u64,
    frames: Frames,
    /// Whether the next evaluation is the first of its call.
    is_new_call: bool,
    /// Whether the next evaluation does not follow the one before, so that every value counts and not only other ones.
    wants_all: bool,
    has_canvas: bool,
    /// What frames took, for when they are played again.
    pub(crate) log: Log,
    /// How the frame is evaluated.
    way: Way,
    /// Whether what waits is not scheduled: the engine has gone to a frame before it was sent.
    pub(crate) is_put_off: bool,
}

/// How a frame is evaluated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Way {
    #[default]
    New,
    /// Once more, in place of what it was.
    Again,
    /// With what it took the first time.
    Past,
}

/// Which frames a call has evaluated.
#[derive(Clone, Copy, Debug, Default)]
struct Frames {
    calls: u64,
    first: u64,
    last: u64,
    before: Option<u64>,
    is_again: bool,
}

impl Intake {
    /// With room for as many cues and items of the queue, and for every channel and domain.
    pub(crate) fn new(cues: u32, queue: &Queue, data: &ProgramData) -> Self {
        let room = cues as usize + queue.room() + data.channels.len() + data.domains.len() + 1;
        let room_of_arrays = queue.arrays.room() + components_of_arrays(data);
        Self { room, room_of_arrays, wants_all: true, ..Self::default() }
    }

    /// Tells which numbers may be those of texts; the log tells its own.
    pub(crate) fn mark_texts(&self, marker: &mut Marker<'_>) {
        self.taken.iter().chain(&self.waiting).for_each(|item| item.mark_texts(marker));
    }

    pub(crate) fn bytes(&self) -> usize {
        (self.taken.capacity() + self.waiting.capacity()) * size_of::<Item>() + self.arrays.bytes()
    }

    fn keep(&mut self, is_kept: bool) {
        self.is_kept = is_kept;
        self.taken = Vec::with_capacity(if is_kept { self.room } else { 0 });
        self.arrays = ArrayRing::with_room(if is_kept { self.room_of_arrays } else { 0 });
        self.make_room();
        self.wants_all = true;
    }

    /// What frames take is kept in a log.
    pub(crate) fn keep_log(&mut self, log: Log) {
        self.log = log;
        self.make_room();
    }

    fn make_room(&mut self) {
        if self.is_asked_for() {
            self.waiting.reserve(self.room - self.waiting.len().min(self.room));
        } else {
            self.waiting = Vec::new();
        }
    }

    /// Whether anybody wants to know what frames take.
    fn is_asked_for(&self) -> bool {
        self.is_kept || self.log.is_on()
    }

    /// What was sent between two frames, and waits for the next one.
    pub(crate) fn waiting(&self) -> &[Item] {
        &self.waiting
    }

    /// The host asks for frames: what it is shown next is of those.
    pub(crate) fn begin_call(&mut self) {
        self.is_new_call = true;
    }

    /// The next evaluation does not follow the one before.
    pub(crate) fn jump(&mut self) {
        self.wants_all = true;
    }

    /// Nothing that was sent before counts, but for values of inputs.
    pub(crate) fn reset(&mut self) {
        self.waiting.clear();
        (self.wants_all, self.is_put_off) = (true, false);
    }

    /// The engine has gone to a frame that was evaluated before: what waits is for one that was not.
    pub(crate) fn put_off(&mut self) {
        (self.wants_all, self.is_put_off) = (true, !self.waiting.is_empty());
    }

    pub(crate) fn set_canvas(&mut self) {
        self.has_canvas = true;
    }

    /// Something is sent between two frames.
    pub(crate) fn wait(&mut self, item: Item) {
        if self.is_asked_for() && !put(&mut self.waiting, item) {
            self.missed += 1;
            self.log.forget();
        }
    }

    /// A frame is about to be evaluated, behind another one or behind none.
    pub(crate) fn evaluate(&mut self, index: u64, before: Option<u64>, way: Way, canvas: [u32; 2]) {
        if !self.is_asked_for() {
            return;
        }
        let is_again = way == Way::Again;
        if std::mem::take(&mut self.is_new_call) {
            self.taken.clear();
            self.arrays.clear();
            self.missed = 0;
            let calls = self.frames.calls + 1;
            self.frames = Frames { calls, first: index, last: index, before, is_again };
        }
        self.frames.last = index;
        self.way = way;
        if way == Way::Past {
            return;
        }
        if (std::mem::take(&mut self.has_canvas) || self.wants_all) && self.is_kept {
            self.missed += u64::from(!put(&mut self.taken, Item::Canvas(canvas)));
        }
        if !is_again {
            self.log.begin(index);
            let mut waiting = std::mem::take(&mut self.waiting);
            waiting.drain(..).for_each(|item| self.take(item));
            self.waiting = waiting;
        }
    }

    /// A frame takes something.
    pub(crate) fn take(&mut self, item: Item) {
        if self.way == Way::Past {
            return;
        }
        if self.is_kept {
            self.missed += u64::from(!put(&mut self.taken, item));
        }
        if self.way == Way::New {
            self.log.push(self.frames.last, item);
        }
    }

    /// A frame takes the value of the input that begins at a component.
    pub(crate) fn take_value(&mut self, tag: Tag, offset: u32, parts: [&[f64]; 2]) {
        if self.is_open() && self.is_kept {
            let is_put = self
                .arrays
                .keep(parts)
                .is_some_and(|numbers| put(&mut self.taken, Item::Value { tag, offset, numbers }));
            self.missed += u64::from(!is_put);
        }
        if self.way == Way::New {
            self.log.push_value(self.frames.last, (tag, offset), parts);
        }
    }

    /// Whether values that a frame takes are asked for.
    pub(crate) fn is_open(&self) -> bool {
        self.is_asked_for() && self.way != Way::Past
    }

    /// Whether the values of all channels count, which is asked once before they are taken.
    pub(crate) fn takes_all(&mut self) -> bool {
        std::mem::take(&mut self.wants_all)
    }

    /// Continues what an earlier one has; `event` says where each is now, and `input` of a component where it is, and how many the
    /// channel has that begins there.
    pub(crate) fn follow(
        &mut self,
        old: &mut Self,
        event: impl Fn(EventId) -> Option<EventId>,
        input: impl Fn(u32) -> Option<[u32; 2]>,
    ) {
        self.keep(old.is_kept);
        self.is_put_off = old.is_put_off;
        (self.missed, self.frames, self.is_new_call) = (old.missed, old.frames, old.is_new_call);
        (self.wants_all, self.has_canvas) = (old.wants_all, old.has_canvas);
        let mut kept = |item: &Item| {
            Some(match *item {
                Item::Cue { event: from, at, values } => Item::Cue { event: event(from)?, at, values },
                Item::Event { tag, event: from, values } => Item::Event { tag, event: event(from)?, values },
                Item::Value { tag, offset, ref numbers } => {
                    let parts = old.arrays.get(numbers);
                    let [offset, count] = input(offset)?;
                    let is_whole = count as usize == parts[0].len() + parts[1].len();
                    let numbers = self.arrays.keep(parts).filter(|_| is_whole)?;
                    Item::Value { tag, offset, numbers }
                }
                Item::Canvas(_) | Item::Nudge(_) => *item,
            })
        };
        self.taken.extend(old.taken.iter().filter_map(&mut kept).take(self.room));
        self.waiting.extend(old.waiting.iter().filter_map(kept).take(self.room));
    }
}

/// Whether there was room.
fn put(list: &mut Vec<Item>, item: Item) -> bool {
    let has_room = list.len() < list.capacity();
    if has_room {
        list.push(item);
    }
    has_room
}

/// Something that a frame took from the host.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum TakenItem<'e> {
    /// The canvas had this size from then on: width and height in pixels.
    Canvas([u32; 2]),
    /// [`Engine::nudge`] was called for the domain of this name.
    Nudge(&'e str),
    /// [`Engine::send_at`]: an event for a time of its own, this frame's or a later one.
    Cue {
        /// The event's key.
        event: &'e str,
        /// When it happens.
        at: Flicks,
        /// What it carries.
        carried: Option<InputValue>,
    },
    /// An input had this value from then on; of a momentary one, in this frame.
    Value {
        /// The frame's time and, for what was set behind an event, the step of the next one.
        tag: Tag,
        /// The channel's name.
        channel: &'e str,
        /// The value.
        value: InputValue,
    },
    /// An input that is an array had these values from then on; of a momentary one, in this frame.
    Array {
        /// The frame's time and, for what was set behind an event, the step of the next one.
        tag: Tag,
        /// The channel's name.
        channel: &'e str,
        /// The values.
        values: TakenArray<'e>,
    },
    /// An event that was sent: it happened in this frame.
    Event {
        /// When.
        tag: Tag,
        /// The event's key.
        event: &'e str,
        /// What it carried.
        carried: Option<InputValue>,
    },
}

/// The values of an array that a frame took.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TakenArray<'e> {
    ty: Type,
    parts: [&'e [f64]; 2],
}

impl<'e> TakenArray<'e> {
    /// The type of the values.
    pub fn ty(&self) -> Type {
        self.ty
    }

    /// The components of one value after the other; bools are 0 and 1.
    pub fn components(&self) -> impl Iterator<Item = f64> + use<'e> {
        let [a, b] = self.parts;
        a.iter().chain(b).copied()
    }
}

/// What the frames of the last call of an engine took from the host: see [`Engine::taken`].
#[derive(Clone, Copy, Debug)]
#[expect(clippy::partial_pub_fields, reason = "the engine is where the items are")]
pub struct Taken<'e> {
    /// The number of the call: another one for every call that evaluated something.
    pub call: u64,
    /// The first frame that the call evaluated.
    pub first: u64,
    /// The last one: of a seek, behind the first.
    pub last: u64,
    /// The frame that the first one followed, its number minus 1 but for big steps; `None` where there was none.
    pub before: Option<u64>,
    /// Whether it was the frame on screen that was evaluated once more: [`Engine::redraw`], or a swap.
    pub is_again: bool,
    /// What is not in the list, for want of room. 0 as long as each call is preceded by no more than the engine can queue.
    pub missed: u64,
    engine: &'e Engine,
}

impl<'e> Taken<'e> {
    /// What was taken, in order: what was sent between the frames, then values as they were at the frame's start, then events
    /// and values as they were sent.
    pub fn items(&self) -> impl ExactSizeIterator<Item = TakenItem<'e>> + use<'e> {
        let engine = self.engine;
        let intake = &engine.parts().events.intake;
        intake.taken.iter().map(move |item| engine.named(item, &intake.arrays))
    }
}

impl Engine {
    /// Whether what frames take from the host is kept, to be asked for with [`taken`](Self::taken). It is not where nobody has
    /// said so; it takes memory for as much as can be sent between two frames, once, and survives every swap.
    pub fn keep_taken(&mut self, is_kept: bool) {
        self.parts_mut().events.intake.keep(is_kept);
    }

    /// What the last call that evaluated a frame ([`frame`](Self::frame), [`seek`](Self::seek), [`tick`](Self::tick),
    /// [`redraw`](Self::redraw), [`swap`](Self::swap)) took from the host, also where it failed. A value of an input is
    /// there when it is another one than in the frame before; where a frame does not follow the one that was evaluated
    /// before it, the values of all inputs that were ever set are, and the canvas.
    ///
    /// Frames that a [`seek`](Self::seek) plays again take what they took before: that is not listed again.
    ///
    /// An engine that is given the same before each call goes through the same states: set the values and send the
    /// events in this order. Elements of the host ([`elements`](Self::elements)) are not among it.
    ///
    /// ```
    /// use pavane::engine::TakenItem;
    /// use pavane::{Engine, NoFiles, compile};
    ///
    /// let patch = "
    ///     input level = 0.5
    ///     event click
    ///     n = count(click)
    ///     draw circle { position: (level, 0.5), size: 0.1 + 0.01 * n, color: #fff }";
    /// let mut engine = Engine::for_program(compile(patch, "a.pav", &NoFiles).program.unwrap())?;
    /// engine.keep_taken(true);
    /// engine.set("level", 0.25)?;
    /// engine.send("click", ())?;
    /// engine.frame(0)?;
    /// let names: Vec<&str> = engine
    ///     .taken()
    ///     .items()
    ///     .filter_map(|item| match item {
    ///         TakenItem::Value { channel, .. } => Some(channel),
    ///         TakenItem::Event { event, .. } => Some(event),
    ///         _ => None,
    ///     })
    ///     .collect();
    /// assert_eq!(names, ["level", "click"]);
    /// engine.frame(1)?;
    /// assert_eq!(engine.taken().items().len(), 0, "nothing is new");
    /// # Ok::<(), pavane::EngineError>(())
    /// ```
    pub fn taken(&self) -> Taken<'_> {
        let Intake { frames, missed, .. } = self.parts().events.intake;
        let Frames { calls: call, first, last, before, is_again } = frames;
        Taken { call, first, last, before, is_again, missed, engine: self }
    }

    fn named<'e>(&'e self, item: &'e Item, arrays: &'e ArrayRing) -> TakenItem<'e> {
        let data = self.program.data();
        let carried = |ty: Option<Type>, values| ty.and_then(|ty| InputValue::from_components(ty, values));
        match *item {
            Item::Canvas(size) => TakenItem::Canvas(size),
            Item::Nudge(domain) => TakenItem::Nudge(&data.domains[domain.index()].name),
            Item::Cue { event, at, values } => {
                let row = &data.events[event.index()];
                TakenItem::Cue { event: &row.key, at, carried: carried(row.ty, values) }
            }
            Item::Event { tag, event, values } => {
                let row = &data.events[event.index()];
                TakenItem::Event { tag, event: &row.key, carried: carried(row.ty, values) }
            }
            Item::Value { tag, offset, ref numbers } => {
                let mut at = 0;
                let channel = data.channels.iter().find(|channel| {
                    let here = at;
                    at += channel.components();
                    here == offset
                });
                let (name, ty) = channel.map_or(("", Type::Float), |channel| (&channel.name, channel.ty));
                let parts = arrays.get(numbers);
                if channel.is_some_and(|channel| channel.count.is_some()) {
                    return TakenItem::Array { tag, channel: name, values: TakenArray { ty, parts } };
                }
                let mut values = [0.0; 4];
                values.iter_mut().zip(parts.into_iter().flatten()).for_each(|(to, &from)| *to = from);
                let value = InputValue::from_components(ty, values).unwrap_or(InputValue::Float(values[0]));
                TakenItem::Value { tag, channel: name, value }
            }
        }
    }
}

impl Inputs {
    /// Tells what of the staged values this frame is the first to see.
    pub(crate) fn tell(&self, tag: Tag, is_again: bool, intake: &mut Intake) {
        if !intake.is_open() {
            return;
        }
        let all = intake.takes_all();
        for &[offset, stride] in &self.places {
            let rows = offset as usize..(offset + stride) as usize;
            let is_set = self.staged_set[rows.clone()].contains(&true);
            let is_other = if self.momentary[rows.start] {
                // It is seen by a frame, and not by another look at the same one.
                !is_again
            } else {
                // A zero with the other sign is another value.
                let differs = |row: usize| {
                    self.staged_set[row] != self.snapshot_set[row]
                        || self.staged[row].to_bits() != self.seen(row).to_bits()
                };
                all || rows.clone().any(differs)
            };
            if is_set && is_other {
                intake.take_value(tag, offset, [&self.staged[rows], &[]]);
            }
        }
    }
}
