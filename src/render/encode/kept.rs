//! What the files of a sequence say of themselves, so that a frame whose file shows it already need not be drawn again.
//!
//! A file ends with a `tEXt` chunk: the hash of its frame, that of everything else its pixels depend on, what `join` has to know of a
//! clip beside its pictures (the frame rate and the frame's background), and a hash of the chunks before it. The last one is taken of their kinds, lengths and checksums, so that looking at a file reads a few dozen bytes of
//! it; a program that has changed the picture since, and kept the text, has made other chunks.

use std::fs::File;
use std::hash::Hasher;
use std::io::{self, BufReader, Read, Seek, Write};
use std::path::Path;

use png::text_metadata::{EncodableTextChunk, TEXtChunk};
use png::{EncodingError, chunk};
use twox_hash::XxHash3_64;

use super::super::target::Pattern;
use super::FrameFacts;
use super::png::Style;
use crate::frame::Rgba8;
use crate::time::FrameRate;

/// How frames become pixels. Whoever changes that counts on, and the files of earlier renders are drawn again.
const DRAWN_AS: u32 = 5;

const KEYWORD: &str = "pavane";
const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";
/// The last chunk of a PNG: no data, its kind, its checksum.
const END: [u8; 12] = *b"\0\0\0\0IEND\xae\x42\x60\x82";

/// What the pixels and bytes of a picture depend on beside its frame.
pub(super) fn settings(width: u32, height: u32, style: Style) -> u64 {
    let mut hash = XxHash3_64::with_seed(0);
    hash.write(env!("CARGO_PKG_VERSION").as_bytes());
    for part in [DRAWN_AS, width, height, u32::from(style.opaque), style.effort as u32] {
        hash.write(&part.to_le_bytes());
    }
    hash.finish()
}

/// Files that may show their frames already.
pub(in crate::render) struct Kept {
    pattern: Pattern,
    settings: u64,
    rate: FrameRate,
}

impl Kept {
    pub(in crate::render) fn new(
        pattern: Pattern,
        (width, height): (u32, u32),
        style: Style,
        rate: FrameRate,
    ) -> Self {
        Self { pattern, settings: settings(width, height, style), rate }
    }

    /// Whether the file of a frame shows that frame. A file that cannot be read shows nothing.
    pub(in crate::render) fn has(&self, index: u64, frame: FrameFacts) -> bool {
        let expected = Label { frame, settings: self.settings, rate: self.rate };
        Label::read(&self.pattern.path(index)).is_ok_and(|found| found == Some(expected))
    }
}

/// What a file says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::render) struct Label {
    pub(in crate::render) frame: FrameFacts,
    /// The hash of everything else that the pixels depend on: other ones are of another size, transparency, effort or version.
    pub(in crate::render) settings: u64,
    pub(in crate::render) rate: FrameRate,
}

impl Label {
    /// The label of a file; none where it has none of ours, or is not as it was when that was written.
    ///
    /// # Errors
    /// When the file cannot be read, or is no whole PNG.
    pub(in crate::render) fn read(path: &Path) -> io::Result<Option<Self>> {
        let found = Chunks::read(BufReader::with_capacity(128, File::open(path)?))?;
        let label = found.text.as_deref().and_then(Self::parse);
        Ok(label.filter(|label| found.text.as_deref() == Some(label.text(found.before_text).as_bytes())))
    }

    /// Appends it to a complete PNG.
    pub(super) fn append(self, png: &mut Vec<u8>) -> Result<(), EncodingError> {
        let chunks = Chunks::read(io::Cursor::new(&*png))?;
        let text = TEXtChunk::new(KEYWORD, self.text(chunks.before_end));
        png.truncate(png.len() - END.len());
        text.encode(png)?;
        Ok(png.write_all(&END)?)
    }

