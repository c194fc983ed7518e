//! A text in runs: of one direction, one script and one font each.

use harfrust::{Script, unicode};
use unicode_bidi::BidiInfo;

use super::Font;

/// A part of a text that is shaped at once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Run {
    /// Bytes of the text.
    pub(super) start: u32,
    pub(super) end: u32,
    /// How deep it is among directions; odd ones run from right to left.
    pub(super) level: u8,
    pub(super) script: Script,
    /// Which of the fonts.
    pub(super) font: u16,
}

/// From here on there are letters that run from right to left, and marks of direction.
const FIRST_OF_RIGHT_TO_LEFT: char = '\u{590}';

/// The level of each byte; empty where all run from left to right. Allocates where some do not.
pub(super) fn levels(text: &str, levels: &mut Vec<u8>) {
    levels.clear();
    if text.chars().all(|character| character < FIRST_OF_RIGHT_TO_LEFT) {
        return;
    }
    let info = BidiInfo::new(text, None);
    if info.has_rtl() {
        levels.extend(info.levels.iter().map(|level| level.number()));
    }
}

/// Whether a character is in every script, or takes that of the one before.
fn is_common(script: Script) -> bool {
    script == Script::COMMON || script == Script::INHERITED || script == Script::UNKNOWN
}

/// Characters that are not seen, and so are missing nowhere.
pub(super) fn is_unseen(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// Cuts a text to runs. Of the `order` of fonts a character takes the first that has it; what none has is noted in `missing`.
pub(super) fn cut(
    text: &str,
    levels: &[u8],
    (fonts, order): (&[Font], &[u16]),
    runs: &mut Vec<Run>,
    missing: &mut Vec<char>,
) {
    runs.clear();
    for (at, character) in text.char_indices() {
        let (start, end) = (at as u32, (at + character.len_utf8()) as u32);
        let level = levels.get(at).copied().unwrap_or(0);
        let script = unicode::script(u32::from(character));
        let last = runs.last_mut();
        let has = |font: u16| fonts.get(font as usize).is_some_and(|font| font.has(character));
        // What is not seen and what is put onto another character stay with what is before them.
        let stays = |run: &Run| is_unseen(character) || script == Script::INHERITED && has(run.font);
        let font = match last.as_deref().filter(|run| stays(run)) {
            Some(run) => run.font,
            None => match order.iter().find(|&&font| has(font)) {
                Some(&font) => font,
                None => {
                    if !is_unseen(character)
                        && missing.len() < missing.capacity()
                        && !missing.contains(&character)
                    {
                        missing.push(character);
                    }
                    order.first().copied().unwrap_or(0)
                }
            },
        };
        match last {
            Some(run) if run.level == level && run.font == font && fits(run.script, script) => {
                run.end = end;
                if is_common(run.script) {
                    run.script = script;
                }
            }
            _ => {
                // What is common goes with what is before it, across fonts and directions as well.
                let before = last.map(|run| run.script).filter(|_| is_common(script));
                runs.push(Run { start, end, level, script: before.unwrap_or(script), font });
            }
        }
    }
}

/// Whether a character of a script may stand in a run of one.
fn fits(run: Script, script: Script) -> bool {
    run == script || is_common(run) || is_common(script)
}

/// Puts runs of a line into the order in which they are seen: from the deepest level down, whatever is at least as deep is
/// turned around.
pub(super) fn put_in_sight(runs: &mut [Run]) {
    let Some(deepest) = runs.iter().map(|run| run.level).max() else { return };
    for level in (1..=deepest).rev() {
        runs.chunk_by_mut(|a, b| (a.level >= level) == (b.level >= level))
            .filter(|chunk| chunk.first().is_some_and(|run| run.level >= level))
            .for_each(<[Run]>::reverse);
    }
}
