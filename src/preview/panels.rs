//! What is shown over the picture: the strip of time, errors, reports, statistics, help; and where each of it lies.

use std::time::Duration;

use super::overlay::{Canvas, Letters, PANEL, PANEL_COVER, Text, Tone};
use super::player::Player;
use crate::play::Position;

/// How often statistics change: a number that flickers cannot be read.
const STATS_EVERY: Duration = Duration::from_millis(300);
/// A report is not made narrower than this.
const NOTICE_COLUMNS_MIN: usize = 30;
/// Lines of one report at most.
const NOTICE_LINES_MAX: usize = 6;
/// The part of the strip that has been played.
const PLAYED: u32 = 0x0078_dca0;
/// The part that has not.
const TO_COME: u32 = 0x0050_5868;
/// The edge of the panel with errors.
const ERROR_EDGE: u32 = 0x00e0_4838;

/// Keys and what they do.
pub(super) const HELP: &str = "\
Space           pause, play
Left, Right     a frame back or on; with Shift 10
Home, End       the clip's first or last frame
drag            along the lower edge: scrub
L               loop the clip, or let time go on
S               statistics
R               reset: state and time start anew
H, ?            this help
Esc             quit

Pointer, wheel and keys are input channels of
the program. A key that it listens to is the
program's; with Ctrl held it is the preview's.
While a text field has the focus, keys are its
own: Tab goes to the next, Esc leaves it.";

/// The keys of a history, where there is one.
const HELP_HISTORY: &str = "
Z               undo a save: the file is as before
Y, Shift+Z      redo
B               to the end of the next branch
M               merge the branch that was left last";

/// Everything over the picture. Its texts are kept, so that drawing them again allocates nothing.
#[derive(Debug, Default)]
pub(super) struct Panels {
    error: Text,
    /// The state of the player and the room that `error` was made for.
    error_made_for: Option<(u64, usize, usize)>,
    stats: Text,
    /// The time until `stats` is made anew.
    stats_left: Duration,
    notice: Text,
    strip: Text,
    help: Text,
}

/// Pixels of the strip of time, from the lower edge up.
pub(super) fn strip_height(letters: Letters) -> usize {
    letters.line() + letters.margin() + bar_height(letters)
}

fn bar_height(letters: Letters) -> usize {
    letters.line() / 3
}

impl Panels {
    /// Draws what there is to show. `hovers` is whether the pointer is over the strip of time.
    pub(super) fn draw(
        &mut self,
        canvas: &mut Canvas<'_>,
        player: &mut Player,
        letters: Letters,
        hovers: bool,
        elapsed: Duration,
    ) {
        let stats = self.stats(canvas, player, letters, elapsed);
        self.notices(canvas, player, letters, stats);
        let mut bottom = canvas.height;
        if let Some(position) = player.position()
            && (hovers || player.is_paused() || player.is_dragging() || position.seeking.is_some())
        {
            bottom = bottom.saturating_sub(strip_height(letters));
            self.strip(canvas, player, position, letters);
        }
        self.error(canvas, player, letters, bottom);
        if player.shows_help() {
            self.help(canvas, letters, player.has_history());
        }
    }

    /// What is wrong with the file, as much as fits into the lower third.
    fn error(&mut self, canvas: &mut Canvas<'_>, player: &Player, letters: Letters, bottom: usize) {
        let (turn, Some(broken)) = player.broken() else { return };
        let margin = letters.margin();
        let columns = canvas.width.saturating_sub(2 * margin) / letters.column();
        let rows = ((canvas.height / 3).saturating_sub(margin) / letters.line()).max(3);
        if self.error_made_for != Some((turn, columns, rows)) {
            self.error_made_for = Some((turn, columns, rows));
            self.error.clear();
            // Beside a source line stand its number and the marks of cuts.
            write_error(&mut self.error, &broken.render(columns.saturating_sub(14).max(20)), columns);
            if self.error.len() > rows {
                self.error.truncate(rows - 1);
                self.error.line(Tone::Dim, format_args!("... the terminal has all of it"));
            }
        }
        let [_, height] = Canvas::panel_size(letters, &self.error);
        let place = [0, bottom.saturating_sub(height)];
        canvas.panel(place, [canvas.width, height], letters, &self.error);
        canvas.fill(place, [margin / 2, height], ERROR_EDGE, 256);
    }

