//! Values to rows through serde, with mistakes as data: serde calls [`Source`] by the types of a row, so what a type
//! expects and where it is are known here, whatever serde would say about it.

use std::borrow::Cow;
use std::fmt;

use jsonc_parser::ast::{Object, ObjectProp, Value};
use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess,
    Visitor,
};

use super::json::integer;
use crate::diagnostic::Segment;

/// The fields of a struct or the variants of an enum.
type Names = &'static [&'static str];

/// A mistake in a value.
#[derive(Debug)]
pub(super) enum Mistake {
    UnknownField { name: String, known: Names },
    MissingField { name: &'static str },
    UnknownName { name: String, known: Names },
    Expected { what: Cow<'static, str>, is_number: bool },
}

/// A mistake and its place in the row.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) mistake: Mistake,
    /// From the mistake to the row.
    outward: Vec<Segment>,
}

impl Fault {
    fn of(mistake: Mistake) -> Self {
        Self { mistake, outward: Vec::new() }
    }

    fn expected(what: impl Into<Cow<'static, str>>) -> Self {
        Self::of(Mistake::Expected { what: what.into(), is_number: false })
    }

    fn inside(mut self, segment: Segment) -> Self {
        self.outward.push(segment);
        self
    }

    fn inside_key(self, key: &str) -> Self {
        self.inside(Segment::Key(key.to_owned().into()))
    }

    /// From the row to the mistake.
    pub(super) fn path(&self) -> Vec<Segment> {
        self.outward.iter().rev().cloned().collect()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.mistake)
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(_message: T) -> Self {
        Self::expected("something else")
    }

    fn unknown_variant(variant: &str, expected: Names) -> Self {
        Self::of(Mistake::UnknownName { name: variant.to_owned(), known: expected })
    }

    fn unknown_field(field: &str, expected: Names) -> Self {
        Self::of(Mistake::UnknownField { name: field.to_owned(), known: expected })
    }

    fn missing_field(field: &'static str) -> Self {
        Self::of(Mistake::MissingField { name: field })
    }
}

/// A row.
///
/// # Errors
/// The first mistake.
pub(super) fn read<T: DeserializeOwned>(value: &Value<'_>) -> Result<T, Fault> {
    T::deserialize(Source { value, left_out: &[], is_sorted: false })
}

/// A row without some of its keys.
///
/// # Errors
/// The first mistake, in the order of the keys' names.
pub(super) fn read_without<T: DeserializeOwned>(value: &Value<'_>, left_out: &[String]) -> Result<T, Fault> {
    T::deserialize(Source { value, left_out, is_sorted: true })
}

/// A value that serde reads.
#[derive(Clone, Copy)]
struct Source<'v, 'a> {
    value: &'v Value<'a>,
    /// Keys that are passed over.
    left_out: &'v [String],
    /// Whether keys are read in the order of their names.
    is_sorted: bool,
}

impl<'v, 'a> Source<'v, 'a> {
    /// A value inside of this one.
    fn inner(self, value: &'v Value<'a>) -> Self {
        Self { value, left_out: &[], is_sorted: self.is_sorted }
    }

    fn properties(self, object: &'v Object<'a>) -> Vec<&'v ObjectProp<'a>> {
        #[cfg(test)]
        crate::program::testing::work::looked_at(object.properties.len());
        let is_read =
            |property: &&ObjectProp<'_>| self.left_out.iter().all(|key| key != property.name.as_str());
        let mut properties: Vec<_> = object.properties.iter().filter(is_read).collect();
        if self.is_sorted {
            properties.sort_by_key(|property| property.name.as_str());
        }
        properties
    }

    fn object<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let Value::Object(object) = self.value else { return Err(Fault::expected("an object")) };
        let properties = self.properties(object).into_iter();
        visitor.visit_map(Properties { source: self, properties, value: None })
    }

    fn number(self, what: impl Into<Cow<'static, str>>) -> Fault {
        Fault::of(Mistake::Expected { what: what.into(), is_number: true })
    }
}

/// Whole numbers of a type, also where they are written as `3.0` or `3e2`.
macro_rules! integers {
    ($($deserialize:ident $visit:ident $ty:ident;)*) => {
        $(
            fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
                let number = match self.value {
                    Value::NumberLit(literal) => integer(literal.value).and_then(|number| $ty::try_from(number).ok()),
                    _ => None,
                };
                match number {
                    Some(number) => visitor.$visit(number),
                    None => Err(self.number(format!("an integer from {} to {}", $ty::MIN, $ty::MAX))),
                }
            }
        )*
    };
}

/// Floats of a type: the text is rounded once.
macro_rules! floats {
    ($($deserialize:ident $visit:ident $ty:ident;)*) => {
        $(
            fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
                match self.value {
                    Value::NumberLit(literal) => match literal.value.parse::<$ty>() {
                        Ok(number) => visitor.$visit(number),
                        Err(_) => Err(self.number("a number")),
                    },
                    _ => Err(self.number("a number")),
                }
            }
        )*
    };
}

