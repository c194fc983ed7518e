//! `pavane inspect`.

use clap::Args;

use super::failure::Failure;
use super::input::{self, Given};
use super::options::{self, Answer, HEADROOM, Running};
use super::out::Out;
use super::report::{FieldReport, Numbers, Report, Wanted};
use super::scopes::ScopeReport;
use super::table::{Side, Table};
use crate::engine::{Demand, DomainUsage, Engine, EngineSettings, PlannedWork};
use crate::program::{Program, Type};

/// Show what is inside a program at one frame
#[derive(Debug, Args)]
#[command(
    after_help = "Without a flag: everything but --memory, --scopes and --lanes. JSON has every part but the schedule, \
                        the scopes and the lanes, which have to be asked for. Named values are shown whether they are drawn or not.\n\n\
                        Examples:\n  \
                        pavane inspect examples:gs1 --at 90\n  \
                        pavane inspect spiral.pav --fields --lanes | less\n  \
                        pavane inspect spiral.pav --memory --format json"
)]
pub(super) struct Arguments {
    /// Patch (.pav) or program (.json), `-` for standard input, or `examples:NAME`
    file: String,
    /// The frame, as playing from frame 0 gives it
    #[arg(long, value_name = "FRAME", default_value_t = 0, value_parser = options::frame())]
    at: u64,
    /// The value of every signal
    #[arg(long)]
    slots: bool,
    /// Smallest, largest and mean of every field
    #[arg(long)]
    fields: bool,
    /// The render passes in drawing order
    #[arg(long)]
    passes: bool,
    /// The steps in order, with what each reads and writes
    #[arg(long)]
    schedule: bool,
    /// What the engine's tables take, and how much of each limit is in use
    #[arg(long)]
    memory: bool,
    /// What lives, as a tree: lists, their rows, and what goes with each of these
    #[arg(long)]
    scopes: bool,
    /// The value of every element too
    #[arg(long)]
    lanes: bool,
    /// Threads for lane programs
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = options::threads())]
    threads: u16,
    #[command(flatten)]
    given: Given,
    #[command(flatten)]
    table: input::Table,
    #[command(flatten)]
    running: Running,
    #[command(flatten)]
    answer: Answer,
}

pub(super) fn run(arguments: &Arguments, out: &mut Out) -> Result<(), Failure> {
    arguments.table.beside(&arguments.file)?;
    let input = input::read(&arguments.file, &arguments.given.options())?;
    let script = input.script(&arguments.table)?;
    let program = input.program;
    let settings = arguments.running.settings(arguments.threads.into(), Demand::Everything);
    // What runs when only what is drawn is asked for: that is what a host pays for.
    let work = if arguments.schedule { planned(&program, &settings)? } else { Vec::new() };
    let mut engine = Engine::fitted(program.clone(), HEADROOM, settings)?;
    script.seek(&mut engine, arguments.at)?;
    let Arguments { slots, fields, passes, schedule, memory, scopes, lanes, .. } = *arguments;
    if arguments.answer.is_json() {
        let mut report = Report::new(&program, &mut engine, Wanted { lanes, schedule })?;
        report.scopes = scopes.then(|| ScopeReport::new(&engine));
        report.work = schedule.then_some(work);
        return out.json(&report);
    }
    let report = Report::new(&program, &mut engine, Wanted { lanes, schedule: true })?;
    let all = !(slots || fields || passes || schedule || memory || scopes || lanes);
    heading(&engine, &report, out)?;
    if all {
        section(out, "Domains", &domains(&report))?;
    }
    if all && !report.events.is_empty() {
        section(out, "Events", &event_table(&report))?;
    }
    if all || slots {
        section(out, "Slots", &slot_table(&report))?;
    }
    if all || fields {
        section(out, "Fields", &field_table(&report))?;
    }
    if lanes {
        lane_tables(&report, out)?;
    }
    if all || passes {
        section(out, "Passes", &pass_table(&report))?;
    }
    if all || schedule {
        section(out, "Schedule", &schedule_table(&report))?;
    }
    if schedule {
        section(out, "Work, as planned for what is drawn", &work_table(&work))?;
    }
    if memory {
        section(out, "Memory", &engine.budget())?;
        section(out, "Limits", &usage_table(&report))?;
        if !report.memory.elements.is_empty() {
            section(out, "Elements that come and go, and crowds", &element_table(&report))?;
        }
    }
    if scopes {
        section(out, "Scopes", &ScopeReport::new(&engine))?;
    }
    Ok(())
}