    /// Reports, beside the statistics or, where there is no room, below them.
    fn notices(&mut self, canvas: &mut Canvas<'_>, player: &Player, letters: Letters, stats: [usize; 2]) {
        let margin = letters.margin();
        let columns = |taken: usize| canvas.width.saturating_sub(4 * margin + taken) / letters.column();
        let (columns, mut y) = match columns(stats[0]) {
            few if few < NOTICE_COLUMNS_MIN => (columns(0), stats[1] + margin),
            columns => (columns, margin),
        };
        for notice in player.notices() {
            self.notice.clear();
            self.notice.wrapped(notice.tone, &notice.text, columns);
            if self.notice.len() > NOTICE_LINES_MAX {
                self.notice.truncate(NOTICE_LINES_MAX);
                self.notice.line(Tone::Dim, format_args!("..."));
            }
            let size = Canvas::panel_size(letters, &self.notice);
            canvas.panel([margin, y], size, letters, &self.notice);
            y += size[1] + margin / 2;
        }
    }

    /// Statistics in the upper right; gives the room they take.
    fn stats(
        &mut self,
        canvas: &mut Canvas<'_>,
        player: &mut Player,
        letters: Letters,
        elapsed: Duration,
    ) -> [usize; 2] {
        self.stats_left = self.stats_left.saturating_sub(elapsed);
        if !player.shows_stats() {
            self.stats.clear();
            return [0, 0];
        }
        if self.stats.is_empty() || self.stats_left.is_zero() {
            self.stats_left = STATS_EVERY;
            self.stats.clear();
            write_stats(&mut self.stats, player);
        }
        let size = Canvas::panel_size(letters, &self.stats);
        let margin = letters.margin();
        let place = [canvas.width.saturating_sub(size[0] + margin), margin];
        canvas.panel(place, size, letters, &self.stats);
        [size[0] + margin, size[1] + margin]
    }

    fn strip(&mut self, canvas: &mut Canvas<'_>, player: &Player, position: Position, letters: Letters) {
        let height = strip_height(letters);
        let top = canvas.height.saturating_sub(height);
        let (width, bar) = (canvas.width, bar_height(letters));
        let played = (position.fraction() * width as f64) as usize;
        canvas.fill([0, top], [width, height], PANEL, PANEL_COVER);
        canvas.fill([0, top], [width, bar], TO_COME, 256);
        canvas.fill([0, top], [played, bar], PLAYED, 256);
        let knob = bar / 2;
        canvas.fill(
            [played.saturating_sub(knob).min(width.saturating_sub(2 * knob)), top],
            [2 * knob, bar],
            0x00ff_ffff,
            256,
        );
        self.strip.clear();
        let Position { index, seeking, rate, clip } = position;
        let seconds = rate.start(index).map_or(0.0, |time| time.as_secs_f64());
        // Time goes on after the clip, so the place in it is not all there is to say.
        let (turn, within) = (index / clip + 1, index % clip);
        let state = if player.is_paused() { "  paused" } else { "" };
        let line = &mut |line: std::fmt::Arguments<'_>| self.strip.line(Tone::Plain, line);
        match (seeking, turn) {
            (Some(at), _) => line(format_args!("frame {index}  playing up to it: {at}")),
            (None, 1) => line(format_args!("frame {index} of {clip}  {seconds:.3} s{state}")),
            (None, _) => {
                line(format_args!("frame {index}  turn {turn}: {within} of {clip}  {seconds:.3} s{state}"));
            }
        }
        for (line, _) in self.strip.lines() {
            let place = [letters.margin(), top + bar + letters.margin() / 2];
            canvas.text(place, letters, line, 0x00f2_f2f2);
        }
    }

    fn help(&mut self, canvas: &mut Canvas<'_>, letters: Letters, has_history: bool) {
        if self.help.is_empty() {
            let more = if has_history { HELP_HISTORY } else { "" };
            HELP.lines()
                .chain(more.lines())
                .for_each(|line| self.help.line(Tone::Plain, format_args!("{line}")));
        }
        let size = Canvas::panel_size(letters, &self.help);
        let place = [canvas.width.saturating_sub(size[0]) / 2, canvas.height.saturating_sub(size[1]) / 2];
        canvas.panel(place, size, letters, &self.help);
    }
}

