//! From a draft to the rows of a program: order, numbers, reads and writes.

use std::collections::HashMap;

use super::super::format::{
    Action, Camera, Constants, Effect, EventSource, Groups, ImageRow, Live, Phase, ProgramData, Resource,
    ShapeRow, Shows, Source, Step, TableRow, TextRow,
};
use super::super::infer;
use super::super::op::{Immediate, Op};
use super::super::types::{Storage, Type};
use super::{Draft, PlaceOfTag, Write};
use crate::draw::ATTRIBUTES;

/// The rows, and the tag of each node.
pub(super) fn finish(draft: &Draft, place: PlaceOfTag<'_>) -> (ProgramData, Vec<u32>) {
    let mut data = draft.data.clone();
    data.steps = steps(draft);
    name_sources(draft, &mut data, place);
    let order = renumber(&mut data);
    (data, order.iter().map(|&node| draft.tags[node as usize]).collect())
}

/// The schedule: phases in order; inside one, writers before readers, and then as declared.
fn steps(draft: &Draft) -> Vec<Step> {
    let data = &draft.data;
    let actions: Vec<(Action, Vec<Resource>, Resource)> = draft
        .writes
        .iter()
        .map(|&write| match write {
            Write::Signal { slot, node } => {
                (Action::Signal { slot, node }, infer::reads(data, &[node]), Resource::Slot(slot))
            }
            Write::Field { field, node } => {
                (Action::Field { field, node }, infer::reads(data, &[node]), Resource::Field(field))
            }
            Write::Reduce { slot, field, reduction } => {
                let action = Action::Reduce { slot, field, reduction };
                (action, vec![Resource::Field(field)], Resource::Slot(slot))
            }
        })
        .collect();
    let writer: HashMap<Resource, usize> =
        actions.iter().enumerate().map(|(at, (_, _, target))| (*target, at)).collect();
    // A signal is late when it depends on a field, directly or not. Sorted first, so one pass finds all.
    let order = topological(&actions, &writer);
    let mut late = vec![false; actions.len()];
    for &at in &order {
        let (action, reads, _) = &actions[at];
        late[at] = !matches!(action, Action::Signal { .. })
            || reads.iter().any(|read| writer.get(read).is_some_and(|&w| late[w]));
    }
    let step = |phase, at: usize| {
        let (action, reads, target) = &actions[at];
        Step { phase, action: *action, reads: reads.clone(), writes: vec![*target] }
    };
    let mut steps: Vec<Step> =
        order.iter().filter(|&&at| !late[at]).map(|&at| step(Phase::Signals, at)).collect();
    steps.extend(order.iter().filter(|&&at| late[at]).map(|&at| step(Phase::Fields, at)));
    steps.extend(data.passes.iter().enumerate().map(|(pass, row)| Step {
        phase: Phase::Passes,
        action: Action::Pass { pass: pass as u32 },
        reads: infer::pass_reads(data, row),
        writes: vec![Resource::Pass(pass as u32)],
    }));
    steps.extend(draft.nexts.iter().map(|&(cell, node)| Step {
        phase: Phase::Commit,
        action: Action::Next { cell, node },
        reads: infer::reads(data, &[node]),
        writes: vec![Resource::Cell(cell)],
    }));
    steps
}

/// Writers before readers; among those that may run, the one declared first. Actions on a cycle keep their declared
/// order at the end: the check that follows reports them.
fn topological(
    actions: &[(Action, Vec<Resource>, Resource)],
    writer: &HashMap<Resource, usize>,
) -> Vec<usize> {
    let mut waits: Vec<usize> = vec![0; actions.len()];
    let mut readers: Vec<Vec<usize>> = vec![Vec::new(); actions.len()];
    for (at, (_, reads, _)) in actions.iter().enumerate() {
        for read in reads {
            if let Some(&from) = writer.get(read) {
                waits[at] += 1;
                readers[from].push(at);
            }
        }
    }
    let mut ready: std::collections::BTreeSet<usize> =
        (0..actions.len()).filter(|&at| waits[at] == 0).collect();
    let mut order = Vec::with_capacity(actions.len());
    let mut placed = vec![false; actions.len()];
    while let Some(at) = ready.pop_first() {
        order.push(at);
        placed[at] = true;
        for &reader in &readers[at] {
            waits[reader] -= 1;
            if waits[reader] == 0 {
                ready.insert(reader);
            }
        }
    }
    order.extend((0..actions.len()).filter(|&at| !placed[at]));
    order
}

