//! Texts in, glyphs out: widths, lines, directions, ligatures, marks, and the same bits every time.

use super::*;
use crate::draw::{Align, Anchor, Verb};

fn fonts() -> Vec<Font> {
    [Weight::REGULAR, Weight::BOLD].map(|weight| Font::builtin(weight).unwrap()).into()
}

/// What is looked at of a text.
fn lay<T>(text: &str, setting: &Setting, look: impl FnOnce(Laid<'_>) -> T) -> T {
    look(Typesetter::new(256).lay(text, &fonts(), &[0], setting))
}

fn width(text: &str, setting: &Setting) -> f32 {
    lay(text, setting, |laid| laid.width)
}

/// The lines of a text, as they are read.
fn lines(text: &str, setting: &Setting) -> Vec<String> {
    lay(text, setting, |laid| {
        let mut lines = vec![Vec::new(); laid.lines];
        for glyph in laid.glyphs {
            lines[glyph.line as usize].push(glyph.cluster as usize);
        }
        let read = |clusters: &mut Vec<usize>| {
            clusters.sort_unstable();
            clusters.dedup();
            clusters.iter().filter_map(|&at| text[at..].chars().next()).collect()
        };
        lines.iter_mut().map(read).collect()
    })
}

#[test]
fn the_family_that_comes_with_it_is_there() {
    let fonts = fonts();
    for font in &fonts {
        for character in ' '..='~' {
            assert!(font.has(character), "{character:?}");
        }
        assert!("äßœñΩЖ–“”…€".chars().all(|character| font.has(character)));
        assert!(!font.has('\u{4e2d}'));
        assert!((0.6..0.8).contains(&font.capital) && font.ascent > font.capital && font.descent > 0.1);
    }
    let heavy = |weight| format!("{:?}", Font::builtin(Weight(weight)).map(|font| font.face.num_glyphs()));
    assert_eq!(heavy(300), heavy(550));
    let wide = |font: u16| Typesetter::new(8).lay("mmm", &fonts, &[font], &Setting::default()).width;
    assert!(wide(1) > wide(0), "bold is wider");
}

#[test]
fn lines_break_where_they_may() {
    let em = |width: f32| Setting { width, ..Setting::default() };
    let check = |text: &str, width: f32, expected: &[&str]| {
        assert_eq!(lines(text, &em(width)), expected, "{text:?} in {width}");
    };
    check("one two three", f32::INFINITY, &["one two three"]);
    check("one two three", 4.5, &["one two", "three"]);
    check("one two three", 0.1, &["one", "two", "three"]);
    check("unbreakable", 0.1, &["unbreakable"]);
    check("a-b c", 0.1, &["a-", "b", "c"]);
    check("one\ntwo\r\nthree", f32::INFINITY, &["one", "two", "three"]);
    check("one\n\nthree", 9.0, &["one", "", "three"]);
    check("", 1.0, &[]);
    check("  a", f32::INFINITY, &["  a"]);
    // A box that is exactly as wide as the text has it in one line.
    for text in ["one two three", "AVAVA fi 12.75", "a  b"] {
        check(text, width(text, &Setting::default()), &[text]);
        let spaced = Setting { tracking: 0.125, ..Setting::default() };
        let exact = Setting { width: width(text, &spaced), ..spaced };
        assert_eq!(lines(text, &exact), [text], "{text} spaced");
    }
}

#[test]
fn lines_are_put_where_they_are_asked_for() {
    let place = |align, anchor| {
        let setting = Setting { align, anchor, leading: 1.5, ..Setting::default() };
        lay("HH\nHHHH", &setting, |laid| (laid.glyphs[0].at, laid.glyphs[2].at, laid.width, laid.area.0))
    };
    let (first, second, width, _) = place(Align::Left, Anchor::Baseline);
    assert_eq!((first, second), ([0.0, 0.0], [0.0, 1.5]));
    let (first, second, ..) = place(Align::Center, Anchor::Baseline);
    assert_eq!((first[0], second[0]), (width * -0.25, width * -0.5));
    let (first, second, ..) = place(Align::Right, Anchor::Baseline);
    assert_eq!((first[0], second[0]), (width * -0.5, -width));
    let font = &fonts()[0];
    assert_eq!(place(Align::Left, Anchor::Top).3[1], 0.0);
    assert_eq!(place(Align::Left, Anchor::Bottom).3[3], 0.0);
    let (first, second, ..) = place(Align::Left, Anchor::Middle);
    assert_eq!(first[1] - font.capital, -second[1], "as far above as below");
}

#[test]
fn letters_are_spaced_between_and_not_behind() {
    let spaced = Setting { tracking: 0.25, ..Setting::default() };
    let plain = Setting::default();
    for (text, gaps) in [("a", 0.0), ("HOH", 2.0), ("H H", 2.0), ("e\u{301}H", 1.0)] {
        let more = width(text, &spaced) - width(text, &plain);
        assert!((more - gaps * 0.25).abs() < 1e-6, "{text}: {more}");
    }
}

#[test]
fn letters_join_and_marks_sit_on_them() {
    // Kerning draws pairs together.
    let pair = width("AV", &Setting::default());
    let apart = width("A", &Setting::default()) + width("V", &Setting::default());
    assert!(pair < apart, "{pair} {apart}");
    // A base and its mark are one letter, however they are written.
    let clusters = |text: &str| {
        lay(text, &Setting::default(), |laid| {
            laid.glyphs.iter().map(|glyph| glyph.cluster).collect::<Vec<_>>()
        })
    };
    assert_eq!(clusters("e\u{301}x"), [0, 3]);
    assert_eq!(width("e\u{301}", &Setting::default()), width("\u{e9}", &Setting::default()));
    let marked = lay("q\u{303}x", &Setting::default(), |laid| laid.glyphs.to_vec());
    assert_eq!(marked.iter().map(|glyph| glyph.cluster).collect::<Vec<_>>(), [0, 0, 3]);
    assert_eq!(marked[1].advance, 0.0);
}

#[test]
fn a_tab_is_a_space() {
    let glyphs = |text: &str| {
        lay(text, &Setting::default(), |laid| {
            laid.glyphs.iter().map(|glyph| (glyph.glyph, glyph.at)).collect::<Vec<_>>()
        })
    };
    assert_eq!(glyphs("a\tb"), glyphs("a b"));
    assert_eq!(lines("a\u{1}b", &Setting::default()), ["a\u{1}b"]);
}

#[test]
fn words_are_counted() {
    let words = |text: &str| {
        lay(text, &Setting::default(), |laid| laid.glyphs.iter().map(|glyph| glyph.word).collect::<Vec<_>>())
    };
    assert_eq!(words("ab c  d"), [0, 0, 0, 1, 1, 1, 2]);
    assert_eq!(words(" a b"), [0, 0, 0, 1]);
    assert_eq!(words("a\nb"), [0, 1]);
}

#[test]
fn what_no_font_has_is_told_once() {
    let missing = |text: &str| lay(text, &Setting::default(), |laid| laid.missing.to_vec());
    assert_eq!(missing("plain \n\u{200d}"), []);
    assert_eq!(missing("a\u{4e2d}b\u{4e2d}\u{6587}"), ['\u{4e2d}', '\u{6587}']);
    let many: String = ('\u{4e00}'..='\u{4e40}').collect();
    assert_eq!(missing(&many).len(), 16);
}

#[test]
fn letters_from_right_to_left_are_seen_in_their_order() {
    // The family has no Hebrew, but what is missing has a place, too.
    let order = |text: &str| {
        lay(text, &Setting::default(), |laid| {
            laid.glyphs.iter().map(|glyph| glyph.cluster).collect::<Vec<_>>()
        })
    };
    assert_eq!(order("\u{5d0}\u{5d1}\u{5d2}"), [4, 2, 0]);
    assert_eq!(order("a \u{5d0}\u{5d1} b"), [0, 1, 4, 2, 6, 7]);
    // The base is that of the first strong letter; numbers keep their order.
    assert_eq!(order("\u{5d0} 12"), [3, 4, 2, 0]);
    let at = lay("\u{5d0}\u{5d1}", &Setting::default(), |laid| [laid.glyphs[0].at[0], laid.glyphs[1].at[0]]);
    assert!(at[0] < at[1]);
}

#[test]
fn a_sheet_finds_texts_again() {
    let room = Room { texts: 3, glyphs: 20, outlines: 8, points: 400, bytes: 64 };
    let mut sheet = Sheet::new(fonts(), room);
    let setting = Setting::default();
    let first = sheet.lay([1, 0], "abc", &[0], &setting, true).unwrap();
    assert_eq!(sheet.lay([1, 0], "not looked at", &[0], &setting, true), Ok(first));
    let bold = sheet.lay([1, 0], "abc", &[1], &setting, true).unwrap();
    assert_ne!(first, bold);
    assert_ne!(sheet.get(first).glyphs[0].outline, sheet.get(bold).glyphs[0].outline);
    let spaced = Setting { tracking: 0.5, ..setting };
    let third = sheet.lay([1, 0], "abc", &[0], &spaced, true).unwrap();
    assert_eq!(sheet.get(first).glyphs[1].outline, sheet.get(third).glyphs[1].outline);
    assert_eq!(sheet.lay([2, 0], "abc", &[0], &setting, true), Err(Full::Texts));
    let before = format!("{:?}", sheet.get(first).glyphs);
    sheet.clear();
    let again = sheet.lay([3, 0], "abc", &[0], &setting, true).unwrap();
    assert_eq!(format!("{:?}", sheet.get(again).glyphs), before);
    assert_eq!(sheet.lay([4, 0], "abcdefghi", &[0], &setting, true), Err(Full::Outlines));
    assert_eq!(sheet.lay([5, 0], "aaaaaaaaaaaaaaaaaaaaa", &[0], &setting, true), Err(Full::Glyphs));
    assert_eq!(sheet.get(again).glyphs.len(), 3, "what was there stays");
    assert!(sheet.get(99).glyphs.is_empty());
}

#[test]
fn outlines_are_in_ems_with_y_down() {
    let room = Room { texts: 4, glyphs: 20, outlines: 8, points: 400, bytes: 64 };
    let mut sheet = Sheet::new(fonts(), room);
    let row = sheet.lay([1, 0], "H ", &[0], &Setting::default(), true).unwrap();
    let text = sheet.get(row);
    let outline = text.outlines.get(text.glyphs[0].outline);
    assert_eq!((outline.verbs[0], outline.verbs.last()), (Verb::Move, Some(&Verb::Close)));
    let crate::draw::Bounds([left, top, right, bottom]) = text.ink;
    assert!(left > 0.0 && right < text.area.0[2] && bottom == 0.0, "{:?}", text.ink);
    assert_eq!(top, -fonts()[0].capital);
    assert!(text.outlines.get(text.glyphs[1].outline).verbs.is_empty(), "a space is nothing");
    // The digests of what is drawn: the same on every machine.
    let digest = text.outlines.digest(text.glyphs[0].outline);
    assert_eq!(digest, 0xcbd3_24a9, "{digest:#x}");
}

#[test]
fn what_is_no_font_says_so() {
    let check = |bytes: &[u8], face: u32, expected: FontError| {
        assert_eq!(Font::new(bytes.to_vec(), face).unwrap_err(), expected, "{}", bytes.len());
    };
    check(b"", 0, FontError::NotAFont);
    check(b"GIF89a", 0, FontError::NotAFont);
    check(notosans::REGULAR_TTF, 1, FontError::NoFace { index: 1, faces: 1 });
    let font = Font::new(notosans::REGULAR_TTF.to_vec(), 0).unwrap();
    assert!(font.at(&[(*b"wght", 700.0)]).has('a'), "an axis that it has not is left out");
    // Cut off anywhere, it is refused or has what is left of it; nothing panics.
    let bytes = notosans::REGULAR_TTF;
    for length in (0..bytes.len()).step_by(4099) {
        if let Ok(font) = Font::new(bytes[..length].to_vec(), 0) {
            let mut typesetter = Typesetter::new(16);
            typesetter.lay("Hfi\u{e9}", &[font], &[0], &Setting { width: 1.0, ..Setting::default() });
        }
    }
}

/// What HarfBuzz 6.0.0 says of the regular face, by `hb-shape --no-glyph-names --utf8-clusters`: glyph, the byte it is of, where it
/// is put beside its place, and its advance, in units of the font.
const SHAPED: &[(&str, &str)] = &[
    (
        "AVATAR Type",
        "36=0+1269|57=1+1189|36=2+1239|55=3+1069|36=4+1309|53=5+1274|3=6+532|55=7+1119|92=8+1044|83=9+1260|72=10+1155",
    ),
    (
        "office affluent fifty ffi",
        "82=0+1239|73=1+705|73=2+705|76=3+528|70=4+983|72=5+1155|3=6+532|68=7+1149|73=8+705|73=9+705|79=10+528|88=11+1266|72=12+1155|81=13+1266|87=14+739|3=15+532|73=16+705|76=17+528|73=18+705|87=19+739|92=20+1044|3=21+532|73=22+705|73=23+705|76=24+528",
    ),
    ("cafe\u{301} a\u{323}\u{302}", "70=0+983|68=1+1149|73=2+705|171=3+1155|3=6+532|807=7+1149"),
    ("q\u{303}\u{331}x", "84=0+1260|1296=0@-620,-492+0|610=0@-61,0+0|91=5+1083"),
    (
        "\u{dc}n\u{ef}c\u{f6}d\u{e9} \u{f1}and\u{fa}",
        "158=0+1497|81=2+1266|177=3+528|70=5+983|184=6+1239|71=8+1260|171=9+1155|3=11+532|179=12+1266|68=14+1149|81=15+1266|71=16+1260|188=17+1266",
    ),
    (
        "\u{395}\u{3bb}\u{3bb}\u{3b7}\u{3bd}\u{3b9}\u{3ba}\u{3ac} \u{386}\u{391}\u{3a5}",
        "355=0+1139|392=2+1110|392=4+1110|388=6+1266|394=8+1120|390=10+709|391=12+1074|377=14+1260|3=16+532|342=17+1309|351=19+1249|370=21+1159",
    ),
    (
        "\u{429}\u{438}\u{306} \u{41f}\u{440}\u{438}\u{432}\u{435}\u{442}",
        "451=0+2132|467=2+1317|3=6+532|441=7+1497|474=9+1260|466=11+1317|460=13+1180|463=15+1155|476=17+975",
    ),
    (
        "1/2 10:30 -12.5%",
        "20=0+1171|18=1+762|21=2+1171|3=3+532|20=4+1171|19=5+1171|29=6+549|22=7+1171|19=8+1171|3=9+532|16=10+659|20=11+1171|21=12+1171|17=13+549|24=14+1171|8=15+1702",
    ),
    ("\u{131}\u{308}I\u{307}", "243=0+528|1257=0@-264,0+0|242=4+694"),
    ("s\u{17f}b\u{308}\u{304}", "86=0+981|321=1+668|69=3+1260|1257=3@-630,440+0|1253=3@-630,832+0"),
    ("f\u{200c}i", "73=0+705|3=1+0|76=4+528"),
    ("\u{1ebf} \u{1ec7}", "825=0+1155|3=3+532|833=4+1155"),
    ("1\u{2044}2 x", "20=0+1171|535=1+266|21=4+1171|3=5+532|91=6+1083"),
];

#[test]
fn glyphs_and_places_are_those_of_harfbuzz() {
    let fonts = fonts();
    let em = fonts[0].em;
    for &(text, shaped) in SHAPED {
        let mut pen = 0.0;
        let expected: Vec<_> = shaped
            .split('|')
            .map(|glyph| {
                // `12=3@4,5+6`, or `12=3+6`.
                let (id, rest) = glyph.split_once('=').unwrap();
                let (rest, advance) = rest.rsplit_once('+').unwrap();
                let (cluster, offset) = rest.split_once('@').unwrap_or((rest, "0,0"));
                let (x, y) = offset.split_once(',').unwrap();
                let number = |digits: &str| digits.parse::<f64>().unwrap();
                let at = [((pen + number(x) / em) as f32), (0.0 - number(y) / em) as f32];
                pen += number(advance) / em;
                (id.parse().unwrap(), cluster.parse().unwrap(), at, (number(advance) / em) as f32)
            })
            .collect();
        let found: Vec<(u32, u32, [f32; 2], f32)> = lay(text, &Setting::default(), |laid| {
            laid.glyphs.iter().map(|glyph| (glyph.glyph, glyph.cluster, glyph.at, glyph.advance)).collect()
        });
        assert_eq!(found, expected, "{text}");
    }
}

const BOXES: &[u8] = include_bytes!("../../assets/fonts/boxes.ttf");
const SIGNS: &[u8] = include_bytes!("../../assets/fonts/signs.ttf");
const BOTH: &[u8] = include_bytes!("../../assets/fonts/both.ttc");

#[test]
fn what_a_font_has_can_be_set() {
    let font = Font::new(BOXES.to_vec(), 0).unwrap();
    let axes: Vec<_> = font.axes().iter().map(|axis| (axis.tag, axis.least, axis.usual, axis.most)).collect();
    assert_eq!(axes, [(*b"wght", 400.0, 400.0, 900.0), (*b"wdth", 100.0, 100.0, 200.0)]);
    // A letter is a box from 0.1 to 0.3 of an em, and half an em wide.
    let check = |font: &Font, right: f32, advance: f32| {
        let mut sheet =
            Sheet::new(vec![font.clone()], Room { texts: 1, glyphs: 9, outlines: 9, points: 99, bytes: 9 });
        let row = sheet.lay([1, 0], "AA", &[0], &Setting::default(), true).unwrap();
        let text = sheet.get(row);
        let ink = text.ink.0;
        assert!((ink[2] - (advance + right)).abs() < 1e-4, "{ink:?}: {right} + {advance}");
        assert_eq!((text.glyphs[1].at[0], ink[1]), (advance, -0.7));
    };
    check(&font, 0.3, 0.5);
    check(&font.at(&[(*b"wght", 900.0)]), 0.5, 0.5);
    check(&font.at(&[(*b"wght", 650.0)]), 0.4, 0.5);
    check(&font.at(&[(*b"wght", 5000.0)]), 0.5, 0.5);
    check(&font.at(&[(*b"wdth", 200.0)]), 0.3, 1.0);
    // What was set stays.
    let wide = font.at(&[(*b"wdth", 200.0)]);
    check(&wide.at_weight(900.0), 0.5, 1.0);
    check(&wide.at(&[(*b"wdth", 150.0)]), 0.3, 0.75);
    check(&font.at(&[(*b"slnt", 10.0)]), 0.3, 0.5);
    assert!(wide.weights().is_some() && wide.at_weight(500.0).weights().is_none());
    assert!(Font::builtin(Weight::BOLD).unwrap().axes().is_empty());
}

#[test]
fn faces_of_a_collection_and_what_is_no_font() {
    let has = |face: u32| Font::new(BOTH.to_vec(), face).map(|font| (font.has('A'), font.has('\u{627}')));
    assert_eq!((has(0), has(1)), (Ok((true, false)), Ok((false, true))));
    assert_eq!(has(2), Err(FontError::NoFace { index: 2, faces: 2 }));
    let check = |bytes: &[u8], face: u32, expected: FontError| {
        assert_eq!(Font::new(bytes.to_vec(), face).err(), Some(expected));
    };
    check(BOXES, 1, FontError::NoFace { index: 1, faces: 1 });
    check(b"", 0, FontError::NotAFont);
    check(b"wOF2\0\0\0\0", 0, FontError::NotAFont);
    check(&BOXES[..11], 0, FontError::NotAFont);
    // Cut or changed anywhere it is an error or a font, and never a panic; and what it draws is finite.
    for at in (0..SIGNS.len()).step_by(3) {
        let mut changed = SIGNS.to_vec();
        changed[at] ^= 0xff;
        for bytes in [&SIGNS[..at], &changed] {
            let Ok(font) = Font::new(bytes.to_vec(), 0) else { continue };
            let room = Room { texts: 2, glyphs: 64, outlines: 64, points: 4096, bytes: 64 };
            let mut sheet = Sheet::new(vec![font], room);
            if let Ok(row) = sheet.lay([1, 0], "\u{627}\u{5d0} B", &[0], &Setting::default(), true) {
                let places = sheet.get(row).placed().all(|(_, at)| at.iter().all(|part| part.is_finite()));
                assert!(places, "byte {at}");
            }
        }
    }
}

#[test]
fn a_character_takes_the_first_font_that_has_it() {
    let fonts = [BOXES, SIGNS].map(|bytes| Font::new(bytes.to_vec(), 0).unwrap());
    let fonts = [fonts[0].clone(), fonts[1].clone(), Font::builtin(Weight::REGULAR).unwrap()];
    let check = |text: &str, order: &[u16], expected: &[u16], missing: &[char]| {
        let mut typesetter = Typesetter::new(64);
        let laid = typesetter.lay(text, &fonts, order, &Setting::default());
        let mut found: Vec<(u32, u16)> =
            laid.glyphs.iter().map(|glyph| (glyph.cluster, glyph.font)).collect();
        found.sort_unstable();
        let found: Vec<u16> = found.into_iter().map(|(_, font)| font).collect();
        assert_eq!((found.as_slice(), laid.missing), (expected, missing), "{text:?} {order:?}");
    };
    check("AB", &[0, 1, 2], &[0, 0], &[]);
    check("AB", &[1, 0, 2], &[0, 1], &[]);
    check("A\u{3042}C", &[0, 1, 2], &[0, 1, 2], &[]);
    check("A\u{3042}C", &[0, 1], &[0, 1, 0], &['C']);
    check("\u{4f61}", &[0, 1, 2], &[0], &['\u{4f61}']);
}

/// Texts in six scripts, with where Debian puts a font that has it.
const IN_SCRIPTS: &[(&str, &[&str])] = &[
    (
        "truetype/noto/NotoSans-Regular.ttf",
        &[
            "office affluent fjord",
            "AVATAR To Wa",
            "naïve façade ﬁn",
            "Z\u{30c}urich e\u{301}te\u{301} n\u{303}andu\u{301}",
            "1/2 x² — “quoted”",
        ],
    ),
    ("truetype/noto/NotoSans-Regular.ttf", &["Ἐν ἀρχῇ ἦν ὁ λόγος", "Αθήνα και Θεσσαλονίκη", "Щ ё й Київ"]),
    (
        "truetype/noto/NotoSansArabic-Regular.ttf",
        &["السلام عليكم", "مرحبا بالعالم", "لا إله", "كِتَابٌ جَمِيلٌ", "خط عربي"],
    ),
    ("truetype/noto/NotoNaskhArabic-Regular.ttf", &["الحمد لله", "محمد", "شُكْرًا جَزِيلًا"]),
    ("truetype/noto/NotoSansHebrew-Regular.ttf", &["שלום עולם", "בְּרֵאשִׁית בָּרָא", "ירושלים"]),
    (
        "truetype/noto/NotoSansDevanagari-Regular.ttf",
        &["नमस्ते दुनिया", "क्षत्रिय ज्ञान", "हिन्दी में लिखना", "श्रीमान् र्कि"],
    ),
    ("opentype/ipafont-gothic/ipag.ttf", &["こんにちは世界", "カタカナと漢字", "東京都の天気、晴れ。"]),
];

/// A glyph as `hb-shape` tells it.
#[derive(serde::Deserialize)]
struct Shaped {
    g: u32,
    cl: u32,
    dx: f64,
    dy: f64,
    ax: f64,
}

#[test]
fn scripts_are_shaped_as_harfbuzz_shapes_them() {
    let mut looked_at = 0;
    for &(file, texts) in IN_SCRIPTS {
        let path = std::path::Path::new("/usr/share/fonts").join(file);
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let fonts = [Font::new(bytes, 0).unwrap()];
        let em = fonts[0].em;
        for &text in texts {
            let mut command = std::process::Command::new("hb-shape");
            command
                .args(["--no-glyph-names", "--utf8-clusters", "--output-format=json"])
                .arg(&path)
                .arg(text);
            let Ok(output) = command.output() else { continue };
            let shaped: Vec<Shaped> = serde_json::from_slice(&output.stdout).unwrap();
            let mut pen = 0.0;
            let expected: Vec<(u32, u32, [f32; 2])> = shaped
                .iter()
                .map(|&Shaped { g, cl, dx, dy, ax }| {
                    let at = [(pen + dx / em) as f32, (0.0 - dy / em) as f32];
                    pen += ax / em;
                    (g, cl, at)
                })
                .collect();
            let mut typesetter = Typesetter::new(256);
            let laid = typesetter.lay(text, &fonts, &[0], &Setting::default());
            let found: Vec<_> =
                laid.glyphs.iter().map(|glyph| (glyph.glyph, glyph.cluster, glyph.at)).collect();
            assert_eq!(found, expected, "{file}: {text}");
            assert_eq!(laid.missing, [], "{file}: {text}");
            looked_at += 1;
        }
    }
    let all: usize = IN_SCRIPTS.iter().map(|(_, texts)| texts.len()).sum();
    let is_required = std::env::var_os("PAVANE_REQUIRE_HARFBUZZ").is_some();
    assert!(
        !is_required || looked_at == all,
        "{looked_at} of {all} texts: `hb-shape` or its fonts are missing"
    );
}
