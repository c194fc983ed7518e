//! Elements that come and go, and what an edit must not make jump, as rows of a program.

use serde::{Deserialize, Serialize};

use super::Domain;
use crate::draw::{Align, Anchor};
use crate::math::easing::Ease;
use crate::program::types::{Type, Unit};
use crate::time::Flicks;

impl Domain {
    /// The most elements it has: as many as it always has, or as there may be of those that come and go.
    pub fn most(&self) -> u32 {
        if self.live.is_some() { self.capacity } else { self.count }
    }
}

/// How the elements of a domain come and go.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Live {
    /// As many as a number says. An element is its index: the one that comes back is the same again, with new state.
    Counted {
        /// Uniform float or int: how many, rounded down, 0 to the domain's capacity; NaN is 0.
        number: u32,
    },
    /// Born one by one, each at its own exact time, and dead when its life is over. An element is its number of birth,
    /// from 1.
    Born {
        /// Uniform float: seconds between two births. Where it is a constant, birth `k` is at `k` times it. Below a
        /// microsecond, or not a number, nothing is born.
        every: u32,
        /// float: how many seconds an element lives, as it is when the element is born. It may be made of what is uniform, of
        /// the element's `id` and its `random` numbers.
        lives: u32,
        /// What happens to births when there is no room.
        #[serde(default)]
        full: Full,
    },
    /// Born when an event happens, at its exact time, and dead when their life is over. An element is its number of birth, and the
    /// first is 1. Births do not depend on where frames are, but for those that there is no room for before the frame is over: of the
    /// births between two frames, as many are looked at as the domain has room for.
    BornOn {
        /// The event.
        event: u32,
        /// Uniform float or int: how many are born when it happens, rounded down; NaN is 0. As of the turn of the event, and so may
        /// be made of what it carries.
        count: u32,
        /// float: how many seconds an element lives. It may be made of what is uniform, as of the turn of the event, of the
        /// element's `id` and its `random` numbers.
        lives: u32,
        /// What happens to births when there is no room.
        #[serde(default)]
        full: Full,
    },
    /// Given by the host, each with an id and values of its own, in the host's order; or by the program itself.
    Host {
        /// What the host gives of each element.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        inputs: Vec<ElementInput>,
        /// How elements with new ids are told to be old ones; without it they are new.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        nearest: Option<Nearest>,
        /// The ids of elements that are always there, in their order, each once: then the host gives none, and where
        /// another version of the program has other ids or another order, elements are the same by their ids.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        ids: Vec<u64>,
        /// The row of the view whose rows the elements are, by their ids: then the host gives none. The inputs have the names and the
        /// types of columns of its list.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        view: Option<u32>,
        /// The text whose letters the elements are: then the host gives none. The inputs have names and types of
        /// [`LettersRow::COLUMNS`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        letters: Option<LettersRow>,
    },
}

/// A text that changes, and how it is laid out, of whose letters a domain has an element each, in the order in which they are read.
/// Every value is a uniform node. A letter is a cluster: what a font joins is one, and so is what is put onto another; what has no
/// outline, such as a space, is none. Where the text changes, as many letters as can stay who they are in their order do, word by word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LettersRow {
    /// text: what it says. Letters behind as many as the domain has room for are left out, and counted.
    pub text: u32,
    /// float: the size of an em in world units.
    pub size: u32,
    /// float: how wide its lines may be in world units; without it, and where it is not above 0 or infinite, only the text ends lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// float: from one line to the next, in sizes; 1.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leading: Option<u32>,
    /// float: what is put between letters, in sizes; 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking: Option<u32>,
    /// Where its lines are from where it is put.
    #[serde(default)]
    pub align: Align,
    /// What of it is at the height where it is put.
    #[serde(default)]
    pub anchor: Anchor,
    /// How heavy its letters are, 1 to 1000.
    #[serde(default = "super::regular")]
    pub weight: u16,
    /// float: how heavy they are, where that moves and the font has that: in steps, of which there are 64 between its lightest and its
    /// heaviest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moving_weight: Option<u32>,
    /// The row of the font; without one the family that comes with pavane.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub font: Option<u32>,
}