/// Names of signals and fields, then of what passes draw and was not named before.
fn name_sources(draft: &Draft, data: &mut ProgramData, place: PlaceOfTag<'_>) {
    let mut names: Vec<(u32, String, u32)> = draft.names.clone();
    for pass in &data.passes {
        names.extend(
            infer::pass_values(pass)
                .iter()
                .map(|a| (a.node, format!("{}.{}", pass.name, a.name), draft.tags[a.node as usize])),
        );
    }
    let mut seen = vec![false; data.nodes.len()];
    for (node, name, tag) in names {
        let leaf = matches!(data.nodes[node as usize].op, Op::Const | Op::Slot | Op::Field | Op::Cell);
        if !leaf && !std::mem::replace(&mut seen[node as usize], true) {
            let (file, line, column) = match place(tag) {
                Some((file, line, column)) => (Some(file), Some(line), Some(column)),
                None => (None, None, None),
            };
            data.sources.push(Source { node, name, file, line, column });
        }
    }
}

/// Numbers nodes depth first from the roots, arguments left to right, and constants by first use; drops the rest.
/// Gives the former numbers in the new order.
fn renumber(data: &mut ProgramData) -> Vec<u32> {
    let mut new: Vec<Option<u32>> = vec![None; data.nodes.len()];
    let mut nodes = Vec::with_capacity(data.nodes.len());
    let mut order = Vec::with_capacity(data.nodes.len());
    let roots = roots(data);
    {
        let mut stack: Vec<(u32, usize)> = Vec::new();
        let mut visit = |root: u32| {
            stack.push((root, 0));
            while let Some((node, arg)) = stack.pop() {
                if new[node as usize].is_some() {
                    continue;
                }
                match data.nodes[node as usize].args.get(arg) {
                    Some(&next) => stack.extend([(node, arg + 1), (next, 0)]),
                    None => {
                        new[node as usize] = Some(nodes.len() as u32);
                        nodes.push(data.nodes[node as usize].clone());
                        order.push(node);
                    }
                }
            }
        };
        for root in roots {
            visit(root);
        }
    }
    let at = |node: u32| new[node as usize].unwrap_or(0);
    for node in &mut nodes {
        node.args.iter_mut().for_each(|arg| *arg = at(*arg));
    }
    data.nodes = nodes;
    each_root(data, &mut |node| *node = at(*node));
    data.sources.retain(|source| new[source.node as usize].is_some());
    data.sources.iter_mut().for_each(|source| source.node = at(source.node));
    data.sources.sort_by_key(|source| source.node);

    tables(data);
    images(data);
    fonts(data);
    let mut texts = Texts::of(data);
    let old = std::mem::take(&mut data.constants);
    let mut known: HashMap<(Storage, u32, bool), u32> = HashMap::new();
    let mut keep = |storage: Storage, row: u32, is_text: bool| {
        let pool: &mut Constants = &mut data.constants;
        *known.entry((storage, row, is_text)).or_insert_with(|| {
            match storage {
                Storage::U32 if is_text => pool.u32.push(texts.keep(old.u32[row as usize])),
                Storage::F64 => pool.f64.push(old.f64[row as usize]),
                Storage::F32 => pool.f32.push(old.f32[row as usize]),
                Storage::I32 => pool.i32.push(old.i32[row as usize]),
                Storage::U32 | Storage::Object => pool.u32.push(old.u32[row as usize]),
            }
            pool.len(storage) as u32 - 1
        })
    };
    for node in &mut data.nodes {
        if let (Immediate::Constant, Some(storage), Some(row)) =
            (node.op.immediate(), node.storage, node.index)
        {
            node.index = Some(keep(storage, row, node.ty == Some(Type::Text)));
        }
    }
    for cell in &mut data.cells {
        cell.initial = cell.initial.map(|row| keep(cell.storage, row, cell.ty == Type::Text));
    }
    for table in data.tables.iter_mut().filter(|table| table.ty == Type::Text) {
        table.values.iter_mut().for_each(|row| *row = f64::from(texts.keep(*row as u32)));
    }
    for channel in data.channels.iter_mut().filter(|channel| channel.ty == Type::Text) {
        channel.default.iter_mut().for_each(|row| *row = f64::from(texts.keep(*row as u32)));
    }
    texts_of_lists(data, &mut texts);
    data.texts = texts.kept;
    order
}

