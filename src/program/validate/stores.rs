//! Slots, cells and fields: do types fit their stores, and does everything have a place of its own?

use super::super::format::{Cell, Ring};
use super::super::limits;
use super::super::types::{Storage, Type};
use super::Check;
use super::names::a;
use crate::diagnostic::{Code, Diagnostic, JsonPath};

/// A stretch of rows in a store.
struct Extent {
    row: usize,
    start: u32,
    length: u32,
}

impl Check<'_> {
    pub(super) fn slots(&mut self) {
        let data = self.data;
        let names = data.slots.iter().map(|slot| slot.name.as_str());
        self.names("slot", "name", names, |row| JsonPath::row("slots", row).key("name"));
        for row in 1..data.slots.len() {
            let (before, here) = (data.slots[row - 1].id, data.slots[row].id);
            if here <= before {
                let message = format!("slot id {here} follows {before}, expected ascending ids");
                let diagnostic =
                    Diagnostic::error(Code::SlotOrder, message).at(JsonPath::row("slots", row).key("id"));
                let help = "give every slot an id of its own and sort the rows by id; gaps are legal";
                self.push(
                    diagnostic
                        .related("the slot before", JsonPath::row("slots", row - 1).key("id"))
                        .help(help),
                );
            }
        }
        let mut extents: [Vec<Extent>; 5] = Default::default();
        for (row, slot) in data.slots.iter().enumerate() {
            let at = JsonPath::row("slots", row);
            let good = self.storage(slot.ty, slot.storage, &at)
                & self.stride(slot.ty, slot.stride, &at)
                & self.extent(slot.offset, u64::from(slot.stride), limits::STORE_MAX, &at);
            if !slot.unit.is_scalar() && !slot.ty.is_floats() {
                self.unit(slot.ty, at.key("unit"));
            }
            if good {
                let class = Storage::ALL.iter().position(|&class| class == slot.storage).unwrap_or(0);
                extents[class].push(Extent { row, start: slot.offset, length: slot.stride });
            }
        }
        for (class, extents) in Storage::ALL.iter().zip(extents) {
            self.overlaps(extents, "slots", &format!("{class} row"), Self::slot_name);
        }
    }

    pub(super) fn phases(&mut self) {
        let keys = self.data.phases.iter().map(|phase| phase.key.as_str());
        self.names("phase", "key", keys, |row| JsonPath::row("phases", row).key("key"));
    }

    pub(super) fn cells(&mut self) {
        let data = self.data;
        let keys = data.cells.iter().map(|cell| cell.key.as_str());
        self.names("state cell", "key", keys, |row| JsonPath::row("cells", row).key("key"));
        let mut scalars: [Vec<Extent>; 5] = Default::default();
        let mut lanes = Vec::new();
        for (row, cell) in data.cells.iter().enumerate() {
            let at = JsonPath::row("cells", row);
            let Some(rows) = self.cell(cell, &at) else { continue };
            if !self.extent(cell.offset, u64::from(rows), limits::STORE_MAX, &at) {
                continue;
            }
            let extent = Extent { row, start: cell.offset, length: rows };
            match cell.domain {
                Some(_) => lanes.push(extent),
                None => {
                    let class = Storage::ALL.iter().position(|&class| class == cell.storage).unwrap_or(0);
                    scalars[class].push(extent);
                }
            }
        }
        for (class, extents) in Storage::ALL.iter().zip(scalars) {
            self.overlaps(extents, "cells", &format!("{class} row"), Self::cell_name);
        }
        self.overlaps(lanes, "cells", "lane cell row", Self::cell_name);
    }

    /// Checks a cell by itself and gives the rows it takes: per element, where it is a lane cell.
    fn cell(&mut self, cell: &Cell, at: &JsonPath) -> Option<u32> {
        if cell.ty == Type::Shape || cell.storage == Storage::Object {
            let diagnostic = Diagnostic::error(Code::TypeNotAllowed, "state cannot hold a shape");
            let help = "keep a number and select the shape with it";
            self.push(diagnostic.at(at.key("type")).help(help));
            return None;
        }
        let mut good = self.storage(cell.ty, cell.storage, at);
        if good && cell.domain.is_some() && cell.storage == Storage::F64 {
            let diagnostic = Diagnostic::error(Code::Storage, "state per element lives in f32, found f64");
            self.push(diagnostic.at(at.key("storage")).help("f64 is for signals; use f32"));
            good = false;
        }
        let ring = cell.ring.unwrap_or(Ring { length: 1, timed: false, reach: None });
        if !(1..=limits::RING_MAX).contains(&ring.length) {
            let message =
                format!("the ring holds {} pushes, expected 1 to {}", ring.length, limits::RING_MAX);
            self.error(Code::Ring, at.key("ring").key("length"), message);
            good = false;
        }
        let capacity = match cell.domain {
            None => 1,
            Some(domain) if self.row(domain, self.data.domains.len(), "domain", at.key("domain")) => {
                self.data.domains[domain as usize].capacity
            }
            Some(_) => return None,
        };
        if (cell.durable || !cell.kept.is_empty()) && (cell.domain.is_some() || cell.ring.is_some()) {
            let diagnostic = Diagnostic::error(Code::CellKind, "a durable cell has one value");
            let help = "keep what elements have in a list, whose rows are durable";
            self.push(diagnostic.at(at.key("durable")).help(help));
            good = false;
        }
        let stride = cell.ty.stride() as usize;
        let is_number = cell.kept.iter().all(|value| value.is_finite());
        if !cell.kept.is_empty() && (cell.kept.len() != stride || !is_number) {
            let message = format!("{} values are kept, expected {stride} finite ones", cell.kept.len());
            self.error(Code::Stride, at.key("kept"), message);
            good = false;
        }
        if cell.ty == Type::Text
            && let Some(&text) = cell.kept.first()
            && !(text >= 0.0 && text < self.data.texts.len() as f64 && text.fract() == 0.0)
        {
            self.error(Code::NoSuchRow, at.key("kept"), "there is no text of this number");
            good = false;
        }
        // Of domains and rings that are out of range the size is not asked for as well.
        if good && (1..=limits::CAPACITY_MAX).contains(&capacity) {
            let rows = u64::from(cell.ty.stride()) * u64::from(ring.length);
            let size = rows * u64::from(capacity);
            if size != u64::from(cell.size) {
                let mut parts = format!("{} for {}", cell.ty.stride(), a(cell.ty));
                if cell.ring.is_some() {
                    parts.push_str(&format!(", times {} pushes", ring.length));
                }
                if cell.domain.is_some() {
                    parts.push_str(&format!(", times a capacity of {capacity}"));
                }
                let message = format!("the size is {}, expected {size}: {parts}", cell.size);
                self.error(Code::Stride, at.key("size"), message);
                good = false;
            }
        }
        if let Some(initial) = cell.initial
            && good
        {
            self.initial(cell, initial, at);
        }
        good.then(|| cell.ty.stride() * ring.length)
    }

    fn initial(&mut self, cell: &Cell, initial: u32, at: &JsonPath) {
        let at = at.key("initial");
        let pool = self.data.constants.len(cell.storage);
        if self.row(initial, pool, &format!("{} constant", cell.storage), &at) && cell.ty == Type::Text {
            let row = self.data.constants.get(cell.storage, initial).unwrap_or(0.0);
            self.text_row(row, &at);
        }
        if cell.ty == Type::Bool
            && self.data.constants.get(cell.storage, initial).is_some_and(|value| value > 1.0)
        {
            let value = self.data.constants.get(cell.storage, initial).unwrap_or(0.0);
            self.error(Code::ImmediateRange, at, format!("a bool is 0 or 1, found {value}"));
        }
    }

    pub(super) fn fields(&mut self) {
        let data = self.data;
        // A name with its domain in front is unique when the name is unique in the domain: no name has a U+0000.
        let names: Vec<String> =
            data.fields.iter().map(|field| format!("{}\0{}", field.domain, field.name)).collect();
        let mut seen = std::collections::HashMap::new();
        let mut extents = Vec::new();
        for (row, field) in data.fields.iter().enumerate() {
            let at = JsonPath::row("fields", row);
            let named = self.name("field", "name", &field.name, at.key("name"));
            let known = self.row(field.domain, data.domains.len(), "domain", at.key("domain"));
            if named && known {
                let first = *seen.entry(names[row].as_str()).or_insert(row);
                if first != row {
                    let message = format!(
                        "two fields are called {}",
                        self.field_name(row).trim_start_matches("field ")
                    );
                    let diagnostic = Diagnostic::error(Code::DuplicateName, message).at(at.key("name"));
                    let diagnostic =
                        diagnostic.related("the first is here", JsonPath::row("fields", first).key("name"));
                    self.push(
                        diagnostic.help("a name is unique within its domain: give one of them another"),
                    );
                }
            }
            let mut good =
                self.storage(field.ty, field.storage, &at) & self.stride(field.ty, field.stride, &at);
            if matches!(field.storage, Storage::F64 | Storage::Object) && good {
                let message = format!("fields live in f32, i32 or u32, found {}", field.storage);
                let help = format!("a field of {} lives in {}", a(field.ty), field.ty.field_storage());
                self.push(Diagnostic::error(Code::Storage, message).at(at.key("storage")).help(help));
                good = false;
            }
            if !field.unit.is_scalar() && !field.ty.is_floats() {
                self.unit(field.ty, at.key("unit"));
            }
            if good && self.extent(field.offset, u64::from(field.stride), limits::FIELD_BUFFERS_MAX, &at) {
                extents.push(Extent { row, start: field.offset, length: field.stride });
            }
        }
        self.overlaps(extents, "fields", "field buffer", Self::field_name);
    }

    fn storage(&mut self, ty: Type, storage: Storage, at: &JsonPath) -> bool {
        let fits = ty.fits(storage);
        if !fits {
            let message = format!("{} cannot live in {storage}", a(ty));
            let fitting: Vec<&str> = Storage::ALL.iter().filter(|&&s| ty.fits(s)).map(|s| s.name()).collect();
            let help = format!("{} lives in {}", a(ty), fitting.join(" or "));
            self.push(Diagnostic::error(Code::Storage, message).at(at.key("storage")).help(help));
        }
        fits
    }

    fn stride(&mut self, ty: Type, stride: u32, at: &JsonPath) -> bool {
        let good = stride == ty.stride();
        if !good {
            let message =
                format!("the stride is {stride}, expected {}: the components of {}", ty.stride(), a(ty));
            self.error(Code::Stride, at.key("stride"), message);
        }
        good
    }

    fn extent(&mut self, offset: u32, length: u64, most: u32, at: &JsonPath) -> bool {
        let end = u64::from(offset) + length;
        let good = end <= u64::from(most);
        if !good {
            let message = format!("it ends at row {end} of its store, the most is {most}");
            let diagnostic = Diagnostic::error(Code::StoreLimit, message).at(at.key("offset"));
            self.push(diagnostic.help("offsets count up from 0 without gaps"));
        }
        good
    }

    /// Reports rows that overlap the one before them in the store.
    fn overlaps(
        &mut self,
        mut extents: Vec<Extent>,
        table: &'static str,
        store: &str,
        name: impl Fn(&Self, usize) -> String,
    ) {
        extents.sort_by_key(|extent| (extent.start, extent.row));
        let mut furthest: Option<&Extent> = None;
        for extent in &extents {
            if let Some(before) = furthest
                && extent.start < before.start + before.length
            {
                let (first, second) = (before.row.min(extent.row), before.row.max(extent.row));
                let last = (before.start + before.length).min(extent.start + extent.length) - 1;
                let place = match last == extent.start {
                    true => format!("{store} {last}"),
                    false => format!("{store}s {} to {last}", extent.start),
                };
                let message = format!("{} and {} both lie in {place}", name(self, first), name(self, second));
                let diagnostic =
                    Diagnostic::error(Code::Overlap, message).at(JsonPath::row(table, second).key("offset"));
                let help = "a row starts where the one before it ends";
                self.push(
                    diagnostic
                        .related("the other is here", JsonPath::row(table, first).key("offset"))
                        .help(help),
                );
            }
            if furthest.is_none_or(|f| extent.start + extent.length > f.start + f.length) {
                furthest = Some(extent);
            }
        }
    }
}
