//! The view of one evaluated frame: borrowed slices, nothing of the engine's inside.

mod hash;
mod hit;
mod instance;
pub(crate) mod pass;
mod sink;
mod slots;
mod stroke;

#[doc(inline)]
pub use crate::draw::{
    Align, Anchor, Blend, Blending, Bounds, Cap, FillRule, Filter, Fit, Glyph, Image, Join, Lanes, Lettering,
    Letterings, LinePoint, Outline, Outlines, Path, Paths, Rgba8, Shape, ShapeKind, Sprite, Verb, View,
};
pub use hit::Hit;
pub use instance::{FullInstance, Instance};
pub(crate) use pass::Drawn;
pub use pass::{Colors, Corners, Pass};
pub use stroke::{Dash, Stroke};

pub use sink::Sink;
pub use slots::SlotReading;
pub(crate) use slots::SlotSlices;

use crate::id::BufferId;
use crate::lists::Texts;
use crate::math::color::NOT_A_COLOR;
use crate::program::{Program, Type, Unit};
use crate::time::Flicks;

/// One evaluated frame, borrowed from the engine until the next one.
///
/// ```
/// use pavane::{Builder, Engine, Lanes};
///
/// let b = Builder::new("dots");
/// let phase = b.signal("phase", b.phase(2.0));
/// let dots = b.domain("dots", 4);
/// let position = b.vec2(b.rank(dots), phase);
/// b.pass("dots", dots).circle().position(position).size(0.1).color(b.rgba(1.0, 0.0, 0.0, 1.0)).draw();
/// let mut engine = Engine::for_program(b.finish()?)?;
/// let frame = engine.frame(60)?;
/// assert_eq!((frame.index(), frame.time().as_secs_f64()), (60, 1.0));
/// assert_eq!(frame.slot("phase").unwrap().components(), [0.5]);
/// let pass = frame.passes().next().unwrap();
/// // What is the same for all elements comes once, what differs as a slice.
/// assert!(matches!(pass.x, Lanes::Each(x) if x.len() == 4));
/// assert!(matches!(pass.y, Lanes::Uniform(0.5)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    pub(crate) index: u64,
    pub(crate) time: Flicks,
    pub(crate) dt: f64,
    pub(crate) background: Option<u32>,
    pub(crate) program: &'a Program,
    pub(crate) texts: &'a Texts,
    pub(crate) counts: &'a [u32],
    pub(crate) components: &'a [FieldComponent],
    /// Per pass and check: what is to blame.
    pub(crate) blames: &'a [Vec<Blame>],
    pub(crate) slots: SlotSlices<'a>,
    pub(crate) drawn: Drawn<'a>,
    /// Characters that no font has.
    pub(crate) missing: &'a [char],
    /// Per domain: whether its number of elements is no number.
    pub(crate) uncounted: &'a [bool],
    /// For each field buffer the one that is read in its place.
    pub(crate) redirect: &'a [BufferId],
}

/// What passes are drawn over, and how.
///
/// Of a colour alone it is made with [`Blending::Srgb`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ground {
    /// The colour under every pass; its alpha counts as 255.
    pub color: Rgba8,
    /// What is mixed where one colour goes over another.
    pub blending: Blending,
}

impl From<Rgba8> for Ground {
    fn from(color: Rgba8) -> Self {
        Self { color, blending: Blending::Srgb }
    }
}

/// A component of a field and the buffer it is held in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FieldComponent {
    pub(crate) field: u32,
    pub(crate) component: u32,
    pub(crate) buffer: u32,
    /// Of a continued value the buffer of what passes show.
    pub(crate) shown: Option<u32>,
}

/// A named value per element.
#[derive(Clone, Copy, Debug)]
pub struct FieldView<'a> {
    /// The domain's name.
    pub domain: &'a str,
    /// The field's name.
    pub name: &'a str,
    /// The type.
    pub ty: Type,
    /// What a float measures.
    pub unit: Unit,
    /// The components, each with a lane per element: floats as they are, of other types the bits (bools are 0 and
    /// all ones).
    pub components: [&'a [f32]; 4],
}

impl<'a> FieldView<'a> {
    /// The value of one component of one element as a number.
    ///
    /// # Panics
    /// When there is no such element or component.
    pub fn get(&self, index: usize, component: usize) -> f64 {
        let lane = self.components[component][index];
        match self.ty.component() {
            Type::Int => f64::from(lane.to_bits().cast_signed()),
            Type::Uint | Type::Shape | Type::Text => f64::from(lane.to_bits()),
            Type::Bool => f64::from(u8::from(lane.to_bits() != 0)),
            _ => f64::from(lane),
        }
    }

