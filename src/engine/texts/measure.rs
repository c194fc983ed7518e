//! How wide and how high texts are that change: for signals, so that boxes fit words.

use crate::engine::letters::{BYTES, EMS_MAX, Made, SAMPLES};
use crate::engine::plan::Plan;
use crate::letters::{Font, Setting, Typesetter};

/// Lays texts out to measure them. What a text measures is a function of the text and the style, and of the last text of each style
/// it is known.
#[derive(Debug)]
pub(crate) struct Measurer {
    /// None where nothing is measured.
    typesetter: Option<Typesetter>,
    fonts: Vec<Font>,
    styles: Vec<Style>,
}

#[derive(Debug)]
struct Style {
    /// The fonts that are asked for a character, one after the other.
    order: Vec<u16>,
    setting: Setting,
    known: Option<Known>,
}

/// A text that was measured.
#[derive(Clone, Copy, Debug)]
struct Known {
    text: u32,
    width: u64,
    sides: [f64; 2],
}

impl Measurer {
    /// For the styles of a program.
    pub(crate) fn new(plan: &Plan, own: &[Font]) -> Self {
        let data = plan.program.data();
        if data.styles.is_empty() {
            return Self { typesetter: None, fonts: Vec::new(), styles: Vec::new() };
        }
        let mut fonts = plan.program.family().faces();
        let mut made = Made::new(&data.fonts, own, &mut fonts);
        let near = |ems: f64| (ems as f32).clamp(-EMS_MAX, EMS_MAX);
        let styles = data.styles.iter().map(|row| Style {
            order: made.order(row.font, row.weight, false).fonts,
            setting: Setting {
                leading: near(row.leading),
                tracking: near(row.tracking),
                ..Setting::default()
            },
            known: None,
        });
        let styles: Vec<Style> = styles.collect();
        let mut typesetter = Typesetter::new(BYTES as usize);
        // So that the shaper has its tables.
        for style in &styles {
            for text in
                SAMPLES.into_iter().chain(data.texts.iter().take(SAMPLED).map(|row| row.text.as_str()))
            {
                typesetter.lay(text, &fonts, &style.order, &Setting { width: 1.0, ..style.setting });
            }
        }
        Self { typesetter: Some(typesetter), fonts, styles }
    }

    pub(crate) fn bytes_for(plan: &Plan) -> usize {
        if plan.program.data().styles.is_empty() { 0 } else { Typesetter::bytes_for(BYTES as usize) }
    }

    pub(super) fn bytes(&self) -> usize {
        if self.styles.is_empty() { 0 } else { Typesetter::bytes_for(BYTES as usize) }
    }

    /// Numbers of texts may be those of others from now on.
    pub(super) fn forget(&mut self) {
        self.styles.iter_mut().for_each(|style| style.known = None);
    }

    /// Width and height of a text, in sizes, with lines of some width, which is none where that is not above 0.
    pub(super) fn measure(&mut self, style: u32, (number, text): (u32, &str), width: f64) -> [f64; 2] {
        let Self { typesetter: Some(typesetter), fonts, styles } = self else { return [0.0; 2] };
        let Some(Style { order, setting, known }) = styles.get_mut(style as usize) else { return [0.0; 2] };
        if let Some(known) = known.filter(|known| known.text == number && known.width == width.to_bits()) {
            return known.sides;
        }
        let width_of_lines = if width > 0.0 { width as f32 } else { f32::INFINITY };
        let laid = typesetter.lay(text, fonts, order, &Setting { width: width_of_lines, ..*setting });
        let sides = laid.sides();
        *known = Some(Known { text: number, width: width.to_bits(), sides });
        sides
    }
}

/// How many texts of a program are tried out at load, for their scripts.
const SAMPLED: usize = 64;
