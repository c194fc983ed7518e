//! Journals: bytes that only grow, made of records with checksums, in a file or on the way to another machine.
//!
//! What the records of a journal are is for its owner to say: a [`Kind`]. A record is a header of [`HEADER_BYTES`] and a
//! payload. Numbers are little-endian:
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

/// No text has these bytes: they are not UTF-8.
const MARKER: [u8; 4] = [0xf1, b'p', b'v', b'n'];
pub(crate) const HEADER_BYTES: usize = 37;
/// Bytes of an id in a header.
pub(crate) const ID_BYTES: usize = 16;

/// What the payload of a record is.
pub(crate) trait Kind: Copy + PartialEq + 'static {
    /// By their bytes: the first has 0.
    const ALL: &[Self];

    /// In a header.
    fn byte(self) -> u8;

    /// Of [`byte`](Self::byte).
    fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.byte() == byte)
    }
}

/// What a header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header<K> {
    pub(crate) kind: K,
    pub(crate) id: [u8; ID_BYTES],
    len: usize,
    check: u64,
}

/// What a reader finds next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found<K> {
    Record {
        header: Header<K>,
        payload: Range<usize>,
    },
    /// Bytes that do not match their checksums. The header is known where it is not damaged itself.
    Damaged {
        range: Range<usize>,
        header: Option<Header<K>>,
    },
    /// The file ends within a record that begins here.
    Torn {
        at: usize,
    },
}

/// Appends a record.
pub(crate) fn write<K: Kind>(to: &mut Vec<u8>, kind: K, id: [u8; ID_BYTES], payload: &[u8]) {
    let at = open(to);
    to.extend(payload);
    seal(to, at, kind, id);
}

/// Appends the room of a header, and gives its place: the payload is what is appended until [`seal`].
pub(crate) fn open(to: &mut Vec<u8>) -> usize {
    let at = to.len();
    to.extend([0; HEADER_BYTES]);
    at
}

/// Writes the header of a record that was opened at a place; its payload is all that is behind it.
pub(crate) fn seal<K: Kind>(to: &mut [u8], at: usize, kind: K, id: [u8; ID_BYTES]) {
    let (header, payload) = to[at..].split_at_mut(HEADER_BYTES);
    header[..4].copy_from_slice(&MARKER);
    header[4] = kind.byte();
    // Payloads are bounded far below 4 GiB.
    header[5..9].copy_from_slice(&(payload.len() as u32).to_le_bytes());
    header[9..25].copy_from_slice(&id);
    header[25..33].copy_from_slice(&XxHash3_64::oneshot(payload).to_le_bytes());
    let check = XxHash3_64::oneshot(&header[..HEADER_BYTES - 4]) as u32;
    header[HEADER_BYTES - 4..].copy_from_slice(&check.to_le_bytes());
}

/// The bytes of a fixed number that begin at `at`.
pub(crate) fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

fn header<K: Kind>(bytes: &[u8], at: usize) -> Option<Header<K>> {
    let all: [u8; HEADER_BYTES] = array(bytes, at)?;
    let check = u32::from_le_bytes(array(&all, HEADER_BYTES - 4)?);
    if !all.starts_with(&MARKER) || XxHash3_64::oneshot(&all[..HEADER_BYTES - 4]) as u32 != check {
        return None;
    }
    Some(Header {
        kind: K::from_byte(all[4])?,
        len: u32::from_le_bytes(array(&all, 5)?) as usize,
        id: array(&all, 9)?,
        check: u64::from_le_bytes(array(&all, 25)?),
    })
}

/// The next record at or behind a place, and where the one after it begins.
pub(crate) fn next<K: Kind>(bytes: &[u8], at: usize) -> Option<(Found<K>, usize)> {
    let rest = bytes.len().checked_sub(at).filter(|&rest| rest > 0)?;
    let end = bytes.len();
    let Some(header) = header(bytes, at) else {
        if rest < HEADER_BYTES {
            return Some((Found::Torn { at }, end));
        }
        let next =
            (at + 1..end).find(|&at| bytes[at..].starts_with(&MARKER) && header::<K>(bytes, at).is_some());
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
