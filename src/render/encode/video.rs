//! MP4 and WebM through the program `ffmpeg`, which is found on PATH and fed with raw pixels.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread::JoinHandle;

use super::super::target::ClipInfo;
use super::super::{Picture, RenderError};
use super::Encode;
use super::file::OutputFile;

/// What the video is compressed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::render) enum Codec {
    /// H.264 in MP4.
    H264,
    /// VP9 in WebM, with alpha if wanted.
    Vp9,
}

pub(in crate::render) struct VideoEncoder {
    file: OutputFile,
    child: Child,
    /// Closed to say that there are no more frames.
    pixels: Option<ChildStdin>,
    /// Reads what ffmpeg says, so that it never waits for a reader.
    said: Option<JoinHandle<String>>,
}

impl VideoEncoder {
    pub(in crate::render) fn create(
        target: &Path,
        codec: Codec,
        clip: &ClipInfo,
        transparent: bool,
    ) -> Result<Self, RenderError> {
        Self::create_with("ffmpeg", target, codec, clip, transparent)
    }

    fn create_with(
        program: &str,
        target: &Path,
        codec: Codec,
        clip: &ClipInfo,
        transparent: bool,
    ) -> Result<Self, RenderError> {
        let name = target.display().to_string();
        if clip.frame_count == 0 {
            let reason = "a video holds at least one".to_owned();
            return Err(RenderError::FrameCount { target: name, count: 0, reason });
        }
        if codec == Codec::H264 && transparent {
            let reason =
                "MP4 has no transparency; write .webm, .apng or a PNG sequence, or leave --transparent out";
            return Err(RenderError::Target { target: name, reason: reason.to_owned() });
        }
        if codec == Codec::H264 && (clip.width % 2 == 1 || clip.height % 2 == 1) {
            let (width, height) = (clip.width.next_multiple_of(2), clip.height.next_multiple_of(2));
            let reason = format!("MP4 needs an even width and height; take {width}x{height}, or write .webm");
            return Err(RenderError::Size { width: clip.width, height: clip.height, reason });
        }
        let file = OutputFile::reserve(target)?;
        let mut command = Command::new(program);
        command.args(arguments(codec, clip, transparent));
        // `file:` so that a name with a colon is still a name.
        let mut part = std::ffi::OsString::from("file:");
        part.push(file.part_path().unwrap_or(target));
        command.arg(part).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => RenderError::FfmpegMissing { target: name.clone() },
            _ => RenderError::from_io(program, error),
        })?;
        let (pixels, stderr) = (child.stdin.take(), child.stderr.take());
        let said = stderr.map(|stderr| std::thread::spawn(move || last_words(stderr)));
        Ok(Self { file, child, pixels, said })
    }

    /// Waits for ffmpeg and turns its end into a result.
    fn end(&mut self) -> Result<(), RenderError> {
        self.pixels = None;
        let status = self.child.wait().map_err(|e| RenderError::from_io("ffmpeg", e))?;
        let stderr = self.said.take().and_then(|said| said.join().ok()).unwrap_or_default();
        if status.success() {
            return Ok(());
        }
        Err(RenderError::Ffmpeg { target: self.file.name().to_owned(), status: status.to_string(), stderr })
    }
}

/// All arguments but the last, the file.
fn arguments(codec: Codec, clip: &ClipInfo, transparent: bool) -> Vec<String> {
    let size = format!("{}x{}", clip.width, clip.height);
    let rate = format!("{}/{}", clip.frame_rate.numerator(), clip.frame_rate.denominator());
    let mut list = vec!["-hide_banner", "-loglevel", "error", "-y"];
    list.extend([
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgba",
        "-video_size",
        &size,
        "-framerate",
        &rate,
        "-i",
        "pipe:0",
    ]);
    // Players assume BT.709 in video range for what is not tagged, and the conversion has to agree with the tags.
    list.extend(["-vf", "scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd+full_chroma_int"]);
    list.extend([
        "-colorspace",
        "bt709",
        "-color_primaries",
        "bt709",
        "-color_trc",
        "bt709",
        "-color_range",
        "tv",
    ]);
    match codec {
        Codec::H264 => list.extend([
            "-c:v",
            "libx264",
            "-preset",
            "medium",
            "-crf",
            "18",
            "-pix_fmt",
            "yuv420p",
            "-movflags",
            "+faststart",
            "-f",
            "mp4",
        ]),
        Codec::Vp9 => {
            list.extend([
                "-c:v",
                "libvpx-vp9",
                "-crf",
                "24",
                "-b:v",
                "0",
                "-row-mt",
                "1",
                "-deadline",
                "good",
                "-cpu-used",
                "4",
            ]);
            // Alternate reference frames and alpha do not go together in VP9.
            let alpha = ["-pix_fmt", "yuva420p", "-auto-alt-ref", "0"];
            list.extend(if transparent { &alpha[..] } else { &["-pix_fmt", "yuv420p"][..] });
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
            return Err(RenderError::Stopped { target: self.file.name().to_owned() });
        };
        pixels.write_all(picture.pixels()).or_else(|error| {
            // A pipe that breaks means that ffmpeg ended, and then its own words are the reason.
            self.end()?;
            Err(RenderError::from_io(self.file.name(), error))
        })
    }

    fn finish(&mut self) -> Result<(), RenderError> {
        self.end()?;
        self.file.rename()
    }
}

impl Drop for VideoEncoder {
    fn drop(&mut self) {
        // Without effect on one that has ended; the file it leaves behind is removed with `file`.
        let _ = self.child.kill();
        let _ = self.child.wait();
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
                "clip.mp4".as_ref(),
                codec,
                &clip(size.0, size.1),
                transparent,
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
        let text = arguments(Codec::Vp9, &clip(64, 48), true).join(" ");
        for part in
            ["-video_size 64x48", "-framerate 60/1", "-colorspace bt709", "-color_range tv", "yuva420p"]
        {
            assert!(text.contains(part), "{text}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn its_words_are_quoted() {
        use std::os::unix::fs::PermissionsExt;
        let folder = std::env::temp_dir().join(format!("pavane_video_{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let program = folder.join("ffmpeg");
        std::fs::write(&program, "#!/bin/sh\necho 'Unknown encoder libx264' >&2\nexit 3\n").unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        let program = program.to_str().unwrap();
        let target = folder.join("clip.mp4");
        let mut encoder =
            VideoEncoder::create_with(program, &target, Codec::H264, &clip(640, 480), false).unwrap();
        let picture = Picture::new(640, 480).unwrap();
        // Which call notices depends on how fast the program ends.
        let error = (0..2)
            .try_for_each(|k| encoder.picture(k, &picture))
            .and_then(|()| encoder.finish())
            .unwrap_err();
        let text = error.to_string();
        assert!(text.contains("Unknown encoder libx264") && text.contains('3'), "{text}");
        drop(encoder);
        assert!(!target.exists());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