    /// Always of the same length.
    fn text(self, chunks: u64) -> String {
        let Self { frame: FrameFacts { hash, background }, settings, rate } = self;
        let (numerator, denominator, background) = (rate.numerator(), rate.denominator(), background.0);
        format!(
            "frame {hash:016x} settings {settings:016x} rate {numerator:08x}/{denominator:08x} background {background:08x} \
             chunks {chunks:016x}"
        )
    }

    /// What a text says, whatever chunks it was written behind.
    fn parse(text: &[u8]) -> Option<Self> {
        let words: Vec<&str> = std::str::from_utf8(text).ok()?.split(' ').collect();
        let &["frame", hash, "settings", settings, "rate", rate, "background", background, "chunks", _] =
            words.as_slice()
        else {
            return None;
        };
        let (numerator, denominator) = rate.split_once('/')?;
        let long = |digits: &str| u64::from_str_radix(digits, 16).ok();
        let short = |digits: &str| u32::from_str_radix(digits, 16).ok();
        Some(Self {
            frame: FrameFacts { hash: long(hash)?, background: Rgba8(short(background)?) },
            settings: long(settings)?,
            rate: FrameRate::new(short(numerator)?, short(denominator)?)?,
        })
    }

    /// Of any label.
    fn length() -> usize {
        let frame = FrameFacts { hash: 0, background: Rgba8(0) };
        Self { frame, settings: 0, rate: FrameRate::SIXTY }.text(0).len()
    }
}

/// What is known of a PNG from its chunks.
struct Chunks {
    /// Of all chunks but the last one.
    before_end: u64,
    /// Of those before our text.
    before_text: u64,
    /// Our text, where it is what comes before the end.
    text: Option<Vec<u8>>,
}

