//! The family of texts that name no font, which is asked last for what other fonts have not.

use super::font::{Font, Weight};

/// A family in two weights, regular and bold: the one that comes with the library, or the same two faces as a host has them.
///
/// A host that loads programs only ([`Program::from_json_with`](crate::Program::from_json_with)) need not have the library's fonts within
/// it: what names them is [`Family::builtin`], and a linker leaves out what nobody names. A page is such a host.
#[derive(Clone, Debug)]
pub struct Family(Source);

#[derive(Clone, Debug)]
enum Source {
    /// A function, so that nothing but who makes this knows of the bytes.
    Builtin(fn(Weight) -> Option<Font>),
    Given {
        regular: Option<Font>,
        bold: Option<Font>,
    },
}

impl Family {
    /// Noto Sans, regular and bold, of which the library has the files.
    pub const fn builtin() -> Self {
        Self(Source::Builtin(Font::builtin))
    }

    /// The two faces, as far as a program needs them: see [`Program::weights_of_family`](crate::Program::weights_of_family). A text has the
    /// bits that it has everywhere when they are the library's.
    pub const fn given(regular: Option<Font>, bold: Option<Font>) -> Self {
        Self(Source::Given { regular, bold })
    }

    /// The file of the face of the library that is nearest to a weight: what it is called, and its bytes.
    pub(crate) fn file(weight: Weight) -> (&'static str, &'static [u8]) {
        match weight.of_family() == Weight::BOLD {
            true => ("NotoSans-Bold.ttf", notosans::BOLD_TTF),
            false => ("NotoSans-Regular.ttf", notosans::REGULAR_TTF),
        }
    }

    /// The face that is nearest to a weight.
    pub(crate) fn font(&self, weight: Weight) -> Option<Font> {
        match &self.0 {
            Source::Builtin(font) => font(weight),
            Source::Given { regular, bold: _ } if weight.of_family() == Weight::REGULAR => regular.clone(),
            Source::Given { regular: _, bold } => bold.clone(),
        }
    }

    /// Both faces, the regular one first. In the place of one that was not given, which is never asked then, the other one is.
    pub(crate) fn faces(&self) -> Vec<Font> {
        let (regular, bold) = (self.font(Weight::REGULAR), self.font(Weight::BOLD));
        let faces = [regular.clone().or_else(|| bold.clone()), bold.or(regular)];
        faces.into_iter().flatten().collect()
    }
}

impl Weight {
    /// The weight of the family that is nearest: half-way between 400 and 700 the lighter one.
    pub(crate) fn of_family(self) -> Self {
        if self.0 > 550 { Self::BOLD } else { Self::REGULAR }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letters::{Setting, Typesetter};

    #[test]
    fn a_face_that_is_not_there_is_the_other_one() {
        let [regular, bold] = [Weight::REGULAR, Weight::BOLD].map(Font::builtin);
        let check = |family: Family, expected: [&Option<Font>; 2]| {
            // Bold letters are wider.
            let width = |font: &Font| {
                let mut typesetter = Typesetter::new(64);
                typesetter.lay("WW", std::slice::from_ref(font), &[0], &Setting::default()).glyphs[1].at[0]
                    .to_bits()
            };
            let found: Vec<u32> = family.faces().iter().map(width).collect();
            assert_eq!(found, expected.into_iter().flatten().map(width).collect::<Vec<_>>());
        };
        check(Family::builtin(), [&regular, &bold]);
        check(Family::given(regular.clone(), bold.clone()), [&regular, &bold]);
        check(Family::given(regular.clone(), None), [&regular, &regular]);
        check(Family::given(None, bold.clone()), [&bold, &bold]);
        check(Family::given(None, None), [&None, &None]);
        assert!(Family::given(regular, None).font(Weight(551)).is_none());
    }
}