impl LettersRow {
    /// What letters have, each the input of its name: where the letter is laid out, from where the text is put, in world units; how
    /// wide it is; which letter, word and line it is, from 0; its first character; the size; and its glyphs, which a text pass draws
    /// that says so.
    pub const COLUMNS: [(&str, Type); 8] = [
        ("home", Type::Vec2),
        ("advance", Type::Float),
        ("letter", Type::Int),
        ("word", Type::Int),
        ("line", Type::Int),
        ("character", Type::Text),
        ("size", Type::Float),
        (Self::GLYPH, Type::Text),
    ];
    /// The column of [`COLUMNS`](Self::COLUMNS) that has glyphs.
    pub const GLYPH: &str = "glyph";
    /// The most letters there may be: who they are is looked for in a table with two bits for each two.
    pub const MOST: u32 = 2048;

    /// The nodes of it, with their names.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = (&'static str, u32)> {
        let optional = [
            ("width", self.width),
            ("leading", self.leading),
            ("tracking", self.tracking),
            ("moving_weight", self.moving_weight),
        ];
        let optional = optional.into_iter().filter_map(|(name, node)| Some((name, node?)));
        [("text", self.text), ("size", self.size)].into_iter().chain(optional)
    }

    /// Likewise, to be changed.
    pub(crate) fn nodes_mut(&mut self) -> impl Iterator<Item = &mut u32> {
        let Self { text, size, width, leading, tracking, moving_weight, .. } = self;
        let optional = [width, leading, tracking, moving_weight].map(Option::as_mut);
        [Some(text), Some(size)].into_iter().chain(optional).flatten()
    }
}

/// What happens to births when a domain is full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Full {
    /// They are refused and counted.
    #[default]
    Refuse,
    /// The oldest elements make room.
    Evict,
}

/// A value that the host gives of each element of a domain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ElementInput {
    /// Unique within the domain.
    pub name: String,
    /// Any type but shape.
    #[serde(rename = "type")]
    pub ty: Type,
    /// What a float measures.
    #[serde(default, skip_serializing_if = "Unit::is_scalar")]
    pub unit: Unit,
    /// The value where the host leaves it out: as many numbers as the type has components; bools are 0 and 1.
    pub default: Vec<f64>,
}

/// An element whose id is new goes on as the nearest old one whose id is gone.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Nearest {
    /// The row of the input that says where elements are: vec2 or vec3.
    pub input: u32,
    /// Nearer than this, above 0.
    pub radius: f64,
}

/// What becomes of the difference between a value as it was on screen and as it is after an edit: elements came, went or
/// changed their place, the host gave other ones, or another program took over. Without an edit a value is what is
/// computed, bit for bit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ContinuityRow {
    /// Unique; made of names of the source, as the keys of cells are.
    pub key: String,
    /// Whose elements.
    pub domain: u32,
    /// Whether the value is an angle in turns, of which the short way round is taken.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub turns: bool,
    /// How the difference goes away.
    pub policy: Policy,
}

/// How the difference that an edit makes goes away.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Policy {
    /// It stays.
    Preserve {},
    /// `exp(-t / tau)`.
    Slew {
        /// After this time 37 % of it are left; 0 is at once.
        tau: Flicks,
    },
    /// As a damped spring pulls: the value's velocity is kept, too.
    Spring {
        /// About how long it takes.
        response: Flicks,
        /// 0 never swings over, towards 1 it swings for longer; below 1.
        #[serde(default)]
        bounce: f64,
    },
    /// `1 - curve(t / window)`.
    Crossfade {
        /// When it is gone; 0 is at once.
        window: Flicks,
        /// The easing of the way; without one it is straight.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        curve: Option<Ease>,
    },
}

/// How elements come into sight and leave it: a number per element that rises from 0 to 1 when it has come and falls
/// when it is gone. Those that are there in the first frame begin with 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FadeRow {
    /// Unique; made of names of the source, as the keys of cells are.
    pub key: String,
    /// Whose elements.
    pub domain: u32,
    /// How long it rises; 0 is at once.
    pub enter: Flicks,
    /// How long it falls; so long elements that are gone are still drawn.
    pub leave: Flicks,
}
