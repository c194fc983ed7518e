//! MP4 and WebM through the program `ffmpeg`, which is found on PATH and fed with raw pixels.

use std::fs;
use std::io::{Read, Write};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use super::super::target::{ClipInfo, Preset};
use super::super::{Picture, RenderError};
use super::Encode;
use super::file::{Destination, OutputFile};
use super::unfinished::Program;
use super::yuv::Planes;

/// How long the words of a program that has ended are waited for: something that it started may keep them open.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// The codec of the video.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::render) enum Codec {
    /// H.264 in MP4.
    H264,
    /// VP9 in WebM, with alpha if wanted.
    Vp9,
}

pub(in crate::render) struct VideoEncoder {
    target: String,
    folder: String,
    /// Dropped first: what it writes is removed after it has ended.
    program: Program,
    planes: Planes,
    transparent: bool,
    /// Closed to say that there are no more frames.
    pixels: Option<ChildStdin>,
    /// What ffmpeg says is read by a thread, so that it never waits for a reader.
    said: Receiver<String>,
    /// Taken by `finish`.
    file: Option<OutputFile>,
}

impl VideoEncoder {
    pub(in crate::render) fn create(
        destination: &Destination,
        codec: Codec,
        clip: &ClipInfo,
        transparent: bool,
        preset: Preset,
    ) -> Result<Self, RenderError> {
        Self::create_with("ffmpeg", destination, codec, clip, transparent, preset)
    }

    fn create_with(
        program: &str,
        destination: &Destination,
        codec: Codec,
        clip: &ClipInfo,
        transparent: bool,
        preset: Preset,
    ) -> Result<Self, RenderError> {
        let target = destination.name();
        if clip.frame_count == 0 {
            let reason = "a video holds at least one".to_owned();
            return Err(RenderError::FrameCount { target, count: 0, reason });
        }
        if codec == Codec::H264 && transparent {
            let reason =
                "MP4 has no transparency; write .webm, .apng or a PNG sequence, or leave --transparent out";
            return Err(RenderError::Target { target, reason: reason.to_owned() });
        }
        if codec == Codec::H264 && (clip.width % 2 == 1 || clip.height % 2 == 1) {
            let (width, height) = (clip.width.next_multiple_of(2), clip.height.next_multiple_of(2));
            let reason = format!("MP4 needs an even width and height; take {width}x{height}, or write .webm");
            return Err(RenderError::Size { width: clip.width, height: clip.height, reason });
        }
        let file = OutputFile::for_program(destination)?;
        let mut command = Command::new(program);
        command.args(arguments(codec, clip, transparent, preset));
        // `file:` so that a name with a colon is still a name.
        let mut part = std::ffi::OsString::from("file:");
        part.push(file.part_path());
        command.arg(part).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut program = Program::start(&mut command).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => RenderError::FfmpegMissing { target: target.clone() },
            _ => RenderError::from_io(program, error),
        })?;
        let (pixels, stderr) = (program.child().stdin.take(), program.child().stderr.take());
        let (tell, said) = sync_channel(1);
        if let Some(stderr) = stderr {
            // Nobody listens any more where the encoder is dropped.
            std::thread::spawn(move || tell.send(last_words(stderr)));
        }
        let folder = destination.folder().display().to_string();
        let planes = Planes::default();
        Ok(Self { target, folder, program, planes, transparent, pixels, said, file: Some(file) })
    }

    /// Waits for ffmpeg and turns its end into a result.
    fn end(&mut self) -> Result<(), RenderError> {
        self.pixels = None;
        let status = self.program.wait().map_err(|e| RenderError::from_io("ffmpeg", e))?;
        let said = self.said.recv_timeout(LAST_WORDS).unwrap_or_default();
        // Some versions report a full disk and exit with success.
        if said.contains("No space left on device") {
            return Err(RenderError::DiskFull { target: self.target.clone(), folder: self.folder.clone() });
        }
        if status.success() { Ok(()) } else { Err(self.failure(status.to_string(), said)) }
    }

    fn failure(&self, status: String, stderr: String) -> RenderError {
        RenderError::Ffmpeg { target: self.target.clone(), status, stderr }
    }
}