impl Chunks {
    /// # Errors
    /// When it is no PNG, or one that is cut off or goes on behind its end.
    fn read(mut png: impl Read + Seek) -> io::Result<Self> {
        let is_broken = || io::ErrorKind::InvalidData.into();
        let mut signature = [0; 8];
        png.read_exact(&mut signature)?;
        if signature != SIGNATURE {
            return Err(is_broken());
        }
        let mut hash = XxHash3_64::with_seed(0);
        let mut this = Self { before_end: 0, before_text: 0, text: None };
        loop {
            let mut head = [0; 8];
            png.read_exact(&mut head)?;
            let [a, b, c, d, kind @ ..] = head;
            let length = u32::from_be_bytes([a, b, c, d]);
            (this.before_end, this.before_text) = (hash.finish(), this.before_end);
            let ours = (KEYWORD.len() + 1 + Label::length()) as u32;
            if kind == chunk::IEND.0 {
                let mut rest = Vec::new();
                png.take(8).read_to_end(&mut rest)?;
                return if length == 0 && rest == END[8..] { Ok(this) } else { Err(is_broken()) };
            }
            this.text = None;
            if kind == chunk::tEXt.0 && length == ours {
                let mut data = vec![0; length as usize];
                png.read_exact(&mut data)?;
                this.text = data
                    .strip_prefix(KEYWORD.as_bytes())
                    .and_then(|text| text.strip_prefix(&[0]))
                    .map(<[u8]>::to_vec);
            } else {
                png.seek_relative(length.into())?;
            }
            let mut checksum = [0; 4];
            png.read_exact(&mut checksum)?;
            hash.write(&head);
            hash.write(&checksum);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::target::Effort;

    const OPAQUE: Style = Style { opaque: true, effort: Effort::Fast };

    /// A small PNG of a frame, all of one grey.
    fn labelled(grey: u8, hash: u64, settings: u64) -> Vec<u8> {
        let mut png = Vec::new();
        let mut encoder = png::Encoder::new(&mut png, 5, 3);
        super::super::png::set_up(&mut encoder, OPAQUE);
        encoder.write_header().unwrap().write_image_data(&[grey; 45]).unwrap();
        of(hash, settings).append(&mut png).unwrap();
        png
    }

    fn of(hash: u64, settings: u64) -> Label {
        let background = Rgba8(0x0d12_0bff);
        Label { frame: FrameFacts { hash, background }, settings, rate: FrameRate::SIXTY }
    }

    /// Whether the bytes of a file are taken for frame 1 under settings 2.
    fn is_kept(bytes: &[u8]) -> bool {
        let folder = tempfile::tempdir().unwrap();
        let pattern = Pattern::in_folder(folder.path());
        std::fs::write(pattern.path(3), bytes).unwrap();
        Kept { pattern, settings: 2, rate: FrameRate::SIXTY }.has(3, of(1, 2).frame)
    }

    #[test]
    fn a_file_is_of_its_frame_alone() {
        let good = labelled(7, 1, 2);
        assert!(is_kept(&good));
        let mut reader = png::Decoder::new(io::Cursor::new(&good)).read_info().unwrap();
        assert!(reader.next_frame(&mut [0; 45]).is_ok());
        assert!(!is_kept(&labelled(7, 2, 2)) && !is_kept(&labelled(7, 1, 1)));
        for length in 0..good.len() {
            assert!(!is_kept(&good[..length]), "cut off after {length} bytes");
        }
        assert!(!is_kept(&[good.as_slice(), b"x"].concat()));
        // Each byte but the data of chunks, whose checksums are not computed again, and the checksum of our own.
        let data = good.windows(4).position(|kind| kind == b"IDAT").unwrap() + 4;
        let ours = KEYWORD.len() + 1 + Label::length();
        let text_at = good.len() - END.len() - 4 - ours;
        let checked = (0..8).chain(data - 8..data).chain(text_at - 12..text_at + ours);
        for at in checked.chain(good.len() - END.len()..good.len()) {
            let mut bad = good.clone();
            bad[at] ^= 1;
            assert!(!is_kept(&bad), "another byte {at}");
        }
        // The text of a frame, kept by a program that has made another picture of it.
        let other = labelled(8, 1, 2);
        let without = other.len() - (good.len() - text_at);
        assert!(!is_kept(&[&other[..without], &good[text_at..]].concat()));
    }

    #[test]
    fn a_label_says_what_it_was_given() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.png");
        std::fs::write(&path, labelled(7, u64::MAX, 5)).unwrap();
        assert_eq!(Label::read(&path).unwrap(), Some(of(u64::MAX, 5)));
        for rate in
            [FrameRate::new(30_000, 1001).unwrap(), FrameRate::new(u32::MAX, 1).unwrap_or(FrameRate::SIXTY)]
        {
            let label = Label { rate, ..of(0, 0) };
            assert_eq!(Label::parse(label.text(9).as_bytes()), Some(label));
            assert_eq!(label.text(9).len(), Label::length());
        }
        // No PNG, and one without a label.
        std::fs::write(&path, "no picture").unwrap();
        assert!(Label::read(&path).is_err());
    }

    #[test]
    fn whatever_pixels_depend_on_is_asked() {
        let all = [
            settings(5, 3, OPAQUE),
            settings(3, 5, OPAQUE),
            settings(5, 3, Style { opaque: false, ..OPAQUE }),
            settings(5, 3, Style { effort: Effort::Small, ..OPAQUE }),
        ];
        for (k, one) in all.iter().enumerate() {
            assert!(!all[..k].contains(one), "{k}");
        }
    }

    #[test]
    fn whoever_draws_otherwise_counts_on() {
        let pinned = include_str!("../../../assets/pinned.txt").lines();
        let golden: Vec<&str> =
            pinned.filter(|line| line.starts_with("png ") && !line.starts_with("png overlay_")).collect();
        let digest = XxHash3_64::oneshot(golden.join("\n").as_bytes());
        assert_eq!(
            (DRAWN_AS, digest),
            (5, 0xb3df_935e_9eba_aed4),
            "golden pictures have changed: raise `DRAWN_AS` if a line of an older one has, and put both here"
        );
    }
}
