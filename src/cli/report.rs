//! The contents of an engine at a frame, as the document of `pavane inspect --format json`.

use std::collections::HashMap;

use serde::{Serialize, Serializer};
use serde_json::{Number, Value};

use super::SCHEMA_VERSION;
use super::failure::Failure;
use super::scopes::ScopeReport;
use crate::engine::{DomainUsage, Engine, PlannedWork, Usage};
use crate::frame::FieldView;
use crate::frame::SlotReading;
use crate::program::{
    Action, Effect, Event, EventSource, Live, PassRow, Phase, Program, ProgramData, Reduction, Resource,
    Step, Type, infer,
};
use crate::world::BudgetRow;

/// Parts that are only given on request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) lanes: bool,
    pub(super) schedule: bool,
}

/// Named values in table order; a map in JSON.
#[derive(Debug)]
pub(super) struct Named<T>(pub(super) Vec<(String, T)>);

impl<T> Named<T> {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Serialize> Serialize for Named<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// Everything that `inspect` shows.
#[derive(Debug, Serialize)]
pub(super) struct Report<'p> {
    schema_version: u32,
    pub(super) frame: u64,
    pub(super) time_flicks: u64,
    pub(super) slots: Named<SlotReport>,
    pub(super) domains: Named<DomainReport>,
    #[serde(skip_serializing_if = "Named::is_empty")]
    pub(super) events: Named<EventReport>,
    pub(super) fields: Named<FieldReport>,
    pub(super) passes: Vec<PassReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) schedule: Option<Vec<StepReport>>,
    /// The plan of the schedule when only the picture is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) work: Option<Vec<PlannedWork>>,
    pub(super) memory: MemoryReport<'p>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) scopes: Option<ScopeReport>,
    pub(super) hash: String,
}

#[derive(Debug, Serialize)]
pub(super) struct SlotReport {
    #[serde(rename = "type")]
    pub(super) ty: Type,
    pub(super) value: Value,
    /// The name of the path that a shape is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) path: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct EventReport {
    /// What it carries.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub(super) ty: Option<Type>,
    /// What makes it happen: `host`, `every`, `timer`, `rise`, `change`, `wrap`, `hover` or `reactions`.
    pub(super) source: &'static str,
    /// How often it has happened since the frame before.
    pub(super) happened: usize,
    /// The keys of the cells that reactions to it set.
    pub(super) sets: Vec<String>,
    /// The domains of which it bears elements.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) bears: Vec<String>,
}

/// What makes an event happen, in a word.
fn source_word(source: EventSource) -> &'static str {
    match source {
        EventSource::Host { .. } => "host",
        EventSource::Every { .. } => "every",
        EventSource::Timer { .. } => "timer",
        EventSource::Rise { .. } => "rise",
        EventSource::Change { .. } => "change",
        EventSource::Wrap { .. } => "wrap",
        EventSource::Hover { .. } => "hover",
        EventSource::Reactions {} => "reactions",
    }
}

/// The events of a program, with what they did in the last frame.
fn events(data: &ProgramData, engine: &Engine) -> Named<EventReport> {
    let report = |(row, event): (usize, &Event)| {
        let own = data.reactions.iter().filter(|reaction| reaction.event as usize == row);
        let sets = own.flat_map(|reaction| &reaction.effects).filter_map(|effect| match *effect {
            Effect::Set { cell, .. } => Some(data.cells[cell as usize].key.clone()),
            Effect::Pass { .. } | Effect::Hit { .. } | Effect::Schedule { .. } => None,
            Effect::SetRow { .. }
            | Effect::SetRows { .. }
            | Effect::Append { .. }
            | Effect::MoveRow { .. }
            | Effect::MoveRows { .. }
            | Effect::RemoveRow {}
            | Effect::RemoveRows { .. } => None,
        });
        let bears = data.domains.iter().filter(
            |domain| matches!(domain.live, Some(Live::BornOn { event, .. }) if event as usize == row),
        );
        let bears = bears.map(|domain| domain.name.clone()).collect();
        let happened = engine.events().filter(|occurrence| occurrence.event == event.key).count();
        let (ty, source) = (event.ty, source_word(event.source));
        (event.key.clone(), EventReport { ty, source, happened, sets: sets.collect(), bears })
    };
    Named(data.events.iter().enumerate().map(report).collect())
}

#[derive(Debug, Serialize)]
pub(super) struct DomainReport {
    pub(super) count: u32,
    pub(super) capacity: u32,
    /// How they come and go: `counted`, `born`, `keyed`, `letters` or `host`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) elements: Option<&'static str>,
}

/// How elements come and go, in a word.
fn word(live: &Live) -> &'static str {
    match live {
        Live::Counted { .. } => "counted",
        Live::Born { .. } => "born",
        Live::BornOn { .. } => "born on an event",
        Live::Host { ids, .. } if !ids.is_empty() => "keyed",
        Live::Host { letters: Some(_), .. } => "letters",
        Live::Host { .. } => "host",
    }
}