/// All arguments but the last, the file.
fn arguments(codec: Codec, clip: &ClipInfo, transparent: bool, preset: Preset) -> Vec<String> {
    let size = format!("{}x{}", clip.width, clip.height);
    let rate = format!("{}/{}", clip.frame_rate.numerator(), clip.frame_rate.denominator());
    let planes = if transparent { "yuva420p" } else { "yuv420p" };
    let mut list = vec!["-hide_banner", "-loglevel", "error", "-y", "-f", "rawvideo"];
    list.extend(["-pix_fmt", planes, "-video_size", &size, "-framerate", &rate, "-i", "pipe:0"]);
    // What the planes are made as (`yuv.rs`): players assume something for what is not tagged.
    list.extend(["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"]);
    list.extend(["-color_range", "tv", "-chroma_sample_location", "left", "-pix_fmt", planes]);
    // No dates, no numbers by chance: the same pictures give the same file.
    list.extend(["-fflags", "+bitexact", "-flags:v", "+bitexact", "-map_metadata", "-1"]);
    match codec {
        Codec::H264 => {
            let (speed, quality) = match preset {
                Preset::Draft => ("veryfast", "28"),
                Preset::Good => ("medium", "18"),
                Preset::Archive => ("slow", "10"),
            };
            list.extend(["-c:v", "libx264", "-preset", speed, "-crf", quality]);
            list.extend(["-movflags", "+faststart", "-f", "mp4"]);
        }
        Codec::Vp9 => {
            let (deadline, speed, quality) = match preset {
                Preset::Draft => ("realtime", "8", "36"),
                Preset::Good => ("good", "4", "24"),
                Preset::Archive => ("good", "1", "10"),
            };
            list.extend(["-c:v", "libvpx-vp9", "-crf", quality, "-b:v", "0", "-row-mt", "1"]);
            list.extend(["-deadline", deadline, "-cpu-used", speed]);
            if transparent {
                // Alternate reference frames and alpha do not go together in VP9.
                list.extend(["-auto-alt-ref", "0"]);
            }
            list.extend(["-f", "webm"]);
        }
    }
    list.into_iter().map(str::to_owned).collect()
}

/// The end of what a program says, a few lines at most.
fn last_words(mut stream: impl Read) -> String {
    let mut kept = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(length @ 1..) = stream.read(&mut buffer) {
        kept.extend_from_slice(&buffer[..length]);
        kept.drain(..kept.len().saturating_sub(4096));
    }
    let text = String::from_utf8_lossy(&kept);
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(12)..].join("\n")
}

impl Encode for VideoEncoder {
    fn picture(&mut self, _: u64, picture: &Picture) -> Result<(), RenderError> {
        let Some(pixels) = &mut self.pixels else {
            return Err(RenderError::Stopped { target: self.target.clone() });
        };
        pixels.write_all(self.planes.of(picture, self.transparent)).or_else(|_| {
            // A pipe that breaks means that ffmpeg ended, and then its own words are the reason.
            self.end()?;
            Err(self.failure("it ended before the last frame".to_owned(), String::new()))
        })
    }

