//! `pavane history`.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::SCHEMA_VERSION;
use super::failure::{Failure, tell};
use super::input::Outside;
use super::options::Answer;
use super::out::Out;
use crate::diagnostic::{Code, Diagnostic, one_line, quote};
use crate::history::{History, HistoryError, HistoryFile, Revision, RevisionId};
use crate::language::{Change, Side, changes};
use crate::load::{self, Options};
use crate::saves::{Merged, Moved, Saves, SavesError, Step};

/// Every save of a patch: what changed, back and forth, branches and merges
#[derive(Debug, Args)]
#[command(
    subcommand_required = true,
    after_help = "Every save that compiles is a revision in FILE.history, while `pavane preview FILE --history` runs, or \
`save` is called.\nREV is four or more digits of a revision, or a name that `branch --name` gave.\n\
What is in FILE is kept as a revision before another takes its place: nothing is lost.\n\n\
Examples:\n  \
pavane history spiral.pav save\n  \
pavane history spiral.pav log\n  \
pavane history spiral.pav undo 3\n  \
pavane history spiral.pav branch 1f2e3d4c\n  \
pavane history spiral.pav merge 5a6b7c8d"
)]
pub(super) struct Arguments {
    /// Patch (.pav) or program (.json)
    file: String,
    #[command(flatten)]
    outside: Outside,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List revisions, the newest first, with the statements that each changed
    Log {
        /// How many
        #[arg(long, value_name = "N", default_value_t = 20)]
        last: usize,
        #[command(flatten)]
        answer: Answer,
    },
    /// Show what changed, statement by statement
    Diff {
        /// From which revision [default: what TO was made of]
        #[arg(value_name = "FROM")]
        from: Option<String>,
        /// To which revision [default: the current one]
        #[arg(value_name = "TO")]
        to: Option<String>,
    },
    /// Write the patch as it is in a revision to standard output
    Show {
        /// Which revision [default: the current one]
        #[arg(value_name = "REV")]
        revision: Option<String>,
        /// A file that the patch uses, by its path from the patch's folder
        #[arg(long, value_name = "PATH", default_value = "")]
        file: String,
    },
    /// Make a revision of FILE as it is now, if it compiles
    Save {
        /// What there is to say about it
        #[arg(long, value_name = "TEXT", default_value = "")]
        note: String,
    },
    /// Go back to the revision before, and write FILE so
    Undo {
        /// How many revisions
        #[arg(default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        times: u32,
    },
    /// Go on to the revision that was undone
    Redo {
        /// How many revisions
        #[arg(default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        times: u32,
    },
    /// List the ends of branches, go to a revision, or name one
    Branch {
        /// The revision to go to, or to name
        #[arg(value_name = "REV")]
        revision: Option<String>,
        /// Give a revision a name, and go nowhere [of: the current one]
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
    },
    /// Merge another branch into this one, statement by statement
    Merge {
        /// A revision of the other branch
        #[arg(value_name = "REV")]
        revision: String,
        /// Where both changed a statement, take this branch's
        #[arg(long, conflicts_with = "theirs")]
        ours: bool,
        /// Where both changed a statement, take the other's
        #[arg(long)]
        theirs: bool,
    },
}

impl From<SavesError> for Failure {
    fn from(error: SavesError) -> Self {
        Self::diagnosed(error.diagnostic())
    }
}

impl From<HistoryError> for Failure {
    fn from(error: HistoryError) -> Self {
        SavesError::from(error).into()
    }
}

