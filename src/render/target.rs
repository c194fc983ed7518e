//! From a file name to a sink.

use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::encode::{
    ApngEncoder, Cache, Codec, Destination, Encode, Encoder, Encoding, FrameFacts, GifEncoder, Kept, Memory,
    PngFile, PngSequence, Shot, Style, SvgSink, Timing, VideoEncoder,
};
use super::{Raster, RasterSettings, RenderError};
use crate::frame::{Frame, Ground, Pass, Rgba8, Sink};
use crate::time::FrameRate;
use crate::world::BudgetRow;

/// The picture that a raster draws into, as a row of a [`Budget`](crate::world::Budget).
pub fn canvas(width: u32, height: u32) -> BudgetRow {
    BudgetRow { buffer: "canvas", count: 1, bytes_each: u64::from(width) * u64::from(height) * 4 }
}

/// Threads that encode at most: as many as a raster on many cores keeps busy, and each has pictures of its own.
const ENCODERS_MAX: u16 = 16;

/// The facts about a clip that are needed before its first frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClipInfo {
    /// Canvas width in pixels.
    pub width: u32,
    /// Canvas height in pixels.
    pub height: u32,
    /// Frames per second.
    pub frame_rate: FrameRate,
    /// How many frames will come, exactly.
    pub frame_count: u64,
    /// The colour under every pass, for formats with few colours.
    pub background: Rgba8,
}

/// How a clip is encoded, for the formats that leave a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncodeSettings {
    /// How often a GIF or an APNG is played; `None` is for ever.
    pub plays: Option<NonZeroU16>,
    /// Whether a GIF shows colours that its palette lacks as patterns of those that it has. A clip of up to 255 colours
    /// has them all, and no patterns.
    pub dither: bool,
    /// The colour (sRGB) that half-transparent pixels of a transparent GIF are mixed with, since it has none of those.
    /// Without one they become opaque or fully transparent, whichever they are nearer to.
    pub matte: Option<[u8; 3]>,
    /// How much time is spent on making PNGs and APNGs small.
    pub effort: Effort,
    /// How much time is spent on videos, and how much of the pictures they keep.
    pub preset: Preset,
    /// How many threads encode while the next frame is drawn: those of a file per frame, a GIF or an APNG; videos, which ffmpeg
    /// encodes, and single pictures take one at most. 0 encodes on the caller's. The bytes do not depend on it. By default 1, but on wasm, which has no threads, 0.
    pub threads: u16,
    /// Whether the PNGs of a sequence that show their frames already stay as they are. Each says at its end of which
    /// [hash](Frame::hash) the frame is, so a frame that is no other than in the last render to the same files is not drawn.
    pub keep: bool,
}

/// How much time is spent on making files small.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Effort {
    /// Large files.
    Fastest,
    /// Small files in little time.
    #[default]
    Fast,
    /// Somewhat smaller ones, in several times as much.
    Small,
}

/// How a video is encoded: by presets and quality factors of ffmpeg's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Preset {
    /// To look at the movement: small and soon there (x264 `veryfast`, crf 28; VP9 `realtime`, crf 36).
    Draft,
    /// To show: hardly told from the pictures (x264 `medium`, crf 18; VP9 `good`, crf 24).
    #[default]
    Good,
    /// To keep and to cut from: several times as large and as long to make (x264 `slow`, crf 10; VP9 `good`, crf 10).
    Archive,
}

impl Default for EncodeSettings {
    fn default() -> Self {
        let threads = u16::from(!cfg!(target_family = "wasm"));
        let (effort, preset) = (Effort::Fast, Preset::Good);
        Self { plays: None, dither: true, matte: None, effort, preset, threads, keep: false }
    }
}

/// A folder of compressed pictures, from which renders take those of frames that one of them has drawn before: for formats
/// that hold all frames in one file. Any number of clips and runs may share one. What is in it and not whole, or no picture, is
/// ignored and told of by [`Sink::warnings`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheSettings {
    /// It is made where there is none.
    pub folder: PathBuf,
    /// Bytes of the files in it at most; when it is full, pictures that were not used for longest go, and of a clip that is
    /// larger than that those stay which were drawn first.
    pub bytes_max: u64,
}