    /// The components that the type has.
    pub fn components(&self) -> &[&'a [f32]] {
        &self.components[..self.ty.stride() as usize]
    }
}

/// Why something was not drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// A value was infinite or NaN.
    NotFinite,
    /// A size was below 0. (A negative scale mirrors.)
    NegativeSize,
    /// A value of a camera was one that no picture can be taken with: an extent or a near end that is not above 0, a
    /// field of view that is not between 0 and half a turn, a far end before the near one.
    OutOfRange,
}

/// What is to blame where a check of a pass is broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Blame {
    /// The pass and the attribute.
    pub(crate) source: String,
    pub(crate) reason: Reason,
}

/// Something that was not drawn because of a value that cannot be drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeftOut<'a> {
    /// The pass that left elements out; none where it is the background, which is black then, or a domain.
    pub pass: Option<&'a str>,
    /// The domain whose number of elements is no number, so that it has none, or none is born.
    pub domain: Option<&'a str>,
    /// The attribute that gave the value: the pass's name, a dot and the attribute; `background`; or `count`.
    pub source: &'a str,
    /// How many elements; 0 for the background and for domains. An element of which several attributes are to blame counts for each.
    pub count: u32,
    /// What is wrong with the value.
    pub reason: Reason,
}

/// Elements that were not drawn because an attribute was infinite or NaN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NonFinite<'a> {
    /// The pass that left them out.
    pub pass: &'a str,
    /// The attribute that was so.
    pub source: &'a str,
    /// How many elements; one of which several attributes are so counts for each.
    pub count: u32,
}

impl<'a> Frame<'a> {
    /// Frame index.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// When the frame starts.
    pub fn time(&self) -> Flicks {
        self.time
    }

    /// Seconds since the frame before; 0 on the first.
    pub fn dt(&self) -> f64 {
        self.dt
    }

    /// What is under every pass; opaque black where the program does not say, and where what it says is infinite or
    /// NaN: a colour of an earlier frame would make the picture depend on which frames were evaluated before.
    pub fn background(&self) -> Rgba8 {
        self.background.filter(|&color| color != NOT_A_COLOR).map_or(Rgba8::new(0, 0, 0, 255), Rgba8)
    }

    /// What is mixed where one colour goes over another, as the program's clip says.
    pub fn blending(&self) -> Blending {
        self.program.data().clip.blending
    }

    /// The [background](Self::background) and the [blending](Self::blending): what a sink draws passes over.
    pub fn ground(&self) -> Ground {
        Ground { color: self.background(), blending: self.blending() }
    }

    /// The value of a named signal.
    pub fn slot(&self, name: &str) -> Option<SlotReading> {
        let slot = self.program.data().slots.iter().find(|slot| slot.name == name)?;
        Some(self.reading(slot))
    }

