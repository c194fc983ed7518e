//! What a cell of a list may hold.

use std::fmt;

use super::texts::{TextId, Texts};

/// Values, columns and the types of both, from one table.
macro_rules! kinds {
    ($( $(#[$meta:meta])* $name:ident $word:literal $type:ty, $default:expr; )*) => {
        /// The type of a column.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Kind {
            $( $(#[$meta])* $name, )*
        }

        impl Kind {
            /// Every type.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The value of a cell that nobody has set.
            pub fn default_value(self) -> Value {
                match self {
                    $( Self::$name => Value::$name($default), )*
                }
            }

            /// Bytes of a value in its column.
            pub(super) fn bytes(self) -> usize {
                match self { $( Self::$name => size_of::<$type>(), )* }
            }
        }

        impl fmt::Display for Kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $( Self::$name => $word, )* })
            }
        }

        /// A value of a cell.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub enum Value {
            $( $(#[$meta])* $name($type), )*
        }

        impl Value {
            /// Its type.
            #[inline]
            pub fn kind(self) -> Kind {
                match self { $( Self::$name(_) => Kind::$name, )* }
            }
        }

        /// A column: the values of all rows. Which rows are alive, and in which order, is said by the list or the view.
        #[derive(Clone, Copy, Debug)]
        pub enum ColumnRef<'a> {
            $( $(#[$meta])* $name(&'a [$type]), )*
        }

        /// The values of one column by row, and of the items that are staged.
        #[derive(Clone, Debug)]
        pub(super) enum Column {
            $( $name { rows: Vec<$type>, staged: Vec<$type> }, )*
        }

        impl Column {
            pub(super) fn new(kind: Kind, rows: u32, staged: u32) -> Self {
                match kind {
                    $( Kind::$name => Self::$name {
                        rows: vec![$default; rows as usize],
                        staged: Vec::with_capacity(staged as usize),
                    }, )*
                }
            }

            pub(super) fn kind(&self) -> Kind {
                match self { $( Self::$name { .. } => Kind::$name, )* }
            }

            pub(super) fn grow(&mut self, count: u32, more: u32) {
                match self {
                    $( Self::$name { rows, staged } => {
                        rows.reserve_exact(count as usize - rows.len());
                        rows.resize(count as usize, $default);
                        staged.reserve_exact(more as usize);
                    } )*
                }
            }

            pub(super) fn bytes(&self) -> usize {
                match self {
                    $( Self::$name { rows, staged } =>
                        (rows.capacity() + staged.capacity()) * size_of::<$type>(), )*
                }
            }

            pub(super) fn get(&self, row: u32) -> Option<Value> {
                match self { $( Self::$name { rows, .. } => rows.get(row as usize).copied().map(Value::$name), )* }
            }

            /// Sets a value of the column's type; the value that was there, where it was another one.
            #[inline]
            pub(super) fn set(&mut self, row: u32, value: Value) -> Option<Value> {
                match (self, value) {
                    $( (Self::$name { rows, .. }, Value::$name(new)) => {
                        let old = rows.get_mut(row as usize)?;
                        if Bits::is_same(*old, new) {
                            return None;
                        }
                        Some(Value::$name(std::mem::replace(old, new)))
                    } )*
                    // Types are checked before something is staged.
                    (_, _) => None,
                }
            }

            /// Puts a value of the column's type behind those that are staged.
            pub(super) fn stage(&mut self, value: Value) {
                match (self, value) {
                    $( (Self::$name { staged, .. }, Value::$name(new)) => staged.push(new), )*
                    // Types are checked before something is staged.
                    (_, _) => {}
                }
            }

            /// What is staged, as the value of a row.
            pub(super) fn unstage(&mut self, k: u32, row: u32) {
                match self {
                    $( Self::$name { rows, staged } => rows[row as usize] = staged[k as usize], )*
                }
            }

            pub(super) fn clear_staged(&mut self) {
                match self { $( Self::$name { staged, .. } => staged.clear(), )* }
            }

            pub(super) fn as_ref(&self) -> ColumnRef<'_> {
                match self { $( Self::$name { rows, .. } => ColumnRef::$name(rows), )* }
            }

            /// Takes over the values of some rows.
            pub(super) fn copy_rows(&mut self, other: &Self, from: &[u32]) {
                match (self, other) {
                    $( (Self::$name { rows, .. }, Self::$name { rows: others, .. }) => {
                        from.iter().for_each(|&row| rows[row as usize] = others[row as usize]);
                    } )*
                    // Columns of a list and of its copy have the same types.
                    (_, _) => {}
                }
            }

            pub(super) fn copy_from(&mut self, other: &Self) {
                match (self, other) {
                    $( (Self::$name { rows, staged }, Self::$name { rows: others, staged: more }) => {
                        rows.clone_from(others);
                        staged.clone_from(more);
                    } )*
                    (this, other) => this.clone_from(other),
                }
            }
        }
    };
}