/// Keeps the texts that columns of lists begin with.
fn texts_of_lists(data: &mut ProgramData, texts: &mut Texts) {
    let of_domains = data.domains.iter_mut().filter_map(|domain| match &mut domain.live {
        Some(Live::Host { inputs, .. }) => Some(inputs),
        Some(Live::Counted { .. } | Live::Born { .. } | Live::BornOn { .. }) | None => None,
    });
    let mut of_lists = Vec::with_capacity(data.lists.len());
    for list in &mut data.lists {
        let mut place = 0;
        for column in &list.columns {
            if column.ty == Type::Text {
                let given = list.rows.iter_mut().filter_map(|row| row.get_mut(place));
                given.for_each(|row| *row = f64::from(texts.keep(*row as u32)));
            }
            place += column.ty.stride() as usize;
        }
        of_lists.push(&mut list.columns);
    }
    for input in of_lists.into_iter().chain(of_domains).flatten().filter(|input| input.ty == Type::Text) {
        input.default.iter_mut().for_each(|row| *row = f64::from(texts.keep(*row as u32)));
    }
}

/// Texts by first use, without the rest.
struct Texts {
    old: Vec<TextRow>,
    new: Vec<Option<u32>>,
    kept: Vec<TextRow>,
}

impl Texts {
    fn of(data: &mut ProgramData) -> Self {
        let old = std::mem::take(&mut data.texts);
        Self { new: vec![None; old.len()], old, kept: Vec::new() }
    }

    fn keep(&mut self, row: u32) -> u32 {
        let Some(text) = self.old.get_mut(row as usize) else { return row };
        *self.new[row as usize].get_or_insert_with(|| {
            self.kept.push(TextRow { text: std::mem::take(&mut text.text) });
            self.kept.len() as u32 - 1
        })
    }
}

/// Numbers tables by first use, and drops the rest.
fn tables(data: &mut ProgramData) {
    let mut old: Vec<Option<TableRow>> = std::mem::take(&mut data.tables).into_iter().map(Some).collect();
    let mut new: Vec<Option<u32>> = vec![None; old.len()];
    for node in data.nodes.iter_mut().filter(|node| node.op == Op::Lookup) {
        let Some(row) = node.index.map(|row| row as usize).filter(|&row| row < old.len()) else { continue };
        if let Some(table) = old[row].take() {
            new[row] = Some(data.tables.len() as u32);
            data.tables.push(table);
        }
        node.index = new[row];
    }
}

/// Numbers images by the first pass that draws each, and drops the rest.
fn images(data: &mut ProgramData) {
    let mut old: Vec<Option<ImageRow>> = std::mem::take(&mut data.images).into_iter().map(Some).collect();
    let mut new: Vec<Option<u32>> = vec![None; old.len()];
    for pass in &mut data.passes {
        let ShapeRow::Image { image, .. } = &mut pass.shape else { continue };
        let Some(row) = old.get_mut(*image as usize) else { continue };
        let at = &mut new[*image as usize];
        if let Some(row) = row.take() {
            *at = Some(data.images.len() as u32);
            data.images.push(row);
        }
        *image = at.unwrap_or(*image);
    }
}

/// The fonts that passes, domains of letters and styles name.
fn named_fonts(data: &mut ProgramData) -> impl Iterator<Item = &mut u32> {
    let of_passes = data.passes.iter_mut().filter_map(|pass| match &mut pass.shape {
        ShapeRow::Text { font, .. } => font.as_mut(),
        _ => None,
    });
    let of_letters = data.domains.iter_mut().filter_map(|domain| match &mut domain.live {
        Some(Live::Host { letters: Some(letters), .. }) => letters.font.as_mut(),
        _ => None,
    });
    let of_styles = data.styles.iter_mut().filter_map(|style| style.font.as_mut());
    of_passes.chain(of_letters).chain(of_styles)
}

/// Drops the fonts that no text is laid out with, neither by itself nor behind another.
fn fonts(data: &mut ProgramData) {
    let mut stack: Vec<u32> = named_fonts(data).map(|font| *font).collect();
    let mut is_kept = vec![false; data.fonts.len()];
    while let Some(row) = stack.pop() {
        let Some(kept) = is_kept.get_mut(row as usize) else { continue };
        if !std::mem::replace(kept, true) {
            stack.extend(&data.fonts[row as usize].fallback);
        }
    }
    let mut next = 0;
    let number = |&is_kept: &bool| {
        next += u32::from(is_kept);
        next - u32::from(is_kept)
    };
    let new: Vec<u32> = is_kept.iter().map(number).collect();
    let renumbered = |row: &mut u32| *row = new.get(*row as usize).copied().unwrap_or(*row);
    let mut at = is_kept.into_iter();
    data.fonts.retain(|_| at.next().unwrap_or(true));
    data.fonts.iter_mut().flat_map(|font| &mut font.fallback).for_each(renumbered);
    named_fonts(data).for_each(renumbered);
}

