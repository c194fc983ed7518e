//! `pavane web` as users run it; what becomes of its pages in a browser is tested by `crates/pavane-web/tests`.

use std::fs;
use std::io::Read;

use lzma_rust2::LzmaReader;

use super::{folder, good, pavane, refused};

const PATCH: &str = "// A </script> & more: of a page
input speed: float = 1
param many = 3
use \"dots.pav\" as dots { many: many }
draw circle { position: (0.5, 0.5), size: 0.1 * speed, color: #fff }
";

/// What a page says of its program.
fn program_of(html: &str) -> serde_json::Value {
    let data = html.split("id=\"program\">").nth(1).and_then(|rest| rest.split("</script>").next()).unwrap();
    serde_json::from_str(data).unwrap()
}

/// What is packed, and a text of that: 13 bits are two characters, as `fromText` in `engine.js` reads them.
fn inside(value: &serde_json::Value) -> Vec<u8> {
    let digits = (b'!'..=b'~').filter(|letter| !b"\"<\\".contains(letter)).collect::<Vec<u8>>();
    let digit = |letter: &u8| digits.iter().position(|other| other == letter).unwrap() as u128;
    let text = value.as_str().unwrap().as_bytes();
    let (mut bits, mut count, mut packed) = (0_u128, 0, Vec::new());
    for pair in text.chunks(2) {
        let [first, second] = [0, 1].map(|at| pair.get(at).map_or(0, digit));
        bits |= (first + 91 * second) << count;
        count += if pair.len() == 2 { 13 } else { 6 };
        while count >= 8 {
            packed.push(bits as u8);
            (bits, count) = (bits >> 8, count - 8);
        }
    }
    let mut bytes = Vec::new();
    LzmaReader::new_mem_limit(&packed[..], u32::MAX, None).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn a_page_has_everything_inside() {
    let folder = folder("web_page");
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    fs::write(path("main.pav"), PATCH).unwrap();
    let dots = "param many = 1\ndomain dots[many] { draw circle { position: (rank, 0.5), size: 0.05, color: #f80 } }\n";
    fs::write(path("dots.pav"), dots).unwrap();
    let (patch, page) = (path("main.pav"), path("main.html"));
    good(&["web", &patch, "-o", &page, "--set", "many=7", "--set", "speed=2"]);
    let html = fs::read_to_string(&page).unwrap();
    assert!(html.starts_with("<!doctype html>") && html.trim_end().ends_with("</html>"));
    let data = program_of(&html);
    assert_eq!(data["inputs"]["speed"][0], 2.0);
    let compiled = String::from_utf8(inside(&data["program"])).unwrap();
    assert!(compiled.contains("\"capacity\":7,\"count\":7"), "{compiled}");
    assert_eq!(data["fonts"], serde_json::json!({}));
    // The patch is there to be read, and ends nothing.
    assert!(html.contains("// A <\\/script> & more: of a page\ninput speed"), "{html:.3000}");
    // Nothing is loaded from elsewhere, and no place is left to be filled.
    assert!(!html.contains("src=") && !html.contains("import {") && !html.contains("@SCRIPTS@"));
    // Again, over the same file: the same bytes.
    good(&["web", &patch, "-o", &page, "--set", "many=7", "--set", "speed=2"]);
    assert_eq!(fs::read_to_string(&page).unwrap(), html);
    // Of the program alone: the same, but for the patch.
    let program = path("main.json");
    fs::write(&program, compiled).unwrap();
    good(&["web", &program, "-o", &path("program.html"), "--set", "speed=2"]);
    let other = fs::read_to_string(path("program.html")).unwrap();
    assert_eq!(program_of(&other), data);
    assert!(!other.contains("input speed"));
    // As `compile` writes it.
    good(&["web", &patch, "-o", &page]);
    let plain = program_of(&fs::read_to_string(&page).unwrap());
    assert_eq!(String::from_utf8(inside(&plain["program"])).unwrap(), pavane(&["compile", &patch]).out);
}

/// Of the family those faces whose weights the texts have.
#[test]
fn a_page_has_the_fonts_that_it_needs() {
    let folder = folder("web_fonts");
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (regular, bold) = ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf");
    let check = |patch: &str, expected: &[(&str, &[u8])]| {
        fs::write(path("a.pav"), patch).unwrap();
        good(&["web", &path("a.pav"), "-o", &path("a.html")]);
        let fonts = program_of(&fs::read_to_string(path("a.html")).unwrap())["fonts"].clone();
        let found: Vec<(&str, Vec<u8>)> =
            fonts.as_object().unwrap().iter().map(|(name, font)| (name.as_str(), inside(font))).collect();
        let found: Vec<(&str, &[u8])> = found.iter().map(|(name, font)| (*name, &font[..])).collect();
        assert!(
            found == expected,
            "{patch}: {:?}",
            fonts.as_object().map(|fonts| fonts.keys().collect::<Vec<_>>())
        );
    };
    let text =
        |more: &str| format!("draw text(\"a\") {{ position: (0.5, 0.5), size: 0.1, color: #fff{more} }}\n");
    check("draw circle { position: (0.5, 0.5), size: 0.1, color: #fff }", &[]);
    check(&text(""), &[(regular, notosans::REGULAR_TTF)]);
    check(&text(", weight: 700"), &[(bold, notosans::BOLD_TTF)]);
    check(
        &(text("") + &text(", weight: 600")),
        &[(bold, notosans::BOLD_TTF), (regular, notosans::REGULAR_TTF)],
    );
    check("draw rect { position: (0.5, 0.5), size: (text_width(\"a\", 0.1), 0.1), color: #fff }", &[]);
    check(
        "input word: text = \"a\"
        draw rect { position: (0.5, 0.5), size: (text_width(word, 0.1), 0.1), color: #fff }",
        &[(regular, notosans::REGULAR_TTF)],
    );
    check(
        "input word: text = \"a\"
        domain letters[8] from text(word, size: 0.1, weight: 900) {
            draw glyph { position: home, size: size, color: #fff }
        }",
        &[(bold, notosans::BOLD_TTF)],
    );
}

#[test]
fn a_folder_has_the_page_and_what_it_loads() {
    let folder = folder("web_folder");
    let target = format!("{}/", folder.join("site").to_str().unwrap());
    let ran = pavane(&["web", "examples:golden_spiral", "-o", &target]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.err.contains("http.server"), "{}", ran.err);
    let names = [
        "index.html",
        "engine.js",
        "webgl.js",
        "player.js",
        "element.js",
        "pavane.d.ts",
        "pavane.wasm.lzma",
        "pavane-player.wasm.lzma",
        "golden_spiral.json.lzma",
        "NotoSans-Regular.ttf.lzma",
        "NotoSans-Bold.ttf.lzma",
    ];
    for name in names {
        assert!(folder.join("site").join(name).is_file(), "{name}");
    }
    let ran = pavane(&["web", "--playground", "-o", &target]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let html = fs::read_to_string(folder.join("site/index.html")).unwrap();
    assert!(
        html.contains("./playground.js") && html.contains("golden_spiral") && !html.contains("@GRAMMAR@")
    );
}

#[test]
fn what_makes_no_page_is_refused() {
    let folder = folder("web_refused");
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    fs::write(path("main.html"), PATCH).unwrap();
    fs::write(path("bad.pav"), "draw circel").unwrap();
    let page = path("page.html");
    refused(&["web", "examples:gs1", "-o", "page.txt"], &["page.txt", ".html"]);
    refused(&["web", "--playground", "-", "-o", &page], &["a patch", "examples:NAME"]);
    refused(&["web", "--playground", "program.json", "-o", &page], &["a patch"]);
    refused(&["web", &path("none.json"), "-o", &page], &["none.json"]);
    refused(&["web", "-o", &page], &["FILE"]);
    refused(&["web", &path("bad.pav"), "-o", &page], &["bad.pav:1:"]);
    refused(&["web", "examples:gs1", "--set", "nothing=1", "-o", &page], &["nothing"]);
    refused(&["web", &path("main.html"), "-o", &path("main.html")], &[]);
    assert!(!folder.join("page.html").exists());
    assert_eq!(fs::read_to_string(path("main.html")).unwrap(), PATCH);
}

/// A page has a font of this machine in its program, and a playground, which has the patch, is not made. Which fonts a machine has, nobody
/// knows; where the tests require fonts, this is one of them.
#[test]
fn a_playground_has_no_fonts_of_this_machine() {
    let folder = folder("web_system_font");
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let patch = "font own system \"Noto Sans\"
        draw text(\"A\") { position: (0.5, 0.5), size: 0.1, color: #fff, font: own }";
    fs::write(path("title.pav"), patch).unwrap();
    let drawn = pavane(&["render", &path("title.pav"), "--frames", "1", "-o", &path("title.png")]);
    let is_there = drawn.code == Some(0);
    assert!(is_there || std::env::var_os("PAVANE_REQUIRE_HARFBUZZ").is_none(), "{}", drawn.err);
    let told = if is_there { "a page has no fonts of this machine" } else { "none of that family" };
    refused(&["web", "--playground", &path("title.pav"), "-o", &path("title.html")], &[told]);
    assert!(!folder.join("title.html").exists());
    let made = pavane(&["web", &path("title.pav"), "-o", &path("title.html")]);
    assert_eq!(made.code == Some(0), is_there, "{}", made.err);
    if is_there {
        assert!(made.err.contains("E0577"), "{}", made.err);
        let program = inside(&program_of(&fs::read_to_string(path("title.html")).unwrap())["program"]);
        assert!(String::from_utf8(program).unwrap().contains("\"fonts\""));
    }
}
