//! What is in a file and cannot be drawn, or not as it is meant: each kind of thing once, with its first place.

use std::ops::Range;

use super::Source;
use crate::diagnostic::{Code, Severity};
use crate::language::source::{Problem, Span};

/// Declares the kinds with what is said of them and what to do.
macro_rules! lacks {
    ($( $variant:ident $what:literal $help:literal; )*) => {
        /// A kind of thing that cannot be drawn as it is meant.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(super) enum Lack {
            $( $variant, )*
        }

        impl Lack {
            #[cfg(test)]
            pub(super) const ALL: &[Self] = &[$( Self::$variant, )*];

            const fn what(self) -> &'static str {
                match self { $( Self::$variant => $what, )* }
            }

            const fn help(self) -> &'static str {
                match self { $( Self::$variant => $help, )* }
            }
        }
    };
}

lacks! {
    Text "texts are not drawn" "turn them into paths in the program that drew them, or write them in the patch: `draw text(\"Hello\") { ... }`";
    Image "images are not drawn" "keep them in a file of their own";
    Foreign "`foreignObject` is not drawn" "draw it with paths";
    Unknown "an element of this name is not known" "draw it with paths";
    Animation "animations stand still" "let the patch move its parts: `domain parts from logo { ... }`";
    Gradient "a gradient is drawn as the mean colour of its stops" "choose a colour: `fill=\"#38f\"`";
    Pattern "patterns are not drawn" "choose a colour, or draw what the pattern shows as paths";
    Context "`context-fill` and `context-stroke` are not drawn" "choose a colour";
    Server "what it is painted with is not in the file" "check the name behind the `#`";
    Clip "clip paths are not applied: what they would cut off is drawn" "cut the paths themselves in the program that drew them";
    Viewport "what reaches beyond the box that it is in is drawn, and not cut off" "cut the paths themselves, or make the view box larger";
    Mask "masks are not applied" "cut the paths themselves, and give them an opacity";
    Filter "filters are not applied" "draw shadows and the like as parts";
    Blend "blend modes of parts are not applied" "draw such parts in a pass of their own: `draw path(shape) { blend: multiply, ... }`";
    Overlap "a group is see-through as a whole: its parts, which lie over one another, are so one by one" "give the parts colours that need no opacity, or join them to one path";
    Marker "markers are not drawn" "draw them as paths";
    Uneven "a stroke is stretched by its transform: it is drawn with the same width everywhere" "turn the stroke into a path, or scale alike in both directions";
    Fixed "`vector-effect` is not known: strokes are scaled with the artwork" "give the width that it has at the size of the view box";
    Miter "corners of strokes are sharp up to a miter limit of 4" "leave `stroke-miterlimit` out, or turn the stroke into a path";
    Join "such corners of strokes are drawn as `miter`" "use `miter`, `round` or `bevel`";
    Dash "a stroke of so many dashes is drawn as a solid line" "make them longer";
    Crisp "edges are smooth, whatever `shape-rendering` says" "leave it out";
    Data "the path is drawn up to where it cannot be read" "mend the path from there on";
    Value "the value cannot be read and is left out" "check how it is written: SVG 1.1 is what is read";
    Styled "geometry in styles is not read" "write it as an attribute: `width=\"10\"`";
    Selector "a rule of a style sheet cannot be read and is left out" "use names of elements, classes and ids, one inside another";
    AtRule "at-rules of style sheets are not read" "write the rules that are meant outside of them";
    Link "what is used is not in the file" "check the name behind the `#`";
    Outside "nothing outside of the file is read" "put it into this file, and use it by its `id`";
    Box "it has neither a `viewBox` nor a width and a height: the box around what is drawn is taken" "say what it is drawn in: `viewBox=\"0 0 24 24\"`";
    Far "parts that lie further than a million times its size from the artwork are left out" "remove them";
}

/// What was found of each kind.
#[derive(Clone, Debug, Default)]
pub(super) struct Lacks(Vec<(Lack, Range<usize>, u32)>);

impl Lacks {
    pub(super) fn add(&mut self, lack: Lack, place: Range<usize>) {
        match self.0.iter_mut().find(|(known, ..)| *known == lack) {
            // What is used several times is one thing.
            Some((_, first, times)) => *times += u32::from(*first != place),
            None => self.0.push((lack, place, 1)),
        }
    }

    #[cfg(test)]
    pub(super) fn kinds(&self) -> Vec<Lack> {
        let mut kinds: Vec<Lack> = self.0.iter().map(|&(lack, ..)| lack).collect();
        kinds.sort_unstable();
        kinds
    }

    /// In the order in which they were found.
    pub(super) fn into_problems(self, source: &Source<'_>) -> impl Iterator<Item = Problem> {
        let (file, named) = (source.file, source.named);
        self.0.into_iter().map(move |(lack, place, times)| {
            let message = match times {
                1 => lack.what().to_owned(),
                times => format!("{} ({times} times)", lack.what()),
            };
            let span = span(file, &place);
            let problem = Problem::new(Code::ArtworkPart, span, message).help(lack.help());
            Problem { severity: Severity::Warning, ..problem.related("the artwork is read here", named) }
        })
    }
}

/// A place in the file; of several lines the first.
pub(super) fn span(file: u16, place: &Range<usize>) -> Span {
    Span { file, start: place.start as u32, end: place.end.max(place.start) as u32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_says_what_and_what_to_do() {
        for &lack in Lack::ALL {
            assert!(!lack.what().is_empty() && !lack.help().is_empty(), "{lack:?}");
            assert!(!lack.what().ends_with('.') && !lack.help().ends_with('.'), "{lack:?}");
        }
    }
}
