//! Images that are decoded already: for whoever compiles a patch again and again, as a preview does at every save.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use twox_hash::XxHash3_128;

use super::{Decoded, Wrong, read};
use crate::program::limits;

/// Bytes of pixels that are kept: as many as the images of a patch may have. Those of programs that are still there are shared with them.
const BYTES_MAX: usize = limits::IMAGE_PIXELS_MAX * 4;

/// Decoded images by what their files hold; clones share them. Those that were not asked for the longest go first.
#[derive(Clone, Debug, Default)]
pub(crate) struct KnownImages(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    /// The one that was asked for last is the last.
    images: VecDeque<(Key, Arc<Decoded>)>,
    bytes: usize,
}

/// The hash of a file, and its ending: what is noted of an image may be that its name says something else.
type Key = (u128, String);

impl KnownImages {
    /// As [`read`], of a file that may be known.
    ///
    /// # Errors
    /// As [`read`].
    pub(in crate::language) fn read(
        &self,
        name: &str,
        bytes: &[u8],
        most: usize,
    ) -> Result<Arc<Decoded>, Wrong> {
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        let key = (XxHash3_128::oneshot(bytes), ending.to_ascii_lowercase());
        // Of one with too many pixels it is said how many.
        if let Some(known) = self.find(&key).filter(|known| known.pixels.len() / 4 <= most) {
            return Ok(known);
        }
        let decoded = Arc::new(read(name, bytes, most)?);
        self.keep(key, decoded.clone());
        Ok(decoded)
    }

    fn find(&self, key: &Key) -> Option<Arc<Decoded>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.images.iter().position(|(known, _)| known == key)?;
        let found = kept.images.remove(at)?;
        let decoded = found.1.clone();
        kept.images.push_back(found);
        Some(decoded)
    }

    fn keep(&self, key: Key, decoded: Arc<Decoded>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Kept { images, bytes } = &mut *kept;
        *bytes += decoded.pixels.len();
        images.push_back((key, decoded));
        while *bytes > BYTES_MAX
            && let Some((_, gone)) = images.pop_front()
        {
            *bytes -= gone.pixels.len();
        }
    }
}

#[cfg(all(test, feature = "images"))]
mod tests {
    use super::*;

    #[test]
    fn what_was_decoded_is_not_decoded_again() {
        let bytes = include_bytes!("../../../assets/images/lossless.webp");
        let known = KnownImages::default();
        let first = known.read("a.webp", bytes, 1 << 20).unwrap();
        let again = known.clone().read("elsewhere/b.WEBP", bytes, 1 << 20).unwrap();
        assert!(Arc::ptr_eq(&first, &again) && first.notes.is_empty());
        // What is said of its name, and of its size, is said each time.
        let other = known.read("a.png", bytes, 1 << 20).unwrap();
        assert!(!Arc::ptr_eq(&first, &other) && other.notes.len() == 1);
        assert!(known.read("a.webp", bytes, 3).unwrap_err().what.contains("the most"));
        let mut damaged = bytes.to_vec();
        damaged.truncate(30);
        assert!(known.read("a.webp", &damaged, 1 << 20).is_err());
        assert_eq!(known.0.lock().unwrap().images.len(), 2);
    }

    #[test]
    fn the_oldest_go_where_there_are_too_many() {
        let known = KnownImages::default();
        let image = |bytes: usize| {
            let pixels: Arc<[u8]> = vec![0; bytes].into();
            Arc::new(Decoded { width: 1, height: 1, pixels, notes: Vec::new() })
        };
        let key = |number: u128| (number, String::new());
        known.keep(key(1), image(BYTES_MAX / 2));
        known.keep(key(2), image(BYTES_MAX / 4));
        assert!(known.find(&key(1)).is_some());
        known.keep(key(3), image(BYTES_MAX / 2));
        let there: Vec<bool> = (1..=3).map(|number| known.find(&key(number)).is_some()).collect();
        assert_eq!(there, [true, false, true]);
        assert_eq!(known.0.lock().unwrap().bytes, BYTES_MAX / 2 * 2);
    }
}