impl CacheSettings {
    /// A folder of 4 GiB: some 4 000 pictures of 1920 x 1080 pixels that are flat for the most part, and 500 of noise.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), bytes_max: 4 << 30 }
    }
}

/// A kind of output file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// PNG: one picture, or one per frame.
    Png,
    /// Animated PNG: all colours, transparency.
    Apng,
    /// GIF: 255 colours, 1-bit transparency, whole hundredths of a second.
    Gif,
    /// SVG: shapes, one file per frame.
    Svg,
    /// MP4 with H.264, made by ffmpeg.
    Mp4,
    /// WebM with VP9, made by ffmpeg; can be transparent.
    WebM,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 6] = [Self::Png, Self::Apng, Self::Gif, Self::Svg, Self::Mp4, Self::WebM];

    /// The extension by which it is chosen, without the dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Apng => "apng",
            Self::Gif => "gif",
            Self::Svg => "svg",
            Self::Mp4 => "mp4",
            Self::WebM => "webm",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| name.eq_ignore_ascii_case(format.extension()))
    }
}

/// A file name with the frame number in it: `%d`, or `%05d` for at least five digits; `%%` is a percent sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    folder: PathBuf,
    before: String,
    digits: usize,
    after: String,
}

/// The meaning of a `%` in a file's name.
enum Percent<'a> {
    /// A frame number of at least this many digits, and what follows it.
    Number(usize, &'a str),
    /// A percent sign, `%%`, and what follows it.
    Sign(&'a str),
    /// Neither.
    Other,
}

impl<'a> Percent<'a> {
    fn read(behind: &'a str) -> Self {
        if let Some(rest) = behind.strip_prefix('%') {
            return Self::Sign(rest);
        }
        let Some((digits, rest)) = behind.split_once('d') else { return Self::Other };
        match digits {
            "" => Self::Number(1, rest),
            _ if !digits.starts_with('0') || !digits.bytes().all(|c| c.is_ascii_digit()) => Self::Other,
            _ => match digits.parse() {
                Ok(count @ 1..=18) => Self::Number(count, rest),
                _ => Self::Other,
            },
        }
    }
}

/// The name of an output: one file, or one per frame.
#[derive(Debug, PartialEq, Eq)]
enum FileName {
    One(PathBuf),
    Numbered(Pattern),
}

impl FileName {
    /// Reads the file's name alone: a `%` in the name of a folder is just that. Where a frame number has no place
    /// (`is_one`), a `%` on its own is a percent sign, too.
    fn parse(path: &str, is_one: bool) -> Result<Self, RenderError> {
        let bad = |reason: &str| RenderError::Target { target: path.to_owned(), reason: reason.to_owned() };
        let whole = Path::new(path);
        let Some(name) = whole.file_name().and_then(|name| name.to_str()) else {
            return Ok(Self::One(path.into()));
        };
        let (mut text, mut number) = (String::new(), None);
        let mut rest = name;
        while let Some((before, behind)) = rest.split_once('%') {
            text.push_str(before);
            match Percent::read(behind) {
                Percent::Sign(after) => {
                    text.push('%');
                    rest = after;
                }
                Percent::Number(digits, after) if number.is_none() => {
                    number = Some((std::mem::take(&mut text), digits));
                    rest = after;
                }
                Percent::Other if is_one => {
                    text.push('%');
                    rest = behind;
                }
                Percent::Number(..) | Percent::Other => {
                    return Err(bad(
                        "after `%` comes the frame number, once: `%d`, or `%05d` for five digits (1 to 18); write `%%` for \
                         a percent sign",
                    ));
                }
            }
        }
        text.push_str(rest);
        let folder = whole.parent().map(Path::to_path_buf).unwrap_or_default();
        Ok(match number {
            None => Self::One(folder.join(text)),
            Some((before, digits)) => Self::Numbered(Pattern { folder, before, digits, after: text }),
        })
    }
}

impl Pattern {
    #[cfg(test)]
    pub(super) fn in_folder(folder: &Path) -> Self {
        Self { folder: folder.into(), before: String::new(), digits: 1, after: ".png".into() }
    }

    pub(super) fn path(&self, index: u64) -> PathBuf {
        self.folder.join(self.name(index))
    }

    fn name(&self, index: u64) -> String {
        let Self { before, digits, after, .. } = self;
        format!("{before}{index:0digits$}{after}")
    }

    /// The frame that a file of this name belongs to, if it is one.
    #[cfg(feature = "cli")]
    fn index_of(&self, name: &str) -> Option<u64> {
        let digits = name.strip_prefix(self.before.as_str())?.strip_suffix(self.after.as_str())?;
        let index = digits.parse().ok()?;
        // `+7` and `007` are numbers, too, and mostly no names of frames.
        (self.name(index) == name).then_some(index)
    }

    /// The numbers of the frames whose files are there, in no order.
    #[cfg(feature = "cli")]
    fn indices(&self) -> Vec<u64> {
        let folder = if self.folder.as_os_str().is_empty() { Path::new(".") } else { &self.folder };
        // Without a folder there is nothing in it; the reason is reported when the first file is made.
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.filter_map(|entry| self.index_of(entry.file_name().to_str()?)).collect()
    }

    /// The files of frames that are there already, for the frames that are wanted.
    #[cfg(feature = "cli")]
    fn existing(&self, is_wanted: impl Fn(u64) -> bool) -> Vec<PathBuf> {
        let indices = self.indices().into_iter();
        indices.filter(|&index| is_wanted(index)).map(|index| self.path(index)).collect()
    }
}

/// Where frames go and in which format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    format: Format,
    destination: Destination,
    pattern: Option<Pattern>,
    settings: EncodeSettings,
    cache: Option<CacheSettings>,
}

