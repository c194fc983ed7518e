//! Lists of rows that reactions edit, and views of them, as rows of a program.

use serde::{Deserialize, Serialize};

use super::ElementInput;
use crate::program::types::Type;

/// A list of rows with typed columns. Reactions edit it; a row has an id as long as it lives, which no other ever has: the order
/// of creation, from 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ListRow {
    /// Unique; another version of the program goes on with the rows of the list of the same key.
    pub key: String,
    /// The most rows, 1 or more.
    pub capacity: u32,
    /// What each row has: any type but shape. The default of a text is a row of `texts`.
    pub columns: Vec<ElementInput>,
    /// The rows that are there before the first frame: of each its values, column by column, bools as 0 and 1, texts as rows of
    /// `texts`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<Vec<f64>>,
    /// Whether a host that keeps state on disk keeps the rows: see `keep`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub durable: bool,
    /// Which ids the rows have, where they are not the first ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_ids: Option<KeptIds>,
    /// What the rows are made of; reactions do not edit such a list, and it begins without rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<Groups>,
}

/// A row for each value of keys among rows of an earlier list, in the order in which these first come, with what is worked out of
/// all rows that have it. The columns of the list are the keys and, behind them, the totals. A group is the same row as long as it has
/// members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Groups {
    /// The list whose rows they are of. It has no more rows than this one may have.
    pub list: u32,
    /// A view of it; without one it is of all rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<u32>,
    /// Nodes of the keys, 1 or more: floats, ints, uints, bools or texts. NaN is one value.
    pub keys: Vec<u32>,
    /// What is worked out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub totals: Vec<GroupTotal>,
}

/// What is worked out of the rows of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct GroupTotal {
    /// How.
    pub how: Aggregate,
    /// The node of what it is made of; without one all rows are counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<u32>,
}

/// How one value is made of those of all rows of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Aggregate {
    /// The exact sum, rounded once.
    Sum,
    /// The sum by the count.
    Mean,
    /// The least that is no NaN; infinite where there is none.
    Min,
    /// The greatest that is no NaN; minus infinite where there is none.
    Max,
    /// The one in the middle, or the mean of the two in the middle, without those that are NaN; NaN where there is none.
    Median,
    /// That of the first row.
    First,
    /// That of the last row.
    Last,
    /// How many there are, or of how many a bool holds.
    Count,
    /// Whether a bool holds of any.
    Any,
    /// Whether a bool holds of all.
    All,
}

impl Aggregate {
    /// The type of what it makes of values of a type; none where it takes none of these.
    pub(crate) fn result(self, ty: Type) -> Option<Type> {
        let is_number = matches!(ty, Type::Float | Type::Int | Type::Uint);
        match self {
            Self::Sum | Self::Mean | Self::Median => is_number.then_some(Type::Float),
            Self::Min | Self::Max => is_number.then_some(ty),
            Self::First | Self::Last => (is_number || matches!(ty, Type::Bool | Type::Text)).then_some(ty),
            Self::Count => (ty == Type::Bool).then_some(Type::Int),
            Self::Any | Self::All => (ty == Type::Bool).then_some(Type::Bool),
        }
    }
}

impl Groups {
    /// What is evaluated of each row: keys, then what totals are made of.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = u32> {
        self.keys.iter().copied().chain(self.totals.iter().filter_map(|total| total.node))
    }

    /// The same, to be changed.
    pub(crate) fn nodes_mut(&mut self) -> impl Iterator<Item = &mut u32> {
        self.keys.iter_mut().chain(self.totals.iter_mut().filter_map(|total| total.node.as_mut()))
    }
}

/// The ids of rows that are older than the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct KeptIds {
    /// One for each row: all different, from 1 on.
    pub ids: Vec<u64>,
    /// The last id that was given to a row, also to one that is gone.
    pub last: u64,
}

/// The input by which elements that are rows of a view get the ids of these.
pub(crate) const ROW_ID: &str = "id";

impl ListRow {
    /// The numbers of a row, its id and its place apart.
    pub(crate) fn stride(&self) -> u32 {
        self.columns.iter().map(|column| column.ty.stride()).sum()
    }