impl<'de> Deserializer<'de> for Source<'_, '_> {
    type Error = Fault;

    integers! {
        deserialize_u8 visit_u8 u8;
        deserialize_u16 visit_u16 u16;
        deserialize_u32 visit_u32 u32;
        deserialize_u64 visit_u64 u64;
        deserialize_i8 visit_i8 i8;
        deserialize_i16 visit_i16 i16;
        deserialize_i32 visit_i32 i32;
        deserialize_i64 visit_i64 i64;
    }

    floats! {
        deserialize_f32 visit_f32 f32;
        deserialize_f64 visit_f64 f64;
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            Value::BooleanLit(literal) => visitor.visit_bool(literal.value),
            _ => Err(Fault::expected("`true` or `false`")),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            Value::StringLit(literal) => visitor.visit_str(&literal.value),
            _ => Err(Fault::expected("a string")),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            Value::NullKeyword(_) => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            Value::Array(array) => {
                visitor.visit_seq(&mut Elements { source: self, at: 0, of: &array.elements })
            }
            _ => Err(Fault::expected("an array")),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Fault> {
        let wrong = || Fault::expected(format!("an array of length {length}"));
        let Value::Array(array) = self.value else { return Err(wrong()) };
        let mut elements = Elements { source: self, at: 0, of: &array.elements };
        match visitor.visit_seq(&mut elements) {
            Ok(value) if elements.at == array.elements.len() => Ok(value),
            Err(fault) if !fault.outward.is_empty() => Err(fault),
            // No element is wrong: there are too many or too few.
            Ok(_) | Err(_) => Err(wrong()),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.object(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: Names,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.object(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: Names,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self.value {
            Value::StringLit(literal) => visitor.visit_enum(Variant { name: &literal.value, content: None }),
            Value::Object(object) => match *self.properties(object) {
                [property] => visitor.visit_enum(Variant {
                    name: property.name.as_str(),
                    content: Some(self.inner(&property.value)),
                }),
                [] | [_, _, ..] => Err(Fault::expected(ONE_KEY)),
            },
            _ => Err(Fault::expected(ONE_KEY)),
        }
    }

    /// No type of a row asks what there is.
    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Fault> {
        Err(Fault::expected("something else"))
    }

    serde::forward_to_deserialize_any! {
        i128 u128 char bytes byte_buf unit unit_struct tuple_struct identifier ignored_any
    }
}

/// The form of a variant with content.
const ONE_KEY: &str = "an object with one key that says which";

struct Elements<'v, 'a> {
    source: Source<'v, 'a>,
    at: usize,
    of: &'v [Value<'a>],
}

impl<'de> SeqAccess<'de> for &mut Elements<'_, '_> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        let Some(value) = self.of.get(self.at) else { return Ok(None) };
        let at = self.at;
        self.at += 1;
        seed.deserialize(self.source.inner(value)).map(Some).map_err(|fault| fault.inside(Segment::Index(at)))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.of.len() - self.at)
    }
}

struct Properties<'v, 'a> {
    source: Source<'v, 'a>,
    properties: std::vec::IntoIter<&'v ObjectProp<'a>>,
    /// The one whose key was read last.
    value: Option<&'v ObjectProp<'a>>,
}

impl<'de> MapAccess<'de> for Properties<'_, '_> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        self.value = self.properties.next();
        let Some(property) = self.value else { return Ok(None) };
        seed.deserialize(StrDeserializer::new(property.name.as_str())).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Fault> {
        let Some(property) = self.value.take() else { return Err(Fault::expected("a key")) };
        let value = seed.deserialize(self.source.inner(&property.value));
        value.map_err(|fault| fault.inside_key(property.name.as_str()))
    }
}

/// A variant of an enum: a name, or a name with its content.
struct Variant<'v, 'a> {
    name: &'v str,
    content: Option<Source<'v, 'a>>,
}

impl<'de> EnumAccess<'de> for Variant<'_, '_> {
    type Error = Fault;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self), Fault> {
        Ok((seed.deserialize(StrDeserializer::<Fault>::new(self.name))?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, '_> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        match self.content {
            None => Ok(()),
            Some(_) => Err(Fault::expected("a name")),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Fault> {
        let Some(content) = self.content else { return Err(Fault::expected(ONE_KEY)) };
        seed.deserialize(content).map_err(|fault| fault.inside_key(self.name))
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Fault> {
        let Some(content) = self.content else { return Err(Fault::expected(ONE_KEY)) };
        content.deserialize_tuple(length, visitor).map_err(|fault| fault.inside_key(self.name))
    }

    fn struct_variant<V: Visitor<'de>>(self, _fields: Names, visitor: V) -> Result<V::Value, Fault> {
        let Some(content) = self.content else { return Err(Fault::expected(ONE_KEY)) };
        content.object(visitor).map_err(|fault| fault.inside_key(self.name))
    }
}