impl Output {
    /// Chooses the format by the extension of `path`. A number pattern in the file's name (`frame_%05d.png`) makes a file
    /// per frame; `%%` is a percent sign. `png:-`, `gif:-` and so on are standard output.
    ///
    /// # Errors
    /// [`RenderError::Target`] when there is no such format or the pattern is wrong; it lists what there is.
    pub fn from_path(path: &str) -> Result<Self, RenderError> {
        let target = || path.to_owned();
        if path == "-" {
            let reason =
                "standard output needs a format: `png:-`, `apng:-`, `gif:-`, `svg:-`, `mp4:-` or `webm:-`"
                    .to_owned();
            return Err(RenderError::Target { target: target(), reason });
        }
        if let Some(format) = path.strip_suffix(":-").and_then(Format::from_name) {
            return Self::new(format, None);
        }
        let extension = Path::new(path).extension().and_then(|extension| extension.to_str());
        let Some(format) = extension.and_then(Format::from_name) else {
            let what =
                extension.map_or("it has no extension".to_owned(), |e| format!("`.{e}` is not a format"));
            let reason = format!(
                "{what}; there are .png (one frame), .apng, .gif, .svg (one frame), .mp4, .webm, and a file per frame \
                 with a number in the name, such as frame_%05d.png"
            );
            return Err(RenderError::Target { target: target(), reason });
        };
        Self::new(format, Some(path))
    }