/// The components of a value. What JSON has no number for is a text: `nan`, `inf` or `-inf`; null is no value at all.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Numbers {
    pub(super) values: Vec<Value>,
    #[serde(skip)]
    pub(super) is_f32: bool,
}

/// A field: `min`, `max` and `mean` are over the finite lanes, component by component.
#[derive(Debug, Serialize)]
pub(super) struct FieldReport {
    #[serde(rename = "type")]
    pub(super) ty: Type,
    pub(super) min: Numbers,
    pub(super) max: Numbers,
    pub(super) mean: Numbers,
    /// Elements with an infinite or undefined component.
    pub(super) nan: u64,
    /// Those of them that have an infinite one.
    #[serde(skip_serializing_if = "is_none")]
    pub(super) infinite: u64,
    /// The components of every element.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) lanes: Option<Vec<Numbers>>,
}

#[derive(Debug, Serialize)]
pub(super) struct PassReport {
    pub(super) name: String,
    pub(super) domain: String,
    pub(super) shape: &'static str,
    pub(super) count: usize,
    /// How many of them are drawn, where that is not all: without those that are culled, that cannot be drawn, and of
    /// which nothing is seen.
    #[serde(rename = "drawn", skip_serializing_if = "Option::is_none")]
    fewer: Option<usize>,
    #[serde(skip)]
    pub(super) drawn: usize,
    /// Of a line of which a part is missing: the corners of what is left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) corners: Option<usize>,
    pub(super) blend: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct StepReport {
    pub(super) phase: &'static str,
    pub(super) writes: Vec<String>,
    pub(super) reads: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reduction: Option<&'static str>,
}

/// The memory of the tables, and how much of each limit is in use.
#[derive(Debug, Serialize)]
pub(super) struct MemoryReport<'p> {
    buffers: Vec<BufferReport>,
    total_bytes: u64,
    pub(super) usage: Vec<Usage>,
    /// Of domains whose elements come and go, or are in crowds.
    pub(super) elements: Vec<DomainUsage<'p>>,
}

#[derive(Debug, Serialize)]
struct BufferReport {
    #[serde(flatten)]
    row: BudgetRow,
    bytes: u64,
}

impl<'p> Report<'p> {
    /// A report on the frame that the engine is at, which runs `program`.
    pub(super) fn new(program: &'p Program, engine: &mut Engine, wanted: Wanted) -> Result<Self, Failure> {
        let data = program.data();
        let budget = engine.budget();
        let total_bytes = budget.total();
        let buffers = budget.rows.into_iter().map(|row| BufferReport { row, bytes: row.bytes() }).collect();
        let elements = data
            .domains
            .iter()
            .zip(engine.domain_usage())
            .filter(|(domain, usage)| domain.live.is_some() || usage.crowded > 0);
        let elements =
            elements.map(|(domain, usage)| DomainUsage { domain: &domain.name, ..usage }).collect();
        let memory = MemoryReport { buffers, total_bytes, usage: engine.usage().collect(), elements };
        let events = events(data, engine);
        let frame = engine.last_frame().ok_or_else(|| Failure::Run("no frame was evaluated".into()))?;
        let slot =
            |(name, reading): (&str, SlotReading)| (name.to_owned(), SlotReport::new(program, reading));
        let domains = frame.domains().zip(&data.domains).map(|((name, count), domain)| {
            let elements = domain.live.as_ref().map(word);
            (name.to_owned(), DomainReport { count, capacity: domain.capacity, elements })
        });
        let fields = frame.fields().map(|field| {
            (format!("{}.{}", field.domain, field.name), FieldReport::new(&field, wanted.lanes))
        });
        let rows: HashMap<&str, &PassRow> = data.passes.iter().map(|row| (row.name.as_str(), row)).collect();
        let passes = frame.whole_passes().map(|pass| {
            let row = rows.get(pass.name);
            let drawn = pass.drawn();
            PassReport {
                name: pass.name.into(),
                domain: pass.domain.into(),
                shape: row.map_or("", |row| row.shape.kind().name()),
                count: pass.count,
                fewer: (drawn != pass.count).then_some(drawn),
                drawn,
                corners: pass.corners.map(|corners| corners.line.len()),
                blend: pass.blend.name(),
            }
        });
        Ok(Self {
            schema_version: SCHEMA_VERSION,
            frame: frame.index(),
            time_flicks: frame.time().0,
            slots: Named(frame.slots().map(slot).collect()),
            domains: Named(domains.collect()),
            events,
            fields: Named(fields.collect()),
            passes: passes.collect(),
            schedule: wanted
                .schedule
                .then(|| data.steps.iter().map(|step| StepReport::new(program, step)).collect()),
            work: None,
            memory,
            scopes: None,
            hash: format!("{:#018x}", frame.hash()),
        })
    }
}