/// The plan of a program of which only the picture is asked for.
fn planned(program: &Program, settings: &EngineSettings) -> Result<Vec<PlannedWork>, Failure> {
    let settings = EngineSettings { demand: Demand::Drawn, ..*settings };
    Ok(Engine::fitted(program.clone(), HEADROOM, settings)?.planned_work())
}

fn work_table(work: &[PlannedWork]) -> Table {
    let columns = [
        ("when", Side::Left),
        ("what", Side::Left),
        ("operations", Side::Right),
        ("writes", Side::Left),
        ("instructions", Side::Left),
    ];
    let mut table = Table::new(&columns);
    for row in work {
        let (writes, instructions) = (row.writes.join(", "), row.instructions.join(" "));
        table.row([row.when.into(), row.what.clone(), row.operations.to_string(), writes, instructions]);
    }
    table
}

/// Limits with their high-water marks.
pub(super) fn usage(rows: impl Iterator<Item = crate::engine::Usage>) -> Table {
    let columns = [("limit", Side::Left), ("high water", Side::Right), ("capacity", Side::Right)];
    let mut table = Table::new(&columns);
    for row in rows {
        table.row([row.setting.into(), row.high_water.to_string(), row.capacity.to_string()]);
    }
    table
}

fn heading(engine: &Engine, report: &Report, out: &mut Out) -> Result<(), Failure> {
    let data = engine.program().data();
    let title = if data.about.title.is_empty() { String::new() } else { format!(": {}", data.about.title) };
    let [width, height] = data.clip.size;
    out.text(&format!(
        "{}{title}\n{width}x{height}, {} frames per second, {}\nframe {} at {}, hash {}\n",
        data.about.name,
        engine.frame_rate(),
        data.clip.duration,
        report.frame,
        crate::time::Flicks(report.time_flicks),
        report.hash,
    ))
}

fn section(out: &mut Out, title: &str, table: &impl std::fmt::Display) -> Result<(), Failure> {
    out.text(&format!("\n{title}\n{}\n", table.to_string().trim_end()))
}

fn domains(report: &Report) -> Table {
    let columns =
        [("domain", Side::Left), ("count", Side::Right), ("capacity", Side::Right), ("elements", Side::Left)];
    let mut table = Table::new(&columns);
    for (name, domain) in &report.domains.0 {
        let (count, capacity) = (domain.count.to_string(), domain.capacity.to_string());
        table.row([name.clone(), count, capacity, domain.elements.unwrap_or("fixed").into()]);
    }
    table
}

fn event_table(report: &Report) -> Table {
    let columns = [
        ("event", Side::Left),
        ("carries", Side::Left),
        ("from", Side::Left),
        ("happened", Side::Right),
        ("sets", Side::Left),
        ("bears", Side::Left),
    ];
    let mut table = Table::new(&columns);
    for (key, event) in &report.events.0 {
        let carries = event.ty.map_or("", Type::name);
        let (happened, sets) = (event.happened.to_string(), event.sets.join(", "));
        table.row([key.clone(), carries.into(), event.source.into(), happened, sets, event.bears.join(", ")]);
    }
    table
}

fn slot_table(report: &Report) -> Table {
    let mut table = Table::new(&[("slot", Side::Left), ("type", Side::Left), ("value", Side::Left)]);
    for (name, slot) in &report.slots.0 {
        let value = match (&slot.path, slot.value.as_str()) {
            (Some(path), _) => format!("{path} ({})", slot.value),
            (None, Some(word)) => word.into(),
            // In a vector, too, a word is shown without its quotes.
            (None, None) => slot.value.to_string().replace('"', ""),
        };
        table.row([name.clone(), slot.ty.name().into(), value]);
    }
    table
}

