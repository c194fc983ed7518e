//! pavane
