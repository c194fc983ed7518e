//! Values of cells and of rows, one by one and as columns.

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ValueKind {
    /// A number.
    Float,
    /// A signed 32-bit integer.
    Int,
    /// True or false.
    Bool,
    /// Two numbers.
    Vec2,
    /// Three numbers.
    Vec3,
    /// Red, green, blue, alpha.
    Color,
    /// UTF-8.
    Text,
    /// What names something else: a row's id, or a handle's bits.
    Handle,
}

impl ValueKind {
    const ALL: [Self; 8] =
        [Self::Float, Self::Int, Self::Bool, Self::Vec2, Self::Vec3, Self::Color, Self::Text, Self::Handle];

    /// In a file.
    pub(super) fn byte(self) -> u8 {
        self as u8
    }

    pub(super) fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.byte() == byte)
    }

    /// As a patch writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Float => "float",
            Self::Int => "int",
            Self::Bool => "bool",
            Self::Vec2 => "vec2",
            Self::Vec3 => "vec3",
            Self::Color => "color",
            Self::Text => "text",
            Self::Handle => "handle",
        }
    }
}

/// A value. Its bits are kept, those of NaN too.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// [`ValueKind::Float`].
    Float(f64),
    /// [`ValueKind::Int`].
    Int(i32),
    /// [`ValueKind::Bool`].
    Bool(bool),
    /// [`ValueKind::Vec2`].
    Vec2([f64; 2]),
    /// [`ValueKind::Vec3`].
    Vec3([f64; 3]),
    /// [`ValueKind::Color`].
    Color([f64; 4]),
    /// [`ValueKind::Text`].
    Text(&'a str),
    /// [`ValueKind::Handle`].
    Handle(u64),
}

impl Value<'_> {
    /// What it is.
    pub fn kind(&self) -> ValueKind {
        match self {
            Self::Float(_) => ValueKind::Float,
            Self::Int(_) => ValueKind::Int,
            Self::Bool(_) => ValueKind::Bool,
            Self::Vec2(_) => ValueKind::Vec2,
            Self::Vec3(_) => ValueKind::Vec3,
            Self::Color(_) => ValueKind::Color,
            Self::Text(_) => ValueKind::Text,
            Self::Handle(_) => ValueKind::Handle,
        }
    }

    /// Whether another one has the same bits: NaN is the same as itself, and -0 is not 0.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let same = |a: &[f64], b: &[f64]| a.iter().map(|x| x.to_bits()).eq(b.iter().map(|x| x.to_bits()));
        match (self, other) {
            (Self::Float(a), Self::Float(b)) => same(&[*a], &[*b]),
            (Self::Vec2(a), Self::Vec2(b)) => same(a, b),
            (Self::Vec3(a), Self::Vec3(b)) => same(a, b),
            (Self::Color(a), Self::Color(b)) => same(a, b),
            (a, b) => a == b,
        }
    }

    /// It as another kind, where every value of its own is one of that: bool to int, bool to float, int to float.
    pub(super) fn widened(self, to: ValueKind) -> Option<Self> {
        match (self, to) {
            (value, to) if value.kind() == to => Some(value),
            (Self::Bool(value), ValueKind::Int) => Some(Self::Int(i32::from(value))),
            (Self::Bool(value), ValueKind::Float) => Some(Self::Float(f64::from(u8::from(value)))),
            (Self::Int(value), ValueKind::Float) => Some(Self::Float(f64::from(value))),
            _ => None,
        }
    }
}

macro_rules! from {
    ($($type:ty => $variant:ident),* $(,)?) => {
        $(
            impl<'a> From<$type> for Value<'a> {
                fn from(value: $type) -> Self {
                    Self::$variant(value)
                }
            }
        )*
    };
}

from! {
    f64 => Float,
    i32 => Int,
    bool => Bool,
    [f64; 2] => Vec2,
    [f64; 3] => Vec3,
    [f64; 4] => Color,
    &'a str => Text,
    u64 => Handle,
}

/// Texts in one piece of memory.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    all: String,
    /// Where each begins, and how many bytes it has. A text that was replaced stays in `all`.
    spans: Vec<(u32, u32)>,
}

impl Texts {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// One of them; the empty text where there is none.
    pub fn get(&self, at: usize) -> &str {
        let Some(&(start, len)) = self.spans.get(at) else { return "" };
        self.all.get(start as usize..start as usize + len as usize).unwrap_or_default()
    }

    /// All of them.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len()).map(|at| self.get(at))
    }

    /// Files have less than 4 GiB, so all texts of one have.
    fn add(&mut self, text: &str) -> (u32, u32) {
        let start = self.all.len() as u32;
        self.all.push_str(text);
        (start, text.len() as u32)
    }
}

/// Values of one kind, one a row.
#[derive(Clone, Debug)]
pub enum Column {
    /// [`ValueKind::Float`].
    Float(Vec<f64>),
    /// [`ValueKind::Int`].
    Int(Vec<i32>),
    /// [`ValueKind::Bool`].
    Bool(Vec<bool>),
    /// [`ValueKind::Vec2`].
    Vec2(Vec<[f64; 2]>),
    /// [`ValueKind::Vec3`].
    Vec3(Vec<[f64; 3]>),
    /// [`ValueKind::Color`].
    Color(Vec<[f64; 4]>),
    /// [`ValueKind::Text`].
    Text(Texts),
    /// [`ValueKind::Handle`].
    Handle(Vec<u64>),
}