/// Diagnostics as they are written for a terminal, in tones.
fn write_error(text: &mut Text, diagnostics: &str, columns: usize) {
    for line in diagnostics.lines() {
        let bare = line.trim_start();
        // The line above a source line is empty, and there is little room.
        if bare.is_empty() || bare == "|" {
            continue;
        }
        let is_mark = bare.starts_with("| ");
        let is_source = bare.split_once(" | ").is_some_and(|(number, _)| number.parse::<u32>().is_ok());
        let tone = match bare {
            _ if is_mark => Tone::Error,
            _ if is_source => Tone::Plain,
            _ if line.starts_with("error") => Tone::Error,
            _ if line.starts_with("warning") => Tone::Warning,
            bare if bare.starts_with("help:") => Tone::Good,
            bare if bare.starts_with("-->") => Tone::Dim,
            _ => Tone::Plain,
        };
        match is_mark || is_source {
            true => text.line(tone, format_args!("{line}")),
            false => text.wrapped(tone, line, columns),
        }
    }
}

fn write_stats(text: &mut Text, player: &mut Player) {
    let not_drawn = player.frame().map_or(0, |frame| frame.elements_left_out());
    let elements: u64 =
        player.frame().map_or(0, |frame| frame.domains().map(|(_, count)| u64::from(count)).sum());
    let threads = player.engine().map_or(0, crate::engine::Engine::threads);
    let stats = &player.stats;
    let line = Tone::Plain;
    text.line(line, format_args!("shown      {:6.1} per s", stats.shown.rate()));
    let tone = if stats.dropped.rate() < 0.05 { line } else { Tone::Warning };
    text.line(tone, format_args!("dropped    {:6.1} per s", stats.dropped.rate()));
    let (p50, p99) = (stats.frames.percentile(50), stats.frames.percentile(99));
    text.line(line, format_args!("frame  p50 {p50:6.2} ms"));
    text.line(line, format_args!("       p99 {p99:6.2} ms"));
    let (p50, p99) = (stats.pictures.percentile(50), stats.pictures.percentile(99));
    text.line(line, format_args!("raster p50 {p50:6.2} ms"));
    text.line(line, format_args!("       p99 {p99:6.2} ms"));
    text.line(line, format_args!("elements   {elements:6}"));
    text.line(line, format_args!("threads    {threads:6}"));
    if let Some(allocations) = stats.allocations {
        let tone = if allocations == 0 { Tone::Plain } else { Tone::Warning };
        text.line(tone, format_args!("allocated  {allocations:6} per frame"));
    }
    if not_drawn > 0 {
        text.line(Tone::Warning, format_args!("not drawn  {not_drawn:6} (no usable value)"));
    }
    if !player.last_report().is_empty() {
        text.wrapped(Tone::Dim, player.last_report(), 36);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::load::Options;
    use crate::preview::Settings;
    use crate::preview::overlay::tests::check_golden;
    use crate::preview::player::Command;
    use crate::preview::source::{Loaded, Source};
    use crate::program::Program;

    const LETTERS: f64 = 1.0;

    fn player(file: &str) -> Player {
        let mut player = Player::new(Settings::new(file));
        player.load(Source::new(file, Options::default()).load());
        player.advance(Duration::ZERO, Instant::now());
        player
    }

    fn broken(text: &str) -> Loaded {
        let (program, diagnostics) = Program::diagnose(text, "spiral.json");
        assert!(program.is_none());
        Loaded { diagnostics, texts: vec![("spiral.json".into(), text.into())], ..Loaded::default() }
    }

    fn draw(panels: &mut Panels, canvas: &mut Canvas<'_>, player: &mut Player) {
        panels.draw(canvas, player, Letters::for_scale(LETTERS), false, Duration::ZERO);
    }

    #[test]
    fn an_error_lies_over_the_lower_third() {
        let text = "{\n  \"format\": \"pavane\",\n  \"version\": 1,\n  \"colour\": \"red\",\n  \"domains\": [1,]\n}\n";
        let mut player = player("examples:gs1");
        player.load(broken(text));
        check_golden("overlay_error", [360, 300], |canvas| draw(&mut Panels::default(), canvas, &mut player));
        // Nothing above the lower third is touched, whatever the size.
        for [width, height] in [[360, 300], [200, 240], [1000, 700]] {
            let mut pixels = vec![0x00ff_ffff; width * height];
            let mut canvas = Canvas { pixels: &mut pixels, width, height };
            draw(&mut Panels::default(), &mut canvas, &mut player);
            let first = pixels.iter().position(|&pixel| pixel != 0x00ff_ffff).unwrap() / width;
            assert!(first >= height - height.div_ceil(3), "{width}x{height}: {first}");
        }
        // A good save takes it away.
        player.load(Source::new("examples:gs1", Options::default()).load());
        assert!(player.broken().1.is_none());
    }

    #[test]
    fn the_strip_shows_while_paused() {
        let mut player = player("examples:gs1");
        let mut pixels = vec![0; 64 * 48];
        draw(&mut Panels::default(), &mut Canvas { pixels: &mut pixels, width: 64, height: 48 }, &mut player);
        assert!(pixels.iter().all(|&pixel| pixel == 0));
        player.command(Command::Step(150));
        player.advance(Duration::ZERO, Instant::now());
        check_golden("overlay_strip", [320, 64], |canvas| draw(&mut Panels::default(), canvas, &mut player));
    }

    #[test]
    fn help_names_every_key() {
        let mut player = player("examples:gs1");
        player.command(Command::Help);
        check_golden("overlay_help", [400, 288], |canvas| draw(&mut Panels::default(), canvas, &mut player));
    }

    #[test]
    fn tiny_windows_are_legal() {
        let mut player = player("examples:gs1");
        player.load(broken("{"));
        [Command::Help, Command::Stats, Command::Loop, Command::Pause]
            .iter()
            .for_each(|&command| player.command(command));
        for [width, height] in [[1, 1], [3, 50], [50, 3], [20, 20]] {
            let mut pixels = vec![0; width * height];
            draw(&mut Panels::default(), &mut Canvas { pixels: &mut pixels, width, height }, &mut player);
        }
    }

    #[test]
    fn statistics_come_and_go() {
        let mut player = player("examples:gs1");
        player.command(Command::Stats);
        let mut panels = Panels::default();
        let mut pixels = vec![0; 400 * 300];
        draw(&mut panels, &mut Canvas { pixels: &mut pixels, width: 400, height: 300 }, &mut player);
        let shown: Vec<&str> = panels.stats.lines().map(|(line, _)| line).collect();
        assert!(shown.contains(&"elements    15000"), "{shown:?}");
        player.command(Command::Stats);
        draw(&mut panels, &mut Canvas { pixels: &mut pixels, width: 400, height: 300 }, &mut player);
        assert!(panels.stats.is_empty());
    }

    #[test]
    fn a_report_of_several_lines_keeps_them_in_the_statistics() {
        let patch = |rate: u32| {
            let text = format!(
                "clip {{ rate: {rate} }}\ndraw circle {{ position: (0.5, 0.5), size: 0.1, color: #fff }}\n"
            );
            let compiled = crate::language::compile(&text, "a.pav", &crate::language::NoFiles);
            assert!(compiled.program.is_some(), "{}", compiled.diagnostics);
            Loaded { program: compiled.program, ..Loaded::default() }
        };
        let mut player = Player::new(Settings::new("a.pav"));
        for rate in [60, 30] {
            player.load(patch(rate));
            player.advance(Duration::ZERO, Instant::now());
        }
        player.command(Command::Stats);
        let mut panels = Panels::default();
        let mut pixels = vec![0; 400 * 300];
        draw(&mut panels, &mut Canvas { pixels: &mut pixels, width: 400, height: 300 }, &mut player);
        let shown: Vec<&str> = panels.stats.lines().map(|(line, _)| line).collect();
        assert!(shown.iter().all(|line| !line.contains('\n')), "{shown:?}");
        assert!(shown.iter().any(|line| line.starts_with("60 became 30 frames per second")), "{shown:?}");
    }
}