    /// Takes the format as given, whatever the name. `None` is standard output.
    ///
    /// # Errors
    /// [`RenderError::Target`] when the pattern is wrong, or the format cannot go there.
    pub fn new(format: Format, path: Option<&str>) -> Result<Self, RenderError> {
        let settings = EncodeSettings::default();
        let Some(path) = path else {
            return Ok(Self {
                format,
                destination: Destination::StandardOutput,
                pattern: None,
                settings,
                cache: None,
            });
        };
        let is_one = match format {
            Format::Png | Format::Svg => false,
            Format::Apng | Format::Gif | Format::Mp4 | Format::WebM => true,
        };
        match FileName::parse(path, is_one)? {
            FileName::One(file) => Ok(Self {
                format,
                destination: Destination::File(file),
                pattern: None,
                settings,
                cache: None,
            }),
            FileName::Numbered(_) if is_one => {
                let reason = format!(
                    "a .{} holds all frames, so a frame number has no place in its name; write `%%` for a percent sign",
                    format.extension()
                );
                Err(RenderError::Target { target: path.to_owned(), reason })
            }
            FileName::Numbered(pattern) => {
                let destination = Destination::File(path.into());
                Ok(Self { format, destination, pattern: Some(pattern), settings, cache: None })
            }
        }
    }

    /// Keeps the output in memory: a file of the format, or its only frame. Videos need a folder for temporary files.
    pub fn to_memory(format: Format, memory: &Memory) -> Self {
        let (destination, settings) = (Destination::Memory(memory.clone()), EncodeSettings::default());
        Self { format, destination, pattern: None, settings, cache: None }
    }

    /// With choices of its own for the encoder.
    #[must_use]
    pub fn with_settings(self, settings: EncodeSettings) -> Self {
        Self { settings, ..self }
    }

    /// With a folder of pictures from earlier renders. An SVG has no pictures, and a file per frame no use for it: such files are
    /// [kept](EncodeSettings::keep) themselves.
    #[must_use]
    pub fn with_cache(self, cache: CacheSettings) -> Self {
        Self { cache: Some(cache), ..self }
    }

    /// The format.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Whether each frame is a file of its own.
    pub fn is_sequence(&self) -> bool {
        self.pattern.is_some()
    }

    /// The files that may be replaced, where they are there; of a file per frame, those of the frames that are wanted.
    #[cfg(feature = "cli")]
    pub(crate) fn replaced(&self, is_wanted: impl Fn(u64) -> bool) -> Vec<PathBuf> {
        match (&self.pattern, &self.destination) {
            (Some(pattern), _) => pattern.existing(is_wanted),
            (None, Destination::File(path)) => vec![path.clone()],
            (None, Destination::StandardOutput | Destination::Memory(_)) => Vec::new(),
        }
    }

    /// The numbers of the frames whose files are there, the least first; none where it is not a file per frame.
    #[cfg(feature = "cli")]
    pub(super) fn frames_there(&self) -> Vec<u64> {
        let mut indices = self.pattern.as_ref().map(Pattern::indices).unwrap_or_default();
        indices.sort_unstable();
        indices
    }

    /// The file of a frame.
    #[cfg(feature = "cli")]
    pub(super) fn path_of(&self, index: u64) -> PathBuf {
        self.pattern.as_ref().map_or_else(PathBuf::new, |pattern| pattern.path(index))
    }

    /// A sink that draws and writes a clip. `settings` gives threads, level and transparency; the size is the clip's.
    ///
    /// # Errors
    /// Whatever can be known before the first frame: sizes and frame counts that do not fit the format, a missing
    /// folder, a missing ffmpeg.
    pub fn open(
        &self,
        clip: &ClipInfo,
        settings: RasterSettings,
    ) -> Result<Box<dyn Sink<Error = RenderError>>, RenderError> {
        Ok(match self.format {
            Format::Svg => Box::new(SvgSink::create(self, clip, settings.transparent)?),
            _ => Box::new(PictureSink::create(self, clip, settings)?),
        })
    }