    /// What a named signal that is a text says; none where there is no such signal, or it is of another type.
    pub fn text(&self, name: &str) -> Option<&'a str> {
        let slot = self.program.data().slots.iter().find(|slot| slot.name == name)?;
        let number = self.slots.get(slot.storage, slot.offset) as u32;
        (slot.ty == Type::Text).then(|| self.texts.get(self.texts.numbered(number)))
    }

    /// All named signals, in table order.
    pub fn slots(&self) -> impl ExactSizeIterator<Item = (&'a str, SlotReading)> + use<'a> {
        let frame = *self;
        self.program.data().slots.iter().map(move |slot| (slot.name.as_str(), frame.reading(slot)))
    }

    fn reading(&self, slot: &crate::program::Slot) -> SlotReading {
        slots::reading(slot.ty, |k| self.slots.get(slot.storage, slot.offset + k))
    }

    /// How many elements each domain has.
    pub fn domains(&self) -> impl ExactSizeIterator<Item = (&'a str, u32)> + use<'a> {
        self.program
            .data()
            .domains
            .iter()
            .zip(self.counts)
            .map(|(domain, &count)| (domain.name.as_str(), count))
    }

    /// A named field; of one that is continued what is on screen. None where there is no such field, or where nothing needed it this frame; an engine with
    /// [`Demand::Everything`](crate::engine::Demand) evaluates them all.
    pub fn field(&self, domain: &str, name: &str) -> Option<FieldView<'a>> {
        self.fields().find(|field| field.domain == domain && field.name == name)
    }

    /// As [`field`](Self::field), but without what is left of edits: what the program computes.
    pub fn base_field(&self, domain: &str, name: &str) -> Option<FieldView<'a>> {
        self.views(false).find(|field| field.domain == domain && field.name == name)
    }

    /// All named fields that were evaluated, in table order; of those that are continued what is on screen.
    pub fn fields(&self) -> impl Iterator<Item = FieldView<'a>> + use<'a> {
        self.views(true)
    }

    /// What a [field](Self::field) of texts says of an element; none where it is a field of something else, or there is no such
    /// element.
    pub fn field_text(&self, field: &FieldView<'_>, element: usize) -> Option<&'a str> {
        let lane = field.components[0].get(element)?;
        (field.ty == Type::Text).then(|| self.texts.get(self.texts.numbered(lane.to_bits())))
    }

    fn views(&self, shown: bool) -> impl Iterator<Item = FieldView<'a>> + use<'a> {
        let frame = *self;
        let data = self.program.data();
        data.fields.iter().enumerate().filter_map(move |(row, field)| {
            let count = frame.counts[field.domain as usize] as usize;
            let mut components: [&[f32]; 4] = [&[]; 4];
            for (k, component) in components.iter_mut().enumerate().take(field.stride as usize) {
                let at =
                    frame.components.iter().find(|c| c.field == row as u32 && c.component == k as u32)?;
                let buffer = match at.shown.filter(|_| shown) {
                    Some(shown) => frame.redirect[shown as usize].index(),
                    None => at.buffer as usize,
                };
                *component = &frame.drawn.fields[buffer].0.f32()[..count];
            }
            let domain = data.domains[field.domain as usize].name.as_str();
            Some(FieldView { domain, name: &field.name, ty: field.ty, unit: field.unit, components })
        })
    }

    /// What is to be drawn, first to last. Passes that are ordered together over their layer come in pieces: a pass for
    /// every run of elements with none of another pass between them. All other passes come once.
    pub fn passes(&self) -> impl ExactSizeIterator<Item = Pass<'a>> + Clone + use<'a> {
        let drawn = self.drawn;
        (0..drawn.len()).map(move |at| drawn.at(at))
    }

    /// Every render pass once, in the order of the layers and, within one, of the program. This is what
    /// [`passes`](Self::passes) gives, too, where no passes are ordered together.
    pub fn whole_passes(&self) -> impl ExactSizeIterator<Item = Pass<'a>> + use<'a> {
        let drawn = self.drawn;
        (0..drawn.descriptors.len()).map(move |at| drawn.pass(at))
    }

    /// What was not drawn and why: the background first, then domains, then pass by pass, an entry for each attribute to
    /// blame.
    pub fn left_out(&self) -> impl Iterator<Item = LeftOut<'a>> + use<'a> {
        let frame = *self;
        let background = (self.background == Some(NOT_A_COLOR)).then_some(LeftOut {
            pass: None,
            domain: None,
            source: "background",
            count: 0,
            reason: Reason::NotFinite,
        });
        let passes = self.drawn.descriptors.iter().zip(self.blames).flat_map(move |(descriptor, blames)| {
            let pass = frame.program.data().passes[descriptor.row as usize].name.as_str();
            let broken = blames.iter().zip(descriptor.broken).filter(|&(_, count)| count > 0);
            broken.map(move |(blame, count)| LeftOut {
                pass: Some(pass),
                domain: None,
                source: &blame.source,
                count,
                reason: blame.reason,
            })
        });
        let domains = self.program.data().domains.iter().zip(self.uncounted).filter(|&(_, &is_nan)| is_nan);
        let domains = domains.map(|(domain, _)| LeftOut {
            pass: None,
            domain: Some(&domain.name),
            source: "count",
            count: 0,
            reason: Reason::NotFinite,
        });
        background.into_iter().chain(domains).chain(passes)
    }

    /// Characters of texts that no font has, so that their place is drawn and not they: the first few that the engine came across,
    /// each once.
    pub fn missing_characters(&self) -> &'a [char] {
        self.missing
    }

    /// How many elements were not drawn because of such a value, each counted once per pass.
    pub fn elements_left_out(&self) -> u64 {
        self.drawn.descriptors.iter().map(|descriptor| u64::from(descriptor.left_out)).sum()
    }

    /// What of [`left_out`](Self::left_out) are elements whose attributes were infinite or NaN.
    pub fn non_finite(&self) -> impl Iterator<Item = NonFinite<'a>> + use<'a> {
        self.left_out()
            .filter(|left_out| left_out.reason == Reason::NotFinite)
            .filter_map(|LeftOut { pass, source, count, .. }| Some(NonFinite { pass: pass?, source, count }))
    }

    /// A hash of everything the passes hold: XXH3-64 with seed 0, NaNs made canonical. Two machines, thread counts or
    /// targets that agree on it drew the same.
    pub fn hash(&self) -> u64 {
        hash::passes(self)
    }
}

impl std::fmt::Debug for Frame<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Frame").field("index", &self.index).field("time", &self.time).finish_non_exhaustive()
    }
}
