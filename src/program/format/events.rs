//! Events and what they do, as rows of a program.

use serde::{Deserialize, Serialize};

use crate::program::types::{Type, Unit};
use crate::time::Flicks;

/// Something that happens, any number of times, each at its own exact time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Unique; made of names of the source, as the keys of cells are. The host sends an event by it.
    pub key: String,
    /// What it carries each time, if anything: any type but shape.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub ty: Option<Type>,
    /// What a float of it measures.
    #[serde(default, skip_serializing_if = "Unit::is_scalar")]
    pub unit: Unit,
    /// The list of which it carries a row, by its id, a uint. Of a row that is gone nothing is read and nothing becomes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<u32>,
    /// What makes it happen.
    pub source: EventSource,
}

/// What becomes of events that the host sends before a frame takes them. Gathering never goes beyond an event of which each one
/// counts: what was sent before a click happens before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Gather {
    /// Each one happens: presses, clicks, keys, notes.
    #[default]
    Each,
    /// The last one happens: places of a pointer, texts of a field.
    Latest,
    /// One happens, and carries the sum: notches of a wheel, ways of a drag.
    Sum,
}

impl Gather {
    /// As patches and programs spell it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Each => "each",
            Self::Latest => "latest",
            Self::Sum => "sum",
        }
    }

    /// Whether events that carry this can be gathered so.
    pub(crate) fn takes(self, carried: Option<Type>) -> bool {
        match (self, carried) {
            (Self::Each | Self::Latest, _)
            | (Self::Sum, Some(Type::Float | Type::Int | Type::Vec2 | Type::Vec3)) => true,
            (Self::Sum, Some(Type::Uint | Type::Bool | Type::Color | Type::Shape | Type::Text) | None) => {
                false
            }
        }
    }

    fn is_each(&self) -> bool {
        *self == Self::Each
    }
}

/// What makes an event happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum EventSource {
    /// The host sends it.
    Host {
        /// What becomes of those that are sent one after the other.
        #[serde(default, skip_serializing_if = "Gather::is_each")]
        gather: Gather,
    },
    /// Time: at every multiple of the period, from the first one on.
    Every {
        /// In flicks, a microsecond or more.
        period: Flicks,
        /// The row of the phase that keeps its place in the period when another program takes over. The event is then whenever
        /// that phase begins anew.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        phase: Option<u32>,
    },
    /// Time: again and again after as many seconds as the node, a uniform float, says then. Below a microsecond, or not a
    /// number, it is asked again a frame later.
    Timer {
        /// The node.
        seconds: u32,
    },
    /// A uniform bool becomes true. It is looked at in every frame, and whenever a reaction has changed a cell that it reads.
    Rise {
        /// The node.
        node: u32,
        /// A bool cell that remembers what it was, and has no `next`.
        was: u32,
    },
    /// A uniform value is another than it was. It carries the new one, if it carries anything.
    Change {
        /// The node.
        node: u32,
        /// A cell of its type that remembers what it was, and has no `next`.
        was: u32,
    },
    /// A uniform float that goes round falls by more than a half: a phase that begins anew.
    Wrap {
        /// The node.
        node: u32,
        /// A float cell that remembers what it was, and has no `next`.
        was: u32,
    },
    /// An element of a domain is drawn at a place: once in every frame, after all else that has happened in it, by what the
    /// last frame has drawn. It carries the element's index, an int, or where it has a list the row that the element shows.
    Hover {
        /// The row of the domain.
        domain: u32,
        /// A uniform vec2: the place, in world units as they are without a camera.
        node: u32,
        /// The row of the pass of the domain that has to draw it there; without it any of them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        drawn_by: Option<u32>,
    },
    /// Reactions to other events make it happen.
    Reactions {},
}

/// What is done when an event happens. All effects of an occurrence are worked out from what was before, and then take place
/// together: one turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Reaction {
    /// The row of the event.
    pub event: u32,
    /// Only where this uniform bool holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<u32>,
    /// What it does.
    pub effects: Vec<Effect>,
}

/// Something that a reaction does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Effect {
    /// Gives a cell another value.
    Set {
        /// A cell that is no ring. In one turn a cell is set by one effect.
        cell: u32,
        /// A node of the cell's type. Where the cell has a value per element, it may be one of the same elements.
        node: u32,
    },
    /// Lets another event happen in the same turn.
    Pass {
        /// A later row of the events, whose source is `reactions`.
        event: u32,
        /// What it carries.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        node: Option<u32>,
    },
    /// Lets another event happen in the same turn where an element of a domain is drawn at a place, by what the last frame has
    /// drawn. It carries the element's index, of several that of the uppermost; where it has a list the row that the element shows.
    Hit {
        /// A later row of the events, whose source is `reactions`, and which carries an int or a row.
        event: u32,
        /// The row of the domain.
        domain: u32,
        /// A uniform vec2: the place, in world units as they are without a camera.
        node: u32,
        /// The row of the pass of the domain that has to draw it there; without it any of them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        drawn_by: Option<u32>,
    },
    /// Lets another event happen later.
    Schedule {
        /// A row of the events, whose source is `reactions`.
        event: u32,
        /// A uniform float: after how many seconds. 0, below, or not a number is in the next step of the same instant.
        delay: u32,
        /// What it carries.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        node: Option<u32>,
        /// Whether occurrences of it that were scheduled before and are still to come are dropped.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        replace: bool,
    },
    /// Gives a row of a list another value: the row that the event carries.
    SetRow {
        /// The column.
        column: u32,
        /// A uniform node of the column's type.
        node: u32,
    },
    /// Gives rows of a list another value each.
    SetRows {
        /// The list.
        list: u32,
        /// The column.
        column: u32,
        /// A node of the column's type, which may be made of columns of the row.
        node: u32,
        /// Of which rows: those of which this bool holds; without it all of them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        when: Option<u32>,
    },
    /// Puts a new row into a list.
    Append {
        /// The list.
        list: u32,
        /// A uniform node for each column.
        nodes: Vec<u32>,
        /// A uniform int: before the row that has this place now; without it, and beyond, it is the last.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<u32>,
    },
    /// Puts the row that the event carries at another place.
    MoveRow {
        /// A uniform int: the place where it stands then, among the others as they stand before the turn; below 0 is the first and beyond
        /// the end the last.
        to: u32,
    },
    /// Puts rows of a list at other places.
    MoveRows {
        /// The list.
        list: u32,
        /// An int as for one row, which may be made of columns of the row. Rows that are put at one place stand there in their order.
        to: u32,
        /// Which rows: those of which this bool holds; without it all of them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        when: Option<u32>,
    },
    /// Removes the row that the event carries.
    RemoveRow {},
    /// Removes rows of a list.
    RemoveRows {
        /// The list.
        list: u32,
        /// Those of which this bool holds, which may be made of columns of the row; without it all of them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        when: Option<u32>,
    },
}