    /// The pictures of a clip in memory, as rows of a [`Budget`](crate::world::Budget): what a run that draws takes beside
    /// its engine. Shapes and compressed bytes, which depend on what is drawn, come on top.
    pub fn pictures(&self, width: u32, height: u32) -> Vec<BudgetRow> {
        let one = canvas(width, height);
        let waiting =
            BudgetRow { buffer: "encoder queue", count: Encoding::pictures(self.encoders()) as u64, ..one };
        let encoders = self.encoders().max(1) as u64;
        let kept = |count, bytes_each| BudgetRow { buffer: "encoder", count, bytes_each };
        match self.format {
            Format::Svg => Vec::new(),
            // Three bytes a pixel, and as many compressed.
            Format::Png => vec![one, waiting, kept(2 * encoders, one.bytes_each / 4 * 3)],
            Format::Mp4 | Format::WebM => vec![one, waiting],
            // What changed, as it is written and compressed.
            Format::Apng => vec![one, waiting, kept(3 * encoders, one.bytes_each)],
            // A byte per pixel: shown and next; of each thread what changed, as indices, as it is written and compressed.
            Format::Gif => vec![one, waiting, kept(2 + 3 * encoders, one.bytes_each / 4)],
        }
    }

    /// Threads that encode.
    pub(super) fn encoders(&self) -> usize {
        let most = match self.format {
            Format::Apng | Format::Gif => ENCODERS_MAX,
            Format::Png if self.is_sequence() => ENCODERS_MAX,
            Format::Png | Format::Svg | Format::Mp4 | Format::WebM => 1,
        };
        self.settings.threads.min(most).into()
    }

    pub(super) fn destination(&self) -> &Destination {
        &self.destination
    }

    /// The pattern of a numbered SVG.
    pub(super) fn svg_pattern(&self, clip: &ClipInfo) -> Result<Option<Pattern>, RenderError> {
        if self.format != Format::Svg {
            let (target, reason) = (self.destination.name(), "this is not an SVG".to_owned());
            return Err(RenderError::Target { target, reason });
        }
        self.one_or_numbered(clip)
    }

    fn one_or_numbered(&self, clip: &ClipInfo) -> Result<Option<Pattern>, RenderError> {
        if self.pattern.is_none() && clip.frame_count != 1 {
            let extension = self.format.extension();
            return Err(RenderError::FrameCount {
                target: self.destination.name(),
                count: clip.frame_count,
                reason: format!(
                    "it holds exactly one; name a file per frame (frame_%05d.{extension}), choose one frame, or write \
                     .gif, .apng, .mp4 or .webm"
                ),
            });
        }
        Ok(self.pattern.clone())
    }

    fn style(&self, transparent: bool) -> Style {
        Style { opaque: !transparent, effort: self.settings.effort }
    }

    /// The files of a sequence that need not be written again.
    fn kept(&self, clip: &ClipInfo, transparent: bool) -> Option<Kept> {
        let pattern = self.pattern.as_ref().filter(|_| self.settings.keep)?;
        Some(Kept::new(pattern.clone(), (clip.width, clip.height), self.style(transparent), clip.frame_rate))
    }

    fn cache(&self, clip: &ClipInfo, transparent: bool) -> Result<Option<Arc<Cache>>, RenderError> {
        let Some(cache) = self.cache.as_ref().filter(|_| !self.is_sequence()) else { return Ok(None) };
        Cache::open(cache, clip.width, clip.height, !transparent).map(|cache| Some(Arc::new(cache)))
    }

    /// One for each thread that encodes.
    pub(super) fn make_encoders(
        &self,
        clip: &ClipInfo,
        transparent: bool,
    ) -> Result<Vec<Encoder>, RenderError> {
        let (destination, settings, count) = (&self.destination, self.settings, self.encoders().max(1));
        let style = self.style(transparent);
        let video = |codec| {
            let video = VideoEncoder::create(destination, codec, clip, transparent, settings.preset)?;
            Ok(vec![Encoder::Alone(Box::new(video))])
        };
        match self.format {
            Format::Png => match self.one_or_numbered(clip)? {
                Some(pattern) => (0..count)
                    .map(|_| {
                        Ok(Encoder::Alone(Box::new(PngSequence::create(
                            pattern.clone(),
                            style,
                            clip.frame_rate,
                        )?)))
                    })
                    .collect(),
                None => Ok(vec![Encoder::Alone(Box::new(PngFile::create(destination, style)?))]),
            },
            Format::Apng => Ok(ApngEncoder::create(destination, clip, style, settings, count)?
                .into_iter()
                .map(|encoder| Encoder::InTurn(Box::new(encoder)))
                .collect()),
            Format::Gif => Ok(GifEncoder::create(destination, clip, transparent, settings, count)?
                .into_iter()
                .map(|encoder| Encoder::InTurn(Box::new(encoder)))
                .collect()),
            Format::Mp4 => video(Codec::H264),
            Format::WebM => video(Codec::Vp9),
            Format::Svg => {
                let reason =
                    "an SVG is made of shapes, not of pictures; open it with `Output::open`".to_owned();
                Err(RenderError::Target { target: destination.name(), reason })
            }
        }
    }
}

