//! Domains whose elements the host gives: ids and values, in the host's order.

use super::NEW;
use super::edit::Edit;
use super::spelled::{KeptSpelled, Spelled};
use crate::engine::plan::NONE;
use crate::engine::snapshots::copy;
use crate::engine::texts::holders::Marker;
use crate::engine::{Engine, EngineError};
use crate::id::DomainId;
use crate::math::hash;
use crate::program::{Domain, ElementInput, Live, Nearest, Type};

/// A column of values of elements: a slice of numbers, bools or arrays, [`from`](From) which it is made.
#[derive(Clone, Copy, Debug)]
pub enum ElementValues<'a> {
    /// For a float input.
    Float(&'a [f32]),
    /// For an int input.
    Int(&'a [i32]),
    /// For a uint input.
    Uint(&'a [u32]),
    /// For a bool input.
    Bool(&'a [bool]),
    /// For a vec2 input.
    Vec2(&'a [[f32; 2]]),
    /// For a vec3 input.
    Vec3(&'a [[f32; 3]]),
    /// For a color input: red, green, blue, alpha.
    Color(&'a [[f32; 4]]),
}

macro_rules! from {
    ($( $variant:ident $type:ty; )*) => {
        $(
            impl<'a> From<&'a [$type]> for ElementValues<'a> {
                fn from(values: &'a [$type]) -> Self { Self::$variant(values) }
            }
            impl<'a> From<&'a Vec<$type>> for ElementValues<'a> {
                fn from(values: &'a Vec<$type>) -> Self { Self::$variant(values) }
            }
            impl<'a, const N: usize> From<&'a [$type; N]> for ElementValues<'a> {
                fn from(values: &'a [$type; N]) -> Self { Self::$variant(values) }
            }
        )*
        impl ElementValues<'_> {
            pub(crate) fn ty(&self) -> Type {
                match self { $( Self::$variant(_) => Type::$variant, )* }
            }

            pub(crate) fn len(&self) -> usize {
                match self { $( Self::$variant(values) => values.len(), )* }
            }
        }
    };
}

from! {
    Float f32;
    Int i32;
    Uint u32;
    Bool bool;
    Vec2 [f32; 2];
    Vec3 [f32; 3];
    Color [f32; 4];
}

impl ElementValues<'_> {
    /// The first value that is not finite.
    pub(crate) fn broken(&self) -> Option<usize> {
        let bad = |values: &[f32]| values.iter().any(|value| !value.is_finite());
        match self {
            Self::Float(values) => values.iter().position(|value| !value.is_finite()),
            Self::Vec2(values) => values.iter().position(|value| bad(value)),
            Self::Vec3(values) => values.iter().position(|value| bad(value)),
            Self::Color(values) => values.iter().position(|value| bad(value)),
            Self::Int(_) | Self::Uint(_) | Self::Bool(_) => None,
        }
    }

    /// Adds the components of one value after the other.
    pub(crate) fn components(&self, numbers: &mut Vec<f64>) {
        match self {
            Self::Float(values) => numbers.extend(values.iter().map(|&value| f64::from(value))),
            Self::Int(values) => numbers.extend(values.iter().map(|&value| f64::from(value))),
            Self::Uint(values) => numbers.extend(values.iter().map(|&value| f64::from(value))),
            Self::Bool(values) => numbers.extend(values.iter().map(|&value| f64::from(u8::from(value)))),
            Self::Vec2(values) => numbers.extend(values.iter().flatten().map(|&value| f64::from(value))),
            Self::Vec3(values) => numbers.extend(values.iter().flatten().map(|&value| f64::from(value))),
            Self::Color(values) => numbers.extend(values.iter().flatten().map(|&value| f64::from(value))),
        }
    }

    /// Copies a component to lanes.
    fn copy(&self, component: usize, lanes: &mut Vec<u32>) {
        lanes.clear();
        match self {
            Self::Float(values) => lanes.extend(values.iter().map(|value| value.to_bits())),
            Self::Int(values) => lanes.extend(values.iter().map(|value| value.cast_unsigned())),
            Self::Uint(values) => lanes.extend_from_slice(values),
            Self::Bool(values) => lanes.extend(values.iter().map(|&value| if value { u32::MAX } else { 0 })),
            Self::Vec2(values) => lanes.extend(values.iter().map(|value| value[component].to_bits())),
            Self::Vec3(values) => lanes.extend(values.iter().map(|value| value[component].to_bits())),
            Self::Color(values) => lanes.extend(values.iter().map(|value| value[component].to_bits())),
        }
    }
}

/// What the host has given of the elements of a domain, for the next frame.
#[derive(Debug, Default)]
pub(crate) struct Given {
    pub(super) inputs: Vec<ElementInput>,
    nearest: Option<Nearest>,
    pub(super) max: u32,
    /// Whether the ids are those of the program, and the host gives none.
    owns_ids: bool,
    /// Whether they are the rows of a view.
    is_of_view: bool,
    /// Who they are, where they are the letters of a text.
    pub(super) spelled: Option<Spelled>,
    pub(super) ids: Vec<u64>,
    /// Per component, in the order of the inputs.
    pub(super) columns: Vec<Vec<u32>>,
    /// The places of the living elements, where elements are matched by these: a column per coordinate.
    places: Vec<Vec<u32>>,
    /// Whether there is something new.
    pub(super) is_staged: bool,
    /// Whether it was taken in this frame.
    is_taken: bool,
    /// Where each id is, for a moment.
    index: Index,
    grid: Grid,
}

impl Given {
    pub(super) fn new(domain: &Domain) -> Self {
        let Some(Live::Host { inputs, nearest, ids: own, view, letters }) = &domain.live else {
            return Self::default();
        };
        let room = domain.capacity as usize;
        let columns =
            |count: u32| -> Vec<Vec<u32>> { (0..count).map(|_| Vec::with_capacity(room)).collect() };
        let mut ids = Vec::with_capacity(room);
        ids.extend_from_slice(own);
        Self {
            inputs: inputs.clone(),
            nearest: *nearest,
            max: domain.capacity,
            owns_ids: !own.is_empty(),
            is_of_view: view.is_some(),
            spelled: letters.map(|_| Spelled::new(inputs, room)),
            ids,
            columns: columns(stride(inputs)),
            places: columns(nearest.map_or(0, |nearest| inputs[nearest.input as usize].ty.stride())),
            is_staged: !own.is_empty(),
            is_taken: false,
            index: Index::with_room(room),
            grid: if nearest.is_some() { Grid::with_room(room) } else { Grid::default() },
        }
    }

    pub(super) fn bytes(domain: &Domain) -> usize {
        let Some(Live::Host { inputs, nearest, ids: _, view: _, letters }) = &domain.live else { return 0 };
        let room = domain.capacity as usize;
        let of_place = |nearest: Nearest| {
            Grid::bytes(room) + room * 4 * inputs[nearest.input as usize].ty.stride() as usize
        };
        room * (8 + 4 * stride(inputs) as usize)
            + Index::bytes(room)
            + nearest.map_or(0, of_place)
            + letters.map_or(0, |_| Spelled::bytes(room))
    }

    pub(super) fn mark_texts(&self, marker: &mut Marker<'_>) {
        self.spelled.iter().for_each(|spelled| spelled.mark_texts(marker));
        let mut columns = self.columns.iter();
        for input in &self.inputs {
            for lanes in columns.by_ref().take(input.ty.stride() as usize) {
                if input.ty == Type::Text {
                    lanes.iter().for_each(|&lane| marker.lane(lane));
                }
            }
        }
    }

    pub(super) fn reset(&mut self) {
        if self.is_of_view || self.spelled.is_some() {
            self.ids.clear();
        }
        self.spelled.iter_mut().for_each(Spelled::reset);
        // What the host gave stays, as inputs do.
        self.is_staged = !self.ids.is_empty();
    }

    /// Room for the rows of another program, that may have had more.
    pub(super) fn make_room(&mut self, rows: usize) {
        if !self.index.slots.is_empty() {
            self.index = Index::with_room(rows);
            if self.nearest.is_some() {
                self.grid = Grid::with_room(rows);
            }
        }
    }

    /// Goes on with what the host gave another program: what was not taken yet is taken by the next frame.
    pub(super) fn go_on(&mut self, old: &Self) {
        let is_same_place = self.places.len() == old.places.len();
        self.places
            .iter_mut()
            .zip(&old.places)
            .filter(|_| is_same_place)
            .for_each(|(to, from)| to.clone_from(from));
        if let (Some(spelled), Some(before)) = (&mut self.spelled, &old.spelled) {
            let count = old.ids.len().min(self.max as usize);
            spelled.go_on(before, count);
            self.ids.clear();
            self.ids.extend_from_slice(&old.ids[..count]);
            return;
        }
        if self.owns_ids || old.ids.len() > self.max as usize {
            return;
        }
        self.ids.clone_from(&old.ids);
        let mut lanes = self.columns.iter_mut();
        for input in &self.inputs {
            let is_same = |other: &ElementInput| other.name == input.name && other.ty == input.ty;
            let before = old.inputs.iter().position(is_same);
            let first = before.map(|row| stride(&old.inputs[..row]) as usize);
            for (component, lanes) in lanes.by_ref().take(input.ty.stride() as usize).enumerate() {
                lanes.clear();
                match first {
                    Some(first) => lanes.extend_from_slice(&old.columns[first + component]),
                    None => lanes.resize(old.ids.len(), default_lane(input, component)),
                }
            }
        }
        self.is_staged = old.is_staged;
    }

    /// Elements are the rows of a view from now on, whose ids and lanes are put into what this gives; `is_new` says whether they are
    /// others than before.
    pub(crate) fn rows_mut(&mut self, is_new: bool) -> (&mut Vec<u64>, impl Iterator<Item = &mut Vec<u32>>) {
        self.ids.clear();
        self.columns.iter_mut().for_each(Vec::clear);
        self.is_staged |= is_new;
        (&mut self.ids, self.columns.iter_mut())
    }

    pub(super) fn begin(&mut self) {
        self.is_taken = false;
    }

    /// Whether the program says which elements there are.
    pub(super) fn owns_ids(&self) -> bool {
        self.owns_ids
    }

    pub(crate) fn is_staged(&self) -> bool {
        self.is_staged
    }

    /// Whether what is held is what was taken in this frame, and not already what is for the next one.
    pub(super) fn is_current(&self) -> bool {
        self.is_taken && !self.is_staged
    }

    pub(super) fn id(&self, at: usize) -> u64 {
        self.ids[at]
    }

    /// What was taken in this frame.
    pub(super) fn write(&self, lanes: &mut [u32], component: u32) {
        if !self.is_current() {
            return;
        }
        let column = &self.columns[component as usize];
        lanes[..column.len()].copy_from_slice(column);
    }

    /// The ids of the living elements that were taken.
    pub(super) fn write_ids(&self, ids: &mut [u64]) {
        ids[..self.ids.len()].copy_from_slice(&self.ids);
    }

    /// The edit to the program's own elements, none of which was there before.
    pub(super) fn begin_own(&mut self, edit: &mut Edit, before: [u32; 2]) {
        (self.is_staged, self.is_taken) = (false, true);
        edit.begin(before);
        edit.from.resize(self.ids.len(), NEW);
        edit.gone.extend(0..before[0] + before[1]);
    }

    /// The edit to the elements that are given. `known` are the ids of rows, and `drawn` the rows as they are drawn where some
    /// linger: what is gone stays in that order.
    pub(super) fn change(&mut self, edit: &mut Edit, before: [u32; 2], known: &[u64], drawn: &[u32]) {
        (self.is_staged, self.is_taken) = (false, true);
        edit.begin(before);
        let rows = before[0] + before[1];
        let Self { index, ids, grid, nearest, columns, inputs, places, .. } = self;
        // As after most edits of rows: then none is looked up.
        let is_same = ids[..] == known[..before[0] as usize];
        if is_same {
            edit.from.extend(0..before[0]);
        } else {
            index.clear();
            for row in 0..rows {
                index.insert(known[row as usize], row);
            }
            edit.from.extend(ids.iter().map(|&id| index.take(id).unwrap_or(NEW)));
        }
        if let Some(nearest) = nearest {
            let first = stride(&inputs[..nearest.input as usize]) as usize;
            let new = &columns[first..first + places.len()];
            if edit.from.contains(&NEW) {
                let free = |row: u32| index.has(known[row as usize]);
                grid.match_nearest(edit, (ids, new), (before[0], places), nearest.radius as f32, free);
                for &from in edit.from.iter().filter(|&&from| from != NEW) {
                    index.take(known[from as usize]);
                }
            }
            places.iter_mut().zip(new).for_each(|(to, from)| to.clone_from(from));
        }
        let is_gone = |row: &u32| if is_same { *row >= before[0] } else { index.has(known[*row as usize]) };
        match drawn {
            [] => edit.gone.extend((0..rows).filter(is_gone)),
            drawn => edit.gone.extend(drawn.iter().copied().filter(is_gone)),
        }
    }
}

/// What a snapshot of a run has of it. The ids and columns are not part of that, but for the ids of letters: only the host changes
/// them.
#[derive(Debug)]
pub(super) struct KeptGiven {
    places: Vec<Vec<u32>>,
    spelled: Option<KeptSpelled>,
    is_staged: bool,
    is_taken: bool,
}

impl KeptGiven {
    pub(super) fn bytes(&self) -> usize {
        self.places.iter().map(Vec::capacity).sum::<usize>() * size_of::<u32>()
            + self.spelled.as_ref().map_or(0, KeptSpelled::bytes)
    }
}

impl Given {
    /// Room for a copy.
    pub(super) fn kept(&self) -> KeptGiven {
        let places = self.places.iter().map(|lanes| Vec::with_capacity(lanes.capacity())).collect();
        let spelled = self.spelled.as_ref().map(Spelled::kept);
        KeptGiven { places, spelled, is_staged: false, is_taken: false }
    }

    pub(super) fn copy_to(&self, into: &mut KeptGiven) {
        let Self {
            inputs: _,
            nearest: _,
            max: _,
            owns_ids: _,
            is_of_view: _,
            spelled,
            ids,
            columns: _,
            places,
            is_staged,
            is_taken,
            index: _,
            grid: _,
        } = self;
        into.places.iter_mut().zip(places).for_each(|(to, from)| copy(from, to));
        if let (Some(spelled), Some(into)) = (spelled, &mut into.spelled) {
            spelled.copy_to(ids, into);
        }
        (into.is_staged, into.is_taken) = (*is_staged, *is_taken);
    }

    pub(super) fn restore(&mut self, from: &KeptGiven) {
        let KeptGiven { places, spelled, is_staged, is_taken } = from;
        if let (Some(own), Some(from)) = (&mut self.spelled, spelled) {
            own.restore(&mut self.ids, from);
        }
        self.places.iter_mut().zip(places).for_each(|(to, from)| copy(from, to));
        (self.is_staged, self.is_taken) = (*is_staged, *is_taken);
    }
}

/// The components of some inputs.
fn stride(inputs: &[ElementInput]) -> u32 {
    inputs.iter().map(|input| input.ty.stride()).sum()
}

/// Ids to rows, in a table of fixed room: open addressing, at most half full.
#[derive(Debug, Default)]
struct Index {
    slots: Vec<(u64, u32)>,
}

impl Index {
    /// A row of what was taken.
    const TAKEN: u32 = NONE - 1;

    fn slots(room: usize) -> usize {
        (2 * room).next_power_of_two()
    }

    fn with_room(room: usize) -> Self {
        Self { slots: vec![(0, NONE); Self::slots(room)] }
    }

    fn bytes(room: usize) -> usize {
        Self::slots(room) * size_of::<(u64, u32)>()
    }

    fn clear(&mut self) {
        self.slots.fill((0, NONE));
    }

    /// Where an id is, or where it would be.
    fn slot(&self, id: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = hash::hash2(id as u32, (id >> 32) as u32) as usize & mask;
        while self.slots[at].1 != NONE && self.slots[at].0 != id {
            at = (at + 1) & mask;
        }
        at
    }

    /// Whether the id was not there before.
    fn insert(&mut self, id: u64, row: u32) -> bool {
        let at = self.slot(id);
        let is_new = self.slots[at].1 == NONE;
        if is_new {
            self.slots[at] = (id, row);
        }
        is_new
    }

    fn take(&mut self, id: u64) -> Option<u32> {
        let at = self.slot(id);
        let row = self.slots[at].1;
        if row >= Self::TAKEN {
            return None;
        }
        self.slots[at].1 = Self::TAKEN;
        Some(row)
    }

    fn has(&self, id: u64) -> bool {
        self.slots[self.slot(id)].1 < Self::TAKEN
    }
}

/// A grid of cells as wide as the radius, over places of two or three coordinates, to find near ones: each cell has a list
/// of rows, in a table of fixed room.
#[derive(Debug, Default)]
struct Grid {
    /// The first row of each cell.
    heads: Vec<u32>,
    /// The next row in the same cell.
    next: Vec<u32>,
    /// Claims: distance squared, id of the new element, its row, the old row.
    claims: Vec<(f32, u64, u32, u32)>,
}

impl Grid {
    fn with_room(room: usize) -> Self {
        Self {
            heads: vec![NONE; (2 * room).next_power_of_two()],
            next: vec![NONE; room],
            claims: Vec::with_capacity(room),
        }
    }

    fn bytes(room: usize) -> usize {
        4 * (2 * room).next_power_of_two() + room * (4 + size_of::<(f32, u64, u32, u32)>())
    }

    fn cell(&self, place: [i64; 3]) -> usize {
        let [x, y, z] = place.map(|side| side as u32);
        hash::hash3(x, y, z) as usize & (self.heads.len() - 1)
    }

    /// Gives new elements the nearest free old rows: the nearer one of two that claim the same, by id where they are equally
    /// near. One that loses its claim is new.
    fn match_nearest(
        &mut self,
        edit: &mut Edit,
        (ids, new): (&[u64], &[Vec<u32>]),
        (living, old): (u32, &[Vec<u32>]),
        radius: f32,
        free: impl Fn(u32) -> bool,
    ) {
        let side = |value: f32| (f64::from(value) / f64::from(radius)).floor() as i64;
        let place = |columns: &[Vec<u32>], row: usize| {
            [0, 1, 2].map(|k| columns.get(k).map_or(0.0, |column| f32::from_bits(column[row])))
        };
        let old_place = |row: u32| place(old, row as usize);
        self.heads.fill(NONE);
        for row in (0..living).filter(|&row| free(row)) {
            let cell = self.cell(old_place(row).map(side));
            self.next[row as usize] = std::mem::replace(&mut self.heads[cell], row);
        }
        self.claims.clear();
        for (row, _) in edit.from.iter().enumerate().filter(|&(_, &from)| from == NEW) {
            let place = place(new, row);
            let middle = place.map(side);
            let mut best: Option<(f32, u32)> = None;
            let depths: &[i64] = if new.len() > 2 { &[-1, 0, 1] } else { &[0] };
            for (dx, dy, dz) in depths.iter().flat_map(|&dz| {
                [-1, 0, 1].into_iter().flat_map(move |dy| [-1, 0, 1].map(move |dx| (dx, dy, dz)))
            }) {
                let cell = [middle[0] + dx, middle[1] + dy, middle[2] + dz];
                let mut at = self.heads[self.cell(cell)];
                while at != NONE {
                    let there = old_place(at);
                    let squared: f32 = (0..3).map(|k| (there[k] - place[k]) * (there[k] - place[k])).sum();
                    // Two cells may share a list: only what is in this one counts, so that nothing is seen twice.
                    let is_here = there.map(side) == cell;
                    if is_here && squared < radius * radius && best.is_none_or(|best| (squared, at) < best) {
                        best = Some((squared, at));
                    }
                    at = self.next[at as usize];
                }
            }
            if let Some((squared, at)) = best {
                self.claims.push((squared, ids[row], row as u32, at));
            }
        }
        self.claims.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        // From here on `next` says who has been claimed.
        self.next[..living as usize].fill(NONE);
        for &(_, _, row, old) in &self.claims {
            if self.next[old as usize] == NONE {
                self.next[old as usize] = row;
                edit.from[row as usize] = old;
            }
        }
    }
}

/// The elements of a domain that the host gives; see [`Engine::elements`].
#[derive(Debug)]
pub struct GivenElements<'e> {
    pub(crate) engine: &'e mut Engine,
    pub(crate) domain: DomainId,
}

impl GivenElements<'_> {
    /// Gives the elements there are from the next frame on: an id each, which is who it is, and columns of values by the
    /// names of the inputs, as long as there are ids. An input that is left out has its default. Allocates nothing.
    ///
    /// # Errors
    /// When there are more elements than the domain holds, an id is there twice, or a column is of another name, type or
    /// length, or has a value that is not finite. Then the elements stay as they were.
    pub fn set(&mut self, ids: &[u64], columns: &[(&str, ElementValues<'_>)]) -> Result<(), EngineError> {
        self.engine.given_mut(self.domain).stage(ids, columns).map_err(|message| {
            let domain = self.engine.program().data().domains[self.domain.index()].name.clone();
            EngineError::Elements { domain, message }
        })
    }
}

impl Given {
    fn stage(&mut self, ids: &[u64], columns: &[(&str, ElementValues<'_>)]) -> Result<(), String> {
        if ids.len() > self.max as usize {
            return Err(format!(
                "{} elements, and there are {} at most: raise `max` of the domain",
                ids.len(),
                self.max
            ));
        }
        self.index.clear();
        if let Some(&id) = ids.iter().find(|&&id| !self.index.insert(id, 0)) {
            return Err(format!("the id {id} is there twice: an id is who an element is"));
        }
        for (name, column) in columns {
            let Some(input) = self.inputs.iter().find(|input| input.name == *name) else {
                let known: Vec<&str> = self.inputs.iter().map(|input| input.name.as_str()).collect();
                return Err(format!("there is no input `{name}`, there are: {}", known.join(", ")));
            };
            if input.ty != column.ty() {
                return Err(format!("the input `{name}` is of {}, not of {}", input.ty, column.ty()));
            }
            if column.len() != ids.len() {
                return Err(format!("`{name}` has {} values for {} ids", column.len(), ids.len()));
            }
            if let Some(at) = column.broken() {
                return Err(format!("value {at} of `{name}` is not finite"));
            }
        }
        self.ids.clear();
        self.ids.extend_from_slice(ids);
        let mut lanes = self.columns.iter_mut();
        for input in &self.inputs {
            let given = columns.iter().find(|(name, _)| *name == input.name);
            for component in 0..input.ty.stride() as usize {
                let Some(lanes) = lanes.next() else { break };
                match given {
                    Some((_, column)) => column.copy(component, lanes),
                    None => {
                        lanes.clear();
                        lanes.resize(ids.len(), default_lane(input, component));
                    }
                }
            }
        }
        self.is_staged = true;
        Ok(())
    }
}

/// A component of the default of an input, as a lane.
pub(crate) fn default_lane(input: &ElementInput, component: usize) -> u32 {
    let value = input.default[component];
    match input.ty {
        Type::Float | Type::Vec2 | Type::Vec3 | Type::Color => (value as f32).to_bits(),
        Type::Int => (value as i32).cast_unsigned(),
        Type::Uint | Type::Shape => value as u32,
        // Texts are of rows of lists, which are given whole.
        Type::Text => 0,
        Type::Bool => {
            if value == 0.0 {
                0
            } else {
                u32::MAX
            }
        }
    }
}
