//! How a clip is encoded: the options of whatever writes one.

use clap::{Args, ValueEnum};

use super::failure::Failure;
use super::options::{self, Switch};
use super::range::{Color, Plays};
use crate::render::{Effort, EncodeSettings, Format, Output, Preset};

/// Choices that formats leave.
#[derive(Clone, Debug, Args)]
pub(super) struct Encoded {
    /// How often a .gif or .apng is played, or `forever` [default: forever]
    #[arg(long = "loop", value_name = "N")]
    plays: Option<Plays>,
    /// Whether a .gif shows colours that it lacks as patterns of those that it has [default: on]
    #[arg(long, value_name = "WHETHER", value_enum)]
    dither: Option<Switch>,
    /// What half-transparent pixels of a transparent .gif are mixed with, since it has none of those
    #[arg(long, value_name = "#rrggbb")]
    matte: Option<Color>,
    /// How much time is spent on making .png and .apng files small [default: fast]
    #[arg(long, value_name = "HOW", value_enum)]
    effort: Option<Speed>,
    /// How a .mp4 or .webm is encoded [default: good]
    #[arg(long, value_name = "HOW", value_enum)]
    preset: Option<VideoPreset>,
}

/// `--effort`.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Speed {
    /// Large files
    Fastest,
    /// Small files in little time
    Fast,
    /// Somewhat smaller ones, in several times as much
    Small,
}

impl From<Speed> for Effort {
    fn from(speed: Speed) -> Self {
        match speed {
            Speed::Fastest => Self::Fastest,
            Speed::Fast => Self::Fast,
            Speed::Small => Self::Small,
        }
    }
}

/// `--preset`.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum VideoPreset {
    /// Small and soon there, to look at the movement
    Draft,
    /// Hardly told from the pictures
    Good,
    /// To keep and to cut from: several times as large and as long to make
    Archive,
}

impl From<VideoPreset> for Preset {
    fn from(preset: VideoPreset) -> Self {
        match preset {
            VideoPreset::Draft => Self::Draft,
            VideoPreset::Good => Self::Good,
            VideoPreset::Archive => Self::Archive,
        }
    }
}

/// An option of some formats: what it is called, whether it is given, whether this output takes it, and which do.
pub(super) type Taken = (&'static str, bool, bool, &'static str);

/// Refuses an option that an output has no use for.
pub(super) fn check(options: impl IntoIterator<Item = Taken>) -> Result<(), Failure> {
    for (option, is_given, is_taken, formats) in options {
        if is_given && !is_taken {
            return Err(Failure::Arguments(format!(
                "{option} is for {formats}: leave it out, or name such a file"
            )));
        }
    }
    Ok(())
}

impl Encoded {
    /// Refuses what an output has no use for. `transparent` is whether its pictures are, and how that came about.
    pub(super) fn check(&self, output: &Output, transparent: bool, how: &str) -> Result<(), Failure> {
        let is_gif = output.format() == Format::Gif;
        let is_png = matches!(output.format(), Format::Png | Format::Apng);
        let is_video = matches!(output.format(), Format::Mp4 | Format::WebM);
        check([
            ("--loop", self.plays.is_some(), is_gif || output.format() == Format::Apng, ".gif and .apng"),
            ("--dither", self.dither.is_some(), is_gif, ".gif"),
            ("--matte", self.matte.is_some(), is_gif, ".gif"),
            ("--effort", self.effort.is_some(), is_png, ".png and .apng"),
            ("--preset", self.preset.is_some(), is_video, ".mp4 and .webm"),
        ])?;
        if self.matte.is_some() && !transparent {
            let message = format!("--matte is for transparent pictures: {how}, or leave it out");
            return Err(Failure::Arguments(message));
        }
        Ok(())
    }

    /// What was chosen, on so many threads.
    pub(super) fn settings(&self, threads: Option<u16>, keep: bool) -> EncodeSettings {
        let default = EncodeSettings::default();
        EncodeSettings {
            plays: self.plays.map_or(default.plays, |plays| plays.0),
            dither: self.dither.map_or(default.dither, |dither| dither == Switch::On),
            matte: self.matte.map(|matte| matte.0),
            effort: self.effort.map_or(default.effort, Effort::from),
            preset: self.preset.map_or(default.preset, Preset::from),
            threads: options::threads_or_all(threads) as u16,
            keep,
        }
    }
}