impl Column {
    /// Whether another one has the same values, [bit by bit](Value::is_same).
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let all = || self.iter().zip(other.iter()).all(|(own, other)| own.is_same(&other));
        (self.kind(), self.len()) == (other.kind(), other.len()) && all()
    }

    /// An empty one, with room for some rows.
    pub(crate) fn with_room(kind: ValueKind, rows: usize) -> Self {
        match kind {
            ValueKind::Float => Self::Float(Vec::with_capacity(rows)),
            ValueKind::Int => Self::Int(Vec::with_capacity(rows)),
            ValueKind::Bool => Self::Bool(Vec::with_capacity(rows)),
            ValueKind::Vec2 => Self::Vec2(Vec::with_capacity(rows)),
            ValueKind::Vec3 => Self::Vec3(Vec::with_capacity(rows)),
            ValueKind::Color => Self::Color(Vec::with_capacity(rows)),
            ValueKind::Text => Self::Text(Texts { all: String::new(), spans: Vec::with_capacity(rows) }),
            ValueKind::Handle => Self::Handle(Vec::with_capacity(rows)),
        }
    }

    /// One of some kind that has no value yet, with one row.
    pub(super) fn zero(kind: ValueKind) -> Self {
        let mut column = Self::with_room(kind, 1);
        column.grow(1);
        column
    }

    /// What its values are.
    pub fn kind(&self) -> ValueKind {
        match self {
            Self::Float(_) => ValueKind::Float,
            Self::Int(_) => ValueKind::Int,
            Self::Bool(_) => ValueKind::Bool,
            Self::Vec2(_) => ValueKind::Vec2,
            Self::Vec3(_) => ValueKind::Vec3,
            Self::Color(_) => ValueKind::Color,
            Self::Text(_) => ValueKind::Text,
            Self::Handle(_) => ValueKind::Handle,
        }
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        match self {
            Self::Float(values) => values.len(),
            Self::Int(values) => values.len(),
            Self::Bool(values) => values.len(),
            Self::Vec2(values) => values.len(),
            Self::Vec3(values) => values.len(),
            Self::Color(values) => values.len(),
            Self::Text(values) => values.len(),
            Self::Handle(values) => values.len(),
        }
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a row.
    pub fn get(&self, row: usize) -> Option<Value<'_>> {
        match self {
            Self::Float(values) => values.get(row).copied().map(Value::Float),
            Self::Int(values) => values.get(row).copied().map(Value::Int),
            Self::Bool(values) => values.get(row).copied().map(Value::Bool),
            Self::Vec2(values) => values.get(row).copied().map(Value::Vec2),
            Self::Vec3(values) => values.get(row).copied().map(Value::Vec3),
            Self::Color(values) => values.get(row).copied().map(Value::Color),
            Self::Text(values) => (row < values.len()).then(|| Value::Text(values.get(row))),
            Self::Handle(values) => values.get(row).copied().map(Value::Handle),
        }
    }

    /// The values of all rows.
    pub fn iter(&self) -> impl Iterator<Item = Value<'_>> {
        (0..self.len()).filter_map(|row| self.get(row))
    }

    /// Appends rows without a value until there are so many.
    pub(super) fn grow(&mut self, rows: usize) {
        match self {
            Self::Float(values) => values.resize(rows, 0.0),
            Self::Int(values) => values.resize(rows, 0),
            Self::Bool(values) => values.resize(rows, false),
            Self::Vec2(values) => values.resize(rows, [0.0; 2]),
            Self::Vec3(values) => values.resize(rows, [0.0; 3]),
            Self::Color(values) => values.resize(rows, [0.0; 4]),
            Self::Text(values) => values.spans.resize(rows, (0, 0)),
            Self::Handle(values) => values.resize(rows, 0),
        }
    }

    /// Sets the value of a row that is there, to one of its kind.
    pub(super) fn set(&mut self, row: usize, value: Value<'_>) {
        match (self, value) {
            (Self::Float(values), Value::Float(value)) => values[row] = value,
            (Self::Int(values), Value::Int(value)) => values[row] = value,
            (Self::Bool(values), Value::Bool(value)) => values[row] = value,
            (Self::Vec2(values), Value::Vec2(value)) => values[row] = value,
            (Self::Vec3(values), Value::Vec3(value)) => values[row] = value,
            (Self::Color(values), Value::Color(value)) => values[row] = value,
            (Self::Text(values), Value::Text(value)) => values.spans[row] = values.add(value),
            (Self::Handle(values), Value::Handle(value)) => values[row] = value,
            (_, _) => debug_assert!(false, "a value of another kind"),
        }
    }

    /// Appends a row of its kind.
    pub(crate) fn push(&mut self, value: Value<'_>) {
        let row = self.len();
        self.grow(row + 1);
        self.set(row, value);
    }
}
