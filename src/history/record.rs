//! Records: the bytes of a history in a file, and on the way to another machine.
//!
//! A record is a header of [`HEADER_BYTES`] and a payload. Numbers are little-endian:
//!
//! | bytes | what |
//! |---|---|
//! | 0..4 | [`MARKER`], by which a reader finds the next record behind a damaged one |
//! | 4 | the [`Kind`] |
//! | 5..9 | bytes of the payload |
//! | 9..25 | the id of what it holds |
//! | 25..33 | XXH3-64 of the payload |
//! | 33..37 | low half of XXH3-64 of the 33 bytes before |
//!
//! A process that is killed while it appends leaves the beginning of a record: that is torn, and cut off before the next
//! append. Anything else that does not match its checksums is damage, and is left alone.

use std::ops::Range;

use twox_hash::XxHash3_64;

use super::id::ID_BYTES;

/// What a file begins with.
pub(super) const MAGIC: &[u8] = b"pavane history 1\n";

const MARKER: [u8; 4] = [0xf1, b'p', b'v', b'n'];
pub(super) const HEADER_BYTES: usize = 37;

/// What a payload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A whole text.
    Text,
    /// A text as what it differs by from another.
    Delta,
    /// A revision that was saved here: the position moves to it.
    Saved,
    /// A revision that came from elsewhere.
    Received,
    /// The position moves to a revision on the same branch.
    Step,
    /// The position moves to another branch.
    Switch,
    /// A revision gets a name.
    Label,
}

impl Kind {
    const ALL: [Self; 7] =
        [Self::Text, Self::Delta, Self::Saved, Self::Received, Self::Step, Self::Switch, Self::Label];

    fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as u8 == byte)
    }
}

/// What a header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) kind: Kind,
    pub(super) id: [u8; ID_BYTES],
    len: usize,
    check: u64,
}

/// What a reader finds next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Record {
        header: Header,
        payload: Range<usize>,
    },
    /// Bytes that do not match their checksums. The header is known where it is not damaged itself.
    Damaged {
        range: Range<usize>,
        header: Option<Header>,
    },
    /// The file ends within a record that begins here.
    Torn {
        at: usize,
    },
}

/// Appends a record.
pub(super) fn write(to: &mut Vec<u8>, kind: Kind, id: [u8; ID_BYTES], payload: &[u8]) {
    let at = to.len();
    to.extend(MARKER);
    to.push(kind as u8);
    // Payloads are bounded far below 4 GiB.
    to.extend((payload.len() as u32).to_le_bytes());
    to.extend(id);
    to.extend(XxHash3_64::oneshot(payload).to_le_bytes());
    let check = XxHash3_64::oneshot(&to[at..]) as u32;
    to.extend(check.to_le_bytes());
    to.extend(payload);
}

/// The bytes of a fixed number that begin at `at`.
pub(super) fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

fn header(bytes: &[u8], at: usize) -> Option<Header> {
    let all: [u8; HEADER_BYTES] = array(bytes, at)?;
    let check = u32::from_le_bytes(array(&all, HEADER_BYTES - 4)?);
    if !all.starts_with(&MARKER) || XxHash3_64::oneshot(&all[..HEADER_BYTES - 4]) as u32 != check {
        return None;
    }
    Some(Header {
        kind: Kind::from_byte(all[4])?,
        len: u32::from_le_bytes(array(&all, 5)?) as usize,
        id: array(&all, 9)?,
        check: u64::from_le_bytes(array(&all, 25)?),
    })
}

/// The next record at or behind a place, and where the one after it begins.
pub(super) fn next(bytes: &[u8], at: usize) -> Option<(Found, usize)> {
    let rest = bytes.len().checked_sub(at).filter(|&rest| rest > 0)?;
    let end = bytes.len();
    let Some(header) = header(bytes, at) else {
        if rest < HEADER_BYTES {
            return Some((Found::Torn { at }, end));
        }
        let next = (at + 1..end).find(|&at| bytes[at..].starts_with(&MARKER) && header(bytes, at).is_some());
        let range = at..next.unwrap_or(end);
        return Some((Found::Damaged { range: range.clone(), header: None }, range.end));
    };
    let payload = at + HEADER_BYTES..(at + HEADER_BYTES).saturating_add(header.len);
    let Some(bytes) = bytes.get(payload.clone()) else { return Some((Found::Torn { at }, end)) };
    let next = payload.end;
    if XxHash3_64::oneshot(bytes) != header.check {
        return Some((Found::Damaged { range: at..next, header: Some(header) }, next));
    }
    Some((Found::Record { header, payload }, next))
}
