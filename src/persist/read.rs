//! Reading a file: which of its records are the state.
//!
//! A file is [`MAGIC`] and a journal: `Start`, the parts of a snapshot, `End`, then a record per commit. The id of a record is
//! the number of a commit and the file's generation, which is another one after each snapshot. A commit begins with how
//! many commits before it were not known to be on disk when it was written, itself counted: 1 if all were. Behind the last
//! one are zeros: room for more.
//!
//! **What is read behind damage.** That a commit with number n says so means that up to some commit s all was on disk.
//! Damage at or before the greatest such s of the file is not of a crash, so it costs what it covers, and what follows is
//! read: entries have whole values and name rows by ids. Damage behind that may be of a crash that lost some writes and
//! not later ones, and the file ends there: otherwise a state would be read that never was. Snapshots are on disk before
//! they are put in place, so their damage is never of a crash.

use std::ops::Range;

use super::bytes::Reader;
use super::entry::Entries;
use super::error::Notice;
use super::restored::{Restored, is_whole};
use crate::journal::{self, Found, ID_BYTES, array};

/// What a file begins with.
pub(super) const MAGIC: &[u8] = b"pavane durable 1\n";
/// What files of all versions begin with.
const MAGIC_OF_ALL: &[u8] = b"pavane durable ";

/// What a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A snapshot begins.
    Start,
    /// A part of a snapshot.
    Part,
    /// A snapshot is complete.
    End,
    /// A commit.
    Commit,
}

impl journal::Kind for Kind {
    const ALL: &[Self] = &[Self::Start, Self::Part, Self::End, Self::Commit];

    fn byte(self) -> u8 {
        self as u8
    }
}

/// The id of a record.
pub(super) fn id(number: u64, generation: u64) -> [u8; ID_BYTES] {
    (u128::from(number) | u128::from(generation) << 64).to_le_bytes()
}

/// A file that was read.
#[derive(Debug, Default)]
pub(super) struct Image {
    pub(super) restored: Restored,
    pub(super) notices: Vec<Notice>,
    /// The newest commit that was read.
    pub(super) number: u64,
    pub(super) generation: u64,
    /// Bytes of the file before what is torn.
    pub(super) whole: u64,
    /// Bytes of the snapshot.
    pub(super) snapshot: u64,
}

impl Image {
    /// Whether there is more than zeros behind what was read.
    pub(super) fn is_torn(&self) -> bool {
        self.notices.iter().any(|notice| matches!(notice, Notice::Torn { .. }))
    }
}

/// Why a file is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotRead {
    SomethingElse,
    OtherVersion,
}

/// A piece of a file.
struct Piece<'a> {
    range: Range<usize>,
    /// `None` if it is damaged.
    whole: Option<Whole<'a>>,
}

/// A record that is what it was when it was written.
struct Whole<'a> {
    kind: Kind,
    number: u64,
    /// How many commits before it were not known to be on disk.
    unsynced: u64,
    entries: Entries<'a>,
}

impl<'a> Whole<'a> {
    fn new(kind: Kind, number: u64, payload: &'a [u8]) -> Option<Self> {
        // Nobody counts so far.
        if number > u64::MAX / 2 {
            return None;
        }
        let mut reader = Reader::new(payload);
        let unsynced = match kind {
            Kind::Commit => reader.varint()?,
            Kind::Start | Kind::Part | Kind::End => 0,
        };
        is_whole(reader).then(|| Self { kind, number, unsynced, entries: Entries::new(reader) })
    }
}

/// All pieces of a file, its generation, and the newest commit that is known to have been on disk.
fn pieces(bytes: &[u8]) -> (Vec<Piece<'_>>, Option<u64>, u64) {
    let (mut pieces, mut generation, mut synced) = (Vec::new(), None, 0);
    let mut at = MAGIC.len();
    while let Some((found, next)) = journal::next::<Kind>(bytes, at) {
        let whole = match found {
            Found::Damaged { .. } | Found::Torn { .. } => None,
            Found::Record { header, payload } => {
                let number = u64::from_le_bytes(array(&header.id, 0).unwrap_or_default());
                let of = u64::from_le_bytes(array(&header.id, 8).unwrap_or_default());
                let whole = bytes.get(payload).and_then(|bytes| Whole::new(header.kind, number, bytes));
                // Bytes of an older file that the disk had there are whole, and of another generation.
                whole.filter(|_| *generation.get_or_insert(of) == of)
            }
        };
        if let Some(whole) = &whole {
            synced = synced.max(whole.number.saturating_sub(whole.unsynced));
        }
        pieces.push(Piece { range: at..next, whole });
        at = next;
    }
    (pieces, generation, synced)
}

/// Reads the bytes of a file.
pub(super) fn read(bytes: &[u8]) -> Result<Image, NotRead> {
    if !bytes.starts_with(MAGIC) {
        return match bytes {
            _ if MAGIC.starts_with(bytes) => {
                let notices = match bytes.len() as u64 {
                    0 => Vec::new(),
                    bytes => vec![Notice::Torn { at: 0, bytes }],
                };
                Ok(Image { notices, ..Image::default() })
            }
            _ if bytes.starts_with(MAGIC_OF_ALL) => Err(NotRead::OtherVersion),
            _ => Err(NotRead::SomethingElse),
        };
    }
    let (pieces, generation, synced) = pieces(bytes);
    let mut image = Image {
        generation: generation.unwrap_or_default(),
        whole: MAGIC.len() as u64,
        snapshot: MAGIC.len() as u64,
        ..Image::default()
    };
    let (mut damaged, mut newest): (Vec<Range<usize>>, Option<u64>) = (Vec::new(), None);
    for Piece { range, whole } in pieces {
        let Some(whole) = whole else {
            damaged.push(range);
            continue;
        };
        let is_commit = whole.kind == Kind::Commit;
        if is_commit {
            let expected = newest.map(|newest| newest + 1);
            // Behind what is lost, and not known to be so by a crash.
            if expected != Some(whole.number) && whole.number.saturating_sub(1) > synced {
                break;
            }
            if expected.is_some_and(|expected| whole.number < expected) {
                damaged.push(range);
                continue;
            }
        } else if image.number > 0 && newest.is_some_and(|newest| whole.number != newest) {
            // A snapshot behind commits.
            damaged.push(range);
            continue;
        }
        let lost = match (is_commit, newest) {
            (true, Some(newest)) => newest + 1..whole.number,
            _ => 0..0,
        };
        image.notices.extend(damaged.drain(..).map(|range| Notice::Damaged {
            at: range.start as u64,
            bytes: range.len() as u64,
            commits: lost.clone(),
        }));
        let rows = image.restored.apply(whole.entries);
        if rows > 0 {
            image.notices.push(Notice::Missing { commit: whole.number, rows });
        }
        newest = Some(whole.number);
        image.number = whole.number;
        image.whole = range.end as u64;
        if !is_commit {
            image.snapshot = range.end as u64;
        }
    }
    let rest = bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last as u64 + 1);
    if rest > image.whole {
        image.notices.push(Notice::Torn { at: image.whole, bytes: rest - image.whole });
    }
    Ok(image)
}
