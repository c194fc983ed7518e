//! What the files of a sequence say of themselves, so that a frame whose file shows it already need not be drawn again.
//!
//! A file ends with a `tEXt` chunk: the hash of its frame, that of everything else its pixels depend on, and one of the chunks
//! before it. The last one is taken of their kinds, lengths and checksums, so that looking at a file reads a few dozen bytes of
//! it; a program that has changed the picture since, and kept the text, has made other chunks.

use std::fs::File;
use std::hash::Hasher;
use std::io::{self, BufReader, Read, Seek, Write};

use png::text_metadata::{EncodableTextChunk, TEXtChunk};
use png::{EncodingError, chunk};
use twox_hash::XxHash3_64;

use super::super::target::Pattern;
use super::png::Style;

/// How frames become pixels. Whoever changes that counts on, and the files of earlier renders are drawn again.
const DRAWN_AS: u32 = 4;

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
}

impl Kept {
    pub(in crate::render) fn new(pattern: Pattern, width: u32, height: u32, style: Style) -> Self {
        Self { pattern, settings: settings(width, height, style) }
    }

    /// Whether the file of a frame shows the frame with that hash. A file that cannot be read shows nothing.
    pub(in crate::render) fn has(&self, index: u64, hash: u64) -> bool {
        let Ok(file) = File::open(self.pattern.path(index)) else { return false };
        let found = Chunks::read(BufReader::with_capacity(128, file));
        found.is_ok_and(|found| {
            found.text.as_deref() == Some(text(hash, self.settings, found.before_text).as_bytes())
        })
    }
}

/// Appends the text of a frame to a complete PNG.
pub(super) fn label(png: &mut Vec<u8>, hash: u64, settings: u64) -> Result<(), EncodingError> {
    let chunks = Chunks::read(io::Cursor::new(&*png))?;
    let text = TEXtChunk::new(KEYWORD, text(hash, settings, chunks.before_end));
    png.truncate(png.len() - END.len());
    text.encode(png)?;
    Ok(png.write_all(&END)?)
}

fn text(hash: u64, settings: u64, chunks: u64) -> String {
    format!("frame {hash:016x} settings {settings:016x} chunks {chunks:016x}")
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
            let ours = KEYWORD.len() as u32 + 1 + text(0, 0, 0).len() as u32;
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
        label(&mut png, hash, settings).unwrap();
        png
    }

    /// Whether the bytes of a file are taken for frame 1 under settings 2.
    fn is_kept(bytes: &[u8]) -> bool {
        let folder = tempfile::tempdir().unwrap();
        let pattern = Pattern::in_folder(folder.path());
        std::fs::write(pattern.path(3), bytes).unwrap();
        Kept { pattern, settings: 2 }.has(3, 1)
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
        let ours = KEYWORD.len() + 1 + text(0, 0, 0).len();
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
            (4, 0x2768_864c_0824_baac),
            "golden pictures have changed: raise `DRAWN_AS` if a line of an older one has, and put both here"
        );
    }
}
