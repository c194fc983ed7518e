//! From a file name to a sink.

use std::path::PathBuf;

use super::encode::{
    ApngEncoder, Background, Codec, Destination, Encode, GifEncoder, PngFile, PngSequence, SvgSink,
    VideoEncoder,
};
use super::{Raster, RasterSettings, RenderError, Sink};
use crate::frame::{Frame, Pass, Rgba8};
use crate::time::FrameRate;
use crate::world::BudgetRow;

/// The picture that a raster draws into, as a row of a [`Budget`](crate::world::Budget).
pub fn canvas(width: u32, height: u32) -> BudgetRow {
    BudgetRow { buffer: "canvas", count: 1, bytes_each: u64::from(width) * u64::from(height) * 4 }
}

/// What has to be known about a clip before its first frame.
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
    /// What is under every pass, for formats that have few colours to choose.
    pub background: Rgba8,
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

/// A file name with the frame number in it: `%d`, or `%05d` for at least five digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    before: String,
    digits: usize,
    after: String,
}

impl Pattern {
    /// `None` where there is no `%` in `name`.
    fn parse(name: &str) -> Result<Option<Self>, RenderError> {
        let Some((before, rest)) = name.split_once('%') else { return Ok(None) };
        let bad = || RenderError::Target {
            target: name.to_owned(),
            reason: "after `%` comes the frame number, once: `%d`, or `%05d` for five digits (1 to 18)"
                .to_owned(),
        };
        let (digits, after) = rest.split_once('d').ok_or_else(bad)?;
        let digits = match digits {
            "" => 1,
            _ if digits.starts_with('0') => digits.parse().map_err(|_| bad())?,
            _ => return Err(bad()),
        };
        if !(1..=18).contains(&digits) || after.contains('%') {
            return Err(bad());
        }
        Ok(Some(Self { before: before.to_owned(), digits, after: after.to_owned() }))
    }

    pub(super) fn path(&self, index: u64) -> PathBuf {
        let Self { before, digits, after } = self;
        format!("{before}{index:0digits$}{after}").into()
    }
}

/// Where frames go and in which format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    format: Format,
    destination: Destination,
    pattern: Option<Pattern>,
}

impl Output {
    /// Chooses the format by the extension of `path`. A number pattern (`frame_%05d.png`) makes a file per frame.
    /// `png:-`, `apng:-`, `gif:-` and `svg:-` are standard output.
    ///
    /// # Errors
    /// [`RenderError::Target`] when there is no such format or the pattern is wrong; it lists what there is.
    pub fn from_path(path: &str) -> Result<Self, RenderError> {
        let target = || path.to_owned();
        if path == "-" {
            let reason = "standard output needs a format: `png:-`, `apng:-`, `gif:-` or `svg:-`".to_owned();
            return Err(RenderError::Target { target: target(), reason });
        }
        if let Some(format) = path.strip_suffix(":-").and_then(Format::from_name) {
            return Self::new(format, None);
        }
        let extension = std::path::Path::new(path).extension().and_then(|extension| extension.to_str());
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
        let Some(path) = path else {
            if matches!(format, Format::Mp4 | Format::WebM) {
                let (target, reason) = ("standard output".to_owned(), "video needs a file".to_owned());
                return Err(RenderError::Target { target, reason });
            }
            return Ok(Self { format, destination: Destination::StandardOutput, pattern: None });
        };
        let pattern = Pattern::parse(path)?;
        if pattern.is_some() && !matches!(format, Format::Png | Format::Svg) {
            let reason =
                format!("a .{} holds all frames, so `%` has no place in its name", format.extension());
            return Err(RenderError::Target { target: path.to_owned(), reason });
        }
        Ok(Self { format, destination: Destination::File(path.into()), pattern })
    }

    /// The format.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Whether each frame is a file of its own.
    pub fn is_sequence(&self) -> bool {
        self.pattern.is_some()
    }

    /// A sink that draws and writes a clip. `settings` gives threads, level and transparency; the size is the clip's.
    ///
    /// # Errors
    /// Whatever can be known before the first frame: sizes and frame counts that do not fit the format, a missing
    /// folder, a missing ffmpeg.
    pub fn open(&self, clip: &ClipInfo, settings: RasterSettings) -> Result<Box<dyn Sink>, RenderError> {
        Ok(match self.format {
            Format::Svg => Box::new(SvgSink::create(self, clip, settings.transparent)?),
            _ => Box::new(PictureSink::create(self, clip, settings)?),
        })
    }