/// Every node that a row outside the node table names, in the order of the schedule.
pub(in crate::program) fn roots(data: &mut ProgramData) -> Vec<u32> {
    let mut found = Vec::new();
    // Only the visit order matters here; the closure does not change the rows.
    each_root(data, &mut |node| found.push(*node));
    found
}

fn each_root(data: &mut ProgramData, f: &mut impl FnMut(&mut u32)) {
    for step in &mut data.steps {
        match &mut step.action {
            Action::Signal { node, .. } | Action::Field { node, .. } | Action::Next { node, .. } => f(node),
            Action::Reduce { .. } | Action::Pass { .. } => {}
        }
    }
    for domain in &mut data.domains {
        match &mut domain.live {
            Some(Live::Counted { number }) => f(number),
            Some(Live::Born { every, lives, .. }) => {
                f(every);
                f(lives);
            }
            Some(Live::BornOn { count, lives, .. }) => {
                f(count);
                f(lives);
            }
            Some(Live::Host { letters: Some(letters), .. }) => letters.nodes_mut().for_each(&mut *f),
            Some(Live::Host { .. }) | None => {}
        }
    }
    for camera in &mut data.cameras {
        let nodes = match camera {
            Camera::Orthographic { center, extent, rotation, near, far } => {
                [center, extent, rotation, near, far].into_iter().flatten().collect::<Vec<_>>()
            }
            Camera::Perspective { eye, target, up, fov, near, far } => {
                [eye, target, up, fov, near, far].into_iter().flatten().collect()
            }
        };
        nodes.into_iter().for_each(&mut *f);
    }
    for pass in &mut data.passes {
        for row in ATTRIBUTES {
            if let Some(mut node) = pass.node(row.id) {
                f(&mut node);
                pass.set(row.id, node);
            }
        }
        match &mut pass.shape {
            ShapeRow::Rect { corner: Some(node) }
            | ShapeRow::Star { inner: Some(node), .. }
            | ShapeRow::Path { path: node }
            | ShapeRow::Text { text: node, .. } => f(node),
            ShapeRow::Rect { corner: None } | ShapeRow::Star { inner: None, .. } => {}
            // Their nodes are attributes.
            ShapeRow::Image { .. } => {}
            ShapeRow::Circle {} | ShapeRow::Ellipse {} | ShapeRow::Polygon { .. } | ShapeRow::Line { .. } => {
            }
        }
    }
    each_event_root(data, f);
    data.background.iter_mut().for_each(f);
}

/// The nodes of events and of reactions to them.
fn each_event_root(data: &mut ProgramData, f: &mut impl FnMut(&mut u32)) {
    for event in &mut data.events {
        match &mut event.source {
            EventSource::Timer { seconds: node }
            | EventSource::Rise { node, .. }
            | EventSource::Change { node, .. }
            | EventSource::Wrap { node, .. }
            | EventSource::Hover { node, .. } => f(node),
            EventSource::Host { .. } | EventSource::Every { .. } | EventSource::Reactions {} => {}
        }
    }
    for reaction in &mut data.reactions {
        reaction.when.iter_mut().for_each(&mut *f);
        for effect in &mut reaction.effects {
            match effect {
                Effect::Set { node, .. } | Effect::Hit { node, .. } => f(node),
                Effect::Pass { node, .. } => node.iter_mut().for_each(&mut *f),
                Effect::Schedule { delay, node, .. } => {
                    f(delay);
                    node.iter_mut().for_each(&mut *f);
                }
                Effect::SetRow { node, .. } => f(node),
                Effect::SetRows { node, when, .. } => {
                    f(node);
                    when.iter_mut().for_each(&mut *f);
                }
                Effect::Append { nodes, at, .. } => nodes.iter_mut().chain(at).for_each(&mut *f),
                Effect::MoveRow { to } => f(to),
                Effect::MoveRows { to, when, .. } => {
                    f(to);
                    when.iter_mut().for_each(&mut *f);
                }
                Effect::RemoveRow {} => {}
                Effect::RemoveRows { when, .. } => when.iter_mut().for_each(&mut *f),
            }
        }
    }
    data.lists
        .iter_mut()
        .filter_map(|list| list.groups.as_mut())
        .flat_map(Groups::nodes_mut)
        .for_each(&mut *f);
    for view in &mut data.views {
        match &mut view.shows {
            Shows::Where { node } | Shows::SortBy { node, .. } | Shows::Distinct { node } => f(node),
            Shows::LiveWindow { skip, take } => skip.iter_mut().chain(take).for_each(&mut *f),
            Shows::Fold { node, .. } => node.iter_mut().for_each(&mut *f),
            Shows::Window { .. } => {}
        }
    }
}