/// Draws frames and encodes the pictures, on another thread where there is one.
pub struct PictureSink {
    raster: Raster,
    encoder: Encoding,
    target: String,
    frames_left: u64,
    frame_count: u64,
    last_hash: Option<u64>,
    hashes: bool,
    /// The frame whose picture was sent last.
    sent: Option<u64>,
    kept: Option<Kept>,
    cache: Option<Arc<Cache>>,
    /// A picture on its way out of the cache.
    bytes: Vec<u8>,
    frames_kept: u64,
    /// Which frames are shown, where not all are.
    timing: Option<Timing>,
    frames_passed_over: u64,
    warnings: Vec<String>,
}

impl std::fmt::Debug for PictureSink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PictureSink")
            .field("target", &self.target)
            .field("frames_left", &self.frames_left)
            .finish_non_exhaustive()
    }
}

impl PictureSink {
    /// A sink for any format of pictures. `settings` gives threads, level and transparency; the size is the clip's.
    ///
    /// # Errors
    /// As [`Output::open`].
    pub fn create(output: &Output, clip: &ClipInfo, settings: RasterSettings) -> Result<Self, RenderError> {
        let settings = RasterSettings { width: clip.width, height: clip.height, ..settings };
        let raster = Raster::new(settings)?;
        let encoders = output.make_encoders(clip, settings.transparent)?;
        let (target, on_threads) = (output.destination.name(), output.encoders() > 0);
        // Last, so that no folder is made for an output that is refused.
        let cache = output.cache(clip, settings.transparent)?;
        let this = Self::with_encoders(raster, encoders, target, clip.frame_count, on_threads, cache)?;
        let kept = output.kept(clip, settings.transparent);
        let is_gif = output.format == Format::Gif;
        let timing = is_gif.then(|| Timing::new(clip.frame_rate, clip.frame_count));
        Ok(Self { kept, timing, ..this })
    }

    /// A sink for an encoder of your own. `target` is what messages call it; `on_thread` is whether it gets a thread of its own.
    ///
    /// # Errors
    /// [`RenderError::Io`] when no thread can be started.
    pub fn with_encoder(
        raster: Raster,
        encoder: Box<dyn Encode>,
        target: String,
        frame_count: u64,
        on_thread: bool,
    ) -> Result<Self, RenderError> {
        let encoders = vec![Encoder::Alone(encoder)];
        Self::with_encoders(raster, encoders, target, frame_count, on_thread, None)
    }

    fn with_encoders(
        raster: Raster,
        mut encoders: Vec<Encoder>,
        target: String,
        frame_count: u64,
        on_threads: bool,
        cache: Option<Arc<Cache>>,
    ) -> Result<Self, RenderError> {
        let size = (raster.settings().width, raster.settings().height);
        let encoder = match encoders.pop() {
            Some(encoder) if !on_threads => Encoding::here(target.clone(), size, encoder, cache.as_ref()),
            last => {
                let encoders = encoders.into_iter().chain(last).collect();
                Encoding::behind(target.clone(), size, encoders, cache.as_ref())?
            }
        };
        Ok(Self {
            raster,
            encoder,
            target,
            frames_left: frame_count,
            frame_count,
            last_hash: None,
            hashes: false,
            sent: None,
            kept: None,
            cache,
            bytes: Vec::new(),
            frames_kept: 0,
            timing: None,
            frames_passed_over: 0,
            warnings: Vec::new(),
        })
    }

