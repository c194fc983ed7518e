//! Artwork that was read already, with what was said of it: by the text of its file.

use std::sync::Arc;

use twox_hash::XxHash3_128;

use super::lacks::Lacks;
use super::{Artwork, Source, walk};
use crate::language::compile::SOURCES_BYTES_MAX;
use crate::language::known::Cache;
use crate::language::source::Problem;

/// What was read of a file, and what of it cannot be drawn.
#[derive(Debug)]
struct Read {
    artwork: Arc<Artwork>,
    lacks: Lacks,
}

/// As many bytes of files as a patch may have.
#[derive(Clone, Debug, Default)]
pub(crate) struct KnownArtworks(Cache<u128, Read, SOURCES_BYTES_MAX>);

impl KnownArtworks {
    /// As [`walk::read`], of a file that may be known.
    pub(super) fn read(&self, source: &Source<'_>) -> (Result<Arc<Artwork>, Box<Problem>>, Lacks) {
        let key = XxHash3_128::oneshot(source.text.as_bytes());
        if let Some(known) = self.0.find(&key) {
            return (Ok(known.artwork.clone()), known.lacks.clone());
        }
        let (outcome, lacks) = walk::read(source);
        // What is wrong with a file has places in it, of a row among the sources that may be another one next time.
        let outcome = outcome.map(Arc::new);
        if let Ok(artwork) = &outcome {
            let read = Read { artwork: artwork.clone(), lacks: lacks.clone() };
            self.0.keep(key, Arc::new(read), source.text.len());
        }
        (outcome, lacks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::source::Span;

    #[test]
    fn what_was_read_is_not_read_again_and_said_each_time() {
        let known = KnownArtworks::default();
        let read = |text: &str, file: u16| {
            let named = Span { file: 0, start: 0, end: 1 };
            let source = Source { wanted: "`a.svg`".into(), file, text, named };
            let (outcome, lacks) = known.read(&source);
            let said: Vec<_> = lacks.into_problems(&source).map(|problem| problem.span.file).collect();
            (outcome, said)
        };
        let good = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><text>a</text><rect width=\"9\" height=\"9\"/></svg>";
        let (first, said) = read(good, 1);
        let (again, later) = read(good, 7);
        let (first, again) = (first.ok().unwrap(), again.ok().unwrap());
        assert!(Arc::ptr_eq(&first, &again) && first.parts.len() == 1);
        assert_eq!((said, later), (vec![1], vec![7]), "what cannot be drawn is told each time, at its place");
        let (other, _) = read(&good.replace("9 9", "8 8"), 1);
        assert!(!Arc::ptr_eq(&first, &other.ok().unwrap()));
        for file in [1, 2] {
            assert_eq!(read("<svg", file).0.err().unwrap().span.file, file);
        }
        assert_eq!(known.0.len(), 2);
    }
}