impl SlotReport {
    fn new(program: &Program, reading: SlotReading) -> Self {
        let values: Vec<Value> =
            reading.components().iter().map(|&value| number(reading.ty, value)).collect();
        let value = match (reading.ty, values.as_slice()) {
            (Type::Bool, _) => Value::Bool(reading.components[0] != 0.0),
            (_, [value]) => value.clone(),
            _ => Value::Array(values),
        };
        let path = (reading.ty == Type::Shape).then(|| path_name(program, reading.components[0])).flatten();
        Self { ty: reading.ty, value, path }
    }
}

impl FieldReport {
    fn new(field: &FieldView<'_>, with_lanes: bool) -> Self {
        let (ty, is_f32) = (field.ty, field.ty.is_floats());
        let stride = ty.stride() as usize;
        let count = field.components[0].len();
        let (mut nan, mut infinite) = (0, 0);
        let mut ranges = [Range::default(); 4];
        for index in 0..count {
            let (mut is_finite, mut is_infinite) = (true, false);
            for (component, range) in ranges.iter_mut().enumerate().take(stride) {
                let value = field.get(index, component);
                is_finite &= value.is_finite();
                is_infinite |= value.is_infinite();
                range.add(value);
            }
            nan += u64::from(!is_finite);
            infinite += u64::from(is_infinite);
        }
        let each = |value: &dyn Fn(&Range) -> Value| Numbers {
            values: ranges[..stride].iter().map(value).collect(),
            is_f32,
        };
        let known = |range: &Range, value: Value| if range.count > 0 { value } else { Value::Null };
        let lane = |index: usize| Numbers {
            values: (0..stride).map(|component| number(ty, field.get(index, component))).collect(),
            is_f32,
        };
        Self {
            ty,
            min: each(&|range| known(range, number(ty, range.min))),
            max: each(&|range| known(range, number(ty, range.max))),
            // Without elements 0 / 0, which is no value.
            mean: each(&|range| known(range, float(range.sum / range.count as f64))),
            nan,
            infinite,
            lanes: with_lanes.then(|| (0..count).map(lane).collect()),
        }
    }
}

/// The finite lanes of a component.
#[derive(Clone, Copy, Debug, Default)]
struct Range {
    count: u64,
    min: f64,
    max: f64,
    sum: f64,
}

impl Range {
    fn add(&mut self, value: f64) {
        if !value.is_finite() {
            return;
        }
        (self.min, self.max) = match self.count {
            0 => (value, value),
            _ => (self.min.min(value), self.max.max(value)),
        };
        self.sum += value;
        self.count += 1;
    }
}

impl StepReport {
    fn new(program: &Program, step: &Step) -> Self {
        let names = |resources: &[Resource]| resources.iter().map(|&r| resource(program, r)).collect();
        Self {
            phase: match step.phase {
                Phase::Signals => "signals",
                Phase::Fields => "fields",
                Phase::Passes => "passes",
                Phase::Commit => "commit",
            },
            writes: names(&step.writes),
            reads: names(&step.reads),
            reduction: match step.action {
                Action::Reduce { reduction, .. } => Some(match reduction {
                    Reduction::Sum => "sum",
                    Reduction::Mean => "mean",
                    Reduction::Min => "min",
                    Reduction::Max => "max",
                }),
                _ => None,
            },
        }
    }
}

/// A value as JSON has it: whole numbers are whole, bools are 0 and 1, and what is no number is its name.
fn number(ty: Type, value: f64) -> Value {
    match ty.component() {
        Type::Float => float(value),
        _ => Value::from(value as i64),
    }
}

fn float(value: f64) -> Value {
    match Number::from_f64(value) {
        Some(number) => Value::Number(number),
        None if value.is_nan() => Value::from("nan"),
        None if value > 0.0 => Value::from("inf"),
        None => Value::from("-inf"),
    }
}

fn is_none(count: &u64) -> bool {
    *count == 0
}

/// The name of the path that a handle means; one beyond the table means the last.
fn path_name(program: &Program, handle: f64) -> Option<String> {
    let paths = &program.data().paths;
    paths.get(handle as usize).or(paths.last()).map(|path| path.name.clone())
}

/// A resource of a step, by its name in the source.
fn resource(program: &Program, resource: Resource) -> String {
    let data = program.data();
    match resource {
        Resource::Channel(row) => format!("channel {}", data.channels[row as usize].name),
        Resource::Slot(id) => match infer::slot_row(data, id) {
            Some(row) => format!("slot {}", data.slots[row].name),
            None => format!("slot {id}"),
        },
        Resource::Cell(row) => format!("cell {}", data.cells[row as usize].key),
        Resource::Field(row) => {
            let field = &data.fields[row as usize];
            format!("field {}.{}", data.domains[field.domain as usize].name, field.name)
        }
        Resource::Pass(row) => format!("pass {}", data.passes[row as usize].name),
    }
}
