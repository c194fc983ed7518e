//! Texts: what they say, and what is made of them.

use super::{ALIGNS, ANCHORS};
use crate::language::elaborate::{Call, Elaborator, Typed};
use crate::language::problems::Reported;
use crate::program::{Op, Unit};

chapter! {
    "Texts",
    "Texts are equal or not, `+` puts one behind the other, and `\"{n} left\"` has the value of `n` in it, a number or a text; `\\{` is a brace. A text is made once per frame, in a reaction, of a row of a list, or for each element where it is drawn: `draw text(\"{name}: {fixed(share, 1)} %\") { ... }`. Elsewhere elements can only look at texts, with `length`, `starts_with`, `ends_with` and `contains`. `length(text)` is in the chapter on vectors: it counts characters.";

    "trim" (text: Said) -> Text, with |e, call| e.made_text(Op::TextTrim, call),
        "The text without white space at both ends.", ["trim(\"  two words \") == \"two words\"" => [1.0]];
    "upper" (text: Said) -> Text, with |e, call| e.made_text(Op::TextUpper, call),
        "The text in capital letters.", ["upper(\"milk\") == \"MILK\"" => [1.0]];
    "lower" (text: Said) -> Text, with |e, call| e.made_text(Op::TextLower, call),
        "The text in small letters.", ["lower(\"Milk\") == \"milk\"" => [1.0]];
    "fixed" (x: Float, digits: Int) -> Text, with |e, call| e.made_text(Op::TextFixed, call),
        "A number with so many digits behind the point, 0 to 17; `\"{x}\"` has as many as it takes to tell it from others.", ["fixed(2 / 3, 2) == \"0.67\"" => [1.0]];
    "signed" (x: Float, digits: Int = 0) -> Text, with |e, call| e.made_text(Op::TextSigned, call),
        "As `fixed`, with a plus in front of what is above 0; what is rounded to 0 has no sign.", ["signed(3.25, 1) == \"+3.2\"" => [1.0]; "signed(-0.01, 1) == \"0.0\"" => [1.0]];
    "unit" (x: Float, unit: Said) -> Text, with |e, call| e.made_text(Op::TextUnit, call),
        "A number in three digits and its unit, with the prefix that fits: n, µ, m, k, M, G and T.", ["unit(1234, \"m\") == \"1.23 km\"" => [1.0]; "unit(0.05, \"s\") == \"50.0 ms\"" => [1.0]];
    "date" (seconds: Float, format: Said) -> Text, with |e, call| e.date(call),
        "A time in seconds since 1970 began, in UTC, as a format says: `%Y` the year, `%m` the month and `%d` the day in two digits, `%H`, `%M` and `%S` hours, minutes and seconds; `%y` the year in two digits, `%B` and `%b` the month's name and that in three letters, `%e` the day without a zero, `%j` the day of the year, `%A` and `%a` the weekday, `%I` and `%p` hours from 1 to 12 with am and pm, `%%` a percent sign. Another zone is so many seconds more: `date(now + 2 * 3600, \"%H:%M\")`. What is no time between the years 0 and 9999 is `-`. Numbers of elements have 24 bits: seconds of a day are exact, seconds since 1970 are not.", ["date(951827696, \"%Y-%m-%d %H:%M:%S\") == \"2000-02-29 12:34:56\"" => [1.0]; "date(3600 * 13, \"%I %p\") == \"1 pm\"" => [1.0]];
    "grouped" (text: Said, separator: Said) -> Text, with |e, call| e.made_text(Op::TextGrouped, call),
        "The first whole number in a text with its digits in threes: `grouped(fixed(x, 2), \",\")`.", ["grouped(\"1234567.25 km\", \" \") == \"1 234 567.25 km\"" => [1.0]; "grouped(\"-100\", \",\") == \"-100\"" => [1.0]];
    "padded" (text: Said, digits: Int) -> Text, with |e, call| e.made_text(Op::TextPadded, call),
        "The first whole number in a text with zeros in front, so that it has so many digits, up to 64: `padded(\"{minutes}\", 2)`.", ["padded(\"7:30\", 2) == \"07:30\"" => [1.0]; "padded(\"none\", 3) == \"none\"" => [1.0]];
    "text" (text: Said, size: Float = 0.1, width: Float = _, align: Word(ALIGNS) = left, anchor: Word(ANCHORS) = baseline, weight: Float = 400, leading: Float = 1.2, tracking: Float = 0, font: Font = _) -> Rows, with |e, call| e.rows_of_letters(call),
        "The letters of a text as rows, for a domain: `domain letters from text(\"Hello\", size: 0.1) { draw glyph { position: home + (0.1, 0.5), size, color: #fff } }`. Of each there is where it is laid out, `home`, and how wide it is, `advance`, in the picture's units; which `letter`, `word` and `line` it is, from 0; its `character`, its `size`, and its `glyph`. Spaces are no letters; what a font joins is one, and so is what is put onto another. The rest is as for `draw text`. The text may change, `domain letters[64] from text(\"{fixed(x, 1)} %\") { ... }`, and so may its size, the width of its lines and its weight: then there are so many letters at most, 256 where it is not said and never more than 2048, and those behind them are left out and counted. Where it becomes another text, as many letters as both have in the same order stay the elements that they are, with their state, `12:59` as `13:00` its 1 and its colon, word by word: one goes over to a word in another place only with most of its own; what moves goes on from what is on screen (`~`), new ones are born, and those that are gone stay as long as a `fade` takes. Such letters are elements alone: their number is `letters.count`. A letter of either kind may say how heavy it is itself, `draw glyph { weight: 300 + 400 * wave.sine(0.1 * letter), ... }`: it is drawn so where its text has put it, as the glyph that it has at the text's own weight, with its marks where they are there.", ["text(\"a bc\").count" => [3.0]; "text(\"a b\").word[1]" => [1.0]];
    "text_width" (text: Said, size: Float = 1, weight: ConstantInt(1, 1000) = 400, tracking: Float = 0, font: Font = _) -> Float, with |e, call| e.width_of_text(call),
        "How wide the widest line of a text is, drawn at a size: so boxes fit words. The text may change, and each element may have its own, also one that is made, `text_width(\"{n} m\", 0.1)`; what is put between letters does not change.", ["text_width(\"\")" => [0.0]; "text_width(\"HH\") / text_width(\"H\")" => [2.0]];
    "text_box" (text: Said, size: Float = 1, width: Float = _, weight: ConstantInt(1, 1000) = 400, leading: Float = 1.2, tracking: Float = 0, font: Font = _) -> Vec2, with |e, call| e.box_of_text(call),
        "How wide and how high a text is, drawn at a size with lines of a width: from the ascent of its first line to the descent of its last. As for `text_width`, text and width may change, and be those of each element.", ["text_box(\"H\").x == text_width(\"H\")" => [1.0]; "text_box(\"a\\nb\").y - text_box(\"a\").y" => [1.2]];
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
