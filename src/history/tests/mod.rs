//! Histories beside plain models: closures of small graphs, every byte of a file, and what queries load.

mod damage;
mod files;
mod loads;
mod models;
mod positions;
mod queries;
mod shapes;
mod transfer;

use crate::history::{Graph, RevisionId};
