//! Texts: what they say, and what is made of them.

use crate::language::elaborate::{Call, Elaborator, Typed};
use crate::language::problems::Reported;
use crate::program::{Op, Unit};

chapter! {
    "Texts",
    "Texts are equal or not, `+` puts one behind the other, and `\"{n} left\"` has the value of `n` in it, a number or a text; `\\{` is a brace. A text is made once per frame, in a reaction, or of a row of a list; elements can only look at theirs, with `length`, `starts_with`, `ends_with` and `contains`. `length(text)` is in the chapter on vectors: it counts characters.";

    "trim" (text: Said) -> Text, with |e, call| e.made_text(Op::TextTrim, call),
        "The text without white space at both ends.", ["trim(\"  two words \") == \"two words\"" => [1.0]];
    "upper" (text: Said) -> Text, with |e, call| e.made_text(Op::TextUpper, call),
        "The text in capital letters.", ["upper(\"milk\") == \"MILK\"" => [1.0]];
    "lower" (text: Said) -> Text, with |e, call| e.made_text(Op::TextLower, call),
        "The text in small letters.", ["lower(\"Milk\") == \"milk\"" => [1.0]];
    "fixed" (x: Float, digits: Int) -> Text, with |e, call| e.made_text(Op::TextFixed, call),
        "A number with so many digits behind the point, 0 to 17; `\"{x}\"` has as many as it takes to tell it from others.", ["fixed(2 / 3, 2) == \"0.67\"" => [1.0]];
    "starts_with" (text: Said, start: Said) -> Bool, with |e, call| asked(e, call, Op::TextStartsWith),
        "Whether a text begins with another one, as every text does with the empty one.", ["starts_with(\"butter\", \"but\")" => [1.0]];
    "ends_with" (text: Said, end: Said) -> Bool, with |e, call| asked(e, call, Op::TextEndsWith),
        "Whether a text ends with another one.", ["ends_with(\"butter\", \"but\")" => [0.0]];
    "contains" (text: Said, part: Said) -> Bool, with |e, call| asked(e, call, Op::TextContains),
        "Whether another text stands in a text, letter by letter: `contains(lower(a), lower(b))` takes no notice of capitals.", ["contains(\"butter\", \"utt\")" => [1.0]];
}

fn asked<'b>(e: &mut Elaborator<'_, 'b>, call: &Call<'_, 'b>, op: Op) -> Result<Typed<'b>, Reported> {
    let both = [call.placed(0), call.placed(1)];
    e.one_domain(&both)?;
    Ok(e.apply(op, &both.map(|(text, _)| text), Unit::Scalar))
}
