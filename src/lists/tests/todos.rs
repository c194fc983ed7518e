//! todos
