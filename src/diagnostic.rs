//! What is wrong with an input: the place, what was found, what was expected, and the way out.

/// placeholder
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostics(pub Vec<String>);
impl Diagnostics { pub(crate) fn from_builder(p: &[String]) -> Self { Self(p.to_vec()) } }
