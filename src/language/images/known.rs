//! Images that are decoded already.

use std::sync::Arc;

use twox_hash::XxHash3_128;

use super::{Decoded, Wrong, read};
use crate::language::known::Cache;
use crate::program::limits;

/// Bytes of pixels that are kept: as many as the images of a patch may have. Those of programs that are still there are shared with them.
const BYTES_MAX: usize = limits::IMAGE_PIXELS_MAX * 4;

/// Decoded images by what their files hold.
#[derive(Clone, Debug, Default)]
pub(crate) struct KnownImages(Cache<Key, Decoded, BYTES_MAX>);

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
        if let Some(known) = self.0.find(&key).filter(|known| known.pixels.len() / 4 <= most) {
            return Ok(known);
        }
        let decoded = Arc::new(read(name, bytes, most)?);
        self.0.keep(key, decoded.clone(), decoded.pixels.len());
        Ok(decoded)
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
        assert_eq!(known.0.len(), 2);
    }
}