pub(super) fn run(arguments: &Arguments, out: &mut Out) -> Result<(), Failure> {
    let Arguments { file, outside, action } = arguments;
    if file == "-" || file.starts_with(load::SHIPPED) {
        return Err(Failure::Arguments(format!("{} has no history: name a file", quote(file))));
    }
    let options = outside.options();
    let saves = if let Action::Save { note } = action {
        return save(file, options, note, out);
    } else {
        Saves::open(file, options)?
    };
    let mut saves = saves.ok_or_else(|| {
        let path = HistoryFile::path_of(file);
        let message = format!(
            "there is no history of {}: {} is not there",
            quote(file),
            quote(&path.to_string_lossy())
        );
        let help = format!("`pavane history {file} save` or `pavane preview {file} --history` begins one");
        Failure::diagnosed(Diagnostic::error(Code::File, message).help(help))
    })?;
    tell(&damage(&saves));
    match action {
        Action::Save { .. } => Ok(()),
        Action::Log { last, answer } if answer.is_json() => out.json(&log_json(saves.history(), *last)),
        Action::Log { last, .. } => out.text(&log(saves.history(), *last)),
        Action::Diff { from, to } => diff(saves.history(), from.as_deref(), to.as_deref(), out),
        Action::Show { revision, file } => {
            let id = given(saves.history(), revision.as_deref())?;
            let text = saves.history().text(id, file)?;
            out.exact(&text)
        }
        Action::Undo { times } => steps(&mut saves, Step::Undo, *times, out),
        Action::Redo { times } => steps(&mut saves, Step::Redo, *times, out),
        Action::Branch { revision, name: Some(name) } => {
            let id = given(saves.history(), revision.as_deref())?;
            saves.update(|history| history.label(id, name))?;
            out.text(&format!("{id:.8} is called {}\n", quote(name)))
        }
        Action::Branch { revision: Some(revision), name: None } => {
            let to = named(saves.history(), revision)?;
            let moved = saves.go(Step::To(to))?;
            out.text(&moved_line(saves.history(), &moved))
        }
        Action::Branch { revision: None, name: None } => out.text(&branches(saves.history())),
        Action::Merge { revision, ours, theirs } => {
            let other = named(saves.history(), revision)?;
            let prefer = ours.then_some(Side::First).or(theirs.then_some(Side::Second));
            let line = match saves.merge(other, prefer)? {
                Merged::Nothing => format!("{other:.8} has nothing that this branch has not\n"),
                Merged::Forward(to) => {
                    format!("now at {}: this branch had nothing beside it\n", line(saves.history(), to))
                }
                Merged::Revision(to) => format!("merged as {}\n", line(saves.history(), to)),
            };
            out.text(&line)
        }
    }
}

fn save(file: &str, options: Options, note: &str, out: &mut Out) -> Result<(), Failure> {
    let loaded = load::load(file, &options);
    tell(&loaded.render(load::TERMINAL));
    if loaded.program.is_none() {
        return Err(Failure::Told);
    }
    let mut saves = Saves::begin(file, options)?;
    tell(&damage(&saves));
    match saves.record(&loaded, note)? {
        Some(id) => out.text(&format!("saved as {}\n", line(saves.history(), id))),
        None => out.text(&format!("nothing has changed since {:.8}\n", saves.history().here())),
    }
}

/// What cannot be read, for standard error; empty where all can.
fn damage(saves: &Saves) -> String {
    let damage = saves.history().damage();
    let mut text = String::new();
    for place in &damage.places {
        let message = format!("{} is damaged: {} bytes at offset {}", place.what, place.bytes, place.at);
        let mut warning = Diagnostic::warning(Code::HistoryDamaged, message);
        warning.file = saves.path().to_string_lossy().into_owned();
        text.push_str(&warning.to_string());
    }
    if !damage.dependants.is_empty() {
        let names: Vec<String> = damage.dependants.iter().take(20).map(|id| format!("{id:.8}")).collect();
        let more = damage.dependants.len() - names.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let message = format!("what depends on it cannot be gone to: {}{more}", names.join(", "));
        let help = Code::HistoryDamaged.way_out();
        text.push_str(&Diagnostic::warning(Code::HistoryDamaged, message).help(help).to_string());
    }
    text
}

fn named(history: &History, name: &str) -> Result<RevisionId, Failure> {
    history.named(name).ok_or_else(|| {
        let message = format!("no revision is called {}, or more than one is", quote(name));
        Failure::diagnosed(Diagnostic::error(Code::HistoryStep, message).help(Code::HistoryStep.way_out()))
    })
}

fn given(history: &History, name: Option<&str>) -> Result<RevisionId, Failure> {
    name.map_or(Ok(history.here()), |name| named(history, name))
}

fn steps(saves: &mut Saves, step: Step, times: u32, out: &mut Out) -> Result<(), Failure> {
    let from = saves.history().here();
    let mut moved = saves.go(step)?;
    let (from, kept) = (moved.kept.unwrap_or(from), moved.kept);
    let mut done = Ok(());
    for _ in 1..times {
        match saves.go(step) {
            Ok(next) => moved = next,
            // Part of the way is better than none, and is reported.
            Err(error) => {
                done = Err(error.into());
                break;
            }
        }
    }
    let route = saves.history().route(from, moved.to)?;
    out.text(&moved_line(saves.history(), &Moved { route, kept, ..moved }))?;
    done
}

fn moved_line(history: &History, moved: &Moved) -> String {
    let kept = moved.kept.map_or(String::new(), |id| format!("kept what was in the file as {id:.8}\n"));
    format!("{kept}now at {} ({})\n", line(history, moved.to), moved.route)
}

/// A revision on a line: its id, names, time, and what it changed.
fn line(history: &History, id: RevisionId) -> String {
    let Ok(revision) = history.revision(id) else { return format!("{id:.8}") };
    let names: Vec<String> = history.labels(id).map(|name| format!(" ({})", one_line(name))).collect();
    let note =
        if revision.note.is_empty() { String::new() } else { format!("  \"{}\"", one_line(&revision.note)) };
    format!("{id:.8}{}  {}{note}  {}", names.concat(), time(revision.saved_at_ms), summary(history, revision))
}