kinds! {
    /// A number.
    Float "float" f64, 0.0;
    /// A signed 32-bit integer.
    Int "int" i32, 0;
    /// An unsigned 32-bit integer.
    Uint "uint" u32, 0;
    /// True or false.
    Bool "bool" bool, false;
    /// Two numbers.
    Vec2 "vec2" [f64; 2], [0.0; 2];
    /// Three numbers.
    Vec3 "vec3" [f64; 3], [0.0; 3];
    /// Red, green, blue, alpha.
    Color "color" [f64; 4], [0.0; 4];
    /// A text, by its name in a [`Texts`].
    Text "text" TextId, TextId::EMPTY;
    /// A name of something else, such as a scope or an item: its 64 bits.
    Handle "handle" u64, 0;
}

/// Whether two values have the same bits: what decides whether a cell has changed.
trait Bits: Copy {
    fn is_same(self, other: Self) -> bool;
}

macro_rules! bits {
    ($($type:ty: |$a:ident, $b:ident| $same:expr;)*) => { $(
        impl Bits for $type {
            #[inline]
            fn is_same(self, other: Self) -> bool {
                let ($a, $b) = (self, other);
                $same
            }
        }
    )* };
}

bits! {
    f64: |a, b| a.to_bits() == b.to_bits();
    i32: |a, b| a == b;
    u32: |a, b| a == b;
    u64: |a, b| a == b;
    bool: |a, b| a == b;
    TextId: |a, b| a == b;
}

impl<T: Bits, const N: usize> Bits for [T; N] {
    #[inline]
    fn is_same(self, other: Self) -> bool {
        self.iter().zip(other).all(|(a, b)| a.is_same(b))
    }
}

impl Value {
    /// The text of a text.
    pub(super) fn text(self) -> Option<TextId> {
        match self {
            Self::Text(text) => Some(text),
            Self::Float(_) | Self::Int(_) | Self::Uint(_) | Self::Bool(_) | Self::Handle(_) => None,
            Self::Vec2(_) | Self::Vec3(_) | Self::Color(_) => None,
        }
    }

    /// Writes the value, and a text as what it says.
    pub fn display(self, texts: &Texts) -> impl fmt::Display + '_ {
        Shown(self, texts)
    }
}

struct Shown<'a>(Value, &'a Texts);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Float(x) => x.fmt(f),
            Value::Int(x) => x.fmt(f),
            Value::Uint(x) => x.fmt(f),
            Value::Bool(x) => x.fmt(f),
            Value::Vec2(x) => write!(f, "{x:?}"),
            Value::Vec3(x) => write!(f, "{x:?}"),
            Value::Color(x) => write!(f, "{x:?}"),
            Value::Text(text) => self.1.get(text).fmt(f),
            Value::Handle(x) => x.fmt(f),
        }
    }
}