    /// The numbers of a row with its id and its place.
    pub(crate) fn room(&self) -> u32 {
        self.stride() + 2
    }

    /// The type of a column; behind all of them are the id and the place.
    pub(crate) fn column_type(&self, column: u32) -> Option<Type> {
        match self.columns.get(column as usize) {
            Some(column) => Some(column.ty),
            None => (column as usize <= self.columns.len() + 1).then_some(Type::Uint),
        }
    }

    /// Whether a column is the place of a row, which views do not read.
    pub(crate) fn is_place(&self, column: u32) -> bool {
        column as usize == self.columns.len() + 1
    }
}

/// Some of the rows of a list, in some order, or a number that is made of all of them. It follows what is edited.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ViewRow {
    /// The list.
    pub list: u32,
    /// An earlier view of the same list, whose rows it is of; without one it is of all rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<u32>,
    /// What it does.
    pub shows: Shows,
    /// The name under which a host reads what changes in it; unique among views.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What a view does. Its nodes may be made of columns of the row, and of what is uniform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Shows {
    /// The rows of which a bool holds.
    Where {
        /// The node.
        node: u32,
    },
    /// All rows in the order of a number, a float, an int, a uint or a bool, or of a text by the numbers of its characters. NaN is
    /// last, equal ones stay in their order.
    SortBy {
        /// The node.
        node: u32,
        /// Whether the greatest comes first.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        descending: bool,
    },
    /// Of rows with the same value, of a type that may be sorted by, the first. NaN is one value.
    Distinct {
        /// The node.
        node: u32,
    },
    /// The rows from one place to another.
    Window {
        /// How many are passed over.
        #[serde(default, skip_serializing_if = "is_zero")]
        skip: u32,
        /// How many there are behind those at most.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        take: Option<u32>,
    },
    /// The rows from one place to another, by ints that are uniform and may change; below 0 is 0.
    LiveWindow {
        /// The node of how many are passed over; without it none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        skip: Option<u32>,
        /// The node of how many there are behind those at most; without it all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        take: Option<u32>,
    },
    /// No rows, but a number of all of them, which is put into a cell.
    Fold {
        /// Which number.
        total: Total,
        /// The float or bool of a row that it is made of; a count has none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        node: Option<u32>,
        /// A cell of the number's type, which nothing else sets.
        cell: u32,
    },
}

pub(super) fn is_zero(value: &u32) -> bool {
    *value == 0
}

impl Shows {
    /// What it evaluates of a row.
    pub(crate) fn node(&self) -> Option<u32> {
        match *self {
            Self::Where { node } | Self::SortBy { node, .. } | Self::Distinct { node } => Some(node),
            Self::Fold { node, .. } => node,
            Self::Window { .. } | Self::LiveWindow { .. } => None,
        }
    }

    /// What it evaluates of no row.
    pub(crate) fn uniform(&self) -> [Option<u32>; 2] {
        match *self {
            Self::LiveWindow { skip, take } => [skip, take],
            Self::Where { .. }
            | Self::SortBy { .. }
            | Self::Distinct { .. }
            | Self::Window { .. }
            | Self::Fold { .. } => [None, None],
        }
    }
}

/// A number of all rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Total {
    /// How many there are, an int.
    Count,
    /// The exact sum, rounded once; 0 of none.
    Sum,
    /// The sum by the count; NaN of none.
    Mean,
    /// The least that is no NaN; infinite of none.
    Min,
    /// The greatest that is no NaN; minus infinite of none.
    Max,
    /// Whether a bool holds of any row.
    Any,
    /// Whether a bool holds of every row; so it does of none.
    Every,
}

impl Total {
    /// The type of the number.
    pub(crate) fn ty(self) -> Type {
        match self {
            Self::Count => Type::Int,
            Self::Sum | Self::Mean | Self::Min | Self::Max => Type::Float,
            Self::Any | Self::Every => Type::Bool,
        }
    }

    /// The type of what it is made of.
    pub(crate) fn of(self) -> Option<Type> {
        match self {
            Self::Count => None,
            Self::Sum | Self::Mean | Self::Min | Self::Max => Some(Type::Float),
            Self::Any | Self::Every => Some(Type::Bool),
        }
    }
}
