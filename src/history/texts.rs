//! Texts: each is held once, under its hash, compressed, and where that is shorter as what it differs by from another.

use std::collections::HashMap;
use std::ops::Range;

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;

use super::delta;
use super::error::HistoryError;
use super::id::{ID_BYTES, TextId};
use super::record::Kind;
use crate::journal::{self, array};

/// The most bytes of a text.
pub(super) const TEXT_BYTES_MAX: usize = 16 << 20;
/// A text that is made of another, which is made of another ...: the most of them. So a text is read in bounded time,
/// and what is damaged takes few others with it.
const DEPTH_MAX: u8 = 15;
/// Of 0 to 10: the most that is quick for a text of some kilobytes.
const LEVEL: u8 = 9;

/// Where a text is in the image of a history, and what it is made of.
#[derive(Clone, Debug)]
pub(super) struct Held {
    payload: Range<usize>,
    base: Option<TextId>,
    depth: u8,
}

/// The texts of a history, by id.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts {
    held: HashMap<TextId, Held>,
}

impl Texts {
    pub(super) fn has(&self, id: TextId) -> bool {
        self.held.contains_key(&id)
    }

    /// What a text is made of, if it is not held whole.
    pub(super) fn base(&self, id: TextId) -> Option<TextId> {
        self.held.get(&id)?.base
    }

    /// Appends a text to an image, unless it is there. `near` is one that it may differ little from.
    pub(super) fn append(
        &mut self,
        image: &mut Vec<u8>,
        text: &str,
        near: Option<TextId>,
    ) -> Result<TextId, HistoryError> {
        if text.len() > TEXT_BYTES_MAX {
            return Err(HistoryError::TooLarge("a text", TEXT_BYTES_MAX));
        }
        let id = TextId::of(text.as_bytes());
        if self.has(id) {
            return Ok(id);
        }
        let (kind, payload) = self.packed(image, text.as_bytes(), near);
        let at = image.len() + journal::HEADER_BYTES;
        journal::write(image, kind, id.to_bytes(), &payload);
        // What was just made is well-formed.
        let _ = self.accept(id, kind, &payload, at);
        Ok(id)
    }

    /// The shorter of whole and different from `near`.
    fn packed(&self, image: &[u8], text: &[u8], near: Option<TextId>) -> (Kind, Vec<u8>) {
        let whole = whole(text);
        let near = near.filter(|near| self.held.get(near).is_some_and(|held| held.depth < DEPTH_MAX));
        let Some((near, base)) = near.and_then(|near| Some((near, self.bytes(image, near)?))) else {
            return (Kind::Text, whole);
        };
        let mut payload = near.to_bytes().to_vec();
        payload.extend(pack(&delta::encode(&base, text)));
        if payload.len() < whole.len() { (Kind::Delta, payload) } else { (Kind::Text, whole) }
    }

    /// Takes up a record that is in the image; whether it can be: what it is made of must be there.
    pub(super) fn accept(&mut self, id: TextId, kind: Kind, payload: &[u8], at: usize) -> bool {
        let base = match kind {
            Kind::Delta => match array(payload, 0).map(TextId::from_bytes) {
                Some(base) => Some(base),
                None => return false,
            },
            _ => None,
        };
        let depth = match base.map(|base| self.held.get(&base)) {
            None => 0,
            Some(Some(base)) if base.depth < DEPTH_MAX => base.depth + 1,
            Some(_) => return false,
        };
        self.held.entry(id).or_insert(Held { payload: at..at + payload.len(), base, depth });
        true
    }

    /// Takes back what was accepted last.
    pub(super) fn forget(&mut self, id: TextId) {
        self.held.remove(&id);
    }

    /// The payload of a text's record.
    pub(super) fn payload<'i>(&self, image: &'i [u8], id: TextId) -> Option<&'i [u8]> {
        image.get(self.held.get(&id)?.payload.clone())
    }

    fn bytes(&self, image: &[u8], id: TextId) -> Option<Vec<u8>> {
        // From the text down to the one that is whole; a base was there before what is made of it, so this ends.
        let mut chain = vec![id];
        let mut base = self.held.get(&id)?.base;
        while let Some(next) = base {
            chain.push(next);
            base = self.held.get(&next)?.base;
        }
        let mut text = unpack(self.payload(image, chain.pop()?)?, TEXT_BYTES_MAX)?;
        while let Some(next) = chain.pop() {
            let ops = unpack(self.payload(image, next)?.get(ID_BYTES..)?, TEXT_BYTES_MAX)?;
            text = delta::apply(&text, &ops, TEXT_BYTES_MAX)?;
        }
        (TextId::of(&text) == id).then_some(text)
    }

    /// A text; its hash is checked.
    pub(super) fn get(&self, image: &[u8], id: TextId) -> Result<String, HistoryError> {
        let bytes = self.bytes(image, id).ok_or(HistoryError::LostText(id))?;
        String::from_utf8(bytes).map_err(|_| HistoryError::LostText(id))
    }
}

/// The payload of a text that is held whole.
pub(super) fn whole(text: &[u8]) -> Vec<u8> {
    pack(text)
}

/// One byte, 1 where the rest is compressed and 0 where that is not shorter.
fn pack(bytes: &[u8]) -> Vec<u8> {
    let packed = compress_to_vec(bytes, LEVEL);
    let (how, rest) = if packed.len() < bytes.len() { (1, packed.as_slice()) } else { (0, bytes) };
    [&[how], rest].concat()
}

fn unpack(payload: &[u8], most: usize) -> Option<Vec<u8>> {
    match payload.split_first()? {
        (0, rest) => (rest.len() <= most).then(|| rest.to_vec()),
        (1, rest) => decompress_to_vec_with_limit(rest, most).ok(),
        _ => None,
    }
}
