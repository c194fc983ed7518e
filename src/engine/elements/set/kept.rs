//! A set of elements as a snapshot of a run has it.

use super::ElementSet;
use crate::engine::elements::born::Births;
use crate::engine::elements::host::KeptGiven;
use crate::engine::snapshots::copy;

/// A copy of all that a later frame needs of a set, in room that is given once.
#[derive(Debug)]
pub(crate) struct KeptSet {
    living: u32,
    lingering: u32,
    is_begun: bool,
    since: Vec<u64>,
    ids: Vec<u64>,
    host_ids: Vec<u64>,
    deaths: Vec<u64>,
    sequence: Vec<u32>,
    is_edited: bool,
    news: Vec<u32>,
    committed: bool,
    births: Births,
    given: KeptGiven,
    dropped: u64,
    is_nudged: bool,
}

impl KeptSet {
    pub(crate) fn with_room(set: &ElementSet) -> Self {
        let like = |lanes: &Vec<u64>| Vec::with_capacity(lanes.len());
        Self {
            living: 0,
            lingering: 0,
            is_begun: false,
            since: like(&set.since),
            ids: like(&set.ids),
            host_ids: like(&set.host_ids),
            deaths: like(&set.deaths),
            sequence: Vec::with_capacity(set.sequence.capacity()),
            is_edited: false,
            news: Vec::with_capacity(set.news.capacity()),
            committed: false,
            births: Births::default(),
            given: set.given.kept(),
            dropped: 0,
            is_nudged: false,
        }
    }

    /// The rows there were.
    pub(crate) fn rows(&self) -> u32 {
        self.living + self.lingering
    }

    pub(crate) fn bytes(&self) -> usize {
        let lanes = [&self.since, &self.ids, &self.host_ids, &self.deaths].map(Vec::capacity);
        lanes.iter().sum::<usize>() * size_of::<u64>()
            + (self.sequence.capacity() + self.news.capacity()) * size_of::<u32>()
            + self.given.bytes()
    }
}

impl ElementSet {
    pub(crate) fn copy_to(&self, into: &mut KeptSet) {
        let Self {
            plan: _,
            living,
            lingering,
            room: _,
            max: _,
            is_begun,
            since,
            ids,
            host_ids,
            deaths,
            sequence,
            // Room for a moment, and the edit of one frame.
            places: _,
            edit: _,
            is_edited,
            news,
            committed,
            births,
            given,
            // Of all frames that there ever were.
            high_water: _,
            dropped,
            is_nudged,
        } = self;
        let rows = self.rows() as usize;
        let copy_rows = |from: &[u64], to: &mut Vec<u64>| copy(&from[..rows.min(from.len())], to);
        (into.living, into.lingering) = (*living, *lingering);
        (into.is_begun, into.is_edited, into.committed) = (*is_begun, *is_edited, *committed);
        (into.dropped, into.is_nudged) = (*dropped, *is_nudged);
        copy_rows(since, &mut into.since);
        copy_rows(ids, &mut into.ids);
        copy_rows(host_ids, &mut into.host_ids);
        copy_rows(deaths, &mut into.deaths);
        copy(sequence, &mut into.sequence);
        copy(news, &mut into.news);
        into.births.copy_from(births);
        given.copy_to(&mut into.given);
    }

    pub(crate) fn restore(&mut self, from: &KeptSet) {
        let KeptSet {
            living,
            lingering,
            is_begun,
            since,
            ids,
            host_ids,
            deaths,
            sequence,
            is_edited,
            news,
            committed,
            births,
            given,
            dropped,
            is_nudged,
        } = from;
        let put = |to: &mut [u64], from: &[u64]| to[..from.len()].copy_from_slice(from);
        (self.living, self.lingering) = (*living, *lingering);
        (self.is_begun, self.is_edited, self.committed) = (*is_begun, *is_edited, *committed);
        (self.dropped, self.is_nudged) = (*dropped, *is_nudged);
        put(&mut self.since, since);
        put(&mut self.ids, ids);
        put(&mut self.host_ids, host_ids);
        put(&mut self.deaths, deaths);
        copy(sequence, &mut self.sequence);
        copy(news, &mut self.news);
        self.births.copy_from(births);
        self.given.restore(given);
        self.edit.begin([*living, *lingering]);
    }
}