/// The statements that a revision changed, the first of them.
fn summary(history: &History, revision: &Revision) -> String {
    const SHOWN: usize = 4;
    let Some(&parent) = revision.parents.first() else { return String::new() };
    let Ok(found) = changed(history, parent, revision.id) else { return "(cannot be read)".into() };
    let words: Vec<String> = found
        .iter()
        .take(SHOWN)
        .map(|(file, change)| {
            let sign = match (&change.before, &change.after) {
                (None, _) => "+",
                (_, None) => "-",
                (Some(_), Some(_)) => "",
            };
            let file = if file.is_empty() { String::new() } else { format!("{file}: ") };
            format!("{sign}{}", one_line(&format!("{file}{}", change.name)))
        })
        .collect();
    let more = found.len() - words.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", words.join(", "))
}

/// Each changed statement with its file.
fn changed(
    history: &History,
    from: RevisionId,
    to: RevisionId,
) -> Result<Vec<(String, Change)>, HistoryError> {
    let (before, after) = (history.files(from)?, history.files(to)?);
    let text = |files: &[(String, String)], name: &str| {
        files.iter().find(|(file, _)| file == name).map(|(_, text)| text.clone()).unwrap_or_default()
    };
    let mut names: Vec<&String> = after.iter().map(|(name, _)| name).collect();
    names.extend(
        before.iter().map(|(name, _)| name).filter(|name| !after.iter().any(|(file, _)| file == *name)),
    );
    let mut found = Vec::new();
    for name in names {
        let of_file = changes(&text(&before, name), &text(&after, name));
        found.extend(of_file.into_iter().map(|change| (name.clone(), change)));
    }
    Ok(found)
}

fn log(history: &History, last: usize) -> String {
    let mut text = String::new();
    let (here, tip) = (history.here(), history.tip());
    let shown: Vec<&Revision> = history.revisions().rev().take(last).collect();
    for (k, revision) in shown.iter().enumerate() {
        let sign = if revision.id == here { "@" } else { "*" };
        text.push_str(&format!("{sign} {}\n", line(history, revision.id)));
        if revision.id == tip && tip != here {
            text.push_str("    redo leads here\n");
        }
        let children = history.children(revision.id);
        if children.len() > 1 {
            let names: Vec<String> = children.iter().map(|id| format!("{id:.8}")).collect();
            text.push_str(&format!("    a branch point: {}\n", names.join(", ")));
        }
        // Where the next line is something else, it says what this one was made of.
        let follows = shown.get(k + 1).is_some_and(|next| [next.id] == revision.parents[..]);
        let parents: Vec<String> = revision
            .parents
            .iter()
            .filter(|&&parent| parent != RevisionId::ROOT)
            .map(|parent| format!("{parent:.8}"))
            .collect();
        if !follows && !parents.is_empty() {
            text.push_str(&format!("    from {}\n", parents.join(" and ")));
        }
    }
    let more = history.revisions().len() - shown.len();
    if more > 0 {
        text.push_str(&format!("and {more} more: `--last {}` lists all\n", history.revisions().len()));
    }
    text
}

fn log_json(history: &History, last: usize) -> Value {
    let id = |id: &RevisionId| id.to_string();
    let revisions: Vec<Value> = history
        .revisions()
        .rev()
        .take(last)
        .map(|revision| {
            let files: Vec<&str> = revision.files.iter().map(|(name, _)| name.as_str()).collect();
            let found =
                revision.parents.first().and_then(|&parent| changed(history, parent, revision.id).ok());
            let names =
                found.map(|found| found.into_iter().map(|(_, change)| change.name).collect::<Vec<_>>());
            json!({
                "id": id(&revision.id),
                "parents": revision.parents.iter().map(id).collect::<Vec<_>>(),
                "saved_at_ms": revision.saved_at_ms,
                "note": revision.note,
                "names": history.labels(revision.id).collect::<Vec<_>>(),
                "files": files,
                "changed": names,
            })
        })
        .collect();
    json!({
        "schema_version": SCHEMA_VERSION,
        "here": id(&history.here()),
        "tip": id(&history.tip()),
        "heads": history.heads().iter().map(id).collect::<Vec<_>>(),
        "revisions": revisions,
    })
}

fn branches(history: &History) -> String {
    let here = history.here();
    let mut text = String::new();
    for head in history.heads().into_iter().rev() {
        let sign = if head == here { "@" } else { "*" };
        let way = history.route(here, head).map(|way| way.to_string()).unwrap_or_default();
        text.push_str(&format!("{sign} {} ({way})\n", line(history, head)));
    }
    text
}

