//! Numbers, values and ids as bytes. Floats are little-endian, other numbers are varints: 7 bits a byte, the low ones
//! first, the top bit set where another byte follows.

use super::value::{Value, ValueKind};
use crate::journal::array;

pub(super) fn put_varint(to: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        to.push(number as u8 | 0x80);
        number >>= 7;
    }
    to.push(number as u8);
}

/// Small numbers of either sign are small: 0, -1, 1, -2, ...
fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)) as u64
}

fn unzigzag(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

/// Each as what it differs by from the one before it, so that ids in a row take a byte.
pub(super) fn put_ids(to: &mut Vec<u8>, ids: &[u64]) {
    let mut last = 0_u64;
    for &id in ids {
        put_varint(to, zigzag(id.wrapping_sub(last) as i64));
        last = id;
    }
}

/// A value, without its kind.
pub(super) fn put_value(to: &mut Vec<u8>, value: Value<'_>) {
    let mut floats =
        |values: &[f64]| values.iter().for_each(|value| to.extend(value.to_bits().to_le_bytes()));
    match value {
        Value::Float(value) => floats(&[value]),
        Value::Vec2(value) => floats(&value),
        Value::Vec3(value) => floats(&value),
        Value::Color(value) => floats(&value),
        Value::Int(value) => put_varint(to, zigzag(i64::from(value))),
        Value::Bool(value) => to.push(u8::from(value)),
        Value::Handle(value) => put_varint(to, value),
        Value::Text(value) => {
            put_varint(to, value.len() as u64);
            to.extend(value.as_bytes());
        }
    }
}

/// Bytes that are read one thing after the other. `None` where they are not what they should be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// What was read since an earlier state of this reader.
    pub(super) fn since(&self, earlier: &Self) -> &'a [u8] {
        self.bytes.get(earlier.at..self.at).unwrap_or_default()
    }

    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let found = array(self.bytes, self.at)?;
        self.at += N;
        Some(found)
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    pub(super) fn varint(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                return None;
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    /// The id behind another: see [`put_ids`].
    pub(super) fn id(&mut self, last: u64) -> Option<u64> {
        Some(last.wrapping_add(unzigzag(self.varint()?) as u64))
    }

    fn floats<const N: usize>(&mut self) -> Option<[f64; N]> {
        let mut values = [0.0; N];
        for value in &mut values {
            *value = f64::from_bits(u64::from_le_bytes(self.array()?));
        }
        Some(values)
    }

    pub(super) fn value(&mut self, kind: ValueKind) -> Option<Value<'a>> {
        Some(match kind {
            ValueKind::Float => Value::Float(self.floats::<1>()?[0]),
            ValueKind::Vec2 => Value::Vec2(self.floats()?),
            ValueKind::Vec3 => Value::Vec3(self.floats()?),
            ValueKind::Color => Value::Color(self.floats()?),
            ValueKind::Int => Value::Int(i32::try_from(unzigzag(self.varint()?)).ok()?),
            ValueKind::Handle => Value::Handle(self.varint()?),
            ValueKind::Bool => match self.byte()? {
                0 => Value::Bool(false),
                1 => Value::Bool(true),
                _ => return None,
            },
            ValueKind::Text => {
                let len = usize::try_from(self.varint()?).ok()?;
                let text = self.bytes.get(self.at..self.at.checked_add(len)?)?;
                self.at += len;
                Value::Text(std::str::from_utf8(text).ok()?)
            }
        })
    }
}
