//! The patch language: text in, a checked program out.
//!
//! `lexer` cuts text into tokens, `parser` makes a [`syntax`] tree of them, `resolve` finds what names mean,
//! `elaborate` gives every expression its type, unit and cardinality and lowers it to the program builder.

mod source;
mod syntax;