fn diff(history: &History, from: Option<&str>, to: Option<&str>, out: &mut Out) -> Result<(), Failure> {
    let to = given(history, to)?;
    let from = match from {
        Some(from) => named(history, from)?,
        None => history.revision(to)?.parents.first().copied().unwrap_or(RevisionId::ROOT),
    };
    for (file, change) in changed(history, from, to)? {
        let file = if file.is_empty() { String::new() } else { format!("{file}: ") };
        out.text(&format!("{file}{}\n", change.name))?;
        let [before, after] = [&change.before, &change.after].map(|text| lines_of(text.as_deref()));
        for line in shortened(&compared(&before, &after)) {
            out.text(&format!("  {line}\n"))?;
        }
    }
    Ok(())
}

/// Lines that stay and are shown before and behind a change.
const CONTEXT: usize = 1;

fn lines_of(text: Option<&str>) -> Vec<&str> {
    text.map(|text| text.lines().collect()).unwrap_or_default()
}

/// Lines with their signs. Of those that stay, the ones beside a change; for the others stand three dots.
fn shortened(lines: &[(char, &str)]) -> Vec<String> {
    let is_near = |k: usize| {
        let around = &lines[k.saturating_sub(CONTEXT)..(k + CONTEXT + 1).min(lines.len())];
        around.iter().any(|(sign, _)| *sign != ' ')
    };
    let mut shown: Vec<String> = Vec::new();
    let mut is_cut = false;
    for (k, (sign, text)) in lines.iter().enumerate() {
        if is_near(k) {
            shown.push(format!("{sign} {text}"));
        } else if !is_cut {
            shown.push("  ...".into());
        }
        is_cut = !is_near(k);
    }
    shown
}

/// The lines of two texts: those that both have with a space, the others with a sign. The longest common part of them,
/// where they are not many.
fn compared<'t>(before: &[&'t str], after: &[&'t str]) -> Vec<(char, &'t str)> {
    const LINES_MAX: usize = 1000;
    if before.len().max(after.len()) > LINES_MAX {
        let old = before.iter().map(|&line| ('-', line));
        return old.chain(after.iter().map(|&line| ('+', line))).collect();
    }
    // The longest common part of what is behind each pair of lines.
    let width = after.len() + 1;
    let mut longest = vec![0_u16; (before.len() + 1) * width];
    for i in (0..before.len()).rev() {
        for j in (0..after.len()).rev() {
            longest[i * width + j] = if before[i] == after[j] {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut found = Vec::new();
    while i < before.len() || j < after.len() {
        let is_old = j == after.len()
            || (i < before.len() && longest[(i + 1) * width + j] >= longest[i * width + j + 1]);
        if i < before.len() && j < after.len() && before[i] == after[j] {
            found.push((' ', before[i]));
            (i, j) = (i + 1, j + 1);
        } else if is_old {
            found.push(('-', before[i]));
            i += 1;
        } else {
            found.push(('+', after[j]));
            j += 1;
        }
    }
    found
}

/// A time in UTC: `2026-11-26 05:12:03`.
fn time(ms: u64) -> String {
    let seconds = ms / 1000;
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // Years begin in March, so that a leap day is the last of its year; 400 years have 146 097 days.
    let day = days + 719_468;
    let of_era = day % 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day_of_month = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = day / 146_097 * 400 + year_of_era + u64::from(month <= 2);
    format!(
        "{year:04}-{month:02}-{day_of_month:02} {:02}:{:02}:{:02}",
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_in_utc() {
        assert_eq!(time(0), "1970-01-01 00:00:00");
        assert_eq!(time(951_827_696_000), "2000-02-29 12:34:56");
        assert_eq!(time(1_795_656_723_999), "2026-11-26 01:32:03");
    }

    #[test]
    fn lines_that_stay_are_kept_together() {
        let check = |before: &str, after: &str, expected: &str| {
            let (before, after) =
                (before.split(' ').collect::<Vec<_>>(), after.split(' ').collect::<Vec<_>>());
            let found = compared(&before, &after);
            let found: Vec<String> = found.iter().map(|(sign, line)| format!("{sign}{line}")).collect();
            assert_eq!(found.join(""), expected);
        };
        check("a b c", "a x c", " a-b+x c");
        check("a b", "a b c", " a b+c");
        check("a b c", "c", "-a-b c");
        let lines = [' ', ' ', '+', ' ', ' ', ' ', '-', ' '].map(|sign| (sign, "x"));
        assert_eq!(shortened(&lines), ["  ...", "  x", "+ x", "  x", "  ...", "  x", "- x", "  x"]);
    }
}