    /// Whether to hash every picture from now on (about 0.3 ms at 1920x1080).
    pub fn set_hashes(&mut self, hashes: bool) {
        self.hashes = hashes;
    }

    /// The [hash](super::Picture::hash) of the last picture, where pictures are hashed.
    pub fn last_hash(&self) -> Option<u64> {
        self.last_hash
    }

    /// Draws one frame from its parts and hands the picture on.
    ///
    /// # Errors
    /// As [`Sink::frame`].
    pub fn draw(
        &mut self,
        index: u64,
        ground: impl Into<Ground>,
        passes: &[Pass<'_>],
    ) -> Result<(), RenderError> {
        if self.is_shown()? { self.paint(index, None, ground.into(), passes) } else { Ok(()) }
    }

    /// Counts a frame, and says whether the file shows it: a GIF shows fewer than there may be.
    fn is_shown(&mut self) -> Result<bool, RenderError> {
        self.frames_left = self.frames_left.checked_sub(1).ok_or_else(|| self.miscounted("more came"))?;
        let is_shown = self.timing.as_mut().is_none_or(|timing| timing.next_start().is_some());
        if !is_shown {
            (self.last_hash, self.frames_passed_over) = (None, self.frames_passed_over + 1);
        }
        Ok(is_shown)
    }

    fn paint(
        &mut self,
        index: u64,
        facts: Option<FrameFacts>,
        ground: Ground,
        passes: &[Pass<'_>],
    ) -> Result<(), RenderError> {
        let mut picture = self.encoder.blank()?;
        let hash = facts.map(|facts| facts.hash);
        let cached = self.cache.as_ref().zip(hash);
        let is_new = !cached.is_some_and(|(cache, hash)| cache.take(hash, &mut picture, &mut self.bytes));
        if is_new {
            self.raster.draw_into(ground, passes, &mut picture)?;
        } else {
            self.frames_kept += 1;
        }
        self.last_hash = self.hashes.then(|| picture.hash());
        self.sent = hash;
        self.encoder.send(Shot { index, facts, picture, is_new })
    }

    fn miscounted(&self, what: &str) -> RenderError {
        let reason = format!("{what} than the {} that were announced", self.frame_count);
        RenderError::FrameCount { target: self.target.clone(), count: self.frame_count, reason }
    }
}

impl Sink for PictureSink {
    type Error = RenderError;

    fn frame(&mut self, frame: &Frame<'_>) -> Result<(), RenderError> {
        if !self.is_shown()? {
            return Ok(());
        }
        let (index, facts) = (frame.index(), FrameFacts::of(frame));
        if self.kept.as_ref().is_some_and(|kept| kept.has(index, facts)) {
            (self.last_hash, self.frames_kept) = (None, self.frames_kept + 1);
            return Ok(());
        }
        if self.sent == Some(facts.hash) {
            self.frames_passed_over += 1;
            return self.encoder.again(index, facts);
        }
        let passes: Vec<_> = frame.passes().collect();
        self.paint(index, Some(facts), frame.ground(), &passes)
    }

    fn kept(&self) -> u64 {
        self.frames_kept
    }

    fn passed_over(&self) -> u64 {
        self.frames_passed_over
    }

    fn finish(&mut self) -> Result<(), RenderError> {
        if self.frames_left > 0 {
            return Err(self.miscounted(&format!("{} fewer came", self.frames_left)));
        }
        self.warnings = self.encoder.finish()?;
        self.warnings.extend(self.cache.iter().flat_map(|cache| cache.finish()));
        Ok(())
    }

    fn warnings(&self) -> &[String] {
        &self.warnings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_chooses_the_format() {
        for format in Format::ALL {
            let output = Output::from_path(&format!("a.b/clip.{}", format.extension())).unwrap();
            assert_eq!((output.format(), output.is_sequence()), (format, false));
        }
        assert_eq!(Output::from_path("CLIP.GIF").unwrap().format(), Format::Gif);
        assert!(Output::from_path("out/f_%05d.png").unwrap().is_sequence());
        assert!(Output::from_path("f_%d.svg").unwrap().is_sequence());
        for name in ["gif:-", "mp4:-"] {
            assert_eq!(Output::from_path(name).unwrap().destination, Destination::StandardOutput);
        }
        let check = |path: &str, expected: &str| {
            let error = Output::from_path(path).unwrap_err();
            assert!(error.is_argument() && error.to_string().contains(expected), "{path}: {error}");
        };
        check("clip.avi", ".webm");
        check("clip", "no extension");
        check("-", "png:-");
        check("clip_%03d.gif", "no place");
        for pattern in
            ["f_%5d.png", "f_%0d.png", "f_%0019d.png", "f_%.png", "f_%d_%d.png", "f_%x.png", "100%.svg"]
        {
            check(pattern, "%05d");
            check(pattern, "`%%`");
        }
    }

    #[test]
    fn patterns_number_frames() {
        let path = |output: &Output, index| match (&output.pattern, &output.destination) {
            (Some(pattern), _) => pattern.path(index),
            (None, Destination::File(path)) => path.clone(),
            (None, Destination::StandardOutput | Destination::Memory(_)) => PathBuf::new(),
        };
        let check = |name: &str, index, expected: &str| {
            let output = Output::from_path(name).unwrap();
            assert_eq!(path(&output, index), PathBuf::from(expected), "{name}");
            assert_eq!(output.is_sequence(), path(&output, index) != path(&output, index + 1), "{name}");
        };
        check("a/f_%05d.png", 7, "a/f_00007.png");
        check("f_%05d.png", 1_234_567, "f_1234567.png");
        check("%d.svg", 0, "0.svg");
        // Folders have no number.
        check("50% done/a.gif", 7, "50% done/a.gif");
        check("50% done/%d/a.png", 7, "50% done/%d/a.png");
        check("%d/%%/f_%02d.png", 7, "%d/%%/f_07.png");
        // Percent signs.
        check("f_%%.png", 7, "f_%.png");
        check("%%f%%_%03d%%.png", 7, "%f%_007%.png");
        check("%%03d.gif", 7, "%03d.gif");
        check("100%.gif", 7, "100%.gif");
        check("50% done.mp4", 7, "50% done.mp4");
    }

    #[cfg(feature = "cli")]
    #[test]
    fn frames_are_known_by_their_names() {
        let index =
            |pattern: &str, name: &str| Output::from_path(pattern).unwrap().pattern.unwrap().index_of(name);
        assert_eq!(index("a/f_%03d.png", "f_007.png"), Some(7));
        assert_eq!(index("f_%03d.png", "f_1234.png"), Some(1234));
        for other in ["f_7.png", "f_0007.png", "f_+07.png", "f_.png", "g_007.png", "f_007.svg", "f_007"] {
            assert_eq!(index("f_%03d.png", other), None, "{other}");
        }
        let folder = tempfile::tempdir().unwrap();
        for name in ["f_1.png", "f_3.png", "f_5.png", "f_05.png"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let output = Output::from_path(folder.path().join("f_%d.png").to_str().unwrap()).unwrap();
        let mut found = output.replaced(|index| index > 1);
        found.sort();
        assert_eq!(found, ["f_3.png", "f_5.png"].map(|name| folder.path().join(name)));
    }

    #[test]
    fn one_picture_for_many_frames_is_refused() {
        let clip = ClipInfo {
            width: 8,
            height: 8,
            frame_rate: FrameRate::SIXTY,
            frame_count: 120,
            background: Rgba8(0),
        };
        for path in ["clip.png", "clip.svg"] {
            let error =
                Output::from_path(path).unwrap().open(&clip, RasterSettings::default()).err().unwrap();
            assert!(
                error.to_string().contains("120 frames") && error.to_string().contains("%05d"),
                "{error}"
            );
        }
    }
}