fn field_table(report: &Report) -> Table {
    let columns = [
        ("field", Side::Left),
        ("type", Side::Left),
        ("min", Side::Left),
        ("max", Side::Left),
        ("mean", Side::Left),
        ("not finite", Side::Right),
    ];
    let mut table = Table::new(&columns);
    for (name, field) in &report.fields.0 {
        let FieldReport { ty, min, max, mean, nan, infinite, .. } = field;
        let (min, max, mean) = (min.to_string(), max.to_string(), mean.to_string());
        let bad = if *infinite > 0 { format!("{nan} ({infinite} inf)") } else { nan.to_string() };
        table.row([name.clone(), ty.name().into(), min, max, mean, bad]);
    }
    table
}

fn lane_tables(report: &Report, out: &mut Out) -> Result<(), Failure> {
    for (name, field) in &report.fields.0 {
        out.text(&format!("\n{name}\n"))?;
        for (index, lane) in field.lanes.iter().flatten().enumerate() {
            out.text(&format!("{index:>8}  {lane}\n"))?;
        }
    }
    Ok(())
}

fn pass_table(report: &Report) -> Table {
    let columns = [
        ("pass", Side::Left),
        ("domain", Side::Left),
        ("shape", Side::Left),
        ("count", Side::Right),
        ("drawn", Side::Right),
        ("blend", Side::Left),
    ];
    let mut table = Table::new(&columns);
    for pass in &report.passes {
        table.row([
            pass.name.clone(),
            pass.domain.clone(),
            pass.shape.into(),
            pass.count.to_string(),
            pass.drawn.to_string(),
            pass.blend.into(),
        ]);
    }
    table
}

fn schedule_table(report: &Report) -> Table {
    let columns = [("", Side::Right), ("phase", Side::Left), ("writes", Side::Left), ("reads", Side::Left)];
    let mut table = Table::new(&columns);
    for (at, step) in report.schedule.iter().flatten().enumerate() {
        let how = step.reduction.map(|how| format!(" ({how})")).unwrap_or_default();
        let writes = format!("{}{how}", step.writes.join(", "));
        table.row([at.to_string(), step.phase.into(), writes, step.reads.join(", ")]);
    }
    table
}

fn usage_table(report: &Report) -> Table {
    usage(report.memory.usage.iter().copied())
}

/// Elements that come and go, with those that there was no room for, and those near which there were more than are looked at.
fn element_table(report: &Report) -> Table {
    let columns = [
        ("domain", Side::Left),
        ("living", Side::Right),
        ("lingering", Side::Right),
        ("high water", Side::Right),
        ("capacity", Side::Right),
        ("refused", Side::Right),
        ("evicted", Side::Right),
        ("dropped", Side::Right),
        ("crowded", Side::Right),
    ];
    let mut table = Table::new(&columns);
    for row in &report.memory.elements {
        let &DomainUsage {
            domain,
            living,
            lingering,
            high_water,
            capacity,
            refused,
            evicted,
            dropped,
            crowded,
            ..
        } = row;
        let rows = [living, lingering, high_water, capacity].map(|rows| rows.to_string());
        let [living, lingering, high_water, capacity] = rows;
        let counts = [refused, evicted, dropped, crowded.into()].map(|count| count.to_string());
        let [refused, evicted, dropped, crowded] = counts;
        table.row([
            domain.into(),
            living,
            lingering,
            high_water,
            capacity,
            refused,
            evicted,
            dropped,
            crowded,
        ]);
    }
    table
}

impl std::fmt::Display for Numbers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, value) in self.values.iter().enumerate() {
            let gap = if at > 0 { " " } else { "" };
            match (value.as_f64(), value.as_str()) {
                // As many digits as the storage holds, and an exponent where they would be many.
                (Some(value), _) if self.is_f32 => write!(f, "{gap}{:?}", value as f32)?,
                (_, Some(word)) => write!(f, "{gap}{word}")?,
                _ => write!(f, "{gap}{value}")?,
            }
        }
        Ok(())
    }
}