    /// The pictures of a clip in memory, as rows of a [`Budget`](crate::world::Budget): what a run that draws takes beside
    /// its engine. Shapes and compressed bytes, which depend on what is drawn, come on top.
    pub fn pictures(&self, width: u32, height: u32) -> Vec<BudgetRow> {
        let one = canvas(width, height);
        let waiting = BudgetRow { buffer: "encoder queue", count: Background::PICTURES as u64, ..one };
        // What was encoded last is compared with what comes next.
        let kept = |count, bytes_each| BudgetRow { buffer: "encoder", count, bytes_each };
        match self.format {
            Format::Svg => Vec::new(),
            Format::Png | Format::Mp4 | Format::WebM => vec![one, waiting],
            Format::Apng => vec![one, waiting, kept(2, one.bytes_each)],
            // A byte per pixel: shown, next, and what changed.
            Format::Gif => vec![one, waiting, kept(3, one.bytes_each / 4)],
        }
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

    fn encoder(&self, clip: &ClipInfo, transparent: bool) -> Result<Box<dyn Encode>, RenderError> {
        let destination = &self.destination;
        let video = |codec| match destination {
            Destination::File(path) => VideoEncoder::create(path, codec, clip, transparent),
            Destination::StandardOutput => Err(RenderError::Target {
                target: destination.name(),
                reason: "video needs a file".to_owned(),
            }),
        };
        Ok(match self.format {
            Format::Png => match self.one_or_numbered(clip)? {
                Some(pattern) => Box::new(PngSequence::create(pattern, !transparent)?),
                None => Box::new(PngFile::create(destination, !transparent)?),
            },
            Format::Apng => Box::new(ApngEncoder::create(destination, clip, !transparent)?),
            Format::Gif => Box::new(GifEncoder::create(destination, clip, transparent)?),
            Format::Mp4 => Box::new(video(Codec::H264)?),
            Format::WebM => Box::new(video(Codec::Vp9)?),
            Format::Svg => {
                let reason =
                    "an SVG is made of shapes, not of pictures; open it with `Output::open`".to_owned();
                return Err(RenderError::Target { target: destination.name(), reason });
            }
        })
    }
}

/// Draws frames and encodes the pictures on another thread.
pub struct PictureSink {
    raster: Raster,
    encoder: Background,
    target: String,
    frames_left: u64,
    frame_count: u64,
    last_hash: Option<u64>,
    hashes: bool,
}

impl PictureSink {
    /// A sink for any format of pictures. `settings` gives threads, level and transparency; the size is the clip's.
    ///
    /// # Errors
    /// As [`Output::open`].
    pub fn create(output: &Output, clip: &ClipInfo, settings: RasterSettings) -> Result<Self, RenderError> {
        let settings = RasterSettings { width: clip.width, height: clip.height, ..settings };
        let raster = Raster::new(settings)?;
        let encoder = output.encoder(clip, settings.transparent)?;
        Self::with_encoder(raster, encoder, output.destination.name(), clip.frame_count)
    }

    /// A sink for an encoder of your own. `target` is what messages call it.
    ///
    /// # Errors
    /// [`RenderError::Io`] when no thread can be started.
    pub fn with_encoder(
        raster: Raster,
        encoder: Box<dyn Encode>,
        target: String,
        frame_count: u64,
    ) -> Result<Self, RenderError> {
        let size = (raster.settings().width, raster.settings().height);
        let encoder = Background::start(target.clone(), size, encoder)?;
        Ok(Self {
            raster,
            encoder,
            target,
            frames_left: frame_count,
            frame_count,
            last_hash: None,
            hashes: false,
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
    pub fn draw(&mut self, index: u64, background: Rgba8, passes: &[Pass<'_>]) -> Result<(), RenderError> {
        self.frames_left = self.frames_left.checked_sub(1).ok_or_else(|| self.miscounted("more came"))?;
        let mut picture = self.encoder.blank()?;
        self.raster.draw_into(background, passes, &mut picture)?;
        self.last_hash = self.hashes.then(|| picture.hash());
        self.encoder.send(index, picture)
    }

    fn miscounted(&self, what: &str) -> RenderError {
        let reason = format!("{what} than the {} that were announced", self.frame_count);
        RenderError::FrameCount { target: self.target.clone(), count: self.frame_count, reason }
    }
}

impl Sink for PictureSink {
    fn frame(&mut self, frame: &Frame<'_>) -> Result<(), RenderError> {
        let passes: Vec<_> = frame.passes().collect();
        self.draw(frame.index(), frame.background(), &passes)
    }

    fn finish(&mut self) -> Result<(), RenderError> {
        if self.frames_left > 0 {
            return Err(self.miscounted(&format!("{} fewer came", self.frames_left)));
        }
        self.encoder.finish()
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
        assert_eq!(Output::from_path("gif:-").unwrap().destination, Destination::StandardOutput);
        let check = |path: &str, expected: &str| {
            let error = Output::from_path(path).unwrap_err();
            assert!(error.is_argument() && error.to_string().contains(expected), "{path}: {error}");
        };
        check("clip.avi", ".webm");
        check("clip", "no extension");
        check("-", "png:-");
        check("mp4:-", "needs a file");
        check("clip_%03d.gif", "no place");
        for pattern in
            ["f_%5d.png", "f_%0d.png", "f_%0019d.png", "f_%.png", "f_%d_%d.png", "f_%%.png", "f_%x.png"]
        {
            check(pattern, "%05d");
        }
    }

    #[test]
    fn patterns_number_frames() {
        let path = |pattern: &str, index| Pattern::parse(pattern).unwrap().unwrap().path(index);
        assert_eq!(path("a/f_%05d.png", 7), PathBuf::from("a/f_00007.png"));
        assert_eq!(path("f_%05d.png", 1_234_567), PathBuf::from("f_1234567.png"));
        assert_eq!(path("%d.svg", 0), PathBuf::from("0.svg"));
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