    fn finish(&mut self) -> Result<(), RenderError> {
        self.end()?;
        let Some(file) = self.file.take() else { return Ok(()) };
        // The file is there from the start, so that its name is nobody else's.
        if fs::metadata(file.part_path()).is_ok_and(|found| found.len() > 0) {
            return file.settle();
        }
        Err(self.failure("it wrote nothing".to_owned(), String::new()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Rgba8;
    use crate::time::FrameRate;

    fn clip(width: u32, height: u32) -> ClipInfo {
        ClipInfo { width, height, frame_rate: FrameRate::SIXTY, frame_count: 2, background: Rgba8(0) }
    }

    #[test]
    fn what_video_cannot_do_is_told_first() {
        let check = |codec, size: (u32, u32), transparent, expected: &[&str]| {
            let made = VideoEncoder::create_with(
                "no-such-program",
                &Destination::File("clip.mp4".into()),
                codec,
                &clip(size.0, size.1),
                transparent,
                Preset::Good,
            );
            let text = made.err().unwrap().to_string();
            expected.iter().for_each(|part| assert!(text.contains(part), "{text}"));
        };
        check(Codec::H264, (101, 50), false, &["101x50", "even", "102x50", ".webm"]);
        check(Codec::H264, (100, 50), true, &["transparency", ".webm"]);
        check(Codec::H264, (100, 50), false, &["ffmpeg", "apt install ffmpeg", "brew", ".gif", ".apng"]);
        check(Codec::Vp9, (101, 50), true, &["ffmpeg"]);
    }

    #[test]
    fn colors_and_rate_are_tagged() {
        let text = arguments(Codec::Vp9, &clip(64, 48), true, Preset::Good).join(" ");
        for part in
            ["-video_size 64x48", "-framerate 60/1", "-colorspace bt709", "-color_range tv", "yuva420p"]
        {
            assert!(text.contains(part), "{text}");
        }
    }

    #[test]
    fn presets_are_those_of_ffmpeg() {
        let check = |codec, preset, expected: &str| {
            let text = arguments(codec, &clip(64, 48), false, preset).join(" ");
            assert!(text.contains(expected), "{text}");
        };
        check(Codec::H264, Preset::Draft, "-preset veryfast -crf 28");
        check(Codec::H264, Preset::Good, "-preset medium -crf 18");
        check(Codec::H264, Preset::Archive, "-preset slow -crf 10");
        check(Codec::Vp9, Preset::Draft, "-crf 36 -b:v 0 -row-mt 1 -deadline realtime -cpu-used 8");
        check(Codec::Vp9, Preset::Good, "-crf 24 -b:v 0 -row-mt 1 -deadline good -cpu-used 4");
        check(Codec::Vp9, Preset::Archive, "-crf 10 -b:v 0 -row-mt 1 -deadline good -cpu-used 1");
    }

    /// Writes a program, in a process of its own: what another test starts meanwhile would hold a file open that this one writes, and
    /// then it cannot be run.
    #[cfg(unix)]
    fn write_script(program: &std::path::Path, text: &str) {
        let write = "printf %s \"$2\" > \"$1\" && chmod 755 \"$1\"";
        let mut shell = Command::new("sh");
        assert!(shell.args(["-c", write, "sh"]).arg(program).arg(text).status().unwrap().success());
    }

    /// What comes of a clip of two frames when `ffmpeg` is this script, in a folder in which nothing else is left.
    #[cfg(unix)]
    fn with_script(script: &str, expected: &[&str]) {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("ffmpeg");
        write_script(&program, &format!("#!/bin/sh\n{script}\n"));
        let outputs = folder.path().join("outputs");
        fs::create_dir(&outputs).unwrap();
        let target = Destination::File(outputs.join("clip.mp4"));
        let (program, clip) = (program.to_str().unwrap(), clip(640, 480));
        let mut encoder =
            VideoEncoder::create_with(program, &target, Codec::H264, &clip, false, Preset::Good).unwrap();
        let picture = Picture::new(640, 480).unwrap();
        // Which call notices depends on how fast the program ends.
        let made = (0..2).try_for_each(|k| encoder.picture(k, &picture)).and_then(|()| encoder.finish());
        let text = made.err().map(|error| error.to_string()).unwrap_or_default();
        expected.iter().for_each(|part| assert!(text.contains(part), "{script}: {text}"));
        drop(encoder);
        let left: Vec<_> = fs::read_dir(&outputs).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, if expected.is_empty() { vec!["clip.mp4"] } else { vec![] }, "{script}");
    }

    #[cfg(unix)]
    #[test]
    fn its_end_is_told_in_its_words() {
        let last = "for last; do :; done; last=${last#file:}";
        with_script("echo 'Unknown encoder libx264' >&2\nexit 3", &["Unknown encoder libx264", "3"]);
        with_script("printf 'a\\033[31mb\\n' >&2; exit 1", &["a\\u{1b}[31mb"]);
        with_script("exit 0", &["before the last frame"]);
        with_script("cat > /dev/null", &["wrote nothing"]);
        with_script(&format!("{last}\ncat > \"$last\""), &[]);
        // A version that says so and ends well.
        with_script(
            &format!("{last}\ncat > \"$last\"; echo 'av_write: No space left on device' >&2"),
            &["no space left", "outputs"],
        );
        with_script(&format!("{last}\necho half > \"$last\"; kill -9 $$"), &["signal: 9"]);
    }

    #[cfg(unix)]
    #[test]
    fn one_that_hangs_ends_with_the_encoder_and_so_does_what_it_started() {
        let folder = tempfile::tempdir().unwrap();
        let (program, log) = (folder.path().join("ffmpeg"), folder.path().join("ids"));
        let script = format!(
            "#!/bin/sh\nsleep 1000 &\necho $! > '{0}.new'; mv '{0}.new' '{0}'\nwait\n",
            log.display()
        );
        write_script(&program, &script);
        let target = Destination::File(folder.path().join("clip.mp4"));
        let program = program.to_str().unwrap();
        let encoder =
            VideoEncoder::create_with(program, &target, Codec::H264, &clip(64, 48), false, Preset::Good)
                .unwrap();
        while !log.exists() {
            std::thread::sleep(Duration::from_millis(2));
        }
        drop(encoder);
        let id = fs::read_to_string(&log).unwrap();
        let is_there = || {
            // Its parent is gone, so whoever takes its place buries it; where nobody does, it is a zombie.
            let status = fs::read_to_string(format!("/proc/{}/stat", id.trim())).unwrap_or_default();
            !status.is_empty() && !status.contains(") Z ")
        };
        // A signal takes a moment to arrive. This waits for ever where it does not.
        while cfg!(target_os = "linux") && is_there() {
            std::thread::sleep(Duration::from_millis(2));
        }
        assert!(!folder.path().join("clip.mp4").exists());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
